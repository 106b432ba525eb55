"""What all pages share: the Jinja templates and their words, cookies, and the page of a refusal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from oneheart.engine.desire.entry import before
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.refusal import Refused
from oneheart.live.state import State
from oneheart.live.wordings import Wording, name_in, question_in
from oneheart.web.closed_place import without_refused_forms
from oneheart.web.forms import new_key
from oneheart.web.reach import Reach
from oneheart.web.said import HTTP_STATUS, QUESTION, refusal_said
from oneheart.web.words import LANGUAGES, PSEUDO, Words, direction_of, plain, printable

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
SEAT_COOKIE, HOST_COOKIE, LANGUAGE_COOKIE, USHER_COOKIE = "seat", "host", "language", "usher"
YEAR = 365 * 24 * 3600
_GAP = re.compile("\ue000([a-z]+)\ue001")  # private-use characters: no text of a person can hold them


# --- templates --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the one Jinja environment: autoescape is on; an undefined name and a bare number are errors."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        finalize=printable,
    )
    templates.filters["plain"] = plain
    templates.globals.update(static=static_url, languages=LANGUAGES, direction_of=direction_of, new_key=new_key)
    templates.globals["beginning"] = before
    return templates


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Return the address of a static file with a fingerprint of its bytes, so that browsers may cache it for ever."""
    fingerprint = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={fingerprint}"


# --- whose page it is -------------------------------------------------------------------------------------------------


def house_of(request: Request) -> House:
    """Return the house that serves this request."""
    house: House = request.app.state.house
    return house


def gathering_of(request: Request) -> LiveGathering | None:
    """Return the gathering whose code is in the address; None for an unknown code."""
    return house_of(request).find(str(request.path_params.get("code", "")))


def language_of(request: Request, gathering: LiveGathering | None, seat: int | None = None) -> str:
    """Return the code of the language of a page.

    It is the first of these that the gathering offers: the query parameter `lang`, the language of the seat, the
    language cookie, the Accept-Language header. Otherwise it is the gathering's first language.
    """
    codes = [code for code, _ in languages_of(gathering)]
    queried = request.query_params.get("lang", "")
    if queried in codes or queried in PSEUDO:
        return queried
    if gathering is not None and seat is not None:
        return gathering.state.seats[seat].language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in codes:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        code = {"iw": "he"}.get(code, code)
        if code in codes:
            return code
    return codes[0]


def words_for(gathering: LiveGathering | None, language: str) -> Words:
    """Return the words of a gathering in a language."""
    settings = gathering.state.settings if gathering else None
    if settings is None:
        return Words(language)
    return Words(language, settings.voice, settings.words.get(language, {}))


def name_of(gathering: LiveGathering, words: Words) -> str:
    """Return the name of a gathering in a reader's language; its code if it has none."""
    return name_in(gathering.state, words.language) or gathering.code


def asked_in(state: State, words: Words) -> Wording:
    """Return the present question in a reader's language; the usual question if the hosts set none.

    A step of the programme may ask another question, in some languages or in all.
    """
    asked = question_in(state, words.language)
    return asked if asked.text else Wording(str(words.t(QUESTION)), words.language)


def offered(gathering: LiveGathering) -> list[str]:
    """Return the codes of the languages of a gathering, for pages and desires; ["en"] before it has settings."""
    return gathering.state.settings.languages if gathering.state.settings else ["en"]


def languages_of(gathering: LiveGathering | None) -> list[tuple[str, str]]:
    """Return (code, name in that language) of each language of a gathering; of all known languages without one."""
    settings = gathering.state.settings if gathering else None
    return [(code, LANGUAGES.get(code, code)) for code in (settings.languages if settings else LANGUAGES)]


# --- pages ------------------------------------------------------------------------------------------------------------


def page(name: str, words: Words, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a rendered template as a response; see `render`."""
    html = render(name, words, **context)
    return HTMLResponse(html, status_code=status, headers={"content-language": words.language})


def render(name: str, words: Words, **context: Any) -> str:
    """Return a rendered template. The template receives `words`, `t`, `n`, `lang` and `dir` besides its context.

    If the context says that the place of its person is closed (`place_closed`), it has no form that would be refused.
    """
    template = environment().get_template(name)
    text: str = template.render(words=words, t=words.t, n=words.n, lang=words.language, dir=words.direction, **context)
    return text if context.get("place_closed") is None else without_refused_forms(text)


def problem(words: Words, refused: Refused, *, kept_text: str = "", back: str = "") -> Response:
    """Return the page of a refusal. It shows `kept_text`, so that the person does not lose what they typed."""
    sentence, status = refusal_said(refused, words), HTTP_STATUS[refused.why]
    encodable = kept_text.encode("utf-8", "ignore").decode()
    about = {"why": refused.why.value, "hint": refused.hint or "", "sentence": sentence}
    response = page("problem.html", words, status=status, kept_text=encodable, back=back, **about)
    if status == 503:  # noqa: PLR2004  service unavailable
        response.headers["retry-after"] = "5"
    return response


class Spliced:
    """A rendered page with gaps, which are filled for each request without rendering the template again.

    Example:
        >>> Spliced("<p>\ue000text\ue001</p>").fill({"text": "one heart"})
        '<p>one heart</p>'
    """

    def __init__(self, html: str) -> None:
        """Cut the page at its gaps."""
        self._parts = _GAP.split(html)
        self._names = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the page with values in its gaps. The caller must escape them."""
        parts = self._parts.copy()
        parts[1::2] = [values[name] for name in self._names]
        return "".join(parts)


def gap(name: str) -> str:
    """Return the placeholder of a gap, to be rendered in place of a value."""
    return f"\ue000{name}\ue001"


# --- answers to scripts -----------------------------------------------------------------------------------------------


def wants_json(request: Request) -> bool:
    """Return whether a script sent the request, which is so where the Accept header names JSON."""
    return "application/json" in request.headers.get("accept", "")


# --- cookies and addresses --------------------------------------------------------------------------------------------


def set_cookie(response: Response, name: str, value: str, *, path: str, https: bool, age: int = YEAR) -> None:
    """Set a cookie that scripts cannot read (HttpOnly) and other sites do not send (SameSite=Lax)."""
    response.set_cookie(name, value, max_age=age, path=path, httponly=True, samesite="lax", secure=https)


def address_of(request: Request) -> str:
    """Return the IP address of a request, for the rate limit in memory only; it is never stored."""
    return request.client.host if request.client else ""


def public_base(request: Request) -> str:
    """Return the address at which people reach this server, without a slash at its end; see `web.reach`."""
    reach: Reach = request.app.state.reach
    return reach.base(opened_at(request), str(request.path_params.get("code", "")))


def opened_at(request: Request) -> str:
    """Return the address of this server at which a page was opened, without a slash at its end."""
    return str(request.base_url).rstrip("/")
