"""The description of the API: an OpenAPI 3.1 document made from the table of operations and their types."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart import __version__
from oneheart.engine.told import describe_shown
from oneheart.web.answers import as_document
from oneheart.web.api.operations import OPERATIONS, ROOT, Operation
from oneheart.web.api.types import Problem


def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all operations."""
    types = [operation.gives for operation in OPERATIONS] + [op.takes for op in OPERATIONS if op.takes] + [Problem]
    refs, components = msgspec.json.schema_components(
        types, schema_hook=describe_shown, ref_template="#/components/schemas/{name}"
    )
    schema = dict(zip(types, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        path = f"{ROOT}{operation.path}".replace(":int", "")
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation, schema)
    return {
        "openapi": "3.1.0",
        "info": {"title": "oneheart", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(operation: Operation, schema: dict[type, Any]) -> dict[str, Any]:
    problem = {"description": "Not taken", "content": {"application/json": {"schema": schema[Problem]}}}
    told: dict[str, Any] = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
            for name, kind in (("code", "string"), ("desire", "integer"), ("number", "integer"))
            if "{" + name in operation.path
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
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema[operation.takes]}}}
    if operation.who != "anybody":
        told["security"] = [{"secret": []}]
    return told


async def _openapi(_request: Request) -> Response:
    return as_document(description())


routes: list[Route] = [Route(f"{ROOT}/openapi.json", _openapi)]
