"""A round in a real browser in which five people have no phone: three by a steward's sheet, two on paper.

They are heard in the verdict like everybody else, and amen is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from oneheart.live import events as ev
from tests.support.codes import codes
from tests.support.sheets import tick_all, type_in_sheet
from tests.support.waiting import until

Serve = Callable[..., Any]
Watch = Callable[..., Any]
WISHES = ("שנשב יחד כל ערב", "שאף אחד לא יהיה לבד", "שיהיה לחם לכולם", "שנקשיב זה לזה", "שנשיר יחד", "שיהיה שקט בלילה")
PHONES = 7
A4 = (595, 842)  # points


class Hall:
    """A hall in Hebrew: phones in one circle, a steward and people without a phone in another."""

    def __init__(self, serve: Serve, watched: Watch) -> None:
        self.server = server = serve(languages=["he", "ru"], cards=8, keep_days=30, run_by="us")
        self.state = server.gathering.state
        server.submit("h0", "circle-0", ev.CircleAdded("זית", "olive"))
        server.submit("h0", "circle-1", ev.CircleAdded("", "second"))
        for place, wish in enumerate(WISHES):
            taken = server.call(server.gathering.take_seat(f"phone-number-{place}", language="he", circle=1, consent=1))
            server.say_as(taken.number, wish, language="he")
        self.phone = watched(server.url, viewport={"width": 390, "height": 844}, locale="he").page()
        self.phone.goto(f"{server.url}/j/{server.code}?lang=he")
        self.phone.select_option("select[name=circle]", "0")
        self.phone.check("[name=consent]") if self.phone.locator("[name=consent][type=checkbox]").count() else None
        self.phone.click("button.primary")
        self.phone.wait_for_url(f"**/g/{server.code}")
        self.steward = len(self.state.seats) - 1
        server.submit("h0", "give-duty", ev.DutyGiven(0, self.steward))
        self.desk = watched(server.url, viewport={"width": 1280, "height": 800}, locale="he").page()
        self.desk.goto(f"{server.url}/host/enter/{server.house.invite(server.code)}?lang=he")
        self.desk.click("button.primary")
        self.desk.wait_for_url(f"**/host/{server.code}*")

    @property
    def sheet(self) -> str:
        return f"{self.server.url}/g/{self.server.code}/circle/sheet"

    @property
    def sheets(self) -> str:
        return f"{self.server.url}/host/{self.server.code}/sheets"

    def move(self, stage: str, done: Callable[[], Any] = lambda: True) -> None:
        """Let the round move on while no page is open that would move with it."""
        for page in (self.phone, self.desk):
            page.goto("about:blank")
        self.server.move(stage)
        until(done, f"the house did not do its part in {stage}")

    def open_sheet(self) -> None:
        self.phone.goto(self.sheet)
        self.phone.wait_for_selector("html[data-ready]", state="attached")

    def send_sheet(self) -> None:
        """Send the sheet by its script, and wait until the page has come anew."""
        self.phone.evaluate("document.documentElement.dataset.former = '1'")
        self.phone.click("#send")
        self.phone.wait_for_selector("html[data-ready]:not([data-former])", state="attached")

    def print_sheets(self, blank: int) -> dict[str, str]:
        """Print at the desk; return the code of each sheet by the number of its person."""
        self.desk.goto(self.sheets)
        self.desk.select_option("#print select", "0")
        self.desk.fill("#print input[name=blank]", str(blank))
        self.desk.click("#print button")
        self.desk.wait_for_selector("article.paper")
        html = self.desk.content()
        places = re.findall(r'<article class="paper"[^>]* data-place="(\d+)"', html)
        return dict(zip(places, codes(html, "sheet"), strict=True))


def test_three_people_by_a_steward_and_two_on_paper_are_heard_and_say_amen(serve: Serve, watched: Watch) -> None:
    hall = Hall(serve, watched)
    hall.phone.goto(hall.sheet)
    for _ in range(3):
        hall.phone.check("form[action$='/scribe'] [name=consent]")
        hall.phone.click("form[action$='/scribe'] button")
        hall.phone.wait_for_url("**/circle/sheet?*")
    assert [seat.scribe for seat in hall.state.seats[PHONES:]] == [hall.steward] * 3

    hall.open_sheet()
    says = hall.phone.locator("#sheet [name^='say.']")
    assert says.count() == 3
    for place in range(3):
        says.nth(place).fill(f"{WISHES[place]}, ובשקט {place}")
    hall.send_sheet()
    assert sum(desire.author is not None for desire in hall.state.desires) == len(WISHES) + 3

    on_paper = hall.print_sheets(2)
    assert sorted(on_paper) == ["1", "2", "3", "4", "5"]
    for place in ("4", "5"):

        def write(place: str = place) -> None:
            hall.desk.fill("[name='say.sheet']", f"מהנייר של מספר {place}")
            hall.desk.check("[name='agree.sheet']")

        type_in_sheet(hall.desk, hall.sheets, on_paper[place], write)
    everybody = range(len(hall.state.seats))
    without = [seat for seat in everybody if hall.state.seats[seat].scribe is not None]
    assert len(without) == 5

    hall.move("crossing")
    hall.open_sheet()
    assert tick_all(hall.phone, "card", "1") == 5 * 4
    hall.send_sheet()
    cards = hall.print_sheets(0)
    for place in ("4", "5"):
        type_in_sheet(hall.desk, hall.sheets, cards[place], lambda: tick_all(hall.desk, "card", "1"))
    for seat in everybody:
        for number, desire in enumerate(hall.state.desires):
            if desire.author != seat and seat not in without:
                hall.server.submit(f"s{seat}", f"want-{seat:04}-{number:04}", ev.Responded(seat, number, 1))

    hall.move("weaving", lambda: hall.state.prayers.drafts)
    hall.move("reading")
    draft = hall.state.prayers.drafts[0]
    hall.open_sheet()
    assert tick_all(hall.phone, "line", "can say") == 5 * len(draft.body.lines) > 0
    tick_all(hall.phone, "lot", "0")
    hall.send_sheet()
    lines = hall.print_sheets(0)
    for place in ("4", "5"):
        type_in_sheet(hall.desk, hall.sheets, lines[place], lambda: tick_all(hall.desk, "line", "can say"))
    for seat in everybody:
        for line in range(len(draft.body.lines)):
            if seat not in without:
                hall.server.submit(f"s{seat}", f"read-{seat:04}-{line}", ev.LineRead(seat, 0, line, "can say"))
    heard = hall.state.meetings.heard(draft)
    assert all(set(without) <= set(readings) for readings in heard), "each of them is heard on each line"

    hall.move("second reading", lambda: hall.state.prayers.drafts[-1].second)
    number = len(hall.state.prayers.drafts) - 1
    hall.open_sheet()
    assert tick_all(hall.phone, "whole", "1") == 5
    hall.send_sheet()
    whole = hall.print_sheets(0)
    type_in_sheet(hall.desk, hall.sheets, whole["4"], lambda: tick_all(hall.desk, "whole", "1"))
    for seat in everybody:
        if seat not in without:
            hall.server.submit(f"s{seat}", f"whole-{seat:04}", ev.WholeAffirmed(seat, number, on=True))
    assert set(without) <= hall.state.meetings.affirming(hall.state.prayers.drafts[-1])

    hall.move("sealed", lambda: hall.state.prayers.sealed)
    sealed = hall.state.prayers.sealed[-1]
    assert sealed.body.people == 0, "a seal of twelve people tells no number of them"
    assert "every part" not in {str(code) for code in sealed.body.missing}
    hall.move("said")
    hall.open_sheet()
    for box in hall.phone.locator("#sheet [name^='amen.']").all():
        box.check()
    hall.send_sheet()
    assert sealed.amen == set(without)
    assert hall.phone.locator("[name^='amen.']").count() == 0


def test_a_hebrew_sheet_is_one_page_from_right_to_left_with_its_code_in_the_corner(
    serve: Serve, watched: Watch
) -> None:
    hall = Hall(serve, watched)
    hall.server.call(hall.server.gathering.take_seat("a-reader-of-russian", language="ru", circle=0, consent=1))
    hall.move("crossing")
    printed = hall.print_sheets(3)
    hall.desk.emulate_media(media="print")
    boxes = hall.desk.eval_on_selector_all(
        "article.paper",
        """all => all.map((one) => {
          const sheet = one.getBoundingClientRect(), code = one.querySelector(".paper-code").getBoundingClientRect();
          const words = one.querySelector(".paper-number").getBoundingClientRect();
          return [getComputedStyle(one).direction, code.left < words.left, one.scrollWidth <= one.clientWidth + 1,
            one.querySelectorAll(".paper-list > li").length, one.querySelectorAll(".qr").length, sheet.width > 0];
        })""",
    )
    assert boxes == [["rtl", True, True, len(WISHES), 1, True]] * 3
    for hidden in ("header.top", "#print", "#find", "footer"):
        assert not hall.desk.locator(hidden).first.is_visible(), hidden
    pdf = hall.desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == len(printed) == 3, "one side a person"
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box is not None
    assert tuple(round(float(side)) for side in box.groups()) == A4


def test_a_sheet_that_was_filled_in_without_network_is_sent_when_it_is_back(serve: Serve, watched: Watch) -> None:
    hall = Hall(serve, watched)
    hall.phone.goto(hall.sheet)
    hall.phone.check("form[action$='/scribe'] [name=consent]")
    hall.phone.click("form[action$='/scribe'] button")
    hall.phone.wait_for_url("**/circle/sheet?*")
    hall.open_sheet()
    context = hall.phone.context
    context.set_offline(True)
    hall.phone.fill("#sheet [name^='say.']", "נאמר בלי רשת")
    hall.phone.click("#send")
    hall.phone.wait_for_selector("#state[data-state=phone]")
    before = len(hall.state.desires)
    context.set_offline(False)
    until(lambda: len(hall.state.desires) > before, "the sheet was not sent")
    hall.phone.wait_for_function("() => !document.querySelector('#sheet textarea')?.value")
    assert [desire.text for desire in hall.state.desires[before:]] == ["נאמר בלי רשת"]


def test_what_is_refused_stays_on_the_sheet_with_its_reason(serve: Serve, watched: Watch) -> None:
    hall = Hall(serve, watched)
    hall.phone.goto(hall.sheet)
    for _ in range(2):
        hall.phone.check("form[action$='/scribe'] [name=consent]")
        hall.phone.click("form[action$='/scribe'] button")
        hall.phone.wait_for_url("**/circle/sheet?*")
    hall.open_sheet()
    says = hall.phone.locator("#sheet [name^='say.']")
    says.nth(0).fill("א" * 141)
    says.nth(1).fill("רצון טוב")
    hall.phone.click("#send")
    hall.phone.wait_for_selector("[data-refused]")
    assert says.nth(0).input_value() == "א" * 141
    assert [says.nth(0).is_enabled(), says.nth(1).is_enabled()] == [True, False], "what is kept is not sent again"
    says.nth(0).fill("קצר יותר")
    hall.send_sheet()
    assert [desire.text for desire in hall.state.desires[len(WISHES) :]] == ["רצון טוב", "קצר יותר"]
