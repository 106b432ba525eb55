"""Choosing a set of lines by proportional approval voting (PAV) on expected wants, and the proof of its share.

`want` is (N, M), P(person wants desire), answered cells replaced by the answer (0 or 1). Within a row, wants are taken
as independent. Where little is known of people, each person has several rows, drawn from the posterior (see
`oneheart.engine.desire.wants`). `approvals` is the same with 0 and 1 only. `lines` are column numbers.

Source: PAV, Thiele (1895); local search, Aziz et al. (2018); EJR+, Brill & Peters (2023); expected form, the share
index as certificate, and exact pairs by subset sums: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
_MOST_SWAPS = 200
_LEAST_GAIN = 1e-12
_FIRST_LINE = 2.0
_NEAR_NONE = 1e-3  # near 0, where t^S tells who has no line; at 0 no line could be taken away by division


def _nodes(count: int) -> tuple[Floats, Floats]:
    """Return Gauss-Legendre nodes and weights on 0..1, exact for polynomials of degree `count`."""
    x, w = np.polynomial.legendre.leggauss(count // 2 + 1)
    return (x + 1) / 2, w / 2


def harmonic_gain(want: Reals, lines: Sequence[int]) -> Floats:
    """Return for each person E[1 / (1 + S)], S = how many of the lines they want, (N,), 0 to 1.

    This is the marginal PAV weight of a person: 1 without a line, 1/(1 + k) for one who wants all k.
    Wants are taken as independent given the model. Exact: E[1/(1+S)] is the integral over t of
    prod(1 - p (1 - t)), a polynomial, integrated by Gauss-Legendre. O(N k^2).

    Example:
        >>> harmonic_gain(np.array([[1.0, 0.0], [1.0, 1.0]]), [0, 1]).round(6).tolist()
        [0.5, 0.333333]
    """
    nodes, weights = _nodes(len(lines))
    product = np.ones((len(want), len(nodes)))
    for line in lines:
        product *= 1.0 - want[:, line, None] * (1.0 - nodes)
    return np.asarray(product @ weights)


def _first_line_nodes(count: int) -> tuple[Floats, Floats]:
    """Return the nodes of `_nodes` and one more, for those who have none of the lines."""
    nodes, weights = _nodes(count)
    return np.append(nodes, _NEAR_NONE), np.append(weights, _FIRST_LINE)


def pav_value(want: Reals, lines: Sequence[int]) -> float:
    """Return the expected PAV score, the sum over people of E[1 + 1/2 + ... + 1/S], 0 to N H(k). O(N k^3).

    Example:
        >>> pav_value(np.array([[1.0, 1.0]]), [0, 1])
        1.5
    """
    return float(sum(want[:, line] @ harmonic_gain(want, lines[:j]) for j, line in enumerate(lines)))


def shared_out(
    want: Reals,
    k: int,
    candidates: Sequence[int] | None = None,
    alike: npt.NDArray[np.bool_] | None = None,
    begin: Sequence[int] = (),
) -> tuple[int, ...]:
    """Return up to k columns as `expected_pav` does, but a person's first line counts 3 instead of 1.

    So more people have a line, most of all in the part where fewest have one. Where the share index of these columns
    is above 1, and above that of the columns of `expected_pav`, the latter come back: no part is owed more than by PAV.

    Notes:
        Weight of the first line: ours, chosen on made-up halls; see decision 31. At most twice `expected_pav`'s cost.

    Example:
        >>> wants = np.array([[1, 1, 1, 0]] * 14 + [[0, 0, 0, 1]] * 4, float)
        >>> expected_pav(wants, 3), shared_out(wants, 3)  # 4 of 18 are owed no line of three, and are served first
        ((0, 1, 2), (0, 3, 1))
    """
    served = _chosen(want, k, candidates, alike, begin, _first_line_nodes(k))
    index = share_index(want, served)[0]
    if index <= 1:
        return served
    proportional = expected_pav(want, k, candidates, alike, begin)
    return served if index <= share_index(want, proportional)[0] else proportional


def expected_pav(
    want: Reals,
    k: int,
    candidates: Sequence[int] | None = None,
    alike: npt.NDArray[np.bool_] | None = None,
    begin: Sequence[int] = (),
) -> tuple[int, ...]:
    """Return up to k columns with the greatest expected PAV score that no single swap improves.

    Greedy, then best swaps. Ties go to the lower column. `candidates` restricts the choice; `alike` (M, M) marks
    pairs that must not stand in one text (the diagonal is ignored); fewer than k lines come back where no more
    fit. Lines to `begin` with stay. A swap-stable set of true approvals has share index below 1 (theorem 2 of the
    explanation).

    Notes:
        O(N (C + k)) for each line and O(N k (C + k)) for each round of swaps, C candidates; few rounds.

    Example:
        >>> wants = np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1.0]])
        >>> expected_pav(wants, 2)
        (0, 2)
    """
    return _chosen(want, k, candidates, alike, begin, _nodes(k))


def _chosen(
    want: Reals,
    k: int,
    candidates: Sequence[int] | None,
    alike: npt.NDArray[np.bool_] | None,
    begin: Sequence[int],
    counted: tuple[Floats, Floats],
) -> tuple[int, ...]:
    """Return up to k columns by greatest gains and best swaps, as people are `counted` by nodes and weights."""
    m = want.shape[1]
    allowed = np.zeros(m, bool)
    allowed[list(range(m) if candidates is None else candidates)] = True
    chosen: list[int] = list(begin)
    if not allowed.any() or len(chosen) >= k:
        return tuple(chosen)
    gains = Gains(want, allowed, alike, counted)
    for line in chosen:
        gains.add(line)
    while len(chosen) < k:
        gain = gains.of([None])[0]
        best = int(gain.argmax())
        if not np.isfinite(gain[best]):
            break
        chosen.append(best)
        gains.add(best)
    for _ in range(_MOST_SWAPS):
        swap = _best_swap(gains, chosen, len(begin))
        if swap is None:
            break
        place, new = swap
        gains.add(new, instead=place)
        chosen[place] = new
    return tuple(chosen)


def nearest_swaps(
    want: Reals, lines: Sequence[int], candidates: Ints, alike: npt.NDArray[np.bool_] | None = None
) -> Ints:
    """Return the candidates that are no lines, those first whose best swap for a line adds most or costs least.

    Example:
        >>> wants = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1.0]])
        >>> nearest_swaps(wants, [0], np.arange(3)).tolist()
        [1, 2]
    """
    allowed = np.zeros(want.shape[1], bool)
    allowed[candidates] = allowed[list(lines)] = True
    gains = Gains(want, allowed, alike, _first_line_nodes(max(1, len(lines))))
    for line in lines:
        gains.add(line)
    best = np.full(want.shape[1], -np.inf)
    for place, gain in enumerate(gains.of(range(len(lines)))):
        best = np.maximum(best, gain - gain[lines[place]])
    others = candidates[~np.isin(candidates, list(lines))]
    return np.asarray(others[np.argsort(-best[others], kind="stable")])


class Gains:
    """What columns would add to the score of chosen lines, while lines are added and swapped.

    For each node of the integral of `harmonic_gain` the product over the lines is kept, and divided by the factor of a
    line where the line is taken away. So the gains without each line in turn are one matrix product.
    """

    def __init__(
        self,
        want: Reals,
        allowed: npt.NDArray[np.bool_],
        alike: npt.NDArray[np.bool_] | None,
        counted: tuple[Floats, Floats],
    ) -> None:
        """Begin without lines; people are `counted` by these nodes and weights, none of them 0."""
        self._want, self._allowed, self._alike = want, allowed, alike
        self._columns = np.flatnonzero(allowed)
        self._rows = np.ascontiguousarray(want[:, self._columns].T)
        nodes, weights = counted
        kind = np.result_type(want.dtype, np.float32)
        self._away, self._weights = (1.0 - nodes).astype(kind)[:, None], weights.astype(kind)
        self._product = np.ones((len(nodes), len(want)), kind)
        self._lines: list[int] = []

    @property
    def people(self) -> int:
        """Return N."""
        return len(self._want)

    @property
    def least(self) -> float:
        """Return the least mean gain that is more than rounding."""
        rounding = 4.0 * float(np.finfo(self._product.dtype).eps)
        return max(rounding, _LEAST_GAIN)

    def _factor(self, line: int) -> Reals:
        return np.asarray(1.0 - self._away * self._want[:, line])

    def add(self, line: int, *, instead: int | None = None) -> None:
        """Add a line, at the end or in the place of another one."""
        if instead is None:
            self._lines.append(line)
        else:
            self._product /= self._factor(self._lines[instead])
            self._lines[instead] = line
        self._product *= self._factor(line)

    def of(self, without: Sequence[int | None]) -> Floats:
        """Return for each of these places what every column would add to all lines but that one, (places, M).

        It is -inf for columns that may not be added. None stands for no place: all lines stay.
        """
        weight = np.empty((len(without), self.people), self._product.dtype)
        for row, place in enumerate(without):
            product = self._product if place is None else self._product / self._factor(self._lines[place])
            weight[row] = self._weights @ product
        gain = np.full((len(without), len(self._allowed)), -np.inf)
        gain[:, self._columns] = weight @ self._rows.T
        for row, place in enumerate(without):
            rest = [line for other, line in enumerate(self._lines) if other != place]
            gain[row, rest] = -np.inf
            if self._alike is not None and rest:
                gain[row, self._alike[rest].any(0)] = -np.inf
        return gain


def _best_swap(gains: Gains, chosen: Sequence[int], fixed: int) -> tuple[int, int] | None:
    """Return (place, new column) of the swap that adds most, or None; the first `fixed` places stay."""
    best, found = gains.least * gains.people, None
    for place, gain in enumerate(gains.of(range(fixed, len(chosen))), start=fixed):
        has = gain[chosen[place]]
        gain[chosen[place]] = -np.inf
        new = int(gain.argmax())
        if gain[new] - has > best:
            best, found = float(gain[new] - has), (place, new)
    return found


def share_index(want: Reals, lines: Sequence[int], *, asked: int = 0) -> tuple[float, int | None]:
    """Return the share index k * max over other columns of their mean gain, and the column that attains it.

    k is the number of lines, or the number `asked` for where that is greater: a short text owes what is missing.

    Below 1 with true approvals, the lines satisfy EJR+: every part of the gathering, of whatever size, has the
    share of lines that its size asks for (theorem 1). With expected wants it is an estimate. 0 and None where no
    other column exists or there are no lines.

    Example:
        >>> rho, owed = share_index(np.array([[1, 0], [1, 0], [0, 1.0]]), [0])
        >>> round(rho, 4), owed
        (0.3333, 1)
        >>> round(share_index(np.array([[1, 0], [1, 0], [0, 1.0]]), [0], asked=2)[0], 4)
        0.6667
    """
    if len(set(lines)) == want.shape[1] or len(lines) == 0 or len(want) == 0:
        return 0.0, None
    gain = (harmonic_gain(want, lines).astype(want.dtype) @ want).astype(np.float64) / len(want)
    gain[list(lines)] = -np.inf
    best = int(gain.argmax())
    return float(max(len(lines), asked) * gain[best]), best


def most_missed(
    want: Reals, lines: Sequence[int], candidates: Sequence[int], alike: npt.NDArray[np.bool_]
) -> int | None:
    """Return the candidate that would add most for those who have least, and is not the same wish as a line.

    None where no candidate is left.

    Args:
        want: (rows, M) P(want).
        lines: columns of the text.
        candidates: columns that may be told.
        alike: (M, M) pairs that are the same wish.

    Example:
        >>> want, alike = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]]), np.zeros((3, 3), bool)
        >>> alike[0, 1] = alike[1, 0] = True
        >>> most_missed(want, [0], [1, 2], alike), most_missed(want, [0], [1], alike)
        (2, None)
    """
    lines = list(lines)
    left = [c for c in candidates if c not in lines and not alike[c, lines].any()]
    if not left or not len(want):
        return None
    return left[int((harmonic_gain(want, lines) @ want[:, left]).argmax())]


def lines_held(want: Reals, lines: Sequence[int]) -> Floats:
    """Return the expected share of people who want exactly 0, 1, .., k of the lines, (k + 1,), sums to 1.

    Example:
        >>> lines_held(np.array([[1.0, 0.0], [0.5, 0.0]]), [0, 1]).tolist()
        [0.25, 0.75, 0.0]
    """
    chance = np.zeros((len(want), len(lines) + 1))
    chance[:, 0] = 1.0
    for line in lines:
        p = want[:, line, None]
        moved = np.zeros_like(chance)
        moved[:, 1:] = chance[:, :-1] * p
        chance = chance * (1 - p) + moved
    return np.asarray(chance.mean(0))


def coverage(want: Reals, lines: Sequence[int]) -> float:
    """Return the expected share of people who want at least one of the lines, 0 to 1. O(N k).

    Example:
        >>> coverage(np.array([[0.5, 0.5], [0.0, 1.0]]), [0, 1])
        0.875
    """
    if len(want) == 0:
        return 0.0
    return float(1.0 - np.prod(1.0 - want[:, list(lines)], axis=1).mean())


def pairs(approvals: Reals | npt.NDArray[np.bool_], lines: Sequence[int]) -> float:
    """Return the share of all pairs of people who have at least one line in common, 0 to 1; 0 below two people.

    Exact by sums over subsets of answer patterns: O(N + k 2^k), never pairs of people.

    Example:
        >>> round(pairs(np.array([[1, 0], [1, 1], [0, 1.0]]), [0, 1]), 4)
        0.6667
    """
    n, k = len(approvals), len(lines)
    if n < 2:  # noqa: PLR2004
        return 0.0
    code = (approvals[:, list(lines)] > 0).astype(np.int64) @ (1 << np.arange(k))
    frequency = np.bincount(code, minlength=1 << k).astype(np.float64)
    below = frequency.copy()  # below[s] becomes the number of people whose pattern is a subset of s
    for bit in range(k):
        view = below.reshape(-1, 2, 1 << bit)
        view[:, 1] += view[:, 0]
    full = (1 << k) - 1
    apart = float(frequency @ below[full - np.arange(1 << k)])  # ordered pairs with nothing in common
    with_themselves = frequency[0]
    return float((n * n - n - (apart - with_themselves)) / (n * (n - 1)))


def expected_pairs(want: Reals, lines: Sequence[int], draws: int = 1) -> float:
    """Return the expected share of pairs of people with a line in common, 0 to 1; 0 below two people.

    For two different people the chance of nothing in common is the sum over subsets A of
    (-1)^|A| prod p_i prod p_j, which factorises over people: O(N 2^k). Where so many `draws` of each person stand
    together in `want`, a person's products are means over them, and nobody is paired with themselves.

    Example:
        >>> round(expected_pairs(np.array([[1.0], [0.5], [0.5]]), [0]), 4)
        0.4167
        >>> expected_pairs(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), [0, 1], draws=2)
        0.5
    """
    n, k = len(want) // draws, len(lines)
    if n < 2:  # noqa: PLR2004
        return 0.0
    products = np.ones((len(want), 1))
    signs = np.ones(1)
    for line in lines:
        products = np.concatenate([products, products * want[:, line, None]], axis=1)
        signs = np.concatenate([signs, -signs])
    products = products.reshape(n, draws, -1).mean(1)
    total = products.sum(0)
    apart = float(signs @ (total * total - (products * products).sum(0)))
    return float(np.clip(1.0 - apart / (n * (n - 1)), 0.0, 1.0)) if k else 0.0


def ejr_plus(approvals: Reals | npt.NDArray[np.bool_], lines: Sequence[int], *, asked: int = 0) -> tuple[bool, float]:
    """Return whether the lines satisfy EJR+ exactly, and how near the most neglected group comes to its share.

    k is the number of lines, or the number `asked` for where that is greater.

    For each level l the people who want some other column c and have fewer than l lines must be fewer than
    l N / k. The second number is the greatest such ratio; below 1 is yes. O(N M k).

    Example:
        >>> ejr_plus(np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]]), [0])
        (True, 0.5)
    """
    n, k = len(approvals), max(len(lines), asked) if len(lines) else 0
    others = np.setdiff1d(np.arange(approvals.shape[1]), np.asarray(lines, np.intp))
    if n == 0 or k == 0 or len(others) == 0:
        return True, 0.0
    held = (approvals[:, list(lines)] > 0).sum(1)
    wanted = approvals[:, others] > 0
    worst = 0.0
    for level in range(1, k + 1):
        left_out = wanted[held < level].sum(0)
        worst = max(worst, float(left_out.max(initial=0)) * k / (level * n))
    return worst < 1.0, worst
