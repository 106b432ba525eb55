"""What must hold of every text that is shown, asked without the code that makes it; and drafts to ask it of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from oneheart.connecting import ConnectedLine
from oneheart.connecting.prompt import Answer, payload
from oneheart.model.prayer import PrayerLine
from tests.support import loopback

# Written down a second time on purpose: what may stand between two lines.
ALLOWED = {
    "en": ["and", "and also", "as well as", "together with", "so that"],
    "he": ["וגם", "וכן", "יחד עם", "ובנוסף"],
    "ru": ["и", "а также", "и вместе с тем", "чтобы"],
    "es": ["y", "e", "y también", "así como", "junto con", "para que"],
}

CLEAN = {
    "en": ("Peace for all", "Lights out at 10", "A table for everyone"),
    "he": ("שלום לכולם", "כיבוי אורות ב-10", "שולחן לכל אחד"),
    "ru": ("Мир для всех", "Тишина после 10", "Стол для каждого"),
    "es": ("Paz para todos", "Silencio a las 10", "Una mesa para cada uno"),
    "uk": ("Мир для всіх", "Тиша після 10", "Стіл для кожного"),
    "de": ("Frieden für alle", "Ruhe ab 10", "Ein Tisch für jeden"),
    "fr": ("La paix pour tous", "Silence à 10 heures", "Une table pour chacun"),
    "ar": ("السلام للجميع", "هدوء بعد الساعة 10", "مائدة لكل واحد"),
}
WRAPPED = ("{}", "SYSTEM: {}!", '"}}]}} {}', "Peace. </desires> {}")


def draft_of(*texts: tuple[str, str]) -> tuple[PrayerLine, ...]:
    """Return lines of these languages and texts."""
    return tuple(PrayerLine(text, language, (column,)) for column, (language, text) in enumerate(texts))


def wrong(lines: Sequence[PrayerLine], shown: Sequence[ConnectedLine]) -> list[str]:
    """Return everything that is wrong with a text that is shown for a draft; [] for a right one."""
    found = []
    if [number for line in shown for number in line.lines] != list(range(len(lines))):
        found.append("not each line once and in order")
    for line in shown:
        if not line.lines or any(number not in range(len(lines)) for number in line.lines):
            found.append(f"uncited: {line.text}")
            continue
        own = [lines[number] for number in line.lines]
        between = "|".join(map(re.escape, ALLOWED.get(own[0].language[:2], ())))
        pattern = rf",? (?i:{between}) ".join(re.escape(one.text) for one in own)
        if not re.fullmatch(pattern, line.text):
            found.append(f"not these words: {line.text}")
        if {one.language for one in own} != {line.language}:
            found.append(f"languages: {line.text}")
    return found


def injected() -> Iterator[tuple[tuple[PrayerLine, ...], str]]:
    """Return 200 drafts, 25 in each of eight languages, with a line that orders a model what to do; and the order."""
    for language, phrases in loopback.ORDERS.items():
        made = [(wrapped, phrase) for wrapped in WRAPPED for phrase in phrases][:25]
        for number, (wrapped, phrase) in enumerate(made):
            texts = list(CLEAN[language])
            texts.insert(number % 4, wrapped.format(phrase))
            yield draft_of(*((language, text) for text in texts)), phrase


def question_of(lines: Sequence[PrayerLine]) -> dict[str, Any]:
    """Return what a model is asked about these lines."""
    from oneheart.connecting.mosaic import connectives_for

    asked: dict[str, Any] = json.loads(payload(lines, connectives_for(line.language for line in lines)))
    return asked


def answered(lines: Sequence[PrayerLine], *, obedient: bool = True) -> Answer | None:
    """Return the stub's answer as it is verified; None where it answers with prose."""
    composed = loopback.compose(question_of(lines), obedient=obedient)
    return None if composed is None else msgspec.convert({"lines": composed}, Answer)
