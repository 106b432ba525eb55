"""The normal form, the words and the numbers of a text."""

from __future__ import annotations

import pytest

from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.negation import negation_count
from oneheart.engine.desire.wording import normalise, numbers, words

# --- normal form


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Peace, for ALL!", "peace for all"),
        ("Straße", "STRASSE"),
        ("שָׁלוֹם", "שלום"),
        ("صَلَاة", "صلاة"),
        ("ســلام", "سلام"),
        ('צה"ל', "צה״ל"),
        ("п’ять", "п'ять"),
        ("don’t", "don't"),
        ("ﬁne", "fine"),
        ("٨٠ ٪", "80%"),
        ("İstanbul", "istanbul"),
        ("\u202bpeace\u202c\u200f", "peace"),
        ("cafe\u0301", "café"),
        ("soft\u00adhyphen", "softhyphen"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_ways_of_writing_the_same_have_one_normal_form(written: str, other: str) -> None:
    assert normalise(written) == normalise(other)
    assert normalise(written)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("किताब", "कताब"),  # a vowel sign is a letter in Devanagari
        ("தமிழ்", "தமழ"),
        ("80%", "80"),
        ("50 €", "50 $"),
        ("él", "el"),
        ("й", "и"),
        ("❤", "🕊"),
    ],
)
def test_marks_and_signs_that_carry_meaning_stay(one: str, another: str) -> None:
    assert normalise(one) != normalise(another)


@pytest.mark.parametrize("blank", ["", "  ", "?!…", "\u200b\u200f", "\u3164", "—"])
def test_a_text_without_words_has_an_empty_normal_form(blank: str) -> None:
    assert normalise(blank) == ""
    assert words(blank) == ()
    assert not looks_like_fact(blank)
    assert negation_count(blank) == 0


def test_chinese_is_cut_into_characters_and_other_scripts_at_spaces() -> None:
    assert words("我要 Uber 合法") == ("我", "要", "uber", "合", "法")


# --- numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80% of 12", ("80%", "12")),
        ("80 %", ("80%",)),
        ("٨٠ و ۸۱", ("80", "81")),
        ("८०", ("80",)),
        ("$50,000", ("50000",)),
        ("50.000 €", ("50000",)),
        ("50 000 ₽", ("50000",)),
        ("50k", ("50000",)),
        ("1,5 or 1.50", ("1.5", "1.5")),
        ("1,234,567.80", ("1234567.8",)),
        ("between 30-55", ("30", "55")),
        ("-5 degrees", ("-5",)),
        ("0.500", ("0.5",)),
        ("2024 500", ("2024", "500")),
        ("1.5.2026", ("1.5.2026",)),
        ("no digits", ()),
    ],
)
def test_numbers_of_every_script_and_custom_are_read(text: str, expected: tuple[str, ...]) -> None:
    assert numbers(text) == expected
