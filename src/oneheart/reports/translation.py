"""Translation of a report: messages from the gettext catalogues, and number formats of each language."""

from __future__ import annotations

import gettext
import math
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup, escape

from oneheart.errors import UserError
from oneheart.locale import languages
from oneheart.model.asks import Asks

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = tuple(languages.LANGUAGES)
_MINUS = "\N{MINUS SIGN}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"  # without it a minus follows its number in right-to-left text
_GROUPED_FROM = 10_000
_ROUNDING = 1e-9  # 0.29 times 100 is less than 29


def check_language(language: str | None) -> str:
    """Return the code of a language in which reports can be written; None means English.

    Raises:
        UserError: for any other language.

    Example:
        >>> check_language(None), check_language("he")
        ('en', 'he')
    """
    if language is None:
        return "en"
    if language not in LANGUAGES:
        message = f"Reports cannot be written in {language!r}; choose one of {', '.join(LANGUAGES)}."
        raise UserError(message)
    return language


@dataclass(frozen=True, slots=True)
class Translation:
    """The messages of a report in one language. A message without a translation stays in English.

    Attributes:
        language: code of the language.
        asks: what an answer of 1 says. A message may have other words (msgctxt "agree") where it says "I agree".

    Example:
        >>> words = Translation("en")
        >>> words.n("{count} desire", "{count} desires", 2), words.decimal(-0.5)
        (Markup('2 desires'), '−0.50')
    """

    language: str
    asks: Asks = Asks.WANT
    _catalogue: gettext.NullTranslations = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Open the catalogue."""
        catalogue = gettext.translation("oneheart", str(LOCALE), [self.language])
        object.__setattr__(self, "_catalogue", catalogue)

    @property
    def direction(self) -> str:
        """Return "rtl" or "ltr"."""
        return "rtl" if languages.is_right_to_left(self.language) else "ltr"

    def t(self, message: str, **values: object) -> Markup:
        """Return a message with its {placeholders} filled in, escaped for HTML unless already Markup."""
        return escape(self._message(message)).format(**values)

    def _message(self, message: str) -> str:
        if self.asks is Asks.WANT:
            return self._catalogue.gettext(message)
        agreeing = self._catalogue.pgettext(self.asks.value, message)  # the message itself where it has no such form
        return self._catalogue.gettext(message) if agreeing == message else agreeing

    def n(self, one: str, many: str, count: int, **values: object) -> Markup:
        """Return the plural form of a message for a count, with {count} filled in."""
        message = self._catalogue.ngettext(one, many, count)
        if self.asks is not Asks.WANT:
            agreeing = self._catalogue.npgettext(self.asks.value, one, many, count)
            message = message if agreeing in (one, many) else agreeing
        return escape(message).format(count=self.integer(count), **values)

    def integer(self, count: int) -> str:
        """Return a whole number in the number format of this language."""
        if abs(count) < _GROUPED_FROM and self.language != "en":
            return str(count).replace("-", _MINUS)
        return f"{count:,}".replace(",", languages.LANGUAGES[self.language].thousands).replace("-", _MINUS)

    def decimal(self, value: float, places: int = 2) -> str:
        """Return a decimal number in the number format of this language; never minus zero."""
        text = f"{round(value, places) + 0.0:.{places}f}"
        minus = _LEFT_TO_RIGHT + _MINUS if languages.is_right_to_left(self.language) else _MINUS
        return text.replace(".", languages.LANGUAGES[self.language].decimal).replace("-", minus)

    def hundredths(self, share: float, *, down: bool = False) -> str:
        """Return a share as a whole number in a hundred; `down` rounds down, for what is said to be so many at least.

        Example:
            >>> Translation("en").hundredths(0.917), Translation("en").hundredths(0.917, down=True)
            ('92', '91')
        """
        return self.integer(math.floor(100 * share + _ROUNDING) if down else round(100 * share) + 0)
