"""Which basis a report, an export or measures may have: two outputs never differ by what fewer than k people did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec
import pytest

from oneheart.engine.disclosure import FOR_A_SHARE, K
from oneheart.live import events as ev
from oneheart.live import giving
from oneheart.live.giving import basis_of, is_whole, newest
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.model.round import Stage, Voice
from tests.support.rules.scene import By, Erased, Event, led

PEOPLE = 2 * FOR_A_SHARE


def seat(number: int, card: str = "") -> By:
    return By(actor.DOOR, ev.SeatTaken(f"{number:064}", "en", card=card))


def closed(*later: Event, people: int = PEOPLE, cards: bool = False, erased: Iterable[int] = ()) -> State:
    """Return a gathering whose answers are closed, with these events after that.

    Args:
        later: what came after the close, by the host if nobody else is named.
        people: how many took a seat before it.
        cards: whether each came with a card, so that no one holds several seats.
        erased: seats whose events are blank by now.
    """
    codes = [f"card {number}" if cards else "" for number in range(people)]
    before: list[Event] = [
        By(actor.HOUSE, ev.Settings("x", {"en": "What?"}, Voice.ASSEMBLY, ["en"])),
        By(actor.host(0), ev.HostSeated("a" * 64)),
        *([ev.CardsPrinted(None, codes)] if cards else []),
        *(Erased("seat") if number in {*erased} else seat(number, code) for number, code in enumerate(codes)),
        ev.StageMoved(Stage.CROSSING, 0),
        ev.StageMoved(Stage.WEAVING, 1),
    ]
    return led([*before, *later])


def taken(
    output: ev.Output = "report", *, people: int = PEOPLE, version: int = 0, rows: bool = False
) -> ev.OutputTaken:
    """Return the event of an output that was taken when the answers closed."""
    return ev.OutputTaken(output, 2 + people + 2, people, rows, version)


def newly(count: int, first: int = PEOPLE) -> Sequence[Event]:
    """Return so many people who come anew."""
    return [seat(first + number) for number in range(count)]


def why(state: State, output: ev.Output = "report", *, rows: bool = False) -> Refusal:
    with pytest.raises(Refused) as refused:
        basis_of(state, output, rows=rows)
    return refused.value.why


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.CROSSING])
def test_nothing_leaves_while_answers_are_taken(stage: Stage) -> None:
    state = closed()
    state.course.stage = stage
    assert why(state) is Refusal.CLOSED
    state.course.ended = True
    assert basis_of(state, "report") == (state.seq, PEOPLE)


def test_the_first_output_is_of_now_and_all_kinds_share_it() -> None:
    state = closed()
    assert basis_of(state, "report") == (state.seq, PEOPLE)
    few = closed(people=1)
    assert basis_of(few, "report") == (few.seq, 1), "the first output waits for nobody"
    first = closed(taken())
    position = taken().position
    assert [basis_of(first, kind) for kind in ("report", "export", "measures")] == [(position, PEOPLE)] * 3


@pytest.mark.parametrize("cards", [True, False])
def test_a_new_basis_takes_enough_different_people(*, cards: bool) -> None:
    least = K if cards else FOR_A_SHARE
    position = taken().position + cards

    def after(count: int) -> State:
        asked = [By(actor.seat(n), ev.DemandSaid(n)) for n in range(count)]
        return closed(at_position(taken(), position), *asked, *asked, cards=cards)

    few, enough = after(least - 1), after(least)
    assert why(few) is Refusal.TOO_SOON, "the same output again would differ by too few"
    assert basis_of(few, "export") == (position, PEOPLE), "another output is of the former basis"
    assert basis_of(enough, "report") == basis_of(enough, "export") == (enough.seq, PEOPLE)


def at_position(body: ev.OutputTaken, position: int) -> ev.OutputTaken:
    return msgspec.structs.replace(body, position=position)


def test_an_output_that_was_taken_before_leaves_again_only_while_nothing_changed() -> None:
    assert basis_of(closed(taken()), "report") == (taken().position, PEOPLE)
    one = By(actor.seat(0), ev.DemandSaid(0))
    assert why(closed(taken(), one)) is Refusal.TOO_SOON
    assert why(closed(taken("export", rows=True), one), "export", rows=True) is Refusal.TOO_SOON
    assert basis_of(closed(taken("measures"), one), "report") == (taken().position, PEOPLE)


def test_an_output_of_a_former_basis_does_not_count_as_taken_of_the_last_one() -> None:
    changed = newly(FOR_A_SHARE)
    position = taken().position + 1 + len(changed)
    second = ev.OutputTaken("measures", position, PEOPLE + len(changed), version=1)
    state = closed(taken("report"), *changed, second, By(actor.seat(0), ev.DemandSaid(0)))
    assert basis_of(state, "report") == (position, PEOPLE + len(changed))
    assert why(state, "measures") is Refusal.TOO_SOON


def test_after_an_erasure_nothing_of_its_basis_leaves_any_more() -> None:
    assert why(closed(taken(), erased=[3])) is Refusal.TOO_SOON
    assert why(closed(taken(), erased=[3]), "export") is Refusal.TOO_SOON


def test_who_came_after_the_basis_and_left_tears_nothing() -> None:
    state = closed(taken(), *newly(1), Erased("seat"))
    assert (len(state.seats), state.people.count) == (PEOPLE + 2, PEOPLE + 1)
    assert basis_of(state, "export") == (taken().position, PEOPLE)


def test_contacts_that_were_taken_back_tear_a_basis() -> None:
    state = closed(taken())
    basis = state.released.outputs[-1]
    assert is_whole(state, basis)
    state.company.near.torn = basis.position
    assert is_whole(state, basis)
    state.company.near.torn = basis.position + 1
    assert not is_whole(state, basis)
    assert why(state, "export") is Refusal.TOO_SOON


def consenting(count: int) -> list[Event]:
    return [By(actor.seat(n), ev.RowsConsented(n, on=True)) for n in range(count)]


@pytest.mark.parametrize("before", [[], [taken("report")]], ids=["first output", "same basis"])
def test_rows_leave_only_of_enough_people_who_agreed(before: list[Event]) -> None:
    few, enough = closed(*consenting(FOR_A_SHARE - 1), *before), closed(*consenting(FOR_A_SHARE), *before)
    assert why(few, "export", rows=True) is Refusal.TOO_FEW_ROWS
    assert basis_of(few, "export")[1] == PEOPLE
    assert basis_of(enough, "export", rows=True)[1] == PEOPLE


def test_rows_of_the_same_basis_leave_again_although_nobody_agreed_since() -> None:
    agreed = consenting(FOR_A_SHARE)
    position = taken().position + len(agreed)
    rows = ev.OutputTaken("export", position, PEOPLE, rows=True)
    assert basis_of(closed(*agreed, rows), "export", rows=True) == (position, PEOPLE)
    more = closed(*agreed, rows, *newly(FOR_A_SHARE))
    assert why(more, "export", rows=True) is Refusal.TOO_FEW_ROWS, "the same people, on a new basis"


def test_the_newest_output_of_a_kind_is_found() -> None:
    both = closed(taken("report"), taken("export", version=1), taken("report", version=2))
    assert newest(both, "report") is both.released.outputs[2]
    assert newest(both, "export") is both.released.outputs[1]
    assert newest(both, "export", rows=True) is newest(both, "measures") is None


def test_on_a_build_that_takes_every_basis_for_whole_an_erasure_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "is_whole", lambda _state, _taken: True)
    assert basis_of(closed(taken(), erased=[3]), "export") == (taken().position, PEOPLE)


class Desk:
    """A gathering that keeps what is submitted, and refuses the first one where another host was faster."""

    def __init__(self, state: State, *, refuses: Refusal | None = None) -> None:
        self.state, self.refuses, self.kept = state, refuses, list[tuple[str, str, ev.AnyBody]]()

    async def submit(self, by: str, key: str, body: ev.AnyBody) -> str:
        if self.refuses is not None:
            why, self.refuses = self.refuses, None
            raise Refused(why)
        self.kept.append((by, key, body))
        return key


@pytest.mark.parametrize("refuses", [None, Refusal.STALE])
def test_an_output_is_kept_with_its_basis_also_where_another_host_took_one_meanwhile(refuses: Refusal | None) -> None:
    desk = Desk(closed(taken()), refuses=refuses)
    asked = giving.OutputAsked("k" * 16, "export")
    assert asyncio.run(giving.take_output(desk, 0, asked)) == asked.key  # type: ignore[arg-type]
    assert desk.kept == [(actor.host(0), asked.key, taken("export", version=1))]


def test_another_refusal_of_an_output_is_passed_on() -> None:
    desk = Desk(closed(taken()), refuses=Refusal.DISK)
    with pytest.raises(Refused) as refused:
        asyncio.run(giving.take_output(desk, 0, giving.OutputAsked("k" * 16, "export")))  # type: ignore[arg-type]
    assert refused.value.why is Refusal.DISK
    assert desk.kept == []


def test_who_agrees_to_rows_is_kept() -> None:
    desk = Desk(closed())
    asyncio.run(giving.set_rows_consent(desk, 3, giving.RowsConsentAsked("k" * 16, on=True)))  # type: ignore[arg-type]
    assert desk.kept == [(actor.seat(3), "k" * 16, ev.RowsConsented(3, on=True))]
