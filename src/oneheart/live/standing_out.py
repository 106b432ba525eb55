"""Standing out: groups of seats that hosts may look at, by tokens that name no seat. See `engine.oddities`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from oneheart.engine import disclosure
from oneheart.engine.oddities import HALF_MINUTE_MS, Kind, Oddity, Seated
from oneheart.live.state import State
from oneheart.model.gathering import Responses


@dataclass(frozen=True, slots=True)
class Group:
    """A group of seats as hosts see it.

    Attributes:
        token: name of the group; it is another one as soon as the group changes.
        kind: why it stands out, see `Oddity`; "revoked" for seats that a host revoked together.
        seats: numbers of the seats; they do not leave the server.
        first: server's clock when the first seat was taken, to the minute, milliseconds since 1970.
        last: the same of the last seat.
        reason: reason of the host who revoked them; "" for others.
    """

    token: str
    kind: Kind | Literal["revoked"]
    seats: tuple[int, ...]
    first: int
    last: int
    reason: str = ""


def seated(state: State, now: int) -> tuple[Seated, list[int]]:
    """Return what is known of the seats that count, and their numbers. O(N + responses).

    People without a phone are left out: their steward takes their seats and types for them.

    Args:
        state: state of the gathering.
        now: server's clock, milliseconds since 1970.
    """
    numbers = [number for number, seat in enumerate(state.seats) if seat.alive and seat.scribe is None]
    row = {number: place for place, number in enumerate(numbers)}
    table = state.tally.table()
    counts = np.isin(table.participant, numbers)
    responses = Responses.of(
        [row[person] for person in table.participant[counts].tolist()], table.desire[counts], table.stance[counts]
    )
    read = {seat for draft in state.prayers.drafts for answers in draft.readings for seat in answers}
    active = [bool(state.tally.answered(n) or state.seats[n].desires or state.seats[n].presences) for n in numbers]
    moments = state.company.moments
    until = now if state.stage.takes_responses else moments[-1].at if moments else None
    return (
        Seated(
            np.array([state.seats[number].half for number in numbers], np.int64),
            responses,
            np.array(active, bool) | np.isin(numbers, sorted(read)),
            None if until is None else until // HALF_MINUTE_MS,
        ),
        numbers,
    )


def groups_that_stand_out(
    key: Callable[[str, str], str], numbers: Sequence[int], found: Sequence[Oddity]
) -> list[Group]:
    """Return the groups that stand out, with a token of each."""
    out = []
    for odd in found:
        seats = tuple(numbers[place] for place in odd.rows)
        out.append(Group(_token(key, odd.kind, seats), odd.kind, seats, _minute(odd.first), _minute(odd.last)))
    return out


def revoked_groups(state: State, key: Callable[[str, str], str]) -> list[Group]:
    """Return the groups that were revoked together and still are, the newest first. O(N)."""
    out = []
    for seq, reason in sorted(state.people.revocations.items(), reverse=True):
        seats = tuple(state.people.revoked_by(seq))
        if disclosure.enough(len(seats)):
            halves = [state.seats[seat].half for seat in seats]
            first, last = _minute(min(halves)), _minute(max(halves))
            out.append(Group(_token(key, f"revoked {seq}", seats), "revoked", seats, first, last, reason))
    return out


def tokens_before(state: State, key: Callable[[str, str], str]) -> dict[str, tuple[int, ...]]:
    """Return the seats of each group that is revoked, by every token that it can have had before. O(N)."""
    groups = revoked_groups(state, key)
    return {_token(key, kind, group.seats): group.seats for group in groups for kind in get_args(Kind)}


def _token(key: Callable[[str, str], str], kind: str, seats: tuple[int, ...]) -> str:
    return key("oddity", f"{kind}\0{','.join(map(str, seats))}")


def _minute(half: int) -> int:
    return half // 2 * 2 * HALF_MINUTE_MS
