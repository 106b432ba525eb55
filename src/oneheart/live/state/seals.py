"""Seals: a sealed text in the state, and which moves of the stage a seal allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from oneheart.live import events as ev


@dataclass(slots=True)
class Sealed:
    """A sealed text.

    Attributes:
        seq: place in the log.
        at: server's clock when it was sealed, milliseconds since 1970.
        round: round that ended with it.
        body: body of its event.
        question: question of the round, by language.
        amen: seats that said amen.
        said_at: server's clock when it was said, milliseconds since 1970; None before.
        public: true if everybody may read it.
        amen_aside: as `amen`, of people who are set aside.
        amen_kept: number of people who said amen, in steps of k, kept after some or all of them were erased; 0 before.
        taken_back_at: server's clock when a host took the seal back, milliseconds since 1970; None while it stands.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"amen_kept"})  # an erasure does not lower it

    seq: int
    at: int
    round: int
    body: ev.TextSealed
    question: dict[str, str]
    amen: set[int] = field(default_factory=set)
    said_at: int | None = None
    public: bool = False
    amen_kept: int = 0
    amen_aside: set[int] = field(default_factory=set)
    taken_back_at: int | None = None

    @property
    def seal_holds(self) -> bool:
        """Return whether nobody took the seal back."""
        return self.taken_back_at is None

    @property
    def amen_count(self) -> int:
        """Return how many people said amen; after everything personal was erased, rounded down to a multiple of k."""
        return max(len(self.amen), self.amen_kept)
