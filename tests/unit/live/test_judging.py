"""Judging: how every part stands to a line, what the second draft is, and what a person is told of their own line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.judging import Part
from oneheart.live.state.text import LiveDraft
from oneheart.live.weaving_order import Woven
from oneheart.model.prayer import Affirmation, PrayerLine
from tests.support.by_hand import ByHand

A, B, C = range(3)


def everybody(seats: list[int]) -> Part:
    return Part("all", None, "", frozenset(seats))


# --- parts ---


def test_parts_are_all_every_circle_with_all_circles_in_it_and_each_language_without_who_erased_themselves() -> None:
    hand = ByHand(None, A, None)
    outer, inner, none, gone = hand.people(1, A)[0], hand.people(1, B)[0], hand.people(1)[0], hand.people(1, C, "he")[0]
    hebrew = hand.people(1, None, "he")[0]
    hand.erase(gone)
    there = [outer, inner, none, hebrew]
    assert judging.parts_of(hand.state) == (
        everybody(there),
        Part("circle", A, "", frozenset({outer, inner})),
        Part("circle", B, "", frozenset({inner})),
        Part("language", None, "en", frozenset({outer, inner, none})),
        Part("language", None, "he", frozenset({hebrew})),
    )
    hand.erase(hebrew)
    assert judging.parts_of(hand.state)[-1].kind == "circle", "one language is no part"


def test_an_affirmation_counts_a_parts_own_people() -> None:
    hand = ByHand()
    seats = hand.people(6)
    draft = hand.weave([hand.wishes(1)[0]])
    hand.read(0, "can say", seats[:3])
    hand.read(0, "would change", seats[3:4])
    hand.read(0, "against me", seats[4:6])
    (answers,) = hand.state.meetings.heard(draft)
    assert judging.affirmation(0, answers, everybody(seats)) == Affirmation(0, 6, 3, 2)
    assert judging.affirmation(0, answers, everybody(seats[2:5])) == Affirmation(0, 3, 1, 1)


@pytest.mark.parametrize(("people", "few"), [(11, True), (12, False)])
def test_below_twelve_people_all_are_asked_and_no_part_is_measured(people: int, *, few: bool) -> None:
    hand = ByHand(None, None)
    seats = [*hand.people(people - 2, A), *hand.people(2, B)]
    draft = hand.weave([hand.wishes(1)[0]])
    hand.read(0, "can say", seats)
    (line,) = judging.judge(hand.state, draft)
    assert (line.verdict, line.readers) == ("stands", people)
    assert [part.kind for part, _ in line.parts] == ([] if few else ["all"])


@pytest.mark.parametrize(("size", "parts"), [(11, ["all", "circle"]), (12, ["all", "circle", "circle"])])
def test_a_part_of_twelve_is_measured(size: int, parts: list[str]) -> None:
    hand = ByHand(None, None)
    seats = [*hand.people(30, A), *hand.people(size, B)]
    draft = hand.weave([hand.wishes(1)[0]])
    hand.read(0, "can say", seats)
    (line,) = judging.judge(hand.state, draft)
    assert [part.kind for part, _ in line.parts] == parts
    assert [reading.part for _, reading in line.parts] == list(range(len(parts)))


# --- the second draft ---


def two_circles(
    readings: dict[int, tuple[int, int]],
    *lines: str,
    alternates: tuple[str, ...] = (),
    same: Sequence[Sequence[int]] = (),
) -> ByHand:
    """Return a text read by twenty people of A and twenty of B.

    Args:
        readings: by line, how many of each circle can say it; the others would change it. All can say other lines.
        lines: their words.
        alternates: words of desires outside the text.
        same: groups of desires that are one wish in other words.
    """
    hand = ByHand(None, None)
    inside, outside = hand.people(20, A), hand.people(20, B)
    numbers = [hand.say(None, text) for text in (*lines, *alternates)]
    count = len(lines)
    groups = [list(group) for group in same]
    hand.weave(*([n] for n in numbers[:count]), alternates=numbers[count:], measured=True, seed=3, same=groups)
    for line in range(count):
        for circle, can in zip((inside, outside), readings.get(line, (20, 20)), strict=True):
            hand.read(line, "can say", circle[:can])
            hand.read(line, "would change", circle[can:])
    hand.move("second reading")
    return hand


def second(hand: ByHand) -> ev.DraftWoven:
    return judging.second_draft(hand.state, hand.draft)


WORDS = ("Peace on the hills", "Bread for everybody", "Joy tonight")
OTHERS = ("Quiet water", "Long songs", "Old friends")


def test_lines_that_stand_stay_as_they_are() -> None:
    hand = two_circles({}, *WORDS, alternates=OTHERS)
    body = second(hand)
    assert body == msgspec.structs.replace(
        hand.draft.body,
        version=hand.state.version,
        lines=[ev.WovenLine([n], follows=n) for n in range(3)],
    )


def test_a_line_that_parts_cannot_say_gives_way_to_the_alternate_that_the_part_wants_which_can_say_it_least() -> None:
    hand = ByHand(None, None)
    inside, outside = hand.people(20, A), hand.people(20, B)
    for text in (*WORDS, *OTHERS):
        hand.say(None, text)
    hand.answer(4, 1, inside)
    hand.answer(4, 0, outside)
    hand.answer(5, 1, outside)
    hand.answer(5, 0, inside)
    challengers = {"challengers": [3, 4, 5], "among": 3, "lots": 2}
    hand.weave([0], [1], [2], alternates=[3, 4, 5], without=[1], coverage=0.9, worst=[0.1], seed=3, **challengers)
    hand.can_say([*inside, *outside])
    hand.read(1, "would change", [*inside[:8], *outside[:12]])  # 12 of A can say it, 8 of B
    hand.move("second reading")
    assert second(hand) == ev.DraftWoven(
        version=hand.state.version,
        lines=[ev.WovenLine([0], follows=0), ev.WovenLine([5], changed=True), ev.WovenLine([2], follows=2)],
        alternates=[3, 4],
        left=[ev.WovenLine([1])],
        without=[1],
        seed=3,
        **challengers,  # type: ignore[arg-type]
    )


def test_what_left_before_stays_listed_as_not_yet_common() -> None:
    hand = two_circles({1: (5, 5)}, *WORDS)
    earlier = ev.WovenLine([2])
    draft = hand.draft
    body = msgspec.structs.replace(draft.body, left=[earlier])
    former = LiveDraft(1, 1, 1, body, second=False, readings=draft.readings, critiques=draft.critiques)
    after = judging.second_draft(hand.state, former)
    assert after.left == [earlier, ev.WovenLine([1])]
    assert [line.cites for line in after.lines] == [[0], [2]]


def test_an_alternate_that_is_the_same_wish_as_a_line_or_whose_words_are_gone_does_not_come_in() -> None:
    hand = two_circles({1: (5, 5)}, *WORDS, alternates=("Peace on the hill", "Erased", "Long songs"), same=[[0, 3]])
    hand.state.desires[4].text = ""
    after = second(hand)
    assert [line.cites for line in after.lines] == [[0], [5], [2]]
    assert after.same == [[0, 3]], "the next draft knows it too"


def test_an_alternate_that_is_only_spelled_like_a_line_comes_in() -> None:
    hand = two_circles({1: (5, 5)}, *WORDS, alternates=("Peace on the hill", "Long songs"))
    assert [line.cites for line in second(hand).lines] == [[0], [3], [2]]


@pytest.mark.parametrize("readers", [13, 0], ids=["it stands", "it was not measured"])
def test_a_line_that_stays_is_read_once_more_in_its_last_amendment_though_nobody_asked_for_one(readers: int) -> None:
    hand = ByHand()
    seats = hand.people(13)
    hand.say(seats[0], WORDS[0])
    hand.weave([0])
    hand.read(0, "can say", seats[:readers])
    hand.do(ev.LineAmended(seats[0], 0, 0, "First other words", "en"))
    hand.do(ev.LineAmended(seats[0], 0, 0, "In other words", "he"))
    hand.move("second reading")
    body = second(hand)
    last = max(hand.state.prayers.amended)
    assert body.lines == [ev.WovenLine([0], amendment=last, follows=0, changed=True)]
    hand.do(body)
    assert judging.text_of(hand.state, hand.draft) == (PrayerLine("In other words", "he", (0,), amended=True),)
    said = hashlib.sha256(b"he\tIn other words").hexdigest()
    assert judging.digest_of(hand.state, hand.draft) == said


def test_an_amendment_in_the_words_that_a_line_has_changes_nothing() -> None:
    hand = ByHand()
    seats = hand.people(13)
    hand.say(seats[0], WORDS[0])
    hand.weave([0])
    hand.do(ev.LineAmended(seats[0], 0, 0, "In other words", "en"))
    hand.do(ev.LineAmended(seats[0], 0, 0, WORDS[0], "en"))
    hand.move("second reading")
    assert second(hand).lines == [ev.WovenLine([0], follows=0)]


def test_a_line_that_goes_against_people_takes_its_amendment_rather_than_an_alternate() -> None:
    hand = ByHand()
    seats = hand.people(13)
    hand.say(seats[0], WORDS[0])
    hand.say(None, OTHERS[0])
    hand.weave([0], alternates=[1])
    hand.read(0, "against me", seats[:4])
    hand.read(0, "can say", seats[4:])
    hand.do(ev.LineAmended(seats[0], 0, 0, "In other words", "en"))
    place = next(iter(hand.state.prayers.amended))
    hand.move("second reading")
    assert second(hand).lines == [ev.WovenLine([0], amendment=place, follows=0, changed=True)]
    hand.state.prayers.amended.clear()  # its author erased it
    assert second(hand).lines == [ev.WovenLine([1], changed=True)]


def test_a_first_draft_holds_what_was_woven_with_shares_to_four_places() -> None:
    woven = Woven(
        version=3,
        lines=((4,), (2, 1)),
        alternates=(5, 0),
        measured=True,
        coverage=0.123456,
        share_index=0.98765,
        worst=(0.33333, -0.1),
        without=("circle-2", "circle-10"),
        seed=9,
    )
    assert judging.first_draft(woven) == ev.DraftWoven(
        version=3,
        lines=[ev.WovenLine([4]), ev.WovenLine([2, 1])],
        alternates=[5, 0],
        measured=True,
        coverage=0.1235,
        share_index=0.9877,
        worst=[0.3333, -0.1],
        without=[1, 9],
        seed=9,
    )
    unmeasured = msgspec.structs.replace(judging.first_draft(woven), coverage=None, share_index=None)
    without: dict[str, Any] = {name: getattr(woven, name) for name in woven.__dataclass_fields__}
    assert judging.first_draft(Woven(**{**without, "coverage": None, "share_index": None})) == unmeasured


@pytest.mark.parametrize(
    ("answers", "share"),
    [([], 1 / 2), ([1], 2 / 3), ([0], 1 / 3), ([1, 1, 0, -1], 3 / 6), ([1] * 8, 9 / 10)],
)
def test_how_much_a_part_wants_a_desire_is_drawn_towards_a_half_where_few_were_asked(
    answers: list[int], share: float
) -> None:
    hand = ByHand(voice="assembly")
    seats = hand.people(10)
    (wish,) = hand.wishes(1)
    for seat, stance in zip(seats, answers, strict=False):
        hand.answer(wish, stance, [seat])
    hand.answer(wish, 1, hand.people(3))  # of no such part
    assert judging.want_share(hand.state, everybody(seats), wish) == pytest.approx(share)


# --- of one's own ---


def test_lines_that_nobody_but_their_authors_wants_are_counted() -> None:
    hand = ByHand()
    author, other, gone = hand.people(3)
    alone, wanted, joined, hosts, by_gone = (
        hand.say(author, WORDS[0]),
        hand.say(author, WORDS[1]),
        hand.say(author, WORDS[2]),
        hand.say(None, OTHERS[0]),
        hand.say(other, OTHERS[1]),
    )
    hand.answer(alone, 0, [other])
    hand.answer(wanted, 1, [other])
    hand.do(ev.DesireJoined(gone, hand.say(gone, "Joy this night"), joined))
    hand.answer(by_gone, 1, [gone])
    hand.erase(gone)
    assert share_alone(hand, [alone]) == 1.0
    assert share_alone(hand, [wanted]) == 0.0
    assert share_alone(hand, [by_gone]) == 1.0, "who erased themselves wants nothing"
    assert share_alone(hand, [alone], [wanted]) == 0.5
    assert share_alone(hand, [alone], [wanted], [by_gone], [hosts]) == 0.75
    assert share_alone(hand, [wanted, alone]) == 0.0, "they want the desire whose words are read"


def share_alone(hand: ByHand, *cites: list[int]) -> float:
    body = ev.DraftWoven(0, [ev.WovenLine(one) for one in cites])
    draft = LiveDraft(1, 1, 1, body, second=False, readings=[{} for _ in cites], critiques=[{} for _ in cites])
    return judging.held_by_authors_only(hand.state, draft)


def test_a_persons_line_is_their_own_before_the_joined_the_wanted_and_the_one_they_can_say() -> None:
    hand = ByHand()
    own, joined, wants, says, nothing, against = hand.people(6)
    mine, theirs, third = hand.say(own, WORDS[0]), hand.say(joined, WORDS[1]), hand.say(None, WORDS[2])
    also = hand.say(joined, "Peace on all the hills")
    hand.do(ev.DesireJoined(joined, also, mine))
    hand.answer(theirs, 1, [own, wants])
    hand.answer(third, 0, [wants])
    draft = hand.weave([third], [theirs], [mine])
    hand.read(0, "can say", [own, joined, wants, says])
    hand.read(1, "can say", [says])
    hand.read(0, "would change", [nothing])
    hand.read(1, "against me", [against])
    told = [judging.part_of(hand.state, draft, seat) for seat in (own, joined, wants, says, nothing, against)]
    assert told == [(2, "own"), (1, "own"), (1, "wanted"), (0, "can say"), None, None]
    several = LiveDraft(
        1, 1, 1, ev.DraftWoven(0, [ev.WovenLine([third, theirs])]), second=False, readings=[{}], critiques=[{}]
    )
    assert judging.part_of(hand.state, several, wants) == (0, "wanted"), "one of several is enough"
    both = ev.DraftWoven(0, [ev.WovenLine([third, mine])])
    several = LiveDraft(1, 1, 1, both, second=False, readings=[{}], critiques=[{}])
    assert judging.part_of(hand.state, several, own) == (0, "own")
    assert judging.part_of(hand.state, several, joined) == (0, "joined")
    hand.state.desires[theirs].text = ""
    assert judging.part_of(hand.state, draft, joined) == (2, "joined"), "a line without words is nobody's"
    assert judging.part_of(hand.state, draft, wants) == (0, "can say")


@pytest.mark.parametrize(
    ("members", "with_line", "word"),
    [(12, 12, None), (13, 13, "most"), (13, 0, "few"), (15, 10, "most"), (15, 7, "some"), (15, 4, "few")],
)
def test_a_circle_of_more_than_twelve_is_told_by_a_word_how_many_have_a_line_of_their_own(
    members: int, with_line: int, word: str | None
) -> None:
    hand = ByHand(None, None)
    inside, outside = hand.people(members, A), hand.people(10, B)
    (wish,) = hand.wishes(1)
    hand.answer(wish, 1, [*inside[:with_line], *outside])
    draft = hand.weave([wish])
    assert judging.share_of_circle(hand.state, draft, A) == word
    hand.read(0, "can say", inside)
    assert judging.share_of_circle(hand.state, draft, A) == word, "what somebody can say moves no word"


def test_who_erased_themselves_is_no_member_of_their_circle() -> None:
    hand = ByHand(None)
    inside = hand.people(13, A)
    (wish,) = hand.wishes(1)
    hand.answer(wish, 1, inside)
    draft = hand.weave([wish])
    assert judging.share_of_circle(hand.state, draft, A) == "most"
    hand.erase(inside[0])
    assert judging.share_of_circle(hand.state, draft, A) is None
