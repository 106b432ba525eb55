"""The list of a circle's desires that its steward reads: nobody appears alone in it when another one leaves it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.disclosure import K
from oneheart.live import circles
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.state.released import Released
from oneheart.model.desire import Decision

STEWARD = K + 1
LEAVES = ("withdraws", "erases all", "is rejected")


def alone(folder: Path, leaves: str) -> tuple[list[str], list[str]]:
    """Return the list of a circle before and after one of its listed authors leaves it.

    K + 1 people of the circle speak one after another; the first is a friend of its steward. A second circle speaks
    too, so that nothing is shown only because there are few people.
    """
    path = folder / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")  # type: ignore[arg-type]

    async def play() -> tuple[list[str], list[str]]:
        hall = LiveGathering.open(path)
        do = hall.submit

        def listed() -> list[str]:
            return [desire.text for _, desire in circles.own_desires(hall.state, 0, STEWARD)]

        for number in range(2):
            await do("h0", f"circle-{number}", ev.CircleAdded("", f"key-{number}"))
        for number in range(2 * K + 2):
            await hall.take_seat(f"seat-key-{number:024}", language="en", circle=int(number > STEWARD))
        await do("h0", "duty", ev.DutyGiven(0, STEWARD))
        for number in [*range(STEWARD), *range(STEWARD + 1, 2 * K + 2)]:
            await do(f"s{number}", f"say-{number}", ev.DesireSaid(number, f"A wish of the person {number}", "en"))
        await do("h0", "crossing", ev.StageMoved("crossing", 0))
        before = listed()
        if leaves == "withdraws":
            await do("s0", "back", ev.DesireWithdrawn(0, 0))
        elif leaves == "is rejected":
            await do("h0", "no", ev.Moderated(0, Decision.REJECTED))
        else:
            await hall.erase(0, "erase-all-of-it")
        after = listed()
        await hall.close()
        return before, after

    return asyncio.run(play())


@pytest.mark.parametrize("leaves", LEAVES)
def test_who_spoke_last_does_not_appear_when_another_one_leaves(tmp_path: Path, leaves: str) -> None:
    before, after = alone(tmp_path, leaves)
    assert len(before) == K
    assert after == before[1:]


@pytest.mark.parametrize("leaves", LEAVES)
def test_a_list_that_is_filled_up_again_names_who_spoke_last(
    tmp_path: Path, leaves: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, keep = Released.note, Released.keep

    def afresh(self: Released, body: Any, number: int | None, desires: Any) -> None:
        note(self, body, number, desires)
        self.listed.clear()
        self.looked_at = np.zeros(0, np.bool_)
        self.list_more(desires)

    def forgetful(self: Released, before: Released) -> None:
        listed = dict(self.listed)
        keep(self, before)
        self.listed = listed

    monkeypatch.setattr(Released, "note", afresh)
    monkeypatch.setattr(Released, "keep", forgetful)
    before, after = alone(tmp_path, leaves)
    assert [text for text in after if text not in before] == [f"A wish of the person {K}"]
