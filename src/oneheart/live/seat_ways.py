"""Ways back to a seat, and the change of a circle, as people and hosts do them.

The rules stand in `live.state.ways`. A code is made by the server; the log holds its hash only. A host finds the seat
of a lost phone by what its person shows: the code of the card with which they came in, or the sign of their place. So
no host learns from this whose seat it is, and none is found by a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.live import events as ev
from oneheart.live.codes import ALPHABET, CODE_LENGTH, hash_of, letters_of
from oneheart.live.gathering import Kept, LiveGathering, TakenSeat
from oneheart.live.inputs import Input, KeyOnly, Text
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.wrong_codes import limited
from oneheart.model import actor

WAY_LENGTH = 16
"""Letters of a way back: 16 of an alphabet of 28, about 77 bits."""


class WayBackAsked(Input, frozen=True):
    """A person opens their seat on another phone.

    Attributes:
        way: the code of the way back, as it was typed.
    """

    way: Text


class PhoneLostAsked(Input, frozen=True):
    """A host gives the seat of a lost phone a new card.

    Attributes:
        code: code of the card with which the person came in, or the sign of their place.
    """

    code: Text


class CircleChangeAsked(Input, frozen=True):
    """A person comes to another circle.

    Attributes:
        circle: code of the circle, or the key in the address on its card.
    """

    circle: Text


@dataclass(frozen=True, slots=True)
class WayBack:
    """A code that opens a seat on another phone, once. The server does not keep it.

    Attributes:
        code: the code.
        kept: outcome of its event.
    """

    code: str
    kept: Kept


def clean_letters(typed: str, most: int) -> str:
    """Return typed letters of the alphabet of codes, without spaces and dashes, in upper case, cut to a length.

    Example:
        >>> clean_letters(" abcd-3456 efgh", 16)
        'ABCD3456EFGH'
    """
    return "".join(letter for letter in typed.upper() if letter in ALPHABET)[:most]


def mark_of(gathering: LiveGathering, seat: int) -> str:
    """Return the sign of a person's place, eight letters. It opens nothing; with it a host finds the seat."""
    return letters_of(gathering.secret_for("place", str(seat)), CODE_LENGTH)


def code_of_circle(gathering: LiveGathering, circle: int) -> str:
    """Return the code that people of a circle tell to somebody who wants to come to it, eight letters."""
    return letters_of(gathering.secret_for("circle code", gathering.state.circles[circle].key), CODE_LENGTH)


def circle_with(gathering: LiveGathering, typed: str) -> int | None:
    """Return the circle with a key or code; None for none. O(circles)."""
    by_key = gathering.state.circle_of_key.get(typed)
    if by_key is not None:
        return by_key
    code = clean_letters(typed, CODE_LENGTH)
    circles = range(len(gathering.state.circles))
    return next((circle for circle in circles if code_of_circle(gathering, circle) == code), None)


async def keep_way(gathering: LiveGathering, seat: int, asked: KeyOnly) -> WayBack:
    """Make a way back to a person's own seat; a former one is void. Idempotent: the same key gives the same code."""
    code = letters_of(gathering.secret_for("way back", f"{seat}-{asked.key}"), WAY_LENGTH)
    kept = await gathering.submit(actor.seat(seat), asked.key, ev.WayBackKept(seat, hash_of(code)))
    return WayBack(code, kept)


async def open_way(gathering: LiveGathering, asked: WayBackAsked) -> TakenSeat:
    """Open a seat on another phone; the former phone opens it no longer. Idempotent: a repeat gives the same secret.

    Raises:
        Refused: UNKNOWN: no seat has this way back; USED: it was used meanwhile.
    """
    way = hash_of(clean_letters(asked.way, WAY_LENGTH))
    secret = gathering.secret_for("opened", f"{way}-{asked.key}")
    repeated = gathering.state.seat_by_secret(hash_of(secret))
    if repeated is not None:
        return TakenSeat(repeated, secret)
    seat = gathering.state.people.seat_of_way.get(way)
    if seat is None:
        raise Refused(Refusal.UNKNOWN)
    body = ev.SeatChanged(seat, secret_hash=hash_of(secret), way=way)
    await gathering.submit(actor.seat(seat), asked.key, body)
    return TakenSeat(seat, secret)


async def lose_phone(gathering: LiveGathering, host: int, asked: PhoneLostAsked) -> WayBack:
    """Give the seat of a lost phone a card; the lost phone opens it no longer. Idempotent. O(seats).

    Raises:
        Refused: UNKNOWN: no seat has this card or sign; SLOWLY: ten wrong ones in this minute.
    """
    with limited(gathering, actor.host(host)):
        seat = seat_shown(gathering, clean_letters(asked.code, CODE_LENGTH))
        if seat is None:
            raise Refused(Refusal.UNKNOWN)
    code = letters_of(gathering.secret_for("lost phone", f"{host}-{asked.key}"), WAY_LENGTH)
    kept = await gathering.submit(actor.host(host), asked.key, ev.PhoneLost(seat, hash_of(code)))
    return WayBack(code, kept)


def seat_shown(gathering: LiveGathering, code: str) -> int | None:
    """Return the living seat with this card or sign; None for none."""
    people = gathering.state.people
    seat = people.seat_of_card.get(hash_of(code))
    if seat is None:
        seat = next((n for n in range(len(people.seats)) if mark_of(gathering, n) == code), None)
    return seat if seat is not None and people.sits(seat) else None


async def change_circle(gathering: LiveGathering, seat: int, asked: CircleChangeAsked) -> Kept:
    """Bring a person to another circle, once a round; their answers count there from now on.

    Raises:
        Refused: UNKNOWN: no circle has this code; MOVED: they changed circle in this round already; SLOWLY: ten wrong
            codes in this minute.
    """
    with limited(gathering, actor.seat(seat)):
        circle = circle_with(gathering, asked.circle)
        if circle is None:
            raise Refused(Refusal.UNKNOWN)
    return await gathering.submit(actor.seat(seat), asked.key, ev.SeatChanged(seat, circle=circle))
