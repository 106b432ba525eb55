"""A host in a browser without script, for tests of several pages of the desk."""

from __future__ import annotations

import html
import re
from typing import Any


class Desk:
    """A host at their desk.

    Attributes:
        door: of the gathering.
        browser: with the host's cookie.
        home: address of the desk.
    """

    def __init__(self, door: Any, language: str = "en") -> None:
        """Take the desk by a one-time link."""
        self.door = door
        self.gathering = door.gathering
        self.browser = door.browser()
        self.browser.headers["accept-language"] = language
        link = f"/host/enter/{door.house.invite(door.gathering.code)}"
        found = re.search(r'name="key" value="([^"]*)"', self.browser.get(link).text)
        assert found is not None
        entered = self.browser.post(link, data={"key": found[1]})
        assert entered.status_code == 303, entered.text
        self.home = entered.headers["location"]

    def page(self, place: str = "") -> str:
        """Return a page of the desk as a person reads it."""
        answer = self.browser.get(f"{self.home}{place}")
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def do(self, what: str, **fields: object) -> Any:
        """Send one of the desk's forms."""
        fields.setdefault("key", f"key-{what}-{self.gathering.state.seq}")
        return self.browser.post(f"{self.home}/do/{what}", data={name: str(value) for name, value in fields.items()})
