"""Attacks on what people said and answered, played on whole rounds."""
