"""What every answer of the server has and lacks: headers against misuse by browsers, secure cookies, no leftovers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from oneheart.web import app as app_module
from oneheart.web.app import make_app
from oneheart.web.security import HEADERS, HSTS
from oneheart.web.server import configured
from tests.support.desks import Desk
from tests.support.gatherings import CODE, Browser, Door

Open = Callable[..., Any]
ASKED = {
    "the door": ("GET", f"/j/{CODE}", {}, 200),
    "a person's page": ("GET", f"/g/{CODE}", {}, 200),
    "my data as a file": ("GET", f"/g/{CODE}/mine.json", {}, 200),
    "the API": ("GET", f"/api/v1/gatherings/{CODE}", {}, 200),
    "no such page": ("GET", "/nowhere", {}, 404),
    "no such call": ("GET", "/api/v1/nowhere", {}, 404),
    "a wrong method": ("PUT", f"/g/{CODE}", {}, 404),
    "TRACE": ("TRACE", f"/g/{CODE}", {"x-echo": "canary"}, 404),
    "a foreign host": ("GET", f"/g/{CODE}", {"host": "evil.example"}, 400),
    "a foreign page": ("POST", f"/g/{CODE}/desire", {"origin": "http://evil.example"}, 403),
    "too long": ("POST", f"/g/{CODE}/desire", {"content-length": "99999999"}, 413),
    "a script": ("GET", "/static/phone.js", {}, 200),
    "the folder of scripts": ("GET", "/static/", {}, 404),
    "a folder above": ("GET", "/static/..%2f..%2fapp.py", {}, 404),
    "source control": ("GET", "/.git/config", {}, 404),
    "a report of health": ("GET", "/health", {}, 200),
}


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_has_the_headers_and_tells_nothing_of_the_program(open_door: Open, name: str) -> None:
    method, path, headers, status = ASKED[name]
    person = open_door().join()
    answer = person.request(method, path, headers={"origin": "http://testserver", **headers})
    assert answer.status_code == status
    for header, value in HEADERS:
        sent = answer.headers[header.decode()]
        if name == "the door":  # the desk shows it in a frame, and nobody else does
            sent = sent.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
        assert sent == value.decode()
    assert "no-store" in answer.headers["cache-control"] or path.startswith("/static/")
    assert {"server", "x-powered-by", "access-control-allow-origin", "strict-transport-security"} & set(
        answer.headers
    ) == set()
    assert "canary" not in answer.text, "what was sent is not echoed"
    kind = answer.headers["content-type"]
    assert "charset=utf-8" in kind if kind.startswith("text/") else kind == "application/json"


def test_the_policy_of_pages_lets_nothing_in_and_nobody_frame_them() -> None:
    policy = dict(HEADERS)[b"content-security-policy"].decode()
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert parts["default-src"] == ["'none'"], "so object-src is none too"
    assert parts["base-uri"] == parts["frame-ancestors"] == ["'none'"]
    assert parts["script-src"] == parts["connect-src"] == parts["form-action"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & {source for sources in parts.values() for source in sources}


def test_an_error_of_the_program_tells_nothing_of_it_and_has_the_headers(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = open_door()
    client = TestClient(door.browser().app, raise_server_exceptions=False, base_url="http://testserver")

    def broken(*_: object, **__: object) -> object:
        message = "the secret of the program"
        raise RuntimeError(message)

    monkeypatch.setattr(app_module, "page", broken)
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    for header, value in HEADERS:
        assert answer.headers[header.decode()] == value.decode()


def test_behind_https_every_answer_says_so_and_every_cookie_is_secure(make_gathering: Callable[..., Any]) -> None:
    house = make_gathering()
    with Browser(make_app(house, hosts=["testserver"], https=True), follow_redirects=False) as client:
        door = Door(house, client)
        cookies = []
        for method, path, headers, _ in ASKED.values():
            answer = client.request(method, path, headers={"origin": "http://testserver", **headers})
            assert answer.headers["strict-transport-security"] == HSTS[1].decode(), path
        page = client.get(f"/j/{CODE}").text
        key = page.split('name="key" value="')[1].split('"')[0]
        cookies += client.post(f"/j/{CODE}", data={"key": key, "language": "en"}).headers.get_list("set-cookie")
        link = f"/host/enter/{house.invite(CODE)}"
        key = client.get(link).text.split('name="key" value="')[1].split('"')[0]
        cookies += client.post(link, data={"key": key}).headers.get_list("set-cookie")
        secret = next(cookie for cookie in cookies if cookie.startswith("host=")).split(";")[0]
        asked = client.get(f"/host/{CODE}?lang=ru", headers={"cookie": secret})
        cookies += asked.headers.get_list("set-cookie")
        assert {cookie.split("=")[0] for cookie in cookies} == {"seat", "host", "language"}
        for cookie in cookies:
            marks = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "samesite=lax"} <= marks, cookie
        assert door.gathering.code == CODE


def test_the_cookie_of_a_seat_or_a_desk_is_sent_to_its_own_gathering_alone(open_door: Open) -> None:
    door = open_door()
    browser, desk = door.join(), Desk(door)
    cookies = [cookie for cookie in (*browser.cookies.jar, *desk.browser.cookies.jar) if cookie.name != "language"]
    assert {cookie.name for cookie in cookies} == {"seat", "host"}
    assert all(cookie.path.endswith(f"/{CODE}") for cookie in cookies)


def test_fields_of_the_address_are_no_fields_of_a_form_and_of_two_the_last_counts(open_door: Open) -> None:
    door = open_door()
    person = door.join()
    before = len(door.gathering.state.desires)
    person.post(f"/g/{CODE}/desire?text=from+the+address", data={"key": "key-of-the-first"})
    assert len(door.gathering.state.desires) == before
    body = "key=key-of-the-second&text=first&text=that+we+meet"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert person.post(f"/g/{CODE}/desire", content=body, headers=kind).status_code == 303
    assert [desire.text for desire in door.gathering.state.desires][before:] == ["that we meet"]


# --- what is no request -----------------------------------------------------------------------------------------------


class Wire(asyncio.Transport):
    """A transport that keeps what was written and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("10.0.0.9", 4000) if name == "peername" else default


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: h\r\nbroken header\r\n\r\n",
        b"not http at all\r\n\r\n",
    ],
    ids=["two lengths of a body", "two content-lengths", "a header without a name", "no request"],
)
def test_what_is_no_clear_request_is_answered_once_with_the_headers_and_closed(sent: bytes) -> None:
    async def asked() -> Wire:
        config = configured(Starlette())
        config.load()
        protocol, wire = config.http_protocol_class(config, uvicorn.server.ServerState(), {}), Wire()
        protocol.connection_made(wire)
        protocol.data_received(sent)
        await asyncio.sleep(0)
        protocol.connection_lost(None)
        return wire

    wire = asyncio.run(asked())
    assert wire.closed
    assert wire.written.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert wire.written.count(b"HTTP/1.1") == 1, "nothing that was smuggled is answered"
    for header, value in HEADERS:
        assert b"%s: %s\r\n" % (header, value) in wire.written


# --- where a redirect goes --------------------------------------------------------------------------------------------

ELSEWHERE = ("//evil.example", "/\\evil.example", "https:evil.example", "x\r\nset-cookie: a=b", "..//evil.example")


@pytest.mark.parametrize("typed", ELSEWHERE)
def test_no_redirect_leads_to_another_server_or_adds_a_header(open_door: Open, typed: str) -> None:
    person = open_door().join()
    answers = [
        person.get(f"/g/{quote(typed, safe='')}"),
        person.get("/", params={"code": typed}),
        person.get(f"/j/{CODE}", params={"lang": typed, "back": typed}),
        person.post(f"/g/{CODE}/language", data={"key": "key-of-language", "language": "en", "back": typed}),
        person.post(
            f"/g/{CODE}/respond", data={"key": "key-of-respond", "desire": typed, "stance": "1", "then": typed}
        ),
        person.post(f"/g/{CODE}/unread", data={"key": "key-of-unread", "language": typed, "back": typed}),
    ]
    assert any(answer.status_code == 303 for answer in answers)
    for answer in answers:
        target = answer.headers.get("location", "/")
        assert target.startswith("/"), target
        assert not target.startswith(("//", "/\\")), target
        assert not [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("a=")]


def test_a_request_from_elsewhere_is_refused_in_the_readers_language(open_door: Open) -> None:
    person = open_door().join()
    for header, value, status in (("host", "elsewhere.example", 400), ("origin", "http://elsewhere.example", 403)):
        asked = {header: value, "accept-language": "he"}
        answer = person.request("POST", "/j/ABCD2345?lang=he", data={"x": "y"}, headers=asked)
        assert answer.status_code == status
        assert f'data-why="{header}"' in answer.text
        assert 'lang="he"' in answer.text
        assert answer.headers["content-security-policy"]
