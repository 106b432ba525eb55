"""The check of the structure finds what it is there for, in made-up packages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import structure
from tools.structure import Rule, Twice, as_toml, circles, compared, elsewhere, imports, recorded, rules_of, used_twice


def modules(**sources: str) -> dict[str, ast.Module]:
    """Return syntax trees by path; `a__b` stands for `a/b.py`."""
    return {f"{name.replace('__', '/')}.py": ast.parse(source) for name, source in sources.items()}


@pytest.mark.parametrize(
    "hidden",
    [
        "from oneheart.web import host",
        "import oneheart.web.host",
        "from oneheart.web.host import Desk",
        "from . import host",
        "from .host import Desk",
        "def f():\n    from oneheart.web import host",
        "if TYPE_CHECKING:\n    from oneheart.web.host import Desk",
        "class C:\n    async def f(self):\n        import oneheart.web.host as h",
        "import importlib\nimportlib.import_module('oneheart.web.host')",
        "from importlib import import_module as load\nload('.host', 'oneheart.web')",
        "__import__('oneheart.web.host')",
        "import oneheart.web\noneheart.web.host.Desk()",
        "from oneheart import web as w\nw.host.Desk()",
    ],
)
def test_a_circle_is_found_wherever_the_import_hides(hidden: str) -> None:
    found = circles(imports(modules(web__host="from oneheart.web import desk", web__desk=hidden), "oneheart"))
    assert found == [["web/desk.py", "web/host.py", "web/desk.py"]]


def test_one_way_is_no_circle() -> None:
    edges = imports(modules(a="import oneheart.b, os", b="from oneheart import c", c="import json"), "oneheart")
    assert edges == {"a.py": {"b.py"}, "b.py": {"c.py"}, "c.py": set()}
    assert circles(edges) == []


def test_a_long_file_is_named(tmp_path: Path) -> None:
    for path, lines in {"web/long.py": 651, "web/short.py": 650, "live/events.py": 900}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x = 1\n" * lines, encoding="utf-8")
    assert structure.long_files(tmp_path) == ["web/long.py has 651 lines, more than 650"]


def test_names_used_twice_must_be_written_down_with_a_reason(tmp_path: Path) -> None:
    source = '"""Its page.\n\nMore."""\nclass Text:\n    """A text."""'
    found = used_twice(modules(phone__text=source, host__text="class Text: ...", live__text2="class Other: ..."))
    assert found == [
        Twice("class", "Text", (("phone/text.py", "A text."), ("host/text.py", ""))),
        Twice("file", "text", (("phone/text.py", "Its page."), ("host/text.py", ""))),
    ]
    assert len(compared(found, [])) == 2
    path = tmp_path / "names.toml"
    path.write_text(as_toml(found), encoding="utf-8")
    assert recorded(path) == found
    assert [line.rpartition(", ")[2] for line in compared(found, found)] == ["and nobody says why"] * 2
    why = [Twice(one.kind, one.name, one.places, "One page, two readers.") for one in found]
    assert compared(found, why) == []
    assert compared([], why) == [
        f"the {one.kind} name {one.name} is no longer used twice: --write the list anew" for one in why
    ]


@pytest.mark.parametrize(
    ("only", "does", "does_not"),
    [
        ("engine/desire/entry.py", "entry.clean(x)\nentry.hints(x)", "entry.clean(x)\nother.hints(x)"),
        ("live/state/desires.py", "class C:\n    def _stands(self): ...", "class C:\n    def standing(self): ..."),
        ("model/actor.py", "f's{seat}'", "f'so {seat}'"),
        ("model/actor.py", "f'h{host}'", "host + 'h'"),
        ("model/actor.py", "'s' + str(n)", "'seat' + str(n)"),
        ("model/actor.py", "'s%d' % n", "'%ds' % n"),
        ("model/actor.py", "'h{}'.format(n)", "'{}h'.format(n)"),
        ("model/actor.py", "''.join(['s', str(n)])", "', '.join(['s', str(n)])"),
        ("model/actor.py", "f'{\"s\"}{n}'", "f'{n}s'"),
        ("live/state/desires.py", "stands = lambda desire: True", "stands = number in cited"),
        ("live/state/desires.py", "class C:\n    _stands = property(f)", "class C:\n    stands: bool = True"),
        ("live/state/desires.py", "async def stands(): ...", "async def stand(): ..."),
        (
            "engine/desire/entry.py",
            "from a.entry import clean, hints\nclean(hints(x))",
            "from a.entry import hints\nhints(x)",
        ),
        (
            "engine/desire/entry.py",
            "from a.entry import clean as c, hints as h\nh(c(x))",
            "from a.b import clean, hints\nhints(clean(x))",
        ),
        (
            "engine/desire/entry.py",
            "from a import entry as e\ne.hints(e.clean(x))",
            "from a import other as e\ne.hints(e.clean(x))",
        ),
        (
            "engine/desire/entry.py",
            "import a.entry\nc = a.entry.clean\na.entry.hints(c(x))",
            "import a.entry\na.entry.hints(x)",
        ),
        ("engine/disclosure.py", "count < K", "count < LIMIT"),
        ("engine/disclosure.py", "disclosure.K <= count", "release(count, disclosure.K)"),
        (
            "engine/disclosure.py",
            "from a.disclosure import K as LEAST\nn < LEAST",
            "from a.disclosure import K as LEAST\nf(LEAST, k=LEAST)",
        ),
        (
            "engine/disclosure.py",
            "least = disclosure.K",
            "def f(n, least=disclosure.K):\n    return enough(n, k=least)",
        ),
        ("engine/disclosure.py", "max(n, disclosure.K)", "build(n, k=disclosure.K)"),
        ("engine/disclosure.py", "disclosure.K + n", "lambda n, *, k=disclosure.K: enough(n, k=k)"),
        ("engine/disclosure.py", "import operator as o\no.lt(n, disclosure.K)", "enough(n, 2, disclosure.K)"),
        ("engine/disclosure.py", "disclosure.K.__gt__(n)", "Report(k=disclosure.K)"),
        ("engine/disclosure.py", "getattr(disclosure, 'K')", "getattr(disclosure, 'enough')"),
        ("engine/disclosure.py", "from a.disclosure import *", "from a.other import *"),
        (
            "engine/disclosure.py",
            "def f(n, least=disclosure.K):\n    return n >= max(1, least)",
            "def f(n, least=2):\n    return n < least",
        ),
        ("engine/disclosure.py", "count >= 2 * _K", "[k for k in x if k > 1]"),
        ("engine/disclosure.py", "def f(n, k):\n    return 0 < n < k", "def f(n):\n    k = 1\n    return n < k"),
    ],
)
def test_a_rule_stands_in_its_own_module_only(only: str, does: str, does_not: str) -> None:
    trees = {path: ast.parse(does) for path in (only, "web/other.py")} | {"web/another.py": ast.parse(does_not)}
    assert [line.partition(":")[0] for line in elsewhere(trees)] == ["web/other.py"]


@pytest.mark.parametrize("call", ["f(3, least=disclosure.K)", "m.f(3, disclosure.K)"])
def test_a_parameter_that_gets_k_from_another_module_is_not_compared(call: str) -> None:
    function = "def f(n, least=0):\n    return n >= max(1, least)"
    assert elsewhere(modules(live__a=function, web__b="f(3, least=2)")) == []
    assert [line.partition(" ")[0] for line in elsewhere(modules(live__a=function, web__b=call))] == ["live/a.py:2"]


def test_files_where_the_letters_mean_something_else_are_left_out() -> None:
    rule = Rule("compares", "a.py", lambda _tree: [1], not_in=("bench/",))
    assert elsewhere(modules(a="", bench__k="", web__k=""), [rule]) == ["web/k.py:1 compares; only a.py may"]


@pytest.mark.parametrize(
    "line",
    [
        "state.desires[number].text",
        "person.state.desires[number]",
        "texts = [desire.text for desire in gathering.state.desires]",
        "for number, desire in enumerate(state.desires): pass",
        "desires = person.state.desires",
        "state.desires.entries[0]",
        "(desires := state.desires)[0]",
    ],
)
def test_a_page_of_people_opens_no_desire_by_its_number(line: str) -> None:
    rule = next(one for one in rules_of({}) if one.only == "live/opened.py")
    assert elsewhere(modules(web__phone__page=line), [rule]) != []
    assert elsewhere(modules(web__host__desk=line, live__doing=line), [rule]) == []
    assert elsewhere(modules(web__phone__page="state.prayers.words(line, state.desires)"), [rule]) == []


# --- the command ------------------------------------------------------------------------------------------------------

SOUND = {
    "engine/disclosure.py": "K = 5\nenough = lambda n: n >= K\n",
    "live/a.py": "x = 1\n",
    "live/b.py": "from oneheart.live import a\n",
}
FAULTS = {
    "a circle of imports within functions": (
        "live/a.py",
        "def f():\n    from oneheart.live import b\n",
        "import circles: 1",
    ),
    "a circle of imports for types": (
        "live/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from oneheart.live.b import B\n",
        "import circles: 1",
    ),
    "a long file": ("live/a.py", "x = 1\n" * 651, "long files: 1"),
    "a file name used twice": ("web/a.py", "x = 1\n", "names used twice: 1"),
    "a class name used twice": ("live/c.py", "class C: ...\nclass D:\n    class C: ...\n", "names used twice: 1"),
    "a limit of k by hand": (
        "live/c.py",
        "from oneheart.engine.disclosure import K\nshown = 3 < K\n",
        "rules in more than one module: 1",
    ),
    "words cleaned at a door": (
        "web/c.py",
        "from oneheart.engine.desire import entry\nentry.clean('x')\nentry.hints('x')\n",
        "rules in more than one module: 1",
    ),
    "another rule of what stands": ("live/c.py", "def stands(desire): ...\n", "rules in more than one module: 1"),
    "an actor spelled by hand": ("live/c.py", "by = f's{3}'\n", "rules in more than one module: 1"),
    "a desire opened by its number": ("web/c.py", "text = state.desires[3].text\n", "rules in more than one module: 1"),
}


def checked(folder: Path, more: dict[str, str]) -> int:
    """Return the exit status of the command for a made-up package."""
    for path, source in (SOUND | more).items():
        file = folder / "src" / "oneheart" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    names = folder / "names.toml"
    names.write_text("", encoding="utf-8")
    return structure.main([], folder, names)


def test_the_command_passes_a_sound_package(tmp_path: Path) -> None:
    assert checked(tmp_path, {}) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_the_command_fails_on_a_planted_fault(tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    path, source, said = FAULTS[fault]
    assert checked(tmp_path, {path: source}) == 1
    printed = capsys.readouterr().out.splitlines()
    assert said in printed
    assert [line for line in printed if not line.startswith(" ") and line != said and not line.endswith(": 0")] == []
