"""Who met whom, and how much: every pair once, from contact lists, lists of pairs, and proximity scans."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.errors import UserError
from oneheart.formats.contacts.columns import KNOWN, Columns, columns_by_content, named_columns
from oneheart.formats.contacts.lists import natural_order, number_in, read_list
from oneheart.formats.contacts.times import Times, step
from oneheart.formats.csv import Table
from oneheart.model.presence import Contacts, TimedContacts

Floats = npt.NDArray[np.float64]
_DAY_SECONDS = 86_400.0
_NOBODY = frozenset({"NA", "NaN", "nan", "NULL", "null", "None"})


@dataclass(frozen=True, slots=True, eq=False)
class ReadContacts:
    """Contacts, and counts of the lines that were left out.

    Attributes:
        contacts: the pairs.
        with_themselves: lines in which a person met themselves.
        nobody: scans that saw nobody.
        repeated: duplicate lines of a pair in one time slice, as when both badges logged it.
        without: lines with an amount below 0 (calls that nobody took).
        seconds_a_record: length of one time slice; None where the source counts otherwise.
        span_seconds: from the first to the last time in it; None without times.
        lines: (pairs,) number of lines that say each pair was near.
        naming: labels of the people in the first of the two columns, in order: of a survey, those who name somebody.
        both_ways_share: share of the pairs that stand in the file in both orders, 0 to 1.
        even: whether the column that says how much says the same in every line that counts.
        timed: the contacts one by one, with their times; None where the list has no times of contacts.
    """

    contacts: Contacts
    with_themselves: int
    nobody: int
    repeated: int
    without: int
    seconds_a_record: float | None
    span_seconds: float | None = None
    lines: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    naming: tuple[str, ...] = ()
    both_ways_share: float = 0.0
    even: bool = False
    timed: TimedContacts | None = None

    def left_out(self) -> list[str]:
        """Return a sentence for each kind of line that does not count.

        Example:
            >>> nothing = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)
            >>> ReadContacts(Contacts(("a",), *nothing, "times", 0), 2, 0, 0, 0, None).left_out()
            ['Left out: 2 lines in which somebody meets themselves.']
        """
        counted = (
            (self.with_themselves, "in which somebody meets themselves"),
            (self.nobody, "in which nobody was seen, or nobody who takes part"),
            (self.repeated, "in which the same is said of a pair a second time"),
            (self.without, "with an amount below 0"),
        )
        return [f"Left out: {count} line{'s' * (count > 1)} {what}." for count, what in counted if count]


def read_contacts(path: Path | str, *, weight: str | None = None) -> ReadContacts:
    """Return the contacts in a file: ``t i j`` lists, pair lists, proximity scans, or contacts with begin and end.

    Args:
        path: of the file; cells divided by commas, semicolons, tabs, bars or spaces; with or without a header; packed
            by gzip or not.
        weight: name of the column that says how much; found by itself where there is one of a usual name.

    Raises:
        UserError: no such file, no two columns of people, a line that is not like the others, or times in mixed units.

    Notes:
        O(lines). Lines that say how often or how long count as they are. Lines with a time alone count as long as a
        time slice, where times are slices, once for each pair and slice; otherwise once each.
    """
    return contacts_in(read_list(Path(path), KNOWN), weight=weight)


def contacts_in(table: Table, *, weight: str | None = None) -> ReadContacts:
    """Return the contacts in a table, see `read_contacts`."""
    return _contacts(table, named_columns(table, weight) if any(table.names) else columns_by_content(table, weight))


@dataclass(slots=True)
class _Lines:
    """The contacts of a file in columns, one entry a line, and counts of the lines that were left out."""

    first: array[int] = field(default_factory=lambda: array("q"))
    second: array[int] = field(default_factory=lambda: array("q"))
    moment: array[float] = field(default_factory=lambda: array("d"))
    amount: array[float] = field(default_factory=lambda: array("d"))
    day: array[int] = field(default_factory=lambda: array("q"))
    themselves: int = 0
    nobody: int = 0
    without: int = 0


def _contacts(table: Table, columns: Columns) -> ReadContacts:
    """Return the pairs of a table, each once, with the sum of their amounts."""
    number: dict[str, int] = {}
    days: dict[str, int] = {}
    lines = _Lines()
    times = Times(table)
    for line, row in table.rows():
        pair = row[columns.first].strip(), row[columns.second].strip()
        there = [person for person in pair if person not in _NOBODY and not _is_below_zero(person)]
        if not all(pair):
            message = f"{table.name}, line {line}: a person is missing; mend or remove this line."
            raise UserError(message)
        a, b = (number.setdefault(person, len(number)) for person in (there * 2)[:2]) if there else (0, 0)
        amount = _amount(table, times, columns, row, line)
        moment = 0.0 if columns.time is None or columns.amount is not None else times.seconds(row[columns.time], line)
        if len(there) < 2 or a == b or amount < 0:  # noqa: PLR2004  two people
            lines.nobody += len(there) < 2  # noqa: PLR2004
            lines.themselves += len(there) == 2 and a == b  # noqa: PLR2004
            lines.without += len(there) == 2 and a != b  # noqa: PLR2004
            continue
        lines.first.append(a)
        lines.second.append(b)
        lines.amount.append(amount)
        lines.moment.append(moment)
        if columns.day is not None:
            lines.day.append(days.setdefault(row[columns.day].strip(), len(days)))
    if not number and not lines.nobody:
        message = f"{table.name} holds names of columns and nothing below them; give a file with contacts in it."
        raise UserError(message)
    different = times.different()
    slice_seconds = step(different) if columns.end is None else None
    span = max(different) - min(different) if different else None
    return _gathered(table, columns, tuple(number), lines, slice_seconds, span)


def _is_below_zero(person: str) -> bool:
    """Return whether an id is negative: scanners write -1 for nobody and other negative ids for foreign devices."""
    return person.startswith("-") and person[1:].isdigit()


def _amount(table: Table, times: Times, columns: Columns, row: list[str], line: int) -> float:
    if columns.amount is not None:
        return number_in(table, row[columns.amount], line)
    if columns.time is not None and columns.end is not None:
        # Begun and ended within one second, it was a contact all the same.
        return max(1.0, times.between(row[columns.time], row[columns.end], line))
    return 1.0


def _gathered(
    table: Table,
    columns: Columns,
    labels: tuple[str, ...],
    lines: _Lines,
    length: float | None,
    span: float | None,
) -> ReadContacts:
    people = natural_order(labels)
    row_of = {label: row for row, label in enumerate(people)}
    row = np.array([row_of[label] for label in labels], np.int64)
    a, b = (row[np.frombuffer(column, np.int64)] for column in (lines.first, lines.second))
    amount = np.frombuffer(lines.amount, np.float64)
    stated = amount[amount > 0]
    even = columns.amount is not None and len(stated) > 0 and bool(stated.min() == stated.max())
    both_ways = _both_ways_share(a, b, len(people))
    key = np.minimum(a, b) * max(len(people), 1) + np.maximum(a, b)
    moment, repeated = np.frombuffer(lines.moment, np.float64), 0
    days = np.frombuffer(lines.day, np.int64)
    if columns.end is not None:
        amount = _not_yet_together(key, moment, amount)
    elif length is not None:
        again, order = _again(key, moment, days)
        repeated = int(again.sum())
        key, amount = key[order][~again], np.full(len(key) - repeated, length)
        moment, days = moment[order][~again], days[order][~again] if len(days) else days
    pair, place = np.unique(key, return_inverse=True)
    summed = np.asarray(np.bincount(place, amount, minlength=len(pair)), np.float64)
    counted = np.bincount(place, minlength=len(pair)).astype(np.int64)[summed > 0]
    pair, summed = pair[summed > 0], summed[summed > 0]
    unit = "seconds" if length is not None else columns.unit
    contacts = Contacts(
        people,
        (pair // max(len(people), 1)).astype(np.int32),
        (pair % max(len(people), 1)).astype(np.int32),
        summed,
        unit,
        len(lines.first),
        source=Path(table.name).name,
    )
    return ReadContacts(
        contacts,
        lines.themselves,
        lines.nobody,
        repeated,
        lines.without,
        length,
        span,
        counted,
        tuple(people[number] for number in np.unique(a).tolist()),
        both_ways,
        even,
        None if columns.time is None or columns.amount is not None else _timed(people, key, moment, days, amount),
    )


def _timed(
    people: tuple[str, ...], key: npt.NDArray[np.int64], moment: Floats, days: npt.NDArray[np.int64], amount: Floats
) -> TimedContacts:
    """Return contacts one by one. A day is that of the list, or 24 hours of its clock."""
    first, second = np.divmod(key, max(len(people), 1))
    day = days if len(days) else np.floor(moment / _DAY_SECONDS).astype(np.int64)
    _, slice_of = np.unique(np.stack([day.astype(np.float64), moment]), axis=1, return_inverse=True)
    counts = amount > 0
    return TimedContacts(
        people,
        first[counts].astype(np.int32),
        second[counts].astype(np.int32),
        amount[counts],
        slice_of.ravel().astype(np.int64)[counts],
        day[counts],
    )


def _both_ways_share(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], people: int) -> float:
    """Return the share of the pairs that stand in a file in both orders, 0 to 1."""
    ordered = np.unique(a * max(people, 1) + b)
    first, second = np.divmod(ordered, max(people, 1))
    pairs = len(np.unique(np.minimum(first, second) * max(people, 1) + np.maximum(first, second)))
    return (len(ordered) - pairs) / pairs if pairs else 0.0


def _again(
    key: npt.NDArray[np.int64], moment: Floats, day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Return which contacts are duplicates (pair, day and time slice of an earlier one), and the sort order used."""
    day = day if len(day) else np.zeros(len(key), np.int64)
    order = np.lexsort((moment, day, key))
    again = np.zeros(len(key), np.bool_)
    again[1:] = np.logical_and.reduce([np.diff(column[order]) == 0 for column in (key, day, moment)])
    return again, order


def _not_yet_together(key: npt.NDArray[np.int64], begin: Floats, length: Floats) -> Floats:
    """Return the seconds that each contact adds to its pair (union of intervals).

    Overlapping contacts, as when both devices logged one, count once.
    """
    order = np.lexsort((begin, key))
    out, until, of = np.zeros(len(key)), -np.inf, -1
    for place in order.tolist():
        if key[place] != of:
            until, of = -np.inf, int(key[place])
        end = float(begin[place] + length[place])
        out[place] = max(0.0, end - max(until, float(begin[place])))
        until = max(until, end)
    return out
