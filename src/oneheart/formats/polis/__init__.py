"""Polis exports, read in every dialect and written in one; raw votes become stances in `raw_export.to_gathering` only."""
