from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.desire.entry import GRAPHEMES_MOST, before, clean, fitting_stem, grapheme_count, hints, stems
from oneheart.live.smoothing import WordedLine, said_alone

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
        ("ab" * 70, []),
        ("ab" * 70 + "a", ["too long"]),
        ("xxxx", ["no words"]),
        ("Aaa aa!", ["no words"]),
        ("אאאא", ["no words"]),
        ("😀😀😀", ["no words"]),
        ("😀 🕊", ["no words"]),
        ("😀😀 peace", []),
        ("水", []),
        ("y", []),
        ("aab", []),
        ("👨‍👩‍👧‍👦" * 138 + "ab", []),
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


def test_only_emptiness_length_contact_data_and_links_block() -> None:
    found = hints("Love. Will you? me@example.org www.example.org " + "a" * 140)
    assert {hint.code for hint in found if hint.blocks} == {"too long", "contact", "link"}
    assert {hint.code for hint in found if not hint.blocks} == {"two wishes"}


def test_graphemes_are_counted_as_people_count() -> None:
    assert grapheme_count("נָ") == 1
    assert grapheme_count("🇮🇱🇪🇸") == 2


@pytest.mark.parametrize("language", ["en", "he", "ru", "es"])
def test_every_language_of_the_house_has_its_own_stems(language: str) -> None:
    assert [stem.code for stem in stems(language)] == ["want", "that"]
    assert language == "en" or stems(language) != stems("en")


# --- what is kept and what is not, point by point


BLANK_LETTERS = (0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F)
INVISIBLE = (0x200B, 0x2060, 0x2064, 0xFEFF, 0xAD, 0x180E, 0x202A, 0x202E, 0x2066, 0x2069, 0xE0001, 0xE0041, 0xE0FFF)


@pytest.mark.parametrize("point", [*BLANK_LETTERS, *INVISIBLE, 0x00, 0x1B, 0x7F, 0xE000, 0xFFFE, 0x0378])
def test_what_cannot_be_seen_is_taken_out(point: int) -> None:
    assert clean(f"a{chr(point)}b") == "ab"


@pytest.mark.parametrize(
    "point",
    [0x115E, 0x1161, 0x3163, 0x3165, 0xFF9F, 0xFFA1, 0x27FF, 0x2801, 0x034E, 0x0350, 0xFE00, 0xFE0F, 0x200C, 0x200D],
)
def test_the_neighbours_of_what_is_taken_out_are_kept(point: int) -> None:
    assert clean(f"a{chr(point)}b") == unicodedata.normalize("NFC", f"a{chr(point)}b")


@pytest.mark.parametrize("point", [0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x1680, 0x2003, 0x2028, 0x2029, 0x202F, 0x3000])
def test_every_kind_of_space_is_one_space(point: int) -> None:
    assert clean(f"a{chr(point)}b") == "a b"
    assert clean(f"{chr(point)}a {chr(point)} b{chr(point)}") == "a b"


@pytest.mark.parametrize("count", range(1, 9))
def test_at_most_six_marks_follow_each_letter(count: int) -> None:
    assert clean(("b" + "\u0308" * count) * 2) == ("b" + "\u0308" * min(count, 6)) * 2
    assert clean("b" + "\u20dd" * count) == "b" + "\u20dd" * min(count, 6)


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f"])
def test_a_variation_selector_is_no_mark(selector: str) -> None:
    text = "b" + "\u0308" * 6 + selector
    assert clean(text) == text


def test_a_mark_without_a_letter_is_taken_out() -> None:
    assert clean("\u0308b") == "b"
    assert clean("a \u0308b") == "a b"


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c", "\u200c", "\u200d"])
def test_marks_of_direction_and_joiners_stay_inside_once_and_never_at_an_end(mark: str) -> None:
    assert clean(f"a{mark}b") == f"a{mark}b"
    assert clean(f"{mark}a{mark}{mark}b{mark}") == f"a{mark}b"
    assert clean(f"a {mark}b") == "a b"


@pytest.mark.parametrize("length", [1679, 1680, 1681, 1682, 5000, 7000])
def test_a_text_is_cut_one_point_after_the_longest_that_is_read(length: int) -> None:
    assert len(clean("a" * length)) == min(length, 1681)


# --- hints at their limits


@pytest.mark.parametrize(("points", "codes"), [(1679, []), (1680, []), (1681, ["too long"])])
def test_one_letter_may_have_so_many_points(points: int, codes: list[str]) -> None:
    text = "a" + "\u0308" * (points - 1)
    assert grapheme_count(text) == 1
    assert [hint.code for hint in hints(text)] == codes


@pytest.mark.parametrize(
    ("digits", "contact"), [(6, False), (7, False), (8, True), (14, True), (15, False), (16, False)]
)
def test_eight_to_fourteen_digits_are_a_telephone_number(digits: int, contact: bool) -> None:
    number = "1234567890123456"[:digits]
    for written in (number, f"+{number}", f"ring ({number}) now"):
        assert ("contact" in [hint.code for hint in hints(written)]) is contact, written
    assert [hint.code for hint in hints("05-21-23-45")] == ["contact"]
    assert hints("05-21-23-4") == ()


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("Τι θέλεις;", "el", ["question"]),
        ("Τι θέλεις;", None, []),
        ("go;", "en", []),
        ("go?", "en", ["question"]),
        ("go? ", "el", ["question"]),
        ("كيف؟", "ar", ["question"]),
        ("is it? yes", "en", ["two wishes"]),
        ("Love!And", "en", []),
        ("爱。和平", "zh", ["two wishes"]),
        ("2.5 hours", "en", []),
        ("Peace.", "en", []),
        ("@ab", "en", ["link"]),
        ("@a", "en", []),
        ("a@b", "en", []),
        ("HTTPS://x", "en", ["link"]),
        ("123", "en", []),
        ("🕊", "en", []),
        ("+", "en", ["empty"]),
        ("a.b@c-d.ef", "en", ["contact"]),
    ],
)
def test_hints_by_kind_and_language(text: str, language: str | None, codes: list[str]) -> None:
    assert [hint.code for hint in hints(text, language)] == codes


@pytest.mark.parametrize(
    ("language", "like"), [("en-GB", "en"), ("he-IL", "he"), ("ru", "ru"), ("xx", "en"), ("", "en")]
)
def test_a_region_has_the_stems_of_its_language_and_an_unknown_language_english_ones(language: str, like: str) -> None:
    assert stems(language) == stems(like)
    assert stems("he") != stems("en")


SENTENCES = {
    ("en", "want", "peace"): "I want peace",
    ("en", "that", "sing"): "I want us to sing",
    ("en", "that", "to sing"): "I want to sing",
    ("en", "that", "us all to sing"): "I want us all to sing",
    ("en", "want", "that nobody sits alone"): "that nobody sits alone",
    ("en", "want", "let’s sing"): "let’s sing",
    ("he", "that", "נשיר"): "אני רוצה שנשיר",
    ("he", "that", "שנשיר"): "אני רוצה שנשיר",
    ("he", "want", "שאף אחד לא יישאר לבד"): "אני רוצה שאף אחד לא יישאר לבד",
    ("he", "that", "שלום יהיה"): "אני רוצה ששלום יהיה",
    ("he", "that", "אנחנו נשיר"): "אני רוצה שאנחנו נשיר",
    ("he", "that", "100 איש ישירו"): "אני רוצה ש-100 איש ישירו",
    ("ru", "that", "чтобы все пели"): "чтобы все пели",
    ("ru", "that", "мы пели"): "Я хочу, чтобы мы пели",
    ("ru", "want", "мы пели"): "мы пели",
    ("es", "want", "que nadie esté solo"): "que nadie esté solo",
    ("es", "that", "nosotros cantemos"): "Quiero que nosotros cantemos",
    ("uk", "that", "аби всі співали"): "аби всі співали",
    ("uk", "that", "ми співали"): "Я хочу, щоб ми співали",
    ("de", "want", "daß alle singen"): "daß alle singen",
    ("de", "that", "wir singen"): "Ich möchte, dass wir singen",
}


@pytest.mark.parametrize(("language", "code", "text"), SENTENCES)
def test_a_wish_is_read_as_one_sentence_after_its_beginning(language: str, code: str, text: str) -> None:
    assert before(code, text, language) + text == SENTENCES[language, code, text]


@pytest.mark.parametrize("language", ["en", "he", "ru", "es", "uk", "de"])
@pytest.mark.parametrize("code", ["want", "that"])
def test_what_is_kept_of_a_beginning_is_what_is_read_later(language: str, code: str) -> None:
    for _, _, text in (key for key in SENTENCES if key[0] == language):
        kept = fitting_stem(code, text, language)
        assert fitting_stem(kept, text, language) == kept
        assert before(kept, text, language) == before(code, text, language)
        said = said_alone([WordedLine(text, language, kept)])[0]
        assert plain(said) == plain(before(code, text, language, plural=True) + text)


def plain(text: str) -> str:
    return text.casefold().removesuffix(".")
