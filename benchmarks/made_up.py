"""Make up the answers of a large gathering, in parts, block by block: the same ones for the same size, any size.

    python benchmarks/made_up.py 10000x500x20 FOLDER [--arrays | --blocks]

People belong to five parts and differ along two tastes; 15 in 100 desires are wanted in every part. Written are the two
tables that `oneheart analyze` reads, or with --arrays a file answers.npz with three arrays (i, j, y), for programs
that have no reader of ours, or with --blocks a folder of blocks, block by block. The blocks are those that
`oneheart convert` makes of the tables.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from oneheart.model.answer_blocks import AnswerBlock

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


def write_blocks(spec: str, folder: Path) -> None:
    """Write a folder of blocks, which must be new or empty. Memory does not grow with the number of answers."""
    from oneheart.formats.blocks import Provenance, write_stream  # noqa: PLC0415  it is needed here only
    from oneheart.model.desire import Desire  # noqa: PLC0415  the same

    people = size(spec)[0]
    write_stream(
        folder,
        people=people,
        labels=([str(n) for n in range(first, min(first + BLOCK, people))] for first in range(0, people, BLOCK)),
        desires=[Desire(str(number), text) for number, text in enumerate(texts(spec))],
        blocks=answer_blocks(*size(spec)),
        source=Provenance(name="made up"),
    )


def answer_blocks(people: int, desires: int, answers: int) -> Iterator[AnswerBlock]:
    """Yield the same answers as `blocks`, cut as all blocks of people are cut.

    Example:
        >>> [(block.first, block.people, block.answers) for block in answer_blocks(70_000, 30, 5)]
        [(0, 65536, 327680), (65536, 4464, 22320)]
    """
    from oneheart.model.answer_blocks import AnswerBlock, column_type, cut  # noqa: PLC0415  it is needed here only

    made = blocks(people, desires, answers)
    desire, stance = np.zeros((0, answers), np.int32), np.zeros((0, answers), np.int8)
    for first, last in cut(np.full(people, answers, np.int64)):
        count = last - first
        while len(desire) < count:
            _, more_desires, more_stances = next(made)
            desire, stance = np.concatenate([desire, more_desires]), np.concatenate([stance, more_stances])
        indptr = np.arange(count + 1, dtype=np.int64) * answers
        yield AnswerBlock(first, indptr, desire[:count].ravel().astype(column_type(desires)), stance[:count].ravel())
        desire, stance = desire[count:], stance[count:]


def texts(spec: str) -> list[str]:
    """Return the text of each desire."""
    from oneheart.engine.synthetic import made_up_words  # noqa: PLC0415  it is needed here only

    rng = np.random.default_rng(_SEED)
    return [made_up_words(rng) for _ in range(size(spec)[1])]


def write_tables(spec: str, folder: Path) -> None:
    """Write desires.csv and responses.csv into a folder, which is made where it is missing."""
    import polars as pl  # noqa: PLC0415  it is needed here only

    people, desires, answers = size(spec)
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{number},{text}\n" for number, text in enumerate(texts(spec)))
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
    parser.add_argument("--blocks", action="store_true", help="a folder of blocks instead of tables")
    asked = parser.parse_args()
    if asked.blocks:
        write_blocks(asked.size, asked.folder)
        return
    if not asked.arrays:
        write_tables(asked.size, asked.folder)
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    i, j, y = answers_of(asked.size)
    np.savez(asked.folder / "answers.npz", i=i, j=j, y=y)


if __name__ == "__main__":
    main()
