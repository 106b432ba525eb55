"""Assigns rows and columns to labels, and merges votes.csv and the matrix into the last vote of each pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

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

    def circle_of(self, people_at: Int32s) -> Int32s:
        """Return the circle of each person by row, -1 for none."""
        place = {label: i for i, label in enumerate(self.names)}
        circle_of = np.full(len(people_at), -1, np.int32)
        for number, label in self.of_person.items():
            circle_of[people_at[number]] = place[label]
        return circle_of

    def declared(self) -> tuple[Circle, ...]:
        """Return the circles in order."""
        return tuple(Circle(label, name) for label, name in self.names.items())


@dataclass(frozen=True, slots=True, eq=False)
class ExportParts:
    """The content of the files of one export; people and comments have numbers by order of sight."""

    comments: Sequence[Comment]
    events: Votes
    matrix: Matrix
    circles: DeclaredCircles


@dataclass(frozen=True, slots=True, eq=False)
class ListedComments:
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
    matrix = parts.matrix
    people_at = places(list(context.people.labels), matrix.people.tolist(), kept=context.ours)
    comment_at = places(list(context.comments.labels), (c.number for c in parts.comments), kept=context.ours)

    def moved(votes: Votes) -> Votes:
        return replace(votes, person=people_at[votes.person], comment=comment_at[votes.comment])

    events, cells = moved(parts.events), moved(matrix.votes).last()
    last = events.last()
    cells, counts = same_sign(context, cells, matrix.counts, agreement(cells, last))
    final, differing, added = merged(last, cells)
    listed = listed_comments(context, parts.comments, people_at, comment_at)
    participants = [""] * len(people_at)
    for label, number in context.people.labels.items():
        participants[people_at[number]] = parts.circles.own_label.get(number, label)
    circle_of = parts.circles.circle_of(people_at)
    refuse_repeated(context, participants, listed)
    sums = EvidenceSums(listed)
    sums.see_events(events.comment, events.value)
    sums.see_last(final)
    evidence = sums.evidence(context, counts)
    tell_merged(context, differing, added if len(events) else 0)
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
        circles=parts.circles.declared(),
        circle_of=circle_of,
        dialect=tuple(context.dialect),
        findings=tuple(context.findings),
    )


def refuse_repeated(context: ReadingContext, participants: Sequence[str], listed: ListedComments) -> None:
    """Refuse labels that two participants or two comments have.

    Raises:
        UserError: there are such.
    """
    if len(set(participants)) < len(participants) or len({d.label for d in listed.desires}) < len(listed.desires):
        message = f"'{context.name}' gives one label to two participants or two comments; mend the 'label' columns."
        raise UserError(message)


def tell_merged(context: ReadingContext, differing: int, added: int) -> None:
    """Note where the matrix differs from votes.csv, and texts that had to be cleaned."""
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


def places(labels: Sequence[str], first: Iterable[int], *, kept: bool) -> Int32s:
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


def listed_comments(
    context: ReadingContext, comments: Sequence[Comment], people_at: Int32s, comment_at: Int32s
) -> ListedComments:
    """Return comments.csv by column, and comments that are only voted on."""
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
    return ListedComments(tuple(desires), author, agrees, disagrees, there)


# --------------------------------------------------------------------------------------------- votes.csv and the matrix


def agreement(cells: Votes, last: Votes) -> tuple[int, int]:
    """Return how many cells of the matrix have the same sign as the last vote of their pair, and how many the opposite.

    Args:
        cells: of the matrix, each pair once.
        last: last votes of votes.csv, each pair once.
    """
    _, here, there = np.intersect1d(cells.pairs(), last.pairs(), assume_unique=True, return_indices=True)
    product = cells.value[here] * last.value[there]
    return int((product == 1).sum()), int((product == -1).sum())


def same_sign(
    context: ReadingContext, cells: Votes, counts: StatedCounts | None, agreed: tuple[int, int]
) -> tuple[Votes, StatedCounts | None]:
    """Return the matrix in the sign of the events, and its counts likewise; notes where it had to be turned.

    It is turned where at least 5 votes are opposite, and at least 9 times as many as are the same.
    """
    same, opposite = agreed
    if opposite < TURNED_LEAST or opposite < TURNED_TIMES_SAME * same:
        return cells, counts
    if counts is not None:
        counts = replace(counts, found_plus=counts.found_minus, found_minus=counts.found_plus)
    context.warn("matrix-turned", "The matrix has the opposite sign of votes.csv; it is turned to go with it.")
    return replace(cells, value=-cells.value), counts


def merged(last: Votes, cells: Votes) -> tuple[Votes, int, int]:
    """Return the last votes with the matrix's cells where there are none, the cells that differ, and those added."""
    if not len(cells):
        return last, 0, 0
    _, here, there = np.intersect1d(cells.pairs(), last.pairs(), assume_unique=True, return_indices=True)
    differing = int((cells.value[here] != last.value[there]).sum())
    new = np.ones(len(cells), bool)
    new[here] = False
    return Votes.joined([last, cells.at(new)]).last(), differing, int(new.sum())


# --------------------------------------------------------------------------------------------- evidence about the sign


@dataclass(slots=True)
class EvidenceSums:
    """What votes say about the sign, summed over parts of all people.

    Attributes:
        listed: what comments.csv says.
        own_plus: authors' last votes on their own comments that are +1; those on seed comments are left out.
        own_minus: likewise -1.
        own_plus_authors: how many different authors cast those +1.
        own_minus_authors: likewise -1.
        events: M, how many vote events are +1, and how many -1; None where there is no votes.csv.
        last: M, likewise for last votes.
        any_vote: there is at least one +1 or -1.
    """

    listed: ListedComments
    own_plus: int = 0
    own_minus: int = 0
    own_plus_authors: int = 0
    own_minus_authors: int = 0
    events: tuple[Int64s, Int64s] | None = None
    last: tuple[Int64s, Int64s] | None = None
    any_vote: bool = False

    def see_events(self, comment: Int32s, value: npt.NDArray[np.int8]) -> None:
        """Add vote events."""
        if len(value):
            self.events = _added(self.events, comment, value, len(self.listed.there))

    def see_last(self, final: Votes) -> None:
        """Add the last votes of people who were not added before."""
        seeds = np.array([desire.is_seed for desire in self.listed.desires], bool)
        own = (self.listed.author[final.comment] == final.person) & ~seeds[final.comment]
        plus, minus = own & (final.value == 1), own & (final.value == -1)
        self.own_plus += int(plus.sum())
        self.own_minus += int(minus.sum())
        self.own_plus_authors += len(np.unique(final.person[plus]))
        self.own_minus_authors += len(np.unique(final.person[minus]))
        self.last = _added(self.last, final.comment, final.value, len(self.listed.there))
        self.any_vote = self.any_vote or bool((final.value != 0).any())

    def evidence(self, context: ReadingContext, person_counts: StatedCounts | None) -> Evidence:
        """Return what the files say about the sign."""
        return Evidence(
            own_plus=self.own_plus,
            own_minus=self.own_minus,
            own_plus_authors=self.own_plus_authors,
            own_minus_authors=self.own_minus_authors,
            declared=context.declared,
            comment_events=_stated_beside(self.listed, self.events),
            comment_last=_stated_beside(self.listed, self.last),
            person_counts=person_counts,
            swapped_perhaps=_swapped_perhaps(context),
            any_vote=self.any_vote,
        )


def _added(
    sums: tuple[Int64s, Int64s] | None, comment: Int32s, value: npt.NDArray[np.int8], m: int
) -> tuple[Int64s, Int64s]:
    up, down = (np.bincount(comment[value == sign], minlength=m).astype(np.int64) for sign in (1, -1))
    return (up, down) if sums is None else (sums[0] + up, sums[1] + down)


def _stated_beside(listed: ListedComments, found: tuple[Int64s, Int64s] | None) -> StatedCounts | None:
    """Return the counts that comments.csv states beside those found in the votes; None where it states none."""
    known = listed.there & (listed.agrees >= 0) & (listed.disagrees >= 0)
    if not known.any() or found is None:
        return None
    up, down = found
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
