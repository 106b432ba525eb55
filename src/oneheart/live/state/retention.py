"""Keeping: for how long and by whom everything personal is kept, who agreed to it, and its erasure at the end.

The eighth part of the state. The terms are settings: days after the end, who runs the gathering, and the address to
which lines are sent for drafts in other languages, if any. A change of them is a new version, to which people agree
again; only an end of sending needs no new consent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model.actor import HOUSE
from oneheart.model.prayer import DraftsBy

DAY_MS = 86_400_000
KEEP_DAYS = 30
"""Days after the end until everything personal is erased, for a new gathering whose hosts chose nothing else."""
KEEP_DAYS_MOST = 365
IDLE_DAYS = 90
"""A gathering that nobody ended counts as ended this many days after its last event."""

CONFIDES: frozenset[type[ev.Body]] = frozenset(kind for kind in get_args(ev.AnyBody) if kind.confides)
"""The kinds of events by which a person confides words, answers or presence. They need the person's consent."""


@dataclass(slots=True)
class Keeping:
    """The terms of a gathering, and what was done about them.

    Attributes:
        days: days from the end until everything personal is erased; None if no term was set (files of former
            versions). Without a term no consent is required.
        run_by: who runs the gathering; "" if the hosts wrote nothing.
        version: number of settings that changed the terms; 0 before the first.
        sent_to: host name of the address to which lines are sent for drafts; "" for none.
        sent_since: place in the log of the settings since which they are sent there; words after it were said by people
            who had been told. None while nothing is sent.
        agreed: version and days to which each person agreed last, by seat.
        last_at: server's clock at the last event, milliseconds since 1970.
        ended_at: server's clock at the end, milliseconds since 1970; None before.
        purged_at: server's clock when everything personal was erased; None before.
        kept: what remained after that; None before.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"last_at"})  # refused events change it too

    days: int | None = None
    run_by: str = ""
    version: int = 0
    sent_to: str = ""
    sent_since: int | None = None
    agreed: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    last_at: int = 0
    ended_at: int | None = None
    purged_at: int | None = None
    kept: ev.Purged | None = None

    # --- terms and consent ---

    def check_terms(self, body: ev.Settings) -> Refusal | None:
        """Refuse settings that take an existing term away, and a sending of lines to which nobody would agree."""
        sends = body.drafts is DraftsBy.ADDRESS
        if body.keep_days is None and (self.days is not None or sends):
            return Refusal.UNKNOWN
        return Refusal.UNKNOWN if sends != bool(body.drafts_address) else None

    def set_terms(self, body: ev.Settings, seq: int) -> None:
        """Set the terms; another term, another text of the hosts or a new address for lines is a new version.

        Args:
            body: the settings.
            seq: their place in the log.
        """
        newly_sent = bool(body.drafts_address) and body.drafts_address != self.sent_to
        if self.version == 0 or newly_sent or (body.keep_days, body.run_by) != (self.days, self.run_by):
            self.days, self.run_by = body.keep_days, body.run_by
            self.version += 1
        if body.drafts_address != self.sent_to:
            self.sent_to, self.sent_since = body.drafts_address, seq if body.drafts_address else None

    def agree(self, seat: int, version: int | None) -> None:
        """Record to which version a new person agreed; None and outdated versions are no agreement."""
        if version == self.version:
            self.agreed[seat] = (self.version, self.days)

    def check_consent(self, body: ev.ConsentGiven) -> Refusal | None:
        """Refuse consent to other terms than the present ones."""
        return None if body.version == self.version else Refusal.STALE

    def consent(self, body: ev.ConsentGiven) -> int:
        """Record a person's consent and return the seat."""
        self.agree(body.seat, body.version)
        return body.seat

    def has_agreed(self, seat: int) -> bool:
        """Return whether a person agreed to the present terms, or none are set."""
        return self.days is None or self.agreed.get(seat, (0, None))[0] == self.version

    def lacks_consent(self, body: ev.AnyBody) -> Refusal | None:
        """Refuse words, answers and presences of a person who has not agreed to the present terms."""
        if self.days is None:
            return None
        seat = getattr(body, "seat", None)
        if type(body) not in CONFIDES or not isinstance(seat, int) or self.has_agreed(seat):
            return None
        return Refusal.CONSENT

    # --- the end of the term ---

    def end(self, at: int) -> None:
        """Record the end of the gathering."""
        if self.ended_at is None:
            self.ended_at = at

    @property
    def counted_from(self) -> int:
        """Return the moment from which the term counts: the end, or `IDLE_DAYS` after the last event without one."""
        return self.last_at + IDLE_DAYS * DAY_MS if self.ended_at is None else self.ended_at

    @property
    def due_at(self) -> int | None:
        """Return when everything personal is erased, milliseconds since 1970; None without a term or afterwards."""
        if self.days is None or self.purged_at is not None:
            return None
        return self.counted_from + self.days * DAY_MS

    def is_due(self, now: int) -> bool:
        """Return whether everything personal must be erased now."""
        return self.due_at is not None and now >= self.due_at

    def seats_due(self, now: int) -> list[int]:
        """Return the people whose agreed term is over before that of the gathering: they agreed to a shorter one."""
        if self.days is None or self.purged_at is not None:
            return []
        passed = now - self.counted_from
        return sorted(seat for seat, (_, days) in self.agreed.items() if days is not None and passed >= days * DAY_MS)

    def check_purged(self, by: str) -> Refusal | None:
        """Refuse an erasure that the house did not write, a second one, and one without a term."""
        if by != HOUSE:
            return Refusal.NOT_YOURS
        return Refusal.CLOSED if self.days is None or self.purged_at is not None else None

    def purge(self, body: ev.Purged, at: int) -> None:
        """Record that the term is over, and what remains."""
        self.purged_at, self.kept = at, body
        self.end(at)
        self.agreed.clear()

    def counted(self, present: int, name: Literal["people", "desires", "responses"]) -> int:
        """Return a count of the gathering: the present one, or the one that was kept when everything was erased."""
        return present if self.kept is None else int(getattr(self.kept, name))


KEEPING_RULES: dict[type[ev.Body], Rule] = {
    ev.ConsentGiven: Rule(
        lambda s, b, _: s.people.check_seat(b.seat) or s.keeping.check_consent(b),
        lambda s, b, _: s.keeping.consent(b),
    ),
    ev.Purged: Rule(lambda s, _b, by: s.keeping.check_purged(by), lambda s, b, w: s.purge(b, w.at), after_end=True),
}
"""The rules of the events about consent and the end of the term."""
