"""The forms of a page as a reader meets them: where they go, what can be filled in, what can be pressed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser

WORDS = ("bread for all", "we sing together", "לחם לכולם", "שנשיר ביחד")


@dataclass(slots=True)
class Form:
    """A form of a page.

    Attributes:
        action: address to which it is sent.
        values: fields with the value that they have on the page.
        choices: fields with several values to choose from.
        typed: fields into which people type.
        buttons: names and values of the buttons; ("", "") for one without a name.
    """

    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, rng: random.Random) -> dict[str, str]:
        """Return what is sent by somebody who chooses and types at random, and presses one of the buttons."""
        sent = dict(self.values)
        for name, values in self.choices.items():
            sent[name] = rng.choice(values)
        for name, kind in self.typed.items():
            if rng.random() < 0.7:
                sent[name] = str(rng.choice((0, 1, 2, 30))) if kind == "number" else rng.choice(("", *WORDS))
        name, value = rng.choice(self.buttons or [("", "")])
        return sent | ({name: value} if name else {})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(about["action"]) if about.get("method", "").lower() == "post" else None
            self.forms += [] if self.form is None else [self.form]
        if self.form is None:
            return
        name, value = about.get("name", ""), about.get("value", "")
        if tag == "button":
            self.form.buttons.append((name, value))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self.form.choices.setdefault(self.select, []).append(value)
        elif tag == "textarea" and name:
            self.form.typed[name] = "text"
            self.form.values.setdefault(name, "")
        elif tag == "input" and name:
            self._input(about.get("type", "text"), name, about.get("value", "on"), "checked" in about)

    def _input(self, kind: str, name: str, value: str, checked: bool) -> None:
        assert self.form is not None
        if kind in {"radio", "checkbox"}:
            self.form.choices.setdefault(name, []).append(value)
            if checked:
                self.form.values[name] = value
            return
        self.form.values[name] = "" if value == "on" else value
        if kind != "hidden":
            self.form.typed[name] = kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.form = None


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page that are posted, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
