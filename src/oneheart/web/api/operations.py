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
    seat_ways,
    unsealing,
)
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.held import Mine
from oneheart.live.refusal import Refused
from oneheart.web.answers import as_json
from oneheart.web.api import calls
from oneheart.web.api.near_calls import NEAR_OPERATIONS
from oneheart.web.api.operation import ApiError, Operation
from oneheart.web.api.types import (
    BookTold,
    CardTold,
    CarryingTold,
    ChallengersTold,
    CirclesTold,
    DesireKept,
    Done,
    GatheringTold,
    HostsTold,
    LanguageAsked,
    ListTaken,
    OdditiesTold,
    Problem,
    QueueTold,
    SealedTold,
    SeatGiven,
    SnapshotTold,
    TermsTold,
    TextTold,
)
from oneheart.web.receipts import (
    ConsistencyTold,
    HeadsTold,
    ReceiptsTold,
    ReceiptTold,
)
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.sealed_texts import Sought
from oneheart.web.words import Words

ROOT = "/api/v1"

_ENGLISH = Words("en")


_G = calls.BELOW
_Act = Callable[[LiveGathering, int, Any], Awaitable[Kept]]


def _by_seat(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a person that answers with `Done`."""

    async def run(request: Request, body: Any) -> Done:
        return calls.done(await do(*calls.seat_in(request), body))

    return Operation("POST", f"{_G}/{path}", run, summary, Done, takes, "seat", name=name, do=do)


def _by_host(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a host that answers with `Done`."""

    async def run(request: Request, body: Any) -> Done:
        return calls.done(await do(*calls.host_in(request), body))

    return Operation("POST", f"{_G}/host/{path}", run, summary, Done, takes, "host", name=name, do=do)


_ASKS = (*(field.name for field in fields(Sought)), "lang")
_ASKS_INSIDE = tuple(name for name in _ASKS if name != "gathering")
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _G, calls.about, "Get the public description of a gathering", GatheringTold),
    Operation("GET", f"{_G}/snapshot", calls.snapshot, "Get the state of a gathering at the last tick", SnapshotTold),
    Operation(
        "GET", f"{_G}/terms", calls.terms, "Get the terms to which a person agrees first", TermsTold, asks=("lang",)
    ),
    Operation(
        "POST",
        f"{_G}/seats",
        calls.take_seat,
        "Take a seat and get its secret",
        SeatGiven,
        ask.SeatAsked,
        do=doing.take_seat,
    ),
    Operation("GET", f"{_G}/me", calls.mine, "Get everything that the server holds about a person", Mine, who="seat"),
    Operation(
        "POST",
        f"{_G}/me/erase",
        calls.erase,
        "Erase everything about a person",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.erase,
    ),
    Operation("POST", f"{_G}/desires", calls.say, "Say a desire", DesireKept, ask.DesireAsked, "seat", do=doing.say),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/withdraw",
        calls.withdraw,
        "Withdraw one's own desire",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.withdraw,
    ),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/apart",
        calls.part,
        "Take one's own desire apart from the one that it was joined to",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.part,
    ),
    Operation(
        "POST",
        f"{_G}/desires/{{desire}}/language",
        calls.name_language,
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
    Operation("GET", f"{_G}/card", calls.card, "Get the next card", CardTold, who="seat"),
    Operation(
        "GET",
        f"{_G}/carrying",
        calls.carrying_card,
        "Get the next card about carrying a desire into another language",
        CarryingTold,
        who="seat",
        name="carrying",
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
        calls.respond,
        "Answer a card and get the next one",
        CardTold,
        ask.ResponseAsked,
        "seat",
        do=doing.respond,
    ),
    Operation(
        "POST",
        f"{_G}/presences",
        calls.be_present,
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
    Operation("GET", f"{_G}/heads", calls.heads, "Get the published heads of the record, the oldest first", HeadsTold),
    Operation(
        "GET",
        f"{_G}/heads/consistency",
        calls.consistency,
        "Get the proof that the head of size `second` extends that of size `first`",
        ConsistencyTold,
        asks=("first", "second"),
    ),
    Operation(
        "GET",
        f"{_G}/me/receipts",
        calls.receipts,
        "Get all receipts of a person, with proofs under the newest head",
        ReceiptsTold,
        who="seat",
    ),
    Operation(
        "GET",
        f"{_G}/me/receipts/{{commitment}}",
        calls.receipt,
        "Get one receipt of a person, with its proof under the newest head",
        ReceiptTold,
        who="seat",
    ),
    Operation("GET", f"{_G}/text", calls.text, "Get the text of the current round", TextTold),
    Operation(
        "GET",
        "/book",
        calls.book,
        "Search the public sealed texts of all gatherings on this server",
        BookTold,
        asks=_ASKS,
    ),
    Operation(
        "GET",
        f"{_G}/book",
        calls.book_of,
        "Search the sealed texts of a gathering: with a seat's or host's secret all of them, else the public ones",
        BookTold,
        asks=_ASKS_INSIDE,
    ),
    Operation("GET", f"{_G}/book/{{number:int}}", calls.sealed_text, "Get one sealed text", SealedTold, asks=("lang",)),
    _by_seat("readings", doing.read_line, ask.ReadingAsked, "Answer a line of the draft", name="read_line"),
    _by_seat(
        "whole", doing.affirm, ask.WholeAsked, "Affirm the whole draft, or withdraw the affirmation", name="affirm"
    ),
    Operation(
        "GET",
        f"{_G}/challengers",
        calls.challengers,
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
    Operation("GET", f"{_G}/host/queue", calls.queue, "Get the moderation queue", QueueTold, who="host"),
    _by_host("stage", doing.move_stage, ask.StageAsked, "Move the round to another stage", name="move_stage"),
    Operation(
        "GET", f"{_G}/host/oddities", calls.oddities, "Get the groups of seats that stand out", OdditiesTold, who="host"
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
    Operation("GET", f"{_G}/host/hosts", calls.hosts, "Get the hosts by their numbers", HostsTold, who="host"),
    _by_host("removals", admitting.remove_host, admitting.HostNamed, "Remove a host", name="remove_host"),
    _by_host(
        "door", admitting.set_door, admitting.DoorAsked, "Open or close the door, or ask for cards", name="set_door"
    ),
    Operation(
        "GET", f"{_G}/host/circles", calls.circles, "Get the circles, with what contains each", CirclesTold, who="host"
    ),
    _by_host("circles", doing.add_circle, ask.CircleAsked, "Add a circle, alone or inside another", name="add_circle"),
    Operation(
        "POST",
        f"{_G}/host/lists",
        calls.lists,
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
    *NEAR_OPERATIONS,
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
                calls.host_in(request)
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
