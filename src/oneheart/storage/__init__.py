"""Storage: one SQLite file for each gathering, with an append-only event log as the only source of truth."""
