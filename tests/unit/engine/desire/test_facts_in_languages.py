"""Facts about oneself in fifteen languages: how many are found, and that wishes are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from oneheart.engine.desire import facts
from oneheart.engine.desire.facts import looks_like_fact

SENTENCES = Path(__file__).parents[3] / "files" / "sentences"
LANGUAGES = sorted(path.stem for path in (SENTENCES / "held").glob("*.txt"))
LEAST = {"tl": 0.6}


def sentences(half: str, language: str) -> tuple[list[str], list[str]]:
    """Return the facts and the wishes of a half in a language."""
    lines = (SENTENCES / half / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line[0] == "+"], [line[2:] for line in lines if line[0] == "-"]


def found(texts: list[str], language: str | None) -> int:
    return sum(looks_like_fact(text, language) for text in texts)


def test_there_are_hundreds_of_sentences_in_fifteen_languages() -> None:
    assert {"en", "de", "fr", "es", "ru", "uk", "he", "sk", "cs", "pl", "it", "pt", "nl", "tr", "tl"} == {*LANGUAGES}
    assert sum(len(half) for code in LANGUAGES for half in sentences("held", code)) > 500


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("half", ["design", "held"])
def test_four_of_five_facts_are_found_and_hardly_a_wish_is_taken_for_one(half: str, language: str) -> None:
    told, wished = sentences(half, language)
    right, wrong = found(told, language), found(wished, language)
    assert right / len(told) >= LEAST.get(language, 0.8)
    assert right / (right + wrong) >= 0.95


@pytest.mark.parametrize("half", ["design", "held"])
def test_the_same_holds_where_no_language_is_declared(half: str) -> None:
    told, wished = zip(*(sentences(half, code) for code in LANGUAGES), strict=True)
    right, wrong = sum(found(texts, None) for texts in told), sum(found(texts, None) for texts in wished)
    assert right / sum(map(len, told)) >= 0.8
    assert right / (right + wrong) >= 0.95


def test_a_grammar_that_took_every_first_person_for_a_fact_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        facts, "_reads_like_fact", lambda text, code: facts.GRAMMARS[code].person.search(text.casefold()) is not None
    )
    told, wished = sentences("held", "de")
    right, wrong = found(told, "de"), found(wished, "de")
    assert right / (right + wrong) < 0.95


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I own my home", "en"),
        ("Ich habe kein eigenes Auto", "de"),
        ("Mám deti", "sk"),
        ("J'habite en ville", "fr"),
        ("Ako ay babae", "fil"),
        ("Babaye ko", "ceb"),
        ("Soy profesora", "es"),
        ("Я пенсионер", "ru"),
        ("אני גר בחיפה", "he"),
    ],
)
def test_facts_of_public_conversations_are_found_in_their_language(text: str, language: str) -> None:
    assert looks_like_fact(text, language)


@pytest.mark.parametrize("text", ["Am I a renter?", "Bin ich Mieter?", "Soy profesora?", "Je suis infirmière ?"])
def test_a_question_is_no_fact(text: str) -> None:
    assert not looks_like_fact(text)


def test_a_language_without_a_grammar_tells_no_facts() -> None:
    assert not looks_like_fact("Olen opettaja", "fi")
    assert not looks_like_fact("I am a teacher", "fi")
