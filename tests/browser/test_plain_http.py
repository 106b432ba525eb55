"""A phone on the Wi-Fi of a hall: plain http under a name that browsers do not trust as they trust 127.0.0.1.

There a browser says nothing of the site that a form came from (no Sec-Fetch-Site), its own key-making and its
workers are away, and only the origin tells our own page from a foreign one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.waiting import until

NAME = "hall.local"
CHROMIUM_ARGS = (f"--host-resolver-rules=MAP {NAME} 127.0.0.1",)
Serve = Callable[..., Any]
Watch = Callable[..., Any]


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_takes_part_over_plain_http(serve: Serve, watched: Watch, script: bool) -> None:
    server = serve()
    url = server.url.replace("127.0.0.1", NAME)
    for number in range(3):
        server.say(f"A wish of somebody else, number {number * number}")
    page = watched(url, java_script_enabled=script, viewport={"width": 360, "height": 640}).page()
    page.goto(f"{url}/j/{server.code}?lang=en")
    if script:
        assert not page.evaluate("window.isSecureContext"), "this browser trusts the name: the test shows nothing"
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")
    page.fill("textarea[name=text]", "That we feel one heart")
    page.click("button.primary")
    state = server.gathering.state
    until(lambda: any(desire.text == "That we feel one heart" for desire in state.desires), "the desire was not kept")
    asked, card = page.locator("form[action$='/own'] button"), page.locator("form[data-tap] button[value='1']")
    asked.or_(card).first.wait_for()  # the page moves on by itself
    if asked.count():
        asked.click()
    card.click()
    until(lambda: state.tally.response_count == 1, "the tap was not kept")


def test_a_foreign_page_on_the_same_wi_fi_sends_nothing(serve: Serve, watched: Watch) -> None:
    server = serve()
    url = server.url.replace("127.0.0.1", NAME)
    watch = watched(url, viewport={"width": 360, "height": 640})
    page = watch.page()
    page.goto(f"{url}/j/{server.code}?lang=en")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")
    foreign = watch.page()
    action = f"{url}/g/{server.code}/erase"
    foreign.set_content(
        f'<form method="post" action="{action}"><input name="sure" value="1"><button>Go</button></form>'
    )
    with foreign.expect_response(lambda answer: answer.url == action) as answered:
        foreign.click("button")
    assert answered.value.status == 403
    assert server.gathering.state.people.count == 1
