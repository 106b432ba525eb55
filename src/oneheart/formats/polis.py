"""Polis exports, read in every dialect there is; the sign of their votes is turned here and nowhere else.

`load` reads the files as they are (raw votes), `oneheart.formats.sign` finds which raw value means agree, and
`to_gathering` turns the votes into stances.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.diagnosis import Finding, counted
from oneheart.formats.files import (
    CELL_CHARACTERS,
    SUMMARY_LINES,
    BrokenCsvError,
    Table,
    clean,
    fingerprint,
    loose_rows,
    open_bytes,
    plain,
    text_lines,
)
from oneheart.formats.sign import Counts, Evidence, declared_agree
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from oneheart.formats.files import Entry
    from oneheart.formats.sign import Sign

    Int8s = npt.NDArray[np.int8]
    Int32s = npt.NDArray[np.int32]
    Int64s = npt.NDArray[np.int64]

NO_TIME = -1
_ABSENT = 3
_INVALID = 9
_JSON_BYTES = 1 << 20
_COMMENTS = 1_000_000
_QUOTED_TWICE_LEAST = 5
_MATRIX_FACTS = ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "n-important")
_ROLES = (
    ("matrix", re.compile(r"(?:^|.*[-_. ])participants?-votes(?: ?\(\d+\))?\.csv$")),
    ("other", re.compile(r".*(?:importance|comment-groups|comment-clusters|stats-history).*\.csv$")),
    *(
        (role, re.compile(rf"(?:^|.*[-_. ]){role}(?: ?\(\d+\))?\.csv$"))
        for role in ("votes", "comments", "summary", "responses", "desires", "participants", "circles")
    ),
    *((role, re.compile(rf"(?:^|.*[-_. ]){role}\.json$")) for role in ("format", "gathering", "sealed")),
)
_DATA_ROLES = frozenset({"votes", "matrix", "comments", "responses", "desires"})
_WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_FLOAT_LABEL = re.compile(r"(\d+)\.0+", re.ASCII)
_NUMBER_CELL = re.compile(r"\s*-?\d*(?:\.\d*)?\s*", re.ASCII)
_ZONE = re.compile(r"\bGMT[+-]\d{4}|\b[A-Z]{3,5}\b(?= \d{4}$)")
_BOTH_SHAPES = frozenset({"polis", "tables"})  # the folders of what a live gathering leaves, see web.papers
_TRUE = frozenset({"true", "t", "yes", "1", "1.0"})


# ------------------------------------------------------------------------------------------------ which file is what


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one conversation by their role, and what was odd about finding them.

    Attributes:
        by_role: votes, matrix, comments, summary, format, participants, circles, responses, desires, gathering,
            sealed.
        findings: nested copies that are passed over.
    """

    by_role: Mapping[str, Entry]
    findings: tuple[Finding, ...] = ()


def role_of(base: str) -> str | None:
    """Return what a file is for by its name, with or without a date and conversation before it.

    Example:
        >>> role_of("2024-10-01-1230-abc-participant-votes.csv"), role_of("votes.csv"), role_of("notes.csv")
        ('matrix', 'votes', None)
    """
    name = base.lower().replace("_", "-")
    role = next((role for role, pattern in _ROLES if pattern.fullmatch(name)), None)
    return None if role == "other" else role


def files_of(found: Sequence[Entry], path: Path) -> Files:
    """Return the files of the one conversation among these entries.

    The folder nearest to the top that holds data counts; identical copies elsewhere are passed over.

    Raises:
        UserError: when there is no known file, or there are several conversations.
    """
    if path.suffix.lower() == ".csv" and path.is_file() and role_of(path.name) is None:
        return _lone_file(found, path)
    folders: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in found:
        if role := role_of(entry.base):
            folders[entry.folder][role].append(entry)
    holding = sorted((f for f in folders if _DATA_ROLES & folders[f].keys()), key=lambda f: (f.count("/") + bool(f), f))
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
    depth = _depth(holding[0])
    chosen = {role: _only(role, entries) for role, entries in folders[holding[0]].items()}
    strangers: list[str] = []
    for other in holding[1:]:
        copies = {role: entries[0] for role, entries in folders[other].items()}
        if _is_copy(copies, chosen):
            findings.append(
                Finding(
                    "nested-copy", "note", f"The folder '{other}' holds the same files once more; they are passed over."
                )
            )
        elif _depth(other) == depth:
            message = (
                f"'{path}' holds several conversations ('{holding[0]}', '{other}' ...); give the folder of one of them."
            )
            raise UserError(message)
        else:
            strangers.append(other)
    if len(strangers) == 1:
        sentence = f"The folder '{strangers[0]}' holds other data; it is not read."
        findings.append(Finding("nested-other", "warning", sentence))
    elif strangers:
        others = counted(len(strangers) - 1, "other", "others")
        sentence = f"The folder '{strangers[0]}' and {others} hold other data; they are not read."
        findings.append(Finding("nested-other", "warning", sentence))
    return Files(chosen, tuple(findings))


def _lone_file(found: Sequence[Entry], path: Path) -> Files:
    entry = next((e for e in found if e.base == path.name), None)
    if entry is None:
        message = f"'{path}' cannot be read; give the folder that holds the CSV files."
        raise UserError(message)
    header = set(Table(entry).header)
    if {"vote-value", "comment-id"} <= header or {"vote", "comment-id"} <= header:
        return Files({"votes": entry})
    message = f"'{path.name}' is none of the files we know; give the folder that holds votes.csv or responses.csv."
    raise UserError(message)


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _only(role: str, entries: Sequence[Entry]) -> Entry:
    first = entries[0]
    for other in entries[1:]:
        if other.size != first.size or fingerprint(other) != fingerprint(first):
            message = (
                f"'{first.name}' and '{other.name}' are two different {role} files; keep the files of one export only."
            )
            raise UserError(message)
    return first


def _is_copy(copies: Mapping[str, Entry], chosen: Mapping[str, Entry]) -> bool:
    return all(
        role in chosen and entry.size == chosen[role].size and fingerprint(entry) == fingerprint(chosen[role])
        for role, entry in copies.items()
    )


# ------------------------------------------------------------------------------------------------- the export, raw


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Votes as a file has them: rows, columns, raw values (-1, 0, 1) and UTC milliseconds (-1 where none is stated)."""

    person: Int32s
    comment: Int32s
    value: Int8s
    time: Int64s

    @classmethod
    def none(cls) -> Votes:
        """Return no votes."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Return how many votes there are."""
        return len(self.value)

    def by_arrival(self) -> Votes:
        """Return the same votes by time, then by their order in the file."""
        order = np.argsort(self.time, kind="stable")
        return Votes(self.person[order], self.comment[order], self.value[order], self.time[order])

    def last(self) -> Votes:
        """Return the last vote of each pair, sorted by person, then comment."""
        in_time = self.by_arrival()
        order = np.argsort(in_time.pairs(), kind="stable")
        pairs = in_time.pairs()[order]
        keep = order[np.append(pairs[1:] != pairs[:-1], True)] if len(pairs) else order
        return Votes(in_time.person[keep], in_time.comment[keep], in_time.value[keep], in_time.time[keep])

    def pairs(self) -> Int64s:
        """Return one number per vote that stands for its pair of person and comment."""
        return self.person.astype(np.int64) << 32 | self.comment.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """A Polis export as its files have it, numbered as the gathering will be (N participants, M desires).

    Attributes:
        name: the folder's or file's own name.
        files: role of each file to its name.
        participants: N labels.
        desires: M desires.
        events: votes.csv in file order; empty where there is no such file.
        matrix: the cells of the participants' matrix, by person and comment; empty where there is no such file.
        matrix_people: rows that the matrix has.
        matrix_comments: columns that the matrix has.
        blank_groups: rows of the matrix without a group-id.
        final: the last raw vote of each pair, from events and, for pairs they do not have, from the matrix.
        differing: pairs of which events and matrix give different last votes.
        stated_agrees: M, agrees by comments.csv; -1 where not stated.
        stated_disagrees: M, likewise.
        listed: M, whether comments.csv has the comment.
        evidence: what is known about the sign.
        summary: the lines of summary.csv.
        circles: declared circles (only in exports that oneheart wrote).
        circle_of: N, index into circles or -1.
        dialect: facts about how the files are written.
        findings: what was odd while reading.
    """

    name: str
    files: Mapping[str, str]
    participants: tuple[str, ...]
    desires: tuple[Desire, ...]
    events: Votes
    matrix: Votes
    matrix_people: Int32s
    matrix_comments: Int32s
    blank_groups: Int32s
    final: Votes
    differing: int
    stated_agrees: Int64s
    stated_disagrees: Int64s
    listed: npt.NDArray[np.bool_]
    evidence: Evidence
    summary: Mapping[str, str]
    circles: tuple[Circle, ...]
    circle_of: Int32s
    dialect: tuple[str, ...]
    findings: tuple[Finding, ...]


def to_gathering(export: Export, sign: Sign) -> Gathering:
    """Return the gathering that an export records: +1 and -1 become WANT and AGAINST by the sign that was found.

    Example:
        >>> import oneheart.formats.sign as signs
        >>> to_gathering(EMPTY, signs.Sign(-1, "")).participant_count
        0
    """
    final = export.final
    url = export.summary.get("url", "")
    return Gathering(
        question=clean(export.summary.get("topic", "") or export.summary.get("conversation-description", "")),
        participants=export.participants,
        desires=export.desires,
        responses=Responses(final.person, final.comment, (final.value * sign.agree).astype(np.int8)),
        circles=export.circles,
        circle_of=export.circle_of,
        source=f"{export.name} ({url})" if url else export.name,
        credits=export.summary.get("credits", ""),
    )


# --------------------------------------------------------------------------------------------------------- reading


class _Numbers(dict[str, int]):
    """Numbers for labels in order of first sight; a blank cell is -1. `12` and `12.0` are the same label."""

    def __init__(self, *, verbatim: bool = False) -> None:
        super().__init__()
        self.labels: list[str] = []
        self._known: dict[str, int] = {}
        self._verbatim = verbatim

    def __missing__(self, cell: str) -> int:
        label = clean(cell).strip()
        if match := _FLOAT_LABEL.fullmatch(label):
            label = match[1]
        number = self._known.setdefault(label, len(self.labels)) if label else -1
        if number == len(self.labels):
            self.labels.append(label)
        self[cell] = number
        return number


class _Values(dict[str, int]):
    """Raw votes by their cell: -1, 0, 1, 3 for an empty cell, 9 for anything else."""

    def __missing__(self, cell: str) -> int:
        value = _vote(cell)
        if len(self) < 1000:  # noqa: PLR2004 - a file of nonsense must not fill the memory
            self[cell] = value
        return value


def _vote(cell: str) -> int:
    text = cell.strip()
    if not text:
        return _ABSENT
    try:
        number = float(text)
    except ValueError:
        return _INVALID
    return int(number) if number in (-1.0, 0.0, 1.0) else _INVALID


def _time(cell: str) -> int:
    """Return a number of seconds, milliseconds or microseconds as it is, an ISO 8601 time as UTC milliseconds, else -1.

    An ISO time without a zone is taken as UTC: only the order of times is used.
    """
    try:
        number = int(float(cell)) if not cell.strip().isdigit() else int(cell)
    except (ValueError, OverflowError):
        return _iso_time(cell)
    return number if 0 <= number < 1 << 62 else NO_TIME


def _iso_time(cell: str) -> int:
    try:
        when = datetime.fromisoformat(cell.strip())
        known = when if when.tzinfo else when.replace(tzinfo=UTC)
        milliseconds = int(known.timestamp() * 1000)
    except (ValueError, OverflowError):
        return NO_TIME
    return milliseconds if milliseconds >= _FIRST_MS else NO_TIME


_FIRST_MS = 10**11  # as seconds this is the year 5138, as milliseconds 1973
_FIRST_US = 10**14


@dataclass(slots=True)
class _Comment:
    label: int
    author: int
    agrees: int
    disagrees: int
    moderation: Moderation
    is_meta: bool
    is_seed: bool
    language: str | None
    name: str
    text: str


class _Reading:
    """One export while it is read: labels are numbered in order of sight, findings gather."""

    def __init__(self, files: Files, name: str) -> None:
        self.files = files.by_role
        self.name = name
        self.findings: list[Finding] = list(files.findings)
        self.dialect: list[str] = []
        self.people = _Numbers()
        self.comments = _Numbers()
        self.summary: dict[str, str] = {}
        self.declared = ""
        self.quoting: bool | None = None  # True: seen to be quoted, False: seen not to be
        self.seconds: bool | None = None
        self.unreadable_texts = 0

    def note(self, code: str, sentence: str) -> None:
        self.findings.append(Finding(code, "note", sentence))

    def warn(self, code: str, sentence: str) -> None:
        self.findings.append(Finding(code, "warning", sentence))

    @property
    def ours(self) -> bool:
        return self.summary.get("text-cells") == "neutralised"

    def text(self, cell: str) -> str:
        cleaned = clean(plain(cell) if self.ours else cell)
        if cleaned != (plain(cell) if self.ours else cell):
            self.unreadable_texts += 1
        return cleaned

    # -------------------------------------------------------------------------------------------- summary, format

    def read_summary(self) -> None:
        if entry := self.files.get("summary"):
            try:
                lines = list(loose_rows(entry))
            except BrokenCsvError:
                lines = [line.rstrip("\r\n").split(",", 1) for line in islice(text_lines(entry), SUMMARY_LINES)]
                self.warn("summary-broken", f"'{entry.name}' is broken CSV; it is read line by line.")
            for cells in lines:
                key = re.sub(r"[\s_]+", "-", cells[0].strip().strip("\ufeff").lower())
                value = ",".join(cells[1:])
                if key and key not in self.summary:
                    self.summary[key] = value
            if self.ours:
                for key in ("topic", "credits"):
                    self.summary[key] = plain(self.summary.get(key, ""))
            self.declared = self.summary.get("vote-convention", "")
        if entry := self.files.get("format"):
            with open_bytes(entry) as stream:
                raw = stream.read(_JSON_BYTES)
            try:
                found = json.loads(raw)
                declared = found.get("vote-convention", "") if isinstance(found, dict) else ""
            except (ValueError, RecursionError):
                self.warn("format-broken", f"'{entry.name}' is not JSON; it is passed over.")
            else:
                self._declare(declared if isinstance(declared, str) else "")

    def _declare(self, text: str) -> None:
        first, second = declared_agree(self.declared), declared_agree(text)
        if first is not None and second is not None and first != second:
            message = (
                f"The files in '{self.name}' declare two opposite vote conventions; say --agree +1 or --agree -1 "
                "after removing one of them."
            )
            raise UserError(message)
        self.declared = self.declared or text

    # ------------------------------------------------------------------------------------------------------- votes

    def read_votes(self) -> Votes:
        entry = self.files.get("votes")
        if entry is None:
            return Votes.none()
        table = Table(entry)
        if table.remark:
            self._declare(table.remark)
        voter, comment = table.need("voter-id", "user-id", "participant-id"), table.need("comment-id")
        vote, at, when = table.need("vote", "vote-value"), table.column("timestamp"), table.column("datetime")
        values = _Values()
        parts: list[Votes] = []
        done = 0
        for block in table.blocks():
            size = len(block)
            person = np.fromiter(map(self.people.__getitem__, map(itemgetter(voter), block)), np.int32, size)
            column = np.fromiter(map(self.comments.__getitem__, map(itemgetter(comment), block)), np.int32, size)
            value = np.fromiter(map(values.__getitem__, map(itemgetter(vote), block)), np.int8, size)
            bad = (value > 1) | (person < 0) | (column < 0)
            if bad.any():
                row = int(bad.argmax())
                what = (
                    f"has {block[row][vote][:40]!r} where a vote must be -1, 0 or 1"
                    if value[row] > 1
                    else "has a vote without a voter-id or comment-id"
                )
                raise table.error(done + row, what)
            parts.append(
                Votes(person, column, value, self._times(None if at is None else [row[at] for row in block], size))
            )
            if not done and when is not None:
                self._zone(block[0][when])
            done += size
        votes = _joined(parts)
        return replace(votes, time=self._milliseconds(votes.time, entry.name))

    def _zone(self, cell: str) -> None:
        zone = _ZONE.search(cell)
        if zone and zone[0] not in ("UTC", "GMT", "GMT+0000"):
            self.dialect.append(
                f"The column datetime is in the exporter's time zone ({zone[0]}); only timestamp is used."
            )

    def _times(self, cells: Sequence[str] | None, size: int) -> Int64s:
        if cells is None:
            return np.full(size, NO_TIME, np.int64)
        try:
            times = np.fromiter(map(int, cells), np.int64, size)
        except (ValueError, OverflowError):
            times = np.fromiter(map(_time, cells), np.int64, size)
        times[times < 0] = NO_TIME
        return times

    def _milliseconds(self, times: Int64s, name: str) -> Int64s:
        known = times[times > 0]
        if not len(known):
            if len(times):
                self.note(
                    "no-times", f"'{name}' has no times; of two votes on one comment the one further down counts."
                )
            return times
        self.seconds = bool(np.median(known) < _FIRST_MS)
        self.dialect.append("Times are in whole seconds." if self.seconds else "Times are in milliseconds.")
        missing = int((times == NO_TIME).sum())
        if missing:
            self.warn(
                "times-missing",
                f"{counted(missing, 'vote has', 'votes have')} no readable time in '{name}'; they count as the "
                "earliest.",
            )
        scaled = np.where((times > 0) & (times < _FIRST_MS), times * 1000, times)
        return np.where(scaled >= _FIRST_US, scaled // 1000, scaled)

    # ---------------------------------------------------------------------------------------------------- comments

    def read_comments(self) -> list[_Comment]:
        entry = self.files.get("comments")
        if entry is None:
            return []
        table = Table(entry)
        place = {
            "id": table.need("comment-id"),
            "body": table.need("comment-body", "comment-text", "comment", "body", "text", "txt"),
        }
        for key, names in {
            "author": ("author-id", "user-id", "participant-id"),
            "agrees": ("agrees",),
            "disagrees": ("disagrees",),
            "moderated": ("moderated",),
            "meta": ("is-meta",),
            "seed": ("is-seed",),
            "language": ("language",),
            "label": ("label",),
        }.items():
            found = table.column(*names)
            if found is not None:
                place[key] = found
        rows = self._comment_rows(table, place["body"])
        comments = [self._comment(row, place, table, number) for number, row in enumerate(rows)]
        seen: set[int] = set()
        once = [c for c in comments if not (c.label in seen or seen.add(c.label))]  # type: ignore[func-returns-value]
        if len(once) < len(comments):
            extra = counted(len(comments) - len(once), "comment is", "comments are")
            self.warn("comments-twice", f"{extra} listed again in '{entry.name}'; the first listing counts.")
        return once

    def _comment_rows(self, table: Table, body: int) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            for block in table.blocks():
                rows += block
                if len(rows) > _COMMENTS:
                    message = f"'{table.entry.name}' has more than {_COMMENTS:,} comments, which is more than is read."
                    raise UserError(message)  # noqa: TRY301
        except UserError as problem:
            if len(rows) > _COMMENTS:
                raise
            loose = _unquoted_rows(table, body)
            if loose is None:
                raise
            del problem
            rows, enclosed = loose
            self.quoting = enclosed
            self.dialect.append(f"The texts in '{table.entry.name}' are {'badly' if enclosed else 'not'} quoted.")
            self.note(
                "texts-unquoted",
                f"The texts in '{table.entry.name}' are {'badly' if enclosed else 'not'} quoted; each is read as "
                "the rest of its line.",
            )
        else:
            rows = self._quoted_once(rows, body, table.entry.name)
            must = any("," in row[body] or "\n" in row[body] for row in rows)
            filled = sum(1 for row in rows if row[body])
            if must or (filled and _quoted_lines(table.entry) >= filled):
                self.quoting = True
        return rows

    def _quoted_once(self, rows: list[list[str]], body: int, name: str) -> list[list[str]]:
        """Return the rows without a second pair of quotes, where a writer put one around every text."""
        texts = [row[body] for row in rows if row[body]]
        if self.ours or len(texts) < _QUOTED_TWICE_LEAST:
            return rows
        if not all(len(text) > 1 and text[0] == text[-1] == '"' for text in texts):
            return rows
        for row in rows:
            row[body] = row[body][1:-1].replace('""', '"')
        self.dialect.append(f"The texts in '{name}' are quoted twice.")
        self.note(
            "texts-quoted-twice", f"Every text in '{name}' is quoted twice; the second pair of quotes is taken off."
        )
        return rows

    def _comment(self, row: Sequence[str], place: Mapping[str, int], table: Table, number: int) -> _Comment:
        def cell(key: str) -> str:
            return row[place[key]] if key in place else ""

        label = self.comments[cell("id")]
        if label < 0:
            raise table.error(number, "has a comment without a comment-id")
        return _Comment(
            label=label,
            author=self.people[cell("author")],
            agrees=_count(cell("agrees")),
            disagrees=_count(cell("disagrees")),
            moderation=_moderation(cell("moderated")),
            is_meta=cell("meta").strip().lower() in _TRUE,
            is_seed=cell("seed").strip().lower() in _TRUE,
            language=self.text(cell("language")).strip() or None,
            name=self.text(cell("label")) if self.ours else "",
            text=self.text(cell("body")),
        )

    # ------------------------------------------------------------------------------------------------------ matrix

    def read_matrix(self) -> _Matrix:
        entry = self.files.get("matrix")
        if entry is None:
            return _Matrix.none()
        table = Table(entry)
        who = table.need("participant")
        group, n_agree, n_disagree = table.column("group-id"), table.column("n-agree"), table.column("n-disagree")
        for fact in _MATRIX_FACTS:
            table.column(fact)
        cells_at = [i for i, name in enumerate(table.header) if name not in _MATRIX_FACTS]
        numbers = np.array([self.comments[table.raw_header[i]] for i in cells_at], np.int32)
        if (numbers < 0).any():
            message = f"'{entry.name}' has a column without a name; every comment's column must carry its id."
            raise UserError(message)
        if len(np.unique(numbers)) < len(numbers):
            message = f"'{entry.name}' has two columns for one comment; export it again."
            raise UserError(message)
        values, done = _Values(), 0
        seen: set[int] = set()
        people: list[int] = []
        blank: list[int] = []
        stated: list[tuple[int, int, int, int]] = []
        parts: list[Votes] = []
        for block in table.blocks():
            for offset, row in enumerate(block):
                person = self.people[row[who]]
                if person < 0 or person in seen:
                    what = "has no participant" if person < 0 else "has a participant who has a line already"
                    raise table.error(done + offset, what)
                seen.add(person)
                people.append(person)
                raw = np.fromiter((values[row[i]] for i in cells_at), np.int8, len(cells_at))
                if (raw == _INVALID).any():
                    wrong = row[cells_at[int((raw == _INVALID).argmax())]]
                    raise table.error(done + offset, f"has {wrong[:40]!r} where a vote must be -1, 0, 1 or empty")
                there = np.flatnonzero(raw != _ABSENT)
                parts.append(
                    Votes(
                        np.full(len(there), person, np.int32), numbers[there], raw[there], np.full(len(there), NO_TIME)
                    )
                )
                if group is not None and not row[group].strip():
                    blank.append(person)
                if n_agree is not None and n_disagree is not None:
                    agree, disagree = _count(row[n_agree]), _count(row[n_disagree])
                    stated.append((agree, disagree, int((raw == 1).sum()), int((raw == -1).sum())))
            done += len(block)
            parts = [_joined(parts)]
        counts = Counts(*np.array(stated, np.int64).T) if stated else None
        return _Matrix(_joined(parts), np.array(people, np.int32), numbers, np.array(blank, np.int32), counts)

    # ----------------------------------------------------------------------------------------- circles (ours only)

    def read_circles(self) -> tuple[dict[int, str], dict[int, str], dict[str, str]]:
        """Return circle label and own label by person, and names of circles by their label."""
        circle: dict[int, str] = {}
        own: dict[int, str] = {}
        names: dict[str, str] = {}
        if entry := self.files.get("circles"):
            table = Table(entry)
            label, name = table.need("circle"), table.column("name")
            for block in table.blocks():
                for row in block:
                    key = self.text(row[label])
                    names.setdefault(key, self.text(row[name]) if name is not None else key)
        if entry := self.files.get("participants"):
            table = Table(entry)
            who, where, called = table.need("participant"), table.column("circle"), table.column("label")
            for block in table.blocks():
                for row in block:
                    person = self.people[row[who]]
                    if person < 0:
                        continue
                    called_circle = "" if where is None else row[where] if self.ours else row[where].strip()
                    if called_circle:
                        circle[person] = self.text(called_circle)
                        names.setdefault(circle[person], circle[person])
                    if called is not None and self.ours and row[called]:
                        own[person] = self.text(row[called])
        return circle, own, names


@dataclass(frozen=True, slots=True, eq=False)
class _Matrix:
    votes: Votes
    people: Int32s
    comments: Int32s
    blank_groups: Int32s
    counts: Counts | None

    @classmethod
    def none(cls) -> _Matrix:
        empty = np.zeros(0, np.int32)
        return cls(Votes.none(), empty, empty, empty, None)


def _joined(parts: Sequence[Votes]) -> Votes:
    if not parts:
        return Votes.none()
    return Votes(
        np.concatenate([p.person for p in parts]),
        np.concatenate([p.comment for p in parts]),
        np.concatenate([p.value for p in parts]),
        np.concatenate([p.time for p in parts]),
    )


def _count(cell: str) -> int:
    try:
        number = int(float(cell))
    except (ValueError, OverflowError):
        return -1
    return number if 0 <= number < 1 << 40 else -1


def _moderation(cell: str) -> Moderation:
    return {1: Moderation.ACCEPTED, -1: Moderation.REJECTED}.get(_vote(cell), Moderation.UNDECIDED)


def _unquoted_rows(table: Table, body: int) -> tuple[list[list[str]], bool] | None:
    """Return the rows of a file whose last column is text without proper quotes, or None where that cannot be.

    A line that begins like a record (numbers where numbers belong) begins one; any other line goes on with the text.
    The second value says whether all texts are enclosed in quotes, only badly doubled inside.
    """
    width = len(table.header)
    numeric = [
        i
        for i, name in enumerate(table.header)
        if name in {"timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated"}
    ]
    if body != width - 1 or len(numeric) < 2:  # noqa: PLR2004 - one number alone does not tell a record
        return None
    rows: list[list[str]] = []
    lines = iter(text_lines(table.entry))
    for line in lines:
        if line.strip():
            break  # the header
    ends: list[str] = []
    for line in lines:
        content = line.rstrip("\r\n")
        cells = content.split(table.parted_by, width - 1)
        begins = len(cells) == width and all(_NUMBER_CELL.fullmatch(cells[i]) for i in numeric)
        if begins:
            rows.append(cells)
            ends.append("")
        elif rows:
            rows[-1][body] += ends[-1] + content
        elif content:
            return None
        if rows:
            ends[-1] = line[len(content) :]
            if len(rows[-1][body]) > CELL_CHARACTERS or len(rows) > _COMMENTS:
                return None
    texts = [row[body] for row in rows if row[body]]
    enclosed = bool(texts) and all(len(t) > 1 and t[0] == t[-1] == '"' for t in texts)
    if enclosed:
        for row in rows:
            row[body] = row[body][1:-1].replace('""', '"')
    return (rows, enclosed) if rows else None


def _quoted_lines(entry: Entry) -> int:
    return sum(1 for line in text_lines(entry) if ',"' in line or line.startswith('"'))


def _order(labels: Sequence[str], first: Iterable[int], *, kept: bool) -> Int32s:
    """Return the place of each label: whole numbers ascending, then the others by sight; where kept, `first` first."""
    if kept:
        order = list(dict.fromkeys([*first, *range(len(labels))]))
    else:
        order = sorted(
            range(len(labels)),
            key=lambda i: (0, int(labels[i]), i) if _WHOLE_NUMBER.fullmatch(labels[i]) else (1, 0, i),
        )
    place = np.empty(len(labels), np.int32)
    place[order] = np.arange(len(labels), dtype=np.int32)
    return place


def load(files: Files, path: Path) -> Export:
    """Return a Polis export as its files have it, with raw votes.

    Raises:
        UserError: for every kind of broken input, in one sentence.

    Notes:
        About 2.5 seconds a million votes; some 20 bytes a vote in memory.

    Source:
        Ours; the dialects are described in docs/reference/formats.md.
    """
    reading = _Reading(files, path.name or str(path))
    reading.read_summary()
    comments = reading.read_comments()
    events = reading.read_votes()
    matrix = reading.read_matrix()
    circle, own_label, circle_names = reading.read_circles()
    return _numbered(reading, comments, events, matrix, (circle, own_label, circle_names))


def _numbered(
    reading: _Reading,
    comments: list[_Comment],
    events: Votes,
    matrix: _Matrix,
    extras: tuple[dict[int, str], dict[int, str], dict[str, str]],
) -> Export:
    circle, own_label, circle_names = extras
    people_at = _order(reading.people.labels, matrix.people.tolist(), kept=reading.ours)
    comment_at = _order(reading.comments.labels, (c.label for c in comments), kept=reading.ours)
    n, m = len(people_at), len(comment_at)

    def moved(votes: Votes) -> Votes:
        return Votes(people_at[votes.person], comment_at[votes.comment], votes.value, votes.time)

    events, cells = moved(events), moved(matrix.votes).last()
    last = events.last()
    cells, counts, turned = _same_sign(cells, last, matrix.counts)
    if turned:
        reading.warn("matrix-turned", "The matrix has the opposite sign of votes.csv; it is turned to go with it.")
    final, differing, added = _merged(last, cells)
    desires = [Desire(label=label, text="") for label in reading.comments.labels]
    agrees, disagrees = np.full(m, -1, np.int64), np.full(m, -1, np.int64)
    listed = np.zeros(m, bool)
    author = np.full(m, -1, np.int32)
    by_column: list[Desire] = [Desire("", "")] * m
    for number, desire in enumerate(desires):
        by_column[comment_at[number]] = desire
    for c in comments:
        column = int(comment_at[c.label])
        author[column] = people_at[c.author] if c.author >= 0 else -1
        agrees[column], disagrees[column], listed[column] = c.agrees, c.disagrees, True
        by_column[column] = Desire(
            label=c.name or reading.comments.labels[c.label],
            text=c.text,
            author=int(author[column]) if c.author >= 0 else None,
            language=c.language,
            moderation=c.moderation,
            is_meta=c.is_meta,
            is_seed=c.is_seed,
        )
    participants = [""] * n
    for number, label in enumerate(reading.people.labels):
        participants[people_at[number]] = own_label.get(number, label)
    place = {label: i for i, label in enumerate(circle_names)}
    circle_of = np.full(n, -1, np.int32)
    for number, label in circle.items():
        circle_of[people_at[number]] = place[label]
    if len(set(participants)) < n or len({d.label for d in by_column}) < m:
        message = f"'{reading.name}' gives one label to two participants or two comments; mend the 'label' columns."
        raise UserError(message)
    seeds = np.array([d.is_seed for d in by_column], bool)
    evidence = _evidence(reading, (events, final, counts), (author, seeds), (agrees, disagrees, listed))
    if differing:
        reading.warn(
            "matrix-differs",
            f"{counted(differing, 'cell', 'cells')} of the matrix differ from the last votes in votes.csv; "
            "votes.csv counts.",
        )
    if added and len(events):
        reading.warn(
            "votes-only-in-matrix",
            f"{counted(added, 'vote is', 'votes are')} in the matrix but not in votes.csv; the matrix fills the gap.",
        )
    if reading.unreadable_texts:
        reading.warn(
            "texts-cleaned",
            f"{counted(reading.unreadable_texts, 'text holds', 'texts hold')} characters that cannot be shown; "
            "they are taken out.",
        )
    return Export(
        name=reading.name,
        files={role: entry.name for role, entry in reading.files.items()},
        participants=tuple(participants),
        desires=tuple(by_column),
        events=events,
        matrix=cells,
        matrix_people=people_at[matrix.people],
        matrix_comments=comment_at[matrix.comments],
        blank_groups=people_at[matrix.blank_groups],
        final=final,
        differing=differing,
        stated_agrees=agrees,
        stated_disagrees=disagrees,
        listed=listed,
        evidence=evidence,
        summary=reading.summary,
        circles=tuple(Circle(label, name) for label, name in circle_names.items()),
        circle_of=circle_of,
        dialect=tuple(reading.dialect),
        findings=tuple(reading.findings),
    )


def _same_sign(cells: Votes, last: Votes, counts: Counts | None) -> tuple[Votes, Counts | None, bool]:
    """Return the matrix in the sign of the events, its counts likewise, and whether it had to be turned."""
    _, here, there = np.intersect1d(cells.pairs(), last.pairs(), assume_unique=True, return_indices=True)
    product = cells.value[here] * last.value[there]
    same, opposite = int((product == 1).sum()), int((product == -1).sum())
    if opposite < 5 or opposite < 9 * same:  # noqa: PLR2004 - nearly all of a handful or more
        return cells, counts, False
    if counts is not None:
        counts = replace(counts, found_plus=counts.found_minus, found_minus=counts.found_plus)
    return replace(cells, value=-cells.value), counts, True


def _merged(last: Votes, cells: Votes) -> tuple[Votes, int, int]:
    """Return the last votes with the matrix's cells where there are none, the cells that differ, and those added."""
    if not len(cells):
        return last, 0, 0
    _, here, there = np.intersect1d(cells.pairs(), last.pairs(), assume_unique=True, return_indices=True)
    differing = int((cells.value[here] != last.value[there]).sum())
    new = np.ones(len(cells), bool)
    new[here] = False
    added = Votes(cells.person[new], cells.comment[new], cells.value[new], cells.time[new])
    return _joined([last, added]).last(), differing, int(new.sum())


def _evidence(
    reading: _Reading,
    votes: tuple[Votes, Votes, Counts | None],
    written: tuple[Int32s, npt.NDArray[np.bool_]],
    stated: tuple[Int64s, Int64s, npt.NDArray[np.bool_]],
) -> Evidence:
    (events, final, person_counts), (author, seeds), (agrees, disagrees, listed) = votes, written, stated
    own = (author[final.comment] == final.person) & ~seeds[final.comment]
    plus, minus = own & (final.value == 1), own & (final.value == -1)
    known = listed & (agrees >= 0) & (disagrees >= 0)

    def against(found: Votes) -> Counts | None:
        if not known.any():
            return None
        up = np.bincount(found.comment[found.value == 1], minlength=len(listed)).astype(np.int64)
        down = np.bincount(found.comment[found.value == -1], minlength=len(listed)).astype(np.int64)
        return Counts(agrees[known], disagrees[known], up[known], down[known])

    return Evidence(
        own_plus=int(plus.sum()),
        own_minus=int(minus.sum()),
        own_plus_authors=len(np.unique(final.person[plus])),
        own_minus_authors=len(np.unique(final.person[minus])),
        declared=reading.declared,
        comment_events=against(events) if len(events) else None,
        comment_last=against(final),
        person_counts=person_counts,
        swapped_perhaps=_swapped_perhaps(reading),
        any_vote=bool((final.value != 0).any()),
    )


def _swapped_perhaps(reading: _Reading) -> bool:
    """Return whether the files may come from the exporter that swapped stated counts together with the sign."""
    if reading.quoting is True or "views" in reading.summary or reading.seconds is False:
        return False
    if reading.quoting is False or reading.seconds is True:
        return True
    matrix = reading.files.get("matrix")
    return matrix is not None and "participant-votes" in matrix.base.lower().replace("_", "-")


EMPTY = Export(
    name="",
    files={},
    participants=(),
    desires=(),
    events=Votes.none(),
    matrix=Votes.none(),
    matrix_people=np.zeros(0, np.int32),
    matrix_comments=np.zeros(0, np.int32),
    blank_groups=np.zeros(0, np.int32),
    final=Votes.none(),
    differing=0,
    stated_agrees=np.zeros(0, np.int64),
    stated_disagrees=np.zeros(0, np.int64),
    listed=np.zeros(0, bool),
    evidence=Evidence(any_vote=False),
    summary={},
    circles=(),
    circle_of=np.zeros(0, np.int32),
    dialect=(),
    findings=(),
)
