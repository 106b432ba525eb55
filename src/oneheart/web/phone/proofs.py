"""Proofs for phones: heads of the record, a person's receipts, and the proof that a head extends an earlier one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.refusal import Refusal, Refused
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.receipts import consistency_told, heads_told, receipts_told


async def _heads(request: Request) -> Response:
    """Return all published heads of the record."""
    return as_json(heads_told(who.person(request).gathering))


async def _receipts(request: Request) -> Response:
    """Return the receipts of the person, with proofs under the newest head. Nobody gets those of another person."""
    person = who.person(request)
    return as_json(await receipts_told(person.gathering, person.seat))


async def _consistency(request: Request) -> Response:
    """Return the proof that the head of size `second` extends that of size `first`."""
    person = who.person(request)
    first, second = (size_in(request.query_params.get(name, "")) for name in ("first", "second"))
    return as_json(await consistency_told(person.gathering, first, second))


_DIGITS_MOST = 12


def size_in(text: str) -> int:
    """Return the size that a query names.

    Raises:
        Refused: UNKNOWN: no number of at most twelve ASCII digits.

    Example:
        >>> size_in("1250")
        1250
    """
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST):
        raise Refused(Refusal.UNKNOWN)
    return int(text)


routes: list[Route] = [
    Route("/g/{code}/heads.json", _heads),
    Route("/g/{code}/receipts.json", _receipts),
    Route("/g/{code}/consistency.json", _consistency),
]
