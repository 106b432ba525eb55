"""What a server answers for a gathering that was here before and goes on elsewhere: where it is now.

A page is sent on. A tap or a form is not: what is typed stays on the phone, with a sentence that says where to go, and
the server never says that it is kept. A seat is a cookie, and a cookie belongs to a host name. So whoever has a seat
and would come to another name reads that their place does not come along by itself. Nobody takes a second one unawares.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from oneheart.live.codes import clean_code
from oneheart.live.house import House
from oneheart.storage.forwarding import MovedTo
from oneheart.web.answers import NotKept, as_json
from oneheart.web.guessing import code_in
from oneheart.web.pages import HOST_COOKIE, SEAT_COOKIE, address_of, language_of, page, wants_json, words_for

_ELSEWHERE = 503  # phones keep what they have and try again; a program must not take it as an answer
_RETRY_SECONDS = "30"


class Elsewhere:
    """ASGI middleware that answers for gatherings that were moved. Costs nothing where there is none."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app, which receives every other request."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the gathering is now; pass any other request on."""
        house: House = scope["app"].state.house
        if not house.moved or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        code = clean_code(code_in(scope["path"], scope["query_string"]) or "")
        moved = None if code in house.gatherings else house.moved.get(code)
        request = Request(scope, receive)
        misses = scope["app"].state.misses
        if moved is None or not (misses.quiet or misses.allowed(address_of(request))):
            await self.app(scope, receive, send)
            return
        await answer(request, code, moved)(scope, receive, send)


def answer(request: Request, code: str, moved: MovedTo) -> Response:
    """Return where a gathering is now: a redirect of a page, else a page or a sentence that is not taken as kept.

    Args:
        request: the request.
        code: join code of the gathering.
        moved: where it went.
    """
    words = words_for(None, language_of(request, None))
    is_page = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")
    seated = SEAT_COOKIE in request.cookies or HOST_COOKIE in request.cookies
    if is_page and moved.url and (not seated or urlsplit(moved.url).hostname == request.url.hostname):
        path = request.url.path if request.url.path != "/" else f"/j/{code}"
        query = f"?{request.url.query}" if request.url.query and request.url.path != "/" else ""
        return RedirectResponse(f"{moved.url}{path}{query}", 307)
    if wants_json(request) or request.url.path.startswith("/api/"):
        sentence = (
            words.t(
                "This gathering goes on at {address}. Open it there, and say there again what is only on this phone.",
                address=moved.url,
            )
            if moved.url
            else words.t("This gathering goes on at another address. Ask a host where.")
        )
        response = as_json(NotKept(kept=False, why="moved", sentence=str(sentence)), _ELSEWHERE)
    else:
        here = f"{moved.url}/j/{code}" if moved.url else ""
        response = page("elsewhere.html", words, status=_ELSEWHERE, address=here, shown=moved.url, seated=seated)
    response.headers["retry-after"] = _RETRY_SECONDS
    return response
