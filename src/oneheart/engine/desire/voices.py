"""One voice for each person: of somebody who answered far more than others, only as many answers are used.

People may go on answering after their cards. A few seats that answer everything would otherwise give a large part of
the answers to each desire, and the model would take their answers for what people want who were not asked.

Source: ours; bounded influence by subsampling each user, as in user-level differential privacy.
"""

from __future__ import annotations

import numpy as np

from oneheart.model.gathering import Responses

LEAST = 8
_USUAL = 75  # percentile of answers of a person


def usual(responses: Responses) -> int:
    """Return how many answers of one person are used: as many as three in four people gave at most, 8 or more.

    Example:
        >>> usual(Responses.of([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1]))
        8
    """
    if not len(responses):
        return LEAST
    each = np.bincount(responses.participant)
    return max(LEAST, int(np.percentile(each[each > 0], _USUAL)))


def evened(responses: Responses, *, rng: np.random.Generator) -> Responses:
    """Return the responses with at most `usual` of each person, drawn at random; the others are left out.

    Args:
        responses: last response of each person to each desire.
        rng: draws which of a person's answers are used.

    Notes:
        O(n log n).

    Example:
        >>> people, desires = [0] * 20 + [1, 2, 3, 4] * 4, [*range(20), *np.repeat(range(4), 4)]
        >>> eager = Responses.of(people, desires, [1] * 36)
        >>> np.bincount(evened(eager, rng=np.random.default_rng(0)).participant).tolist()
        [8, 4, 4, 4, 4]
    """
    most = usual(responses)
    by_person = np.lexsort((rng.random(len(responses)), responses.participant))
    person = responses.participant[by_person]
    first = np.searchsorted(person, person)
    kept = np.zeros(len(responses), bool)
    kept[by_person] = np.arange(len(person)) - first < most
    return Responses(responses.participant[kept], responses.desire[kept], responses.stance[kept])
