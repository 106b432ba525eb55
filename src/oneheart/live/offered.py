"""Offered: aliases of desires. An alias is made for one holder and one purpose, and holding it is the permission.

No number of a desire leaves the server, because numbers tell in which order people spoke. A page, an answer or a
program gets an alias instead, and every act names a desire by its alias (capability). An alias is one AES block of
purpose, holder and number, encrypted with a key of the gathering. Nobody can make or change one without that key. It is
computed and not stored, so it is still valid after a restart and after hours without network.

Source: ours; encryption of one block with redundancy is the usual way to make an identifier that cannot be forged.
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext

    from oneheart.live.gathering import LiveGathering

_BLOCK = 16
_ZEROS = bytes(7)
EVERYBODY = 0


@unique
class Purpose(IntEnum):
    """What an alias permits its holder to do. An alias of one purpose permits nothing of another."""

    OWN = 1
    """Withdraw one's own desire, correct its language, or join it to another. The holder is a seat."""
    CARD = 2
    """Answer a desire, or grow another from it. Given for what was dealt, answered before, drawn at random as a
    challenger, or is the line of the own circle. The holder is a seat."""
    JOIN = 3
    """Join one's own desire to this one, which was offered as similar. The holder is a seat."""
    CIRCLE = 4
    """As a steward, carry a listed desire of the circle, or begin its line with it. The holder is a seat."""
    TRANSLATION = 5
    """Confirm a translated line. The number is that of the translation; the holder is a seat."""
    HOST = 6
    """Moderate, mark, show or join a desire. The holder is a host."""
    SCREEN = 7
    """Tell two desires on the hall screen apart; it permits nothing. The holder is `EVERYBODY`."""
    TYPED = 12
    """Type for a person without a phone. The number is that of the person's seat; the holder is the seat that types."""

    SAY_IN = 8
    """Say a desire in another language, from its own words. The holder is a seat."""
    SAY_ON = 9
    """Say a desire in another language, from carried words; the number is their place in the log. The holder is a
    seat."""
    SAME_WORDS = 10
    """Say whether carried words say the same; the number is their place in the log. The holder is a seat."""
    HOST_WORDS = 11
    """Accept or reject carried words; the number is their place in the log. The holder is a host."""


class _Aliases:
    """Encrypts and decrypts the aliases of one gathering."""

    __slots__ = ("_decryptor", "_encryptor")

    def __init__(self, key: bytes) -> None:
        """Keep one encryptor and one decryptor: a block of ECB does not depend on the blocks before it."""
        cipher = Cipher(AES(key), ECB())  # noqa: S305  one block with redundancy; nothing longer is encrypted
        self._encryptor: CipherContext = cipher.encryptor()
        self._decryptor: CipherContext = cipher.decryptor()

    def make(self, head: bytes, number: int) -> str:
        return self._encryptor.update(head + number.to_bytes(4) + _ZEROS).hex()

    def number(self, head: bytes, alias: str) -> int | None:
        try:
            block = bytes.fromhex(alias)
        except ValueError:
            return None
        if len(block) != _BLOCK or block.hex() != alias:  # `fromhex` reads capitals and spaces too
            return None
        plain = self._decryptor.update(block)
        return int.from_bytes(plain[5:9]) if plain[:5] == head and plain[9:] == _ZEROS else None


_BY_GATHERING: WeakKeyDictionary[LiveGathering, _Aliases] = WeakKeyDictionary()


def _of(gathering: LiveGathering) -> _Aliases:
    aliases = _BY_GATHERING.get(gathering)
    if aliases is None:
        aliases = _BY_GATHERING[gathering] = _Aliases(bytes.fromhex(gathering.secret_for("aliases", "desires")))
    return aliases


def alias_for(gathering: LiveGathering, purpose: Purpose, holder: int, number: int) -> str:
    """Return the alias of a desire for one purpose and one holder: 32 hexadecimal letters. O(1), under 2 µs.

    Make one only where its purpose says that the desire was given to this holder.

    Args:
        gathering: gathering of the desire.
        purpose: what the alias permits.
        holder: number of the seat or host; `EVERYBODY` for the screen.
        number: number of the desire, or of the text, line or person that the purpose names.
    """
    return _of(gathering).make(_head(purpose, holder), number)


def desire_behind(gathering: LiveGathering, purpose: Purpose, holder: int, alias: str) -> int | None:
    """Return the number behind an alias; None unless it was made for this purpose and this holder here. O(1).

    Random letters are taken for an alias with a chance of 2 to the power of -96.

    Args:
        gathering: gathering of the desire.
        purpose: what the holder wants to do with it.
        holder: number of the seat or host.
        alias: letters that the holder sent; anything else than an alias is unknown.
    """
    return _of(gathering).number(_head(purpose, holder), alias)


def _head(purpose: Purpose, holder: int) -> bytes:
    return bytes((purpose,)) + holder.to_bytes(4)
