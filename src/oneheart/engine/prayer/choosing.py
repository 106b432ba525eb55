"""Choosing the lines of a text that all are to say: common ground first, the rest by share, and no part is owed a line.

The set of lines with the greatest share for every part is not the text that hurts fewest: a part's own desire may go
against another part. A text that is said by all begins with what even the least supportive want: midway between the
worst fifth of each desire and the weakest of the latent parts. Where that does not fill the text, the other lines are
chosen for share, among desires that the worst fifth does not refuse. And where common ground leaves a part without its
share (a share index above 1: enough people want one desire and have too few lines), the desire that is owed most takes
the place of the last line; lines that nobody is owed serve those who have none. Fewer lines rather than a lower gate.

Source: ours; share index of the expected PAV score (Thiele 1895).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.analysis import Analysis
from oneheart.engine.canonical import canonical_order
from oneheart.engine.desire import response_model as model
from oneheart.engine.desire import shares, similarity
from oneheart.engine.desire.common_ground import CommonGround
from oneheart.engine.desire.standing import Standing
from oneheart.engine.desire.wants import draw_count, drawn_wants
from oneheart.engine.prayer.covering import cover
from oneheart.engine.prayer.weaving import CORE
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
COMMON_LEAST = 0.2  # net support of worst fifth and of weakest part: one in five of them more than refuse
_LINES = ((12, 3), (100, 5), (500, 7))
_MOST_LINES = 9


def text_line_count(people: int) -> int:
    """Return how many lines a text for so many people has at most: 3, 5, 7 or 9.

    The more people, the smaller the parts that have a share of their own: a ninth has one in nine lines.

    Example:
        >>> [text_line_count(people) for people in (10, 60, 300, 1000)]
        [3, 5, 7, 9]
    """
    return next((lines for most, lines in _LINES if people <= most), _MOST_LINES)


def support_of_the_least(ground: CommonGround) -> tuple[float, float]:
    """Return the net support of the least supportive: the mean of worst fifth and weakest part, and the lower one.

    The worst fifth alone where no parts are known.
    """
    worst, weakest = ground.worst_fifth.value, ground.weakest_part
    return (worst, worst) if weakest is None else ((worst + weakest) / 2, min(worst, weakest))


def choose(
    support: Sequence[tuple[float, float]], want: Floats, count: int, alike: npt.NDArray[np.bool_]
) -> tuple[int, ...]:
    """Return the places of at most `count` lines: common ground, and what is owed in the place of its last lines.

    Args:
        support: of the least supportive for each candidate, as `support_of_the_least` gives it: by the first number
            lines are put in order, and only where the second is enough is one common ground.
        want: (N, candidates) P(want) of everybody, or of everybody that each may be.
        count: at most so many lines.
        alike: (candidates, candidates) which two must not stand in one text.

    Notes:
        O(lines N candidates).

    Example:
        >>> want = np.array([[1, 1, 1, 0]] * 3 + [[0, 0, 0, 1]] * 2, float)
        >>> support = [(0.9, 0.9), (0.8, 0.8), (0.7, 0.7), (0.1, 0.0)]
        >>> choose(support, want, 3, np.zeros((4, 4), bool))  # two fifths are owed the fourth
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


def text_columns(
    gathering: Gathering, analysis: Analysis, *, count: int, seed: int, ranked: Floats | None = None
) -> tuple[tuple[int, ...], Floats]:
    """Return the columns of the text's lines, not yet in reading order, and P(want) for them, (N S, lines).

    People stand as in `wants`.

    Args:
        gathering: that was analysed.
        analysis: of it; nothing is chosen where it was not measured.
        count: at most so many lines.
        seed: of everything drawn by lot.
        ranked: `wants` of `analysis.ranking` with this seed, where the caller has them already.

    Notes:
        One fit, unless `ranked` is given, then O(N candidates).

    Example:
        >>> from oneheart.engine.analysis import analyze
        >>> few = Gathering("", ("a",), (), Responses.of([], [], []))
        >>> text_columns(few, analyze(few), count=3, seed=0)[0]
        ()
    """
    columns = [c for c in analysis.ranking if analysis.common_ground[c].standing is Standing.ADMISSIBLE]
    if not analysis.measured or not columns:
        return (), np.zeros((len(gathering.participants), 0))
    if ranked is None:
        want = wants(gathering, columns, seed)
    else:
        place = {column: number for number, column in enumerate(analysis.ranking)}
        want = ranked[:, [place[column] for column in columns]]
    texts = [gathering.desires[column].text for column in columns]
    alike = similarity.alike_matrix(texts, settings.SIMILAR_MOST.value)
    places = choose([support_of_the_least(analysis.common_ground[c]) for c in columns], want, count, alike)
    return tuple(columns[place] for place in places), want[:, list(places)]


def wants(gathering: Gathering, columns: Sequence[int], seed: int) -> Floats:
    """Return P(want) for these columns of everybody that each may be, (N S, columns): see `drawn_wants`.

    People stand in the gathering's order, but are drawn in the canonical one: who is numbered how changes nothing.
    """
    order = canonical_order(gathering)
    row, column = np.argsort(order.people), np.argsort(order.desires)
    told = with_own_wants(gathering)
    responses = Responses.of(row[told.participant], column[told.desire], told.stance)
    people = len(order.people)
    rng = np.random.default_rng(seed)
    posterior = model.fit(responses, people, len(order.desires), rng=rng)
    drawn = drawn_wants(posterior, np.arange(people), column[list(columns)], responses, rng=rng)
    return drawn.reshape(people, draw_count(people), len(columns))[row].reshape(drawn.shape)


def with_own_wants(gathering: Gathering) -> Responses:
    """Return the responses, with each author's own want where they were not asked."""
    authors = [(d.author, c) for c, d in enumerate(gathering.desires) if d.author is not None]
    r = gathering.responses
    people = np.concatenate([[a for a, _ in authors], r.participant]).astype(np.int32)
    columns = np.concatenate([[c for _, c in authors], r.desire]).astype(np.int32)
    stances = np.concatenate([np.ones(len(authors)), r.stance]).astype(np.int8)
    return Responses.of(people, columns, stances)
