"""Laws of likeness and of strict sameness, for any text."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.negation import negation_count
from oneheart.engine.desire.scripts import script_of
from oneheart.engine.desire.similarity import (
    TrigramIndex,
    merge_same,
    similarity,
    similarity_matrix,
    strict_key,
    strict_same,
)
from oneheart.engine.desire.wording import normalise, numbers, words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses

ANY_TEXT = st.text(max_size=40)
# Words that collide, so that likeness, sameness and negation all occur.
WORDS = {
    "en": (
        "peace",
        "the",
        "a",
        "war",
        "we",
        "want",
        "i",
        "please",
        "80",
        "80%",
        "1,5",
        "here",
        "no",
        "not",
        "open",
        "!",
        "?",
    ),
    "he": ("שלום", "שָׁלוֹם", "אני", "רוצה", "לא", "בבקשה", "80", "מלחמה", "כאן"),
    "ru": ("мир", "мира", "я", "хочу", "не", "война", "80", "тут", "пожалуйста"),
    "es": ("paz", "la", "quiero", "no", "guerra", "80", "aquí", "sin"),
}
DENIALS = {"en": ("not", "no", "never", "don't"), "he": ("לא", "אין"), "ru": ("не", "нет"), "es": ("no", "sin")}
LANGUAGE = st.sampled_from(sorted(WORDS))
PHRASE = LANGUAGE.flatmap(lambda code: st.lists(st.sampled_from(WORDS[code]), max_size=7).map(" ".join))
TEXT = PHRASE | ANY_TEXT
DECLARED = LANGUAGE | st.none()


@given(ANY_TEXT | PHRASE)
@example("\u0130\u05b0")  # the mark between i and its dot goes only in the first pass
@example("İI\u0307ß\u03d3\u0301")
@example("ا\u064e\u0654")
@example("\u1100\u1160\u3164")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(ANY_TEXT)
def test_any_text_can_be_read_and_nothing_is_raised(text: str) -> None:
    assert "".join(words(text)) == normalise(text).replace(" ", "")
    assert len(script_of(text)) == 4
    assert looks_like_fact(text) in {True, False}
    assert all(number.isascii() for number in numbers(text))


@given(TEXT, TEXT)
def test_likeness_is_symmetric_within_0_and_1_and_1_for_itself(a: str, b: str) -> None:
    assert similarity(a, b) == similarity(b, a)
    assert 0.0 <= similarity(a, b) <= 1.0
    assert similarity(a, a) == (1.0 if normalise(a) else 0.0)


@given(TEXT, TEXT, DECLARED)
def test_strict_sameness_is_symmetric_and_has_the_same_numbers(a: str, b: str, language: str | None) -> None:
    same = strict_same(a, b, language)
    assert same == strict_same(b, a, language)
    if same:
        assert numbers(a) == numbers(b)
        assert (negation_count(a) > 0) == (negation_count(b) > 0)


@given(TEXT, DECLARED)
def test_case_spacing_and_a_full_stop_never_part_what_is_the_same(text: str, language: str | None) -> None:
    if normalise(text) and "?" not in text and text.upper().casefold() == text.casefold():
        assert strict_same(text, f"  {text.upper()}\n", language)


PHRASE_AND_DENIAL = LANGUAGE.flatmap(
    lambda code: st.tuples(
        st.just(code),
        st.lists(st.sampled_from(WORDS[code]), min_size=1, max_size=6),
        st.sampled_from(DENIALS[code]),
        st.integers(0, 6),
    )
)


@given(PHRASE_AND_DENIAL)
def test_adding_or_taking_away_a_denial_never_leaves_the_same_wish(case: tuple[str, list[str], str, int]) -> None:
    code, found, denial, place = case
    text = " ".join(found)
    denied = " ".join([*found[:place], denial, *found[place:]])
    assert not strict_same(text, denied, code)
    assert not strict_same(text, denied)


@settings(max_examples=2 * settings.default.max_examples)
@given(st.lists(TEXT, max_size=25), TEXT, st.integers(0, 6), st.sets(st.integers(0, 24), max_size=4))
def test_nearest_equals_comparing_with_every_text(texts: list[str], asked: str, count: int, exclude: set[int]) -> None:
    index = TrigramIndex(texts[:10])
    for text in texts[10:]:
        index.add(text)
    scored = [(-similarity(asked, text), number) for number, text in enumerate(texts) if number not in exclude]
    expected = tuple((number, -score) for score, number in sorted(scored) if score < 0)[:count]
    assert index.nearest(asked, count, tuple(exclude)) == expected


@settings(max_examples=2 * settings.default.max_examples)
@given(st.lists(TEXT, max_size=12))
def test_the_matrix_equals_comparing_one_by_one(texts: list[str]) -> None:
    matrix = similarity_matrix(texts)
    assert matrix.tolist() == [[similarity(a, b) for b in texts] for a in texts]


@settings(max_examples=2 * settings.default.max_examples)
@given(
    st.lists(st.tuples(PHRASE, DECLARED), max_size=12),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 11), st.integers(-1, 1)), max_size=200),
)
def test_merged_groups_are_apart_and_every_two_members_may_be_one(
    pairs: list[tuple[str, str | None]], answers: list[tuple[int, int, int]]
) -> None:
    desires = tuple(Desire(str(place), text, language=language) for place, (text, language) in enumerate(pairs))
    kept = [answer for answer in answers if answer[1] < len(desires)]
    responses = Responses.of(*(np.array([answer[i] for answer in kept], int) for i in range(3)))
    groups = merge_same(desires, responses)
    columns = [column for group in groups for column in group]
    assert len(columns) == len(set(columns))
    assert list(groups) == sorted(groups)
    for group in groups:
        assert len(group) >= 2
        assert list(group) == sorted(group)
        texts = {normalise(desires[c].text) for c in group}
        assert len({desires[c].language for c in group} - {None}) <= 1 or len(texts) == 1
        assert len({numbers(desires[c].text) for c in group}) == 1
    # Where nobody answered, equal keys in one language are always together.
    together = {
        column: number for number, group in enumerate(merge_same(desires, Responses.of([], [], []))) for column in group
    }
    for a in range(len(desires)):
        for b in range(a):
            same_language = desires[a].language == desires[b].language is not None
            if (
                same_language
                and len({d.language for d in desires}) == 1
                and strict_key(desires[a].text, desires[a].language)
            ):
                equal = strict_key(desires[a].text, desires[a].language) == strict_key(
                    desires[b].text, desires[b].language
                )
                assert (together.get(a, -1 - a) == together.get(b, -1 - b)) == equal
