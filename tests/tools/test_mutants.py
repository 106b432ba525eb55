"""The tool that changes modules: which changes it finds, which of them survive, and whether its table is true."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tools.mutants import __main__ as mutants
from tools.mutants.changes import Change, changes_of, diff, replaced_lines, sample
from tools.mutants.table import TESTS, nearest, problems
from tools.mutants.trial import ROOT, BrokenTrialError, Copy

SOURCE = '''\
"""A module with one rule that its test does not guard."""

LIMIT = 3


def allowed(count: int, *, late: bool) -> bool:
    """Return whether one more may come."""
    if late:
        return False
    return count < LIMIT


def names(people: list[str]) -> list[str]:
    """Return the names that are not empty."""
    return [name for name in people if name]
'''
TEST = """\
from oneheart.made_up import allowed, names


def test_allowed() -> None:
    assert allowed(2, late=False) is True
    assert allowed(3, late=False) is False


def test_names() -> None:
    assert names(["a", ""]) == ["a"]
"""


def found(source: str) -> set[tuple[str, str]]:
    """Return the kinds of change of a source, each with the changed text."""
    return {(change.kind, change.apply(source)) for change in changes_of("m.py", source)}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("comparison", "x = a < b", "x = a <= b"),
        ("comparison", "x = a >= b > c", "x = a > b > c"),
        ("comparison", "x = a == b", "x = a != b"),
        ("comparison", "x = a not in b", "x = a in b"),
        ("comparison", "x = a is b", "x = a is not b"),
        ("and, or", "x = a and b", "x = a or b"),
        ("and, or", "x = a & b", "x = a | b"),
        ("part of a condition", "x = a and b", "x = a and True"),
        ("part of a condition", "x = a or b", "x = False or b"),
        ("any, all, min, max", "x = any(y)", "x = all(y)"),
        ("any, all, min, max", "x = np.minimum(y, 1)", "x = np.maximum(y, 1)"),
        ("not dropped", "x = not y", "x = y"),
        ("number", "x = 7", "x = 8"),
        ("number", "x = 7", "x = 6"),
        ("number", "x = 500", "x = 450"),
        ("number", "x = 0.5", "x = 0.45"),
        ("constant", "x = True", "x = False"),
        ("arithmetic", "x = a + b", "x = a - b"),
        ("arithmetic", "x += b", "x -= b"),
        ("filter removed", "x = [y for y in z if y]", "x = [y for y in z if True]"),
        ("statement removed", "x.y = z", "pass"),
        ("statement removed", "x.add(z)", "pass"),
        ("guard removed", "for x in y:\n    if x:\n        continue\n    z(x)", "for x in y:\n    pass\n    z(x)"),
        ("condition", "if x:\n    z = y", "if not (x):\n    z = y"),
        ("returns nothing", "def f():\n    return x", "def f():\n    return None"),
        ("does nothing", "def f() -> None:\n    x()", "def f() -> None:\n    return\n    x()"),
    ],
)
def test_each_kind_of_change_is_found(kind: str, before: str, after: str) -> None:
    assert (kind, after) in found(before)


@pytest.mark.parametrize(
    "source",
    [
        '"""A text with 1 < 2."""',
        "import os",
        "@cache(5)\ndef f(x: Literal[3]) -> int: ...",
        "class C(Struct, frozen=True): ...",
        "x = f'{a + 1}'",
        "x = zip(a, b, strict=True)",
        "assert a < b",
        "if TYPE_CHECKING:\n    import os",
        "# a < b",
    ],
)
def test_declarations_and_texts_are_left_alone(source: str) -> None:
    assert found(source) - {("returns nothing", source)} == set()


def test_letters_of_several_bytes_before_a_change_do_not_move_it() -> None:
    assert ("comparison", "x = 'שלום' < b") not in found("x = 'שלום'")
    assert ("comparison", "x = 'שלום' <= b") in found("x = 'שלום' < b")


def test_a_sample_is_the_same_for_a_seed_and_gives_every_module_its_turn() -> None:
    every = {name: changes_of(name, SOURCE) for name in ("a.py", "b.py", "c.py")}

    def drawn(seed: int, count: int) -> list[Change]:
        return list(islice(sample(every, random.Random(seed)), count))  # noqa: S311  a sample, no secret

    assert drawn(4, 9) == drawn(4, 9) != drawn(5, 9)
    assert Counter(change.path for change in drawn(4, 9)) == {"a.py": 3, "b.py": 3, "c.py": 3}
    whole = [change for several in every.values() for change in several]
    assert sorted(map(repr, drawn(4, len(whole) + 1))) == sorted(map(repr, whole))


def test_a_change_is_known_by_its_lines_wherever_they_stand() -> None:
    change = next(one for one in changes_of("m.py", SOURCE) if one.kind == "comparison")
    assert replaced_lines(change, SOURCE) == ("return count < LIMIT", "return count <= LIMIT")
    moved = "import os\n\n\n" + SOURCE
    same = next(one for one in changes_of("m.py", moved) if one.kind == "comparison")
    known = [mutants.Equivalent("m.py", "return count < LIMIT", "return count <= LIMIT", "for this test")]
    assert mutants.is_equivalent(same, moved, known)
    assert not mutants.is_equivalent(Change("m.py", "number", 0, 0, "1", 1), moved, known)
    assert "-    return count < LIMIT\n+    return count <= LIMIT" in diff(change, SOURCE)


@pytest.fixture
def made_up(tmp_path: Path) -> Copy:
    """Return a copy of a made-up repository of one module and its tests."""
    root, folder = tmp_path / "root", tmp_path / "copy"
    folder.mkdir()
    for path, text in {
        "src/oneheart/__init__.py": "",
        "src/oneheart/made_up.py": SOURCE,
        "tests/test_made_up.py": TEST,
        "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Copy(folder, root)


@pytest.mark.process
def test_the_changes_that_no_test_notices_are_known(made_up: Copy) -> None:
    path = "src/oneheart/made_up.py"
    survived = {
        replaced_lines(change, SOURCE)
        for change in changes_of(path, SOURCE)
        if not made_up.run(["tests"], 60, path=path, source=change.apply(SOURCE)).noticed
    }
    assert survived == {("if late: return False", "pass"), ("return False", "return True")}
    assert (made_up.folder / path).read_text(encoding="utf-8") == SOURCE


@pytest.mark.process
def test_a_change_that_never_ends_is_noticed_and_stopped(made_up: Copy) -> None:
    path = "src/oneheart/made_up.py"
    endless = SOURCE + "\n\nwhile True:\n    pass\n"
    ran = made_up.run(["tests"], 3, path=path, source=endless)
    assert (ran.noticed, ran.late) == (True, True)
    assert not made_up.run(["tests"], 60).noticed


@pytest.mark.process
def test_tests_that_are_not_there_are_an_error_and_not_a_noticed_change(made_up: Copy) -> None:
    with pytest.raises(BrokenTrialError, match="file or directory not found"):
        made_up.run(["tests/test_gone.py"], 60)


@pytest.mark.process
def test_of_the_quick_tests_alone_a_change_is_noticed_only_if_one_of_them_fails(made_up: Copy) -> None:
    path = "src/oneheart/made_up.py"
    broken = SOURCE.replace("return count < LIMIT", "return None")
    made_up.lane = ["-m", "quick"]
    assert not made_up.run(["tests"], 60, path=path, source=broken).noticed, "none of its tests has the mark"
    tests = made_up.folder / "tests" / "test_made_up.py"
    tests.write_text("import pytest\npytestmark = pytest.mark.quick\n" + tests.read_text("utf-8"), encoding="utf-8")
    assert made_up.run(["tests"], 60, path=path, source=broken).noticed
    assert not made_up.run(["tests"], 60).noticed


def test_the_table_names_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems() == []
    assert len(nearest()) >= len(TESTS)
    monkeypatch.setitem(TESTS, "live.gone", ("tests/unit/gone.py",))  # type: ignore[arg-type]  # a dict all the same
    assert [line.split(":")[0] for line in problems()] == [
        "There is no module oneheart.live.gone",
        "There is no tests/unit/gone.py",
    ]


def test_each_known_equivalent_change_can_still_be_made() -> None:
    for one in mutants.known_equivalents():
        source = (ROOT / one.path).read_text(encoding="utf-8")
        lines = {replaced_lines(change, source) for change in changes_of(one.path, source)}
        assert any(right == one.right and one.mutant in {"", mutant} for right, mutant in lines), one
        assert one.reason.endswith("."), one
