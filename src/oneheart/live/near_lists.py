"""Lists of contacts as arrays: reading a file, dealing its contacts to people in halves, and putting halves together.

Reading and putting together take seconds for millions of lines, so both run in the helper process. Nothing here knows a
person: people are labels of the file, numbers of seats, or labels of an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.live.state.nearness import HeldContacts
from oneheart.model.near_by import NearBy
from oneheart.model.presence import Attendance, Contacts, Occasion

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PEOPLE_MOST = 100_000
PAIRS_MOST = 4_000_000
LINES_MOST = 5_000_000
BYTES_MOST = 160_000_000  # unpacked
_NUMBER, _AMOUNT = np.dtype("<u4"), np.dtype("<f8")
_SMALL_GROUP = 64  # people; a pair of a larger group is bounded instead of counted


@dataclass(frozen=True, slots=True, eq=False)
class FileRead:
    """A list of contacts as it stands in a file; either pairs or groups.

    Attributes:
        people: labels of everybody in it.
        first: (P,) row of one person of each pair; for groups the row of the person of each presence.
        second: (P,) row of the other one; for groups the number of the group.
        amount: (P,) how much; for groups the minutes.
        line_counts: (P,) how many lines say so.
        unit: unit of the amounts; "" for groups.
        groups: label and form of each group; () for pairs.
        lines: number of lines that count.
        slice_seconds: length of a time slice; None where there are none.
        span_seconds: from the first to the last time; None without times.
        left_out: number of lines that do not count.
    """

    people: tuple[str, ...]
    first: Ints
    second: Ints
    amount: Floats
    line_counts: Ints
    unit: str
    groups: tuple[tuple[str, str], ...]
    lines: int
    slice_seconds: float | None
    span_seconds: float | None
    left_out: int


def read_file(data: bytes, name: str) -> FileRead | str:
    """Return the contacts in the bytes of a file; or one sentence that says what is wrong with it.

    This is the job "contacts". The readers are those of `oneheart closeness`.
    """
    from oneheart.errors import UserError  # noqa: PLC0415
    from oneheart.formats.contacts import attendance_in, contacts_in, table_in  # noqa: PLC0415

    path = Path(name)
    try:
        table, says_who_was_where = table_in(path, data, bytes_most=BYTES_MOST, lines_most=LINES_MOST)
        if says_who_was_where:
            return _of_groups(attendance_in(table, path))
        read = contacts_in(table)
    except UserError as error:
        return str(error)
    contacts = read.contacts
    if len(contacts.people) > PEOPLE_MOST or len(contacts.first) > PAIRS_MOST:
        return f"{name} names more than {PEOPLE_MOST:,} people or {PAIRS_MOST:,} pairs; bring it in by parts."
    left_out = read.with_themselves + read.nobody + read.repeated + read.without
    return FileRead(
        contacts.people,
        contacts.first.astype(np.int64),
        contacts.second.astype(np.int64),
        contacts.amount,
        read.lines,
        contacts.unit,
        (),
        contacts.records,
        read.seconds_a_record,
        read.span_seconds,
        left_out,
    )


def _of_groups(attendance: Attendance) -> FileRead | str:
    if len(attendance.people) > PEOPLE_MOST or len(attendance.person) > PAIRS_MOST:
        return f"{attendance.source} names more than {PEOPLE_MOST:,} people; bring it in by parts."
    count = len(attendance.person)
    groups = tuple((occasion.label, occasion.form) for occasion in attendance.occasions)
    first, second = attendance.person.astype(np.int64), attendance.occasion.astype(np.int64)
    ones = np.ones(count, np.int64)
    return FileRead(attendance.people, first, second, attendance.minutes, ones, "", groups, count, None, None, 0)


# --- dealing to people ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """What one person receives of a list, see `events.ContactsKept`.

    Attributes:
        seat: number of the person's seat.
        amounts: amounts of the contacts in `first`.
        first: random numbers of contacts whose amount this person holds.
        second: random numbers of the others.
        groups: groups in which the person was.
        minutes: how long.
    """

    seat: int
    amounts: bytes = b""
    first: bytes = b""
    second: bytes = b""
    groups: tuple[int, ...] = ()
    minutes: tuple[float, ...] = ()


def known_pairs(read: FileRead, seat_of: Ints) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of two different people who are both known: lower seat, higher seat, amount; each pair once.

    Args:
        read: contacts of pairs.
        seat_of: (people,) seat of each label, -1 for nobody. One person may have several labels.
    """
    a, b = seat_of[read.first], seat_of[read.second]
    known = (a >= 0) & (b >= 0) & (a != b)
    low, high = np.minimum(a, b)[known], np.maximum(a, b)[known]
    width = int(seat_of.max(initial=0)) + 1
    key, place = np.unique(low * width + high, return_inverse=True)
    amount = np.bincount(place, read.amount[known], minlength=len(key))
    return key // width, key % width, np.asarray(amount, np.float64)


def deal_pairs(
    low: Ints, high: Ints, amount: Floats, there: tuple[Ints, Ints], rng: np.random.Generator
) -> list[Piece]:
    """Return what each person receives of contacts of pairs, without those that are there already.

    The numbers of contacts are a random permutation, so a half tells nothing of who holds the other one.

    Args:
        low: lower seat of each pair.
        high: higher seat.
        amount: how much.
        there: lower and higher seats of the pairs that are kept already.
        rng: source of the random numbers; cryptographically seeded.
    """
    width = int(max(high.max(initial=0), there[1].max(initial=0))) + 1
    new = ~np.isin(low * width + high, there[0] * width + there[1])
    low, high, amount = low[new], high[new], amount[new]
    number = rng.permutation(len(low)).astype(_NUMBER)
    first, second = _by_seat(low), _by_seat(high)
    pieces = []
    for seat in sorted({*first, *second}):
        own = rng.permutation(first.get(seat, np.zeros(0, np.int64)))  # in an order that tells nothing
        other = rng.permutation(second.get(seat, np.zeros(0, np.int64)))
        amounts = amount[own].astype(_AMOUNT).tobytes()
        pieces.append(Piece(seat, amounts, number[own].tobytes(), number[other].tobytes()))
    return pieces


def _by_seat(seats: Ints) -> dict[int, Ints]:
    """Return the places at which each seat stands."""
    order = np.argsort(seats, kind="stable")
    unique, start = np.unique(seats[order], return_index=True)
    return dict(zip(unique.tolist(), np.split(order, start[1:]), strict=True)) if len(unique) else {}


def deal_groups(
    read: FileRead, seat_of: Ints, occasion_of: Sequence[int | None], there: Mapping[int, Iterable[int]]
) -> list[Piece]:
    """Return what each person receives of a list of who was where, without what is there already.

    Args:
        read: groups.
        seat_of: (people,) seat of each label, -1 for nobody.
        occasion_of: number of the occasion of the gathering that each group is; None for a group of the list's own.
        there: groups in which each seat is already.
    """
    stays: dict[int, dict[int, float]] = {}
    rows = zip(seat_of[read.first].tolist(), read.second.tolist(), read.amount.tolist(), strict=True)
    for seat, group, minutes in rows:
        occasion = occasion_of[group]
        number = group if occasion is None else -1 - occasion
        if seat >= 0 and number not in there.get(seat, ()):
            own = stays.setdefault(seat, {})
            own[number] = own.get(number, 0.0) + minutes
    return [Piece(seat, groups=tuple(own), minutes=tuple(own.values())) for seat, own in sorted(stays.items()) if own]


# --- putting together -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ContactsInput:
    """One list of contacts as the measurement gets it.

    Attributes:
        digest: digest of its file.
        near_by: what counts as near.
        unit: unit of its amounts; "" for groups.
        forms: form of each group.
        held: what each person holds of it, by a number of the person.
    """

    digest: str
    near_by: NearBy
    unit: str
    forms: tuple[str, ...]
    held: dict[int, tuple[HeldContacts, ...]]


def joined(held: Mapping[int, Iterable[HeldContacts]]) -> tuple[Ints, Ints, Floats]:
    """Return the contacts of one list of which both halves are there: lower person, higher person, amount.

    O(contacts log contacts).
    """
    holder: dict[str, list[npt.NDArray[np.int64]]] = {"first": [], "second": []}
    number: dict[str, list[npt.NDArray[np.uint32]]] = {"first": [], "second": []}
    amounts: list[Floats] = []
    for person, pieces in held.items():
        for piece in pieces:
            for half, content in (("first", piece.first), ("second", piece.second)):
                numbers = np.frombuffer(content, _NUMBER)
                number[half].append(numbers)
                holder[half].append(np.full(len(numbers), person, np.int64))
            amounts.append(np.frombuffer(piece.amounts, _AMOUNT))
    if not amounts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    firsts, seconds = np.concatenate(number["first"]), np.concatenate(number["second"])
    _, at_first, at_second = np.intersect1d(firsts, seconds, assume_unique=False, return_indices=True)
    a = np.concatenate(holder["first"])[at_first]
    b = np.concatenate(holder["second"])[at_second]
    return np.minimum(a, b), np.maximum(a, b), np.concatenate(amounts)[at_first]


def contacts_of_lists(lists: Sequence[ContactsInput], labels: Mapping[int, str]) -> tuple[Contacts, ...]:
    """Return the contacts of all lists, one `Contacts` for each way of being near and unit, under labels of people.

    A kind of contacts in which one pair or one person stands out is left out: what goes with it would tell of them.

    Args:
        lists: the lists.
        labels: label of each person.
    """
    kinds: dict[tuple[NearBy, str], list[tuple[Ints, Ints, Floats]]] = {}
    for brought in lists:
        if brought.unit:
            kinds.setdefault((brought.near_by, brought.unit), []).append(joined(brought.held))
    layers = []
    for (near_by, unit), parts in kinds.items():
        low, high, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
        width = int(high.max(initial=0)) + 1
        key, place = np.unique(low * width + high, return_inverse=True)
        summed = np.asarray(np.bincount(place, amount, minlength=len(key)), np.float64)
        low, high = key // width, key % width
        if stands_out(low, high, np.log1p(summed)):
            continue
        layers.append(_contacts(low, high, summed, unit, near_by, labels))
    return tuple(layers)


def _contacts(low: Ints, high: Ints, amount: Floats, unit: str, near_by: NearBy, labels: Mapping[int, str]) -> Contacts:
    people = np.unique(np.concatenate([low, high]))
    rows = np.searchsorted(people, low), np.searchsorted(people, high)
    names = tuple(labels[person] for person in people.tolist())
    first, second = rows[0].astype(np.int32), rows[1].astype(np.int32)
    return Contacts(names, first, second, amount, unit, len(low), near_by=near_by)


def stands_out(low: Ints, high: Ints, weight: Floats, extra: float = 0.0) -> bool:
    """Return whether contacts tell of single people: too few people, or one pair or one person with much of all.

    Args:
        low: lower person of each pair.
        high: higher person.
        weight: weight of each pair, 0 or more.
        extra: at most so much more weight may each pair have.

    Example:
        >>> rows, columns = np.triu_indices(12, 1)
        >>> stands_out(rows, columns, np.ones(66)), stands_out(rows[:3], columns[:3], np.ones(3))
        (False, True)
    """
    whole = float(weight.sum())
    people, place = np.unique(np.concatenate([low, high]), return_inverse=True)
    if not disclosure.twice_enough(len(people)):
        return True
    pair = float(weight.max(initial=0.0)) + extra
    person = float(np.bincount(place, np.concatenate([weight, weight])).max(initial=0.0))
    return disclosure.is_much_of(pair, whole, times=2) or disclosure.is_much_of(person, 2 * whole)


def attendance_with_lists(
    attendance: Attendance | None, lists: Sequence[ContactsInput], labels: Mapping[int, str], forms: Sequence[str]
) -> Attendance | None:
    """Return who was at which occasion, with the groups of lists.

    A group that is an occasion of the gathering adds people to it, like a check-in. Groups of a list in which one pair
    or one person stands out are left out, all of them.

    Args:
        attendance: who checked in, under labels of people; occasions have their number from 1 as label.
        lists: lists of who was where.
        labels: label of each person.
        forms: form of each occasion of the gathering.
    """
    cells: dict[tuple[str, str], float] = {}
    form_of: dict[str, str] = {}
    if attendance is not None:
        for person, occasion, minutes in zip(
            attendance.person.tolist(), attendance.occasion.tolist(), attendance.minutes.tolist(), strict=True
        ):
            cells[attendance.people[person], attendance.occasions[occasion].label] = minutes
        form_of = {occasion.label: occasion.form for occasion in attendance.occasions}
    for digest in dict.fromkeys(brought.digest for brought in lists if not brought.unit):
        same = [brought for brought in lists if brought.digest == digest]
        stays = [
            (person, group, minutes)
            for brought in same
            for person, pieces in brought.held.items()
            for piece in pieces
            for group, minutes in zip(piece.groups, piece.minutes, strict=True)
        ]
        if _groups_stand_out(stays):
            continue
        for person, group, minutes in stays:
            if group < 0:
                label, form = f"{-group}", forms[-1 - group]
                cells.setdefault((labels[person], label), 1.0)
            else:
                label, form = f"{digest[:8]}.{group + 1}", same[0].forms[group] or same[0].near_by.value
                cells[labels[person], label] = minutes
            form_of.setdefault(label, form)
    return _attendance(cells, form_of, "" if attendance is None else attendance.source)


def _attendance(cells: Mapping[tuple[str, str], float], form_of: Mapping[str, str], source: str) -> Attendance | None:
    people = sorted({person for person, _ in cells}, key=lambda label: (len(label), label))
    if not people:
        return None
    row = {label: number for number, label in enumerate(people)}
    column = {label: number for number, label in enumerate(form_of)}
    ordered = sorted((row[person], column[label], minutes) for (person, label), minutes in cells.items())
    return Attendance(
        tuple(people),
        tuple(Occasion(label, form) for label, form in form_of.items()),
        np.array([cell[0] for cell in ordered], np.int32),
        np.array([cell[1] for cell in ordered], np.int32),
        np.array([cell[2] for cell in ordered], np.float64),
        source=source,
    )


def _groups_stand_out(stays: Sequence[tuple[int, int, float]]) -> bool:
    """Return whether groups tell of single people, see `stands_out`.

    The weight of a pair is that of `engine.closeness.outward`. Pairs of large groups are not listed: their largest
    weight is added to every pair, and their people are counted exactly.
    """
    inside: dict[int, list[tuple[int, float]]] = {}
    for person, group, minutes in stays:
        inside.setdefault(group, []).append((person, minutes))
    pairs: dict[tuple[int, int], float] = {}
    of_person: dict[int, float] = {}
    extra, whole = 0.0, 0.0
    for people in inside.values():
        if len(people) < 2:  # noqa: PLR2004  nobody met there
            continue
        alone = 1 / (len(people) - 1)
        total = sum(minutes for _, minutes in people)
        for person, minutes in people:
            of_person[person] = of_person.get(person, 0.0) + minutes * (total - minutes) * alone
        whole += sum(minutes * (total - minutes) for _, minutes in people) * alone / 2
        if len(people) > _SMALL_GROUP:
            top = sorted((minutes for _, minutes in people), reverse=True)[:2]
            extra += top[0] * top[1] * alone
            continue
        for at, (person, minutes) in enumerate(people):
            for other, others in people[at + 1 :]:
                pair = (min(person, other), max(person, other))
                pairs[pair] = pairs.get(pair, 0.0) + minutes * others * alone
    if not disclosure.twice_enough(len(of_person)):
        return True
    heaviest = max(pairs.values(), default=0.0) + extra
    most = max(of_person.values())
    return disclosure.is_much_of(heaviest, whole, times=2) or disclosure.is_much_of(most, 2 * whole)
