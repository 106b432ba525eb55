"""A live gathering in PostgreSQL: the same rounds, and what a broken connection, an older copy or a neighbour does."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oneheart.commands.moving import move
from oneheart.commands.proving import proof
from oneheart.commands.server_doctor import Checked, examine, exit_status
from oneheart.commands.serving import Serving, opened
from oneheart.errors import HeldError, UserError
from oneheart.live import events as ev
from oneheart.live import waiting
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.rebuild import replay
from oneheart.live.refusal import Refusal, Refused
from oneheart.storage import postgres as databases
from oneheart.storage.database import open_database
from oneheart.storage.keyring import GONE, NUMBERED
from oneheart.storage.log import Entry
from oneheart.storage.postgres import DatabaseSession, PostgresGathering, address_of
from oneheart.storage.postgres_log import PostgresLog
from oneheart.storage.stores import log_of, look_at_store
from tests.support.postgres import Cluster
from tests.support.whole_round import play_round

pytestmark = pytest.mark.process
Work = Callable[[LiveGathering], Awaitable[None]]


@pytest.fixture
def base(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a database without a gathering; its keys are in a folder of their own."""
    (tmp_path / "keys").mkdir(mode=0o700)
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(databases, "HOLD_SECONDS", 0.2)
    return postgres.emptied()


def brought(base: str, folder: Path, code: str = "ABCD3456") -> str:
    """Return the address of a new gathering in the database."""
    path = folder / f"{code}.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code=code)  # type: ignore[arg-type]
    list(move(str(path), base))
    return f"{base}#{code}"


def run(place: str, work: Work) -> None:
    """Open a gathering, do the work, close it, and check that a replay gives the same state."""

    async def whole() -> str:
        gathering = LiveGathering.open(place, retry_seconds=0.01)
        gathering.start()
        await work(gathering)
        await gathering.close()
        return gathering.state.digest()

    digest = asyncio.run(whole())
    store = look_at_store(place)
    log = log_of(store)
    assert log.first_break() is None
    assert replay(log).state.digest() == digest
    store.close()


async def told(doing: Awaitable[object]) -> object:
    try:
        return await doing
    except Refused as refused:
        return refused.why


def session_of(gathering: LiveGathering) -> DatabaseSession:
    store = gathering._database
    assert isinstance(store, PostgresGathering)
    return store.line


def by_somebody_else(gathering: LiveGathering, statement: str, *values: object) -> None:
    other = DatabaseSession(session_of(gathering).address)
    other.run("SET session_replication_role = replica")
    other.run(statement, values)
    other.close()


def cut_off(gathering: LiveGathering) -> None:
    """Break the connection of the gathering."""
    by_somebody_else(
        gathering,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )


async def seated(gathering: LiveGathering, number: int) -> int:
    return (await gathering.take_seat(f"seat-key-{number:024}", language="en")).number


def test_a_whole_round_there_is_the_same_in_a_file_afterwards(base: str, tmp_path: Path) -> None:
    there, back = f"{base}#ABCD3456", tmp_path / "back.oneheart"
    played = play_round(tmp_path / "g.oneheart", there)
    lines, well = proof(there, played.root, played.size)
    assert well, lines
    assert any(line.startswith("sealed text 1: stands on this record") for line in lines)
    list(move(there, str(back)))
    assert proof(back, played.root, played.size) == (lines, True)
    hall = LiveGathering.open(back)
    assert (len(hall.state.prayers.sealed), hall.spoiled) == (1, None)
    hall.shut()


def test_a_broken_connection_refuses_what_waits_and_the_next_try_counts_once(base: str, tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann = await seated(gathering, 0)
        cut_off(gathering)
        say = ev.DesireSaid(ann, "Peace", "en")
        assert await told(gathering.submit(f"s{ann}", "say", say)) is Refusal.DISK
        assert gathering.trouble is not None
        first = await gathering.submit(f"s{ann}", "say", say)
        again = await gathering.submit(f"s{ann}", "say", say)
        assert (first.number, again.number, again.repeated) == (0, 0, True)
        assert gathering.trouble is None
        assert len(gathering.state.desires) == 1

    run(brought(base, tmp_path), work)


def test_what_the_database_kept_and_could_not_say_counts_once(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann = await seated(gathering, 0)
        run_it = DatabaseSession.run

        def breaks(self: DatabaseSession, statement: str, values: object = ()) -> object:
            out = run_it(self, statement, values)  # type: ignore[arg-type]
            if "append_events" in statement:
                cut_off(gathering)
                run_it(self, "SELECT 1")
            return out

        say = ev.DesireSaid(ann, "Peace", "en")
        with monkeypatch.context() as patch:
            patch.setattr(DatabaseSession, "run", breaks)
            assert await told(gathering.submit(f"s{ann}", "say", say)) is Refusal.DISK
        while (kept := await told(gathering.submit(f"s{ann}", "say", say))) is Refusal.DISK:
            await asyncio.sleep(0.01)
        assert getattr(kept, "repeated", False)
        assert [desire.text for desire in gathering.state.desires] == ["Peace"]

    run(brought(base, tmp_path), work)


def test_hosts_are_told_that_an_older_copy_took_the_place_of_the_database(base: str, tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        seats = [await seated(gathering, number) for number in range(4)]
        for seat in seats:
            await gathering.submit(f"s{seat}", "say", ev.DesireSaid(seat, f"Bread {seat}", "en"))
        last = gathering.state.seq
        by_somebody_else(gathering, "DELETE FROM oneheart.events WHERE seq > %s", last - 2)
        more = ev.DesireSaid(0, "Peace", "en")
        assert await told(gathering.submit("s0", "more", more)) is Refusal.DISK
        assert "lost at least 2 events" in str(gathering.trouble)
        while await told(gathering.submit("s0", "more", more)) is Refusal.DISK:
            await asyncio.sleep(0.01)
        assert [desire.text for desire in gathering.state.desires] == ["Bread 0", "Bread 1", "Peace"]
        assert "At least 2 answers" in str(gathering.trouble), "it is said until the server starts anew"

    run(brought(base, tmp_path), work)


def test_what_a_neighbour_wrote_in_between_is_applied_in_its_place(base: str, tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann = await seated(gathering, 0)
        store = gathering._database
        assert isinstance(store, PostgresGathering)
        beside = DatabaseSession(store.line.address)
        body = ev.DesireSaid(ann, "Peace", "en")
        PostgresLog(replace(store, line=beside)).append([Entry(f"s{ann}", "k", "desire", ev.encode(body), sealed=True)])
        beside.close()
        own = await gathering.submit(f"s{ann}", "say", ev.DesireSaid(ann, "Bread", "en"))
        assert own.number == 1
        assert [desire.text for desire in gathering.state.desires] == ["Peace", "Bread"]

    run(brought(base, tmp_path), work)


def test_an_erasure_is_answered_when_the_keys_are_destroyed(base: str, tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann = await seated(gathering, 0)
        await gathering.submit(f"s{ann}", "say", ev.DesireSaid(ann, "Peace", "en"))
        ring = gathering._database.keyring
        assert ring is not None
        assert not any(ring.keys().at(slot) in {GONE, NUMBERED} for slot in range(ring.keys().count))
        await gathering.erase(ann, "erase-me")
        gone = [slot for slot in range(ring.keys().count) if ring.keys().at(slot) in {GONE, NUMBERED}]
        assert len(gone) == 2, "the seat and the wish"
        assert not gathering.state.seats[ann].alive

    run(brought(base, tmp_path), work)


def test_nobody_waits_for_a_database_that_stands_still(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.2)

    async def work(gathering: LiveGathering) -> None:
        ann = await seated(gathering, 0)
        ((pid,),) = session_of(gathering).run("SELECT pg_backend_pid()")
        say, more = ev.DesireSaid(ann, "Peace", "en"), ev.DesireSaid(ann, "Bread", "en")
        os.kill(pid, signal.SIGSTOP)
        try:
            assert await told(gathering.submit(f"s{ann}", "say", say)) is Refusal.DISK
            assert gathering.trouble == "nothing could be written for 0.2 seconds"
            assert await told(gathering.submit(f"s{ann}", "more", more)) is Refusal.DISK
        finally:
            os.kill(pid, signal.SIGCONT)
        while (kept := await told(gathering.submit(f"s{ann}", "say", say))) is Refusal.DISK:
            await asyncio.sleep(0.01)
        assert getattr(kept, "repeated", False), "it was written when the database went on"
        await gathering.submit(f"s{ann}", "more", more)
        assert [desire.text for desire in gathering.state.desires] == ["Peace", "Bread"]
        assert gathering.trouble is None

    run(brought(base, tmp_path), work)


def test_a_house_serves_what_is_in_the_database_and_leaves_out_what_was_moved(
    base: str, postgres: Cluster, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"oneheart db upgrade"):
        House.open(postgres.named("postgres"))
    with pytest.raises(UserError, match="has 0 gatherings"):
        House.open(base)
    for code in ("ABCD3456", "EFGH3456", "JKMN3456"):
        brought(base, tmp_path, code)
    list(move(f"{base}#EFGH3456", str(tmp_path / "back.oneheart")))
    house = House.open(base)
    assert sorted(house.gatherings) == ["ABCD3456", "JKMN3456"]
    beside = House.open(f"{base}#ABCD3456")
    assert [*beside.gatherings] == ["ABCD3456"], "any number serve the same"
    with pytest.raises(UserError, match="already served"):
        list(move(f"{base}#ABCD3456", str(tmp_path / "elsewhere.oneheart")))
    beside.gatherings["ABCD3456"].shut()
    assert house.folder is None
    asyncio.run(house.forget(house.gatherings["ABCD3456"]))
    for gathering in house.gatherings.values():
        gathering.shut()
    assert databases.codes_in(address_of(base)) == ["JKMN3456"]
    assert not (tmp_path / "keys" / "ABCD3456.keys").exists()
    files = House.open(tmp_path)
    assert [*files.gatherings] == ["EFGH3456"], "the files of what went away are left out"
    for gathering in files.gatherings.values():
        gathering.shut()


def test_a_standby_of_a_file_waits_for_the_other_server_and_says_so_once(tmp_path: Path) -> None:
    place = tmp_path / "ABCD3456.oneheart"
    create(place, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")  # type: ignore[arg-type]
    other = LiveGathering.open(place)
    asked = Serving(place, "127.0.0.1", 0, None, https=False, proxy=None)
    with pytest.raises(HeldError):
        next(opened(asked, lambda: House.open(place)))
    tries: list[int] = []

    def tried() -> House:
        tries.append(len(tries))
        if len(tries) == 3:
            other.shut()
        return House.open(place)

    waiting_one = opened(replace(asked, standby=True), tried)
    assert "waits" in next(waiting_one)
    with pytest.raises(StopIteration) as ended:
        next(waiting_one)
    house: House = ended.value.value
    assert ([*house.gatherings], len(tries)) == (["ABCD3456"], 3)
    house.gatherings["ABCD3456"].shut()


def test_the_doctor_looks_at_a_database(
    base: str, postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examined(place: str = base) -> dict[str, Checked]:
        return {one.name: one for one in examine(Serving(place, "127.0.0.1", 0, None, https=False, proxy=None))}

    assert "oneheart db upgrade" in examined(postgres.named("postgres"))["database"].findings[0].sentence
    brought(base, tmp_path)
    checks = examined()
    assert "one durable write takes" in checks["database"].findings[0].sentence
    assert "back it up apart from the database" in checks["keys"].findings[0].sentence
    assert exit_status([checks["keys"]]) == 0
    (tmp_path / "keys").chmod(0o755)
    assert "chmod 700" in examined()["keys"].findings[0].sentence
    (tmp_path / "keys" / "ABCD3456.keys").rename(tmp_path / "away")
    assert "The keys of ABCD3456 are not in" in examined()["keys"].findings[0].sentence
    monkeypatch.setattr("oneheart.commands.server_doctor.FLUSH_SLOW", 0.0)
    assert examined()["database"].findings[0].severity == "warning"


def test_a_moved_file_is_refused_by_whatever_opens_it(base: str, tmp_path: Path) -> None:
    brought(base, tmp_path)
    with pytest.raises(UserError, match="was moved"):
        open_database(tmp_path / "ABCD3456.oneheart")
