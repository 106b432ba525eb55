"""Inside one gathering: every address, asked by somebody who sits in it, about every desire that is not theirs to read.

Each desire holds words of its own (a canary). A person with a seat asks every address of the table of routes, by cookie
and as a program, with every name that they could try: numbers, made-up names, and the aliases of others. No canary may
come back, and nothing may be answered, joined, withdrawn or grown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from oneheart.live import doing, held, opened
from oneheart.live import events as ev
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.state.desires import Desires
from oneheart.model import actor
from oneheart.model.desire import Decision
from oneheart.web.api import operations

Open = Callable[..., Any]
CODE = "ABCD3456"
API = f"/api/v1/gatherings/{CODE}"
NEVER = ("held", "rejected", "withdrawn", "erased", "meta", "waiting", "joined", "line of another circle")
ONCE = ("rejected", "withdrawn", "meta", "erased", "held")
FIELDS = ("desire", "same_as", "grew_from", "from", "carried")
NOT_ASKED = {"/static", "/g/{code}/erase", "/api/v1/gatherings/{code}/me/erase"}
"""Files for everybody, and what ends the seat itself; neither names a desire."""


@dataclass(slots=True)
class Inside:
    """A gathering in crossing, where hosts must accept a desire first.

    Attributes:
        door: the door of the gathering.
        viewer: browser of a person of circle 1, who is its steward.
        seat: number of the viewer's seat.
        scribed: number of the seat of a person for whom the viewer types.
        hidden: by canary: number of a desire that the viewer may never read.
        once: by canary: number of a desire that the viewer answered and may read no more.
        own: number of the viewer's own desire.
    """

    door: Any
    viewer: Any
    seat: int
    scribed: int
    hidden: dict[str, int]
    once: dict[str, int]
    own: int

    @property
    def state(self) -> Any:
        """Return the state of the gathering."""
        return self.door.gathering.state

    def found_in(self, body: str) -> list[str]:
        """Return the canaries in a body."""
        return [words for words in (*self.hidden, *self.once) if words in body]

    def touched(self) -> tuple[object, ...]:
        """Return what acts on the hidden desires would change."""
        numbers = [*self.hidden.values()]
        desires = self.state.desires
        return (
            [n for seat in (self.seat, self.scribed) for n in self.state.tally.answered(seat) if n in numbers],
            [(desires[n].withdrawn, desires[n].same_as, desires[n].language) for n in numbers],
            desires[self.own].same_as,
            [one.grew_from for one in desires if one.grew_from is not None],
        )


class _Makes:
    """Makes the desires of the gathering, each by an author of its own."""

    def __init__(self, door: Any) -> None:
        self.door = door
        self._n = 0

    def event(self, by: str, body: ev.AnyBody) -> int | None:
        self._n += 1
        number: int | None = self.door.submit(by, f"event-number-{self._n:04}", body)
        return number

    def said(self, words: str, **more: Any) -> int:
        """Let a new person of circle 0 say something; return the number of the desire."""
        browser = self.door.join(self.door.browser(), circle="0")
        seat = self.door.seat(browser)
        if "line_of" in more:
            self.event("h0", ev.DutyGiven(0, seat))
        number = self.event(actor.seat(seat), ev.DesireSaid(seat, words, "en", **more))
        assert number is not None
        return number

    def accept(self, *numbers: int) -> None:
        for number in numbers:
            self.event("h0", ev.Moderated(number, Decision.ACCEPTED))

    def befall(self, number: int, what: str) -> None:
        """Let something happen to a desire after which nobody else may read it."""
        desire = self.door.gathering.state.desires[number]
        author = actor.seat(desire.author)
        if what == "rejected":
            self.event("h0", ev.Moderated(number, Decision.REJECTED, version=desire.version))
        elif what == "meta":
            self.event("h0", ev.MarkedMeta(number, on=True, version=desire.version))
        elif what == "withdrawn":
            self.event(author, ev.DesireWithdrawn(desire.author, number))
        elif what == "erased":
            self.event(author, ev.SeatErased(desire.author))


def _canary(how: str) -> str:
    return f"canary that is {how}"


@pytest.fixture
def inside(open_door: Open) -> Inside:
    """Return the gathering, with one desire in each state."""
    door = open_door(voice="assembly", cards=50)
    make = _Makes(door)
    for number in range(2):
        make.event("h0", ev.CircleAdded("", f"key-{number}"))
    viewer = door.join(door.browser(), circle="1")
    seat = door.seat(viewer)
    for _ in range(2):
        door.join(door.browser(), circle="1")
    make.event("h0", ev.DutyGiven(1, seat))
    scribed = make.event("door", ev.SeatTaken("", "en", circle=1, scribe=seat, bounded=True))
    own = make.event(actor.seat(seat), ev.DesireSaid(seat, "the viewer's own wish", "en"))
    assert own is not None
    assert scribed is not None
    hidden = {
        _canary(how): make.said(_canary(how)) for how in NEVER if how not in {"waiting", "line of another circle"}
    }
    root = make.said("a wish that travels")
    once = {_canary(f"{how} after the answer"): make.said(_canary(f"{how} after the answer")) for how in ONCE}
    for number in once.values():
        make.event(actor.seat(seat), ev.Responded(seat, number, 1))
    author = door.gathering.state.desires[hidden[_canary("joined")]].author
    make.event(actor.seat(author), ev.DesireJoined(author, hidden[_canary("joined")], root))
    line = make.said(_canary("line of another circle"), line_of=0)
    hidden[_canary("line of another circle")] = line
    make.event("h0", ev.StageMoved("crossing", 0))
    hidden[_canary("waiting")] = make.said(_canary("waiting"))
    held_back = {hidden[_canary("held")], once[_canary("held after the answer")], line}
    make.accept(*(n for n in range(len(door.gathering.state.desires)) if n not in held_back))
    settings = door.gathering.state.settings
    make.event("h0", msgspec.structs.replace(settings, hold=True, version=door.gathering.state.settings_version))
    for how in ("rejected", "meta", "withdrawn", "erased"):
        make.befall(hidden[_canary(how)], how)
        make.befall(once[_canary(f"{how} after the answer")], how)
    door.gathering.tick()
    return Inside(door, viewer, seat, scribed, hidden, once, own)


def _names(inside: Inside) -> list[str]:
    """Return the names by which a person could try to name what was not given to them."""
    gathering = inside.door.gathering
    numbers = [*inside.hidden.values()]
    own = alias_for(gathering, Purpose.OWN, inside.seat, inside.own)
    names = [str(number) for number in numbers] + [f"{numbers[0]:032x}", own[::-1], f"{int(own, 16) ^ 1:032x}"]
    for number in numbers:
        author = inside.state.desires[number].author
        names.append(alias_for(gathering, Purpose.CARD, inside.scribed if author is None else author, number))
        names.append(alias_for(gathering, Purpose.HOST, 0, number))
    return names


def _addresses(inside: Inside, method: str) -> Iterator[str]:
    """Yield every address of the table of routes that takes a method, with what stands in it left open."""
    for route in inside.door._app.routes:  # noqa: SLF001  the table of routes itself
        takes = method in (getattr(route, "methods", None) or {"GET"})
        if takes and route.path not in NOT_ASKED and not route.path.endswith("/events"):  # streams have no end
            yield route.path


def _filled(path: str, name: str) -> str:
    filled = path.replace("{code}", CODE)
    return re.sub(r"\{(\w+)(:int)?\}", lambda found: "1" if found[2] else quote(name), filled)


def _sent(inside: Inside, name: str, place: int, *, own: bool) -> dict[str, Any]:
    """Return a form in which each field that can name a desire holds a name, beside fields that any form needs."""
    about: dict[str, Any] = dict.fromkeys(FIELDS, name)
    if own:
        about["desire"] = alias_for(inside.door.gathering, Purpose.OWN, inside.seat, inside.own)
    rest = {"stance": "1", "text": "some words", "draft": "0", "line": "0", "reading": "can say", "language": "en"}
    rest |= {"doing": "respond", "person": "1", "on": "1", "decision": "accepted", "version": "0", "value": "3"}
    return {"key": f"inside-{place:06}-{own:d}-of-this-walk", **rest, "when": "start", **about}


def walk(inside: Inside, names: list[str]) -> tuple[list[tuple[str, str]], bool]:
    """Ask every address with every name; return where canaries came back, and whether a hidden desire was touched."""
    cookie = next(one.value for one in inside.viewer.cookies.jar if one.name == "seat")
    program = {"authorization": f"Bearer {cookie}"}
    before = inside.touched()
    found: list[tuple[str, str]] = []

    def look(where: str, body: str) -> None:
        found.extend((where, words) for words in inside.found_in(body))

    posts = [*_addresses(inside, "POST")]
    for place, name in enumerate(names):
        for own in (False, True):
            form = _sent(inside, name, place, own=own)
            for path in posts:
                address = _filled(path, name)
                if address.startswith("/api/"):
                    body = {key: form[key] for key in _fields_of(path) if key in form}
                    body |= {key: int(body[key]) for key in ("stance", "draft", "line", "version") if key in body}
                    body |= {"on": True} if "on" in body else {}
                    look(path, inside.viewer.post(address, json=body, headers=program).text)
                else:
                    look(path, inside.viewer.post(address, data=form, headers={"accept": "text/html"}).text)
    for path in _addresses(inside, "GET"):
        for name in names if path in {"/g/{code}", "/g/{code}/circle"} else names[:1]:
            asked = "&".join(f"{field}={quote(name)}" for field in ("add", "said", "from", "desire"))
            for person in ("1", ""):
                address = f"{_filled(path, name)}?cards=1&more=1&person={person}&{asked}"
                look(path, inside.viewer.get(address, headers=program).text)
    return found, inside.touched() != before


def _fields_of(path: str) -> tuple[str, ...]:
    """Return the fields of the body of a call of the API."""
    inner = path.removeprefix(operations.ROOT)
    takes = next(op.takes for op in operations.OPERATIONS if op.path == inner and op.method == "POST")
    return () if takes is None else takes.__struct_fields__


def test_the_gathering_holds_a_desire_in_each_state(inside: Inside) -> None:
    desires = inside.state.desires
    states = {words: desires[number] for words, number in inside.hidden.items()}
    assert states[_canary("joined")].same_as is not None
    assert states[_canary("waiting")].waiting
    assert states[_canary("line of another circle")].line_of == 0
    assert states[_canary("erased")].erased
    assert all(
        desires.kept_back(number, inside.state.course)
        for words, number in inside.hidden.items()
        if words != _canary("joined")
    )
    assert set(inside.once.values()) - {inside.once[_canary("erased after the answer")]} <= set(
        inside.state.tally.answered(inside.seat)
    )


@pytest.mark.proof("A5")
def test_no_address_gives_or_takes_anything_about_a_desire_that_was_not_dealt(
    inside: Inside, figure: Callable[[str], None]
) -> None:
    names = _names(inside)
    found, touched = walk(inside, names)
    addresses = sum(1 for method in ("GET", "POST") for _ in _addresses(inside, method))
    figure(
        f"inside one gathering: {addresses} addresses x {len(names)} names of "
        f"{len(inside.hidden)} hidden and {len(inside.once)} former desires ({', '.join(NEVER)}): "
        f"{len(found)} texts read, {'some' if touched else 'none'} touched"
    )
    assert (found, touched) == ([], False)


def test_what_authors_and_hosts_read_is_really_there(inside: Inside) -> None:
    """The canaries exist: their authors read them, so the walk above looks for words that are there."""
    gathering = inside.door.gathering
    for words, number in inside.hidden.items():
        author = inside.state.desires[number].author
        if author is not None:
            assert words in [one.text for one in held.held_about(gathering, author).desires]


def _always(_gathering: Any, _purpose: Purpose, _holder: int, name: str) -> int | None:
    """Return the number in a name, whoever sends it: what the product would be without the check."""
    return int(name) if name.isdigit() and len(name) < 9 else None


@pytest.mark.sabotage("A5", "a number in place of an alias (doing.desire_behind)")
def test_without_the_check_of_what_was_dealt_hidden_desires_are_touched(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "desire_behind", _always)
    _, touched = walk(inside, [str(number) for number in inside.hidden.values()])
    assert touched


@pytest.mark.sabotage("A5", "everybody may read every text (Desires.readable_by)")
def test_without_the_rule_of_readable_words_canaries_come_back(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desires, "readable_by", lambda *_, **__: True)
    found, touched = walk(inside, _names(inside)[:2])
    assert {words for _, words in found} >= {_canary(f"{how} after the answer") for how in ("rejected", "withdrawn")}
    assert not touched


# --- the order of writing ---------------------------------------------------------------------------------------------


def bracketed(door: Any) -> str | None:
    """Return the words of a neighbour, found by saying something before and after their tap; None if not found."""
    attacker, neighbour = door.join(door.browser()), door.join(door.browser())
    mine = []
    for text in ("a probe before", "canary of the neighbour", "a probe after"):
        sent = door.say(attacker if "probe" in text else neighbour, text, key=f"bracket-{len(text):08}-{text[2:7]}")
        assert sent.status_code == 303
        if "probe" in text:
            names = [one["desire"] for one in attacker.get(f"/g/{CODE}/mine.json").json()["desires"]]
            mine.append(next(name for name in names if name not in mine))
    card = attacker.get(f"/g/{CODE}?cards=1", headers={"accept": "application/json"}).json()["next"]
    before, after, named = (int(name, 16) for name in (*mine, card["desire"]))
    return str(card["text"]) if (named, after) == (before + 1, before + 2) else None


@pytest.mark.proof("A5")
def test_a_neighbours_desire_cannot_be_bracketed_by_ones_own(open_door: Open) -> None:
    assert bracketed(open_door()) is None


@pytest.mark.sabotage("A5", "numbers given out in place of aliases (offered.alias_for)")
def test_numbers_in_place_of_aliases_would_name_the_author(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (held, opened):
        monkeypatch.setattr(module, "alias_for", lambda _gathering, _purpose, _holder, number: f"{number:x}")
    assert bracketed(open_door()) == "canary of the neighbour"
