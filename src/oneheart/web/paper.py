"""A sheet of paper as it is printed and as it is typed in: one description for both, so that the two look alike.

A sheet for somebody who has a place is in their language. One for a place that nobody has taken yet is in the
languages of its circle. Numbers and probabilities of desires stand in the log and never on paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from oneheart.engine.desire import entry
from oneheart.live import opened, sheets
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.sheets import Paper
from oneheart.live.smoothing import WordedLine, said_together, worded
from oneheart.live.state.text import CRITIQUE_MOST, LiveDraft, readable
from oneheart.live.wordings import question_in
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web import sheet_form
from oneheart.web.forms import key_in, new_key, number_in
from oneheart.web.pages import languages_of, name_of, words_for
from oneheart.web.phone.way_back import in_fours
from oneheart.web.qr import picture
from oneheart.web.said import circle_name, refusal_said
from oneheart.web.terms import terms_of
from oneheart.web.words import Plain, Words

WHO = "sheet"
"""The name of the person of a sheet in the fields of its form."""
TONGUES_MOST = 4


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


_LABELS: dict[str, str] = {
    "person": _t("Your number: {number}"),
    "remember": _t("Remember it: all your sheets have the same number."),
    "write": _t("Write what you want, in a few words: at most {most} letters."),
    "cards": _t("This is what others want. Tick what is so for you; leave empty what you do not want to answer."),
    "lines": _t("This is the text so far. Tick one box for each line."),
    "again": _t("These lines are new or were changed. The others stay as you read them."),
    "lots": _t("Do you want this yourself?"),
    "whole": _t("The whole"),
    "mine": _t("Mine too"),
    "want": _t("I want this"),
    "not mine": _t("Not mine"),
    "against": _t("Against"),
    "unread": _t("I cannot read this yet"),
    "can say": _t("I can say this"),
    "would change": _t("I would change …"),
    "against me": _t("This goes against me"),
    "with all": _t("I can say this with all"),
    "not yet": _t("Not yet"),
    "language": _t("My language"),
    "reads": _t("I also read"),
    "agree": _t("I agree that this is kept"),
    "demand": _t("Do you ask that we become one?"),
    "asks it": _t("Yes, I ask it"),
    "not now": _t("Not now"),
    "critique": _t("What would you change? At most {most} letters."),
    "gone": _t("Its author took these words away."),
}
"""What stands on a sheet beside people's words, by code."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words in one language.

    Attributes:
        text: the words.
        language: language code.
        stem: beginning of the sentence that the words continue, "" for none.
    """

    text: str
    language: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line or a desire on a sheet.

    Attributes:
        number: its number on the sheet or in the draft, from 0.
        words: the same in one or more languages; () once its author took it away.
        open: whether it is answered.
        changed: whether it is a line that was changed after the first reading.
    """

    number: int
    words: tuple[Said, ...]
    open: bool = True
    changed: bool = False


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A sheet as it is printed or typed in.

    Attributes:
        code: its code as it is written, in fours.
        letters: its code.
        picture: QR code of the address at which it is typed in.
        address: that address without the code.
        place: number of the person in the circle.
        circle: name of the circle.
        gathering: name of the gathering.
        asks: whether it asks what the person wants.
        question: the question in each language.
        cards: desires of others.
        lines: lines of the text.
        lots: desires outside the text.
        whole: the whole text as it is said, in each language of the sheet; () where it is not answered.
        second: whether this is the second reading.
        blank: whether nobody has this place yet.
        languages: all languages of the gathering: code and name.
        language: language of the person, or the first language of the sheet.
        terms: what the person agrees to, by language; () if they agreed or no terms were set.
        terms_version: version of these terms.
        labels: everything else that stands on it, by code, in each language.
        stances: boxes of a desire: value and code of the label.
        readings: boxes of a line.
        critique_most: greatest number of letters of what a person would change.
        demand: whether it asks if the person asks that all become one.
    """

    code: str
    letters: str
    picture: Markup
    address: str
    place: int
    circle: str
    gathering: str
    asks: bool
    question: tuple[Said, ...]
    cards: tuple[PaperLine, ...]
    lines: tuple[PaperLine, ...]
    lots: tuple[PaperLine, ...]
    whole: tuple[tuple[Said, ...], ...]
    second: bool
    blank: bool
    languages: tuple[tuple[str, str], ...]
    language: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    terms_version: int
    labels: Mapping[str, tuple[Said, ...]]
    stances: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, str], ...]
    critique_most: int
    demand: bool


_READINGS = tuple((code, code) for code in ("can say", "would change", "against me", sheet_form.UNREAD))


def tongues_of(gathering: LiveGathering, paper: Paper) -> list[str]:
    """Return the languages of a sheet: that of its person, else those of its circle, in the order of the gathering."""
    state = gathering.state
    if paper.seat is not None and state.people.sits(paper.seat):
        return [state.seats[paper.seat].language]
    spoken = {seat.language for seat in state.seats if seat.alive and seat.circle == paper.sheet.circle}
    known = [code for code in state.languages if code in spoken] or list(state.languages)
    return known[:TONGUES_MOST]


def shown(gathering: LiveGathering, paper: Paper, base: str, words: Words) -> PaperShown:
    """Return a sheet as it is printed or typed in.

    Args:
        gathering: the gathering.
        paper: the sheet.
        base: address of the server.
        words: words of whoever prints or types, for the name of the circle.
    """
    state, sheet = gathering.state, paper.sheet
    codes = tongues_of(gathering, paper)
    tongues = [words_for(gathering, code) for code in codes]
    person = paper.seat if paper.seat is not None and state.people.sits(paper.seat) else None
    agreed = state.keeping.days is None or (person is not None and state.keeping.has_agreed(person))
    draft = None if sheet.draft is None else state.prayers.drafts[sheet.draft]
    on_sheet = tuple(
        PaperLine(
            number, tuple(Said(text, language, entry.before(stem, text, language)) for text, language, stem in said)
        )
        for number, said in enumerate(opened.on_sheet(gathering, sheet.desires, codes))
    )
    address = f"{base}/g/{gathering.code}/circle/paper"
    assembly = state.voice.may_be_against
    stances = (("1", "want" if assembly else "mine"), ("0", "not mine"))
    questions = {question_in(state, code).text: question_in(state, code) for code in codes}
    return PaperShown(
        code=in_fours(paper.code),
        letters=paper.code,
        picture=picture(f"{address}/{paper.code}"),
        address=address.split("://", 1)[-1],
        place=sheet.place,
        circle=circle_name(state, sheet.circle, words),
        gathering=name_of(gathering, words),
        asks=draft is None and not sheet.desires,
        question=tuple(Said(one.text, one.language) for one in questions.values()),
        cards=on_sheet if draft is None else (),
        lines=() if draft is None else _lines(gathering, paper, codes),
        lots=() if draft is None else on_sheet,
        whole=() if draft is None or not draft.second else _whole(gathering, draft, codes),
        second=draft is not None and draft.second,
        blank=paper.seat is None,
        languages=tuple(languages_of(gathering)),
        language=codes[0] if person is None else state.seats[person].language,
        terms=() if agreed else tuple((one.language, _terms(gathering, one)) for one in tongues),
        terms_version=state.keeping.version,
        labels={
            code: tuple(
                Said(
                    str(
                        one.t(
                            message,
                            number=Plain(sheet.place),
                            most=Plain(CRITIQUE_MOST if code == "critique" else entry.GRAPHEMES_MOST),
                        )
                    ),
                    one.language,
                )
                for one in tongues
            )
            for code, message in _LABELS.items()
        },
        stances=(*stances, *((("-1", "against"),) if assembly else ()), (sheet_form.UNREAD, "unread")),
        readings=_READINGS,
        critique_most=CRITIQUE_MOST,
        demand=person is None or state.company.apart.is_due(person, gathering.now()),
    )


_ON_PAPER = frozenset({"until", "hold", "drafts", "seen"})
"""The terms that concern a person on paper; the others speak of their phone."""
_RIGHTS = _t("Whoever types your sheet can erase everything of yours, whenever you ask for it.")


def _terms(gathering: LiveGathering, words: Words) -> tuple[str, ...]:
    terms = terms_of(gathering, words, encrypted=True)
    said = [str(sentence) for code, sentence in terms.sentences if code in _ON_PAPER]
    return (*said, str(words.t(_RIGHTS)), *((terms.run_by,) if terms.run_by else ()))


def _lines(gathering: LiveGathering, paper: Paper, codes: list[str]) -> tuple[PaperLine, ...]:
    """Return the lines of the draft on a sheet: in their own words, and as carried over and confirmed."""
    state, number = gathering.state, paper.sheet.draft
    if number is None:
        return ()
    draft = state.prayers.drafts[number]
    stage = Stage.SECOND_READING if draft.second else Stage.READING
    lines = []
    for place, (line, versions) in enumerate(zip(draft.body.lines, state.meetings.versions(draft), strict=True)):
        own = next(iter(versions), "")
        standing = [one for one in versions.values() if one.holds and one.language in {own, *codes}]
        said = tuple(Said(one.text, one.language) for one in standing)
        lines.append(PaperLine(place, said, readable(stage, draft, place) and bool(said), line.changed))
    return tuple(lines)


def _whole(gathering: LiveGathering, draft: LiveDraft, codes: list[str]) -> tuple[tuple[Said, ...], ...]:
    """Return the whole text as it is said, once in each language of a sheet; equal ones once."""
    state = gathering.state
    texts = []
    for code in codes:
        words = []
        for line, versions in zip(draft.body.lines, state.meetings.versions(draft), strict=True):
            met = versions.get(code)
            carried = met is not None and met.holds and met.place is not None
            words.append(WordedLine(met.text, code, "") if met is not None and carried else worded(state, line))
        said = said_together(words)
        texts.append(tuple(Said(text, one.language) for text, one in zip(said, words, strict=True)))
    return tuple(dict.fromkeys(text for text in texts if text))


# --- typing in --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types a sheet in: a host, or the steward of its circle.

    Attributes:
        take_seat: gives the person of the sheet their place; returns its seat.
        note: keeps that the sheet was typed in.
    """

    take_seat: Callable[[sheets.SheetSeatAsked], Awaitable[Any]]
    note: Callable[[sheets.SheetTypedAsked], Awaitable[Any]]


async def type_in(
    gathering: LiveGathering, paper: Paper, form: Mapping[str, str], typist: Typist
) -> dict[str, Refused]:
    """Run the acts that were typed from a sheet; return the refusals, by field. Idempotent by the key of the form.

    Raises:
        Refused: the sheet can be typed in no longer, or its person gets no place.
    """
    state = gathering.state
    why = sheets.why_not_now(state, paper.sheet)
    if why is not None:
        raise Refused(why)
    typed = {name: value for name, value in form.items() if name.partition(".")[2].startswith(WHO)}
    if paper.seat is not None and typed.get(f"language.{WHO}") == state.seats[paper.seat].language:
        del typed[f"language.{WHO}"]
    typed |= {"draft": str(paper.sheet.draft or 0), "sheet_key": key_in({"key": form.get("sheet_key", "")})}
    if not sheet_form.fields_in(typed):
        return {}
    seat = paper.seat
    if seat is None:
        if [field.kind for field in sheet_form.fields_in(typed)] == ["language"]:
            return {}  # an empty sheet gives nobody a place
        consent = number_in(typed, f"agree.{WHO}")
        if state.keeping.days is not None and consent is None:
            return {f"agree.{WHO}": Refused(Refusal.CONSENT)}
        language = typed.pop(f"language.{WHO}", "") or tongues_of(gathering, paper)[0]
        typed.pop(f"agree.{WHO}", None)
        asked = sheets.SheetSeatAsked(key_in({}), paper.code, language, consent)
        seat = (await typist.take_seat(asked)).number
    acts, refused = sheet_form.acts_of(
        typed, lambda _: seat, _language_of_line(gathering, paper), _about(gathering, paper, seat)
    )
    refused |= await sheet_form.keep(gathering, acts)
    key = hashlib.sha256(f"{typed['sheet_key']}\0typed".encode()).hexdigest()[:32]
    await typist.note(sheets.SheetTypedAsked(key, paper.code))
    return refused


def _about(gathering: LiveGathering, paper: Paper, seat: int) -> Callable[[sheet_form.Field], str]:
    """Return what gives each field of a sheet the name by which an act names its desire or line."""

    def about(field: sheet_form.Field) -> str:
        if field.kind in {"card", "lot"}:
            return sheets.alias_on(gathering, paper, seat, field.about)
        if field.kind in {"line", "words"}:
            sheets.check_line(gathering.state, paper, number_in({"line": field.about}, "line") or 0)
        return field.about

    return about


def _language_of_line(gathering: LiveGathering, paper: Paper) -> Callable[[int, str], str]:
    def language(seat: int, line: str) -> str:
        number, draft = number_in({"line": line}, "line"), paper.sheet.draft
        if number is None or draft is None:
            return ""
        return sheet_form.language_met(gathering, draft, number, seat)

    return language


def page_of(
    gathering: LiveGathering,
    paper: Paper,
    words: Words,
    base: str,
    refused: Mapping[str, Refused],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    """Return the template context of the page on which a sheet is typed in.

    Args:
        gathering: the gathering.
        paper: the sheet.
        words: words of the reader.
        base: address of the server, for the code to scan.
        refused: what was not kept, by the name of its field.
        typed: what was typed, by the name of its field.
    """
    why = sheets.why_not_now(gathering.state, paper.sheet)
    errors = {name: refusal_said(error, words) for name, error in refused.items()}
    return {
        "paper": shown(gathering, paper, base, words),
        "why": Coded() if why is None else refusal_said(Refused(why), words),
        "was_typed": paper.sheet.typed,
        "waits": paper.sheet.draft is None and not paper.sheet.desires and not gathering.state.stage.takes_desires,
        "none_kept": any(error.why is Refusal.CONSENT for error in refused.values()),
        "sheet_key": new_key(),
        "errors": errors,
        "sentences": sheet_form.sentences_of(errors),
        "typed": typed,
    }
