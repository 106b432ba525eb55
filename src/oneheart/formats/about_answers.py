"""What is odd about the people, desires and answers of a gathering, from sums over blocks of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.formats.diagnosis import Finding, counted
from oneheart.model.answer_blocks import AnswerBlocks
from oneheart.model.desire import Desire, Moderation, Stance
from oneheart.model.gathering import Gathering

SEVEN = 7


@dataclass(frozen=True, slots=True, eq=False)
class AnswerSums:
    """Sums over all answers.

    Attributes:
        answers: (N,) answers of each person.
        asked: (M,) answers to each desire.
        desires: M desires.
        circles: how many circles were declared.
        want: answers that want.
        not_mine: answers that say "not mine".
        against: answers that are against.
    """

    answers: npt.NDArray[np.int64]
    asked: npt.NDArray[np.int64]
    desires: Sequence[Desire]
    circles: int
    want: int
    not_mine: int
    against: int

    @classmethod
    def of(cls, answers: AnswerBlocks, desires: Sequence[Desire], circles: int) -> AnswerSums:
        """Return the sums over answers, one block in memory at a time."""
        of_people, asked = np.zeros(answers.people, np.int64), np.zeros(answers.desires, np.int64)
        stances = np.zeros(len(Stance), np.int64)
        for block in answers.blocks:
            of_people[block.first : block.last] = np.diff(block.indptr)
            asked += np.bincount(block.desire, minlength=len(asked))
            stances += np.bincount(block.stance - Stance.AGAINST, minlength=len(stances))
        against, not_mine, want = stances.tolist()
        return cls(of_people, asked, desires, circles, want, not_mine, against)

    @property
    def total(self) -> int:
        """Return how many answers there are."""
        return self.want + self.not_mine + self.against

    def counts(self) -> dict[str, int]:
        """Return the counts of a `Diagnosis`."""
        return {
            "participants": len(self.answers),
            "participants_who_answered": int((self.answers > 0).sum()),
            "desires": len(self.desires),
            "responses": self.total,
            "want": self.want,
            "not_mine": self.not_mine,
            "against": self.against,
            "circles": self.circles,
        }


def sums_of(gathering: Gathering) -> AnswerSums:
    """Return the sums of a gathering that is in memory."""
    blocks = AnswerBlocks.of(gathering.responses, gathering.participant_count, gathering.desire_count)
    return AnswerSums.of(blocks, gathering.desires, len(gathering.circles))


def about_answers(sums: AnswerSums, *, sign: bool) -> Iterator[Finding]:
    """Yield what is odd about people, desires and answers.

    Args:
        sums: of the answers.
        sign: whether answers were numbers whose sign had to be found.
    """
    answers, asked, desires = sums.answers, sums.asked, sums.desires
    n, m = len(answers), len(desires)
    if not sums.total:
        yield Finding("no-responses", "warning", "Nobody has answered anything; there is nothing to measure.")
    few = (answers < SEVEN) if n else np.zeros(0, bool)
    authors = np.zeros(n, bool)
    authors[[d.author for d in desires if d.author is not None]] = True
    if few.any() and sums.total:
        wrote = int((few & authors).sum())
        yield Finding(
            "fewer-than-seven",
            "note",
            f"{counted(int(few.sum()), 'person', 'people')} of {n:,} gave fewer than {SEVEN} answers and would be "
            "left out by "
            f"the seven-answer rule of other tools, {wrote:,} of them had written something themselves; here all "
            "of them count.",
        )
    silent = int((authors & (answers == 0)).sum()) if n else 0
    if silent:
        yield Finding(
            "authors-without-answers",
            "note",
            f"{counted(silent, 'person', 'people')} wrote something but answered nothing; they count as participants.",
        )
    rejected = np.array([d.moderation is Moderation.REJECTED for d in desires], bool)
    unanswered = int((asked == 0).sum())
    if unanswered and sums.total:
        yield Finding(
            "without-votes",
            "note",
            f"Of {m:,} desires {unanswered:,} {'was' if unanswered == 1 else 'were'} never answered by anybody.",
        )
    on_rejected = int(asked[rejected].sum()) if m else 0
    if on_rejected:
        yield Finding(
            "votes-on-rejected",
            "note",
            f"{counted(on_rejected, 'answer is', 'answers are')} to desires that the moderators rejected; neither "
            "these desires nor the answers to them are used or shown.",
        )
    empty = sum(1 for d in desires if not d.text.strip())
    if empty:
        yield Finding(
            "empty-texts",
            "note",
            f"{counted(empty, 'desire has', 'desires have')} no text; such a desire never becomes a line.",
        )
    if sums.total:
        yield from _one_sided(sums, sign=sign)


def _one_sided(sums: AnswerSums, *, sign: bool) -> Iterator[Finding]:
    """Yield what is said where an answer is missing; whether the sign may be wrong only where votes are numbers."""
    if not sums.want and not sums.against:
        yield Finding("only-passes", "warning", "Every answer is 'not mine': nobody wants anything here.")
    elif not sums.against:
        yield Finding(
            "nobody-against", "note", "Nobody is against anything, as where people can only say 'mine' or 'not mine'."
        )
    elif not sums.want:
        sentence = "Nobody wants anything here: there is no 'want' among the answers."
        if sign:
            sentence += " If that surprises you, name the vote that means agreement with --agree."
        yield Finding("nobody-wants", "warning" if sign else "note", sentence)
