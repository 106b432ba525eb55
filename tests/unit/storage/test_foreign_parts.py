"""A file that holds what another program put there is refused, and triggers of ours that were changed are renewed."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from oneheart.errors import UserError
from oneheart.storage import database as module
from oneheart.storage.database import look_into, open_database
from oneheart.storage.log import Entry
from oneheart.storage.sqlite_log import SqliteLog

SWALLOWS = "CREATE TRIGGER swallows BEFORE INSERT ON events WHEN NEW.kind = 'response' BEGIN SELECT RAISE(IGNORE); END"
FOREIGN = {
    "trigger swallows": SWALLOWS,
    "table mine": "CREATE TABLE mine (x)",
    "view seen": "CREATE VIEW seen AS SELECT * FROM events",
    "index by_actor": "CREATE INDEX by_actor ON events (actor)",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a gathering's file that is closed."""
    open_database(tmp_path / "g.oneheart", create=True).close()
    return tmp_path / "g.oneheart"


def altered(path: Path, *statements: str) -> Path:
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return path


def kept(path: Path) -> int:
    """Return how many answers the log says it kept, less those that are in the file afterwards."""
    database = open_database(path)
    acknowledged = SqliteLog(database).append([Entry("s1", "key-of-the-answer", "response", "{}", 0)])
    database.close()
    reader = look_into(path)
    there = len(list(reader.connection.execute("SELECT 1 FROM events WHERE kind = 'response'")))
    reader.close()
    return len(acknowledged) - there


@pytest.mark.parametrize("what", FOREIGN)
def test_what_another_program_put_into_a_file_is_named_and_the_file_is_not_opened(path: Path, what: str) -> None:
    altered(path, FOREIGN[what])
    for opens in (open_database, look_into):
        with pytest.raises(UserError, match=what):
            opens(path)


def test_a_trigger_of_ours_that_was_changed_is_renewed(path: Path) -> None:
    broken = "CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT 1; END"
    altered(path, "DROP TRIGGER events_stay", "DROP TRIGGER events_keep", broken)
    database = open_database(path)
    SqliteLog(database).append([Entry("s1", "key-of-the-answer", "response", "{}", 0)])
    for change in ("DELETE FROM events", "UPDATE events SET kind = 'other'"):
        with pytest.raises(apsw.ConstraintError):
            database.connection.execute(change)
    database.close()


def test_a_file_of_ours_is_opened_again_and_again(path: Path) -> None:
    assert kept(path) == 0


def test_without_the_look_an_answer_that_was_called_kept_is_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_foreign_parts", lambda _: [])
    assert kept(altered(path, SWALLOWS)) == 1
