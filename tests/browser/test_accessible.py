"""Every page of the app before axe, in light, in dark and in Hebrew; every control by Tab alone, with focus to be seen.

The pages are taken from the app's own routes: a new one that is named neither here nor among what is no page fails.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from oneheart.live import events as ev
from oneheart.live.check_in import usher_secret
from oneheart.live.house import House
from oneheart.storage.forwarding import MovedTo
from oneheart.web.app import make_app
from oneheart.web.pages import SEAT_COOKIE
from tests.support.aliases import host_alias
from tests.support.phones import answer_card, go
from tests.support.waiting import until

Serve = Callable[..., Any]
Watch = Callable[..., Any]
AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """(only) => axe.run(document, {resultTypes: ["violations"], ...(only ? {runOnly: [only]} : {})})
  .then((found) => found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ").slice(0, 500)}`))"""
TEXTS = ("Peace between the tables", "שנשמע גם את מי ששותק", "Чтобы мы слышали друг друга", "Que nadie se quede solo")

# Addresses that answer GET and are no page that a person reads, with the reason.
NO_PAGE = {
    "/health": "one word for programs",
    "/j/{code}/app.webmanifest": "a file for the home screen of a phone",
    "/g/{code}/events": "a stream for the page's script",
    "/hall/{code}/events": "a stream for the screen's script",
    "/host/{code}/now": "a mark for the desk's script",
    "/g/{code}/mine.json": "a person's data as a file",
    "/host/{code}/export.zip": "a file",
    "/host/{code}/calendar.ics": "a file",
    "/host/{code}/report.zip": "a file; the report in it is tested with the reports",
    "/check_bundle.py": "a program to take away",
    "/u/{code}/as/{secret}": "a link that leads to the page of an usher",
    "/g/{code}/circle/sheet/erase": "a form, opened by a reload: it leads to the sheet of the circle",
    **dict.fromkeys(("/book/feed.atom", "/book/{code}/feed.atom"), "a feed for programs"),
    "/verify.html": "a page to take away; tests/browser/test_record.py opens it from the disk",
    **dict.fromkeys(
        (
            "/book/{code}/{number:int}/bundle.json",
            "/g/{code}/book/{number:int}/bundle.json",
            "/g/{code}/bundle.json",
            "/host/{code}/book/{number:int}/bundle.json",
            "/host/{code}/bundle.json",
        ),
        "a bundle as a file",
    ),
    **dict.fromkeys(
        ("/g/{code}/consistency.json", "/g/{code}/heads.json", "/g/{code}/receipts.json"),
        "proofs for the script of My data",
    ),
}
LEADS_BACK = re.compile(  # the address of a form, opened by a reload: it leads to the page that the form stands on
    r"/g/\{code\}/(respond|desire|join|own|withdraw|erase|language|desire-language|unread|present|absent|demand|represented|felt|read|amend|whole"
    r"|challenger|say-in|confirm|amen|agree|move|way|apart|say-words|same-words|contacts|badge|circle/(?!sheet|paper)\w+)"
)
OF_PERSON = ("", "?cards=1", "/mine", "/circle", "/near", "/book", "/terms", "/here", "/here/MEAL42")
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
    "/oddities",
    "/lost",
    "/here/0",
    "/sheets",
    "/lists",
    "/contacts",
    "/words",
)


def routes_of_pages(app: Any) -> set[str]:
    """Return the addresses of the app that show a page."""
    answers = {r.path for r in app.routes if isinstance(r, Route) and "GET" in (r.methods or ())}
    programs = {path for path in answers if path.startswith("/api/")}
    return {path for path in answers - programs - {*NO_PAGE} if not LEADS_BACK.fullmatch(path)}


def test_what_is_called_no_page_is_there_and_is_none(serve: Serve, watched: Watch) -> None:
    server = serve()
    answers = {r.path for r in make_app(server.house).routes if isinstance(r, Route)}
    assert {*NO_PAGE} <= answers
    back = sorted(path for path in answers if LEADS_BACK.fullmatch(path))
    assert back
    page = watched(server.url).page()
    come(server, page)
    for path in back:
        page.goto(server.url + path.replace("{code}", server.code))
        assert "/".join(page.url.split("/")[3:]).split("#")[0] in {
            f"g/{server.code}", f"g/{server.code}/mine", f"g/{server.code}/circle", f"g/{server.code}/near",
            f"g/{server.code}/terms",
        }, path  # fmt: skip


def come(server: Any, page: Any, language: str = "en", circle: str = "") -> None:
    page.goto(f"{server.url}/j/{server.code}?lang={language}")
    if circle:
        page.select_option("select[name=circle]", circle)
    page.click("button.primary")
    page.wait_for_url(f"**/g/{server.code}")


class Walk:
    """A walk through all pages in one look; what axe finds is gathered by page."""

    def __init__(self, server: Any, watch: Watch, language: str, **look: Any) -> None:
        self.server, self.language = server, language
        self.only = "color-contrast" if look["color_scheme"] == "dark" else None  # what a dark look changes
        self.phone = watch(server.url, viewport={"width": 390, "height": 844}, **look).page()
        self.desk = watch(server.url, viewport={"width": 1280, "height": 800}, **look).page()
        self.brief = look != {"color_scheme": "light"} and not os.environ.get("ONEHEART_PROVE")
        self.seen: set[str] = set()
        self.looked: set[tuple[str, str]] = set()
        self.found: dict[str, list[str]] = {}
        self.app = make_app(House([], folder=None))

    @property
    def home(self) -> str:
        return f"{self.server.url}/g/{self.server.code}"

    @property
    def host(self) -> str:
        return f"{self.server.url}/host/{self.server.code}"

    def look(self, page: Any, name: str, address: str = "") -> None:
        """Open an address, or take the page as it stands, and ask axe."""
        if address:
            separator = "&" if "?" in address else "?"
            answer = go(page, f"{address}{separator}lang={self.language}")
            assert answer.status < 400, address
        for route in self.app.routes:
            path = "/" + page.url.split("/", 3)[3].split("?")[0].split("#")[0]
            if isinstance(route, Route) and route.path_regex.match(path):
                self.seen.add(route.path)
                break
        assert page.get_attribute("html", "dir") == ("rtl" if self.language == "he" else "ltr"), name
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        page.evaluate(AXE)
        found = page.evaluate(RUN, self.only)
        if found:
            self.found[name] = found

    def doors(self, token: str) -> None:
        code, url = self.server.code, self.server.url
        self.look(self.phone, "door", f"{url}/")
        self.phone.goto(f"{url}/?code=WRNGCDE3&lang={self.language}")
        self.look(self.phone, "door, a wrong code")
        self.look(self.phone, "coming in", f"{url}/j/{code}")
        self.look(self.phone, "by a card", f"{url}/s/{code}")
        self.look(self.phone, "by a card with its code", f"{url}/s/{code}/ABCD3456")
        self.look(self.phone, "the way back", f"{url}/w/{code}")
        self.look(self.phone, "the way back, by its code", f"{url}/w/{code}/ABCD3456ABCD3456")
        self.phone.goto(f"{url}/nowhere/at/all?lang={self.language}")
        self.look(self.phone, "not here")
        self.look(self.desk, "a host's link", f"{url}/host/enter/{token}")
        self.desk.goto(self.host)
        self.look(self.desk, "no host here") if self.language == "en" else None

    def elsewhere(self) -> None:
        """Look at what a person reads whose gathering was moved, with its new address and without one."""
        code = "EFGH3456"
        place = {"name": SEAT_COOKIE, "value": "s" * 32, "domain": "127.0.0.1", "path": f"/g/{code}"}
        self.phone.context.add_cookies([place])  # else they are sent on at once
        for where in ("", "https://heart.example"):
            self.server.house.moved[code] = MovedTo(f"postgresql://db/hall#{code}", "00", where)
            self.phone.goto(f"{self.server.url}/g/{code}?lang={self.language}")
            assert self.phone.locator(f"main a[href^='{where or '?'}']").count() == bool(where), "it is another page"
            self.look(self.phone, f"elsewhere, {where}")
        del self.server.house.moved[code]

    def desk_opens(self) -> None:
        """Make a gathering by the form, then take the desk of the one that is looked at."""
        url = self.server.url
        new = self.server.house.invite(None)
        self.look(self.desk, "a new gathering", f"{url}/host/new/{new}")
        link = self.server.house.invite(self.server.code)
        self.desk.goto(f"{url}/host/enter/{link}?lang={self.language}")
        self.desk.click("button.primary")
        self.desk.wait_for_url(f"**/host/{self.server.code}*")

    def usher(self) -> None:
        """Look at the page of an usher, before and after the link of a host."""
        under = f"{self.server.url}/u/{self.server.code}"
        self.desk.goto(f"{under}?lang={self.language}")
        self.look(self.desk, "no usher here")
        self.desk.goto(f"{under}/as/{usher_secret(self.server.gathering, 0)}?lang={self.language}")
        self.look(self.desk, "usher", under)
        self.look(self.desk, "usher, a code scanned", f"{under}/p/ABCD3456")

    def papers(self, stage: str) -> None:
        """Print sheets at the desk, and look at them and at their pages for a host and for a steward."""
        self.desk.goto(f"{self.host}/sheets?lang={self.language}")
        self.desk.select_option("#print select", "0")
        self.desk.fill("#print input[name=blank]", "2")
        self.desk.click("#print button")
        self.desk.wait_for_selector("article.paper")
        self.look(self.desk, f"sheets, {stage}")
        code = self.desk.get_attribute("[data-sheet]", "data-sheet")
        self.look(self.desk, f"a sheet, {stage}", f"{self.host}/sheets/{code}")
        self.look(self.phone, f"a sheet for the steward, {stage}", f"{self.home}/circle/paper/{code}")
        self.look(self.phone, f"the letters of a sheet, {stage}", f"{self.home}/circle/paper")

    def sheet(self, stage: str) -> None:
        """Look at the sheet of a circle with two people on it."""
        self.phone.goto(f"{self.home}/circle/sheet")
        while self.phone.locator("#sheet [name^='say.']").count() < 2:
            self.phone.click("form[action$='/scribe'] button")
            self.phone.wait_for_url("**/circle/sheet?*")
        self.look(self.phone, f"the sheet of a circle, {stage}", f"{self.home}/circle/sheet")

    def worth(self, places: tuple[str, ...], whose: str) -> list[str]:
        """Return the pages to look at: where one look has walked all of them, each kind once but the first."""
        new = [place for place in places if not self.brief or not place or (whose, place) not in self.looked]
        self.looked |= {(whose, place) for place in places}
        return new

    def desks(self, stage: str, places: tuple[str, ...] = OF_HOST) -> None:
        for place in self.worth(places, "desk"):
            self.look(self.desk, f"desk{place}, {stage}", self.host + place)

    def phones(self, stage: str, places: tuple[str, ...] = OF_PERSON) -> None:
        for place in self.worth(places, "phone"):
            self.look(self.phone, f"phone{place}, {stage}", self.home + place)

    def move(self, stage: str, done: Callable[[], Any] = lambda: True) -> None:
        """Let the round move on while no page is open that would move with it."""
        for page in (self.phone, self.desk):
            go(page, "about:blank")
        self.server.move(stage)
        until(done, f"the house did not do its part in {stage}")

    def screen(self, stage: str) -> None:
        if self.only and stage != "open":  # it is dark whatever people prefer
            return
        self.desk.goto(f"{self.server.url}/hall/{self.server.code}")
        self.look(self.desk, f"hall, {stage}")


LOOKS = {
    "light": {"language": "en", "color_scheme": "light"},
    "dark": {"language": "en", "color_scheme": "dark"},
    "Hebrew": {"language": "he", "color_scheme": "light", "locale": "he"},
}


@pytest.fixture
def hall(serve: Serve, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Return a real server with a gathering in which there is something of everything."""
    languages = ["he", "en", "ru"] if "Hebrew" in request.node.name else ["en", "he", "ru"]
    server = serve(name="Convention in the desert", voice="assembly", languages=languages, cards=3)
    server.house.folder = tmp_path / "made"
    server.house.folder.mkdir()
    server.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    server.submit("h0", "circle-1", ev.CircleAdded("", "second", place="remote"))
    server.submit("h0", "circle-2", ev.CircleAdded("Grove", "third"))
    server.submit("h0", "inside", ev.CircleMoved(1, 2))
    server.submit("h0", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL42"))
    numbers = [
        server.say(text, circle=0, language=code) for text, code in zip(TEXTS, ("en", "he", "ru", "es"), strict=True)
    ]
    for n in range(14):
        server.call(server.gathering.take_seat(f"listener-{n}", language="en", circle=n % 2))
    for seat in range(16):
        for number in numbers:
            if number != seat:
                server.call(server.gathering.respond(seat, number, 1, f"tap-{seat}-{number}"))
    aside = server.say("More shade at noon", circle=1)  # of no line: readers are asked about it by lot
    for seat in range(18):
        server.call(server.gathering.respond(seat, aside, 0, f"tap-{seat}-{aside}"))
    server.submit("h0", "take", ev.Moderated(numbers[0], "accepted"))
    server.submit("h0", "take-2", ev.Moderated(numbers[1], "accepted"))
    server.submit("h0", "leave", ev.Moderated(numbers[3], "rejected", "Say it once more"))
    server.submit("h0", "show", ev.DesiresShown(numbers[:2]))
    server.submit("h1", "same", ev.Translated(numbers[0], numbers[1]))
    return server


@pytest.mark.slow
@pytest.mark.parametrize("name", ["light", "dark", pytest.param("Hebrew", marks=pytest.mark.long)])
def test_axe_finds_nothing_serious_on_any_page(hall: Any, watched: Watch, name: str) -> None:
    options = dict(LOOKS[name])
    walk = Walk(hall, watched, options.pop("language"), **options)
    every_stage = name == "light"
    walk.doors(hall.house.invite(hall.code))
    walk.usher()
    walk.desk_opens()
    come(hall, walk.phone, walk.language, circle="0")
    walk.elsewhere()
    walk.phones("open")
    walk.phone.goto(walk.home)
    walk.phone.fill("textarea", "Peace between all the tables")
    walk.phone.click("form[action$='/desire'] button.primary")
    walk.phone.wait_for_selector("form[action$='/join']")
    walk.look(walk.phone, "is this yours?")
    walk.phone.click("form[action$='/own'] button")
    walk.phone.goto(f"{walk.home}/circle")
    walk.phone.click("form[action$='/steward'] button")
    walk.phone.wait_for_selector("#asked")
    asking = min(hall.gathering.state.people.duties.asked)
    hall.submit("h0", "give-duty", ev.DutyGiven(0, asking))
    walk.phones("open, with words and the duty", ("", "/mine", "/circle"))
    hall.submit("h0", "room-for-more", ev.CircleChanged(0, "Olive", size=20))
    walk.sheet("open")
    walk.papers("open")
    walk.phone.goto(f"{walk.home}/mine")
    walk.phone.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    walk.phone.click("form[action$='/way'] button")
    walk.look(walk.phone, "keep this: the way back")
    walk.phone.goto(f"{walk.home}/mine")
    walk.phone.click("form[action$='/erase'] button")
    walk.look(walk.phone, "erase everything?")
    walk.desks("open")
    walk.screen("open")
    alias = host_alias(hall.gathering, 0)
    walk.look(walk.desk, "the same in another language", f"{walk.host}/same?desire={alias}")

    def prayers() -> Any:
        return hall.gathering.state.prayers

    hall.submit("h0", "clock", ev.ClockSet(600))
    walk.move("crossing")
    walk.phones("crossing", ("",))
    for _ in range(3):
        go(walk.phone, walk.home)
        answer_card(walk.phone)
    walk.phones("after the last card", ("", "?more=1", "/mine"))
    walk.desks("crossing", ("", "/export"))
    if every_stage:
        walk.sheet("crossing")
        walk.papers("crossing")
    walk.screen("crossing")
    walk.move("weaving", lambda: prayers().drafts)
    walk.phones("weaving", ("", "/near"))
    walk.desks("weaving", ("", "/export", "/measures"))
    if every_stage:
        walk.screen("weaving")
    walk.move("reading")
    walk.phones("reading", ("",))
    assert walk.phone.locator("#outside form").count() >= 1, "what lot asks was not looked at"
    if every_stage:
        walk.sheet("reading")
        walk.papers("reading")
    walk.screen("reading")
    for seat in range(16):
        for language in hall.gathering.state.languages:
            hall.submit(f"s{seat}", f"reads-{language}", ev.LanguageUnread(seat, language, on=False))
        hall.submit(f"s{seat}", "read-line", ev.LineRead(seat, 0, 0, "can say"))
    walk.desks("reading", ("",))
    walk.move("second reading", lambda: len(prayers().drafts) == 2)
    walk.phones("second reading", ("",))
    if every_stage:
        walk.screen("second reading")
        walk.sheet("second reading")
        walk.papers("second reading")
    walk.move("sealed", lambda: prayers().sealed)
    hall.submit("h0", "book", ev.BookSet(0, public=True))
    walk.phones("sealed", ("", "/book", "/book/1", "/mine"))
    walk.desks("sealed", ("", "/book", "/book/1"))
    walk.screen("sealed")
    for address in ("/book", f"/book/{hall.code}", f"/book/{hall.code}/1"):
        walk.look(walk.phone, address, hall.url + address)
    walk.move("said")
    walk.phones("said", ("",))
    walk.screen("said")
    walk.phone.goto("about:blank")
    hall.submit("h0", "end", ev.Ended())
    walk.phones("ended", ("", "/mine", "/circle"))
    walk.desks("ended", ("", "/end"))
    walk.screen("ended")
    assert routes_of_pages(make_app(hall.house)) - walk.seen == set(), "pages that nobody looked at"
    assert walk.found == {}


def test_axe_is_awake(hall: Any, watched: Watch) -> None:
    page = watched(hall.url).page()
    page.goto(hall.url)
    page.evaluate("document.querySelector('label span').remove(); document.documentElement.removeAttribute('lang')")
    page.evaluate(AXE)
    assert sorted(one.split(":")[0] for one in page.evaluate(RUN, None)) == ["html-has-lang", "label"]


CONTROLS = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length;
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  window.controls = all.filter((e) => seen(e) && !e.disabled);
  const groups = new Map();  // Tab stops once in a group of radio buttons
  window.controls = window.controls.filter((e) => {
    if (e.type !== "radio") return true;
    const group = `${e.form?.action} ${e.name}`;
    if (groups.has(group)) { if (e.checked) groups.get(group).other = e; return false; }
    groups.set(group, e);
    return true;
  });
  return window.controls.length;
}"""
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  const place = window.controls.findIndex((c) => c === e || c.other === e || (c.type === "radio" && c.name === e.name
    && c.form === e.form));
  const told = (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
  const box = e.getBoundingClientRect();
  const there = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [place, told && there ? "" : e.outerHTML.slice(0, 120), e === document.body];
}"""


def tab_through(page: Any) -> list[str]:
    """Press Tab until the page's end; return controls that Tab never reaches or on which focus cannot be seen."""
    count = page.evaluate(CONTROLS)
    assert count > 3
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")
    reached: set[int] = set()
    unseen = []
    days = page.locator("input[type=datetime-local]").count()  # day, month, year, hour … : Tab stops at each part
    for _ in range(count + 10 + 7 * days):
        page.keyboard.press("Tab")
        place, wrong, left = page.evaluate(FOCUSED)
        if left and reached:
            break
        reached.add(place)
        if wrong and not left:
            unseen.append(f"focus cannot be seen: {wrong}")
    missed = [
        page.evaluate("n => window.controls[n].outerHTML.slice(0, 120)", n) for n in range(count) if n not in reached
    ]
    return [*unseen, *(f"never reached: {one}" for one in missed)]


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_control_is_reached_by_tab_and_shows_its_focus(hall: Any, watched: Watch, language: str) -> None:
    phone = watched(hall.url, viewport={"width": 360, "height": 640}).page()
    come(hall, phone, language, circle="0")
    home, found = f"{hall.url}/g/{hall.code}", {}
    for place in ("", "?cards=1", "/mine", "/circle", "/near"):
        phone.goto(home + place)
        found[f"phone{place}"] = tab_through(phone)
    phone.goto(home)
    phone.fill("textarea", "Peace between all the tables")
    phone.click("form[action$='/desire'] button.primary")
    phone.wait_for_selector("form[action$='/join']")
    phone.reload()  # a page that came by itself begins at its heading; this one at its top
    found["is this yours?"] = tab_through(phone)
    desk = watched(hall.url, viewport={"width": 1280, "height": 800}).page()
    desk.goto(f"{hall.url}/host/enter/{hall.house.invite(hall.code)}?lang={language}")
    desk.click("button.primary")
    desk.wait_for_url(f"**/host/{hall.code}*")
    for place in ("", *OF_HOST[1:]):
        desk.goto(f"{hall.url}/host/{hall.code}{place}?lang={language}")
        desk.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found[f"desk{place}"] = tab_through(desk)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
