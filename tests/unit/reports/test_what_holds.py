"""A report says no more than what holds: no count contradicts another, and each reason is the one that counts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from oneheart.engine import composing, describing
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import shares
from oneheart.model.gathering import Gathering
from oneheart.reports import reason_sentences, rendering
from oneheart.reports.numbers import build
from oneheart.reports.rendering import render
from oneheart.reports.sentences import obstacle
from oneheart.reports.translation import Translation
from tests.support.codes import codes
from tests.unit.reports.conftest import gathering, numbers_of

SAME = ("No advertising of sweets", "Advertising of sweets must end", "More trees", "Quiet evenings", "Shorter days")


def everybody_asked(people: int = 80, seed: int = 3) -> Gathering:
    """Return a gathering in which everybody answered everything."""
    rng = np.random.default_rng(seed)
    wanted = rng.random((people, 8)) < np.array([0.95, 0.9, 0.85, 0.75, 0.6, 0.5, 0.3, 0.1])
    return gathering(np.where(wanted, 1, np.where(rng.random(wanted.shape) < 0.5, -1, 0)))


def check_counts_and_shares(analysis: Analysis) -> None:
    """Check that the share of people who want a desire is what was counted, where everybody was asked."""
    for ground in analysis.common_ground:
        assert ground.want.value == pytest.approx(ground.want_count / ground.answers, abs=1e-6)
        assert ground.against.value == pytest.approx(ground.against_count / ground.answers, abs=1e-6)


def test_where_everybody_was_asked_a_share_is_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    check_counts_and_shares(analyze(everybody_asked()))
    monkeypatch.setattr(describing, "nearer_to_answers", lambda _responses, _chances, means: means)
    with pytest.raises(AssertionError):
        check_counts_and_shares(analyze(everybody_asked()))


def one_wish_twice() -> Gathering:
    """Return a gathering of five desires of which two are one wish, and only one of them can be a line."""
    rng = np.random.default_rng(1)
    refuse = np.where(rng.random((300, 5)) < 0.3, -1, 0)
    stances = np.where(rng.random((300, 5)) < np.array([0.8, 0.8, 0.84, 0.83, 0.2]), 1, refuse)
    stances[:, 1] = np.where(rng.random(300) < 0.97, stances[:, 0], 0)
    return gathering(stances, SAME)


def check_what_is_owed(analysis: Analysis) -> None:
    """Check that no desire is said to be missing for which a line stands."""
    stands_for = {stood.desire for line in analysis.one_desire.lines for stood in line.stands_for}
    assert stands_for
    assert analysis.one_desire.next_desire not in stands_for


def test_a_wish_for_which_a_line_stands_is_not_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    check_what_is_owed(analyze(one_wish_twice(), lines=3))
    former = composing.shares.share_index
    monkeypatch.setattr(shares, "most_missed", lambda want, lines, *_: former(want, lines)[1])
    with pytest.raises(AssertionError):
        check_what_is_owed(analyze(one_wish_twice(), lines=3))


@pytest.mark.parametrize(
    ("worst", "observed", "code"),
    [(-0.1, None, "fifth refuses"), (0.1, -0.2, "below in the check"), (0.1, 0.3, "below"), (0.1, None, "below")],
)
def test_a_desire_that_is_near_is_told_the_reason_that_counts(worst: float, observed: float | None, code: str) -> None:
    ground = {
        "standing": "below",
        "want": {"value": 0.6},
        "against": {"value": 0.3},
        "worst_fifth": {"value": worst},
        "observed_worst_fifth": None if observed is None else {"value": observed},
    }
    assert obstacle(Translation("en"), ground, one_sided=False).code == code


def test_only_totals_are_called_counts_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    counted = reason_sentences.counted

    def noted(words: Translation, entry: Any, *, stated: bool) -> Any:
        told.append(stated)
        return counted(words, entry, stated=stated)

    monkeypatch.setattr(reason_sentences, "counted", noted)
    render(build(analyze(everybody_asked())))
    assert told
    assert not any(told)
    few_say_not_mine = {"want_count": 7, "not_mine_count": None, "against_count": 9}
    ours, stated = (counted(Translation("en"), few_say_not_mine, stated=stated) for stated in (False, True))
    assert None not in (ours, stated)
    assert ours != stated


LANGUAGES = ("We want more trees in the park", "Wir wollen mehr Zeit für die Kinder", "שלום לכולם", "Amen")


def of_languages() -> Analysis:
    """Return an analysis whose source states no language."""
    return analyze(gathering(np.where(np.random.default_rng(0).random((30, 4)) < 0.7, 1, 0), LANGUAGES))


def test_words_have_their_language_where_it_shows_and_the_page_says_that_it_was_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = render(build(of_languages()))
    assert set(re.findall(r'lang="(\w+)" data-guessed', page)) == {"en", "de", "he"}
    assert re.search(r'<bdi dir="auto">Amen', page), "nothing is guessed where nothing shows"
    assert "language guessed" in codes(page)
    stated = of_languages()
    desires = tuple(replace(desire, language="fr") for desire in stated.gathering.desires)
    page = render(build(replace(stated, gathering=replace(stated.gathering, desires=desires))))
    assert 'lang="fr">' in page
    assert "data-guessed" not in page
    assert "language guessed" not in codes(page)
    monkeypatch.setattr(rendering, "guessed_language", lambda _: "")
    assert "data-guessed" not in render(build(of_languages())), "a build that guesses nothing"


def test_the_check_on_answers_kept_aside_is_said_to_lie_higher() -> None:
    told = {"worst_fifth": {"value": 0.3, "low": 0.1, "high": 0.5}, "observed_worst_fifth": {"value": 0.6}}
    sentence = str(rendering.sentences.fifth_number(Translation("en"), told, fine=True, one_sided=False))
    assert re.search(r"0\.6\b.*\bhigher\b", sentence)


def test_nothing_is_called_most_common_where_nothing_is_wanted() -> None:
    rng = np.random.default_rng(2)
    refused = analyze(gathering(np.where(rng.random((60, 8)) < 0.85, -1, 0)))
    view = rendering._View(numbers_of(refused), Translation("en"))  # noqa: SLF001
    assert view.content["one_desire"]["no_lines"]
    assert view.nothing_wanted() is not None
    assert view.no_lines() == []
