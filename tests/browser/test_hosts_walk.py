"""A host's walk in a real browser: the door, a flood, a lost phone, another host, the term and what leaves.

Each act is done on the pages by a host with a small phone, stands in the log of hosts, and is told to whom it concerns.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.model import actor
from oneheart.web.said import README
from tests.support.floods import CARDS, fill, secret_of

SMALL = {"width": 360, "height": 640}
WIDE = {"width": 1280, "height": 800}
HONEST, FLOOD = 120, 500
Watch = Callable[..., Any]


class Hosts:
    """A served gathering with the desk of its first host on a small phone.

    Attributes:
        hall: the server.
        desk: page of the first host.
        host: address of the desk.
        home: address of a person's page.
    """

    def __init__(self, hall: Any, watch: Watch, **look: Any) -> None:
        """Open the desk by a link."""
        self.hall, self._watch, self._look = hall, watch, look
        self.host, self.home = f"{hall.url}/host/{hall.code}", f"{hall.url}/g/{hall.code}"
        self.desk = self.open_desk(SMALL)

    @property
    def state(self) -> Any:
        """The state now."""
        return self.hall.gathering.state

    def open_page(self, size: dict[str, int] = SMALL) -> Any:
        """Open a page in a browser without cookies."""
        return self._watch(self.hall.url, viewport=size, **self._look).page()

    def open_desk(self, size: dict[str, int]) -> Any:
        """Open the desk of one more host."""
        page = self.open_page(size)
        page.goto(f"{self.hall.url}/host/enter/{self.hall.house.invite(self.hall.code)}")
        page.click("button.primary")
        page.wait_for_url(f"**/host/{self.hall.code}*")
        unfold(page)
        return page

    def phone_of(self, seat: int) -> Any:
        """Open the page of a person who has come in before."""
        page = self.open_page()
        page.context.add_cookies([{"name": "seat", "value": secret_of(seat), "url": self.home}])
        page.goto(self.home)
        return page

    def place(self, place: str) -> Any:
        """Open a page of the desk and return it."""
        self.desk.goto(f"{self.host}{place}")
        assert not overflows(self.desk), place
        return self.desk

    def done(self) -> list[str]:
        """Return what the log of hosts tells, by codes, the newest first."""
        page = self.place("/log")
        return [row.get_attribute("data-done") for row in page.locator("[data-done]").all()]

    def counted(self) -> list[Any]:
        """Return what is counted."""
        state = self.state
        return [state.people.count, state.tally.want.tolist(), state.tally.seen_by_all.tolist()]


def unfold(page: Any) -> None:
    """Open all parts of the desk that are folded; they stay so in this tab."""
    page.wait_for_function("() => document.readyState === 'complete'")
    page.evaluate("for (const part of document.querySelectorAll('details[data-fold]:not([open])')) part.open = true")
    page.wait_for_function("() => sessionStorage.getItem('unfolded')?.includes('hosts')")


def overflows(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def said(page: Any) -> str:
    """Return the code of what a page says about a refusal."""
    assert page.locator("[data-why]").count() == 1, page.content()
    assert len(page.inner_text("[data-why]").strip()) > 20
    return str(page.get_attribute("[data-why]", "data-why"))


def send_as_it_is(page: Any, form: str) -> None:
    """Send a form without the checks of the browser."""
    with page.expect_navigation():
        page.eval_on_selector(form, "(form) => { form.noValidate = true; form.requestSubmit(); }")


def answers_some(page: Any, home: str, count: int) -> None:
    """Answer cards on a phone."""
    page.goto(f"{home}?cards=1")
    page.wait_for_selector("html[data-ready]", state="attached")
    for number in range(count):
        card = page.get_attribute("#deal", "data-desire")
        page.click(f"button[value='{1 - number % 2}']")
        page.wait_for_function("(card) => document.querySelector('#deal')?.dataset.desire !== card", arg=card)
    page.wait_for_function("() => document.getElementById('state').dataset.state === 'kept'")


@pytest.fixture
def hall(serve: Callable[..., Any]) -> Any:
    """Return a real server with a circle, honest people and a flood; everybody has agreed to be kept thirty days."""
    server = serve(cards=50, keep_days=30, languages=["en", "he"])
    server.submit("h0", "circle", ev.CircleAdded("Olive", "olive"))
    server.call(fill(server.gathering, HONEST, FLOOD, consent=1), within=120)
    return server


# --- the steps of the walk; each one leaves the gathering as the next one finds it ------------------------------------


def closes_the_door(hosts: Hosts) -> Any:
    """Close the door and open it again; return the phone of somebody who then comes in."""
    desk, phone = hosts.place(""), hosts.open_page()
    desk.click("button:has-text('Close the door')")
    assert desk.get_attribute("[data-door]", "data-door") == "closed"
    people = hosts.state.people.count
    phone.goto(f"{hosts.hall.url}/j/{hosts.hall.code}")
    assert said(phone) == "door closed"
    assert phone.locator("button").count() == 0
    assert hosts.state.people.count == people
    desk.click("button:has-text('Open the door')")
    assert desk.get_attribute("[data-door]", "data-door") == "open"
    phone.reload()
    phone.select_option("select[name=circle]", "0")
    phone.click("button.primary")
    phone.wait_for_url(f"**/g/{hosts.hall.code}")
    assert hosts.state.people.count == people + 1
    return phone


def alike(page: Any) -> Any:
    return page.locator("[data-odd='alike']")


def sets_aside(hosts: Hosts, reason: str) -> None:
    """Set the flood aside on the page of oddities, by a double tap."""
    page = hosts.place("/oddities")
    assert alike(page).get_attribute("data-seats") == "500"
    assert "wish number" not in page.content()
    send_as_it_is(page, "[data-odd='alike'] form")
    assert (said(page), page.get_attribute("[data-hint]", "data-hint")) == ("words", "no reason")
    page.click("a.button")
    alike(page).locator("summary").click()
    alike(page).locator("input[name=reason]").fill(reason)
    alike(page).locator("button").dblclick()
    page.wait_for_selector("[data-revoked='500']")
    assert page.url == f"{hosts.host}/oddities"
    assert not overflows(page)


def gives_back(hosts: Hosts) -> None:
    page = hosts.place("/oddities")
    page.click("[data-revoked='500'] button")
    page.wait_for_selector("[data-odd='alike']")


def sees_a_flood(hosts: Hosts) -> None:
    """Set five hundred seats aside, see what their phones say, give them back, and set them aside again."""
    before, digest = hosts.counted(), hosts.state.digest()
    honest, one = hosts.phone_of(3), hosts.phone_of(HONEST + 3)
    one.wait_for_selector("html[data-ready]", state="attached")
    assert one.locator("[data-why='revoked']").count() == 0

    sets_aside(hosts, "All in one minute, all alike")
    assert hosts.state.people.count == before[0] - FLOOD
    assert sum(hosts.state.tally.seen_by_all.tolist()) == sum(before[2]) - FLOOD * CARDS
    one.wait_for_selector("[data-why='revoked']")  # without a tap: the phone is told
    assert said(one) == "revoked"
    assert "All in one minute, all alike" in one.inner_text("main")
    assert not overflows(one)
    honest.reload()
    assert honest.locator("[data-why]:visible").count() == 0

    gives_back(hosts)
    assert (hosts.counted(), hosts.state.digest()) == (before, digest), "exactly as before"
    one.reload()
    assert one.locator("[data-why='revoked']").count() == 0

    sets_aside(hosts, "One hand, and nobody stood up")
    answers_some(honest, hosts.home, 1)
    assert hosts.state.people.count == before[0] - FLOOD
    assert hosts.done()[:3] == ["seats revoked", "seats restored", "seats revoked"]


def held_of(page: Any, home: str) -> dict[str, Any]:
    """Return what is kept of the words and answers of a phone's person."""
    held = page.request.get(f"{home}/mine.json").json()
    return {"desires": held["desires"], "responses": sorted(map(str, held["responses"]))}


def gives_a_place_back(hosts: Hosts, old: Any) -> Any:
    """Give the place of a lost phone back; return the new phone."""
    old.fill("textarea", "That nobody eats alone")
    old.click("form[action$='/desire'] button")
    old.wait_for_selector("form[action$='/own'], #deal")
    answers_some(old, hosts.home, 3)
    held = held_of(old, hosts.home)
    assert ([one["text"] for one in held["desires"]], len(held["responses"])) == (["That nobody eats alone"], 3)
    old.goto(f"{hosts.home}/mine")
    mark = old.inner_text("#way [data-mark]").split(":")[-1].strip()

    page = hosts.place("/lost")
    page.fill("input[name=code]", "WRNGCDE3")
    page.click("button.primary")
    assert said(page) == "no place"
    page.fill("input[name=code]", mark)
    page.click("button.primary")
    letters = page.inner_text("[data-way]")
    assert not overflows(page)
    assert "nobody eats alone" not in page.content()

    new = hosts.open_page()
    new.goto(f"{hosts.hall.url}/j/{hosts.hall.code}")
    new.click("a[href^='/w/']")
    new.fill("input[name=way]", letters)
    new.click("button.primary")
    new.wait_for_url(f"**/g/{hosts.hall.code}/mine**")
    assert new.get_attribute("[data-opened]", "data-opened") == "host"
    assert held_of(new, hosts.home) == held
    assert "nobody eats alone" not in old.request.get(f"{hosts.home}/mine.json").text()
    old.goto(f"{hosts.home}/mine")
    assert old.url == f"{hosts.hall.url}/j/{hosts.hall.code}"
    assert said(old) == "opened elsewhere"
    assert hosts.done()[0] == "phone lost"
    return new


def removes_a_host(hosts: Hosts) -> None:
    """Remove another host, whose desk ends at once."""
    second = hosts.open_desk(WIDE)
    number = hosts.state.hosts.index(hosts.state.hosts[-1]) + 1
    second.click("summary:has-text('Another stage')")
    page = hosts.place("")
    row = page.locator(f"[data-of-host='{number}']")
    row.locator("summary").click()
    assert not overflows(page)
    row.locator("button").click()
    page.wait_for_function("(n) => !document.querySelector(`[data-of-host='${n}']`)", arg=number)
    second.wait_for_selector("#now", state="detached")  # by itself
    for place in ("", "/log", "/export", "/oddities"):
        assert second.goto(f"{hosts.host}{place}").status == 403
    assert hosts.done()[0] == "host removed"


def sets_the_term(hosts: Hosts, phone: Any) -> None:
    """Set another term; people are asked again, and the day stands on the desk."""
    page = hosts.place("/settings")
    before = page.inner_text("#deadline")
    page.fill("input[name=keep]", "7")
    page.click("form[action$='/settings'] button.primary")
    page.wait_for_url(f"**/host/{hosts.hall.code}*")
    page = hosts.place("/settings")
    assert page.inner_text("#deadline") != before
    assert "7 days after the end" in page.inner_text("#deadline")
    phone.goto(hosts.home)
    assert phone.url == f"{hosts.home}/terms"
    assert said(phone) == "changed terms"
    assert "7 days" in phone.inner_text("main")
    assert not overflows(phone)
    phone.click("button.primary")
    phone.wait_for_url(hosts.home)
    assert hosts.done()[0] == "settings"


def agrees(hosts: Hosts, seats: range) -> None:
    """Let people agree to the new terms and to rows."""
    version = hosts.state.keeping.version
    for seat in seats:
        hosts.hall.submit(actor.seat(seat), f"agree-{seat:04}", ev.ConsentGiven(seat, version))
        hosts.hall.submit(actor.seat(seat), f"rows-{seat:05}", ev.RowsConsented(seat, on=True))


def takes_rows(hosts: Hosts, phone: Any) -> dict[str, bytes]:
    """Take rows: none while answers go on or while few consented, and then those of all who did."""
    page = hosts.place("/export")
    assert page.locator("#not-closed").count() == 1
    assert page.locator("form").count() == 0
    hosts.hall.move("crossing")
    hosts.hall.move("weaving")
    agrees(hosts, range(4))
    page = hosts.place("/export")
    page.click("button:has-text('Take the rows')")
    assert said(page) == "too few rows"
    assert not hosts.state.released.outputs
    agrees(hosts, range(4, 12))
    phone.goto(f"{hosts.home}/mine")
    phone.click("#rows button")
    phone.wait_for_selector("[data-rows='1']")
    page = hosts.place("/export")
    with page.expect_download() as coming:
        page.click("button:has-text('Take the rows')")
    with zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert hosts.done()[0] == "output"
    phone.reload()
    assert phone.locator("[data-taken='rows']").count() == 1
    assert phone.locator("[data-taken='rows']").is_visible()
    assert not overflows(phone)
    return files


def test_a_host_walks_through_all_that_only_hosts_can_do(hall: Any, watched: Watch) -> None:
    hosts = Hosts(hall, watched, accept_downloads=True)
    old = closes_the_door(hosts)
    sees_a_flood(hosts)
    new = gives_a_place_back(hosts, old)
    removes_a_host(hosts)
    sets_the_term(hosts, new)
    files = takes_rows(hosts, new)
    readme = files["README.txt"].decode()
    rows = files["polis/participant-votes.csv"].decode().splitlines()
    assert len(rows) - 1 == 13
    assert str(README["whole"]).partition(",")[0] in readme
    whole = b"".join(files.values())
    assert b"secret-" not in whole
    told = hosts.done()
    assert {"door", "seats revoked", "seats restored", "phone lost", "host removed", "settings", "output"} <= {*told}


def test_a_set_aside_phone_keeps_what_it_has_not_sent_and_sends_it_when_it_is_given_back(
    hall: Any, watched: Watch
) -> None:
    hosts = Hosts(hall, watched)
    seat = HONEST + 3
    one = hosts.phone_of(seat)
    one.wait_for_selector("html[data-ready]", state="attached")
    one.context.set_offline(True)
    one.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    one.fill("textarea", "Typed while it counted")
    one.click("form[action$='/desire'] button")
    one.wait_for_function("() => document.getElementById('state').dataset.state === 'phone'")
    sets_aside(hosts, "All alike")
    one.context.set_offline(False)
    one.wait_for_function("() => document.querySelector('[data-why]')?.dataset.why === 'revoked'")
    assert one.input_value("textarea") == "Typed while it counted"
    assert "Typed while it counted" not in [desire.text for desire in hosts.state.desires]
    gives_back(hosts)
    one.goto(hosts.home)
    for _ in range(100):  # the phone sends what it kept after it has shown the page
        if "Typed while it counted" in [desire.text for desire in hosts.state.desires]:
            break
        one.wait_for_timeout(100)
    assert [desire.text for desire in hosts.state.desires].count("Typed while it counted") == 1


def test_a_host_who_errs_reads_one_sentence_and_loses_nothing(serve: Callable[..., Any], watched: Watch) -> None:
    hosts = Hosts(serve(cards=8, keep_days=30), watched)
    desk, second = hosts.desk, hosts.open_desk(WIDE)
    moves = "form[action$='/do/stage'] button:visible >> nth=0"
    second.focus(moves)  # a desk at which somebody is at work is not loaded anew

    with desk.expect_navigation():
        desk.dblclick(moves)
    assert (hosts.state.stage.value, hosts.state.version) == ("crossing", 1), "a double tap moves once"
    desk.goto(hosts.host)
    with desk.expect_navigation():
        desk.click(moves)
    desk.go_back()
    if desk.locator(moves).count():  # else it was loaded anew, and a new round is asked about
        desk.click(moves)
    assert hosts.state.version in {2, 3}
    second.click(moves)
    assert said(second) == "stale"
    second.click("a.button")
    assert second.url == hosts.host

    page = hosts.place("/settings")
    second.goto(f"{hosts.host}/settings")
    page.fill("input[name=keep]", "9")
    page.click("form[action$='/settings'] button.primary")
    second.fill("textarea[name=run_by]", "The house on the hill")
    second.click("form[action$='/settings'] button.primary")
    assert said(second) == "stale"
    assert second.input_value("textarea[name=run_by]") == "The house on the hill"
    assert hosts.state.keeping.days == 9

    page = hosts.place("")
    page.locator("[data-of-host='1'] summary").click()
    hosts.hall.submit("h0", "remove-the-second", ev.HostRemoved(1))
    page.locator("[data-of-host='1'] button").click()
    assert said(page) == "last host"
    second.goto(f"{hosts.host}/settings")
    assert second.locator("form").count() == 0
    assert hosts.state.course.hosts_standing == [0]

    page = hosts.place("")
    with page.expect_navigation():
        page.click("button:has-text('Close the door')")
    page.go_back()
    assert page.get_attribute("[data-door]", "data-door") == "closed", "back shows how it stands now"
    hosts.hall.submit("h0", "end-it-all", ev.Ended())
    page.click("button:has-text('Open the door')")
    assert said(page) == "ended"
    assert hosts.state.course.door.value == "closed"
