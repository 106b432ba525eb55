"""The analysis of a gathering whose answers lie in blocks, in a memory that does not grow with people.

Everybody's answers count in the fit, in all counts and in the means of the desires that may become lines. All else is
taken from a *sample* of at most a hundred thousand people, drawn by their rows: the raw checks, the choice of lines,
and how sure it is. Of no more people than that the sample is everybody.

The raw checks are honest. The desires are fitted without the answers of the people on whom they are checked, and a
checked person is known by four fifths of their answers while the last fifth is foretold. Of many people the whole
sample is left out of one fit, and the fit of everybody begins where that one has come to rest. So nothing of the people
checked reaches the model that is checked on them, and no fit is done for nothing.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.analysis import Analysis, Method, Progress, Whole, method_of, told_of, unmeasured_because
from oneheart.engine.desire.answers_read import (
    EVERYTHING,
    AnswerCounts,
    AnswerReading,
    Few,
    Fold,
    ReadAs,
    Ticket,
    answered_of_block,
    fold_of_block,
    put_together,
    tickets,
)
from oneheart.engine.desire.block_fit import Keeper, fit_blocks, posteriors, tally, without_people
from oneheart.engine.desire.calibration import (
    FOLD_SWEEPS,
    FOLDS,
    LEAST_ANSWERS,
    Calibrated,
    Calibration,
    HeldOut,
    of_unknown_person,
)
from oneheart.engine.desire.common_ground import CrossFitted, GatheringMeans, crossed, summarise
from oneheart.engine.desire.one_desire import line_count
from oneheart.engine.desire.passes import Pass
from oneheart.engine.desire.response_model import Posterior
from oneheart.engine.desire.standing import Standing
from oneheart.engine.execution import Executor
from oneheart.engine.preparing import Prepared, prepare, why_not_measured
from oneheart.model.answer_blocks import AnswerBlocks
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

SAMPLE = 100_000
"""Of no more people everybody is at hand."""

LEFT_OUT = (
    "Circles are left out: no circle has a support, a share or a condition of its own.",
    "Desires far from becoming lines have means over the sample; their intervals are those of the sample.",
    "The lower bounds of the conditions, the oneness and the share of each part are those of the sample.",
)
"""What the analysis of more people than a sample leaves out, or says less surely than everybody's answers would."""

_BINS = 512
_LEAST, _MOST = -0.5, 1.0
_PEOPLE_AT_ONCE = 8_192  # a multiple of the people in a team, so that teams are those of the fit
_CELLS_MOST = 2_000_000_000
_SHORT = 64


@dataclass(frozen=True, slots=True, eq=False)
class Everybody:
    """Answers in blocks, and the circles of their people.

    Attributes:
        frame: the gathering without people: question, desires with the rows of their authors, source, credits.
        blocks: the answers.
        circles: declared circles.
        circle_of: (N,) circle of each person, -1 for none; None where there are no circles.
    """

    frame: Gathering
    blocks: AnswerBlocks
    circles: tuple[Circle, ...] = ()
    circle_of: npt.NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What all steps of one analysis need."""

    all: Everybody
    execute: Executor
    keeper: Keeper | None
    seed: int
    sample_of: int
    prepared: Prepared
    rows: npt.NDArray[np.int64]
    read_as: ReadAs
    tell: Progress

    @property
    def sample_fold(self) -> tuple[Fold, ...]:
        return (Fold(self.seed, 0, self.sample_of),) if self.sample_of > 1 else ()

    def fit(
        self, name: str, reading: AnswerReading, rng: np.random.Generator, warm: Posterior | None, sweeps: int
    ) -> Posterior:
        most = int(settings.SWEEPS.value)
        step = "check" if name.startswith("held") else "fit"
        return fit_blocks(
            self.all.blocks,
            execute=self.execute,
            rng=rng,
            reading=reading,
            warm=None if warm is None else warm.state,
            sweeps=sweeps,
            keeper=self.keeper,
            name=name,
            progress=lambda done: self.tell(step, done, most),
        )


def analyze_blocks(
    everybody: Everybody,
    *,
    execute: Executor,
    seed: int = 0,
    lines: int | None = None,
    leave_out: Collection[str] = (),
    keeper: Keeper | None = None,
    sample: int = SAMPLE,
    progress: Progress | None = None,
) -> Analysis:
    """Return the one desire of a gathering whose answers lie in blocks; see `analysis.analyze`.

    Args:
        everybody: the answers.
        execute: where blocks are worked on; the bits do not depend on it.
        seed: of everything random.
        lines: at most so many lines; by default 3, 5 or 7 by the size of the gathering.
        leave_out: labels or exact texts of desires that must not become lines.
        keeper: keeps the fits after each sweep, so that an analysis that was ended goes on with the same bits.
        sample: at most about so many people are at hand.
        progress: called as the work goes on.

    Returns:
        The analysis; `gathering` in it has only the people of the sample.

    Raises:
        ValueError: if `lines` is below 1.

    Notes:
        Four fits of all answers where people are more than five samples, and up to twelve where they are fewer. Memory
        O(sample (M + D^2)), and a block for each worker.
    """
    if lines is not None and lines < 1:
        message = "lines must be 1 or more"
        raise ValueError(message)
    tell = progress or (lambda *_: None)
    blocks, frame = everybody.blocks, everybody.frame
    of = max(1, -(-blocks.people // sample))
    few = put_together(
        execute.map(fold_of_block, tickets(blocks), (EVERYTHING, (Fold(seed, 0, of),) if of > 1 else ()))
    )
    hall = _gathering(everybody, few, of)
    prepared = prepare(hall, leave_out)
    why_not = why_not_measured(prepared)
    counted = tally(blocks, execute, AnswerReading(_read_as(prepared, frame, merge=False)))
    writers = _silent_writers(everybody, execute)
    asked = lines or line_count(counted.people)
    read_as = _read_as(prepared, frame, merge=True)
    if why_not not in ((), ("nobody wants",)):
        found = unmeasured_because(hall, prepared, why_not, seed, asked)
        counts = tally(blocks, execute, AnswerReading(read_as)).counts
        nothing = GatheringMeans(*(np.zeros(len(counts)),) * 3, 0.0, np.zeros(len(counts)))
        method = _method(found.method, blocks.people, counted, writers)
        whole = Whole(nothing, np.zeros(len(counts), bool), counts, 1.0, method)
        ground = whole.counted(found.common_ground, prepared.order.desires)
        return replace(found, common_ground=ground, method=method)
    rows = few.rows[prepared.order.people]
    run = _Run(everybody, execute, keeper, seed, of, prepared, rows, read_as, tell)
    rng = np.random.default_rng(seed)
    honest, begun = _checked(run, rng)
    chances = _fitted(run, honest.calibration, begun, rng)
    method = _method(method_of(hall, prepared, chances.posterior, seed, asked), blocks.people, counted, writers)
    whole = _whole(run, chances, method, counted)
    tell("choose", 0, 1)
    return told_of(hall, prepared, chances, honest, seed, asked, rng=rng, tell=tell, whole=whole)


def _gathering(everybody: Everybody, few: Few, of: int) -> Gathering:
    """Return the gathering of the people of the sample who answered, with circles where that is everybody."""
    place = {int(row): number for number, row in enumerate(few.rows.tolist())}
    desires = tuple(
        replace(desire, author=None if desire.author is None else place.get(desire.author))
        for desire in everybody.frame.desires
    )
    circles: tuple[Circle, ...] = ()
    circle_of = np.zeros(0, np.int32)
    if of == 1 and everybody.circle_of is not None:
        circles, circle_of = everybody.circles, np.asarray(everybody.circle_of[few.rows], np.int32)
    return replace(
        everybody.frame,
        participants=tuple(map(str, few.rows.tolist())),
        desires=desires,
        responses=few.responses,
        circles=circles,
        circle_of=circle_of,
    )


def _read_as(prepared: Prepared, frame: Gathering, *, merge: bool) -> ReadAs:
    """Return how columns of the blocks are read: in canonical numbers, without rejected ones, same wordings as one."""
    canonical = prepared.order.desires
    m = len(canonical)
    into = prepared.merged_into if merge else np.arange(m, dtype=np.int32)
    column_of = np.empty(m, np.int32)
    column_of[canonical] = into
    stays = np.empty(m, bool)
    stays[canonical] = into == np.arange(m)
    for column, desire in enumerate(frame.desires):
        if desire.moderation is Moderation.REJECTED:
            column_of[column] = -1
    return ReadAs(column_of, stays, m)


def _silent_writers(everybody: Everybody, execute: Executor) -> int:
    """Return how many people wrote a desire that was not rejected, and answered nothing that counts."""
    written = {d.author for d in everybody.frame.desires if d.moderation is not Moderation.REJECTED}
    rows = np.array(sorted(row for row in written if row is not None), np.int64)
    if not len(rows):
        return 0
    kept = np.array([d.moderation is not Moderation.REJECTED for d in everybody.frame.desires], bool)
    own = np.arange(len(kept), dtype=np.int32)
    reading = AnswerReading(ReadAs(np.where(kept, own, -1).astype(np.int32), kept, len(kept)))
    answered = sum(execute.map(answered_of_block, tickets(everybody.blocks), (reading, rows)))
    return len(rows) - answered


def _own_wants(run: _Run) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]] | None:
    """Return rows of authors, ascending, and the columns of their own desires, as `preparing` adds them."""
    prepared, pairs = run.prepared, []
    for column, standing in enumerate(prepared.standing):
        desire = run.all.frame.desires[prepared.order.desires[column]]
        if desire.author is not None and not desire.is_seed and standing in (None, Standing.MERGED):
            pairs.append((desire.author, int(prepared.merged_into[column])))
    if not pairs:
        return None
    rows, columns = np.array(sorted(pairs), np.int64).T
    return rows, columns.astype(np.int32)


def _checked(run: _Run, rng: np.random.Generator) -> tuple[CrossFitted, tuple[Posterior, Posterior | None] | None]:
    """Return the raw checks, and the fits without the sample where there is one fold, to begin the fit of all with.

    The desires are fitted without the people who are checked, at most a fifth of all. Of each of these people a fifth
    of the answers is foretold from the others in turn.
    """
    r, n = run.prepared.responses, len(run.rows)
    folds = max(1, -(-FOLDS // run.sample_of))
    part = rng.permutation(np.arange(len(r)) % FOLDS)
    want, against, unknown = np.zeros(len(r)), np.zeros(len(r)), np.zeros(len(r))
    second = np.zeros(len(r)) if len(r) >= LEAST_ANSWERS else None
    fold = part
    begun: tuple[Posterior, Posterior | None] | None = None
    if folds > 1:
        fold = np.zeros(len(r), np.intp)
    for number in range(folds):
        inner = (Fold(run.seed + 1, number, folds),) if folds > 1 else ()
        held = np.ones(n, bool)
        for each in inner:
            held &= each.holds(run.rows)
        reading = AnswerReading(run.read_as, without=(*run.sample_fold, *inner))
        sweeps = FOLD_SWEEPS if folds > 1 else int(settings.SWEEPS.value)
        model = run.fit(f"held{number}", reading, rng, None, sweeps)
        direct = None
        if second is not None and len(model.state.heads.names) > 1:
            direct = run.fit(f"held{number}-direct", replace(reading, wants_only=True), rng, None, sweeps)
        inside = np.flatnonzero(held[r.participant])
        if folds > 1:
            fold[inside] = number
        of_nobody = of_unknown_person(model)
        for left in range(FOLDS):
            test = inside[part[inside] == left]
            known = _known(part, inside, left)
            who, desire = r.participant[test], r.desire[test]
            want[test], _, against[test] = _foretold(model, r, known, who, desire, wants_only=False)
            unknown[test] = of_nobody[desire]
            if second is not None:
                second[test] = want[test]
                if direct is not None:
                    second[test] = _foretold(direct, r, known, who, desire, wants_only=True)[0]
        if folds == 1:
            begun = model, direct
        run.tell("check", number + 1, folds)
    found = HeldOut(want, against, unknown, second, r.stance, fold)
    return crossed(found, r, n, len(run.prepared.desires)), begun


def _known(part: Ints, inside: Ints, left: int) -> Ints:
    """Return which of these answers are known while those of one part are foretold."""
    return np.asarray(inside[part[inside] != left])


def _foretold(
    model: Posterior,
    responses: Responses,
    known: Ints,
    who: npt.NDArray[np.int32],
    desire: npt.NDArray[np.int32],
    *,
    wants_only: bool,
) -> tuple[Floats, Floats, Floats]:
    """Return the three chances of pairs, people known by some of the responses only."""
    people = np.unique(who)
    inside = known[np.isin(responses.participant[known], people)]
    stance = responses.stance[inside]
    some = Responses(
        np.searchsorted(people, responses.participant[inside]).astype(np.int32),
        responses.desire[inside],
        (stance == 1).astype(np.int8) if wants_only else stance,
    )
    there = replace(model, state=posteriors(some, len(people), model.state))
    return there.at(np.searchsorted(people, who), desire)


def _fitted(
    run: _Run,
    calibration: Calibration,
    begun: tuple[Posterior, Posterior | None] | None,
    rng: np.random.Generator,
) -> Calibrated:
    """Return the calibrated chances of the people of the sample, by models fitted to everybody's answers."""
    reading = AnswerReading(run.read_as, own_wants=_own_wants(run))
    most = int(settings.SWEEPS.value)
    model = run.fit("fit", reading, rng, None if begun is None else begun[0], most)
    direct = None
    if calibration.want is not None and len(model.state.heads.names) > 1:
        warm = None if begun is None else begun[1]
        direct = run.fit("fit-direct", replace(reading, wants_only=True), rng, warm, most)
    return Calibrated(
        _of_sample(run, model, wants_only=False),
        None if direct is None else _of_sample(run, direct, wants_only=True),
        calibration,
    )


def _of_sample(run: _Run, model: Posterior, *, wants_only: bool) -> Posterior:
    """Return the posterior with the people of the sample."""
    r = run.prepared.for_model
    read = Responses(r.participant, r.desire, (r.stance == 1).astype(np.int8)) if wants_only else r
    return replace(model, state=posteriors(read, len(run.rows), model.state))


def _method(method: Method, people: int, counted: AnswerCounts, writers: int) -> Method:
    """Return the method with the counts of everybody."""
    return replace(
        method,
        people=people,
        people_answered=counted.people,
        responses=int(counted.counts.sum()),
        few_answers_people=int(counted.answers_of.sum()),
        writers_without_answers=writers,
    )


# ------------------------------------------------------------------------------------------------ means over everybody


def _whole(run: _Run, chances: Calibrated, method: Method, counted: AnswerCounts) -> Whole:
    """Return what is known of everybody."""
    m = len(run.prepared.desires)
    counts = tally(run.all.blocks, run.execute, AnswerReading(run.read_as)).counts
    none = np.zeros(m)
    if run.sample_of == 1:
        return Whole(GatheringMeans(none, none, none, 0.0, none), np.zeros(m, bool), counts, 1.0, method)
    columns = np.arange(m)
    if counted.people * m > _CELLS_MOST:
        near = summarise(chances, run.prepared.people).worst
        columns = np.sort(np.argsort(-near, kind="stable")[:_SHORT])
    few = means_of_all(run, chances, columns)
    exact = np.zeros(m, bool)
    exact[columns] = True

    def spread(values: Floats) -> Floats:
        out = np.zeros(m)
        out[columns] = values
        return out

    means = GatheringMeans(spread(few.want), spread(few.against), spread(few.worst), 0.0, spread(few.edge))
    return Whole(means, exact, counts, len(run.prepared.people) / max(1, counted.people), method)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What a block needs to sum up the chances of its people.

    Attributes:
        model: the response model, without people.
        direct: the direct model, without people; None for none.
        calibration: the weights.
        reading: of the answers.
        columns: whose chances are summed up.
    """

    model: Posterior
    direct: Posterior | None
    calibration: Calibration
    reading: AnswerReading
    columns: Ints


Summed = tuple[int, Floats, Floats, npt.NDArray[np.int64]]
"""People with an answer; sums of P(want) and P(against), (columns,); histograms of net support, (columns, bins)."""


def means_of_all(run: _Run, chances: Calibrated, columns: Ints) -> GatheringMeans:
    """Return the means and worst fifths of these columns over everybody who answered: one pass over all blocks.

    Worst fifths are from histograms of 512 bins. Within a bin net support is taken as spread evenly.
    """
    reading = AnswerReading(run.read_as, own_wants=_own_wants(run))
    direct = None if chances.direct is None else replace(chances.direct, state=without_people(chances.direct.state))
    bare = replace(chances.posterior, state=without_people(chances.posterior.state))
    asked = _Asked(bare, direct, chances.calibration, reading, columns)
    people, want, against = 0, np.zeros(len(columns)), np.zeros(len(columns))
    histogram = np.zeros((len(columns), _BINS), np.int64)
    jobs = len(run.all.blocks.blocks)
    for done, summed in enumerate(run.execute.map(summed_of_block, tickets(run.all.blocks), asked)):
        people += summed[0]
        want += summed[1]
        against += summed[2]
        histogram += summed[3]
        run.tell("choose", done, jobs)
    worst, edge = worst_of_histogram(histogram, settings.WORST_SHARE.value)
    n = max(1, people)
    return GatheringMeans(want / n, against / n, worst, 0.0, edge)


def summed_of_block(ticket: Ticket, asked: _Asked) -> Summed:
    """Return the sums of the chances of a block's people who answered: a task."""
    block = ticket.opened()
    read = asked.reading.of(block)
    plain = Responses.of(read.participant(), read.desire, read.stance)
    answered = 0
    want, against = np.zeros(len(asked.columns)), np.zeros(len(asked.columns))
    histogram = np.zeros((len(asked.columns), _BINS), np.int64)
    for first in range(0, block.people, _PEOPLE_AT_ONCE):
        last = min(first + _PEOPLE_AT_ONCE, block.people)
        inside = slice(*np.searchsorted(plain.participant, (first, last)).tolist())
        some = Responses(
            (plain.participant[inside] - first).astype(np.int32), plain.desire[inside], plain.stance[inside]
        )
        who = np.unique(some.participant).astype(np.intp)
        if not len(who):
            continue
        answered += len(who)
        people = last - first
        model = replace(asked.model, state=posteriors(some, people, asked.model.state))
        direct = None
        if asked.direct is not None:
            wants = Responses(some.participant, some.desire, (some.stance == 1).astype(np.int8))
            direct = replace(asked.direct, state=posteriors(wants, people, asked.direct.state))
        chances = Calibrated(model, direct, asked.calibration).of_desires(asked.columns)
        for part in Pass(chances, who).blocks():
            want[part.columns] += part.want.sum(1, dtype=np.float64)
            against[part.columns] += part.against.sum(1, dtype=np.float64)
            net = part.want - np.float32(settings.AGAINST_WEIGHT.value) * part.against
            histogram[part.columns] += histograms(net)
    return answered, want, against, histogram


def histograms(net: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return how many of each row lie in each of 512 equal bins from -0.5 to 1, (rows, 512).

    Example:
        >>> counts = histograms(np.array([[-0.5, 0.25, 1.0]], np.float32))
        >>> np.flatnonzero(counts[0]).tolist()
        [0, 256, 511]
    """
    place = ((net - np.float32(_LEAST)) * np.float32(_BINS / (_MOST - _LEAST))).astype(np.int32)
    np.clip(place, 0, _BINS - 1, out=place)
    place += (np.arange(len(net), dtype=np.int32) * _BINS)[:, None]
    return np.bincount(place.ravel(), minlength=len(net) * _BINS).reshape(len(net), _BINS)


def worst_of_histogram(histogram: npt.NDArray[np.int64], share: float) -> tuple[Floats, Floats]:
    """Return the mean over the lowest part of each row, and where it ends, from histograms (rows, bins).

    Example:
        >>> even = np.ones((1, 512), np.int64)
        >>> [part.round(6).tolist() for part in worst_of_histogram(even, 0.2)]
        [[-0.35], [-0.2]]
    """
    width = (_MOST - _LEAST) / histogram.shape[1]
    low = _LEAST + width * np.arange(histogram.shape[1])
    asked = histogram.sum(1)[:, None] * share
    before = np.cumsum(histogram, 1) - histogram
    taken = np.clip(asked - before, 0.0, histogram)
    part = np.divide(taken, histogram, out=np.zeros(histogram.shape), where=histogram > 0)
    total = (taken * (low + part * width / 2)).sum(1)
    last = np.argmax(np.cumsum(histogram, 1) >= asked, axis=1)
    rows = np.arange(len(histogram))
    edge = low[last] + part[rows, last] * width
    return np.asarray(total / np.maximum(asked[:, 0], 1e-9)), np.asarray(edge)
