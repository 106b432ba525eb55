"""Time one sweep of the response model over made-up answers: `sweep.py ours` or `sweep.py PLAIN.py`, `--small` to try.

Prints one line of JSON. Run alone in its process, so that the peak of memory is its own. With one thread the seconds
are those of the processor, so that others on the machine disturb less; with more threads those of the clock.
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
    """Return figures of our kernel; what is compiled at the first call is not counted."""
    from oneheart.engine import kernels  # noqa: PLC0415  the plain version's process must not hold all this
    from oneheart.engine.desire import response_model as model  # noqa: PLC0415
    from oneheart.model.gathering import Responses  # noqa: PLC0415

    n, m, participant, desire, stance = made_up(small)
    warm = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, -1, 1, 1])
    model.fit(warm, 3, 2, rng=np.random.default_rng(0))
    responses = Responses(participant, desire, stance)
    heads = model.Heads(4, 5)
    state = model.first_state(responses, n, m, heads, np.random.default_rng(0))
    before = peak_mib()
    threads = kernels.thread_count()
    clock = time.process_time if threads == 1 else time.perf_counter
    seconds = []
    for _ in range(3 * ROUNDS):
        begin = clock()
        state = model.sweep(state, responses, overwrite=True)  # as a fit does it
        seconds.append(clock() - begin)
    return {"seconds": min(seconds), "before_mib": before, "threads": threads}


def plain(path: str, small: bool) -> dict[str, Any]:
    """Return figures of the plain version: the time that three more sweeps take, through three."""
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

    def seconds(sweeps: int) -> float:
        begin = time.process_time()
        model.fit(*answers, iters=sweeps, tol=0.0, warm=True)
        return time.process_time() - begin

    once, more = (min(seconds(sweeps) for _ in range(ROUNDS)) for sweeps in (1, 1 + ROUNDS))
    return {"seconds": (more - once) / ROUNDS}


def main() -> None:
    """Print the figures."""
    what, small = sys.argv[1], "--small" in sys.argv
    n, m, participant, _, _ = made_up(small)
    figures = ours(small) if what == "ours" else plain(what, small)
    figures |= {"people": n, "desires": m, "answers": len(participant), "peak_mib": peak_mib()}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
