"""Every public class of the model is a word of the glossary, and the glossary is a glossary."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import oneheart.model

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r"^\*\*(?P<word>[^*]+)\*\* – (?P<definition>.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
ENTRIES = [(found["word"], found["definition"]) for found in ENTRY.finditer(TEXT)]


def model_classes() -> set[str]:
    """Return the names of the public classes that the model defines."""
    names = set()
    for module in pkgutil.iter_modules(oneheart.model.__path__, "oneheart.model."):
        found = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        names |= {name for name, value in found if value.__module__ == module.name and not name.startswith("_")}
    return names


def test_every_class_of_the_model_is_in_the_glossary_under_its_own_name() -> None:
    classes = model_classes()
    assert {"Gathering", "Desire", "Circle", "Stance", "Moderation", "Responses"} <= classes
    assert classes - {word for word, _ in ENTRIES} == set()


def test_every_stance_and_moderation_is_explained() -> None:
    words = {word for word, _ in ENTRIES}
    assert {"want", "not mine", "against"} <= words
    moderation = next(definition for word, definition in ENTRIES if word == "Moderation")
    for value in oneheart.model.desire.Moderation:
        assert value.value in moderation


def test_each_word_stands_once_and_in_order() -> None:
    words = [word.casefold() for word, _ in ENTRIES]
    assert words == sorted(set(words))


def test_every_entry_was_understood() -> None:
    assert len(ENTRIES) == TEXT.count("\n**")


def test_nothing_is_called_just_closeness() -> None:
    assert "closeness" not in {word for word, _ in ENTRIES}
    assert {"inner closeness", "outward closeness"} <= {word for word, _ in ENTRIES}
