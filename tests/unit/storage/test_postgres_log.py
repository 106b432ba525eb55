"""What only a log in PostgreSQL can do or suffer: broken connections, other processes, older copies, other servers."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oneheart.errors import UserError
from oneheart.storage import keyring as keyring_module
from oneheart.storage import postgres as postgres_module
from oneheart.storage.keyring import Keyring, open_keyring
from oneheart.storage.log import Behind, Entry, Fate, Log, StorageError, Written
from oneheart.storage.postgres import (
    DatabaseSession,
    PostgresError,
    PostgresGathering,
    address_of,
    connect,
    open_gathering,
    upgrade,
)
from oneheart.storage.postgres_log import PostgresLog
from oneheart.storage.rows import Altered, slot_of
from oneheart.storage.stores import log_of
from tests.support.postgres import Cluster
from tests.support.stores import Kept, entry, fresh

pytestmark = pytest.mark.process
WORDS = "words that nobody else would ever say"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for a process that does not end."""
    monkeypatch.setattr(postgres_module, "HOLD_SECONDS", 0.2)


def store_of(part: Kept) -> PostgresGathering:
    assert isinstance(part.store, PostgresGathering)
    return part.store


def by_somebody_else(part: Kept, statement: str, *values: object) -> None:
    """Run a statement from another connection, without the triggers that refuse changes."""
    other = DatabaseSession(store_of(part).line.address)
    try:
        other.run("SET session_replication_role = replica")
        other.run(statement, values)
    finally:
        other.close()


def cut_off(part: Kept) -> None:
    """Break the connection of an open gathering."""
    held = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
    by_somebody_else(part, held, store_of(part).number)


def twin(part: Kept) -> PostgresLog:
    """Return the log of the same gathering in another process, which did not wait for the first to end."""
    one = store_of(part)
    line = DatabaseSession(one.line.address)
    return PostgresLog(PostgresGathering(line, one.number, one.code, one.where, one.path, 2, one.keyring, False))  # noqa: FBT003


# --- other processes --------------------------------------------------------------------------------------------------


def test_two_logs_write_one_chain_and_each_learns_what_the_other_wrote(part: Kept) -> None:
    here, there = part.log(), twin(part)
    here.append([entry("a", WORDS, sealed=True)])
    written = there.append([entry("b"), entry("a", WORDS), entry("c")])
    assert [one.fate for one in written] == [Fate.NEW, Fate.REPEATED, Fate.NEW]
    assert [(event.seq, event.body) for event in there.others()] == [(1, WORDS)]
    assert there.others() == []
    here.append([entry("d")])
    assert [event.seq for event in here.others()] == [2, 3]
    assert (here.length, here.first_break()) == (4, None)
    last = there.append([entry("e")])[0].event
    here.catch_up()
    assert last == list(here.replay())[-1]
    there._line.close()  # noqa: SLF001


def test_what_another_process_erased_is_known_here(part: Kept) -> None:
    here, there = part.log(), twin(part)
    here.append([entry("a", WORDS, sealed=True), entry("b", actor="s2")])
    assert there.append([entry("c", actor="s2")])[0].fate is Fate.NEW
    here.append([entry("d", actor="s2")])
    assert here.erase("s1", [], numbered=[]) == 1
    there.append([entry("f", actor="s2")])
    assert [event.kind for event in there.others()] == ["response", "response", "response", "blanked"]
    assert there.first_break() is here.first_break() is None
    there._line.close()  # noqa: SLF001


def test_any_number_open_a_gathering_for_writing_and_who_moves_it_is_alone(part: Kept) -> None:
    where = address_of(store_of(part).where)
    part.log().append([entry("a")])
    second = open_gathering(where)
    assert log_of(second).append([entry("b")])[0].fate is Fate.NEW
    with pytest.raises(UserError, match="already served"):
        open_gathering(where, alone=True)
    read = open_gathering(where, reads_only=True)
    part.log().append([entry("c")])
    assert [event.seq for event in PostgresLog(read).replay()] == [1, 2], "it stands still"
    assert read.line.run("SHOW idle_in_transaction_session_timeout") == [("0",)], "and nobody ends it meanwhile"
    with pytest.raises(StorageError, match="read-only"):
        PostgresLog(read).append([entry("d")])
    read.close()
    second.close()
    store_of(part).close()
    mover = open_gathering(where, alone=True)
    with pytest.raises(UserError, match="is being moved"):
        open_gathering(where)
    mover.close()
    part.store = open_gathering(where)


# --- broken connections -----------------------------------------------------------------------------------------------


def test_a_broken_connection_is_made_again_and_nothing_is_lost_or_doubled(part: Kept) -> None:
    log = part.log()
    log.append([entry("a")])
    cut_off(part)
    with pytest.raises(StorageError):
        log.append([entry("b")])
    assert [one.fate for one in log.append([entry("a"), entry("b")])] == [Fate.REPEATED, Fate.NEW]
    cut_off(part)
    with pytest.raises(StorageError):
        log.erase("s1", [], numbered=[])
    assert log.erase("s1", [], numbered=[]) == 2
    assert log.first_break() is None


def test_an_append_whose_answer_was_lost_is_not_written_twice(part: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit arrives and the connection breaks before the answer does."""
    log, line = part.log(), store_of(part).line
    run = DatabaseSession.run

    def breaks(self: DatabaseSession, statement: str, values: object = ()) -> object:
        out = run(self, statement, values)  # type: ignore[arg-type]
        if "append_events" in statement:
            cut_off(part)
            run(self, "SELECT 1")
        return out

    with monkeypatch.context() as patch:
        patch.setattr(DatabaseSession, "run", breaks)
        with pytest.raises(StorageError):
            log.append([entry("a", WORDS)])
    assert line.lost
    assert [one.fate for one in log.append([entry("a", WORDS)])] == [Fate.REPEATED]
    assert [event.seq for event in log.others()] == [1], "the gathering applies it"
    assert (log.length, log.lost) == (1, 0)


def test_who_lost_the_connection_goes_on_where_others_are_and_leads_no_more(part: Kept) -> None:
    log, first = part.log(), store_of(part)
    assert log.try_to_lead()
    second = open_gathering(address_of(f"{first.line.address.url}#{first.code}"))
    other = log_of(second)
    assert (other.try_to_lead(), other.leads, log.leads) == (False, False, True)
    ((pid,),) = first.line.run("SELECT pg_backend_pid()")
    by_somebody_else(part, "SELECT pg_terminate_backend(%s, 5000)", pid)
    while not other.try_to_lead():  # the database learns a little later that the first is gone
        time.sleep(0.01)
    other.append([entry("b")])
    with pytest.raises(StorageError):
        log.append([entry("a")])
    assert not log.leads
    assert log.append([entry("a")])[0].fate is Fate.NEW
    assert (log.try_to_lead(), log.leads) == (False, False)
    assert [event.seq for event in log.others()] == [1]
    second.close()
    while not log.try_to_lead():
        time.sleep(0.01)


def test_an_erasure_waits_until_what_others_wrote_was_looked_at(part: Kept) -> None:
    here, there = part.log(), twin(part)
    here.append([entry("a", WORDS, sealed=True)])
    there.append([entry("b", actor="s2")])
    with pytest.raises(Behind):
        here.erase("s1", [], numbered=[])
    here.catch_up()
    assert [event.seq for event in here.others()] == [2]
    assert here.erase("s1", [], numbered=[]) == 1
    assert [(event.seq, event.kind) for event in here.others()] == [(3, "blanked")]
    there._line.close()  # noqa: SLF001


def test_rows_that_another_process_erases_are_no_fault_while_this_one_replays(part: Kept) -> None:
    here, there = part.log(), twin(part)
    here.append([entry(f"k{n}", WORDS, sealed=True) for n in range(3)])
    there.catch_up()
    there.erase("s1", [], numbered=[])
    assert [(event.seq, event.body) for event in here.replay(anew=True)] == [(1, None), (2, None), (3, None)]
    here.catch_up()
    assert here.first_break() is None
    there._line.close()  # noqa: SLF001


def test_without_looking_ahead_an_erasure_of_another_process_looks_like_damage(
    part: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: a build that knows only the erasures up to its own place calls the file damaged."""
    here, there = part.log(), twin(part)
    here.append([entry("k", WORDS, sealed=True)])
    there.catch_up()
    there.erase("s1", [], numbered=[])
    monkeypatch.setattr(PostgresLog, "_check_blank", Log._check_blank)  # noqa: SLF001
    with pytest.raises(Altered):
        list(here.replay(anew=True))
    there._line.close()  # noqa: SLF001


def test_processes_that_share_a_folder_of_keys_never_get_the_same_key(part: Kept) -> None:
    """Each takes blocks of slots in turn, so slots do not rise with the log, and no two events have one."""
    here, second = part.log(), open_gathering(address_of(store_of(part).where))
    there = log_of(second)
    for number in range(3):
        for log in (here, there):
            log.append([entry(f"{log is here}{number}-{n}", WORDS, sealed=True) for n in range(50)])
    slots = [slot_of(row[4]) for row in part.log().rows()]
    assert len(slots) == len({*slots}) == 300
    assert slots != sorted(slots, key=lambda slot: slot or 0)
    there.catch_up()
    assert there.first_break() is None
    second.close()


def test_without_the_lock_two_processes_get_the_same_key(part: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: where both look at the end of the file before either writes, one block is given out twice."""
    ring = store_of(part).keyring
    other = open_keyring(store_of(part).path, ring.name, write=True)
    both = threading.Barrier(2, timeout=10)

    @contextlib.contextmanager
    def unlocked(_descriptor: int) -> Iterator[None]:
        yield

    write = Keyring._write  # noqa: SLF001

    def writes(self: Keyring, content: bytes, slot: int) -> None:
        both.wait()
        write(self, content, slot)

    monkeypatch.setattr(keyring_module, "_alone", unlocked)
    monkeypatch.setattr(Keyring, "_write", writes)
    with ThreadPoolExecutor(2) as threads:
        taken = [one.result()[0] for one in (threads.submit(ring.take), threads.submit(other.take))]
    assert taken[0] == taken[1]
    other.close()


def test_what_is_told_is_heard_by_the_others_once_and_by_nobody_else(
    part: Kept, postgres: Cluster, tmp_path: Path
) -> None:
    first, second = store_of(part), open_gathering(address_of(store_of(part).where))
    stranger = fresh(postgres.address, tmp_path)
    logs = [log_of(one) for one in (first, second, stranger)]
    heard: list[list[str]] = [[], [], []]
    for log, into in zip(logs, heard, strict=True):
        log.hear(into.append)
    while not all(heard):
        time.sleep(0.01)  # each is told that it may have missed something before it listened
    logs[0].tell("grew")
    while heard[1][-1:] != ["grew"]:
        time.sleep(0.005)
    logs[1].tell("last")
    while heard[0][-1:] != ["last"]:
        time.sleep(0.005)
    assert "grew" not in heard[0] + heard[2]
    assert "last" not in heard[1] + heard[2]
    for log in logs:
        log.shut()
    second.close()
    stranger.close()


@pytest.mark.parametrize("connected", [True, False], ids=["at the next append", "after a broken connection"])
def test_an_older_copy_is_noticed_counted_and_never_written_to_as_if_it_were_whole(
    part: Kept, *, connected: bool
) -> None:
    log = part.log()
    log.append([entry(f"k{n}") for n in range(5)])
    by_somebody_else(part, "DELETE FROM oneheart.events WHERE gathering = %s AND seq > 3", store_of(part).number)
    if not connected:
        cut_off(part)
        with pytest.raises(StorageError):
            log.append([entry("new")])
    with pytest.raises(StorageError, match="has lost at least 2 events"):
        log.append([entry("new")])
    assert (log.length, log.lost) == (3, 2)
    assert [event.seq for event in log.replay()] == [1, 2, 3], "nothing was written"
    assert log.append([entry("new")])[0].fate is Fate.NEW
    assert log.first_break() is None


def test_without_the_comparison_an_older_copy_gets_an_event_after_a_gap(
    part: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: a build that believes the database has what it confirmed answers as if nothing were lost."""
    log = part.log()
    log.append([entry(f"k{n}") for n in range(5)])
    by_somebody_else(part, "DELETE FROM oneheart.events WHERE gathering = %s AND seq > 3", store_of(part).number)

    def trusting(self: PostgresLog) -> None:
        self._seq, self._chain = self._end()

    monkeypatch.setattr(PostgresLog, "_begin_anew", trusting)
    log.append([entry("new")])
    assert log.append([entry("new again")])[0].fate is Fate.NEW
    assert log.lost == 0, "two events are gone, and it says nothing of them"


def test_a_row_of_another_process_that_does_not_continue_the_chain_is_refused(part: Kept) -> None:
    log = part.log()
    log.append([entry("a")])
    salted = hashlib.sha256(b"x").digest()
    forged = "INSERT INTO oneheart.events VALUES (%s, 2, 's9', %b, 'response', '{}', NULL, %b, %b, %b, 1)"
    by_somebody_else(part, forged, store_of(part).number, b"k" * 16, salted, salted, salted)
    with pytest.raises(StorageError, match="does not continue the chain"):
        log.append([entry("b")])


# --- what it holds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", [entry("k", "a\0b"), entry("k", actor="s\0"), entry("k", kind="\0")])
def test_text_with_a_zero_byte_fails_alone(part: Kept, poison: Entry) -> None:
    log = part.log()
    before, broken, after = log.append([entry("a"), poison, entry("b")])
    assert (before.fate, broken, after.fate) == (Fate.NEW, Written(Fate.REFUSED, None), Fate.NEW)


def test_erased_words_stand_nowhere_in_the_data_or_the_write_ahead_log_in_clear(part: Kept, postgres: Cluster) -> None:
    log, sealed, opened = part.log(), f"sealed {secrets.token_hex(16)}", f"open {secrets.token_hex(16)}"
    log.append([entry("a", sealed, sealed=True), entry("b", opened, actor="s2")])
    line = store_of(part).line
    line.run("SET statement_timeout = 0")
    line.run("CHECKPOINT")
    log.erase("s1", [], numbered=[])
    line.run("CHECKPOINT")

    def files_with(words: str) -> list[str]:
        where = str(postgres.folder / "data")
        return subprocess.run(
            ["grep", "-rlaF", words, where], capture_output=True, text=True, check=False
        ).stdout.split()

    assert files_with(sealed) == []
    dumped = postgres.dumped()
    assert sealed not in dumped
    assert opened in dumped
    assert len(files_with(opened)) >= 2, "the partner: what is not sealed stands in the table and in the log"


# --- servers and databases that are not fit ---------------------------------------------------------------------------


def test_a_database_without_tables_with_newer_ones_and_with_these(postgres: Cluster) -> None:
    bare = address_of(postgres.made("bare"))
    with pytest.raises(UserError, match="oneheart db upgrade"):
        connect(bare)
    line = DatabaseSession(bare)
    assert [upgrade(line), upgrade(line)] == [(0, 3), (3, 3)]
    line.run("UPDATE oneheart.schema_version SET version = 99")
    for use in (lambda: upgrade(line), lambda: connect(bare)):
        with pytest.raises(UserError, match="of version 99"):
            use()
    line.close()
    with pytest.raises(UserError, match="LATIN1"):
        DatabaseSession(address_of(postgres.made("latin", "ENCODING 'LATIN1' TEMPLATE template0")))


def test_an_upgrade_that_fails_leaves_nothing(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    line = DatabaseSession(address_of(postgres.made("half")))
    run = DatabaseSession.run_script
    monkeypatch.setattr(DatabaseSession, "run_script", lambda self, text: run(self, text + "; SELECT 1/0"))
    with pytest.raises(PostgresError, match="division by zero"):
        upgrade(line)
    assert line.run("SELECT to_regclass('oneheart.events')") == [(None,)]
    monkeypatch.undo()
    assert upgrade(line) == (0, 3)
    line.close()


@pytest.mark.usefixtures("part")
def test_what_cannot_be_opened_is_said_in_one_sentence(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = postgres.address
    with pytest.raises(UserError, match="no gathering NOBODY"):
        open_gathering(address_of(f"{base}#nobody"))
    other = fresh(base, tmp_path)
    with pytest.raises(UserError, match="several gatherings"):
        open_gathering(address_of(base))
    other.close()
    (tmp_path / f"{other.code}.keys").unlink()
    with pytest.raises(UserError, match=r"keys of .* are missing"):
        open_gathering(address_of(f"{base}#{other.code}"))
    with pytest.raises(UserError, match="Cannot connect"):
        open_gathering(address_of("postgresql:///x?host=/nowhere"))
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="There is no folder"):
        open_gathering(address_of(base))
    monkeypatch.delenv("ONEHEART_KEYS")
    with pytest.raises(UserError, match="ONEHEART_KEYS"):
        open_gathering(address_of(base))


def test_a_server_that_would_lose_what_it_confirms_is_refused(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"pid": None, "encoding": "UTF8", "fsync": "off", "behind": False}
    run = DatabaseSession.run

    def other_server(self: DatabaseSession, statement: str, values: object = ()) -> object:
        rows = run(self, statement, values)  # type: ignore[arg-type]
        if "pg_is_in_recovery" not in statement:
            return rows
        return [(told["pid"] or rows[0][0], told["encoding"], told["fsync"], told["behind"])]

    monkeypatch.setattr(DatabaseSession, "run", other_server)
    with pytest.raises(UserError, match="fsync = off"):
        DatabaseSession(address_of(postgres.address))
    told |= {"fsync": "on", "behind": True}
    with pytest.raises(UserError, match="only follows another server"):
        DatabaseSession(address_of(postgres.address))
    DatabaseSession(address_of(postgres.address), reads_only=True).close()
    told |= {"behind": False, "pid": -1}
    with pytest.raises(UserError, match="pooler"):
        DatabaseSession(address_of(postgres.address))


def test_commits_are_durable_also_where_the_server_says_otherwise(postgres: Cluster) -> None:
    hasty = address_of(postgres.made("hasty"))
    admin = DatabaseSession(hasty)
    admin.run("ALTER DATABASE hasty SET synchronous_commit = off")
    admin.close()
    line = DatabaseSession(hasty)
    assert line.run("SHOW synchronous_commit") == [("on",)]
    line.close()


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UserError, match=r"oneheart\[postgres\]"):
        DatabaseSession(address_of("postgresql://db/hall"))


def test_a_password_is_in_no_message_and_no_place_that_is_shown() -> None:
    address = address_of("postgresql://me:secret@127.0.0.1:1/hall?password=secret#ABCD3456")
    assert (address.shown, address.code) == ("postgresql://me@127.0.0.1:1/hall", "ABCD3456")
    assert postgres_module.is_address("postgres://x")
    assert not postgres_module.is_address("postgresql.oneheart")
    with pytest.raises(UserError) as raised:
        DatabaseSession(address)
    assert "secret" not in str(raised.value)
