"""One table says what leaves at every address."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import BaseRoute

from oneheart.web.leaves import LEAVES, place_of
from tests.support.pages import ROOT

Open = Any


def paths(routes: list[BaseRoute], before: str = "") -> set[str]:
    """Return the addresses of all routes."""
    out: set[str] = set()
    for route in routes:
        path = before + str(getattr(route, "path", ""))
        inner = getattr(route, "routes", None)
        out |= paths(list(inner), path) if inner else {path}
    return out


def test_every_address_stands_in_the_table(open_door: Open) -> None:
    door = open_door()
    known = paths(door.browser().app.routes)
    assert len(known) > 50
    assert sorted(path for path in known if place_of(path) is None) == []


def test_every_row_has_an_address_and_stands_on_the_page(open_door: Open) -> None:
    door = open_door()
    used = {row.place for path in paths(door.browser().app.routes) if (row := place_of(path)) is not None}
    assert used == {row.place for row in LEAVES if row.addresses}
    page = (ROOT / "docs/reference/what-leaves.md").read_text(encoding="utf-8")
    for row in LEAVES:
        assert f"| {row.place} | {row.what} | {row.when} | {row.least} |" in page


def test_an_address_that_nobody_described_is_found() -> None:
    assert place_of("/secrets/{code}") is None


@pytest.mark.parametrize(
    ("address", "place"), [("/host/{code}/log", "Hosts' log"), ("/g/{code}/mine", "A person's own pages")]
)
def test_the_longest_beginning_counts(address: str, place: str) -> None:
    row = place_of(address)
    assert row is not None
    assert row.place == place
