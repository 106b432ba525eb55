"""Leading: the automatic part of a gathering. It ticks, fits, weaves, revises, seals, publishes heads and moves on.

Hosts move the stages. The leader does what follows from a stage, once, and writes it into the log like every event.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from oneheart.connecting.outcome import Connected, Failure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.amending import is_second_due
from oneheart.live.aside import AsideError, Inside, RunsJobs
from oneheart.live.by_itself import step_due
from oneheart.live.challenging import with_challengers
from oneheart.live.decks import Fitted, fit_order_of
from oneheart.live.drafting import draft_due
from oneheart.live.gathering import LiveGathering
from oneheart.live.matching import match_all
from oneheart.live.purging import purge_due
from oneheart.live.rebuild import report_failure
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import moment
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.live.weaving_order import WeaveOrder, Woven
from oneheart.model.actor import HOUSE
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.round import Stage

if TYPE_CHECKING:
    from oneheart.engine.prayer.margin import Margin

Connect = Callable[[Draft], Awaitable[Connected | Failure]]
_LEAST_WAIT = 0.005  # seconds
_MARGIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Intervals of a leader's work, in seconds.

    Attributes:
        tick: between two snapshots of the hall.
        fit: between two fits of the cards' model.
    """

    tick: float = 1.0
    fit: float = 3.0


PACE = Pace()


class Leader:
    """Leads one gathering. `start` runs it in the background; tests call `step`.

    Attributes:
        failure: reason why the language model connected no lines last time; "" if it did, or was not asked.
    """

    def __init__(
        self,
        gathering: LiveGathering,
        aside: RunsJobs | None = None,
        connect: Connect | None = None,
        *,
        pace: Pace = PACE,
    ) -> None:
        """Begin without work in progress.

        Args:
            gathering: the gathering.
            aside: helper process that fits and weaves; None to weave in this process and fit nothing.
            connect: asks a language model to connect lines; None if the operator configured none.
            pace: intervals of its work.
        """
        self._gathering = gathering
        self._aside = aside
        self._weaver: RunsJobs = Inside() if aside is None else aside
        self._connect = connect
        self._pace = pace
        self._connecting: asyncio.Task[None] | None = None
        self._margin: tuple[int, asyncio.Task[Margin | None]] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._busy = asyncio.Lock()
        self.failure = ""

    # --- working by itself ---

    def start(self) -> None:
        """Start the background tasks that tick, lead, draft and fit."""
        work = (self._tick(), self._lead(), self._draft_again_and_again())
        self._tasks = [asyncio.create_task(one) for one in work]
        if self._aside is not None:
            self._tasks.append(asyncio.create_task(self._fit_again_and_again()))

    async def close(self) -> None:
        """Cancel all background tasks; unfinished work is not written."""
        tasks: list[asyncio.Task[Any]] = [*self._tasks, *([] if self._connecting is None else [self._connecting])]
        tasks += [] if self._margin is None else [self._margin[1]]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            with self._reported("ticking"):
                self._gathering.tick()
            await asyncio.sleep(self._pace.tick)

    async def _lead(self) -> None:
        """Call `step` repeatedly, at once after a stage has moved or the moment of saying has come."""
        moved = self._gathering.moved
        while True:
            with self._reported("leading"):
                await self.step()
            moved.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_the_moment()):
                    await moved.wait()

    @contextlib.contextmanager
    def _reported(self, part: str) -> Iterator[None]:
        """Report an error as trouble and continue; the next turn tries again."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  it is reported
            self._gathering.note_trouble(part, report_failure(error))
        else:
            self._gathering.note_trouble(part, None)

    def _until_the_moment(self) -> float:
        say_at = moment(self._gathering.state)
        if say_at is None:
            return self._pace.tick
        return min(self._pace.tick, max(_LEAST_WAIT, (say_at - self._gathering.now()) / 1000))

    async def _fit_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(self._pace.fit)
            with self._reported("fitting cards"):
                await self.fit_once()

    async def _draft_again_and_again(self) -> None:
        """Draft lines in other languages where the hosts chose a machine for it; without one this does nothing."""
        while True:
            await asyncio.sleep(self._pace.tick)
            with self._reported("drafting"):
                if self._gathering.leads:
                    await draft_due(self._gathering)

    # --- one thing at a time ---

    async def fit_once(self) -> bool:
        """Fit the model to the present answers and deal its decks. Return whether there was anything new to fit."""
        gathering = self._gathering
        state = gathering.state
        if not gathering.leads:
            return False
        nothing_new = state.seq == gathering.fitted_seq or not state.stage.takes_responses
        if self._aside is None or nothing_new or not state.tally.response_count:
            gathering.note_trouble("fitting", None)
            return False
        try:
            fitted: Fitted = await self._aside.run("fit", str(gathering.path), fit_order_of(state, gathering.seed))
        except AsideError as error:
            gathering.note_trouble("fitting", str(error))
            return False
        gathering.note_trouble("fitting", None)
        await gathering.take_decks(state, fitted)
        return True

    async def step(self) -> None:
        """Do everything that is due; nothing if another call is doing it already."""
        if self._busy.locked():
            return
        async with self._busy:
            await self._step()

    async def _step(self) -> None:
        if self._gathering.spoiled is not None or not await self._gathering.try_to_lead():
            return
        await self._publish_if_due()
        if await purge_due(self._gathering):
            return
        state = self._gathering.state
        if state.ended or state.heads.due:  # a head that could not be written now is written by the next step
            return
        await match_all(self._gathering)
        state = self._gathering.state
        step = step_due(state, self._gathering.now())
        if step is not None:
            await self._write("step", ev.StepTaken(step, state.version, state.words_at_the_end()))
            return
        draft = state.prayers.of_round(state.round)
        if needs_weaving(state, draft):
            await self._weave(state)
            return
        self._gathering.note_trouble("weaving", None)
        if draft is not None and needs_reading_anew(state):
            await self._write("anew", judging.draft_anew(state, draft))
            self._ask_model(state)
        elif draft is not None and is_second_due(state, draft):
            await self._write("second", await self._second(state, draft))
            self._ask_model(state)
        elif state.stage is Stage.SEALED and draft is not None:
            head = state.heads.newest
            if needs_seal(state, draft) and head is not None:
                version, margin = state.version, await self._margin_of(state, draft)
                seal = await asyncio.to_thread(_sealing)
                if self._gathering.state is state and state.version == version:
                    await self._write("sealed", seal(state, head, margin))
                    await self._publish_if_due()
            elif (say_at := moment(state)) is not None and self._gathering.now() >= say_at:
                await self._write("said", ev.StageMoved(Stage.SAID, state.version))

    async def _publish_if_due(self) -> None:
        """Publish a head of the record if one is due."""
        if self._gathering.state.heads.due:
            await self._write("head", await self._gathering.publisher.next_head(self._gathering.state))

    async def _write(self, act: str, body: ev.AnyBody) -> None:
        try:
            # a random key: a digest of it is opened with some events, and must not tell how many came before
            await self._gathering.submit(HOUSE, f"{act}-{secrets.token_hex(16)}", body)
        except Refused:
            return  # a host moved the round meanwhile; the next step handles it
        self._gathering.tick()

    async def _weave(self, state: State) -> None:
        order = weave_order_of(self._gathering)
        try:
            woven = await self._woven(order)
        except AsideError as error:
            self._gathering.note_trouble("weaving", str(error))
            return
        self._gathering.note_trouble("weaving", None)
        if self._gathering.state is state and state.version == order.version:
            body = with_challengers(state, judging.first_draft(woven))
            if not body.lines:
                body = (await asyncio.to_thread(_nearest))(state, body)
                if self._gathering.state is not state or state.version != order.version:
                    return
            await self._write("draft", body)
            self._ask_model(state)
            if self._aside is not None:  # it is ready when the text is sealed
                self._margin = state.round, asyncio.create_task(self._margin_searched(order))

    async def _margin_of(self, state: State, draft: LiveDraft) -> Margin | None:
        """Return the margin of the lines that were woven in this round; None if it is not known in time."""
        if self._margin is not None and self._margin[0] == state.round:
            return await self._margin[1]
        return await self._margin_searched(replace(weave_order_of(self._gathering), seed=draft.body.seed))

    async def _margin_searched(self, order: WeaveOrder) -> Margin | None:
        """Search the margin of an order. Where the search fails, the text is sealed without a margin."""
        against = self._gathering.state.voice.may_be_against
        try:
            margin: Margin = await self._weaver.run("margin", order, against, seconds=_MARGIN_SECONDS)
        except AsideError as error:
            self._gathering.note_trouble("margin", str(error))
            return None
        self._gathering.note_trouble("margin", None)
        return margin

    async def _second(self, state: State, draft: LiveDraft) -> ev.DraftWoven:
        """Return the second draft. If it has new lines, their share is computed again."""
        body = judging.second_draft(state, draft)
        replaced = any(line.follows is None for line in body.lines) or len(body.lines) != len(draft.body.lines)
        if not replaced:
            return msgspec.structs.replace(
                body, coverage=draft.body.coverage, share_index=draft.body.share_index, worst=draft.body.worst
            )
        fixed = tuple(str(line.cites[0]) for line in body.lines)
        try:
            woven = await self._woven(replace(weave_order_of(self._gathering), fixed=fixed))
        except AsideError as error:
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
        """Ask a model to connect the lines of the newest draft.

        The text is readable already and does not wait for it.
        """
        draft = state.prayers.of_round(state.round)
        if self._connect is None or draft is None:
            return
        if self._connecting is not None:
            self._connecting.cancel()
        self._connecting = asyncio.create_task(self._connected(self._connect, state, draft))

    async def _connected(self, connect: Connect, state: State, draft: LiveDraft) -> None:
        lines = judging.text_of(state, draft)
        result = await connect(Draft(lines))
        if isinstance(result, Failure):
            self.failure = result.kind
            return
        self.failure = ""
        if result.written_with_model:
            await self._write("connected", connection_of(state.prayers.drafts.index(draft), lines, result))

    async def _woven(self, order: WeaveOrder) -> Woven:
        woven: Woven = await self._weaver.run("weave", order)
        return woven


def connection_of(number: int, lines: Sequence[PrayerLine], connected: Connected) -> ev.DraftConnected:
    """Return the event of a model's connection: groups of lines and the connectives, without words of people.

    Raises:
        ValueError: the connected text does not hold the lines verbatim and in order.

    Example:
        >>> lines = [PrayerLine("Peace", "en", (0,)), PrayerLine("Bread", "en", (1,))]
        >>> from oneheart.connecting.outcome import ConnectedLine
        >>> one = ConnectedLine("Peace, and Bread", "en", (0, 1))
        >>> connection_of(0, lines, Connected((one,), (), "m", "", "mosaic-1", "k")).between
        [[', and ']]
    """
    between = []
    for group in connected.lines:
        joints, at = [], len(lines[group.lines[0]].text)
        for line in group.lines[1:]:
            start = group.text.index(lines[line].text, at)
            joints.append(group.text[at:start])
            at = start + len(lines[line].text)
        between.append(joints)
    return ev.DraftConnected(
        number,
        [list(group.lines) for group in connected.lines],
        between,
        connected.model,
        connected.prompt_version,
        connected.key,
    )


def _sealing() -> Callable[[State, ev.TreeHead, Margin | None], ev.TextSealed]:
    """Return the module `live.sealing`. It is imported late, because its statistics need 30 MB."""
    from oneheart.live.sealing import seal  # noqa: PLC0415

    return seal


def _nearest() -> Callable[[State, ev.DraftWoven], ev.DraftWoven]:
    """Return a function of `live.sealing`, which is imported late as in `_sealing`."""
    from oneheart.live.sealing import with_nearest  # noqa: PLC0415

    return with_nearest


def needs_weaving(state: State, draft: LiveDraft | None) -> bool:
    """Return whether a text must be woven now: in its stage, or in the reading if the round has no draft."""
    if state.stage is Stage.WEAVING:
        return draft is None or draft.body.version != state.version
    return state.stage is Stage.READING and draft is None


def needs_reading_anew(state: State) -> bool:
    """Return whether the round is read after a seal was taken back, and the sealed draft has no successor yet."""
    return state.stage is Stage.READING and state.prayers.was_sealed(len(state.prayers.drafts) - 1)


def needs_seal(state: State, draft: LiveDraft) -> bool:
    """Return whether a draft must be sealed now: it has words, it was not sealed before, and no seal stands."""
    prayers = state.prayers
    sealed = prayers.sealed_of(state.round) is not None or prayers.was_sealed(len(prayers.drafts) - 1)
    return not sealed and prayers.has_words(draft, state.desires)


def weave_order_of(gathering: LiveGathering) -> WeaveOrder:
    """Return the input for weaving: desires of the present question; circles' lines only, if only these were dealt."""
    state = gathering.state
    left_out = {
        str(number)
        for number, desire in enumerate(state.desires)
        if desire.round < state.asked_since or (state.lines_travelled and not desire.sent)
    }
    return WeaveOrder(gathering.as_gathering(), state.version, frozenset(left_out), draw_seed(gathering))


def draw_seed(gathering: LiveGathering) -> int:
    """Return the random seed of this round's draft, 0 to 2**32 - 1, from the gathering's secret key.

    No act of a person or host changes it, so nobody can draw again until a text suits them. Nobody outside the server
    knows it. It is the same after a restart, and the event of the draft records it.
    """
    return int(gathering.secret_for("draw", str(gathering.state.round))[:8], 16)
