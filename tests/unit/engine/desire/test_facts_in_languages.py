"""Facts about oneself in fifteen languages: how many are found, and that wishes are left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.engine.desire import fact_readings, facts
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.live.weaving import weave
from oneheart.live.weaving_order import WeaveOrder
from tests.support.wordings import hall, wanted

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


TOLD = (
    ("I own my flat", "en"), ("I live south of the hill", "en"), ("Ich habe keinen Garten", "de"),
    ("Ich wohne bei meinen Eltern", "de"), ("Mám psa", "sk"), ("Bývam v Nitre", "sk"), ("J'habite à la montagne", "fr"),
    ("Ako ay lalaki", "tl"), ("Nakatapos ako ng hayskul", "tl"), ("Soy enfermera", "es"), ("Я учительница", "ru"),
    ("אני גרה באילת", "he"),
)  # fmt: skip
WISHED = (
    ("I want clean water for our grandchildren", "en"), ("Ich wünsche mir mehr Busse am Morgen", "de"),
    ("Chcem viac stromov na sídlisku", "sk"), ("Je voudrais que nous chantions", "fr"), ("Que nadie pase hambre", "es"),
    ("Хочу, чтобы мы слушали друг друга", "ru"), ("שנלמד לסלוח", "he"), ("Gusto ko ng tahimik na gabi", "tl"),
)  # fmt: skip


@pytest.mark.parametrize("wishes", [8, 2])
@pytest.mark.parametrize("seed", [0, 1])
def test_no_fact_becomes_a_line_in_any_language_though_nearly_all_agree_with_it(seed: int, wishes: int) -> None:
    texts = (*TOLD, *WISHED[:wishes])
    rng = np.random.default_rng(seed)
    stances = np.concatenate(
        [wanted(200, len(TOLD), rng, want=0.92, against=0.04), wanted(200, wishes, rng, want=0.86, against=0.07)], 1
    )
    made = hall([text for text, _ in texts], stances, languages=[code for _, code in texts])
    lines = [line.desire for line in analyze(made).one_desire.lines]
    assert len(lines) == min(5, wishes)
    assert min(lines) >= len(TOLD)
    live = weave(WeaveOrder(made, 1, frozenset(), seed))
    assert len(live.lines) >= min(5, wishes)
    assert min(number for line in live.lines for number in line) >= len(TOLD)
    assert min((*live.alternates, len(TOLD))) >= len(TOLD)


def test_without_the_grammar_facts_would_lead_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_readings, "looks_like_fact", lambda _text, _language: False)
    texts = (*TOLD, *WISHED)
    rng = np.random.default_rng(0)
    stances = np.concatenate([wanted(200, len(TOLD), rng, want=0.92), wanted(200, 8, rng, want=0.86, against=0.07)], 1)
    made = hall([text for text, _ in texts], stances, languages=[code for _, code in texts])
    assert analyze(made).one_desire.lines[0].desire < len(TOLD)


def test_few_people_get_no_fact_as_a_line_either() -> None:
    texts = ("I am a nurse", "Bread for everybody", "I live near the river")
    made = hall(texts, np.ones((8, 3), int), languages=("en",) * 3)
    assert weave(WeaveOrder(made, 1, frozenset(), 0)).lines == ((1,),)


def test_facts_go_with_the_answers_to_a_wish_or_not() -> None:
    texts = ("I am a farmer", "Water for the fields", "Cheaper trains")
    rng = np.random.default_rng(0)
    one = wanted(150, 1, rng, want=0.6, against=0.3)
    other = wanted(150, 2, rng, want=0.6, against=0.3)
    desires = hall(texts, np.concatenate([one, other], 1)).desires
    for stances, reading in (([one, one, other[:, :1]], "doubtful"), ([one, other], "fact")):
        made = hall(texts, np.concatenate(stances, 1))
        assert [r.value for r in fact_readings.fact_readings(desires, made.responses)] == [reading, "wish", "wish"]
    few = hall(texts, np.concatenate([one, one, other[:, :1]], 1)[:15])
    assert fact_readings.fact_readings(desires, few.responses)[0].value == "fact", "too few to say otherwise"
