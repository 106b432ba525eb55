"""Polis exports: read in every dialect, written in one. Only `raw_export.to_gathering` turns raw votes into stances."""
