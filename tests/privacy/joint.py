"""Joint: what follows from all numbers of an output together, for somebody who knows the rules by which they are told.

Each number is a claim about unknown whole numbers: "30, in steps of five" says that a count is 30 to 34. All claims of
one output, or of several, are solved together by integer programming. A count is exposed if its least and its greatest
possible value show that one to four people are in it; a person is exposed if only one answer of theirs is possible.

It is a tool of tests, on purpose, and no last check of the product. An output that is refused because its numbers would
expose somebody tells by the refusal that they would. So the rules of the product look at counts only in ways that an
attacker may know, and this tool looks whether the rules are enough.

Source: auditing of tables by integer programming (Willenborg & de Waal 2001, chapter 8); why a refusal may depend on
nothing but what is known already: simulatable auditing (Kenthapadi, Mishra & Nissim 2005).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

Name = Hashable
Terms = Mapping[Name, float]

_CLOSE = 1e-5
_UNBOUNDED = 3  # status of `milp`


class ContradictionError(AssertionError):
    """The claims cannot all be true: one of them is read by a wrong rule."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sum of unknown numbers lies between two limits.

    Attributes:
        terms: factor of each unknown number.
        low: least value.
        high: greatest value; infinity for none.
        where: place in an output that says so.
    """

    terms: dict[Name, float]
    low: float
    high: float
    where: str


@dataclass(slots=True)
class Joint:
    """Unknown whole numbers and everything that is known of them.

    Attributes:
        claims: all that is known.
        whole: false to forget that the numbers are whole: much faster, and no bound is narrower than the true one.

    Example:
        >>> told = Joint()
        >>> for name in ("want", "not mine", "against"):
        ...     told.unknown(name)
        >>> everybody = {"want": 1, "not mine": 1, "against": 1}
        >>> told.says(everybody, 52, 52, "answers")
        >>> told.says({"want": 1}, 30, 34, "want")
        >>> told.says({"not mine": 1}, 10, 14, "not mine")
        >>> told.says({"against": 1}, 0, 4, "against")
        >>> told.bounds({"against": 1})
        (4, 4)
    """

    _place: dict[Name, int] = field(default_factory=dict)
    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    whole: bool = True
    _matrix: LinearConstraint | None = None

    def unknown(self, name: Name, low: float = 0, high: float = math.inf) -> None:
        """Add an unknown whole number."""
        self._place[name] = len(self._low)
        self._low.append(low)
        self._high.append(high)
        self._matrix = None

    def knows(self, name: Name) -> bool:
        """Return whether there is an unknown number of this name."""
        return name in self._place

    def says(self, terms: Terms, low: float, high: float, where: str) -> None:
        """Add a claim."""
        self.claims.append(Claim(dict(terms), low, high, where))
        self._matrix = None

    def bounds(self, terms: Terms) -> tuple[int, int | None]:
        """Return the least and the greatest possible value of a sum; None where nothing limits it.

        Raises:
            ContradictionError: the claims cannot all be true.
        """
        least = self._solved(terms, 1)
        greatest = self._solved(terms, -1)
        assert least is not None, "counts are 0 or more"
        return least, None if greatest is None else -greatest

    def _solved(self, terms: Terms, sign: int) -> int | None:
        cost = np.zeros(len(self._low))
        for name, factor in terms.items():
            cost[self._place[name]] += sign * factor
        found = milp(
            cost,
            constraints=self._constraints(),
            bounds=Bounds(np.array(self._low), np.array(self._high)),
            integrality=np.full(len(cost), int(self.whole)),
        )
        if not found.success and (found.status == _UNBOUNDED or (cost.any() and self._is_possible())):
            return None
        if not found.success:
            message = f"no numbers fit all claims: {found.message}"
            raise ContradictionError(message)
        return math.ceil(found.fun - _CLOSE)

    def _is_possible(self) -> bool:
        """Return whether any numbers fit all claims."""
        bounds = Bounds(np.array(self._low), np.array(self._high))
        zero = np.zeros(len(self._low))
        return bool(milp(zero, constraints=self._constraints(), bounds=bounds, integrality=zero + 1).success)

    def _constraints(self) -> LinearConstraint | tuple[()]:
        if self._matrix is None and self.claims:
            rows, columns, factors = [], [], []
            for row, claim in enumerate(self.claims):
                for name, factor in claim.terms.items():
                    rows.append(row)
                    columns.append(self._place[name])
                    factors.append(factor)
            shape = (len(self.claims), len(self._low))
            self._matrix = LinearConstraint(
                csr_matrix((factors, (rows, columns)), shape),
                np.array([claim.low - _CLOSE for claim in self.claims]),
                np.array([claim.high + _CLOSE for claim in self.claims]),
            )
        return self._matrix if self._matrix is not None else ()
