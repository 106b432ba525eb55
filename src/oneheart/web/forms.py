"""Forms: parse an urlencoded body into plain fields or into an input of `live.inputs`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from oneheart.live.inputs import Input, Text
from oneheart.live.refusal import Refusal, Refused

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FIELDS_MOST = 200
_KIND = "application/x-www-form-urlencoded"

_TEXT_MOST = 2000
T = TypeVar("T", bound=Input)


async def read(request: Request, kind: type[T], **more: object) -> T:
    """Return the form of a request as an input of `live.inputs`; see `asked`.

    Raises:
        Refused: a field is missing, malformed or out of range.
    """
    return asked(await form_of(request), kind, **more)


def asked(form: Mapping[str, str], kind: type[T], **more: object) -> T:
    """Return the fields of a form as an input of `live.inputs`.

    Numbers and booleans are converted from text ("7", "1", "0"). An optional empty field counts as missing, and unknown
    fields are ignored. A missing or malformed idempotency key is replaced by a new one. Text is cut after 2,000
    letters; that is still long enough to be refused as too long.

    Args:
        form: fields of the form.
        kind: type of the input.
        more: values that replace fields of the form.

    Raises:
        Refused: a field is missing, malformed or out of range.

    Example:
        >>> from oneheart.live.inputs import JoinAsked
        >>> asked({"desire": "5f", "same_as": "a3", "key": "12345678", "back": "now"}, JoinAsked)
        JoinAsked(key='12345678', desire='5f', same_as='a3')
    """
    required, words = _required(kind)
    names = (name for name in kind.__struct_fields__ if form.get(name) or (name in required and name in form))
    fields = {**dict.fromkeys(words, ""), **{name: form[name] for name in names}, "key": key_in(form), **more}
    cut = {name: value[:_TEXT_MOST] if isinstance(value, str) else value for name, value in fields.items()}
    try:
        converted = msgspec.convert(cut, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(Refusal.UNKNOWN) from error
    if any(_is_loose(getattr(converted, name), cut[name]) for name in cut):
        raise Refused(Refusal.UNKNOWN)
    return converted


def _is_loose(number: object, typed: object) -> bool:
    """Return whether a number was typed in another form than plain digits, such as "1.0" or " 1"."""
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return is_number and isinstance(typed, str) and not typed.removeprefix("-").isdigit()


@lru_cache(maxsize=128)
def _required(kind: type[Input]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the required fields, and those of them that hold free text.

    An empty field is passed on, and a missing text counts as empty, so that the rule of the act says what is missing.
    """
    required = [field for field in msgspec.structs.fields(kind) if field.required]
    texts = (field.name for field in required if field.type == Text)
    return frozenset(field.name for field in required), frozenset(texts)


async def form_of(request: Request, most: int = _FIELDS_MOST) -> Mapping[str, str]:
    """Return the fields of an urlencoded form; {} for another content type. The last of a repeated field counts.

    Args:
        request: with the form.
        most: greatest number of fields; a form with more counts as empty.
    """
    if not request.headers.get("content-type", _KIND).startswith(_KIND):
        return {}
    body = await request.body()
    return form_fields(body, most)


def form_fields(body: bytes, most: int = _FIELDS_MOST) -> dict[str, str]:
    """Return the fields of an urlencoded body; {} for more than `most` fields. Invalid UTF-8 is replaced."""
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=most, errors="replace")
    except ValueError:
        return {}
    return dict(pairs)


def new_key() -> str:
    """Return a random idempotency key for a form. The server stores a form only once for each key."""
    return secrets.token_hex(16)


def key_in(form: Mapping[str, str]) -> str:
    """Return the idempotency key of a form, or a new key if it is missing or malformed; a repeat then counts."""
    key = form.get("key", "")
    return key if _KEY.fullmatch(key) else new_key()


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """Return a field as a number from 0 to 999,999,999; None if it is missing or anything else.

    Example:
        >>> number_in({"a": "7", "b": "-1", "c": "٣"}, "a"), number_in({"b": "-1"}, "b"), number_in({"c": "٣"}, "c")
        (7, None, None)
    """
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004
