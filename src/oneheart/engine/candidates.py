"""Candidates for lines: which desires take part in the choice, what people want of them, and the choice itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import shares
from oneheart.engine.desire.calibration import Chances
from oneheart.engine.desire.common_ground import GatheringMeans, net_support
from oneheart.engine.desire.fact_readings import FactReading
from oneheart.engine.desire.one_desire import StoodFor
from oneheart.engine.desire.parts import latent_parts, weakest_part
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.same_wish import SameWishes, same_wishes
from oneheart.engine.desire.standing import MEASURED, Standing
from oneheart.engine.desire.wants import draw_count, drawn_wants, given_at, kept_kind, take_as_given
from oneheart.engine.preparing import Prepared

Reals = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.intp]
_CELLS = 30_000_000
_SHORTLIST_LEAST = 50
_LIKELY = 0.5  # EJR+ needs a yes or no of everybody: a want at least this likely is a yes


def shortlist(prepared: Prepared, standing: Sequence[Standing], means: GatheringMeans) -> Ints:
    """Return the columns that take part in the choice, ascending: all measured ones, or as many as fit in memory.

    Facts about their authors take no part. Where there are too many, the most wanted stay, at least fifty.
    """
    may = (s in MEASURED and fact is not FactReading.FACT for s, fact in zip(standing, prepared.facts, strict=True))
    measured = np.flatnonzero(np.fromiter(may, bool, len(standing)))
    people = len(prepared.people)
    most = max(_SHORTLIST_LEAST, _CELLS // max(1, people * draw_count(people)))
    if len(measured) > most:
        measured = measured[np.argsort(-means.want[measured], kind="stable")[:most]]
    return np.sort(measured)


@dataclass(frozen=True, slots=True, eq=False)
class Wants:
    """What people who answered want of the columns that take part in the choice.

    Attributes:
        drawn: (n S, columns) P(want) of the people that each may be, answers taken as given: see `drawn_wants`.
        likely: (n, columns) whether a want of each is as likely as not, or more; answers taken as given.
        net: (n, columns) net support of each by the model alone.
    """

    drawn: Reals
    likely: npt.NDArray[np.bool_]
    net: Reals


def wants_of(prepared: Prepared, chances: Chances, columns: Ints, rng: np.random.Generator) -> Wants:
    """Return what people who answered want of these columns.

    Notes:
        O(n S columns) memory and time; see `drawn_wants`.
    """
    people, r = prepared.people, prepared.responses
    net, likely = modelled(prepared, chances, columns)
    take_as_given(likely[:, None], people, columns, r)
    return Wants(drawn_wants(chances, people, columns, r, rng=rng), likely, net)


def modelled(prepared: Prepared, chances: Chances, columns: Ints) -> tuple[Reals, npt.NDArray[np.bool_]]:
    """Return of people who answered, by the model alone, the net support of these columns, and what is likely wanted.

    Each is (n, columns).
    """
    run = Pass(chances.of_desires(columns), prepared.people)
    net = np.empty((run.count, run.desires), kept_kind(run.count * run.desires))
    likely = np.empty(net.shape, bool)
    for block in run.blocks():
        net[:, block.columns] = net_support(block.want, block.against).T
        likely[:, block.columns] = (block.want >= _LIKELY).T
    return net, likely


def weakest_parts(prepared: Prepared, net: Reals, columns: Ints, rng: np.random.Generator) -> dict[int, float]:
    """Return for each column of the choice the mean net support of the latent part that supports it least.

    Parts are found by the model alone; what they want is what they answered, where they did.

    Args:
        prepared: the gathering.
        net: (n, columns) net support by the model alone.
        columns: of the choice.
        rng: start of the search for parts.
    """
    parts = latent_parts(net, rng=rng)
    answered, row, place = given_at(prepared.people, columns, prepared.responses)
    stance = prepared.responses.stance[answered]
    instead = row, place, net_support((stance == 1).astype(np.float64), (stance == -1).astype(np.float64))
    return dict(zip(columns.tolist(), weakest_part(net, parts, instead).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The lines of a text, as places among the columns that take part in the choice.

    Attributes:
        lines: in reading order: the most common first, what may be a fact about its author last.
        stands_for: for each line the common desires that it stands for: the same wish in other words.
        alike: (columns, columns) pairs that must not stand in one text, among desires that are or may become common.
    """

    lines: tuple[int, ...]
    stands_for: tuple[tuple[StoodFor, ...], ...]
    alike: npt.NDArray[np.bool_]


def choose_lines(
    prepared: Prepared,
    standing: Sequence[Standing],
    means: GatheringMeans,
    want: Reals,
    columns: Ints,
    asked: int,
) -> Choice:
    """Return the lines of the text.

    Args:
        prepared: the gathering.
        standing: of every canonical column; only ADMISSIBLE ones can become lines.
        means: of every canonical column; the worst fifth gives the order of the lines.
        want: (n S, columns) P(want), as in `Wants.drawn`.
        columns: columns that take part in the choice.
        asked: at most so many lines; fewer where no more fit.
    """
    candidates = [place for place, column in enumerate(columns) if standing[column] is Standing.ADMISSIBLE]
    near = [place for place, column in enumerate(columns) if may_become_common(standing[column], means.worst[column])]
    same = same_wishes(prepared.desires, columns[near].tolist(), prepared.responses)
    alike = np.zeros((len(columns), len(columns)), bool)
    alike[np.ix_(near, near)] = same.together
    is_fact = facts_of(prepared)
    chosen = choose_places(want, asked, candidates, alike, [is_fact[column] for column in columns])
    lines = sorted(chosen, key=lambda place: (is_fact[columns[place]], -means.worst[columns[place]]))
    is_common = [standing[columns[place]] is Standing.ADMISSIBLE for place in near]
    stood = stood_for(same, [near.index(place) for place in lines], columns[near].tolist(), is_common)
    return Choice(tuple(lines), stood, alike)


def may_become_common(standing: Standing, worst: float) -> bool:
    """Return whether a desire is common, or would be if its worst fifth by the model were left out."""
    return standing is Standing.ADMISSIBLE or (standing is Standing.BELOW and worst < 0)


def from_most_common(means: GatheringMeans, standing: Sequence[Standing]) -> list[int]:
    """Return the measured canonical columns, from the most to the least common."""
    return [int(column) for column in np.argsort(-means.worst, kind="stable") if standing[column] in MEASURED]


def facts_of(prepared: Prepared) -> list[bool]:
    """Return of each canonical column whether it reads like a fact about its author."""
    return [fact is not FactReading.WISH for fact in prepared.facts]


def choose_places(
    want: Reals,
    asked: int,
    candidates: Sequence[int],
    alike: npt.NDArray[np.bool_],
    is_fact: Sequence[bool],
    *,
    of_wishes: Callable[[Sequence[int]], Sequence[int]] | None = None,
) -> tuple[int, ...]:
    """Return the places that a text takes of these candidates, in the order of choice.

    No two of them are the same wish, and a fact about its author never takes a wish's place: facts fill what wishes
    leave open. Report and live text both choose by it.

    Args:
        want: (rows, columns) P(want).
        asked: at most so many places.
        candidates: places that may be lines.
        alike: (columns, columns) pairs that must not stand in one text.
        is_fact: of each place, whether it reads like a fact about its author.
        of_wishes: chooses at most `asked` of the places of wishes; by default by `shared_out`.
    """
    wishes = [place for place in candidates if not is_fact[place]]
    chosen = tuple(shares.shared_out(want, asked, wishes, alike) if of_wishes is None else of_wishes(wishes))
    if len(chosen) < asked:
        facts = set(candidates).difference(wishes)
        chosen = tuple(shares.shared_out(want, asked, [*wishes, *facts], alike, begin=chosen))
    return chosen


def stood_for(
    same: SameWishes, lines: Sequence[int], columns: Sequence[int], is_common: Sequence[bool]
) -> tuple[tuple[StoodFor, ...], ...]:
    """Return for each line the common desires that it stands for, those answered most alike first.

    Args:
        same: likeness of the columns that may be lines, and of those that almost may.
        lines: places of the lines in `columns`.
        columns: as `same` was made of.
        is_common: of each of `columns`, whether it may be a line.
    """
    out = []
    for line in lines:
        others = [place for place in np.flatnonzero(same.together[line]).tolist() if is_common[place]]
        others.sort(key=lambda place, line=line: (-same.correlation[line, place], columns[place]))  # type: ignore[misc]
        out.append(tuple(StoodFor(columns[place], same.why(line, place)) for place in others))
    return tuple(out)
