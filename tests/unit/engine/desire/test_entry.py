from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.desire.entry import GRAPHEMES_MOST, clean, grapheme_count, hints, stems

FORBIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE1000), 0x200B, 0xFEFF, 0}


@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("\u202e\u2066\u200b\U000e0041\x00\ud800\n\u0301\u200f\u200d ")),
        max_size=60,
    )
)
def test_nothing_unseen_and_nothing_that_turns_other_text_is_kept(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not FORBIDDEN & {ord(letter) for letter in cleaned}
    assert "\n" not in cleaned
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    "text",
    [
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "Как один человек с одним сердцем",
        "می‌خواهم",
        "👨‍👩‍👧‍👦 ❤️",
        "हिन्दी क्षत्रिय",
        "مَرْحَبًا",
        "Ζωή café",
        "나는 원한다",
        "Un corazón ¡ya!",
    ],
)
def test_every_script_is_kept_whole(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_towers_of_marks_and_rows_of_direction_marks_are_cut() -> None:
    assert clean("e" + "\u0301" * 50).count("\u0301") <= 6
    assert clean("a" + "\u200f" * 2000 + "b") == "a\u200fb"


def test_a_text_without_end_is_read_only_as_far_as_needed() -> None:
    assert len(clean("a" * 10_000_000)) == 12 * GRAPHEMES_MOST + 1


def test_what_is_cut_is_told_and_never_taken_for_the_whole() -> None:
    assert grapheme_count(clean("👨‍👩‍👧‍👦" * 140)) == 140
    one_letter = "👨" + "\u200d👩" * 1000
    assert [hint.code for hint in hints(clean(one_letter))] == ["too long"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Peace", []),
        ("שלום", []),
        ("❤", []),
        ("", ["empty"]),
        ("…", ["empty"]),
        ("a" * 140, []),
        ("a" * 141, ["too long"]),
        ("👨‍👩‍👧‍👦" * 140, []),
        ("write to me@example.org", ["contact"]),
        ("call +972 52-123-4567", ["contact"]),
        ("in 2026 and 2027", []),
        ("Love. And bread.", ["two wishes"]),
        ("Will you come?", ["question"]),
        ("как быть？", ["question"]),
        ("see www.example.org", ["link"]),
    ],
)
def test_hints(text: str, codes: list[str]) -> None:
    assert [hint.code for hint in hints(text)] == codes


def test_only_emptiness_length_and_contact_data_block() -> None:
    found = hints("Love. Will you? me@example.org www.example.org " + "a" * 140)
    assert {hint.code for hint in found if hint.blocks} == {"too long", "contact"}
    assert {hint.code for hint in found if not hint.blocks} == {"two wishes", "link"}


def test_graphemes_are_counted_as_people_count() -> None:
    assert grapheme_count("נָ") == 1
    assert grapheme_count("🇮🇱🇪🇸") == 2


@pytest.mark.parametrize("language", ["en", "he", "ru", "es"])
def test_every_language_of_the_house_has_its_own_stems(language: str) -> None:
    assert [stem.code for stem in stems(language)] == ["want", "that"]
    assert language == "en" or stems(language) != stems("en")
