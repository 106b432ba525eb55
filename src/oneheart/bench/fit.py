"""Does the fit come to rest, does it know how near it is, and what does that cost?

Each conversation is fitted as `analyze` fits it. The *true rest* is how far its worst fifths are from those after at
least two thousand more plain sweeps: no leaning ahead, the priors learned after each. Beside it stands the former rule
on the same sweeps: plain ones, until no worst fifth of two hundred people moves by more than .002 in a sweep. The
sweeps of the version that had this rule were slower: its fits took 1.4 times as long as this yardstick.

Source: ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.response_model import (
    Posterior,
    choose_heads,
    first_state,
    fit,
    heads_for,
    learn_priors,
    row_starts,
    sweep,
)
from oneheart.engine.preparing import prepare
from oneheart.model.gathering import Gathering, Responses
from oneheart.settings import MEASURED_PEOPLE

Floats = npt.NDArray[np.float64]
REST_MOST, TIME_MOST = 0.005, 2.0
PLAIN_SWEEPS = 2000
_FORMER_SWEEPS, _FORMER_TOLERANCE, _FORMER_LOOK, _FORMER_PEOPLE = 60, 0.002, 2, 200


def plain_sweeps(
    posterior: Posterior, responses: Responses, count: int, *, watch: Callable[[Posterior], bool] | None = None
) -> Posterior:
    """Return the posterior after so many more plain sweeps, each followed by the priors; `watch` may end them sooner.

    The posterior given is not changed. With nothing to fit it comes back as it is.

    Notes:
        O(count (responses K^2 + (N + M) D^3)).
    """
    if not posterior.state.heads.size:
        return posterior
    start = row_starts(responses, len(posterior.state.person_mean))
    people = np.flatnonzero(np.diff(start) > 0)
    desires = np.bincount(responses.desire, minlength=len(posterior.state.desire_mean)) > 0
    state, done = posterior.state, 0
    while done < count:
        state = sweep(state, responses, threads=1, start=start)
        mean = state.person_mean[people]
        moment = mean.T @ mean + state.person_covariance[people].sum(0)
        state, done = learn_priors(state, moment, len(people), desires), done + 1
        if watch is not None and watch(replace(posterior, state=state, sweeps=done)):
            break
    return replace(posterior, state=state, sweeps=posterior.sweeps + done)


def true_rest(posterior: Posterior, responses: Responses, *, sweeps: int = PLAIN_SWEEPS) -> float:
    """Return by how much so many plain sweeps still move a worst fifth of those who answered, at most.

    Example:
        >>> r = Responses.of([0, 0, 1, 1, 2], [0, 1, 0, 1, 0], [1, 0, 1, -1, 1])
        >>> rested = fit(r, 3, 2, rng=np.random.default_rng(0))
        >>> true_rest(rested, r, sweeps=50) < 0.01
        True
    """
    people = np.unique(responses.participant).astype(np.intp)
    after, before = (summarise(p, people).worst for p in (plain_sweeps(posterior, responses, sweeps), posterior))
    return float(np.abs(np.subtract(after, before)).max(initial=0.0))


def former_fit(responses: Responses, people: int, desires: int, *, rng: np.random.Generator) -> Posterior:
    """Return where the former rule stops: no worst fifth of 200 people moved by more than .002 in a plain sweep."""
    begun = Posterior(first_state(responses, people, desires, heads_for(responses), rng), None, 0, converged=False)
    answered = np.unique(responses.participant).astype(np.intp)
    watched = answered[:: max(1, len(answered) // _FORMER_PEOPLE)]
    last = np.full(desires, np.inf)

    def watch(now: Posterior) -> bool:
        nonlocal last
        if now.sweeps % _FORMER_LOOK:
            return False
        want, _, against = now.probabilities(watched)
        lowest = np.sort(want - 0.5 * against, axis=0)[: max(1, round(0.2 * len(watched)))].mean(0)
        moved, last = float(np.abs(lowest - last).max()) / _FORMER_LOOK, lowest
        return moved < _FORMER_TOLERANCE

    return plain_sweeps(begun, responses, _FORMER_SWEEPS, watch=watch)


def run(
    gatherings: Mapping[str, Gathering],
    *,
    seed: int,
    repeats: int,
    progress: Progress,
    sweeps: int = PLAIN_SWEEPS,
) -> BenchResult:
    """Return the true rest of each conversation's fit beside the estimated one, and its time beside the former rule's.

    Gates: the true rest is at most .005 everywhere, and all fits together take at most twice the time of the
    former rule. Times are processor time of one thread, the least of `repeats` runs.
    """
    rows: list[tuple[Cell, ...]] = []
    details: list[dict[str, Any]] = []
    skipped: list[str] = []
    rests: list[tuple[float, str]] = []
    spent, spent_before = 0.0, 0.0
    for done, (name, gathering) in enumerate(gatherings.items()):
        progress(done, len(gatherings), "fit")
        responses, n, m = prepare(gathering, ()).for_model, gathering.participant_count, gathering.desire_count
        if len(np.unique(responses.participant)) < MEASURED_PEOPLE.value:
            skipped.append(f"{name}: fewer than {MEASURED_PEOPLE.value:g} people answered, so nothing is measured")
            continue
        if not choose_heads(responses, touch_rank=1, direction_rank=1).size:
            skipped.append(f"{name}: all answers are alike, so nothing is fitted")
            continue
        new, seconds = _timed(partial(_fitted, responses, n, m, seed), repeats)
        former, before = _timed(partial(_former, responses, n, m, seed), repeats)
        rest, former_rest = (true_rest(one, responses, sweeps=sweeps) for one in (new, former))
        rests.append((rest, name))
        spent, spent_before = spent + seconds, spent_before + before
        detail: dict[str, Any] = {
            "conversation": name,
            "people": n,
            "desires": m,
            "sweeps": new.sweeps,
            "estimated rest": new.rest,
            "true rest": rest,
            "milliseconds": 1000 * seconds,
            "former sweeps": former.sweeps,
            "former true rest": former_rest,
            "former milliseconds": 1000 * before,
            "times as long": seconds / before,
        }
        details.append(detail)
        rows.append(tuple(detail.values()))
    progress(len(gatherings), len(gatherings), "fit")
    columns = tuple(details[0]) if details else ("conversation",)
    return BenchResult(
        "The fit at rest", columns, tuple(rows), _gates(rests, spent, spent_before), tuple(skipped), tuple(details)
    )


def _gates(rests: list[tuple[float, str]], spent: float, before: float) -> tuple[Gate, ...]:
    """Return the two gates; none where nothing was measured."""
    if not rests:
        return ()
    worst, where = max(rests)
    ratio = spent / before
    return (
        Gate("true rest of a worst fifth", f"{worst:.4f}, {where}", f"at most {REST_MOST}", worst <= REST_MOST),
        Gate("time of all fits", f"{ratio:.2f} times the former rule", f"at most {TIME_MOST:g}", ratio <= TIME_MOST),
    )


def _fitted(responses: Responses, people: int, desires: int, seed: int) -> Posterior:
    return fit(responses, people, desires, rng=np.random.default_rng(seed), threads=1)


def _former(responses: Responses, people: int, desires: int, seed: int) -> Posterior:
    return former_fit(responses, people, desires, rng=np.random.default_rng(seed))


def _timed(work: Callable[[], Posterior], repeats: int) -> tuple[Posterior, float]:
    """Return what the work gives, and the least processor time of so many runs after a first one, in seconds."""
    found, least = work(), np.inf
    for _ in range(repeats):
        begun = time.process_time()
        found = work()
        least = min(least, time.process_time() - begun)
    return found, float(least)
