"""The state of a gathering: what its events come to. The same events in the same order give the same state, always.

`apply` is the one place where anything changes. It decides by the order of the log alone, never by a clock or by
chance, so that a restart, another machine, or a check years later sees what everybody saw.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.similarity import TrigramIndex
from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.challenging import drawn
from oneheart.live.company import Company, felt_now
from oneheart.live.reading import Prayers, digest_parts, readable
from oneheart.model.desire import Moderation, Stance
from oneheart.model.gathering import Place
from oneheart.model.presence import Form
from oneheart.model.round import Stage, Travelling, Voice

OPEN_DESIRES = 3  # so many desires of one person may travel at a time
AFTER_THE_END = (ev.SeatErased, ev.SeatChanged, ev.BookSet, ev.RoundHeld)  # people's own rights, and the book


class Refusal(Enum):
    """Why an event changed nothing. Each has its own words for the person, and loses nothing of theirs."""

    CLOSED = "closed"  # the stage does not take this
    ENDED = "ended"  # the gathering is over
    STALE = "stale"  # another host was first
    UNKNOWN = "unknown"  # no such desire, circle, occasion, seat
    NOT_YOURS = "not yours"
    QUOTA = "quota"  # three desires of one person travel already
    USED = "used"  # this seat code was used
    CONFLICT = "conflict"  # the same key with other words
    UNREADABLE = "unreadable"  # the file cannot hold it
    CHANGED = "changed"  # the text has been woven anew meanwhile
    TOO_MANY = "too many"  # too many people wait; try again
    DISK = "disk"  # the disk does not take anything now


@dataclass(slots=True)
class Seat:
    """A person's place.

    Attributes:
        seq: place in the log of the event by which it was taken.
        circle: number of their circle, None for none.
        language: of their pages.
        secret_hash: of the secret that opens it; "" for nobody (erased, or no phone).
        scribe: seat of the person who types for this one.
        steward: holds the duty of their circle.
        alive: not erased.
        desires: numbers of their own desires.
        presences: numbers of the occasions at which they were.
        cards: how many desires they answered since the stage was last moved.
        cards_version: the version of the round that `cards` belongs to.
        unread: languages that they do not read, sorted; no desire in them is dealt.
    """

    seq: int
    circle: int | None
    language: str
    secret_hash: str
    scribe: int | None = None
    steward: bool = False
    alive: bool = True
    desires: list[int] = field(default_factory=list)
    presences: list[int] = field(default_factory=list)
    cards: int = 0
    cards_version: int = 0
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LiveDesire:
    """A desire as it stands now; its number is its place in `State.desires`.

    Attributes:
        seq: place in the log of the event by which it was said.
        author: seat of the author, None for a desire that the hosts began with or whose author erased it.
        text: the words; "" once erased.
        language: of the words.
        stem: which stem it continues.
        circle: the author's circle when it was said.
        grew_from: the desire that it adds to.
        line_of: circle whose line it is.
        carried_by: circle that carries it beside its line.
        moderation: the hosts' decision.
        reason: the hosts' reason, for the author.
        version: counts the hosts' decisions about it (compare and set).
        is_meta: about the talk or oneself.
        round: the round to which it belongs.
        waiting: said when the stage was closed; kept for the next round.
        withdrawn: taken back by its author.
        erased: its words are gone.
        same_as: the desire that it was joined to.
        released: it was joined to one whose words are erased; it stands by itself again, beyond the author's quota.
        proposed_same_as: what a first reader of both languages takes it to be the same as, and which host that was.
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

    @property
    def gone(self) -> bool:
        """Return whether it stands no more: its words are erased, its author took it back or hosts turned it down."""
        return self.erased or self.withdrawn or self.moderation is Moderation.REJECTED

    @property
    def sent(self) -> bool:
        """Return whether a circle sent it, as its line or beside it, or hosts began with it; no single person did."""
        return self.line_of is not None or self.carried_by is not None or self.author is None


@dataclass(slots=True)
class LiveCircle:
    """A circle as it stands now.

    Attributes:
        name: "" for "ten N" in the reader's language.
        key: on its card.
        parent: the circle that it stands in.
        place: hall, remote or mirror.
        seats: how many people are in it now.
        done: it has finished its part of this stage.
        line: number of the desire that is its line.
        carried: number of the desire that it carries beside it.
    """

    name: str
    key: str
    parent: int | None
    place: Place
    seats: int = 0
    done: bool = False
    line: int | None = None
    carried: int | None = None


@dataclass(slots=True)
class LiveOccasion:
    """An occasion as it stands now; who was there stands with the seats and is outward only."""

    name: str
    form: Form
    code: str
    present: int = 0


Applied = int | None | Refusal


class State:
    """Everything a gathering has come to.

    Attributes:
        seq: place in the log of the last event taken in.
        settings: the gathering's settings; None before the first event.
        settings_version: how often they were set.
        stage: where the round stands.
        round: 1, 2, ...: how often OPEN was entered.
        version: how often the stage was moved (compare and set).
        stage_at: the server's clock at the last move, milliseconds, for display.
        clock: (end in milliseconds by the server's clock), None without a clock.
        travelling: "all" or "lines" (crossing only).
        lines_travelled: in the last crossing only circles' lines and what they carry travelled; these alone are woven.
        seats, desires, circles, occasions, hosts: in the order of their numbers.
        tally: who answered what.
        company: who was together, at which tables, and how near they feel.
        travels: (M,) whether each desire may be dealt.
        circle_of_desire: (M,) circle of each desire's author, -1 for none.
        shown: desires on the hall screen.
        confirmed: desires that two readers of both languages found to be the same as another, in that order.
        refused: events in the log that changed nothing, and why.
        ended: nothing more is taken.
        prayers: drafts, readings and sealed texts.
        programme: steps by which the hosts lead.
        asked, asked_since: the question of the programme, {} for that of the settings, and the round it began in.
        held: number of the occasion at which a round is held, by round, where a host said it.
        step: which of them stands now, None before the first.
        erasing: seats that asked to be erased and whose words still stand in the log; whoever owns the log takes them
            away and builds the state anew (`live.gathering`), so that erasing is the same now and after any restart.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.seq = 0
        self.settings: ev.Settings | None = None
        self.settings_version = 0
        self.stage = Stage.OPEN
        self.round = 1
        self.version = 0
        self.stage_at = 0
        self.clock: int | None = None
        self.travelling = Travelling.ALL
        self.lines_travelled = False
        self.ended = False
        self.seats: list[Seat] = []
        self.desires: list[LiveDesire] = []
        self.circles: list[LiveCircle] = []
        self.occasions: list[LiveOccasion] = []
        self.hosts: list[str] = []
        self.shown: tuple[int, ...] = ()
        self.company = Company()
        self.tally = Tally()
        self.index = TrigramIndex()
        self.prayers = Prayers()
        self.held: dict[int, int] = {}
        self.programme: list[ev.ProgrammeStep] = []
        self.step: int | None = None
        self.asked: dict[str, str] = {}
        self.asked_since = 1
        self.seat_of_hash: dict[str, int] = {}
        self.circle_of_key: dict[str, int] = {}
        self.card_codes: dict[str, int | None] = {}
        self.used_cards: set[str] = set()
        self.erasing: set[int] = set()
        self.confirmed: list[int] = []
        self._joined_to: dict[int, list[int]] = {}
        self.refused: dict[int, Refusal] = {}
        self._travels = np.zeros(64, bool)
        self._circle_of_desire = np.full(64, -1, np.int32)
        self._steps: dict[type, Callable[[Any, str], Applied]] = {
            ev.Settings: self._settings,
            ev.CircleAdded: self._circle_added,
            ev.CircleChanged: self._circle_changed,
            ev.OccasionAdded: self._occasion_added,
            ev.SeatTaken: self._seat_taken,
            ev.SeatChanged: self._seat_changed,
            ev.CardsPrinted: self._cards_printed,
            ev.StewardNamed: self._steward_named,
            ev.DesireSaid: self._desire_said,
            ev.DesireJoined: self._desire_joined,
            ev.DesireWithdrawn: self._desire_withdrawn,
            ev.DesireLanguage: self._desire_language,
            ev.LanguageUnread: self._language_unread,
            ev.Responded: self._responded,
            ev.CircleDone: self._circle_done,
            ev.Present: self._present,
            ev.Moderated: self._moderated,
            ev.MarkedMeta: self._marked_meta,
            ev.Translated: self._translated,
            ev.StageMoved: self._stage_moved,
            ev.Shown: self._shown,
            ev.ClockSet: self._clock_set,
            ev.Ended: self._ended,
            ev.HostSeated: self._host_seated,
            ev.SeatErased: self._seat_erased,
            ev.SeatsDrawn: self._seats_drawn,
            ev.FeltSaid: self._felt_said,
            ev.DraftWoven: self._draft_woven,
            ev.DraftConnected: self._draft_connected,
            ev.LineRead: self._line_read,
            ev.ChallengerAnswered: self._challenger_answered,
            ev.LineAmended: self._line_amended,
            ev.WholeAffirmed: self._whole_affirmed,
            ev.LineCarried: self._line_carried,
            ev.CarryConfirmed: self._carry_confirmed,
            ev.TextSealed: self._text_sealed,
            ev.SayingSet: self._saying_set,
            ev.AmenSaid: self._amen_said,
            ev.BookSet: self._book_set,
            ev.RoundHeld: self._round_held,
            ev.ProgrammeSet: self._programme_set,
            ev.StepTaken: self._step_taken,
        }
        self._sieves: dict[type, Callable[[Any], Refusal | None]] = {
            ev.Responded: self._check_response,
            ev.DesireSaid: self._check_desire,
            ev.StageMoved: self._check_move,
            ev.StepTaken: self._check_move,
            ev.Moderated: self._check_decision,
            ev.MarkedMeta: self._check_decision,
            ev.LineRead: self._check_reading,
            ev.ChallengerAnswered: self._check_challenger,
            ev.LineAmended: self._check_amendment,
            ev.WholeAffirmed: self._check_whole,
        }
        self._at = 0

    # --- reading ---

    @property
    def travels(self) -> npt.NDArray[np.bool_]:
        """Return whether each desire may be dealt now, (M,)."""
        return self._travels[: len(self.desires)]

    @property
    def circle_of_desire(self) -> npt.NDArray[np.int32]:
        """Return the circle in which each desire was said, (M,), -1 for none."""
        return self._circle_of_desire[: len(self.desires)]

    def unreadable(self, language: str, unread: Collection[str]) -> npt.NDArray[np.bool_]:
        """Return which desires are not dealt to who has pages in a language and does not read others, (M,).

        One of which the same was said in the language of their pages is dealt: its words in that language are shown.
        O(M), O(1) where they read all.
        """
        hidden = np.zeros(len(self.desires), bool)
        if unread:
            hidden[:] = [desire.language in unread for desire in self.desires]
            for number in self.confirmed:
                if self._says_it(number, language):
                    hidden[self.root(number)] = False
        return hidden

    def has_met(self, seat: int, number: int) -> bool:
        """Return whether this person answered or said a desire, or one that was joined to it. O(those joined)."""
        answered = self.tally.answered(seat)
        return any(n in answered or self.desires[n].author == seat for n in (number, *self._joined_to.get(number, ())))

    def met(self, seat: int) -> list[int]:
        """Return the desires that this person answered or said, and those that these were joined to."""
        known = [*self.tally.answered(seat), *self.seats[seat].desires]
        joined = (n for n in known if self.desires[n].same_as is not None) if self._joined_to else ()
        return [*known, *(self.root(n) for n in joined)]

    def words_for(self, number: int, seat: int) -> int:
        """Return the desire whose words say this one to a person: itself, or one in the language of their pages.

        That one is another person's, and two readers of both languages confirmed that it is the same; an answer counts
        for the desire that it was joined to. Nobody is shown their own words as if they were another's.
        """
        language = self.seats[seat].language
        if self.desires[number].language == language:
            return number
        theirs = (n for n in self.confirmed if self._says_it(n, language) and self.desires[n].author != seat)
        return next((n for n in theirs if self.root(n) == number), number)

    def _says_it(self, number: int, language: str) -> bool:
        desire = self.desires[number]
        held = self.settings is not None and self.settings.hold and desire.moderation is not Moderation.ACCEPTED
        return desire.language == language and not held and not desire.gone

    @property
    def voice(self) -> Voice:
        """Return the voice of the gathering."""
        return self.settings.voice if self.settings else Voice.TEN

    @property
    def question(self) -> dict[str, str]:
        """Return the question that is asked now, by language."""
        return self.asked or (self.settings.question if self.settings else {})

    def root(self, desire: int) -> int:
        """Return the desire that this one was joined to, or itself."""
        while (joined := self.desires[desire].same_as) is not None:
            desire = joined
        return desire

    def people(self) -> int:
        """Return how many seats are taken and not erased. O(1)."""
        return self._alive

    _alive = 0

    def cards(self, seat: int) -> int:
        """Return how many desires this person answered since the stage was last moved."""
        return self.seats[seat].cards if self.seats[seat].cards_version == self.version else 0

    def seat_by_secret(self, secret_hash: str) -> int | None:
        """Return the seat that a secret opens, None for none."""
        return self.seat_of_hash.get(secret_hash)

    def seat_at(self, seq: int) -> int | None:
        """Return the number of the seat that the event at this place took, None for none. O(log N)."""
        place = bisect_left(self.seats, seq, key=lambda seat: seat.seq)
        return place if place < len(self.seats) and self.seats[place].seq == seq else None

    def desire_at(self, seq: int) -> int | None:
        """Return the number of the desire that the event at this place said, None for none. O(log M)."""
        place = bisect_left(self.desires, seq, key=lambda desire: desire.seq)
        return place if place < len(self.desires) and self.desires[place].seq == seq else None

    def open_desires(self, seat: int) -> int:
        """Return how many desires of this person stand (not withdrawn, joined, rejected or erased)."""
        return sum(self._stands(self.desires[number]) for number in self.seats[seat].desires)

    @staticmethod
    def _stands(desire: LiveDesire) -> bool:
        return not (
            desire.gone
            or desire.same_as is not None
            or desire.released
            or desire.line_of is not None
            or desire.carried_by is not None
        )

    # --- the one way in ---

    def apply(self, seq: int, kind: str, body: ev.AnyBody | None, actor: str, at: int) -> Applied:
        """Take in the next event and return its number (of seat, desire, ...), None, or why it changes nothing.

        Args:
            seq: place in the log.
            kind: the kind of the event, known even when its body was erased.
            body: what happened; None where it was erased.
            actor: who did it.
            at: the server's clock, milliseconds, kept for display.
        """
        self.seq, self._at = seq, at
        if body is None:
            return self._erased(kind)
        if self.ended and not isinstance(body, AFTER_THE_END):
            applied: Applied = Refusal.ENDED
        else:
            applied = self._steps[type(body)](body, actor)
        if isinstance(applied, Refusal):
            self.refused[seq] = applied
        return applied

    def check(self, body: ev.AnyBody) -> Refusal | None:
        """Return why an event would surely change nothing, before it is written; None where it may count.

        A sieve only: what decides is `apply`, by the order of the log.
        """
        if self.ended and not isinstance(body, AFTER_THE_END):
            return Refusal.ENDED
        sieve = self._sieves.get(type(body))
        return None if sieve is None else sieve(body)

    def _check_move(self, body: ev.StageMoved | ev.StepTaken) -> Refusal | None:
        return Refusal.STALE if body.version != self.version else None

    def _check_decision(self, body: ev.Moderated | ev.MarkedMeta) -> Refusal | None:
        return self._check_version(body.desire, body.version)

    def _erased(self, kind: str) -> Applied:
        """Keep the numbers of what was erased, so that all others keep theirs."""
        if kind == "seat":
            self.seats.append(Seat(self.seq, None, "", "", alive=False))
            return len(self.seats) - 1
        if kind == "desire":
            return self._add_desire(LiveDesire(self.seq, None, "", "", "", None, None, None, None, erased=True))
        return None

    # --- the gathering ---

    def _settings(self, body: ev.Settings, _actor: str) -> Applied:
        if body.version != self.settings_version:
            return Refusal.STALE
        self.settings = body
        self.settings_version += 1
        self._see_all()
        return self.settings_version

    def _circle_added(self, body: ev.CircleAdded, _actor: str) -> Applied:
        if body.parent is not None and not 0 <= body.parent < len(self.circles):
            return Refusal.UNKNOWN
        self.circle_of_key[body.key] = len(self.circles)
        self.circles.append(LiveCircle(body.name, body.key, body.parent, body.place))
        self.tally.grow(circles=len(self.circles))
        return len(self.circles) - 1

    def _circle_changed(self, body: ev.CircleChanged, _actor: str) -> Applied:
        if not 0 <= body.circle < len(self.circles):
            return Refusal.UNKNOWN
        self.circles[body.circle].name = body.name
        return body.circle

    def _occasion_added(self, body: ev.OccasionAdded, _actor: str) -> Applied:
        self.occasions.append(LiveOccasion(body.name, body.form, body.code))
        return len(self.occasions) - 1

    def _host_seated(self, body: ev.HostSeated, _actor: str) -> Applied:
        self.hosts.append(body.secret_hash)
        return len(self.hosts) - 1

    def _ended(self, _body: ev.Ended, _actor: str) -> Applied:
        self.ended = True
        return None

    def _stage_moved(self, body: ev.StageMoved, _actor: str) -> Applied:
        if body.version != self.version:
            return Refusal.STALE
        self._move(body.stage, body.travelling)
        return self.version

    def _move(self, stage: Stage, travelling: Travelling) -> None:
        if self.stage.takes_responses and not stage.takes_responses and self.tally.response_count:
            self.company.closed(self.round, self._at, self.tally.table())
        if stage is Stage.OPEN and self.stage is not Stage.OPEN:
            self._take_up_challengers()
            self.round += 1
            for desire in self.desires:
                desire.waiting = False
            for seat in self.seats:  # the duty of a circle goes to somebody else
                seat.steward = False
        self.stage, self.stage_at, self.travelling = stage, self._at, travelling
        if stage in {Stage.OPEN, Stage.CROSSING}:
            self.lines_travelled = stage is Stage.CROSSING and travelling is Travelling.LINES
        self.version += 1
        self.clock = None
        self.prayers.say_at = None
        sealed = self.prayers.sealed_of(self.round)
        if stage is Stage.SAID and sealed is not None and sealed.said_at is None:
            sealed.said_at = self._at
        for circle in self.circles:
            circle.done = False
        self._see_all()

    def _programme_set(self, body: ev.ProgrammeSet, _actor: str) -> Applied:
        before = self.programme[: 0 if self.step is None else self.step + 1]
        if self.step is not None and body.steps[: len(before)] != before:
            self.step = None
        self.programme = list(body.steps)
        return len(self.programme)

    def _step_taken(self, body: ev.StepTaken, _actor: str) -> Applied:
        if body.version != self.version:
            return Refusal.STALE
        if not 0 <= body.step < len(self.programme):
            return Refusal.UNKNOWN
        step = self.programme[body.step]
        self.step = body.step
        if step.question and step.question != self.question:
            self.asked = dict(step.question)
            self.asked_since = self.round + (step.stage is Stage.OPEN and self.stage is not Stage.OPEN)
        self._move(step.stage, step.travelling)
        self.clock = self._at + 1000 * step.seconds if step.seconds else None
        return self.version

    def _clock_set(self, body: ev.ClockSet, _actor: str) -> Applied:
        self.clock = self._at + 1000 * body.seconds if body.seconds else None
        return None

    def _shown(self, body: ev.Shown, _actor: str) -> Applied:
        if any(not 0 <= number < len(self.desires) for number in body.desires):
            return Refusal.UNKNOWN
        self.shown = tuple(number for number in body.desires if not self.desires[number].gone)
        return None

    # --- people ---

    def _seat_taken(self, body: ev.SeatTaken, _actor: str) -> Applied:
        if body.card and (body.card not in self.card_codes or body.card in self.used_cards):
            return Refusal.USED if body.card in self.used_cards else Refusal.UNKNOWN
        circle = body.circle
        if body.card:
            self.used_cards.add(body.card)
            circle = self.card_codes[body.card] if self.card_codes[body.card] is not None else circle
        if circle is not None and not 0 <= circle < len(self.circles):
            return Refusal.UNKNOWN
        number = len(self.seats)
        self.seats.append(Seat(self.seq, circle, body.language, body.secret_hash, body.scribe))
        self._alive += 1
        if body.secret_hash:
            self.seat_of_hash[body.secret_hash] = number
        if circle is not None:
            self.circles[circle].seats += 1
        return number

    def _seat_changed(self, body: ev.SeatChanged, _actor: str) -> Applied:
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        seat = self.seats[body.seat]
        if body.circle is not None and body.circle != seat.circle:
            if not 0 <= body.circle < len(self.circles):
                return Refusal.UNKNOWN
            self.tally.move(body.seat, before=seat.circle, after=body.circle)
            if seat.circle is not None:
                self.circles[seat.circle].seats -= 1
            self.circles[body.circle].seats += 1
            seat.circle, seat.steward = body.circle, False
        if body.language is not None:
            seat.language = body.language
            seat.unread = [language for language in seat.unread if language != body.language]
        if body.secret_hash is not None:
            self.seat_of_hash.pop(seat.secret_hash, None)
            seat.secret_hash = body.secret_hash
            self.seat_of_hash[body.secret_hash] = body.seat
        return body.seat

    def _language_unread(self, body: ev.LanguageUnread, _actor: str) -> Applied:
        if not self._sits(body.seat) or self.settings is None or body.language not in self.settings.languages:
            return Refusal.UNKNOWN
        seat = self.seats[body.seat]
        if body.on and body.language == seat.language:
            return Refusal.UNKNOWN  # they read their own pages
        seat.unread = sorted({*seat.unread, body.language} if body.on else {*seat.unread} - {body.language})
        return body.seat

    def _cards_printed(self, body: ev.CardsPrinted, _actor: str) -> Applied:
        if body.circle is not None and not 0 <= body.circle < len(self.circles):
            return Refusal.UNKNOWN
        for code in body.hashes:
            self.card_codes.setdefault(code, body.circle)
        return len(self.card_codes)

    def _steward_named(self, body: ev.StewardNamed, _actor: str) -> Applied:
        if not self._sits(body.seat) or self.seats[body.seat].circle is None:
            return Refusal.UNKNOWN
        self.seats[body.seat].steward = body.on
        return body.seat

    def _seat_erased(self, body: ev.SeatErased, _actor: str) -> Applied:
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        self.erasing.add(body.seat)
        return body.seat

    def _present(self, body: ev.Present, _actor: str) -> Applied:
        if not self._sits(body.seat) or not 0 <= body.occasion < len(self.occasions):
            return Refusal.UNKNOWN
        presences = self.seats[body.seat].presences
        if body.occasion not in presences:
            presences.append(body.occasion)
            self.occasions[body.occasion].present += 1
            self.company.came(body.occasion, self._at)
        return body.occasion

    def _seats_drawn(self, body: ev.SeatsDrawn, _actor: str) -> Applied:
        if not 0 <= body.occasion < len(self.occasions):
            return Refusal.UNKNOWN
        if self.occasions[body.occasion].present:  # who sits already is not sent away
            return Refusal.CLOSED
        circles = {number: self.seats[number].circle for number in body.seats if self._sits(number)}
        return body.occasion if self.company.draw(body, circles) else Refusal.STALE

    def _felt_said(self, body: ev.FeltSaid, _actor: str) -> Applied:
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        if body.when != felt_now(self.round, self.stage):
            return Refusal.CLOSED
        self.company.felt[body.when].pop(body.seat, None)
        if body.value:
            self.company.felt[body.when][body.seat] = body.value
        return body.seat

    def _sits(self, seat: int) -> bool:
        return 0 <= seat < len(self.seats) and self.seats[seat].alive

    # --- desires ---

    def _check_desire(self, body: ev.DesireSaid) -> Refusal | None:
        if body.seat is None:
            return None
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        if body.grew_from is not None and not 0 <= body.grew_from < len(self.desires):
            return Refusal.UNKNOWN
        circle = body.line_of if body.line_of is not None else body.carried_by
        if circle is not None:
            seat = self.seats[body.seat]
            return None if seat.steward and seat.circle == circle else Refusal.NOT_YOURS
        return Refusal.QUOTA if self.open_desires(body.seat) >= OPEN_DESIRES else None

    def _desire_said(self, body: ev.DesireSaid, _actor: str) -> Applied:
        refused = self._check_desire(body)
        if refused is not None:
            return refused
        seat = None if body.seat is None else self.seats[body.seat]
        circle = None if seat is None else seat.circle
        for_circle = body.line_of is not None or body.carried_by is not None
        takes = self.stage.takes_desires or (for_circle and self.stage.takes_responses) or seat is None
        desire = LiveDesire(
            self.seq,
            body.seat,
            body.text,
            body.language,
            body.stem,
            circle,
            body.grew_from,
            body.line_of,
            body.carried_by,
        )
        desire.waiting = not takes
        desire.round = self.round if takes else self.round + 1
        if seat is None:
            desire.moderation = Moderation.ACCEPTED
        number = self._add_desire(desire)
        if seat is not None:
            seat.desires.append(number)
        if body.line_of is not None:
            self._let_go(self.circles[body.line_of].line)
            self.circles[body.line_of].line = number
        elif body.carried_by is not None:
            self._let_go(self.circles[body.carried_by].carried)
            self.circles[body.carried_by].carried = number
        return number

    def _let_go(self, before: int | None) -> None:
        """Let a circle's earlier line go: a text that somebody answered is never edited, a new one follows it."""
        if before is not None:
            self.desires[before].withdrawn = True
            self._see(before)

    def _add_desire(self, desire: LiveDesire) -> int:
        number = len(self.desires)
        self.desires.append(desire)
        self.tally.grow(desires=len(self.desires))
        self.index.add(desire.text)
        if len(self.desires) > len(self._travels):
            self._travels = np.concatenate([self._travels, np.zeros(len(self._travels), bool)])
            wider = np.full(len(self._circle_of_desire), -1, np.int32)
            self._circle_of_desire = np.concatenate([self._circle_of_desire, wider])
        self._circle_of_desire[number] = -1 if desire.circle is None else desire.circle
        self._see(number)
        return number

    def _desire_joined(self, body: ev.DesireJoined, _actor: str) -> Applied:
        if not self._sits(body.seat) or not 0 <= body.same_as < len(self.desires):
            return Refusal.UNKNOWN
        if not self._owns(body.seat, body.desire) or body.same_as == body.desire:
            return Refusal.NOT_YOURS
        root = self.root(body.same_as)
        if root == body.desire or self._is_joined(body.desire):
            return Refusal.NOT_YOURS
        self._join(body.desire, root)
        if not self.desires[root].erased:
            self.tally.respond(body.seat, root, Stance.WANT, circle=self.seats[body.seat].circle)
        return root

    def _is_joined(self, number: int) -> bool:
        return self.desires[number].same_as is not None or self.desires[number].released

    def _join(self, number: int, root: int) -> None:
        if self.desires[root].erased:
            # Joined before the words went: what its author said since then counts as it did, or numbers would shift.
            self.desires[number].released = True
            return
        self.desires[number].same_as = root
        self._joined_to.setdefault(root, []).extend([number, *self._joined_to.pop(number, ())])
        self._see(number)

    def _desire_withdrawn(self, body: ev.DesireWithdrawn, _actor: str) -> Applied:
        if not self._owns(body.seat, body.desire):
            return Refusal.NOT_YOURS
        self.desires[body.desire].withdrawn = True
        self.shown = tuple(number for number in self.shown if number != body.desire)
        self._see(body.desire)
        return body.desire

    def _desire_language(self, body: ev.DesireLanguage, _actor: str) -> Applied:
        if not self._owns(body.seat, body.desire):
            return Refusal.NOT_YOURS
        if self.settings is None or body.language not in self.settings.languages:
            return Refusal.UNKNOWN
        if self.prayers.is_sealed(body.desire):
            return Refusal.CLOSED  # the fingerprint of a sealed text holds the languages of its lines
        desire = self.desires[body.desire]
        if desire.language != body.language:
            desire.language, desire.stem = body.language, ""  # a beginning in another language goes
        return body.desire

    def _owns(self, seat: int, desire: int) -> bool:
        return self._sits(seat) and 0 <= desire < len(self.desires) and self.desires[desire].author == seat

    def _check_version(self, desire: int, version: int) -> Refusal | None:
        if not 0 <= desire < len(self.desires) or self.desires[desire].erased:
            return Refusal.UNKNOWN
        return None if self.desires[desire].version == version else Refusal.STALE

    def _moderated(self, body: ev.Moderated, _actor: str) -> Applied:
        refused = self._check_version(body.desire, body.version)
        if refused is not None:
            return refused
        desire = self.desires[body.desire]
        desire.moderation, desire.reason = body.decision.moderation, body.reason
        desire.version += 1
        if desire.moderation is Moderation.REJECTED:
            self.shown = tuple(number for number in self.shown if number != body.desire)
        self._see(body.desire)
        return desire.version

    def _marked_meta(self, body: ev.MarkedMeta, _actor: str) -> Applied:
        refused = self._check_version(body.desire, body.version)
        if refused is not None:
            return refused
        self.desires[body.desire].is_meta = body.on
        self.desires[body.desire].version += 1
        self._see(body.desire)
        return self.desires[body.desire].version

    def _translated(self, body: ev.Translated, actor: str) -> Applied:
        known = range(len(self.desires))
        if body.desire not in known or body.same_as not in known or self.root(body.same_as) == body.desire:
            return Refusal.UNKNOWN
        desire = self.desires[body.desire]
        root = self.root(body.same_as)
        if self._is_joined(body.desire) or desire.erased:
            return Refusal.UNKNOWN
        if desire.proposed_same_as is None or desire.proposed_same_as[0] != root:
            desire.proposed_same_as = (root, actor)
            return None
        if desire.proposed_same_as[1] == actor:
            return Refusal.NOT_YOURS
        self._join(body.desire, root)
        if desire.same_as is not None:
            self.confirmed.append(body.desire)
        return root

    # --- responses ---

    def _check_response(self, body: ev.Responded) -> Refusal | None:
        if not self._sits(body.seat) or not 0 <= body.desire < len(self.desires):
            return Refusal.UNKNOWN
        if not self.stage.takes_responses:
            return Refusal.CLOSED
        desire = self.desires[body.desire]
        if desire.erased or desire.waiting:
            return Refusal.UNKNOWN
        return Refusal.CLOSED if body.stance < 0 and not self.voice.may_be_against else None

    def _responded(self, body: ev.Responded, _actor: str) -> Applied:
        refused = self._check_response(body)
        if refused is not None:
            return refused
        seat = self.seats[body.seat]
        if body.desire not in self.tally.answered(body.seat):
            seat.cards = self.cards(body.seat) + 1
            seat.cards_version = self.version
        self.tally.respond(body.seat, body.desire, body.stance, circle=seat.circle)
        return body.desire

    # --- the text ---

    def _draft_woven(self, body: ev.DraftWoven, _actor: str) -> Applied:
        known = all(0 <= n < len(self.desires) for line in (*body.lines, *body.left) for n in line.cites)
        if not known or not all(line.cites for line in body.lines):
            return Refusal.UNKNOWN
        before = self.prayers.of_round(self.round)
        if body.version != self.version:
            return Refusal.STALE
        second = self.stage is Stage.SECOND_READING
        if second:
            fits = before is not None and not before.second
        else:
            fits = self.stage is Stage.WEAVING or (self.stage is Stage.READING and before is None)
        if not fits:
            return Refusal.CLOSED
        return self.prayers.woven(body, seq=self.seq, at=self._at, number=self.round, second=second)

    def _draft_connected(self, body: ev.DraftConnected, _actor: str) -> Applied:
        if not self._draft_is_read(body.draft):
            return Refusal.STALE
        count = len(self.prayers.drafts[body.draft].body.lines)
        apart = [line for together in body.lines for line in together]
        if apart != list(range(count)) or [len(b) + 1 for b in body.between] != [len(one) for one in body.lines]:
            return Refusal.UNKNOWN
        self.prayers.connect(body)
        return body.draft

    def _draft_is_read(self, number: int) -> bool:
        draft = self.prayers.of_round(self.round)
        return draft is not None and number == len(self.prayers.drafts) - 1

    def _check_whole(
        self, body: ev.LineRead | ev.LineAmended | ev.WholeAffirmed | ev.ChallengerAnswered
    ) -> Refusal | None:
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        if not self.stage.takes_readings:
            return Refusal.CLOSED
        return None if self._draft_is_read(body.draft) else Refusal.CHANGED

    def _check_reading(self, body: ev.LineRead | ev.LineAmended) -> Refusal | None:
        refused = self._check_whole(body)
        if refused is None and not readable(self.stage, self.prayers.drafts[body.draft], body.line):
            return Refusal.CLOSED
        return refused

    def _check_challenger(self, body: ev.ChallengerAnswered) -> Refusal | None:
        refused = self._check_whole(body)
        if refused is not None:
            return refused
        if body.desire not in drawn(self.prayers.drafts[body.draft], body.seat):
            return Refusal.NOT_YOURS  # who is asked about what is drawn by lot and chosen by nobody
        if self.desires[body.desire].gone:
            return Refusal.UNKNOWN
        return Refusal.CLOSED if body.stance < 0 and not self.voice.may_be_against else None

    def _challenger_answered(self, body: ev.ChallengerAnswered, _actor: str) -> Applied:
        refused = self._check_challenger(body)
        if refused is not None:
            return refused
        self.prayers.challenge(body)
        return body.desire

    def _take_up_challengers(self) -> None:
        """Count what was said to challengers of the round that ends among all answers, where it is still open."""
        draft = self.prayers.of_round(self.round)
        for seat, given in () if draft is None else sorted(draft.challenged.items()):
            if not self._sits(seat):
                continue
            for number, stance in sorted(given.items()):
                if number not in self.tally.answered(seat) and not self.desires[number].erased:
                    self.tally.respond(seat, number, stance, circle=self.seats[seat].circle)

    def _check_amendment(self, body: ev.LineAmended) -> Refusal | None:
        refused = self._check_reading(body)
        if refused is not None:
            return refused
        if self.stage is not Stage.READING:
            return Refusal.CLOSED
        seat = self.seats[body.seat]
        line = self.prayers.drafts[body.draft].body.lines[body.line]
        serves = seat.circle if seat.steward else None
        return None if self.prayers.may_amend(body.seat, serves, line, self.desires) else Refusal.NOT_YOURS

    def _line_read(self, body: ev.LineRead, _actor: str) -> Applied:
        refused = self._check_reading(body)
        if refused is not None:
            return refused
        self.prayers.read(body)
        return body.line

    def _line_amended(self, body: ev.LineAmended, _actor: str) -> Applied:
        refused = self._check_amendment(body)
        if refused is not None:
            return refused
        self.prayers.amend(body, self.seq)
        return body.line

    def _whole_affirmed(self, body: ev.WholeAffirmed, _actor: str) -> Applied:
        refused = self._check_whole(body)
        if refused is not None:
            return refused
        self.prayers.affirm(body)
        return body.draft

    def _line_carried(self, body: ev.LineCarried, _actor: str) -> Applied:
        if not self._sits(body.seat) or not self._draft_is_read(body.draft):
            return Refusal.UNKNOWN
        lines = self.prayers.drafts[body.draft].body.lines
        if self.stage is Stage.SAID or not 0 <= body.line < len(lines):
            return Refusal.CLOSED
        if self.prayers.words(lines[body.line], self.desires)[1] == body.language:
            return Refusal.CLOSED
        self.prayers.carry(body, self.seq)
        return self.seq

    def _carry_confirmed(self, body: ev.CarryConfirmed, _actor: str) -> Applied:
        carried = self.prayers.carried.get(body.carried)
        if not self._sits(body.seat) or carried is None:
            return Refusal.UNKNOWN
        if carried.seat == body.seat:
            return Refusal.NOT_YOURS
        self.prayers.confirm(body)
        return body.carried

    def _text_sealed(self, body: ev.TextSealed, _actor: str) -> Applied:
        if self.stage is not Stage.SEALED or not self._draft_is_read(body.draft):
            return Refusal.CLOSED
        if self.prayers.sealed_of(self.round) is not None:
            return Refusal.CLOSED
        return self.prayers.seal(body, seq=self.seq, at=self._at, number=self.round, question=dict(self.question))

    def _saying_set(self, body: ev.SayingSet, _actor: str) -> Applied:
        if self.stage is not Stage.SEALED or self.prayers.sealed_of(self.round) is None:
            return Refusal.CLOSED
        self.prayers.say_at = self._at + 1000 * body.seconds if body.seconds else None
        return None

    def _amen_said(self, body: ev.AmenSaid, _actor: str) -> Applied:
        sealed = self.prayers.sealed_of(self.round)
        if not self._sits(body.seat):
            return Refusal.UNKNOWN
        if sealed is None or self.stage is not Stage.SAID:
            return Refusal.CLOSED
        sealed.amen.add(body.seat)
        return None

    def _book_set(self, body: ev.BookSet, _actor: str) -> Applied:
        if not 0 <= body.sealed < len(self.prayers.sealed):
            return Refusal.UNKNOWN
        self.prayers.sealed[body.sealed].public = body.public
        return body.sealed

    def _round_held(self, body: ev.RoundHeld, _actor: str) -> Applied:
        if not 1 <= body.round <= self.round:
            return Refusal.UNKNOWN
        if body.occasion is None:
            self.held.pop(body.round, None)
        elif not 0 <= body.occasion < len(self.occasions):
            return Refusal.UNKNOWN
        else:
            self.held[body.round] = body.occasion
        return body.round

    def _circle_done(self, body: ev.CircleDone, _actor: str) -> Applied:
        if not 0 <= body.circle < len(self.circles):
            return Refusal.UNKNOWN
        self.circles[body.circle].done = body.on
        return body.circle

    # --- what travels ---

    def _see_all(self) -> None:
        for number in range(len(self.desires)):
            self._see(number)

    def _see(self, number: int) -> None:
        """Decide anew whether one desire may be dealt."""
        desire = self.desires[number]
        held = self.settings is not None and self.settings.hold and desire.moderation is not Moderation.ACCEPTED
        kept_back = (
            held
            or desire.gone
            or desire.is_meta
            or desire.waiting
            or desire.same_as is not None
            or desire.round < self.asked_since  # it answers an earlier question
        )
        left_at_home = self.stage is Stage.CROSSING and self.travelling is Travelling.LINES and not desire.sent
        self._travels[number] = not (kept_back or left_at_home)

    def digest(self) -> str:
        """Return a fingerprint of the whole state: equal for equal states, and nothing else."""
        moderation = [desire.moderation.value for desire in self.desires]
        parts = [
            self.settings,
            [self.settings_version, self.stage.value, self.round, self.version, self.travelling, self.ended],
            [[getattr(seat, name) for name in seat.__slots__] for seat in self.seats],
            [[getattr(d, name) for name in d.__slots__ if name != "moderation"] for d in self.desires],
            moderation,
            [[getattr(circle, name) for name in circle.__slots__] for circle in self.circles],
            [[getattr(occasion, name) for name in occasion.__slots__] for occasion in self.occasions],
            [self.hosts, self.shown, sorted(self.used_cards), sorted(self.card_codes)],
            [sorted(self.tally.answered(seat).items()) for seat in range(len(self.seats))],
            [self.tally.seen_by_all.tolist(), self.tally.want.tolist(), self.tally.against.tolist()],
            self.travels.tolist(),
            self.company.digest_parts(),
            digest_parts(self.prayers),
            [self.programme, self.step, sorted(self.asked.items()), self.asked_since, sorted(self.held.items())],
        ]
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
