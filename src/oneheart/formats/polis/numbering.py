"""Assigns rows and columns to labels, and merges votes.csv and the matrix into the last vote of each pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.diagnosis import counted
from oneheart.formats.polis.comments import Comment
from oneheart.formats.polis.context import ReadingContext
from oneheart.formats.polis.matrix import Matrix
from oneheart.formats.polis.raw_export import Bools, Export, Int32s, Int64s, Votes
from oneheart.formats.polis.sign import Evidence, StatedCounts
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle

TURNED_LEAST = 5
TURNED_TIMES_SAME = 9
_WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DeclaredCircles:
    """Declared circles, people by order of sight.

    Attributes:
        of_person: label of the circle of a person.
        own_label: label that a person had before numbers were given.
        names: names of circles by their label, in order.
    """

    of_person: dict[int, str] = field(default_factory=dict)
    own_label: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ExportParts:
    """The content of the files of one export; people and comments have numbers by order of sight."""

    comments: Sequence[Comment]
    events: Votes
    matrix: Matrix
    circles: DeclaredCircles


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """comments.csv by column: M desires, authors (-1 for none), stated counts (-1 for none), whether it is listed."""

    desires: tuple[Desire, ...]
    author: Int32s
    agrees: Int64s
    disagrees: Int64s
    there: Bools


def numbered(context: ReadingContext, parts: ExportParts) -> Export:
    """Return the export with people and comments in the order of their numbers, and the last vote of each pair.

    Raises:
        UserError: when two participants or two comments have one label.
    """
    matrix, names = parts.matrix, parts.circles.names
    people_at = _places(list(context.people.labels), matrix.people.tolist(), kept=context.ours)
    comment_at = _places(list(context.comments.labels), (c.number for c in parts.comments), kept=context.ours)

    def moved(votes: Votes) -> Votes:
        return replace(votes, person=people_at[votes.person], comment=comment_at[votes.comment])

    events, cells = moved(parts.events), moved(matrix.votes).last()
    last = events.last()
    cells, counts, turned = _same_sign(cells, last, matrix.counts)
    if turned:
        context.warn("matrix-turned", "The matrix has the opposite sign of votes.csv; it is turned to go with it.")
    final, differing, added = _merged(last, cells)
    listed = _listed(context, parts.comments, people_at, comment_at)
    participants = [""] * len(people_at)
    for label, number in context.people.labels.items():
        participants[people_at[number]] = parts.circles.own_label.get(number, label)
    place = {label: i for i, label in enumerate(names)}
    circle_of = np.full(len(people_at), -1, np.int32)
    for number, label in parts.circles.of_person.items():
        circle_of[people_at[number]] = place[label]
    if len(set(participants)) < len(participants) or len({d.label for d in listed.desires}) < len(listed.desires):
        message = f"'{context.name}' gives one label to two participants or two comments; mend the 'label' columns."
        raise UserError(message)
    evidence = _evidence(context, events, final, counts, listed)
    _tell(context, differing, added if len(events) else 0)
    return Export(
        name=context.name,
        files=context.inputs.names(),
        participants=tuple(participants),
        desires=listed.desires,
        events=events,
        matrix=cells,
        matrix_people=people_at[matrix.people],
        blank_groups=people_at[matrix.blank_groups],
        final=final,
        stated_agrees=listed.agrees,
        stated_disagrees=listed.disagrees,
        listed=listed.there,
        evidence=evidence,
        summary=context.summary,
        circles=tuple(Circle(label, name) for label, name in names.items()),
        circle_of=circle_of,
        dialect=tuple(context.dialect),
        findings=tuple(context.findings),
    )


def _tell(context: ReadingContext, differing: int, added: int) -> None:
    if differing:
        context.warn(
            "matrix-differs",
            f"{counted(differing, 'cell', 'cells')} of the matrix differ from the last votes in votes.csv; "
            "votes.csv counts.",
        )
    if added:
        context.warn(
            "votes-only-in-matrix",
            f"{counted(added, 'vote is', 'votes are')} in the matrix but not in votes.csv; the matrix fills the gap.",
        )
    if context.unreadable_texts:
        context.warn(
            "texts-cleaned",
            f"{counted(context.unreadable_texts, 'text holds', 'texts hold')} characters that cannot be shown; "
            "they are taken out.",
        )


def _places(labels: Sequence[str], first: Iterable[int], *, kept: bool) -> Int32s:
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


def _listed(context: ReadingContext, comments: Sequence[Comment], people_at: Int32s, comment_at: Int32s) -> _Listed:
    m = len(comment_at)
    labels = list(context.comments.labels)
    desires = [Desire("", "")] * m
    for label, number in context.comments.labels.items():
        desires[comment_at[number]] = Desire(label, "")
    author, there = np.full(m, -1, np.int32), np.zeros(m, bool)
    agrees, disagrees = np.full(m, -1, np.int64), np.full(m, -1, np.int64)
    for comment in comments:
        column = int(comment_at[comment.number])
        there[column] = True
        author[column] = people_at[comment.author] if comment.author >= 0 else -1
        agrees[column], disagrees[column] = comment.agrees, comment.disagrees
        desires[column] = Desire(
            label=comment.label or labels[comment.number],
            text=comment.text,
            author=int(author[column]) if comment.author >= 0 else None,
            language=comment.language,
            moderation=comment.moderation,
            is_meta=comment.is_meta,
            is_seed=comment.is_seed,
        )
    return _Listed(tuple(desires), author, agrees, disagrees, there)


# --------------------------------------------------------------------------------------------- votes.csv and the matrix


def _same_sign(cells: Votes, last: Votes, counts: StatedCounts | None) -> tuple[Votes, StatedCounts | None, bool]:
    """Return the matrix in the sign of the events, its counts likewise, and whether it had to be turned.

    It is turned where at least 5 votes are opposite, and at least 9 times as many as are the same.
    """
    _, here, there = np.intersect1d(cells.pairs(), last.pairs(), assume_unique=True, return_indices=True)
    product = cells.value[here] * last.value[there]
    same, opposite = int((product == 1).sum()), int((product == -1).sum())
    if opposite < TURNED_LEAST or opposite < TURNED_TIMES_SAME * same:
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
    return Votes.joined([last, cells.at(new)]).last(), differing, int(new.sum())


# --------------------------------------------------------------------------------------------- evidence about the sign


def _evidence(
    context: ReadingContext, events: Votes, final: Votes, person_counts: StatedCounts | None, listed: _Listed
) -> Evidence:
    """Return what the files say about the sign; votes of authors on seed comments say nothing."""
    seeds = np.array([desire.is_seed for desire in listed.desires], bool)
    own = (listed.author[final.comment] == final.person) & ~seeds[final.comment]
    plus, minus = own & (final.value == 1), own & (final.value == -1)
    return Evidence(
        own_plus=int(plus.sum()),
        own_minus=int(minus.sum()),
        own_plus_authors=len(np.unique(final.person[plus])),
        own_minus_authors=len(np.unique(final.person[minus])),
        declared=context.declared,
        comment_events=_stated_beside(listed, events) if len(events) else None,
        comment_last=_stated_beside(listed, final),
        person_counts=person_counts,
        swapped_perhaps=_swapped_perhaps(context),
        any_vote=bool((final.value != 0).any()),
    )


def _stated_beside(listed: _Listed, votes: Votes) -> StatedCounts | None:
    """Return the counts that comments.csv states beside those found in the votes; None where it states none."""
    known = listed.there & (listed.agrees >= 0) & (listed.disagrees >= 0)
    if not known.any():
        return None
    up = np.bincount(votes.comment[votes.value == 1], minlength=len(known)).astype(np.int64)
    down = np.bincount(votes.comment[votes.value == -1], minlength=len(known)).astype(np.int64)
    return StatedCounts(listed.agrees[known], listed.disagrees[known], up[known], down[known])


def _swapped_perhaps(context: ReadingContext) -> bool:
    """Return whether the files may come from the exporter that swapped stated counts together with the sign.

    It wrote whole seconds, quoted no texts, gave no `views` in the summary and called the matrix participant-votes.
    """
    if context.quoted is True or "views" in context.summary or context.seconds is False:
        return False
    if context.quoted is False or context.seconds is True:
        return True
    matrix = context.file("matrix")
    return matrix is not None and "participant-votes" in matrix.base.lower().replace("_", "-")
