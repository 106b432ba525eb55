"""The outbox in a real browser: what the page says is so, whatever the network and the phone do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live.offered import Purpose, alias_for, desire_behind
from tests.support.phones import card_page

FLIPS = 200 if os.environ.get("ONEHEART_PROVE") else 30
Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a real server with more desires than anybody answers."""
    server = serve(cards=1000)
    fill(server, 6)
    return server


def fill(server: Any, count: int, *, of: str = "person") -> None:
    seat = None
    for number in range(count):
        if number % 3 == 0:
            seat = server.call(server.gathering.take_seat(f"{of}-{number:05}", language="en"))
        server.say_as(seat.number, f"Desire of {of} {number}")  # type: ignore[union-attr]


@pytest.fixture
def phone(hall: Any, watched: Watch) -> Any:
    """Return an open phone page with a card on it."""
    return card_page(hall, watched, {"width": 360, "height": 640})


def ready(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def shown(page: Any) -> str:
    """Return the alias of the card on the page."""
    return str(page.get_attribute("#deal", "data-desire"))


def answers(hall: Any, seat: int = -1) -> dict[str, int]:
    """Return what a person answered, by the alias of the card; by default the newest person."""
    gathering = hall.gathering
    seat = seat if seat >= 0 else len(gathering.state.seats) - 1
    answered = gathering.state.tally.answered(seat).items()
    return {alias_for(gathering, Purpose.CARD, seat, number): stance for number, stance in answered}


def state_of(page: Any) -> str | None:
    return str(page.get_attribute("#state", "data-state"))


def wait_for_state(page: Any, *states: str) -> str:
    page.wait_for_function("s => s.includes(document.getElementById('state').dataset.state)", arg=list(states))
    return str(state_of(page))


def wait_for_another(page: Any, before: str) -> None:
    page.wait_for_function("d => document.getElementById('deal').dataset.desire !== d", arg=before)


def test_kept_is_never_said_falsely_however_often_the_network_goes(hall: Any, phone: Any) -> None:
    rng = np.random.default_rng(7)
    seat = len(hall.gathering.state.seats) - 1
    fill(hall, FLIPS + 10, of="another")
    wrong, offline_seen = [], 0
    for _ in range(FLIPS):
        desire, stance = shown(phone), int(rng.integers(2))
        offline = bool(rng.integers(2))
        phone.context.set_offline(offline)
        phone.evaluate("document.getElementById('state').dataset.state = ''")
        phone.click(f"button[value='{stance}']")
        said = wait_for_state(phone, "phone", "kept")
        if said == "kept" and answers(hall, seat).get(desire) != stance:
            wrong.append(desire)
        if offline:
            offline_seen += 1
            if said != "phone" or desire in answers(hall, seat):
                wrong.append(desire)
            phone.context.set_offline(False)
            wait_for_state(phone, "kept")
            if answers(hall, seat).get(desire) != stance:
                wrong.append(desire)
        wait_for_another(phone, desire)
    assert wrong == []
    assert offline_seen > FLIPS // 4
    assert len(answers(hall, seat)) == FLIPS
    kinds = [event.kind for event in hall.gathering._log.replay()]  # noqa: SLF001  the file itself is the witness
    assert kinds.count("response") == FLIPS


def test_a_tap_whose_answer_is_lost_is_not_called_kept_and_counts_once(hall: Any, phone: Any) -> None:
    lost = []

    def lose(route: Any) -> None:
        route.fetch()  # the server takes it; the answer never arrives
        lost.append(route.request.post_data)
        route.abort()

    phone.route("**/respond", lose)
    desire = shown(phone)
    phone.click("button[value='1']")
    wait_for_state(phone, "phone")
    assert answers(hall) == {desire: 1}
    phone.wait_for_timeout(1500)
    assert state_of(phone) in {"phone", "sending"}
    phone.unroute("**/respond")
    wait_for_state(phone, "kept")
    assert len(set(lost)) == 1  # the same key each time
    kinds = [event.kind for event in hall.gathering._log.replay()]  # noqa: SLF001
    assert kinds.count("response") == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "body": "<h1>Log in to the hotel's network</h1>", "content_type": "text/html"},
        {"status": 200, "body": "{}", "content_type": "application/json"},
        {"status": 200, "body": '{"kept":"true"}', "content_type": "application/json"},
        {"status": 302, "headers": {"location": "/elsewhere"}},
        {"status": 502, "body": "Bad gateway"},
        {"status": 503, "headers": {"retry-after": "1"}, "body": '{"kept":false,"sentence":"Later"}'},
    ],
)
def test_somebody_elses_answer_is_no_acknowledgement(hall: Any, phone: Any, answer: dict[str, Any]) -> None:
    phone.route("**/respond", lambda route: route.fulfill(**answer))
    phone.click("button[value='1']")
    wait_for_state(phone, "phone")
    assert answers(hall) == {}
    phone.unroute("**/respond")
    wait_for_state(phone, "kept")
    assert len(answers(hall)) == 1


def test_what_waits_outlives_the_page(hall: Any, phone: Any) -> None:
    desire = shown(phone)
    phone.context.set_offline(True)
    phone.click("button[value='0']")
    wait_for_state(phone, "phone")
    context = phone.context
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{hall.url}/g/{hall.code}?cards=1")
    wait_for_state(again, "kept")
    assert answers(hall) == {desire: 0}


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_desire_said_without_network_waits_and_arrives_once(hall: Any, phone: Any) -> None:
    before = len(hall.gathering.state.desires)
    phone.click("#another summary")
    phone.fill("#another textarea", "Said in the desert without any network")
    phone.context.set_offline(True)
    phone.click("#another button")
    wait_for_state(phone, "phone")
    assert phone.inner_text("#state") == phone.get_attribute("#state", "data-phone")
    assert len(hall.gathering.state.desires) == before
    phone.context.set_offline(False)
    wait_until(lambda: len(hall.gathering.state.desires) > before)
    phone.wait_for_timeout(500)
    assert [one.text for one in hall.gathering.state.desires[before:]] == ["Said in the desert without any network"]


def test_a_language_that_is_not_read_is_said_with_one_tap_even_without_network(hall: Any, phone: Any) -> None:
    mine = len(hall.gathering.state.seats) - 1
    author = hall.call(hall.gathering.take_seat("hebrew-author", language="he"))
    said = [hall.say_as(author.number, text, language="he") for text in ("שלום לכולם", "מים וצל")]
    hebrew = {alias_for(hall.gathering, Purpose.CARD, mine, number) for number in said}
    while shown(phone) not in hebrew:
        assert not phone.is_visible("#foreign")
        before = shown(phone)
        phone.click("button[value='1']")
        wait_for_another(phone, before)
    before, given = shown(phone), answers(hall, mine)
    phone.context.set_offline(True)
    phone.click("#foreign button[value='1']")
    wait_for_state(phone, "phone")
    assert answers(hall, mine) == given
    phone.context.set_offline(False)
    wait_until(lambda: hall.gathering.state.seats[mine].unread == ["he"])
    phone.wait_for_function(
        "d => document.getElementById('deal')?.dataset.desire !== d"
        " && document.getElementById('foreign')?.hidden !== false",  # both may be gone for a moment
        arg=str(before),
    )
    wait_for_state(phone, "kept")
    assert answers(hall, mine) == given, "not being asked is no answer"


def test_where_the_phone_keeps_nothing_the_page_says_that_it_must_stay_open(hall: Any, watched: Watch) -> None:
    watch = watched(hall.url, viewport={"width": 360, "height": 640})
    watch.context.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('none'); } })")
    page = watch.page()
    page.goto(f"{hall.url}/j/{hall.code}")
    page.click("button.primary")
    page.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(page)
    page.context.set_offline(True)
    page.click("button[value='1']")
    wait_for_state(page, "phone")
    assert page.inner_text("#state") == page.get_attribute("#state", "data-page")
    assert page.get_attribute("#state", "data-page") != page.get_attribute("#state", "data-phone")
    page.context.set_offline(False)
    wait_for_state(page, "kept")
    assert len(answers(hall)) == 1


def test_a_refused_tap_says_why_and_the_page_goes_on(hall: Any, phone: Any) -> None:
    desire = shown(phone)
    number = desire_behind(hall.gathering, Purpose.CARD, len(hall.gathering.state.seats) - 1, desire)
    author = hall.gathering.state.desires[number].author
    phone.route("**/events", lambda route: route.abort())
    hall.call(hall.gathering.erase(author, "erase-it"))
    phone.click("button[value='1']")
    phone.wait_for_selector("#sentence:not([hidden])")
    assert phone.get_attribute("#sentence", "data-why") == "unknown"
    assert phone.inner_text("#sentence")
    wait_for_another(phone, desire)
    assert answers(hall) == {}


def test_another_seat_on_the_same_phone_never_sends_what_the_first_one_left(hall: Any, phone: Any) -> None:
    phone.context.set_offline(True)
    phone.click("button[value='1']")
    wait_for_state(phone, "phone")
    context = phone.context
    phone.close()
    context.clear_cookies()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{hall.url}/j/{hall.code}")
    other.click("button.primary")
    other.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(other)
    other.wait_for_timeout(500)
    assert answers(hall) == {}


def test_a_tap_while_the_server_is_away_is_kept_when_it_is_back(hall: Any, phone: Any) -> None:
    desire = shown(phone)
    hall.stop()
    phone.click("button[value='1']")
    wait_for_state(phone, "phone")
    back = hall.again()
    try:
        wait_for_state(phone, "kept")
        assert answers(back) == {desire: 1}
        wait_for_another(phone, desire)
    finally:
        phone.context.close()
        back.stop()


def test_two_pages_of_one_phone_send_it_once(hall: Any, phone: Any) -> None:
    desire = shown(phone)
    phone.context.set_offline(True)
    phone.click("button[value='1']")
    wait_for_state(phone, "phone")
    phone.context.set_offline(False)
    other = phone.context.new_page()
    other.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(other)
    wait_for_state(phone, "kept")
    other.wait_for_timeout(300)
    assert answers(hall) == {desire: 1}
    kinds = [event.kind for event in hall.gathering._log.replay()]  # noqa: SLF001
    assert kinds.count("response") == 1


@pytest.mark.parametrize("missing", ["delete window.EventSource", "delete window.AbortController"])
def test_where_the_browser_lacks_something_the_forms_go_by_themselves(hall: Any, watched: Watch, missing: str) -> None:
    watch = watched(hall.url, viewport={"width": 360, "height": 640})
    watch.context.add_init_script(missing)
    page = watch.page()
    page.goto(f"{hall.url}/j/{hall.code}")
    page.click("button.primary")
    page.goto(f"{hall.url}/g/{hall.code}?cards=1")
    desire = shown(page)
    page.click("button[value='1']")
    page.wait_for_url("**/respond")
    assert page.inner_text("#state") == "Kept."
    assert answers(hall) == {desire: 1}


def test_a_browser_that_does_not_say_which_button_it_was_is_understood(hall: Any, watched: Watch) -> None:
    watch = watched(hall.url, viewport={"width": 360, "height": 640})
    watch.context.add_init_script("delete SubmitEvent.prototype.submitter")
    page = watch.page()
    page.goto(f"{hall.url}/j/{hall.code}")
    page.click("button.primary")
    page.goto(f"{hall.url}/g/{hall.code}?cards=1")
    ready(page)
    desire = shown(page)
    page.click("button[value='0']")
    wait_for_state(page, "kept")
    assert answers(hall) == {desire: 0}
