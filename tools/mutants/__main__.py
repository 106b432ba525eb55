"""`python -m tools.mutants`: draw changes, run the nearest tests on each, tell what no test noticed."""

from __future__ import annotations

import argparse
import queue
import random
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tools.mutants.changes import Change, changes_of, diff, replaced_lines, sample
from tools.mutants.table import nearest, problems
from tools.mutants.trial import ROOT, BrokenTrialError, Copy, Ran

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
WORKERS = 2
_LEAST_SECONDS = 30.0
_MOST_SECONDS = 600.0
_TIMES_LONGER = 4.0
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that alters nothing that anybody could see.

    Attributes:
        path: of the module, from the root of the repository.
        right: the lines as they are, with single spaces.
        mutant: the same lines changed; "" for every change of these lines.
        reason: why nobody could see it.
    """

    path: str
    right: str
    mutant: str
    reason: str


def known_equivalents(path: Path = EQUIVALENT) -> tuple[Equivalent, ...]:
    """Return the list of equivalent changes."""
    return tuple(Equivalent(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"])


def is_equivalent(change: Change, source: str, known: Iterable[Equivalent]) -> bool:
    """Return whether a change is on the list of equivalent ones."""
    right, mutant = replaced_lines(change, source)
    return any(one.path == change.path and one.right == right and one.mutant in {"", mutant} for one in known)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status: 0, 1 for too few noticed, 2 for what cannot run."""
    asked = _parser().parse_args(arguments)
    wrong = problems()
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    tests = {path: run for path, run in nearest().items() if asked.only in path}
    if not tests:
        print(f"No module in tools/mutants/table.py has {asked.only!r} in its path.", file=sys.stderr)
        return 2
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in tests}
    drawn = draw(sources, asked.count, asked.seed)
    print(f"{len(drawn)} changes of {len(tests)} modules, seed {asked.seed}", flush=True)
    if asked.list:
        for change in drawn:
            print(f"\n{change.kind}\n{diff(change, sources[change.path])}")
        return 0
    try:
        return _try_all(drawn, sources, tests, asked.least, quick=asked.quick)
    except BrokenTrialError as error:
        print(f"\nThe tests do not run without any change:\n{error}", file=sys.stderr)
        return 2


def draw(sources: Mapping[str, str], count: int, seed: int) -> list[Change]:
    """Return a random sample of changes without the known equivalent ones; the same for the same seed and sources."""
    known = known_equivalents()
    every = {path: changes_of(path, source) for path, source in sources.items()}
    drawn: list[Change] = []
    for change in sample(every, random.Random(seed)):  # noqa: S311  a sample, no secret
        if not is_equivalent(change, sources[change.path], known):
            drawn.append(change)
        if len(drawn) == count:
            break
    return drawn


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default 1)")
    parser.add_argument("--count", type=int, default=60, help="how many changes to draw (default 60)")
    parser.add_argument("--least", type=float, default=0.85, help="share that must be noticed (default .85)")
    parser.add_argument("--only", default="", help="only modules with this in their name")
    parser.add_argument("--quick", action="store_true", help="run only tests of the quick lane: minutes, less noticed")
    parser.add_argument("--list", action="store_true", help="show the changes and run nothing")
    return parser


def _try_all(
    drawn: Sequence[Change],
    sources: Mapping[str, str],
    tests: Mapping[str, tuple[str, ...]],
    least: float,
    *,
    quick: bool = False,
) -> int:
    began = time.monotonic()
    survived: list[Change] = []
    with tempfile.TemporaryDirectory(prefix="oneheart-mutants-") as folder:
        copies: queue.Queue[Copy] = queue.Queue()
        for number in range(WORKERS):
            copies.put(Copy(Path(folder) / str(number), quick=quick))
        wanted = sorted({path for change in drawn for path in tests[change.path]})
        seconds = dict(_in_turn(copies, _seconds_unchanged, wanted))
        limits = {
            run: max(_LEAST_SECONDS, _TIMES_LONGER * sum(map(seconds.__getitem__, run)))
            for run in {tests[change.path] for change in drawn}
        }
        print(f"the tests pass without any change ({time.monotonic() - began:.0f} s)", flush=True)

        def tried(copy: Copy, change: Change) -> tuple[Change, Ran]:
            run = tests[change.path]
            return change, copy.run(run, limits[run], path=change.path, source=change.apply(sources[change.path]))

        for number, (change, ran) in enumerate(_in_turn(copies, tried, drawn), 1):
            word = "too slow" if ran.late else "noticed" if ran.noticed else "SURVIVED"
            print(
                f"{number:4}/{len(drawn)} {word:8} {ran.seconds:6.1f} s  {change.path}:{change.line}  {change.kind}",
                flush=True,
            )
            if not ran.noticed:
                survived.append(change)
    for change in survived:
        print(f"\n{change.kind}\n{diff(change, sources[change.path])}")
    noticed = len(drawn) - len(survived)
    share = noticed / len(drawn) if drawn else 1.0
    took = time.monotonic() - began
    print(f"\n{noticed} of {len(drawn)} noticed, {share:.0%}; at least {least:.0%} must be ({took:.0f} s)")
    return 0 if share >= least else 1


def _seconds_unchanged(copy: Copy, path: str) -> tuple[str, float]:
    """Run the tests of one path on the unchanged source and return how long they took.

    Raises:
        BrokenTrialError: one of them fails, or they take too long.
    """
    ran = copy.run((path,), _MOST_SECONDS, may_be_empty=True)
    if ran.noticed:
        raise BrokenTrialError(ran.output or f"{path} takes more than {_MOST_SECONDS:.0f} seconds")
    return path, ran.seconds


def _in_turn(copies: queue.Queue[Copy], work: Callable[[Copy, T], R], things: Iterable[T]) -> Iterator[R]:
    """Yield the result for each thing, in order; as many are worked on at a time as there are copies."""

    def next_free(thing: T) -> R:
        copy = copies.get()
        try:
            return work(copy, thing)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(copies.qsize()) as pool:
        yield from pool.map(next_free, things)


if __name__ == "__main__":
    sys.exit(main())
