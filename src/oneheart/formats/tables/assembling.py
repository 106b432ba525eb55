"""Makes a gathering from columns of cells, wherever they came from: our own form of responses and desires.

In this form the stance is a word, or a number of which 1 means "I want this". That is part of the form, so no sign has
to be found out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.cells import Labels, clean, is_missing, is_true, iso_seconds
from oneheart.formats.diagnosis import Finding, counted
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire, Moderation, Stance
from oneheart.model.gathering import Circle, Gathering, Responses

Locate = Callable[[str, int, str], UserError]

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
NOT_ASKED, NO_STANCE = 9, 8  # no stance has these numbers
_WORDS_OF_AGREEMENT = frozenset({"agree", "disagree"})
NEEDED = {
    "responses": ("participant", "desire", "stance"),
    "desires": ("desire", "text"),
    "participants": ("participant",),
    "circles": ("circle",),
}
OPTIONAL = {
    "responses": ("at",),
    "desires": ("author", "language", "moderated", "meta", "seed"),
    "participants": ("circle",),
    "circles": ("name",),
}
_MODERATION = {
    "accepted": Moderation.ACCEPTED,
    "1": Moderation.ACCEPTED,
    "rejected": Moderation.REJECTED,
    "-1": Moderation.REJECTED,
    "": Moderation.UNDECIDED,
    "undecided": Moderation.UNDECIDED,
    "0": Moderation.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Responses, desires, participants and circles as columns of cells, from files or data frames.

    Attributes:
        responses: columns participant, desire, stance, and at where there is one.
        desires: columns desire, text, and author, language, moderated, meta, seed where there are any.
        participants: columns participant, circle.
        circles: columns circle, name.
        question: what was asked.
        credits: licence or attribution text.
        source: where it came from.
        numbers_turned: numeric stances mean the opposite: 1 is against.
        asks: "want" or "agree" where the source says what was asked; "" to see it by the words of the stances.
    """

    responses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    desires: Mapping[str, Sequence[str]] = field(default_factory=dict)
    participants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    circles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    question: str = ""
    credits: str = ""
    source: str = ""
    numbers_turned: bool = False
    asks: str = ""


def stance_of(cell: str) -> Stance | None:
    """Return the stance that a word or number stands for, or None.

    Example:
        >>> stance_of("Mine too"), stance_of("-1.0"), stance_of("2")
        (<Stance.WANT: 1>, <Stance.AGAINST: -1>, None)
        >>> stance_of("1,0")
        <Stance.WANT: 1>
    """
    word = " ".join(cell.casefold().split())
    if word in STANCE_WORDS:
        return STANCE_WORDS[word]
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return None
    return Stance(int(number)) if number in (-1.0, 0.0, 1.0) else None


def in_row(table: str, row: int, what: str) -> UserError:
    """Return the error for a mistake in a row, counted from 0, of a table that is no file."""
    return UserError(f"{table}, row {row + 1} {what}; mend that row.")


def assemble(tables: Tables, locate: Locate = in_row) -> tuple[Gathering, list[Finding]]:
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
    listed = listed_in(tables, locate)
    people, columns = listed.people, listed.desires
    listed_desires = len(columns)
    responses = _responses(tables, people, columns, locate, findings)
    desires = desires_of(tables.desires, people.__getitem__, locate)
    missing = list(columns)[listed_desires:]
    findings += texts_missing(len(missing))
    gathering = Gathering(
        question=clean(tables.question),
        participants=tuple(people),
        desires=(*desires, *(Desire(label, "") for label in missing)),
        responses=responses,
        circles=listed.circles,
        circle_of=listed.circle_of(len(people)),
        source=tables.source,
        credits=tables.credits,
        asks=asks_by(tables.asks, tables.responses.get("stance", ())),
    )
    return gathering, findings


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands in the tables of participants, desires and circles; labels in the order of their rows.

    Attributes:
        people: participants, numbered.
        desires: desires, numbered.
        circles: circles, those that only participants name last.
        circle_by_row: circle of each listed participant, -1 for none.
    """

    people: Labels
    desires: Labels
    circles: tuple[Circle, ...]
    circle_by_row: Sequence[int]

    def circle_of(self, people: int) -> npt.NDArray[np.int32]:
        """Return the circle of each of so many people, -1 for none and for those who are not listed."""
        circle_of = np.full(people, -1, np.int32)
        circle_of[: len(self.circle_by_row)] = self.circle_by_row
        return circle_of


def listed_in(tables: Tables, locate: Locate) -> Listed:
    """Return what stands in the tables of participants, desires and circles.

    Raises:
        UserError: when a label is empty or repeated.
    """
    people, columns, circles = Labels(), Labels(), Labels()
    names: dict[str, str] = {}
    for row, label in enumerate(tables.circles.get("circle", ())):
        if not label or label in circles:
            raise locate("circles", row, "has an empty or repeated circle")
        circles[label]
        names[label] = _cells(tables.circles, "name", row) or label
    circle_by_row: list[int] = []
    for row, label in enumerate(tables.participants.get("participant", ())):
        if not label or label in people:
            raise locate("participants", row, "has an empty or repeated participant")
        people[label]
        circle = _cells(tables.participants, "circle", row)
        names.setdefault(circle, circle)
        circle_by_row.append(circles[circle] if circle else -1)
    for row, label in enumerate(tables.desires.get("desire", ())):
        if not label or label in columns:
            raise locate("desires", row, "has an empty or repeated desire")
        columns[label]
    return Listed(people, columns, tuple(Circle(label, names.get(label, label)) for label in circles), circle_by_row)


def desires_of(table: Mapping[str, Sequence[str]], person_of: Callable[[str], int], locate: Locate) -> list[Desire]:
    """Return the desires of their table.

    Args:
        table: columns of desires.
        person_of: gives the row of an author by the label.
        locate: makes the error for a mistake in a row.

    Raises:
        UserError: when a decision of moderators is none that we know.
    """
    labels = table.get("desire", ())
    return [_desire(table, row, label, person_of, locate) for row, label in enumerate(labels)]


def texts_missing(count: int) -> list[Finding]:
    """Return what is said of so many desires that have responses but no row."""
    if not count:
        return []
    have = counted(count, "desire has", "desires have")
    sentence = f"{have} responses but no row among the desires; the text is empty."
    return [Finding("texts-missing", "warning", sentence)]


def asks_by(stated: str, stances: Iterable[str]) -> Asks:
    """Return what an answer of 1 says: what the source states, else "agree" where stances are such words."""
    if stated in set(Asks):
        return Asks(stated)
    words = {" ".join(cell.casefold().split()) for cell in set(stances)}
    return Asks.AGREE if words & _WORDS_OF_AGREEMENT else Asks.WANT


def _cells(table: Mapping[str, Sequence[str]], column: str, row: int) -> str:
    cells = table.get(column)
    return cells[row] if cells is not None else ""


def _responses(
    tables: Tables,
    people: Labels,
    columns: Labels,
    locate: Locate,
    findings: list[Finding],
) -> Responses:
    table = tables.responses
    who, what, how = table.get("participant", ()), table.get("desire", ()), table.get("stance", ())
    stances: dict[str, int] = {}
    for row, cell in enumerate(how):
        if cell not in stances:
            stances[cell] = stance_number(cell, turned=tables.numbers_turned)
            if stances[cell] == NO_STANCE:
                raise locate("responses", row, no_stance(cell))
    for labels, name in ((who, "participant"), (what, "desire")):
        if "" in labels:
            raise locate("responses", list(labels).index(""), f"has no {name}")
    who, what = _as_listed(who, people), _as_listed(what, columns)
    i = np.fromiter(map(people.__getitem__, who), np.int32, len(who))
    j = np.fromiter(map(columns.__getitem__, what), np.int32, len(what))
    y = np.fromiter(map(stances.__getitem__, how), np.int8, len(how))
    times = [time_of(cell) for cell in table.get("at", ())]
    asked = y != NOT_ASKED
    if not asked.all():
        i, j, y, times = i[asked], j[asked], y[asked], list(compress(times, asked))
    if times and None not in times:
        order = np.argsort(np.array(times, np.float64), kind="stable")
        i, j, y = i[order], j[order], y[order]
    some_timed = any(time is not None for time in times) and None in times
    responses = Responses.of(i, j, y)
    findings += about_responses(int((~asked).sum()), len(y) - len(responses), some_timed=some_timed)
    return responses


def about_responses(blank: int, replaced: int, *, some_timed: bool) -> list[Finding]:
    """Return what is odd about responses.

    Args:
        blank: rows without a stance.
        replaced: responses that a later one of the same person replaced.
        some_timed: some responses have a time, and some have none.
    """
    findings: list[Finding] = []
    if blank:
        have = counted(blank, "row has", "rows have")
        sentence = f"{have} no stance (blank, NA) in 'responses.csv' and are read as not asked."
        findings.append(Finding("no-stance", "note", sentence))
    if some_timed:
        sentence = (
            "Some responses have no readable time in 'at'; of two responses to one desire the one further down counts."
        )
        findings.append(Finding("times-missing", "warning", sentence))
    if replaced:
        were = counted(replaced, "response was", "responses were")
        sentence = f"{were} replaced by a later one of the same person; the last counts."
        findings.append(Finding("revotes", "note", sentence))
    return findings


def stance_number(cell: str, *, turned: bool) -> int:
    """Return the stance in a cell as a number, `NOT_ASKED` where it is blank, `NO_STANCE` where it is no stance.

    Args:
        cell: of the column of stances.
        turned: numbers mean the opposite; words always mean the same.

    Example:
        >>> stance_number("mine", turned=True), stance_number("1", turned=True), stance_number("NA", turned=False)
        (1, -1, 9)
    """
    if is_missing(cell):
        return NOT_ASKED
    stance = stance_of(cell)
    if stance is None:
        return NO_STANCE
    is_number = " ".join(cell.casefold().split()) not in STANCE_WORDS
    return -int(stance) if is_number and turned else int(stance)


def no_stance(cell: str) -> str:
    """Return what is wrong with a cell that holds no stance."""
    return f"has the stance {cell[:40]!r}, which is none of want, not mine, against, 1, 0, -1"


def _as_listed(cells: Sequence[str], listed: Collection[str]) -> list[str]:
    """Return labels as their own table has them."""
    as_listed = {cell: label_as_listed(cell, listed) for cell in set(cells)}
    return [as_listed[cell] for cell in cells]


def label_as_listed(cell: str, listed: Collection[str]) -> str:
    """Return a label as its own table has it, where a program wrote the numbers of one table as decimals.

    Example:
        >>> label_as_listed("7.0", {"7"}), label_as_listed("7", {"7.0"}), label_as_listed("8.0", {"7"})
        ('7', '7.0', '8.0')
    """
    other = cell.removesuffix(".0") if cell.endswith(".0") else f"{cell}.0"
    return other if cell not in listed and other in listed else cell


def time_of(cell: str) -> float | None:
    """Return the time in a cell, a finite number or an ISO 8601 time; None where it holds none."""
    try:
        number = float(cell)
    except ValueError:
        return iso_seconds(cell)
    return number if np.isfinite(number) else None


def _desire(
    table: Mapping[str, Sequence[str]],
    row: int,
    label: str,
    person_of: Callable[[str], int],
    locate: Locate,
) -> Desire:
    author = _cells(table, "author", row)
    moderated = _cells(table, "moderated", row).strip().lower().removesuffix(".0")
    if moderated not in _MODERATION:
        raise locate("desires", row, f"has {moderated[:40]!r} where moderated must be accepted, undecided or rejected")
    return Desire(
        label=label,
        text=clean(_cells(table, "text", row)),
        author=person_of(author) if author else None,
        language=_cells(table, "language", row) or None,
        moderation=_MODERATION[moderated],
        is_meta=is_true(_cells(table, "meta", row)),
        is_seed=is_true(_cells(table, "seed", row)),
    )
