"""A desire that more people refuse than want is not common, though the model cannot tell those people apart."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine import analysis
from oneheart.engine.desire import standing as rule
from oneheart.engine.desire.standing import Standing
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

PEOPLE = 300


def split_hall() -> Gathering:
    """Return 300 people who all answered four desires: two that nearly all want, two that 52 in 100 refuse, 48 want."""
    rng = np.random.default_rng(2)
    wanted = [rng.permutation([1] * 285 + [0] * 15) for _ in range(2)]
    refused = [rng.permutation([1] * 144 + [-1] * 156) for _ in range(2)]
    stances = np.stack([*wanted, *refused], axis=1)
    person, desire = np.indices(stances.shape)
    desires = tuple(Desire(str(k), text) for k, text in enumerate(("bread", "water", "a wall", "a gate")))
    people = tuple(str(k) for k in range(PEOPLE))
    return Gathering("", people, desires, Responses.of(person.ravel(), desire.ravel(), stances.ravel()))


def common() -> set[str]:
    """Return the texts of the desires that are called common."""
    hall = split_hall()
    ground = analysis.analyze(hall, seed=1).common_ground
    return {d.text for d, of in zip(hall.desires, ground, strict=True) if of.standing is Standing.ADMISSIBLE}


def test_more_refusals_than_wants_are_not_common() -> None:
    assert common() == {"bread", "water"}


def test_the_rule_alone_bars_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "refused_by_more", lambda _responses, count: np.zeros(count, bool))
    assert common() > {"bread", "water"}
