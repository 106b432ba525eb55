"""Carried desires: the words of desires in other languages, said while people cross, and who confirmed them.

Somebody who reads two languages says a desire in the other one. The rule of `carried` tells when its words stand. From
then on the desire is dealt in these words to people who do not read its own language (`card_words`), and they are the
words of the line that says the desire (`Prayers.carries`).

New words reach others in batches, so that nobody learns from the time of a tap who said them. Words of one pair of
languages wait until k different people have said some; every move of the stage and the end release everything. Where
fewer than k people read both languages, or are here at all, there is nobody to hide among: nothing waits, and the card
says that people may guess. The rule is that of `batches`.

Words may be carried on: from words that stand into a third language. They are erased with what they come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.carried import is_confirmed, needed
from oneheart.live.state.rule import Rule
from oneheart.model.desire import Moderation
from oneheart.model.round import Stage

if TYPE_CHECKING:
    from oneheart.live.state.course import Course
    from oneheart.live.state.people import People

CARRYINGS_MOST = 2  # cards that one person is dealt in a round to say a desire; as many again to confirm one
Pair = tuple[str, str]


class Carriable(Protocol):
    """What is asked of a desire; `LiveDesire` has it."""

    text: str
    language: str

    @property
    def gone(self) -> bool:
        """Return whether it is erased, withdrawn, set aside or rejected."""


@dataclass(slots=True)
class CarriedWords:
    """The words of a desire in another language.

    Attributes:
        seat: seat of the person who said them.
        desire: number of the desire.
        language: language code of the words.
        text: the words.
        source: language code of the words that the person was shown.
        via: place in the log of the carried words that they were shown; None for the desire's own words.
        confirmed: seats of readers who said that both say the same.
        denied: seats of readers who said that they do not.
        passed: seats of readers who passed the card on.
        aside: true while the person who said them is set aside; they then stand only if somebody else confirmed them.
        moderation: decision of the hosts.
        decided: places in the log of the hosts' decisions.
        pool: pair of languages in whose pool they wait for a batch; None if they do not wait.
        drafted: true if a machine drafted the words and the person took them unchanged.
    """

    seat: int
    desire: int
    language: str
    text: str
    source: str
    via: int | None
    confirmed: set[int] = field(default_factory=set)
    denied: set[int] = field(default_factory=set)
    passed: set[int] = field(default_factory=set)
    aside: bool = False
    moderation: Moderation = Moderation.UNDECIDED
    decided: list[int] = field(default_factory=list)
    pool: Pair | None = None
    drafted: bool = False

    @property
    def pair(self) -> Pair:
        """Return the two languages, in order."""
        return min(self.source, self.language), max(self.source, self.language)

    @property
    def version(self) -> int:
        """Return the number of decisions of the hosts (optimistic lock)."""
        return len(self.decided)

    def has_had(self, seat: int) -> bool:
        """Return whether a person said these words, or had the card that asks whether they say the same."""
        return seat == self.seat or seat in self.confirmed or seat in self.denied or seat in self.passed

    def is_refuted(self, people: People) -> bool:
        """Return whether others say that these words say something else: as many as must confirm, and most of them.

        Somebody else may then say the desire.
        """
        denied = _sitting(self.denied, people)
        return denied > 0 and denied >= needed(self, self.source, people) and denied >= _sitting(self.confirmed, people)

    def agreed(self, people: People) -> bool:
        """Return whether the words are confirmed by the rule for lines, and more people confirm than deny them."""
        denied = _sitting(self.denied, people)
        return is_confirmed(self, self.source, people) and (not denied or denied < _sitting(self.confirmed, people))


def _sitting(seats: Collection[int], people: People) -> int:
    """Return how many of these people are here; those who left or are set aside do not count."""
    return sum(people.sits(seat) for seat in seats)


@dataclass(slots=True, eq=False)
class CarriedDesires:
    """All carried words of the desires of a gathering.

    Attributes:
        words: by place in the log.
        passed: desires that a person passed on, each with the language in which it would have been said, by seat.
        loads: how many cards a person has had in the present round, by seat: to say a desire, and to confirm one.
        pools: places in the log of the words that wait for a batch, by pair of languages, the oldest first.
        of_desire: places in the log of the words of each desire.
        hold: true if hosts must accept words before others are shown them.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"of_desire", "hold"})  # from words, settings

    words: dict[int, CarriedWords] = field(default_factory=dict)
    passed: dict[int, set[tuple[int, str]]] = field(default_factory=dict)
    loads: dict[int, list[int]] = field(default_factory=dict)
    pools: dict[Pair, list[int]] = field(default_factory=dict)
    of_desire: dict[int, list[int]] = field(default_factory=dict)
    hold: bool = False

    # --- reading ---

    def load(self, seat: int) -> tuple[int, int]:
        """Return how many cards a person has had in this round: to say a desire, and to confirm one."""
        carries, confirms = self.loads.get(seat, (0, 0))
        return carries, confirms

    def may_be_read(self, seq: int, desires: Sequence[Carriable], people: People) -> bool:
        """Return whether others may be shown carried words, confirmed or not yet. O(languages).

        Not while they wait for a batch or for the hosts, not once they are refuted or rejected, and not if what they
        come from has changed. The status of the desire is asked elsewhere.
        """
        words = self.words[seq]
        held = self.hold and words.moderation is not Moderation.ACCEPTED
        refused = words.moderation is Moderation.REJECTED or words.is_refuted(people)
        alone = words.aside and not words.agreed(people)
        if held or refused or alone or words.pool is not None:
            return False
        if words.via is not None:
            return words.via in self.words and self.may_be_read(words.via, desires, people)
        return desires[words.desire].language == words.source

    def holds(self, seq: int, people: People) -> bool:
        """Return whether words are confirmed, and those too from which they were carried on. O(languages)."""
        words = self.words[seq]
        if words.via is not None and (words.via not in self.words or not self.holds(words.via, people)):
            return False
        return words.agreed(people)

    def best(self, desire: int, language: str, desires: Sequence[Carriable], people: People) -> int | None:
        """Return the place of the words of a desire in a language: the last that stand, else the last; None for none.

        O(words of the desire).
        """
        best: int | None = None
        for seq in self.of_desire.get(desire, ()):
            words = self.words[seq]
            if words.language != language or not self.may_be_read(seq, desires, people):
                continue
            if best is None or self.holds(seq, people) or not self.holds(best, people):
                best = seq
        return best

    def standing(self, desire: int, language: str, desires: Sequence[Carriable], people: People) -> CarriedWords | None:
        """Return the words of a desire in a language that stand; None if there are none. O(words of the desire)."""
        best = self.best(desire, language, desires, people)
        return None if best is None or not self.holds(best, people) else self.words[best]

    def open_words(self, desire: int, people: People) -> set[str]:
        """Return the languages in which somebody has said a desire, without words that are refuted or rejected."""
        said = (self.words[seq] for seq in self.of_desire.get(desire, ()))
        return {
            words.language
            for words in said
            if not (words.is_refuted(people) or words.moderation is Moderation.REJECTED or words.aside)
        }

    def derived_from(self, desires: Collection[int], seats: Collection[int] = ()) -> list[int]:
        """Return the places in the log of all words of these desires, or said by these people.

        Words that were carried on from such words are among them. O(carried words).
        """
        out: set[int] = set()
        for seq, words in sorted(self.words.items()):  # what words come from stands before them
            if words.desire in desires or words.seat in seats or words.via in out:
                out.add(seq)
        return sorted(out)

    def decisions_on(self, places: Iterable[int]) -> list[int]:
        """Return the places in the log of the hosts' decisions on these words."""
        return [decided for seq in places for decided in self.words[seq].decided]

    # --- saying a desire in another language ---

    def check_words(
        self, body: ev.DesireCarried, desires: Sequence[Carriable], people: People, course: Course
    ) -> Refusal | None:
        """Refuse words by somebody who does not read both languages, a third card, and words after the sealing."""
        if not people.sits(body.seat) or not 0 <= body.desire < len(desires) or body.language not in course.languages:
            return Refusal.UNKNOWN
        source = self._source(body, desires)
        if source is None or desires[body.desire].gone:
            return Refusal.UNKNOWN
        if source == body.language or not _reads_both(body.seat, source, body.language, people):
            return Refusal.NOT_YOURS
        if course.stage in {Stage.SEALED, Stage.SAID}:
            return Refusal.CLOSED
        return Refusal.QUOTA if self.load(body.seat)[0] >= CARRYINGS_MOST else None

    def _source(self, body: ev.DesireCarried, desires: Sequence[Carriable]) -> str | None:
        """Return the language of the words that the person was shown; None if there are no such words."""
        if body.via is None:
            return desires[body.desire].language if desires[body.desire].text else None
        via = self.words.get(body.via)
        return via.language if via is not None and via.desire == body.desire else None

    def carry(self, body: ev.DesireCarried, seq: int, desires: Sequence[Carriable], people: People) -> int:
        """Record the words of a desire in another language, or that a person passed the card on; return the place."""
        self._count(body.seat, 0)
        if not body.text:
            self.passed.setdefault(body.seat, set()).add((body.desire, body.language))
            return seq
        source = self._source(body, desires)
        assert source is not None  # noqa: S101  checked before
        words = CarriedWords(body.seat, body.desire, body.language, body.text, source, body.via)
        words.drafted = body.drafted
        self.words[seq] = words
        self.of_desire.setdefault(body.desire, []).append(seq)
        if _hides(words.pair, people):
            words.pool = words.pair
            self.pools.setdefault(words.pair, []).append(seq)
            if disclosure.enough(len({self.words[other].seat for other in self.pools[words.pair]})):
                self.release(list(self.pools[words.pair]))
        return seq

    # --- confirming ---

    def check_same(self, body: ev.DesireCarryConfirmed, people: People, course: Course) -> Refusal | None:
        """Refuse unknown words, an answer by whoever said them or said that they do not read both, and a third card.

        An answer may be changed. While the text is read everybody may confirm what they find in it, also who was not
        asked yet whether they read both.
        """
        words = self.words.get(body.carried)
        if words is None or not people.sits(body.seat):
            return Refusal.UNKNOWN
        reads = {people.reads(body.seat, code) for code in (words.source, words.language)}
        if words.seat == body.seat or False in reads or (None in reads and course.stage.takes_responses):
            return Refusal.NOT_YOURS
        free = words.has_had(body.seat) or not course.stage.takes_responses
        return None if free or self.load(body.seat)[1] < CARRYINGS_MOST else Refusal.QUOTA

    def check_new_same(
        self, body: ev.DesireCarryConfirmed, desires: Sequence[Carriable], people: People, course: Course
    ) -> Refusal | None:
        """Refuse an answer about words that others may not be shown, and one after the sealing.

        Asked before the event is written. An erasure may make a batch smaller, so a replay does not ask it.
        """
        if course.stage in {Stage.SEALED, Stage.SAID}:
            return Refusal.CLOSED
        return None if self.may_be_read(body.carried, desires, people) else Refusal.UNKNOWN

    def confirm(self, body: ev.DesireCarryConfirmed, people: People, course: Course) -> int:
        """Record whether carried words say the same as what they come from; return their place in the log.

        Who says that they do reads both languages.
        """
        words = self.words[body.carried]
        for language in (words.source, words.language) if body.on else ():
            people.learn(body.seat, language)
        if not words.has_had(body.seat) and course.stage.takes_responses:
            self._count(body.seat, 1)
        for seats in (words.confirmed, words.denied, words.passed):
            seats.discard(body.seat)
        answers = words.passed if body.on is None else words.confirmed if body.on else words.denied
        answers.add(body.seat)
        self.release([body.carried])  # somebody met them: they had travelled before an erasure made the batch smaller
        return body.carried

    def _count(self, seat: int, kind: int) -> None:
        self.loads.setdefault(seat, [0, 0])[kind] += 1

    # --- hosts ---

    def check_words_decided(self, body: ev.Moderated) -> Refusal | None:
        """Refuse a decision on unknown words, on those of another desire, and one with an outdated version."""
        words = None if body.carried is None else self.words.get(body.carried)
        if words is None or words.desire != body.desire:
            return Refusal.UNKNOWN
        return None if words.version == body.version else Refusal.STALE

    def moderate(self, body: ev.Moderated, seq: int) -> int:
        """Accept or reject carried words and return their new version."""
        assert body.carried is not None  # noqa: S101  checked before
        words = self.words[body.carried]
        words.moderation = body.decision.moderation
        words.decided.append(seq)
        return words.version

    def at_desk(self, desires: Sequence[Carriable]) -> list[int]:
        """Return the places of the words that hosts meet at their desk, without those of desires that are gone.

        Words that wait for a batch are met only where hosts accept first. O(carried words).
        """
        return [
            seq
            for seq, words in self.words.items()
            if (self.hold or words.pool is None) and not desires[words.desire].gone
        ]

    # --- batches and setting aside ---

    def note_people(self, people: People) -> None:
        """Release what waits where too few people are left to hide among. O(words that wait)."""
        for pair in [pair for pair in self.pools if not _hides(pair, people)]:
            self.release(list(self.pools[pair]))

    def release(self, places: Iterable[int]) -> None:
        """Let words reach others."""
        for seq in places:
            words = self.words[seq]
            if words.pool is not None:
                self.pools[words.pool].remove(seq)
                if not self.pools[words.pool]:
                    del self.pools[words.pool]
                words.pool = None

    def begin_stage(self, *, new_round: bool) -> None:
        """Release everything; in a new round everybody may have as many cards again."""
        self.release([seq for places in self.pools.values() for seq in places])
        if new_round:
            self.loads.clear()

    def set_aside(self, seats: Collection[int], people: People, *, on: bool) -> None:
        """Set everything of some people aside (on), or bring it back. O(carried words)."""
        for words in self.words.values():
            if words.seat in seats:
                words.aside = on
        self.note_people(people)


def _reads_both(seat: int, one: str, other: str, people: People) -> bool:
    return bool(people.reads(seat, one) and people.reads(seat, other))


def _hides(pair: Pair, people: People) -> bool:
    """Return whether enough people read both languages to hide one among them."""
    return disclosure.enough(people.count) and disclosure.enough(people.readers_of(*pair))


CARRYING_RULES: dict[type[ev.Body], Rule] = {
    ev.DesireCarried: Rule(
        lambda s, b, _: s.desires.carried.check_words(b, s.desires, s.people, s.course),
        lambda s, b, w: s.desires.carried.carry(b, w.seq, s.desires, s.people),
    ),
    ev.DesireCarryConfirmed: Rule(
        lambda s, b, _: s.desires.carried.check_same(b, s.people, s.course),
        lambda s, b, _: s.desires.carried.confirm(b, s.people, s.course),
        check_new=lambda s, b, _: s.desires.carried.check_new_same(b, s.desires, s.people, s.course),
    ),
}
"""The rules of the events about desires in another language."""
