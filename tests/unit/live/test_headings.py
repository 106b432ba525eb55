"""Without a line there is no ceremony: hall, phones and desk say so, and how near it came."""

from __future__ import annotations

import pytest

from oneheart.engine.disclosure import count_of
from oneheart.live import events as ev
from oneheart.live.headings import Heading, heading_of, nearest_now
from oneheart.live.sealing import with_nearest
from oneheart.live.snapshot import take
from oneheart.model.verdict import Status
from tests.support.by_hand import ByHand


def hall(people: int, wants: list[int]) -> ByHand:
    """Return a hall in which everybody answered each wish, so many wanted it, and no line was found."""
    hand = ByHand()
    seats = hand.people(people)
    hand.wishes(len(wants))
    for wish, count in enumerate(wants):
        hand.answer(wish, 1, seats[:count])
        hand.answer(wish, 0, seats[count:])
    hand.move("weaving")
    hand.do(with_nearest(hand.state, ev.DraftWoven(hand.state.version, [])), "house")
    return hand


def test_in_every_stage_of_a_text_a_text_without_lines_is_said_to_be_none() -> None:
    hand = ByHand()
    assert heading_of(hand.state) is None
    hand.move("weaving")
    assert heading_of(hand.state) is None, "it is being woven"
    hand.do(ev.DraftWoven(hand.state.version, []))
    for stage in ("weaving", "reading", "second reading", "sealed", "said"):
        hand.move(stage)
        assert (heading_of(hand.state), take(hand.state).heading) == (Heading.NO_TEXT, Heading.NO_TEXT), stage
    hand.move("open")
    assert heading_of(hand.state) is None


def test_what_came_nearest_is_told_with_a_bound_that_is_sure() -> None:
    hand = hall(40, [10, 30, 20])
    nearest = nearest_now(hand.state)
    assert nearest is not None
    assert (nearest.line.text, nearest.share, nearest.people) == ("Bread", 0.75, 40)
    snapshot = take(hand.state)
    assert snapshot.nearest == nearest.line
    assert str(snapshot.nearest_share) == "75", "all were asked, so the bound is the share itself"


def test_fewer_who_were_asked_give_a_lower_bound() -> None:
    hand = ByHand()
    seats = hand.people(100)
    hand.wishes(1)
    hand.answer(0, 1, seats[:15])
    hand.answer(0, 0, seats[15:20])
    body = with_nearest(hand.state, ev.DraftWoven(1, []))
    assert body.nearest == 0
    assert body.nearest_share is not None
    assert 0.3 < body.nearest_share < 0.75


@pytest.mark.parametrize(("people", "wants"), [(9, [9]), (12, [12]), (40, [0])])
def test_of_few_people_or_of_what_nobody_wants_nothing_is_told(people: int, wants: list[int]) -> None:
    hand = hall(people, wants)
    assert (heading_of(hand.state), nearest_now(hand.state)) == (Heading.NO_TEXT, None)
    assert count_of(take(hand.state).people) == people // 5 * 5


def test_a_nearest_desire_whose_words_were_erased_is_not_told() -> None:
    hand = hall(40, [30])
    hand.state.desires[0].withdrawn = True
    assert nearest_now(hand.state) is None


def test_one_persons_answer_later_does_not_move_what_was_told() -> None:
    hand = hall(40, [30])
    before = nearest_now(hand.state)
    hand.state.tally.respond(0, 0, 0, circle=None)
    assert nearest_now(hand.state) == before


def test_while_it_is_being_sealed_and_when_it_is_read_anew_that_is_said() -> None:
    hand = ByHand()
    hand.people(6)
    hand.say(0, "Peace")
    hand.weave([0])
    assert heading_of(hand.state) is None
    hand.move("sealed")
    assert heading_of(hand.state) is Heading.SEALING
    from oneheart.live.judging import digest_of, draft_anew

    hand.do(ev.TextSealed(0, digest_of(hand.state, hand.draft), "e" * 64, Status.NOT_YET))
    assert heading_of(hand.state) is None
    hand.do(ev.SealTakenBack(0, hand.state.version))
    assert heading_of(hand.state) is Heading.ANEW
    hand.do(draft_anew(hand.state, hand.draft))
    assert heading_of(hand.state) is Heading.ANEW
