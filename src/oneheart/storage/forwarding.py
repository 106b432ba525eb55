"""The last event of a gathering that was moved to another store: where it is now."""

from __future__ import annotations

import json
from dataclasses import dataclass

from oneheart.errors import UserError

MOVED = "moved"
"""Kind of the event. The house writes it once, and nothing comes after it."""


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The body of that event.

    Attributes:
        to: path or address, without password, at which the gathering goes on.
        root: Merkle root over all events before this one, hexadecimal.
        url: address at which people find it now, such as https://heart.example; "" where nobody gave one.

    Example:
        >>> MovedTo("postgresql://db/hall#ABCD3456", "00ff").encoded()
        '{"kind":"moved","to":"postgresql://db/hall#ABCD3456","root":"00ff"}'
    """

    to: str
    root: str
    url: str = ""

    def encoded(self) -> str:
        """Return the canonical body. An event of a former version has no `url`."""
        fields = {"kind": MOVED, "to": self.to, "root": self.root} | ({"url": self.url} if self.url else {})
        return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def moved_of(kind: str, body: object) -> MovedTo | None:
    """Return what the last event of a store says if the gathering was moved; None if it was not.

    Args:
        kind: kind of the last event.
        body: its body as the store holds it.

    Example:
        >>> moved_of("moved", '{"kind":"moved","to":"x","root":"00"}')
        MovedTo(to='x', root='00', url='')
        >>> moved_of("stage", "{}") is None
        True
    """
    if kind != MOVED or not isinstance(body, str):
        return None
    try:
        fields = json.loads(body)
        return MovedTo(str(fields["to"]), str(fields["root"]), str(fields.get("url", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return MovedTo("another place", "")


def refuse_moved(where: str, kind: str, body: object) -> None:
    """Refuse a store whose gathering is elsewhere now.

    Raises:
        UserError: it was moved; the sentence says where to.
    """
    moved = moved_of(kind, body)
    if moved is not None:
        message = f"{where} was moved: the gathering is now at {moved.to}, with its keys; use that."
        raise UserError(message)
