"""Each rule of a live gathering at its limit: the last that is taken and the first that is not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.disclosure import count_of
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live import keeper as room
from oneheart.live.codes import ALPHABET, CODE_LENGTH, hash_of
from oneheart.live.decks import Decks, Fitted
from oneheart.live.gathering import Kept, LiveGathering, create
from oneheart.live.house import House
from oneheart.live.matching import NEAR_LEAST, similar
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.model.round import Stage
from oneheart.storage import log as storage
from oneheart.storage.sqlite_log import SqliteLog

LONG = 20  # seconds


def made(folder: Path, **more: Any) -> Path:
    path = folder / "g.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"], **more))
    return path


def run(path: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> None:
    """Do something in a gathering; its state is that of a replay."""

    async def whole() -> None:
        gathering = LiveGathering.open(path, rng=np.random.default_rng(0))
        async with asyncio.timeout(LONG):
            await work(gathering)
        digest = gathering.state.digest()
        await gathering.close()
        again = LiveGathering.open(path)
        assert again.state.digest() == digest
        again.shut()

    asyncio.run(whole())


async def told(doing: Awaitable[Any]) -> Any:
    """Return what came of something, or why it was refused."""
    try:
        return await doing
    except Refused as refused:
        return refused.why


async def seat(gathering: LiveGathering, number: int, **more: Any) -> int:
    taken = await gathering.take_seat(f"seat-{number}", language="en", **more)
    assert taken.number == number
    return number


async def say(gathering: LiveGathering, by: int, text: str, **more: Any) -> int:
    kept = await gathering.submit(f"s{by}", f"say-{text}", ev.DesireSaid(by, text, "en", **more))
    assert kept.number is not None
    return kept.number


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_file_is_made_once_with_a_random_code_or_the_given_one(tmp_path: Path) -> None:
    path = made(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UserError, match="exists already"):
        create(path, ev.Settings("y", {"en": "?"}, "ten", ["en"]))
    assert path.read_bytes() == before
    other = tmp_path / "other.oneheart"
    create(other, ev.Settings("y", {"en": "?"}, "ten", ["en"]), code="ABCD3456")
    first, second = LiveGathering.open(path), LiveGathering.open(other)
    assert (len(first.code), set(first.code) <= set(ALPHABET)) == (CODE_LENGTH, True)
    assert second.code == "ABCD3456"
    assert first.secret_for("seat", "a") != second.secret_for("seat", "a"), "each file has a key of its own"
    assert first.secret_for("seat", "a") not in {first.secret_for("seat", "b"), first.secret_for("card", "a")}
    assert first.state.settings is not None
    assert first.state.settings.name == "x"
    for gathering in (first, second):
        gathering.shut()


def test_an_error_at_opening_leaves_the_file_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)
    for error, expected in ((storage.StorageError("full"), UserError), (ZeroDivisionError(), ZeroDivisionError)):
        with monkeypatch.context() as patch:

            def fail(*_: object, error: Exception = error) -> None:
                raise error

            patch.setattr(SqliteLog, "passed_over", fail)
            with pytest.raises(expected):
                LiveGathering.open(path)
        LiveGathering.open(path).shut()


def test_events_are_dated_by_the_clock_that_was_given(tmp_path: Path) -> None:
    path = made(tmp_path)

    async def whole() -> None:
        gathering = LiveGathering.open(path, now=lambda: 1234)
        await gathering.submit("h0", "clock", ev.ClockSet(3))
        assert gathering.state.clock == 4234
        assert gathering.now() == 1234
        await gathering.close()

    asyncio.run(whole())


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_host_is_known_by_the_secret_alone(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        assert gathering.host_of("one") is None
        for name in ("one", "two"):
            await gathering.submit("house", f"host-{name}", ev.HostSeated(hash_of(name)))
        assert [gathering.host_of(name) for name in ("one", "two", "three", "", hash_of("one"))] == [
            *(0, 1, None, None, None)
        ]

    run(made(tmp_path), work)


def test_a_card_is_dealt_only_while_answers_are_taken_and_the_gathering_goes_on(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seat(gathering, 0), await seat(gathering, 1)
        await say(gathering, ann, "Peace")
        for stage, dealt in (("crossing", True), ("weaving", False), ("crossing", True)):
            await gathering.submit("h0", f"m{gathering.state.version}", ev.StageMoved(stage, gathering.state.version))
            assert (gathering.card(bo) is not None) == dealt
        await gathering.submit("h0", "end", ev.Ended())
        assert gathering.card(bo) is None

    run(made(tmp_path), work)


def test_only_desires_of_others_in_words_like_ones_own_are_near_and_at_most_three(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo, cy = [await seat(gathering, n) for n in range(3)]
        mine = await say(gathering, ann, "Peace for all of us here")
        await say(gathering, ann, "Peace for all of us there")
        near = [await say(gathering, bo, f"Peace for all of us{more}") for more in ("", " too", " now")]
        fourth = await say(gathering, cy, "Peace for all of us today")
        back = await say(gathering, cy, "Peace for all of us here!")
        await gathering.submit(f"s{cy}", "back", ev.DesireWithdrawn(cy, back))
        far = await say(gathering, cy, "Bread")
        found = similar(gathering.state, mine)
        assert len(found) == 3
        assert set(found) < {*near, fourth}
        assert set(similar(gathering.state, mine, count=9)) == {*near, fourth}
        assert similar(gathering.state, mine, count=1) == found[:1]
        assert far not in similar(gathering.state, mine, count=9)
        likeness = dict(gathering.state.desires.nearness.nearest("Peace for all of us here", count=9, exclude=(mine,)))
        assert likeness[found[0]] == max(likeness[n] for n in (*near, fourth))

    run(made(tmp_path), work)


@pytest.mark.parametrize(("likeness", "asked"), [(0.13, True), (0.12, True), (0.119, False), (0.06, False)])
def test_what_shares_hardly_a_word_is_not_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, likeness: float, asked: bool
) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seat(gathering, 0), await seat(gathering, 1)
        mine, other = await say(gathering, ann, "Peace"), await say(gathering, bo, "Bread")
        index = gathering.state.desires.nearness
        monkeypatch.setattr(type(index), "nearest", lambda *_, **__: [(other, likeness)])
        assert similar(gathering.state, mine) == ((other,) if asked else ())

    run(made(tmp_path), work)


def test_what_hosts_did_is_told_the_newest_first_and_no_more_than_asked(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await seat(gathering, 0)
        for n in range(4):
            await gathering.submit(f"h{n % 2}", f"shown-{n}", ev.DesiresShown([]))
        await gathering.submit("s0", "no-host", ev.SeatChanged(0, language="en"))
        told = [gathering._log.key_of(f"shown-{n}") for n in (3, 2, 1, 0)]
        assert [event.key for event in await gathering.done_by_hosts()] == told
        assert [event.key for event in await gathering.done_by_hosts(2)] == told[:2]

    run(made(tmp_path), work)


# --- doing ------------------------------------------------------------------------------------------------------------


def test_so_many_wait_and_the_next_is_asked_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 3)

    async def work(gathering: LiveGathering) -> None:
        doing = [asyncio.create_task(told(gathering.submit("h0", f"key-{n}", ev.DesiresShown([])))) for n in range(5)]
        outcomes = await asyncio.gather(*doing)
        assert [isinstance(one, Kept) for one in outcomes] == [True, True, True, False, False]
        assert outcomes[3] is Refusal.TOO_MANY
        assert isinstance(await told(gathering.submit("h0", "key-after", ev.DesiresShown([]))), Kept)

    run(made(tmp_path), work)


def test_what_waits_is_written_in_batches_of_at_most_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)
    monkeypatch.setattr(room, "MOST_IN_A_BATCH", 2)
    sizes: list[int] = []
    right = SqliteLog.append

    def count(log: SqliteLog, entries: Any) -> Any:
        sizes.append(len(entries))
        return right(log, entries)

    monkeypatch.setattr(SqliteLog, "append", count)

    async def work(gathering: LiveGathering) -> None:
        await asyncio.gather(*(gathering.submit("h0", f"key-{n}", ev.DesiresShown([])) for n in range(5)))
        assert sizes == [2, 2, 1]
        assert (await gathering.submit("h0", "key-0", ev.DesiresShown([]))).seq == 2

    run(path, work)


def test_limits_are_what_they_are() -> None:
    assert (room.MOST_WAITING, room.MOST_IN_A_BATCH, NEAR_LEAST, room.RETRY_SECONDS) == (5000, 512, 0.12, 1.0)


def test_a_repeat_is_answered_as_the_first_time(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seat(gathering, 0), await seat(gathering, 1)
        number = await say(gathering, ann, "Peace")
        first = await gathering.submit(f"s{bo}", "say-it", ev.DesireSaid(bo, "Bread", "en"))
        again = await gathering.submit(f"s{bo}", "say-it", ev.DesireSaid(bo, "Bread", "en"))
        assert (first.number, first.repeated, again.number, again.repeated) == (1, False, 1, True)
        assert first.seq == again.seq
        circle = await gathering.submit("h0", "circle", ev.CircleAdded("", "key-1"))
        assert (circle.number, circle.repeated) == (0, False)
        assert await told(gathering.submit("h0", "circle", ev.CircleAdded("Other", "key-1"))) is Refusal.CONFLICT
        card = gathering.card(bo)
        assert card is not None
        answer = await gathering.respond(bo, number, 1, "tap")
        body = next(event.body for event in gathering._log.replay() if event.seq == answer.seq)
        assert body is not None
        kept = ev.decode(body)
        assert isinstance(kept, ev.Responded)
        assert kept.propensity == round(card.propensity, 6) > 0
        assert kept.probe is card.probe
        assert gathering.dealer.lying_before(bo, number) == card
        gathering.dealer.hand.clear()  # the repeat would be written with another propensity
        repeat = await gathering.respond(bo, number, 1, "tap")
        assert (repeat.seq, repeat.repeated) == (answer.seq, True)
        assert await told(gathering.respond(bo, number, 0, "tap")) is Refusal.CONFLICT
        assert gathering.state.tally.answered(bo) == {number: 1}

    run(made(tmp_path), work)


def test_a_repeat_of_what_was_refused_after_it_was_written_is_refused_again(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        code, spare = await gathering.add_cards("sheet-1", 2, None, "h0")
        assert code != spare
        racing = [gathering.take_seat(f"racing-{n}", language="en", card=code) for n in range(2)]
        first, second = await asyncio.gather(*(told(one) for one in racing))
        assert (first.number, second) == (0, Refusal.USED)
        written = gathering._log.length
        for _ in range(2):
            assert await told(gathering.take_seat("racing-1", language="en", card=code)) is Refusal.USED
        assert gathering._log.length == written
        assert (await gathering.take_seat("racing-0", language="en", card=code)).number == 0
        await gathering.erase(0, "erase-all")
        assert (await gathering.take_seat("late-key", language="en", card=spare)).number == 1
        assert len(gathering.state.seats) == 2, "the seat that was refused is not taken now"

    run(made(tmp_path), work)


def test_a_seat_that_a_scribe_serves_has_no_secret(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await gathering.submit("h0", "circle", ev.CircleAdded("", "key-1"))
        ann = await gathering.take_seat("seat-0", language="en", circle=0)
        await gathering.submit("h0", "duty", ev.DutyGiven(0, ann.number))
        friend = await gathering.take_seat("seat-1", language="en", circle=0, scribe=ann.number)
        assert len(ann.secret) == 32
        assert (friend.secret, gathering.state.seats[1].secret_hash, gathering.state.seats[1].scribe) == ("", "", 0)
        assert gathering.seat_of("") is None
        assert gathering.state.seats[0].secret_hash == hash_of(ann.secret)
        missing = gathering.take_seat("seat-2", language="en", card="no such card")
        assert await told(missing) is Refusal.UNKNOWN
        assert await told(gathering.take_seat("seat-2", language="en", circle=7)) is Refusal.UNKNOWN

    run(made(tmp_path), work)


# --- erasing ----------------------------------------------------------------------------------------------------------


def test_copies_of_a_persons_words_are_erased_and_other_words_stay(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await gathering.submit("h0", "circle", ev.CircleAdded("", "key-1"))
        ann, bo = await seat(gathering, 0, circle=0), await seat(gathering, 1, circle=0)
        await gathering.submit("h0", "steward", ev.DutyGiven(0, bo))
        mine = await say(gathering, ann, "Words of Ann")
        same = (
            await gathering.submit(
                f"s{bo}", "line", ev.DesireSaid(bo, "Words of Ann", "en", grew_from=mine, carried_by=0)
            )
        ).number
        other = await say(gathering, bo, "Grown from hers", grew_from=mine, line_of=0)
        alone = await say(gathering, bo, "Bread")
        await gathering.erase(ann, "erase-all")
        texts = [desire.text for desire in gathering.state.desires]
        assert same is not None
        assert (texts[mine], texts[same], texts[other], texts[alone]) == ("", "", "Grown from hers", "Bread")
        assert gathering.state.seats[bo].alive

    path = made(tmp_path)
    run(path, work)
    assert b"Words of Ann" not in b"".join(file.read_bytes() for file in path.parent.glob("g.oneheart*"))


def test_two_who_erase_in_one_batch_are_both_gone(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        for n in range(3):
            await say(gathering, await seat(gathering, n), f"Words of {n}")
        await asyncio.gather(*(gathering.erase(n, "erase-all") for n in range(2)))
        assert [one.alive for one in gathering.state.seats] == [False, False, True]
        assert [desire.text for desire in gathering.state.desires] == ["", "", "Words of 2"]
        assert gathering.trouble is None
        kept = await gathering.submit("s0", "again", ev.SeatErased(0))
        assert (kept.number, kept.repeated) == (0, True)
        for nobody in (-1, 3):
            assert await told(gathering.submit("s2", f"no-{nobody}", ev.SeatErased(nobody))) is Refusal.UNKNOWN
        await gathering.submit("s2", "key-2", ev.SeatChanged(2, language="en"))
        assert await told(gathering.submit("s2", "key-2", ev.SeatErased(2))) is Refusal.CONFLICT
        assert gathering.state.seats[2].alive

    run(made(tmp_path), work)


def test_while_the_log_cannot_be_read_again_nothing_is_written_and_then_all_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(gathering: LiveGathering) -> None:
        gathering._retry_seconds = 60
        ann = await seat(gathering, 0)
        before = gathering._log.length
        with monkeypatch.context() as patch:

            def fail(*_: object, **__: object) -> Any:
                message = "no replay"
                raise RuntimeError(message)

            patch.setattr(type(gathering.state), "apply", fail)
            patch.setattr(room, "replay", fail)
            assert await told(gathering.submit("h0", "first", ev.DesiresShown([]))) is Refusal.DISK
            assert gathering._log.length == before + 1
            assert await told(gathering.submit("h0", "second", ev.DesiresShown([]))) is Refusal.DISK
            assert await told(gathering.erase(ann, "erase-all")) is Refusal.DISK
            assert gathering._log.length == before + 1, "nothing more is written"
            assert gathering.trouble == "RuntimeError"
            assert gathering._retry is not None
        assert (await gathering.submit("h0", "first", ev.DesiresShown([]))).repeated
        assert gathering.state.seq == before + 1
        assert gathering.trouble is None
        await gathering.erase(ann, "erase-all")
        assert not gathering.state.seats[ann].alive

    run(made(tmp_path), work)


def test_what_was_written_before_an_error_counts_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(gathering: LiveGathering) -> None:
        gathering._retry_seconds = 60
        ann = await seat(gathering, 0)
        with monkeypatch.context() as patch:
            patch.setattr(SqliteLog, "find", lambda *_: {}["nothing"])
            saying = gathering.submit(f"s{ann}", "say", ev.DesireSaid(ann, "Peace", "en"))
            stale = gathering.submit("h0", "stale", ev.StageMoved(Stage.CROSSING, 7))
            assert await asyncio.gather(told(saying), told(stale)) == [Refusal.DISK] * 2
        assert len(gathering.state.desires) == 0
        later = await gathering.submit(f"s{ann}", "say-more", ev.DesireSaid(ann, "Bread", "en"))
        assert [desire.text for desire in gathering.state.desires] == ["Peace", "Bread"]
        assert later.number == 1
        assert (await gathering.submit(f"s{ann}", "say", ev.DesireSaid(ann, "Peace", "en"))).number == 0

    run(made(tmp_path), work)


def test_a_timer_is_set_once_and_ended_at_the_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)

    async def whole() -> None:
        gathering = LiveGathering.open(path, retry_seconds=0.01)
        gathering.start()
        assert gathering._retry is None, "nothing is owed"
        ann = await seat(gathering, 0)
        tried: list[int] = []

        def refuse(*_: object, **__: object) -> Any:
            tried.append(0)
            message = "full"
            raise storage.StorageError(message)

        monkeypatch.setattr(SqliteLog, "erase", refuse)
        assert await told(gathering.erase(ann, "erase-all")) is Refusal.DISK
        gathering._try_again_later()
        timer = gathering._retry
        assert timer is not None
        gathering._try_again_later()
        assert gathering._retry is timer
        await asyncio.sleep(0.2)
        assert len(tried) > 3
        gathering._retry_seconds = 60
        while gathering._retry is None or gathering._retry.when() < asyncio.get_running_loop().time() + 30:
            await asyncio.sleep(0.01)
        await gathering.close()
        assert gathering._retry.cancelled()
        count = len(tried)
        await asyncio.sleep(0.05)
        assert len(tried) == count
        again = LiveGathering.open(path, retry_seconds=0.01)
        assert again.trouble == "full"
        monkeypatch.undo()
        again.start()
        async with asyncio.timeout(LONG):
            while again.trouble is not None:
                await asyncio.sleep(0.01)
        assert not again.state.seats[ann].alive
        await again.close()

    asyncio.run(whole())


# --- the hall ---------------------------------------------------------------------------------------------------------


def test_who_waits_for_a_snapshot_is_woken_only_by_one_that_says_something_new(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        async with contextlib.aclosing(gathering.snapshots()) as snapshots:  # type: ignore[type-var]
            first = await anext(snapshots)
            assert count_of(first.people) == 0
            following = asyncio.ensure_future(anext(snapshots))
            for n in range(4):
                await seat(gathering, n)
                gathering.tick()
                await asyncio.sleep(0)
            assert not following.done(), "four people are not shown"
            assert gathering.snapshot.seq == gathering.state.seq
            await seat(gathering, 4)
            gathering.tick()
            assert count_of((await following).people) == 5
            assert len(gathering._watchers) == 1
        assert gathering._watchers == set()

    run(made(tmp_path), work)


def test_who_leads_is_told_when_a_stage_may_have_moved(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await gathering.submit("h0", "programme", ev.ProgrammeSet([ev.ProgrammeStep(Stage.CROSSING, 60)]))
        assert not gathering.moved.is_set()
        for body in (ev.StageMoved(Stage.OPEN, 0), ev.StepTaken(0, 1)):
            await gathering.submit("h0", f"move-{body}", body)
            assert gathering.moved.is_set()
            gathering.moved.clear()
        await gathering.submit("h0", "clock", ev.ClockSet(3))
        assert not gathering.moved.is_set()

    run(made(tmp_path), work)


def test_decks_of_a_state_that_is_gone_are_not_dealt(tmp_path: Path) -> None:
    def fitted(seq: int) -> Fitted:
        return Fitted(seq, Decks(np.full((1, 1), -1, np.int32), np.zeros((1, 1), np.float32)), 1)

    async def work(gathering: LiveGathering) -> None:
        ann = await seat(gathering, 0)
        await seat(gathering, 1)
        state = gathering.state
        await gathering.take_decks(state, fitted(2))
        assert gathering.fitted_seq == 2
        assert gathering.dealer.decks is not None
        gathering.tick()
        assert gathering.snapshot.fitted_seq == 2
        await gathering.erase(ann, "erase-all")
        assert gathering.fitted_seq == 0, "the state was computed anew"
        await gathering.take_decks(state, fitted(3))
        assert gathering.fitted_seq == 0
        assert gathering.dealer.decks is None

    run(made(tmp_path), work)


def test_troubles_are_kept_apart_by_what_they_are_of(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        gathering.note_trouble("fitting", "no fit")
        gathering.note_trouble("weaving", "no text")
        await gathering.submit("h0", "shown", ev.DesiresShown([]))
        assert gathering.trouble == "no fit", "what was written says nothing of the fit"
        gathering.note_trouble("fitting", None)
        assert gathering.trouble == "no text"
        gathering.note_trouble("weaving", None)
        gathering.note_trouble("weaving", None)
        assert gathering.trouble is None

    run(made(tmp_path), work)


def test_closing_writes_what_waits(tmp_path: Path) -> None:
    path = made(tmp_path)

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        doing = [asyncio.create_task(gathering.submit("h0", f"key-{n}", ev.DesiresShown([]))) for n in range(600)]
        await asyncio.sleep(0)
        await gathering.close()
        assert [kept.seq for kept in await asyncio.gather(*doing)] == list(range(2, 602))

    asyncio.run(whole())


def test_a_house_finds_starts_and_forgets_gatherings(tmp_path: Path) -> None:
    async def whole() -> None:
        made(tmp_path)
        house = House.open(tmp_path)
        (code,) = house.gatherings
        assert house.find(f" {code[:4].lower()}-{code[4:]}") is house.gatherings[code]
        assert house.find("") is None
        await house.start()
        added = house.add(ev.Settings("y", {"en": "?"}, "ten", ["en"]))
        assert set(house.gatherings) == set(house.leaders) == {code, added.code}
        await asyncio.sleep(0.02)
        assert house.leaders[added.code]._tasks
        await house.forget(added)
        assert set(house.gatherings) == set(house.leaders) == {code}
        assert not added.path.exists()
        link = house.invite(code)
        invitation = house.invitation(link)
        assert invitation is not None
        assert invitation.code == code
        assert house.use(link) == invitation
        assert house.use(link) is house.invitation(link) is None
        await house.close()
        alone = House.open(tmp_path / "g.oneheart")
        with pytest.raises(UserError, match="oneheart new"):
            alone.add(ev.Settings("y", {"en": "?"}, "ten", ["en"]))
        await alone.close()

    asyncio.run(whole())
