"""Five hostile seats of 105 that do what they can: answer every card against the hall, read against it, amend, carry.

`ONEHEART_PROVE=1` plays twenty halls. Two halls are played otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from oneheart.engine.prayer import rounds
from tests.support.brigade import Outcome, round_of
from tests.support.proofs import LONG

pytestmark = pytest.mark.slow

SEEDS = range(1, 21) if LONG else (2,)


def both(path: Path, seed: int, *, others: int, packed: bool) -> tuple[Outcome, Outcome]:
    """Return what came of a round whose last seats are honest, and of the same round where they are hostile."""
    honest = asyncio.run(round_of(path / f"honest-{seed}.oneheart", seed, others=others, hostile=False, packed=packed))
    hostile = asyncio.run(round_of(path / f"hostile-{seed}.oneheart", seed, others=others, hostile=True, packed=packed))
    return honest, hostile


@pytest.mark.proof("A12")
@pytest.mark.parametrize("packed", [False, True], ids=["spread over the circles", "crowded into one circle"])
def test_five_hostile_seats_of_105_change_no_text(tmp_path: Path, figure: Callable[[str], None], packed: bool) -> None:
    played = [both(tmp_path, seed, others=5, packed=packed) for seed in SEEDS]
    assert all(len(honest.sealed) == 7 for honest, _ in played)
    changed = sum(honest.sealed != hostile.sealed for honest, hostile in played)
    where = "crowded into one circle" if packed else "spread over the circles"
    figure(f"five of 105 {where} change the text in {changed} of {len(played)} halls")
    assert changed == 0


@pytest.mark.sabotage("A12", "every part may throw out a line (rounds.weighs)")
def test_where_every_part_may_throw_out_a_line_five_in_one_circle_throw_out_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "weighs", lambda _answered, _everybody: True)
    honest, hostile = both(tmp_path, 2, others=5, packed=True)
    assert honest.sealed != hostile.sealed
    assert len(honest.sealed & hostile.sealed) <= 2
