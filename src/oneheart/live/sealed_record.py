"""The sealed record: everything that any screen, page, answer, file or print shows of a sealed text.

It is the only place that reads a sealed text. Words, translations, verdict, hash and share come from the event of the
sealing and from the draft that this event names, never from the newest draft. So what a seal is shown over is what was
sealed. If the words do not hash to the digest any more, no verdict, hash or share is shown over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.smoothing import WordedLine, worded
from oneheart.live.state import State
from oneheart.live.state.sealed_words import carried_of, carry_digest
from oneheart.live.state.seals import Sealed
from oneheart.live.state.text import LiveDraft
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.round import Stage

SHOWN_IN = frozenset({Stage.SEALED, Stage.SAID})
"""The stages in which screens show the sealed text of the round and nothing else."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text, without its author.

    Attributes:
        text: the words; "" if their author erased them.
        language: language code of the words.
        changed: true if it is read again in the second reading.
        carried: confirmed translations, as (language, words).
        stem: code of the stem that its author chose for the words; "" for none. It is read aloud with them; it is no
            part of the words, of their digest or of a translation.
    """

    text: str
    language: str
    changed: bool
    carried: tuple[tuple[str, str], ...]
    stem: str = ""

    def worded(self, language: str, text: str) -> WordedLine:
        """Return the line in the words of one language, as they are read aloud."""
        return WordedLine(text, language, self.stem if language == self.language else "")


class WordsFit(StrEnum):
    """Whether the words of a sealed text still hash to its digest.

    "erased" if words of a line were erased after the sealing, so that nothing can be compared. "other" if no words were
    erased and the hash is another: the file was changed, or a program was wrong.
    """

    WHOLE = "whole"
    ERASED = "erased"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A sealed text as it may be shown.

    Attributes:
        number: its number, from 0.
        sealed: the sealed text in the state: round, times, question, amen, whether everybody may read it.
        draft: the draft that was sealed.
        lines: in reading order, with the translations that belong to the text; the words of an erased line are "".
        left: lines that were not common yet.
        connected: the lines as a model connected them; () without a model.
        fit: whether the words still hash to the digest.
    """

    number: int
    sealed: Sealed
    draft: LiveDraft
    lines: tuple[TextLine, ...]
    left: tuple[TextLine, ...]
    connected: tuple[TextLine, ...]
    fit: WordsFit

    @property
    def verdict(self) -> ev.TextSealed | None:
        """Return verdict, hash, share and all else that was sealed about these words; None if the words do not fit."""
        return self.sealed.body if self.fit is WordsFit.WHOLE else None

    @property
    def model(self) -> str:
        """Return the name of the model that connected its lines; "" for none."""
        return "" if self.draft.connected is None else self.draft.connected.model

    @property
    def has_words(self) -> bool:
        """Return whether any line has words. Without words there is no ceremony, and the book does not hold it."""
        return any(line.text for line in self.lines)


def record_at(state: State, number: int) -> SealedRecord:
    """Return the record of a sealed text, whether or not its seal stands. O(lines + translations).

    Raises:
        IndexError: there is no text with this number.
    """
    sealed = state.prayers.sealed[number]
    draft = state.prayers.drafts[sealed.body.draft]
    carried = carried_of(sealed, state.meetings)
    lines = tuple(_line(state, line, carried.get(place, {})) for place, line in enumerate(draft.body.lines))
    return SealedRecord(
        number=number,
        sealed=sealed,
        draft=draft,
        lines=lines,
        left=tuple(_line(state, line, {}) for line in draft.body.left),
        connected=connected_lines(draft, lines),
        fit=_fit(lines, sealed.body.digest),
    )


def record_now(state: State) -> SealedRecord | None:
    """Return the sealed text that all screens show now; None outside its stages, before the seal, and without words."""
    if state.stage not in SHOWN_IN or state.prayers.sealed_of(state.round) is None:
        return None
    record = record_at(state, len(state.prayers.sealed) - 1)
    return record if record.has_words else None


def numbers_in_book(state: State) -> list[int]:
    """Return the numbers of the sealed texts that the book holds, from 0.

    A text whose seal was taken back is not in it: nobody said it, and its people were asked to read it anew. A text
    without words is not in it either. Numbers of other texts do not change.
    """
    prayers = state.prayers
    return [
        number
        for number, sealed in enumerate(prayers.sealed)
        if sealed.seal_holds and prayers.has_words(prayers.drafts[sealed.body.draft], state.desires)
    ]


def draft_shown(state: State) -> tuple[int, LiveDraft] | None:
    """Return the draft whose lines people see now, and its number: from the sealing on the sealed one.

    Return None before a draft is woven, while a text is being sealed, and if no words are left of it.
    """
    if state.stage in SHOWN_IN:
        record = record_now(state)
        return None if record is None else (record.sealed.body.draft, record.draft)
    draft = state.prayers.of_round(state.round)
    return None if draft is None else (len(state.prayers.drafts) - 1, draft)


def words_for(state: State, seat: int, line: TextLine) -> tuple[str, str]:
    """Return the words of a sealed line that a person reads, and their language: in the language of their pages first.

    Return the line's own words if there are none that they read.
    """
    versions, reads = [(line.language, line.text), *line.carried], state.people.reads
    page = state.seats[seat].language
    read = sorted((version for version in versions if reads(seat, version[0])), key=lambda version: version[0] != page)
    language, text = (read or versions)[0]
    return text, language


def moment(state: State) -> int | None:
    """Return when all say the text, milliseconds since 1970; None after the end, and without a seal or words to say."""
    at = state.prayers.say_at
    return None if at is None or state.ended or record_now(state) is None else at


def carries_sealed(digest: str, lines: tuple[TextLine, ...]) -> list[ev.SealedCarry]:
    """Return the translations of a text that is sealed now, as its event names them."""
    return [
        ev.SealedCarry(place, language, carry_digest(digest, place, language, text))
        for place, line in enumerate(lines)
        for language, text in line.carried
    ]


def includes(state: State, sealed: ev.TextSealed) -> TextLine | None:
    """Return the desire that would include the people who are missing; None without one or where it was erased."""
    number = sealed.include
    if sealed.included is not None:
        number = state.prayers.drafts[sealed.draft].outside[sealed.included]
    desire = None if number is None else state.desires[number]
    if desire is None or desire.gone:
        return None
    words = entry.before(desire.stem, desire.text, desire.language) + desire.text
    return TextLine(words, desire.language, changed=False, carried=())


def connected_lines(draft: LiveDraft, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """Return the lines of a draft as a model connected them; () where no model did.

    If one line of a group was erased, the other lines of that group are shown separately.
    """
    if draft.connected is None:
        return ()
    out = []
    for together, between in zip(draft.connected.lines, draft.connected.between, strict=True):
        group = [lines[place] for place in together]
        changed = any(line.changed for line in group)
        if all(line.text for line in group):
            parts = [group[0].text, *(f"{joint}{line.text}" for joint, line in zip(between, group[1:], strict=True))]
            out.append(TextLine("".join(parts), group[0].language, changed, ()))
        else:
            out += [TextLine(line.text, line.language, changed, ()) for line in group if line.text]
    return tuple(out)


def _line(state: State, line: ev.WovenLine, carried: dict[str, str]) -> TextLine:
    its = worded(state, line)
    return TextLine(its.text, its.language, line.changed, tuple(sorted(carried.items())) if its.text else (), its.stem)


def _fit(lines: tuple[TextLine, ...], digest: str) -> WordsFit:
    plain = Draft(tuple(PrayerLine(line.text, line.language, ()) for line in lines))
    if plain.digest() == digest:
        return WordsFit.WHOLE
    return WordsFit.OTHER if all(line.text for line in lines) else WordsFit.ERASED
