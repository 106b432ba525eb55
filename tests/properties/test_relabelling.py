"""Who is called what, and in which order people, desires and circles stand, changes nothing in any result."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.synthetic import draw
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

DESIRES = {"desire", "next_desire", "line", "ranking", "nearest", "same_as"}
"""Keys of results whose numbers are columns."""


def lively(seed: int) -> Gathering:
    """Return a gathering with all that a gathering may hold: authors, circles, same words, rejected and silent ones."""
    rng = np.random.default_rng(seed)
    made = draw(60, 16, answers=9, rng=rng).gathering
    desires = [
        dataclasses.replace(d, author=int(rng.integers(60)) if rng.random() < 0.7 else None) for d in made.desires
    ]
    desires[1] = Desire("d1", desires[0].text.upper(), author=desires[1].author)
    desires[2] = dataclasses.replace(desires[2], moderation=Moderation.REJECTED)
    desires[3] = dataclasses.replace(desires[3], is_meta=True)
    r = made.responses
    full = np.zeros((60, 16), np.int8)
    full[r.participant, r.desire] = r.stance
    asked = np.zeros((60, 16), bool)
    asked[r.participant, r.desire] = True
    stance = np.where((r.desire == 1) & asked[r.participant, 0], full[r.participant, 0], r.stance)
    speaks = (r.participant % 13 != 0) & ~((r.desire == 4) & (r.participant > 10))
    return Gathering(
        made.question,
        made.participants,
        tuple(desires),
        Responses.of(r.participant[speaks], r.desire[speaks], stance[speaks]),
        tuple(Circle(f"c{number}", f"circle {number}") for number in range(5)),
        rng.integers(-1, 4, 60).astype(np.int32),  # circle 4 is empty
    )


def renumbered(gathering: Gathering, rng: np.random.Generator) -> Gathering:
    """Return the same gathering, everybody and everything in another place and under another label.

    A label is a number drawn by lot, then the label that it had before.
    """
    n, m, c = gathering.participant_count, gathering.desire_count, len(gathering.circles)
    people, desires, circles = rng.permutation(n), rng.permutation(m), rng.permutation(c)
    row, column, place = np.argsort(people), np.argsort(desires), np.append(np.argsort(circles), -1)
    r = gathering.responses
    moved = [gathering.desires[old] for old in desires]

    def anew(label: str) -> str:
        return f"{rng.integers(10**9):09} {label}"

    return Gathering(
        gathering.question,
        tuple(anew(gathering.participants[old]) for old in people),
        tuple(
            dataclasses.replace(d, label=anew(d.label), author=None if d.author is None else int(row[d.author]))
            for d in moved
        ),
        Responses.of(row[r.participant], column[r.desire], r.stance),
        tuple(Circle(anew(gathering.circles[old].label), f"table {old}") for old in circles),
        place[gathering.circle_of[people]].astype(np.int32),
    )


def said(analysis: Analysis) -> dict[str, Any]:
    """Return every result, desire by desire, with labels in place of numbers."""
    desires = [desire.label.split()[-1] for desire in analysis.gathering.desires]
    circles = [circle.label.split()[-1] for circle in analysis.gathering.circles]

    def named(key: str, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, dict):
            return {inner: named(inner, thing) for inner, thing in value.items()}
        if isinstance(value, (tuple, list)):
            things = [named(key, thing) for thing in value]
            # these stand in the order of the source, which is what was changed
            order = {"common_ground": "desire", "circles": "circle", "circle_shares": "circle"}
            if key in order:
                return {thing[order[key]]: thing for thing in things}
            return sorted(things) if key == "same_as" else things
        if key in DESIRES:
            return desires[value]
        return circles[value] if key in {"circle", "part"} else value

    values = {field.name: getattr(analysis, field.name) for field in dataclasses.fields(analysis)}
    del values["gathering"]

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(plain(thing) for thing in value)
        return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value

    return {key: named(key, plain(value)) for key, value in values.items()}


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_no_number_or_label_of_anybody_or_anything_matters(seed: int) -> None:
    gathering = lively(seed)
    there = said(analyze(gathering, seed=3))
    assert there["measured"]
    other = renumbered(gathering, np.random.default_rng((seed, 1)))
    assert said(analyze(other, seed=3)) == there


def test_no_label_decides_which_of_three_equal_wordings_are_one() -> None:
    stances = np.ones((60, 6), int)
    stances[:, 1] = np.where(np.arange(60) % 2, 1, -1)  # answered otherwise than the first by those who saw both
    stances[:, 3:] = np.random.default_rng(0).choice([-1, 0, 1], (60, 3))
    asked = np.ones((60, 6), bool)
    asked[10:, 2] = False
    texts = ("Peace", "Peace", "Peace", "Bread and water", "Longer evenings", "A garden")
    i, j = np.nonzero(asked)
    found = []
    for labels in ("abcdef", "bacdef"):
        desires = tuple(Desire(label, text) for label, text in zip(labels, texts, strict=True))
        people = tuple(f"p{n}" for n in range(60))
        found.append(analyze(Gathering("", people, desires, Responses.of(i, j, stances[i, j])), seed=3))
    one, other = ([(c.same_as, c.standing, c.worst_fifth) for c in analysis.common_ground] for analysis in found)
    assert one == other


def test_what_is_compared_holds_every_kind_of_result() -> None:
    found = said(analyze(lively(0), seed=3))
    ground = found["common_ground"]
    assert len(ground) == 16
    assert {"merged", "rejected", "meta"} <= {entry["standing"].value for entry in ground.values()}
    assert ground["d0"]["same_as"] + ground["d1"]["same_as"] in (["d0"], ["d1"])
    assert all(entry["circles"] for name, entry in ground.items() if name != "d2")
    assert found["one_desire"]["lines"]
    assert found["one_desire"]["circle_shares"].keys() <= {"c0", "c1", "c2", "c3"}
    assert found["one_desire"]["next_desire"] in ground
    assert found["ranking"]
