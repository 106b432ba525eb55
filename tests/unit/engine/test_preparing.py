"""What is prepared before the model: merged wordings, the wants of authors, and whether there is enough to measure."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire.standing import Standing
from oneheart.engine.preparing import Prepared, prepare, why_not_measured
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Gathering, Responses


def gathering(desires: list[Desire], cells: list[tuple[int, int, int]], people: int) -> Gathering:
    """Return a gathering from cells of person, desire and stance."""
    rows, columns, stances = zip(*cells, strict=True) if cells else ((), (), ())
    return Gathering("?", tuple(f"p{n}" for n in range(people)), tuple(desires), Responses.of(rows, columns, stances))


def own(prepared: Prepared, responses: Responses) -> set[tuple[int, int, int]]:
    """Return cells in the gathering's own numbers."""
    return {
        (int(prepared.order.people[i]), int(prepared.order.desires[j]), int(y))
        for i, j, y in zip(responses.participant, responses.desire, responses.stance, strict=True)
    }


def standings(prepared: Prepared) -> list[Standing | None]:
    """Return the fixed standings in the gathering's order."""
    out: list[Standing | None] = [None] * len(prepared.desires)
    for column, standing in zip(prepared.order.desires, prepared.standing, strict=True):
        out[column] = standing
    return out


def test_answers_to_rejected_desires_are_gone_and_all_others_stay() -> None:
    desires = [
        Desire("a", "Peace"),
        Desire("b", "Bread", moderation=Moderation.REJECTED),
        Desire("c", "", is_meta=True),
    ]
    prepared = prepare(gathering(desires, [(0, 0, 1), (0, 1, 1), (1, 1, -1), (2, 2, 0)], 4), ())
    assert own(prepared, prepared.responses) == {(0, 0, 1), (2, 2, 0)}
    assert sorted(prepared.order.people[prepared.people].tolist()) == [0, 2]
    assert standings(prepared) == [None, Standing.REJECTED, Standing.EMPTY]


def test_the_wording_that_most_people_met_stays_and_has_the_answers_of_both() -> None:
    desires = [Desire("a", "peace"), Desire("b", "Peace!"), Desire("c", "Bread")]
    cells = [(0, 0, 1), (1, 1, -1), (2, 1, 1), (3, 2, 1)]
    prepared = prepare(gathering(desires, cells, 4), ())
    assert standings(prepared) == [Standing.MERGED, None, None]
    assert own(prepared, prepared.responses) == {(0, 1, 1), (1, 1, -1), (2, 1, 1), (3, 2, 1)}
    into = {
        int(prepared.order.desires[column]): int(prepared.order.desires[other])
        for column, other in enumerate(prepared.merged_into)
    }
    assert into == {0: 1, 1: 1, 2: 2}


def test_of_two_wordings_met_alike_exactly_one_stays() -> None:
    desires = [Desire("a", "peace"), Desire("b", "Peace!")]
    prepared = prepare(gathering(desires, [(0, 0, 1), (1, 1, 1)], 2), ())
    assert sorted(standings(prepared), key=str) == [None, Standing.MERGED]
    assert prepared.standing[0] is None  # the first in canonical order


def test_who_answered_two_wordings_is_counted_by_the_one_that_stays() -> None:
    desires = [Desire("a", "peace"), Desire("b", "Peace!")]
    for first, second in ((1, -1), (-1, 1)):
        prepared = prepare(gathering(desires, [(0, 0, first), (0, 1, second), (1, 1, 1)], 2), ())
        assert own(prepared, prepared.responses) == {(0, 1, second), (1, 1, 1)}


@pytest.mark.parametrize(
    "other",
    [
        Desire("b", "Peace", moderation=Moderation.REJECTED),
        Desire("b", "Peace", is_meta=True),
        Desire("left out", "Peace"),
    ],
)
def test_what_can_be_no_line_is_never_merged(other: Desire) -> None:
    prepared = prepare(gathering([Desire("a", "Peace"), other], [(0, 0, 1), (1, 1, 1)], 2), {"left out"})
    assert Standing.MERGED not in prepared.standing
    assert prepared.merged_into.tolist() == [0, 1]


def test_only_the_model_sees_that_an_author_wants_their_own_desire() -> None:
    desires = [
        Desire("a", "Peace", author=1),  # not answered by its author
        Desire("b", "Bread", author=0),  # answered otherwise
        Desire("c", "Trees", author=2, is_seed=True),
        Desire("d", "Books"),
        Desire("e", "Songs", author=3, is_meta=True),
        Desire("f", "peace", author=4),  # merged into the first
        Desire("g", "Rest", author=5, moderation=Moderation.REJECTED),
    ]
    cells = [(0, 0, 1), (2, 0, 1), (3, 0, 1), (0, 1, -1)]
    prepared = prepare(gathering(desires, cells, 6), ())
    assert standings(prepared)[5] is Standing.MERGED
    assert own(prepared, prepared.responses) == set(cells)
    assert own(prepared, prepared.for_model) == {*cells, (1, 0, 1), (4, 0, 1)}
    assert sorted(prepared.order.people[prepared.people].tolist()) == [0, 2, 3]


def test_without_answers_nobody_is_taken_to_want_anything() -> None:
    prepared = prepare(gathering([Desire("a", "Peace", author=0)], [], 1), ())
    assert len(prepared.for_model) == 0
    assert prepared.people.tolist() == []


# --- what is missing for measuring

TWO = [Desire("a", "Peace"), Desire("b", "Bread")]


def missing(desires: list[Desire], cells: list[tuple[int, int, int]], people: int = 100) -> tuple[str, ...]:
    """Return the codes of what is missing."""
    return why_not_measured(prepare(gathering(desires, cells, people), ()))


def full(people: int, *stances: int) -> list[tuple[int, int, int]]:
    """Return cells where everybody gave these stances to desires 0, 1, ..; the first person gave the opposite."""
    return [(n, d, stance if n else -stance or 1) for n in range(people) for d, stance in enumerate(stances)]


@pytest.mark.parametrize(("people", "codes"), [(11, ("few people",)), (12, ()), (13, ())])
def test_twelve_people_who_answered_are_enough(people: int, codes: tuple[str, ...]) -> None:
    assert missing(TWO, full(people, 1, -1)) == codes


@pytest.mark.parametrize(("answers", "codes"), [(4, ("few answers",)), (5, ()), (6, ())])
def test_one_desire_with_enough_answers_is_enough(answers: int, codes: tuple[str, ...]) -> None:
    desires = [*TWO, *(Desire(f"other {n}", f"Wish number {n}") for n in range(12))]
    cells = [(n, 0, 1 if n else -1) for n in range(answers)] + [(n, 2 + n, 1) for n in range(12)]
    assert missing(desires, cells) == codes


def test_answers_to_what_can_be_no_line_measure_nothing() -> None:
    desires = [Desire("a", "Peace", is_meta=True), *(Desire(f"other {n}", f"Wish number {n}") for n in range(12))]
    cells = [(n, 0, 1) for n in range(12)] + [(n, 1 + n, 1 if n else -1) for n in range(12)]
    assert missing(desires, cells) == ("few answers",)


def test_a_choice_needs_two_desires() -> None:
    assert missing(TWO[:1], full(20, 1)) == ("one desire",)
    assert missing([TWO[0], Desire("b", "Bread", is_meta=True)], full(20, 1, 1)) == ("one desire",)
    assert missing(TWO, full(20, 1, 1)) == ()


def test_stances_must_differ_and_somebody_must_want_something() -> None:
    everybody = [(n, d, 1) for n in range(20) for d in range(2)]
    assert missing(TWO, everybody) == ("only wants",)
    assert missing(TWO, [*everybody[:-1], (19, 1, 0)]) == ()
    nobody = [(n, d, 0 if n % 2 else -1) for n in range(20) for d in range(2)]
    assert missing(TWO, nobody) == ("nobody wants",)
    assert missing(TWO, [*nobody[:-1], (19, 1, 1)]) == ()


def test_several_things_may_be_missing_at_once() -> None:
    assert missing(TWO[:1], [(0, 0, 1)]) == ("few people", "one desire", "few answers", "only wants")
    assert missing(TWO, [(0, 0, 0)]) == ("few people", "few answers", "nobody wants")


def test_without_desires_words_or_answers_nothing_else_is_said() -> None:
    assert missing([], []) == ("no desires",)
    assert missing([Desire("a", " ")], []) == ("no desires",)
    assert missing([Desire("a", " ")], [(0, 0, 1)]) == ("no words",)
    assert missing([Desire("a", "Us", is_meta=True)], [(0, 0, 1)]) == ("no desires",)
    assert missing(TWO, []) == ("no answers",)
    assert missing([TWO[0], Desire("b", "Bread", moderation=Moderation.REJECTED)], [(0, 1, 1)]) == ("no answers",)


def test_arrays_are_of_canonical_numbers() -> None:
    prepared = prepare(gathering(TWO, full(14, 1, -1), 20), ())
    assert np.array_equal(prepared.people, np.unique(prepared.responses.participant))
    assert prepared.merged_into.tolist() == [0, 1]
