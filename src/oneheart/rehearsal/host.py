"""A host as a client: takes the desk by a one-time link and moves the stages, all over HTTP."""

from __future__ import annotations

import json
import secrets
from typing import Any

from oneheart.rehearsal.page import forms_of
from oneheart.rehearsal.phone import GaveUpError
from oneheart.rehearsal.wire import GoneError, Jar, ServerPlace, Wire, request

_TRIES = 3


class HostDesk:
    """A host's desk, reached over HTTP."""

    def __init__(self, place: ServerPlace, code: str) -> None:
        """Know where it is."""
        self._place, self._code = place, code
        self._wire = Wire(place)
        self._secret = ""

    async def enter(self, token: str) -> None:
        """Take the desk by a one-time link.

        Raises:
            GaveUpError: the link is used up, or the server does not answer.
        """
        path = f"/host/enter/{token}"
        jar = Jar()
        try:
            shown = await self._wire.ask(request(self._place, "GET", path))
            form = next((form for form in forms_of(shown.body.decode(), path) if form.method == "post"), None)
            if form is None:
                message = f"the host's link shows no button (status {shown.status})"
                raise GaveUpError(message)
            entered = await self._wire.ask(request(self._place, "POST", form.action, fields=form.fields))
        except GoneError as error:
            message = "the server does not answer the host"
            raise GaveUpError(message) from error
        jar.take(entered)
        self._secret = next((value for (name, _), value in jar.kept.items() if name == "host"), "")
        if not self._secret:
            message = f"the host's link opened no desk (status {entered.status})"
            raise GaveUpError(message)

    async def move(self, stage: str) -> None:
        """Move the round to a stage.

        Raises:
            GaveUpError: the server did not take it.
        """
        under = f"/api/v1/gatherings/{self._code}/host"
        for _ in range(_TRIES):
            seen = (await self._call("GET", f"{under}/queue", None)) or {}
            if seen.get("stage") == stage:
                return
            asked = {"key": secrets.token_hex(16), "stage": stage, "version": seen.get("version")}
            if await self._call("POST", f"{under}/stage", json.dumps(asked).encode()) is not None:
                return
        message = "other hosts move the stages all the time"
        raise GaveUpError(message)

    async def text(self) -> dict[str, Any]:
        """Return the text of this round as it stands.

        Raises:
            GaveUpError: the server does not say.
        """
        return await self._call("GET", f"/api/v1/gatherings/{self._code}/text", None) or {}

    async def say(self, seconds: int) -> bool:
        """Set the moment at which all say the text; return whether it was taken.

        Raises:
            GaveUpError: the server does not answer.
        """
        asked = {"key": secrets.token_hex(16), "seconds": seconds}
        under = f"/api/v1/gatherings/{self._code}/host"
        return await self._call("POST", f"{under}/saying", json.dumps(asked).encode()) is not None

    async def _call(self, method: str, path: str, body: bytes | None) -> dict[str, Any] | None:
        """Return what the server says, None where another host was faster."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._place.authority}\r\nAuthorization: Bearer {self._secret}\r\n"
            f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body or b'')}\r\n\r\n"
        )
        try:
            answer = await self._wire.ask(head.encode() + (body or b""))
        except GoneError as error:
            message = "the server does not answer the host"
            raise GaveUpError(message) from error
        if answer.status == 409:  # noqa: PLR2004
            return None
        if answer.status != 200:  # noqa: PLR2004
            message = f"the server did not let the host move on (status {answer.status})"
            raise GaveUpError(message)
        taken: dict[str, Any] = json.loads(answer.body)
        return taken

    def leave(self) -> None:
        """End the connection."""
        self._wire.drop()
