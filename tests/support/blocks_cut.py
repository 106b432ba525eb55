"""Small gatherings in many small blocks, and what several tests ask of a fit on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from oneheart.engine.desire.block_fit import fit_blocks
from oneheart.engine.desire.response_model import Posterior
from oneheart.engine.execution import Executor
from oneheart.engine.synthetic import draw
from oneheart.formats.blocks import open_blocks, source_of, write_stream
from oneheart.model.answer_blocks import AnswerBlock, AnswerBlocks, cut
from oneheart.model.gathering import Gathering, Responses


def made_up(people: int = 300, desires: int = 24, answers: int = 9, seed: int = 5) -> Gathering:
    """Return a made-up gathering."""
    return draw(people, desires, answers=answers, rng=np.random.default_rng(seed)).gathering


def in_blocks(responses: Responses, people: int, desires: int, *, most: int = 64) -> AnswerBlocks:
    """Return responses in blocks of so many people."""
    counts = np.bincount(responses.participant, minlength=people)
    starts = np.concatenate([[0], np.cumsum(counts)])
    blocks = []
    for first, last in cut(counts, people=most):
        inside = slice(int(starts[first]), int(starts[last]))
        indptr = (starts[first : last + 1] - starts[first]).astype(np.int64)
        desire = responses.desire[inside].astype(np.int16)
        blocks.append(AnswerBlock(first, indptr, desire, responses.stance[inside]))
    return AnswerBlocks(tuple(blocks), people, desires, len(responses))


def in_folder(gathering: Gathering, folder: Path, *, most: int = 64) -> AnswerBlocks:
    """Return a gathering in blocks of so many people that lie in a folder."""
    blocks = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count, most=most)
    write_stream(
        folder,
        people=blocks.people,
        labels=[gathering.participants],
        desires=gathering.desires,
        blocks=blocks.blocks,
        source=source_of(gathering),
    )
    return open_blocks(folder).answers


def fitted(blocks: AnswerBlocks, execute: Executor, sweeps: int = 300) -> Posterior:
    """Return the fit of blocks with seed 0."""
    return fit_blocks(blocks, execute=execute, rng=np.random.default_rng(0), sweeps=sweeps)


def bits(posterior: Posterior) -> bytes:
    """Return all bits of what a fit found."""
    s = posterior.state
    numbers = (
        s.desire_mean,
        s.desire_covariance,
        s.person_prior_covariance,
        s.desire_prior_mean,
        s.desire_prior_covariance,
    )
    return b"".join(part.tobytes() for part in numbers) + str((posterior.sweeps, posterior.rest)).encode()
