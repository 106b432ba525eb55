"""Snapshot: what the hall sees at one tick. Made once for everybody, frozen, and free of every small number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from oneheart import settings
from oneheart.live.state import State
from oneheart.model.round import Stage

K = int(settings.K_ANONYMITY.value)
RESPONSES_STEP = 10 * K


@dataclass(frozen=True, slots=True)
class ShownDesire:
    """A desire on the hall screen, without its author, circle or time."""

    number: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The gathering at one tick.

    Attributes:
        seq: place in the log; of two snapshots the one with the larger is newer.
        name: of the gathering.
        question: by language.
        stage: where the round stands.
        round: 1, 2, ...
        people: people in the gathering, in whole steps of k; 0 also for fewer than k.
        desires: desires said, in whole steps of k.
        responses: responses given, in whole steps of 10 k.
        circles: circles there are.
        circles_done: circles that said that they are done with this stage.
        shown: desires that the hosts chose to show.
        clock_end: the end of the stage's clock, milliseconds by the server's clock; None without one.
        ended: the gathering is over.
        fitted_seq: place in the log up to which the cards' model has read; 0 before the first fit.
    """

    seq: int
    name: str
    question: tuple[tuple[str, str], ...]
    stage: Stage
    round: int
    people: int
    desires: int
    responses: int
    circles: int
    circles_done: int
    shown: tuple[ShownDesire, ...]
    clock_end: int | None
    ended: bool
    fitted_seq: int


def in_steps(count: int, step: int = K) -> int:
    """Return a count of people in whole steps, so that it never moves by one person.

    Example:
        >>> [in_steps(n) for n in (0, 4, 5, 9, 12)]
        [0, 0, 5, 5, 10]
    """
    return count // step * step


def take(state: State, *, fitted_seq: int = 0) -> Snapshot:
    """Return the snapshot of a state. O(circles + shown)."""
    settings_now = state.settings
    return Snapshot(
        seq=state.seq,
        name=settings_now.name if settings_now else "",
        question=tuple(settings_now.question.items()) if settings_now else (),
        stage=state.stage,
        round=state.round,
        people=in_steps(state.people()),
        desires=in_steps(len(state.desires)),
        responses=in_steps(state.tally.response_count, RESPONSES_STEP),
        circles=len(state.circles),
        circles_done=sum(circle.done for circle in state.circles),
        shown=tuple(ShownDesire(n, state.desires[n].text, state.desires[n].language) for n in state.shown),
        clock_end=state.clock,
        ended=state.ended,
        fitted_seq=fitted_seq,
    )


def says(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot without what only the machine reads, to tell whether a new one says anything new."""
    return replace(snapshot, seq=0, fitted_seq=0)
