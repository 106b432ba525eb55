"""The snapshot: what the hall sees of a text, in which words, and when it is told how alike all answers are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oneheart.engine.closeness.inner import oneness_of
from oneheart.engine.disclosure import FOR_A_WORD
from oneheart.live import events as ev
from oneheart.live import snapshot
from oneheart.live.snapshot import ShownDesire, Text, TextLine
from oneheart.live.state import State, released
from oneheart.model.round import Stage
from tests.support.by_hand import ByHand
from tests.support.rules.scene import DIGEST, SEAL, lead, led, reading, second_reading, stages


def line(text: str, language: str = "en", *, changed: bool = False, carried: Any = ()) -> TextLine:
    return TextLine(text, language, changed, tuple(carried))


def text(state: State) -> Text:
    now = snapshot.text_now(state)
    assert now is not None
    return now


# --- the text ---


def test_a_text_is_shown_from_weaving_on_and_only_in_its_own_round() -> None:
    hand = ByHand()
    hand.people(1)
    hand.wishes(2)
    told = [snapshot.text_now(hand.state)]
    hand.move("weaving")
    told.append(snapshot.text_now(hand.state))
    assert told == [None, None]
    hand.weave([0])
    for stage in ("reading", "second reading", "weaving"):
        hand.move(stage)
        assert text(hand.state).lines == (line("Peace on the hills"),), stage
    for stage in ("sealed", "said"):
        hand.move(stage)
        assert snapshot.text_now(hand.state) is None, "nothing was sealed"
    hand.do(ev.StageMoved(Stage.CROSSING, hand.state.version))
    assert snapshot.text_now(hand.state) is None
    hand.move("open", "weaving")
    assert snapshot.text_now(hand.state) is None


def test_before_it_is_sealed_nothing_of_a_verdict_is_shown() -> None:
    now = text(led(second_reading()))
    assert (now.draft, now.status, now.missing, now.digest, now.root, now.include, now.share, now.model) == (
        2,
        "",
        (),
        "",
        "",
        None,
        "",
        "",
    )
    assert now.lines == (line("Peace"), line("Joy", changed=True))
    assert now.left == (line("Bread", "he"),)
    assert now.connected == ()


def sealed(**more: Any) -> State:
    body = ev.TextSealed(**{"draft": 0, "digest": DIGEST, "root": "root", "status": "not yet", **more})
    return led([*reading(), *stages("sealed", version=3), body])


def test_a_sealed_text_is_shown_with_its_verdict_and_what_would_include_others() -> None:
    now = text(sealed(missing=["share", "affirmed"], include=2, share="certified"))
    assert (now.status, now.missing, now.digest, now.root) == ("not yet", ("share", "affirmed"), DIGEST, "root")
    assert (now.share, now.include) == ("certified", line("Joy"))
    now = text(sealed())
    assert (now.share, now.include, now.missing) == ("not measured", None, ())


def test_the_words_of_a_desire_that_would_include_others_may_be_gone() -> None:
    assert text(sealed(include=3)).include is None


def test_a_line_is_shown_in_other_languages_once_two_have_confirmed_it_and_not_without_its_words() -> None:
    french_words = ev.DesireSaid(None, "Joie", "fr")
    read_both = [ev.LanguageUnread(seat, code, on=False) for seat in (1, 2) for code in ("he", "fr", "en")]
    carries = [ev.LineCarried(0, 0, 0, "he", "Shalom"), ev.LineCarried(0, 0, 0, "fr", "Paix")]
    state = led([*reading(), french_words, *read_both, *carries])
    hebrew, french = state.prayers.carried
    for seat in (1, 2):
        lead(state, ev.CarryConfirmed(seat, hebrew))
    lead(state, ev.CarryConfirmed(1, french))
    assert text(state).lines == (line("Peace", carried=[("he", "Shalom")]), line("Bread", "he"))
    lead(state, ev.CarryConfirmed(2, french))
    assert text(state).lines[0] == line("Peace", carried=[("fr", "Paix"), ("he", "Shalom")])
    state.desires[0].text = state.desires[0].language = ""
    assert text(state).lines[0] == line("", "")


def connected(*groups: list[int], between: list[list[str]]) -> State:
    hand = ByHand()
    hand.people(1)
    hand.wishes(3)
    hand.do(ev.StageMoved(Stage.WEAVING, 0))
    lines = [ev.WovenLine([0]), ev.WovenLine([1], changed=True), ev.WovenLine([2])]
    hand.do(ev.DraftWoven(1, lines))
    hand.do(ev.DraftConnected(0, list(groups), between, "a model", "1", "key"))
    return hand.state


def test_connected_lines_are_told_in_one_and_a_changed_line_marks_those_it_stands_with() -> None:
    state = connected([0, 1], [2], between=[[", and "], []])
    now = text(state)
    assert now.model == "a model"
    assert now.connected == (line("Peace on the hills, and Bread", changed=True), line("Joy tonight"))
    assert now.lines == (line("Peace on the hills"), line("Bread", changed=True), line("Joy tonight"))


def test_where_one_of_connected_lines_is_gone_the_others_stand_by_themselves() -> None:
    state = connected([0, 1, 2], between=[[", and ", "; "]])
    assert text(state).connected == (line("Peace on the hills, and Bread; Joy tonight", changed=True),)
    state.desires[1].text = ""
    assert text(state).connected == (line("Peace on the hills", changed=True), line("Joy tonight", changed=True))


# --- the whole ---


def test_a_snapshot_names_where_the_round_stands_and_what_hosts_chose_to_show() -> None:
    state = led([*reading(), ev.DesiresShown([2, 0]), ev.ClockSet(60), ev.CircleDone(1, on=True)])
    now = snapshot.take(state, fitted_seq=7)
    assert (now.seq, now.fitted_seq, now.name) == (state.seq, 7, "x")
    assert (now.stage, now.round, now.circles, now.circles_done) == (Stage.READING, 1, 2, 1)
    assert now.question == (("en", "What do you want?"),)
    assert now.shown == (ShownDesire(2, "Joy", "en"), ShownDesire(0, "Peace", "en", "that"))
    assert (now.clock_end, now.say_at, now.ended) == (61_000, None, False)
    assert now.text == text(state)
    assert snapshot.take(State()).name == ""


def test_a_set_moment_is_told_and_after_the_end_there_is_none() -> None:
    state = led([*reading(), *stages("sealed", version=3), SEAL, ev.SayingSet(30)])
    now = snapshot.take(state)
    assert (now.say_at, now.ended) == (31_000, False)
    lead(state, ev.Ended())
    now = snapshot.take(state)
    assert (now.say_at, now.ended) == (None, True)


def test_a_snapshot_that_differs_only_in_what_the_machine_reads_says_nothing_new() -> None:
    now = snapshot.take(led(reading()), fitted_seq=7)
    assert snapshot.visible(replace(now, seq=now.seq + 1, fitted_seq=8)) == snapshot.visible(now)
    assert snapshot.visible(replace(now, round=2)) != snapshot.visible(now)


# --- alike ---


def answered(people: int, want: list[int], *, stage: str = "weaving") -> State:
    """Return a hall in which everybody answered each wish, and so many want it."""
    hand = ByHand()
    seats = hand.people(people)
    hand.wishes(len(want))
    for wish, count in enumerate(want):
        hand.answer(wish, 1, seats[:count])
        hand.answer(wish, 0, seats[count:])
    hand.move(stage)
    return hand.state


def oneness(state: State) -> float | None:
    tally = state.tally
    return oneness_of(tally.want, tally.against, tally.seen_by_all, least=FOR_A_WORD)


@pytest.mark.parametrize(("people", "told"), [(FOR_A_WORD - 1, ""), (FOR_A_WORD, "much")])
def test_how_much_all_want_alike_is_told_of_more_than_twelve_people(people: int, told: str) -> None:
    assert snapshot.alike_now(answered(people, [people, people])) == told


@pytest.mark.parametrize(
    ("want", "word"), [([20, 20], "much"), ([18, 8], "much"), ([10, 10], "some"), ([4, 3], "little")]
)
def test_each_word_stands_for_a_stretch_of_oneness(want: list[int], word: str) -> None:
    state = answered(20, want)
    value = oneness(state)
    assert value is not None
    assert {"much": value >= 0.4, "some": 0.1 <= value < 0.4, "little": value < 0.1}[word], value
    assert snapshot.alike_now(state) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.4, "much"), (0.399, "some"), (0.1, "some"), (0.099, "little"), (-0.5, "little"), (None, "")],
)
def test_the_limits_of_the_words(value: float | None, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "oneness_of", lambda *_, **__: value)
    assert snapshot.alike_now(answered(20, [20])) == word


@pytest.mark.parametrize("stage", [stage.value for stage in Stage])
def test_nobody_answers_by_a_word_for_how_alike_the_answers_are(stage: str) -> None:
    told = snapshot.alike_now(answered(20, [20, 20], stage=stage))
    assert told == ("" if Stage(stage).takes_responses else "much")
