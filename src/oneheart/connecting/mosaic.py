"""Mosaic: whole desires verbatim with allowed connectives between them. Everything else is rejected.

A model's words are never shown. Its answer only tells which neighbouring lines belong together and by which
connective. The text is then built from the draft's own lines and the lists below. So only verified text is shown, and
a rejected line stays as it was.

People read and affirm every connected line like any other.

Source: ours; only verbatim spans can be verified by machine: similarity measures detected hardly one in fifty
negations that were reversed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

import regex

from oneheart.connecting.outcome import ConnectedLine, Rejected, RejectedReason
from oneheart.connecting.prompt import Answer, AnswerLine, name_of
from oneheart.engine.desire.entry import grapheme_count
from oneheart.engine.desire.negation import negation_count
from oneheart.engine.desire.scripts import base_language
from oneheart.engine.desire.wording import normalise, numbers, words
from oneheart.model.prayer import PrayerLine

GRAPHEMES_MOST = 160
QUOTE_LEAST = 8

# As shown, with punctuation before them. None negates, counts, opposes or offers a choice; none inflects words around
# it, which excludes the Hebrew prefix "ve-" and the Russian "together with" (another case).
CONNECTIVES: dict[str, tuple[str, ...]] = {
    "en": (" and", ", and also", ", as well as", ", together with", ", so that"),
    "he": (" וגם", " וכן", " יחד עם", ", ובנוסף"),
    "ru": (" и", ", а также", ", и вместе с тем", ", чтобы"),
    "es": (" y", " e", ", y también", ", así como", ", junto con", ", para que"),
}
# Spanish "y" becomes "e" before the sound i ("e hijos"), not before ia, ie, io ("y hielo").
_SOUND_I = re.compile("h?[ií](?![aeouáéóú])")
_SENTENCE_END = re.compile(r"[.!?…。؟][\"'»”’)\]]*$")
_PAUSE_END = re.compile(r"[,;:–—-]$")
_LINK = re.compile(r":/|www\.|\b(?:javascript|data|mailto)\s*:", re.IGNORECASE)
_PLAIN_SIGNS = frozenset(" ,.;:!?…-–—'\"«»„“”‘’׳״¡¿()\n")
_SIGN = regex.compile(r"[^\p{L}\p{M}\p{Nd}]")


def connectives_for(languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the allowed connectives of these languages; languages without a list are left out.

    Example:
        >>> connectives_for(["ru-RU", "tr"])
        {'ru': ('и', 'а также', 'и вместе с тем', 'чтобы')}
    """
    codes = sorted({base_language(language) for language in languages} & CONNECTIVES.keys())
    return {code: tuple(connective.lstrip(", ") for connective in CONNECTIVES[code]) for code in codes}


def can_connect(lines: Sequence[PrayerLine]) -> bool:
    """Return whether two neighbouring lines could be connected: both of one language that has connectives.

    Example:
        >>> can_connect([PrayerLine("Peace", "en", (0,)), PrayerLine("Paz", "es", (1,))])
        False
    """
    codes = [base_language(line.language) for line in lines]
    return any(former == following and former in CONNECTIVES for former, following in itertools.pairwise(codes))


def verify(lines: Sequence[PrayerLine], answer: Answer) -> tuple[ConnectedLine | Rejected, ...]:
    """Return the verified lines of an answer, in its order, then the lines of the draft that it lost.

    A line is verified if it consists of whole desires of the draft, neighbours in its order. Between each two stands
    one allowed connective of their language. It must cite exactly these, in their words. No earlier line may hold any
    of them, or a later one. Words are compared in normal form, numbers also as numbers. The result has the draft's
    own spelling.

    Args:
        lines: lines of the draft.
        answer: anything of the right shape.

    Notes:
        O(length of the answer).

    Example:
        >>> from oneheart.connecting.prompt import Cite
        >>> lines = [PrayerLine("Peace", "en", (0,)), PrayerLine("Bread for all", "en", (1,))]
        >>> cites = [Cite("desire-1", "Peace"), Cite("desire-2", "bread for all")]
        >>> verify(lines, Answer([AnswerLine("peace and bread for all!", cites)]))
        (ConnectedLine(text='Peace and Bread for all', language='en', lines=(0, 1)),)
        >>> verify(lines, Answer([AnswerLine("Peace and no bread for all", cites)]))[0]
        Rejected(reason='changed negation', lines=(0, 1))
    """
    number_of = {name_of(number): number for number in range(len(lines))}
    results: list[ConnectedLine | Rejected] = []
    tried: set[int] = set()
    used: set[int] = set()
    for line in answer.lines:
        cited = tuple(number_of[cite.id] for cite in line.cites if cite.id in number_of)
        tried.update(cited)
        reason = _cites_wrongly(lines, line, cited, used)
        result = Rejected(reason, cited) if reason else _put_together(lines, line.text, cited)
        if isinstance(result, ConnectedLine):
            used.update(cited)
        results.append(result)
    lost = tuple(number for number in range(len(lines)) if number not in tried)
    return (*results, Rejected("lost", lost)) if lost else tuple(results)


def whole(
    lines: Sequence[PrayerLine], verified: Iterable[ConnectedLine | Rejected]
) -> tuple[tuple[ConnectedLine, ...], tuple[Rejected, ...]]:
    """Return the whole text, each line of the draft once and in order, and what was rejected.

    A line of the draft that no verified line holds stays as it is.

    Args:
        lines: lines of the draft.
        verified: result of `verify`.

    Example:
        >>> text, rejected = whole([PrayerLine("Peace", "en", (0,))], [Rejected("lost", (0,))])
        >>> text[0].text, rejected[0].reason
        ('Peace', 'lost')
    """
    verified = tuple(verified)
    proven = [line for line in verified if isinstance(line, ConnectedLine)]
    used = {number for line in proven for number in line.lines}
    plain = [ConnectedLine(line.text, line.language, (n,)) for n, line in enumerate(lines) if n not in used]
    return (
        tuple(sorted(proven + plain, key=lambda line: line.lines)),
        tuple(line for line in verified if isinstance(line, Rejected)),
    )


def _cites_wrongly(
    lines: Sequence[PrayerLine], line: AnswerLine, cited: tuple[int, ...], used: set[int]
) -> RejectedReason | None:
    """Return what is wrong with the citations of a line; None if they are possible."""
    if not line.cites:
        return "nothing cited"
    if len(cited) < len(line.cites):
        return "unknown id"
    if len(set(cited)) < len(cited) or used & set(cited):
        return "said twice"
    if cited[0] < max(used, default=0) or cited != tuple(range(cited[0], cited[0] + len(cited))):
        return "out of order"
    if not all(_is_quote(cite.quote, lines[number].text) for cite, number in zip(line.cites, cited, strict=True)):
        return "invented quote"
    codes = {base_language(lines[number].language) for number in cited}
    return "languages" if len(cited) > 1 and (len(codes) > 1 or codes.isdisjoint(CONNECTIVES)) else None


def _is_quote(quote: str, text: str) -> bool:
    """Return whether a quote is the text, or a long enough run of its words."""
    quoted, text_words = words(quote), words(text)
    if quoted == text_words:
        return True
    starts = range(len(text_words) - len(quoted) + 1)
    return len(normalise(quote)) >= QUOTE_LEAST and any(text_words[at : at + len(quoted)] == quoted for at in starts)


def _put_together(lines: Sequence[PrayerLine], text: str, cited: tuple[int, ...]) -> ConnectedLine | Rejected:
    """Return the line that joins these desires, in the draft's own spelling."""
    texts = [lines[number].text for number in cited]
    language = lines[cited[0]].language
    allowed = CONNECTIVES.get(base_language(language), ())
    if len(text) > 2 * sum(map(len, texts)) + 40 * len(texts):
        return Rejected("added words", cited)  # before any expensive parsing
    if set(_LINK.findall(text)) - set(_LINK.findall("\n".join(texts))):
        return Rejected("link", cited)
    if set(_SIGN.findall(text)) - set(_SIGN.findall("".join(texts))) - _PLAIN_SIGNS:
        return Rejected("markup", cited)
    connectives = _between(
        words(text), [words(desire) for desire in texts], [words(connective) for connective in allowed]
    )
    digits = [number for desire in texts for number in numbers(desire)]
    if connectives is None or list(numbers(text)) != digits:
        return Rejected(_difference(text, texts, allowed, language), cited)
    whole_text = texts[0]
    for connective, following in zip(connectives, texts[1:], strict=True):
        whole_text += _glue(whole_text, allowed[connective], following) + following
    if len(texts) > 1 and grapheme_count(whole_text) > GRAPHEMES_MOST:
        return Rejected("too long", cited)
    return ConnectedLine(whole_text, language, cited)


def _between(
    answer: tuple[str, ...], desires: Sequence[tuple[str, ...]], allowed: Sequence[tuple[str, ...]]
) -> tuple[int, ...] | None:
    """Return the connectives between the desires; None if anything else is between them, or one of them is not whole.

    All readings are followed at once, because a desire may itself begin with "and".
    """
    if not all(desires) or answer[: len(desires[0])] != desires[0]:
        return None
    readings: dict[int, tuple[int, ...]] = {len(desires[0]): ()}
    for desire in desires[1:]:
        further: dict[int, tuple[int, ...]] = {}
        for end, connectives in readings.items():
            for number, connective in enumerate(allowed):
                start = end + len(connective)
                if answer[end:start] == connective and answer[start : start + len(desire)] == desire:
                    further.setdefault(start + len(desire), (*connectives, number))
        readings = further
    return readings.get(len(answer))


def _difference(text: str, texts: Sequence[str], allowed: Sequence[str], language: str) -> RejectedReason:
    """Return the gravest difference of a line from the desires that it cites."""
    if sorted(numbers(text)) != sorted(number for desire in texts for number in numbers(desire)):
        return "changed number"
    if negation_count(text, language) != sum(negation_count(desire, language) for desire in texts):
        return "changed negation"
    allowed_words = {word for desire in (*texts, *(allowed if len(texts) > 1 else ())) for word in words(desire)}
    answer = words(text)
    fewer = len(answer) < sum(len(words(desire)) for desire in texts)
    return "lost words" if fewer and allowed_words.issuperset(answer) else "added words"


def _glue(before: str, connective: str, following: str) -> str:
    """Return the connective between these two desires, with its spaces and punctuation."""
    if connective in {" y", " e"}:
        connective = " e" if _SOUND_I.match(following.casefold().lstrip("¡¿\"'«“ ")) else " y"
    word = connective.lstrip(", ")
    if _SENTENCE_END.search(before):
        return f" {word[:1].upper()}{word[1:]} "
    return f" {word} " if _PAUSE_END.search(before) else f"{connective} "
