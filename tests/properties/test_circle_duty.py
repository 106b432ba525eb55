"""A circle under siege: members, newcomers and hosts act at random, and nobody alone speaks for the circle.

The walk runs the same functions that pages call, over a real file. After every act of a person without the duty, what
the others of the circle see of its line, of "done" and of its people must be unchanged. The duty passes on only to
somebody whom the holder, an elder or a host confirmed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from oneheart.live import circle_duty, doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import duty
from oneheart.live.state.people import People
from oneheart.model.round import Stage, Voice

T = TypeVar("T")
HONEST, NEW = 4, 2  # people who were there first, and newcomers: fewer than the elders of the circle
ACTS = ("line", "carry", "done", "scribe", "ask", "answer yes", "answer no", "leave")


class Siege(RuleBasedStateMachine):
    """One circle: four people who came first, then newcomers of one mind."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "siege.oneheart"
        create(path, ev.Settings("Siege", {"en": "What?"}, Voice.TEN, ["en"]), code="SEGE3456")
        self.live = self.run(_opened(path))
        self.keys = 0
        self.new = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.live.close())
        self.loop.close()
        self.folder.cleanup()

    def key(self) -> str:
        self.keys += 1
        return f"key-number-{self.keys}"

    def do(self, function: Callable[..., Coroutine[Any, Any, Any]], who: int, asked: ask.Input) -> Refusal | None:
        """Act as one seat or host; return the refusal, None if it counted."""
        try:
            self.run(function(self.live, who, asked))
        except Refused as refused:
            return refused.why
        return None

    @property
    def seen(self) -> tuple[Any, ...]:
        """What others of the circle see of its line, of "done" and of people without a phone."""
        circle, state = self.live.state.circles[0], self.live.state
        texts = [None if n is None else state.desires[n].text for n in (circle.line, circle.carried, circle.replaced)]
        return (*texts, circle.done, len(duty.scribed_in(state.seats, 0)))

    @initialize()
    def gather(self) -> None:
        self.run(self.live.submit("h0", "circle-0", ev.CircleAdded("", "key")))
        for _ in range(HONEST):
            self.run(self.live.take_seat(self.key(), language="en", circle=0))

    @rule()
    def newcomers_come(self) -> None:
        while self.new < NEW:
            self.new += 1
            self.run(self.live.take_seat(self.key(), language="en", circle=0))

    @rule(number=st.integers(0, NEW - 1), act=st.sampled_from(ACTS), about=st.integers(0, HONEST + NEW - 1))
    def a_newcomer_acts(self, number: int, act: str, about: int) -> None:
        if number < self.new:
            self._act(HONEST + number, act, about)

    @rule(leader=st.integers(0, NEW - 1))
    def newcomers_conspire(self, leader: int) -> None:
        """One asks, the others say yes, and all want the duty taken back from whoever holds it."""
        if not self.new:
            return
        others = [HONEST + number for number in range(self.new) if number != leader]
        self._act(HONEST + leader, "ask", 0)
        for other in others:
            self._act(other, "answer yes", HONEST + leader)
            for holder in range(HONEST):
                self._act(other, "answer no", holder)
        self._act(HONEST + leader, "line", 0)

    @rule()
    def who_holds_it_types_for_many(self) -> None:
        holder = duty.holder_of(self.live.state.seats, 0)
        for _ in range(0 if holder is None else duty.CIRCLE_SIZE):
            self.do(doing.seat_scribed, holder or 0, ask.ScribedSeatAsked(self.key()))

    @rule(seat=st.integers(0, HONEST - 1), act=st.sampled_from(ACTS), about=st.integers(0, HONEST - 1))
    def one_of_the_first_acts(self, seat: int, act: str, about: int) -> None:
        """They answer about each other only: they heard nobody else read a sign."""
        self._act(seat, act, about)

    @rule(seat=st.integers(0, HONEST - 1))
    def those_who_came_first_pass_it_on(self, seat: int) -> None:
        if self.live.state.seats[seat].steward:
            return
        self._act(seat, "ask", 0)
        for other in range(HONEST):
            self._act(other, "answer yes", seat)
        seats = self.live.state.seats
        assert seats[seat].steward

    @rule(seat=st.integers(0, HONEST - 1), on=st.booleans())
    def a_host_decides(self, seat: int, *, on: bool) -> None:
        if on:
            self.do(circle_duty.request_duty, seat, ask.DutyAsked(self.key(), on=True))
        asked = ask.DutyGivenAsked(self.key(), 0, circle_duty.sign_of(self.live, seat), on=on)
        self.do(circle_duty.give_duty, 0, asked)

    @rule(chance=st.integers(0, 3))
    def a_new_round(self, chance: int) -> None:
        if chance:
            return
        for stage in (Stage.SAID, Stage.OPEN):
            self.do(doing.move_stage, 0, ask.StageAsked(self.key(), stage, self.live.state.version))

    def _act(self, seat: int, act: str, about: int) -> None:
        holds = self.live.state.seats[seat].steward
        before = self.seen
        if act in {"ask", "leave"} and not holds:
            self.do(circle_duty.request_duty, seat, ask.DutyAsked(self.key(), on=act == "ask"))
        elif act in {"ask", "leave"}:
            self.do(circle_duty.leave_duty, seat, ask.KeyOnly(self.key()))
        elif act.startswith("answer"):
            if about < len(self.live.state.seats):
                self._answer(seat, about, on=act == "answer yes")
        else:
            functions: dict[str, tuple[Callable[..., Coroutine[Any, Any, Any]], ask.Input]] = {
                "line": (doing.say_circle_line, ask.CircleLineAsked(self.key(), f"Line {self.keys} of {seat}")),
                "carry": (doing.carry_desire, ask.CarriedDesireAsked(self.key(), f"Carried {self.keys} by {seat}")),
                "done": (doing.set_circle_done, ask.CircleDoneAsked(self.key(), on=True)),
                "scribe": (doing.seat_scribed, ask.ScribedSeatAsked(self.key())),
            }
            refused = self.do(functions[act][0], seat, functions[act][1])
            assert holds or refused is not None
        if not holds:
            assert self.seen == before, f"{act} by {seat}"

    def _answer(self, seat: int, about: int, *, on: bool) -> None:
        sign = circle_duty.sign_of(self.live, about)
        holds = self.live.state.seats[about].steward
        self.do(circle_duty.answer_duty, seat, ask.DutyAnswerAsked(self.key(), sign, holds=holds, on=on))

    @invariant()
    def no_newcomer_holds_the_duty(self) -> None:
        """Nobody who was there first says yes to a newcomer, and no host does."""
        assert not any(seat.steward for seat in self.live.state.seats[HONEST : HONEST + self.new])

    @invariant()
    def nobody_types_for_more_than_the_circle_holds(self) -> None:
        seats = self.live.state.seats
        if seats:
            assert len(duty.scribed_in(seats, 0)) + HONEST <= duty.CIRCLE_SIZE

    @invariant()
    def at_most_one_holds_the_duty(self) -> None:
        assert sum(seat.steward for seat in self.live.state.seats) <= 1


async def _opened(path: Path) -> LiveGathering:
    live = LiveGathering.open(path)
    await live.submit("h0", "host-seat", ev.HostSeated("h" * 64))
    return live


def walk(examples: int = 25, steps: int = 40, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    run_state_machine_as_test(
        Siege,
        settings=settings(
            max_examples=examples,
            phases=phases,
            derandomize=True,
            database=None,
            print_blob=False,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_nobody_alone_speaks_for_a_circle() -> None:
    walk()


SABOTAGE: dict[str, list[tuple[Any, str, Any]]] = {
    "any yes gives it": [
        (duty, "may_answer", lambda _seats, _voter, _about: True),
        (duty, "is_given", lambda duties, _seats, asking: asking in duties.asked),
    ],
    "everybody is an elder": [
        (duty, "elders_of", lambda seats, circle, about: [n for n in duty.members_of(seats, circle) if n != about])
    ],
    "no limit of people typed for": [(duty, "room_for_scribed", lambda _seats, _circles, _circle: 99)],
    "everybody holds the duty": [
        (People, "serves", lambda people, seat: people.seats[seat].circle),
        (People, "check_new_done", lambda _people, _body, _by: None),
        (duty, "check_new_scribed", lambda _seats, _body: None),
    ],
}


@pytest.mark.parametrize("broken", SABOTAGE)
def test_the_walk_finds_a_build_without_the_rule(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name, function in SABOTAGE[broken]:
        monkeypatch.setattr(where, name, function)
    with pytest.raises(AssertionError):
        walk(60, 60, (Phase.generate,))  # a shortest example is not needed
