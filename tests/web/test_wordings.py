"""Wordings per language on all pages: the forms that keep them, what shows as missing, and who reads which."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from oneheart.live.wordings import lacking
from tests.support.codes import codes
from tests.support.desks import Desk

CODE = "ABCD3456"
FOUR = ["en", "he", "ru", "es"]
Open = Callable[..., Any]


def worded(open_door: Open) -> tuple[Any, Desk]:
    """Return a gathering in four languages whose hosts worded everything in Hebrew and Russian, but not in Spanish."""
    door = open_door(languages=FOUR)
    desk = Desk(door)
    languages = {f"language-{code}": "1" for code in FOUR}
    questions = {"question-en": "What do we sing?", "question-he": "מה נשיר?", "question-ru": "Что нам петь?"}
    names = {"name-he": "ערב", "name-ru": "Вечер", "name-es": ""}
    sent = desk.browser.post(
        f"{desk.home}/settings",
        data={"key": "settings-0", "version": "1", "name": "Evening", **languages, **questions, **names},
    )
    assert sent.status_code == 303
    desk.do("circle", name="Fire", **{"name-he": "אש", "name-ru": "Огонь", "name-es": ""})
    desk.do("occasion", name="Meal", form="meal", **{"name-he": "ארוחה", "name-ru": "Ужин", "name-es": ""})
    return door, desk


def test_forms_keep_a_wording_in_each_language_and_show_which_are_missing(open_door: Open) -> None:
    door, desk = worded(open_door)
    state = door.gathering.state
    assert state.settings.names == {"he": "ערב", "ru": "Вечер"}
    assert state.question == {"en": "What do we sing?", "he": "מה נשיר?", "ru": "Что нам петь?"}
    assert state.circles[0].names == {"he": "אש", "ru": "Огонь"}
    assert state.occasions[0].names == {"he": "ארוחה", "ru": "Ужин"}
    assert lacking(state) == ["es"]
    assert codes(desk.page("/settings"), "lacks") == ["question-es", "name-es"]
    assert codes(desk.page("/circles"), "lacks") == ["es", "es"]
    assert 'id="lacks"' in desk.page()


def test_what_is_missing_is_said_later_and_nothing_is_missing_then(open_door: Open) -> None:
    door, desk = worded(open_door)
    desk.do("rename", circle="0", name="Fire", **{"name-he": "אש", "name-ru": "Огонь", "name-es": "Fuego"})
    desk.do(
        "rename-occasion", occasion="0", name="Supper", **{"name-he": "ארוחה", "name-ru": "Ужин", "name-es": "Cena"}
    )
    state = door.gathering.state
    assert (state.circles[0].names["es"], state.occasions[0].names["es"]) == ("Fuego", "Cena")
    assert state.occasions[0].name == "Supper"
    assert codes(desk.page("/circles"), "lacks") == []
    assert lacking(state) == ["es"]  # name and question still


def test_a_form_without_fields_for_languages_keeps_the_names_that_are_there(open_door: Open) -> None:
    door, desk = worded(open_door)
    desk.do("rename", circle="0", name="Flame")
    assert (door.gathering.state.circles[0].name, door.gathering.state.circles[0].names["ru"]) == ("Flame", "Огонь")


def test_a_running_gathering_takes_up_a_language_and_everything_shows_as_missing_in_it(open_door: Open) -> None:
    door = open_door(languages=["en"], question={"en": "What do we sing?"})
    desk = Desk(door)
    desk.do("circle", name="Fire")
    assert codes(desk.page(), "lacks") == []
    both = {"language-en": "1", "language-es": "1", "question-en": "What do we sing?"}
    data = {"key": "settings-0", "version": "1", "name": "Evening", **both}
    assert desk.browser.post(f"{desk.home}/settings", data=data).status_code == 303
    assert door.gathering.state.languages == ["en", "es"]
    assert "es" not in door.gathering.state.question  # the usual question would be another question
    assert codes(desk.page("/settings"), "lacks") == ["question-es", "name-es"]
    assert codes(desk.page("/circles"), "lacks") == ["es"]


def test_everybody_reads_names_and_question_in_their_language_or_in_the_first(open_door: Open) -> None:
    door, desk = worded(open_door)
    expected = {
        "en": ("Evening", "What do we sing?", "Fire", "Meal"),
        "ru": ("Вечер", "Что нам петь?", "Огонь", "Ужин"),
        "es": ("Evening", "What do we sing?", "Fire", "Meal"),
    }
    for code, (name, question, circle, occasion) in expected.items():
        outside = html.unescape(door.browser().get(f"/j/{CODE}?lang={code}").text)
        assert name in outside
        assert question in outside
        assert f">{circle}<" in outside
        phone = door.join(language=code)
        page = html.unescape(phone.get(f"/g/{CODE}").text)
        assert f"<title>{name}</title>" in page
        assert f">{question}<" in page
        assert occasion in html.unescape(phone.get(f"/g/{CODE}/mine").text)
    cards = html.unescape(desk.page("/cards"))
    for words in ("What do we sing?", "מה נשיר?", "Что нам петь?", ">Fire<", ">אש<", ">Огонь<"):
        assert words in cards


def test_a_reader_of_a_language_without_wording_sees_the_question_marked_as_that_of_the_first(open_door: Open) -> None:
    door, _ = worded(open_door)
    page = html.unescape(door.join(language="es").get(f"/g/{CODE}").text)
    assert '<bdi dir="auto" lang="en">What do we sing?</bdi>' in page


def test_the_api_says_all_wordings_and_what_they_lack(open_door: Open) -> None:
    door, _ = worded(open_door)
    about = door.browser().get(f"/api/v1/gatherings/{CODE}").json()
    assert about["names"] == {"he": "ערב", "ru": "Вечер"}
    assert about["question"]["ru"] == "Что нам петь?"
    assert about["lacks"] == ["es"]


def test_a_programme_asks_its_questions_in_each_language_on_the_same_line(open_door: Open) -> None:
    door, desk = worded(open_door)
    questions = {"questions": "One?\nTwo?", "questions-he": "אחת?\n\n", "questions-ru": "Раз?\nДва?"}
    desk.do("programme", ready="workshop", **questions)
    asked = [step.question for step in door.gathering.state.programme if step.question]
    assert asked == [{"en": "One?", "he": "אחת?", "ru": "Раз?"}, {"en": "Two?", "ru": "Два?"}]
    assert codes(desk.page("/programme"), "lacks") == ["es", "he", "es"]
    desk.do("ask", **{"question-ru": "Ещё что?"})
    assert [step.question for step in door.gathering.state.programme if step.question][-1] == {"ru": "Ещё что?"}
