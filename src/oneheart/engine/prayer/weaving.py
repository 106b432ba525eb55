"""The reading order of chosen lines, and the draft made of them. Every line is verbatim and stands by itself.

Lines are not joined into sentences: a machine cannot do that without changing people's words ("padre y hijo" needs
"e").

Source: ours; sequential approval (Thiele 1895) on expected wants, with weights that fall nearly lexicographically.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.scripts import likely_language
from oneheart.model.desire import Desire
from oneheart.model.prayer import Draft, PrayerLine

Floats = npt.NDArray[np.float64]
CORE = 2  # how many lines, those that the worst fifth wants most, open the text
LESS = 0.05  # weight of a person with one line more: a part's first line precedes the second of a part 20 times larger


def reading_order(want: Floats, worst: Sequence[float], labels: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the lines in the order in which they are read.

    The first two lines are those that the worst fifth supports most. Each next line is the one with the greatest sum
    over people of P(want) x 0.05 ^ lines that they have. So each part's first line precedes any part's second.
    Ties go to the label that sorts first.

    Args:
        want: (N, lines) P(want) of everybody for each line, 0 to 1.
        worst: net support of the worst fifth for each line, -0.5 to 1.
        labels: labels of the desires, unique.

    Notes:
        O(N lines^2).

    Example:
        >>> want = np.array([[1.0, 1.0, 0.0, 0.0]] * 3 + [[0.0, 0.0, 1.0, 0.0]] * 2 + [[1.0, 0.0, 0.0, 1.0]] * 2)
        >>> reading_order(want, [0.4, 0.1, 0.0, 0.3], ["a", "b", "c", "d"])  # c is the only line of two people
        (0, 3, 2, 1)
    """
    count = want.shape[1]
    by_label = sorted(range(count), key=lambda place: labels[place])
    core = sorted(by_label, key=lambda place: -worst[place])[:CORE]
    order = list(core)
    held = want[:, core].sum(1)
    while len(order) < count:
        rest = [place for place in by_label if place not in order]
        gains = [round(float((want[:, place] * LESS**held).sum()), 9) for place in rest]
        best = rest[int(np.argmax(gains))]
        order.append(best)
        held = held + want[:, best]
    return tuple(order)


def weave(
    columns: Sequence[int],
    desires: Sequence[Desire],
    *,
    merged: Sequence[tuple[int, ...]] = (),
    alternates: Sequence[int] = (),
) -> Draft:
    """Return the draft of these desires in this order, each verbatim.

    Args:
        columns: columns of the chosen desires, in reading order.
        desires: all desires of the gathering.
        merged: groups of columns with the same words; a line cites its whole group, its own column first.
        alternates: columns that may replace a line, best first; those that are lines already are left out.

    Raises:
        ValueError: for a column chosen twice or a desire without words.

    Example:
        >>> draft = weave([1], [Desire("a", "Bread"), Desire("b", "Peace")], merged=[(0, 1)])
        >>> draft.lines[0].text, draft.lines[0].cites
        ('Peace', (1, 0))
    """
    if len(set(columns)) != len(columns):
        message = "a desire can be a line only once"
        raise ValueError(message)
    group = {column: group for group in merged for column in group}
    lines = []
    for column in columns:
        desire = desires[column]
        text = " ".join(desire.text.split())
        if not text:
            message = f"desire {desire.label} has no words"
            raise ValueError(message)
        others = tuple(other for other in group.get(column, ()) if other != column)
        lines.append(PrayerLine(text, desire.language or likely_language(text), (column, *others)))
    return Draft(tuple(lines), tuple(column for column in alternates if column not in columns))


def concatenation(draft: Draft, wanted_by: Sequence[int], wrote: Sequence[int]) -> float:
    """Return the share of lines that nobody but their own authors wants, 0 to 1; 0 for a text without lines.

    It measures how far a draft is a concatenation of one sentence from each person, which a text for all must not be.

    Args:
        draft: the text.
        wanted_by: for each column the number of people who want the desire, its authors included.
        wrote: for each column the number of its authors.

    Example:
        >>> concatenation(Draft((PrayerLine("a", "en", (0,)), PrayerLine("b", "en", (1,)))), [1, 9], [1, 1])
        0.5
    """
    if not draft.lines:
        return 0.0
    alone = sum(wanted_by[line.cites[0]] <= wrote[line.cites[0]] for line in draft.lines)
    return alone / len(draft.lines)
