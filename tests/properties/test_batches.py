"""Batches under anything that people and hosts may do: what comes to others comes with k authors, whatever happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from oneheart.engine.disclosure import K
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import State
from oneheart.model.desire import Decision, Stance
from oneheart.model.round import Stage, Voice
from tests.support.proofs import size
from tests.support.rules.scene import Erased, lead, led

CIRCLES = 2
PICK = st.integers(0, 10**6)
OFTEN = {"sit": 4, "say": 8, "accept": 3}
KINDS = ("sit", "say", "accept", "reject", "meta", "withdraw", "join", "answer", "revoke", "restore", "circle", "hold")
MOVES = ("move", "same stage")
ACTS = st.lists(
    st.tuples(st.sampled_from([k for k in (*KINDS, *MOVES) for _ in range(OFTEN.get(k, 1))]), PICK, PICK), max_size=60
)


def body_of(state: State, act: str, one: int, two: int) -> ev.AnyBody | None:
    """Return the event of an act, about seats and desires that two numbers pick; None where there is nobody."""
    stage = (Stage.OPEN, Stage.CROSSING)[one % 2] if act == "move" else state.stage
    of_the_hall: dict[str, ev.AnyBody] = {
        "sit": ev.SeatTaken("", "en", [None, *range(CIRCLES)][one % (CIRCLES + 1)]),
        "hold": settings(state.settings_version, hold=bool(one % 2)),
        **dict.fromkeys(MOVES, ev.StageMoved(stage, state.version)),
    }
    if act in of_the_hall or not state.seats:
        return of_the_hall.get(act)
    seat = one % len(state.seats)
    of_a_person: dict[str, ev.AnyBody] = {
        "say": ev.DesireSaid(seat, f"wish {state.seq}", "en"),
        "revoke": ev.SeatsRevoked([seat], "why"),
        "restore": ev.SeatsRestored([seat]),
        "circle": ev.SeatChanged(seat, circle=two % CIRCLES),
    }
    if act in of_a_person or not len(state.desires):
        return of_a_person.get(act)
    return about_a_desire(state, act, seat, two % len(state.desires))


def about_a_desire(state: State, act: str, seat: int, number: int) -> ev.AnyBody | None:
    """Return the event of an act about one desire; None for what nobody is offered."""
    desire, own = state.desires[number], state.seats[seat].desires
    if act == "withdraw":
        return None if desire.author is None else ev.DesireWithdrawn(desire.author, number)
    if act in ("join", "answer") and not state.travels[number]:
        return None
    if act == "join":
        return ev.DesireJoined(seat, own[-1], number) if own else None
    bodies: dict[str, ev.AnyBody] = {
        "accept": ev.Moderated(number, Decision.ACCEPTED, version=desire.version),
        "reject": ev.Moderated(number, Decision.REJECTED, version=desire.version),
        "meta": ev.MarkedMeta(number, not desire.is_meta, desire.version),
        "answer": ev.Responded(seat, number, Stance.WANT),
    }
    return bodies[act]


def settings(version: int = 0, *, hold: bool = False) -> ev.Settings:
    return ev.Settings("x", {"en": "?"}, Voice.TEN, ["en"], version=version, hold=hold)


def begun() -> State:
    """Return a gathering with empty circles."""
    return led([settings(), *(ev.CircleAdded(f"C{number}", f"key-{number}") for number in range(CIRCLES))])


@tried(max_examples=size(1000, 60), deadline=None)
@given(ACTS)
def test_what_comes_to_others_comes_with_k_authors_and_a_move_leaves_nothing_behind(
    acts: list[tuple[str, int, int]],
) -> None:
    state, again = begun(), begun()
    met: set[int] = set()
    for act, one, two in acts:
        body = body_of(state, act, one, two)
        if body is None:
            continue
        gives = state.apply(state.seq + 1, ev.kind_of(body), body, "h0", 0)
        assert again.apply(again.seq + 1, ev.kind_of(body), body, "h0", 0) == gives
        new = {int(number) for number in state.travels.nonzero()[0]} - met
        met |= new
        authors = {state.desires[number].author for number in new}
        if act in MOVES and not isinstance(gives, Refusal):
            assert not any(desire.fresh for desire in state.desires)
        elif state.people.count >= K and act not in ("meta", "restore", "hold"):  # acts of hosts on what was let go
            assert len(authors) >= K or all(reappears(state, number) for number in new)
        assert not any(state.travels[number] for number in state.desires.batches.numbers)
        pools = state.desires.batches.pools
        assert all(state.desires[number].pool == pool for pool, numbers in pools.items() for number in numbers)
        assert sum(map(len, pools.values())) == sum(desire.fresh for desire in state.desires)
        assert all(pools.values())
    assert state.digest() == again.digest()


def reappears(state: State, number: int) -> bool:
    """Return whether hosts decided on a desire after its batch, or it was joined to one that is gone now."""
    desire = state.desires[number]
    return bool(desire.decided) or desire.joined or desire.version > 0


@pytest.mark.parametrize("erased", range(K))
@pytest.mark.parametrize("answered", [set(), {0}, {1, 2}, set(range(K))], ids=str)
def test_after_an_erasure_what_others_answered_stays_and_the_rest_waits(erased: int, answered: set[int]) -> None:
    """A replay without one author of a batch: what was answered travels, the rest waits; nothing is refused."""
    state = begun()
    for number in range(K + 2):
        lead(state, Erased("seat") if number == erased else ev.SeatTaken("", "en"))
    for number in range(K):
        lead(state, Erased("desire") if number == erased else ev.DesireSaid(number, f"wish {number}", "en"))
    assert not state.travels.any()
    for number in sorted(answered - {erased}):
        lead(state, ev.Responded(K, number, Stance.WANT))
    assert set(state.travels.nonzero()[0].tolist()) == answered - {erased}
    lead(state, ev.StageMoved(Stage.CROSSING, 0))
    assert set(state.travels.nonzero()[0].tolist()) == set(range(K)) - {erased}
