"""The support of a text that was to be expected of each person before they read it, from a frozen model.

The worst fifth of a text are the people who were expected to support it least. When a text is woven, the model of the
answers is frozen: the numbers of some desires, without any number of a person. From these numbers and a person's own
answers, the person's tastes follow by one small fit. So nothing of a person outlives the erasure of their answers.

The numbers of a desire are kept only if enough people answered it, and rounded.

Letters: N people, M desires of the frozen model, D numbers of a person or desire, Q answers, L lines.

Source: ours; the person's half of a sweep of `engine.desire.response_model` at the posterior means of the desires.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from oneheart import settings

if TYPE_CHECKING:
    from oneheart.engine.desire.response_model import Posterior  # a server that seals a text does not load the model

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
STEPS = 100
"""Numbers are kept in whole hundredths."""
DESIRES_MOST = 300
"""The most desires of a frozen model: those of the text first, then those that most people answered."""
_ROUNDS = 8
_PEOPLE = 4096  # people of one block
_JITTER = 1e-6


@dataclass(frozen=True, slots=True)
class FrozenModel:
    """The numbers of some desires, and how people's tastes vary.

    Attributes:
        touch: how many numbers tell whether a desire touches somebody; 0 if this head is left out.
        direction: how many tell whether they want it or are against it; 0 if this head is left out. D is the sum.
        always: the stance that every touched answer has where a head is left out, else 0.
        prior: D (D + 1) / 2 hundredths: upper triangle of the covariance of people's numbers, by rows.
        desires: M names of desires, numbers of any kind, each once.
        numbers: M D hundredths: for each desire per head the intercept, then the tastes.

    Raises:
        ValueError: where the lengths do not fit together.
    """

    touch: int
    direction: int
    always: int
    prior: tuple[int, ...]
    desires: tuple[int, ...]
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the lengths."""
        size = self.size
        if len(self.prior) != size * (size + 1) // 2 or len(self.numbers) != size * len(self.desires):
            message = "the numbers of a frozen model do not fit its heads and desires"
            raise ValueError(message)

    @property
    def size(self) -> int:
        """Return D."""
        return self.touch + self.direction

    @property
    def heads(self) -> tuple[tuple[str, slice], ...]:
        """Return the name and place of each head that is in use."""
        both = ("touch", slice(0, self.touch)), ("direction", slice(self.touch, self.size))
        return tuple((name, part) for name, part in both if part.stop > part.start)

    @property
    def covariance(self) -> Floats:
        """Return the covariance of people's numbers, (D, D), positive definite."""
        size = self.size
        out = np.zeros((size, size))
        row, column = np.triu_indices(size)
        out[row, column] = out[column, row] = np.array(self.prior, np.float64) / STEPS
        values, vectors = np.linalg.eigh(out)  # rounding may have made it slightly indefinite
        return np.asarray((vectors * np.maximum(values, _JITTER)) @ vectors.T)

    @property
    def of_desires(self) -> Floats:
        """Return the numbers of the desires, (M, D)."""
        return np.array(self.numbers, np.float64).reshape(len(self.desires), self.size) / STEPS


def freeze(posterior: Posterior, columns: npt.ArrayLike, names: Sequence[int]) -> FrozenModel:
    """Return the frozen model of some desires.

    Args:
        posterior: fitted to all answers.
        columns: of these desires; the caller leaves out what too few people answered.
        names: their names in the frozen model.

    Notes:
        O(M D).
    """
    state = posterior.state
    places = np.asarray(columns, np.intp)
    prior = state.person_prior_covariance[np.triu_indices(state.heads.size)]
    return FrozenModel(
        *state.heads,
        posterior.always or 0,
        tuple(np.rint(prior * STEPS).astype(int).tolist()),
        tuple(names),
        tuple(np.rint(state.desire_mean[places] * STEPS).astype(int).ravel().tolist()),
    )


def expected_support(
    model: FrozenModel, people: int, answers: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike], lines: npt.ArrayLike
) -> Floats:
    """Return the net support of each line that the model expects of each person, (N, L), -0.5 to 1.

    Net support is P(want) less half of P(against). A person without answers is expected to support what people support
    on average.

    Args:
        model: the frozen model.
        people: N.
        answers: three arrays of length Q: row of the person, place of the desire in the model, stance 1, 0 or -1.
        lines: (L,) places of the lines in the model.

    Notes:
        O(Q D^2 + N D^3), in blocks of people. A person's numbers depend on nobody else's answers.
        Equal to `engine.reference.expected_support_by_definition` to rounding.

    Example:
        >>> model = FrozenModel(0, 2, 1, (100, 0, 100), (7, 8), (0, 300, 0, -300))
        >>> expected_support(model, 2, ([0, 1], [0, 0], [1, -1]), [0, 1]).round(1).tolist()
        [[0.7, -0.0], [-0.2, 0.5]]
    """
    row, place, stance = (np.asarray(array, np.intp) for array in answers)
    order = np.argsort(row, kind="stable")
    row, place, stance = row[order], place[order], stance[order]
    out = np.empty((people, len(np.asarray(lines))))
    for first in range(0, people, _PEOPLE):
        last = min(people, first + _PEOPLE)
        begin, end = np.searchsorted(row, [first, last])
        mean, covariance = _tastes(model, last - first, row[begin:end] - first, place[begin:end], stance[begin:end])
        out[first:last] = _support(model, mean, covariance, np.asarray(lines, np.intp))
    return out


def _tastes(model: FrozenModel, people: int, row: Ints, place: Ints, stance: Ints) -> tuple[Floats, Floats]:
    """Return the posterior means (people, D) and covariances (people, D, D) of people's numbers."""
    size, numbers = model.size, model.of_desires
    precision = np.linalg.inv(model.covariance)
    mean = np.zeros((people, size))
    covariance = np.tile(model.covariance, (people, 1, 1))
    facts = []
    for part, used, yes in _facts(model, stance):
        desire = numbers[place[used], part]
        ones = np.zeros((len(desire), size))
        ones[:, part] = desire
        ones[:, part.start] = 1.0  # a person's intercept has weight one
        facts.append((row[used], ones, desire[:, 0], yes))
    if not facts:
        return mean, covariance
    person, x, offset, yes = (np.concatenate(parts) for parts in zip(*facts, strict=True))
    order = np.argsort(person, kind="stable")
    person, x, offset, yes = person[order], x[order], offset[order], yes[order]
    outer = x[:, :, None] * x[:, None, :]
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    who = person[starts]
    for _ in range(_ROUNDS if len(who) else 0):
        eta = np.einsum("qd,qd->q", x, mean[person]) + offset
        spread = np.einsum("qi,qij,qj->q", x, covariance[person], x)
        square = np.sqrt(np.maximum(eta * eta + spread, _JITTER))
        weight = np.tanh(square / 2.0) / (2.0 * square)
        right = np.add.reduceat(x * (yes - 0.5 - weight * offset)[:, None], starts)
        covariance[who] = np.linalg.inv(precision + np.add.reduceat(outer * weight[:, None, None], starts))
        mean[who] = np.einsum("nij,nj->ni", covariance[who], right)
    return mean, covariance


def _facts(model: FrozenModel, stance: Ints) -> list[tuple[slice, npt.NDArray[np.bool_], Floats]]:
    """Return for each head in use its place, the answers that inform it, and whether each of these is a yes."""
    out = []
    for name, part in model.heads:
        used = np.ones(len(stance), bool) if name == "touch" else stance != 0
        yes = stance[used] != 0 if name == "touch" else stance[used] > 0
        out.append((part, used, yes.astype(np.float64)))
    return out


def _support(model: FrozenModel, mean: Floats, covariance: Floats, lines: Ints) -> Floats:
    """Return the expected net support of each line, (people, L)."""
    numbers = model.of_desires[lines]
    chances: dict[str, Floats] = {}
    for name, part in model.heads:
        x = numbers[:, part].copy()
        offset, x[:, 0] = x[:, 0].copy(), 1.0
        eta = mean[:, part] @ x.T + offset
        variance = np.einsum("li,nij,lj->nl", x, covariance[:, part, part], x)
        chances[name] = 1.0 / (1.0 + np.exp(-eta / np.sqrt(1.0 + np.pi * variance / 8.0)))
    ones = np.ones((len(mean), len(lines)))
    touch = chances.get("touch", ones * float(bool(model.heads) or model.always != 0))
    toward = chances.get("direction", ones * float(model.always >= 0))
    return np.asarray(touch * (toward - settings.AGAINST_WEIGHT.value * (1.0 - toward)))
