"""The page of the terms on a phone: what is kept, how long, by whom; a person agrees to it here once more.

The door shows the same terms before a seat is taken. This page comes when the hosts have changed them since.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import doing
from oneheart.live import inputs as ask
from oneheart.web import who
from oneheart.web.forms import new_key, read
from oneheart.web.terms import deadline, is_encrypted, terms_of
from oneheart.web.who import Person


def must_agree(person: Person) -> bool:
    """Return whether a person must agree before anything of theirs is kept."""
    state = person.state
    return not state.ended and not state.keeping.has_agreed(person.seat)


async def _terms(request: Request) -> Response:
    """Show the terms, and the button to agree where a person has not agreed to them."""
    person = who.person(request)
    keeping = person.state.keeping
    return person.page(
        "agree.html",
        at="mine",
        terms=terms_of(person.gathering, person.words, encrypted=is_encrypted(request)),
        agreed=not must_agree(person),
        changed=person.seat in keeping.agreed and not keeping.has_agreed(person.seat),
        deadline=deadline(keeping, person.words),
        new_key=new_key,
    )


async def _agree(request: Request) -> Response:
    """Record that a person agrees, and show their page."""
    person = who.person(request)
    await doing.agree(person.gathering, person.seat, await read(request, ask.ConsentAsked))
    return RedirectResponse(person.home, 303)


async def _back(request: Request) -> Response:
    """Redirect a reload of the form to the terms."""
    return RedirectResponse(request.url.path.removesuffix("agree") + "terms", 303)


routes: list[Route] = [
    Route("/g/{code}/terms", _terms),
    Route("/g/{code}/agree", _agree, methods=["POST"]),
    Route("/g/{code}/agree", _back),
]
