"""A gathering that was moved: whoever comes to the former server is told where it is, and nothing counts there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from oneheart.commands.serving import addresses_for, shown
from oneheart.errors import UserError
from oneheart.live.gathering import create
from oneheart.live.house import House
from oneheart.storage.database import open_database
from oneheart.storage.forwarding import MOVED, MovedTo
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of
from oneheart.web.app import make_app
from oneheart.web.security import WRONG_A_MINUTE
from tests.support.gatherings import CODE, make_settings

PAGE = {"accept": "text/html"}
TAP = {"accept": "application/json", "origin": "http://127.0.0.1"}


def left_behind(folder: Path, url: str, code: str = CODE) -> Path:
    """Return a file that ends with where its gathering went."""
    path = folder / f"{code}.oneheart"
    create(path, make_settings(), code=code)
    database = open_database(path)
    moved = MovedTo("postgresql://db/hall#" + code, "00", url).encoded()
    log_of(database).append([Entry("house", MOVED, MOVED, moved)])
    database.close()
    return path


def client_of(place: Path) -> TestClient:
    return TestClient(make_app(House.open(place)), base_url="http://127.0.0.1", follow_redirects=False)


def test_pages_are_sent_on_with_their_path_and_query(tmp_path: Path) -> None:
    client = client_of(left_behind(tmp_path, "https://heart.example"))
    for asked, there in (
        (f"/j/{CODE}?lang=he", f"/j/{CODE}?lang=he"),
        (f"/g/{CODE}/mine", f"/g/{CODE}/mine"),
        (f"/hall/{CODE}", f"/hall/{CODE}"),
        ("/?code=abcd+3456", f"/j/{CODE}"),
    ):
        answer = client.get(asked, headers=PAGE)
        assert (answer.status_code, answer.headers.get("location")) == (307, f"https://heart.example{there}"), asked
    assert client.get("/j/EFGH3456", headers=PAGE).status_code == 404
    assert client.get("/health").status_code == 200


def test_a_tap_is_never_called_kept_and_stays_on_the_phone(tmp_path: Path) -> None:
    client = client_of(left_behind(tmp_path, "https://heart.example"))
    client.cookies.set("seat", "s" * 32)
    for path in (f"/g/{CODE}/respond", f"/g/{CODE}/desire"):
        answer = client.post(path, data={"key": "k" * 16, "text": "Peace"}, headers=TAP)
        assert answer.status_code == 503, "a phone sends again what is answered so"
        told = json.loads(answer.text)
        assert (told["kept"], told["why"]) == (False, "moved")
        assert "https://heart.example" in told["sentence"]
    plain = client.post(f"/g/{CODE}/respond", data={"key": "k"}, headers={**PAGE, "origin": "http://127.0.0.1"})
    assert plain.status_code == 503
    assert f'href="https://heart.example/j/{CODE}"' in plain.text
    answer = client.get(f"/api/v1/gatherings/{CODE}/snapshot")
    assert (answer.status_code, json.loads(answer.text)["why"]) == (503, "moved")


def test_whoever_has_a_seat_is_not_sent_to_another_name_unawares(tmp_path: Path) -> None:
    client = client_of(left_behind(tmp_path, "https://heart.example"))
    client.cookies.set("seat", "s" * 32)
    answer = client.get(f"/g/{CODE}", headers=PAGE)
    assert answer.status_code == 503
    assert 'data-why="moved"' in answer.text
    (tmp_path / "same").mkdir()
    client = client_of(left_behind(tmp_path / "same", "http://127.0.0.1:9000"))
    client.cookies.set("seat", "s" * 32)
    answer = client.get(f"/g/{CODE}", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (307, f"http://127.0.0.1:9000/g/{CODE}")


def test_without_an_address_a_file_is_refused_and_a_folder_says_to_ask_a_host(tmp_path: Path) -> None:
    path = left_behind(tmp_path, "")
    with pytest.raises(UserError, match="was moved"):
        House.open(path)
    house = House.open(tmp_path)
    assert next(shown(house, addresses_for("127.0.0.1", 8000, None))).startswith("join code ABCD 3456 is elsewhere")
    client = client_of(tmp_path)
    answer = client.get(f"/j/{CODE}", headers=PAGE)
    assert (answer.status_code, 'data-why="moved"' in answer.text) == (503, True)
    assert "postgresql" not in answer.text + client.post(f"/g/{CODE}/respond", headers=TAP).text


def test_whoever_guesses_codes_does_not_learn_that_one_was_moved(tmp_path: Path) -> None:
    client = client_of(left_behind(tmp_path, "https://heart.example"))
    for number in range(WRONG_A_MINUTE + 1):
        client.get(f"/j/AAAA{number + 3333}", headers=PAGE)
    assert client.get(f"/j/{CODE}", headers=PAGE).status_code == 429


def test_a_gathering_that_came_back_is_served(tmp_path: Path) -> None:
    left_behind(tmp_path, "https://heart.example")
    create(tmp_path / "back.oneheart", make_settings(), code=CODE)
    house = House.open(tmp_path)
    client = TestClient(make_app(house), base_url="http://127.0.0.1", follow_redirects=False)
    assert client.get(f"/j/{CODE}", headers=PAGE).status_code == 200
    asyncio.run(house.close())
