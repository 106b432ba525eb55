"""Numbers of the labels and values in columns of cells: each different cell is read once, by the readers' own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from oneheart.formats.conversion.label_numbers import LabelNumbers, Numbers, column_of
from oneheart.formats.conversion.plain_cells import Column, Words

IsPlain = Callable[[Column], npt.NDArray[np.bool_]]
BLANK = -1
_RUNS_WORTH = 2
_SPACE, _BEYOND_ASCII = 0x20, 0x7F


class CellLabelNumbers:
    """The number of the label in each cell, by order of first sight; -1 for a blank cell.

    Attributes:
        known: labels that were registered, in their order.
        fresh: labels that were seen since this list was last taken, in their order.

    Example:
        >>> cells = CellLabelNumbers(lambda cell: cell.strip() or None, visible)
        >>> cells.of(column_of([b"b", b" b ", b"", b"a"]), is_plain=True).tolist(), cells.fresh
        ([0, 0, -1, 1], [b'b', b'a'])
    """

    def __init__(self, label_of: Callable[[str], str | None], is_label: IsPlain) -> None:
        """Take the rule for one cell, and which cells of a plain column are their own labels by it.

        Args:
            label_of: the label in a cell; None for a blank one.
            is_label: may say no where it is not sure; then `label_of` is asked.
        """
        self._label_of, self._is_label = label_of, is_label
        self._numbers = LabelNumbers()
        self.known: list[bytes] = []
        self.fresh: list[bytes] = []
        self._count = 0

    def __len__(self) -> int:
        """Return how many labels have a number."""
        return self._count

    def register(self, labels: Sequence[str]) -> None:
        """Number labels that are known before any cell is read, all different."""
        self.known = [label.encode() for label in labels]
        self.restore(self.known)

    def number_of(self, label: str) -> int:
        """Return the number of a label, a new one where it has none."""
        return int(self._numbers_of([label.encode()])[0])

    def restore(self, labels: Sequence[bytes]) -> None:
        """Number labels that an earlier run found, in their order."""
        given = np.arange(self._count, self._count + len(labels), dtype=np.int32)
        self._numbers.add(*self._numbers.keys(column_of(labels)), given)
        self._count += len(labels)

    def forget(self) -> None:
        """Give back the memory of the table; no cell can be looked up after it."""
        self._numbers = LabelNumbers()

    def of(self, column: Column, *, is_plain: bool) -> Numbers:
        """Return the number of the label in each cell, -1 for blank cells."""
        one, two = self._numbers.keys(column)
        begins = np.append(True, (one[1:] != one[:-1]) | (two[1:] != two[:-1]))[: len(one)]
        runs = int(begins.sum())
        if runs * _RUNS_WORTH > len(one):
            return self._of(column, one, two, is_plain=is_plain)
        first = np.flatnonzero(begins)  # cells that are like the one before them need not be looked up
        column = Column(column.text, column.start[first], column.length[first])
        numbers = self._of(column, one[first], two[first], is_plain=is_plain)
        return np.asarray(numbers[np.cumsum(begins) - 1])

    def _of(self, column: Column, one: Words, two: Words, *, is_plain: bool) -> Numbers:
        out, missing = self._numbers.find(one, two)
        if not len(missing):
            return out
        rest = Column(column.text, column.start[missing], column.length[missing])
        if is_plain and bool(self._is_label(rest).all()):
            given, first = self._added(one[missing], two[missing])
            self.fresh += rest.at(first)
        else:
            given = self._understood(rest.at(np.arange(len(missing))))
        out[missing] = given
        return out

    def _added(self, one: npt.NDArray[np.uint64], two: npt.NDArray[np.uint64]) -> tuple[Numbers, npt.NDArray[np.intp]]:
        numbers, first = self._numbers.add(one, two, begin=self._count)
        self._count += len(first)
        return numbers, first

    def _numbers_of(self, labels: Sequence[bytes]) -> Numbers:
        one, two = self._numbers.keys(column_of(labels))
        numbers, missing = self._numbers.find(one, two)
        if len(missing):
            numbers[missing], first = self._added(one[missing], two[missing])
            self.fresh += [labels[place] for place in missing[first].tolist()]
        return numbers

    def _understood(self, raw: Sequence[bytes]) -> Numbers:
        """Return the number of each cell by asking `label_of` once for each different cell, in the order of sight."""
        label_of = {
            cell: None if (label := self._label_of(cell.decode("utf-8", "surrogatepass"))) is None else label.encode()
            for cell in dict.fromkeys(raw)
        }
        labels = list(dict.fromkeys(label for label in label_of.values() if label is not None))
        numbers = self._numbers_of(labels)
        number_of = dict(zip(labels, numbers.tolist(), strict=True))
        given = {cell: BLANK if label is None else number_of[label] for cell, label in label_of.items()}
        others = [cell for cell, label in label_of.items() if cell != label]
        if others:
            others_one, others_two = self._numbers.keys(column_of(others))
            _, missing = self._numbers.find(others_one, others_two)
            named = np.array([given[cell] for cell in others], np.int32)
            self._numbers.add(others_one[missing], others_two[missing], named[missing])
        return np.fromiter(map(given.__getitem__, raw), np.int32, len(raw))


class CellValues:
    """A small number for each cell by a rule, such as the stance or the vote in it."""

    def __init__(self, value_of: Callable[[str], int]) -> None:
        """Take the rule for one cell; what it returns must fit int8."""
        self._value_of = value_of
        self._numbers = LabelNumbers()
        self.cells: list[str] = []
        self._values = np.zeros(0, np.int8)

    def of(self, column: Column) -> npt.NDArray[np.int8]:
        """Return the value of each cell."""
        one, two = self._numbers.keys(column)
        out, missing = self._numbers.find(one, two)
        if len(missing):
            out[missing], first = self._numbers.add(one[missing], two[missing], begin=len(self.cells))
            self.cells += [cell.decode("utf-8", "surrogatepass") for cell in column.at(missing[first])]
            more = [self._value_of(cell) for cell in self.cells[len(self._values) :]]
            self._values = np.concatenate([self._values, np.array(more, np.int8)])
        return self._values[out]


def visible(column: Column) -> npt.NDArray[np.bool_]:
    """Return which cells begin and end with a visible ASCII character, so that nothing is to be stripped."""
    first, last = column.first_byte(), column.last_byte()
    ascii_first = (first > _SPACE) & (first < _BEYOND_ASCII)
    return (column.length > 0) & ascii_first & (last > _SPACE) & (last < _BEYOND_ASCII)
