"""Reading aloud: how the lines of a text are shown so that they can be said together. It changes no word of anybody.

Lines of one kind have a common opening: lines that continue the same beginning ("I want …") in the same language and
follow one another stand under one "We want". The beginning is the only thing that lines share, and a line that stands
by itself has none. A sentence begins with a capital and ends with a full stop, as its language writes them. Everything
else is verbatim. It follows from the lines alone, so it needs no record, and the digest of a text is that of the words.

Lines are never joined by "and", and no person, case or gender is changed: a machine cannot do that without changing
people's words.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import regex

from oneheart.engine.desire.entry import fitting_stem, own_beginning, stems
from oneheart.engine.desire.scripts import base_language


class Readable(Protocol):
    """What is asked of a line."""

    @property
    def text(self) -> str:
        """Return the words; "" if they were erased."""

    @property
    def language(self) -> str:
        """Return the language code of the words."""

    @property
    def stem(self) -> str:
        """Return the code of the stem that its author chose for the words; "" for none."""


@dataclass(frozen=True, slots=True)
class Aloud:
    """A line as it is read aloud.

    Attributes:
        opening: the common opening of its kind, "We want"; "" for a line that stands by itself.
        begins: true if the opening is said with this line, false if it was said with a line before it.
        words: the words after the opening, verbatim.
        end: the mark after them: a full stop, a comma before the next line of the same kind, or nothing.
    """

    opening: str
    begins: bool
    words: str
    end: str

    @property
    def said(self) -> str:
        """Return what is said at this place of the text; the opening only where it is said."""
        return f"{self.opening} {self.words}{self.end}" if self.begins and self.opening else f"{self.words}{self.end}"

    @property
    def alone(self) -> str:
        """Return the line as a sentence of its own."""
        end = "." if self.end == "," else self.end
        return f"{self.opening} {self.words}{end}" if self.opening else f"{self.words}{end}"


_TURKIC = frozenset({"tr", "az"})
_BEFORE = regex.compile(r"^[\p{P}\p{Z}]*")
_ENDED = regex.compile(r"[.!?…。！？؟:]+[\p{Pe}\p{Pf}\"'»”’]*$")
_SAYS = regex.compile(r"[\p{L}\p{N}\p{So}]")
_ASKS = ("?", "؟", "？")
_SENTENCES = regex.compile(r"[.!?…。！？؟]\s+\p{L}")
_STOPS = regex.compile(r"[\s.,;:…]+$")
_SMALL: dict[str, regex.Pattern[str]] = {
    "en": regex.compile("a|all|an|at|be|every|everyone|for|in|less|more|no|nobody|not|of|one|some|that|the|to"),
    "ru": regex.compile("быть|больше|в|все|всем|всех|каждый|меньше|на|не|ни|никто|с|у|чтобы"),
    "uk": regex.compile("більше|бути|в|все|всі|всіх|з|кожен|менше|на|не|ні|ніхто|у|щоб"),
    "de": regex.compile("alle|allen|das|den|der|die|ein|eine|einen|für|keine|mehr|mit|nicht|niemand|weniger|zu"),
    "es": regex.compile("a|al|de|el|en|la|las|lo|los|más|menos|nadie|ni|no|para|poder|que|ser|todos|un|una"),
}
"""First words that are no names: after an opening they are written small, as in the middle of a sentence."""


def read_aloud(lines: Sequence[Readable]) -> tuple[Aloud, ...]:
    """Return each line as it is read aloud, in their order. A line without words stays without. O(length).

    Example:
        >>> from types import SimpleNamespace as Words
        >>> texts = [("peace", "want"), ("I want bread for all", ""), ("that nobody sits alone", "")]
        >>> [line.said for line in read_aloud([Words(text=text, language="en", stem=stem) for text, stem in texts])]
        ['We want peace,', 'bread for all.', 'That nobody sits alone.']
    """
    kinds = [_kind_of(line) for line in lines]
    out = []
    for place, (line, (code, words)) in enumerate(zip(lines, kinds, strict=True)):
        kind = (line.language, code) if code else None
        before = place > 0 and kind is not None and kind == _key(lines[place - 1], kinds[place - 1])
        after = place + 1 < len(lines) and kind is not None and kind == _key(lines[place + 1], kinds[place + 1])
        out.append(_aloud(words, line.language, code, begins=not before, ends=not after))
    return tuple(out)


def _key(line: Readable, kind: tuple[str, str]) -> tuple[str, str] | None:
    return (line.language, kind[0]) if kind[0] and kind[1] else None


def _kind_of(line: Readable) -> tuple[str, str]:
    """Return the code of the stem that a line continues, and its words after it; "" for a line that stands alone."""
    text = " ".join(line.text.split())
    code, rest = own_beginning(text, line.language)
    if code and _SAYS.search(rest):
        return code, rest
    return ("" if _is_whole(text) else fitting_stem(line.stem, text, line.language)), text


def _is_whole(text: str) -> bool:
    """Return whether a text does not follow a beginning: a question, several sentences, or nothing but marks."""
    return _SAYS.search(text) is None or text.endswith(_ASKS) or _SENTENCES.search(text) is not None


def opening(code: str, language: str) -> tuple[str, str]:
    """Return the common opening of a kind, and what stands before the words of each of its lines, written with them.

    Example:
        >>> opening("want", "es"), opening("that", "he")
        (('Queremos', ''), ('אנחנו רוצים', 'ש'))
    """
    plural = next((stem.plural for stem in stems(language) if stem.code == code), "")
    whole = plural.removesuffix("…")
    if whole.endswith(" ") or not whole:
        return whole.strip(), ""
    first, _, attached = whole.rpartition(" ")
    return first, attached


def smoother(lines: Sequence[Readable], place: int) -> str:
    """Return words in which a line would go on from the opening of the other lines; "" where none are plain.

    The words of the author stay; only the beginning that most other lines of the language continue is put before them.
    Nothing is suggested for a line that has a beginning, that stands by itself ("we sing"), or that is a question.
    It is a suggestion to the author, who sees both; nothing is changed by it.

    Example:
        >>> from types import SimpleNamespace as Words
        >>> lines = [Words(text=text, language="en", stem=stem) for text, stem in (("Peace", "want"), ("all well", ""))]
        >>> smoother(lines, 1), smoother(lines, 0)
        ('I want all well', '')
    """
    line = lines[place]
    text, language = " ".join(line.text.split()), line.language
    kinds = [_kind_of(other)[0] for other in lines if other.language == language and other is not line]
    codes = [code for code in kinds if code]
    if _kind_of(line)[0] or _is_whole(text) or not codes:
        return ""
    offered = stems(language)
    common = max(offered, key=lambda stem: codes.count(stem.code))
    first = text.split(" ", 1)[0]
    if fitting_stem(common.code, text, language) and common.written:
        return f"{common.written[0]} {_small(text, language)}"
    for stem in offered:  # "чтобы никто не был один" goes on from "Я хочу, чтобы"
        if stem.written and stem.written[0].casefold().endswith(f" {first.casefold()}"):
            return f"{stem.written[0]}{text[len(first) :]}"
    return f"{offered[0].written[0]} {text}" if fitting_stem(offered[0].code, text, language) else ""


def _aloud(words: str, language: str, code: str, *, begins: bool, ends: bool) -> Aloud:
    if not words:
        return Aloud("", begins=True, words="", end="")
    first, attached = opening(code, language) if code else ("", "")
    plain = _STOPS.sub("", words) if not _ENDED.search(words) or words.endswith((".", "…")) else words
    plain = plain or words
    hyphen = "-" if attached and not plain[0].isalpha() else ""
    said = f"{attached}{hyphen}{_small(plain, language)}" if first else _sentence(plain, language)
    marked = _ENDED.search(said) is not None
    return Aloud(first, begins=begins, words=said, end="" if marked else "." if ends else ",")


def _small(words: str, language: str) -> str:
    """Return words as they stand in the middle of a sentence: a first word that is surely no name is small."""
    small = _SMALL.get(base_language(language))
    is_small = small is not None and small.fullmatch(words.split(" ", 1)[0].lower()) is not None
    return words[0].lower() + words[1:] if is_small else words


def _sentence(words: str, language: str) -> str:
    """Return words as a sentence: a capital, and in Spanish the marks that open a question or an exclamation."""
    at = len(words) - len(_BEFORE.sub("", words))
    if at < len(words) and words[at].islower():
        capital = "İ" if words[at] == "i" and base_language(language) in _TURKIC else words[at].upper()
        words = words[:at] + (capital if len(capital) == 1 else words[at]) + words[at + 1 :]
    if base_language(language) == "es":
        for closing, opens in (("?", "¿"), ("!", "¡")):
            if words.endswith(closing) and opens not in words:
                words = opens + words
    return words
