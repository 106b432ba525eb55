"""Our own tables read from files: responses.csv and desires.csv, with participants.csv, circles.csv, gathering.json."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from oneheart.errors import UserError
from oneheart.formats.cells import clean, plain
from oneheart.formats.csv import open_table
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import InputFile, json_texts
from oneheart.formats.roles import FilesByRole
from oneheart.formats.tables.assembling import NEEDED, OPTIONAL, Tables, assemble, in_row
from oneheart.model.gathering import Gathering

_CELLS_MOST = 1_000_000


def read_tables(files: FilesByRole, path: Path, *, numbers_turned: bool = False) -> tuple[Gathering, list[Finding]]:
    """Return the gathering that two to five files of a folder hold, and what was odd about them.

    Args:
        files: the files by role.
        path: where they are, for the gathering's source.
        numbers_turned: numeric stances mean the opposite (1 is against); words always mean the same.

    Raises:
        UserError: for every kind of broken input, in one sentence.
    """
    findings = list(files.findings)
    facts = facts_of(files.by_role.get("gathering"), findings)
    sources = {role: entry for role, entry in files.by_role.items() if role in NEEDED}
    ours = facts.get("text-cells") == "neutralised"
    columns = {role: columns_of(role, entry, ours=ours) for role, entry in sources.items()}
    findings += absent(columns)

    def locate(role: str, row: int, what: str) -> UserError:
        return open_table(sources[role]).error(row, what) if role in sources else in_row(role, row, what)

    tables = Tables(
        **columns,
        question=facts.get("question", ""),
        credits=facts.get("credits", ""),
        source=path.name or str(path),
        numbers_turned=numbers_turned,
        asks=facts.get("asks", ""),
    )
    gathering, odd = assemble(tables, locate)
    return gathering, findings + odd


def absent(there: Collection[str]) -> list[Finding]:
    """Return what is said of the two tables that should be there, for those that are not."""
    return [
        Finding(f"no-{role}", "warning", f"There is no {role}.csv.")
        for role in ("responses", "desires")
        if role not in there
    ]


def facts_of(entry: InputFile | None, findings: list[Finding]) -> dict[str, str]:
    """Return what gathering.json says, {} where there is none."""
    if entry is None:
        return {}
    facts = json_texts(entry)
    if facts is None:
        findings.append(Finding("gathering-broken", "warning", f"'{entry.name}' is not JSON; it is passed over."))
        return {}
    return facts


def columns_of(role: str, entry: InputFile, *, ours: bool) -> dict[str, list[str]]:
    """Return a file's known columns; labels without blanks at their ends, in files that are ours exactly as written."""
    table = open_table(entry)
    at = {name: table.need(name) for name in NEEDED[role]}
    at |= {name: place for name in OPTIONAL[role] if (place := table.column(name)) is not None}
    columns: dict[str, list[str]] = {name: [] for name in at}
    read = {name: _Cells(_read_cell(name, ours=ours)) for name in at}
    for block in table.blocks():
        for name, place in at.items():
            cells = read[name]
            columns[name].extend([cells[row[place]] for row in block])
            if len(cells) > _CELLS_MOST:
                cells.clear()
    return columns


def _read_cell(name: str, *, ours: bool) -> Callable[[str], str]:
    """Return what reads a cell of a column: see `columns_of`."""
    if ours:
        return lambda cell: plain(clean(cell))
    return clean if name in {"text", "name"} else lambda cell: clean(cell).strip()


class _Cells(dict[str, str]):
    """Cells as they are read; equal ones are read once and kept once."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> str:
        """Read a new cell."""
        return self.setdefault(cell, self._read(cell))
