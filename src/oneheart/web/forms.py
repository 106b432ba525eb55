"""Forms: an urlencoded body as plain fields or as a typed `msgspec.Struct`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta
from starlette.requests import Request

from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FIELDS_MOST = 200
_KIND = "application/x-www-form-urlencoded"

Number = Annotated[int, Meta(ge=0, lt=1_000_000_000)]
"""A number of a seat, desire, line, version ..., as `number_in` takes it."""


class TypedForm(msgspec.Struct, frozen=True, kw_only=True):
    """The base of typed forms.

    Attributes:
        key: idempotency key; one that is missing or malformed is replaced by a new one.

    Example:
        >>> class Joined(TypedForm, frozen=True, kw_only=True):
        ...     desire: Number
        >>> typed({"desire": "7", "key": "12345678", "unknown": "x"}, Joined)
        Joined(key='12345678', desire=7)
    """

    key: str = ""

    def __post_init__(self) -> None:
        """Replace a key that is missing or malformed."""
        if not _KEY.fullmatch(self.key):
            msgspec.structs.force_setattr(self, "key", new_key())


T = TypeVar("T", bound=msgspec.Struct)


async def read(request: Request, kind: type[T]) -> T:
    """Return the form of a request as a struct.

    Raises:
        Refused: a field is missing, malformed or out of range.
    """
    return typed(await form_of(request), kind)


def typed(form: Mapping[str, str], kind: type[T]) -> T:
    """Return plain fields as a struct; an empty field counts as absent, an unknown one is ignored.

    Numbers and booleans are converted from text ("7", "1", "0"). A field whose name is no Python name is declared with
    `msgspec.field(name=...)`.

    Raises:
        Refused: a field is missing, malformed or out of range.
    """
    try:
        return msgspec.convert({name: text for name, text in form.items() if text}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(Refusal.UNKNOWN) from error


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of an urlencoded form, the last of a repeated field; {} for any other content type."""
    if not request.headers.get("content-type", _KIND).startswith(_KIND):
        return {}
    body = await request.body()
    return form_fields(body)


def form_fields(body: bytes) -> dict[str, str]:
    """Return the fields of an urlencoded body; {} for more than 200 fields. Invalid UTF-8 is replaced, not refused."""
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS_MOST, errors="replace")
    except ValueError:
        return {}
    return dict(pairs)


def new_key() -> str:
    """Return a random idempotency key for a form: the server keeps a form that is sent twice only once."""
    return secrets.token_hex(16)


def key_in(form: Mapping[str, str]) -> str:
    """Return the idempotency key of a form, or a new one where it is missing or malformed (then a repeat counts)."""
    key = form.get("key", "")
    return key if _KEY.fullmatch(key) else new_key()


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """Return a field as a number from 0 to 999,999,999, None for anything else.

    Example:
        >>> number_in({"a": "7", "b": "-1", "c": "٣"}, "a"), number_in({"b": "-1"}, "b"), number_in({"c": "٣"}, "c")
        (7, None, None)
    """
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004
