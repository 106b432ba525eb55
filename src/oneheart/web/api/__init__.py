"""The HTTP API: JSON for programs, under `/api/v1`."""
