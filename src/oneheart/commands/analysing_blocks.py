"""Analysing a folder of blocks without having all answers in memory: what `oneheart analyze` does with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from oneheart.engine.analysis import Analysis
from oneheart.engine.execution import executor
from oneheart.engine.large import LEFT_OUT, SAMPLE, Everybody, analyze_blocks
from oneheart.errors import UserError
from oneheart.formats.blocks import MANIFEST, BlocksFolder, is_blocks, open_blocks
from oneheart.formats.checkpoint import Checkpoint
from oneheart.model.gathering import Gathering, Responses
from oneheart.version import VERSION

CHECKPOINT = "unfinished"
"""Folder beside the report in which an analysis keeps how far it is."""


@dataclass(frozen=True, slots=True)
class LargeAnalysis:
    """An analysis of blocks.

    Attributes:
        analysis: the result; its gathering has only the people of the sample.
        sign: which raw value meant agree, as the source says it; "" where it does not apply.
        left_out: sentences on what it leaves out; () where everybody was at hand.
        warnings: what was odd while the blocks were made.
    """

    analysis: Analysis
    sign: str
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


def takes(path: Path, executor_name: str | None) -> bool:
    """Return whether a path is analysed block by block: where asked, and where more people answered than a sample.

    Raises:
        UserError: an executor is named for something that is no folder of blocks.
    """
    if not is_blocks(path):
        if executor_name is None:
            return False
        message = f"'{path}' is no folder of blocks: make one with oneheart convert, or leave out --executor."
        raise UserError(message)
    folder = open_blocks(path)
    whole = _needs_memory(folder)
    if whole and executor_name is not None:
        message = f"'{path}' has {whole}, which are read into memory: leave out --executor."
        raise UserError(message)
    return not whole and (executor_name is not None or folder.manifest.people > SAMPLE)


def _needs_memory(folder: BlocksFolder) -> str:
    """Return what of a folder only the analysis in memory can take; "" for nothing."""
    files, source = folder.manifest.files, folder.manifest.source
    if any(name.startswith("sealed") for name in files):
        return "sealed texts of a live gathering"
    return "totals without answers" if source.want or source.against else ""


def analyze_folder(
    path: Path,
    out: Path,
    *,
    executor_name: str,
    seed: int,
    lines: int | None,
    leave_out: Collection[str],
    credit: str,
    tell: Callable[[str, int, int], None],
) -> LargeAnalysis:
    """Return the analysis of a folder of blocks; where an earlier run was ended it goes on there, with the same bits.

    Args:
        path: the folder.
        out: folder of the report; how far the analysis is stands in a folder inside it until it is done.
        executor_name: see `execution.executor`.
        seed: of everything random.
        lines: at most so many lines.
        leave_out: labels or exact texts of desires that must not become lines.
        credit: printed in the report instead of what the source says; "" for that.
        tell: called as the work goes on.

    Raises:
        UserError: the folder is broken, `out` cannot be written, or the executor cannot do its work.
    """
    folder = open_blocks(path.resolve())  # workers may stand in another folder
    folder.check()
    source = folder.manifest.source
    frame = Gathering(
        question=source.question,
        participants=(),
        desires=folder.desires,
        responses=Responses.of([], [], []),
        source=source.name,
        credits=credit.strip() or source.credits,
        asks=source.asks,
    )
    everybody = Everybody(frame, folder.answers, source.circles, folder.circle_of() if source.circles else None)
    of = {
        "version": VERSION,
        "blocks": hashlib.sha256((folder.path / MANIFEST).read_bytes()).hexdigest(),
        "seed": seed,
        "leave_out": sorted(leave_out),
    }
    keeper = Checkpoint(out / CHECKPOINT, of)
    with executor(executor_name) as execute:
        analysis = analyze_blocks(
            everybody,
            execute=execute,
            seed=seed,
            lines=lines,
            leave_out=leave_out,
            keeper=keeper,
            sample=SAMPLE,
            progress=tell,
        )
    is_sample = folder.manifest.people > SAMPLE
    if is_sample:
        notes = (*analysis.method.notes, "sample")
        analysis = replace(analysis, method=replace(analysis.method, notes=notes))
    warnings = tuple(finding.sentence for finding in source.findings if finding.severity == "warning")
    return LargeAnalysis(analysis, source.public_sign, LEFT_OUT if is_sample else (), warnings)


def done(out: Path) -> None:
    """Take away what was kept of an analysis whose report is written."""
    Checkpoint(out / CHECKPOINT, {}).clear()
