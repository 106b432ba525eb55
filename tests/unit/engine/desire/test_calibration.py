"""Calibrated chances: what is too timid or too bold is corrected, and what is right stays."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.engine.desire import calibration as cal
from oneheart.engine.desire.common_ground import desire_errors, summarise
from oneheart.engine.desire.response_model import Heads, ModelState, Posterior, fit
from oneheart.engine.desire.routing import drawn_worst_fifths
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

Floats = np.ndarray


def camps(people: int, desires: int, answers: int, seed: int) -> tuple[Responses, Floats]:
    """Return answers and true chances of two camps that want opposite things, further apart than the model expects."""
    rng = np.random.default_rng(seed)
    camp, kind = rng.random(people) < 0.6, np.arange(desires) % 3
    want = np.where(kind == 0, 0.85, np.where((kind == 1) == camp[:, None], 0.95, 0.05))
    stance = answered(want, (1 - want) * 0.5, rng)
    asked = np.argsort(rng.random(want.shape), axis=1)[:, :answers]
    person, column = np.repeat(np.arange(people), answers), asked.ravel()
    return Responses.of(person, column, stance[person, column]), want


def answered(want: Floats, against: Floats, rng: np.random.Generator) -> np.ndarray:
    lot = rng.random(want.shape)
    return np.where(lot < want, 1, np.where(lot < want + against, -1, 0)).astype(np.int8)


def from_the_model(people: int, desires: int, seed: int) -> tuple[Responses, np.ndarray]:
    """Return people and desires at draws from the model's own prior, a fifth of their answers, and all of them."""
    rng = np.random.default_rng(seed)
    heads = Heads(4, 5)
    person, desire = rng.normal(size=(people, 9)), np.sqrt(0.5) * rng.normal(size=(desires, 9))
    person[:, [0, 4]] *= 0.7
    desire[:, [0, 4]] = 1.0 + rng.normal(size=(desires, 2))
    known = ModelState(
        heads, person, np.zeros((people, 9, 9)), desire, np.zeros((desires, 9, 9)), np.eye(9), np.zeros(9), np.eye(9)
    )
    want, _, against = Posterior(known, None, 0, converged=True).probabilities()
    stance = answered(want, against, rng)
    i, j = np.nonzero(rng.random(want.shape) < 0.2)
    return Responses.of(i, j, stance[i, j]), stance


def log_loss(chance: Floats, happened: np.ndarray) -> float:
    p = np.clip(chance, 1e-6, 1 - 1e-6)
    return float(-np.where(happened, np.log(p), np.log(1 - p)).mean())


def held(want: Floats, stance: np.ndarray, *, direct: Floats | None = None) -> cal.HeldOut:
    fold = np.arange(len(want)) % cal.FOLDS
    return cal.HeldOut(want, (1 - want) / 2, np.full(len(want), 0.5), direct, stance.astype(np.int8), fold)


def calibrated(responses: Responses, people: int, desires: int, seed: int = 0) -> cal.Calibrated:
    rng = np.random.default_rng(seed)
    posterior = fit(responses, people, desires, rng=rng)
    learned = cal.learn(cal.hold_out(responses, people, desires, rng=rng))
    return cal.calibrate(posterior, learned, responses, rng=rng)


def test_a_timid_forecast_is_made_bolder_and_a_bold_one_more_timid() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(20_000)
    stance = np.where(rng.random(20_000) < truth, 1, np.where(rng.random(20_000) < 0.5, -1, 0))
    for strength in (0.5, 2.0):
        forecast = 1 / (1 + np.exp(-strength * cal.logit(truth)))
        learned = cal.learn(held(forecast, stance))
        assert learned.drawn[2] == pytest.approx(1 / strength, rel=0.1)
        new, _, _ = cal.corrected(learned, forecast, (1 - forecast) / 2, np.full(20_000, 0.5))
        assert np.abs(new - truth).mean() < 0.2 * np.abs(forecast - truth).mean()


def test_of_two_forecasts_the_better_one_gets_the_weight() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random(5000)
    stance = np.where(rng.random(5000) < truth, 1, 0)
    noise = 1 / (1 + np.exp(-rng.normal(size=5000)))
    learned = cal.learn(held(noise, stance, direct=truth))
    assert learned.want is not None
    assert learned.want[2:] == pytest.approx((0.0, 1.0), abs=0.1)
    other = cal.learn(held(truth, stance, direct=noise))
    assert other.want is not None
    assert other.want[2:] == pytest.approx((1.0, 0.0), abs=0.1)


def test_chances_of_being_against_are_corrected_apart_and_the_three_sum_to_one() -> None:
    rng = np.random.default_rng(2)
    want = np.full(10_000, 0.5)
    stance = np.where(rng.random(10_000) < 0.5, 1, np.where(rng.random(10_000) < 0.9, -1, 0))
    learned = cal.learn(
        held(want, stance)
    )  # of those who do not want, half are foretold to be against; nine in ten are
    three = cal.corrected(learned, want, want / 2, np.full(10_000, 0.5))
    assert three[2].mean() == pytest.approx(0.45, abs=0.02)
    np.testing.assert_allclose(sum(three), 1.0, atol=1e-12)
    assert min(p.min() for p in three) >= 0.0


@pytest.mark.parametrize(("answers", "touched"), [(199, False), (200, True)])
def test_below_two_hundred_answers_nothing_is_corrected(answers: int, *, touched: bool) -> None:
    rng = np.random.default_rng(3)
    person, column = (a.ravel() for a in np.indices((20, 10)))
    responses = Responses.of(person[:answers], column[:answers], rng.integers(-1, 2, answers))
    chances = calibrated(responses, 20, 10)
    assert (chances.calibration != cal.UNCORRECTED) is touched
    assert (chances.direct is not None) is touched
    plain = chances.posterior.probabilities()
    same = all(np.array_equal(a, b) for a, b in zip(plain, chances.probabilities(), strict=True))
    assert same is not touched


def test_camps_that_the_model_is_too_timid_for_are_foretold_better() -> None:
    responses, truth = camps(150, 60, 10, 4)
    chances = calibrated(responses, 150, 60)
    unseen = np.ones(truth.shape, bool)
    unseen[responses.participant, responses.desire] = False
    off = [np.abs(c.probabilities()[0] - truth)[unseen].mean() for c in (chances, chances.posterior)]
    assert off[0] < 0.8 * off[1]
    assert chances.calibration.drawn[2] > 1.2


def test_data_drawn_from_the_model_stay_as_foretold_within_noise() -> None:
    lost = []
    for seed in range(3):  # weights learned from so few answers vary: together these samples tell
        responses, stance = from_the_model(300, 60, seed)
        chances = calibrated(responses, 300, 60, seed)
        assert chances.calibration.drawn == pytest.approx((0.0, 1.0, 1.0), abs=0.25)
        unseen = np.ones(stance.shape, bool)
        unseen[responses.participant, responses.desire] = False
        for place, sign in ((0, 1), (2, -1)):
            mine, plain = (c.probabilities()[place][unseen] for c in (chances, chances.posterior))
            lost.append(log_loss(mine, stance[unseen] == sign) - log_loss(plain, stance[unseen] == sign))
    assert np.mean(lost) < 0.002


def test_no_answer_corrects_its_own_fold() -> None:
    rng = np.random.default_rng(5)
    want, stance = rng.random(500), rng.integers(-1, 2, 500)
    before = held(want, stance)
    changed = stance.copy()
    changed[before.fold == 0] = 1
    after = held(want, changed)
    first = before.fold == 0
    for one, other in zip(cal.foretold(before), cal.foretold(after), strict=True):
        np.testing.assert_array_equal(one[first], other[first])
        assert not np.array_equal(one[~first], other[~first])


def test_where_each_answer_corrects_itself_the_same_test_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: on a build that learns from all folds, an answer moves its own forecast."""
    everything = cal.learn
    monkeypatch.setattr(cal, "learn", lambda seen, *_: everything(seen))
    with pytest.raises(AssertionError):
        test_no_answer_corrects_its_own_fold()


def folds_log_loss(responses: Responses) -> float:
    """Return the log-loss of wants that were held out."""
    found = cal.hold_out(responses, 200, 40, rng=np.random.default_rng(1), direct=False)
    return log_loss(found.want, found.stance == 1)


def test_a_fold_begins_without_what_its_held_out_answers_have_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = draw(200, 40, answers=15, rng=np.random.default_rng(2)).gathering.responses
    honest = folds_log_loss(responses)
    to_rest = partial(fit, rng=np.random.default_rng(5), sweeps=300, tolerance=0.0005)
    monkeypatch.setattr(cal, "fit", lambda train, n, m, **_: to_rest(train, n, m))
    assert honest == pytest.approx(folds_log_loss(responses), abs=0.002)
    # a broken build: begun from the model of all answers, three sweeps foretell what it has seen
    everything = fit(responses, 200, 40, rng=np.random.default_rng(0))
    warm = partial(fit, rng=np.random.default_rng(5), warm=everything, sweeps=3, tolerance=0.0)
    monkeypatch.setattr(cal, "fit", lambda train, n, m, **_: warm(train, n, m))
    assert folds_log_loss(responses) < honest - 0.01


def test_one_head_needs_no_direct_model() -> None:
    rng = np.random.default_rng(6)
    i, j = np.nonzero(rng.random((40, 20)) < 0.6)
    chances = calibrated(Responses.of(i, j, rng.integers(0, 2, len(i))), 40, 20)
    assert chances.direct is None
    want, not_mine, against = chances.probabilities()
    np.testing.assert_array_equal(against, 0.0)
    np.testing.assert_allclose(want + not_mine, 1.0)


def test_pairs_and_chosen_desires_have_the_chances_of_the_whole_table() -> None:
    responses, _ = camps(60, 30, 10, 7)
    chances = calibrated(responses, 60, 30)
    whole = chances.probabilities()
    i, j = np.arange(60), np.arange(60) % 30
    few = chances.of_desires([4, 2])
    for all_of_it, pairs, of_few, people in zip(
        whole, chances.at(i, j), few.probabilities(), chances.probabilities(np.array([5, 3])), strict=True
    ):
        np.testing.assert_allclose(pairs, all_of_it[i, j], atol=1e-12)
        np.testing.assert_allclose(of_few, all_of_it[:, [4, 2]], atol=1e-12)
        np.testing.assert_allclose(people, all_of_it[[5, 3]], atol=1e-12)


def test_drawn_people_take_the_weights_without_the_direct_model() -> None:
    responses, _ = camps(60, 30, 10, 8)
    chances = calibrated(responses, 60, 30)
    drawn = chances.with_people_drawn(np.arange(60), 2, rng=np.random.default_rng(0))
    plain = chances.posterior.with_people_drawn(np.arange(60), 2, rng=np.random.default_rng(0))
    t0, t1, t2 = chances.calibration.drawn
    want = plain.probabilities()[0]
    l0 = cal.logit(cal.of_unknown_person(chances.posterior))
    expected = 1 / (1 + np.exp(-(t0 + t1 * l0 + t2 * (cal.logit(want) - l0))))
    assert drawn.direct is None
    np.testing.assert_allclose(drawn.probabilities()[0], expected, atol=1e-12)


def test_threads_change_nothing() -> None:
    responses, _ = camps(200, 30, 10, 9)
    found = [
        cal.learn(cal.hold_out(responses, 200, 30, rng=np.random.default_rng(0), threads=threads))
        for threads in (1, 2, 5)
    ]
    assert found[0] == found[1] == found[2]
    assert found[0].answers == 2000


def test_the_order_of_people_and_desires_changes_nothing() -> None:
    made = draw(60, 20, answers=10, rng=np.random.default_rng(10)).gathering
    rng = np.random.default_rng(11)
    row, column = rng.permutation(60), rng.permutation(20)
    r = made.responses
    back_row, back_column = np.argsort(row), np.argsort(column)
    moved = type(made)(
        made.question,
        tuple(made.participants[n] for n in row),
        tuple(made.desires[n] for n in column),
        Responses.of(back_row[r.participant], back_column[r.desire], r.stance),
    )
    assert analyze(moved, seed=3).calibration == analyze(made, seed=3).calibration != cal.UNCORRECTED


def test_the_errors_of_a_desires_own_numbers_are_those_of_the_calibrated_chances() -> None:
    """The derivative is that of a desire whose numbers are moved by hand, with people as they are."""
    responses, _ = camps(50, 12, 8, 12)
    whole = calibrated(responses, 50, 12)
    chances = whole.without_direct()
    people = np.arange(50)
    summary = summarise(chances, people)
    s = chances.posterior.state
    step, size = 1e-4, s.heads.size
    by_hand = np.zeros((12, size))
    for number in range(size):
        ends = []
        for sign in (1, -1):
            mean = s.desire_mean.copy()
            mean[:, number] += sign * step
            state = ModelState(*(getattr(s, f) if f != "desire_mean" else mean for f in s.__slots__))
            ends.append(summarise(chances.without_direct(Posterior(state, None, 0, converged=True)), people).want)
        by_hand[:, number] = (ends[0] - ends[1]) / (2 * step)
    expected = np.sqrt(np.einsum("mi,mij,mj->m", by_hand, s.desire_covariance, by_hand))
    np.testing.assert_allclose(desire_errors(chances, people, summary).want, expected, rtol=0.1)


@pytest.mark.parametrize(("answers", "anew"), [(499, False), (500, True)])
def test_while_answers_come_it_is_learned_anew_when_they_have_grown_by_a_quarter(answers: int, *, anew: bool) -> None:
    responses, _ = camps(50, 30, 10, 13)
    first = Responses(*(part[:400] for part in (responses.participant, responses.desire, responses.stance)))
    then = Responses(*(part[:answers] for part in (responses.participant, responses.desire, responses.stance)))
    rng = np.random.default_rng(0)
    before = cal.renewed(cal.UNCORRECTED, first, 50, 30, rng=rng)
    assert (before.answers, before.want) == (400, None)
    after = cal.renewed(before, then, 50, 30, rng=rng)
    assert after.answers == (answers if anew else 400)
    assert rng.random() == np.random.default_rng(0).random()


def test_what_is_at_stake_is_told_by_calibrated_chances() -> None:
    responses, _ = camps(80, 30, 10, 14)
    plain = calibrated(responses, 80, 30).without_direct()
    by_hand = cal.Calibrated(plain.posterior, None, cal.UNCORRECTED)
    fifths = [drawn_worst_fifths(c, rng=np.random.default_rng(0), draws=4) for c in (plain, by_hand, plain.posterior)]
    np.testing.assert_array_equal(fifths[1], fifths[2])
    assert np.abs(fifths[0] - fifths[1]).max() > 0.02
    assert plain.calibration.drawn[2] > 1.2  # bolder: what a camp does not want, its fifth wants less
    assert fifths[0].mean() < fifths[1].mean()


def held_in_steps(r: Responses, monkeypatch: pytest.MonkeyPatch, people: int, most: int) -> cal.HeldOut:
    monkeypatch.setattr(cal, "_ALL_AT_ONCE", most)
    return cal.hold_out(r, people, 40, rng=np.random.default_rng(0))


def test_folds_of_many_people_begin_with_some_and_foretell_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    r = draw(3000, 40, answers=15, rng=np.random.default_rng(1)).gathering.responses
    at_once, in_steps = (held_in_steps(r, monkeypatch, 3000, most) for most in (10_000, 1000))
    assert not np.array_equal(at_once.want, in_steps.want)

    def loss(held: cal.HeldOut) -> float:
        want, _ = cal.foretold(held)
        return float(-np.log(np.where(held.stance == 1, want, 1 - want)).mean())

    assert abs(loss(in_steps) - loss(at_once)) < 0.002
    assert np.abs(in_steps.want - at_once.want).mean() < 0.02


def unseen(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether what is foretold of a fold stays as it is when all answers of this fold turn around."""
    r = draw(600, 40, answers=10, rng=np.random.default_rng(1)).gathering.responses
    held = held_in_steps(r, monkeypatch, 600, 100)
    first = held.fold == 0
    turned = Responses(r.participant, r.desire, np.where(first, -r.stance, r.stance).astype(np.int8))
    again = held_in_steps(turned, monkeypatch, 600, 100)
    return bool(np.array_equal(held.want[first], again.want[first]))


def test_a_fold_in_steps_has_not_seen_what_it_foretells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unseen(monkeypatch)


def test_steps_that_begin_with_all_answers_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cal, "_part_of", lambda responses, _: responses)
    assert not unseen(monkeypatch)
