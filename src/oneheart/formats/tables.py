"""The house's own form: `responses.csv` and `desires.csv`, with `participants.csv`, `circles.csv`, `gathering.json`.

In this form the stance is a word, or a number of which 1 means "I want this": that is part of the form, so nothing
about its sign has to be found out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.diagnosis import Finding, counted
from oneheart.formats.files import Table, clean, csv_bytes, neutralise, open_bytes, plain, write_folder
from oneheart.formats.sealed_file import SEALED, sealed_bytes
from oneheart.model.desire import Desire, Moderation, Stance
from oneheart.model.gathering import Circle, Gathering, Responses

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from oneheart.formats.files import Entry
    from oneheart.formats.polis import Files

STANCE_WORDS: dict[str, Stance] = {
    "want": Stance.WANT,
    "i want this": Stance.WANT,
    "mine": Stance.WANT,
    "mine too": Stance.WANT,
    "agree": Stance.WANT,
    "yes": Stance.WANT,
    "not mine": Stance.NOT_MINE,
    "not_mine": Stance.NOT_MINE,
    "pass": Stance.NOT_MINE,
    "against": Stance.AGAINST,
    "disagree": Stance.AGAINST,
    "no": Stance.AGAINST,
}
_WRITTEN: dict[object, str] = {1: "want", 0: "not mine", -1: "against"}
_TRUE = frozenset({"true", "t", "yes", "1", "1.0"})
_MODERATION = {
    "accepted": Moderation.ACCEPTED,
    "1": Moderation.ACCEPTED,
    "rejected": Moderation.REJECTED,
    "-1": Moderation.REJECTED,
    "": Moderation.UNDECIDED,
    "undecided": Moderation.UNDECIDED,
    "0": Moderation.UNDECIDED,
}
_JSON_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Tables:
    """The two tables (and what goes with them) as columns of cells, wherever they came from.

    Attributes:
        responses: columns participant, desire, stance, and at where there is one.
        desires: columns desire, text, and author, language, moderated, meta, seed where there are any.
        participants: columns participant, circle.
        circles: columns circle, name.
        question: what was asked.
        credits: licence or attribution text.
        source: where it came from.
        numbers_turned: numeric stances mean the opposite: 1 is against.
    """

    responses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    desires: Mapping[str, Sequence[str]] = field(default_factory=dict)
    participants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    circles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    question: str = ""
    credits: str = ""
    source: str = ""
    numbers_turned: bool = False


def stance_of(cell: str) -> Stance | None:
    """Return the stance that a word or number stands for, or None.

    Example:
        >>> stance_of("Mine too"), stance_of("-1.0"), stance_of("2")
        (<Stance.WANT: 1>, <Stance.AGAINST: -1>, None)
    """
    word = " ".join(cell.casefold().split())
    if word in STANCE_WORDS:
        return STANCE_WORDS[word]
    try:
        number = float(word)
    except ValueError:
        return None
    return Stance(int(number)) if number in (-1.0, 0.0, 1.0) else None


def _error(table: str, row: int, what: str) -> UserError:
    return UserError(f"{table}, row {row + 1} {what}; mend that row.")


class _Numbers(dict[str, int]):
    """Numbers for labels in order of first sight."""

    def number(self, label: str) -> int:
        return self.setdefault(label, len(self))


def assemble(tables: Tables, locate: Callable[[str, int, str], UserError] = _error) -> tuple[Gathering, list[Finding]]:
    """Return the gathering that the tables hold, and what was odd about them.

    Participants come in the order of the participants' table, then of the responses, then of the desires' authors;
    desires in the order of theirs, then of the responses. Of several responses of one pair the last counts: by `at`
    where every row has one, else by order. A response to a desire that is not listed makes a desire without text.

    Raises:
        UserError: when a label is empty or repeated, or a stance is none that we know.

    Source:
        Ours.

    Example:
        >>> g, _ = assemble(Tables({"participant": ["ann"], "desire": ["1"], "stance": ["want"]}))
        >>> g.responses.stance.tolist()
        [1]
    """
    findings: list[Finding] = []
    people, columns, circles = _Numbers(), _Numbers(), _Numbers()
    names: dict[str, str] = {}
    for row, label in enumerate(tables.circles.get("circle", ())):
        if not label or label in circles:
            raise locate("circles", row, "has an empty or repeated circle")
        circles.number(label)
        names[label] = _cells(tables.circles, "name", row) or label
    circle_by_row: list[int] = []
    for row, label in enumerate(tables.participants.get("participant", ())):
        if not label or label in people:
            raise locate("participants", row, "has an empty or repeated participant")
        people.number(label)
        circle = _cells(tables.participants, "circle", row)
        names.setdefault(circle, circle)
        circle_by_row.append(circles.number(circle) if circle else -1)
    for row, label in enumerate(tables.desires.get("desire", ())):
        if not label or label in columns:
            raise locate("desires", row, "has an empty or repeated desire")
        columns.number(label)
    listed = len(columns)
    responses = _responses(tables, people, columns, locate, findings)
    desires = [
        _desire(tables.desires, row, label, people, locate)
        for row, label in enumerate(tables.desires.get("desire", ()))
    ]
    missing = list(columns)[listed:]
    if missing:
        findings.append(
            Finding(
                "texts-missing",
                "warning",
                f"{counted(len(missing), 'desire has', 'desires have')} responses but no row among the desires; "
                "the text is empty.",
            )
        )
    desires += [Desire(label, "") for label in missing]
    circle_of = np.full(len(people), -1, np.int32)
    circle_of[: len(circle_by_row)] = circle_by_row
    gathering = Gathering(
        question=clean(tables.question),
        participants=tuple(people),
        desires=tuple(desires),
        responses=responses,
        circles=tuple(Circle(label, names.get(label, label)) for label in circles),
        circle_of=circle_of,
        source=tables.source,
        credits=tables.credits,
    )
    return gathering, findings


def _cells(table: Mapping[str, Sequence[str]], column: str, row: int) -> str:
    cells = table.get(column)
    return cells[row] if cells is not None else ""


def _responses(
    tables: Tables,
    people: _Numbers,
    columns: _Numbers,
    locate: Callable[[str, int, str], UserError],
    findings: list[Finding],
) -> Responses:
    table = tables.responses
    who, what, how = table.get("participant", ()), table.get("desire", ()), table.get("stance", ())
    stances: dict[str, int] = {}
    for row, cell in enumerate(how):
        if cell not in stances:
            stance = stance_of(cell)
            if stance is None:
                raise locate(
                    "responses",
                    row,
                    f"has the stance {cell[:40]!r}, which is none of want, not mine, against, 1, 0, -1",
                )
            number = " ".join(cell.casefold().split()) not in STANCE_WORDS
            stances[cell] = -int(stance) if number and tables.numbers_turned else int(stance)
    for labels, name in ((who, "participant"), (what, "desire")):
        if "" in labels:
            raise locate("responses", list(labels).index(""), f"has no {name}")
    i = np.fromiter(map(people.number, who), np.int32, len(who))
    j = np.fromiter(map(columns.number, what), np.int32, len(what))
    y = np.fromiter(map(stances.__getitem__, how), np.int8, len(how))
    times = [_time(cell) for cell in table.get("at", ())]
    if times and None not in times:
        order = np.argsort(np.array(times, np.float64), kind="stable")
        i, j, y = i[order], j[order], y[order]
    elif any(time is not None for time in times):
        findings.append(
            Finding(
                "times-missing",
                "warning",
                "Some responses have no readable time in 'at'; of two responses to one desire the one further "
                "down counts.",
            )
        )
    responses = Responses.of(i, j, y)
    if len(responses) < len(y):
        again = len(y) - len(responses)
        findings.append(
            Finding(
                "revotes",
                "note",
                f"{counted(again, 'response was', 'responses were')} replaced by a later one of the same person; "
                "the last counts.",
            )
        )
    return responses


def _time(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        try:
            return datetime.fromisoformat(cell.strip()).timestamp()
        except (ValueError, OverflowError):
            return None
    return number if np.isfinite(number) else None


def _desire(
    table: Mapping[str, Sequence[str]],
    row: int,
    label: str,
    people: _Numbers,
    locate: Callable[[str, int, str], UserError],
) -> Desire:
    author = _cells(table, "author", row)
    moderated = _cells(table, "moderated", row).strip().lower().removesuffix(".0")
    if moderated not in _MODERATION:
        raise locate("desires", row, f"has {moderated[:40]!r} where moderated must be accepted, undecided or rejected")
    return Desire(
        label=label,
        text=clean(_cells(table, "text", row)),
        author=people.number(author) if author else None,
        language=_cells(table, "language", row) or None,
        moderation=_MODERATION[moderated],
        is_meta=_cells(table, "meta", row).strip().lower() in _TRUE,
        is_seed=_cells(table, "seed", row).strip().lower() in _TRUE,
    )


# --------------------------------------------------------------------------------------------------------- reading


_SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "responses": (("participant", "desire", "stance"), ("at",)),
    "desires": (("desire", "text"), ("author", "language", "moderated", "meta", "seed")),
    "participants": (("participant",), ("circle", "language")),
    "circles": (("circle",), ("name",)),
}


def read_tables(files: Files, path: Path, sign: int | None = None) -> tuple[Gathering, list[Finding]]:
    """Return the gathering that two (to five) tables of a folder hold, and what was odd about them.

    Args:
        files: the files by role.
        path: where they are, for the gathering's source.
        sign: -1 where numeric stances mean the opposite (1 is against); words always speak for themselves.

    Raises:
        UserError: for every kind of broken input, in one sentence.
    """
    if sign not in (None, 1, -1):
        message = f"The sign must be +1 or -1 (the value that means agree), not {sign!r}."
        raise UserError(message)
    findings = list(files.findings)
    said = _gathering_json(files.by_role.get("gathering"), findings)
    ours = said.get("text-cells") == "neutralised"
    sources = {role: entry for role, entry in files.by_role.items() if role in _SHAPES}
    read = {role: _columns(role, entry, ours=ours) for role, entry in sources.items()}
    findings.extend(
        Finding(f"no-{role}", "warning", f"There is no {role}.csv.")
        for role in ("responses", "desires")
        if role not in read
    )

    def locate(role: str, row: int, what: str) -> UserError:
        return Table(sources[role]).error(row, what) if role in sources else _error(role, row, what)

    tables = Tables(
        **read,
        question=said.get("question", ""),
        credits=said.get("credits", ""),
        source=path.name or str(path),
        numbers_turned=sign == -1,
    )
    gathering, odd = assemble(tables, locate)
    return gathering, findings + odd


def _gathering_json(entry: Entry | None, findings: list[Finding]) -> dict[str, str]:
    if entry is None:
        return {}
    with open_bytes(entry) as stream:
        raw = stream.read(_JSON_BYTES)
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        findings.append(Finding("gathering-broken", "warning", f"'{entry.name}' is not JSON; it is passed over."))
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)}


def _columns(role: str, entry: Entry, *, ours: bool) -> dict[str, list[str]]:
    """Return a file's known columns; labels without blanks at their ends, in files that are ours exactly as written."""
    table = Table(entry)
    needed, wished = _SHAPES[role]
    at = {name: table.need(name) for name in needed}
    at |= {name: place for name in wished if (place := table.column(name)) is not None}
    columns: dict[str, list[str]] = {name: [] for name in at}
    for block in table.blocks():
        for name, place in at.items():
            cells: Iterable[str] = (clean(row[place]) for row in block)
            if ours:
                cells = map(plain, cells)
            elif name not in {"text", "name"}:
                cells = (cell.strip() for cell in cells)
            columns[name].extend(cells)
    return columns


# --------------------------------------------------------------------------------------------------------- writing


def rows_of(gathering: Gathering) -> dict[str, Iterator[tuple[object, ...]]]:
    """Return the rows of the four tables by name, headers left out: responses, desires, participants, circles."""
    people, desires = gathering.participants, gathering.desires
    r = gathering.responses
    return {
        "responses": (
            (people[i], desires[j].label, y)
            for i, j, y in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True)
        ),
        "desires": (
            (
                d.label,
                d.text,
                None if d.author is None else people[d.author],
                d.language,
                d.moderation.value,
                d.is_meta,
                d.is_seed,
            )
            for d in desires
        ),
        "participants": (
            (label, None if c < 0 else gathering.circles[c].label)
            for label, c in zip(people, gathering.circle_of.tolist(), strict=True)
        ),
        "circles": ((circle.label, circle.name) for circle in gathering.circles),
    }


def write_tables(gathering: Gathering, folder: str | os.PathLike[str]) -> Path:
    """Return the new folder that holds the gathering as tables, which `read` reads back as the same gathering.

    Text cells that a spreadsheet might take for a formula carry an apostrophe; `gathering.json` says so and the
    reader takes it off again. What a live gathering sealed, and the hall's counts, go to sealed.json.

    Raises:
        UserError: when the folder is there and not empty or cannot be written, or a label is empty.

    Source:
        Ours.

    Example:
        >>> import tempfile
        >>> g = Gathering("Why?", ("ann",), (Desire("1", "=Peace"),), Responses.of([0], [0], [1]))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     sorted(file.name for file in write_tables(g, place + "/new").iterdir())
        ['circles.csv', 'desires.csv', 'gathering.json', 'participants.csv', 'responses.csv']
    """
    refuse_empty_labels(gathering)
    rows = rows_of(gathering)

    def table(name: str, header: Sequence[str]) -> Iterator[bytes]:
        return csv_bytes([header, *(tuple(_cell(value) for value in row) for row in rows[name])])

    words = ((who, what, _WRITTEN[y]) for who, what, y in rows["responses"])
    said = {"question": clean(gathering.question), "credits": clean(gathering.credits), "text-cells": "neutralised"}
    rows["responses"] = words
    sealed = [] if gathering.hall is None else [(SEALED, [sealed_bytes(gathering.hall)])]
    return write_folder(
        folder,
        [
            *sealed,
            ("gathering.json", [json.dumps(said, ensure_ascii=False, indent=1).encode()]),
            ("desires.csv", table("desires", ("desire", "text", "author", "language", "moderated", "meta", "seed"))),
            ("participants.csv", table("participants", ("participant", "circle"))),
            ("circles.csv", table("circles", ("circle", "name"))),
            ("responses.csv", table("responses", ("participant", "desire", "stance"))),
        ],
    )


def refuse_empty_labels(gathering: Gathering) -> None:
    """Refuse a gathering that a file could not hold.

    Raises:
        UserError: when a participant, desire or circle has an empty label, or circles repeat a label.
    """
    circles = [circle.label for circle in gathering.circles]
    labels = [*gathering.participants, *(desire.label for desire in gathering.desires), *circles]
    if "" in labels:
        message = "A participant, desire or circle has an empty label; give each a label before writing."
        raise UserError(message)
    if len(set(circles)) < len(circles):
        message = "Two circles have the same label; give each its own before writing."
        raise UserError(message)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return neutralise(clean(str(value)))
