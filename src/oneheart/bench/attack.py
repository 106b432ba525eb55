"""Benchmark of attacks by false accounts: how far they move a result, and how much random assignment prevents.

In dense cores everybody answers twelve desires. False accounts push one divisive desire and bury the most common one.
To remain undetected, each copies a real person in all other answers. Either everybody chooses what to answer
("free"), and false accounts always answer their two targets; or the desires are assigned at random ("assigned").
Measured: the rank of both desires in the list of each method, as a share of the list; 0 is the top. And the regret of
the five on top, as in `replay`: how much more common the true best five are. What an attack adds to it is the excess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench import rivals
from oneheart.bench.cores import Core, find_cores, large_parts, parts_from
from oneheart.bench.predict import answers_of
from oneheart.bench.replay import criteria, regret
from oneheart.bench.result import BenchResult, Cell, Gate, Progress, mean_and_error
from oneheart.engine.desire.calibration import fit_calibrated
from oneheart.engine.desire.common_ground import summarise
from oneheart.model.gathering import Gathering, Responses

Floats = npt.NDArray[np.float64]
OURS = "oneheart"
SHARES = (0.0, 0.05, 0.10, 0.20)
EXCESS_AT, EXCESS_MOST = 0.05, 0.005
FIGURES = ("best", "pushed", "regret", "regret, least part")
REGRETS = (2, 3)
"""Places of the two regrets among the figures: by the geometric mean of parts, and by the least part."""
FREE, ASSIGNED = "free", "assigned"
_ANSWERS = 12
_DIVISIVE = 0.4


def run(gatherings: Mapping[str, Gathering], *, seed: int, repeats: int, progress: Progress) -> BenchResult:
    """Return ranks of the most common and the pushed desire and regrets, by share of false accounts, mean over cores.

    Gates: with 5 % false accounts and assigned desires, the regret of our five on top (geometric mean of parts) is at
    most .005 above that without false accounts. With 5, 10 and 20 % the most common desire ranks higher in our list if
    desires are assigned than if they are chosen freely.
    """
    cores, skipped = find_cores(gatherings, seed)
    places: dict[tuple[str, str, float], dict[str, list[Floats]]] = defaultdict(dict)
    total, done = len(cores) * repeats, 0
    for core in cores:
        for repeat in range(repeats):
            for way in (FREE, ASSIGNED):
                for share in SHARES:
                    # equal people and random draws for every share and way, so only the attack differs
                    rng = np.random.default_rng([seed, repeat])
                    for method, place in one_attack(core, way, share, rng).items():
                        places[way, method, share].setdefault(core.name, []).append(place)
            done += 1
            progress(done, total, "attack")
    return _result(places, skipped)


def targets(core: Core, rng: np.random.Generator) -> tuple[int, int]:
    """Return the column of the most common desire, and of the most wanted one among the most divisive two fifths."""
    part = parts_from(core.stances, rng)
    least = np.stack([(core.stances[part == p] == 1).mean(0) for p in large_parts(part)]).min(0)
    divisive = np.flatnonzero(least <= np.quantile(least, _DIVISIVE))
    want_share = (core.stances == 1).mean(0)
    return int(least.argmax()), int(divisive[want_share[divisive].argmax()])


def one_attack(core: Core, way: str, share: float, rng: np.random.Generator) -> dict[str, Floats]:
    """Return for each method the `FIGURES`: ranks in its list, 0 to 1, and regrets of the five on top, 0 or more."""
    best, pushed = targets(core, rng)
    good = criteria(core.stances, parts_from(core.stances, np.random.default_rng(0)))[:2]
    responses, n = answers_with_attack(core, way, share, (best, pushed), rng)
    m = core.stances.shape[1]
    answers = answers_of(responses, n, m)
    values = {
        "item mean": rivals.item_mean(answers, answers.wants),
        "Polis group-aware consensus": rivals.group_aware_consensus(answers, rivals.polis_groups(answers, rng)),
        "Community Notes": rivals.community_notes(answers, rng).desire,
        OURS: summarise(fit_calibrated(responses, n, m, rng=rng), np.arange(n)).worst,
    }
    return {
        method: np.array([*((value > value[d]).mean() for d in (best, pushed)), *(regret(c, value) for c in good)])
        for method, value in values.items()
    }


def answers_with_attack(
    core: Core, way: str, share: float, aims: tuple[int, int], rng: np.random.Generator
) -> tuple[Responses, int]:
    """Return the answers of all real and false accounts, and the number of accounts.

    `share` of all accounts is false. `aims` are the desire that they bury and the one that they push.
    """
    n, m = core.stances.shape
    each = min(_ANSWERS, m)
    best, pushed = aims
    false = round(share * n / (1 - share))
    asked = np.zeros((n + false, m), bool)
    asked[:n] = _lots(n, m, each, rng)
    asked[n:] = _lots(false, m, each, rng)
    if way == FREE:
        for row in range(n, n + false):
            for aim in (best, pushed):
                if not asked[row, aim]:
                    spare = np.flatnonzero(asked[row] & ~np.isin(np.arange(m), aims))
                    asked[row, rng.choice(spare)] = False
                    asked[row, aim] = True
    stances = np.concatenate([core.stances, core.stances[rng.integers(n, size=false)]])
    stances[n:, best], stances[n:, pushed] = -1, 1
    i, j = np.nonzero(asked)
    return Responses.of(i, j, stances[i, j]), n + false


def _lots(n: int, m: int, each: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Return the desires that each of n accounts answers, `each` of them at random, (n, m)."""
    asked = np.zeros((n, m), bool)
    np.put_along_axis(asked, np.argsort(rng.random((n, m)), axis=1)[:, :each], values=True, axis=1)
    return asked


def _result(places: Mapping[tuple[str, str, float], Mapping[str, list[Floats]]], skipped: list[str]) -> BenchResult:
    """Return table, gates and the figures of every core."""
    means = {key: np.mean([np.mean(v, 0) for v in by_core.values()], axis=0) for key, by_core in places.items()}
    rows: list[tuple[Cell, ...]] = []
    titles = ("most common desire", "pushed desire", "regret", "regret by the least part")
    for place, title in enumerate(titles):
        for way, method in dict.fromkeys((way, method) for way, method, _ in means):
            cells = [float(means[way, method, share][place]) for share in SHARES]
            rows.append((f"{title}, {way}: {method}", *cells))
    details: list[dict[str, Any]] = [
        {"core": name, "way": way, "method": method, "false": share, **dict(zip(FIGURES, v, strict=True))}
        for (way, method, share), by_core in places.items()
        for name, values in by_core.items()
        for v in [np.mean(values, axis=0)]
    ]
    gates = [excess(places)] if means else []
    for share in SHARES[1:] if means else ():
        free, assigned = (float(means[way, OURS, share][0]) for way in (FREE, ASSIGNED))
        name = f"place of the most common desire, {share:.0%} false accounts, assigned"
        gates.append(Gate(name, f"{assigned:.3f}", f"below {free:.3f} (free choice)", assigned < free))
    columns = ("place in the list (0 is the top), or regret", *(f"{share:.0%} false" for share in SHARES))
    return BenchResult("False accounts", columns, tuple(rows), tuple(gates), tuple(skipped), tuple(details))


def excess(places: Mapping[tuple[str, str, float], Mapping[str, list[Floats]]]) -> Gate:
    """Return the gate: what 5 % false accounts add to our regret where desires are assigned, a core counted once."""
    with_attack, without = (places[ASSIGNED, OURS, share] for share in (EXCESS_AT, 0.0))
    added = [np.mean(with_attack[name], 0)[REGRETS[0]] - np.mean(without[name], 0)[REGRETS[0]] for name in without]
    mean, error = mean_and_error(added)
    spread = f" ± {error:.4f} over {len(added)} cores" if np.isfinite(error) else ""
    name = f"regret added by {EXCESS_AT:.0%} false accounts, assigned"
    return Gate(name, f"{mean:+.4f}{spread}", f"at most {EXCESS_MOST}", mean <= EXCESS_MOST)
