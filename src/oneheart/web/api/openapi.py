"""The OpenAPI 3.1 document of the HTTP API, generated from the table of operations and their types."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart import __version__
from oneheart.engine.told import describe_shown
from oneheart.web.answers import as_document
from oneheart.web.api.operation import Operation
from oneheart.web.api.operations import OPERATIONS, ROOT
from oneheart.web.api.types import Problem


def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all operations."""
    types = [operation.gives for operation in OPERATIONS] + [op.takes for op in OPERATIONS if op.takes] + [Problem]
    refs, components = msgspec.json.schema_components(
        types, schema_hook=describe_shown, ref_template="#/components/schemas/{name}"
    )
    for component in components.values():
        _describe_fields(component)
    schema = dict(zip(types, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = f"{ROOT}{operation.path}".replace(":int", "")
        paths.setdefault(path, {})[operation.method.lower()] = _operation_object(operation, schema)
    return {
        "openapi": "3.1.0",
        "info": {"title": "oneheart", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
        },
    }


_IN_PATH = re.compile(r"\{(\w+)")
_KINDS = {"number": "integer"}
_FIELD = re.compile(r"^    (\w+): ((?:.|\n(?!    \w+: ))*)", re.MULTILINE)


def _describe_fields(component: dict[str, Any]) -> None:
    """Move the docstring's entries under "Attributes:" to the fields that they describe; drop its example.

    A field that already has a description keeps it.
    """
    docstring = component.get("description", "")
    summary, _, attributes = docstring.partition("\nExample:")[0].partition("\nAttributes:\n")
    component["description"] = summary.strip()
    properties = component.get("properties", {})
    for name, text in _FIELD.findall(attributes.partition("\n\n")[0]):
        if name in properties:
            properties[name].setdefault("description", " ".join(text.split()))


def _operation_object(operation: Operation, schema: dict[type, Any]) -> dict[str, Any]:
    problem = {"description": "The request was refused", "content": {"application/json": {"schema": schema[Problem]}}}
    described: dict[str, Any] = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": _KINDS.get(name, "string")}}
            for name in _IN_PATH.findall(operation.path)
        ]
        + [{"name": name, "in": "query", "required": False, "schema": {"type": "string"}} for name in operation.asks],
        "responses": {
            "200": {
                "description": "Done",
                "content": {"application/json": {"schema": schema[operation.gives]}},
            },
            "4XX": problem,
            "503": problem,
        },
    }
    if operation.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema[operation.takes]}},
        }
    if operation.who != "anybody":
        described["security"] = [{"secret": []}]
    return described


async def _openapi(_request: Request) -> Response:
    return as_document(description())


routes: list[Route] = [Route(f"{ROOT}/openapi.json", _openapi)]
