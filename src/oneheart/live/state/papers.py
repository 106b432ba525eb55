"""Papers: sheets of paper for people without a phone, and whose each is. The ninth part of the state.

Printing a sheet deals it: which desires stand on it, with which probability, and which draft, is in the log. A person
is known on paper by the number of their place in the circle, because a sheet may be printed before they have a seat.
Whoever types the first sheet of a place takes its seat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires
from oneheart.live.state.people import People
from oneheart.live.state.rule import Rule
from oneheart.live.state.text import Prayers
from oneheart.model import actor


@dataclass(slots=True)
class LiveSheet:
    """A printed sheet.

    Attributes:
        circle: number of the circle.
        place: number of the person's place on paper in the circle, from 1.
        round: round for which it was printed.
        draft: number of the draft that stands on it; None for none.
        desires: numbers of the desires on it: cards, or challengers beside a draft.
        taken: true if somebody had the place when it was printed.
        typed: true once somebody typed it in.
    """

    circle: int
    place: int
    round: int
    draft: int | None
    desires: list[int]
    taken: bool = False
    typed: bool = False


@dataclass(slots=True)
class Papers:
    """All printed sheets.

    Attributes:
        sheets: by the hash of the code on it.
        seat_at: number of the seat by circle and place; missing until somebody types a sheet of that place.
        place_of: circle and place by the number of the seat.
        chances: probability of each desire that was dealt on paper, by circle and place, then by desire.
        probes: which of these desires are probes, by circle and place.
    """

    sheets: dict[str, LiveSheet] = field(default_factory=dict)
    seat_at: dict[tuple[int, int], int] = field(default_factory=dict)
    place_of: dict[int, tuple[int, int]] = field(default_factory=dict)
    chances: dict[tuple[int, int], dict[int, float]] = field(default_factory=dict)
    probes: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def seat_of(self, sheet: LiveSheet) -> int | None:
        """Return the seat of the person whose sheet it is; None if nobody has this place yet."""
        return self.seat_at.get((sheet.circle, sheet.place))

    def chance(self, seat: int, desire: int) -> float:
        """Return the probability with which a desire was dealt to a person on paper; 0 if it was not. O(1)."""
        place = self.place_of.get(seat)
        return 0.0 if place is None else self.chances.get(place, {}).get(desire, 0.0)

    def is_probe(self, seat: int, desire: int) -> bool:
        """Return whether a desire was dealt to a person on paper as a probe. O(1)."""
        place = self.place_of.get(seat)
        return place is not None and desire in self.probes.get(place, ())

    def places_in(self, circle: int) -> set[int]:
        """Return the places of a circle for which sheets were printed. O(sheets)."""
        return {sheet.place for sheet in self.sheets.values() if sheet.circle == circle}

    def last_place(self, circle: int) -> int:
        """Return the highest number of a place on paper in a circle; 0 for none. O(sheets)."""
        taken = (place for there, place in self.seat_at if there == circle)
        return max((0, *self.places_in(circle), *taken))

    def was_taken(self, sheet: LiveSheet) -> bool:
        """Return whether somebody has, or had before they erased everything, the place of a sheet. O(sheets)."""
        place = (sheet.circle, sheet.place)
        of_place = (other for other in self.sheets.values() if (other.circle, other.place) == place)
        return place in self.seat_at or any(other.taken or other.typed for other in of_place)

    # --- printing ---

    def check_printed(
        self, body: ev.SheetsPrinted, people: People, desires: Desires, prayers: Prayers, course: Course
    ) -> Refusal | None:
        """Refuse an unknown circle, draft or desire, a sheet of another stage, and a code that is known."""
        if not people.is_circle(body.circle) or not body.sheets:
            return Refusal.UNKNOWN
        if body.version != course.version:
            return Refusal.STALE
        if body.draft is not None and not 0 <= body.draft < len(prayers.drafts):
            return Refusal.UNKNOWN
        places = [sheet.place for sheet in body.sheets]
        codes = [sheet.code for sheet in body.sheets]
        if len({*places}) < len(places) or len({*codes}) < len(codes) or not self.sheets.keys().isdisjoint(codes):
            return Refusal.UNKNOWN
        fits = all(self._fits(sheet, desires) for sheet in body.sheets)
        return None if fits else Refusal.UNKNOWN

    @staticmethod
    def _fits(sheet: ev.PrintedSheet, desires: Desires) -> bool:
        dealt = len(sheet.chances) in {0, len(sheet.desires)} and all(0 < chance <= 1 for chance in sheet.chances)
        known = all(desires.knows(number) for number in sheet.desires)
        return sheet.place >= 1 and dealt and known and {*sheet.probes} <= {*sheet.desires}

    def check_new_printed(self, body: ev.SheetsPrinted, by: str) -> Refusal | None:
        """Refuse sheets by anybody but a host, and for a place that somebody took meanwhile.

        Asked before the event is written: whoever had a place may erase everything later.
        """
        who = actor.parse(by)
        if who is None or who.kind is not actor.ActorKind.HOST:
            return Refusal.NOT_YOURS
        as_dealt = all(sheet.taken == ((body.circle, sheet.place) in self.seat_at) for sheet in body.sheets)
        return None if as_dealt else Refusal.STALE

    def print_sheets(self, body: ev.SheetsPrinted, course: Course) -> int:
        """Record printed sheets with what was dealt on them; return the circle."""
        for sheet in body.sheets:
            place = (body.circle, sheet.place)
            self.sheets[sheet.code] = LiveSheet(
                body.circle, sheet.place, course.round, body.draft, list(sheet.desires), taken=sheet.taken
            )
            self.chances.setdefault(place, {}).update(zip(sheet.desires, sheet.chances, strict=False))
            if sheet.probes:
                self.probes.setdefault(place, set()).update(sheet.probes)
        return body.circle

    def check_placed(self, body: ev.PlacedOnPaper, people: People) -> Refusal | None:
        """Refuse a person with a phone or without a circle, and a place that somebody has or that was printed blank."""
        if not people.sits(body.seat) or people.seats[body.seat].scribe is None or body.place < 1:
            return Refusal.UNKNOWN
        circle = people.seats[body.seat].circle
        if circle is None or self.place_of.get(body.seat, (-1, 0))[0] == circle:
            return Refusal.UNKNOWN
        free = (circle, body.place) not in self.seat_at and body.place not in self.places_in(circle)
        return None if free else Refusal.USED

    @staticmethod
    def check_new_placed(body: ev.PlacedOnPaper, by: str) -> Refusal | None:
        """Refuse an event that is not erased together with its person. Asked before it is written."""
        return None if by == actor.seat(body.seat) else Refusal.NOT_YOURS

    def place(self, body: ev.PlacedOnPaper, people: People) -> int:
        """Record the place of a person on paper; return their seat."""
        circle = people.seats[body.seat].circle
        if circle is not None:
            self._sit((circle, body.place), body.seat)
        return body.seat

    def _sit(self, place: tuple[int, int], seat: int) -> None:
        self.seat_at[place], self.place_of[seat] = seat, place

    # --- typing in ---

    def check_by_sheet(self, body: ev.SeatTaken) -> Refusal | None:
        """Refuse a seat by a sheet of another circle, and one of a place that somebody has or had."""
        sheet = self.sheets[body.card]
        if body.scribe is None or sheet.circle != body.circle:
            return Refusal.UNKNOWN
        return Refusal.USED if self.was_taken(sheet) else None

    def take_seat(self, body: ev.SeatTaken, seat: int) -> None:
        """Record whose place on paper a new seat is, if it was taken by a sheet."""
        sheet = self.sheets.get(body.card)
        if sheet is not None:
            self._sit((sheet.circle, sheet.place), seat)

    def check_typed(self, body: ev.SheetTyped) -> Refusal | None:
        """Refuse a sheet that was never printed."""
        return None if body.code in self.sheets else Refusal.UNKNOWN

    def check_new_typed(self, body: ev.SheetTyped, by: str, people: People) -> Refusal | None:
        """Refuse a sheet of another circle by anybody but a host. Asked before the event is written."""
        who = actor.parse(by)
        if who is None or who.kind is actor.ActorKind.HOST:
            return None if who is not None else Refusal.NOT_YOURS
        seat = who.number if who.kind is actor.ActorKind.SEAT else None
        serves = seat is not None and people.sits(seat) and people.serves(seat) == self.sheets[body.code].circle
        return None if serves else Refusal.NOT_YOURS

    def note_typed(self, body: ev.SheetTyped) -> int:
        """Record that a sheet was typed in; return its circle."""
        self.sheets[body.code].typed = True
        return self.sheets[body.code].circle


PAPER_RULES: dict[type[ev.Body], Rule] = {
    ev.SheetsPrinted: Rule(
        lambda s, b, _: s.papers.check_printed(b, s.people, s.desires, s.prayers, s.course),
        lambda s, b, _: s.papers.print_sheets(b, s.course),
        check_new=lambda s, b, by: s.papers.check_new_printed(b, by),
    ),
    ev.PlacedOnPaper: Rule(
        lambda s, b, _: s.papers.check_placed(b, s.people),
        lambda s, b, _: s.papers.place(b, s.people),
        check_new=lambda s, b, by: s.papers.check_new_placed(b, by),
    ),
    ev.SheetTyped: Rule(
        lambda s, b, _: s.papers.check_typed(b),
        lambda s, b, _: s.papers.note_typed(b),
        check_new=lambda s, b, by: s.papers.check_new_typed(b, by, s.people),
    ),
}
"""The rules of the events about sheets of paper."""
