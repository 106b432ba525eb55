"""What a phone reads whose place was opened on another phone."""

from __future__ import annotations

from starlette.requests import Request

from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering
from oneheart.locale.coded import Coded
from oneheart.web.pages import SEAT_COOKIE
from oneheart.web.words import Words


def moved_away(gathering: LiveGathering, request: Request, words: Words) -> Coded:
    """Return what a phone reads whose secret is void because its place was opened elsewhere; "" for any other."""
    secret = request.cookies.get(SEAT_COOKIE, "")
    if not secret or hash_of(secret) not in gathering.state.people.void:
        return Coded()
    return Coded(
        words.t("Your place was given to another phone. If that was not you, tell a host at once."), "opened elsewhere"
    )
