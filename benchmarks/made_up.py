"""Make up the answers of a large gathering, in parts, block by block: the same ones for the same size, any size.

    python benchmarks/made_up.py 10000x500x20 FOLDER [--arrays]

People belong to five parts and differ along two tastes; 15 in 100 desires are wanted in every part. Written are the two
tables that `oneheart analyze` reads, or with --arrays a file answers.npz with three arrays (i, j, y), for programs
that have no reader of ours.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 100_000
SHARES = (0.4, 0.25, 0.15, 0.12, 0.08)
NAMES = ("against", "not mine", "mine too")
_SEED = 7


def size(spec: str) -> tuple[int, int, int]:
    """Return people, desires and answers of each from "10000x500x20"."""
    people, desires, answers = (int(part) for part in spec.split("x"))
    return people, desires, answers


def blocks(
    people: int, desires: int, answers: int
) -> Iterator[tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int8]]]:
    """Yield (first person, desires (n, answers), stances (n, answers)) for people in their order.

    Example:
        >>> [(first, desire.shape) for first, desire, _ in blocks(150_000, 30, 5)]
        [(0, (100000, 5)), (100000, (50000, 5))]
    """
    rng = np.random.default_rng([_SEED, desires])
    common, home = rng.permutation(desires) < round(0.15 * desires), rng.integers(0, len(SHARES), desires)
    pull = np.where(common | (np.arange(len(SHARES))[:, None] == home), 1.8, -1.2)
    pull = (pull + 0.4 * rng.normal(size=pull.shape)).astype(np.float32)
    taste = 0.5 * rng.normal(size=(2, desires)).astype(np.float32)
    edge = np.arange(answers + 1) * desires // answers  # one desire of each stretch, so that none is asked twice
    for first in range(0, people, BLOCK):
        rng = np.random.default_rng([_SEED, desires, first])
        n = min(BLOCK, people - first)
        part = rng.choice(len(SHARES), n, p=SHARES)
        place = edge[:-1] + (rng.random((n, answers)) * np.diff(edge)).astype(np.int64)
        desire = (place + rng.integers(0, desires, (n, 1))) % desires  # turned, so that all are asked equally often
        desire.sort(axis=1)
        mine = rng.standard_normal((n, 2), dtype=np.float32)
        logit = pull[part[:, None], desire] + mine[:, :1] * taste[0][desire] + mine[:, 1:] * taste[1][desire]
        want, drawn = 1.0 / (1.0 + np.exp(-logit)), rng.random(desire.shape, dtype=np.float32)
        stance = np.where(drawn < want, 1, np.where(drawn < want + 0.6 * (1.0 - want), -1, 0))
        yield first, desire.astype(np.int32), stance.astype(np.int8)


def answers_of(spec: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Return all answers as three arrays: person, desire, stance."""
    people, _, answers = size(spec)
    made = [(desire, stance) for _, desire, stance in blocks(*size(spec))]
    person = np.repeat(np.arange(people, dtype=np.int32), answers)
    return person, *(np.concatenate([block[k] for block in made]).ravel() for k in (0, 1))  # type: ignore[return-value]


def write_tables(spec: str, folder: Path) -> None:
    """Write desires.csv and responses.csv into a folder, which is made where it is missing."""
    import polars as pl  # noqa: PLC0415  it is needed here only

    from oneheart.engine.synthetic import made_up_words  # noqa: PLC0415  the same

    people, desires, answers = size(spec)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(_SEED)
    lines = "".join(f"{d},{made_up_words(rng)}\n" for d in range(desires))
    (folder / "desires.csv").write_text("desire,text\n" + lines, encoding="utf-8")
    with (folder / "responses.csv").open("wb") as file:
        for first, desire, stance in blocks(people, desires, answers):
            person = np.repeat(np.arange(first, first + len(desire)), answers)
            frame = pl.DataFrame({"participant": person, "desire": desire.ravel(), "number": stance.ravel()})
            named = frame.select(
                "participant", "desire", pl.col("number").replace_strict({-1: NAMES[0], 0: NAMES[1], 1: NAMES[2]})
            ).rename({"number": "stance"})
            named.write_csv(file, include_header=first == 0)


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("size", help="PEOPLExDESIRESxANSWERS")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--arrays", action="store_true", help="answers.npz instead of tables")
    asked = parser.parse_args()
    if not asked.arrays:
        write_tables(asked.size, asked.folder)
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    i, j, y = answers_of(asked.size)
    np.savez(asked.folder / "answers.npz", i=i, j=j, y=y)


if __name__ == "__main__":
    main()
