"""Presence: recorded nearness of people, in pairs or at occasions. It never holds what people want."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt


class Form(StrEnum):
    """The form of an occasion of a live gathering."""

    LESSON = "lesson"
    MEAL = "meal"
    NIGHT = "night"
    WORKSHOP = "workshop"


class FeltAt(StrEnum):
    """The two times at which people are asked how near they feel."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A time at which people meet.

    Attributes:
        label: id in the source, unique.
        form: lesson, meal, night, workshop, or "" if the source does not say.

    Example:
        >>> Occasion("meal-3", "meal").form
        'meal'
    """

    label: str
    form: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Duration or number of contacts of each pair of people.

    Attributes:
        people: labels of everybody in the source; the place is the row (N of them).
        first: int32, one per pair, the lower row.
        second: int32, one per pair, the higher row; each pair at most once, sorted.
        amount: float64, above 0, one per pair. A missing pair had no recorded contact.
        unit: unit of `amount`: "seconds", "times", or the name of a column.
        records: number of lines of the source that were used.
        source: origin of the data.
        near_by: what counts as near; "contact" if the source does not say.

    Raises:
        ValueError: the pairs are unsorted, repeated, or of one person, or an amount is not above 0.

    Example:
        >>> pair = np.array([0], np.int32), np.array([1], np.int32)
        >>> c = Contacts(("ann", "bo"), *pair, np.array([40.0]), "seconds", 2)
        >>> len(c.first)
        1
    """

    people: tuple[str, ...]
    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]
    unit: str
    records: int
    source: str = ""
    near_by: str = "contact"

    def __post_init__(self) -> None:
        """Check that pairs are sorted, unique and of two different people, and that amounts are above 0."""
        n = len(self.people)
        key = self.first.astype(np.int64) * max(n, 1) + self.second
        if not len(self.first) == len(self.second) == len(self.amount):
            message = "first, second and amount must have one entry per pair"
            raise ValueError(message)
        if (self.first >= self.second).any() or (np.diff(key) <= 0).any():
            message = "pairs must be of two different people, lower row first, sorted, each once"
            raise ValueError(message)
        if len(key) and (self.first.min() < 0 or self.second.max() >= n):
            message = "a pair names a person who does not exist"
            raise ValueError(message)
        if not (self.amount > 0).all():
            message = "an amount must be above 0; a pair that was never near is left out"
            raise ValueError(message)
        for array in (self.first, self.second, self.amount):
            array.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class TimedContacts:
    """The contacts of a list one by one, with the time slice and the day of each.

    Attributes:
        people: labels; the place is the row (N of them), as in the `Contacts` of the same list.
        first: int32, one per contact, row of one person.
        second: int32, row of the other.
        amount: float64, above 0, how much each contact counts.
        slice_of: int64, number of its time slice; equal for contacts at one time.
        day_of: int64, number of its day. Days are stretches of 24 hours by the clock of the list.

    Example:
        >>> rows = np.array([0, 0], np.int32), np.array([1, 2], np.int32)
        >>> len(TimedContacts(("a", "b", "c"), *rows, np.ones(2), np.array([0, 1]), np.array([0, 0])).first)
        2
    """

    people: tuple[str, ...]
    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]
    slice_of: npt.NDArray[np.int64]
    day_of: npt.NDArray[np.int64]


AskedBy = Literal["list", "naming", "named"]


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredTies:
    """Ties that people declared, and who was asked for them.

    A person who was never asked is not a person without ties.

    Attributes:
        contacts: the ties; its unit is "times" where the source does not say how strong they are.
        asked: labels of the people who were asked.
        asked_by: how that is known: "list" (a list of them was given), "naming" (found: who names somebody), or "named"
            (found: whom the source names, on either side).
        even: whether the source has a column of strengths that says the same of every tie, which is no strength.
    """

    contacts: Contacts
    asked: frozenset[str]
    asked_by: AskedBy
    even: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Attendance:
    """Who was at which occasion, and for how long.

    Attributes:
        people: labels; the place is the row (N of them).
        occasions: the place is the column (S of them).
        person: int32, one per presence.
        occasion: int32, one per presence; each pair at most once, sorted by person, then occasion.
        minutes: float64, above 0; 1 for each if the source gives no duration.
        source: origin of the data.

    Raises:
        ValueError: the presences are unsorted, or a pair repeats.
    """

    people: tuple[str, ...]
    occasions: tuple[Occasion, ...]
    person: npt.NDArray[np.int32]
    occasion: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.float64]
    source: str = ""

    def __post_init__(self) -> None:
        """Check that presences are sorted and unique."""
        key = self.person.astype(np.int64) * max(len(self.occasions), 1) + self.occasion
        if (np.diff(key) <= 0).any() or not len(self.person) == len(self.occasion) == len(self.minutes):
            message = "presences must be sorted by person, then occasion, each once, with minutes"
            raise ValueError(message)
        for array in (self.person, self.occasion, self.minutes):
            array.flags.writeable = False
