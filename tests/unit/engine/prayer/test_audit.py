from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.bench import audit as audits
from oneheart.engine.desire import shares
from oneheart.engine.prayer.audit import UNASKED, Audit, LinesHeld, audit, estimated, lines_held, mean_low, weighed

N, M, LINES = 600, 14, 3


def wants(seed: int) -> np.ndarray:
    """Return what 600 people of four parts want of fourteen desires, (N, M) of 0 and 1."""
    rng = np.random.default_rng([1, seed])
    part = rng.choice(4, N, p=[0.55, 0.25, 0.12, 0.08])
    home = np.arange(M) % 4
    return (rng.random((N, M)) < np.where(home == part[:, None], 0.6, 0.12)).astype(float)


def asked_by_lot(want: np.ndarray, outside: np.ndarray, each: int, seed: int) -> tuple[np.ndarray, ...]:
    """Return answers to challengers, `each` of a person, drawn by lot."""
    rng = np.random.default_rng([2, seed])
    place = np.argsort(rng.random((N, len(outside))), axis=1)[:, :each].ravel()
    person = np.repeat(np.arange(N), each)
    return place, person, want[person, outside[place]] == 1


def held(want: np.ndarray, lines: tuple[int, ...]) -> np.ndarray:
    return want[:, list(lines)].sum(1)


@pytest.mark.parametrize("seed", range(5))
def test_an_audit_of_everybody_is_the_share_index_itself(seed: int) -> None:
    want = wants(seed)
    lines = tuple(np.random.default_rng(seed).choice(M, LINES, replace=False).tolist())
    outside = np.setdiff1d(np.arange(M), lines)
    found = audit(held(want, lines), LINES, outside, asked_by_lot(want, outside, len(outside), seed))
    rho, owed = shares.share_index(want, lines)
    assert found.rho == pytest.approx(rho)
    assert found.low == pytest.approx(rho)
    assert found.high == pytest.approx(rho)
    assert found.owed == owed
    assert found.kind == ("certified" if rho <= 1 else "estimated")


def outside_its_bounds(error: float, runs: int) -> tuple[int, int]:
    """Return how often the true index lay above the upper and below the lower bound."""
    above = below = 0
    for run in range(runs):
        want = wants(run)
        lines = shares.expected_pav(want, LINES)
        outside = np.setdiff1d(np.arange(M), lines)
        found = audit(held(want, lines), LINES, outside, asked_by_lot(want, outside, 3, run), error=error)
        rho = shares.share_index(want, lines)[0]
        above += rho > found.high  # type: ignore[operator]
        below += rho < found.low  # type: ignore[operator]
    return above, below


@pytest.mark.slow
def test_the_true_index_is_within_its_bounds_as_often_as_it_says() -> None:
    above, below = outside_its_bounds(0.2, 150)
    assert max(above, below) <= 0.2 * 150


def test_a_mean_without_a_bound_would_be_below_the_truth_half_the_time() -> None:
    want = wants(0)
    below = 0
    for run in range(100):
        place, person, yes = asked_by_lot(want, np.arange(1), 1, run)
        drawn = np.random.default_rng([3, run]).choice(N, 100, replace=False)
        found = audit(np.zeros(N), 1, [0], (place[drawn], person[drawn], yes[drawn]))
        below += found.rho < want[:, 0].mean()
    assert 25 < below < 75


@pytest.mark.parametrize("case", audits.CASES, ids=lambda case: case.name)
def test_a_share_that_owes_a_line_is_hardly_ever_certified(case: audits.AuditCase) -> None:
    assert audits.certified(case, case.owed, 30, 0) <= 0.05


@pytest.mark.parametrize("case", [case for case in audits.CASES if case.provable], ids=lambda case: case.name)
def test_a_fair_share_of_many_is_certified(case: audits.AuditCase) -> None:
    assert audits.certified(case, audits.FAIR, 30, 0) >= 0.9


@pytest.mark.parametrize("mean", [0.02, 0.3, 0.8])
def test_the_bound_of_a_mean_holds_for_people_drawn_without_replacement(mean: float) -> None:
    values = np.array([0.0, 0.25, 0.5, 1.0])
    rng = np.random.default_rng(5)
    people = rng.choice(4, 400, p=[1 - mean, mean / 2, mean / 4, mean / 4])
    truth = values[people].mean()
    drawn = [np.bincount(rng.choice(people, 60, replace=False), minlength=4) for _ in range(600)]
    low = mean_low(values, np.array(drawn, float), 0.2)
    assert (low > truth).mean() <= 0.2
    assert (low < values[people].max()).all()


def test_more_answers_make_surer() -> None:
    low = mean_low(np.array([0.0, 1.0]), np.array([[2, 8], [20, 80], [200, 800]], float), 0.05)
    assert 0.3 < low[0] < low[1] < low[2] < 0.8


def test_a_challenger_that_nobody_was_asked_about_may_be_owed_everything() -> None:
    place, person, yes = np.zeros(N, int), np.arange(N), np.zeros(N, bool)
    found = audit(np.full(N, 0), 2, [4, 7], (place, person, yes))
    assert (found.kind, found.rho, found.high) == ("estimated", 0.0, 2.0)


def test_without_challengers_nothing_is_owed() -> None:
    assert audit(np.ones(5), 1, [], ([], [], [])).high == 0.0
    assert estimated(1.2, 4).owed == 4


def known_to_wanters(want: np.ndarray, outside: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """Return answers that were known before: two in three of those who want a challenger, one in five of the others."""
    rng = np.random.default_rng([4, seed])
    theirs = want[:, outside]
    person, place = np.nonzero(rng.random(theirs.shape) < np.where(theirs == 1, 0.67, 0.2))
    return place, person, theirs[person, place] == 1


def test_what_was_known_before_is_taken_as_it_is_and_never_for_a_lot() -> None:
    outside_bounds = taken_for_a_lot = 0
    for run in range(60):
        want = wants(run)
        lines = shares.expected_pav(want, LINES)
        outside = np.setdiff1d(np.arange(M), lines)
        known, asked = known_to_wanters(want, outside, run), asked_by_lot(want, outside, 3, run)
        rho = shares.share_index(want, lines)[0]
        found = audit(held(want, lines), LINES, outside, asked, known=known, error=0.2)
        outside_bounds += not found.low <= rho <= found.high  # type: ignore[operator]
        naive = audit(held(want, lines), LINES, outside, known, error=0.2)
        taken_for_a_lot += naive.low > rho  # type: ignore[operator]
    assert outside_bounds <= 0.2 * 60
    assert taken_for_a_lot > 30  # were it taken for a lot, the audit would be deceived


def test_the_more_is_known_before_the_narrower_are_the_bounds() -> None:
    want = wants(3)
    lines = shares.expected_pav(want, LINES)
    outside = np.setdiff1d(np.arange(M), lines)
    asked = asked_by_lot(want, outside, 3, 3)
    place, person = (grid.ravel() for grid in np.indices((len(outside), N)))
    everything = (place, person, want[person, outside[place]] == 1)
    highs = []
    for share in (0.0, 0.5, 0.9, 1.0):
        some = person < share * N
        known = tuple(array[some] for array in everything)
        highs.append(audit(held(want, lines), LINES, outside, asked, known=known).high)
    assert highs == sorted(highs, reverse=True)
    assert highs[0] > highs[2]
    assert highs[-1] == pytest.approx(shares.share_index(want, lines)[0])


def test_a_challenger_that_cannot_be_owed_a_line_takes_no_part_of_the_error() -> None:
    have = np.ones(200)
    asked = (np.zeros(100), np.arange(100), np.arange(100) < 30)
    refused = tuple(
        np.concatenate(parts)
        for parts in zip(*[(np.full(190, c), np.arange(190), np.zeros(190)) for c in range(1, 30)], strict=True)
    )
    alone = audit(have, 2, [0], asked)
    among = audit(have, 2, np.arange(30), asked, known=refused)
    assert among.high == alone.high
    unknown = audit(have, 2, np.arange(30), asked)
    assert unknown.high > alone.high  # type: ignore[operator]


@pytest.mark.parametrize("challengers", [1, 2, 10])
def test_the_error_is_split_evenly_over_the_challengers_in_question(challengers: int) -> None:
    have, person = np.ones(200), np.arange(100)
    each = [(np.full(100, place), person, person < 30) for place in range(challengers)]
    asked = tuple(np.concatenate(parts) for parts in zip(*each, strict=True))
    all_alike = audit(have, 3, np.arange(challengers), asked, error=0.05)
    alone = audit(have, 3, [0], each[0], error=0.05 / challengers)
    assert (all_alike.low, all_alike.high) == (alone.low, alone.high)


def test_people_s_own_answers_decide_before_a_model_where_they_decide() -> None:
    proved, owed, open_still = (
        Audit("certified", 0.7, 0.5, 0.9, 3),
        Audit("estimated", 1.3, 1.1, 1.5, 4),
        Audit("estimated", 1.3, 0.4, 1.9, 5),
    )
    assert weighed(1.2, proved) is proved
    assert weighed(0.8, owed) is owed
    assert weighed(0.8, open_still) == Audit("estimated", 0.8, 0.4, 1.9, 5)
    assert weighed(None, open_still) is open_still


@pytest.mark.slow
@given(st.integers(0, 300))
def test_the_order_of_answers_changes_nothing(seed: int) -> None:
    want = wants(seed)[:80]
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(80), 4)
    place = np.argsort(rng.random((80, 11)), axis=1)[:, :4].ravel()
    yes = want[person, 3 + place] == 1
    lot = rng.permutation(len(person))
    have = want[:, :3].sum(1)
    one = audit(have, 3, np.arange(3, 14), (place, person, yes))
    other = audit(have, 3, np.arange(3, 14), (place[lot], person[lot], yes[lot]))
    assert other.kind == one.kind
    assert (other.rho, other.low, other.high) == pytest.approx((one.rho, one.low, one.high))


@pytest.mark.parametrize(
    ("asked", "lines", "said"),
    [
        (([0, 0], [1, 1], [True, False]), 2, "twice"),
        (([0, 0], [1], [True, False]), 2, "one length"),
        (([0], [1], [True]), 0, "without lines"),
    ],
)
def test_what_cannot_be_audited_is_refused(
    asked: tuple[list[int], list[int], list[bool]], lines: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        audit(np.zeros(5), lines, [3], asked)


# --- lines of which it is not known who wants them ---


@given(st.integers(0, 1000))
def test_whatever_people_want_of_what_they_were_not_asked_the_index_is_within_its_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people, lines, challengers = rng.integers(1, 7), rng.integers(1, 4), rng.integers(1, 4)
    want, outside = rng.random((people, lines)) < 0.5, rng.random((people, challengers)) < 0.5
    # who can say a line need not want it; whom it goes against does not
    readings = np.where(want, rng.integers(0, 2, want.shape), rng.integers(-1, 2, want.shape))
    asked = np.where(rng.random(want.shape) < 0.5, want, UNASKED)
    person, place = np.nonzero(np.ones_like(outside))
    everybody = (place, person, outside[person, place])
    found = audit(lines_held(asked, readings), int(lines), np.arange(challengers), everybody)
    index = lines * (outside / (1 + want.sum(1))[:, None]).mean(0).max()
    assert found.low <= index + 1e-9  # type: ignore[operator]
    assert index <= found.high + 1e-9  # type: ignore[operator]
    assert found.low - 1e-9 <= found.rho <= found.high + 1e-9  # type: ignore[operator]


def test_a_line_that_all_can_say_and_nobody_was_asked_about_proves_nothing() -> None:
    everybody = np.arange(200)
    asked = (np.zeros(200), everybody, np.ones(200))
    unasked = lines_held(np.full((200, 3), UNASKED), np.ones((200, 3)))
    found = audit(unasked, 3, [7], asked)
    assert (found.low, found.high, found.kind) == (0.75, 3.0, "estimated")
    assert found.rho == pytest.approx(3 / 2.5), "half of them are expected to want each line"
    saying_is_wanting = audit(np.full(200, 3), 3, [7], asked)
    assert (saying_is_wanting.kind, saying_is_wanting.high) == ("certified", 0.75)


def test_how_likely_a_line_is_wanted_follows_from_those_who_can_say_it_and_were_asked() -> None:
    wants_it = [[1], [1], [1], [0], [UNASKED], [UNASKED], [UNASKED]]
    readings = [[1], [1], [1], [1], [1], [0], [-1]]
    found = lines_held(wants_it, readings)
    assert found.likely.tolist() == pytest.approx([1, 1, 1, 0, 4 / 6, 0, 0])
    assert (found.least.tolist(), found.most.tolist()) == ([1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 1, 0])


def test_numbers_of_lines_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="must not fall"):
        LinesHeld(np.array([2]), np.array([1.0]), np.array([2]))
    with pytest.raises(ValueError, match="three numbers"):
        LinesHeld(np.array([2]), np.array([2.0, 2.0]), np.array([2]))
