"""Beside: what a log tells of other processes that write to it, and what they share. One process holds a file alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """An event on disk.

    Attributes:
        seq: its place in the log, from 1.
        actor: actor of the event; nobody's name once erased.
        key: idempotency key of the sender, in format 2 its digest, hexadecimal; meaningless once erased.
        kind: kind of event; "gone" once erased, unless later numbers of seats or desires depend on it.
        body: canonical JSON; None once erased.
        at: server's clock, milliseconds since 1970, for display only; the order is `seq`. 0 once erased in format 2.
        commitment: commitment to the event, 32 bytes; erasing keeps it.
    """

    seq: int
    actor: str
    key: str
    kind: str
    body: str | None
    at: int
    commitment: bytes = field(default=b"", repr=False, compare=False)


class Beside:
    """Other processes of one log; by default there are none."""

    erased_ahead = False
    """Whether the last replay met rows that were erased by events after the place of this process."""

    lost = 0
    """Number of confirmed events that the store no longer has, because an older copy of it took its place."""

    def others(self) -> list[Event]:
        """Return, once, the events that `append` did not return, in order: of other processes, and of erasures.

        All of them come before what this process wrote last. A file has none, because one process holds it.
        """
        return []

    @property
    def alone(self) -> bool:
        """Return whether no other process can write to the log while this one has it open."""
        return True

    def catch_up(self) -> None:
        """Go on to the end of the log; `others` returns then what other processes wrote.

        Raises:
            StorageError: the store is not reachable, or not as this process left it.
        """

    @property
    def leads(self) -> bool:
        """Return whether this process leads: it alone fits, weaves, seals and does what is due by time."""
        return True

    def try_to_lead(self) -> bool:
        """Lead the gathering if nobody else does; return whether this process leads it now.

        Raises:
            StorageError: the store is not reachable.
        """
        return True

    def let_others_lead(self) -> None:
        """Lead no more, so that another process can.

        Raises:
            StorageError: the store is not reachable.
        """

    def hear(self, wake: Callable[[str], None]) -> None:
        """Let a function be called, in any thread, with what other processes tell of this gathering."""

    def tell(self, what: str) -> None:
        """Tell the other processes of this gathering something short; it may be lost."""

    def others_serve(self) -> bool:
        """Return whether other processes have the gathering open for writing, too."""
        return False

    def publish(self, part: str, seq: int, body: bytes) -> None:
        """Share something with the other processes that may be lost, under the name of its part.

        Args:
            part: name of the part; it replaces what was shared under it before.
            seq: place in the log at which it was so.
            body: what it is; no words of people.

        Raises:
            StorageError: the store is not reachable.
        """

    def published(self, part: str) -> bytes | None:  # noqa: ARG002  of a file there is nothing
        """Return what was shared last under a name; None if nothing is."""
        return None

    def shut(self) -> None:
        """End what `hear` began."""
