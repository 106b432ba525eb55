"""Robustness margin of a text: how many people, or circles, could have changed which lines are in it.

The margin is the least number of people whose answers, had they been otherwise, would have led to other lines. They
answer the same cards; each answer may be any other, and nobody else changes theirs. So it counts what a few false seats
could do, and what a few honest people could have done. The same is asked of circles: all answers of their members may
be otherwise.

Lines that are counted from the answers (`few`) have a proven lower bound, and up to twelve people the margin itself.
Lines that a fitted model chooses have no proven lower bound. For them people are searched who are enough: answers are
changed, the choice is run again, and only a choice that really differs counts. The margin is at most that number.

Source: ours; bribery and the margin of victory in approval elections (Faliszewski, Hemaspaandra & Hemaspaandra 2009).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart.engine.prayer.few import in_turn, is_sound, tabled
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]
Chosen = Callable[[Responses], frozenset[int]]

EXACT_PEOPLE = 12
_WORK_MOST = 2_000_000  # simulated choices of an exact search
_EPSILON = 1e-9
_RUNS = 24


@dataclass(frozen=True, slots=True)
class Margin:
    """How many could have changed the lines of a text.

    Attributes:
        least: proven: no fewer people could have; 1 where nothing is proven.
        people: so many people are enough, tried by choosing again; None where none were found.
        circles: so many circles are enough, tried by choosing again; None where none were found or there are none.

    Example:
        >>> Margin(3, 3, 1).exact, Margin(1, 7, None).exact
        (True, False)
    """

    least: int
    people: int | None
    circles: int | None = None

    @property
    def exact(self) -> bool:
        """Return whether the number of people is the margin itself."""
        return self.people == self.least


def joined(*margins: Margin) -> Margin:
    """Return the margin of a text that each of these ways could have changed: the least of all.

    Example:
        >>> joined(Margin(1, 9, 2), Margin(3, 4, None))
        Margin(least=1, people=4, circles=2)
    """

    def smallest(numbers: Iterable[int | None]) -> int | None:
        return min((number for number in numbers if number is not None), default=None)

    return Margin(
        min(margin.least for margin in margins),
        smallest(margin.people for margin in margins),
        smallest(margin.circles for margin in margins),
    )


# --- lines that are counted -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Answers as tables, (N, C): who wants, who is against, and whose answer may be otherwise."""

    want: Floats
    against: Floats
    asked: Floats
    free: npt.NDArray[np.bool_]
    count: int

    @property
    def sound(self) -> npt.NDArray[np.bool_]:
        return is_sound(self.want.sum(0), self.against.sum(0), self.asked)


def of_counted(
    answers: Responses,
    own: Responses,
    people: int,
    may: Sequence[int],
    count: int,
    labels: Sequence[str] = (),
    *,
    against: bool = True,
) -> tuple[int, int | None]:
    """Return a proven lower bound of the margin of lines that `lines_of_few` chose, and the margin; None if too costly.

    Args:
        answers: last response of each person to each desire; these may be otherwise.
        own: wants of authors for their own desires, which stay; an answer of the same person overrides one.
        people: N.
        may: columns that may be lines.
        count: the most lines.
        labels: labels of all desires, which break ties.
        against: whether people may answer "against"; if not, a want may only become a "not mine".

    Returns:
        (least, margin): `least` is 1 or more, at most N + 1, which says that nobody could; `margin` is None for more
        than twelve people and where the search would be too long.

    Notes:
        O(2^lines N C) for the bound. For the margin at most two million simulated choices, a few seconds.

    Example:
        >>> answers = Responses.of([0, 1, 2, 3] * 2, [0] * 4 + [1] * 4, [1, 1, 1, 0, 1, 1, 0, 0])
        >>> nobody = Responses.of([], [], [])
        >>> of_counted(answers, nobody, 4, [0, 1], 1)  # one "against" of four is 15 % or more: it removes a line
        (1, 1)
    """
    columns = sorted(may, key=lambda column: (labels[column] if labels else "", column))
    table = _table(answers, own, people, columns, count)
    chosen = in_turn(table.want, table.sound, count)
    by_counts = _by_counts(table, chosen, against=against)
    if len(chosen) < count or not columns:
        least = by_counts
        return least, least
    least = min(by_counts, _least_overtaking(table, chosen))
    return least, _searched(table, chosen, least, by_counts) if people <= EXACT_PEOPLE else None


def _table(answers: Responses, own: Responses, people: int, columns: Sequence[int], count: int) -> _Counted:
    """Return the tables of these columns, with wants of authors for their own desires."""
    both = Responses.of(
        np.concatenate([own.participant, answers.participant]),
        np.concatenate([own.desire, answers.desire]),
        np.concatenate([own.stance, answers.stance]),
    )
    want, against, asked = tabled(both, people, columns)
    place = {column: number for number, column in enumerate(columns)}
    free = np.zeros(want.shape, bool)
    for person, column in zip(answers.participant.tolist(), answers.desire.tolist(), strict=True):
        if column in place:
            free[person, place[column]] = True
    return _Counted(want, against, asked, free, count)


def _by_counts(table: _Counted, chosen: Sequence[int], *, against: bool) -> int:
    """Return the least number of people who could bar a chosen line by its counts, N + 1 where none could.

    Where the text is not full, a further line is one that people could make sound; that counts too.
    """
    people = len(table.want)
    best = people + 1
    for column in range(table.want.shape[1]):
        if column in chosen:
            best = min(best, _to_bar(table, column, against=against))
        elif len(chosen) < table.count:
            best = min(best, _to_make_sound(table, column))
    return best


def _to_bar(table: _Counted, column: int, *, against: bool) -> int:
    wants, no, asked = table.want[:, column].sum(), table.against[:, column].sum(), table.asked[column]
    free = table.free[:, column]
    may_turn = int((free & (table.want[:, column] > 0)).sum())
    others = int((free & (table.want[:, column] == 0) & (table.against[:, column] == 0)).sum()) if against else 0
    for changed in range(1, may_turn + others + 1):
        turned = min(changed, may_turn)
        now_no = no + (changed if against else 0)
        if not is_sound(np.array(wants - turned), np.array(now_no), np.array(asked)):
            return changed
    return len(table.want) + 1


def _to_make_sound(table: _Counted, column: int) -> int:
    wants, no, asked = table.want[:, column].sum(), table.against[:, column].sum(), table.asked[column]
    free = table.free[:, column]
    turn_no = int((free & (table.against[:, column] > 0)).sum())
    others = int((free & (table.want[:, column] == 0) & (table.against[:, column] == 0)).sum())
    for changed in range(turn_no + others + 1):
        turned = min(changed, turn_no)
        if is_sound(np.array(wants + changed), np.array(no - turned), np.array(asked)):
            return changed
    return len(table.want) + 1


def _least_overtaking(table: _Counted, chosen: Sequence[int]) -> int:
    """Return a lower bound of how many people it takes that another column is chosen before a line of a full text.

    A column overtakes the lines that are still to be chosen at some moment, when some of the lines are held. Each
    person adds at most 1 to its gain, and takes at most what they gave from the gain of another line.
    """
    best = len(table.want) + 1
    others = [column for column in range(table.want.shape[1]) if column not in chosen]
    sound_from = {column: _to_make_sound(table, column) for column in others}
    for size in range(len(chosen)):
        for held_lines in itertools.combinations(chosen, size):
            for column in others:
                if sound_from[column] < best:
                    needed = max(sound_from[column], _needed(table, column, held_lines, chosen, best))
                    best = min(best, max(needed, 1))
    return best


def _shifts(table: _Counted, column: int, line: int, held: Floats) -> tuple[float, Floats]:
    """Return by how much a line leads a column, and by how much each person could lessen that, (N,)."""
    rise = np.where(table.free[:, column], 1.0, table.want[:, column]) - table.want[:, column] / held
    stays = np.where(table.free[:, line], 0.0, table.want[:, line]) / table.count
    fall = table.want[:, line] / held - stays
    lead = float((table.want[:, line] / held).sum() - (table.want[:, column] / held).sum())
    return lead, rise + np.maximum(fall, 0.0)


def _needed(table: _Counted, column: int, held_lines: Sequence[int], chosen: Sequence[int], most: int) -> int:
    held = 1.0 + table.want[:, list(held_lines)].sum(1)
    needed = 0
    for line in chosen:
        if line in held_lines:
            continue
        lead, shift = _shifts(table, column, line, held)
        if lead <= _EPSILON:
            continue
        able = np.cumsum(np.sort(shift)[::-1])
        needed = max(needed, int(np.searchsorted(able, lead - _EPSILON)) + 1)
        if needed >= most:
            break
    return needed


def _searched(table: _Counted, chosen: Sequence[int], least: int, by_counts: int) -> int | None:
    """Return the margin of a full text by trying all people and answers that matter; None if that is too long.

    To bring in a column, its people want it and want no other column that is not a line. So only their answers to the
    lines remain to be tried: want, or not. To bar a line by its counts takes `by_counts` people.
    """
    people, work = len(table.want), 0
    others = [column for column in range(table.want.shape[1]) if column not in chosen]
    for size in range(least, by_counts):
        for group in itertools.combinations(range(people), size):
            for column in others:
                if not _could(table, column, group, chosen):
                    continue
                ways = 2 ** int(table.free[np.ix_(group, chosen)].sum())
                work += ways
                if work > _WORK_MOST:
                    return None
                if _overtakes(table, column, group, chosen):
                    return size
    return by_counts


def _could(table: _Counted, column: int, group: Sequence[int], chosen: Sequence[int]) -> bool:
    """Return whether these people can make a column sound, and bring it before some line by a bound."""
    inside = list(group)
    free = table.free[inside, column]
    wants = table.want[:, column].sum() + (free & (table.want[inside, column] == 0)).sum()
    no = table.against[:, column].sum() - (free & (table.against[inside, column] > 0)).sum()
    if not is_sound(np.array(wants), np.array(no), np.array(table.asked[column])):
        return False
    for size in range(len(chosen)):
        for held_lines in itertools.combinations(chosen, size):
            held = 1.0 + table.want[:, list(held_lines)].sum(1)
            leads = (_shifts(table, column, line, held) for line in chosen if line not in held_lines)
            if all(lead - shift[inside].sum() <= _EPSILON for lead, shift in leads):
                return True
    return False


def _overtakes(table: _Counted, column: int, group: Sequence[int], chosen: Sequence[int]) -> bool:
    """Return whether some answers of these people bring a column in. All ways are simulated side by side."""
    inside, among = list(group), sorted([*chosen, column])
    want = table.want[:, among].copy()
    want[np.ix_(inside, [among.index(column)])] = np.where(table.free[inside, column], 1.0, table.want[inside, column])[
        :, None
    ]
    cells = [(person, among.index(line)) for person in inside for line in chosen if table.free[person, line]]
    step = 1 << min(len(cells), 12)
    for first in range(0, 1 << len(cells), step):
        number = np.arange(first, first + step)
        ways = np.repeat(want[None], step, axis=0)
        for bit, (person, place) in enumerate(cells):
            ways[:, person, place] = (number >> bit) & 1
        if _comes_in(ways, among.index(column), table.count):
            return True
    return False


def _comes_in(ways: Floats, place: int, count: int) -> bool:
    """Return whether in any of these tables (W, N, C) the column at a place is among the first `count` to be chosen."""
    held = np.ones(ways.shape[:2])
    out = np.zeros((len(ways), ways.shape[2]), bool)
    for _ in range(count):
        gain = (ways / held[:, :, None]).sum(1)
        gain[out] = -1.0
        best = gain.argmax(1)
        rows = np.arange(len(ways))
        if ((best == place) & (gain[rows, best] > 0)).any():
            return True
        out[rows, best] = True
        held += ways[rows, :, best]
    return False


# --- people and circles that are enough -------------------------------------------------------------------------------


def enough(
    chosen: Chosen,
    answers: Responses,
    groups: Sequence[npt.ArrayLike],
    alternates: Sequence[int],
    *,
    against: bool = True,
    most: int | None = None,
    runs: int = _RUNS,
) -> int | None:
    """Return a number of groups whose answers, changed, lead to other lines; None where none was found.

    Two things are tried: to refuse a line, and to want what stands nearest outside. The groups that can do most for it
    come first. Each number is tried by choosing again, so the result is an upper bound of the margin, never a guess.

    Args:
        chosen: returns the lines that given answers lead to; deterministic.
        answers: last response of each person to each desire.
        groups: rows of the people of each group: one person each, or the members of each circle.
        alternates: columns outside the text, the nearest first.
        against: whether people may answer "against".
        most: only a number below this is of interest; None for any.
        runs: at most so many choices, the first one included.

    Notes:
        `runs` choices.

    Example:
        >>> answers = Responses.of([0, 1, 2, 0, 1], [0, 0, 0, 1, 1], [1, 1, 1, 1, 0])
        >>> def most_wanted(responses):
        ...     wants = [((responses.desire == d) & (responses.stance == 1)).sum() for d in (0, 1)]
        ...     return frozenset([int(np.argmax(wants))])
        >>> enough(most_wanted, answers, [[0], [1], [2]], [1])  # two of three who want 0 answer otherwise
        2
    """
    base = chosen(answers)
    tries = _Tries(chosen, answers, groups, base, -1 if against else 0, runs - 1)
    best = len(groups) + 1 if most is None else min(most, len(groups) + 1)
    for down, up in _aims(base, alternates):
        found = tries.least(down, up, best)
        best = best if found is None else found
    return best if best != most and best <= len(groups) else None


@dataclass(slots=True, eq=False)
class _Tries:
    """The search for the fewest groups, with a limit of the choices that are made."""

    chosen: Chosen
    answers: Responses
    groups: Sequence[npt.ArrayLike]
    base: frozenset[int]
    no: int
    left: int

    def least(self, down: frozenset[int], up: int | None, below: int) -> int | None:
        """Return a number of groups below a limit that is enough for an aim; None where none was found."""
        order = _ordered(self.answers, self.groups, down, up, self.no)
        low, most = 0, min(len(order), below - 1)
        if most < 1:
            return None
        high = most if below <= len(self.groups) else 1
        while not self._changes(order[:high], down, up):
            if high == most:
                return None
            low, high = high, min(2 * high, most)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._changes(order[:middle], down, up) else (middle, high)
        return high

    def _changes(self, places: Sequence[int], down: frozenset[int], up: int | None) -> bool:
        if self.left == 0:
            return False
        self.left -= 1
        rows = np.concatenate([np.asarray(self.groups[place], np.int64) for place in places])
        return self.chosen(_otherwise(self.answers, rows, down, up, self.no)) != self.base


def _aims(base: frozenset[int], alternates: Sequence[int]) -> list[tuple[frozenset[int], int | None]]:
    """Return what is tried, in turn: all lines refused for the nearest one, then each line, then others alone."""
    near = [column for column in alternates if column not in base][:3]
    aims: list[tuple[frozenset[int], int | None]] = []
    if near:
        aims += [(base, near[0])]
    aims += [(frozenset([line]), near[0] if near else None) for line in sorted(base)]
    aims += [(frozenset(), column) for column in near]
    return aims


def _ordered(
    answers: Responses, groups: Sequence[npt.ArrayLike], down: frozenset[int], up: int | None, no: int
) -> list[int]:
    """Return the places of the groups that can do anything for an aim, those first that can do most."""
    stance = answers.stance.astype(np.int64)
    able = np.where(np.isin(answers.desire, sorted(down)), stance - no, 0)
    if up is not None:
        able = np.where(answers.desire == up, 1 - stance, able)
    people = int(answers.participant.max(initial=-1)) + 1
    each = np.bincount(answers.participant, able, minlength=people)
    sums = [float(each[rows[rows < people]].sum()) for rows in (np.asarray(group, np.int64) for group in groups)]
    return [place for place in sorted(range(len(groups)), key=lambda place: -sums[place]) if sums[place] > 0]


def _otherwise(
    answers: Responses, rows: npt.NDArray[np.int64], down: frozenset[int], up: int | None, no: int
) -> Responses:
    """Return the answers with those of some people changed: no to some columns, want to one."""
    theirs = np.isin(answers.participant, rows)
    stance = answers.stance.copy()
    stance[theirs & np.isin(answers.desire, sorted(down))] = no
    if up is not None:
        stance[theirs & (answers.desire == up)] = 1
    return Responses(answers.participant, answers.desire, stance)
