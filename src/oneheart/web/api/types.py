"""What the API gives, and the bodies that differ from the inputs of `live.inputs` because the address says the rest.

Bodies are checked by these types, and the OpenAPI description is made from them. An answer is a `Told`: a count of
people in it is a `Count`, and every other number says by its type that it counts no people.
"""

from __future__ import annotations

from oneheart.engine.told import Count, Moment, Ordinal, Stance, Things, Told
from oneheart.live.inputs import Input, Language
from oneheart.model.verdict import ConditionCode, Status


class SeatGiven(Told, frozen=True):
    """A seat; its secret is told only here and must be kept by the asker."""

    secret: str


class DesireTold(Told, frozen=True):
    """A desire, without author, circle or time."""

    desire: Ordinal
    text: str
    language: str


class SnapshotTold(Told, frozen=True):
    """The gathering at one tick; people and desires in whole steps of 5, responses in whole steps of 50.

    `seq` is the place in the log, in whole steps of 50 too: each event is something that somebody did. Of two snapshots
    the one with the larger is newer.
    """

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


class CardTold(Told, frozen=True):
    """The next card, or null where there is none now."""

    card: DesireTold | None
    answered: Ordinal
    of: Things


class PresenceAsked(Input, frozen=True):
    """A person was at an occasion; outward only."""

    code: str


class LanguageAsked(Input, frozen=True):
    """The language of one's own desire, one of the gathering's."""

    language: Language


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
    verdict: Status
    conditions: list[ConditionCode]
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


class ChallengerTold(Told, frozen=True):
    """A desire outside the text that lot gave to a person; `stance` is what they said to it, null for nothing yet."""

    desire: Ordinal
    text: str
    lang: str
    stance: Stance | None


class ChallengersTold(Told, frozen=True):
    """All desires outside the text about which a person is asked, and the draft that is read, null before one is."""

    draft: Ordinal | None
    challengers: list[ChallengerTold]


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
