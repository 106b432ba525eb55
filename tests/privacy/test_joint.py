"""What all numbers of an output tell together: nothing of fewer than five people, and of one person what is said.

The figures are solved by `tests.privacy.joint`; what each of them claims stands in `tests.privacy.readings`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from oneheart.engine import disclosure
from oneheart.engine.analysis import analyze
from oneheart.engine.disclosure import K, Shown, is_few
from oneheart.live import export
from oneheart.model.gathering import Gathering
from oneheart.reports import numbers
from oneheart.reports.numbers import build, plain, schema
from tests.privacy import twins
from tests.privacy.halls import made_up
from tests.privacy.joint import ContradictionError, Joint
from tests.privacy.readings import FILE_REPORT, LIVE_REPORT, Cell, UnreadError, World, take_in, take_in_table
from tests.support.proofs import size

Figure = Callable[[str], None]
Parts = Callable[..., tuple[Shown, tuple[Shown, ...]]]


def closed(rnd: random.Random, **more: Any) -> Gathering:
    """Return the answers of a made-up hall, as they go into outputs."""
    hall = made_up(rnd, **more)
    hall.hand.move("crossing", "weaving")
    return twins.whole_of(hall)


def table_of(whole: Gathering) -> list[tuple[str, ...]]:
    return export.aggregates(whole, np.random.default_rng(0))


def report_of(whole: Gathering) -> dict[str, Any]:
    return plain(build(analyze(whole, seed=0, threads=1)))


# --- the solver itself ---


def test_the_solver_finds_what_follows_and_claims_that_cannot_all_be_true() -> None:
    told = Joint()
    for name in "abc":
        told.unknown(name, 0, 4)
    told.says({"a": 1, "b": 1, "c": 1}, 11, 11, "sum")
    assert told.bounds({"a": 1}) == (3, 4)
    told.says({"a": 1, "b": -1}, 1, 4, "more")
    assert (told.bounds({"a": 1}), told.bounds({"b": 1, "c": 1})) == ((4, 4), (7, 7))
    told.unknown("d")
    assert told.bounds({"d": 1}) == (0, None)
    told.says({"d": 1}, 3, 2, "nothing fits")
    with pytest.raises(ContradictionError):
        told.bounds({"d": 1})


# --- the gate: one partition of people ---


def partitions(most: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield how many want, call not theirs, are against and are silent, of up to so many people."""
    for people in range(1, most + 1):
        for want in range(people + 1):
            for not_mine in range(people - want + 1):
                for against in range(people - want - not_mine + 1):
                    yield want, not_mine, against, people - want - not_mine - against


def seen_by_who_knows_the_rule(show: Callable[[Sequence[int], int], object], most: int) -> list[object]:
    """Return what is shown of partitions in which a part of one to k - 1 people can only have one size.

    Whoever knows the rule can try all partitions of so many people, and keep those of which the same is shown.
    """
    fits: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for cells in partitions(most):
        fits[sum(cells), show(cells[:3], sum(cells))].append(cells)
    return [
        shown
        for shown, found in fits.items()
        if any(is_few(part[0]) and len({*part}) == 1 for part in zip(*found, strict=True))
    ]


def values(told: tuple[Shown, tuple[Shown, ...]]) -> object:
    return told[0].value, tuple(part.value for part in told[1])


def in_steps(parts: Sequence[int], _people: int) -> object:
    return values(disclosure.show_parts(sum(parts), (parts[0], parts[2])))


def among(parts: Sequence[int], people: int) -> object:
    return values(disclosure.show_among(parts, people))


@pytest.mark.parametrize("show", [in_steps, among], ids=["live", "file"])
def test_who_knows_the_rule_learns_no_part_of_fewer_than_five(show: Callable[..., object]) -> None:
    assert seen_by_who_knows_the_rule(show, size(34, 26)) == []


@pytest.mark.parametrize(
    "naive",
    [
        lambda parts, _: values((disclosure.show_count(sum(parts)), tuple(map(disclosure.show_steps, parts)))),
        lambda parts, _: values((disclosure.show_count(sum(parts)), disclosure.show_counts(parts))),
    ],
    ids=["all parts in steps beside their total", "answers beside all who answered"],
)
def test_a_gate_that_judges_counts_one_by_one_tells_parts_of_a_few(naive: Callable[..., object]) -> None:
    """The partner: the rules as they were, each number safe alone."""
    assert len(seen_by_who_knows_the_rule(naive, 26)) > 50


def of_six(most: int) -> list[tuple[int | None, ...]]:
    """Return what is shown of partitions in six parts in which a part that is withheld must be one of a few."""
    fits: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for people in range(2 * K, most + 1):
        for cells in in_parts(people, 6):
            fits[people, disclosure.release_counts(cells)].append(cells)
    return [
        shown  # type: ignore[misc]
        for (_, shown), found in fits.items()  # type: ignore[misc]
        if any(min(part) > 0 and is_few(max(part)) for part in zip(*found, strict=True))
    ]


def in_parts(people: int, count: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways in which so many people can be in so many parts."""
    if count == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in in_parts(people - first, count - 1):
            yield first, *rest


@pytest.mark.slow
def test_that_a_part_of_many_is_withheld_does_not_tell_that_it_is_one_of_a_few() -> None:
    assert of_six(size(20, 15)) == []


@pytest.mark.slow
def test_where_only_their_sum_hides_parts_a_few_are_told_by_being_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the rule as it was. Of fifteen people "5" and three parts withheld, each of the three is a few."""
    monkeypatch.setattr(disclosure, "_hide_enough", lambda cells, k: len(cells) > 1 and sum(cells) >= 2 * k)
    assert (0, 0, None, None, None, 5) in of_six(15)


# --- outputs of a live gathering ---


def exposed_to_nobody(whole: Gathering, take: Callable[[World], None]) -> list[Cell]:
    """Return the parts of a few that an output tells somebody who knows no answer, but how many are in each circle.

    What follows from nothing but that nearly everybody answered alike is left out.
    """
    out = []
    for sizes in (False, True):
        world = World(whole, sizes=sizes)
        take(world)
        out += [cell for cell in world.exposed() if not world.is_nearly_everybody(cell)]
    return out


def exposed_by_tables(halls: int) -> tuple[list[Cell], float]:
    """Return what tables of desires expose to somebody who knows nothing, and to whoever knows all others a share of.

    The share is that of the answers of one person, each looked at by themselves, that whoever knows all others learns.
    """
    rnd = random.Random(11)
    exposed: list[Cell] = []
    learned = asked = 0
    for _ in range(halls):
        whole = closed(rnd)
        exposed += exposed_to_nobody(whole, partial(take_in_table, rows=table_of(whole)))
        alone = rnd.randrange(whole.participant_count)
        world = World(whole, frozenset({*range(whole.participant_count)} - {alone}), alone)
        take_in_table(world, table_of(whole))
        learned += len(world.told_of_alone())
        asked += whole.desire_count
    return exposed, learned / asked


@pytest.mark.proof("A14")
@pytest.mark.slow
def test_tables_of_desires_tell_nothing_of_a_few_and_one_answer_at_the_edge_of_a_step(figure: Figure) -> None:
    exposed, learned = exposed_by_tables(size(300, 15))
    figure(f"tables of desires, solved together: {len(exposed)} parts of fewer than five told")
    figure(f"who knows all answers but one person's learns {100 * learned:.0f} of 100 of theirs, at edges of steps")
    assert exposed == []
    assert learned < 1 / K + 0.05


@pytest.mark.sabotage("A14", "counts judged one by one (disclosure.show_parts)")
def test_where_all_parts_stand_beside_their_exact_total_a_few_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_by_one(total: int, parts: Sequence[int], k: int = K) -> tuple[Shown, tuple[Shown, ...]]:
        return disclosure.show_count(total, k=k), tuple(disclosure.show_count(part, k=k) for part in parts)

    monkeypatch.setattr(disclosure, "show_parts", one_by_one)
    rnd = random.Random(11)
    told: list[str] = []
    for _ in range(12):
        whole = closed(rnd)
        world = World(whole, frozenset(range(1, whole.participant_count)), 0)
        for desire, row in ((d, r) for d in range(whole.desire_count) for r in table_of(whole)[1:]):
            if row[1] == whole.desires[desire].text and row[3]:
                world.says(world.answers(desire), int(row[3]), int(row[3]), "answers")
                for stance, cell in zip(("want", "against"), row[4:], strict=True):
                    if cell:
                        world.says(world.count(stance, desire), int(cell), int(cell), stance)
        told += world.told_of_alone()
    assert len(told) > 20


def solved(whole: Gathering, report: dict[str, Any], rnd: random.Random) -> tuple[list[Cell], list[str]]:
    """Return what a report and a table tell of few people, and of one person to whoever knows all others."""

    def take(world: World) -> None:
        take_in(world, report, LIVE_REPORT)
        take_in_table(world, table_of(whole))

    alone = rnd.randrange(whole.participant_count)
    all_others = World(whole, frozenset({*range(whole.participant_count)} - {alone}), alone)
    take(all_others)
    return exposed_to_nobody(whole, take), all_others.told_of_alone()


@pytest.mark.proof("A14")
@pytest.mark.slow
def test_a_report_and_an_export_together_tell_nothing_of_a_few(figure: Figure) -> None:
    rnd = random.Random(3)
    halls = size(40, 3)
    exposed: list[Cell] = []
    learned = asked = 0
    for _ in range(halls):
        whole = closed(rnd)
        few, alone = solved(whole, report_of(whole), rnd)
        exposed += few
        learned += len(alone)
        asked += whole.desire_count
    figure(f"{halls} reports with their exports, solved together: {len(exposed)} parts of fewer than five told")
    assert exposed == []
    assert learned / asked < 1 / K + 0.1


@pytest.mark.slow
def test_a_report_with_exact_counts_of_a_live_gathering_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the report as it was, in which the number of answers was exact."""

    def exact(ground: Any, k: int) -> tuple[Shown, tuple[Shown, ...]]:
        want, against = disclosure.show_steps(ground.want_count), disclosure.show_steps(ground.against_count)
        return disclosure.show_count(ground.answers, k=k), (want, against)

    monkeypatch.setattr(numbers.live_numbers, "parts_of", exact)
    monkeypatch.setitem(LIVE_REPORT, "common_ground[].answers", FILE_REPORT["common_ground[].answers"])
    for seed in (3, 4):
        whole = closed(random.Random(seed))
        report = report_of(whole)
        world = World(whole, frozenset(range(1, whole.participant_count)), 0)
        take_in(world, report, LIVE_REPORT)
        counted = {entry["id"] for entry in report["common_ground"] if entry["answers"] is not None}
        desires = [number for number, desire in enumerate(whole.desires) if desire.label in counted]
        assert desires
        assert all(world.knows_whether_answered(desire) for desire in desires)


# --- reports of files ---


@pytest.mark.slow
def test_a_report_of_a_file_tells_nothing_of_a_few() -> None:
    rnd = random.Random(5)
    for _ in range(size(60, 5)):
        whole = replace(closed(rnd), hall=None)
        world = World(whole, sizes=False)
        take_in(world, report_of(whole), FILE_REPORT)
        assert world.exposed() == []


@pytest.mark.slow
def test_where_silence_is_no_part_a_report_tells_how_few_were_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the rule as it was, in which those who did not answer a desire were no part of all people."""

    def without_silence(parts: Sequence[int], _people: int, k: int = K) -> tuple[Shown, tuple[Shown, ...]]:
        return disclosure.show_count(sum(parts), k=k), disclosure.show_counts(parts, k)

    monkeypatch.setattr(disclosure, "show_among", without_silence)
    rnd = random.Random(5)
    exposed: list[Cell] = []
    for _ in range(4):
        whole = replace(closed(rnd), hall=None)
        world = World(whole, sizes=False)
        take_in(world, report_of(whole), FILE_REPORT)
        exposed += world.exposed()
    assert any(cell.what == "silent" for cell in exposed)


# --- no number without a reading ---


def test_a_number_without_a_reading_fails() -> None:
    world = World(closed(random.Random(1), people=(14, 20)))
    with pytest.raises(UnreadError):
        take_in(world, {"source": {"new_count": 7}}, LIVE_REPORT)


def test_every_number_that_a_report_can_hold_has_a_reading() -> None:
    found = {path for path, types in numeric(schema(), schema(), "") if types}
    unread = {path for path in found if path not in LIVE_REPORT and not path.startswith("sealed[]")}
    assert unread == set()


def numeric(whole: dict[str, Any], part: dict[str, Any], path: str) -> Iterator[tuple[str, bool]]:
    """Yield each place of a JSON schema, and whether a number may stand there."""
    if "$ref" in part:
        target = whole
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        yield from numeric(whole, target, path)
    types = part.get("type", ())
    yield path, bool({"integer", "number"} & {*([types] if isinstance(types, str) else types)})
    for inner in (*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ())):
        yield from numeric(whole, inner, path)
    for name, inner in part.get("properties", {}).items():
        yield from numeric(whole, inner, f"{path}.{name}" if path else name)
    if isinstance(part.get("items"), dict):
        yield from numeric(whole, part["items"], f"{path}[]")


# --- what no claim about counts can say: estimates, order, words ---


@pytest.mark.proof("A14")
@pytest.mark.slow
def test_no_number_of_a_live_report_is_finer_than_a_step(figure: Figure, missed: Callable[[str], None]) -> None:
    found = twins.looked(size(30, 4), size(6, 3))
    shares = found.shares()
    worst = max(shares.values(), default=0.0)
    figure(f"one answer otherwise moves any one number of a report in at most {100 * worst:.0f} of 100 cases")
    missed(
        f"one answer otherwise moves something in a whole report in {100 * found.any / found.pairs:.0f} of 100 cases: "
        "whoever knows all other answers of a gathering reads it then"
    )
    assert worst <= 1 / K + 3.5 * (1 / K * (1 - 1 / K) / found.pairs) ** 0.5


@pytest.mark.slow
def test_numbers_of_four_digits_are_found_to_be_finer_than_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: share index and pairs as they were, with four digits."""
    monkeypatch.setattr(numbers._Builder, "_coarse_number", lambda _self, value, *_: numbers._number(value))  # noqa: SLF001
    shares = twins.looked(4, 3).shares()
    assert max(shares["one_desire.share_index"], shares["one_desire.pairs"]) > 1 / K + 0.15
