"""A throw-away PostgreSQL: Debian's own, in a temporary folder, on a socket in it, ended with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oneheart.storage.postgres import DatabaseSession, address_of, upgrade

MISSING = "no PostgreSQL on this machine (apt-get install postgresql), so nothing of it is tested"
MEMORY = Path("/dev/shm")  # noqa: S108  no test asks for a disk, and others may keep it busy
_SETTINGS = ("listen_addresses=", "shared_buffers=16MB", "max_connections=40", "wal_level=minimal", "max_wal_senders=0")


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None if they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


def _user() -> str | None:
    """Return the user that runs the server; None for this one. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """A running server.

    Attributes:
        folder: its temporary folder, with the socket; the data are in ``data``.
        address: address of its database.
        socket: the socket.
    """

    def __init__(self, folder: Path, bin_folder: Path, *settings: str, port: int = 5432) -> None:
        """Make the data; see `start`.

        Args:
            folder: its folder.
            bin_folder: folder of PostgreSQL's programs.
            settings: further settings, such as ``shared_buffers=128MB``.
            port: its port, where it listens at one; it is in the name of its socket, too.
        """
        self.socket = folder / f".s.PGSQL.{port}"
        self._environment = {**os.environ, "PGPORT": str(port)}
        self.folder, self._bin, self._settings = folder, bin_folder, (*_SETTINGS, *settings)
        self.address = f"postgresql://oneheart@/oneheart?host={folder}&port={port}"
        self._work = ""
        self._server: subprocess.Popen[bytes] | None = None
        if (user := _user()) is not None:
            shutil.chown(folder, user)
        how = ("-A", "trust", "-U", "oneheart", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
        self._run("initdb", "-D", str(folder / "data"), *how)
        self.start()
        self._run("createdb", "-h", str(folder), "-U", "oneheart", "oneheart")

    def named(self, name: str) -> str:
        """Return the address of a database of this name, which need not exist."""
        return self.address.replace("/oneheart?", f"/{name}?")

    def made(self, name: str, how: str = "") -> str:
        """Make a database of this name without tables; return its address."""
        admin = DatabaseSession(address_of(self.address))
        admin.run(f"CREATE DATABASE {name} {how}")
        admin.close()
        return self.named(name)

    def emptied(self) -> str:
        """Return the address of a database with tables and without a gathering, the same each time."""
        if not self._work:
            self._work = self.made("work")
        line = DatabaseSession(address_of(self._work))
        upgrade(line)
        line.run_script(
            "SET session_replication_role = replica; DELETE FROM oneheart.events; DELETE FROM oneheart.meta; "
            "DELETE FROM oneheart.gatherings"
        )
        line.close()
        return self._work

    def dumped(self, address: str = "") -> str:
        """Return what pg_dump writes of a database, by default of the first."""
        return self._run("pg_dump", "-d", address or self.address)

    def _run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [self._bin / program, *words],
            user=_user(),
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [word for setting in self._settings for word in ("-c", setting)]
        command = [
            self._bin / "postgres",
            "-D",
            self.folder / "data",
            "-k",
            self.folder,
            "-p",
            self._environment["PGPORT"],
            *settings,
        ]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, user=_user(), cwd=self.folder, stdout=log, stderr=log)
        ready = [self._bin / "pg_isready", "-q", "-h", self.folder, "-U", "oneheart", "-d", "postgres"]
        while subprocess.run(ready, env=self._environment, check=False).returncode:
            assert self._server.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server at once, as a power failure does."""
        assert self._server is not None
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        self._server.kill()
        self._server.wait()
        for child in children:  # they end by themselves when they notice; the data can be opened only then
            while Path(f"/proc/{child}").exists():
                time.sleep(0.01)

    def stop(self) -> None:
        """End the server."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()


@contextmanager
def running(*settings: str, port: int = 5432) -> Iterator[Cluster]:
    """Run a server with these further settings while the block runs."""
    bin_folder = programs()
    assert bin_folder is not None, MISSING
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30
    folder = Path(tempfile.mkdtemp(prefix="onpg", dir=MEMORY if roomy else None))  # a socket's path has 107 bytes
    folder.chmod(0o755)
    cluster: Cluster | None = None
    try:
        cluster = Cluster(folder, bin_folder, *settings, port=port)
        yield cluster
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
