"""Write a report: `report.html` to read, `report.json` to compute on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from oneheart.engine.disclosure import K
from oneheart.errors import UserError
from oneheart.reports import numbers, rendering
from oneheart.reports.translation import check_language

if TYPE_CHECKING:
    from oneheart.engine.analysis import Analysis

__all__ = ["check_language", "write_report"]


def write_report(
    analysis: Analysis,
    folder: str | os.PathLike[str],
    *,
    language: str | None = "en",
    k: int = K,
    sign: str | None = None,
    beside: str = "",
) -> tuple[Path, Path]:
    """Write report.html and report.json into a folder and return their paths (page, numbers).

    The folder is made if it is missing. The same analysis gives the same bytes. Earlier reports in the folder are
    replaced; either both files are written or neither.

    Args:
        analysis: result of `oneheart.analyze`.
        folder: folder for the two files.
        language: language of the page; None means English.
        k: least number of people in a count that is shown.
        sign: which raw vote value meant agreement, in words; None where it is not known.
        beside: name of the page of outward and inner closeness in the same folder, "" for none.

    Raises:
        UserError: for a folder that cannot be written, a language without a catalogue, or a k that is too small.

    Example:
        >>> from oneheart.engine.analysis import analyze
        >>> from oneheart.model.gathering import Gathering, Responses
        >>> empty = analyze(Gathering("What do you want?", (), (), Responses.of([], [], [])))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     [path.name for path in write_report(empty, place)]
        ['report.html', 'report.json']
    """
    code = check_language(language)
    report = numbers.build(analysis, k=k, sign=sign)
    html, data = rendering.render(report, language=code, beside=beside), numbers.as_text(report)
    return write_files(folder, html, data)


def write_files(folder: str | os.PathLike[str], html: str, data: str, *, name: str = "report") -> tuple[Path, Path]:
    """Write a page and its numbers as NAME.html and NAME.json, both or neither, and return their paths.

    Raises:
        UserError: for a folder that cannot be written.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        message = f"{target} is a file; give a folder for {name}.html and {name}.json."
        raise UserError(message)
    paths = target / f"{name}.html", target / f"{name}.json"
    try:
        target.mkdir(parents=True, exist_ok=True)
        _write_all(target, dict(zip(paths, (html, data), strict=True)))
    except OSError as error:
        message = f"Cannot write the report into {target} ({error.strerror}); give a folder that you may write to."
        raise UserError(message) from error
    return paths


def _write_all(folder: Path, files: dict[Path, str]) -> None:
    """Write each file under a temporary name, then rename them all. On an error delete the temporary files."""
    temporary_paths: dict[Path, Path] = {}
    try:
        for path, text in files.items():
            if path.is_dir():
                raise IsADirectoryError(21, f"{path.name} is a folder")
            handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=folder)
            temporary_paths[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            temporary_paths[path].chmod(0o644)
        for path, temporary in temporary_paths.items():
            temporary.replace(path)
    finally:
        for temporary in temporary_paths.values():
            temporary.unlink(missing_ok=True)
