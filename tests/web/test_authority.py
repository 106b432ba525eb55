"""Who may do what: every address, asked by everybody, from everywhere. An address without a rule fails the tests."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from starlette.applications import Starlette

from oneheart.live import check_in
from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.offered import Purpose, alias_for
from oneheart.web.app import make_app

HOST = "testserver"
EVERYBODY = frozenset(
    {"nobody", "participant", "stranger", "erased", "revoked", "host", "other host", "removed host", "usher"},
)
SEAT = frozenset({"participant"})
STILL_THEIRS = frozenset({"participant", "revoked"})
"""Who is revoked opens nothing, but erases what is theirs."""
HOSTS = frozenset({"host"})
USHERS = frozenset({"usher"})
CODES = {"a": "AAAA3333", "b": "BBBB4444"}
ERASED = "canary of the erased"
STREAMS = {"/g/{code}/events", "/hall/{code}/events"}


# --- two gatherings in one house --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Side:
    """One gathering with one person, one host, one erased person, and words that only it knows.

    Attributes:
        gathering: itself.
        secrets: by actor.
        own: number of the person's own desire.
        other: number of a desire of the hosts.
        seat_code: an unused one.
        invitation: an unused one.
        open: words that anybody who has the code may read.
        closed: words that only those inside may read.
    """

    gathering: LiveGathering
    secrets: dict[str, str] = field(default_factory=dict)
    own: int = 0
    other: int = 0
    seat_code: str = ""
    invitation: str = ""
    open: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """A house with two gatherings and everybody who may knock."""

    app: Starlette
    house: House
    a: Side
    b: Side

    def digests(self) -> tuple[object, ...]:
        """Return fingerprints of everything that a request could change."""
        sides = (self.a.gathering, self.b.gathering)
        held = sorted(self.house._invitations)  # noqa: SLF001  what a request may use up
        return (
            *(side.state.digest() for side in sides),
            *(side.state.seq for side in sides),
            held,
            len(self.house.gatherings),
        )


async def build(folder: Path) -> World:
    for name, code in CODES.items():
        question = {"en": f"Question of {name}?"}
        settings = ev.Settings(name=f"Gathering of {name}", question=question, voice="ten", languages=["en"])
        create(folder / f"{code}.oneheart", settings, code=code)
    house = House([LiveGathering.open(folder / f"{code}.oneheart") for code in CODES.values()], folder=folder)
    sides = {name: await fill(house, house.gatherings[code], name) for name, code in CODES.items()}
    return World(make_app(house, hosts=[HOST]), house, sides["a"], sides["b"])


async def fill(house: House, gathering: LiveGathering, name: str) -> Side:
    side = Side(gathering)
    key = f"circle-key-of-{name}"
    await gathering.submit("house", "circle", ev.CircleAdded(f"Circle of {name}", key))
    await gathering.submit("house", "occasion", ev.OccasionAdded(f"Meal of {name}", "meal", f"MEAL{name}"))
    for person in ("participant", "erased", "revoked"):
        taken = await gathering.take_seat(f"key-of-{person}", language="en", circle=0)
        side.secrets[person] = taken.secret
        text = ERASED if person == "erased" else f"canary wish of {name}{'' if person == 'participant' else ' revoked'}"
        said = await gathering.submit(f"s{taken.number}", "say-it", ev.DesireSaid(taken.number, text, "en"))
        if person == "participant":
            side.own = said.number or 0
            await gathering.submit("h0", "steward", ev.DutyGiven(0, taken.number))
        elif person == "erased":
            await gathering.erase(taken.number, "erase-it")
        else:
            await gathering.submit("h0", "revoke", ev.SeatsRevoked([taken.number], "a reason of the hosts"))
    seeded = await gathering.submit("h0", "seed", ev.DesireSaid(None, f"canary seed of {name}", "en"))
    side.other = seeded.number or 0
    for number, host in enumerate(("host", "removed host")):
        side.secrets[host] = f"secret-of-the-{host}-of-{name}"
        await gathering.submit("h0", f"host-{number}", ev.HostSeated(hash_of(side.secrets[host])))
    await gathering.submit("h0", "remove", ev.HostRemoved(1))
    side.secrets["usher"] = check_in.usher_secret(gathering, 0)
    side.seat_code = (await gathering.add_cards("cards", 1, 0, "h0"))[0]
    side.invitation = house.invite(gathering.code)
    side.open = [f"Gathering of {name}", f"Question of {name}?", f"Circle of {name}"]
    side.closed = [f"canary wish of {name}", f"canary seed of {name}", key, f"Meal of {name}", f"MEAL{name}"]
    gathering.tick()
    return side


def secret_of(world: World, actor: str) -> tuple[str, str]:
    """Return the name of an actor's cookie and what is in it."""
    return {
        "nobody": ("", ""),
        "participant": ("seat", world.a.secrets["participant"]),
        "stranger": ("seat", world.b.secrets["participant"]),
        "erased": ("seat", world.a.secrets["erased"]),
        "revoked": ("seat", world.a.secrets["revoked"]),
        "host": ("host", world.a.secrets["host"]),
        "removed host": ("host", world.a.secrets["removed host"]),
        "other host": ("host", world.b.secrets["host"]),
        "usher": ("usher", world.a.secrets["usher"]),
    }[actor]


# --- what is asked, and who may -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, and what is sent.

    Attributes:
        who: actors that are let in; all others must be turned away, with nothing changed and nothing told.
        form: the body, for the side that is asked.
        json: it is sent as JSON.
        path: what stands in the address beside the code.
        query: of the address.
        inside: the answer tells what only those inside may read.
        status: what those who may are answered; by default any success.
    """

    who: frozenset[str]
    form: Callable[[Side], Mapping[str, object]] = lambda _side: {}
    json: bool = False
    path: Callable[[Side], Mapping[str, str]] = lambda _side: {}
    query: Callable[[Side], str] = lambda _side: ""
    inside: bool = True
    status: int | None = None


def form(**fields: object) -> Callable[[Side], Mapping[str, object]]:
    return lambda _side: {"key": "q83vEjRWeJCrze8SNFZ4kA", **fields}


def of_host(side: Side, number: int) -> str:
    return alias_for(side.gathering, Purpose.HOST, 0, number)


def own_of(side: Side) -> str:
    """Return the alias of the participant's own desire. The participant is seat 0."""
    return alias_for(side.gathering, Purpose.OWN, 0, side.own)


def card_of(side: Side) -> str:
    return alias_for(side.gathering, Purpose.CARD, 0, side.other)


def similar_of(side: Side) -> str:
    return alias_for(side.gathering, Purpose.JOIN, 0, side.other)


def own_code(side: Side) -> Mapping[str, object]:
    """Return the form of an usher about the participant, who shows their code."""
    return {"key": "q83vEjRWeJCrze8SNFZ4kA", "person": check_in.codes_of(side.gathering).show(0)}


def with_own(**fields: object) -> Callable[[Side], Mapping[str, object]]:
    """Return a form about the participant's own desire."""
    return lambda side: {"key": "q83vEjRWeJCrze8SNFZ4kA", "desire": own_of(side), **fields}


def with_card(**fields: object) -> Callable[[Side], Mapping[str, object]]:
    """Return a form about a card of the participant."""
    return lambda side: {"key": "q83vEjRWeJCrze8SNFZ4kA", "desire": card_of(side), **fields}


def to_all(**more: Any) -> Rule:
    return Rule(EVERYBODY, inside=False, **more)


def desk(body: Callable[[Side], Mapping[str, object]], what: str) -> Rule:
    return Rule(HOSTS, form=body, path=lambda _side: {"what": what})


def to_own_circle(side: Side) -> Mapping[str, object]:
    """Return the form of a person who comes to the circle in which they are."""
    return {"key": "q83vEjRWeJCrze8SNFZ4kA", "circle": side.closed[2]}


def about(**fields: object) -> Callable[[Side], Mapping[str, object]]:
    return lambda side: {"key": "q83vEjRWeJCrze8SNFZ4kA", "desire": of_host(side, side.own), **fields}


SETTINGS = form(name="Another name", version="1", voice="ten", cards="8", **{"language-en": "1", "question-en": "Why?"})
_SEAT_CODE = {"path": lambda side: {"seatcode": side.seat_code}}
_WAY = {"path": lambda _side: {"way": "ABCD" * 4}}
_SHEET = {"path": lambda _side: {"sheet": "ABCD3333"}}
_SAYS = {"say.sheet": "not theirs to say"}
_TOKEN = {"path": lambda side: {"token": side.invitation}}
_BACK = {
    ("GET", f"/g/{{code}}/{name}"): to_all()
    for name in (
        "respond",
        "desire",
        "join",
        "own",
        "apart",
        "withdraw",
        "way",
        "move",
        "erase",
        "language",
        "desire-language",
        "unread",
        "say-words",
        "same-words",
        "present",
        "absent",
        "absent",
        "contacts",
        "badge",
        "demand",
        "represented",
        "felt",
        "read",
        "amend",
        "whole",
        "challenger",
        "say-in",
        "confirm",
        "amen",
        "circle/steward",
        "circle/duty",
        "circle/line",
        "circle/carry",
        "circle/scribe",
        "circle/done",
        "circle/cards",
        "circle/sheet/erase",
    )
}
API = "/api/v1/gatherings/{code}"
RULES: dict[tuple[str, str], Rule | list[Rule]] = {
    ("GET", "/"): to_all(),
    ("GET", "/health"): to_all(),
    ("GET", "/j/{code}"): to_all(),
    ("GET", "/j/{code}/app.webmanifest"): to_all(),
    ("POST", "/j/{code}"): to_all(form=form(language="en")),
    ("GET", "/w/{code}"): to_all(),
    ("GET", "/w/{code}/{way}"): to_all(**_WAY),
    ("POST", "/w/{code}"): to_all(status=404, form=form(way="ABCD" * 4)),
    ("POST", "/w/{code}/{way}"): to_all(status=404, form=form(way="ABCD" * 4), **_WAY),
    ("GET", "/s/{code}"): to_all(),
    ("POST", "/s/{code}"): to_all(form=lambda side: {"key": "q83vEjRWeJCrze8SNFZ4kA", "card": side.seat_code}),
    ("GET", "/s/{code}/{seatcode}"): to_all(**_SEAT_CODE),
    ("POST", "/s/{code}/{seatcode}"): to_all(
        form=lambda side: {"key": "q83vEjRWeJCrze8SNFZ4kA", "card": side.seat_code}, **_SEAT_CODE
    ),
    ("GET", "/hall/{code}"): to_all(),
    ("GET", "/hall/{code}/events"): to_all(),
    **_BACK,
    ("GET", "/g/{code}"): Rule(SEAT),
    ("GET", "/g/{code}/terms"): Rule(SEAT),
    ("GET", "/g/{code}/agree"): to_all(),
    ("POST", "/g/{code}/agree"): Rule(SEAT, form=form(version="0"), status=409),  # there are no terms here
    ("GET", "/g/{code}/events"): Rule(SEAT),
    ("GET", "/g/{code}/mine"): Rule(SEAT),
    ("GET", "/g/{code}/mine.json"): Rule(SEAT),
    ("GET", "/verify.html"): to_all(),
    ("GET", "/check_bundle.py"): to_all(),
    ("GET", "/g/{code}/bundle.json"): Rule(SEAT),
    ("GET", "/host/{code}/bundle.json"): Rule(HOSTS),
    ("GET", "/book/{code}/{number:int}/bundle.json"): to_all(path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/g/{code}/book/{number:int}/bundle.json"): Rule(SEAT, path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/host/{code}/book/{number:int}/bundle.json"): Rule(HOSTS, path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/g/{code}/heads.json"): Rule(SEAT),
    ("GET", "/g/{code}/receipts.json"): Rule(SEAT),
    ("GET", "/g/{code}/consistency.json"): Rule(SEAT, query=lambda _side: "first=50&second=50", status=404),
    ("GET", "/g/{code}/circle"): Rule(SEAT),
    ("GET", "/g/{code}/near"): Rule(SEAT),
    ("POST", "/g/{code}/read"): Rule(SEAT, form=form(draft="0", line="0", reading="can say"), status=409),
    ("POST", "/g/{code}/amend"): Rule(SEAT, form=form(draft="0", line="0", text="in other words"), status=409),
    ("POST", "/g/{code}/whole"): Rule(SEAT, form=form(draft="0", on="1"), status=409),
    ("POST", "/g/{code}/challenger"): Rule(SEAT, form=with_card(draft="0", stance="1"), status=409),
    ("POST", "/g/{code}/say-in"): Rule(SEAT, form=form(draft="0", line="0", text="the same"), status=404),
    ("POST", "/g/{code}/confirm"): Rule(SEAT, form=form(carried="1"), status=404),
    ("POST", "/g/{code}/amen"): Rule(SEAT, form=form(), status=409),
    ("GET", "/g/{code}/book"): Rule(SEAT),
    ("GET", "/g/{code}/book/{number:int}"): Rule(SEAT, path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/host/{code}/book"): Rule(HOSTS),
    ("GET", "/host/{code}/book/{number:int}"): Rule(HOSTS, path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/host/{code}/programme"): Rule(HOSTS),
    ("GET", "/book"): to_all(),
    ("GET", "/book/feed.atom"): to_all(),
    ("GET", "/book/{code}/feed.atom"): to_all(status=404),
    ("GET", "/book/{code}"): to_all(status=404),
    ("GET", "/book/{code}/{number:int}"): to_all(path=lambda _side: {"number": "1"}, status=404),
    ("GET", "/api/v1/book"): to_all(),
    ("GET", f"{API}/book"): to_all(),
    ("GET", f"{API}/book/{{number:int}}"): to_all(path=lambda _side: {"number:int": "1"}, status=404),
    ("GET", f"{API}/text"): to_all(),
    ("GET", f"{API}/heads"): to_all(),
    ("GET", f"{API}/heads/consistency"): to_all(query=lambda _side: "first=50&second=50", status=404),
    ("GET", f"{API}/me/receipts"): Rule(SEAT),
    ("GET", f"{API}/me/receipts/{{commitment}}"): Rule(SEAT, path=lambda _side: {"commitment": "0" * 64}, status=404),
    ("POST", f"{API}/readings"): Rule(SEAT, json=True, form=form(draft=0, line=0, reading="can say"), status=409),
    ("POST", f"{API}/whole"): Rule(SEAT, json=True, form=form(draft=0), status=409),
    ("GET", f"{API}/challengers"): Rule(SEAT),
    ("POST", f"{API}/challengers"): Rule(SEAT, json=True, form=with_card(draft=0, stance=1), status=409),
    ("POST", f"{API}/amen"): Rule(SEAT, json=True, form=form(), status=409),
    ("POST", f"{API}/host/saying"): Rule(HOSTS, json=True, form=form(seconds=5), status=409),
    ("POST", "/g/{code}/felt"): Rule(SEAT, form=form(value="4", when="start")),
    ("POST", "/g/{code}/desire"): Rule(SEAT, form=form(text="another wish")),
    ("POST", "/g/{code}/join"): Rule(SEAT, form=lambda side: {**with_own()(side), "same_as": similar_of(side)}),
    ("POST", "/g/{code}/own"): Rule(SEAT, form=form()),
    ("POST", "/g/{code}/respond"): Rule(SEAT, form=with_card(stance="1")),
    ("POST", "/g/{code}/apart"): Rule(SEAT, form=with_own(), status=404),  # it is joined to nothing
    ("POST", "/g/{code}/withdraw"): Rule(SEAT, form=with_own()),
    ("POST", "/g/{code}/desire-language"): Rule(SEAT, form=with_own(language="en")),
    ("POST", "/g/{code}/say-words"): Rule(
        SEAT, form=with_card(language="en", text="Bread"), status=404
    ),  # they were not asked
    ("POST", "/g/{code}/same-words"): Rule(SEAT, form=form(carried="0" * 32, same="yes"), status=404),
    ("GET", f"{API}/carrying"): Rule(SEAT, inside=False),
    ("POST", f"{API}/carrying/words"): Rule(SEAT, json=True, form=with_card(language="en", text="Bread"), status=404),
    ("POST", f"{API}/carrying/same"): Rule(SEAT, json=True, form=form(carried="0" * 32, same="yes"), status=404),
    ("POST", "/g/{code}/unread"): Rule(SEAT, form=form(language="en", on="0")),
    ("POST", f"{API}/unread"): Rule(SEAT, json=True, form=form(language="en", on=False)),
    ("POST", "/g/{code}/erase"): Rule(STILL_THEIRS, form=form(sure="1")),
    ("POST", "/g/{code}/language"): Rule(SEAT, form=form(language="en")),
    ("POST", "/g/{code}/absent"): Rule(SEAT, status=404, form=form(occasion="0")),  # they were not there
    ("POST", "/g/{code}/present"): Rule(SEAT, form=form(code="MEALa")),
    ("POST", "/g/{code}/contacts"): Rule(SEAT, form=form(on="0")),
    ("POST", "/g/{code}/badge"): Rule(SEAT, status=403, form=form(badge="17")),  # they did not agree
    ("POST", "/u/{code}/badge"): Rule(USHERS, form=lambda side: {**own_code(side), "badge": "17"}),
    ("GET", "/g/{code}/here"): Rule(SEAT),
    ("GET", "/g/{code}/here/{secret}"): Rule(SEAT, path=lambda _side: {"secret": "MEALa"}),
    ("GET", "/u/{code}"): Rule(USHERS),
    ("GET", "/u/{code}/p/{person}"): Rule(USHERS, path=lambda _side: {"person": "ABCD3456"}),
    ("POST", "/u/{code}"): Rule(USHERS, form=own_code),
    ("POST", "/u/{code}/p/{person}"): Rule(USHERS, form=own_code, path=lambda _side: {"person": "ABCD3456"}),
    ("GET", "/u/{code}/as/{secret}"): to_all(path=lambda side: {"secret": side.secrets["usher"]}),
    ("GET", "/host/{code}/here/{number:int}"): Rule(HOSTS, path=lambda _side: {"number:int": "0"}),
    ("POST", "/g/{code}/demand"): Rule(SEAT, form=form(on="1")),
    ("POST", "/g/{code}/represented"): Rule(SEAT, form=form(sealed="0", value="5"), status=409),
    ("POST", f"{API}/demand"): Rule(SEAT, json=True, form=form(on=True)),
    ("POST", f"{API}/represented"): Rule(SEAT, json=True, form=form(sealed=0, value=5), status=409),
    ("POST", "/g/{code}/rows"): Rule(SEAT, form=form(on="1")),
    ("POST", "/g/{code}/way"): Rule(SEAT, form=form()),
    ("POST", "/g/{code}/move"): Rule(SEAT, form=to_own_circle),
    ("POST", f"{API}/me/circle"): Rule(SEAT, json=True, form=to_own_circle),
    ("POST", "/g/{code}/circle/duty"): Rule(SEAT, status=404, form=form(sign="0000", on="1")),  # nobody asks
    ("POST", "/g/{code}/circle/steward"): Rule(SEAT, form=form(on="1")),
    ("POST", "/g/{code}/circle/line"): Rule(SEAT, form=form(text="our line")),
    ("POST", "/g/{code}/circle/carry"): Rule(SEAT, form=form(text="what we carry")),
    ("POST", "/g/{code}/circle/scribe"): Rule(SEAT, form=form(doing="new", language="en")),
    ("GET", "/g/{code}/circle/sheet"): Rule(SEAT),
    ("POST", "/g/{code}/circle/sheet"): Rule(SEAT, form=form(sheet_key="a-key-of-a-sheet")),
    ("POST", "/g/{code}/circle/sheet/erase"): Rule(SEAT, status=404, form=form(person="0")),  # nobody is typed for
    ("GET", "/g/{code}/circle/paper"): Rule(SEAT),
    ("GET", "/g/{code}/circle/paper/{sheet}"): Rule(SEAT, status=404, **_SHEET),  # nobody printed it
    ("POST", "/g/{code}/circle/paper/{sheet}"): Rule(SEAT, status=404, form=form(**_SAYS), **_SHEET),
    ("GET", "/host/{code}/sheets"): Rule(HOSTS),
    ("POST", "/host/{code}/sheets"): Rule(HOSTS, form=form(circle="0", blank="1")),
    ("GET", "/host/{code}/sheets/{sheet}"): Rule(HOSTS, status=404, **_SHEET),
    ("POST", "/host/{code}/sheets/{sheet}/erase"): Rule(HOSTS, status=404, form=form(), **_SHEET),
    ("POST", "/host/{code}/sheets/{sheet}"): Rule(HOSTS, status=404, form=form(**_SAYS), **_SHEET),
    ("POST", "/g/{code}/circle/done"): Rule(SEAT, form=form(on="1")),
    ("POST", "/g/{code}/circle/cards"): Rule(SEAT, form=form(count="0")),
    ("GET", "/host/enter/{token}"): to_all(**_TOKEN),
    ("POST", "/host/enter/{token}"): to_all(form=form(), **_TOKEN),
    ("GET", "/host/new/{token}"): to_all(status=404, **_TOKEN),
    ("POST", "/host/new/{token}"): to_all(status=404, form=SETTINGS, **_TOKEN),
    ("GET", "/host/{code}"): Rule(HOSTS),
    ("GET", "/host/{code}/now"): Rule(HOSTS),
    ("GET", "/host/{code}/same"): Rule(HOSTS, query=lambda side: f"desire={of_host(side, side.own)}"),
    ("GET", "/host/{code}/circles"): Rule(HOSTS),
    ("GET", "/host/{code}/lists"): Rule(HOSTS),
    ("GET", "/host/{code}/contacts"): Rule(HOSTS),
    ("POST", "/host/{code}/contacts"): Rule(HOSTS, status=422, form=form(near_by="badges")),  # no file
    ("POST", "/host/{code}/contacts/keep"): Rule(HOSTS, status=409, form=form(look="x")),  # none was looked at
    ("POST", "/host/{code}/contacts/out"): Rule(HOSTS, status=404, form=form(brought="0")),  # there is none
    ("POST", f"{API}/host/contacts"): Rule(HOSTS, json=True, status=422, form=form(near_by="badges", text="")),
    ("POST", f"{API}/host/contacts/out"): Rule(HOSTS, json=True, status=404, form=form(brought=0)),
    ("POST", "/host/{code}/lists"): Rule(HOSTS, form=form(what="circles", table="name\nOne more\n")),
    ("GET", "/host/{code}/settings"): Rule(HOSTS),
    ("GET", "/host/{code}/words"): Rule(HOSTS),
    ("GET", "/host/{code}/calendar.ics"): Rule(HOSTS),
    ("POST", "/host/{code}/settings"): Rule(HOSTS, form=SETTINGS),
    ("GET", "/host/{code}/cards"): Rule(HOSTS),
    ("POST", "/host/{code}/cards"): Rule(HOSTS, form=form(circle="0", count="2")),
    ("GET", "/host/{code}/lost"): Rule(HOSTS),
    ("POST", "/host/{code}/lost"): Rule(HOSTS, status=404, form=form(code="ABCDEFGH")),  # nobody has this sign
    ("GET", "/host/{code}/log"): Rule(HOSTS),
    ("GET", "/host/{code}/oddities"): Rule(HOSTS),
    ("GET", "/host/{code}/tables"): Rule(HOSTS),
    ("GET", "/host/{code}/measures"): Rule(HOSTS),
    ("POST", "/host/{code}/measures"): Rule(HOSTS, status=409, form=form()),  # while answers are taken
    ("POST", "/host/{code}/invite"): Rule(HOSTS),
    ("POST", "/host/{code}/reach"): Rule(HOSTS, status=404, form=form(base="http://10.0.0.7:8000")),  # none is offered
    ("GET", "/host/{code}/export"): Rule(HOSTS),
    ("GET", "/host/{code}/export.zip"): Rule(HOSTS, status=409),  # while answers are taken
    ("POST", "/host/{code}/export.zip"): Rule(HOSTS, status=409, form=form()),
    ("GET", "/host/{code}/report.zip"): Rule(HOSTS, status=409),
    ("POST", "/host/{code}/report.zip"): Rule(HOSTS, status=409, form=form()),
    ("GET", "/host/{code}/end"): Rule(HOSTS),
    ("POST", "/host/{code}/end"): [
        Rule(HOSTS, form=form(what="forget", code=CODES["a"])),  # nothing happens before its end
        Rule(HOSTS, form=form(what="end")),
    ],
    ("POST", "/host/{code}/do/{what}"): [
        desk(form(version="0", stage="crossing"), "stage"),
        desk(form(minutes="5"), "clock"),
        Rule(HOSTS, status=409, form=form(version="0"), path=lambda _side: {"what": "take-back"}),  # no seal
        Rule(HOSTS, status=409, form=form(version="0"), path=lambda _side: {"what": "undo-stage"}),  # no move yet
        Rule(HOSTS, status=404, form=about(), path=lambda _side: {"what": "not-same"}),  # nobody called it the same
        desk(about(version="0", decision="accepted"), "moderate"),
        desk(about(version="0", on="1"), "meta"),
        desk(about(on="1"), "show"),
        desk(lambda side: {**about()(side), "same_as": of_host(side, side.other)}, "same"),
        desk(form(name="One more", place="remote"), "circle"),
        desk(form(circle="0", name="Another"), "rename"),
        desk(form(occasion="0", name="Another"), "rename-occasion"),
        desk(form(circle="0", inside=""), "inside"),
        desk(form(name="Night", form="night"), "occasion"),
        desk(form(text="To begin with", language="en"), "seed"),
        desk(form(door="closed"), "door"),
        Rule(HOSTS, status=404, form=form(host="9"), path=lambda _side: {"what": "remove-host"}),  # no such host
        Rule(HOSTS, status=409, form=form(group="x", reason="y"), path=lambda _side: {"what": "revoke"}),  # no such
        Rule(HOSTS, status=409, form=form(group="x"), path=lambda _side: {"what": "restore"}),
        Rule(HOSTS, status=404, form=form(code="x", reason="y"), path=lambda _side: {"what": "close-seat"}),
        Rule(HOSTS, status=404, form=form(code="x"), path=lambda _side: {"what": "open-seat"}),
        Rule(HOSTS, status=404, form=form(occasion="0", size="5"), path=lambda _side: {"what": "tables"}),  # too few
    ],
    ("GET", "/api/v1/openapi.json"): to_all(),
    ("GET", API): to_all(),
    ("GET", f"{API}/snapshot"): to_all(),
    ("GET", f"{API}/terms"): to_all(),
    ("POST", f"{API}/seats"): to_all(json=True, form=form(language="en")),
    ("GET", f"{API}/me"): Rule(SEAT),
    ("GET", f"{API}/card"): Rule(SEAT),
    ("POST", f"{API}/me/erase"): Rule(STILL_THEIRS, json=True, form=form()),
    ("POST", f"{API}/desires"): Rule(SEAT, json=True, form=form(text="another wish", language="en")),
    ("POST", f"{API}/desires/{{desire}}/withdraw"): Rule(
        SEAT, json=True, form=form(), path=lambda side: {"desire": own_of(side)}
    ),
    ("POST", f"{API}/desires/{{desire}}/apart"): Rule(
        SEAT, json=True, form=form(), path=lambda side: {"desire": own_of(side)}, status=404
    ),
    ("POST", f"{API}/desires/{{desire}}/language"): Rule(
        SEAT, json=True, form=form(language="en"), path=lambda side: {"desire": own_of(side)}
    ),
    ("POST", f"{API}/joins"): Rule(
        SEAT, json=True, form=lambda side: {**with_own()(side), "same_as": similar_of(side)}
    ),
    ("POST", f"{API}/responses"): Rule(SEAT, json=True, form=with_card(stance=1)),
    ("POST", f"{API}/presences"): Rule(SEAT, json=True, form=form(code="MEALa")),
    ("GET", f"{API}/host/queue"): Rule(HOSTS),
    ("POST", f"{API}/host/stage"): Rule(HOSTS, json=True, form=form(stage="crossing", version=0)),
    ("POST", f"{API}/host/seal/back"): Rule(HOSTS, json=True, status=409, form=form(version=0)),  # no seal
    ("GET", f"{API}/host/circles"): Rule(HOSTS),
    ("POST", f"{API}/host/lists"): Rule(HOSTS, json=True, form=form(what="circles", text="name\nOne more\n")),
    ("POST", f"{API}/host/circles"): Rule(HOSTS, json=True, form=form(name="A group")),
    ("POST", f"{API}/host/circles/move"): Rule(HOSTS, json=True, form=form(circle=0)),
    ("GET", f"{API}/host/oddities"): Rule(HOSTS),
    ("GET", f"{API}/host/hosts"): Rule(HOSTS),
    ("POST", f"{API}/host/removals"): Rule(HOSTS, json=True, status=404, form=form(host=9)),
    ("POST", f"{API}/host/revocations"): Rule(HOSTS, json=True, status=409, form=form(group="x", reason="y")),
    ("POST", f"{API}/host/restorations"): Rule(HOSTS, json=True, status=409, form=form(group="x")),
    ("POST", f"{API}/host/door"): Rule(HOSTS, json=True, form=form(door="cards")),
    ("POST", f"{API}/host/moderations"): Rule(
        HOSTS,
        json=True,
        form=about(decision="accepted", version=0),
    ),
}
CASES = [
    (method, path, rule)
    for (method, path), rules in RULES.items()
    for rule in (rules if isinstance(rules, list) else [rules])
]
NAMES = [
    f"{method} {path} {rule.path(None).get('what', '')}" if "what" in path else f"{method} {path}"
    for method, path, rule in CASES
]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return everything readable in the body, files of an archive too."""
        if self.headers.get("content-type") != "application/zip":
            return self.body.decode("utf-8", "replace")
        with zipfile.ZipFile(io.BytesIO(self.body)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())

    @property
    def let_in(self) -> bool:
        """Return whether this is a yes; being led to the door is a no."""
        return self.status < 300 or (self.status < 400 and not self.headers.get("location", "").startswith("/j/"))


async def ask(world: World, method: str, path: str, rule: Rule, actor: str, headers: Mapping[str, str]) -> Answer:
    """Ask the app, without a network, as a browser or a program would."""
    side = world.a
    address = path.replace("{code}", side.gathering.code)
    for name, value in rule.path(side).items():
        address = address.replace("{" + name + "}", value)
    cookie, secret = secret_of(world, actor)
    sent = {"host": HOST, **headers}
    if cookie:
        sent |= {"cookie": f"{cookie}={secret}", "authorization": f"Bearer {secret}"}
    fields = rule.form(side)
    body = b""
    if method == "POST":
        body = msgspec.json.encode(fields) if rule.json else urlencode({k: str(v) for k, v in fields.items()}).encode()
        sent["content-type"] = "application/json" if rule.json else "application/x-www-form-urlencoded"
        sent["content-length"] = str(len(body))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": rule.query(side).encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("127.0.0.1", 4242),
        "server": (HOST, 80),
        "state": {},
    }
    enough, came, started = asyncio.Event(), [], {}
    asked = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        for message in asked:
            return message
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
            return
        came.append(message.get("body", b""))
        if not message.get("more_body") or b"data:" in came[-1]:
            enough.set()  # a stream is left after its first word

    await asyncio.wait_for(world.app(scope, receive, send), 20)
    told = {name.decode(): value.decode("latin-1") for name, value in started["headers"]}
    return Answer(started["status"], told, b"".join(came))


OURS = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"origin": "http://evil.example", "sec-fetch-site": "cross-site"},
    "another site, old browser": {"origin": "http://evil.example"},
    "a sister site": {"origin": f"http://other.{HOST}", "sec-fetch-site": "same-site"},
    "a sandbox": {"origin": "null"},
    "another site, a very old browser": {"referer": "http://evil.example/page"},
    "a sandbox that names a page of ours": {"origin": "null", "referer": f"http://{HOST}/"},
    "no origin": {},
}


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def world(runner: asyncio.Runner, tmp_path: Path) -> Iterator[World]:
    """Return a world of its own for what changes something."""
    made = runner.run(build(tmp_path))
    yield made
    runner.run(made.house.close())


@pytest.fixture(scope="module")
def still(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return one world for all that must change nothing; whoever changes it fails there and then."""
    made = runner.run(build(tmp_path_factory.mktemp("still")))
    before = made.digests()
    yield made
    assert made.digests() == before
    runner.run(made.house.close())


def test_every_address_has_a_rule_and_every_rule_an_address(still: World) -> None:
    there = {
        (method, route.path)
        for route in still.app.routes
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
        if route.path != "/static"  # files for everybody
    }
    assert there - set(RULES) == set(), "say in RULES who may ask for this"
    assert set(RULES) - there == set()


@pytest.mark.proof("A5")
@pytest.mark.parametrize(("method", "path", "rule"), CASES, ids=NAMES)
def test_who_may_not_is_turned_away_and_learns_nothing(
    runner: asyncio.Runner, still: World, method: str, path: str, rule: Rule
) -> None:
    before = still.digests()
    for actor in sorted(EVERYBODY - rule.who):
        answer = runner.run(ask(still, method, path, rule, actor, OURS))
        assert not answer.let_in, (actor, answer.status)
        for word in [*still.a.closed, *still.b.closed, *still.b.open, ERASED]:
            assert word not in answer.text, (actor, word)
        assert "set-cookie" not in answer.headers, actor
    assert still.digests() == before


@pytest.mark.parametrize(("method", "path", "rule"), CASES, ids=NAMES)
def test_who_may_is_let_in_and_sees_nothing_of_others(
    runner: asyncio.Runner, world: World, method: str, path: str, rule: Rule
) -> None:
    other = world.b.gathering.state.digest()
    actor = "nobody" if rule.who == EVERYBODY else "participant" if "participant" in rule.who else next(iter(rule.who))
    answer = runner.run(ask(world, method, path, rule, actor, OURS))
    if rule.status is None:
        assert answer.let_in, (answer.status, answer.text[:300])
    else:
        assert answer.status == rule.status
    for word in [*world.b.closed, *world.b.open, ERASED, *([] if rule.inside else world.a.closed)]:
        assert word not in answer.text, word
    held = [hash_of(secret) for side in (world.a, world.b) for secret in side.secrets.values()]
    for secret in [*held, *world.b.secrets.values(), world.a.secrets["erased"]]:
        assert secret not in answer.text + str(answer.headers)
    assert "access-control-allow-origin" not in answer.headers
    assert world.b.gathering.state.digest() == other


def swapped(world: World) -> World:
    """Return the same house, seen from the other gathering."""
    return World(world.app, world.house, world.b, world.a)


def wrongly_answered(runner: asyncio.Runner, world: World) -> tuple[int, list[tuple[str, str]]]:
    """Ask every address as each actor who may not; return how often, and (actor, address) of what was let in or told.

    Both gatherings are asked.
    """
    asked, wrong = 0, []
    for side in (world, swapped(world)):
        inside = [*side.a.closed, *side.b.closed, *side.b.open, ERASED]
        for method, path, rule in CASES:
            for actor in sorted(EVERYBODY - rule.who):
                answer = runner.run(ask(side, method, path, rule, actor, OURS))
                asked += 1
                if answer.let_in or any(word in answer.text for word in inside):
                    wrong.append((actor, f"{method} {path}"))
    return asked, wrong


@pytest.mark.slow
@pytest.mark.proof("A5")
def test_every_address_turns_away_everybody_who_may_not(
    runner: asyncio.Runner, world: World, figure: Callable[[str], None]
) -> None:
    before = world.digests()
    asked, wrong = wrongly_answered(runner, world)
    figure(
        f"{len(CASES)} acts and pages at {len(RULES)} addresses x {len(EVERYBODY)} actors x 2 gatherings: "
        f"{asked:,} requests of those who may not, {len(wrong)} let in or told, nothing changed"
    )
    assert wrong == []
    assert world.digests() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "actors"),
    [
        pytest.param(
            "host_of",
            {"stranger", "participant", "removed host"},
            marks=pytest.mark.sabotage("A5", "any secret opens a host's desk (LiveGathering.host_of)"),
        ),
        pytest.param(
            "seat_of",
            {"stranger", "host", "erased"},
            marks=pytest.mark.sabotage("A5", "any secret opens a seat (LiveGathering.seat_of)"),
        ),
    ],
)
def test_a_build_that_looks_at_no_secret_is_found_out(
    runner: asyncio.Runner, world: World, monkeypatch: pytest.MonkeyPatch, name: str, actors: set[str]
) -> None:
    monkeypatch.setattr(LiveGathering, name, lambda _self, secret: 0 if secret else None)
    _, wrong = wrongly_answered(runner, world)
    assert {actor for actor, _ in wrong} >= actors


@pytest.mark.parametrize(("method", "path", "rule"), CASES, ids=NAMES)
def test_nothing_is_changed_from_another_site_or_under_another_name(
    runner: asyncio.Runner, still: World, method: str, path: str, rule: Rule
) -> None:
    before = still.digests()
    actors = [actor for actor in ("participant", "host") if actor in rule.who] or ["host"]
    for actor in actors:
        if method == "POST":
            for whence, headers in FOREIGN.items():
                answer = runner.run(ask(still, method, path, rule, actor, headers))
                assert answer.status == 403, (actor, whence)
        answer = runner.run(ask(still, method, path, rule, actor, {**OURS, "host": "evil.example"}))
        assert answer.status == 400, actor
        assert not any(word in answer.text for word in [*still.a.open, *still.a.closed])
    assert still.digests() == before


@pytest.mark.parametrize("path", [path for method, path in RULES if method == "GET"])
def test_looking_changes_nothing(runner: asyncio.Runner, still: World, path: str) -> None:
    rule = RULES["GET", path]
    assert isinstance(rule, Rule)
    before = still.digests()
    for actor in sorted(rule.who):
        runner.run(ask(still, "GET", path, rule, actor, OURS))
    assert still.digests() == before


def test_a_participant_of_another_gathering_cannot_act_by_numbers_that_are_not_theirs(
    runner: asyncio.Runner, world: World
) -> None:
    """Neither a number nor an alias from the neighbouring gathering, or of another seat, names a desire here."""
    names = (str(world.a.other), str(world.a.own), own_of(world.b), card_of(world.a))
    for name in (*names, alias_for(world.a.gathering, Purpose.OWN, 1, world.a.own)):
        rule = Rule(SEAT, form=form(desire=name))
        answer = runner.run(ask(world, "POST", "/g/{code}/withdraw", rule, "participant", OURS))
        assert answer.status == 404
    assert not any(desire.withdrawn for desire in world.a.gathering.state.desires)


def test_nobody_says_in_which_language_the_words_of_somebody_else_are(runner: asyncio.Runner, world: World) -> None:
    other = alias_for(world.a.gathering, Purpose.OWN, 0, world.a.other)  # the server gives out none like it
    for name, status in ((str(world.a.other), 404), (card_of(world.a), 404), (other, 403)):
        rule = Rule(SEAT, form=form(desire=name, language="en"))
        answer = runner.run(ask(world, "POST", "/g/{code}/desire-language", rule, "participant", OURS))
        assert answer.status == status


def test_an_archive_of_rows_holds_nothing_erased_and_nothing_of_the_neighbour(
    runner: asyncio.Runner, world: World
) -> None:
    gathering = world.a.gathering
    runner.run(gathering.submit("h0", "move-on", ev.StageMoved("weaving", 0)))
    answer = runner.run(ask(world, "POST", "/host/{code}/export.zip", Rule(HOSTS, form=form()), "host", OURS))
    assert answer.status == 200
    assert "canary wish of a" in answer.text
    for word in [*world.b.closed, *world.b.open, ERASED, *world.a.secrets.values(), "circle-key"]:
        assert word not in answer.text
