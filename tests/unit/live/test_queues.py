"""What waits for hosts, and what is shown of a circle, each list whole and each number at its limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oneheart.engine.disclosure import FOR_A_SHARE, FOR_A_WORD, SMALL, K
from oneheart.live import circles, queues
from oneheart.live import events as ev
from oneheart.live.queues import Proposal
from oneheart.live.state.released import NEAREST
from tests.support.by_hand import ByHand

A, B = 0, 1


def hall() -> ByHand:
    """Return a hall whose desires stand in every way.

    Desires: 0 undecided, 1 accepted, 2 rejected, 3 about the talk, 4 withdrawn, 5 joined to 0, 6 shown, 7 Hebrew.
    """
    hand = ByHand()
    first, second, third = hand.people(3)
    for seat, text in ((first, "Peace"), (first, "Bread"), (first, "Noise"), (first, "This talk")):
        hand.say(seat, text)
        if text == "Noise":
            hand.do(ev.Moderated(2, "rejected"))  # type: ignore[arg-type]
    hand.say(second, "Gone")
    hand.say(second, "Peace too")
    hand.say(third, "Joy")
    hand.say(third, "Shalom", "he")
    hand.do(ev.Moderated(1, "accepted"))  # type: ignore[arg-type]
    hand.do(ev.MarkedMeta(3, on=True))
    hand.do(ev.DesireWithdrawn(second, 4))
    hand.do(ev.DesireJoined(second, 5, 0))
    hand.do(ev.DesiresShown([6]))
    return hand


def test_each_desire_is_in_the_list_that_its_decision_asks_for() -> None:
    state = hall().state
    assert queues.waiting(state) == [0, 6, 7]
    assert queues.taken(state) == [1, 3, 6]
    assert queues.rejected(state) == [2]
    assert queues.in_other_languages(state, 0) == [7]
    assert queues.in_other_languages(state, 7) == [0, 1, 3, 6]


def test_lists_are_searched_by_words_in_any_case() -> None:
    state = hall().state
    assert queues.taken(state, "BREAD") == [1]
    assert queues.taken(state, "bread and") == []
    assert (queues.rejected(state, "nois"), queues.rejected(state, "joy")) == ([2], [])
    assert (queues.in_other_languages(state, 7, "peace"), queues.in_other_languages(state, 0, "peace")) == ([0], [])


def test_two_that_one_host_called_the_same_wait_for_a_second_while_both_stand() -> None:
    hand = hall()
    hand.do(ev.Translated(7, 0), "h1")
    hand.do(ev.Translated(6, 1), "h0")
    assert queues.proposals(hand.state) == [Proposal(6, 1, "h0"), Proposal(7, 0, "h1")]
    hand.do(ev.DesireWithdrawn(0, 1))
    assert queues.proposals(hand.state) == [Proposal(7, 0, "h1")]
    hand.do(ev.Translated(7, 0), "h0")
    assert queues.proposals(hand.state) == []


# --- circles ---


def scribed(hand: ByHand, scribe: int, circle: int | None) -> int:
    seat: int = hand.do(ev.SeatTaken("", "en", circle, scribe=scribe))
    return seat


@pytest.mark.parametrize(("people", "few"), [(K - 1, True), (K, False)])
def test_a_circle_is_few_below_k_people_without_those_whom_the_asker_added(people: int, *, few: bool) -> None:
    hand = ByHand(None, None)
    seats = hand.people(people, A)
    added = scribed(hand, seats[0], A)
    scribed(hand, seats[0], B)
    assert circles.is_few(hand.state, A, seats[0]) is few
    assert circles.is_few(hand.state, A, seats[1]) is (people + 1 < K)
    assert circles.scribed_by(hand.state, seats[0])[0] == circles.Scribed(1, added)
    hand.erase(added)
    assert [one.number for one in circles.scribed_by(hand.state, seats[0])] == [1]


def test_what_a_circle_wants_is_listed_by_text_without_lines_and_what_does_not_travel() -> None:
    hand = ByHand(None, None)
    seats = [*hand.people(K + 1, A), *hand.people(K, B)]
    for seat, text in ((0, "b"), (1, "a"), (2, "rejected"), (3, "d"), (4, "c"), (5, "e"), (K + 1, "elsewhere")):
        hand.say(seats[seat], text)
    hand.do(ev.StewardNamed(seats[0], on=True))
    hand.say(seats[0], "line", line_of=A)
    hand.say(seats[0], "carried", carried_by=A)
    hand.do(ev.Moderated(2, "rejected"))  # type: ignore[arg-type]
    hand.travel()
    listed = [(number, one.text) for number, one in circles.own_desires(hand.state, A, 0)]
    assert listed == [(1, "a"), (0, "b"), (4, "c"), (3, "d")], "nobody takes the place of what was rejected"
    for seat in seats[1:3]:
        hand.do(ev.SeatChanged(seat, circle=B))
    assert circles.own_desires(hand.state, A, 0) == [], "k - 1 people are left"


@pytest.mark.parametrize(("people", "told"), [(SMALL, 0), (FOR_A_WORD, 3)])
def test_three_desires_nearest_to_a_circle_of_more_than_twelve_are_those_of_the_end_of_the_stage(
    people: int, told: int
) -> None:
    hand = ByHand(None, None)
    seats = hand.people(people, A)
    for seat, text in enumerate(("Peace", "Bread", "Joy", "Noise", "Rest")):
        hand.say(seats[seat], text)
    hand.answer(3, 0, seats[:3])
    for wish in range(3):
        hand.answer(wish, 1, [seat for seat in seats if seat != wish])
    hand.answer(0, 1, hand.people(K, B))
    listed = circles.own_desires(hand.state, A, 0)
    assert circles.nearest_to_all(hand.state, A, listed) == [], "while the stage goes on"
    hand.move("crossing")
    assert [one.text for one in circles.nearest_to_all(hand.state, A, listed)] == ["Bread", "Joy", "Peace"][:told]
    assert circles.nearest_to_all(hand.state, A, []) == []


@pytest.mark.parametrize(
    ("can_say", "against", "verdict"),
    [(10, 0, "stands"), (9, 0, "gives way"), (13, 1, "to be amended"), (0, 0, "not measured")],
)
def test_a_large_circles_line_stands_at_the_end_of_the_stage_where_seven_of_ten_can_say_it(
    can_say: int, against: int, verdict: str
) -> None:
    hand = ByHand(None, None, voice="assembly")
    seats = hand.people(14, A)
    assert circles.line_word(hand.state, A) is None
    hand.do(ev.StewardNamed(seats[0], on=True))
    line = hand.say(seats[0], "Our line", line_of=A)
    hand.answer(hand.wishes(1)[0], 0, seats)  # so that enough people answered something
    others = seats[1:]
    if can_say:
        hand.answer(line, 1, others[: can_say - 1])  # who wrote it can say it
        hand.answer(line, -1, others[can_say - 1 : can_say - 1 + against])
        hand.answer(line, 0, others[can_say - 1 + against :])
    hand.answer(line, -1, hand.people(3, B))
    assert circles.line_word(hand.state, A) == ("all answered" if can_say else "not all answered")
    hand.move("crossing")
    assert circles.line_word(hand.state, A) == verdict


def test_a_small_circle_reads_whether_all_have_answered_and_never_what() -> None:
    hand = ByHand(None, None, voice="assembly")
    seats = hand.people(10, A)
    hand.do(ev.StewardNamed(seats[0], on=True))
    line = hand.say(seats[0], "Our line", line_of=A)
    for seat in seats[1:]:
        assert circles.line_word(hand.state, A) == "not all answered"
        hand.answer(line, 1, [seat])
    for stance in (1, 0, -1):
        hand.answer(line, stance, seats[5:6])
        assert circles.line_word(hand.state, A) == "all answered"
    hand.move("crossing")
    assert circles.line_word(hand.state, A) == "all answered", "nor at the end of the stage"


def test_everybody_in_the_hall_may_sit_and_nobody_of_remote_circles() -> None:
    hand = ByHand()
    for place in ("hall", "remote", "mirror"):
        hand.do(ev.CircleAdded("", place, place=place))  # type: ignore[arg-type]
    for circle, language in ((0, "en"), (1, "en"), (2, "en"), (None, "he"), (0, "he")):
        hand.people(1, circle, language)
    hand.erase(4)
    assert circles.may_sit(hand.state) == {0: (0, "en"), 3: (-1, "he")}


def test_tables_are_for_twice_k_people() -> None:
    assert NEAREST == 3, "the page says three"
    enough: Callable[[int], bool] = circles.enough_for_tables
    assert (enough(FOR_A_SHARE - 1), enough(FOR_A_SHARE), FOR_A_SHARE) == (False, True, 2 * K)
