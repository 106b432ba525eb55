"""Preparing a gathering for the model: canonical order, merged wordings, and whether there is enough to measure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine.canonical import CanonicalOrder, canonical_order
from oneheart.engine.desire import similarity
from oneheart.engine.desire.fact_readings import FactReading, fact_readings
from oneheart.engine.desire.standing import Standing, fixed_standing, measured_answers
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A gathering in canonical numbers, without answers to rejected desires, same wordings merged.

    Attributes:
        order: from canonical numbers to the gathering's own.
        desires: M desires in canonical order.
        responses: answers, those to a merged wording moved to the wording that stays.
        sample: those of the answers that are a fair sample of all (`Gathering.sample`).
        for_model: the same with one want added for each author who has no answer to their own desire.
        merged_into: (M,) column that stands for each desire; itself where it was not merged.
        standing: M standings that no answer can change, None where answers decide.
        people: (n,) rows of people who answered anything, in canonical numbers, ascending.
        facts: whether each desire is a wish or a fact about its author.
    """

    order: CanonicalOrder
    desires: tuple[Desire, ...]
    responses: Responses
    sample: Responses
    for_model: Responses
    merged_into: npt.NDArray[np.int32]
    standing: tuple[Standing | None, ...]
    people: Ints
    facts: tuple[FactReading, ...]


def prepare(gathering: Gathering, leave_out: Collection[str]) -> Prepared:
    """Return the gathering in canonical order, without answers to rejected desires, same wordings merged.

    Args:
        gathering: as read.
        leave_out: labels or exact texts of desires that must not become lines.

    Notes:
        O(responses log responses + M^2 of the likeness of texts, in a trigram index).
    """
    order = canonical_order(gathering)
    desires = tuple(gathering.desires[column] for column in order.desires)
    fixed = tuple(fixed_standing(desire, leave_out) for desire in desires)
    kept = np.array([standing is not Standing.REJECTED for standing in fixed], bool)
    r = _among(order.responses, kept)
    merged_into = np.arange(len(desires), dtype=np.int32)
    printable = [d if s is None else Desire(d.label, "") for d, s in zip(desires, fixed, strict=True)]
    answers = np.bincount(r.desire, minlength=len(desires))
    for group in similarity.merge_same(printable, r):
        first = max(group, key=lambda column: (answers[column], -column))  # the wording most people met stays
        merged_into[list(group)] = first
    standing = tuple(Standing.MERGED if merged_into[column] != column else s for column, s in enumerate(fixed))
    merged = _merged(r, merged_into)
    return Prepared(
        order,
        desires,
        merged,
        merged if gathering.probes is None else _merged(_among(_canonical(gathering.probes, order), kept), merged_into),
        _with_own_wants(merged, desires, order, standing, merged_into),
        merged_into,
        standing,
        np.unique(merged.participant).astype(np.intp),
        fact_readings(printable, merged),
    )


def _canonical(r: Responses, order: CanonicalOrder) -> Responses:
    """Return responses in canonical numbers."""
    row, column = np.argsort(order.people), np.argsort(order.desires)
    return Responses.of(row[r.participant], column[r.desire], r.stance)


def _among(r: Responses, kept: npt.NDArray[np.bool_]) -> Responses:
    """Return the responses to these desires, given as a mask."""
    keep = kept[r.desire] if len(r) else np.zeros(0, bool)
    return Responses(r.participant[keep], r.desire[keep], r.stance[keep])


def _merged(r: Responses, merged_into: npt.NDArray[np.int32]) -> Responses:
    """Return the responses with those to a merged wording moved to the wording that stays.

    Where somebody answered two wordings of the same desire, the answer to the wording that stays counts.
    """
    by_own = np.argsort(merged_into[r.desire] == r.desire, kind="stable")
    return Responses.of(r.participant[by_own], merged_into[r.desire][by_own], r.stance[by_own])


def _with_own_wants(
    responses: Responses,
    desires: Sequence[Desire],
    order: CanonicalOrder,
    standing: Sequence[Standing | None],
    merged_into: npt.NDArray[np.int32],
) -> Responses:
    """Return the responses with one want added for each author who has no answer to their own desire.

    Only the model sees the added wants. Raw counts and cross-fitted checks use what was answered.
    """
    row_of = np.empty(len(order.people), np.int64)
    row_of[order.people] = np.arange(len(order.people))
    own = [
        (row_of[d.author], merged_into[column])
        for column, d in enumerate(desires)
        if d.author is not None and not d.is_seed and standing[column] in (None, Standing.MERGED)
    ]
    if not own or not len(responses):
        return responses
    i, j = np.array(own, np.int64).T
    # added first: a later answer of the same person to the same desire is the one that counts
    return Responses.of(
        np.concatenate([i, responses.participant]),
        np.concatenate([j, responses.desire]),
        np.concatenate([np.ones(len(i), np.int8), responses.stance]),
    )


def is_one_sided(gathering: Gathering, prepared: Prepared) -> bool:
    """Return whether nobody could be against anything, as on a ballot of wants: there is no such answer in a file.

    In a live gathering everybody can be against, so that nobody was is itself an answer.
    """
    return gathering.hall is None and not bool((prepared.responses.stance == -1).any())


def is_nothing_wanted(prepared: Prepared) -> bool:
    """Return whether no open desire with enough answers is wanted by more people than are against it."""
    net = np.bincount(prepared.responses.desire, prepared.responses.stance.astype(float), len(prepared.desires))
    answers = np.bincount(prepared.responses.desire, minlength=len(prepared.desires))
    enough = answers >= measured_answers(len(prepared.people))
    measured = [c for c, s in enumerate(prepared.standing) if s is None and enough[c]]
    return bool(measured) and not bool((net[measured] > 0).any())


def why_not_measured(prepared: Prepared) -> tuple[str, ...]:
    """Return the codes of what is missing for measuring anything; () where there is enough.

    Codes: "no desires", "no words", "no answers", "few people", "one desire", "few answers", "only wants",
    "nobody wants". The first three stand alone, the others may come together.
    """
    r = prepared.responses
    open_desires = [column for column, s in enumerate(prepared.standing) if s is None]
    if not open_desires:
        wordless = any(standing is Standing.EMPTY for standing in prepared.standing)
        return ("no words",) if wordless and len(r) else ("no desires",)
    if not len(r):
        return ("no answers",)
    codes = []
    if len(prepared.people) < settings.MEASURED_PEOPLE.value:
        codes.append("few people")
    if len(open_desires) == 1:
        codes.append("one desire")
    answers = np.bincount(r.desire, minlength=len(prepared.desires))[open_desires]
    if (answers >= measured_answers(len(prepared.people))).sum() == 0:
        codes.append("few answers")
    if (r.stance == 1).all():
        codes.append("only wants")
    if not (r.stance == 1).any():
        codes.append("nobody wants")
    return tuple(codes)
