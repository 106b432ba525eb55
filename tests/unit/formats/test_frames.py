"""Data frames in and out, of pandas, polars and others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pytest

from oneheart.errors import UserError
from oneheart.formats import from_frames, to_frames
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

GATHERING = Gathering(
    question="Why?",
    participants=("ann", "7", "cy"),
    desires=(Desire("1", "=Peace", 1, "he", Moderation.REJECTED, is_meta=True), Desire("b", "", None, is_seed=True)),
    responses=Responses.of([0, 0, 1], [0, 1, 1], [1, -1, 0]),
    circles=(Circle("t1", "The first ten"),),
    circle_of=np.array([-1, 0, -1], np.int32),
)


@pytest.mark.parametrize("like", ["pandas", "polars"])
def test_frames_make_the_same_gathering_again(like: Any) -> None:
    frames = to_frames(GATHERING, like)
    assert type(frames.responses).__module__.startswith(like)
    back = from_frames(*frames, question="Why?")
    for name in ("question", "participants", "desires", "circles"):
        assert getattr(back, name) == getattr(GATHERING, name)
    assert back.circle_of.tolist() == [-1, 0, -1]
    assert back.responses.stance.tolist() == [1, -1, 0]


@pytest.mark.parametrize("like", ["pandas", "polars"])
def test_an_empty_gathering_makes_empty_frames(like: Any) -> None:
    empty = Gathering("", (), (), Responses.of([], [], []))
    assert from_frames(*to_frames(empty, like)).participant_count == 0


def test_words_numbers_missing_values_and_lazy_frames_are_read() -> None:
    responses = pl.LazyFrame({"participant": [1, 2, 2], "desire": [5, 5, 5], "stance": [1, 0, -1]})
    desires = pd.DataFrame({"Desire": [5.0, 6.0], "text": ["Peace", None], "author": [np.nan, 2.0]})
    gathering = from_frames(responses, desires)
    assert gathering.participants == ("1", "2")
    assert gathering.responses.stance.tolist() == [1, -1]
    assert gathering.desires == (Desire("5", "Peace"), Desire("6", "", 1))


@pytest.mark.parametrize(
    ("responses", "message"),
    [
        ([1, 2], "responses is no data frame"),
        (pd.DataFrame({"participant": [1]}), "no column 'desire'"),
        (pd.DataFrame({"participant": [1], "desire": [1], "stance": ["perhaps"]}), "responses, row 1 has the stance"),
        (pd.DataFrame({"participant": [None], "desire": [1], "stance": [1]}), "responses, row 1 has no participant"),
    ],
)
def test_mistakes_are_one_sentence(responses: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        from_frames(responses, pd.DataFrame({"desire": [1], "text": ["Peace"]}))


def test_another_library_is_refused() -> None:
    with pytest.raises(UserError, match="'pandas' or 'polars'"):
        to_frames(GATHERING, "spark")  # type: ignore[arg-type]
