"""Negation in every listed language, and in an unknown one."""

from __future__ import annotations

import pytest

from oneheart.engine.desire.negation import negation_count

DENYING = {
    "en": ["We do not want war", "We don't want war", "I can’t wait", "No war", "Never again", "Life without fear",
           "Stop the war", "I'm against it", "We cannot wait", "You wont"],
    "he": ["אנחנו לא רוצים מלחמה", "אין לנו זמן", "בלי מלחמה", "אף אחד", "ללא אלימות"],
    "ru": ["Мы не хотим войны", "Нет войне", "Никто", "Мир без войны", "Я против", "Никогда больше"],
    "es": ["No queremos guerra", "Nunca más", "Sin violencia", "Nadie solo"],
    "de": ["Wir wollen keinen Krieg", "Nie wieder", "Leben ohne Angst", "Das soll nicht sein"],
    "fr": ["Nous ne voulons pas", "Jamais plus", "Sans violence", "On n’en veut plus"],
    "it": ["Non vogliamo la guerra", "Senza paura", "Mai più"],
    "pt": ["Não queremos guerra", "Sem violência", "Ninguém sozinho"],
    "tr": ["Savaş istemiyoruz", "Savaş olmasın", "Korku yok", "Böyle değil", "Sessiz kalmayacağız"],
    "uk": ["Ми не хочемо війни", "Немає часу", "Без війни", "Ніколи"],
    "zh": ["我們不要戰爭", "没有战争", "反對"],
}  # fmt: skip
AFFIRMING = {
    "en": ["We want peace", "A notion of hope", "Knots and nets", "It is an art"],
    "he": ["אנחנו רוצים שלום", "לאהוב את כולם"],
    "ru": ["Мы хотим мира", "Небо над нами"],
    "es": ["Queremos paz", "Nosotros"],
    "de": ["Wir wollen Frieden", "Eine Niere"],
    "fr": ["Nous voulons la paix"],
    "it": ["Vogliamo la pace"],
    "pt": ["Queremos paz"],
    "tr": ["Barış istiyoruz", "Herkes çalışmalı"],
    "uk": ["Ми хочемо миру"],
    "zh": ["我們要和平"],
}


@pytest.mark.parametrize("language", DENYING)
def test_denials_are_seen_in_their_language_and_in_an_unknown_one(language: str) -> None:
    assert [text for text in DENYING[language] if negation_count(text, language) == 0] == []
    assert [text for text in DENYING[language] if language != "tr" and negation_count(text) == 0] == []


@pytest.mark.parametrize("language", AFFIRMING)
def test_affirmations_are_not_taken_for_denials(language: str) -> None:
    assert [text for text in AFFIRMING[language] if (negation_count(text, language) > 0)] == []


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("No quiero nada de nadie", "es", 1),
        ("Никто никогда не хочет войны", "ru", 1),
        ("Je ne veux pas", "fr", 1),
        ("No war and no hunger", "en", 2),
        ("We can't and we won't", "en", 2),
        ("Je ne veux rien", "fr-CA", 1),
    ],
)
def test_languages_with_concord_deny_once_a_clause(text: str, language: str, count: int) -> None:
    assert negation_count(text, language) == count
