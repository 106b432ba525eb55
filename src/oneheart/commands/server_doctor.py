"""Doctor of a server: checks the machine, the files and the address before the hall fills.

Every check returns findings in whole sentences: what is wrong and what to do next. Nothing is changed on the machine.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import resource
import shutil
import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import apsw

from oneheart.commands.serving import SOUND_SQLITE, Serving, addresses_for, check_options, sqlite_is_sound
from oneheart.errors import UserError
from oneheart.formats.diagnosis import Finding, Severity
from oneheart.live.house import SUFFIX
from oneheart.storage.database import last_event_time
from oneheart.storage.keyring import keyring_path
from oneheart.storage.postgres import (
    DatabaseSession,
    PostgresError,
    address_of,
    codes_in,
    connect,
    is_address,
    keys_folder,
)

DISK_LEAST, DISK_LITTLE = 200 * 2**20, 2**30  # bytes; a full evening of a thousand people needs some 50 MB
FLUSH_SLOW = 0.05  # seconds; a tap waits for one flush
FILES_LEAST = 4096  # open files; each open phone needs one
CERTIFICATE_DAYS = 14
CLOCK_YEAR_LEAST = 2026
_FLUSHES = 15
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Checked:
    """One check and what it told.

    Attributes:
        name: name of the check.
        findings: notes, warnings and errors; at least one.
    """

    name: str
    findings: tuple[Finding, ...]


def examine(how: Serving, *, now: Callable[[], float] = time.time) -> Iterator[Checked]:
    """Yield every check of a server with these options, in a fixed order.

    Args:
        how: options, as `oneheart serve` takes them.
        now: clock, seconds since 1970.
    """
    place = str(how.path)
    yield Checked("options", _options(how))
    if is_address(place):
        yield Checked("keys", _keys(place))
        yield Checked("database", _database(place))
        yield Checked("clock", _clock([], now))
    else:
        path = Path(place)
        yield Checked("disk", _disk(_folder_of(path)))
        yield Checked("sqlite", _sqlite())
        yield Checked("clock", _clock(_files(path), now))
    yield Checked("open files", _open_files())
    yield Checked("address", _address(how))
    if how.public_url is not None:
        yield Checked("public address", _public(how.public_url, now))


def exit_status(checks: list[Checked]) -> int:
    """Return 0 for notes only, 1 for warnings, 2 for an error."""
    severities = {finding.severity for check in checks for finding in check.findings}
    return 2 if "error" in severities else 1 if "warning" in severities else 0


def _one(code: str, severity: Severity, sentence: str) -> tuple[Finding, ...]:
    return (Finding(code, severity, sentence),)


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.resolve().parent


def _options(how: Serving) -> tuple[Finding, ...]:
    try:
        check_options(how)
    except UserError as error:
        return _one("options", "error", str(error))
    if not is_address(str(how.path)) and not Path(how.path).exists():
        return _one("no-gathering", "error", f"{how.path} is not there; make a gathering with oneheart new {how.path}.")
    cookies = "Cookies are sent over https only." if how.https else "Cookies travel over plain http."
    return _one("options", "note", f"The options fit together. {cookies}")


def _disk(folder: Path) -> tuple[Finding, ...]:
    """Measure free space and the time of one durable write in a folder."""
    try:
        free = shutil.disk_usage(folder).free
        flush = _flush_seconds(folder)
    except OSError as error:
        reason = "no room is left" if error.errno == errno.ENOSPC else error.strerror
        sentence = f"Cannot write in {folder} ({reason}); choose a folder that you may write to."
        return _one("disk-unwritable", "error", sentence)
    room = f"{free / 2**30:,.1f} GB are free in {folder}"
    if free < DISK_LEAST:
        return _one("disk-full", "error", f"{room}; make room, or taps will be refused before the evening ends.")
    if free < DISK_LITTLE:
        return _one("disk-little", "warning", f"{room}; make room for one gigabyte at least.")
    if flush > FLUSH_SLOW:
        sentence = (
            f"{room}, but one durable write takes {flush * 1000:.0f} ms; "
            "use the laptop's own disk rather than a memory card or a network folder."
        )
        return _one("disk-slow", "warning", sentence)
    return _one("disk", "note", f"{room}; one durable write takes {flush * 1000:.1f} ms.")


def _flush_seconds(folder: Path) -> float:
    """Return the median time of one small durable write, in seconds."""
    with tempfile.TemporaryFile(dir=folder) as file:
        times = []
        for _ in range(_FLUSHES):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def _sqlite() -> tuple[Finding, ...]:
    version = apsw.sqlite_lib_version()
    if not sqlite_is_sound(version):
        needed = ".".join(str(part) for part in SOUND_SQLITE)
        sentence = f"SQLite {version} is older than {needed} and may damage a file; upgrade apsw."
        return _one("sqlite-old", "error", sentence)
    return _one("sqlite", "note", f"SQLite {version} is sound.")


def _keys(place: str) -> tuple[Finding, ...]:
    """Look at the folder of keys, and at the keys of every gathering in the database."""
    try:
        folder = keys_folder()
        missing = [code for code in codes_in(address_of(place)) if not keyring_path(folder / code).is_file()]
    except UserError as error:
        return _one("keys", "error", str(error))
    if missing:
        return _one("keys-missing", "error", f"The keys of {', '.join(missing)} are not in {folder}; put them back.")
    if folder.stat().st_mode & 0o077:
        return _one("keys-open", "warning", f"Others may read {folder}; close it with: chmod 700 {folder}")
    return _one("keys", "note", f"The keys are in {folder}; back it up apart from the database.")


def _database(place: str) -> tuple[Finding, ...]:
    """Connect as a server does, and measure the time of one durable write."""
    try:
        line = connect(address_of(place))
    except UserError as error:
        return _one("database", "error", str(error))
    try:
        flush = _durable_write_seconds(line, _FLUSHES)
        said = f"{line.address.shown} is PostgreSQL {line.release}; one durable write takes {flush * 1000:.1f} ms"
    except PostgresError as error:
        return _one("database", "error", f"{line.address.shown} takes no write: {error}.")
    finally:
        line.close()
    if flush > FLUSH_SLOW:
        return _one("database-slow", "warning", f"{said}, and every tap waits for one; use a faster disk or network.")
    return _one("database", "note", f"{said}.")


def _clock(files: Sequence[Path], now: Callable[[], float]) -> tuple[Finding, ...]:
    """Compare this machine's clock with the newest event of the gatherings."""
    seconds = now()
    today = datetime.fromtimestamp(seconds, UTC)
    if today.year < CLOCK_YEAR_LEAST:
        sentence = f"This machine's clock says {today:%Y-%m-%d}; set it, or stages end and words expire at wrong times."
        return _one("clock-wrong", "error", sentence)
    newest = max((_newest(file) for file in files), default=0) / 1000
    if newest > seconds + 60:
        hours = (newest - seconds) / 3600
        sentence = (
            f"This machine's clock is {hours:,.1f} hours behind the last event of a gathering; "
            "set it before people come."
        )
        return _one("clock-behind", "warning", sentence)
    return _one("clock", "note", f"The clock says {today:%Y-%m-%d %H:%M} UTC; compare it with a phone.")


def _files(path: Path) -> list[Path]:
    return sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path] if path.is_file() else []


def _newest(file: Path) -> int:
    """Return the time of the newest event of a file in milliseconds; 0 if it cannot be read."""
    with contextlib.suppress(UserError, apsw.Error):
        return last_event_time(file)
    return 0


def _open_files() -> tuple[Finding, ...]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = hard == resource.RLIM_INFINITY
    if not unlimited and hard < FILES_LEAST:
        sentence = (
            f"At most {hard} phones can be connected at once; raise the limit of open files "
            f"(ulimit -n {FILES_LEAST}, or LimitNOFILE in the systemd unit)."
        )
        return _one("files-few", "warning", sentence)
    return _one("files", "note", f"{soft} open files now, {'no limit' if unlimited else hard} at most.")


def _address(how: Serving) -> tuple[Finding, ...]:
    """Check the address that the QR code will name, and whether its port is free."""
    try:
        base = addresses_for(how.host, how.port, how.public_url).base
    except UserError as error:
        return _one("address", "error", str(error))
    out = [Finding("address", "note", f"Phones are sent to {base}.")]
    if urlsplit(base).hostname in {"127.0.0.1", "localhost", "::1"}:
        sentence = "Only this machine can reach this address; give --host 0.0.0.0 on a network, or --public-url."
        out = [Finding("address-loopback", "warning", sentence)]
    if how.port and not _port_is_free(how.host, how.port):
        sentence = f"Port {how.port} is in use; if that is not oneheart itself, choose another with --port."
        out.append(Finding("port-in-use", "note", sentence))
    return tuple(out)


def _port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


def _public(url: str, now: Callable[[], float]) -> tuple[Finding, ...]:
    """Ask for the public address: its certificate, and whether the proxy passes requests on as it must."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    if parts.scheme == "http":
        sentence = f"{url} is plain http: others on the way can read along. Put a proxy that speaks https in front."
        return _one("plain-http", "warning", sentence)
    out = []
    try:
        expires = _certificate_end(name, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        sentence = f"Phones will refuse the certificate of {name}: {error.verify_message}."
        return _one("certificate", "error", sentence)
    except OSError as error:
        sentence = f"{url} does not answer from here ({error.strerror or error}); start the proxy, or check its name."
        return _one("no-answer", "error", sentence)
    days = (expires - now()) / 86_400
    severity: Severity = "warning" if days < CERTIFICATE_DAYS else "note"
    out.append(Finding("certificate", severity, f"The certificate of {name} is valid for {days:.0f} more days."))
    return (*out, *_through_the_proxy(url))


def _certificate_end(name: str, port: int) -> float:
    """Return the end of a server's certificate, seconds since 1970."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((name, port), timeout=_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        certificate = secured.getpeercert() or {}
    return ssl.cert_time_to_seconds(str(certificate["notAfter"]))


def _through_the_proxy(url: str) -> tuple[Finding, ...]:
    """Ask for /health through the proxy. It works only if the proxy passes the Host header on."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port or 443, timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        text = answer.read(200)
    except (OSError, http.client.HTTPException) as error:
        return _one("proxy", "error", f"The proxy at {url} broke off ({error}); look at its log.")
    finally:
        connection.close()
    if answer.status == http.HTTPStatus.BAD_REQUEST:
        return _one("proxy-host", "error", "The proxy does not pass on the Host header; see docs/how-to/deploy.md.")
    if answer.status != http.HTTPStatus.OK or text.strip() != b"ok":
        sentence = f"{url}/health answers {answer.status}; start oneheart behind the proxy, then ask again."
        return _one("proxy-health", "warning", sentence)
    return _one("proxy", "note", "The proxy passes requests on, and the server behind it is well.")


def _durable_write_seconds(line: DatabaseSession, times: int) -> float:
    """Return the median time of one small durable write, in seconds. It changes no table.

    Raises:
        PostgresError: the database refused it.
    """
    took = []
    for _ in range(times):
        began = time.perf_counter()
        line.run("SELECT pg_logical_emit_message(true, 'oneheart', 'how long does a write take')")
        took.append(time.perf_counter() - began)
    return statistics.median(took)
