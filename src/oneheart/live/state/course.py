"""Course: the settings of a gathering and where its round stands. The first part of the state."""

from __future__ import annotations

from dataclasses import dataclass, field

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.model.round import Stage, Travelling, Voice


@dataclass(slots=True)
class Course:
    """Settings, stage, round, clock, programme and question.

    Attributes:
        settings: of the gathering; None before the first event.
        settings_version: how often the settings were written (optimistic lock).
        stage: of the round.
        round: 1, 2, ...: how often the stage OPEN was entered.
        version: how often the stage was moved (optimistic lock).
        clock: the end of the stage's time, milliseconds by the server's clock; None without a clock.
        travelling: which desires are dealt in the crossing.
        lines_travelled: in the last crossing only circles' lines and carried desires were dealt.
        ended: the gathering is over.
        hosts: secret hash of each host.
        programme: the steps by which the hosts lead.
        step: number of the current step; None before the first.
        asked: the question of the programme by language; {} for that of the settings.
        asked_since: the round in which this question was first asked.
        held: by round: number of the occasion at which it is held, where a host named one.
    """

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
    programme: list[ev.ProgrammeStep] = field(default_factory=list)
    step: int | None = None
    asked: dict[str, str] = field(default_factory=dict)
    asked_since: int = 1
    held: dict[int, int] = field(default_factory=dict)

    @property
    def voice(self) -> Voice:
        """Return the voice of the gathering."""
        return self.settings.voice if self.settings else Voice.TEN

    @property
    def question(self) -> dict[str, str]:
        """Return the question that is asked now, by language."""
        return self.asked or (self.settings.question if self.settings else {})

    @property
    def languages(self) -> list[str]:
        """Return the languages of the pages, the house's own first; ["en"] before the first event."""
        return self.settings.languages if self.settings else ["en"]

    @property
    def hold(self) -> bool:
        """Return whether a host must accept a desire before it travels."""
        return self.settings is not None and self.settings.hold

    # --- settings, hosts, end ---

    def check_settings(self, body: ev.Settings) -> Refusal | None:
        """Refuse settings that follow an older version."""
        return Refusal.STALE if body.version != self.settings_version else None

    def set_settings(self, body: ev.Settings) -> int:
        """Take new settings and return their version."""
        self.settings = body
        self.settings_version += 1
        return self.settings_version

    def seat_host(self, body: ev.HostSeated) -> int:
        """Take a host and return their number."""
        self.hosts.append(body.secret_hash)
        return len(self.hosts) - 1

    def end(self) -> None:
        """End the gathering."""
        self.ended = True

    # --- stage, clock, programme ---

    def check_move(self, body: ev.StageMoved) -> Refusal | None:
        """Refuse a move that follows an older version of the round."""
        return Refusal.STALE if body.version != self.version else None

    def check_step(self, body: ev.StepTaken) -> Refusal | None:
        """Refuse a step that follows an older version, or that the programme does not have."""
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

    def ask(self, step: ev.ProgrammeStep) -> None:
        """Ask the question of a step, if it has one that is not asked already. Call it before `enter`."""
        if step.question and step.question != self.question:
            self.asked = dict(step.question)
            self.asked_since = self.round + self.opens_a_round(step.stage)

    def set_clock(self, seconds: int, at: int) -> None:
        """Set the end of the stage's time, in seconds from now; 0 takes the clock away."""
        self.clock = at + 1000 * seconds if seconds else None

    def set_programme(self, body: ev.ProgrammeSet) -> int:
        """Take a programme and return its length. The current step is lost if the steps up to it changed."""
        before = self.programme[: 0 if self.step is None else self.step + 1]
        if self.step is not None and body.steps[: len(before)] != before:
            self.step = None
        self.programme = list(body.steps)
        return len(self.programme)

    # --- where a round is held ---

    def check_held(self, body: ev.RoundHeld, occasions: int) -> Refusal | None:
        """Refuse a round or an occasion that does not exist."""
        known = body.occasion is None or 0 <= body.occasion < occasions
        return None if 1 <= body.round <= self.round and known else Refusal.UNKNOWN

    def set_held(self, body: ev.RoundHeld) -> int:
        """Take the occasion of a round, or take it back; return the round."""
        if body.occasion is None:
            self.held.pop(body.round, None)
        else:
            self.held[body.round] = body.occasion
        return body.round
