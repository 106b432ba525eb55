"""Carry work: what a person who reads two languages is asked to say in the other one, while people cross.

The text will have few lines, and nobody knows yet which. A person is asked for the desire with the greatest chance to
become a line (`foreseen`) that has no words yet in a language that they read. Languages that have met few desires of
others come first, so that every language meets some, and so that many can answer a desire of few readers.

Source: ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNMET = 30.0  # how much more a desire counts for a language of all people that has met no desire of another one
WORTH_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Work:
    """A desire that somebody is asked to say in another language.

    Attributes:
        desire: column of the desire.
        source: number of the language of the words that they are shown.
        language: number of the language in which they say it.

    Example:
        >>> Work(3, source=0, language=1).language
        1
    """

    desire: int
    source: int
    language: int


def meeting_bonus(share: npt.ArrayLike, met: npt.ArrayLike) -> Floats:
    """Return how much more a desire counts for a language because its readers have met few desires of others, 1 to 31.

    Args:
        share: share of people who read the language, 0 to 1.
        met: desires of other languages that they have met, or will meet.

    Example:
        >>> meeting_bonus([0.5, 0.5], [0, 3]).tolist()
        [16.0, 4.75]
    """
    return np.asarray(1.0 + UNMET * np.asarray(share, np.float64) / (1.0 + np.asarray(met, np.float64)))


def choose_work(
    chance: Floats,
    own: npt.NDArray[np.intp],
    has: Bools,
    taken: Bools,
    reads: Bools,
    *,
    share: Floats,
    rng: np.random.Generator,
) -> Work | None:
    """Return what a person is asked to say in another language; None if there is nothing.

    The greatest worth wins: the chance to become a line, times `meeting_bonus`. Nobody is asked for less than
    `WORTH_LEAST`; their help may be needed later. Equal ones are drawn at random. The person is shown the desire's own
    words where they read them, else words in another language that they read.

    Args:
        chance: (M,) chance of each desire to become a line, 0 to 1; what has none is not asked for.
        own: (M,) number of the language of the desire's own words.
        has: (M, L) languages in which the desire has words that may be read, its own included.
        taken: (M, L) languages in which somebody has said it, or is being asked to, or in which this person passed.
        reads: (L,) languages that the person reads.
        share: (L,) share of people who read each language, 0 to 1.
        rng: decides between equals.

    Notes:
        O(M L).

    Example:
        >>> has = np.array([[True, False], [True, False], [False, True]])
        >>> args = (np.array([0.2, 0.9, 0.5]), np.array([0, 0, 1]), has)
        >>> nothing, both = np.zeros((3, 2), bool), np.array([True, True])
        >>> more = {"share": np.array([0.5, 0.5]), "rng": np.random.default_rng(0)}
        >>> choose_work(*args, nothing, both, **more)
        Work(desire=1, source=0, language=1)
        >>> choose_work(*args, nothing, np.array([True, False]), **more) is None
        True
    """
    asked_for = np.flatnonzero(chance > 0)
    sources: Bools = np.logical_and(has, reads[None])
    needs = np.zeros_like(has)
    needs[asked_for] = ~(has | taken)[asked_for] & reads & sources[asked_for].any(1, keepdims=True)
    if not needs.any():
        return None
    foreign = (has | taken) & np.not_equal.outer(own, np.arange(has.shape[1]))
    worth = np.where(needs, chance[:, None] * meeting_bonus(share, foreign.sum(0)), -1.0)
    if worth.max() < WORTH_LEAST:
        return None
    best = np.flatnonzero(worth >= worth.max())
    desire, language = divmod(int(best[int(rng.random() * len(best))]), has.shape[1])
    source = int(own[desire]) if sources[desire, own[desire]] else int(np.flatnonzero(sources[desire])[0])
    return Work(desire, source, language)
