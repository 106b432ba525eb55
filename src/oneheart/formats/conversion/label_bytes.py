"""Very many labels in little memory: their bytes one after the other, and where each begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class LabelBytes:
    """Labels by their number; about nine bytes more each than their own.

    Example:
        >>> labels = LabelBytes()
        >>> labels.extend([b"ann", b"bo"])
        >>> len(labels), labels.at(np.array([1, 0]))
        (2, [b'bo', b'ann'])
    """

    def __init__(self) -> None:
        """Begin without labels."""
        self._text = bytearray()
        self._ends: list[npt.NDArray[np.int64]] = [np.zeros(1, np.int64)]

    def __len__(self) -> int:
        """Return how many labels there are."""
        return sum(map(len, self._ends)) - 1

    def extend(self, labels: Sequence[bytes]) -> None:
        """Add labels after those that are there."""
        lengths = np.fromiter(map(len, labels), np.int64, len(labels))
        self._ends.append(len(self._text) + np.cumsum(lengths))
        self._text += b"".join(labels)

    def all(self) -> list[str]:
        """Return all labels; for so few that a list of them is small."""
        return [label.decode() for label in self.at(np.arange(len(self)))]

    def at(self, numbers: npt.NDArray[np.intp]) -> list[bytes]:
        """Return the labels with these numbers."""
        if len(self._ends) > 1:
            self._ends = [np.concatenate(self._ends)]
        starts, ends = self._ends[0][numbers].tolist(), self._ends[0][numbers + 1].tolist()
        text = memoryview(self._text)
        return [bytes(text[a:b]) for a, b in zip(starts, ends, strict=True)]
