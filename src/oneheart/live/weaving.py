"""Weaving a live gathering's text, away from every request: which desires become lines, in what order, and how sure.

Nothing is written here but numbers of desires. Where there are too few people or answers for the model, as in one ten,
lines are counted from the answers themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import response_model as model
from oneheart.engine.desire.one_desire import line_count
from oneheart.engine.prayer.few import lines_of_few
from oneheart.engine.prayer.weaving import reading_order
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Gathering, Responses

_ALTERNATES = 12
_OWN_LINE = 0.5  # a circle has a line of its own where half of it are expected to want one


@dataclass(frozen=True, slots=True, eq=False)
class WeaveOrder:
    """What is to be woven.

    Attributes:
        gathering: as `LiveGathering.as_gathering` gives it; labels of desires are their live numbers.
        version: of the round.
        leave_out: labels of desires that must not become lines.
        seed: of everything drawn by lot.
    """

    gathering: Gathering
    version: int
    leave_out: frozenset[str]
    seed: int


@dataclass(frozen=True, slots=True)
class Woven:
    """What came of it, in numbers of live desires.

    Attributes:
        version: as in the order.
        lines: desires of each line, the one whose words are read first.
        alternates: desires that may take a line's place, best first.
        measured: there was enough for the model.
        coverage, share_index: None where not measured.
        worst: net support of the worst fifth of each line; () where not measured.
        without: names of circles (as in the gathering) of which not half are expected to want any line.
        seed: as in the order.
    """

    version: int
    lines: tuple[tuple[int, ...], ...]
    alternates: tuple[int, ...]
    measured: bool
    coverage: float | None
    share_index: float | None
    worst: tuple[float, ...]
    without: tuple[str, ...]
    seed: int


def weave_order(order: WeaveOrder) -> Woven:
    """Return the text's lines. The same order always gives the same; about thirty fits."""
    gathering = order.gathering
    analysis = analyze(gathering, seed=order.seed, leave_out=order.leave_out)
    if not analysis.measured:
        return _counted(order)
    columns = [line.desire for line in analysis.one_desire.lines]
    places = _reading_places(gathering, analysis, columns, order.seed)
    read = [columns[place] for place in places]
    merged = _merged(analysis)
    one = analysis.one_desire
    number = [int(desire.label) for desire in gathering.desires]
    return Woven(
        version=order.version,
        lines=tuple(tuple(number[c] for c in (column, *merged.get(column, ()))) for column in read),
        alternates=tuple(number[c] for c in _alternates(analysis, read)),
        measured=True,
        coverage=None if one.coverage is None else one.coverage.value,
        share_index=one.share_index,
        worst=tuple(analysis.common_ground[column].worst_fifth.value for column in read),
        without=tuple(gathering.circles[s.circle].label for s in one.circle_shares if s.own_line.value < _OWN_LINE),
        seed=order.seed,
    )


def _alternates(analysis: Analysis, read: Collection[int]) -> list[int]:
    """Return desires that may take a line's place: what is most owed, what is nearest, then by common ground."""
    one = analysis.one_desire
    owed = [] if one.next_desire is None else [one.next_desire]
    wanted = [c for c in analysis.ranking if analysis.common_ground[c].worst_fifth.value > 0]
    candidates = [*owed, *wanted, *one.nearest]
    return [column for column in dict.fromkeys(candidates) if column not in read][:_ALTERNATES]


def _merged(analysis: Analysis) -> dict[int, tuple[int, ...]]:
    """Return the columns that say the same as another, by the column whose words stay."""
    return {entry.desire: entry.same_as for entry in analysis.common_ground if entry.same_as}


def _reading_places(gathering: Gathering, analysis: Analysis, columns: list[int], seed: int) -> tuple[int, ...]:
    if not columns:
        return ()
    posterior = model.fit(
        _with_own(gathering),
        len(gathering.participants),
        len(gathering.desires),
        rng=np.random.default_rng(seed),
    )
    people = len(gathering.participants)
    pairs = np.repeat(np.arange(people), len(columns)), np.tile(columns, people)
    want = posterior.at(*pairs)[0].reshape(people, len(columns))
    worst = [analysis.common_ground[column].worst_fifth.value for column in columns]
    return reading_order(want, worst, [gathering.desires[column].label for column in columns])


def _with_own(gathering: Gathering) -> Responses:
    """Return the responses with each author's own want."""
    authors = [(d.author, c) for c, d in enumerate(gathering.desires) if d.author is not None]
    r = gathering.responses
    people = np.concatenate([[a for a, _ in authors], r.participant]).astype(np.int32)
    columns = np.concatenate([[c for _, c in authors], r.desire]).astype(np.int32)
    stances = np.concatenate([np.ones(len(authors)), r.stance]).astype(np.int8)
    return Responses.of(people, columns, stances)


def _counted(order: WeaveOrder) -> Woven:
    """Return lines counted from the answers, where there is too little for the model."""
    gathering = order.gathering
    may = [
        column
        for column, desire in enumerate(gathering.desires)
        if desire.moderation is not Moderation.REJECTED
        and not desire.is_meta
        and desire.label not in order.leave_out
        and desire.text.strip()
    ]
    count = line_count(len(gathering.participants))
    labels = [desire.label for desire in gathering.desires]
    found = lines_of_few(_with_own(gathering), len(gathering.participants), may, count, labels)
    number = [int(desire.label) for desire in gathering.desires]
    return Woven(
        version=order.version,
        lines=tuple((number[column],) for column in found.lines),
        alternates=tuple(number[column] for column in found.alternates),
        measured=False,
        coverage=None,
        share_index=None,
        worst=(),
        without=(),
        seed=order.seed,
    )
