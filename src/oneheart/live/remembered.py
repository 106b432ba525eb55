"""Remembered: what a process knows beside the log, because it saw people's events before they were erased.

The numbers of the hall move only after k different people did something. Who did is known from the events, and of an
erased event it is not known any more. A process that was there goes on exactly. One that starts later would count
others, and two processes would tell two numbers, whose difference could be one person. So whoever leads a gathering
publishes what it remembers, and whoever starts takes that over at the same place in the log. It stands in a table that
is not logged: numbers of seats, and no words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from oneheart.live.rebuild import Rebuilt, replay
from oneheart.live.state import State
from oneheart.storage.blanking import BLANKED, PASSED_OVER
from oneheart.storage.log import Log

PART = "told"
"""Name under which it is published, and what the leader tells the others when it is."""

WAIT_SECONDS = 3.0
"""Time for which a process that starts waits for what the leader remembers."""

LEAD_SECONDS = 10.0
"""Time after which a process in doubt leads if nobody does; what it remembers counts then."""

_AGAIN_SECONDS = 30.0


class Remembered(msgspec.Struct, frozen=True):
    """What a process remembers at one place in the log.

    Attributes:
        seq: the place.
        chain: hash chain there.
        version: grows when the leader could not go on exactly; then all others take this over, too.
        released: the numbers of the hall and who changed something, by name; see `Released.NOT_IN_FINGERPRINT`.
        demand_told: how many ask that all become one, as told.
        demand_changed: seats that answered that since it moved.
        amen: how many said amen to each sealed text, as kept after erasures.
    """

    seq: int
    chain: bytes
    version: int
    released: dict[str, Any]
    demand_told: int
    demand_changed: set[int]
    amen: list[int]


def remembered_in(state: State, chain: bytes, version: int) -> Remembered:
    """Return what a state remembers. O(N + M)."""
    released = {name: getattr(state.released, name) for name in state.released.NOT_IN_FINGERPRINT}
    released["looked_at"] = released["looked_at"].tobytes()
    apart = state.company.apart
    amen = [sealed.amen_kept for sealed in state.prayers.sealed]
    return Remembered(state.seq, chain, version, released, apart.demand_told, apart.demand_changed, amen)


def take_over(state: State, remembered: Remembered) -> None:
    """Let a state at the same place in the log remember the same."""
    for name, value in remembered.released.items():
        if name == "looked_at":
            value = np.frombuffer(value, np.bool_).copy()  # noqa: PLW2901
        elif name == "listed":
            value = {circle: set(seats) for circle, seats in value.items()}  # noqa: PLW2901
        elif isinstance(value, list):
            value = set(value)  # noqa: PLW2901
        setattr(state.released, name, value)
    apart = state.company.apart
    apart.demand_told, apart.demand_changed = remembered.demand_told, set(remembered.demand_changed)
    for sealed, amen in zip(state.prayers.sealed, remembered.amen, strict=False):
        sealed.amen_kept = amen


def published(log: Log) -> Remembered | None:
    """Return what the leader published, if this log can go on from there exactly; None if not."""
    found = log.published(PART)
    if found is None:
        return None
    try:
        one = msgspec.msgpack.decode(found, type=Remembered)
        fits = one.seq <= log.length and log.chain_at(one.seq) == one.chain
    except (msgspec.MsgspecError, ValueError):
        return None
    later = any(place > one.seq for place in log.places_of((BLANKED, PASSED_OVER)))
    return one if fits and not later else None


class Remembering:
    """Keeps what one process remembers in line with the others'.

    Attributes:
        doubtful: true while this process cannot know that it remembers what the others do.
        version: see `Remembered`.
    """

    def __init__(self, log: Log) -> None:
        """Begin to remember."""
        self._log = log
        self.doubtful = False
        self.version = 0
        self._since = time.monotonic()  # when the doubt began
        self._due = True  # whether to publish, if this process leads
        self._last = 0.0

    # --- in the log's thread ---

    def replayed(self, **how: Any) -> Rebuilt:
        """Return the state of the log, with what the others remember where several serve; see `rebuild.replay`.

        Where nobody else serves, this process leads from now on, and what it remembers counts.
        """
        end = time.monotonic() + WAIT_SECONDS
        while True:
            self._log.catch_up()
            one = published(self._log)
            beside = self._log.others_serve()
            if one is not None or not beside or time.monotonic() >= end:
                break
            time.sleep(0.02)
        if not beside:
            self._log.try_to_lead()
        self.doubtful = one is None and beside
        return self._replayed(one, **how)

    def _replayed(self, one: Remembered | None, **how: Any) -> Rebuilt:
        if one is None:
            return replay(self._log, **how)
        remembered = one
        rebuilt = replay(self._log, looks={one.seq: lambda state: take_over(state, remembered)}, **how)
        if rebuilt.state.seq == one.seq:
            take_over(rebuilt.state, one)
        self.version = one.version
        self.doubtful = self.doubtful or self._log.erased_ahead
        return rebuilt

    def caught(self, now: State) -> Rebuilt | None:
        """Return the state as the others remember it; None if it is not known yet, or this process is asked itself.

        Who leads and is in doubt lets another lead, which was there. Only if nobody else does, its own memory counts.
        """
        if self._log.leads and not self.may_lead and self._log.others_serve():
            self._log.let_others_lead()
        if self._log.leads:
            self.version += 1
            self.doubtful, self._due = False, True
            return None
        one = published(self._log)
        return None if one is None or self._log.length != now.seq else self._replayed(one)

    def publish(self, state: State) -> None:
        """Publish what this process remembers, and tell the others."""
        one = remembered_in(state, self._log.chain_at(state.seq), self.version)
        self._log.publish(PART, one.seq, msgspec.msgpack.encode(one))
        self._log.tell(f"{PART} {self.version}")

    # --- in the loop ---

    def note(self) -> None:
        """Note that events were erased, so that what was published before is of no use."""
        self._due = True

    def doubt(self) -> None:
        """Note that this process may remember something else than the others."""
        if not self.doubtful and not self._log.alone:
            self.doubtful, self._since = True, time.monotonic()

    @property
    def may_lead(self) -> bool:
        """Return whether this process may lead. In doubt another should, if any can."""
        return not self.doubtful or time.monotonic() - self._since > LEAD_SECONDS

    def heard(self, what: str) -> None:
        """Take what the leader told."""
        word, _, version = what.partition(" ")
        if word == PART and version != str(self.version) and not self._log.leads:
            self.doubt()

    async def turn(self, state: State, in_thread: Callable[[Callable[[], Any]], Any]) -> Rebuilt | None:
        """Publish if it is time, or return a state to go on from, as the others remember it."""
        if self._log.alone:
            return None
        rebuilt: Rebuilt | None = await in_thread(lambda: self.caught(state)) if self.doubtful else None
        if self._log.leads and (self._due or time.monotonic() - self._last > _AGAIN_SECONDS):
            await in_thread(lambda: self.publish(state))
            self._due, self._last = False, time.monotonic()
        elif not self._log.leads:
            self._due = True  # when it leads, everybody learns what it remembers
        return rebuilt
