"""The crux modules, and for each the tests that stand nearest to it. This is the one place that says so.

A name is a dotted path below `oneheart`; a package stands for every module in it. Tests are files or folders; the
examples in a module's own docstrings are always run first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tools.mutants.trial import ROOT

_DESIRE = ("tests/unit/engine/desire", "tests/unit/engine/test_bounds_and_order.py")
_WHOLE = (*_DESIRE, "tests/unit/engine/test_analysis.py", "tests/unit/engine/test_for_text.py")
_PRAYER = ("tests/unit/engine/prayer", "tests/properties/test_weaving.py")
_CLOSENESS = ("tests/unit/engine/closeness", "tests/properties/test_relabelling.py")
_LIVE = ("tests/unit/live", "tests/properties/test_live_log.py")
_STATE = (
    "tests/unit/live/test_rules.py",
    "tests/unit/live/test_state_reading.py",
    "tests/unit/live/test_fingerprint.py",
    "tests/properties/test_revoking.py",
)
_TEXT = tuple(f"tests/unit/live/test_{name}.py" for name in ("judging", "sealing", "challengers", "origin"))
_SEALED = ("tests/unit/live/test_sealing.py", "tests/unit/live/test_origin.py", "tests/unit/live/test_round.py")
_INSIDE = "tests/web/test_inside.py"
_POLIS = ("tests/unit/formats", "tests/properties/test_polis_round_trip.py", "tests/real/test_polis_files.py")

_GATHERING = (
    "tests/unit/live/test_gathering.py",
    "tests/unit/live/test_gathering_rules.py",
    "tests/unit/live/test_dealing.py",
    "tests/unit/live/test_full_disk.py",
    "tests/unit/live/test_spoiled.py",
    "tests/unit/live/test_leading.py",
    "tests/unit/live/test_round.py",
    "tests/properties/test_live_log.py",
    "tests/web/test_phone.py",
    "tests/web/test_near.py",
)

TESTS: Mapping[str, tuple[str, ...]] = {
    "engine.desire.shares": (*_DESIRE, "tests/properties/test_engine_against_reference.py"),
    "engine.desire.common_ground": (
        *_DESIRE,
        "tests/unit/engine/test_analysis.py",
        "tests/unit/engine/test_for_text.py",
    ),
    "engine.desire.one_desire": _WHOLE,
    "engine.desire.standing": _WHOLE,
    "engine.desire.parts_heard": (*_WHOLE, "tests/unit/engine/prayer/test_stopping.py"),
    "engine.desire.routing": ("tests/unit/engine/test_routing.py", "tests/properties/test_relabelling.py"),
    "engine.prayer.audit": _PRAYER,
    "engine.prayer.stopping": (*_PRAYER, *_SEALED),
    "engine.prayer.choosing": _PRAYER,
    "engine.prayer.few": _PRAYER,
    "engine.disclosure": ("tests/unit/engine/test_disclosure.py", "tests/unit/engine/test_told.py", *_SEALED),
    "engine.told": ("tests/unit/engine/test_told.py", "tests/unit/engine/test_disclosure.py", *_SEALED),
    "engine.closeness.relation": _CLOSENESS,
    "engine.closeness.inner": _CLOSENESS,
    "storage.log": ("tests/unit/storage", "tests/unit/live/test_spoiled.py", "tests/properties/test_live_log.py"),
    "storage.sqlite_log": (
        "tests/unit/storage",
        "tests/unit/live/test_spoiled.py",
        "tests/properties/test_live_log.py",
    ),
    "formats.polis": _POLIS,
    "web.security": (
        "tests/web/test_small_safety.py",
        "tests/web/test_security.py",
        "tests/web/test_door.py",
        "tests/web/test_phone.py",
    ),
    "live.challenging": (*_TEXT, *_LIVE, "tests/web/test_circle.py"),
    "live.gathering": _GATHERING,
    "live.keeper": _GATHERING,
    "live.decks": _GATHERING,
    "live.dealing": ("tests/unit/live/test_dealing.py", *_LIVE),
    "live.held": ("tests/unit/live/test_held.py", *_LIVE, "tests/web/test_authority.py"),
    "live.giving": ("tests/unit/live/test_giving.py", "tests/privacy/test_between.py", *_STATE),
    "live.offered": ("tests/properties/test_offered.py", "tests/web/test_named_by_number.py", _INSIDE),
    "live.opened": (_INSIDE, "tests/web/test_named_by_number.py", "tests/web/test_phone.py"),
    "live.sealed_record": ("tests/properties/test_one_record.py", "tests/web/test_both.py", "tests/web/test_book.py"),
    "live.origin": (*_TEXT, *_LIVE, "tests/web/test_book.py"),
    "live.rebuild": ("tests/unit/live/test_rebuild.py", *_GATHERING),
    "live.seating_plan": ("tests/unit/live/test_seating_plan.py", *_LIVE),
    "live.snapshot": ("tests/unit/live/test_snapshot.py", *_LIVE),
    "live.erasing": ("tests/unit/live/test_erasing.py", *_GATHERING),
    "live.codes": _LIVE,
    "live.leading": _LIVE,
    "live.aside": _LIVE,
    "live.state": (*_STATE, *_LIVE, "tests/web/test_host.py", "tests/web/test_circle.py", "tests/web/test_phone.py"),
    "live.judging": (*_TEXT, *_LIVE, "tests/web/test_circle.py"),
    "live.sealing": (*_TEXT, *_LIVE, "tests/web/test_book.py", "tests/web/test_circle.py"),
    "live.circles": ("tests/unit/live/test_queues.py", "tests/web/test_circle.py", "tests/web/test_tables.py"),
    "live.queues": ("tests/unit/live/test_queues.py", "tests/web/test_desk_and_programs.py", "tests/web/test_host.py"),
    "live.doing": ("tests/unit/live/test_doing.py", "tests/web/test_circle.py", "tests/web/test_phone.py"),
    "live.typed_words": (
        "tests/unit/live/test_doing.py",
        "tests/web/test_hostile_words.py",
        "tests/web/test_api.py",
        "tests/web/test_phone.py",
    ),
    "web.phone.mine": (
        "tests/web/test_small_safety.py",
        "tests/web/test_phone.py",
        "tests/web/test_near.py",
        "tests/web/test_authority.py",
    ),
    "web.who": (
        "tests/web/test_small_safety.py",
        "tests/web/test_phone.py",
        "tests/web/test_words.py",
        "tests/web/test_authority.py",
    ),
}
"""Which tests stand nearest to which module."""


def paths_of(name: str) -> list[str]:
    """Return the files of a module or package, from the root of the repository; [] where there is none."""
    whole = ROOT / "src" / "oneheart" / Path(*name.split("."))
    files = sorted(whole.rglob("*.py")) if whole.is_dir() else [whole.with_suffix(".py")]
    return [file.relative_to(ROOT).as_posix() for file in files if file.is_file()]


def nearest() -> dict[str, tuple[str, ...]]:
    """Return for each file of the crux what pytest is to run."""
    return {path: (path, *tests) for name, tests in TESTS.items() for path in paths_of(name)}


def problems() -> list[str]:
    """Return what the table names and nobody finds, as sentences; [] where all is there."""
    gone = [f"There is no module oneheart.{name}: mend tools/mutants/table.py." for name in TESTS if not paths_of(name)]
    tests = sorted({test for several in TESTS.values() for test in several})
    missing = [f"There is no {test}: mend tools/mutants/table.py." for test in tests if not (ROOT / test).exists()]
    return gone + missing
