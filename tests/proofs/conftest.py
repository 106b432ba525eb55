"""Gatherings behind a real server, for the proofs."""

from __future__ import annotations

from tests.support.gatherings import make_gathering, open_door, serve

__all__ = ["make_gathering", "open_door", "serve"]
