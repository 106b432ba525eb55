"""Erasing: the words of everybody who asked for it, out of the log and off the disk."""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.live.state import State
from oneheart.model import actor
from oneheart.storage.log import Log, NotYetGone, StorageError

_NUMBERING = ("seat", "desire", "same", "translated")  # kinds on which the numbers of other events depend


@dataclass(frozen=True, slots=True)
class Erased:
    """How an attempt to erase ended.

    Attributes:
        changed: the log changed, so that the state must be computed anew.
        trouble: why words may still be on the disk; None where all are gone.
    """

    changed: bool
    trouble: str | None


def erase_due(log: Log, state: State) -> Erased:
    """Erase the words of all who asked for it and whose words still stand. O(events). Idempotent.

    Refused events are erased too where they would have had a number: without what stood against them, they would count
    now.

    Args:
        log: of the gathering.
        state: what the log comes to; it is not changed.
    """
    changed, trouble = False, None
    lapsed = [seq for seq in log.places_of(_NUMBERING) if seq in state.refused] if state.erasing else []
    for number in sorted(state.erasing):
        seat = state.seats[number]
        words = words_of(state, number)
        numbered = [seat.seq, *(state.desires[desire].seq for desire in words)]
        made = state.prayers.made_from(words)  # other words for theirs, whoever found them
        try:
            log.erase(actor.seat(number), [*numbered, *made, *lapsed], numbered=numbered)
        except NotYetGone:
            changed = True  # committed; the checkpoint below is left to do
        except StorageError as error:
            trouble = str(error)
            break
        else:
            changed = True
        lapsed = []
    if log.checkpoint_due:
        try:
            log.checkpoint()
        except NotYetGone as error:
            trouble = str(error)
    return Erased(changed, trouble)


def words_of(state: State, seat: int) -> list[int]:
    """Return the desires that hold a person's words: their own, and copies that circles say or carry. O(M)."""
    words = set(state.seats[seat].desires)
    for number, desire in enumerate(state.desires):
        source = desire.grew_from
        if source in words and desire.text == state.desires[source].text:
            words.add(number)
    return sorted(words)
