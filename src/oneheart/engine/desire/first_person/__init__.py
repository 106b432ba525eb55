"""How people of seventeen languages tell facts about themselves: rules of grammar, not lists of facts."""

from __future__ import annotations

from oneheart.engine.desire.first_person.english import ENGLISH
from oneheart.engine.desire.first_person.germanic import DUTCH, GERMAN
from oneheart.engine.desire.first_person.others import CEBUANO, CHINESE, HEBREW, TAGALOG, TURKISH
from oneheart.engine.desire.first_person.romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH
from oneheart.engine.desire.first_person.slavic import CZECH, POLISH, RUSSIAN, SLOVAK, UKRAINIAN

GRAMMARS = {
    "en": ENGLISH,
    "de": GERMAN,
    "nl": DUTCH,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
    "ru": RUSSIAN,
    "uk": UKRAINIAN,
    "sk": SLOVAK,
    "cs": CZECH,
    "pl": POLISH,
    "he": HEBREW,
    "tr": TURKISH,
    "tl": TAGALOG,
    "ceb": CEBUANO,
    "zh": CHINESE,
}
"""Grammars by language code. "fil" is read as "tl"."""
