"""Inputs: the form in which every act of a person or a host is asked for, at any door.

The phone's and the desk's forms, scribes, the API and imports all build these values; `live.doing` takes them. A value
has the right types and ranges when it is built by msgspec (`msgspec.convert`, `msgspec.json.decode`).
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
    """The base of all inputs: closed, with the idempotency key of the sender."""

    key: Key


class KeyOnly(Input, frozen=True):
    """An act that needs nothing but its key."""


# --- people -----------------------------------------------------------------------------------------------------------


class SeatAsked(Input, frozen=True):
    """A seat is asked for."""

    language: str
    circle_key: str | None = None
    seat_code: str | None = None


class SeatLanguageAsked(Input, frozen=True):
    """Another language for a person's pages."""

    language: Language


class DesireAsked(Input, frozen=True):
    """A desire is said. Without a language the server finds out which one of the gathering's it is."""

    text: Text
    language: str = ""
    stem: Literal["", "want", "that"] = ""
    grew_from: Number | None = None


class JoinAsked(Input, frozen=True):
    """A person says that their own desire is the same as another."""

    desire: Number
    same_as: Number


class DesireNamed(Input, frozen=True):
    """An act about one desire that needs nothing more."""

    desire: Number


class DesireLanguageAsked(Input, frozen=True):
    """The language of one's own desire, one of the gathering's."""

    desire: Number
    language: Language


class UnreadAsked(Input, frozen=True):
    """A language of the gathering that a person does not read, or reads after all."""

    language: Language
    on: bool = True


class ResponseAsked(Input, frozen=True):
    """A response: 1 want, 0 not mine, -1 against (assembly only)."""

    desire: Number
    stance: Stance


class AttendanceAsked(Input, frozen=True):
    """A person was at an occasion; outward only. The occasion is named by its code, or by its number."""

    code: str = ""
    occasion: Number | None = None


class FeltAsked(Input, frozen=True):
    """How near a person feels to the whole, 1 (apart) to 7 (one); 0 takes it back."""

    value: Annotated[int, Meta(ge=0, le=7)]
    when: FeltAt


class ReadingAsked(Input, frozen=True):
    """What a person says to one line of a draft; a critique of at most 100 letters goes with "would change"."""

    draft: Number
    line: Number
    reading: Reading
    critique: Text = ""


class AmendmentAsked(Input, frozen=True):
    """Other words for a line of a draft."""

    draft: Number
    line: Number
    text: Text


class WholeAsked(Input, frozen=True):
    """A person can say the whole with all, or takes that back."""

    draft: Number
    on: bool = True


class ChallengerAsked(Input, frozen=True):
    """What a person says to a desire outside the text that was drawn at random for them."""

    draft: Number
    desire: Number
    stance: Stance


class CarryingAsked(Input, frozen=True):
    """A line of a draft in the language of a person's pages."""

    draft: Number
    line: Number
    text: Text


class ConfirmingAsked(Input, frozen=True):
    """A reader of both languages confirms a carried line (named by its place in the log), or takes that back."""

    carried: Number
    on: bool = True


class DutyAsked(Input, frozen=True):
    """A person takes the duty of their circle, or leaves it."""

    on: bool = False


class CircleDoneAsked(Input, frozen=True):
    """A person's circle has finished its part of this stage, or has not."""

    on: bool = False


class CircleLineAsked(Input, frozen=True):
    """The line of a person's circle: typed anew, or grown from a desire of its own."""

    text: Text
    grew_from: Number | None = None


class CarriedDesireAsked(Input, frozen=True):
    """The desire that a person's circle carries beside its line: one of its own as it stands, or typed anew."""

    text: Text = ""
    desire: Number | None = None


class ScribedSeatAsked(Input, frozen=True):
    """A seat for a person without a phone; the asker types for them."""

    language: Language = ""


# --- hosts ------------------------------------------------------------------------------------------------------------


class StageAsked(Input, frozen=True):
    """A host moves the round on from the version that they saw (optimistic lock)."""

    stage: Stage
    version: Number
    travelling: Travelling = Travelling.ALL


class StepAsked(Input, frozen=True):
    """A host goes to a step of the programme, from the version of the round that they saw."""

    step: Number
    version: Number


class ProgrammeAsked(Input, frozen=True):
    """A ready programme, once for each question; "" takes the programme away.

    Attributes:
        ready: its name.
        questions: one a line, in the house's first language; none asks the gathering's own.
        append: add the steps to the programme that stands, instead of replacing it.
    """

    ready: ProgrammeName
    questions: Text = ""
    append: bool = False


class ClockAsked(Input, frozen=True):
    """The time of this stage, in seconds from now; 0 takes the clock away."""

    seconds: Annotated[int, Meta(ge=0, le=CLOCK_SECONDS_MOST)]


class SayingAsked(Input, frozen=True):
    """The moment at which all say the text, in seconds from now; 0 takes it away."""

    seconds: Annotated[int, Meta(ge=0, le=SAYING_SECONDS_MOST)]


class ModerationAsked(Input, frozen=True):
    """A host decides about a desire from the version that they saw (optimistic lock)."""

    desire: Number
    decision: Decision
    version: Number
    reason: Text = ""


class MetaAsked(Input, frozen=True):
    """A host says that a desire is about the talk or about oneself, or that it is not."""

    desire: Number
    on: bool
    version: Number


class ShownAsked(Input, frozen=True):
    """A desire goes onto the hall screen, or comes off it."""

    desire: Number
    on: bool


class SameAsked(Input, frozen=True):
    """A host who reads both languages says that two desires are the same."""

    desire: Number
    same_as: Number


class SeedAsked(Input, frozen=True):
    """A desire that the hosts begin with."""

    text: Text
    language: str = ""


class CircleAsked(Input, frozen=True):
    """A new circle; without a name it is called by its number."""

    name: Text = ""
    place: Place = Place.HALL


class CircleNameAsked(Input, frozen=True):
    """Another name for a circle."""

    circle: Number
    name: Text = ""


class OccasionAsked(Input, frozen=True):
    """A new occasion."""

    name: Text
    form: Form


class TablesAsked(Input, frozen=True):
    """Tables of an occasion are drawn at random.

    Attributes:
        size: the most people at a table.
        same_language: people of one language sit together where there are enough of them.
        version: how often they were drawn before (optimistic lock).
    """

    occasion: Number
    size: Number
    same_language: bool = False
    version: Number = 0


class CardsAsked(Input, frozen=True):
    """Seat codes for table cards of a circle, or of none."""

    count: Annotated[int, Meta(ge=1, le=2000)]
    circle: Number | None = None


class BookAsked(Input, frozen=True):
    """A sealed text (named by its number from 0) may be read by everybody, or only inside the gathering."""

    sealed: Number
    public: bool = False


class HeldAsked(Input, frozen=True):
    """The occasion at which a round is held; None takes it back."""

    round: Number
    occasion: Number | None = None


class SettingsAsked(Input, frozen=True):
    """All settings of a gathering, from the version that the host saw (optimistic lock)."""

    name: Text
    question: dict[str, Text]
    voice: Voice
    languages: list[str]
    cards: Annotated[int, Meta(ge=1, le=50)] = 8
    hold: bool = False
    words: dict[str, dict[str, str]] = {}
    version: Number = 0
