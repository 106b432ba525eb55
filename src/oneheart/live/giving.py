"""Giving: which basis an output of answers may have. It is asked before a host takes a report, an export or measures.

All outputs share one basis: a place in the log. A new basis is taken only after enough different people came, left,
answered or read since the last one. So two outputs never differ by the answers of one person, whatever their kinds.
An output of the same basis gives the same bytes again.
"""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.state.released import TakenOutput
from oneheart.model import actor


class OutputAsked(Input, frozen=True):
    """A host takes a file of answers or the measures.

    Attributes:
        output: "report", "export" or "measures".
        rows: true if it shall hold the answers of those who consented, person by person.
    """

    output: ev.Output
    rows: bool = False


class RowsConsentAsked(Input, frozen=True):
    """A person agrees that their answers may leave as a row of an export, or takes that back.

    Attributes:
        on: true to agree.
    """

    on: bool


def is_closed(state: State) -> bool:
    """Return whether no answers are taken now. Only then something may leave."""
    return state.ended or not state.stage.takes_responses


def basis_of(state: State, output: ev.Output, *, rows: bool = False) -> tuple[int, int]:
    """Return the basis of an output that a host takes now: its place in the log, and the number of people there. O(N).

    It is a new one if enough people changed something since the last basis. Else it is the last one, if nobody of it is
    erased and this output was not taken of it, or nothing has changed.

    Raises:
        Refused: CLOSED, TOO_SOON, TOO_FEW_ROWS.
    """
    released = state.released
    if not is_closed(state):
        raise Refused(Refusal.CLOSED)
    last = released.outputs[-1] if released.outputs else None
    if last is None or released.enough_changed():
        if rows and not released.enough_rows(state.people):
            raise Refused(Refusal.TOO_FEW_ROWS)
        return state.seq, state.people.count
    taken = any(
        (former.output, former.rows, former.position) == (output, rows, last.position) for former in released.outputs
    )
    if not is_whole(state, last) or (taken and released.changed):
        raise Refused(Refusal.TOO_SOON)
    if rows and not taken and not released.enough_rows(state.people):
        raise Refused(Refusal.TOO_FEW_ROWS)
    return last.position, last.people


def is_whole(state: State, taken: TakenOutput) -> bool:
    """Return whether nobody was erased, or took contacts back, who was there at the basis of an output. O(N).

    An output of that basis would now lack this person, and be the former one less their answers or contacts.
    """
    if state.company.near.torn > taken.position:
        return False
    return sum(seat.alive for seat in state.seats if seat.seq <= taken.position) == taken.people


def newest(state: State, output: ev.Output, *, rows: bool = False) -> TakenOutput | None:
    """Return the newest output of a kind that hosts took; None if they took none."""
    taken = (former for former in reversed(state.released.outputs) if (former.output, former.rows) == (output, rows))
    return next(taken, None)


# --- the acts ---------------------------------------------------------------------------------------------------------


async def take_output(gathering: LiveGathering, host: int, asked: OutputAsked) -> Kept:
    """Keep that a host takes a file of answers or the measures, and of which basis; see `basis_of`.

    Raises:
        Refused: CLOSED: answers are taken now; TOO_SOON: two outputs would tell of fewer than k people;
            TOO_FEW_ROWS: fewer than 2 k people consented; STALE.
    """
    try:
        return await _take_output(gathering, host, asked)
    except Refused as refused:
        if refused.why is not Refusal.STALE:
            raise
    return await _take_output(gathering, host, asked)  # another host took one at this moment; its basis is that of both


async def _take_output(gathering: LiveGathering, host: int, asked: OutputAsked) -> Kept:
    position, people = basis_of(gathering.state, asked.output, rows=asked.rows)
    version = len(gathering.state.released.outputs)
    body = ev.OutputTaken(asked.output, position, people, asked.rows, version)
    return await gathering.submit(actor.host(host), asked.key, body)


async def set_rows_consent(gathering: LiveGathering, seat: int, asked: RowsConsentAsked) -> Kept:
    """Keep that a person consents that their answers may leave as a row of an export, or that they take it back.

    It is off by default. What has left cannot be taken back.
    """
    return await gathering.submit(actor.seat(seat), asked.key, ev.RowsConsented(seat, on=asked.on))
