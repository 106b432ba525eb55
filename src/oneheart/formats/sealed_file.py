"""`sealed.json`: the sealed texts of a live gathering and the hall's counts, beside its answers in an export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import msgspec

from oneheart.formats.cells import clean
from oneheart.formats.diagnosis import Finding
from oneheart.formats.files import InputFile, open_bytes
from oneheart.model.asks import Asks
from oneheart.model.gathering import Gathering
from oneheart.model.sealed import HallRecord, SealedFelt, SealedLine, SealRecord
from oneheart.model.verdict import Status

SEALED = "sealed.json"
_MOST_BYTES = 8 << 20
_MOST_COUNTED = 10**12  # far above the answers of any gathering; larger numbers are not counts


def sealed_bytes(hall: HallRecord) -> bytes:
    r"""Return the content of the file: JSON, UTF-8, with the field names of `model.sealed`.

    Example:
        >>> sealed_bytes(HallRecord("An evening")).splitlines()[1]
        b' "name": "An evening",'
    """
    return json.dumps(asdict(hall), ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def with_hall(gathering: Gathering, entry: InputFile | None) -> tuple[Gathering, list[Finding]]:
    """Return the gathering with what its `sealed.json` holds, and what was odd about that file.

    A file with a number that no gathering can have is passed over as a whole, with the finding "sealed-broken".

    Args:
        gathering: as its other files gave it.
        entry: the file; None where there is none.
    """
    hall, findings = hall_in(entry)
    return (gathering if hall is None else replace(gathering, hall=hall, asks=Asks.WANT)), findings


def hall_in(entry: InputFile | None) -> tuple[HallRecord | None, list[Finding]]:
    """Return what a `sealed.json` holds, None for nothing, and what was odd about it."""
    if entry is None:
        return None, []
    with open_bytes(entry) as stream:
        raw = stream.read(_MOST_BYTES)
    try:
        hall = msgspec.json.decode(raw, type=HallRecord)
        is_possible = _is_possible(hall)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        is_possible = False
    if not is_possible:
        sentence = f"'{entry.name}' does not hold the sealed texts of a gathering; it is passed over."
        return None, [Finding("sealed-broken", "warning", sentence)]
    hall = replace(hall, name=clean(hall.name), texts=tuple(_clean_text(text) for text in hall.texts))
    return hall, [*_differing(hall, entry)]


def _is_possible(hall: HallRecord) -> bool:
    """Return whether a live gathering can have written these numbers.

    People, readers, amens and samples are not compared. People may erase themselves or say amen without reading, and
    a second draft keeps its samples but not the readings of changed lines.
    """
    counts = (hall.people, hall.desires, hall.answers, hall.joined, hall.taken_back, hall.waiting, hall.demand)
    numbers, rounds = [text.number for text in hall.texts], [text.round for text in hall.texts]
    return (
        all(0 <= count <= _MOST_COUNTED for count in counts)
        and hall.joined + hall.taken_back + hall.waiting <= hall.desires
        and all(1 <= number <= _MOST_COUNTED for number in numbers)
        and numbers == sorted(set(numbers), reverse=True)
        and rounds == sorted(rounds, reverse=True)
        and all(_is_possible_text(text) for text in hall.texts)
    )


def _is_possible_text(text: SealRecord) -> bool:
    """Return whether the numbers of a sealed text, and its verdict, can be those of one text."""
    is_one = text.verdict is Status.ONE_DESIRE
    lines = len(text.lines) if text.matches_digest else _MOST_COUNTED  # a file may lack lines, which is told
    return (
        all(
            0 <= count <= _MOST_COUNTED
            for count in (
                *(text.readers, text.amen, text.asked, text.margin_people or 0, text.size),
                *(text.said, text.everybody, text.unheard),
            )
        )
        and text.said <= text.everybody
        and all(0 <= level.can_say + level.unheard <= level.circles <= _MOST_COUNTED for level in text.levels)
        and all(all(1 <= line <= lines for line in (*one.unmet, *one.alone)) for one in text.languages)
        and all(one.measured or not one.heard for one in text.languages)
        and _is_possible_felt(text.represented)
        and (text.margin_circles is None or 1 <= text.margin_circles <= _MOST_COUNTED)
        and 1 <= text.round <= _MOST_COUNTED
        and (text.share_high is None or 0 <= text.share_high <= _MOST_COUNTED)
        and not (is_one and (text.missing or (not text.lines and text.matches_digest)))
    )


def _is_possible_felt(felt: SealedFelt | None) -> bool:
    return felt is None or (1 <= felt.low <= felt.value <= felt.high <= 7 and 1 <= felt.people <= _MOST_COUNTED)  # noqa: PLR2004  seven steps


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
        languages=tuple(replace(one, language=clean(one.language)) for one in text.languages),
    )


def _clean_line(line: SealedLine) -> SealedLine:
    carried = tuple((clean(language), clean(words)) for language, words in line.carried)
    return SealedLine(clean(line.text), clean(line.language), carried)
