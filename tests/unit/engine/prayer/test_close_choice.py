"""A close choice and five hostile seats: two wishes that nearly all want, and a text of one line.

Everybody answers eight of 24 cards. Hostile seats refuse both wishes and want another one. The goal is that they change
no text; the two wishes are wanted by 92 and 85 in 100, which eight answers of each person do not tell apart surely.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from oneheart.engine.analysis import analyze_for_text
from oneheart.engine.desire.common_ground import worst_fifth
from oneheart.engine.prayer.choosing import text_columns
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from tests.support.proofs import LONG, size

pytestmark = pytest.mark.slow

HONEST, DESIRES, CARDS = 100, 24, 8
WANTED, NEXT, PUSHED = 5, 11, 2
THINGS = (
    *("bread", "water", "children", "rest", "music", "garden", "school", "peace", "rain", "books", "roads", "light"),
    *("doctors", "trees", "kitchen", "bus", "songs", "clock", "paint", "wool", "river", "stars", "soap", "maps"),
)
HALLS = size(60, 20)


def hall(seed: int, others: int, *, hostile: bool) -> Gathering:
    """Return a hall of a hundred honest people and some others; the honest ones answer alike for one seed."""
    rng = np.random.default_rng(seed)
    likes = 0.25 + 0.02 * (np.arange(DESIRES) % 20)
    likes[[WANTED, NEXT]] = 0.92, 0.85
    people = HONEST + others
    asked = np.argsort(rng.random((people, DESIRES)), axis=1)[:, :CARDS]
    chance = rng.random((people, DESIRES))
    stance = np.where(chance < likes, 1, np.where(chance < likes + 0.6 * (1 - likes), 0, -1))
    if hostile:
        stance[HONEST:] = 0
        stance[HONEST:, [WANTED, NEXT]], stance[HONEST:, PUSHED] = -1, 1
    i, j = np.repeat(np.arange(people), CARDS), asked.ravel()
    desires = tuple(Desire(f"{n}", f"I want more {thing} for all", author=n) for n, thing in enumerate(THINGS))
    return Gathering("", tuple(f"p{n}" for n in range(people)), desires, Responses.of(i, j, stance[i, j]))


def text(gathering: Gathering) -> frozenset[int]:
    analysis = analyze_for_text(gathering, sure_from=np.inf)
    return frozenset(text_columns(gathering, analysis, count=1, seed=0)[0])


def changed(others: int, halls: int) -> int:
    """Return in how many halls the text is another one where these others are hostile."""
    pairs = ((hall(seed, others, hostile=False), hall(seed, others, hostile=True)) for seed in range(halls))
    return sum(text(honest) != text(hostile) for honest, hostile in pairs)


@pytest.mark.proof("A12")
def test_five_hostile_seats_of_105_seldom_tip_a_close_choice(figure: Callable[[str], None]) -> None:
    """The long form asks for what is promised, that they never do, and fails. The short form asks for what holds."""
    tipped = changed(5, HALLS)
    figure(f"two wishes of which one may be a line: five of 105 exchange them in {tipped} of {HALLS} halls")
    assert tipped <= (0 if LONG else HALLS * 0.3)


@pytest.mark.parametrize(("hostile", "refused"), [(5, False), (10, True)])
def test_ten_hostile_seats_and_those_who_do_not_want_a_line_are_a_fifth_that_refuses_it(
    hostile: int, refused: bool
) -> None:
    """Of a hundred honest people ninety want the line and three are against it. The gate does not leave out anybody."""
    net = np.array([-0.5] * (hostile + 3) + [0.0] * 7 + [1.0] * 90)[:, None]
    assert bool(worst_fifth(net)[0] < 0) is refused
