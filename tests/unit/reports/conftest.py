"""Analyses of gatherings whose reports are looked at: made once, by the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.analysis import Analysis, analyze
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses
from oneheart.reports.numbers import build, plain

Maker = Callable[..., Gathering]
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "six-tens"
TEXTS = (
    "Peace between the tables", "More time for quiet", "Music every evening", "A place for every child",
    "Longer lessons", "Shorter lessons", "Lunch in the shade", "Letters to those who stayed home",
    "A garden behind the hall", "Early mornings", "To hear everyone out", "Bread baked here",
)  # fmt: skip
REJECTED_WORDS = "the rejected words nobody may read"
NASTY = (
    "<script>alert(1)</script>",
    "</style><style>body{display:none}</style>",
    "<img src=http://example.com/x.png onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }} {% raw %} {value}",
    "שלום לכולם, with two directions",
    "ಎಲ್ಲರಿಗೂ ಶಾಂತಿ — سلام للجميع — 大家平安",
    "w" * 1000,
)


def gathering(stances: np.ndarray, texts: tuple[str, ...] | None = None, **changes: object) -> Gathering:
    """Return a gathering from a matrix of stances (N, M); 9 means not asked."""
    people, desires = stances.shape
    i, j = np.nonzero(stances != 9)
    words = texts or TEXTS[:desires]
    given: dict[str, object] = {
        "question": "What do you want?",
        "participants": tuple(f"person-{n}" for n in range(people)),
        "desires": tuple(Desire(f"d{d}", words[d]) for d in range(desires)),
        "responses": Responses.of(i, j, stances[i, j]),
        "source": "made up",
        "credits": "Nobody's data.",
    }
    return Gathering(**(given | changes))  # type: ignore[arg-type]


def numbers_of(analysis: Analysis, **more: Any) -> dict[str, Any]:
    """Return the numbers of a report as they are read from its file."""
    return plain(build(analysis, **more))


def opinions(rng: np.random.Generator, people: int, desires: int, asked: float = 0.6) -> np.ndarray:
    """Return stances of a gathering with a common core and two opposed halves."""
    side = np.where(np.arange(people) % 2 == 0, 1, -1)
    stances = np.where(rng.random((people, desires)) < 0.75, side[:, None] * np.where(np.arange(desires) % 2, 1, -1), 0)
    stances[:, : desires // 3] = np.where(rng.random((people, desires // 3)) < 0.93, 1, 0)
    stances[rng.random(stances.shape) > asked] = 9
    return stances


@pytest.fixture(scope="session")
def measured() -> Analysis:
    """Return a gathering of 90 people in six circles with hostile texts and one rejected desire."""
    rng = np.random.default_rng(5)
    stances = opinions(rng, 90, 24)
    stances[:, 20] = np.where(np.arange(90) < 3, 1, 9)
    words = (*NASTY, *TEXTS, "Tea", "Rest", REJECTED_WORDS, "This form is too long.")
    desires = [Desire(f"d{d}", text, language="he" if d == 5 else None) for d, text in enumerate(words)]
    desires[22] = Desire("d22", REJECTED_WORDS, moderation=Moderation.REJECTED)
    desires[23] = Desire("d23", words[23], is_meta=True)
    circles = tuple(
        Circle(f"c{n}", name) for n, name in enumerate(("<b>One</b>", "Два", "שלוש", "Four", "Five", "Tiny"))
    )
    circle_of = np.minimum(np.arange(90) // 17, 5).astype(np.int32)
    circle_of[-3:] = -1
    circle_of[(circle_of == 5) & (np.arange(90) > 88)] = -1
    return analyze(gathering(stances, words, desires=tuple(desires), circles=circles, circle_of=circle_of), seed=1)


@pytest.fixture(scope="session")
def one() -> Analysis:
    """Return a gathering that is one."""
    rng = np.random.default_rng(6)
    stances = np.ones((300, 10), int)
    stances[:, 5:] = rng.choice([-1, 0, 1], (300, 5))
    stances[rng.random(stances.shape) < 0.02] = 0
    return analyze(gathering(stances), seed=1)


@pytest.fixture(scope="session")
def thin() -> dict[str, Analysis]:
    """Return gatherings that are valid and too thin, by name."""
    rng = np.random.default_rng(7)
    nobody = gathering(np.full((0, 0), 9), ())
    apart = np.where((np.arange(40) % 2 == 0)[:, None] == (np.arange(8) % 2 == 0), 1, -1)
    made = {
        "nothing": nobody,
        "no answers": gathering(np.full((6, 3), 9)),
        "one person": gathering(np.array([[1, -1, 0]])),
        "three people": gathering(rng.choice([-1, 0, 1], (3, 4))),
        "six people": gathering(rng.choice([-1, 0, 1], (6, 9))),
        "one desire": gathering(rng.choice([-1, 0, 1], (40, 1))),
        "only wants": gathering(np.ones((30, 5), int)),
        "nobody wants": gathering(rng.choice([-1, 0], (30, 5))),
        "no line": gathering(apart),
        "nobody against": gathering(np.where(rng.random((40, 8)) < np.linspace(0.95, 0.2, 8), 1, 0)),
    }
    return {name: analyze(value, seed=1) for name, value in made.items()}
