"""Several explaining variables at once: what goes with being tied, wanting alike or being near, each beside the others.

A formula names the outcome and what may explain it, as in ``ties ~ near + desires + same(class) + alike(age)``. Every
term is a number for each pair of people. For each term the effect is the partial correlation given all the others,
tested by double semi-partialing, as in `oneheart.engine.closeness.relation`. Outward and inner closeness stay two terms
with two effects; they are never added up.

Source: MRQAP, Dekker, Krackhardt and Snijders 2007; formulas as in R.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from oneheart.engine.closeness.relation import LEAST_PEOPLE, PERMUTATIONS, Relation, relate
from oneheart.engine.dyads import Dyads, Gram, alike, same, taken
from oneheart.engine.side_by_side import (
    NOT_KNOWN,
    Progress,
    answer_rows,
    declared_table,
    layers_of,
    nearness,
    stratum_numbers,
)
from oneheart.errors import UserError
from oneheart.model.gathering import Gathering
from oneheart.model.presence import Attendance, Contacts, DeclaredTies

Ints = npt.NDArray[np.intp]
Table = Mapping[str, Mapping[str, str]]
OUTCOMES = ("ties", "desires", "near")
_TERM = re.compile(r"(?P<kind>near|ties|desires|same|alike)(?:\((?P<of>[^()]+)\))?")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a formula names.

    Attributes:
        kind: "near", "ties", "desires", "same" (of one kind) or "alike" (numbers that are near each other).
        of: the column of the people for "same" and "alike"; the form of the occasions for "near", "" for all.
    """

    kind: str
    of: str = ""

    def __str__(self) -> str:
        """Return it as it stands in a formula."""
        return f"{self.kind}({self.of})" if self.of else self.kind


@dataclass(frozen=True, slots=True)
class Formula:
    """An outcome and what may explain it.

    Attributes:
        outcome: what is explained.
        terms: what may explain it, each once.
    """

    outcome: Term
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.outcome} ~ {' + '.join(map(str, self.terms))}"


@dataclass(frozen=True, slots=True)
class Explained:
    """What goes with an outcome, each term beside the others.

    Attributes:
        formula: what was asked.
        people: people of whom everything in the formula is known.
        relations: one for each term, in order; None where the term is constant given the others.
        why_not: "few people" where fewer than twelve are left, else None.
    """

    formula: Formula
    people: int
    relations: tuple[Relation | None, ...]
    why_not: str | None = None


def read_formula(text: str) -> Formula:
    """Return a formula from its text.

    Raises:
        UserError: it is none, names something unknown or twice, or explains a thing by itself.

    Example:
        >>> str(read_formula("ties~near+ same(home town) +alike( age )"))
        'ties ~ near + same(home town) + alike(age)'
    """
    outcome, tilde, right = text.partition("~")
    if not tilde or "~" in right:
        message = f"{text!r} is no formula; write for example: ties ~ near + same(class) + alike(age)."
        raise UserError(message)
    explained, terms = _term(outcome), tuple(_term(part) for part in right.split("+"))
    if explained.kind not in OUTCOMES or explained.of:
        message = f"{str(explained)!r} cannot be explained; what can is {', '.join(OUTCOMES)}."
        raise UserError(message)
    if len({*terms}) < len(terms) or explained.kind in {term.kind for term in terms}:
        message = f"{text!r} names the same thing twice; each may stand there once."
        raise UserError(message)
    return Formula(explained, terms)


def _term(text: str) -> Term:
    matched = _TERM.fullmatch(text.strip())
    kind, of = (matched["kind"], (matched["of"] or "").strip()) if matched else ("", "")
    if not matched or ((kind in {"same", "alike"}) != bool(of) and kind != "near"):
        message = (
            f"{text.strip()!r} is no term of a formula; there are near, near(lesson), ties, desires, same(COLUMN) and "
            "alike(COLUMN)."
        )
        raise UserError(message)
    return Term(kind, of)


def explain(
    formula: str | Formula,
    contacts: Contacts | Sequence[Contacts] | None = None,
    attendance: Attendance | None = None,
    *,
    desires: Gathering | None = None,
    declared: DeclaredTies | None = None,
    people: Table | None = None,
    strata: Mapping[str, str] | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Explained:
    """Return what goes with an outcome, each term beside the others.

    Args:
        formula: ``OUTCOME ~ TERM + TERM``, see `read_formula`.
        contacts: who was near whom; several where they were counted in several ways.
        attendance: who was at which occasion.
        desires: the answers of the same people, for ``desires``.
        declared: ties that people declared, and who was asked, for ``ties``.
        people: by column, then by label: the values for ``same`` and ``alike``.
        strata: by label: people are exchanged only with people of the same stratum.
        permutations: number of permutations for each term.
        seed: of everything random.
        progress: called as permutations are done.

    Returns:
        People of whom anything in the formula is not known are left out; of ties, whoever was not asked.

    Raises:
        UserError: the formula is none, or needs something that was not given.

    Notes:
        Each term costs as much as one comparison of `oneheart.side_by_side`, with the other terms as covariates.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> pair = np.triu_indices(24, 1)
        >>> table = np.arange(24) // 4
        >>> near = table[pair[0]] == table[pair[1]]
        >>> first, second = (half[near].astype(np.int32) for half in pair)
        >>> labels = tuple(map(str, range(24)))
        >>> met = Contacts(labels, first, second, np.ones(len(first)), "times", len(first))
        >>> friends = DeclaredTies(met, frozenset(labels), "list")
        >>> town = {label: str(number % 2) for number, label in enumerate(labels)}
        >>> people = {"town": town}
        >>> found = explain("ties ~ near + same(town)", met, declared=friends, people=people, permutations=99)
        >>> str(found.formula), found.people, found.relations[0].seen
        ('ties ~ near + same(town)', 24, 'with')
    """
    asked = read_formula(formula) if isinstance(formula, str) else formula
    met = () if contacts is None else (contacts,) if isinstance(contacts, Contacts) else tuple(contacts)
    if not met and attendance is None:
        message = "A formula needs contacts or attendance: they say whose being near was recorded."
        raise UserError(message)
    labels, layers = layers_of(met, attendance)
    known = np.ones(len(labels), bool)
    makers: list[Callable[[Ints], Dyads]] = []
    for term in (asked.outcome, *asked.terms):
        if term.kind == "near":
            chosen = tuple(layer for layer in layers if term.of in {"", layer.name or "occasion"})
            if not chosen:
                names = ", ".join(sorted(layer.name or "occasion" for layer in layers))
                message = f"Nobody was near by {term.of!r}; there is {names}."
                raise UserError(message)
            makers.append(partial(taken, nearness(chosen, len(labels))))
            continue
        known_here, maker = _given(term, labels, desires, declared, people)
        known &= known_here
        makers.append(maker)
    who = np.flatnonzero(known)
    if len(who) < LEAST_PEOPLE:
        return Explained(asked, len(who), (None,) * len(asked.terms), "few people")
    outcome, *terms = (maker(who) for maker in makers)
    there = [labels[number] for number in who.tolist()]
    tell = progress or (lambda *_: None)
    relations = [
        relate(
            term,
            outcome,
            covariates=[other for other in terms if other is not term],
            strata=stratum_numbers(strata, there),
            permutations=permutations,
            rng=np.random.default_rng(seed),
            progress=lambda done, total, name=str(asked.terms[place]): tell(name, done, total),  # type: ignore[misc]
        )
        for place, term in enumerate(terms)
    ]
    return Explained(asked, len(who), tuple(relations))


def _given(
    term: Term,
    labels: tuple[str, ...],
    desires: Gathering | None,
    declared: DeclaredTies | None,
    people: Table | None,
) -> tuple[npt.NDArray[np.bool_], Callable[[Ints], Dyads]]:
    """Return of whom a term is known, (N,), and what makes its dyads for some of them."""
    if term.kind == "desires":
        if desires is None:
            raise UserError(_missing(term, "the answers"))
        return _of_desires(labels, desires)
    if term.kind == "ties":
        if declared is None:
            raise UserError(_missing(term, "the ties that people declared"))
        return np.array([label in declared.asked for label in labels], bool), partial(_of_ties, labels, declared)
    column = (people or {}).get(term.of)
    if column is None:
        raise UserError(_missing(term, f"a table of the people with the column {term.of!r}"))
    values = [column.get(label, "") for label in labels]
    there = np.array([value not in NOT_KNOWN for value in values], bool)
    if term.kind == "same":
        return there, lambda who: same(np.unique([values[n] for n in who.tolist()], return_inverse=True)[1])
    numbers = np.full(len(labels), np.nan)
    for place in np.flatnonzero(there).tolist():
        try:
            numbers[place] = float(values[place])
        except ValueError as error:
            message = f"{term}: {values[place]!r} is no number; compare such a column by same({term.of})."
            raise UserError(message) from error
    return there & np.isfinite(numbers), lambda who: alike(numbers[who])


def _missing(term: Term, what: str) -> str:
    return f"The formula names {term}, so it needs {what}."


def _of_desires(labels: tuple[str, ...], desires: Gathering) -> tuple[npt.NDArray[np.bool_], Callable[[Ints], Dyads]]:
    answered = np.bincount(desires.responses.participant, minlength=desires.participant_count) > 0
    place = {label: n for n, label in enumerate(desires.participants) if answered[n]}
    rows = np.array([place.get(label, -1) for label in labels], np.intp)
    answers = answer_rows(desires)
    return rows >= 0, lambda who: Gram(answers[rows[who]])


def _of_ties(labels: tuple[str, ...], declared: DeclaredTies, who: Ints) -> Dyads:
    return declared_table(labels, declared, who)[0]
