from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import get_args

import pytest

from oneheart.connecting import Connected, ConnectedLine, Endpoint, Failure, FailureKind, checked, connect, mosaic
from oneheart.connecting.client import PAUSE_SECONDS
from oneheart.connecting.prompt import PROMPT_VERSION
from oneheart.model.prayer import Draft
from tests.support import drafts, loopback

LINES = drafts.draft_of(
    ("en", "Peace for all"), ("en", "Lights out at 10"), ("he", "שלום"), ("ru", "Мир"), ("ru", "Хлеб"), ("tr", "Barış")
)
DRAFT = Draft(LINES)
WHOLE = (
    ConnectedLine("Peace for all and Lights out at 10", "en", (0, 1)),
    ConnectedLine("שלום", "he", (2,)),
    ConnectedLine("Мир и Хлеб", "ru", (3, 4)),
    ConnectedLine("Barış", "tr", (5,)),
)


def ask(stub: loopback.Stub, model: str, *, draft: Draft = DRAFT, seconds: float = 8.0) -> Connected | Failure:
    return asyncio.run(connect(draft, Endpoint(checked(stub.url, private=True), model), seconds=seconds))


# --- what is accepted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "asked"),
    [
        ("ok", 1),
        ("429 then ok", 2),
        ("429 by date then ok", 2),
        ("429 without a word then ok", 2),
        ("500x2 then ok", 3),
        ("truncated then ok", 2),
        ("nonsense then ok", 2),
        ("broken off then ok", 2),
        ("no schema", 2),
        ("no temperature", 2),
        ("no seed", 2),
        ("nothing optional", 4),
        ("fenced", 1),
        ("thinking", 1),
        ("half a thought", 1),
        ("large", 1),
    ],
)
def test_an_answer_that_comes_in_the_end_is_taken(stub: loopback.Stub, play: str, asked: int) -> None:
    model = f"{play}/accepted"
    found = ask(stub, model)
    assert isinstance(found, Connected), found
    assert found.lines == WHOLE
    assert (found.rejected, found.written_with_model) == ((), True)
    assert stub.times(model) == asked


def test_what_is_told_of_the_model_is_the_operator_s_own_name(stub: loopback.Stub) -> None:
    found = ask(stub, "ok/told")
    assert isinstance(found, Connected)
    assert (found.model, found.fingerprint, found.prompt_version) == ("ok/told", "fp_stub", PROMPT_VERSION)
    again = ask(stub, "ok/told")
    assert isinstance(again, Connected)
    assert len(found.key) == 64
    assert again.key == found.key


def test_the_key_is_shown_to_the_server_and_nothing_of_people_but_their_words(stub: loopback.Stub) -> None:
    stub.asked.clear()
    endpoint = Endpoint(checked(stub.url, private=True), "ok/key", "sk-1")
    assert isinstance(asyncio.run(connect(DRAFT, endpoint)), Connected)
    headers, body = stub.asked[0]
    assert headers["authorization"] == "Bearer sk-1"
    of_ours = {"host", "content-type", "accept", "accept-encoding", "user-agent", "authorization"}
    assert set(headers) == of_ours | {"content-length", "connection"}
    assert drafts.question_of(LINES) == json.loads(body["messages"][1]["content"])


# --- what is rejected, line by line --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "reasons"),
    [
        ("unknown id", {"unknown id", "lost"}),
        ("invented quote", {"invented quote"}),
        ("lost parts", {"lost"}),
        ("uncited", {"nothing cited", "lost"}),
        ("backwards", {"out of order"}),
    ],
)
def test_a_line_with_a_fault_falls_back_to_the_plain_lines(stub: loopback.Stub, play: str, reasons: set[str]) -> None:
    found = ask(stub, play)
    assert isinstance(found, Connected)
    assert {line.reason for line in found.rejected} == reasons
    assert found.lines[0] == ConnectedLine("Peace for all", "en", (0,))
    assert drafts.wrong(LINES, found.lines) == []


# --- what fails, as a word -----------------------------------------------------------------------------------------

FAILURES: list[tuple[str, FailureKind, int]] = [
    ("429", "rate limited", 3),
    ("429 long", "rate limited", 1),
    ("500", "server error", 3),
    ("broken off", "away", 3),
    ("nonsense", "not json", 2),
    ("html", "not json", 2),
    ("empty", "not json", 2),
    ("deep", "not json", 2),
    ("another shape", "wrong shape", 2),
    ("no choices", "wrong shape", 2),
    ("packed", "wrong shape", 2),
    ("truncated", "cut short", 2),
    ("refusal", "refused", 1),
    ("filtered", "refused", 1),
    ("huge", "too large", 1),
    ("redirect", "redirected", 1),
    ("401", "not allowed", 1),
    ("404", "not found", 1),
    ("413", "bad request", 1),
]


@pytest.mark.parametrize(("play", "kind", "asked"), FAILURES)
def test_every_failure_is_a_word_of_the_list(stub: loopback.Stub, play: str, kind: FailureKind, asked: int) -> None:
    model = f"{play}/failed"
    assert ask(stub, model) == Failure(kind)
    assert kind in get_args(FailureKind)
    assert stub.times(model) == asked


@pytest.mark.server
def test_a_wrong_key_is_a_failure() -> None:
    with loopback.running(loopback.Stub(key="right")) as own:
        assert ask(own, "ok") == Failure("not allowed")


def test_a_draft_with_nothing_to_connect_asks_nobody(stub: loopback.Stub) -> None:
    for lines in (LINES[:0], LINES[:1], LINES[1:4], LINES[5:] * 2):
        assert ask(stub, "ok/nobody", draft=Draft(lines)) == Failure("nothing to connect")
    assert ask(stub, "ok/nobody", draft=Draft(LINES[:1] * 41)) == Failure("too many lines")
    assert stub.times("ok/nobody") == 0


RAW: list[tuple[bytes, set[str]]] = [
    (b"", {"away"}),
    (b"\x00\xff\xfe garbage \r\n\r\n", {"away"}),
    (b"SSH-2.0-OpenSSH_9.6\r\n", {"away"}),
    (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", {"server error"}),
    (b"HTTP/1.1 204 Nothing\r\n\r\n", {"bad request"}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", {"away"}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{}", {"away"}),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}", {"away"}),
    (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n{}", {"away"}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", {"wrong shape"}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe", {"not json"}),
    (b'HTTP/1.1 200 OK\r\n\r\n{"choices": [{"message": {"content": ["x"]}}]}', {"wrong shape"}),
    (b'HTTP/1.1 200 OK\r\n\r\n{"choices": [{"message": {}}]}', {"wrong shape"}),
    (b'HTTP/1.1 200 OK\r\n\r\n{"choices": [{"message": {"content": "\\ud800"}}]}', {"not json"}),
    (b"HTTP/1.1 429 Slow\r\nRetry-After: nan\r\nContent-Length: 0\r\n\r\n", {"rate limited"}),
    (b"HTTP/1.1 429 Slow\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n", {"rate limited"}),
    (b"HTTP/1.1 429 Slow\r\nRetry-After: \xd9\xa5\r\nContent-Length: 0\r\n\r\n", {"rate limited"}),
    (
        b"HTTP/1.1 429 Slow\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 -9999\r\nContent-Length: 0\r\n\r\n",
        {"rate limited"},
    ),
    (
        b"HTTP/1.1 429 Slow\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 +999999999999999\r\nContent-Length: 0\r\n\r\n",
        {"rate limited"},
    ),
]


@pytest.mark.server
@pytest.mark.parametrize(("raw", "kinds"), RAW, ids=range(len(RAW)))
def test_whatever_bytes_come_back_they_are_a_word(raw: bytes, kinds: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneheart.connecting.client.PAUSE_SECONDS", 0.01)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async def whole() -> Connected | Failure:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await connect(DRAFT, Endpoint(checked(f"http://127.0.0.1:{port}", private=True), "m"), seconds=3)

    found = asyncio.run(whole())
    assert isinstance(found, Failure)
    assert found.kind in kinds


@pytest.mark.process
def test_the_extra_is_not_loaded_before_the_first_question() -> None:
    asked = "import sys, oneheart.connecting; print(sorted({'httpx2', 'httpcore2', 'openai'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


# --- in time -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("play", ["hang", "drip"])
def test_a_model_that_is_slow_is_left_when_the_time_is_over(stub: loopback.Stub, play: str) -> None:
    started = time.monotonic()
    assert ask(stub, play, seconds=0.4) == Failure("timeout")
    assert 0.3 < time.monotonic() - started < 1.4


def test_a_name_that_is_looked_up_for_ever_is_left_too() -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    started = time.monotonic()
    endpoint = Endpoint(checked("https://models.example.org"), "m")
    assert asyncio.run(connect(DRAFT, endpoint, seconds=0.2, resolve=never)) == Failure("timeout")
    assert time.monotonic() - started < 1.2


@pytest.mark.parametrize("play", ["429", "500"])
def test_what_would_not_come_in_time_is_not_waited_for(stub: loopback.Stub, play: str) -> None:
    started = time.monotonic()
    assert isinstance(ask(stub, play, seconds=PAUSE_SECONDS / 2), Failure)
    assert time.monotonic() - started < PAUSE_SECONDS + 0.8


def test_the_text_is_there_before_during_and_after_a_model_that_hangs(stub: loopback.Stub) -> None:
    async def hall() -> tuple[float, Connected | Failure, int]:
        endpoint = Endpoint(checked(stub.url, private=True), "hang")
        asking = asyncio.create_task(connect(DRAFT, endpoint, seconds=0.5))
        longest, turns, last = 0.0, 0, time.monotonic()
        while not asking.done():
            await asyncio.sleep(0.01)
            longest, turns, last = max(longest, time.monotonic() - last), turns + 1, time.monotonic()
            assert [line.text for line in DRAFT.lines] == [line.text for line in LINES]
        return longest, await asking, turns

    longest, found, turns = asyncio.run(hall())
    assert found == Failure("timeout")
    assert turns > 10
    assert longest < 0.4  # the loop that serves the hall is never held up


def test_a_caller_who_cancels_is_obeyed_and_something_within_is_a_failure(stub: loopback.Stub) -> None:
    async def cancelled() -> bool:
        asking = asyncio.create_task(connect(DRAFT, Endpoint(checked(stub.url, private=True), "hang")))
        await asyncio.sleep(0.1)
        asking.cancel()
        try:
            await asking
        except asyncio.CancelledError:
            return True
        return False

    async def within(_host: str, _port: int) -> Sequence[str]:
        raise asyncio.CancelledError

    assert asyncio.run(cancelled())
    endpoint = Endpoint(checked("https://models.example.org"), "m")
    assert asyncio.run(connect(DRAFT, endpoint, resolve=within)) == Failure("cancelled")


# --- whoever orders a model about ----------------------------------------------------------------------------------


@pytest.mark.proof("A11")
def test_two_hundred_desires_that_order_a_model_about_change_no_line(
    stub: loopback.Stub, figure: Callable[[str], None]
) -> None:
    async def all_of_them() -> list[tuple[Draft, Connected | Failure]]:
        found = []
        for number, (lines, _) in enumerate(drafts.injected()):
            asked = (
                lines if lines[0].language in mosaic.CONNECTIVES else (*lines, *drafts.draft_of(*[("en", "Amen")] * 2))
            )
            endpoint = Endpoint(checked(stub.url, private=True), f"ok/injected-{number}")
            found.append((Draft(asked), await connect(Draft(asked), endpoint)))
        return found

    found = asyncio.run(all_of_them())
    assert len(found) == 200
    assert all(stub.times(f"ok/injected-{number}") for number in range(200))
    for draft, outcome in found:
        if isinstance(outcome, Failure):
            assert outcome.kind == "not json"  # it was ordered to answer with prose: the draft stays
            continue
        assert drafts.wrong(draft.lines, outcome.lines) == []
        shown = " ".join(line.text for line in outcome.lines)
        own = " ".join(line.text for line in draft.lines)
        for spoken in ("HACKED", "http", "script", "1000"):
            assert shown.count(spoken) == own.count(spoken)
    figure(f"{len(found)} desires in eight languages order an obedient model about: no line changed, added or dropped")
