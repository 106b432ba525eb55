"""Grouping: circles stand inside other circles: a ten in a group of tens, a group in a hall.

Hosts say it by the form, by a file, or by the API; all of them come here.
"""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.typed_words import clean_name
from oneheart.model import actor


class CircleMoveAsked(Input, frozen=True):
    """A host puts a circle inside another one, or takes it out.

    Attributes:
        circle: number of the circle.
        parent: number of the circle that contains it from now on; None for none.
    """

    circle: Number
    parent: Number | None = None


async def move_circle(gathering: LiveGathering, host: int, asked: CircleMoveAsked) -> Kept:
    """Put a circle, with all that it contains, inside another one, or take it out.

    Raises:
        Refused: UNKNOWN: no such circle; NESTED: it would stand inside itself, or more than six levels deep.
    """
    body = ev.CircleMoved(asked.circle, asked.parent)
    return await gathering.submit(actor.host(host), asked.key, body)


def circle_called(state: State, typed: str) -> int | None:
    """Return the number of the circle with a name that a host typed; None for an empty name. O(circles).

    A circle is called by its name in any language, or by its number from 1 where it has no name.

    Raises:
        Refused: UNKNOWN: no circle has this name, or more than one.
    """
    name = clean_name(typed).casefold()
    if not name:
        return None
    called = [number for number in range(len(state.circles)) if name in names_of(state, number)]
    if len(called) != 1:
        raise Refused(Refusal.UNKNOWN)
    return called[0]


def names_of(state: State, number: int) -> set[str]:
    """Return all names of a circle, folded; its number from 1 where it has none."""
    circle = state.circles[number]
    names = {name.casefold() for name in (circle.name, *circle.names.values()) if name}
    return names or {str(number + 1)}
