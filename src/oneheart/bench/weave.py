"""Benchmark of texts: can the part that supports it least say it, and how many would it hurt?

Each method chooses its lines from one half of everybody's answers, drawn by lot; they are judged by the other half,
which it has not seen. Parts are declared ones where there are any, else opinion groups found on all answers. "Hurt" is
who spoke against half or more of the lines that they met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.predict import answers_of
from oneheart.bench.result import BenchResult, Gate, Progress
from oneheart.engine.analysis import analyze
from oneheart.engine.desire import shares
from oneheart.engine.prayer.choosing import text_columns
from oneheart.engine.prayer.weaving import concatenation, weave
from oneheart.model.desire import Moderation
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
LINES = 5
OURS = "oneheart"
FIRST = "most approved"
RIVALS = (FIRST, "Polis group-aware consensus", "PAV on answers given")
FIGURES = ("least part's support", "hurt", "lines", "held by authors only")
_ANSWERS_LEAST = 7  # people with fewer are not judged by, as others leave them out too
_PART_LEAST = 12
_SEEN_LEAST = 10


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return for each method the support of the weakest part and the share of people hurt, by held-out answers.

    And how many lines there are, and which share of them nobody but their authors wants, by all answers.

    Gates: on every conversation the weakest part supports our text more than the most approved, and no more are hurt;
    on average over conversations neither figure is worse than the best of the others.
    """
    found: dict[str, dict[str, Floats]] = {}
    skipped: list[str] = []
    total = len(gatherings) * repeats
    for place, (name, gathering) in enumerate(gatherings.items()):
        sums: dict[str, list[Tally]] = defaultdict(list)
        alone: dict[str, list[float]] = defaultdict(list)
        parts = parts_of(gathering, np.random.default_rng([seed, 0]))
        for repeat in range(repeats):
            chosen_from, judged_by = halves(gathering, np.random.default_rng([seed, 1, repeat]))
            for method, lines in texts(gathering, chosen_from, np.random.default_rng([seed, 2, repeat])).items():
                sums[method].append(judge(judged_by, lines, parts))
                alone[method].append(held_by_authors_only(gathering, lines))
            progress(place * repeats + repeat + 1, total, "weave")
        figures = {method: np.append(together(sums[method]), np.mean(alone[method])) for method in sums}
        if any(np.isnan(one[:2]).any() for one in figures.values()):
            skipped.append(f"{name}: too few answers are left to judge by.")
            continue
        found[name] = figures
    return _result(found, skipped)


def parts_of(gathering: Gathering, rng: np.random.Generator) -> Ints:
    """Return the part of each person, (N,), -1 for none: the declared circle, else the opinion group."""
    if len(gathering.circles) > 1 and gathering.circle_of is not None:
        return gathering.circle_of.astype(np.intp)
    answers = answers_of(gathering.responses, gathering.participant_count, gathering.desire_count)
    return rivals.polis_groups(answers, rng)


def halves(gathering: Gathering, rng: np.random.Generator) -> tuple[Responses, Responses]:
    """Return one half of all responses, drawn by lot, and the other half of those who gave seven or more."""
    r = gathering.responses
    first = rng.random(len(r)) < 0.5  # noqa: PLR2004  a half
    many = np.bincount(r.participant, minlength=gathering.participant_count)[r.participant] >= _ANSWERS_LEAST
    second = ~first & many
    return (
        Responses(r.participant[first], r.desire[first], r.stance[first]),
        Responses(r.participant[second], r.desire[second], r.stance[second]),
    )


def texts(gathering: Gathering, known: Responses, rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    """Return the lines of each method; nobody takes what hosts rejected or what is no wish."""
    n, m = gathering.participant_count, gathering.desire_count
    may = np.array([d.moderation is not Moderation.REJECTED and not d.is_meta for d in gathering.desires], bool)
    seen = answers_of(known, n, m)
    observed = np.zeros((n, m))
    observed[known.participant, known.desire] = known.stance == 1
    columns = np.flatnonzero(may)

    def top(value: Floats) -> tuple[int, ...]:
        return tuple(np.argsort(-np.where(may, value, -np.inf), kind="stable")[:LINES].tolist())

    half = Gathering(
        gathering.question,
        gathering.participants,
        gathering.desires,
        known,
        circles=gathering.circles,
        circle_of=gathering.circle_of,
    )
    lot = int(rng.integers(2**31))
    ours, _ = text_columns(half, analyze(half, seed=lot, lines=LINES), count=LINES, seed=lot)
    consensus = rivals.group_aware_consensus(seen, rivals.polis_groups(seen, rng))
    return {
        FIRST: top(rivals.item_mean(seen, seen.wants)),
        "Polis group-aware consensus": top(consensus),
        "PAV on answers given": tuple(columns[list(shares.expected_pav(observed[:, columns], LINES))].tolist()),
        OURS: ours,
    }


Tally = tuple[dict[int, tuple[int, int]], int, int, int]
"""By part (wants, answers) to the lines; people hurt; people who met a line; lines."""


def judge(answers: Responses, lines: tuple[int, ...], parts: Ints) -> Tally:
    """Return how people of each part answered these lines, and how many were hurt.

    Example:
        >>> judge(Responses.of([0, 0, 1], [0, 1, 0], [1, 1, -1]), (0, 1), np.array([0, 1]))
        ({0: (2, 2), 1: (0, 1)}, 1, 2, 2)
    """
    met = np.isin(answers.desire, np.asarray(lines, np.int64))
    person, stance = answers.participant[met], answers.stance[met]
    part = parts[person]
    by_part = {int(p): (int((stance[part == p] == 1).sum()), int((part == p).sum())) for p in np.unique(part) if p >= 0}
    seen = np.bincount(person, minlength=len(parts))
    against = np.bincount(person, weights=stance == -1, minlength=len(parts))
    hurt = int(((seen > 0) & (2 * against >= seen)).sum())
    return by_part, hurt, int((seen > 0).sum()), len(lines)


def held_by_authors_only(gathering: Gathering, lines: tuple[int, ...]) -> float:
    """Return the share of lines that nobody but their authors wants, by all answers, 0 to 1.

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
    others = np.bincount(wants[wants[:, 0] != author[wants[:, 1]], 1], minlength=len(author))
    return concatenation(weave(lines, gathering.desires), (others + 1).tolist(), [1] * len(author))


def together(tallies: list[Tally]) -> Floats:
    """Return the three figures of a method over all halves: least part's support, share hurt, lines; nan where none.

    Parts from which too few answers to these lines are held are not judged by.
    """
    wants: dict[int, int] = defaultdict(int)
    answers: dict[int, int] = defaultdict(int)
    for by_part, _, _, _ in tallies:
        for part, (yes, seen) in by_part.items():
            wants[part] += yes
            answers[part] += seen
    judged = [wants[part] / answers[part] for part in answers if answers[part] >= _SEEN_LEAST * len(tallies) / 2]
    met = sum(tally[2] for tally in tallies)
    return np.array(
        [
            min(judged) if judged else np.nan,
            sum(tally[1] for tally in tallies) / met if met else np.nan,
            float(np.mean([tally[3] for tally in tallies])),
        ]
    )


def _result(found: Mapping[str, Mapping[str, Floats]], skipped: list[str]) -> BenchResult:
    rows: list[tuple[str | float, ...]] = []
    gates: list[Gate] = []
    details: list[dict[str, Any]] = []
    for name, figures in found.items():
        for method, values in figures.items():
            rows.append((f"{name}: {method}", *values.tolist()))
            details.append({"conversation": name, "method": method, **dict(zip(FIGURES, values, strict=True))})
        ours, first = figures[OURS], figures[FIRST]
        better = bool(ours[0] > first[0] and ours[1] <= first[1])
        needed = f"above {first[0]:.3f}, at most {first[1]:.3f} ({FIRST})"
        gates.append(Gate(f"{name}: support, hurt", f"{ours[0]:.3f}, {ours[1]:.3f}", needed, better))
    if found:
        means = {method: np.mean([figures[method] for figures in found.values()], axis=0) for method in (*RIVALS, OURS)}
        rows += [(f"mean: {method}", *values.tolist()) for method, values in means.items()]
        support, widest = max((float(means[method][0]), method) for method in RIVALS)
        hurt, least = min((float(means[method][1]), method) for method in RIVALS)
        ours = means[OURS]
        gates += [
            Gate("mean support", f"{ours[0]:.3f}", f"at least {support:.3f} ({widest})", bool(ours[0] >= support)),
            Gate("mean hurt", f"{ours[1]:.3f}", f"at most {hurt:.3f} ({least})", bool(ours[1] <= hurt)),
        ]
    columns = ("text by", *FIGURES)
    return BenchResult(
        "The text and its weakest part", columns, tuple(rows), tuple(gates), tuple(skipped), tuple(details)
    )
