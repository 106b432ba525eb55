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
from oneheart.model.round import Stage

_NO_PLACE = -1


def not_carried(stage: Stage) -> Refusal | None:
    """Return why no words of a line in another language are taken, and none are confirmed; None while they are.

    Asked before the event is written. Words that come after the sealing would change nothing in the sealed text.
    """
    return None if stage.takes_translations else Refusal.CLOSED


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

    def versions(self, draft: LiveDraft) -> list[dict[str, Version]]:
        """Return for each line of a draft its words by language, its own first; {} where its author erased them.

        O(drafts + lines + translations).
        """
        prayers = self.prayers
        out = []
        for line in draft.body.lines:
            text, language = prayers.words(line, self.desires)
            words = {language: Version(text, language, WordsKind.OWN)} if text else {}
            kept = prayers.kept.get((line.cites[0], line.amendment))
            for code, translated in sorted(kept.carried.items()) if kept is not None and text else ():
                words.setdefault(code, Version(translated, code, WordsKind.CONFIRMED))
            out.append(words)
        number = next((number for number, other in enumerate(prayers.drafts) if other is draft), -1)
        for (place, language), version in prayers.carries(number, self.people, self.desires).items():
            if out[place]:
                out[place].setdefault(language, version)
        return out

    def meets(self, draft: LiveDraft, line: int, seat: int, versions: Mapping[str, Version]) -> Meeting:
        """Return how a person meets a line: the words that they read, or the language about which to ask them.

        They read words that they wrote, else words in the language of their pages, else in another language that they
        read. Only words that stand are read. O(languages).

        Args:
            draft: the draft.
            line: number of the line.
            seat: seat of the person.
            versions: words of the line, from `versions`.
        """
        standing = [version for version in versions.values() if version.holds]
        if not standing:
            return Meeting(None, gone=True)
        if standing[0].kind is WordsKind.OWN and self.wrote(draft, line) == seat:
            return Meeting(standing[0])
        page, reads = self.people.seats[seat].language, self.people.reads
        standing.sort(key=lambda version: version.language != page)
        read = next((version for version in standing if reads(seat, version.language)), None)
        if read is not None:
            return Meeting(read)
        asked = (version.language for version in standing if reads(seat, version.language) is None)
        return Meeting(None, next(asked, ""))

    def wrote(self, draft: LiveDraft, line: int) -> int | None:
        """Return the seat of the person whose words a line has; None if nobody's."""
        body = draft.body.lines[line]
        amended = self.prayers.amended.get(_NO_PLACE if body.amendment is None else body.amendment)
        return self.desires[body.cites[0]].author if amended is None else amended.seat

    def of_seat(self, seat: int, draft: LiveDraft) -> list[Meeting]:
        """Return how a person meets each line of a draft. O(lines + translations)."""
        return [self.meets(draft, line, seat, words) for line, words in enumerate(self.versions(draft))]

    def waiting(self, seat: int, draft: LiveDraft) -> list[int]:
        """Return the lines of a draft of which a person reads no words, ascending. O(lines + translations)."""
        return [line for line, meeting in enumerate(self.of_seat(seat, draft)) if meeting.waits]

    # --- what counts ---

    def heard(self, draft: LiveDraft) -> list[dict[int, Reading]]:
        """Return the answers to each line of a draft that count, by seat. O(translations + answers).

        An answer counts while its person reads the line: in its own words, or in the same words in which they read it
        when they answered, as long as these stand. So it counts no more once these words are replaced, lack a
        confirmation that they need, or the person says that they do not read the language. It counts again when that
        is undone, also where a person said only later that they read the language.
        """
        out = []
        for line, versions in enumerate(self.versions(draft)):
            met, answers = draft.met.get(line, {}), draft.readings[line]
            counts = {seat for seat in answers if self._counts(draft, line, seat, met.get(seat), versions)}
            out.append({seat: reading for seat, reading in answers.items() if seat in counts})
        return out

    def answer(self, draft: LiveDraft, line: int, seat: int) -> Reading | None:
        """Return a person's answer to a line where it counts, else None. O(lines + translations)."""
        reading = draft.readings[line].get(seat)
        met = draft.met.get(line, {}).get(seat)
        counts = reading is not None and self._counts(draft, line, seat, met, self.versions(draft)[line])
        return reading if counts else None

    def affirming(self, draft: LiveDraft) -> set[int]:
        """Return who affirms the whole text of a draft and reads every line of it, as in `heard`."""
        versions = list(enumerate(self.versions(draft)))
        return {
            seat
            for seat in draft.whole
            if all(
                self._counts(draft, line, seat, draft.whole_met.get(seat, {}).get(line), words)
                for line, words in versions
            )
        }

    def _counts(self, draft: LiveDraft, line: int, seat: int, met: int | None, versions: Mapping[str, Version]) -> bool:
        if not versions:
            return True  # its author erased it: there is nothing left to read
        own = next(iter(versions.values()))
        if self.people.reads(seat, own.language) or self.wrote(draft, line) == seat:
            return True
        carried = None if met is None else self.prayers.translation_at(met, self.desires)
        if carried is None or not self.people.reads(seat, carried.language):
            return False
        now = versions.get(carried.language)
        return now is not None and now.holds and now.text == carried.text

    # --- before an event is written, and as it is applied ---

    def check_new_reading(self, body: ev.LineRead) -> Refusal | None:
        """Refuse an answer to a line of which a person reads no words. Asked before the event is written."""
        return Refusal.CANNOT_READ if self._met(body.seat, body.draft, body.line).waits else None

    def check_new_whole(self, body: ev.WholeAffirmed) -> Refusal | None:
        """Refuse to affirm a text with a line of which a person reads no words. Asked before the event is written."""
        return Refusal.CANNOT_READ if body.on and self.waiting(body.seat, self.prayers.drafts[body.draft]) else None

    def check_new_carried(self, body: ev.LineCarried) -> Refusal | None:
        """Refuse a translation by a person who said that they do not read one of its two languages.

        They carry it from the line's own words, or from words in another language that stand for the line now.
        """
        if body.via is None:
            return self._check_both(
                body.seat, self.prayers.language_of(body.draft, body.line, self.desires), body.language
            )
        versions = self.versions(self.prayers.drafts[body.draft])[body.line]
        read = next((version for version in versions.values() if version.place == body.via and version.holds), None)
        if read is None or read.language == body.language:
            return Refusal.CLOSED
        return self._check_both(body.seat, read.language, body.language)

    def check_new_confirmed(self, body: ev.CarryConfirmed) -> Refusal | None:
        """Refuse a confirmation by a person who said that they do not read one of the two languages."""
        carried, source = self.prayers.carried[body.carried], self.prayers.source_of(body.carried, self.desires)
        return self._check_both(body.seat, source, carried.language) if body.on else None

    def _check_both(self, seat: int, one: str, other: str) -> Refusal | None:
        unread = False in {self.people.reads(seat, one), self.people.reads(seat, other)}
        return Refusal.CANNOT_READ if unread else None

    def carried_from(self, seat: int, draft: int, line: int) -> int | None:
        """Return the place in the log of the translation from which a person would carry a line on.

        None for its own words: they read these, or they read no words of it that stand.
        """
        text, language = self.prayers.words(self.prayers.drafts[draft].body.lines[line], self.desires)
        own = text and self.people.reads(seat, language)
        return None if own else self.translation_read(seat, draft, line)

    def translation_read(self, seat: int, draft: int, line: int) -> int | None:
        """Return the place in the log of the translation in which a person meets a line; None for its own words."""
        words = self._met(seat, draft, line).words
        return None if words is None else words.place

    def translations_read(self, seat: int, draft: int) -> dict[int, int]:
        """Return the place in the log of the translation in which a person meets each line, by line.

        Lines are left out that they read in their own words, or not at all. O(lines + translations).
        """
        met = [meeting.words for meeting in self.of_seat(seat, self.prayers.drafts[draft])]
        return {line: words.place for line, words in enumerate(met) if words is not None and words.place is not None}

    def _met(self, seat: int, number: int, line: int) -> Meeting:
        draft = self.prayers.drafts[number]
        text, language = self.prayers.words(draft.body.lines[line], self.desires)
        if text and self.people.seats[seat].language == language:  # the usual case
            return Meeting(Version(text, language, WordsKind.OWN))
        return self.meets(draft, line, seat, self.versions(draft)[line])
