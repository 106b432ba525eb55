"""Tables of the event log, made from the types that write it, for docs/reference/event-log.md."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from oneheart.live import events as ev
from oneheart.live.acts import ACTS, Doer
from oneheart.live.state.state import HANDLERS

_DONE_BY = {Doer.PERSON: "a person", Doer.HOST: "a host", Doer.HOUSE: "the house"}


def kinds() -> tuple[type[ev.Body], ...]:
    """Return every kind of event in the order of the file format."""
    return get_args(ev.AnyBody)


def tag(kind: type[ev.Body]) -> str:
    """Return the name of a kind in the log.

    Example:
        >>> tag(ev.SeatErased)
        'erased'
    """
    return str(kind.__struct_config__.tag)


def table() -> Iterator[str]:
    """Yield the lines of the reference: for each kind what it says, who brings it about, and its fields."""
    for kind in kinds():
        summary, described = _docstring(kind)
        doers = dict.fromkeys(_DONE_BY[act.doer] for act in ACTS if act.event is kind)
        late = "; it counts after the end too" if HANDLERS[kind].after_end else ""
        yield f"### `{tag(kind)}`"
        yield ""
        yield f"{summary} Brought about by {' or '.join(doers)}{late}."
        yield ""
        if kind.__struct_fields__:
            yield "| field | type | default | meaning |"
            yield "|---|---|---|---|"
        for field in msgspec.structs.fields(kind):
            default = "" if field.required else f"`{_default(field)}`"
            yield f"| `{field.name}` | {type_name(field.type)} | {default} | {described.get(field.name, '')} |"
        yield ""


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return msgspec.json.encode(value).decode()


def _docstring(kind: type) -> tuple[str, dict[str, str]]:
    """Return the text of a class before its attributes, and the meaning of each attribute."""
    text = inspect.cleandoc(kind.__doc__ or "")
    before, _, listed = text.partition("Attributes:\n")
    meanings: dict[str, str] = {}
    name = ""
    for line in listed.splitlines():
        stripped = line.strip()
        head, colon, rest = stripped.partition(": ")
        if colon and line.startswith("    ") and not line.startswith("     "):
            name, meanings[head] = head, rest
        elif name:
            meanings[name] += f" {stripped}"
    return " ".join(before.split()), meanings


def type_name(kind: Any) -> str:  # noqa: PLR0911  one line a kind of type
    """Return a type as a reader of the file knows it.

    Example:
        >>> type_name(int | None), type_name(list[str]), type_name(dict[str, str])
        ('number or null', 'list of text', 'object of text')
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in {Union, types.UnionType}:
        return " or ".join("null" if one is types.NoneType else type_name(one) for one in arguments)
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin is list:
        return f"list of {type_name(arguments[0])}"
    if origin is dict:
        return f"object of {type_name(arguments[1])}"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__
    if isinstance(kind, type) and hasattr(kind, "__members__"):
        return ", ".join(f"`{member.value}`" for member in kind)  # type: ignore[attr-defined]
    return {int: "number", str: "text", bool: "true or false", float: "decimal", bytes: "base64"}[kind]


def parts() -> Iterator[str]:
    """Yield the tables of the values that stand inside events."""
    for kind in (ev.WovenLine, ev.ProgrammeStep):
        summary, described = _docstring(kind)
        yield f"### `{kind.__name__}`"
        yield ""
        yield summary
        yield ""
        yield "| field | type | default | meaning |"
        yield "|---|---|---|---|"
        for field in msgspec.structs.fields(kind):
            default = "" if field.required else f"`{_default(field)}`"
            yield f"| `{field.name}` | {type_name(field.type)} | {default} | {described.get(field.name, '')} |"
        yield ""
