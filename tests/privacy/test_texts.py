"""What the numbers of a sealed text tell together: nothing of one to four people, wherever they are told."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from oneheart import settings
from oneheart.engine.disclosure import above_in_steps, in_steps, is_few
from oneheart.engine.prayer import stopping
from oneheart.engine.prayer.rounds import READERS_LEAST
from oneheart.engine.prayer.stopping import FEW
from oneheart.engine.told import describe_shown, to_builtin
from oneheart.live import events as ev
from oneheart.live import export, sealing
from oneheart.model.verdict import Condition, ConditionCode, Status
from oneheart.reports import apart, numbers, sealed_numbers
from oneheart.web.api import types
from oneheart.web.hall import screen
from oneheart.web.memory import Measurements
from tests.privacy.halls import Hall, made_up
from tests.privacy.readings import UnreadError
from tests.privacy.test_joint import numeric
from tests.privacy.texts import (
    BOOK_TEXT,
    HALL,
    HEARD,
    MEASURES,
    MEASURES_PAGE,
    REPORT_TEXT,
    Readers,
    exactly,
    take_in_conditions,
    take_in_desk,
    take_in_text,
)
from tests.support.by_hand import ByHand
from tests.support.heads import HEAD
from tests.support.proofs import size

Figure = Callable[[str], None]


def read(rnd: random.Random, **more: Any) -> Hall:
    """Return a made-up hall in which some have read a text."""
    hall = made_up(rnd, **more)
    hand = hall.hand
    hand.weave(*([desire] for desire in rnd.sample(hall.desires, min(2, len(hall.desires)))))
    lines = range(len(hand.draft.body.lines))
    places = {hand.state.seats[seat].circle for seat in hall.seats}
    comes = {circle: rnd.choice((1.0, 0.9, 0.6)) for circle in places}
    says = {circle: rnd.choice((1.0, 0.95, 0.8, 0.6)) for circle in places}
    for seat in hall.seats:
        circle = hand.state.seats[seat].circle
        if rnd.random() >= comes[circle]:
            continue
        can = rnd.random() < says[circle]
        for line in lines:
            hand.read(line, "can say" if can else rnd.choice(("would change", "against me")), [seat])
        if can:
            hand.do(ev.WholeAffirmed(seat, 0, on=True))
    return hall


def told(hand: ByHand, *, desk: bool) -> list[str]:
    """Seal the text of a hall, and return what its report tells of a few people, or the report and the desk."""
    parts = sealing.levels_of(hand.state, hand.draft)
    hand.move("sealed")
    body = sealing.seal(hand.state, HEAD)
    hand.do(body, "house")
    readers, record = Readers(hand.state), export.hall_record(hand.state)
    output = {"sealed": to_builtin(sealed_numbers.sealed_texts(record, 5))}
    take_in_text(readers, output, REPORT_TEXT)
    take_in_conditions(readers, body.missing)
    if desk:
        take_in_desk(readers, parts)
    return readers.exposed()


@pytest.mark.proof("A14")
@pytest.mark.slow
@pytest.mark.parametrize("desk", [False, True], ids=["as all read it", "as hosts read it"])
def test_the_numbers_of_a_sealed_text_tell_nothing_of_a_few(figure: Figure, *, desk: bool) -> None:
    rnd, halls, found = random.Random(21), size(150, 6), list[str]()
    for _ in range(halls):
        found += told(read(rnd).hand, desk=desk)
    figure(f"{halls} sealed texts, solved together: {len(found)} parts of fewer than five told")
    assert found == []


# --- counts of everybody beside the verdict, all of them ---


def told_of_everybody(people: int, counts: Callable[[stopping.Stopping, int], tuple[int, int, int]]) -> list[object]:
    """Return what is told of so many people where it follows that one to four of them gave some answer."""
    fits: dict[object, tuple[list[int], list[int]]] = {}
    error, needed = stopping.error_of(1), settings.AFFIRMED_LEAST.value
    for heard in range(people + 1):
        measured = heard >= min(READERS_LEAST, people)
        for yes in range(heard + 1):
            affirmed = stopping.surely_said(yes, heard, people, error) >= needed
            conditions = tuple(
                Condition(code, met)
                for code, met in ((ConditionCode.MEASURED, measured), (ConditionCode.AFFIRMED, affirmed))
            )
            verdict = stopping.Stopping(Status.NOT_YET, conditions, said=yes, people=people)
            shown = (*sealing._missing(verdict), *counts(verdict, heard))  # noqa: SLF001
            answers = [people - heard, people - yes, heard - yes, yes, heard]
            low, high = fits.setdefault(shown, (answers, answers))
            fits[shown] = [*map(min, low, answers)], [*map(max, high, answers)]
    return [
        shown
        for shown, limits in fits.items()
        if any(low > 0 and is_few(high) for low, high in zip(*limits, strict=True))
    ]


SIZES = (*range(FEW + 1, size(150, 62)), 105)


@pytest.mark.proof("A14")
def test_counts_beside_a_verdict_tell_nothing_of_a_few_at_any_number_of_readers() -> None:
    assert {people: found for people in SIZES if (found := told_of_everybody(people, sealing._counts))} == {}  # noqa: SLF001


@pytest.mark.sabotage("A14", "readers and sayers in steps beside the verdict (sealing._counts)")
def test_where_readers_and_sayers_are_told_in_steps_beside_the_verdict_a_few_are_told() -> None:
    def as_they_were(verdict: stopping.Stopping, readers: int) -> tuple[int, int, int]:
        return in_steps(readers), in_steps(verdict.said), above_in_steps(verdict.people)

    assert all(told_of_everybody(people, as_they_were) for people in (13, 20, 40, 60))


def test_where_other_conditions_stand_beside_too_few_heard_a_few_silent_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The partner: of sixteen people who were not all heard, nearly all say it."""
    monkeypatch.setattr(sealing, "_missing", lambda verdict: [condition.code for condition in verdict.missing])
    assert told_of_everybody(16, sealing._counts)  # noqa: SLF001


# --- builds without a rule ---


@pytest.mark.slow
@pytest.mark.sabotage("A14", "exact counts in a seal (sealing._counts)")
def test_exact_counts_of_a_sealed_text_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def exact(verdict: stopping.Stopping, readers: int) -> tuple[int, int, int]:
        return readers, verdict.said, verdict.people + 1

    monkeypatch.setattr(sealing, "_counts", exact)
    for name, marks in (("readers", HEARD), ("said", ("yes",))):
        monkeypatch.setitem(REPORT_TEXT, f"sealed[].{name}", exactly(marks))
    rnd = random.Random(21)
    assert sum(bool(told(read(rnd).hand, desk=False)) for _ in range(8)) > 2


@pytest.mark.slow
def test_where_a_circle_of_three_is_a_part_its_silence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(three_were_silent(), desk=False) == []
    monkeypatch.setattr(sealing, "_with_few_joined", lambda level, _joined: level)
    assert "circle 1 of 3, silent: 1 to 3" in told(three_were_silent(), desk=False)


def three_were_silent() -> ByHand:
    """Return a hall of 33 in which all have read a text but a circle of three, of whom one did."""
    hand = ByHand(None, None)
    seats = [*hand.people(30, 0), *hand.people(3, 1)]
    hand.weave([hand.say(None, "Bread for all")])
    hand.can_say(seats[:31])
    return hand


# --- no number without a reading ---


def rows_missing(schema: dict[str, Any], rows: dict[str, Any], prefix: str = "") -> set[str]:
    found = {path for path, types in numeric(schema, schema, "") if types}
    return {
        path
        for path in found
        if f"{prefix}{path}" not in rows and path.startswith(("sealed[]",)) is (rows is REPORT_TEXT)
    }


def test_every_number_of_a_text_of_the_hall_and_of_the_measures_has_a_reading() -> None:
    def described(value_type: Any) -> dict[str, Any]:
        return msgspec.json.schema(value_type, schema_hook=describe_shown)

    assert rows_missing(numbers.schema(), REPORT_TEXT) == set()
    assert rows_missing(described(types.SealedTold), BOOK_TEXT, "texts[].") == set()
    for told_of in (types.SnapshotTold, types.TextTold, screen.Screen):
        assert rows_missing(described(told_of), HALL) == set(), told_of
    assert rows_missing(apart.schema(), MEASURES) == set()
    assert {one.name for one in fields(Measurements)} == MEASURES_PAGE.keys()


def test_a_number_of_a_text_without_a_reading_fails() -> None:
    hall = read(random.Random(1), people=(14, 20))
    with pytest.raises(UnreadError):
        take_in_text(Readers(hall.hand.state), {"sealed": [{"louder": 3}]}, REPORT_TEXT)
