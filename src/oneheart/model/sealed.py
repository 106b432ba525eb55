"""Sealed texts and counts of a live gathering, for its report and its export.

They hold words, verdicts, digests and rounded counts. They never hold who wrote, read or affirmed anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.verdict import ConditionCode, Status


@dataclass(frozen=True, slots=True)
class SealedLine:
    """One line of a sealed text, without its author.

    Attributes:
        text: the words; "" if the author erased them after the sealing.
        language: language code of the words; "" if unknown.
        carried: confirmed translations, as (language, words).

    Example:
        >>> SealedLine("Peace", "en", (("es", "Paz"),)).carried[0][1]
        'Paz'
    """

    text: str
    language: str = ""
    carried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SealedLevel:
    """How many circles of one level can say a sealed text. It counts circles, not people.

    Attributes:
        circles: circles that are large enough to be measured.
        can_say: how many of them can say it.
        unheard: of how many of them too few answered.
    """

    circles: int
    can_say: int
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class SealedLanguage:
    """How far a sealed text stands in one language of its gathering.

    Attributes:
        language: language code.
        unmet: numbers of the lines, from 1, that have neither own nor confirmed words in it; () if the whole stands.
        measured: true if more than twelve people have their pages in it.
        heard: true if it is measured and enough of its readers answered.
        alone: numbers of the lines, from 1, that one person carried into it and nobody else there could check.

    Example:
        >>> SealedLanguage("es", (2,), measured=True).unmet
        (2,)
    """

    language: str
    unmet: tuple[int, ...] = ()
    measured: bool = False
    heard: bool = False
    alone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedFelt:
    """How far people find themselves in a sealed text, asked after it was said. It is never mixed with the verdict.

    Attributes:
        value: mean answer, 1 (not at all) to 7 (wholly), in steps of k people.
        low: lower end of its 95 % interval.
        high: upper end of its 95 % interval.
        people: number of people who said it, rounded down to a multiple of k; at least 30.

    Example:
        >>> SealedFelt(5.5, 4.0, 6.5, 20).value
        5.5
    """

    value: float
    low: float
    high: float
    people: int


@dataclass(frozen=True, slots=True)
class SealRecord:
    """One sealed text, as recorded in the event log.

    Attributes:
        number: from 1, in the order of sealing; the same as in the book of prayers.
        round: the round that ended with it, from 1.
        day: date of sealing by the server's clock, ISO 8601.
        question: as (language, words).
        lines: in reading order; () if no line was common.
        verdict: "one desire" or "not yet".
        missing: codes of the conditions that failed; () for "one desire".
        digest: SHA-256 of the sealed text, hexadecimal.
        root: root of the head of the record on which the text stands, hexadecimal.
        readers: people who read it, rounded down to a multiple of k; 0 also for fewer than k.
        amen: people who said amen, rounded down to a multiple of k; 0 also for fewer than k.
        said: people who could say it with all, rounded down to a multiple of k; 0 for up to twelve people.
        everybody: the first multiple of k above the number of all people, heard or not; 0 if it is not told.
        unheard: parts of which too few were heard; they do not count as agreeing.
        asked: readers who answered a random sample of other desires, rounded down to a multiple of k.
        share: "certified", "estimated" or "not measured": how the share index is known.
        share_high: upper bound of the share index, rounded up; None if unknown, or if too few people read the text.
        include: desire that would include the part that is not yet in; None if none is known.
        margin_people: so many people, had they answered otherwise, could have changed which lines are in the text,
            rounded up to a multiple of k; 0 for fewer than k; None if it is not known.
        margin_circles: so many circles could have; None if it is not known.
        margin_exact: whether all ways were counted; false if the number was found by trying.
        size: size of that head; 0 for a text of an earlier version, whose root is that of all events before it.
        levels: for each level of circles, the outermost first, how many of its circles can say it.
        languages: how far it stands in each language of the gathering; () for one language and for earlier versions.
        represented: how far people find themselves in it; None if fewer than 30 people said it.

    Example:
        >>> line = SealedLine("Peace", "en")
        >>> digest = Draft((PrayerLine("Peace", "en", ()),)).digest()
        >>> text = SealRecord(1, 1, "2026-01-01", (), (line,), Status.ONE_DESIRE, (), digest, "")
        >>> text.matches_digest
        True
    """

    number: int
    round: int
    day: str
    question: tuple[tuple[str, str], ...]
    lines: tuple[SealedLine, ...]
    verdict: Status
    missing: tuple[ConditionCode, ...]
    digest: str
    root: str
    readers: int = 0
    amen: int = 0
    asked: int = 0
    share: str = "not measured"
    share_high: float | None = None
    include: SealedLine | None = None
    margin_people: int | None = None
    margin_circles: int | None = None
    margin_exact: bool = False
    size: int = 0
    said: int = 0
    everybody: int = 0
    unheard: int = 0
    levels: tuple[SealedLevel, ...] = ()
    languages: tuple[SealedLanguage, ...] = ()
    represented: SealedFelt | None = None

    @property
    def matches_digest(self) -> bool:
        """Return whether the words hash to the digest; False once a line was erased or changed."""
        lines = tuple(PrayerLine(line.text, line.language, ()) for line in self.lines)
        return Draft(lines).digest() == self.digest


@dataclass(frozen=True, slots=True)
class HallRecord:
    """Counts and texts of a gathering as its hall screen showed them. Every count is rounded down.

    Attributes:
        name: name of the gathering; "" for none.
        texts: sealed texts, the newest first.
        people: number of people.
        desires: number of desires.
        answers: number of answers.
        joined: number of desires that were joined to another.
        taken_back: number of desires that their authors withdrew or erased.
        waiting: number of desires that wait for the next round.
        demand: number of people who ask that all become one; being there is not counted as asking.

    Example:
        >>> HallRecord("An evening", (), people=50).people
        50
    """

    name: str
    texts: tuple[SealRecord, ...] = ()
    people: int = 0
    desires: int = 0
    answers: int = 0
    joined: int = 0
    taken_back: int = 0
    waiting: int = 0
    demand: int = 0
