"""Sealed texts as the book of prayers shows them, and the search by words, day, occasion and circle."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from urllib.parse import urlencode

from oneheart.engine import disclosure
from oneheart.engine.desire import entry, wording
from oneheart.engine.disclosure import Shown
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.origin import chain_of, still_named
from oneheart.live.sealed_record import TextLine, WordsFit, includes, record_at
from oneheart.live.smoothing import said_together
from oneheart.live.snapshot import shown_size
from oneheart.live.state.seals import Sealed
from oneheart.live.wordings import name_in, names_of, occasion_in, wording_in
from oneheart.locale.coded import Coded
from oneheart.model.verdict import ConditionCode, Status
from oneheart.web.said import FIT, FORMS, STATUS, circle_name
from oneheart.web.text_words import heard_told, high_told, margin_told, missing_said, share_told
from oneheart.web.words import Words

_ASKED_MOST = 200


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line in the language of one reader.

    Attributes:
        text: the words, in the reader's language where two readers confirmed a translation, else in the original.
        language: code of the language of `text`.
        original: the one pair (language, words) of the original, where `text` is a translation; else ().
        others: pairs (language, words) of the line in every other language, the original first.
        said: the line as it is read aloud in this language, with the opening where it is said.
    """

    text: str
    language: str
    original: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    said: str = ""


def book_lines(lines: Sequence[TextLine], language: str) -> tuple[BookLine, ...]:
    """Return the lines that have words for the readers of one language, with what is said where they are read aloud."""
    have_words = [line for line in lines if line.text]
    shown = [book_line(line, language) for line in have_words]
    read = [line.worded(its.language, its.text) for line, its in zip(have_words, shown, strict=True)]
    return tuple(replace(its, said=said) for its, said in zip(shown, said_together(read), strict=True))


def book_line(line: TextLine, language: str) -> BookLine:
    """Return a line for the readers of one language.

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
    rest = tuple((code, translation) for code, translation in line.carried if code != language)
    return BookLine(carried[language], language, original, (*original, *rest))


@dataclass(frozen=True, slots=True)
class Named:
    """A circle or an occasion of a text.

    Attributes:
        number: number in its gathering, from 0.
        name: name in the reader's language.
        form: kind of the occasion, in words; "" for a circle.
    """

    number: int
    name: str
    form: str = ""

    @property
    def said(self) -> str:
        """Return the name, followed by the form if there is one."""
        return " · ".join(part for part in (self.name, self.form) if part)


@dataclass(frozen=True, slots=True)
class SealedText:
    """One sealed text.

    Attributes:
        code: code of its gathering.
        number: permanent number of the text in its gathering, from 1; a part of its address.
        gathering: name of the gathering.
        question: the question that was asked.
        day: ISO date of the sealing, by the server's clock.
        lines: lines in reading order.
        left: pairs (words, language) of the lines that were not common yet.
        status: verdict, in words; why there is none, if the words are not those that were sealed.
        missing: failed conditions, in words.
        verdict: the verdict of `status` as a code.
        conditions: the failed conditions of `missing` as codes.
        fit: whether the words are those that were sealed; if not, there is no verdict, hash, root or share.
        readers: people who read it, in whole steps of k; 0 where it is not told.
        amen: people who said amen, in whole steps of k.
        heard: sentences on how many of how many can say it, and how many parts were not heard.
        said: people who can say it with all, in whole steps of k; 0 for fewer than 8 k people.
        everybody: the first whole step above the number of all people; 0 where it is not told.
        unheard: parts of which too few were heard.
        share: how the share of the parts is known: "certified", "estimated", or "" where it was not measured.
        asked: people who were drawn at random and asked about desires outside the text, in whole steps of k.
        share_told: how the share is known, in words; "" where `missing` says that it is not measured.
        share_high: upper bound of the share index, in digits; "" where it is not known.
        margin: sentences on how many could have changed which lines it has; () where it is not known.
        digest: SHA-256 hash of the text, hexadecimal.
        root: root of the head of the record on which the text stands, hexadecimal.
        size: size of that head; 0 for a text of an earlier version.
        include: the desire that would include those who are not in yet; None where none is known.
        model: name of the model that connected the lines on the screen, "" for none.
        levels: for each level of circles how many of them can say it.
        public: whether everybody may read it.
        occasion: occasion at which it was made; None where no host recorded one.
        circles: circles that are named with it, see `live.origin`.
        alone: whether one circle made it alone; that is then the only one in `circles`.
        within: `circles` and the circles that contain them.
        searched: the search text: all its words in every language, folded.
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
    fit: WordsFit
    readers: Shown
    amen: Shown
    heard: tuple[Coded, ...]
    said: Shown
    everybody: Shown
    unheard: int
    share: str
    asked: Shown
    share_told: str
    share_high: str
    margin: tuple[str, ...]
    digest: str
    root: str
    size: Shown
    include: TextLine | None
    model: str
    levels: tuple[ev.LevelSealed, ...]
    public: bool
    occasion: Named | None
    circles: tuple[Named, ...]
    alone: bool
    within: tuple[Named, ...]
    searched: str


def page_of(gathering: LiveGathering, number: int, words: Words) -> SealedText:
    """Return the sealed text with this number, from 0. O(M)."""
    state = gathering.state
    record = record_at(state, number)
    sealed, verdict = record.sealed, record.verdict
    question = wording_in(sealed.question, state.languages, words.language).text
    day = time.strftime("%Y-%m-%d", time.localtime(sealed.at / 1000))
    name = name_in(state, words.language)
    lines = book_lines(record.lines, words.language)
    numbers = still_named(state, sealed)
    circles = tuple(Named(circle, circle_name(state, circle, words)) for circle in numbers)
    around = dict.fromkeys(outer for circle in numbers for outer in chain_of(state, circle))
    occasion = _occasion(gathering, sealed, words)
    line_words = (text for line in lines for text in (line.text, *(text for _, text in line.others)))
    named = [state.circles[circle] for circle in numbers]
    names = [*names_of(state), *(name for circle in named for name in (circle.name, *circle.names.values()))]
    other_words = [name, *names, *sealed.question.values(), *(circle.name for circle in circles)]
    return SealedText(
        code=gathering.code,
        number=number + 1,
        gathering=name,
        question=question,
        day=day,
        lines=lines,
        left=tuple((line.text, line.language) for line in record.left if line.text),
        status=str(words.t(FIT[record.fit] if verdict is None else STATUS[verdict.status])),
        missing=() if verdict is None else tuple(str(one) for one in missing_said(verdict, words)),
        verdict=Status.NOT_MEASURED if verdict is None else verdict.status,
        conditions=() if verdict is None else tuple(verdict.missing),
        fit=record.fit,
        readers=disclosure.show_steps(sealed.body.people),
        amen=disclosure.show_steps(sealed.amen_count),
        heard=() if verdict is None else heard_told(verdict, words),
        said=disclosure.show_steps(0 if verdict is None else verdict.said),
        everybody=disclosure.show_steps(0 if verdict is None else verdict.everybody),
        unheard=0 if verdict is None else verdict.unheard_count,
        share="" if verdict is None else verdict.share,
        asked=disclosure.show_steps(0 if verdict is None else verdict.asked),
        share_told="" if verdict is None else share_told(verdict, words),
        share_high="" if verdict is None else high_told(verdict, words),
        margin=() if verdict is None else margin_told(verdict, words),
        digest="" if verdict is None else verdict.digest,
        root="" if verdict is None else verdict.root,
        size=shown_size(0 if verdict is None else verdict.size),
        include=None if verdict is None else includes(state, verdict),
        model=record.model,
        levels=() if verdict is None else tuple(verdict.levels),
        public=sealed.public,
        occasion=occasion,
        circles=circles,
        alone=sealed.body.alone and bool(circles),
        within=tuple(Named(circle, circle_name(state, circle, words)) for circle in around),
        searched=_folded(" ".join([*line_words, *other_words, occasion.said if occasion else ""])),
    )


def _occasion(gathering: LiveGathering, sealed: Sealed, words: Words) -> Named | None:
    number = gathering.state.held.get(sealed.round)
    if number is None:
        return None
    occasion = gathering.state.occasions[number]
    return Named(number, occasion_in(gathering.state, number, words.language), str(words.t(FORMS[occasion.form])))


def _folded(text: str) -> str:
    """Return a text folded for search: without case, accents, points and needless signs, so that е finds ё.

    Example:
        >>> _folded("¡Corazón!"), _folded("Всё"), _folded("שָׁלוֹם")
        ('corazon', 'все', 'שלום')
    """
    decomposed = unicodedata.normalize("NFKD", wording.normalise(text))
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")


@dataclass(frozen=True, slots=True)
class Sought:
    """A search in the book. An empty field does not restrict the search.

    Attributes:
        find: words or parts of words that must all be in the text, in any language.
        day: ISO date.
        gathering: code of a gathering.
        occasion: number of an occasion, or CODE.NUMBER where several gatherings are searched.
        circle: number of a circle, in the same form. Texts of the circles inside it match too.
    """

    find: str = ""
    day: str = ""
    gathering: str = ""
    occasion: str = ""
    circle: str = ""

    @property
    def anything(self) -> bool:
        """Return whether any field restricts the search."""
        return any(astuple(self))

    def query(self, **more: str) -> str:
        """Return the query string of an address with the same search.

        Example:
            >>> Sought(find="bread & salt", circle="3").query(print="1")
            'find=bread+%26+salt&circle=3&print=1'
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in (values | more).items() if value})


def sought_in(form: Mapping[str, str]) -> Sought:
    """Return the search in the fields of a form or a query string."""
    return Sought(**{field.name: entry.clean(form.get(field.name, ""))[:_ASKED_MOST] for field in fields(Sought)})


def found(pages: Iterable[SealedText], sought: Sought) -> list[SealedText]:
    """Return the texts that match a search, the newest first."""
    search_words = [(word, _folded(word).split()) for word in sought.find.split()]
    matches = [page for page in pages if _is_of(page, sought) and all(_holds(page, *word) for word in search_words)]
    return sorted(matches, key=lambda page: (page.day, page.code, page.number), reverse=True)


_YEAR_LETTERS = 4


def _holds(page: SealedText, word: str, parts: Sequence[str]) -> bool:
    """Return whether a text matches a word: in its search text, or at the start of its ISO date (2026, 2026-11)."""
    if len(word) >= _YEAR_LETTERS and page.day.startswith(word):
        return True
    return bool(parts) and all(part in page.searched for part in parts)


def _is_of(page: SealedText, sought: Sought) -> bool:
    occasions = () if page.occasion is None else (page.occasion,)
    return (
        sought.day in {"", page.day}
        and sought.gathering in {"", page.code}
        and (not sought.occasion or sought.occasion in _values(page, occasions))
        and (not sought.circle or sought.circle in _values(page, page.within))
    )


def _values(page: SealedText, circles_or_occasions: Sequence[Named]) -> set[str]:
    return {value for item in circles_or_occasions for value in (str(item.number), f"{page.code}.{item.number}")}


@dataclass(frozen=True, slots=True)
class SearchField:
    """A field of the search form.

    Attributes:
        field: name of the field in `Sought`.
        said: label of the field.
        options: pairs (value, label), in order.
        chosen: the selected value, "" for none.
    """

    field: str
    said: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def choices(pages: Sequence[SealedText], sought: Sought, words: Words, *, one_house: bool) -> list[SearchField]:
    """Return the fields of the search form. A field that cannot tell any texts apart is left out.

    Args:
        pages: all texts that the reader has permission to read.
        sought: the current search.
        words: words in the reader's language.
        one_house: whether the texts come from all gatherings of the server.
    """
    t = words.t
    days = {page.day: page.day for page in sorted(pages, key=lambda page: page.day, reverse=True)}
    gatherings = {page.code: page.gathering or page.code for page in pages}
    of_occasion = [(page, page.occasion) for page in pages if page.occasion is not None]
    of_circle = [(page, circle) for page in pages for circle in page.within]
    search_fields = [
        SearchField("day", str(t("Day")), _options(days), sought.day),
        SearchField("gathering", str(t("Gathering")), _options(gatherings), sought.gathering),
        SearchField("occasion", str(t("Occasion")), _of_all(of_occasion, one_house=one_house), sought.occasion),
        SearchField("circle", str(t("Circle")), _of_all(of_circle, one_house=one_house), sought.circle),
    ]
    least = {"day": 2, "gathering": 2}
    return [field for field in search_fields if len(field.options) >= least.get(field.field, 1)]


def _options(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(labels.items())


def _of_all(pairs: Sequence[tuple[SealedText, Named]], *, one_house: bool) -> tuple[tuple[str, str], ...]:
    """Return the options for circles or occasions, in the order of their numbers."""
    ordered = sorted(pairs, key=lambda pair: (pair[0].code, pair[1].number))
    if not one_house:
        return _options({str(named.number): named.said for _, named in ordered})
    return _options({f"{page.code}.{named.number}": f"{named.said} ({page.gathering})" for page, named in ordered})


def chosen_words(search_fields: Sequence[SearchField], sought: Sought) -> list[str]:
    """Return the search in words, for the cover of a printed book."""
    labels = [dict(choice.options).get(choice.chosen, "") for choice in search_fields]
    return [label for label in (*labels, sought.find) if label]
