"""The part of `report.json` about a live gathering: its sealed texts and the counts of its hall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oneheart.engine import disclosure
from oneheart.reports.report_values import (
    ReportFelt,
    ReportHall,
    ReportLanguage,
    ReportLevel,
    ReportSealed,
    ReportSealedLine,
    ReportWords,
)

if TYPE_CHECKING:
    from oneheart.model.sealed import HallRecord, SealedFelt, SealedLine, SealRecord


def sealed_texts(hall: HallRecord | None, k: int) -> list[ReportSealed]:
    """Return the sealed texts of a gathering, the newest first; [] without a live gathering.

    Args:
        hall: record of the live gathering; None if there was none.
        k: least number of people in a count that is shown.
    """
    return [] if hall is None else [_text(text, k) for text in hall.texts]


def hall_counts(hall: HallRecord | None, k: int) -> ReportHall | None:
    """Return the counts of the hall in its own steps; None without a live gathering.

    Args:
        hall: record of the live gathering; None if there was none.
        k: least number of people in a count that is shown.
    """
    if hall is None:
        return None
    return ReportHall(
        name=hall.name,
        people=disclosure.show_count(hall.people, k=k),
        desires=disclosure.show_count(hall.desires, k=k),
        answers=disclosure.show_count(hall.answers, k=k),
        joined=disclosure.show_count(hall.joined, k=k),
        taken_back=disclosure.show_count(hall.taken_back, k=k),
        waiting=disclosure.show_count(hall.waiting, k=k),
        demand=disclosure.show_count(hall.demand, k=k),
        lines=sum(bool(line.text) for line in hall.texts[0].lines) if hall.texts else None,
    )


def _text(text: SealRecord, k: int) -> ReportSealed:
    return ReportSealed(
        number=text.number,
        round=text.round,
        day=text.day,
        question=[ReportWords(language, words) for language, words in text.question],
        lines=[_line(line) for line in text.lines],
        verdict=text.verdict.value,
        missing=[code.value for code in text.missing],
        include=None if text.include is None else _line(text.include),
        digest=text.digest,
        root=text.root,
        size=disclosure.show_steps(text.size, disclosure.RESPONSES_STEP),
        words_match=text.matches_digest,
        readers=disclosure.show_count(text.readers, k=k),
        amen=disclosure.show_count(text.amen, k=k),
        asked=disclosure.show_count(text.asked, k=k),
        share=text.share,
        share_high=text.share_high,
        margin_people=None if text.margin_people is None else disclosure.show_steps(text.margin_people, k),
        margin_circles=text.margin_circles,
        margin_exact=text.margin_exact,
        said=disclosure.show_count(text.said, k=k),
        everybody=disclosure.show_count(text.everybody, k=k),
        unheard=text.unheard,
        levels=[ReportLevel(level.circles, level.can_say, level.unheard) for level in text.levels],
        languages=[
            ReportLanguage(one.language, list(one.unmet), one.measured, one.heard, list(one.alone))
            for one in text.languages
        ],
        represented=_felt(text.represented, k),
    )


def _felt(felt: SealedFelt | None, k: int) -> ReportFelt | None:
    """Return how far people find themselves in a text, in steps of k people; None below 2 k people."""
    if felt is None or not disclosure.twice_enough(felt.people, k):
        return None
    value, low, high = (disclosure.show_mean(one, felt.people, 1, 7, k) for one in (felt.value, felt.low, felt.high))
    return ReportFelt(disclosure.show_count(felt.people, k=k), value, low, high)


def _line(line: SealedLine) -> ReportSealedLine:
    return ReportSealedLine(
        line.text, line.language, [ReportWords(language, words) for language, words in line.carried]
    )
