"""The page: escaped, sealed, honest where little is known, and the same words as the numbers."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.reports.numbers import build
from oneheart.reports.rendering import render
from oneheart.reports.translation import LANGUAGES
from tests.support.codes import codes, text_at
from tests.unit.reports.conftest import NASTY, REJECTED_WORDS, gathering

VOID = {"meta", "input", "br", "link", "img", "path", "rect", "circle"}
_COUNTED = re.compile(r"([\d,]+) (?:person|people) (?:answered|gave|wrote)")


class Parsed(HTMLParser):
    """What is in a page: tags, attributes, text, and whether every tag is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.fixture
def every(measured: Analysis, one: Analysis, thin: dict[str, Analysis]) -> dict[str, Analysis]:
    return {"measured": measured, "one": one, **thin}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_sealed_and_asks_the_network_for_nothing(every: dict[str, Analysis], language: str) -> None:
    for analysis in every.values():
        parsed = Parsed(render(build(analysis), language=language))
        assert parsed.open == []
        tags = [tag for tag, _ in parsed.tags]
        assert (tags.count("script"), tags.count("style"), tags.count("h1")) == (1, 1, 1)
        assert not {"img", "link", "iframe", "object", "embed", "base", "form"} & set(tags)
        for _, attributes in parsed.tags:
            assert not {"src", "style", "srcset", "action", "onload", "onclick", "onerror"} & set(attributes)
            assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_allows_this_very_style_and_script_only(measured: Analysis) -> None:
    page = render(build(measured))
    policy = next(a["content"] for t, a in Parsed(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_words_are_printed_as_words(measured: Analysis) -> None:
    parsed = Parsed(render(build(measured)))
    for text in NASTY:
        assert " ".join(text.split()) in parsed.words
    assert "<b>One</b>" in parsed.words  # the name of a circle


def test_rejected_words_and_names_of_people_are_nowhere(measured: Analysis) -> None:
    page = render(build(measured))
    assert REJECTED_WORDS not in page
    assert "person-" not in page
    assert "rejected" in codes(page)
    assert text_at(page, "data-said", "rejected").startswith("1 ")


def test_texts_keep_their_own_direction_and_language(measured: Analysis) -> None:
    page = render(build(measured))
    assert '<bdi dir="auto" lang="he">שלום לכולם, with two directions</bdi>' in page
    assert '<html lang="he" dir="rtl">' in render(build(measured), language="he")
    assert '<html lang="ru" dir="ltr">' in render(build(measured), language="ru")


def test_the_text_comes_before_any_picture(measured: Analysis) -> None:
    page = render(build(measured))
    order = [
        page.index(mark)
        for mark in ('id="text"', 'id="lines"', 'id="share"', 'id="oneness"', 'id="all"', 'id="method"')
    ]
    assert order == sorted(order)
    assert "<svg" not in page[: page.index('id="lines"')]


def test_status_is_said_in_plain_words(measured: Analysis, one: Analysis, thin: dict[str, Analysis]) -> None:
    for analysis, code in ((measured, "not yet"), (one, "one desire"), (thin["six people"], "not measured")):
        page = render(build(analysis))
        assert re.search(rf'<h2 id="status" class="status" data-status="{code}">[^<]+</h2>', page)


@pytest.mark.parametrize(
    ("name", "code", "needed"),
    [
        ("nothing", "no desires", []),
        ("no answers", "no answers", []),
        ("one person", "few answers", ["5"]),
        ("six people", "few people", ["12", "12"]),
        ("one desire", "one desire", []),
        ("only wants", "only wants", []),
        ("no line", "nothing common", []),
    ],
)
def test_thin_gatherings_are_told_what_is_missing_and_get_no_estimate(
    thin: dict[str, Analysis], name: str, code: str, needed: list[str]
) -> None:
    page = render(build(thin[name]))
    missing = page.split('<div class="missing">')[1].split("</div>", maxsplit=1)[0]
    assert code in codes(missing)
    assert re.findall(r"\d+", text_at(missing, "data-said", code)) == needed
    if name != "no line":
        assert "wanted" not in codes(page)
        assert "100" not in Parsed(page.split('id="method"')[0]).words


def test_nobody_is_called_against_where_nobody_could_be(thin: dict[str, Analysis]) -> None:
    page = render(build(thin["nobody against"]))
    assert "nobody against" in codes(page)
    assert "wanted" in codes(page)
    assert not {"against", "hardly against"} & {*codes(page)}


def test_no_count_of_fewer_than_five_people_is_printed(every: dict[str, Analysis]) -> None:
    for analysis in every.values():
        words = Parsed(render(build(analysis))).words
        for number in _COUNTED.findall(words):
            assert number == "0" or int(number.replace(",", "")) >= 5
    few = render(build(every["three people"]))
    assert codes(few, "counted")[0] == "few people"
    assert re.findall(r"\d+", text_at(few, "data-counted", "few people")) == ["5"]


def test_it_claims_no_spiritual_state_and_draws_no_map(every: dict[str, Analysis]) -> None:
    for analysis in every.values():
        page = render(build(analysis))
        words = Parsed(page).words
        assert page.count('id="no-spiritual-state"') == 1
        assert "closeness" not in words
        assert "cluster" not in words.lower()


@pytest.mark.slow
def test_two_thousand_desires_stay_under_two_megabytes() -> None:
    rng = np.random.default_rng(9)
    stances = np.full((200, 2000), 9)
    for person in range(200):
        stances[person, rng.choice(2000, 60, replace=False)] = rng.choice([-1, 0, 1], 60, p=(0.2, 0.2, 0.6))
    texts = tuple(" ".join(f"{word:x}" for word in rng.integers(0, 9**9, 12)) for _ in range(2000))
    analysis = analyze(gathering(stances, texts), seed=1)
    assert analysis.measured
    assert len(render(build(analysis)).encode()) < 2_000_000
