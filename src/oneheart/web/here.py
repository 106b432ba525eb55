"""Who is on a page, and what all pages of a person share: their seat, their words, the frame, a desk in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote
from weakref import WeakKeyDictionary

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import Refusal, State
from oneheart.model import actor
from oneheart.web.pages import SEAT_COOKIE, SENTENCES, STATUS, gathering_of, problem, words_for
from oneheart.web.stream import Streams
from oneheart.web.words import PSEUDO, Words

_NO_SEAT = 401

_GAP = re.compile("\ue000([a-z]+)\ue001")  # private letters: no text of a person can hold them


class Spliced:
    """A page that was rendered once, with gaps.

    Example:
        >>> Spliced("<p>\ue000text\ue001</p>").fill({"text": "one heart"})
        '<p>one heart</p>'
    """

    def __init__(self, html: str) -> None:
        """Cut the page at its gaps."""
        self._parts = _GAP.split(html)
        self._names = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the page with escaped values in its gaps."""
        parts = self._parts.copy()
        parts[1::2] = [values[name] for name in self._names]
        return "".join(parts)


def gap(name: str) -> str:
    """Return what marks a gap of this name while a page is rendered."""
    return f"\ue000{name}\ue001"


@dataclass(slots=True)
class Desk:
    """What the pages of one gathering keep in memory only; losing it loses nothing.

    Attributes:
        asked: by seat: the own desire of which it is asked whether it is the same as another's.
        hints: by seat: what to look at in the desire last said.
        bands: by desire: how many were asked when the word was chosen, and the word.
        rendered: pages with gaps for what differs from card to card.
        streams: the open streams of its phones.
    """

    asked: dict[int, int] = field(default_factory=dict)
    hints: dict[int, tuple[entry.HintCode, ...]] = field(default_factory=dict)
    bands: dict[int, tuple[int, disclosure.Band | None]] = field(default_factory=dict)
    rendered: dict[tuple[object, ...], Spliced] = field(default_factory=dict)
    streams: Streams = field(default_factory=Streams)


_DESKS: WeakKeyDictionary[LiveGathering, Desk] = WeakKeyDictionary()


def desk_of(gathering: LiveGathering) -> Desk:
    """Return what the pages of a gathering keep in memory."""
    found = _DESKS.get(gathering)
    if found is None:
        found = _DESKS[gathering] = Desk()
    return found


def place_of(gathering: LiveGathering, seat: int) -> str:
    """Return a name of a seat for the phone's own outbox: it tells two seats on one phone apart and opens nothing."""
    return gathering.secret_for("outbox", str(seat))[:12]


def seat_in(gathering: LiveGathering, request: Request) -> int | None:
    """Return the seat of a request's cookie, None for none."""
    secret = request.cookies.get(SEAT_COOKIE, "")
    return gathering.seat_of(secret) if secret else None


@dataclass(frozen=True, slots=True)
class Here:
    """A person on a page: their gathering, seat and words."""

    gathering: LiveGathering
    seat: int
    words: Words

    @property
    def state(self) -> State:
        """Return what the gathering has come to."""
        return self.gathering.state

    @property
    def home(self) -> str:
        """Return the address of the phone page."""
        return f"/g/{self.gathering.code}"

    async def submit(self, key: str, body: ev.AnyBody) -> int | None:
        """Write something down in this person's name; return its number."""
        return (await self.gathering.submit(actor.seat(self.seat), key, body)).number


def here_in(request: Request) -> Here | Response:
    """Return the person of a request, or the answer that leads to the door."""
    gathering = gathering_of(request)
    if gathering is None:
        return RedirectResponse(f"/j/{quote(str(request.path_params.get('code', '')), safe='')}", 303)
    seat = seat_in(gathering, request)
    if seat is None:
        if wants_json(request):
            return no_seat(words_for(gathering, offered(gathering)[0]))
        return RedirectResponse(f"/j/{gathering.code}", 303)
    language = gathering.state.seats[seat].language
    asked = request.query_params.get("lang", "")
    return Here(gathering, seat, words_for(gathering, asked if asked in PSEUDO else language))


def wants_json(request: Request) -> bool:
    """Return whether a script asks."""
    return "application/json" in request.headers.get("accept", "")


ENCODER = msgspec.json.Encoder()


def as_json(value: Any, status: int = 200) -> Response:
    """Return an answer for a script."""
    return Response(ENCODER.encode(value), status, media_type="application/json")


def no_seat(words: Words) -> Response:
    """Tell a script that this phone has no seat here."""
    sentence = str(words.t("This phone has no place here any more. Open the door again."))
    return as_json({"kept": False, "why": "no seat", "sentence": sentence}, _NO_SEAT)


def refused(here: Here, why: Refusal, *, json: bool, kept_text: str = "", back: str = "") -> Response:
    """Return the answer that says why something was not taken."""
    if json:
        sentence = str(here.words.t(SENTENCES[why]))
        return as_json({"kept": False, "why": why.value, "sentence": sentence}, STATUS[why])
    return problem(here.words, why, kept_text=kept_text, back=back or here.home)


def offered(gathering: LiveGathering) -> list[str]:
    """Return the languages in which the pages of a gathering may be read."""
    return gathering.state.settings.languages if gathering.state.settings else ["en"]


def frame_of(here: Here, *, at: Literal["now", "mine", "circle"]) -> dict[str, Any]:
    """Return what the frame of all of a person's pages shows."""
    settings = here.state.settings
    return {
        "code": here.gathering.code,
        "gathering_name": (settings.name if settings else "") or here.gathering.code,
        "in_circle": here.state.seats[here.seat].circle is not None,
        "at": at,
    }


def let_go(here: Here) -> None:
    """Ask no more about the desire that this person said last."""
    desk = desk_of(here.gathering)
    desk.asked.pop(here.seat, None)
    desk.hints.pop(here.seat, None)
