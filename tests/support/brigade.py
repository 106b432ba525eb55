"""A whole live round of a hall in which some seats are hostile: they do whatever a seat can do against the text.

Everybody answers at random, but each answer depends only on the seed, the seat and the desire. So two rounds with the
same seed differ only by what the hostile seats do. Where they are not hostile, the same seats answer honestly.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oneheart.live import challenging
from oneheart.live import events as ev
from oneheart.live.codes import SecretKey
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refused
from oneheart.live.state.text import readable
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage

WISHES = (
    "Bread for every table in our street",
    "Clean water where the children play",
    "Evenings without any screens at home",
    "A choir that sings on Fridays",
    "Benches under the old plane trees",
    "Somebody who listens when I grieve",
    "Quiet hours after the school bell",
    "Buses that wait for slow walkers",
    "Roofs that hold when winter comes",
    "Letters from my brother abroad",
    "Light on the footpath to the river",
    "Doctors who have time to explain",
    "A workshop with tools to borrow",
    "Seeds shared between neighbours in spring",
    "Stories of grandmothers written down",
    "More parking beside the stadium",
    "A larger fireworks show each year",
    "Shops that open all through the night",
    "Taller fences around the houses",
    "A faster road across the meadow",
    "Louder bells on the town hall",
    "Golf on the southern hill",
    "Cheaper flights from our airport",
    "A new mall beside the station",
)
LIKED = 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round.

    Attributes:
        woven: desires of the first draft's lines.
        sealed: desires of the sealed text's lines.
        body: the sealed event.
    """

    woven: frozenset[int]
    sealed: frozenset[int]
    body: ev.TextSealed


def _chance(*names: object) -> float:
    return random.Random(repr(names)).random()  # noqa: S311  a made-up gathering


def liking(desire: int) -> float:
    """Return the share of honest people who want a desire: nine in ten for seven of them, three in ten for the rest."""
    return 0.9 if desire < LIKED else 0.3


class Hall:
    """One hall with honest seats and seats that may be hostile."""

    def __init__(self, path: Path, seed: int, *, honest: int, others: int, hostile: bool, packed: bool) -> None:
        create(path, ev.Settings("Hall", {"en": "What do you want?"}, "assembly", ["en"]))
        self.gathering = LiveGathering.open(path, rng=np.random.default_rng(seed))
        self.gathering._secret = SecretKey(hashlib.sha256(repr(seed).encode()).digest())  # noqa: SLF001  the same draw
        self.leader = Leader(self.gathering)
        self.seed, self.honest, self.others, self.hostile, self.packed = seed, honest, others, hostile, packed
        self.seats: list[int] = []
        self._key = 0

    @property
    def fills(self) -> list[int]:
        """Return the seats that are hostile, or honest in their place."""
        return self.seats[self.honest :]

    def is_hostile(self, seat: int) -> bool:
        return self.hostile and seat in self.fills

    async def do(self, by: str, body: ev.AnyBody) -> None:
        """Do one act; whatever a hostile seat may not do is refused, and it goes on."""
        self._key += 1
        try:
            await self.gathering.submit(by, f"act-{self._key:08}", body)
        except Refused:
            assert self.hostile

    async def move(self, stage: Stage) -> None:
        await self.do("h0", ev.StageMoved(stage, self.gathering.state.version))
        await self.leader.step()

    async def play(self, *, cards: int = 8) -> Outcome:
        """Play the whole round and return what came of it; hostile seats answer all cards that they are dealt."""
        await self._arrive()
        await self.move(Stage.CROSSING)
        for seat in self.seats:
            await self._answer(seat, len(WISHES) + self.others if self.is_hostile(seat) else cards)
        await self.move(Stage.WEAVING)
        woven = self._lines()
        await self._read(Stage.READING)
        await self._read(Stage.SECOND_READING)
        await self.move(Stage.SEALED)
        sealed = self.gathering.state.prayers.sealed_of(1)
        assert sealed is not None
        outcome = Outcome(woven, self._lines(), sealed.body)
        await self.gathering.close()
        return outcome

    def _lines(self) -> frozenset[int]:
        draft = self.gathering.state.prayers.of_round(1)
        assert draft is not None
        return frozenset(line.cites[0] for line in draft.body.lines)

    async def _arrive(self) -> None:
        for circle in range(10):
            await self.do("house", ev.CircleAdded("", f"k{circle}"))
        for number in range(self.honest + self.others):
            circle = 0 if self.packed and number >= self.honest else number % 10
            taken = await self.gathering.take_seat(f"person-{number:05}", language="en", circle=circle)
            self.seats.append(taken.number)
        for turn in range(self.seed):  # the draws of a round follow from the length of its log: each hall has its own
            seat = self.seats[turn]
            await self.do(f"s{seat}", ev.LanguageUnread(seat, "en", on=False))
        for number, text in enumerate(WISHES):
            await self.do(f"s{self.seats[number]}", ev.DesireSaid(self.seats[number], text, "en"))
        for number, seat in enumerate(self.fills):
            text = f"What seat {number} wants and nobody else does, number {number}"
            await self.do(f"s{seat}", ev.DesireSaid(seat, text, "en"))

    async def _answer(self, seat: int, most: int) -> None:
        for _ in range(most):
            card = self.gathering.card(seat)
            if card is None:
                return
            stance = self._stance(seat, card.desire)
            self._key += 1
            await self.gathering.respond(seat, card.desire, stance, f"act-{self._key:08}")

    def _stance(self, seat: int, desire: int) -> int:
        if self.is_hostile(seat):
            return -1 if desire < LIKED else 1
        chance, likes = _chance(self.seed, "answer", seat, desire), liking(desire)
        return 1 if chance < likes else 0 if chance < likes + 0.7 * (1 - likes) else -1

    async def _read(self, stage: Stage) -> None:
        await self.move(stage)
        state = self.gathering.state
        draft = state.prayers.of_round(1)
        assert draft is not None
        number = len(state.prayers.drafts) - 1
        for seat in self.seats:
            for line in range(len(draft.body.lines)):
                if readable(stage, draft, line):
                    reading = self._reading(seat, draft.body.lines[line].cites[0])
                    critique = "otherwise" if reading is Reading.WOULD_CHANGE else ""
                    await self.do(f"s{seat}", ev.LineRead(seat, number, line, reading, critique))
            if self.is_hostile(seat):
                await self._spoil(seat, number, len(draft.body.lines))
            else:
                await self.do(f"s{seat}", ev.WholeAffirmed(seat, number, on=True))
            for desire in challenging.to_answer(state, draft, seat)[:4]:
                stance = 1 if self.is_hostile(seat) else max(self._stance(seat, desire), 0)
                await self.do(f"s{seat}", ev.ChallengerAnswered(seat, number, desire, stance))

    def _reading(self, seat: int, desire: int) -> Reading:
        if self.is_hostile(seat):
            return Reading.AGAINST_ME
        chance = _chance(self.seed, "reading", seat, desire)
        return Reading.CAN_SAY if chance < 0.95 else Reading.WOULD_CHANGE if chance < 0.99 else Reading.AGAINST_ME

    async def _spoil(self, seat: int, draft: int, lines: int) -> None:
        """Try what a seat can do beside answering: other words for every line, and wrong translations."""
        for line in range(lines):
            await self.do(f"s{seat}", ev.LineAmended(seat, draft, line, "Nothing at all", "en"))
            await self.do(f"s{seat}", ev.LineCarried(seat, draft, line, "es", "Nada"))


async def round_of(
    path: Path, seed: int, *, honest: int = 100, others: int = 5, hostile: bool, packed: bool = False
) -> Outcome:
    """Return what came of one round of a hall; the last `others` seats are hostile, or honest."""
    hall = Hall(path, seed, honest=honest, others=others, hostile=hostile, packed=packed)
    return await hall.play()
