"""Which file of a folder or zip file is what: votes, matrix, comments, responses ..., told by names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from oneheart.errors import UserError
from oneheart.formats.csv import open_table
from oneheart.formats.diagnosis import Finding, counted
from oneheart.formats.files import InputFile, fingerprint

_ROLES = (
    ("matrix", re.compile(r"(?:^|.*[-_. ])participants?-votes(?: ?\(\d+\))?\.csv$")),
    ("other", re.compile(r".*(?:importance|comment-groups|comment-clusters|stats-history).*\.csv$")),
    *(
        (role, re.compile(rf"(?:^|.*[-_. ]){role}(?: ?\(\d+\))?\.csv$"))
        for role in ("votes", "comments", "summary", "responses", "desires", "participants", "circles")
    ),
    *((role, re.compile(rf"(?:^|.*[-_. ]){role}\.json$")) for role in ("format", "gathering", "sealed")),
)
_POLIS_ROLES = ("votes", "matrix", "comments")
_TABLE_ROLES = ("responses", "desires")
_DATA_ROLES = frozenset({*_POLIS_ROLES, *_TABLE_ROLES})
_BOTH_SHAPES = frozenset({"polis", "tables"})  # the two folders in the export of a live gathering


@dataclass(frozen=True, slots=True)
class FilesByRole:
    """The files of one conversation by their role, and what was odd about them.

    Attributes:
        by_role: votes, matrix, comments, summary, format, participants, circles, responses, desires, gathering,
            sealed.
        findings: folders that are not read.
    """

    by_role: Mapping[str, InputFile]
    findings: tuple[Finding, ...] = ()

    def names(self) -> dict[str, str]:
        """Return the name of each file by its role."""
        return {role: entry.name for role, entry in self.by_role.items()}


def role_of(base: str) -> str | None:
    """Return what a file is for by its name, with or without a date and conversation before it; None for none.

    Example:
        >>> role_of("2024-10-01-1230-abc-participant-votes.csv"), role_of("votes.csv"), role_of("notes.csv")
        ('matrix', 'votes', None)
    """
    name = base.lower().replace("_", "-")
    role = next((role for role, pattern in _ROLES if pattern.fullmatch(name)), None)
    return None if role == "other" else role


def files_by_role(entries: Sequence[InputFile], path: Path) -> FilesByRole:
    """Return the files of the one conversation among these files.

    The folder nearest to the top that holds data counts; identical copies in other folders are skipped.

    Args:
        entries: all CSV and JSON files there.
        path: what the user gave.

    Raises:
        UserError: when there is no known file, or there are several conversations.
    """
    if path.suffix.lower() == ".csv" and path.is_file() and role_of(path.name) is None:
        return _lone_file(entries, path)
    folders: dict[str, dict[str, list[InputFile]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if role := role_of(entry.base):
            folders[entry.folder][role].append(entry)
    holding = sorted((f for f in folders if _DATA_ROLES & folders[f].keys()), key=lambda f: (_depth(f), f))
    if not holding:
        message = (
            f"'{path}' holds no votes.csv, participants-votes.csv, comments.csv or responses.csv; "
            "give the folder of a Polis export or of the two tables responses.csv and desires.csv."
        )
        raise UserError(message)
    findings: list[Finding] = []
    if {folder.rpartition("/")[2] for folder in holding} == _BOTH_SHAPES and len(holding) == len(_BOTH_SHAPES):
        holding = [folder for folder in holding if folder.rpartition("/")[2] == "tables"]
        sentence = "The same gathering lies here in two shapes, as a live gathering leaves it; the tables were read."
        findings.append(Finding("both-shapes", "note", sentence))
    chosen = {role: _only(role, files) for role, files in folders[holding[0]].items()}
    strangers: list[str] = []
    for other in holding[1:]:
        if _is_copy({role: files[0] for role, files in folders[other].items()}, chosen):
            sentence = f"The folder '{other}' holds the same files once more; they are passed over."
            findings.append(Finding("nested-copy", "note", sentence))
        elif _depth(other) == _depth(holding[0]):
            message = (
                f"'{path}' holds several conversations ('{holding[0]}', '{other}' ...); give the folder of one of them."
            )
            raise UserError(message)
        else:
            strangers.append(other)
    return FilesByRole(chosen, (*findings, *_not_read(strangers)))


def _not_read(folders: Sequence[str]) -> list[Finding]:
    if not folders:
        return []
    if len(folders) == 1:
        sentence = f"The folder '{folders[0]}' holds other data; it is not read."
    else:
        others = counted(len(folders) - 1, "other", "others")
        sentence = f"The folder '{folders[0]}' and {others} hold other data; they are not read."
    return [Finding("nested-other", "warning", sentence)]


def _lone_file(entries: Sequence[InputFile], path: Path) -> FilesByRole:
    entry = next((e for e in entries if e.base == path.name), None)
    if entry is None:
        message = f"'{path}' cannot be read; give the folder that holds the CSV files."
        raise UserError(message)
    keys = set(open_table(entry).keys)
    if "comment-id" in keys and not keys.isdisjoint({"vote", "vote-value"}):
        return FilesByRole({"votes": entry})
    message = f"'{path.name}' is none of the files we know; give the folder that holds votes.csv or responses.csv."
    raise UserError(message)


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _only(role: str, entries: Sequence[InputFile]) -> InputFile:
    first = entries[0]
    for other in entries[1:]:
        if not _same_bytes(first, other):
            message = (
                f"'{first.name}' and '{other.name}' are two different {role} files; keep the files of one export only."
            )
            raise UserError(message)
    return first


def _same_bytes(one: InputFile, other: InputFile) -> bool:
    return one.size == other.size and fingerprint(one) == fingerprint(other)


def _is_copy(copies: Mapping[str, InputFile], chosen: Mapping[str, InputFile]) -> bool:
    return all(role in chosen and _same_bytes(entry, chosen[role]) for role, entry in copies.items())


def are_tables(files: FilesByRole, path: Path) -> bool:
    """Return whether the files are our own tables rather than a Polis export.

    Raises:
        UserError: when both are there and the path does not name one of the CSV files.
    """
    ours = [role for role in _TABLE_ROLES if role in files.by_role]
    theirs = [role for role in _POLIS_ROLES if role in files.by_role]
    if ours and theirs:
        if path.suffix.lower() == ".csv":
            return role_of(path.name) in (*_TABLE_ROLES, "participants", "circles")
        message = (
            f"'{path}' holds a Polis export ({files.by_role[theirs[0]].name}) and our own tables "
            f"({files.by_role[ours[0]].name}); keep one of them, or give the CSV file itself."
        )
        raise UserError(message)
    return bool(ours)
