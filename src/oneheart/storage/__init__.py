"""Storage: one SQLite file a gathering, an append-only log of events as the only truth."""
