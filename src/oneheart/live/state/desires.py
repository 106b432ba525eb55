"""Desires: what people said, who answered it, and the status of each desire. The third part of the state.

All rules on whether a desire may be dealt, counted, moderated, exported or read are in this module; `batches` has the
rule on when a new one first reaches others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, overload

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.similarity import TrigramIndex
from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.batches import Batches
from oneheart.live.state.carried_desires import CarriedDesires
from oneheart.live.state.course import Course
from oneheart.live.state.people import People, Seat
from oneheart.live.state.same_words import Wordings
from oneheart.model.desire import Decision, Moderation
from oneheart.model.round import Stage, Travelling

OPEN_DESIRES = 3  # most desires of one person that may be dealt at a time
_ROOM = 64


@dataclass(slots=True)
class LiveDesire:
    """A desire in its present state. Its number is its index in `State.desires`.

    Attributes:
        seq: place in the log of the event that said it.
        author: seat of the author; None if the hosts said it, or its author erased it.
        text: the words; "" once erased.
        language: language code of the words.
        stem: code of the stem that it continues; "" for none.
        circle: circle of the author when it was said; None for none.
        grew_from: desire that it builds on; None for none.
        line_of: circle whose line it is; None for none.
        carried_by: circle that carries it beside its line; None for none.
        moderation: decision of the hosts.
        reason: reason of the hosts, which the author reads.
        version: number of decisions and marks of hosts (optimistic lock).
        decided: places in the log of the hosts' decisions, which may hold reasons.
        is_meta: true if it is about the talk or about oneself.
        round: round that it belongs to.
        waiting: true if it was said while the stage was closed; it waits for the next round.
        withdrawn: true if its author withdrew it.
        erased: true if its words are erased.
        same_as: desire that it was joined to; None for none.
        released: true if the desire that it was joined to is erased; it is independent again, outside the author's
            quota.
        proposed_same_as: (desire, actor): the desire that a first host called the same, and that host; None for none.
        aside: true while the seat of its author is revoked.
        free: true while every desire that it is joined to is set aside; it is independent again, outside the author's
            quota.
        pool: pool in which it waits for a batch, see `state.batches`; None if it does not wait for one.
        matched: true if the server joined it, because its words are the same.
        apart: true if its author took it apart; the server does not join it again.
        said_in: number of stage moves before it was said.
        relabelled: true once its author corrected its language.
    """

    seq: int
    author: int | None
    text: str
    language: str
    stem: str
    circle: int | None
    grew_from: int | None
    line_of: int | None
    carried_by: int | None
    moderation: Moderation = Moderation.UNDECIDED
    reason: str = ""
    version: int = 0
    is_meta: bool = False
    round: int = 1
    waiting: bool = False
    withdrawn: bool = False
    erased: bool = False
    same_as: int | None = None
    released: bool = False
    proposed_same_as: tuple[int, str] | None = None
    decided: list[int] = field(default_factory=list)
    aside: bool = False
    free: bool = False
    pool: int | None = None
    matched: bool = False
    apart: bool = False
    said_in: int = 0
    relabelled: bool = False

    @property
    def fresh(self) -> bool:
        """Return whether it waits for a batch, so that nobody but its author meets it."""
        return self.pool is not None

    @property
    def gone(self) -> bool:
        """Return whether it is erased, withdrawn, set aside or rejected."""
        return not self.stands or self.moderation is Moderation.REJECTED

    @property
    def stands(self) -> bool:
        """Return whether it is neither erased, withdrawn nor set aside; it may be rejected."""
        return not (self.erased or self.withdrawn or self.aside)

    @property
    def joined(self) -> bool:
        """Return whether it is joined to another desire, or was until that one was erased."""
        return self.same_as is not None or self.released

    @property
    def sent(self) -> bool:
        """Return whether a circle sent it (as its line, or beside it) or hosts said it."""
        return self.of_circle or self.author is None

    @property
    def of_circle(self) -> bool:
        """Return whether it is a circle's line or carried by a circle."""
        return self.line_of is not None or self.carried_by is not None

    @property
    def fills_quota(self) -> bool:
        """Return whether it counts against the quota of its author."""
        return not (self.gone or self.joined or self.of_circle)

    @property
    def own(self) -> bool:
        """Return whether it is an independent desire: not erased, withdrawn, set aside or joined to another."""
        return self.stands and not self.follows

    @property
    def follows(self) -> bool:
        """Return whether it counts as another desire that it is joined to."""
        return self.same_as is not None and not self.free

    @property
    def awaits_decision(self) -> bool:
        """Return whether a host must still accept or reject it."""
        return self.own and self.moderation is Moderation.UNDECIDED and not self.is_meta

    @property
    def exported(self) -> bool:
        """Return whether an export contains it: independent, and not waiting for a batch or a later round."""
        return self.own and not self.waiting and not self.fresh


@dataclass(slots=True, eq=False)
class Desires(Sequence[LiveDesire]):
    """All M desires of a gathering; a sequence, indexed by number.

    Attributes:
        tally: answers of people.
        nearness: trigram index of the texts, for similar desires; it follows from the texts.
        wordings: the desires with the same words; it follows from the texts.
        shown: numbers of the desires on the hall screen.
        any_aside: true while some desire is set aside.
        confirmed: numbers of desires that two hosts called the same as one in another language, in order of
            confirmation.
        batches: the desires that wait for a batch.
        carried: words of desires in other languages.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"nearness", "wordings"})  # they follow from the texts

    entries: list[LiveDesire] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    nearness: TrigramIndex = field(default_factory=TrigramIndex)
    wordings: Wordings = field(default_factory=Wordings)
    shown: tuple[int, ...] = ()
    confirmed: list[int] = field(default_factory=list)
    any_aside: bool = False
    joined_to: dict[int, list[int]] = field(default_factory=dict)
    batches: Batches = field(default_factory=Batches)
    carried: CarriedDesires = field(default_factory=CarriedDesires)
    _travels: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_ROOM, bool))
    _circles: npt.NDArray[np.int32] = field(default_factory=lambda: np.full(_ROOM, -1, np.int32))

    @overload
    def __getitem__(self, number: int) -> LiveDesire: ...
    @overload
    def __getitem__(self, number: slice) -> list[LiveDesire]: ...
    def __getitem__(self, number: int | slice) -> LiveDesire | list[LiveDesire]:
        """Return a desire by its number."""
        return self.entries[number]

    def __len__(self) -> int:
        """Return M, the number of desires, erased ones included."""
        return len(self.entries)

    def __iter__(self) -> Iterator[LiveDesire]:
        """Yield every desire, by ascending number."""
        return iter(self.entries)

    # --- reading ---

    @property
    def travels(self) -> npt.NDArray[np.bool_]:
        """Return whether each desire may be dealt now, (M,)."""
        return self._travels[: len(self.entries)]

    @property
    def circles(self) -> npt.NDArray[np.int32]:
        """Return the circle of each desire's author when it was said, (M,), -1 for none and where it is not told."""
        return self._circles[: len(self.entries)]

    def knows(self, number: int) -> bool:
        """Return whether a desire with this number exists, erased or not."""
        return 0 <= number < len(self.entries)

    def at(self, seq: int) -> int | None:
        """Return the number of the desire that the event at a place in the log said; None for none. O(log M)."""
        place = bisect_left(self.entries, seq, key=lambda desire: desire.seq)
        return place if place < len(self.entries) and self.entries[place].seq == seq else None

    def root(self, number: int) -> int:
        """Return the desire that this one is joined to, or its own number. It leaves out desires that are set aside."""
        root = number
        while (joined := self.entries[number].same_as) is not None:
            number = joined
            if not self.entries[number].aside:
                root = number
        return root

    def top(self, number: int) -> int:
        """Return the last desire that this one is joined to, set aside or not, or its own number."""
        while (joined := self.entries[number].same_as) is not None:
            number = joined
        return number

    def counted_as(self, number: int) -> Sequence[int]:
        """Return the desires that count as this one, without itself. O(1), or O(joined) where some are set aside."""
        if number in self.joined_to or not self.entries[number].free:
            joined: Sequence[int] = self.joined_to.get(number, ())
        else:
            top = self.top(number)
            joined = (top, *self.joined_to.get(top, ()))
        if not self.any_aside:
            return joined
        return [other for other in joined if other != number and self.root(other) == number]

    def owns(self, seat: int, number: int) -> bool:
        """Return whether a person wrote this desire."""
        return self.knows(number) and self.entries[number].author == seat

    def waits(self, number: int) -> bool:
        """Return whether a desire waits for the next round."""
        return self.entries[number].waiting

    def roots_of(self, seat: Seat) -> list[int]:
        """Return what a person's desires count as, each once: without those that they withdrew and that passed on."""
        return list(dict.fromkeys(self.root(n) for n in seat.desires if not self._passed_on(n)))

    def _passed_on(self, number: int) -> bool:
        return self.entries[number].withdrawn and self.entries[number].same_as is not None

    def has_said(self, seat: Seat, *, since: int) -> bool:
        """Return whether a person said a desire of their own, no circle's line, in a round or later."""
        own = (self.entries[number] for number in seat.desires)
        return any(desire.line_of is None and desire.round >= since for desire in own)

    def is_of_circle(self, number: int) -> bool:
        """Return whether a desire is a circle's line or carried by a circle."""
        return self.entries[number].of_circle

    def open_count(self, seat: Seat) -> int:
        """Return the number of a person's desires that count against their quota."""
        return sum(self.entries[number].fills_quota for number in seat.desires)

    def has_answered_or_said(self, seat: int, number: int) -> bool:
        """Return whether a person answered or said a desire, or one that is joined to it. O(desires joined to it)."""
        answered = self.tally.answered(seat)
        if number in answered or self.entries[number].author == seat:
            return True
        others = self.counted_as(number)
        return any(joined in answered or self.entries[joined].author == seat for joined in others)

    def met(self, seat: int, desires: Sequence[int]) -> list[int]:
        """Return the desires that a person answered or said, and the roots of these."""
        numbers = [*self.tally.answered(seat), *desires]
        joined = (n for n in numbers if self.entries[n].same_as is not None) if self.joined_to else ()
        return [*numbers, *(self.root(n) for n in joined)]

    def kept_back(self, number: int, course: Course) -> bool:
        """Return whether only the author and the hosts may read a desire.

        It is held for the hosts, rejected, withdrawn, erased, about the talk, or waiting for a batch or the next round.
        """
        return self.entries[number].fresh or self._held_back(number, course)

    def _held_back(self, number: int, course: Course) -> bool:
        """Return whether a desire is kept back for another reason than that it waits for a batch."""
        desire = self.entries[number]
        held = course.hold and desire.moderation is not Moderation.ACCEPTED
        return held or desire.gone or desire.is_meta or desire.waiting

    def at_desk(self, number: int, course: Course) -> bool:
        """Return whether hosts meet a desire: not while it waits for a batch or a round, unless they decide first.

        A host who watches somebody speak, and then looks at the desk, would read whose words are new.
        """
        desire = self.entries[number]
        return course.hold or not (desire.fresh or desire.waiting)

    def readable_by(self, seat: int, number: int, people: People, course: Course, *, answered: bool) -> bool:
        """Return whether a person may read the words of a desire. This is the one rule for that.

        They may read what they wrote, and the line of their circle unless it is gone, with the line that it replaced.
        They may read what they answered, and what their own desire is joined to, while it is not kept back. A card in
        their hand and a challenger are read too; see `live.opened`. O(own desires).

        Args:
            seat: number of the seat.
            number: number of the desire; an unknown one is not readable.
            people: everybody.
            course: settings and stage.
            answered: whether they answered it, as a card or as a challenger.
        """
        if not self.knows(number) or self.entries[number].erased:
            return False
        desire, person = self.entries[number], people.seats[seat]
        if desire.author == seat:
            return True
        if person.circle is not None and person.circle in (desire.line_of, desire.carried_by):
            replaced = desire.line_of is not None and people.circles[desire.line_of].replaced == number
            return not desire.gone or (replaced and desire.moderation is not Moderation.REJECTED)
        if self.kept_back(number, course):
            return False
        return answered or any(self.root(own) == number for own in person.desires)

    def may_lend_words(self, number: int, language: str, *, hold: bool) -> bool:
        """Return whether others may meet a desire in the words of this one, which is in a language of theirs.

        Args:
            number: number of a desire that two hosts called the same as another.
            language: language code in which the others meet it.
            hold: true if hosts must accept a desire first.
        """
        desire = self.entries[number]
        undecided = hold and desire.moderation is not Moderation.ACCEPTED
        return desire.language == language and not (
            undecided or desire.gone or desire.is_meta or desire.waiting or desire.fresh
        )

    # --- saying ---

    def check_said(self, body: ev.DesireSaid, people: People) -> Refusal | None:
        """Refuse an unknown author or source, a line without the duty of its circle, and one beyond the quota."""
        if body.seat is None:
            return None
        if not people.sits(body.seat):
            return Refusal.UNKNOWN
        if body.grew_from is not None and not self.knows(body.grew_from):
            return Refusal.UNKNOWN
        circle = body.line_of if body.line_of is not None else body.carried_by
        if circle is not None:
            return None if people.serves(body.seat) == circle else Refusal.NOT_YOURS
        return Refusal.QUOTA if self.open_count(people.seats[body.seat]) >= OPEN_DESIRES else None

    def say(self, body: ev.DesireSaid, seq: int, people: People, course: Course) -> int:
        """Add a desire and return its number. It waits for a batch, or for the next round if the stage takes none."""
        seat = None if body.seat is None else people.seats[body.seat]
        desire = LiveDesire(
            seq,
            body.seat,
            body.text,
            body.language,
            body.stem,
            None if seat is None else seat.circle,
            body.grew_from,
            body.line_of,
            body.carried_by,
            erased=not body.text,  # it quoted a desire that is erased
            said_in=course.version,
        )
        in_time = course.stage.takes_desires or (desire.of_circle and course.stage.takes_responses) or seat is None
        desire.waiting = not in_time
        desire.round = course.round if in_time else course.round + 1
        if seat is None:
            desire.moderation = Moderation.ACCEPTED
        number = self.add(desire, course)
        if seat is not None and not desire.erased:
            seat.desires.append(number)
        if seat is not None and not desire.of_circle:
            self.batches.take(number, self, people, course)
        if body.line_of is not None:
            circle = people.circles[body.line_of]
            former = circle.line
            gone = former is not None and self.entries[former].gone
            self._replace(former, course)
            circle.replaced = former if former is not None and not gone else None
            circle.line = number
        elif body.carried_by is not None:
            circle = people.circles[body.carried_by]
            self._replace(circle.carried, course)
            circle.carried = number
        return number

    def _replace(self, former: int | None, course: Course) -> None:
        """Withdraw the former line of a circle. A text that people have answered is never edited."""
        if former is not None:
            self.entries[former].withdrawn = True
            self.review(former, course)
            self.pass_on(former, course)

    def add(self, desire: LiveDesire, course: Course) -> int:
        """Add a desire and return its number. O(length of its text)."""
        number = len(self.entries)
        self.entries.append(desire)
        self.tally.grow(desires=len(self.entries))
        self.nearness.add(desire.text)
        self.wordings.add(number, desire)
        if len(self.entries) > len(self._travels):
            self._travels = np.concatenate([self._travels, np.zeros(len(self._travels), bool)])
            wider = np.full(len(self._circles), -1, np.int32)
            self._circles = np.concatenate([self._circles, wider])
        self._circles[number] = -1 if desire.circle is None else desire.circle
        self.review(number, course)
        return number

    def add_erased(self, seq: int, course: Course) -> int:
        """Add a placeholder for a desire whose event was erased, so that later numbers do not change."""
        return self.add(LiveDesire(seq, None, "", "", "", None, None, None, None, erased=True), course)

    # --- joining (see `state.joining`), withdrawing, naming the language ---

    def join_to(self, number: int, root: int, course: Course) -> None:
        """Join a desire to a root; to an erased root it was joined before, and it becomes independent of it."""
        if self.entries[root].erased:
            # It was joined before the words were erased. Its author's later desires must count as before, or the
            # numbers of later desires would shift.
            self.entries[number].released = True
            return
        self.entries[number].same_as = root
        self.joined_to.setdefault(self.top(root), []).extend([number, *self.joined_to.pop(number, ())])
        self._review_free(number)
        self.review(number, course)

    def pass_on(self, number: int, course: Course) -> None:
        """Replace a desire that its author took away by the first one with the same words.

        So nobody's wish goes with somebody else's. Answers to the former one count for the new one. O(joined to it).
        """
        same = [n for n in self.joined_to.get(number, ()) if self.entries[n].matched and self.entries[n].stands]
        if not same or self.entries[number].same_as is not None:
            return
        heir = same[0]
        others = [number, *(other for other in self.joined_to.pop(number) if other != heir)]
        self.be_root(heir, self.entries[number].moderation)
        self.joined_to[heir] = others
        for other in others:
            if other == number or self.entries[other].same_as == number:
                self.entries[other].same_as = heir
            self._review_free(other)
            self.review(other, course)
        self.batches.release([heir], self, course)  # the same words travel already

    def be_root(self, heir: int, decided: Moderation) -> None:
        """Make a desire independent that was joined, outside its author's quota; hosts decided on its words already."""
        desire = self.entries[heir]
        desire.same_as, desire.free, desire.matched, desire.released = None, False, False, True
        if desire.moderation is Moderation.UNDECIDED:
            desire.moderation = decided

    def check_owner(self, seat: int, number: int, people: People) -> Refusal | None:
        """Refuse a desire of another person."""
        return None if people.sits(seat) and self.owns(seat, number) else Refusal.NOT_YOURS

    def withdraw(self, body: ev.DesireWithdrawn, people: People, course: Course) -> int:
        """Withdraw a desire and return its number. It is removed from the hall screen and from its circle's page."""
        desire = self.entries[body.desire]
        desire.withdrawn = True
        if desire.line_of is not None and people.circles[desire.line_of].replaced == body.desire:
            people.circles[desire.line_of].replaced = None
        self._hide(body.desire)
        self.review(body.desire, course)
        self.pass_on(body.desire, course)
        return body.desire

    def check_language(
        self, body: ev.DesireLanguage, people: People, course: Course, *, sealed: bool
    ) -> Refusal | None:
        """Refuse a language that the gathering does not have, and any change of a sealed line.

        The digest of a sealed text includes the languages of its lines.
        """
        refused = self.check_owner(body.seat, body.desire, people)
        if refused is not None:
            return refused
        if course.settings is None or body.language not in course.languages:
            return Refusal.UNKNOWN
        return Refusal.CLOSED if sealed else None

    def set_language(self, body: ev.DesireLanguage) -> int:
        """Set the language of a desire and return its number. A stem of another language is dropped."""
        desire = self.entries[body.desire]
        if desire.language != body.language:
            desire.language, desire.stem, desire.relabelled = body.language, "", True
        return body.desire

    # --- hosts ---

    def check_moderated(self, body: ev.Moderated) -> Refusal | None:
        """Refuse a decision on a desire, or on its words in another language. An outdated version is refused too."""
        if body.carried is not None:
            return self.carried.check_words_decided(body)
        return self.check_decision(body.desire, body.version)

    def check_decision(self, number: int, version: int) -> Refusal | None:
        """Refuse a decision on an erased desire, and one with an outdated version."""
        if not self.knows(number) or self.entries[number].erased:
            return Refusal.UNKNOWN
        return None if self.entries[number].version == version else Refusal.STALE

    def moderate(self, body: ev.Moderated, seq: int, course: Course) -> int:
        """Accept or reject a desire and return its new version. A rejected one is removed from the hall screen."""
        if body.carried is not None:
            return self.carried.moderate(body, seq)
        desire = self.entries[body.desire]
        desire.moderation, desire.reason = body.decision.moderation, body.reason
        desire.version += 1
        desire.decided.append(seq)
        if body.decision is Decision.REJECTED:
            self._hide(body.desire)
        self.review(body.desire, course)
        self.batches.note_decided(body.desire, self, course)
        return desire.version

    def mark_meta(self, body: ev.MarkedMeta, course: Course) -> int:
        """Mark a desire as about the talk or about oneself, or remove the mark; return its new version."""
        desire = self.entries[body.desire]
        desire.is_meta = body.on
        desire.version += 1
        self.review(body.desire, course)
        return desire.version

    def check_shown(self, body: ev.DesiresShown) -> Refusal | None:
        """Refuse desires that do not exist."""
        return None if all(self.knows(number) for number in body.desires) else Refusal.UNKNOWN

    def show(self, body: ev.DesiresShown) -> None:
        """Show these desires on the hall screen, in this order, without those that are gone."""
        self.shown = tuple(number for number in body.desires if not self.entries[number].gone)

    def _hide(self, number: int) -> None:
        self.shown = tuple(shown for shown in self.shown if shown != number)

    # --- answers ---

    def check_response(self, body: ev.Responded, people: People, course: Course) -> Refusal | None:
        """Refuse an answer outside its stage, one to an erased or waiting desire, and "against" without permission."""
        if not people.sits(body.seat) or not self.knows(body.desire):
            return Refusal.UNKNOWN
        if not course.stage.takes_responses:
            return Refusal.CLOSED
        desire = self.entries[body.desire]
        if self.entries[self.root(body.desire)].erased or desire.waiting:  # what passed on to another is not erased
            return Refusal.UNKNOWN
        return Refusal.ONE_SIDED if body.stance < 0 and not course.voice.may_be_against else None

    def respond(self, body: ev.Responded, people: People, course: Course) -> int:
        """Record an answer and return the desire. A first answer counts as one card of this stage."""
        seat = people.seats[body.seat]
        if body.desire not in self.tally.answered(body.seat):
            seat.cards = cards_of(seat, course) + 1
            seat.cards_version = course.version
        self.batches.note_met(body.seat, body.desire, self, course)
        self.tally.respond(body.seat, body.desire, body.stance, circle=seat.circle, probe=body.probe)
        return body.desire

    # --- setting aside ---

    def set_aside(self, seats: Collection[int], people: People, course: Course, *, on: bool) -> None:
        """Set everything of some people aside (on), or bring it back. O(M + their answers)."""
        for number in seats:
            seat = people.seats[number]
            move = self.tally.set_aside if on else self.tally.bring_back
            move(number, circle=seat.circle)
            for written in seat.desires:
                self.entries[written].aside = on
                if on:
                    self.pass_on(written, course)
        self.any_aside = any(desire.aside for desire in self.entries)
        for number in range(len(self.entries)):
            self._review_free(number)
        self.review_all(course)
        self.batches.note_people(self, people, course)
        self.carried.set_aside(seats, people, on=on)

    def _review_free(self, number: int) -> None:
        desire = self.entries[number]
        desire.free = desire.same_as is not None and self.root(number) == number

    # --- what travels ---

    def begin_stage(self, course: Course, *, new_round: bool) -> None:
        """Release all desires that wait for a batch, and in a new round those that waited for it. O(M)."""
        self.carried.begin_stage(new_round=new_round)
        waited = [number for number, desire in enumerate(self.entries) if new_round and desire.waiting]
        for number in waited:
            self.entries[number].waiting = False
        self.batches.release([*self.batches.numbers, *waited], self, course)
        self.review_all(course)

    def is_ready(self, number: int, course: Course) -> bool:
        """Return whether a desire would travel if it did not wait for a batch."""
        return not (self._held_back(number, course) or self.entries[number].follows)

    def tell_circle(self, number: int, *, on: bool = True) -> None:
        """Set whether dealing counts the circle in which a desire was said."""
        circle = self.entries[number].circle
        self._circles[number] = circle if on and circle is not None else -1

    def review_all(self, course: Course) -> None:
        """Compute again which desires may be dealt. O(M)."""
        for number in range(len(self.entries)):
            self.review(number, course)

    def review(self, number: int, course: Course) -> None:
        """Compute again whether one desire may be dealt."""
        desire = self.entries[number]
        rests = (
            self.kept_back(number, course)
            or desire.follows
            or desire.round < course.asked_since  # it answers an earlier question
        )
        only_lines = course.stage is Stage.CROSSING and course.travelling is Travelling.LINES
        self._travels[number] = not rests and (desire.sent or not only_lines)


def cards_of(seat: Seat, course: Course) -> int:
    """Return the number of desires that a person answered since the stage was last moved."""
    return seat.cards if seat.cards_version == course.version else 0
