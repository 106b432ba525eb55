"""Files of machine code: nothing damaged is read, and nothing that others could have written."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from oneheart.engine import kept_code

find = kept_code.folder.__wrapped__


def test_a_damaged_file_is_not_called(tmp_path: Path) -> None:
    path = tmp_path / "loop.code"
    assert kept_code.read_code(path) is None
    kept_code.write_code(path, b"machine code")
    assert kept_code.read_code(path) == b"machine code"
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:10], bytes([whole[0] ^ 1]) + whole[1:], whole[:-1] + b"?"):
        path.write_bytes(damaged)
        assert kept_code.read_code(path) is None
    assert list(tmp_path.iterdir()) == [path]


def test_without_the_check_a_damaged_file_would_be_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "loop.code"
    kept_code.write_code(path, b"machine code")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    monkeypatch.setattr(kept_code, "is_whole", lambda *_: True)
    assert kept_code.read_code(path) == b"machine cod?"


def test_where_nothing_can_be_written_the_code_is_made_again(tmp_path: Path) -> None:
    kept_code.write_code(tmp_path / "absent" / "loop.code", b"machine code")
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_may_write_is_not_used_and_it_is_said(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept_code.tell_once.cache_clear()
    monkeypatch.setattr(logging.getLogger("oneheart"), "propagate", True)
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(given))
    assert find() == given
    given.chmod(mode)
    assert find() != given
    assert find() is not None
    assert len(caplog.messages) == 1
    assert str(given) in caplog.text


def test_a_file_that_others_may_write_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "loop.code"
    kept_code.write_code(path, b"machine code")
    for mode in (0o620, 0o602, 0o666):
        path.chmod(mode)
        assert kept_code.read_code(path) is None
    path.chmod(0o600)
    assert kept_code.read_code(path) == b"machine code"


def another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process, and who installed the program, be another user than the one that writes files here."""
    monkeypatch.setattr(os, "geteuid", lambda: 54_321)
    monkeypatch.setattr(kept_code, "_installed_by", lambda: 54_321)
    monkeypatch.setattr(kept_code, "_ROOT", 54_321)


def test_a_planted_file_or_folder_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "loop.code"
    kept_code.write_code(path, b"hostile code")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert (kept_code.read_code(path), find()) == (b"hostile code", tmp_path)
    another_user(monkeypatch)
    assert kept_code.read_code(path) is None
    assert find() != tmp_path


def test_without_the_question_whose_it_is_a_planted_file_would_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "loop.code"
    kept_code.write_code(path, b"hostile code")
    path.chmod(0o666)
    another_user(monkeypatch)
    monkeypatch.setattr(kept_code, "nobody_else_writes", lambda _: True)
    assert kept_code.read_code(path) == b"hostile code"


def test_a_user_without_a_home_and_without_a_safe_folder_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        message = "could not determine home directory"
        raise RuntimeError(message)

    monkeypatch.setattr(Path, "home", homeless)
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert find() in (None, Path(kept_code.__file__).parent / "__pycache__")
    monkeypatch.setattr(kept_code, "is_ours", lambda _: False)
    assert find() is None


def test_a_new_folder_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "new"))
        assert find() == tmp_path / "new"
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
