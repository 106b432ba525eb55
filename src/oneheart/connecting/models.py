"""Models: the folder in which an operator laid translation models. It imports no engine.

A model stands in a folder that is named by its two languages, such as `en-es`. In it stand the files of CTranslate2
(`model.bin`, `config.json`, vocabularies) and those of SentencePiece: `source.spm` and `target.spm`, or one
`sentencepiece.model` for both. The files of CTranslate2 may stand in a folder `model` inside, as in Argos packages.

Source: https://opennmt.net/CTranslate2/guides/ and the packages of Argos Translate.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from oneheart.errors import UserError

ENGINE = ("ctranslate2", "sentencepiece")
_PAIR = re.compile(r"([a-z]{2,3})[-_]([a-z]{2,3})", re.ASCII)
_BOTH = "sentencepiece.model"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model.

    Attributes:
        model: folder of the files of CTranslate2.
        source: SentencePiece model of the language from which it translates.
        target: SentencePiece model of the language into which it translates.
    """

    model: Path
    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Models:
    """A folder of models.

    Attributes:
        folder: the folder.
        pairs: pairs of language codes for which a model is in it: from, to.
    """

    folder: Path
    pairs: frozenset[tuple[str, str]]


def files_of(folder: Path) -> ModelFiles | None:
    """Return the files of the model in a folder; None if one of them is missing."""
    model = folder / "model" if (folder / "model" / "model.bin").is_file() else folder
    both = folder / _BOTH
    source, target = (both if both.is_file() else folder / name for name in ("source.spm", "target.spm"))
    files = ModelFiles(model, source, target)
    return files if all(file.is_file() for file in (model / "model.bin", source, target)) else None


def folder_of(folder: Path, source: str, target: str) -> Path | None:
    """Return the folder of the model for two languages; None if there is none."""
    named = (folder / f"{source}{sign}{target}" for sign in "-_")
    return next((path for path in named if files_of(path) is not None), None)


def models_in(folder: Path) -> Models:
    """Return the models in a folder.

    Raises:
        UserError: the folder is missing, it holds no model, or the extra `translate` is not installed.
    """
    if not folder.is_dir():
        message = f"There is no folder {folder}; lay translation models into it, or leave --translate out."
        raise UserError(message)
    named = [match for path in sorted(folder.iterdir()) if (match := _PAIR.fullmatch(path.name))]
    pairs = {(match[1], match[2]) for match in named if files_of(folder / match[0]) is not None}
    if not pairs:
        message = (
            f"There is no translation model in {folder}; a model stands in a folder such as en-es, with model.bin, "
            "source.spm and target.spm."
        )
        raise UserError(message)
    if any(importlib.util.find_spec(name) is None for name in ENGINE):
        message = "Translation models need more: run pip install 'oneheart[translate]', or leave --translate out."
        raise UserError(message)
    return Models(folder, frozenset(pairs))
