"""Fingerprint: one hash of a whole state, independent of its parts.

It walks all attributes, so a new attribute is included automatically. A value of an unknown type is an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec
import numpy as np

VERSION = 2
"""Version of the fingerprint. Version 1 named some attributes by hand and left others out."""


def fingerprint(state: object) -> str:
    """Return the version and the SHA-256 of a state, for example ``2:9f86...``. Equal states have equal fingerprints.

    Attributes named in a class's `NOT_IN_FINGERPRINT` are left out; they must follow from the others.

    Raises:
        TypeError: the state holds a value of a type that has no plain form.

    Notes:
        O(size of the state).

    Example:
        >>> fingerprint({"a": {2, 1}}) == fingerprint({"a": {1, 2}})
        True
    """
    return f"{VERSION}:{hashlib.sha256(msgspec.json.encode([VERSION, plain(state)])).hexdigest()}"


def plain(value: object) -> Any:  # noqa: PLR0911  one line a kind of value
    """Return a value as nested lists, strings and numbers; equal values give equal results.

    Example:
        >>> plain({3: "c", 1: {"b", "a"}})
        [[1, ['a', 'b']], [3, 'c']]
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, msgspec.Struct):
        return [type(value).__name__, *(plain(getattr(value, name)) for name in value.__struct_fields__)]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return sorted(([plain(key), plain(item)] for key, item in value.items()), key=_order)
    if isinstance(value, AbstractSet):
        return sorted((plain(item) for item in value), key=_order)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return [[name, plain(getattr(value, name))] for name in attributes(value)]


def attributes(value: object) -> list[str]:
    """Return the names of an object's attributes that its fingerprint includes, sorted.

    Raises:
        TypeError: the object has no attributes to walk.
    """
    if is_dataclass(value):
        names = {field.name for field in fields(value)}
    elif hasattr(value, "__dict__"):
        names = set(vars(value))
    else:
        message = f"a value of {type(value).__qualname__} has no plain form; teach live.state.fingerprint to walk it"
        raise TypeError(message)
    return sorted(names - getattr(value, "NOT_IN_FINGERPRINT", frozenset()))


def _order(item: Any) -> bytes:
    return msgspec.json.encode(item)
