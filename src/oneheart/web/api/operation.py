"""One call of the HTTP API, and the error that ends one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request

from oneheart.web.api.types import Problem


class ApiError(Exception):
    """An error that ends a call.

    Attributes:
        status: HTTP status of the answer.
        problem: body of the answer.
    """

    def __init__(self, status: int, why: str, sentence: str) -> None:
        """Keep the status and the problem."""
        super().__init__(sentence)
        self.status = status
        self.problem = Problem(why, sentence)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API.

    Attributes:
        method: HTTP method.
        path: path below ``/api/v1``, as Starlette writes it.
        run: function that takes the request and its decoded body, and returns the answer.
        summary: summary for the OpenAPI document, without a full stop.
        gives: type of the answer.
        takes: type of the request body; None for a call without body.
        who: whose secret the call requires: "seat", "host", or "anybody" for none.
        asks: names of the query parameters.
        name: operation id; "" for the name of `run`.
        do: function of `live.doing` that the call runs; None where it only reads.
    """

    method: str
    path: str
    run: Callable[[Request, Any], Awaitable[Any]]
    summary: str
    gives: type
    takes: type | None = None
    who: Literal["anybody", "seat", "host"] = "anybody"
    asks: tuple[str, ...] = ()
    name: str = ""
    do: Callable[..., Any] | None = None

    @property
    def operation_id(self) -> str:
        """Return the operation id in the OpenAPI document."""
        return self.name or self.run.__name__.strip("_")
