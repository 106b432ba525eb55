"""The real engine: a tiny model that the test makes, in the helper process, and never in the server."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from oneheart.connecting import Failure
from oneheart.connecting.drafted import LineToDraft, fit
from oneheart.connecting.models import ENGINE, files_of, folder_of, models_in
from oneheart.errors import UserError
from oneheart.live.aside import Aside
from oneheart.live.drafting import translate_here

INSTALLED = all(importlib.util.find_spec(name) is not None for name in ENGINE)
needs_engine = pytest.mark.skipif(not INSTALLED, reason="the extra `translate` is not installed here")
PAIRS = [("Peace for all", "Paz para todos"), ("Bread for everybody", "Pan cada mañana")]
LOADED = "print(sorted({'ctranslate2', 'sentencepiece'} & set(sys.modules)))"


def lay(folder: Path, *names: str) -> Path:
    """Lay empty files into a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one tiny model."""
    from tests.support import tiny_model

    folder = tmp_path_factory.mktemp("models")
    tiny_model.make(folder / "en-es", PAIRS)
    return folder


@needs_engine
@pytest.mark.process
def test_the_real_engine_drafts_a_line_in_the_helper_process(models: Path) -> None:
    async def work() -> list[str | Failure]:
        translate = translate_here(models_in(models), aside)
        return [
            await translate(LineToDraft(text, "en", target))
            for text, target in (*((text, "es") for text, _ in PAIRS), ("Peace", "ru"), ("", "es"), ("x" * 4000, "es"))
        ]

    aside = Aside()
    try:
        found = asyncio.run(work())
    finally:
        aside.close()
    assert found[:3] == [*(said for _, said in PAIRS), Failure("no model")]
    assert all(isinstance(answer, str) for answer in found[3:]), "nothing and too much are answered too"
    assert fit(LineToDraft(PAIRS[0][0], "en", "es"), str(found[0])) == PAIRS[0][1]
    assert INSTALLED
    assert not {"ctranslate2"} & set(sys.modules) or "tests.support.tiny_model" in sys.modules


@needs_engine
@pytest.mark.process
def test_a_damaged_model_is_a_failure_and_the_helper_goes_on(models: Path, tmp_path: Path) -> None:
    broken = tmp_path / "en-es"
    broken.mkdir()
    for file in (models / "en-es").iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:200])

    async def work() -> list[str | Failure]:
        line = LineToDraft(PAIRS[0][0], "en", "es")
        return [await translate_here(models_in(folder), aside)(line) for folder in (tmp_path, models)]

    aside = Aside()
    try:
        assert asyncio.run(work()) == [Failure("engine"), PAIRS[0][1]]
    finally:
        aside.close()


@pytest.mark.process
def test_a_server_loads_no_engine_and_needs_none() -> None:
    asked = f"import sys, oneheart.commands.serving, oneheart.web.app, oneheart.connecting.local; {LOADED}"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "names",
    [
        ("en-es/model.bin", "en-es/source.spm", "en-es/target.spm"),
        ("en-es/model.bin", "en-es/sentencepiece.model"),
        ("en_es/model/model.bin", "en_es/sentencepiece.model"),
    ],
)
def test_a_folder_of_models_is_found_by_the_names_of_its_languages(tmp_path: Path, names: tuple[str, ...]) -> None:
    lay(tmp_path, *names, "en-he/model.bin", "notes/model.bin", "read me.txt")
    folder = folder_of(tmp_path, "en", "es")
    assert folder == tmp_path / names[0].split("/")[0]
    assert files_of(folder) is not None
    assert folder_of(tmp_path, "en", "he") is None, "a model without its words is none"
    if INSTALLED:
        assert models_in(tmp_path).pairs == {("en", "es")}


def test_what_is_wrong_with_a_folder_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path / "none", tmp_path, lay(tmp_path / "a", "es/model.bin")):
        with pytest.raises(UserError, match=r"--translate out|such as en-es"):
            models_in(folder)
    lay(tmp_path, "en-es/model.bin", "en-es/sentencepiece.model")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sentencepiece" else object())
    with pytest.raises(UserError, match=r"oneheart\[translate\]"):
        models_in(tmp_path)
