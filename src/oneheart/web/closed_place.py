"""The pages of a closed place: what its person may not do any more is not offered to them.

Every page of a person passes through `without_refused_forms`, so a new form is left out until it stands in `WORK`.
"""

from __future__ import annotations

import re

WORK = frozenset({"agree", "contacts", "erase", "language", "rows", "unread", "way", "withdraw"})
"""Last parts of the addresses of the forms that still work: what `live.state.closing.OWN_RIGHTS` permits."""

_FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"[^>]*>.*?</form>', re.DOTALL)
_BUTTON = re.compile(r'<button\b[^>]*\bformaction="([^"]*)"[^>]*>.*?</button>', re.DOTALL)
_CUT = "\ue002"  # private use: no page has it
_INSIDE = r"(?:(?!</?{0}\b).)*?"
_AROUND = [
    re.compile(f"<details\\b[^>]*>{_INSIDE.format('details')}{_CUT}{_INSIDE.format('details')}</details>", re.DOTALL),
    re.compile(
        f"<section\\b[^>]*\\bdata-only-asks\\b[^>]*>{_INSIDE.format('section')}{_CUT}{_INSIDE.format('section')}</section>",
        re.DOTALL,
    ),
]


def works(address: str) -> bool:
    """Return whether a form at an address still works for a person whose place is closed.

    Example:
        >>> works("/g/ABCD3456/erase"), works("/g/ABCD3456/desire")
        (True, False)
    """
    return address.partition("?")[0].rpartition("/")[2] in WORK


def without_refused_forms(html: str) -> str:
    """Return a page without the forms and buttons that a closed place is refused.

    What only holds such a form goes too: a `<details>`, and a `<section>` with the attribute `data-only-asks`.

    Example:
        >>> page = '<details><summary>More</summary><form action="/g/A/desire"></form></details>'
        >>> without_refused_forms(page + '<form action="/g/A/erase"></form>')
        '<form action="/g/A/erase"></form>'
    """
    html = _FORM.sub(lambda form: form[0] if works(form[1]) else _CUT, html)
    html = _BUTTON.sub(lambda button: button[0] if works(button[1]) else "", html)
    for around in _AROUND:
        html = around.sub(lambda found: found[0] if "<form" in found[0] else _CUT, html)
    return html.replace(_CUT, "")
