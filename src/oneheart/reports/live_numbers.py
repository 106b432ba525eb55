"""Numbers of the report of a live gathering, of which somebody may know nearly all answers.

What is told of a desire follows from its counts in steps alone: the share who want it and its range too. Two numbers of
one count that are rounded differently would tell it finer than in steps of k people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from oneheart.engine import disclosure
from oneheart.engine.desire.divided import most_divided
from oneheart.engine.disclosure import Shown
from oneheart.engine.distributions import beta_quantile
from oneheart.engine.estimate import Estimate

if TYPE_CHECKING:
    from oneheart.engine.desire.common_ground import CommonGround

_TAIL = 0.05  # of the range that holds nine times in ten, at each end
_FIFTH_STEPS = 3
_LEAST, _MOST = -0.5, 1.0  # of net support

HARDLY_AGAINST = "hardly against"
"""Code of the note that of no desire five people or more are against it."""
_OF_EVERYBODY = frozenset({"nobody against", "no not mine"})  # notes that say what all answered


def parts_of(ground: CommonGround, k: int) -> tuple[Shown, tuple[Shown, Shown]]:
    """Return how many answered a desire, and how many want it and are against it; see `disclosure.show_parts`."""
    total, (want, against) = disclosure.show_parts(ground.answers, (ground.want_count, ground.against_count), k)
    return total, (want, against)


def share_of(part: Shown, total: Shown, k: int) -> Estimate | None:
    """Return the share of a shown part in a shown total, with the range in which it lies nine times in ten.

    The range covers what steps leave open: up to k - 1 people more in either number.

    Source: the interval of Jeffreys (Brown, Cai & DasGupta 2001), of the shown counts.
    """
    if not isinstance(part.value, int) or not isinstance(total.value, int) or not total.value:
        return None
    open_ = k - 1
    share, most = part.value / total.value, min(part.value + open_, total.value)
    low = beta_quantile(part.value + 0.5, total.value + open_ - part.value + 0.5, _TAIL)
    high = beta_quantile(most + 0.5, total.value - most + 0.5, 1 - _TAIL)
    return Estimate(share, min(low, share), max(high, share))


def in_steps(estimate: Estimate, people: int, k: int) -> Estimate | None:
    """Return an estimated share in steps of k people, its range outward; None for fewer than 2 k people.

    Where nearly everybody was asked, the estimate is nearly a count divided by the people, and gives a small one back.
    """
    value = disclosure.show_mean(estimate.value, people, 0.0, 1.0, k)
    low = disclosure.show_mean(estimate.low, people, 0.0, 1.0, k, down=True)
    high = disclosure.show_mean(estimate.high, people, 0.0, 1.0, k, up=True)
    if value.is_withheld:
        return None
    share, least, most = (float(shown.value or 0.0) for shown in (value, low, high))
    return Estimate(share, min(least, share), max(most, share))


def shares_of_all(parts: Sequence[tuple[Shown, tuple[Shown, Shown]]], people: int, k: int) -> tuple[Shown, Shown]:
    """Return the share of all answers that want, and that are against, from the shown counts of all desires."""
    values = [(total.value, want.value, against.value) for total, (want, against) in parts]
    told = [numbers for numbers in values if all(isinstance(number, int) for number in numbers)]
    answers, wants, againsts = (sum(map(int, column)) for column in zip(*told, strict=True)) if told else (0, 0, 0)
    shares = (count / max(1, answers) for count in (wants, againsts))
    want, against = (disclosure.show_share(share, people, k) for share in shares)
    return want, against


def fifth_of(estimate: Estimate, people: int, k: int) -> Estimate:
    """Return the net support of a worst fifth in steps of k of its people, and in three steps where it has fewer."""
    steps = max(_FIFTH_STEPS, disclosure.step_of(people, k))
    width = _MOST - _LEAST
    ends = (estimate.value, estimate.low, estimate.high)
    return Estimate(*(round((end - _LEAST) / width * steps) / steps * width + _LEAST for end in ends))


def notes_of(notes: tuple[str, ...], against: Sequence[Shown]) -> list[str]:
    """Return the notes that say nothing of what every single person answered.

    Args:
        notes: codes of the analysis.
        against: how many are against each desire, as of `parts_of`.
    """
    kept = [code for code in notes if code not in _OF_EVERYBODY]
    return kept if any(shown.value for shown in against) else [*kept, HARDLY_AGAINST]


def order_of(ranking: Sequence[int], told: Mapping[int, tuple[float, ...]], words: Sequence[str]) -> list[int]:
    """Return a ranking of desires that follows from what is told of them, the best first; ties by their words.

    Args:
        ranking: columns of the ranked desires.
        told: by column the numbers that are told of it, the first weighs most; missing where nothing is.
        words: of each column.
    """
    return sorted(ranking, key=lambda column: (tuple(-number for number in told.get(column, (-9.0,))), words[column]))


def spreads_of(
    parts: Sequence[tuple[Shown, tuple[Shown, Shown]]], measured: Collection[int], words: Sequence[str]
) -> tuple[tuple[int, float, float], ...]:
    """Return columns on which people differ most, the spread of each and how sure it is, from shown counts alone.

    Args:
        parts: of each desire, as of `parts_of`.
        measured: columns of which estimates are told.
        words: of each column, which decide ties.

    Returns:
        Column, spread and chance, as of `most_divided`.
    """
    columns, counts = [], []
    for column in sorted(measured, key=lambda column: words[column]):
        total, (want, against) = parts[column]
        if isinstance(total.value, int) and isinstance(want.value, int) and isinstance(against.value, int):
            columns.append(column)
            counts.append((total.value, want.value, against.value))
    total_count, want_count, against_count = np.array(counts, float).reshape(-1, 3).T
    shares = want_count / total_count, against_count / total_count
    errors = [np.sqrt((share * (1 - share) + 0.25 / total_count) / total_count) for share in shares]
    found = most_divided(shares[0], errors[0], shares[1], errors[1], rng=np.random.default_rng(0))
    return tuple((columns[place], spread, chance) for place, spread, chance in found)
