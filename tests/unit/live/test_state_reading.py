"""What is read from a state: where a desire stands, who met it, in which words it is shown, what is drawn for whom."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.live.state import OPEN_DESIRES, LiveDesire, State
from oneheart.live.state.carried import CONFIRMATIONS, is_confirmed
from oneheart.live.state.course import Course
from oneheart.live.state.lots import drawn
from oneheart.live.state.text import CRITIQUE_MOST, LiveDraft, readable
from oneheart.model.desire import Moderation
from oneheart.model.round import Stage, Voice
from tests.support.rules.scene import SEAL, A, By, Event, hall, lead, led, reading, second_reading, stages, weaving

ACCEPTED, UNDECIDED, REJECTED = Moderation.ACCEPTED, Moderation.UNDECIDED, Moderation.REJECTED


# --- where a desire stands ---


def where(**more: Any) -> set[str]:
    """Return the names of what is true of a desire."""
    fields = {"author": 0, "line_of": None, "carried_by": None, **more}
    author = fields.pop("author")
    desire = LiveDesire(1, author, "Peace", "en", "", None, None, **fields)
    names = ("gone", "stands", "joined", "sent", "of_circle", "fills_quota", "own", "awaits_decision", "exported")
    return {name for name in names if getattr(desire, name)}


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({}, {"stands", "fills_quota", "own", "awaits_decision", "exported"}),
        ({"moderation": ACCEPTED}, {"stands", "fills_quota", "own", "exported"}),
        ({"moderation": REJECTED}, {"gone", "stands", "own", "exported"}),
        ({"withdrawn": True}, {"gone"}),
        ({"erased": True}, {"gone"}),
        ({"is_meta": True}, {"stands", "fills_quota", "own", "exported"}),
        ({"waiting": True}, {"stands", "fills_quota", "own", "awaits_decision"}),
        ({"same_as": 0}, {"stands", "joined"}),
        ({"released": True}, {"stands", "joined", "own", "awaits_decision", "exported"}),
        ({"line_of": 0}, {"stands", "sent", "of_circle", "own", "awaits_decision", "exported"}),
        ({"carried_by": 0}, {"stands", "sent", "of_circle", "own", "awaits_decision", "exported"}),
        ({"author": None}, {"stands", "sent", "fills_quota", "own", "awaits_decision", "exported"}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_where_a_desire_stands(more: dict[str, Any], names: set[str]) -> None:
    assert where(**more) == names


def test_three_desires_of_a_person_travel_and_two_readers_confirm_a_line() -> None:
    assert (OPEN_DESIRES, CONFIRMATIONS, CRITIQUE_MOST) == (3, 2, 100), "people are told these numbers"


@pytest.mark.parametrize(("confirmed", "stands"), [(1, False), (2, True)])
def test_a_carried_line_stands_once_two_have_confirmed_it(confirmed: int, *, stands: bool) -> None:
    others = [ev.LanguageUnread(seat, "he", on=False) for seat in (0, 1)]
    state = led([*reading(), *others, ev.LineCarried(3, 0, 0, "he", "Words")])
    place = next(iter(state.prayers.carried))
    for seat in range(confirmed):
        lead(state, ev.CarryConfirmed(seat, place))
    assert is_confirmed(state.prayers.carried[place], "en", state.people) is stands


# --- who met what ---


def test_a_person_has_met_what_they_answered_or_said_and_what_these_are_joined_to() -> None:
    state = led([*hall(), ev.DesireSaid(1, "Also peace", "en"), ev.DesireJoined(1, 4, 0), ev.Responded(3, 4, 0)])  # type: ignore[arg-type]
    assert [[n for n in range(5) if state.has_answered_or_said(seat, n)] for seat in range(4)] == [
        [0],
        [0, 4],
        [1],
        [0, 4],
    ]
    assert [sorted(set(state.met(seat))) for seat in range(4)] == [[0], [0, 4], [1], [0, 4]]
    assert [state.root(n) for n in range(5)] == [0, 1, 2, 3, 0]
    assert [state.open_desires(seat) for seat in range(4)] == [1, 0, 1, 0]
    assert [[n for n in range(-1, 6) if state.readable_by(seat, n)] for seat in range(4)] == [[0], [0, 4], [1], [4]]


def test_words_that_are_erased_are_shown_to_nobody_who_answered_them() -> None:
    state = led([*hall(), ev.Responded(3, 0, 1)])  # type: ignore[arg-type]
    assert state.readable_by(3, 0)
    state.desires[0].erased = True
    assert not state.readable_by(3, 0)


def test_met_follows_a_chain_of_joined_desires_also_where_it_was_joined_in_another_order() -> None:
    both: list[Event] = [
        *hall(),
        ev.DesireSaid(1, "Also peace", "en"),
        ev.Responded(3, 4, 1),  # type: ignore[arg-type]
        ev.DesireJoined(1, 4, 0),
        ev.DesireJoined(0, 0, 1),
    ]
    state = led(both)
    assert [state.root(n) for n in range(5)] == [1, 1, 2, 3, 1]
    assert [[n for n in range(5) if state.has_answered_or_said(seat, n)] for seat in range(4)] == [
        [0, 1],
        [0, 1, 4],
        [1],
        [1, 4],
    ]
    assert sorted(set(state.met(3))) == [1, 4]


# --- in which words ---


def translated(*more: Event, hold: bool = False) -> State:
    """Return a hall in which desire 1 (Hebrew, by seat 2) is confirmed to be the same as desire 0 (English, by seat 0).

    Desire 4 is Hebrew and English nowhere. Seats 5 and 6 have Hebrew and English pages.
    """
    return led(
        [
            *hall(hold=hold),
            ev.DesireSaid(2, "Alone in Hebrew", "he"),
            ev.SeatTaken("", "he"),
            ev.SeatTaken("", "en"),
            ev.Translated(1, 0),
            By("h1", ev.Translated(1, 0)),
            *more,
        ]
    )


def test_a_desire_is_shown_in_the_language_of_the_pages_where_two_readers_confirmed_it() -> None:
    state = translated()
    assert [state.words_for(0, seat) for seat in (0, 2, 5, 6)] == [0, 0, 1, 0], "seat 2 wrote the Hebrew words"
    assert [state.words_for(n, 5) for n in range(5)] == [1, 1, 2, 3, 4]
    assert [state.words_for(n, 6) for n in range(5)] == [0, 1, 2, 3, 4], "nobody said it in English for these"


def test_words_that_are_taken_back_or_rejected_or_held_are_shown_to_nobody_else() -> None:
    rejected = ev.Moderated(1, "rejected")  # type: ignore[arg-type]
    accepted = ev.Moderated(1, "accepted")  # type: ignore[arg-type]
    assert translated(ev.DesireWithdrawn(2, 1)).words_for(0, 5) == 0
    assert translated(rejected).words_for(0, 5) == 0
    assert translated(hold=True).words_for(0, 5) == 0
    assert translated(accepted, hold=True).words_for(0, 5) == 1


def test_what_a_person_does_not_read_is_hidden_unless_it_was_said_in_the_language_of_their_pages() -> None:
    assert translated().card_table.hidden_from(5, []).tolist() == [False] * 5
    state = translated(ev.LanguageUnread(5, "en"), ev.LanguageUnread(6, "he"))
    assert state.card_table.hidden_from(5, []).tolist() == [False, False, True, False, False]
    assert state.card_table.hidden_from(6, []).tolist() == [False, True, False, False, True]
    held = translated(ev.LanguageUnread(5, "en"), hold=True)
    assert held.card_table.hidden_from(5, []).tolist() == [True, False, True, False, False]


# --- the course ---


def test_before_its_first_settings_a_gathering_has_one_language_and_the_voice_of_a_ten() -> None:
    course = Course()
    assert (course.voice, course.languages, course.question, course.hold) == (Voice.TEN, ["en"], {}, False)
    state = led(hall("assembly", hold=True))
    assert (state.voice, state.languages, state.course.hold) == (Voice.ASSEMBLY, ["en", "he"], True)
    assert state.question == {"en": "What do you want?"}
    assert (state.seat_by_secret("hash-1"), state.seat_by_secret("hash-9")) == (1, None)
    assert state.circle_of_key == {"key-a": 0, "key-b": 1}
    assert state.circle_of_desire.tolist() == [0, 1, -1, -1]


def test_the_number_of_a_seat_or_desire_is_found_by_its_place_in_the_log() -> None:
    state = led(hall())
    seats, desires = [seat.seq for seat in state.seats], [desire.seq for desire in state.desires]
    assert [state.people.seat_at(seq) for seq in seats] == list(range(5))
    assert [state.desires.at(seq) for seq in desires] == list(range(4))
    assert [state.people.seat_at(seq) for seq in (0, desires[0], 99)] == [None] * 3
    assert [state.desires.at(seq) for seq in (0, seats[0], 99)] == [None] * 3


def test_cards_are_those_of_the_present_stage() -> None:
    state = led([*hall(), ev.Responded(1, 0, 1), ev.Responded(1, 1, 1)])  # type: ignore[arg-type]
    assert [state.cards(seat) for seat in range(4)] == [0, 2, 0, 0]
    lead(state, ev.StageMoved(Stage.CROSSING, 0))
    assert state.cards(1) == 0


def test_many_desires_and_circles_have_room() -> None:
    state = led(hall())
    for number in range(130):
        lead(state, ev.DesireSaid(None, f"Wish {number}", "en"))
        lead(state, ev.CircleAdded("", f"key-{number}"))
    lead(state, ev.SeatTaken("", "en", 131))
    lead(state, ev.StewardNamed(5, on=True))
    lead(state, ev.DesireSaid(5, "The last", "en", line_of=131))
    lead(state, ev.Responded(5, 0, 1))  # type: ignore[arg-type]
    assert state.travels.tolist() == [True, True, True, False, *[True] * 131]
    assert state.circle_of_desire.tolist() == [0, 1, *[-1] * 132, 131]
    assert state.tally.seen_by(131)[:2].tolist() == [1, 0]


# --- drafts ---


def test_in_the_second_reading_only_what_was_changed_is_read_again() -> None:
    state = led(second_reading())
    first, second = state.prayers.drafts
    lines = range(-1, 3)
    assert [readable(Stage.READING, first, n) for n in lines] == [False, True, True, False]
    assert [readable(Stage.SECOND_READING, second, n) for n in lines] == [False, False, True, False]
    assert [readable(Stage.SECOND_READING, first, n) for n in lines] == [False] * 4
    assert [readable(Stage.SEALED, second, n) for n in lines] == [False] * 4
    assert [readable(Stage.READING, None, n) for n in lines] == [False] * 4


GOLDEN = [(15, 11, 14), (14, 11, 15), (15, 10, 12), (14, 12, 10)]
"""What a file of an earlier version drew for seats 0 to 3: another draw would change who was asked what."""


def lots(among: int, count: int, seed: int = 7) -> LiveDraft:
    body = ev.DraftWoven(2, [ev.WovenLine([0])], challengers=list(range(10, 22)), among=among, lots=count, seed=seed)
    return LiveDraft(1, 1000, 1, body, second=False, readings=[{}], critiques=[{}])


def test_the_draw_gives_everybody_so_many_different_ones_of_those_in_question_each_as_often() -> None:
    draft = lots(6, 3)
    draws = [drawn(draft, seat) for seat in range(4000)]
    assert all(len(set(draw)) == 3 for draw in draws)
    for place in range(3):
        counts = Counter(draw[place] for draw in draws)
        assert set(counts) == set(range(10, 16)), "only the first six are drawn from"
        assert all(580 < count < 760 for count in counts.values()), "about 667 times each"
    assert draft.body.challengers == list(range(10, 22)), "the draft stays as it is"


def test_the_draw_follows_from_the_draft_and_the_seat_alone_and_every_replay_gives_the_same() -> None:
    assert [drawn(lots(6, 3), seat) for seat in range(4)] == GOLDEN
    assert drawn(lots(6, 3, seed=8), 0) != GOLDEN[0]
    assert sorted(drawn(lots(12, 12), 0)) == list(range(10, 22))
    assert drawn(lots(6, 0), 0) == ()


def test_the_draft_and_the_sealed_text_of_a_round_are_those_of_that_round() -> None:
    state = led([*reading(), *stages("sealed", version=3), SEAL])
    prayers = state.prayers
    assert prayers.of_round(1) is prayers.drafts[0]
    assert prayers.sealed_of(1) is prayers.sealed[0]
    assert (prayers.of_round(2), prayers.sealed_of(2)) == (None, None)
    assert [prayers.is_sealed(n) for n in range(4)] == [True, True, False, False]
    assert (State().prayers.of_round(1), State().prayers.sealed_of(1)) == (None, None)


def test_a_line_is_read_in_its_amendment_or_its_desires_words_and_erased_words_are_gone() -> None:
    state = led([*reading(), ev.LineAmended(0, 0, 0, "Other words", "he")])
    place = next(iter(state.prayers.amended))
    words = [
        state.prayers.words(line, state.desires)
        for line in (
            ev.WovenLine([0, 1]),
            ev.WovenLine([1, 0]),
            ev.WovenLine([0], amendment=place),
            ev.WovenLine([0], amendment=place + 1),
            ev.WovenLine([3]),
        )
    ]
    assert words == [("Peace", "en"), ("Bread", "he"), ("Other words", "he"), ("", ""), ("", "")]


def carried(*more: Event) -> State:
    """Return a second reading, whose line 0 stayed (from line 0 before), and lines carried in both drafts."""
    events: list[Event] = [
        *reading(),
        ev.LineCarried(0, 0, 0, "he", "First"),
        ev.LineCarried(1, 0, 0, "he", "Second"),
        ev.LineCarried(1, 0, 1, "en", "Of a line that changed"),
    ]
    first = len(reading()) + 1
    events += [ev.CarryConfirmed(seat, first) for seat in (1, 2)]
    return led([*events, *second_reading()[len(reading()) :], *more])


def test_of_several_carried_lines_the_confirmed_one_is_read_else_the_last() -> None:
    state = carried(ev.LineCarried(0, 1, 1, "he", "Third"), ev.LineCarried(3, 1, 1, "he", "Fourth"))
    texts = {name: line.text for name, line in state.prayers.carries(0, state.people, state.desires).items()}
    assert texts == {(0, "he"): "First", (1, "en"): "Of a line that changed"}
    texts = {name: line.text for name, line in state.prayers.carries(1, state.people, state.desires).items()}
    assert texts == {(0, "he"): "First", (1, "he"): "Fourth"}, "what stayed keeps its line, what changed does not"
    place = next(seq for seq, line in state.prayers.carried.items() if line.text == "Second")
    assert all(line.place != place for line in state.prayers.carries(1, state.people, state.desires).values())


def test_what_others_made_of_a_persons_words_is_found_by_their_desires() -> None:
    state = led([*reading(), ev.LineAmended(0, 0, 0, "Other", "en"), ev.LineCarried(0, 0, 1, "en", "Carried")])
    (amended,), (line,) = state.prayers.amended, state.prayers.carried
    assert state.prayers.derived_from([0]) == [amended]
    assert state.prayers.derived_from([1]) == [line]
    assert state.prayers.derived_from([0, 1]) == [amended, line]
    assert state.prayers.derived_from([2]) == []


def test_a_line_may_be_amended_by_whom_it_cites_and_by_the_circle_that_sent_it() -> None:
    state = led([*hall(), ev.DesireSaid(0, "Line", "en", line_of=A), ev.DesireSaid(0, "Carried", "en", carried_by=A)])

    def may(seat: int, circle: int | None, *cites: int) -> bool:
        return state.prayers.may_amend(seat, circle, ev.WovenLine(list(cites)), state.desires)

    assert [may(0, None, n) for n in range(6)] == [True, False, False, False, True, True]
    assert [may(1, A, n) for n in range(6)] == [False, False, False, False, True, True]
    assert [may(1, None, n) for n in range(6)] == [False] * 6
    assert [may(2, 1, n) for n in range(6)] == [False, True, False, False, False, False]
    assert (may(0, None, 1, 0), may(1, A, 1, 4)) == (True, True)


def test_a_bodys_numbers_stay_within_their_limits() -> None:
    for value, fits in ((-1, False), (0, True), (7, True), (8, False)):
        text = f'{{"kind":"felt","seat":0,"value":{value},"when":"start"}}'
        if fits:
            assert ev.decode(text) == ev.FeltSaid(0, value, "start")  # type: ignore[arg-type]
        else:
            with pytest.raises(msgspec.ValidationError):
                ev.decode(text)


def test_answers_are_taken_until_they_are_woven() -> None:
    assert led(weaving()).stage is Stage.WEAVING
    assert [stage for stage in Stage if stage.takes_desires] == [Stage.OPEN]
    assert [stage for stage in Stage if stage.takes_responses] == [Stage.OPEN, Stage.CROSSING]
    assert [stage for stage in Stage if stage.takes_readings] == [Stage.READING, Stage.SECOND_READING]
