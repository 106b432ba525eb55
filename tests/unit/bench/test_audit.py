"""Audits with a known truth, in short."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from oneheart.bench import audit
from oneheart.engine.prayer.audit import Audit


def test_audits_prove_what_is_so_and_not_what_is_not() -> None:
    result = audit.run({}, seed=0, repeats=10, progress=lambda *_: None)
    assert len(result.rows) == len(audit.CASES)
    assert [gate.name for gate in result.gates if not gate.met] == []
    assert len(result.gates) == len(audit.CASES) + sum(case.provable for case in audit.CASES)


@pytest.mark.parametrize("case", audit.CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("fair", [False, True])
def test_the_truth_of_a_hall_is_what_its_name_says(case: audit.AuditCase, *, fair: bool) -> None:
    owed = audit.FAIR if fair else case.owed
    hall = audit._hall(case, owed, np.random.default_rng(3))  # noqa: SLF001  the truth itself
    assert hall.want.shape == (case.people, case.challengers)
    gain = case.lines * (hall.want / (1 + hall.lines.sum(1))[:, None]).mean(0)
    assert gain.argmax() == 0
    assert owed <= gain[0] < owed * 1.05


def test_a_camp_that_is_owed_a_line_is_certified_away_only_where_saying_counts_as_wanting() -> None:
    case = next(case for case in audit.CASES if case.says_more == 0.4 and case.answering == 1.0)
    assert audit.certified(case, case.owed, 20, 0) == 0
    assert audit.certified(case, case.owed, 20, 0, one_approval=False) > 0.5
    assert audit.certified(case, audit.FAIR, 20, 0) > 0.5


def test_a_gate_is_missed_where_what_is_likely_is_taken_for_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    real = audit.audit

    def likely(*args: Any, **more: Any) -> Audit:
        found = real(*args, **more)
        return replace(found, kind="certified" if found.rho <= 1 else "estimated")

    monkeypatch.setattr(audit, "audit", likely)
    assert any(audit.certified(case, case.owed, 20, 0) >= audit.FALSE_MOST for case in audit.CASES[:3])
