"""A whole round with twelve phones in six languages, in a real browser, in three runs.

Each language has fourteen readers or more, so that each is measured. German is read by one person besides its own
readers. Three people have no phone and are asked by a steward, two write on paper. The phones do by hand what decides:
they come in, say, answer cards, carry words over, read, affirm and say amen. All others answer as the house lets them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.tongues import lines_for
from oneheart.model.round import Stage
from oneheart.model.verdict import ConditionCode, Status
from tests.browser.conftest import Watched
from tests.support.codes import codes
from tests.support.many_tongues import WORDS
from tests.support.phones import at_step, go
from tests.support.proofs import LONG
from tests.support.sheets import tick_all, type_in_sheet
from tests.support.waiting import until

pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
Serve = Callable[..., Any]
Watch = Callable[..., Watched]
Acts = Iterable[tuple[str, str, ev.AnyBody]]
SIX = ["en", "he", "ru", "es", "uk", "de"]
OWN = ["de", "he", "ru", "es", "uk"]  # the language in which each of five wishes is said
BRIDGED = ["en", "he", "ru", "es", "uk"]  # languages of which many read two
CROWD = 12  # people of each language without a page of their own here
BRIDGES = 4  # of them, in each language of `BRIDGED` but the first: they read all of these
ONLY_ONE = ("en", 0)  # the phone of the one person who reads German besides another language
STEWARD = ("he", 0)
PHONE = {"viewport": {"width": 390, "height": 844}}
CARDS_MOST = 40
SHOWN = """() => [...document.querySelectorAll("ol.lines > li")].map((line) => ({
  words: line.querySelector(".said > bdi")?.textContent.trim(), language: line.querySelector(".said > bdi")?.lang,
  answers: !!line.querySelector("form[data-send=read]"), asks: line.querySelector("form[data-ask], [data-asked]") &&
    (line.querySelector("form[data-ask]")?.dataset.ask ?? line.querySelector("[data-asked]").dataset.asked),
  cannot: !!line.querySelector("[data-cannot-read]") }))"""
"""What a phone shows of each line: its words, and whether it can be answered."""

ON_WALL = """() => [...document.querySelectorAll("#text li:not(.missing)")].filter((line) => {
  const box = line.getBoundingClientRect();
  const inside = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  return inside && box.height > 0 && line.checkVisibility({ opacityProperty: true });
}).map((line) => [line.lang, line.textContent.trim()])"""
"""Which lines stand on the wall, with their languages."""


def plain(text: str) -> str:
    """Return a line without what reading aloud adds: the capital and the full stop."""
    return text.strip().removesuffix(".").casefold()


class Gathered:
    """People of six languages with twelve phones, a desk and a wall."""

    def __init__(self, serve: Serve, watched: Watch) -> None:
        """Let everybody come, and five say what they want."""
        question = dict.fromkeys(SIX, "?")
        self.server = server = serve(languages=SIX, question=question, cards=12, keep_days=30, run_by="us")
        self.state = server.gathering.state
        server.submit("h0", "circle-0", ev.CircleAdded("", "olive"))
        server.submit("h0", "circle-1", ev.CircleAdded("", "field"))
        self.wall = watched(server.url, viewport={"width": 1920, "height": 1080}, reduced_motion="reduce").page()
        self.wall.goto(f"{server.url}/hall/{server.code}")
        self.phones: dict[tuple[str, int], Any] = {}
        self.seats: dict[tuple[str, int], int] = {}
        for language in SIX:
            for number in range(2):
                self._come((language, number), watched)
        self.desk = watched(server.url, viewport={"width": 1280, "height": 800}, locale="he").page()
        self.desk.goto(f"{server.url}/host/enter/{server.house.invite(server.code)}?lang=he")
        self.desk.click("button.primary")
        self.desk.wait_for_url(f"**/host/{server.code}*")
        self.crowd = {language: self._seats(language, CROWD) for language in SIX}
        self.bridges = [seat for code in BRIDGED[1:] for seat in self.crowd[code][:BRIDGES]]
        self.do(
            (f"s{seat}", f"reads-{code}", ev.LanguageUnread(seat, code, on=not (seat in self.bridges and code != "de")))
            for language, seats in self.crowd.items()
            for seat in seats
            for code in SIX
            if code != language
        )
        only = self.seats[ONLY_ONE]
        self.do((f"s{only}", f"reads-{code}", ev.LanguageUnread(only, code, on=False)) for code in SIX[1:])
        for place, code in enumerate(OWN):
            self._say(self.phones[code, 1], WORDS[code][place])
        until(lambda: len(self.state.desires) == len(OWN), "a wish was not kept")
        self.without: list[int] = []

    def _come(self, who: tuple[str, int], watched: Watch) -> None:
        page = watched(self.server.url, **PHONE, color_scheme="dark" if who[1] else "light").page()
        page.context.set_default_timeout(30_000)  # twelve pages share a machine
        page.goto(f"{self.server.url}/j/{self.server.code}?lang={who[0]}")
        page.select_option("select[name=circle]", "0" if who == STEWARD else "1")
        page.click("button.primary")
        page.wait_for_url(f"**/g/{self.server.code}")
        assert page.get_attribute("html", "lang") == who[0]
        self.phones[who], self.seats[who] = page, len(self.state.seats) - 1

    def _seats(self, language: str, count: int) -> list[int]:
        async def come() -> list[int]:
            take = self.server.gathering.take_seat
            return [
                (await take(f"crowd-{language}-{n:020}", language=language, circle=1, consent=1)).number
                for n in range(count)
            ]

        return list(self.server.call(come()))

    def _say(self, page: Any, text: str) -> None:
        page.check("form[action$='/desire'] [name=stem][value='']")  # a whole sentence, in their own way
        page.fill("textarea[name=text]", text)
        page.click("form[action$='/desire'] button.primary")
        page.locator("form[action$='/own'], #deal, #nothing").first.wait_for()
        if page.locator("form[action$='/own']").count():
            page.click("form[action$='/own'] button")

    def do(self, acts: Acts) -> None:
        """Let people do many things, one after another."""

        async def all_of_it() -> None:
            await asyncio.gather(*(self.server.gathering.submit(*one) for one in acts))

        self.server.call(all_of_it(), within=60)

    @property
    def home(self) -> str:
        return f"{self.server.url}/g/{self.server.code}"

    @property
    def draft(self) -> Any:
        return self.state.prayers.drafts[-1]

    @property
    def crowds(self) -> list[int]:
        return [seat for seats in self.crowd.values() for seat in seats]

    def open(self, page: Any, address: str = "") -> None:
        """Open an address; a page that moves on by itself at this moment is let first."""
        go(page, f"{self.home}{address}")
        page.wait_for_selector("html[data-ready]", state="attached")

    def follow(self, page: Any, stage: str) -> None:
        """Wait until a phone has come to a stage by itself; open it where it stands elsewhere."""
        if "/circle" in page.url:
            self.open(page)
        page.wait_for_selector(f"body[data-stage='{stage}'][data-view=read]", timeout=20_000)
        page.wait_for_selector("html[data-ready]", state="attached")

    def move(self, stage: str, done: Callable[[], Any] = lambda: True) -> None:
        self.server.move(stage)
        until(done, f"the house did not do its part in {stage}")

    # --- people without a phone ---

    @property
    def steward(self) -> Any:
        return self.phones[STEWARD]

    def seat_those_without_a_phone(self) -> None:
        """Let the steward write down three people and the desk two sheets of paper."""
        self.server.submit("h0", "give-duty", ev.DutyGiven(0, self.seats[STEWARD]))
        before = len(self.state.seats)
        self.steward.goto(f"{self.home}/circle/sheet")
        for _ in range(3):
            self.steward.check("form[action$='/scribe'] [name=consent]")
            self.steward.click("form[action$='/scribe'] button")
            self.steward.wait_for_url("**/circle/sheet?*")
        sheets = self.print_sheets(2)
        assert sorted(sheets) == ["1", "2", "3", "4", "5"]
        for place in ("4", "5"):
            type_in_sheet(
                self.desk,
                f"{self.server.url}/host/{self.server.code}/sheets",
                sheets[place],
                lambda: self.desk.check("[name='agree.sheet']"),
            )
        self.without = list(range(before, len(self.state.seats)))
        assert len(self.without) == 5
        assert all(self.state.seats[seat].scribe is not None for seat in self.without)

    def print_sheets(self, blank: int = 0) -> dict[str, str]:
        self.desk.goto(f"{self.server.url}/host/{self.server.code}/sheets")
        self.desk.select_option("#print select", "0")
        self.desk.fill("#print input[name=blank]", str(blank))
        self.desk.click("#print button")
        self.desk.wait_for_selector("article.paper")
        html = self.desk.content()
        places = re.findall(r'<article class="paper"[^>]* data-place="(\d+)"', html)
        return dict(zip(places, codes(html, "sheet"), strict=True))

    def by_sheet(self, *answers: tuple[str, str]) -> None:
        """Let the steward answer for three people and the desk type in two sheets, the same in every row."""
        self.open(self.steward, "/circle/sheet")
        if sum(tick_all(self.steward, *one) for one in answers):
            self.send_sheet()
        sheets = self.print_sheets()
        for place in ("4", "5"):
            type_in_sheet(
                self.desk,
                f"{self.server.url}/host/{self.server.code}/sheets",
                sheets[place],
                lambda: [tick_all(self.desk, *one) for one in answers],
            )

    def send_sheet(self) -> None:
        """Send the steward's sheet by its script, and wait until the page has come anew."""
        self.steward.evaluate("document.documentElement.dataset.former = '1'")
        self.steward.click("#send")
        self.steward.locator("html[data-ready]:not([data-former]), [data-refused]").first.wait_for(state="attached")
        refused = "all => all.map((one) => [one.dataset.refused, one.dataset.why])"
        assert self.steward.locator("[data-refused]").evaluate_all(refused) == []

    # --- crossing ---

    def carry_among_many(self) -> list[int]:
        """Let those who read many languages say each wish but the German one in these, one wish a person."""
        pairs = [(n, code) for n, own in enumerate(OWN) if own in BRIDGED for code in BRIDGED if code != own]
        assert len(pairs) == len(self.bridges)
        said = []
        for seat, (wish, code) in zip(self.bridges, pairs, strict=True):
            number = next(n for n, one in enumerate(self.state.desires) if one.text == WORDS[OWN[wish]][wish])
            body = ev.DesireCarried(seat, number, code, WORDS[code][wish])
            said.append(self.server.submit(f"s{seat}", f"carry-{wish}-{code}", body))
        return said

    def confirm_among_many(self, said: list[int]) -> None:
        """Let two others confirm what each of them said; nobody is asked more than twice."""
        words = self.state.desires.carried.words
        free = dict.fromkeys(self.bridges, 2)
        for place in said:
            able = [seat for seat in free if free[seat] and seat != words[place].seat]
            for seat in sorted(able, key=lambda seat: -free[seat])[:2]:
                free[seat] -= 1
                self.server.submit(f"s{seat}", f"same-{place}", ev.DesireCarryConfirmed(seat, place))

    def answer_cards(self, who: tuple[str, int], stance: str, carries: Callable[[Any], None] | None = None) -> None:
        """Answer all cards of a phone. A card in a language that its person does not read is not answered."""
        page, reads = self.phones[who], SIX if who == ONLY_ONE else [who[0]]
        self.open(page, "?cards=1")
        for _ in range(CARDS_MOST):
            page.locator("#deal, #end, #nothing, #carry").first.wait_for()
            if page.locator("#carry").count():
                assert carries is not None, f"{who} is asked to carry"
                carries(page)
            elif not page.locator("#deal").count():
                return
            elif page.locator("#foreign").is_visible():
                language, before = page.get_attribute("#words bdi", "lang"), page.get_attribute("#deal", "data-desire")
                page.click(f"#foreign button[value='{0 if language in reads else 1}']")
                page.wait_for_function(
                    "d => document.getElementById('deal')?.dataset.desire !== d || foreign.hidden", arg=before
                )
            else:
                assert page.get_attribute("#words bdi", "lang") in reads, f"{who} meets words that they do not read"
                before = page.get_attribute("#deal", "data-desire")
                page.click(f"#deal button[value='{stance}']")
                page.wait_for_function("d => document.getElementById('deal')?.dataset.desire !== d", arg=before)
        pytest.fail("the cards have no end")

    def carry_card(self, page: Any, *, into_german: bool) -> None:
        """Say what the card shows in the other language, or pass it on."""
        card = str(page.get_attribute("#carry", "data-kind"))
        shown, into = page.inner_text("#carry .card bdi"), ""
        if card == "same":
            page.click("#carry button[value=yes]")
        else:
            into = str(page.get_attribute("#carry input[name=language]", "value"))
            wish = next(n for words in WORDS.values() for n, text in enumerate(words) if plain(text) == plain(shown))
            page.fill("textarea#new-words", WORDS[into][wish])
            passes = into == "de" and not into_german
            page.click("#carry button[name=skip]" if passes else "#carry button.primary")
        page.wait_for_function(
            """before => before !== [document.querySelector("#carry")?.dataset.kind,
              document.querySelector("#carry .card bdi")?.textContent,
              document.querySelector("#carry input[name=language]")?.value ?? ""].join("|")""",
            arg=f"{card}|{shown}|{into}",
        )

    def cross(self, stance: int, *, into_german: bool = True) -> None:
        """Let everybody answer what they can read, and those who read two languages carry over."""
        said = self.carry_among_many()
        self.move("crossing")
        self.confirm_among_many(said)
        self.server.gathering.dealer.carrying.chance = np.ones(len(self.state.desires))
        for who, page in self.phones.items():
            if who != STEWARD:
                page.wait_for_selector("html[data-ready] body[data-stage=crossing]")
        for who in self.phones:
            if who != ONLY_ONE:
                self.answer_cards(who, str(stance))
        self.answer_cards(ONLY_ONE, str(stance), lambda page: self.carry_card(page, into_german=into_german))
        assert self.state.desires.carried.load(self.seats[ONLY_ONE])[0] == 2, "two cards to carry, and no more"
        self.by_sheet(("card", str(stance)))
        self.do(
            (f"s{seat}", f"card-{seat:04}-{n:04}", ev.Responded(seat, n, stance))  # type: ignore[arg-type]
            for seat in self.crowds
            for n in range(len(self.state.desires))
            if self.state.reads_words_of(seat, n) is True
        )

    # --- reading ---

    def carry_lines(self, *, into_german: bool) -> None:
        """Let the one who reads German carry on their phone what is missing still."""
        page = self.phones[ONLY_ONE]
        self.open(page)
        missing = page.evaluate(
            """() => [...document.querySelectorAll("ol.lines details[data-say-in]")].map((one) =>
              [one.closest("li").id, one.dataset.sayIn, one.closest("li").querySelector(".said > bdi").textContent])"""
        )
        for line, into, shown in missing:
            if into == "de" and not into_german:
                continue
            wish = next(n for words in WORDS.values() for n, text in enumerate(words) if plain(text) == plain(shown))
            at_step(page, line)
            box = page.locator(f"#{line} details[data-say-in={into}]")
            around = page.locator(f"#{line} details:not([data-say-in]):has(details[data-say-in={into}]):not([open])")
            if around.count():
                around.locator("> summary").click()
            box.locator("summary").click()
            box.locator("textarea").fill(WORDS[into][wish])
            before = len(self.state.prayers.carried)
            box.locator("form[data-send=say-in] button").click()
            until(lambda: len(self.state.prayers.carried) > before, "the carried line was not kept")  # noqa: B023

    def reads(self, who: tuple[str, int]) -> set[str]:
        return set(SIX) if who == ONLY_ONE else {who[0]}

    def read_on_phone(self, who: tuple[str, int]) -> list[int]:
        """Answer each line that the phone shows in words that its person reads; return those that it does not."""
        page = self.phones[who]
        self.open(page)
        while (asks := page.locator("ol.lines form[data-ask]")).count():
            language = str(asks.first.get_attribute("data-ask"))
            assert language not in self.reads(who), f"{who} is asked what they said"
            page.evaluate("document.documentElement.dataset.former = '1'")
            at_step(page, str(asks.first.evaluate("form => form.closest('[data-at]').dataset.at")))
            asks.first.locator("button[value='1']").click()
            page.wait_for_selector("html[data-ready]:not([data-former])", state="attached")
        lines = page.evaluate(SHOWN)
        assert len(lines) == len(self.draft.body.lines)
        for line in lines:
            assert line["answers"] == (line["language"] in self.reads(who)), (who, line)
            assert line["cannot"] == (not line["answers"]), (who, line)
            assert line["words"] in WORDS[line["language"]], (who, line)
        for number, line in enumerate(lines):
            if line["answers"]:
                at_step(page, f"line-{number}")
                page.click(f"#line-{number} form[data-send=read] button[value='can say']")
                pressed = f"#line-{number} form[data-send=read] button[aria-pressed=true]"
                page.wait_for_selector(pressed, state="attached")
        until(
            lambda: all((self.seats[who] in self.draft.readings[n]) == line["answers"] for n, line in enumerate(lines)),
            f"a reading of {who} is missing",
        )
        return [number for number, line in enumerate(lines) if line["cannot"]]

    def read(self) -> dict[tuple[str, int], list[int]]:
        """Let everybody read; return for each phone the lines of which its person reads no words."""
        unread = {who: self.read_on_phone(who) for who in self.phones}
        self.by_sheet(("line", "can say"))
        number = len(self.state.prayers.drafts) - 1
        self.do(
            (f"s{seat}", f"read-{seat:04}-{n}", ev.LineRead(seat, number, n, "can say"))  # type: ignore[arg-type]
            for seat in self.crowds
            for n, meeting in enumerate(lines_for(self.state, number, seat))
            if not meeting.waits
        )
        for n, readings in enumerate(self.state.meetings.heard(self.draft)):
            met = {s for s in self.everybody if not lines_for(self.state, number, s)[n].waits}
            assert set(readings) == met, "whoever reads a line is heard on it, and nobody else"
        return unread

    @property
    def everybody(self) -> range:
        return range(len(self.state.seats))

    def affirm(self) -> None:
        """Let everybody say that they can say the whole, whom the page asks."""
        self.move("second reading", lambda: self.draft.second)
        number = len(self.state.prayers.drafts) - 1
        for who, page in self.phones.items():
            self.follow(page, "second reading")
            if self.state.meetings.waiting(self.seats[who], self.draft):
                assert page.locator("[data-waits]").count() == 1
                assert not page.locator("form[data-send=whole]").count(), f"{who} is asked to affirm unread words"
                continue
            at_step(page, "whole")
            page.click("form[data-send=whole] button[value='1']")
            page.wait_for_selector("form[data-send=whole] button[aria-pressed=true]", state="attached")
        self.by_sheet(("whole", "1"))
        self.do(
            (f"s{seat}", f"whole-{seat:04}", ev.WholeAffirmed(seat, number, on=True))
            for seat in self.crowds
            if not self.state.meetings.waiting(seat, self.draft)
        )
        phones = set(self.seats.values())
        until(
            lambda: phones & self.affirmable <= self.state.meetings.affirming(self.draft), "a phone's word is missing"
        )

    @property
    def affirmable(self) -> set[int]:
        return {seat for seat in self.everybody if not self.state.meetings.waiting(seat, self.draft)}

    # --- saying ---

    def seal(self) -> ev.TextSealed:
        self.move("sealed", lambda: self.state.prayers.sealed)
        body: ev.TextSealed = self.state.prayers.sealed[-1].body
        return body

    def say(self) -> list[tuple[str, str]]:
        """Let the text be said; return the lines that stand on the wall at this moment, with their languages."""
        for page in self.phones.values():
            self.follow(page, "sealed")
        self.server.submit("h0", "say", ev.SayingSet(4))
        self.wall.wait_for_selector("#saying-in:not([hidden])")
        self.wall.wait_for_selector("body[data-saying]", timeout=20_000)
        until(lambda: self.state.stage is Stage.SAID, "the moment did not come")
        self.wall.wait_for_timeout(300)
        return [(language, plain(text)) for language, text in self.wall.evaluate(ON_WALL)]

    def amen(self) -> set[tuple[str, int]]:
        """Let every phone say amen that is asked to; return which are."""
        asked = set()
        for who, page in self.phones.items():
            self.follow(page, "said")
            texts = page.evaluate("() => [...document.querySelectorAll('#saying .text li > bdi')].map((b) => b.lang)")
            form = page.locator("form[data-send=amen] button")
            assert bool(form.count()) == (set(texts) <= self.reads(who)), (who, texts)
            assert bool(page.locator("[data-waits]").count()) != bool(form.count()), who
            if form.count():
                form.click()
                page.wait_for_selector(".amen")
                asked.add(who)
        self.open(self.steward, "/circle/sheet")
        for box in self.steward.locator("#sheet [name^='amen.']").all():
            box.check()
        self.send_sheet()
        return asked

    def own_of(self) -> list[int]:
        """Return which of the five wishes each line of the text says."""
        texts = {WORDS[code][n]: n for n, code in enumerate(OWN)}
        return [texts[self.state.desires[line.cites[0]].text] for line in self.draft.body.lines]


def begun(serve: Serve, watched: Watch, stance: int, *, into_german: bool = True) -> Gathered:
    """Return the gathering in its weaving, once a text or its absence is written."""
    hall = Gathered(serve, watched)
    hall.seat_those_without_a_phone()
    hall.cross(stance, into_german=into_german)
    hall.move("weaving", lambda: hall.state.prayers.drafts)
    return hall


@pytest.mark.skipif(not LONG, reason="a minute or two: ONEHEART_PROVE=1 plays it")
def test_all_is_carried_and_it_is_one_desire(serve: Serve, watched: Watch) -> None:
    hall = begun(serve, watched, 1)
    hall.move("reading")
    hall.carry_lines(into_german=True)
    unread = hall.read()
    assert not any(unread.values()), "each phone shows each line in words that its person reads"
    hall.affirm()
    sealed = hall.seal()
    assert (sealed.status, sealed.missing) == (Status.ONE_DESIRE, [])
    assert [(one.language, one.unmet, one.measured) for one in sealed.languages] == [(code, [], True) for code in SIX]
    assert {*hall.own_of()} == {*range(len(OWN))}, "a line of each language but English stands in the text"
    wall = hall.say()
    assert sorted(wall) == sorted((code, plain(words)) for code in SIX for words in WORDS[code])
    assert hall.amen() == {*hall.phones}
    counted = set(hall.seats.values()) | set(hall.without)
    until(lambda: hall.state.prayers.sealed[-1].amen == counted, "an amen is missing")
    assert hall.wall.locator("#status [data-status='one desire']:not([hidden])").count() == len(SIX)
    assert hall.wall.locator("#status [data-missing]:not([hidden])").count() == 0


@pytest.mark.skipif(not LONG, reason="a minute or two: ONEHEART_PROVE=1 plays it")
def test_one_language_is_not_carried_and_is_named(serve: Serve, watched: Watch) -> None:
    hall = begun(serve, watched, 1, into_german=False)
    hall.move("reading")
    hall.carry_lines(into_german=False)
    unread = hall.read()
    foreign = [n for n, wish in enumerate(hall.own_of()) if OWN[wish] != "de"]
    assert foreign
    assert {who: lines for who, lines in unread.items() if lines} == {("de", 0): foreign, ("de", 1): foreign}
    german, number = hall.crowd["de"][0], len(hall.state.prayers.drafts) - 1
    for body in (ev.LineRead(german, number, foreign[0], "can say"), ev.WholeAffirmed(german, number, on=True)):
        with pytest.raises(Refused) as refused:
            hall.server.submit(f"s{german}", f"unread-{type(body).__name__}", body)
        assert refused.value.why in {Refusal.CANNOT_READ, Refusal.CLOSED}
    hall.affirm()
    sealed = hall.seal()
    assert sealed.status is Status.NOT_YET
    assert {ConditionCode.LANGUAGES, ConditionCode.EVERY_PART} <= {*sealed.missing}
    assert sealed.language == "de", "the part that is not in yet is named"
    assert {one.language: one.unmet for one in sealed.languages if one.unmet} == {"de": foreign}
    germans = {n for n, seat in enumerate(hall.state.seats) if seat.language == "de"}
    assert not germans & hall.state.meetings.affirming(hall.draft)
    for page in hall.phones.values():
        hall.follow(page, "sealed")
        assert page.locator("[data-verdict='not yet']").count() == 1
        assert page.locator("[data-heard='not met de']").count() == 1
        assert page.locator("[data-missing=languages]").count() == 1
    hall.wall.wait_for_selector("#status [data-missing=languages]:not([hidden])", state="attached")
    assert hall.wall.locator("#status [data-status='not yet']:not([hidden])").count() == len(SIX)
    wall = hall.say()
    carried = {code: [plain(WORDS[code][wish]) for wish in hall.own_of()] for code in SIX[:-1]}
    own_german = [plain(WORDS["de"][wish]) for wish in hall.own_of() if OWN[wish] == "de"]
    assert sorted(wall) == sorted(
        (code, text) for code, words in {**carried, "de": own_german}.items() for text in words
    )
    assert hall.wall.locator("#text li.missing[lang=de]").count() == len(foreign)
    assert hall.amen() == {who for who in hall.phones if who[0] != "de"}
    until(lambda: set(hall.without) <= hall.state.prayers.sealed[-1].amen, "an amen by sheet is missing")
    assert not germans & hall.state.prayers.sealed[-1].amen


CEREMONY = (
    "#saying, #countdown, form[data-send=amen], form[data-send=whole], form[data-send=read], .proof, [data-verdict]"
)


def test_nobody_agrees_and_there_is_no_ceremony(serve: Serve, watched: Watch) -> None:
    hall = begun(serve, watched, 0)
    assert hall.draft.body.lines == []
    for stage in ("reading", "second reading", "sealed", "said"):
        with pytest.raises(Refused) as refused:
            hall.server.move(stage)
        assert refused.value.why is Refusal.NO_TEXT
    for body in (ev.SayingSet(4), ev.AmenSaid(hall.seats[ONLY_ONE])):
        by = "h0" if isinstance(body, ev.SayingSet) else f"s{body.seat}"
        with pytest.raises(Refused):
            hall.server.submit(by, f"no ceremony {by}", body)
    assert hall.state.stage is Stage.WEAVING
    assert not hall.state.prayers.sealed
    hall.wall.wait_for_selector(".stage[data-stage='no text']:not([hidden])", state="attached")
    said = hall.wall.locator(".stage[data-stage='no text']:not([hidden])").evaluate_all(
        "all => all.map((one) => one.closest('section').lang)"
    )
    assert said == SIX
    for hidden in ("#digest", "#proof", "#saying-in", "#amen", "#status", "#text"):
        assert hall.wall.locator(hidden).is_hidden(), hidden
    for page in hall.phones.values():
        hall.open(page)
        assert page.get_attribute("#calm", "data-heading") == "no text"
        assert page.locator(CEREMONY).count() == 0
        page.goto(f"{hall.home}/book")
        page.wait_for_selector("#empty")
    hall.open(hall.steward, "/circle/sheet")
    assert hall.steward.locator("#sheet [name^='amen.'], #sheet [name^='line.'], #sheet [name^='whole.']").count() == 0
