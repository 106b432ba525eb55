"""Uniqueness: how many people of a table of answers can be told from all others by some answers that somebody knows.

Source: unicity, de Montjoye et al. 2013 (doi:10.1038/srep01376): the share of people whom a few known points single
out. A silence is no known answer here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.model.gathering import Gathering

KNOWN = (4, 8)
"""How many known answers are tried."""

_MOST_PEOPLE = 2_000  # as many are tried, chosen at random
_SILENT = 9


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """How many of a hundred people can be told from all others.

    Attributes:
        people: people with an answer, in steps of k people.
        whole: of a hundred people, how many have a pattern of answers that nobody else has.
        known: number of known answers, and how many of a hundred people with as many answers these single out.
    """

    people: Shown
    whole: Shown
    known: tuple[tuple[int, Shown], ...]


def uniqueness(gathering: Gathering, *, seed: int = 0) -> Uniqueness:
    """Return how many people of a gathering can be told from all others. O(N^2) for up to 2,000 people, else O(N).

    Shares are in steps of k people, and withheld for fewer than 2 k people.

    Args:
        gathering: answers by person. Pass an author's want of their own desire as an answer.
        seed: seed of the random choice of known answers.

    Example:
        >>> from oneheart.model.desire import Desire
        >>> from oneheart.model.gathering import Responses
        >>> answers = Responses.of([*range(12)], [0] * 12, [1] * 11 + [0])
        >>> told = uniqueness(Gathering("", tuple("abcdefghijkl"), (Desire("0", "Peace"),), answers))
        >>> told.people.value, told.whole.value, [share.value for _, share in told.known]
        (10, 0, [None, None])
    """
    rng = np.random.default_rng(seed)
    r = gathering.responses
    table = np.full((gathering.participant_count, gathering.desire_count), _SILENT, np.int8)
    table[r.participant, r.desire] = r.stance
    table = table[(table != _SILENT).any(axis=1)]
    people = len(table)
    counts = Counter(row.tobytes() for row in table)
    alone = sum(count == 1 for count in counts.values())
    whole = disclosure.show_hundredths(alone / people if people else 0.0, people)
    known = tuple((count, _singled_out(table, count, rng)) for count in KNOWN)
    return Uniqueness(disclosure.show_steps(people), whole, known)


def _singled_out(table: np.ndarray[tuple[int, int], np.dtype[np.int8]], count: int, rng: np.random.Generator) -> Shown:
    """Return how many of a hundred people with this many answers a random choice of their answers singles out."""
    enough = np.flatnonzero((table != _SILENT).sum(axis=1) >= count)
    tried = rng.permutation(enough)[:_MOST_PEOPLE]
    alone = 0
    for person in tried.tolist():
        columns = rng.permutation(np.flatnonzero(table[person] != _SILENT))[:count]
        alone += int((table[:, columns] == table[person, columns]).all(axis=1).sum() == 1)
    return disclosure.show_hundredths(alone / len(tried) if len(tried) else 0.0, len(tried))
