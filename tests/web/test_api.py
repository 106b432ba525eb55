"""The interface for programs, on a real file, through the whole app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.web.api.openapi import description
from oneheart.web.app import make_app
from tests.support.keys import seat_key

CODE = "ABCD3456"
HOST_SECRET = "h" * 32


def settings(voice: Any = "assembly") -> ev.Settings:
    return ev.Settings("Desert", {"en": "What do you want?", "he": "מה אתם רוצים?"}, voice, ["en", "he"])


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    path = tmp_path / "desert.oneheart"
    create(path, settings(), code=CODE)
    house = House([LiveGathering.open(path)], folder=None)
    with TestClient(make_app(house, hosts=["testserver"])) as client:
        portal = client.portal
        assert portal is not None
        gathering = house.gatherings[CODE]
        portal.call(gathering.submit, "house", "host-0", ev.HostSeated(hash_of(HOST_SECRET)))
        portal.call(gathering.submit, "house", "circle-0", ev.CircleAdded("first", "circle-key"))
        portal.call(gathering.submit, "house", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL"))
        yield client


def url(rest: str = "") -> str:
    return f"/api/v1/gatherings/{CODE}{rest}"


def seat(client: TestClient, key: str, **more: Any) -> dict[str, str]:
    given = client.post(url("/seats"), json={"key": seat_key(key), "language": "en", **more})
    assert given.status_code == 200, given.text
    return {"authorization": f"Bearer {given.json()['secret']}"}


def say(client: TestClient, who: dict[str, str], text: str, key: str = "desire-1") -> Any:
    said = client.post(url("/desires"), json={"key": key, "text": text, "language": "en"}, headers=who)
    assert said.status_code == 200, said.text
    return said.json()


def test_two_people_say_join_answer_and_take_back(client: TestClient) -> None:
    ann, bo = seat(client, "ann-ann-ann"), seat(client, "bo-bo-bo-bo", circle_key="circle-key")
    peace = say(client, ann, "Peace for all of us")
    near = say(client, bo, "peace for all")
    assert [desire["text"] for desire in near["near"]] == ["Peace for all of us"]
    bread = say(client, bo, "Warm bread", key="desire-2")
    card = client.get(url("/card"), headers=ann).json()["card"]
    texts = {"peace for all", "Warm bread"}
    assert card["text"] in texts
    answered = {"key": "answer-1", "desire": card["desire"], "stance": -1}
    assert client.post(url("/responses"), json=answered, headers=bo).status_code == 404
    after = client.post(url("/responses"), json=answered, headers=ann).json()
    assert (after["answered"], after["card"]["text"]) == (1, (texts - {card["text"]}).pop())
    joined = {"key": "join-0001", "desire": near["desire"], "same_as": near["near"][0]["desire"]}
    assert client.post(url("/joins"), json={**joined, "same_as": peace["desire"]}, headers=bo).status_code == 404
    done = client.post(url("/joins"), json=joined, headers=bo).json()
    assert (set(done), done["repeated"], len(done["receipt"])) == ({"repeated", "receipt"}, False, 64)
    mine = client.get(url("/me"), headers=bo).json()
    (response,) = mine["responses"]
    assert (response["text"], response["stance"]) == ("Peace for all of us", 1)
    assert [(own["became"], own["same_as"]) for own in mine["desires"]] == [
        ("joined", response["desire"]),
        ("travels", None),
    ]
    withdraw = client.post(url(f"/desires/{bread['desire']}/withdraw"), json={"key": "withdraw"}, headers=bo)
    assert withdraw.json()["repeated"] is False
    assert client.get(url("/card"), headers=ann).json()["card"] is None


def test_the_same_call_again_gives_the_same_answer_and_happens_once(client: TestClient) -> None:
    ann, bo = seat(client, "ann-ann-ann"), seat(client, "bo-bo-bo-bo")
    assert seat(client, "ann-ann-ann") == ann
    first = say(client, ann, "Peace")
    assert say(client, ann, "Peace")["desire"] == first["desire"]
    card = client.get(url("/card"), headers=bo).json()["card"]
    answer = {"key": "answer-1", "desire": card["desire"], "stance": 1}
    for _ in range(3):
        assert client.post(url("/responses"), json=answer, headers=bo).status_code == 200
    assert len(client.get(url("/me"), headers=bo).json()["responses"]) == 1
    other = client.post(url("/responses"), json={**answer, "stance": 0}, headers=bo)
    assert (other.status_code, other.json()["why"]) == (409, "conflict")


def test_erasing_ends_the_seat_and_takes_the_words_away(client: TestClient) -> None:
    ann = seat(client, "ann-ann-ann")
    say(client, ann, "Something that nobody else would ever say")
    assert client.post(url("/me/erase"), json={"key": "erase-me"}, headers=ann).status_code == 200
    assert client.get(url("/me"), headers=ann).status_code == 401


def test_a_host_sees_the_queue_without_authors_and_moves_the_round_once(client: TestClient) -> None:
    host = {"authorization": f"Bearer {HOST_SECRET}"}
    say(client, seat(client, "ann-ann-ann"), "Peace")
    queue = client.get(url("/host/queue"), headers=host).json()
    assert [set(desire) for desire in queue["desires"]] == [{"desire", "text", "language", "version"}]
    decided = {
        "key": "decide-1",
        "desire": queue["desires"][0]["desire"],
        "decision": "rejected",
        "version": 0,
        "reason": "Say it once more, please",
    }
    assert client.post(url("/host/moderations"), json=decided, headers=host).status_code == 200
    late = client.post(url("/host/moderations"), json={**decided, "key": "decide-2"}, headers=host)
    assert (late.status_code, late.json()["why"]) == (409, "stale")
    move = {"key": "crossing", "stage": "crossing", "version": queue["version"]}
    assert client.post(url("/host/stage"), json=move, headers=host).status_code == 200
    assert client.post(url("/host/stage"), json={**move, "key": "crossing-2"}, headers=host).status_code == 409


@pytest.mark.parametrize(
    ("method", "rest", "body", "status"),
    [
        ("GET", "/me", None, 401),
        ("GET", "/card", None, 401),
        ("GET", "/host/queue", None, 401),
        ("POST", "/seats", b"{", 400),
        ("POST", "/seats", b"\xff\xfe", 400),
        ("POST", "/seats", b"[" * 5000, 400),
        ("POST", "/seats", b'{"key":"k","language":"en"}', 400),
        ("POST", "/seats", b'{"key":"phone-01","language":"en"}', 422),
        ("POST", "/seats", b'{"key":"q83vEjRWeJCrze8SNFZ4kA","language":"xx"}', 400),
        ("POST", "/seats", b'{"key":"q83vEjRWeJCrze8SNFZ4kA","language":"en","circle_key":"no"}', 404),
        ("POST", "/seats", b'{"key":"q83vEjRWeJCrze8SNFZ4kA","language":"en","seat_code":"NOSUCHCO"}', 404),
        ("POST", "/seats", b'{"key":"q83vEjRWeJCrze8SNFZ4kA","language":"en","more":1}', 400),
        ("POST", "/seats", b'{"key":"' + b"x" * 20_000 + b'"}', 413),
    ],
)
def test_a_wrong_call_is_told_why(client: TestClient, method: str, rest: str, body: bytes | None, status: int) -> None:
    answer = client.request(method, url(rest), content=body)
    assert answer.status_code == status
    if status != 413:
        assert set(answer.json()) == {"why", "sentence"}


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "a" * 141, "me@example.org", "\ud83d"])
def test_what_cannot_be_a_desire_is_told_so(client: TestClient, text: str) -> None:
    ann = seat(client, "ann-ann-ann")
    body = {"key": "desire-1", "text": text, "language": "en"}
    answer = client.post(url("/desires"), content=json.dumps(body), headers=ann)
    assert answer.status_code in {400, 422}
    assert client.get(url("/me"), headers=ann).json()["desires"] == []


def test_unknown_codes_are_slowed_down(client: TestClient) -> None:
    statuses = [client.get("/api/v1/gatherings/ZZZZ9999").status_code for _ in range(11)]
    assert statuses == [404] * 10 + [429]


def test_every_answer_is_as_described(client: TestClient) -> None:
    told = client.get("/api/v1/openapi.json").json()
    assert told == description()
    answer = client.get(url())
    schema = told["paths"]["/api/v1/gatherings/{code}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    jsonschema.validate(answer.json(), {**schema, "components": told["components"]})


def test_a_cookie_is_no_secret_here(client: TestClient) -> None:
    secret = seat(client, "ann-ann-ann")["authorization"].split()[1]
    client.cookies.set("seat", secret)
    assert client.get(url("/me")).status_code == 401


def test_what_is_too_large_or_from_elsewhere_is_told_in_the_same_shape(client: TestClient) -> None:
    for headers, status, why in (
        ({}, 413, "too large"),
        ({"origin": "http://elsewhere.example"}, 403, "origin"),
        ({"host": "elsewhere.example"}, 400, "host"),
    ):
        answer = client.post(url("/desires"), content=b"x" * 20_000, headers=headers)
        assert (answer.status_code, answer.json()["why"]) == (status, why)
