"""Meeting: in which words a person meets each line of a text, and whether their answer to it counts.

Only a line's own words and confirmed translations are read, and only by people who read their language. An answer to a
line that its person could not read is kept, and it counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.carried import Meeting, Version
from oneheart.live.state.desires import Desires
from oneheart.live.state.people import People
from oneheart.live.state.text import LiveDraft, Prayers
from oneheart.model.prayer import Reading, WordsKind

_NO_PLACE = -1


@dataclass(frozen=True, slots=True)
class Meetings:
    """The parts of a state that decide who reads which words.

    Attributes:
        prayers: drafts, answers and translations.
        people: everybody, with the languages that they read.
        desires: all desires.
    """

    prayers: Prayers
    people: People
    desires: Desires

    def number_of(self, draft: LiveDraft) -> int:
        """Return the number of a draft. O(drafts)."""
        return next(number for number, other in enumerate(self.prayers.drafts) if other is draft)

    def versions(self, draft: int) -> list[dict[str, Version]]:
        """Return for each line of a draft its words by language, its own first; {} where its author erased them.

        O(lines + translations).
        """
        prayers, out = self.prayers, []
        for line in prayers.drafts[draft].body.lines:
            text, language = prayers.words(line, self.desires)
            words = {language: Version(text, language, WordsKind.OWN)} if text else {}
            kept = prayers.kept.get((line.cites[0], line.amendment))
            for code, translated in sorted(kept.carried.items()) if kept is not None and text else ():
                words.setdefault(code, Version(translated, code, WordsKind.CONFIRMED))
            out.append(words)
        for (line_number, language), version in prayers.carries(draft, self.people, self.desires).items():
            if out[line_number]:
                out[line_number].setdefault(language, version)
        return out

    def meets(self, draft: int, line: int, seat: int, versions: Mapping[str, Version]) -> Meeting:
        """Return how a person meets a line: the words that they read, or the language about which to ask them.

        They read words that they wrote, else words in the language of their pages, else in another language that they
        read. Only words that stand are read. O(languages).

        Args:
            draft: number of the draft.
            line: number of the line.
            seat: seat of the person.
            versions: words of the line, from `versions`.
        """
        standing = [version for version in versions.values() if version.stands]
        if not standing:
            return Meeting(None)
        if standing[0].kind is WordsKind.OWN and self._wrote(draft, line) == seat:
            return Meeting(standing[0])
        page, reads = self.people.seats[seat].language, self.people.reads
        standing.sort(key=lambda version: version.language != page)
        read = next((version for version in standing if reads(seat, version.language)), None)
        if read is not None:
            return Meeting(read)
        asked = (version.language for version in standing if reads(seat, version.language) is None)
        return Meeting(None, next(asked, ""))

    def _wrote(self, draft: int, line: int) -> int | None:
        """Return the seat of the person whose words a line has; None if nobody's."""
        body = self.prayers.drafts[draft].body.lines[line]
        amended = self.prayers.amended.get(_NO_PLACE if body.amendment is None else body.amendment)
        return self.desires[body.cites[0]].author if amended is None else amended.seat

    def of_seat(self, seat: int, draft: int) -> list[Meeting]:
        """Return how a person meets each line of a draft. O(lines + translations)."""
        return [self.meets(draft, line, seat, words) for line, words in enumerate(self.versions(draft))]

    # --- what counts ---

    def heard(self, draft: LiveDraft) -> list[dict[int, Reading]]:
        """Return the answers to each line of a draft that count, by seat. O(translations + answers).

        An answer counts while its person reads the line: in its own words, or in the same words in which they read it
        when they answered, as long as these stand. So it counts no more once these words are replaced, lack a
        confirmation that they need, or the person says that they do not read the language. It counts again when that
        is undone, also where a person said only later that they read the language.
        """
        number = self.number_of(draft)
        out = []
        for line, versions in enumerate(self.versions(number)):
            met, answers = draft.met[line], draft.readings[line]
            counts = {seat for seat in answers if self._counts(number, line, seat, met.get(seat), versions)}
            out.append({seat: reading for seat, reading in answers.items() if seat in counts})
        return out

    def affirming(self, draft: LiveDraft) -> set[int]:
        """Return who affirms the whole text of a draft and reads every line of it, as in `heard`."""
        number = self.number_of(draft)
        versions = self.versions(number)
        return {
            seat
            for seat in draft.whole
            if all(
                self._counts(number, line, seat, draft.whole_met.get(seat, {}).get(line), words)
                for line, words in enumerate(versions)
            )
        }

    def _counts(self, draft: int, line: int, seat: int, met: int | None, versions: Mapping[str, Version]) -> bool:
        if not versions:
            return True  # its author erased it: there is nothing left to read
        own = next(iter(versions.values()))
        if self.people.reads(seat, own.language) or self._wrote(draft, line) == seat:
            return True
        carried = None if met is None else self.prayers.carried.get(met)
        if carried is None or not self.people.reads(seat, carried.language):
            return False
        now = versions.get(carried.language)
        return now is not None and now.stands and now.text == carried.text

    # --- before an event is written, and as it is applied ---

    def check_new_reading(self, body: ev.LineRead) -> Refusal | None:
        """Refuse an answer to a line of which a person reads no words. Asked before the event is written."""
        return None if self._met(body.seat, body.draft, body.line).words is not None else Refusal.CANNOT_READ

    def check_new_whole(self, body: ev.WholeAffirmed) -> Refusal | None:
        """Refuse to affirm a text with a line of which a person reads no words. Asked before the event is written."""
        reads = not body.on or all(meeting.words is not None for meeting in self.of_seat(body.seat, body.draft))
        return None if reads else Refusal.CANNOT_READ

    def check_new_amen(self, body: ev.AmenSaid, sealed_draft: int | None) -> Refusal | None:
        """Refuse an amen to a text with a line of which a person reads no words. Asked before the event is written."""
        reads = sealed_draft is None or all(
            meeting.words is not None for meeting in self.of_seat(body.seat, sealed_draft) if meeting is not None
        )
        return None if reads else Refusal.CANNOT_READ

    def translation_read(self, seat: int, draft: int, line: int) -> int | None:
        """Return the place in the log of the translation in which a person meets a line; None for its own words."""
        words = self._met(seat, draft, line).words
        return None if words is None else words.place

    def translations_read(self, seat: int, draft: int) -> dict[int, int]:
        """Return the place in the log of the translation in which a person meets each line, by line.

        Lines are left out that they read in their own words, or not at all. O(lines + translations).
        """
        met = [meeting.words for meeting in self.of_seat(seat, draft)]
        return {line: words.place for line, words in enumerate(met) if words is not None and words.place is not None}

    def _met(self, seat: int, draft: int, line: int) -> Meeting:
        text, language = self.prayers.words(self.prayers.drafts[draft].body.lines[line], self.desires)
        if text and self.people.seats[seat].language == language:  # the usual case
            return Meeting(Version(text, language, WordsKind.OWN))
        return self.meets(draft, line, seat, self.versions(draft)[line])
