"""Tables of the HTTP API, made from its operations and types, for docs/reference/http-api.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oneheart.web.api.openapi import description
from oneheart.web.api.operations import OPERATIONS, ROOT

_SENDERS = {"anybody": "anybody", "seat": "a seat's secret", "host": "a host's secret"}


def operations() -> Iterator[str]:
    """Yield one line of a table for each operation."""
    yield "| call | what it does | who | takes | gives |"
    yield "|---|---|---|---|---|"
    for operation in OPERATIONS:
        path = f"{ROOT}{operation.path}".replace(":int", "")
        takes = f"[{operation.takes.__name__}](#{operation.takes.__name__.lower()})" if operation.takes else ""
        gives = f"[{operation.gives.__name__}](#{operation.gives.__name__.lower()})"
        asks = f" Query: {', '.join(f'`{name}`' for name in operation.asks)}." if operation.asks else ""
        sender = _SENDERS[operation.who]
        yield f"| `{operation.method} {path}` | {operation.summary}.{asks} | {sender} | {takes} | {gives} |"


def schemas() -> Iterator[str]:
    """Yield a table for each type that the API takes or gives."""
    for name, schema in sorted(description()["components"]["schemas"].items()):
        yield f"### {name}"
        yield ""
        yield " ".join(str(schema.get("description", "")).split())
        yield ""
        if schema.get("properties"):
            yield "| field | type | | meaning |"
            yield "|---|---|---|---|"
            required = set(schema.get("required", ()))
            for field, about in schema["properties"].items():
                needed = "required" if field in required else ""
                yield f"| `{field}` | {_type(about)} | {needed} | {about.get('description', '')} |"
            yield ""
        elif "enum" in schema:
            yield f"One of {', '.join(f'`{value}`' for value in schema['enum'])}."
            yield ""


def _type(about: Mapping[str, Any]) -> str:  # noqa: PLR0911  one line a kind of schema
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in about:
        return " or ".join(_type(option) for option in about["anyOf"])
    if "allOf" in about:
        return _type(about["allOf"][0])
    if about.get("type") == "array":
        return f"list of {_type(about['items'])}" if about.get("items") else "list"
    if about.get("type") == "object":
        more = about.get("additionalProperties")
        return f"object of {_type(more)}" if isinstance(more, dict) and more else "object"
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    limits = [f"{word} {about[key]}" for key, word in _LIMITS.items() if key in about]
    return ", ".join([str(about.get("type", "any")), *limits])


_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "maxLength": "letters at most",
    "pattern": "pattern",
}
