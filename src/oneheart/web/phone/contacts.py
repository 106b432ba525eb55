"""Contacts on a phone: a person agrees that lists of who was near whom may name them, sees what is held, takes it back.

An usher reads a badge on the page of an occasion. The usher is never told whether the person agreed.
"""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import listed
from oneheart.live.held import contacts_held
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.forms import asked, new_key, read
from oneheart.web.near_words import NEAR_BY
from oneheart.web.phone.door import too_many
from oneheart.web.phone.here import note_by_usher
from oneheart.web.phone.way_back import in_fours
from oneheart.web.who import Person

_NOWHERE, _SLOWLY = 404, 429


def contacts_context(person: Person) -> dict[str, Any]:
    """Return what a person's page says of lists of contacts."""
    near, seat = person.state.company.near, person.seat
    code = listed.contacts_code(person.gathering, seat)
    badge = near.badge_of.get(seat)
    shared = badge is not None and near.seats_of_badges(person.state.people).get(badge[0]) != seat
    rows = [
        (
            time.strftime("%Y-%m-%d", time.localtime(held.at / 1000)),
            person.words.t(NEAR_BY[held.near_by]),
            held.contacts,
        )
        for held in contacts_held(person.state, seat)
    ]
    return {
        "contacts_code": "" if code is None else in_fours(code),
        "badge": "" if badge is None else "shared" if shared else "kept",
        "contacts_held": rows,
        "contacts_keys": [new_key(), new_key()],
    }


async def _consent(request: Request) -> Response:
    """Agree that lists of contacts may name the person, or take it back and erase what is held."""
    person = who.person(request)
    await listed.set_contacts_consent(person.gathering, person.seat, await read(request, listed.ContactsConsentAsked))
    return RedirectResponse(f"{person.home}/mine#contacts", 303)


async def _badge(request: Request) -> Response:
    """Keep the person's badge. Typing is limited, right or wrong, so that nobody tries them all."""
    person = who.person(request)
    misses, name = request.app.state.misses, f"{person.gathering.code} badge {person.seat}"
    if not misses.allowed(name):
        return too_many(request)
    misses.note(name)  # of this person only: a whole hall may type its badges from one address
    try:
        await listed.keep_badge(person.gathering, person.seat, await read(request, listed.BadgeAsked))
    except Refused as refused:
        if refused.why is not Refusal.UNKNOWN:
            raise
        return RedirectResponse(f"{person.home}/mine?badge=none#contacts", 303)
    return RedirectResponse(f"{person.home}/mine#contacts", 303)


async def _read_badge(request: Request) -> Response:
    """Keep the badge of a person who shows their own code to an usher, if they agreed; the answer is the same."""
    return await note_by_usher(
        request,
        lambda gathering, occasion, form: listed.note_badge(gathering, occasion, asked(form, listed.UsherBadgeAsked)),
        lambda words: Coded(
            words.t("Nobody shows this code now, or there is no number on the badge. Ask for a new code."),
            "no such person",
        ),
        untold=frozenset({Refusal.NOT_YOURS, Refusal.CONSENT}),
    )


routes: list[Route] = [
    Route("/g/{code}/contacts", _consent, methods=["POST"]),
    Route("/g/{code}/badge", _badge, methods=["POST"]),
    Route("/u/{code}/badge", _read_badge, methods=["POST"]),
]
