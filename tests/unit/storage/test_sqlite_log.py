"""The log in a file: a full disk, other programs, and bytes. What holds on every store is in test_log.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from oneheart.errors import UserError
from oneheart.storage.database import Database, open_database
from oneheart.storage.log import Fate, StorageError
from oneheart.storage.stores import log_of
from tests.support.stores import entry


def test_a_full_disk_takes_nothing_and_everything_again_when_there_is_room(database: Database) -> None:
    log = log_of(database)
    log.append([entry("first")])
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    pages = database.connection.pragma("page_count")
    database.connection.pragma("max_page_count", pages)
    with pytest.raises(StorageError):
        log.append([entry("small"), entry("large", "x" * 200_000)])
    assert [event.key for event in log.replay()] == [log.key_of("first")]
    database.connection.pragma("max_page_count", 1_000_000)
    assert [one.fate for one in log.append([entry("small"), entry("large", "x" * 200_000)])] == [Fate.NEW] * 2
    assert log.first_break() is None


def test_a_file_held_by_somebody_else_is_told_and_loses_nothing(database: Database) -> None:
    log = log_of(database)
    database.connection.set_busy_timeout(10)
    other = apsw.Connection(str(database.path))
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError):
        log.append([entry("k")])
    other.execute("ROLLBACK")
    other.close()
    assert log.append([entry("k")])[0].fate is Fate.NEW


def test_erasing_takes_words_and_names_out_of_the_bytes_and_leaves_the_chain_whole(database: Database) -> None:
    log = log_of(database)
    words = "words that nobody else would ever say"
    log.append([entry("seat", words, actor="door", kind="seat"), entry("d", words, kind="desire"), entry("r", words)])
    log.append([entry("k", "of somebody else", actor="s2")])
    assert log.erase("s1", [1], numbered=[1, 2]) == 3
    kinds = [(event.kind, event.body) for event in log.replay()]
    assert kinds[:4] == [("seat", None), ("desire", None), ("gone", None), ("response", "of somebody else")]
    assert [kind for kind, _ in kinds[4:]] == ["blanked"]
    assert log.first_break() is None
    beside = [database.path, database.path.with_name(database.path.name + "-wal")]
    kept = b"".join(path.read_bytes() for path in beside if path.exists())
    assert words.encode() not in kept
    assert b"of somebody else" in kept


def test_a_changed_byte_is_found(database: Database) -> None:
    log = log_of(database)
    log.append([entry(f"k{n}", f"body {n}") for n in range(4)])
    database.connection.execute("DROP TRIGGER events_keep")
    database.connection.execute("UPDATE events SET body = 'body X' WHERE seq = 3")
    assert log.first_break() == 3
    database.connection.execute("UPDATE events SET body = 'body 2' WHERE seq = 3")
    assert log.first_break() is None
    database.connection.execute("UPDATE events SET chain = randomblob(32) WHERE seq = 2")
    assert log.first_break() == 2


@pytest.mark.process
def test_a_second_process_is_refused_and_the_file_is_free_when_the_first_ends(database: Database) -> None:
    code = "import sys; from pathlib import Path; from oneheart.storage.database import open_database; "
    code += f"open_database(Path({str(database.path)!r}))"
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert second.returncode != 0
    assert "already served by another oneheart" in second.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "There is no gathering"), (b"no database at all, but words", "not a gathering"), (b"", "not a gathering")],
)
def test_what_is_no_gathering_is_said_in_one_sentence(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "x.oneheart"
    if content is not None:
        path.write_bytes(content * 100)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UserError, match=says):
        open_database(path)
    assert sorted(tmp_path.iterdir()) == before, "nothing is left beside it"


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match="not a gathering"):
        open_database(path)
    assert [one.name for one in tmp_path.iterdir()] == ["other.db"]
    assert path.read_bytes() == before
