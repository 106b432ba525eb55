"""The text on the phone: a person answers each line, then the whole text, and says amen after it was said.

Nobody sees who wrote a line or what anybody answered. Those who may amend a line see critiques of it without names.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.live import challenging
from oneheart.live.acts import ACTS, Act
from oneheart.live.snapshot import includes
from oneheart.live.state import State
from oneheart.live.state.text import CRITIQUE_MOST, LiveDraft, readable
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web import answers, who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, number_in
from oneheart.web.pages import wants_json
from oneheart.web.said import MISSING, STATUS, share_told
from oneheart.web.who import Person
from oneheart.web.words import LANGUAGES

_CRITIQUES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as one person reads it.

    Attributes:
        number: of the line.
        text: the words; "" where their author took them away.
        language: of the words.
        own: the person wrote what it cites.
        changed: it is read again.
        open: it may be answered now.
        said: what the person said to it, "" for nothing yet.
        critique: what they would change.
        may_amend: they may give other words for it.
        amended: the words that were given, "" for none.
        critiques: what others would change; only for those who may amend.
        carried: the line in the person's language, "" for none.
        carried_stands: two readers have confirmed it.
        carried_seq: its place in the log; 0 for none.
        carried_own: the person carried it.
        carried_confirmed: the person has confirmed it.
        may_carry: the line is in another language than the person's pages.
        key: for its form.
    """

    number: int
    text: str
    language: str
    own: bool
    changed: bool
    open: bool
    said: str
    critique: str
    may_amend: bool
    amended: str
    critiques: tuple[str, ...]
    carried: str
    carried_stands: bool
    carried_seq: int
    carried_own: bool
    carried_confirmed: bool
    may_carry: bool
    key: str


@dataclass(frozen=True, slots=True)
class Challenger:
    """A desire outside the text about which a randomly drawn person is asked.

    Attributes:
        number: of the desire.
        text: the words; where the same was said in the person's language, those.
        language: of the words.
        stem: the beginning that they continue, "" for none.
        stance: what the person said to it, None for nothing yet.
        key: for its form.
    """

    number: int
    text: str
    language: str
    stem: str
    stance: int | None
    key: str


def challengers_of(state: State, draft: LiveDraft, seat: int) -> list[Challenger]:
    """Return the challengers of a person; in a second reading only those that they have not answered."""
    given = draft.challenged.get(seat, {})
    out = []
    for number in challenging.to_answer(state, draft, seat):
        desire = state.desires[state.words_for(number, seat)]
        stance = given.get(number)
        if stance is None or state.stage is Stage.READING:
            stem = entry.stem_text(desire.stem, desire.language)
            out.append(Challenger(number, desire.text, desire.language, stem, stance, new_key()))
    return out


def draft_now(state: State) -> tuple[int, LiveDraft] | None:
    """Return the draft that is read in this round and its number, None before one is woven."""
    draft = state.prayers.of_round(state.round)
    return None if draft is None else (len(state.prayers.drafts) - 1, draft)


def read_lines(person: Person, number: int, draft: LiveDraft) -> list[ReadLine]:
    """Return the lines of a draft as this person reads them."""
    state, seat = person.state, person.seat
    own_seat = state.seats[seat]
    serves = own_seat.circle if own_seat.steward else None
    carries = state.prayers.carries(number)
    out = []
    for place, line in enumerate(draft.body.lines):
        text, language = state.prayers.words(line, state.desires)
        may_amend = state.prayers.may_amend(seat, serves, line, state.desires) and bool(text)
        seq, carried = carries.get((place, own_seat.language), (0, None))
        given = state.prayers.amended.get(draft.amendments.get(place, -1))
        critiques = tuple(sorted(draft.critiques[place].values())) if may_amend else ()
        out.append(
            ReadLine(
                number=place,
                text=text,
                language=language,
                own=any(state.desires[cited].author == seat for cited in line.cites),
                changed=line.changed,
                open=readable(state.stage, draft, place) and bool(text),
                said=draft.readings[place].get(seat, ""),
                critique=draft.critiques[place].get(seat, ""),
                may_amend=may_amend and state.stage is Stage.READING,
                amended=given.text if given is not None else "",
                critiques=critiques[:_CRITIQUES_SHOWN],
                carried=carried.text if carried is not None and text else "",
                carried_stands=carried is not None and carried.is_confirmed,
                carried_seq=seq,
                carried_own=carried is not None and carried.seat == seat,
                carried_confirmed=carried is not None and seat in carried.confirmed,
                may_carry=bool(text) and language != own_seat.language,
                key=new_key(),
            )
        )
    return out


def reading_context(person: Person) -> dict[str, Any] | None:
    """Return what the phone shows while the text is read, sealed and said; None before one is woven."""
    state = person.state
    found = draft_now(state)
    if found is None:
        return None
    number, draft = found
    lines = read_lines(person, number, draft)
    sealed = state.prayers.sealed_of(state.round)
    left = [state.prayers.words(line, state.desires) for line in draft.body.left]
    return {
        "lines": lines,
        "to_read": [line for line in lines if line.open],
        "challengers": challengers_of(state, draft, person.seat) if state.stage.takes_readings else [],
        "draft_number": number,
        "second": draft.second,
        "whole": person.seat in draft.whole,
        "whole_key": new_key(),
        "left": [(text, language) for text, language in left if text],
        "sealed": sealed,
        "sealed_said": Coded()
        if sealed is None
        else Coded(person.words.t(STATUS[sealed.body.status]), sealed.body.status),
        "share": share_told(sealed.body, person.words) if sealed is not None else "",
        "missing": []
        if sealed is None
        else [Coded(person.words.t(MISSING[code]), code) for code in sealed.body.missing],
        "include": None if sealed is None else includes(state, sealed.body),
        "amen": sealed is not None and person.seat in sealed.amen,
        "amens": disclosure.show_steps(len(sealed.amen) if sealed is not None else 0),
        "asked": disclosure.show_steps(sealed.body.asked if sealed is not None else 0),
        "say_at": state.prayers.say_at,
        "model": draft.connected.model if draft.connected is not None else "",
        "own_language": LANGUAGES.get(state.seats[person.seat].language, ""),
        "critique_most": CRITIQUE_MOST,
    }


# --- what a person does ---


FORMS = tuple(act.form for act in ACTS if act.form)


def _post(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a form of the text: does one act and redirects to the text."""

    async def keep(request: Request) -> Response:
        person, form = who.person(request), await form_of(request)
        assert act.do is not None  # noqa: S101  an act with a form has a function and an input
        assert act.asked is not None  # noqa: S101  as above
        await act.do(person.gathering, person.seat, asked(form, act.asked))
        if wants_json(request):
            return as_json(answers.KeptAnswer())
        return RedirectResponse(person.home + _anchor(form), 303)

    return keep


def _anchor(form: Mapping[str, str]) -> str:
    """Return the part of the text page that a form leads back to: after a reading, the next line."""
    line = number_in(form, "line")
    if "stance" in form:
        return "#outside"
    return "" if line is None else f"#line-{line + 1 if 'reading' in form else line}"


routes: list[Route] = [Route(f"/g/{{code}}/{act.form}", _post(act), methods=["POST"]) for act in ACTS if act.form]
