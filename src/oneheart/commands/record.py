"""Read the record of a gathering and check that it is valid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import apsw

from oneheart.errors import UserError
from oneheart.live.rebuild import Spoiled, replay
from oneheart.live.state import State
from oneheart.live.state.released import people_told
from oneheart.storage.database import open_database
from oneheart.storage.log import Log


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a record.

    Attributes:
        first_break: place of the first changed event; None if all are valid.
        events: number of events.
        state: state after all events, or up to the spoiled one; None if the record is broken.
        spoiled: first event that cannot be decoded; None if all can.
    """

    first_break: int | None
    events: int
    state: State | None
    spoiled: Spoiled | None = None


def read_record(path: Path) -> Record:
    """Return a record after checking every commitment and the hash chain. Read-only. O(events).

    Raises:
        UserError: there is no gathering, another process serves it, or the file is damaged.
    """
    database = open_database(path)
    try:
        log = Log(database)
        broken = log.first_break()
        if broken is not None:
            return Record(broken, log.length, None)
        replayed = replay(log)
    except (apsw.Error, UnicodeDecodeError) as error:
        message = f"{path} cannot be read ({error}); restore it from a backup."
        raise UserError(message) from error
    finally:
        database.close()
    return Record(None, log.length, replayed.state, replayed.spoiled)


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
    if state is None:
        return [f"The record breaks at event {record.first_break}: it is not as it was written."]
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
    if digest:
        out.append(f"digest {state.digest()}")
    return out


def _at_least(count: int) -> str:
    return f"{count} or more" if count else "few"
