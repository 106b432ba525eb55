"""The duty of a circle, as people and hosts do it: ask for it, answer, leave it, give it.

The rules stand in `live.state.duty`. Nobody is named: who asks for the duty and who holds it is known by a sign of four
digits, which that person reads aloud. So a circle says yes to somebody whom it hears, not to an entry in a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import duty
from oneheart.model import actor

_SIGNS = 10_000


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody of a circle who asks to hold its duty.

    Attributes:
        sign: their sign.
        mine: true if it is the reader.
        may_answer: true if the reader's yes counts.
        agreed: true if the reader said yes.
    """

    sign: str
    mine: bool = False
    may_answer: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class DutySeen:
    """The duty of a circle, as one of its people or a host sees it.

    Attributes:
        holder: sign of who holds the duty; "" for nobody.
        mine: true if it is the reader.
        may_answer: true if the reader's answer about the holder counts.
        against: true if the reader wants the duty taken back.
        asking: who asks for it, those who have been in the circle longest in front.
    """

    holder: str
    mine: bool
    may_answer: bool
    against: bool
    asking: tuple[Asking, ...]


def sign_of(gathering: LiveGathering, seat: int) -> str:
    """Return the sign of a person in their circle, four digits. It tells nothing about the seat and opens nothing."""
    since = gathering.state.seats[seat].since
    return f"{int(gathering.secret_for('sign', f'{seat}-{since}'), 16) % _SIGNS:04}"


def duty_seen(gathering: LiveGathering, circle: int, reader: int | None) -> DutySeen:
    """Return the duty of a circle as a person of it sees it, or a host (`reader` None). O(N)."""
    seats, duties = gathering.state.seats, gathering.state.people.duties
    holder = duty.holder_of(seats, circle)

    def counts(about: int) -> bool:
        return reader is not None and duty.may_answer(seats, reader, about)

    asking = tuple(
        Asking(sign_of(gathering, seat), seat == reader, counts(seat), reader in duties.yes.get(seat, ()))
        for seat in duty.members_of(seats, circle)
        if seat in duties.asked
    )
    if holder is None:
        return DutySeen("", mine=False, may_answer=False, against=False, asking=asking)
    against = reader in duties.no.get(holder, ())
    return DutySeen(sign_of(gathering, holder), holder == reader, counts(holder), against, asking)


def _seat_with(gathering: LiveGathering, circle: int, sign: str, *, holds: bool) -> int:
    """Return the seat of a circle that holds or asks for its duty and has a sign.

    Raises:
        Refused: UNKNOWN: nobody has it, or two have it by chance; a host then asks one of them to ask again.
    """
    state = gathering.state
    if not state.people.is_circle(circle):
        raise Refused(Refusal.UNKNOWN)
    seats = [
        seat
        for seat in duty.members_of(state.seats, circle)
        if (state.seats[seat].steward if holds else seat in state.people.duties.asked)
        and sign_of(gathering, seat) == sign
    ]
    if len(seats) != 1:
        raise Refused(Refusal.UNKNOWN)
    return seats[0]


async def request_duty(gathering: LiveGathering, seat: int, asked: ask.DutyAsked) -> Kept:
    """Keep that a person asks to hold the duty of their circle, or that they stop asking.

    Raises:
        Refused: UNKNOWN: the person is in no circle.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.DutyRequested(seat, on=asked.on))


async def leave_duty(gathering: LiveGathering, seat: int, asked: ask.KeyOnly) -> Kept:
    """End a person's own duty.

    Raises:
        Refused: UNKNOWN: the person is in no circle.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.StewardNamed(seat, on=False))


async def answer_duty(gathering: LiveGathering, seat: int, asked: ask.DutyAnswerAsked) -> Kept:
    """Keep a person's answer about the duty of their circle, and settle the duty if that decides it. Idempotent.

    Raises:
        Refused: UNKNOWN: nobody in their circle asks for the duty, or holds it, under this sign; NOT_YOURS: their
            answer does not count.
    """
    circle = gathering.state.seats[seat].circle
    about = _seat_with(gathering, -1 if circle is None else circle, asked.sign, holds=asked.holds)
    kept = await gathering.submit(actor.seat(seat), asked.key, ev.DutyAnswered(seat, about, on=asked.on))
    people = gathering.state.people
    holds = people.seats[about].steward
    decided = (duty.is_taken_back if holds else duty.is_given)(people.duties, people.seats, about)
    if decided and circle is not None:
        settled = ev.DutySettled(circle, about, on=not holds)
        await gathering.submit(actor.HOUSE, f"duty-settled-{kept.seq}", settled)
    return kept


async def give_duty(gathering: LiveGathering, host: int, asked: ask.DutyGivenAsked) -> Kept:
    """Give the duty of a circle to somebody who asks for it, or end the duty of who holds it.

    Raises:
        Refused: UNKNOWN: nobody in this circle asks for the duty, or holds it, under this sign.
    """
    seat = _seat_with(gathering, asked.circle, asked.sign, holds=not asked.on)
    return await gathering.submit(actor.host(host), asked.key, ev.DutyGiven(asked.circle, seat, on=asked.on))
