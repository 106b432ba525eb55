"""A whole round in real browsers: phones, a host at the keyboard, the hall screen, and a server that goes away.

Over all of it: nothing is asked of any other origin, no script fails, and the policy has nothing to report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live.offered import Purpose, desire_behind
from oneheart.locale import extract
from oneheart.web.qr import picture
from oneheart.web.words import Words
from tests.support.phones import answer_card
from tests.support.waiting import until

Serve = Callable[..., Any]
Watch = Callable[..., Any]
SMALL = {"width": 360, "height": 640}
# Said aloud on the console, where the watch of the tests hears it.
REPORTS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""
PHONES: dict[str, dict[str, Any]] = {
    "en": {"viewport": {"width": 390, "height": 844}},
    "he": {"viewport": SMALL, "color_scheme": "dark", "locale": "he"},
    "ru": {"viewport": SMALL, "reduced_motion": "reduce", "locale": "ru"},
}
WISHES = {"en": "Peace between all the tables", "he": "שנשמע גם את מי ששותק", "ru": "Хлеб для всех, кто пришёл"}


def opened(watch: Watch, url: str, **options: Any) -> Any:
    """Open a page whose context reports what the policy forbids."""
    watched = watch(url, **options)
    watched.context.add_init_script(REPORTS)
    return watched.page()


def ready(page: Any) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def press_until(page: Any, selector: str) -> None:
    """Press Tab until the focus stands on what is meant."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"the keyboard never reaches {selector}")


def open_a_gathering(server: Any, desk: Any) -> None:
    """Make a gathering through the desk's form, by keyboard alone; the server goes on with it."""
    desk.goto(f"{server.url}/host/enter/{server.house.invite(None)}?lang=en")
    press_until(desk, "main button.primary")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/host/new/*")
    press_until(desk, "input[name=name]")
    desk.keyboard.type("Convention in the desert")
    press_until(desk, "input[name=circles]")
    desk.keyboard.press("Control+A")
    desk.keyboard.type("2")
    press_until(desk, "main button.primary")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/host/[A-Z0-9]{8}$"))
    server.code = desk.url.rsplit("/", 1)[1]
    server.gathering = server.house.gatherings[server.code]


def move_on(desk: Any, state: Any, stage: str) -> None:
    """Move to the next stage as a host does who has only a keyboard."""
    at = desk.url
    desk.goto("about:blank")  # it loads itself again on news, and two loads at once would end each other
    desk.goto(at)
    press_until(desk, f"form:has(input[name=stage][value='{stage}']) button")
    desk.keyboard.press("Enter")
    until(lambda: state.stage.value == stage, f"the round did not move to {stage}")


def reads_the_card(page: Any) -> None:
    """Say of the language of a card that one reads it, where the card asks first."""
    if page.locator("#foreign:visible").count():
        page.click("#foreign button[value='0']")
        page.wait_for_selector("form[data-tap]:visible")


def answer_all(page: Any) -> int:
    """Answer cards until none is left; return how many."""
    for count in range(20):
        if not answer_card(page):
            return count
    pytest.fail("the cards have no end")


@pytest.fixture
def server(serve: Serve, tmp_path: Path) -> Any:
    """Return a real server on which gatherings can be made."""
    running = serve()
    running.house.folder = tmp_path / "made"
    running.house.folder.mkdir()
    return running


def test_a_whole_round_and_a_server_that_goes_away_in_the_middle(server: Any, watched: Watch) -> None:
    desk = opened(watched, server.url, viewport={"width": 1280, "height": 800})
    open_a_gathering(server, desk)
    code, url, state = server.code, server.url, server.gathering.state
    hall = opened(watched, url, viewport={"width": 1920, "height": 1080})
    hall.goto(f"{url}/hall/{code}")
    hall.evaluate("window.first = true")  # gone, if the page should ever load anew
    assert hall.inner_text(".code").replace(" ", "") == code
    scanned = f"{url}/j/{code}"
    drawn = hall.evaluate("document.querySelector('.come .qr path').getAttribute('d')")
    assert drawn in str(picture(scanned)), "the picture holds the address of the door"

    phones = {language: opened(watched, url, **look) for language, look in PHONES.items()}
    for language, page in phones.items():
        if language == "en":  # by the code, as a person types it
            page.goto(f"{url}/")
            page.fill("input[name=code]", f"{code[:4].lower()} {code[4:].lower()}")
            page.click("button.primary")
        else:
            page.goto(scanned)
        page.wait_for_url(f"**/j/{code}")
        assert page.get_attribute("html", "lang") == language
        page.select_option("select[name=circle]", "1" if language == "he" else "0")
        page.click("button.primary")
        page.wait_for_url(f"**/g/{code}")
        ready(page)
        page.fill("textarea", WISHES[language])
        page.click("form[action$='/desire'] button.primary")
        page.locator("form[action$='/own'], #deal, #nothing").first.wait_for()
        if page.locator("form[action$='/own']").count():
            page.click("form[action$='/own'] button")
            page.locator("#deal, #nothing").first.wait_for()
    assert {(desire.text, desire.language) for desire in state.desires} == {(v, k) for k, v in WISHES.items()}
    assert phones["he"].get_attribute("html", "dir") == "rtl"

    move_on(desk, state, "crossing")
    hall.wait_for_selector("body[data-stage=crossing]")
    for language, page in phones.items():
        page.wait_for_selector("body[data-stage=crossing]")
        ready(page)
        if language != "ru":
            answer_all(page)

    # the server goes away in the middle; one phone taps all the same
    late = phones["ru"]
    reads_the_card(late)
    server.stop()
    hall.wait_for_selector("#waiting:not([hidden])")
    alias = late.get_attribute("#deal", "data-desire")
    late.click("form[data-tap] button[value='1']")
    late.wait_for_selector("#state[data-state=phone]")
    back = server.again()
    try:
        back.code, state = code, back.gathering.state
        seat = next(number for number, one in enumerate(state.seats) if one.language == "ru")
        card = desire_behind(back.gathering, Purpose.CARD, seat, alias)
        assert card is not None, "the alias outlives the restart"
        until(lambda: card in state.tally.answered(seat), "the tap on the phone was never sent")
        late.wait_for_selector("#state[data-state=kept]")
        answer_all(late)
        hall.wait_for_selector("#waiting", state="hidden", timeout=20_000)
        move_on(desk, state, "weaving")
        hall.wait_for_selector("body[data-stage=weaving]", timeout=20_000)
        for page in phones.values():
            page.wait_for_selector("body[data-stage=weaving] #calm", timeout=20_000)
        assert hall.evaluate("window.first") is True, "the hall screen was loaded anew"
        for number, one in enumerate(state.seats):
            others = {n for n, desire in enumerate(state.desires) if desire.author != number}
            assert set(state.tally.answered(number)) == others, one.language
        kinds = [event.kind for event in back.gathering._log.replay()]  # noqa: SLF001  the file itself is the witness
        assert (kinds.count("seat"), kinds.count("desire"), kinds.count("response")) == (3, 3, 6)
        assert kinds.count("stage") == 2
        for page in (*phones.values(), hall, desk):
            page.context.close()
    finally:
        back.stop()


def test_what_the_policy_forbids_is_heard_and_what_leaves_is_seen(server: Any, watched: Watch) -> None:
    watch = watched(server.url)
    watch.context.add_init_script(REPORTS)
    page = watch.page()
    page.goto(server.url)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(200)
    assert any("policy: style-src" in said for said in watch.complaints)
    watch.complaints.clear()
    page.route("**/*", lambda route: route.fulfill(body="from elsewhere"))
    page.goto("http://elsewhere.example/")
    assert watch.foreign[0] == "http://elsewhere.example/"
    watch.foreign.clear()


def test_without_script_from_joining_to_the_last_card(serve: Serve, watched: Watch) -> None:
    server = serve(cards=3)
    for number in range(5):
        server.say(f"Wish number {number} of others")
    page = opened(watched, server.url, viewport=SMALL, java_script_enabled=False)
    page.goto(f"{server.url}/")
    page.fill("input[name=code]", server.code)
    page.click("button.primary")
    page.click("button.primary")
    page.fill("textarea", "Peace between all the tables")
    page.click("form[action$='/desire'] button.primary")
    if page.locator("form[action$='/own']").count():
        page.click("form[action$='/own'] button")
    server.move("crossing")
    page.goto(f"{server.url}/g/{server.code}")
    for number in range(1, 4):
        assert page.inner_text("#progress") == f"{number} of 3"
        page.click("button[value='1']")
        assert page.inner_text("#state") == "Kept."
    assert page.locator("#end").count() == 1
    seat = len(server.gathering.state.seats) - 1
    assert len(server.gathering.state.tally.answered(seat)) == 3
    server.move("weaving")
    page.goto(f"{server.url}/g/{server.code}")
    assert page.locator("#calm").count() == 1
    page.goto(f"{server.url}/g/{server.code}/mine")
    assert page.locator("text=Peace between all the tables").count() == 1
    page.goto(f"{server.url}/hall/{server.code}")
    assert page.get_attribute("body", "data-stage") == "weaving"


# --- no word that is not translated -----------------------------------------------------------------------------------

# What is on a page for a person: texts, and the attributes that are read out or shown by scripts. Not the words of
# people and hosts (they have a direction of their own), nor codes and addresses, nor the names of languages, nor what a
# field for another language proposes in that language.
FRAGMENTS = """() => {
  const own = "bdi, [dir=auto], [dir=ltr], code, script, style, option[lang], [hreflang], [data-events]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(own.replace(", [data-events]", ""))) continue;
    const plain = node.parentElement.closest("noscript"); // what stands there is one text, with its marks
    found.push(...(plain ? node.data.split(/<[^>]*>/) : [node.data]).map((text) => text.trim()));
  }
  for (const e of document.querySelectorAll("*")) {
    const said = ["aria-label", "alt", "placeholder", "data-phone", "data-page", "data-sending", "data-kept", "data-in",
      "data-pattern", "data-beyond", "data-empty", "data-long", "data-two", "data-question", "data-link", "data-left"];
    const other = e.matches("input[lang], textarea[lang]") && e.lang !== document.documentElement.lang;
    const here = said.filter((name) => e.hasAttribute(name) && !(other && name === "placeholder"));
    found.push(...here.map((name) => e.getAttribute(name)));
  }
  return found.filter((text) => text);
}"""
NAMES = {"English", "Español", "Polis", "SHA", "Merkle", "QR", "Desert", "oneheart", "CSV", "JSON", "ZIP", "Wi", "Fi"}
HOLE = re.compile(r"\\\{\w+\\\}")


def in_english(language: str) -> re.Pattern[str]:
    """Return what finds a message as it stands in the code, where the language says it otherwise."""
    words = Words(language)
    left = []
    for message in extract.messages():
        for one in message if isinstance(message, tuple) else (message,):
            bare = one.split("\x04")[-1]
            if str(words.t(bare)) != bare:
                left.append(HOLE.sub(".{0,80}?", re.escape(bare)))
    return re.compile("|".join(f"(?:{one})" for one in left))


def pages_of(server: Any, phone: Any, desk: Any) -> Iterator[tuple[str, Any]]:
    """Yield every page of a round with its name, as the reader of this language sees it."""
    url, code = server.url, server.code
    home, host = f"{url}/g/{code}", f"{url}/host/{code}"

    def at(page: Any, *addresses: str) -> Iterator[tuple[str, Any]]:
        for address in addresses:
            page.goto(address)
            yield address.removeprefix(url), page

    yield from at(phone, f"{url}/", f"{url}/?code=WRNGCDE3", f"{url}/nowhere/at/all", f"{url}/s/{code}")
    yield from at(phone, f"{url}/j/{code}")
    phone.select_option("select[name=circle]", "0")
    phone.click("button.primary")
    yield from at(phone, home, f"{home}?cards=1", f"{home}/mine", f"{home}/circle", f"{home}/near", f"{home}/book")
    phone.goto(home)
    phone.fill("textarea", f"{WISHES[server.gathering.state.languages[0]]}? 2.")
    phone.click("form[action$='/desire'] button.primary")
    phone.wait_for_selector("form[action$='/own']")
    yield "is this yours?", phone
    phone.click("form[action$='/own'] button")
    phone.goto(f"{home}/circle")
    phone.click("form[action$='/steward'] button")
    phone.wait_for_selector("#asked")
    asking = min(server.gathering.state.people.duties.asked)
    server.submit("h0", "give-duty", ev.DutyGiven(0, asking))
    yield "with the duty", phone
    phone.goto(f"{home}/mine")
    phone.click("form[action$='/erase'] button")
    yield "erase?", phone
    yield from at(desk, f"{url}/host/{code}", f"{url}/host/new/{server.house.invite(None)}")
    desk.goto(f"{url}/host/enter/{server.house.invite(code)}")
    yield "a host's link", desk
    desk.click("button.primary")
    yield from at(desk, *(f"{host}{place}" for place in OF_HOST), f"{url}/hall/{code}")
    for stage in ("crossing", "weaving", "reading", "second reading", "sealed", "said"):
        for page in (phone, desk):
            page.goto("about:blank")
        server.move(stage)
        server.play_the_house()
        server.gathering.tick()
        for name, page in (*at(phone, home, f"{home}/mine"), *at(desk, host, f"{host}/export", f"{url}/hall/{code}")):
            yield f"{stage}: {name}", page
    yield from at(phone, f"{home}/book", f"{home}/book/1", f"{home}/near")
    desk.goto("about:blank")
    phone.goto("about:blank")
    server.submit("h0", "the-end", ev.Ended())
    yield from at(phone, home, f"{home}/mine", f"{home}/circle")
    yield from at(desk, host, f"{host}/end", f"{url}/hall/{code}")


OF_HOST = (
    "",
    "/circles",
    "/programme",
    "/tables",
    "/measures",
    "/cards",
    "/settings",
    "/log",
    "/export",
    "/end",
    "/book",
)


@pytest.mark.parametrize("language", ["he", pytest.param("ru", marks=pytest.mark.long)])
def test_no_page_of_a_round_says_anything_in_another_language(server: Any, watched: Watch, language: str) -> None:
    settings = server.gathering.state.settings
    server.submit(
        "h0",
        "settings",
        ev.Settings(settings.name, {language: settings.question[language]}, "ten", [language], version=1),
    )
    server.submit("h0", "circle", ev.CircleAdded("", "olive"))
    server.submit("h0", "meal", ev.OccasionAdded("1", "meal", "MEAL42"))
    for number in range(7):
        server.say(f"{WISHES[language]} {number}", circle=0, language=language)
    phone = opened(watched, server.url, viewport=SMALL, locale=language)
    desk = opened(watched, server.url, viewport={"width": 1280, "height": 800}, locale=language)
    english, wrong, looked = in_english(language), [], 0
    for name, page in pages_of(server, phone, desk):
        looked += 1
        fragments = page.evaluate(FRAGMENTS)
        assert fragments, name
        assert page.get_attribute("html", "lang") == language, name
        assert page.get_attribute("html", "dir") == ("rtl" if language == "he" else "ltr"), name
        for text in fragments:
            bare = re.sub(
                r"\{\w+\}|Your circle = |\b[A-Z2-9]{4}\s[A-Z2-9]{4}\b", "", text
            )  # the words to be replaced are named as they stand in the code; codes to be typed are in Latin letters
            latin = [word for word in re.findall(r"[A-Za-z]{3,}", bare) if word not in NAMES]
            if english.fullmatch(text) or len(latin) > 1:
                wrong.append((name, text))
    assert wrong == []
    assert looked > 45


def test_a_word_left_in_english_is_found(serve: Serve, watched: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Words._looked_up  # noqa: SLF001  a translation is left out on purpose
    monkeypatch.setattr(Words, "_looked_up", lambda self, text: text if text == "Only look" else said(self, text))
    server = serve()
    page = watched(server.url, locale="he").page()
    page.goto(f"{server.url}/j/{server.code}")
    monkeypatch.undo()
    found = [text for text in page.evaluate(FRAGMENTS) if in_english("he").fullmatch(text)]
    assert found == ["Only look"]
