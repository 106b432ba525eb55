"""Measure how many hidden tastes answers can carry: log-loss of unseen answers of made-up halls with two ranks.

The halls have two or six true tastes, whose strengths fall off fast (.75) or slowly (.95). A fifth of the answers is
held out. Printed is the log-loss with the greater ranks less that with the smaller ones, for each hall.

    python benchmarks/ranks.py [--seeds 2]
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from scipy.special import expit

from oneheart.bench.rivals import log_loss
from oneheart.engine.desire.ranks import FEW, MANY, Ranks, ranks_for
from oneheart.engine.desire.response_model import fit
from oneheart.model.gathering import Responses

HALLS = ((400, 140), (1200, 140), (2000, 60), (2000, 150), (4000, 200))
ANSWERS = (20, 40, 90)
TASTES = ((2, 0.75), (6, 0.75), (6, 0.95))


def main() -> int:
    """Print a line for each kind of hall."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    seeds = range(parser.parse_args().seeds)
    print("people desires answers true-tastes fall-off answers-a-desire ranks log-loss-less-that-of-few")
    for people, desires in HALLS:
        for answers in (few for few in ANSWERS if few < desires):
            for tastes, fall in TASTES:
                apart = [difference(people, desires, answers, tastes, fall, seed) for seed in seeds]
                ranks = {name for name, _ in apart}
                told = " ".join(f"{loss:+.4f}" for _, loss in apart)
                a_desire = round(people * answers / desires)
                print(people, desires, answers, tastes, fall, a_desire, "/".join(sorted(ranks)), told, flush=True)
    return 0


def difference(people: int, desires: int, answers: int, tastes: int, fall: float, seed: int) -> tuple[str, float]:
    """Return which ranks the engine takes, and the log-loss of unseen wants with many tastes less that with few."""
    rng = np.random.default_rng([seed, people, desires, answers, tastes])
    stance = hall(people, desires, tastes, fall, rng)
    asked = rng.random((people, desires)).argsort(axis=1) < answers
    who, what = np.nonzero(asked)
    unseen = rng.random(len(who)) < 0.2
    of = stance[who, what]
    responses = Responses.of(who[~unseen], what[~unseen], of[~unseen])

    def loss(ranks: Ranks) -> float:
        posterior = fit(responses, people, desires, rng=np.random.default_rng(0), ranks=ranks)
        return log_loss(posterior.at(who[unseen], what[unseen])[0], of[unseen] == 1)

    taken = "many" if ranks_for(responses) == MANY else "few"
    return taken, loss(MANY) - loss(FEW)


def hall(people: int, desires: int, tastes: int, fall: float, rng: np.random.Generator) -> np.ndarray:
    """Return the stance of each person to each desire, (people, desires): 1, 0 or -1."""
    strength = fall ** np.arange(tastes)

    def head(level: float, spread: float) -> np.ndarray:
        pull = rng.normal(size=(people, tastes)) @ (rng.normal(size=(desires, tastes)) * strength * spread).T
        return level + rng.normal(size=(people, 1)) * 0.6 + rng.normal(size=desires) + pull

    touched = rng.random((people, desires)) < expit(head(1.2, 0.8))
    toward = rng.random((people, desires)) < expit(head(0.6, 1.1))
    return np.where(touched, np.where(toward, 1, -1), 0)


if __name__ == "__main__":
    sys.exit(main())
