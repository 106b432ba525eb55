"""Leading: what the house itself does as a round goes on. It weaves, revises, seals, and moves on at the moment.

Hosts move the stages; what follows from a stage is done here, once, and written into the log like everything else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from oneheart.connecting.outcome import Connected, ConnectedLine, Failure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.challenging import with_challengers
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.live.worker import Fits, WorkerError
from oneheart.model.actor import HOUSE
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.round import Stage

if TYPE_CHECKING:
    from oneheart.live.gathering import LiveGathering
    from oneheart.live.weaving import WeaveOrder, Woven

Connect = Callable[[Draft], Awaitable[Connected | Failure]]
__all__ = ["HOUSE", "Connect", "ConnectedLine", "Leader", "connection_of", "needs_weaving", "weave_order_of"]


class Leader:
    """Does the house's part in one gathering; call `step` whenever something may have moved."""

    def __init__(self, gathering: LiveGathering, fits: Fits | None, connect: Connect | None = None) -> None:
        """Begin with nothing under way.

        Args:
            gathering: that is led.
            fits: weaves in a process of its own; None to weave here.
            connect: asks a language model to connect lines; None where the operator set none.
        """
        self._gathering = gathering
        self._fits = fits
        self._connect = connect
        self._connecting: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()
        self.failure = ""

    async def step(self) -> None:
        """Do what is to be done now; nothing while it is being done already."""
        if self._busy.locked():
            return
        async with self._busy:
            await self._step()

    async def _step(self) -> None:
        state = self._gathering.state
        if state.ended:
            return
        draft = state.prayers.of_round(state.round)
        if needs_weaving(state, draft):
            await self._weave(state)
            return
        self._gathering.note_trouble("weaving", None)
        if state.stage is Stage.SECOND_READING and draft is not None and not draft.second:
            await self._write("second", await self._second(state, draft))
            self._ask_model(state)
        elif state.stage is Stage.SEALED and draft is not None:
            if state.prayers.sealed_of(state.round) is None:
                seal = await asyncio.to_thread(_sealing)
                await self._write("sealed", seal(state, await self._gathering.root()))
            elif state.prayers.say_at is not None and time.time_ns() // 1_000_000 >= state.prayers.say_at:
                await self._write("said", ev.StageMoved(Stage.SAID, state.version))

    async def _write(self, what: str, body: ev.AnyBody) -> None:
        from oneheart.live.gathering import Refused  # noqa: PLC0415  it holds the leader

        state = self._gathering.state
        try:
            await self._gathering.submit(HOUSE, f"{what}-{state.version}-{state.seq}", body)
        except Refused:
            return  # a host moved on meanwhile: what follows from that is done at the next step
        self._gathering.tick()

    async def _weave(self, state: State) -> None:
        order = weave_order_of(self._gathering)
        try:
            woven = await self._woven(order)
        except WorkerError as error:
            self._gathering.note_trouble("weaving", str(error))
            return
        self._gathering.note_trouble("weaving", None)
        if self._gathering.state is state and state.version == order.version:
            await self._write("draft", with_challengers(state, judging.first_draft(woven)))
            self._ask_model(state)

    async def _second(self, state: State, draft: LiveDraft) -> ev.DraftWoven:
        """Return the second draft; where other lines came in, their share is weighed anew."""
        body = judging.second_draft(state, draft)
        replaced = any(line.follows is None for line in body.lines) or len(body.lines) != len(draft.body.lines)
        if not replaced:
            return msgspec.structs.replace(
                body, coverage=draft.body.coverage, share_index=draft.body.share_index, worst=draft.body.worst
            )
        fixed = tuple(str(line.cites[0]) for line in body.lines)
        try:
            woven = await self._woven(replace(weave_order_of(self._gathering), fixed=fixed))
        except WorkerError as error:
            self._gathering.note_trouble("weaving", str(error))
            return body
        if not woven.measured:
            return body
        weighed = judging.first_draft(woven)
        return msgspec.structs.replace(
            body,
            coverage=weighed.coverage,
            share_index=weighed.share_index,
            worst=weighed.worst,
            without=weighed.without,
        )

    def _ask_model(self, state: State) -> None:
        """Let a model connect the lines of the newest draft; the text is there already and waits for nobody."""
        draft = state.prayers.of_round(state.round)
        if self._connect is None or draft is None:
            return
        if self._connecting is not None:
            self._connecting.cancel()
        self._connecting = asyncio.create_task(self._connected(self._connect, state, draft))

    async def _connected(self, connect: Connect, state: State, draft: LiveDraft) -> None:
        lines = judging.text_of(state, draft)
        found = await connect(Draft(lines))
        if isinstance(found, Failure):
            self.failure = found.kind
            return
        self.failure = ""
        if found.written_with_model:
            await self._write("connected", connection_of(state.prayers.drafts.index(draft), lines, found))

    def close(self) -> None:
        """Ask no more."""
        if self._connecting is not None:
            self._connecting.cancel()

    async def _woven(self, order: WeaveOrder) -> Woven:
        if self._fits is not None:
            return await self._fits.weave(str(self._gathering.path), order)
        from oneheart.live.weaving import weave_order  # noqa: PLC0415  the heavy part

        return await asyncio.get_running_loop().run_in_executor(None, weave_order, order)


def connection_of(number: int, lines: Sequence[PrayerLine], found: Connected) -> ev.DraftConnected:
    """Return what a model did, without any words of people: which lines stand together and what stands between them.

    Raises:
        ValueError: a text that does not hold its lines verbatim and in order.

    Example:
        >>> lines = [PrayerLine("Peace", "en", (0,)), PrayerLine("Bread", "en", (1,))]
        >>> one = ConnectedLine("Peace, and Bread", "en", (0, 1))
        >>> connection_of(0, lines, Connected((one,), (), "m", "", "mosaic-1", "k")).between
        [[', and ']]
    """
    between = []
    for one in found.lines:
        joints, at = [], len(lines[one.lines[0]].text)
        for line in one.lines[1:]:
            start = one.text.index(lines[line].text, at)
            joints.append(one.text[at:start])
            at = start + len(lines[line].text)
        between.append(joints)
    return ev.DraftConnected(
        number, [list(one.lines) for one in found.lines], between, found.model, found.prompt_version, found.key
    )


def _sealing() -> Callable[[State, str], ev.TextSealed]:
    """Return what seals a text, loading its statistics (30 MB), which nobody needs before."""
    from oneheart.live.sealing import seal  # noqa: PLC0415

    return seal


def needs_weaving(state: State, draft: LiveDraft | None) -> bool:
    """Return whether a text is to be woven now: in its stage, or in the reading where none was woven before."""
    if state.stage is Stage.WEAVING:
        return draft is None or draft.body.version != state.version
    return state.stage is Stage.READING and draft is None


def weave_order_of(gathering: LiveGathering) -> WeaveOrder:
    """Return what there is to weave now: of this question only; of circles' lines only, where only these travelled."""
    from oneheart.live.weaving import WeaveOrder  # noqa: PLC0415  loads the model, which only the worker needs

    state = gathering.state
    left_out = {
        str(number)
        for number, desire in enumerate(state.desires)
        if desire.round < state.asked_since or (state.lines_travelled and not desire.sent)
    }
    return WeaveOrder(gathering.as_gathering(), state.version, frozenset(left_out), judging.lot_of(state))
