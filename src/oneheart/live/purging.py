"""Purging: erase everything personal when the term is over, and keep the sealed texts and counts of k people or more.

The leader calls `purge_due` again and again. Whatever the server missed while it was down is done when it is up again.
"""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import numbers_in_book, record_at
from oneheart.live.state import State
from oneheart.live.state.released import people_told
from oneheart.model.actor import HOUSE


async def purge_due(gathering: LiveGathering) -> bool:
    """Erase what must be erased by now; return whether anything was.

    First come people who agreed to a shorter term than the present one, then the whole gathering.
    """
    if gathering.spoiled is not None:
        return False
    keeping, now = gathering.state.keeping, gathering.now()
    if keeping.is_due(now):
        return await _written(gathering, "purged", what_remains(gathering.state))
    seats = keeping.seats_due(now)
    for seat in seats:
        await _written(gathering, f"term-{seat}", ev.SeatErased(seat, gathering.state.told))
    return bool(seats)


async def _written(gathering: LiveGathering, key: str, body: ev.AnyBody) -> bool:
    try:
        await gathering.submit(HOUSE, key, body)
    except Refused:
        return False  # the disk refuses it, or it is done already; the leader tries again
    gathering.tick()
    return True


def what_remains(state: State) -> ev.Purged:
    """Return what is kept after the term: the words of sealed texts without authors, and rounded counts."""
    return ev.Purged(
        _lines(state),
        amen=[disclosure.in_steps(sealed.amen_count) for sealed in state.prayers.sealed],
        people=people_told(state.people),
        desires=state.released.desires,
        responses=state.released.responses,
    )


def _lines(state: State) -> list[ev.KeptLine]:
    """Return the words of every line of a sealed text, those that were left out of it too. Each line stands once."""
    kept: dict[tuple[int, int | None], ev.KeptLine] = {}
    for number in numbers_in_book(state):
        record = record_at(state, number)
        body = record.draft.body
        for line, words in zip([*body.lines, *body.left], [*record.lines, *record.left], strict=True):
            name = (line.cites[0], line.amendment)
            if words.text and name not in kept:
                kept[name] = ev.KeptLine(*name, words.text, words.language, dict(words.carried), words.stem)
    return list(kept.values())
