"""A recorded gathering: its people, circles, desires and responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.sealed import HallRecord


class Place(StrEnum):
    """Where a circle meets. All places count equally; no computation depends on them."""

    HALL = "hall"
    REMOTE = "remote"
    MIRROR = "mirror"


class Door(StrEnum):
    """Who may take a new seat. People who have a seat stay in, whatever it is."""

    OPEN = "open"
    CARDS = "cards"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Circle:
    """A declared part of the gathering, such as a ten, a table or a mirror hall.

    Example:
        >>> Circle(label="ten-3", name="The third ten").name
        'The third ten'
    """

    label: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """The last response of each participant to each desire they were asked about.

    Attributes:
        participant: int32, one per response, row of the participant (0 to N-1).
        desire: int32, one per response, column of the desire (0 to M-1).
        stance: int8, one per response, a `Stance` value (1 want, 0 not mine, -1 against).

    Sorted by participant, then desire; each pair at most once. A missing pair was not asked, which differs from 0.

    Raises:
        ValueError: the arrays are unsorted, repeat a pair, or have unequal lengths.

    Example:
        >>> r = Responses.of([0, 0, 1], [0, 1, 0], [1, 0, -1])
        >>> len(r)
        3
    """

    participant: npt.NDArray[np.int32]
    desire: npt.NDArray[np.int32]
    stance: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        """Check that the arrays are sorted, unique and of equal length; make them read-only."""
        if not len(self.participant) == len(self.desire) == len(self.stance):
            message = "participant, desire and stance must have one entry per response"
            raise ValueError(message)
        step = np.diff(self.participant.astype(np.int64) << 32 | self.desire.astype(np.int64))
        if (step <= 0).any():
            message = "responses must be sorted by participant, then desire, each pair once"
            raise ValueError(message)
        for array in (self.participant, self.desire, self.stance):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of responses."""
        return len(self.stance)

    @classmethod
    def of(cls, participant: npt.ArrayLike, desire: npt.ArrayLike, stance: npt.ArrayLike) -> Responses:
        """Return responses from triples in order of arrival; the last one counts for a repeated pair.

        Example:
            >>> Responses.of([3, 3], [5, 5], [1, -1]).stance.tolist()
            [-1]
        """
        i = np.asarray(participant, dtype=np.int32)
        j = np.asarray(desire, dtype=np.int32)
        y = np.asarray(stance, dtype=np.int8)
        arrival = np.arange(len(i))
        order = np.lexsort((arrival, j, i))
        i, j, y = i[order], j[order], y[order]
        is_last = np.ones(len(i), dtype=bool)
        is_last[:-1] = (i[1:] != i[:-1]) | (j[1:] != j[:-1])
        return cls(i[is_last], j[is_last], y[is_last])


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """How many wanted each desire and how many were against it, where no source says who answered what.

    Attributes:
        want: int64, one per desire; -1 where not stated, which differs from 0.
        against: int64, one per desire; -1 where not stated.
    """

    want: npt.NDArray[np.int64]
    against: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """All data of a gathering. Rows number people and columns number desires everywhere.

    Attributes:
        question: the question, or the topic of the conversation; "" if unknown.
        participants: labels of the people in the source; the place is the row (N of them).
        desires: the desires; the place is the column (M of them).
        responses: last response per pair.
        circles: declared parts (C of them); () if none were declared.
        circle_of: int32, length N, index into `circles`, -1 for none.
        source: origin of the data (a path or name), for the credits of a report.
        credits: licence or attribution text that must be printed with results; "" for none.
        hall: sealed texts and counts of a live gathering; None for other sources.
        asks: what an answer of 1 says; no computation depends on it, only words do.
        totals: counts of the source where it has no responses; None where there are responses, or no counts.
        probes: the responses to probes, cards that were chosen without regard to any answer; None where it is not known
            which these are.

    Raises:
        ValueError: an index is out of range, or a label repeats.

    Example:
        >>> g = Gathering("What do you want?", ("ann", "bo"), (Desire("1", "Peace"),), Responses.of([0], [0], [1]))
        >>> g.participant_count, g.desire_count
        (2, 1)
    """

    question: str
    participants: tuple[str, ...]
    desires: tuple[Desire, ...]
    responses: Responses
    circles: tuple[Circle, ...] = ()
    circle_of: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    source: str = ""
    credits: str = ""
    hall: HallRecord | None = None
    asks: Asks = Asks.WANT
    totals: Totals | None = None
    probes: Responses | None = None

    def __post_init__(self) -> None:
        """Check that every index is in range and every label is unique."""
        n, m = len(self.participants), len(self.desires)
        if len(set(self.participants)) != n or len({d.label for d in self.desires}) != m:
            message = "labels of participants and desires must be unique"
            raise ValueError(message)
        for r in (self.responses, self.sample):
            if len(r) and not (r.participant.min() >= 0 and r.participant.max() < n):
                message = "a response points to a participant who does not exist"
                raise ValueError(message)
            if len(r) and not (r.desire.min() >= 0 and r.desire.max() < m):
                message = "a response points to a desire that does not exist"
                raise ValueError(message)
        if len(self.circle_of) == 0:
            object.__setattr__(self, "circle_of", np.full(n, -1, np.int32))
        if len(self.circle_of) != n or (n and self.circle_of.max() >= len(self.circles)):
            message = "circle_of must give an index into circles (or -1) for every participant"
            raise ValueError(message)

    @property
    def sample(self) -> Responses:
        """Return the responses that are a fair sample of all: those to probes; all where probes are not known."""
        return self.responses if self.probes is None else self.probes

    @property
    def participant_count(self) -> int:
        """Return N, the number of participants, including those without responses."""
        return len(self.participants)

    @property
    def desire_count(self) -> int:
        """Return M, the number of desires, including rejected and unanswered ones."""
        return len(self.desires)
