"""Replay: the state of a gathering, computed from its log. A server, a restart and a later check get the same state."""

from __future__ import annotations

import contextlib
import logging
import traceback
from dataclasses import dataclass

import msgspec

from oneheart.live import events as ev
from oneheart.live.state import Applied, Refusal, State
from oneheart.storage.log import Event, Log

_LOGGER = logging.getLogger("oneheart")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An event whose body cannot be decoded: somebody changed the file, or a later version wrote it.

    Attributes:
        seq: its place in the log.
        kind: its kind, as the log names it.
        why: what the decoder said; it may quote the body.
    """

    seq: int
    kind: str
    why: str

    @property
    def sentence(self) -> str:
        """Return one sentence for a host or an operator, without anything of the body.

        Example:
            >>> Spoiled(7, "felt", "...").sentence
            'Event 7 ("felt") cannot be read, so the gathering is shown as it was before it and takes nothing more; \
restore a backup, or serve it with the version that wrote it.'
        """
        return (
            f'Event {self.seq} ("{self.kind}") cannot be read, so the gathering is shown as it was before it and takes '
            "nothing more; restore a backup, or serve it with the version that wrote it."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What a log comes to.

    Attributes:
        state: of all events, or of those before the spoiled one.
        spoiled: the first event that cannot be decoded; None where all can.
        failed: places of events at which `State.apply` raised; they count for nothing.
        results: what `State.apply` returned, by place, for the events after `since`.
    """

    state: State
    spoiled: Spoiled | None
    failed: frozenset[int]
    results: dict[int, Applied]


def replay(log: Log, *, since: int | None = None) -> Replayed:
    """Return the state of a log. O(events), and once more for each event at which `State.apply` raises.

    Such an event may have changed half of the state. So the replay begins anew and passes it over, as it passes over
    those that the log names already (`Log.passed_over`).

    Args:
        log: of the gathering. Nothing is written to it.
        since: place after which the results of events are returned; None for no results.
    """
    known = log.passed_over()
    failed: set[int] = set()
    while True:
        replayed = _pass(log, known | failed, since)
        if isinstance(replayed, int):
            failed.add(replayed)
            continue
        state, spoiled, results = replayed
        return Replayed(state, spoiled, frozenset(failed), results)


def _pass(
    log: Log, passed_over: frozenset[int] | set[int], since: int | None
) -> tuple[State, Spoiled | None, dict[int, Applied]] | int:
    """Replay once; return the place of the first event at which `State.apply` raises where there is one."""
    state, results = State(), dict[int, Applied]()
    with contextlib.closing(log.replay()) as events:
        for event in events:
            if event.seq in passed_over:
                pass_over(state, event.seq)
                continue
            try:
                body = None if event.body is None else ev.decode(event.body)
            except msgspec.MsgspecError as error:
                return state, Spoiled(event.seq, event.kind, str(error)), results
            try:
                applied = state.apply(event.seq, event.kind, body, event.actor, event.at)
            except Exception as error:  # noqa: BLE001  it is reported, and the replay goes on without the event
                report_failure(error, event)
                return event.seq
            if since is not None and event.seq > since:
                results[event.seq] = applied
    return state, None, results


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
