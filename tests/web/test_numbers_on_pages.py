"""Every figure on the hall, the desk and the page of measures has a row in docs/reference/numbers.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.aside import Aside
from oneheart.live.measuring import Measured, measure
from tests.support.desks import Desk
from tests.support.figures import without_row

pytestmark = pytest.mark.slow

Open = Callable[..., Any]
PEOPLE, DESIRES, TABLES = 24, 6, 4


@pytest.fixture
def desk(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return the desk of a hall of 24 people who sat at tables, said, answered, and asked to be one."""

    async def at_once(_aside: Aside, job: str, order: Any, **_: Any) -> Measured:
        assert job == "measure"
        return measure(order)

    monkeypatch.setattr(Aside, "run", at_once)
    desk = Desk(open_door(voice="assembly", languages=["en"]))
    door, rng = desk.door, np.random.default_rng(3)
    for number in range(2):
        door.submit("h0", f"circle-{number}", ev.CircleAdded(f"C{number}", f"circle-{number}"))
    for number in range(TABLES):
        door.submit("h0", f"table-{number}", ev.OccasionAdded(f"Table {number}", "meal", f"TABLE{number}"))
    for number in range(DESIRES):
        door.submit("h0", f"seed-{number}", ev.DesireSaid(None, f"Seed {number}", "en"))
    for person in range(PEOPLE):
        door.submit("door", f"seat-{person}", ev.SeatTaken(f"hash-{person}", "en", circle=person % 2))
        door.submit(f"s{person}", "there", ev.Present(person, person % TABLES))
        for desire in range(DESIRES):
            stance = 1 if rng.normal() + desire % 3 > 0.5 else -1
            door.submit(f"s{person}", f"answer-{desire}", ev.Responded(person, desire, stance))
    door.move("weaving")
    return desk


def pages_of(desk: Desk) -> dict[str, str]:
    desk.browser.post(f"{desk.home}/measures", data={"key": "measure-key"})
    code = desk.gathering.code
    hall = desk.browser.get(f"/hall/{code}").text
    pages = {"hall": hall, "desk": desk.page(""), "measures": desk.page("/measures")}
    shown = f"{code[:4]} {code[4:]}"  # a code and an address are no numbers
    return {name: page.replace(code, "CODE").replace(shown, "CODE") for name, page in pages.items()}


def test_every_figure_of_hall_desk_and_measures_has_a_row_and_a_new_one_is_seen(desk: Desk) -> None:
    pages = pages_of(desk)
    assert 'data-said="people"' in pages["measures"]  # they were measured
    assert {name: without_row(page) for name, page in pages.items()} == {name: [] for name in pages}
    broken = {name: page.replace("</main>", "<p>Warmth: 42</p></main>") for name, page in pages.items()}
    assert {name: without_row(page) for name, page in broken.items()} == {name: ["Warmth: 42"] for name in pages}
