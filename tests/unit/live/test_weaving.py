"""What is woven of a live gathering: lines, what may take their place, and what was chosen already, only weighed."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from oneheart.engine.analysis import analyze_for_text
from oneheart.engine.desire import shares
from oneheart.engine.disclosure import FOR_A_SHARE
from oneheart.engine.prayer.choosing import text_line_count, wants
from oneheart.engine.synthetic import draw
from oneheart.live import judging
from oneheart.live.weaving import weave
from oneheart.live.weaving_order import WeaveOrder
from oneheart.model.gathering import Gathering

SEED = 7


@pytest.fixture(scope="module")
def gathering() -> Gathering:
    """Return a made-up gathering as the house hands it on: labels are the live numbers."""
    made = draw(200, 30, answers=12, rng=np.random.default_rng(2)).gathering
    return replace(made, desires=tuple(replace(d, label=str(n + 100)) for n, d in enumerate(made.desires)))


def test_what_the_text_owes_most_comes_first_among_what_may_take_a_place(gathering: Gathering) -> None:
    woven = weave(WeaveOrder(gathering, 1, frozenset(), SEED))
    held = wants(gathering, range(30), SEED, analyze_for_text(gathering, seed=SEED).calibration)
    index, owed = shares.share_index(held, [line[0] - 100 for line in woven.lines], asked=text_line_count(200))
    assert woven.share_index == pytest.approx(index)
    assert owed is not None
    assert woven.alternates[0] == owed + 100
    assert not {*woven.alternates} & {number for line in woven.lines for number in line}


def test_lines_that_are_chosen_already_are_weighed_as_when_they_were_woven(gathering: Gathering) -> None:
    woven = weave(WeaveOrder(gathering, 1, frozenset(), SEED))
    fixed = tuple(str(line[0]) for line in woven.lines)
    weighed = weave(WeaveOrder(gathering, 2, frozenset(), SEED, fixed))
    assert weighed.lines == tuple((line[0],) for line in woven.lines)
    assert weighed.worst == woven.worst
    assert (weighed.alternates, weighed.measured) == ((), True)
    assert weighed.coverage == pytest.approx(woven.coverage, abs=0.01)  # drawn anew
    assert weighed.share_index == pytest.approx(woven.share_index, abs=0.02)


def test_the_model_is_frozen_with_the_text_by_live_numbers_and_without_a_number_of_a_person(
    gathering: Gathering,
) -> None:
    woven = weave(WeaveOrder(gathering, 1, frozenset(), SEED))
    kept = judging.first_draft(woven).model
    assert kept is not None
    text = [line[0] for line in woven.lines]
    assert kept.desires[: len(text)] == text
    size = kept.touch + kept.direction
    assert len(kept.numbers) == size * len(kept.desires)
    assert len(kept.prior) == size * (size + 1) // 2
    answered = np.bincount(gathering.responses.desire, minlength=30)
    assert all(answered[number - 100] >= FOR_A_SHARE - 1 for number in kept.desires), "ten answers, the author's too"
    assert len(msgspec.json.encode(kept)) < 100 * len(kept.desires), "small enough for an event"
    assert weave(WeaveOrder(gathering, 1, frozenset(), SEED)).model == woven.model, "the same again"


def test_of_a_gathering_without_a_model_nothing_is_frozen() -> None:
    few = draw(6, 8, answers=8, rng=np.random.default_rng(3)).gathering
    few = replace(few, desires=tuple(replace(d, label=str(n)) for n, d in enumerate(few.desires)))
    assert judging.first_draft(weave(WeaveOrder(few, 1, frozenset(), SEED))).model is None
