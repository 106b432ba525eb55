"""The hosts' log: what hosts did, by their numbers, and nothing about anybody else."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.locale.coded import Coded
from oneheart.model import actor
from oneheart.web import who
from oneheart.web.said import DONE


async def _log(request: Request) -> Response:
    """Show what hosts did, by their numbers; nothing about anybody else."""
    host = who.host(request)
    rows = [
        (_shown_number(event.actor), Coded(host.words.t(DONE[event.kind]), event.kind), _time_of_day(event.at))
        for event in await host.gathering.done_by_hosts()
        if event.kind in DONE
    ]
    return host.page("host_log.html", at="log", rows=rows)


def _shown_number(name: str) -> int:
    """Return the number by which hosts know each other, from 1."""
    who_did = actor.parse(name)
    assert who_did is not None  # noqa: S101  the log is asked for hosts only
    assert who_did.number is not None  # noqa: S101  as above
    return who_did.number + 1


def _time_of_day(at: int) -> str:
    return time.strftime("%H:%M", time.localtime(at / 1000))


routes: list[Route] = [Route("/host/{code}/log", _log)]
