"""Values that leave the program: structs, JSON and encoders that accept a count or share of people as `Shown` only.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from oneheart.engine.disclosure import Shown


def encode_shown(value: object) -> int | float | str | None:
    """Return the value of a `Shown`: the `enc_hook` of every msgspec encoder that writes for people.

    Raises:
        NotImplementedError: for anything else, as msgspec asks of a hook.

    Example:
        >>> from oneheart.engine.disclosure import show_count
        >>> msgspec.json.encode({"people": show_count(12), "amen": show_count(2)}, enc_hook=encode_shown)
        b'{"people":12,"amen":null}'
    """
    if isinstance(value, Shown):
        return value.value
    message = f"{type(value).__name__} is not written"
    raise NotImplementedError(message)


def to_builtin(value: Any) -> Any:
    """Return dicts, sequences and structs as plain values for `json`, with each `Shown` replaced by its value.

    Raises:
        NotImplementedError: for what JSON cannot hold.

    Example:
        >>> from oneheart.engine.disclosure import show_count, show_counts
        >>> to_builtin({"people": show_count(12), "cells": show_counts((30, 12, 3))})
        {'people': 12, 'cells': (30, None, None)}
    """
    return msgspec.to_builtins(value, enc_hook=encode_shown)


def describe_shown(value_type: type) -> dict[str, Any]:
    """Return the JSON schema of `Shown`: the `schema_hook` of msgspec. The field adds its type, as `Count` does.

    Raises:
        NotImplementedError: for anything else, as msgspec asks of a hook.

    Example:
        >>> msgspec.json.schema(Count, schema_hook=describe_shown)["type"]
        'integer'
    """
    if value_type is Shown:
        return {}
    message = f"{value_type.__name__} is not described"
    raise NotImplementedError(message)


class NotPeople:
    """Marks a number in an annotation as one that counts no people, so that it may leave as it is."""

    __slots__ = ()


Ordinal: TypeAlias = Annotated[int, NotPeople()]
"""A number that names or orders one thing: of a desire, a circle, a draft, a version, a place in the log."""
Things: TypeAlias = Annotated[int, NotPeople()]
"""A count of what is no person and gives no person away: circles, lines, languages, tables, steps of a programme."""
Count: TypeAlias = Annotated[Shown, msgspec.Meta(extra_json_schema={"type": "integer"})]
"""A count of people, or of what people gave, that a JSON schema describes as an integer."""
Stance: TypeAlias = Annotated[int, NotPeople()]
"""One answer of the person who receives the value: -1, 0 or 1, or a place on a scale."""
Moment: TypeAlias = Annotated[int, NotPeople()]
"""A point in time, in milliseconds since 1970."""
Seconds: TypeAlias = Annotated[float, NotPeople()]
"""A length of time."""
Estimated: TypeAlias = Annotated[float, NotPeople()]
"""An estimate of the model, or a value that no count of people can be computed from."""
Drawn: TypeAlias = Annotated[float, NotPeople()]
"""A length or brightness in a picture, computed from nothing but `Shown` and constants."""
Loose: TypeAlias = Annotated[Any, NotPeople()]
"""JSON of which another schema says what it holds; no count of people is in it that did not pass `to_builtin`."""


def refuse_bare(value_type: type) -> None:
    """Check that a struct declares its counts of people as `Shown`.

    Every annotated field is read, also inside containers, unions and other structs and dataclasses. A field may be
    `Shown`, text, bool, an enumeration, a `Literal`, or a number or `Any` that `Annotated` marks with `NotPeople`.

    Args:
        value_type: a `msgspec.Struct`, dataclass or NamedTuple that an encoder is made for.

    Raises:
        TypeError: for a field that is or holds a bare int, float, `Any` or `object`, or that cannot be resolved.

    Example:
        >>> class Told(msgspec.Struct):
        ...     people: int
        >>> refuse_bare(Told)
        Traceback (most recent call last):
        ...
        TypeError: Told.people is a bare int: a count of people is declared as Shown, another number as NotPeople
    """
    _refuse_bare(value_type, ())


def _refuse_bare(value_type: type, outer: tuple[type, ...]) -> None:
    for field, annotation in _annotations(value_type).items():
        for bare in _bare(annotation, (*outer, value_type)):
            name = getattr(bare, "__name__", str(bare))
            message = (
                f"{value_type.__name__}.{field} is a bare {name}: "
                "a count of people is declared as Shown, another number as NotPeople"
            )
            raise TypeError(message)


def _annotations(value_type: type) -> dict[str, Any]:
    """Return the resolved annotations of a class, with `Annotated` kept, without class variables."""
    try:
        hints = get_type_hints(value_type, localns={value_type.__name__: value_type}, include_extras=True)
    except NameError as error:
        message = f"an annotation of {value_type.__name__} cannot be resolved: {error}"
        raise TypeError(message) from error
    return {name: hint for name, hint in hints.items() if not name.startswith("__")}


def _bare(annotation: Any, outer: tuple[type, ...]) -> Iterator[Any]:
    """Yield each bare number type inside an annotation; check the fields of each class with fields."""
    origin = get_origin(annotation)
    if origin is Annotated:
        if not any(isinstance(mark, NotPeople) for mark in annotation.__metadata__):
            yield from _bare(annotation.__origin__, outer)
    elif origin is Literal:
        return
    elif origin is not None:
        for inner in get_args(annotation):
            if inner is not Ellipsis:
                yield from _bare(inner, outer)
    elif annotation in (int, float, complex, Any, object):
        yield annotation
    elif isinstance(annotation, type) and _has_fields(annotation) and annotation not in outer:
        _refuse_bare(annotation, outer)


def _has_fields(value_type: type) -> bool:
    is_named_tuple = issubclass(value_type, tuple) and hasattr(value_type, "_fields")
    return issubclass(value_type, msgspec.Struct) or dataclasses.is_dataclass(value_type) or is_named_tuple


def check_shown(value: object, annotation: Any) -> bool:
    """Return whether a value holds a `Shown` wherever its annotation says so.

    Args:
        value: of a field.
        annotation: of that field, resolved: `Shown`, or a union, tuple, list, set or mapping with it.

    Example:
        >>> from oneheart.engine.disclosure import show_count
        >>> check_shown(show_count(12), Shown), check_shown(12, Shown), check_shown((12,), tuple[Shown, ...])
        (True, False, False)
    """
    if annotation is Shown:
        return isinstance(value, Shown)
    if not _names_shown(annotation):
        return True
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return check_shown(value, annotation.__origin__)
    if origin in (Union, types.UnionType):
        return any(check_shown(value, inner) for inner in arguments if _may_be(value, inner))
    return all(check_shown(inner, each) for inner, each in _members(value, arguments))


def _members(value: object, arguments: tuple[Any, ...]) -> Iterator[tuple[object, Any]]:
    """Yield what a container holds, each with its annotation; the container itself, as no `Shown`, if it is none."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, arguments[0]
            yield inner, arguments[1]
    elif isinstance(value, tuple) and Ellipsis not in arguments:
        yield from zip(value, arguments, strict=True)
    elif isinstance(value, (Sequence, AbstractSet)) and not isinstance(value, str):
        yield from ((inner, arguments[0]) for inner in value)
    else:
        yield value, Shown


def _may_be(value: object, annotation: Any) -> bool:
    """Return whether a value can be of one member of a union, by its outermost type."""
    outermost = get_origin(annotation) or annotation
    if outermost is Annotated:
        return _may_be(value, annotation.__origin__)
    if outermost is Literal:
        return value in get_args(annotation)
    return isinstance(value, outermost) if isinstance(outermost, type) else True


def _names_shown(annotation: Any) -> bool:
    return annotation is Shown or any(_names_shown(inner) for inner in get_args(annotation))


class Told(msgspec.Struct, frozen=True):
    """Base class of structs that leave the program: a bare count of people in them is an error.

    The declaration is checked when a subclass is defined (`refuse_bare`), the values whenever one is made.

    Raises:
        TypeError: for a field declared as a bare number, or a bare value in a field declared as `Shown`.

    Example:
        >>> from oneheart.engine.disclosure import show_count
        >>> class Hall(Told, frozen=True):
        ...     people: Shown
        ...     circles: Things
        >>> msgspec.json.encode(Hall(show_count(3), 2), enc_hook=encode_shown)
        b'{"people":null,"circles":2}'
        >>> Hall(3, 2)
        Traceback (most recent call last):
        ...
        TypeError: Hall.people must hold a Shown, not 3
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Check the declaration of a subclass."""
        super().__init_subclass__(**kwargs)
        refuse_bare(cls)
        _TO_CHECK[cls] = tuple((name, hint) for name, hint in _annotations(cls).items() if _names_shown(hint))

    def __post_init__(self) -> None:
        """Check the values of an instance."""
        for name, annotation in _TO_CHECK.get(type(self), ()):
            value = getattr(self, name)
            if not check_shown(value, annotation):
                message = f"{type(self).__name__}.{name} must hold a Shown, not {value!r}"
                raise TypeError(message)


_TO_CHECK: dict[type, tuple[tuple[str, Any], ...]] = {}
