"""Inputs: the input of every act of a person or host, from whatever interface it comes.

Forms of phone and desk, scribes, the API and imports build these values; `live.doing` takes them. msgspec checks
types and ranges when it builds a value (`msgspec.convert`, `msgspec.json.decode`).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from oneheart.model.desire import Decision, Stance
from oneheart.model.gathering import Place
from oneheart.model.prayer import Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Travelling, Voice

Key = Annotated[
    str,
    Meta(pattern="^[A-Za-z0-9_-]{8,64}$", description="Idempotency key, made by the sender; a repeat counts once."),
]
Number = Annotated[int, Meta(ge=0, lt=1_000_000_000)]
Text = Annotated[str, Meta(max_length=2000)]
Language = Annotated[str, Meta(max_length=40)]
ProgrammeName = Literal["", "hall", "ten", "workshop", "days"]
SAYING_SECONDS_MOST = 3600
CLOCK_SECONDS_MOST = 30 * 24 * 3600


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base class of all inputs: holds the idempotency key of the sender; unknown fields are an error."""

    key: Key


class KeyOnly(Input, frozen=True):
    """Input of an act that needs nothing but its key."""


# --- people -----------------------------------------------------------------------------------------------------------


class SeatAsked(Input, frozen=True):
    """A person asks for a seat."""

    language: str
    circle_key: str | None = None
    seat_code: str | None = None


class SeatLanguageAsked(Input, frozen=True):
    """A person asks for their pages in another language."""

    language: Language


class DesireAsked(Input, frozen=True):
    """A person says a desire. Without a language, the server detects which of the gathering's languages it is in."""

    text: Text
    language: str = ""
    stem: Literal["", "want", "that"] = ""
    grew_from: Number | None = None


class JoinAsked(Input, frozen=True):
    """A person says that their own desire is the same as another."""

    desire: Number
    same_as: Number


class DesireNamed(Input, frozen=True):
    """An act about one desire that needs nothing else."""

    desire: Number


class DesireLanguageAsked(Input, frozen=True):
    """A person names the language of their own desire, one of the gathering's languages."""

    desire: Number
    language: Language


class UnreadAsked(Input, frozen=True):
    """A person says that they do not read one of the gathering's languages, or that they do."""

    language: Language
    on: bool = True


class ResponseAsked(Input, frozen=True):
    """A person answers a desire: 1 want, 0 not mine, -1 against (voice "assembly" only)."""

    desire: Number
    stance: Stance


class AttendanceAsked(Input, frozen=True):
    """A person is at an occasion, named by its code or by its number."""

    code: str = ""
    occasion: Number | None = None


class FeltAsked(Input, frozen=True):
    """A person says how near they feel to the whole: 1 (apart) to 7 (one); 0 takes it back."""

    value: Annotated[int, Meta(ge=0, le=7)]
    when: FeltAt


class ReadingAsked(Input, frozen=True):
    """A person answers one line of a draft. "would change" may carry a critique of at most 100 letters."""

    draft: Number
    line: Number
    reading: Reading
    critique: Text = ""


class AmendmentAsked(Input, frozen=True):
    """A person gives other words for a line of a draft."""

    draft: Number
    line: Number
    text: Text


class WholeAsked(Input, frozen=True):
    """A person can say the whole text with everybody, or takes that back."""

    draft: Number
    on: bool = True


class ChallengerAsked(Input, frozen=True):
    """A person answers a desire outside the text that was drawn at random for them."""

    draft: Number
    desire: Number
    stance: Stance


class CarryingAsked(Input, frozen=True):
    """A person translates a line of a draft into the language of their pages."""

    draft: Number
    line: Number
    text: Text


class ConfirmingAsked(Input, frozen=True):
    """A reader of both languages confirms a translated line (named by its place in the log), or takes that back."""

    carried: Number
    on: bool = True


class DutyAsked(Input, frozen=True):
    """A person takes the duty of steward of their circle, or leaves it."""

    on: bool = False


class CircleDoneAsked(Input, frozen=True):
    """A steward says that the circle has finished its part of this stage, or has not."""

    on: bool = False


class CircleLineAsked(Input, frozen=True):
    """A steward enters the line of their circle: typed, or grown from a desire of the circle."""

    text: Text
    grew_from: Number | None = None


class CarriedDesireAsked(Input, frozen=True):
    """A steward names the desire that their circle carries beside its line: one of its own unchanged, or typed."""

    text: Text = ""
    desire: Number | None = None


class ScribedSeatAsked(Input, frozen=True):
    """A steward asks for a seat for a person without a phone, and types for them."""

    language: Language = ""


# --- hosts ------------------------------------------------------------------------------------------------------------


class StageAsked(Input, frozen=True):
    """A host moves the round, from the version that they saw (optimistic lock)."""

    stage: Stage
    version: Number
    travelling: Travelling = Travelling.ALL


class StepAsked(Input, frozen=True):
    """A host goes to a step of the programme, from the version of the round that they saw (optimistic lock)."""

    step: Number
    version: Number


class ProgrammeAsked(Input, frozen=True):
    """A host sets a ready programme, once for each question; "" removes the programme.

    Attributes:
        ready: name of the ready programme.
        questions: one question a line, in the default language; "" for the gathering's own question.
        append: add the steps to the present programme instead of replacing it.
    """

    ready: ProgrammeName
    questions: Text = ""
    append: bool = False


class ClockAsked(Input, frozen=True):
    """A host sets the time of this stage, in seconds from now; 0 removes the clock."""

    seconds: Annotated[int, Meta(ge=0, le=CLOCK_SECONDS_MOST)]


class SayingAsked(Input, frozen=True):
    """A host sets the moment at which everybody says the text, in seconds from now; 0 removes it."""

    seconds: Annotated[int, Meta(ge=0, le=SAYING_SECONDS_MOST)]


class ModerationAsked(Input, frozen=True):
    """A host accepts or rejects a desire, from the version that they saw (optimistic lock)."""

    desire: Number
    decision: Decision
    version: Number
    reason: Text = ""


class MetaAsked(Input, frozen=True):
    """A host marks a desire as about the talk or about oneself, or removes the mark."""

    desire: Number
    on: bool
    version: Number


class ShownAsked(Input, frozen=True):
    """A host shows a desire on the hall screen, or removes it."""

    desire: Number
    on: bool


class SameAsked(Input, frozen=True):
    """A host who reads both languages says that two desires are the same."""

    desire: Number
    same_as: Number


class SeedAsked(Input, frozen=True):
    """A host enters a desire to begin with."""

    text: Text
    language: str = ""


class CircleAsked(Input, frozen=True):
    """A host adds a circle; without a name it is called by its number."""

    name: Text = ""
    place: Place = Place.HALL


class CircleNameAsked(Input, frozen=True):
    """A host renames a circle."""

    circle: Number
    name: Text = ""


class OccasionAsked(Input, frozen=True):
    """A host adds an occasion."""

    name: Text
    form: Form


class TablesAsked(Input, frozen=True):
    """A host draws tables of an occasion at random.

    Attributes:
        size: largest number of people at a table.
        same_language: people of one language sit together if there are enough of them.
        version: number of earlier draws for this occasion (optimistic lock).
    """

    occasion: Number
    size: Number
    same_language: bool = False
    version: Number = 0


class CardsAsked(Input, frozen=True):
    """A host asks for seat codes for table cards, of a circle or of none."""

    count: Annotated[int, Meta(ge=1, le=2000)]
    circle: Number | None = None


class BookAsked(Input, frozen=True):
    """A host opens a sealed text (number from 0) to everybody, or to people of the gathering only."""

    sealed: Number
    public: bool = False


class HeldAsked(Input, frozen=True):
    """A host names the occasion at which a round is held; None takes it back."""

    round: Number
    occasion: Number | None = None


class SettingsAsked(Input, frozen=True):
    """A host sets all settings of a gathering, from the version that they saw (optimistic lock)."""

    name: Text
    question: dict[str, Text]
    voice: Voice
    languages: list[str]
    cards: Annotated[int, Meta(ge=1, le=50)] = 8
    hold: bool = False
    words: dict[str, dict[str, str]] = {}
    version: Number = 0
