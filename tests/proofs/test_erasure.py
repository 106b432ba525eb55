"""A14: what a person erased can be read nowhere: not in files, copies, restored copies, logs or on pages."""

from __future__ import annotations

import http.client
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from oneheart.commands.backups import BackupPlan, Backups, copies_of
from oneheart.commands.keeping import restore
from oneheart.commands.proving import proof
from oneheart.live import events as ev
from oneheart.live import keeper as keeper_module
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering
from oneheart.model.desire import Decision
from oneheart.storage.keyring import Keyring
from tests.support.gatherings import CODE, Running, hidden
from tests.support.readable import readings_of

Figure = Callable[[str], None]
Serve = Callable[..., Running]
WISH = "CANARYWORD I want my brother to forgive me"
CANARY = "CANARYWORD"
PAGES = (
    f"/hall/{CODE}",
    f"/hall/{CODE}/now",
    f"/book/{CODE}",
    f"/j/{CODE}",
    f"/g/{CODE}",
    f"/g/{CODE}?more=1",
    f"/g/{CODE}/mine",
    f"/g/{CODE}/mine.json",
    f"/g/{CODE}/circle",
    f"/host/{CODE}",
    f"/host/{CODE}/programme",
    f"/host/{CODE}/settings",
    f"/host/{CODE}/log",
    f"/api/v1/gatherings/{CODE}",
)


class Phone:
    """One person with a phone at a real server."""

    def __init__(self, running: Running, seat: str = "") -> None:
        self.port = int(running.url.rsplit(":", 1)[1])
        self.cookie = f"seat={seat}"
        if not seat:
            form = {"key": os.urandom(16).hex(), "language": "en", "consent": "1", "circle": "0"}
            headers = self.post(f"/j/{CODE}", **form)[1]
            self.cookie = next(v.split(";")[0] for k, v in headers if k == "set-cookie" and v.startswith("seat="))

    @property
    def secret(self) -> str:
        return self.cookie.removeprefix("seat=")

    def _ask(self, method: str, path: str, body: str | None, **headers: str) -> tuple[int, list[tuple[str, str]], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, **headers})
            answer = connection.getresponse()
            return answer.status, [(k.lower(), v) for k, v in answer.getheaders()], answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        status, _, text = self._ask("GET", path, None)
        return status, text

    def post(self, path: str, **fields: str) -> tuple[int, list[tuple[str, str]], str]:
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), **headers)

    def api(self, rest: str, body: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        headers["Origin"] = f"http://127.0.0.1:{self.port}"
        filled = json.dumps({"key": os.urandom(12).hex(), **body})
        return self._ask("POST", f"/api/v1/gatherings/{CODE}{rest}", filled, **headers)[0]


@pytest.fixture
def log_of_server(tmp_path: Path) -> Iterator[Path]:
    """Return the file into which everything that the server logs is written."""
    path = tmp_path / "server.log"
    handler = logging.FileHandler(path)
    logging.getLogger().addHandler(handler)
    yield path
    logging.getLogger().removeHandler(handler)
    handler.close()


def attack(running: Running, folder: Path, copies: Path) -> tuple[int, int, int]:
    """Let a person confide words, everybody repeat them, the person erase; return pages, copies and what is readable.

    Whoever looks has all files and keys, every page as another person and as a host, and every older copy restored.
    """
    hall = running.gathering
    backups = Backups(BackupPlan(copies, 1), {CODE: hall})
    hosts_secret = os.urandom(16).hex()
    running.submit("h0", "host", ev.HostSeated(hash_of(hosts_secret)))
    running.submit("h0", "circle", ev.CircleAdded("", "circle-key"))
    victim, others = Phone(running), [Phone(running) for _ in range(6)]
    assert victim.api("/desires", {"text": WISH, "language": "en"}) in {200, 201}
    others[0].api("/desires", {"text": "Bread for all of us", "language": "en"})
    _repeat(running)
    for number in range(3):
        running.call(backups.turn(last=True))
        running.submit("h0", f"clock-{number}", ev.ClockSet(60 + number))
        time.sleep(1.05)  # copies are named by the second
    page = victim.post(f"/g/{CODE}/erase")[2]
    status, _, _ = victim.post(f"/g/{CODE}/erase", key=hidden(page, "key"), sure="yes")
    assert status == 200
    running.call(backups.turn())
    looks = [others[1], Phone(running, seat=victim.secret)]
    host = Phone(running, seat=others[2].secret)
    host.cookie = f"host={hosts_secret}"
    pages = [(phone, path) for phone in (*looks, host) for path in PAGES]
    readable = sum(phone.get(path)[1].count(CANARY) for phone, path in pages)
    assert host.get(f"/host/{CODE}")[0] == 200, "the host sees the desk"
    readable += readings_of(CANARY, folder) + readings_of(CANARY, copies)
    readable += sum(readings_of(victim.secret, place) for place in (folder, copies))
    found = copies_of(copies, hall.path.stem)
    for number, copy in enumerate(found):
        place = folder / f"again-{number}"
        place.mkdir()
        restore(copy, place / "again.oneheart")
        readable += readings_of(CANARY, place) + running.call(_revived(place / "again.oneheart", victim.secret))
    return len(pages), len(found), readable


def _repeat(running: Running) -> None:
    """Let hosts and a circle repeat the words wherever one can type."""
    do = running.submit
    do("h0", "duty", ev.DutyGiven(0, 2))
    do("s2", "line", ev.DesireSaid(2, WISH, "en", line_of=0))
    do("s3", "adds", ev.DesireSaid(3, f"{WISH}, and mine too", "en", grew_from=0))
    do("h0", "reason", ev.Moderated(1, Decision.REJECTED, f"same as {CANARY}"))
    do("h0", "programme", ev.ProgrammeSet([ev.ProgrammeStep("open", 0, {"en": WISH})]))  # type: ignore[arg-type]
    do("h0", "shown", ev.DesiresShown([0]))
    state = running.gathering.state
    for seat in range(1, 7):
        do(f"s{seat}", "answer", ev.Responded(seat, 0, 1))  # type: ignore[arg-type]
    assert sum(CANARY in desire.text for desire in state.desires) == 3


async def _revived(path: Path, secret: str) -> int:
    """Return 1 if a restored copy knows the secret or the words of the erased person, else 0; verify the record."""
    hall = LiveGathering.open(path)
    alive = hall.seat_of(secret) is not None or any(CANARY in desire.text for desire in hall.state.desires)
    await hall.close()
    assert proof(path, older_copy=True)[1]
    return int(alive)


@pytest.mark.slow
@pytest.mark.proof("A14")
def test_what_a_person_erased_can_be_read_nowhere(
    tmp_path: Path, serve: Serve, log_of_server: Path, figure: Figure
) -> None:
    copies = tmp_path / "copies"
    pages, found, readable = attack(serve(keep_days=30), tmp_path, copies)
    figure(f"erased words: 0 in {pages} pages, {found} copies and the {found} gatherings restored from them")
    assert readable == 0
    assert found == 4
    assert CANARY not in log_of_server.read_text(encoding="utf-8")
    assert "127.0.0.1" not in log_of_server.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.sabotage("A14", "hosts' and circles' texts copy the words (quoting.by_number)")
def test_a_build_that_copies_words_is_found_out(tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "by_number", lambda body, _state: body)
    assert attack(serve(keep_days=30), tmp_path, tmp_path / "copies")[2] > 0


@pytest.mark.slow
@pytest.mark.sabotage("A14", "keys of erased words are kept (Keyring.destroy)")
def test_a_build_that_keeps_keys_is_found_out(tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "destroy", lambda _self, _slots: None)
    assert attack(serve(keep_days=30), tmp_path, tmp_path / "copies")[2] > 0
