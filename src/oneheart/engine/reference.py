"""Reference implementations: each measure directly from its definition, by loops and exhaustive enumeration.

They share no code with the fast implementations. For tests, the command line and the benchmarks only.

Source: the definitions in docs/reference/measures.md; ours.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.response_model import ModelState
from oneheart.engine.prayer.frozen_model import FrozenModel
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]


def worst_fifth_by_definition(net: Floats, share: float = 0.2) -> list[float]:
    """Return for each desire the mean of the lowest `share` of people, the last of them counted in part.

    Example:
        >>> worst_fifth_by_definition(np.array([[1.0], [0.5], [0.0], [0.2], [0.9]]))
        [0.0]
    """
    n = len(net)
    out = []
    for column in net.T.tolist():
        left, total = n * share, 0.0
        for value in sorted(column):
            counted = min(1.0, left)
            total += counted * value
            left -= counted
            if left <= 1e-12:  # noqa: PLR2004  rounding
                break
        out.append(total / (n * share) if n else math.nan)
    return out


def support_of_every_part(net: Floats, size: int) -> list[float]:
    """Return for each desire the least mean support among all parts of this many people, by trying all of them.

    Example:
        >>> support_of_every_part(np.array([[1.0], [0.5], [0.0]]), 2)
        [0.25]
    """
    return [min(sum(part) / size for part in itertools.combinations(column, size)) for column in net.T.tolist()]


def harmonic(count: int) -> float:
    """Return 1 + 1/2 + ... + 1/count.

    Example:
        >>> harmonic(2)
        1.5
    """
    return sum(1.0 / place for place in range(1, count + 1))


def _outcomes(chances: Sequence[float]) -> list[tuple[int, float]]:
    """Return the distribution of the number of successes of independent trials, by enumerating all outcomes."""
    found = []
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        chance = math.prod(p if true else 1 - p for p, true in zip(chances, outcome, strict=True))
        found.append((sum(outcome), chance))
    return found


def harmonic_gain_by_definition(want: Floats, lines: Sequence[int]) -> list[float]:
    """Return E[1 / (1 + lines wanted)] of each person, over all outcomes.

    Example:
        >>> harmonic_gain_by_definition(np.array([[1.0, 0.5]]), [0, 1])
        [0.41666666666666663]
    """
    return [sum(p / (1 + s) for s, p in _outcomes([row[j] for j in lines])) for row in want.tolist()]


def pav_by_definition(want: Floats, lines: Sequence[int]) -> float:
    """Return the expected PAV score, over all outcomes of everybody.

    Example:
        >>> pav_by_definition(np.array([[1.0, 1.0], [0.5, 0.0]]), [0, 1])
        2.0
    """
    return sum(sum(p * harmonic(s) for s, p in _outcomes([row[j] for j in lines])) for row in want.tolist())


def best_set_by_enumeration(want: Floats, k: int) -> tuple[tuple[int, ...], float]:
    """Return the set of k columns of greatest expected PAV score, and that score, by trying all sets.

    Of several best sets the first in order of columns. O(M^k N 2^k).

    Example:
        >>> best_set_by_enumeration(np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1.0]]), 2)
        ((0, 2), 5.0)
    """
    scored = [(pav_by_definition(want, chosen), chosen) for chosen in itertools.combinations(range(want.shape[1]), k)]
    score, chosen = max(scored, key=lambda pair: pair[0])
    return chosen, score


def owed_by_definition(want: Floats, lines: Sequence[int]) -> dict[int, float]:
    """Return for every column that is no line: k times the mean of P(want) times the person's harmonic gain.

    The greatest of these is the share index. {} where there is no other column, no line or nobody.

    Example:
        >>> owed_by_definition(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1.0]]), [0])
        {1: 0.3333333333333333, 2: 0.5}
    """
    if not len(want) or not lines:
        return {}
    owed = harmonic_gain_by_definition(want, lines)
    rows = want.tolist()
    return {
        column: len(lines) * sum(row[column] * due for row, due in zip(rows, owed, strict=True)) / len(rows)
        for column in range(want.shape[1])
        if column not in lines
    }


def coverage_by_definition(want: Floats, lines: Sequence[int]) -> float:
    """Return the expected share of people who want at least one line, over all outcomes; 0 with nobody.

    Example:
        >>> coverage_by_definition(np.array([[0.5, 0.5], [0.0, 1.0]]), [0, 1])
        0.875
    """
    if not len(want):
        return 0.0
    return sum(sum(p for s, p in _outcomes([row[j] for j in lines]) if s) for row in want.tolist()) / len(want)


def lines_held_by_definition(want: Floats, lines: Sequence[int]) -> list[float]:
    """Return the expected share of people who want exactly 0, 1, .., k lines, over all outcomes.

    Example:
        >>> lines_held_by_definition(np.array([[1.0, 0.0], [0.5, 0.0]]), [0, 1])
        [0.25, 0.75, 0.0]
    """
    return [
        sum(sum(p for s, p in _outcomes([row[j] for j in lines]) if s == held) for row in want.tolist()) / len(want)
        for held in range(len(lines) + 1)
    ]


def pairs_by_loop(approvals: Floats, lines: Sequence[int]) -> float:
    """Return the share of pairs of people who both want some line, counted pair by pair; 0 below two people.

    Example:
        >>> pairs_by_loop(np.array([[1, 0], [1, 1], [0, 1.0]]), [0, 1])
        0.6666666666666666
    """
    found = [any(a[j] > 0 and b[j] > 0 for j in lines) for a, b in itertools.combinations(approvals.tolist(), 2)]
    return sum(found) / len(found) if found else 0.0


def expected_pairs_by_definition(want: Floats, lines: Sequence[int]) -> float:
    """Return the expected share of pairs with a line in common, over all outcomes of everybody: O(2^(N k)).

    Example:
        >>> expected_pairs_by_definition(np.array([[1.0], [0.5], [0.5]]), [0])
        0.41666666666666663
    """
    chances = [row[j] for row in want.tolist() for j in lines]
    total = 0.0
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        chance = math.prod(p if true else 1 - p for p, true in zip(chances, outcome, strict=True))
        wanted = np.array(outcome, np.float64).reshape(len(want), len(lines))
        total += chance * pairs_by_loop(wanted, range(len(lines))) if chance else 0.0
    return total


def ejr_plus_by_groups(approvals: Floats, lines: Sequence[int]) -> tuple[bool, float]:
    """Return whether EJR+ holds, and how near the most neglected group comes to its share, over all groups.

    For every group of people, every column that is no line and that they all want, and every level l from 1 to k: a
    group of at least l N / k people must have a member who wants l lines. The second number is the greatest size of
    a group without such a member, divided by l N / k. O(2^N M k).

    Example:
        >>> ejr_plus_by_groups(np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]]), [0])
        (True, 0.5)
    """
    n, k = len(approvals), len(lines)
    wanted = (approvals > 0).tolist()
    held = [sum(row[j] for j in lines) for row in wanted]
    fair, nearest = True, 0.0
    for size in range(1, n + 1):
        for group in itertools.combinations(range(n), size):
            together = [c for c in range(approvals.shape[1]) if c not in lines and all(wanted[i][c] for i in group)]
            for level in range(1, k + 1):
                if not together or any(held[i] >= level for i in group):
                    continue
                fair = fair and size * k < level * n
                nearest = max(nearest, size * k / (level * n))
    return fair, nearest


def surely_said_by_definition(good: int, heard: int, people: int, error: Fraction) -> Fraction:
    """Return the lower bound of a share of "yes" that gives the silent a quarter of the odds, by whole numbers.

    Every count of "yes" among the people is tried, from the lowest that is possible up to the share of the heard. The
    first under which the answers are likely enough is the bound for a random sample.

    Example:
        >>> surely_said_by_definition(9, 10, 10, Fraction(1, 20)), surely_said_by_definition(0, 0, 10, Fraction(1, 20))
        (Fraction(9, 10), Fraction(0, 1))
    """
    if heard == 0:
        return Fraction(0)
    bad = heard - good
    for yes in range(good, people - bad + 1):
        # uniform prior: each of the heard + 1 counts of "yes" among the heard is equally likely
        chance = Fraction(math.comb(yes, good) * math.comb(people - yes, bad), math.comb(people, heard))
        if chance > error * Fraction(1, heard + 1) or yes * heard >= people * good:
            break
    odds = Fraction(yes, people - yes) / 4 if yes < people else None
    silent = Fraction(1) if odds is None else odds / (1 + odds)
    return min(Fraction(yes, people), (good + silent * (people - heard)) / people)


def oneness_by_pairs(responses: Responses, desire_count: int) -> float | None:
    """Return the mean over desires of the mean product of the stances of all pairs who answered it.

    Desires with fewer than two answers are left out; None where none is left.

    Example:
        >>> oneness_by_pairs(Responses.of([0, 1, 2], [0, 0, 0], [1, 1, -1]), 1)
        -0.3333333333333333
    """
    means = []
    for desire in range(desire_count):
        stances = responses.stance[responses.desire == desire].astype(int).tolist()
        products = [a * b for a, b in itertools.combinations(stances, 2)]
        if products:
            means.append(sum(products) / len(products))
    return sum(means) / len(means) if means else None


def part_to_whole_by_loop(responses: Responses, participant_count: int) -> list[float]:
    """Return each person's mean product of own stance and the others' mean stance, nan where nobody else answered.

    Example:
        >>> part_to_whole_by_loop(Responses.of([0, 1, 2], [0, 0, 0], [1, 1, -1]), 3)
        [0.0, 0.0, -1.0]
    """
    rows = list(zip(responses.participant.tolist(), responses.desire.tolist(), responses.stance.tolist(), strict=True))
    out = []
    for person in range(participant_count):
        terms = []
        for who, desire, stance in rows:
            if who != person:
                continue
            others = [s for other, d, s in rows if d == desire and other != person]
            if others:
                terms.append(stance * sum(others) / len(others))
        out.append(sum(terms) / len(terms) if terms else math.nan)
    return out


def _polya_gamma_mean(square: float) -> float:
    """Return E[PG(1, c)] = tanh(c / 2) / (2 c) for c squared."""
    c = math.sqrt(max(square, 1e-10))
    return math.tanh(c / 2) / (2 * c)


def _moments(mean: Floats, covariance: Floats) -> Floats:
    """Return E[x x'] of a normal vector."""
    return np.outer(mean, mean) + covariance


def _one_more(moments: Floats, mean: Floats) -> Floats:
    """Return E[(1, v)(1, v)'] of x = (b, v): the row and column of b replaced by those of the constant."""
    out = moments.copy()
    out[0, :] = out[:, 0] = mean
    out[0, 0] = 1.0
    return out


def _with_first(moments: Floats, mean: Floats) -> Floats:
    """Return E[b (1, v)] of x = (b, v)."""
    out: Floats = moments[0].copy()
    out[0] = mean[0]
    return out


def _expected_square(a: Floats, a_moments: Floats, b: Floats, b_moments: Floats) -> float:
    """Return E[(b0 + a . (1, v))^2] for independent people's a and desires' (b0, v)."""
    quadratic = float((a_moments * _one_more(b_moments, b)).sum())
    cross = 2.0 * float(a @ _with_first(b_moments, b))
    return quadratic + cross + float(b_moments[0, 0])


def _head_answers(stance: int) -> tuple[tuple[int, float | None], ...]:
    """Return for (touch, direction) whether an answer informs the head, and its label minus one half."""
    return ((0, 0.5 if stance else -0.5), (1, 0.5 * stance if stance else None))


def probabilities_by_definition(state: ModelState, person: int, desire: int) -> tuple[float, float, float]:
    """Return P(want), P(not mine), P(against) of one person to one desire; at least one head must be in use.

    Per head logistic(mean / sqrt(1 + pi variance / 8)) of the predictor. A touch head left out means that everybody
    is touched; a direction head left out, that whoever is touched wants.
    """
    chances = []
    for part in (slice(0, state.heads.touch), slice(state.heads.touch, state.heads.size)):
        if part.stop == part.start:
            chances.append(1.0)
            continue
        a, b = state.person_mean[person, part], state.desire_mean[desire, part]
        a_moments = _moments(a, state.person_covariance[person, part, part])
        b_moments = _moments(b, state.desire_covariance[desire, part, part])
        mean = float(a[0] + b[0] + a[1:] @ b[1:])
        variance = _expected_square(a, a_moments, b, b_moments) - mean * mean
        chances.append(1.0 / (1.0 + math.exp(-mean / math.sqrt(1.0 + math.pi * variance / 8.0))))
    touched, toward = chances
    return touched * toward, 1.0 - touched, touched * (1.0 - toward)


def expected_support_by_definition(
    model: FrozenModel, answers: Sequence[tuple[int, int]], lines: Sequence[int], rounds: int = 8
) -> list[float]:
    """Return the net support of each line that a frozen model expects of one person, by their answers (place, stance).

    The person's numbers are fitted alone, with the numbers of all desires as if they were known exactly.
    """
    size, prior = model.size, model.covariance
    mean, covariance = np.zeros(size), prior.copy()
    rows = model.of_desires
    for _ in range(rounds):
        precision, right = np.linalg.inv(prior), np.zeros(size)
        for place, stance in answers:
            for head, yes in _head_answers(stance):
                name = ("touch", "direction")[head]
                part = dict(model.heads).get(name)
                if yes is None or part is None:
                    continue
                fact = np.zeros(size)
                fact[part] = rows[place, part]
                fact[part.start] = 1.0
                offset = float(rows[place, part.start])
                square = (fact @ mean + offset) ** 2 + fact @ covariance @ fact
                weight = _polya_gamma_mean(float(square))
                precision = precision + weight * np.outer(fact, fact)
                right = right + fact * (yes - weight * offset)
        covariance = np.linalg.inv(precision)
        mean = covariance @ right
    out = []
    for line in lines:
        touched = 1.0 if model.heads or model.always else 0.0
        chance = {"touch": touched, "direction": float(model.always >= 0)}
        for name, part in model.heads:
            fact = np.zeros(size)
            fact[part] = rows[line, part]
            fact[part.start] = 1.0
            eta = float(fact @ mean + rows[line, part.start])
            variance = float(fact @ covariance @ fact)
            chance[name] = 1.0 / (1.0 + math.exp(-eta / math.sqrt(1.0 + math.pi * variance / 8.0)))
        out.append(chance["touch"] * (chance["direction"] - 0.5 * (1.0 - chance["direction"])))
    return out


def sweep_by_definition(state: ModelState, responses: Responses) -> ModelState:
    """Return the state after one sweep: every person by their own answers, then every desire by all people's new ones.

    Both by the same rule: precision = prior precision + sum of weight times E[f f'], and its mean, where f is
    (1, tastes of the other side). O(responses D^2) in plain Python.
    """
    n, m = len(state.person_mean), len(state.desire_mean)
    parts = (slice(0, state.heads.touch), slice(state.heads.touch, state.heads.size))
    answers = list(
        zip(responses.participant.tolist(), responses.desire.tolist(), responses.stance.tolist(), strict=True)
    )
    person_mean, person_covariance = _half(
        n,
        [(i, j, y) for i, j, y in answers],
        (state.person_mean, state.person_covariance),
        (state.desire_mean, state.desire_covariance),
        (np.zeros(state.heads.size), state.person_prior_covariance),
        parts,
    )
    desire_mean, desire_covariance = _half(
        m,
        [(j, i, y) for i, j, y in answers],
        (state.desire_mean, state.desire_covariance),
        (person_mean, person_covariance),
        (state.desire_prior_mean, state.desire_prior_covariance),
        parts,
    )
    return replace(
        state,
        person_mean=person_mean,
        person_covariance=person_covariance,
        desire_mean=desire_mean,
        desire_covariance=desire_covariance,
    )


def _half(
    count: int,
    answers: Sequence[tuple[int, int, int]],
    own: tuple[Floats, Floats],
    other: tuple[Floats, Floats],
    prior: tuple[Floats, Floats],
    parts: Sequence[slice],
) -> tuple[Floats, Floats]:
    """Return the new means and covariances of one side, each from its answers (own number, other number, stance)."""
    prior_mean, prior_precision = prior[0], np.linalg.inv(prior[1])
    mean, covariance = np.zeros_like(own[0]), np.zeros_like(own[1])
    said: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for mine, theirs, stance in answers:
        said[mine].append((theirs, stance))
    for number in range(count):
        precision, right = prior_precision.copy(), prior_precision @ prior_mean
        for theirs, stance in said[number]:
            for head, kick in _head_answers(stance):
                part = parts[head]
                if kick is None or part.stop == part.start:
                    continue
                a, b = own[0][number, part], other[0][theirs, part]
                a_moments = _moments(a, own[1][number, part, part])
                b_moments = _moments(b, other[1][theirs, part, part])
                weight = _polya_gamma_mean(_expected_square(a, a_moments, b, b_moments))
                precision[part, part] += weight * _one_more(b_moments, b)
                right[part] += kick * np.concatenate([[1.0], b[1:]]) - weight * _with_first(b_moments, b)
        covariance[number] = np.linalg.inv(precision)
        mean[number] = covariance[number] @ right
    return mean, covariance
