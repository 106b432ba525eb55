"""Events: everything that is ever written down about a gathering, one kind of plain value each.

The log of these, in order, is the only truth; all else is computed from it by `live.state`. An event's body is
encoded canonically (fields in the order below, no spaces), so that the same words give the same bytes on every machine.
A field may be added at the end with a default; none may be taken away or change its meaning.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from oneheart.model.desire import Decision, Stance
from oneheart.model.gathering import Place
from oneheart.model.prayer import Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Travelling, Voice
from oneheart.model.verdict import ConditionCode, Status

Felt = Annotated[int, Meta(ge=0, le=7)]


class Body(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True, forbid_unknown_fields=True):
    """What all bodies are: frozen, tagged with their kind, closed."""


class Settings(Body, tag="settings", frozen=True):
    """The whole of a gathering's settings, at its beginning and at each change.

    Attributes:
        name: what the gathering is called.
        question: the question in each of the gathering's languages, for example ``{"en": "What do you want?"}``.
        voice: "ten" or "assembly".
        languages: codes in which people may read the pages; the first is the house's own.
        cards: how many cards before the end that a person sees.
        hold: whether a desire travels to others only after a host has accepted it.
        words: by language, then by the message as written in the code: the words used here instead.
        version: the settings' version that this follows (compare and set).
    """

    name: str
    question: dict[str, str]
    voice: Voice
    languages: list[str]
    cards: int = 8
    hold: bool = False
    words: dict[str, dict[str, str]] = {}
    version: int = 0


class CircleAdded(Body, tag="circle", frozen=True):
    """A circle; its number is the place of this event among its kind.

    Attributes:
        name: what it is called; "" for "ten N".
        parent: number of the circle that it stands in, None for the gathering itself.
        place: "hall", "remote" or "mirror"; all are equal.
        key: what a card of this circle carries, unguessable.
    """

    name: str
    key: str
    parent: int | None = None
    place: Place = Place.HALL


class CircleChanged(Body, tag="circle changed", frozen=True):
    """Another name for a circle."""

    circle: int
    name: str


class OccasionAdded(Body, tag="occasion", frozen=True):
    """A time at which people are together; its number is the place of this event among its kind.

    Attributes:
        name: what it is called.
        form: lesson, meal, night or workshop.
        code: what people type or scan at the table.
    """

    name: str
    form: Form
    code: str


class SeatTaken(Body, tag="seat", frozen=True):
    """One person's place; its number is the place of this event among its kind.

    Attributes:
        secret_hash: SHA-256 of the secret on the phone, hexadecimal; "" for a person without a phone.
        language: the page's language.
        circle: number of the circle, None where none was named.
        card: hash of the table card's seat code where one was used; it can be used once.
        scribe: number of the seat of the person who types for this one.
    """

    secret_hash: str
    language: str
    circle: int | None = None
    card: str = ""
    scribe: int | None = None


class SeatChanged(Body, tag="seat changed", frozen=True):
    """Another language or circle for a seat, or a new secret for a lost phone (then the old one ends)."""

    seat: int
    language: str | None = None
    circle: int | None = None
    secret_hash: str | None = None


class CardsPrinted(Body, tag="cards", frozen=True):
    """Seat codes printed on table cards of a circle (hashes only)."""

    circle: int | None
    hashes: list[str]


class StewardNamed(Body, tag="steward", frozen=True):
    """A person takes or leaves the duty of their circle."""

    seat: int
    on: bool


class DesireSaid(Body, tag="desire", frozen=True):
    """What somebody wants; its number is the place of this event among its kind.

    Attributes:
        seat: the author's seat; None for a desire that the hosts begin with.
        text: the words, clean, 1 to 140 graphemes.
        language: of the text.
        stem: which stem it continues, "" for none.
        grew_from: number of the desire that it adds to.
        line_of: number of the circle whose line it is.
        carried_by: number of the circle that carries it up beside its line.
    """

    seat: int | None
    text: str
    language: str
    stem: str = ""
    grew_from: int | None = None
    line_of: int | None = None
    carried_by: int | None = None


class DesireJoined(Body, tag="same", frozen=True):
    """A person says that their own desire is the same as another; their wording stays beside it."""

    seat: int
    desire: int
    same_as: int


class DesireWithdrawn(Body, tag="withdrawn", frozen=True):
    """A person takes their own desire back; it travels no further."""

    seat: int
    desire: int


class DesireLanguage(Body, tag="desire language", frozen=True):
    """A person says in which language their own desire is written, where it was taken for another one."""

    seat: int
    desire: int
    language: str


class LanguageUnread(Body, tag="language unread", frozen=True):
    """A person does not read a language: no desire in it is dealt to them. Not being asked is no answer."""

    seat: int
    language: str
    on: bool = True


class Responded(Body, tag="response", frozen=True):
    """How a person stands to a desire: 1 want, 0 not mine, -1 against. The last one counts.

    Attributes:
        propensity: the probability with which this card was dealt; 0 where it was not dealt (answered from the list).
    """

    seat: int
    desire: int
    stance: Stance
    propensity: float = 0.0


class CircleDone(Body, tag="circle done", frozen=True):
    """A circle says that it has finished its part of this stage, or that it has not."""

    circle: int
    on: bool


class Present(Body, tag="presence", frozen=True):
    """A person was there; outward only, never read together with desires."""

    seat: int
    occasion: int


class Moderated(Body, tag="moderated", frozen=True):
    """A host's decision about a desire, with the reason that its author reads."""

    desire: int
    decision: Decision
    reason: str = ""
    version: int = 0


class MarkedMeta(Body, tag="meta", frozen=True):
    """A host says that a desire is about the talk or about oneself, or that it is not."""

    desire: int
    on: bool
    version: int = 0


class Translated(Body, tag="translated", frozen=True):
    """Two readers of both languages say that two desires in different languages are the same.

    One such event proposes, a second one by another host confirms.
    """

    desire: int
    same_as: int


class StageMoved(Body, tag="stage", frozen=True):
    """The round moves on.

    Attributes:
        stage: the new stage.
        version: the version of the round that this follows (compare and set).
        travelling: in crossing: "all" desires, or only circles' "lines" and what they carry.
    """

    stage: Stage
    version: int
    travelling: Travelling = Travelling.ALL


class DesiresShown(Body, tag="shown", frozen=True):
    """Which desires stand on the hall screen."""

    desires: list[int]


class ClockSet(Body, tag="clock", frozen=True):
    """The time that people see for this stage, in seconds from this event; 0 takes the clock away."""

    seconds: int


class Ended(Body, tag="ended", frozen=True):
    """The gathering is over; nothing more is taken."""


class HostSeated(Body, tag="host", frozen=True):
    """A host's desk is opened by a one-time link; its number is the place of this event among its kind."""

    secret_hash: str


class SeatErased(Body, tag="erased", frozen=True):
    """A person erased everything of theirs; the bodies of their events are gone from the log."""

    seat: int


class SeatsDrawn(Body, tag="seats drawn", frozen=True):
    """Tables of an occasion, drawn by lot; of several draws the last one counts.

    Attributes:
        occasion: number of the occasion.
        size: the most people at a table.
        seed: of the lot.
        seats: everybody who was drawn.
        tables: table of each of them, from 0.
        blocks: for each table, to which part of the tables it belongs; people are drawn within their part.
        version: how often seats were drawn for this occasion before (compare and set).
    """

    occasion: int
    size: int
    seed: int
    seats: list[int]
    tables: list[int]
    blocks: list[int]
    version: int = 0


class FeltSaid(Body, tag="felt", frozen=True):
    """How near a person feels to the whole, from 1 (apart) to 7 (one); 0 takes it back. Put together with nothing."""

    seat: int
    value: Felt
    when: FeltAt


class WovenLine(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A line of a draft. It names whose words it is made of and holds none, so that what is erased is gone here too.

    Attributes:
        cites: numbers of the desires that it says; the first is the one whose words these are.
        amendment: place in the log of the amendment that it is read in, None for the desire's own words.
        follows: number of the line in the draft before whose place it has, None for none.
        changed: it is to be read again.
    """

    cites: list[int]
    amendment: int | None = None
    follows: int | None = None
    changed: bool = False


class DraftWoven(Body, tag="draft", frozen=True):
    """A text that is ready to be read; its number is the place of this event among its kind.

    Attributes:
        version: of the round when it was ordered; a draft that comes too late changes nothing.
        lines: in reading order.
        alternates: numbers of desires that may take a line's place, best first.
        left: lines that left the text and are listed as not yet common.
        measured: there were answers enough for the model; without it the lines were counted by hand.
        coverage: share of people expected to have a line of their own; None where not measured.
        share_index: at most 1: no part is owed a line; None where not measured.
        worst: for each line the net support of its worst fifth, -1 to 1; [] where not measured.
        without: numbers of the circles without a line of their own.
        seed: of what was drawn by lot.
        challengers: numbers of all desires outside the text that are in question, those nearest to it first.
        among: of so many of them lots are drawn.
        lots: so many each person has.
    """

    version: int
    lines: list[WovenLine]
    alternates: list[int] = []
    left: list[WovenLine] = []
    measured: bool = False
    coverage: float | None = None
    share_index: float | None = None
    worst: list[float] = []
    without: list[int] = []
    seed: int = 0
    challengers: list[int] = []
    among: int = 0
    lots: int = 0


class DraftConnected(Body, tag="connected", frozen=True):
    """Which neighbouring lines of a draft a language model connects, and by which of the allowed connectives.

    It holds no word of anybody: the lines are read from the draft.

    Attributes:
        draft: number of the draft.
        lines: which lines stand together, in order; each line once.
        between: the connectives between them, one fewer than lines in each.
        model: that connected them.
        prompt: version of what it was asked.
        key: fingerprint of the question, so that the same is not asked twice.
    """

    draft: int
    lines: list[list[int]]
    between: list[list[str]]
    model: str
    prompt: str
    key: str


class LineRead(Body, tag="reading", frozen=True):
    """What a person says to one line of a draft. The last one counts.

    Attributes:
        critique: what they would change, 1 to 100 graphemes; "" for nothing.
    """

    seat: int
    draft: int
    line: int
    reading: Reading
    critique: str = ""


class LineAmended(Body, tag="amended", frozen=True):
    """Other words for a line, by an author or a steward of a circle that it is cited from. The last one counts."""

    seat: int
    draft: int
    line: int
    text: str
    language: str


class WholeAffirmed(Body, tag="whole", frozen=True):
    """A person can say the whole text with all, or takes that back."""

    seat: int
    draft: int
    on: bool


class ChallengerAnswered(Body, tag="challenger", frozen=True):
    """What a reader of a draft says to a desire outside it that lot gave them. The last one counts."""

    seat: int
    draft: int
    desire: int
    stance: Stance


class LineCarried(Body, tag="carried", frozen=True):
    """A person who has both languages says a line in another one; it stands once two readers have confirmed it."""

    seat: int
    draft: int
    line: int
    language: str
    text: str


class CarryConfirmed(Body, tag="carry confirmed", frozen=True):
    """A reader of both languages says that a carried line says the same, or takes that back.

    Attributes:
        carried: place in the log of the line as it was carried.
    """

    seat: int
    carried: int
    on: bool = True


class TextSealed(Body, tag="sealed", frozen=True):
    """The text is frozen.

    Attributes:
        draft: number of the draft that is sealed.
        digest: SHA-256 of the text as it is read, hexadecimal.
        root: Merkle root of all that was in the log before, hexadecimal.
        status: "one desire" or "not yet".
        missing: codes of the conditions that failed.
        people: people who read it, in whole steps of k.
        share: "estimated" or "certified"; "" where not measured.
        circle: number of the circle that is not yet in; None where it is no circle.
        language: of the readers who are not yet in; "" where it is no language.
        include: number of the desire that would include those who are not yet in; None where none is known.
        asked: people who were asked by lot about desires outside the text, in whole steps of k.
        share_high: what the share index surely does not exceed, rounded up to a twentieth; None where it is not known
            or fewer than twenty-five read the text.
        circles: numbers of the circles that are named with it: whose own line it says, or which made it alone.
        alone: one circle made it alone, the only one in `circles`.
    """

    draft: int
    digest: str
    root: str
    status: Status
    missing: list[ConditionCode] = []
    people: int = 0
    share: str = ""
    circle: int | None = None
    language: str = ""
    include: int | None = None
    asked: int = 0
    share_high: float | None = None
    circles: list[int] = []
    alone: bool = False


class SayingSet(Body, tag="saying", frozen=True):
    """The moment at which all say it, in seconds from this event; 0 takes it away."""

    seconds: int


class AmenSaid(Body, tag="amen", frozen=True):
    """A person says amen, once."""

    seat: int


class BookSet(Body, tag="book", frozen=True):
    """Whether a sealed text may be read by everybody who comes, or only by those of this gathering."""

    sealed: int
    public: bool


class RoundHeld(Body, tag="held", frozen=True):
    """A host says at which occasion a round is held, before or after its text is sealed. The last one counts.

    Attributes:
        round: its number, from 1.
        occasion: number of the occasion; None takes it back.
    """

    round: int
    occasion: int | None = None


class ProgrammeStep(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A step of a programme.

    Attributes:
        stage: of the round.
        seconds: that it is given.
        question: by language, where another question is asked from here on.
        travelling: in crossing: "all" desires, or only circles' "lines".
    """

    stage: Stage
    seconds: int
    question: dict[str, str] = {}
    travelling: Travelling = Travelling.ALL


class ProgrammeSet(Body, tag="programme", frozen=True):
    """The programme by which the hosts lead, step by step; [] for none."""

    steps: list[ProgrammeStep]


class StepTaken(Body, tag="step", frozen=True):
    """The programme goes to one of its steps: question, stage and clock move together.

    Attributes:
        step: its number.
        version: of the round that this follows (compare and set).
    """

    step: int
    version: int


AnyBody = (
    Settings
    | CircleAdded
    | CircleChanged
    | OccasionAdded
    | SeatTaken
    | SeatChanged
    | CardsPrinted
    | StewardNamed
    | DesireSaid
    | DesireJoined
    | DesireWithdrawn
    | DesireLanguage
    | LanguageUnread
    | Responded
    | CircleDone
    | Present
    | Moderated
    | MarkedMeta
    | Translated
    | StageMoved
    | DesiresShown
    | ClockSet
    | Ended
    | HostSeated
    | SeatErased
    | SeatsDrawn
    | FeltSaid
    | DraftWoven
    | DraftConnected
    | LineRead
    | LineAmended
    | WholeAffirmed
    | ChallengerAnswered
    | LineCarried
    | CarryConfirmed
    | TextSealed
    | SayingSet
    | AmenSaid
    | BookSet
    | RoundHeld
    | ProgrammeSet
    | StepTaken
)
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyBody] = msgspec.json.Decoder(AnyBody)


def kind_of(body: AnyBody) -> str:
    """Return the kind of a body as it stands in the log.

    Example:
        >>> kind_of(SeatErased(seat=3))
        'erased'
    """
    return str(body.__struct_config__.tag)


def encode(body: AnyBody) -> str:
    """Return the canonical text of a body.

    Raises:
        UnicodeEncodeError: for text that is no Unicode (a lone surrogate).

    Example:
        >>> encode(CircleDone(circle=3, on=True))
        '{"kind":"circle done","circle":3,"on":true}'
    """
    return _ENCODER.encode(body).decode()


def decode(text: str) -> AnyBody:
    """Return the body that `encode` wrote.

    Raises:
        msgspec.ValidationError: for anything else.

    Example:
        >>> decode('{"kind":"circle done","circle":3,"on":true}')
        CircleDone(circle=3, on=True)
    """
    return _DECODER.decode(text)
