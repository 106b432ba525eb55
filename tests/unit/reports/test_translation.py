"""Every sentence in every language, with the same placeholders and all plural forms."""

from __future__ import annotations

import ast
import gettext
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.model.asks import Asks
from oneheart.reports.translation import LANGUAGES, LOCALE, Translation
from tests.support.messages import asked_for

TRANSLATED = [language for language in LANGUAGES if language != "en"]
FORMS = {"he": 3, "ru": 3, "es": 2, "uk": 3, "de": 2}
_HOLE = re.compile(r"\{(\w+)\}")
_PAIR = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', re.MULTILINE)


def source(language: str, context: str = "") -> dict[str, list[str]]:
    """Return the translations in a catalogue's source by message, forms in order; read without any tool."""
    text = (LOCALE / language / "LC_MESSAGES" / "oneheart.po").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    message = here = ""
    following = ""
    for key, quoted in _PAIR.findall(text):
        value = ast.literal_eval(quoted)
        if key == "msgctxt":
            following = value
        if key == "msgid":
            here, following = following, ""
        if key == "msgctxt" or here != context:
            continue
        if key == "msgid":
            message = value
            assert message not in found, f"{language}: twice {message!r}"
            found[message] = []
        elif key.startswith("msgstr"):
            found[message].append(value)
    found.pop("", None)
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_nothing_else(language: str) -> None:
    translated, asked = source(language), asked_for()
    assert set(translated) == set(asked)
    for message, forms in translated.items():
        assert len(forms) == (FORMS[language] if asked[message] else 1), message
        assert all(form.strip() for form in forms), message


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    asked = asked_for()
    for message, forms in source(language).items():
        holes = set(_HOLE.findall(asked[message] or message))
        for place, form in enumerate(forms):
            # Hebrew says "one" and "two" as words
            spoken = {"count"} if language == "he" and len(forms) > 1 and place < 2 else set()
            assert set(_HOLE.findall(form)) | spoken == holes | spoken, form
            assert form.endswith(".") == message.endswith("."), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_of_agreement_are_forms_of_messages_with_the_same_placeholders(language: str) -> None:
    asked, agreeing = asked_for(), source(language, Asks.AGREE.value)
    assert set(agreeing) <= set(asked)
    for message, forms in agreeing.items():
        assert len(forms) == (FORMS.get(language, 2) if asked[message] else 1), message
        holes = set(_HOLE.findall(asked[message] or message))
        assert all(set(_HOLE.findall(form)) == holes for form in forms), message
        assert all(form.strip() for form in forms), message


@pytest.mark.parametrize("language", TRANSLATED)
def test_compiled_catalogues_are_as_new_as_their_sources(language: str) -> None:
    pytest.importorskip("babel", reason="compiling catalogues needs Babel, a tool of development")
    from oneheart.locale.compile import compiled

    path = LOCALE / language / "LC_MESSAGES" / "oneheart.po"
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "run python -m oneheart.locale.compile"


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_at_run_time_is_what_the_source_says(language: str) -> None:
    catalogue = gettext.translation("oneheart", str(LOCALE), [language])
    asked = asked_for()
    for message, forms in source(language).items():
        many = asked[message]
        if many is None:
            assert catalogue.gettext(message) == forms[0]
        else:
            assert {catalogue.ngettext(message, many, n) for n in range(130)} == set(forms)


def test_plural_forms_fall_where_each_language_wants_them() -> None:
    said = {
        language: [
            str(Translation(language).n("{count} desire", "{count} desires", n)) for n in (0, 1, 2, 5, 11, 21, 22, 25)
        ]
        for language in LANGUAGES
    }
    assert said["en"] == [f"{n} desire" + "s" * (n != 1) for n in (0, 1, 2, 5, 11, 21, 22, 25)]
    assert said["es"][:3] == ["0 deseos", "1 deseo", "2 deseos"]
    assert said["ru"] == [
        "0 желаний", "1 желание", "2 желания", "5 желаний", "11 желаний", "21 желание", "22 желания", "25 желаний",
    ]  # fmt: skip
    assert said["he"] == ["0 רצונות", "רצון אחד", "שני רצונות", *(f"{n} רצונות" for n in (5, 11, 21, 22, 25))]


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert [Translation(language).decimal(-0.127) for language in LANGUAGES] == [
        "−0.13",
        "\u200e−0.13",
        "−0,13",
        "−0,13",
        "−0,13",
        "−0,13",
    ]
    assert [Translation(language).integer(12345) for language in LANGUAGES] == [
        "12,345",
        "12,345",
        "12\u202f345",
        "12\u202f345",
        "12\u202f345",
        "12.345",
    ]
    assert [Translation(language).integer(1921) for language in LANGUAGES] == ["1,921", *["1921"] * 5]
    assert Translation("en").decimal(-0.001) == "0.00"


@given(st.text())
def test_values_are_escaped_in_every_sentence(text: str) -> None:
    said = Translation("he").t("{circle} is not with line {number} yet.", circle=text, number=1)
    assert "<" not in said
    assert said.unescape().startswith(text) or "&" in text
