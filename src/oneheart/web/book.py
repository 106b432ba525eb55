"""The book of prayers: every sealed text under its own address, by day, to be searched, printed and read aloud.

A text is read by the people and hosts of its gathering; by everybody where a host opened it. It holds words and numbers
in whole steps, never a name. Words that their author took away are gone here too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live.gathering import LiveGathering
from oneheart.live.reading import Sealed
from oneheart.live.snapshot import TextLine, in_steps, includes, text_lines
from oneheart.web.here import seat_in
from oneheart.web.hosting import host_here
from oneheart.web.pages import gathering_of, house_of, language_of, page, words_for
from oneheart.web.reading import MISSING, STATUS, high_told
from oneheart.web.words import Words

SHOWN_MOST = 200


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line as one reader reads it.

    Attributes:
        text: the words, in the reader's language where two readers have confirmed them in it, else as they were said.
        language: of these words.
        original: (language, words) as its author said it, where that is another language; else ().
        others: (language, words) in every other language, as its author said it first.
    """

    text: str
    language: str
    original: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def book_line(line: TextLine, language: str) -> BookLine:
    """Return a line for readers of one language.

    Example:
        >>> peace = TextLine("Paz", "es", False, (("en", "Peace"), ("he", "שלום")))
        >>> book_line(peace, "en").text, book_line(peace, "en").others
        ('Peace', (('es', 'Paz'), ('he', 'שלום')))
        >>> book_line(peace, "ru").text, book_line(peace, "ru").original
        ('Paz', ())
    """
    carried = dict(line.carried)
    if language == line.language or language not in carried:
        return BookLine(line.text, line.language, (), line.carried)
    original = ((line.language, line.text),)
    rest = tuple((code, said) for code, said in line.carried if code != language)
    return BookLine(carried[language], language, original, (*original, *rest))


@dataclass(frozen=True, slots=True)
class Page:
    """One sealed text.

    Attributes:
        code: of its gathering.
        number: of the text in it, from 1; its address for ever.
        gathering: what the gathering is called.
        question: that was asked.
        day: on which it was sealed, by the server's clock, ISO.
        lines: as they are read.
        left: what was not yet common.
        status: in words.
        missing: in words.
        readers: people who read it, in whole steps of k.
        amen: people who said amen, in whole steps of k.
        share: "estimated", "certified" or "".
        asked: people who were asked by lot about what is not in the text, in whole steps of k.
        share_high: what the share index surely does not exceed, in figures; "" where that is not told.
        digest: SHA-256 of the text, hexadecimal.
        root: Merkle root of all that was before, hexadecimal.
        include: the desire that would include those who are not yet in; None where none is known.
        model: that connected the lines on the screen, "" for none.
    """

    code: str
    number: int
    gathering: str
    question: str
    day: str
    lines: tuple[BookLine, ...]
    left: tuple[tuple[str, str], ...]
    status: str
    missing: tuple[str, ...]
    readers: int
    amen: int
    share: str
    asked: int
    share_high: str
    digest: str
    root: str
    include: TextLine | None
    model: str


def page_of(gathering: LiveGathering, number: int, words: Words) -> Page:
    """Return the sealed text of this number (from 0)."""
    state = gathering.state
    sealed: Sealed = state.prayers.sealed[number]
    draft = state.prayers.drafts[sealed.body.draft]
    left = (state.prayers.words(line, state.desires) for line in draft.body.left)
    question = sealed.question.get(words.language) or next(iter(sealed.question.values()), "")
    return Page(
        code=gathering.code,
        number=number + 1,
        gathering=state.settings.name if state.settings else "",
        question=question,
        day=time.strftime("%Y-%m-%d", time.localtime(sealed.at / 1000)),
        lines=tuple(book_line(line, words.language) for line in text_lines(state, sealed.body.draft) if line.text),
        left=tuple((text, language) for text, language in left if text),
        status=str(words.t(STATUS[sealed.body.status])),
        missing=tuple(str(words.t(MISSING[code])) for code in sealed.body.missing),
        readers=sealed.body.people,
        amen=in_steps(len(sealed.amen)),
        share=sealed.body.share,
        asked=sealed.body.asked,
        share_high=high_told(sealed.body, words),
        digest=sealed.body.digest,
        root=sealed.body.root,
        include=includes(state, sealed.body),
        model=draft.connected.model if draft.connected is not None else "",
    )


def _holds(found: Page, find: str) -> bool:
    lines = (text for line in found.lines for text in (line.text, *(said for _, said in line.others)))
    words = " ".join([found.gathering, found.question, found.day, *lines])
    return find.casefold() in words.casefold()


async def _all(request: Request) -> Response:
    """Show every text of this house that is open to everybody."""
    words = words_for(None, language_of(request, None))
    pages = [
        page_of(gathering, number, words)
        for gathering in house_of(request).gatherings.values()
        for number, sealed in enumerate(gathering.state.prayers.sealed)
        if sealed.public
    ]
    return _book(request, words, pages, "/book")


def _readable(request: Request) -> tuple[LiveGathering, str] | None:
    """Return the gathering whose book is asked for and the address of that book, None where it is not for the asker.

    Its people read it under their own address, its hosts under theirs; under the open one stands what is open to all.
    """
    gathering = gathering_of(request)
    if gathering is None:
        return None
    inside = {"g": lambda: seat_in(gathering, request) is not None, "host": lambda: host_here(request) is not None}
    root = request.url.path.split("/")[1]
    if root in inside:
        return (gathering, f"/{root}/{gathering.code}/book") if inside[root]() else None
    return (gathering, f"/book/{gathering.code}") if _open_to_all(gathering) else None


def _open_to_all(gathering: LiveGathering) -> list[int]:
    return [number for number, sealed in enumerate(gathering.state.prayers.sealed) if sealed.public]


def _numbers(gathering: LiveGathering, address: str) -> list[int]:
    return _open_to_all(gathering) if address.startswith("/book/") else [*range(len(gathering.state.prayers.sealed))]


async def _of_gathering(request: Request) -> Response:
    """Show every text of one gathering that this person may read."""
    found = _readable(request)
    words = _words(request, found[0] if found else None)
    if found is None:
        return page("not_here.html", words, status=404)
    gathering, address = found
    pages = [page_of(gathering, number, words) for number in _numbers(gathering, address)]
    return _book(request, words, pages, address)


def _words(request: Request, gathering: LiveGathering | None) -> Words:
    seat = None if gathering is None else seat_in(gathering, request)
    return words_for(gathering, language_of(request, gathering, seat))


def _book(request: Request, words: Words, pages: list[Page], address: str) -> Response:
    find = entry.clean(request.query_params.get("find", ""))
    found = sorted((one for one in pages if _holds(one, find)), key=lambda one: (one.day, one.number), reverse=True)
    return page(
        "book.html",
        words,
        pages=found[:SHOWN_MOST],
        more=len(found) > SHOWN_MOST,
        find=find,
        address=address,
        one_house=address == "/book",
        whole="print" in request.query_params,
    )


async def _one(request: Request) -> Response:
    """Show one text, clean, to be read aloud."""
    found, number = _readable(request), int(request.path_params["number"]) - 1
    words = _words(request, found[0] if found else None)
    if found is None or number not in _numbers(*found):
        return page("not_here.html", words, status=404)
    return page("book_page.html", words, one=page_of(found[0], number, words), address=found[1])


routes: list[Route] = [
    Route("/book", _all),
    *(
        route
        for root in ("/book/{code}", "/g/{code}/book", "/host/{code}/book")
        for route in (Route(root, _of_gathering), Route(root + "/{number:int}", _one))
    ),
]
