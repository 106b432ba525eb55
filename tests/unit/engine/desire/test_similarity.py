"""Likeness of wordings, and what may be merged without asking anyone."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire.similarity import (
    TrigramIndex,
    is_vetoed,
    merge_same,
    similarity,
    similarity_matrix,
    strict_key,
    strict_same,
)
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses

NOBODY = Responses.of([], [], [])


def _desires(*texts: str | tuple[str, str]) -> tuple[Desire, ...]:
    pairs = [(text, None) if isinstance(text, str) else text for text in texts]
    return tuple(Desire(label=str(place), text=text, language=language) for place, (text, language) in enumerate(pairs))


def _answered_alike(share: float, people: int, a: int = 0, b: int = 1) -> Responses:
    same = round(share * people)
    rows = list(range(people))
    return Responses.of(rows + rows, [a] * people + [b] * people, [1] * people + [1] * same + [0] * (people - same))


# --- likeness


def test_likeness_is_shared_trigrams_among_all_trigrams() -> None:
    assert similarity("abc", "abd") == pytest.approx(1 / 5)  # " ab" of " ab", "abc", "bc ", "abd", "bd "


def test_texts_without_words_are_like_nothing() -> None:
    assert similarity("", "") == 0.0
    assert similarity("!", "?") == 0.0
    assert TrigramIndex(["", "!"]).nearest("") == ()
    assert similarity_matrix(["", "a"]).tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert similarity_matrix([]).shape == (0, 0)


def test_nearest_breaks_ties_by_order_of_arrival_and_passes_over_the_excluded() -> None:
    index = TrigramIndex(["Bread", "Peace", "peace", "PEACE!", "Peach"])
    assert index.nearest("peace", count=2) == ((1, 1.0), (2, 1.0))
    assert index.nearest("peace", count=2, exclude=(1, 3)) == ((2, 1.0), (4, pytest.approx(3 / 7)))
    assert index.nearest("peace", count=0) == ()
    assert index.nearest("שלום") == ()
    assert index.nearest("peace", count=1, exclude=(99, -1)) == ((1, 1.0),)


def test_among_many_equal_texts_the_earliest_are_nearest() -> None:
    index = TrigramIndex(["Bread and peace" if place % 3 else "Peace" for place in range(300)])
    assert [number for number, _ in index.nearest("peace", count=200)] == [
        *range(0, 300, 3),
        *(place for place in range(150) if place % 3),
    ]


def test_a_text_added_later_is_found_at_once_even_between_questions() -> None:
    index = TrigramIndex()
    assert index.nearest("peace") == ()
    first = index.add("Peace")
    assert index.nearest("peace") == ((first, 1.0),)
    second = index.add("peace")
    assert index.nearest("peace") == ((first, 1.0), (second, 1.0))
    assert len(index) == 2


# --- surely the same


@pytest.mark.parametrize(
    ("a", "b", "language"),
    [
        ("We need a WHOLE FOOD store.", "We need a whole food store here.", "en"),
        ("We need a WHOLE FOOD store.", "We need a whole food store here.", None),
        ("I want peace", "Peace!", "en"),
        ("I'd like peace", "I want the peace", "en"),
        ("Please open the gate", "Open the gate", "en"),
        ("Do not leave anyone alone", "Do NOT leave anyone alone!", "en"),
        ("אני רוצה שָׁלוֹם", "שלום", "he"),
        ("Я хочу мира", "Хочу мира!", "ru"),
        ("Quiero paz", "¡Paz!", "es"),
        ("Ich möchte Frieden", "Ich will Frieden", "de"),
        ("我要和平", "和平", "zh"),
        ("80 % für alle", "٨٠٪ für alle", None),
    ],
)
def test_the_same_wish_in_the_same_words_is_surely_the_same(a: str, b: str, language: str | None) -> None:
    assert strict_same(a, b, language)


@pytest.mark.parametrize(
    ("a", "b", "language"),
    [
        ("80 km/h in towns", "100 km/h in towns", "en"),
        ("Raise it by 5", "Raise it by 5%", "en"),
        ("Raise it by 1.5", "Raise it by 1 5", "en"),
        ("Open the gate", "Do not open the gate", "en"),
        ("We can wait", "We can't wait", "en"),
        ("We do not want the wall", "We do not want a wall", "en"),  # denied texts only when equal to the letter
        ("Taxes are high", "Taxes should be high", "en"),
        ("Israel recognises Palestine", "Palestine recognises Israel", "en"),
        ("More buses, fewer cars", "More cars, fewer buses", "en"),
        ("More police", "Police", "en"),
        ("Tax the very rich", "Tax the rich", "en"),
        ("Plan A", "The plan", "en"),
        ("We want peace", "They want peace", "en"),
        ("Peace or freedom", "Peace and freedom", "en"),
        ("Ban cars", "Ban cars?", "en"),
        ("Der Hund beißt den Mann", "Den Hund beißt der Mann", "de"),
        ("El capital de España", "La capital de España", "es"),
        ("Мы хотим мира", "Мы не хотим мира", "ru"),
        ("לפתוח את השער", "לא לפתוח את השער", "he"),
        ("Queremos el muro", "No queremos el muro", "es"),
        ("我們要戰爭", "我們不要戰爭", "zh"),
        ("Recreational marijuana should be legal.", "Medical marijuana should be legal.", "en"),
        ("", "", None),
        ("...", "!!!", None),
    ],
)
def test_what_may_differ_in_meaning_is_never_surely_the_same(a: str, b: str, language: str | None) -> None:
    assert not strict_same(a, b, language)
    assert not strict_same(a, b)


def test_an_opening_alone_is_kept_so_that_it_has_a_key() -> None:
    assert strict_key("I want", "en") == strict_key("I want!", "en")
    assert strict_key("I want", "en") != strict_key("", "en")


# --- the veto of votes


@pytest.mark.parametrize(
    ("people", "share", "vetoed"),
    [(14, 0.0, False), (15, 0.0, True), (20, 0.85, False), (20, 0.8, True), (0, 0.0, False)],
)
def test_the_veto_needs_fifteen_people_and_less_than_85_percent_alike(people: int, share: float, vetoed: bool) -> None:
    assert is_vetoed(people, round(share * people)) is vetoed


# --- merging


def test_groups_come_smallest_column_first_and_without_single_desires() -> None:
    desires = _desires("Bread", "Peace", "bread!", "Trees", "I want peace", "peace")
    assert merge_same(desires, NOBODY) == ((0, 2), (1, 4, 5))


def test_desires_without_words_are_never_merged() -> None:
    assert merge_same(_desires("", "", "!", " "), NOBODY) == ()


def test_people_who_answered_two_wordings_differently_keep_them_apart_unless_told_otherwise() -> None:
    desires = _desires("Peace", "peace!")
    assert merge_same(desires, _answered_alike(0.9, 20)) == ((0, 1),)
    assert merge_same(desires, _answered_alike(0.5, 20)) == ()
    assert merge_same(desires, _answered_alike(0.5, 20), veto=False) == ((0, 1),)
    assert merge_same(desires, _answered_alike(0.5, 14)) == ((0, 1),)


def test_no_group_holds_two_vetoed_wordings_even_through_a_third() -> None:
    desires = _desires("Peace", "peace!", "PEACE")
    assert merge_same(desires, _answered_alike(0.5, 20)) == ((0, 2),)
    assert merge_same(desires, _answered_alike(0.5, 20, 0, 2)) == ((0, 1),)


def test_different_languages_are_merged_only_where_the_text_is_equal() -> None:
    assert merge_same(_desires(("Amen!", "en"), ("amen", "es")), NOBODY) == ((0, 1),)
    assert merge_same(_desires(("I want taxi", "en"), ("Taxi", "en"), ("Ich will Taxi", "de")), NOBODY) == ((0, 1),)
    # "I want taxi" is the English "Taxi", which is the German one to the letter; still not one group of three.
    assert merge_same(_desires(("I want taxi", "en"), ("Taxi", "en"), ("taxi", "de")), NOBODY) == ((0, 1),)
    assert merge_same(_desires(("I want taxi", "en"), ("Taxi", None)), NOBODY) == ((0, 1),)


def test_merging_does_not_depend_on_the_order_of_desires() -> None:
    texts = ("Peace", "peace!", "Bread", "I want peace", "bread", "PEACE", "Trees")
    answers = _answered_alike(0.5, 20, 0, 1)
    plain = _desires(*texts)
    expected = {frozenset(plain[c].label for c in group) for group in merge_same(plain, answers)}
    order = np.random.default_rng(3).permutation(len(texts))
    column_of = np.argsort(order)
    moved = Responses.of(answers.participant, column_of[answers.desire], answers.stance)
    shuffled = tuple(plain[c] for c in order)
    assert {frozenset(shuffled[c].label for c in group) for group in merge_same(shuffled, moved)} == expected
    assert len(expected) == 2


def test_ten_thousand_copies_of_one_wish_are_one_group() -> None:
    desires = _desires(*["Peace"] * 10_000)
    assert merge_same(desires, _answered_alike(0.9, 30)) == (tuple(range(10_000)),)


# --- shortlists


def test_the_matrix_holds_the_similarity_of_every_two_texts() -> None:
    texts = ["More trees", "More trees!", "No more trees", "Bread", "", "שלום"]
    expected = [[similarity(a, b) for b in texts] for a in texts]
    assert similarity_matrix(texts).tolist() == expected
