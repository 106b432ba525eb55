"""Idempotency keys of new seats for tests: as strong as the door asks for, and the same for the same name."""

from __future__ import annotations

import hashlib


def seat_key(name: object) -> str:
    """Return a key of 128 bits that follows from a name."""
    return hashlib.sha256(str(name).encode()).hexdigest()[:32]
