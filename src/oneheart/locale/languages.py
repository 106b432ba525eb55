"""Languages: all that the code needs to know about the languages of pages and reports, in one place.

To add a language, add one row here, and its catalogues `web.po` and `oneheart.po` in `CODE/LC_MESSAGES`.
"""

from __future__ import annotations

from dataclasses import dataclass

_THIN = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: BCP 47 code.
        name: name of the language in that language.
        right_to_left: whether it is written from right to left.
        decimal: decimal separator.
        thousands: thousands separator.
        plurals: number of plural forms in its catalogues, and the gettext expression that chooses one.
    """

    code: str
    name: str
    right_to_left: bool = False
    decimal: str = "."
    thousands: str = ","
    plurals: tuple[int, str] = (2, "(n != 1)")


_EAST_SLAVIC = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
# CLDR gives Hebrew a form for two. All whole numbers from 3 on have the same form, so three forms suffice.
_HEBREW = "(n == 1 ? 0 : n == 2 ? 1 : 2)"

LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English"),
        Language("he", "עברית", right_to_left=True, plurals=(3, _HEBREW)),
        Language("ru", "Русский", decimal=",", thousands=_THIN, plurals=(3, _EAST_SLAVIC)),
        Language("es", "Español", decimal=",", thousands=_THIN),
        Language("uk", "Українська", decimal=",", thousands=_THIN, plurals=(3, _EAST_SLAVIC)),
        Language("de", "Deutsch", decimal=",", thousands="."),
    )
}
"""All languages by their code, in the order in which pages offer them."""

_WRITTEN_FROM_THE_RIGHT = frozenset({"ar", "fa", "ur", "yi"})


def is_right_to_left(code: str) -> bool:
    """Return whether a language is written from right to left. The pages need not be translated into it.

    Example:
        >>> is_right_to_left("he"), is_right_to_left("fa"), is_right_to_left("he-XB"), is_right_to_left("ru")
        (True, True, True, False)
    """
    primary = code.split("-", maxsplit=1)[0]
    language = LANGUAGES.get(primary)
    return language.right_to_left if language is not None else primary in _WRITTEN_FROM_THE_RIGHT


def name_within(code: str) -> str:
    """Return the name of a language for the middle of a sentence in any language; the code of an unknown one.

    It is isolated in its own direction, so that numbers and marks after it stay in the order of the sentence.

    Example:
        >>> name_within("es").strip("\u2068\u2069"), name_within("tlh").strip("\u2068\u2069")
        ('Español', 'tlh')
    """
    known = LANGUAGES.get(code)
    return f"\u2068{code if known is None else known.name}\u2069"
