"""Erasing: remove the words of everybody who asked for it from the log and from the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.model.erasure import ErasureReason
from oneheart.storage.log import Behind, Log, NotYetGone, StorageError

_ASKING = frozenset({"erased", "contacts back"})  # they hold the number of a seat and what all were told, and stay
# kinds that change the numbers of later events
_NUMBERING = ("seat", "desire", "same", "same words", "parted", "translated")
_OF_PEOPLE = tuple(
    str(kind.__struct_config__.tag)
    for kind in get_args(ev.AnyBody)
    if kind.__struct_config__.tag not in _ASKING
    and (kind is ev.Moderated or {"seat", "seats"} & {*kind.__struct_fields__})
)  # kinds that people write, or that hosts write about people; they are erased when the term is over


@dataclass(frozen=True, slots=True)
class Erased:
    """Result of an attempt to erase.

    Attributes:
        changed: the log changed, so the state must be computed again.
        trouble: reason why words may still be on the disk; None if all are gone.
    """

    changed: bool
    trouble: str | None


def erase_due(log: Log, state: State) -> Erased:
    """Erase from the log what people asked to erase and what is still in it. O(events). Idempotent.

    Refused events are erased too if they would have received a number. Otherwise they would be accepted in the next
    replay, because the event that made them refusable is gone.

    Args:
        log: log of the gathering.
        state: state computed from the log; it is not changed.

    Raises:
        Behind: other processes wrote meanwhile, so something else may be due; go on over that, and try again.
    """
    changed, trouble = False, None
    lapsed = [seq for seq in log.places_of(_NUMBERING) if seq in state.refused] if state.erasing else []
    if state.erasing and state.keeping.purged_at is not None:
        return _erase_everybody(log, state, lapsed)
    if near := state.company.near.due:  # what people took back of lists of contacts; they stay otherwise
        try:
            log.erase("", sorted(near), numbered=[], requests=sorted({*near.values()}))
        except NotYetGone:
            changed = True
        except Behind:
            raise
        except StorageError as error:
            return Erased(changed=False, trouble=str(error))
        else:
            changed = True
    for number in sorted(state.erasing):
        seat = state.seats[number]
        words = words_of(state, number)
        numbered = [seat.seq, *(state.desires[desire].seq for desire in words)]
        derived = state.prayers.derived_from(words)  # amendments and translations of their words, by any author
        derived += [seq for desire in words for seq in state.desires[desire].decided]  # with hosts' reasons
        derived += state.desires.carried.derived_from(words, [number])  # in other languages, and carried on from there
        derived += state.prayers.carried_on_from(derived, number)
        try:
            log.erase(actor.seat(number), [*numbered, *derived, *lapsed], numbered=numbered, asked=_ASKING)
        except NotYetGone:
            changed = True  # committed; only the checkpoint below is missing
        except Behind:
            raise
        except StorageError as error:
            trouble = str(error)
            break
        else:
            changed = True
        lapsed = []
    return Erased(changed, _checkpointed(log) or trouble)


def _erase_everybody(log: Log, state: State, lapsed: list[int]) -> Erased:
    """Erase the events of all people, and of hosts about people, at once: the term is over."""
    people = [seat.seq for seat in state.seats if seat.alive]
    said = [desire.seq for desire in state.desires if desire.author is not None]
    hosts_own = {desire.seq for desire in state.desires if desire.author is None}
    places = set(log.places_of(_OF_PEOPLE)) - hosts_own
    try:
        log.erase("", [*places, *lapsed], numbered=[*people, *said], why=ErasureReason.TIME)
    except NotYetGone:
        return Erased(changed=True, trouble=_checkpointed(log))
    except Behind:
        raise
    except StorageError as error:
        return Erased(changed=False, trouble=str(error))
    return Erased(changed=True, trouble=_checkpointed(log))


def _checkpointed(log: Log) -> str | None:
    """Empty the write-ahead log if it may hold erased bytes; return the reason if that failed."""
    if log.checkpoint_due:
        try:
            log.checkpoint()
        except NotYetGone as error:
            return str(error)
    return None


def words_of(state: State, seat: int) -> list[int]:
    """Return the numbers of desires that hold a person's words: their own, and copies that circles say or carry.

    O(M).
    """
    words = set(state.seats[seat].desires)
    for number, desire in enumerate(state.desires):
        source = desire.grew_from
        if source in words and desire.text == state.desires[source].text:
            words.add(number)
    return sorted(words)
