"""A phone in a real browser checks the record by itself, and notices a record that was rewritten behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.live import events as ev
from tests.support.heads import end_stage, published
from tests.support.phones import card_page, go

Serve = Callable[..., Any]
Watch = Callable[..., Any]
KEPT = "Object.entries(localStorage).find(([name]) => name.startsWith('record '))?.[1]"
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def hall(serve: Serve) -> Any:
    server = serve(cards=1000)
    for number in range(8):
        server.say(f"A wish of person {number}")
    return server


@pytest.fixture
def phone(hall: Any, watched: Watch) -> Any:
    """Return an open phone page with a card on it."""
    return card_page(hall, watched, PHONE, language="en")


def tap(page: Any, count: int = 1) -> None:
    for _ in range(count):
        before = page.get_attribute("#deal", "data-desire")
        page.click("button[value='1']")
        page.wait_for_function("d => document.getElementById('deal')?.dataset.desire !== d", arg=before)


def kept(page: Any) -> Any:
    """Return what this phone keeps of the record."""
    return page.evaluate(
        "JSON.parse(Object.entries(localStorage).find(([k]) => k.startsWith('record '))?.[1] ?? 'null')"
    )


def said(hall: Any, page: Any, *states: str) -> str:
    """Return what the page "Mine" says of the record, in its code."""
    go(page, f"{hall.url}/g/{hall.code}/mine")
    page.wait_for_function("s => s.includes(document.getElementById('record-said').dataset.state)", arg=list(states))
    return str(page.get_attribute("#record-said", "data-state"))


INCLUDES = "export function includes(leaf, index, path, head) {"
EXTENDS = "export function extendsHead(first, second, path) {"
ANY = ("included", "waiting", "missing", "broken", "later", "none")


@pytest.mark.proof("A15")
def test_a_phone_keeps_its_receipts_and_finds_all_of_them_in_the_record(
    hall: Any, phone: Any, figure: Callable[[str], None]
) -> None:
    tap(phone, 3)
    phone.wait_for_function("() => Object.values(localStorage).some((v) => v.includes('receipts'))")
    assert len(kept(phone)["receipts"]) == 3
    assert said(hall, phone, *ANY) == "waiting"
    end_stage(hall, "crossing")
    assert said(hall, phone, *ANY) == "included"
    found = phone.get_attribute("#record", "data-found")
    figure(f"a phone in Chromium finds {found} of 3 receipts in the record by itself")
    assert found == "3"
    said_in_words = phone.inner_text("#record-said")
    assert "3" in said_in_words
    assert len(said_in_words) > 20, "a sentence, not the number alone"
    assert kept(phone)["head"]["root"] == hall.gathering.state.heads.newest.root
    assert kept(phone)["broken"] is None


def test_a_phone_finds_out_that_one_of_its_answers_is_gone(hall: Any, phone: Any) -> None:
    tap(phone, 2)
    mine = kept(phone)["receipts"]
    end_stage(hall, "crossing")
    phone.route("**/receipts.json", lambda route: _without(route, mine[0][0]))
    assert said(hall, phone, *ANY) == "waiting", "its head may be on its way"
    for number, stage in enumerate(("open", "crossing")):
        for seat in range(5):
            hall.submit(f"s{seat}", f"again-{number}-{seat}", ev.SeatChanged(seat, language="en"))
        end_stage(hall, stage)
    assert said(hall, phone, *ANY) == "missing"


def _without(route: Any, receipt: str) -> None:
    """Answer as a server that says of one receipt that it still waits."""
    answer = route.fetch()
    told = answer.json()
    for one in told["receipts"]:
        if one["commitment"] == receipt:
            one.update(index=None, path=[])
    route.fulfill(response=answer, json=told)


def test_a_phone_believes_no_proof_that_does_not_hold(hall: Any, phone: Any) -> None:
    tap(phone, 2)
    end_stage(hall, "crossing")

    def forge(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        told["receipts"][0]["path"][0] = "0" * 64
        route.fulfill(response=answer, json=told)

    phone.route("**/receipts.json", forge)
    assert said(hall, phone, *ANY) == "missing"
    phone.unroute("**/receipts.json")
    phone.route("**/proof.js*", lambda route: _believing(route, INCLUDES))
    phone.route("**/receipts.json", forge)
    assert said(hall, phone, *ANY) == "included", "a build that believes every proof is deceived"


def _believing(route: Any, function: str) -> None:
    """Answer with a script in which one check always says yes."""
    answer = route.fetch()
    text = answer.text()
    assert function in text
    route.fulfill(response=answer, body=text.replace(function, f"{function} return true;"))


def rewritten(hall: Any) -> Any:
    """Stop the server, let its operator write another history of the same length, and start it again."""
    path: Path = hall.gathering.path
    heads_before = len(hall.gathering.state.heads.published)
    hall.stop()
    with sqlite3.connect(path) as file:
        for trigger in ("events_stay", "events_keep"):
            file.execute(f"DROP TRIGGER {trigger}")
        (first,) = file.execute("SELECT min(seq) FROM events WHERE kind = 'head'").fetchone()
        file.execute("DELETE FROM events WHERE seq >= ?", (first - 1,))  # the first head, and all since then
    again = hall.again()
    again.move("crossing")
    published(again)
    for turn in range(heads_before):
        for seat in range(5):
            again.submit(f"s{seat}", f"new-{turn}-{seat}", ev.SeatChanged(seat, language="en"))
        end_stage(again, "open" if turn % 2 == 0 else "crossing")
    assert len(again.gathering.state.heads.published) > heads_before
    return again


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param(True, id="asked", marks=pytest.mark.proof("A15")),
        pytest.param(
            False,
            id="consistency not asked",
            marks=pytest.mark.sabotage(
                "A15", "a phone believes that every head extends its own (proof.js extendsHead)"
            ),
        ),
    ],
)
def test_a_phone_notices_a_record_that_does_not_continue_the_one_that_it_saw(
    hall: Any, phone: Any, figure: Callable[[str], None], asks: bool
) -> None:
    if not asks:
        phone.route(
            "**/proof.js*", lambda route: _believing(route, "export function extendsHead(first, second, path) {")
        )
        phone.reload()
        phone.wait_for_selector("html[data-ready]", state="attached")
    tap(phone, 2)
    end_stage(hall, "crossing")
    phone.wait_for_function("() => Object.values(localStorage).some((v) => v.includes('root'))")
    seen = kept(phone)["head"]
    again = rewritten(hall)
    try:
        phone.goto(f"{again.url}/g/{again.code}?cards=1")
        if asks:
            phone.wait_for_selector("#broken:not([hidden])")
            assert kept(phone)["broken"]["seen"] == seen
            assert kept(phone)["head"] == seen, "the phone keeps the head that it saw, as evidence"
            assert said(again, phone, *ANY) == "broken"
            figure("a phone in Chromium notices a root that does not extend its own, says so and keeps what it saw")
        else:
            phone.wait_for_function(
                f"size => JSON.parse({KEPT}).head.size > size",
                arg=seen["size"],
            )
            assert phone.is_hidden("#broken"), "a build that does not ask notices nothing"
    finally:
        again.stop()


def test_the_page_that_checks_a_bundle_works_from_a_file_without_network(
    hall: Any, phone: Any, watched: Watch, tmp_path: Path
) -> None:
    tap(phone, 2)
    end_stage(hall, "crossing")
    cookie = {"cookie": "; ".join(f"{one['name']}={one['value']}" for one in phone.context.cookies())}
    bundle, page_file = tmp_path / "bundle.json", tmp_path / "verify.html"
    for address, path in ((f"/g/{hall.code}/bundle.json", bundle), ("/verify.html?lang=he", page_file)):
        answer = phone.context.request.get(f"{hall.url}{address}", headers=cookie)
        assert answer.headers["content-disposition"].startswith("attachment")
        path.write_bytes(answer.body())
    watch = watched(f"file://{tmp_path}", viewport=PHONE, color_scheme="dark")
    watch.context.set_offline(True)
    page = watch.page()
    page.goto(f"file://{page_file}")
    page.set_input_files("#file", bundle)
    page.wait_for_selector("#result[data-outcome='holds']")
    root = hall.gathering.state.heads.newest.root
    assert root in page.inner_text("#result")
    page.fill("#root", root.upper())
    page.keyboard.press("Enter")
    page.wait_for_selector("#result[data-outcome='holds']")
    page.fill("#root", "0" * 64)
    page.keyboard.press("Enter")
    page.wait_for_selector("#result[data-outcome='root']")
    page.fill("#root", "")
    bundle.write_text(bundle.read_text(encoding="utf-8").replace(root, "0" * 64), encoding="utf-8")
    page.set_input_files("#file", bundle)
    page.wait_for_selector("#result [data-code='wrong']")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


LEFT = """async () => new Promise((done) => {
  const asked = indexedDB.open("oneheart", 1);
  asked.onsuccess = () => {
    const kept = asked.result.transaction("outbox").objectStore("outbox").getAllKeys();
    kept.onsuccess = () => { asked.result.close(); done(kept.result.sort()); };
  };
})"""
LEAVE = """async ([entries]) => new Promise((done) => {
  const asked = indexedDB.open("oneheart", 1);
  asked.onsuccess = () => {
    const change = asked.result.transaction("outbox", "readwrite");
    for (const entry of entries) change.objectStore("outbox").put(entry);
    change.oncomplete = () => { asked.result.close(); done(); };
  };
})"""


def erased_phone(hall: Any, phone: Any) -> None:
    """Leave a receipt and words that wait on the phone, also of others; then erase everything of its person."""
    tap(phone)
    assert kept(phone)["receipts"]
    place = phone.get_attribute("body", "data-place")
    entries = [
        {"key": "own", "code": hall.code, "place": place, "at": 1},
        {"key": "served", "code": hall.code, "place": "another seat", "at": 2},
        {"key": "elsewhere", "code": "WXYZ9999", "place": place, "at": 3},
    ]
    phone.goto(f"{hall.url}/g/{hall.code}/mine")
    phone.evaluate(LEAVE, [entries])
    phone.evaluate("localStorage.setItem('record WXYZ9999 x', '{}')")
    phone.click("form[action$='/erase'] button")
    phone.click("button[name=sure]")
    phone.wait_for_selector("a[href^='/j/']")


def test_whoever_erases_everything_leaves_nothing_on_the_phone_and_nothing_of_others_is_lost(
    hall: Any, phone: Any
) -> None:
    erased_phone(hall, phone)
    phone.wait_for_selector("html[data-forgotten]", state="attached")
    assert phone.evaluate(LEFT) == ["elsewhere", "served"]
    assert phone.evaluate("Object.keys(localStorage)") == ["record WXYZ9999 x"]


def test_a_build_whose_page_forgets_nothing_leaves_them(hall: Any, phone: Any) -> None:
    phone.context.route("**/static/erased.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    erased_phone(hall, phone)
    assert "own" in phone.evaluate(LEFT)
    assert any(name.startswith(f"record {hall.code} ") for name in phone.evaluate("Object.keys(localStorage)"))
