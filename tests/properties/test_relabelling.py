"""Who is called what, and in which order people, desires and circles stand, changes nothing in any result."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Circle, Gathering, Responses


def with_circles(gathering: Gathering, rng: np.random.Generator) -> Gathering:
    n = len(gathering.participants)
    circles = tuple(Circle(f"c{number}", f"circle {number}") for number in range(4))
    return Gathering(
        gathering.question,
        gathering.participants,
        gathering.desires,
        gathering.responses,
        circles,
        rng.integers(0, 4, n).astype(np.int32),
    )


def renumbered(gathering: Gathering, rng: np.random.Generator) -> Gathering:
    n, m, c = len(gathering.participants), len(gathering.desires), len(gathering.circles)
    people, desires, circles = rng.permutation(n), rng.permutation(m), rng.permutation(c)
    row, column, place = np.argsort(people), np.argsort(desires), np.argsort(circles)
    r = gathering.responses
    return Gathering(
        gathering.question,
        tuple(gathering.participants[old] for old in people),
        tuple(gathering.desires[old] for old in desires),
        Responses.of(row[r.participant], column[r.desire], r.stance),
        tuple(gathering.circles[old] for old in circles),
        place[gathering.circle_of[people]].astype(np.int32),
    )


def said(analysis: Analysis) -> dict[str, Any]:
    """Return every result with labels in place of numbers."""
    desires = [desire.label for desire in analysis.gathering.desires]
    circles = [circle.label for circle in analysis.gathering.circles]
    one = analysis.one_desire
    return {
        "status": one.status,
        "lines": [(desires[line.desire], line.want_curve, line.against_curve, line.held_by) for line in one.lines],
        "share": (one.share_index, one.coverage, one.lines_held, one.pairs, one.ejr_plus),
        "next": None if one.next_desire is None else desires[one.next_desire],
        "circles": {circles[share.circle]: (share.members, share.own_line) for share in one.circle_shares},
        "ground": {desires[ground.desire]: (ground.worst_fifth, ground.standing) for ground in analysis.common_ground},
        "ranking": [desires[column] for column in analysis.ranking],
        "oneness": analysis.oneness,
    }


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_no_number_of_anybody_or_anything_matters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gathering = with_circles(draw(60, 14, answers=8, rng=rng).gathering, rng)
    there = said(analyze(gathering, seed=3))
    assert said(analyze(renumbered(gathering, rng), seed=3)) == there
