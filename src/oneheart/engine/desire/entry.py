"""Entering a desire: the typed text is sanitised, its letters (graphemes) are counted, and hints are given.

Source: Unicode TR36 and TR39 for what is removed. Hints follow what hosts decided on 11,081 Polis statements (more
than one sentence, a question, a link). Only contact data, an empty text and too many letters block.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

import regex

GRAPHEMES_MOST = 140
_MARKS_MOST = 6
_CODE_POINTS_MOST = 12 * GRAPHEMES_MOST  # a family is one letter of seven code points
_SPACE = 0x20
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_BLANK = {0x200B, *range(0x2060, 0x2065), 0xFEFF, 0xAD, 0x180E, 0x3164, 0x115F, 0x1160, 0xFFA0, 0x2800, 0x034F}
_DIRECTION_MARKS = {0x200E, 0x200F, 0x061C}
_JOINERS = {0x200C, 0x200D}
_VARIATION = set(range(0xFE00, 0xFE10))
_TAGS = range(0xE0000, 0xE1000)
_NEVER = {"Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"}

HintCode = Literal["empty", "too long", "contact", "two wishes", "question", "link", "no reason"]
BLOCKING: frozenset[HintCode] = frozenset({"empty", "too long", "contact"})
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = regex.compile(r"(?<!\d)\+?(?:[\s().-]*\d){8,14}(?!\d)")
_LINK = regex.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w{2,}", regex.IGNORECASE)
_SENTENCE_END = regex.compile(r"[.!?…।。！？؟]+(?=\s+\p{L})|[。！？](?=\p{L})")
_QUESTION = regex.compile(r"[?？؟;]\s*$")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Hint:
    """A remark on a text that its author may want to change before others read it.

    Attributes:
        code: what it is.
        blocks: whether the text is refused until it is changed; other hints are advice.
    """

    code: HintCode
    blocks: bool


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of a sentence that a desire may continue.

    Attributes:
        code: "want" (a thing or an infinitive follows) or "that" (a clause follows).
        text: as a person reads it.
        plural: the same for the common text.
    """

    code: Literal["want", "that"]
    text: str
    plural: str


_STEMS: dict[str, tuple[Stem, ...]] = {
    "en": (Stem("want", "I want …", "We want …"), Stem("that", "I want us to …", "We want to …")),
    "he": (Stem("want", "אני רוצה …", "אנחנו רוצים …"), Stem("that", "אני רוצה ש…", "אנחנו רוצים ש…")),
    "ru": (Stem("want", "Я хочу …", "Мы хотим …"), Stem("that", "Я хочу, чтобы …", "Мы хотим, чтобы …")),
    "es": (Stem("want", "Quiero …", "Queremos …"), Stem("that", "Quiero que …", "Queremos que …")),
}


def stems(language: str) -> tuple[Stem, ...]:
    """Return the beginnings that are offered in a language; the English ones for a language without its own.

    Example:
        >>> stems("en")[0].plural
        'We want …'
    """
    return _STEMS.get(language.split("-", 1)[0], _STEMS["en"])


def stem_text(code: str, language: str) -> str:
    """Return the beginning that a stem's code stands for in a language, "" for no code.

    Example:
        >>> stem_text("want", "en"), stem_text("", "en")
        ('I want …', '')
    """
    return next((stem.text for stem in stems(language) if stem.code == code), "") if code else ""


def clean(text: str) -> str:
    r"""Return the sanitised text that is stored: NFC, one line, without invisible and direction-changing characters.

    Taken out: control, surrogate, private and unassigned code points, bidirectional controls, zero-width and blank
    letters, tags. Kept: pointed Hebrew and Arabic, joiners where scripts and emoji need them, single direction marks
    inside. At most six combining marks follow a letter. Idempotent. O(length). A text of more than 1680 code points
    is cut to 1681, so that `hints` still reports its length.

    Example:
        >>> clean("  one\u202e heart\n\ud800 "), clean("שָׁלוֹם"), clean("\u200f")
        ('one heart', 'שָׁלוֹם', '')
    """
    readable = text[: 4 * _CODE_POINTS_MOST].encode("utf-8", "ignore").decode("utf-8")
    before = ""
    for _ in range(4):  # NFC may join two letters into a new one; at most one more pass is needed
        after = _clean_once(readable)
        if after == before:
            break
        before = readable = after
    return before


def _clean_once(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text):
        point = ord(letter)
        if letter.isspace():
            letter, point = " ", _SPACE  # noqa: PLW2901  every kind of space is one kind
        if not _may_stand(letter, point):
            continue
        last = ord(kept[-1]) if kept else _SPACE
        if unicodedata.category(letter) in {"Mn", "Me"} and point not in _VARIATION:
            marks += 1
            if marks > _MARKS_MOST or not kept or last == _SPACE:
                continue
        else:
            marks = 0
        invisible = _DIRECTION_MARKS | _JOINERS | _VARIATION
        if (point in invisible and (last in invisible - _VARIATION or last == _SPACE)) or (point == last == _SPACE):
            continue
        kept.append(letter)
    joined = unicodedata.normalize("NFC", "".join(kept))[: _CODE_POINTS_MOST + 1]
    edges = "".join(chr(point) for point in _DIRECTION_MARKS | _JOINERS) + " "
    return joined.strip(edges)


def _may_stand(letter: str, point: int) -> bool:
    if point in _BIDI or point in _BLANK or point in _TAGS:
        return False
    if point in _DIRECTION_MARKS or point in _JOINERS or point in _VARIATION:
        return True
    return unicodedata.category(letter) not in _NEVER


def grapheme_count(text: str) -> int:
    """Return how many letters a person would count (extended grapheme clusters).

    Example:
        >>> grapheme_count("שָׁלוֹם"), grapheme_count("👨‍👩‍👧 heart")
        (4, 7)
    """
    return len(_GRAPHEME.findall(text))


def hints(text: str, language: str | None = None) -> tuple[Hint, ...]:
    """Return the hints on a clean text; those that block come first.

    Args:
        text: the typed text after `clean`.
        language: of the text; a semicolon is a question mark in Greek only.

    Example:
        >>> [hint.code for hint in hints("Call me: 052-123-4567. Will you?")]
        ['contact', 'two wishes', 'question']
        >>> hints("Peace")
        ()
    """
    found: list[HintCode] = []
    if not any(letter.isalnum() for letter in text) and not _has_picture(text):
        found.append("empty")
    if grapheme_count(text) > GRAPHEMES_MOST or len(text) > _CODE_POINTS_MOST:
        found.append("too long")
    if _MAIL.search(text) or _PHONE.search(text):
        found.append("contact")
    if _SENTENCE_END.search(text):
        found.append("two wishes")
    if _QUESTION.search(text) and (not text.rstrip().endswith(";") or language == "el"):
        found.append("question")
    if _LINK.search(text):
        found.append("link")
    return tuple(Hint(code, code in BLOCKING) for code in found)


@dataclass(frozen=True, slots=True)
class Entered:
    """A typed text as it would be kept.

    Attributes:
        text: the clean text.
        hints: on it; those that block come first.
    """

    text: str
    hints: tuple[Hint, ...]

    @property
    def blocking(self) -> HintCode | None:
        """Return the code of the first hint that blocks; None where the text may be kept."""
        return next((hint.code for hint in self.hints if hint.blocks), None)


def entered(typed: str, language: str | None = None) -> Entered:
    """Return a typed text as it would be kept, with the hints on it: the one rule for every door.

    Example:
        >>> entered("  Peace ").text, entered("").blocking
        ('Peace', 'empty')
    """
    text = clean(typed)
    return Entered(text, hints(text, language))


def _has_picture(text: str) -> bool:
    return any(unicodedata.category(letter) == "So" for letter in text)
