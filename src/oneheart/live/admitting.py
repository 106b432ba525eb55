"""Admitting: the acts about the door, about seats that hosts revoke, and about hosts.

Like `live.doing`: a function takes an input, writes one event and returns the outcome. It raises `Refused` if the act
is not allowed.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from msgspec import Meta

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.engine.oddities import oddities
from oneheart.live import events as ev
from oneheart.live.codes import CODE_LENGTH, hash_of
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number, Text
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.seat_ways import clean_letters, mark_of, seat_shown
from oneheart.live.standing_out import Group, groups_that_stand_out, revoked_groups, seated, tokens_before
from oneheart.model import actor
from oneheart.model.gathering import Door

REASON_MOST = 200  # graphemes
SEAT_CARDS_MOST = 50


class SeatCardsAsked(Input, frozen=True):
    """A steward asks the hosts for seat cards of their circle.

    Attributes:
        count: number of cards, 0 to 50; 0 takes it back.
    """

    count: Annotated[int, Meta(ge=0, le=SEAT_CARDS_MOST)] = 0


class DoorAsked(Input, frozen=True):
    """A host opens the door, closes it, or lets in only people with a seat card. People who have a seat stay in.

    Attributes:
        door: "open", "cards" or "closed".
        most: greatest number of people who may have a seat at one time, rounded up to a multiple of 5; null for no
            limit.
    """

    door: Door
    most: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class HostNamed(Input, frozen=True):
    """A host removes a host, another one or themselves.

    Attributes:
        host: number of the host, from 0.
    """

    host: Number


class RevocationAsked(Input, frozen=True):
    """A host revokes a group of seats that stands out: nothing of theirs counts any more.

    Attributes:
        group: token of the group, as it was shown; it is valid until the group changes.
        reason: reason that the people concerned read.
    """

    group: str
    reason: Text


class RestorationAsked(Input, frozen=True):
    """A host restores seats that were revoked together: everything of theirs counts again.

    Attributes:
        group: token of the group, as it was shown.
    """

    group: str


class SeatCloseAsked(Input, frozen=True):
    """A host closes one seat: its person does nothing more, and what they gave goes on counting.

    Attributes:
        code: code of the card with which the person came in, or the sign of their place.
        reason: reason that the person reads.
    """

    code: Text
    reason: Text


class SeatOpenAsked(Input, frozen=True):
    """A host opens a seat again that was closed.

    Attributes:
        code: code of the card with which the person came in, or the sign of their place.
    """

    code: Text


async def ask_for_cards(gathering: LiveGathering, seat: int, asked: SeatCardsAsked) -> Kept:
    """Keep how many seat cards a steward asks the hosts for.

    Raises:
        Refused: NOT_YOURS.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.SeatCardsWanted(seat, asked.count))


async def set_door(gathering: LiveGathering, host: int, asked: DoorAsked) -> Kept:
    """Set who may take a new seat, and how many people may have one. The number is rounded up to a multiple of k."""
    most = None if asked.most is None else -disclosure.in_steps(-asked.most)
    return await gathering.submit(actor.host(host), asked.key, ev.DoorSet(asked.door, most))


# --- seats ------------------------------------------------------------------------------------------------------------


def revoked_of(gathering: LiveGathering, secret: str) -> int | None:
    """Return the number of the revoked seat of a secret; None if it is of no revoked seat. O(1)."""
    return gathering.state.revoked_by_secret(hash_of(secret)) if secret else None


async def groups_now(gathering: LiveGathering) -> tuple[list[Group], list[Group]]:
    """Return the groups of seats that stand out, and those that were revoked. It is computed in another thread."""
    state, key = gathering.state, gathering.secret_for
    known, numbers = seated(state, gathering.now())
    groups = await asyncio.to_thread(oddities, known)
    return groups_that_stand_out(key, numbers, groups), revoked_groups(state, key)


async def revoke_seats(gathering: LiveGathering, host: int, asked: RevocationAsked) -> Kept:
    """Revoke a group of seats that stands out. Nothing is erased, and it can be taken back.

    Raises:
        Refused: WORDS: without a reason, or too long; STALE: the group is another one by now.
    """
    reason = _reason(asked.reason)
    repeated = tokens_before(gathering.state, gathering.secret_for).get(asked.group)
    if repeated is None:
        standing_out, _ = await groups_now(gathering)
        seats = _seats_of(asked.group, standing_out)
    else:
        seats = [*repeated]
    return await gathering.submit(actor.host(host), asked.key, ev.SeatsRevoked(seats, reason))


async def restore_seats(gathering: LiveGathering, host: int, asked: RestorationAsked) -> Kept:
    """Restore a group of seats that was revoked. Everything of theirs counts again as before.

    Raises:
        Refused: STALE: the group is another one by now.
    """
    seats = _seats_of(asked.group, revoked_groups(gathering.state, gathering.secret_for))
    return await gathering.submit(actor.host(host), asked.key, ev.SeatsRestored(seats))


async def close_seat(gathering: LiveGathering, host: int, asked: SeatCloseAsked) -> Kept:
    """Close one seat. No number changes by it, so that nobody learns from two numbers what this person answered.

    Raises:
        Refused: WORDS: without a reason, or too long; UNKNOWN: no seat has this card or sign.
    """
    reason = _reason(asked.reason)
    seat = seat_shown(gathering, clean_letters(asked.code, CODE_LENGTH))
    if seat is None:
        raise Refused(Refusal.UNKNOWN)
    return await gathering.submit(actor.host(host), asked.key, ev.SeatClosed(seat, on=True, reason=reason))


async def open_seat(gathering: LiveGathering, host: int, asked: SeatOpenAsked) -> Kept:
    """Open a seat again that was closed.

    Raises:
        Refused: UNKNOWN: no seat has this card or sign.
    """
    seat = seat_shown(gathering, clean_letters(asked.code, CODE_LENGTH))
    if seat is None:
        raise Refused(Refusal.UNKNOWN)
    return await gathering.submit(actor.host(host), asked.key, ev.SeatClosed(seat, on=False))


def closed_seats(gathering: LiveGathering) -> list[tuple[str, str]]:
    """Return the sign and the reason of each seat that is closed, by the sign. O(closed seats)."""
    closed = gathering.state.people.closed.items()
    return sorted((mark_of(gathering, seat), reason) for seat, reason in closed if gathering.state.people.sits(seat))


def _reason(typed: str) -> str:
    """Return a reason as it is kept.

    Raises:
        Refused: WORDS: there is none, or it is too long.
    """
    reason = entry.clean(typed)
    if not reason or entry.grapheme_count(reason) > REASON_MOST:
        raise Refused(Refusal.WORDS, hint="too long" if reason else "no reason", most=REASON_MOST)
    return reason


def _seats_of(token: str, groups: list[Group]) -> list[int]:
    """Return the seats of the group with a token.

    Raises:
        Refused: STALE: no group has this token now.
    """
    seats = next((group.seats for group in groups if group.token == token), None)
    if seats is None:
        raise Refused(Refusal.STALE)
    return [*seats]


# --- hosts ------------------------------------------------------------------------------------------------------------


async def remove_host(gathering: LiveGathering, host: int, asked: HostNamed) -> Kept:
    """Remove a host, another one or oneself. Their secret opens nothing at once, and no act of theirs is taken.

    Raises:
        Refused: UNKNOWN: no such host; LAST_HOST.
    """
    return await gathering.submit(actor.host(host), asked.key, ev.HostRemoved(asked.host))
