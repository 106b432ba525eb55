"""A host as an HTTP client: opens the desk by a one-time link and moves the stages."""

from __future__ import annotations

import json
import secrets
from typing import Any

from oneheart.rehearsal.page import forms_of
from oneheart.rehearsal.phone import GaveUpError
from oneheart.rehearsal.wire import GoneError, HttpAnswer, Jar, ServerPlace, Wire, request

_TRIES = 3


class HostDesk:
    """A host's desk, used over HTTP."""

    def __init__(self, place: ServerPlace, code: str) -> None:
        """Keep the place of the desk; nothing is sent yet."""
        self._place, self._code = place, code
        self._wire = Wire(place)
        self._secret = ""

    async def enter(self, token: str) -> None:
        """Open the desk by a one-time link.

        Raises:
            GaveUpError: the link was used, or the server does not answer.
        """
        path = f"/host/enter/{token}"
        jar = Jar()
        try:
            page = await self._wire.ask(request(self._place, "GET", path))
            form = next((form for form in forms_of(page.body.decode(), path) if form.method == "post"), None)
            if form is None:
                message = f"the host's link shows no button (status {page.status})"
                raise GaveUpError(message)
            entered = await self._wire.ask(request(self._place, "POST", form.action, fields=form.fields))
        except GoneError as error:
            message = "the server does not answer the host"
            raise GaveUpError(message) from error
        jar.take(entered)
        self._code = self._code or entered.headers.get("location", "").rpartition("/")[2]
        self._secret = next((value for (name, _), value in jar.kept.items() if name == "host"), "")
        if not self._secret:
            message = f"the host's link opened no desk (status {entered.status})"
            raise GaveUpError(message)

    async def move(self, stage: str) -> None:
        """Move the round to a stage.

        Raises:
            GaveUpError: the server refused it.
        """
        under = f"/api/v1/gatherings/{self._code}/host"
        for _ in range(_TRIES):
            queue = (await self._call("GET", f"{under}/queue", None)) or {}
            if queue.get("stage") == stage:
                return
            body = {"key": secrets.token_hex(16), "stage": stage, "version": queue.get("version")}
            if await self._call("POST", f"{under}/stage", json.dumps(body).encode()) is not None:
                return
        message = "other hosts move the stages all the time"
        raise GaveUpError(message)

    async def bring_in(self, what: str, text: str) -> tuple[int, int] | str:
        """Bring in a list; return how many rows are new and how many were there, or the sentence on its mistake.

        Raises:
            GaveUpError: the server refused it for another reason.
        """
        body = json.dumps({"key": secrets.token_hex(16), "what": what, "text": text}).encode()
        answer = await self._ask("POST", f"/api/v1/gatherings/{self._code}/host/lists", body)
        told = json.loads(answer.body)
        if answer.status == 422:  # noqa: PLR2004
            return str(told["sentence"])
        if answer.status != 200:  # noqa: PLR2004
            message = f"status {answer.status}, {told.get('sentence', '')}"
            raise GaveUpError(message)
        return int(told["added"]), int(told["present"])

    async def bring_contacts(self, near_by: str, text: str, *, keep: bool) -> dict[str, Any] | str:
        """Bring in a list of contacts, or only look at it; return what stands in it, or the sentence on its mistake.

        Raises:
            GaveUpError: the server refused it for another reason.
        """
        body = json.dumps({"key": secrets.token_hex(16), "near_by": near_by, "text": text, "keep": keep}).encode()
        answer = await self._ask("POST", f"/api/v1/gatherings/{self._code}/host/contacts", body)
        told: dict[str, Any] = json.loads(answer.body)
        if answer.status == 422:  # noqa: PLR2004
            return str(told["sentence"])
        if answer.status != 200:  # noqa: PLR2004
            message = f"status {answer.status}, {told.get('sentence', '')}"
            raise GaveUpError(message)
        return told

    async def text(self) -> dict[str, Any]:
        """Return the present text of this round.

        Raises:
            GaveUpError: the server does not answer.
        """
        return await self._call("GET", f"/api/v1/gatherings/{self._code}/text", None) or {}

    async def say(self, seconds: int) -> bool:
        """Set the moment at which everybody says the text; return whether the server accepted it.

        Raises:
            GaveUpError: the server does not answer.
        """
        body = {"key": secrets.token_hex(16), "seconds": seconds}
        under = f"/api/v1/gatherings/{self._code}/host"
        return await self._call("POST", f"{under}/saying", json.dumps(body).encode()) is not None

    async def _call(self, method: str, path: str, body: bytes | None) -> dict[str, Any] | None:
        """Return the answer of the server; None if another host moved first (optimistic lock)."""
        answer = await self._ask(method, path, body)
        if answer.status == 409:  # noqa: PLR2004
            return None
        if answer.status != 200:  # noqa: PLR2004
            message = f"the server did not let the host move on (status {answer.status})"
            raise GaveUpError(message)
        reply: dict[str, Any] = json.loads(answer.body)
        return reply

    async def _ask(self, method: str, path: str, body: bytes | None) -> HttpAnswer:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._place.authority}\r\nAuthorization: Bearer {self._secret}\r\n"
            f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body or b'')}\r\n\r\n"
        )
        try:
            return await self._wire.ask(head.encode() + (body or b""))
        except GoneError as error:
            message = "the server does not answer the host"
            raise GaveUpError(message) from error

    def leave(self) -> None:
        """Close the connection."""
        self._wire.drop()
