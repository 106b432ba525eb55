"""The text on the phone: a person answers each line and the whole text, and says amen after the text was said.

Nobody sees who wrote a line or who answered what. People with permission to amend a line see its critiques, without
names.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.engine.disclosure import Shown
from oneheart.live import drafting, opened
from oneheart.live import events as ev
from oneheart.live.acts import ACTS, Act
from oneheart.live.amending import NOT_TAKEN, own_amendments, words_to_come
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.pacing import LEAD_IN_MS, pace_of
from oneheart.live.represented import REPRESENTED_MOST
from oneheart.live.sealed_record import SHOWN_IN, SealedRecord, draft_shown, includes, moment, record_now, words_for
from oneheart.live.smoothing import Smoothing, WordedLine, said_alone, said_together, smoothing_of, worded
from oneheart.live.snapshot import shown_size
from oneheart.live.state import State
from oneheart.live.state.carried import Version
from oneheart.live.state.sealed_words import not_met
from oneheart.live.state.text import CRITIQUE_MOST, LiveDraft, readable
from oneheart.live.tongues import lines_for
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, number_in
from oneheart.web.held_back import would_change
from oneheart.web.pages import wants_json
from oneheart.web.phone.steps import WHOLE, step_after, step_named, steps_of
from oneheart.web.said import AMENDED_NOT, FIT, STATUS
from oneheart.web.text_words import heard_told, missing_said, share_told
from oneheart.web.who import Person
from oneheart.web.words import LANGUAGES

_CRITIQUES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OtherWords:
    """A line in another language that this person reads, as long as its words there do not hold yet.

    Attributes:
        language: code of the other language.
        name: name of the language.
        text: what one person carried over, "" for nothing yet.
        alias: alias of that, by which the person confirms it; "" for none.
        of_desire: whether the words were carried for the desire, before the text was woven.
        own: whether the person carried it over.
        confirmed: whether the person confirmed it.
        key: idempotency key of its form.
        begins: beginning that typed words continue in this language; "" for none.
        again: whether somebody carried it already.
        drafted: whether a machine drafted the words and one person took them unchanged.
        draft: a machine's draft, which nobody has checked, for the box of a person who reads both; "" for none.
        mark: mark of that draft; "" for none.
    """

    language: str
    name: str
    text: str
    alias: str
    of_desire: bool
    own: bool
    confirmed: bool
    key: str
    begins: str = ""
    again: bool = False
    drafted: bool = False
    draft: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the draft for one reader.

    Attributes:
        number: number of the line, from 0.
        text: the words; "" where their author erased them.
        language: code of the language of the words.
        own: whether the person wrote a desire that the line cites.
        changed: whether the line changed after the first reading.
        open: whether the line is read now.
        waits: whether there are no words of the line that the person reads, so that they cannot answer it.
        ask: code of the language about which they are asked first; "" if they are not asked.
        ask_name: name of that language.
        asked_at: number of the first line that asks about it.
        unread_name: name of the line's own language, if the person said that they do not read it; else "".
        said: the person's answer, "" for none.
        critique: the person's own critique, "" for none.
        may_amend: whether the person has permission to amend it.
        amended: other words that the second reading has, by whomever; "" for none and without permission to amend.
        critiques: critiques of others; () without permission to amend.
        would_change: how many would change it, in steps of k; 0 without permission to amend.
        carried: translation in which the person reads the line; "" if they read its own words, or none.
        carried_language: code of the language of that translation.
        unchecked: whether one person carried that translation and nobody else here could check it.
        others: the line in other languages that the person reads, where words are missing or not confirmed.
        smoothing: what is suggested to whoever may amend it; None for nothing.
        before: of a line that was changed: its words in the first reading; "" for none, and for a new line.
        key: idempotency key of its form.
        opening: beginning that its own words continue in the common text; "" for none.
        aloud: the line in words that the person reads, as it is said in the whole text; "" without such words.
    """

    number: int
    text: str
    language: str
    own: bool
    changed: bool
    open: bool
    waits: bool
    ask: str
    ask_name: str
    asked_at: int
    unread_name: str
    said: str
    critique: str
    may_amend: bool
    amended: str
    critiques: tuple[str, ...]
    smoothing: Smoothing | None
    before: str
    carried: str
    carried_language: str
    others: tuple[OtherWords, ...]
    key: str
    would_change: Shown
    opening: str = ""
    aloud: str = ""
    unchecked: bool = False

    @property
    def carried_stands(self) -> bool:
        """Return whether the person reads the line in a translation that others confirmed."""
        return bool(self.carried)


@dataclass(frozen=True, slots=True)
class Challenger:
    """A desire about which a reader is asked whether they want it: drawn at random outside the text, or in the text.

    Attributes:
        alias: alias of the desire, by which the person answers it.
        text: the words; in the person's language if a joined desire has words in it.
        language: code of the language of the words.
        stem: beginning of the sentence that the words continue, "" for none.
        stance: the person's answer: 1, 0 or -1; None while unanswered.
        key: idempotency key of its form.
        ask: name of the language about which the person is asked first whether they read it; "" if they read it.
    """

    alias: str
    text: str
    language: str
    stem: str
    stance: int | None
    key: str
    ask: str = ""


def challengers_of(person: Person) -> list[Challenger]:
    """Return what a person is asked whether they want it; in the second reading only what they have not answered."""
    lots = [(lot.words, lot.stance) for lot in opened.lots_of(person.gathering, person.seat)]
    return [
        Challenger(
            words.alias,
            words.text,
            words.language,
            entry.before(words.stem, words.text, words.language),
            stance,
            new_key(),
            ""
            if person.state.people.reads(person.seat, words.language)
            else LANGUAGES.get(words.language, words.language),
        )
        for words, stance in lots
    ]


def read_lines(person: Person, number: int, draft: LiveDraft) -> list[ReadLine]:
    """Return the lines of a draft for this person, each in words that they read, or with what they are asked first."""
    state, seat = person.state, person.seat
    steward_of = state.people.serves(seat)
    versions, asked_at = state.meetings.versions(draft), dict[str, int]()
    lines = []
    for place, (line, meeting) in enumerate(zip(draft.body.lines, lines_for(state, number, seat), strict=True)):
        text, language = state.prayers.words(line, state.desires)
        may_amend = state.prayers.may_amend(seat, steward_of, line, state.desires) and bool(text)
        words = meeting.words if meeting.words is not None and meeting.words.language != language else None
        amendment = words_to_come(state, number, place) if may_amend else None
        critiques = tuple(sorted(draft.critiques[place].values())) if may_amend else ()
        no = text and state.people.reads(seat, language) is False
        lines.append(
            ReadLine(
                number=place,
                text=text,
                language=language,
                own=any(state.desires.owns(seat, cited) for cited in line.cites),
                changed=line.changed,
                open=readable(state.stage, draft, place) and bool(text),
                waits=meeting.waits,
                ask=meeting.ask,
                ask_name=LANGUAGES.get(meeting.ask, meeting.ask),
                asked_at=asked_at.setdefault(meeting.ask, place),
                unread_name=LANGUAGES.get(language, language) if no else "",
                said="" if meeting.waits else draft.readings[place].get(seat, ""),
                critique=draft.critiques[place].get(seat, ""),
                may_amend=may_amend and state.stage is Stage.READING,
                amended=amendment.text if amendment is not None else "",
                critiques=critiques[:_CRITIQUES_SHOWN],
                would_change=would_change(person.gathering, number, place) if may_amend else disclosure.show_steps(0),
                carried="" if words is None else words.text,
                carried_language="" if words is None else words.language,
                unchecked=words is not None and words.unchecked,
                others=_in_others(person, line, words, versions[place]) if text else (),
                smoothing=smoothing_of(state, draft, place) if may_amend and state.stage is Stage.READING else None,
                before=_before(state, number, line) if line.changed and words is None and not meeting.waits else "",
                key=new_key(),
            )
        )
    owns = [worded(state, woven) for woven in draft.body.lines]
    read = [
        WordedLine("", line.language, "")
        if line.waits
        else WordedLine(line.carried, line.carried_language, "")
        if line.carried
        else own
        for line, own in zip(lines, owns, strict=True)
    ]
    return [
        replace(line, aloud=said, opening=entry.before(own.stem, own.text, own.language, plural=True))
        for line, own, said in zip(lines, owns, said_together(read), strict=True)
    ]


def lacking_words(lines: list[ReadLine]) -> list[ReadLine]:
    """Return the lines that are not read anew and for which the person is asked for words in another language."""
    return [line for line in lines if line.others and not line.open]


def _in_others(
    person: Person, line: ev.WovenLine, words: Version | None, versions: Mapping[str, Version]
) -> tuple[OtherWords, ...]:
    """Return a line in each other language that a reader of it reads too and that still needs words.

    They carry it from its own words, or from confirmed words in the language in which they read it (`words`). They
    confirm what was carried from words that they read.
    """
    state, seat = person.state, person.seat
    own = worded(state, line)
    own_language, reads_own = own.language, state.people.reads(seat, own.language)
    out = []
    asked_now = state.stage.takes_translations and not state.ended and (reads_own or words is not None)
    for language in state.languages if asked_now else ():
        version = versions.get(language)
        if language == own_language or not state.people.reads(seat, language) or (version and version.holds):
            continue
        place = None if version is None else version.place
        carried = None if place is None else state.prayers.translation_at(place, state.desires)
        of_desire = place is not None and place not in state.prayers.carried
        source = "" if place is None else _source(state, place)
        purpose = Purpose.SAME_WORDS if of_desire else Purpose.TRANSLATION
        stem = own.stem if reads_own else ""
        begins, draft = entry.stem_text(stem, language) if reads_own else "", ""
        if version is None and (by_machine := drafting.for_line(person.gathering, seat, line, words, language)):
            draft = drafting.in_box(by_machine, stem)
        out.append(
            OtherWords(
                language=language,
                name=LANGUAGES.get(language, language),
                text="" if version is None or not state.people.reads(seat, source) else version.text,
                again=version is not None,
                alias="" if place is None else alias_for(person.gathering, purpose, seat, place),
                of_desire=of_desire,
                own=carried is not None and carried.seat == seat,
                confirmed=carried is not None and seat in carried.confirmed,
                key=new_key(),
                begins=begins,
                drafted=carried is not None and carried.drafted,
                draft=draft,
                mark=drafting.mark_of(person.gathering, language, draft) if draft else "",
            )
        )
    return tuple(out)


def _source(state: State, place: int) -> str:
    """Return the language of the words from which a translation was carried."""
    if place in state.prayers.carried:
        return state.prayers.source_of(place, state.desires)
    return state.desires.carried.words[place].source


def _before(state: State, number: int, line: ev.WovenLine) -> str:
    """Return the words of a line in the draft before; "" for a line that is new, and where the words are the same."""
    if line.follows is None or number == 0:
        return ""
    former, _ = state.prayers.words(state.prayers.drafts[number - 1].body.lines[line.follows], state.desires)
    return "" if former == state.prayers.words(line, state.desires)[0] else former


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of the sealed text for one person, in words that they read if it has any; names as in `ReadLine`."""

    text: str
    language: str
    own: bool
    carried: str
    carried_language: str
    opening: str = ""  # the words are whole sentences here
    pace_ms: int = 0  # how long all say it


def text_context(person: Person, at: str = "") -> dict[str, Any] | None:
    """Return the template context of the text: while it is read the draft, from the sealing on the sealed record.

    Return None before a draft is woven, and while the text is being sealed. While it is read, `at` names the step.
    """
    if person.state.stage in SHOWN_IN:
        record = record_now(person.state)
        return None if record is None else _sealed_context(person, record)
    about = _reading_context(person)
    if about is None:
        return None
    steps = steps_of(about, person.words)
    step = step_named(steps, at)
    return {**about, "steps": steps, "step": step, "after": step_after(steps, step.name)}


def _reading_context(person: Person) -> dict[str, Any] | None:
    state = person.state
    current = draft_shown(state)
    if current is None or not state.prayers.has_words(current[1], state.desires):
        return None
    number, draft = current
    lines = read_lines(person, number, draft)
    left = [state.prayers.words(line, state.desires) for line in draft.body.left]
    return {
        "lines": lines,
        "to_read": [line for line in lines if line.open],
        "to_carry": lacking_words(lines),
        "challengers": challengers_of(person),
        "draft_number": number,
        "second": draft.second,
        "whole": person.seat in draft.whole and not any(line.waits for line in lines),
        "whole_key": new_key(),
        "left": [(text, language) for text, language in left if text],
        "not_taken": not_taken(person),
        "taken_back": state.prayers.taken_back(state.round),
        "model": draft.connected.model if draft.connected is not None else "",
        "waiting": [line for line in lines if line.waits],
        "critique_most": CRITIQUE_MOST,
    }


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Other words that a person gave for a line and that are not in the text.

    Attributes:
        text: the words.
        language: language code of the words.
        why: why they are not in it; the code is that of `amending.Became`.
    """

    text: str
    language: str
    why: Coded


def not_taken(person: Person) -> list[NotTaken]:
    """Return the other words of a person for lines of this round that were not taken, and why."""
    amendments = own_amendments(person.state, person.seat)
    return [
        NotTaken(words.text, words.language, Coded(person.words.t(AMENDED_NOT[words.became]), words.became))
        for words in amendments
        if words.became in NOT_TAKEN
    ]


def _ask_after_sealing(person: Person, record: SealedRecord) -> tuple[str, str]:
    """Return the language about which a person is asked, so that they can meet a sealed text, and its name; or ""."""
    meetings = person.state.meetings
    met = meetings.of_seat(person.seat, record.draft)
    ask = next((met[line].ask for line in not_met(person.seat, record.sealed, meetings) if met[line].ask), "")
    return ask, LANGUAGES.get(ask, ask)


def _sealed_context(person: Person, record: SealedRecord) -> dict[str, Any]:
    state, t = person.state, person.words.t
    verdict, lines = record.verdict, []
    represented = state.company.apart.represented.get(len(state.prayers.sealed) - 1, {})
    shown = [words_for(state, person.seat, line) for line in record.lines]
    read = [line.worded(language, text) for line, (text, language) in zip(record.lines, shown, strict=True)]
    parts = zip(record.lines, record.draft.body.lines, read, said_together(read), pace_of(record), strict=True)
    for line, woven, its, said, pace in parts:
        own = any(state.desires.owns(person.seat, cited) for cited in woven.cites)
        if its.language == line.language:
            lines.append(SaidLine(said, line.language, own, "", its.language, pace_ms=pace))
        else:
            [original] = said_alone([line.worded(line.language, line.text)])
            lines.append(SaidLine(original, line.language, own, said, its.language, pace_ms=pace))
    return {
        "lines": lines,
        "left": [(line.text, line.language) for line in record.left if line.text],
        "not_taken": not_taken(person),
        "verdict": verdict,
        "sealed_said": Coded(t(FIT[record.fit]), record.fit)
        if verdict is None
        else Coded(t(STATUS[verdict.status]), verdict.status),
        "share": "" if verdict is None else share_told(verdict, person.words),
        "missing": [] if verdict is None else missing_said(verdict, person.words),
        "heard": () if verdict is None else heard_told(verdict, person.words),
        "include": None if verdict is None else includes(state, verdict),
        "amen": person.seat in record.sealed.amen,
        "amens": disclosure.show_steps(record.sealed.amen_count),
        "amen_key": new_key(),
        "represented": represented.get(person.seat, 0),
        "represented_of": len(state.prayers.sealed) - 1,
        "represented_asked": state.stage is Stage.SAID and not state.ended,
        "represented_key": new_key(),
        "sevenths": range(1, REPRESENTED_MOST + 1),
        "not_met": not_met(person.seat, record.sealed, state.meetings),
        "ask": _ask_after_sealing(person, record),
        "asked": disclosure.show_steps(0 if verdict is None else verdict.asked),
        "sealed_size": shown_size(0 if verdict is None else verdict.size),
        "say_at": moment(state),
        "said_at": record.sealed.said_at,
        "lead_in_ms": LEAD_IN_MS,
        "made_at": time.time_ns() // 1_000_000,
    }


# --- acts of a person ---


FORMS = tuple(act.form for act in ACTS if act.form)


def _post(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a form of the text: it runs one act and redirects to the text."""

    async def keep(request: Request) -> Response:
        person, form = who.person(request), await form_of(request)
        assert act.do is not None  # noqa: S101  an act with a form has a function and an input
        assert act.asked is not None  # noqa: S101  as above
        kept = await act.do(person.gathering, person.seat, asked(form, act.asked))
        if wants_json(request):
            return as_json(person.kept(kept))
        person.memory.kept_now.add(person.seat)
        return RedirectResponse(person.home + _step_of(person, form), 303)

    return keep


def _step_of(person: Person, form: Mapping[str, str]) -> str:
    """Return the query of the step to which a form redirects: after an answer to a line the next step."""
    about = text_context(person) if person.state.stage not in SHOWN_IN else None
    if about is None:
        return ""
    steps, line = about["steps"], number_in(form, "line")
    if "on" in form:
        return f"?at={step_after(steps, WHOLE)}"
    if "stance" in form:
        return f"?at={step_named(steps, '').name}"  # the next question that is not answered yet
    if line is None:
        return ""
    return f"?at={step_after(steps, f'line-{line}') if 'reading' in form else f'line-{line}'}"


routes: list[Route] = [Route(f"/g/{{code}}/{act.form}", _post(act), methods=["POST"]) for act in ACTS if act.form]
