"""Live: a gathering as it is now, computed from its log and kept up to date with every event."""
