"""A report on a Polis conversation says "agree"; agreeing is not wanting, and the page says so once."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from babel.messages.pofile import read_po

from oneheart.engine.analysis import Analysis, analyze
from oneheart.formats import read, write_polis
from oneheart.formats.polis import raw_export
from oneheart.model.asks import Asks
from oneheart.model.desire import Desire
from oneheart.model.gathering import Gathering, Responses
from oneheart.reports.numbers import build
from oneheart.reports.rendering import render
from oneheart.reports.translation import LANGUAGES, LOCALE, Translation

TEXTS = (
    "Peace at the tables",
    "Time for quiet",
    "Music each evening",
    "Longer lessons",
    "Shorter lessons",
    "Early bed",
)
OF_WANTING = re.compile(r"\bwant(s|ed|ing)?\b|\bdesires?\b|\bagainst\b")
# What is the name of the result itself, or is true of wants and of agreement alike, stays the same.
ALIKE = re.compile(r"^(Being near, |Each row|Limits: |One desire$|People said here|Whether it is|lines on which)")
OTHER_PAGES = re.compile(
    r"^Of no desire|people or more|near(er)?\b|hall counts|were joined|was heard|answer the same|Inner: |goes against"
    r"|all parts|surely say"
)


@pytest.fixture(scope="module")
def conversation() -> Analysis:
    """Return the analysis of a made-up conversation of 120 people, with two statements that people dispute."""
    rng = np.random.default_rng(3)
    shares = np.array([0.92, 0.85, 0.7, 0.5, 0.4, 0.6])
    stances = np.where(rng.random((120, 6)) < shares, 1, np.where(rng.random((120, 6)) < 0.5, -1, 0)).astype(np.int8)
    i, j = np.nonzero(rng.random((120, 6)) < 0.9)
    desires = tuple(Desire(str(d), text) for d, text in enumerate(TEXTS))
    people = tuple(map(str, range(120)))
    return analyze(Gathering("", people, desires, Responses.of(i, j, stances[i, j]), asks=Asks.AGREE))


def words_of(page: str) -> list[str]:
    """Return the texts of a page that are no words of people."""
    body = re.sub(r"<(bdi|script|style)\b.*?</\1>", "", page[page.index("<body") :], flags=re.DOTALL)
    return [" ".join(text.split()) for text in re.findall(r">([^<]+)<", html.unescape(body)) if text.strip()]


def about_wants(page: str) -> list[str]:
    """Return the texts of a page that speak of wanting."""
    return [text for text in words_of(page) if OF_WANTING.search(text) and not ALIKE.search(text)]


def test_the_page_of_a_conversation_speaks_of_agreement(conversation: Analysis) -> None:
    page = render(build(conversation))
    assert about_wants(page) == []
    assert page.count('data-said="agreeing"') == 1


def test_a_build_that_does_not_ask_what_an_answer_says_speaks_of_wanting(
    conversation: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Translation, "_message", lambda self, message: self._catalogue.gettext(message))
    assert about_wants(render(build(conversation))) != []


def test_a_polis_export_is_told_as_agreement_from_file_to_page(
    conversation: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write_polis(conversation.gathering, tmp_path / "export")
    assert about_wants(render(build(analyze(read(place))))) == []
    monkeypatch.setattr(raw_export, "asks_of", lambda _: Asks.WANT)
    assert about_wants(render(build(analyze(read(place))))) != [], "a build that takes agreeing for wanting"


def test_the_page_of_wants_speaks_of_wants(conversation: Analysis) -> None:
    wants = replace(conversation, gathering=replace(conversation.gathering, asks=Asks.WANT))
    page = render(build(wants))
    assert about_wants(page) != []
    assert 'data-said="agreeing"' not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_on_wants_has_a_form_for_agreement(language: str) -> None:
    def messages(of: str) -> dict[tuple[str | None, str], object]:
        with (LOCALE / of / "LC_MESSAGES" / "oneheart.po").open("rb") as file:
            catalogue = read_po(file)
        return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m.string for m in catalogue if m.id}

    of_wants = [m for context, m in messages("ru") if context is None and OF_WANTING.search(m)]
    here = messages(language)
    missing = [m for m in of_wants if not ALIKE.search(m) and not OTHER_PAGES.search(m) and not here.get(("agree", m))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_conversation_is_made_in_every_language(conversation: Analysis, language: str) -> None:
    page = render(build(conversation), language=language)
    wants = replace(conversation, gathering=replace(conversation.gathering, asks=Asks.WANT))
    assert words_of(page) != words_of(render(build(wants), language=language))
