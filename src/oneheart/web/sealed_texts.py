"""Sealed texts as the book of prayers shows them, and the search for them by words, day, occasion and circle."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from urllib.parse import urlencode

from oneheart.engine import disclosure
from oneheart.engine.desire import entry, wording
from oneheart.engine.disclosure import Shown
from oneheart.live.gathering import LiveGathering
from oneheart.live.origin import chain_of, still_named
from oneheart.live.snapshot import TextLine, includes, text_lines
from oneheart.live.state.text import Sealed
from oneheart.model.verdict import ConditionCode, Status
from oneheart.web.said import FORMS, MISSING, STATUS, circle_name, high_told, share_told
from oneheart.web.words import Words

_ASKED_MOST = 200


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line as one reader reads it.

    Attributes:
        text: the words, in the reader's language where two readers have confirmed them in it, else as they were said.
        language: of these words.
        original: (language, words) as its author said it, where that is another language; else ().
        others: (language, words) in every other language, as its author said it first.
    """

    text: str
    language: str
    original: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def book_line(line: TextLine, language: str) -> BookLine:
    """Return a line for readers of one language.

    Example:
        >>> peace = TextLine("Paz", "es", False, (("en", "Peace"), ("he", "שלום")))
        >>> book_line(peace, "en").text, book_line(peace, "en").others
        ('Peace', (('es', 'Paz'), ('he', 'שלום')))
        >>> book_line(peace, "ru").text, book_line(peace, "ru").original
        ('Paz', ())
    """
    carried = dict(line.carried)
    if language == line.language or language not in carried:
        return BookLine(line.text, line.language, (), line.carried)
    original = ((line.language, line.text),)
    rest = tuple((code, said) for code, said in line.carried if code != language)
    return BookLine(carried[language], language, original, (*original, *rest))


@dataclass(frozen=True, slots=True)
class Named:
    """A circle or an occasion of a text.

    Attributes:
        number: in its gathering.
        name: as the reader reads it.
        form: of an occasion, in words; "" for a circle.
    """

    number: int
    name: str
    form: str = ""

    @property
    def said(self) -> str:
        """Return its name, with its form."""
        return " · ".join(part for part in (self.name, self.form) if part)


@dataclass(frozen=True, slots=True)
class SealedText:
    """One sealed text.

    Attributes:
        code: of its gathering.
        number: of the text in it, from 1; its address for ever.
        gathering: what the gathering is called.
        question: that was asked.
        day: on which it was sealed, by the server's clock, ISO.
        lines: as they are read.
        left: what was not yet common.
        status: in words.
        missing: in words.
        verdict: the status that `status` words.
        conditions: the codes that `missing` words.
        readers: people who read it, in whole steps of k.
        amen: people who said amen, in whole steps of k.
        share: "estimated", "certified" or "".
        asked: people who were asked by lot about what is not in the text, in whole steps of k.
        share_told: how the share is known, in words.
        share_high: what the share index surely does not exceed, in figures; "" where that is not told.
        digest: SHA-256 of the text, hexadecimal.
        root: Merkle root of all that was before, hexadecimal.
        include: the desire that would include those who are not yet in; None where none is known.
        model: that connected the lines on the screen, "" for none.
        public: may be read by everybody.
        occasion: at which it was made, where a host said it.
        circles: that are named with it, see `live.origin`.
        alone: one circle made it alone, the only one in `circles`.
        within: `circles` and those that they stand in.
        searched: all words by which it is found, in every language, folded.
    """

    code: str
    number: int
    gathering: str
    question: str
    day: str
    lines: tuple[BookLine, ...]
    left: tuple[tuple[str, str], ...]
    status: str
    missing: tuple[str, ...]
    verdict: Status
    conditions: tuple[ConditionCode, ...]
    readers: Shown
    amen: Shown
    share: str
    asked: Shown
    share_told: str
    share_high: str
    digest: str
    root: str
    include: TextLine | None
    model: str
    public: bool
    occasion: Named | None
    circles: tuple[Named, ...]
    alone: bool
    within: tuple[Named, ...]
    searched: str


def page_of(gathering: LiveGathering, number: int, words: Words) -> SealedText:
    """Return the sealed text of this number (from 0). O(M)."""
    state = gathering.state
    sealed: Sealed = state.prayers.sealed[number]
    draft = state.prayers.drafts[sealed.body.draft]
    left = (state.prayers.words(line, state.desires) for line in draft.body.left)
    question = sealed.question.get(words.language) or next(iter(sealed.question.values()), "")
    day = time.strftime("%Y-%m-%d", time.localtime(sealed.at / 1000))
    name = state.settings.name if state.settings else ""
    lines = tuple(book_line(line, words.language) for line in text_lines(state, sealed.body.draft) if line.text)
    named = still_named(state, sealed)
    circles = tuple(Named(circle, circle_name(state, circle, words)) for circle in named)
    around = dict.fromkeys(one for circle in named for one in chain_of(state, circle))
    occasion = _occasion(gathering, sealed, words)
    said = (text for line in lines for text in (line.text, *(text for _, text in line.others)))
    beside = [name, *sealed.question.values(), *(circle.name for circle in circles)]
    return SealedText(
        code=gathering.code,
        number=number + 1,
        gathering=name,
        question=question,
        day=day,
        lines=lines,
        left=tuple((text, language) for text, language in left if text),
        status=str(words.t(STATUS[sealed.body.status])),
        missing=tuple(str(words.t(MISSING[code])) for code in sealed.body.missing),
        verdict=sealed.body.status,
        conditions=tuple(sealed.body.missing),
        readers=disclosure.show_steps(sealed.body.people),
        amen=disclosure.show_steps(len(sealed.amen)),
        share=sealed.body.share,
        asked=disclosure.show_steps(sealed.body.asked),
        share_told=share_told(sealed.body, words),
        share_high=high_told(sealed.body, words),
        digest=sealed.body.digest,
        root=sealed.body.root,
        include=includes(state, sealed.body),
        model=draft.connected.model if draft.connected is not None else "",
        public=sealed.public,
        occasion=occasion,
        circles=circles,
        alone=sealed.body.alone and bool(circles),
        within=tuple(Named(circle, circle_name(state, circle, words)) for circle in around),
        searched=_folded(" ".join([*said, *beside, occasion.said if occasion else ""])),
    )


def _occasion(gathering: LiveGathering, sealed: Sealed, words: Words) -> Named | None:
    number = gathering.state.held.get(sealed.round)
    if number is None:
        return None
    occasion = gathering.state.occasions[number]
    return Named(number, occasion.name, str(words.t(FORMS[occasion.form])))


def _folded(text: str) -> str:
    """Return a text as it is searched: without case, accents, points and needless signs, so that ё is found by е.

    Example:
        >>> _folded("¡Corazón!"), _folded("Всё"), _folded("שָׁלוֹם")
        ('corazon', 'все', 'שלום')
    """
    apart = unicodedata.normalize("NFKD", wording.normalise(text))
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for in the book; "" in a field asks nothing.

    Attributes:
        find: words that all stand in the text, in any language, whole or as parts of words.
        day: ISO.
        gathering: its code.
        occasion: its number, or CODE.NUMBER where several gatherings are searched.
        circle: the same for a circle; a text of a circle that stands in it is found too.
    """

    find: str = ""
    day: str = ""
    gathering: str = ""
    occasion: str = ""
    circle: str = ""

    @property
    def anything(self) -> bool:
        """Return whether anything is asked at all."""
        return any(astuple(self))

    def query(self, **more: str) -> str:
        """Return what stands after the ? of an address that asks the same.

        Example:
            >>> Sought(find="bread & salt", circle="3").query(print="1")
            'find=bread+%26+salt&circle=3&print=1'
        """
        asked = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in (asked | more).items() if value})


def sought_in(asked: Mapping[str, str]) -> Sought:
    """Return what the fields of a form or an address ask for."""
    return Sought(**{one.name: entry.clean(asked.get(one.name, ""))[:_ASKED_MOST] for one in fields(Sought)})


def found(pages: Iterable[SealedText], sought: Sought) -> list[SealedText]:
    """Return the texts that somebody looks for, the newest first."""
    wanted = [(word, _folded(word).split()) for word in sought.find.split()]
    ours = [one for one in pages if _is_of(one, sought) and all(_holds(one, *word) for word in wanted)]
    return sorted(ours, key=lambda one: (one.day, one.code, one.number), reverse=True)


_YEAR_LETTERS = 4


def _holds(one: SealedText, word: str, parts: Sequence[str]) -> bool:
    """Return whether a text holds a word: within its words, or as its day, month or year (2026-11-26)."""
    if len(word) >= _YEAR_LETTERS and one.day.startswith(word):
        return True
    return bool(parts) and all(part in one.searched for part in parts)


def _is_of(one: SealedText, sought: Sought) -> bool:
    occasions = () if one.occasion is None else (one.occasion,)
    return (
        sought.day in {"", one.day}
        and sought.gathering in {"", one.code}
        and (not sought.occasion or sought.occasion in _values(one, occasions))
        and (not sought.circle or sought.circle in _values(one, one.within))
    )


def _values(one: SealedText, named: Sequence[Named]) -> set[str]:
    return {value for it in named for value in (str(it.number), f"{one.code}.{it.number}")}


@dataclass(frozen=True, slots=True)
class SearchField:
    """A field by which texts are chosen.

    Attributes:
        field: of `Sought`.
        said: what it is called.
        options: (value, words) of each, in order.
        chosen: the value that is asked for, "" for none.
    """

    field: str
    said: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def choices(pages: Sequence[SealedText], sought: Sought, words: Words, *, one_house: bool) -> list[SearchField]:
    """Return the fields by which these texts can be told apart; none where all are alike.

    Args:
        pages: every text that the reader may read.
        sought: what is asked for.
        words: of the reader.
        one_house: texts of all gatherings of the house stand together.
    """
    t = words.t
    days = {one.day: one.day for one in sorted(pages, key=lambda one: one.day, reverse=True)}
    gatherings = {one.code: one.gathering or one.code for one in pages}
    of_occasion = [(one, one.occasion) for one in pages if one.occasion is not None]
    of_circle = [(one, circle) for one in pages for circle in one.within]
    asked = [
        SearchField("day", str(t("Day")), _options(days), sought.day),
        SearchField("gathering", str(t("Gathering")), _options(gatherings), sought.gathering),
        SearchField("occasion", str(t("Occasion")), _of_all(of_occasion, one_house=one_house), sought.occasion),
        SearchField("circle", str(t("Circle")), _of_all(of_circle, one_house=one_house), sought.circle),
    ]
    least = {"day": 2, "gathering": 2}
    return [one for one in asked if len(one.options) >= least.get(one.field, 1)]


def _options(named: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(named.items())


def _of_all(pairs: Sequence[tuple[SealedText, Named]], *, one_house: bool) -> tuple[tuple[str, str], ...]:
    """Return the options for circles or occasions, in the order of their numbers."""
    ordered = sorted(pairs, key=lambda pair: (pair[0].code, pair[1].number))
    if not one_house:
        return _options({str(named.number): named.said for _, named in ordered})
    return _options({f"{one.code}.{named.number}": f"{named.said} ({one.gathering})" for one, named in ordered})


def chosen_words(asked: Sequence[SearchField], sought: Sought) -> list[str]:
    """Return in words what a list of texts was chosen by, for its cover."""
    said = [dict(choice.options).get(choice.chosen, "") for choice in asked]
    return [one for one in (*said, sought.find) if one]
