"""The part of `report.json` that a live gathering adds: its sealed texts, and the counts that its hall showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oneheart.engine import disclosure

if TYPE_CHECKING:
    from oneheart.model.sealed import HallRecord, SealedLine, SealedText

Json = dict[str, Any]


def sealed_texts(hall: HallRecord | None, k: int) -> list[Json]:
    """Return every sealed text of a gathering, the newest first; empty for answers without a live gathering.

    Args:
        hall: what the gathering left.
        k: no count of fewer people is shown; such a count is null.
    """
    return [] if hall is None else [_text(text, k) for text in hall.texts]


def hall_counts(hall: HallRecord | None, k: int) -> Json | None:
    """Return the hall's counts, each in the hall's own steps; None for answers without a live gathering.

    Args:
        hall: what the gathering left.
        k: no count of fewer people is shown; such a count is null.
    """
    if hall is None:
        return None
    counts = {
        "people": hall.people,
        "desires": hall.desires,
        "answers": hall.answers,
        "joined": hall.joined,
        "taken_back": hall.taken_back,
        "waiting": hall.waiting,
    }
    released: Json = {name: disclosure.release_count(count, k=k) for name, count in counts.items()}
    lines = sum(bool(line.text) for line in hall.texts[0].lines) if hall.texts else None
    return {"name": hall.name, **released, "lines": lines}


def _text(text: SealedText, k: int) -> Json:
    return {
        "number": text.number,
        "round": text.round,
        "day": text.day,
        "question": [{"language": language, "text": words} for language, words in text.question],
        "lines": [_line(line) for line in text.lines],
        "verdict": text.verdict.value,
        "missing": [code.value for code in text.missing],
        "include": None if text.include is None else _line(text.include),
        "digest": text.digest,
        "root": text.root,
        "words_match": text.matches_digest,
        "readers": disclosure.release_count(text.readers, k=k),
        "amen": disclosure.release_count(text.amen, k=k),
        "asked": disclosure.release_count(text.asked, k=k),
        "share": text.share,
        "share_high": text.share_high,
    }


def _line(line: SealedLine) -> Json:
    return {
        "text": line.text,
        "language": line.language,
        "carried": [{"language": language, "text": words} for language, words in line.carried],
    }
