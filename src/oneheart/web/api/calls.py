"""The calls of the HTTP API that are more than one act: each reads a request and returns the struct of its answer.

`web.api.operations` lists them with their addresses. A call raises `ApiError` or `Refused`, which become a `Problem`.
"""

from __future__ import annotations

from starlette.requests import Request

from oneheart.live import (
    admitting,
    check_in,
    doing,
    importing,
    opened,
)
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.held import Mine, held_about
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import numbers_in_book
from oneheart.live.state import Refusal
from oneheart.live.wordings import lacking
from oneheart.web.api.answered import circles_told, list_taken, sealed_told, terms_told, text_told
from oneheart.web.api.operation import ApiError
from oneheart.web.api.telling import carrying_told, desire_told, group_told, snapshot_told
from oneheart.web.api.types import (
    BookTold,
    CardTold,
    CarryingTold,
    ChallengersTold,
    ChallengerTold,
    CirclesTold,
    DesireKept,
    Done,
    GatheringTold,
    HostsTold,
    HostTold,
    LanguageAsked,
    ListTaken,
    OdditiesTold,
    QueuedDesire,
    QueueTold,
    SealedTold,
    SeatGiven,
    SnapshotTold,
    TermsTold,
    TextTold,
)
from oneheart.web.book import SHOWN_MOST, open_to_all, pages_open_to_all
from oneheart.web.pages import address_of, gathering_of, house_of, words_for
from oneheart.web.phone.here import tries_of
from oneheart.web.phone.proofs import size_in
from oneheart.web.receipts import (
    ConsistencyTold,
    HeadsTold,
    ReceiptsTold,
    ReceiptTold,
    consistency_told,
    heads_told,
    receipts_told,
)
from oneheart.web.sealed_texts import SealedText, found, page_of, sought_in
from oneheart.web.terms import is_encrypted
from oneheart.web.words import LANGUAGES, Words

BELOW = "/gatherings/{code}"
"""Path of a gathering, below the root of the API."""

_ENGLISH = Words("en")


def gathering_in(request: Request) -> LiveGathering:
    """Return the gathering of a request.

    Raises:
        ApiError: 404 if there is none with this code.
    """
    gathering = gathering_of(request)
    if gathering is None:
        raise ApiError(404, "no gathering", "There is no gathering with this code here.")
    return gathering


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def seat_in(request: Request) -> tuple[LiveGathering, int]:
    """Return the gathering of a request, and the seat that its secret opens.

    Raises:
        ApiError: 401 if the secret opens none.
        Refused: REVOKED if the seat was revoked.
    """
    gathering = gathering_of(request)
    seat = None if gathering is None else gathering.seat_of(_secret(request))
    if gathering is not None and admitting.revoked_of(gathering, _secret(request)) is not None:
        raise Refused(Refusal.REVOKED)
    if gathering is None or seat is None:  # one answer: it does not tell whether the code exists
        raise ApiError(401, "no seat", "Send the seat's secret as Authorization: Bearer SECRET.")
    return gathering, seat


def host_in(request: Request) -> tuple[LiveGathering, int]:
    """Return the gathering of a request, and the host whose secret it carries.

    Raises:
        ApiError: 401 if it is the secret of no host.
    """
    gathering = gathering_of(request)
    host = None if gathering is None else gathering.host_of(_secret(request))
    if gathering is None or host is None:  # one answer, as for a seat
        raise ApiError(401, "no host", "Send the host's secret as Authorization: Bearer SECRET.")
    return gathering, host


def done(kept: Kept) -> Done:
    """Return the answer to an act that was kept."""
    return Done(kept.repeated, kept.commitment.hex())


async def about(request: Request, _body: None) -> GatheringTold:
    """Return the public description of a gathering."""
    gathering = gathering_in(request)
    settings = gathering.state.settings
    if settings is None:
        raise ApiError(404, "no gathering", "There is no gathering with this code here.")
    return GatheringTold(
        gathering.code,
        settings.name,
        gathering.state.question,
        settings.languages,
        settings.voice,
        settings.cards,
        gathering.state.course.door,
        snapshot_told(gathering, gathering.snapshot),
        settings.names,
        lacking(gathering.state),
    )


async def snapshot(request: Request, _body: None) -> SnapshotTold:
    """Return the state of a gathering at the last tick."""
    gathering = gathering_in(request)
    return snapshot_told(gathering, gathering.snapshot)


async def terms(request: Request, _body: None) -> TermsTold:
    """Return the terms of a gathering in the language of the query parameter `lang`, or in its main language."""
    gathering = gathering_in(request)
    settings = gathering.state.settings
    if settings is None:
        raise ApiError(404, "no gathering", "There is no gathering with this code here.")
    asked = request.query_params.get("lang", "")
    language = asked if asked in LANGUAGES else settings.languages[0]
    return terms_told(gathering, words_for(gathering, language), encrypted=is_encrypted(request))


async def take_seat(request: Request, body: ask.SeatAsked) -> SeatGiven:
    """Take a seat and return its secret. Wrong codes are rate limited by address."""
    gathering = gathering_in(request)
    misses, address = request.app.state.misses, address_of(request)
    secret = body.seat_code is not None or body.circle_key is not None
    if secret and not misses.allowed(address):
        raise ApiError(429, "slowly", "Too many codes that are not here; wait a minute.")
    try:
        seat = await doing.take_seat(gathering, body)
    except Refused as refused:
        if refused.why is not Refusal.UNKNOWN:
            raise
        if secret:
            misses.note(address)
        if body.circle_key is not None and body.circle_key not in gathering.state.circle_of_key:
            raise ApiError(404, "no circle", "There is no circle with this key.") from None
        raise
    misses.welcome(address, f"{gathering.code} {seat.number}")
    return SeatGiven(seat.secret)


async def say(request: Request, body: ask.DesireAsked) -> DesireKept:
    """Say a desire; return its alias and desires that may be the same."""
    gathering, seat = seat_in(request)
    desire = await doing.say(gathering, seat, body)
    near = [desire_told(words) for words in opened.similar_to(gathering, seat, desire.number)]
    alias = alias_for(gathering, Purpose.OWN, seat, desire.number)
    return DesireKept(alias, desire.waiting, list(desire.hints), near, desire.kept.commitment.hex())


async def withdraw(request: Request, body: ask.KeyOnly) -> Done:
    """Withdraw a desire of the person."""
    gathering, seat = seat_in(request)
    withdrawal = ask.DesireNamed(body.key, str(request.path_params["desire"]))
    return done(await doing.withdraw(gathering, seat, withdrawal))


async def part(request: Request, body: ask.KeyOnly) -> Done:
    """Take a desire of the person apart from the one that it was joined to."""
    gathering, seat = seat_in(request)
    return done(await doing.part(gathering, seat, ask.DesireNamed(body.key, str(request.path_params["desire"]))))


async def name_language(request: Request, body: LanguageAsked) -> Done:
    """Correct the language of a desire of the person."""
    gathering, seat = seat_in(request)
    correction = ask.DesireLanguageAsked(body.key, str(request.path_params["desire"]), body.language)
    return done(await doing.name_language(gathering, seat, correction))


async def card(request: Request, _body: None) -> CardTold:
    """Return the next card of a person."""
    return _next_card(*seat_in(request))


def _next_card(gathering: LiveGathering, seat: int, receipt: str = "") -> CardTold:
    words = opened.card_in_hand(gathering, seat)
    settings = gathering.state.settings
    card = None if words is None else desire_told(words)
    return CardTold(card, gathering.state.cards(seat), settings.cards if settings else 0, receipt)


async def respond(request: Request, body: ask.ResponseAsked) -> CardTold:
    """Answer a card and return the next one."""
    gathering, seat = seat_in(request)
    kept = await doing.respond(gathering, seat, body)
    return _next_card(gathering, seat, kept.commitment.hex())


async def carrying_card(request: Request, _body: None) -> CarryingTold:
    """Return the next card about carrying a desire into another language."""
    return carrying_told(*seat_in(request))


async def be_present(request: Request, body: ask.AttendanceAsked) -> Done:
    """Record presence at an occasion. Wrong codes are rate limited by seat."""
    gathering, seat = seat_in(request)
    tries = tries_of(request, gathering, seat)
    if tries.over:
        raise ApiError(429, "slowly", "Too many codes that are not here; wait a minute.")
    try:
        return done(await check_in.be_present(gathering, seat, body))
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            tries.miss()
            raise ApiError(404, "no occasion", "There is no occasion with this code.") from None
        raise


async def mine(request: Request, _body: None) -> Mine:
    """Return everything that the server holds about the person."""
    return held_about(*seat_in(request))


async def erase(request: Request, body: ask.KeyOnly) -> Done:
    """Erase everything about a person; a revoked seat may do so too."""
    gathering = gathering_of(request)
    seat = (
        None if gathering is None else admitting.revoked_of(gathering, _secret(request))
    )  # they may still erase what is theirs
    if gathering is None or seat is None:
        gathering, seat = seat_in(request)
    await doing.erase(gathering, seat, body)
    return Done(repeated=False)


async def queue(request: Request, _body: None) -> QueueTold:
    """Return the moderation queue."""
    gathering, host = host_in(request)
    state = gathering.state
    if state.ended:
        raise Refused(Refusal.ENDED)
    waiting = [
        QueuedDesire(words.alias, words.text, words.language, version)
        for words, version in opened.queue_of(gathering, host)
    ]
    return QueueTold(state.version, state.stage.value, waiting)


def _running_host(request: Request) -> LiveGathering:
    gathering, _ = host_in(request)
    if gathering.state.ended:
        raise Refused(Refusal.ENDED)
    return gathering


async def hosts(request: Request, _body: None) -> HostsTold:
    """Return the hosts by their numbers."""
    gathering, own = host_in(request)
    return HostsTold([HostTold(number, number == own) for number in gathering.state.course.hosts_standing])


async def lists(request: Request, body: importing.ListAsked) -> ListTaken:
    """Bring in a list of circles, occasions or first desires."""
    return await list_taken(*host_in(request), body)


async def circles(request: Request, _body: None) -> CirclesTold:
    """Return the circles, with what contains each."""
    return circles_told(_running_host(request).state)


async def oddities(request: Request, _body: None) -> OdditiesTold:
    """Return the groups of seats that stand out, and those that were revoked."""
    gathering = _running_host(request)
    standing_out, revoked = await admitting.groups_now(gathering)
    return OdditiesTold([group_told(group) for group in standing_out], [group_told(group) for group in revoked])


async def text(request: Request, _body: None) -> TextTold:
    """Return the text of the current round."""
    return text_told(gathering_in(request).state)


async def book(request: Request, _body: None) -> BookTold:
    """Return the public sealed texts of this server that the query finds."""
    words = _asked_words(request)
    return _book_told(request, pages_open_to_all(house_of(request), words))


async def book_of(request: Request, _body: None) -> BookTold:
    """Return the sealed texts of a gathering that the query finds and the sender may read."""
    gathering = gathering_in(request)
    words = _asked_words(request)
    return _book_told(request, [page_of(gathering, number, words) for number in _readable(request, gathering)])


async def sealed_text(request: Request, _body: None) -> SealedTold:
    """Return one sealed text that the sender may read."""
    gathering, number = gathering_in(request), int(request.path_params["number"]) - 1
    if number not in _readable(request, gathering):
        raise ApiError(404, "no text", "There is no text with this number here that you may read.")
    return sealed_told(page_of(gathering, number, _asked_words(request)))


def _asked_words(request: Request) -> Words:
    """Return the words of the language in the query parameter `lang`; English for any other value."""
    language = request.query_params.get("lang", "")
    return Words(language) if language in LANGUAGES else _ENGLISH


def _readable(request: Request, gathering: LiveGathering) -> list[int]:
    """Return the numbers of the sealed texts that the sender has permission to read, from 0.

    The secret of a seat or a host permits all texts; without a secret only public texts are returned. A wrong secret is
    refused, because a client might take the public texts for all of them.

    Raises:
        ApiError: 401 for a wrong secret.
    """
    if not _secret(request):
        return open_to_all(gathering)
    if gathering.host_of(_secret(request)) is None:
        seat_in(request)
    return numbers_in_book(gathering.state)


def _book_told(request: Request, pages: list[SealedText]) -> BookTold:
    matches = found(pages, sought_in(request.query_params))
    return BookTold([sealed_told(text) for text in matches[:SHOWN_MOST]], len(matches))


async def challengers(request: Request, _body: None) -> ChallengersTold:
    """Return the desires about which a reader is asked whether they want them."""
    gathering, seat = seat_in(request)
    state = gathering.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not state.stage.takes_readings:
        return ChallengersTold(None, [])
    challengers = [
        ChallengerTold(lot.words.alias, lot.words.text, lot.words.language, lot.stance)
        for lot in opened.lots_of(gathering, seat)
    ]
    return ChallengersTold(len(state.prayers.drafts) - 1, challengers)


async def heads(request: Request, _body: None) -> HeadsTold:
    """Return the published heads of the record, the oldest first."""
    return heads_told(gathering_in(request))


async def consistency(request: Request, _body: None) -> ConsistencyTold:
    """Return the proof that the larger of two heads extends the smaller one."""
    gathering = gathering_in(request)
    first, second = (size_in(request.query_params.get(name, "")) for name in ("first", "second"))
    return await consistency_told(gathering, first, second)


async def receipts(request: Request, _body: None) -> ReceiptsTold:
    """Return all receipts of a person, with their proofs."""
    return await receipts_told(*seat_in(request))


async def receipt(request: Request, _body: None) -> ReceiptTold:
    """Return one receipt of a person, with its proof.

    Raises:
        Refused: UNKNOWN if the person has none with this commitment.
    """
    told = await receipts_told(*seat_in(request))
    asked = str(request.path_params["commitment"]).lower()
    receipt = next((one for one in told.receipts if one.commitment == asked), None)
    if receipt is None:
        raise Refused(Refusal.UNKNOWN)
    return receipt
