"""PostgreSQL: addresses, connections, tables, and the gatherings in them. No other module names psycopg.

An address is that of libpq, such as ``postgresql://user@host/database``. A join code behind ``#`` names one gathering:
``postgresql://user@host/database#ABCD3456``. The keys of sealed words never stand in the database, because nothing can
be taken out of its write-ahead log, its archives and its replicas. They are in a folder that ``ONEHEART_KEYS`` names.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from oneheart.errors import HeldError, UserError
from oneheart.storage.forwarding import MovedTo, moved_of, refuse_moved
from oneheart.storage.keyring import Keyring, keyring_path, open_keyring, overwrite_keyring
from oneheart.storage.rows import Stored

if TYPE_CHECKING:
    import psycopg

KEYS_FOLDER = "ONEHEART_KEYS"
"""Environment variable with the folder of keys of the gatherings in a database."""

VERSION = 3
"""Version of the tables that this program reads and writes."""

_STEPS = ("postgres.sql", "postgres_2.sql", "postgres_3.sql")
_SCHEMES = ("postgresql://", "postgres://")
_OLDEST = 130000  # PostgreSQL 13: row triggers on a table with partitions
# Locks of a session; the lock of an append is in postgres.sql. Any number serve a gathering, and one moves it alone.
_SERVED = 7302761
LEADS = 7302763
_UPGRADING = 7302762
_LOCKS = (
    "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
HOLD_SECONDS = 2.0  # how long a process waits for the lock of one that ends
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds; else it waits a quarter of an hour for what never arrives
}
_AT_FIRST = (
    "SET statement_timeout = '5s'; SET lock_timeout = '5s'; SET client_encoding = 'UTF8'; "
    "SET idle_in_transaction_session_timeout = '60s'; "
    # the server finds out as soon that the machine of a process is gone, and gives its lock to the next one
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 10000"
)


class PostgresError(Exception):
    """The database refused a statement, or could not be reached."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is, and perhaps which gathering in it.

    Attributes:
        url: address for libpq; it may hold a password.
        code: join code of one gathering; "" for none.
        shown: the address without password, for people and messages.
    """

    url: str
    code: str
    shown: str

    def at(self, code: str) -> str:
        """Return the address of one gathering, without password.

        Example:
            >>> address_of("postgresql://me:secret@db/hall").at("ABCD3456")
            'postgresql://me@db/hall#ABCD3456'
        """
        return f"{self.shown}#{code}"


def is_address(place: str) -> bool:
    """Return whether a place is an address of PostgreSQL and not a path.

    Example:
        >>> is_address("postgresql://db/hall"), is_address("hall.oneheart")
        (True, False)
    """
    return place.startswith(_SCHEMES)


def address_of(place: str) -> DatabaseAddress:
    """Return an address in its parts.

    Example:
        >>> address_of("postgresql://me:secret@db:5433/hall?sslmode=require#ABCD 3456")
        DatabaseAddress(url='postgresql://me:secret@db:5433/hall?sslmode=require', code='ABCD3456', \
shown='postgresql://me@db:5433/hall?sslmode=require')
    """
    parts = urlsplit(place)
    user, at, host = parts.netloc.rpartition("@")
    query = urlencode([pair for pair in parse_qsl(parts.query) if "pass" not in pair[0]], safe="/")
    shown = urlunsplit((parts.scheme, user.partition(":")[0] + at + host, parts.path, query, ""))
    code = "".join(parts.fragment.replace("%20", "").split()).upper()
    return DatabaseAddress(urlunsplit((*parts[:4], "")), code, shown)


class DatabaseSession:
    """A connection to a database, which can be made again after it broke. Not thread-safe.

    Attributes:
        address: where the database is.
        lost: true once the connection broke, until `connect` succeeds.
    """

    def __init__(self, address: DatabaseAddress, *, reads_only: bool = False, tells: str = "") -> None:
        """Connect, and refuse a server that would lose what it acknowledges.

        Args:
            address: where the database is.
            reads_only: only read, everything as it is at this moment.
            tells: channel to LISTEN to, for a connection that writes nothing; "" for none.

        Raises:
            UserError: the server cannot be reached or used; the sentence says what to do.
        """
        self.address, self._reads_only, self._tells = address, reads_only, tells
        self.lost = False
        self._told: list[str] = []
        self._psycopg = _psycopg()
        try:
            self._connection = self._connected()
        except self._psycopg.Error as error:
            raise _unreachable(address, error) from error
        try:
            unfit = self._unfit()
        except BaseException:
            self.close()
            raise
        if unfit:
            self.close()
            raise UserError(unfit)

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        connection: psycopg.Connection[tuple[Any, ...]] = self._psycopg.connect(
            self.address.url, autocommit=True, prepare_threshold=3, application_name="oneheart", **_PATIENCE
        )
        try:
            connection.execute(_AT_FIRST)
            if self._reads_only:  # like a file that is only read, it stands still at this moment
                connection.execute("SET idle_in_transaction_session_timeout = 0")  # whoever reads may think long
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            elif self._tells:
                connection.execute("SET synchronous_commit = off")  # what is told may be lost
                connection.add_notify_handler(lambda notice: self._told.append(notice.payload))
                connection.execute(f"LISTEN {self._tells}".encode())
            elif connection.execute("SHOW synchronous_commit").fetchone() == ("off",):
                connection.execute("SET synchronous_commit = 'on'")
        except BaseException:
            connection.close()
            raise
        return connection

    def _unfit(self) -> str:
        """Return a sentence that says why this server must not be used; "" if it may."""
        shown, info = self.address.shown, self._connection.info
        ((pid, encoding, fsync, behind),) = self.run(
            "SELECT pg_backend_pid(), current_setting('server_encoding'), current_setting('fsync'), pg_is_in_recovery()"
        )
        if info.server_version < _OLDEST:
            return f"{shown} is PostgreSQL {info.server_version // 10000}; oneheart needs 13 or newer."
        if pid != info.backend_pid:
            return f"{shown} is a pooler of connections; give the address of PostgreSQL itself."
        if encoding != "UTF8":
            return f"The database {shown} has the encoding {encoding}; make one with: createdb --encoding=UTF8 NAME."
        if fsync != "on" and not self._reads_only:
            return (
                f"{shown} runs with fsync = off, so it may lose what it confirmed; set fsync = on, and start it again."
            )
        if behind and not self._reads_only:
            return f"{shown} is a copy that only follows another server; give the address of that one."
        return ""

    def connect(self) -> None:
        """Connect again after the connection broke.

        Raises:
            PostgresError: the server cannot be reached.
        """
        self._connection.close()
        try:
            self._connection = self._connected()
        except self._psycopg.Error as error:
            raise PostgresError(_reason(error)) from error
        self.lost = False

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows; [] if it has none.

        Raises:
            PostgresError: the database refused it, or the connection broke; then `lost` is set.
        """
        try:
            cursor = self._connection.execute(statement.encode(), values or None, binary=True)
            return cursor.fetchall() if cursor.description else []
        except self._psycopg.Error as error:
            self.lost = bool(self._connection.closed)
            raise PostgresError(_reason(error)) from error

    @property
    def fileno(self) -> int:
        """Return the descriptor of the socket; it can be read when something is heard."""
        return self._connection.fileno()

    def heard(self) -> list[str]:
        """Return what was told on the channel since the last call; it does not wait.

        Raises:
            PostgresError: the connection broke; then `lost` is set.
        """
        raw = self._connection.pgconn
        try:
            raw.consume_input()
            while (notice := raw.notifies()) is not None:
                self._told.append(notice.extra.decode())
        except self._psycopg.Error as error:
            self.lost = True
            raise PostgresError(_reason(error)) from error
        out, self._told = self._told, []
        return out

    def run_script(self, statements: str) -> None:
        """Run several statements that have no values and give no rows.

        Raises:
            PostgresError: see `run`.
        """
        try:
            self._connection.execute(statements.encode())
        except self._psycopg.Error as error:
            self.lost = bool(self._connection.closed)
            raise PostgresError(_reason(error)) from error

    def copy_in(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Write many rows by COPY.

        Raises:
            PostgresError: see `run`.
        """
        try:
            with self._connection.cursor().copy(statement.encode()) as copying:
                for row in rows:
                    copying.write_row(row)
        except self._psycopg.Error as error:
            self.lost = bool(self._connection.closed)
            raise PostgresError(_reason(error)) from error

    @property
    def release(self) -> str:
        """Return the release of the server, such as 15.8."""
        number = self._connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    @property
    def in_transaction(self) -> bool:
        """Return whether a transaction is open that was begun by a statement."""
        return bool(self._connection.info.transaction_status != self._psycopg.pq.TransactionStatus.IDLE)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _psycopg() -> Any:
    """Return the module psycopg, an extra.

    Raises:
        UserError: it is not installed.
    """
    try:
        import psycopg  # noqa: PLC0415  an extra, and only where a database is used
    except ImportError as error:
        message = "A gathering in PostgreSQL needs an extra; install it with: pip install 'oneheart[postgres]'."
        raise UserError(message) from error
    return psycopg


def _reason(error: Exception) -> str:
    """Return the first line of an error of the database. It quotes no parameter, so nobody's words."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _unreachable(address: DatabaseAddress, error: Exception) -> UserError:
    return UserError(f"Cannot connect to {address.shown}: {_reason(error)}. Is it running, and is the address right?")


@dataclass(frozen=True, slots=True)
class PostgresGathering:
    """A gathering in a database, with the lock that says how it is open for writing.

    Attributes:
        line: the connection.
        number: number of the gathering in the database.
        code: join code.
        where: its address without password.
        path: path beside which its keys are; its last part is the join code.
        format: format of the rows; see `storage.rows`.
        keyring: the keys of sealed bodies.
        reads_only: true if it is only read; it then stands still at the moment of opening.
        alone: true if no other process may have it open for writing.
    """

    line: DatabaseSession
    number: int
    code: str
    where: str
    path: Path
    format: int
    keyring: Keyring
    reads_only: bool
    alone: bool = False

    def meta(self) -> dict[str, str]:
        """Return what the gathering knows of itself, by name; see `storage.meta`."""
        return meta_in(self.line, self.number)

    def damage(self) -> str | None:
        """Return what is wrong with the store itself; PostgreSQL finds that when it reads, so None."""
        return None

    def hold(self) -> bool:
        """Take the lock of the gathering for this connection; return whether nobody stands against it.

        Any number of processes hold it together; with `alone`, one. It waits a little, because the database may learn
        late that a process with the lock has ended.
        """
        end = time.monotonic() + HOLD_SECONDS
        how = "" if self.alone else "_shared"
        while True:
            ((held,),) = self.line.run(f"SELECT pg_try_advisory_lock{how}(%s, %s)", (_SERVED, self.number))
            if held or time.monotonic() >= end:
                return bool(held)
            time.sleep(0.02)

    def lead(self) -> bool:
        """Take the lock of who leads the gathering, for this connection; return whether it has it. It does not wait."""
        statement = f"SELECT EXISTS ({_LOCKS} AND pid = pg_backend_pid()) OR pg_try_advisory_lock(%s, %s)"
        ((held,),) = self.line.run(statement, (LEADS, self.number, LEADS, self.number))
        return bool(held)

    def others(self) -> bool:
        """Return whether other connections have the gathering open for writing."""
        statement = f"SELECT EXISTS ({_LOCKS} AND pid <> pg_backend_pid())"
        ((found,),) = self.line.run(statement, (_SERVED, self.number))
        return bool(found)

    def remove(self) -> None:
        """Destroy the keys of the closed gathering, and delete its rows.

        Raises:
            UserError: the database refused it; the keys are destroyed all the same, so nobody can read its words.
        """
        overwrite_keyring(keyring_path(self.path))
        keyring_path(self.path).unlink(missing_ok=True)
        line = connect(self.line.address)
        try:
            line.run("BEGIN")
            line.run("SET LOCAL statement_timeout = 0")
            line.run("SELECT set_config('oneheart.removes', %s::text, true)", (str(self.number),))
            for table in ("events", "meta", "gatherings"):
                line.run(f"DELETE FROM oneheart.{table} WHERE gathering = %s", (self.number,))  # noqa: S608  its own names
            line.run("COMMIT")
        except PostgresError as error:
            message = f"Its keys are destroyed, but the rows of {self.where} are still there: {error}"
            raise UserError(message) from error
        finally:
            line.close()

    def close(self) -> None:
        """Close the connection, which ends the lock, and the keys."""
        self.line.close()
        self.keyring.close()


def keys_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder with the keys of gatherings in databases.

    Raises:
        UserError: the environment does not name one, or it is not there.
    """
    named = environ.get(KEYS_FOLDER, "").strip()
    if not named:
        message = (
            f"Words are sealed with keys that never stand in the database: set {KEYS_FOLDER} to a folder for them that "
            "only this user may read, and back it up apart from the database."
        )
        raise UserError(message)
    folder = Path(named)
    if not folder.is_dir():
        message = f"There is no folder {folder}, which {KEYS_FOLDER} names; make it with: mkdir -m 700 {folder}"
        raise UserError(message)
    return folder


def version_of(line: DatabaseSession) -> int:
    """Return the version of the tables in a database; 0 if it has none."""
    ((found,),) = line.run("SELECT to_regclass('oneheart.schema_version') IS NOT NULL")
    if not found:
        return 0
    rows = line.run("SELECT version FROM oneheart.schema_version")
    return int(rows[0][0]) if rows else 0


def upgrade(line: DatabaseSession) -> tuple[int, int]:
    """Make the tables of a database, or bring them up to date; return the version before and after.

    Raises:
        UserError: a newer version made them.
        PostgresError: the database refused it; nothing was changed.
    """
    line.run("BEGIN")
    try:
        line.run("SET LOCAL statement_timeout = 0")
        line.run("SELECT pg_advisory_xact_lock(%s, 0)", (_UPGRADING,))
        before = version_of(line)
        _refuse_newer(line, before)
        for step in range(before, VERSION):
            line.run_script((resources.files("oneheart.storage") / _STEPS[step]).read_text("utf-8"))
        line.run("COMMIT")
    except BaseException:
        if not line.lost:
            line.run("ROLLBACK")
        raise
    return before, VERSION


def _refuse_other(line: DatabaseSession, version: int) -> None:
    """Refuse tables of another version than this program's."""
    _refuse_newer(line, version)
    if version < VERSION:
        message = f"The database {line.address.shown} has no tables of this version; run: oneheart db upgrade ADDRESS"
        raise UserError(message)


def _refuse_newer(line: DatabaseSession, version: int) -> None:
    """Refuse tables that a newer program made."""
    if version > VERSION:
        message = (
            f"The tables in {line.address.shown} are of version {version}, and this program knows {VERSION}; use the "
            "version of oneheart that made them."
        )
        raise UserError(message)


def connect(address: DatabaseAddress, *, reads_only: bool = False) -> DatabaseSession:
    """Return a connection to a database whose tables are of this program's version.

    Raises:
        UserError: the server cannot be reached or used, or its tables are missing or of another version.
    """
    line = DatabaseSession(address, reads_only=reads_only)
    try:
        _refuse_other(line, version_of(line))
    except BaseException:
        line.close()
        raise
    return line


def codes_in(address: DatabaseAddress) -> list[str]:
    """Return the join codes of all gatherings in a database that were not moved elsewhere, sorted.

    Raises:
        UserError: see `connect`.
    """
    line = connect(address, reads_only=True)
    try:
        found = line.run("SELECT gathering, code FROM oneheart.gatherings ORDER BY code")
        return [str(code) for number, code in found if part_moved_to(line, number) is None]
    finally:
        line.close()


def moved_in(address: DatabaseAddress) -> dict[str, MovedTo]:
    """Return where gatherings of a database were moved to, by join code; of one alone if the address has its code.

    Raises:
        UserError: see `connect`.
    """
    line = connect(address, reads_only=True)
    try:
        found = line.run("SELECT gathering, code FROM oneheart.gatherings ORDER BY code")
        there = [(str(code), part_moved_to(line, number)) for number, code in found if address.code in {"", code}]
        return {code: moved for code, moved in there if moved is not None}
    finally:
        line.close()


def named(address: DatabaseAddress) -> DatabaseAddress:
    """Return the address with the join code of the gathering that it means.

    Raises:
        UserError: it means none or several, or see `connect`.
    """
    line = connect(address, reads_only=True)
    try:
        return replace(address, code=_chosen(line, address)[1])
    finally:
        line.close()


def open_gathering(address: DatabaseAddress, *, reads_only: bool = False, alone: bool = False) -> PostgresGathering:
    """Return an open gathering of a database. Without a join code there must be exactly one in it.

    Args:
        address: address of the gathering.
        reads_only: only read it; other processes may serve it meanwhile.
        alone: let no other process have it open for writing.

    Raises:
        UserError: it is not there, its keys are missing, or another process has it alone; with `alone`, if any serves
            it.
    """
    folder = keys_folder()
    line = connect(address, reads_only=reads_only)
    try:
        number, code, form = _chosen(line, address)
        refuse_moved(address.at(code), *_last_event(line, number))
        (name,) = line.run("SELECT value FROM oneheart.meta WHERE gathering = %s AND name = 'keys'", (number,))[0]
        ring = open_keyring(folder / code, bytes.fromhex(name), write=not reads_only)
        opened = PostgresGathering(line, number, code, address.at(code), folder / code, form, ring, reads_only, alone)
        try:
            _hold(opened)
        except BaseException:
            ring.close()
            raise
    except (IndexError, ValueError) as error:
        line.close()
        message = f"{address.shown} has lost the name of the keys of a gathering; restore it from a backup."
        raise UserError(message) from error
    except PostgresError as error:
        line.close()
        raise _unreachable(address, error) from error
    except BaseException:
        line.close()
        raise
    return opened


def _hold(opened: PostgresGathering) -> None:
    """Take the lock of a gathering that is written to.

    Raises:
        HeldError: another process has it.
    """
    if not opened.reads_only and not opened.hold():
        message = (
            f"{opened.where} is already served by another oneheart; end that one first."
            if opened.alone
            else f"{opened.where} is being moved or changed by another oneheart; wait until that has ended."
        )
        raise HeldError(message)


def add_gathering(line: DatabaseSession, code: str, form: int, meta: Mapping[str, str]) -> int:
    """Add a gathering without events inside of the caller's transaction; return its number in the database.

    Args:
        line: connection to the database.
        code: join code.
        form: format of the rows.
        meta: what the gathering knows of itself, see `storage.meta`.

    Raises:
        PostgresError: the database refused it, for example because it has a gathering of this code.
    """
    insert = "INSERT INTO oneheart.gatherings (code, format) VALUES (%s, %s) RETURNING gathering"
    ((number,),) = line.run(insert, (code, form))
    for name, value in meta.items():
        line.run("INSERT INTO oneheart.meta VALUES (%s, %s, %s)", (number, name, value))
    return int(number)


def _last_event(line: DatabaseSession, number: int) -> tuple[str, object]:
    """Return kind and open body of the last event; ("", None) if there is none."""
    statement = "SELECT kind, body FROM oneheart.events WHERE gathering = %s ORDER BY seq DESC LIMIT 1"
    rows = line.run(statement, (number,))
    return (str(rows[0][0]), rows[0][1]) if rows else ("", None)


def meta_in(line: DatabaseSession, number: int) -> dict[str, str]:
    """Return what a gathering of a database knows of itself, by name; see `storage.meta`."""
    rows = line.run("SELECT name, value FROM oneheart.meta WHERE gathering = %s", (number,))
    return {str(name): str(value) for name, value in rows}


def find_gathering(line: DatabaseSession, code: str) -> int | None:
    """Return the number of the gathering of a join code; None if the database has none of it."""
    rows = line.run("SELECT gathering FROM oneheart.gatherings WHERE code = %s", (code,))
    return int(rows[0][0]) if rows else None


def part_moved_to(line: DatabaseSession, number: int) -> MovedTo | None:
    """Return where a gathering of a database was moved to; None if it was not."""
    return moved_of(*_last_event(line, number))


def copy_rows(line: DatabaseSession, number: int, rows: Iterable[Stored]) -> None:
    """Write all rows of a gathering by COPY inside of the caller's transaction.

    Raises:
        PostgresError: the database refused it.
    """

    def columns() -> Iterable[tuple[object, ...]]:
        for seq, actor, key, kind, body, salt, commitment, chain, at in rows:
            opened, sealed = (None, body) if isinstance(body, bytes) else (body, None)
            yield number, seq, actor, key, kind, opened, sealed, salt, commitment, chain, at

    line.copy_in("COPY oneheart.events FROM STDIN", columns())


def _chosen(line: DatabaseSession, address: DatabaseAddress) -> tuple[int, str, int]:
    """Return number, code and format of the gathering that an address means."""
    rows = line.run("SELECT gathering, code, format FROM oneheart.gatherings ORDER BY code")
    rows = [row for row in rows if row[1] == address.code or part_moved_to(line, row[0]) is None]
    found = [row for row in rows if address.code in {"", row[1]}]
    if len(found) == 1:
        number, code, form = found[0]
        return int(number), str(code), int(form)
    if address.code or not rows:
        wanted = f"no gathering {address.code}" if address.code else "no gathering"
        message = (
            f"There is {wanted} in {address.shown}; make one with: oneheart new ADDRESS, or bring one there with: "
            "oneheart move FILE ADDRESS"
        )
    else:
        codes = ", ".join(str(row[1]) for row in rows)
        message = (
            f"There are several gatherings in {address.shown}; name one behind a #, such as #{rows[0][1]}: {codes}."
        )
    raise UserError(message)
