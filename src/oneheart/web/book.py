"""The book of prayers: every sealed text under its own address, searched by day, occasion and circle, and printed.

A text is read by the people and hosts of its gathering; by everybody where a host opened it. It holds words, numbers
in whole steps, and names of circles by the rules of `live.origin`, never of a person. Words that their author took away
are gone here too. A host says on a text's own page who may read it and at which occasion it was made.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.web.pages import gathering_of, house_of, language_of, page, words_for
from oneheart.web.said import FORMS
from oneheart.web.sealed_texts import SealedText, choices, chosen_words, found, page_of, sought_in
from oneheart.web.who import is_host, seat_in
from oneheart.web.words import Words

SHOWN_MOST = 200


async def _all(request: Request) -> Response:
    """Show every text of this house that is open to everybody."""
    words = words_for(None, language_of(request, None))
    return _book(request, words, pages_open_to_all(house_of(request), words), "/book")


def pages_open_to_all(house: House, words: Words) -> list[SealedText]:
    """Return every text of a house that anybody may read."""
    return [
        page_of(gathering, number, words)
        for gathering in house.gatherings.values()
        for number in open_to_all(gathering)
    ]


def open_to_all(gathering: LiveGathering) -> list[int]:
    """Return the numbers (from 0) of the texts of a gathering that anybody may read."""
    return [number for number, sealed in enumerate(gathering.state.prayers.sealed) if sealed.public]


def _readable(request: Request) -> tuple[LiveGathering, str] | None:
    """Return the gathering whose book is asked for and the address of that book, None where it is not for the asker.

    Its people read it under their own address, its hosts under theirs; under the open one stands what is open to all.
    """
    gathering = gathering_of(request)
    if gathering is None:
        return None
    inside = {"g": lambda: seat_in(gathering, request) is not None, "host": lambda: is_host(request)}
    root = request.url.path.split("/")[1]
    if root in inside:
        return (gathering, f"/{root}/{gathering.code}/book") if inside[root]() else None
    return (gathering, f"/book/{gathering.code}") if open_to_all(gathering) else None


def _numbers(gathering: LiveGathering, address: str) -> list[int]:
    return open_to_all(gathering) if address.startswith("/book/") else [*range(len(gathering.state.prayers.sealed))]


async def _of_gathering(request: Request) -> Response:
    """Show every text of one gathering that this person may read."""
    readable = _readable(request)
    words = _words(request, readable[0] if readable else None)
    if readable is None:
        return page("not_here.html", words, status=404)
    gathering, address = readable
    pages = [page_of(gathering, number, words) for number in _numbers(gathering, address)]
    return _book(request, words, pages, address)


def _words(request: Request, gathering: LiveGathering | None) -> Words:
    seat = None if gathering is None else seat_in(gathering, request)
    return words_for(gathering, language_of(request, gathering, seat))


def _book(request: Request, words: Words, pages: Iterable[SealedText], address: str) -> Response:
    every, sought, one_house = [*pages], sought_in(request.query_params), address == "/book"
    ours, asked = found(every, sought), choices(every, sought, words, one_house=one_house)
    return page(
        "book.html",
        words,
        pages=ours[:SHOWN_MOST],
        count=len(ours),
        more=len(ours) > SHOWN_MOST,
        any_here=bool(every),
        sought=sought,
        choices=asked,
        chosen=chosen_words(asked, sought),
        address=address,
        one_house=one_house,
        whole="print" in request.query_params,
    )


async def _one(request: Request) -> Response:
    """Show one text, clean, to be read aloud; to a host also who may read it and its occasion."""
    readable, number = _readable(request), int(request.path_params["number"]) - 1
    words = _words(request, readable[0] if readable else None)
    if readable is None or number not in _numbers(*readable):
        return page("not_here.html", words, status=404)
    gathering, address = readable
    state = gathering.state
    is_host = address.startswith("/host/")
    return page(
        "book_page.html",
        words,
        one=page_of(gathering, number, words),
        address=address,
        desk=f"/host/{gathering.code}" if is_host else "",
        round=state.prayers.sealed[number].round,
        occasions=[(n, f"{one.name} · {words.t(FORMS[one.form])}") for n, one in enumerate(state.occasions)],
    )


routes: list[Route] = [
    Route("/book", _all),
    *(
        route
        for root in ("/book/{code}", "/g/{code}/book", "/host/{code}/book")
        for route in (Route(root, _of_gathering), Route(root + "/{number:int}", _one))
    ),
]
