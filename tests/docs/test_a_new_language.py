"""A language is added by one row in `oneheart.locale.languages` and its catalogues; nothing else in code knows it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ADDED = """
import sys
from oneheart.locale import languages

languages.LANGUAGES["eo"] = languages.Language("eo", "Esperanto", decimal=",", thousands=" ")
languages.LANGUAGES["ur"] = languages.Language("ur", "اردو", right_to_left=True)

from oneheart.commands.making import settings_for
from oneheart.locale import extract
from oneheart.reports.translation import Translation, check_language
from oneheart.web import words
from oneheart.web.host.gathering_settings import blank, settings_from
from oneheart.web.pages import languages_of

assert [*words.LANGUAGES] == ["en", "he", "ru", "es", "eo", "ur"]
assert ("eo", "Esperanto") in languages_of(None)
assert (words.direction_of("eo"), words.direction_of("ur")) == ("ltr", "rtl")
assert check_language("eo") == "eo"
assert "eo" in settings_for(name="", questions=[], voice="ten", languages=[]).question
assert "eo" in blank("eo").question
settings, missing = settings_from({"name": "x", "language-eo": "1", "language-ur": "1", "first": "eo"})
assert missing == "" and settings.languages == ["eo", "ur"]
assert extract.updated("eo").num_plurals == 2
"""


@pytest.mark.process
def test_one_row_adds_a_language_to_every_page_and_report() -> None:
    done = subprocess.run([sys.executable, "-c", ADDED], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
