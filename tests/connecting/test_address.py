from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from oneheart.connecting import Connected, Endpoint, Failure, checked, connect, endpoint_from_environment
from oneheart.connecting.address import ForbiddenAddressError, is_allowed, resolved
from oneheart.errors import UserError
from oneheart.model.prayer import Draft
from tests.support import drafts, loopback

DRAFT = Draft(drafts.draft_of(("en", "Peace for all"), ("en", "Bread for all")))


class Counter:
    """A listening socket on every address of this machine, that counts who comes and hangs up."""

    def __init__(self) -> None:
        self.came: list[Any] = []
        self._socket = socket.socket(socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET)
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._socket.bind(("::" if self._socket.family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104  all of it
        self._socket.listen(64)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, place = self._socket.accept()
                self.came.append(place)
                connection.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def counter() -> Iterator[Counter]:
    counter = Counter()
    yield counter
    counter.close()


# Every one of them leads, for one program or another, to this machine, its network, or where a cloud keeps its keys.
# PORT is that of the counting socket. They are refused whether or not the operator allows private addresses.
FORBIDDEN = """
file:///etc/passwd
file://127.0.0.1:PORT/v1
gopher://127.0.0.1:PORT/_POST
ftp://127.0.0.1:PORT/
dict://127.0.0.1:PORT/
ws://127.0.0.1:PORT/
unix:///var/run/docker.sock
http+unix://%2Fvar%2Frun%2Fdocker.sock/v1
data:text/plain,x
javascript:alert(1)
//127.0.0.1:PORT/v1
127.0.0.1:PORT/v1
localhost:PORT
http:127.0.0.1:PORT
http:/127.0.0.1:PORT
http:///127.0.0.1:PORT
http:\\\\127.0.0.1:PORT
http://127.1:PORT/v1
http://127.0.1:PORT/v1
http://2130706433:PORT/v1
http://02130706433:PORT/v1
http://017700000001:PORT/v1
http://0177.0.0.1:PORT/v1
http://0177.0.0.01:PORT/v1
http://127.0.0.01:PORT/v1
http://0x7f.0.0.1:PORT/v1
http://0x7f.1:PORT/v1
http://0x7f000001:PORT/v1
http://0x7F000001:PORT/v1
http://127.0.0.0x1:PORT/v1
http://127.0x000001:PORT/v1
http://4294967297:PORT/v1
http://127.0.0.1.:PORT/v1
http://localhost.:PORT/v1
http://127..0.1:PORT/v1
http://127.0.0.1 :PORT/v1
http:// 127.0.0.1:PORT/v1
http://127.0.0.1%20:PORT/v1
http://%31%32%37.0.0.1:PORT/v1
http://127.0.0.1%00.example.org:PORT/v1
http://localhos%74:PORT/v1
http://[::1%25lo]:PORT/v1
http://[::1%lo]:PORT/v1
http://[fe80::1%25eth0]:PORT/v1
http://①②⑦.⓪.⓪.①:PORT/v1
http://１２７.０.０.１:PORT/v1
http://١٢٧.٠.٠.١:PORT/v1
http://127。0。0。1:PORT/v1
http://ⓛocalhost:PORT/v1
http://ſocalhost:PORT/v1
http://loca\u00adlhost:PORT/v1
http://user@127.0.0.1:PORT/v1
http://user:password@127.0.0.1:PORT/v1
http://models.example.org@127.0.0.1:PORT/v1
http://models.example.org:443@127.0.0.1:PORT/v1
http://127.0.0.1:PORT@models.example.org/v1
http://models.example.org\\@127.0.0.1:PORT/v1
http://models.example.org#@127.0.0.1:PORT/v1
http://models.example.org?@127.0.0.1:PORT/v1
http://127.0.0.1:PORT#models.example.org
http://127.0.0.1:PORT/v1?target=http://models.example.org
http://127.0.0.1:PORT/v1#fragment
http://127.0.0.1:PORT\\v1
http://127.0.0.1:PORT/v1/../admin
http://127.0.0.1:PORT/./v1
http://127.0.0.1:PORT/v1/%2e%2e/admin
http://127.0.0.1:PORT//v1
http://127.0.0.1:PORT/v1\\r\\nX-Header: 1
http://127.0.0.1:0/v1
http://127.0.0.1:99999/v1
http://127.0.0.1:-1/v1
http://127.0.0.1:PORT:PORT/v1
http://127.0.0.1::PORT/v1
http://0.0.0.0:PORT/v1
http://0:PORT/v1
http://0.0.0.1:PORT/v1
http://[::]:PORT/v1
http://[0:0:0:0:0:0:0:0]:PORT/v1
http://[::ffff:127.0.0.1]:PORT/v1
http://[::ffff:7f00:1]:PORT/v1
http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/v1
http://[::ffff:169.254.169.254]:PORT/v1
http://[::ffff:0:127.0.0.1]:PORT/v1
http://[::127.0.0.1]:PORT/v1
http://[64:ff9b::127.0.0.1]:PORT/v1
http://[64:ff9b:1::7f00:1]:PORT/v1
http://[2002:7f00:1::]:PORT/v1
http://[2001:0:7f00:1::]:PORT/v1
http://[fe80::1]:PORT/v1
http://[fec0::1]:PORT/v1
http://[ff02::1]:PORT/v1
http://[fd00:ec2::254]:PORT/v1
http://[::1:PORT/v1
http://::1:PORT/v1
http://[127.0.0.1]:PORT/v1
http://[v1.::1]:PORT/v1
http://169.254.169.254/latest/meta-data
http://169.254.170.2/v2/credentials
http://169.254.0.1:PORT/v1
http://100.100.100.200/latest
http://168.63.129.16/machine
http://192.0.0.192/latest
http://255.255.255.255:PORT/v1
http://224.0.0.1:PORT/v1
http://240.0.0.1:PORT/v1
http://198.18.0.1:PORT/v1
http://203.0.113.5:PORT/v1
http://2852039166/latest/meta-data
http://0xa9fea9fe/latest/meta-data
http://0251.0376.0251.0376/latest/meta-data
https://169.254.169.254/latest/meta-data
http://8.8.8.8:PORT/v1
http://-localhost:PORT/v1
http://local_host:PORT/v1
http://:PORT/v1
http://
""".strip().splitlines()

# Refused unless the operator says ONEHEART_LLM_PRIVATE=1 (without it, also everything above is).
PRIVATE_ONLY = """
http://127.0.0.1:PORT/v1
HTTP://127.0.0.1:PORT/v1
https://127.0.0.1:PORT/v1
http://127.255.255.254:PORT/v1
http://[::1]:PORT/v1
https://[0:0:0:0:0:0:0:1]:PORT/v1
http://localhost:PORT/v1
https://LOCALHOST:PORT/v1
https://anything.localhost:PORT/v1
https://printer.local:PORT/v1
https://metadata.google.internal/v1
https://models:PORT/v1
https://10.0.0.1:PORT/v1
https://172.16.0.1:PORT/v1
https://172.31.255.255:PORT/v1
https://192.168.1.1:PORT/v1
https://100.64.0.1:PORT/v1
https://[fc00::1]:PORT/v1
https://[fd12:3456::1]:PORT/v1
http://models.example.org:PORT/v1
""".strip().splitlines()

# What a name that is well written can lead to.
LEADS_TO = """
127.0.0.1
127.255.255.254
0.0.0.0
10.1.2.3
172.20.0.1
192.168.0.1
100.64.0.1
100.100.100.200
168.63.129.16
169.254.169.254
192.0.0.192
198.18.0.1
224.0.0.1
255.255.255.255
::1
::
::ffff:127.0.0.1
::ffff:10.0.0.1
64:ff9b::7f00:1
2002:7f00:1::
2001:0:7f00:1::
fe80::1
fe80::1%lo
fd00:ec2::254
fc00::1
ff02::1
not-an-address
2130706433
0x7f.1
""".strip().splitlines()


def asked(url: str, counter: Counter, *, private: bool) -> Failure | Connected | None:
    """Return what came of an address, from the start of a server to a draft; None where it was refused."""
    given = url.replace("PORT", str(counter.port)).replace("\\\\", "\\").replace("\\r\\n", "\r\n")
    environ = {"ONEHEART_LLM_URL": given, "ONEHEART_LLM_MODEL": "m", "ONEHEART_LLM_KEY": "secret-key"}
    try:
        endpoint = endpoint_from_environment(environ | ({"ONEHEART_LLM_PRIVATE": "1"} if private else {}))
    except UserError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert "secret" not in said
        assert "password" not in said
        assert said.endswith(".")
        return None
    assert endpoint is not None
    return asyncio.run(connect(DRAFT, endpoint, seconds=2))


def test_there_are_enough_of_them() -> None:
    assert len(set(FORBIDDEN)) >= 100
    assert len(set(PRIVATE_ONLY)) >= 20


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("url", FORBIDDEN, ids=ascii)
def test_a_forbidden_address_is_refused_at_the_start_and_opens_nothing(
    url: str, private: bool, counter: Counter, opened: Any
) -> None:
    assert asked(url, counter, private=private) is None
    assert (opened.connections, opened.names, counter.came) == ([], [], [])


@pytest.mark.parametrize("url", PRIVATE_ONLY)
def test_an_address_of_this_machine_or_network_is_refused_unless_the_operator_says_so(
    url: str, counter: Counter, opened: Any
) -> None:
    assert asked(url, counter, private=False) is None
    assert (opened.connections, opened.names, counter.came) == ([], [], [])
    assert checked(url.replace("PORT", str(counter.port)), private=True).private


@pytest.mark.parametrize(
    "ips", [[ip] for ip in LEADS_TO] + [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]], ids=str
)
def test_a_name_that_leads_inward_opens_nothing(ips: list[str], counter: Counter, opened: Any) -> None:
    async def leads(_host: str, _port: int) -> Sequence[str]:
        return ips

    endpoint = Endpoint(checked(f"https://models.example.org:{counter.port}/v1"), "m")
    assert asyncio.run(connect(DRAFT, endpoint, seconds=2, resolve=leads)) == Failure("address")
    assert (opened.connections, counter.came) == ([], [])


@pytest.mark.parametrize("ip", ["169.254.169.254", "0.0.0.0", "::ffff:127.0.0.1", "fe80::1", "8.8.8.8", "2606:4700::1"])  # noqa: S104
def test_even_where_private_is_allowed_a_name_leads_nowhere_else(ip: str, counter: Counter, opened: Any) -> None:
    async def leads(_host: str, _port: int) -> Sequence[str]:
        return [ip]

    endpoint = Endpoint(checked(f"http://models.lan:{counter.port}/v1", private=True), "m")
    assert asyncio.run(connect(DRAFT, endpoint, seconds=2, resolve=leads)) == Failure("address")
    assert (opened.connections, counter.came) == ([], [])


@pytest.mark.server
def test_the_counters_do_count(opened: Any) -> None:
    own = Counter()
    failed = asked("http://127.0.0.1:PORT/v1", own, private=True)
    own.close()
    assert failed == Failure("away")
    assert len(own.came) == len(opened.connections) >= 1
    assert {place[:2] for place in opened.connections} == {("127.0.0.1", own.port)}


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(
    name: str, counter: Counter, stub: loopback.Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{counter.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    found = asyncio.run(connect(DRAFT, Endpoint(checked(stub.url, private=True), "ok"), seconds=5))
    assert isinstance(found, Connected)
    assert counter.came == []


@pytest.mark.server
def test_a_redirect_is_not_followed(counter: Counter) -> None:
    elsewhere = f"http://127.0.0.1:{counter.port}/v1/chat/completions"
    with loopback.running(loopback.Stub(elsewhere=elsewhere)) as own:
        endpoint = Endpoint(checked(own.url, private=True), "redirect", "key")
        assert asyncio.run(connect(DRAFT, endpoint, seconds=5)) == Failure("redirected")
    assert counter.came == []


def test_a_name_is_looked_up_once_and_the_connection_goes_to_that_very_address(
    stub: loopback.Stub, opened: Any
) -> None:
    looked_up = []

    async def turns(host: str, port: int) -> Sequence[str]:
        looked_up.append((host, port))
        return ["127.0.0.1"] if len(looked_up) == 1 else ["169.254.169.254"]

    endpoint = Endpoint(checked(f"http://models.lan:{stub.port}/v1", private=True), "500x2 then ok/once")
    stub.asked.clear()
    assert isinstance(asyncio.run(connect(DRAFT, endpoint, seconds=10, resolve=turns)), Connected)
    assert looked_up == [("models.lan", stub.port)]
    assert {place[:2] for place in opened.connections} == {("127.0.0.1", stub.port)}
    assert set(opened.names) <= {"127.0.0.1", b"127.0.0.1"}
    assert {headers["host"] for headers, _ in stub.asked} == {f"models.lan:{stub.port}"}


@pytest.mark.server
def test_the_certificate_asked_for_is_the_name_s_and_not_the_address_s() -> None:
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hear() -> None:
            connection, _ = listening.accept()
            heard.append(connection.recv(4096))
            connection.close()

        thread = threading.Thread(target=hear, daemon=True)
        thread.start()

        async def here(_host: str, _port: int) -> Sequence[str]:
            return ["127.0.0.1"]

        port = listening.getsockname()[1]
        endpoint = Endpoint(checked(f"https://models.lan:{port}/v1", private=True), "m")
        assert asyncio.run(connect(DRAFT, endpoint, seconds=0.4, resolve=here)) in {Failure("away"), Failure("timeout")}
        thread.join(5)
    assert b"models.lan" in heard[0]
    assert b"Peace" not in heard[0]


def test_a_name_that_nobody_knows_is_away() -> None:
    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    async def nothing(_host: str, _port: int) -> Sequence[str]:
        return []

    endpoint = Endpoint(checked("https://models.example.org"), "m")
    for resolve in (unknown, nothing):
        assert asyncio.run(connect(DRAFT, endpoint, resolve=resolve)) == Failure("away")


# --- what is allowed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "base_url", "header"),
    [
        ("https://api.example.org/v1", "https://api.example.org:443/v1", "api.example.org"),
        ("HTTPS://API.Example.org", "https://api.example.org:443", "api.example.org"),
        (
            "https://xn--e1afmkfd.example:8443/a/b-c_d.e~f/",
            "https://xn--e1afmkfd.example:8443/a/b-c_d.e~f",
            "xn--e1afmkfd.example:8443",
        ),
        ("https://1.1.1.1/v1", "https://1.1.1.1:443/v1", "1.1.1.1"),
        ("https://[2606:4700:4700:0::1111]/v1", "https://[2606:4700:4700::1111]:443/v1", "[2606:4700:4700::1111]"),
    ],
)
def test_a_plain_public_address_is_taken(url: str, base_url: str, header: str) -> None:
    address = checked(url)
    assert (address.base_url, address.host_header) == (base_url, header)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434/v1", "http://localhost:8080/v1", "http://[::1]/v1", "http://models:80"]
)
def test_a_private_address_is_taken_where_the_operator_says_so(url: str) -> None:
    assert checked(url, private=True).scheme == "http"


def test_public_addresses_are_asked_over_https_only() -> None:
    assert is_allowed("1.1.1.1", private=False)
    assert is_allowed("2606:4700:4700::1111", private=False)
    assert not is_allowed("1.1.1.1", private=False, scheme="http")
    with pytest.raises(UserError, match="use https"):
        checked("http://models.example.org")


def test_a_name_is_looked_up_by_this_machine_unless_told_otherwise() -> None:
    assert "127.0.0.1" in asyncio.run(resolved(checked("http://localhost", private=True)))
    with pytest.raises(ForbiddenAddressError):
        asyncio.run(resolved(checked("https://a.example"), lambda *_: asyncio.sleep(0, ["127.0.0.1"])))


# --- the environment -----------------------------------------------------------------------------------------------

URL = {"ONEHEART_LLM_URL": "https://models.example.org/v1"}
MODEL = {"ONEHEART_LLM_MODEL": "a-model"}


@pytest.mark.parametrize("environ", [{}, {"ONEHEART_LLM_URL": ""}, {"ONEHEART_LLM_PRIVATE": "1"}, {"HOME": "/"}])
def test_where_nothing_is_set_there_is_no_model(environ: dict[str, str]) -> None:
    assert endpoint_from_environment(environ) is None


def test_what_is_set_is_taken() -> None:
    endpoint = endpoint_from_environment(URL | MODEL | {"ONEHEART_LLM_KEY": "sk-1", "ONEHEART_LLM_PRIVATE": "0"})
    assert endpoint == Endpoint(checked("https://models.example.org/v1"), "a-model", "sk-1")
    assert "sk-1" not in repr(endpoint)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        (URL, "ONEHEART_LLM_MODEL"),
        (MODEL, "ONEHEART_LLM_URL"),
        ({"ONEHEART_LLM_KEY": "sk-1"}, "ONEHEART_LLM_URL"),
        (URL | MODEL | {"ONEHEART_LLM_KEY": "a b"}, "ONEHEART_LLM_KEY"),
        (URL | MODEL | {"ONEHEART_LLM_KEY": "a\r\nX: 1"}, "ONEHEART_LLM_KEY"),
        (URL | MODEL | {"ONEHEART_LLM_KEY": "ключ"}, "ONEHEART_LLM_KEY"),
        (URL | {"ONEHEART_LLM_MODEL": "a\x00b"}, "ONEHEART_LLM_MODEL"),
        (URL | {"ONEHEART_LLM_MODEL": "a" * 201}, "ONEHEART_LLM_MODEL"),
        (URL | MODEL | {"ONEHEART_LLM_PRIVATE": "yes"}, "ONEHEART_LLM_PRIVATE"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_variable(environ: dict[str, str], says: str) -> None:
    with pytest.raises(UserError, match=says) as raised:
        endpoint_from_environment(environ)
    assert str(raised.value).endswith(".")
    assert "sk-1" not in str(raised.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UserError, match=r"oneheart\[llm\]"):
        endpoint_from_environment(URL | MODEL)


# --- https ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a certificate for models.lan that it has signed itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    making = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=models.lan"
    subprocess.run(
        [*making.split(), "-addext", "subjectAltName=DNS:models.lan"], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "vouched", "heard"), [("models.lan", True, True), ("models.lan", False, False), ("other.lan", True, False)]
)
def test_nothing_is_said_to_a_server_whose_certificate_is_not_the_name_s(
    name: str, vouched: bool, heard: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    said: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                    said.append(secured.recv(100))

    async def here(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    if vouched:
        paths = ssl.get_default_verify_paths()._replace(openssl_cafile=str(certificate / "cert.pem"), openssl_capath="")
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setattr("oneheart.connecting.client.PAUSE_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        endpoint = Endpoint(checked(f"https://{name}:{listening.getsockname()[1]}/v1", private=True), "m", "key")
        assert asyncio.run(connect(DRAFT, endpoint, seconds=5, resolve=here)) == Failure("away")
    assert (b"POST /v1/chat/completions" in b"".join(said)) == heard


@pytest.mark.server
@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_connected_to_as_it_is() -> None:
    own = Counter()
    assert asked("http://[::1]:PORT/v1", own, private=True) == Failure("away")
    own.close()
    assert {place[0] for place in own.came} == {"::1"}
