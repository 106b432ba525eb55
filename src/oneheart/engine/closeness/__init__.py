"""Inner and outward closeness: two instruments that never meet in one number."""
