"""Commands of a live gathering: make it, serve it, rehearse it, play a made-up one, read its record."""
