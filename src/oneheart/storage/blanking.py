"""Blanking: events by which the log itself says that other events were erased, or do not count.

Both are ordinary events of the house, so the hash chain commits to them. A blank row that none of them names was
blanked by somebody else. `live.events` has the same bodies as types.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

BLANKED = "blanked"
PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class Blanks:
    """The body of a "blanked" event.

    Attributes:
        why: reason, one of `model.erasure.ErasureReason`.
        gone: places of the events that count for nothing any more.
        seats: places of events of the kind "seat", which keep their number.
        desires: places of events of the kind "desire", which keep their number.
        slots: slots of the keyring with the keys of events that count for nothing any more; the keys are destroyed.
        numbered: slots with the keys of events that keep their number; the keys are destroyed too.
        asked: places of the events that asked for it.
    """

    why: str
    gone: tuple[int, ...] = ()
    seats: tuple[int, ...] = ()
    desires: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    numbered: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()

    def kinds(self, blank: str) -> dict[int, str]:
        """Return the kind that each named row has, by its place.

        Args:
            blank: kind of an event that counts for nothing.
        """
        return {
            **dict.fromkeys(self.gone, blank),
            **dict.fromkeys(self.seats, "seat"),
            **dict.fromkeys(self.desires, "desire"),
        }

    def encoded(self) -> str:
        """Return the canonical body."""
        fields: dict[str, object] = {"kind": BLANKED, "why": self.why}
        for name in ("gone", "seats", "desires", "slots", "numbered", "asked"):
            if numbers := getattr(self, name):
                fields[name] = list(numbers)
        return json.dumps(fields, separators=(",", ":"))


def blanks_of(body: str | None) -> Blanks:
    """Return what a "blanked" event names; nothing if its body is damaged, which other checks find."""
    fields = _fields(body)
    names = ("gone", "seats", "desires", "slots", "numbered", "asked")
    return Blanks(str(fields.get("why", "")), **{name: _numbers(fields.get(name, ())) for name in names})


def passed_over_body(places: Collection[int]) -> str:
    """Return the canonical body of a "passed over" event."""
    return json.dumps({"kind": PASSED_OVER, "places": sorted(places)}, separators=(",", ":"))


def passed_over_of(body: str | None) -> tuple[int, ...]:
    """Return the places that a "passed over" event names; none if its body is damaged, which other checks find."""
    return _numbers(_fields(body).get("places", ()))


def _fields(body: str | None) -> dict[str, object]:
    try:
        fields = json.loads(body or "{}")
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _numbers(values: object) -> tuple[int, ...]:
    if not isinstance(values, Iterable):
        return ()
    return tuple(value for value in values if type(value) is int)
