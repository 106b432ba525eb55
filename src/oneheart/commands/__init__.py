"""Commands of a live gathering: make it, serve it, rehearse it, play a demo, read its record."""
