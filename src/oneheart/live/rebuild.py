"""Rebuild: compute the state of a gathering from its log. A server, a restart and a later check get the same state."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass

import msgspec

from oneheart.live import events as ev
from oneheart.live.state import Applied, Refusal, State
from oneheart.storage.beside import Event
from oneheart.storage.log import Log
from oneheart.storage.rows import Altered

_LOGGER = logging.getLogger("oneheart")
Look = Callable[[State], None]
"""A function that reads a state while a log is replayed, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An event that cannot be decoded or applied: the file was changed, or another version wrote it.

    Attributes:
        seq: its place in the log.
        kind: its kind, as the log names it.
        why: message of the decoder, which may quote the body, or name of the error.
        decoded: true if its body was decoded and applying it failed.
        altered: true if the file was changed: the event is not as it was written.
    """

    seq: int
    kind: str
    why: str
    decoded: bool
    altered: bool = False

    def told(self, *, alone: bool) -> str:
        """Return the sentence for a host or an operator, for a gathering that one process serves alone, or several.

        Example:
            >>> Spoiled(7, "felt", "...", decoded=False).told(alone=False)
            'Event 7 ("felt") is of a newer version of oneheart, which serves this gathering too; this server takes \
nothing more. Bring it up to date, or end it.'
        """
        if alone or self.altered:
            return self.sentence
        return (
            f'Event {self.seq} ("{self.kind}") is of a newer version of oneheart, which serves this gathering too; '
            "this server takes nothing more. Bring it up to date, or end it."
        )

    @property
    def sentence(self) -> str:
        """Return one sentence for a host or an operator. It quotes nothing of the body.

        Example:
            >>> Spoiled(7, "felt", "...", decoded=False).sentence
            'Event 7 ("felt") cannot be read, so the gathering is shown as it was before it and takes nothing more; \
restore a backup, or serve it with the version that wrote it.'
        """
        if self.altered:
            return (
                f"Event {self.seq} is not as it was written ({self.why}), so the gathering is shown as it was before "
                "it and takes nothing more; restore a backup."
            )
        return (
            f'Event {self.seq} ("{self.kind}") cannot be read, so the gathering is shown as it was before it and takes '
            "nothing more; restore a backup, or serve it with the version that wrote it."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilt:
    """The result of a replay.

    Attributes:
        state: state after all events, or after those before the spoiled one.
        spoiled: first event that cannot be decoded or applied; None if there is none.
        failed: places of events at which `State.apply` raised; they do not count.
        results: results of `State.apply` by place, for the events after `since`.
    """

    state: State
    spoiled: Spoiled | None
    failed: frozenset[int]
    results: dict[int, Applied]


def replay(
    log: Log, *, since: int | None = None, pass_over_failing: bool = False, looks: Mapping[int, Look] | None = None
) -> Rebuilt:
    """Return the state of a log. O(events), and twice more for each event at which `State.apply` raises.

    Every row is checked against its commitment and the hash chain; the first that is not as it was written is spoiled.
    An event at which `State.apply` raises may leave the state half-changed, so the replay starts again. If the event
    raises again, it is passed over or counts as spoiled. Events that the log records as passed over
    (`Log.passed_over`) are skipped at once.

    Args:
        log: log of the gathering; nothing is written to it.
        since: place after which results of events are returned; None for no results.
        pass_over_failing: skip an event that raises. Correct only in the program that applied all earlier events;
            another version must not drop acknowledged events.
        looks: functions that are called with the state after the event at an earlier place, by that place.
    """
    passed_over = log.passed_over()
    failed: set[int] = set()
    suspects: set[int] = set()
    while True:
        state, results, stopped = _pass(log, passed_over | failed, since, looks=looks)
        if stopped is None or not stopped.decoded:
            return Rebuilt(state, stopped, frozenset(failed), results)
        if stopped.seq not in suspects:
            suspects.add(stopped.seq)  # try once more: the cause may be outside the event, such as memory
        elif pass_over_failing:
            failed.add(stopped.seq)
        else:
            state, results, _ = _pass(log, passed_over | failed, since, until=stopped.seq, looks=looks)
            return Rebuilt(state, stopped, frozenset(failed), results)


def replay_to(log: Log, position: int, looks: Mapping[int, Look] | None = None) -> State:
    """Return the state after the event at a place in the log, without what was erased since. O(events).

    Args:
        log: log of the gathering.
        position: the place.
        looks: functions that are called with the state after the event at an earlier place, by that place.
    """
    state, _, _ = _pass(log, log.passed_over(), None, until=position + 1, looks=looks)
    return state


def _pass(
    log: Log,
    passed_over: Collection[int],
    since: int | None,
    until: int | None = None,
    looks: Mapping[int, Look] | None = None,
) -> tuple[State, dict[int, Applied], Spoiled | None]:
    """Replay once, up to the first event that cannot be decoded or applied; that state may be half-changed."""
    state, results = State(), dict[int, Applied]()
    with contextlib.closing(_whole(log)) as events:
        for event in events:
            if isinstance(event, Altered):
                return state, results, Spoiled(event.seq, event.kind, event.why, decoded=False, altered=True)
            look = (looks or {}).get(event.seq - 1)
            if look is not None:
                look(state)
            if event.seq == until:
                break
            if event.seq in passed_over:
                pass_over(state, event.seq)
                continue
            try:
                body = None if event.body is None else ev.decode(event.body)
            except msgspec.MsgspecError as error:
                return state, results, Spoiled(event.seq, event.kind, str(error), decoded=False)
            try:
                applied = state.apply(event.seq, event.kind, body, event.actor, event.at)
            except MemoryError:
                raise  # the cause is not the event
            except Exception as error:  # noqa: BLE001  it is reported, and the replay goes on without the event
                return state, results, Spoiled(event.seq, event.kind, report_failure(error, event), decoded=True)
            if since is not None and event.seq > since:
                results[event.seq] = applied
    return state, results, None


def _whole(log: Log) -> Generator[Event | Altered, None, None]:
    """Yield every event; instead of the first one that is not as it was written, that finding, and nothing more."""
    try:
        yield from log.replay()
    except Altered as fault:
        yield fault


def pass_over(state: State, seq: int) -> None:
    """Skip an event, as a refused one is skipped."""
    state.seq = seq
    state.refused[seq] = Refusal.UNREADABLE


def report_failure(error: Exception, event: Event | None = None) -> str:
    """Log the place of a program error for the operator; return one line without anybody's words.

    The message of the error is left out, because it may quote what a person wrote.
    """
    where = "" if event is None else f' at event {event.seq} ("{event.kind}")'
    line = f"{type(error).__name__}{where}"
    _LOGGER.error("%s\n%s", line, "".join(traceback.format_tb(error.__traceback__)))
    return line
