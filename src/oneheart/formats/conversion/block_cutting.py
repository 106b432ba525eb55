"""Sorted answers of one range of people after the other, cut into blocks and written, each file whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from oneheart.formats.blocks import BlockEntry, block_files, block_names
from oneheart.formats.conversion.stage import Int64s, Rows, put
from oneheart.model.answer_blocks import AnswerBlock, cut


class BlockCutter:
    """Takes sorted answers and writes blocks, cut where `AnswerBlocks.of` would cut the whole.

    Attributes:
        entries: of the blocks that were written.
    """

    def __init__(self, folder: Path, desires: int) -> None:
        """Take the folder to write into, and M."""
        self._folder, self._desires = folder, desires
        self.entries: list[BlockEntry] = []
        self._first = 0
        self._counts: Int64s = np.zeros(0, np.int64)
        self._desire: list[npt.NDArray[np.int32]] = []
        self._stance: list[npt.NDArray[np.int8]] = []

    def add(self, rows: Rows, last: int) -> None:
        """Take the answers of all people up to a row.

        Args:
            rows: sorted by person, then desire; `value` is the stance.
            last: the row after the last of these people.

        Raises:
            UserError: a file cannot be written.
        """
        begin = self._first + len(self._counts)
        more = np.bincount(rows.person - begin, minlength=last - begin)
        self._counts = np.concatenate([self._counts, more])
        self._desire.append(rows.desire)
        self._stance.append(rows.value)
        self._write(all_of_it=False)

    def finish(self) -> None:
        """Write what is left."""
        self._write(all_of_it=True)

    def turn(self) -> None:
        """Write all blocks anew with the opposite stances: want for against.

        Raises:
            UserError: a file cannot be written.
        """
        turned = []
        for entry in self.entries:
            indptr, desire, stance = (np.load(self._folder / name) for name in block_names(entry.first))
            opposite, files = block_files(AnswerBlock(entry.first, indptr, desire, -stance), self._desires)
            for name, content in files:
                put(self._folder / name, [content])
            turned.append(opposite)
        self.entries = turned

    def _write(self, *, all_of_it: bool) -> None:
        bounds = list(cut(self._counts))
        if not all_of_it:
            bounds = bounds[:-1]  # the people after it may still belong to the last block
        if not bounds:
            return
        ends = np.concatenate([[0], np.cumsum(self._counts)])
        desire, stance = np.concatenate(self._desire), np.concatenate(self._stance)
        for first, last in bounds:
            inside = slice(int(ends[first]), int(ends[last]))
            indptr = ends[first : last + 1] - ends[first]
            block = AnswerBlock(self._first + first, indptr, desire[inside], stance[inside])
            entry, files = block_files(block, self._desires)
            for name, content in files:
                put(self._folder / name, [content])
            self.entries.append(entry)
        done = bounds[-1][1]
        self._desire, self._stance = [desire[int(ends[done]) :].copy()], [stance[int(ends[done]) :].copy()]
        self._counts = self._counts[done:]
        self._first += done
