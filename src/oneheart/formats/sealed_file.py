"""`sealed.json`: the sealed texts of a live gathering and the hall's counts, beside its answers in an export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import msgspec

from oneheart.formats.cells import clean
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import InputFile, open_bytes
from oneheart.model.gathering import Gathering
from oneheart.model.sealed import HallRecord, SealedLine, SealRecord

SEALED = "sealed.json"
_MOST_BYTES = 8 << 20


def sealed_bytes(hall: HallRecord) -> bytes:
    r"""Return the content of the file: JSON, UTF-8, with the field names of `model.sealed`.

    Example:
        >>> sealed_bytes(HallRecord("An evening")).splitlines()[1]
        b' "name": "An evening",'
    """
    return json.dumps(asdict(hall), ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def with_hall(gathering: Gathering, entry: InputFile | None) -> tuple[Gathering, list[Finding]]:
    """Return the gathering with what its `sealed.json` holds, and what was odd about that file.

    Args:
        gathering: as its other files gave it.
        entry: the file; None where there is none.
    """
    if entry is None:
        return gathering, []
    with open_bytes(entry) as stream:
        raw = stream.read(_MOST_BYTES)
    try:
        hall = msgspec.json.decode(raw, type=HallRecord)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        sentence = f"'{entry.name}' does not hold the sealed texts of a gathering; it is passed over."
        return gathering, [Finding("sealed-broken", "warning", sentence)]
    hall = replace(hall, name=clean(hall.name), texts=tuple(_clean_text(text) for text in hall.texts))
    return replace(gathering, hall=hall), [*_differing(hall, entry)]


def _differing(hall: HallRecord, entry: InputFile) -> Iterator[Finding]:
    for text in hall.texts:
        if not text.matches_digest:
            yield Finding(
                "sealed-differs",
                "warning",
                f"The words of sealed text {text.number} in '{entry.name}' do not match their fingerprint: "
                "a line was taken away after the sealing, or the file was changed.",
            )


def _clean_text(text: SealRecord) -> SealRecord:
    return replace(
        text,
        question=tuple((clean(language), clean(words)) for language, words in text.question),
        lines=tuple(_clean_line(line) for line in text.lines),
        include=None if text.include is None else _clean_line(text.include),
        day=clean(text.day),
        digest=clean(text.digest),
        root=clean(text.root),
        share=clean(text.share),
    )


def _clean_line(line: SealedLine) -> SealedLine:
    carried = tuple((clean(language), clean(words)) for language, words in line.carried)
    return SealedLine(clean(line.text), clean(line.language), carried)
