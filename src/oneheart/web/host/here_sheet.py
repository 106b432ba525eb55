"""The code of an occasion, to print, to show on a screen of the hall, and as a link for its ushers; for hosts only.

The code never stands on the hall screen itself, because everybody who has the code of the gathering can open that from
home. A host who wants it on a wall opens this page there.
"""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live import check_in
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.wordings import occasion_in
from oneheart.web import who
from oneheart.web.pages import public_base
from oneheart.web.phone.here import here_address, usher_address
from oneheart.web.phone.way_back import in_fours
from oneheart.web.qr import picture
from oneheart.web.said import FORMS
from oneheart.web.who import Host


def _until(host: Host, number: int) -> str:
    """Return when the code of an occasion ends, as day and time of the server; "" if it has no end."""
    until = check_in.works_until(host.gathering, number)
    return "" if until is None else _isolated(time.strftime("%Y-%m-%d %H:%M", time.localtime(until / 1000)))


def _isolated(address: str) -> str:
    """Return an address that is read from left to right inside a sentence of any direction."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{address}\N{POP DIRECTIONAL ISOLATE}"


async def _sheet(request: Request) -> Response:
    """Show the code of an occasion with its QR code, and below it the link for ushers."""
    host = who.running_host(request)
    number = int(request.path_params["number"])
    if number >= len(host.state.occasions):
        return host.problem(Refused(Refusal.UNKNOWN), back=f"{host.home}/circles")
    occasion = host.state.occasions[number]
    usher = usher_address(request, host.gathering, number)
    return host.page(
        "host_here.html",
        at="circles",
        occasion=occasion_in(host.state, number, host.words.language),
        form=host.words.t(FORMS[occasion.form]),
        letters=in_fours(occasion.code),
        picture=picture(here_address(request, host.gathering, number)),
        address=_isolated(f"{public_base(request)}/j/{host.gathering.code}".split("://", 1)[-1]),
        usher=usher,
        usher_picture=picture(usher),
        bare="show" in request.query_params,
        here=f"{host.home}/here/{number}",
        until=_until(host, number),
    )


routes: list[Route] = [Route("/host/{code}/here/{number:int}", _sheet)]
