"""A4: no request ends in an error of the server: raw bytes, broken forms, and calls made from the API's description."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.web import app as web_app
from oneheart.web.app import make_app
from oneheart.web.security import Misses
from tests.support.gatherings import make_gathering, serve
from tests.support.proofs import size

__all__ = ["make_gathering", "serve"]
Figure = Callable[[str], None]
pytestmark = pytest.mark.slow
SEAT, HOST = "a1" * 16, "b2" * 16
NASTY = (
    b"\\ud800", "\u202e".encode(), b"\x00", "\u200b".encode() * 50, b"=1+1", b"<script>", "א\u0591".encode() * 20,
    b"9" * 400, b"-0", b"1e999", b"NaN", b'{"a":' * 50, b"%00", b"../..", b"\r\nX: y", "😀".encode() * 200, b"",
    b"true", b"null", b"[]", b"-1", b"2147483648", b"\xff\xfe", b"a" * 3000, "ж".encode() * 200,
)  # fmt: skip
FIELDS = (
    b"key", b"text", b"desire", b"same_as", b"stance", b"draft", b"line", b"reading", b"critique", b"language", b"on",
    b"version", b"stage", b"reason", b"name", b"circle", b"occasion", b"code", b"card", b"value", b"when", b"count",
)  # fmt: skip
METHODS = (b"GET", b"POST", b"POST", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"PATCH")
KINDS = (b"application/x-www-form-urlencoded", b"application/json", b"multipart/form-data; boundary=x", b"", b"a/b; c")
BROKEN_BYTES = 0.3
CANARY_EVERY = 100
AT_ONCE = 20


def paths_of(server: Any) -> list[bytes]:
    """Return every address of the app, filled with the code of the gathering; streams are left out."""
    routes = [route.path for route in make_app(server.house).routes if isinstance(route, Route)]
    filled = [path.replace("{code}", server.code) for path in routes if not path.endswith("/events")]
    return [path.encode() for path in filled]


def body(rng: random.Random, kind: bytes) -> bytes:
    """Return a body of known fields with hostile values, sometimes with broken bytes."""
    pairs = [(rng.choice(FIELDS), rng.choice(NASTY)) for _ in range(rng.randrange(0, 8))]
    pairs.append((b"key", b"%032x" % rng.getrandbits(128)))
    if b"json" in kind:
        content = b"{" + b",".join(b'"%s":%s' % (name, _as_json(rng, value)) for name, value in pairs) + b"}"
    else:
        content = b"&".join(name + b"=" + value for name, value in pairs)
    if rng.random() < BROKEN_BYTES:
        broken = bytearray(content)
        for _ in range(rng.randrange(1, 6)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        content = bytes(broken)
    return content


def _as_json(rng: random.Random, value: bytes) -> bytes:
    plain = value.decode("utf-8", "replace")
    return value if rng.random() < BROKEN_BYTES else json.dumps(plain).encode()


def request(rng: random.Random, path: bytes, host: bytes) -> bytes:
    """Return the bytes of one request that may be broken in any part."""
    for hole in (b"{number:int}", b"{desire:int}", b"{desire}", b"{token}", b"{seatcode}", b"{what}", b"{path:path}"):
        path = path.replace(hole, rng.choice((b"0", b"1", b"-1", b"%00", b"%ff", b"9" * 30, b"stage", b"x" * 40)))
    path += rng.choice((b"", b"", b"?lang=xx", b"?add=999999999", b"?from=9", b"?find=%ff%00", b"/%00", b"/..;/", b"?"))
    kind = rng.choice(KINDS)
    content = body(rng, kind)
    secret = rng.choice((SEAT, HOST, "c3" * 16)).encode()
    head = [
        rng.choice(METHODS) + b" " + path + b" HTTP/1.1",
        b"Host: " + host,
        b"Origin: http://" + host,
        b"Accept: " + rng.choice((b"text/html", b"application/json", b"*/*")),
        rng.choice((b"Cookie: seat=", b"Cookie: host=", b"Authorization: Bearer ")) + secret,
        b"Content-Type: " + kind,
        b"Content-Length: %d" % len(content),
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + content


async def _status(reader: asyncio.StreamReader, *, head_only: bool) -> tuple[int, bool]:
    """Return the status of an answer, and whether the connection stays open."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).lower()
    length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    if length and not head_only:
        await reader.readexactly(int(length[0].split(b":")[1]))
    status = int(head.split(b" ", 2)[1])
    return status, bool(length) and b"connection: close" not in head


async def _send(port: int, paths: list[bytes], times: int, rng: random.Random, statuses: Counter[str]) -> None:
    """Send so many requests, one after the other; now and then a canary, which must be answered."""
    host = b"127.0.0.1:%d" % port
    wire: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    for number in range(times):
        canary = number % CANARY_EVERY == 0
        if wire is None:
            wire = await asyncio.open_connection("127.0.0.1", port)
        sent = (
            b"GET /health HTTP/1.1\r\nHost: " + host + b"\r\n\r\n" if canary else request(rng, rng.choice(paths), host)
        )
        try:
            wire[1].write(sent)
            status, stays = await _status(wire[0], head_only=sent.startswith(b"HEAD"))
            statuses["canary" if canary and status == 200 else str(status)] += 1
        except (OSError, asyncio.IncompleteReadError):
            statuses["closed"] += 1  # the request could not be understood
            stays = False
        except TimeoutError:
            statuses["no answer"] += 1
            stays = False
        if not stays:
            await _close(wire[1])
            wire = None
    if wire is not None:
        await _close(wire[1])


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def fuzz(server: Any, requests: int, seed: int) -> Counter[str]:
    """Return how often each status came; "no answer" and 5xx must not be among them."""
    port, paths, statuses = int(server.url.rsplit(":", 1)[1]), paths_of(server), Counter[str]()
    generators = [random.Random(seed + n) for n in range(AT_ONCE)]  # noqa: S311  the same requests each time

    async def all_of_them() -> None:
        each = requests // AT_ONCE
        await asyncio.gather(*(_send(port, paths, each, rng, statuses) for rng in generators))

    asyncio.run(all_of_them())
    return statuses


def of_ours(statuses: Counter[str]) -> dict[str, int]:
    """Return the answers that are the server's fault. 503 says that it is too busy; it is none."""
    return {name: n for name, n in statuses.items() if name == "no answer" or (name.startswith("5") and name != "503")}


@pytest.fixture
def server(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a real server with a seat, a host and something of everything.

    It has no limit on wrong codes: with it, most requests would be answered 429 before anything of them is read.
    """
    monkeypatch.setattr(Misses, "allowed", lambda *_: True)
    started = serve(voice="assembly")
    started.submit("house", "host-0", ev.HostSeated(hash_of(HOST)))
    started.submit("house", "seat-0", ev.SeatTaken(hash_of(SEAT), "en"))
    started.submit("h0", "circle", ev.CircleAdded("Olive", "olive"))
    for n in range(6):
        started.say(f"wish number {n} of the fuzzed gathering", circle=0)
    return started


@pytest.mark.proof("A4")
def test_no_raw_request_ends_in_an_error(server: Any, figure: Figure) -> None:
    statuses = fuzz(server, size(100_000, 4000), seed=3)
    fine = dict(sorted(statuses.items()))
    figure(f"{sum(statuses.values()):,} raw requests: {of_ours(statuses) or 'no error of the server'} ({fine})")
    assert of_ours(statuses) == {}
    assert statuses["canary"] == sum(1 for _ in range(0, size(100_000, 4000) // AT_ONCE, CANARY_EVERY)) * AT_ONCE


@pytest.mark.proof("A4")
def test_no_call_of_the_description_ends_in_an_error(server: Any, figure: Figure, tmp_path: Path) -> None:
    program = shutil.which("schemathesis") or shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("schemathesis is not installed: make prove installs it")
    words = [program, "--no-color", "run", f"{server.url}/api/v1/openapi.json", "--checks", "not_a_server_error"]
    words += ["--header", f"Authorization: Bearer {SEAT}", "--max-examples", str(size(150, 6)), "--workers", "2"]
    words += ["--exclude-path-regex", "erase", "--seed", "5", "--suppress-health-check", "all", "--no-shrink"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=400)
    told = [line.strip() for line in done.stdout.splitlines() if "generated, " in line]
    figure(f"schemathesis: {'; '.join(told)}, exit status {done.returncode}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]


@pytest.mark.sabotage("A4", "the page of an unknown address raises (web.app._not_here)")
def test_a_server_that_breaks_is_found_out(monkeypatch: pytest.MonkeyPatch, serve: Any) -> None:
    async def broken(_request: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(web_app, "_not_here", broken)
    assert of_ours(fuzz(serve(), 600, seed=3))
