"""`python -m tools.structure`: import circles, long files, names used twice, rules that more than one module holds.

All of it is read from the syntax trees of `src/oneheart`. Imports inside functions and behind `TYPE_CHECKING` count
like all others. Names that are used twice stand in `names_used_twice.toml`, with what each of them is and why both may
have the name. `--write` writes that file anew and leaves new reasons to be filled in.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib.util
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
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


# --- what names mean -------------------------------------------------------------------------------------------------


def aliases(tree: ast.Module, around: str = "") -> dict[str, str]:
    """Return the dotted name that each imported name of a module stands for, and each name that only repeats one.

    Args:
        tree: the module.
        around: dotted name of the package that holds the module, for relative imports.

    Example:
        >>> aliases(ast.parse("from a.b import c as d; import a.e, a.f as f; g = d.h"))
        {'d': 'a.b.c', 'a': 'a', 'f': 'a.f', 'g': 'a.b.c.h'}
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        if isinstance(node, ast.ImportFrom):
            source = _source(node, around)
            names |= {alias.asname or alias.name: f"{source}.{alias.name}".lstrip(".") for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            meaning = meant(node.value, names)
            if meaning.partition(".")[0] in {name.partition(".")[0] for name in names.values()}:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {t.id: meaning for t in targets if isinstance(t, ast.Name) and t.id not in names}
    return names


def meant(node: ast.AST, names: Mapping[str, str]) -> str:
    """Return the dotted name that an expression stands for; "" for what is no name.

    Example:
        >>> meant(ast.parse("d.K", mode="eval").body, {"d": "engine.disclosure"})
        'engine.disclosure.K'
    """
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = meant(node.value, names)
        return f"{before}.{node.attr}" if before else f"?.{node.attr}"
    return ""


def _source(node: ast.ImportFrom, around: str) -> str:
    above = around.split(".")[: len(around.split(".")) - node.level + 1] if node.level else []
    return ".".join((*above, *((node.module,) if node.module else ())))


# --- import circles --------------------------------------------------------------------------------------------------


def imports(modules: Tree, package: str) -> dict[str, set[str]]:
    """Return which modules of a package each of its modules imports, wherever in the file it does so."""
    path_of = {dotted(path, package): path for path in modules}
    found: dict[str, set[str]] = {}
    for path, tree in modules.items():
        here = dotted(path, package)
        around = here if path.endswith("__init__.py") else here.rpartition(".")[0]
        meanings = aliases(tree, around)
        names = (name for node in ast.walk(tree) for name in _imported(node, around, path_of, meanings))
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


def _imported(node: ast.AST, around: str, known: Mapping[str, str], meanings: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    if isinstance(node, ast.ImportFrom):
        source = _source(node, around)
        for alias in node.names:
            whole = f"{source}.{alias.name}"
            if whole in known:
                yield whole
            elif source in known:
                yield source
    if isinstance(node, ast.Attribute) and meant(node, meanings) in known:  # `import a`, then `a.b.c`
        yield meant(node, meanings)
    if isinstance(node, ast.Call) and meant(node.func, meanings).rpartition(".")[2] in {"import_module", "__import__"}:
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        if texts and texts[0].startswith("."):
            texts = [importlib.util.resolve_name(texts[0], texts[1] if len(texts) > 1 else around)]
        yield from (text for text in texts[:1] if text in known)


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
    lines = {name: _uses(tree, f"entry.{name}") for name in ("clean", "hints")}
    return lines["hints"] if all(lines.values()) else []


def _uses(tree: ast.Module, ending: str) -> list[int]:
    """Return the lines that name something whose dotted name has this ending, under any spelling of the import."""
    names = aliases(tree)
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
    return [node.lineno for node in nodes if f".{meant(node, names)}".endswith(f".{ending}")]


def _defines_stands(tree: ast.Module) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt | ast.expr) and _is_stands(node)]


def _is_stands(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _named_stands(node.name)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = (t.id if isinstance(t, ast.Name) else t.attr if isinstance(t, ast.Attribute) else "" for t in targets)
        return any(map(_named_stands, names)) and _is_function(node.value)
    return False


def _named_stands(name: str) -> bool:
    return name.strip("_") == "stands"


def _is_function(value: ast.expr) -> bool:
    makers = {"property", "cached_property", "partial", "partialmethod", "staticmethod", "classmethod"}
    if isinstance(value, ast.Call) and meant(value.func, {}).rpartition(".")[2] in makers:
        return True
    return any(isinstance(node, ast.Lambda) for node in ast.walk(value))


def _spells_an_actor(tree: ast.Module) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and _is_actor(node)]


def _is_actor(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr(values=[first, ast.FormattedValue(), *_]):
            return _is_letter(first.value if isinstance(first, ast.FormattedValue) else first)
        case ast.BinOp(left=first, op=ast.Add(), right=second):
            return _is_letter(first) and not isinstance(second, ast.Constant)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.match(r"[sh]%", text) is not None
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format" | "format_map")):
            return re.match(r"[sh]\{", text) is not None
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=""), attr="join"),
            args=[ast.Tuple(elts=[first, *_]) | ast.List(elts=[first, *_])],
        ):
            return _is_letter(first)
    return False


def _is_letter(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {"s", "h"}


_K = {"K", "_K"}
_COMPUTES = {"operator", "math", "numpy", "np"}


def _takes_part(call: ast.Call, names: Mapping[str, str]) -> bool:
    """Return whether a call computes with its arguments: a builtin, an operator, or a method such as `__lt__`."""
    function = meant(call.func, names)
    first, last = function.partition(".")[0], function.rpartition(".")[2]
    return function in dir(builtins) or first in _COMPUTES or (last.startswith("__") and last.endswith("__"))


def _passed_on(modules: Tree) -> set[tuple[str, str | int]]:
    """Return the parameters to which a call gives K: name of the function, and name or place of the parameter."""
    parameters: set[tuple[str, str | int]] = set()
    for tree in modules.values():
        names = aliases(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            function = meant(call.func, names).rpartition(".")[2]
            values: list[tuple[str | int, ast.expr]] = [*enumerate(call.args)]
            values += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
            parameters |= {(function, key) for key, value in values if _is_k(value, names)}
    return parameters


def _is_k(node: ast.AST, names: Mapping[str, str]) -> bool:
    return meant(node, names).rpartition(".")[2] in _K


def _computes_with_k(tree: ast.Module, passed: Iterable[tuple[str, str | int]] = ()) -> list[int]:
    """Return the lines that do more with K than pass it on whole, or that compare a parameter that holds it.

    A parameter holds it if it is called `k`, if K is its default, or if a call anywhere gives it K.
    """
    names = aliases(tree)
    given = set(passed)
    lines: set[int] = set()

    def is_k(node: ast.AST, held: frozenset[str]) -> bool:
        if isinstance(node, ast.BinOp):
            return is_k(node.left, held) or is_k(node.right, held)
        if isinstance(node, ast.Call) and _takes_part(node, names):
            return any(is_k(value, held) for value in (*node.args, *(keyword.value for keyword in node.keywords)))
        return _is_k(node, names) or (isinstance(node, ast.Name) and node.id in held)

    def walk(node: ast.AST, above: ast.AST, held: frozenset[str]) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            held = held | _holders(node, names, given)
        if isinstance(node, ast.Compare) and any(is_k(side, held) for side in (node.left, *node.comparators)):
            lines.add(node.lineno)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and _is_k(node, names):
            whole = isinstance(above, ast.Call) and node is not above.func and not _takes_part(above, names)
            if not whole and not isinstance(above, ast.arguments):
                lines.add(node.lineno)
        if isinstance(node, ast.stmt | ast.expr) and _fetches_k(node):
            lines.add(node.lineno)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.keyword):  # `f(k=K)`: K is passed to the call
                walk(child.value, node, held)
            else:
                walk(child, node, held)

    walk(tree, tree, frozenset())
    return sorted(lines)


def _holders(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    names: Mapping[str, str],
    passed: set[tuple[str, str | int]],
) -> frozenset[str]:
    takes = function.args
    places = [argument.arg for argument in (*takes.posonlyargs, *takes.args)]
    every = [*places, *(argument.arg for argument in takes.kwonlyargs)]
    defaults = [*zip(reversed(places), reversed(takes.defaults), strict=False)]
    defaults += [
        (argument.arg, default)
        for argument, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True)
        if default is not None
    ]
    held = {"k"} & set(every) | {name for name, default in defaults if _is_k(default, names)}
    called = "" if isinstance(function, ast.Lambda) else function.name
    offset = 1 if places[:1] in (["self"], ["cls"]) else 0
    held |= {name for name in every if (called, name) in passed}
    return frozenset(held | {name for place, name in enumerate(places[offset:]) if (called, place) in passed})


def _fetches_k(node: ast.AST) -> bool:
    """Return whether a node takes K by its name as a text, or all names of the module that holds it."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(text)), *_]):
            return text in _K
        case ast.Subscript(value=value, slice=ast.Constant(value="K")):
            return "disclosure" in ast.dump(value)
        case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")]):
            return module.endswith("disclosure")
    return False


_MAY_OPEN = ("live/", "engine/", "bench/", "reports/", "formats/", "commands/", "rehearsal/", "web/host/")


def _opens_desires(tree: ast.Module) -> list[int]:
    """Return the lines that look up a desire of the state by its number, walk over all of them, or name them anew."""
    lines = []
    places: list[ast.expr | None]
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=taken) | ast.For(iter=taken) | ast.comprehension(iter=taken):
                places = [taken]
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                places = [node.value]
            case ast.Call(func=ast.Name(id="enumerate" | "list" | "iter" | "zip" | "sorted"), args=arguments):
                places = [*arguments]
            case ast.Attribute(value=taken, attr="entries" | "nearness"):
                places = [taken]
            case _:
                continue
        lines += [place.lineno for place in places if place is not None and _is_all_desires(place)]
    return sorted(lines)


def _is_all_desires(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="state") | ast.Attribute(attr="state"), attr="desires"):
            return True
    return False


def rules_of(modules: Tree) -> tuple[Rule, ...]:
    """Return the rules for a package: what it passes K to is read from all of its modules."""
    with_k = partial(_computes_with_k, passed=_passed_on(modules))
    return (
        Rule("cleans what people say and looks for hints in it", "engine/desire/entry.py", _cleans_and_hints),
        Rule("says which desires stand", "live/state/desires.py", _defines_stands),
        Rule("spells the actor of a seat or a host", "model/actor.py", _spells_an_actor),
        # Below the pages, numbers are what rules and the engine speak; hosts read all desires at their desk.
        Rule("opens a desire by its number", "live/opened.py", _opens_desires, _MAY_OPEN),
        # In the files left out, k is a number of lines or groups that are looked for.
        Rule("compares or computes with k", "engine/disclosure.py", with_k, ("bench/", "engine/desire/shares.py")),
    )


def elsewhere(modules: Tree, rules: Iterable[Rule] | None = None) -> list[str]:
    """Return a sentence for each line that does what only another module may do; by default after `rules_of`."""
    return [
        f"{path}:{line} {rule.says}; only {rule.only} may"
        for rule in (rules_of(modules) if rules is None else rules)
        for path, tree in modules.items()
        if path != rule.only and not path.startswith(rule.not_in)
        for line in rule.lines(tree)
    ]


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None, root: Path = ROOT, list_of_names: Path = NAMES) -> int:
    """Print what is wrong and return 1 where anything is, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.structure", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the names that are used twice down anew")
    package = root / "src" / "oneheart"
    modules = trees(package)
    names = used_twice(modules)
    written = recorded(list_of_names)
    if parser.parse_args(arguments).write:
        why = {(one.kind, one.name): one.why for one in written}
        kept = [Twice(one.kind, one.name, one.places, why.get((one.kind, one.name), "")) for one in names]
        list_of_names.write_text(as_toml(kept), encoding="utf-8")
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
