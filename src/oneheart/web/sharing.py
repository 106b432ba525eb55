"""Sharing a sealed text: its public address and QR code, its lines in two languages, the Atom feed of the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from oneheart.locale.languages import LANGUAGES
from oneheart.web.pages import public_base
from oneheart.web.qr import picture
from oneheart.web.sealed_texts import SealedText
from oneheart.web.words import Words

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Shared:
    """The public address of a text, to hand on.

    Attributes:
        address: the address, which everybody may open.
        picture: QR code of the address, as SVG.
    """

    address: str
    picture: Markup


def shared(request: Request, text: SealedText) -> Shared | None:
    """Return the public address of a text; None unless a host made the text public."""
    if not text.public:
        return None
    address = address_of_text(request, text)
    return Shared(address, picture(address))


def address_of_text(request: Request, text: SealedText) -> str:
    """Return the public address of a text."""
    return f"{public_base(request)}/book/{text.code}/{text.number}"


def second_languages(text: SealedText, language: str) -> dict[str, str]:
    """Return the languages in which every line of a text stands, without the reader's own: code to own name.

    These are the author's own words and the translations that were sealed with them.
    """
    lines = [{line.language, *(code for code, _ in line.others)} for line in text.lines]
    common = set.intersection(*lines) if lines else set()
    return {code: LANGUAGES[code].name for code in LANGUAGES if code in common and code != language}


def beside(text: SealedText, language: str) -> tuple[str, ...]:
    """Return the lines of a text in a second language, in reading order; () unless every line stands in it."""
    if language not in second_languages(text, ""):
        return ()
    return tuple({line.language: line.text, **dict(line.others)}[language] for line in text.lines)


def feed(request: Request, texts: Iterable[SealedText], words: Words, address: str) -> Response:
    """Return public texts as an Atom feed (RFC 4287), the newest first. A day is all that it tells of time.

    Args:
        request: the request, for the address of this server.
        texts: public texts, in the order of the feed.
        words: words in the reader's language.
        address: path of the book to which the feed belongs.
    """
    base, shown = public_base(request), [text for text in texts if text.public]
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": words.language})
    _put(root, "title", str(words.t("The book of prayers")))
    _put(root, "id", f"{base}{address}")
    ET.SubElement(root, "link", {"href": f"{base}{address}", "rel": "alternate", "type": "text/html"})
    ET.SubElement(root, "link", {"href": f"{base}{address}/feed.atom", "rel": "self", "type": "application/atom+xml"})
    _put(root, "updated", _midnight(max((text.day for text in shown), default="1970-01-01")))
    for text in shown:
        root.append(_entry(text, address_of_text(request, text)))
    return Response(ET.tostring(root, encoding="utf-8", xml_declaration=True), media_type=ATOM_TYPE)


def _entry(text: SealedText, address: str) -> ET.Element:
    entry = ET.Element("entry")
    _put(entry, "title", text.question)
    _put(entry, "id", address)
    ET.SubElement(entry, "link", {"href": address, "rel": "alternate", "type": "text/html"})
    _put(entry, "updated", _midnight(text.day))
    author = ET.SubElement(entry, "author")
    _put(author, "name", text.gathering or text.code)
    lines = "\n".join(line.said for line in text.lines)
    _put(entry, "content", f"{lines}\n\n{text.status}", {"type": "text"})
    return entry


def _put(parent: ET.Element, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, dict(attributes or {})).text = _allowed(text)


def _allowed(text: str) -> str:
    """Return a text without the control characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _midnight(day: str) -> str:
    return f"{day}T00:00:00Z"
