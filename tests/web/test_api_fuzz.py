"""Calls made from the description itself, sound and broken ones: none ends in an error of ours, none stops the next."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.web.api.operation import Operation
from oneheart.web.api.operations import OPERATIONS, ROOT
from oneheart.web.app import make_app
from tests.support.keys import seat_key

CODE = "ABCD3456"
REQUESTS = int(os.environ.get("ONEHEART_FUZZ", "0"))  # two for each example; 0 for as many examples as usual
SECRET = "h" * 32
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(st.characters(codec=None, categories=None), max_size=40)
    | st.sampled_from(["en", "crossing", "accepted", "a-good-key", "\ud800", "\x00", "\u202e", "=1+1", "x" * 3000])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
NUMBERS = st.integers(-1, 3)


def bodies(operation: Operation) -> st.SearchStrategy[Any]:
    """Return bodies that have the right names with right and wrong values, and bodies that are anything at all."""
    if operation.takes is None:
        return st.none()
    fields = {field.encode_name: VALUES | NUMBERS for field in msgspec.structs.fields(operation.takes)}
    named = st.fixed_dictionaries({**fields, "key": st.sampled_from([seat_key(n) for n in range(50)]) | VALUES})
    return named | VALUES


CALLS = st.one_of([st.tuples(st.just(operation), bodies(operation)) for operation in OPERATIONS])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path: Path = tmp_path_factory.mktemp("api") / "g.oneheart"
    create(path, ev.Settings("Desert", {"en": "What do you want?"}, "assembly", ["en"]), code=CODE)
    house = House([LiveGathering.open(path)], folder=None)
    with TestClient(make_app(house, hosts=["*"])) as client:
        assert client.portal is not None
        submit = house.gatherings[CODE].submit
        client.portal.call(submit, "house", "host-0", ev.HostSeated(hash_of(SECRET)))
        client.portal.call(submit, "house", "seat-0", ev.SeatTaken(hash_of(SECRET), "en"))
        yield client


@settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=REQUESTS // 2 or settings.default.max_examples,
)
@given(call=CALLS, raw=st.none() | st.binary(max_size=60))
def test_no_call_breaks_the_server(client: TestClient, call: tuple[Operation, Any], raw: bytes | None) -> None:
    operation, body = call
    if operation.path.endswith(("/erase", "/host/stage")):
        return  # they end what the other calls need; their own tests stand in test_api.py
    path = ROOT + operation.path.replace("{code}", CODE).replace("{desire:int}", "0").replace("{number:int}", "1")
    content = raw if raw is not None else json.dumps(body).encode()
    answer = client.request(operation.method, path, content=content, headers={"authorization": f"Bearer {SECRET}"})
    assert answer.status_code < 500, answer.text
    assert json.loads(answer.content) is not None
    assert client.get(f"{ROOT}/gatherings/{CODE}").status_code == 200
