"""Each rule of the log in a file at its limit, and each branch of its errors; see also test_log.py."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest

from oneheart.storage.database import BUSY_TIMEOUT, Database, copy_database, open_database
from oneheart.storage.log import (
    Entry,
    Fate,
    NotYetGone,
    StorageError,
    Written,
    milliseconds_now,
)
from oneheart.storage.merkle import merkle_root
from oneheart.storage.rows import Altered
from oneheart.storage.sqlite_log import CHECKPOINT_WAIT
from oneheart.storage.stores import log_of
from tests.support.stores import entry

WORDS = "words that nobody else would ever say"


class Failing:
    """A connection that fails at statements that begin with some words, and does everything else."""

    def __init__(self, connection: Any, at: str, error: Exception, times: int = 1) -> None:
        self.connection, self.at, self.error, self.times = connection, at, error, times

    def execute(self, statement: str, *args: Any) -> Any:
        if statement.startswith(self.at) and self.times:
            self.times -= 1
            raise self.error
        return self.connection.execute(statement, *args)

    def __getattr__(self, name: str) -> Any:
        """Pass on everything else."""
        return getattr(self.connection, name)


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_the_root_of_a_log_is_that_of_its_commitments_and_outlives_erasing(database: Database) -> None:
    log = log_of(database)
    log.append([entry(f"k{n}") for n in range(5)])
    before = log.root()
    assert before == merkle_root(log.commitments())
    log.erase("s1", [], numbered=[])
    assert merkle_root(log.commitments(through=5)) == before
    assert log.length == 6, "the erasure itself is an event"


# --- adding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", [entry("k", "x" * 900), Entry("s1", "k", None, "{}")])  # type: ignore[arg-type]
def test_what_the_file_cannot_hold_is_refused_alone(database: Database, poison: Entry) -> None:
    log = log_of(database)
    database.connection.limit(apsw.SQLITE_LIMIT_LENGTH, 800)
    before, broken, after = log.append([entry("a"), poison, entry("b")])
    assert (before.fate, broken, after.fate) == (Fate.NEW, Written(Fate.REFUSED, None), Fate.NEW)
    assert after.event is not None
    assert (after.event.seq, log.length) == (2, 2)
    assert log.first_break() is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        *((kind("no"), StorageError) for kind in (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.ReadOnlyError)),
        *((kind("no"), kind) for kind in (apsw.SQLError, KeyError)),
    ],
)
@pytest.mark.parametrize("at", ["BEGIN", "INSERT", "COMMIT"])
def test_a_batch_that_fails_anywhere_leaves_nothing_and_the_next_goes_on(
    database: Database, at: str, error: Exception, told: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(database)
    log.append([entry("first")])
    monkeypatch.setattr(log, "_connection", Failing(database.connection, at, error))
    with pytest.raises(told) as raised:
        log.append([entry("a"), entry("b")])
    assert raised.type is told
    assert not database.connection.in_transaction
    assert log.length == 1
    assert [one.fate for one in log.append([entry("a"), entry("b")])] == [Fate.NEW, Fate.NEW]
    assert log.first_break() is None
    assert [event.seq for event in log.replay()] == [1, 2, 3]


def test_a_rollback_that_fails_is_done_by_the_next_read_or_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for doing in ("read", "write"):
        log = log_of(database)
        both = Failing(database.connection, "ROLLBACK", apsw.IOError("no rollback"))
        monkeypatch.setattr(log, "_connection", Failing(both, "COMMIT", apsw.FullError("full")))
        with pytest.raises(StorageError, match="full"):
            log.append([entry(f"lost-{doing}")])
        assert database.connection.in_transaction
        if doing == "read":
            assert list(log.replay()) == []
        else:
            assert log.append([entry("kept")])[0].fate is Fate.NEW
        assert not database.connection.in_transaction
    assert [event.key for event in log.replay()] == [log.key_of("kept")]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_passed_over_is_remembered_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(database)
    assert log.passed_over() == frozenset()
    for seq in (7, 12, 7):
        log.pass_over(seq)
    assert log.passed_over() == log_of(database).passed_over() == {7, 12}
    monkeypatch.setattr(log, "_connection", Failing(database.connection, "INSERT", apsw.FullError("full")))
    with pytest.raises(StorageError):
        log.pass_over(8)


def test_every_kind_of_change_is_found_at_its_place(database: Database) -> None:
    log = log_of(database)
    log.append([entry(f"k{n}", f"body {n}") for n in range(4)])
    run = database.connection.execute
    for trigger in ("events_keep", "events_stay"):
        run(f"DROP TRIGGER {trigger}")
    assert log.first_break() is None
    (salt,) = run("SELECT salt FROM events WHERE seq = 2").fetchone()
    for change, back, place in (
        ("UPDATE events SET body = 'other' WHERE seq = 4", "UPDATE events SET body = 'body 3' WHERE seq = 4", 4),
        ("UPDATE events SET salt = zeroblob(16) WHERE seq = 2", "UPDATE events SET salt = :salt WHERE seq = 2", 2),
        ("UPDATE events SET seq = -seq", "UPDATE events SET seq = -seq", 1),
        ("UPDATE events SET seq = 9 WHERE seq = 4", "UPDATE events SET seq = 4 WHERE seq = 9", 4),
    ):
        run(change)
        assert log.first_break() == place
        run(back, {"salt": salt} if ":salt" in back else None)
        assert log.first_break() is None
    run("UPDATE events SET seq = seq + 10")
    run("UPDATE events SET seq = seq - 9")
    assert log.first_break() == 1, "all in order, and none at its place"
    run("UPDATE events SET seq = seq - 1 WHERE seq > 0")
    run("DELETE FROM events WHERE seq = 2")
    assert log.first_break() == 2


# --- erasing ----------------------------------------------------------------------------------------------------------


def test_erasing_takes_the_events_of_one_and_those_that_are_named(database: Database) -> None:
    log = log_of(database)
    log.append(
        [
            *(entry("seat", WORDS, actor="door", kind="seat"), entry("say", WORDS, kind="desire"), entry("tap", WORDS)),
            *(entry("made", WORDS, actor="s2", kind="amended"), entry("other", "stays", actor="s2")),
        ]
    )
    before = [*database.connection.execute("SELECT commitment, chain FROM events")]
    assert log.erase("s1", [4], numbered=[1, 2]) == 4
    *rows, told = database.connection.execute("SELECT seq, actor, key, kind, body, salt, at FROM events ORDER BY seq")
    assert [row[3] for row in rows] == ["seat", "desire", "gone", "gone", "response"]
    assert [row[4] for row in rows] == [None, None, None, None, "stays"]
    assert [row[5] is None for row in rows] == [True, True, True, True, False]
    assert [row[1:3] for row in rows[:4]] == [("", seq.to_bytes(16, "big")) for seq in (1, 2, 3, 4)]
    assert [row[6] for row in rows[:4]] == [0, 0, 0, 0], "nothing tells when it was"
    assert rows[4][1:3] == ("s2", bytes.fromhex(log.key_of("other")))
    assert [*database.connection.execute("SELECT commitment, chain FROM events WHERE seq < 6")] == before
    assert (told[1], told[3]) == ("house", "blanked")
    assert told[4] == '{"kind":"blanked","why":"asked","gone":[3,4],"seats":[1],"desires":[2]}'
    assert log.first_break() is None
    assert not log.checkpoint_due
    assert log.erase("nobody", [], numbered=[]) == 0


@pytest.mark.parametrize("at", ["BEGIN", "SELECT", "UPDATE", "COMMIT"])
def test_an_erasure_that_fails_leaves_all_as_it_was_and_can_be_done_again(
    database: Database, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(database)
    log.append([entry("a", WORDS), entry("b", WORDS)])
    log.checkpoint()
    monkeypatch.setattr(log, "_connection", Failing(database.connection, at, apsw.FullError("full")))
    with pytest.raises(StorageError, match="full") as raised:
        log.erase("s1", [], numbered=[])
    assert raised.type is StorageError
    assert not database.connection.in_transaction
    assert not log.checkpoint_due
    assert [event.body for event in log.replay()] == [WORDS, WORDS]
    assert log.erase("s1", [], numbered=[]) == 2
    assert WORDS.encode() not in bytes_of(database.path)


def test_an_erasure_whose_checkpoint_fails_is_not_told_as_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(database)
    log.append([entry("a", WORDS)])
    failing = Failing(database.connection, "PRAGMA wal_checkpoint", apsw.FullError("full"), times=2)
    monkeypatch.setattr(log, "_connection", failing)
    with pytest.raises(NotYetGone, match="full"):
        log.erase("s1", [], numbered=[])
    assert log.checkpoint_due
    assert next(log.replay()).body is None, "the erasure is committed"
    assert WORDS.encode() in bytes_of(database.path)
    with pytest.raises(NotYetGone):
        log.checkpoint()
    assert log.checkpoint_due
    log.checkpoint()
    assert not log.checkpoint_due
    assert WORDS.encode() not in bytes_of(database.path)


def test_a_reader_holds_up_a_checkpoint_for_so_long_and_no_longer(database: Database) -> None:
    log = log_of(database)
    log.append([entry("a", WORDS)])
    reader = apsw.Connection(str(database.path))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchall()
    began = milliseconds_now()
    with pytest.raises(NotYetGone, match="another process"):
        log.erase("s1", [], numbered=[])
    assert CHECKPOINT_WAIT <= milliseconds_now() - began + 50 < BUSY_TIMEOUT
    assert log.checkpoint_due
    began = milliseconds_now()
    with pytest.raises(NotYetGone):
        log.checkpoint()
    assert milliseconds_now() - began < CHECKPOINT_WAIT, "a later try does not wait"
    assert database.connection.pragma("busy_timeout") == BUSY_TIMEOUT
    reader.execute("ROLLBACK")
    reader.close()
    log.checkpoint()
    assert not log.checkpoint_due


def test_what_a_crash_left_in_the_write_ahead_file_is_due(database: Database, tmp_path: Path) -> None:
    log = log_of(database)
    assert not log_of(database).checkpoint_due or database.path.with_name("g.oneheart-wal").stat().st_size
    log.append([entry("a", WORDS)])
    crashed = tmp_path / "crashed.oneheart"
    for ending in ("", "-wal"):
        shutil.copy(f"{database.path}{ending}", f"{crashed}{ending}")
    opened = open_database(crashed)
    assert log_of(opened).checkpoint_due
    opened.close()
    again = open_database(crashed)
    assert not log_of(again).checkpoint_due, "a file that was closed owes nothing"
    assert log_of(again).length == 1
    again.close()


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_file_is_durable_overwrites_what_is_erased_and_is_for_one_user(database: Database) -> None:
    pragma = database.connection.pragma
    assert [pragma(name) for name in ("journal_mode", "synchronous", "secure_delete", "application_id")] == [
        *("wal", 2, 1, 0x6F6E6831)
    ]
    assert database.path.stat().st_mode & 0o777 == 0o600
    assert database.path.with_name("g.oneheart.lock").stat().st_mode & 0o777 == 0o600


def test_a_copy_holds_what_is_passed_over(database: Database, tmp_path: Path) -> None:
    log = log_of(database)
    log.append([entry("a")])
    log.pass_over(1)
    copy_database(database.path, tmp_path / "copy.oneheart")
    copied = open_database(tmp_path / "copy.oneheart")
    assert log_of(copied).passed_over() == {1}
    copied.close()


# --- single rows that were changed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["UPDATE events SET at = at + 1", "UPDATE events SET actor = 'h1'", "UPDATE events SET kind = 'clock'"]
)
def test_a_row_that_was_changed_is_found_also_where_it_is_read_alone(database: Database, change: str) -> None:
    log, sent = log_of(database), entry("key-of-the-act", actor="h0")
    log.append([sent])
    repeated = log.find(sent)
    assert repeated is not None
    assert (repeated.fate, len(log.last_of_hosts(1))) == (Fate.REPEATED, 1)
    database.connection.execute("DROP TRIGGER events_keep")
    database.connection.execute(change)
    with pytest.raises(Altered):
        log.last_of_hosts(1)
    if "actor" not in change:  # nobody finds it under its former actor
        with pytest.raises(Altered):
            log.find(sent)
