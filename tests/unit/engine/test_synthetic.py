"""Made-up gatherings are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from oneheart.engine.closeness.relation import Relation as Found
from oneheart.engine.desire.same_wish import near_words
from oneheart.engine.side_by_side import side_by_side
from oneheart.engine.synthetic import Relation, Synthetic, WithOccasions, draw, draw_with_occasions


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


def test_hardly_any_two_desires_have_near_words() -> None:
    assert near_words(made(desires=60).gathering.desires)[0].sum() <= 2 * 3


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


# --- with occasions ---------------------------------------------------------------------------------------------------


def both(relation: Relation, seed: int = 0, *, people: int = 150, strength: float = 1.0) -> WithOccasions:
    rng = np.random.default_rng(seed)
    return draw_with_occasions(people, 30, answers=10, relation=relation, rng=rng, strength=strength)


@pytest.mark.parametrize("relation", ["none", "confounded", "real"])
def test_occasions_are_of_the_same_people_and_everybody_went_to_six(relation: Relation) -> None:
    made = both(relation)
    assert made.attendance.people == made.synthetic.gathering.participants
    assert set(np.bincount(made.attendance.person).tolist()) == {6}
    assert set(made.strata) == set(made.attendance.people)


def shared_more(made: WithOccasions) -> float:
    """Return how many more occasions two people of one language share than two of different ones."""
    there = np.zeros((len(made.attendance.people), len(made.attendance.occasions)))
    there[made.attendance.person, made.attendance.occasion] = 1
    together, same = there @ there.T, made.language[:, None] == made.language
    other = ~np.eye(len(same), dtype=bool)
    return float(together[same & other].mean() - together[~same].mean())


def test_language_shapes_where_people_go_only_where_it_is_said_to() -> None:
    assert abs(np.mean([shared_more(both("none", seed)) for seed in range(8)])) < 0.05
    assert min(shared_more(both("confounded", seed)) for seed in range(8)) > 0.1


def found_in(relation: Relation, halls: int, *, within: bool = True, strength: float = 1.0) -> list[Found]:
    out = []
    for seed in range(halls):
        made = both(relation, seed, strength=strength)
        compared = side_by_side(
            attendance=made.attendance,
            desires=made.synthetic.gathering,
            strata=made.strata if within else None,
            permutations=39,
            seed=seed,
        ).compared[0]
        assert compared.relation is not None
        out.append(compared.relation)
    return out


@pytest.mark.slow
def test_without_a_relation_none_is_found_more_often_than_by_chance() -> None:
    assert sum(one.p <= 0.05 for one in found_in("none", 40)) <= 6  # at .05: more has a chance of 1 in 100


@pytest.mark.slow
def test_shared_language_alone_is_found_out_within_languages_and_taken_for_a_relation_without() -> None:
    assert sum(one.p <= 0.05 for one in found_in("confounded", 40)) <= 6
    assert sum(one.p <= 0.05 for one in found_in("confounded", 12, within=False)) >= 6


def test_a_real_relation_above_what_could_be_seen_is_found() -> None:
    found = found_in("real", 12, strength=2.5)
    assert sum(one.p <= 0.05 and one.effect > 0 for one in found) >= 10
    assert np.mean([one.effect for one in found]) > np.mean([one.least_visible for one in found])


def test_another_relation_or_no_language_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="relation"):
        both("some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="language"):
        draw_with_occasions(5, 5, answers=2, relation="none", rng=np.random.default_rng(0), languages=())
    assert len(draw_with_occasions(0, 5, answers=2, relation="real", rng=np.random.default_rng(0)).language) == 0
