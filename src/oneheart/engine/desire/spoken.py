"""Language identification of a text among the languages of a gathering; in doubt it is the language of the page.

The script alone separates Hebrew from Russian, but not English from Spanish. py3langid, an optional extra
(`pip install 'oneheart[lang]'`), does that. Without it a text in the script of the page's language is in that language.
The author can correct the result with one tap.

Source: adbar/py3langid 0.4 (naive Bayes over bytes; Lui & Baldwin 2012), kept to the languages of the gathering; the
weight of the page's language is ours.
"""

from __future__ import annotations

import copy
import importlib.util
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

PAGE_SHARE = 0.9
"""How sure it is, before a word is read, that somebody writes in the language of their page.

Over 300 sentences each in en, es, de, fr of Tatoeba: of those in the page's language none is taken for another one, of
the others 976 in 1,000 are found; cut to two words, none and 644. Without it 4 (of two words 73) in 1,000 would be
mistaken.
"""
_KNOWN = re.compile("ar|bg|cs|da|de|el|en|es|fa|fi|fr|he|hi|hu|it|ja|ko|lt|lv|nl|no|pl|pt|ro|ru|sk|sr|sv|tr|uk|ur|zh")
"""Of the 142 languages that the model knows; the others would take 20 MB of a server and are no language of a page."""
_SCRIPTS: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    ("he", frozenset({"he", "yi"}), re.compile("[\u0590-\u05ff]")),
    ("ru", frozenset({"ru", "uk", "bg", "sr"}), re.compile("[\u0400-\u04ff]")),
    ("ar", frozenset({"ar", "fa", "ur"}), re.compile("[\u0600-\u06ff]")),
    ("en", frozenset(), re.compile("[A-Za-z\u00c0-\u024f]")),
)
_OTHER_SCRIPTS = frozenset({"he", "yi", "ru", "uk", "bg", "sr", "ar", "fa", "ur", "zh", "ja", "ko", "hi"})


def language_of(text: str, page_language: str, choices: Sequence[str]) -> str:
    """Return the code of the language that a text is in: one of `choices`, or the page's.

    Args:
        text: the words.
        page_language: language in which the author reads the pages; the result in doubt.
        choices: codes of the gathering's languages.

    Notes:
        About 0.1 ms with py3langid, less without.

    Example:
        >>> language_of("שלום", "en", ["en", "he"]), language_of("Peace 3", "he", ["he", "es"])
        ('he', 'es')
    """
    written = _written_in(text, choices)
    if written is None:
        return page_language
    found = _heard(text, page_language, tuple(written))
    if found:
        return found
    return page_language if page_language in written or not written else written[0]


def is_other_script(text: str, language: str, choices: Sequence[str]) -> bool:
    """Return whether a text cannot be in a language: others of `choices` have its script, and this language has not.

    Latin letters are no sign, because names and words of other scripts are often written in them. O(length).

    Args:
        text: the words.
        language: code of the language that somebody named.
        choices: codes of the gathering's languages.

    Example:
        >>> [is_other_script("שלום", code, ["en", "he"]) for code in ("en", "he")]
        [True, False]
        >>> is_other_script("Shalom", "he", ["en", "he"]), is_other_script("שלום", "en", ["en", "es"])
        (False, False)
    """
    written = _written_in(text, choices) or []
    return bool(written) and language not in written and all(code in _OTHER_SCRIPTS for code in written)


def _written_in(text: str, choices: Sequence[str]) -> list[str] | None:
    """Return the languages that have the script of most letters of a text; None for a text without letters."""
    counts = {name: len(pattern.findall(text)) for name, _, pattern in _SCRIPTS}
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return None
    members = next(members for name, members, _ in _SCRIPTS if name == script)
    return [code for code in choices if (code in members if members else code not in _OTHER_SCRIPTS)]


def load() -> bool:
    """Return whether languages that share a script can be identified; loads the model of py3langid if installed.

    Notes:
        About a second and 50 MB the first time, with py3langid; cached. Call it at start-up.

    Example:
        >>> load() == (importlib.util.find_spec("py3langid") is not None)
        True
    """
    return _identifier() is not None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier | None:
    if importlib.util.find_spec("py3langid") is None:
        return None
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  an extra

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages([code for code in whole.labels if _KNOWN.fullmatch(code)])
    tables = (whole.nb_ptc, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output)
    return LanguageIdentifier(*tables, norm_probs=True, tk_row=whole.tk_row)


@lru_cache(maxsize=64)
def _kept_to(languages: tuple[str, ...]) -> LanguageIdentifier | None:
    """Return a classifier limited to these languages; None without the extra, or if it knows fewer than two."""
    whole = _identifier()
    if whole is None:
        return None
    known = [code for code in languages if code in whole.labels]
    if len(known) < 2:  # noqa: PLR2004  nothing to tell apart
        return None
    narrow = copy.copy(whole)
    narrow.set_languages(known)
    return narrow


def _heard(text: str, page_language: str, written: tuple[str, ...]) -> str:
    """Return the most likely of the languages that are written in this script, "" where that is unknown."""
    identifier = _kept_to(written)
    if identifier is None:
        return ""
    ranked = identifier.rank(text)
    others = max(1, len(ranked) - 1)
    if page_language not in dict(ranked):
        return str(ranked[0][0]) if page_language not in written else ""
    weight = {code: PAGE_SHARE if code == page_language else (1 - PAGE_SHARE) / others for code, _ in ranked}
    return str(max(ranked, key=lambda found: found[1] * weight[found[0]])[0])
