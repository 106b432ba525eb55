"""Words of a desire: a common form for comparing, negations, numbers, and facts that are no wishes.

Everything works by rules that a person can read; nothing here decides what a desire means. Source: ours; the
pitfalls (combining marks, contractions) were measured on public statements in eleven languages.
"""

from __future__ import annotations

import re
import unicodedata

_NEGATIONS = frozenset(
    # English, German, Spanish, French, Italian, Portuguese, Turkish
    "no not never none nothing without cannot neither nor nobody nowhere against stop "
    "nicht kein keine keinen keiner keines keinem nie niemals ohne nichts weder niemand gegen "
    "nunca sin nada ningun ninguna ninguno ningún tampoco jamás jamas contra "
    "ne pas jamais sans rien aucun aucune ni contre "
    "non mai senza niente nessun nessuno nessuna né "
    "não nao sem nenhum nenhuma "
    "değil hiç yok asla "
    # Russian, Ukrainian
    "не нет никогда без ничего ни никто нельзя против ні ніколи нічого ніхто немає проти "
    # Hebrew
    "לא אין בלי אל לעולם שום נגד ללא איננו אינו אינה אינם אינן".split()
)
_CHINESE_NEGATIONS = re.compile("[不沒没無无未勿別别非]")
_CONTRACTED = re.compile(r"\b(can)['’]?t\b|\b(\w+)n['’]t\b|\b(do|does|did|is|are|was|were|has|have|had|wo|should|could|would)nt\b")
_KEEP_MARKS = ("HEBREW", "ARABIC")

_STOP = frozenset(
    "a an the of to for in on at by with and or as is are be been being was were it its this that these those i we "
    "you they he she our my your their us me them should must need needs needed want wants would could can will have "
    "has had do does did more very so too also there here all any some please just get got than then from into about "
    "like der die das den dem des ein eine einen einem einer eines und oder ist sind sein werden wird wurde es sich "
    "dies diese dieser dieses ich wir ihr sie er man unser mein euer im auf für mit von zu zum zur bei aus soll sollen "
    "sollte sollten muss müssen kann können haben hat mehr sehr auch dort hier alle jede jeder bitte nur dann bin mir "
    "wie um durch wäre bereits über el la los las un una unos unas de del y o que en por para con se es son mi nuestro "
    "nuestra yo nosotros más muy и в на с к по за из у о от для что чтобы я мы он она они это мой наш был быть есть "
    "все более очень של את על עם אני אנחנו הוא היא הם זה זאת כל יותר מאוד גם או כי".split()
)

_FACTS = tuple(
    re.compile(pattern)
    for pattern in (
        # English
        r"^(i am|i'm|im) (an? |the )?(?!.*\b(for|against|in favou?r|afraid|tired|happy|sad|sure|sorry|glad|hoping|hopeful|"
        r"worried|concerned|grateful|thankful|ready|willing|convinced|proud|angry|open|able|part|interested|looking)\b)"
        r"(\w+[ -]){0,3}\w+\.?$",
        r"^(i am|i'm|im) (a|an) \w+",
        r"^(i am|i'm|im) (not |currently )?(eligible|registered|employed|unemployed|retired|married|single|born)\b",
        r"^(i am|i'm|im) (over|under|about|between|aged?|\d)",
        r"^(i) (currently )?(live|work|study|was born|grew up|rent|own|drive|voted|vote|identify|earn|studied|retired) ",
        r"^i (currently )?(rent|live here|work here)\b",
        r"^i have (lived|worked|been|\d+|an?|one|two|three|four|five|no|never)? ?(\w+ ){0,2}"
        r"(children|kids|child|car|dog|dogs|cat|job|degree|years?|here|licen[cs]e|house|home|apartment)\b",
        r"^my (income|age|gender|race|household|salary|family income|job|profession|name) (is|was)\b",
        # German
        r"^ich bin (ein |eine |einer )?(\w+ ){0,2}(\w+(in|er|mann|frau|ent|ist|rentner|student|mieter)|\d+)\.?( jahre.*)?$",
        r"^ich (wohne|arbeite|lebe|studiere|miete|besitze|komme) ",
        r"^ich habe (\d+|ein|eine|zwei|drei|keine) (\w+ ){0,1}(kinder|kind|auto|hund)\b",
        # Spanish
        r"^(yo )?soy (un |una )?(?!.*\b(partidari|consciente|capaz|feliz)\w*\b)\w+( \w+){0,2}\.?$",
        r"^(yo )?(vivo|trabajo|nací|estudio|alquilo) ",
        r"^tengo (\d+|un|una|dos|tres) (\w+ ){0,1}(años|hijos|hijo|hija|coche|perro)\b",
        # Russian, Ukrainian
        r"^я (?!хочу|за |против|верю|надеюсь|мечтаю|прошу|желаю|бы |не |думаю|считаю|люблю|рад|готов|уверен|боюсь|молюсь)"
        r"(\w+ ){0,1}(пенсионер|пенсионерка|студент|студентка|мама|отец|мать|учитель|учительница|врач|арендатор|водитель|"
        r"программист|инженер|женщина|мужчина)\b",
        r"^(я )?(живу|работаю|учусь|снимаю|родился|родилась) ",
        r"^(у меня|мне) (\d+|двое|трое|один|одна|есть) (\w+ ){0,1}(дет\w+|лет|год\w*|машина|собака|сын|дочь)\b",
        # Hebrew
        r"^אני (גר|גרה|עובד|עובדת|לומד|לומדת|שוכר|שוכרת|סטודנט|סטודנטית|מורה|בן|בת|אמא|אבא|פנסיונר|פנסיונרית|נהג|נהגת) ?",
        r"^יש לי (\d+|שני|שתי|שלושה|ילד|ילדים|כלב|רכב)",
        # Chinese
        r"^我是(一個|一个|一名|個|个)?[^。，,]{1,8}$",
        r"^我(住在|在.{1,6}(工作|上班))",
    )
)


def normalise(text: str) -> str:
    """Return the common form for comparing: NFKC, case folded, punctuation to spaces, blanks folded.

    Vowel points of Hebrew and Arabic are dropped (with and without them is the same word); marks of other scripts
    stay, because there they make the word.

    Example:
        >>> normalise("  Peace,  NOW! "), normalise("שָׁלוֹם")
        ('peace now', 'שלום')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    out = []
    for char in unicodedata.normalize("NFD", folded):
        kind = unicodedata.category(char)
        if kind[0] == "M":
            if not unicodedata.name(char, "").startswith(_KEEP_MARKS):
                out.append(char)
        elif kind[0] in "LN":
            out.append(char)
        else:
            out.append(" " if char not in "'’" else "'")
    joined = unicodedata.normalize("NFC", "".join(out)).replace("'", "")
    return " ".join(joined.split())


def words(text: str) -> tuple[str, ...]:
    """Return the words of the common form, contractions with "not" taken apart.

    Example:
        >>> words("We can't wait")
        ('we', 'can', 'not', 'wait')
    """
    opened = _CONTRACTED.sub(
        lambda found: f"{found.group(1) or found.group(2) or found.group(3)} not",
        unicodedata.normalize("NFKC", text).casefold(),
    )
    return tuple(normalise(opened).split())


def numbers(text: str) -> tuple[str, ...]:
    """Return all numbers in the text, digits of every script as 0-9, sorted.

    Example:
        >>> numbers("80 km/h instead of 100; ٣ times")
        ('100', '3', '80')
    """
    found = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
    return tuple(sorted("".join(str(unicodedata.decimal(char)) for char in number) for number in found))


def negations(text: str) -> int:
    """Return how many words of negation the text holds, in any of the languages known here.

    Example:
        >>> negations("Do not close it"), negations("לא לסגור"), negations("Close it")
        (1, 1, 0)
    """
    return sum(word in _NEGATIONS for word in words(text)) + len(_CHINESE_NEGATIONS.findall(text))


def content_words(text: str) -> frozenset[str]:
    """Return the words that carry the content: neither very common nor single letters (single digits stay).

    Example:
        >>> sorted(content_words("We want peace for all 7 children"))
        ['7', 'children', 'peace']
    """
    return frozenset(w for w in words(text) if w not in _STOP and (len(w) > 1 or not w.isascii() or w.isdigit()))


def looks_like_fact(text: str) -> bool:
    """Return whether the text reads like a fact about its author ("I am a renter") rather than a wish.

    Patterns for en, de, es, ru, he and zh, made to miss rather than to accuse: a reader decides, the page only
    flags. Other languages are never flagged.

    Example:
        >>> looks_like_fact("I am a renter"), looks_like_fact("I am for peace"), looks_like_fact("I want quiet")
        (True, False, False)
    """
    common = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split()).rstrip("!。")
    return any(pattern.search(common) for pattern in _FACTS)
