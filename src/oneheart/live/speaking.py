"""Speaking: which words an event needs whoever reads it to know, and which words this build knows.

A word is a kind of event, a field of one, or a value of an enumeration. An event is written without the fields that
have their default, and a reader refuses what it does not know. So a former version can read an event exactly if it
knows all its words. A new value of a `Literal` is no word of its own: give its kind a new field, or make it an
enumeration.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, get_args

import msgspec

from oneheart.live import events as ev


def words_of(body: ev.AnyBody) -> Iterator[str]:
    """Yield the words of an event.

    Example:
        >>> list(words_of(ev.CircleDone(circle=3, on=True)))
        ['circle done', 'circle done.circle', 'circle done.on']
    """
    yield ev.kind_of(body)
    yield from _words_in(body)


def words_of_this_build() -> frozenset[str]:
    """Return all words that this build can read.

    Example:
        >>> {"circle done", "circle done.on", "DraftsBy=nobody"} <= words_of_this_build()
        True
    """
    found: set[str] = set()
    for kind in get_args(ev.AnyBody):
        found.add(str(kind.__struct_config__.tag))
        _learn(msgspec.inspect.type_info(kind), found)
    return frozenset(found)


def _name_of(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag or kind.__name__)


def _words_in(value: object) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        name = _name_of(type(value))
        for field, default in _defaults(type(value)):
            inside = getattr(value, field)
            if default is msgspec.NODEFAULT or inside != default:
                yield f"{name}.{field}"
                yield from _words_in(inside)
    elif isinstance(value, Enum):
        yield f"{type(value).__name__}={value.value}"
    elif isinstance(value, dict):
        for inside in (*value.keys(), *value.values()):
            yield from _words_in(inside)
    elif isinstance(value, list | tuple | set | frozenset):
        for inside in value:
            yield from _words_in(inside)


@cache
def _defaults(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """Return name and default of each field of a struct; `NODEFAULT` for a field that is always written."""
    return tuple(
        (field.name, field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory())
        for field in msgspec.structs.fields(kind)
    )


def _learn(known: Any, found: set[str]) -> None:
    """Add the words of a type, and of all types in it."""
    if isinstance(known, msgspec.inspect.StructType):
        name = _name_of(known.cls)
        words = {f"{name}.{field.name}" for field in known.fields}
        if words and words <= found:
            return
        found |= words
        for field in known.fields:
            _learn(field.type, found)
    elif isinstance(known, msgspec.inspect.EnumType):
        found |= {f"{known.cls.__name__}={member.value}" for member in known.cls}
    else:
        for part in ("types", "item_types", "item_type", "key_type", "value_type"):
            inside = getattr(known, part, ())
            for one in inside if isinstance(inside, tuple) else (inside,):
                _learn(one, found)
