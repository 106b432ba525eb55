"""Decks: the cards that are dealt ahead for everybody, and what a fit of the model needs to deal them.

Only plain values stand here, so that the server never loads the model (`live.fitting` runs in another process).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.live.state import State
from oneheart.model.gathering import Responses
from oneheart.model.round import Stage


@dataclass(frozen=True, slots=True, eq=False)
class Decks:
    """Cards dealt ahead for everybody.

    Attributes:
        desire: int32 (N, cards), -1 where there is no more.
        propensity: float32 (N, cards), the probability of each card when it was drawn.
    """

    desire: npt.NDArray[np.int32]
    propensity: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FitOrder:
    """What is to be fitted: N people, M desires.

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
        seed: of everything random.
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
    """The result of a fit.

    Attributes:
        seq: as in the order.
        decks: cards dealt ahead.
        sweeps: rounds of fitting that were done.
    """

    seq: int
    decks: Decks
    sweeps: int


def fit_order_of(state: State, seed: int) -> FitOrder:
    """Return what there is to fit now. O(responses + N + M), and O(M) for each set of languages that is not read.

    Args:
        state: of the gathering.
        seed: of everything random in the fit.
    """
    authors = [-1 if desire.author is None else desire.author for desire in state.desires]
    circle_of = [-1 if seat.circle is None else seat.circle for seat in state.seats]
    kinds: dict[tuple[str, tuple[str, ...]], int] = {("", ()): 0}
    read = ((seat.language, tuple(seat.unread)) if seat.unread else ("", ()) for seat in state.seats)
    hidden_of = [kinds.setdefault(kind, len(kinds)) for kind in read]
    return FitOrder(
        seq=state.seq,
        people=len(state.seats),
        desires=len(state.desires),
        responses=state.tally.table(),
        travels=state.travels.copy(),
        authors=np.asarray(authors, np.int32),
        circle_of=np.asarray(circle_of, np.int32),
        circle_of_desire=state.circle_of_desire.copy(),
        from_own=state.stage is Stage.OPEN,
        hidden=np.stack([state.unreadable(*kind) for kind in kinds]),
        hidden_of=np.asarray(hidden_of, np.int32),
        seed=seed,
    )
