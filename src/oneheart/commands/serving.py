"""Serve a house: its socket, a clean shutdown, the addresses that people need, and a QR code in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import apsw
import numpy as np
import segno
import uvicorn

from oneheart import connecting
from oneheart.commands.backups import BackupPlan, Backups
from oneheart.commands.loop import run
from oneheart.connecting import endpoint_from_environment, translating
from oneheart.connecting.address import Endpoint
from oneheart.connecting.models import models_in
from oneheart.errors import HeldError, UserError
from oneheart.live.aside import Aside, AsideError
from oneheart.live.decks import FitOrder
from oneheart.live.drafting import translate_here
from oneheart.live.drafts import Engines
from oneheart.live.house import House
from oneheart.live.leading import Connect
from oneheart.storage.postgres import is_address
from oneheart.web.app import make_app
from oneheart.web.network import lan_address, network_addresses
from oneheart.web.reach import Reach
from oneheart.web.server import configured, spare_collector

SOUND_SQLITE = (3, 51, 3)  # first release that does not reset the write-ahead log under a reader
_GRACE_SECONDS = 2
_STANDBY_SECONDS = 0.1
_BACKLOG = 4096
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  only compared with


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a house.

    Attributes:
        base: such as http://10.0.0.7:8000, without a slash at the end.

    Example:
        >>> Addresses("http://10.0.0.7:8000").phone("ABCD3456")
        'http://10.0.0.7:8000/j/ABCD3456'
    """

    base: str

    def phone(self, code: str) -> str:
        """Return the address at which a phone joins."""
        return f"{self.base}/j/{code}"

    def hall(self, code: str) -> str:
        """Return the address of the hall screen."""
        return f"{self.base}/hall/{code}"

    def host(self, token: str) -> str:
        """Return the address of a one-time link to a host's desk."""
        return f"{self.base}/host/enter/{token}"


def addresses_for(host: str, port: int, public_url: str | None) -> Addresses:
    """Return the addresses of a server.

    Args:
        host: address that it listens at.
        port: TCP port.
        public_url: address that people reach through a proxy; None without a proxy.

    Raises:
        UserError: the public address is invalid.

    Example:
        >>> addresses_for("127.0.0.1", 8000, "https://heart.example/").base
        'https://heart.example'
    """
    if public_url is not None:
        parts = urlsplit(public_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            message = (
                f"{public_url!r} is no address of a server; give it without a path, such as https://heart.example."
            )
            raise UserError(message)
        return Addresses(public_url.rstrip("/"))
    name = lan_address() if host in _EVERYWHERE else host
    return Addresses(f"http://{f'[{name}]' if ':' in name else name}:{port}")


def reach_for(host: str, port: int, public_url: str | None) -> Reach:
    """Return where phones reach a server; the arguments are those of `addresses_for`.

    Example:
        >>> reach_for("127.0.0.1", 8000, "https://heart.example/").public
        'https://heart.example'
    """
    if public_url is not None:
        return Reach(public=addresses_for(host, port, public_url).base)
    if host not in _EVERYWHERE:
        return Reach()
    return Reach(find=lambda: tuple(f"http://{name}:{port}" for name in network_addresses()))


def names_for(host: str, public_url: str | None) -> tuple[str, ...]:
    """Return the host names that a server accepts.

    These are all private addresses, the address in its QR code even if it is public, and this machine's own name.

    Example:
        >>> names_for("203.0.113.9", "https://heart.example")[-2:]
        ('heart.example', '203.0.113.9')
    """
    names = ["lan", socket.gethostname().lower()]
    if public_url is not None:
        names.append(urlsplit(public_url).hostname or "")
    names.append(lan_address() if host in _EVERYWHERE else host)
    return tuple(names)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes any free port.

    Raises:
        UserError: the port is in use or forbidden, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
        sock.set_inheritable(False)
    except (OSError, OverflowError) as error:
        sock.close()
        message = _why_not(host, port, error)
        raise UserError(message) from error
    return sock


def _why_not(host: str, port: int, error: OSError | OverflowError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; end that one, or choose another with --port."
    if number == errno.EACCES:
        return f"Port {port} may not be taken by this user; choose one above 1023 with --port."
    return f"{host} is no address of this machine; leave --host out to be found on all of its networks."


class Quiet(uvicorn.Server):
    """A server that ends only when this program tells it to."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the caller."""
        yield


@asynccontextmanager
async def served(
    house: House,
    sock: socket.socket,
    *,
    names: Sequence[str] = ("lan",),
    https: bool = False,
    proxy: str | None = None,
    reach: Reach | None = None,
) -> AsyncIterator[Quiet]:
    """Serve a house while the block runs; afterwards write queued events and close every file."""
    app = make_app(house, hosts=names, https=https, reach=reach)
    config = configured(app, proxy=proxy)
    config.timeout_graceful_shutdown = _GRACE_SECONDS
    server = Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn tells it by a flag only
            await asyncio.sleep(0.01)
        if serving.done():
            await serving
        yield server
    finally:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # uvicorn reports ended streams as errors
        server.should_exit = True
        await serving


async def warm(aside: Aside) -> None:
    """Let the helper process import and compile what it needs, so that the first cards are not delayed."""
    from oneheart.model.gathering import Responses  # noqa: PLC0415  with it

    people, desires = 4, 3
    order = FitOrder(
        seq=1,
        people=people,
        desires=desires,
        responses=Responses.of([0, 1, 2, 3], [0, 1, 0, 2], [1, 1, 0, 1]),
        travels=np.ones(desires, bool),
        authors=np.full(desires, -1, np.int32),
        circle_of=np.full(people, -1, np.int32),
        circle_of_desire=np.full(desires, -1, np.int32),
        from_own=False,
        hidden=np.zeros((1, desires), bool),
        hidden_of=np.zeros(people, np.int32),
        seed=0,
    )
    with contextlib.suppress(AsideError):
        await aside.run("fit", "warm", order)


def stop_on_signals() -> asyncio.Event:
    """Return an event that is set when the program is told to end (Ctrl-C, SIGTERM)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    return stop


def qr(url: str) -> str:
    """Return a QR code as text for a terminal; "" if the terminal cannot show it."""
    if "utf" not in (getattr(sys.stdout, "encoding", "") or "").lower():
        return ""
    out = io.StringIO()
    segno.make(url, error="m", micro=False).terminal(out=out, compact=True)
    return out.getvalue().rstrip("\n")


def spoken(code: str) -> str:
    """Return a code in groups, as people read it aloud.

    Example:
        >>> spoken("ABCD3456")
        'ABCD 3456'
    """
    return f"{code[:4]} {code[4:]}"


def sqlite_is_sound(version: str) -> bool:
    """Return whether a version of SQLite cannot damage a write-ahead log that is read at the same time.

    Example:
        >>> sqlite_is_sound("3.40.1"), sqlite_is_sound("3.51.3")
        (False, True)
    """
    return tuple(int(part) for part in version.split(".")[:3]) >= SOUND_SQLITE


def warnings(addresses: Addresses) -> list[str]:
    """Return warnings for a host before the hall fills, in whole sentences."""
    out = []
    version = apsw.sqlite_lib_version()
    if not sqlite_is_sound(version):
        needed = ".".join(str(part) for part in SOUND_SQLITE)
        out.append(f"SQLite {version} is older than {needed} and may damage a file; upgrade apsw before the day.")
    if urlsplit(addresses.base).hostname in {"127.0.0.1", "localhost", "::1"}:
        out.append("Only this machine can reach this address; give --host 0.0.0.0 on a network, or --public-url.")
    return out


@dataclass(frozen=True, slots=True)
class Serving:
    """Options of a server.

    Attributes:
        path: folder of gatherings, one file, or an address of PostgreSQL.
        host: address to listen at.
        port: TCP port.
        public_url: address that people reach through a proxy; None without a proxy.
        https: true if the proxy serves https.
        proxy: address of the trusted proxy.
        backup: where and how often the gatherings are copied; None for no copies.
        invite: true to print one-time links for hosts.
        translate: folder of translation models; None for none.
        standby: true to wait while another process holds the files, or moves a gathering of a database. Processes that
            serve a database do not keep one another waiting.
    """

    path: str | Path
    host: str
    port: int
    public_url: str | None
    https: bool
    proxy: str | None
    backup: BackupPlan | None = None
    invite: bool = False
    translate: Path | None = None
    standby: bool = False


def connect_by(endpoint: Endpoint | None) -> Connect | None:
    """Return a function that asks the configured language model to connect lines; None if none is configured."""
    return None if endpoint is None else partial(connecting.connect, endpoint=endpoint)


def engines_by(endpoint: Endpoint | None, folder: Path | None, aside: Aside | None) -> Engines:
    """Return the machines that draft lines in other languages.

    Args:
        endpoint: configured language model; None for none.
        folder: folder of translation models; None for none.
        aside: helper process that translates; None if there is no folder.

    Raises:
        UserError: the folder is missing or holds no model, or the extra `translate` is not installed.
    """
    models = None if folder is None else models_in(folder)
    address = None if endpoint is None else partial(translating.translate, endpoint=endpoint)
    name = "" if endpoint is None else endpoint.address.host
    if models is None or aside is None:
        return Engines(address=address, address_name=name)
    return Engines(translate_here(models, aside), models.pairs, address, name)


def check_options(how: Serving) -> None:
    """Refuse options that contradict each other. Cookies must be sent over https only where people use https.

    Raises:
        UserError: --https and --public-url do not fit together, or the public address is invalid.
    """
    public_https = how.public_url is not None and how.public_url.lower().startswith("https://")
    if how.https and not public_https:
        message = "With --https give the address that people use: --public-url https://..."
        raise UserError(message)
    if public_https and not how.https:
        message = f"With --public-url {how.public_url} give --https too, so that cookies never travel over plain http."
        raise UserError(message)
    addresses_for(how.host, how.port, how.public_url)


def serve(how: Serving) -> Iterator[str]:
    """Serve until interrupted; yield lines to show, first the addresses.

    Raises:
        UserError: nothing to serve, served already, the port is in use, or the options contradict each other.
    """
    check_options(how)
    endpoint = endpoint_from_environment(os.environ)
    aside = Aside()
    # A process of its own: a slow or broken model delays neither cards nor the text. The first line starts it.
    translator = None if how.translate is None else Aside(niceness=10)
    engines = engines_by(endpoint, how.translate, translator)
    open_house = partial(House.open, how.path, aside=aside, connect=connect_by(endpoint), engines=engines)
    house = yield from opened(how, open_house)
    try:
        backups = None if how.backup is None else Backups(how.backup, house.gatherings, str(how.path))
        sock = listen(how.host, how.port)
    except BaseException:
        for gathering in house.gatherings.values():
            gathering.shut()
        raise
    addresses = addresses_for(how.host, sock.getsockname()[1], how.public_url)
    yield from shown(house, addresses, invite=how.invite)
    yield from warnings(addresses)
    yield "Ctrl-C ends it; everything that was said is kept."

    async def until_stopped() -> None:
        stop = stop_on_signals()
        spare_collector()
        names, reach = names_for(how.host, how.public_url), reach_for(how.host, sock.getsockname()[1], how.public_url)
        async with served(house, sock, names=names, https=how.https, proxy=how.proxy, reach=reach):
            working = [asyncio.create_task(warm(aside))]
            if backups is not None:
                working.append(asyncio.create_task(backups.run()))
            await stop.wait()
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            if backups is not None:
                await backups.turn(last=True)

    try:
        run(until_stopped())
    finally:
        aside.close()
        if translator is not None:
            translator.close()
    yield "Ended; everything is kept."


def opened(how: Serving, open_house: Callable[[], House]) -> Generator[str, None, House]:
    """Return the house; wait for a process that serves it where that was asked for, and yield a sentence then.

    Args:
        how: options of the server.
        open_house: opens the house.

    Raises:
        UserError: it cannot be opened; `HeldError`: another process serves it, and nobody asked to wait.
    """
    told = False
    while True:
        try:
            return open_house()
        except HeldError:
            if not how.standby:
                raise
        if not told:
            yield "Another oneheart serves this. This one waits, and serves it when that one ends."
        told = True
        time.sleep(_STANDBY_SECONDS)


def shown(house: House, addresses: Addresses, *, invite: bool = False) -> Iterator[str]:
    """Yield the addresses of a house, and one-time links for hosts where they are asked for or nobody has one yet.

    Whoever reads the lines of a server, in a journal or over a shoulder, could otherwise take a desk at each start.

    A gathering that is read-only since an event cannot be read gets a line with its file and that event.
    """
    for code, gathering in house.gatherings.items():
        settings = gathering.state.settings
        name = settings.name if settings and settings.name else gathering.path.stem
        yield f"{name}  (join code {spoken(code)})"
        yield f"  phones  {addresses.phone(code)}"
        yield f"  hall    {addresses.hall(code)}"
        if invite or not gathering.state.course.hosts_standing:
            yield f"  host    {addresses.host(house.invite(code))}  (works once)"
        else:
            yield "  host    a host gives a link at the desk; or serve again with --invite"
        if gathering.spoiled is not None:
            yield f"{gathering.where}: {gathering.spoiled.told(alone=not is_address(gathering.where))}"
        if len(house.gatherings) == 1 and (picture := qr(addresses.phone(code))):
            yield ""
            yield picture
            yield ""
    for code, moved in house.moved.items():
        yield f"join code {spoken(code)} is elsewhere now: " + (
            f"phones that come here are sent to {moved.url}." if moved.url else f"at {moved.to}."
        )
    if house.folder is not None and (invite or not house.gatherings):
        yield f"A new gathering: {addresses.host(house.invite(None))}  (works once)"
