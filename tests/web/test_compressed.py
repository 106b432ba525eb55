"""What a phone loads is small: scripts, styles and pages are compressed, and what holds a secret is not."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from oneheart.web import compressed
from oneheart.web.compressed import lean
from oneheart.web.pages import STATIC
from tests.support.gatherings import CODE

HOME = f"/g/{CODE}"
FIRST_LOAD_MOST = 15_000


@pytest.fixture
def door(open_door: Any) -> Any:
    return open_door(cards=5)


def sent(browser: Any, path: str) -> tuple[int, Any]:
    """Return how many bytes an answer has on the network, and the answer."""
    answer = browser.get(path, headers={"accept-encoding": "gzip"})
    return int(answer.headers["content-length"]), answer


def first_load(browser: Any, path: str) -> int:
    """Return how many bytes a phone loads to show a page for the first time."""
    size, page = sent(browser, path)
    for address in set(re.findall(r'(?:src|href|data-proof)="(/static/[^"]+)"', page.text)):  # what waits loads later
        size += sent(browser, address)[0]
    return size


@pytest.mark.parametrize("language", ["en", "he", "ru"])
def test_the_first_load_of_the_phone_page_is_below_fifteen_kilobytes(door: Any, language: str) -> None:
    browser = door.join(language=language)
    author = door.join()
    door.say(author, "Peace between the tables")
    sizes = [first_load(browser, path) for path in (HOME, f"{HOME}?cards=1")]
    assert max(sizes) <= FIRST_LOAD_MOST, sizes


def test_without_compression_it_would_not_be(door: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(compressed, "takes_gzip", lambda _scope: False)
    assert first_load(door.join(language="he"), HOME) > FIRST_LOAD_MOST


def test_whoever_takes_no_gzip_gets_the_same_bytes_plain(door: Any) -> None:
    browser = door.join()
    address = re.search(r'"(/static/phone\.js[^"]*)"', browser.get(HOME).text)
    assert address is not None
    small = browser.get(address[1], headers={"accept-encoding": "gzip"})
    plain = browser.get(address[1], headers={"accept-encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.content == plain.content  # the client has unpacked the small one
    assert "immutable" in small.headers["cache-control"]
    assert small.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", [f"{HOME}/here", f"{HOME}/circle"])
def test_a_page_with_a_secret_is_not_compressed(door: Any, path: str) -> None:
    browser = door.join()
    assert "content-encoding" not in browser.get(path, headers={"accept-encoding": "gzip"}).headers
    made = browser.post(f"{HOME}/way", data={"key": "a-way-back-01"}, headers={"accept-encoding": "gzip"})
    assert made.status_code == 200
    assert "content-encoding" not in made.headers


def test_answers_to_scripts_and_streams_are_not_touched(door: Any) -> None:
    browser = door.join()
    answer = browser.get(HOME, headers={"accept": "application/json", "accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_nothing_but_comments_and_gaps_is_taken_from_scripts_and_styles() -> None:
    for file in sorted(STATIC.glob("*.js")):
        text = file.read_text(encoding="utf-8")
        assert all(line.count("`") % 2 == 0 for line in text.splitlines()), f"{file.name}: a text over several lines"
        words = re.sub(r"\s+", "", "".join(line for line in text.splitlines() if not line.lstrip().startswith("//")))
        assert re.sub(r"\s+", "", lean(file.name, text)) == words
    for file in sorted(STATIC.glob("*.css")):
        small = lean(file.name, file.read_text(encoding="utf-8"))
        assert small.count("{") == small.count("}")
        assert "/*" not in small
        assert gzip.compress(small.encode())
