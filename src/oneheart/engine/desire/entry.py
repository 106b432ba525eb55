"""Entering a desire: the typed text is sanitised, its letters (graphemes) are counted, and hints are given.

Source: Unicode TR36 and TR39 for what is removed. Hints follow what hosts decided on 11,081 Polis statements (more
than one sentence, a question, a link). Only contact data, a link, a text without words and too many letters block.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import regex

GRAPHEMES_MOST = 140
_MARKS_MOST = 6
_CODE_POINTS_MOST = 12 * GRAPHEMES_MOST  # a family is one letter of seven code points
_SPACE = 0x20
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_BLANK = {0x200B, *range(0x2060, 0x2065), 0xFEFF, 0xAD, 0x180E, 0x3164, 0x115F, 0x1160, 0xFFA0, 0x2800, 0x034F}
_DIRECTION_MARKS = {0x200E, 0x200F, 0x061C}
_JOINERS = {0x200C, 0x200D}
_VARIATION = set(range(0xFE00, 0xFE10))
_TAGS = range(0xE0000, 0xE1000)
_NEVER = {"Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"}

HintCode = Literal[
    "empty", "too long", "contact", "no words", "two wishes", "question", "link", "no reason", "ends first"
]
BLOCKING: frozenset[HintCode] = frozenset({"empty", "too long", "contact", "no words", "link"})
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = regex.compile(r"(?<!\d)\+?(?:[\s().-]*\d){8,14}(?!\d)")
_LINK = regex.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w{2,}", regex.IGNORECASE)
_SENTENCE_END = regex.compile(r"[.!?…।。！？؟]+(?=\s+\p{L})|[。！？](?=\p{L})")
_QUESTION = regex.compile(r"[?？؟;]\s*$")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Hint:
    """A remark on a text that its author may want to change before others read it.

    Attributes:
        code: what it is.
        blocks: whether the text is refused until it is changed; other hints are advice.
    """

    code: HintCode
    blocks: bool


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of a sentence that a desire may continue.

    Attributes:
        code: "want" (a thing or an infinitive follows) or "that" (a clause follows).
        text: as a person reads it.
        plural: the same for the common text.
        also: other words with which people write the same beginning.
        again: first words with which a text says the end of this beginning once more.
    """

    code: Literal["want", "that"]
    text: str
    plural: str
    also: tuple[str, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def before(self) -> str:
        """Return what is read before the words of a text, with the gap: "I want ", or "אני רוצה ש"."""
        return self.text.removesuffix("…")

    @property
    def attached(self) -> str:
        """Return the letters of it that are written together with the words, "ש"; "" if a gap follows it."""
        return "" if self.before.endswith(" ") else self.before.rpartition(" ")[2]

    @property
    def written(self) -> tuple[str, ...]:
        """Return the ways in which people write it, without the gap; () if it is written together with a word."""
        return self.also if self.attached else (self.before.strip(), *self.also)


_STEMS: dict[str, tuple[Stem, ...]] = {
    "en": (
        Stem("want", "I want …", "We want …"),
        Stem("that", "I want us to …", "We want to …", again=("to", "us")),
    ),
    "he": (Stem("want", "אני רוצה …", "אנחנו רוצים …"), Stem("that", "אני רוצה ש…", "אנחנו רוצים ש…")),
    "ru": (
        Stem("want", "Я хочу …", "Мы хотим …", ("хочу",)),
        Stem("that", "Я хочу, чтобы …", "Мы хотим, чтобы …", ("хочу, чтобы", "я хочу чтобы", "хочу чтобы")),
    ),
    "es": (
        Stem("want", "Quiero …", "Queremos …", ("yo quiero",)),
        Stem("that", "Quiero que …", "Queremos que …", ("yo quiero que",)),
    ),
    "uk": (
        Stem("want", "Я хочу …", "Ми хочемо …", ("хочу",)),
        Stem("that", "Я хочу, щоб …", "Ми хочемо, щоб …", ("хочу, щоб", "я хочу щоб", "хочу щоб")),
    ),
    "de": (
        Stem("want", "Ich möchte …", "Wir möchten …", ("ich will",)),
        Stem(
            "that", "Ich möchte, dass …", "Wir möchten, dass …", ("ich will, dass", "ich möchte dass", "ich will dass")
        ),
    ),
}
_WHOLE: dict[str, str] = {
    "en": "that let let's may we we'd we're we'll i i'd i'm i'll you he she it it's they there there's want please",
    "he": "אני אנחנו אנו הלוואי בואו יש אין רוצה רוצים רוצות בבקשה",
    "ru": "чтобы чтоб дабы что пусть давайте я мы вы они он она хотим хочется хотелось пожалуйста",
    "es": "que ojalá ojala yo nosotros nosotras ustedes ellos ellas queremos deseo quisiera hay",
    "uk": "щоб аби що хай нехай давайте я ми ви вони він вона хочемо хочеться хотілося хотілось",
    "de": "dass daß damit lasst möge mögen ich wir ihr sie er es man möchte will wollen wünsche bitte",
}
"""First words of a sentence that stands by itself, so that no beginning is put before it, by language."""
_SUBJECTS: dict[str, str] = {
    "he": "אני אנחנו אנו",
    "ru": "я мы вы они он она",
    "es": "yo nosotros nosotras ustedes ellos ellas",
    "uk": "я ми ви вони він вона",
    "de": "ich wir ihr sie er es man",
}
"""Those of them that begin a clause: they follow a stem that ends in "that", as in "Я хочу, чтобы мы пели"."""
_ROOT_LETTERS: dict[str, str] = {
    "he": "שלום שלווה שקט שמחה שמחות שוויון שיוויון שיתוף שיחה שיחות שירה שיר שירים שבת שבתות שנה שנים שינה שינוי "
    "שינויים שמש שמיים שמים שם שער שערים שכן שכנים שכנות שכונה שכונות שפע שפה שפות שיעור שיעורים שולחן שולחנות "
    "שותפות שותפים שוק שאלה שאלות שביל שבילים שדה שדות שכר שמירה שומרים שוטרים שרים שר שנאה שבויים שבוי שבט שבטים "
    "שורשים שלמות שקיפות שופטים שיקום שירות שירותים שטח שטחים שליטה שחרור שעה שעות שבוע שבועות שניים שני שתי שלוש "
    "שלושה"
}
"""First words whose first letter is their own and not that of a beginning such as "אני רוצה ש", by language.

It is not known of all words. Of a word that is missing here, the letter is taken for the beginning said once more.
"""
_FIRST_WORD = regex.compile(r"^[\p{L}\p{M}\p{N}]+")
_BEFORE_WORDS = regex.compile(r"^[^\p{L}\p{N}]+")
_IN_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’׳]")


def stems(language: str) -> tuple[Stem, ...]:
    """Return the beginnings that are offered in a language; the English ones for a language without its own.

    Example:
        >>> stems("en")[0].plural
        'We want …'
    """
    return _STEMS.get(language.split("-", 1)[0], _STEMS["en"])


def stem_text(code: str, language: str) -> str:
    """Return the beginning that a stem's code stands for in a language, "" for no code.

    Example:
        >>> stem_text("want", "en"), stem_text("", "en")
        ('I want …', '')
    """
    return next((stem.text for stem in stems(language) if stem.code == code), "") if code else ""


def plural_text(code: str, language: str) -> str:
    """Return what a stem's code stands for in the common text, "" for no code.

    Example:
        >>> plural_text("want", "es"), plural_text("", "es")
        ('Queremos …', '')
    """
    return next((stem.plural for stem in stems(language) if stem.code == code), "") if code else ""


def own_beginning(text: str, language: str) -> tuple[str, str]:
    """Return the code of the stem with which a text begins by itself, and the words after it; "" and the text for none.

    The longest stem wins. In Hebrew only "אני רוצה" is found: a "ש" after it may belong to the next word.

    Example:
        >>> own_beginning("I want us to sing", "en"), own_beginning("Хочу, чтобы мы пели", "ru")
        (('that', 'sing'), ('that', 'мы пели'))
        >>> own_beginning("אני רוצה שלום", "he"), own_beginning("Wanting peace", "en")
        (('want', 'שלום'), ('', 'Wanting peace'))
    """
    written = [(words, stem.code) for stem in stems(language) for words in stem.written]
    folded = text.casefold()
    for words, code in sorted(written, key=lambda pair: -len(pair[0])):
        if folded.startswith(f"{words.casefold()} ") and len(folded) == len(text):
            return code, text[len(words) :].lstrip(" ,:…")
    return "", text


def before(code: str, text: str, language: str, *, plural: bool = False) -> str:
    """Return the beginning that is read before a text, with the gap between both; "" for a text that stands by itself.

    It is the one place that tells how a wish is read. `before(…) + text` is the sentence.

    Args:
        code: code of the stem that the author chose.
        text: the words.
        language: language code of the words.
        plural: true for the common text.

    Example:
        >>> before("want", "peace", "en"), before("want", "I want peace", "en")
        ('I want ', '')
        >>> [before("that", text, "he") + text for text in ("נשיר", "שנשיר", "10 ימים")]
        ['אני רוצה שנשיר', 'אני רוצה שנשיר', 'אני רוצה ש-10 ימים']
    """
    fitting = fitting_stem(code, text, language) if code else ""
    begins = (plural_text if plural else stem_text)(fitting, language).removesuffix("…")
    apart = begins and not begins.endswith(" ") and text and not text[0].isalpha()
    return f"{begins}-" if apart else begins


def fitting_stem(code: str, text: str, language: str) -> str:
    """Return the code of the stem that a text continues: `code`, or "" where the text stands by itself.

    It does where it begins with a stem of its own ("I want peace"), so that none is doubled, and where its first word
    begins a whole sentence ("that nobody sits alone", "we sing"), so that none is pressed upon it: with any of
    `standing_words`. A stem that ends in "that" is followed by the subject of a clause ("чтобы" and "мы пели").

    A text that says the end of a stem once more ("I want us to" and "to sing", "אני רוצה ש" and "שנשיר") continues the
    stem "want". The phone page asks the same of the same lists while a person types.

    Example:
        >>> fitting_stem("want", "peace", "en"), fitting_stem("want", "I want peace", "en")
        ('want', '')
        >>> fitting_stem("want", "That nobody sits alone", "en"), fitting_stem("want", "чтобы все пели", "ru")
        ('', '')
        >>> fitting_stem("want", "мы пели", "ru"), fitting_stem("that", "мы пели", "ru")
        ('', 'that')
        >>> fitting_stem("want", "Thatched roofs", "en"), fitting_stem("that", "to sing", "en")
        ('want', 'want')
        >>> fitting_stem("that", "שאף אחד לא יישאר לבד", "he"), fitting_stem("that", "שלום יהיה", "he")
        ('want', 'that')
    """
    begun = _BEFORE_WORDS.sub("", text.casefold())
    if _begins_with(begun, standing_words(language, code)):
        return ""
    stem = next((stem for stem in stems(language) if stem.code == code), None)
    if stem is None:
        return code
    first = _FIRST_WORD.match(begun)
    own_letters = first is None or first[0] in root_letters(language)
    doubled = bool(stem.attached) and begun.startswith(stem.attached) and not own_letters
    return "want" if doubled or _begins_with(begun, stem.again) else code


def _begins_with(begun: str, words: Iterable[str]) -> bool:
    """Return whether a text begins with one of these words, and the word ends there."""
    rests = (begun[len(word) :] for word in words if begun.startswith(word))
    return any(_IN_WORD.match(rest) is None for rest in rests)


@cache
def root_letters(language: str) -> frozenset[str]:
    """Return first words whose first letter is their own, and not that of a beginning such as "אני רוצה ש"."""
    return frozenset(_ROOT_LETTERS.get(language.split("-", 1)[0], "").split())


@cache
def standing_words(language: str, code: str = "want") -> tuple[str, ...]:
    """Return the beginnings of texts that do not follow a stem in a language, in small letters: see `fitting_stem`.

    Example:
        >>> [word for word in standing_words("en") if " " in word]
        ['i want', 'i want us to']
    """
    own = [words.casefold() for stem in stems(language) for words in stem.written]
    base = language.split("-", 1)[0]
    whole = {word.casefold() for word in _WHOLE.get(base, _WHOLE["en"]).split()}
    whole -= set(_SUBJECTS.get(base, "").split()) if code == "that" else set()
    return tuple(sorted({*own, *(variant for word in whole for variant in (word, word.replace("'", "’")))}))


_OUTER = regex.compile(r"^[\p{P}\p{Z}\p{C}]+|[\p{P}\p{Z}\p{C}]+$")


def wording_key(text: str, language: str, stem: str = "") -> str:
    """Return a key that two wishes of one language share only where people read the same words; "" without words.

    Equal are texts that differ in nothing but capitals, spaces, and punctuation around them. A question stays one. A
    text that begins with "I want" is read as one that continues that stem; "I want us to" makes another sentence.

    Source: ours; stricter than `similarity.strict_key`, which the engine uses after people have answered.

    Example:
        >>> wording_key("  Peace!", "en") == wording_key("I want PEACE", "en") == wording_key("peace", "en", "want")
        True
        >>> len({wording_key(text, "en") for text in ("Peace", "Peace?", "Peace now", "I want us to peace")})
        4
    """
    code, rest = own_beginning(unicodedata.normalize("NFC", text), language)
    words = _plain_words(rest)
    if not words:
        return ""
    clause = "that" if "that" in (code, stem) else ""
    asked = "?" if _QUESTION.search(rest) else ""
    return f"{clause}\x1f{words}\x1f{asked}"


def _plain_words(text: str) -> str:
    return " ".join(_OUTER.sub("", text).casefold().split())


def clean(text: str) -> str:
    r"""Return the sanitised text that is stored: NFC, one line, without invisible and direction-changing characters.

    Taken out: control, surrogate, private and unassigned code points, bidirectional controls, zero-width and blank
    letters, tags. Kept: pointed Hebrew and Arabic, joiners where scripts and emoji need them, single direction marks
    inside. At most six combining marks follow a letter. Idempotent. O(length). A text of more than 1680 code points
    is cut to 1681, so that `hints` still reports its length.

    Example:
        >>> clean("  one\u202e heart\n\ud800 "), clean("שָׁלוֹם"), clean("\u200f")
        ('one heart', 'שָׁלוֹם', '')
    """
    readable = text[: 4 * _CODE_POINTS_MOST].encode("utf-8", "ignore").decode("utf-8")
    before = ""
    for _ in range(4):  # NFC may join two letters into a new one; at most one more pass is needed
        after = _clean_once(readable)
        if after == before:
            break
        before = readable = after
    return before


def _clean_once(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text):
        point = ord(letter)
        if letter.isspace():
            letter, point = " ", _SPACE  # noqa: PLW2901  every kind of space is one kind
        if not _may_stand(letter, point):
            continue
        last = ord(kept[-1]) if kept else _SPACE
        if unicodedata.category(letter) in {"Mn", "Me"} and point not in _VARIATION:
            marks += 1
            if marks > _MARKS_MOST or not kept or last == _SPACE:
                continue
        else:
            marks = 0
        invisible = _DIRECTION_MARKS | _JOINERS | _VARIATION
        if (point in invisible and (last in invisible - _VARIATION or last == _SPACE)) or (point == last == _SPACE):
            continue
        kept.append(letter)
    joined = unicodedata.normalize("NFC", "".join(kept))[: _CODE_POINTS_MOST + 1]
    edges = "".join(chr(point) for point in _DIRECTION_MARKS | _JOINERS) + " "
    return joined.strip(edges)


def _may_stand(letter: str, point: int) -> bool:
    if point in _BIDI or point in _BLANK or point in _TAGS:
        return False
    if point in _DIRECTION_MARKS or point in _JOINERS or point in _VARIATION:
        return True
    return unicodedata.category(letter) not in _NEVER


def grapheme_count(text: str) -> int:
    """Return how many letters a person would count (extended grapheme clusters).

    Example:
        >>> grapheme_count("שָׁלוֹם"), grapheme_count("👨‍👩‍👧 heart")
        (4, 7)
    """
    return len(_GRAPHEME.findall(text))


def hints(text: str, language: str | None = None) -> tuple[Hint, ...]:
    """Return the hints on a clean text; those that block come first.

    Args:
        text: the typed text after `clean`.
        language: of the text; a semicolon is a question mark in Greek only.

    Example:
        >>> [hint.code for hint in hints("Call me: 052-123-4567. Will you?")]
        ['contact', 'two wishes', 'question']
        >>> hints("Peace")
        ()
    """
    found: list[HintCode] = []
    if not any(letter.isalnum() for letter in text) and not _has_picture(text):
        found.append("empty")
    if grapheme_count(text) > GRAPHEMES_MOST or len(text) > _CODE_POINTS_MOST:
        found.append("too long")
    if _MAIL.search(text) or _PHONE.search(text):
        found.append("contact")
    if "empty" not in found and _has_no_word(text):
        found.append("no words")
    if _LINK.search(text):
        found.append("link")
    if _SENTENCE_END.search(text):
        found.append("two wishes")
    if _QUESTION.search(text) and (not text.rstrip().endswith(";") or language == "el"):
        found.append("question")
    return tuple(Hint(code, code in BLOCKING) for code in found)


@dataclass(frozen=True, slots=True)
class Entered:
    """A typed text as it would be kept.

    Attributes:
        text: the clean text.
        hints: on it; those that block come first.
    """

    text: str
    hints: tuple[Hint, ...]

    @property
    def blocking(self) -> HintCode | None:
        """Return the code of the first hint that blocks; None where the text may be kept."""
        return next((hint.code for hint in self.hints if hint.blocks), None)


def entered(typed: str, language: str | None = None) -> Entered:
    """Return a typed text as it would be kept, with the hints on it: the one rule for every door.

    Example:
        >>> entered("  Peace ").text, entered("").blocking
        ('Peace', 'empty')
    """
    text = clean(typed)
    return Entered(text, hints(text, language))


def _has_no_word(text: str) -> bool:
    """Return whether a text is a row of pictures, or one letter again and again: nobody can say that with others.

    One picture alone, such as a dove, and one letter that is a word pass.
    """
    letters = {letter for letter in text.casefold() if letter.isalpha()}
    if letters:
        return len(letters) == 1 and sum(letter.isalpha() for letter in text) > 2  # noqa: PLR2004
    return not any(letter.isdigit() for letter in text) and grapheme_count("".join(text.split())) > 1


def _has_picture(text: str) -> bool:
    return any(unicodedata.category(letter) == "So" for letter in text)
