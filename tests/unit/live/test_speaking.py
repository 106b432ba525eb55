"""What is new is written only when every process that lives can read it; who cannot read something stops by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from oneheart.commands.making import make_in_database, settings_for
from oneheart.live import events as ev
from oneheart.live import keeper
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.speaking import words_of, words_of_this_build
from oneheart.storage import processes
from oneheart.storage.log import Entry
from oneheart.storage.postgres import address_of
from oneheart.storage.processes import Presence, be_gone, be_present
from oneheart.storage.stores import log_of, look_at_store
from tests.support.postgres import Cluster
from tests.support.whole_round import play_round

BUILD = words_of_this_build()
SAID = ev.DesireSaid(None, "Peace", "en")


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_event_is_told_in_words_of_this_build(tmp_path: Path) -> None:
    log = log_of(look_at_store(play_round(tmp_path / "g.oneheart").path))
    bodies = [ev.decode(event.body) for event in log.replay() if event.body is not None]
    assert len({type(body) for body in bodies}) > 12
    for body in bodies:
        assert set(words_of(body)) <= BUILD, body
    assert not set(words_of(bodies[0])) <= BUILD - {"settings.languages"}, "the partner: a field less is found out"


def test_a_field_counts_only_where_it_is_written() -> None:
    body = ev.SeatTaken("hash", "en")
    assert set(words_of(body)) == {"seat", *(f"seat.{name}" for name in msgspec.to_builtins(body) if name != "kind")}
    assert "seat.circle" in set(words_of(msgspec.structs.replace(body, circle=3)))


# --- processes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a gathering in a database."""
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    monkeypatch.setattr(processes, "BEAT_SECONDS", 0.05)
    base = postgres.emptied()
    settings = settings_for(name="Hall", questions=(), voice="assembly", languages=("en",))
    return f"{base}#{make_in_database(base, settings, 1)[1]}"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.process
def test_a_process_knows_what_others_that_live_cannot_read(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = address_of(place)
    newer, older = Presence(address, frozenset("abc")), Presence(address, frozenset("ab"))
    assert newer.unread == frozenset("abc"), "before the first sign of life nothing is taken as read"
    newer.start()
    assert (newer.unread, newer.mixed) == (frozenset(), False)
    older.start()
    assert (older.unread, older.mixed) == (frozenset(), True)
    until(lambda: newer.unread == frozenset("c"))
    older.close()
    until(lambda: not newer.unread and not newer.mixed)
    killed = Presence(address, frozenset("a"))
    killed.start()
    until(lambda: newer.unread == frozenset("bc"))
    killed._ended.set()  # it ends without a word
    killed._thread.join()
    monkeypatch.setattr(processes, "LIVE_SECONDS", 0.1)
    until(lambda: not newer.unread)
    killed.close()
    newer.close()


@pytest.mark.process
def test_a_process_is_present_while_it_has_a_gathering_of_a_database_open(place: str) -> None:
    gathering = LiveGathering.open(place)
    assert gathering._presence is None
    one, two = (be_present(gathering._database, BUILD) for _ in range(2))
    assert one is two is not None
    be_gone(gathering._database, one)
    assert one._thread.is_alive()
    be_gone(gathering._database, one)
    assert not one._thread.is_alive()
    gathering.shut()


async def why(gathering: LiveGathering, key: str, body: ev.AnyBody = SAID) -> Refusal | None:
    try:
        await gathering.submit("h0", key, body)
    except Refused as refused:
        return refused.why
    return None


@pytest.mark.process
@pytest.mark.parametrize("asks", [True, False], ids=["asks", "the partner: a build that asks nobody"])
def test_what_another_process_cannot_read_waits(place: str, monkeypatch: pytest.MonkeyPatch, *, asks: bool) -> None:
    async def work() -> None:
        gathering = LiveGathering.open(place)
        gathering.start()
        former = Presence(address_of(place), BUILD - {"desire.language"})
        former.start()
        assert gathering._presence is not None
        until(lambda: bool(gathering._presence and gathering._presence.unread))
        if not asks:
            monkeypatch.setattr(keeper, "words_of", lambda _body: iter(()))
        assert await why(gathering, "a") is (Refusal.NEWER if asks else None)
        assert await why(gathering, "c", ev.StageMoved("crossing", 0)) is None, "what it can read is kept"
        former.close()
        until(lambda: not (gathering._presence and gathering._presence.unread))
        assert await why(gathering, "d") is None
        await gathering.close()

    asyncio.run(work())


@pytest.mark.process
def test_who_meets_what_it_cannot_read_stops_and_lets_others_lead(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    replays: list[int] = []
    replay = keeper.replay

    def counted(*words: object, **more: object) -> object:
        replays.append(1)
        return replay(*words, **more)  # type: ignore[arg-type]

    async def work() -> None:
        old, new = LiveGathering.open(place), LiveGathering.open(place)
        old.start()
        assert await old.try_to_lead()
        assert not await new.try_to_lead()
        assert await why(old, "a") is None
        monkeypatch.setattr(keeper, "replay", counted)
        new._log.catch_up()
        new._log.append([Entry("house", "hum", "hummed", '{"kind":"hummed"}')])
        assert await why(old, "b") in {Refusal.DISK, Refusal.NEWER}, "sent again to another server, it is a repeat"
        while old.spoiled is None:
            await asyncio.sleep(0.02)
        assert old.trouble == (
            f'Event {old.spoiled.seq} ("hummed") is of a newer version of oneheart, which serves this gathering too; '
            "this server takes nothing more. Bring it up to date, or end it."
        )
        assert await why(old, "c") is Refusal.NEWER
        assert not await old.try_to_lead()
        assert not old.leads
        while not await new.try_to_lead():
            await asyncio.sleep(0.02)
        before = len(replays)
        for _ in range(5):
            old._wake()
            await asyncio.sleep(0.02)
        assert len(replays) == before, "it does not read the log again and again"
        await old.close()
        await new.close()

    asyncio.run(work())
