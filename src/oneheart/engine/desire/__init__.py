"""Desires: the response model, common ground, the set of lines with its share, routing, likeness of words."""
