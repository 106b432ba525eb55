"""Holding: what an output tells of a desire stays as it was in the last output until enough people changed just that.

A new basis is taken after enough different people did anything, see `live.giving`. That alone is too little: four who
came and one who answered would give two outputs that differ by one person's answer. So each part of the input is held
by itself: the answers to each desire, who was at each occasion, how near people felt, how far they find themselves in
each text, the circles, and who took part. A part of a new basis
replaces the part of the last one only where enough people differ in it. Nothing that is computed from these parts can
tell more.

All is computed from the log, so the same basis gives the same bytes after a restart. What a person erased is in no
part, and they count among those who changed something.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from oneheart.engine import disclosure
from oneheart.live.export import as_gathering, felt_of, rows_of, with_wants_of_authors
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import State
from oneheart.live.state.released import TakenOutput
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.presence import FeltAt

Part = TypeVar("Part", bound=Hashable)
Value = TypeVar("Value")
Kept = dict[Part, dict[int, Value]]
"""By part of the input, what each person gave in it, by seat."""


@dataclass(frozen=True, slots=True)
class Given:
    """What people gave, as outputs hold it.

    Attributes:
        answers: by label of a desire, the stance of each seat, with the want of its author.
        probes: the same of answers to probes; None where there are no marks of probes.
        presences: by number of an occasion, who said that they were there; each has the value True.
        circles: one part, with the label of the circle of each seat, "" for none.
        people: one part, with everybody who took part; each has the value True.
        found: by number of a sealed text, how far each seat finds itself in it, 1 to 7.
        felt: by when it was asked, how near each seat felt, 1 to 7.
    """

    answers: Kept[str, int]
    probes: Kept[str, int] | None
    presences: Kept[int, bool]
    circles: dict[int, str]
    people: dict[int, bool]
    found: Kept[int, int]
    felt: Kept[FeltAt, int]
    _present_of: dict[int, frozenset[int]] = field(default_factory=dict)

    def present(self, seat: int) -> frozenset[int]:
        """Return the occasions at which a person was. O(1), the first time O(presences)."""
        if not self._present_of:
            of: dict[int, set[int]] = {}
            for occasion, seats in self.presences.items():
                for one in seats:
                    of.setdefault(one, set()).add(occasion)
            self._present_of.update({one: frozenset(occasions) for one, occasions in of.items()})
        return self._present_of.get(seat, frozenset())

    def rows(self, state: State) -> dict[int, int]:
        """Return the row of everybody who takes part in an output, by seat. O(N)."""
        seats = sorted(seat for seat in self.people if state.seats[seat].alive)
        return {seat: row for row, seat in enumerate(seats)}

    def found_of(self, state: State, text: int) -> list[int]:
        """Return how far people find themselves in a text, of those who are still there. O(N)."""
        return [value for seat, value in self.found.get(text, {}).items() if state.seats[seat].alive]

    def felt_of(self, state: State, when: FeltAt) -> dict[int, int]:
        """Return how near people felt, by seat, of those who are still there. O(N)."""
        return {seat: value for seat, value in self.felt.get(when, {}).items() if state.seats[seat].alive}

    def answered(self, seat: int) -> dict[int, int]:
        """Return the stances of a person by number of the desire. O(M)."""
        return {int(label): stances[seat] for label, stances in self.answers.items() if seat in stances}


def given_in(state: State) -> Given:
    """Return what people gave, from the present state. O(responses + N + M)."""
    whole, seat_of = _whole(state, language="")
    labels = [circle.label for circle in whole.circles]
    presences: Kept[int, bool] = {number: {} for number in range(len(state.occasions))}
    for number, seat in enumerate(state.seats):
        if seat.alive:
            for occasion in seat.presences:
                presences[occasion][number] = True
    return Given(
        answers=_by_desire(whole, whole.responses, seat_of),
        probes=None if whole.probes is None else _by_desire(whole, whole.probes, seat_of),
        presences=presences,
        circles={seat_of[row]: "" if n < 0 else labels[n] for row, n in enumerate(whole.circle_of.tolist())},
        people=dict.fromkeys(seat_of, True),
        found={text: dict(answers) for text, answers in state.company.apart.represented.items()},
        felt={when: dict(answers) for when, answers in state.company.felt.items()},
    )


def _whole(state: State, *, language: str, source: str = "") -> tuple[Gathering, list[int]]:
    rows = rows_of(state)
    whole = with_wants_of_authors(as_gathering(state, source=source, rows=rows, language=language))
    return whole, sorted(rows, key=lambda seat: rows[seat])


def _by_desire(whole: Gathering, responses: Responses, seat_of: list[int]) -> Kept[str, int]:
    out: Kept[str, int] = {desire.label: {} for desire in whole.desires}
    cells = zip(responses.participant.tolist(), responses.desire.tolist(), responses.stance.tolist(), strict=True)
    for row, column, stance in cells:
        out[whole.desires[column].label][seat_of[row]] = stance
    return out


def held(before: Given | None, now: Given, *, open_door: bool) -> Given:
    """Return what an output of a new basis is computed from.

    Args:
        before: what the output before it was computed from; None for the first.
        now: what people have given by now.
        open_door: whether one person may hold several seats, so that it takes twice as many.

    Notes:
        O(responses).
    """
    if before is None:
        return now
    answers = _held(before.answers, now.answers, open_door=open_door)
    probes = now.probes
    if now.probes is not None and before.probes is not None:
        moved = {label: seats for label, seats in now.answers.items() if answers[label] is seats}
        probes = {label: (now.probes if label in moved else before.probes).get(label, {}) for label in now.probes}
    came = {seat: circle for seat, circle in now.circles.items() if seat not in before.circles}
    stayed = {seat: circle for seat, circle in now.circles.items() if seat in before.circles}
    was = {seat: before.circles[seat] for seat in stayed}
    people = _held({"": before.people}, {"": now.people}, open_door=open_door)[""]
    return Given(
        answers,
        probes,
        _held(before.presences, now.presences, open_door=open_door),
        came | _held({"": was}, {"": stayed}, open_door=open_door)[""],
        people | {seat: True for seats in answers.values() for seat in seats if seat in now.people},
        _held(before.found, now.found, open_door=open_door),
        _held(before.felt, now.felt, open_door=open_door),
    )


def _held(before: Kept[Part, Value], now: Kept[Part, Value], *, open_door: bool) -> Kept[Part, Value]:
    """Return each part as it is now where enough people differ in it, else as it was."""
    out: Kept[Part, Value] = {}
    for part, seats in now.items():
        was = before.get(part, {})
        differ = sum(was.get(seat) != seats.get(seat) for seat in was.keys() | seats.keys())
        out[part] = seats if disclosure.enough_since(differ, open_door=open_door) else was
    return out


def gathering_of(state: State, given: Given, *, source: str, language: str = "") -> Gathering:
    """Return the gathering of an output, with what is held instead of what people have given by now. O(responses)."""
    whole, _ = _whole(state, language=language, source=source)
    row_of = given.rows(state)
    column_of = {desire.label: column for column, desire in enumerate(whole.desires)}
    circle_of = {circle.label: number for number, circle in enumerate(whole.circles)}
    places = [circle_of.get(given.circles.get(seat, ""), -1) for seat in row_of]

    def responses(kept: Mapping[str, Mapping[int, int]]) -> Responses:
        cells = [
            (row_of[seat], column_of[label], stance)
            for label, stances in kept.items()
            for seat, stance in sorted(stances.items())
            if seat in row_of and label in column_of
        ]
        return Responses.of(*zip(*cells, strict=True)) if cells else Responses.of([], [], [])

    hall = whole.hall
    if hall is not None:
        texts = (replace(text, represented=felt_of(given.found_of(state, text.number - 1))) for text in hall.texts)
        hall = replace(hall, texts=tuple(texts))
    return replace(
        whole,
        hall=hall,
        participants=tuple(str(row + 1) for row in range(len(row_of))),
        responses=responses(given.answers),
        probes=None if given.probes is None else responses(given.probes),
        circle_of=np.array(places, np.int32),
    )


async def given_at(gathering: LiveGathering, taken: TakenOutput) -> tuple[State, Given]:
    """Return the state at the basis of an output, and what the output is computed from.

    The log is read once, to the basis; at each basis before it what is held is computed anew. O(events + responses
    bases).
    """
    now = gathering.state
    bases = sorted({output.position for output in now.released.outputs if output.position < taken.position})
    kept: list[Given] = []

    def look(state: State) -> None:
        kept.append(held(kept[-1] if kept else None, given_in(state), open_door=now.released.strangers))

    if not bases and now.seq == taken.position + 1:
        state = now
    else:
        state = await gathering.state_at(taken.position, dict.fromkeys(bases, look))
    look(state)
    return state, kept[-1]
