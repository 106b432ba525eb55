"""Cards to print: one for each circle, or seat cards, each of which gives one person one seat, once."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.web import who
from oneheart.web.forms import form_of, key_in, number_in
from oneheart.web.pages import asked_in, public_base, words_for
from oneheart.web.qr import picture
from oneheart.web.said import circle_name
from oneheart.web.who import Host

CARDS_MOST = 400
CARDS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class TableCard:
    """A card to print.

    Attributes:
        names: name of the circle in each language; () for none.
        picture: QR code.
        address: address to type without a camera.
        code: code to type at that address.
        seat: seat code; "" on a card for a whole circle.
    """

    names: tuple[str, ...]
    picture: Markup
    address: str
    code: str
    seat: str


async def _cards(request: Request) -> Response:
    """Show a sheet of circle cards, or of seat cards if the form asks for them."""
    host = who.running_host(request)
    state = host.state
    form = await form_of(request) if request.method == "POST" else request.query_params
    circle = number_in(form, "circle")
    count = number_in(form, "count") or 0
    chosen = [circle] if circle is not None and circle < len(state.circles) else [*range(len(state.circles))]
    base = public_base(request)
    cards = (
        await _seat_cards(host, chosen, min(CARDS_MOST, count), key_in(form), base)
        if request.method == "POST" and count
        else _circle_cards(host, chosen, base)
    )
    return host.page(
        "host_cards.html",
        at="cards",
        circles=[(number, circle_name(state, number, host.words)) for number in range(len(state.circles))],
        circle=circle,
        count=count,
        cards_wanted=[
            (number, circle_name(state, number, host.words), circle.cards_wanted)
            for number, circle in enumerate(state.circles)
            if circle.cards_wanted
        ],
        sheets=[cards[first : first + CARDS_A_PAGE] for first in range(0, len(cards), CARDS_A_PAGE)],
        seats=bool(cards) and bool(cards[0].seat),
        questions=_questions(host),
    )


def _questions(host: Host) -> list[tuple[str, str]]:
    """Return (language, question) for each language of the gathering; words that repeat stand once."""
    asked = [asked_in(host.state, words_for(host.gathering, code)) for code in host.state.languages]
    return [(question.language, question.text) for question in dict.fromkeys(asked)]


def _names(host: Host, circle: int | None) -> tuple[str, ...]:
    """Return the name of a circle for readers of each language, without repeats; () without a circle.

    A circle without a wording in any language is called as the host reads it.
    """
    if circle is None:
        return ()
    worded = bool(host.state.circles[circle].names)
    spoken = [words_for(host.gathering, code) for code in host.state.languages] if worded else [host.words]
    return tuple(dict.fromkeys(circle_name(host.state, circle, words) for words in spoken))


def _spaced_code(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _without_scheme(address: str) -> str:
    return address.split("://", 1)[-1]


def _circle_cards(host: Host, circles: list[int], base: str) -> list[TableCard]:
    """Return one card for each circle, or one card for all if there are no circles."""
    code = host.gathering.code
    places: list[int | None] = [*circles] or [None]
    cards = []
    for circle in places[:CARDS_MOST]:
        query = "" if circle is None else f"?c={host.state.circles[circle].key}"
        names = _names(host, circle)
        cards.append(
            TableCard(names, picture(f"{base}/j/{code}{query}"), _without_scheme(base), _spaced_code(code), "")
        )
    return cards


async def _seat_cards(host: Host, circles: list[int], count: int, key: str, base: str) -> list[TableCard]:
    """Return `count` seat cards for each circle, at most 400 in all; idempotent by the key of the form."""
    gathering = host.gathering
    cards: list[TableCard] = []
    places: list[int | None] = [*circles] or [None]
    for circle in places:
        room = min(count, CARDS_MOST - len(cards))
        if room <= 0:
            break
        names = _names(host, circle)
        for seat in await doing.print_cards(gathering, host.host, ask.CardsAsked(f"{key}-{circle}", room, circle)):
            address = f"{base}/s/{gathering.code}"
            spaced = _spaced_code(seat)
            cards.append(TableCard(names, picture(f"{address}/{seat}"), _without_scheme(address), spaced, spaced))
    return cards


routes: list[Route] = [Route("/host/{code}/cards", _cards, methods=["GET", "POST"])]
