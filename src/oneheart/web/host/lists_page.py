"""Lists: a host pastes a table of circles, occasions or first desires. All of it comes in, or the page says why not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.formats.hosts_lists import RowFaultError
from oneheart.live import importing
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.said import LIST_FAULTS, LISTS
from oneheart.web.words import Plain, Words

_MISTAKE = 422


def fault_said(fault: RowFaultError, words: Words) -> Coded:
    """Return what is wrong with a list, with the line and what stands there."""
    return Coded(words.t(LIST_FAULTS[fault.code], line=Plain(fault.line), value=fault.value), fault.code)


async def _lists(request: Request) -> Response:
    """Show the form, or take a list. After a mistake the page has what was pasted."""
    host = who.running_host(request)
    form = await form_of(request) if request.method == "POST" else request.query_params
    what = form.get("what", "")
    chosen: importing.What = "occasions" if what == "occasions" else "desires" if what == "desires" else "circles"
    sentence, text = Coded(), form.get("table", "")
    if request.method == "POST":
        try:
            asked = importing.ListAsked(key_in(form), chosen, text)
            done = await importing.bring_in(host.gathering, host.host, asked)
        except RowFaultError as fault:
            sentence = fault_said(fault, host.words)
        else:
            host.gathering.tick()
            address = f"{host.home}/lists?what={chosen}&added={done.added}&present={done.present}"
            return RedirectResponse(address, 303)
    added, present = number_in(request.query_params, "added"), number_in(request.query_params, "present")
    return host.page(
        "host_lists.html",
        at="circles",
        status=_MISTAKE if sentence else 200,
        what=chosen,
        lists=[(name, host.words.t(message)) for name, message in LISTS.items()],
        table=text,
        sentence=sentence,
        added=None if added is None else Plain(added),
        present=Plain(present or 0),
        languages_of=[code for code in host.state.languages if code],
        key=new_key(),
    )


routes: list[Route] = [Route("/host/{code}/lists", _lists, methods=["GET", "POST"])]
