"""The operations of the HTTP API: JSON under ``/api/v1``, described by ``/api/v1/openapi.json``.

It does what the pages do and nothing more. A program that acts for a person sends that person's seat secret as
``Authorization: Bearer SECRET``. Cookies are not read here, so other sites cannot use them (no CSRF). Bodies and
answers are the structs in `oneheart.web.api.types`. `OPERATIONS` at the end is the table of all calls.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import challenging, doing, queues
from oneheart.live import inputs as ask
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.held import Mine, held_about
from oneheart.live.refusal import Refused
from oneheart.live.snapshot import Snapshot, TextLine, text_now
from oneheart.live.state import Refusal
from oneheart.web.answers import as_json
from oneheart.web.api.types import (
    BookLineTold,
    BookTold,
    CardTold,
    ChallengersTold,
    ChallengerTold,
    CircleNamed,
    DesireKept,
    DesireTold,
    Done,
    GatheringTold,
    LanguageAsked,
    LineTold,
    OccasionNamed,
    PresenceAsked,
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
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.sealed_texts import SealedText, Sought, found, page_of, sought_in
from oneheart.web.words import LANGUAGES, Words

ROOT = "/api/v1"


class ApiError(Exception):
    """Ends a call with a status and a problem."""

    def __init__(self, status: int, why: str, sentence: str) -> None:
        """Keep what will be told."""
        super().__init__(sentence)
        self.status = status
        self.problem = Problem(why, sentence)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: what it takes, what it gives, who may make it.

    Attributes:
        method: HTTP method.
        path: under ``/api/v1``.
        run: does it.
        summary: one sentence for the description.
        gives: type of the answer.
        takes: type of the body, None without one.
        who: "anybody", "seat" or "host".
        asks: what may stand after the ? of its address.
        name: for the description; "" takes the name of `run`.
        do: the function of `live.doing` that it calls; None where it only reads.
    """

    method: str
    path: str
    run: Callable[[Request, Any], Awaitable[Any]]
    summary: str
    gives: type
    takes: type | None = None
    who: Literal["anybody", "seat", "host"] = "anybody"
    asks: tuple[str, ...] = ()
    name: str = ""
    do: Callable[..., Any] | None = None

    @property
    def operation_id(self) -> str:
        """Return the name by which the description calls it."""
        return self.name or self.run.__name__.strip("_")


_ENGLISH = Words("en")


def _gathering(request: Request) -> LiveGathering:
    gathering = gathering_of(request)
    if gathering is None:
        misses = request.app.state.misses
        if not misses.note(address_of(request)):
            raise ApiError(429, "slowly", "Too many codes that are not here; wait a minute.")
        raise ApiError(404, "no gathering", "There is no gathering with this code here.")
    return gathering


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _seat(request: Request) -> tuple[LiveGathering, int]:
    gathering = _gathering(request)
    secret = _secret(request)
    seat = gathering.seat_of(secret) if secret else None
    if seat is None:
        raise ApiError(401, "no seat", "Send the seat's secret as Authorization: Bearer SECRET.")
    return gathering, seat


def _host(request: Request) -> tuple[LiveGathering, int]:
    gathering = _gathering(request)
    secret = _secret(request)
    host = gathering.host_of(secret) if secret else None
    if host is None:
        raise ApiError(401, "no host", "Send the host's secret as Authorization: Bearer SECRET.")
    return gathering, host


def _told(snapshot: Snapshot) -> SnapshotTold:
    return SnapshotTold(
        seq=disclosure.show_steps(snapshot.seq, disclosure.RESPONSES_STEP),
        stage=snapshot.stage.value,
        round=snapshot.round,
        people=snapshot.people,
        desires=snapshot.desires,
        responses=snapshot.responses,
        circles=snapshot.circles,
        circles_done=snapshot.circles_done,
        shown=[DesireTold(shown.number, shown.text, shown.language) for shown in snapshot.shown],
        clock_end=snapshot.clock_end,
        ended=snapshot.ended,
    )


def _desire(gathering: LiveGathering, number: int, seat: int | None = None) -> DesireTold:
    desire = gathering.state.desires[number if seat is None else gathering.state.words_for(number, seat)]
    return DesireTold(number, desire.text, desire.language)


def _done(kept: Kept) -> Done:
    return Done(kept.number, kept.repeated)


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
        _told(gathering.snapshot),
    )


async def _snapshot(request: Request, _body: None) -> SnapshotTold:
    return _told(_gathering(request).snapshot)


async def _take_seat(request: Request, body: ask.SeatAsked) -> SeatGiven:
    gathering = _gathering(request)
    if body.seat_code is not None and not request.app.state.misses.allowed(address_of(request)):
        raise ApiError(429, "slowly", "Too many codes that are not here; wait a minute.")
    try:
        taken = await doing.take_seat(gathering, body)
    except Refused as refused:
        if refused.why is not Refusal.UNKNOWN:
            raise
        if body.circle_key is not None and body.circle_key not in gathering.state.circle_of_key:
            raise ApiError(404, "no circle", "There is no circle with this key.") from None
        if body.seat_code is not None:
            request.app.state.misses.note(address_of(request))
        raise
    return SeatGiven(taken.secret)


async def _say(request: Request, body: ask.DesireAsked) -> DesireKept:
    gathering, seat = _seat(request)
    said = await doing.say(gathering, seat, body)
    near = [_desire(gathering, other) for other in gathering.nearest(said.number)]
    return DesireKept(said.number, said.waiting, list(said.hints), near)


async def _withdraw(request: Request, body: ask.KeyOnly) -> Done:
    gathering, seat = _seat(request)
    named = ask.DesireNamed(body.key, int(request.path_params["desire"]))
    return _done(await doing.withdraw(gathering, seat, named))


async def _name_language(request: Request, body: LanguageAsked) -> Done:
    gathering, seat = _seat(request)
    named = ask.DesireLanguageAsked(body.key, int(request.path_params["desire"]), body.language)
    return _done(await doing.name_language(gathering, seat, named))


async def _card(request: Request, _body: None) -> CardTold:
    return _next_card(*_seat(request))


def _next_card(gathering: LiveGathering, seat: int) -> CardTold:
    dealt = gathering.card(seat)
    settings = gathering.state.settings
    card = None if dealt is None else _desire(gathering, dealt.desire, seat)
    return CardTold(card, gathering.state.cards(seat), settings.cards if settings else 0)


async def _respond(request: Request, body: ask.ResponseAsked) -> CardTold:
    gathering, seat = _seat(request)
    await doing.respond(gathering, seat, body)
    return _next_card(gathering, seat)


async def _be_present(request: Request, body: PresenceAsked) -> Done:
    gathering, seat = _seat(request)
    try:
        return _done(await doing.be_present(gathering, seat, ask.AttendanceAsked(body.key, code=body.code)))
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            raise ApiError(404, "no occasion", "There is no occasion with this code.") from None
        raise


async def _mine(request: Request, _body: None) -> Mine:
    return held_about(*_seat(request))


async def _erase(request: Request, body: ask.KeyOnly) -> Done:
    gathering, seat = _seat(request)
    await doing.erase(gathering, seat, body)
    return Done(None, repeated=False)


async def _queue(request: Request, _body: None) -> QueueTold:
    gathering, _ = _host(request)
    state = gathering.state
    desires = [(number, state.desires[number]) for number in queues.waiting(state)]
    waiting = [QueuedDesire(number, desire.text, desire.language, desire.version) for number, desire in desires]
    # Sorted by text: numbers tell the order in which people spoke, and are needed to decide.
    waiting.sort(key=lambda queued: queued.text)
    return QueueTold(state.version, state.stage.value, waiting)


def _line_told(line: TextLine) -> LineTold:
    return LineTold(line.text, line.language, line.changed, dict(line.carried))


async def _text(request: Request, _body: None) -> TextTold:
    state = _gathering(request).state
    text, draft = text_now(state), state.prayers.of_round(state.round)
    sealed = state.prayers.sealed_of(state.round)
    return TextTold(
        stage=state.stage.value,
        round=state.round,
        draft=None if draft is None else len(state.prayers.drafts) - 1,
        second=draft is not None and draft.second,
        lines=[] if text is None else [_line_told(line) for line in text.lines],
        left=[] if text is None else [_line_told(line) for line in text.left],
        status="" if text is None else text.status,
        missing=[] if text is None else list(text.missing),
        say_at=state.prayers.say_at,
        amen=disclosure.show_steps(0) if text is None else text.amen,
        digest="" if sealed is None else sealed.body.digest,
        share="" if text is None else text.share,
    )


async def _book(request: Request, _body: None) -> BookTold:
    words = _asked_words(request)
    return _found(request, pages_open_to_all(house_of(request), words))


async def _book_of(request: Request, _body: None) -> BookTold:
    gathering = _gathering(request)
    words = _asked_words(request)
    return _found(request, [page_of(gathering, number, words) for number in _readable(request, gathering)])


async def _sealed_text(request: Request, _body: None) -> SealedTold:
    gathering, number = _gathering(request), int(request.path_params["number"]) - 1
    if number not in _readable(request, gathering):
        raise ApiError(404, "no text", "There is no text with this number here that you may read.")
    return _sealed_told(page_of(gathering, number, _asked_words(request)))


def _asked_words(request: Request) -> Words:
    """Return the words of the language that is asked for, English where it is none of the house's."""
    asked = request.query_params.get("lang", "")
    return Words(asked) if asked in LANGUAGES else _ENGLISH


def _readable(request: Request, gathering: LiveGathering) -> list[int]:
    """Return the texts that the sender may read: all with the secret of a seat or host, else those open to everybody.

    A secret that opens nothing is refused, so that nobody takes a part for the whole.
    """
    if not _secret(request):
        return open_to_all(gathering)
    if gathering.host_of(_secret(request)) is None:
        _seat(request)
    return [*range(len(gathering.state.prayers.sealed))]


def _found(request: Request, pages: list[SealedText]) -> BookTold:
    ours = found(pages, sought_in(request.query_params))
    return BookTold([_sealed_told(one) for one in ours[:SHOWN_MOST]], len(ours))


def _sealed_told(one: SealedText) -> SealedTold:
    return SealedTold(
        code=one.code,
        number=one.number,
        gathering=one.gathering,
        question=one.question,
        day=one.day,
        occasion=None
        if one.occasion is None
        else OccasionNamed(one.occasion.number, one.occasion.name, one.occasion.form),
        circles=[CircleNamed(circle.number, circle.name) for circle in one.circles],
        alone=one.alone,
        lines=[BookLineTold(line.text, line.language, dict(line.others)) for line in one.lines],
        status=one.status,
        missing=list(one.missing),
        verdict=one.verdict,
        conditions=list(one.conditions),
        readers=one.readers,
        amen=one.amen,
        share=one.share,
        asked=one.asked,
        digest=one.digest,
        root=one.root,
        public=one.public,
    )


async def _challengers(request: Request, _body: None) -> ChallengersTold:
    gathering, seat = _seat(request)
    state = gathering.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not state.stage.takes_readings:
        return ChallengersTold(None, [])
    given, told = draft.challenged.get(seat, {}), []
    for number in challenging.to_answer(state, draft, seat):
        desire = state.desires[state.words_for(number, seat)]
        told.append(ChallengerTold(number, desire.text, desire.language, given.get(number)))
    return ChallengersTold(len(state.prayers.drafts) - 1, told)


_G = "/gatherings/{code}"
_Act = Callable[[LiveGathering, int, Any], Awaitable[Kept]]


def _by_seat(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a person that gives back nothing but its number."""

    async def run(request: Request, body: Any) -> Done:
        return _done(await do(*_seat(request), body))

    return Operation("POST", f"{_G}/{path}", run, summary, Done, takes, "seat", name=name, do=do)


def _by_host(path: str, do: _Act, takes: type, summary: str, *, name: str) -> Operation:
    """Return the operation of an act of a host that gives back nothing but its number."""

    async def run(request: Request, body: Any) -> Done:
        return _done(await do(*_host(request), body))

    return Operation("POST", f"{_G}/host/{path}", run, summary, Done, takes, "host", name=name, do=do)


_ASKS = (*(field.name for field in fields(Sought)), "lang")
_ASKS_INSIDE = tuple(name for name in _ASKS if name != "gathering")
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", _G, _about, "What anybody at the door may know", GatheringTold),
    Operation("GET", f"{_G}/snapshot", _snapshot, "The gathering at the last tick", SnapshotTold),
    Operation("POST", f"{_G}/seats", _take_seat, "Take a seat", SeatGiven, ask.SeatAsked, do=doing.take_seat),
    Operation("GET", f"{_G}/me", _mine, "Everything that is held about one person", Mine, who="seat"),
    Operation(
        "POST", f"{_G}/me/erase", _erase, "Erase everything of one person", Done, ask.KeyOnly, "seat", do=doing.erase
    ),
    Operation("POST", f"{_G}/desires", _say, "Say what one wants", DesireKept, ask.DesireAsked, "seat", do=doing.say),
    Operation(
        "POST",
        f"{_G}/desires/{{desire:int}}/withdraw",
        _withdraw,
        "Take one's own desire back",
        Done,
        ask.KeyOnly,
        "seat",
        do=doing.withdraw,
    ),
    Operation(
        "POST",
        f"{_G}/desires/{{desire:int}}/language",
        _name_language,
        "Say in which language one's own desire is",
        Done,
        LanguageAsked,
        "seat",
        name="say_language",
        do=doing.name_language,
    ),
    _by_seat("joins", doing.join, ask.JoinAsked, "Join one's own desire to another", name="join"),
    _by_seat("unread", doing.set_unread, ask.UnreadAsked, "Have no cards in a language dealt", name="unread"),
    Operation("GET", f"{_G}/card", _card, "The card in one's hand", CardTold, who="seat"),
    Operation(
        "POST",
        f"{_G}/responses",
        _respond,
        "Answer a card; gives the next",
        CardTold,
        ask.ResponseAsked,
        "seat",
        do=doing.respond,
    ),
    Operation(
        "POST",
        f"{_G}/presences",
        _be_present,
        "Say that one was there",
        Done,
        PresenceAsked,
        "seat",
        do=doing.be_present,
    ),
    Operation("GET", f"{_G}/text", _text, "The text of this round as it stands", TextTold),
    Operation("GET", "/book", _book, "Sealed texts of the house that anybody may read", BookTold, asks=_ASKS),
    Operation(
        "GET",
        f"{_G}/book",
        _book_of,
        "Sealed texts of a gathering: all for its people and hosts, else those that anybody may read",
        BookTold,
        asks=_ASKS_INSIDE,
    ),
    Operation("GET", f"{_G}/book/{{number:int}}", _sealed_text, "One sealed text", SealedTold, asks=("lang",)),
    _by_seat("readings", doing.read_line, ask.ReadingAsked, "Say how a line is for one", name="read_line"),
    _by_seat("whole", doing.affirm, ask.WholeAsked, "Say that one can say the whole", name="affirm"),
    Operation(
        "GET",
        f"{_G}/challengers",
        _challengers,
        "Desires outside the text that were drawn at random for one",
        ChallengersTold,
        who="seat",
    ),
    _by_seat(
        "challengers", doing.answer_challenger, ask.ChallengerAsked, "Answer one of these desires", name="challenge"
    ),
    _by_seat("amen", doing.say_amen, ask.KeyOnly, "Say amen", name="say_amen"),
    _by_host("saying", doing.set_saying, ask.SayingAsked, "Set the moment", name="set_saying"),
    Operation("GET", f"{_G}/host/queue", _queue, "Desires that wait for a host", QueueTold, who="host"),
    _by_host("stage", doing.move_stage, ask.StageAsked, "Move the round on", name="move_stage"),
    _by_host("moderations", doing.moderate, ask.ModerationAsked, "Decide about a desire", name="moderate"),
)


def _endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """Return what Starlette calls: reads the body, does the operation, tells every problem in one shape."""
    decoder: msgspec.json.Decoder[Any] | None = (
        None if operation.takes is None else msgspec.json.Decoder(operation.takes)
    )

    async def endpoint(request: Request) -> Response:
        try:
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
