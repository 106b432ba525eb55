"""Sheets of paper at the desk: print them for the present stage, and type them in.

So a gathering can be held with one laptop, one printer and no phones.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import doing, sheets
from oneheart.live import inputs as ask
from oneheart.live.codes import clean_code
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import duty
from oneheart.live.state.papers import LiveSheet
from oneheart.locale.coded import Coded
from oneheart.web import paper, sheet_form, who
from oneheart.web.forms import asked, form_of, key_in, number_in
from oneheart.web.pages import public_base
from oneheart.web.said import HTTP_STATUS, circle_name, refusal_said, stage_name
from oneheart.web.who import Host
from oneheart.web.words import Plain

_UNPROCESSABLE = 422
CIRCLES_A_TIME = 20
"""The most circles whose sheets are printed at once: each sheet fills a page."""


def _shows(host: Host, *, status: int = 200, **more: object) -> Response:
    state = host.state
    circles = [(number, circle_name(state, number, host.words)) for number in range(len(state.circles))]
    prints = not state.ended and (
        state.stage.takes_responses or (state.stage.takes_readings and state.prayers.of_round(state.round) is not None)
    )
    about: dict[str, Any] = {
        "circles": circles,
        "circle": None,
        "blank": 0,
        "stage_name": stage_name(state, state.stage, host.words),
        "prints": prints,
        "without": {number: len(sheets.people_on_paper(state, number)) for number, _ in circles},
        "room": {number: duty.room_for_scribed(state.seats, state.circles, number) for number, _ in circles},
        "papers": [],
        "now": _now(host),
        "paper": None,
        "sentence": Coded(),
        "kept": None,
        "made": Plain(0),
        "wished": Plain(0),
    }
    return host.page("host_sheets.html", at="sheets", status=status, **{**about, **more})


def _now(host: Host) -> list[tuple[str, list[tuple[int, bool]]]]:
    """Return for each circle the sheets that can be typed in now: place, and whether one of that place was typed."""
    papers, state = host.state.papers, host.state
    by_circle: dict[int, dict[int, LiveSheet]] = {}
    for sheet in papers.sheets.values():
        if sheets.why_not_now(state, sheet) is None:
            former = by_circle.setdefault(sheet.circle, {}).get(sheet.place)
            if former is None or not former.typed:
                by_circle[sheet.circle][sheet.place] = sheet
    return [
        (circle_name(state, circle, host.words), [(place, sheet.typed) for place, sheet in sorted(places.items())])
        for circle, places in sorted(by_circle.items())
    ]


async def _sheets(request: Request) -> Response:
    """Show the page; with the code of a sheet, go to that sheet."""
    host = who.running_host(request)
    code = clean_code(request.query_params.get("sheet", ""))
    if code:
        return RedirectResponse(f"{host.home}/sheets/{code}", 303)
    return _shows(host, kept=number_in(request.query_params, "kept"))


async def _print(request: Request) -> Response:
    """Print sheets of one circle or of all, and show them, each on a page of its own."""
    host = who.running_host(request)
    form = await form_of(request)
    circle, blank, key = number_in(form, "circle"), number_in(form, "blank") or 0, key_in(form)
    chosen = range(len(host.state.circles)) if circle is None else [circle]
    papers: list[sheets.Paper] = []
    refused: Refused | None = None
    for number in list(chosen)[:CIRCLES_A_TIME]:
        order = sheets.SheetsAsked(f"{key[:40]}-{number}", number, order_size(blank))
        try:
            papers += await sheets.print_sheets(host.gathering, host.host, order)
        except Refused as error:
            refused = error if error.why is not Refusal.NO_ROOM or len(chosen) == 1 else refused
    if refused is not None and not papers:
        sentence = refusal_said(refused, host.words)
        return _shows(host, status=HTTP_STATUS[refused.why], circle=circle, blank=blank, sentence=sentence)
    blanks, wished = sum(one.seat is None for one in papers), order_size(blank) * len(list(chosen)[:CIRCLES_A_TIME])
    shown = [paper.shown(host.gathering, one, public_base(request), host.words) for one in papers]
    return _shows(host, papers=shown, circle=circle, blank=blank, made=Plain(blanks), wished=Plain(wished))


def order_size(blank: int) -> int:
    """Return the number of blank sheets that are made for one circle, from the number that was asked for."""
    return min(blank, sheets.SHEETS_MOST)


def _found(request: Request, host: Host) -> sheets.Paper | None:
    return sheets.paper_with(host.gathering, str(request.path_params["sheet"]))


def _no_such(host: Host) -> Response:
    sentence = host.words.t("No sheet has these letters. Look at them once more.")
    return _shows(host, status=HTTP_STATUS[Refusal.UNKNOWN], sentence=Coded(sentence, "no sheet"))


async def _sheet(request: Request) -> Response:
    """Show a sheet as it was printed, with fields in place of its boxes."""
    host = who.running_host(request)
    printed = _found(request, host)
    return _no_such(host) if printed is None else _with(host, printed, request, {}, {})


def _with(
    host: Host, found: sheets.Paper, request: Request, refused: dict[str, Refused], typed: dict[str, str]
) -> Response:
    about = paper.page_of(host.gathering, found, host.words, public_base(request), refused, typed)
    return _shows(host, status=_UNPROCESSABLE if refused else 200, **about)


async def _type(request: Request) -> Response:
    """Keep what was typed from a sheet. What is refused is named beside its field; the rest is kept."""
    host = who.running_host(request)
    printed = _found(request, host)
    if printed is None:
        return _no_such(host)
    form = await form_of(request, sheet_form.FIELDS_MOST)
    gathering = host.gathering
    typist = paper.Typist(
        partial(sheets.seat_by_host, gathering, host.host), partial(sheets.typed_by_host, gathering, host.host)
    )
    try:
        refused = await paper.type_in(gathering, printed, form, typist)
    except Refused as error:
        return _shows(host, status=HTTP_STATUS[error.why], sentence=refusal_said(error, host.words))
    if not refused:
        return RedirectResponse(f"{host.home}/sheets?kept={printed.sheet.place}", 303)
    now = _found(request, host) or printed  # its person may have a place since
    return _with(host, now, request, refused, sheet_form.typed(form, refused))


async def _erase(request: Request) -> Response:
    """Erase everything of the person of a sheet, who asked for it."""
    host = who.running_host(request)
    printed = _found(request, host)
    if printed is None or printed.seat is None:
        return _no_such(host)
    await doing.erase(host.gathering, printed.seat, asked(await form_of(request), ask.KeyOnly))
    return RedirectResponse(f"{host.home}/sheets", 303)


routes: list[Route] = [
    Route("/host/{code}/sheets/{sheet}/erase", _erase, methods=["POST"]),
    Route("/host/{code}/sheets", _sheets),
    Route("/host/{code}/sheets", _print, methods=["POST"]),
    Route("/host/{code}/sheets/{sheet}", _sheet),
    Route("/host/{code}/sheets/{sheet}", _type, methods=["POST"]),
]
