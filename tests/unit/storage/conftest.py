"""A gathering in each store: what the contract says must hold on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oneheart.storage.database import Database, open_database
from tests.support.stores import Kept, file_of, part_of


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.process)])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Return a new gathering in a file of SQLite, then one in PostgreSQL."""
    if request.param == "sqlite":
        out = file_of(tmp_path)
    else:
        monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
        out = part_of(request.getfixturevalue("postgres").address, tmp_path)
    yield out
    out.close()


@pytest.fixture
def part(postgres: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Return a new gathering in PostgreSQL."""
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    out = part_of(postgres.address, tmp_path)  # type: ignore[attr-defined]
    yield out
    out.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return a new file of SQLite, open."""
    opened = open_database(tmp_path / "g.oneheart", create=True)
    yield opened
    opened.close()
