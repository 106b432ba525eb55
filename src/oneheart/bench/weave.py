"""Benchmark of texts: can the least supportive part say the text, and how many people does it hurt?

Each method chooses its lines from a random half of everybody's answers; the lines are judged by the other half. Parts
are declared ones if there are any, else opinion groups found on all answers; only parts of twelve people or more are
judged. A person is "hurt" if they answered against half or more of the lines that they met.

All methods use the same halves and are judged by the same answers, so differences between two of them are more
precise than their figures. Within a conversation the standard error of a difference is the jackknife over halves. It
measures variation over halves of the same answers. On average over conversations, the error is over conversations:
what another conversation would show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.predict import answers_of
from oneheart.bench.result import BenchResult, Gate, Progress, beside_best, mean_and_error
from oneheart.bench.veto import mean_room, preferences
from oneheart.engine.analysis import analyze
from oneheart.engine.desire import shares
from oneheart.engine.desire.standing import Standing
from oneheart.engine.prayer.choosing import text_columns
from oneheart.engine.prayer.weaving import concatenation, weave
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LINES = 5
OURS = "oneheart"
FIRST = "most approved"
RIVALS = (FIRST, "Polis group-aware consensus", "PAV on answers given", "Community Notes")
WITHIN = "(Polis, of what no fifth refuses)"  # no rival: measures the cost of our own rule
FIGURES = ("least part's support", "hurt", "lines", "held by authors only", "room for a veto")
_ANSWERS_LEAST = 7  # people with fewer answers are left out, as by the rivals
_PART_LEAST, _PARTS_LEAST = 12, 2
_SEEN_LEAST = 10


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return for each method the support of the weakest part and the share of people hurt, by held-out answers.

    Also, by all answers, the number of lines, the share of them that only their authors want, and how far they are from
    the proportional veto core (see `oneheart.bench.veto`). In brackets and without a gate: Polis' consensus among the
    desires that our own rule admits, which measures the cost of that rule.

    Gates: on every conversation the weakest part supports our text more than the most approved, and no more people
    are hurt; on average over conversations its support is not below that of the best rival by more than one standard
    error over conversations, and no more people are hurt than by the best.
    """
    results: dict[str, dict[str, Figures]] = {}
    skipped: list[str] = []
    total, done = len(gatherings) * repeats, 0
    for name, gathering in gatherings.items():
        sums: dict[str, list[Tally]] = defaultdict(list)
        apart: dict[str, list[tuple[float, float]]] = defaultdict(list)
        parts = judging(gathering, parts_of(gathering, np.random.default_rng([seed, 0])))
        if len(np.unique(parts[parts >= 0])) < _PARTS_LEAST:
            skipped.append(f"{name}: fewer than two parts of {_PART_LEAST} people who gave {_ANSWERS_LEAST} answers.")
            total -= repeats
            continue
        room_of = rooms_for_a_veto(gathering, np.random.default_rng([seed, 3]))
        for repeat in range(repeats):
            chosen_from, judged_by = halves(gathering, np.random.default_rng([seed, 1, repeat]))
            for method, lines in texts(gathering, chosen_from, np.random.default_rng([seed, 2, repeat])).items():
                sums[method].append(judge(judged_by, lines, parts))
                apart[method].append((held_by_authors_only(gathering, lines), room_of(lines)))
            done += 1
            progress(done, total, "weave")
        figures = {method: figures_of(sums[method], apart[method]) for method in sums}
        if any(np.isnan(method_figures.values[:2]).any() for method_figures in figures.values()):
            skipped.append(f"{name}: too few answers are left to judge by.")
            continue
        results[name] = figures
    return _result(results, skipped)


def parts_of(gathering: Gathering, rng: np.random.Generator) -> Ints:
    """Return the part of each person, (N,), -1 for none: the declared circle, else the opinion group."""
    if len(gathering.circles) > 1 and gathering.circle_of is not None:
        return gathering.circle_of.astype(np.intp)
    answers = answers_of(gathering.responses, gathering.participant_count, gathering.desire_count)
    return rivals.polis_groups(answers, rng)


def judging(gathering: Gathering, parts: Ints) -> Ints:
    """Return the parts, with -1 for people of a part in which fewer than twelve people gave seven answers or more.

    Of a handful of people nobody can say what their part wants: their few answers decide the least of all parts.
    """
    answered = np.bincount(gathering.responses.participant, minlength=gathering.participant_count)
    can_judge = parts[(answered >= _ANSWERS_LEAST) & (parts >= 0)]
    size = np.bincount(can_judge, minlength=int(parts.max(initial=0)) + 1)
    return np.asarray(np.where((parts >= 0) & (size[parts] >= _PART_LEAST), parts, -1))


def rooms_for_a_veto(gathering: Gathering, rng: np.random.Generator) -> Callable[[tuple[int, ...]], float]:
    """Return the function from lines to their mean room for a veto, by all answers; nan without lines.

    People who gave seven answers judge, and compare a line with every desire that a method may choose.
    """
    answered = np.bincount(gathering.responses.participant, minlength=gathering.participant_count)
    judges = np.flatnonzero(answered >= _ANSWERS_LEAST)
    columns = np.flatnonzero(may_be_lines(gathering))
    wanted = preferences(gathering.responses, judges, gathering.desire_count, rng)[:, columns]
    place = {int(column): number for number, column in enumerate(columns)}
    found: dict[int, float] = {}
    return lambda lines: mean_room(wanted, [place[line] for line in lines], found)


def may_be_lines(gathering: Gathering) -> npt.NDArray[np.bool_]:
    """Return which desires a method may choose, (M,): neither rejected ones nor those that are no wish."""
    return np.array([d.moderation is not Moderation.REJECTED and not d.is_meta for d in gathering.desires], bool)


def halves(gathering: Gathering, rng: np.random.Generator) -> tuple[Responses, Responses]:
    """Return a random half of all responses, and the other half of people who gave seven or more."""
    r = gathering.responses
    first = rng.random(len(r)) < 0.5  # noqa: PLR2004  a half
    enough = np.bincount(r.participant, minlength=gathering.participant_count)[r.participant] >= _ANSWERS_LEAST
    second = ~first & enough
    return (
        Responses(r.participant[first], r.desire[first], r.stance[first]),
        Responses(r.participant[second], r.desire[second], r.stance[second]),
    )


def texts(gathering: Gathering, known: Responses, rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    """Return the lines of each method; rejected desires and those that are no wish are excluded."""
    n, m = gathering.participant_count, gathering.desire_count
    may = may_be_lines(gathering)
    answers = answers_of(known, n, m)
    observed = np.zeros((n, m))
    observed[known.participant, known.desire] = known.stance == 1
    columns = np.flatnonzero(may)

    def top(value: Floats, among: npt.NDArray[np.bool_] = may) -> tuple[int, ...]:
        count = min(LINES, int(among.sum()))
        return tuple(np.argsort(-np.where(among, value, -np.inf), kind="stable")[:count].tolist())

    half = Gathering(
        gathering.question,
        gathering.participants,
        gathering.desires,
        known,
        circles=gathering.circles,
        circle_of=gathering.circle_of,
    )
    lot = int(rng.integers(2**31))
    analysis = analyze(half, seed=lot, lines=LINES)
    our_lines, _ = text_columns(half, analysis, count=LINES, seed=lot)
    admitted = np.array([entry.standing is Standing.ADMISSIBLE for entry in analysis.common_ground], bool)
    consensus = rivals.group_aware_consensus(answers, rivals.polis_groups(answers, rng))
    intercepts = rivals.community_notes(answers, rng).desire
    return {
        FIRST: top(rivals.item_mean(answers, answers.wants)),
        "Polis group-aware consensus": top(consensus),
        "PAV on answers given": tuple(columns[list(shares.expected_pav(observed[:, columns], LINES))].tolist()),
        "Community Notes": top(intercepts),
        WITHIN: top(consensus, may & admitted),
        OURS: our_lines,
    }


Tally = tuple[dict[int, tuple[int, int]], int, int, int]
"""By part (wants, answers) to the lines; people hurt; people who met a line; lines."""


def judge(answers: Responses, lines: tuple[int, ...], parts: Ints) -> Tally:
    """Return the answers of each part to these lines, and the number of people hurt.

    Example:
        >>> judge(Responses.of([0, 0, 1], [0, 1, 0], [1, 1, -1]), (0, 1), np.array([0, 1]))
        ({0: (2, 2), 1: (0, 1)}, 1, 2, 2)
    """
    met = np.isin(answers.desire, np.asarray(lines, np.int64))
    person, stance = answers.participant[met], answers.stance[met]
    part = parts[person]
    by_part = {int(p): (int((stance[part == p] == 1).sum()), int((part == p).sum())) for p in np.unique(part) if p >= 0}
    answered = np.bincount(person, minlength=len(parts))
    against = np.bincount(person, weights=stance == -1, minlength=len(parts))
    hurt = int(((answered > 0) & (2 * against >= answered)).sum())
    return by_part, hurt, int((answered > 0).sum()), len(lines)


def held_by_authors_only(gathering: Gathering, lines: tuple[int, ...]) -> float:
    """Return the share of lines that only their own authors want, by all answers, 0 to 1.

    Example:
        >>> from oneheart.model.desire import Desire
        >>> said = (Desire("a", "bread", author=0), Desire("b", "peace", author=1))
        >>> answers = Responses.of([0, 1], [1, 1], [1, 1])
        >>> held_by_authors_only(Gathering("", ("x", "y"), said, answers), (0, 1))
        0.5
    """
    r = gathering.responses
    wants = np.unique(np.stack([r.participant, r.desire], 1)[r.stance == 1], axis=0)
    author = np.array([-1 if d.author is None else d.author for d in gathering.desires])
    want_count = np.bincount(wants[wants[:, 0] != author[wants[:, 1]], 1], minlength=len(author))
    return concatenation(weave(lines, gathering.desires), (want_count + 1).tolist(), [1] * len(author))


def together(tallies: list[Tally]) -> Floats:
    """Return three figures of a method over all halves: weakest part's support, share hurt, lines; nan if missing.

    Parts with too few held-out answers to these lines are not judged.
    """
    wants: dict[int, int] = defaultdict(int)
    answers: dict[int, int] = defaultdict(int)
    for by_part, _, _, _ in tallies:
        for part, (yes, answered) in by_part.items():
            wants[part] += yes
            answers[part] += answered
    judged = [wants[part] / answers[part] for part in answers if answers[part] >= _SEEN_LEAST * len(tallies) / 2]
    met = sum(tally[2] for tally in tallies)
    return np.array(
        [
            min(judged) if judged else np.nan,
            sum(tally[1] for tally in tallies) / met if met else np.nan,
            float(np.mean([tally[3] for tally in tallies])),
        ]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Figures of one method on one conversation.

    Attributes:
        values: the five figures, over all halves.
        without: (halves, 2) support and hurt without each half in turn (jackknife); () with fewer than two halves.
    """

    values: Floats
    without: Floats


def figures_of(tallies: list[Tally], apart: list[tuple[float, float]]) -> Figures:
    """Return the figures of a method from the results of each half.

    Args:
        tallies: of each half, see `judge`.
        apart: of each half the share of lines held by authors only, and the mean room for a veto; nan without lines.
    """
    rest = (
        [together(tallies[:left_out] + tallies[left_out + 1 :])[:2] for left_out in range(len(tallies))]
        if len(tallies) > 1
        else []
    )
    alone, rooms = np.array(apart).T
    room = rooms[np.isfinite(rooms)].mean() if np.isfinite(rooms).any() else np.nan
    return Figures(np.array([*together(tallies), alone.mean(), room]), np.array(rest).reshape(len(rest), 2))


def difference(ours: Figures, other: Figures) -> tuple[Floats, Floats]:
    """Return our figures minus the other's in support and in hurt, (2,), and the standard errors, (2,).

    The errors are nan with fewer than two halves, or if nothing can be judged without one of them.

    Example:
        >>> high = Figures(np.array([0.8, 0.1, 5, 0, 0]), np.array([[0.82, 0.1], [0.78, 0.1]]))
        >>> low = Figures(np.array([0.7, 0.1, 5, 0, 0]), np.array([[0.72, 0.12], [0.68, 0.08]]))
        >>> [part.round(3).tolist() for part in difference(high, low)]
        [[0.1, 0.0], [0.0, 0.02]]
    """
    apart = ours.without - other.without
    count = len(apart)
    error = np.sqrt((count - 1) * apart.var(0)) if count > 1 else np.full(2, np.nan)
    return ours.values[:2] - other.values[:2], np.asarray(error)


def mean_difference(results: Mapping[str, Mapping[str, Figures]], method: str) -> tuple[Floats, Floats]:
    """Return our figures minus a method's on average over conversations, (2,), and the errors over these, (2,).

    The errors are nan with one conversation.
    """
    apart = np.array([figures[OURS].values[:2] - figures[method].values[:2] for figures in results.values()])
    pairs = [mean_and_error(apart[:, place]) for place in (0, 1)]
    return np.array([mean for mean, _ in pairs]), np.array([error for _, error in pairs])


def _result(results: Mapping[str, Mapping[str, Figures]], skipped: list[str]) -> BenchResult:
    rows: list[tuple[str | float, ...]] = []
    gates: list[Gate] = []
    details: list[dict[str, Any]] = []
    for name, figures in results.items():
        for method, method_figures in figures.items():
            apart, error = difference(figures[OURS], method_figures)
            compared = _compared(apart, error) if method != OURS else {}
            rows.append((f"{name}: {method}", *method_figures.values.tolist()))
            details.append(
                {
                    "conversation": name,
                    "method": method,
                    **dict(zip(FIGURES, method_figures.values, strict=True)),
                    **compared,
                }
            )
        our_values, first = figures[OURS].values, figures[FIRST].values
        better = bool(our_values[0] > first[0] and our_values[1] <= first[1])
        words = _said(*difference(figures[OURS], figures[FIRST]))
        needed = f"above {first[0]:.3f}, at most {first[1]:.3f} ({FIRST}; {words})"
        gates.append(Gate(f"{name}: support, hurt", f"{our_values[0]:.3f}, {our_values[1]:.3f}", needed, better))
    if results:
        means = {
            method: np.mean([figures[method].values for figures in results.values()], axis=0)
            for method in (*RIVALS, WITHIN, OURS)
        }
        for method, values in means.items():
            rows.append((f"mean: {method}", *values.tolist()))
            if method != OURS:
                details.append(
                    {"mean over": len(results), "method": method, **_compared(*mean_difference(results, method))}
                )
        gates += [_mean_gate(results, place) for place in (0, 1)]
    columns = ("text by", *FIGURES)
    return BenchResult(
        "The text and its weakest part", columns, tuple(rows), tuple(gates), tuple(skipped), tuple(details)
    )


def _mean_gate(results: Mapping[str, Mapping[str, Figures]], place: int) -> Gate:
    """Return the gate of one figure (0 support, 1 hurt) on average over conversations."""
    by_method = {m: np.array([figures[m].values[place] for figures in results.values()]) for m in (OURS, *RIVALS)}
    ours = by_method.pop(OURS)
    if place == 0:
        return beside_best("mean support", ours, by_method, more_is_better=True)
    return beside_best("mean hurt", ours, by_method, more_is_better=False, within_error=False)


def _compared(apart: Floats, error: Floats) -> dict[str, float | None]:
    """Return the details of our figures minus another's, with standard errors (None if not known)."""
    return {
        f"ours above it, {name}{part}": float(value) if np.isfinite(value) else None
        for part, values in (("", apart), (", error", error))
        for name, value in zip(FIGURES[:2], values, strict=True)
    }


def _said(apart: Floats, error: Floats) -> str:
    """Return the two differences as text, with standard errors if they are known."""
    signs = [f"{value:+.3f}" + (f" ± {e:.3f}" if np.isfinite(e) else "") for value, e in zip(apart, error, strict=True)]
    return f"difference {', '.join(signs)}"
