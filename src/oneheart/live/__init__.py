"""Live: a gathering in progress, computed from its event log and updated with every event."""
