"""Kept: one table of all personal data, read by the page of the terms, the documentation and the tests.

Each kind of event says which row it belongs to (`live.events.Body.holds`). A test checks that every kind that names a
person does, so no new kind of data can be kept without a sentence about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from oneheart.live import events as ev
from oneheart.model.personal import Personal


@dataclass(frozen=True, slots=True)
class Datum:
    """One kind of personal data. All texts are messages in English, which the pages translate.

    Attributes:
        kind: its kind.
        what: what it is.
        why: what it is needed for.
        seen: who can see it, and how.
        erased: what becomes of it when a person erases everything or the term is over.
    """

    kind: Personal
    what: str
    why: str
    seen: str
    erased: str

    @property
    def code(self) -> str:
        """Return its name in tests and on pages."""
        return self.kind.value

    @property
    def events(self) -> tuple[type[ev.Body], ...]:
        """Return the kinds of events that hold it, in the order of the file format."""
        return tuple(event for event in get_args(ev.AnyBody) if event.holds is self.kind)


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


_GONE = _t("erased")

KEPT: tuple[Datum, ...] = (
    Datum(
        Personal.WORDS,
        _t("What you say: your desires, other words for a line, translations"),
        _t("Others can want the same, and the text is woven from it."),
        _t("Others and the hosts read it, without knowing whose it is."),
        _t("erased; only the lines of a sealed text stay after the term, without their authors"),
    ),
    Datum(
        Personal.ANSWERS,
        _t("What you answer to desires and to lines of the text"),
        _t("To find what all can say together."),
        _t(
            "Nobody sees a single answer, unless you agree that your answers leave as a row without a name. Numbers "
            "are shown only of {k} people or more."
        ),
        _GONE,
    ),
    Datum(
        Personal.PRESENCE,
        _t("At which occasions you were, if you say so"),
        _t("To see whether people who meet want the same."),
        _t("Only numbers of {k} people or more are shown, never with what you want."),
        _GONE,
    ),
    Datum(
        Personal.CONTACTS,
        _t("When you were near others, if you agree that lists may name you, and your badge without its number"),
        _t("To see how near people have been to one another."),
        _t("Nobody sees who was near whom. Only numbers of {k} people or more are shown, never with what you want."),
        _t("erased; you can also take it back by itself, under Mine"),
    ),
    Datum(
        Personal.FELT,
        _t("How near you feel to all, if you say so"),
        _t("To compare the beginning with the end."),
        _t("Only numbers of {k} people or more are shown."),
        _GONE,
    ),
    Datum(
        Personal.DEMAND,
        _t("Whether you ask that we become one, and whether you find yourself in a text, if you say so"),
        _t("To know how many ask it. Being there is never counted as asking."),
        _t("Only numbers of {k} people or more are shown, never with what you want."),
        _GONE,
    ),
    Datum(
        Personal.SEAT,
        _t("Your place: a number, your language, your circle, your duty there, that you agreed"),
        _t("So that your phone finds its place again and each person counts once."),
        _t("Your circle sees who holds its duty. There is no name, address or phone number."),
        _GONE,
    ),
)
"""All personal data of a gathering."""

NOT_REACHED = _t(
    "Erasing cannot reach what was printed, downloaded, photographed or said aloud, nor what others wrote themselves."
)
"""What remains after an erasure, for every page that says what erasing does."""
