"""Sheets for people without a phone, filled in as somebody does who reads the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass(slots=True)
class SheetRead:
    """The form of a sheet as a browser would send it.

    Attributes:
        hidden: its hidden fields.
        offered: every field that can be filled in: its name and the values that it offers, [] for free words.
        done: by the number of a person as the page shows it: how many marks say that something is kept.
    """

    hidden: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    people: dict[str, list[str]] = field(default_factory=dict)

    def named(self, kind: str, person: str = "", about: str = "") -> list[str]:
        """Return the names of fields of a kind, for a person as the page numbers them ("" for all), about a thing."""
        names = [name for name in self.offered if name.split(".")[0] == kind]
        if person:
            names = [name for name in names if name in self.people.get(person, [])]
        return [name for name in names if not about or name.split(".")[-1] == about]


class _Reader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.person = form, False, ""
        self.read = SheetRead()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = about.get("id") == self.form
        if not self.inside:
            return
        self.person = about.get("data-person", self.person)
        if "data-done" in about:
            self.read.done[self.person] = self.read.done.get(self.person, 0) + 1
        name = about.get("name", "")
        if not name:
            return
        if about.get("type") == "hidden":
            self.read.hidden[name] = about["value"]
            return
        values = self.read.offered.setdefault(name, [])
        if about.get("type") in {"radio", "checkbox"}:
            values.append(about["value"])
        self.read.people.setdefault(self.person, []).append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def read_sheet(html: str, form: str = "sheet") -> SheetRead:
    """Return the form of a sheet on a page."""
    reader = _Reader(form)
    reader.feed(html)
    return reader.read


def tick_all(page: Any, kind: str, value: str) -> int:
    """Tick one answer in all rows of a kind, on a sheet in a browser; return how many rows there are."""
    names = page.eval_on_selector_all(f"#sheet [name^='{kind}.'][value='{value}']", "all => all.map((one) => one.name)")
    for name in names:
        page.check(f"[name='{name}'][value='{value}']")
    return len(names)


def type_in_sheet(desk: Any, sheets: str, code: str, fill: Callable[[], Any]) -> None:
    """Type a paper sheet in at the hosts' desk, in a browser.

    Args:
        desk: page of a host's browser.
        sheets: address of the desk's page of sheets.
        code: code in the corner of the sheet; it is typed as people do, with a gap and in small letters.
        fill: fills in the fields of the opened sheet.
    """
    desk.goto(sheets)
    desk.fill("#find input[name=sheet]", f"{code[:4]} {code[4:]}".lower())
    desk.click("#find button")
    desk.wait_for_selector("#sheet")
    fill()
    desk.click("#send")
    desk.wait_for_selector("[data-kept-place]")
