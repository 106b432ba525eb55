"""Decks: the cards that are dealt ahead for everybody, and the input of the model that deals them.

This module holds plain values only, so that the server never loads the model (`live.fitting` runs in another
process).
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
        desire: (N, cards) int32, number of the desire; -1 after the last card.
        propensity: (N, cards) float32, probability of each card when it was drawn, 0 to 1.
    """

    desire: npt.NDArray[np.int32]
    propensity: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FitOrder:
    """The input of one fit: N people, M desires.

    Attributes:
        seq: place in the log of the last event in it.
        people: N.
        desires: M.
        responses: last response of each person to each desire.
        travels: (M,) bool, desires that may be dealt.
        authors: (M,) int32, seat of the author, -1 for none.
        circle_of: (N,) int32, circle of each person, -1 for none.
        circle_of_desire: (M,) int32, circle of each desire, -1 for none and where it is not told.
        from_own: deal desires of the person's own circle; False for those of all others.
        hidden: (K, M) bool, desires that are not dealt to people of each of K kinds, because of their language.
        hidden_of: (N,) int32, kind of each person, a row of `hidden`.
        seed: seed of all random choices.
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
        sweeps: number of sweeps of the fit.
        chance: (M,) chance of each desire to become a line, 0 to 1; None unless people cross.
    """

    seq: int
    decks: Decks
    sweeps: int
    chance: npt.NDArray[np.float64] | None = None


def fit_order_of(state: State, seed: int) -> FitOrder:
    """Return the input of a fit from the present state.

    Args:
        state: state of the gathering.
        seed: seed of all random choices in the fit.

    Notes:
        O(responses + N + M), and O(M) for each set of unread languages.
    """
    authors = [-1 if desire.author is None else desire.author for desire in state.desires]
    circle_of = [-1 if seat.circle is None else seat.circle for seat in state.seats]
    table, everybody = state.card_table, np.zeros(len(state.desires), bool)
    kinds: dict[object, int] = {None: 0}  # people who read the same languages are of one kind
    hidden = [everybody]
    hidden_of = []
    for number, seat in enumerate(state.seats):
        kind = (seat.language, *seat.also_reads, None, *seat.unread) if seat.unread else None
        if kind not in kinds:
            kinds[kind] = len(hidden)
            hidden.append(table.hidden_from(number, table.met_in_carried_words(number)))
        hidden_of.append(kinds[kind])
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
        hidden=np.stack(hidden),
        hidden_of=np.asarray(hidden_of, np.int32),
        seed=seed,
    )
