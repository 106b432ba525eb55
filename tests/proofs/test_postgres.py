"""A1 in PostgreSQL: the server or the database is killed under load. What was called kept is there, once."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from oneheart.commands.moving import move
from tests.chaos import kill9
from tests.support import postgres as servers
from tests.support.proofs import size

Figure = Callable[[str], None]
pytestmark = pytest.mark.alone


def killed(cluster: servers.Cluster) -> Callable[[], None]:
    """Return what kills the database with all its processes, and starts it again."""

    def restart() -> None:
        cluster.kill()
        cluster.start()

    return restart


@pytest.mark.proof("A1")
def test_kills_of_server_and_database_lose_and_double_nothing(cluster: servers.Cluster, figure: Figure) -> None:
    kills = size(90, 3)
    found = kill9.run(kills, size(40, 16), seed=4, database=cluster.emptied(), restart=killed(cluster))
    figure(
        f"PostgreSQL: {found.kills} kills, {kills // 3} of them of the database, {len(found.acknowledged):,} kept: "
        f"{found.lost} lost, {found.doubled} doubled, {found.differs} seats differ"
    )
    assert found.kills == kills
    assert len(found.acknowledged) > 16
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)


@pytest.mark.long
@pytest.mark.sabotage("A1", "commits in PostgreSQL that are not yet durable (DatabaseSession)")
def test_a_build_whose_commits_are_not_durable_is_found_out(cluster: servers.Cluster) -> None:
    for seed in range(6):  # what one kill loses is a matter of milliseconds
        base = cluster.emptied()
        found = kill9.run(3, 16, seed=seed, hasty=True, database=base, restart=killed(cluster))
        if found.lost:
            return
    pytest.fail("commits that are not durable outlived six kills of the database")


def answers(port: int) -> bool:
    """Return whether a server on this port says that it is well."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def kept(port: int, tap: kill9.Tap, seat: kill9.Seat) -> bool:
    """Send a tap, and return whether it was answered as kept."""

    async def sent() -> bool:
        wires: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}
        try:
            return await kill9._tap(port, tap, seat, wires)  # noqa: SLF001
        finally:
            for _, writer in wires.values():
                writer.close()
                await writer.wait_closed()

    return asyncio.run(sent())


@pytest.mark.long
def test_another_server_goes_on_when_one_is_killed_and_nothing_is_lost(
    cluster: servers.Cluster, tmp_path: Path
) -> None:
    base = cluster.emptied()
    seats = asyncio.run(kill9._prepare(tmp_path / "g.oneheart", 4))  # noqa: SLF001
    list(move(str(tmp_path / "g.oneheart"), base))
    ports = [kill9._free_port(), kill9._free_port()]  # noqa: SLF001

    def started(port: int, *options: str) -> subprocess.Popen[bytes]:
        words = ["serve", base, "--host", "127.0.0.1", "--port", str(port), *options]
        with (tmp_path / f"{port}.log").open("wb") as log:
            return subprocess.Popen([sys.executable, "-m", "oneheart.cli", *words], stdout=log, stderr=log)

    def until(true: Callable[[], bool]) -> None:
        while not true():
            assert any(one.poll() is None for one in running), "a server ended by itself"
            time.sleep(0.05)

    running = [started(ports[0])]
    try:
        until(lambda: answers(ports[0]))
        running.append(started(ports[1]))
        until(lambda: answers(ports[1]))
        tap = kill9.Tap(0, 1, 1, secrets.token_hex(12))
        assert kept(ports[0], tap, seats[0])
        running[0].kill()
        assert kept(ports[1], tap, seats[0]), "the phone sends it again"
    finally:
        for one in running:
            one.kill()
            one.wait()
    found = kill9._judge(f"{base}#{kill9.CODE}", kill9.Found([tap]))  # noqa: SLF001
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)
