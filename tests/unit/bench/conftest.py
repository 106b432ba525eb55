"""Made-up gatherings for the benchmarks: two camps that agree on some desires and differ on others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses


def made_up(people: int = 96, desires: int = 36, known: float = 1.0, seed: int = 3) -> Gathering:
    """Return a gathering in which a third of the desires is wanted by all, a third by either camp."""
    rng = np.random.default_rng(seed)
    camp = np.arange(people) < people * 0.6
    kind = np.arange(desires) % 3
    want = np.where(kind == 0, 0.8, np.where((kind == 1) == camp[:, None], 0.75, 0.15))
    against = (1 - want) * 0.6
    lot = rng.random((people, desires))
    stance = np.where(lot < want, 1, np.where(lot < want + against, -1, 0))
    i, j = np.nonzero(rng.random((people, desires)) < known)
    return Gathering(
        "What do you want?",
        tuple(f"p{k}" for k in range(people)),
        tuple(Desire(str(k), f"Desire {k}") for k in range(desires)),
        Responses.of(i, j, stance[i, j]),
    )


@pytest.fixture(scope="session")
def make() -> Callable[..., Gathering]:
    """Return the maker of gatherings."""
    return made_up


@pytest.fixture(scope="session")
def dense() -> Gathering:
    """Return a gathering with nearly every answer, so that it has a dense core."""
    return made_up(known=0.98)
