"""Which circles are named with a sealed text: by what they did as circles, and never one below k people."""

from __future__ import annotations

from typing import Any

import pytest

from oneheart.engine.disclosure import K
from oneheart.live import events as ev
from oneheart.live.origin import chain_of, named_with, still_named
from oneheart.live.sealing import seal
from oneheart.live.state import Refusal, State
from tests.support.heads import HEAD

A, B, C = range(3)


class Play:
    """A state that is led by hand."""

    def __init__(self, *parents: int | None) -> None:
        self.state = State()
        self.apply(ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]))
        for number, parent in enumerate(parents or (None, None, None)):
            self.apply(ev.CircleAdded(f"C{number}", f"key-{number}", parent))

    def apply(self, body: ev.AnyBody) -> Any:
        kind = ev.kind_of(body)
        return self.state.apply(self.state.seq + 1, kind, ev.decode(ev.encode(body)), "h0", 1000)

    def sit(self, circle: int | None, count: int = 1) -> list[int]:
        return [self.apply(ev.SeatTaken("", "en", circle)) for _ in range(count)]

    def say(self, seat: int, text: str, **more: Any) -> int:
        if more:
            self.apply(ev.StewardNamed(seat, on=True))
        number = self.apply(ev.DesireSaid(seat, text, "en", **more))
        assert not isinstance(number, Refusal)
        return number

    def move(self, stage: str) -> None:
        self.apply(ev.StageMoved(stage, self.state.version))

    def text(self, *desires: int, readers: list[int] | None = None) -> ev.TextSealed:
        """Weave these desires, let people read them, and seal the text."""
        self.move("weaving")
        lines = [ev.WovenLine([number]) for number in desires]
        assert self.apply(ev.DraftWoven(self.state.version, lines)) is not Refusal.UNKNOWN
        self.move("reading")
        for seat in readers or []:
            for line in range(len(lines)):
                self.apply(ev.LineRead(seat, len(self.state.prayers.drafts) - 1, line, "can say"))
        self.move("sealed")
        body = seal(self.state, HEAD)
        self.apply(body)
        return body


def named(play: Play, *desires: int, readers: list[int] | None = None) -> tuple[list[int], bool]:
    body = play.text(*desires, readers=readers)
    return body.circles, body.alone


def test_a_circle_is_named_by_its_own_line_and_the_hall_that_it_stands_in_is_found_by_it() -> None:
    play = Play(None, A, None)
    inside, outside = play.sit(B, K), play.sit(C, K)
    own, theirs = play.say(inside[0], "peace", line_of=B), play.say(outside[0], "bread", line_of=C)
    assert named(play, own, theirs, readers=[*inside, *outside]) == ([B, C], False)
    assert still_named(play.state, play.state.prayers.sealed[0]) == (B, C)
    assert chain_of(play.state, B) == (A, B)


def test_what_one_person_says_or_has_carried_up_names_no_circle() -> None:
    play = Play()
    inside, outside = play.sit(A, 2 * K), play.sit(B, 2 * K)
    said, carried = play.say(inside[0], "peace"), play.say(outside[0], "bread", carried_by=B)
    assert play.state.desires[said].circle == A, "the circle is known, and still is not told"
    assert named(play, said, carried, readers=[*inside, *outside]) == ([], False)


@pytest.mark.parametrize(("people", "circles"), [(K - 1, []), (K, [A])])
def test_a_circle_below_k_is_not_named(people: int, circles: list[int]) -> None:
    play = Play()
    inside, outside = play.sit(A, people), play.sit(B, K)
    own = play.say(inside[0], "peace", line_of=A)
    late = play.sit(A, K)  # who came after the line was said makes no crowd around who said it
    assert named(play, own, readers=[*inside, *outside, *late]) == (circles, False)


def test_a_line_that_was_joined_to_another_stands_in_the_text_by_it() -> None:
    play = Play()
    inside, outside = play.sit(A, K), play.sit(B, K)
    root, own = play.say(outside[0], "peace"), play.say(inside[0], "let there be peace", line_of=A)
    play.apply(ev.DesireJoined(inside[0], own, root))
    assert named(play, root, readers=[*inside, *outside]) == ([A], False)


@pytest.mark.parametrize(("makers", "alone"), [(K - 1, []), (K, [A])])
def test_a_text_that_one_circle_made_alone_is_that_circles(makers: int, alone: list[int]) -> None:
    play = Play()
    inside = play.sit(A, 2 * K)
    play.sit(B, K)  # who had no part in it
    said = play.say(inside[0], "peace")
    assert named(play, said, readers=inside[:makers]) == (alone, bool(alone))


def test_it_is_not_alone_where_another_answered_or_read_or_has_no_circle() -> None:
    for circle, does in ((B, "read"), (B, "answer"), (None, "read")):
        play = Play()
        inside, outside = play.sit(A, K), play.sit(circle, K)
        said = play.say(inside[0], "peace")
        if does == "answer":
            play.apply(ev.Responded(outside[0], said, 1))
        readers = [*inside, outside[0]] if does == "read" else inside
        assert named(play, said, readers=readers) == ([], False), (circle, does)


def test_alone_is_not_said_where_it_would_tell_of_a_few_that_they_had_no_part() -> None:
    play = Play()
    inside = play.sit(A, K)
    play.sit(B, K - 1)
    assert named(play, play.say(inside[0], "peace"), readers=inside) == ([], False)


def test_a_circle_whose_line_was_erased_or_which_went_below_k_is_named_no_more() -> None:
    play = Play()
    inside, outside = play.sit(A, K), play.sit(B, K)
    own, theirs = play.say(inside[0], "peace", line_of=A), play.say(outside[0], "bread", line_of=B)
    assert named(play, own, theirs, readers=[*inside, *outside]) == ([A, B], False)
    sealed = play.state.prayers.sealed[0]
    play.state.desires[own].erased = True
    assert still_named(play.state, sealed) == (B,)
    play.apply(ev.SeatChanged(outside[0], circle=C))
    assert still_named(play.state, sealed) == ()


def test_a_record_from_before_circles_were_kept_opens_and_names_none() -> None:
    play = Play()
    inside = play.sit(A, K)
    play.say(inside[0], "peace", line_of=A)
    play.move("weaving")
    play.apply(ev.DraftWoven(play.state.version, [ev.WovenLine([0])]))
    play.move("sealed")
    old = ev.decode('{"kind":"sealed","draft":0,"digest":"d","root":"r","status":"one desire"}')
    assert isinstance(old, ev.TextSealed)
    assert play.apply(old) == 0
    assert ev.encode(old) == '{"kind":"sealed","draft":0,"digest":"d","root":"r","status":"one desire"}'
    assert still_named(play.state, play.state.prayers.sealed[0]) == ()
    assert named_with(play.state, play.state.prayers.drafts[0]) == ((A,), False)


def test_a_host_names_the_occasion_of_a_round_before_or_after_its_text_also_when_all_is_over() -> None:
    play = Play()
    play.apply(ev.OccasionAdded("Songs", "night", "CODE22"))
    play.apply(ev.OccasionAdded("Bread", "meal", "CODE33"))
    assert play.apply(ev.RoundHeld(1, 0)) == 1
    assert [play.apply(ev.RoundHeld(*wrong)) for wrong in ((2, 0), (0, 0), (1, 2))] == [Refusal.UNKNOWN] * 3
    before = play.state.digest()
    play.apply(ev.Ended())
    assert play.apply(ev.RoundHeld(1, 1)) == 1
    assert play.state.held == {1: 1}
    assert play.state.digest() != before
    assert play.apply(ev.RoundHeld(1)) == 1
    assert play.state.held == {}


def test_of_nested_circles_the_innermost_that_holds_all_who_had_a_part_made_it_alone() -> None:
    play = Play(None, A, None)
    inside = play.sit(B, K)
    play.sit(A, K)
    play.sit(C, K)
    assert named(play, play.say(inside[0], "peace"), readers=inside) == ([B], True)


def test_a_few_in_the_outer_circle_only_are_not_told_that_they_had_no_part() -> None:
    play = Play(None, A, None)
    inside = play.sit(B, K)
    play.sit(A, K - 1)
    assert named(play, play.say(inside[0], "peace"), readers=inside) == ([], False)


def test_two_circles_of_one_outer_circle_made_it_together_as_that_circle() -> None:
    play = Play(None, A, A)
    inside, beside = play.sit(B, K), play.sit(C, K)
    assert named(play, play.say(inside[0], "peace"), readers=[*inside, *beside]) == ([A], True)


def test_where_all_people_are_of_one_circle_it_made_the_text_alone() -> None:
    play = Play(None)
    inside = play.sit(A, K)
    assert named(play, play.say(inside[0], "peace"), readers=inside) == ([A], True)


@pytest.mark.parametrize("does", ["affirms", "is asked", "wrote"])
def test_who_affirms_the_whole_is_asked_about_others_or_wrote_a_line_has_a_part(does: str) -> None:
    play = Play()
    inside, outside = play.sit(A, K), play.sit(B, K)
    numbers = [play.say(inside[0], "peace"), play.say(inside[0], "bread")]
    lines = [ev.WovenLine([numbers[0]])]
    if does == "wrote":
        lines.append(ev.WovenLine([play.say(outside[0], "joy")]))
    play.move("weaving")
    play.apply(ev.DraftWoven(play.state.version, lines, challengers=[numbers[1]], among=1, lots=1))
    play.move("reading")
    for seat in inside:
        play.apply(ev.WholeAffirmed(seat, 0, on=True))
    draft = play.state.prayers.drafts[0]
    assert named_with(play.state, draft) == (((), False) if does == "wrote" else ((A,), True))
    if does == "affirms":
        play.apply(ev.WholeAffirmed(outside[0], 0, on=True))
    if does == "is asked":
        play.apply(ev.ChallengerAnswered(outside[0], 0, numbers[1], 1))
    assert named_with(play.state, draft) == ((), False)


def test_a_circles_line_that_was_taken_back_names_it_only_where_its_own_words_stand_in_the_text() -> None:
    for withdrawn in (False, True):
        play = Play()
        inside, outside = play.sit(A, K), play.sit(B, K)
        root, own = play.say(outside[0], "peace"), play.say(inside[0], "let there be peace", line_of=A)
        play.apply(ev.DesireJoined(inside[0], own, root))
        if withdrawn:
            play.apply(ev.DesireWithdrawn(inside[0], own))
        expected = [] if withdrawn else [A]
        assert named(play, root, readers=[*inside, *outside]) == (expected, False)
    play = Play()
    inside, outside = play.sit(A, K), play.sit(B, K)
    own = play.say(inside[0], "let there be peace", line_of=A)
    play.apply(ev.DesireWithdrawn(inside[0], own))
    assert named(play, own, readers=[*inside, *outside]) == ([A], False)
