"""The text reads aloud: one opening for lines of one kind, a capital, a full stop, and no word of anybody changed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pytest
import regex
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from oneheart.engine.desire.entry import own_beginning, stems
from oneheart.engine.prayer import aloud
from oneheart.engine.prayer.aloud import read_aloud
from oneheart.model.prayer import Draft, PrayerLine
from tests.support.proofs import size


@dataclass(frozen=True)
class Line:
    text: str
    language: str = "en"
    stem: str = ""


def said(*lines: tuple[str, str] | str, language: str = "en") -> list[str]:
    """Return a text as it is said; a line is its words, or its stem and its words."""
    made = [Line(one, language) if isinstance(one, str) else Line(one[1], language, one[0]) for one in lines]
    return [line.said for line in read_aloud(made)]


def test_lines_of_one_kind_have_one_opening() -> None:
    assert said(("want", "peace"), "I want bread for all", ("want", "To sing together.")) == [
        "We want peace,",
        "bread for all,",
        "to sing together.",
    ]
    assert said(("that", "sing"), "I want us to listen") == ["We want to sing,", "listen."]
    assert said(("want", "мира"), "Хочу хлеба для всех", language="ru") == ["Мы хотим мира,", "хлеба для всех."]
    assert said("Я хочу, чтобы мы пели", ("that", "никто не был один"), language="ru") == [
        "Мы хотим, чтобы мы пели,",
        "никто не был один.",
    ]
    assert said(("want", "paz"), "Quiero pan para todos", language="es") == ["Queremos paz,", "pan para todos."]
    assert said("Yo quiero que cantemos", ("that", "nadie esté solo"), language="es") == [
        "Queremos que cantemos,",
        "nadie esté solo.",
    ]


def test_ukrainian_and_german_have_beginnings_of_their_own() -> None:
    assert said(("want", "миру"), "Хочу хліба для всіх", language="uk") == ["Ми хочемо миру,", "хліба для всіх."]
    assert said("Я хочу, щоб ми співали", ("that", "ніхто не був сам"), language="uk") == [
        "Ми хочемо, щоб ми співали,",
        "ніхто не був сам.",
    ]
    assert said(("want", "Frieden"), "Ich möchte Brot für alle", language="de") == [
        "Wir möchten Frieden,",
        "Brot für alle.",
    ]
    assert said("Ich will, dass wir singen", ("that", "niemand allein sitzt"), language="de") == [
        "Wir möchten, dass wir singen,",
        "niemand allein sitzt.",
    ]


def test_in_hebrew_what_is_written_with_the_word_stands_at_every_word() -> None:
    assert said(("that", "נשיר"), ("that", "אף אחד לא יישאר לבד"), language="he") == [
        "אנחנו רוצים שנשיר,",
        "שאף אחד לא יישאר לבד.",
    ]
    assert said(("that", "2 קבוצות ייפגשו"), language="he") == ["אנחנו רוצים ש-2 קבוצות ייפגשו."]
    assert said(("want", "שלום"), "אני רוצה לחם לכולם", language="he") == ["אנחנו רוצים שלום,", "לחם לכולם."]


def test_a_line_that_stands_by_itself_is_a_sentence() -> None:
    assert said("that nobody sits alone", "peace", "Sleep!", "bread …") == [
        "That nobody sits alone.",
        "Peace.",
        "Sleep!",
        "Bread.",
    ]
    assert said("élan", "“quiet nights”", "2 hours of quiet", "🕊 peace") == [
        "Élan.",
        "“Quiet nights”.",
        "2 hours of quiet.",
        "🕊 peace.",
    ]


def test_another_kind_another_language_and_a_line_between_begin_anew() -> None:
    lines = [
        Line("peace", "en", "want"),
        Line("paz", "es", "want"),
        Line("bread", "en", "want"),
        Line("We sing", "en"),
        Line("sleep", "en", "want"),
        Line("sing", "en", "that"),
    ]
    assert [line.said for line in read_aloud(lines)] == [
        "We want peace.",
        "Queremos paz.",
        "We want bread.",
        "We sing.",
        "We want sleep.",
        "We want to sing.",
    ]
    assert [line.alone for line in read_aloud(lines[:1] + lines[2:3])] == ["We want peace.", "We want bread."]


def test_a_question_and_two_sentences_continue_no_beginning() -> None:
    assert said(("want", "will we sing?"), ("want", "peace. And bread")) == ["Will we sing?", "Peace. And bread."]


def test_spanish_opens_its_questions_and_exclamations() -> None:
    assert said("cantamos juntos?", "¿cantamos?", "paz!", "¡paz!", language="es") == [
        "¿Cantamos juntos?",
        "¿Cantamos?",
        "¡Paz!",
        "¡Paz!",
    ]


def test_a_name_keeps_its_capital_after_an_opening() -> None:
    assert said(("want", "Jerusalem at peace"), ("want", "The sea")) == ["We want Jerusalem at peace,", "the sea."]


def test_an_erased_line_says_nothing() -> None:
    assert said(("want", "peace"), ("want", ""), ("want", "bread")) == ["We want peace.", "", "We want bread."]


def test_turkish_and_german_are_written_as_they_are() -> None:
    assert said("iyilik", language="tr") == ["İyilik."]
    assert said("ßchen", language="de") == ["ßchen."], "a letter that becomes two stays one"


def test_the_digest_is_that_of_the_words() -> None:
    """Reading aloud is no part of the record: what was sealed are the words of the authors, letter by letter."""
    lines = (PrayerLine("I want peace", "en", (0,)), PrayerLine("bread", "en", (1,)))
    assert Draft(lines).digest() == Draft(lines).digest()
    assert [line.text for line in lines] == ["I want peace", "bread"]


# --- no word is altered, chosen or dropped ----------------------------------------------------------------------------

WORD = st.text(st.characters(categories=("Ll", "Lu", "Lo", "Nd"), max_codepoint=0x6FF), min_size=1, max_size=8)
MARK = st.sampled_from(["", ".", "!", "?", "…", ",", ";", " ", '"', "»"])
TEXT = st.builds(lambda begins, words, mark: f"{begins}{' '.join(words)}{mark}", MARK, st.lists(WORD, max_size=5), MARK)
BEGUN = st.builds(
    lambda begins, text: f"{begins} {text}", st.sampled_from(["I want", "Хочу", "Quiero", "אני רוצה"]), TEXT
)
LINES = st.lists(
    st.builds(
        Line, TEXT | BEGUN, st.sampled_from(["en", "he", "ru", "es", "tr"]), st.sampled_from(["", "want", "that"])
    ),
    max_size=6,
)


def words(text: str) -> list[str]:
    """Return the words of a text without marks and capitals, in their order."""
    folded = unicodedata.normalize("NFC", text).replace("İ", "i").casefold()
    return regex.findall(r"[\p{L}\p{M}\p{N}]+", folded)


def kept(lines: list[Line]) -> bool:
    """Return whether every line says exactly its own words: after the opening, and without the beginning it shares."""
    for line, its in zip(lines, read_aloud(lines), strict=True):
        own = words(line.text)
        rest = words(own_beginning(" ".join(line.text.split()), line.language)[1])
        found = words(its.words)
        attached = aloud.opening("that", line.language)[1]
        if its.opening and attached and found:
            found = [word for word in (found[0].removeprefix(attached), *found[1:]) if word]
        if found != own and not (its.opening and found == rest):
            return False
    return True


@tried(max_examples=size(2000, 200), deadline=None)
@given(LINES)
def test_no_word_is_altered_chosen_or_dropped(lines: list[Line]) -> None:
    assert kept(lines)
    assert read_aloud(lines) == read_aloud(list(lines)), "it follows from the lines alone"
    openings = {opening for language in ("en", "he", "ru", "es") for opening in _openings(language)}
    assert {its.opening for its in read_aloud(lines)} <= openings | {""}


def _openings(language: str) -> list[str]:
    return [aloud.opening(stem.code, language)[0] for stem in stems(language)]


def test_where_a_word_is_dropped_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the last word of each sentence is left out."""
    monkeypatch.setattr(aloud, "_sentence", lambda text, _language: text.rpartition(" ")[0] or text)
    assert not kept([Line("that nobody sits alone")])
