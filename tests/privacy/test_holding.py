"""Two outputs of one gathering: what they tell of a desire moves only where enough people changed just that."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from oneheart.engine.disclosure import K, enough_since
from oneheart.live import events as ev
from oneheart.live import holding
from oneheart.live.export import aggregates
from oneheart.live.holding import Given, given_in, held
from oneheart.live.measuring import order_of
from oneheart.live.represented import mean_of
from oneheart.live.state import State
from oneheart.model.gathering import Gathering
from oneheart.model.presence import FeltAt
from tests.privacy.changes import ANSWERS, Changes
from tests.privacy.halls import Hall, made_up
from tests.privacy.twins import places, report_of
from tests.support.by_hand import ByHand
from tests.support.proofs import size

Figure = Callable[[str], None]


def gathered(people: int, wants: int) -> ByHand:
    """Return a gathering of people who all answered two desires of hosts; so many of them want the first."""
    hand = ByHand(None)
    seats = hand.people(people, 0)
    desires = [hand.say(None, text) for text in ("Bread for all", "Rain in time")]
    hand.travel()
    hand.do(ev.OccasionAdded("Supper", "meal", "HJKM3456"))
    for desire in desires:
        hand.answer(desire, 1, seats[:wants])
        hand.answer(desire, 0, seats[wants:])
    for seat in seats[:12]:
        hand.do(ev.Present(seat, 0), f"s{seat}")
    return hand


def output(state: State, given: Given) -> Gathering:
    return holding.gathering_of(state, given, source="x")


def table(state: State, given: Given) -> dict[str, tuple[str, ...]]:
    return {row[1]: row[3:] for row in aggregates(output(state, given), np.random.default_rng(0))[1:]}


# --- what is held ---


def test_one_answer_beside_many_other_changes_moves_nothing_that_is_told_of_the_desire() -> None:
    hand = gathered(30, 15)
    first = given_in(hand.state)
    hand.answer(0, 0, [0])
    hand.answer(1, 0, range(12))
    for seat in (*hand.people(9, 0), 20):
        hand.do(ev.Present(seat, 0), f"s{seat}")
    second = held(first, given_in(hand.state), open_door=True)
    before, after = table(hand.state, first), table(hand.state, second)
    assert before["Bread for all"] == after["Bread for all"] == ("30", "15", "0")
    assert after["Rain in time"] == ("30", "0", "0")
    assert len(second.presences[0]) == 22
    assert (
        places(report_of(output(hand.state, first)))["common_ground[].text"]
        == (places(report_of(output(hand.state, second)))["common_ground[].text"])
    )


def test_how_people_felt_moves_with_enough_people_and_not_with_one() -> None:
    hand = gathered(30, 15)
    apart, near = hand.state.company.apart, hand.state.company.felt[FeltAt.START]
    apart.represented[0] = dict.fromkeys(range(30), 4)
    near.update(dict.fromkeys(range(30), 4))
    first = given_in(hand.state)
    apart.represented[0][0] = near[0] = 7
    hand.answer(1, 0, range(12))
    second = held(first, given_in(hand.state), open_door=True)
    assert second.found_of(hand.state, 0) == first.found_of(hand.state, 0) == [4] * 30
    assert second.felt_of(hand.state, FeltAt.START) == first.felt_of(hand.state, FeltAt.START)
    assert mean_of(second.found_of(hand.state, 0)) == mean_of([4] * 30)
    for seat in range(10):
        apart.represented[0][seat] = near[seat] = 7
    third = held(second, given_in(hand.state), open_door=True)
    assert sorted(third.found_of(hand.state, 0)) == [4] * 20 + [7] * 10
    assert sum(third.felt_of(hand.state, FeltAt.START).values()) == 150
    hand.erase(3)
    assert len(third.found_of(hand.state, 0)) == len(third.felt_of(hand.state, FeltAt.START)) == 29


def test_with_nothing_held_what_one_person_felt_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "_held", lambda _before, now, **_: now)
    with pytest.raises(AssertionError):
        test_how_people_felt_moves_with_enough_people_and_not_with_one()


def test_with_nothing_held_one_answer_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: a basis that is new in all its parts as soon as enough people changed anything."""
    monkeypatch.setattr(holding, "_held", lambda _before, now, **_: now)
    with pytest.raises(AssertionError):
        test_one_answer_beside_many_other_changes_moves_nothing_that_is_told_of_the_desire()


@pytest.mark.parametrize(("open_door", "least"), [(False, K), (True, 2 * K)])
def test_each_part_moves_with_enough_people_and_not_with_one_fewer(*, open_door: bool, least: int) -> None:
    for count, moves in ((least - 1, False), (least, True)):
        hand = gathered(30, 15)
        first = given_in(hand.state)
        hand.answer(0, 0, range(count))
        for seat in range(12, 12 + count):
            hand.do(ev.Present(seat, 0), f"s{seat}")
        hand.do(ev.CircleAdded("C1", "key-1", None))
        for seat in range(count):
            hand.do(ev.SeatChanged(seat, circle=1), f"s{seat}")
        now = given_in(hand.state)
        second = held(first, now, open_door=open_door)
        assert (second.answers["0"] == now.answers["0"]) is moves
        assert (second.presences[0] == now.presences[0]) is moves
        assert second.answers["1"] == first.answers["1"]
        assert [second.circles[seat] for seat in range(K - 1)] == [
            "circle-2" if moves and count >= K else "circle-1"
        ] * (K - 1)


def test_who_took_part_moves_with_enough_people_and_never_without_those_whose_answers_count() -> None:
    hand = gathered(30, 15)
    first = given_in(hand.state)
    quiet = hand.people(3, 0)
    for seat in quiet:
        hand.say(seat, f"Something of seat {seat}")
    assert held(first, given_in(hand.state), open_door=False).people == first.people
    hand.answer(0, 1, [*quiet, *hand.people(2, 0)])
    second = held(first, given_in(hand.state), open_door=False)
    assert len(second.people) == 35
    assert len(output(hand.state, second).participants) == 35


def test_answers_of_seats_that_no_longer_count_are_in_no_output() -> None:
    hand = gathered(30, 15)
    first = given_in(hand.state)
    hand.erase(3)
    second = held(first, given_in(hand.state), open_door=True)
    assert 3 in second.answers["0"], "it is held"
    assert len(output(hand.state, second).participants) == 29
    assert len(output(hand.state, second).responses) == 58


def test_measures_are_computed_from_what_is_held() -> None:
    hand = gathered(30, 15)
    first = given_in(hand.state)
    for seat in (15, 16):
        hand.do(ev.Present(seat, 0), f"s{seat}")
    second = held(first, given_in(hand.state), open_door=False)

    def people(given: Given | None) -> int:
        whole = output(hand.state, given_in(hand.state) if given is None else given)
        attendance = order_of(hand.state, whole, seed=0, given=given).attendance
        assert attendance is not None
        return len(attendance.people)

    assert (people(None), people(second)) == (14, 12)


# --- two outputs, solved together ---


def changed(hall: Hall, rnd: random.Random) -> set[int]:
    """Let enough people change something; return those who answered.

    In half of the halls few of them answer, in the others nearly all answer one and the same desire.
    """
    hand, changing, answering = hall.hand, set[int](), set[int]()
    travelled = [d for d in hall.desires if hand.state.travels[d]]
    often, many = rnd.choice(travelled), rnd.random() < 0.5
    for seat in rnd.sample(hall.seats, len(hall.seats)):
        if enough_since(len(changing), open_door=True) and not many:
            break
        changing.add(seat)
        mine = [d for d in travelled if hand.state.desires[d].author != seat]
        if mine and rnd.random() < (0.8 if many else 0.4):
            desire = often if many and often in mine else rnd.choice(mine)
            hand.answer(desire, 1 - max(0, hand.state.tally.answered(seat).get(desire, 0)), [seat])
            answering.add(seat)
        else:
            hand.do(ev.Present(seat, 0), f"s{seat}")
    return answering


def truth(before: Given, after: Given, label: str) -> Counter[tuple[str, str]]:
    """Return how many people went from which answer to which."""
    names = {1: "want", 0: "not mine", -1: "against", None: "silent"}
    first, second = before.answers.get(label, {}), after.answers[label]
    seats = before.people.keys() | after.people.keys()
    return Counter((names[first.get(seat)], names[second.get(seat)]) for seat in seats)


def told(halls: int, seed: int) -> tuple[list[str], int]:
    """Return what two exports of made-up halls tell of one to four people who changed an answer between them.

    Returns:
        What they tell, and of how many desires they told something new.
    """
    rnd, out, new = random.Random(seed), [], 0
    for _ in range(halls):
        hall = made_up(rnd, people=(24, 60))
        first = given_in(hall.hand.state)
        count = len(changed(hall, rnd))
        now = given_in(hall.hand.state)
        second = held(first, now, open_door=True)
        tables = [table(hall.hand.state, given) for given in (first, second)]
        for label, desire in ((str(n), hall.hand.state.desires[n]) for n in hall.desires):
            rows = [rows.get(desire.text, ("", "", "")) for rows in tables]
            if rows[0] != rows[1]:
                known = Changes(2 * len(hall.seats), count)
                known.take_in(*rows, least=1)
                out += known.told(truth(first, now, label))
                new += 1
    return out, new


@pytest.mark.proof("A14")
def test_two_outputs_together_tell_nothing_of_a_few_who_changed_an_answer(figure: Figure) -> None:
    halls = size(400, 60)
    found, new = told(halls, 5)
    figure(f"{halls} pairs of exports, solved together: {len(found)} changes of fewer than five people told")
    assert found == []
    assert new > halls / 10, "something is told anew"


@pytest.mark.sabotage("A14", "a new basis in all its parts (holding._held)")
def test_where_nothing_is_held_two_outputs_tell_what_a_few_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "_held", lambda _before, now, **_: now)
    assert len(told(60, 5)[0]) > 3


def test_the_solver_of_changes_finds_what_one_step_tells() -> None:
    known = Changes(40, 3)
    known.take_in(("30", "15", "0"), ("30", "10", "0"), least=1)
    assert known.told({("want", "not mine"): 1}) == ["from want: 1 to 3"]
    many = Changes(40, 12)
    many.take_in(("30", "15", "0"), ("30", "10", "0"), least=5)
    assert many.told({("want", "not mine"): 1}) == []
    assert ANSWERS[-1] == "silent"
