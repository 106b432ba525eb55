"""The fingerprint sees every attribute of every part of a state, whatever is added to it, and walks nothing blindly."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec
import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import State, company, course, desires, fingerprint, heads, people, text
from tests.support.rules.scene import SEAL, By, Event, hall, lead, led, stages

FULL: list[Event] = [
    *hall(),
    ev.CardsPrinted(0, ["card"]),
    ev.SeatTaken("", "en", card="card", scribe=0),
    ev.LanguageUnread(0, "he"),
    ev.SeatErased(1),
    ev.CircleAdded("C", "key-c", 0),
    ev.ProgrammeSet([ev.ProgrammeStep("open", 60, {"en": "And now?"})]),  # type: ignore[arg-type]
    ev.StepTaken(0, 0),
    ev.DesireSaid(0, "Line", "en", line_of=0),
    ev.DesireSaid(0, "Carried", "en", carried_by=0),
    ev.DesireSaid(2, "Joined", "he"),
    ev.DesireJoined(2, 6, 0),
    ev.Translated(1, 0),
    ev.LanguageUnread(2, "en", on=False),
    ev.DesireCarried(2, 0, "he", "Words in Hebrew"),
    ev.DesireCarried(2, 0, "he", ""),
    ev.DesiresShown([0, 2]),
    ev.SeatsDrawn(0, 5, 9, [0, 2], [0, 0], [0]),
    ev.Present(0, 0),
    ev.FeltSaid(0, 4, "start"),  # type: ignore[arg-type]
    ev.RoundHeld(1, 0),
    ev.Responded(0, 2, 1, probe=True),  # type: ignore[arg-type]
    ev.CircleDone(0, on=True),
    *stages("weaving", version=1),
    ev.DraftWoven(2, [ev.WovenLine([0]), ev.WovenLine([1])], challengers=[2], among=1, lots=1),
    ev.DraftConnected(0, [[0, 1]], [[", "]], "model", "1", "key"),
    *stages("reading", version=2),
    ev.LineRead(0, 0, 0, "would change", "Shorter"),  # type: ignore[arg-type]
    ev.LineAmended(0, 0, 0, "Other words", "en"),
    ev.WholeAffirmed(0, 0, on=True),
    ev.LineRead(2, 0, 0, "can say"),  # type: ignore[arg-type]
    ev.ChallengerAnswered(0, 0, 2, 1),  # type: ignore[arg-type]
    ev.LineCarried(0, 0, 0, "he", "Words"),
    *stages("sealed", version=3),
    SEAL,
    By("house", ev.TreeHead(50, "a" * 64, "b" * 64, 9, "c" * 64)),
    ev.SayingSet(30),
    ev.ClockSet(30),
]
PARTS = (course, people, desires, company, text, heads)


def full() -> State:
    """Return a state in which something of every kind stands, a confirmed line and a refused event too."""
    state = led(FULL)
    lead(state, ev.CarryConfirmed(2, next(iter(state.prayers.carried))))
    lead(state, ev.SeatsRevoked([2], "One hand took it"))
    assert state.apply(state.seq + 1, "sealed", SEAL, "house", 1000) is Refusal.CLOSED
    return state


Change = tuple[str, Callable[[], None], Callable[[], None]]


def changes(thing: Any, path: str, seen: set[type]) -> Iterator[Change]:
    """Yield a change of every attribute, key and place below a thing: its name, how to make it, how to undo it."""
    if isinstance(thing, str | Enum | int | float | AbstractSet | msgspec.Struct | np.ndarray) or thing is None:
        return
    if isinstance(thing, Mapping | list | tuple):
        items = thing.items() if isinstance(thing, Mapping) else enumerate(thing)
        for key, value in list(items):
            if not isinstance(thing, tuple):
                yield f"{path}[{key}]", *_swap(lambda v, t=thing, k=key: t.__setitem__(k, v), value)
            yield from changes(value, f"{path}[{key}]", seen)
        return
    seen.add(type(thing))
    left_out = getattr(thing, "NOT_IN_FINGERPRINT", frozenset())
    names = [field.name for field in fields(thing)] if is_dataclass(thing) else list(vars(thing))
    assert names, f"{path} has no attribute that this test could change"
    for name in names:
        if name not in left_out:
            value = getattr(thing, name)
            yield f"{path}.{name}", *_swap(lambda v, n=name: object.__setattr__(thing, n, v), value)
            yield from changes(value, f"{path}.{name}", seen)


def _swap(put: Callable[[Any], None], value: Any) -> tuple[Callable[[], None], Callable[[], None]]:
    return lambda: put(other_than(value)), lambda: put(value)


def other_than(value: Any) -> Any:  # noqa: PLR0911  one line a kind of value
    """Return another value of the same kind where there is one."""
    if isinstance(value, Enum):
        return next(other for other in type(value) if other is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, np.ndarray):
        other = value.copy()
        other[(0,) * other.ndim] = 1 - other[(0,) * other.ndim]
        return other
    if isinstance(value, Mapping):
        return {**value, next(iter(value), 0): None} if value else {1: 1}
    if isinstance(value, AbstractSet):
        return {*value, 99}
    if isinstance(value, list | tuple):
        return [*value, 99]
    return 99 if value is None else None


def test_every_change_of_every_attribute_of_every_part_changes_the_fingerprint() -> None:
    state, seen = full(), set[type]()
    before, count = state.digest(), 0
    for path, change, undo in changes(state, "state", seen):
        change()
        after = state.digest()
        undo()
        assert after != before, f"{path} is not part of the fingerprint"
        count += 1
    assert state.digest() == before, "every change was undone"
    assert count > 200
    mutable = {
        kind
        for part in PARTS
        for _, kind in inspect.getmembers(part, inspect.isclass)
        if is_dataclass(kind) and kind.__module__ == part.__name__
    }
    assert mutable - {course.Former} <= seen, "the state of this test holds one of each"


def test_what_is_left_out_of_the_fingerprint_is_named_here() -> None:
    state = full()
    left_out = {
        "State": {"seq"},
        "Desires": {"nearness", "wordings"},
        "CarriedDesires": {"of_desire", "hold"},
        "People": {"reading"},
        "Keeping": {"last_at"},
        "Apart": {"demand_told", "demand_changed"},
        "Course": {"former"},
        "Sealed": {"amen_kept"},
        "Released": {
            *("answered", "desires", "responses", "said", "gave", "counted", "changed", "in_rows", "strangers"),
            *("listed", "looked_at", "heard", "heard_by"),
        },
    }
    seen = set[type]()
    assert list(changes(state, "state", seen)), "every object of the state is walked"
    named = {kind.__name__: set(kind.NOT_IN_FINGERPRINT) for kind in seen if hasattr(kind, "NOT_IN_FINGERPRINT")}
    assert named == left_out
    before = state.digest()
    state.seq += 1
    state.desires.nearness.add("more words")
    assert state.digest() == before


def test_the_same_log_gives_the_same_fingerprint_and_the_order_of_equal_sets_does_not_matter() -> None:
    assert full().digest() == full().digest()
    assert full().digest().startswith("2:")
    first, second = led(FULL), led(FULL)
    for state, order in ((first, (1, 2)), (second, (2, 1))):
        for seat in order:
            state.seq = 500
            lead(state, ev.CarryConfirmed(seat, next(iter(state.prayers.carried))))
    assert first.digest() == second.digest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        ({1: "a"}, {"1": "a"}),
        ([1, 2], [2, 1]),
        ({"a": None}, {}),
        (np.array([1, 0]), np.array([0, 1])),
        (ev.SayingSet(1), ev.ClockSet(1)),
        (ev.BookSet(0, public=True), ev.BookSet(0, public=False)),
        ((0, "h0"), (0, "h1")),
    ],
    ids=str,
)
def test_different_values_have_different_fingerprints(one: Any, other: Any) -> None:
    assert fingerprint.fingerprint(one) == fingerprint.fingerprint(one)
    assert fingerprint.fingerprint(one) != fingerprint.fingerprint(other)


def test_bytes_differ_from_other_bytes_and_from_the_same_letters() -> None:
    prints = {fingerprint.fingerprint(value) for value in (b"one", b"two", "one", (111, 110, 101))}
    assert len(prints) == 4


@pytest.mark.parametrize(
    "value", [object(), bytearray(b"bytes"), 1j, iter([1]), len], ids=lambda value: type(value).__name__
)
def test_a_value_of_a_type_that_it_cannot_walk_is_an_error_wherever_it_stands(value: Any) -> None:
    with pytest.raises(TypeError, match=type(value).__qualname__):
        fingerprint.fingerprint(value)
    state = full()
    state.people.seats[0].scribe = value
    with pytest.raises(TypeError, match=type(value).__qualname__):
        state.digest()
