"""Near: a person's page of what is easily taken for one another. Where they have been; what they want with others.

The two stand apart, in words, and with them, apart again, how near the person feels. Nothing here is made of two of
them, and nothing moves by one person.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.closeness.inner import part_of
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, Refused
from oneheart.live.snapshot import RESPONSES_STEP, in_steps
from oneheart.live.state import Refusal
from oneheart.live.state.company import felt_now
from oneheart.model.presence import FeltAt
from oneheart.web.here import Here, frame_of, here_in
from oneheart.web.mine import table_of, wanted_by
from oneheart.web.pages import form_of, key_in, new_key, number_in, page

K = disclosure.K
SHARED_MOST = 3
CIRCLES = 7
_MUCH, _SOME = 0.5, 0.2


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


_PART: dict[disclosure.Band, str] = {
    "most": _t("Much of what you want, many others want too."),
    "some": _t("Some of what you want, many others want too; some of it only you can bring."),
    "few": _t("Much of what you want, few others want so far. Without you it would be missing."),
}
_ENDS = {1: _t("apart"), 4: _t("half and half"), CIRCLES: _t("as one")}
# One circle is the person, the other one the gathering; from apart to within.
_STEPS = tuple((14 + 2.7 * step, 48 - 2.7 * step) for step in range(CIRCLES))


# --- being together ---------------------------------------------------------------------------------------------------


def _been(here: Here) -> list[dict[str, Any]]:
    """Return where a person was, and with how many others, in whole steps of k."""
    state, t = here.state, here.words.t
    out = []
    for number in state.seats[here.seat].presences:
        others = in_steps(state.occasions[number].present - 1)
        said = (
            t("{count} others or more said that they were there too.", count=others)
            if others
            else t("Few others have said so far that they were there too.")
        )
        out.append({"name": state.occasions[number].name, "said": said, "table": table_of(here, number)})
    return out


def _coming(here: Here) -> list[dict[str, Any]]:
    """Return the tables that lot gave to a person, and to those for whom they type, where they have not been yet."""
    state = here.state
    been = set(state.seats[here.seat].presences)
    writes_for = [n for n, seat in enumerate(state.seats) if seat.scribe == here.seat and seat.alive]
    return [
        {
            "name": state.occasions[number].name,
            "table": None if number in been else table_of(here, number),
            "others": [drawn.table_of[seat] + 1 for seat in writes_for if seat in drawn.table_of],
        }
        for number, drawn in sorted(state.company.drawn.items())
        if (number not in been and here.seat in drawn.table_of) or any(seat in drawn.table_of for seat in writes_for)
    ]


# --- wanting alike ----------------------------------------------------------------------------------------------------

_PARTS: WeakKeyDictionary[LiveGathering, dict[int, tuple[object, disclosure.Band | None]]] = WeakKeyDictionary()


def part_said(here: Here) -> Markup:
    """Return a person's part in the whole, in words that change only with their own answers or with fifty others."""
    band = _part(here)
    if band is None:
        return here.words.t("It can be said once more people have answered the same cards as you.")
    return here.words.t(_PART[band])


def _part(here: Here) -> disclosure.Band | None:
    tally = here.state.tally
    answered = tally.answered(here.seat)
    basis = (tuple(sorted(answered.items())), tally.response_count // RESPONSES_STEP)
    kept = _PARTS.setdefault(here.gathering, {})
    before = kept.get(here.seat)
    if before is None or before[0] != basis:
        part = part_of(answered, tally.seen_by_all, tally.want, tally.against, least_others=2 * K - 1)
        band: disclosure.Band | None = (
            None if part is None else "most" if part >= _MUCH else "some" if part >= _SOME else "few"
        )
        before = kept[here.seat] = (basis, band)
    return before[1]


def _shared(here: Here) -> list[Any]:
    """Return up to three desires that a person wants and most of those who were asked want too."""
    state = here.state
    wanted = [number for number, stance in state.tally.answered(here.seat).items() if stance > 0]
    wanted += [state.root(number) for number in state.seats[here.seat].desires]
    shown = []
    for number in dict.fromkeys(wanted):
        if state.travels[number] and wanted_by(here.gathering, number) == "most":
            shown.append(state.desires[number])
        if len(shown) == SHARED_MOST:
            break
    return shown


# --- the page ---------------------------------------------------------------------------------------------------------


async def _near(request: Request) -> Response:
    """Show where a person has been, what they want with others, and how near they feel: three things, apart."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    state, t = here.state, here.words.t
    when = felt_now(state.round, state.stage)
    felt = {name: state.company.felt[name].get(here.seat, 0) for name in FeltAt}
    choices = [
        (
            value,
            f"{own:.1f}",
            f"{whole:.1f}",
            t(_ENDS[value]) if value in _ENDS else "",
            t("{value} of {most}", value=value, most=CIRCLES),
        )
        for value, (own, whole) in enumerate(_STEPS, start=1)
    ]
    return page(
        "near.html",
        here.words,
        **frame_of(here, at="mine"),
        been=_been(here),
        coming=_coming(here),
        part=part_said(here),
        shared=_shared(here),
        when=when,
        felt=felt[when],
        felt_before=felt[FeltAt.START] if when is FeltAt.END else 0,
        choices=choices,
        ended=state.ended,
        key=new_key(),
    )


async def _felt(request: Request) -> Response:
    """Keep how near a person feels, or take it back."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    value, when = number_in(form, "value"), form.get("when", "")
    if value is None or value > CIRCLES or when not in {*FeltAt}:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.FeltSaid(here.seat, value, FeltAt(when)))
    return RedirectResponse(f"{here.home}/near#felt", 303)


async def _back(request: Request) -> Response:
    """Lead somebody who reloads the address of the form back to its page."""
    return RedirectResponse(f"{request.url.path.rpartition('/')[0]}/near", 303)


routes: list[Route] = [
    Route("/g/{code}/near", _near),
    Route("/g/{code}/felt", _felt, methods=["POST"]),
    Route("/g/{code}/felt", _back),
]
