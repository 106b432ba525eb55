"""A1 with several servers of one gathering in PostgreSQL: any of them is killed or stopped, and the database dies."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oneheart.commands.moving import move
from oneheart.live.rebuild import replay
from oneheart.storage.stores import log_of, look_at_store
from tests.chaos import kill9
from tests.chaos.disturbed import DATABASE, Servers
from tests.support import postgres as servers
from tests.support.proofs import LONG, size

Figure = Callable[[str], None]
pytestmark = pytest.mark.alone
STILL = 2.0 if LONG else 1.0  # seconds
GOAL = 0.15


@pytest.mark.proof("A1")
@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.long)])
def test_any_server_or_the_database_is_killed_or_stopped_and_nothing_is_lost_or_doubled(
    cluster: servers.Cluster, tmp_path: Path, figure: Figure, missed: Figure, count: int
) -> None:
    base, rng = cluster.emptied(), random.Random(count)  # noqa: S311
    place = f"{base}#{kill9.CODE}"
    seats = asyncio.run(kill9._prepare(tmp_path / "g.oneheart", 8 * count))  # noqa: SLF001
    list(move(str(tmp_path / "g.oneheart"), base))
    with Servers([place] * count) as served:

        def disturb() -> None:
            for _ in range(size(8, 1)):
                for number in rng.sample(range(count), k=count if LONG else 1):
                    time.sleep(rng.uniform(0.05, 0.3))
                    served.stop(number, STILL)
                    time.sleep(rng.uniform(0.05, 0.3))
                    served.kill((number + 1) % count, again=LONG)
                time.sleep(rng.uniform(0.05, 0.3))
                with served.span("kill -9", DATABASE):
                    cluster.kill()
                    cluster.start()
            time.sleep(0.3)

        played = served.play(seats, disturb, seed=count, pause=0.02)
        told = served.ended()
        found = served.judge(place)
    store = look_at_store(place)
    state = replay(log_of(store)).state
    store.close()
    waits = played.beside()
    said = (
        f"{count} servers on one gathering in PostgreSQL: {len(played.spans)} times one was killed or stopped for "
        f"{STILL:g} s, or the database died; {len(found.acknowledged):,} kept: {found.lost} lost, {found.doubled} "
        f"doubled, {found.differs} seats differ; others waited {1000 * statistics.median(waits):.0f} ms, at most "
        f"{1000 * max(waits):.0f} ms"
    )
    (missed if LONG and max(waits) > GOAL else figure)(said)
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)
    assert len(found.acknowledged) > len(seats)
    assert statistics.median(waits) < STILL / 2, "others do not wait for one that stands still"
    assert [one[:2] for one in told] == [[str(state.seq), state.digest()]] * (count if LONG else count - 1), told
