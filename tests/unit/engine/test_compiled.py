"""Compiled loops from their files: the same numbers as by numba, and nothing damaged or foreign is ever called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine import compiled, kernels

START = np.array([0, 2, 2, 5])
DESIRE = np.array([0, 3, 1, 2, 3], np.int32)


def product(times: Callable[..., None], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    out = np.full((3, 2), np.nan)
    times(START, DESIRE, rng.normal(size=5), rng.normal(size=(4, 2)), out)
    return out


def test_machine_code_from_a_file_gives_the_bits_of_numba() -> None:
    kept = compiled.loop("times")
    assert isinstance(kept, compiled.MachineCode)
    assert product(kept).tobytes() == product(kernels.times()).tobytes()
    assert (product(kept)[1] == 0.0).all()


def test_products_of_pairs_are_the_matrix_times_itself() -> None:
    value = np.array([1.0, 2.0, 0.0, -1.0, 0.5])
    matrix = np.zeros((3, 4))
    matrix[np.repeat(np.arange(3), np.diff(START)), DESIRE] = value
    gram = np.zeros((4, 4))
    compiled.loop("products_of_pairs")(START, DESIRE, value, gram)
    assert np.allclose(gram, matrix.T @ matrix)


def test_an_array_of_another_kind_is_refused_before_it_is_read() -> None:
    times = compiled.loop("times")
    value, right, out = np.zeros(5), np.zeros((4, 2)), np.zeros((3, 2))
    for wrong in (
        (START.astype(np.int32), DESIRE, value, right, out),
        (START, DESIRE, value[:, None], right, out),
        (START, DESIRE, value, np.zeros((2, 4)).T, out),
    ):
        with pytest.raises(TypeError, match="without gaps"):
            times(*wrong)
    with pytest.raises(ValueError, match="argument"):
        times(START, DESIRE, value, right)


def test_a_damaged_file_is_not_called(tmp_path: Path) -> None:
    path = tmp_path / "loop.code"
    assert compiled.read_code(path) is None
    compiled.write_code(path, b"machine code")
    assert compiled.read_code(path) == b"machine code"
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:10], bytes([whole[0] ^ 1]) + whole[1:], whole[:-1] + b"?"):
        path.write_bytes(damaged)
        assert compiled.read_code(path) is None
    assert list(tmp_path.iterdir()) == [path]


def test_without_the_check_a_damaged_file_would_be_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "loop.code"
    compiled.write_code(path, b"machine code")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    monkeypatch.setattr(compiled, "is_whole", lambda *_: True)
    assert compiled.read_code(path) == b"machine cod?"


def test_code_that_calls_what_is_not_at_hand_is_not_kept() -> None:
    text = """
    declare i32 @{name}(i32)
    define i32 @entry(ptr %result, ptr %error) {{
      %x = call i32 @{name}(i32 1)
      ret i32 0
    }}
    """
    assert compiled.emitted(text.format(name="numba_gil_ensure"), "entry") is None
    assert compiled.emitted(text.format(name="free"), "entry") is not None


def test_where_no_machine_code_can_be_made_numba_itself_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "read_code", lambda _: None)
    monkeypatch.setattr(compiled, "machine_code", lambda *_: None)
    found: Any = compiled.found_or_made.__wrapped__("times")
    assert not isinstance(found, compiled.MachineCode)
    assert product(found).tobytes() == product(compiled.loop("times")).tobytes()


def test_where_nothing_can_be_written_the_code_is_made_again(tmp_path: Path) -> None:
    compiled.write_code(tmp_path / "absent" / "loop.code", b"machine code")
    assert not (tmp_path / "absent").exists()


def test_a_file_counts_for_its_source_and_processor_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = compiled.stamp.__wrapped__
    assert stamp() == compiled.stamp()
    monkeypatch.setattr(compiled, "processor", lambda: ("another", "+sse2"))
    assert stamp() != compiled.stamp()
