"""Sheets of paper: print them for people without a phone, and type them in.

Printing deals: what stands on a sheet is written to the log with its probabilities before the sheet is shown. A sheet
is found by its code. The code alone permits nothing: whoever types must be a host, or the steward of its circle. The
answers go through the functions of `live.doing`, as those of a phone.

The rules stand in `live.state.papers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from oneheart.live import challenging, doing
from oneheart.live import events as ev
from oneheart.live.codes import CODE_LENGTH, clean_code, hash_of, letters_of
from oneheart.live.dealing import Dealt
from oneheart.live.gathering import Kept, LiveGathering, TakenSeat
from oneheart.live.inputs import Input, Language, Number, Text
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State, duty
from oneheart.live.state.papers import LiveSheet
from oneheart.live.state.text import LiveDraft
from oneheart.model import actor
from oneheart.model.round import Stage

SHEETS_MOST = 100
"""The most sheets of one circle that are printed at once."""


class SheetsAsked(Input, frozen=True):
    """A host prints sheets of a circle for the present stage.

    Attributes:
        circle: number of the circle.
        blank: number of sheets for people who have no place yet, beside those of the people without a phone.
    """

    circle: Number
    blank: Annotated[int, Meta(ge=0, le=SHEETS_MOST)] = 0


class SheetSeatAsked(Input, frozen=True):
    """Somebody types the first sheet of a person, who takes a place with it.

    Attributes:
        sheet: code of the sheet.
        language: language code of the person.
        consent: version of the terms that stand on the sheet and to which the person agreed; None for none.
    """

    sheet: Text
    language: Language
    consent: Number | None = None


class SheetTypedAsked(Input, frozen=True):
    """Somebody has typed a sheet in.

    Attributes:
        sheet: code of the sheet.
    """

    sheet: Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet to print or to type in.

    Attributes:
        code: the code on it.
        sheet: what stands on it.
        seat: seat of its person; None if nobody has taken this place yet.
    """

    code: str
    sheet: LiveSheet
    seat: int | None


def paper_with(gathering: LiveGathering, code: str) -> Paper | None:
    """Return the sheet with a typed code; None if there is none. O(1)."""
    clean = clean_code(code)
    sheet = gathering.state.papers.sheets.get(hash_of(clean))
    return None if sheet is None else Paper(clean, sheet, gathering.state.papers.seat_of(sheet))


def why_not_now(state: State, sheet: LiveSheet) -> Refusal | None:
    """Return why a sheet can be typed in no longer; None if it can.

    A sheet counts in its round while what stands on it can be answered: cards while answers are taken, lines while
    their draft is the one that is read. A sheet whose person has left its circle counts no more.
    """
    if state.ended:
        return Refusal.ENDED
    if sheet.round != state.round:
        return Refusal.STALE
    if not _person_is_there(state, sheet):
        return Refusal.UNKNOWN
    if sheet.draft is None:
        return None if state.stage.takes_responses else Refusal.CLOSED
    newest = state.prayers.of_round(state.round) is state.prayers.drafts[sheet.draft]
    return Refusal.CHANGED if not newest else None if state.stage.takes_readings else Refusal.CLOSED


def _person_is_there(state: State, sheet: LiveSheet) -> bool:
    """Return whether the person of a sheet has not left: neither its circle nor, by erasing everything, all of it."""
    seat = state.papers.seat_of(sheet)
    if seat is None:
        return not state.papers.was_taken(sheet)
    return state.people.sits(seat) and state.seats[seat].circle == sheet.circle


def people_on_paper(state: State, circle: int) -> list[int]:
    """Return the seats of a circle's people without a phone, by number. O(N)."""
    return duty.scribed_in(state.seats, circle)


async def print_sheets(gathering: LiveGathering, host: int, asked: SheetsAsked) -> list[Paper]:
    """Print the sheets of a circle for the present stage. Idempotent: the same key gives the same sheets again.

    Raises:
        Refused: UNKNOWN: no such circle; CLOSED: there is nothing to print at this stage; STALE: the stage moved.
    """
    state = gathering.state

    def code(number: int) -> str:
        return letters_of(gathering.secret_for("sheet", f"{host}-{asked.key}-{number}"), CODE_LENGTH)

    if hash_of(code(0)) not in state.papers.sheets:
        _check_now(state, asked.circle)
        await _place(gathering, asked.circle)
        body = _dealt(gathering, asked, [hash_of(code(number)) for number in range(2 * SHEETS_MOST)])
        await gathering.submit(actor.host(host), asked.key, body)
    codes = (code(number) for number in range(2 * SHEETS_MOST))
    papers = (paper_with(gathering, letters) for letters in codes)
    return [paper for paper in papers if paper is not None]


def _check_now(state: State, circle: int) -> None:
    """Raise unless something can be printed for a circle now.

    Raises:
        Refused: UNKNOWN: no such circle; CLOSED: nothing is answered at this stage.
    """
    if not state.people.is_circle(circle):
        raise Refused(Refusal.UNKNOWN)
    if state.ended or not (state.stage.takes_responses or _draft(state) is not None):
        raise Refused(Refusal.CLOSED)


def _draft(state: State) -> LiveDraft | None:
    return state.prayers.of_round(state.round) if state.stage.takes_readings else None


async def _place(gathering: LiveGathering, circle: int) -> None:
    """Give everybody of a circle without a phone a place on paper. It is erased with their seat."""
    papers = gathering.state.papers
    for seat in people_on_paper(gathering.state, circle)[:SHEETS_MOST]:
        if papers.place_of.get(seat, (-1, 0))[0] != circle:
            body = ev.PlacedOnPaper(seat, papers.last_place(circle) + 1)
            await gathering.submit(actor.seat(seat), f"on-paper-{circle}-{body.place}", body)


def _dealt(gathering: LiveGathering, asked: SheetsAsked, hashes: list[str]) -> ev.SheetsPrinted:
    """Return the event of sheets that are printed now, with what is dealt on them."""
    state, circle, draft = gathering.state, asked.circle, _draft(gathering.state)
    seats: list[int | None] = [*people_on_paper(state, circle)[:SHEETS_MOST]]
    places = [state.papers.place_of[seat][1] for seat in seats if seat is not None]
    places += _blank_places(state, circle, places, asked.blank)
    seats += [None] * (len(places) - len(seats))
    if not places:
        raise Refused(Refusal.NO_ROOM)
    if draft is not None:
        lots = [() if seat is None else challenging.to_answer(state, draft, seat) for seat in seats]
        dealt = [[Dealt(number, 0.0) for number in own] for own in lots]
    else:
        settings = state.settings
        cards = settings.cards if settings is not None and state.stage is Stage.CROSSING else 0
        dealt = gathering.dealer.on_paper(circle, seats, cards)
    sheets = [
        ev.PrintedSheet(
            code,
            place,
            seat is not None,
            [card.desire for card in own],
            [round(card.propensity, 6) for card in own] if draft is None else [],
            [card.desire for card in own if card.probe],
        )
        for code, place, seat, own in zip(hashes, places, seats, dealt, strict=False)
    ]
    return ev.SheetsPrinted(circle, state.version, sheets, None if draft is None else len(state.prayers.drafts) - 1)


def _blank_places(state: State, circle: int, taken: list[int], blank: int) -> list[int]:
    """Return places for as many people who have none yet as are wanted and have room.

    Places that were printed before and that nobody has taken come first, so that everybody keeps their number.
    """
    papers = state.papers
    room = duty.room_for_scribed(state.seats, state.circles, circle)
    printed = {sheet.place: sheet for sheet in papers.sheets.values() if sheet.circle == circle}
    free = [place for place, sheet in sorted(printed.items()) if place not in taken and not papers.was_taken(sheet)]
    last = papers.last_place(circle)
    free += range(last + 1, last + 1 + blank)
    return free[: min(blank, room)]


def alias_on(gathering: LiveGathering, paper: Paper, seat: int, number: str) -> str:
    """Return the alias of a desire on a sheet for its person, by its number on the sheet, from 0.

    Raises:
        Refused: UNKNOWN: the sheet has no such desire; TAKEN_BACK: its author erased or withdrew it since.
    """
    on_sheet = paper.sheet.desires
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(on_sheet)  # noqa: PLR2004
    if place >= len(on_sheet):
        raise Refused(Refusal.UNKNOWN)
    if not gathering.state.desires[on_sheet[place]].stands:
        raise Refused(Refusal.TAKEN_BACK)
    return alias_for(gathering, Purpose.CARD, seat, on_sheet[place])


def check_line(state: State, paper: Paper, line: int) -> None:
    """Raise if a line of a printed draft has no words any more.

    Raises:
        Refused: TAKEN_BACK: its author erased it since.
    """
    draft = None if paper.sheet.draft is None else state.prayers.drafts[paper.sheet.draft]
    lines = [] if draft is None else draft.body.lines
    if 0 <= line < len(lines) and not state.prayers.words(lines[line], state.desires)[0]:
        raise Refused(Refusal.TAKEN_BACK)


def _new_seat(gathering: LiveGathering, asked: SheetSeatAsked, scribe: int) -> tuple[str, ev.SeatTaken]:
    """Return the key and the event of a seat that is taken by a sheet."""
    paper = paper_with(gathering, asked.sheet)
    if paper is None:
        raise Refused(Refusal.UNKNOWN)
    if asked.language not in gathering.state.languages:
        raise Refused(Refusal.LANGUAGE)
    code = hash_of(paper.code)
    body = ev.SeatTaken(
        "", asked.language, paper.sheet.circle, card=code, scribe=scribe, consent=asked.consent, bounded=True
    )
    return f"sheet-{code[:32]}", body


async def seat_by_host(gathering: LiveGathering, host: int, asked: SheetSeatAsked) -> TakenSeat:
    """Give the person of a sheet their place, by a host. Idempotent: a sheet gives one place, whoever types it.

    Raises:
        Refused: UNKNOWN, LANGUAGE, NO_ROOM, USED, DOOR_CLOSED, FULL.
    """
    paper = paper_with(gathering, asked.sheet)
    scribe = duty.BY_HOSTS if paper is None else duty.scribe_in(gathering.state.seats, paper.sheet.circle)
    return await _seat(gathering, actor.host(host), *_new_seat(gathering, asked, scribe))


async def seat_by_steward(gathering: LiveGathering, seat: int, asked: SheetSeatAsked) -> TakenSeat:
    """Give the person of a sheet their place, by the steward of its circle.

    Raises:
        Refused: NOT_YOURS: they do not hold the duty of this circle; else as `seat_by_host`.
    """
    check_steward(gathering, seat, asked.sheet)
    return await _seat(gathering, actor.DOOR, *_new_seat(gathering, asked, seat))


async def _seat(gathering: LiveGathering, by: str, key: str, body: ev.SeatTaken) -> TakenSeat:
    outcome = await gathering.submit(by, key, body)
    return TakenSeat(doing.numbered(outcome), "")


def check_steward(gathering: LiveGathering, seat: int, code: str) -> Paper:
    """Return the sheet with a code for a steward of its circle.

    Raises:
        Refused: NOT_YOURS: they hold no duty; UNKNOWN: their circle has no such sheet.
    """
    circle = doing.circle_served(gathering, seat)
    paper = paper_with(gathering, code)
    if paper is None or paper.sheet.circle != circle:
        raise Refused(Refusal.UNKNOWN)
    return paper


async def typed_by_host(gathering: LiveGathering, host: int, asked: SheetTypedAsked) -> Kept:
    """Keep that a host typed a sheet in.

    Raises:
        Refused: UNKNOWN: no such sheet.
    """
    return await gathering.submit(actor.host(host), asked.key, ev.SheetTyped(hash_of(clean_code(asked.sheet))))


async def typed_by_steward(gathering: LiveGathering, seat: int, asked: SheetTypedAsked) -> Kept:
    """Keep that a steward typed a sheet of their circle in.

    Raises:
        Refused: NOT_YOURS, UNKNOWN.
    """
    paper = check_steward(gathering, seat, asked.sheet)
    return await gathering.submit(actor.seat(seat), asked.key, ev.SheetTyped(hash_of(paper.code)))
