"""Figures on a page: the texts with a digit that a reader sees, and in which elements they stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from oneheart.locale import extract
from oneheart.reports.translation import LOCALE
from tests.support.messages import asked_for
from tools import numbers

_PLACE = re.compile(r"\{(\w+)\}")
_WORDS_LEAST = 2
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "circle",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "path",
        "rect",
        "source",
        "track",
        "use",
        "wbr",
        "line",
    ]
)
_UNSEEN = frozenset({"script", "style", "title", "option", "desc"})
WORDS_OF_PEOPLE = ("bdi", "q", ".words", ".litany", "code", "p.credits", "article.line h3")
"""Elements with what people wrote, names, dates and fingerprints."""
Element = tuple[str, frozenset[str], str, frozenset[str]]  # tag, classes, id, names of attributes


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that a reader sees.

    Attributes:
        text: the text.
        inside: elements around it, the outermost first.
    """

    text: str
    inside: tuple[Element, ...]

    def stands_at(self, place: str) -> bool:
        """Return whether it stands at a place: tag, .class, #id, [attribute]; an inner one after an outer one."""
        wanted = place.split()
        for element in self.inside:
            if wanted and _is(element, wanted[0]):
                wanted = wanted[1:]
        return not wanted


def _is(element: Element, place: str) -> bool:
    tag, classes, name, attributes = element
    for mark, word in re.findall(r"([.#\[]?)([\w-]+)\]?", place):
        has = {"": word == tag, ".": word in classes, "#": word == name, "[": word in attributes}[mark]
        if not has:
            return False
    return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.seen: list[Seen] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            given = {name: value or "" for name, value in attrs}
            classes = frozenset(given.get("class", "").split())
            self.open.append((tag, classes, given.get("id", ""), frozenset(given)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in _VOID:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not {element[0] for element in self.open} & _UNSEEN:
            self.seen.append(Seen(" ".join(data.split()), tuple(self.open)))


def figures(page: str) -> Iterator[Seen]:
    """Yield the visible texts of a page that hold a digit."""
    reader = _Reader()
    reader.feed(page)
    yield from (seen for seen in reader.seen if re.search(r"\d", seen.text))


def without_row(page: str) -> list[str]:
    """Return the figures of an English page that stand in no message, in nothing that people wrote, and in no row."""
    places = (*WORDS_OF_PEOPLE, *(place for row in numbers.rows() for place in row.bare))
    return [seen.text for seen in bare(page) if not any(seen.stands_at(place) for place in places)]


def bare(page: str) -> list[Seen]:
    """Return the figures of a page that stand in no message.

    Several messages may stand in one text; one of hardly any words ("{n} of {of}") must be all of it.
    """
    whole, inside = _patterns()
    out = []
    for seen in figures(page):
        rest = seen.text
        for pattern in inside:
            rest = pattern.sub("", rest)
        parts = [part.strip() for part in rest.split(" · ") if re.search(r"\d", part)]
        if not all(any(pattern.fullmatch(part) for pattern in whole) for part in parts):
            out.append(seen)
    return out


@cache
def messages() -> list[str]:
    """Return every message of the sources in its first form."""
    return sorted({*asked_for(), *(m if isinstance(m, str) else m[0] for m in extract.messages())})


@cache
def _patterns() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Return patterns of all that a page says in English, and of those of them with two words of their own or more."""
    found = {*messages(), *(many for many in asked_for().values() if many)}
    found |= {message[1] for message in extract.messages() if not isinstance(message, str)}
    for path in (LOCALE / "en" / "LC_MESSAGES").glob("*.po"):  # in the voice of a gathering
        for quoted in re.findall(r'^msgstr(?:\[\d\])? (".+")$', path.read_text(encoding="utf-8"), re.MULTILINE):
            found.add(ast.literal_eval(quoted))
    with_places = sorted(message for message in found if _PLACE.search(message) or re.search(r"\d", message))
    long = [message for message in with_places if len(_PLACE.sub(" ", message).split()) >= _WORDS_LEAST]
    return [re.compile(_pattern(message)) for message in with_places], [re.compile(_pattern(m)) for m in long]


def _pattern(message: str) -> str:
    """Return a pattern of everything that a message can say; a place of a number takes no letters."""
    pieces = _PLACE.split(" ".join(message.split()))
    places = [".*" if name in numbers.NO_NUMBERS else r"[\W\d_]+" for name in pieces[1::2]]
    return re.escape(pieces[0]) + "".join(
        place + re.escape(text) for place, text in zip(places, pieces[2::2], strict=True)
    )
