"""Orders: what is asked of the fitting process and what comes back, apart from it, so that asking loads no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.live.dealing import Decks
from oneheart.model.gathering import Responses


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What is to be fitted.

    Attributes:
        seq: place in the log up to which this holds.
        people: N.
        desires: M.
        responses: last responses.
        travels: (M,) desires that may be dealt.
        authors: (M,) int32, seat of the author or -1.
        circle_of: (N,) int32, -1 for none.
        circle_of_desire: (M,) int32, -1 for none.
        from_own: deal from the person's own circle (else from all others).
        hidden: (K, M) desires that are not dealt to people of each kind, in a language that they do not read.
        hidden_of: (N,) int32, the kind of each person.
        seed: of everything drawn by lot.
    """

    seq: int
    people: int
    desires: int
    responses: Responses
    travels: npt.NDArray[np.bool_]
    authors: npt.NDArray[np.int32]
    circle_of: npt.NDArray[np.int32]
    circle_of_desire: npt.NDArray[np.int32]
    from_own: bool
    hidden: npt.NDArray[np.bool_]
    hidden_of: npt.NDArray[np.int32]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What came of an order.

    Attributes:
        seq: as in the order.
        decks: cards dealt ahead.
        sweeps: rounds of fitting that were done.
    """

    seq: int
    decks: Decks
    sweeps: int
