"""People without a phone in the demo: the steward of their circle types for them, by the same acts as on the sheet."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field

from oneheart.live import challenging, doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refused
from oneheart.live.state.text import readable
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage
from oneheart.rehearsal.friends import Friend

_CARDS = 8


@dataclass(slots=True)
class TypistForMany:
    """Types for people without a phone, at each stage.

    Attributes:
        gathering: the gathering.
        friends: people without a phone.
        seats: their seats, once they have some.
        typed: number of acts that were kept.
        refused: number of acts that were not.
    """

    gathering: LiveGathering
    friends: list[Friend]
    seats: list[int] = field(default_factory=list)
    typed: int = 0
    refused: int = 0

    async def type(self, stage: str) -> None:
        """Type what the people say and answer at a stage."""
        if not self.friends:
            return
        if not self.seats:
            await self._seat()
        for seat, friend in zip(self.seats, self.friends, strict=False):
            if stage == "open":
                await self._try(doing.say(self.gathering, seat, ask.DesireAsked(_key(), friend.says())))
            elif stage == "crossing":
                await self._answer(seat, friend)
            elif stage in {"reading", "second reading"}:
                await self._read(seat, friend)
            elif stage == "said":
                await self._try(doing.say_amen(self.gathering, seat, ask.KeyOnly(_key())))

    async def _seat(self) -> None:
        """Give the duty of each circle to its first person, and a seat to each person without a phone there."""
        state = self.gathering.state
        circles = max(1, len(state.circles))
        for number, friend in enumerate(self.friends):
            circle = number % circles
            steward = next(n for n, seat in enumerate(state.seats) if seat.alive and seat.circle == circle)
            if not state.seats[steward].steward:
                await self.gathering.submit(actor.host(0), _key(), ev.DutyGiven(circle, steward))
            wanted = ask.ScribedSeatAsked(_key(), friend.language, consent=state.keeping.version)
            taken = await doing.seat_scribed(self.gathering, steward, wanted)
            self.seats.append(taken.number)

    async def _answer(self, seat: int, friend: Friend) -> None:
        state = self.gathering.state
        for _ in range(_CARDS):
            card = self.gathering.card(seat)
            if card is None:
                return
            text = state.desires[state.words_for(card.desire, seat)].text
            stance = Stance(friend.stance(text, may_be_against=state.voice.value == "assembly"))
            alias = alias_for(self.gathering, Purpose.CARD, seat, card.desire)
            await self._try(doing.respond(self.gathering, seat, ask.ResponseAsked(_key(), alias, stance)))

    async def _read(self, seat: int, friend: Friend) -> None:
        state = self.gathering.state
        draft = state.prayers.of_round(state.round)
        if draft is None:
            return
        number = len(state.prayers.drafts) - 1
        for place, line in enumerate(draft.body.lines):
            if readable(state.stage, draft, place):
                reading, critique = friend.reads(state.prayers.words(line, state.desires)[0])
                answer = ask.ReadingAsked(_key(), number, place, Reading(reading), critique)
                await self._try(doing.read_line(self.gathering, seat, answer))
        for desire in challenging.to_answer(state, draft, seat):
            stance = Stance(max(0, friend.stance(state.desires[desire].text, may_be_against=False)))
            alias = alias_for(self.gathering, Purpose.CARD, seat, desire)
            await self._try(
                doing.answer_challenger(self.gathering, seat, ask.ChallengerAsked(_key(), number, alias, stance))
            )
        if state.stage is Stage.SECOND_READING:
            await self._try(doing.affirm(self.gathering, seat, ask.WholeAsked(_key(), number, on=friend.affirms())))

    async def _try(self, act: Awaitable[object]) -> None:
        try:
            await act
        except Refused:
            self.refused += 1
        else:
            self.typed += 1


def _key() -> str:
    return secrets.token_hex(16)
