"""The proportional veto core: how far people who prefer much else could block a line.

A group of people blocks a line where they all prefer the same other desires to it, and the share of people in the
group and the share of desires that they prefer are together more than 1. So a large group needs little that it
prefers, and a small one nearly everything. Lines that no group blocks are the core. The *room for a veto* of a line is
by how much the most that any group reaches exceeds 1: 0 in the core, below 1 always.

Preferences are known of few pairs. An answer is taken as it is; what somebody was not asked is filled in by the
neutral factorisations that also fill the cores, not by the model that is judged. Equal is not preferred.

Source: Moulin (1981); Chooi et al. (2026), arXiv 2603.16751, whose critical epsilon this is. The greatest group is a
heaviest independent set of a bipartite graph, found by a minimum cut (Ianovski & Kondratev 2020).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow
from scipy.special import expit

from oneheart.bench.rivals import Answers, logistic_factors
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
PEOPLE_MOST = 1000
_FILL_STRENGTH = 2.0


def preferences(responses: Responses, people: Ints, desire_count: int, rng: np.random.Generator) -> Floats:
    """Return how much each of these people wants each desire, (people, M), -1 to 1: answers, else what is expected.

    Where more than `PEOPLE_MOST` people are given, so many of them are drawn by lot.

    Args:
        responses: all answers; the factorisations learn from everybody's.
        people: whose preferences are asked for.
        desire_count: M.
        rng: draws the lot and the first factors.

    Notes:
        Two factorisations, O(answers) a step.
    """
    if len(people) > PEOPLE_MOST:
        people = np.sort(rng.choice(people, PEOPLE_MOST, replace=False))
    n = int(max(responses.participant.max(initial=-1), people.max(initial=-1))) + 1
    i, j = responses.participant.astype(np.intp), responses.desire.astype(np.intp)
    rows, columns = np.repeat(people, desire_count), np.tile(np.arange(desire_count), len(people))

    def chance(stance: int) -> Floats:
        answers = Answers(i, j, (responses.stance == stance).astype(np.float64), n, desire_count)
        return np.asarray(expit(logistic_factors(answers, _FILL_STRENGTH, rng).at(rows, columns)))

    wanted = (chance(1) - chance(-1)).reshape(len(people), desire_count)
    place = np.full(n, -1)
    place[people] = np.arange(len(people))
    known = place[i] >= 0
    wanted[place[i[known]], j[known]] = responses.stance[known]
    return wanted


def room_for_a_veto(wanted: Floats, line: int) -> float:
    """Return by how much the group that could most block this line exceeds what a veto needs, 0 to 1.

    Args:
        wanted: (N, M) how much each person wants each desire; only its order within a person counts.
        line: column of the line.

    Notes:
        A maximum flow with N + M nodes and at most N M edges.

    Example:
        >>> two_camps = np.array([[1.0, 0.5, -1.0]] * 3 + [[-1.0, 0.5, 1.0]] * 3)
        >>> [round(room_for_a_veto(two_camps, line), 3) for line in range(3)]  # half prefer two of three to the first
        [0.167, 0.0, 0.167]
    """
    n, m = wanted.shape
    if not n or not m:
        return 0.0
    people, desires = np.nonzero(wanted <= wanted[:, line, None])  # pairs that no blocking group can hold
    source, sink = n + m, n + m + 1
    begin = np.concatenate([np.full(n, source), people, n + np.arange(m)])
    end = np.concatenate([np.arange(n), n + desires, np.full(m, sink)])
    room = np.concatenate([np.full(n, m), np.full(len(people), n * m), np.full(m, n)]).astype(np.int32)
    graph = csr_array((room, (begin, end)), shape=(sink + 1, sink + 1))
    heaviest = 2 * n * m - int(maximum_flow(graph, source, sink).flow_value)
    return float(heaviest / (n * m) - 1.0)


def mean_room(wanted: Floats, lines: Iterable[int], found: dict[int, float]) -> float:
    """Return the mean room for a veto of these lines; nan without lines. What was `found` before is not asked again.

    Example:
        >>> mean_room(np.array([[1.0, 0.0], [1.0, 0.0]]), [0, 1], {})  # all prefer the first to the second
        0.25
    """
    rooms = []
    for line in lines:
        if line not in found:
            found[line] = room_for_a_veto(wanted, line)
        rooms.append(found[line])
    return float(np.mean(rooms)) if rooms else float("nan")
