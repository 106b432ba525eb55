"""The sheet of a circle: its steward types the whole round for everybody there who has no phone.

One form holds what all of them can do at this stage, and is sent once. It does not show what they answered: the duty
goes round, and nobody answered for the next steward. A mark says only that an answer is kept, so that nobody is asked
twice. Whose words a line is stands there, because only their author can say it in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import doing, opened, tongues
from oneheart.live import inputs as ask
from oneheart.live.circles import scribed_by
from oneheart.live.offered import Purpose, alias_for, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.represented import REPRESENTED_MOST
from oneheart.live.sealed_record import draft_shown, record_now
from oneheart.live.state import State, duty
from oneheart.live.state.text import CRITIQUE_MOST
from oneheart.model.round import Stage
from oneheart.web import sheet_form, who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, number_in
from oneheart.web.pages import languages_of, offered, page, wants_json
from oneheart.web.phone.cards import phone_context
from oneheart.web.phone.text import Challenger, ReadLine, challengers_of, read_lines
from oneheart.web.said import circle_name, refusal_said
from oneheart.web.who import Person, place_of
from oneheart.web.words import LANGUAGES

PEOPLE_A_PAGE = 12
CARDS_AT_ONCE = 4
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class SheetCard:
    """A card that lies before a person.

    Attributes:
        alias: alias of the desire, by which the person answers it.
        text: the words.
        language: language code of the words.
        stem: beginning of the sentence that the words continue, "" for none.
        foreign: whether the words are in another language of the gathering than that of the person.
    """

    alias: str
    text: str
    language: str
    stem: str
    foreign: bool


@dataclass(frozen=True, slots=True)
class SheetCarry:
    """A card about carrying a desire into another language that lies before a person.

    Attributes:
        kind: "say" or "same", see `live.carry_dealing`.
        alias: alias of the words, by which the person answers.
        text: the words that they are shown.
        language: language code of these words.
        stem: beginning of the sentence that they continue, "" for none.
        into: language code of the new words.
        into_name: name of that language in itself.
        new_stem: beginning of the sentence in that language, "" for none.
        new: the new words that somebody said; "" where this person is asked for them.
    """

    kind: str
    alias: str
    text: str
    language: str
    stem: str
    into: str
    into_name: str
    new_stem: str
    new: str


@dataclass(frozen=True, slots=True)
class OnSheet:
    """A person without a phone on the sheet.

    Attributes:
        number: 1, 2, ...; valid on this page only.
        name: alias of their seat, which names them in the fields of the form.
        language: language code of the person.
        language_name: name of that language in itself.
        others: the gathering's other languages: code, name, and whether the person reads it; None if not known.
        must_agree: whether nothing of theirs is kept before they agree to the terms.
        cards: cards that lie before them.
        lines: all lines of the text.
        meetings: in which words they meet each line.
        never: whether the text has a line of which they understand no words.
        asks: languages about which they are asked whether they understand them, before they can answer: code, name.
        lots: desires outside the text that were drawn for them.
        whole: whether an answer to the whole text is kept.
        amen: whether their amen is kept.
        has_said: whether a desire of theirs is kept in this round.
        demand_due: whether they are asked now whether they ask that all become one.
        found: whether it is kept how far they find themselves in the text that was said.
        carry: card about carrying that lies before them; None for none.
    """

    number: int
    name: str
    language: str
    language_name: str
    others: tuple[tuple[str, str, bool | None], ...]
    must_agree: bool
    cards: tuple[SheetCard, ...]
    lines: tuple[ReadLine, ...]
    meetings: tuple[tongues.Meeting, ...]
    never: bool
    asks: tuple[tuple[str, str], ...]
    lots: tuple[Challenger, ...]
    whole: bool
    amen: bool
    has_said: bool
    demand_due: bool
    found: bool
    carry: SheetCarry | None


def page_of(number: int) -> int:
    """Return the page of the sheet on which a person stands, from 1.

    Example:
        >>> page_of(1), page_of(12), page_of(13)
        (1, 1, 2)
    """
    return (number + PEOPLE_A_PAGE - 1) // PEOPLE_A_PAGE


def _on_sheet(person: Person, number: int, seat: int) -> OnSheet:
    """Return what a person without a phone can do now, for the steward who types for them."""
    gathering, state = person.gathering, person.state
    own_seat, language = state.seats[seat], state.seats[seat].language
    reader = replace(person, seat=seat)
    current, record = draft_shown(state), record_now(state)
    reads = state.stage.takes_readings and not state.ended and current is not None
    meetings = tuple(tongues.lines_for(state, current[0], seat)) if reads and current is not None else ()
    settings = state.settings
    left = max(0, (settings.cards if settings else 0) - state.cards(seat))
    lying = opened.cards_lying(gathering, seat, min(left, CARDS_AT_ONCE))
    apart = state.company.apart
    return OnSheet(
        number=number,
        name=alias_for(gathering, Purpose.TYPED, person.seat, seat),
        language=language,
        language_name=LANGUAGES.get(language, language),
        others=tuple(
            (code, name, state.people.reads(seat, code)) for code, name in languages_of(gathering) if code != language
        ),
        must_agree=not state.keeping.has_agreed(seat),
        cards=tuple(
            SheetCard(
                words.alias,
                words.text,
                words.language,
                entry.before(words.stem, words.text, words.language),
                words.language != language and words.language in offered(gathering),
            )
            for words in lying
        ),
        lines=tuple(read_lines(reader, *current)) if reads and current is not None else (),
        meetings=meetings,
        never=any(one.waits and not one.ask for one in meetings),
        asks=tuple((code, LANGUAGES.get(code, code)) for code in dict.fromkeys(one.ask for one in meetings) if code),
        lots=tuple(lot for lot in challengers_of(reader) if lot.stance is None) if reads else (),
        whole=current is not None and seat in current[1].whole,
        amen=record is not None and seat in record.sealed.amen,
        has_said=state.desires.has_said(own_seat, since=state.round),
        demand_due=apart.is_due(seat, gathering.now()),
        found=seat in apart.represented.get(len(state.prayers.sealed) - 1, {}),
        carry=_carry_of(person, seat, finished=not lying),
    )


def _carry_of(person: Person, seat: int, *, finished: bool) -> SheetCarry | None:
    """Return the card about carrying that lies before a person without a phone; None for none."""
    card = opened.carrying_in_hand(person.gathering, seat, finished=finished)
    if card is None:
        return None
    words = card.words
    return SheetCarry(
        card.kind,
        words.alias,
        words.text,
        words.language,
        entry.before(words.stem, words.text, words.language),
        card.language,
        LANGUAGES.get(card.language, card.language),
        entry.stem_text(words.stem, card.language),
        card.new,
    )


def _shows(person: Person, circle: int, query: Mapping[str, str], *, status: int = 200, **more: object) -> Response:
    state = person.state
    people = scribed_by(state, person.seat)
    pages = max(1, page_of(len(people)))
    at_page = min(number_in(query, "page") or 1, pages)
    listed = people[(at_page - 1) * PEOPLE_A_PAGE : at_page * PEOPLE_A_PAGE]
    places = [_on_sheet(person, one.number, one.seat) for one in listed]
    current = draft_shown(state)
    about: dict[str, Any] = {
        **phone_context(person.gathering, person.seat, person.words),
        "place": place_of(person.gathering, person.seat),
        "view": "sheet",
        "data_page": f"{person.home}/circle/sheet",
        "at": "circle",
        "circle": circle_name(state, circle, person.words),
        "people": places,
        "pages": pages,
        "page": at_page,
        "lines": _lines_of(state, places),
        "draft_number": current[0] if current is not None else 0,
        "second": current is not None and current[1].second,
        "reads_whole": state.stage is Stage.SECOND_READING and current is not None and bool(current[1].body.lines),
        "wholes": {place.language: place.lines for place in reversed(places)},
        "said": state.stage is Stage.SAID and record_now(state) is not None,
        "said_number": len(state.prayers.sealed) - 1,
        "sevenths": range(1, REPRESENTED_MOST + 1),
        "sheet_key": new_key(),
        "fresh": new_key,
        "choices": languages_of(person.gathering),
        "room": duty.room_for_scribed(state.seats, state.circles, circle) > 0,
        "terms_version": None if state.keeping.days is None else state.keeping.version,
        "critique_most": CRITIQUE_MOST,
        "typed": {},
        "errors": {},
        "sentences": [],
        "kept": query.get("kept") == "1",
    }
    return page("circle_sheet.html", person.words, status=status, **{**about, **more})


_Reader = tuple[OnSheet, ReadLine, tongues.Meeting]


def _lines_of(state: State, places: list[OnSheet]) -> list[tuple[ReadLine, list[tongues.Version], list[_Reader]]]:
    """Return the lines that are read now, each with its words that stand and everybody on the sheet."""
    current = draft_shown(state)
    if not places or current is None or not state.stage.takes_readings:
        return []
    spoken = {place.language for place in places}
    versions = state.meetings.versions(current[1])
    lines = []
    for line in (line for line in places[0].lines if line.open):
        own = next(iter(versions[line.number]), "")
        words = [one for one in versions[line.number].values() if one.holds and one.language in {own, *spoken}]
        readers = [(place, place.lines[line.number], place.meetings[line.number]) for place in places]
        lines.append((line, words, readers))
    return lines


async def _sheet(request: Request) -> Response:
    """Show the sheet of a circle to its steward."""
    person = who.person(request)
    circle = person.circle
    doing.circle_served(person.gathering, person.seat)
    return _shows(person, circle, request.query_params)


async def _send(request: Request) -> Response:
    """Do everything that was typed on a sheet. What is refused is named beside its field; the rest is kept."""
    person = who.person(request)
    circle = person.circle
    doing.circle_served(person.gathering, person.seat)
    form = await form_of(request, sheet_form.FIELDS_MOST)
    acts, refused = sheet_form.acts_of(form, lambda name: _typed_for(person, name), _language_of_line(person, form))
    refused |= await sheet_form.keep(person.gathering, acts)
    place = f"page={number_in(form, 'page') or 1}"
    if wants_json(request):
        return as_json(not_kept(person, refused), 409) if refused else as_json(sheet_form.SheetKept())
    if not refused:
        return RedirectResponse(f"{person.home}/circle/sheet?{place}&kept=1", 303)
    errors = {name: refusal_said(error, person.words) for name, error in refused.items()}
    about = {"errors": errors, "sentences": sheet_form.sentences_of(errors), "typed": sheet_form.typed(form, refused)}
    return _shows(person, circle, form, status=_UNPROCESSABLE, **about)


def not_kept(person: Person, refused: Mapping[str, Refused]) -> sheet_form.SheetNotKept:
    """Return the JSON answer to a sheet of which some was refused."""
    return sheet_form.SheetNotKept(
        kept=False,
        why="some",
        sentence=str(person.words.t("The rest is kept. Look at what is marked, and send it again.")),
        left={name: str(refusal_said(error, person.words)) for name, error in refused.items()},
    )


def _typed_for(person: Person, name: str) -> int:
    """Return the seat of the person whom a field names.

    Raises:
        Refused: UNKNOWN: no person for whom this steward types in their circle; NOT_YOURS: the duty is gone.
    """
    seat = desire_behind(person.gathering, Purpose.TYPED, person.seat, name)
    if seat is None:
        raise Refused(Refusal.UNKNOWN)
    doing.check_scribe(person.gathering, person.seat, seat)
    return seat


def _language_of_line(person: Person, form: Mapping[str, str]) -> Callable[[int, str], str]:
    def language(seat: int, line: str) -> str:
        draft, number = number_in(form, "draft"), number_in({"line": line}, "line")
        if draft is None or number is None:
            return ""
        return sheet_form.language_met(person.gathering, draft, number, seat)

    return language


async def _erase(request: Request) -> Response:
    """Erase everything of a person without a phone."""
    person = who.person(request)
    form = await form_of(request)
    seat = _typed_for(person, form.get("person", ""))
    await doing.erase(person.gathering, seat, asked(form, ask.KeyOnly))
    return RedirectResponse(f"{person.home}/circle/sheet", 303)


async def _back(request: Request) -> Response:
    """Redirect a reload of the form to the sheet."""
    return RedirectResponse(request.url.path.removesuffix("/erase"), 303)


routes: list[Route] = [
    Route("/g/{code}/circle/sheet/erase", _back),
    Route("/g/{code}/circle/sheet", _sheet),
    Route("/g/{code}/circle/sheet", _send, methods=["POST"]),
    Route("/g/{code}/circle/sheet/erase", _erase, methods=["POST"]),
]
