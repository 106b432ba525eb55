"""Both files or neither; a user's mistake is one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oneheart.engine.analysis import Analysis
from oneheart.errors import UserError
from oneheart.reports.report import check_language, write_report


def test_both_files_are_written_into_a_new_folder_and_nothing_else(measured: Analysis, tmp_path: Path) -> None:
    page, data = write_report(measured, tmp_path / "a" / "b", language=None)
    assert (page.name, data.name) == ("report.html", "report.json")
    assert sorted(p.name for p in page.parent.iterdir()) == ["report.html", "report.json"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_earlier_reports_are_replaced_and_the_same_analysis_gives_the_same_bytes(
    measured: Analysis, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    first = [path.read_bytes() for path in write_report(measured, tmp_path)]
    second = [path.read_bytes() for path in write_report(measured, str(tmp_path))]
    assert first == second
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_languages_without_a_catalogue_are_refused_before_anything_is_written(
    measured: Analysis, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="cannot be written in 'xx'; choose one of en, he, ru, es"):
        write_report(measured, tmp_path / "new", language="xx")
    assert not (tmp_path / "new").exists()
    assert check_language(None) == "en"


def test_a_file_in_the_place_of_the_folder_is_one_sentence(measured: Analysis, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("kept")
    with pytest.raises(UserError, match="is a file; give a folder"):
        write_report(measured, place)
    with pytest.raises(UserError, match="Cannot write the report"):
        write_report(measured, place / "below")
    assert place.read_text() == "kept"


def test_when_one_file_cannot_be_written_the_other_is_not_either(measured: Analysis, tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(UserError, match=r"report\.json is a folder"):
        write_report(measured, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_sentence(measured: Analysis, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="give a folder that you may write to"):
        write_report(measured, tmp_path)
