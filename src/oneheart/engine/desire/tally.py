"""The tally: counts of who answered what so far, updated with every response in constant time.

It grows with people and desires. Rows and columns are the gathering's own numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from oneheart.model.desire import Stance
from oneheart.model.gathering import Responses

Counts = npt.NDArray[np.int32]
_LEAST_ROOM = 64


class Tally:
    """Counts of a live gathering: M desires so far, C circles so far.

    The last response of a person to a desire counts.

    Attributes:
        desires: M, the number of desires.
        responses: by person, what they answered: desire to stance.
        aside: responses of people who are set aside, by person; they count nowhere.
        probed: by person, the desires about which a probe asked them, also while they are set aside.

    Example:
        >>> tally = Tally()
        >>> tally.grow(desires=2, circles=1)
        >>> tally.respond(0, 1, Stance.WANT, circle=0)
        >>> tally.seen_by_all.tolist(), tally.seen_by(0).tolist(), tally.seen_by(None).tolist()
        ([0, 1], [0, 1], [0, 0])
    """

    def __init__(self) -> None:
        """Start without people, desires and circles."""
        self.desires = 0
        self.responses: list[dict[int, int]] = []
        self.aside: dict[int, dict[int, int]] = {}
        self.probed: dict[int, set[int]] = {}
        self.response_count = 0
        self._circles = 0
        self._all = np.zeros(_LEAST_ROOM, np.int32)
        self._want = np.zeros(_LEAST_ROOM, np.int32)
        self._against = np.zeros(_LEAST_ROOM, np.int32)
        # Row 0 is for people without a circle, row c + 1 for circle c.
        self._by_circle = np.zeros((_LEAST_ROOM, _LEAST_ROOM), np.int32)
        self._probed = np.zeros(_LEAST_ROOM, np.int32)
        self._probed_by_circle = np.zeros((_LEAST_ROOM, _LEAST_ROOM), np.int32)

    def grow(self, *, desires: int = 0, circles: int = 0) -> None:
        """Make room for so many desires and circles; smaller numbers change nothing. Idempotent, amortised O(1)."""
        self.desires = max(self.desires, desires)
        self._circles = max(self._circles, circles)
        room = len(self._all)
        while room < self.desires:
            room *= 2
        rows = len(self._by_circle)
        while rows < self._circles + 1:
            rows *= 2
        if room > len(self._all):
            self._all, self._want, self._against, self._probed = (
                np.concatenate([old, np.zeros(room - len(old), np.int32)])
                for old in (self._all, self._want, self._against, self._probed)
            )
        if (rows, room) != self._by_circle.shape:
            self._by_circle, self._probed_by_circle = (
                np.pad(old, ((0, rows - old.shape[0]), (0, room - old.shape[1])))
                for old in (self._by_circle, self._probed_by_circle)
            )

    @property
    def seen_by_all(self) -> Counts:
        """Return how many people answered each desire, (M,)."""
        return self._all[: self.desires]

    @property
    def want(self) -> Counts:
        """Return how many people want each desire, (M,)."""
        return self._want[: self.desires]

    @property
    def against(self) -> Counts:
        """Return how many people are against each desire, (M,)."""
        return self._against[: self.desires]

    def seen_by(self, circle: int | None) -> Counts:
        """Return how many people of a circle (None: of no circle) answered each desire, (M,)."""
        return self._by_circle[0 if circle is None else circle + 1, : self.desires]

    def probed_by(self, circle: int | None) -> Counts:
        """Return how many people of a circle (None: of no circle) answered each desire when a probe asked, (M,)."""
        return self._probed_by_circle[0 if circle is None else circle + 1, : self.desires]

    @property
    def probed_by_all(self) -> Counts:
        """Return how many people answered each desire when a probe asked, (M,)."""
        return self._probed[: self.desires]

    def respond(self, person: int, desire: int, stance: int, *, circle: int | None, probe: bool = False) -> None:
        """Add one response; it replaces an earlier one of the same person to the same desire. Idempotent, O(1).

        The response of a person who is set aside is kept and does not count. It is the first response that is one to a
        probe or not; whoever changes their mind changes nothing of that.
        """
        if person in self.aside:
            if probe and desire not in self.aside[person]:
                self.probed.setdefault(person, set()).add(desire)
            self.aside[person][desire] = int(stance)
            return
        while len(self.responses) <= person:
            self.responses.append({})
        before = self.responses[person].get(desire)
        if before is not None:
            self._add(desire, before, circle, -1)
        elif probe:
            self.probed.setdefault(person, set()).add(desire)
            self._add_probe(desire, circle, 1)
        self.responses[person][desire] = int(stance)
        self._add(desire, int(stance), circle, 1)

    def move(self, person: int, *, before: int | None, after: int | None) -> None:
        """Count a person's responses under another circle. O(their responses)."""
        for desire in self.answered(person):
            self._by_circle[0 if before is None else before + 1, desire] -= 1
            self._by_circle[0 if after is None else after + 1, desire] += 1
        for desire in () if person in self.aside else self.probed.get(person, ()):
            self._add_probe(desire, before, -1)
            self._add_probe(desire, after, 1)

    def set_aside(self, person: int, *, circle: int | None) -> None:
        """Count nothing of a person any more, and keep their responses. Idempotent, O(their responses).

        Example:
            >>> tally = Tally()
            >>> tally.grow(desires=1)
            >>> tally.respond(0, 0, 1, circle=None)
            >>> tally.set_aside(0, circle=None)
            >>> tally.want.tolist(), tally.answered(0)
            ([0], {})
            >>> tally.bring_back(0, circle=None)
            >>> tally.want.tolist(), tally.answered(0)
            ([1], {0: 1})
        """
        if person in self.aside:
            return
        self.aside[person] = self.answered(person)
        for desire, stance in self.aside[person].items():
            self._add(desire, stance, circle, -1)
        for desire in self.probed.get(person, ()):
            self._add_probe(desire, circle, -1)
        if person < len(self.responses):
            self.responses[person] = {}

    def bring_back(self, person: int, *, circle: int | None) -> None:
        """Count the responses of a person again who was set aside. Idempotent, O(their responses)."""
        probed = self.probed.get(person, set())
        for desire, stance in self.aside.pop(person, {}).items():
            self.respond(person, desire, stance, circle=circle, probe=desire in probed)

    def answered(self, person: int) -> dict[int, int]:
        """Return what a person answered, as desire to stance: the tally's own dict, which callers must not change."""
        return self.responses[person] if person < len(self.responses) else {}

    def kept(self, person: int) -> dict[int, int]:
        """Return what a person answered, also while they are set aside; see `answered`."""
        return self.aside[person] if person in self.aside else self.answered(person)

    def table(self, *, probes: bool = False) -> Responses:
        """Return all responses as arrays, sorted by person, then desire. O(responses log responses).

        Args:
            probes: only those to probes.

        Example:
            >>> tally = Tally()
            >>> tally.grow(desires=2)
            >>> tally.respond(0, 0, 1, circle=None, probe=True)
            >>> tally.respond(0, 1, 1, circle=None)
            >>> tally.table().desire.tolist(), tally.table(probes=True).desire.tolist()
            ([0, 1], [0])
        """
        people, desires, stances = [], [], []
        for person, answered in enumerate(self.responses):
            asked = self.probed.get(person, set()) & answered.keys() if probes else answered
            for desire in sorted(asked):
                people.append(person)
                desires.append(desire)
                stances.append(answered[desire])
        return Responses(np.asarray(people, np.int32), np.asarray(desires, np.int32), np.asarray(stances, np.int8))

    def _add_probe(self, desire: int, circle: int | None, step: int) -> None:
        self._probed[desire] += step
        self._probed_by_circle[0 if circle is None else circle + 1, desire] += step

    def _add(self, desire: int, stance: int, circle: int | None, step: int) -> None:
        self.response_count += step
        self._all[desire] += step
        self._by_circle[0 if circle is None else circle + 1, desire] += step
        if stance == Stance.WANT:
            self._want[desire] += step
        elif stance == Stance.AGAINST:
            self._against[desire] += step
