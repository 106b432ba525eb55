"""Our own tables written to files, and the rows of a gathering."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from oneheart.errors import UserError
from oneheart.formats.cells import clean, safe_cell
from oneheart.formats.csv import csv_bytes
from oneheart.formats.files import write_folder
from oneheart.formats.sealed_file import SEALED, sealed_bytes
from oneheart.model.gathering import Gathering

_WRITTEN: dict[object, str] = {1: "want", 0: "not mine", -1: "against"}


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
    """Write the gathering as our own tables into a new folder and return the folder; `read` reads it back unchanged.

    Text cells are escaped against formula injection by an apostrophe; gathering.json says so and `read` removes it.
    What a live gathering sealed, and the hall's counts, go to sealed.json.

    Raises:
        UserError: when the folder is there and not empty or cannot be written, or a label is empty.

    Source:
        Ours.

    Example:
        >>> import tempfile
        >>> from oneheart.model.desire import Desire
        >>> from oneheart.model.gathering import Responses
        >>> g = Gathering("Why?", ("ann",), (Desire("1", "=Peace"),), Responses.of([0], [0], [1]))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     sorted(file.name for file in write_tables(g, place + "/new").iterdir())
        ['circles.csv', 'desires.csv', 'gathering.json', 'participants.csv', 'responses.csv']
    """
    refuse_empty_labels(gathering)
    rows = rows_of(gathering)

    def table(name: str, header: Sequence[str]) -> Iterator[bytes]:
        return csv_bytes([header, *(tuple(map(safe_cell, row)) for row in rows[name])])

    rows["responses"] = ((who, what, _WRITTEN[y]) for who, what, y in rows["responses"])
    facts = {"question": clean(gathering.question), "credits": clean(gathering.credits), "text-cells": "neutralised"}
    facts["asks"] = gathering.asks.value
    sealed = [] if gathering.hall is None else [(SEALED, [sealed_bytes(gathering.hall)])]
    return write_folder(
        folder,
        [
            *sealed,
            ("gathering.json", [json.dumps(facts, ensure_ascii=False, indent=1).encode()]),
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
