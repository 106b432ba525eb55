"""What somebody can do who holds the file of a gathering and its keys: change rows, and make the rest fit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import apsw
import msgspec

from oneheart.engine.disclosure import RESPONSES_STEP
from oneheart.live import events as ev
from oneheart.storage.database import Database
from oneheart.storage.epochs import EpochTree
from oneheart.storage.keyring import Keyring, keyring_path, seal
from oneheart.storage.rows import RULES, Stored, commitment_of, slot_of

SELECT = "SELECT seq, actor, key, kind, body, salt, commitment, chain, at FROM events ORDER BY seq"
_UPDATE = (
    "UPDATE events SET actor = ?, key = ?, kind = ?, body = ?, salt = ?, commitment = ?, chain = ?, at = ? "
    "WHERE seq = ?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """An event with its body opened."""

    seq: int
    actor: str
    key: bytes
    kind: str
    body: str
    at: int


Change = Callable[[Row], Row]


@contextmanager
def held(path: Path) -> Iterator[Database]:
    """Open a file as any program for SQLite does, without lock and without the triggers that refuse changes."""
    connection = apsw.Connection(str(path))
    keys = keyring_path(path)
    ring = Keyring(keys, os.open(keys, os.O_RDWR), b"") if keys.exists() else None
    try:
        for (name,) in list(connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")):
            connection.execute(f"DROP TRIGGER {name}")
        yield Database(path, connection, None, connection.pragma("user_version") or 1, ring)
    finally:
        connection.close()
        if ring is not None:
            ring.close()


def rewrite(path: Path, change: Change, *, heads: bool = False) -> int:
    """Change events, and compute their commitments and the whole chain anew; return how many were changed.

    Args:
        path: path of the file.
        change: returns a changed event, or the same.
        heads: also make all published heads and the roots in sealed texts fit.
    """
    with held(path) as database, database.connection:
        return forge(database, change, heads=heads)


def forge(database: Database, change: Change, *, heads: bool = False) -> int:
    """Do what `rewrite` does in an open file."""
    refit = _Refit() if heads else None
    chain, changed = bytes(32), 0
    for found in list(database.connection.execute(SELECT)):
        row: Stored = found  # type: ignore[assignment]
        seq, actor, key, kind, body, salt, commitment, _, at = row
        if body is not None:
            content = RULES[2].content(row, database.keyring)
            before = Row(seq, actor, bytes(key), kind, content.body or "", at)  # type: ignore[arg-type]
            after = change(before) if refit is None else refit.fitted(change(before))
            if after != before:
                changed += 1
                body, salt, commitment = _columns(database, after, slot_of(body))
            actor, key, kind, at = after.actor, after.key, after.kind, after.at
        chain = hashlib.sha256(chain + commitment).digest()
        if refit is not None:
            refit.note(commitment, chain)
        database.connection.execute(_UPDATE, (actor, key, kind, body, salt, commitment, chain, at, seq))
    return changed


def append(database: Database, actor: str, kind: str, body: str, *, count: int = 1) -> None:
    """Write events at the end, as the program would, sealed where it has keys."""
    run = database.connection.execute
    for _ in range(count):
        seq, chain = run("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        key = os.urandom(16)
        stored, salt, commitment = RULES[2].written(actor, key, kind, body, 1_700_000_000_000, database.keyring)
        linked = hashlib.sha256(chain + commitment).digest()
        row = (seq + 1, actor, key, kind, stored, salt, commitment, linked, 1_700_000_000_000)
        run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _columns(database: Database, row: Row, slot: int | None) -> tuple[str | bytes, bytes | None, bytes]:
    """Return body and salt as the file holds them, and the commitment, of a forged event."""
    salt = os.urandom(32)
    commitment = commitment_of(salt, row.actor, row.key, row.kind, row.at, row.body)
    if slot is None or database.keyring is None:
        return row.body, salt, commitment
    secret = database.keyring.key(slot)
    assert secret is not None
    return slot.to_bytes(4, "big") + seal(secret, salt + row.body.encode()), None, commitment


class _Refit:
    """Makes heads and sealed texts fit the rows before them."""

    def __init__(self) -> None:
        self._tree = EpochTree(step=RESPONSES_STEP)
        self._commitments: list[bytes] = []
        self._chains: list[bytes] = []
        self._newest: ev.TreeHead | None = None

    def note(self, commitment: bytes, chain: bytes) -> None:
        """Note a row that is done."""
        self._commitments.append(commitment)
        self._chains.append(chain)

    def fitted(self, row: Row) -> Row:
        """Return a head or a sealed text as it must be after the rows before it; any other row as it is."""
        if row.kind not in {"head", "sealed"}:
            return row
        body = ev.decode(row.body)
        if isinstance(body, ev.TreeHead):
            after = self._newest.through if self._newest else 0
            self._tree.add(self._commitments[after : body.through], bytes.fromhex(body.filling))
            chain = self._chains[body.through - 1].hex()
            self._newest = body = msgspec.structs.replace(
                body, size=self._tree.size, root=self._tree.root().hex(), chain=chain
            )
        elif isinstance(body, ev.TextSealed) and self._newest is not None:
            body = msgspec.structs.replace(body, root=self._newest.root, size=self._newest.size)
        return replace(row, body=ev.encode(body))


def with_body(kind: str, change: Callable[[str], str]) -> Change:
    """Return a change of the bodies of one kind of event."""
    return lambda row: replace(row, body=change(row.body)) if row.kind == kind else row
