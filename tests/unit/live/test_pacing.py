"""Pacing: how long all say a line, the same for everybody whatever language they say it in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from oneheart.live.pacing import PAUSE_MS, line_ms, pace_of
from oneheart.live.sealed_record import TextLine


def record(*lines: TextLine) -> Any:
    return SimpleNamespace(lines=lines)


@pytest.mark.parametrize(("letters", "ms"), [(0, PAUSE_MS), (9, 1000 + PAUSE_MS), (90, 10_000 + PAUSE_MS)])
def test_a_line_lasts_as_long_as_many_say_it_and_breathe(letters: int, ms: int) -> None:
    assert line_ms(letters) == ms


def test_a_line_lasts_as_its_longest_words_in_any_language() -> None:
    short = TextLine("Peace", "en", changed=False, carried=(("ru", "Мир между всеми нами"),))
    turned = TextLine("Мир между всеми нами", "ru", changed=False, carried=(("en", "Peace"),))
    assert pace_of(record(short, turned)) == (line_ms(20), line_ms(20))


def test_letters_are_counted_as_people_count_them() -> None:
    assert pace_of(record(TextLine("👨‍👩‍👧 שָׁלוֹם", "he", changed=False, carried=()))) == (line_ms(6),)
