"""The script and the language of a text."""

from __future__ import annotations

import pytest

from oneheart.engine.desire.scripts import base_language, likely_language, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("peace", "Latn"), ("мир", "Cyrl"), ("שלום", "Hebr"), ("سلام", "Arab"), ("和平", "Hani"), ("ひらがな", "Kana"),
        ("평화", "Hang"), ("शांति", "Deva"), ("ειρήνη", "Grek"), ("42 !", "Zyyy"), ("", "Zyyy"),
    ],
)  # fmt: skip
def test_the_script_of_most_letters_is_found(text: str, script: str) -> None:
    assert script_of(text) == script


def test_a_language_is_guessed_only_where_words_tell_it() -> None:
    found = [
        likely_language(text)
        for text in ("We want the schools to be free", "Wir wollen die Schulen", "Queremos las escuelas para los niños",
                     "Мы хотим мира", "Ми хочемо миру і щастя", "אנחנו רוצים שלום", "我們要和平", "Amen")
    ]  # fmt: skip
    assert found == ["en", "de", "es", "ru", "uk", "he", "zh", ""]


def test_only_the_first_part_of_a_language_code_is_read() -> None:
    assert [base_language(code) for code in ("he-IL", "iw", "pt_BR", "EN", None)] == ["he", "he", "pt", "en", ""]
