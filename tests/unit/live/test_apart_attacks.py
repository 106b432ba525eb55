"""Attacks on the demand and on felt representation, each beside a build without the rule, on which it succeeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import represented, sealing
from oneheart.live.refusal import Refusal
from oneheart.live.represented import represented_mean
from oneheart.live.state.company import Company
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.separate import Apart, Demand
from oneheart.model import actor
from tests.support.by_hand import ByHand

HEAD = ev.TreeHead(size=50, root="0" * 64, chain="0" * 64, through=1, filling="0" * 64)
PEOPLE = 30


def sealed(hall: ByHand, people: int = PEOPLE) -> list[int]:
    """Let people read one line, and half of them affirm it; seal it."""
    seats = hall.people(people)
    wish = hall.say(None, "Peace between the tables")
    hall.weave([wish])
    hall.can_say(seats[: people // 2])
    hall.read(0, "would change", seats[people // 2 :])
    hall.move("sealed")
    hall.do(sealing.seal(hall.state, HEAD), "house")
    return seats


def ask(hall: ByHand, seats: Iterable[int], *, on: bool = True) -> None:
    for seat in seats:
        hall.do(ev.DemandSaid(seat, on), actor.seat(seat))


def find(hall: ByHand, seats: Iterable[int], value: int) -> None:
    for seat in seats:
        hall.do(ev.RepresentedSaid(seat, 0, value), actor.seat(seat))


# --- watch the number while one person after the other taps ---


def moves_told() -> list[int]:
    """Return after which taps the told number moves, for somebody who reads it after each."""
    hall, told = ByHand(), [0]
    for seat in hall.people(3 * disclosure.K):
        ask(hall, [seat])
        told.append(int(hall.state.company.apart.demand.value or 0))
    return [place for place in range(1, len(told)) if told[place] != told[place - 1]]


def told_at_once(apart: Apart, body: ev.DemandSaid, at: int) -> int:
    """Record a demand as a build does that tells every single one."""
    apart.demands[body.seat] = Demand(body.on, at)
    apart.demand_told = sum(demand.on for demand in apart.demands.values())
    return body.seat


def test_the_number_of_who_asks_moves_after_k_different_people_only() -> None:
    assert moves_told() == [disclosure.K, 2 * disclosure.K, 3 * disclosure.K]


def test_in_a_build_that_tells_every_tap_each_of_them_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apart, "ask", told_at_once)
    monkeypatch.setattr(Apart, "demand", property(lambda apart: disclosure.show_steps(5 * apart.demand_told)))
    assert len(moves_told()) == 3 * disclosure.K


# --- let presence count as asking ---


def asked_by_presence() -> int:
    hall = ByHand()
    hall.do(ev.OccasionAdded("Meal", "meal", "HJKM3456"))
    for seat in hall.people(2 * disclosure.K):
        hall.do(ev.Present(seat, 0), actor.seat(seat))
    assert hall.state.occasions[0].present == 2 * disclosure.K
    return hall.state.company.apart.demand_told


def test_who_is_there_has_not_asked() -> None:
    assert asked_by_presence() == 0


def test_in_a_build_that_takes_presence_for_asking_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    def be_present(company: Company, body: ev.Present, at: int, people: Any) -> int:
        company.apart.ask(ev.DemandSaid(body.seat, on=True), at)
        return genuine(company, body, at, people)

    genuine = Company.be_present
    monkeypatch.setattr(Company, "be_present", be_present)
    assert asked_by_presence() == 2 * disclosure.K


# --- push a verdict by asking, or by finding oneself in a text ---


def verdict_moves() -> bool:
    """Let all who did not affirm a text ask that all become one; return whether the seal would say otherwise."""
    hall = ByHand()
    seats = hall.people(PEOPLE)
    wish = hall.say(None, "Peace between the tables")
    hall.weave([wish])
    hall.read(0, "can say", seats)
    hall.can_say(seats[: PEOPLE // 2])
    before = sealing.seal(hall.state, HEAD)
    ask(hall, seats)
    hall.state.company.apart.represented[0] = dict.fromkeys(seats, 7)
    return msgspec.to_builtins(sealing.seal(hall.state, HEAD)) != msgspec.to_builtins(before)


def test_neither_asking_nor_finding_oneself_in_a_text_moves_its_verdict() -> None:
    assert not verdict_moves()


def test_in_a_build_that_counts_who_asks_as_agreeing_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    asking: list[Apart] = []

    def affirming(meetings: Meetings, draft: Any) -> set[int]:
        return genuine(meetings, draft).union(*(apart.demands for apart in asking))

    def asked(apart: Apart, body: ev.DemandSaid, at: int) -> int:
        asking.append(apart)
        return recorded(apart, body, at)

    genuine, recorded = Meetings.affirming, Apart.ask
    monkeypatch.setattr(Meetings, "affirming", affirming)
    monkeypatch.setattr(Apart, "ask", asked)
    assert verdict_moves()


# --- answer before the text was said, and for a text of an earlier round ---


def answered_too_early() -> bool:
    hall = ByHand()
    seat, *_ = sealed(hall)
    return hall.state.check_new(ev.RepresentedSaid(seat, 0, 7), actor.seat(seat)) is None


def test_how_far_one_finds_oneself_in_a_text_is_asked_after_it_was_said() -> None:
    assert not answered_too_early()
    hall = ByHand()
    seat, *_ = sealed(hall)
    hall.move("said")
    body = ev.RepresentedSaid(seat, 0, 7)
    assert hall.state.check_new(body, actor.seat(seat)) is None
    hall.move("open")
    assert hall.state.check_new(body, actor.seat(seat)) is Refusal.CLOSED


def test_in_a_build_that_does_not_look_at_the_stage_it_is_taken_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apart, "check_represented", lambda *_: None)
    assert answered_too_early()


# --- find out the answer of one person by knowing all others ---


def means(values: Iterable[int]) -> set[float]:
    """Return the told means for each answer that the last of thirty people may have given, the others known."""
    told = set()
    for value in values:
        hall = ByHand()
        *others, last = sealed(hall)
        hall.move("said")
        find(hall, others, 4)
        find(hall, [last], value)
        mean = represented_mean(hall.state, 0)
        assert mean is not None
        told.add(round(mean[0], 6))
    return told


def test_the_last_answer_does_not_show_in_the_mean() -> None:
    assert len(means((1, 4, 7))) == 1


def test_in_a_build_that_does_not_round_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "release_share", lambda share, *_, **__: share)
    assert len(means((1, 4, 7))) == 3


def told_of_few() -> bool:
    hall = ByHand()
    seats = sealed(hall)
    hall.move("said")
    find(hall, seats[: 2 * disclosure.K - 1], 7)
    return represented_mean(hall.state, 0) is not None


def test_of_fewer_than_twice_k_people_nothing_is_told() -> None:
    assert not told_of_few()


def test_in_a_build_without_the_least_number_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "twice_enough", lambda *_, **__: True)
    monkeypatch.setattr(represented, "enough", lambda _: True)
    assert told_of_few()


# --- push the mean by a flood of seats that hosts revoke ---


def after_revoking() -> tuple[int, float]:
    """Return the demand and the mean once the seats of a flood are revoked."""
    hall = ByHand()
    seats = sealed(hall, 2 * PEOPLE)
    honest, flood = seats[:PEOPLE], seats[PEOPLE:]
    hall.move("said")
    find(hall, honest, 4)
    find(hall, flood, 7)
    ask(hall, flood)
    hall.do(ev.SeatsRevoked(flood, "a flood"))
    mean = represented_mean(hall.state, 0)
    assert mean is not None
    return sum(demand.on for demand in hall.state.company.apart.demands.values()), mean[0]


def test_seats_that_are_revoked_count_nowhere() -> None:
    assert after_revoking() == (0, 4.0)


def test_in_a_build_that_sets_nothing_aside_they_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apart, "set_aside", lambda *_: None)
    asked, mean = after_revoking()
    assert asked == PEOPLE
    assert mean > 4
