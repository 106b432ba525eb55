"""Forms as inputs: what is converted, what is refused, and the idempotency key."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from oneheart.live.inputs import DesireAsked, FeltAsked, Input, JoinAsked, Number, StageAsked, WholeAsked
from oneheart.live.refusal import Refusal, Refused
from oneheart.model.presence import FeltAt
from oneheart.model.round import Stage, Travelling
from oneheart.web.forms import asked, read

KEY = "a-sound-key"


class Asked(Input, frozen=True):
    desire: Number
    text: str
    on: bool = False
    when: FeltAt = FeltAt.START
    circle: Number | None = None


def test_fields_become_numbers_booleans_and_members() -> None:
    form = {"desire": "7", "on": "1", "when": "end", "text": "Peace", "circle": "3", "key": KEY}
    assert asked(form, Asked) == Asked(key=KEY, desire=7, on=True, when=FeltAt.END, text="Peace", circle=3)
    stage = {"stage": "crossing", "version": "2", "travelling": "lines", "key": KEY}
    assert asked(stage, StageAsked) == StageAsked(KEY, Stage.CROSSING, 2, Travelling.LINES)


def test_an_empty_field_counts_as_absent_where_it_has_a_default_and_an_unknown_one_is_ignored() -> None:
    form = asked({"desire": "0", "text": "", "circle": "", "on": "0", "other": "x"}, Asked)
    assert (form.desire, form.text, form.circle, form.on) == (0, "", None, False)


def test_what_the_door_knows_better_comes_before_the_form() -> None:
    assert asked({"desire": "1", "text": "a", "key": KEY}, Asked, text="b", circle=None) == Asked(KEY, 1, "b")


def test_a_long_text_is_cut_to_where_it_is_still_refused_as_too_long() -> None:
    assert len(asked({"text": "a" * 5000}, DesireAsked).text) == 2000
    assert len(asked({}, DesireAsked, text="a" * 5000).text) == 2000


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"desire": ""},
        {"desire": "-1"},
        {"desire": "1000000000"},
        {"desire": "٣"},
        {"desire": "1.5"},
        {"desire": "1.0"},
        {"desire": " 1"},
        {"desire": "1", "circle": "2.0"},
        {"desire": "1", "when": "later"},
        {"desire": "1", "on": "yes please"},
    ],
)
def test_what_is_missing_malformed_or_out_of_range_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        asked({"text": "Peace", **form}, Asked)
    assert refused.value.why is Refusal.UNKNOWN


@pytest.mark.parametrize(("value", "taken"), [("0", True), ("7", True), ("8", False), ("-1", False)])
def test_a_range_of_an_input_holds_for_forms_too(value: str, *, taken: bool) -> None:
    form = {"value": value, "when": "start", "key": KEY}
    if taken:
        assert asked(form, FeltAsked).value == int(value)
    else:
        with pytest.raises(Refused):
            asked(form, FeltAsked)


@pytest.mark.parametrize("key", ["", "short", "with space and more", "x" * 65])
def test_a_key_that_is_missing_or_malformed_is_replaced_by_a_new_one(key: str) -> None:
    first, second = (asked({"draft": "1", "key": key}, WholeAsked).key for _ in range(2))
    assert len({key, first, second}) == 3
    assert len(first) == 32


def _post(body: bytes, kind: str) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}, receive)


def test_a_request_is_read_only_as_an_urlencoded_form() -> None:
    sent = b"desire=4&same_as=2"
    form = asyncio.run(read(_post(sent, "application/x-www-form-urlencoded"), JoinAsked))
    assert (form.desire, form.same_as) == ("4", "2")
    with pytest.raises(Refused):
        asyncio.run(read(_post(sent, "text/plain"), JoinAsked))
