"""A thousand circles three deep, brought in as a list: the seal says for each level how many can say the text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import sealing
from oneheart.live.leading import Leader
from oneheart.web.text_words import heard_told
from oneheart.web.words import Words
from tests.support.desks import Desk
from tests.support.led import led_by_the_test, read_one_line

Open = Callable[..., Any]
HEAD = ev.TreeHead(size=50, root="0" * 64, chain="0" * 64, through=1, filling="0" * 64)
TEN = 14


def thousand() -> str:
    """Return a table of a thousand circles: 10 halls, 90 groups, 900 tens."""
    rows = ["name;parent"]
    rows += [f"Hall {h};" for h in range(10)]
    rows += [f"Group {g};Hall {g % 10}" for g in range(90)]
    rows += [f"Ten {t};Group {t % 90}" for t in range(900)]
    return "\n".join(rows)


async def seated(door: Any, key: str, circle: int) -> None:
    await door.gathering.take_seat(key, language="en", circle=circle)


def test_each_level_of_a_thousand_circles_has_its_verdict(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    door = open_door()
    desk, state = Desk(door), door.gathering.state
    begun = time.perf_counter()
    sent = desk.browser.post(f"{desk.home}/lists", data={"key": "list-0001", "what": "circles", "table": thousand()})
    assert sent.status_code == 303
    assert time.perf_counter() - begun < 20
    number = {circle.name: place for place, circle in enumerate(state.circles)}
    taken = [f"Ten {hall + 10 * group + 90 * ten}" for hall in (0, 1) for group in (0, 1) for ten in (0, 1)]
    for name in taken:
        for person in range(TEN):
            door.call(seated, door, f"key-{name}-{person}", number[name])
    wish = door.submit("h0", "seed", ev.DesireSaid(None, "Peace between the tables", "en"))
    door.call(read_one_line, door.gathering, wish)
    against = {number["Ten 0"], number["Ten 90"]}  # both tens of one group
    for seat, person in enumerate(state.seats):
        able = person.circle not in against
        door.submit(f"s{seat}", f"line-{seat}", ev.LineRead(seat, 0, 0, "can say" if able else "against me"))
        if able:
            door.submit(f"s{seat}", f"whole-{seat}", ev.WholeAffirmed(seat, 0, on=True))
    sealed = sealing.seal(state, HEAD)
    assert [(level.circles, level.can_say, level.unheard) for level in sealed.levels] == [
        (2, 1, 0),
        (4, 3, 0),
        (8, 6, 0),
    ]
    assert sealed.status == "not yet"
    levels = [sentence for sentence in heard_told(sealed, Words("en")) if sentence.code == "level"]
    assert len(levels) == 3
    assert ev.decode(ev.encode(sealed)) == sealed
