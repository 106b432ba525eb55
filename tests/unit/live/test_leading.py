"""The leader works by itself: it ticks, leads, fits, waits for the moment, and goes on after an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live import leading
from oneheart.live.aside import AsideError, Inside
from oneheart.live.decks import fit_order_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import PACE, Leader, Pace
from oneheart.model.round import Stage
from oneheart.storage.log import milliseconds_now

LONG = 20  # seconds
FAST = Pace(tick=0.01, fit=0.01)


class Counting(Inside):
    """Runs jobs in this process, and counts them; fails as often as it is told."""

    def __init__(self, fail: int = 0) -> None:
        super().__init__()
        self.fail = fail
        self.jobs_done: list[str] = []

    async def run(self, job: str, *args: Any, seconds: float | None = None) -> Any:
        self.jobs_done.append(job)
        if self.fail:
            self.fail -= 1
            message = f"no {job}"
            raise AsideError(message)
        return await super().run(job, *args, seconds=seconds)


def run(
    folder: Path, work: Callable[[LiveGathering, Callable[..., Leader]], Awaitable[None]], **more: Any
) -> LiveGathering:
    """Do something with a gathering and its leaders, and close them."""
    path = folder / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]))

    async def whole() -> LiveGathering:
        hall = LiveGathering.open(path, rng=np.random.default_rng(0), **more)
        leaders: list[Leader] = []

        def lead(*args: Any, pace: Pace = FAST) -> Leader:
            leaders.append(Leader(hall, *args, pace=pace))
            return leaders[-1]

        async with asyncio.timeout(LONG):
            await work(hall, lead)
        for leader in leaders:
            await leader.close()
        await hall.close()
        return hall

    return asyncio.run(whole())


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(LONG):
        while not true():
            await asyncio.sleep(0.005)


async def answered(hall: LiveGathering) -> None:
    for n in range(3):
        await hall.take_seat(f"seat-{n}", language="en")
    kept = await hall.submit("s0", "say", ev.DesireSaid(0, "Peace", "en"))
    assert kept.number == 0
    await hall.respond(1, 0, 1, "tap")


async def move(hall: LiveGathering, stage: Stage) -> None:
    await hall.submit("h0", f"move-{hall.state.version}", ev.StageMoved(stage, hall.state.version))


def test_the_pace_is_a_tick_a_second_and_a_fit_every_three() -> None:
    assert (PACE.tick, PACE.fit) == (1.0, 3.0)


def test_a_leader_fits_only_what_is_new_and_only_while_answers_are_taken(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        aside = Counting(fail=1)
        leader = lead(aside)
        assert not await leader.fit_once(), "nobody answered"
        assert aside.jobs_done == []
        await answered(hall)
        assert not await leader.fit_once(), "it failed"
        assert hall.trouble == "no fit"
        assert await leader.fit_once()
        assert hall.trouble is None
        assert hall.fitted_seq == hall.state.seq
        assert not await leader.fit_once(), "nothing is new"
        await hall.respond(2, 0, 0, "tap")
        await move(hall, Stage.WEAVING)
        assert not await leader.fit_once(), "answers are closed"
        assert aside.jobs_done == ["fit", "fit"]
        assert not await lead().fit_once(), "without a helper nothing is fitted"

    run(tmp_path, work)


def test_trouble_of_a_fit_ends_where_there_is_nothing_to_fit_any_more(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        leader = lead(Counting(fail=1))
        assert not await leader.fit_once()
        await move(hall, Stage.WEAVING)
        assert not await leader.fit_once()
        assert hall.trouble is None

    run(tmp_path, work)


def test_by_itself_it_ticks_fits_and_weaves_as_soon_as_the_stage_moves(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        aside = Counting()
        lead(aside, pace=Pace(tick=30, fit=0.01)).start()
        await until(lambda: hall.fitted_seq == hall.state.seq)
        await move(hall, Stage.WEAVING)
        await until(lambda: bool(hall.state.prayers.drafts))  # long before the next tick
        assert "weave" in aside.jobs_done
        lead(None, pace=FAST).start()
        await hall.submit("h0", "shown", ev.DesiresShown([0]))
        await until(lambda: len(hall.snapshot.shown) == 1)

    run(tmp_path, work)


def test_a_text_that_could_not_be_woven_is_told_and_tried_again(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        leader = lead(Counting(fail=2))
        await move(hall, Stage.WEAVING)
        for _ in range(2):
            await leader.step()
            assert hall.trouble == "no weave"
            assert hall.state.prayers.drafts == []
        await leader.step()
        assert hall.trouble is None
        assert len(hall.state.prayers.drafts) == 1
        await leader.step()
        assert len(hall.state.prayers.drafts) == 1

    run(tmp_path, work)


def test_a_text_that_is_said_is_said_at_the_moment_and_not_before(tmp_path: Path) -> None:
    now = [milliseconds_now()]

    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        leader = lead()
        for stage in (Stage.WEAVING, Stage.SEALED):
            await move(hall, stage)
            await leader.step()
        assert len(hall.state.prayers.sealed) == 1
        assert leader._until_the_moment() == FAST.tick
        await hall.submit("h0", "say-it", ev.SayingSet(60))
        for passed, stage in ((0, Stage.SEALED), (59_999, Stage.SEALED), (60_000, Stage.SAID)):
            now[0] = (hall.state.prayers.say_at or 0) - 60_000 + passed
            await leader.step()
            assert hall.state.stage is stage
        assert lead(None, None, pace=Pace(tick=9))._until_the_moment() == 9

    run(tmp_path, work, now=lambda: now[0])


@pytest.mark.parametrize(("left", "waits"), [(9000, 1.0), (1000, 1.0), (400, 0.4), (0, 0.005), (-50, 0.005)])
def test_it_waits_for_the_moment_but_no_longer_than_a_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, waits: float
) -> None:
    async def work(_hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        monkeypatch.setattr(leading, "moment", lambda _state: 10_000 + left)
        assert lead(pace=PACE)._until_the_moment() == pytest.approx(waits)

    run(tmp_path, work, now=lambda: 10_000)


def test_an_error_is_told_and_the_next_turn_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        leader = lead(Counting())

        async def wrong() -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(leader, "step", wrong)
            leader.start()
            await until(lambda: hall.trouble == "ZeroDivisionError")
        await until(lambda: hall.trouble is None)
        await move(hall, Stage.WEAVING)
        await until(lambda: bool(hall.state.prayers.drafts))

    run(tmp_path, work)


def test_nothing_is_led_after_the_end(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        await move(hall, Stage.WEAVING)
        await hall.submit("h0", "end", ev.Ended())
        aside = Counting()
        await lead(aside).step()
        assert aside.jobs_done == []

    run(tmp_path, work)


def test_one_step_at_a_time(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        await answered(hall)
        aside = Counting()
        leader = lead(aside)
        await move(hall, Stage.WEAVING)
        await asyncio.gather(leader.step(), leader.step())
        assert aside.jobs_done == ["weave", "margin"]

    run(tmp_path, work)


def test_what_is_fitted_names_everybody_and_hides_what_they_do_not_read(tmp_path: Path) -> None:
    async def work(hall: LiveGathering, lead: Callable[..., Leader]) -> None:
        assert lead() is not None
        await hall.submit("h0", "more", ev.Settings("x", {"en": "?"}, "ten", ["en", "he", "es"], version=1))
        await hall.submit("h0", "circle", ev.CircleAdded("", "key-1"))
        await hall.take_seat("seat-0", language="en", circle=0)
        for n in (1, 2):
            await hall.take_seat(f"seat-{n}", language="en")
        await hall.submit("s0", "say", ev.DesireSaid(0, "Peace", "en"))
        await hall.submit("s1", "say", ev.DesireSaid(1, "Shalom", "he"))
        await hall.submit("h0", "say", ev.DesireSaid(None, "From hosts", "en"))
        await hall.submit("s2", "unread", ev.LanguageUnread(2, "he"))
        await hall.respond(1, 0, 1, "tap")
        order = fit_order_of(hall.state, 5)
        assert (order.seq, order.people, order.desires, order.seed) == (hall.state.seq, 3, 3, 5)
        assert order.authors.tolist() == [0, 1, -1]
        assert (order.circle_of.tolist(), order.circle_of_desire.tolist()) == ([0, -1, -1], [0, -1, -1])
        assert order.hidden_of.tolist() == [0, 0, 1]
        assert order.hidden.tolist() == [[False] * 3, [False, True, False]]
        assert order.from_own
        assert order.responses.stance.tolist() == [1]
        assert order.travels.tolist() == hall.state.travels.tolist()
        await move(hall, Stage.CROSSING)
        assert not fit_order_of(hall.state, 5).from_own
        assert order.from_own

    run(tmp_path, work)
    assert leading._LEAST_WAIT == 0.005


def test_no_act_of_a_person_or_a_host_draws_again(tmp_path: Path) -> None:
    seeds: list[int] = []

    async def work(hall: LiveGathering, _lead: Callable[..., Leader]) -> None:
        seeds.append(leading.draw_seed(hall))
        await answered(hall)
        for stage in (Stage.CROSSING, Stage.WEAVING, Stage.CROSSING, Stage.WEAVING):
            await move(hall, stage)
            seeds.append(leading.weave_order_of(hall).seed)
        await move(hall, Stage.OPEN)
        seeds.append(leading.draw_seed(hall))

    run(tmp_path, work)
    assert len({*seeds[:-1]}) == 1
    assert seeds[-1] != seeds[0], "another round draws anew"
    (tmp_path / "other").mkdir()
    run(tmp_path / "other", work)
    assert seeds[6] != seeds[0], "another gathering draws otherwise, so nobody outside can foresee it"
