"""The hosts' log: the acts of hosts, by their numbers. It shows nothing about other people."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.locale.coded import Coded
from oneheart.model import actor
from oneheart.web import who
from oneheart.web.done_by_hosts import done
from oneheart.web.said import are_apart


async def _log(request: Request) -> Response:
    """Show the acts of hosts with the number of the host and the time of day."""
    host = who.host(request)
    apart = are_apart(host.state)
    rows = [
        (_shown_number(event.actor), Coded(told, event.kind), _time_of_day(event.at))
        for event in await host.gathering.done_by_hosts()
        if (told := done(event.kind, event.body, host.words, apart=apart)) is not None
    ]
    return host.page("host_log.html", at="log", rows=rows)


def _shown_number(name: str) -> int:
    """Return the number of a host as the desk shows it, from 1."""
    host = actor.parse(name)
    assert host is not None  # noqa: S101  the log is asked for hosts only
    assert host.number is not None  # noqa: S101  as above
    return host.number + 1


def _time_of_day(at: int) -> str:
    return time.strftime("%H:%M", time.localtime(at / 1000))


routes: list[Route] = [Route("/host/{code}/log", _log)]
