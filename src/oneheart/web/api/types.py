"""What the API takes and gives, as msgspec structs: bodies are checked by them and the description is made from them.

A body whose struct is `_Closed` is refused when it holds an unknown field. An answer is a `Told`: a count of people in
it is a `Count`, every other number says by its type that it counts no people.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from oneheart.engine.told import Count, Moment, Ordinal, Things, Told
from oneheart.engine.told import Stance as OwnStance
from oneheart.model.desire import Decision, Stance
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage, Travelling

Key = Annotated[
    str, Meta(pattern="^[A-Za-z0-9_-]{8,64}$", description="Made by the sender; sending it again is harmless.")
]
Number = Annotated[int, Meta(ge=0, lt=1_000_000_000)]
Text = Annotated[str, Meta(max_length=2000)]


class _Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that holds what is described and nothing else."""


class SeatAsked(_Closed, frozen=True):
    """A seat is asked for."""

    key: Key
    language: str
    circle_key: str | None = None
    seat_code: str | None = None


class SeatGiven(Told, frozen=True):
    """A seat; its secret is told only here and must be kept by the asker."""

    secret: str


class DesireTold(Told, frozen=True):
    """A desire, without author, circle or time."""

    desire: Ordinal
    text: str
    language: str


class SnapshotTold(Told, frozen=True):
    """The gathering at one tick; people and desires in whole steps of 5, responses in whole steps of 50."""

    seq: Count
    stage: str
    round: Ordinal
    people: Count
    desires: Count
    responses: Count
    circles: Things
    circles_done: Things
    shown: list[DesireTold]
    clock_end: Moment | None
    ended: bool


class GatheringTold(Told, frozen=True):
    """What anybody at the door may know."""

    code: str
    name: str
    question: dict[str, str]
    languages: list[str]
    voice: str
    cards: Things
    snapshot: SnapshotTold


class DesireAsked(_Closed, frozen=True):
    """A desire is said."""

    key: Key
    text: Text
    language: str
    stem: Literal["", "want", "that"] = ""
    grew_from: Number | None = None


class DesireKept(Told, frozen=True):
    """A desire is on disk.

    Attributes:
        desire: its number.
        waiting: the stage is closed; it is kept for the next round.
        hints: what its author may want to look at.
        near: desires of others in words like these; joining one is the author's own decision.
    """

    desire: Ordinal
    waiting: bool
    hints: list[str]
    near: list[DesireTold]


class JoinAsked(_Closed, frozen=True):
    """A person says that their own desire is the same as another."""

    key: Key
    desire: Number
    same_as: Number


class ResponseAsked(_Closed, frozen=True):
    """A response: 1 want, 0 not mine, -1 against (assembly only)."""

    key: Key
    desire: Number
    stance: Stance


class CardTold(Told, frozen=True):
    """The next card, or null where there is none now."""

    card: DesireTold | None
    answered: Ordinal
    of: Things


class PresenceAsked(_Closed, frozen=True):
    """A person was at an occasion; outward only."""

    key: Key
    code: str


class KeyOnly(_Closed, frozen=True):
    """A change that needs no words."""

    key: Key


class LanguageAsked(_Closed, frozen=True):
    """The language of one's own desire, one of the gathering's."""

    key: Key
    language: Annotated[str, Meta(max_length=40)]


class UnreadAsked(_Closed, frozen=True):
    """A language of the gathering that a person does not read, or reads after all."""

    key: Key
    language: Annotated[str, Meta(max_length=40)]
    on: bool = True


class StageAsked(_Closed, frozen=True):
    """A host moves the round on from the version that they saw."""

    key: Key
    stage: Stage
    version: Number
    travelling: Travelling = Travelling.ALL


class LineTold(Told, frozen=True):
    """A line of the text. Of a draft nothing tells who wrote it."""

    text: str
    language: str
    changed: bool
    carried: dict[str, str]


class TextTold(Told, frozen=True):
    """The text of this round as it stands; without a draft it has no lines.

    `draft` is null before a text is woven; `say_at` is milliseconds by the server's clock; `amen` is in whole steps;
    `share` is "" before the text is sealed, then "certified", "estimated" or "not measured".
    """

    stage: str
    round: Ordinal
    draft: Ordinal | None
    second: bool
    lines: list[LineTold]
    left: list[LineTold]
    status: str
    missing: list[str]
    say_at: Moment | None
    amen: Count
    digest: str
    share: str


class CircleNamed(Told, frozen=True):
    """A circle that is named with a text; never one below 5 people, and never because of what one person said."""

    circle: Ordinal
    name: str


class OccasionNamed(Told, frozen=True):
    """The occasion at which a text was made, where a host said it; its form in words."""

    occasion: Ordinal
    name: str
    form: str


class BookLineTold(Told, frozen=True):
    """A line of a sealed text: in the asked language where two readers confirmed it, and in all its others."""

    text: str
    language: str
    others: dict[str, str]


class SealedTold(Told, frozen=True):
    """A sealed text of the book of prayers.

    Attributes:
        code: of its gathering.
        number: of the text in it, from 1, for ever.
        gathering: what the gathering is called.
        question: that was asked.
        day: on which it was sealed, ISO.
        occasion: null where no host named one.
        circles: whose own line it says, or the one that made it alone.
        alone: one circle made it alone.
        lines: in reading order, without words that their author took away.
        status: what it is, in words of the asked language.
        missing: what is missing, in such words.
        readers: people who read it, in whole steps of 5.
        amen: people who said amen, in whole steps of 5.
        share: "estimated", "certified" or "".
        asked: people who were asked by lot about what is not in the text, in whole steps of 5.
        digest: SHA-256 of the text, hexadecimal.
        root: Merkle root of all that was kept before, hexadecimal.
        public: anybody may read it.
    """

    code: str
    number: Ordinal
    gathering: str
    question: str
    day: str
    occasion: OccasionNamed | None
    circles: list[CircleNamed]
    alone: bool
    lines: list[BookLineTold]
    status: str
    missing: list[str]
    readers: Count
    amen: Count
    share: str
    asked: Count
    digest: str
    root: str
    public: bool


class BookTold(Told, frozen=True):
    """Sealed texts, the newest first.

    Attributes:
        texts: at most 200.
        count: how many were found.
    """

    texts: list[SealedTold]
    count: Things


class ReadingAsked(_Closed, frozen=True):
    """What a person says to one line of a draft; a critique of at most 100 letters goes with "would change"."""

    key: Key
    draft: Number
    line: Number
    reading: Reading
    critique: Text = ""


class ChallengerTold(Told, frozen=True):
    """A desire outside the text that lot gave to a person; `stance` is what they said to it, null for nothing yet."""

    desire: Ordinal
    text: str
    lang: str
    stance: OwnStance | None


class ChallengersTold(Told, frozen=True):
    """All desires outside the text about which a person is asked, and the draft that is read, null before one is."""

    draft: Ordinal | None
    challengers: list[ChallengerTold]


class ChallengerAsked(_Closed, frozen=True):
    """What a person says to a desire outside the text that lot gave them."""

    key: Key
    draft: Number
    desire: Number
    stance: Stance


class WholeAsked(_Closed, frozen=True):
    """A person can say the whole with all, or takes that back."""

    key: Key
    draft: Number
    on: bool = True


class SayingAsked(_Closed, frozen=True):
    """The hosts set the moment, in seconds from now; 0 takes it away."""

    key: Key
    seconds: Annotated[int, Meta(ge=0, le=3600)]


class ModerationAsked(_Closed, frozen=True):
    """A host decides about a desire from the version that they saw."""

    key: Key
    desire: Number
    decision: Decision
    version: Number
    reason: Text = ""


class QueuedDesire(Told, frozen=True):
    """A desire that waits for a host."""

    desire: Ordinal
    text: str
    language: str
    version: Ordinal


class QueueTold(Told, frozen=True):
    """Desires that wait for a host, without author, circle or time, in no telling order."""

    version: Ordinal
    stage: str
    desires: list[QueuedDesire]


class Done(Told, frozen=True):
    """It is on disk and counts.

    Attributes:
        number: of what was made, where it has one.
        repeated: it was there before; nothing happened twice.
    """

    number: Ordinal | None
    repeated: bool


class Problem(Told, frozen=True):
    """Why something was not taken.

    Attributes:
        why: a word for programs.
        sentence: a sentence for people, in English.
    """

    why: str
    sentence: str
