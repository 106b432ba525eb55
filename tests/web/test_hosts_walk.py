"""Random walks of a host with the desk's own forms, and of people with theirs: every screen shows what was sealed.

The host presses anything on any page of the desk, also on pages that are old, and twice. Hall, phones, book and API are
read after each step, as a browser gets them.
"""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live import sealed_record
from oneheart.live.house import House
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refused
from oneheart.live.sealed_record import SHOWN_IN, SealedRecord, WordsFit, numbers_in_book
from oneheart.live.snapshot import text_lines
from oneheart.live.state import State
from oneheart.model.round import Stage
from oneheart.web.app import make_app
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.gatherings import Browser, Door
from tests.support.house_acts import house_act
from tests.support.html_forms import Form, forms_of
from tests.support.led import led_by_the_test
from tests.support.waiting import until

Open = Callable[..., Any]
CODE = "ABCD3456"
TONGUES = ("en", "he", "en", "he", "en")
PAGES = ("", "", "", "/programme", "/settings", "/circles")
STEPS = 60
OF_TEXT = ("/read", "/amend", "/whole", "/say-in", "/confirm", "/amen", "/agree")


@dataclass
class Walk:
    """A host and five people with browsers, and what was sealed, kept by the walk itself."""

    door: Any
    seed: int
    sealings: list[tuple[str, list[set[str]]]] = field(default_factory=list)
    old: list[Form] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let people come and say a wish each."""
        self.rng, self.desk = random.Random(self.seed), Desk(self.door)  # noqa: S311  seeds a walk, no secret
        self.phones = [self.door.join(language=code) for code in TONGUES]
        for seat, code in enumerate(TONGUES):
            words = f"a wish of number {seat}" if code == "en" else f"משאלה מספר {seat}"
            self.door.submit(f"s{seat}", f"wish-{seat}", ev.DesireSaid(seat, words, code))

    @property
    def state(self) -> State:
        state: State = self.door.gathering.state
        return state

    # --- what is done ---

    def step(self) -> None:
        """Let the host or a person press something, and the house follow."""
        chance = self.rng.random()
        if self.state.stage is Stage.SEALED and chance < 0.2:
            self.press(self.desk.browser, self.form_on_desk("/do/take-back"))
        elif self.state.stage is Stage.SEALED and chance < 0.3:
            self.press(self.desk.browser, self.form_on_desk("/do/say"))
        elif self.state.stage is Stage.SEALED and chance < 0.5:
            self.press(self.desk.browser, self.form_on_desk("/do/stage", last=True))
        elif chance < 0.3:
            self.press(self.desk.browser, self.form_on_desk("/do/stage"))
        elif chance < 0.55:
            self.press(self.desk.browser, self.any_form(self.desk.browser, self.desk.home + self.rng.choice(PAGES)))
        elif chance < 0.65 and self.old:
            self.press(self.desk.browser, self.rng.choice(self.old))
        else:
            for phone in self.phones:
                self.press(phone, self.any_form(phone, f"/g/{CODE}"))
        for _ in range(2):
            self.house()

    def form_on_desk(self, what: str, *, last: bool = False) -> Form | None:
        """Return a form of the desk; the first of stages takes the round one stage on, the last one to any stage."""
        forms = [one for one in forms_of(self.desk.browser.get(self.desk.home).text) if one.action.endswith(what)]
        return forms[-1 if last else 0] if forms else None

    def any_form(self, browser: Any, address: str) -> Form | None:
        """Return one form of a page; while a text is read mostly one of the text, so that walks come to an end."""
        forms = [
            form
            for form in forms_of(browser.get(address, follow_redirects=True).text)
            if not form.action.endswith(("/invite", "/door"))
        ]
        if browser is self.desk.browser:
            self.old = [*self.old[-40:], *forms]
        of_text = [form for form in forms if form.action.endswith(OF_TEXT)]
        some = of_text if of_text and self.rng.random() < 0.8 else forms
        return self.rng.choice(some) if some else None

    def press(self, browser: Any, form: Form | None) -> None:
        if form is None:
            return
        sent = form.filled(self.rng)
        for _ in range(self.rng.choice((1, 1, 1, 2))):
            self.statuses.append(browser.post(form.action, data=sent).status_code)

    def house(self) -> None:
        state = self.state
        wishes = [n for n, desire in enumerate(state.desires) if desire.text]
        body = house_act(state, self.rng.sample(wishes, min(len(wishes), self.rng.randrange(4))))
        if body is None:
            return
        try:
            self.door.submit("house", f"house-{state.seq}", body)
        except Refused:
            return
        if isinstance(body, ev.TextSealed):
            lines = text_lines(state, body.draft)
            words = [set().union(*map(bare, (line.text, *(text for _, text in line.carried)))) for line in lines]
            self.sealings.append((body.digest, words))

    # --- what is shown ---

    def wrong(self) -> list[str]:
        """Return what some screen shows that it must not."""
        state, out = self.state, [f"status {status}" for status in self.statuses if status >= 500]
        self.statuses.clear()
        until(lambda: self.door.gathering.snapshot.seq >= state.seq, "no tick came")
        sealed = state.prayers.sealed_of(state.round) if state.stage in SHOWN_IN else None
        number = len(state.prayers.sealed) - 1
        page = self.phones[0].get(f"/hall/{CODE}").text
        text = json.loads(html.unescape(re.findall(r'data-now="([^"]*)"', page)[0]))["text"]
        if text is not None and sealed is None and (text["digest"] or text["status"] or text["heard"]):
            out.append("hall: something of a seal without a seal")
        if text is not None and sealed is not None:
            columns = [[line["text"] for line in one["lines"] if not line["missing"]] for one in text["columns"]]
            out += [f"hall: {what}" for column in columns for what in self.differs(number, column, whole=False)]
            out += self.other_digest("hall", number, text["digest"])
        for phone, code in zip(self.phones, TONGUES, strict=True):
            shown = phone.get(f"/g/{CODE}", follow_redirects=True).text
            verdicts = codes(shown, "verdict")
            if sealed is None and (verdicts or codes(shown, "heard")):
                out.append(f"phone in {code}: a verdict without a seal")
            if sealed is not None and verdicts:
                out += [f"phone in {code}: {what}" for what in self.differs(number, lines_of(shown))]
                out += self.other_digest(f"phone in {code}", number, *re.findall(r">([0-9a-f]{64})<", shown)[:1])
        return out + self.wrong_in_book()

    def wrong_in_book(self) -> list[str]:
        out, there = [], numbers_in_book(self.state)
        for number in range(len(self.state.prayers.sealed)):
            page = self.desk.browser.get(f"{self.desk.home}/book/{number + 1}")
            told = self.desk.browser.get(f"/api/v1/gatherings/{CODE}/book/{number + 1}")
            if number not in there:
                out += ["book: a text that is not in it"] * (page.status_code != 404)
                continue
            out += [f"book: {what}" for what in self.differs(number, lines_of(page.text))]
            if told.status_code == 200:
                lines = [line["text"] for line in told.json()["lines"]]
                out += [f"api: {what}" for what in self.differs(number, lines)]
                out += self.other_digest("api", number, told.json()["digest"])
        return out

    def differs(self, number: int, shown: list[str], *, whole: bool = True) -> list[str]:
        """Return how shown lines differ from those that were sealed; a phone shows own words beside carried ones."""
        allowed = self.sealings[number][1]
        other = [text for text in shown if not forms(text) & set().union(*allowed)]
        lacking = [words for words in allowed if not words & set().union(*map(forms, shown))] if whole else []
        return [f"other words: {text!r}" for text in other] + [f"missing: {words}" for words in lacking]

    def other_digest(self, where: str, number: int, *digests: str) -> list[str]:
        return [f"{where}: another hash" for digest in digests if digest not in {"", self.sealings[number][0]}]


OPENINGS = [stem.plural.removesuffix("…").casefold() for code in ("en", "he") for stem in entry.stems(code)]


def forms(text: str) -> set[str]:
    """Return the words of a line as it is read aloud, with and without the common opening."""
    said = plain(text)
    return {said, *(said.removeprefix(opening) for opening in OPENINGS)}


def bare(text: str) -> set[str]:
    """Return the words of a line with and without the beginning that they have themselves ("I want")."""
    return {plain(text), *(plain(entry.own_beginning(text, code)[1]) for code in ("en", "he"))}


def plain(text: str) -> str:
    """Return words without what reading aloud adds: a capital, and the marks around them."""
    return text.strip().casefold().strip(" .,:;!?¡¿…")


def lines_of(page: str) -> list[str]:
    found = re.findall(r'<ol class="(?:text|litany)[^"]*"[^>]*>(.*?)</ol>', page, re.DOTALL)
    return [html.unescape(text) for text in re.findall(r"<bdi[^>]*>([^<]*)</bdi>", found[0])] if found else []


def walked(door: Any, seed: int) -> tuple[Walk, list[str]]:
    """Walk until something is wrong, or to the end; on until a text is sealed, since a move may be taken back."""
    walk = Walk(door, seed)
    for step in range(5 * STEPS):
        if step >= STEPS and walk.sealings:
            break
        walk.step()
        if out := walk.wrong():
            return walk, [f"step {step}, {walk.state.stage}: {what}" for what in out]
    return walk, []


@pytest.fixture
def door(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    return open_door(languages=["en", "he"])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_host_presses_every_screen_shows_what_was_sealed(door: Any, seed: int) -> None:
    walk, out = walked(door, seed)
    assert out == []
    assert walk.sealings, "the walk reaches a seal"


def newest_draft(state: State, number: int) -> SealedRecord:
    """Return the record as a build shows it that takes the words of the newest draft."""
    sealed, drafts = state.prayers.sealed[number], state.prayers.drafts
    return SealedRecord(number, sealed, drafts[-1], text_lines(state, len(drafts) - 1), (), (), WordsFit.WHOLE)


def test_a_build_that_shows_the_newest_draft_is_found_out(
    make_gathering: Callable[..., House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner of the walks: hosts may go back from a sealed text by its stage, and screens follow the draft."""
    monkeypatch.setattr(Leader, "step", led_by_the_test)
    monkeypatch.setattr(sealed_record, "record_at", newest_draft)
    for module in ("live.state.moves", "web.host.desk"):
        monkeypatch.setattr(f"oneheart.{module}.check_new_stage", lambda *_: None)
    found = []
    for seed in range(60):  # the walk stops at the first screen that is wrong
        house = make_gathering(languages=["en", "he"])
        with Browser(make_app(house, hosts=["testserver"]), follow_redirects=False) as client:
            found = walked(Door(house, client), seed)[1]
        for file in tmp_path.iterdir():
            file.unlink()
        if found:
            break
    assert found
