"""What can be read off the words of a desire without understanding them: normal form, numbers, negation, script.

Nothing here knows what a text means. Everything errs on the side of saying "different": a desire that is kept apart
from its twin costs a line, a desire merged with its opposite costs its author's voice.

Languages with lists of their own: en, he, ru, es, de, fr, it, pt, tr, uk, zh. A language is a BCP 47 code, of which
only the first part is read; None or an unlisted code means "unknown".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

# --- normal form ------------------------------------------------------------------------------------------------

_HEBREW_ARABIC_MARKS = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0898-\u08ff]")
# Variation selectors and the grapheme joiner change nothing that is read; fillers and the empty braille cell are blank.
_INVISIBLE_MARKS = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_TATWEEL = "\u0640"
_PERCENT = "%\u066a"
_PER_THOUSAND = "\u2030"
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u05f3`\u00b4]")
# Inside a word of these scripts an apostrophe or a double one is spelling (Ukrainian "п'ять", Hebrew "ג'ונגל"),
# elsewhere it parts two words ("l'eau", "don't").
_SPELLED_WITH_APOSTROPHE = "[\u0400-\u052f\u0590-\u05ff\u0600-\u06ff]"
_SPELLING_MARK = re.compile(f"(?<={_SPELLED_WITH_APOSTROPHE})[\"'\u05f4](?={_SPELLED_WITH_APOSTROPHE})")
_MOST_PASSES = 8


def _fold_character(character: str) -> str:
    """Return what one casefolded character becomes: itself, a digit, a blank, a sign of its own, or nothing."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character in _PERCENT:
        return " % "
    if character == _PER_THOUSAND:
        return f" {character} "
    is_dropped_mark = _HEBREW_ARABIC_MARKS.match(character) or _INVISIBLE_MARKS.match(character)
    if category in {"Cf", "Cs"} or character == _TATWEEL or (category == "Mn" and is_dropped_mark):
        return ""
    if category[0] in "PZ" or category in {"Cc", "Sk"} or character in _BLANK_LETTERS:
        return " "
    return f" {character} " if category[0] == "S" else character


class _Folding(dict[int, str]):
    """What each code point becomes in the normal form, worked out once for each that is met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_FOLDING = _Folding()


def _normalise_once(text: str) -> str:
    if text.isascii():
        return " ".join(text.casefold().translate(_FOLDING).split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Turkish İ folds to i and a dot above, which is the same letter as i.
    spelled = _SPELLING_MARK.sub("", _APOSTROPHES.sub("'", folded.replace("i\u0307", "i")))
    return " ".join(spelled.translate(_FOLDING).split())


def normalise(text: str) -> str:
    """Return the text as it is compared: without case, punctuation, needless marks and spaces.

    Compatibility forms are folded (NFKC), letters casefolded (ß becomes ss), decimal digits of every script become
    ASCII, Hebrew niqqud and Arabic harakat and tatweel go, combining marks of Indic scripts stay (there they are
    letters), invisible characters go, punctuation becomes a space. Signs that carry meaning stay as words of their
    own: currency, + and =, per cent, emoji. A text of nothing but punctuation gives "".

    Notes:
        Idempotent. Cost O(length). Turkish dotless ı stays apart from i, so that an all-capital Turkish text is not
        recognised in its small letters. Russian ё stays apart from е.

    Source: ours; the treatment of marks after a measured pitfall (marks are not `isalnum`).

    Example:
        >>> normalise("  Straße — FREI für ALLE!")
        'strasse frei für alle'
        >>> normalise("שָׁלוֹם"), normalise("٨٠٪")
        ('שלום', '80 %')
    """
    current = _normalise_once(text)
    # What goes or parts can let its neighbours join into a new form; almost always the second pass changes nothing.
    for _ in range(_MOST_PASSES):
        if current.isascii():
            break
        following = _normalise_once(current)
        if following == current:
            break
        current = following
    return current


# Scripts written without spaces in which one character is about one word: Han and hiragana.
_SINGLE = "\u3005\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_SINGLE}]|[^\\s{_SINGLE}]+")


def words(text: str) -> tuple[str, ...]:
    """Return the words and signs of the normalised text in their order; Chinese and hiragana character by character.

    Notes:
        A contraction falls in two ("don t"). Thai, Lao, Khmer and Burmese are not cut: a run is one word.

    Example:
        >>> words("We don't want 80%!")
        ('we', 'don', 't', 'want', '80', '%')
        >>> words("我要和平")
        ('我', '要', '和', '平')
    """
    return tuple(_WORD.findall(normalise(text)))


# --- numbers ----------------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?P<sign>(?:(?<=\s)|(?<=\()|^)[-\u2212])?"
    r"(?P<digits>(?<!\d)\d{1,3}(?:[ \u2019']\d{3})+(?!\d)|\d+(?:[.,\u066b\u066c]\d+)*)"
    r"(?P<thousand>k\b)?(?:\s?(?P<share>[%\u066a\u2030]))?"
)
_THOUSANDS_DIGITS = 3


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers written in digits, in their order, as ASCII decimals: '80%', '1.5', '-5', '50000'.

    A group of exactly three digits after a comma, point, space or apostrophe is read as thousands ("50,000", "50.000"
    and "50 000" are one number), any other part after one as a fraction. "50k" is 50000. A date such as 1.5.2026 stays
    as it is written.

    Notes:
        Numbers in words ("eighty", 八十) are words, not numbers. "1.500" is always read as 1500.

    Example:
        >>> numbers("From 50,000 to 1,5 or ٨٠٪ or 50k")
        ('50000', '1.5', '80%', '50000')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in folded)
    return tuple(_canonical_number(found) for found in _NUMBER.finditer(plain))


def _canonical_number(found: re.Match[str]) -> str:
    whole, fraction = _whole_and_fraction(found["digits"].replace("\u066b", ".").replace("\u066c", ","))
    value = (whole.lstrip("0") or "0") if whole.isdigit() else whole
    if found["thousand"]:
        fraction, value = ("", value + "000") if not fraction else (fraction + "k", value)
    share = "" if not found["share"] else found["share"] if found["share"] == _PER_THOUSAND else "%"
    return ("-" if found["sign"] else "") + value + (f".{fraction}" if fraction else "") + share


def _whole_and_fraction(digits: str) -> tuple[str, str]:
    """Return the digits before and after the decimal point, the former unchanged where this is no plain number."""
    groups, separators = re.split(r"\D", digits), re.findall(r"\D", digits)
    if not separators:
        return digits, ""
    leads = groups[0] != "0" and len(groups[0]) <= _THOUSANDS_DIGITS
    if leads and len(set(separators)) == 1 and all(len(group) == _THOUSANDS_DIGITS for group in groups[1:]):
        return "".join(groups), ""
    inner_grouped = all(len(group) == _THOUSANDS_DIGITS for group in groups[1:-1])
    if len(separators) == 1 or (inner_grouped and len(set(separators[:-1])) == 1 and separators[-1] != separators[0]):
        return "".join(groups[:-1]), groups[-1].rstrip("0")
    return digits, ""


# --- script and language ----------------------------------------------------------------------------------------

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


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words that carry grammar rather than content, for suggestions and for guessing a language; never used to merge. Words
# that turn a meaning round (more and less, before and after, with and without, only, all, or) count as content.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": _set(
        "a an the of to for in on at by and as is are am be been being was were it its this that these those i we you"
        " they he she our my your their his her us me them should would could can will shall must have has had do does"
        " did does there here please very really also so s t d m re ve ll want wants need needs like just"
    ),
    "de": _set(
        "der die das den dem des ein eine einen einem einer eines und als ist sind sein bin war waren werden wird wurde"
        " es sich dies diese dieser dieses diesem diesen ich wir ihr sie er man unser unsere unseren mein meine"
        " im in an"
        " auf für zu zum zur bei aus soll sollen sollte sollten muss müssen kann können haben hat auch dort hier bitte"
        " so mir mich uns dass wäre sehr will wollen möchte möchten"
    ),
    "es": _set(
        "el la los las un una unos unas lo de del al a en por para y e que es son ser está están estar se su sus mi mis"
        " nuestro nuestra nuestros nuestras yo nosotros me nos te le les este esta estos estas eso esa ese debe deben"
        " debería deberían ha han hay haya sea sean quiero queremos favor muy aquí también"
    ),
    "fr": _set(
        "le la les l un une des du de d au aux à en dans sur pour par et que qu est sont être soit a ont avoir ce cet"
        " cette ces il elle ils elles on nous vous je j me m se s mon ma mes notre nos leur leurs doit doivent devrait"
        " devraient faut y veux voulons très ici aussi"
    ),
    "it": _set(
        "il lo la i gli le l un uno una di del della dei degli delle dello da dal in nel nella a al alla ai"
        " agli alle su"
        " sul sulla per e ed che è sono essere sia si ci mi mio mia nostro nostra nostri nostre io noi questo questa"
        " questi queste deve devono dovrebbe dovrebbero ha hanno avere voglio vogliamo molto qui"
    ),
    "pt": _set(
        "o a os as um uma uns umas de do da dos das em no na nos nas ao à aos às por pelo pela para e que é são"
        " ser seja"
        " estar está se meu minha nosso nossa nossos nossas eu nós este esta isto isso esse essa deve devem deveria"
        " deveriam tem têm ter há quero queremos muito aqui também"
    ),
    "ru": _set(
        "и в во на к ко с со у о об из за по для от до как что чтобы это эта этот эти я мы ты вы он она они нам нас мне"
        " меня мой моя наш наша наши их его её ее бы же ли то есть быть был была были будет будут надо нужно должен"
        " должна должны должно хочу хотим очень здесь тут пожалуйста тоже"
    ),
    "uk": _set(
        "і й та в у на до з із зі о про для від як що щоб це ця цей ці я ми ти ви він вона вони нам нас мені"
        " мене мій моя"
        " наш наша наші їх його її б би же є бути був була були буде будуть треба потрібно має мають повинен повинна"
        " повинні хочу хочемо дуже тут ласка теж також"
    ),
    "he": _set(
        "את של על אל כל אני אנחנו אתה אתם הוא היא הם הן לי לנו לו לה להם שלי שלנו שלו שלה שלהם זה זאת זו אלה יש היה היו"
        " יהיה תהיה יהיו להיות כי צריך צריכה צריכים רוצה רוצים מאוד מאד כאן בבקשה גם"
    ),
    "tr": _set(
        "ve bir bu şu o da de ki için ile mi mı mu mü ben biz sen siz onlar bizim benim çok var olan olarak gibi burada"
        " lütfen istiyorum istiyoruz gerek gerekir"
    ),
}
_LATIN_LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "tr")
_LANGUAGES_OF_SCRIPT = {"Latn": _LATIN_LANGUAGES, "Cyrl": ("ru", "uk"), "Hebr": ("he",), "Hani": ("zh",)}
_OLD_CODES = {"iw": "he"}


def base_language(language: str | None) -> str:
    """Return the first part of a BCP 47 code in small letters, "" for None.

    Example:
        >>> base_language("he-IL"), base_language(None)
        ('he', '')
    """
    first = (language or "").replace("_", "-").split("-")[0].casefold()
    return _OLD_CODES.get(first, first)


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
        return _LANGUAGES_OF_SCRIPT.get(script, ("",))[0]
    found = set(words(text))
    ranked = sorted(_LATIN_LANGUAGES, key=lambda code: len(found & FUNCTION_WORDS[code]), reverse=True)
    most, second = (len(found & FUNCTION_WORDS[code]) for code in ranked[:2])
    return ranked[0] if most > second else ""


# --- negation ---------------------------------------------------------------------------------------------------

# First the words that deny by themselves, then those that only join in ("no quiero nada", "никто не"): a language with
# such concord denies once, however many of them stand in the sentence.
_DENIALS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "en": (
        _set(
            "no not never none nothing nobody nowhere neither nor without cannot cant dont doesnt didnt isnt"
            " arent wasnt"
            " werent wont wouldnt shouldnt couldnt mustnt hasnt havent hadnt aint stop against refuse reject oppose"
            " hardly anti non unless"
        ),
        frozenset(),
    ),
    "de": (
        _set(
            "nicht nichts nie niemals niemand niemanden niemandem nirgends kein keine keinen keinem keiner keines weder"
            " ohne gegen stopp statt nein ablehnen verbieten"
        ),
        frozenset(),
    ),
    "es": (
        _set("no sin contra jamás"),
        _set("nunca nada nadie ninguno ninguna ningún ningunos ningunas ni tampoco basta"),
    ),
    "fr": (_set("ne n non sans contre"), _set("pas jamais rien personne aucun aucune ni nul nulle guère stop")),
    "it": (_set("non no senza contro"), _set("mai niente nulla nessuno nessuna nessun né neanche nemmeno basta")),
    "pt": (_set("não sem contra jamais"), _set("nunca nada ninguém nenhum nenhuma nem tampouco chega")),
    "ru": (
        _set("не нет без против нельзя"),
        _set(
            "ни никогда никто никого никому никем ничего ничто ничему нигде никакой никакая никакие никаких никакого"
            " хватит долой"
        ),
    ),
    "uk": (
        _set("не нема немає ні без проти"),
        _set(
            "ані ніколи ніхто нікого нікому нічого ніщо ніде ніякий ніяка ніякі ніяких жодного жодний жоден"
            " жодна досить"
        ),
    ),
    "he": (
        _set("לא אין אל בלי ללא נגד איני אינני אינו אינה אינם אינן איננו לאו אינך"),
        _set("אף שום כלום מעולם לעולם די"),
    ),
    "tr": (_set("değil yok hayır karşı"), _set("asla hiç hiçbir kimse ne")),
}
_CONTRACTED_NOT = re.compile(r"(?<=n) t(?= |$)")
_TURKISH_DENIAL = re.compile(
    r"\w+(?:m[ıiuü]yor\w*|m[ae]z|m[ae]zl[ae]r|m[ae]d[ıi]\w*|m[ae]m[ıi]ş\w*|m[ae]s[ıi]n(?:l[ae]r)?"
    r"|m[ae]y[ae]c[ae]\w+|s[ıiuü]z)"
)
_CHINESE_DENIAL = re.compile("[不没沒無无非未別别勿莫否]|反对|反對|拒绝|拒絕|禁止|停止")
_OTHER_DENIALS = _set("لا لم لن ليس ليست بدون ضد غير ما دون بلا نه نیست nie nee niet geen nein ikke inte ingen nem nu")
_ALL_DENIALS = frozenset().union(*(denying | joining for denying, joining in _DENIALS.values())) | _OTHER_DENIALS


def negation_count(text: str, language: str | None = None) -> int:
    """Return how often the text denies (0 or more), counted by the lists of its language.

    In English, German and Chinese every denying word counts; in languages with concord (es, fr, it, pt, ru, uk, he,
    tr) words that only join in ("nada", "никто", "pas") count as one where no word denies by itself, else not at all.
    "Stop", "against" and "without" count, in their languages too. For an unknown language the lists of all languages
    are used together, so that too much is found rather than too little.

    Notes:
        A denial inside a word ("unjust", "homeless", Arabic and Hebrew prefixes) or by meaning alone ("lack", "avoid",
        "abolish") is not seen. Cost O(length).

    Example:
        >>> negation_count("We can't and won't", "en"), negation_count("No quiero nada", "es")
        (2, 1)
        >>> negation_count("Paz", "es"), negation_count("我不要戰爭")
        (0, 1)
    """
    code = base_language(language)
    normal = normalise(text)
    tokens = normal.split()
    if code in _DENIALS:
        denying, joining = _DENIALS[code]
        count = sum(word in denying for word in tokens)
        if code == "en":
            count += len(_CONTRACTED_NOT.findall(normal))
        if code == "tr":
            count += sum(word not in denying and _TURKISH_DENIAL.fullmatch(word) is not None for word in tokens)
        return count or int(any(word in joining for word in tokens))
    chinese = len(_CHINESE_DENIAL.findall(normal))
    if code == "zh":
        return chinese
    return chinese + len(_CONTRACTED_NOT.findall(normal)) + sum(word in _ALL_DENIALS for word in tokens)


def has_negation(text: str, language: str | None = None) -> bool:
    """Return whether any denying word is seen; see `negation_count` for what is not.

    Example:
        >>> has_negation("Kein Krieg", "de"), has_negation("Nie wieder"), has_negation("Frieden", "de")
        (True, True, False)
    """
    return negation_count(text, language) > 0


# --- facts about the author -------------------------------------------------------------------------------------


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _one_of(listed: str) -> str:
    """Return a group that matches one of the listed words; an underscore stands for a blank within."""
    return "(?:" + "|".join(word.replace("_", " ") for word in listed.split()) + ")"


_EN_COUNTED = r"(?:\d+|one|two|three|four|five|six|seven|a|an|no|more than|less than|at least|my)"
_EN_HELD = _one_of(
    "child(?:ren)? kids? sons? daughters? grandchildren dogs? cats? pets? cars? bikes? guns? jobs? degrees?"
    " disabilit(?:y|ies) mortgage homes? house houses housing apartments? flat condo propert(?:y|ies) business land"
    " siblings brothers? sisters?"
)
_EN_TRAIT = _one_of(
    "male female non_?binary transgender cisgender gay lesbian bisexual straight queer white black asian"
    " hispanic latino"
    " latina jewish muslim christian catholic buddhist hindu secular religious married single divorced widowed retired"
    " unemployed employed self_employed disabled vegan vegetarian working_class middle_class"
)
_EN_FIGURE = _one_of(
    "fan believer supporter advocate proponent opponent lover bit little lot firm strong strongly big huge"
    " great strange"
    " stranger human part member_of victim slave prisoner child_of_god hundred person_who someone man_of woman_of soul"
    " seeker witness friend beggar fool fighter champion dreamer sinner servant drop cell believer"
)
_EN_NO_PLACE = (
    r"(?:a |the |constant |an |my )?"
    r"(?:fear|hope|peace|pain|love|joy|despair|faith|harmony|danger|world|society|time|terror|dream|heart|silence)s?\b"
)
_EN_STILL = "(?:currently |now |still |also )?"
_EN_EVER = "(?:never |already |always |often |also |ever )?"
_EN_OFTEN = "(?:always|usually|often|sometimes|rarely|regularly|occasionally|almost always|almost never|never) "
_EN_KNOWN = (
    r"(?:\w+ )?(?:explain (?:how|what|a|an|the|\w+ s)\b|speak (?:an?|two|three|several|many|\d+) (?:\w+ )?languages?\b)"
)

# All begin at the start of the normalised words: a fact about oneself begins with oneself.
_FACTS: dict[str, re.Pattern[str]] = {
    "en": _any(
        rf"i ?a?m {_EN_STILL}an? (?!{_EN_FIGURE}\b)\w+(?: \w+)?(?:$| (?:in|at|of|from|living|working|with|and"
        rf"|who|for|or) )",
        rf"i ?a?m {_EN_STILL}{_EN_TRAIT}(?:$| (?:and {_EN_TRAIT}|with|man|woman|male|female)\b)",
        r"i ?a?m (?:(?:over|under|above|below|between|older than|younger than|at least|aged|almost|nearly)"
        r" )?\d+(?:$| )",
        r"i ?a?m (?:originally )?from (?!the (?:heart|bottom))\w+(?: \w+)?$",
        rf"i ?a?m {_EN_STILL}(?:retired|working|studying|unemployed|(?:self )?employed)(?:$| (?:as|at|from|by|or) )",
        r"i identify as\b",
        r"i consider myself (?:to be |as )?(?:an? )?(?!lucky|blessed|fortunate|happy|part|against|free)\w+(?: \w+)?$",
        rf"i {_EN_STILL}(?:live|reside) (?:alone$|(?:in|on|at|near|with|outside|within) (?!{_EN_NO_PLACE}))",
        rf"i (?:have|ve) (?:lived|worked|resided|studied) (?:here|(?:in|at|as|on|near) (?!{_EN_NO_PLACE}))",
        rf"i {_EN_STILL}(?:work|study) (?:as|at|in) (?!{_EN_NO_PLACE})",
        r"i (?:was born|grew up|was raised) (?:in|on|near|and)\b",
        r"i ?a?m (?:not )?(?:eligible|registered) to vote\b",
        rf"i(?: ve got| have got| have| own) {_EN_COUNTED} (?:\w+ ){{0,2}}?{_EN_HELD}\b",
        rf"i (?:do not|don t) (?:have|own) (?:an? |any |my own )?{_EN_HELD}\b",
        r"i (?:rent|own) (?:my|an?) (?:own )?(?:\w+ )?(?:home|house|apartment|flat|room|place)\b",
        r"i earn (?:less|more|under|over|between|about|around|\$|€|£|\d)",
        r"i (?:drive|commute|cycle|bike|ride|walk) (?:to work|to school|for uber|a taxi|a cab|the bus)\b",
        r"i (?:voted|did not vote|didn t vote) (?:for|in|to|leave|remain)\b",
        r"my (?:\w+ )?(?:income|salary|age|gender|sex|occupation|profession|religion|nationality|ethnicity"
        r"|native language"
        r"|mother tongue|name|pronouns) (?:is|are|has|have)\b",
        rf"i (?:have|ve) {_EN_EVER}(?:used(?! my)|read|voted|moved|written|attended|visited|studied|served)\b",
        r"i (?:have|ve) changed my (?:mind|vote)\b",
        r"i (?:have |ve )?had (?:at least |only |more than )?(?:an?|one|two|\d+) (?:\w+ ){0,4}"
        r"(?:encounters?|accidents?|contact|experiences?)\b",
        rf"i {_EN_OFTEN}(?:vote|use|watch|read|attend|shop|cycle|bike|travel|visit|educate myself)\b(?! our\b)",
        r"i (?:just |recently )?moved (?:to|from|here)\b",
        rf"i (?:can|could|am able to) {_EN_KNOWN}",
        r"i (?:fully |mostly |already )?understand (?:how|what) (?!we\b|you\b|it (?:is|feels)\b)",
        r"i have an? (?:\w+ )?understanding of (?!each|one another)",
        r"i consider myself (?:to be |as )?an? person with\b",
        r"i ?a?m (?:currently |now )?receiving\b|i do now or have in the past\b",
    ),
    "he": _any(
        r"אני (?:גר|גרה|מתגורר|מתגוררת) (?:ב|עם |ליד |לבד|ל)",
        r"אני (?:בן|בת) (?:\d+|עשרים|שלושים|ארבעים|חמישים|שישים|שבעים|שמונים)\b",
        r"אני (?:מעל|מתחת|מתחת לגיל|מעל לגיל|מעל גיל) (?:גיל )?\d+",
        r"אני (?:עובד|עובדת) (?:כ(?!די |מו |ל )|ב(?!שביל|יחד|שלום|אמונה|אהבה))",
        r"אני (?:לומד|לומדת) ב(?!יחד|שלום|אהבה)",
        "אני "
        + _one_of(
            "שוכר שוכרת פנסיונר פנסיונרית גמלאי גמלאית סטודנט סטודנטית תלמיד תלמידה נשוי נשואה רווק רווקה גרוש"
            " גרושה אלמן"
            " אלמנה יהודי יהודיה יהודייה ערבי ערביה ערבייה מוסלמי מוסלמית נוצרי נוצרית דרוזי דרוזית חילוני"
            " חילונית דתי דתיה"
            " דתייה חרדי חרדית מסורתי מסורתית גבר אישה אמא אבא אם אב סבא סבתא מורה רופא רופאה נהג נהגת אח אחות"
            " מהנדס מהנדסת"
            " עצמאי עצמאית שכיר שכירה מובטל מובטלת חייל חיילת חקלאי עורך_דין עורכת_דין עולה_חדש עולה_חדשה"
        )
        + r"(?:$| (?:ב\w+|מ\w+|ל\w+|ו\w+|של|עם|יחידנית|חד|דירה)\b)",
        r"יש לי (?:רק )?(?:\d+ |שני |שתי |שלושה |שלוש |ארבעה |ארבע |חמישה |חמש )?"
        + _one_of("ילד ילדה ילדים ילדות בנים בנות נכדים כלב כלבה חתול רכב אוטו מכונית דירה תואר משכנתא")
        + r"(?:$| )",
        r"אין לי (?:ילדים|רכב|אוטו|דירה|משכנתא|רישיון)(?:$| )",
        r"(?:ההכנסה|המשכורת|השכר|הגיל|המקצוע) שלי (?:הוא|היא|מעל|מתחת|גבוה|גבוהה|בין|\d)",
        r"(?:נולדתי|גדלתי) ב",
        r"(?:קוראים לי|שמי) ",
        r"אני (?:תמיד |אף פעם לא |לפעמים |בדרך כלל )(?:מצביע|מצביעה|נוסע|נוסעת|משתמש|משתמשת|קורא|קוראת)\b",
        r"(?:הצבעתי|השתמשתי|עברתי לגור|התחתנתי|התגרשתי) ",
        r"(?:אני (?:מרוויח|מרוויחה|משתכר|משתכרת) (?:פחות|יותר|מעל|מתחת|כ|\d))|(?:יש לי רישיון)",
    ),
    "ru": _any(
        r"я (?:живу|проживаю|учусь|родился|родилась|вырос|выросла) (?:в|во|на|под|около|возле|рядом) "
        r"(?!надежд|страх|мир[еу]|любв|вер[еу]|ожидани|согласи|радост|мечт|бо[лг])",
        r"я (?:живу|проживаю) (?:один|одна)$",
        r"я работаю (?!над|ради|за|чтобы|вместе|для|на благо|на мир)\w+",
        r"я снимаю (?:квартиру|жиль[её]|комнату|дом)\b",
        "я "
        + _one_of(
            "пенсионер пенсионерка студент студентка школьник школьница арендатор мать отец мама папа бабушка"
            " дедушка женщина"
            " мужчина врач учитель учительница водитель таксист инженер программист медсестра инвалид предприниматель"
            " безработный безработная домохозяйка еврей еврейка мусульманин мусульманка христианин христианка"
            " православный"
            " православная атеист атеистка вегетарианец вегетарианка женат замужем разведен разведена разведён"
            " холост вдова"
            " вдовец русский русская украинец украинка репатриант репатриантка"
        )
        + r"(?:$| (?:и|в|из|на|с|двоих|троих|по|уже) )",
        r"мне (?:уже )?(?:больше |более |меньше |менее |за |под |около |почти |старше )?\d+(?:$| (?:лет|год|года))",
        r"у меня (?:есть )?(?:\d+ |один |одна |двое |трое |четверо |два |две |три |нет )?"
        + _one_of(
            "ребенок ребёнок детей дети сын сына дочь дочери внук внуков внуки собака кошка машина машины"
            " квартира ипотека"
        )
        + r"(?:$| )",
        r"(?:мой (?:\w+ )?(?:доход|возраст|пол)|моя (?:\w+ )?(?:зарплата|пенсия|профессия|национальность)) "
        r"(?!слишком|очень|долж|мал|низк)",
        r"меня зовут ",
        r"я (?:родом )?из (?!тех|люб|страх|за)\w+$",
        r"я (?:всегда|обычно|часто|иногда|редко|никогда не) (?:голосую|езжу|пользуюсь|хожу на выборы|читаю)\b",
        r"я (?:уже |никогда не |не )?(?:голосовал|голосовала|пользовался|пользовалась|переехал|переехала) ",
        r"я зарабатываю (?:меньше|больше|менее|более|около|до|от|\d)",
        r"у меня (?:есть |нет )?водительск\w+ прав[аы]?$",
    ),
    "es": _any(
        "(?:yo )?soy (?:un |una )?"
        + _one_of(
            "inquilin[oa] propietari[oa] estudiante jubilad[oa] pensionista madre padre mujer hombre médic[oa] doctora?"
            " maestr[oa] profesora? enfermer[oa] ingenier[oa] taxista conductora? abogad[oa] agricultora? obrer[oa]"
            " emplead[oa] autónom[oa] solter[oa] casad[oa] viud[oa] divorciad[oa] judí[oa] musulm[aá]na? católic[oa]"
            " cristian[oa] ate[oa] vegetarian[oa] vegan[oa] inmigrante migrante argentin[oa] mexican[oa] español(?:a)?"
            " colombian[oa] chilen[oa] abuel[oa]"
        )
        + r"(?:$| (?:y|de|en|con|desde|que vive|solter[oa])\b)",
        r"(?:yo )?soy mayor de \d+",
        r"(?:yo )?tengo (?:más de |menos de |casi )?\d+ años",
        r"(?:yo )?tengo (?:un|una|dos|tres|cuatro|\d+) "
        + _one_of(
            "hij[oa]s? niet[oa]s? perros? gatos? coches? autos? carros? casas? herman[oa]s? hipoteca discapacidad"
        )
        + r"\b",
        r"(?:yo )?no tengo (?:hijos|coche|auto|carro|casa|hipoteca)\b",
        r"(?:yo )?(?:vivo|resido) (?:sol[oa]$|con (?:mi|mis)\b|en (?!"
        + _one_of("paz un_mundo una_sociedad la_esperanza esperanza miedo el_miedo armonía amor la_fe")
        + r"\b))",
        r"(?:yo trabajo (?:en|como|de) (?!paz|equipo|armonía)|trabajo como )",
        r"(?:yo )?alquilo (?:un|una|mi)\b",
        r"(?:yo )?estoy (?:casad[oa]|jubilad[oa]|divorciad[oa]|solter[oa]|desemplead[oa])\b",
        r"mis? (?:ingresos?|sueldo|salario|edad|género|profesión|religión|nombre) (?:\w+ )?(?:es|son) (?!muy"
        r"|demasiado)",
        r"nací en |me llamo |me identifico como ",
        r"(?:yo )?(?:siempre|normalmente|a menudo|a veces|nunca) (?:voto|uso|viajo|leo|camino|voy en)\b",
        r"(?:yo )?(?:he (?:votado|usado|leído|visitado|vivido|trabajado)|voté|me mudé) ",
        r"(?:yo )?gano (?:menos|más|unos|cerca|entre|\d)|(?:yo )?tengo (?:carné|licencia|permiso) de conducir",
    ),
    "de": _any(
        "ich bin (?:eine? )?"
        + _one_of(
            "mieter(?:in)? vermieter(?:in)? eigentümer(?:in)? hausbesitzer(?:in)? rentner(?:in)? student(?:in)?"
            " schüler(?:in)?"
            " lehrer(?:in)? arzt ärztin pfleger(?:in)? krankenschwester ingenieur(?:in)? taxifahrer(?:in)?"
            " mutter vater oma opa"
            " grossmutter grossvater frau mann beamter beamtin landwirt(?:in)? angestellter? selbst?ständig arbeitslos"
            " verheiratet ledig geschieden verwitwet alleinerziehende?r? berufstätig pensioniert katholisch evangelisch"
            " muslim(?:in)? jude jüdin christ(?:in)? atheist(?:in)? vegetarier(?:in)? veganer(?:in)? männlich weiblich"
            " deutscher? österreicher(?:in)? schweizer(?:in)?"
        )
        + r"(?:$| (?:und|in|im|aus|bei|von|mit|an|auf|mutter|vater)\b)",
        r"ich bin (?:schon |über |unter |älter als |jünger als |fast )?\d+(?:$| )",
        r"ich wohne (?:in|im|am|an|auf|bei|zur|seit|allein|mit|hier)\b",
        r"ich lebe (?:(?:in|im|auf|bei|am) (?!"
        + _one_of("frieden hoffnung angst einer_welt der_hoffnung liebe harmonie dem_glauben")
        + r"\b)|allein$|seit \d|mit mein)",
        r"ich arbeite (?:als|bei|beim) |ich studiere |ich heisse |ich komme aus ",
        r"ich habe (?:eine?n?|zwei|drei|vier|fünf|keine?n?|\d+) "
        + _one_of(
            "kind kinder sohn söhne tochter töchter enkel hunde? katzen? auto haus wohnung behinderung führerschein"
        )
        + r"(?:$| )",
        r"ich (?:besitze|miete) k?eine?n? ",
        r"ich verdiene (?:\d|(?:mehr|weniger) als \d|unter \d|über \d)",
        r"mein (?:\w+)?(?:einkommen|gehalt|alter|beruf|geschlecht|name) (?:ist|liegt|beträgt) (?!zu )",
        r"ich (?:wurde|bin) (?:\w+ ){1,4}(?:geboren|aufgewachsen)$",
        r"ich (?:wähle|benutze|nutze|lese|fahre) (?:immer|meistens|oft|manchmal|selten|nie|regelmässig) ?(?!zu weit)",
        r"ich habe (?:\w+ ){1,4}(?:gewählt|abgestimmt|benutzt|besucht|gelesen)$",
        r"ich bin (?:nach|in) (?:\w+ ){1,2}gezogen$",
        r"ich habe (?:einen|den|keinen) (?:\w+ )?(?:führerschein|schulabschluss)",
    ),
    "fr": _any(
        "je suis (?:une? )?"
        + _one_of(
            "locataire propriétaire étudiante? retraitée? mère père femme homme médecin enseignante? infirmi(?:er|ère)"
            " ingénieure? chômeu(?:r|se) mariée? célibataire divorcée? veu(?:f|ve) musulmane? jui(?:f|ve)"
            " catholique athée"
            " végétarien(?:ne)? agricult(?:eur|rice) fonctionnaire"
        )
        + r"(?:$| (?:et|à|au|en|de|dans|avec)\b)",
        r"j ai (?:plus de |moins de |presque )?\d+ ans",
        r"j ai (?:une?|deux|trois|quatre|\d+) (?:enfants?|fils|filles?|chiens?|chats?|voitures?)\b",
        r"(?:j habite|je vis|je réside) (?:seule?$|(?:à|au|en|dans|chez|avec) "
        r"(?!paix|un monde|l espoir|la peur|une société|l amour))",
        r"je travaille (?:comme|chez) |je m appelle |je suis née? (?:à|en|au)\b",
        r"(?:mon (?:revenu|salaire|âge) est|mes revenus sont) (?!trop)",
    ),
    "it": _any(
        "(?:io )?sono (?:un |una |uno )?"
        + _one_of(
            "inquilin[oa] proprietari[oa] studente studentessa pensionat[oa] madre padre donna uomo medico insegnante"
            " infermier[ea] ingegnere disoccupat[oa] sposat[oa] single divorziat[oa] vedov[oa] cattolic[oa]"
            " musulman[oa]"
            " ebre[oa] ate[oa] vegetarian[oa] agricoltore"
        )
        + r"(?:$| (?:e|di|in|a|con|da)\b)",
        r"ho (?:più di |meno di |quasi )?\d+ anni",
        r"ho (?:un|una|due|tre|quattro|\d+) (?:figli|figlio|figlia|figlie|cane|cani|gatto|gatti|macchina|auto)\b",
        r"(?:vivo|abito) (?:da sol[oa]$|(?:a|in|nel|nella|con) (?!pace|un mondo|paura|armonia|speranza|una società))",
        r"mi chiamo |sono nat[oa] (?:a|in|nel)\b|il mio (?:reddito|stipendio) è (?!troppo)",
    ),
    "pt": _any(
        "(?:eu )?sou (?:uma? )?"
        + _one_of(
            "inquilin[oa] proprietári[oa] estudante aposentad[oa] reformad[oa] mãe pai mulher homem médic[oa]"
            " professora?"
            " enfermeir[oa] engenheir[oa] desempregad[oa] casad[oa] solteir[oa] divorciad[oa] viúv[oa]"
            " católic[oa] judeu judia"
            " muçulman[oa] ateu vegetarian[oa] agricultora?"
        )
        + r"(?:$| (?:e|de|em|no|na|com|do|da)\b)",
        r"(?:eu )?tenho (?:mais de |menos de |quase )?\d+ anos",
        r"(?:eu )?tenho (?:uma?|dois|duas|três|\d+) (?:filh[oa]s?|cães|cão|gatos?|carros?)\b",
        r"(?:eu )?(?:moro|vivo) (?:sozinh[oa]$|(?:em|no|na|com) (?!paz|um mundo|medo|harmonia|esperança))",
        r"(?:eu )?trabalho como |me chamo |meu nome é |nasci (?:em|no|na) ",
        r"(?:o )?meu (?:salário|rendimento) é (?!muito)|(?:a )?minha renda é (?!muito)",
    ),
    "uk": _any(
        r"я (?:живу|мешкаю|проживаю|навчаюся|народився|народилася|виріс|виросла) (?:в|у|на|під|біля) "
        r"(?!надії|страху|мирі|любові|вірі|світі)",
        r"я працюю (?!над|заради|за|щоб|разом|для)\w+",
        "я "
        + _one_of(
            "пенсіонер пенсіонерка студент студентка орендар орендарка мати батько мама тато жінка чоловік"
            " лікар лікарка"
            " вчитель вчителька водій інженер одружений одружена розлучений розлучена безробітний безробітна"
            " українець українка"
        )
        + r"(?:$| (?:і|та|в|у|з|на|двох|трьох) )",
        r"мені (?:вже )?(?:більше |понад |менше |майже )?\d+(?:$| (?:років|рік|роки))",
        r"у мене (?:є )?(?:\d+ |двоє |троє |один |одна |немає )?(?:дитина|дітей|діти|син|дочка|собака|кішка"
        r"|машина)(?:$| )",
        r"мене звати ",
    ),
    "tr": _any(
        "(?:ben )?(?:bir )?"
        + _one_of(
            "kiracıyım emekliyim öğrenciyim öğretmenim doktorum mühendisim anneyim babayım kadınım erkeğim"
            " evliyim bekarım"
            " işsizim ev_sahibiyim müslümanım yahudiyim hristiyanım ateistim çiftçiyim memurum"
        )
        + "$",
        r"(?:ben )?\d+ yaşındayım$",
        r"(?:ben )?\w+(?:da|de|ta|te) (?:yaşıyorum|oturuyorum|çalışıyorum)$",
        r"(?:bir|iki|üç|\d+) (?:çocuğum|kızım|oğlum|arabam|evim) var$",
    ),
    "zh": _any(
        r"我(?:就)?是(?:一|1)?(?:個|个|名|位)?[^想要希望支持反對对認认為为覺觉同贊赞怕不很在說说的]{1,8}$",
        r"我(?:現在|现在|目前)?(?:住在|居住在|出生在|出生于|出生於)(?!和平|恐|希望)",
        r"我(?:今年)?(?:已經|已经)?\d+(?:多)?(?:歲|岁)",
        r"我的(?:收入|年收入|月收入|月薪|年齡|年龄|職業|职业)(?:是|在|為|为|超過|超过|低於|低于)",
        r"我(?:有|曾|曾經|曾经|沒有|没有|沒|没)?(?:在.{1,10})?(?:以.{1,6})?(?:用|搭|搭乘|叫|坐|開|开|投|去|買|买)(?:過|过)",
        r"我(?:有|沒有|没有).{0,8}(?:駕照|驾照|駕駛執照|驾驶执照|執照|执照)$",
        r"我有(?:\d+|[一兩两二三四])[個个輛辆間间隻只](?:孩子|小孩|兒子|儿子|女兒|女儿|車|车|房|狗|貓|猫)",
    ),
}

# Where one of these stands, the text asks, judges or feels something, however it begins.
_WISHES: dict[str, re.Pattern[str]] = {
    code: re.compile(rf"\b{_one_of(listed)}\b")
    for code, listed in {
        "en": "wants? wish(?:es)? should must needs? hopes? let please ought pray desire prefer would favou?r deserve"
        " believe think feel too support oppose against tired afraid worried happy glad sad dreams? because"
        " so_that better"
        " fair unfair but(?!_less|_under|_not|_below) agree disagree concerned proud grateful sick_of fed_up"
        " willing ready committed peace justice freedom",
        "he": "רוצה רוצים מקווה מבקש מבקשת צריך צריכה צריכים חייב חייבים חייבת שיהיה שתהיה שיהיו מאמין מאמינה"
        " חולם חולמת"
        " מתפלל מתפללת אבל מפחד מפחדת שלום כדי ראוי מגיע חושב חושבת",
        "ru": r"хочу хотел хотела хотим надеюсь желаю мечтаю нужно надо должн\w+ пусть чтобы прошу молюсь верю"
        r" считаю думаю"
        " боюсь но против устал устала слишком мира поэтому",
        "es": r"quiero quisiera queremos deseo espero necesito necesitamos debe\w* ojalá gustaría sueño creo"
        r" pienso pero"
        " para_que contra favor paz justicia demasiado hart[oa] cansad[oa] miedo merezco por_eso",
        "de": r"will wollen möchte\w* wünsche hoffe soll\w* muss müssen brauche\w* bitte dafür dagegen damit"
        r" glaube denke finde"
        " aber frieden gerechtigkeit müde angst traum deshalb zu_wenig zu_viel",
        "fr": r"veux voudrais voulons souhaite espère faut doi\w+ devrai\w+ besoin rêve crois pense mais"
        r" pour_que contre paix"
        " peur trop",
        "it": r"voglio vorrei vogliamo desidero spero bisogn\w+ dev\w+ dovrebb\w+ sogno credo penso ma perché"
        r" contro pace paura"
        " troppo",
        "pt": r"quero queria queremos desejo espero precis\w+ dev\w+ gostaria sonho acredito acho mas para_que"
        r" contra paz medo",
        "uk": r"хочу хочемо хотів хотіла сподіваюся бажаю мрію треба потрібно повинн\w+ нехай хай щоб прошу"
        r" молюся вірю вважаю"
        " але проти миру",
        "tr": r"istiyor\w* diliyor\w* umuyor\w* gerek\w* lazım olsun ama inanıyor\w* barış\w* umut\w* korku\w*",
    }.items()
} | {
    "zh": re.compile(
        "[想要願愿盼求但請请]|希望|應該|应该|應|必須|必须|需要|支持|反對|反对|認為|认为|覺得|觉得|所以|因為|因为"
    )
}
_MOST_FACT_WORDS = 16
_MOST_FACT_CHARACTERS = 24


def looks_like_fact(text: str, language: str | None = None) -> bool:
    """Return whether the text reads like a fact about its author ("I am a renter") rather than a wish.

    True only where the text begins with a pattern of its language for who one is, where one lives or works, how old
    one is, whom or what one has or earns, and holds no word of wishing, judging or feeling; texts of more than sixteen
    words (24 characters in Chinese) are never facts. With an unknown language the patterns of all languages of its
    script are tried. Meant as a flag for people to look at: nothing is left out because of it alone.

    Notes:
        Made to be right when it says True; it misses trades and ties that its lists do not name (only English takes
        any noun after "I am a"), facts in the third person ("my wife works"), facts that do not come first ("As a
        nurse, ..."), most habits ("I eat meat"), and all languages without a list. It takes a confession for a fact,
        and the English "I am a ..." also takes metaphors that its list of exceptions does not name.

    Source: ours; statements of this kind lead the lists of most agreed and most disputed statements of public
    conversations, unmarked.

    Example:
        >>> looks_like_fact("I am a renter"), looks_like_fact("I am for a world of peace")
        (True, False)
        >>> looks_like_fact("Я пенсионер", "ru"), looks_like_fact("Tengo un sueño", "es")
        (True, False)
    """
    spaced = normalise(text)
    code = base_language(language)
    codes = (code,) if code in _FACTS else _LANGUAGES_OF_SCRIPT.get(script_of(spaced), ())
    return any(_reads_like_fact(spaced, candidate) for candidate in codes)


def _reads_like_fact(spaced: str, code: str) -> bool:
    normal = spaced.replace(" ", "") if code == "zh" else spaced
    is_short = len(normal) <= _MOST_FACT_CHARACTERS if code == "zh" else len(normal.split()) <= _MOST_FACT_WORDS
    return is_short and _FACTS[code].match(normal) is not None and _WISHES[code].search(normal) is None
