"""Revoking seats and restoring them leaves the state as it was; while they are revoked, nothing of theirs counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.state import Refusal, State
from oneheart.live.state.company import Company
from oneheart.live.state.text import Prayers
from oneheart.model import actor
from oneheart.model.gathering import Responses
from oneheart.model.prayer import Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Voice

PEOPLE = 30
HOST = actor.host(0)


class Life:
    """A gathering that lives by random events through two rounds."""

    def __init__(self, seed: int) -> None:
        """Fill the hall."""
        self.rng = np.random.default_rng(seed)
        self.state = State()
        self.seq = 0
        self.do(ev.Settings("x", {"en": "What?"}, Voice.ASSEMBLY, ["en", "he"]), actor.HOUSE)
        self.do(ev.HostSeated("a" * 64), HOST)
        for number in range(3):
            self.do(ev.CircleAdded("", f"key-{number}"), actor.HOUSE)
        self.do(ev.OccasionAdded("Lesson", Form.LESSON, "CODE22"), actor.HOUSE)
        for seat in range(PEOPLE):
            self.do(ev.SeatTaken(f"{seat:064}", "he" if seat % 3 == 0 else "en", circle=seat % 4 % 3), actor.DOOR)

    def do(self, body: ev.AnyBody, by: str = actor.HOUSE) -> Any:
        self.seq += 1
        return self.state.apply(self.seq, ev.kind_of(body), body, by, 1000 * self.seq)

    def some(self, count: int) -> int:
        return int(self.rng.integers(0, max(1, count)))

    def live(self, steps: int = 200, *, without: frozenset[int] = frozenset()) -> None:
        """Let so many random things happen; some are refused."""
        for _ in range(steps):
            seat, state = self.some(PEOPLE), self.state
            kind, other, desire = self.some(12), self.some(len(state.desires)), self.some(len(state.desires))
            body: ev.AnyBody
            drafts = len(state.prayers.drafts) - 1
            if kind < 2:
                body = ev.DesireSaid(seat, f"wish {self.seq}", "en")
            elif kind < 6:
                body = ev.Responded(seat, desire, self.some(3) - 1)
            elif kind == 6:
                own = state.seats[seat].desires
                body = ev.DesireJoined(seat, own[self.some(len(own))], other) if own else ev.StewardNamed(seat, on=True)
            elif kind == 7:
                body = ev.Present(seat, 0)
            elif kind == 8:
                body = ev.FeltSaid(seat, self.some(8), FeltAt.START if state.stage is Stage.OPEN else FeltAt.END)
            elif kind == 9:
                body = ev.LineRead(seat, drafts, self.some(3), Reading.CAN_SAY, "more" if self.some(2) else "")
            elif kind == 10:
                body = ev.ChallengerAnswered(seat, drafts, desire, self.some(3) - 1)
            else:
                body = self._rare(seat, drafts)
            if seat not in without:
                self.do(body, actor.seat(seat))

    def _rare(self, seat: int, draft: int) -> ev.AnyBody:
        carried = [*self.state.prayers.carried]
        rare: list[ev.AnyBody] = [
            ev.WholeAffirmed(seat, draft, on=True),
            ev.AmenSaid(seat),
            ev.LineAmended(seat, draft, self.some(3), "other words", "en"),
            ev.LineCarried(seat, draft, self.some(3), "he", "words"),
            ev.CarryConfirmed(seat, carried[self.some(len(carried))] if carried else 0),
            ev.StewardNamed(seat, on=True),
        ]
        return rare[self.some(len(rare))]

    def round(self, *, without: frozenset[int] = frozenset()) -> None:
        """Live through one round."""
        self.live(without=without)
        self.do(ev.SeatsDrawn(0, 5, 1, [*range(20)], [n // 5 for n in range(20)], [0] * 4), HOST)
        self.move(Stage.WEAVING)
        roots = [n for n in range(len(self.state.desires)) if self.state.desires[n].own][:8]
        lines = [ev.WovenLine([number]) for number in roots[:3]]
        self.do(ev.DraftWoven(self.state.version, lines, challengers=roots[3:], among=len(roots[3:]), lots=2))
        self.move(Stage.READING)
        self.live(without=without)
        self.move(Stage.SECOND_READING)
        again = [ev.WovenLine([number], follows=n, changed=n == 2) for n, number in enumerate(roots[:3])]
        self.do(ev.DraftWoven(self.state.version, again, challengers=roots[3:], among=len(roots[3:]), lots=2))
        self.live(60, without=without)
        self.move(Stage.SEALED)
        draft = len(self.state.prayers.drafts) - 1
        self.do(ev.TextSealed(draft, "d" * 64, "e" * 64, "not yet", ["affirmed"]))
        self.move(Stage.SAID)
        self.live(60, without=without)

    def move(self, stage: Stage) -> None:
        assert not isinstance(self.do(ev.StageMoved(stage, self.state.version), HOST), Refusal)


def lived(seed: int, *, rounds: int = 1) -> Life:
    life = Life(seed)
    for _ in range(rounds):
        life.round()
        life.move(Stage.OPEN)
    life.live()
    return life


def same_after(seed: int) -> bool:
    """Revoke half of the seats at some moment, restore them, and say whether the state is as it was."""
    life = lived(seed, rounds=seed % 3)
    if seed % 2:
        life.do(ev.DesiresShown([0, 1, 2]), HOST)
    before = life.state.digest()
    seats = life.rng.choice(PEOPLE, PEOPLE // 2, replace=False).tolist()
    life.do(ev.SeatsRevoked(seats, "one hand"), HOST)
    assert life.state.digest() != before
    life.do(ev.SeatsRestored(seats), HOST)
    return life.state.digest() == before


@pytest.mark.parametrize("seed", range(24))
def test_restored_seats_leave_the_state_as_it_was(seed: int) -> None:
    assert same_after(seed)


@pytest.mark.parametrize("part", [(Tally, "bring_back"), (Company, "bring_back"), (Prayers, "bring_back")])
def test_each_part_that_does_not_bring_back_is_found_out(
    monkeypatch: pytest.MonkeyPatch, part: tuple[type, str]
) -> None:
    monkeypatch.setattr(*part, lambda *_a, **_k: None)
    assert not all(same_after(seed) for seed in range(6))


def counts(state: State) -> dict[str, Any]:
    """Return every count that people make, computed anew from what the standing seats did."""
    standing = [number for number, seat in enumerate(state.seats) if seat.alive]
    cells = [(n, d, s) for n in standing for d, s in sorted(state.tally.answered(n).items())]
    table = Responses.of(*(zip(*cells, strict=True) if cells else ([], [], [])))
    size = len(state.desires)
    by = lambda keep: np.bincount(table.desire[keep(table.stance)], minlength=size).tolist()  # noqa: E731
    return {
        "people": len(standing),
        "circles": [sum(state.seats[n].circle == c for n in standing) for c in range(len(state.circles))],
        "seen": by(lambda stance: stance > -2),
        "want": by(lambda stance: stance == 1),
        "against": by(lambda stance: stance == -1),
        "present": [sum(o in state.seats[n].presences for n in standing) for o in range(len(state.occasions))],
    }


def told(state: State) -> dict[str, Any]:
    """Return the same counts as the state keeps them."""
    return {
        "people": state.people.count,
        "circles": [circle.seats for circle in state.circles],
        "seen": state.tally.seen_by_all.tolist(),
        "want": state.tally.want.tolist(),
        "against": state.tally.against.tolist(),
        "present": [occasion.present for occasion in state.occasions],
    }


def who_counts(state: State) -> set[int]:
    """Return every seat of which something counts anywhere."""
    seats = set(state.tally.table().participant.tolist())
    for draft in state.prayers.drafts:
        seats |= {seat for part in (*draft.readings, *draft.critiques) for seat in part} | draft.whole
        seats |= {*draft.challenged, *(state.prayers.amended[seq].seat for seq in draft.amendments.values())}
    for sealed in state.prayers.sealed:
        seats |= sealed.amen
    for carried in state.prayers.carried.values():
        seats |= carried.confirmed
    for felt in state.company.felt.values():
        seats |= set(felt)
    for draw in state.company.drawn.values():
        seats |= set(draw.table_of)
    seats |= {d.author for n, d in enumerate(state.desires) if d.author is not None and bool(state.travels[n])}
    return seats | {d.author for d in state.desires if d.author is not None and d.own}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_of_a_revoked_seat_counts_anywhere(seed: int) -> None:
    life = lived(seed, rounds=seed % 3)
    assert told(life.state) == counts(life.state)
    seats = life.rng.choice(PEOPLE, 12, replace=False).tolist()
    assert who_counts(life.state) & set(seats)
    life.do(ev.SeatsRevoked(seats, "one hand"), HOST)
    for _ in range(2):
        assert told(life.state) == counts(life.state)
        assert who_counts(life.state) & set(seats) == set()
        life.live(80)  # they try to go on, and every act of theirs is refused
    assert len(life.state.desires) == len([*life.state.desires])


def test_a_joined_desire_stands_for_itself_while_the_one_it_was_joined_to_is_set_aside() -> None:
    life = Life(0)
    for seat in range(4):
        life.do(ev.DesireSaid(seat, f"bread {seat}", "en"), actor.seat(seat))
    life.move(Stage.CROSSING)
    life.do(ev.DesireJoined(1, 1, 0), actor.seat(1))
    life.do(ev.DesireJoined(2, 2, 1), actor.seat(2))
    state = life.state
    life.do(ev.Responded(5, 2, 1), actor.seat(5))
    assert [state.root(n) for n in range(4)] == [0, 0, 0, 3]
    life.do(ev.SeatsRevoked([0], "why"), HOST)
    assert state.travels.tolist() == [False, True, True, True]
    assert [state.root(n) for n in range(4)] == [0, 1, 2, 3]
    assert not state.desires[0].own
    assert isinstance(life.do(ev.Translated(0, 1), HOST), Refusal)  # it would be joined to itself when it comes back
    life.do(ev.DesireJoined(3, 3, 1), actor.seat(3))
    assert state.root(3) == 1
    assert state.has_answered_or_said(3, 1)
    life.do(ev.SeatsRestored([0]), HOST)
    assert [state.root(n) for n in range(4)] == [0, 0, 0, 0]
    assert state.has_answered_or_said(5, 0)
    assert state.has_answered_or_said(3, 0)


def test_a_new_round_while_seats_are_revoked_and_restored_is_the_same_as_without_it() -> None:
    one, other = lived(5), lived(5)
    gone = frozenset(range(0, PEOPLE, 3))
    one.do(ev.SeatsRevoked([*gone], "why"), HOST)
    other.do(ev.ClockSet(0), HOST)  # keeps both logs equally long
    for life in (one, other):
        rng = np.random.default_rng(9)
        for seat, desire in zip(rng.integers(0, PEOPLE, 200).tolist(), rng.integers(0, 20, 200).tolist(), strict=True):
            if seat not in gone:
                life.do(ev.Responded(seat, desire, 1), actor.seat(seat))
        life.move(Stage.WEAVING)
        life.move(Stage.OPEN)
    one.do(ev.SeatsRestored([*gone]), HOST)
    assert one.state.tally.table().stance.tolist() == other.state.tally.table().stance.tolist()
    assert told(one.state) == told(other.state)
    assert [seat.cards for seat in one.state.seats] == [seat.cards for seat in other.state.seats]


def test_who_is_erased_while_revoked_stays_erased_and_keeps_the_numbers_of_others() -> None:
    life = lived(2)
    life.do(ev.SeatsRevoked([3, 4], "why"), HOST)
    assert not isinstance(life.do(ev.SeatErased(3), actor.seat(3)), Refusal)
    assert isinstance(life.do(ev.Responded(4, 0, 1), actor.seat(4)), Refusal)
    again = State()
    again.apply(1, "settings", ev.Settings("x", {"en": "What?"}, Voice.ASSEMBLY, ["en"]), actor.HOUSE, 0)
    again.apply(2, "seat", None, "gone", 0)
    again.apply(3, "seat", ev.SeatTaken("b" * 64, "en"), actor.DOOR, 0)
    assert again.apply(4, "seats revoked", ev.SeatsRevoked([0, 1], "why"), HOST, 0) == 1
    assert again.apply(5, "seats restored", ev.SeatsRestored([0, 1]), HOST, 0) == 1
    assert [seat.alive for seat in again.seats] == [False, True]


def test_five_hundred_seats_are_revoked_in_one_act() -> None:
    life = Life(1)
    for number in range(500):
        life.do(ev.SeatTaken(f"f{number:063}", "en"), actor.DOOR)
    for seat in range(60):
        life.do(ev.DesireSaid(seat % PEOPLE, f"wish {seat}", "en"), actor.seat(seat % PEOPLE))
    want = life.state.tally.want.tolist()
    for seat in range(PEOPLE, PEOPLE + 500):
        for desire in range(8):
            life.do(ev.Responded(seat, desire, -1), actor.seat(seat))
    assert life.do(ev.SeatsRevoked([*range(PEOPLE, PEOPLE + 500)], "a flood"), HOST) == 500
    assert life.state.tally.want.tolist() == want
    assert life.state.tally.against.sum() == 0
    assert life.state.people.count == PEOPLE
