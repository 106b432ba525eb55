"""The normal form of a text in which it is compared (text normalisation), its words, and its numbers in digits.

Nothing here knows what a text means. In doubt two texts count as different: a desire that is kept apart from its twin
costs a line, a desire that is merged with its opposite costs its author's voice.
"""

from __future__ import annotations

import re
import unicodedata

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
