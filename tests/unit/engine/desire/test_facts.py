"""Facts about the author are flagged, wishes are not."""

from __future__ import annotations

import pytest

from oneheart.engine.desire.facts import looks_like_fact

FACTS = {
    "en": [
        "I am a renter", "I'm a nurse.", "I am a student at the university", "I am a single mother of two",
        "I live in Jerusalem", "I live alone", "I have two children", "I have no car", "I own a house",
        "I rent my apartment", "My income is over 50k", "My household income is less than $50,000", "I'm over 65",
        "I am 42 years old", "I am 30 years of age or older but less than 55", "I am between 20 and 24", "I am retired",
        "I am Jewish", "I identify as female", "I was born in Kyiv", "I work as a teacher", "I voted to leave",
        "I have lived here for ten years", "My name is Ann", "I don’t have children", "I am married with three kids",
        "I always vote.", "I have voted for a third party", "I moved here for a job",
        "My gender has changed since birth",
        "I can explain what a quota is", "I understand how the tax works", "I had at least one accident at work",
        "I consider myself a person with a disability", "I am receiving a pension", "I have never used the bus",
    ],
    "he": [
        "אני גר בירושלים", "אני גרה עם ההורים", "אני בת 30", "אני סטודנט", "אני פנסיונרית", "יש לי שני ילדים",
        "אין לי רכב",
        "אני עובדת כמורה", "נולדתי בחיפה", "אני אמא לשלושה", "קוראים לי דוד", "אני נשוי",
        "אני תמיד מצביע בבחירות", "אני מרוויחה פחות מהממוצע", "הצבעתי פעם אחת",
    ],
    "ru": [
        "Я пенсионер", "Я живу в Хайфе", "Мне 40 лет", "У меня двое детей", "Я снимаю квартиру", "Я работаю учителем",
        "Я родилась в Киеве", "Меня зовут Анна", "Мой доход ниже среднего", "Я замужем", "Я мать двоих детей",
        "Мне за 65", "Я всегда голосую", "Я голосовал на прошлых выборах", "Я зарабатываю меньше среднего",
    ],
    "es": [
        "Soy inquilino", "Soy madre soltera", "Tengo 40 años", "Tengo dos hijos", "Vivo en Madrid", "Vivo sola",
        "Soy mayor de 65", "Estoy jubilada", "Nací en Córdoba", "Me llamo Ana", "Alquilo un piso", "No tengo coche",
        "Siempre voto", "He votado en todas las elecciones", "Gano menos de mil euros",
    ],
    "de": [
        "Ich bin Mieterin", "Ich bin Rentner", "Ich bin 42 Jahre alt", "Ich wohne in Wien", "Ich habe zwei Kinder",
        "Ich arbeite als Pfleger", "Ich bin über 65", "Ich bin verheiratet", "Ich habe kein Auto", "Ich heiße Anna",
        "Ich verdiene weniger als 2000 Euro", "Ich bin in Graz geboren", "Ich bin eine alleinerziehende Mutter",
        "Ich wähle immer", "Ich habe schon einmal abgestimmt", "Ich fahre oft mit dem Bus", "Ich bin nach Wien gezogen",
    ],
    "zh": ["我是司機", "我是計程車司機。", "我住在台北", "我今年40歲", "我有兩個孩子", "我有用過 Uber 叫車。",
           "我有職業駕照。"],
    "fr": ["Je suis locataire", "J'ai 40 ans", "J'habite à Lyon"],
    "it": ["Sono inquilino", "Ho 40 anni", "Abito a Roma"],
    "pt": ["Sou professora", "Tenho dois filhos", "Moro em Lisboa"],
    "uk": ["Я пенсіонерка", "Я живу в Києві", "Мені 40 років"],
    "tr": ["Emekliyim", "40 yaşındayım", "İki çocuğum var"],
}  # fmt: skip
WISHES = {
    "en": [
        "I am for a world of peace", "I want a house", "I am tired of war", "I have a dream that all are one",
        "I would like to live in a quiet street", "I'm in favour of more trees", "I am afraid that we lose each other",
        "I am happy with the schools", "I live in hope", "I live in a world without peace",
        "I always want us to sing", "I can explain my pain to you", "I understand how it feels to be alone",
        "I have used my strength for others", "I always walk with you", "I have a better understanding of each other",
        "I am a believer in justice",
        "I am part of this people", "I am yours", "I work for peace", "I have no voice", "I have a right to be heard",
        "My income is too low", "I am a fan of trains", "I am sure we can", "I am with you", "I need two rooms",
        "I am ready to give", "My wish is one heart", "I am one of you", "I have faith", "I am against the wall",
        "I am a drop in the sea", "I own my mistakes", "I am a nurse and I want better pay", "Peace", "We live in fear",
    ],
    "he": [
        "אני רוצה שלום", "אני חי בתקווה", "אני מאמין באחדות", "יש לי חלום", "אני עייפה ממלחמה",
        "אני בעד שלום", "אני עובד בשביל השלום",
        "אני מפחדת לאבד", "אני אוהב את כולם", "אין לי כוח", "אני חלק מכם", "אני איתכם", "אני מתפלל לשלום",
    ],
    "ru": [
        "Я хочу мира", "Я за мир", "Я живу надеждой", "Я живу в мире и хочу мира", "У меня есть мечта",
        "Я устал от войны",
        "Я работаю над собой", "Мне нужно тепло", "Я верю в людей", "Я боюсь за детей", "Я из тех, кто верит",
        "Мне страшно",
    ],
    "es": [
        "Quiero paz", "Tengo un sueño", "Vivo en un mundo de guerra", "Soy feliz con todos", "Tengo miedo",
        "Trabajo en equipo",
        "Soy parte de este pueblo", "Estoy cansada de la guerra", "Tengo esperanza",
        "Soy de la opinión de que sí", "Soy uno con todos",
    ],
    "de": [
        "Ich will Frieden", "Ich bin für mehr Bäume", "Ich habe einen Traum", "Ich lebe in Hoffnung",
        "Ich bin müde vom Krieg",
        "Ich habe Angst um meine Kinder", "Ich bin zufrieden mit der Schule", "Ich verdiene mehr Respekt",
        "Ich bin ein Teil davon",
        "Ich bin dagegen", "Ich habe keine Stimme", "Ich arbeite am Frieden",
    ],
    "zh": ["我想要和平", "我希望大家合一", "我是支持合法化的", "我有一個夢想"],
    "fr": ["Je suis pour la paix", "J'ai un rêve", "Je vis dans un monde en guerre"],
    "it": ["Sono per la pace", "Ho un sogno", "Vivo nella speranza di pace"],
    "pt": ["Sou pela paz", "Tenho um sonho", "Quero paz"],
    "uk": ["Я хочу миру", "Я за мир", "Я вірю в людей"],
    "tr": ["Barış istiyorum", "Bir hayalim var", "Umutla yaşıyorum"],
}  # fmt: skip
# Known misses and false alarms, kept so that the figures are honest.
MISSED_FACTS = [("Renting for ten years", "en"), ("Nurse, three children", "en"), ("Als Kind oft umgezogen", "de")]
FALSE_ALARMS = [("I am a child at heart", "en"), ("I am a bridge", "en"), ("I carry my neighbours home", "en")]


@pytest.mark.parametrize("language", WISHES)
def test_no_listed_wish_is_flagged_as_a_fact_whether_its_language_is_known_or_not(language: str) -> None:
    assert [text for text in WISHES[language] if looks_like_fact(text, language) or looks_like_fact(text)] == []


@pytest.mark.parametrize("language", FACTS)
def test_listed_facts_are_flagged_whether_their_language_is_known_or_not(language: str) -> None:
    assert [text for text in FACTS[language] if not looks_like_fact(text, language)] == []
    assert [text for text in FACTS[language] if not looks_like_fact(text)] == []


def test_documented_limits_of_facts_are_still_as_documented() -> None:
    """Ours: 95 facts and 98 wishes agree with lists that they were written beside, which proves little.

    What counts was read by eye: of 1,036 statements of eight public conversations it flags 72, all of them facts about
    the author. Recall there was not counted; among those that begin with "I" it misses likings and feelings.
    """
    assert [looks_like_fact(text, language) for text, language in MISSED_FACTS] == [False] * len(MISSED_FACTS)
    assert [looks_like_fact(text, language) for text, language in FALSE_ALARMS] == [True] * len(FALSE_ALARMS)


def test_a_long_text_that_begins_with_a_fact_is_no_fact() -> None:
    assert looks_like_fact("I live in the old town")
    assert not looks_like_fact(
        "I live in the old town where every morning the baker opens and children cross the road alone"
    )
