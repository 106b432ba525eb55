"""What an answer says, "I want this" or "I agree", is read from the source and kept by every format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oneheart.formats import read, write_polis, write_tables
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

PLAIN = Gathering(
    "Why?", ("0", "1"), (Desire("0", "Peace"), Desire("1", "Bread")), Responses.of([0, 1], [0, 1], [1, -1])
)


@pytest.mark.parametrize("write", [write_polis, write_tables])
@pytest.mark.parametrize("asks", Asks)
def test_what_was_asked_comes_back_from_every_format(write: Any, asks: Asks, tmp_path: Path) -> None:
    assert read(write(replace(PLAIN, asks=asks), tmp_path / "new")).asks is asks


def test_a_polis_export_holds_agreement(tmp_path: Path) -> None:
    place = write_polis(PLAIN, tmp_path / "new")
    summary = place / "summary.csv"
    lines = summary.read_text(encoding="utf-8").splitlines(keepends=True)
    summary.write_text("".join(line for line in lines if not line.startswith("asks,")), encoding="utf-8")
    assert read(place).asks is Asks.AGREE


@pytest.mark.parametrize(
    ("words", "asks"), [("agree", Asks.AGREE), ("Disagree", Asks.AGREE), ("mine too", Asks.WANT), ("1", Asks.WANT)]
)
def test_tables_say_by_their_words_what_was_asked(words: str, asks: Asks, tmp_path: Path) -> None:
    (tmp_path / "responses.csv").write_text(f"participant,desire,stance\nann,1,{words}\n")
    (tmp_path / "desires.csv").write_text("desire,text\n1,Peace\n")
    assert read(tmp_path).asks is asks
