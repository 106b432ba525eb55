"""Of a share that was not measured nothing is said of people: pages and reports say that it is not measured, once."""

from __future__ import annotations

from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.locale.languages import LANGUAGES
from oneheart.model import verdict
from oneheart.model.verdict import SHARE_UNKNOWN, ConditionCode
from oneheart.reports import sealed_sentences
from oneheart.reports.translation import Translation
from oneheart.web import text_words
from oneheart.web.text_words import MISSING, SHARE, missing_said, share_told
from oneheart.web.words import Words


def sealed(share: str, *missing: str) -> ev.TextSealed:
    return ev.TextSealed(0, "d" * 64, "e" * 64, "not yet", missing=list(missing), share=share)  # type: ignore[arg-type]


def told(language: str, share: str) -> list[str]:
    """Return all that a phone says of the share in a text whose share alone fails."""
    words, body = Words(language), sealed(share, "share")
    return [sentence for sentence in (*map(str, missing_said(body, words)), share_told(body, words)) if sentence]


def printed(language: str, share: str) -> list[str]:
    """Return all that a report says of it."""
    words = Translation(language)
    text: dict[str, Any] = {"share": share, "missing": ["share"], "asked": 0, "share_high": None}
    return [
        str(one) for one in (*sealed_sentences.missing(words, ["share"], share), *sealed_sentences.share(words, text))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_it_was_not_measured_only_that_is_said(language: str) -> None:
    only = str(Words(language).t(SHARE["not measured"]))
    assert told(language, "") == [only]
    assert printed(language, "not measured") == [only]


@pytest.mark.parametrize("share", ["certified", "estimated"])
def test_where_it_is_known_the_condition_is_told_with_how_it_is_known(share: str) -> None:
    words = Words("en")
    assert told("en", share) == [str(words.t(MISSING[ConditionCode.SHARE])), str(words.t(SHARE[share]))]
    assert len(printed("en", share)) == 2


def test_other_conditions_keep_their_place_and_their_code() -> None:
    body = sealed("", "affirmed", "share", "settled")
    assert [one.code for one in missing_said(body, Words("en"))] == ["affirmed", SHARE_UNKNOWN, "settled"]
    assert share_told(sealed("", "affirmed"), Words("en")), "where it is not among what is missing it is said beside it"


def test_a_build_that_tells_each_code_as_it_is_says_that_a_part_is_owed_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the former build, which said so of people nobody had measured."""
    for module in (text_words, sealed_sentences, verdict):
        monkeypatch.setattr(module, "missing_told", lambda missing, _share: tuple(missing))
    assert str(Words("en").t(MISSING[ConditionCode.SHARE])) in told("en", "")
    assert len(told("en", "")) == 2
