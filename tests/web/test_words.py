"""Every word of the live pages in every language that is offered: a language appears only when it is complete."""

from __future__ import annotations

import re
from typing import Any

import pytest

from oneheart.locale import extract
from oneheart.web.words import LANGUAGES, PSEUDO, Words, direction_of, plain

_HOLE = re.compile(r"\{(\w+)\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def forms(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_is_used_and_nothing_else(language: str) -> None:
    used = set(extract.messages())
    there = {tuple(m.id) if isinstance(m.id, list | tuple) else m.id for m in extract.read(language) if m.id}
    needed = used if language != "en" else {message for message in used if isinstance(message, tuple)}
    assert needed - there == set(), "run python -m oneheart.locale.extract and translate what it names"
    assert there - used == set(), "run python -m oneheart.locale.extract"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_every_form_with_the_same_placeholders(language: str) -> None:
    for message in extract.read(language):
        if not message.id:
            continue
        said = forms(message)
        source = message.id if isinstance(message.id, str) else message.id[-1]
        assert len(said) == (1 if isinstance(message.id, str) else extract.LANGUAGES[language].plurals[0]), message.id
        for place, form in enumerate(said):
            assert form.strip(), f"{language}: {message.id} is not translated"
            # one and two may be said as words
            spoken = {"count"} if not isinstance(message.id, str) and place < 2 else set()
            assert set(_HOLE.findall(form)) | spoken == set(_HOLE.findall(source)) | spoken, form


@pytest.mark.parametrize("language", TRANSLATED)
def test_numbers_choose_their_form(language: str) -> None:
    pairs = [message for message in extract.messages() if isinstance(message, tuple)]
    assert pairs
    words = Words(language)
    for one, many in pairs:
        for count in (0, 1, 2, 5, 21, 22, 100):
            said = words.n(one, many, plain(count))
            assert said not in {one, many}, f"{language}: {one}"


def test_the_hosts_words_come_first_then_the_voice_then_the_language() -> None:
    instead = {"Welcome": "Shalom {name}"}
    assert Words("en", "ten", instead).t("Welcome", name="<x>") == "Shalom &lt;x&gt;"
    assert Words("en", "ten").t("Something that no catalogue knows") == "Something that no catalogue knows"


@pytest.mark.parametrize("language", PSEUDO)
def test_pseudo_languages_are_longer_and_keep_placeholders(language: str) -> None:
    said = Words(language).t("Say what you want, {name}", name="N")
    assert said.startswith("[")
    assert "N" in said
    assert "{name}" not in Words(language).t("Say {name}", name="N")
    assert len(said) > len("Say what you want, N") + 5
    assert direction_of("he-XB") == "rtl"


def test_what_is_put_in_is_escaped_and_never_read_again() -> None:
    assert Words("en").t("A {a} and {b}", a="{b}", b="<i>") == "A {b} and &lt;i&gt;"
