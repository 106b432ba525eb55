"""Somebody who sees all that leaves and knows nine of ten answers guesses; with a broken gate they know."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from oneheart.engine import disclosure
from oneheart.engine.disclosure import K
from oneheart.live.state import State
from oneheart.live.state.released import Released, line_verdict, members_of
from oneheart.model.gathering import Gathering
from oneheart.reports.numbers import _Builder
from tests.privacy import attacker
from tests.privacy.attacker import (
    BEST_FROM_TOTALS,
    CIRCLES,
    TEN,
    TEXTS,
    attack,
    files,
    guess_answer,
    guess_circle,
    guess_from_circle,
    played,
)
from tests.privacy.best_guess import best_guess
from tests.support.proofs import size


@pytest.mark.proof("A14")
def test_all_that_leaves_tells_no_more_than_a_guess(
    figure: Callable[[str], None], missed: Callable[[str], None]
) -> None:
    scores = attack(size(2000, 60), reports=size(100, 4))
    figure(", ".join(f"{name} {score}" for name, score in scores.items() if score.is_chance))
    for name, score in scores.items():
        if not score.is_chance:
            missed(
                f"{name} {score}: a total of forty people tells a little of each; the best guess from it is right in "
                f"{BEST_FROM_TOTALS}"
            )
    assert {name: str(score) for name, score in scores.items() if not score.is_guessing} == {}


def test_the_best_guess_from_a_total_is_known_and_steps_hardly_change_it() -> None:
    assert round(best_guess(K), 3) == BEST_FROM_TOTALS
    exact, wide, none = best_guess(1), best_guess(2 * K), best_guess(CIRCLES * TEN + 1)
    assert exact > BEST_FROM_TOTALS > wide > none == pytest.approx(0.5)
    assert exact - wide < 0.02, "steps hide the answers of people whom the attacker knows, not what a total says"
    assert best_guess(K, circles=40) < 0.51


@pytest.mark.sabotage("A14", "a small circle reads its verdict at once (circles.line_word)")
def test_a_circle_that_reads_its_verdict_gives_the_tenth_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: with the verdict of a small circle on its line said live, the answers to it are told apart."""
    monkeypatch.setattr(attacker.circles, "line_word", live_verdict)
    rnd = random.Random(4)
    for _ in range(10):
        one = played(rnd)
        one.about = one.hand.state.circles[0].line or 0
        for place, seat in enumerate(s for s in range(1, TEN) if s != one.victim):
            one.hand.state.tally.respond(seat, one.about, int(place < 5), circle=0)  # six with who wrote it
        one.hand.state.tally.respond(one.victim, one.about, one.truth, circle=0)
        assert guess_from_circle(one, rnd) == one.truth, "they are the seventh who can say it, or not"


def live_verdict(state: State, circle: int) -> object:
    """Return the verdict of a circle on its line now, whatever its size."""
    members = members_of(state.people).get(circle, [])
    return line_verdict(state.desires, state.people, circle, members)


@pytest.mark.sabotage("A14", "outputs of any basis (Released.enough_changed)")
def test_words_that_follow_every_answer_are_seen_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: with a frozen word replaced by a live one, or an output without the rule, two looks differ."""
    monkeypatch.setattr(Released, "enough_changed", lambda _self: True)
    assert attack(5, reports=0)["two looks differ"].right == 5


def test_a_gate_that_shows_the_count_of_a_circle_gives_the_tenth_answer() -> None:
    """The partner of the guess: where the wants of a ten are counted, nine known answers give the tenth."""
    rnd = random.Random(2)
    right = 0
    for _ in range(20):
        one = played(rnd)
        tally = one.hand.state.tally
        wants = sum(1 if one.authors[one.about] == s else tally.answered(s)[one.about] for s in range(TEN))
        right += guess_answer(one, {}, leak=wants) == one.truth
    assert right == 20


def without_wants(gathering: Gathering) -> Gathering:
    """Return a gathering in which an author has no answer to their own desire, as in a former version."""
    return replace(gathering, desires=tuple(replace(desire, author=None) for desire in gathering.desires))


@pytest.mark.sabotage(
    "A14", "circles are counted (disclosure.is_small, numbers._answered_in), authors do not answer their own desires"
)
def test_a_gate_that_counts_small_circles_gives_the_circle_of_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: with the rules of small circles and of silent authors gone, the report tells the author's circle."""
    monkeypatch.setattr(disclosure, "is_small", lambda _people: False)
    monkeypatch.setattr(_Builder, "_answered_in", lambda _self, support, _: disclosure.show_count(support.answered))
    monkeypatch.setattr(attacker.export, "with_wants_of_authors", without_wants)
    rnd = random.Random(3)
    one = played(rnd)
    report = files(one.hand.state, report=True)["report"]
    guesses = [guess_circle(number, report, rnd) for number in range(len(TEXTS))]
    right = sum(guess == author // TEN for guess, author in zip(guesses, one.authors, strict=True))
    assert right >= 4, (guesses, one.authors)
