"""A newer version is brought in beside the former one: no tap is refused, no server dies, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
import pytest

from oneheart.commands.moving import move
from oneheart.live import events as ev
from oneheart.live.state.rule import Rule
from oneheart.live.state.state import HANDLERS
from tests.chaos import kill9
from tests.chaos.disturbed import Servers
from tests.chaos.served import Hummed
from tests.support import postgres as servers

Figure = Callable[[str], None]
pytestmark = pytest.mark.alone
OLD, NEW = 0, 1


def health_of(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.long
@pytest.mark.proof("A1")
def test_a_newer_version_beside_the_former_one_refuses_no_tap_and_waits_with_what_is_new(
    cluster: servers.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    base, hums = cluster.emptied(), tmp_path / "hums"
    place = f"{base}#{kill9.CODE}"
    seats = asyncio.run(kill9._prepare(tmp_path / "g.oneheart", 12))  # noqa: SLF001
    list(move(str(tmp_path / "g.oneheart"), base))
    told: list[tuple[int, int]] = []
    health: list[int] = []

    def counted() -> tuple[int, int]:
        refused, _, kept = hums.read_text("utf-8").partition(" ") if hums.exists() else ("0", "", "0")
        return int(refused or 0), int(kept or 0)

    def until(true: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end
            time.sleep(0.05)

    with Servers([place, place], ["", f"--newer={hums}"], first=1) as served:

        def disturb() -> None:
            served.again(NEW)
            until(lambda: counted()[0] > 2)
            told.append(counted())
            health.append(health_of(served.ports[OLD]))
            served.end(OLD)
            until(lambda: counted()[1] > 2)
            served.again(OLD)  # somebody starts the former version once more
            health.extend((health_of(served.ports[OLD]), health_of(served.ports[NEW])))
            time.sleep(0.5)
            told.append(counted())

        played = served.play(seats, disturb, seed=7, pause=0.02)
        assert [one.poll() for one in served.processes] == [None, None], "no server died"
        (old, new) = served.ended()
        monkeypatch.setattr(ev, "_DECODER", msgspec.json.Decoder(ev.AnyBody | Hummed))
        monkeypatch.setitem(HANDLERS, Hummed, Rule(lambda *_: None, lambda *_: None))
        found = served.judge(place)
    figure(
        f"a newer version beside the former one: {told[0][0]} new events waited, {told[1][1]} were kept after it had "
        f"ended; {len(found.acknowledged):,} taps kept, {found.lost} lost, {found.doubled} doubled, none refused"
    )
    assert told[0][1] == 0, "nothing new is written while the former version lives"
    assert health == [200, 503, 200], "a proxy leaves out who cannot read what was written"
    assert "is of a newer version of oneheart" in old[2]
    assert len(new) == 2, new
    assert (found.lost, found.doubled, found.differs, found.first_break) == (0, 0, 0, None)
    assert {answer.server for answer in played.answers if answer.kept} == {OLD, NEW}
