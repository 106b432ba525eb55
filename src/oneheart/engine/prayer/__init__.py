"""The prayer: desires woven into one text, read and affirmed by every part."""
