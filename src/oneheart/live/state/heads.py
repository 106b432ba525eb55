"""Heads: the published heads of the record's tree, and when the next one is due. The sixth part of the state."""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model.actor import HOUSE, is_seat


@dataclass(slots=True)
class TreeHeads:
    """The published heads of the record.

    A head is due when a stage ends, and only if at least k people have written since the last head. Before and
    after the sealing of a text and at the end of the gathering one is always due, so that the sealing itself is under a
    head. So the moments tell nothing of one person; that the
    sizes tell nothing either is the work of `storage.epochs`.

    Attributes:
        published: heads in order; each extends the one before it.
        writers: actors of people who have written since the last head, at most k of them.
        due: true if the house has to publish a head now.
    """

    published: list[ev.TreeHead] = field(default_factory=list)
    writers: set[str] = field(default_factory=set)
    due: bool = False

    @property
    def newest(self) -> ev.TreeHead | None:
        """Return the last published head; None before the first."""
        return self.published[-1] if self.published else None

    @property
    def through(self) -> int:
        """Return the place in the log of the last event under a head; 0 before the first."""
        return self.published[-1].through if self.published else 0

    def of_size(self, size: int) -> ev.TreeHead | None:
        """Return the head with a size; None if no head has it. O(heads)."""
        return next((head for head in self.published if head.size == size), None)

    def note(self, by: str, body: ev.AnyBody) -> None:
        """Note that somebody has written something. A sealing makes a head due, so that it is under a head at once."""
        self.due = self.due or isinstance(body, ev.TextSealed)
        if not disclosure.enough(len(self.writers)) and is_seat(by):
            self.writers.add(by)

    def end_stage(self, *, always: bool) -> None:
        """Find whether a head is due at the end of a stage; always at the sealing and at the end."""
        self.due = self.due or always or disclosure.enough(len(self.writers))

    def check_head(self, body: ev.TreeHead, by: str, last: int) -> Refusal | None:
        """Refuse a head that the house did not write, that is not above the last one, or of events still to come.

        Args:
            body: the head.
            by: actor of the event.
            last: place in the log of the last event.
        """
        if by != HOUSE:
            return Refusal.NOT_YOURS
        former = self.newest
        rises = self.through < body.through <= last and body.size > (former.size if former else 0)
        return None if rises else Refusal.STALE

    def publish(self, body: ev.TreeHead) -> int:
        """Add a head and return its number, from 1."""
        self.published.append(body)
        self.writers.clear()
        self.due = False
        return len(self.published)


HEAD_RULES: dict[type[ev.Body], Rule] = {
    ev.TreeHead: Rule(
        lambda s, b, by: s.heads.check_head(b, by, s.seq), lambda s, b, _: s.heads.publish(b), after_end=True
    ),
}
"""The rule of the heads of the record's tree."""
