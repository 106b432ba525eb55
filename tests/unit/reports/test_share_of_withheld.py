"""A share does not give back the count that is withheld beside it."""

from __future__ import annotations

import pytest

from oneheart.engine.analysis import analyze
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.reports import live_numbers
from oneheart.reports.numbers import Report, build
from oneheart.reports.rendering import render

PEOPLE = 24
DESIRES = ("bread", "water", "a roof", "a song")


def reported(refusals: int) -> Report:
    """Return the report of 24 people who all answered four desires, the first one refused by so many."""
    stances = [[-1 if p < refusals else 1, *((p + d) % 4 > 0 for d in range(3))] for p in range(PEOPLE)]
    cells = [(p, d, int(stances[p][d])) for p in range(PEOPLE) for d in range(len(DESIRES))]
    people, desires, answers = zip(*cells, strict=True)
    texts = tuple(Desire(str(k), text) for k, text in enumerate(DESIRES))
    names = tuple(str(k) for k in range(PEOPLE))
    return build(analyze(Gathering("", names, texts, Responses.of(people, desires, answers)), seed=1))


def told(refusals: int) -> float | None:
    """Return the share against the first desire, as told."""
    (bread,) = (ground for ground in reported(refusals).common_ground if ground.text == "bread")
    assert bread.against_count.is_withheld
    return None if bread.against is None else bread.against.value


def test_one_to_four_refusals_of_24_give_no_share_of_their_own() -> None:
    shares = [told(refusals) for refusals in (1, 2, 3, 4)]
    assert all(share is None or share % 0.25 == 0 for share in shares), "24 people have four steps of five or more"


def test_the_share_itself_would_tell_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_numbers, "in_steps", lambda estimate, *_: estimate)
    assert [round((told(refusals) or 0) * PEOPLE) for refusals in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_the_page_of_such_a_report_is_written() -> None:
    assert "bread" in render(reported(3))
