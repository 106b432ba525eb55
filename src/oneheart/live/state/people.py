"""People: seats, circles and table cards. The second part of the state."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import ClassVar

from oneheart.engine.oddities import HALF_MINUTE_MS
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import duty, ways
from oneheart.live.state.course import Course
from oneheart.live.state.rule import Rule
from oneheart.model import actor
from oneheart.model.gathering import Place


@dataclass(slots=True)
class Seat:
    """A person's seat.

    Attributes:
        seq: place in the log of the event that took it.
        circle: number of their circle; None for none.
        language: language code of their pages.
        secret_hash: SHA-256 of the secret that opens it; "" if none does (erased, or no phone).
        scribe: seat of the person who types for this one; -1 if hosts do; None for a person with a phone.
        steward: true if they hold the duty of their circle.
        alive: false once erased, and while revoked: nothing of theirs counts.
        revoked: place in the log of the event that revoked it; None if it is not revoked.
        half: half minute at which it was taken, by the server's clock, since 1970.
        desires: numbers of their own desires.
        presences: numbers of the occasions at which they were.
        cards: number of desires that they answered in the stage of `cards_version`.
        cards_version: version of the round for which `cards` counts.
        rows: true if they consented that their answers may leave as a row of an export.
        unread: language codes that they do not read, sorted; desires in them are not dealt to this person.
        also_reads: language codes that they said they read, beside the language of their pages; sorted.
        ways: hashes of the codes that open the seat on another phone, see `live.state.ways`.
        opened_by: how the seat was last opened on another phone: "" never, "kept" or "host".
        changed_circle_in: number of the round in which they last changed circle; 0 for never.
        moved: place in the log of the event that brought them into their circle; 0 if it is the event of the seat.
    """

    seq: int
    circle: int | None
    language: str
    secret_hash: str
    scribe: int | None = None
    steward: bool = False
    alive: bool = True
    desires: list[int] = field(default_factory=list)
    presences: list[int] = field(default_factory=list)
    cards: int = 0
    cards_version: int = 0
    unread: list[str] = field(default_factory=list)
    also_reads: list[str] = field(default_factory=list)
    rows: bool = False
    moved: int = 0
    ways: list[str] = field(default_factory=list)
    opened_by: str = ""
    changed_circle_in: int = 0

    @property
    def since(self) -> int:
        """Return the place in the log of the event that brought them into their circle."""
        return self.moved or self.seq

    revoked: int | None = None
    half: int = 0


@dataclass(slots=True)
class LiveCircle:
    """A circle in its present state.

    Attributes:
        name: name of the circle; "" if it is called by its number.
        key: key in the address on its cards.
        parent: circle that contains it; None for none.
        place: hall, remote or mirror.
        seats: number of people in it now.
        done: true if it has finished its part of this stage.
        line: number of the desire that is its line; None for none.
        carried: number of the desire that it carries beside its line; None for none.
        cards_wanted: number of seat cards that its steward asked for and that are not printed yet.
        replaced: number of the desire that was its line before the present one; None for none.
        size: number of people that a host named for it; None for none.
        cards: number of seat cards that were printed for it.
        names: its name by language code, see `live.wordings`.
    """

    name: str
    key: str
    parent: int | None
    place: Place
    seats: int = 0
    done: bool = False
    line: int | None = None
    carried: int | None = None
    cards_wanted: int = 0
    replaced: int | None = None
    size: int | None = None
    cards: int = 0
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class People:
    """All people, circles, and the codes on table cards.

    Attributes:
        seats: by number, erased ones included.
        circles: by number.
        count: number of seats that are neither erased nor revoked.
        seat_of_hash: number of the seat by the hash of its secret.
        circle_of_key: number of a circle by the key on its card.
        card_codes: circle of each printed seat code by the hash of the code; None for no circle.
        used_cards: hashes of the codes that were used.
        erasing: seats that asked to be erased and whose words are still in the log. The owner of the log erases them
            and computes the state again, so the result is the same now and after a restart.
        duties: open requests about the duties of circles.
        seat_of_card: number of the seat by the hash of the seat code with which it was taken.
        seat_of_way: number of the seat by the hash of a code that opens it on another phone.
        void: number of the seat by the hash of a secret that opens it no longer.
        revocations: reason of each act that revoked seats, by its place in the log, while one of its seats is revoked.
        closed: reason of the host who closed a seat, by its number, while it is closed.
        reading: number of living people who read a language and said of another whether they read it too, by the two
            codes and what they said; with the same code twice, who read that language at all. See `readers_of`.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"reading"})  # it follows from the seats

    seats: list[Seat] = field(default_factory=list)
    circles: list[LiveCircle] = field(default_factory=list)
    count: int = 0
    seat_of_hash: dict[str, int] = field(default_factory=dict)
    circle_of_key: dict[str, int] = field(default_factory=dict)
    card_codes: dict[str, int | None] = field(default_factory=dict)
    used_cards: set[str] = field(default_factory=set)
    erasing: set[int] = field(default_factory=set)
    duties: duty.Duties = field(default_factory=duty.Duties)
    seat_of_card: dict[str, int] = field(default_factory=dict)
    seat_of_way: dict[str, int] = field(default_factory=dict)
    void: dict[str, int] = field(default_factory=dict)
    revocations: dict[int, str] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    reading: dict[tuple[str, str, bool], int] = field(default_factory=dict)

    def sits(self, seat: int) -> bool:
        """Return whether a seat exists and is neither erased nor revoked."""
        return 0 <= seat < len(self.seats) and self.seats[seat].alive

    def is_circle(self, circle: int | None) -> bool:
        """Return whether a circle with this number exists."""
        return circle is not None and 0 <= circle < len(self.circles)

    def serves(self, seat: int) -> int | None:
        """Return the circle in which a person holds the steward's duty, None for none."""
        return self.seats[seat].circle if self.seats[seat].steward else None

    def seat_at(self, seq: int) -> int | None:
        """Return the number of the seat that the event at a place in the log took; None for none. O(log N)."""
        place = bisect_left(self.seats, seq, key=lambda seat: seat.seq)
        return place if place < len(self.seats) and self.seats[place].seq == seq else None

    def add_erased(self, seq: int) -> int:
        """Add a placeholder for a seat whose event was erased, so that later numbers do not change."""
        self.seats.append(Seat(seq, None, "", "", alive=False))
        return len(self.seats) - 1

    # --- languages ---

    def reads(self, seat: int, language: str) -> bool | None:
        """Return whether a person reads a language; None if they were never asked. O(languages).

        True for the language of their pages and for each language that they said they read. False if they said that
        they do not. Words whose language nobody named ("") are no obstacle: True.
        """
        person = self.seats[seat]
        if language == person.language or not language or language in person.also_reads:
            return True
        return False if language in person.unread else None

    def readers_of(self, language: str, other: str = "", *, reads: bool = True) -> int:
        """Return how many living people read a language. It must not leave the server as it is. O(1).

        Args:
            language: language code.
            other: another language code, to count only who said that they read it too, or that they do not.
            reads: whether they read the other language.
        """
        return self.reading.get((language, other or language, reads), 0)

    def _count_languages(self, seat: Seat, step: int) -> None:
        """Add a living person to `reading`, or remove them."""
        if not seat.alive:
            return
        known = {seat.language, *seat.also_reads}
        pairs = [*((other, True) for other in known), *((other, False) for other in seat.unread)]
        for name in ((language, other, reads) for language in known for other, reads in pairs):
            self.reading[name] = self.reading.get(name, 0) + step
            if not self.reading[name]:
                del self.reading[name]

    def learn(self, seat: int, language: str, *, reads: bool = True) -> None:
        """Record that a person reads a language, or that they do not. The language of their pages stays read."""
        person = self.seats[seat]
        self._count_languages(person, -1)
        also_reads, unread = {*person.also_reads} - {language}, {*person.unread} - {language}
        if reads and language != person.language:
            also_reads.add(language)
        if not reads:
            unread.add(language)
        person.also_reads, person.unread = sorted(also_reads), sorted(unread)
        self._count_languages(person, 1)

    # --- circles ---

    def check_circle_added(self, body: ev.CircleAdded) -> Refusal | None:
        """Refuse a circle inside one that does not exist."""
        return None if body.parent is None or self.is_circle(body.parent) else Refusal.UNKNOWN

    def add_circle(self, body: ev.CircleAdded) -> int:
        """Add a circle and return its number."""
        self.circle_of_key[body.key] = len(self.circles)
        self.circles.append(LiveCircle(body.name, body.key, body.parent, body.place, size=body.size, names=body.names))
        return len(self.circles) - 1

    def check_circle(self, circle: int) -> Refusal | None:
        """Refuse a circle that does not exist."""
        return None if self.is_circle(circle) else Refusal.UNKNOWN

    def rename_circle(self, body: ev.CircleChanged) -> int:
        """Set the names of a circle, and its size if one is given; return its number."""
        circle = self.circles[body.circle]
        circle.name, circle.names = body.name, body.names
        circle.size = circle.size if body.size is None else body.size
        return body.circle

    def set_done(self, body: ev.CircleDone) -> int:
        """Record whether a circle has finished its part of this stage; return its number."""
        self.circles[body.circle].done = body.on
        return body.circle

    def begin_stage(self, *, new_round: bool) -> None:
        """Begin a stage: no circle is done. A new round ends the duty of every steward."""
        for circle in self.circles:
            circle.done = False
        if new_round:
            self.duties.clear()
            for seat in self.seats:
                seat.steward = False

    # --- seats ---

    def circle_of_card(self, body: ev.SeatTaken) -> int | None:
        """Return the circle of a new seat: that of its card, else the named one."""
        by_card = self.card_codes.get(body.card) if body.card else None
        return body.circle if by_card is None else by_card

    def check_seat_taken(self, body: ev.SeatTaken, course: Course, *, sheet: bool = False) -> Refusal | None:
        """Refuse a seat that the door does not give, an unknown or used seat code, and an unknown circle.

        Args:
            body: the event.
            course: settings and door.
            sheet: true if its code is that of a sheet of paper, see `papers.Papers`.
        """
        turned_away = course.turns_away(self.count, card=bool(body.card), scribed=body.scribe is not None)
        if turned_away is not None:
            return turned_away
        if body.card in self.used_cards:
            return Refusal.USED
        if body.card and body.card not in self.card_codes and not sheet:
            return Refusal.UNKNOWN
        circle = self.circle_of_card(body)
        if circle is not None and not self.is_circle(circle):
            return Refusal.UNKNOWN
        return duty.check_scribed(self.seats, self.circles, body)

    def take_seat(self, body: ev.SeatTaken, seq: int, at: int) -> int:
        """Add a seat and return its number. Its seat code counts as used."""
        circle, number = self.circle_of_card(body), len(self.seats)
        if body.card:
            self.used_cards.add(body.card)
            self.seat_of_card[body.card] = number
        half = at // HALF_MINUTE_MS
        self.seats.append(Seat(seq, circle, body.language, body.secret_hash, body.scribe, half=half))
        self._count_languages(self.seats[-1], 1)
        self.count += 1
        if body.secret_hash:
            self.seat_of_hash[body.secret_hash] = number
        if circle is not None:
            self.circles[circle].seats += 1
        return number

    def check_seat(self, seat: int) -> Refusal | None:
        """Refuse a seat that does not exist or is erased."""
        return None if self.sits(seat) else Refusal.UNKNOWN

    def check_seat_changed(self, body: ev.SeatChanged) -> Refusal | None:
        """Refuse an unknown seat, a new circle that does not exist, and a way back that does not lead to the seat."""
        if not self.sits(body.seat):
            return Refusal.UNKNOWN
        stays = body.circle is None or body.circle == self.seats[body.seat].circle
        if not (stays or self.is_circle(body.circle)):
            return Refusal.UNKNOWN
        return ways.check_opened(self, body)

    def change_seat(self, body: ev.SeatChanged, seq: int, round_number: int) -> int:
        """Change circle, language or secret of a seat and return its number.

        In another circle the person neither holds nor asks for the duty. The former secret no longer opens the seat.
        """
        seat = self.seats[body.seat]
        if body.circle is not None and body.circle != seat.circle:
            if seat.circle is not None:
                self.circles[seat.circle].seats -= 1
            self.circles[body.circle].seats += 1
            if seat.scribe is not None:
                seat.scribe = duty.scribe_in(self.seats, body.circle)
            seat.circle, seat.steward, seat.moved = body.circle, False, seq
            seat.changed_circle_in = round_number
            self.duties.forget(body.seat)
        if body.language is not None:
            self._count_languages(seat, -1)
            seat.language = body.language
            seat.unread = [language for language in seat.unread if language != body.language]
            seat.also_reads = [language for language in seat.also_reads if language != body.language]
            self._count_languages(seat, 1)
        ways.open_by_way(self, body)
        return body.seat

    def check_unread(self, body: ev.LanguageUnread, languages: list[str]) -> Refusal | None:
        """Refuse an unknown seat or language, and the language of the person's own pages."""
        if not self.sits(body.seat) or body.language not in languages:
            return Refusal.UNKNOWN
        return Refusal.UNKNOWN if body.on and body.language == self.seats[body.seat].language else None

    def set_unread(self, body: ev.LanguageUnread) -> int:
        """Record that a person does not read a language, or that they read it; return the seat."""
        self.learn(body.seat, body.language, reads=not body.on)
        return body.seat

    def check_steward(self, body: ev.StewardNamed) -> Refusal | None:
        """Refuse a person without a circle."""
        return None if self.sits(body.seat) and self.seats[body.seat].circle is not None else Refusal.UNKNOWN

    def set_steward(self, body: ev.StewardNamed) -> int:
        """End a person's duty (a former version also gave it so); return the seat."""
        self.seats[body.seat].steward = body.on
        self.duties.no.pop(body.seat, None)
        return body.seat

    def check_new_done(self, body: ev.CircleDone, by: str) -> Refusal | None:
        """Refuse a circle's "done" by anybody who does not hold its duty. Asked before the event is written."""
        who = actor.parse(by)
        seat = who.number if who is not None and who.kind is actor.ActorKind.SEAT else None
        holds = seat is not None and self.sits(seat) and self.serves(seat) == body.circle
        return None if holds else Refusal.NOT_YOURS

    def check_new_steward(self, body: ev.StewardNamed, by: str) -> Refusal | None:
        """Refuse to take the duty without asking, and to end that of another. Asked before the event is written."""
        return None if not body.on and by == actor.seat(body.seat) else Refusal.NOT_YOURS

    def check_new_answer(self, body: ev.DutyRequested | ev.DutyAnswered, by: str) -> Refusal | None:
        """Refuse to ask or answer for another person, and an answer that does not count.

        Asked before the event is written.
        """
        if by != actor.seat(body.seat):
            return Refusal.NOT_YOURS
        counts = isinstance(body, ev.DutyRequested) or duty.may_answer(self.seats, body.seat, body.about)
        return None if counts else Refusal.NOT_YOURS

    def consent_to_rows(self, body: ev.RowsConsented) -> int:
        """Record whether a person consents that their answers may leave as a row; return the seat."""
        self.seats[body.seat].rows = body.on
        return body.seat

    def consenting(self) -> set[int]:
        """Return the seats of everybody who consents that their answers may leave as a row. O(N)."""
        return {number for number, seat in enumerate(self.seats) if seat.alive and seat.rows}

    def check_erased(self, seat: int) -> Refusal | None:
        """Refuse a seat that does not exist or is erased. Who is revoked may still erase what is theirs."""
        exists = 0 <= seat < len(self.seats)
        return None if exists and (self.seats[seat].alive or self.seats[seat].revoked is not None) else Refusal.UNKNOWN

    def check_seats(self, seats: list[int]) -> Refusal | None:
        """Refuse no seats at all, and a number that no seat has or had."""
        return None if seats and all(0 <= seat < len(self.seats) for seat in seats) else Refusal.UNKNOWN

    def revoke(self, body: ev.SeatsRevoked, seq: int) -> list[int]:
        """Revoke seats and return those that were not revoked before. O(seats)."""
        changed = [seat for seat in dict.fromkeys(body.seats) if self.seats[seat].alive]
        for number in changed:
            seat = self.seats[number]
            self._count_languages(seat, -1)
            seat.alive, seat.revoked = False, seq
            self._count(seat, -1)
        if changed:
            self.revocations[seq] = body.reason
        return changed

    def restore(self, body: ev.SeatsRestored) -> list[int]:
        """Restore revoked seats and return them. O(N)."""
        changed = [seat for seat in dict.fromkeys(body.seats) if self.seats[seat].revoked is not None]
        for number in changed:
            seat = self.seats[number]
            seat.alive, seat.revoked = True, None
            self._count_languages(seat, 1)
            self._count(seat, 1)
        standing = {seat.revoked for seat in self.seats}
        self.revocations = {seq: reason for seq, reason in self.revocations.items() if seq in standing}
        return changed

    def _count(self, seat: Seat, step: int) -> None:
        self.count += step
        if seat.circle is not None:
            self.circles[seat.circle].seats += step

    def revoked_by(self, seq: int) -> list[int]:
        """Return the seats that the act at a place in the log revoked and that are still revoked. O(N)."""
        return [number for number, seat in enumerate(self.seats) if seat.revoked == seq]

    def erase_seat(self, body: ev.SeatErased) -> int:
        """Mark a seat whose words are to be erased from the log; return it."""
        self.erasing.add(body.seat)
        return body.seat

    # --- table cards ---

    def check_cards(self, body: ev.CardsPrinted) -> Refusal | None:
        """Refuse cards for a circle that does not exist."""
        return None if body.circle is None or self.is_circle(body.circle) else Refusal.UNKNOWN

    def print_cards(self, body: ev.CardsPrinted) -> int:
        """Record the codes of printed cards and return the number of all codes. A steward's wish is fulfilled."""
        known = len(self.card_codes)
        for code in body.hashes:
            self.card_codes.setdefault(code, body.circle)
        if body.circle is not None:
            circle = self.circles[body.circle]
            circle.cards += len(self.card_codes) - known
            circle.cards_wanted = max(0, circle.cards_wanted - len(body.hashes))
        return len(self.card_codes)

    def check_cards_wanted(self, body: ev.SeatCardsWanted) -> Refusal | None:
        """Refuse a person who is not the steward of a circle."""
        if not self.sits(body.seat):
            return Refusal.UNKNOWN
        return Refusal.NOT_YOURS if self.serves(body.seat) is None else None

    def want_cards(self, body: ev.SeatCardsWanted) -> int:
        """Record how many seat cards a steward asks for; return the circle."""
        circle = self.serves(body.seat)
        assert circle is not None  # noqa: S101  checked before
        self.circles[circle].cards_wanted = body.count
        return circle


PEOPLE_RULES: dict[type[ev.Body], Rule] = {
    ev.CircleChanged: Rule(lambda s, b, _: s.people.check_circle(b.circle), lambda s, b, _: s.people.rename_circle(b)),
    ev.CircleDone: Rule(
        lambda s, b, _: s.people.check_circle(b.circle),
        lambda s, b, _: s.people.set_done(b),
        check_new=lambda s, b, by: s.people.check_new_done(b, by),
    ),
    ev.SeatTaken: Rule(
        lambda s, b, _: s.check_seat_taken(b),
        lambda s, b, w: s.take_seat(b, w.seq, w.at),
        check_new=lambda s, b, by: duty.check_new_scribed(s.seats, b) or duty.check_new_by_hosts(s.seats, b, by),
    ),
    ev.SeatChanged: Rule(
        lambda s, b, _: s.people.check_seat_changed(b),
        lambda s, b, w: s.change_seat(b, w.seq),
        after_end=True,
        check_new=lambda s, b, by: (
            ways.check_new_changed(s.people, b, by, s.round) or duty.check_new_moved(s.seats, s.circles, b)
        ),
    ),
    ev.LanguageUnread: Rule(
        lambda s, b, _: s.people.check_unread(b, s.languages_met), lambda s, b, _: s.people.set_unread(b)
    ),
    ev.StewardNamed: Rule(
        lambda s, b, _: s.people.check_steward(b),
        lambda s, b, _: s.people.set_steward(b),
        check_new=lambda s, b, by: s.people.check_new_steward(b, by),
    ),
    ev.SeatErased: Rule(
        lambda s, b, _: s.people.check_erased(b.seat), lambda s, b, _: s.people.erase_seat(b), after_end=True
    ),
    ev.SeatsRevoked: Rule(lambda s, b, _: s.people.check_seats(b.seats), lambda s, b, w: s.revoke(b, w.seq)),
    ev.SeatsRestored: Rule(lambda s, b, _: s.people.check_seats(b.seats), lambda s, b, _: s.restore(b)),
    ev.SeatCardsWanted: Rule(lambda s, b, _: s.people.check_cards_wanted(b), lambda s, b, _: s.people.want_cards(b)),
    ev.CardsPrinted: Rule(lambda s, b, _: s.people.check_cards(b), lambda s, b, _: s.people.print_cards(b)),
    ev.RowsConsented: Rule(
        lambda s, b, _: s.people.check_seat(b.seat), lambda s, b, _: s.people.consent_to_rows(b), after_end=True
    ),
}
"""The rules of the events about seats, circles and their cards."""
