"""Changes: what two outputs of one gathering tell together of those who changed an answer between them.

Each person has an answer before and one after. Of a desire the two outputs tell counts in steps. The worst is assumed:
whoever reads them knows exactly how many people changed an answer between them, as somebody does who asks for a new
output again and again and knows who only came. They know the rules too: what is told anew of a desire was changed by
enough people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from oneheart.engine.disclosure import K, is_few
from tests.privacy.joint import Joint

ANSWERS = ("want", "not mine", "against", "silent")
Row = tuple[str, ...]
"""Of a desire in a table of an export: answers, want, against; "" where it is withheld."""


@dataclass(slots=True)
class Changes:
    """What is known of the answers to one desire before and after.

    Attributes:
        people: how many people there are, at most.
        changed: how many of them changed any answer.
        joint: everything that follows.
    """

    people: int
    changed: int
    joint: Joint = field(default_factory=Joint)

    def __post_init__(self) -> None:
        """Set up the unknown numbers: how many went from which answer to which."""
        pairs = list(product(ANSWERS, ANSWERS))
        for pair in pairs:
            self.joint.unknown(pair, 0, self.people)
        self.joint.says(dict.fromkeys(pairs, 1), 0, self.people, "people")
        moved = {pair: 1 for pair in pairs if pair[0] != pair[1]}
        self.joint.says(moved, 0, self.changed, "who changed any answer")

    def take_in(self, before: Row, after: Row, least: int) -> None:
        """Take what two tables tell of the desire; what stays the same may be held and says nothing.

        Args:
            before: of the first output.
            after: of the second.
            least: so many people changed an answer of which something is told anew.
        """
        self._says(0, before)
        if before != after:
            self._says(1, after)
            moved = {pair: 1 for pair in product(ANSWERS, ANSWERS) if pair[0] != pair[1]}
            self.joint.says(moved, least, self.people, "who changed this answer")

    def _says(self, end: int, row: Row) -> None:
        parts = (("want", "not mine", "against"), ("want",), ("against",))
        for answers, cell in zip(parts, row, strict=True):
            if cell:
                some = {pair: 1 for pair in product(ANSWERS, ANSWERS) if pair[end] in answers}
                self.joint.says(some, int(cell), int(cell) + K - 1, f"{answers} of {row}")

    def told(self, truth: Mapping[tuple[str, str], int]) -> list[str]:
        """Return which changes of one to k - 1 people follow: "to want", "from want" and so on, by answer.

        Args:
            truth: how many really went from which answer to which.
        """
        out = []
        for answer, end in product(ANSWERS, (0, 1)):
            some = {pair: 1 for pair in product(ANSWERS, ANSWERS) if pair[end] == answer and pair[0] != pair[1]}
            if not is_few(sum(truth.get(pair, 0) for pair in some)):
                continue
            low, high = self.joint.bounds(some)
            if low > 0 and high is not None and is_few(high):
                out.append(f"{('from', 'to')[end]} {answer}: {low} to {high}")
        return out
