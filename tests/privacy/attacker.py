"""Attacker: play whole rounds, look at everything that leaves, and guess what nobody may know.

One round has four circles of ten. The attacker reads every public output: the hall, the words on people's pages, the
circle's page, the export and the report. They know nine of ten answers of a circle, and judge from these what people
outside want. They guess the tenth answer from what is said of the circle, and from the totals of the hall. They look
twice, with one more answer, join or erasure between. They guess who wrote a desire, and in which circle.

All but one are no more than guesses. A total of a hall of forty tells a little of each of the forty, as every total
does. How much that is can be computed (`tests.privacy.best_guess`), and it may be no more than that.

Run it with many rounds: ``python -m tests.privacy.attacker --runs 2000``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oneheart.engine.analysis import analyze
from oneheart.live import circles, export, giving
from oneheart.live import events as ev
from oneheart.live.refusal import Refused
from oneheart.live.snapshot import take
from oneheart.live.state import State
from oneheart.reports.numbers import build, plain
from tests.support.by_hand import ByHand

CIRCLES, TEN = 4, 10
LIKED = (0.2, 0.9)  # how often people want a desire: drawn for each, and unknown
BEST_FROM_TOTALS = 0.545
"""How often the best guess from a total in steps of five is right, from `tests.privacy.best_guess`."""
TEXTS = ("Bread for all", "Rain in time", "Old books", "Songs at night", "Quiet rest", "Bright paint")


@dataclass(slots=True)
class Round:
    """A played round.

    Attributes:
        hand: the gathering.
        authors: seat of the author of each desire.
        victim: seat whose answer is guessed; it is in circle 0.
        about: desire that the victim answered.
        truth: their answer to it.
    """

    hand: ByHand
    authors: list[int]
    victim: int
    about: int
    truth: int


def played(rnd: random.Random) -> Round:
    """Play a round until its answers are closed."""
    hand = ByHand(*(None for _ in range(CIRCLES)))
    seats = [seat for circle in range(CIRCLES) for seat in hand.people(TEN, circle)]
    authors = rnd.sample(seats, len(TEXTS))
    for author, text in zip(authors, TEXTS, strict=True):
        hand.say(author, text)
    liked = [rnd.uniform(*LIKED) for _ in TEXTS]
    hand.do(ev.StewardNamed(0, on=True))
    line = hand.say(0, "The line of our ten", line_of=0)
    victim = rnd.randrange(1, TEN)
    about = rnd.choice([n for n, author in enumerate(authors) if author != victim])
    truth = rnd.randrange(2)
    for seat in rnd.sample(seats, len(seats)):
        for desire, author in enumerate(authors):
            if author != seat:
                stance = truth if (seat, desire) == (victim, about) else int(rnd.random() < liked[desire])
                hand.answer(desire, stance, [seat])
        if 0 < seat < TEN:
            hand.answer(line, int(rnd.random() < liked[0]), [seat])
    hand.move("crossing", "weaving")
    return Round(hand, authors, victim, about, truth)


def pages(state: State) -> dict[str, Any]:
    """Return everything that people, the hall and the desk read while the round goes on."""
    snapshot = take(state)
    return {
        "hall": [snapshot.people.value, snapshot.desires.value, snapshot.responses.value, snapshot.alike],
        "words": [state.released.band(number) for number in range(len(state.desires))],
        "line": [circles.line_word(state, circle) for circle in range(CIRCLES)],
        "nearest": [
            [desire.text for desire in circles.nearest_to_all(state, circle, circles.own_desires(state, circle, 0))]
            for circle in range(CIRCLES)
        ],
    }


def files(state: State, *, report: bool) -> dict[str, Any]:
    """Return what a host takes: the desires with their counts, and the numbers of the report."""
    whole = export.with_wants_of_authors(export.as_gathering(state, source="x"))
    table = export.aggregates(whole, np.random.default_rng(0))[1:]
    out: dict[str, Any] = {"desires": {row[1]: row[3:] for row in table}}
    if report:
        out["report"] = plain(build(analyze(whole, seed=0, threads=1)))
    return out


# --- guesses ----------------------------------------------------------------------------------------------------------


def guess_answer(one: Round, seen: dict[str, Any], leak: int | None = None) -> int:
    """Return a guess of the victim's answer from the counts of the hall, with nine of ten answers of the circle known.

    Args:
        one: the round; only what the attacker knows is read.
        seen: what left.
        leak: a count of the circle's wants that a broken build shows; None where none is shown.
    """
    tally = one.hand.state.tally
    known = [s for s in range(TEN) if s != one.victim]
    wants = sum(1 if one.authors[one.about] == s else tally.answered(s)[one.about] for s in known)
    if leak is not None:
        return int(leak > wants)
    cell = seen["desires"][TEXTS[one.about]][1]
    if not cell:
        return 1
    others = (CIRCLES - 1) * TEN
    low = int(cell) - wants
    wrote = one.authors[one.about] >= TEN  # an author outside wants it for sure

    def likely(rest: int) -> float:
        asked = others - wrote
        counts = (rest + step - wrote for step in range(5))
        return sum(_chance(count, asked, wants, len(known) - wants) for count in counts)

    return int(likely(low - 1) >= likely(low))


def _chance(count: int, people: int, wanted: int, not_wanted: int) -> float:
    """Return how likely so many of some people want a desire, after so many others wanted it or not (beta-binomial)."""
    if not 0 <= count <= people:
        return 0.0
    a, b = wanted + 1, not_wanted + 1

    def beta(x: float, y: float) -> float:
        return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)

    return math.comb(people, count) * math.exp(beta(count + a, people - count + b) - beta(a, b))


def of_the_circle(one: Round, seen: dict[str, Any]) -> list[Any]:
    """Return everything that leaves about the circle of the victim."""
    told = pages(one.hand.state)
    cells = [c for entry in seen.get("report", {}).get("common_ground", ()) for c in entry["circles"]]
    return [told["line"][0], told["nearest"][0], [cell for cell in cells if cell["circle"] == "circle-1"]]


def guess_from_circle(one: Round, rnd: random.Random) -> int:
    """Return a guess of the victim's answer from what leaves about their circle: certain if it tells the two apart."""
    state = one.hand.state
    views = {}
    for stance in (0, 1):
        state.tally.respond(one.victim, one.about, stance, circle=0)
        views[stance] = of_the_circle(one, {})
    state.tally.respond(one.victim, one.about, one.truth, circle=0)
    now = of_the_circle(one, {})
    fits = [stance for stance, view in views.items() if view == now]
    return rnd.choice(fits)


def guess_circle(number: int, report: dict[str, Any], rnd: random.Random) -> int:
    """Return a guess of the circle in which a desire was written: one whose counts stand out, else any."""
    entry = next(e for e in report["common_ground"] if e["id"] == str(number))
    answered = {int(c["circle"].removeprefix("circle-")) - 1: c["answered"] for c in entry["circles"]}
    short = [circle for circle, count in answered.items() if count is not None and count < max(answered.values())]
    return short[0] if len(short) == 1 else rnd.randrange(CIRCLES)


def differs_by_one(rnd: random.Random) -> bool:
    """Return whether one more answer, join or erasure between two looks changes anything that leaves."""
    one = played(rnd)
    state = one.hand.state
    position, people = giving.basis_of(state, "export")
    one.hand.do(ev.OutputTaken("export", position, people))
    before = pages(state)
    what = rnd.choice(("answer", "join", "erasure"))
    one.hand.move("crossing")
    if what == "answer":
        one.hand.answer(one.about, 1 - one.truth, [one.victim])
    elif what == "join":
        one.hand.people(1)
    else:
        one.hand.do(ev.SeatErased(one.victim))
        one.hand.erase(one.victim)
        state.people.count -= 1
    one.hand.move("weaving")
    after = pages(state)
    try:
        giving.basis_of(state, "export")
        giving.basis_of(state, "report")
    except Refused:
        return after != before
    return True


@dataclass(frozen=True, slots=True)
class Score:
    """How often a guess was right, and how often it would be by chance."""

    right: int
    tries: int
    chance: float
    allowed: float = 0.0

    @property
    def is_guessing(self) -> bool:
        """Return whether the guesses are within three and a half standard errors of chance and what is allowed."""
        error = 3.5 * math.sqrt(self.chance * (1 - self.chance) / max(1, self.tries))
        return self.right / max(1, self.tries) <= self.chance + self.allowed + error

    @property
    def is_chance(self) -> bool:
        """Return whether the guesses are within three and a half standard errors of chance alone."""
        return replace(self, allowed=0.0).is_guessing

    def __str__(self) -> str:
        """Return the figures."""
        return f"{self.right}/{self.tries} = {self.right / max(1, self.tries):.3f} (chance {self.chance:.3f})"


def attack(runs: int, *, seed: int = 1, reports: int = 10) -> dict[str, Score]:
    """Return the scores of all guesses over so many rounds; the report is made in the first `reports` of them."""
    rnd = random.Random(seed)
    answers = inside = circle = authors = looks = 0
    for run in range(runs):
        one = played(rnd)
        seen = files(one.hand.state, report=run < reports)
        answers += guess_answer(one, seen) == one.truth
        inside += guess_from_circle(one, rnd) == one.truth
        if run < reports:
            for number, author in enumerate(one.authors):
                circle += guess_circle(number, seen["report"], rnd) == author // TEN
        listed = [desire.author for _, desire in circles.own_desires(one.hand.state, 0, 0)]
        told = Counter(a for a in listed if a is not None)
        number = rnd.randrange(len(TEXTS))
        authors += (rnd.choice(sorted(told)) if told else rnd.randrange(CIRCLES * TEN)) == one.authors[number]
        looks += differs_by_one(rnd)
    tried = min(runs, reports)
    return {
        "tenth answer, from the circle": Score(inside, runs, 0.5),
        "tenth answer, from the hall": Score(answers, runs, 0.5, allowed=BEST_FROM_TOTALS - 0.5),
        "circle of an author": Score(circle, tried * len(TEXTS), 1 / CIRCLES),
        "author": Score(authors, runs, 1 / (CIRCLES * TEN)),
        "two looks differ": Score(looks, runs, 0.0),
    }


def main() -> None:
    """Run the attack and print the scores; exit status 1 if something is more than guessed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--reports", type=int, default=100)
    asked = parser.parse_args()
    scores = attack(asked.runs, reports=asked.reports)
    print(json.dumps({name: str(score) for name, score in scores.items()}, indent=1))
    sys.exit(any(not score.is_guessing for score in scores.values()))


if __name__ == "__main__":
    main()
