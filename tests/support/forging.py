"""What somebody can do who holds the file of a gathering and its keys: change rows, and make the rest fit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

from oneheart.storage.keyring import Keyring, keyring_path, seal
from oneheart.storage.rows import RULES, Stored, commitment_of, slot_of

SELECT = "SELECT seq, actor, key, kind, body, salt, commitment, chain, at FROM events ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Row:
    """An event with its body opened."""

    seq: int
    actor: str
    key: bytes
    kind: str
    body: str | None
    at: int


@contextmanager
def without_triggers(path: Path) -> Iterator[apsw.Connection]:
    """Open a file as any program for SQLite does, without the triggers that refuse changes."""
    connection = apsw.Connection(str(path))
    try:
        for (name,) in list(connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")):
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
    finally:
        connection.close()


def rewrite(path: Path, change: Callable[[Row], Row]) -> int:
    """Change events, and compute their commitments and the whole chain anew; return how many were changed."""
    keys = keyring_path(path)
    ring = Keyring(keys, os.open(keys, os.O_RDWR), b"") if keys.exists() else None
    changed = 0
    with without_triggers(path) as connection, connection:
        for found in list(connection.execute(SELECT)):
            row: Stored = found  # type: ignore[assignment]
            seq, actor, key, kind, body, _, _, _, at = row
            if body is None:
                continue
            slot = slot_of(body)
            before = Row(seq, actor, bytes(key), kind, RULES[2].content(row, ring).body, at)  # type: ignore[arg-type]
            after = change(before)
            if after == before:
                continue
            changed += 1
            salt = os.urandom(32)
            text = after.body or ""
            commitment = commitment_of(salt, after.actor, after.key, after.kind, after.at, text)
            stored: str | bytes = text
            if slot is not None and ring is not None:
                secret = ring.key(slot)
                assert secret is not None
                stored = slot.to_bytes(4, "big") + seal(secret, salt + text.encode())
            connection.execute(
                "UPDATE events SET actor = ?, key = ?, kind = ?, body = ?, salt = ?, commitment = ?, at = ? "
                "WHERE seq = ?",
                (
                    after.actor,
                    after.key,
                    after.kind,
                    stored,
                    None if slot is not None else salt,
                    commitment,
                    after.at,
                    seq,
                ),
            )
        rechain(connection)
    if ring is not None:
        ring.close()
    return changed


def rechain(connection: apsw.Connection) -> None:
    """Compute the chain of all rows anew from their commitments."""
    chain = bytes(32)
    for seq, commitment in list(connection.execute("SELECT seq, commitment FROM events ORDER BY seq")):
        chain = hashlib.sha256(chain + commitment).digest()  # type: ignore[operator]
        connection.execute("UPDATE events SET chain = ? WHERE seq = ?", (chain, seq))


def with_body(kind: str, change: Callable[[str], str]) -> Callable[[Row], Row]:
    """Return a change of the bodies of one kind of event."""
    return lambda row: replace(row, body=change(row.body or "")) if row.kind == kind else row
