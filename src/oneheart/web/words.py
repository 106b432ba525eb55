"""Translation of the live pages by gettext: one language, one voice, and the words that the hosts replaced.

A message is written in English in the code, with the default words ("circle", "participant"). The first translation
that exists is used: the hosts' replacement, the catalogue entry of the voice (msgctxt "ten" or "assembly"), the
catalogue entry without a voice, the message itself.
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
PSEUDO = ("en-XA", "he-XB")  # accented and long, mirrored; for tests only
_ACCENTS = str.maketrans("aceinouyACEINOUY", "àçéîñöûýÀÇÉÎÑÖÛÝ")
_SEPARATOR = "\x04"
_HOLE = re.compile(r"\{(\w+)\}")


class Plain:
    """A number in a page that counts no people, such as a line number, a version, seconds, or a length in a picture.

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
        """Return the number as text for a page."""
        return str(self.number)


Printable: TypeAlias = str | bool | Shown | Plain | None
"""The types of values that a page may print."""


def plain(value: Any) -> Any:
    """Return a number as `Plain`, and any other value unchanged. The template filter `plain`; not for counts of people.

    Example:
        >>> str(plain(7)), plain("7")
        ('7', '7')
    """
    return Plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def printable(value: object) -> object:
    """Return a value unchanged if a page may print it; the `finalize` function of the templates.

    A page prints text, `Shown` and `Plain`. A bare number is an error, because it may be a count of people that did not
    pass the disclosure gate.

    Raises:
        TypeError: for a bare number and for any other type.

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
    """Return the text direction of a language.

    Example:
        >>> direction_of("he"), direction_of("ru"), direction_of("he-XB")
        ('rtl', 'ltr', 'rtl')
    """
    return "rtl" if languages.is_right_to_left(language) else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of a page in one language.

    Attributes:
        language: BCP 47 code.
        voice: "ten" or "assembly".
        instead: replacement that the hosts typed, by the message in the code.

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
        """Return the text direction of this language."""
        return direction_of(self.language)

    def t(self, message: str, /, **values: Printable) -> Markup:
        """Return a message in this language, with its placeholders filled and escaped for HTML.

        Raises:
            TypeError: for a bare number, see `printable`.
        """
        return self._fill(self.as_it_stands(message), values)

    def as_it_stands(self, message: str) -> str:
        """Return a message in this language as text, with its placeholders unfilled."""
        return self.instead.get(message) or self._looked_up(message)

    def n(self, one: str, many: str, count: Shown | Plain, /, **values: Printable) -> Markup:
        """Return the plural form of a message for a count, by the plural rule of this language.

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
        translated = catalogue.gettext(under_voice)
        return self._pseudo(catalogue.gettext(message) if translated == under_voice else translated)

    def _looked_up_plural(self, one: str, many: str, count: int) -> str:
        catalogue = _catalogue(self.language)
        under_voice = f"{self.voice}{_SEPARATOR}{one}"
        translated = catalogue.ngettext(under_voice, many, count)
        missing = translated in {under_voice, many}
        return self._pseudo(catalogue.ngettext(one, many, count) if missing else translated)

    def _pseudo(self, text: str) -> str:
        """Return the text with accents and one third longer in a pseudo-language, else unchanged. Placeholders stay."""
        if self.language not in PSEUDO:
            return text
        parts = text.replace("}", "}\0").replace("{", "\0{").split("\0")
        accented = "".join(part if part.startswith("{") else part.translate(_ACCENTS) for part in parts)
        return f"[{accented} {'~' * (len(text) // 3)}]"

    @staticmethod
    def _fill(text: str, values: Mapping[str, Printable]) -> Markup:
        def value(hole: re.Match[str]) -> str:
            name = hole[1]
            return str(escape(printable(values[name]))) if name in values else hole[0]

        # One pass, so that a value that looks like a placeholder is not filled.
        return Markup(_HOLE.sub(value, str(escape(text))))  # noqa: S704  text and values are escaped
