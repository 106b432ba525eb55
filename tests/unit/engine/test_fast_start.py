"""What an analysis loads: nothing that it can do without."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from oneheart.engine.analysis import analyze
from oneheart.engine.closeness.inner import oneness
from oneheart.engine.desire.facts import looks_like_fact
from oneheart.engine.desire.first_person import GRAMMARS
from oneheart.engine.desire.first_person.grammar import Grammar
from oneheart.engine.synthetic import draw
from oneheart.model.gathering import Responses

LOADED = """
import sys, tempfile
import numpy as np
{before}
from oneheart.engine.analysis import analyze
from oneheart.engine.synthetic import draw
import oneheart.formats
from oneheart.reports.report import write_report
with tempfile.TemporaryDirectory() as place:
    write_report(analyze(draw(16, 8, answers=6, rng=np.random.default_rng(0)).gathering), place)
early = [name for name in ("scipy", "numba") if name in sys.modules]
import oneheart.engine.side_by_side
print(early + [name for name in ("scipy.stats", "scipy.optimize", "pandas", "polars") if name in sys.modules])
"""


def _loaded(before: str = "") -> str:
    code = LOADED.format(before=before)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.process
def test_an_analysis_with_its_report_loads_neither_scipy_nor_numba_nor_a_table_library() -> None:
    analyze(draw(16, 8, answers=6, rng=np.random.default_rng(0)).gathering)  # so that the loops are compiled
    assert _loaded() == "[]"


@pytest.mark.process
def test_the_same_question_finds_what_was_loaded() -> None:
    assert _loaded("import scipy.optimize, numba") == "['scipy', 'numba', 'scipy.optimize']"


def test_a_grammar_compiles_a_pattern_when_it_is_first_asked_for() -> None:
    polish = Grammar(GRAMMARS["pl"].facts, GRAMMARS["pl"].wishes, GRAMMARS["pl"].persons)
    assert "fact" not in vars(polish)
    assert polish.fact.match("mieszkam w warszawie")
    assert "fact" in vars(polish)
    assert looks_like_fact("Mieszkam w Warszawie", "pl")


def test_the_interval_of_oneness_is_by_students_distribution() -> None:
    rng = np.random.default_rng(0)
    answers = Responses.of(np.repeat(np.arange(8), 4), np.tile(np.arange(4), 8), rng.integers(-1, 2, 32))
    few, normal = (oneness(answers, 8, 4, level=level) for level in (0.9, 0.5))
    assert few is not None
    assert normal is not None
    ratio = (few.high - few.value) / (normal.high - normal.value)
    assert np.isclose(ratio, stats.t.ppf(0.95, 7) / stats.t.ppf(0.75, 7))
