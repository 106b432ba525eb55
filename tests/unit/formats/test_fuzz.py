"""Damaged files end in a UserError or a gathering, never in anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneheart.errors import UserError
from oneheart.formats import inspect, read, write_polis, write_tables
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses

GATHERING = Gathering(
    question="What do you want?",
    participants=("ann", "bo", "cy"),
    desires=(Desire("1", "Peace, and\nquiet", 0), Desire("2", '"Light"', 2, "he"), Desire("3", "=x", None)),
    responses=Responses.of([0, 0, 1, 2], [0, 1, 0, 2], [1, -1, 0, 1]),
    circles=(Circle("a", "One"), Circle("b", "Two")),
    circle_of=np.array([0, 1, -1], np.int32),
)
PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"-",
    b"9" * 30,
    b"nan",
    b"1e999",
    b"#",
    b"'",
    b"\xed\xa0\x80",
    b"{",
]
MUTATION = st.tuples(
    st.integers(0, 10),
    st.floats(0, 1),
    st.integers(0, 30),
    st.sampled_from(PIECES) | st.binary(max_size=4),
    st.booleans(),
)


def valid(form: str, place: Path) -> Path:
    return write_polis(GATHERING, place / "new") if form == "polis" else write_tables(GATHERING, place / "new")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["polis", "tables"])
@settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
@given(mutations=st.lists(MUTATION, min_size=1, max_size=4), sign=st.sampled_from([None, 1, -1]))
def test_damaged_files_never_raise_anything_but_a_user_error(
    form: str, mutations: list[tuple[int, float, int, bytes, bool]], sign: int | None
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = valid(form, Path(place))
        files = sorted(folder.iterdir())
        for which, where, length, piece, truncate in mutations:
            file = files[which % len(files)]
            raw = file.read_bytes()
            at = int(where * len(raw))
            file.write_bytes(raw[:at] + piece + (b"" if truncate else raw[at + length :]))
        try:
            gathering = read(folder, sign=sign)
        except UserError as problem:
            if "\n" in str(problem):
                pytest.fail(f"more than one sentence: {problem}")
            assert inspect(folder, sign=sign).exit_status == 2
        else:
            assert len(gathering.responses) <= 2000
            assert inspect(folder, sign=sign).exit_status < 2
