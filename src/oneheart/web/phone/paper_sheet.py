"""A sheet of paper, typed in by the steward of its circle on their own phone."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import doing, sheets
from oneheart.live.codes import clean_code
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.web import paper, sheet_form, who
from oneheart.web.answers import as_json
from oneheart.web.forms import form_of
from oneheart.web.pages import page, public_base, wants_json
from oneheart.web.phone.cards import phone_context
from oneheart.web.phone.sheet import not_kept
from oneheart.web.said import HTTP_STATUS, circle_name
from oneheart.web.who import Person, place_of

_UNPROCESSABLE = 422


def _shows(person: Person, *, status: int = 200, **more: object) -> Response:
    about: dict[str, Any] = {
        **phone_context(person.gathering, person.seat, person.words),
        "place": place_of(person.gathering, person.seat),
        "view": "sheet",
        "data_page": f"{person.home}/circle/paper",
        "at": "circle",
        "circle": circle_name(person.state, person.circle, person.words),
        "paper": None,
        "sentence": Coded(),
        "kept": None,
    }
    return page("circle_paper.html", person.words, status=status, **{**about, **more})


async def _enter(request: Request) -> Response:
    """Show the field for the code of a sheet; with a code, go to that sheet."""
    person = who.person(request)
    doing.circle_served(person.gathering, person.seat)
    code = clean_code(request.query_params.get("sheet", ""))
    if code:
        return RedirectResponse(f"{person.home}/circle/paper/{code}", 303)
    kept = request.query_params.get("kept", "")
    return _shows(person, kept=int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 5 else None)  # noqa: PLR2004


def _paper(request: Request, person: Person) -> sheets.Paper:
    return sheets.check_steward(person.gathering, person.seat, str(request.path_params["sheet"]))


def _no_such(person: Person) -> Response:
    sentence = person.words.t("No sheet has these letters. Look at them once more.")
    return _shows(person, status=HTTP_STATUS[Refusal.UNKNOWN], sentence=Coded(sentence, "no sheet"))


async def _sheet(request: Request) -> Response:
    """Show a sheet as it was printed, with fields in place of its boxes."""
    person = who.person(request)
    doing.circle_served(person.gathering, person.seat)
    try:
        printed = _paper(request, person)
    except Refused:
        return _no_such(person)
    return _with(person, printed, request, {}, {})


def _with(
    person: Person, found: sheets.Paper, request: Request, refused: dict[str, Refused], typed: dict[str, str]
) -> Response:
    about = paper.page_of(person.gathering, found, person.words, public_base(request), refused, typed)
    return _shows(person, status=_UNPROCESSABLE if refused else 200, **about)


async def _type(request: Request) -> Response:
    """Keep what was typed from a sheet. What is refused is named beside its field; the rest is kept."""
    person = who.person(request)
    printed = _paper(request, person)
    form = await form_of(request, sheet_form.FIELDS_MOST)
    gathering, seat = person.gathering, person.seat
    typist = paper.Typist(
        partial(sheets.seat_by_steward, gathering, seat), partial(sheets.typed_by_steward, gathering, seat)
    )
    refused = await paper.type_in(gathering, printed, form, typist)
    if wants_json(request):
        return as_json(not_kept(person, refused), 409) if refused else as_json(sheet_form.SheetKept())
    if not refused:
        return RedirectResponse(f"{person.home}/circle/paper?kept={printed.sheet.place}", 303)
    now = _paper(request, person)  # its person may have a place since
    return _with(person, now, request, refused, sheet_form.typed(form, refused))


routes: list[Route] = [
    Route("/g/{code}/circle/paper", _enter),
    Route("/g/{code}/circle/paper/{sheet}", _sheet),
    Route("/g/{code}/circle/paper/{sheet}", _type, methods=["POST"]),
]
