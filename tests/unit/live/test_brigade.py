"""A12: a few hostile seats of 105 that do what they can: answer every card against the hall, read against it, amend.

`ONEHEART_PROVE=1` plays twenty halls with five hostile seats and twenty with ten. Two halls are played otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from oneheart.engine.prayer import rounds
from tests.support.brigade import Outcome, round_of
from tests.support.proofs import LONG

pytestmark = [pytest.mark.slow, *([pytest.mark.timeout(3600)] if LONG else [])]  # twenty halls, and a margin of each

PEOPLE = 105
SEEDS = range(1, 21) if LONG else (2,)
GOAL = {5: 0, 10: len(SEEDS) // 10}
"""By hostile seats: in how many halls another text may come of it."""
WAYS = pytest.mark.parametrize("packed", [False, True], ids=["spread over the circles", "crowded into one circle"])


def both(path: Path, seed: int, *, others: int, packed: bool) -> tuple[Outcome, Outcome]:
    """Return what came of a round whose last seats are honest, and of the same round where they are hostile."""

    def played(name: str, *, hostile: bool) -> Outcome:
        file = path / f"{name}-{seed}.oneheart"
        whole = round_of(file, seed, honest=PEOPLE - others, others=others, hostile=hostile, packed=packed)
        outcome = asyncio.run(whole)
        for left in path.glob(f"{file.name}*"):
            left.unlink()
        return outcome

    return played("honest", hostile=False), played("hostile", hostile=True)


def changed(
    path: Path, others: int, *, packed: bool, figure: Callable[[str], None], missed: Callable[[str], None]
) -> list[int]:
    """Return how many lines are others, for each hall whose text is another one; tell it as a figure.

    Each such hall must have said so beforehand: the margin of its honest text is as small as the hostile seats are few.
    """
    played = [both(path, seed, others=others, packed=packed) for seed in SEEDS]
    assert all(len(honest.sealed) == 7 for honest, _ in played)
    others_than = [(honest, hostile) for honest, hostile in played if honest.sealed != hostile.sealed]
    differ = [len(honest.sealed - hostile.sealed) for honest, hostile in others_than]
    margins = [margin for honest, _ in others_than if (margin := honest.body.margin_people) is not None]
    assert len(margins) == len(differ)
    assert all(margin <= others for margin in margins), margins
    where = "all in one circle" if packed else "spread over ten circles"
    said = f"{others} hostile seats of {PEOPLE}, {where}: another text in {len(differ)} of {len(SEEDS)} halls"
    if differ:
        said += (
            f" ({max(differ)} of 7 lines at most), each of which said a margin of {max(margins, default=0)} or fewer"
        )
    if len(differ) > GOAL[others]:
        missed(f"{said}; the goal is at most {GOAL[others]}")
    else:
        figure(said)
    return differ


@pytest.mark.proof("A12")
@WAYS
def test_five_hostile_seats_of_105_change_no_text(
    tmp_path: Path, packed: bool, figure: Callable[[str], None], missed: Callable[[str], None]
) -> None:
    differ = changed(tmp_path, 5, packed=packed, figure=figure, missed=missed)
    assert all(lines == 1 for lines in differ), "at most one line is another"


@pytest.mark.proof("A12")
@pytest.mark.skipif(not LONG, reason="one hall tells nothing of one in ten: make prove plays twenty")
@WAYS
def test_in_how_many_halls_ten_hostile_seats_change_the_text(
    tmp_path: Path, packed: bool, figure: Callable[[str], None], missed: Callable[[str], None]
) -> None:
    """Ten of 105 are above the margin of most halls, which the text says; how often they succeed is told, not gated."""
    differ = changed(tmp_path, 10, packed=packed, figure=figure, missed=missed)
    assert all(lines < 7 for lines in differ), "some lines stay"


@pytest.mark.sabotage("A12", "every part may throw out a line (rounds.weighs)")
def test_where_every_part_may_throw_out_a_line_five_in_one_circle_throw_out_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "weighs", lambda _answered, _everybody: True)
    honest, hostile = both(tmp_path, 2, others=5, packed=True)
    assert honest.sealed != hostile.sealed
    assert len(honest.sealed & hostile.sealed) <= 2
