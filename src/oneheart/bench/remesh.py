"""Reader of a published Remesh topic, for the benchmarks: thoughts, votes and viewpoints in three CSV files.

Source: akonya/polarized-issues-data (CC BY 4.0): `verbatim.csv`, `binary.csv`, `segments.csv`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from oneheart.errors import UserError
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses

FILES = ("verbatim.csv", "binary.csv", "segments.csv")
_STANCE = {"agree": 1, "disagree": -1, "neutral": 0}
_VIEWPOINTS = ("liberal", "moderate", "conservative")


def is_remesh(path: Path) -> bool:
    """Return whether a folder holds a Remesh topic."""
    return path.is_dir() and all((path / name).is_file() for name in FILES)


def read_remesh(path: Path) -> Gathering:
    """Return a topic as a gathering with all its questions; the viewpoints that people stated are its circles.

    People who are "slightly" or "very" liberal belong to the liberals, and likewise for conservatives.

    Raises:
        UserError: a file lacks a column.
    """
    try:
        thoughts, votes, stated = (_rows(path / name) for name in FILES)
        desires = {row["Thought ID"]: row["Thought Text"] for row in thoughts}
        authors = {row["Thought ID"]: row["Participant ID"] for row in thoughts}
        cast = [(row["Participant ID"], row["Thought ID"], row["Vote"].casefold()) for row in votes]
    except KeyError as error:
        message = f"{path} lacks the column {error}; give the three files as they were published."
        raise UserError(message) from error
    viewpoint = {row[next(iter(row))]: _viewpoint(" ".join(row.values())) for row in stated}
    people = list(dict.fromkeys([person for person, _, _ in cast] + list(authors.values())))
    row_of = {person: row for row, person in enumerate(people)}
    column_of = {label: column for column, label in enumerate(desires)}
    responses = [(row_of[p], column_of[t], _STANCE[v]) for p, t, v in cast if t in column_of and v in _STANCE]
    i, j, y = zip(*responses, strict=True) if responses else ((), (), ())
    return Gathering(
        question=path.name.replace("_", " "),
        participants=tuple(people),
        desires=tuple(
            Desire(label, text, author=row_of.get(authors[label]), language="en") for label, text in desires.items()
        ),
        responses=Responses.of(i, j, y),
        circles=tuple(Circle(name, name) for name in _VIEWPOINTS),
        circle_of=np.array([viewpoint.get(person, -1) for person in people], np.int32),
        source=path.name,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _viewpoint(answer: str) -> int:
    return next((number for number, word in enumerate(_VIEWPOINTS) if word in answer.casefold()), -1)
