"""Polis exports, written strictly by RFC 4180 so that the tools around Polis can read them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from oneheart.formats.cells import cell_of, safe_cell
from oneheart.formats.csv import csv_bytes
from oneheart.formats.files import write_folder
from oneheart.formats.sealed_file import SEALED, sealed_bytes
from oneheart.formats.tables.writing import refuse_empty_labels
from oneheart.model.desire import Moderation, Stance
from oneheart.model.gathering import Gathering

VOTE_CONVENTION = "agree=+1;disagree=-1;pass=0;format=polis-export/1"
_NUMBER = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)
_MODERATED = {Moderation.ACCEPTED: 1, Moderation.UNDECIDED: 0, Moderation.REJECTED: -1}


def write_polis(gathering: Gathering, folder: str | os.PathLike[str], *, at: datetime | None = None) -> Path:
    """Write the gathering as a Polis export into a new folder and return the folder; `read` reads it back unchanged.

    Written are summary.csv, comments.csv, votes.csv (one event per response, +1 is agree) and participant-votes.csv.
    What Polis has no place for goes to participants.csv, circles.csv and two more columns of comments.csv: `language`,
    and `label` where labels are not whole numbers (Polis ids are numbers, so such labels get numbers).
    What a live gathering sealed, and the hall's counts, go to sealed.json.
    Text cells are escaped against formula injection by an apostrophe; summary.csv says so and `read` removes it.
    `source` and times are not kept.

    Args:
        gathering: what to write.
        folder: a folder that is not there yet, or is empty.
        at: the time to write beside every vote and comment; 0 (1970) where it is not known.

    Raises:
        UserError: when the folder is not empty or cannot be written, or a label is empty.

    Source:
        Polis docs/export-format.md (`polis-export/1`) for the columns; the rest is ours.

    Example:
        >>> import tempfile
        >>> from oneheart.model.desire import Desire
        >>> from oneheart.model.gathering import Gathering, Responses
        >>> g = Gathering("Why?", ("0",), (Desire("1", "Peace"),), Responses.of([0], [0], [1]))
        >>> with tempfile.TemporaryDirectory() as place:
        ...     sorted(file.name for file in write_polis(g, place + "/new").iterdir())
        ['comments.csv', 'participant-votes.csv', 'summary.csv', 'votes.csv']
    """
    refuse_empty_labels(gathering)
    moment = datetime.fromtimestamp(0, UTC) if at is None else at.astimezone(UTC)
    people = _ids(gathering.participants)
    comments = _ids([desire.label for desire in gathering.desires])
    files: list[tuple[str, Iterable[bytes]]] = [
        ("summary.csv", csv_bytes(_summary(gathering))),
        ("comments.csv", csv_bytes(_comments(gathering, people, comments, moment))),
        ("votes.csv", csv_bytes(_votes(gathering, people, comments, moment))),
        ("participant-votes.csv", csv_bytes(_matrix(gathering, people, comments))),
    ]
    if gathering.circles or list(people) != list(gathering.participants):
        files.append(("participants.csv", csv_bytes(_participants(gathering, people))))
    if gathering.circles:
        circles = [("circle", "name"), *((safe_cell(c.label), safe_cell(c.name)) for c in gathering.circles)]
        files.append(("circles.csv", csv_bytes(circles)))
    if gathering.hall is not None:
        files.append((SEALED, [sealed_bytes(gathering.hall)]))
    return write_folder(folder, files)


def _ids(labels: Sequence[str]) -> Sequence[str]:
    """Return the labels where all are whole numbers, else 0, 1, 2 ..."""
    return labels if all(map(_NUMBER.fullmatch, labels)) else [str(number) for number in range(len(labels))]


def _summary(gathering: Gathering) -> list[tuple[str, object]]:
    voters = len(np.unique(gathering.responses.participant))
    writers = len({desire.author for desire in gathering.desires} - {None})
    lines: list[tuple[str, object]] = [
        ("topic", safe_cell(gathering.question)),
        ("url", ""),
        ("voters", voters),
        ("voters-in-conv", voters),
        ("commenters", writers),
        ("comments", gathering.desire_count),
        ("groups", 0),
        ("conversation-description", ""),
    ]
    if gathering.credits:
        lines.append(("credits", safe_cell(gathering.credits)))
    return [*lines, ("asks", gathering.asks.value), ("text-cells", "neutralised"), ("vote-convention", VOTE_CONVENTION)]


def _stamps(moment: datetime) -> tuple[int, str]:
    return round(moment.timestamp() * 1000), moment.strftime("%a %b %d %H:%M:%S UTC %Y")


def _comments(
    gathering: Gathering, people: Sequence[str], comments: Sequence[str], moment: datetime
) -> Iterator[tuple[object, ...]]:
    columns, stances, m = gathering.responses.desire, gathering.responses.stance, gathering.desire_count
    agrees = np.bincount(columns[stances == Stance.WANT], minlength=m).tolist()
    disagrees = np.bincount(columns[stances == Stance.AGAINST], minlength=m).tolist()
    has_language = any(desire.language for desire in gathering.desires)
    has_label = any(desire.label != number for desire, number in zip(gathering.desires, comments, strict=True))
    yield (
        *("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed"),
        *(["language"] if has_language else []),
        *(["label"] if has_label else []),
        "comment-body",
    )
    for column, desire in enumerate(gathering.desires):
        yield (
            *_stamps(moment),
            comments[column],
            "" if desire.author is None else people[desire.author],
            agrees[column],
            disagrees[column],
            _MODERATED[desire.moderation],
            cell_of(desire.is_meta),
            cell_of(desire.is_seed),
            *([safe_cell(desire.language)] if has_language else []),
            *([safe_cell(desire.label)] if has_label else []),
            safe_cell(desire.text),
        )


def _votes(
    gathering: Gathering, people: Sequence[str], comments: Sequence[str], moment: datetime
) -> Iterator[tuple[object, ...]]:
    yield ("timestamp", "datetime", "comment-id", "voter-id", "vote")
    stamp, words = _stamps(moment)
    r = gathering.responses
    for k in np.lexsort((r.participant, r.desire)).tolist():
        yield (stamp, words, comments[r.desire[k]], people[r.participant[k]], int(r.stance[k]))


def _matrix(gathering: Gathering, people: Sequence[str], comments: Sequence[str]) -> Iterator[list[object]]:
    written = [0] * gathering.participant_count
    for desire in gathering.desires:
        if desire.author is not None:
            written[desire.author] += 1
    yield ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *comments]
    r = gathering.responses
    starts = np.searchsorted(r.participant, np.arange(gathering.participant_count + 1))
    for row, label in enumerate(people):
        own = slice(int(starts[row]), int(starts[row + 1]))
        stances = r.stance[own]
        cells: list[object] = [""] * gathering.desire_count
        for column, stance in zip(r.desire[own].tolist(), stances.tolist(), strict=True):
            cells[column] = stance
        counts = (len(stances), int((stances == Stance.WANT).sum()), int((stances == Stance.AGAINST).sum()))
        yield [label, "", written[row], *counts, *cells]


def _participants(gathering: Gathering, people: Sequence[str]) -> Iterator[tuple[object, ...]]:
    yield ("participant", "circle", "label")
    for row, number in enumerate(people):
        circle = int(gathering.circle_of[row])
        label = gathering.participants[row]
        where = "" if circle < 0 else safe_cell(gathering.circles[circle].label)
        yield (number, where, "" if label == number else safe_cell(label))
