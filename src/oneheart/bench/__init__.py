"""Benchmarks: oneheart and its rivals on real conversations, in the same run.

docs/explanation/benchmarks.md says what each benchmark measures, and the results.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oneheart.bench.result import BenchResult, Gate, Progress
from oneheart.errors import UserError

if TYPE_CHECKING:
    from oneheart.model.gathering import Gathering

__all__ = ["KINDS", "BenchResult", "Gate", "Progress", "discover", "run"]

KINDS = {
    "predict": 3,
    "replay": 24,
    "share": 6,
    "stability": 6,
    "attack": 16,
    "weave": 24,
    "halls": 24,
    "fifths": 24,
    "printed": 12,
    "audit": 200,
    "closeness": 20,
    "babel": 4,
    "fit": 5,
}
"""The benchmarks, and how many random splits or seeds each takes where nothing else is asked."""

SIMULATED = frozenset({"halls", "fifths", "printed", "audit", "closeness", "babel"})
"""Those that need no conversations."""


def run(
    kind: str,
    paths: str | Path | Sequence[str | Path] = (),
    *,
    seed: int = 0,
    repeats: int | None = None,
    progress: Progress | None = None,
) -> BenchResult:
    """Return the result of one benchmark on conversations.

    Args:
        kind: "predict", "replay", "share", "stability", "attack", "weave", "halls", "fifths", "printed", "audit",
            "closeness", "babel" or "fit".
        paths: a conversation, a folder of conversations, or several of either; simulations ("halls", "audit",
            "closeness") need none.
        seed: seed of all random choices; equal seeds give equal figures.
        repeats: random splits or seeds; None for the default number (`KINDS`).
        progress: called with (done, total, what).

    Raises:
        UserError: the kind is unknown, there is no conversation, or the only one cannot be read.

    Notes:
        On eight conversations and one core, predict, replay and attack take minutes, weave ten, the others less than
        one. Among several conversations, unreadable ones are left out and named in `skipped`.

    Example:
        >>> run("predikt", "conversations")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        oneheart.errors.UserError: There is no benchmark 'predikt'; choose predict, replay, share, stability, ...
    """
    if kind not in KINDS:
        message = f"There is no benchmark '{kind}'; choose {', '.join(list(KINDS)[:-1])} or {list(KINDS)[-1]}."
        raise UserError(message)
    tell: Progress = progress or (lambda _done, _total, _what: None)
    if kind not in SIMULATED and not isinstance(paths, str | Path) and not paths:
        message = f"'{kind}' is measured on real conversations; give one, or a folder of them, with --data."
        raise UserError(message)
    gatherings, unread = ({}, []) if kind in SIMULATED else _read(paths, tell)
    module = importlib.import_module(f"oneheart.bench.{kind}")
    result: BenchResult = module.run(gatherings, seed=seed, repeats=repeats or KINDS[kind], progress=tell)
    skipped = (*unread, *result.skipped)
    return BenchResult(result.title, result.columns, result.rows, result.gates, skipped, result.details)


def discover(data: str | Path) -> list[Path]:
    """Return the conversations at a path, sorted by name: the path itself, or the folders and zip files in it.

    A folder is a conversation if it holds CSV files.

    Raises:
        UserError: the path does not exist, or holds no conversation.
    """
    path = Path(data)
    if path.is_file() or (path.is_dir() and any(path.glob("*.csv"))):
        return [path]
    if not path.is_dir():
        message = f"There is no file or folder '{path}'; give a conversation or a folder of conversations."
        raise UserError(message)
    conversations = sorted(p for p in path.iterdir() if p.suffix == ".zip" or (p.is_dir() and any(p.glob("*.csv"))))
    if not conversations:
        message = f"'{path}' holds no conversations; give a folder of exports (folders with CSV files, or zip files)."
        raise UserError(message)
    return conversations


def _read(paths: str | Path | Sequence[str | Path], progress: Progress) -> tuple[dict[str, Gathering], list[str]]:
    """Return the conversations by name, and a sentence for each that cannot be read."""
    from oneheart.bench.remesh import is_remesh, read_remesh  # noqa: PLC0415
    from oneheart.formats import read  # noqa: PLC0415  reading is needed only when something is measured

    places = [paths] if isinstance(paths, str | Path) else list(paths)
    conversations = list(dict.fromkeys(path for place in places for path in discover(place)))
    gatherings: dict[str, Gathering] = {}
    unread: list[str] = []
    for done, path in enumerate(conversations):
        progress(done, len(conversations), "reading")
        name = path.name if path.name not in gatherings else str(path)
        try:
            gatherings[name] = read_remesh(path) if is_remesh(path) else read(path)
        except UserError as error:
            if len(conversations) == 1:
                raise
            unread.append(f"{path.name}: {error}")
    progress(len(conversations), len(conversations), "reading")
    return gatherings, unread
