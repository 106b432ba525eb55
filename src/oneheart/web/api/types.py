"""What the API gives, and the bodies that differ from the inputs of `live.inputs` because the address says the rest.

Bodies are checked by these types, and the OpenAPI description is made from them.
"""

from __future__ import annotations

import msgspec

from oneheart.live.inputs import Input, Language
from oneheart.model.verdict import ConditionCode, Status


class SeatGiven(msgspec.Struct, frozen=True):
    """A seat; its secret is told only here and must be kept by the asker."""

    secret: str


class GatheringTold(msgspec.Struct, frozen=True):
    """What anybody at the door may know."""

    code: str
    name: str
    question: dict[str, str]
    languages: list[str]
    voice: str
    cards: int
    snapshot: SnapshotTold


class SnapshotTold(msgspec.Struct, frozen=True):
    """The gathering at one tick; people and desires in whole steps of 5, responses in whole steps of 50."""

    seq: int
    stage: str
    round: int
    people: int
    desires: int
    responses: int
    circles: int
    circles_done: int
    shown: list[DesireTold]
    clock_end: int | None
    ended: bool


class DesireTold(msgspec.Struct, frozen=True):
    """A desire, without author, circle or time."""

    desire: int
    text: str
    language: str


class DesireKept(msgspec.Struct, frozen=True):
    """A desire is on disk.

    Attributes:
        desire: its number.
        waiting: the stage is closed; it is kept for the next round.
        hints: what its author may want to look at.
        near: desires of others in words like these; joining one is the author's own decision.
    """

    desire: int
    waiting: bool
    hints: list[str]
    near: list[DesireTold]


class CardTold(msgspec.Struct, frozen=True):
    """The next card, or null where there is none now."""

    card: DesireTold | None
    answered: int
    of: int


class PresenceAsked(Input, frozen=True):
    """A person was at an occasion; outward only."""

    code: str


class LanguageAsked(Input, frozen=True):
    """The language of one's own desire, one of the gathering's."""

    language: Language


class LineTold(msgspec.Struct, frozen=True):
    """A line of the text. Of a draft nothing tells who wrote it."""

    text: str
    language: str
    changed: bool
    carried: dict[str, str]


class TextTold(msgspec.Struct, frozen=True):
    """The text of this round as it stands; without a draft it has no lines.

    `draft` is null before a text is woven; `say_at` is milliseconds by the server's clock; `amen` is in whole steps;
    `share` is "" before the text is sealed, then "certified", "estimated" or "not measured".
    """

    stage: str
    round: int
    draft: int | None
    second: bool
    lines: list[LineTold]
    left: list[LineTold]
    status: str
    missing: list[str]
    say_at: int | None
    amen: int
    digest: str
    share: str


class CircleNamed(msgspec.Struct, frozen=True):
    """A circle that is named with a text; never one below 5 people, and never because of what one person said."""

    circle: int
    name: str


class OccasionNamed(msgspec.Struct, frozen=True):
    """The occasion at which a text was made, where a host said it; its form in words."""

    occasion: int
    name: str
    form: str


class BookLineTold(msgspec.Struct, frozen=True):
    """A line of a sealed text: in the asked language where two readers confirmed it, and in all its others."""

    text: str
    language: str
    others: dict[str, str]


class SealedTold(msgspec.Struct, frozen=True):
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
        verdict: "one desire" or "not yet".
        conditions: codes of the conditions that failed, in the order of `missing`.
        readers: people who read it, in whole steps of 5.
        amen: people who said amen, in whole steps of 5.
        share: "estimated", "certified" or "".
        asked: people who were asked by lot about what is not in the text, in whole steps of 5.
        digest: SHA-256 of the text, hexadecimal.
        root: Merkle root of all that was kept before, hexadecimal.
        public: anybody may read it.
    """

    code: str
    number: int
    gathering: str
    question: str
    day: str
    occasion: OccasionNamed | None
    circles: list[CircleNamed]
    alone: bool
    lines: list[BookLineTold]
    status: str
    missing: list[str]
    verdict: Status
    conditions: list[ConditionCode]
    readers: int
    amen: int
    share: str
    asked: int
    digest: str
    root: str
    public: bool


class BookTold(msgspec.Struct, frozen=True):
    """Sealed texts, the newest first.

    Attributes:
        texts: at most 200.
        count: how many were found.
    """

    texts: list[SealedTold]
    count: int


class ChallengerTold(msgspec.Struct, frozen=True):
    """A desire outside the text that lot gave to a person; `stance` is what they said to it, null for nothing yet."""

    desire: int
    text: str
    lang: str
    stance: int | None


class ChallengersTold(msgspec.Struct, frozen=True):
    """All desires outside the text about which a person is asked, and the draft that is read, null before one is."""

    draft: int | None
    challengers: list[ChallengerTold]


class QueueTold(msgspec.Struct, frozen=True):
    """Desires that wait for a host, without author, circle or time, in no telling order."""

    version: int
    stage: str
    desires: list[QueuedDesire]


class QueuedDesire(msgspec.Struct, frozen=True):
    """A desire that waits for a host."""

    desire: int
    text: str
    language: str
    version: int


class Done(msgspec.Struct, frozen=True):
    """It is on disk and counts.

    Attributes:
        number: of what was made, where it has one.
        repeated: it was there before; nothing happened twice.
    """

    number: int | None
    repeated: bool


class Problem(msgspec.Struct, frozen=True):
    """Why something was not taken.

    Attributes:
        why: a word for programs.
        sentence: a sentence for people, in English.
    """

    why: str
    sentence: str
