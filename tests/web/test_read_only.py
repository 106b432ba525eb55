"""A folder in which somebody spoiled one file: its pages are read, it takes nothing, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from oneheart.live import events as ev
from oneheart.live.gathering import create
from oneheart.live.house import House
from oneheart.storage.database import open_database
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of
from oneheart.web.app import make_app

SPOILED, FIRST_SPOILED, WELL = "ABCD3456", "ABCD4567", "ABCD5678"
BAD = '{"kind":"felt","seat":0,"value":9,"when":"start"}'


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    for code in (SPOILED, FIRST_SPOILED, WELL):
        path = tmp_path / f"{code}.oneheart"
        create(path, ev.Settings("Desert", {"en": "What do you want?"}, "ten", ["en"]), code=code)
        database = open_database(path)
        if code == SPOILED:
            log_of(database).append([Entry("s0", "b", "felt", BAD)])
        elif code == FIRST_SPOILED:
            database.connection.execute("DROP TRIGGER events_keep")
            database.connection.execute("UPDATE events SET body = '{}'")
        database.close()
    with TestClient(make_app(House.open(tmp_path), hosts=["testserver"]), follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(("code", "taken"), [(SPOILED, 409), (FIRST_SPOILED, 409), (WELL, 303)])
def test_one_spoiled_file_is_read_and_takes_nothing(browser: TestClient, code: str, taken: int) -> None:
    for page in (f"/j/{code}", f"/hall/{code}"):
        assert browser.get(page).status_code == 200
    form = {"key": "q83vEjRWeJCrze8SNFZ4kA", "language": "en"}
    joined = browser.post(f"/j/{code}", data=form, headers={"origin": "http://testserver"})
    assert joined.status_code == taken
    assert browser.get("/health").status_code == 503
