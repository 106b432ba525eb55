"""Doing: everything that a person or a host may do, one function each, whatever door it comes through.

A function takes an input (`live.inputs`), cleans and checks it, writes one event and returns the outcome. It raises
`Refused` where it is not allowed. The phone, a scribe, the desk, the API and imports call these functions, so that a
rule about words, languages, lengths and permissions stands here once. `live.state` decides by the order of the log.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.engine.desire import entry
from oneheart.live import circles
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.codes import clean_code, hash_of, new_code
from oneheart.live.gathering import Kept, LiveGathering, TakenSeat
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.seating_plan import seats_by_lot
from oneheart.live.state.company import TABLE_LEAST, TABLE_MOST
from oneheart.live.typed_words import clean_critique, clean_name, clean_words, find_language, stem_of
from oneheart.model import actor
from oneheart.model.prayer import Reading
from oneheart.model.programme import QUESTIONS_MOST, READY

GATHERING_NAME_MOST = 120
QUESTION_MOST = 140
OCCASION_LETTERS = 6


@dataclass(frozen=True, slots=True)
class SaidDesire:
    """A desire that is kept.

    Attributes:
        number: of the desire.
        waiting: the stage is closed; it is kept for the next round.
        hints: codes of what its author may want to change.
        kept: how it stands in the log.
    """

    number: int
    waiting: bool
    hints: tuple[entry.HintCode, ...]
    kept: Kept


def _offered(gathering: LiveGathering, language: str) -> str:
    if language not in gathering.state.languages:
        raise Refused(Refusal.LANGUAGE)
    return language


async def _by_seat(gathering: LiveGathering, seat: int, asked: ask.Input, body: ev.AnyBody) -> Kept:
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def _by_host(gathering: LiveGathering, host: int, asked: ask.Input, body: ev.AnyBody) -> Kept:
    return await gathering.submit(actor.host(host), asked.key, body)


# --- a person's seat --------------------------------------------------------------------------------------------------


async def take_seat(gathering: LiveGathering, asked: ask.SeatAsked, circle: int | None = None) -> TakenSeat:
    """Give a person a seat; the same key gives the same seat and secret again (idempotent).

    Args:
        gathering: at whose door they stand.
        asked: the seat.
        circle: number of the circle that they chose from the list; the key of a card comes first.

    Raises:
        Refused: LANGUAGE; UNKNOWN: no such circle or seat code; USED: the seat code.
    """
    if asked.circle_key is not None:
        circle = gathering.state.circle_of_key.get(asked.circle_key)
        if circle is None:
            raise Refused(Refusal.UNKNOWN)
    return await gathering.take_seat(
        asked.key, language=_offered(gathering, asked.language), circle=circle, card=asked.seat_code or ""
    )


async def change_language(gathering: LiveGathering, seat: int, asked: ask.SeatLanguageAsked) -> Kept:
    """Change the language of a person's pages.

    Raises:
        Refused: LANGUAGE.
    """
    return await _by_seat(gathering, seat, asked, ev.SeatChanged(seat, language=_offered(gathering, asked.language)))


async def set_unread(gathering: LiveGathering, seat: int, asked: ask.UnreadAsked) -> Kept:
    """Deal no more desires in a language that a person does not read, or deal them again.

    Raises:
        Refused: UNKNOWN: not one of the gathering's languages, or that of their own pages.
    """
    return await _by_seat(gathering, seat, asked, ev.LanguageUnread(seat, asked.language, asked.on))


async def erase(gathering: LiveGathering, seat: int, asked: ask.KeyOnly) -> None:
    """Erase everything that a person wrote and answered, from the file too. Idempotent."""
    await gathering.erase(seat, asked.key)


# --- desires and answers ----------------------------------------------------------------------------------------------


async def say(gathering: LiveGathering, seat: int, asked: ask.DesireAsked) -> SaidDesire:
    """Keep what a person wants.

    Raises:
        Refused: WORDS, LANGUAGE, QUOTA, or UNKNOWN for the desire that it grew from.
    """
    language = find_language(gathering, seat, asked.text, asked.language)
    words, hints = clean_words(asked.text, language)
    stem = stem_of(asked.stem, words, gathering.state.seats[seat].language, language)
    body = ev.DesireSaid(seat, words, language, stem=stem, grew_from=asked.grew_from)
    kept = await _by_seat(gathering, seat, asked, body)
    number = numbered(kept)
    return SaidDesire(number, gathering.state.desires[number].waiting, hints, kept)


def numbered(kept: Kept) -> int:
    """Return the number of what was made.

    Raises:
        Refused: UNKNOWN: it was made once and erased since, so a repeat of it has no number any more.
    """
    if kept.number is None:
        raise Refused(Refusal.UNKNOWN)
    return kept.number


async def join(gathering: LiveGathering, seat: int, asked: ask.JoinAsked) -> Kept:
    """Join a person's own desire to another.

    Raises:
        Refused: NOT_YOURS, UNKNOWN.
    """
    return await _by_seat(gathering, seat, asked, ev.DesireJoined(seat, asked.desire, asked.same_as))


async def withdraw(gathering: LiveGathering, seat: int, asked: ask.DesireNamed) -> Kept:
    """Take a person's own desire back.

    Raises:
        Refused: NOT_YOURS.
    """
    return await _by_seat(gathering, seat, asked, ev.DesireWithdrawn(seat, asked.desire))


async def name_language(gathering: LiveGathering, seat: int, asked: ask.DesireLanguageAsked) -> Kept:
    """Say in which language a person's own desire is.

    Raises:
        Refused: NOT_YOURS; UNKNOWN: not one of the gathering's; CLOSED: it stands in a sealed text.
    """
    return await _by_seat(gathering, seat, asked, ev.DesireLanguage(seat, asked.desire, asked.language))


async def respond(gathering: LiveGathering, seat: int, asked: ask.ResponseAsked) -> Kept:
    """Keep one answer; the last one of a person to a desire counts.

    Raises:
        Refused: CLOSED, UNKNOWN.
    """
    return await gathering.respond(seat, asked.desire, asked.stance, asked.key)


# --- being together ---------------------------------------------------------------------------------------------------


async def be_present(gathering: LiveGathering, seat: int, asked: ask.AttendanceAsked) -> Kept:
    """Keep that a person was at an occasion: outward only.

    Raises:
        Refused: UNKNOWN: no occasion with this code or number.
    """
    typed = asked.code.strip().casefold()
    coded = (n for n, occasion in enumerate(gathering.state.occasions) if occasion.code.casefold() == typed)
    number = next(coded, None) if typed else asked.occasion
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    return await _by_seat(gathering, seat, asked, ev.Present(seat, number))


async def feel(gathering: LiveGathering, seat: int, asked: ask.FeltAsked) -> Kept:
    """Keep how near a person feels, or take it back.

    Raises:
        Refused: CLOSED: it is asked at the other of the two times.
    """
    return await _by_seat(gathering, seat, asked, ev.FeltSaid(seat, asked.value, asked.when))


# --- the text ---------------------------------------------------------------------------------------------------------


async def read_line(gathering: LiveGathering, seat: int, asked: ask.ReadingAsked) -> Kept:
    """Keep what a person says to a line; only "would change" carries a critique.

    Raises:
        Refused: WORDS, CLOSED, CHANGED.
    """
    critique = clean_critique(asked.critique) if asked.reading is Reading.WOULD_CHANGE else ""
    return await _by_seat(gathering, seat, asked, ev.LineRead(seat, asked.draft, asked.line, asked.reading, critique))


async def amend(gathering: LiveGathering, seat: int, asked: ask.AmendmentAsked) -> Kept:
    """Give other words for a line, in the language of the line.

    Raises:
        Refused: WORDS, NOT_YOURS, CLOSED, CHANGED.
    """
    words, _ = clean_words(asked.text)
    language = gathering.state.prayers.language_of(asked.draft, asked.line, gathering.state.desires)
    return await _by_seat(gathering, seat, asked, ev.LineAmended(seat, asked.draft, asked.line, words, language))


async def affirm(gathering: LiveGathering, seat: int, asked: ask.WholeAsked) -> Kept:
    """Keep that a person can say the whole text, or take that back.

    Raises:
        Refused: CLOSED, CHANGED.
    """
    return await _by_seat(gathering, seat, asked, ev.WholeAffirmed(seat, asked.draft, asked.on))


async def answer_challenger(gathering: LiveGathering, seat: int, asked: ask.ChallengerAsked) -> Kept:
    """Keep what a person says to a desire outside the text that was drawn at random for them.

    Raises:
        Refused: NOT_YOURS: it was not drawn for them; CLOSED, CHANGED, UNKNOWN.
    """
    return await _by_seat(gathering, seat, asked, ev.ChallengerAnswered(seat, asked.draft, asked.desire, asked.stance))


async def carry_line(gathering: LiveGathering, seat: int, asked: ask.CarryingAsked) -> Kept:
    """Keep a line in the language of a person's pages; it stands once two other readers confirmed it.

    Raises:
        Refused: WORDS, CLOSED, UNKNOWN.
    """
    words, _ = clean_words(asked.text)
    language = gathering.state.seats[seat].language
    return await _by_seat(gathering, seat, asked, ev.LineCarried(seat, asked.draft, asked.line, language, words))


async def confirm_carried(gathering: LiveGathering, seat: int, asked: ask.ConfirmingAsked) -> Kept:
    """Keep that a reader of both languages confirms a carried line, or take that back.

    Raises:
        Refused: NOT_YOURS: they carried it themselves; UNKNOWN.
    """
    return await _by_seat(gathering, seat, asked, ev.CarryConfirmed(seat, asked.carried, asked.on))


async def say_amen(gathering: LiveGathering, seat: int, asked: ask.KeyOnly) -> Kept:
    """Keep a person's amen, once.

    Raises:
        Refused: CLOSED.
    """
    return await _by_seat(gathering, seat, asked, ev.AmenSaid(seat))


# --- a person's circle ------------------------------------------------------------------------------------------------


async def take_duty(gathering: LiveGathering, seat: int, asked: ask.DutyAsked) -> Kept:
    """Take the duty of one's circle, or leave it.

    Raises:
        Refused: UNKNOWN: the person is in no circle.
    """
    return await _by_seat(gathering, seat, asked, ev.StewardNamed(seat, on=asked.on))


def circle_served(gathering: LiveGathering, seat: int) -> int:
    """Return the circle in which a person holds the duty.

    Raises:
        Refused: NOT_YOURS: they hold none.
    """
    circle = gathering.state.people.serves(seat)
    if circle is None:
        raise Refused(Refusal.NOT_YOURS)
    return circle


async def set_circle_done(gathering: LiveGathering, seat: int, asked: ask.CircleDoneAsked) -> Kept:
    """Mark that the circle of a steward has finished its part of this stage, or not.

    Raises:
        Refused: NOT_YOURS.
    """
    return await _by_seat(gathering, seat, asked, ev.CircleDone(circle_served(gathering, seat), on=asked.on))


async def say_circle_line(gathering: LiveGathering, seat: int, asked: ask.CircleLineAsked) -> Kept:
    """Keep the line of a steward's circle; a former line is withdrawn.

    Raises:
        Refused: WORDS, NOT_YOURS.
    """
    circle = circle_served(gathering, seat)
    language = find_language(gathering, seat, asked.text)
    words, _ = clean_words(asked.text, language)
    body = ev.DesireSaid(seat, words, language, grew_from=asked.grew_from, line_of=circle)
    return await _by_seat(gathering, seat, asked, body)


async def carry_desire(gathering: LiveGathering, seat: int, asked: ask.CarriedDesireAsked) -> Kept:
    """Keep the desire that a steward's circle carries beside its line: one of its own as it stands, or typed anew.

    Raises:
        Refused: WORDS, NOT_YOURS; UNKNOWN: it is not a desire of this circle that its steward may see.
    """
    circle = circle_served(gathering, seat)
    if asked.desire is None:
        language = find_language(gathering, seat, asked.text)
        words, _ = clean_words(asked.text, language)
        body = ev.DesireSaid(seat, words, language, carried_by=circle)
    else:
        own = dict(circles.own_desires(gathering.state, circle, seat)).get(asked.desire)
        if own is None:
            raise Refused(Refusal.UNKNOWN)
        body = ev.DesireSaid(seat, own.text, own.language, stem=own.stem, grew_from=asked.desire, carried_by=circle)
    return await _by_seat(gathering, seat, asked, body)


async def seat_scribed(gathering: LiveGathering, scribe: int, asked: ask.ScribedSeatAsked) -> TakenSeat:
    """Give a person without a phone a seat in the circle of the steward who types for them. Idempotent.

    Raises:
        Refused: NOT_YOURS, LANGUAGE.
    """
    circle = circle_served(gathering, scribe)
    language = asked.language or gathering.state.seats[scribe].language
    return await gathering.take_seat(asked.key, language=_offered(gathering, language), circle=circle, scribe=scribe)


def check_scribe(gathering: LiveGathering, scribe: int, seat: int) -> None:
    """Check that a person types for another one.

    Raises:
        Refused: NOT_YOURS: without the duty; UNKNOWN: they do not type for this one.
    """
    circle_served(gathering, scribe)
    if not gathering.state.people.sits(seat) or gathering.state.seats[seat].scribe != scribe:
        raise Refused(Refusal.UNKNOWN)


# --- hosts: the round -------------------------------------------------------------------------------------------------


async def move_stage(gathering: LiveGathering, host: int, asked: ask.StageAsked) -> Kept:
    """Move the round to a stage.

    Raises:
        Refused: STALE: another host was first.
    """
    return await _by_host(gathering, host, asked, ev.StageMoved(asked.stage, asked.version, asked.travelling))


async def take_step(gathering: LiveGathering, host: int, asked: ask.StepAsked) -> Kept:
    """Go to a step of the programme: question, stage and clock move together.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.StepTaken(asked.step, asked.version))


async def set_programme(gathering: LiveGathering, host: int, asked: ask.ProgrammeAsked) -> Kept:
    """Set the programme by which the hosts lead, or add steps to it."""
    before = gathering.state.programme if asked.append else []
    return await _by_host(gathering, host, asked, ev.ProgrammeSet([*before, *planned(gathering, asked)]))


def planned(gathering: LiveGathering, asked: ask.ProgrammeAsked) -> list[ev.ProgrammeStep]:
    """Return the steps of a ready programme, once for each of at most ten questions."""
    if not asked.ready:
        return []
    language = gathering.state.languages[0]
    typed = [clean_name(line, QUESTION_MOST) for line in asked.questions.splitlines()]
    questions = [question for question in typed if question][:QUESTIONS_MOST] or [""]
    return [
        ev.ProgrammeStep(
            step.stage, step.seconds, {language: question} if question and not place else {}, step.travelling
        )
        for question in questions
        for place, step in enumerate(READY[asked.ready])
    ]


async def set_clock(gathering: LiveGathering, host: int, asked: ask.ClockAsked) -> Kept:
    """Set the time of this stage, or take the clock away."""
    return await _by_host(gathering, host, asked, ev.ClockSet(asked.seconds))


async def set_saying(gathering: LiveGathering, host: int, asked: ask.SayingAsked) -> Kept:
    """Set the moment at which all say the text, or take it away.

    Raises:
        Refused: CLOSED: there is no sealed text in this round.
    """
    return await _by_host(gathering, host, asked, ev.SayingSet(asked.seconds))


async def end(gathering: LiveGathering, host: int, asked: ask.KeyOnly) -> Kept:
    """End the gathering."""
    return await _by_host(gathering, host, asked, ev.Ended())


# --- hosts: desires ---------------------------------------------------------------------------------------------------


async def moderate(gathering: LiveGathering, host: int, asked: ask.ModerationAsked) -> Kept:
    """Accept or reject a desire; a rejection carries the reason that its author reads.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    body = ev.Moderated(asked.desire, asked.decision, entry.clean(asked.reason), asked.version)
    return await _by_host(gathering, host, asked, body)


async def mark_meta(gathering: LiveGathering, host: int, asked: ask.MetaAsked) -> Kept:
    """Mark a desire as about the talk or oneself, or unmark it.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.MarkedMeta(asked.desire, on=asked.on, version=asked.version))


async def show(gathering: LiveGathering, host: int, asked: ask.ShownAsked) -> Kept:
    """Put a desire on the hall screen, or take it off.

    Raises:
        Refused: UNKNOWN.
    """
    others = [number for number in gathering.state.shown if number != asked.desire]
    return await _by_host(gathering, host, asked, ev.DesiresShown([*others, asked.desire] if asked.on else others))


async def call_same(gathering: LiveGathering, host: int, asked: ask.SameAsked) -> Kept:
    """Say that two desires in different languages are the same; a second host confirms it.

    Raises:
        Refused: UNKNOWN, NOT_YOURS.
    """
    return await _by_host(gathering, host, asked, ev.Translated(asked.desire, asked.same_as))


async def seed(gathering: LiveGathering, host: int, asked: ask.SeedAsked) -> Kept:
    """Keep a desire that the hosts begin with, in the house's first language where none is named.

    Raises:
        Refused: WORDS, LANGUAGE.
    """
    language = _offered(gathering, asked.language or gathering.state.languages[0])
    words, _ = clean_words(asked.text, language)
    return await _by_host(gathering, host, asked, ev.DesireSaid(None, words, language))


# --- hosts: circles, occasions, cards ---------------------------------------------------------------------------------


def _same_again(host: int, asked: ask.Input) -> str:
    """Return a name that is equal when the same input is sent twice, which makes adding idempotent."""
    return f"{actor.host(host)}\0{asked.key}"


async def add_circle(gathering: LiveGathering, host: int, asked: ask.CircleAsked) -> Kept:
    """Add a circle with an unguessable key for its cards. Idempotent."""
    key = gathering.secret_for("circle", _same_again(host, asked))
    return await _by_host(gathering, host, asked, ev.CircleAdded(clean_name(asked.name), key, place=asked.place))


async def rename_circle(gathering: LiveGathering, host: int, asked: ask.CircleNameAsked) -> Kept:
    """Give a circle another name.

    Raises:
        Refused: UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.CircleChanged(asked.circle, clean_name(asked.name)))


async def add_occasion(gathering: LiveGathering, host: int, asked: ask.OccasionAsked) -> Kept:
    """Add an occasion with a code for its tables. Idempotent.

    Raises:
        Refused: WORDS: it has no name.
    """
    name = clean_name(asked.name)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    code = clean_code(gathering.secret_for("occasion", _same_again(host, asked)))[:OCCASION_LETTERS]
    return await _by_host(gathering, host, asked, ev.OccasionAdded(name, asked.form, code))


async def draw_tables(gathering: LiveGathering, host: int, asked: ask.TablesAsked) -> Kept:
    """Draw tables of an occasion at random. Idempotent: the same input draws the same tables.

    Raises:
        Refused: UNKNOWN: no such occasion, a size out of range, or too few people; CLOSED: people sit already; STALE.
    """
    seats = circles.may_sit(gathering.state)
    fits = TABLE_LEAST <= asked.size <= TABLE_MOST and asked.occasion < len(gathering.state.occasions)
    if not fits or not circles.enough_for_tables(len(seats)):
        raise Refused(Refusal.UNKNOWN)
    seed_of_draw = int(gathering.secret_for("tables", _same_again(host, asked))[:12], 16)
    body = seats_by_lot(
        seats, asked.occasion, asked.size, same_language=asked.same_language, times=asked.version, seed=seed_of_draw
    )
    return await _by_host(gathering, host, asked, body)


async def print_cards(gathering: LiveGathering, host: int, asked: ask.CardsAsked) -> tuple[str, ...]:
    """Return seat codes for table cards; each opens one seat, once. The same key gives the same codes (idempotent).

    Raises:
        Refused: UNKNOWN: no such circle.
    """
    return await gathering.add_cards(asked.key, asked.count, asked.circle, actor.host(host))


# --- hosts: the book and the settings ---------------------------------------------------------------------------------


async def set_book(gathering: LiveGathering, host: int, asked: ask.BookAsked) -> Kept:
    """Open a sealed text to everybody, or close it.

    Raises:
        Refused: UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.BookSet(asked.sealed, asked.public))


async def set_held(gathering: LiveGathering, host: int, asked: ask.HeldAsked) -> Kept:
    """Name the occasion at which a round is held, or take it back.

    Raises:
        Refused: UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.RoundHeld(asked.round, asked.occasion))


def settings_of(asked: ask.SettingsAsked) -> ev.Settings:
    """Return settings as they are kept: clean names and questions, words only in the gathering's languages.

    Raises:
        Refused: WORDS: there is no name; LANGUAGE: there is no language, or one has no question.
    """
    name = clean_name(asked.name, GATHERING_NAME_MOST)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    question = {code: clean_name(asked.question.get(code, ""), QUESTION_MOST) for code in asked.languages}
    if not question or not all(question.values()):
        raise Refused(Refusal.LANGUAGE)
    return ev.Settings(
        name=name,
        question=question,
        voice=asked.voice,
        languages=asked.languages,
        cards=asked.cards,
        hold=asked.hold,
        words={code: pairs for code, pairs in asked.words.items() if code in question and pairs},
        version=asked.version,
    )


async def set_settings(gathering: LiveGathering, host: int, asked: ask.SettingsAsked) -> Kept:
    """Set all settings of a gathering.

    Raises:
        Refused: WORDS, LANGUAGE, STALE.
    """
    return await _by_host(gathering, host, asked, settings_of(asked))


# --- the house --------------------------------------------------------------------------------------------------------


async def seat_host(gathering: LiveGathering, token: str, secret: str) -> Kept:
    """Seat a host who came in by a one-time link; sent twice at once it counts once.

    Idempotent only until the first is applied: a door asks `LiveGathering.host_of` before.
    """
    by = actor.host(len(gathering.state.hosts))
    return await gathering.submit(by, f"host-{token}", ev.HostSeated(hash_of(secret)))


async def furnish(
    gathering: LiveGathering, circle_list: Sequence[ask.CircleAsked], occasions: Sequence[ask.OccasionAsked] = ()
) -> None:
    """Add the circles and occasions with which a new gathering begins."""
    bodies: list[ev.AnyBody] = [
        *(ev.CircleAdded(clean_name(one.name), secrets.token_urlsafe(9), place=one.place) for one in circle_list),
        *(ev.OccasionAdded(clean_name(one.name), one.form, new_code()[:OCCASION_LETTERS]) for one in occasions),
    ]
    await asyncio.gather(*(gathering.submit(actor.HOUSE, f"begin-{n}", body) for n, body in enumerate(bodies)))
