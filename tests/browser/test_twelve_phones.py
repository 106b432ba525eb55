"""A round with twelve phones in six languages, in a real browser, in which nobody agrees: there is no ceremony.

Each language has fourteen readers or more, so that each is measured. German is read by one person besides its own
readers. Three people have no phone and are asked by a steward, two write on paper. The phones do by hand what decides:
they come in, say, answer cards and carry words over. All others answer as the house lets them.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal, Refused
from oneheart.model.round import Stage
from tests.browser.conftest import Watched
from tests.support.codes import codes
from tests.support.many_tongues import WORDS

Error = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright").Error
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


def until(holds: Callable[[], Any], what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


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
        self.desk.wait_for_url(f"**/host/{server.code}")
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
        for left in range(4, -1, -1):
            try:
                page.goto(f"{self.home}{address}")
                break
            except Error as error:
                if not left or not re.search("interrupted by another navigation|ERR_ABORTED", str(error)):
                    raise
                page.wait_for_timeout(300)
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
            self.type_in(sheets[place], lambda: self.desk.check("[name='agree.sheet']"))
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

    def type_in(self, code: str, fill: Callable[[], Any]) -> None:
        self.desk.goto(f"{self.server.url}/host/{self.server.code}/sheets")
        self.desk.fill("#find input[name=sheet]", code)
        self.desk.click("#find button")
        self.desk.wait_for_selector("#sheet")
        fill()
        self.desk.click("#send")
        self.desk.wait_for_selector("[data-kept-place]")

    def tick_all(self, page: Any, kind: str, value: str) -> int:
        names = page.eval_on_selector_all(
            f"#sheet [name^='{kind}.'][value='{value}']", "all => all.map((one) => one.name)"
        )
        for name in names:
            page.check(f"[name='{name}'][value='{value}']")
        return len(names)

    def by_sheet(self, *answers: tuple[str, str]) -> None:
        """Let the steward answer for three people and the desk type in two sheets, the same in every row."""
        self.open(self.steward, "/circle/sheet")
        if sum(self.tick_all(self.steward, *one) for one in answers):
            self.send_sheet()
        sheets = self.print_sheets()
        for place in ("4", "5"):
            self.type_in(sheets[place], lambda: [self.tick_all(self.desk, *one) for one in answers])

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


def begun(serve: Serve, watched: Watch, stance: int, *, into_german: bool = True) -> Gathered:
    """Return the gathering in its weaving, once a text or its absence is written."""
    hall = Gathered(serve, watched)
    hall.seat_those_without_a_phone()
    hall.cross(stance, into_german=into_german)
    hall.move("weaving", lambda: hall.state.prayers.drafts)
    return hall


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
