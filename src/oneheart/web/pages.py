"""What all pages share: words, frame, forms, cookies, and one clear page for each thing that may go wrong."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.state import Refusal
from oneheart.web.words import LANGUAGES, PSEUDO, Words, direction_of

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
SEAT_COOKIE, HOST_COOKIE, LANGUAGE_COOKIE = "seat", "host", "language"
YEAR = 365 * 24 * 3600
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FIELDS_MOST = 200

STATUS: dict[Refusal, int] = {
    Refusal.CLOSED: 409,
    Refusal.ENDED: 409,
    Refusal.STALE: 409,
    Refusal.UNKNOWN: 404,
    Refusal.NOT_YOURS: 403,
    Refusal.QUOTA: 409,
    Refusal.USED: 409,
    Refusal.CONFLICT: 409,
    Refusal.UNREADABLE: 400,
    Refusal.CHANGED: 409,
    Refusal.TOO_MANY: 503,
    Refusal.DISK: 503,
}


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


SENTENCES: dict[Refusal, str] = {
    Refusal.CLOSED: _t("This is closed for now. Your words are still here; they can be sent when it opens again."),
    Refusal.ENDED: _t("This gathering has ended. What was said is kept."),
    Refusal.STALE: _t("Another host was faster. Look at how it stands now, and decide again."),
    Refusal.UNKNOWN: _t("This is not here any more. Go back and take another."),
    Refusal.NOT_YOURS: _t("Only the person whose it is can do this."),
    Refusal.QUOTA: _t(
        "Three of your desires are travelling already. Take one back, or join it to another, to say a new one."
    ),
    Refusal.USED: _t("This card has been used. Ask the host for a new one."),
    Refusal.CONFLICT: _t("This was sent before with other words. Open the page anew and look at what is kept."),
    Refusal.UNREADABLE: _t("These letters cannot be kept. Write them once more, without special signs."),
    Refusal.CHANGED: _t("The text has been woven anew. Open the page again and read it as it stands now."),
    Refusal.TOO_MANY: _t("Many are sending at this moment. Yours is not kept yet; it will be sent again shortly."),
    Refusal.DISK: _t("The server cannot keep anything right now. Yours is not kept yet; send it again in a minute."),
}


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the one Jinja environment: everything escaped, a missing name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(static=static_url, languages=LANGUAGES, direction_of=direction_of, new_key=new_key)
    return made


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Return the address of a static file with a fingerprint of its bytes, so that browsers may keep it for ever."""
    fingerprint = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={fingerprint}"


def new_key() -> str:
    """Return a key for a form, so that sending it twice is harmless."""
    return secrets.token_hex(16)


def house_of(request: Request) -> House:
    """Return the house that this request came to."""
    house: House = request.app.state.house
    return house


def gathering_of(request: Request) -> LiveGathering | None:
    """Return the gathering that the address names, None where there is none."""
    return house_of(request).find(str(request.path_params.get("code", "")))


def language_of(request: Request, gathering: LiveGathering | None, seat: int | None = None) -> str:
    """Return the language of a page: asked for, of the seat, chosen before, of the browser, of the gathering."""
    settings = gathering.state.settings if gathering else None
    offered: list[str] = [*(settings.languages if settings else LANGUAGES)]
    asked = request.query_params.get("lang", "")
    if asked in offered or asked in PSEUDO:
        return asked
    if gathering is not None and seat is not None:
        return gathering.state.seats[seat].language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in offered:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        code = {"iw": "he"}.get(code, code)
        if code in offered:
            return code
    return offered[0]


def words_for(gathering: LiveGathering | None, language: str) -> Words:
    """Return the words of a gathering in a language."""
    settings = gathering.state.settings if gathering else None
    if settings is None:
        return Words(language)
    return Words(language, settings.voice, settings.words.get(language, {}))


def page(name: str, words: Words, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page from a template; `t`, `n`, `lang` and `dir` are there for it."""
    html = render(name, words, **context)
    return HTMLResponse(html, status_code=status, headers={"content-language": words.language})


def render(name: str, words: Words, **context: Any) -> str:
    """Return the text of a page from a template."""
    template = environment().get_template(name)
    text: str = template.render(words=words, t=words.t, n=words.n, lang=words.language, dir=words.direction, **context)
    return text


def problem(words: Words, why: Refusal, *, kept_text: str = "", back: str = "") -> Response:
    """Return the page that says why something was not taken, with the person's own text still on it."""
    sentence = words.t(SENTENCES[why])
    response = page("problem.html", words, status=STATUS[why], sentence=sentence, kept_text=kept_text, back=back)
    if STATUS[why] == 503:  # noqa: PLR2004  service unavailable
        response.headers["retry-after"] = "5"
    return response


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a plain form; of a repeated field the last. Anything else is an empty form."""
    if not request.headers.get("content-type", "application/x-www-form-urlencoded").startswith(
        "application/x-www-form-urlencoded"
    ):
        return {}
    body = await request.body()
    return form_fields(body)


def form_fields(body: bytes) -> dict[str, str]:
    """Return the fields of an urlencoded body, at most 200; broken letters are replaced, not refused."""
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS_MOST, errors="replace")
    except ValueError:
        return {}
    return dict(pairs)


def key_in(form: Mapping[str, str]) -> str:
    """Return the form's key; a form without a sound one gets a new one (then a repeat is a new thing)."""
    key = form.get("key", "")
    return key if _KEY.fullmatch(key) else new_key()


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """Return a field as a number of ours (0 or more), None for anything else.

    Example:
        >>> number_in({"a": "7", "b": "-1", "c": "٣"}, "a"), number_in({"b": "-1"}, "b"), number_in({"c": "٣"}, "c")
        (7, None, None)
    """
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def set_cookie(response: Response, name: str, value: str, *, path: str, https: bool, age: int = YEAR) -> None:
    """Put a cookie that scripts cannot read and other sites do not send."""
    response.set_cookie(name, value, max_age=age, path=path, httponly=True, samesite="lax", secure=https)


def address_of(request: Request) -> str:
    """Return the address that a request came from, for counting misses in memory only; it is never stored."""
    return request.client.host if request.client else ""
