"""Outward and inner closeness of one gathering side by side, and whether they are associated.

The two are never combined into one number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oneheart.engine.closeness.inner import Oneness, oneness
from oneheart.engine.closeness.outward import Layer, Outward, of_attendance, of_contacts, outward
from oneheart.engine.closeness.relation import LEAST_PEOPLE, PERMUTATIONS, Relation, relate
from oneheart.engine.closeness.seating import DRAWS, Seating, Together, sat_together
from oneheart.engine.closeness.seen import Seen
from oneheart.engine.dyads import Dyads, Gram, Ties, compact, dot, ones, taken, ties
from oneheart.engine.dyads import same as of_one_kind
from oneheart.engine.shuffled import DRAWS_MOST, Shuffle, Shuffled, beside_shuffles
from oneheart.model.gathering import Gathering, Responses
from oneheart.model.presence import AskedBy, Attendance, Contacts, DeclaredTies, TimedContacts

NOT_KNOWN = frozenset({"", "NA", "NaN", "nan", "None", "null"})
WhyNot = Literal["few people", "other people", "no answers", "nothing differs"]
Progress = Callable[[str, int, int], None]
Beside = Callable[[npt.NDArray[np.intp], Dyads, Sequence[Dyads]], tuple[Shuffled, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """Outward closeness compared with one other relation between people.

    Attributes:
        what: "desires" (inner closeness), "ties" (declared friendship and the like) or "same" (of one age, one place).
        relation: its association with being near; None where it was not measured.
        why_not: why it was not measured.
        people: people in both sources.
        binary: whether ties are yes or no.
        asked_by: source of the list of people who were asked for ties; None where nobody was asked.
        shuffled: the relation beside shuffles of who met whom, for each that was asked for and could be measured.
    """

    what: Literal["desires", "ties", "same"]
    relation: Relation | None
    why_not: WhyNot | None
    people: int
    binary: bool
    asked_by: AskedBy | None = None
    shuffled: tuple[Shuffled, ...] = ()

    @property
    def seen(self) -> Seen:
        """Return what may be said: the interval, the permutations and every shuffle must agree."""
        if self.relation is None or not all(one.agrees(self.relation.effect) for one in self.shuffled):
            return "unseen"
        return self.relation.seen


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """The two measures, each by itself, and their association.

    Attributes:
        outward: how near people have been.
        unit: what contacts were counted in; "" without contacts.
        inner: inner closeness (oneness); None without answers.
        compared: each comparison that was asked for.
        strata: groups within which the answers of people were shuffled; "" for none.
        source: names of the files.
        same: attribute in which two people are compared, such as age; "" for none.
    """

    outward: Outward
    unit: str
    inner: Oneness | None
    compared: tuple[Compared, ...]
    strata: str
    source: tuple[str, ...]
    same: str = ""


def side_by_side(
    contacts: Contacts | Sequence[Contacts] | None = None,
    attendance: Attendance | None = None,
    *,
    desires: Gathering | None = None,
    declared: DeclaredTies | Contacts | None = None,
    strata: Mapping[str, str] | None = None,
    strata_name: str = "",
    same: Mapping[str, str] | None = None,
    same_name: str = "",
    same_circle: bool = False,
    timed: TimedContacts | None = None,
    shuffles: Sequence[Shuffle] = (),
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    progress: Progress | None = None,
) -> SideBySide:
    """Return outward and inner closeness, and their association by a permutation test.

    Args:
        contacts: who was near whom; several where they were counted in several ways, each a layer of its own.
        attendance: who was at which occasion; with contacts of the same labels both count.
        desires: the answers of the same people, by the same labels.
        declared: ties that people declared (friendship), and who was asked for them; of bare ties, everybody in them
            was. People who were not asked are left out, for nothing is known of their ties. Ties count as yes or no
            where the source does not say how strong they are (declared by one of two or by both), or where all are
            equally strong.
        strata: by label: people are exchanged only with people of the same stratum.
        strata_name: what the strata are.
        same: by label: of what kind each person is; two of one kind are compared with two of different kinds. People
            without one ("" or NA) are left out.
        same_name: what the kinds are.
        same_circle: what goes with belonging to one circle is taken out of the comparison with desires.
        timed: the contacts one by one, for shuffles.
        shuffles: temporal null models to stand beside the permutation of people: "times", "days", or both.
        permutations: how many.
        seed: of everything random.
        progress: called as permutations are done.

    Raises:
        ValueError: without contacts and attendance, or with shuffles without times or beside other sources.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> pair = np.triu_indices(20, 1)
        >>> near = (np.arange(20) // 5)[pair[0]] == (np.arange(20) // 5)[pair[1]]
        >>> first, second = (half[near].astype(np.int32) for half in pair)
        >>> met = Contacts(tuple(map(str, range(20))), first, second, np.ones(len(first)), "times", len(first))
        >>> declared = Contacts(met.people, first[::2], second[::2], np.ones(len(first[::2])), "times", 20)
        >>> compared = side_by_side(met, declared=declared, permutations=99).compared[0]
        >>> compared.seen, compared.people, compared.asked_by
        ('with', 20, 'named')
    """
    met = () if contacts is None else (contacts,) if isinstance(contacts, Contacts) else tuple(contacts)
    if not met and attendance is None:
        message = "give contacts or attendance"
        raise ValueError(message)
    if shuffles and (timed is None or attendance is not None or len(met) != 1):
        message = "shuffles need one list of contacts with the time of each, and nothing else that counts as near"
        raise ValueError(message)
    people, layers = layers_of(met, attendance)
    near = nearness(layers, len(people))
    row = {label: number for number, label in enumerate(people)}

    def beside(who: npt.NDArray[np.intp], other: Dyads, given: Sequence[Dyads]) -> tuple[Shuffled, ...]:
        def near_of(drawn: Contacts) -> Dyads:
            return compact(taken(nearness((_moved(of_contacts(drawn), drawn.people, row),), len(people)), who))

        found: list[Shuffled | None] = []
        if timed is None:
            return ()
        for among in shuffles:
            rng, draws = np.random.default_rng([seed, len(found) + 1]), min(permutations, DRAWS_MOST)
            parts = compact(taken(near, who)), compact(other), [ones(len(who)), *map(compact, given)]
            found.append(beside_shuffles(timed, among, *parts, near_of, draws=draws, rng=rng))
        return tuple(one for one in found if one is not None)

    tell = progress or (lambda *_: None)
    if isinstance(declared, Contacts):
        declared = DeclaredTies(declared, frozenset(declared.people), "named")
    compared: list[Compared] = []
    inner = None
    if desires is not None:
        n, m = desires.participant_count, desires.desire_count
        inner = oneness(desires.sample, n, m, desires.circle_of, level=0.95)
        compared.append(
            _with_desires(near, people, desires, strata, permutations, seed, tell, beside, same_circle=same_circle)
        )
    if declared is not None:
        compared.append(_with_ties(near, people, declared, strata, permutations, seed, tell, beside))
    if same is not None:
        compared.append(_with_same(near, people, same, strata, permutations, seed, tell, beside))
    given = (*met, attendance, desires, None if declared is None else declared.contacts)
    sources = [source.source for source in given if source is not None and source.source]
    unit = ", ".join(dict.fromkeys(contact.unit for contact in met))
    found = outward(layers, len(people))
    within = strata_name if strata else ""
    return SideBySide(found, unit, inner, tuple(compared), within, tuple(sources), same_name if same else "")


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """One random seating: who was drawn, who of them sat there, and what they answered afterwards.

    Attributes:
        people: labels of everybody who was drawn, in the order of the seating.
        seating: the seats.
        came: (n,) whether each of them was there.
        after: their answers given after the draw; a participant is the place in `people`. Answers given before cannot
            come from sitting together.
    """

    people: tuple[str, ...]
    seating: Seating
    came: npt.NDArray[np.bool_]
    after: Responses


def sat_by_lot(lots: Sequence[Lot], *, draws: int = DRAWS, seed: int = 0) -> Together | None:
    """Return the effect of sitting together on wanting alike, where seats were random; None where not measured.

    Only people who sat at their table count, and only what they answered after the draw. Everybody else is drawn again
    with them. Whether people come and answer must not hang on which table they drew, else the effect is not theirs.

    Example:
        >>> from dataclasses import replace
        >>> from oneheart.engine.closeness.seating import draw_seats
        >>> rng = np.random.default_rng(1)
        >>> seating = draw_seats(np.arange(40) % 5, 8, rng=rng)
        >>> person, desire = np.divmod(np.arange(400), 10)
        >>> taste = rng.normal(size=(5, 10))[seating.table[person], desire] + 0.5 * rng.normal(size=400)
        >>> after = Responses.of(person, desire, np.where(taste > 0, 1, -1))
        >>> lot = Lot(tuple(map(str, range(40))), seating, np.ones(40, bool), after)
        >>> sat_by_lot([lot], draws=99).seen, sat_by_lot([replace(lot, came=np.arange(40) < 11)], draws=99)
        ('with', None)
    """
    labels = dict.fromkeys(label for lot in lots for label in lot.people)
    row = {label: number for number, label in enumerate(labels)}
    alike, rows = [], []
    for lot in lots:
        everywhere = np.array([row[label] for label in lot.people], np.intp)
        counts = lot.came[lot.after.participant]
        after = Responses.of(
            everywhere[lot.after.participant[counts]], lot.after.desire[counts], lot.after.stance[counts]
        )
        answered = np.bincount(after.participant, minlength=len(row)) > 0
        alike.append(Gram(_centred(after, len(row), int(after.desire.max(initial=-1)) + 1)))
        rows.append(np.where(answered[everywhere], everywhere, -1))
    rng = np.random.default_rng(seed)
    return sat_together([lot.seating for lot in lots], alike, rows=rows, draws=draws, rng=rng)


def layers_of(contacts: Sequence[Contacts], attendance: Attendance | None) -> tuple[tuple[str, ...], tuple[Layer, ...]]:
    """Return everybody in either source, and the layers with their rows."""
    given: list[Contacts | Attendance] = [*contacts, *([] if attendance is None else [attendance])]
    labels = dict.fromkeys(label for source in given for label in source.people)
    people = tuple(labels)
    row = {label: number for number, label in enumerate(people)}
    layers: list[Layer] = []
    layers += [_moved(of_contacts(met), met.people, row) for met in contacts]
    if attendance is not None:
        layers += [_moved(layer, attendance.people, row) for layer in of_attendance(attendance)]
    return people, tuple(layers)


def _moved(layer: Layer, labels: tuple[str, ...], row: Mapping[str, int]) -> Layer:
    """Return a layer with its people in the rows of everybody."""
    to = np.array([row[label] for label in labels], np.int64)
    place = sparse.csr_matrix((np.ones(len(to)), (to, np.arange(len(to)))), shape=(len(row), len(to)))
    shared = None if layer.shared is None else sparse.csr_matrix(place @ layer.shared)
    met = None if layer.met is None else sparse.csr_matrix(place @ layer.met @ place.T)
    return Layer(layer.name, shared, met)


def nearness(layers: tuple[Layer, ...], people: int) -> Dyads:
    """Return being near over all layers, each with the same total weight."""
    rows = [_even(layer.shared) for layer in layers if layer.shared is not None and layer.shared.nnz]
    met = [layer.met for layer in layers if layer.met is not None and layer.met.nnz]
    if not rows:
        return Ties(met[0] if len(met) == 1 else _sum([_scaled(table) for table in met], people))
    shared = sparse.csr_matrix(sparse.hstack(rows))
    if not met:
        return Gram(shared)
    together = sparse.csr_matrix(shared @ shared.T)
    together.setdiag(0)
    together.eliminate_zeros()
    return Ties(_sum([*(_scaled(table) for table in met), _scaled(together)], people))


def _even(rows: sparse.csr_matrix[np.float64]) -> sparse.csr_matrix[np.float64]:
    """Return rows scaled so that their inner products sum to 1 over all pairs."""
    whole = dot(Gram(rows), ones(int(rows.shape[0])))
    return sparse.csr_matrix(rows.multiply(1.0 / np.sqrt(whole))) if whole > 0 else rows


def _scaled(table: sparse.csr_matrix[np.float64]) -> sparse.csr_matrix[np.float64]:
    """Return a matrix scaled to sum to 1."""
    whole = float(table.sum())
    return sparse.csr_matrix(table.multiply(1.0 / whole)) if whole > 0 else table


def _sum(tables: list[sparse.csr_matrix[np.float64]], people: int) -> sparse.csr_matrix[np.float64]:
    total: sparse.csr_matrix[np.float64] = sparse.csr_matrix((people, people))
    for table in tables:
        total = sparse.csr_matrix(total + table)
    return total


def stratum_numbers(strata: Mapping[str, str] | None, labels: list[str]) -> npt.NDArray[np.intp] | None:
    """Return the number of each person's stratum, (N,); None without strata. Whoever has none is of one stratum."""
    if strata is None:
        return None
    return np.unique(np.array([strata.get(label, "") for label in labels]), return_inverse=True)[1]


def _with_desires(
    near: Dyads,
    people: tuple[str, ...],
    desires: Gathering,
    strata: Mapping[str, str] | None,
    permutations: int,
    seed: int,
    tell: Progress,
    beside: Beside,
    *,
    same_circle: bool,
) -> Compared:
    answered = np.bincount(desires.responses.participant, minlength=desires.participant_count) > 0
    row = {label: number for number, label in enumerate(people)}
    both = [(row[label], n) for n, label in enumerate(desires.participants) if label in row and answered[n]]
    if len(both) < LEAST_PEOPLE:
        why: WhyNot = "no answers" if not answered.any() else ("other people" if not both else "few people")
        return Compared("desires", None, why, len(both), binary=False)
    who = np.array([pair[0] for pair in both], np.intp)
    alike = Gram(answer_rows(desires)[np.array([pair[1] for pair in both])])
    labels = stratum_numbers(strata, [desires.participants[pair[1]] for pair in both])
    circles = desires.circle_of[[pair[1] for pair in both]]
    given = [of_one_kind(circles)] if same_circle and (circles >= 0).any() else []
    found = relate(
        taken(near, who),
        alike,
        covariates=given,
        strata=labels,
        permutations=permutations,
        rng=np.random.default_rng(seed),
        progress=lambda done, total: tell("desires", done, total),
    )
    shuffled = beside(who, alike, given) if found else ()
    why_not: WhyNot | None = None if found else "nothing differs"
    return Compared("desires", found, why_not, len(both), binary=False, shuffled=shuffled)


def answer_rows(desires: Gathering) -> sparse.csr_matrix[np.float64]:
    """Return the answers of a gathering as rows, see `_centred`."""
    return _centred(desires.responses, desires.participant_count, desires.desire_count)


def _centred(r: Responses, people: int, desires: int) -> sparse.csr_matrix[np.float64]:
    """Return (N, M) answers minus the mean of each desire, each person's row scaled to the same norm."""
    y = r.stance.astype(np.float64)
    count = np.maximum(np.bincount(r.desire, minlength=desires), 1)
    mean = np.bincount(r.desire, y, minlength=desires) / count
    own = np.maximum(np.bincount(r.participant, minlength=people), 1)
    cells = ((y - mean[r.desire]) / np.sqrt(own[r.participant]), (r.participant, r.desire))
    return sparse.csr_matrix(cells, shape=(people, desires))


def declared_table(people: Sequence[str], declared: DeclaredTies, who: npt.NDArray[np.intp]) -> tuple[Dyads, int, bool]:
    """Return the declared ties among some people, how many there are, and whether each is only there or not.

    Ties only count as there or not where amounts are counts of times or all alike.

    Args:
        people: labels of all people.
        declared: ties, and who was asked for them.
        who: numbers of the people compared, in `people`.
    """
    row = {people[number]: place for place, number in enumerate(who.tolist())}
    told = declared.contacts
    known = [
        (row[told.people[a]], row[told.people[b]], amount)
        for a, b, amount in zip(told.first, told.second, told.amount, strict=True)
        if told.people[a] in row and told.people[b] in row
    ]
    first, second, amounts = zip(*known, strict=True) if known else ((), (), ())
    binary = told.unit == "times" or len({*amounts}) == 1
    return ties(len(who), first, second, np.ones(len(known)) if binary else amounts), len(known), binary


def _with_ties(
    near: Dyads,
    people: tuple[str, ...],
    declared: DeclaredTies,
    strata: Mapping[str, str] | None,
    permutations: int,
    seed: int,
    tell: Progress,
    beside: Beside,
) -> Compared:
    """Compare over everybody whose being near was recorded and who was asked; of all others the ties are not known."""
    both = np.array([number for number, label in enumerate(people) if label in declared.asked], np.intp)
    table, count, binary = declared_table(people, declared, both)
    if len(both) < LEAST_PEOPLE or not count:
        why: WhyNot = "few people" if len(both) else "other people"
        return Compared("ties", None, why, len(both), binary=False, asked_by=declared.asked_by)
    found = relate(
        taken(near, both),
        table,
        strata=stratum_numbers(strata, [people[number] for number in both.tolist()]),
        permutations=permutations,
        rng=np.random.default_rng(seed),
        progress=lambda done, total: tell("ties", done, total),
    )
    why_not: WhyNot | None = None if found else "nothing differs"
    shuffled = beside(both, table, ()) if found else ()
    return Compared("ties", found, why_not, len(both), binary=binary, asked_by=declared.asked_by, shuffled=shuffled)


def _with_same(
    near: Dyads,
    people: tuple[str, ...],
    kind: Mapping[str, str],
    strata: Mapping[str, str] | None,
    permutations: int,
    seed: int,
    tell: Progress,
    beside: Beside,
) -> Compared:
    """Compare over everybody whose being near was recorded and whose kind is known."""
    known = np.array([n for n, label in enumerate(people) if kind.get(label, "") not in NOT_KNOWN], np.intp)
    if len(known) < LEAST_PEOPLE:
        return Compared("same", None, "few people" if len(known) else "other people", len(known), binary=True)
    labels = np.unique([kind[people[n]] for n in known], return_inverse=True)[1]
    kinds = of_one_kind(labels)
    found = relate(
        taken(near, known),
        kinds,
        strata=stratum_numbers(strata, [people[n] for n in known]),
        permutations=permutations,
        rng=np.random.default_rng(seed),
        progress=lambda done, total: tell("same", done, total),
    )
    shuffled = beside(known, kinds, ()) if found else ()
    why_not: WhyNot | None = None if found else "nothing differs"
    return Compared("same", found, why_not, len(known), binary=True, shuffled=shuffled)
