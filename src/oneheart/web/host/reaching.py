"""The address for phones: a host chooses to which network the QR codes lead, where the desk is open on the machine."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live.refusal import Refusal, Refused
from oneheart.web import who
from oneheart.web.forms import form_of
from oneheart.web.reach import Reach


async def _choose(request: Request) -> Response:
    """Let the QR codes of a gathering lead to one of this machine's addresses; it is held in memory only."""
    host, form = who.running_host(request), await form_of(request)
    reach: Reach = request.app.state.reach
    if not reach.choose(form.get("base", ""), host.gathering.code):
        return host.problem(Refused(Refusal.UNKNOWN))
    return RedirectResponse(f"{host.home}#reach", 303)


routes: list[Route] = [Route("/host/{code}/reach", _choose, methods=["POST"])]
