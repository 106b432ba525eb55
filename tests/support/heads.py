"""A head of a record, for tests in which no record stands behind it."""

from __future__ import annotations

from oneheart.live import events as ev

HEAD = ev.TreeHead(size=50, root="0" * 64, chain="1" * 64, through=1, filling="2" * 64)
