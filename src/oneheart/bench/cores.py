"""Dense cores: people and desires of a conversation with answers to nearly all pairs.

A core replaces a gathering whose every answer is known. Methods see a few of the answers and are judged by all of
them. Missing cells are filled by a neutral model (logistic factorisation), not by the model that is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from oneheart.bench.clusters import k_means
from oneheart.bench.rivals import Answers, logistic_factors
from oneheart.model.gathering import Gathering

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
_DENSITY = 0.95
_LEAST_PEOPLE = 60
_LEAST_DESIRES = 24
_CUT = 0.02
_FILL_STRENGTH = 2.0
_UNKNOWN = 9
_PARTS = 4
_LEAST_PART = 8


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """A fully known gathering.

    Attributes:
        name: name of the conversation.
        stances: (N, M) int8, no value missing.
        filled: share of cells that were filled in, 0 to 1.
    """

    name: str
    stances: npt.NDArray[np.int8]
    filled: float


def find_cores(gatherings: Mapping[str, Gathering], seed: int) -> tuple[list[Core], list[str]]:
    """Return the dense cores, and a sentence for each conversation without one."""
    cores, skipped = [], []
    for name, gathering in gatherings.items():
        core = find_core(gathering, name, np.random.default_rng(seed))
        if core is None:
            skipped.append(
                f"{name}: too sparse or small, no {_LEAST_PEOPLE} people and {_LEAST_DESIRES} desires "
                f"among whom {_DENSITY:.0%} is answered."
            )
        else:
            cores.append(core)
    return cores, skipped


def find_core(gathering: Gathering, name: str, rng: np.random.Generator) -> Core | None:
    """Return the core of a conversation; None if it has fewer than 60 people or 24 desires.

    The least answered fiftieth of people or of desires, whichever has fewer answers, is removed until 95 % is known.
    """
    is_known = _known(gathering) != _UNKNOWN
    rows, columns = np.arange(is_known.shape[0]), np.arange(is_known.shape[1])
    while len(rows) >= _LEAST_PEOPLE and len(columns) >= _LEAST_DESIRES:
        inside = is_known[np.ix_(rows, columns)]
        if inside.mean() >= _DENSITY:
            stances = _known(gathering)[np.ix_(rows, columns)]
            return Core(name, _filled(stances, rng), float((stances == _UNKNOWN).mean()))
        by_row, by_column = inside.mean(1), inside.mean(0)
        if by_row.min() <= by_column.min() or len(columns) <= _LEAST_DESIRES:
            rows = np.sort(rows[np.argsort(by_row, kind="stable")[max(1, int(_CUT * len(rows))) :]])
        else:
            columns = np.sort(columns[np.argsort(by_column, kind="stable")[max(1, int(_CUT * len(columns))) :]])
    return None


def _known(gathering: Gathering) -> npt.NDArray[np.int8]:
    """Return all stances (N, M); 9 for a missing answer."""
    r = gathering.responses
    full = np.full((gathering.participant_count, gathering.desire_count), _UNKNOWN, np.int8)
    full[r.participant, r.desire] = r.stance
    return full


def _filled(stances: npt.NDArray[np.int8], rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Return stances with missing cells drawn at random from two neutral models: of wanting, and of being against."""
    out = stances.copy()
    i, j = np.nonzero(stances != _UNKNOWN)
    gaps = np.nonzero(stances == _UNKNOWN)
    stance = stances[i, j]

    def chance(sign: int) -> Floats:
        answers = Answers(i, j, (stance == sign).astype(np.float64), *stances.shape)
        return np.asarray(expit(logistic_factors(answers, _FILL_STRENGTH, rng).at(*gaps)))

    want, against = chance(1), chance(-1)
    draw = rng.random(len(want)) * np.maximum(1.0, want + against)
    out[gaps] = np.where(draw < want, 1, np.where(draw < want + against, -1, 0))
    return out


def parts_from(stances: npt.NDArray[np.int8], rng: np.random.Generator) -> Ints:
    """Return the part of each person, (N,): up to four clusters of people in the three leading directions."""
    centred = stances - stances.mean(0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    return k_means(u[:, :3] * s[:3], _PARTS, rng)[1]


def large_parts(part: Ints) -> list[int]:
    """Return the parts with eight people or more; only these judge sets and desires.

    Example:
        >>> large_parts(np.repeat([0, 1, 2], [8, 7, 9]))
        [0, 2]
    """
    return [int(p) for p in np.flatnonzero(np.bincount(part) >= _LEAST_PART)]
