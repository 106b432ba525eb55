"""A lost phone: a host gives its place a card that opens it once, on another phone.

The person shows the card with which they came in, or tells the sign of their place. The page lists no places and shows
nothing that anybody said or answered.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live import seat_ways
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import new_key, read
from oneheart.web.phone.way_back import in_fours, way_address
from oneheart.web.qr import picture
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.who import Host

_NOWHERE = 404


def _show(host: Host, *, status: int = 200, **more: object) -> Response:
    context = {"letters": "", "picture": "", "address": "", "sentence": Coded(), "key": new_key(), **more}
    return host.page("host_lost.html", at="cards", status=status, **context)


async def _lost(request: Request) -> Response:
    """Show the form."""
    return _show(who.running_host(request))


async def _give(request: Request) -> Response:
    """Make the card and show it, this once. Streams of the lost phone end."""
    host = who.running_host(request)
    lost = await read(request, seat_ways.PhoneLostAsked)
    try:
        way = await seat_ways.lose_phone(host.gathering, host.host, lost)
    except Refused as refused:
        if refused.why is not Refusal.UNKNOWN:
            return _show(host, status=HTTP_STATUS[refused.why], sentence=refusal_said(refused, host.words))
        sentence = Coded(
            host.words.t("No place here has this card or sign. Look at the letters once more."), "no place"
        )
        return _show(host, status=_NOWHERE, sentence=sentence)
    if way.kept.number is not None:
        host.memory.phones.end(way.kept.number)
    address = way_address(request, host.gathering, way.code)
    return _show(host, letters=in_fours(way.code), picture=picture(address), address=address.rsplit("/", 1)[0])


routes: list[Route] = [
    Route("/host/{code}/lost", _lost),
    Route("/host/{code}/lost", _give, methods=["POST"]),
]
