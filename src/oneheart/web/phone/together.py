"""Together: a person's page of closeness, with three parts: where they were, what they want alike, how near they feel.

The page never combines two of these parts. No single other person can change what it shows.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import doing, opened
from oneheart.live import inputs as ask
from oneheart.live.state.company import felt_now
from oneheart.live.wordings import occasion_in
from oneheart.locale.coded import Coded
from oneheart.model.presence import FeltAt
from oneheart.web import who
from oneheart.web.forms import new_key, read
from oneheart.web.phone.mine import table_of, wanted_by
from oneheart.web.said import CLOSENESS, WANTED_ALIKE
from oneheart.web.who import Person
from oneheart.web.words import Plain

SHARED_MOST = 3
CIRCLES = 7  # pictures of closeness, from 1 (apart) to 7 (as one)
_MUCH, _SOME = 0.5, 0.2
_WEIGHT: dict[disclosure.Band, float] = {"most": 1.0, "some": 0.5, "few": 0.0}


# One drawn circle stands for the person, the other for the gathering; from apart to one inside the other.
_STEPS = tuple((14 + 2.7 * step, 48 - 2.7 * step) for step in range(CIRCLES))


# --- being together ---------------------------------------------------------------------------------------------------


def _been(person: Person) -> list[dict[str, Any]]:
    """Return the occasions of a person, each with the count of others in whole steps of k, and the person's table."""
    state, t = person.state, person.words.t
    occasions = []
    for number in state.seats[person.seat].presences:
        others = disclosure.show_steps(state.occasions[number].present - 1)
        sentence = (
            t("{count} others or more said that they were there too.", count=others)
            if others.value
            else t("Few others have said so far that they were there too.")
        )
        occasions.append(
            {
                "name": occasion_in(state, number, person.words.language),
                "said": sentence,
                "others": others,
                "table": table_of(person, number),
            }
        )
    return occasions


def _coming(person: Person) -> list[dict[str, Any]]:
    """Return the random tables of a person, and of those for whom they type, at occasions where they were not."""
    state = person.state
    presences = set(state.seats[person.seat].presences)
    writes_for = [n for n, seat in enumerate(state.seats) if seat.scribe == person.seat and seat.alive]
    return [
        {
            "name": occasion_in(state, number, person.words.language),
            "table": None if number in presences else table_of(person, number),
            "others": [drawn.table_of[seat] + 1 for seat in writes_for if seat in drawn.table_of],
        }
        for number, drawn in sorted(state.company.drawn.items())
        if (number not in presences and person.seat in drawn.table_of)
        or any(seat in drawn.table_of for seat in writes_for)
    ]


# --- wanting alike ----------------------------------------------------------------------------------------------------


def part_said(person: Person) -> Coded:
    """Return how much of what a person wants others want too, in words."""
    band = _part(person)
    if band is None:
        return Coded(
            person.words.t("It can be said once more people have answered the same cards as you."), "not measured"
        )
    return Coded(person.words.t(WANTED_ALIKE[band]), band)


def _part(person: Person) -> disclosure.Band | None:
    """Return a band from the person's own wants and the words of the end of the last stage; None without a word.

    Each desire that the person wants counts 1 where most want it, a half where some do, and 0 where few do.
    """
    released, answered = person.state.released, person.state.tally.answered(person.seat)
    weights = [_WEIGHT[band] for desire, stance in answered.items() if stance > 0 and (band := released.band(desire))]
    if not weights:
        return None
    part = sum(weights) / len(weights)
    return "most" if part >= _MUCH else "some" if part >= _SOME else "few"


def _shared(person: Person) -> list[opened.OpenedDesire]:
    """Return up to three desires that the person and most of the people who were asked want."""
    state = person.state
    wanted_numbers = [number for number, stance in state.tally.answered(person.seat).items() if stance > 0]
    wanted_numbers += state.desires.roots_of(state.seats[person.seat])
    shared: list[opened.OpenedDesire] = []
    for number in dict.fromkeys(wanted_numbers):
        if state.travels[number] and wanted_by(person.gathering, number) == "most":
            words = opened.read(person.gathering, person.seat, number)
            shared += [] if words is None else [words]
        if len(shared) == SHARED_MOST:
            break
    return shared


# --- the page ---------------------------------------------------------------------------------------------------------


async def _near(request: Request) -> Response:
    """Show the page with its three parts."""
    person = who.person(request)
    state, t = person.state, person.words.t
    when = felt_now(state.round, state.stage)
    felt = {name: state.company.felt[name].get(person.seat, 0) for name in FeltAt}
    choices = [
        (
            value,
            f"{own:.1f}",
            f"{whole:.1f}",
            t(CLOSENESS[value]) if value in CLOSENESS else "",
            t("{value} of {most}", value=Plain(value), most=Plain(CIRCLES)),
        )
        for value, (own, whole) in enumerate(_STEPS, start=1)
    ]
    return person.page(
        "near.html",
        at="mine",
        follows=person.follows("near"),
        been=_been(person),
        coming=_coming(person),
        part=part_said(person),
        shared=_shared(person),
        when=when,
        felt=felt[when],
        felt_before=felt[FeltAt.START] if when is FeltAt.END else 0,
        choices=choices,
        ended=state.ended,
        key=new_key(),
    )


async def _felt(request: Request) -> Response:
    """Store how near a person feels, or take it back."""
    person = who.person(request)
    await doing.feel(person.gathering, person.seat, await read(request, ask.FeltAsked))
    return RedirectResponse(f"{person.home}/near#felt", 303)


async def _back(request: Request) -> Response:
    """Redirect a GET request of the form's address, such as a reload, to its page."""
    return RedirectResponse(f"{request.url.path.rpartition('/')[0]}/near", 303)


routes: list[Route] = [
    Route("/g/{code}/near", _near),
    Route("/g/{code}/felt", _felt, methods=["POST"]),
    Route("/g/{code}/felt", _back),
]
