"""Twins: how often each number and word of a report differs if one person had answered one desire otherwise.

Somebody who knows all other answers can compute both reports, and looks which one it is. A count in steps of five
differs in about one of five cases, at the edge of a step. A number that differs oftener is finer than that: it is not
told of a live gathering. What differs seldom, but is told in many places, is bounded all together and told in the docs.

Run it: ``python -m tests.privacy.twins --halls 10``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from oneheart.engine.analysis import analyze
from oneheart.live import export
from oneheart.model.gathering import Gathering, Responses
from oneheart.reports.numbers import build, plain
from tests.privacy.halls import Hall, made_up


@dataclass(slots=True)
class Twins:
    """What differed between a report and its twins.

    Attributes:
        pairs: how many twins were looked at.
        any: in how many of them anything differed.
        by: in how many of them a place in the report differed.
        told: in how many of them a place was told at all, where several have it, in any.
    """

    pairs: int = 0
    any: int = 0
    by: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def shares(self) -> dict[str, float]:
        """Return in which share of twins each place differed, the greatest first."""
        return {place: round(count / self.pairs, 3) for place, count in self.by.most_common()}


def report_of(whole: Gathering) -> dict[str, Any]:
    """Return the report of a live gathering as a host takes it."""
    return plain(build(analyze(whole, seed=0, threads=1)))


def whole_of(hall: Hall) -> Gathering:
    """Return the answers of a hall as they go into outputs."""
    return export.with_wants_of_authors(export.as_gathering(hall.hand.state, source="x"))


def flipped(whole: Gathering, rnd: random.Random) -> Gathering:
    """Return the same answers, but one person wants what they did not want, or the other way."""
    r = whole.responses
    place = rnd.randrange(len(r.stance))
    stance = r.stance.copy()
    stance[place] = 0 if stance[place] == 1 else 1
    return _with(whole, Responses.of(r.participant, r.desire, stance))


def _with(whole: Gathering, responses: Responses) -> Gathering:
    from dataclasses import replace

    return replace(whole, responses=responses)


def places(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a report tells, by place; desires are known by their words, lines and lists of labels as they are."""
    out: dict[str, Any] = {}
    for name, value in _flat(report, ""):
        out.setdefault(name, []).append(value)
    return out


def _flat(value: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{pattern}.{name}" if pattern else name)
    elif isinstance(value, list):
        if pattern == "common_ground":
            value = sorted(value, key=lambda entry: entry["id"])
        for inner in value:
            yield from _flat(inner, f"{pattern}[]")
        yield f"{pattern} length", len(value)
    else:
        yield pattern, value


def look(twins: Twins, hall: Hall, rnd: random.Random, count: int) -> None:
    """Compare the report of a hall with so many twins."""
    whole = whole_of(hall)
    first = places(report_of(whole))
    for _ in range(count):
        other = places(report_of(flipped(whole, rnd)))
        differ = {place for place in first.keys() | other.keys() if first.get(place) != other.get(place)}
        twins.pairs += 1
        twins.any += bool(differ)
        twins.by.update(differ)


def looked(halls: int, count: int, seed: int = 1) -> Twins:
    """Return what differs in so many halls, each with so many twins."""
    rnd, twins = random.Random(seed), Twins()
    for _ in range(halls):
        hall = made_up(rnd, people=(24, 60))
        hall.hand.move("crossing", "weaving")
        look(twins, hall, rnd, count)
    return twins


def main() -> None:
    """Print in which share of twins each place differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--halls", type=int, default=10)
    parser.add_argument("--twins", type=int, default=3)
    asked = parser.parse_args()
    twins = looked(asked.halls, asked.twins)
    print(json.dumps({"any": round(twins.any / max(1, twins.pairs), 3), **twins.shares()}, indent=1))


if __name__ == "__main__":
    main()
