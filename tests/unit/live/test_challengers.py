"""Who is asked about which desires outside the text, and what of it is put to the audit, each number at its limit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from oneheart import settings
from oneheart.engine.prayer import audit
from oneheart.live import challenging, sealing
from oneheart.live import events as ev
from oneheart.live.challenging import FEW, LOTS_MOST, POOL_MOST
from oneheart.live.state.lots import drawn
from oneheart.live.state.text import LiveDraft
from tests.support.by_hand import ByHand
from tests.support.heads import HEAD

A, B = 0, 1


def body(*lines: int, **more: Any) -> ev.DraftWoven:
    return ev.DraftWoven(0, [ev.WovenLine([n]) for n in lines], **more)


def asked(hand: ByHand, *lines: int, **more: Any) -> tuple[list[int], int, int]:
    """Return which desires are in question, among how many lots are drawn, and how many lots each person has."""
    out = challenging.with_challengers(hand.state, body(*lines, **more))
    return out.challengers, out.among, out.lots


def test_a_person_has_about_four_unanswered_ones_and_up_to_twelve_people_have_all() -> None:
    assert (settings.CHALLENGERS.value, LOTS_MOST, FEW, POOL_MOST) == (4, 12, 12, 100), "written down in the docs"


# --- which are in question ---


def test_what_may_take_a_lines_place_comes_first_then_what_is_wanted_most_then_the_number() -> None:
    hand = ByHand()
    seats = hand.people(5)
    hand.wishes(7)
    hand.answer(2, 1, seats[:1])  # 1 / 2
    hand.answer(3, 1, seats[:2])
    hand.answer(3, 0, seats[2:])  # 2 / 6
    hand.answer(4, 1, seats[:3])  # 3 / 4
    assert asked(hand, 0)[0] == [4, 2, 3, 1, 5, 6]
    assert asked(hand, 0, alternates=[6, 3])[0] == [6, 3, 4, 2, 1, 5]
    assert asked(hand, 0, 4)[0] == [2, 3, 1, 5, 6]


def test_every_desire_that_a_line_says_is_in_the_text() -> None:
    hand = ByHand()
    hand.people(1)
    hand.wishes(4)
    out = challenging.with_challengers(hand.state, ev.DraftWoven(0, [ev.WovenLine([0, 2])]))
    assert out.challengers == [1, 3]


def test_what_does_not_travel_is_not_in_question() -> None:
    hand = ByHand()
    hand.people(1)
    hand.wishes(4)
    hand.do(ev.Moderated(2, "rejected"))  # type: ignore[arg-type]
    assert asked(hand, 0)[0] == [1, 3]


def test_where_only_lines_travelled_only_what_circles_sent_and_hosts_said_is_in_question() -> None:
    hand = ByHand(None)
    (seat,) = hand.people(1, A)
    hand.do(ev.StewardNamed(seat, on=True))
    hand.wishes(2)
    hand.say(seat, "One person's")
    hand.say(seat, "Line", line_of=A)
    hand.say(seat, "Carried", carried_by=A)
    hand.do(ev.StageMoved("crossing", hand.state.version, "lines"))  # type: ignore[arg-type]
    hand.move("weaving")
    assert asked(hand, 0)[0] == [1, 3, 4]
    hand.move("crossing", "weaving")
    assert asked(hand, 0)[0] == [1, 2, 3, 4]


def test_a_text_without_lines_and_a_hall_without_other_desires_ask_nothing() -> None:
    hand = ByHand()
    hand.people(1)
    hand.wishes(2)
    assert challenging.with_challengers(hand.state, body()) == body()
    assert challenging.with_challengers(hand.state, body(0, 1)) == body(0, 1)


# --- how many lots ---


def hall(people: int, wishes: int) -> ByHand:
    hand = ByHand()
    hand.people(people)
    hand.wishes(wishes)
    return hand


@pytest.mark.parametrize(("people", "lots"), [(FEW, LOTS_MOST), (FEW + 1, 4)])
def test_more_than_twelve_people_have_lots_for_four_unanswered_ones(people: int, lots: int) -> None:
    assert asked(hall(people, 21), 0)[1:] == (20, lots)


def test_who_erased_themselves_is_none_of_the_twelve() -> None:
    hand = hall(FEW + 1, 21)
    hand.erase(3)
    assert asked(hand, 0)[2] == LOTS_MOST


@pytest.mark.parametrize(("answered", "lots"), [(1, 5), (5, 6), (10, 8), (13, 12), (14, 12), (20, 12)])
def test_who_has_answered_many_has_more_lots_but_never_more_than_twelve(answered: int, lots: int) -> None:
    hand = hall(13, 21)
    for wish in range(1, 1 + answered):
        hand.answer(wish, 0, range(13))
    assert asked(hand, 0)[2] == lots, "4 / unanswered share, rounded up"


@pytest.mark.parametrize(("wishes", "lots"), [(4, 3), (5, 4), (6, 4)])
def test_nobody_has_more_lots_than_there_are_desires(wishes: int, lots: int) -> None:
    assert asked(hall(13, wishes), 0)[2] == lots


def test_one_s_own_and_what_it_is_joined_to_count_as_answered() -> None:
    hand = hall(13, 11)
    assert asked(hand, 0)[2] == 4
    for seat in range(13):
        hand.do(ev.DesireJoined(seat, hand.say(seat, f"Mine {seat}"), 1 + seat % 4))
    assert asked(hand, 0)[:2] == ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10)
    assert asked(hand, 0)[2] == 5, "each knows one of ten: 4 / 0.9"


@pytest.mark.parametrize(("outside", "among"), [(POOL_MOST, POOL_MOST), (POOL_MOST + 1, POOL_MOST)])
def test_lots_are_drawn_among_the_first_hundred_and_the_others_stay_in_question(outside: int, among: int) -> None:
    challengers, drawn_among, lots = asked(hall(13, 1 + outside), 0)
    assert (len(challengers), drawn_among, lots) == (outside, among, 4)


# --- what a person is asked ---


def test_a_person_is_asked_about_what_they_have_not_answered_said_or_joined_and_can_read() -> None:
    hand = ByHand()
    seat, other = hand.people(2)
    line, wanted, mine, root, hebrew, translated, gone, left = (
        hand.say(None, "Line"),
        hand.say(None, "Answered"),
        hand.say(seat, "Mine"),
        hand.say(None, "Root"),
        hand.say(None, "Hebrew", "he"),
        hand.say(None, "Also Hebrew", "he"),
        hand.say(None, "Gone"),
        hand.say(None, "Left"),
    )
    english = hand.say(other, "In English")
    for by in ("h0", "h1"):
        hand.do(ev.Translated(english, translated), by)
    hand.answer(wanted, 0, [seat])
    hand.do(ev.DesireJoined(seat, hand.say(seat, "The same"), root))
    hand.do(ev.LanguageUnread(seat, "he"))
    all_of_them = [line, wanted, mine, root, hebrew, translated, gone, left]
    draft = hand.weave([line], challengers=all_of_them, among=8, lots=8)
    hand.do(ev.Moderated(gone, "rejected"))  # type: ignore[arg-type]
    assert sorted(challenging.to_answer(hand.state, draft, seat)) == [line, translated, left]
    assert sorted(challenging.to_answer(hand.state, draft, other)) == [line, wanted, mine, root, hebrew, left]
    hand.do(ev.ChallengerAnswered(seat, 0, left, 1))  # type: ignore[arg-type]
    order = tuple(n for n in drawn(draft, seat) if n in {line, translated, left})
    assert challenging.to_answer(hand.state, draft, seat) == order, "they may change it, in the order of the draw"


def test_a_reader_is_who_said_something_to_every_line_and_is_there() -> None:
    hand = ByHand()
    all_lines, one_line, gone, late = hand.people(4)
    hand.wishes(3)
    hand.weave([0], [1], [2])
    hand.can_say([all_lines, gone])
    hand.read(0, "can say", [one_line])
    hand.erase(gone)
    assert challenging.readers_of(hand.state, hand.draft) == [all_lines]
    hand.read(0, "against me", [late])
    hand.read(1, "would change", [late])
    hand.read(2, "can say", [late])
    assert challenging.readers_of(hand.state, hand.draft) == [all_lines, late]
    empty = LiveDraft(1, 1, 1, body(), second=False, readings=[], critiques=[])
    assert challenging.readers_of(hand.state, empty) == []


# --- what is put to the audit ---

Triples = set[tuple[int, int, int]]


def put(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> tuple[audit.LinesHeld, int, list[int], Triples, Triples]:
    """Return lines held, number of lines, challengers, what was asked and what was known before, for the last draft.

    Answers are (desire, row of the reader, wants).
    """
    calls: list[tuple[audit.LinesHeld, int, list[int], Triples, Triples]] = []
    real = audit.audit

    def triples(columns: list[int], answers: Any) -> Triples:
        return {(columns[place], row, wants) for place, row, wants in zip(*answers, strict=True)}

    def listen(held: audit.LinesHeld, lines: int, columns: list[int], answers: Any, *, known: Any) -> audit.Audit:
        calls.append((held, lines, columns, triples(columns, answers), triples(columns, known)))
        return real(held, lines, columns, answers, known=known)

    monkeypatch.setattr(audit, "audit", listen)
    challenging.audited(hand.state, hand.draft)
    monkeypatch.undo()
    return calls[0]


def test_the_audit_takes_answers_before_the_draw_as_known_and_of_the_drawn_those_that_are_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand(voice="assembly")
    silent, wants, says, refuses = hand.people(4)
    hand.wishes(5)
    mine = hand.say(wants, "My own wish")
    hand.answer(0, 1, [wants])
    hand.answer(mine, 0, [wants])  # what they say now counts before what they wrote
    hand.answer(1, 0, [wants, says])
    hand.answer(2, -1, [wants])
    hand.weave([0], [1], challengers=[2, 3, 4, mine], among=4, lots=4)
    for seat, reading in ((wants, "would change"), (says, "can say"), (refuses, "against me")):
        for line in range(2):
            hand.read(line, reading, [seat])
    for seat, wish, stance in ((says, 2, 1), (says, 3, 0), (refuses, 4, -1), (wants, 2, 1), (silent, 3, 1)):
        hand.do(ev.ChallengerAnswered(seat, 0, wish, stance))  # type: ignore[arg-type]
    held, lines, columns, new, known = put(hand, monkeypatch)
    assert (held.least.tolist(), held.most.tolist()) == ([1, 0, 0], [1, 1, 0])
    assert (lines, columns) == (2, [2, 3, 4, mine])
    assert new == {(2, 1, 1), (3, 1, 0), (4, 2, 0)}
    assert known == {(2, 0, 0), (mine, 0, 0)}
    hand.do(ev.Moderated(4, "rejected"))  # type: ignore[arg-type]
    assert put(hand, monkeypatch)[2:4] == ([2, 3, mine], {(2, 1, 1), (3, 1, 0)}), "what is gone is owed to nobody"


def test_a_line_that_left_is_a_challenger_and_whom_it_went_against_does_not_want_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand()
    can, cannot, answered, late, against = hand.people(5)
    hand.wishes(4)
    hand.answer(1, 0, [answered])
    hand.weave([0], [1], challengers=[2, 3], among=2, lots=0)
    hand.read(1, "can say", [can, answered])
    hand.read(1, "would change", [cannot])
    hand.read(1, "against me", [against])
    hand.move("second reading")
    first = hand.draft
    second = msgspec.structs.replace(
        first.body,
        version=hand.state.version,
        lines=[ev.WovenLine([0], follows=0), ev.WovenLine([2], changed=True)],
        left=[ev.WovenLine([1])],
    )
    hand.do(second)
    for seat in (can, cannot, answered, late, against):
        hand.read(1, "can say", [seat])
        hand.draft.readings[0][seat] = hand.draft.readings[1][seat]
    held, lines, columns, new, known = put(hand, monkeypatch)
    assert (lines, columns, new) == (2, [3, 1], set()), "what came in is in question no more"
    assert known == {(1, 2, 0), (1, 4, 0)}
    assert (held.least.tolist(), held.most.tolist()) == ([0] * 5, [2] * 5), (
        "nobody was asked whether they want the lines"
    )
    hand.do(ev.ChallengerAnswered(can, 1, 1, 1))  # type: ignore[arg-type]
    hand.do(ev.ChallengerAnswered(late, 1, 0, 1))  # type: ignore[arg-type]
    hand.do(ev.ChallengerAnswered(cannot, 1, 2, 0))  # type: ignore[arg-type]
    held, _, _, new, _ = put(hand, monkeypatch)
    assert new == {(1, 0, 1)}, "who can say what left is asked whether they want it"
    assert (held.least.tolist(), held.most.tolist()) == ([0, 0, 0, 1, 0], [2, 1, 2, 2, 2])


def refused_by(readers: int, *, answered: int, want: int, share: float | None = None) -> ByHand:
    """Return a text of two lines that its readers cannot say, and a challenger about which some of them were heard."""
    hand = ByHand()
    seats = hand.people(readers)
    hand.wishes(3)
    hand.weave([0], [1], challengers=[2], among=1, lots=1, share_index=share)
    for line in range(2):
        hand.read(line, "would change", seats)
    for seat in seats[:answered]:
        hand.do(ev.ChallengerAnswered(seat, 0, 2, int(seat < want)))  # type: ignore[arg-type]
    return hand


@pytest.mark.parametrize(("answered", "told"), [(1, False), (2, True)])
def test_without_a_model_half_of_the_readers_must_have_answered(answered: int, *, told: bool) -> None:
    hand = refused_by(4, answered=answered, want=4)
    assert (challenging.audited(hand.state, hand.draft) is not None) is told


def test_with_a_model_or_where_it_is_certain_anyway_fewer_answers_do() -> None:
    hand = refused_by(4, answered=1, want=4, share=0.5)
    assert challenging.audited(hand.state, hand.draft) is not None
    hand = ByHand()
    seats = hand.people(4)
    hand.wishes(2)
    hand.answer(0, 1, seats)
    hand.weave([0], challengers=[1], among=1, lots=1)
    hand.can_say(seats)
    found = challenging.audited(hand.state, hand.draft)
    assert found is not None
    assert (found.kind, found.high) == ("certified", 0.5), "each has a line, so none is owed more than half of one"


def test_answers_that_are_known_before_count_as_heard() -> None:
    hand = ByHand()
    seats = hand.people(4)
    hand.wishes(3)
    hand.answer(2, 1, seats[:1])
    hand.weave([0], [1], challengers=[2], among=1, lots=1)
    for line in range(2):
        hand.read(line, "would change", seats)
    assert challenging.audited(hand.state, hand.draft) is None
    hand.do(ev.ChallengerAnswered(seats[1], 0, 2, 1))  # type: ignore[arg-type]
    assert challenging.audited(hand.state, hand.draft) is not None


def test_nothing_is_known_without_readers_lines_or_before_readers_were_asked() -> None:
    hand = refused_by(4, answered=4, want=1)
    assert challenging.audited(hand.state, hand.draft) is not None
    draft = hand.draft

    def of(now: ev.DraftWoven, said: list[Any]) -> audit.Audit | None:
        return challenging.audited(
            hand.state, LiveDraft(1, 1, 1, now, second=False, readings=said, critiques=[{} for _ in said])
        )

    unread: list[dict[int, Any]] = [{}, {}]
    assert of(draft.body, unread) is None
    assert of(msgspec.structs.replace(draft.body, lines=[]), []) is None
    assert of(msgspec.structs.replace(draft.body, challengers=[]), draft.readings) is None
    for wish in (2,):
        hand.do(ev.Moderated(wish, "rejected"))  # type: ignore[arg-type]
    found = of(msgspec.structs.replace(draft.body, challengers=[]), draft.readings)
    assert found is not None, "there is nothing that anybody could have been asked about"
    assert found.kind == "certified"


def test_each_challenger_must_have_been_heard_by_half() -> None:
    hand = ByHand()
    seats = hand.people(4)
    hand.wishes(4)
    hand.weave([0], [1], challengers=[2, 3], among=2, lots=2)
    for line in range(2):
        hand.read(line, "would change", seats)
    for seat in seats:
        hand.do(ev.ChallengerAnswered(seat, 0, 2, 1))  # type: ignore[arg-type]
    assert challenging.audited(hand.state, hand.draft) is None
    for seat in seats[:2]:
        hand.do(ev.ChallengerAnswered(seat, 0, 3, 1))  # type: ignore[arg-type]
    assert challenging.audited(hand.state, hand.draft) is not None


def test_a_line_is_theirs_who_want_one_of_the_desires_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand()
    one, none, unasked = hand.people(3)
    hand.wishes(3)
    hand.answer(0, 0, [one, none])
    hand.answer(1, 1, [one])
    hand.weave([0, 1], challengers=[2], among=1, lots=0)
    hand.read(0, "would change", [one])
    hand.read(0, "can say", [none, unasked])
    held = put(hand, monkeypatch)[0]
    assert held.least.tolist() == [1, 0, 0], "by what they answered, never by what they can say"
    assert held.most.tolist() == [1, 0, 1]


def test_what_was_said_to_a_line_in_another_round_is_not_known_of_it_in_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand()
    seats = hand.people(2)
    hand.wishes(3)
    hand.weave([1], challengers=[2], among=1, lots=0)
    hand.read(0, "can say", seats)
    hand.move("open", "crossing")
    hand.weave([0], challengers=[2], among=1, lots=0, left=[ev.WovenLine([1])])
    hand.read(0, "can say", seats)
    assert put(hand, monkeypatch)[2:] == ([2, 1], set(), set())


def test_a_line_of_several_desires_that_left_is_the_challenger_whose_words_were_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand()
    seats = hand.people(2)
    hand.wishes(4)
    hand.weave([0], challengers=[3], among=1, lots=0, left=[ev.WovenLine([1, 2])])
    hand.read(0, "can say", seats)
    assert put(hand, monkeypatch)[2] == [3, 1]


# --- being able to say a line is not wanting it ---


def can_say_all(people: int = 40) -> ByHand:
    """Return a text of two lines that all can say and nobody was asked about, and a challenger that all want."""
    hand = ByHand()
    seats = hand.people(people)
    hand.wishes(3)
    hand.weave([0], [1], challengers=[2], among=1, lots=1, share_index=0.5)
    hand.can_say(seats)
    for seat in seats:
        hand.do(ev.ChallengerAnswered(seat, 0, 2, 1))  # type: ignore[arg-type]
    return hand


def test_a_text_that_all_can_say_is_not_certified_until_it_is_known_who_wants_its_lines() -> None:
    hand = can_say_all()
    found = challenging.audited(hand.state, hand.draft)
    assert found is not None
    assert (found.kind, found.high) == ("estimated", 2.0)
    for seat in range(40):
        for line in range(2):
            hand.do(ev.ChallengerAnswered(seat, 0, line, 0))  # type: ignore[arg-type]
    found = challenging.audited(hand.state, hand.draft)
    assert found is not None
    assert (found.kind, found.low) == ("estimated", 2.0), "nobody wants a line, so all are surely owed one"
    for seat in range(40):
        for line in range(2):
            hand.do(ev.ChallengerAnswered(seat, 0, line, 1))  # type: ignore[arg-type]
    found = challenging.audited(hand.state, hand.draft)
    assert found is not None
    assert (found.kind, found.high) == ("certified", pytest.approx(2 / 3))


def test_where_saying_counts_as_wanting_such_a_text_is_certified_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def saying_is_wanting(wants: Any, readings: Any) -> audit.LinesHeld:
        rows = zip(wants, readings, strict=True)
        return audit.LinesHeld.known([sum(1 in pair for pair in zip(*row, strict=True)) for row in rows])

    monkeypatch.setattr(audit, "lines_held", saying_is_wanting)
    hand = can_say_all()
    found = challenging.audited(hand.state, hand.draft)
    assert found is not None
    assert found.kind == "certified"


def test_who_answers_only_about_lines_is_not_told_of_as_asked_by_lot() -> None:
    hand = can_say_all(10)
    hand.draft.challenged.clear()
    for seat in range(10):
        hand.do(ev.ChallengerAnswered(seat, 0, 0, 1))  # type: ignore[arg-type]
    assert sealing.seal(hand.state, HEAD).asked == 0
