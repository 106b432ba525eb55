"""Inner and outward closeness: two separate measures that are never combined into one number."""
