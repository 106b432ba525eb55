"""Challengers: desires outside the text. A random sample of them is put to each reader, to estimate the share index.

A model chooses a text. Readers themselves tell whether a part of the gathering is still owed a line. While they read,
each is asked about a few desires outside the text. The sample is random and follows from the log, so nobody can choose
whom to ask. Answers that a person gave before are used as they are.

They are asked the same about the lines of which it is not known whether they want them: a line that somebody can say is
not always one that they want, and a text of such lines may still owe them one.

These answers are stored apart from the answers of the round, which are closed by then. They join them when the next
round opens.

Source: ours; `engine.prayer.audit` computes the index and its bounds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from oneheart import settings
from oneheart.live import events as ev
from oneheart.live.state.lots import put_to
from oneheart.live.state.text import LiveDraft
from oneheart.model.prayer import Reading

if TYPE_CHECKING:
    from oneheart.engine.prayer.audit import Audit
    from oneheart.live.state import State

POOL_MOST = 100  # with more, hardly two people would be asked about the same one
LOTS_MOST = 12  # size of each person's sample, with what they answered before
FEW = 12  # up to so many people, everybody is asked about all of them
_HALF = 0.5
_UNASKED = -9  # as in `engine.prayer.audit`, which is imported late
_MARKS = {Reading.CAN_SAY: 1, Reading.WOULD_CHANGE: 0, Reading.AGAINST_ME: -1}


def with_challengers(state: State, body: ev.DraftWoven) -> ev.DraftWoven:
    """Return a first draft with its challengers and the size of each reader's random sample. O(N M).

    Every desire that travelled and is not in the text is a challenger: alternates first, then by support. With more
    than a hundred, the samples are drawn from the first hundred; the others stay challengers. The sample size is such
    that a person is expected to have about four desires in it that they have not answered. Up to twelve people are
    asked about all.

    Args:
        state: in the stage "weaving".
        body: as it was woven, with lines and alternates.

    Example:
        >>> from oneheart.live.state import State
        >>> with_challengers(State(), ev.DraftWoven(0, [])).challengers
        []
    """
    challengers = _in_question(state, body)
    among = challengers[:POOL_MOST]
    if not among or not body.lines:
        return body
    answered = [known_of(state, number) for number, seat in enumerate(state.seats) if seat.alive]
    new = sum(number not in answers for answers in answered for number in among)
    unanswered = new / (len(answered) * len(among)) if answered else 0.0
    wished = LOTS_MOST if len(answered) <= FEW else settings.CHALLENGERS.value
    lots = math.ceil(wished / unanswered) if unanswered else LOTS_MOST
    return msgspec.structs.replace(
        body, challengers=challengers, among=len(among), lots=min(lots, LOTS_MOST, len(among))
    )


def _in_question(state: State, body: ev.DraftWoven) -> list[int]:
    cited = {number for line in body.lines for number in line.cites}
    nearest = {number: place for place, number in enumerate(body.alternates)}
    tally = state.tally

    def wanted(number: int) -> float:
        return float(tally.want[number]) / (int(tally.seen_by_all[number]) + 1)

    travelled = (n for n in state.travels.nonzero()[0].tolist() if state.desires[n].sent or not state.lines_travelled)
    outside = [number for number in travelled if number not in cited]
    return sorted(outside, key=lambda number: (nearest.get(number, len(nearest)), -wanted(number), number))


def to_answer(state: State, draft: LiveDraft, seat: int) -> tuple[int, ...]:
    """Return the desires about which a person is asked whether they want them. O(sample size, lines).

    First come the challengers of their random sample, in its order, then the lines of the text, then those that left.
    Left out is what they answered or said before the draft was woven, what is kept back, and what they cannot read.
    What they answered since then is included, because they may change it while the draft is read.
    """
    answered = known_of(state, seat)
    known = {number for line in draft.body.lines if _stance(line, answered) is not None for number in line.cites}
    said_elsewhere = {number for line in draft.body.lines for number in line.cites[1:]}
    return tuple(
        number
        for number in put_to(draft, seat)
        if number not in answered
        and number not in known
        and number not in said_elsewhere
        and not state.desires.kept_back(number, state.course)
        and state.reads_words_of(seat, number) is not False
    )


def known_of(state: State, seat: int) -> dict[int, int]:
    """Return the stances of a person from before the text was read, by number of the desire: 1, 0 or -1.

    A desire that they wrote or joined counts as wanted. An answer comes before that.
    """
    desires = state.seats[seat].desires
    wrote = dict.fromkeys((*desires, *state.desires.roots_of(state.seats[seat])), 1)
    return {**wrote, **state.tally.answered(seat)}


def readers_of(state: State, draft: LiveDraft) -> list[int]:
    """Return the seats of the people who answered every line of a draft and read it, ascending; [] without lines."""
    heard = state.meetings.heard(draft)
    if not heard:
        return []
    common = set(heard[0]).intersection(*heard[1:])
    return sorted(seat for seat in common if state.seats[seat].alive)


def audited(state: State, draft: LiveDraft) -> Audit | None:
    """Return the share index of a draft, estimated from its readers' own answers; None where it is not known.

    It is not known where nobody has read all of it, or where it was woven before readers were asked about challengers.
    Without a model it is also not known while fewer than half of the readers have answered some challenger.

    A person has a line if they wrote, joined or want it, never because they can say it. While it is not known whether
    they want it, the bounds allow for both, and the estimate for what is likely. A line that left the text after the
    first reading is a challenger too; whom it goes against does not want it.

    Args:
        state: with everybody's answers.
        draft: that was read.

    Notes:
        O(readers (lines + challengers)).
    """
    from oneheart.engine.prayer.audit import audit, lines_held  # noqa: PLC0415  loads statistics for sealing only

    readers = readers_of(state, draft)
    before_lots = not draft.body.challengers and bool(_in_question(state, draft.body))
    if not readers or not draft.body.lines or before_lots:
        return None
    columns = _challengers_of(state, draft)
    read_first, heard = _readings_of_left(state, draft), state.meetings.heard(draft)
    place_of = {number: place for place, number in enumerate(columns)}
    wants, known, sampled = [], _Answers(), _Answers()
    for row, seat in enumerate(readers):
        earlier, answers = known_of(state, seat), draft.challenged.get(seat, {})
        wants.append([_stance(line, answers | earlier) for line in draft.body.lines])
        for number in earlier.keys() & place_of.keys():
            known.add(place_of[number], row, earlier[number])
        for number in read_first.keys() - earlier.keys() - answers.keys():
            if number in place_of and read_first[number].get(seat) is Reading.AGAINST_ME:
                known.add(place_of[number], row, -1)
        for number in put_to(draft, seat) if answers else ():
            if number in answers and number in place_of and number not in earlier:
                sampled.add(place_of[number], row, answers[number])
    readings = [[_MARKS[read[seat]] for read in heard] for seat in readers]
    held = lines_held([[_mark(stance) for stance in stances] for stances in wants], readings)
    share = audit(held, len(draft.body.lines), columns, sampled.arrays, known=known.arrays)
    decided = draft.body.share_index is not None or share.kind == "certified"
    return (
        share if decided or _half_heard(len(readers), known, sampled, columns, _lines_heard(wants, readings)) else None
    )


def _mark(stance: int | None) -> int:
    """Return whether a line is wanted as the audit takes it: 1, 0, or not known."""
    return _UNASKED if stance is None else int(stance > 0)


def _lines_heard(wants: list[list[int | None]], readings: list[list[int]]) -> list[int]:
    """Return for each line how many readers said whether they want it, those who cannot say the line among them."""
    return [
        sum(stance is not None or reading < 1 for stance, reading in zip(stances, read, strict=True))
        for stances, read in zip(zip(*wants, strict=True), zip(*readings, strict=True), strict=True)
    ]


def _half_heard(readers: int, known: _Answers, sampled: _Answers, columns: list[int], lines: list[int]) -> bool:
    """Return whether of every line and challenger at least half of the readers are known; else nothing is estimated."""
    counts = [0] * len(columns)
    for place in (*known.place, *sampled.place):
        counts[place] += 1
    return min((*counts, *lines), default=readers) >= _HALF * readers


class _Answers:
    """Answers to challengers as parallel lists, the input of the audit."""

    def __init__(self) -> None:
        self.place: list[int] = []
        self.row: list[int] = []
        self.wants: list[int] = []

    def add(self, place: int, row: int, stance: int) -> None:
        self.place.append(place)
        self.row.append(row)
        self.wants.append(int(stance > 0))

    @property
    def arrays(self) -> tuple[list[int], list[int], list[int]]:
        return self.place, self.row, self.wants


def _stance(line: ev.WovenLine, answers: dict[int, int]) -> int | None:
    """Return whether a person wants a line, by their answers to what it says: 1, 0 or -1; None if they gave none."""
    return max((answers[number] for number in line.cites if number in answers), default=None)


def _challengers_of(state: State, draft: LiveDraft) -> list[int]:
    """Return the numbers of the challengers now: those of the first reading, and lines that left the text since."""
    cited = {number for line in draft.body.lines for number in line.cites}
    outside = (*draft.body.challengers, *(line.cites[0] for line in draft.body.left))
    return [number for number in dict.fromkeys(outside) if number not in cited and not state.desires[number].gone]


def _readings_of_left(state: State, draft: LiveDraft) -> dict[int, dict[int, Reading]]:
    """Return the readings of the lines that left the text, by desire and seat, from earlier drafts of the round."""
    left_lines = {line.cites[0] for line in draft.body.left}
    drafts = (other for other in state.prayers.drafts if other.round == draft.round and other is not draft)
    return {
        line.cites[0]: readings
        for other in drafts
        for line, readings in zip(other.body.lines, state.meetings.heard(other), strict=True)
        if line.cites[0] in left_lines
    }
