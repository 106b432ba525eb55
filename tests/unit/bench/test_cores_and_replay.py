"""Dense cores, and the benchmark of routing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from oneheart.bench import arrivals, cores, replay
from oneheart.bench.cores import Core
from oneheart.bench.replay import Route
from oneheart.model.gathering import Gathering, Responses


def test_a_core_keeps_the_answers_and_fills_the_rest(make: Callable[..., Gathering]) -> None:
    gathering = make(100, 40, known=0.97)
    core = cores.find_core(gathering, "camps", np.random.default_rng(0))
    assert core is not None
    assert core.stances.shape == (100, 40)
    r = gathering.responses
    assert np.array_equal(core.stances[r.participant, r.desire], r.stance)
    assert core.filled == pytest.approx(1 - len(r) / 4000)
    assert set(np.unique(core.stances)) == {-1, 0, 1}


def test_people_who_answered_little_are_not_in_the_core(make: Callable[..., Gathering]) -> None:
    gathering = make(100, 40, known=1.0)
    r = gathering.responses
    keep = (r.participant < 80) | (r.desire < 5)
    sparse = Gathering(
        "", gathering.participants, gathering.desires, Responses(r.participant[keep], r.desire[keep], r.stance[keep])
    )
    core = cores.find_core(sparse, "camps", np.random.default_rng(0))
    assert core is not None
    assert core.stances.shape[1] == 40
    assert 80 <= core.stances.shape[0] < 90


def test_a_sparse_conversation_has_no_core_and_is_named(make: Callable[..., Gathering]) -> None:
    found, skipped = cores.find_cores({"thin": make(100, 40, known=0.3)}, 0)
    assert found == []
    assert skipped == ["thin: too sparse or small, no 60 people and 24 desires among whom 95% is answered."]


@pytest.fixture(scope="module")
def core(dense: Gathering) -> Core:
    """Return the core of the made-up gathering."""
    found = cores.find_core(dense, "camps", np.random.default_rng(0))
    assert found is not None
    return found


@pytest.mark.parametrize("route", [replay.route_random, replay.route_polis, replay.route_ours])
def test_every_route_asks_each_person_as_often_as_it_says_and_tells_the_truth(
    core: Core, route: Callable[..., Route]
) -> None:
    for step, known, _ in route(core.stances, (3, 6), np.random.default_rng(0)):
        assert np.bincount(known.participant).tolist() == [step] * len(core.stances)
        assert np.array_equal(core.stances[known.participant, known.desire], known.stance)


@pytest.mark.parametrize("arrive", [arrivals.dealt_by_us, arrivals.dealt_by_polis])
def test_who_arrives_answers_all_their_cards_and_tells_the_truth(core: Core, arrive: Callable[..., Responses]) -> None:
    known = arrive(core.stances, 5, np.random.default_rng(0))
    assert np.bincount(known.participant).tolist() == [5] * len(core.stances)
    assert len(set(zip(known.participant.tolist(), known.desire.tolist(), strict=True))) == len(known)
    wants = np.bincount(known.desire, known.stance == 1, minlength=core.stances.shape[1])
    assert (wants <= (core.stances == 1).sum(0)).all()


def test_nobody_who_arrives_is_dealt_a_card_by_answers_that_come_later(core: Core) -> None:
    """The first wave meets two models that know nothing, whatever the others will answer."""
    first = next(iter(arrivals.waves(len(core.stances))))
    order = np.random.default_rng(0).permutation(len(core.stances))
    other = core.stances.copy()
    other[order[first.stop :]] = -1
    cards = [arrivals.dealt_by_us(truth, 5, np.random.default_rng(0)) for truth in (core.stances, other)]
    asked = [known.desire[known.participant < first.stop].tolist() for known in cards]
    later = [known.desire[known.participant >= first.stop].tolist() for known in cards]
    assert asked[0] == asked[1]
    assert later[0] != later[1]


def test_our_route_spreads_its_first_cards_evenly(core: Core) -> None:
    _, known, _ = next(iter(replay.route_ours(core.stances, (2,), np.random.default_rng(0))))
    seen = np.bincount(known.desire, minlength=core.stances.shape[1])
    assert seen.max() - seen.min() <= 2


def test_who_knows_everything_has_no_regret(core: Core) -> None:
    part = cores.parts_from(core.stances, np.random.default_rng(0))
    good = replay.criteria(core.stances, part)
    for value in good:
        top = np.argsort(-value)[: replay.TOP]
        assert np.sort(value)[-replay.TOP :].mean() - value[top].mean() == pytest.approx(0)


def test_criteria_by_hand() -> None:
    truth = np.zeros((16, 2), np.int8)
    truth[:8, 0], truth[8:, 0], truth[12:, 1] = 1, -1, 1
    geometric, least, against = replay.criteria(truth, np.repeat([0, 1], 8))
    assert geometric.tolist() == pytest.approx([np.sqrt(0.9 * 0.1), np.sqrt(0.1 * 0.5)])
    assert least.tolist() == pytest.approx([0.1, 0.1])
    assert against.tolist() == [-1.0, 0.0]


def test_replay_gives_regrets_of_every_method_and_its_gate(dense: Gathering) -> None:
    result = replay.run({"camps": dense, "none": dense}, seed=2, repeats=1, progress=lambda *_: None)
    assert result.columns[1:] == tuple(f"{step} answers" for step in replay.STEPS)
    assert len(result.rows) == 3 * (5 + 2)
    steady = [row[1:] for row in result.rows if "arriving" not in str(row[0])]
    arriving = [row[1:] for row in result.rows if "arriving" in str(row[0])]
    columns = [place for place, step in enumerate(replay.STEPS) if step in replay.ARRIVAL_STEPS]
    assert all((row[place] == "-") == (place not in columns) for row in arriving for place in range(len(replay.STEPS)))
    assert all(float(row[place]) > -1e-9 for row in arriving for place in columns)
    figures = np.array(steady, float)
    assert (figures > -1e-9).all()
    assert figures[:, -1].mean() < figures[:, 0].mean()
    later, same, *of_arrivals = result.gates
    assert [gate.name for gate in of_arrivals] == [
        "regret after 8 answers, Polis after 16, arriving, cores: 2",
        "regret after 8 answers, Polis after 8, arriving, cores: 2",
    ]
    assert (later.name, same.name) == (
        "regret after 8 answers, Polis after 16, cores: 2",
        "regret after 8 answers, Polis after 8, cores: 2",
    )
    ours, polis = result.rows[4], result.rows[2]
    assert later.met == (float(ours[4]) <= float(polis[7]))
    assert same.met == (float(ours[4]) < float(polis[4]))
    assert {"core", "method", "answers", "people", "least part", "least part, error"} <= result.details[0].keys()


def test_small_cores_are_not_in_the_gate_that_asks_for_sixteen_answers(make: Callable[..., Gathering]) -> None:
    result = replay.run({"few desires": make(96, 24)}, seed=2, repeats=1, progress=lambda *_: None)
    assert [gate.name for gate in result.gates] == [
        "regret after 8 answers, Polis after 8, cores: 1",
        "regret after 8 answers, Polis after 8, arriving, cores: 1",
    ]
    assert result.skipped == ("few desires: 16 desires to choose among, so fewer than 16 answers a person.",)
    assert result.columns[-1] == "12 answers"
