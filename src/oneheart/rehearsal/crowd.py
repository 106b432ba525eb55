"""A crowd of phones: arrivals, progress, and a summary."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oneheart.rehearsal.friends import Friend
from oneheart.rehearsal.ledger import Findings, Held, copies_apart
from oneheart.rehearsal.phone import GaveUpError, Habits, Phone, PhoneCounts, first_of
from oneheart.rehearsal.wire import ServerPlace

_CHECKED_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Summary:
    """Summary of a rehearsal.

    Attributes:
        asked: number of people that were to come.
        findings: counts of what was sent, acknowledged, stored, doubled and lost.
        resent: taps that were sent again, after double taps or broken connections.
        waited: answers that asked phones to retry later.
        refused: taps that the server did not accept.
        errors: errors and their counts, the most frequent first.
        median_seconds, slow_seconds: median and 99th percentile of the response time, in seconds; None without
            answers.
        seconds: duration of the rehearsal.
        moved: true if the stage changed, so refused taps are expected.
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
        """Return whether everybody came in, nothing was lost, doubled or left apart, and no error occurred."""
        findings = self.findings
        whole = findings.lost == findings.doubled == findings.apart == 0 and findings.people == self.asked
        return whole and not self.errors and (self.moved or not self.refused)

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        findings = self.findings
        return {
            "people": findings.people,
            "desires": {
                "sent": findings.desires_sent,
                "acknowledged": findings.desires_acknowledged,
                "stored": findings.desires_stored,
            },
            "responses": {
                "sent": findings.sent,
                "acknowledged": findings.acknowledged,
                "stored": findings.stored,
                "doubled": findings.doubled,
            },
            "lost": findings.lost,
            "erased": findings.erased,
            "apart": findings.apart,
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
    """Many phones.

    Attributes:
        phones: one for each friend.
        counts: counts over all phones.
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
        late: float = 0.0,
        leaving: float = 0.0,
    ) -> None:
        """Give each friend a phone.

        Args:
            place: the server.
            code: join code of the gathering.
            friends: simulated people.
            habits: how they use their phones.
            arrive_seconds: period of arrivals, in seconds.
            seed: seed of all random choices, except keys of taps, which are always new.
            door: path by which they join; by default that of the code.
            late: share of people who come only after `let_late_come`.
            leaving: share of people who leave when the text is woven.
        """
        self.counts = PhoneCounts()
        rng = np.random.default_rng([seed, 1])
        self._arrivals = np.sort(rng.uniform(0.0, arrive_seconds, len(friends))).tolist()
        self._began = time.perf_counter()
        self._come = 0
        self._late = frozenset(rng.permutation(len(friends))[: round(late * len(friends))].tolist())
        leaves = frozenset(rng.permutation(len(friends))[: round(leaving * len(friends))].tolist())
        self._late_may_come = asyncio.Event()
        self.phones = [
            Phone(
                place,
                code,
                friend,
                number=number,
                habits=replace(habits, leaves_at="weaving") if number in leaves else habits,
                counts=self.counts,
                rng=np.random.default_rng([seed, 2, number]),
                door=door,
            )
            for number, friend in enumerate(friends)
        ]

    @property
    def come(self) -> int:
        """Return the number of phones that have come."""
        return self._come

    @property
    def at_rest(self) -> bool:
        """Return whether all phones that are due have come and none of those has anything to do."""
        due = len(self.phones) - (0 if self._late_may_come.is_set() else len(self._late))
        return self._come == due and sum(phone.at_rest for phone in self.phones) >= due

    def let_late_come(self) -> None:
        """Let those come who are late. They come one after another, in a tenth of the time of the others."""
        self._late_may_come.set()

    async def play(self, over: asyncio.Event) -> None:
        """Let all phones take part until the end; phones that have not come by then never come."""
        self._began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, (phone, at) in enumerate(zip(self.phones, self._arrivals, strict=True)):
                group.create_task(self._one(phone, at, over, late=number in self._late))

    async def _one(self, phone: Phone, at: float, over: asyncio.Event, *, late: bool) -> None:
        if late:
            await first_of(self._late_may_come.wait(), over.wait())
            at /= 10
        try:
            async with asyncio.timeout(at):
                await over.wait()
        except TimeoutError:
            self._come += 1
            await phone.take_part(over)

    async def check(self) -> Findings:
        """Ask the server what it holds of each person, and compare."""
        gate = asyncio.Semaphore(_CHECKED_AT_ONCE)
        total = Findings()
        everybody: list[Held] = []

        async def one(phone: Phone) -> Findings:
            async with gate:
                try:
                    held = await phone.held()
                    everybody.append(held)
                    return phone.ledger.compare(held, await phone.gone(held))
                except GaveUpError as error:
                    self.counts.errors[str(error)] += 1
                    return Findings(people=1)
                finally:
                    phone.hang_up()

        for findings in await asyncio.gather(*(one(phone) for phone in self.phones if phone.seated)):
            total += findings
        return replace(total, apart=copies_apart(everybody))

    def progress(self) -> str:
        """Return the progress of all phones, in one line."""
        taps = [tap for phone in self.phones for tap in phone.ledger.taps.values()]
        desires = sum(tap.kind == "desire" and tap.acknowledged for tap in taps)
        responses = sum(tap.kind == "response" and tap.acknowledged for tap in taps)
        busy = sum(not phone.at_rest for phone in self.phones[: self._come])
        line = f"{self._come} of {len(self.phones)} here · {desires} desires · {responses} responses · {busy} busy"
        wrong = self.counts.errors.total()
        return f"{line} · {wrong} errors" if wrong else line

    def summary(self, findings: Findings) -> Summary:
        """Return the summary, with what the server was found to hold."""
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
    """Let a crowd take part in the present stage until all are at rest or time is over; return the summary.

    Args:
        crowd: the phones.
        most_seconds: timeout in seconds.
        tell: receives a line of progress.
        tell_every: seconds between two lines.
    """
    over = asyncio.Event()
    playing = asyncio.create_task(crowd.play(over))
    end = time.perf_counter() + most_seconds
    last_line = 0.0
    while not playing.done() and not crowd.at_rest and time.perf_counter() < end:
        await asyncio.wait([playing], timeout=0.1)
        if time.perf_counter() - last_line >= tell_every:
            tell(crowd.progress())
            last_line = time.perf_counter()
    over.set()
    await playing
    tell(crowd.progress())
    return crowd.summary(await crowd.check())
