"""Pages as a phone without script reads them: forms, their fields and choices, and the texts beside them.

Pages are parsed with a few regular expressions, because a thousand phones read twelve pages each; the pages are our
own and well formed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>form|input|button|select|option|textarea|bdi)\b(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_MARKUP = re.compile(r"<[^>]*>")
_TYPED = frozenset({"text", "search", "number", "date", "time", "tel", "email", "url"})


@dataclass(slots=True)
class PageForm:
    """A form of a page.

    Attributes:
        action: path that it is sent to.
        method: "get" or "post".
        fields: values that are sent by default: hidden fields, checked boxes, first options.
        choices: by name, the values of buttons, radio buttons, boxes and lists, in order.
        typed: names of text fields.
        words: texts of people inside the form.
        before: last text of a person before the form; "" for none.
    """

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    before: str = ""

    @property
    def about(self) -> str:
        """Return the person's text that this form belongs to; "" for none."""
        return self.words[0] if self.words else self.before


def forms_of(page: str, path: str = "") -> list[PageForm]:
    """Return the forms of a page, in order.

    Args:
        page: HTML.
        path: path of the page, where a form without an action is sent.

    Example:
        >>> form, = forms_of('<bdi>Be one</bdi><form method="post" action="/r"><input type="hidden" name="desire" '
        ...                  'value="7"><button name="stance" value="1">Mine too</button></form>')
        >>> form.action, form.fields, form.choices, form.about
        ('/r', {'desire': '7'}, {'stance': ['1']}, 'Be one')
    """
    out: list[PageForm] = []
    form: PageForm | None = None
    text = ""
    lists = ""
    for tag in _TAG.finditer(page):
        name = tag["name"].lower()
        if tag["end"]:
            if name == "form":
                form = None
            continue
        has = _attributes(tag["attributes"])
        if name == "form":
            form = PageForm(has.get("action") or path, has.get("method", "get").lower(), before=text)
            out.append(form)
        elif name == "bdi":
            text = _text(page, tag.end(), "</bdi")
            if form is not None:
                form.words.append(text)
        elif form is not None:
            lists = _field(form, name, has, lists)
    return out


def _field(form: PageForm, tag: str, has: Mapping[str, str], lists: str) -> str:
    """Read one field into a form; return the name of the open list."""
    name, value = has.get("name", ""), has.get("value", "")
    kind = has.get("type", "text").lower()
    if tag == "select":
        form.choices.setdefault(name, [])
        return name
    if tag == "option":
        form.choices.setdefault(lists, []).append(value)
        if lists not in form.fields or "selected" in has:
            form.fields[lists] = value
    elif not name:
        pass
    elif tag == "button" or kind in {"submit", "radio", "checkbox"}:
        form.choices.setdefault(name, []).append(value)
        if "checked" in has:
            form.fields[name] = value
    elif kind == "hidden" and tag == "input":
        form.fields[name] = value
    elif tag == "textarea" or kind in _TYPED:
        form.typed.append(name)
        form.fields.setdefault(name, value)
    return lists


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(next((part for part in match.groups()[1:] if part is not None), ""))
        for match in _ATTRIBUTE.finditer(text)
    }


def _text(page: str, start: int, until: str) -> str:
    end = page.find(until, start)
    inner = page[start : end if end >= 0 else start]
    return " ".join(html.unescape(_MARKUP.sub("", inner)).split())


def form_to(forms: list[PageForm], ending: str) -> PageForm | None:
    """Return the first form whose address has this ending; None for none."""
    return next((form for form in forms if form.method == "post" and form.action.endswith(ending)), None)
