"""From the sealing on everything shows the sealed text and nothing else; a seal is never shown over other words."""

from __future__ import annotations

from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import sealed_record
from oneheart.live.export import hall_record
from oneheart.live.judging import digest_of, draft_anew
from oneheart.live.refusal import Refusal
from oneheart.live.sealed_record import WordsFit, carries_sealed, draft_shown, moment, numbers_in_book, record_at
from oneheart.live.snapshot import Text, text_lines, text_now
from oneheart.live.state import State
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.round import Stage
from oneheart.model.verdict import Status
from tests.support.by_hand import ByHand
from tests.support.rules.scene import By, lead

WORDS = ("Peace on the hills", "Bread")


def seal(hand: ByHand, *, former: bool = False) -> None:
    """Seal the newest draft as the house does; as a former version did it, without translations."""
    state, number = hand.state, len(hand.state.prayers.drafts) - 1
    digest = digest_of(state, hand.draft)
    carried = None if former else carries_sealed(digest, text_lines(state, number))
    hand.do(ev.TextSealed(number, digest, "e" * 64, Status.ONE_DESIRE, share="certified", carried=carried), "house")


def sealed_hall(*, former: bool = False) -> ByHand:
    """Return a hall of six that sealed two lines, one of them in Hebrew too."""
    hand = ByHand()
    hand.people(6)
    for seat, text in enumerate(WORDS):
        hand.say(seat, text)
    hand.weave([0], [1])
    carry(hand, "שלום על ההרים")
    hand.move("sealed")
    seal(hand, former=former)
    return hand


def carry(hand: ByHand, text: str) -> None:
    """Let one person carry the first line into Hebrew, and two others confirm it."""
    for seat in (2, 3, 4):
        hand.do(ev.LanguageUnread(seat, "he", on=False))
    place = hand.do(ev.LineCarried(2, len(hand.state.prayers.drafts) - 1, 0, "he", text))
    for seat in (3, 4):
        hand.do(ev.CarryConfirmed(seat, place))


def shown(state: State) -> Text:
    text = text_now(state)
    assert text is not None
    return text


def words_of(text: Text) -> list[str]:
    return [line.text for line in text.lines]


def hash_of_words(text: Text) -> str:
    return Draft(tuple(PrayerLine(line.text, line.language, ()) for line in text.lines)).digest()


def back_and_amended() -> ByHand:
    """Return a hall as a former version let it be: back from sealed, amended, woven again, and on to sealed."""
    hand = sealed_hall(former=True)
    hand.move("reading")
    hand.do(ev.LineAmended(0, 0, 0, "Peace in the valley", "en"))
    place = next(iter(hand.state.prayers.amended))
    hand.move("second reading")
    lines = [ev.WovenLine([0], place, 0, changed=True), ev.WovenLine([1], None, 1)]
    hand.do(ev.DraftWoven(hand.state.version, lines))
    hand.move("sealed")
    return hand


def test_a_former_log_that_went_back_and_amended_shows_the_sealed_words_under_their_seal() -> None:
    hand = back_and_amended()
    for stage in ("sealed", "said"):
        hand.move(stage)
        text = shown(hand.state)
        assert words_of(text) == [*WORDS]
        assert (text.status, text.digest) == (Status.ONE_DESIRE, hash_of_words(text))
        found = draft_shown(hand.state)
        assert found is not None
        assert found[0] == 0


def test_shown_from_the_newest_draft_the_seal_stands_over_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = back_and_amended()

    def newest(state: State, number: int) -> Any:
        sealed = state.prayers.sealed[number]
        lines = text_lines(state, len(state.prayers.drafts) - 1)
        return sealed_record.SealedRecord(number, sealed, state.prayers.drafts[-1], lines, (), (), WordsFit.WHOLE)

    monkeypatch.setattr(sealed_record, "record_at", newest)
    text = shown(hand.state)
    assert words_of(text) == ["Peace in the valley", "Bread"]
    assert text.digest != hash_of_words(text)


def test_while_it_is_being_sealed_nothing_is_shown() -> None:
    hand = ByHand()
    hand.people(6)
    hand.say(0, "Peace")
    hand.weave([0])
    hand.move("sealed")
    assert (text_now(hand.state), draft_shown(hand.state), moment(hand.state)) == (None, None, None)


def test_a_translation_that_comes_after_the_sealing_does_not_change_the_text() -> None:
    hand = sealed_hall()
    before = record_at(hand.state, 0)
    assert before.lines[0].carried == (("he", "שלום על ההרים"),)
    carry(hand, "אחר לגמרי")
    assert record_at(hand.state, 0) == before
    assert shown(hand.state).lines == before.lines
    assert [line.carried for line in hall_record(hand.state).texts[0].lines] == [line.carried for line in before.lines]


def test_a_translation_stays_when_those_who_confirmed_it_are_set_aside() -> None:
    hand = sealed_hall()
    before = record_at(hand.state, 0).lines
    hand.do(ev.SeatsRevoked([2, 3, 4, 5, 0], "one hand"))
    assert record_at(hand.state, 0).lines[0].carried == before[0].carried


def test_a_text_of_a_former_version_has_the_translations_that_stand_now() -> None:
    hand = sealed_hall(former=True)
    carry(hand, "אחר לגמרי")
    assert record_at(hand.state, 0).lines[0].carried == (("he", "אחר לגמרי"),)


def test_a_seal_taken_back_ends_and_everything_is_read_anew() -> None:
    hand = sealed_hall()
    hand.do(ev.SayingSet(30))
    hand.do(ev.SealTakenBack(0, hand.state.version))
    state = hand.state
    assert (state.stage, state.prayers.say_at, numbers_in_book(state)) == (Stage.READING, None, [])
    assert (hall_record(state).texts, state.prayers.taken_back(1)) == ((), True)
    assert shown(state).status == ""
    refused = {body: state.check_new(body, "s0") for body in (ev.LineRead(0, 0, 0, "can say"), ev.AmenSaid(0))}  # type: ignore[arg-type]
    assert [*refused.values()] == [Refusal.CHANGED, Refusal.CLOSED]
    assert state.check_new(ev.StageMoved(Stage.SEALED, state.version), "h0") is Refusal.STALE, "it was not read anew"
    hand.do(draft_anew(state, hand.draft), "house")
    assert (words_of(shown(state)), hand.draft.readings, hand.draft.second) == ([*WORDS], [{}, {}], False)
    assert shown(state).lines[0].carried == (("he", "שלום על ההרים"),), "it need not be carried anew"
    hand.can_say(range(6))
    hand.move("second reading")
    lines = [ev.WovenLine(line.cites, None, place) for place, line in enumerate(hand.draft.body.lines)]
    hand.do(ev.DraftWoven(state.version, lines))
    hand.move("sealed")
    assert text_now(state) is None
    seal(hand)
    assert (numbers_in_book(state), shown(state).digest) == ([1], hash_of_words(shown(state)))
    assert not state.prayers.taken_back(1)


def moves(state: State) -> dict[str, Refusal | None]:
    return {stage.value: state.check_new(ev.StageMoved(stage, state.version), "h0") for stage in Stage}


def test_from_a_sealed_text_one_says_it_or_begins_anew_and_a_said_one_stays() -> None:
    hand = sealed_hall()
    back = dict.fromkeys(("crossing", "weaving", "reading", "second reading", "sealed"), Refusal.SEALED)
    assert moves(hand.state) == {"open": None, **back, "said": None}
    hand.move("said")
    assert moves(hand.state) == {"open": None, **dict.fromkeys((*back, "said"), Refusal.SAID)}
    assert hand.state.check(ev.SealTakenBack(0, hand.state.version), "h0") is Refusal.SAID
    hand.move("open")
    assert numbers_in_book(hand.state) == [0]


def test_a_step_of_the_programme_is_asked_like_a_move() -> None:
    hand = sealed_hall()
    hand.do(ev.ProgrammeSet([ev.ProgrammeStep(Stage.READING, 60), ev.ProgrammeStep(Stage.SAID, 60)]))
    version = hand.state.version
    assert [hand.state.check_new(ev.StepTaken(n, version), "h0") for n in (0, 1)] == [Refusal.SEALED, None]


def test_without_a_text_nothing_is_read_sealed_or_said() -> None:
    hand = ByHand()
    hand.people(6)
    hand.say(0, "Peace")
    ahead = {"second reading": Refusal.NO_TEXT, "sealed": Refusal.NO_TEXT, "said": Refusal.NO_TEXT}
    free = {"open": None, "crossing": None, "weaving": None, "reading": None}
    assert moves(hand.state) == {**free, **ahead}
    hand.move("weaving")
    hand.do(ev.DraftWoven(hand.state.version, []), "house")
    assert moves(hand.state) == {**free, **ahead, "reading": Refusal.NO_TEXT}
    body = ev.TextSealed(0, "d" * 64, "e" * 64, Status.NOT_YET)
    hand.move("sealed")
    assert hand.state.check_new(body, "house") is Refusal.NO_TEXT


def test_an_empty_text_that_a_former_version_sealed_is_in_no_book_and_has_no_ceremony() -> None:
    hand = ByHand()
    hand.people(6)
    hand.weave()
    hand.move("sealed")
    seal(hand, former=True)
    assert (numbers_in_book(hand.state), text_now(hand.state)) == ([], None)
    assert hand.state.check_new(ev.SayingSet(30), "h0") is Refusal.NO_TEXT
    hand.move("said")
    assert hand.state.check_new(ev.AmenSaid(0), "s0") is Refusal.NO_TEXT


def test_no_verdict_or_hash_stands_over_words_of_which_a_line_was_erased() -> None:
    hand = sealed_hall()
    hand.state.desires[1].text = ""
    record = record_at(hand.state, 0)
    assert (record.fit, record.verdict) == (WordsFit.ERASED, None)
    text = shown(hand.state)
    assert (text.status, text.digest, text.share, words_of(text)) == ("", "", "", ["Peace on the hills", ""])
    hand.state.desires[0].text = ""
    assert (numbers_in_book(hand.state), text_now(hand.state)) == ([], None), "no words are left"
    assert hand.state.check_new(ev.SayingSet(30), "h0") is Refusal.NO_TEXT
    assert hand.state.check_new(ev.StageMoved(Stage.SAID, hand.state.version), "h0") is Refusal.NO_TEXT


def test_words_that_changed_without_an_erasure_are_named_as_other_words() -> None:
    hand = sealed_hall()
    hand.state.desires[1].text = "Bread for the rich"
    assert (record_at(hand.state, 0).fit, shown(hand.state).status) == (WordsFit.OTHER, "")


def test_a_line_whose_amendment_was_erased_does_not_go_back_to_words_that_nobody_sealed() -> None:
    hand = ByHand()
    hand.people(6)
    hand.say(0, "Peace")
    hand.weave([0])
    hand.do(ev.LineAmended(0, 0, 0, "Peace in the valley", "en"))
    place = next(iter(hand.state.prayers.amended))
    hand.move("second reading")
    hand.do(ev.DraftWoven(hand.state.version, [ev.WovenLine([0], place, 0, changed=True)]))
    hand.move("sealed")
    seal(hand)
    assert words_of(shown(hand.state)) == ["Peace in the valley"]
    del hand.state.prayers.amended[place]
    assert (record_at(hand.state, 0).lines[0].text, text_now(hand.state)) == ("", None)


def test_the_moment_ends_with_the_words() -> None:
    hand = sealed_hall()
    lead(hand.state, By("h0", ev.SayingSet(30)))
    assert moment(hand.state) is not None
    for number in (0, 1):
        hand.state.desires[number].text = ""
    assert moment(hand.state) is None


def test_who_reads_the_sealed_translation_says_amen_whatever_is_confirmed_later() -> None:
    hand = sealed_hall()
    reader = hand.people(1, language="he")[0]
    hand.state.desires[1].text, hand.state.desires[1].language = "Bread", "en"
    assert record_at(hand.state, 0).lines[1].carried == ()
    hand.move("said")
    said = ev.AmenSaid(reader)
    assert hand.state.check_new(said, f"s{reader}") is Refusal.CANNOT_READ, "the second line is not carried"
    hand.do(ev.LanguageUnread(reader, "en", on=False))
    assert hand.state.check_new(said, f"s{reader}") is None


def test_a_translation_that_came_too_late_opens_no_amen() -> None:
    hand = ByHand()
    hand.people(6)
    hand.say(0, "Peace on the hills")
    hand.weave([0])
    hand.move("sealed")
    seal(hand)
    reader = hand.people(1, language="he")[0]
    carry(hand, "שלום על ההרים")
    hand.move("said")
    assert hand.state.check_new(ev.AmenSaid(reader), f"s{reader}") is Refusal.CANNOT_READ
