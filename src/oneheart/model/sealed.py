"""What a live gathering leaves beside its answers: its sealed texts, and the counts that the hall showed.

These values go from a live gathering into its report and its export, and from an export back. They hold words,
verdicts, fingerprints and counts in steps. They never hold who wrote, read or affirmed anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.verdict import ConditionCode, Status


@dataclass(frozen=True, slots=True)
class SealedLine:
    """One line of a sealed text, without who wrote it.

    Attributes:
        text: the words; "" where the author erased them after the sealing.
        language: code of their language; "" where it is not known.
        carried: the same line in other languages, as (language, words); only those that readers confirmed.

    Example:
        >>> SealedLine("Peace", "en", (("es", "Paz"),)).carried[0][1]
        'Paz'
    """

    text: str
    language: str = ""
    carried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SealRecord:
    """One sealed text, as its record in the event log says it.

    Attributes:
        number: from 1, in the order of sealing; the same as in the book of prayers.
        round: the round that ended with it, from 1.
        day: on which it was sealed, by the server's clock, ISO 8601.
        question: as it was asked, as (language, words).
        lines: in reading order; () where no line was common.
        verdict: "one desire" or "not yet".
        missing: codes of the conditions that failed; () for "one desire".
        digest: SHA-256 of the text as it was sealed, hexadecimal.
        root: Merkle root of the event log before the sealing, hexadecimal.
        readers: people who read it, in whole steps of k; 0 also stands for fewer than k.
        amen: people who said amen, in whole steps of k; 0 also stands for fewer than k.
        asked: readers whom a random draw asked about desires outside the text, in whole steps of k.
        share: "certified", "estimated" or "not measured": how the share of the parts is known.
        share_high: upper bound of the share index, rounded up; None where it is not known or too few read the text.
        include: the desire that would include those who are not yet in; None where none is known.

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

    @property
    def matches_digest(self) -> bool:
        """Return whether the words hash to the fingerprint; False once a line was erased or changed."""
        lines = tuple(PrayerLine(line.text, line.language, ()) for line in self.lines)
        return Draft(lines).digest() == self.digest


@dataclass(frozen=True, slots=True)
class HallRecord:
    """What the hall showed of a gathering. Every count is in whole steps, as on the hall's screen.

    Attributes:
        name: of the gathering; "" where it has none.
        texts: its sealed texts, the newest first.
        people: people who came in.
        desires: desires that were said.
        answers: answers that were given.
        joined: desires that were joined to another that says the same.
        taken_back: desires that their authors withdrew or erased.
        waiting: desires that wait for the next round.

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
