"""Sealed words: the translations that belong to a sealed text, and who reads the text in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from oneheart.live.refusal import Refusal
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.seals import Sealed
from oneheart.model.prayer import WordsKind


def carry_digest(digest: str, line: int, language: str, text: str) -> str:
    r"""Return the hash by which a sealed text names a translation of a line, hexadecimal.

    Args:
        digest: hash of the text.
        line: number of the line, from 0.
        language: language code of the translation.
        text: the translation.

    Example:
        >>> carry_digest("ab", 0, "es", "Paz")[:8]
        'e57a905e'
    """
    return hashlib.sha256(f"{digest}\n{line}\n{language}\t{text}".encode()).hexdigest()


def carried_of(sealed: Sealed, meetings: Meetings) -> dict[int, dict[str, str]]:
    """Return the translations that belong to a sealed text, by line and language."""
    body, prayers = sealed.body, meetings.prayers
    texts: dict[int, dict[str, str]] = {}
    if body.carried is None and not prayers.kept:
        for place, versions in enumerate(meetings.versions(prayers.drafts[body.draft])):
            texts[place] = {v.language: v.text for v in versions.values() if v.kind is WordsKind.CONFIRMED}
        return texts
    belongs = {(one.line, one.language, one.digest) for one in body.carried or ()}
    for place, language, text in _translations(meetings, body.draft):
        if body.carried is None or (place, language, carry_digest(body.digest, place, language, text)) in belongs:
            texts.setdefault(place, {})[language] = text
    return texts


def _translations(meetings: Meetings, draft: int) -> Iterator[tuple[int, str, str]]:
    """Yield every translation of a draft's lines, confirmed or not: line, language and words. O(lines translations).

    After everything personal was erased, it yields those that were kept with sealed texts.
    """
    prayers, lines = meetings.prayers, meetings.prayers.drafts[draft].body.lines
    if prayers.kept:
        for place, line in enumerate(lines):
            kept = prayers.kept.get((line.cites[0], line.amendment))
            for language, text in () if kept is None else sorted(kept.carried.items()):
                yield place, language, text
        return
    for carried in prayers.carried.values():
        place = prayers.place_in(draft, carried.draft, carried.line)
        if place >= 0:
            yield place, carried.language, carried.text
    for words in meetings.desires.carried.words.values():
        for place, line in enumerate(lines):
            if line.amendment is None and line.cites[0] == words.desire:
                yield place, words.language, words.text


def check_new_amen(seat: int, sealed: Sealed | None, meetings: Meetings) -> Refusal | None:
    """Refuse an amen to a sealed text with a line of which a person reads no words. O(lines translations)."""
    return None if sealed is None or not not_met(seat, sealed, meetings) else Refusal.CANNOT_READ


def not_met(seat: int, sealed: Sealed, meetings: Meetings) -> list[int]:
    """Return the lines of a sealed text of which a person reads no words, ascending. O(lines translations).

    A person reads a line in its own words, if they read their language or wrote them, or in a translation that belongs
    to the text.
    """
    draft, carried, out = meetings.prayers.drafts[sealed.body.draft], carried_of(sealed, meetings), []
    for place, line in enumerate(draft.body.lines):
        text, language = meetings.prayers.words(line, meetings.desires)
        readable = (language, *carried.get(place, {}))
        reads = any(meetings.people.reads(seat, code) for code in readable)
        if text and not reads and meetings.wrote(draft, place) != seat:
            out.append(place)
    return out
