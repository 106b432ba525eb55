"""Time reading, one fit and the whole analysis of a conversation, and one fit of Community Notes' objective.

`conversation.py PATH --answers OUT.csv` also writes the answers for the rival pipeline. Prints one line of JSON.
What numba compiles is taken from its cache: everything is done once before it is timed.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from oneheart.bench.predict import answers_of
from oneheart.bench.rivals import community_notes
from oneheart.engine.analysis import analyze
from oneheart.engine.desire.response_model import fit
from oneheart.formats import read


def least_seconds(work: Callable[[], object], rounds: int = 2) -> float:
    """Return the least seconds that a piece of work takes, after once unmeasured."""
    work()
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return min(took)


def main() -> None:
    """Print the figures."""
    path, out = Path(sys.argv[1]), Path(sys.argv[3])
    gathering = read(path)
    n, m, r = gathering.participant_count, gathering.desire_count, gathering.responses
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("participant_id", "statement_id", "vote"))
        writer.writerows(zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True))
    answers = answers_of(r, n, m)
    figures: dict[str, Any] = {
        "people": n,
        "desires": m,
        "answers": len(r),
        "oneheart, reading, seconds": least_seconds(lambda: read(path)),
        "oneheart, one fit, seconds": least_seconds(lambda: fit(r, n, m, rng=np.random.default_rng(0))),
        "oneheart, analysis, seconds": least_seconds(lambda: analyze(gathering, seed=0)),
        "Community Notes, one fit, seconds": least_seconds(lambda: community_notes(answers, np.random.default_rng(0))),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
