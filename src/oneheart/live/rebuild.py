"""Rebuild: the state of a gathering, computed from its log. A server, a restart and a later check get the same."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from oneheart.live import events as ev
from oneheart.live.state import Applied, Refusal, State
from oneheart.storage.log import Event, Log

_LOGGER = logging.getLogger("oneheart")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An event that cannot be decoded or applied: somebody changed the file, or another version wrote it.

    Attributes:
        seq: its place in the log.
        kind: its kind, as the log names it.
        why: what the decoder said, which may quote the body, or the name of the error.
        decoded: its body was decoded, and applying it failed.
    """

    seq: int
    kind: str
    why: str
    decoded: bool

    @property
    def sentence(self) -> str:
        """Return one sentence for a host or an operator, without anything of the body.

        Example:
            >>> Spoiled(7, "felt", "...", decoded=False).sentence
            'Event 7 ("felt") cannot be read, so the gathering is shown as it was before it and takes nothing more; \
restore a backup, or serve it with the version that wrote it.'
        """
        return (
            f'Event {self.seq} ("{self.kind}") cannot be read, so the gathering is shown as it was before it and takes '
            "nothing more; restore a backup, or serve it with the version that wrote it."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilt:
    """What a log comes to.

    Attributes:
        state: of all events, or of those before the spoiled one.
        spoiled: the first event that cannot be decoded or applied; None where there is none.
        failed: places of events at which `State.apply` raised; they count for nothing.
        results: what `State.apply` returned, by place, for the events after `since`.
    """

    state: State
    spoiled: Spoiled | None
    failed: frozenset[int]
    results: dict[int, Applied]


def replay(log: Log, *, since: int | None = None, pass_over_failing: bool = False) -> Rebuilt:
    """Return the state of a log. O(events), and twice more for each event at which `State.apply` raises.

    An event at which `State.apply` raises may have changed half of the state. So the replay begins anew. Where the
    event raises again, it is passed over, as those are that the log names already (`Log.passed_over`), or it counts as
    spoiled.

    Args:
        log: of the gathering. Nothing is written to it.
        since: place after which the results of events are returned; None for no results.
        pass_over_failing: let an event that raises count for nothing. Right only in the program that applied all
            others before; another version must not drop what was acknowledged.
    """
    known = log.passed_over()
    failed: set[int] = set()
    suspects: set[int] = set()
    while True:
        state, results, stopped = _pass(log, known | failed, since)
        if stopped is None or not stopped.decoded:
            return Rebuilt(state, stopped, frozenset(failed), results)
        if stopped.seq not in suspects:
            suspects.add(stopped.seq)  # once more: it may have been for want of something else
        elif pass_over_failing:
            failed.add(stopped.seq)
        else:
            state, results, _ = _pass(log, known | failed, since, until=stopped.seq)
            return Rebuilt(state, stopped, frozenset(failed), results)


def _pass(
    log: Log, passed_over: Collection[int], since: int | None, until: int | None = None
) -> tuple[State, dict[int, Applied], Spoiled | None]:
    """Replay once, up to the first event that cannot be decoded or applied; such a state may be half-changed."""
    state, results = State(), dict[int, Applied]()
    with contextlib.closing(log.replay()) as events:
        for event in events:
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
                raise  # it says nothing of the event
            except Exception as error:  # noqa: BLE001  it is reported, and the replay goes on without the event
                return state, results, Spoiled(event.seq, event.kind, report_failure(error, event), decoded=True)
            if since is not None and event.seq > since:
                results[event.seq] = applied
    return state, results, None


def pass_over(state: State, seq: int) -> None:
    """Let an event count for nothing, as one that was refused."""
    state.seq = seq
    state.refused[seq] = Refusal.UNREADABLE


def report_failure(error: Exception, event: Event | None = None) -> str:
    """Log where the program failed, for the operator; return one line without anybody's words.

    The error's own message is left out, because it may quote what a person wrote.
    """
    where = "" if event is None else f' at event {event.seq} ("{event.kind}")'
    line = f"{type(error).__name__}{where}"
    _LOGGER.error("%s\n%s", line, "".join(traceback.format_tb(error.__traceback__)))
    return line
