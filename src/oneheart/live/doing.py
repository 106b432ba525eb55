"""Doing: one function for each act of a person or host, called by every interface.

A function takes an input (`live.inputs`), cleans and checks it, writes one event and returns the outcome. It raises
`Refused` if the act is not allowed. Phone, scribe, desk, API and imports call these functions, so rules on words,
languages, lengths and permissions are in one place. `live.state` makes the final decision, in the order of the log.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.engine.desire import entry
from oneheart.engine.desire.spoken import language_of
from oneheart.live import circles
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.codes import code_from, hash_of, is_strong, new_code
from oneheart.live.gathering import Kept, LiveGathering, TakenSeat
from oneheart.live.matching import match_one
from oneheart.live.naming import kept_names
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.seating_plan import draw_seats
from oneheart.live.settings_typed import planned, settings_of
from oneheart.live.state.company import TABLE_LEAST, TABLE_MOST
from oneheart.live.typed_words import (
    as_read,
    can_be_in,
    clean_critique,
    clean_name,
    clean_words,
    find_language,
    named_language,
)
from oneheart.model import actor
from oneheart.model.prayer import Reading


@dataclass(frozen=True, slots=True)
class SaidDesire:
    """A desire that was kept.

    Attributes:
        number: number of the desire.
        waiting: true if the stage is closed; the desire waits for the next round.
        hints: codes of hints to its author.
        kept: outcome of its event.
    """

    number: int
    waiting: bool
    hints: tuple[entry.HintCode, ...]
    kept: Kept


def _offered(gathering: LiveGathering, language: str) -> str:
    if language not in gathering.state.languages:
        raise Refused(Refusal.LANGUAGE)
    return language


def _behind(gathering: LiveGathering, purpose: Purpose, holder: int, alias: str) -> int:
    """Return the number of the desire that an act names.

    Raises:
        Refused: UNKNOWN: the alias was not given to this holder for this purpose.
    """
    number = desire_behind(gathering, purpose, holder, alias)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    return number


async def _by_seat(gathering: LiveGathering, seat: int, asked: ask.Input, body: ev.AnyBody) -> Kept:
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def _by_host(gathering: LiveGathering, host: int, asked: ask.Input, body: ev.AnyBody) -> Kept:
    return await gathering.submit(actor.host(host), asked.key, body)


# --- a person's seat --------------------------------------------------------------------------------------------------


async def take_seat(gathering: LiveGathering, asked: ask.SeatAsked, circle: int | None = None) -> TakenSeat:
    """Give a person a seat. Idempotent: the same key gives the same seat and secret again.

    Args:
        gathering: the gathering.
        asked: the seat.
        circle: number of the circle that they chose from a list; the circle of a card overrides it.

    Raises:
        Refused: WEAK_KEY; LANGUAGE; UNKNOWN: no such circle or seat code; USED: the seat code; NO_CARD, DOOR_CLOSED
            or FULL: the door.
    """
    if not is_strong(asked.key):
        raise Refused(Refusal.WEAK_KEY)
    language = _offered(gathering, asked.language)
    if asked.circle_key is not None:
        circle = gathering.state.circle_of_key.get(asked.circle_key)
        if circle is None:
            raise Refused(Refusal.UNKNOWN)
    try:
        return await gathering.take_seat(
            asked.key, language=language, circle=circle, card=asked.seat_code or "", consent=asked.consent
        )
    except Refused as refused:
        if refused.why is Refusal.FULL and gathering.state.course.most_seats is not None:
            raise Refused(Refusal.FULL, most=gathering.state.course.most_seats) from None
        raise


async def agree(gathering: LiveGathering, seat: int, asked: ask.ConsentAsked) -> Kept:
    """Keep that a person agrees to the terms: what is kept, for how long and by whom.

    Raises:
        Refused: STALE: the hosts changed the terms meanwhile.
    """
    return await _by_seat(gathering, seat, asked, ev.ConsentGiven(seat, asked.version))


async def change_language(gathering: LiveGathering, seat: int, asked: ask.SeatLanguageAsked) -> Kept:
    """Change the language of a person's pages.

    Raises:
        Refused: LANGUAGE.
    """
    return await _by_seat(gathering, seat, asked, ev.SeatChanged(seat, language=_offered(gathering, asked.language)))


async def set_unread(gathering: LiveGathering, seat: int, asked: ask.UnreadAsked) -> Kept:
    """Stop dealing desires in a language that a person does not read, or deal them again.

    Raises:
        Refused: UNKNOWN: not one of the gathering's languages, the language of their own pages, or no card of theirs.
    """
    language = asked.language
    if asked.desire:
        number = _behind(gathering, Purpose.CARD, seat, asked.desire)
        language = gathering.state.card_table.words(number, seat).language
    return await _by_seat(gathering, seat, asked, ev.LanguageUnread(seat, language, asked.on))


async def erase(gathering: LiveGathering, seat: int, asked: ask.KeyOnly) -> None:
    """Erase everything that a person wrote and answered, from the file too. Idempotent."""
    await gathering.erase(seat, asked.key)


# --- desires and answers ----------------------------------------------------------------------------------------------


async def say(gathering: LiveGathering, seat: int, asked: ask.DesireAsked) -> SaidDesire:
    """Keep a desire of a person.

    Raises:
        Refused: WORDS, LANGUAGE, QUOTA, or UNKNOWN for the desire that it grew from.
    """
    typed = as_read(gathering, seat, asked)
    grew_from = None if asked.grew_from is None else _behind(gathering, Purpose.CARD, seat, asked.grew_from)
    body = ev.DesireSaid(seat, typed.text, typed.language, stem=typed.stem, grew_from=grew_from)
    outcome = await _by_seat(gathering, seat, asked, body)
    number = numbered(outcome)
    await match_one(gathering, number)
    return SaidDesire(number, gathering.state.desires[number].waiting, typed.hints, outcome)


def numbered(outcome: Kept) -> int:
    """Return the number that an event received.

    Raises:
        Refused: UNKNOWN: the event is a repeat, and what it made has been erased since.
    """
    if outcome.number is None:
        raise Refused(Refusal.UNKNOWN)
    return outcome.number


async def join(gathering: LiveGathering, seat: int, asked: ask.JoinAsked) -> Kept:
    """Join a person's own desire to another that was offered to them as similar.

    Raises:
        Refused: NOT_YOURS: it is joined already; UNKNOWN: not offered, or one of the two does not travel any more.
    """
    desire = _behind(gathering, Purpose.OWN, seat, asked.desire)
    same_as = _behind(gathering, Purpose.JOIN, seat, asked.same_as)
    return await _by_seat(gathering, seat, asked, ev.DesireJoined(seat, desire, same_as))


async def part(gathering: LiveGathering, seat: int, asked: ask.DesireNamed) -> Kept:
    """Take a person's own desire apart from the one that it was joined to.

    Raises:
        Refused: UNKNOWN: it is not joined; QUOTA: three others of theirs are open.
    """
    desire = _behind(gathering, Purpose.OWN, seat, asked.desire)
    return await _by_seat(gathering, seat, asked, ev.DesireParted(seat, desire))


async def withdraw(gathering: LiveGathering, seat: int, asked: ask.DesireNamed) -> Kept:
    """Withdraw a person's own desire.

    Raises:
        Refused: UNKNOWN: it is not theirs.
    """
    desire = _behind(gathering, Purpose.OWN, seat, asked.desire)
    return await _by_seat(gathering, seat, asked, ev.DesireWithdrawn(seat, desire))


def may_name_language(gathering: LiveGathering, seat: int, desire: int, language: str) -> bool:
    """Return whether `name_language` would take a language for a person's own desire now. Pages offer only such ones.

    Args:
        gathering: the gathering.
        seat: seat of the person.
        desire: number of the desire.
        language: language code.
    """
    state = gathering.state
    if not can_be_in(state, state.desires[desire].text, language):
        return False
    return state.check_new(ev.DesireLanguage(seat, desire, language), actor.seat(seat)) is None


async def name_language(gathering: LiveGathering, seat: int, asked: ask.DesireLanguageAsked) -> Kept:
    """Set the language of a person's own desire.

    Raises:
        Refused: UNKNOWN: it is not theirs, or not a language of the gathering; LANGUAGE: its words are in the letters
            of another one; CLOSED: it is in a sealed text.
    """
    desire = _behind(gathering, Purpose.OWN, seat, asked.desire)
    named_language(gathering.state, gathering.state.desires[desire].text, asked.language)
    return await _by_seat(gathering, seat, asked, ev.DesireLanguage(seat, desire, asked.language))


async def respond(gathering: LiveGathering, seat: int, asked: ask.ResponseAsked) -> Kept:
    """Keep one answer to a card. A person's last answer to a desire counts.

    The alias of a card stays valid: an answer without network counts also after a restart, and after hosts held or
    rejected the desire meanwhile. It opens no words; see `live.opened`.

    Raises:
        Refused: CLOSED; UNKNOWN: no card of theirs, or its author erased it.
    """
    desire = _behind(gathering, Purpose.CARD, seat, asked.desire)
    return await gathering.respond(seat, desire, asked.stance, asked.key)


# --- being together ---------------------------------------------------------------------------------------------------


async def feel(gathering: LiveGathering, seat: int, asked: ask.FeltAsked) -> Kept:
    """Keep how near a person feels, or remove it.

    Raises:
        Refused: CLOSED: the other of the two times is asked now.
    """
    return await _by_seat(gathering, seat, asked, ev.FeltSaid(seat, asked.value, asked.when))


# --- the text ---------------------------------------------------------------------------------------------------------


async def read_line(gathering: LiveGathering, seat: int, asked: ask.ReadingAsked) -> Kept:
    """Keep a person's answer to a line. Only "would change" may carry a critique.

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
    """Keep that a person affirms the whole text, or remove it.

    Raises:
        Refused: CLOSED, CHANGED.
    """
    return await _by_seat(gathering, seat, asked, ev.WholeAffirmed(seat, asked.draft, asked.on))


async def answer_challenger(gathering: LiveGathering, seat: int, asked: ask.ChallengerAsked) -> Kept:
    """Keep whether a person wants a desire that was put to them while they read: a challenger, or what a line says.

    Raises:
        Refused: NOT_YOURS: not put to them; CLOSED, CHANGED, UNKNOWN.
    """
    desire = _behind(gathering, Purpose.CARD, seat, asked.desire)
    return await _by_seat(gathering, seat, asked, ev.ChallengerAnswered(seat, asked.draft, desire, asked.stance))


async def say_amen(gathering: LiveGathering, seat: int, asked: ask.KeyOnly) -> Kept:
    """Keep a person's amen. It counts once.

    Raises:
        Refused: CLOSED.
    """
    return await _by_seat(gathering, seat, asked, ev.AmenSaid(seat))


# --- a person's circle ------------------------------------------------------------------------------------------------


def circle_served(gathering: LiveGathering, seat: int) -> int:
    """Return the circle in which a person holds the duty of steward.

    Raises:
        Refused: NOT_YOURS: they hold no duty.
    """
    circle = gathering.state.people.serves(seat)
    if circle is None:
        raise Refused(Refusal.NOT_YOURS)
    return circle


async def set_circle_done(gathering: LiveGathering, seat: int, asked: ask.CircleDoneAsked) -> Kept:
    """Keep that a steward's circle has finished its part of this stage, or has not.

    Raises:
        Refused: NOT_YOURS.
    """
    return await _by_seat(gathering, seat, asked, ev.CircleDone(circle_served(gathering, seat), on=asked.on))


async def say_circle_line(gathering: LiveGathering, seat: int, asked: ask.CircleLineAsked) -> Kept:
    """Keep the line of a steward's circle. The former line is withdrawn.

    Raises:
        Refused: WORDS, NOT_YOURS; UNKNOWN: the desire that it grew from was not listed for them.
    """
    circle = circle_served(gathering, seat)
    grew_from = None if asked.grew_from is None else _behind(gathering, Purpose.CIRCLE, seat, asked.grew_from)
    language = find_language(gathering, seat, asked.text)
    words, _ = clean_words(asked.text, language)
    body = ev.DesireSaid(seat, words, language, grew_from=grew_from, line_of=circle)
    return await _by_seat(gathering, seat, asked, body)


async def carry_desire(gathering: LiveGathering, seat: int, asked: ask.CarriedDesireAsked) -> Kept:
    """Keep the desire that a steward's circle carries beside its line: one of its own unchanged, or typed.

    Raises:
        Refused: WORDS, NOT_YOURS; UNKNOWN: not a desire of this circle that its steward may see.
    """
    circle = circle_served(gathering, seat)
    if asked.desire is None:
        language = find_language(gathering, seat, asked.text)
        words, _ = clean_words(asked.text, language)
        body = ev.DesireSaid(seat, words, language, carried_by=circle)
    else:
        number = _behind(gathering, Purpose.CIRCLE, seat, asked.desire)
        desire = dict(circles.own_desires(gathering.state, circle, seat)).get(number)
        if desire is None:
            raise Refused(Refusal.UNKNOWN)
        body = ev.DesireSaid(seat, desire.text, desire.language, stem=desire.stem, grew_from=number, carried_by=circle)
    return await _by_seat(gathering, seat, asked, body)


async def seat_scribed(gathering: LiveGathering, scribe: int, asked: ask.ScribedSeatAsked) -> TakenSeat:
    """Give a person without a phone a seat in the circle of the steward who types for them. Idempotent.

    Raises:
        Refused: NOT_YOURS, LANGUAGE; NO_ROOM: the circle has as many people as its size.
    """
    circle = circle_served(gathering, scribe)
    language = asked.language or gathering.state.seats[scribe].language
    language = _offered(gathering, language)
    return await gathering.take_seat(asked.key, language=language, circle=circle, scribe=scribe, consent=asked.consent)


def check_scribe(gathering: LiveGathering, scribe: int, seat: int) -> None:
    """Raise unless a person types for another one, in the circle of both.

    Raises:
        Refused: NOT_YOURS: they do not hold the duty; UNKNOWN: they do not type for this person.
    """
    circle = circle_served(gathering, scribe)
    if not gathering.state.people.sits(seat):
        raise Refused(Refusal.UNKNOWN)
    person = gathering.state.seats[seat]
    if person.scribe != scribe or person.circle != circle:
        raise Refused(Refusal.UNKNOWN)


# --- hosts: the round -------------------------------------------------------------------------------------------------


async def move_stage(gathering: LiveGathering, host: int, asked: ask.StageAsked) -> Kept:
    """Move the round to a stage.

    Raises:
        Refused: STALE: another host moved it first.
    """
    words = gathering.state.words_at_the_end()
    body = ev.StageMoved(asked.stage, asked.version, asked.travelling, words)
    return await _by_host(gathering, host, asked, body)


async def take_step(gathering: LiveGathering, host: int, asked: ask.StepAsked) -> Kept:
    """Go to a step of the programme: question, stage and clock change together.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    words = gathering.state.words_at_the_end()
    return await _by_host(gathering, host, asked, ev.StepTaken(asked.step, asked.version, words))


async def set_programme(gathering: LiveGathering, host: int, asked: ask.ProgrammeAsked) -> Kept:
    """Set the programme, or add steps to it."""
    course = gathering.state.course
    former, by_itself = (course.programme, course.by_itself) if asked.append else ([], asked.by_itself)
    body = ev.ProgrammeSet([*former, *planned(gathering, asked)], by_itself=by_itself)
    return await _by_host(gathering, host, asked, body)


async def set_clock(gathering: LiveGathering, host: int, asked: ask.ClockAsked) -> Kept:
    """Set the time of this stage, or remove the clock."""
    return await _by_host(gathering, host, asked, ev.ClockSet(asked.seconds))


async def set_saying(gathering: LiveGathering, host: int, asked: ask.SayingAsked) -> Kept:
    """Set the moment at which everybody says the text, or remove it.

    Raises:
        Refused: CLOSED: this round has no sealed text.
    """
    return await _by_host(gathering, host, asked, ev.SayingSet(asked.seconds))


async def end(gathering: LiveGathering, host: int, asked: ask.KeyOnly) -> Kept:
    """End the gathering."""
    return await _by_host(gathering, host, asked, ev.Ended())


# --- hosts: desires ---------------------------------------------------------------------------------------------------


async def moderate(gathering: LiveGathering, host: int, asked: ask.ModerationAsked) -> Kept:
    """Accept or reject a desire. A rejection carries a reason that the author reads.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    desire = _behind(gathering, Purpose.HOST, host, asked.desire)
    body = ev.Moderated(desire, asked.decision, entry.clean(asked.reason), asked.version)
    return await _by_host(gathering, host, asked, body)


async def mark_meta(gathering: LiveGathering, host: int, asked: ask.MetaAsked) -> Kept:
    """Mark a desire as about the talk or oneself, or remove the mark.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    desire = _behind(gathering, Purpose.HOST, host, asked.desire)
    return await _by_host(gathering, host, asked, ev.MarkedMeta(desire, on=asked.on, version=asked.version))


async def show(gathering: LiveGathering, host: int, asked: ask.ShownAsked) -> Kept:
    """Show a desire on the hall screen, or remove it.

    Raises:
        Refused: UNKNOWN.
    """
    desire = _behind(gathering, Purpose.HOST, host, asked.desire)
    shown = [number for number in gathering.state.shown if number != desire]
    return await _by_host(gathering, host, asked, ev.DesiresShown([*shown, desire] if asked.on else shown))


async def call_same(gathering: LiveGathering, host: int, asked: ask.SameAsked) -> Kept:
    """Keep that a host calls two desires in different languages the same. A second host confirms it.

    Raises:
        Refused: UNKNOWN, NOT_YOURS.
    """
    desire = _behind(gathering, Purpose.HOST, host, asked.desire)
    same_as = _behind(gathering, Purpose.HOST, host, asked.same_as)
    return await _by_host(gathering, host, asked, ev.Translated(desire, same_as))


async def seed(gathering: LiveGathering, host: int, asked: ask.SeedAsked) -> Kept:
    """Keep a desire that the hosts begin with. Without a language it is found, in doubt the default one.

    Raises:
        Refused: WORDS, LANGUAGE.
    """
    languages = gathering.state.languages
    language = asked.language or language_of(asked.text, languages[0], languages)
    words, _ = clean_words(asked.text, named_language(gathering.state, asked.text, language))
    return await _by_host(gathering, host, asked, ev.DesireSaid(None, words, language))


# --- hosts: circles, occasions, cards ---------------------------------------------------------------------------------


def _same_again(host: int, asked: ask.Input) -> str:
    """Return a key that is equal for equal inputs, which makes adding idempotent."""
    return f"{actor.host(host)}\0{asked.key}"


async def add_circle(gathering: LiveGathering, host: int, asked: ask.CircleAsked) -> Kept:
    """Add a circle with a random key for its cards. Idempotent."""
    key = gathering.secret_for("circle", _same_again(host, asked))
    names = kept_names(gathering.state, asked.names)
    body = ev.CircleAdded(clean_name(asked.name), key, asked.parent, asked.place, asked.size, names)
    return await _by_host(gathering, host, asked, body)


async def rename_circle(gathering: LiveGathering, host: int, asked: ask.CircleNameAsked) -> Kept:
    """Give a circle other names or another size.

    Raises:
        Refused: UNKNOWN; LANGUAGE: a name is in a language that the gathering does not have.
    """
    state = gathering.state
    present = state.circles[asked.circle].names if state.people.is_circle(asked.circle) else {}
    names = kept_names(state, asked.names, present)
    body = ev.CircleChanged(asked.circle, clean_name(asked.name), asked.size, names)
    return await _by_host(gathering, host, asked, body)


async def add_occasion(gathering: LiveGathering, host: int, asked: ask.OccasionAsked) -> Kept:
    """Add an occasion with a code for its tables. Idempotent.

    Raises:
        Refused: WORDS: the name is empty; LANGUAGE: a name is in a language that the gathering does not have.
    """
    name = clean_name(asked.name)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    code = code_from(gathering.secret_for("occasion", _same_again(host, asked)))
    names = kept_names(gathering.state, asked.names)
    return await _by_host(
        gathering, host, asked, ev.OccasionAdded(name, asked.form, code, names, asked.begins, asked.ends)
    )


async def draw_tables(gathering: LiveGathering, host: int, asked: ask.TablesAsked) -> Kept:
    """Draw tables of an occasion at random. Idempotent: the same input draws the same tables.

    Raises:
        Refused: UNKNOWN: no such occasion, a size out of range, or too few people; CLOSED: people have come; STALE.
    """
    seats = circles.may_sit(gathering.state)
    fits = TABLE_LEAST <= asked.size <= TABLE_MOST and asked.occasion < len(gathering.state.occasions)
    if not fits or not circles.enough_for_tables(len(seats)):
        raise Refused(Refusal.UNKNOWN)
    seed_of_draw = int(gathering.secret_for("tables", _same_again(host, asked))[:12], 16)
    body = draw_seats(
        seats, asked.occasion, asked.size, same_language=asked.same_language, times=asked.version, seed=seed_of_draw
    )
    return await _by_host(gathering, host, asked, body)


async def print_cards(gathering: LiveGathering, host: int, asked: ask.CardsAsked) -> tuple[str, ...]:
    """Return seat codes for table cards; each opens one seat, once. Idempotent: the same key gives the same codes.

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
    """Name the occasion at which a round is held, or remove it.

    Raises:
        Refused: UNKNOWN.
    """
    return await _by_host(gathering, host, asked, ev.RoundHeld(asked.round, asked.occasion))


async def set_settings(gathering: LiveGathering, host: int, asked: ask.SettingsAsked) -> Kept:
    """Set all settings of a gathering.

    Raises:
        Refused: WORDS, LANGUAGE, STALE; UNKNOWN: this server has not the machine that is chosen for drafts.
    """
    settings = settings_of(asked, gathering.drafts.engines, gathering.state.settings)
    return await _by_host(gathering, host, asked, settings)


# --- the house --------------------------------------------------------------------------------------------------------


async def seat_host(gathering: LiveGathering, token: str, secret: str) -> Kept:
    """Seat a host who used a one-time link. A link that is sent twice at the same moment seats one host.

    It is idempotent only until the first event is applied; callers ask `LiveGathering.host_of` before.
    """
    host = actor.host(len(gathering.state.hosts))
    return await gathering.submit(host, f"host-{token}", ev.HostSeated(hash_of(secret)))


async def furnish(
    gathering: LiveGathering, circle_list: Sequence[ask.CircleAsked], occasions: Sequence[ask.OccasionAsked] = ()
) -> None:
    """Add the circles and occasions of a new gathering.

    Raises:
        Refused: LANGUAGE: a name is in a language that the gathering does not have.
    """
    bodies: list[ev.AnyBody] = []
    for circle in circle_list:
        names = kept_names(gathering.state, circle.names)
        key = secrets.token_urlsafe(9)
        bodies.append(ev.CircleAdded(clean_name(circle.name), key, place=circle.place, names=names))
    for occasion in occasions:
        names = kept_names(gathering.state, occasion.names)
        bodies.append(ev.OccasionAdded(clean_name(occasion.name), occasion.form, new_code(), names))
    await asyncio.gather(*(gathering.submit(actor.HOUSE, f"begin-{n}", body) for n, body in enumerate(bodies)))
