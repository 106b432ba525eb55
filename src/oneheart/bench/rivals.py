"""The rival methods, each as its authors wrote it or stronger.

Arrays: ``i`` (participant), ``j`` (desire), ``y`` (stance -1, 0, 1), one entry per answer; N people, M desires. If a
rival had to be changed, the change is to its advantage and its docstring names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from oneheart.bench.clusters import k_means, nearest, silhouette

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_BASE_CLUSTERS = 100
_MOST_GROUPS = 5
_CLUSTERED_ANSWERS = 7
_CLUSTERED_LEAST = 15
_SMALLEST_GROUP = 2
_EXACT_MOST = 400
_EDGE = 1e-6
_TIE = 1e-12
_ASIDE = 0.1
_FLAT_SUM = 0.01  # slope of a summed error below which a mean error counts as least
PLAIN_STRENGTH = 0.1
STRENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers as three aligned arrays.

    Attributes:
        i: participant of each answer, 0 to n - 1.
        j: desire of each answer, 0 to m - 1.
        y: stance of each answer, -1, 0 or 1.
        n: N.
        m: M.
    """

    i: Ints
    j: Ints
    y: Floats
    n: int
    m: int

    @property
    def wants(self) -> Floats:
        """Return 1 for an answer that is a want, else 0."""
        return np.asarray(self.y == 1, np.float64)


def item_mean(answers: Answers, values: Floats, prior: float = 2.0) -> Floats:
    """Return each desire's mean of `values`, (M,), shrunk towards the overall mean by `prior` answers.

    Example:
        >>> a = Answers(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 0.0]), 2, 2)
        >>> item_mean(a, a.wants).tolist()
        [0.5, 0.5]
    """
    count = np.bincount(answers.j, minlength=answers.m)
    total = np.bincount(answers.j, values, minlength=answers.m)
    return np.asarray((total + prior * values.mean()) / (count + prior))


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Polis' plane.

    Attributes:
        people: (N, 2) position of each person.
        extremity: (M,) distance of each desire from the centre.
    """

    people: Floats
    extremity: Floats


def polis_plane(answers: Answers, rng: np.random.Generator) -> Plane:
    """Return people and desires in two dimensions, as Polis projects them.

    Missing answers become the desire's mean, and two principal components are computed. A person's position uses
    their answers only, scaled by sqrt(M / answers). A desire's position is that of a person who agreed to it and
    answered nothing else.

    Source:
        compdemocracy/polis:math/src/polismath/math/pca.clj (`sparsity-aware-project-ptpt`, `pca-project-cmnts`).
            Power
        iteration is replaced by an exact decomposition, or by subspace iteration where both sides pass 400.
    """
    count = np.bincount(answers.j, minlength=answers.m)
    mean = np.bincount(answers.j, answers.y, minlength=answers.m) / np.maximum(count, 1)
    filled = np.zeros((answers.n, answers.m))
    filled[answers.i, answers.j] = answers.y - mean[answers.j]  # an imputed cell is the mean, so its deviation is 0
    if min(filled.shape) > _EXACT_MOST:
        basis = rng.normal(size=(answers.m, 8))
        for _ in range(30):
            basis, _ = np.linalg.qr(filled.T @ (filled @ basis))
        turn = np.linalg.svd(filled @ basis, full_matrices=False)[2]
        components = (basis @ turn.T)[:, :2].T
    else:
        components = np.linalg.svd(filled, full_matrices=False)[2][:2]
    answered = np.bincount(answers.i, minlength=answers.n)
    people = filled @ components.T * np.sqrt(answers.m / np.maximum(answered, 1))[:, None]
    extremity = np.sqrt(answers.m) * np.abs(1 - mean) * np.sqrt((components**2).sum(0))
    return Plane(people, np.asarray(extremity))


def polis_groups(answers: Answers, rng: np.random.Generator) -> Ints:
    """Return the opinion group of each person, (N,): two to five groups chosen by silhouette; one if none is clear.

    Only people with seven answers (or answers to all) form the groups, and at least the fifteen most active. More
    than a hundred people are first merged into a hundred base clusters, and the silhouette is that of the base
    clusters. The others join the nearest group.

    Source:
        compdemocracy/polis:math/src/polismath/math/conversation.clj, clusters.clj. To its advantage here: best of
        three k-means++ beginnings instead of the first points of the matrix; no group of a single point may win (a
        flaw seen in production); people with few answers get a group too. Not here: smoothing over earlier updates.
    """
    place = polis_plane(answers, rng).people
    answered = np.bincount(answers.i, minlength=answers.n)
    inside = np.flatnonzero(answered >= min(_CLUSTERED_ANSWERS, answers.m))
    if len(inside) < _CLUSTERED_LEAST:
        inside = np.argsort(-answered, kind="stable")[:_CLUSTERED_LEAST]
    points, weight = place[inside], np.ones(len(inside))
    if len(points) > _BASE_CLUSTERS:
        points, label = k_means(points, _BASE_CLUSTERS, rng, restarts=1, rounds=20)
        weight = np.bincount(label, minlength=len(points)).astype(float)
        points, weight = points[weight > 0], weight[weight > 0]
    best, centres = -2.0, None
    for k in range(2, min(_MOST_GROUPS, 2 + len(points) // 12) + 1):
        k_centres, label = k_means(points, k, rng, weight=weight)
        if len(k_centres) < k or np.bincount(label, minlength=k).min() < _SMALLEST_GROUP:
            continue
        score = silhouette(points, label)
        if score > best:
            best, centres = score, k_centres
    return np.zeros(answers.n, np.intp) if centres is None else nearest(place, centres)


def group_rates(answers: Answers, values: Floats, group: Ints) -> Floats:
    """Return (A + 1) / (S + 2) for each group and desire, (groups, M): smoothed means of `values` (0 or 1).

    Example:
        >>> a = Answers(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 2, 1)
        >>> group_rates(a, a.wants, np.array([0, 0])).tolist()
        [[0.75]]
    """
    groups = int(group.max()) + 1
    flat = group[answers.i] * answers.m + answers.j
    yes = np.bincount(flat, values, minlength=groups * answers.m)
    answered = np.bincount(flat, minlength=groups * answers.m)
    return np.asarray(((yes + 1) / (answered + 2)).reshape(groups, answers.m))


def group_aware_consensus(answers: Answers, group: Ints) -> Floats:
    """Return Polis' group-aware consensus of each desire, (M,), 0 to 1: the product over groups of smoothed agreement.

    Source:
        compdemocracy/polis:math/src/polismath/math/conversation.clj (`:group-aware-consensus`). To its advantage: the
        answers of all people are counted, not only of those with seven answers.
    """
    return np.asarray(group_rates(answers, answers.wants, group).prod(0))


def polis_routing_weights(answers: Answers, extremity: Floats) -> Floats:
    """Return Polis' priority of each desire to be shown next, (M,), the same for all people.

    ((1 - (P+1)/(S+2)) (E+1) (A+1)/(S+2) (1 + 8 * 2^(-S/5)))^2 where A people agreed, P passed, S saw it, and E is the
    distance of the desire from the centre. The next card is drawn at random with these odds.

    Source:
        compdemocracy/polis:math/src/polismath/math/conversation.clj (`importance-metric`, `priority-metric`),
        server/src/server.ts (`selectProbabilistically`). To its advantage: all answers are counted, and at once.

    Example:
        >>> a = Answers(np.array([0]), np.array([0]), np.array([1.0]), 1, 1)
        >>> polis_routing_weights(a, np.zeros(1)).round(4).tolist()
        [12.5297]
    """
    answered = np.bincount(answers.j, minlength=answers.m)
    agreed = np.bincount(answers.j, answers.wants, minlength=answers.m)
    passed = np.bincount(answers.j, (answers.y == 0).astype(float), minlength=answers.m)
    keep = (1 - (passed + 1) / (answered + 2)) * (extremity + 1) * (agreed + 1) / (answered + 2)
    return np.asarray((keep * (1 + 8 * 2.0 ** (-answered / 5))) ** 2)


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """A factorisation: mean + person + desire + person's factors times desire's factors.

    Attributes:
        mean: overall mean.
        person: (N,) intercepts of people.
        desire: (M,) intercepts of desires.
        person_taste: (N, K) factors of people.
        desire_taste: (M, K) factors of desires.
    """

    mean: float
    person: Floats
    desire: Floats
    person_taste: Floats
    desire_taste: Floats

    def at(self, i: Ints, j: Ints) -> Floats:
        """Return the linear value of the pairs (i[k], j[k]); as long as `i`."""
        product = (self.person_taste[i] * self.desire_taste[j]).sum(1)
        return np.asarray(self.mean + self.person[i] + self.desire[j] + product)


Loss = Callable[[Floats], tuple[float, Floats]]
"""From predictions to (loss, its derivative by each prediction)."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """Weights of the sums of squares of mean, person, desire, person's factors and desire's factors."""

    mean: float
    person: float
    desire: float
    person_taste: float
    desire_taste: float


def objective(answers: Answers, loss: Loss, penalty: Penalty, rank: int) -> Loss:
    """Return the function from the parameter vector to (loss plus penalties, its exact gradient)."""
    n, m = answers.n, answers.m

    def value_and_gradient(x: Floats) -> tuple[float, Floats]:
        f = _open_up(x, n, m, rank)
        value, slope = loss(f.at(answers.i, answers.j))
        value += (
            penalty.mean * f.mean**2
            + penalty.person * float((f.person**2).sum())
            + penalty.desire * float((f.desire**2).sum())
            + penalty.person_taste * float((f.person_taste**2).sum())
            + penalty.desire_taste * float((f.desire_taste**2).sum())
        )
        to_person = [np.bincount(answers.i, slope * f.desire_taste[answers.j, r], minlength=n) for r in range(rank)]
        to_desire = [np.bincount(answers.j, slope * f.person_taste[answers.i, r], minlength=m) for r in range(rank)]
        gradient = [
            np.array([slope.sum() + 2 * penalty.mean * f.mean]),
            np.bincount(answers.i, slope, minlength=n) + 2 * penalty.person * f.person,
            np.bincount(answers.j, slope, minlength=m) + 2 * penalty.desire * f.desire,
            (np.stack(to_person, 1) + 2 * penalty.person_taste * f.person_taste).ravel(),
            (np.stack(to_desire, 1) + 2 * penalty.desire_taste * f.desire_taste).ravel(),
        ]
        return value, np.concatenate(gradient)

    return value_and_gradient


def _open_up(x: Floats, n: int, m: int, rank: int) -> Factors:
    """Return the factorisation of a parameter vector."""
    mean, person, desire, of_person, of_desire = np.split(x, np.cumsum([1, n, m, n * rank]))
    return Factors(float(mean[0]), person, desire, of_person.reshape(n, rank), of_desire.reshape(m, rank))


def _factorise(
    answers: Answers, loss: Loss, penalty: Penalty, tastes: Floats, rounds: int, flat: float = 1e-5
) -> Factors:
    """Return the factorisation that minimises loss plus penalties, by L-BFGS from these initial factors.

    It ends where no slope is above `flat`.
    """
    n, m = answers.n, answers.m
    rank = len(tastes) // (n + m)
    first = np.concatenate([np.zeros(1 + n + m), tastes])
    value = objective(answers, loss, penalty, rank)
    solution = minimize(value, first, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "gtol": flat})
    return _open_up(solution.x, n, m, rank)


def community_notes(
    answers: Answers, rng: np.random.Generator, *, target: Floats | None = None, rounds: int = 300
) -> Factors:
    """Return the Community Notes factorisation; `desire` is the bridging score.

    Mean squared error + .03 mean f^2 (people) + .03 mean f^2 (desires) + .15 mean i^2 (both) + .15 mu^2, one factor.

    Args:
        answers: training answers.
        rng: random initial factors.
        target: fitted values, one per answer; None for 0, 0.5, 1 (against, not mine, want), as in the original.
        rounds: most L-BFGS iterations; it usually converges before.

    Source:
        twitter/communitynotes:scoring/src/scoring/matrix_factorization/matrix_factorization.py (`_get_reg_loss`,
        means and not sums). Adam is replaced by L-BFGS on the same objective; no filters of raters and notes, which
        would leave nothing of gatherings of this size.
    """
    wished = (answers.y + 1) / 2 if target is None else target
    n, m, tastes = answers.n, answers.m, _first_tastes(answers, rng)
    flat = _FLAT_SUM / max(len(wished), 1)  # of a mean over many answers all slopes are small long before its least
    return _factorise(answers, squared_error(wished), notes_penalty(n, m), tastes, rounds, flat)


def _first_tastes(answers: Answers, rng: np.random.Generator) -> Floats:
    """Return one initial factor for each person and desire (Xavier initialisation, as in the original)."""
    n, m = answers.n, answers.m
    return np.asarray(rng.uniform(-1, 1, n + m) * np.sqrt(6 / np.repeat([n + 1.0, m + 1.0], [n, m])))


def notes_penalty(n: int, m: int) -> Penalty:
    """Return the weights of Community Notes' penalties, as weights of sums."""
    return Penalty(0.15, 0.15 / n, 0.15 / m, 0.03 / n, 0.03 / m)


def squared_error(target: Floats) -> Loss:
    """Return the mean squared error from `target`."""

    def loss(prediction: Floats) -> tuple[float, Floats]:
        error = prediction - target
        return float((error**2).mean()), 2 * error / len(target)

    return loss


def logistic_error(target: Floats) -> Loss:
    """Return the summed logistic loss of `target` (0 or 1)."""

    def loss(prediction: Floats) -> tuple[float, Floats]:
        value = np.logaddexp(0, prediction).sum() - (target * prediction).sum()
        return float(value), np.asarray(expit(prediction) - target)

    return loss


def logistic_factors(
    answers: Answers, strength: float, rng: np.random.Generator, *, rank: int = 2, rounds: int = 200
) -> Factors:
    """Return the logistic factorisation of "wants it", with a ridge on tastes and half of it on intercepts.

    Loss: sum of logistic errors + strength / 2 (sum of squared tastes) + strength / 4 (sum of squared intercepts).

    Source:
        The usual one, e.g. Johnson (2014), "Logistic matrix factorization for implicit feedback data", without weights.
    """
    penalty = Penalty(0.0, strength / 4, strength / 4, strength / 2, strength / 2)
    tastes = rng.normal(0, 0.3, rank * (answers.n + answers.m))
    return _factorise(answers, logistic_error(answers.wants), penalty, tastes, rounds)


def tuned_logistic(answers: Answers, rng: np.random.Generator) -> tuple[Factors, float]:
    """Return the logistic factorisation and its strength, tuned on a tenth of these answers that is held out.

    It is the strong rival without knowledge of the test answers. Seven strengths from 1/4 to 16 are tried.
    """
    aside = rng.random(len(answers.y)) < _ASIDE
    inner = replace(answers, i=answers.i[~aside], j=answers.j[~aside], y=answers.y[~aside])
    wants, begin = answers.wants[aside], int(rng.integers(2**32))

    def cost(strength: float) -> float:
        fitted = logistic_factors(inner, strength, np.random.default_rng(begin))
        value = fitted.at(answers.i[aside], answers.j[aside])
        return float((np.logaddexp(0, value) - wants * value).mean()) if aside.any() else strength

    best = min(STRENGTHS, key=cost)
    return logistic_factors(answers, best, np.random.default_rng(begin)), best


def log_loss(chance: Floats, happened: npt.NDArray[np.bool_]) -> float:
    """Return the mean negative log-probability of the observed answers; probabilities are clipped to 1e-6."""
    p = np.clip(chance, _EDGE, 1 - _EDGE)
    return float(-np.where(happened, np.log(p), np.log(1 - p)).mean())


def equal_shares(approvals: Floats, k: int, *, completed: bool = False) -> tuple[int, ...]:
    """Return up to k columns by the method of equal shares on 0/1 approvals (N, M); fewer if the budget runs out.

    Everybody has k / N to spend, and a line costs 1. Each step buys the line whose largest single payment is least.
    Ties go to the lower column.

    Args:
        approvals: (N, M), 1 where a person wants a desire.
        k: how many lines.
        completed: whether lines that money does not reach are added by Phragmén's sequential rule. It begins with
            loads of minus what everybody has left. So it is in abcvoting, where this is the usual rule.

    Source:
        Peters & Skowron (2020), "Proportionality and the limits of welfarism"; checked against a definition in
        fractions. The completion is that of martinlackner/abcvoting:abcvoting/abcrules.py (`_equal_shares_algorithm`
        with `completion="seqphragmen"`, `_seqphragmen_resolute`).

    Example:
        >>> equal_shares(np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]]), 2)
        (0, 1)
        >>> wide = np.array([[1, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]])
        >>> equal_shares(wide, 2), equal_shares(wide, 2, completed=True)
        ((0,), (0, 1))
    """
    n, m = approvals.shape
    money = np.full(n, k / n)
    bought: list[int] = []
    while len(bought) < k:
        best, price = None, np.inf
        for c in range(m):
            if c in bought:
                continue
            cost = _price(money[approvals[:, c] > 0])
            if cost < price - 1e-12:
                best, price = c, cost
        if best is None:
            break
        supporters = approvals[:, best] > 0
        money[supporters] -= np.minimum(money[supporters], price)
        bought.append(best)
    return phragmen(approvals, k, -money, bought) if completed else tuple(bought)


def phragmen(approvals: Floats, k: int, load: Floats, chosen: Sequence[int] = ()) -> tuple[int, ...]:
    """Return k columns (M where there are fewer) by Phragmén's sequential rule, after those already chosen.

    A line is a load of 1, shared by all who approve it. Each step adds the line after which the greatest load of its
    supporters is least. Lines that nobody approves come last. Ties go to the lower column.

    Args:
        approvals: (N, M), 1 where a person wants a desire.
        k: how many lines.
        load: (N,) loads at the beginning, may be below zero.
        chosen: columns that are chosen already.

    Source:
        Phragmén (1894), as in martinlackner/abcvoting:abcvoting/abcrules.py (`_seqphragmen_resolute`).

    Example:
        >>> phragmen(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]]), 2, np.zeros(3))
        (0, 1)
    """
    load, lines = load.copy(), list(chosen)
    supporters = approvals > 0
    count = supporters.sum(0)
    while len(lines) < min(k, approvals.shape[1]):
        greatest = np.where(count > 0, (load @ supporters + 1) / np.maximum(count, 1), np.inf)
        left = [c for c in range(approvals.shape[1]) if c not in lines]
        least = min(float(greatest[c]) for c in left)
        best = next(c for c in left if greatest[c] <= least + _TIE)
        load[supporters[:, best]] = greatest[best]
        lines.append(best)
    return tuple(lines)


def _price(purses: Floats) -> float:
    """Return the least largest payment with which these people can buy one line together; inf if they cannot."""
    if purses.sum() < 1 - 1e-9:
        return np.inf
    ordered = np.sort(purses)
    paid = 0.0
    for rank, purse in enumerate(ordered):
        price = (1 - paid) / (len(ordered) - rank)
        if price <= purse + 1e-12:
            return float(price)
        paid += purse
    return float(ordered[-1])
