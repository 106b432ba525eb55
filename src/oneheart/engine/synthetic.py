"""Gatherings with a known truth, to see whether the engine finds it.

People belong to hidden themes. Some desires are wanted by people of every theme, others by one theme and refused, or
not touched, by the rest. What each person truly wants is known for every desire; they answer a few, by lot.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """A made-up gathering and the truth behind it.

    Attributes:
        gathering: what the engine is given.
        want: (N, M) true chance that each person wants each desire.
        against: (N, M) true chance that each person is against it.
        theme_of: (N,) hidden theme of each person.
        common: (M,) whether the desire is wanted by people of every theme.
    """

    gathering: Gathering
    want: Floats
    against: Floats
    theme_of: Ints
    common: npt.NDArray[np.bool_]

    @property
    def worst_fifth(self) -> Floats:
        """Return the true worst fifth of each desire, (M,): mean net support of the fifth who support it least."""
        net = np.sort(self.want - 0.5 * self.against, axis=0)
        count = max(1, len(net) // 5)
        return np.asarray(net[:count].mean(0))


def draw(
    people: int,
    desires: int,
    *,
    answers: int,
    rng: np.random.Generator,
    themes: Sequence[float] = (0.4, 0.25, 0.15, 0.12, 0.08),
    common: float = 0.15,
    spread: float = 0.5,
    one_sided: bool = False,
) -> Synthetic:
    """Return a made-up gathering.

    Args:
        people: N.
        desires: M.
        answers: how many desires each person answers, at most M.
        rng: draws everything.
        themes: shares of the hidden themes; they are made to sum to 1.
        common: share of desires that people of every theme want.
        spread: how far people of one theme differ, in logits.
        one_sided: nobody is ever against anything; who would be, answers "not mine".

    Raises:
        ValueError: for no themes.

    Example:
        >>> made = draw(50, 20, answers=8, rng=np.random.default_rng(0))
        >>> len(made.gathering.responses), made.want.shape
        (400, (50, 20))
    """
    share = np.asarray(themes, np.float64)
    if share.size == 0:
        message = "there must be at least one theme"
        raise ValueError(message)
    theme_of = rng.choice(len(share), people, p=share / share.sum())
    is_common = rng.permutation(desires) < round(common * desires)
    home = rng.integers(0, len(share), desires)
    pull = np.where(is_common[None, :] | (np.arange(len(share))[:, None] == home[None, :]), 1.8, -1.2)
    pull = pull + 0.4 * rng.normal(size=pull.shape)
    logit = pull[theme_of] + spread * rng.normal(size=(people, desires))
    want = 1.0 / (1.0 + np.exp(-logit))
    against = np.zeros_like(want) if one_sided else 0.6 * (1.0 - want)
    drawn = rng.random(want.shape)
    stance = np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))
    asked = np.argsort(rng.random((people, desires)), axis=1)[:, : min(answers, desires)]
    person = np.repeat(np.arange(people), asked.shape[1])
    column = asked.ravel()
    gathering = Gathering(
        question="What do you want?",
        participants=tuple(f"p{number}" for number in range(people)),
        desires=tuple(Desire(f"d{number}", _words(rng)) for number in range(desires)),
        responses=Responses.of(person, column, stance[person, column]),
        source="made up",
    )
    return Synthetic(gathering, want, against, theme_of, is_common)


def _words(rng: np.random.Generator) -> str:
    """Return three made-up words, so that no two desires are alike."""
    letters = "bdfgklmnprstvz", "aeiou"
    syllables = ["".join(half[int(rng.integers(len(half)))] for half in letters) for _ in range(9)]
    return " ".join("".join(syllables[first : first + 3]) for first in (0, 3, 6))
