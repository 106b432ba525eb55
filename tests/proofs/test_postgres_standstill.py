"""A1 in PostgreSQL: connections are held back and broken off, server and database stand still. Nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneheart.commands.moving import move
from oneheart.storage.postgres import DatabaseSession, address_of
from tests.chaos import kill9
from tests.chaos.disturbed import Servers, stop_process
from tests.support import postgres as servers
from tests.support.cut import Cut
from tests.support.proofs import LONG, size

Figure = Callable[[str], None]
pytestmark = pytest.mark.alone
CUT, STILL = (5.0, 2.0) if LONG else (0.5, 0.3)  # seconds
TOLD_AFTER = 10.0
SLACK = 5.0  # for a machine that does other things, too


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Cluster]:
    """Return a server of its own, because its processes are stopped; skip with the reason where there is none."""
    if servers.programs() is None:
        pytest.skip(servers.MISSING)
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    port = kill9._free_port()  # noqa: SLF001
    with servers.running("listen_addresses=127.0.0.1", port=port) as running:
        yield running


@pytest.fixture
def cut(cluster: servers.Cluster) -> Iterator[Cut]:
    """Return a way to the database that can be cut."""
    with Cut(cluster.socket) as between:
        yield between


def through(cut: Cut, base: str) -> str:
    """Return the address of a database by way of the cut."""
    name = address_of(base).shown.rpartition("?")[0].rpartition("/")[2]
    return f"postgresql://oneheart@127.0.0.1:{cut.port}/{name}"


def backend_of(base: str) -> int:
    """Return the process of the database that writes for the server."""
    line = DatabaseSession(address_of(base))
    try:
        ((pid,),) = line.run(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%append_events%' "
            "AND pid <> pg_backend_pid()"
        )
        return int(pid)
    finally:
        line.close()


@pytest.mark.proof("A1")
def test_a_cut_connection_and_processes_that_stand_still_lose_and_double_nothing(
    cluster: servers.Cluster, cut: Cut, tmp_path: Path, figure: Figure
) -> None:
    base, rounds = cluster.emptied(), size(6, 1)
    seats = asyncio.run(kill9._prepare(tmp_path / "g.oneheart", 16))  # noqa: SLF001
    list(move(str(tmp_path / "g.oneheart"), base))
    with Servers([f"{through(cut, base)}#{kill9.CODE}"]) as served:

        def disturb() -> None:
            time.sleep(0.3)
            for _ in range(rounds):
                cut.hold()
                time.sleep(CUT)
                cut.go()
                time.sleep(0.3)
                cut.break_off()
                time.sleep(0.3)
                cut.hold()
                time.sleep(0.1)
                cut.break_off()  # what was sent is lost on the way
                cut.go()
                time.sleep(0.3)
                served.stop(0, STILL)
                time.sleep(0.3)
                stop_process(backend_of(base), STILL)
                time.sleep(0.3)

        played = served.play(seats, disturb, seed=5)
        found = served.judge(f"{base}#{kill9.CODE}")
    figure(
        f"PostgreSQL: {rounds} times held back for {CUT:g} s, broken off, and stopped for {STILL:g} s each, "
        f"{len(found.acknowledged):,} kept: {found.lost} lost, {found.doubled} doubled, {found.differs} seats differ; "
        f"the longest wait was {played.longest():.1f} s"
    )
    assert any(not answer.kept for answer in played.answers), "the partner of the others: something was refused"
    assert len(found.acknowledged) > len(seats)
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)
    assert played.longest() < TOLD_AFTER + SLACK


@pytest.mark.long
def test_whoever_waits_for_a_connection_that_is_cut_for_long_is_told_after_ten_seconds(
    cluster: servers.Cluster, cut: Cut, tmp_path: Path, figure: Figure
) -> None:
    base = cluster.emptied()
    seats = asyncio.run(kill9._prepare(tmp_path / "g.oneheart", 8))  # noqa: SLF001
    list(move(str(tmp_path / "g.oneheart"), base))
    with Servers([f"{through(cut, base)}#{kill9.CODE}"]) as served:

        def disturb() -> None:
            time.sleep(0.5)
            cut.hold()
            time.sleep(14)
            cut.go()
            time.sleep(2)

        played = served.play(seats, disturb, seed=6, pause=0.05)
        found = served.judge(f"{base}#{kill9.CODE}")
    refused = [answer.took for answer in played.answers if not answer.kept]
    figure(f"cut for 14 s: told after {max(refused):.1f} s")
    assert TOLD_AFTER - 1 < max(refused) < TOLD_AFTER + SLACK
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)


def test_both_sides_of_a_connection_find_out_soon_that_the_other_is_gone(cluster: servers.Cluster) -> None:
    port = cluster.socket.name.rpartition(".")[2]
    line = DatabaseSession(address_of(f"postgresql://oneheart@127.0.0.1:{port}/oneheart"))
    rows = line.run("SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp_%' ORDER BY name")
    own = line._connection.info.get_parameters()  # noqa: SLF001
    line.close()
    assert dict(rows) == {
        "tcp_keepalives_count": "3",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_user_timeout": "10000",
    }
    assert (own["tcp_user_timeout"], own["keepalives_idle"]) == ("10000", "5")
