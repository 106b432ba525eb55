"""A state that a test leads by hand, one event after the other, and everything that one event changed in it.

A `Row` is one line of the table of rules: what came before, one event, what `State.apply` returns for it, and every
value of the state that differs afterwards. A value that a row does not name must not change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec
import numpy as np

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import State
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.verdict import Status

SEQ, AT = 1000, 60_000  # of the event that a row is about
GONE = "gone"  # expected of a value that was there and is there no more


@dataclass(frozen=True, slots=True)
class By:
    """An event by another actor, or at another time."""

    actor: str
    body: ev.AnyBody
    at: int = 1000


@dataclass(frozen=True, slots=True)
class Erased:
    """An event of which the log kept only the kind."""

    kind: str


Event = ev.AnyBody | By | Erased


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        why: names the row among those of its kind.
        before: what happened before; nothing of it may be refused.
        act: the event that the row is about.
        gives: what `State.apply` returns.
        changes: every changed value by its path, `GONE` for one that was removed; a whole object stands for its parts.
        by: the actor.
    """

    why: str
    before: Sequence[Event]
    act: ev.AnyBody
    gives: int | Refusal | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    by: str = "h0"

    def __str__(self) -> str:
        """Return the name of the row in reports of tests."""
        return f"{type(self.act).__name__}: {self.why}"


def led(events: Sequence[Event]) -> State:
    """Return the state after some events, each as the file would give it back."""
    state = State()
    for event in events:
        lead(state, event)
    return state


def lead(state: State, event: Event) -> Any:
    """Let one event happen that is not refused; return its result."""
    if isinstance(event, Erased):
        return state.apply(state.seq + 1, event.kind, None, "house", 1000)
    actor, body, at = (event.actor, event.body, event.at) if isinstance(event, By) else ("h0", event, 1000)
    result = state.apply(state.seq + 1, ev.kind_of(body), reread(body), actor, at)
    assert not isinstance(result, Refusal), f"{result}: {body}"
    return result


def reread(body: ev.AnyBody) -> ev.AnyBody:
    """Return a body as it comes back from a file."""
    return ev.decode(ev.encode(body))


def values(thing: Any, path: str = "") -> dict[str, Any]:
    """Return every single value below an object, by its path, for example ``people.seats[0].steward``.

    An array is one value here; `differences` looks at its places.
    """
    out: dict[str, Any] = {}
    _walk(thing, path, out)
    return out


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is new or different afterwards, and `GONE` for what is there no more."""
    changed: dict[str, Any] = {path: GONE for path in before if path not in after}
    for path, value in after.items():
        former = before.get(path, GONE)
        if isinstance(value, np.ndarray):
            same = isinstance(former, np.ndarray) and former.shape == value.shape
            places = np.argwhere(value != former) if same else np.argwhere(np.ones(value.shape, bool))
            changed |= {f"{path}{place.tolist()}": value[tuple(place)].item() for place in places}
        elif path not in before or former != value:
            changed[path] = value
    return changed


def whole(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return expected changes with every whole object taken apart into its values."""
    return differences({}, {path: one for name, value in changes.items() for path, one in values(value, name).items()})


def _walk(thing: Any, path: str, out: dict[str, Any]) -> None:
    if isinstance(thing, State):
        for name, value in vars(thing).items():
            if name not in {"seq", "refused"}:
                _walk(value, name, out)
    elif isinstance(thing, np.ndarray):
        out[path] = thing.copy()
    elif isinstance(thing, str | Enum | msgspec.Struct | AbstractSet) or thing is None:
        out[path] = set(thing) if isinstance(thing, AbstractSet) else thing
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            _walk(value, f"{path}[{key}]", out)
    elif isinstance(thing, list | tuple):
        for place, value in enumerate(thing):
            _walk(value, f"{path}[{place}]", out)
    elif is_dataclass(thing):
        for one in fields(thing):
            if one.name not in getattr(thing, "NOT_IN_FINGERPRINT", ()):
                _walk(getattr(thing, one.name), f"{path}.{one.name}", out)
    elif hasattr(thing, "__dict__"):
        for name, value in vars(thing).items():
            _walk(value, f"{path}.{name}", out)
    else:
        out[path] = thing


# --- the hall in which most rows happen ---

A, B = 0, 1  # circles


def hall(voice: str = "ten", *, hold: bool = False) -> list[Event]:
    """Return a gathering in the stage OPEN: version 0, settings version 1, two circles, five seats, four desires.

    Seats: 0 steward of A, 1 in A, 2 in B with Hebrew pages, 3 in no circle, 4 erased. Desires: 0 by seat 0, 1 by seat 2
    in Hebrew, 2 by hosts, 3 erased. One occasion, one host.
    """
    return [
        ev.Settings("x", {"en": "What do you want?"}, voice, ["en", "he"], hold=hold),  # type: ignore[arg-type]
        ev.CircleAdded("A", "key-a"),
        ev.CircleAdded("B", "key-b"),
        ev.SeatTaken("hash-0", "en", A),
        ev.SeatTaken("hash-1", "en", A),
        ev.SeatTaken("hash-2", "he", B),
        ev.SeatTaken("", "en"),
        Erased("seat"),
        ev.StewardNamed(0, on=True),
        ev.DesireSaid(0, "Peace", "en", stem="that"),
        ev.DesireSaid(2, "Bread", "he"),
        ev.DesireSaid(None, "Joy", "en"),
        Erased("desire"),
        ev.OccasionAdded("Meal", "meal", "CODE22"),  # type: ignore[arg-type]
        ev.HostSeated("host-0"),
    ]


def stages(*names: str, version: int = 0, travelling: str = "all") -> list[Event]:
    """Return the moves through some stages, from a version of the round on."""
    return [
        ev.StageMoved(name, version + place, travelling)  # type: ignore[arg-type]
        for place, name in enumerate(names)
    ]


LINES = [ev.WovenLine([0]), ev.WovenLine([1])]
DRAFT = ev.DraftWoven(2, LINES, alternates=[2], seed=7, challengers=[2], among=1, lots=1)


def weaving(voice: str = "ten") -> list[Event]:
    """Return the hall in the stage WEAVING, version 2, without a draft."""
    return [*hall(voice), *stages("crossing", "weaving")]


def reading(voice: str = "ten") -> list[Event]:
    """Return the hall in the stage READING, version 3, with draft 0: lines of desires 0 and 1, challenger 2 for all."""
    return [*weaving(voice), DRAFT, *stages("reading", version=2)]


SECOND = ev.DraftWoven(4, [ev.WovenLine([0], follows=0), ev.WovenLine([2], follows=1, changed=True)], left=[LINES[1]])


def second_reading() -> list[Event]:
    """Return the hall in SECOND_READING, version 4, with draft 1: line 0 unchanged, line 1 changed to desire 2."""
    return [*reading(), *stages("second reading", version=3), SECOND]


def sealed() -> list[Event]:
    """Return the hall in SEALED, version 4, with draft 0 sealed as text 0."""
    return [*reading(), *stages("sealed", version=3), SEAL]


DIGEST = Draft((PrayerLine("Peace", "en", (0,)), PrayerLine("Bread", "he", (1,)))).digest()
SEAL = ev.TextSealed(0, DIGEST, "root", Status.ONE_DESIRE)
