"""Fields for the wordings of a name in each language of a gathering, and what readers see where one is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oneheart.engine.desire import entry
from oneheart.live.wordings import missing_in, wording_in
from oneheart.web.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class WordingField:
    """The field of one language.

    Attributes:
        code: language code.
        own: name of the language in that language.
        value: the wording; "" for none.
        instead: what readers of this language see because the wording is missing; "" if it is there.
    """

    code: str
    own: str
    value: str
    instead: str


def wording_fields(wordings: Mapping[str, str], languages: Sequence[str], plain: str = "") -> list[WordingField]:
    """Return one field for each language.

    Example:
        >>> [(field.code, field.instead) for field in wording_fields({"ru": "Огонь"}, ["en", "ru", "es"], "Fire")]
        [('en', ''), ('ru', ''), ('es', 'Fire')]
    """
    missing = missing_in(wordings, languages, plain)
    return [
        WordingField(
            code,
            LANGUAGES.get(code, code),
            wordings.get(code, ""),
            wording_in(wordings, languages, code, plain).text if code in missing else "",
        )
        for code in languages
    ]


def typed_names(form: Mapping[str, str], languages: Sequence[str]) -> dict[str, str] | None:
    """Return the names that a form has by language; None if it has no field for any language.

    Example:
        >>> typed_names({"name-ru": " Огонь "}, ["en", "ru"]), typed_names({"name": "Fire"}, ["en"])
        ({'ru': 'Огонь'}, None)
    """
    typed = {code: entry.clean(form[f"name-{code}"]) for code in languages if f"name-{code}" in form}
    return {code: name for code, name in typed.items() if name} if typed else None
