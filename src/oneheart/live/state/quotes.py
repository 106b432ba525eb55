"""Quotes: how an event quotes a person's desire by its number, and the words that people read in its place.

An event of a host or of another person holds no words of a desire. It holds a mark with the number of the desire, and
the words are looked up when the event is applied. So erasing a desire erases every quote of it, in every copy of the
record whose key of that person is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from oneheart.live import events as ev

ERASED = "…"
"""What people read where a quoted desire was erased inside a longer text."""

_BEGIN, _END = "\ue000", "\ue001"  # private code points, which no typed text can hold: cleaning takes them out
_MARK = re.compile(rf"{_BEGIN}(\d+)(?::(\d+):(\d+))?{_END}")
_WORD = re.compile(r"\w+")
_SAYS_NOTHING = re.compile(rf"[\W{ERASED}]*")


class Quotable(Protocol):
    """A desire, as far as it is quoted."""

    @property
    def text(self) -> str:
        """Return its words; "" once erased."""


def mark(desire: int, words: tuple[int, int] | None = None) -> str:
    r"""Return the mark of a whole desire, or of some of its words: the first and the one after the last.

    Example:
        >>> mark(7) == "\ue0007\ue001", mark(7, (0, 2)) == "\ue0007:0:2\ue001"
        (True, True)
    """
    return f"{_BEGIN}{desire}{'' if words is None else f':{words[0]}:{words[1]}'}{_END}"


def first_quoted(text: str) -> int | None:
    """Return the number of the first desire that a text quotes; None for none.

    Example:
        >>> first_quoted(f"Yes: {mark(3)}"), first_quoted("Yes")
        (3, None)
    """
    mark = _MARK.search(text)
    return None if mark is None else int(mark[1])


def spans(text: str) -> list[tuple[int, int]]:
    """Return the beginning and end of each word of a text.

    Example:
        >>> spans("To be, together")
        [(0, 2), (3, 5), (7, 15)]
    """
    return [word.span() for word in _WORD.finditer(text)]


def read(text: str, desires: Sequence[Quotable]) -> str:
    """Return a text with the present words of the desires that it quotes; "" if nothing but erased words is left.

    Example:
        >>> from types import SimpleNamespace
        >>> desires = [SimpleNamespace(text="Bread for all, today"), SimpleNamespace(text="")]
        >>> read(f"As in: {mark(0, (0, 3))}!", desires), read(mark(0), desires)
        ('As in: Bread for all!', 'Bread for all, today')
        >>> read(f"As in: {mark(1)}!", desires), read(f"{mark(1)}!", desires)
        ('As in: …!', '')
    """
    if _BEGIN not in text:
        return text

    def words(found: re.Match[str]) -> str:
        number = int(found[1])
        quoted = desires[number].text if number < len(desires) else ""
        if quoted and found[2] is not None:
            places = spans(quoted)[int(found[2]) : int(found[3])]
            quoted = quoted[places[0][0] : places[-1][1]] if places else ""
        return quoted or ERASED

    whole = _MARK.sub(words, text)
    return "" if _SAYS_NOTHING.fullmatch(whole) else whole


Change = Callable[[str], str]
MAY_QUOTE: frozenset[type[ev.Body]] = frozenset(
    {ev.DesireSaid, ev.LineAmended, ev.Moderated, ev.LineRead, ev.Settings, ev.ProgrammeSet}
)
"""The kinds of events in whose texts a desire may be quoted."""


def changed(body: ev.AnyBody, change: Change) -> ev.AnyBody:
    """Return a body with another text in each field that may quote a desire. Bodies without such a field stay.

    A question whose words are all erased is left out.
    """
    if isinstance(body, ev.DesireSaid | ev.LineAmended):
        return msgspec.structs.replace(body, text=change(body.text))
    if isinstance(body, ev.Moderated):
        return msgspec.structs.replace(body, reason=change(body.reason))
    if isinstance(body, ev.LineRead):
        return msgspec.structs.replace(body, critique=change(body.critique))
    if isinstance(body, ev.Settings):
        return msgspec.structs.replace(body, question=_questions(body.question, change))
    if isinstance(body, ev.ProgrammeSet):
        steps = [msgspec.structs.replace(step, question=_questions(step.question, change)) for step in body.steps]
        return msgspec.structs.replace(body, steps=steps)
    return body


def _questions(question: dict[str, str], change: Change) -> dict[str, str]:
    return {code: text for code, typed in question.items() if (text := change(typed)) or not typed}


def as_read(body: ev.AnyBody, desires: Sequence[Quotable]) -> ev.AnyBody:
    """Return a body with words in place of its marks."""
    if type(body) not in MAY_QUOTE:  # every tap comes by
        return body
    return changed(body, lambda text: read(text, desires))
