"""Read the record of a gathering and say whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import apsw
import msgspec

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.snapshot import RESPONSES_STEP, in_steps
from oneheart.live.state import State
from oneheart.storage.database import open_database
from oneheart.storage.log import Log


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says.

    Attributes:
        first_break: place of the first event that is not as it was written; None where all holds.
        events: how many there are.
        state: what they come to; None where the record is broken.
    """

    first_break: int | None
    events: int
    state: State | None


def read_record(path: Path) -> Record:
    """Return a record after checking every commitment and the chain. Changes nothing. O(events).

    Raises:
        UserError: no gathering there, another process serves it, or it was written by a later version.
    """
    database = open_database(path)
    try:
        log = Log(database)
        broken = log.first_break()
        if broken is not None:
            return Record(broken, log.length, None)
        state = State()
        for event in log.replay():
            body = None if event.body is None else ev.decode(event.body)
            state.apply(event.seq, event.kind, body, event.actor, event.at)
    except msgspec.ValidationError as error:
        message = (
            f"{path} holds something that this version does not know ({error}); read it with the version that wrote it."
        )
        raise UserError(message) from error
    except (apsw.Error, msgspec.DecodeError) as error:
        message = f"{path} cannot be read ({error}); restore it from a backup."
        raise UserError(message) from error
    finally:
        database.close()
    return Record(None, log.length, state)


def sentences(record: Record, *, digest: bool) -> list[str]:
    """Return what a record says, with counts in steps that show nobody.

    Args:
        record: as read.
        digest: whether to give the state's fingerprint too.
    """
    state = record.state
    if state is None:
        return [f"The record breaks at event {record.first_break}: it is not as it was written."]
    people = _at_least(in_steps(state.people()))
    desires = _at_least(in_steps(len(state.desires)))
    responses = _at_least(in_steps(state.tally.response_count, RESPONSES_STEP))
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
