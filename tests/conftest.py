"""What all tests share: random numbers, the made-up gathering, public data where they are, and how hard to try."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest

import oneheart
from oneheart.model.gathering import Gathering

ROOT = Path(__file__).resolve().parents[1]
SIX_TENS = ROOT / "examples" / "six-tens"
SHARED = Path(os.environ.get("ONEHEART_TEST_DATA", ROOT.parent / "shared" / "data"))

# No deadline: the first example of a test may compile the kernels, and machines differ. `make prove` tries harder.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=60)
hypothesis.settings.register_profile(
    "prove", deadline=None, max_examples=2000, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(  # tools/mutants: the same examples each time, and none kept from another mutant
    "mutants", deadline=None, max_examples=60, derandomize=True, database=None
)
hypothesis.settings.load_profile("quick")


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed."""
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of public data, or skip with the reason."""
    if not SHARED.is_dir():
        pytest.skip(f"the public data are not here: there is no folder {SHARED} (ONEHEART_TEST_DATA names another)")
    return SHARED


@pytest.fixture(scope="session")
def six_tens_folder() -> Path:
    """Return the folder of the made-up gathering of sixty friends in six tens."""
    return SIX_TENS


@pytest.fixture(scope="session")
def six_tens() -> Gathering:
    """Return the made-up gathering of sixty friends in six tens."""
    return oneheart.read(SIX_TENS)
