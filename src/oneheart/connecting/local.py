"""Local: translate one line with a model on this machine. It runs in a helper process, never in the server.

It is the only module that knows ctranslate2 and sentencepiece, which are an extra. The length of the answer and the
number of loaded models are limited, and so is the time, by the caller.

Source: `Translator.translate_batch` of ctranslate2 4.8; `add_source_eos` in config.json tells whether the engine adds
the end of the sentence by itself, else models of Marian (OPUS-MT) need it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oneheart.connecting.models import files_of, folder_of

if TYPE_CHECKING:
    import ctranslate2
    import sentencepiece

LOADED_MOST = 4  # models in memory at a time
_TOKENS_MOST = 256
_BEAM = 4


@dataclass(frozen=True, slots=True)
class _Loaded:
    translator: ctranslate2.Translator
    source: sentencepiece.SentencePieceProcessor
    target: sentencepiece.SentencePieceProcessor
    ends: bool


@lru_cache(maxsize=LOADED_MOST)
def _loaded(folder: Path) -> _Loaded:
    import ctranslate2  # noqa: PLC0415  an extra
    import sentencepiece  # noqa: PLC0415  an extra

    files = files_of(folder)
    assert files is not None  # noqa: S101  checked before
    config: dict[str, Any] = json.loads((files.model / "config.json").read_text(encoding="utf-8"))
    ends = config.get("decoder_start_token") == config.get("eos_token") and not config.get("add_source_eos")
    translator = ctranslate2.Translator(str(files.model), device="cpu", inter_threads=1, intra_threads=1)
    source, target = (
        sentencepiece.SentencePieceProcessor(model_file=str(file)) for file in (files.source, files.target)
    )
    return _Loaded(translator, source, target, ends)


def translate(folder: str, source: str, target: str, text: str) -> str | None:
    """Return a line in another language, not verified yet; None if there is no model for these languages.

    Args:
        folder: folder of the models.
        source: language code of the line.
        target: language code of the result.
        text: the line.

    Raises:
        ImportError: the extra `translate` is not installed.
        RuntimeError: a file of the model is damaged, or the engine failed.
    """
    model = folder_of(Path(folder), source, target)
    if model is None:
        return None
    loaded = _loaded(model)
    pieces = loaded.source.encode(text, out_type=str)[: _TOKENS_MOST - 1]
    result = loaded.translator.translate_batch(
        [[*pieces, "</s>"] if loaded.ends else pieces],
        beam_size=_BEAM,
        max_input_length=_TOKENS_MOST,
        max_decoding_length=min(_TOKENS_MOST, 3 * len(pieces) + 20),
    )
    return str(loaded.target.decode(result[0].hypotheses[0]))
