"""The margin of a woven text, of its reading, and what of it stands in the sealed record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.prayer.margin import Margin
from oneheart.engine.synthetic import draw
from oneheart.live.margins import margin_of
from oneheart.live.weaving import weave
from oneheart.live.weaving_order import WeaveOrder
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses

pytestmark = pytest.mark.slow


def order_of(gathering: Gathering) -> WeaveOrder:
    desires = tuple(replace(desire, label=str(n)) for n, desire in enumerate(gathering.desires))
    return WeaveOrder(replace(gathering, desires=desires), 1, frozenset(), seed=3)


def few(stances: list[list[int]]) -> Gathering:
    """Return a gathering in which these people gave these answers to three desires."""
    cells = [(person, desire, stance) for person, row in enumerate(stances) for desire, stance in enumerate(row)]
    people, desires, given = zip(*cells, strict=True)
    words = ("Bread for all", "Rain on the fields", "A quiet night")
    return Gathering(
        "few",
        tuple(str(n) for n in range(len(stances))),
        tuple(Desire(str(n), text) for n, text in enumerate(words)),
        Responses.of(people, desires, given),
    )


def test_the_margin_of_few_people_is_counted() -> None:
    # Ten people want two of three desires and nobody wants the third.
    margin = margin_of(order_of(few([[1, 1, 0]] * 10)), against=True)
    assert margin == Margin(2, 2, None), "two who are against are fifteen in a hundred or more"
    assert margin_of(order_of(few([[1, 1, 0]] * 10)), against=False) == Margin(5, 5, None), "half of them"


def test_nobody_could_change_what_was_never_asked() -> None:
    nothing = Gathering("none", ("a", "b"), (Desire("0", "Peace"),), Responses.of([], [], []))
    assert margin_of(order_of(nothing), against=True).people is None


def test_of_a_measured_hall_people_and_circles_are_found_by_trying() -> None:
    gathering = draw(60, 12, answers=8, rng=np.random.default_rng(5)).gathering
    circles = tuple(Circle(str(n), str(n)) for n in range(6))
    order = order_of(replace(gathering, circles=circles, circle_of=(np.arange(60) % 6).astype(np.int32)))
    assert weave(order).measured
    margin = margin_of(order, against=True)
    assert margin == margin_of(order, against=True), "seeded"
    assert (margin.least, margin.exact) == (1, margin.people == 1)
    assert margin.people is not None
    assert 1 <= margin.people <= 30
    assert margin.circles is None or 1 <= margin.circles <= 6
