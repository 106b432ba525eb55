"""Typed forms: what is converted, what is refused, and the idempotency key."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from starlette.requests import Request
from starlette.types import Message

from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.model.presence import FeltAt
from oneheart.web.forms import Number, TypedForm, read, typed


class Asked(TypedForm, frozen=True, kw_only=True):
    desire: Number
    on: bool = False
    when: FeltAt = FeltAt.START
    text: str = ""
    circle: Number | None = None
    grew_from: Number | None = msgspec.field(default=None, name="from")


def test_fields_become_numbers_booleans_and_members() -> None:
    form = {"desire": "7", "on": "1", "when": "end", "text": "Peace", "from": "3", "key": "a-sound-key"}
    assert typed(form, Asked) == Asked(desire=7, on=True, when=FeltAt.END, text="Peace", grew_from=3, key="a-sound-key")


def test_an_empty_field_counts_as_absent_and_an_unknown_one_is_ignored() -> None:
    form = typed({"desire": "0", "circle": "", "on": "0", "other": "x"}, Asked)
    assert (form.desire, form.circle, form.on) == (0, None, False)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"desire": ""},
        {"desire": "-1"},
        {"desire": "1000000000"},
        {"desire": "٣"},
        {"desire": "1.5"},
        {"desire": "1", "when": "later"},
        {"desire": "1", "on": "yes please"},
    ],
)
def test_what_is_missing_malformed_or_out_of_range_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        typed(form, Asked)
    assert refused.value.why is Refusal.UNKNOWN


@pytest.mark.parametrize("key", ["", "short", "with space and more", "x" * 65])
def test_a_key_that_is_missing_or_malformed_is_replaced_by_a_new_one(key: str) -> None:
    first, second = (typed({"desire": "1", "key": key}, Asked).key for _ in range(2))
    assert len({key, first, second}) == 3
    assert len(first) == 32


def _post(body: bytes, kind: str) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)


def test_a_request_is_read_only_as_an_urlencoded_form() -> None:
    sent = b"desire=4&text=Bread+for+all"
    form = asyncio.run(read(_post(sent, "application/x-www-form-urlencoded"), Asked))
    assert isinstance(form, Asked)
    assert (form.desire, form.text) == (4, "Bread for all")
    with pytest.raises(Refused):
        asyncio.run(read(_post(sent, "text/plain"), Asked))
