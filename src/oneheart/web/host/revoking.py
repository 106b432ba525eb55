"""The page of oddities: groups of seats that stand out, to be set aside with a reason, or given back.

It shows how many seats of which minute, in steps of five, and how they stand out. It shows no seat and no answer.
"""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import admitting
from oneheart.live.standing_out import Group
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.said import ODD
from oneheart.web.who import Host


async def _oddities(request: Request) -> Response:
    """Show what stands out, and what is set aside."""
    host = who.running_host(request)
    standing_out, revoked = await admitting.groups_now(host.gathering)
    return host.page(
        "host_oddities.html",
        at="oddities",
        groups=[_shown(host, group) for group in standing_out],
        revoked=[_shown(host, group) for group in revoked],
        closed=admitting.closed_seats(host.gathering),
        reason_most=admitting.REASON_MOST,
    )


def _shown(host: Host, group: Group) -> dict[str, Any]:
    times = [time.strftime("%H:%M", time.localtime(at / 1000)) for at in (group.first, group.last)]
    return {
        "token": group.token,
        "said": Coded(host.words.t(ODD[group.kind]), group.kind),
        "seats": disclosure.show_steps(len(group.seats)),
        "times": times[0] if times[0] == times[1] else "–".join(times),
        "reason": group.reason,
    }


routes: list[Route] = [Route("/host/{code}/oddities", _oddities)]
