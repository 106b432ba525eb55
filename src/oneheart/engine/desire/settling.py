"""How a fit comes to rest: sweeps that lean ahead, and an estimate of what is left.

A sweep of the response model moves its slowest directions by a few hundredths of what is left. So each sweep begins
ahead of where the one before has ended: desires and priors lean on in the direction of their last step, at first
little, then up to four fifths of it. Where a sweep turns against the lean, leaning begins anew; and so it does after
sixty sweeps, for tastes may spin without an end, which changes no probability but holds all off their rest.

Source: Nesterov (1983), with the restart of O'Donoghue and Candes (2015); ours in what leans: desires and priors only,
so that memory does not grow with people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LONGEST = 60
"""Sweeps after which leaning begins anew."""

_MOST_LEAN = 0.8
_WATCHED = 200
_FIRST_LOOK, _LOOK_EVERY = 12, 4
_LEAST_SHARE, _MOST_SHARE = 0.8, 0.98


@dataclass(slots=True)
class Lean:
    """Where the next sweep begins.

    Attributes:
        steps: sweeps since leaning began.
    """

    steps: int = 0
    _last: Floats | None = None

    def ahead(self, begun: Floats, reached: Floats) -> Floats:
        """Return where the next sweep begins, from where the last one began and what it reached.

        Example:
            >>> lean = Lean()
            >>> lean.ahead(np.array([8.0]), np.array([4.0])), lean.ahead(np.array([4.0]), np.array([2.0]))
            (array([4.]), array([2.]))
            >>> lean.ahead(np.array([2.0]), np.array([1.0]))  # a quarter of the last step further
            array([0.75])
        """
        last, self._last = self._last, reached
        if last is None:
            return reached
        step = reached - last
        if float((reached - begun) @ step) < 0.0 or self.steps >= LONGEST:
            self.steps = 0
        self.steps += 1
        return np.asarray(reached + min(_MOST_LEAN, (self.steps - 1) / (self.steps + 2)) * step)

    def begin_anew(self) -> None:
        """Forget the way so far."""
        self.steps, self._last = 0, None

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return all of it as arrays that can be kept."""
        last = {} if self._last is None else {"last": self._last}
        return {"steps": np.array(self.steps), **last}

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Lean:
        """Return what `arrays` gave.

        Example:
            >>> lean = Lean()
            >>> _ = lean.ahead(np.array([8.0]), np.array([4.0]))
            >>> Lean.kept(lean.arrays()) == lean
            True
        """
        last = np.array(arrays["last"], np.float64) if "last" in arrays else None
        return cls(int(arrays["steps"]), last)


@dataclass(slots=True)
class Rest:
    """How far what is watched may still be from where it comes to rest.

    It is looked at every fourth sweep, or every second one of a fit that begins near its rest. If what moved since the
    last look is a share q of what moved before, then moved * q / (1 - q) is left. The greatest of the last three such
    estimates counts; and q is never taken for less than .8, because a lucky sweep is no sign of rest.

    Attributes:
        left: the estimate; infinite until there are three.
        first: sweep after which it is looked at first.
        every: sweeps from look to look.

    Example:
        >>> rest = Rest()
        >>> for now in (1.6, 0.8, 0.4, 0.2, 0.1):
        ...     rest.note(np.array([now]))
        >>> round(rest.left, 3)  # as if four fifths of .4 moved next, and so on
        1.6
    """

    left: float = np.inf
    first: int = _FIRST_LOOK
    every: int = _LOOK_EVERY
    _last: Floats | None = None
    _moved: float = np.inf
    _lately: tuple[float, ...] = (np.inf, np.inf, np.inf)

    @classmethod
    def near(cls) -> Rest:
        """Return the rest of a fit that begins near it: at that of a sample, or of nearly all of the answers."""
        return cls(first=2, every=2)

    def is_due(self, done: int) -> bool:
        """Return whether to look after so many sweeps."""
        return done >= self.first and (done - self.first) % self.every == 0

    def note(self, now: Floats) -> None:
        """Take what is watched."""
        last, self._last = self._last, now
        if last is None:
            return
        before, self._moved = self._moved, float(np.abs(now - last).max(initial=0.0))
        if not np.isfinite(before):
            return
        share = min(max(self._moved / before if before > 0 else 1.0, _LEAST_SHARE), _MOST_SHARE)
        lately = self._moved * share / (1.0 - share)
        self._lately = (*self._lately[1:], lately)
        self.left = max(self._lately)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return all of it as arrays that can be kept."""
        last = {} if self._last is None else {"last": self._last}
        numbers = {"left": self.left, "first": self.first, "every": self.every, "moved": self._moved}
        return {name: np.array(value) for name, value in numbers.items()} | {"lately": np.array(self._lately), **last}

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Rest:
        """Return what `arrays` gave."""
        last = np.array(arrays["last"], np.float64) if "last" in arrays else None
        first, second, third = np.asarray(arrays["lately"], np.float64).tolist()
        whole = int(arrays["first"]), int(arrays["every"])
        return cls(float(arrays["left"]), *whole, last, float(arrays["moved"]), (first, second, third))


def watched_of(start: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return about two hundred people who answered, evenly spread, on whom convergence is checked."""
    answered = np.flatnonzero(np.diff(start) > 0)
    return answered[places_watched(len(answered))]


def places_watched(answered: int) -> npt.NDArray[np.intp]:
    """Return the places of those people among all who answered, of whom there are so many.

    Example:
        >>> places_watched(3).tolist(), len(places_watched(10_000_000))
        ([0, 1, 2], 200)
    """
    return np.arange(0, answered, max(1, answered // _WATCHED))
