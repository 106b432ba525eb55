"""One voice for each person: of somebody who answered far more than others, only as many answers are used.

People may go on answering after their cards. A few seats that answer everything would otherwise give a large part of
the answers to each desire, and the model would take their answers for what people want who were not asked. Which of
their answers are used is no one's choice, and no desire gets more of them than its share.

Source: ours; bounded influence by subsampling each user, as in user-level differential privacy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
    """Return the responses with at most `usual` of each person; the others are left out.

    What is used of the eager is spread over the desires as evenly as possible, with ties by lot. By lot alone most
    answers of a few false seats would sometimes fall on one and the same desire.

    Args:
        responses: last response of each person to each desire.
        rng: draws the order of people, and decides between desires that are used equally often.

    Notes:
        O(n log n).

    Example:
        >>> people, desires = [0] * 20 + [1, 2, 3, 4] * 4, [*range(20), *np.repeat(range(4), 4)]
        >>> eager = Responses.of(people, desires, [1] * 36)
        >>> np.bincount(evened(eager, rng=np.random.default_rng(0)).participant).tolist()
        [8, 4, 4, 4, 4]
    """
    if not len(responses):
        return responses
    most, each = usual(responses), np.bincount(responses.participant)
    kept = each[responses.participant] <= most
    used = np.zeros(int(responses.desire.max()) + 1, np.int64)
    by_person = np.argsort(responses.participant, kind="stable")
    first = np.cumsum(each) - each
    for person in rng.permutation(np.flatnonzero(each > most)).tolist():
        places = by_person[first[person] : first[person] + each[person]]
        chosen = places[_in_turn(used[responses.desire[places]], rng)[:most]]
        kept[chosen] = True
        used[responses.desire[chosen]] += 1
    return Responses(responses.participant[kept], responses.desire[kept], responses.stance[kept])


def _in_turn(used: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Return the order in which answers are used: those to the desires that were used least first, ties by lot."""
    return np.lexsort((rng.random(len(used)), used))
