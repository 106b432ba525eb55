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
from oneheart.live import events as ev
from oneheart.live.refusal import Refused
from oneheart.live.snapshot import includes
from oneheart.live.state import Refusal, State
from oneheart.live.state.text import CRITIQUE_MOST, LiveDraft, readable
from oneheart.model.desire import Stance
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage
from oneheart.web import who
from oneheart.web.answers import Kept, NotKept, as_json
from oneheart.web.forms import form_of, key_in, new_key, number_in
from oneheart.web.pages import page, wants_json
from oneheart.web.phone.cards import stem_text
from oneheart.web.said import BLOCKED, MISSING, STATUS, share_told
from oneheart.web.who import Person
from oneheart.web.words import LANGUAGES, Plain

_CRITIQUES_SHOWN = 20
_UNPROCESSABLE = 422
STANCES: dict[str, Stance] = {str(stance.value): stance for stance in Stance}


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
            stem = stem_text(desire.stem, desire.language)
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
                said=draft.said[place].get(seat, ""),
                critique=draft.critiques[place].get(seat, ""),
                may_amend=may_amend and state.stage is Stage.READING,
                amended=given.text if given is not None else "",
                critiques=critiques[:_CRITIQUES_SHOWN],
                carried=carried.text if carried is not None and text else "",
                carried_stands=carried is not None and carried.stands,
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
        "sealed_said": person.words.t(STATUS[sealed.body.status]) if sealed is not None else "",
        "share": share_told(sealed.body, person.words) if sealed is not None else "",
        "missing": [person.words.t(MISSING[code]) for code in sealed.body.missing] if sealed is not None else [],
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


def _body_of_reading(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    draft, line = number_in(form, "draft"), number_in(form, "line")
    said = form.get("reading", "")
    if draft is None or line is None or said not in {*Reading}:
        raise Refused(Refusal.UNKNOWN)
    critique = entry.clean(form.get("critique", "")) if said == Reading.WOULD_CHANGE else ""
    if entry.grapheme_count(critique) > CRITIQUE_MOST:
        return "too long"
    if any(hint.code == "contact" for hint in entry.hints(critique)) and critique:
        return "contact"
    return ev.LineRead(person.seat, draft, line, Reading(said), critique)


def _body_of_amendment(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    draft, line = number_in(form, "draft"), number_in(form, "line")
    if draft is None or line is None:
        raise Refused(Refusal.UNKNOWN)
    text = entry.clean(form.get("text", ""))
    blocks = next((hint.code for hint in entry.hints(text) if hint.blocks), None)
    if blocks is not None:
        return blocks
    drafts = person.state.prayers.drafts
    known = draft < len(drafts) and line < len(drafts[draft].body.lines)
    language = person.state.prayers.words(drafts[draft].body.lines[line], person.state.desires)[1] if known else ""
    return ev.LineAmended(person.seat, draft, line, text, language)


def _body_of_whole(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    draft = number_in(form, "draft")
    if draft is None:
        raise Refused(Refusal.UNKNOWN)
    return ev.WholeAffirmed(person.seat, draft, form.get("on", "1") == "1")


def _body_of_challenger(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    draft, desire = number_in(form, "draft"), number_in(form, "desire")
    stance = STANCES.get(form.get("stance", ""))
    if draft is None or desire is None or stance is None:
        raise Refused(Refusal.UNKNOWN)
    return ev.ChallengerAnswered(person.seat, draft, desire, stance)


def _body_of_carrying(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    draft, line = number_in(form, "draft"), number_in(form, "line")
    if draft is None or line is None:
        raise Refused(Refusal.UNKNOWN)
    text = entry.clean(form.get("text", ""))
    blocks = next((hint.code for hint in entry.hints(text) if hint.blocks), None)
    if blocks is not None:
        return blocks
    return ev.LineCarried(person.seat, draft, line, person.state.seats[person.seat].language, text)


def _body_of_confirming(person: Person, form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    carried = number_in(form, "carried")
    if carried is None:
        raise Refused(Refusal.UNKNOWN)
    return ev.CarryConfirmed(person.seat, carried, form.get("on", "1") == "1")


def _body_of_amen(person: Person, _form: Mapping[str, str]) -> ev.AnyBody | entry.HintCode:
    return ev.AmenSaid(person.seat)


_Body = Callable[[Person, Mapping[str, str]], ev.AnyBody | entry.HintCode]


def _post(make: _Body) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a form: writes one event and redirects to the text."""

    async def keep(request: Request) -> Response:
        person = who.person(request)
        form, json = await form_of(request), wants_json(request)
        typed = form.get("text", "") or form.get("critique", "")
        try:
            body = make(person, form)
            if isinstance(body, str):
                return _blocked(person, body, typed, json=json, critique="critique" in form)
            await person.submit(key_in(form), body)
        except Refused as error:
            return person.refused(error.why, json=json, kept_text=entry.clean(typed))
        line = number_in(form, "line")
        anchor = "" if line is None else f"#line-{line + 1 if 'reading' in form else line}"
        anchor = "#outside" if "stance" in form else anchor
        return as_json(Kept()) if json else RedirectResponse(f"{person.home}{anchor}", 303)

    return keep


def _blocked(person: Person, code: entry.HintCode, typed: str, *, json: bool, critique: bool) -> Response:
    most = CRITIQUE_MOST if critique else entry.GRAPHEMES_MOST
    sentence = person.words.t(BLOCKED[code], most=Plain(most))
    if json:
        return as_json(NotKept(kept=False, why=code, sentence=str(sentence)), _UNPROCESSABLE)
    return problem_with(person, str(sentence), typed)


def problem_with(person: Person, sentence: str, typed: str) -> Response:
    """Return the page that says what to correct; the typed words stay on it."""
    shown = typed.encode("utf-8", "ignore").decode()
    return page(
        "problem.html", person.words, status=_UNPROCESSABLE, sentence=sentence, kept_text=shown, back=person.home
    )


FORMS = ("read", "amend", "whole", "challenger", "say-in", "confirm", "amen")
_BODIES: dict[str, _Body] = {
    "read": _body_of_reading,
    "amend": _body_of_amendment,
    "whole": _body_of_whole,
    "challenger": _body_of_challenger,
    "say-in": _body_of_carrying,
    "confirm": _body_of_confirming,
    "amen": _body_of_amen,
}

routes: list[Route] = [Route(f"/g/{{code}}/{name}", _post(_BODIES[name]), methods=["POST"]) for name in FORMS]
