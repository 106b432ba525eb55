"""Facts about the author ("I am a renter"), which are no wishes: read from the grammar, and held against the answers.

Languages with a grammar of their own: en, de, nl, fr, es, it, pt, ru, uk, sk, cs, pl, he, tr, tl, ceb, zh.
"""

from __future__ import annotations

from collections.abc import Sequence

from oneheart.engine.desire.first_person import GRAMMARS
from oneheart.engine.desire.scripts import FUNCTION_WORDS, base_language, likely_language, script_of, word_set
from oneheart.engine.desire.wording import normalise

_MOST_WORDS = 16
_MOST_CHARACTERS = 24
_QUESTION_MARKS = ("?", "？", "؟")
_SAME_GRAMMAR = {"fil": "tl", "bis": "ceb"}
_OF_SCRIPT = {
    "Latn": ("en", "de", "nl", "fr", "es", "it", "pt", "sk", "cs", "pl", "tr", "tl", "ceb"),
    "Hebr": ("he",),
    "Hani": ("zh",),
}
_GUESSED_BY: dict[str, frozenset[str]] = FUNCTION_WORDS | {
    "nl": word_set(
        "de het een en van ik ben niet geen met voor op aan in mijn wij ons dat die zijn heb woon naar bij om te"
    ),
    "sk": word_set(
        "som sa si v vo na a s so z zo mám nemám že sme sú ako pre po do mi moje môj moja aby už je od pri bývam"
    ),
    "cs": word_set(
        "jsem se si v ve na a s se z ze mám nemám že jsme jsou jako pro po do mi moje můj aby už je od při bydlím"
    ),
    "pl": word_set(
        "jestem się w we na i z ze mam nie że są jak dla po do mi moje mój moja żeby już jest od przy mieszkam"
    ),
    "tl": word_set(
        "ako ang ng sa mga ay na ko aking akong isang may wala hindi at ni si kay noong nang namin tayo kami po"
    ),
    "ceb": word_set("ko ako ang sa mga og ug nga koy akoy dili wala adunay naa akong si kay kami kita"),
}
_FIRST_PERSON: dict[str, frozenset[str]] = {
    code: word_set(listed)
    for code, listed in {
        "en": "i m my me",
        "de": "ich mein meine",
        "nl": "ik mijn",
        "fr": "je j ai suis mon ma mes",
        "es": "tengo soy estoy vivo vivimos trabajo con dos",
        "it": "ho sono vivo abito lavoro non con mio mia due",
        "pt": "tenho sou estou moro trabalho não com meu minha",
        "sk": "mám nemám som bývam žijem pracujem",
        "cs": "jsem nejsem bydlím žiju pracuji",
        "pl": "mam nie jestem mieszkam pracuję",
        "tr": "ben benim",
        "tl": "ako akong ay",
    }.items()
}
"""Words that tell the first person, which most texts about oneself have, for guessing the language."""
_LETTERS = {
    code: frozenset(letters)
    for code, letters in {
        "pl": "ąęłńśźż",
        "cs": "ěřů",
        "sk": "ľĺŕô",
        "tr": "ğış",
        "pt": "ãõ",
        "es": "ñ¿¡",
        "de": "ß",
    }.items()
}


def looks_like_fact(text: str, language: str | None = None) -> bool:
    """Return whether the text reads like a fact about its author ("I am a renter") rather than a wish.

    True where the text tells in the first person who one is, where one lives or works, how old one is, whom or what one
    has or earns, what one usually does or once did, or the like of one's family; and holds no word of wishing, judging
    or feeling. Texts of more than sixteen words (24 characters in Chinese) are never facts. With an unknown language
    the grammars that fit the text's own words best are asked, with an unlisted language none.

    Notes:
        Rules of the first person (verbs, possession, past tense), not lists of trades: "I am a beekeeper" is found.
        Made to be right when it says True. It misses facts that tell no person ("Renting for ten years"), and takes
        some metaphors ("I am a bridge between them") and confessions for facts. Cost O(length).

    Source: ours. ``python benchmarks/likeness.py`` measures it; docs/explanation/one-desire.md has the figures.

    Example:
        >>> looks_like_fact("I am a beekeeper"), looks_like_fact("I am for a world of peace")
        (True, False)
        >>> looks_like_fact("Я пенсионер", "ru"), looks_like_fact("Tengo un sueño", "es")
        (True, False)
    """
    codes = _codes(text, language)
    wishes = any(GRAMMARS[code].wish.search(normalise(text)) for code in codes)
    return not wishes and any(_reads_like_fact(text, code) for code in codes)


def _codes(text: str, language: str | None) -> Sequence[str]:
    """Return the codes of the grammars that a text is read with."""
    code = base_language(language)
    code = _SAME_GRAMMAR.get(code, code)
    if code:
        return (code,) if code in GRAMMARS else ()
    script = script_of(text)
    if script == "Cyrl":
        return (likely_language(text),)
    possible = _OF_SCRIPT.get(script, ())
    found = set(normalise(text).split())
    letters = set(text.casefold())
    known = {
        code: len(found & (_GUESSED_BY.get(code, frozenset()) | _FIRST_PERSON.get(code, frozenset())))
        + 2 * bool(letters & _LETTERS.get(code, frozenset()))
        for code in possible
    }
    most = max(known.values(), default=0)
    return tuple(code for code in possible if known[code] == most)


def _reads_like_fact(text: str, code: str) -> bool:
    grammar, spaced = GRAMMARS[code], normalise(text)
    if text.rstrip(" \"'»”’)").endswith(_QUESTION_MARKS):
        return False
    normal = spaced.replace(" ", "") if code == "zh" else spaced
    is_short = len(normal) <= _MOST_CHARACTERS if code == "zh" else len(normal.split()) <= _MOST_WORDS
    if not is_short or not grammar.person.search(normal) or grammar.wish.search(normal):
        return False
    if grammar.fact.match(normal):
        return True
    return grammar.turned is not None and bool(grammar.fact.match(grammar.turned[0].sub(grammar.turned[1], normal)))
