"""The end: a host ends the gathering and may then erase its file from the disk."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import doing, undoing
from oneheart.live import inputs as ask
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import record_now
from oneheart.web import who
from oneheart.web.forms import asked, form_of
from oneheart.web.pages import house_of, page, words_for
from oneheart.web.terms import deadline
from oneheart.web.who import Host


async def _end(request: Request) -> Response:
    """Ask for confirmation, then end the gathering. Afterwards a host may erase its file by typing its code."""
    host = who.host(request)
    if request.method != "POST":
        return _show_end(host)
    form: Mapping[str, str] = await form_of(request)
    gathering = host.gathering
    if form.get("what") == "end":
        await doing.end(host.gathering, host.host, asked(form, ask.KeyOnly))
        gathering.tick()
    elif form.get("what") == "reopen":
        try:
            await undoing.reopen(gathering, host.host, asked(form, ask.KeyOnly))
        except Refused as refused:
            return host.problem(refused, back=f"{host.home}/end")
        gathering.tick()
        return RedirectResponse(host.home, 303)
    elif form.get("what") == "forget" and gathering.state.ended:
        if not form.get("code", "").strip() or house_of(request).find(form["code"]) is not gathering:
            return _show_end(host, wrong=True, status=400)
        await house_of(request).forget(gathering)
        return page("host_forgotten.html", words_for(None, host.words.language))
    return RedirectResponse(f"{host.home}/end", 303)


def _show_end(host: Host, *, wrong: bool = False, status: int = 200) -> Response:
    said = deadline(host.state.keeping, host.words)
    record = record_now(host.state)
    unsaid = record is not None and record.sealed.said_at is None
    return host.page(
        "host_end.html",
        at="end",
        ended=host.state.ended,
        wrong=wrong,
        deadline=said,
        unsaid=unsaid,
        may_reopen=undoing.may_reopen(host.gathering),
        status=status,
    )


routes: list[Route] = [Route("/host/{code}/end", _end, methods=["GET", "POST"])]
