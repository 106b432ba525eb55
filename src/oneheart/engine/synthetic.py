"""Synthetic gatherings with a known truth, to test whether the engine recovers it.

People belong to hidden parts. Some desires are wanted by people of every part, others by one part and refused, or not
touched, by the rest. What each person truly wants is known for every desire. They answer a few random ones.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.presence import Attendance, Occasion

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_WANTED, _NOT_WANTED, _PART_NOISE = 1.8, -1.2, 0.4
_AGAINST_SHARE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """A made-up gathering and the truth behind it.

    Attributes:
        gathering: what the engine is given.
        want: (N, M) true chance that each person wants each desire, 0 to 1.
        against: (N, M) true chance that each person is against it, 0 to 1 - want.
        part_of: (N,) hidden part of each person.
        common: (M,) whether the desire is wanted by people of every part.

    Example:
        >>> made = draw(50, 20, answers=8, rng=np.random.default_rng(0))
        >>> bool(made.common[list(made.best_lines(3))].all())
        True
    """

    gathering: Gathering
    want: Floats
    against: Floats
    part_of: Ints
    common: npt.NDArray[np.bool_]

    @property
    def worst_fifth(self) -> Floats:
        """Return the true worst fifth of each desire, (M,): mean net support of the fifth who support it least.

        The last person of the fifth counts with a fraction where a fifth is no whole number; nan with nobody.
        """
        net = np.sort(self.want - settings.AGAINST_WEIGHT.value * self.against, axis=0)
        fifth = settings.WORST_SHARE.value * len(net)
        weight = np.clip(fifth - np.arange(len(net)), 0.0, 1.0)
        return np.asarray(weight @ net / fifth) if fifth else np.full(net.shape[1], np.nan)

    def best_lines(self, count: int = 1) -> tuple[int, ...]:
        """Return the columns with the greatest true worst fifth, the most common first; ties to the lower column."""
        return tuple(np.argsort(-self.worst_fifth, kind="stable")[:count].tolist())


def draw(
    people: int,
    desires: int,
    *,
    answers: int,
    rng: np.random.Generator,
    parts: Sequence[float] = (0.4, 0.25, 0.15, 0.12, 0.08),
    common: float = 0.15,
    spread: float = 0.5,
    one_sided: bool = False,
    leaning: Floats | None = None,
) -> Synthetic:
    """Return a made-up gathering.

    Args:
        people: N.
        desires: M.
        answers: how many desires each person answers, at most M.
        rng: draws everything.
        parts: shares of the hidden parts; they are made to sum to 1.
        common: share of desires that are wanted whatever the part of a person.
        spread: how far people of one part differ, in logits.
        one_sided: nobody is ever against anything; who would be, answers "not mine".
        leaning: (N, M) further effects on each person, in logits; 0 by default.

    Raises:
        ValueError: for no parts.

    Notes:
        O(N M).

    Example:
        >>> made = draw(50, 20, answers=8, rng=np.random.default_rng(0))
        >>> len(made.gathering.responses), made.want.shape
        (400, (50, 20))
    """
    share = np.asarray(parts, np.float64)
    if share.size == 0:
        message = "there must be at least one part"
        raise ValueError(message)
    part_of = rng.choice(len(share), people, p=share / share.sum())
    is_common = rng.permutation(desires) < round(common * desires)
    home = rng.integers(0, len(share), desires)
    pull = np.where(is_common[None, :] | (np.arange(len(share))[:, None] == home[None, :]), _WANTED, _NOT_WANTED)
    pull = pull + _PART_NOISE * rng.normal(size=pull.shape)
    logit = pull[part_of] + spread * rng.normal(size=(people, desires))
    if leaning is not None:
        logit = logit + leaning
    want = 1.0 / (1.0 + np.exp(-logit))
    against = np.zeros_like(want) if one_sided else _AGAINST_SHARE * (1.0 - want)
    drawn = rng.random(want.shape)
    stance = np.where(drawn < want, 1, np.where(drawn < want + against, -1, 0))
    asked = np.argsort(rng.random((people, desires)), axis=1)[:, : min(answers, desires)]
    person = np.repeat(np.arange(people), asked.shape[1])
    column = asked.ravel()
    gathering = Gathering(
        question="What do you want?",
        participants=tuple(f"p{number}" for number in range(people)),
        desires=tuple(Desire(f"d{number}", made_up_words(rng)) for number in range(desires)),
        responses=Responses.of(person, column, stance[person, column]),
        source="made up",
    )
    return Synthetic(gathering, want, against, part_of, is_common)


Relation = Literal["none", "confounded", "real"]


@dataclass(frozen=True, slots=True, eq=False)
class WithOccasions:
    """A made-up gathering whose people were also at occasions, with the true relation between the two.

    Attributes:
        synthetic: the gathering and the truth behind it.
        attendance: who was where, of the same people under the same labels.
        language: (N,) number of each person's language.
        relation: "none": being near and wanting alike are independent. "confounded": people of one language go to the
            same occasions and want alike, and there is no other effect. "real": the same, and each occasion also
            changes what its people want.
    """

    synthetic: Synthetic
    attendance: Attendance
    language: Ints
    relation: Relation

    @property
    def strata(self) -> dict[str, str]:
        """Return the language of everybody by label."""
        return {
            label: str(code)
            for label, code in zip(self.synthetic.gathering.participants, self.language.tolist(), strict=True)
        }


def draw_with_occasions(
    people: int,
    desires: int,
    *,
    answers: int,
    relation: Relation,
    rng: np.random.Generator,
    occasions: int = 30,
    went: int = 6,
    languages: Sequence[float] = (0.5, 0.3, 0.2),
    strength: float = 1.0,
) -> WithOccasions:
    """Return a made-up gathering with occasions and a known relation between being near and wanting alike.

    Args:
        people: N.
        desires: M.
        answers: how many desires each person answers, at most M.
        relation: the truth; see `WithOccasions`.
        rng: draws everything.
        occasions: how many there are.
        went: to how many of them each person went, at most all.
        languages: shares of the languages; they are made to sum to 1.
        strength: effect of an occasion where the relation is real, in logits.

    Raises:
        ValueError: for no languages, or another relation.

    Notes:
        O(N (M + occasions)).

    Example:
        >>> made = draw_with_occasions(40, 10, answers=5, relation="real", rng=np.random.default_rng(0))
        >>> len(made.attendance.person), made.attendance.people == made.synthetic.gathering.participants
        (240, True)
    """
    share = np.asarray(languages, np.float64)
    if share.size == 0 or relation not in {"none", "confounded", "real"}:
        message = "there must be at least one language, and the relation must be none, confounded or real"
        raise ValueError(message)
    language = rng.choice(len(share), people, p=share / share.sum())
    liking, wanting = rng.normal(size=(len(share), occasions)), 1.5 * rng.normal(size=(len(share), desires))
    moved_by = rng.normal(size=(occasions, desires))
    shared = relation != "none"
    taste = shared * liking[language] + rng.gumbel(size=(people, occasions))
    chosen = np.sort(np.argsort(-taste, axis=1)[:, : min(went, occasions)], axis=1)
    leaning = shared * wanting[language]
    if relation == "real" and chosen.shape[1]:
        leaning = leaning + strength * moved_by[chosen].sum(1) / np.sqrt(chosen.shape[1])
    synthetic = draw(people, desires, answers=answers, rng=rng, leaning=leaning)
    attendance = Attendance(
        synthetic.gathering.participants,
        tuple(
            Occasion(f"o{number}", ("lesson", "meal", "night", "workshop")[number % 4]) for number in range(occasions)
        ),
        np.repeat(np.arange(people), chosen.shape[1]).astype(np.int32),
        chosen.ravel().astype(np.int32),
        np.full(chosen.size, 60.0),
        source="made up",
    )
    return WithOccasions(synthetic, attendance, np.asarray(language, np.intp), relation)


def made_up_words(rng: np.random.Generator) -> str:
    """Return three made-up words of three syllables, so that hardly any two desires are alike."""
    letters = "bdfgklmnprstvz", "aeiou"
    syllables = ["".join(half[int(rng.integers(len(half)))] for half in letters) for _ in range(9)]
    return " ".join("".join(syllables[first : first + 3]) for first in (0, 3, 6))
