"""The margin of counted lines is what brute force finds, and its bound is never above that."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from oneheart.engine.prayer import margin
from oneheart.engine.prayer.few import lines_of_few
from oneheart.model.gathering import Responses
from tests.support import proofs

HALLS = proofs.size(2000, 400)
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


def compared(halls: range) -> tuple[int, list[int]]:
    """Return in how many halls brute force could be run, and the seeds of halls where it found something else.

    Raises:
        AssertionError: a bound is above the margin.
    """
    count, wrong = 0, []
    for seed in halls:
        answers, own, people, desires, lines_most, against = hall(seed)
        least, exact = margin.of_counted(answers, own, people, range(desires), lines_most, against=against)
        assert exact is not None
        assert least <= exact
        if sum(cost(seed, size) for size in range(1, min(exact, people) + 1)) > _TRIED_MOST:
            continue
        count += 1
        if (exact if exact <= people else None) != brute(seed, people + 1):
            wrong.append(seed)
    return count, wrong


@pytest.mark.proof("A12")
def test_the_margin_is_what_brute_force_finds_and_the_bound_is_never_above(figure: Callable[[str], None]) -> None:
    count, wrong = compared(range(HALLS))
    figure(f"{HALLS} halls of 2 to 12 people: brute force ran in {count}, the margin is another one in {len(wrong)}")
    assert wrong == []
    assert count >= HALLS * 2 // 5


@pytest.mark.sabotage("A12", "the bound called the margin (margin._searched)")
def test_a_margin_that_is_only_a_bound_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(margin, "_searched", lambda _table, _chosen, least, _by_counts: least)
    assert compared(range(50))[1]
