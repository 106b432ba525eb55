"""The words of the live pages in one language and voice (gettext), with the hosts' own words in place of ours.

A message is written in English in the code, with the house's own words ("circle", "participant"). It is looked up,
in this order: among the words that the hosts replaced; in the catalogue under the voice (msgctxt "ten" or
"assembly"); in the catalogue without a voice; as it stands.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import jinja2
from markupsafe import Markup, escape

from oneheart.engine.disclosure import Shown, count_of
from oneheart.locale import languages

LOCALE = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "web"
LANGUAGES: dict[str, str] = {code: language.name for code, language in languages.LANGUAGES.items()}
PSEUDO = ("en-XA", "he-XB")  # long and accented, mirrored: for tests only
_ACCENTS = str.maketrans("aceinouyACEINOUY", "àçéîñöûýÀÇÉÎÑÖÛÝ")
_SEPARATOR = "\x04"
_HOLE = re.compile(r"\{(\w+)\}")


class Plain:
    """A number in a page that counts no people: of a line, a card, a version, seconds, a length in a picture.

    Example:
        >>> str(Plain(3)), Plain(3).number
        ('3', 3)
    """

    __slots__ = ("number",)
    number: int | float

    def __init__(self, number: float) -> None:
        """Keep the number."""
        self.number = number

    def __str__(self) -> str:
        """Return the number as it is set in a page."""
        return str(self.number)


Printable: TypeAlias = str | bool | Shown | Plain | None
"""What a page prints."""


def plain(value: Any) -> Any:
    """Return a number as `Plain`, anything else as it is; the template filter `plain`. Never use it for people.

    Example:
        >>> str(plain(7)), plain("7")
        ('7', '7')
    """
    return Plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def printable(value: object) -> object:
    """Return a value that a page may print; the `finalize` of the templates.

    A page prints text, `Shown` and `Plain`. A bare number may be a count of people that did not pass the gate.

    Raises:
        TypeError: for a bare number, and for any other type.

    Example:
        >>> printable("peace"), str(printable(plain(3)))
        ('peace', '3')
        >>> printable(3)
        Traceback (most recent call last):
        ...
        TypeError: a page prints no bare int: pass a Shown, or the filter `plain` for a number that counts no people
    """
    if value is None or isinstance(value, str | bool | Shown | Plain | jinja2.Undefined):
        return value
    message = (
        f"a page prints no bare {type(value).__name__}: "
        "pass a Shown, or the filter `plain` for a number that counts no people"
    )
    raise TypeError(message)


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALE), [language], fallback=True)


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return which way a language runs.

    Example:
        >>> direction_of("he"), direction_of("ru"), direction_of("he-XB")
        ('rtl', 'ltr', 'rtl')
    """
    return "rtl" if languages.is_right_to_left(language) else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a page says in one language.

    Attributes:
        language: BCP 47 code.
        voice: "ten" or "assembly".
        instead: by message as written in the code: the words that the hosts put in its place.

    Example:
        >>> words = Words("en")
        >>> words.t("Say {what}", what="<b>"), words.n("{count} card", "{count} cards", plain(2))
        (Markup('Say &lt;b&gt;'), Markup('2 cards'))
    """

    language: str
    voice: str = "ten"
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Return which way this language runs."""
        return direction_of(self.language)

    def t(self, message: str, /, **values: Printable) -> Markup:
        """Return a message in this language with its values put in, escaped.

        Raises:
            TypeError: for a bare number, see `printable`.
        """
        return self._fill(self.instead.get(message) or self._looked_up(message), values)

    def n(self, one: str, many: str, count: Shown | Plain, /, **values: Printable) -> Markup:
        """Return the form of a message that goes with a count, by the rules of this language.

        Raises:
            TypeError: for a bare number, see `printable`.
        """
        printable(count)
        number = count_of(count) if isinstance(count, Shown) else int(count.number)
        form = self.instead.get(many) or self._looked_up_plural(one, many, number)
        return self._fill(form, {"count": count, **values})

    def _looked_up(self, message: str) -> str:
        catalogue = _catalogue(self.language)
        under_voice = f"{self.voice}{_SEPARATOR}{message}"
        found = catalogue.gettext(under_voice)
        return self._pseudo(catalogue.gettext(message) if found == under_voice else found)

    def _looked_up_plural(self, one: str, many: str, count: int) -> str:
        catalogue = _catalogue(self.language)
        under_voice = f"{self.voice}{_SEPARATOR}{one}"
        found = catalogue.ngettext(under_voice, many, count)
        missing = found in {under_voice, many}
        return self._pseudo(catalogue.ngettext(one, many, count) if missing else found)

    def _pseudo(self, text: str) -> str:
        """Return the text longer and accented in a pseudo-language, with its placeholders whole."""
        if self.language not in PSEUDO:
            return text
        parts = text.replace("}", "}\0").replace("{", "\0{").split("\0")
        accented = "".join(part if part.startswith("{") else part.translate(_ACCENTS) for part in parts)
        return f"[{accented} {'~' * (len(text) // 3)}]"

    @staticmethod
    def _fill(text: str, values: Mapping[str, Printable]) -> Markup:
        def value(found: re.Match[str]) -> str:
            name = found[1]
            return str(escape(printable(values[name]))) if name in values else found[0]

        # In one pass: what is put in is never read again.
        return Markup(_HOLE.sub(value, str(escape(text))))  # noqa: S704  text and values are escaped
