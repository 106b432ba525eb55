"""The book of prayers: each sealed text at its own address, with a search by words, day, occasion and circle.

The people and hosts of a gathering may read its texts; everybody may read a text that a host made public. A page shows
the words, rounded counts, and names of circles by the rules of `live.origin`, but no name of a person. Words that their
author erased are not shown. On the page of a text a host sets its permission and its occasion.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.sealed_record import numbers_in_book
from oneheart.web import sharing
from oneheart.web.pages import gathering_of, house_of, language_of, page, words_for
from oneheart.web.said import occasion_said
from oneheart.web.sealed_texts import SealedText, Sought, choices, chosen_words, found, page_of, sought_in
from oneheart.web.who import is_host, seat_in
from oneheart.web.words import Words

SHOWN_MOST = 200


async def _all(request: Request) -> Response:
    """Show the public texts of all gatherings of this server."""
    words = words_for(None, language_of(request, None))
    return _book(request, words, pages_open_to_all(house_of(request), words), "/book")


def pages_open_to_all(house: House, words: Words) -> list[SealedText]:
    """Return the public texts of all gatherings of a house."""
    return [
        page_of(gathering, number, words)
        for gathering in house.gatherings.values()
        for number in open_to_all(gathering)
    ]


def open_to_all(gathering: LiveGathering) -> list[int]:
    """Return the numbers, from 0, of the public texts of a gathering."""
    sealed = gathering.state.prayers.sealed
    return [number for number in numbers_in_book(gathering.state) if sealed[number].public]


def readable_book(request: Request) -> tuple[LiveGathering, str] | None:
    """Return the gathering and the address of the requested book; None without permission.

    The book of a gathering has three addresses: one for its people, one for its hosts, and a public one. The public
    address exists only where at least one text is public.
    """
    gathering = gathering_of(request)
    if gathering is None:
        return None
    allowed = {"g": lambda: seat_in(gathering, request) is not None, "host": lambda: is_host(request)}
    root = request.url.path.split("/")[1]
    if root in allowed:
        return (gathering, f"/{root}/{gathering.code}/book") if allowed[root]() else None
    return (gathering, f"/book/{gathering.code}") if open_to_all(gathering) else None


def numbers_readable(gathering: LiveGathering, address: str) -> list[int]:
    """Return the numbers, from 0, of the texts that may be read at an address of the book."""
    return open_to_all(gathering) if address.startswith("/book/") else numbers_in_book(gathering.state)


async def _of_gathering(request: Request) -> Response:
    """Show the texts of one gathering that the sender has permission to read."""
    readable = readable_book(request)
    words = _words(request, readable[0] if readable else None)
    if readable is None:
        return page("not_here.html", words, status=404)
    gathering, address = readable
    pages = [page_of(gathering, number, words) for number in numbers_readable(gathering, address)]
    return _book(request, words, pages, address)


def _words(request: Request, gathering: LiveGathering | None) -> Words:
    seat = None if gathering is None else seat_in(gathering, request)
    return words_for(gathering, language_of(request, gathering, seat))


def _book(request: Request, words: Words, pages: Iterable[SealedText], address: str) -> Response:
    all_pages, sought, one_house = [*pages], sought_in(request.query_params), address == "/book"
    matches, search_fields = found(all_pages, sought), choices(all_pages, sought, words, one_house=one_house)
    return page(
        "book.html",
        words,
        pages=matches[:SHOWN_MOST],
        count=len(matches),
        more=len(matches) > SHOWN_MOST,
        any_here=bool(all_pages),
        sought=sought,
        choices=search_fields,
        chosen=chosen_words(search_fields, sought),
        address=address,
        one_house=one_house,
        whole="print" in request.query_params,
        feed=_feed_of(address),
    )


def _feed_of(address: str) -> str:
    """Return the address of the feed of a public book; "" for the book of a gathering's people or hosts."""
    return f"{address}/feed.atom" if address == "/book" or address.startswith("/book/") else ""


async def _one(request: Request) -> Response:
    """Show one text for reading aloud; a host also sees its permission and its occasion."""
    readable, number = readable_book(request), int(request.path_params["number"]) - 1
    words = _words(request, readable[0] if readable else None)
    if readable is None or number not in numbers_readable(*readable):
        return page("not_here.html", words, status=404)
    gathering, address = readable
    state = gathering.state
    is_host = address.startswith("/host/")
    text, second = page_of(gathering, number, words), request.query_params.get("with", "")
    return page(
        "book_page.html",
        words,
        one=text,
        address=address,
        desk=f"/host/{gathering.code}" if is_host else "",
        round=state.prayers.sealed[number].round,
        occasions=[(n, occasion_said(state, n, words)) for n in range(len(state.occasions))],
        shared=sharing.shared(request, text),
        languages_beside=sharing.second_languages(text, words.language),
        language_beside=second,
        beside=sharing.beside(text, second),
    )


async def _feed(request: Request) -> Response:
    """Return the public texts of the server as an Atom feed."""
    words = words_for(None, language_of(request, None))
    newest = found(pages_open_to_all(house_of(request), words), Sought())
    return sharing.feed(request, newest[:SHOWN_MOST], words, "/book")


async def _feed_of_gathering(request: Request) -> Response:
    """Return the public texts of one gathering as an Atom feed."""
    gathering = gathering_of(request)
    numbers = [] if gathering is None else open_to_all(gathering)
    words = _words(request, gathering if numbers else None)
    if gathering is None or not numbers:
        return page("not_here.html", words, status=404)
    newest = found((page_of(gathering, number, words) for number in numbers), Sought())
    return sharing.feed(request, newest[:SHOWN_MOST], words, f"/book/{gathering.code}")


routes: list[Route] = [
    Route("/book", _all),
    Route("/book/feed.atom", _feed),  # before the codes of gatherings
    Route("/book/{code}/feed.atom", _feed_of_gathering),
    *(
        route
        for root in ("/book/{code}", "/g/{code}/book", "/host/{code}/book")
        for route in (Route(root, _of_gathering), Route(root + "/{number:int}", _one))
    ),
]
