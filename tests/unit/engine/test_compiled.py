"""Compiled loops from their files: the same numbers as by numba, and nothing damaged or foreign is ever called."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine import compiled, kept_code, kernels
from oneheart.errors import UserError

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
    monkeypatch.setattr(kept_code, "read_code", lambda _: None)
    monkeypatch.setattr(compiled, "machine_code", lambda *_: None)
    found: Any = compiled.found_or_made.__wrapped__("times")
    assert not isinstance(found, compiled.MachineCode)
    assert product(found).tobytes() == product(compiled.loop("times")).tobytes()


def test_a_file_counts_for_its_source_and_processor_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = compiled.stamp.__wrapped__
    assert stamp() == compiled.stamp()
    monkeypatch.setattr(compiled, "processor", lambda: ("another", "+sse2"))
    assert stamp() != compiled.stamp()


@pytest.mark.parametrize("changed", ["numba", "llvmlite", "numpy"])
def test_a_file_counts_for_the_versions_of_what_made_it(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = compiled.stamp.__wrapped__
    monkeypatch.setattr("oneheart.engine.compiled.version", lambda name: "0" if name == changed else version(name))
    assert stamp() != compiled.stamp()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    kept_code.tell_once.cache_clear()
    monkeypatch.setattr(logging.getLogger("oneheart"), "propagate", True)
    return caplog


@pytest.mark.parametrize("where", ["_engine_of", "machine_code", "stamp"])
def test_whatever_fails_with_kept_code_numba_gives_the_same_numbers_and_it_is_told_once(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        message = "no such thing in this LLVM"
        raise RuntimeError(message)

    expected = product(compiled.loop("times")).tobytes()
    monkeypatch.setattr(kept_code, "folder", lambda: tmp_path)
    monkeypatch.setattr(compiled, where, fail)
    for _ in range(2):
        found: Any = compiled.found_or_made.__wrapped__("times")
        assert not isinstance(found, compiled.MachineCode)
        assert product(found).tobytes() == expected
    assert [line for line in told.messages if "no such thing in this LLVM" in line] == told.messages
    assert len(told.messages) == 1


def test_a_whole_file_that_holds_no_loop_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    other = compiled.emitted("define i32 @entry() {\n ret i32 0\n}", "entry")
    assert other is not None
    monkeypatch.setattr(compiled, "_ENTRY", "another_name")
    monkeypatch.setattr(kept_code, "folder", lambda: tmp_path)
    kept_code.write_code(tmp_path / f"times--{compiled.stamp()}.code", other)
    found: Any = compiled.found_or_made.__wrapped__("times")
    assert not isinstance(found, compiled.MachineCode)
    assert "no loop" in told.text


def test_a_compiler_that_is_switched_off_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    monkeypatch.setattr(kept_code, "folder", lambda: tmp_path)
    with pytest.raises(UserError, match="Unset it"):
        kernels.compiled(lambda: None)
