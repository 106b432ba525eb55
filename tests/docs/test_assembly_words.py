"""A town meeting reads no amen, no prayer and nothing woven: its voice has other words in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import oneheart.locale
from oneheart.locale.extract import messages

FOLDER = Path(oneheart.locale.__file__).parent
OF_THE_TEN = {
    "en": r"\bamen\b|prayer|\bwoven\b|\bweav|nobody.s heart",
    "he": "אמן|תפיל|נארג|לארוג|אריגה",
    "ru": "[Аа]минь|молитв|[Сс]плета|[Сс]плест|[Сс]плетен",
    "es": r"\b[Aa]mén|oraci[oó]n(es)?\b|plegaria|tejid|tejer|tejiendo",
    "uk": "[Аа]мінь|молитв|[Сс]плі?та|[Сс]плест|[Сс]плетен",
    "de": r"\bAmen\b|Gebete?s?\b|gewebt|\b[Ww]eben",
}
NAMES_THE_OTHER_VOICE = {"tens, friends, prayer"}


def read_in_an_assembly(language: str) -> dict[str, str]:
    """Return every message of the live pages as an assembly reads it, by its English."""
    with (FOLDER / language / "LC_MESSAGES" / "web.po").open("rb") as file:
        catalogue = read_po(file)
    out = {}
    for message in messages():
        name = message if isinstance(message, str) else message[0]
        entries = (catalogue.get(name, context) for context in ("assembly", None))
        said = next((entry.string for entry in entries if entry is not None and any(entry.string)), message)
        out[name] = said if isinstance(said, str) else " | ".join(said)
    return out


def of_the_ten(language: str, read: dict[str, str]) -> dict[str, str]:
    names = read.keys() - NAMES_THE_OTHER_VOICE
    return {name: read[name] for name in sorted(names) if re.search(OF_THE_TEN[language], read[name], re.IGNORECASE)}


@pytest.mark.parametrize("language", OF_THE_TEN)
def test_an_assembly_reads_no_word_of_the_ten(language: str) -> None:
    read = read_in_an_assembly(language)
    assert len(read) > 1000
    assert of_the_ten(language, read) == {}


@pytest.mark.parametrize("language", OF_THE_TEN)
def test_the_words_of_the_ten_are_found_where_a_message_has_no_words_of_its_own_for_an_assembly(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "web.po").open("rb") as file:
        catalogue = read_po(file)
    plain = {name: catalogue.get(name) for name in ("Amen", "Weave the text")}
    read = {name: name if entry is None or not entry.string else str(entry.string) for name, entry in plain.items()}
    assert of_the_ten(language, read).keys() == read.keys()
