"""Made-up gatherings are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.desire.similarity import alike_matrix
from oneheart.engine.synthetic import Synthetic, draw
from oneheart.settings import SIMILAR_MOST


def made(
    seed: int = 0, *, people: int = 400, desires: int = 30, answers: int = 12, one_sided: bool = False
) -> Synthetic:
    return draw(people, desires, answers=answers, rng=np.random.default_rng(seed), one_sided=one_sided)


@pytest.mark.parametrize("one_sided", [False, True])
def test_people_answer_as_they_truly_stand(*, one_sided: bool) -> None:
    truth = made(people=2000, one_sided=one_sided)
    r = truth.gathering.responses
    want, against = truth.want[r.participant, r.desire], truth.against[r.participant, r.desire]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        here = (want >= low) & (want < low + 0.2)
        assert here.sum() > 500
        assert (r.stance[here] == 1).mean() == pytest.approx(want[here].mean(), abs=0.04)
        assert (r.stance[here] == -1).mean() == pytest.approx(against[here].mean(), abs=0.04)
    assert (truth.against + truth.want).max() <= 1.0
    assert (truth.against.max() == 0.0) == one_sided
    assert ((r.stance == -1).sum() == 0) == one_sided


def test_everybody_answers_as_many_desires_drawn_by_lot() -> None:
    r = made().gathering.responses
    assert set(np.bincount(r.participant, minlength=400)) == {12}
    asked = np.bincount(r.desire, minlength=30)
    assert asked.sum() == 400 * 12
    assert np.abs(asked - 160).max() < 5 * np.sqrt(160 * 0.6)
    assert set(np.bincount(made(answers=99).gathering.responses.participant)) == {30}


def test_the_true_worst_fifth_counts_the_last_person_in_part() -> None:
    truth = made(people=7)  # a fifth of seven is one person and two fifths of the next
    net = np.sort(truth.want - 0.5 * truth.against, axis=0)
    assert truth.worst_fifth == pytest.approx((net[0] + 0.4 * net[1]) / 1.4)


def test_desires_common_to_every_part_are_the_best_lines_and_others_are_not_common() -> None:
    truth = made()
    count = int(truth.common.sum())
    assert count == round(0.15 * 30)
    best = truth.best_lines(count)
    assert truth.common[list(best)].all()
    assert truth.worst_fifth[list(best)].tolist() == sorted(truth.worst_fifth, reverse=True)[:count]
    assert truth.worst_fifth[~truth.common].max() < 0.3 < truth.worst_fifth[truth.common].min()


def test_parts_have_their_shares_and_want_different_things() -> None:
    truth = draw(4000, 40, answers=1, rng=np.random.default_rng(0), parts=(3, 1), common=0.0)
    assert np.bincount(truth.part_of) / 4000 == pytest.approx([0.75, 0.25], abs=0.03)
    apart = truth.want[truth.part_of == 0].mean(0) - truth.want[truth.part_of == 1].mean(0)
    assert (np.abs(apart) > 0.2).all()
    assert 0 < (apart > 0).sum() < 40


def test_no_two_desires_could_not_stand_in_one_text() -> None:
    alike = alike_matrix([desire.text for desire in made(desires=60).gathering.desires], SIMILAR_MOST.value)
    assert not (alike & ~np.eye(60, dtype=bool)).any()


def test_the_same_seed_draws_the_same_gathering_and_another_seed_another() -> None:
    one, two, other = made(5), made(5), made(6)
    for name in ("want", "against", "part_of", "common"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert one.gathering.desires == two.gathering.desires
    assert one.gathering.responses.stance.tolist() == two.gathering.responses.stance.tolist()
    assert one.gathering.responses.stance.tolist() != other.gathering.responses.stance.tolist()


def test_nobody_and_nothing_can_be_drawn_but_no_parts_cannot() -> None:
    assert len(made(people=0).gathering.responses) == 0
    assert np.isnan(made(people=0).worst_fifth).all()
    assert made(desires=0).worst_fifth.shape == (0,)
    with pytest.raises(ValueError, match="at least one part"):
        draw(5, 5, answers=2, rng=np.random.default_rng(0), parts=())
