"""The response model fitted to answers in blocks, in a memory that does not grow with people.

What is known of a person follows from the desires, the priors and the person's own answers. So people keep no state
here. In each sweep a team of eight people begins at the prior and takes steps until its weights have settled. Then it
gives its sums to the desires and is forgotten. The whole state is that of desires and priors, some hundred kilobytes.

A sweep is a sum over blocks, each a pure task, so it runs on any executor; sums are added in the order of the blocks.
Leaning ahead and the rest are those of `settling`, and the fixed point is that of `response_model.fit`. Of many people
the fit begins with a sample that it has brought to rest.

After each sweep the state can be kept, so that a fit that was ended goes on with the same bits.

Source: ours; stochastic variational inference (Hoffman et al. 2013) also forgets local posteriors, but samples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import compiled
from oneheart.engine.desire.answers_read import (
    EVERYTHING,
    AnswerCounts,
    AnswerReading,
    AnswersRead,
    Few,
    Ticket,
    joined,
    places_by_block,
    put_together,
    some_of_block,
    tally_of_block,
    tickets,
)
from oneheart.engine.desire.ranks import Ranks, ranks_of
from oneheart.engine.desire.response_model import (
    Heads,
    ModelState,
    Posterior,
    ahead_of,
    always_of,
    choose_heads,
    desire_rows,
    first_state,
    learn_priors,
    lowest_support,
    updated_desires,
)
from oneheart.engine.desire.settling import Lean, Rest, places_watched
from oneheart.engine.execution import Executor
from oneheart.model.answer_blocks import AnswerBlocks
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Kept = Mapping[str, npt.NDArray[np.generic]]

SETTLED = 1e-3
"""A person's weights have settled when none moves by more in a step; a weight is at most a quarter."""

STEPS_MOST = 64
"""Most steps of a person in a sweep."""

BEGIN_WITH = 131_072
"""More people than this are not all at hand where a fit begins: a sample of so many is brought to rest first."""


class Keeper(Protocol):
    """Keeps what a computation needs to go on after it was ended."""

    def kept(self, name: str) -> Kept | None:
        """Return what was kept last under a name; None if nothing was."""
        ...

    def keep(self, name: str, arrays: Kept) -> None:
        """Keep arrays under a name, in the place of those kept before: all of them or none."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SweepOf:
    """What all blocks need in one sweep, or where posteriors of people are asked for.

    Attributes:
        reading: of the answers.
        heads: sizes of the two heads.
        rows_touch: the desires' rows of the touch head (see `desire_rows`).
        rows_direction: those of the direction head.
        prior_precision: (D, D) of people.
        prior_covariance: its inverse.
    """

    reading: AnswerReading
    heads: Heads
    rows_touch: Floats
    rows_direction: Floats
    prior_precision: Floats
    prior_covariance: Floats

    @classmethod
    def of(cls, state: ModelState, reading: AnswerReading) -> SweepOf:
        """Return what blocks need of a state."""
        heads, empty = state.heads, np.zeros((len(state.desire_mean), 0))
        rows = [
            desire_rows(state.desire_mean, state.desire_covariance, part) if part.stop > part.start else empty
            for part in (slice(0, heads.touch), slice(heads.touch, heads.size))
        ]
        prior = state.person_prior_covariance
        return cls(reading, heads, rows[0], rows[1], np.asarray(np.linalg.inv(prior), np.float64), prior)


Sums = tuple[Floats, Floats, Floats]
"""Sums of both heads over people, (M, row length) each, and summed second moments of those who answered, (D, D)."""


def sums_of_block(ticket: Ticket, shared: SweepOf) -> Sums:
    """Return what the people of a block say about every desire: a task.

    Notes:
        O(answers K^2 + people D^3) for each step of people, three to sixteen of them.
    """
    block = ticket.opened()
    return _run(shared.reading.of(block), block.people, shared, keep=False)[2]


def posteriors(few: Responses, people: int, state: ModelState, *, settle: float = SETTLED) -> ModelState:
    """Return the state with the posteriors of these people, who have rows from 0, under its desires and priors.

    Notes:
        O(people D^2) memory.

    Example:
        >>> from oneheart.engine.desire.response_model import fit
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> model = fit(r, 3, 2, rng=np.random.default_rng(0), tolerance=1e-6)
        >>> again = posteriors(r, 3, model.state, settle=1e-9)
        >>> bool(np.allclose(again.person_mean, model.state.person_mean, atol=1e-4))
        True
    """
    mean, covariance, _ = _run(
        AnswersRead.among(few, people), people, SweepOf.of(state, EVERYTHING), keep=True, settle=settle
    )
    return replace(state, person_mean=mean, person_covariance=covariance)


def _run(
    read: AnswersRead, people: int, shared: SweepOf, *, keep: bool, settle: float = SETTLED
) -> tuple[Floats, Floats, Sums]:
    """Return posteriors (no rows unless asked for) and sums of these people."""
    size = shared.heads.size
    rows = people if keep else 0
    mean, covariance = np.zeros((rows, size)), np.zeros((rows, size, size))
    sums = np.zeros(shared.rows_touch.shape), np.zeros(shared.rows_direction.shape), np.zeros((size, size))
    compiled.settled_block(shared.heads.touch, shared.heads.direction)(
        0,
        people,
        *read,
        shared.rows_touch,
        shared.rows_direction,
        shared.prior_precision,
        shared.prior_covariance,
        settle,
        STEPS_MOST,
        mean,
        covariance,
        *sums,
    )
    return mean, covariance, sums


def tally(blocks: AnswerBlocks, execute: Executor, reading: AnswerReading = EVERYTHING) -> AnswerCounts:
    """Return counts of the answers that are read. One pass."""
    columns = reading.desires(blocks.desires)
    return joined(execute.map(tally_of_block, tickets(blocks), (reading, blocks.desires)), columns)


def some_people(
    blocks: AnswerBlocks, execute: Executor, counted: AnswerCounts, places: Ints, reading: AnswerReading
) -> Few:
    """Return the people at these places among those who answered, with the answers that are read. One pass."""
    jobs = (
        (ticket, inside)
        for ticket, inside in zip(tickets(blocks), places_by_block(counted.answered, places), strict=True)
        if len(inside)
    )
    return put_together(execute.map(some_of_block, jobs, reading))


def spread(count: int, most: int) -> Ints:
    """Return at most so many places of `count`, evenly spread.

    Example:
        >>> spread(10, 4).tolist(), spread(3, 4).tolist()
        ([0, 3, 6, 9], [0, 1, 2])
    """
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(np.intp)


def fit_blocks(
    blocks: AnswerBlocks,
    *,
    execute: Executor,
    rng: np.random.Generator,
    reading: AnswerReading = EVERYTHING,
    ranks: Ranks | None = None,
    warm: ModelState | None = None,
    sweeps: int = int(settings.SWEEPS.value),
    tolerance: float = settings.TOLERANCE.value,
    begin_with: int = BEGIN_WITH,
    keeper: Keeper | None = None,
    name: str = "fit",
    progress: Callable[[int], None] | None = None,
) -> Posterior:
    """Return the posterior of all desires, and of no people, given the answers in blocks.

    Args:
        blocks: last answers.
        execute: where the blocks are worked on; the bits do not depend on it.
        rng: as for `fit`; it is drawn from in the same way whether or not something was kept.
        reading: which answers, and as what.
        ranks: hidden tastes of the heads; None for those that so many answers can carry.
        warm: begin at the desires and priors of this state, if its heads are those of the answers.
        sweeps: at most so many.
        tolerance: stop when no worst fifth is expected to move by more until rest; 0 to do all sweeps.
        begin_with: where more people answered, so many are brought to rest first.
        keeper: keeps the state after each sweep; what is kept under this name is gone on with.
        name: under which the state is kept.
        progress: called with the number of the sweep just done.

    Notes:
        O(sweeps (steps answers K^2 + people D^3)) time; memory O(M D^2), a block for each worker, and the sample.

    Example:
        >>> from oneheart.engine.execution import Threads
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> model = fit_blocks(AnswerBlocks.of(r, 3, 2), execute=Threads(1), rng=np.random.default_rng(0))
        >>> len(model.state.person_mean), model.state.desire_mean.shape[0], model.converged
        (0, 2, True)
    """
    own = rng.spawn(1)[0]
    counted = tally(blocks, execute, reading)
    stances = counted.stances()
    answers = counted.answers
    asked = ranks or ranks_of(int(answers.sum()), counted.people, int((answers > 0).sum()))
    heads = choose_heads(stances, touch_rank=asked.touch, direction_rank=asked.direction)
    always = always_of(stances)
    kept = None if keeper is None else keeper.kept(name)
    way = None if kept is None else Way.kept(kept, heads)
    if way is None:
        near = warm is not None and warm.heads == heads
        if warm is not None and near:
            state = without_people(warm)
        else:
            state, near = _begun(blocks, execute, counted, reading, heads, own, begin_with, always)
        way = Way(state, state, Lean(), Rest.near() if near else Rest(), 0)
    if not heads.size:
        return Posterior(way.state, always, 0, converged=True, rest=0.0)

    def after(now: Way) -> None:
        if keeper is not None:
            keeper.keep(name, now.arrays())
        if progress is not None:
            progress(now.done)

    way = _to_rest(way, blocks, execute, reading, counted, always, sweeps, tolerance, after)
    return Posterior(way.state, always, way.done, converged=way.rest.left <= tolerance, rest=way.rest.left)


def _begun(
    blocks: AnswerBlocks,
    execute: Executor,
    counted: AnswerCounts,
    reading: AnswerReading,
    heads: Heads,
    rng: np.random.Generator,
    begin_with: int,
    always: int | None,
) -> tuple[ModelState, bool]:
    """Return the state in which a fit begins, and whether it is that of a sample at rest, because people are many."""
    few = some_people(blocks, execute, counted, spread(counted.people, begin_with), reading)
    count, desires = len(few.rows), len(counted.counts)
    state = without_people(first_state(few.responses, count, desires, heads, rng))
    if count == counted.people:
        return state, False
    sample = AnswerBlocks.of(few.responses, count, desires)
    way = Way(state, state, Lean(), Rest(), 0)
    most, tolerance = int(settings.SWEEPS.value), settings.TOLERANCE.value
    at_rest = _to_rest(
        way, sample, execute, EVERYTHING, tally(sample, execute), always, most, tolerance, lambda _: None
    )
    return at_rest.state, True


def _to_rest(
    way: Way,
    blocks: AnswerBlocks,
    execute: Executor,
    reading: AnswerReading,
    counted: AnswerCounts,
    always: int | None,
    sweeps: int,
    tolerance: float,
    after: Callable[[Way], None],
) -> Way:
    """Return the way when the fit rests, or after so many sweeps; `after` is called after each of them."""
    if not way.state.heads.size:
        return way
    watched = some_people(blocks, execute, counted, places_watched(counted.people), reading)
    while way.done < sweeps and way.rest.left > tolerance:
        way = _one_sweep(way, blocks, execute, reading, counted, watched if tolerance > 0 else None, always)
        after(way)
    return way


def without_people(state: ModelState) -> ModelState:
    """Return the state with desires and priors only."""
    size = state.heads.size
    return replace(state, person_mean=np.zeros((0, size)), person_covariance=np.zeros((0, size, size)))


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How far a fit is.

    Attributes:
        begun: where the next sweep begins.
        state: what the last sweep reached.
        lean: how the next sweeps lean ahead.
        rest: how far the fit is from its rest.
        done: sweeps done.
    """

    begun: ModelState
    state: ModelState
    lean: Lean
    rest: Rest
    done: int

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return all of it as arrays that can be kept."""
        out: dict[str, npt.NDArray[np.generic]] = {"heads": np.array(self.state.heads), "done": np.array(self.done)}
        for which, state in (("begun", self.begun), ("state", self.state)):
            out |= {f"{which}.{name}": getattr(state, name) for name in _STATE}
        out |= {f"lean.{name}": value for name, value in self.lean.arrays().items()}
        return out | {f"rest.{name}": value for name, value in self.rest.arrays().items()}

    @classmethod
    def kept(cls, arrays: Kept, heads: Heads) -> Way | None:
        """Return what `arrays` gave; None where it is a fit of other heads."""
        if tuple(arrays["heads"].tolist()) != tuple(heads):
            return None
        people = np.zeros((0, heads.size)), np.zeros((0, heads.size, heads.size))
        begun, state = (
            ModelState(heads, *people, *(np.asarray(arrays[f"{which}.{name}"], np.float64) for name in _STATE))
            for which in ("begun", "state")
        )
        lean, rest = (
            {name.partition(".")[2]: value for name, value in arrays.items() if name.startswith(which)}
            for which in ("lean.", "rest.")
        )
        return cls(begun, state, Lean.kept(lean), Rest.kept(rest), int(arrays["done"]))


_STATE = (
    "desire_mean",
    "desire_covariance",
    "person_prior_covariance",
    "desire_prior_mean",
    "desire_prior_covariance",
)


def _one_sweep(
    way: Way,
    blocks: AnswerBlocks,
    execute: Executor,
    reading: AnswerReading,
    counted: AnswerCounts,
    watched: Few | None,
    always: int | None,
) -> Way:
    """Return the way after one more sweep."""
    total: list[Floats] = []
    for sums in execute.map(sums_of_block, tickets(blocks), SweepOf.of(way.begun, reading)):
        if not total:
            total = [np.zeros_like(part) for part in sums]
        for place, part in enumerate(sums):
            total[place] += part
    mean, covariance = updated_desires(way.begun, total)
    state = replace(way.begun, desire_mean=mean, desire_covariance=covariance)
    state = learn_priors(state, total[2], counted.people, counted.answers > 0)
    done = way.done + 1
    if watched is not None and way.rest.is_due(done):
        people = len(watched.rows)
        looked = Posterior(posteriors(watched.responses, people, state), always, done, converged=False)
        way.rest.note(lowest_support(looked, np.arange(people)))
    return Way(ahead_of(way.lean, way.begun, state), state, way.lean, way.rest, done)
