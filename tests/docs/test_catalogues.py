"""The compiled catalogues say what their sources say."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from oneheart.locale.compile import catalogues, compiled

SOURCES = catalogues()


def messages(binary: bytes) -> dict[str, object]:
    """Return all messages of a compiled catalogue but its header, in which Babel writes its own version."""
    from babel.messages.mofile import read_mo

    return {str(message.id): message.string for message in read_mo(io.BytesIO(binary)) if message.id}


def test_there_are_catalogues_of_every_language_but_english() -> None:
    assert {source.parts[-3] for source in SOURCES} >= {"es", "he", "ru"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parts[-3])
def test_a_compiled_catalogue_is_as_new_as_its_source(source: Path) -> None:
    beside = source.with_suffix(".mo")
    assert beside.is_file(), f"{beside} is missing: run make messages"
    assert messages(beside.read_bytes()) == messages(compiled(source)), f"{beside} is old: run make messages"
