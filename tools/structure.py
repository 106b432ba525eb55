"""`python -m tools.structure`: import circles, long files, names used twice, rules that more than one module holds.

All of it is read from the syntax trees of `src/oneheart`. Imports inside functions and behind `TYPE_CHECKING` count
like all others. Names that are used twice stand in `names_used_twice.toml`, with what each of them is and why both may
have the name. `--write` writes that file anew and leaves new reasons to be filled in.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = Path(__file__).with_name("names_used_twice.toml")
LINES_MOST = 650
MAY_BE_LONG = ("live/events.py", "engine/kernels.py")  # the file format, and loops that are one piece

Tree = Mapping[str, ast.Module]
"""Syntax trees of a package by their path below it."""


def trees(package: Path) -> dict[str, ast.Module]:
    """Return the syntax tree of each module of a package, by its path below the package."""
    files = sorted(package.rglob("*.py"))
    return {file.relative_to(package).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


# --- import circles --------------------------------------------------------------------------------------------------


def imports(modules: Tree, package: str) -> dict[str, set[str]]:
    """Return which modules of a package each of its modules imports, wherever in the file it does so."""
    path_of = {dotted(path, package): path for path in modules}
    found: dict[str, set[str]] = {}
    for path, tree in modules.items():
        here = dotted(path, package)
        around = here if path.endswith("__init__.py") else here.rpartition(".")[0]
        names = (name for node in ast.walk(tree) for name in _imported(node, around, path_of))
        found[path] = {path_of[name] for name in names} - {path}
    return found


def dotted(path: str, package: str) -> str:
    """Return the dotted name of a module.

    Example:
        >>> dotted("live/state/__init__.py", "oneheart")
        'oneheart.live.state'
    """
    parts = path.removesuffix(".py").split("/")
    return ".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))


def _imported(node: ast.AST, around: str, known: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    if isinstance(node, ast.ImportFrom):
        above = around.split(".")[: len(around.split(".")) - node.level + 1] if node.level else []
        source = ".".join((*above, *((node.module,) if node.module else ())))
        for alias in node.names:
            whole = f"{source}.{alias.name}"
            if whole in known:
                yield whole
            elif source in known:
                yield source


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return each group of modules that import each other in a circle, as one shortest way round.

    Example:
        >>> circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})
        [['a', 'b', 'c', 'a']]
    """
    return sorted(_way_round(min(group), group, edges) for group in _tied(edges) if len(group) > 1)


def _tied(edges: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Return the strongly connected components (Tarjan 1972)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    groups: list[set[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        path.append(node)
        for other in edges.get(node, ()):
            if other not in order:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in path:
                lowest[node] = min(lowest[node], order[other])
        if lowest[node] == order[node]:
            place = path.index(node)
            groups.append(set(path[place:]))
            del path[place:]

    for node in edges:
        if node not in order:
            visit(node)
    return groups


def _way_round(start: str, group: set[str], edges: Mapping[str, Iterable[str]]) -> list[str]:
    ways = [[start]]
    for way in ways:  # grows while it is walked: the nearest first
        for other in sorted(edges[way[-1]]):
            if other == start:
                return [*way, start]
            if other in group and other not in way:
                ways.append([*way, other])
    return [start]


# --- long files ------------------------------------------------------------------------------------------------------


def long_files(package: Path) -> list[str]:
    """Return a sentence for each file that is too long."""
    counts = {
        file.relative_to(package).as_posix(): len(file.read_bytes().splitlines()) for file in package.rglob("*.py")
    }
    return [
        f"{path} has {count} lines, more than {LINES_MOST}"
        for path, count in sorted(counts.items())
        if count > LINES_MOST and path not in MAY_BE_LONG
    ]


# --- names used twice ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twice:
    """A name that two or more files or classes have.

    Attributes:
        kind: "file" or "class".
        name: the name.
        places: where each is, and the first line of what it says of itself.
        why: why they may have the same name; "" where nobody has said so yet.
    """

    kind: str
    name: str
    places: tuple[tuple[str, str], ...]
    why: str = ""


def used_twice(modules: Tree) -> list[Twice]:
    """Return the file names and class names that are used more than once, classes within functions left out."""
    places: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for path, tree in modules.items():
        if not path.endswith("__init__.py"):
            places["file", Path(path).stem].append((path, _first_line(tree)))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places["class", node.name].append((path, _first_line(node)))
    return [Twice(kind, name, tuple(found)) for (kind, name), found in sorted(places.items()) if len(found) > 1]


def _first_line(node: ast.Module | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").split("\n")[0]


def recorded(path: Path = NAMES) -> list[Twice]:
    """Return the names that are written down."""
    written = tomllib.loads(path.read_text(encoding="utf-8")).get("name", [])
    return [Twice(one["kind"], one["name"], tuple(map(tuple, one["places"])), one["why"]) for one in written]


def as_toml(names: Iterable[Twice]) -> str:
    """Return names as the file that holds them."""
    parts = ["# Names that several files or classes have. `python -m tools.structure --write` writes all but `why`.\n"]
    for one in names:
        places = "".join(f"  {json.dumps(list(place), ensure_ascii=False)},\n" for place in one.places)
        why = json.dumps(one.why, ensure_ascii=False)
        parts.append(f'[[name]]\nkind = "{one.kind}"\nname = "{one.name}"\nwhy = {why}\nplaces = [\n{places}]\n')
    return "\n".join(parts)


def compared(found: Iterable[Twice], written: Iterable[Twice]) -> list[str]:
    """Return what differs between the names that are used twice and those that are written down, as sentences."""
    known = {(one.kind, one.name): one for one in written}
    wrong = []
    for one in found:
        before = known.pop((one.kind, one.name), None)
        where = ", ".join(path for path, _ in one.places)
        if before is None or [path for path, _ in before.places] != [path for path, _ in one.places]:
            wrong.append(f"the {one.kind} name {one.name} is used in {where}: rename one or --write it down")
        elif not before.why:
            wrong.append(f"the {one.kind} name {one.name} is used in {where}, and nobody says why")
    return wrong + [f"the {kind} name {name} is no longer used twice: --write the list anew" for kind, name in known]


# --- rules that stand in one module only -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that one module may do, and no other.

    Attributes:
        says: what it is.
        only: path of the module, below the package.
        lines: returns the lines of a module that do it.
        not_in: folders and files where the same letters mean something else.
    """

    says: str
    only: str
    lines: Callable[[ast.Module], list[int]]
    not_in: tuple[str, ...] = ()


def _cleans_and_hints(tree: ast.Module) -> list[int]:
    calls = {name: _calls(tree, name) for name in ("clean", "hints")}
    return calls["hints"] if all(calls.values()) else []


def _calls(tree: ast.Module, name: str) -> list[int]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = (
        f for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id == "entry"
    )
    return [f.lineno for f in named if f.attr == name]


def _defines_stands(tree: ast.Module) -> list[int]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [node.lineno for node in functions if node.name.strip("_") == "stands"]


def _spells_an_actor(tree: ast.Module) -> list[int]:
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and len(node.values) > 1)
    return [
        node.lineno
        for node in texts
        if isinstance(node.values[0], ast.Constant)
        and node.values[0].value in {"s", "h"}
        and isinstance(node.values[1], ast.FormattedValue)
    ]


def _compares_with_k(tree: ast.Module) -> list[int]:
    lines: set[int] = set()

    def is_k(node: ast.AST, parameters: frozenset[str]) -> bool:
        if isinstance(node, ast.BinOp):
            return is_k(node.left, parameters) or is_k(node.right, parameters)
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        return name in {"K", "_K"} or (name == "k" and name in parameters)

    def walk(node: ast.AST, parameters: frozenset[str]) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            parameters = parameters | {argument.arg for argument in every}
        if isinstance(node, ast.Compare) and any(is_k(side, parameters) for side in (node.left, *node.comparators)):
            lines.add(node.lineno)
        for child in ast.iter_child_nodes(node):
            walk(child, parameters)

    walk(tree, frozenset())
    return sorted(lines)


RULES = (
    Rule("cleans what people say and looks for hints in it", "engine/desire/entry.py", _cleans_and_hints),
    Rule("says which desires stand", "live/state/desires.py", _defines_stands),
    Rule("spells the actor of a seat or a host", "model/actor.py", _spells_an_actor),
    # In the files left out, k is a number of lines or groups that are looked for.
    Rule("compares a count with k", "engine/disclosure.py", _compares_with_k, ("bench/", "engine/desire/shares.py")),
)


def elsewhere(modules: Tree, rules: Iterable[Rule] = RULES) -> list[str]:
    """Return a sentence for each line that does what only another module may do."""
    return [
        f"{path}:{line} {rule.says}; only {rule.only} may"
        for rule in rules
        for path, tree in modules.items()
        if path != rule.only and not path.startswith(rule.not_in)
        for line in rule.lines(tree)
    ]


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Print what is wrong and return 1 where anything is, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.structure", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the names that are used twice down anew")
    package = root / "src" / "oneheart"
    modules = trees(package)
    names = used_twice(modules)
    written = recorded()
    if parser.parse_args(arguments).write:
        why = {(one.kind, one.name): one.why for one in written}
        kept = [Twice(one.kind, one.name, one.places, why.get((one.kind, one.name), "")) for one in names]
        NAMES.write_text(as_toml(kept), encoding="utf-8")
        written = kept
    sections = {
        "import circles": [" → ".join(way) for way in circles(imports(modules, "oneheart"))],
        "long files": long_files(package),
        "names used twice": compared(names, written),
        "rules in more than one module": elsewhere(modules),
    }
    for title, lines in sections.items():
        print(f"{title}: {len(lines)}")
        print(*(f"  {line}\n" for line in lines), sep="", end="")
    return int(any(sections.values()))


if __name__ == "__main__":
    sys.exit(main())
