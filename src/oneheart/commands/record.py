"""Read the record of a gathering and check that it is valid. Another process may serve it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import apsw

from oneheart.errors import UserError
from oneheart.live.rebuild import Spoiled, replay
from oneheart.live.state import State
from oneheart.live.state.released import people_told
from oneheart.storage.log import StorageError
from oneheart.storage.rows import Altered
from oneheart.storage.stores import Store, log_of, look_at_store


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a record.

    Attributes:
        fault: first event that is not as it was written, and why; None if all are.
        events: number of events.
        state: state after all events, or up to the spoiled one; None if the record is broken.
        spoiled: first event that cannot be decoded; None if all can.
        unopened: number of events whose keys are destroyed though no erasure in the record names them.
    """

    fault: Altered | None
    events: int
    state: State | None
    spoiled: Spoiled | None = None
    unopened: int = 0

    @property
    def first_break(self) -> int | None:
        """Return the place of the first event that is not as it was written; None if all are."""
        return None if self.fault is None else self.fault.seq


def read_record(place: str | Path) -> Record:
    """Return a record after checking every event and the hash chain. Read-only. O(events).

    Raises:
        UserError: there is no gathering, the file is damaged, or its keys are missing.
    """
    database = look_at_store(place)
    try:
        return record_of(database)
    finally:
        database.close()


def record_of(database: Store) -> Record:
    """Return the record of an open file, see `read_record`.

    Raises:
        UserError: the file is damaged.
    """
    try:
        damage = database.damage()
        if damage is not None:
            message = f"{database.where} is damaged ({damage}); restore it from a backup."
            raise UserError(message)
        log = log_of(database)
        fault = log.first_fault()
        if fault is not None:
            return Record(fault, log.length, None)
        replayed = replay(log)
    except (apsw.Error, StorageError, UnicodeDecodeError) as error:
        message = f"{database.where} cannot be read ({error}); restore it from a backup."
        raise UserError(message) from error
    return Record(None, log.length, replayed.state, replayed.spoiled, len(log.unopened))


def altered(fault: Altered) -> str:
    """Return a sentence that names the event that is not as it was written.

    Example:
        >>> altered(Altered(7, "felt", "it is missing"))
        'The record breaks at event 7: it is not as it was written (it is missing).'
    """
    return f"The record breaks at event {fault.seq}: it is not as it was written ({fault.why})."


def unreadable(spoiled: Spoiled) -> str:
    """Return a sentence that names the event that cannot be decoded, and the reason.

    Example:
        >>> unreadable(Spoiled(7, "felt", "Invalid enum value 9 - at `$.value`", decoded=False))
        'Event 7 ("felt") cannot be read (Invalid enum value 9 - at `$.value`): restore a backup, or use the version \
that wrote it.'
    """
    return (
        f'Event {spoiled.seq} ("{spoiled.kind}") cannot be read ({spoiled.why}): restore a backup, or use the version '
        "that wrote it."
    )


def sentences(record: Record, *, digest: bool) -> list[str]:
    """Return sentences on a record; counts of people are rounded down.

    Args:
        record: the record.
        digest: add the fingerprint of the state.
    """
    state = record.state
    if record.fault is not None or state is None:
        return [altered(record.fault)] if record.fault is not None else []
    if record.spoiled is not None:
        return [unreadable(record.spoiled)]
    people = _at_least(people_told(state.people))
    desires = _at_least(state.released.desires)
    responses = _at_least(state.released.responses)
    out = [
        "The record holds: every event is as it was written.",
        f"stage {state.stage.value}, round {state.round}{', ended' if state.ended else ''}",
        f"people {people} · desires {desires} · responses {responses} · circles {len(state.circles)}",
    ]
    if record.unopened:
        out[0] = (
            f"{record.unopened} events cannot be read, and no erasure in this record names them; ask oneheart verify."
        )
    if digest:
        out.append(f"digest {state.digest()}")
    return out


def _at_least(count: int) -> str:
    return f"{count} or more" if count else "few"
