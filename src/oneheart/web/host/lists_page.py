"""Lists: a host pastes a table of circles, occasions or first desires. All of it comes in, or the page says why not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.formats.hosts_lists import Fault, RowFaultError
from oneheart.live import importing
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.words import Plain, Words

_MISTAKE = 422


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


LISTS: dict[importing.What, str] = {
    "circles": _t("Circles"),
    "occasions": _t("Occasions"),
    "desires": _t("First desires"),
}
"""What a list holds."""

LIST_FAULTS: dict[Fault, str] = {
    "table": _t("This cannot be read as a table: the first line names the columns, and every line has as many cells."),
    "empty": _t("There is nothing in it but the names of the columns. Write one line for each."),
    "column": _t("The first line must name a column '{value}'."),
    "name": _t("Line {line}: the name is missing."),
    "long": _t("Line {line}: '{value}' is longer than 80 letters."),
    "twice": _t("Line {line}: '{value}' stands in this table twice."),
    "language": _t("Line {line}: '{value}' is not a language of this gathering."),
    "place": _t("Line {line}: '{value}' is no place; write hall, remote or mirror."),
    "size": _t("Line {line}: '{value}' is no size; write a number from 1 to 500, or nothing."),
    "parent": _t("Line {line}: there is no circle '{value}', neither here nor in the gathering."),
    "parents": _t("Line {line}: more than one circle is called '{value}'; write where it stands: Outer > Inner."),
    "cycle": _t("Line {line}: '{value}' would stand inside itself."),
    "depth": _t("Line {line}: '{value}' would stand too deep; at most six circles stand inside one another."),
    "many": _t("A gathering has at most 2,000 circles and 500 occasions; leave some out."),
    "kind": _t("Line {line}: '{value}' is no kind; write lesson, meal, night or workshop."),
    "time": _t("Line {line}: '{value}' is no time; write it like 2026-11-30 19:00."),
    "order": _t("Line {line}: it ends before it begins."),
    "words": _t("Line {line}: '{value}' cannot be kept; write one wish of 1 to 140 letters, without contact data."),
}
"""What is wrong with a list that hosts bring in, by code; the same sentences as `formats.hosts_lists.FAULTS`."""


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
