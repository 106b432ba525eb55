"""Entries: an event as it is written to the log, and whether a repeat says the same."""

from __future__ import annotations

import msgspec

from oneheart.live import events as ev
from oneheart.live.quoting import same_as_read
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.storage.beside import Event
from oneheart.storage.log import Entry


def entry_of(by: str, key: str, body: ev.AnyBody) -> tuple[Entry, ev.AnyBody]:
    """Return an event as it is written, and its body as it will be decoded.

    Raises:
        Refused: the body could not be decoded again: a value of the wrong type or kind, or a lone surrogate.
    """
    try:
        (by + key).encode()
        text = ev.encode(body)
        return Entry(by, key, ev.kind_of(body), text, sealed=holds_words(by, body)), ev.decode(text)
    except (UnicodeEncodeError, TypeError, OverflowError, msgspec.MsgspecError):
        raise Refused(Refusal.UNREADABLE) from None


def holds_words(by: str, body: ev.AnyBody) -> bool:
    """Return whether words of people may stand in an event, so that a key of its own seals it.

    These are all events but those of the house, and requests to erase, which hold the number of a seat only. Hosts
    quote people, so their events are sealed too.
    """
    return by != actor.HOUSE and not isinstance(body, ev.SeatErased)


_ADDED: dict[type[ev.Body], tuple[str, ...]] = {
    ev.Responded: ("propensity", "probe"),
    ev.StageMoved: ("words",),
    ev.StepTaken: ("words",),
    ev.SheetsPrinted: ("version", "sheets", "draft"),
    ev.OutputTaken: ("position", "people", "version"),
}
"""The fields that the server adds to what a person or host sent."""


def same_words(event: Event, body: ev.AnyBody, state: State) -> bool:
    """Return whether a repeat differs from the first event in nothing but what the server added.

    The server adds to an answer the propensity and whether the card was a probe; what is dealt to sheets of paper;
    words about desires to the end of a stage; the basis to an output, and quotes by number.
    """
    if event.body is None or event.kind != ev.kind_of(body):
        return False
    first = ev.decode(event.body)
    added = _ADDED.get(type(body))
    if added is None:
        return same_as_read(first, body, state)
    same = {name: getattr(body, name) for name in added}
    return type(first) is type(body) and msgspec.structs.replace(first, **same) == body
