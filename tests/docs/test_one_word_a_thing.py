"""In each language one thing has one word, people are addressed in one form, and nobody who speaks is made a man."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import oneheart.locale

FOLDER = Path(oneheart.locale.__file__).parent


@dataclass(frozen=True)
class Wrong:
    """Words that a translation may not have.

    Attributes:
        pattern: what is looked for in translations.
        instead: what stands there instead.
        former: a former translation that the pattern must find.
        unless: messages, in English, whose translations may have it, because it means something else there.
    """

    pattern: str
    instead: str
    former: str
    unless: str = r"(?!)"


MEETINGS = r"meetings|people who meet|are crossing|^To see whether"
WRONG: dict[str, tuple[Wrong, ...]] = {
    "he": (
        Wrong("מפגש|התכנסות", "כינוס for a gathering, אירוע for an occasion", "הסבב הזה נערך במפגש", MEETINGS),
        Wrong("שולחן (ה)?מנחה|את השולחן|^שולחן$", "לוח המנחה for the desk", "שולחן המנחה", "table|from card|circle"),
        Wrong(r"הייתי מוסיף|אני (מעדיף|לוקח|מוסר|מוסיף|מבקש)\b", "a form for everybody", "אני מעדיף להתחיל"),
        Wrong(r"^(הוסיף|שינה|קבע|אמר|פתח|סגר|לקח|הסיר|כתב|סיים) ", "a noun, as in שינוי ההגדרות", "שינה את ההגדרות"),
    ),
    "ru": (
        Wrong("[Вв]стреч", "собрание (gathering), событие (occasion)", "круг на встрече", MEETINGS),
        Wrong("хозяе|хозяи", "ведущие", "хозяева взяли отчёт"),
        Wrong(r"[а-яё,»:] (Вы|Вам|Вас|Вами|Ваш\w*)\b", "вы, a small letter", "читаете ли Вы"),
        Wrong(r"\b[Яя] (бы )?\w+[аеиоуыя]л(ся)?\b(?!\()", "a form that fits everybody", "Я бы добавил", r"^$"),
        Wrong(r"^(изменил|добавил|открыл|закрыл|взял|убрал|внёс|сказал|решил) ", "взят, изменено", "взял отчёт"),
        Wrong(r"ткётся|соткан|(?<![Сс])плетени", "сплетается", "Текст ткётся"),
        Wrong(r"\b[Сс]тол (ведущего|для вас)|\b(открыл|Открыть|Оставить|открывает) стол\b", "пульт", "Открыть стол"),
        Wrong(
            r"\bкруг(а|у|ом|е|и|ов|ам|ами|ах)?\b",
            "раунд for a round",
            "Этот круг завершён",
            r"circle|\bten\b|go(es)? round|travel",
        ),
    ),
    "es": (
        Wrong(r"anfitri|[Qq]uien(es)? conduce|conducción|conducía", "quien modera", "Quienes conducen"),
        Wrong(
            r"\b(tú|tu|tus|te|ti|enviaste|viste|puedes|tienes|quieres|Díselo|has \w+do)\b",
            "usted",
            "Algo que enviaste no está en el registro.",
        ),
        Wrong("^Mesa$", "Panel", "Mesa", "table|circle"),
        Wrong(r"\b(Abrir|Dejar) la mesa\b|mesa de conducción", "panel", "Abrir la mesa de conducción"),
    ),
    "uk": (
        Wrong(r"зібранн", "зустріч for a gathering", "на вигаданих зібраннях"),
        Wrong(r"[а-яіїє,»:] (Ви|Вам|Вас|Ваш\w*)\b", "ви, a small letter", "чи читаєте Ви"),
        Wrong(r"\b[Яя] (б )?\w+[аеиіоуюяї]в(ся)?\b(?! ?\()", "a form that fits everybody", "Я б додав"),
    ),
    "de": (
        Wrong(r"Zusammenkunft|Versammlung", "Treffen for a gathering", "Diese Versammlung ist zu Ende.", "assembly"),
        Wrong(r"\b(Du|Dich|Dir|Dein\w*)\b(?<=\w, Du)|\b(können|wollen|haben|sind) Sie\b", "du", "Was wollen Sie?"),
    ),
}


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Yield every message in English with each of its translations."""
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=language):
                english = message.id[0] if isinstance(message.id, tuple) else message.id
                if english:
                    strings = message.string if isinstance(message.string, tuple) else (message.string,)
                    yield from ((english, string) for string in strings)


@pytest.mark.parametrize("language", WRONG)
def test_no_translation_has_a_second_word_for_a_thing(language: str) -> None:
    mistakes = [
        f"{string!r} (“{english}”): write {wrong.instead}"
        for english, string in translations(language)
        for wrong in WRONG[language]
        if re.search(wrong.pattern, string) and not re.search(wrong.unless, english, re.IGNORECASE)
    ]
    assert not mistakes, "\n".join(mistakes)


@pytest.mark.parametrize(("language", "wrong"), [(code, wrong) for code, wrongs in WRONG.items() for wrong in wrongs])
def test_each_pattern_finds_the_former_wording(language: str, wrong: Wrong) -> None:
    assert re.search(wrong.pattern, wrong.former), (language, wrong.instead)
