"""Time one sweep of the response model over made-up answers: `sweep.py ours` or `sweep.py PLAIN.py`, `--small` to try.

Prints one line of JSON, with seconds of the processor (of all threads together; others on the machine disturb these
less) and of the clock. Run alone in its process, so that the peak of memory is its own.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from typing import Any

import numpy as np

ROUNDS = 3


def made_up(small: bool) -> tuple[int, int, np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return (N, M, participant, desire, stance): 100,000 people, 1,000 desires, about two million answers."""
    n, m, answers = (1_000, 1_000, 20_000) if small else (100_000, 1_000, 2_000_000)
    rng = np.random.default_rng(7)
    pair = np.unique(rng.integers(0, n * m, answers))
    stance = rng.choice(np.array([-1, 0, 1], np.int8), len(pair), p=[0.2, 0.3, 0.5])
    return n, m, (pair // m).astype(np.int32), (pair % m).astype(np.int32), stance


def peak_mib() -> float:
    """Return the most memory this process has held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def ours(small: bool) -> dict[str, Any]:
    """Return figures of our kernel; what is compiled at the first call counts in memory, not in seconds."""
    from oneheart.engine import compiled  # noqa: PLC0415  the plain version's process must not hold all this
    from oneheart.engine.desire import response_model as model  # noqa: PLC0415
    from oneheart.model.gathering import Responses  # noqa: PLC0415

    n, m, participant, desire, stance = made_up(small)
    warm = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, -1, 1, 1])
    model.fit(warm, 3, 2, rng=np.random.default_rng(0))
    responses = Responses(participant, desire, stance)
    heads = model.Heads(4, 5)
    state = model.first_state(responses, n, m, heads, np.random.default_rng(0))
    start = model.row_starts(responses, n)
    before = peak_mib()
    seconds, clock = [], []
    for _ in range(3 * ROUNDS):
        begin = time.process_time(), time.perf_counter()
        state = model.sweep(state, responses, start=start, overwrite=True)  # as a fit does it
        seconds.append(time.process_time() - begin[0])
        clock.append(time.perf_counter() - begin[1])
    figures = {"seconds": min(seconds), "clock": min(clock), "before_mib": before, "threads": compiled.thread_count()}
    return figures | {"people": n, "desires": m, "answers": len(participant)}


def plain(path: str, small: bool) -> dict[str, Any]:
    """Return figures of the plain version: the time that three more sweeps take, through three; as fast as it was."""
    found = importlib.util.spec_from_file_location("plain_version", path)
    if found is None or found.loader is None:
        message = f"{path} is no Python file"
        raise SystemExit(message)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    everyone, everything = np.divmod(np.arange(200), 10)
    module.NVB(20, 10, (3, 4)).fit(everyone, everything, np.arange(200) % 7 % 3 - 1, iters=2)  # loads what it needs
    n, m, participant, desire, stance = made_up(small)
    model, answers = module.NVB(n, m, (3, 4)), (participant, desire, stance.astype(int))
    model.fit(*answers, iters=1)

    def seconds(sweeps: int) -> tuple[float, float]:
        begin = time.process_time(), time.perf_counter()
        model.fit(*answers, iters=sweeps, tol=0.0, warm=True)
        return time.process_time() - begin[0], time.perf_counter() - begin[1]

    rounds = [(seconds(1), seconds(1 + ROUNDS)) for _ in range(ROUNDS)]
    once, more = (np.min([pair[which] for pair in rounds], axis=0) for which in range(2))
    processor, clock = ((more - once) / ROUNDS).tolist()
    return {"seconds": processor, "clock": clock, "people": n, "desires": m, "answers": len(participant)}


def main() -> None:
    """Print the figures."""
    what, small = sys.argv[1], "--small" in sys.argv
    figures = ours(small) if what == "ours" else plain(what, small)
    print(json.dumps(figures | {"peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
