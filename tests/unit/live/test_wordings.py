"""Wordings: which words a reader sees, and in which languages some are missing."""

from __future__ import annotations

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.naming import clean_names
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.settings_typed import settings_of
from oneheart.live.state import State
from oneheart.live.wordings import (
    Wording,
    circle_in,
    lacking,
    missing_in,
    name_in,
    names_of,
    occasion_in,
    question_in,
    question_missing,
    wording_in,
)
from oneheart.model import actor
from oneheart.model.presence import Form
from oneheart.model.round import Stage, Voice

SIX = ["en", "he", "ru", "es", "uk", "de"]


def gathering(*bodies: ev.AnyBody, languages: list[str] = SIX, **more: object) -> State:
    """Return the state of a gathering in six languages after some events."""
    settings = ev.Settings("Plain", {"en": "What?", "he": "מה?"}, Voice.TEN, languages, **more)  # type: ignore[arg-type]
    state = State()
    for seq, body in enumerate((settings, *bodies), start=1):
        outcome = state.apply(seq, ev.kind_of(body), body, actor.HOUSE, seq)
        assert not isinstance(outcome, Refusal)
    return state


@pytest.mark.parametrize(
    ("wordings", "reader", "plain", "wording"),
    [
        ({"en": "Fire", "ru": "Огонь"}, "ru", "Plain", Wording("Огонь", "ru")),
        ({"en": "Fire", "ru": "Огонь"}, "es", "Plain", Wording("Fire", "en")),
        ({"ru": "Огонь"}, "es", "Plain", Wording("Plain", "")),
        ({"ru": "Огонь"}, "es", "", Wording("Огонь", "ru")),
        ({"fr": "Feu"}, "es", "", Wording("Feu", "fr")),
        ({"es": ""}, "es", "Plain", Wording("Plain", "")),
        ({}, "es", "", Wording("", "")),
    ],
)
def test_a_reader_sees_their_own_then_the_first_then_the_plain_wording(
    wordings: dict[str, str], reader: str, plain: str, wording: Wording
) -> None:
    assert wording_in(wordings, ["en", "ru", "es"], reader, plain) == wording


def test_all_four_are_asked_in_the_language_of_the_reader() -> None:
    state = gathering(
        ev.CircleAdded("Fire", "key-1", names={"ru": "Огонь"}),
        ev.CircleAdded("", "key-2"),
        ev.OccasionAdded("Meal", Form.MEAL, "CODE22", {"es": "Comida"}),
        names={"de": "Ein Herz"},
    )
    assert [name_in(state, code) for code in SIX] == ["Plain"] * 5 + ["Ein Herz"]
    assert [question_in(state, code).text for code in SIX] == ["What?", "מה?", "What?", "What?", "What?", "What?"]
    assert [circle_in(state, 0, code) for code in ("en", "ru")] == ["Fire", "Огонь"]
    assert circle_in(state, 1, "ru") == ""
    assert [occasion_in(state, 0, code) for code in ("en", "es", "uk")] == ["Meal", "Comida", "Meal"]
    assert names_of(state) == ["Plain", "Ein Herz"]


def test_a_step_of_the_programme_may_ask_in_one_language_or_in_all() -> None:
    asked = {"en": "Why?", "ru": "Почему?"}
    steps = [ev.ProgrammeStep(Stage.OPEN, 60, {"en": "Only here?"}), ev.ProgrammeStep(Stage.CROSSING, 60, asked)]
    state = gathering(ev.ProgrammeSet(steps), ev.StepTaken(0, 0))
    assert question_in(state, "he") == Wording("Only here?", "en")
    assert question_missing(state) == ["he", "ru", "es", "uk", "de"]
    state.apply(4, "step", ev.StepTaken(1, 1), actor.host(0), 9)
    assert question_in(state, "ru") == Wording("Почему?", "ru")
    assert question_missing(state) == ["he", "es", "uk", "de"]


def test_a_language_that_a_running_gathering_takes_up_shows_as_missing_until_all_is_worded() -> None:
    state = gathering(ev.OccasionAdded("Meal", Form.MEAL, "CODE22"), languages=["en", "he"])
    assert lacking(state) == ["he"]
    state.apply(3, "occasion changed", ev.OccasionChanged(0, "Meal", {"he": "ארוחה"}), actor.host(0), 3)
    settings = ev.Settings("Plain", {"en": "What?", "he": "מה?"}, Voice.TEN, ["en", "he"], version=1, names={"he": "א"})
    state.apply(4, "settings", settings, actor.host(0), 4)
    assert lacking(state) == []
    settings = msgspec.structs.replace(settings, languages=["en", "he", "uk"], version=2)
    state.apply(5, "settings", settings, actor.host(0), 5)
    assert lacking(state) == ["uk"]
    assert occasion_in(state, 0, "uk") == "Meal"


def test_what_has_no_name_at_all_lacks_none_and_one_language_lacks_nothing() -> None:
    assert missing_in({}, SIX) == []
    assert missing_in({}, SIX, "Fire") == ["he", "ru", "es", "uk", "de"]
    assert lacking(State()) == []
    assert lacking(gathering(languages=["en"])) == []


def test_a_name_in_a_language_that_is_not_spoken_here_is_refused() -> None:
    assert clean_names({"he": " אש ", "ru": " "}, ["en", "he"]) == {"he": "אש"}
    with pytest.raises(Refused) as refused:
        clean_names({"fr": "Feu"}, ["en", "he"])
    assert refused.value.why is Refusal.LANGUAGE


def test_settings_need_a_question_in_the_first_language_only() -> None:
    def typed(**question: str) -> ask.SettingsAsked:
        return ask.SettingsAsked("key-of-settings", "One", question, Voice.TEN, ["en", "he"], names={"he": "אחד"})

    settings = settings_of(typed(en=" What? "))
    assert (settings.question, settings.names) == ({"en": "What?"}, {"he": "אחד"})
    with pytest.raises(Refused) as refused:
        settings_of(typed(he="מה?"))
    assert refused.value.why is Refusal.LANGUAGE
