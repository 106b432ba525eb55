"""One request to a `/chat/completions` server, and every possible failure.

It is the only module that knows httpx2, an extra that is imported with the first question. Proxies, certificate files
and passwords in the environment are ignored, redirects are not followed, and the size of an answer is limited.

Source: the contract as openai 3.54 (Apache-2.0) keeps it; its client drives our loopback server in the tests.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from oneheart.connecting import prompt
from oneheart.connecting.address import (
    Address,
    Endpoint,
    ForbiddenAddressError,
    Resolver,
    resolved,
    system_resolve,
)
from oneheart.connecting.outcome import Failure, FailureKind

if TYPE_CHECKING:
    import httpx2

A = TypeVar("A")

ANSWERS_MOST = 2
REPEATS_MOST = 2
PAUSE_SECONDS = 0.5
BYTES_MOST = 256 * 1024
_FINGERPRINT = re.compile(r"[A-Za-z0-9._:-]{1,80}", re.ASCII)
_OK, _ELSEWHERE, _BAD_REQUEST, _UNPROCESSABLE, _TOO_MANY, _BROKEN = 200, 300, 400, 422, 429, 500
_KINDS: dict[int, FailureKind] = {401: "not allowed", 403: "not allowed", 404: "not found", _TOO_MANY: "rate limited"}
_ASK_ANEW: frozenset[FailureKind] = frozenset({"not json", "wrong shape", "cut short"})
_REPEAT: frozenset[FailureKind] = frozenset({"away", "rate limited", "server error"})


@dataclass(frozen=True, slots=True)
class Reply(Generic[A]):
    """An answer of the right shape that is not verified yet, and the server's version."""

    answer: A
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes
    retry_after: str


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    system_fingerprint: str | None = None


_COMPLETION = msgspec.json.Decoder(_Completion)


async def ask(
    endpoint: Endpoint,
    question: str,
    *,
    form: prompt.QuestionForm[A],
    seconds: float,
    resolve: Resolver = system_resolve,
) -> Reply[A] | Failure:
    """Return a model's answer to a question, or the reason why there is none.

    It always ends within the timeout.

    A server in trouble (429, 5xx, unreachable) is asked up to twice again. The pause before is the one that it asks
    for, if that is within the timeout. An invalid answer (no JSON, another shape, cut short) is requested once more.
    A field that the server names as unknown is left out.

    Args:
        endpoint: the model.
        question: JSON.
        form: the kind of question.
        seconds: timeout for everything together, in seconds.
        resolve: resolves host names.

    Raises:
        asyncio.CancelledError: the caller cancelled; every other error is a `Failure`.
    """
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(seconds):
            return await _ask(endpoint, question, form, asyncio.get_running_loop().time() + seconds, resolve)
    except TimeoutError:
        return Failure("timeout")
    except asyncio.CancelledError:
        if task is not None and task.cancelling():
            raise
        return Failure("cancelled")


async def _ask(
    endpoint: Endpoint, question: str, form: prompt.QuestionForm[A], end: float, resolve: Resolver
) -> Reply[A] | Failure:
    try:
        places = await resolved(endpoint.address, resolve)
    except ForbiddenAddressError:
        return Failure("address")
    except OSError:
        return Failure("away")
    leave_out: set[str] = set()
    answers, repeats = 0, 0
    async with _client(endpoint.address) as client:
        while True:
            place = places[repeats % len(places)]
            request = prompt.body(endpoint.model, question, form=form, leave_out=leave_out)
            response = await _post(client, endpoint, place, request)
            if isinstance(response, _Response):
                unknown = _unknown_field(response, leave_out)
                if unknown:
                    leave_out.add(unknown)
                    continue
            result = response if isinstance(response, Failure) else _read(response, form)
            if isinstance(result, Reply):
                return result
            answers += result.kind in _ASK_ANEW
            repeats += result.kind in _REPEAT
            if result.kind not in _ASK_ANEW | _REPEAT or answers >= ANSWERS_MOST or repeats > REPEATS_MOST:
                return result
            if result.kind in _REPEAT:
                wished = _seconds_asked(response.retry_after) if isinstance(response, _Response) else None
                pause = PAUSE_SECONDS * 2 ** (repeats - 1) if wished is None else wished
                if asyncio.get_running_loop().time() + pause >= end:
                    return result
                await asyncio.sleep(pause)


def _client(address: Address) -> httpx2.AsyncClient:
    import httpx2  # noqa: PLC0415  an extra

    # Without https no certificate is verified, so the slow load of the system's store is skipped.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if address.scheme == "http" else True
    transport = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)
    # The only timeout is that of the whole question.
    return httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=None)


async def _post(client: httpx2.AsyncClient, endpoint: Endpoint, place: str, request: bytes) -> _Response | Failure:
    import httpx2  # noqa: PLC0415  an extra

    headers = {
        "Host": endpoint.address.host_header,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",  # a compressed body could exceed the size limit
        "User-Agent": "oneheart",
    }
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    # The connection goes to the checked IP address; the certificate is verified against the name.
    extensions = {"sni_hostname": endpoint.address.host}
    url = endpoint.address.url_at(place)
    try:
        async with client.stream("POST", url, content=request, headers=headers, extensions=extensions) as response:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                return Failure("wrong shape")
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > BYTES_MOST:
                    return Failure("too large")
            return _Response(response.status_code, bytes(body), response.headers.get("retry-after", ""))
    except httpx2.TimeoutException:
        return Failure("timeout")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return Failure("away")


def _unknown_field(response: _Response, left_out: set[str]) -> str | None:
    """Return the optional field that a server refuses, if it names one that was sent; else None."""
    if response.status not in {_BAD_REQUEST, _UNPROCESSABLE}:
        return None
    text = response.body.replace(b"json_schema", b"response_format")
    return next((name for name in prompt.OPTIONAL if name not in left_out and name.encode() in text), None)


def _read(response: _Response, form: prompt.QuestionForm[A]) -> Reply[A] | Failure:
    if response.status != _OK:
        return Failure(_kind_of(response.status))
    try:
        completion = _COMPLETION.decode(response.body)
    except msgspec.ValidationError:
        return Failure("wrong shape")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Failure("not json")
    if not completion.choices:
        return Failure("wrong shape")
    answer = _answer(completion.choices[0], form)
    if isinstance(answer, Failure):
        return answer
    fingerprint = completion.system_fingerprint or ""
    return Reply(answer, fingerprint if _FINGERPRINT.fullmatch(fingerprint) else "")


def _answer(choice: _Choice, form: prompt.QuestionForm[A]) -> A | Failure:
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return Failure("refused")
    if choice.finish_reason == "length":
        return Failure("cut short")
    content = choice.message.content
    return Failure("wrong shape") if content is None else form.read(content)


def _kind_of(status: int) -> FailureKind:
    if status >= _BROKEN:
        return "server error"
    return _KINDS.get(status, "redirected" if _ELSEWHERE <= status < _BAD_REQUEST else "bad request")


def _seconds_asked(retry_after: str) -> float | None:
    """Return the pause that a server asks for (Retry-After: seconds or a date); None if it does not say."""
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", retry_after, re.ASCII):
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
        remaining = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    return max(0.0, remaining.total_seconds())
