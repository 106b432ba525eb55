"""Codes that people type, and secrets that open seats and desks. The log stores only hashes of secrets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from oneheart.errors import UserError

ALPHABET = "3456789ABCDEFGHJKMNPQRSTWXYZ"  # no two letters that look alike
CODE_LENGTH = 8
WRONG_A_MINUTE = 10
"""So many wrong codes may be sent in a minute: from one address, and by one person or host of a gathering."""
_HEXADECIMAL_LEAST, _BASE64_LEAST = 32, 22  # letters of 128 bits
_LETTERS_LEAST = 8


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal. Only this hash is stored.

    Example:
        >>> hash_of("x")[:8]
        '2d711642'
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_code() -> str:
    """Return a random join code: eight letters from an alphabet of 28, about 3.8e11 possible codes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def code_from(secret: str) -> str:
    """Return a code of eight letters that follows from a secret of 128 bits.

    Args:
        secret: hexadecimal, see `SecretKey.secret_for`.

    Example:
        >>> code_from("0" * 31 + "1"), len(code_from("f" * 32))
        ('43333333', 8)
    """
    return letters_of(secret, CODE_LENGTH)


def clean_code(typed: str) -> str:
    """Return a typed code in canonical form: without spaces and dashes, in upper case.

    Example:
        >>> clean_code(" abcd-3456 ")
        'ABCD3456'
    """
    return "".join(letter for letter in typed.upper() if letter in ALPHABET)[:CODE_LENGTH]


def is_strong(key: str) -> bool:
    """Return whether an idempotency key may open a seat: whether it can hold 128 random bits.

    The secret of a seat is derived from this file's key and the idempotency key, so that a repeat of a lost answer gets
    the same seat. Whoever guesses the idempotency key is given that secret. So it must be a credential too: at least 32
    hexadecimal letters or 22 letters of base64url. A key of fewer than eight different letters is refused as well; a
    random one is so less than once in ten million times.

    Example:
        >>> is_strong("phone-01"), is_strong("0123456789abcdef" * 2), is_strong("0" * 32)
        (False, True, False)
        >>> is_strong("q83vEjRWeJCrze8SNFZ4kA"), is_strong("0123456789abcdef012345")
        (True, False)
    """
    is_hexadecimal = all(letter in "0123456789abcdefABCDEF" for letter in key)
    return len(key) >= (_HEXADECIMAL_LEAST if is_hexadecimal else _BASE64_LEAST) and len(set(key)) >= _LETTERS_LEAST


def letters_of(secret: str, count: int) -> str:
    """Return letters of the alphabet of codes made from a derived secret, hexadecimal, of 128 bits.

    Example:
        >>> letters_of("ff" * 16, 8)
        '6RZFNAG8'
    """
    rest, letters = int(secret, 16), []
    for _ in range(count):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


class SecretKey:
    """The secret key of one gathering file. Secrets of seats and codes of cards are derived from it."""

    def __init__(self, key: bytes) -> None:
        """Keep the key, 32 random bytes.

        Example:
            >>> key = SecretKey(bytes(32))
            >>> key.seed, key.secret_for("seat", "a") == key.secret_for("seat", "a"), key.seat_code("sheet", 0)
            (0, True, 'Y34HHNMQ')
        """
        self._key = key

    @property
    def seed(self) -> int:
        """Return a seed, 0 to 255, for random choices that must be the same after a restart."""
        return self._key[0]

    def secret_for(self, purpose: str, key: str) -> str:
        """Return a secret of 128 bits, hexadecimal: HMAC-SHA-256 of the purpose. Deterministic for one key."""
        message = f"{purpose}\0{key}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, "sha256").hexdigest()[:32]

    def seat_code(self, key: str, number: int) -> str:
        """Return the seat code of a table card. Deterministic for one sheet key and number on the sheet."""
        return code_from(self.secret_for("card", f"{key}\0{number}"))


def own_names(where: str, meta: Mapping[str, str]) -> tuple[str, SecretKey]:
    """Return the code and the secret key of a gathering.

    Args:
        where: where it is, for the error.
        meta: what it knows of itself.

    Raises:
        UserError: one of them is missing or damaged.
    """
    try:
        return meta["code"], SecretKey(bytes.fromhex(meta["secret"]))
    except (KeyError, ValueError) as error:
        message = f"Cannot open {where}: its code or its secret is damaged; restore it from a backup."
        raise UserError(message) from error
