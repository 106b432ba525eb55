"""The table of rules of a live gathering, part by part: see `scene.Row`."""
