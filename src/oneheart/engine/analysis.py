"""From a gathering to its one desire: everything that a report shows, in one frozen value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from oneheart import __version__, settings
from oneheart.engine import disclosure
from oneheart.engine.canonical import CanonicalOrder, canonical_order
from oneheart.engine.closeness.inner import Oneness, oneness
from oneheart.engine.desire import one_desire as text
from oneheart.engine.desire import shares, similarity
from oneheart.engine.desire.common_ground import (
    CircleSupport,
    CommonGround,
    CrossFitted,
    Standing,
    Summary,
    cross_fit,
    desire_errors,
    interval,
    jackknife,
    measured_answers,
    net_support,
    summarise,
)
from oneheart.engine.desire.one_desire import Condition, OneDesire
from oneheart.engine.desire.parts import latent_parts, weakest_part
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.desire.wants import draw_count, drawn_wants, take_as_given
from oneheart.engine.desire.wording import looks_like_fact
from oneheart.engine.estimate import Estimate
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Progress = Callable[[str, int, int], None]
"""Called with (name of the step, done, total)."""

_CELLS = 30_000_000
_NEAREST = 7
_FEW_ANSWERS = 7
_TEXT_GROUPS = 20  # of whole circles left out in turn for a live text; a report leaves out each circle by itself


@dataclass(frozen=True, slots=True)
class Method:
    """What was done, so that it can be judged and done again.

    Attributes:
        version: of oneheart.
        seed: of everything drawn by lot.
        people: N, everybody in the source.
        people_answered: people with at least one answer.
        responses: last responses, one per person and desire.
        desires: M.
        heads: heads of the response model that the answers could inform.
        sweeps: rounds of fitting.
        converged: whether they stopped by themselves.
        worst_share: the least part that must not refuse a line.
        against_weight: weight of "against" in net support.
        lines_asked: how many lines were asked for.
        k_anonymity: no count below this is shown.
        few_answers_people: people with one to six answers, all of whom count here.
        writers_without_answers: people who wrote a desire and answered nothing; their own desire gives them a place.
        notes: codes of what a reader should know.
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
        why_not: codes of what is missing where not measured: "no desires", "no words", "no answers", "few people",
            "few answers", "one desire", "only wants", "nobody wants".
        common_ground: one per desire, in the order of `gathering.desires`.
        ranking: columns of measured, printable desires, from most to least common.
        one_desire: the text and its status.
        oneness: None where no desire has two answers or nothing was measured.
        method: what was done.
    """

    gathering: Gathering
    measured: bool
    why_not: tuple[str, ...]
    common_ground: tuple[CommonGround, ...]
    ranking: tuple[int, ...]
    one_desire: OneDesire
    oneness: Oneness | None
    method: Method


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A gathering in canonical numbers, rejected desires gone, same wordings merged."""

    order: CanonicalOrder
    desires: tuple[Desire, ...]
    responses: Responses
    for_model: Responses
    merged_into: npt.NDArray[np.int32]
    standing: tuple[Standing | None, ...]
    people: Ints


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
        seed: of everything drawn by lot; the same seed and gathering give the same result, however people and
            desires are numbered and however many threads there are.
        lines: at most so many lines; by default 3, 5 or 7 by the size of the gathering.
        leave_out: labels or exact texts of desires that must not become lines.
        threads: how many threads the fit uses.
        progress: called as the work goes on.

    Raises:
        ValueError: if `lines` is below 1.

    Notes:
        About thirty fits of O(responses), then O(N candidates) for the choice of lines.
    """
    if lines is not None and lines < 1:
        message = "lines must be 1 or more"
        raise ValueError(message)
    tell = progress or (lambda *_: None)
    prepared = _prepare(gathering, leave_out)
    why_not = _why_not(prepared)
    asked = lines or text.line_count(len(prepared.people))
    if why_not:
        return _unmeasured(gathering, prepared, why_not, seed, asked)
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

    Ranking, standing, worst fifth and weakest part of every desire are as in `analyze` with the same seed. What no line
    is chosen by is not computed: no text of its own (`one_desire` has only what is nearest), no circles, no oneness,
    and intervals of the worst fifth alone; all others are the widest that there are, which says that nothing is known.

    Args:
        gathering: as for `analyze`.
        seed: as for `analyze`.
        leave_out: as for `analyze`.
        sure_from: only admissible desires whose worst fifth is at least this have an interval: where the rule asks
            whether the lower end reaches it, no other can.
        threads: as for `analyze`.

    Notes:
        Six fits, and a few sweeps for each of at most twenty groups of whole circles, O(N) for each desire that has an
        interval; no sweep where none has one. ``python benchmarks/weaving.py`` measures it beside `analyze`.

    Example:
        >>> from oneheart.engine.synthetic import draw
        >>> few = draw(40, 12, answers=10, rng=np.random.default_rng(0)).gathering
        >>> analyze_for_text(few).ranking == analyze(few).ranking
        True
    """
    prepared = _prepare(gathering, leave_out)
    why_not = _why_not(prepared)
    asked = text.line_count(len(prepared.people))
    if why_not:
        return _unmeasured(gathering, prepared, why_not, seed, asked)
    n, m = gathering.participant_count, gathering.desire_count
    rng = np.random.default_rng(seed)
    posterior = fit(prepared.for_model, n, m, rng=rng, threads=threads)
    honest = cross_fit(prepared.responses, n, m, rng=rng)
    summary = summarise(posterior, prepared.people)
    standing = _standings(prepared, summary, honest)
    may = [c for c, s in enumerate(standing) if s is Standing.ADMISSIBLE and summary.worst[c] >= sure_from]
    errors = _errors_of_worst(prepared, posterior, summary, np.array(may, np.intp), rng)
    columns = _shortlist(prepared, standing, summary)
    weakest = _weakest_parts(prepared, _modelled(prepared, posterior, columns), columns, rng.spawn(1)[0])
    nearest = _nearest(summary, standing, ())
    one = replace(_nothing(), conditions=(Condition("measured", met=True),), nearest=nearest)
    return Analysis(
        gathering,
        measured=True,
        why_not=(),
        common_ground=_in_source_order(_ground(prepared, None, summary, errors, honest, standing, weakest)),
        ranking=_ranking(prepared, summary, standing),
        one_desire=_renumber(one, prepared.order),
        oneness=None,
        method=_method(gathering, prepared, posterior, seed, asked),
    )


def _errors_of_worst(
    prepared: _Prepared, posterior: Posterior, summary: Summary, columns: Ints, rng: np.random.Generator
) -> Summary:
    """Return the errors of the worst fifth of these columns, nan for all others and for all else."""
    unknown = np.full(len(prepared.desires), np.nan)
    worst = unknown.copy()
    if len(columns):
        people, circle_of = prepared.people, prepared.order.circle_of
        sampling = jackknife(
            prepared.for_model, posterior, people, circle_of, rng=rng, columns=columns, groups_most=_TEXT_GROUPS
        )
        few = Summary(
            summary.want[columns], summary.against[columns], summary.worst[columns], np.nan, summary.edge[columns]
        )
        worst[columns] = _both(sampling, desire_errors(posterior.of_desires(columns), people, few)).worst
    return Summary(unknown, unknown, worst, np.nan, unknown)


def _prepare(gathering: Gathering, leave_out: Collection[str]) -> _Prepared:
    """Return the gathering in canonical order, without rejected desires' answers, same wordings merged."""
    order = canonical_order(gathering)
    desires = tuple(gathering.desires[column] for column in order.desires)
    fixed = tuple(_fixed_standing(desire, leave_out) for desire in desires)
    kept = np.array([standing is not Standing.REJECTED for standing in fixed], bool)
    r = order.responses
    keep = kept[r.desire] if len(r) else np.zeros(0, bool)
    r = Responses(r.participant[keep], r.desire[keep], r.stance[keep])
    merged_into = np.arange(len(desires), dtype=np.int32)
    printable = [d if s is None else Desire(d.label, "") for d, s in zip(desires, fixed, strict=True)]
    answers = np.bincount(r.desire, minlength=len(desires))
    for group in similarity.merge_same(printable, r):
        first = max(group, key=lambda column: (answers[column], -column))  # the wording most people met stays
        merged_into[list(group)] = first
    standing = tuple(Standing.MERGED if merged_into[column] != column else s for column, s in enumerate(fixed))
    # where somebody answered two wordings of the same desire, the answer to the wording that stays counts
    own = merged_into[r.desire] == r.desire
    by_own = np.argsort(own, kind="stable")
    merged = Responses.of(r.participant[by_own], merged_into[r.desire][by_own], r.stance[by_own])
    return _Prepared(
        order,
        desires,
        merged,
        _with_own_wants(merged, desires, order, standing, merged_into),
        merged_into,
        standing,
        np.unique(merged.participant).astype(np.intp),
    )


def _fixed_standing(desire: Desire, leave_out: Collection[str]) -> Standing | None:
    """Return the standing that no answer can change, or None."""
    if desire.moderation is Moderation.REJECTED:
        return Standing.REJECTED
    if not desire.text.strip():
        return Standing.EMPTY
    if desire.is_meta:
        return Standing.META
    if desire.label in leave_out or desire.text.strip() in leave_out:
        return Standing.LEFT_OUT
    return None


def _with_own_wants(
    responses: Responses,
    desires: Sequence[Desire],
    order: CanonicalOrder,
    standing: Sequence[Standing | None],
    merged_into: npt.NDArray[np.int32],
) -> Responses:
    """Return the responses with one want added for each author who has no answer to their own desire.

    Only the model sees these: who wrote a wish wants it. Raw counts and honest checks use what was answered.
    """
    row_of = np.empty(len(order.people), np.int64)
    row_of[order.people] = np.arange(len(order.people))
    own = [
        (row_of[d.author], merged_into[column])
        for column, d in enumerate(desires)
        if d.author is not None and not d.is_seed and standing[column] in (None, Standing.MERGED)
    ]
    if not own or not len(responses):
        return responses
    i, j = np.array(own, np.int64).T
    # added first: a later answer of the same person to the same desire is the one that counts
    return Responses.of(
        np.concatenate([i, responses.participant]),
        np.concatenate([j, responses.desire]),
        np.concatenate([np.ones(len(i), np.int8), responses.stance]),
    )


def _why_not(prepared: _Prepared) -> tuple[str, ...]:
    """Return the codes of what is missing for measuring anything; () where there is enough."""
    r = prepared.responses
    open_desires = [column for column, s in enumerate(prepared.standing) if s is None]
    if not open_desires:
        wordless = any(standing is Standing.EMPTY for standing in prepared.standing)
        return ("no words",) if wordless and len(r) else ("no desires",)
    if not len(r):
        return ("no answers",)
    codes = []
    if len(prepared.people) < settings.MEASURED_PEOPLE.value:
        codes.append("few people")
    if len(open_desires) == 1:
        codes.append("one desire")
    answers = np.bincount(r.desire, minlength=len(prepared.desires))[open_desires]
    if (answers >= measured_answers(len(prepared.people))).sum() == 0:
        codes.append("few answers")
    if (r.stance == 1).all():
        codes.append("only wants")
    if not (r.stance == 1).any():
        codes.append("nobody wants")
    return tuple(codes)


def _unmeasured(gathering: Gathering, prepared: _Prepared, why_not: tuple[str, ...], seed: int, asked: int) -> Analysis:
    """Return the analysis of a gathering too thin to measure: counts, but no estimate and no line."""
    unknown, no_share = Estimate(0.0, -0.5, 1.0), Estimate(0.0, 0.0, 1.0)
    ground = _in_source_order(
        [
            _entry(
                prepared, column, no_share, no_share, unknown, None, None, None, standing or Standing.FEW_ANSWERS, ()
            )
            for column, standing in enumerate(prepared.standing)
        ],
    )
    method = _method(gathering, prepared, None, seed, asked)
    return Analysis(
        gathering,
        measured=False,
        why_not=why_not,
        common_ground=ground,
        ranking=(),
        one_desire=_nothing(),
        oneness=None,
        method=method,
    )


def _nothing() -> OneDesire:
    """Return the text of a gathering from which none was chosen."""
    return OneDesire((), None, None, None, (), None, None, "not yet", (Condition("measured", met=False),), (), ())


def _entry(
    prepared: _Prepared,
    column: int,
    want: Estimate,
    against: Estimate,
    worst: Estimate,
    weakest: float | None,
    observed: Estimate | None,
    observed_against: float | None,
    standing: Standing,
    circles: tuple[CircleSupport, ...],
) -> CommonGround:
    """Return the common ground of one canonical column, numbered as in the gathering."""
    stances = prepared.responses.stance[prepared.responses.desire == column]
    same = np.flatnonzero((prepared.merged_into == column) & (np.arange(len(prepared.desires)) != column))
    return CommonGround(
        desire=int(prepared.order.desires[column]),
        answers=len(stances),
        want_count=int((stances == 1).sum()),
        not_mine_count=int((stances == 0).sum()),
        against_count=int((stances == -1).sum()),
        want=want,
        against=against,
        worst_fifth=worst,
        weakest_part=weakest,
        observed_worst_fifth=observed,
        observed_against=observed_against,
        standing=standing,
        looks_like_fact=_like_fact(prepared.desires[column]),
        same_as=tuple(sorted(int(prepared.order.desires[other]) for other in same)),
        circles=circles,
    )


def _like_fact(desire: Desire) -> bool:
    return looks_like_fact(desire.text, desire.language)


def _in_source_order(entries: Sequence[CommonGround]) -> tuple[CommonGround, ...]:
    """Return canonical entries in the order of the gathering's desires."""
    return tuple(sorted(entries, key=lambda entry: entry.desire))


def _method(gathering: Gathering, prepared: _Prepared, posterior: Posterior | None, seed: int, asked: int) -> Method:
    """Return what was done."""
    r = gathering.responses
    per_person = np.bincount(r.participant, minlength=gathering.participant_count)
    writers = {d.author for d in gathering.desires if d.author is not None}
    notes = []
    if len(r) and not (r.stance == -1).any():
        notes.append("nobody against")
    if len(r) and not (r.stance == 0).any():
        notes.append("no not mine")
    if any(s is Standing.MERGED for s in prepared.standing):
        notes.append("merged")
    return Method(
        version=__version__,
        seed=seed,
        people=gathering.participant_count,
        people_answered=int((per_person > 0).sum()),
        responses=len(r),
        desires=gathering.desire_count,
        heads=posterior.state.heads.names if posterior else (),
        sweeps=posterior.sweeps if posterior else 0,
        converged=posterior.converged if posterior else False,
        worst_share=settings.WORST_SHARE.value,
        against_weight=settings.AGAINST_WEIGHT.value,
        lines_asked=asked,
        k_anonymity=disclosure.K,
        few_answers_people=int(((per_person > 0) & (per_person < _FEW_ANSWERS)).sum()),
        writers_without_answers=sum(1 for writer in writers if per_person[writer] == 0),
        notes=tuple(notes),
    )


def _measured(
    gathering: Gathering, prepared: _Prepared, seed: int, asked: int, threads: int | None, tell: Progress
) -> Analysis:
    """Return the analysis of a gathering that has enough answers."""
    n, m = gathering.participant_count, gathering.desire_count
    rng = np.random.default_rng(seed)
    most = int(settings.SWEEPS.value)
    posterior = fit(prepared.for_model, n, m, rng=rng, threads=threads, progress=lambda s: tell("fit", s, most))
    honest = cross_fit(prepared.responses, n, m, rng=rng, progress=lambda d, t: tell("check", d, t))
    tell("choose", 0, 1)
    summary = summarise(posterior, prepared.people)
    standing = _standings(prepared, summary, honest)
    columns = _shortlist(prepared, standing, summary)
    wants = _wants(prepared, posterior, columns, rng)
    chosen = _choose(prepared, standing, summary, wants.drawn, columns, asked)
    tell("choose", 1, 1)
    errors = jackknife(
        prepared.for_model,
        posterior,
        prepared.people,
        prepared.order.circle_of,
        rng=rng,
        lines=[int(columns[place]) for place in chosen],
        progress=lambda d, t: tell("interval", d, t),
    )
    errors = _both(errors, desire_errors(posterior, prepared.people, summary, [int(columns[p]) for p in chosen]))
    weakest = _weakest_parts(prepared, wants.modelled, columns, rng.spawn(1)[0])
    ground = _ground(prepared, posterior, summary, errors, honest, standing, weakest)
    result = _one_desire(prepared, honest, summary, standing, wants, columns, chosen, errors, rng)
    one = _renumber(result, prepared.order)
    usable = [column for column in range(m) if standing[column] in (*_PRINTED, Standing.FEW_ANSWERS)]
    inside = np.isin(prepared.responses.desire, usable)
    r = prepared.responses
    kept = Responses(r.participant[inside], r.desire[inside], r.stance[inside])
    return Analysis(
        gathering,
        measured=True,
        why_not=(),
        common_ground=_in_source_order(ground),
        ranking=_ranking(prepared, summary, standing),
        one_desire=one,
        oneness=oneness(kept, n, m, prepared.order.circle_of),
        method=_method(gathering, prepared, posterior, seed, asked),
    )


def _ranking(prepared: _Prepared, summary: Summary, standing: Sequence[Standing]) -> tuple[int, ...]:
    """Return the gathering's columns of measured, printable desires, from most to least common."""
    by_worst = np.argsort(-summary.worst, kind="stable")
    return tuple(int(prepared.order.desires[column]) for column in by_worst if standing[column] in _PRINTED)


def _both(sampling: Summary, modelling: Summary) -> Summary:
    """Return the errors of who took part and of how little is known of a desire, together."""
    return Summary(
        np.hypot(sampling.want, modelling.want),
        np.hypot(sampling.against, modelling.against),
        np.hypot(sampling.worst, modelling.worst),
        float(np.hypot(sampling.coverage, modelling.coverage)),
        modelling.edge,
    )


_PRINTED = (Standing.ADMISSIBLE, Standing.BELOW, Standing.AGAINST)


def _standings(prepared: _Prepared, summary: Summary, honest: CrossFitted) -> tuple[Standing, ...]:
    """Return the standing of every canonical column: decided by raw answers where there are enough of them.

    Where there are not, by the model, unless the few answers themselves speak against the desire.
    """
    answers = np.bincount(prepared.responses.desire, minlength=len(prepared.desires))
    needed = measured_answers(len(prepared.people))
    spoken_against = _spoken_against(prepared)
    out = []
    for column, fixed in enumerate(prepared.standing):
        raw, raw_against = honest.worst[column], honest.against[column]
        if fixed is not None:
            out.append(fixed)
        elif answers[column] < needed:
            out.append(Standing.FEW_ANSWERS)
        elif np.isfinite(raw_against) and raw_against > settings.WORST_AGAINST_MOST.value:
            out.append(Standing.AGAINST)
        elif (
            summary.worst[column] < 0
            or (np.isfinite(raw) and raw < 0)
            or (not np.isfinite(raw) and spoken_against[column])
        ):
            out.append(Standing.BELOW)
        else:
            out.append(Standing.ADMISSIBLE)
    return tuple(out)


def _spoken_against(prepared: _Prepared) -> npt.NDArray[np.bool_]:
    """Return whether the answers themselves speak against each column: as many refuse it as want it, or more.

    A desire with too few answers for the raw check of its worst fifth would otherwise stand on the model alone; it may,
    unless those who were asked say otherwise.
    """
    r = prepared.responses
    net = np.bincount(r.desire, r.stance.astype(np.float64), minlength=len(prepared.desires))
    return np.asarray(net <= 0.0)


def _shortlist(prepared: _Prepared, standing: Sequence[Standing], summary: Summary) -> Ints:
    """Return the columns that take part in the choice: all measured ones, or the most wanted where memory bids."""
    measured = np.array([column for column, s in enumerate(standing) if s in _PRINTED], np.intp)
    people = len(prepared.people)
    most = max(50, _CELLS // max(1, people * draw_count(people)))
    if len(measured) > most:
        measured = measured[np.argsort(-summary.want[measured], kind="stable")[:most]]
    return np.sort(measured)


@dataclass(frozen=True, slots=True, eq=False)
class _Wants:
    """What people who answered want of the columns that take part in the choice.

    Attributes:
        drawn: (n S, columns) P(want) of the people that each may be, answers taken as given: see `drawn_wants`.
        given: (n, columns) P(want) of each, answers taken as given.
        modelled: P(want) and P(against), each (n, columns), by the model alone.
    """

    drawn: Floats
    given: Floats
    modelled: tuple[Floats, Floats]


def _wants(prepared: _Prepared, posterior: Posterior, columns: Ints, rng: np.random.Generator) -> _Wants:
    """Return what people who answered want."""
    people, r = prepared.people, prepared.responses
    want, against = _modelled(prepared, posterior, columns)
    given = want.copy()
    take_as_given(given[:, None], people, columns, r)
    return _Wants(drawn_wants(posterior, people, columns, r, rng=rng), given, (want, against))


def _modelled(prepared: _Prepared, posterior: Posterior, columns: Ints) -> tuple[Floats, Floats]:
    """Return P(want) and P(against) of these columns, each (n, columns), of people who answered, by the model alone."""
    people = prepared.people
    step = max(1, 4_000_000 // max(1, len(prepared.desires)))
    want, against = np.empty((len(people), len(columns))), np.empty((len(people), len(columns)))
    for first in range(0, len(people), step):
        w, _, a = posterior.probabilities(people[first : first + step])
        want[first : first + step], against[first : first + step] = w[:, columns], a[:, columns]
    return want, against


def _weakest_parts(
    prepared: _Prepared, modelled: tuple[Floats, Floats], columns: Ints, rng: np.random.Generator
) -> dict[int, float]:
    """Return for each column of the choice the mean net support of the latent part that supports it least.

    Parts are found by the model alone; what they want is what they answered, where they did.
    """
    parts = latent_parts(net_support(*modelled), rng=rng)
    want, against = (chances.copy() for chances in modelled)
    r = prepared.responses
    take_as_given(want[:, None], prepared.people, columns, r)
    take_as_given(against[:, None], prepared.people, columns, Responses(r.participant, r.desire, -r.stance))
    return dict(zip(columns.tolist(), weakest_part(net_support(want, against), parts).tolist(), strict=True))


def _choose(
    prepared: _Prepared,
    standing: Sequence[Standing],
    summary: Summary,
    want: Floats,
    columns: Ints,
    asked: int,
) -> tuple[int, ...]:
    """Return the places in `columns` of the lines, in reading order: the most common first."""
    candidates = [place for place, column in enumerate(columns) if standing[column] is Standing.ADMISSIBLE]
    desires = [prepared.desires[columns[place]] for place in candidates]
    alike = np.zeros((len(columns), len(columns)), bool)
    if candidates:
        texts = [desire.text for desire in desires]
        alike[np.ix_(candidates, candidates)] = similarity.alike_matrix(texts, settings.SIMILAR_MOST.value)
    wishes = [place for place, desire in zip(candidates, desires, strict=True) if not _like_fact(desire)]
    chosen = shares.expected_pav(want, asked, wishes, alike)
    if len(chosen) < asked:  # what reads like a fact about its author never takes a wish's place
        chosen = shares.expected_pav(want, asked, [*wishes, *set(candidates).difference(wishes)], alike, begin=chosen)
    return tuple(sorted(chosen, key=lambda place: -summary.worst[columns[place]]))


def _ground(
    prepared: _Prepared,
    posterior: Posterior | None,
    summary: Summary,
    errors: Summary,
    honest: CrossFitted,
    standing: Sequence[Standing],
    weakest: dict[int, float],
) -> list[CommonGround]:
    """Return the common ground of every canonical column; without circles where no posterior is given."""
    circles = [()] * len(standing) if posterior is None else _circle_supports(prepared, posterior)
    out = []
    for column, s in enumerate(standing):
        raw = None
        if np.isfinite(honest.worst[column]):
            raw = interval(float(honest.worst[column]), float(honest.error[column]), -0.5, 1.0)
        out.append(
            _entry(
                prepared,
                column,
                interval(float(summary.want[column]), float(errors.want[column]), 0.0, 1.0),
                interval(float(summary.against[column]), float(errors.against[column]), 0.0, 1.0),
                interval(float(summary.worst[column]), float(errors.worst[column]), -0.5, 1.0),
                weakest.get(column),
                raw,
                float(honest.against[column]) if raw is not None else None,
                s,
                circles[column],
            )
        )
    return out


def _circle_supports(prepared: _Prepared, posterior: Posterior) -> list[tuple[CircleSupport, ...]]:
    """Return for each canonical column the support of each circle of k or more, answers taken as given."""
    m, count = len(prepared.desires), len(prepared.order.circles)
    out: list[list[CircleSupport]] = [[] for _ in range(m)]
    r = prepared.responses
    for circle in range(count):
        members = prepared.people[prepared.order.circle_of[prepared.people] == circle]
        if not disclosure.enough(len(members)):
            continue
        want, _, against = posterior.probabilities(members)
        net = net_support(want, against)
        variance = want + settings.AGAINST_WEIGHT.value**2 * against - net**2
        inside = np.isin(r.participant, members)
        row, column = np.searchsorted(members, r.participant[inside]), r.desire[inside]
        net[row, column] = net_support((r.stance[inside] == 1) * 1.0, (r.stance[inside] == -1) * 1.0)
        variance[row, column] = 0.0
        answered = np.bincount(column, minlength=m)
        error = np.sqrt(variance.sum(0) + 0.25) / len(members)
        for d in range(m):
            estimate = interval(float(net[:, d].mean()), float(error[d]), -0.5, 1.0)
            out[d].append(CircleSupport(int(prepared.order.circles[circle]), estimate, int(answered[d])))
    return [tuple(sorted(supports, key=lambda s: s.circle)) for supports in out]


def _one_desire(
    prepared: _Prepared,
    honest: CrossFitted,
    summary: Summary,
    standing: Sequence[Standing],
    wants: _Wants,
    columns: Ints,
    chosen: tuple[int, ...],
    errors: Summary,
    rng: np.random.Generator,
) -> OneDesire:
    """Return the text, its share and its status, in canonical numbers."""
    line_columns = [int(columns[place]) for place in chosen]
    circle_of = prepared.order.circle_of
    count = len(prepared.order.circles)
    drawn, draws = wants.drawn, draw_count(len(prepared.people))
    rho, owed = shares.share_index(drawn, chosen)
    covered = interval(shares.coverage(drawn, chosen), errors.coverage, 0.0, 1.0) if chosen else None
    affirmed, fifth = text.line_conditions(prepared.responses, line_columns, honest, rng=rng)
    conditions = (
        Condition("measured", met=bool(chosen)),
        affirmed,
        fifth,
        text.every_part_condition(prepared.responses, line_columns, circle_of, count),
        *text.set_conditions(rho if chosen else None, covered),
        Condition("living", met=None),
    )
    likely = (wants.given >= 0.5).astype(np.float64)  # noqa: PLR2004
    return OneDesire(
        lines=text.make_lines(drawn, wants.modelled, chosen, columns.tolist(), disclosure.K),
        share_index=rho if chosen else None,
        next_desire=int(columns[owed]) if chosen and owed is not None else None,
        coverage=covered,
        lines_held=tuple(shares.lines_held(drawn, chosen).tolist()) if chosen else (),
        pairs=shares.expected_pairs(drawn, chosen, draws) if chosen else None,
        ejr_plus=shares.ejr_plus(likely, chosen)[0] if chosen else None,
        status=text.judge(conditions),
        conditions=conditions,
        circle_shares=text.circle_shares(
            drawn, chosen, columns.tolist(), circle_of[prepared.people], count, disclosure.K
        ),
        nearest=_nearest(summary, standing, line_columns),
    )


def _nearest(summary: Summary, standing: Sequence[Standing], lines: Sequence[int]) -> tuple[int, ...]:
    """Return the columns nearest to being common that are no lines: something stands in their way."""
    barred = (Standing.BELOW, Standing.AGAINST)
    found = [c for c in np.argsort(-summary.worst, kind="stable") if standing[c] in barred and c not in lines]
    return tuple(int(column) for column in found[:_NEAREST])


def _renumber(one: OneDesire, order: CanonicalOrder) -> OneDesire:
    """Return the same text with the gathering's own numbers of desires and circles."""

    def column(number: int | None) -> int | None:
        return None if number is None else int(order.desires[number])

    def circle(number: int | None) -> int | None:
        return None if number is None else int(order.circles[number])

    return replace(
        one,
        lines=tuple(replace(line, desire=int(order.desires[line.desire])) for line in one.lines),
        next_desire=column(one.next_desire),
        conditions=tuple(replace(c, line=column(c.line), circle=circle(c.circle)) for c in one.conditions),
        circle_shares=tuple(
            sorted(
                (
                    replace(s, circle=int(order.circles[s.circle]), next_desire=column(s.next_desire))
                    for s in one.circle_shares
                ),
                key=lambda s: s.circle,
            )
        ),
        nearest=tuple(int(order.desires[number]) for number in one.nearest),
    )
