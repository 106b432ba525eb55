"""Which single changes a module can have, by its syntax tree, and how each is written into the text.

The tree only says where something stands; the text is replaced there and nowhere else. So a diff of a mutant shows one
changed place in the file as it was written.
"""

from __future__ import annotations

import ast
import difflib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_COMPARED: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_CALLED = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "ceil": "floor",
    "floor": "ceil",
    "argmin": "argmax",
    "argmax": "argmin",
}
_TINY = 1e-6  # a float below this is there against rounding
_LARGE = 100  # from here on one more or less is nothing to people: a tenth less is taken


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one module.

    Attributes:
        path: of the module, from the root of the repository.
        kind: what is changed, in a few words.
        start: first byte that is replaced.
        end: the byte behind the last one.
        text: what stands there instead.
        line: number of the line where it begins.
    """

    path: str
    kind: str
    start: int
    end: int
    text: str
    line: int

    def apply(self, source: str) -> str:
        """Return the source with this change."""
        content = source.encode()
        return (content[: self.start] + self.text.encode() + content[self.end :]).decode()


def changes_of(path: str, source: str) -> list[Change]:
    """Return every change that a module can have, in the order of its text.

    A change that gives the same text, or a text that is no Python, is left out.

    Example:
        >>> [change.text for change in changes_of("m.py", "big = size > 4")]
        ['>=', '5', '3']
    """
    finder = _Finder(path, source)
    finder.visit(ast.parse(source))
    unique = dict.fromkeys(sorted(finder.changes, key=lambda change: (change.start, change.end, change.kind)))
    return [change for change in unique if _is_python(change.apply(source))]


def sample(changes: Mapping[str, Sequence[Change]], rng: random.Random) -> Iterator[Change]:
    """Yield all changes in random order; a caller takes as many as it wants.

    Every module has its turn, and within a module every kind has the same chance, so that the many numbers of a module
    do not crowd out its few guards.
    """
    left: dict[str, dict[str, list[Change]]] = {}
    for path, every in changes.items():
        for change in every:
            left.setdefault(path, {}).setdefault(change.kind, []).append(change)
    while left:
        for path in rng.sample(sorted(left), len(left)):
            kinds = left[path]
            kind = rng.choice(sorted(kinds))
            yield kinds[kind].pop(rng.randrange(len(kinds[kind])))
            if not kinds[kind]:
                del kinds[kind]
            if not kinds:
                del left[path]


def replaced_lines(change: Change, source: str) -> tuple[str, str]:
    """Return the lines that a change takes away and those that it adds, each with single spaces.

    They name a change whatever line number it has, so a list of known changes outlives edits elsewhere in the file.
    """
    before, after = source.splitlines(), change.apply(source).splitlines()
    removed, added = [], []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            removed += before[a:b]
            added += after[c:d]
    return " ".join(" ".join(removed).split()), " ".join(" ".join(added).split())


def diff(change: Change, source: str) -> str:
    """Return a change as a unified diff."""
    lines = difflib.unified_diff(
        source.splitlines(),
        change.apply(source).splitlines(),
        f"a/{change.path}",
        f"b/{change.path}",
        lineterm="",
        n=2,
    )
    return "\n".join(lines)


def _is_python(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


class _Finder(ast.NodeVisitor):
    """Walks a tree and notes every change."""

    def __init__(self, path: str, source: str) -> None:
        self.changes: list[Change] = []
        self._path = path
        self._content = source.encode()
        self._starts = [0]
        for line in self._content.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    # --- where ---------------------------------------------------------------------------------------------------

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def _text(self, node: ast.expr | ast.stmt) -> str:
        return self._content[self._start(node) : self._end(node)].decode()

    def _note(self, kind: str, start: int, end: int, text: str) -> None:
        if self._content[start:end].decode() != text:
            line = self._content[:start].count(b"\n") + 1
            self.changes.append(Change(self._path, kind, start, end, text, line))

    def _between(self, kind: str, left: ast.expr, right: ast.expr, words: tuple[str, str]) -> None:
        """Change the operator that stands between two operands."""
        start, end = self._end(left), self._start(right)
        operator = rb"\s+".join(re.escape(word.encode()) for word in words[0].split())
        found = re.search(rb"(?<![\w<>=!+*/-])" + operator + rb"(?![\w<>=+*/-])", self._code(start, end))
        if found is not None:
            self._note(kind, start + found.start(), start + found.end(), words[1])

    def _code(self, start: int, end: int) -> bytes:
        """Return a stretch of the text with its comments blotted out."""
        return re.sub(rb"#[^\n]*", lambda found: b" " * len(found[0]), self._content[start:end])

    # --- what is left alone --------------------------------------------------------------------------------------

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave text for people alone; Python 3.11 does not know where its parts stand."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Walk the body; bases, keywords and decorators of a class are declarations."""
        for child in node.body:
            self.visit(child)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Walk defaults and body, without decorators and annotations; let a procedure do nothing."""
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        procedure = isinstance(node.returns, ast.Constant) and node.returns.value is None
        if body and procedure and node.name != "__init__" and not isinstance(body[0], ast.Pass):
            start = self._start(body[0])
            column = start - (self._content.rfind(b"\n", 0, start) + 1)
            self._note("does nothing", start, start, "return\n" + " " * column)
        for child in body:
            self.visit(child)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Walk the value, not the annotation."""
        if node.value is not None:
            self.visit(node.value)
            if isinstance(node.target, ast.Attribute):
                self._remove(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """Walk the value, save where it says that two sequences are known to be of one length."""
        if node.arg != "strict":
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        """Leave what only the type checker needs alone."""

    def visit_Import(self, node: ast.Import) -> None:
        """Leave imports alone."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Leave imports alone."""

    # --- expressions ---------------------------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        """Move a limit by one, or turn a comparison round."""
        for left, operator, right in zip((node.left, *node.comparators), node.ops, node.comparators, strict=False):
            self._between("comparison", left, right, _COMPARED[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Take `or` for `and`, and let a part go."""
        words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        neutral = "True" if isinstance(node.op, ast.And) else "False"
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between("and, or", left, right, words)
        for value in node.values:
            self._note("part of a condition", self._start(value), self._end(value), neutral)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Drop a `not`."""
        if isinstance(node.op, ast.Not | ast.Invert):
            self._note("not dropped", self._start(node), self._start(node.operand), "")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Take minus for plus, and division for multiplication."""
        if not any(isinstance(side, ast.JoinedStr) or _is_text(side) for side in (node.left, node.right)):
            pairs = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")}
            if type(node.op) in pairs:
                self._between("arithmetic", node.left, node.right, pairs[type(node.op)])
            if isinstance(node.op, ast.BitAnd | ast.BitOr):
                both = isinstance(node.op, ast.BitAnd)
                self._between("and, or", node.left, node.right, ("&", "|") if both else ("|", "&"))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Take any for all and min for max."""
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _CALLED:
            end = self._end(node.func)
            self._note("any, all, min, max", end - len(name), end, _CALLED[name])
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Move a small number by one, others by a tenth; turn a truth value round."""
        value = node.value
        start, end = self._start(node), self._end(node)
        if isinstance(value, bool):
            self._note("constant", start, end, str(not value))
        elif isinstance(value, int):
            for other in (value + 1, value - 1) if abs(value) < _LARGE else (round(value * 0.9),):
                self._note("number", start, end, str(other) if other >= 0 else f"({other})")
        elif isinstance(value, float) and (value == 0 or abs(value) > _TINY):
            self._note("number", start, end, repr(value * 0.9 if value else 0.1))

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Take the other value."""
        self._note("condition", self._start(node.test), self._end(node.test), f"not ({self._text(node.test)})")
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Let a filter pass everything."""
        for test in node.ifs:
            self._note("filter removed", self._start(test), self._end(test), "True")
        self.generic_visit(node)

    # --- statements ----------------------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        """Remove a guard, or turn a condition round."""
        if not node.orelse and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
            self._remove(node, "guard removed")
        elif not _mentions(node.test, "TYPE_CHECKING"):
            self._note("condition", self._start(node.test), self._end(node.test), f"not ({self._text(node.test)})")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Remove a call that is made for its effect; a lone text is a docstring."""
        if isinstance(node.value, ast.Call | ast.Await):
            self._remove(node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Remove an assignment that changes a value that is there already."""
        if any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self._remove(node)
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Remove it, or take minus for plus."""
        self._remove(node)
        pairs = {ast.Add: ("+=", "-="), ast.Sub: ("-=", "+=")}
        if type(node.op) in pairs:
            self._between("arithmetic", node.target, node.value, pairs[type(node.op)])
        self.visit(node.value)

    def visit_Delete(self, node: ast.Delete) -> None:
        """Keep what is deleted."""
        self._remove(node)

    def visit_Return(self, node: ast.Return) -> None:
        """Return nothing."""
        if node.value is not None and not isinstance(node.value, ast.Constant):
            self._note("returns nothing", self._start(node.value), self._end(node.value), "None")
        self.generic_visit(node)

    def _remove(self, node: ast.stmt, kind: str = "statement removed") -> None:
        start, end = self._start(node), self._end(node)
        if self._content[start : start + 4] != b"elif":
            self._note(kind, start, end, "pass")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))
