"""Actors: the name under which the log records the origin of an event.

There are four kinds: a seat (``s5``), a host (``h0``), the program itself (``house``) and the door that gives out
seats (``door``). No other module builds these strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

HOUSE = "house"
DOOR = "door"
HOSTS_GLOB = "h[0-9]*"
"""The SQLite GLOB pattern that matches every host and no other actor."""

_NUMBERED = re.compile(r"([sh])(0|[1-9][0-9]{0,9})", re.ASCII)


class ActorKind(StrEnum):
    """The kind of an actor."""

    SEAT = "seat"
    HOST = "host"
    HOUSE = "house"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor parsed from the log.

    Attributes:
        kind: kind of actor.
        number: number of the seat or host; None for house and door.
    """

    kind: ActorKind
    number: int | None = None


def seat(number: int) -> str:
    """Return the actor of a seat.

    Example:
        >>> seat(5)
        's5'
    """
    return f"s{number}"


def is_seat(actor: str) -> bool:
    """Return whether an actor is a seat. Faster than `parse`, for the path of every tap.

    Example:
        >>> is_seat("s5"), is_seat("h0"), is_seat("house")
        (True, False, False)
    """
    return actor.startswith("s")


def host(number: int) -> str:
    """Return the actor of a host.

    Example:
        >>> host(0)
        'h0'
    """
    return f"h{number}"


def parse(actor: str) -> Actor | None:
    """Return the actor that a string names; None for other strings, such as the random name after an erasure.

    Example:
        >>> parse("s5"), parse("house").kind.value, parse("3f9a")
        (Actor(kind=<ActorKind.SEAT: 'seat'>, number=5), 'house', None)
    """
    if actor in {HOUSE, DOOR}:
        return Actor(ActorKind(actor))
    numbered = _NUMBERED.fullmatch(actor)
    if numbered is None:
        return None
    return Actor(ActorKind.SEAT if numbered[1] == "s" else ActorKind.HOST, int(numbered[2]))
