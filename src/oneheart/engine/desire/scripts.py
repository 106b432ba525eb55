"""The script and language of a text (language identification): by its letters and its function words.

Languages with lists of their own: en, he, ru, es, de, fr, it, pt, tr, uk, zh. A language is a BCP 47 code, of which
only the first part is read; None or an unlisted code means "unknown".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from oneheart.engine.desire.wording import words

_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "HEBREW": "Hebr", "ARABIC": "Arab", "GREEK": "Grek", "CJK": "Hani",
    "HIRAGANA": "Kana", "KATAKANA": "Kana", "HANGUL": "Hang", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "GURMUKHI": "Guru", "GUJARATI": "Gujr", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "KHMER": "Khmr", "MYANMAR": "Mymr", "TIBETAN": "Tibt",
    "ARMENIAN": "Armn", "GEORGIAN": "Geor", "ETHIOPIC": "Ethi",
}  # fmt: skip
NO_SCRIPT = "Zyyy"


@lru_cache(maxsize=4096)
def _script_of_character(character: str) -> str:
    first = unicodedata.name(character, "").split(" ")[0] if character.isalpha() else ""
    return _SCRIPTS.get(first, NO_SCRIPT)


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script that most letters belong to; the earlier one where two tie.

    'Kana' stands for both Japanese syllabaries, 'Hani' for Han characters of any language, 'Zyyy' for a text without
    letters or in a script that is not listed.

    Example:
        >>> script_of("שלום and peace for all"), script_of("和平"), script_of("42")
        ('Latn', 'Hani', 'Zyyy')
    """
    counted = Counter(script for script in map(_script_of_character, text) if script != NO_SCRIPT)
    return counted.most_common(1)[0][0] if counted else NO_SCRIPT


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks between them.

    Example:
        >>> sorted(word_set("no not"))
        ['no', 'not']
    """
    return frozenset(listed.split())


# Words that carry grammar rather than content, for suggestions and for guessing a language; never used to merge. Words
# that turn a meaning round (more and less, before and after, with and without, only, all, or) count as content.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": word_set(
        "a an the of to for in on at by and as is are am be been being was were it its this that these those i we you"
        " they he she our my your their his her us me them should would could can will shall must have has had do does"
        " did does there here please very really also so s t d m re ve ll want wants need needs like just"
    ),
    "de": word_set(
        "der die das den dem des ein eine einen einem einer eines und als ist sind sein bin war waren werden wird wurde"
        " es sich dies diese dieser dieses diesem diesen ich wir ihr sie er man unser unsere unseren mein meine"
        " im in an"
        " auf für zu zum zur bei aus soll sollen sollte sollten muss müssen kann können haben hat auch dort hier bitte"
        " so mir mich uns dass wäre sehr will wollen möchte möchten"
    ),
    "es": word_set(
        "el la los las un una unos unas lo de del al a en por para y e que es son ser está están estar se su sus mi mis"
        " nuestro nuestra nuestros nuestras yo nosotros me nos te le les este esta estos estas eso esa ese debe deben"
        " debería deberían ha han hay haya sea sean quiero queremos favor muy aquí también"
    ),
    "fr": word_set(
        "le la les l un une des du de d au aux à en dans sur pour par et que qu est sont être soit a ont avoir ce cet"
        " cette ces il elle ils elles on nous vous je j me m se s mon ma mes notre nos leur leurs doit doivent devrait"
        " devraient faut y veux voulons très ici aussi"
    ),
    "it": word_set(
        "il lo la i gli le l un uno una di del della dei degli delle dello da dal in nel nella a al alla ai"
        " agli alle su"
        " sul sulla per e ed che è sono essere sia si ci mi mio mia nostro nostra nostri nostre io noi questo questa"
        " questi queste deve devono dovrebbe dovrebbero ha hanno avere voglio vogliamo molto qui"
    ),
    "pt": word_set(
        "o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela para e que é são"
        " ser seja"
        " estar está se meu minha nosso nossa nossos nossas eu nós este esta isto isso esse essa deve devem deveria"
        " deveriam tem têm ter há quero queremos muito aqui também"
    ),
    "ru": word_set(
        "и в во на к ко с со у о об из за по для от до как что чтобы это эта этот эти я мы ты вы он она они нам нас мне"
        " меня мой моя наш наша наши их его её ее бы же ли то есть быть был была были будет будут надо нужно должен"
        " должна должны должно хочу хотим очень здесь тут пожалуйста тоже"
    ),
    "uk": word_set(
        "і й та в у на до з із зі о про для від як що щоб це ця цей ці я ми ти ви він вона вони нам нас мені"
        " мене мій моя"
        " наш наша наші їх його її б би же є бути був була були буде будуть треба потрібно має мають повинен повинна"
        " повинні хочу хочемо дуже тут ласка теж також"
    ),
    "he": word_set(
        "את של על אל כל אני אנחנו אתה אתם הוא היא הם הן לי לנו לו לה להם שלי שלנו שלו שלה שלהם זה זאת זו אלה יש היה היו"
        " יהיה תהיה יהיו להיות כי צריך צריכה צריכים רוצה רוצים מאוד מאד כאן בבקשה גם"
    ),
    "tr": word_set(
        "ve bir bu şu o da de ki için ile mi mı mu mü ben biz sen siz onlar bizim benim çok var olan olarak gibi burada"
        " lütfen istiyorum istiyoruz gerek gerekir"
    ),
}
_LATIN_LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "tr")
LANGUAGES_OF_SCRIPT = {"Latn": _LATIN_LANGUAGES, "Cyrl": ("ru", "uk"), "Hebr": ("he",), "Hani": ("zh",)}
_OWN_LETTERS = {"uk": "[іїєґ]", "ru": "[ыэъё]"}
_OLD_CODES = {"iw": "he"}


def base_language(language: str | None) -> str:
    """Return the first part of a BCP 47 code in small letters, "" for None.

    Example:
        >>> base_language("he-IL"), base_language(None)
        ('he', '')
    """
    first = (language or "").replace("_", "-").split("-")[0].casefold()
    return _OLD_CODES.get(first, first)


def shown_language(text: str, choices: Sequence[str]) -> str:
    """Return the language of `choices` that the words of a text show, "" where they show none or several.

    By letters that only one language of a script has, or the only one of the script, or function words: some of one
    language and none of the others, or at least two more. It is stricter than `likely_language`, because a right
    depends on it.

    Args:
        text: the words.
        choices: language codes.

    Example:
        >>> [shown_language(text, ["en", "es", "ru", "uk"]) for text in ("the bread", "pan", "pan y el amor")]
        ['en', '', 'es']
        >>> [shown_language(text, ["en", "ru", "uk"]) for text in ("хліб", "мир", "мы и хлеб")]
        ['uk', '', 'ru']
    """
    script = script_of(text)
    of_script = [code for code in choices if base_language(code) in LANGUAGES_OF_SCRIPT.get(script, ())]
    if script == "Cyrl" and len(of_script) > 1:
        shown = {code for code, letters in _OWN_LETTERS.items() if re.search(letters, text.casefold())}
        return next((code for code in of_script if {base_language(code)} == shown), "")
    if script != "Latn":
        return of_script[0] if len(of_script) == 1 else ""
    found = set(words(text))
    counts = sorted(((len(found & FUNCTION_WORDS[base_language(code)]), code) for code in of_script), reverse=True)
    first, second = (*counts, (0, ""), (0, ""))[:2]
    clear = first[0] > 0 and (second[0] == 0 or first[0] >= second[0] + 2)
    return first[1] if clear else ""


def likely_language(text: str) -> str:
    """Return the listed language that a text of unknown language is most likely written in, "" where unclear.

    By script, and among languages in Latin letters by most function words (a tie is unclear). Good enough to choose a
    list of words that say little; not good enough to show to anyone.

    Example:
        >>> likely_language("We want peace in the world"), likely_language("Amen"), likely_language("שלום")
        ('en', '', 'he')
    """
    script = script_of(text)
    if script == "Cyrl":
        return "uk" if re.search("[іїєґ]", text.casefold()) else "ru"
    if script != "Latn":
        return LANGUAGES_OF_SCRIPT.get(script, ("",))[0]
    found = set(words(text))
    ranked = sorted(_LATIN_LANGUAGES, key=lambda code: len(found & FUNCTION_WORDS[code]), reverse=True)
    most, second = (len(found & FUNCTION_WORDS[code]) for code in ranked[:2])
    return ranked[0] if most > second else ""
