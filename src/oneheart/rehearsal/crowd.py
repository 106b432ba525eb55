"""A crowd of phones: when each comes, how far all are, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from oneheart.rehearsal.friends import Friend
from oneheart.rehearsal.ledger import Findings
from oneheart.rehearsal.phone import GaveUpError, Habits, Phone, PhoneCounts
from oneheart.rehearsal.wire import ServerPlace

_CHECKED_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a rehearsal.

    Attributes:
        asked: how many people were to come.
        findings: what was sent, acknowledged, stored, doubled and lost.
        resent: taps that were sent again, by double taps and broken connections.
        waited: answers that asked phones to come again later.
        refused: taps that the server did not take.
        errors: what went wrong and how often, most often first.
        median_seconds, slow_seconds: of the time to an answer, its median and its 99th part in a hundred; None
            without answers.
        seconds: how long it all took.
        moved: phones were told of another stage, so that a refused tap is nothing odd.
    """

    asked: int
    findings: Findings
    resent: int
    waited: int
    refused: int
    errors: tuple[tuple[str, int], ...]
    median_seconds: float | None
    slow_seconds: float | None
    seconds: float
    moved: bool

    @property
    def well(self) -> bool:
        """Return whether everybody came in, nothing was lost or doubled, and nothing went wrong."""
        found = self.findings
        whole = found.lost == 0 and found.doubled == 0 and found.people == self.asked
        return whole and not self.errors and (self.moved or not self.refused)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        found = self.findings
        return {
            "people": found.people,
            "desires": {
                "sent": found.desires_sent,
                "acknowledged": found.desires_acknowledged,
                "stored": found.desires_stored,
            },
            "responses": {
                "sent": found.sent,
                "acknowledged": found.acknowledged,
                "stored": found.stored,
                "doubled": found.doubled,
            },
            "lost": found.lost,
            "resent": self.resent,
            "waited": self.waited,
            "refused": self.refused,
            "errors": dict(self.errors),
            "milliseconds": {"p50": _thousandfold(self.median_seconds), "p99": _thousandfold(self.slow_seconds)},
            "seconds": round(self.seconds, 1),
            "well": self.well,
        }


def _thousandfold(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * seconds, 1)


class Crowd:
    """Phones in numbers.

    Attributes:
        phones: one for each friend.
        counts: what they met with together.
    """

    def __init__(
        self,
        place: ServerPlace,
        code: str,
        friends: Sequence[Friend],
        *,
        habits: Habits,
        arrive_seconds: float,
        seed: int,
        door: str = "",
    ) -> None:
        """Give each friend a phone.

        Args:
            place: of the server.
            code: of the gathering.
            friends: who will come.
            habits: how they use their phones.
            arrive_seconds: the time over which they come.
            seed: of everything drawn by lot, save the keys of taps, which are always new.
            door: path by which they join; by default that of the code.
        """
        self.counts = PhoneCounts()
        rng = np.random.default_rng([seed, 1])
        self._arrivals = np.sort(rng.uniform(0.0, arrive_seconds, len(friends))).tolist()
        self._began = time.perf_counter()
        self._come = 0
        self.phones = [
            Phone(
                place,
                code,
                friend,
                number=number,
                habits=habits,
                counts=self.counts,
                rng=np.random.default_rng([seed, 2, number]),
                door=door,
            )
            for number, friend in enumerate(friends)
        ]

    @property
    def come(self) -> int:
        """Return how many have come."""
        return self._come

    @property
    def at_rest(self) -> bool:
        """Return whether all have come and nobody has anything to do."""
        return self._come == len(self.phones) and all(phone.at_rest for phone in self.phones)

    async def play(self, over: asyncio.Event) -> None:
        """Let all take part until it is over; who has not come by then stays at home."""
        self._began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for phone, at in zip(self.phones, self._arrivals, strict=True):
                group.create_task(self._one(phone, at, over))

    async def _one(self, phone: Phone, at: float, over: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(at):
                await over.wait()
        except TimeoutError:
            self._come += 1
            await phone.take_part(over)

    async def check(self) -> Findings:
        """Ask the server for what it holds of each person, and compare."""
        gate = asyncio.Semaphore(_CHECKED_AT_ONCE)
        total = Findings()

        async def one(phone: Phone) -> Findings:
            async with gate:
                try:
                    return phone.ledger.compare(await phone.held())
                except GaveUpError as error:
                    self.counts.errors[str(error)] += 1
                    return Findings(people=1)
                finally:
                    phone.hang_up()

        for found in await asyncio.gather(*(one(phone) for phone in self.phones if phone.seated)):
            total += found
        return total

    def progress(self) -> str:
        """Return how far all are, in one line."""
        taps = [tap for phone in self.phones for tap in phone.ledger.taps.values()]
        desires = sum(tap.kind == "desire" and tap.acknowledged for tap in taps)
        responses = sum(tap.kind == "response" and tap.acknowledged for tap in taps)
        busy = sum(not phone.at_rest for phone in self.phones[: self._come])
        line = f"{self._come} of {len(self.phones)} here · {desires} desires · {responses} responses · {busy} busy"
        wrong = self.counts.errors.total()
        return f"{line} · {wrong} errors" if wrong else line

    def summary(self, findings: Findings) -> Summary:
        """Return what came of it, with what the server was found to hold."""
        seconds = np.asarray(self.counts.seconds)
        median, slow = np.percentile(seconds, [50, 99]).tolist() if len(seconds) else (None, None)
        return Summary(
            asked=len(self.phones),
            findings=findings,
            resent=self.counts.resent,
            waited=self.counts.waited,
            refused=self.counts.refused.total(),
            errors=tuple(self.counts.errors.most_common()),
            median_seconds=median,
            slow_seconds=slow,
            seconds=time.perf_counter() - self._began,
            moved=self.counts.stages > 0,
        )


async def rehearse(
    crowd: Crowd, *, most_seconds: float, tell: Callable[[str], None], tell_every: float = 2.0
) -> Summary:
    """Let a crowd take part in whatever stage is on until all are at rest or the time is over; compare; return.

    Args:
        crowd: who comes.
        most_seconds: after so long it is over in any case.
        tell: is told a line about how far all are.
        tell_every: seconds between two lines.
    """
    over = asyncio.Event()
    playing = asyncio.create_task(crowd.play(over))
    end = time.perf_counter() + most_seconds
    told = 0.0
    while not playing.done() and not crowd.at_rest and time.perf_counter() < end:
        await asyncio.wait([playing], timeout=0.1)
        if time.perf_counter() - told >= tell_every:
            tell(crowd.progress())
            told = time.perf_counter()
    over.set()
    await playing
    tell(crowd.progress())
    return crowd.summary(await crowd.check())
