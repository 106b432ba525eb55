"""Long forms are limited by their meaning: two thousand circles fit, and what was typed comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from oneheart.live.house import House
from oneheart.web import security
from oneheart.web.app import make_app
from tests.support.codes import codes

Open = Callable[..., Any]
HEBREW = "עשירייה של הגליל "


def names(count: int) -> str:
    return "\n".join((HEBREW * 8)[:114] + f"{number:06}" for number in range(count))


def new_gathering(path: Path, circles: str) -> tuple[list[int], Any]:
    """Return how many circles each gathering has, and the answer to the form of a new one with these circles."""
    house = House([], folder=path)
    with TestClient(make_app(house), base_url="http://localhost", follow_redirects=False) as browser:
        token = house.invite(None)
        form = {"key": "0123456789abcdef", "name": "כנס", "language-he": "1", "first": "he", "voice": "ten"}
        sent = browser.post(
            f"/host/new/{token}", data={**form, "circles-hall": circles}, headers={"sec-fetch-site": "same-origin"}
        )
        made = [len(gathering.state.circles) for gathering in house.gatherings.values()]
    return made, sent


@pytest.mark.slow
def test_two_thousand_circles_of_120_hebrew_letters_are_made(tmp_path: Path) -> None:
    made, sent = new_gathering(tmp_path, names(2000))
    assert (sent.status_code, made) == (303, [2000])


@pytest.mark.slow
def test_with_one_circle_more_the_page_comes_back_with_what_was_typed(tmp_path: Path) -> None:
    made, sent = new_gathering(tmp_path, names(2001))
    assert (sent.status_code, made) == (400, [])
    assert codes(sent.text, "missing") == ["fewer circles"]
    assert names(2001).splitlines()[-1] in sent.text
    assert "כנס" in sent.text


def test_what_is_too_long_is_told_on_a_page(open_door: Open) -> None:
    door = open_door()
    sent = door.join().post("/g/ABCD3456/desire", data={"text": "a" * (security.BODY_MOST + 1)})
    assert (sent.status_code, codes(sent.text, "why")) == (413, ["too large"])
    assert sent.headers["content-type"].startswith("text/html")


def test_an_unknown_link_has_its_form_not_read(open_door: Open) -> None:
    sent = open_door().browser().post("/host/new/never", data={"name": "a" * 1_000_000})
    assert sent.status_code == 404
