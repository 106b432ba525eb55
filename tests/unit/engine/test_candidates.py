"""Candidates for lines: a fact takes no wish's place, and which desires are the same wish is found out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from oneheart.engine import candidates
from oneheart.engine.analysis import analyze
from oneheart.engine.candidates import choose_places
from oneheart.engine.desire import shares
from oneheart.engine.desire.same_wish import same_wishes
from oneheart.engine.synthetic import draw

WANT = np.array([[1.0, 0.6, 0.5, 0.0]] * 4 + [[1.0, 0.0, 0.0, 0.4]])
IS_FACT = (True, False, False, False)
APART = np.zeros((4, 4), bool)


def in_order(wishes: Sequence[int]) -> Sequence[int]:
    """Return the first two of the wishes, which is one way to choose."""
    return wishes[:2]


@pytest.mark.parametrize("of_wishes", [None, in_order])
def test_what_all_want_but_reads_like_a_fact_takes_no_wish_s_place(of_wishes: Any) -> None:
    assert 0 not in choose_places(WANT, 2, range(4), APART, IS_FACT, of_wishes=of_wishes)


@pytest.mark.parametrize("of_wishes", [None, in_order])
def test_facts_fill_what_wishes_leave_open(of_wishes: Any) -> None:
    alike = APART.copy()
    alike[1:, 1:] = ~np.eye(3, dtype=bool)  # only one wish fits
    chosen = choose_places(WANT, 2, range(4), alike, IS_FACT, of_wishes=None if of_wishes is None else lambda w: w[:1])
    assert chosen == (1, 0)


def test_a_choice_that_takes_facts_for_wishes_is_seen() -> None:
    assert 0 in shares.expected_pav(WANT, 2, range(4), APART)


def test_which_desires_are_the_same_wish_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counting(*args: Any, **options: Any) -> Any:
        asked.append(args)
        return same_wishes(*args, **options)

    monkeypatch.setattr(candidates, "same_wishes", counting)
    found = analyze(draw(60, 12, answers=10, rng=np.random.default_rng(0)).gathering)
    assert found.reasons.chosen_again
    assert len(asked) == 1
