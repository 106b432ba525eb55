"""The analysis of a gathering: one pipeline from answers to the one desire, with everything that a report shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.candidates import choose_lines, from_most_common, modelled, shortlist, wants_of, weakest_parts
from oneheart.engine.closeness.inner import Oneness, oneness
from oneheart.engine.composing import compose, nearest_to_common, no_text, renumber
from oneheart.engine.describing import describe_all, describe_unmeasured
from oneheart.engine.desire.calibration import UNCORRECTED, Calibrated, Calibration, calibrate
from oneheart.engine.desire.common_ground import (
    CommonGround,
    CrossFitted,
    GatheringMeans,
    cross_fit,
    desire_errors,
    jackknife,
    summarise,
)
from oneheart.engine.desire.drawn import DrawnFifths, drawn_chances, drawn_worst_fifth
from oneheart.engine.desire.one_desire import OneDesire, line_count
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.desire.standing import MEASURED, Standing, standings
from oneheart.engine.preparing import Prepared, is_nothing_wanted, is_one_sided, prepare, why_not_measured
from oneheart.engine.reasons import NO_REASONS, Reasons, reasons_of, renumber_reasons
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.verdict import Condition, ConditionCode, Status
from oneheart.version import VERSION

Ints = npt.NDArray[np.intp]
Progress = Callable[[str, int, int], None]
"""Called with (name of the step, done, total)."""

_FEW_ANSWERS = 7
_DRAWS = 1  # of the seed's streams the one for posterior draws, so that other draws do not change them
_TEXT_GROUPS = 20  # of whole circles left out in turn for a live text; a report leaves out each circle by itself


@dataclass(frozen=True, slots=True)
class Method:
    """How an analysis was made, so that it can be judged and repeated.

    Attributes:
        version: of oneheart.
        seed: of everything random.
        people: N, everybody in the source.
        people_answered: people with at least one answer to a desire that was not rejected.
        responses: last responses, one per person and desire, without those to rejected desires.
        desires: M.
        heads: heads of the response model that the answers could inform.
        sweeps: rounds of fitting.
        converged: whether they stopped by themselves, at an estimated rest of at most the tolerance.
        rest: by how much more rounds might still move a worst fifth, as estimated; infinite where not known.
        worst_share: the least part that must not refuse a line.
        against_weight: weight of "against" in net support.
        lines_asked: how many lines were asked for.
        k_anonymity: no count below this is shown.
        few_answers_people: people with one to six answers, all of whom count here.
        writers_without_answers: people who wrote a desire and answered nothing; their own desire gives them a place.
        notes: codes of what a reader should know: "nobody against", "one-sided" (nobody could be against), "no not
            mine", "merged", "nothing wanted" (no measured desire is wanted by more people than are against it),
            "sample" (only a part of the people was at hand for the choice of lines, checks and intervals).
    """

    version: str
    seed: int
    people: int
    people_answered: int
    responses: int
    desires: int
    heads: tuple[str, ...]
    sweeps: int
    converged: bool
    rest: float
    worst_share: float
    against_weight: float
    lines_asked: int
    k_anonymity: int
    few_answers_people: int
    writers_without_answers: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The result of `analyze`.

    Attributes:
        gathering: what was analysed; columns and rows below are its own.
        measured: whether there was enough to measure anything.
        why_not: codes of what is missing where not measured: "no desires", "no words", "no answers",
            "totals only" (counts of each desire, but not who answered what), "few people", "few answers",
            "one desire", "only wants"; beside one of them, and of a live text, "nobody wants".
        common_ground: one per desire, in the order of `gathering.desires`.
        ranking: columns of measured, printable desires, from most to least common.
        one_desire: the text and its status.
        oneness: None where no desire has two answers or nothing was measured.
        method: what was done.
        calibration: by which the chances of the model were corrected.
        reasons: why these lines, and how near others came.
    """

    gathering: Gathering
    measured: bool
    why_not: tuple[str, ...]
    common_ground: tuple[CommonGround, ...]
    ranking: tuple[int, ...]
    one_desire: OneDesire
    oneness: Oneness | None
    method: Method
    calibration: Calibration = UNCORRECTED
    reasons: Reasons = NO_REASONS


def analyze(
    gathering: Gathering,
    *,
    seed: int = 0,
    lines: int | None = None,
    leave_out: Collection[str] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Return the one desire of a gathering, the common ground of each desire, and how sure all of it is.

    Args:
        gathering: read by `oneheart.read` or built by hand.
        seed: of everything random; the same seed and gathering give the same result, however people and
            desires are numbered and however many threads there are.
        lines: at most so many lines; by default 3, 5 or 7 by the size of the gathering.
        leave_out: labels or exact texts of desires that must not become lines.
        threads: how many threads the fit uses.
        progress: called as the work goes on.

    Raises:
        ValueError: if `lines` is below 1.

    Notes:
        About thirty-six fits of O(responses), then O(N candidates) for the choice of lines.
    """
    if lines is not None and lines < 1:
        message = "lines must be 1 or more"
        raise ValueError(message)
    tell = progress or (lambda *_: None)
    prepared = prepare(gathering, leave_out)
    why_not = why_not_measured(prepared)
    if why_not == ("no answers",) and gathering.totals is not None:
        why_not = ("totals only",)
    asked = lines or line_count(len(prepared.people))
    if why_not not in ((), ("nobody wants",)):  # that nobody wants anything is a result
        return unmeasured_because(gathering, prepared, why_not, seed, asked)
    return _measured(gathering, prepared, seed, asked, threads, tell)


def analyze_for_text(
    gathering: Gathering,
    *,
    seed: int = 0,
    leave_out: Collection[str] = (),
    sure_from: float = -np.inf,
    threads: int | None = None,
) -> Analysis:
    """Return what the lines of a live text are chosen from, in a fraction of the time of `analyze`.

    Ranking, standing, worst fifth and weakest part of every desire are as in `analyze` with the same seed. The rest is
    not computed: no lines (`one_desire` has only `nearest`), no circles, no oneness. Only the worst fifth has an
    interval; all others are the widest possible, which says that nothing is known.

    Args:
        gathering: as for `analyze`.
        seed: as for `analyze`.
        leave_out: as for `analyze`.
        sure_from: only admissible desires whose printed worst fifth is at least this have an interval; the lower end
            of no other desire can reach it.
        threads: as for `analyze`.

    Notes:
        Twelve fits, and a few sweeps for each of at most twenty groups of whole circles, O(N) for each desire that has
        an interval; no sweep where none has one. ``python benchmarks/weaving.py`` measures it beside `analyze`.

    Example:
        >>> from oneheart.engine.synthetic import draw
        >>> few = draw(40, 12, answers=10, rng=np.random.default_rng(0)).gathering
        >>> analyze_for_text(few).ranking == analyze(few).ranking
        True
    """
    prepared = prepare(gathering, leave_out)
    why_not = why_not_measured(prepared)
    asked = line_count(len(prepared.people))
    if why_not:
        return unmeasured_because(gathering, prepared, why_not, seed, asked)
    n, m = gathering.participant_count, gathering.desire_count
    rng = np.random.default_rng(seed)
    posterior = fit(prepared.for_model, n, m, rng=rng, threads=threads)
    honest = cross_fit(prepared.responses, n, m, rng=rng)
    chances = calibrate(posterior, honest.calibration, prepared.for_model, rng=rng, threads=threads)
    means = summarise(chances, prepared.people)
    drawn = _drawn(prepared, chances, means, seed)
    least = 0.0 if (prepared.responses.stance == -1).any() else -0.5  # where nobody is against, nothing is refused
    standing = _standings(prepared, means, drawn, honest, least)
    may = [c for c, s in enumerate(standing) if s is Standing.ADMISSIBLE and drawn.worst[c] >= sure_from]
    errors = _errors_of_worst(prepared, chances, means, np.array(may, np.intp), rng)
    columns = shortlist(prepared, standing, means)
    weakest = weakest_parts(prepared, modelled(prepared, chances, columns)[0], columns, rng.spawn(1)[0])
    nearest = nearest_to_common(means, standing, ())
    measured = (Condition(ConditionCode.MEASURED, met=True),)
    one = replace(no_text(), status=Status.NOT_YET, conditions=measured, nearest=nearest)
    return Analysis(
        gathering,
        measured=True,
        why_not=(),
        common_ground=describe_all(prepared, None, means, errors, drawn, honest, standing, weakest),
        ranking=_ranking(prepared, means, standing),
        one_desire=renumber(one, prepared.order),
        oneness=None,
        method=method_of(gathering, prepared, posterior, seed, asked),
        calibration=honest.calibration,
    )


def _errors_of_worst(
    prepared: Prepared, chances: Calibrated, means: GatheringMeans, columns: Ints, rng: np.random.Generator
) -> GatheringMeans:
    """Return the errors of the worst fifth of these columns, nan for all others and for all else."""
    unknown = np.full(len(prepared.desires), np.nan)
    worst = unknown.copy()
    if len(columns):
        people, circle_of = prepared.people, prepared.order.circle_of
        sampling = jackknife(
            prepared.for_model, chances, people, circle_of, rng=rng, columns=columns, groups_most=_TEXT_GROUPS
        )
        few = GatheringMeans(
            means.want[columns], means.against[columns], means.worst[columns], np.nan, means.edge[columns]
        )
        worst[columns] = _both(sampling, desire_errors(chances.of_desires(columns), people, few)).worst
    return GatheringMeans(unknown, unknown, worst, np.nan, unknown)


def unmeasured(gathering: Gathering) -> Analysis:
    """Return the analysis of a gathering of so few people that nothing may be said of their answers.

    It is for a live gathering of up to twelve people: whoever knows all answers but one would read that one from any
    estimate.
    """
    prepared = prepare(gathering, ())
    return unmeasured_because(gathering, prepared, ("few people",), 0, line_count(len(prepared.people)))


def unmeasured_because(
    gathering: Gathering, prepared: Prepared, why_not: tuple[str, ...], seed: int, asked: int
) -> Analysis:
    """Return the analysis of a gathering too thin to measure: counts, but no estimate and no line."""
    return Analysis(
        gathering,
        measured=False,
        why_not=why_not,
        common_ground=describe_unmeasured(prepared),
        ranking=(),
        one_desire=no_text(),
        oneness=None,
        method=method_of(gathering, prepared, None, seed, asked),
    )


def _answers_that_count(gathering: Gathering) -> Responses:
    """Return the answers to desires that hosts did not reject: no number of a report tells of the others."""
    rejected = np.array([d.moderation is Moderation.REJECTED for d in gathering.desires], bool)
    r = gathering.responses
    if not rejected.any():
        return r
    keep = ~rejected[r.desire]
    return Responses(r.participant[keep], r.desire[keep], r.stance[keep])


def method_of(gathering: Gathering, prepared: Prepared, posterior: Posterior | None, seed: int, asked: int) -> Method:
    """Return the method of an analysis."""
    r = _answers_that_count(gathering)
    per_person = np.bincount(r.participant, minlength=gathering.participant_count)
    writers = {d.author for d in gathering.desires if d.author is not None and d.moderation is not Moderation.REJECTED}
    notes = []
    if posterior is not None and is_one_sided(gathering, prepared):
        notes.append("one-sided")
    if posterior is not None and is_nothing_wanted(prepared):
        notes.append("nothing wanted")
    if len(r) and not (r.stance == -1).any():
        notes.append("nobody against")
    if len(r) and not (r.stance == 0).any():
        notes.append("no not mine")
    if any(s is Standing.MERGED for s in prepared.standing):
        notes.append("merged")
    return Method(
        version=VERSION,
        seed=seed,
        people=gathering.participant_count,
        people_answered=int((per_person > 0).sum()),
        responses=len(r),
        desires=gathering.desire_count,
        heads=posterior.state.heads.names if posterior else (),
        sweeps=posterior.sweeps if posterior else 0,
        converged=posterior.converged if posterior else False,
        rest=posterior.rest if posterior else np.inf,
        worst_share=settings.WORST_SHARE.value,
        against_weight=settings.AGAINST_WEIGHT.value,
        lines_asked=asked,
        k_anonymity=disclosure.K,
        few_answers_people=int(((per_person > 0) & (per_person < _FEW_ANSWERS)).sum()),
        writers_without_answers=sum(1 for writer in writers if per_person[writer] == 0),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What is known of everybody where only some people are at hand: their sample gives all else.

    Attributes:
        means: over everybody, of every canonical column; coverage is not used.
        exact: (M,) bool, of which columns; the means of all others are over the sample.
        counts: (M, 3) how many want each canonical column, said "not mine", and are against it.
        share: of the people who answered, how many are in the sample, above 0 to 1.
        method: how the analysis was made, with the counts of everybody.
    """

    means: GatheringMeans
    exact: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.int64]
    share: float
    method: Method

    def errors(self, sampling: GatheringMeans) -> GatheringMeans:
        """Return the sampling errors of everybody from those of the sample: less by the root of its share.

        Where a mean is over the sample, its error stays that of the sample.
        """
        less = np.where(self.exact, np.sqrt(self.share), 1.0)
        return GatheringMeans(
            sampling.want * less, sampling.against * less, sampling.worst * less, sampling.coverage, sampling.edge
        )

    def counted(self, ground: Sequence[CommonGround], canonical: Ints) -> tuple[CommonGround, ...]:
        """Return the common ground with the counts of everybody; `canonical` has the column of each canonical one."""
        place = np.argsort(canonical)
        out = []
        for entry in ground:
            want, not_mine, against = self.counts[place[entry.desire]].tolist()
            parts = {"want_count": want, "not_mine_count": not_mine, "against_count": against}
            out.append(replace(entry, answers=want + not_mine + against, **parts))
        return tuple(out)


def _measured(
    gathering: Gathering, prepared: Prepared, seed: int, asked: int, threads: int | None, tell: Progress
) -> Analysis:
    """Return the analysis of a gathering that has enough answers."""
    n, m = gathering.participant_count, gathering.desire_count
    rng = np.random.default_rng(seed)
    most = int(settings.SWEEPS.value)
    posterior = fit(prepared.for_model, n, m, rng=rng, threads=threads, progress=lambda s: tell("fit", s, most))
    honest = cross_fit(prepared.responses, n, m, rng=rng, progress=lambda d, t: tell("check", d, t))
    tell("choose", 0, 1)
    chances = calibrate(posterior, honest.calibration, prepared.for_model, rng=rng, threads=threads)
    return told_of(gathering, prepared, chances, honest, seed, asked, rng=rng, tell=tell)


def told_of(
    gathering: Gathering,
    prepared: Prepared,
    chances: Calibrated,
    honest: CrossFitted,
    seed: int,
    asked: int,
    *,
    rng: np.random.Generator,
    tell: Progress,
    whole: Whole | None = None,
) -> Analysis:
    """Return the analysis from calibrated chances: means, choice of lines, intervals, reasons.

    Args:
        gathering: what was analysed; of many people a sample.
        prepared: the same, prepared.
        chances: of its people.
        honest: raw checks.
        seed: of everything random.
        asked: at most so many lines.
        rng: draws; `fit` and `cross_fit` have drawn from it.
        tell: called as the work goes on.
        whole: what is known of everybody, where `gathering` is a sample.
    """
    n, m = gathering.participant_count, gathering.desire_count
    means = summarise(chances, prepared.people)
    if whole is not None:
        means = _where_exact(whole, means)
    drawn = _drawn(prepared, chances, means, seed)
    least = settings.ONE_SIDED_LEAST.value if is_one_sided(gathering, prepared) else 0.0
    standing = _standings(prepared, means, drawn, honest, least)
    columns = shortlist(prepared, standing, means)
    wants = wants_of(prepared, chances, columns, rng)
    choice = choose_lines(prepared, standing, means, wants.drawn, columns, asked)
    tell("choose", 1, 1)
    errors = jackknife(
        prepared.for_model,
        chances,
        prepared.people,
        prepared.order.circle_of,
        rng=rng,
        lines=[int(columns[place]) for place in choice.lines],
        progress=lambda d, t: tell("interval", d, t),
    )
    if whole is not None:
        errors = whole.errors(errors)
    errors = _both(errors, desire_errors(chances, prepared.people, means, [int(columns[p]) for p in choice.lines]))
    weakest = weakest_parts(prepared, wants.net, columns, rng.spawn(1)[0])
    ground = describe_all(prepared, chances, means, errors, drawn, honest, standing, weakest)
    if whole is not None:
        ground = whole.counted(ground, prepared.order.desires)
    lines = columns[list(choice.lines)]
    foreseen = drawn_chances(chances, prepared.people, lines, rng=_draws(seed))
    result = compose(prepared, honest, means, standing, wants, foreseen, columns, choice, asked, errors, rng)
    one = renumber(result, prepared.order)
    again = np.random.default_rng([seed, 40])
    reasons = reasons_of(prepared, standing, means, errors, wants, columns, choice, result, asked, ground, rng=again)
    usable = [column for column in range(m) if standing[column] in (*MEASURED, Standing.FEW_ANSWERS)]
    r = prepared.sample
    inside = np.isin(r.desire, usable)
    kept = Responses(r.participant[inside], r.desire[inside], r.stance[inside])
    return Analysis(
        gathering,
        measured=True,
        why_not=(),
        common_ground=ground,
        ranking=_ranking(prepared, means, standing),
        one_desire=one,
        oneness=oneness(kept, n, m, prepared.order.circle_of),
        method=method_of(gathering, prepared, chances.posterior, seed, asked) if whole is None else whole.method,
        calibration=honest.calibration,
        reasons=renumber_reasons(reasons, prepared.order),
    )


def _where_exact(whole: Whole, means: GatheringMeans) -> GatheringMeans:
    """Return the means over everybody where there are such, else those over the sample."""
    ours, exact = whole.means, whole.exact
    return GatheringMeans(
        np.where(exact, ours.want, means.want),
        np.where(exact, ours.against, means.against),
        np.where(exact, ours.worst, means.worst),
        means.coverage,
        np.where(exact, ours.edge, means.edge),
    )


def _drawn(prepared: Prepared, chances: Calibrated, means: GatheringMeans, seed: int) -> DrawnFifths:
    """Return the worst fifths over posterior draws; they depend on the seed and the answers alone."""
    return drawn_worst_fifth(chances, prepared.people, means, rng=_draws(seed))


def _draws(seed: int) -> np.random.Generator:
    """Return the generator of posterior draws, which is apart from all others of the seed."""
    return np.random.default_rng([seed, _DRAWS])


def _standings(
    prepared: Prepared, means: GatheringMeans, drawn: DrawnFifths, honest: CrossFitted, least: float = 0.0
) -> tuple[Standing, ...]:
    """Return the standing of every canonical column."""
    return standings(
        prepared.standing,
        prepared.responses,
        len(prepared.people),
        worst=means.worst,
        drawn=drawn.gate,
        observed=honest.worst,
        observed_error=honest.error,
        observed_against=honest.against,
        voices=honest.voices,
        least=least,
    )


def _ranking(prepared: Prepared, means: GatheringMeans, standing: Sequence[Standing]) -> tuple[int, ...]:
    """Return the gathering's columns of measured, printable desires, from most to least common."""
    return tuple(int(prepared.order.desires[column]) for column in from_most_common(means, standing))


def _both(sampling: GatheringMeans, modelling: GatheringMeans) -> GatheringMeans:
    """Return the sampling error (who took part) and the model error of desires, combined (square root of squares)."""
    return GatheringMeans(
        np.hypot(sampling.want, modelling.want),
        np.hypot(sampling.against, modelling.against),
        np.hypot(sampling.worst, modelling.worst),
        float(np.hypot(sampling.coverage, modelling.coverage)),
        modelling.edge,
    )
