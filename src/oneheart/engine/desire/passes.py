"""All chances of many people in one pass, in single precision: what sums, shares and worst fifths are taken from.

`Posterior.probabilities` computes every chance in double precision, with whole arrays for each step. Where only sums
over people or orders of people are needed, that is slow and large. A *pass* goes desire by desire. The linear
predictors of all people to a block of desires are matrix products in single precision. The steps from there to chances
work in place on tiles that stay in the cache. A chance differs from that of `probabilities` by less than 2e-5.

Chances of one desire lie side by side in memory, so that sums run over people and a part of them can be put in order.
Tiles depend on sizes alone, so the numbers do not depend on the number of threads.

Source: ours; the steps are those of `Posterior.probabilities` and `calibration.corrected`, with odds in the place of
chances: if want = 1 / ((1 + a)(1 + b)) then its odds against are a + b + a b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.calibration import MOST_LOGIT, Calibrated, Calibration, Chances, logit
from oneheart.engine.desire.response_model import Posterior

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
BLOCK_CELLS = 1_000_000
"""Chances of one kind in a block."""

_TILE_CELLS = 32_768
_TILE_DESIRES = 8
_PEOPLE_AT_ONCE = 512
_PRODUCT_MOST = 200_000  # multiplications; OpenBLAS shares a product out above 262,144
_NARROWING = np.float32(np.pi / 8.0)


class Block(NamedTuple):
    """Chances of all people of a pass to a few desires, (desires, people) each.

    Attributes:
        columns: places of the desires, a slice of those that the pass is over.
        want: P(want).
        against: P(against).
    """

    columns: slice
    want: Singles
    against: Singles


@dataclass(frozen=True, slots=True)
class _HeadProducts:
    """What two matrix products need for one head: linear predictors and, unless all is known, their squares."""

    people_first: Singles
    people_square: Singles | None
    desires_first: Singles
    desires_square: Singles | None

    def predictor(self, desires: slice, people: slice, out: Singles, spare: Singles) -> None:
        """Write the linear predictors of a tile, narrowed by what is not known, into `out`; `spare` is overwritten."""
        _multiply(self.desires_first[desires], self.people_first[:, people], out)
        if self.people_square is None or self.desires_square is None:
            return
        _multiply(self.desires_square[desires], self.people_square[:, people], spare)
        narrow = out * out
        np.subtract(spare, narrow, out=spare)
        np.maximum(spare, 0.0, out=spare)
        spare *= _NARROWING
        spare += 1.0
        np.sqrt(spare, out=spare)
        out /= spare


def _multiply(desires: Singles, people: Singles, out: Singles) -> None:
    """Write the product of two matrices, in parts so small that no library shares one out to threads.

    Threads would take parts of another size, whose sums are rounded otherwise.
    """
    rows, inner = desires.shape
    step = max(1, _PRODUCT_MOST // (rows * inner))
    for left in range(0, people.shape[1], step):
        np.matmul(desires, people[:, left : left + step], out=out[:, left : left + step])


class Pass:
    """The chances of these people to the desires of a model, block by block.

    Args:
        chances: of the fitted model.
        people: its rows; None for all. In this order they stand in the blocks.

    Notes:
        O(n D^2) memory for what is kept of n people, 4 bytes a number. A pass costs O(n M D^2), in matrix products.

    Example:
        >>> from oneheart.engine.desire.response_model import fit
        >>> from oneheart.model.gathering import Responses
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> model = fit(r, 3, 2, rng=np.random.default_rng(0))
        >>> (block,) = Pass(model).blocks()
        >>> bool(np.allclose(block.want.T, model.probabilities()[0], atol=1e-5))
        True
    """

    __slots__ = ("_chances", "_direct", "_heads", "_people", "count", "desires")

    def __init__(self, chances: Chances, people: Ints | None = None) -> None:
        """See the class."""
        posterior = chances.posterior if isinstance(chances, Calibrated) else chances
        chosen = np.arange(len(posterior.state.person_mean)) if people is None else people
        self._chances, self._people = chances, chosen
        self.count, self.desires = len(chosen), len(posterior.state.desire_mean)
        self._heads = _heads_of(posterior, chosen)
        direct = chances.direct if isinstance(chances, Calibrated) and chances.calibration.want is not None else None
        self._direct = None if direct is None else _heads_of(direct, chosen)[0]

    def blocks(self, cells: int = BLOCK_CELLS) -> Iterator[Block]:
        """Yield the chances of all people to all desires, in the order of the desires; about `cells` at a time.

        The arrays of a block are overwritten by the next one.
        """
        step = max(1, min(self.desires, cells // max(1, self.count)))
        want, against = (np.empty((step, self.count), np.float32) for _ in range(2))
        tile = min(_TILE_DESIRES, step)
        width = max(1, min(max(1, self.count), _TILE_CELLS // tile))
        room = [np.empty((tile, width), np.float32) for _ in range(5)]
        for first in range(0, self.desires, step):
            columns = slice(first, min(first + step, self.desires))
            size = columns.stop - first
            for top in range(0, size, tile):
                bottom = min(top + tile, size)
                for left in range(0, self.count, width):
                    right = min(left + width, self.count)
                    cut = [part[: bottom - top, : right - left] for part in room]
                    w, a = want[top:bottom, left:right], against[top:bottom, left:right]
                    self._tile(slice(first + top, first + bottom), slice(left, right), cut, w, a)
            yield Block(columns, want[:size], against[:size])

    def all(self) -> tuple[Singles, Singles]:
        """Return P(want) and P(against) of all these people to all desires, each (people, desires) in C order."""
        want, against = (np.empty((self.count, self.desires), np.float32) for _ in range(2))
        for block in self.blocks():
            want[:, block.columns], against[:, block.columns] = block.want.T, block.against.T
        return want, against

    def _tile(self, desires: slice, people: slice, room: list[Singles], want: Singles, against: Singles) -> None:
        """Write the chances of a tile."""
        posterior = self._chances.posterior if isinstance(self._chances, Calibrated) else self._chances
        names = posterior.state.heads.names
        if not names or posterior.always == -1:  # no odds: everything is certain, or nobody wants anything
            who = self._people[people]
            w, _, a = self._chances.of_desires(np.arange(desires.start, desires.stop)).probabilities(who)
            want[:], against[:] = w.T, a.T
            return
        calibration = self._chances.calibration if isinstance(self._chances, Calibrated) else None
        touch, toward, spare, odds, ratio = room
        with np.errstate(over="ignore", divide="ignore"):
            if "touch" in names:
                self._heads[0].predictor(desires, people, touch, spare)
            if "direction" in names:
                self._heads[-1].predictor(desires, people, toward, spare)
            if len(names) == 2:  # noqa: PLR2004
                _both(touch, toward, odds, ratio, spare)
            else:
                np.exp(-(touch if "touch" in names else toward), out=odds)
            if calibration is None or not calibration.answers:
                np.add(odds, 1.0, out=want)
                np.divide(1.0, want, out=want)
            else:
                self._corrected_want(calibration, desires, people, odds, spare, want)
            if len(names) == 1:
                np.subtract(1.0, want, out=against)
                if names == ("touch",):
                    against[:] = 0.0
                return
            weights = None if calibration is None or not calibration.answers else calibration.against
            if weights is not None:
                np.clip(ratio, -MOST_LOGIT, MOST_LOGIT, out=ratio)
                ratio *= np.float32(weights[1])
                ratio += np.float32(weights[0])
            _logistic(ratio)
            np.subtract(1.0, want, out=against)
            against *= ratio

    def _corrected_want(
        self, calibration: Calibration, desires: slice, people: slice, odds: Singles, spare: Singles, want: Singles
    ) -> None:
        """Write calibrated P(want) of a tile from the odds against it; `odds` is overwritten."""
        assert isinstance(self._chances, Calibrated)  # noqa: S101  for the type
        np.log(odds, out=odds)
        np.clip(odds, -MOST_LOGIT, MOST_LOGIT, out=odds)  # minus the logit
        level = logit(self._chances.unknown[desires]).astype(np.float32)[:, None]
        if self._direct is None or calibration.want is None:
            t0, t1, t2 = calibration.drawn
            np.multiply(odds, np.float32(-t2), out=want)
            want += np.float32(t0) + np.float32(t1 - t2) * level
        else:
            t0, t1, t2, t3 = calibration.want
            odds *= np.float32(-t2)
            self._direct.predictor(desires, people, want, spare)
            np.clip(want, -MOST_LOGIT, MOST_LOGIT, out=want)
            want *= np.float32(t3)
            want += odds
            want += np.float32(t0) + np.float32(t1 - t2 - t3) * level
        _logistic(want)


def _both(touch: Singles, toward: Singles, odds: Singles, ratio: Singles, spare: Singles) -> None:
    """Write the odds against wanting, and the logit of being against rather than untouched, from both predictors.

    `touch` and `toward` are overwritten.
    """
    np.subtract(touch, toward, out=ratio)
    np.negative(touch, out=touch)
    np.exp(touch, out=touch)  # 1 / odds of being touched
    np.negative(toward, out=toward)
    np.exp(toward, out=toward)
    np.add(toward, 1.0, out=spare)
    np.multiply(touch, spare, out=odds)
    odds += toward
    np.log(spare, out=spare)
    ratio -= spare


def _logistic(value: Singles) -> None:
    """Replace logits by chances."""
    np.negative(value, out=value)
    np.exp(value, out=value)
    value += 1.0
    np.divide(1.0, value, out=value)


def _squares(mean: Floats, covariance: Floats, out: Singles) -> None:
    """Write the columns of `person_rows` for one head: means (K, n), covariances (n, K, K), columns (row, n)."""
    count = len(mean)
    place = count
    for a in range(count):
        np.multiply(mean[a], 2.0, out=out[a], casting="same_kind")
        for b in range(a, count):
            second = mean[a] * mean[b]
            second += covariance[:, a, b]
            if (a, b) == (0, 0):
                out[place], out[-1] = 1.0, second
            else:
                np.multiply(second, 1.0 if a == b else 2.0, out=out[place], casting="same_kind")
            place += 1


def _heads_of(posterior: Posterior, people: Ints) -> tuple[_HeadProducts, ...]:
    """Return what is needed of each head in use, for these people and all desires."""
    state = posterior.state
    known = not state.desire_covariance.any() and not state.person_covariance[people].any()
    out = []
    for h, part in enumerate(state.heads.parts):
        width = part.stop - part.start + 1
        first = np.empty((width, len(people)), np.float32)
        first[:-1], first[-1] = state.person_mean[people, part].T, 1.0
        square = None
        if not known:
            square = np.zeros((posterior.desire_rows[h].shape[1], len(people)), np.float32)
            for begin in range(0, len(people), _PEOPLE_AT_ONCE):
                some = people[begin : begin + _PEOPLE_AT_ONCE]
                mean, covariance = state.person_mean[some, part].T.copy(), state.person_covariance[some, part, part]
                _squares(mean, covariance, square[:, begin : begin + _PEOPLE_AT_ONCE])
        out.append(
            _HeadProducts(
                first,
                square,
                posterior.desire_first[h].astype(np.float32),
                None if known else posterior.desire_rows[h].astype(np.float32),
            )
        )
    return tuple(out)
