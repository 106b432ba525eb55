"""Rows: how an event stands in the file, and the commitment to it. One rule for each format of the file.

Format 1 commits to a salted hash of the body only. Format 2 commits to every column except the place:
SHA-256(salt || `row_bytes`). The place is left out, so that a receipt tells nothing of how many events came before. The
hash chain commits to the order in both formats.

In format 2 the body of a person's event may be sealed (`storage.keyring`). The salt is then inside it.
"""

from __future__ import annotations

import hashlib
import os
import struct
from typing import NamedTuple, Protocol

from oneheart.storage.keyring import DESTROYED, NUMBERED, Keyring, Keys, opened, seal

Stored = tuple[int, str, "str | bytes", str, "str | bytes | None", "bytes | None", bytes, bytes, int]
"""A row as it stands in the file: seq, actor, key, kind, body, salt, commitment, chain, at."""

BLANK_ACTOR = ""
BLANK_KIND = "gone"
KEY_DIGEST_BYTES = 16
_PREFIX = b"oneheart event 2\0"
_LENGTH, _AT, _SLOT = struct.Struct(">I"), struct.Struct(">q"), struct.Struct(">I")


class Altered(Exception):  # noqa: N818  it is the finding of a check
    """A row is not as it was written.

    Attributes:
        seq: place in the log.
        kind: kind of the event, as the row names it now.
        why: reason, in words that follow "because".
    """

    def __init__(self, seq: int, kind: str, why: str) -> None:
        """Keep place and reason."""
        super().__init__(f"event {seq}: {why}")
        self.seq, self.kind, self.why = seq, kind, why


class Content(NamedTuple):
    """The body and salt of a row, opened.

    Attributes:
        body: canonical JSON; None if its key was destroyed.
        salt: the salt of its commitment; empty if its key was destroyed.
        slot: slot of the key that sealed it; None if it was not sealed.
        numbered: true if the key was destroyed, but the event keeps its number.
    """

    body: str | None
    salt: bytes
    slot: int | None = None
    numbered: bool = False


def key_digest(key: str) -> bytes:
    """Return the digest under which format 2 stores an idempotency key, 16 bytes.

    Example:
        >>> key_digest("a key of a phone").hex()[:8]
        '0d40f510'
    """
    return hashlib.sha256(b"oneheart key\0" + key.encode()).digest()[:KEY_DIGEST_BYTES]


def key_text(key: str | bytes) -> str:
    """Return a stored key as events have it: a digest in hexadecimal."""
    return key.hex() if isinstance(key, bytes) else key


def row_bytes(actor: str, key: bytes, kind: str, at: int, body: str) -> bytes:
    """Return the columns of an event as one byte string; different events give different strings.

    It is a prefix, then actor, key digest and kind, each after its length in four bytes, the time in eight bytes, and
    the body. Numbers are big-endian, texts are UTF-8.
    """
    by, named, length = actor.encode(), kind.encode(), _LENGTH.pack
    return b"".join(
        (_PREFIX, length(len(by)), by, length(len(key)), key, length(len(named)), named, _AT.pack(at), body.encode())
    )


def commitment_of(salt: bytes, actor: str, key: bytes, kind: str, at: int, body: str) -> bytes:
    """Return the commitment of format 2 to an event, 32 bytes."""
    return hashlib.sha256(salt + row_bytes(actor, key, kind, at, body)).digest()


def blank_key(seq: int) -> bytes:
    """Return the key of an erased row, which says nothing but its place."""
    return seq.to_bytes(KEY_DIGEST_BYTES, "big")


def slot_of(body: str | bytes | None) -> int | None:
    """Return the slot of the key that sealed a stored body; None if it is not sealed."""
    return _SLOT.unpack_from(body)[0] if isinstance(body, bytes) and len(body) >= _SLOT.size else None


class RowRule(Protocol):
    """How a format of the file writes and checks rows."""

    number: int
    """Number of the format."""

    def key(self, key: str) -> str | bytes:
        """Return an idempotency key as the file holds it."""

    def written(
        self, actor: str, key: str | bytes, kind: str, body: str, at: int, keyring: Keyring | None
    ) -> tuple[str | bytes, bytes | None, bytes]:
        """Return body and salt as the file holds them, and the commitment.

        Args:
            actor: actor of the event.
            key: key as the file holds it.
            kind: kind of the event.
            body: canonical JSON.
            at: the server's clock, milliseconds since 1970.
            keyring: keyring that seals the body; None to leave it open.
        """

    def content(self, row: Stored, keys: Keys | Keyring | None) -> Content:
        """Return what a row that is not blank holds.

        Raises:
            Altered: it cannot be opened.
        """

    def check(self, row: Stored, content: Content) -> None:
        """Check a row that is not blank against its commitment.

        Raises:
            Altered: the row is not as it was written.
        """


class BodyOnly:
    """The rule of format 1."""

    number = 1

    def key(self, key: str) -> str:
        """Return the key itself."""
        return key

    def written(
        self,
        actor: str,  # noqa: ARG002  format 1 commits to the body only
        key: str | bytes,  # noqa: ARG002
        kind: str,  # noqa: ARG002
        body: str,
        at: int,  # noqa: ARG002
        keyring: Keyring | None,  # noqa: ARG002
    ) -> tuple[str, bytes, bytes]:
        """Return body, salt and commitment."""
        salt = os.urandom(16)
        return body, salt, hashlib.sha256(salt + body.encode()).digest()

    def content(self, row: Stored, keys: Keys | Keyring | None) -> Content:  # noqa: ARG002
        """Return body and salt."""
        body, salt = row[4], row[5]
        if not isinstance(body, str) or not isinstance(salt, bytes):
            raise Altered(row[0], row[3], "its body or salt is of another type")
        return Content(body, salt)

    def check(self, row: Stored, content: Content) -> None:
        """Check the body."""
        if hashlib.sha256(content.salt + (content.body or "").encode()).digest() != row[6]:
            raise Altered(row[0], row[3], "its body does not fit its commitment")


class WholeRow:
    """The rule of format 2."""

    number = 2

    def key(self, key: str) -> bytes:
        """Return the digest of the key."""
        return key_digest(key)

    def written(
        self, actor: str, key: str | bytes, kind: str, body: str, at: int, keyring: Keyring | None
    ) -> tuple[str | bytes, bytes | None, bytes]:
        """Return body, salt and commitment; a sealed body has its slot before it and the salt inside.

        Raises:
            KeyringError: see `Keyring.take`.
        """
        assert isinstance(key, bytes)  # noqa: S101  made by `key` above
        salt = os.urandom(32)
        commitment = commitment_of(salt, actor, key, kind, at, body)
        if keyring is None:
            return body, salt, commitment
        slot, secret = keyring.take()
        return _SLOT.pack(slot) + seal(secret, salt + body.encode()), None, commitment

    def content(self, row: Stored, keys: Keys | Keyring | None) -> Content:
        """Return body and salt, opened with the key of the row if it is sealed."""
        seq, _, _, kind, body, salt, *_ = row
        if isinstance(body, str):
            if not isinstance(salt, bytes):
                raise Altered(seq, kind, "its salt is gone")
            return Content(body, salt)
        if not isinstance(body, bytes) or len(body) < _SLOT.size or salt is not None:
            raise Altered(seq, kind, "its body is of another type")
        slot: int = _SLOT.unpack_from(body)[0]
        key = keys.at(slot) if isinstance(keys, Keys) else keys.key(slot) if keys is not None else None
        if key is None:
            raise Altered(seq, kind, "its key is not in the file of keys, which may be an older copy")
        if key.startswith(DESTROYED):
            return Content(None, b"", slot, numbered=key == NUMBERED)
        content = opened(key, body[_SLOT.size :])
        if content is None:
            raise Altered(seq, kind, "its body cannot be opened with its key")
        try:
            return Content(content[32:].decode(), content[:32], slot)
        except UnicodeDecodeError:
            raise Altered(seq, kind, "its body is no text") from None

    def check(self, row: Stored, content: Content) -> None:
        """Check every column except the place. A row whose key was destroyed cannot be checked."""
        if content.body is None:
            return
        seq, actor, key, kind, _, _, commitment, _, at = row
        fits = isinstance(key, bytes) and commitment == commitment_of(content.salt, actor, key, kind, at, content.body)
        if not fits:
            raise Altered(seq, kind, "one of its columns does not fit its commitment")


RULES: dict[int, RowRule] = {1: BodyOnly(), 2: WholeRow()}
"""The rule of each format."""
