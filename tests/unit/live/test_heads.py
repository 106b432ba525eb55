"""Heads of the record: when the house publishes one, what stands under it, and what a changed file makes of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from oneheart.commands.proving import proof
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refusal, Refused
from oneheart.model.desire import Stance
from oneheart.storage.epochs import EpochTree
from oneheart.storage.merkle import extends, includes
from tests.support.forging import rewrite, with_body

Work = Callable[[LiveGathering, Leader], Awaitable[None]]


def run(folder: Path, work: Work) -> Path:
    """Do something with a gathering and its leader, and close both."""
    path = folder / "g.oneheart"
    if not path.exists():
        create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), code="ABCD3456")

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        leader = Leader(gathering)
        try:
            await work(gathering, leader)
        finally:
            await leader.close()
            await gathering.close()

    asyncio.run(whole())
    return path


async def say(gathering: LiveGathering, people: int, word: str) -> None:
    """Let people say something each, of whom those that have no seat yet take one."""
    for seat in range(people):
        if seat >= len(gathering.state.seats):
            await gathering.take_seat(f"seat-key-{seat:04}", language="en")
        body = ev.DesireSaid(seat, f"{word} {seat}", "en")
        await gathering.submit(f"s{seat}", f"{word}-{seat}", body)


async def move(gathering: LiveGathering, leader: Leader, stage: str) -> None:
    version = gathering.state.version
    await gathering.submit("h0", f"move-{version}", ev.StageMoved(stage, version))  # type: ignore[arg-type]
    await leader.step()


def sizes(gathering: LiveGathering) -> list[int]:
    return [head.size for head in gathering.state.heads.published]


def test_a_head_is_published_at_the_end_of_a_stage_if_five_people_wrote_and_never_within_a_stage(
    tmp_path: Path,
) -> None:
    async def work(gathering: LiveGathering, leader: Leader) -> None:
        await say(gathering, 4, "bread")
        await move(gathering, leader, "crossing")
        assert sizes(gathering) == [], "four people wrote"
        await say(gathering, 5, "peace")
        await leader.step()
        assert sizes(gathering) == [], "the stage goes on"
        await move(gathering, leader, "open")
        assert sizes(gathering) == [50]
        await leader.step()
        await move(gathering, leader, "crossing")
        assert sizes(gathering) == [50], "nobody has written since"

    run(tmp_path, work)


def test_the_end_always_has_a_head_whose_size_is_the_same_whatever_one_person_did(tmp_path: Path) -> None:
    ends = []
    for taps in (0, 1, 3):
        folder = tmp_path / str(taps)
        folder.mkdir()

        async def work(gathering: LiveGathering, leader: Leader, taps: int = taps) -> None:
            await say(gathering, 6, "bread")
            await move(gathering, leader, "crossing")
            for tap in range(taps):
                await gathering.submit("s0", f"tap-{tap}", ev.Responded(0, 1 + tap, 1))  # type: ignore[arg-type]
            await gathering.submit("h0", "end", ev.Ended())
            await leader.step()
            await leader.step()
            ends.append(sizes(gathering))

        run(folder, work)
    assert ends == [[50, 100]] * 3


def test_a_sealed_text_stands_on_the_head_that_is_published_at_the_sealing(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering, leader: Leader) -> None:
        await say(gathering, 6, "bread")
        for seat in range(6):
            for desire in {*range(6)} - {seat}:
                await gathering.submit(f"s{seat}", f"want-{desire}", ev.Responded(seat, desire, Stance.WANT))
        for stage in ("crossing", "weaving", "reading", "sealed"):
            await move(gathering, leader, stage)
        (sealed,) = gathering.state.prayers.sealed
        newest = gathering.state.heads.newest
        assert newest is not None
        before = gathering.state.heads.published[-2]
        assert (sealed.body.root, sealed.body.size) == (before.root, before.size)
        assert before.through < sealed.seq <= newest.through, "a head follows at once, and the sealing is under it"
        assert newest.size == before.size + 50
        count = len(sizes(gathering))
        await leader.step()
        assert len(sizes(gathering)) == count

    path = run(tmp_path, work)
    said, well = proof(path)
    assert well
    assert "sealed text 1: stands on this record, and its words are those that were sealed" in said


def test_everything_that_a_person_wrote_is_proved_under_the_newest_head_and_after_a_restart(tmp_path: Path) -> None:
    async def first(gathering: LiveGathering, leader: Leader) -> None:
        await say(gathering, 30, "bread")
        await move(gathering, leader, "crossing")
        await say(gathering, 30, "peace")
        assert [receipt.included is None for receipt in await gathering.publisher.receipts(gathering.state, 3)].count(
            True
        ) == 1

    async def second(gathering: LiveGathering, leader: Leader) -> None:
        await move(gathering, leader, "weaving")
        newest = gathering.state.heads.newest
        assert newest is not None
        for seat in range(30):
            receipts = await gathering.publisher.receipts(gathering.state, seat)
            assert len(receipts) == 2
            for receipt in receipts:
                assert receipt.included is not None
                assert includes(
                    leaf=receipt.commitment,
                    index=receipt.included.index,
                    size=newest.size,
                    path=receipt.included.path,
                    root=bytes.fromhex(newest.root),
                )
        old = gathering.state.heads.published[0]
        assert extends(
            first=(old.size, bytes.fromhex(old.root)),
            second=(newest.size, bytes.fromhex(newest.root)),
            path=await gathering.publisher.consistency(gathering.state, old.size, newest.size),
        )
        for pair in ((old.size, 1), (1, newest.size), (newest.size, old.size)):
            with pytest.raises(Refused) as refused:
                await gathering.publisher.consistency(gathering.state, *pair)
            assert refused.value.why is Refusal.UNKNOWN

    run(tmp_path, first)
    run(tmp_path, second)


def test_a_head_that_could_not_be_written_is_published_later_with_what_came_meanwhile(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering, leader: Leader) -> None:
        await say(gathering, 6, "bread")
        await gathering.submit("h0", "move", ev.StageMoved("crossing", 0))  # type: ignore[arg-type]
        lost = await gathering.publisher.next_head(gathering.state)
        await say(gathering, 6, "peace")
        await leader.step()
        (published,) = gathering.state.heads.published
        assert published.through > lost.through
        assert published.root != lost.root

    path = run(tmp_path, work)
    assert proof(path)[1]


def test_only_the_house_publishes_heads(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering, _leader: Leader) -> None:
        await say(gathering, 6, "bread")
        head = await gathering.publisher.next_head(gathering.state)
        for actor in ("h0", "s0"):
            with pytest.raises(Refused) as refused:
                await gathering.submit(actor, "head", head)
            assert refused.value.why is Refusal.NOT_YOURS

    run(tmp_path, work)


def test_a_file_in_which_an_event_under_a_head_was_replaced_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the file can compute commitments and chain anew. Then only the published head tells."""

    async def work(gathering: LiveGathering, leader: Leader) -> None:
        await say(gathering, 6, "bread")
        await move(gathering, leader, "crossing")

    path = run(tmp_path, work)
    with sqlite3.connect(path) as file:
        (last,) = file.execute("SELECT max(seq) FROM events").fetchone()
    forged = ev.encode(ev.TreeHead(50, "0" * 64, "0" * 64, last - 1, "0" * 64))
    assert rewrite(path, with_body("head", lambda _body: forged)) == 1
    said, well = proof(path)
    assert not well
    assert "head 1 is not of this record" in said

    async def trouble(gathering: LiveGathering, _leader: Leader) -> None:
        assert gathering.trouble is not None
        assert "Head 1" in gathering.trouble

    run(tmp_path, trouble)
    monkeypatch.setattr(EpochTree, "root", lambda *_: bytes(32))  # a build that believes every root
    monkeypatch.setattr("oneheart.storage.log.Log.chain_at", lambda *_: bytes(32))
    assert proof(path)[1]
