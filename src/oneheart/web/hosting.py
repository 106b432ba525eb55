"""Who is a host on a page, and what all pages of a host share: their desk, words, language and frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import LiveDesire, Refusal, State
from oneheart.model import actor
from oneheart.web.alias import desire_of
from oneheart.web.pages import HOST_COOKIE, LANGUAGE_COOKIE, gathering_of, language_of, page, problem, words_for
from oneheart.web.words import LANGUAGES, Words


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


FORMS: dict[str, str] = {
    "lesson": _t("Lesson"),
    "meal": _t("Meal"),
    "night": _t("Night"),
    "workshop": _t("Workshop"),
}
PLACES: dict[str, str] = {"hall": _t("in the hall"), "remote": _t("remote"), "mirror": _t("mirror hall")}


@dataclass(frozen=True, slots=True)
class HostHere:
    """A host on a page.

    Attributes:
        gathering: whose desk it is.
        host: the host's number.
        words: in the host's own language.
        asked: the language that the address asked for and that is to be kept, "" for none.
    """

    gathering: LiveGathering
    host: int
    words: Words
    asked: str = ""

    @property
    def state(self) -> State:
        """Return what the gathering has come to."""
        return self.gathering.state

    @property
    def home(self) -> str:
        """Return the address of the desk."""
        return f"/host/{self.gathering.code}"

    @property
    def actor(self) -> str:
        """Return how the log calls this host."""
        return actor.host(self.host)

    async def submit(self, key: str, body: ev.AnyBody) -> int | None:
        """Write something down in this host's name; return its number."""
        return (await self.gathering.submit(self.actor, key, body)).number

    def desire(self, form: Mapping[str, str], field: str = "desire") -> int | None:
        """Return the number of the desire that a form names, None for none."""
        return desire_of(self.gathering, form.get(field, ""))

    def page(self, name: str, *, at: str, status: int = 200, **context: Any) -> Response:
        """Return a page in the frame of all pages of the desk."""
        code, settings = self.gathering.code, self.state.settings
        response = page(
            name,
            self.words,
            status=status,
            at=at,
            code=code,
            shown_code=f"{code[:4]} {code[4:]}",
            gathering_name=(settings.name if settings else "") or code,
            home=self.home,
            number_of_host=self.host + 1,
            **context,
        )
        if self.asked:
            response.set_cookie(LANGUAGE_COOKIE, self.asked, path="/", httponly=True, samesite="lax")
        return response

    def problem(self, why: Refusal, *, kept_text: str = "", back: str = "") -> Response:
        """Return the page that says why something was not taken."""
        return problem(self.words, why, kept_text=kept_text, back=back or self.home)


def host_language(request: Request) -> str:
    """Return the language of a host's pages: any that the house speaks, whatever the gathering's own are."""
    return language_of(request, None)


def host_here(request: Request) -> HostHere | None:
    """Return the host of a request, None for anybody else."""
    gathering = gathering_of(request)
    secret = request.cookies.get(HOST_COOKIE, "")
    host = gathering.host_of(secret) if gathering is not None and secret else None
    if gathering is None or host is None:
        return None
    language, asked = host_language(request), request.query_params.get("lang", "")
    return HostHere(gathering, host, words_for(gathering, language), asked if asked in LANGUAGES else "")


def outside(request: Request) -> Response:
    """Return the page for whoever is no host here: the same whether there is such a gathering or not."""
    return page("host_outside.html", words_for(None, host_language(request)), status=403)


def stands(desire: LiveDesire) -> bool:
    """Return whether a desire is still a desire of its own: not erased, taken back or joined to another."""
    return not (desire.erased or desire.withdrawn or desire.same_as is not None)
