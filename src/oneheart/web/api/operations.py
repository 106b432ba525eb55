"""The operations of the HTTP API: JSON under ``/api/v1``, described by ``/api/v1/openapi.json``.

It offers what the pages offer and nothing more. A program that acts for a person sends the secret of that person's
seat as ``Authorization: Bearer SECRET``. The API reads no cookies, so CSRF is not possible. Request bodies are the
inputs of `live.inputs` and some structs of `web.api.types`; all answers are structs. `OPERATIONS` lists all calls.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live import (
    admitting,
    asking,
    carrying,
    check_in,
    doing,
    grouping,
    importing,
    opened,
    seat_ways,
    unsealing,
)
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.held import Mine, held_about
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import numbers_in_book
from oneheart.live.state import Refusal
from oneheart.live.wordings import lacking
from oneheart.web.answers import as_json
from oneheart.web.api.answered import circles_told, list_taken, sealed_told, text_told
from oneheart.web.api.near_calls import near_operations
from oneheart.web.api.operation import ApiError, Operation
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
    Problem,
    QueuedDesire,
    QueueTold,
    SealedTold,
    SeatGiven,
    SnapshotTold,
    TextTold,
)
from oneheart.web.book import SHOWN_MOST, open_to_all, pages_open_to_all
from oneheart.web.pages import address_of, gathering_of, house_of
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
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.sealed_texts import SealedText, Sought, found, page_of, sought_in
from oneheart.web.words import LANGUAGES, Words

ROOT = "/api/v1"

_ENGLISH = Words("en")


def _gathering(request: Request) -> LiveGathering:
    gathering = gathering_of(request)
    if gathering is None:
        raise ApiError(404, "no gathering", "There is no gathering with this code here.")
    return gathering


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _seat(request: Request) -> tuple[LiveGathering, int]:
    gathering = gathering_of(request)
    seat = None if gathering is None else gathering.seat_of(_secret(request))
    if gathering is not None and admitting.revoked_of(gathering, _secret(request)) is not None:
        raise Refused(Refusal.REVOKED)
    if gathering is None or seat is None:  # one answer: it does not tell whether the code exists
        raise ApiError(401, "no seat", "Send the seat's secret as Authorization: Bearer SECRET.")
    return gathering, seat


def _host(request: Request) -> tuple[LiveGathering, int]:
    gathering = gathering_of(request)
    host = None if gathering is None else gathering.host_of(_secret(request))
    if gathering is None or host is None:  # one answer, as for a seat
        raise ApiError(401, "no host", "Send the host's secret as Authorization: Bearer SECRET.")
    return gathering, host


def _done(kept: Kept) -> Done:
    return Done(kept.repeated, kept.commitment.hex())


async def _about(request: Request, _body: None) -> GatheringTold:
    gathering = _gathering(request)
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


async def _snapshot(request: Request, _body: None) -> SnapshotTold:
    gathering = _gathering(request)
    return snapshot_told(gathering, gathering.snapshot)


async def _take_seat(request: Request, body: ask.SeatAsked) -> SeatGiven:
    gathering = _gathering(request)
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


async def _say(request: Request, body: ask.DesireAsked) -> DesireKept:
    gathering, seat = _seat(request)
    desire = await doing.say(gathering, seat, body)
    near = [desire_told(words) for words in opened.similar_to(gathering, seat, desire.number)]
    alias = alias_for(gathering, Purpose.OWN, seat, desire.number)
    return DesireKept(alias, desire.waiting, list(desire.hints), near, desire.kept.commitment.hex())


async def _withdraw(request: Request, body: ask.KeyOnly) -> Done:
    gathering, seat = _seat(request)
    withdrawal = ask.DesireNamed(body.key, str(request.path_params["desire"]))
    return _done(await doing.withdraw(gathering, seat, withdrawal))


async def _part(request: Request, body: ask.KeyOnly) -> Done:
    gathering, seat = _seat(request)
    return _done(await doing.part(gathering, seat, ask.DesireNamed(body.key, str(request.path_params["desire"]))))


async def _name_language(request: Request, body: LanguageAsked) -> Done:
    gathering, seat = _seat(request)
    correction = ask.DesireLanguageAsked(body.key, str(request.path_params["desire"]), body.language)
    return _done(await doing.name_language(gathering, seat, correction))


async def _card(request: Request, _body: None) -> CardTold:
    return _next_card(*_seat(request))


def _next_card(gathering: LiveGathering, seat: int, receipt: str = "") -> CardTold:
    words = opened.card_in_hand(gathering, seat)
    settings = gathering.state.settings
    card = None if words is None else desire_told(words)
    return CardTold(card, gathering.state.cards(seat), settings.cards if settings else 0, receipt)


async def _respond(request: Request, body: ask.ResponseAsked) -> CardTold:
    gathering, seat = _seat(request)
    kept = await doing.respond(gathering, seat, body)
    return _next_card(gathering, seat, kept.commitment.hex())


async def _carrying(request: Request, _body: None) -> CarryingTold:
    return carrying_told(*_seat(request))


async def _be_present(request: Request, body: ask.AttendanceAsked) -> Done:
    gathering, seat = _seat(request)
    tries = tries_of(request, gathering, seat)
    if tries.over:
        raise ApiError(429, "slowly", "Too many codes that are not here; wait a minute.")
    try:
        return _done(await check_in.be_present(gathering, seat, body))
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            tries.miss()
            raise ApiError(404, "no occasion", "There is no occasion with this code.") from None
        raise


async def _mine(request: Request, _body: None) -> Mine:
    return held_about(*_seat(request))


async def _erase(request: Request, body: ask.KeyOnly) -> Done:
    gathering = gathering_of(request)
    seat = (
        None if gathering is None else admitting.revoked_of(gathering, _secret(request))
    )  # they may still erase what is theirs
    if gathering is None or seat is None:
        gathering, seat = _seat(request)
    await doing.erase(gathering, seat, body)
    return Done(repeated=False)


async def _queue(request: Request, _body: None) -> QueueTold:
    gathering, host = _host(request)
    state = gathering.state
    if state.ended:
        raise Refused(Refusal.ENDED)
    waiting = [
        QueuedDesire(words.alias, words.text, words.language, version)
        for words, version in opened.queue_of(gathering, host)
    ]
    return QueueTold(state.version, state.stage.value, waiting)


def _running_host(request: Request) -> LiveGathering:
    gathering, _ = _host(request)
    if gathering.state.ended:
        raise Refused(Refusal.ENDED)
    return gathering


async def _hosts(request: Request, _body: None) -> HostsTold:
    gathering, own = _host(request)
    return HostsTold([HostTold(number, number == own) for number in gathering.state.course.hosts_standing])


async def _lists(request: Request, body: importing.ListAsked) -> ListTaken:
    return await list_taken(*_host(request), body)


async def _circles(request: Request, _body: None) -> CirclesTold:
    return circles_told(_running_host(request).state)


async def _oddities(request: Request, _body: None) -> OdditiesTold:
    gathering = _running_host(request)
    standing_out, revoked = await admitting.groups_now(gathering)
    return OdditiesTold([group_told(group) for group in standing_out], [group_told(group) for group in revoked])


async def _text(request: Request, _body: None) -> TextTold:
    return text_told(_gathering(request).state)


async def _book(request: Request, _body: None) -> BookTold:
    words = _asked_words(request)
    return _book_told(request, pages_open_to_all(house_of(request), words))


async def _book_of(request: Request, _body: None) -> BookTold:
    gathering = _gathering(request)
    words = _asked_words(request)
    return _book_told(request, [page_of(gathering, number, words) for number in _readable(request, gathering)])


async def _sealed_text(request: Request, _body: None) -> SealedTold:
    gathering, number = _gathering(request), int(request.path_params["number"]) - 1
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
        _seat(request)
    return numbers_in_book(gathering.state)


def _book_told(request: Request, pages: list[SealedText]) -> BookTold:
    matches = found(pages, sought_in(request.query_params))
    return BookTold([sealed_told(text) for text in matches[:SHOWN_MOST]], len(matches))


async def _challengers(request: Request, _body: None) -> ChallengersTold:
    gathering, seat = _seat(request)
    state = gathering.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not state.stage.takes_readings:
        return ChallengersTold(None, [])
    challengers = [
        ChallengerTold(lot.words.alias, lot.words.text, lot.words.language, lot.stance)
        for lot in opened.lots_of(gathering, seat)
    ]
    return ChallengersTold(len(state.prayers.drafts) - 1, challengers)


async def _heads(request: Request, _body: None) -> HeadsTold:
    return heads_told(_gathering(request))


async def _consistency(request: Request, _body: None) -> ConsistencyTold:
    gathering = _gathering(request)
    first, second = (size_in(request.query_params.get(name, "")) for name in ("first", "second"))
    return await consistency_told(gathering, first, second)


async def _receipts(request: Request, _body: None) -> ReceiptsTold:
    return await receipts_told(*_seat(request))


async def _receipt(request: Request, _body: None) -> ReceiptTold:
    told = await receipts_told(*_seat(request))
    asked = str(request.path_params["commitment"]).lower()
    receipt = next((one for one in told.receipts if one.commitment == asked), None)
    if receipt is None:
        raise Refused(Refusal.UNKNOWN)
    return receipt


_G = "/gatherings/{code}"
_Act = Callable[[LiveGathering, int, Any], Awaitable[Kept]]


def _by_seat(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a person that answers with `Done`."""

    async def run(request: Request, body: Any) -> Done:
        return _done(await do(*_seat(request), body))

    return Operation("POST", f"{_G}/{path}", run, summary, Done, takes, "seat", name=name, do=do)


def _by_host(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a host that answers with `Done`."""

    async def run(request: Request, body: Any) -> Done:
        return _done(await do(*_host(request), body))

    return Operation("POST", f"{_G}/host/{path}", run, summary, Done, takes, "host", name=name, do=do)


_ASKS = (*(field.name for field in fields(Sought)), "lang")
_ASKS_INSIDE = tuple(name for name in _ASKS if name != "gathering")
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _G, _about, "Get the public description of a gathering", GatheringTold),
    Operation("GET", f"{_G}/snapshot", _snapshot, "Get the state of a gathering at the last tick", SnapshotTold),
    Operation(
        "POST",
        f"{_G}/seats",
        _take_seat,
        "Take a seat and get its secret",
        SeatGiven,
        ask.SeatAsked,
        do=doing.take_seat,
    ),
    Operation("GET", f"{_G}/me", _mine, "Get everything that the server holds about a person", Mine, who="seat"),
    Operation(
        "POST", f"{_G}/me/erase", _erase, "Erase everything about a person", Done, ask.KeyOnly, "seat", do=doing.erase
    ),
    Operation("POST", f"{_G}/desires", _say, "Say a desire", DesireKept, ask.DesireAsked, "seat", do=doing.say),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/withdraw",
        _withdraw,
        "Withdraw one's own desire",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.withdraw,
    ),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/apart",
        _part,
        "Take one's own desire apart from the one that it was joined to",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.part,
    ),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/language",
        _name_language,
        "Correct the language of one's own desire",
        Done,
        LanguageAsked,
        "seat",
        name="say_language",
        do=doing.name_language,
    ),
    _by_seat("joins", doing.join, ask.JoinAsked, "Join one's own desire to another that says the same", name="join"),
    _by_seat(
        "me/circle",
        seat_ways.change_circle,
        seat_ways.CircleChangeAsked,
        "Come to another circle, once a round",
        name="change_circle",
    ),
    _by_seat(
        "unread",
        doing.set_unread,
        ask.UnreadAsked,
        "Stop or resume cards in a language that the person does not read",
        name="unread",
    ),
    Operation("GET", f"{_G}/card", _card, "Get the next card", CardTold, who="seat"),
    Operation(
        "GET",
        f"{_G}/carrying",
        _carrying,
        "Get the next card about carrying a desire into another language",
        CarryingTold,
        who="seat",
    ),
    _by_seat(
        "carrying/words",
        carrying.say_in_language,
        carrying.WordsAsked,
        "Say a desire in another language, or pass it on",
        name="say_in_language",
    ),
    _by_seat(
        "carrying/same",
        carrying.say_whether_same,
        carrying.SameWordsAsked,
        "Say whether words in two languages say the same, or pass it on",
        name="say_whether_same",
    ),
    Operation(
        "POST",
        f"{_G}/responses",
        _respond,
        "Answer a card and get the next one",
        CardTold,
        ask.ResponseAsked,
        "seat",
        do=doing.respond,
    ),
    Operation(
        "POST",
        f"{_G}/presences",
        _be_present,
        "Record presence at an occasion",
        Done,
        ask.AttendanceAsked,
        "seat",
        do=check_in.be_present,
    ),
    _by_seat(
        "demand", asking.say_demand, asking.DemandAsked, "Say whether one asks that all become one", name="demand"
    ),
    _by_seat(
        "represented",
        asking.say_represented,
        asking.RepresentedAsked,
        "Say whether one finds oneself in the text that was said",
        name="represented",
    ),
    Operation("GET", f"{_G}/heads", _heads, "Get the published heads of the record, the oldest first", HeadsTold),
    Operation(
        "GET",
        f"{_G}/heads/consistency",
        _consistency,
        "Get the proof that the head of size `second` extends that of size `first`",
        ConsistencyTold,
        asks=("first", "second"),
    ),
    Operation(
        "GET",
        f"{_G}/me/receipts",
        _receipts,
        "Get all receipts of a person, with proofs under the newest head",
        ReceiptsTold,
        who="seat",
    ),
    Operation(
        "GET",
        f"{_G}/me/receipts/{{commitment}}",
        _receipt,
        "Get one receipt of a person, with its proof under the newest head",
        ReceiptTold,
        who="seat",
    ),
    Operation("GET", f"{_G}/text", _text, "Get the text of the current round", TextTold),
    Operation(
        "GET", "/book", _book, "Search the public sealed texts of all gatherings on this server", BookTold, asks=_ASKS
    ),
    Operation(
        "GET",
        f"{_G}/book",
        _book_of,
        "Search the sealed texts of a gathering: with a seat's or host's secret all of them, else the public ones",
        BookTold,
        asks=_ASKS_INSIDE,
    ),
    Operation("GET", f"{_G}/book/{{number:int}}", _sealed_text, "Get one sealed text", SealedTold, asks=("lang",)),
    _by_seat("readings", doing.read_line, ask.ReadingAsked, "Answer a line of the draft", name="read_line"),
    _by_seat(
        "whole", doing.affirm, ask.WholeAsked, "Affirm the whole draft, or withdraw the affirmation", name="affirm"
    ),
    Operation(
        "GET",
        f"{_G}/challengers",
        _challengers,
        "Get the desires about which a reader is asked whether they want them",
        ChallengersTold,
        who="seat",
    ),
    _by_seat(
        "challengers",
        doing.answer_challenger,
        ask.ChallengerAsked,
        "Say whether a reader wants a desire that was put to them",
        name="challenge",
    ),
    _by_seat("amen", doing.say_amen, ask.KeyOnly, "Say amen to the sealed text", name="say_amen"),
    _by_host(
        "saying",
        doing.set_saying,
        ask.SayingAsked,
        "Set or clear the time at which all say the text together",
        name="set_saying",
    ),
    _by_host(
        "seal/back",
        unsealing.take_seal_back,
        unsealing.SealBackAsked,
        "Take the seal of the text back, before it is said",
        name="take_seal_back",
    ),
    Operation("GET", f"{_G}/host/queue", _queue, "Get the moderation queue", QueueTold, who="host"),
    _by_host("stage", doing.move_stage, ask.StageAsked, "Move the round to another stage", name="move_stage"),
    Operation(
        "GET", f"{_G}/host/oddities", _oddities, "Get the groups of seats that stand out", OdditiesTold, who="host"
    ),
    _by_host(
        "revocations", admitting.revoke_seats, admitting.RevocationAsked, "Revoke a group of seats", name="revoke_seats"
    ),
    _by_host(
        "restorations",
        admitting.restore_seats,
        admitting.RestorationAsked,
        "Restore a group of seats that was revoked",
        name="restore_seats",
    ),
    Operation("GET", f"{_G}/host/hosts", _hosts, "Get the hosts by their numbers", HostsTold, who="host"),
    _by_host("removals", admitting.remove_host, admitting.HostNamed, "Remove a host", name="remove_host"),
    _by_host(
        "door", admitting.set_door, admitting.DoorAsked, "Open or close the door, or ask for cards", name="set_door"
    ),
    Operation(
        "GET", f"{_G}/host/circles", _circles, "Get the circles, with what contains each", CirclesTold, who="host"
    ),
    _by_host("circles", doing.add_circle, ask.CircleAsked, "Add a circle, alone or inside another", name="add_circle"),
    Operation(
        "POST",
        f"{_G}/host/lists",
        _lists,
        "Bring in a list of circles, occasions or first desires, all of it or nothing",
        ListTaken,
        importing.ListAsked,
        "host",
        do=importing.bring_in,
    ),
    _by_host(
        "circles/move",
        grouping.move_circle,
        grouping.CircleMoveAsked,
        "Put a circle inside another one, or take it out",
        name="move_circle",
    ),
    *near_operations(_G, _host, _done),
    _by_host("moderations", doing.moderate, ask.ModerationAsked, "Accept or reject a desire", name="moderate"),
)


def _endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of an operation: it decodes the body, runs it, and answers each error as a `Problem`."""
    decoder: msgspec.json.Decoder[Any] | None = (
        None if operation.takes is None else msgspec.json.Decoder(operation.takes)
    )

    async def endpoint(request: Request) -> Response:
        try:
            if operation.who == "host":  # a body is read only after its host is known
                _host(request)
            body = None if decoder is None else decoder.decode(await request.body())
            return as_json(await operation.run(request, body))
        except msgspec.DecodeError as error:
            return as_json(Problem("body", f"The body is not as described: {error}."), 400)
        except UnicodeDecodeError:
            return as_json(Problem("body", "The body is not UTF-8."), 400)
        except ApiError as error:
            return as_json(error.problem, error.status)
        except Refused as refused:
            problem = Problem(refused.hint or refused.why.value, str(refusal_said(refused, _ENGLISH)))
            return as_json(problem, HTTP_STATUS[refused.why])

    return endpoint


routes: list[Route] = [
    Route(f"{ROOT}{op.path}", _endpoint(op), methods=[op.method], name=op.operation_id) for op in OPERATIONS
]
