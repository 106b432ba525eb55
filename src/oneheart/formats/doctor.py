"""Diagnoses files that were read: what is odd about them, in plain sentences. It reads nothing itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.about_answers import AnswerSums, about_answers, sums_of
from oneheart.formats.blocks import BlocksFolder, is_blocks, open_blocks
from oneheart.formats.diagnosis import Diagnosis, Finding, counted
from oneheart.formats.polis.raw_export import Export, Votes
from oneheart.formats.reading import ReadGathering, read_files
from oneheart.model.gathering import Gathering

YEAR_2010_MS = 1_262_304_000_000
YEAR_2100_MS = 4_102_444_800_000


def read_and_diagnose(path: str | os.PathLike[str], *, sign: int | None = None) -> tuple[Gathering, Diagnosis]:
    """Return the gathering that is recorded at a path, and what was odd about its files, in one reading.

    Args:
        path: a folder or zip file of a Polis export or of our tables, or one of the CSV files in it.
        sign: the raw vote value that means agree, +1 or -1; None to find it in the files.

    Raises:
        UserError: for input that cannot be read or whose sign cannot be decided, in one sentence.

    Notes:
        About 2.5 seconds a million votes.

    Source:
        Ours.
    """
    read = read_files(path, sign=sign)
    return read.gathering, look(read, str(path))


def diagnose(path: str | os.PathLike[str], *, sign: int | None = None) -> Diagnosis:
    """Return what is odd about the files at a path; input that cannot be read becomes an error finding.

    Args:
        path: as for `read_and_diagnose`.
        sign: as for `read_and_diagnose`.

    Source:
        Ours.

    Example:
        >>> diagnose("/nowhere-at-all").exit_status
        2
    """
    try:
        if sign is None and is_blocks(Path(path)):
            folder = open_blocks(path)
            folder.check()
            return look_at_blocks(folder, str(path))
        return read_and_diagnose(path, sign=sign)[1]
    except UserError as problem:
        return Diagnosis(str(path), findings=(Finding("unreadable", "error", str(problem)),))


def look(read: ReadGathering, path: str) -> Diagnosis:
    """Return what is odd about a gathering and the files that it was read from.

    Args:
        read: what was read; nothing is read again.
        path: what the user gave.
    """
    gathering, export = read.gathering, read.export
    if read.blocks is not None:
        return look_at_blocks(read.blocks, path)
    read_from = f"Read from {', '.join(sorted(read.files.values()))}."
    sums = sums_of(gathering)
    about, counts = tuple(about_answers(sums, sign=read.sign is not None)), sums.counts()
    if export is None or read.sign is None:
        return Diagnosis(path, "tables", (read_from,), "", (*read.findings, *about), counts)
    about_export = tuple(_about_export(export, gathering))
    if any(finding.code == "only-totals" for finding in about_export):
        about = tuple(finding for finding in about if finding.code != "no-responses")
    return Diagnosis(
        path,
        "polis",
        (read_from, *export.dialect),
        read.sign.why,
        (*read.findings, *about_export, *about),
        counts | {"events": len(export.events)},
        read.sign.public,
    )


def look_at_blocks(blocks: BlocksFolder, path: str) -> Diagnosis:
    """Return what is odd about a folder of blocks: what was odd when it was made, and about its answers.

    One block is in memory at a time.
    """
    manifest, source = blocks.manifest, blocks.manifest.source
    made = f"A folder of {counted(len(manifest.blocks), 'block', 'blocks')}, made by {manifest.written_by}"
    made += f" from {', '.join(source.read_from)}." if source.read_from else "."
    sums = AnswerSums.of(blocks.answers, blocks.desires, len(source.circles))
    findings = (*source.findings, *about_answers(sums, sign=bool(source.sign)))
    return Diagnosis(path, "blocks", (made,), source.sign, findings, sums.counts(), source.public_sign)


# -------------------------------------------------------------------------------------------------- about the export


def _about_export(export: Export, gathering: Gathering) -> Iterator[Finding]:
    if "comments" not in export.files:
        yield Finding(
            "no-comments",
            "warning",
            "There is no comments.csv: nobody can say what people wanted in words, only how they answered.",
        )
    elif not export.listed.all():
        missing = counted(
            int((~export.listed).sum()), "comment that was voted on is", "comments that were voted on are"
        )
        yield Finding("texts-missing", "warning", f"{missing} not in comments.csv; kept without text.")
    if "votes" not in export.files and "matrix" in export.files:
        yield Finding(
            "only-matrix", "note", "There is no votes.csv; votes come from the participants' matrix, without times."
        )
    totals = int(export.stated_agrees.clip(0).sum()), int(export.stated_disagrees.clip(0).sum())
    if any(totals) and not len(export.final):
        yield Finding(
            "only-totals",
            "warning",
            f"comments.csv counts {totals[0]:,} agrees and {totals[1]:,} disagrees, but no file says which person "
            "voted what, so nothing can be measured; put votes.csv or participants-votes.csv beside it.",
        )
    if len(export.events):
        yield from _about_events(export)
    yield from _about_stated_counts(export)
    yield from _about_people(export)
    yield from _about_summary(export, gathering)


def _about_events(export: Export) -> Iterator[Finding]:
    events = export.events.by_arrival()
    order = np.lexsort((np.arange(len(events)), events.pairs()))
    pairs, value, time = events.pairs()[order], events.value[order], events.time[order]
    again = pairs[1:] == pairs[:-1]
    if again.any():
        timed = (time[1:] > 0) & (time[:-1] > 0)
        same_second = again & timed & (time[1:] // 1000 == time[:-1] // 1000)
        changed = len(np.unique(pairs[1:][again & (value[1:] != value[:-1])]))
        yield Finding(
            "revotes",
            "note",
            f"{counted(int(again.sum()), 'vote event was', 'vote events were')} replaced by a later vote of the "
            "same person on the same "
            f"comment ({int(same_second.sum()):,} within the same second, mostly double clicks); "
            f"the answer changed {counted(changed, 'time', 'times')}; the last vote counts.",
        )
        unclear = len(np.unique(pairs[1:][same_second & (value[1:] != value[:-1])]))
        if unclear:
            whole = not bool((time[time > 0] % 1000).any())
            yield Finding(
                "unclear-order",
                "warning" if whole else "note",
                f"{counted(unclear, 'pair', 'pairs')} of person and comment have different votes within one second; "
                + (
                    "times are in whole seconds, so the one further down in the file counts."
                    if whole
                    else "milliseconds tell which came last."
                ),
            )
    known = time[time > 0]
    odd = int(((known < YEAR_2010_MS) | (known > YEAR_2100_MS)).sum())
    if odd:
        yield Finding(
            "times-odd",
            "warning",
            f"{counted(odd, 'vote is', 'votes are')} dated before 2010 or after 2100; only their order is used.",
        )


def _about_stated_counts(export: Export) -> Iterator[Finding]:
    known = export.listed & (export.stated_agrees >= 0) & (export.stated_disagrees >= 0)
    if not known.any() or not len(export.final):
        return
    m = len(export.desires)

    def found(votes: Votes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        up = np.bincount(votes.comment[votes.value == 1], minlength=m)
        down = np.bincount(votes.comment[votes.value == -1], minlength=m)
        return up, down

    def matching(votes: Votes) -> npt.NDArray[np.bool_]:
        up, down = found(votes)
        straight: npt.NDArray[np.bool_] = (up == export.stated_agrees) & (down == export.stated_disagrees)
        turned: npt.NDArray[np.bool_] = (down == export.stated_agrees) & (up == export.stated_disagrees)
        return straight if (straight & known).sum() >= (turned & known).sum() else turned

    by_last = matching(export.final) & known
    by_events = matching(export.events) & known if len(export.events) else by_last
    total = int(known.sum())
    if by_events.sum() == total and by_last.sum() < total:
        yield Finding(
            "counts-are-events",
            "note",
            f"comments.csv counts all {len(export.events):,} vote events; "
            f"{len(export.events) - len(export.final):,} of them were replaced "
            "by a later vote of the same person; we use the last.",
        )
    elif max(by_events.sum(), by_last.sum()) < total and len(export.events):
        off = total - int((by_events | by_last).sum())
        most = min(_most_off(export, found(votes), known) for votes in (export.final, export.events))
        if off:
            yield Finding(
                "counts-differ",
                "warning",
                f"Agrees and disagrees of {counted(off, 'comment', 'comments')} in comments.csv match neither all "
                f"vote events nor the last votes (they differ by at most {most:,}); the votes count.",
            )


def _most_off(
    export: Export, counts: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], known: npt.NDArray[np.bool_]
) -> int:
    """Return by how many votes a stated count differs at most from what was counted, by the sign that fits better."""
    stated = export.stated_agrees[known], export.stated_disagrees[known]
    up, down = counts[0][known], counts[1][known]
    straight = np.maximum(np.abs(stated[0] - up), np.abs(stated[1] - down))
    turned = np.maximum(np.abs(stated[0] - down), np.abs(stated[1] - up))
    return int(min(straight.max(initial=0), turned.max(initial=0)))


def _about_people(export: Export) -> Iterator[Finding]:
    if "matrix" not in export.files:
        return
    n = len(export.participants)
    in_matrix, in_events = np.zeros(n, bool), np.zeros(n, bool)
    in_matrix[export.matrix_people] = True
    in_events[export.events.person] = True
    if len(export.events):
        lost = int((in_events & ~in_matrix).sum())
        if lost:
            yield Finding(
                "voters-not-in-matrix",
                "warning",
                f"{counted(lost, 'voter of votes.csv has', 'voters of votes.csv have')} no line in the matrix; "
                "kept by their votes.",
            )
        extra = int((in_matrix & ~in_events).sum())
        if extra:
            yield Finding(
                "matrix-without-votes",
                "note",
                f"{counted(extra, 'line of the matrix belongs', 'lines of the matrix belong')} to people without "
                "a vote in votes.csv; they count as participants.",
            )
    blank = len(export.blank_groups)
    if 0 < blank < len(export.matrix_people):
        yield Finding(
            "blank-group",
            "note",
            f"{counted(blank, 'person has', 'people have')} no group-id: Polis left them out of every opinion "
            "group; here they count like everybody.",
        )


def _about_summary(export: Export, gathering: Gathering) -> Iterator[Finding]:
    voters = len(np.unique(gathering.responses.participant))
    for key, count, what in (
        ("voters", voters, "people voted"),
        ("comments", gathering.desire_count, "comments are in the files"),
    ):
        try:
            stated = int(export.summary.get(key, ""))
        except ValueError:
            continue
        if stated == count:
            continue
        explained = key == "comments" and stated < count
        tail = (
            "; comments without votes are usually not counted there."
            if explained
            else "; the files count, not the summary."
        )
        yield Finding(
            f"summary-{key}",
            "note" if explained else "warning",
            f"summary.csv says {key} {stated:,}, but {count:,} {what}{tail}",
        )
