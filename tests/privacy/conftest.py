"""Gatherings behind real pages, for those who look at all of them."""

from __future__ import annotations

from tests.support.gatherings import make_gathering, open_door

__all__ = ["make_gathering", "open_door"]
