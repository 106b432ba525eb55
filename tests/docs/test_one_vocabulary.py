"""Verdicts, conditions and shares of a sealed text are told by the same sentences on every page and in the report."""

from __future__ import annotations

import pytest

from oneheart.model.verdict import SHARE_UNKNOWN, ConditionCode, Status
from oneheart.reports import sealed_sentences
from oneheart.reports.translation import LANGUAGES, Translation
from oneheart.web.pages import words_for
from oneheart.web.said import STATUS
from oneheart.web.text_words import MISSING, SHARE

JUDGED = [*(code for code in ConditionCode if code is not ConditionCode.LIVING), SHARE_UNKNOWN]
SEALED = (Status.ONE_DESIRE, Status.NOT_YET)


def test_every_condition_and_verdict_of_a_sealed_text_has_its_sentence() -> None:
    assert set(MISSING) == set(JUDGED)
    assert list(STATUS) == [*SEALED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_report_say_the_same(language: str) -> None:
    page, report = words_for(None, language), Translation(language)
    for code in JUDGED:
        missing, share = ("share", "") if code == SHARE_UNKNOWN else (code, "estimated")
        assert sealed_sentences.missing(report, [missing], share) == [page.t(MISSING[code])]
    for status in SEALED:
        assert sealed_sentences.verdict(report, status) == page.t(STATUS[status])
    for share, sentence in SHARE.items():
        told = sealed_sentences.share(report, {"share": share, "missing": [], "asked": None, "share_high": None})
        assert told == [page.t(sentence)]
