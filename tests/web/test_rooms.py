"""How `oneheart.web` is built: no import circle, also none inside a function or for type checking; no long file."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import oneheart.web

SOURCE = Path(oneheart.web.__file__).parents[2]
LINES_MOST = 650


def modules(package: str) -> dict[str, Path]:
    """Return the modules of a package with their files."""
    paths = (SOURCE / package.replace(".", "/")).rglob("*.py")
    return {".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imported(tree: ast.AST, known: dict[str, Path]) -> set[str]:
    """Return every known module that a file imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inner & known.keys() or {node.module}
    return names & known.keys()


def circle_in(known: dict[str, Path]) -> list[str]:
    """Return the modules of one import circle, [] for none."""
    graph = {
        name: imported(ast.parse(path.read_text(encoding="utf-8")), known) - {name} for name, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_of_web_imports_itself_by_a_way_around() -> None:
    known = modules("oneheart.web")
    assert len(known) > 30
    assert circle_in(known) == []


def test_a_circle_inside_a_function_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def late():\n    import b\n")
    (tmp_path / "b.py").write_text("from a import late\n")
    assert {*circle_in({"a": tmp_path / "a.py", "b": tmp_path / "b.py"})} == {"a", "b"}


@pytest.mark.parametrize("path", modules("oneheart.web").values(), ids=lambda path: path.stem)
def test_no_file_of_web_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MOST
