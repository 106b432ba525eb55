"""Nearness: lists of contacts that hosts brought in, and what each person who agreed holds of them.

Nobody is in a list who did not agree. A contact stands in two halves, one with each of the two people, and counts only
while both are there. What a person takes back, or a host takes out, is erased from the log; see `Nearness.due`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model import actor
from oneheart.model.near_by import NearBy

if TYPE_CHECKING:
    from oneheart.live.state.people import People

BROUGHT_MOST = 200
"""The most lists of contacts that one gathering keeps."""


@dataclass(frozen=True, slots=True)
class HeldContacts:
    """What one event keeps of a list for one person.

    Attributes:
        seq: place of the event in the log.
        amounts: see `events.ContactsKept`, as the fields below.
        first: random numbers of contacts, with `amounts`.
        second: random numbers of the other contacts.
        groups: groups in which the person was.
        minutes: how long.
    """

    seq: int
    amounts: bytes
    first: bytes
    second: bytes
    groups: tuple[int, ...]
    minutes: tuple[float, ...]


@dataclass(slots=True)
class BroughtList:
    """A list of contacts that a host brought in.

    Attributes:
        digest: digest of its file.
        near_by: what counts as near in it.
        unit: unit of its amounts.
        lines: number of its lines.
        forms: form of each group; [] for contacts of pairs.
        at: server's clock, milliseconds since 1970.
        out: true once a host took it out.
        held: what each person holds of it, by seat.
    """

    digest: str
    near_by: NearBy
    unit: str
    lines: int
    forms: list[str]
    at: int
    out: bool = False
    held: dict[int, list[HeldContacts]] = field(default_factory=dict)


@dataclass(slots=True)
class Nearness:
    """All lists of contacts of one gathering, who agreed to them, and their badges.

    Attributes:
        agreed: place in the log of the consent of each person who agrees now, by seat.
        badge_of: digest of the badge of each person, by seat, and whether an usher read it.
        badges_kept: places of all events with a badge of a person, by seat.
        brought: by number.
        due: places of events that must be erased from the log, each with the place of the event that asks for it. The
            owner of the log erases them and computes the state again.
        torn: place of the last event that took something of a list back; 0 for none. An output of an earlier basis
            would differ from the former one by this.
    """

    agreed: dict[int, int] = field(default_factory=dict)
    badge_of: dict[int, tuple[str, bool]] = field(default_factory=dict)
    badges_kept: dict[int, list[int]] = field(default_factory=dict)
    brought: list[BroughtList] = field(default_factory=list)
    due: dict[int, int] = field(default_factory=dict)
    torn: int = 0

    # --- consent and badges ---

    def consent(self, body: ev.ContactsConsented, seq: int) -> int:
        """Record that lists may name a person; return the seat."""
        self.agreed.setdefault(body.seat, seq)
        return body.seat

    def check_back(self, body: ev.ContactsTakenBack, people: People) -> Refusal | None:
        """Refuse a seat that never existed. Who is revoked may still take back what is theirs."""
        return None if 0 <= body.seat < len(people.seats) else Refusal.UNKNOWN

    def take_back(self, body: ev.ContactsTakenBack, seq: int) -> int:
        """Record that lists may no longer name a person, and mark all of theirs for erasure; return the seat."""
        if self.agreed.pop(body.seat, None) is not None and self.brought:
            self.torn = seq
        self.due |= dict.fromkeys(self.badges_kept.pop(body.seat, []), seq)
        self.badge_of.pop(body.seat, None)
        for brought in self.brought:
            self.due |= {held.seq: seq for held in brought.held.pop(body.seat, [])}
        return body.seat

    def check_badge(self, body: ev.BadgeKept, people: People) -> Refusal | None:
        """Refuse an unknown person, and one who did not agree to be named in lists."""
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        return None if body.seat in self.agreed else Refusal.NOT_YOURS

    def keep_badge(self, body: ev.BadgeKept, seq: int) -> int:
        """Record the badge of a person in place of an earlier one; return the seat."""
        self.badges_kept.setdefault(body.seat, []).append(seq)
        self.badge_of[body.seat] = (body.badge, body.seen)
        return body.seat

    def seats_of_badges(self, people: People) -> dict[str, int]:
        """Return the seat of each badge. O(N).

        One that an usher read comes before one that somebody typed. A badge that two people have is of neither.
        """
        read: dict[bool, dict[str, list[int]]] = {True: {}, False: {}}
        for seat, (badge, seen) in self.badge_of.items():
            if people.sits(seat):
                read[seen].setdefault(badge, []).append(seat)
        chosen = {badge: read[True].get(badge) or read[False][badge] for badge in {*read[True], *read[False]}}
        return {badge: seats[0] for badge, seats in chosen.items() if len(seats) == 1}

    # --- lists ---

    def check_brought(self, body: ev.ContactsBrought) -> Refusal | None:
        """Refuse a list without lines, and more lists than a gathering keeps."""
        if body.lines < 1:
            return Refusal.UNREADABLE
        return None if len(self.brought) < BROUGHT_MOST else Refusal.FULL

    def bring(self, body: ev.ContactsBrought, at: int) -> int:
        """Add a list without anybody in it, and return its number."""
        self.brought.append(BroughtList(body.digest, body.near_by, body.unit, body.lines, list(body.forms), at))
        return len(self.brought) - 1

    def knows(self, brought: int) -> bool:
        """Return whether a list with this number exists and was not taken out."""
        return 0 <= brought < len(self.brought) and not self.brought[brought].out

    def check_out(self, body: ev.ContactsTakenOut) -> Refusal | None:
        """Refuse a list that does not exist or was taken out."""
        return None if self.knows(body.brought) else Refusal.UNKNOWN

    def take_out(self, body: ev.ContactsTakenOut, seq: int) -> int:
        """Take out a list, and all later ones of the same file; mark what people hold of it for erasure."""
        digest = self.brought[body.brought].digest
        for brought in self.brought:
            if brought.digest == digest and not brought.out:
                brought.out = True
                self.due |= {held.seq: seq for pieces in brought.held.values() for held in pieces}
                brought.held = {}
        self.torn = seq
        return body.brought

    def check_kept(self, body: ev.ContactsKept, people: People) -> Refusal | None:
        """Refuse an unknown person or list, a person who did not agree, and pieces that do not fit one another."""
        if not people.sits(body.seat) or not self.knows(body.brought):
            return Refusal.UNKNOWN
        if body.seat not in self.agreed:
            return Refusal.NOT_YOURS
        fits = len(body.amounts) == 2 * len(body.first) and len(body.first) % 4 == len(body.second) % 4 == 0
        return None if fits and len(body.groups) == len(body.minutes) else Refusal.UNREADABLE

    def check_new_kept(self, body: ev.ContactsKept, by: str) -> Refusal | None:
        """Refuse what is said to be of another person. Asked before the event is written."""
        return None if by == actor.seat(body.seat) else Refusal.NOT_YOURS

    def keep(self, body: ev.ContactsKept, seq: int) -> int:
        """Record what a person holds of a list; return the seat."""
        held = HeldContacts(seq, body.amounts, body.first, body.second, tuple(body.groups), tuple(body.minutes))
        self.brought[body.brought].held.setdefault(body.seat, []).append(held)
        return body.seat

    def numbers_of(self, digest: str) -> list[int]:
        """Return the numbers of all lists of a file that were not taken out. O(lists)."""
        return [n for n, brought in enumerate(self.brought) if brought.digest == digest and not brought.out]


NEAR_RULES: dict[type[ev.Body], Rule] = {
    ev.ContactsConsented: Rule(
        lambda s, b, _: s.people.check_seat(b.seat),
        lambda s, b, w: s.company.near.consent(b, w.seq),
        after_end=True,
    ),
    ev.ContactsTakenBack: Rule(
        lambda s, b, _: s.company.near.check_back(b, s.people),
        lambda s, b, w: s.company.near.take_back(b, w.seq),
        after_end=True,
    ),
    ev.BadgeKept: Rule(
        lambda s, b, _: s.company.near.check_badge(b, s.people),
        lambda s, b, w: s.company.near.keep_badge(b, w.seq),
        after_end=True,
    ),
    ev.ContactsBrought: Rule(
        lambda s, b, _: s.company.near.check_brought(b),
        lambda s, b, w: s.company.near.bring(b, w.at),
        after_end=True,
    ),
    ev.ContactsTakenOut: Rule(
        lambda s, b, _: s.company.near.check_out(b),
        lambda s, b, w: s.company.near.take_out(b, w.seq),
        after_end=True,
    ),
    ev.ContactsKept: Rule(
        lambda s, b, _: s.company.near.check_kept(b, s.people),
        lambda s, b, w: s.company.near.keep(b, w.seq),
        after_end=True,
        check_new=lambda s, b, by: s.company.near.check_new_kept(b, by),
    ),
}
