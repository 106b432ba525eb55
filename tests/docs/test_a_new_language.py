"""A language is added by one row in `oneheart.locale.languages` and its catalogues; nothing else in code knows it.

Two made-up languages are added to those that are there, and a gathering speaks all of them: doors, phones, desk, cards,
hall and report. One of the two is written from the right.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from oneheart.locale.languages import LANGUAGES

ROOT = Path(__file__).parents[2]

ADDED = """
import re
import shutil
import sys
from pathlib import Path

import msgspec

from oneheart.locale import languages

former = [*languages.LANGUAGES]
languages.LANGUAGES["eo"] = languages.Language("eo", "Esperanto", decimal=",", thousands=" ")
hebrew = languages.LANGUAGES["he"].plurals
languages.LANGUAGES["ur"] = languages.Language("ur", "اردو", right_to_left=True, plurals=hebrew)

folder = Path(sys.argv[1])
shutil.copytree(Path(languages.__file__).parent, folder / "locale")
shutil.copytree(folder / "locale/es", folder / "locale/eo")  # a catalogue is copied and translated
shutil.copytree(folder / "locale/he", folder / "locale/ur")

from oneheart.locale import extract
from oneheart.reports import translation
from oneheart.web import words

translation.LOCALE = words.LOCALE = folder / "locale"
translation.LANGUAGES = tuple(languages.LANGUAGES)

from oneheart.commands.making import settings_for
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.web.app import make_app
from oneheart.web.hall.by_turns import turns_of
from oneheart.web.host.gathering_settings import blank, settings_from
from oneheart.web.pages import languages_of
from tests.support.desks import Desk
from tests.support.gatherings import Browser, Door

every = [*former, "eo", "ur"]
assert [*words.LANGUAGES] == every
assert ("eo", "Esperanto") in languages_of(None)
assert (words.direction_of("eo"), words.direction_of("ur")) == ("ltr", "rtl")
assert translation.check_language("eo") == "eo"
assert translation.Translation("eo").t("One desire") == translation.Translation("es").t("One desire")
assert "eo" in settings_for(name="", questions=[], voice="ten", languages=[]).question
assert "eo" in blank("eo").question
settings, missing = settings_from({"name": "x", "language-eo": "1", "language-ur": "1", "first": "eo"})
assert missing == "" and settings.languages == ["eo", "ur"]
assert extract.updated("eo").num_plurals == 2, extract.updated("eo").num_plurals

# a gathering in all of them, through its pages
path = folder / "all.oneheart"
settings = settings_for(name="All", questions=[], voice="ten", languages=every)
create(path, msgspec.structs.replace(settings, keep_days=None), code="ABCD3456")
client = Browser(make_app(House([LiveGathering.open(path)], folder=None), hosts=["testserver"]), follow_redirects=False)
with client:
    door = Door(client.app.state.house, client)
    assert re.findall(r'hreflang="(\\w+)"', door.browser().get("/j/ABCD3456").text) == every
    for code in every:
        phone = door.join(language=code)
        page = phone.get("/g/ABCD3456").text
        assert f'<html lang="{code}" dir="{words.direction_of(code)}">' in page
        assert str(words.Words(code).t("What do you want?")) in page
    desk = Desk(door)
    settings = desk.page("/settings")
    for code in every:
        assert f'name="question-{code}"' in settings and f'name="name-{code}"' in settings
    names = {f"name-{code}": f"Fire {code}" for code in every}
    desk.do("circle", name="Fire", **names)
    assert door.gathering.state.circles[0].names == {code: f"Fire {code}" for code in every}
    cards = desk.page("/cards")
    for code in every:
        assert f'<p class="card-question" lang="{code}"' in cards, code
    hall = door.browser().get("/hall/ABCD3456").text
    section = r'<section lang="(\\w+)" dir="(?:ltr|rtl)" data-turn="\\d"[^>]*>\\s*<p class="round"'
    assert re.findall(section, hall) == every
    assert max(int(turn) for turn in re.findall(r'data-turn="(\\d)"', hall)) == len(turns_of(every)) - 1
    assert door.browser().get("/api/v1/gatherings/ABCD3456").json()["languages"] == every
"""


@pytest.mark.process
def test_one_row_adds_a_language_to_every_page_and_report(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ADDED, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_no_code_counts_the_languages_or_lists_those_that_are_there() -> None:
    """Lists of words by language are keyed and may lack a language; a bare list of codes would leave a new one out."""
    allowed = {
        "rehearsal/friends.py": "made-up friends word their wishes in these",
        "bench/babel.py": "simulated halls",
        "engine/desire/scripts.py": "languages of one script, told apart by their words",
    }
    found = {
        path.relative_to(ROOT / "src/oneheart").as_posix()
        for path in sorted((ROOT / "src/oneheart").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and is_list_of_codes(node.elts)
    }
    assert found == set(allowed)


def is_list_of_codes(elements: list[ast.expr]) -> bool:
    """Return whether these are two or more language codes of pages and nothing else."""
    texts = [element.value for element in elements if isinstance(element, ast.Constant)]
    return len(texts) == len(elements) > 1 and set(texts) <= set(LANGUAGES)
