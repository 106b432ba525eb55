"""The margin of counted lines is what brute force finds, and its bound is never above that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from oneheart.engine.prayer.few import lines_of_few
from oneheart.engine.prayer.margin import of_counted
from oneheart.model.gathering import Responses

HALLS = 400
_TRIED_MOST = 60_000


def hall(seed: int) -> tuple[Responses, Responses, int, int, int, bool]:
    """Return answers, wants of authors, people, desires, lines, and whether "against" may be answered."""
    rng = np.random.default_rng(seed)
    people, desires = int(rng.integers(2, 13)), int(rng.integers(2, 6))
    against, count = bool(rng.integers(2)), int(rng.integers(1, 4))
    liked = rng.random(desires)
    cells = [
        (person, desire, 1 if rng.random() < liked[desire] else -int(against and rng.random() < 0.2))
        for person in range(people)
        for desire in rng.permutation(desires)[: int(rng.integers(1, 4))].tolist()
    ]
    answers = Responses.of(*map(list, zip(*cells, strict=True)))
    authors = [int(person) for person in rng.integers(0, people, desires)]
    return answers, Responses.of(authors, list(range(desires)), [1] * desires), people, desires, count, against


def lines(answers: Responses, own: Responses, people: int, desires: int, count: int) -> frozenset[int]:
    both = Responses.of(
        [*own.participant, *answers.participant],
        [*own.desire, *answers.desire],
        [*own.stance, *answers.stance],
    )
    return frozenset(lines_of_few(both, people, range(desires), count).lines)


def otherwise(answers: Responses, group: tuple[int, ...], *, against: bool) -> Iterator[Responses]:
    """Yield the answers with every other way in which the people of a group could have answered their cards."""
    theirs = np.flatnonzero(np.isin(answers.participant, group))
    for stances in itertools.product((1, 0, -1) if against else (1, 0), repeat=len(theirs)):
        stance = answers.stance.copy()
        stance[theirs] = stances
        yield Responses(answers.participant, answers.desire, stance)


def brute(seed: int, below: int) -> int | None:
    """Return the least number of people, below a limit, whose answers could lead to other lines; None for nobody."""
    answers, own, people, desires, count, against = hall(seed)
    base = lines(answers, own, people, desires, count)
    for size in range(1, min(below, people + 1)):
        for group in itertools.combinations(range(people), size):
            for changed in otherwise(answers, group, against=against):
                if lines(changed, own, people, desires, count) != base:
                    return size
    return None


def cost(seed: int, size: int) -> int:
    answers, _, people, _, _, against = hall(seed)
    each = (3 if against else 2) ** (len(answers) / people * size)
    return int(np.prod([(people - i) / (i + 1) for i in range(size)]) * each)


@pytest.mark.parametrize("first", range(0, HALLS, 50))
def test_the_margin_is_what_brute_force_finds_and_the_bound_is_never_above(first: int) -> None:
    found = []
    for seed in range(first, first + 50):
        answers, own, people, desires, count, against = hall(seed)
        least, exact = of_counted(answers, own, people, range(desires), count, against=against)
        assert exact is not None
        assert least <= exact
        if sum(cost(seed, size) for size in range(1, min(exact, people) + 1)) > _TRIED_MOST:
            continue
        by_force = brute(seed, people + 1)
        assert (exact if exact <= people else None) == by_force, seed
        found.append(exact)
    assert len(found) >= 20
