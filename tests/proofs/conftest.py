"""Gatherings behind a real server, and a database that may be killed, for the proofs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres as servers
from tests.support.gatherings import make_gathering, open_door, serve

__all__ = ["make_gathering", "open_door", "serve"]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Cluster]:
    """Return a PostgreSQL server of the test's own, because it is killed; skip with the reason where there is none."""
    if servers.programs() is None:
        pytest.skip(servers.MISSING)
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    with servers.running() as running:
        yield running
