"""The fit on blocks: it agrees with the fit in memory, and goes on with the same bits where it was ended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oneheart.engine import kernels
from oneheart.engine.desire.answers_read import AnswerReading, Fold, ReadAs
from oneheart.engine.desire.block_fit import (
    Kept,
    fit_blocks,
    places_watched,
    posteriors,
    some_people,
    spread,
    tally,
)
from oneheart.engine.desire.common_ground import summarise
from oneheart.engine.desire.response_model import Posterior, fit
from oneheart.engine.execution import Threads
from oneheart.formats.checkpoint import Checkpoint
from oneheart.model.gathering import Gathering, Responses
from tests.support.blocks_cut import bits, fitted, in_blocks, in_folder, made_up
from tests.support.proofs import size

ONE = Threads(1)


def with_everybody(found: Posterior, gathering: Gathering) -> Posterior:
    people = gathering.participant_count
    return Posterior(posteriors(gathering.responses, people, found.state), found.always, found.sweeps, found.converged)


@pytest.mark.parametrize(("people", "desires", "answers"), [(60, 12, 8), (200, 40, 12), (300, 60, 60)])
def test_every_printed_mean_agrees_with_the_fit_in_memory(people: int, desires: int, answers: int) -> None:
    gathering = made_up(people, desires, answers, seed=people)
    everybody = np.arange(people)
    before = summarise(fit(gathering.responses, people, desires, rng=np.random.default_rng(0)), everybody)
    found = fitted(in_blocks(gathering.responses, people, desires), ONE)
    after = summarise(with_everybody(found, gathering), everybody)
    assert found.converged
    for name in ("want", "against", "worst"):
        assert np.abs(getattr(before, name) - getattr(after, name)).max() < 0.005, name


def test_one_step_for_each_person_does_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people do not settle, the same comparison finds it."""
    monkeypatch.setattr("oneheart.engine.desire.block_fit.STEPS_MOST", 1)
    gathering = made_up(300, 60, 60, seed=300)
    everybody = np.arange(300)
    before = summarise(fit(gathering.responses, 300, 60, rng=np.random.default_rng(0)), everybody)
    found = fitted(in_blocks(gathering.responses, 300, 60), ONE)
    assert np.abs(before.worst - summarise(with_everybody(found, gathering), everybody).worst).max() > 0.005


@pytest.mark.parametrize("stances", [[1], [1, 0], [1, -1], [-1, 0], [0], [1, 0, -1]])
def test_whatever_answers_there_are_heads_are_those_of_the_fit_in_memory(stances: list[int]) -> None:
    rng = np.random.default_rng(2)
    person, desire = np.divmod(np.arange(40 * 6), 6)
    responses = Responses.of(person, desire, rng.choice(stances, len(person)))
    ours = fitted(in_blocks(responses, 40, 6), ONE, sweeps=0)  # no sweep: each kind of heads has a kernel to compile
    theirs = fit(responses, 40, 6, rng=np.random.default_rng(0), sweeps=0)
    assert (ours.state.heads, ours.always) == (theirs.state.heads, theirs.always)


def test_people_without_answers_and_no_answers_at_all_are_no_error() -> None:
    responses = Responses.of([3, 3, 70, 70], [0, 1, 0, 1], [1, -1, 0, 1])
    assert fitted(in_blocks(responses, 100, 3), ONE, sweeps=3).state.desire_mean.shape[0] == 3
    assert fitted(in_blocks(Responses.of([], [], []), 5, 3), ONE).sweeps == 0


def test_memory_and_folder_one_thread_and_two_give_the_same_bits(tmp_path: Path) -> None:
    gathering = made_up()
    in_memory = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count)
    on_disk = in_folder(gathering, tmp_path / "a.blocks")
    assert len(in_memory.blocks) > 4
    found = {bits(fitted(blocks, Threads(count))) for blocks in (in_memory, on_disk) for count in (1, 2, 3)}
    assert len(found) == 1


def test_a_fit_of_many_begins_with_a_sample_and_comes_to_the_same_rest() -> None:
    gathering = made_up(600, 20, 10)
    blocks = in_blocks(gathering.responses, 600, 20)
    few = fit_blocks(blocks, execute=ONE, rng=np.random.default_rng(0), begin_with=150)
    everybody = np.arange(600)
    a, b = (summarise(with_everybody(model, gathering), everybody).worst for model in (few, fitted(blocks, ONE)))
    assert few.converged
    assert np.abs(a - b).max() < 0.01  # rest is within .002 for each, and tastes may lie otherwise


class _EndedError(Exception):
    """Played: the process is ended after a sweep was kept."""


class _EndsAfter(Checkpoint):
    """A checkpoint after which the process is ended."""

    sweeps = 0

    def keep(self, name: str, arrays: Kept) -> None:
        super().keep(name, arrays)
        if int(arrays["done"]) == self.sweeps:
            raise _EndedError


@pytest.mark.parametrize("sweeps", [1, 5, 13, 17, 28])
def test_a_fit_that_was_ended_goes_on_with_the_same_bits(tmp_path: Path, sweeps: int) -> None:
    gathering = made_up()
    blocks = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count)

    def run(keeper: Checkpoint | None) -> Posterior:
        return fit_blocks(blocks, execute=ONE, rng=np.random.default_rng(0), keeper=keeper)

    ends = _EndsAfter(tmp_path / "kept", {"seed": 0})
    ends.sweeps = sweeps
    with pytest.raises(_EndedError):
        run(ends)
    done: list[int] = []
    again = Checkpoint(tmp_path / "kept", {"seed": 0})
    found = fit_blocks(blocks, execute=ONE, rng=np.random.default_rng(0), keeper=again, progress=done.append)
    assert done[0] == sweeps + 1
    assert bits(found) == bits(run(None))


def test_what_was_kept_without_its_lean_gives_other_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part of the state is forgotten, the same comparison finds it."""
    monkeypatch.setattr("oneheart.engine.desire.settling.Lean.arrays", lambda _: {"steps": np.array(0)})
    gathering = made_up()
    blocks = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count)
    ends = _EndsAfter(tmp_path / "kept", {})
    ends.sweeps = 13
    with pytest.raises(_EndedError):
        fit_blocks(blocks, execute=ONE, rng=np.random.default_rng(0), keeper=ends)
    again = Checkpoint(tmp_path / "kept", {})
    found = fit_blocks(blocks, execute=ONE, rng=np.random.default_rng(0), keeper=again)
    assert bits(found) != bits(fitted(blocks, ONE))


def test_what_was_kept_for_something_else_or_is_broken_is_not_gone_on_with(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "kept", {"seed": 0})
    kept.keep("fit", {"done": np.array(1)})
    (tmp_path / "kept" / "fit.npz").write_bytes(b"PK broken")
    assert Checkpoint(tmp_path / "kept", {"seed": 0}).kept("fit") is None
    kept.keep("fit", {"done": np.array(1)})
    assert Checkpoint(tmp_path / "kept", {"seed": 1}).kept("fit") is None
    assert list((tmp_path / "kept").glob("*.npz")) == []


def test_folds_left_out_and_columns_read_as_others_are_those_of_answers_left_out() -> None:
    gathering = made_up()
    r, people, desires = gathering.responses, gathering.participant_count, gathering.desire_count
    blocks = in_blocks(r, people, desires)
    fold = Fold(3, 1, 5)
    column_of = np.arange(desires, dtype=np.int32)
    column_of[4], column_of[7] = 2, -1
    columns = ReadAs(column_of, column_of == np.arange(desires), desires)
    counted = tally(blocks, ONE, AnswerReading(columns, (fold,)))
    keep = ~fold.holds(np.arange(people))[r.participant]
    seen: dict[tuple[int, int], int] = {}
    for i, d, y in zip(r.participant[keep].tolist(), r.desire[keep].tolist(), r.stance[keep].tolist(), strict=True):
        if d == 4:
            seen.setdefault((i, 2), y)
        elif d != 7:
            seen[i, d] = y
    expected = np.zeros((desires, 3), np.int64)
    for (_, d), y in seen.items():
        expected[d, 1 - y] += 1
    assert counted.counts.tolist() == expected.tolist()
    assert counted.people == len({i for i, _ in seen})
    assert 0 < fold.holds(np.arange(people)).sum() < people / 2


def test_chosen_people_come_with_their_own_answers() -> None:
    responses = Responses.of([1, 1, 4, 70, 70, 90], [0, 2, 1, 0, 1, 2], [1, -1, 0, 1, 1, -1])
    blocks = in_blocks(responses, 100, 3)
    counted = tally(blocks, ONE)
    few = some_people(blocks, ONE, counted, spread(counted.people, 3), AnswerReading())
    assert few.rows.tolist() == [1, 4, 90]
    assert few.responses.participant.tolist() == [0, 0, 1, 2]
    assert few.responses.stance.tolist() == [1, -1, 0, -1]
    assert len(places_watched(counted.people)) == 4


def test_settled_sums_are_those_of_sweeps_with_the_desires_held_still() -> None:
    """The kernel without state gives the sums that people give who were swept until they no longer moved."""
    gathering = made_up(50, 10, 6)
    r = gathering.responses
    model = fit(r, 50, 10, rng=np.random.default_rng(0), sweeps=5).state
    settled = posteriors(r, 50, model, settle=1e-12)
    again = posteriors(r, 50, model, settle=1e-3)
    assert np.abs(settled.person_mean - again.person_mean).max() < 0.02
    assert kernels.TEAM == 8
    one = posteriors(Responses.of(r.participant[:6] * 0, r.desire[:6], r.stance[:6]), 1, model, settle=1e-12)
    assert np.abs(one.person_mean[0] - settled.person_mean[0]).max() < 1e-9  # no neighbour of the team matters


def test_proof_sizes(tmp_path: Path) -> None:
    """The same bits in a longer form: more people, blocks and threads (`make prove`)."""
    gathering = made_up(size(20_000, 400), size(200, 12), size(20, 6))
    most = size(2_048, 64)
    blocks = in_blocks(gathering.responses, gathering.participant_count, gathering.desire_count, most=most)
    on_disk = in_folder(gathering, tmp_path / "b.blocks", most=most)
    assert bits(fitted(blocks, Threads(1))) == bits(fitted(on_disk, Threads(4)))
