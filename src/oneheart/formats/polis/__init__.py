"""Polis exports, read in every dialect and written in one; raw votes become stances in `export.to_gathering` only."""
