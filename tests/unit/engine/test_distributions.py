"""Our beta and Student's distributions beside those of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from oneheart.engine.distributions import beta_above, beta_quantile, betas_above, student_quantile

sizes = st.floats(0.5, 5000)


@given(sizes, sizes, st.floats(0.0001, 0.9999))
def test_the_chance_above_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert beta_above(a, b, x) == pytest.approx(special.betaincc(a, b, x), abs=1e-10)


@given(sizes, sizes, st.sampled_from([0.01, 0.05, 0.5, 0.95]))
def test_a_quantile_has_its_chance_below_it(a: float, b: float, chance: float) -> None:
    assert beta_quantile(a, b, chance) == pytest.approx(special.betaincinv(a, b, chance), abs=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 4.5, 30, 1900, 1e6])
@pytest.mark.parametrize("level", [0.05, 0.5, 0.75, 0.95, 0.999])
def test_students_quantile_is_that_of_scipy(freedom: float, level: float) -> None:
    assert student_quantile(freedom, level) == pytest.approx(stats.t.ppf(level, freedom), rel=1e-7, abs=1e-12)


def test_ends_are_certain_and_equal_pairs_are_equal() -> None:
    assert beta_above(3.0, 4.0, 0.0) == 1.0
    assert beta_above(3.0, 4.0, 1.0) == 0.0
    table = betas_above(np.array([[1, 5], [5, 1]]), np.array([3, 3]), 0.5)
    assert np.allclose(table, special.betaincc(np.array([[1, 5], [5, 1]]), 3, 0.5))
    assert betas_above(np.zeros(0), 1.0, 0.5).shape == (0,)
