"""Text: drafts, answers to their lines, amendments, translations, sealed texts and amen. The fifth part of the state.

It holds numbers of desires and places in the log instead of words, so erased words disappear from every draft.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.carried import Carried, InAnotherLanguage, Version, is_confirmed, is_unchecked
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires
from oneheart.live.state.lots import put_to
from oneheart.live.state.people import People
from oneheart.live.state.seals import Sealed
from oneheart.model.prayer import Reading, WordsKind
from oneheart.model.round import Stage

CRITIQUE_MOST = 100  # graphemes


@dataclass(slots=True)
class Amendment:
    """Other words for a line.

    Attributes:
        seat: seat of the person who gave them.
        draft: number of the draft.
        line: number of the line.
        text: the words.
        language: language code of the words.
    """

    seat: int
    draft: int
    line: int
    text: str
    language: str


@dataclass(slots=True)
class ReaderAside:
    """The answers of one reader who is set aside, as in `LiveDraft`.

    Attributes:
        readings: their answers, by line.
        critiques: what they would change, by line.
        whole: whether they affirm the whole text.
        amendments: place in the log of their amendments, by line.
        challenged: their answers to challengers, by desire; None if they gave none.
    """

    readings: dict[int, Reading]
    critiques: dict[int, str]
    whole: bool
    amendments: dict[int, int]
    challenged: dict[int, int] | None


@dataclass(slots=True)
class LiveDraft:
    """A draft in its present state.

    Attributes:
        seq: place in the log.
        at: server's clock when it was woven, milliseconds since 1970.
        round: round that it belongs to.
        body: body of its event.
        second: true for a second draft.
        readings: for each line, answers by seat; a missing seat gave none.
        critiques: for each line, what people would change, by seat.
        whole: seats that affirm the whole text.
        amendments: place in the log of the last amendment of each line, by line.
        connected: connection of its lines by a model; None without one.
        challenged: answers to challengers, by seat and desire.
        aside: answers of people who are set aside, by seat; they count nowhere.
        met: by line, the place in the log of the translation that a person read when they answered it, by seat; a
            missing seat read the line's own words, or had none to read.
        whole_met: as `met`, of the people who affirm the whole text: by seat, then by line.
    """

    seq: int
    at: int
    round: int
    body: ev.DraftWoven
    second: bool
    readings: list[dict[int, Reading]]
    critiques: list[dict[int, str]]
    whole: set[int] = field(default_factory=set)
    amendments: dict[int, int] = field(default_factory=dict)
    connected: ev.DraftConnected | None = None
    challenged: dict[int, dict[int, int]] = field(default_factory=dict)
    aside: dict[int, ReaderAside] = field(default_factory=dict)
    met: dict[int, dict[int, int]] = field(default_factory=dict)
    whole_met: dict[int, dict[int, int]] = field(default_factory=dict)

    def set_aside(self, seat: int, amended: Mapping[int, Amendment]) -> None:
        """Count nothing of a reader any more."""
        own = {line: seq for line, seq in self.amendments.items() if seq in amended and amended[seq].seat == seat}
        self.aside[seat] = ReaderAside(
            {line: readings.pop(seat) for line, readings in enumerate(self.readings) if seat in readings},
            {line: critiques.pop(seat) for line, critiques in enumerate(self.critiques) if seat in critiques},
            seat in self.whole,
            own,
            self.challenged.pop(seat, None),
        )
        self.whole.discard(seat)
        for line in own:
            del self.amendments[line]

    def bring_back(self, seat: int) -> None:
        """Count a reader again who was set aside."""
        kept = self.aside.pop(seat, None)
        if kept is None:
            return
        for line, reading in kept.readings.items():
            self.readings[line][seat] = reading
        for line, critique in kept.critiques.items():
            self.critiques[line][seat] = critique
        if kept.whole:
            self.whole.add(seat)
        for line, seq in kept.amendments.items():
            self.amendments.setdefault(line, seq)
        if kept.challenged is not None:
            self.challenged[seat] = kept.challenged

    @property
    def outside(self) -> list[int]:
        """Return the numbers of its alternates and of the lines left out of it, each once."""
        return list(dict.fromkeys([*self.body.alternates, *(line.cites[0] for line in self.body.left)]))


@dataclass(slots=True)
class Prayers:
    """All drafts and sealed texts of a gathering.

    Attributes:
        drafts: by number.
        sealed: by number.
        amended: amendments by their place in the log.
        carried: translated lines by their place in the log.
        say_at: moment at which everybody says the text, milliseconds since 1970 by the server's clock; None if not
            set.
        kept: words of the lines of sealed texts after everything personal was erased, by desire and amendment.
    """

    drafts: list[LiveDraft] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    amended: dict[int, Amendment] = field(default_factory=dict)
    carried: dict[int, Carried] = field(default_factory=dict)
    say_at: int | None = None
    kept: dict[tuple[int, int | None], ev.KeptLine] = field(default_factory=dict)

    def keep(self, body: ev.Purged) -> None:
        """Keep the words of sealed texts, whose desires and authors are erased, and how many said amen."""
        self.kept = {(line.cites, line.amendment): line for line in body.lines}
        for sealed, amen in zip(self.sealed, body.amen, strict=False):
            sealed.amen_kept = amen

    def take_over(self, told: ev.NumbersTold) -> None:
        """Let no text have fewer who said amen than was told before an erasure."""
        for sealed, amen in zip(self.sealed, told.amen, strict=False):
            sealed.amen_kept = max(sealed.amen_kept, amen)

    def keep_amen(self, before: Prayers) -> None:
        """Take over how many were told to have said amen, so that no erasure lowers it by one person."""
        for sealed, former in zip(self.sealed, before.sealed, strict=False):
            sealed.amen_kept = max(sealed.amen_kept, disclosure.in_steps(former.amen_count))

    def of_round(self, number: int) -> LiveDraft | None:
        """Return the current draft of a round; None before one is woven."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].round == number else None

    def sealed_of(self, number: int) -> Sealed | None:
        """Return the sealed text of a round whose seal stands; None if there is none."""
        newest = self.sealed[-1] if self.sealed and self.sealed[-1].round == number else None
        return newest if newest is not None and newest.seal_holds else None

    def was_sealed(self, draft: int) -> bool:
        """Return whether a draft was sealed once, also if its seal was taken back. Such a draft takes no answers."""
        return any(sealed.body.draft == draft for sealed in self.sealed)

    def taken_back(self, number: int) -> bool:
        """Return whether a seal was taken back in a round and no other stands since."""
        return self.sealed_of(number) is None and any(sealed.round == number for sealed in self.sealed)

    def has_words(self, draft: LiveDraft, desires: Desires) -> bool:
        """Return whether any line of a draft has words; False for no lines, and if all authors erased theirs."""
        return any(self.words(line, desires)[0] for line in draft.body.lines)

    def is_sealed(self, desire: int) -> bool:
        """Return whether a line of a text that was ever sealed says this desire."""
        texts = (self.drafts[sealed.body.draft].body.lines for sealed in self.sealed)
        return any(desire in line.cites for lines in texts for line in lines)

    def words(self, line: ev.WovenLine, desires: Desires) -> tuple[str, str]:
        """Return the text and language of a line; ("", "") once its words were erased.

        A line whose amendment was erased does not go back to the words of the desire: nobody read it in these.
        """
        kept = self.kept.get((line.cites[0], line.amendment))
        if kept is not None:
            return kept.text, kept.language
        if line.amendment is not None:
            amended = self.amended.get(line.amendment)
            return ("", "") if amended is None else (amended.text, amended.language)
        desire = desires[line.cites[0]]
        return desire.text, desire.language

    def language_of(self, draft: int, line: int, desires: Desires) -> str:
        """Return the language of a line of a draft; "" if the line does not exist."""
        exists = 0 <= draft < len(self.drafts) and 0 <= line < len(self.drafts[draft].body.lines)
        return self.words(self.drafts[draft].body.lines[line], desires)[1] if exists else ""

    def carries(self, draft: int, people: People, desires: Desires) -> dict[tuple[int, str], Version]:
        """Return the translations of a draft's lines, by line and language: the last that stands, else the last one.

        A line that says a desire in its own words has the words of that desire in other languages too; a translation of
        the line itself comes before them. O(translations).
        """
        out: dict[tuple[int, str], Version] = {}
        for seq, carried in self.carried.items():
            line = self.place_in(draft, carried.draft, carried.line)
            if line < 0:
                continue
            stands = self._holds(seq, people, desires)
            if carried.aside and not stands:
                continue
            name = (line, carried.language)
            if not (name in out and out[name].holds and not stands):
                kind = WordsKind.CONFIRMED if stands else WordsKind.CARRIED
                alone = stands and is_unchecked(carried, self.source_of(seq, desires), people)
                out[name] = Version(carried.text, carried.language, kind, seq, alone)
        for name, version in self._carried_before(draft, people, desires).items():
            if name not in out or (version.holds and not out[name].holds):
                out[name] = version
        return out

    def _holds(self, seq: int, people: People, desires: Desires) -> bool:
        """Return whether a translation of a line is confirmed, and those too from which it was carried on."""
        carried, source = self.carried.get(seq), self.source_of(seq, desires)
        if carried is None:
            return seq in desires.carried.words and desires.carried.holds(seq, people)
        if not source or (carried.via is not None and not self._holds(carried.via, people, desires)):
            return False
        return is_confirmed(carried, source, people)

    def source_of(self, seq: int, desires: Desires) -> str:
        """Return the language of the words that the translator of a line read; "" if these are gone."""
        carried = self.carried[seq]
        if carried.via is None:
            return self.language_of(carried.draft, carried.line, desires)
        via = self.translation_at(carried.via, desires)
        return "" if via is None else via.language

    def _carried_before(self, draft: int, people: People, desires: Desires) -> dict[tuple[int, str], Version]:
        """Return the words of desires in other languages for the lines that say them in their own words."""
        out: dict[tuple[int, str], Version] = {}
        for number, line in enumerate(self.drafts[draft].body.lines):
            if line.amendment is not None:
                continue
            desire = line.cites[0]
            for language in desires.carried.open_words(desire, people):
                seq = desires.carried.best(desire, language, desires, people)
                if seq is not None and language != desires[desire].language:
                    words = desires.carried.words[seq]
                    holds = desires.carried.holds(seq, people)
                    kind = WordsKind.CONFIRMED if holds else WordsKind.CARRIED
                    alone = holds and is_unchecked(words, words.source, people)
                    out[number, language] = Version(words.text, language, kind, seq, alone)
        return out

    def translation_at(self, seq: int, desires: Desires) -> InAnotherLanguage | None:
        """Return the words in another language that the event at a place in the log gave; None for none."""
        line = self.carried.get(seq)
        return desires.carried.words.get(seq) if line is None else line

    def place_in(self, draft: int, earlier: int, line: int) -> int:
        """Return where a line of an earlier draft stands unchanged in a later one; -1 where it does not."""
        for number in range(earlier + 1, draft + 1):
            lines = self.drafts[number].body.lines
            line = next((n for n, later in enumerate(lines) if later.follows == line and not later.changed), -1)
            if line < 0:
                return -1
        return line if earlier <= draft else -1

    # --- what happens ---

    def check_woven(self, body: ev.DraftWoven, desires: Desires, course: Course) -> Refusal | None:
        """Refuse a draft of unknown desires, one with an outdated version, and one outside its stage."""
        exist = all(desires.knows(number) for line in (*body.lines, *body.left) for number in line.cites)
        if not exist or not all(line.cites for line in body.lines):
            return Refusal.UNKNOWN
        if body.version != course.version:
            return Refusal.STALE
        former = self.of_round(course.round)
        if course.stage is Stage.SECOND_READING:
            fits = former is not None and (not former.second or bool(former.amendments))
        else:
            anew = former is None or self.was_sealed(len(self.drafts) - 1)
            fits = course.stage is Stage.WEAVING or (course.stage is Stage.READING and anew)
        return None if fits else Refusal.CLOSED

    def weave(self, body: ev.DraftWoven, seq: int, at: int, course: Course) -> int:
        """Add a draft and return its number.

        A second draft keeps the answers to unchanged lines and to challengers.
        """
        second = course.stage is Stage.SECOND_READING
        former = self.of_round(course.round) if second else None
        readings: list[dict[int, Reading]] = []
        for line in body.lines:
            unchanged = former is not None and line.follows is not None and not line.changed
            readings.append(
                dict(former.readings[line.follows]) if unchanged and former and line.follows is not None else {}
            )
        draft = LiveDraft(seq, at, course.round, body, second, readings, [{} for _ in body.lines])
        if former is not None:
            stayed = {place: line.follows for place, line in enumerate(body.lines) if not line.changed}
            draft.met = {place: dict(former.met[n]) for place, n in stayed.items() if n is not None and n in former.met}
            draft.challenged = {seat: dict(stances) for seat, stances in former.challenged.items()}
            draft.aside = {seat: _carried_over(kept, body) for seat, kept in former.aside.items()}
        self.drafts.append(draft)
        return len(self.drafts) - 1

    def check_connected(self, body: ev.DraftConnected, course: Course) -> Refusal | None:
        """Refuse a connection of an earlier draft, and one that does not contain every line once, in order."""
        if not self.is_read(body.draft, course):
            return Refusal.STALE
        count = len(self.drafts[body.draft].body.lines)
        in_order = [line for together in body.lines for line in together] == list(range(count))
        joints = [len(between) + 1 for between in body.between] == [len(together) for together in body.lines]
        return None if in_order and joints else Refusal.UNKNOWN

    def connect(self, body: ev.DraftConnected) -> int:
        """Record the connection of a draft's lines and return the number of the draft."""
        self.drafts[body.draft].connected = body
        return body.draft

    def is_read(self, number: int, course: Course) -> bool:
        """Return whether this is the current draft of the present round."""
        return self.of_round(course.round) is not None and number == len(self.drafts) - 1

    def check_reader(self, seat: int, draft: int, people: People, course: Course) -> Refusal | None:
        """Refuse an unknown seat, a stage without reading, and an earlier draft."""
        if not people.sits(seat):
            return Refusal.UNKNOWN
        if not course.stage.takes_readings:
            return Refusal.CLOSED
        return None if self.is_read(draft, course) else Refusal.CHANGED

    def check_new_answer(self, draft: int) -> Refusal | None:
        """Refuse an answer to a draft that was sealed: after a seal is taken back the same lines are read anew."""
        return Refusal.CHANGED if self.was_sealed(draft) else None

    def check_line(self, body: ev.LineRead | ev.LineAmended, people: People, course: Course) -> Refusal | None:
        """Refuse what `check_reader` refuses, and a line that is not read in this stage."""
        refused = self.check_reader(body.seat, body.draft, people, course)
        if refused is None and not readable(course.stage, self.drafts[body.draft], body.line):
            return Refusal.CLOSED
        return refused

    def read(self, body: ev.LineRead, translation: int | None) -> int:
        """Record a person's answer to a line and return the line.

        Args:
            body: the answer.
            translation: place in the log of the translation that they read; None for the line's own words.
        """
        draft = self.drafts[body.draft]
        met = draft.met.setdefault(body.line, {})
        met.pop(body.seat, None)
        if translation is not None:
            met[body.seat] = translation
        draft.readings[body.line][body.seat] = body.reading
        draft.critiques[body.line].pop(body.seat, None)
        if body.critique:
            draft.critiques[body.line][body.seat] = body.critique
        return body.line

    def check_challenger(
        self, body: ev.ChallengerAnswered, people: People, desires: Desires, course: Course
    ) -> Refusal | None:
        """Refuse a desire that was not put to this person, is gone, or may not be answered "against"."""
        refused = self.check_reader(body.seat, body.draft, people, course)
        if refused is not None:
            return refused
        if body.desire not in put_to(self.drafts[body.draft], body.seat):
            return Refusal.NOT_YOURS
        if desires[body.desire].gone:
            return Refusal.UNKNOWN
        return Refusal.ONE_SIDED if body.stance < 0 and not course.voice.may_be_against else None

    def challenge(self, body: ev.ChallengerAnswered) -> int:
        """Record a person's answer to a challenger and return the desire."""
        self.drafts[body.draft].challenged.setdefault(body.seat, {})[body.desire] = body.stance
        return body.desire

    def has_answered(self, seat: int, desire: int) -> bool:
        """Return whether a person answered a desire as a challenger, in any round. O(drafts)."""
        return any(desire in draft.challenged.get(seat, ()) for draft in self.drafts)

    def count_challengers(self, people: People, desires: Desires, course: Course) -> None:
        """Add the round's answers to challengers to all answers, where a person had not answered the desire."""
        draft = self.of_round(course.round)
        if draft is None:
            return
        aside = {seat: kept.challenged or {} for seat, kept in draft.aside.items()}
        for seat, stances in sorted((draft.challenged | aside).items()):
            if not people.sits(seat) and people.seats[seat].revoked is None:
                continue
            for number, stance in sorted(stances.items()):
                if number not in desires.tally.kept(seat) and not desires[number].erased:
                    desires.tally.respond(seat, number, stance, circle=people.seats[seat].circle)

    def check_amended(self, body: ev.LineAmended, people: People, desires: Desires, course: Course) -> Refusal | None:
        """Refuse an amendment outside the first reading, and by a person without permission (see `may_amend`)."""
        refused = self.check_line(body, people, course)
        if refused is not None:
            return refused
        if course.stage is not Stage.READING:
            return Refusal.CLOSED
        line = self.drafts[body.draft].body.lines[body.line]
        allowed = self.may_amend(body.seat, people.serves(body.seat), line, desires)
        return None if allowed else Refusal.NOT_YOURS

    def amend(self, body: ev.LineAmended, seq: int) -> int:
        """Record other words for a line and return the line."""
        self.amended[seq] = Amendment(body.seat, body.draft, body.line, body.text, body.language)
        self.drafts[body.draft].amendments[body.line] = seq
        return body.line

    def affirm(self, body: ev.WholeAffirmed, translations: dict[int, int]) -> int:
        """Record whether a person affirms the whole text; return the draft.

        Args:
            body: the affirmation.
            translations: by line, the place in the log of the translation that they read; without lines that they read
                in their own words.
        """
        draft = self.drafts[body.draft]
        whole = draft.whole
        draft.whole_met.pop(body.seat, None)
        if body.on:
            whole.add(body.seat)
            draft.whole_met[body.seat] = translations
        else:
            whole.discard(body.seat)
        return body.draft

    def check_carried(self, body: ev.LineCarried, people: People, desires: Desires, course: Course) -> Refusal | None:
        """Refuse a translation of an earlier draft, after the text was said, or into the line's own language."""
        if not people.sits(body.seat) or not self.is_read(body.draft, course):
            return Refusal.UNKNOWN
        lines = self.drafts[body.draft].body.lines
        if course.stage is Stage.SAID or not 0 <= body.line < len(lines):
            return Refusal.CLOSED
        same_language = self.words(lines[body.line], desires)[1] == body.language
        return Refusal.CLOSED if same_language else None

    def carry(self, body: ev.LineCarried, seq: int) -> int:
        """Record a translation of a line and return its place in the log."""
        carried = Carried(body.seat, body.draft, body.line, body.language, body.text, body.via, drafted=body.drafted)
        self.carried[seq] = carried
        return seq

    def check_confirmed(self, body: ev.CarryConfirmed, people: People) -> Refusal | None:
        """Refuse an unknown translation, and a confirmation by its translator."""
        carried = self.carried.get(body.carried)
        if not people.sits(body.seat) or carried is None:
            return Refusal.UNKNOWN
        return Refusal.NOT_YOURS if carried.seat == body.seat else None

    def confirm(self, body: ev.CarryConfirmed) -> int:
        """Record whether a reader confirms a translation; return its place in the log."""
        confirmed = self.carried[body.carried].confirmed
        if body.on:
            confirmed.add(body.seat)
        else:
            confirmed.discard(body.seat)
        return body.carried

    def check_sealed(self, body: ev.TextSealed, course: Course) -> Refusal | None:
        """Refuse sealing outside its stage, of an earlier draft, and while another seal of the round stands."""
        fits = course.stage is Stage.SEALED and self.is_read(body.draft, course) and not self.was_sealed(body.draft)
        return None if fits and self.sealed_of(course.round) is None else Refusal.CLOSED

    def check_new_sealed(self, body: ev.TextSealed, desires: Desires) -> Refusal | None:
        """Refuse to seal a text without words."""
        return None if self.has_words(self.drafts[body.draft], desires) else Refusal.NO_TEXT

    def seal(self, body: ev.TextSealed, seq: int, at: int, course: Course) -> int:
        """Record a sealed text and return its number."""
        self.sealed.append(Sealed(seq, at, course.round, body, dict(course.question)))
        return len(self.sealed) - 1

    def check_taken_back(self, body: ev.SealTakenBack, course: Course) -> Refusal | None:
        """Refuse an outdated version, a text that was said, and a seal of this round that does not stand."""
        if body.version != course.version:
            return Refusal.STALE
        sealed = self.sealed_of(course.round)
        if sealed is None or body.sealed != len(self.sealed) - 1:
            return Refusal.UNSEALED
        return None if sealed.said_at is None else Refusal.SAID

    def take_back(self, body: ev.SealTakenBack, at: int) -> int:
        """End the seal of a text, and return the number of the text. The round must move to its reading after it."""
        self.sealed[body.sealed].taken_back_at = at
        self.sealed[body.sealed].public = False
        return body.sealed

    # --- setting aside ---

    def set_aside(self, seat: int) -> None:
        """Count nothing of a reader any more, in any draft or sealed text. O(drafts lines + translations)."""
        for draft in self.drafts:
            draft.set_aside(seat, self.amended)
        for carried in self.carried.values():
            carried.aside = carried.aside or carried.seat == seat
            if seat in carried.confirmed:
                carried.confirmed.discard(seat)
                carried.confirmed_aside.add(seat)
        for sealed in self.sealed:
            if seat in sealed.amen:
                sealed.amen.discard(seat)
                sealed.amen_aside.add(seat)

    def bring_back(self, seat: int) -> None:
        """Count a reader again who was set aside."""
        for draft in self.drafts:
            draft.bring_back(seat)
        for carried in self.carried.values():
            carried.aside = carried.aside and carried.seat != seat
            if seat in carried.confirmed_aside:
                carried.confirmed_aside.discard(seat)
                carried.confirmed.add(seat)
        for sealed in self.sealed:
            if seat in sealed.amen_aside:
                sealed.amen_aside.discard(seat)
                sealed.amen.add(seat)

    # --- the moment, amen, the book ---

    def check_saying(self, course: Course) -> Refusal | None:
        """Refuse a moment before the text of this round is sealed, and after it was said."""
        sealed = self.sealed_of(course.round)
        if sealed is None:
            return Refusal.UNSEALED
        return None if course.stage is Stage.SEALED else Refusal.SAID if sealed.said_at is not None else Refusal.CLOSED

    def check_new_ceremony(self, desires: Desires, course: Course) -> Refusal | None:
        """Refuse a moment and an amen for a sealed text that has no words any more."""
        sealed = self.sealed_of(course.round)
        if sealed is None:
            return Refusal.UNSEALED
        return None if self.has_words(self.drafts[sealed.body.draft], desires) else Refusal.NO_TEXT

    def set_saying(self, body: ev.SayingSet, at: int) -> None:
        """Set the moment at which everybody says the text, in seconds from now; 0 removes it."""
        self.say_at = at + 1000 * body.seconds if body.seconds else None

    def enter(self, course: Course, at: int) -> None:
        """Follow a stage move: remove the moment, and in the stage SAID record that the sealed text is said."""
        self.say_at = None
        sealed = self.sealed_of(course.round)
        if course.stage is Stage.SAID and sealed is not None and sealed.said_at is None:
            sealed.said_at = at

    def check_amen(self, body: ev.AmenSaid, people: People, course: Course) -> Refusal | None:
        """Refuse an unknown seat, and an amen before the text of this round was said."""
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        was_said = self.sealed_of(course.round) is not None and course.stage is Stage.SAID
        return None if was_said else Refusal.CLOSED

    def say_amen(self, body: ev.AmenSaid, course: Course) -> None:
        """Record a person's amen; it counts once."""
        sealed = self.sealed_of(course.round)
        if sealed is not None:
            sealed.amen.add(body.seat)

    def check_book(self, body: ev.BookSet) -> Refusal | None:
        """Refuse a sealed text that does not exist, and one whose seal was taken back."""
        exists = 0 <= body.sealed < len(self.sealed) and self.sealed[body.sealed].seal_holds
        return None if exists else Refusal.UNKNOWN

    def set_book(self, body: ev.BookSet) -> int:
        """Open a sealed text to everybody, or close it; return its number."""
        self.sealed[body.sealed].public = body.public
        return body.sealed

    def derived_from(self, desires: Collection[int]) -> list[int]:
        """Return the places in the log of all amendments and translations of lines that cite one of these desires."""
        places = [(seq, entry.draft, entry.line) for seq, entry in self.amended.items()]
        places += [(seq, entry.draft, entry.line) for seq, entry in self.carried.items()]
        return [
            seq for seq, draft, line in places if not set(self.drafts[draft].body.lines[line].cites).isdisjoint(desires)
        ]

    def carried_on_from(self, places: Collection[int], seat: int) -> list[int]:
        """Return the places in the log of all translations of lines that come from these words, or from a person's."""
        out: set[int] = set()
        for seq, carried in sorted(self.carried.items()):  # what words come from stands before them
            if carried.seat == seat or carried.via in places or carried.via in out:
                out.add(seq)
        return sorted(out)

    def may_amend(self, seat: int, circle: int | None, line: ev.WovenLine, desires: Desires) -> bool:
        """Return whether a person may amend a line: an author of it, or the steward of a circle that sent it.

        Args:
            seat: seat of the person.
            circle: circle in which they hold the steward's duty; None for none.
            line: line of the draft.
            desires: all desires of the gathering.
        """
        cited = [desires[number] for number in line.cites]
        if any(desire.author == seat for desire in cited):
            return True
        return circle is not None and any(circle in (desire.line_of, desire.carried_by) for desire in cited)


def _carried_over(kept: ReaderAside, body: ev.DraftWoven) -> ReaderAside:
    """Return what a second draft keeps of a reader who is set aside: answers to unchanged lines and to challengers."""
    unchanged = {line.follows: place for place, line in enumerate(body.lines) if not line.changed}
    readings = {unchanged[line]: reading for line, reading in kept.readings.items() if line in unchanged}
    challenged = None if kept.challenged is None else dict(kept.challenged)
    return ReaderAside(readings, critiques={}, whole=False, amendments={}, challenged=challenged)


def readable(stage: Stage, draft: LiveDraft | None, line: int) -> bool:
    """Return whether a line of a draft is read in this stage; the second reading has only changed lines."""
    if draft is None or not 0 <= line < len(draft.body.lines):
        return False
    return stage is Stage.READING or (stage is Stage.SECOND_READING and draft.second and draft.body.lines[line].changed)
