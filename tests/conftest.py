"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed."""
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of public data, or skip with the reason."""
    if not SHARED.is_dir():
        pytest.skip(f"public data is not here ({SHARED})")
    return SHARED
