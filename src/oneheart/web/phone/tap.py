"""The tapped response and the SSE stream of a phone: plain ASGI, because thousands of phones use them at once.

The body and the cookie are parsed here, without Starlette's request, and the next card fills a cached page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from oneheart.engine.told import Ordinal, Told
from oneheart.live import doing
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import ResponseAsked
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.model.desire import Stance
from oneheart.web.answers import encode
from oneheart.web.forms import form_fields, key_in
from oneheart.web.memory import memory_of
from oneheart.web.pages import language_of, words_for
from oneheart.web.phone.ahead import has_unread_reason
from oneheart.web.phone.cards import NextCard, card_page, next_card, next_told
from oneheart.web.phone.carry import is_due
from oneheart.web.who import Person, no_seat, revoked_in, set_aside


class _Tapped(msgspec.Struct):
    """The JSON body of a response."""

    desire: str
    stance: int
    key: str = ""
    more: bool = False


class _KeptResponse(Told, frozen=True):
    """A response was stored.

    Attributes:
        kept: always true.
        next: the next card; None while there is none.
        end: whether all cards are answered.
        carry: whether a card about carrying comes first, which has a page of its own.
        receipt: see `KeptAnswer`.
        heads: see `KeptAnswer`.
        turned: whether hosts did not take a desire of the person further, which they have not read yet.
    """

    kept: Literal[True]
    next: NextCard | None
    end: bool
    carry: bool
    receipt: str
    heads: Ordinal
    turned: bool


_TAPPED = msgspec.json.Decoder(_Tapped)
_PLAIN = re.compile(rb"[A-Za-z0-9_=&-]*")
_STANCES = {**{str(stance.value): stance for stance in Stance}, "add": Stance.WANT}
_JSON_HEADERS = [(b"content-type", b"application/json")]


def _fields_of(body: bytes, kind: bytes) -> dict[str, str]:
    """Return the fields of a form or of a JSON body; {} for anything else."""
    if kind.startswith(b"application/json"):
        try:
            tapped = _TAPPED.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        fields = {"desire": tapped.desire, "stance": str(tapped.stance), "key": tapped.key}
        return {**fields, "more": "1"} if tapped.more else fields
    if _PLAIN.fullmatch(body):
        return dict(pair.split("=", 1) for pair in body.decode("ascii").split("&") if "=" in pair)
    return form_fields(body)


def _cookie(header: bytes) -> str:
    """Return the secret of the seat in a Cookie header, "" for none."""
    for part in header.split(b";"):
        name, _, value = part.strip().partition(b"=")
        if name == b"seat":
            return value.strip(b'"').decode("latin-1")
    return ""


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


class Respond:
    """The endpoint of a tapped response (POST /g/CODE/respond), as plain ASGI. This is the hot path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store one response and answer with the next card."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        code = scope["path_params"]["code"]
        house = scope["app"].state.house
        gathering: LiveGathering | None = house.gatherings.get(code) or house.find(code)
        seat = None if gathering is None else gathering.seat_of(_cookie(headers.get(b"cookie", b"")))
        json = b"application/json" in headers.get(b"accept", b"")
        if gathering is None or seat is None:
            await _no_seat(scope, code, json=json)(scope, receive, send)
            return
        form = _fields_of(await _read(receive), headers.get(b"content-type", b""))
        more = form.get("more") == "1"
        try:
            kept = await _keep(gathering, seat, form)
        except Refused as error:
            person = Person(gathering, seat, words_for(gathering, gathering.state.seats[seat].language))
            await person.refused(error, json=json)(scope, receive, send)
            return
        memory = memory_of(gathering)
        if memory.asked:
            memory.asked.pop(seat, None)
        if json:
            card, end = next_told(gathering, seat, more=more)
            carried = is_due(gathering, seat, finished=card is None)
            heads = len(gathering.state.heads.published)
            receipt = kept.commitment.hex()
            turned = has_unread_reason(gathering, seat)
            answer = _KeptResponse(
                kept=True, next=card, end=end, carry=carried, receipt=receipt, heads=heads, turned=turned
            )
            await _send_answer(send, encode(answer), b"application/json")
        elif form.get("stance") == "add":
            await RedirectResponse(f"/g/{gathering.code}?add={form['desire']}", 303)(scope, receive, send)
        elif form.get("back") == "circle":
            await RedirectResponse(f"/g/{gathering.code}/circle", 303)(scope, receive, send)
        elif form.get("back") == "mine":
            await RedirectResponse(f"/g/{gathering.code}/mine#answers", 303)(scope, receive, send)
        else:
            following = next_card(gathering, seat, more=more)
            if is_due(gathering, seat, finished=isinstance(following, str)):
                await RedirectResponse(f"/g/{gathering.code}", 303)(scope, receive, send)
                return
            html = card_page(gathering, seat, following, more=more, kept=kept)
            await _send_answer(send, html.encode(), b"text/html; charset=utf-8")


async def _keep(gathering: LiveGathering, seat: int, form: Mapping[str, str]) -> Kept:
    stance = _STANCES.get(form.get("stance", ""))
    if stance is None:
        raise Refused(Refusal.UNKNOWN)
    return await doing.respond(gathering, seat, ResponseAsked(key_in(form), form.get("desire", ""), stance))


def _no_seat(scope: Scope, code: str, *, json: bool) -> Response:
    """Answer a tap without a seat; the answer does not tell whether the code exists, save to a revoked seat."""
    request = Request(scope)
    gathering = scope["app"].state.house.find(code)
    revoked = None if gathering is None else revoked_in(gathering, request)
    if revoked is not None:
        return set_aside(gathering, revoked, json=json)
    if json:
        return no_seat(words_for(None, language_of(request, None)))
    return RedirectResponse(f"/j/{quote(code, safe='')}", 303)


async def _send_answer(send: Send, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class PhoneStream:
    """The SSE stream that tells a phone page when the stage moves."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the stream open until the phone disconnects."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        gathering: LiveGathering | None = scope["app"].state.house.find(scope["path_params"]["code"])
        seat = None if gathering is None else gathering.seat_of(_cookie(headers.get(b"cookie", b"")))
        if gathering is None or seat is None:
            await _no_seat(scope, scope["path_params"]["code"], json=True)(scope, receive, send)
            return
        await memory_of(gathering).phones.hold(gathering, seat, receive, send)
