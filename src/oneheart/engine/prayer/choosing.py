"""Selection of the lines of a text: common ground first, the rest by proportional share.

A set of lines chosen by share alone can go against people, because one part's desire may go against another part. So
lines are taken in this order:

1. Desires that the least supportive people want: common ground, ordered by the mean of worst fifth and weakest part.
2. Where these do not fill the text, the expected PAV score decides among the other admissible desires.
3. While the share index is above 1, some part has too few lines. The desire that it is owed replaces the last line.
4. Lines that nobody is owed are exchanged so that more people have at least one.

A text gets fewer lines rather than a lower threshold.

Source: ours; share index of the expected PAV score (Thiele 1895).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.analysis import Analysis
from oneheart.engine.candidates import choose_places
from oneheart.engine.canonical import canonical_order
from oneheart.engine.desire import response_model as model
from oneheart.engine.desire import shares
from oneheart.engine.desire.calibration import Calibrated, Calibration
from oneheart.engine.desire.common_ground import CommonGround
from oneheart.engine.desire.same_wish import SameWishes, same_wishes
from oneheart.engine.desire.standing import Standing
from oneheart.engine.desire.wants import draw_count, drawn_wants
from oneheart.engine.prayer.covering import cover
from oneheart.engine.prayer.frozen_model import DESIRES_MOST, FrozenModel, freeze
from oneheart.engine.prayer.weaving import CORE
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
COMMON_LEAST = 0.2  # least net support of the worst fifth and of the weakest part
_LINES = ((12, 3), (100, 5), (500, 7))
_MOST_LINES = 9


def text_line_count(people: int) -> int:
    """Return the most lines of a text for so many people: 3, 5, 7 or 9.

    With nine lines a ninth of the people has a share of its own.

    Example:
        >>> [text_line_count(people) for people in (10, 60, 300, 1000)]
        [3, 5, 7, 9]
    """
    return next((lines for most, lines in _LINES if people <= most), _MOST_LINES)


def support_of_the_least(ground: CommonGround) -> tuple[float, float]:
    """Return the mean and the minimum of the net support of the worst fifth and of the weakest part, -0.5 to 1 each.

    The worst fifth is that of the model's best guesses, which is steady; the one over draws only bars desires.

    Both are the worst fifth's where no parts are known.
    """
    worst, weakest = ground.rank_value, ground.weakest_part
    return (worst, worst) if weakest is None else ((worst + weakest) / 2, min(worst, weakest))


def choose(
    support: Sequence[tuple[float, float]], want: Floats, count: int, alike: npt.NDArray[np.bool_]
) -> tuple[int, ...]:
    """Return the places of at most `count` lines among the candidates, by the steps of this module.

    The first two lines of common ground are never replaced.

    Args:
        support: for each candidate the two numbers of `support_of_the_least`. The first orders the candidates; the
            second, compared with `COMMON_LEAST`, tells whether one is common ground.
        want: (rows, candidates) P(want), 0 to 1; rows are people, or the posterior draws of people (see `wants`).
        count: the most lines.
        alike: (candidates, candidates) pairs that must not stand in one text.

    Notes:
        O(lines N candidates).

    Example:
        >>> want = np.array([[1, 1, 1, 0]] * 3 + [[0, 0, 0, 1]] * 2, float)
        >>> support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0)]
        >>> choose(support, want, 3, np.zeros((4, 4), bool))  # two fifths of the people are owed the fourth
        (0, 1, 3)
    """
    common: list[int] = []
    for place in sorted(range(len(support)), key=lambda place: (-support[place][0], place)):
        if len(common) < count and support[place][1] >= COMMON_LEAST and not alike[place, common].any():
            common.append(place)
    lines = list(shares.expected_pav(want, count, None, alike, begin=common))
    for last in range(len(lines) - 1, CORE - 1, -1):
        index, owed = shares.share_index(want, lines)
        others = [line for line in lines if line != lines[last]]
        if index <= 1 or owed is None or alike[owed, others].any():
            break
        lines[last] = owed
    return cover(want, lines, keep=len(common), alike=alike)


def admissible_columns(analysis: Analysis) -> list[int]:
    """Return the columns of the desires that may be lines of a text, the most common first; facts are none."""
    ground = analysis.common_ground
    return [c for c in analysis.ranking if ground[c].standing is Standing.ADMISSIBLE and not ground[c].is_fact]


def text_columns(
    gathering: Gathering,
    analysis: Analysis,
    *,
    count: int,
    seed: int,
    ranked: Floats | None = None,
    same: SameWishes | None = None,
) -> tuple[tuple[int, ...], Floats]:
    """Return the columns of the text's lines, not yet in reading order, and P(want) for them, (N S, lines).

    The rows are those of `wants`: S posterior draws of each of N people.

    Args:
        gathering: the gathering.
        analysis: its analysis; no lines are chosen where it was not measured.
        count: the most lines.
        seed: seed of all random draws.
        ranked: cached result of `wants` for `analysis.ranking` with this seed, to save one fit.
        same: cached result of `same_wishes` for `admissible_columns(analysis)`.

    Notes:
        One fit, unless `ranked` is given, then O(N candidates).

    Example:
        >>> from oneheart.engine.analysis import analyze
        >>> few = Gathering("", ("a",), (), Responses.of([], [], []))
        >>> text_columns(few, analyze(few), count=3, seed=0)[0]
        ()
    """
    columns = admissible_columns(analysis)
    if not analysis.measured or not columns:
        return (), np.zeros((len(gathering.participants), 0))
    if ranked is None:
        want = wants(gathering, columns, seed, analysis.calibration)
    else:
        place = {column: number for number, column in enumerate(analysis.ranking)}
        want = ranked[:, [place[column] for column in columns]]
    alike = (same_wishes(gathering.desires, columns, gathering.responses) if same is None else same).together
    support = [support_of_the_least(analysis.common_ground[c]) for c in columns]
    is_fact = [analysis.common_ground[c].looks_like_fact for c in columns]

    def of_wishes(wishes: Sequence[int]) -> Sequence[int]:
        chosen = choose([support[p] for p in wishes], want[:, wishes], count, alike[np.ix_(wishes, wishes)])
        return [wishes[place] for place in chosen]

    places = choose_places(want, count, range(len(columns)), alike, is_fact, of_wishes=of_wishes)
    return tuple(columns[place] for place in places), want[:, list(places)]


@dataclass(frozen=True, slots=True, eq=False)
class WantModel:
    """The model from whose draws lines are chosen, fitted in the canonical order.

    Attributes:
        posterior: fitted to `responses`.
        responses: the answers, with a want of each author for their own desire, in canonical numbers.
        row: (N,) canonical number of each person of the gathering.
        column: (M,) canonical number of each desire of the gathering.
        rng: draws what follows.
    """

    posterior: model.Posterior
    responses: Responses
    row: npt.NDArray[np.intp]
    column: npt.NDArray[np.intp]
    rng: np.random.Generator


def want_model(gathering: Gathering, seed: int) -> WantModel:
    """Return the model from whose draws lines are chosen. One fit; numbering people anew changes nothing."""
    order = canonical_order(gathering)
    row, column = np.argsort(order.people), np.argsort(order.desires)
    answers = with_own_wants(gathering)
    responses = Responses.of(row[answers.participant], column[answers.desire], answers.stance)
    rng = np.random.default_rng(seed)
    posterior = model.fit(responses, len(order.people), len(order.desires), rng=rng)
    return WantModel(posterior, responses, row, column, rng)


def wants(
    gathering: Gathering,
    columns: Sequence[int],
    seed: int,
    calibration: Calibration,
    *,
    using: WantModel | None = None,
) -> Floats:
    """Return calibrated P(want) of these columns in S draws of each of N people, (N S, columns): see `drawn_wants`.

    Rows are in the gathering's order. Drawing is done in the canonical order, so that numbering changes nothing.

    Args:
        gathering: the gathering.
        columns: of the desires that are asked for.
        seed: seed of all random draws.
        calibration: how the model's chances are corrected: that of the analysis of the same gathering.
        using: result of `want_model` with this seed that was not used before, to save one fit.
    """
    fit = want_model(gathering, seed) if using is None else using
    people = len(fit.row)
    columns_there = fit.column[list(columns)]
    chances = Calibrated(fit.posterior, None, calibration)
    wants = drawn_wants(chances, np.arange(people), columns_there, fit.responses, rng=fit.rng)
    drawn: Floats = wants.astype(np.float64, copy=False)
    return drawn.reshape(people, draw_count(people), len(columns))[fit.row].reshape(drawn.shape)


def frozen(using: WantModel, first: Sequence[int], names: Sequence[int]) -> FrozenModel:
    """Return the frozen model of the desires that ten people or more answered, at most three hundred.

    Args:
        using: the fitted model.
        first: columns that come first, those of the text and what may replace its lines.
        names: (M,) name of each desire in the frozen model.

    Notes:
        O(M log M).
    """
    count = np.bincount(using.responses.desire, minlength=len(using.column))[using.column]
    others = np.argsort(-count, kind="stable").tolist()
    enough = [column for column in dict.fromkeys((*first, *others)) if disclosure.twice_enough(int(count[column]))]
    kept = enough[:DESIRES_MOST]
    return freeze(using.posterior, using.column[kept], [names[column] for column in kept])


def own_wants(gathering: Gathering) -> Responses:
    """Return a want of each author for their own desire."""
    authors = [(desire.author, n) for n, desire in enumerate(gathering.desires) if desire.author is not None]
    return Responses.of([author for author, _ in authors], [column for _, column in authors], [1] * len(authors))


def with_own_wants(gathering: Gathering) -> Responses:
    """Return the responses with a want of each author for their own desire; an answer that they gave overrides it."""
    own, answers = own_wants(gathering), gathering.responses
    return Responses.of(
        np.concatenate([own.participant, answers.participant]),
        np.concatenate([own.desire, answers.desire]),
        np.concatenate([own.stance, answers.stance]),
    )
