"""Check-in on a phone: by the code of the occasion, by a person's own code, and the page of an usher.

A GET request changes nothing. Wrong codes are counted for each seat, for each usher and for each address, like codes of
the door.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import check_in
from oneheart.live import inputs as ask
from oneheart.live.codes import clean_code
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.wordings import name_in, occasion_in
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import asked, form_of, new_key, read
from oneheart.web.pages import (
    USHER_COOKIE,
    address_of,
    gathering_of,
    language_of,
    page,
    public_base,
    set_cookie,
    words_for,
)
from oneheart.web.phone.door import too_many
from oneheart.web.phone.way_back import in_fours
from oneheart.web.qr import picture
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.who import NoSeat, Person
from oneheart.web.words import Words

_FORBIDDEN, _NOWHERE, _SLOWLY = 403, 404, 429
_DAY = 24 * 3600


def here_address(request: Request, gathering: LiveGathering, occasion: int) -> str:
    """Return the address in the QR code of an occasion. It holds the secret of the occasion: for its tables only."""
    return f"{public_base(request)}/g/{gathering.code}/here/{gathering.state.occasions[occasion].code}"


def usher_address(request: Request, gathering: LiveGathering, occasion: int) -> str:
    """Return the link that makes a phone that of an usher of an occasion."""
    return f"{public_base(request)}/u/{gathering.code}/as/{check_in.usher_secret(gathering, occasion)}"


class CodeTries:
    """The limit of wrong codes of one seat or usher, and of the address from which they come."""

    def __init__(self, request: Request, who_tries: str) -> None:
        """Take the request and a name of who tries."""
        self._misses = request.app.state.misses
        self._names = (who_tries, address_of(request))

    @property
    def over(self) -> bool:
        """Return whether there were too many wrong codes within a minute."""
        return not all(self._misses.allowed(name) for name in self._names)

    def miss(self) -> None:
        """Count one wrong code."""
        for name in self._names:
            self._misses.note(name)


def tries_of(request: Request, gathering: LiveGathering, seat: int) -> CodeTries:
    """Return the limit of wrong codes of a person."""
    return CodeTries(request, f"{gathering.code} seat {seat}")


# --- by the code of the occasion --------------------------------------------------------------------------------------


async def _present(request: Request) -> Response:
    """Record presence at the occasion whose code was typed or scanned.

    It counts for outward closeness only, never together with desires.
    """
    person = who.person(request)
    tries = tries_of(request, person.gathering, person.seat)
    if tries.over:
        return too_many(request)
    sent = await read(request, ask.AttendanceAsked)
    try:
        await check_in.be_present(person.gathering, person.seat, sent)
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            tries.miss()
            return _no_such(person)
        if refused.why is Refusal.OVER:
            number = check_in.occasion_of_code(person.gathering, sent.code)
            assert number is not None  # noqa: S101  it was found, and is over
            return _at(person, number, status=HTTP_STATUS[Refusal.OVER])
        raise
    return RedirectResponse(f"{person.home}/mine#occasions", 303)


async def _absent(request: Request) -> Response:
    """Take back that a person was at an occasion."""
    person = who.person(request)
    await check_in.take_back(person.gathering, person.seat, await read(request, check_in.PresenceBackAsked))
    return RedirectResponse(f"{person.home}/mine#occasions", 303)


def _no_such(person: Person) -> Response:
    sentence = Coded(person.words.t("No occasion has this code. Look at the table or ask the usher."), "no occasion")
    return person.page("here_at.html", at="mine", status=_NOWHERE, sentence=sentence, occasion="", key=new_key())


async def _here(request: Request) -> Response:
    """Ask a person who scanned the code of an occasion whether they are there."""
    try:
        person = who.person(request)
    except NoSeat as nobody:
        code = clean_code(str(request.path_params["secret"]))
        return RedirectResponse(f"/j/{nobody.gathering.code}?here={code}", 303)
    tries = tries_of(request, person.gathering, person.seat)
    if tries.over:
        return too_many(request)
    number = check_in.occasion_of_code(person.gathering, str(request.path_params["secret"]))
    if number is None:
        tries.miss()
        return _no_such(person)
    return _at(person, number)


def _at(person: Person, number: int, *, status: int = 200) -> Response:
    """Return the page of an occasion: it asks the person whether they are there, or says that it is over."""
    return person.page(
        "here_at.html",
        at="mine",
        status=status,
        sentence=Coded(),
        occasion=occasion_in(person.state, number, person.words.language),
        typed=person.state.occasions[number].code,
        number=number,
        was=number in person.state.seats[person.seat].presences,
        ended=person.state.ended,
        over=_over(person.words) if check_in.is_over(person.gathering, number) else Coded(),
        key=new_key(),
    )


def _over(words: Words) -> Coded:
    return refusal_said(Refused(Refusal.OVER), words)


async def _own_code(request: Request) -> Response:
    """Show a person's own code, which an usher scans or types. Each is valid for ten minutes."""
    person = who.person(request)
    code = check_in.codes_of(person.gathering).show(person.seat)
    address = f"{public_base(request)}/u/{person.gathering.code}/p/{code}"
    return person.page("here_own.html", at="mine", letters=in_fours(code), picture=picture(address))


# --- ushers -----------------------------------------------------------------------------------------------------------


async def _become(request: Request) -> Response:
    """Make this phone that of an usher of one occasion, for a day."""
    gathering, secret = gathering_of(request), str(request.path_params["secret"])
    occasion = None if gathering is None else check_in.occasion_of_usher(gathering, secret)
    if gathering is None or occasion is None:
        request.app.state.misses.note(address_of(request))
        return no_usher(request)
    response = RedirectResponse(f"/u/{gathering.code}", 303)
    https = bool(request.app.state.https)
    set_cookie(response, USHER_COOKIE, secret, path=f"/u/{gathering.code}", https=https, age=_DAY)
    return response


def usher_of(request: Request) -> tuple[LiveGathering, int] | None:
    """Return the gathering and the occasion of the usher who asks; None for anybody else."""
    gathering = gathering_of(request)
    secret = request.cookies.get(USHER_COOKIE, "")
    occasion = None if gathering is None or not secret else check_in.occasion_of_usher(gathering, secret)
    return None if gathering is None or occasion is None else (gathering, occasion)


def no_usher(request: Request) -> Response:
    """Return the 403 page for a phone of no usher. It does not tell whether the code exists."""
    return page("usher_none.html", words_for(None, language_of(request, None)), status=_FORBIDDEN)


def usher_page(
    request: Request, gathering: LiveGathering, occasion: int, sentence: Coded | None = None, *, status: int = 200
) -> Response:
    """Return the page of an usher of an occasion, with a sentence on what went wrong."""
    state = gathering.state
    typed = clean_code(str(request.path_params.get("person", "")))
    words = words_for(gathering, language_of(request, gathering))
    about: dict[str, Any] = {
        "code": gathering.code,
        "gathering_name": name_in(state, words.language) or gathering.code,
        "occasion": occasion_in(state, occasion, words.language),
        "typed": "" if sentence else in_fours(typed),
        "sentence": sentence or Coded(),
        "ended": state.ended,
        "over": _over(words) if check_in.is_over(gathering, occasion) else Coded(),
        "noted": request.query_params.get("noted") == "1",
        "key": new_key(),
        "badge_key": new_key(),
    }
    response = page("usher.html", words, status=status, **about)
    if status == _SLOWLY:
        response.headers["retry-after"] = "60"
    return response


async def _usher_form(request: Request) -> Response:
    """Show the form for a person's code, filled where it was scanned."""
    usher = usher_of(request)
    return no_usher(request) if usher is None else usher_page(request, *usher)


async def note_by_usher(
    request: Request,
    note: Callable[[LiveGathering, int, Mapping[str, str]], Awaitable[object]],
    unknown: Callable[[Words], Coded],
    *,
    untold: frozenset[Refusal] = frozenset(),
) -> Response:
    """Keep what an usher notes of a person who shows their own code, and return the usher to their page.

    Args:
        request: a form of the usher's page.
        note: keeps it, given the gathering, the occasion and the form.
        unknown: the sentence where nobody shows such a code; it counts as a wrong code.
        untold: refusals that the usher is not told of; the answer is as if it was kept.

    Raises:
        Refused: for any other refusal.
    """
    form = await form_of(request)
    usher = usher_of(request)
    if usher is None:
        return no_usher(request)
    gathering, occasion = usher
    words = words_for(gathering, language_of(request, gathering))
    tries = CodeTries(request, f"{gathering.code} usher {occasion}")
    if tries.over:
        sentence = Coded(words.t("Too many codes that are not here. Wait a minute and try again."), "too many codes")
        return usher_page(request, gathering, occasion, sentence, status=_SLOWLY)
    try:
        await note(gathering, occasion, form)
    except Refused as refused:
        if refused.why is Refusal.OVER:
            return usher_page(request, gathering, occasion, status=HTTP_STATUS[Refusal.OVER])
        if refused.why is Refusal.UNKNOWN:
            tries.miss()
            return usher_page(request, gathering, occasion, unknown(words), status=_NOWHERE)
        if refused.why not in untold:
            raise
    return RedirectResponse(f"/u/{gathering.code}?noted=1", 303)


async def _note(request: Request) -> Response:
    """Note that the person who shows a code is at the usher's occasion."""
    return await note_by_usher(
        request,
        lambda gathering, occasion, form: check_in.note_person(gathering, occasion, asked(form, check_in.UsherAsked)),
        lambda words: Coded(words.t("Nobody shows this code now. Ask the person for a new one."), "no such person"),
    )


routes: list[Route] = [
    Route("/g/{code}/present", _present, methods=["POST"]),
    Route("/g/{code}/absent", _absent, methods=["POST"]),
    Route("/g/{code}/here", _own_code),
    Route("/g/{code}/here/{secret}", _here),
    Route("/u/{code}", _usher_form),
    Route("/u/{code}", _note, methods=["POST"]),
    Route("/u/{code}/as/{secret}", _become),
    Route("/u/{code}/p/{person}", _usher_form),
    Route("/u/{code}/p/{person}", _note, methods=["POST"]),
]
