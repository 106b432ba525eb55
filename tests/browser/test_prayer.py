"""From reading to amen on five phones in three languages and the hall screen, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.offered import Purpose, desire_behind
from tests.support.phones import at_step
from tests.support.waiting import until

Serve = Callable[..., Any]
Watch = Callable[..., Any]
TEXTS = ("That nobody stays alone", "To be together as one heart", "Bread for all", "To hear each other")
OUTSIDE = ("A quiet evening", "Longer walks", "More songs", "Fewer speeches", "Tea at midnight", "Shade at noon")
OWN = "That we say it with one mouth"
PHONES = (
    ("en", {"viewport": {"width": 390, "height": 844}}),
    ("he", {"viewport": {"width": 360, "height": 640}, "color_scheme": "dark"}),
    ("ru", {"viewport": {"width": 390, "height": 844}}),
    ("en", {"viewport": {"width": 820, "height": 1180}}),
    ("he", {"viewport": {"width": 360, "height": 640}, "reduced_motion": "reduce"}),
)
THREE_DAYS_OFF = "(() => { const real = Date.now; Date.now = () => real() + 3 * 86400000; })()"


@pytest.fixture
def hall(serve: Serve) -> Any:
    """Return a hall of thirty people who have said and answered; the round is open still."""
    server = serve(name="Convention in the desert", languages=["en", "he", "ru"])
    for circle in range(2):
        server.submit("h0", f"circle-{circle}", ev.CircleAdded("", f"circle-{circle}"))
    people = [
        server.call(server.gathering.take_seat(f"key-of-{n}", language="en", circle=n % 2)).number for n in range(30)
    ]
    desires = [server.say_as(people[n], text) for n, text in enumerate(TEXTS)]
    rng = np.random.default_rng(0)
    for seat in people:
        for place, desire in enumerate(desires):
            if place != seat:
                server.call(server.gathering.respond(seat, desire, int(rng.random() < 0.85), f"r-{seat}-{desire}"))
    server.people = people
    return server


def come(server: Any, watch: Watch, language: str, **options: Any) -> Any:
    page = watch(server.url, **options).page()
    page.goto(f"{server.url}/j/{server.code}?lang={language}")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def view(page: Any, stage: str) -> None:
    page.wait_for_selector(f'body[data-stage="{stage}"][data-view="read"]', timeout=15_000)
    page.wait_for_selector("html[data-ready]", state="attached")


def reads(page: Any, language: str) -> None:
    """Say on the page of the text that one reads a language, if it asks."""
    asks = page.locator(f"ol.lines form[data-ask={language}]")
    if asks.count():
        at_step(page, str(asks.evaluate("form => form.closest('[data-at]').dataset.at")))
        asks.locator("button[value='0']").click()
        page.locator("#line-0 form[data-send=read]").wait_for(state="attached")


def test_five_phones_from_reading_to_amen(hall: Any, watched: Watch) -> None:
    state = hall.gathering.state
    phones = [come(hall, watched, language, **options) for language, options in PHONES]
    off = watched(hall.url, viewport={"width": 390, "height": 844})
    off.context.add_init_script(THREE_DAYS_OFF)
    screen = watched(hall.url, viewport={"width": 1920, "height": 1080}).page()
    screen.goto(f"{hall.url}/hall/{hall.code}")
    author = phones[0]
    author.fill("textarea[name=text]", OWN)
    author.click("button.primary")
    until(lambda: any(desire.text == OWN for desire in state.desires), "the desire was not kept")
    own = next(number for number, desire in enumerate(state.desires) if desire.text == OWN)
    for seat in hall.people:
        hall.call(hall.gathering.respond(seat, own, 1, f"own-{seat}"))

    hall.move("crossing")
    hall.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven", 60.0)
    hall.move("reading")
    for page in phones:
        view(page, "reading")
        asked = page.locator("ol.lines form[data-ask=en]").count()
        assert asked == (page.get_attribute("html", "lang") != "en"), "each is asked once what they read, if at all"
        assert page.locator("form[data-send=read]").count() == (0 if asked else len(state.prayers.drafts[0].body.lines))
        reads(page, "en")
    lines = state.prayers.drafts[0].body.lines
    mine = next(n for n, line in enumerate(lines) if own in line.cites)
    screen.wait_for_selector("#text .column li")
    assert screen.locator("#text .column li:not(.missing)").count() == len(lines)
    for seat in hall.people:
        for line in range(len(lines)):
            said = ev.LineRead(seat, 0, line, "can say")
            hall.submit(f"s{seat}", f"line-{line}", said)

    # each phone says something to each line; one would change a line, and its author does
    for page in phones:
        for line in range(len(lines)):
            at_step(page, f"line-{line}")
            form = page.locator(f"#line-{line} form[data-send=read]")
            if page is phones[1] and line == mine:
                form.locator("summary").click()
                form.locator("textarea").fill("שזה יתאים לכולנו")
                form.locator("button[value='would change']").click()
            else:
                form.locator("button[value='can say']").click()
            page.locator(f"#line-{line} form[data-send=read]:not([data-held]) button[aria-pressed=true]").wait_for(
                state="attached"
            )
        page.wait_for_selector("#state[data-state=kept]")
    said = state.prayers.drafts[0].readings
    until(lambda: all(len(one) == len(hall.people) + len(phones) for one in said), "a reading is missing")
    assert sum(reading == "would change" for reading in said[mine].values()) == 1

    author.reload()
    author.wait_for_selector("html[data-ready]", state="attached")
    at_step(author, f"line-{mine}")
    box = author.locator(f"#line-{mine} details.apart", has=author.locator("form[data-send=amend]"))
    box.locator("summary").click()
    assert "שזה יתאים לכולנו" in box.inner_text()
    box.locator("textarea").fill(OWN + ", each in their own tongue")
    box.locator("form[data-send=amend] button").click()
    until(lambda: state.prayers.amended, "the amendment was not kept")

    # a line is carried into Hebrew by one and confirmed by two
    carrier = phones[1]
    carrier.reload()
    carrier.wait_for_selector("html[data-ready]", state="attached")
    first = 1 if mine == 0 else 0
    at_step(carrier, f"line-{first}")
    box = carrier.locator(f"#line-{first} details.apart", has=carrier.locator("form[data-send=say-in]"))
    box.locator("summary").click()
    box.locator("textarea").fill("אותה שורה")
    box.locator("form[data-send=say-in] button").click()
    until(lambda: state.prayers.carried, "the carried line was not kept")
    seq = next(iter(state.prayers.carried))
    other = phones[4]
    other.reload()
    at_step(other, f"line-{first}")
    other.locator(f"#line-{first} form[data-send=confirm] button").click()
    until(lambda: len(state.prayers.carried[seq].confirmed) == 1, "the confirmation was not kept")
    hall.submit(f"s{hall.people[0]}", "confirm", ev.CarryConfirmed(hall.people[0], seq))
    screen.locator("#text .column li[lang=he]", has_text="אותה שורה").wait_for()

    hall.move("second reading")
    for page in phones:
        view(page, "second reading")
        assert page.locator("ol.lines > li").count() == 1, "only what was changed is read again"
        page.locator("ol.lines button[value='can say']").click()
        page.locator("form[data-send=whole] button[value='1']").click()  # it comes by itself after the line
        page.locator("form[data-send=whole] button[aria-pressed=true]").wait_for(state="attached")
        page.wait_for_selector("#state[data-state=kept]")
    for seat in hall.people:
        hall.submit(f"s{seat}", "line-again", ev.LineRead(seat, 1, mine, "can say"))
        hall.submit(f"s{seat}", "whole", ev.WholeAffirmed(seat, 1, on=True))
    assert len(state.prayers.drafts[1].whole) == len(hall.people) + len(phones)

    hall.move("sealed")
    until(lambda: state.prayers.sealed, "nothing was sealed")
    for page in phones:
        view(page, "sealed")
        page.wait_for_selector("#saying")
    assert author.locator("#saying .own-mark").is_visible()
    late = off.page()  # a phone whose clock is three days off comes at the last moment
    late.goto(f"{hall.url}/j/{hall.code}?lang=en")
    late.click("button.primary")
    view(late, "sealed")
    until(lambda: state.prayers.sealed, "nothing was sealed")
    digest = state.prayers.sealed[0].body.digest
    screen.wait_for_function(f"document.getElementById('digest').textContent === '{digest}'")
    assert not screen.is_visible("#digest"), "no hash stands under a prayer"
    screen.locator("#proof summary").press("Enter")  # by keyboard: it need not stand still
    assert screen.inner_text("#digest") == digest, "the hall sees what is sealed"
    hall.submit("h0", "say", ev.SayingSet(4))
    at = state.prayers.say_at
    share = state.prayers.sealed[0].body.share
    assert share in {"certified", "estimated"}
    seen = screen.locator("#status [data-share]").evaluate_all(
        "all => all.filter(p => !p.hidden).map(p => p.dataset.share)"
    )
    assert {*seen} == {share}, "the hall sees how the share is known"
    everywhere = [*phones, late, screen]
    for page in everywhere:
        page.wait_for_selector("body[data-saying]", timeout=15_000)
    appeared = [int(page.evaluate("document.body.dataset.saying")) for page in everywhere]
    assert max(appeared) - min(appeared) < 1000, appeared
    assert all(abs(one - at) < 1000 for one in appeared), (at, appeared)

    until(lambda: state.stage.value == "said", "the house did not move on at the moment")
    tab = off.page()  # it never hears the server's clock from the stream, only from the page
    tab.route("**/events", lambda route: route.abort())
    tab.goto(f"{hall.url}/g/{hall.code}")
    tab.wait_for_selector("body[data-saying]")
    assert abs(int(tab.evaluate("document.body.dataset.saying")) - 1000 * time.time()) < 5000
    for page in (*phones, late):
        view(page, "said")
        page.locator("form[data-send=amen] button").click()
        page.wait_for_selector(".amen")
    assert len(state.prayers.sealed[0].amen) == len(phones) + 1
    assert not screen.locator(".come").is_visible(), "the text fills the screen when it is said"
    counted = lambda: {*re.findall(r"\d+", screen.inner_text("#amens"))} == {"5"}  # noqa: E731
    until(counted, "the hall does not count in steps of five")
    assert (state.prayers.sealed[0].body.status, state.prayers.sealed[0].body.missing) == ("one desire", [])
    author.goto(f"{hall.url}/g/{hall.code}/mine")
    assert OWN in author.inner_text("#part")
    author.goto(f"{hall.url}/g/{hall.code}/book/1")
    assert "each in their own tongue" in author.inner_text("main")


def test_a_reading_that_is_made_without_network_waits_on_the_phone_and_is_kept_once(hall: Any, watched: Watch) -> None:
    state = hall.gathering.state
    watch = watched(hall.url, viewport={"width": 360, "height": 640})
    page = watch.page()
    page.goto(f"{hall.url}/j/{hall.code}?lang=en")
    page.click("button.primary")
    page.wait_for_url(f"**/g/{hall.code}")
    hall.move("crossing")
    hall.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven", 60.0)
    hall.move("reading")
    view(page, "reading")
    watch.context.set_offline(True)
    page.locator("#line-0 form[data-send=read] button[value='can say']").click()
    page.wait_for_selector("#state[data-state=phone]")
    assert state.prayers.drafts[0].readings[0] == {}
    page.close()  # the page is closed, and opened again with the network back
    watch.context.set_offline(False)
    page = watch.page()
    page.goto(f"{hall.url}/g/{hall.code}")
    until(lambda: state.prayers.drafts[0].readings[0], "the reading was lost")
    page.locator("#line-0 form[data-send=read] button[aria-pressed=true]").wait_for(state="attached")
    assert list(state.prayers.drafts[0].readings[0].values()) == ["can say"]


def test_the_whole_round_goes_without_script(hall: Any, watched: Watch) -> None:
    state = hall.gathering.state
    page = watched(hall.url, java_script_enabled=False, viewport={"width": 360, "height": 640}).page()
    page.goto(f"{hall.url}/j/{hall.code}?lang=he")
    page.click("button.primary")
    hall.move("crossing")
    hall.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven", 60.0)
    hall.move("reading")
    page.goto(f"{hall.url}/g/{hall.code}")
    assert page.locator("form[data-send=read]").count() == 0, "nobody has asked them whether they read English"
    reads(page, "en")
    count = page.locator("form[data-send=read]").count()
    assert count == len(state.prayers.drafts[0].body.lines)
    for line in range(count):
        at_step(page, f"line-{line}")
        page.locator(f"#line-{line} button[value='can say']").click()
        page.locator(f"#line-{line} button[value='can say'][aria-pressed=true]").wait_for(state="attached")
    hall.move("second reading")
    until(lambda: len(state.prayers.drafts) == 2, "no second draft")
    page.goto(f"{hall.url}/g/{hall.code}")
    page.locator("form[data-send=whole] button[value='1']").click()
    until(lambda: len(state.prayers.drafts[1].whole) == 1, "the affirmation was not kept")
    hall.move("sealed")
    until(lambda: state.prayers.sealed, "nothing was sealed")
    page.goto(f"{hall.url}/g/{hall.code}")
    assert page.locator("#saying .text li").count() == count
    hall.submit("h0", "say", ev.SayingSet(1))
    until(lambda: state.stage.value == "said", "the moment did not come")
    page.goto(f"{hall.url}/g/{hall.code}")
    page.locator("form[data-send=amen] button").click()
    until(lambda: len(state.prayers.sealed[0].amen) == 1, "the amen was not kept")


def test_lot_asks_every_phone_about_desires_outside_the_text_with_and_without_network(
    hall: Any, watched: Watch, tmp_path: Any
) -> None:
    state = hall.gathering.state
    others = [hall.say_as(seat, text) for seat, text in zip(hall.people, OUTSIDE, strict=False)]
    for seat in hall.people[: len(hall.people) // 2]:  # the other half was not asked about them
        for desire in others:
            if state.desires[desire].author != seat:
                hall.call(hall.gathering.respond(seat, desire, 0, f"r-{seat}-{desire}"))
    watch = watched(hall.url, viewport={"width": 360, "height": 640}, color_scheme="dark")
    plain = watched(hall.url, java_script_enabled=False, viewport={"width": 390, "height": 844}).page()
    page = watch.page()
    for one, language in ((page, "he"), (plain, "en")):
        one.goto(f"{hall.url}/j/{hall.code}?lang={language}")
        one.click("button.primary")
        one.wait_for_url(f"**/g/{hall.code}")
    hall.move("crossing")
    hall.move("weaving")
    until(lambda: state.prayers.drafts, "no text was woven", 60.0)
    draft = state.prayers.drafts[0]
    assert draft.body.challengers, "every desire is in the text"
    hall.move("reading")
    view(page, "reading")
    assert not page.locator("#outside form[data-send=challenger]").count(), "nobody has asked whether they read English"
    reads(page, "en")
    forms = page.locator("#outside form[data-send=challenger]")
    asked = forms.count()
    assert 0 < asked <= draft.body.lots + len(draft.body.lines), "the lot, and the lines never answered"
    at_step(page, "want-0")
    page.screenshot(path=tmp_path / "outside.png")
    named = [str(value) for value in forms.locator("[name=desire]").evaluate_all("all => all.map(one => one.value)")]
    forms.nth(0).locator("button[value='1']").click()
    forms.nth(0).locator("button[aria-pressed=true]").wait_for(state="attached")
    page.wait_for_selector("#state[data-state=kept]")
    watch.context.set_offline(True)
    for place in range(1, asked):
        at_step(page, f"want-{place}")
        forms.nth(place).locator("button[value='0']").click()
    page.wait_for_selector("#state[data-state=phone]")
    watch.context.set_offline(False)
    until(lambda: sum(len(given) for given in draft.challenged.values()) == asked, "an answer was lost")
    ((seat, given),) = draft.challenged.items()
    said_to = [desire_behind(hall.gathering, Purpose.CARD, seat, alias) for alias in named]
    assert given == {said_to[0]: 1, **dict.fromkeys(said_to[1:], 0)}
    page.reload()
    assert page.locator("#outside button[aria-pressed=true]").count() == asked, "what was said is shown again"
    at_step(page, "want-0")
    page.locator("#outside form[data-send=challenger]").nth(0).locator("button[value='0']").click()
    until(lambda: given[said_to[0]] == 0, "an answer cannot be changed")

    plain.goto(f"{hall.url}/g/{hall.code}?at=want-0")
    plain.locator("#outside form button[value='1']").first.click()
    plain.locator("#outside button[value='1'][aria-pressed=true]").wait_for(state="attached")
    assert len(draft.challenged) == 2
    plain.goto(f"{hall.url}/g/{hall.code}/mine")
    assert any(text in plain.inner_text("main") for text in OUTSIDE), "a person sees all that they answered"
