"""Levels: whether the circles of each level can say a text, for circles so large that no answer of a person shows.

A circle that is left out could be computed from the circle that contains it and from those beside it. So wherever a few
people would remain, the smallest circle beside them is left out too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.state import State
from oneheart.live.state.nested import depths, upward

LevelWord = Literal["can say", "not yet", "not heard"]


@dataclass(frozen=True, slots=True)
class LevelPart:
    """Whether one circle, with all circles in it, can say a text.

    Attributes:
        circle: number of the circle.
        depth: how many circles contain it, 0 for the outermost.
        word: "can say", "not yet", or "not heard" where too few of it answered.
        share: how many of a hundred of those who answered can say it; withheld for fewer than 2 k.
    """

    circle: int
    depth: int
    word: LevelWord
    share: Shown


def parts_by_level(state: State, net: Mapping[int, int], error: float) -> list[LevelPart]:
    """Return all circles of which something may be said, each after the circle that contains it. O(N + circles).

    Compute it anew only when k more people have read, so that no single answer shows.

    Args:
        state: state of the gathering.
        net: by seat, as `stopping.Heard.net`.
        error: chance that the bound of a part is too high.
    """
    from oneheart.engine.prayer import stopping  # noqa: PLC0415  its statistics need 30 MB

    members = {part.circle: part.seats for part in judging.parts_of(state) if part.circle is not None}
    shown = told_of(state, {circle: len(seats) for circle, seats in members.items()})
    depth = depths(state.circles)
    out = []
    for circle in sorted(shown, key=lambda number: [*upward(state.circles, number)][::-1]):
        said = stopping.part_said(np.array([net[seat] for seat in sorted(members[circle])], np.int8), error)
        word: LevelWord = "not heard" if said.met is None else "can say" if said.met else "not yet"
        out.append(LevelPart(circle, depth[circle], word, disclosure.show_hundredths(said.share or 0.0, said.heard)))
    return out


def told_of(state: State, people: Mapping[int, int]) -> set[int]:
    """Return the circles of which something may be said. O(circles levels rounds), with a few rounds.

    They have more than twelve people each. And of no circle, nor of everybody, do one to twelve people remain beside
    the circles in it that are told of.

    Args:
        state: state of the gathering.
        people: number of people in each circle and the circles in it; circles without people may be missing.
    """
    told = {circle for circle, count in people.items() if not disclosure.is_small(count)}
    while few := _beside_few(state, people, told):
        told -= few
    return told


def _beside_few(state: State, people: Mapping[int, int], told: Collection[int]) -> set[int]:
    """Return the smallest circle told of in each circle, or in everybody, where one to twelve people remain."""
    inside: dict[int | None, list[int]] = {}
    for circle in told:
        above = (other for other in upward(state.circles, state.circles[circle].parent) if other in told)
        inside.setdefault(next(above, None), []).append(circle)
    out = set()
    for outer, circles in inside.items():
        whole = state.people.count if outer is None else people[outer]
        rest = whole - sum(people[circle] for circle in circles)
        if 0 < rest <= disclosure.SMALL:
            out.add(min(circles, key=lambda circle: (people[circle], -circle)))
    return out


def counted(parts: list[LevelPart]) -> list[ev.LevelSealed]:
    """Return for each level, the outermost first, how many of its circles can say a text. It counts no people."""
    deepest = max((part.depth for part in parts), default=-1)
    levels = []
    for depth in range(deepest + 1):
        words = [part.word for part in parts if part.depth == depth]
        levels.append(ev.LevelSealed(len(words), words.count("can say"), words.count("not heard")))
    return levels
