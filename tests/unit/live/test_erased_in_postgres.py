"""Erased words of a gathering in a database: in its data, write-ahead log and dump, and in a file it was moved to."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from oneheart.commands.making import make_in_database, settings_for
from oneheart.commands.moving import move
from oneheart.live import entries
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.storage.keyring import keyring_path
from oneheart.storage.postgres import DatabaseSession, address_of
from tests.support.postgres import Cluster
from tests.support.readable import readings_of

pytestmark = pytest.mark.process


def flushed(base: str) -> None:
    """Let the database write everything to its files."""
    line = DatabaseSession(address_of(base))
    line.run("SET statement_timeout = 0")
    line.run("CHECKPOINT")
    line.close()


def hits(words: str, folder: Path) -> int:
    """Return how many files in a folder hold words in clear."""
    command = ["grep", "-rlaF", words, str(folder)]
    return len(subprocess.run(command, capture_output=True, text=True, check=False).stdout.split())


@pytest.mark.parametrize("seals", [True, False], ids=["sealed", "the partner: a build that seals nothing"])
def test_a_marker_of_erased_words_stands_nowhere_in_clear(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, seals: bool
) -> None:
    (tmp_path / "keys").mkdir()
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "keys"))
    if not seals:
        monkeypatch.setattr(entries, "holds_words", lambda _by, _body: False)
    base, marker = postgres.made(f"marker_{'sealed' if seals else 'open'}"), f"MARK{os.urandom(8).hex()}"
    settings = settings_for(name="Hall", questions=(), voice="assembly", languages=("en",))
    place = f"{base}#{make_in_database(base, settings, 0)[1]}"

    async def work() -> None:
        hall = LiveGathering.open(place)
        for number in range(2):
            await hall.take_seat(f"key-of-the-seat-{number:04}", language="en", consent=1)
            await hall.submit(f"s{number}", "wish", ev.DesireSaid(number, f"That {marker} {number} may be", "en"))
        flushed(base)
        await hall.erase(0, "erase-me")
        await hall.close()

    asyncio.run(work())
    flushed(base)
    in_data, in_dump = hits(marker + " 0", postgres.folder / "data"), postgres.dumped(base).count(marker + " 0")
    file = tmp_path / "moved" / "hall.oneheart"
    file.parent.mkdir()
    list(move(place, str(file)))
    in_file = readings_of(marker + " 0", file.parent)
    if seals:
        assert (in_data, in_dump, in_file) == (0, 0, 0)
        assert readings_of(marker + " 1", file.parent) > 0, "what nobody erased can be read with the keys"
        assert hits(marker, postgres.folder / "data") == 0, "and in the database nothing stands in clear at all"
        assert keyring_path(file).exists()
    else:
        assert in_data > 0
