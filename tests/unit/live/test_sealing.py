"""Sealing: what of people's answers decides, and what stands in the sealed text's record, each number at its limit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from oneheart.engine.disclosure import K
from oneheart.engine.prayer import frozen_model, stopping
from oneheart.engine.prayer.audit import Audit
from oneheart.engine.prayer.frozen_model import FrozenModel
from oneheart.engine.prayer.rounds import READERS_LEAST
from oneheart.live import bundle, sealing
from oneheart.live import events as ev
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.text import LiveDraft
from tests.support.by_hand import ByHand
from tests.support.heads import HEAD

A, B, C = range(3)
UNHEARD = stopping.UNHEARD


def put(hand: ByHand, monkeypatch: pytest.MonkeyPatch, draft: LiveDraft | None = None) -> tuple[stopping.Heard, int]:
    """Judge a draft, and return what was put to the judgement and as which reading."""
    asked: list[tuple[stopping.Heard, int]] = []
    judgement = stopping.stopping

    def listen(heard: stopping.Heard, share: Audit | None, *, reading: int) -> stopping.Stopping:
        asked.append((heard, reading))
        return judgement(heard, share, reading=reading)

    monkeypatch.setattr(stopping, "stopping", listen)
    sealing.judged(hand.state, draft or hand.draft, None)
    monkeypatch.undo()
    return asked[0]


# --- what is put to the judgement ---


def test_readings_and_the_whole_are_those_of_people_who_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand()
    seats = hand.people(5)
    hand.weave(*([n] for n in hand.wishes(2)))
    hand.can_say(seats[:1])
    hand.read(0, "would change", seats[1:2])
    hand.read(1, "against me", seats[2:4])
    hand.do(ev.WholeAffirmed(3, 0, on=True))
    hand.erase(2)
    heard, _ = put(hand, monkeypatch)
    assert heard.readings.tolist() == [[1, 1], [0, UNHEARD], [UNHEARD, -1], [UNHEARD, UNHEARD]]
    assert heard.whole.tolist() == [1, 0, 1, UNHEARD]
    assert (heard.levels, heard.owed) == ((), None)


def test_whose_line_it_is_follows_from_what_they_wrote_joined_wanted_or_could_not_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand()
    wrote, joined, wants, wants_none, asked_once, says_none, says_one, whole, late, asked_late = hand.people(10)
    first, second = hand.say(wrote, "Peace on the hills"), hand.say(None, "Bread for everybody")
    also = hand.say(joined, "That there is peace")
    hand.do(ev.DesireJoined(joined, also, first))
    hand.answer(second, 1, [wants])
    hand.answer(first, 0, [wants, wants_none, asked_once, asked_late])
    hand.answer(second, 0, [wants_none])
    draft = hand.weave([first], [second])
    for seat in (says_none, says_one):
        hand.read(0, "would change", [seat])
        hand.read(1, "against me" if seat == says_none else "can say", [seat])
    for seat in (whole, asked_late):
        hand.do(ev.WholeAffirmed(seat, 0, on=True))
    assert late not in draft.whole
    heard, _ = put(hand, monkeypatch)
    own = dict(enumerate(heard.own_line.tolist()))
    assert own == {
        wrote: 1,
        joined: 1,
        wants: 1,
        wants_none: 0,
        asked_once: UNHEARD,
        says_none: 0,
        says_one: UNHEARD,
        whole: 1,
        late: UNHEARD,
        asked_late: UNHEARD,
    }


def test_a_line_that_says_several_desires_is_theirs_who_want_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand()
    seats = hand.people(3)
    first, second = hand.wishes(2)
    hand.answer(first, 0, seats[:2])
    hand.answer(second, 1, seats[1:2])
    hand.weave([first, second])
    heard, _ = put(hand, monkeypatch)
    assert heard.own_line.tolist() == [0, 1, UNHEARD]


def test_who_was_not_asked_is_expected_to_want_as_much_as_all_who_were(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand(voice="assembly")
    seats = hand.people(6)
    first, second, third = hand.wishes(3)
    hand.answer(first, 1, seats[:3])
    hand.answer(first, -1, seats[3:4])
    hand.answer(second, 1, seats[:1])
    hand.answer(second, 0, seats[4:5])
    hand.weave([first], [second, third])
    heard, _ = put(hand, monkeypatch)
    of_first = (3 - 0.5 * 1) / 4
    of_second = 1 / 2
    expected = [2, 1 + of_second, 1 + of_second, -1 + of_second, of_first, of_first + of_second]
    assert heard.expected.tolist() == pytest.approx(expected)


def test_parts_are_nested_circles_from_the_outermost_inwards_and_then_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand(None, A, B, None)
    hand.people(K, C)
    hand.people(K, A, "he")
    hand.people(K, 3)
    hand.people(K, None, "he")
    hand.weave([hand.wishes(1)[0]])
    heard, _ = put(hand, monkeypatch)
    assert [level[::K].tolist() for level in heard.levels] == [
        [A, A, 3, -1],
        [B, -1, -1, -1],
        [C, -1, -1, -1],
        [4, 5, 4, 5],
    ]


def test_parts_of_fewer_than_k_people_are_one_part_of_their_level_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand(None, None, None, C)
    hand.people(K - 1, A)
    hand.people(1, B)
    hand.people(K, C)
    hand.people(K - 1, 3, "he")
    hand.weave([hand.wishes(1)[0]])
    heard, _ = put(hand, monkeypatch)
    together = 6  # after four circles and two languages
    assert heard.levels[0].tolist() == [together] * K + [C] * (2 * K - 1)
    assert heard.levels[1].tolist() == [-1] * (3 * K - 1), "fewer than k people are no part"
    assert heard.levels[2].tolist() == [4] * (2 * K) + [-1] * (K - 1)


def test_each_third_draft_of_a_round_is_one_more_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand()
    hand.people(2)
    (wish,) = hand.wishes(1)
    hand.weave([wish])
    hand.move("open", "weaving")
    readings = []
    for _ in range(6):
        hand.do(ev.DraftWoven(hand.state.version, [ev.WovenLine([wish])]))
        readings.append(put(hand, monkeypatch)[1])
    assert readings == [1, 1, 2, 2, 2, 3], "the draft of another round is none of this one's"


def test_the_first_alternate_is_what_most_are_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = ByHand()
    hand.people(2)
    first, second, third = hand.wishes(3)
    hand.weave([first], alternates=[third, second])
    assert put(hand, monkeypatch)[0].owed == third


def near_a_part(people: int, answers: dict[int, tuple[int, int]], **more: Any) -> ByHand:
    """Return a hall with a circle of some people and 20 others, and for each wish how many answered it and want it."""
    hand = ByHand(None, None)
    inside = hand.people(people, A)
    hand.people(20, B)
    hand.wishes(4)
    for wish, (asked, want) in answers.items():
        hand.answer(wish, 1, inside[:want])
        hand.answer(wish, 0, inside[want:asked])
    hand.weave([0], alternates=[1, 2], left=[ev.WovenLine([3])], **more)
    return hand


@pytest.mark.parametrize(
    ("people", "answers", "include"),
    [
        (12, {1: (5, 5)}, {A: 1}),
        (11, {1: (5, 5)}, {}),  # a smaller part
        (12, {1: (4, 4)}, {}),  # k - 1 people were asked
        (12, {1: (6, 3)}, {A: 1}),  # just half want it
        (12, {1: (7, 3)}, {}),
        (12, {1: (6, 3), 2: (6, 4)}, {A: 2}),  # the more wanted one
        (12, {1: (6, 4), 2: (6, 4)}, {A: 1}),  # equally wanted: the first
        (12, {3: (6, 6)}, {A: 3}),  # what left the text
        (12, {0: (6, 6)}, {}),  # what is in the text
        (12, {}, {}),
    ],
)
def test_a_desire_would_include_a_part_of_twelve_where_half_of_k_who_were_asked_want_it(
    people: int, answers: dict[int, tuple[int, int]], include: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert put(near_a_part(people, answers), monkeypatch)[0].includes == include


def test_what_was_taken_back_would_include_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = near_a_part(12, {1: (6, 6), 2: (6, 4)})
    hand.do(ev.Moderated(1, "rejected"))  # type: ignore[arg-type]
    assert put(hand, monkeypatch)[0].includes == {A: 2}


# --- the record ---


def included(hand: ByHand, body: ev.TextSealed) -> int | None:
    """Return the desire that a sealed text names as the one that would include more people."""
    assert body.include is None, "a number would tell when it was said"
    draft = hand.state.prayers.drafts[body.draft]
    return None if body.included is None else draft.outside[body.included]


def sealed(hand: ByHand) -> ev.TextSealed:
    hand.move("sealed")
    body = sealing.seal(hand.state, HEAD)
    hand.do(body)
    return body


def read_by(readers: int, people: int = 60, **more: Any) -> ByHand:
    """Return a text of one line that some people can say."""
    hand = ByHand()
    seats = hand.people(people)
    (wish,) = hand.wishes(1)
    hand.weave([wish], **more)
    hand.can_say(seats[:readers])
    return hand


@pytest.mark.parametrize(("readers", "people"), [(0, 0), (K - 1, 0), (K, K), (2 * K - 1, K), (2 * K, 2 * K)])
def test_readers_are_counted_in_whole_steps_of_k(readers: int, people: int) -> None:
    assert sealed(read_by(readers, 30)).people == people


@pytest.mark.parametrize(("everybody", "told"), [(24, 0), (25, 20), (39, 20), (40, 0)])
def test_readers_are_counted_of_people_between_25_and_39(everybody: int, told: int) -> None:
    assert sealed(read_by(22, everybody)).people == told


def test_who_said_one_line_or_the_whole_is_a_reader() -> None:
    hand = read_by(0, 30)
    hand.read(0, "against me", range(K - 1))
    hand.do(ev.WholeAffirmed(K, 0, on=True))
    assert sealed(hand).people == K


@pytest.mark.parametrize(("readers", "share"), [(K - 1, ""), (K, "certified")])
def test_how_a_share_is_known_is_told_of_k_readers(readers: int, share: str) -> None:
    assert sealed(read_by(readers, share_index=0.5)).share == share


def test_without_model_and_answers_no_share_is_known() -> None:
    hand = ByHand()
    seats = hand.people(60)
    wishes = hand.wishes(2)
    hand.weave([wishes[0]])
    hand.can_say(seats)
    body = sealed(hand)
    assert (body.share, body.share_high, "share" in body.missing) == ("", None, True)


def lots(readers: int, people: int, *, want: int) -> ByHand:
    """Return a text of one line with one challenger, about which all readers are asked and which some want."""
    hand = ByHand()
    seats = hand.people(people)
    line, other = hand.wishes(2)
    hand.answer(line, 1, seats)
    hand.weave([line], challengers=[other], among=1, lots=1, share_index=0.5)
    hand.can_say(seats[:readers])
    for seat in seats[:readers]:
        hand.do(ev.ChallengerAnswered(seat, 0, other, int(seat < want)))  # type: ignore[arg-type]
    return hand


@pytest.mark.parametrize(("readers", "told"), [(READERS_LEAST - 1, False), (READERS_LEAST, True)])
def test_the_bound_of_a_share_is_told_of_twenty_five_readers(readers: int, *, told: bool) -> None:
    assert (sealed(lots(readers, readers, want=4)).share_high is not None) is told


def test_the_bound_of_a_share_is_told_in_twentieths_and_never_below_itself() -> None:
    body = sealed(lots(40, 40, want=21))
    assert body.share_high == pytest.approx(0.3), "21 of 40 would get half a line each: 0.2625"
    assert sealed(lots(40, 40, want=24)).share_high == pytest.approx(0.3), "24 of 40: 0.3 itself"


@pytest.mark.parametrize(("asked", "count"), [(K - 1, 0), (K, K), (2 * K - 1, K)])
def test_who_was_asked_by_lot_is_counted_in_whole_steps_of_k(asked: int, count: int) -> None:
    assert sealed(lots(asked, 30, want=2)).asked == count


def test_one_desire_names_nothing_missing() -> None:
    hand = lots(40, 40, want=4)
    body = sealed(hand)
    assert (body.status, body.missing, body.included) == ("one desire", [], None)
    assert (body.draft, body.root, body.size, body.circle, body.language) == (0, HEAD.root, HEAD.size, None, "")
    assert body.digest == hashlib.sha256(b"en\tPeace on the hills").hexdigest()
    assert hand.state.prayers.sealed[0].body == body


def test_a_text_without_lines_is_not_yet_and_says_only_that() -> None:
    hand = ByHand()
    hand.people(30)
    hand.weave()
    body = sealed(hand)
    assert (body.status, body.missing) == ("not yet", ["no lines"])


def missing_part(*, by: Callable[[ByHand], list[int]], wishes: int = 3) -> tuple[ByHand, ev.TextSealed]:
    """Return a text that everybody can say save one part, whose seats `by` returns after all have come."""
    hand = ByHand(None, None)
    refusing = by(hand)
    hand.wishes(wishes)
    everybody = range(len(hand.state.seats))
    hand.answer(0, 1, everybody)
    hand.answer(1, 1, refusing)
    hand.weave([0], alternates=[1], share_index=0.5)
    hand.can_say(seat for seat in everybody if seat not in refusing)
    hand.read(0, "would change", refusing)
    return hand, sealed(hand)


def test_the_circle_that_is_not_yet_in_is_named_with_what_would_include_it() -> None:
    def circle(hand: ByHand) -> list[int]:
        hand.people(200, A)
        return hand.people(13, B)

    hand, body = missing_part(by=circle)
    assert (body.status, body.circle, body.language, included(hand, body)) == ("not yet", B, "", 1)
    assert "every part" in body.missing


def test_a_circle_of_up_to_twelve_is_not_named_even_to_hosts() -> None:
    def circle(hand: ByHand) -> list[int]:
        hand.people(200, A)
        return hand.people(12, B)

    _, body = missing_part(by=circle)
    assert (body.circle, body.language) == (None, "")
    assert "every part" in body.missing


def test_of_few_people_who_were_not_all_heard_nothing_else_is_said() -> None:
    assert sealed(read_by(20, 24)).missing == ["measured"]
    assert sealed(read_by(20, 25)).missing != ["measured"]


def test_the_readers_of_a_language_who_are_not_yet_in_are_named() -> None:
    def language(hand: ByHand) -> list[int]:
        hand.people(200, A)
        hand.people(12, B)
        return hand.people(13, None, "he")

    hand, body = missing_part(by=language)
    assert (body.status, body.circle, body.language, included(hand, body)) == ("not yet", None, "he", 1)


def test_the_readers_of_the_first_language_may_be_those_who_are_missing_and_erased_seats_have_none() -> None:
    def language(hand: ByHand) -> list[int]:
        hand.erase(hand.people(1, None, "ar")[0])
        hand.people(200, A, "he")
        return hand.people(13, None, "en")

    hand = ByHand(None)
    refusing = language(hand)
    hand.wishes(2)
    everybody = range(1, len(hand.state.seats))
    hand.weave([0], alternates=[1], share_index=0.5)
    hand.can_say(seat for seat in everybody if seat not in refusing)
    hand.read(0, "would change", refusing)
    body = sealed(hand)
    assert (body.circle, body.language) == (None, "en")


def test_a_desire_that_is_gone_is_not_named_as_what_would_include_people() -> None:
    hand = ByHand()
    seats = hand.people(60)
    hand.wishes(3)
    hand.weave([0], alternates=[1, 2], share_index=0.5)
    hand.can_say(seats[:30])
    hand.read(0, "would change", seats[30:])
    assert included(hand, sealed(hand)) == 1
    hand.do(ev.Moderated(1, "rejected"))  # type: ignore[arg-type]
    assert sealing.seal(hand.state, HEAD).included is None


# --- how many of how many have said it, and who was not heard ---


def said_by(count: int, people: int) -> ev.TextSealed:
    """Return the record of a text that so many of the people can say; the others were not heard."""
    hand = ByHand()
    seats = hand.people(people)
    (line,) = hand.wishes(1)
    hand.weave([line])
    hand.can_say(seats[:count])
    return sealed(hand)


@pytest.mark.parametrize(
    ("said", "people", "told"),
    [(29, 40, (25, 45)), (30, 40, (30, 45)), (4, 41, (0, 45)), (39, 39, (0, 0)), (13, 13, (0, 0)), (0, 40, (0, 45))],
)
def test_it_is_told_in_steps_how_many_of_how_many_have_said_it(said: int, people: int, told: tuple[int, int]) -> None:
    body = said_by(said, people)
    assert (body.said, body.everybody) == told


def test_a_line_that_goes_against_somebody_is_not_said_by_them() -> None:
    hand = ByHand()
    seats = hand.people(40)
    (line,) = hand.wishes(1)
    hand.weave([line])
    hand.can_say(seats)
    hand.read(0, "against me", seats[:5])
    assert sealed(hand).said == 35


def test_a_part_that_was_silent_is_named_as_not_heard_whatever_else_is_missing() -> None:
    hand = ByHand(None, None, None)
    agreeing, refusing, silent = hand.people(100, A), hand.people(20, B), hand.people(13, C)
    small, foreign = hand.people(12, None, "he"), hand.people(13, None, "es")
    (line,) = hand.wishes(1)
    hand.weave([line])
    hand.can_say([*agreeing, *foreign[:1]])
    hand.read(0, "would change", refusing)
    body = sealed(hand)
    assert silent
    assert small
    assert body.circle == B, "the part that cannot say it is named first"
    assert (body.unheard, body.unheard_languages, body.unheard_small) == ([C], ["es"], 1)
    assert body.status == "not yet"


def test_where_everybody_was_heard_nobody_is_named_as_not_heard() -> None:
    body = sealed(lots(40, 40, want=4))
    assert (body.unheard, body.unheard_languages, body.unheard_small) == ([], [], 0)


# --- what was expected, by the model as it was when the text was woven ---

# one taste: whoever wants the first desire wants the second, and not the third
TASTE = ev.WovenModel(0, 2, 1, [100, 0, 100], [0, 1, 2], [0, 300, 0, 300, 0, -300])


def expecting(model: ev.WovenModel | None) -> ByHand:
    """Return a text of the second and third desire; of four people two answered the first, and one the second."""
    hand = ByHand(voice="assembly")
    seats = hand.people(4)
    hand.wishes(3)
    hand.answer(0, 1, seats[:1])
    hand.answer(0, -1, seats[1:2])
    hand.answer(1, -1, seats[2:3])
    hand.weave([1], [2], model=model)
    return hand


def test_what_nobody_was_asked_is_expected_by_the_model_of_the_weaving(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = expecting(TASTE)
    lines = frozen_model.expected_support(
        FrozenModel(0, 2, 1, (100, 0, 100), (0, 1, 2), (0, 300, 0, 300, 0, -300)),
        4,
        ([0, 1, 2], [0, 0, 1], [1, -1, -1]),
        [1, 2],
    )
    heard, _ = put(hand, monkeypatch)
    assert heard.expected.tolist() == pytest.approx(
        [lines[0].sum(), lines[1].sum(), -0.5 + lines[2, 1], lines[3].sum()]
    )
    assert lines[0, 0] > lines[3, 0] > lines[1, 0], "the second line is expected of them by what they said of the first"


def test_without_a_model_answers_and_their_mean_are_expected_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    heard, _ = put(expecting(None), monkeypatch)
    assert heard.expected.tolist() == [-0.5, -0.5, -1.0, -0.5]


def test_a_line_that_the_model_does_not_know_is_expected_by_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    known = msgspec.structs.replace(TASTE, desires=[0, 1, 9])
    heard, _ = put(expecting(known), monkeypatch)
    alone, _ = put(expecting(msgspec.structs.replace(TASTE, desires=[0, 1], numbers=[0, 300, 0, 300])), monkeypatch)
    assert heard.expected.tolist() == alone.expected.tolist()


def test_a_second_draft_is_expected_by_the_model_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = expecting(TASTE)
    first, _ = put(hand, monkeypatch)
    hand.move("second reading")
    body = msgspec.structs.replace(hand.draft.body, version=hand.state.version, model=None)
    hand.do(body)
    second, _ = put(hand, monkeypatch)
    assert second.expected.tolist() == first.expected.tolist()


def test_of_whom_no_answer_is_left_no_more_is_expected_than_of_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = expecting(TASTE)
    before, _ = put(hand, monkeypatch)
    hand.state.tally.answered(0).clear()
    after, _ = put(hand, monkeypatch)
    assert before.expected[0] != before.expected[3]
    assert after.expected[0] == after.expected[3], "the event of the draft holds nothing of a person"


def test_a_bundle_opens_no_draft() -> None:
    assert ev.DraftWoven not in bundle.OPENED


# --- languages ---


def in_two_languages(*, carried: int, confirmed: int = 2) -> ByHand:
    """Return a hall of 40 English and 16 Hebrew readers with a text of two English lines, of which some are carried.

    All who read a line can say it, and the whole. Everybody with Hebrew pages reads English.
    """
    hand = ByHand()
    english, hebrew = hand.people(40), hand.people(16, None, "he")
    for seat in hebrew:
        hand.do(ev.LanguageUnread(seat, "en", on=False))
    wishes = hand.wishes(2)
    for wish in wishes:
        hand.answer(wish, 1, [*english, *hebrew])
    hand.weave(*([wish] for wish in wishes), share_index=0.5)
    for line in range(carried):
        place = hand.do(ev.LineCarried(hebrew[0], 0, line, "he", f"In Hebrew {line}"))
        for seat in hebrew[1 : 1 + confirmed]:
            hand.do(ev.CarryConfirmed(seat, place))
    hand.can_say([*english, *hebrew])
    return hand


def test_a_line_that_a_large_language_has_not_met_in_its_words_is_not_yet_and_named() -> None:
    body = sealed(in_two_languages(carried=1))
    assert (body.status, body.missing) == ("not yet", ["languages"])
    assert body.languages == [ev.LanguageMet("en", [], measured=True), ev.LanguageMet("he", [1], measured=True)]


def test_what_one_person_carried_and_too_few_confirmed_does_not_stand() -> None:
    body = sealed(in_two_languages(carried=2, confirmed=1))
    assert (body.status, body.missing) == ("not yet", ["languages"])
    assert body.languages[1] == ev.LanguageMet("he", [0, 1], measured=True)


def test_where_every_line_stands_in_every_large_language_it_is_one() -> None:
    body = sealed(in_two_languages(carried=2))
    assert (body.status, body.missing) == ("one desire", [])
    assert [one.unmet for one in body.languages] == [[], []]


def test_a_language_of_up_to_twelve_readers_decides_nothing_and_its_lines_are_told() -> None:
    hand = in_two_languages(carried=2)
    hand.do(ev.SeatChanged(0, language="es"), "s0")
    body = sealed(hand)
    assert "languages" not in body.missing
    assert body.languages[2] == ev.LanguageMet("es", [0, 1], measured=False)


def test_answers_of_readers_who_cannot_read_a_line_leave_their_language_unheard() -> None:
    hand = ByHand()
    english, hebrew = hand.people(40), hand.people(16, None, "he")
    (wish,) = hand.wishes(1)
    hand.answer(wish, 1, [*english, *hebrew])
    hand.weave([wish], share_index=0.5)
    hand.can_say([*english, *hebrew])  # as a former build took it: nobody had asked them whether they read English
    body = sealed(hand)
    assert body.status == "not yet"
    assert body.unheard_languages == ["he"]
    assert body.said == 40


def test_on_a_build_that_counts_every_answer_they_are_called_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "_counts", lambda *_: True)
    monkeypatch.setattr(sealing, "languages_met", lambda *_: [])
    hand = ByHand()
    seats = [*hand.people(40), *hand.people(16, None, "he")]
    (wish,) = hand.wishes(1)
    hand.answer(wish, 1, seats)
    hand.weave([wish], share_index=0.5)
    hand.can_say(seats)
    body = sealed(hand)
    assert (body.status, body.unheard_languages) == ("one desire", [])
