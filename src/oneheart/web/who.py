"""Authentication: `person` returns the person of the seat cookie, and `host` returns the host of the host cookie.

Both raise an exception where the cookie is missing or wrong. `oneheart.web.app` turns these exceptions into answers, so
that an endpoint needs one line for authentication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from oneheart.live.admitting import revoked_of
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.web.answers import KeptAnswer, NotKept, as_json
from oneheart.web.memory import Memory, memory_of
from oneheart.web.pages import (
    HOST_COOKIE,
    LANGUAGE_COOKIE,
    SEAT_COOKIE,
    gathering_of,
    language_of,
    name_of,
    opened_at,
    page,
    problem,
    set_cookie,
    words_for,
)
from oneheart.web.reach import ReachTold, told
from oneheart.web.said import HTTP_STATUS, refusal_said
from oneheart.web.words import LANGUAGES, PSEUDO, Plain, Words

_NO_SEAT = 401


class NoGathering(Exception):  # noqa: N818  not an error of the program: the address is mistyped or old
    """No gathering has the code in the address.

    Attributes:
        code: code in the address, as it was typed.
    """

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class NoSeat(Exception):  # noqa: N818  as above
    """The request has no seat in the gathering.

    Attributes:
        gathering: gathering in the address.
    """

    def __init__(self, gathering: LiveGathering) -> None:
        """Keep the gathering."""
        super().__init__(gathering.code)
        self.gathering = gathering


class NoCircle(Exception):  # noqa: N818  as above
    """The person is in no circle.

    Attributes:
        home: address of their phone page.
    """

    def __init__(self, home: str) -> None:
        """Keep the address."""
        super().__init__(home)
        self.home = home


class NoHost(Exception):  # noqa: N818  as above
    """The request has no valid host cookie, or there is no such gathering. Both get the same answer."""


class HasEnded(Exception):  # noqa: N818  as above
    """The page exists only while the gathering runs, and it has ended.

    Attributes:
        home: address of the desk.
    """

    def __init__(self, home: str) -> None:
        """Keep the address."""
        super().__init__(home)
        self.home = home


# --- people -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a page.

    Attributes:
        gathering: gathering in which they have a seat.
        seat: number of their seat, from 0.
        words: words in the language of their pages.
    """

    gathering: LiveGathering
    seat: int
    words: Words

    @property
    def state(self) -> State:
        """Return the state of the gathering."""
        return self.gathering.state

    @property
    def home(self) -> str:
        """Return the address of the phone page."""
        return f"/g/{self.gathering.code}"

    @property
    def memory(self) -> Memory:
        """Return the caches and streams of the gathering."""
        return memory_of(self.gathering)

    @property
    def circle(self) -> int:
        """Return the number of their circle.

        Raises:
            NoCircle: they are in none.
        """
        circle = self.state.seats[self.seat].circle
        if circle is None:
            raise NoCircle(self.home)
        return circle

    def frame(self, *, at: Literal["now", "mine", "circle"]) -> dict[str, Any]:
        """Return the context that every phone page needs; `at` is the active tab."""
        return {
            "code": self.gathering.code,
            "gathering_name": name_of(self.gathering, self.words),
            "in_circle": self.state.seats[self.seat].circle is not None,
            "at": at,
            "place_closed": self.state.people.closed.get(self.seat),
        }

    def page(self, name: str, *, at: Literal["now", "mine", "circle"], status: int = 200, **context: Any) -> Response:
        """Return a phone page with its frame."""
        return page(name, self.words, status=status, **{**self.frame(at=at), **context})

    def follows(self, place: str) -> dict[str, Plain | str]:
        """Return the versions by which an open page sees that name, languages, words or stage have changed.

        Only a page that a GET request answers may have them, because it is loaded again.
        """
        settings, version = Plain(self.state.settings_version), Plain(self.state.version)
        return {"settings": settings, "version": version, "page": f"{self.home}/{place}"}

    def kept(self, kept: Kept) -> KeptAnswer:
        """Return the JSON answer to a form that was stored, with its receipt."""
        return KeptAnswer(receipt=kept.commitment.hex(), heads=len(self.state.heads.published))

    def refused(self, refused: Refused, *, json: bool, kept_text: str = "", back: str = "") -> Response:
        """Return the answer to a refusal, as JSON or as a page that shows `kept_text` and links to `back`."""
        if json:
            sentence = str(refusal_said(refused, self.words))
            answer = NotKept(kept=False, why=refused.hint or refused.why, sentence=sentence)
            return as_json(answer, HTTP_STATUS[refused.why])
        return problem(self.words, refused, kept_text=kept_text, back=back or self.home)


def person(request: Request) -> Person:
    """Return the person of a request's seat cookie.

    Raises:
        NoGathering: no gathering has the code in the address.
        NoSeat: the cookie is missing or belongs to no seat of the gathering.
    """
    gathering = gathering_of(request)
    if gathering is None:
        raise NoGathering(str(request.path_params.get("code", "")))
    seat = seat_in(gathering, request)
    if seat is None:
        raise NoSeat(gathering)
    return _person(gathering, seat, request)


def person_or_revoked(request: Request) -> Person:
    """Return the person of a request's seat cookie, whose seat may be revoked; only for what they may do then too.

    Raises:
        NoGathering: no gathering has the code in the address.
        NoSeat: the cookie is missing or belongs to no seat of the gathering.
    """
    gathering = gathering_of(request)
    seat = None if gathering is None else revoked_in(gathering, request)
    return person(request) if gathering is None or seat is None else _person(gathering, seat, request)


def _person(gathering: LiveGathering, seat: int, request: Request) -> Person:
    language = gathering.state.seats[seat].language
    queried = request.query_params.get("lang", "")
    return Person(gathering, seat, words_for(gathering, queried if queried in PSEUDO else language))


def seat_in(gathering: LiveGathering, request: Request) -> int | None:
    """Return the number of the seat in a request's cookie; None without a valid cookie."""
    return gathering.seat_of(request.cookies.get(SEAT_COOKIE, ""))


def revoked_in(gathering: LiveGathering, request: Request) -> int | None:
    """Return the number of the revoked seat in a request's cookie; None for any other cookie."""
    return revoked_of(gathering, request.cookies.get(SEAT_COOKIE, ""))


def set_aside(gathering: LiveGathering, seat: int, *, json: bool) -> Response:
    """Return the answer to a person whose seat is revoked: it says so, why, and whom to ask."""
    state = gathering.state
    own_seat = state.seats[seat]
    words = words_for(gathering, own_seat.language)
    refused = Refused(Refusal.REVOKED)
    if json:
        sentence = str(refusal_said(refused, words))
        return as_json(NotKept(kept=False, why=refused.why, sentence=sentence), HTTP_STATUS[refused.why])
    return page(
        "revoked.html",
        words,
        status=HTTP_STATUS[Refusal.REVOKED],
        code=gathering.code,
        gathering_name=name_of(gathering, words),
        reason=state.people.revocations.get(own_seat.revoked or 0, ""),
    )


def place_of(gathering: LiveGathering, seat: int) -> str:
    """Return a name that tells two seats of one phone apart in its outbox: a hash that gives no permission."""
    return gathering.secret_for("outbox", str(seat))[:12]


def no_seat(words: Words) -> Response:
    """Return the JSON answer, with status 401, to a script whose phone has no seat in the gathering."""
    sentence = str(words.t("This phone has no place here any more. Open the door again."))
    return as_json(NotKept(kept=False, why="no seat", sentence=sentence), _NO_SEAT)


# --- hosts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Host:
    """A host on a page.

    Attributes:
        gathering: gathering of the desk.
        host: number of the host, from 0.
        words: words in the language of the host.
        asked: language in the query, which is then stored in a cookie; "" for none.
        https: whether cookies are sent over https only.
        reach: what the desk says where it was opened at an address of this machine alone; None elsewhere.
    """

    gathering: LiveGathering
    host: int
    words: Words
    asked: str = ""
    https: bool = False
    reach: ReachTold | None = None

    @property
    def state(self) -> State:
        """Return the state of the gathering."""
        return self.gathering.state

    @property
    def home(self) -> str:
        """Return the address of the desk."""
        return f"/host/{self.gathering.code}"

    @property
    def memory(self) -> Memory:
        """Return the caches and streams of the gathering."""
        return memory_of(self.gathering)

    @property
    def actor(self) -> str:
        """Return the name of this host in the log."""
        return actor.host(self.host)

    def desire(self, form: Mapping[str, str]) -> int | None:
        """Return the number of the desire whose alias a form holds; None for an unknown alias."""
        return desire_behind(self.gathering, Purpose.HOST, self.host, form.get("desire", ""))

    def page(self, name: str, *, at: str, status: int = 200, **context: Any) -> Response:
        """Return a page of the desk with its frame; `at` is the active tab."""
        code = self.gathering.code
        response = page(
            name,
            self.words,
            status=status,
            at=at,
            code=code,
            shown_code=f"{code[:4]} {code[4:]}",
            gathering_name=name_of(self.gathering, self.words),
            home=self.home,
            number_of_host=self.host + 1,
            reach=self.reach,
            **context,
        )
        if self.asked:
            set_cookie(response, LANGUAGE_COOKIE, self.asked, path="/", https=self.https)
        return response

    def problem(self, refused: Refused, *, kept_text: str = "", back: str = "") -> Response:
        """Return the page of a refusal."""
        return problem(self.words, refused, kept_text=kept_text, back=back or self.home)


def host(request: Request) -> Host:
    """Return the host of a request's host cookie.

    Raises:
        NoHost: the cookie is missing or wrong, or there is no such gathering.
    """
    gathering = gathering_of(request)
    number = None if gathering is None else gathering.host_of(request.cookies.get(HOST_COOKIE, ""))
    if gathering is None or number is None:
        raise NoHost
    language, queried = host_language(request), request.query_params.get("lang", "")
    asked, https = queried if queried in LANGUAGES else "", bool(request.app.state.https)
    reach = told(request.app.state.reach, opened_at(request), gathering.code)
    return Host(gathering, number, words_for(gathering, language), asked, https, reach)


def running_host(request: Request) -> Host:
    """Return the host of a request, for a page that exists only while the gathering runs.

    After the end a host reads the log, takes the report and the export, sets the book and ends the file, nothing else.

    Raises:
        NoHost: the cookie is missing or wrong, or there is no such gathering.
        HasEnded: the gathering has ended.
    """
    running = host(request)
    if running.state.ended:
        raise HasEnded(running.home)
    return running


def is_host(request: Request) -> bool:
    """Return whether a request comes from a host of the gathering in its address."""
    try:
        host(request)
    except NoHost:
        return False
    return True


def host_language(request: Request) -> str:
    """Return the language of a host's pages. It may be one that the gathering does not offer."""
    return language_of(request, None)


def outside(request: Request) -> Response:
    """Return the 403 page for a request without host permission. It does not tell whether the code exists."""
    return page("host_outside.html", words_for(None, host_language(request)), status=403)
