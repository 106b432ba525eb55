"""The values of a diagnosis: findings in plain sentences, and the diagnosis that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["note", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd thing about the files, as one sentence.

    Attributes:
        code: a stable name for scripts, words with hyphens.
        severity: "note" (good to know), "warning" (look at it), "error" (cannot be read).
        sentence: what was found and what is done about it.

    Example:
        >>> Finding("revotes", "note", "3 vote events were replaced by a later vote.").severity
        'note'
    """

    code: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that `oneheart doctor` says about one folder or zip file.

    Attributes:
        path: what was looked at, as given.
        form: "polis", "tables", "blocks", or "" where nothing readable was found.
        dialect: facts about how the files are written, one sentence each.
        sign: which raw vote value means agree and how that was found; "" where it does not apply.
        public_sign: the same without counts, fit for a public page; "" where it does not apply.
        findings: what is odd, in the order in which it was found.
        counts: numbers about the data by name (participants, desires, responses, events ...). These are counts of
            the files' quality for the analyst; they are not meant for a public page.

    Example:
        >>> Diagnosis("x", findings=(Finding("a", "warning", "Odd."),)).exit_status
        1
    """

    path: str
    form: str = ""
    dialect: tuple[str, ...] = ()
    sign: str = ""
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    public_sign: str = ""

    @property
    def exit_status(self) -> int:
        """Return 0 for nothing odd or notes only, 1 for warnings, 2 for unreadable or undecidable input."""
        severities = {finding.severity for finding in self.findings}
        return 2 if "error" in severities else 1 if "warning" in severities else 0

    def read_as(self) -> tuple[str, ...]:
        """Return what was read and how, one sentence each; () where nothing could be read.

        Example:
            >>> counts = {"participants": 9, "participants_who_answered": 8, "desires": 2, "responses": 10,
            ...           "want": 7, "not_mine": 2, "against": 1}
            >>> Diagnosis("x", "tables", counts=counts).read_as()[0]
            '8 of 9 people answered, 2 desires, 10 last answers: 7 want, 2 not mine, 1 against.'
        """
        if not self.form:
            return ()
        c = self.counts
        everybody = c["participants"] == c["participants_who_answered"]
        people = counted(c["participants"], "person", "people")
        if not everybody:
            people = f"{c['participants_who_answered']:,} of {people}"
        gathering = (
            f"{people} answered, {counted(c['desires'], 'desire', 'desires')}, "
            f"{counted(c['responses'], 'last answer', 'last answers')}: "
            f"{c['want']:,} want, {c['not_mine']:,} not mine, {c['against']:,} against."
        )
        return (*self.dialect, *((f"{self.sign.removesuffix('.')}.",) if self.sign else ()), gathering)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun.

    Example:
        >>> counted(1, "vote", "votes"), counted(1200, "vote", "votes")
        ('1 vote', '1,200 votes')
    """
    return f"{number:,} {one if number == 1 else many}"
