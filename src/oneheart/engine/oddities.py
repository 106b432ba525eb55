"""Oddities: groups of seats that one person may have taken. A quiet sign for hosts, never an accusation.

Only groups of at least k seats, taken within one minute, are looked for. A group is reported if it would hardly come
about by chance, or if many more people came in one minute than in any other. Friends who came in the same minute and
agree in nearly everything can be such a group. Whoever takes care to answer in different ways, or over an hour, is not
found.

Source: ours. Significance with a Bonferroni correction over all groups of that size; the chance that two people answer
alike is measured on the people of this gathering who think most like the group.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.model.gathering import Responses

Kind = Literal["alike", "one answer", "silent", "one minute"]

HALF_MINUTE_MS = 30_000
_WINDOW = 2  # half minutes
SHARED_LEAST = 6
"""Fewest answers to the same desires that make two people comparable."""
SETTLE = 20
"""Half minutes after which a seat without any answer is called silent."""
RARE = 1e-6
"""Greatest number of such groups that chance is expected to bring about in a gathering."""
_LIKE_MINDED = 10  # a tenth of the others: those whose answers are nearest to those of the group
_PRIOR = 8  # answers that the mean agreement of like minds counts for at each desire
_COMPARED_LEAST = 10  # people outside a group with whom it is compared
_SEEDS = 30
_ROUNDS = 4
_MISMATCH_EVERY = 20  # one different answer in twenty
_TIMES_OTHER_MINUTES = 4
_MINUTE_LEAST = 25
_OTHERS_LEAST = 20
_SEATS_MOST = 1500  # in one window

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Seated:
    """What is known of the N seats of a gathering.

    Attributes:
        half: half minute at which each seat was taken, (N,).
        responses: their answers; participants are rows from 0 to N-1.
        active: whether each person said, answered or read anything at all, (N,).
        until: last half minute at which answers were taken; None if none were.
    """

    half: Ints
    responses: Responses
    active: Bools
    until: int | None


@dataclass(frozen=True, slots=True)
class Oddity:
    """A group of seats that stands out.

    Attributes:
        kind: "alike": they answered the same desires alike. "one answer": they gave one and the same answer to
            everything. "silent": they did nothing. "one minute": more people came in one minute than in any other.
        rows: rows of the seats, ascending; at least k.
        first: half minute at which the first of them was taken.
        last: half minute at which the last of them was taken.
    """

    kind: Kind
    rows: tuple[int, ...]
    first: int
    last: int


def oddities(seated: Seated) -> tuple[Oddity, ...]:
    """Return the groups of seats that stand out, the largest first; no two of one kind share most of their seats.

    Notes:
        O(windows W² M) for W seats in a window, at most 1,500, and M desires. Deterministic.
    """
    if not disclosure.enough(len(seated.half)):
        return ()
    stances = _table(seated)
    windows = _windows(seated.half)
    found = [*_one_minute(seated.half)]
    found += [odd for window in windows for odd in _alike(seated, stances, window)]
    answered = (stances != _MISSING).sum(axis=1)
    enough = answered >= SHARED_LEAST
    for stance in (1, 0, -1):
        constant = enough & ((stances == stance).sum(axis=1) == answered)
        found += _frequent("one answer", seated.half, constant, enough, windows)
    if seated.until is not None:
        settled = seated.half + SETTLE <= seated.until
        found += _frequent("silent", seated.half, settled & ~seated.active, settled, windows)
    return _distinct(found)


_MISSING = 2


def _table(seated: Seated) -> npt.NDArray[np.int8]:
    """Return the stance of each person to each desire, (N, M); 2 where they were not asked."""
    r = seated.responses
    columns = int(r.desire.max()) + 1 if len(r) else 0
    table = np.full((len(seated.half), columns), _MISSING, np.int8)
    table[r.participant, r.desire] = r.stance
    return table


def _windows(half: Ints) -> list[Ints]:
    """Return the rows of each minute that begins with the half minute of a seat and holds at least k of them."""
    spans = (np.flatnonzero((half >= first) & (half < first + _WINDOW)) for first in np.unique(half))
    return [rows for rows in spans if disclosure.enough(len(rows))]


def _odd(kind: Kind, rows: Ints, half: Ints) -> Oddity:
    return Oddity(kind, tuple(sorted(rows.tolist())), int(half[rows].min()), int(half[rows].max()))


def _one_minute(half: Ints) -> list[Oddity]:
    """Return the minutes in which many times more people came than in any other minute."""
    minute = half // 2
    minutes, counts = np.unique(minute, return_counts=True)
    out = []
    for place, count in enumerate(counts.tolist()):
        others = np.delete(counts, place)
        if count >= _MINUTE_LEAST and others.sum() >= _OTHERS_LEAST and count >= _TIMES_OTHER_MINUTES * others.max():
            out.append(_odd("one minute", np.flatnonzero(minute == minutes[place]), half))
    return out


# --- more of them here than elsewhere ---------------------------------------------------------------------------------


def _frequent(kind: Kind, half: Ints, marked: Bools, among: Bools, windows: Sequence[Ints]) -> list[Oddity]:
    """Return the windows in which far more seats are marked than outside of them."""
    out = []
    for window in windows:
        inside = np.zeros(len(half), bool)
        inside[window] = True
        people, hits = int((inside & among).sum()), int((inside & marked).sum())
        others, other_hits = int((~inside & among).sum()), int((~inside & marked).sum())
        if not disclosure.enough(hits) or others < _COMPARED_LEAST:
            continue
        rate = (other_hits + 1) / (others + 2)
        if _log_tail(people, hits, rate) + math.log(len(windows)) < math.log(RARE):
            out.append(_odd(kind, np.flatnonzero(inside & marked), half))
    return out


def _log_tail(people: int, hits: int, rate: float) -> float:
    """Return the logarithm of the probability of this many hits or more among people, each with this rate.

    Example:
        >>> round(math.exp(_log_tail(2, 1, 0.5)), 6), round(math.exp(_log_tail(10, 10, 0.5)), 6)
        (0.75, 0.000977)
    """
    counts = np.arange(hits, people + 1)
    logs = np.array([_log_choose(people, int(count)) for count in counts])
    logs = logs + counts * math.log(rate) + (people - counts) * math.log1p(-rate)
    return float(np.logaddexp.reduce(logs))


def _log_choose(people: int, chosen: int) -> float:
    return math.lgamma(people + 1) - math.lgamma(chosen + 1) - math.lgamma(people - chosen + 1)


# --- alike ------------------------------------------------------------------------------------------------------------


def _alike(seated: Seated, stances: npt.NDArray[np.int8], window: Ints) -> list[Oddity]:
    """Return the groups of a window whose answers agree more than chance and like minds explain."""
    answered = stances != _MISSING
    varied = np.array([len(np.unique(row[known])) > 1 for row, known in zip(stances, answered, strict=True)], bool)
    window = window[varied[window] & (answered[window].sum(axis=1) >= SHARED_LEAST)][:_SEATS_MOST]
    if not disclosure.enough(len(window)):
        return []
    shared, agree = _pairs(stances[window])
    partners = (_fits(shared, agree)).sum(axis=1)
    out = []
    free = np.ones(len(window), bool)
    for seed in np.argsort(-partners, kind="stable")[:_SEEDS].tolist():
        if not free[seed] or not disclosure.enough(int(partners[seed])):
            continue
        members = _grown(stances[window], seed)
        if not disclosure.enough(int(members.sum())):
            continue
        group = window[members]
        if _log_expected(stances, group, len(window)) < math.log(RARE):
            out.append(_odd("alike", group, seated.half))
            free &= ~members
    return out


def _pairs(stances: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return for each pair of people how many desires both answered, and how many alike, (W, W) each."""
    known = (stances != _MISSING).astype(np.float32)
    agree = np.zeros((len(stances), len(stances)), np.float32)
    for stance in (1, 0, -1):
        same = (stances == stance).astype(np.float32)
        agree += same @ same.T
    return known @ known.T, agree


def _fits(shared: npt.NDArray[np.float32], agree: npt.NDArray[np.float32]) -> Bools:
    fits: Bools = (shared >= SHARED_LEAST) & (shared - agree <= shared // _MISMATCH_EVERY)
    return fits


def _consensus(stances: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Return the most frequent answer of a group to each desire, (M,); 2 where nobody was asked."""
    counts = np.stack([(stances == stance).sum(axis=0) for stance in (1, 0, -1)])
    most = np.array([1, 0, -1], np.int8)[counts.argmax(axis=0)]
    return np.where(counts.sum(axis=0) > 0, most, np.int8(_MISSING))


def _against(stances: npt.NDArray[np.int8], consensus: npt.NDArray[np.int8]) -> tuple[Bools, Bools]:
    """Return which answers can be compared with a consensus, and which of them agree with it, (N, M) each."""
    comparable = (stances != _MISSING) & (consensus != _MISSING)
    return comparable, comparable & (stances == consensus)


def _grown(stances: npt.NDArray[np.int8], seed: int) -> Bools:
    """Return the people whose answers fit those of one of them, and then those of the group, (W,)."""
    members = np.zeros(len(stances), bool)
    members[seed] = True
    for _ in range(_ROUNDS):
        comparable, agrees = _against(stances, _consensus(stances[members]))
        new = _fits(comparable.sum(axis=1).astype(np.float32), agrees.sum(axis=1).astype(np.float32))
        if (new == members).all() or not new.any():
            break
        members = new
    return members


def _log_expected(stances: npt.NDArray[np.int8], group: Ints, among: int) -> float:
    """Return the logarithm of the expected number of such groups by chance; infinity where nobody can be compared."""
    consensus = _consensus(stances[group])
    outside = np.ones(len(stances), bool)
    outside[group] = False
    comparable, agrees = _against(stances, consensus)
    others = np.flatnonzero(outside & (comparable.sum(axis=1) >= SHARED_LEAST))
    if len(others) < _COMPARED_LEAST:
        return math.inf
    likeness = agrees[others].sum(axis=1) / comparable[others].sum(axis=1)
    nearest = np.argsort(-likeness, kind="stable")[: max(_COMPARED_LEAST, len(others) // _LIKE_MINDED)]
    like_minded = others[nearest]
    agreed, asked = agrees[like_minded].sum(axis=0), comparable[like_minded].sum(axis=0)
    rate = np.clip((agreed + _PRIOR * agreed.sum() / asked.sum()) / (asked + _PRIOR), 0.02, 0.98)
    alone = comparable[group].sum(axis=0) < 2  # noqa: PLR2004  nobody else of the group answered it
    log_chance = np.where(comparable[group] & ~alone, np.where(agrees[group], np.log(rate), np.log1p(-rate)), 0.0)
    chances = log_chance.sum(axis=1)
    return float(_log_choose(among, len(group)) + chances.sum() - chances.min())


def _distinct(found: Sequence[Oddity]) -> tuple[Oddity, ...]:
    """Return the groups, the largest first, without those of which a larger one of their kind holds half."""
    out: list[Oddity] = []
    for odd in sorted(found, key=lambda odd: (-len(odd.rows), odd.kind, odd.rows)):
        rows = set(odd.rows)
        if not any(odd.kind == kept.kind and 2 * len(rows & set(kept.rows)) >= len(rows) for kept in out):
            out.append(odd)
    return tuple(out)
