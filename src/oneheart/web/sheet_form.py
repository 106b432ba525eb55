"""The form of a sheet: acts of people without a phone, many in one form, each kept or refused by itself.

A field is named by what is done, for whom and about what, with dots between: ``card.PERSON.DESIRE``. Each act has an
idempotency key of its own, derived from the key of the form. So a form that is sent twice counts once, and what was
refused can be corrected and sent again without doubling the rest.

Source: ours.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from oneheart.engine.told import Told
from oneheart.live import asking, carrying, doing, seat_ways, tongues
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.coded import Coded
from oneheart.model.prayer import Reading
from oneheart.web.forms import asked, key_in

FIELDS_MOST = 2000
UNREAD = "unread"
"""The value of a field of a card or line: this person cannot read it."""

_ORDER = (
    *("agree", "language", "reads", "demand", "say", "card", "tell", "pass", "same", "line", "words", "amend", "lot"),
    *("whole", "amen", "found", "move"),
)
"""The kinds of fields, in the order in which a person's acts are done."""
_ONCE = frozenset({"say", "tell", "amen", "agree"})
"""Kinds whose key does not depend on the value. Words sent twice under one key are refused if they differ."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a sheet that somebody filled in.

    Attributes:
        name: its name in the form.
        kind: what is done, one of `_ORDER`.
        who: for whom, as the form names the person.
        about: about what: alias of a desire, number of a line or of a sealed text, code of a language, or an alias and
            a language with a dot between; "" for nothing.
        value: what was typed or ticked.
        key: idempotency key of the act.
    """

    name: str
    kind: str
    who: str
    about: str
    value: str
    key: str


@dataclass(frozen=True, slots=True)
class TypedAct:
    """An act that was typed for a person.

    Attributes:
        field: the field.
        seat: number of the person's seat.
        asked: input of the act.
    """

    field: Field
    seat: int
    asked: ask.Input


class SheetKept(Told, frozen=True):
    """Everything on a sheet was stored."""

    kept: Literal[True] = True


class SheetNotKept(Told, frozen=True):
    """Some of a sheet was refused; everything else on it was stored.

    Attributes:
        kept: always false.
        why: always "some".
        sentence: error message.
        left: what was not stored: error message by the name of the field.
    """

    kept: Literal[False]
    why: str
    sentence: str
    left: dict[str, str]


_Do = Callable[[LiveGathering, int, Any], Awaitable[object]]
_DO: dict[type[ask.Input], _Do] = {
    ask.ConsentAsked: doing.agree,
    ask.SeatLanguageAsked: doing.change_language,
    ask.UnreadAsked: doing.set_unread,
    ask.DesireAsked: doing.say,
    ask.ResponseAsked: doing.respond,
    ask.ReadingAsked: doing.read_line,
    ask.AmendmentAsked: doing.amend,
    ask.ChallengerAsked: doing.answer_challenger,
    ask.WholeAsked: doing.affirm,
    ask.KeyOnly: doing.say_amen,
    asking.DemandAsked: asking.say_demand,
    asking.RepresentedAsked: asking.say_represented,
    carrying.WordsAsked: carrying.say_in_language,
    carrying.SameWordsAsked: carrying.say_whether_same,
    seat_ways.CircleChangeAsked: seat_ways.change_circle,
}


def fields_in(form: Mapping[str, str]) -> list[Field]:
    """Return the fields of a sheet that somebody filled in, in the order in which they are done."""
    sheet_key = key_in({"key": form.get("sheet_key", "")})
    fields = []
    for name, value in form.items():
        kind, _, rest = name.partition(".")
        who, _, about = rest.partition(".")
        if kind not in _ORDER or not value.strip():
            continue
        if kind == "words" and form.get(f"line.{who}.{about}"):
            continue  # they belong to the reading of that line
        if kind == "pass" and form.get(f"tell.{who}.{about}", "").strip():
            continue  # whoever says the words does not pass them on
        said = value + form.get(f"words.{who}.{about}", "") if kind == "line" else value
        unique = f"{sheet_key}\0{name}\0{'' if kind in _ONCE else said}"
        key = hashlib.sha256(unique.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        fields.append(Field(name, kind, who, about, value, key))
    return sorted(fields, key=lambda field: _ORDER.index(field.kind))


def input_of(field: Field, form: Mapping[str, str], language_of_line: Callable[[str], str]) -> ask.Input:
    """Return the input of the act that a field asks for.

    Args:
        field: the field.
        form: the whole form.
        language_of_line: returns the language in which a line, named by its number, stands before the person.

    Raises:
        Refused: UNKNOWN: a value that the form does not offer.
    """
    base = {"key": field.key, "draft": form.get("draft", "")}
    about, value = field.about, field.value
    match field.kind:
        case "card" | "line" if value == UNREAD:
            named = {"desire": about} if field.kind == "card" else {"language": language_of_line(about)}
            return asked({**base, **named}, ask.UnreadAsked)
        case "card":
            return asked({**base, "desire": about, "stance": value}, ask.ResponseAsked)
        case "line":
            words = form.get(f"words.{field.who}.{about}", "")
            return asked({**base, "line": about, "reading": value, "critique": words}, ask.ReadingAsked)
        case "words":
            reading = Reading.WOULD_CHANGE.value
            return asked({**base, "line": about, "reading": reading, "critique": value}, ask.ReadingAsked)
        case _:
            return _simple(field, base)


def _simple(field: Field, base: Mapping[str, str]) -> ask.Input:
    """Return the input of an act whose fields are named by its kind alone."""
    about, value = field.about, field.value
    alias, _, into = about.rpartition(".")
    kinds: dict[str, tuple[dict[str, str], type[ask.Input]]] = {
        "agree": ({"version": value}, ask.ConsentAsked),
        "language": ({"language": value}, ask.SeatLanguageAsked),
        "reads": ({"language": about, "on": "0" if value == "1" else "1"}, ask.UnreadAsked),
        "say": ({"text": value}, ask.DesireAsked),
        "amend": ({"line": about, "text": value}, ask.AmendmentAsked),
        "lot": ({"desire": about, "stance": value}, ask.ChallengerAsked),
        "whole": ({"on": value}, ask.WholeAsked),
        "amen": ({}, ask.KeyOnly),
        "demand": ({"on": value}, asking.DemandAsked),
        "found": ({"sealed": about, "value": value}, asking.RepresentedAsked),
        "tell": ({"desire": alias, "language": into, "text": value}, carrying.WordsAsked),
        "pass": ({"desire": alias, "language": into, "skip": "1"}, carrying.WordsAsked),
        "same": ({"carried": about, "same": value}, carrying.SameWordsAsked),
        "move": ({"circle": value}, seat_ways.CircleChangeAsked),
    }
    named, kind = kinds[field.kind]
    return asked({**base, **named}, kind)


async def keep(gathering: LiveGathering, acts: list[TypedAct]) -> dict[str, Refused]:
    """Do all acts, one person's in their order, all people's at once; return what was refused, by field."""
    refused: dict[str, Refused] = {}

    async def one_person(seat: int) -> None:
        for act in acts:
            if act.seat != seat:
                continue
            try:
                await _DO[type(act.asked)](gathering, seat, act.asked)
            except Refused as error:
                refused[act.field.name] = error

    await asyncio.gather(*(one_person(seat) for seat in dict.fromkeys(act.seat for act in acts)))
    return refused


def acts_of(
    form: Mapping[str, str],
    seat_of: Callable[[str], int],
    language_of_line: Callable[[int, str], str],
    about: Callable[[Field], str] = lambda field: field.about,
) -> tuple[list[TypedAct], dict[str, Refused]]:
    """Return the acts that a form asks for, and what of it is refused at once, by field.

    Args:
        form: fields of the form.
        seat_of: returns the seat of a person whom the form names; raises `Refused` for anybody for whom the sender may
            not type.
        language_of_line: returns the language in which a line stands before a seat.
        about: returns the name by which an act names what a field is about, where the form itself has another.
    """
    acts: list[TypedAct] = []
    refused: dict[str, Refused] = {}
    for field in fields_in(form):
        try:
            seat = seat_of(field.who)
            named = replace(field, about=about(field))
            acts.append(TypedAct(field, seat, input_of(named, form, partial(language_of_line, seat))))
        except Refused as error:
            refused[field.name] = error
        except ValueError:
            refused[field.name] = Refused(Refusal.UNKNOWN)
    return acts, refused


def language_met(gathering: LiveGathering, draft: int, line: int, seat: int) -> str:
    """Return the language in which a line stands before a person, or about which they are asked; "" for none."""
    state = gathering.state
    if not 0 <= draft < len(state.prayers.drafts) or not 0 <= line < len(state.prayers.drafts[draft].body.lines):
        return ""
    meeting = tongues.line_for(state, draft, line, seat)
    return meeting.ask if meeting.words is None else meeting.words.language


_NO_LONGER = frozenset({Refusal.CHANGED, Refusal.CLOSED, Refusal.UNKNOWN})
"""Reasons after which the same field may stand for something else, so that what was ticked is not put back into it."""


def typed(form: Mapping[str, str], refused: Mapping[str, Refused]) -> dict[str, str]:
    """Return what was typed into the refused fields, for the page that asks for it again."""
    again = (name for name, error in refused.items() if error.why not in _NO_LONGER or name.startswith("say."))
    return {name: form.get(name, "").encode("utf-8", "ignore").decode() for name in again}


def sentences_of(errors: Mapping[str, Coded]) -> list[Coded]:
    """Return each sentence of an error once, for the top of the page."""
    return [*{error.code: error for error in errors.values()}.values()]
