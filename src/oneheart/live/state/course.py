"""Course: the settings of a gathering and where its round stands. The first part of the state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule, always
from oneheart.model import actor
from oneheart.model.gathering import Door
from oneheart.model.round import Stage, Travelling, Voice


@dataclass(frozen=True, slots=True)
class Former:
    """Where a round stood before its last move, so that the move can be taken back.

    Attributes:
        stage: the stage then.
        travelling: desires that were dealt then.
        clock: end of its clock; None without one.
        step: step of the programme; None before the first.
        asked: question of the programme by language.
        asked_since: round in which that question was first asked.
        left_at: server's clock when the stage was left, milliseconds since 1970.
    """

    stage: Stage
    travelling: Travelling
    clock: int | None
    step: int | None
    asked: dict[str, str]
    asked_since: int
    left_at: int


@dataclass(slots=True)
class Course:
    """Settings, stage, round, clock, programme and question.

    Attributes:
        settings: settings of the gathering; None before the first event.
        settings_version: number of settings events (optimistic lock).
        stage: stage of the round.
        round: number of the round, from 1: how often the stage OPEN was entered.
        version: number of stage moves and programme steps (optimistic lock).
        clock: end of the stage's time, milliseconds since 1970 by the server's clock; None without a clock.
        travelling: desires that are dealt in the crossing.
        lines_travelled: true if the last crossing dealt only circles' lines and carried desires.
        ended: true after the end of the gathering.
        hosts: secret hash of each host.
        hosts_removed: numbers of the hosts that were removed; their secrets open nothing.
        door: who may take a new seat.
        most_seats: greatest number of people who may have a seat at one time, a multiple of k; None for no limit.
        programme: steps of the programme.
        by_itself: true if the next step of the programme comes when the clock of a step has ended.
        step: number of the current step; None before the first.
        asked: question of the programme by language; {} for the question of the settings.
        asked_since: round in which the present question was first asked.
        held: number of the occasion at which a round is held, by round; missing if no host named one.
        former: where the round stood before its last move; None where that move cannot be taken back.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset({"former"})  # it follows from the log, and from it alone

    settings: ev.Settings | None = None
    settings_version: int = 0
    stage: Stage = Stage.OPEN
    round: int = 1
    version: int = 0
    clock: int | None = None
    travelling: Travelling = Travelling.ALL
    lines_travelled: bool = False
    ended: bool = False
    hosts: list[str] = field(default_factory=list)
    hosts_removed: set[int] = field(default_factory=set)
    door: Door = Door.OPEN
    most_seats: int | None = None
    programme: list[ev.ProgrammeStep] = field(default_factory=list)
    by_itself: bool = False
    step: int | None = None
    asked: dict[str, str] = field(default_factory=dict)
    asked_since: int = 1
    held: dict[int, int] = field(default_factory=dict)
    former: Former | None = None

    @property
    def voice(self) -> Voice:
        """Return the voice of the gathering."""
        return self.settings.voice if self.settings else Voice.TEN

    @property
    def question(self) -> dict[str, str]:
        """Return the present question, by language."""
        return self.asked or (self.settings.question if self.settings else {})

    @property
    def languages(self) -> list[str]:
        """Return the language codes of the pages, the default language first; ["en"] before the first event."""
        return self.settings.languages if self.settings else ["en"]

    @property
    def hold(self) -> bool:
        """Return whether a host must accept a desire before it is dealt to others."""
        return self.settings is not None and self.settings.hold

    # --- settings, hosts, end ---

    def check_settings(self, body: ev.Settings) -> Refusal | None:
        """Refuse settings with an outdated version."""
        return Refusal.STALE if body.version != self.settings_version else None

    def set_settings(self, body: ev.Settings) -> int:
        """Replace the settings and return their version."""
        self.settings = body
        self.settings_version += 1
        return self.settings_version

    def seat_host(self, body: ev.HostSeated) -> int:
        """Add a host and return their number."""
        self.hosts.append(body.secret_hash)
        return len(self.hosts) - 1

    def check_host(self, body: ev.HostSeated) -> Refusal | None:
        """Refuse the secret of a host who was removed: a link that was used does not bring them back."""
        known = body.secret_hash in self.hosts and self.hosts.index(body.secret_hash) in self.hosts_removed
        return Refusal.USED if known else None

    @property
    def hosts_standing(self) -> list[int]:
        """Return the numbers of the hosts that were not removed, ascending."""
        return [number for number in range(len(self.hosts)) if number not in self.hosts_removed]

    def check_host_removed(self, body: ev.HostRemoved) -> Refusal | None:
        """Refuse a host who is not there, and the last one, so that a gathering is never without hosts."""
        standing = self.hosts_standing
        if body.host not in standing:
            return Refusal.UNKNOWN
        return Refusal.LAST_HOST if len(standing) == 1 else None

    def remove_host(self, body: ev.HostRemoved) -> int:
        """Remove a host and return their number."""
        self.hosts_removed.add(body.host)
        return body.host

    def is_removed(self, by: str) -> bool:
        """Return whether an actor is a host who was removed. O(1)."""
        who = actor.parse(by) if self.hosts_removed and by.startswith("h") else None
        return who is not None and who.kind is actor.ActorKind.HOST and who.number in self.hosts_removed

    def end(self) -> None:
        """End the gathering."""
        self.ended = True

    def reopen(self) -> None:
        """Take the end of the gathering back."""
        self.ended = False

    # --- the door ---

    def check_door(self, body: ev.DoorSet) -> Refusal | None:
        """Refuse a greatest number of seats that is no multiple of k, because its bound would count single people."""
        fits = body.most is None or (body.most > 0 and disclosure.in_steps(body.most) == body.most)
        return None if fits else Refusal.UNKNOWN

    def set_door(self, body: ev.DoorSet) -> None:
        """Set who may take a new seat, and how many seats there may be."""
        self.door, self.most_seats = body.door, body.most

    def turns_away(self, count: int, *, card: bool, scribed: bool = False) -> Refusal | None:
        """Return why the door lets nobody in; None if it lets a new person in.

        Args:
            count: number of people who have a seat now.
            card: true if the person has a seat card.
            scribed: true for a person without a phone, for whom a steward takes the seat; they need no card.
        """
        if self.door is Door.CLOSED:
            return Refusal.DOOR_CLOSED
        if self.most_seats is not None and count >= self.most_seats:
            return Refusal.FULL
        return Refusal.NO_CARD if self.door is Door.CARDS and not (card or scribed) else None

    # --- stage, clock, programme ---

    def check_move(self, body: ev.StageMoved) -> Refusal | None:
        """Refuse a move with an outdated version."""
        return Refusal.STALE if body.version != self.version else None

    def check_step(self, body: ev.StepTaken) -> Refusal | None:
        """Refuse a step with an outdated version, and one that the programme does not have."""
        if body.version != self.version:
            return Refusal.STALE
        return None if 0 <= body.step < len(self.programme) else Refusal.UNKNOWN

    def opens_a_round(self, stage: Stage) -> bool:
        """Return whether moving to this stage begins a new round."""
        return stage is Stage.OPEN and self.stage is not Stage.OPEN

    def enter(self, stage: Stage, travelling: Travelling) -> None:
        """Move to a stage. The clock of the former stage ends."""
        if self.opens_a_round(stage):
            self.round += 1
        self.stage, self.travelling, self.clock = stage, travelling, None
        if stage.takes_responses:
            self.lines_travelled = stage is Stage.CROSSING and travelling is Travelling.LINES
        self.version += 1

    def now_former(self, at: int) -> Former:
        """Return where the round stands, to be kept as `former` by the move that leaves it."""
        return Former(self.stage, self.travelling, self.clock, self.step, dict(self.asked), self.asked_since, at)

    def check_stage_back(self, body: ev.StageTakenBack) -> Refusal | None:
        """Refuse an outdated version, and a move that cannot be taken back."""
        if body.version != self.version:
            return Refusal.STALE
        return Refusal.CLOSED if self.former is None else None

    def go_back(self, former: Former) -> None:
        """Return to where the round stood. It is no new round, and it is not taken back in turn."""
        self.stage, self.travelling, self.clock = former.stage, former.travelling, former.clock
        self.step, self.asked, self.asked_since = former.step, dict(former.asked), former.asked_since
        self.lines_travelled = former.stage is Stage.CROSSING and former.travelling is Travelling.LINES
        self.former = None
        self.version += 1

    def ask(self, step: ev.ProgrammeStep) -> None:
        """Ask the question of a step if it has a new one. Call this before `enter`."""
        if step.question and step.question != self.question:
            self.asked = dict(step.question)
            self.asked_since = self.round + self.opens_a_round(step.stage)

    def set_clock(self, seconds: int, at: int) -> None:
        """Set the end of the stage's time, in seconds from now; 0 removes the clock."""
        self.clock = at + 1000 * seconds if seconds else None

    def set_programme(self, body: ev.ProgrammeSet) -> int:
        """Replace the programme and return its length. The current step is reset if the steps up to it changed."""
        steps = self.programme[: 0 if self.step is None else self.step + 1]
        if self.step is not None and body.steps[: len(steps)] != steps:
            self.step = None
        self.programme, self.by_itself = list(body.steps), body.by_itself
        return len(self.programme)

    # --- where a round is held ---

    def check_held(self, body: ev.RoundHeld, occasions: int) -> Refusal | None:
        """Refuse a round or an occasion that does not exist."""
        exists = body.occasion is None or 0 <= body.occasion < occasions
        return None if 1 <= body.round <= self.round and exists else Refusal.UNKNOWN

    def set_held(self, body: ev.RoundHeld) -> int:
        """Record the occasion of a round, or remove it; return the round."""
        if body.occasion is None:
            self.held.pop(body.round, None)
        else:
            self.held[body.round] = body.occasion
        return body.round


COURSE_RULES: dict[type[ev.Body], Rule] = {
    ev.Settings: Rule(
        lambda s, b, _: s.course.check_settings(b) or s.keeping.check_terms(b),
        lambda s, b, w: s.set_settings(b, w.seq),
    ),
    ev.HostSeated: Rule(lambda s, b, _: s.course.check_host(b), lambda s, b, _: s.course.seat_host(b), after_end=True),
    ev.HostRemoved: Rule(
        lambda s, b, _: s.course.check_host_removed(b), lambda s, b, _: s.course.remove_host(b), after_end=True
    ),
    ev.ProgrammeSet: Rule(always, lambda s, b, _: s.course.set_programme(b)),
    ev.ClockSet: Rule(always, lambda s, b, w: s.course.set_clock(b.seconds, w.at)),
    ev.RoundHeld: Rule(
        lambda s, b, _: s.course.check_held(b, len(s.occasions)), lambda s, b, _: s.course.set_held(b), after_end=True
    ),
    ev.DoorSet: Rule(lambda s, b, _: s.course.check_door(b), lambda s, b, _: s.course.set_door(b)),
    ev.Ended: Rule(always, lambda s, _b, w: s.end(w.at)),
    ev.Reopened: Rule(lambda s, _b, _: s.check_reopened(), lambda s, _b, _w: s.reopen(), after_end=True),
}
"""The rules of the events about settings, hosts, programme and clock."""
