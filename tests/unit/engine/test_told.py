"""What leaves the program accepts a count of people as `Shown` only, by its declaration and by its value."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pytest

from oneheart.engine.disclosure import Shown, show_band, show_count, show_counts, show_share, withheld
from oneheart.engine.told import (
    Estimated,
    Loose,
    Moment,
    NotPeople,
    Ordinal,
    Seconds,
    Stance,
    Things,
    Told,
    check_shown,
    encode_shown,
    refuse_bare,
    to_builtin,
)


class Place(enum.IntEnum):
    """A made-up enumeration."""

    HERE = 1


class Plain(msgspec.Struct):
    """A made-up struct with a bare number."""

    count: int


@dataclass
class PlainData:
    """A made-up dataclass with a bare number."""

    count: float


class PlainTuple(NamedTuple):
    """A made-up named tuple with a bare number."""

    count: int


class Inner(Told, frozen=True):
    """A made-up part of a page."""

    people: Shown
    number: Ordinal


class Tree(Told, frozen=True):
    """A made-up struct that holds its like."""

    children: tuple[Tree, ...] = ()


class Page(Told, frozen=True):
    """A made-up page with a field of every kind that is allowed."""

    people: Shown
    name: str
    open: bool
    stage: Literal["open", "sealed"]
    place: Place
    version: Ordinal
    circles: Things
    own: Stance
    at: Moment
    left: Seconds
    oneness: Estimated | None
    report: Loose
    parts: tuple[Inner, ...]
    by_name: dict[str, Shown | None]
    cells: tuple[Shown, ...] = ()
    word: Shown | None = None
    pair: tuple[str, Shown] = ("", withheld())


def page(**changes: Any) -> Page:
    """Return a page of which some fields are changed."""
    fields: dict[str, Any] = {
        "people": show_count(12),
        "name": "hall",
        "open": True,
        "stage": "open",
        "place": Place.HERE,
        "version": 3,
        "circles": 2,
        "own": 1,
        "at": 0,
        "left": 1.5,
        "oneness": None,
        "report": {"version": 1},
        "parts": (Inner(show_count(3), 1),),
        "by_name": {},
    }
    return Page(**{**fields, **changes})


@pytest.mark.parametrize(
    "annotation",
    [
        int,
        float,
        int | None,
        tuple[int, ...],
        list[float],
        dict[str, int],
        dict[int, str],
        tuple[str, tuple[Shown, int]],
        Annotated[int, "people"],
        Any,
        object,
        dict[str, Any],
        Plain,
        PlainData,
        PlainTuple,
        tuple[Plain, ...],
        Shown | int,
    ],
)
def test_a_field_that_can_hold_a_bare_number_cannot_be_declared(annotation: Any) -> None:
    loose = msgspec.defstruct("Hall", [("people", annotation)])
    with pytest.raises(TypeError, match="bare"):
        refuse_bare(loose)
    with pytest.raises(TypeError, match="bare"):
        type("Hall", (Told,), {"__annotations__": {"people": annotation}, "__module__": __name__})


@pytest.mark.parametrize(
    "annotation", [Shown, str, bool, Place, Literal[1, 2], Ordinal, Annotated[int, "a version", NotPeople()]]
)
def test_a_field_that_holds_no_bare_number_is_declared(annotation: Any) -> None:
    refuse_bare(msgspec.defstruct("Hall", [("people", annotation)]))
    refuse_bare(msgspec.defstruct("Hall", [("people", tuple[annotation, ...] | None)]))


def test_an_annotation_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be resolved"):
        type("Hall", (Told,), {"__annotations__": {"people": "Nowhere"}, "__module__": __name__})


def test_a_struct_may_hold_its_like() -> None:
    assert Tree((Tree(),)).children == (Tree(),)


@pytest.mark.parametrize(
    "changes",
    [
        {"people": 12},
        {"people": None},
        {"people": "12"},
        {"cells": (show_count(12), 12)},
        {"cells": (12,)},
        {"cells": 12},
        {"by_name": {"here": 3}},
        {"by_name": {"here": None, "there": 3}},
        {"word": "most"},
        {"word": 3},
        {"pair": ("here", 3)},
        {"pair": "ab"},
    ],
)
def test_a_bare_value_in_a_field_of_shown_is_refused(changes: dict[str, Any]) -> None:
    assert page().people == show_count(12)
    with pytest.raises(TypeError, match="must hold a Shown"):
        page(**changes)


def test_shown_values_are_kept_wherever_they_are_declared() -> None:
    full = page(
        cells=show_counts((12, 30)),
        by_name={"here": show_count(12), "there": None},
        word=show_band(8, 8),
        pair=("here", show_share(0.5, 20)),
    )
    assert check_shown(full.by_name, dict[str, Shown | None])
    assert not check_shown(3, Shown | None)
    assert to_builtin(full) == {
        "people": 12,
        "name": "hall",
        "open": True,
        "stage": "open",
        "place": 1,
        "version": 3,
        "circles": 2,
        "own": 1,
        "at": 0,
        "left": 1.5,
        "oneness": None,
        "report": {"version": 1},
        "parts": ({"people": None, "number": 1},),
        "cells": (12, 30),
        "by_name": {"here": 12, "there": None},
        "word": "most",
        "pair": ("here", 0.5),
    }


def test_encoders_write_the_value_and_null_for_what_is_withheld() -> None:
    encoder = msgspec.json.Encoder(enc_hook=encode_shown)
    assert encoder.encode(Inner(show_count(12), 1)) == b'{"people":12,"number":1}'
    assert encoder.encode(Inner(show_count(4), 1)) == b'{"people":null,"number":1}'
    assert encoder.encode([show_share(0.5, 20), show_band(8, 8)]) == b'[0.5,"most"]'
    with pytest.raises(TypeError):
        msgspec.json.encode(show_count(12))
    with pytest.raises(NotImplementedError):
        encoder.encode(complex(1, 2))


def test_plain_dicts_become_json() -> None:
    assert to_builtin({"a": [show_count(12), (show_count(2),)], "b": None}) == {"a": [12, (None,)], "b": None}
    with pytest.raises(NotImplementedError):
        to_builtin({"a": complex(1, 2)})


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ((12,), tuple[Shown, ...]),
        ((show_count(12), 3), tuple[Shown, Shown]),
        ([12], list[Shown]),
        ([show_count(12), 3], list[Shown] | None),
        ({"here": 12}, dict[str, Shown]),
        (12, Annotated[Shown, "people"]),
        ([12], Annotated[list[Shown], "people"]),
        ({"here": [12]}, dict[str, list[Annotated[Shown, "people"]]]),
    ],
)
def test_a_bare_count_in_any_container_is_no_shown(value: object, annotation: Any) -> None:
    assert check_shown(value, annotation) is False


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ((show_count(12),), tuple[Shown, ...]),
        ([show_count(12)], list[Shown] | None),
        (None, list[Shown] | None),
        ([show_count(12)], Annotated[list[Shown], "people"]),
        (12, int),
    ],
)
def test_shown_counts_in_any_container_are_taken(value: object, annotation: Any) -> None:
    assert check_shown(value, annotation) is True
