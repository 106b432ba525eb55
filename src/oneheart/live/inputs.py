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
from oneheart.model.prayer import DraftsBy, Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Travelling, Voice

Key = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="Idempotency key, made by the sender at random (64 bits or more); a repeat counts once.",
    ),
]
Number = Annotated[int, Meta(ge=0, lt=1_000_000_000)]
Alias = Annotated[
    str,
    Meta(max_length=64, description="Alias of a desire, as it was given to the sender for this act; see live.offered."),
]
Milliseconds = Annotated[int, Meta(ge=0, lt=1 << 53)]
Text = Annotated[str, Meta(max_length=2000)]
Language = Annotated[str, Meta(max_length=40)]
Names = dict[Language, Text]
Mark = Annotated[str, Meta(max_length=64)]
Sign = Annotated[str, Meta(pattern="^[0-9]{4}$")]
CircleSize = Annotated[int, Meta(ge=1, le=500)]
ProgrammeName = Literal["", "hall", "ten", "workshop", "days"]
SAYING_SECONDS_MOST = 3600
CLOCK_SECONDS_MOST = 30 * 24 * 3600


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base class of all inputs: holds the idempotency key of the sender; unknown fields are an error.

    Except for a new seat the key is no credential: it is unique for one person only, and whoever repeats it must have
    that person's secret. So two keys that are equal by chance can only hide a person's own act from themselves.
    """

    key: Key


class KeyOnly(Input, frozen=True):
    """Input of an act that needs nothing but its key."""


# --- people -----------------------------------------------------------------------------------------------------------


class SeatAsked(Input, frozen=True):
    """A person asks for a seat.

    The key is a credential here: a repeat with the same key is given the secret of the same seat. It needs 128 random
    bits: 32 hexadecimal letters or 22 letters of base64url, made anew for each seat and kept to oneself.

    Attributes:
        language: language code of the pages.
        circle_key: key from the address on a circle's cards; None for none.
        seat_code: seat code of a table card; None for none. It opens one seat.
        consent: version of the terms to which the person agrees, see `GET terms`; None: then nothing of theirs is kept.
    """

    language: str
    circle_key: str | None = None
    seat_code: str | None = None
    consent: Number | None = None


class ConsentAsked(Input, frozen=True):
    """A person agrees to the terms that they read.

    Attributes:
        version: version of the terms.
    """

    version: Number


class SeatLanguageAsked(Input, frozen=True):
    """A person asks for their pages in another language.

    Attributes:
        language: language code of the pages.
    """

    language: Language


class DesireAsked(Input, frozen=True):
    """A person says a desire. Without a language, the server detects which of the gathering's languages it is in.

    Attributes:
        text: the words, 1 to 140 graphemes after cleaning.
        language: language code; "" to detect it.
        stem: code of the stem that the words continue; "" for none.
        grew_from: alias of the card that it builds on; None for none.
    """

    text: Text
    language: str = ""
    stem: Literal["", "want", "that"] = ""
    grew_from: Alias | None = None


class JoinAsked(Input, frozen=True):
    """A person says that their own desire is the same as another.

    Attributes:
        desire: alias of the person's own desire.
        same_as: alias of a desire that was offered as similar.
    """

    desire: Alias
    same_as: Alias


class DesireNamed(Input, frozen=True):
    """An act about one's own desire that needs nothing else.

    Attributes:
        desire: alias of the person's own desire.
    """

    desire: Alias


class DesireLanguageAsked(Input, frozen=True):
    """A person names the language of their own desire, one of the gathering's languages.

    Attributes:
        desire: alias of the person's own desire.
        language: language code of its words.
    """

    desire: Alias
    language: Language


class UnreadAsked(Input, frozen=True):
    """A person says that they do not read one of the gathering's languages, or that they do.

    Attributes:
        language: language code; "" to name a card.
        on: true if the person does not read it.
        desire: alias of a card in that language; "" to name the language.
    """

    language: Language = ""
    on: bool = True
    desire: Alias = ""


class ResponseAsked(Input, frozen=True):
    """A person answers a desire: 1 want, 0 not mine, -1 against (voice "assembly" only).

    Attributes:
        desire: alias of the card.
        stance: 1, 0 or -1.
    """

    desire: Alias
    stance: Stance


class AttendanceAsked(Input, frozen=True):
    """A person is at an occasion. They read its code there: on the table, at the door, on the usher's phone.

    Attributes:
        code: code of the occasion.
    """

    code: Text


class FeltAsked(Input, frozen=True):
    """A person says how near they feel to the whole: 1 (apart) to 7 (one); 0 takes it back.

    Attributes:
        value: 1 to 7; 0 takes it back.
        when: "start" or "end".
    """

    value: Annotated[int, Meta(ge=0, le=7)]
    when: FeltAt


class ReadingAsked(Input, frozen=True):
    """A person answers one line of a draft. "would change" may carry a critique of at most 100 letters.

    Attributes:
        draft: number of the draft.
        line: number of the line, from 0.
        reading: "can say", "would change" or "against me".
        critique: what the person would change; "" for none.
    """

    draft: Number
    line: Number
    reading: Reading
    critique: Text = ""


class AmendmentAsked(Input, frozen=True):
    """A person gives other words for a line of a draft.

    Attributes:
        draft: number of the draft.
        line: number of the line, from 0.
        text: the other words.
    """

    draft: Number
    line: Number
    text: Text


class WholeAsked(Input, frozen=True):
    """A person can say the whole text with everybody, or takes that back.

    Attributes:
        draft: number of the draft.
        on: true to affirm, false to take it back.
    """

    draft: Number
    on: bool = True


class ChallengerAsked(Input, frozen=True):
    """A reader says whether they want a desire that was put to them.

    Attributes:
        draft: number of the draft.
        desire: alias of the challenger.
        stance: 1, 0 or -1.
    """

    draft: Number
    desire: Alias
    stance: Stance


class CarryingAsked(Input, frozen=True):
    """A person translates a line of a draft.

    Attributes:
        draft: number of the draft.
        line: number of the line, from 0.
        text: the translation.
        language: language code of the translation; "" for the language of their pages.
        mark: mark of the machine's draft that stood in the box; "" for none.
    """

    draft: Number
    line: Number
    text: Text
    language: Language = ""
    mark: Mark = ""


class ConfirmingAsked(Input, frozen=True):
    """A reader of both languages confirms a translated line, or takes that back.

    Attributes:
        carried: alias of the translation.
        on: true to confirm, false to take it back.
    """

    carried: Alias
    on: bool = True


class DutyAsked(Input, frozen=True):
    """A person asks to hold the duty of their circle, or no longer asks.

    Attributes:
        on: true to ask, false to take that back.
    """

    on: bool = False


class DutyAnswerAsked(Input, frozen=True):
    """A person of a circle says whether another one shall hold its duty.

    Attributes:
        sign: sign of the other person.
        holds: true if that person holds the duty now, false if they ask for it.
        on: true if they shall hold it.
    """

    sign: Sign
    holds: bool = False
    on: bool = False


class DutyGivenAsked(Input, frozen=True):
    """A host gives the duty of a circle to somebody who asks for it, or ends the duty of who holds it.

    Attributes:
        circle: number of the circle.
        sign: sign of the person.
        on: true to give, false to end.
    """

    circle: Number
    sign: Sign
    on: bool = False


class CircleDoneAsked(Input, frozen=True):
    """A steward says that the circle has finished its part of this stage, or has not.

    Attributes:
        on: true if the circle has finished.
    """

    on: bool = False


class CircleLineAsked(Input, frozen=True):
    """A steward enters the line of their circle: typed, or grown from a desire of the circle.

    Attributes:
        text: the words of the line.
        grew_from: alias of a listed desire of the circle that it builds on; None for none.
    """

    text: Text
    grew_from: Alias | None = None


class CarriedDesireAsked(Input, frozen=True):
    """A steward names the desire that their circle carries beside its line: one of its own unchanged, or typed.

    Attributes:
        text: typed words; "" to name a desire.
        desire: alias of a listed desire of the circle; None for typed words.
    """

    text: Text = ""
    desire: Alias | None = None


class ScribedSeatAsked(Input, frozen=True):
    """A steward asks for a seat for a person without a phone, and types for them.

    Attributes:
        language: language code of the person; "" for that of the scribe.
        consent: version of the terms that the scribe read aloud and the person agreed to; None for none.
    """

    language: Language = ""
    consent: Number | None = None


# --- hosts ------------------------------------------------------------------------------------------------------------


class StageAsked(Input, frozen=True):
    """A host moves the round, from the version that they saw (optimistic lock).

    Attributes:
        stage: the new stage.
        version: version of the round.
        travelling: which desires are dealt in the stage "crossing".
    """

    stage: Stage
    version: Number
    travelling: Travelling = Travelling.ALL


class StepAsked(Input, frozen=True):
    """A host goes to a step of the programme, from the version of the round that they saw (optimistic lock).

    Attributes:
        step: number of the step, from 0.
        version: version of the round.
    """

    step: Number
    version: Number


class ProgrammeAsked(Input, frozen=True):
    """A host sets a ready programme, once for each question; "" removes the programme.

    Attributes:
        ready: name of the ready programme.
        questions: one question a line, in the default language; "" for the gathering's own question.
        append: add the steps to the present programme instead of replacing it.
        questions_in: the same questions in the other languages, one a line in the same order, by language code.
        by_itself: the next step comes when the clock of a step has ended.
    """

    ready: ProgrammeName
    questions: Text = ""
    append: bool = False
    questions_in: Names = {}
    by_itself: bool = False


class ClockAsked(Input, frozen=True):
    """A host sets the time of this stage, in seconds from now; 0 removes the clock.

    Attributes:
        seconds: time from now, in seconds.
    """

    seconds: Annotated[int, Meta(ge=0, le=CLOCK_SECONDS_MOST)]


class SayingAsked(Input, frozen=True):
    """A host sets the moment at which everybody says the text, in seconds from now; 0 removes it.

    Attributes:
        seconds: time from now, in seconds.
    """

    seconds: Annotated[int, Meta(ge=0, le=SAYING_SECONDS_MOST)]


class ModerationAsked(Input, frozen=True):
    """A host accepts or rejects a desire, from the version that they saw (optimistic lock).

    Attributes:
        desire: alias of the desire.
        decision: "accepted" or "rejected".
        version: version of the desire.
        reason: reason that its author reads; "" for none.
    """

    desire: Alias
    decision: Decision
    version: Number
    reason: Text = ""


class MetaAsked(Input, frozen=True):
    """A host marks a desire as about the talk or about oneself, or removes the mark.

    Attributes:
        desire: alias of the desire.
        on: true to mark it, false to remove the mark.
        version: version of the desire (optimistic lock).
    """

    desire: Alias
    on: bool
    version: Number


class ShownAsked(Input, frozen=True):
    """A host shows a desire on the hall screen, or removes it.

    Attributes:
        desire: alias of the desire.
        on: true to show it, false to remove it.
    """

    desire: Alias
    on: bool


class SameAsked(Input, frozen=True):
    """A host who reads both languages says that two desires are the same.

    Attributes:
        desire: alias of the desire that is joined.
        same_as: alias of the desire that it is joined to.
    """

    desire: Alias
    same_as: Alias


class SeedAsked(Input, frozen=True):
    """A host enters a desire to begin with.

    Attributes:
        text: the words.
        language: language code; "" for the default language.
    """

    text: Text
    language: str = ""


class CircleAsked(Input, frozen=True):
    """A host adds a circle; without a name it is called by its number.

    Attributes:
        name: name of the circle; "" to call it by its number.
        place: "hall", "remote" or "mirror".
        size: number of people for whom it has room if some have no phone; None for the usual size.
        names: name of the circle by language code; {} for only one name.
        parent: number of the circle that contains it; None for none.
    """

    name: Text = ""
    place: Place = Place.HALL
    size: CircleSize | None = None
    names: Names = {}
    parent: Number | None = None


class CircleNameAsked(Input, frozen=True):
    """A host gives a circle another name or size.

    Attributes:
        circle: number of the circle.
        name: the new name; "" to call it by its number.
        size: number of people for whom it has room if some have no phone; None to keep it.
        names: the new names by language code, all of them; None to keep the present ones.
    """

    circle: Number
    name: Text = ""
    size: CircleSize | None = None
    names: Names | None = None


class OccasionAsked(Input, frozen=True):
    """A host adds an occasion.

    Attributes:
        name: name of the occasion.
        form: "lesson", "meal", "night" or "workshop".
        names: name of the occasion by language code; {} for only one name.
        begins: when it begins, milliseconds since 1970; None for no time.
        ends: when it ends, milliseconds since 1970; None for no time.
    """

    name: Text
    form: Form
    names: Names = {}
    begins: Milliseconds | None = None
    ends: Milliseconds | None = None


class TablesAsked(Input, frozen=True):
    """A host draws tables of an occasion at random.

    Attributes:
        occasion: number of the occasion.
        size: largest number of people at a table.
        same_language: people of one language sit together if there are enough of them.
        version: number of earlier draws for this occasion (optimistic lock).
    """

    occasion: Number
    size: Number
    same_language: bool = False
    version: Number = 0


class CardsAsked(Input, frozen=True):
    """A host asks for seat codes for table cards, of a circle or of none.

    Attributes:
        count: number of cards, 1 to 2000.
        circle: number of the circle; None for none.
    """

    count: Annotated[int, Meta(ge=1, le=2000)]
    circle: Number | None = None


class BookAsked(Input, frozen=True):
    """A host opens a sealed text (number from 0) to everybody, or to people of the gathering only.

    Attributes:
        sealed: number of the sealed text.
        public: true for everybody.
    """

    sealed: Number
    public: bool = False


class HeldAsked(Input, frozen=True):
    """A host names the occasion at which a round is held; None takes it back.

    Attributes:
        round: number of the round, from 1.
        occasion: number of the occasion; None takes it back.
    """

    round: Number
    occasion: Number | None = None


class SettingsAsked(Input, frozen=True):
    """A host sets all settings of a gathering, from the version that they saw (optimistic lock).

    Attributes:
        name: name of the gathering.
        question: the question by language code, at least in the default language.
        voice: "ten" or "assembly".
        languages: language codes of the pages, the default language first.
        cards: number of cards per stage, 1 to 50.
        hold: true if hosts must accept a desire first.
        words: other wordings, by language code, then by message.
        version: version of the settings.
        keep_days: days after the end until everything personal is erased; None for no term (former gatherings).
        run_by: who runs the gathering.
        names: name of the gathering by language code.
        drafts: who drafts lines in other languages: "nobody", "here" or "address", if this server offers it.
    """

    name: Text
    question: dict[str, Text]
    voice: Voice
    languages: list[str]
    cards: Annotated[int, Meta(ge=1, le=50)] = 8
    hold: bool = False
    words: dict[str, dict[str, str]] = {}
    version: Number = 0
    keep_days: Annotated[int, Meta(ge=0, le=365)] | None = None
    run_by: Text = ""
    names: Names = {}
    drafts: DraftsBy = DraftsBy.NOBODY
