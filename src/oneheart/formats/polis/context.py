"""What the readers of one export's files share while they read: labels, findings, and what was seen of the dialect."""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.errors import UserError
from oneheart.formats.cells import clean, plain
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import InputFile
from oneheart.formats.polis.cells import CellNumbers
from oneheart.formats.polis.sign import declared_agree
from oneheart.formats.roles import FilesByRole


@dataclass(slots=True)
class ReadingContext:
    """One export while its files are read.

    Attributes:
        name: what sentences call the export.
        inputs: its files.
        findings: what was odd so far.
        dialect: facts about how the files are written.
        people: numbers of participants by their cells.
        comments: numbers of comments by their cells.
        summary: the lines of summary.csv by key.
        declared: the first vote convention that was declared, "" for none.
        quoted: True where texts were seen to be quoted, False where they were seen not to be, None where neither.
        seconds: whether times are in seconds; None where there are no times.
        unreadable_texts: texts that held characters which cannot be shown.
    """

    name: str
    inputs: FilesByRole
    findings: list[Finding] = field(init=False)
    dialect: list[str] = field(default_factory=list)
    people: CellNumbers = field(default_factory=CellNumbers)
    comments: CellNumbers = field(default_factory=CellNumbers)
    summary: dict[str, str] = field(default_factory=dict)
    declared: str = ""
    quoted: bool | None = None
    seconds: bool | None = None
    unreadable_texts: int = 0

    def __post_init__(self) -> None:
        """Begin with what was odd about finding the files."""
        self.findings = list(self.inputs.findings)

    def file(self, role: str) -> InputFile | None:
        """Return the file of a role, or None."""
        return self.inputs.by_role.get(role)

    def note(self, code: str, sentence: str) -> None:
        """Add a finding that is good to know."""
        self.findings.append(Finding(code, "note", sentence))

    def warn(self, code: str, sentence: str) -> None:
        """Add a finding that somebody should look at."""
        self.findings.append(Finding(code, "warning", sentence))

    @property
    def ours(self) -> bool:
        """Return whether oneheart wrote the files, so that text cells carry apostrophes."""
        return self.summary.get("text-cells") == "neutralised"

    def text(self, cell: str) -> str:
        """Return the text of a cell, cleaned; counts the texts that had to be."""
        raw = plain(cell) if self.ours else cell
        cleaned = clean(raw)
        self.unreadable_texts += cleaned != raw
        return cleaned

    def declare(self, text: str) -> None:
        """Take a declaration of the vote convention; the first one is kept.

        Raises:
            UserError: when it contradicts an earlier one.
        """
        first, second = declared_agree(self.declared), declared_agree(text)
        if first is not None and second is not None and first != second:
            message = (
                f"The files in '{self.name}' declare two opposite vote conventions; say --agree +1 or --agree -1 "
                "after removing one of them."
            )
            raise UserError(message)
        self.declared = self.declared or text
