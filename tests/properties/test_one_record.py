"""Random walks of hosts, people and languages: from the sealing on everything shows the sealed record, and only that.

After each step the functions are asked from which hall, phones, book, API, report and export take a text. A hash never
stands over words that hash to something else. Nothing is counted down or said without a standing seal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live import sealed_record, snapshot
from oneheart.live.export import hall_record
from oneheart.live.refusal import Refusal
from oneheart.live.sealed_record import TextLine, WordsFit, numbers_in_book, record_at
from oneheart.live.snapshot import text_lines, text_now
from oneheart.live.state import State
from oneheart.live.state.meeting import Meetings
from oneheart.live.state.sealed_words import carried_of
from oneheart.live.state.seals import Sealed
from oneheart.model import actor
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.round import Stage
from tests.support.house_acts import house_act

PEOPLE, STEPS = 6, 120
TONGUES = ("en", "he", "ru")
HOST = actor.host(0)


@dataclass
class Sealing:
    """What was sealed, kept by the walk itself and not by the program.

    Attributes:
        words: language and words of each line at that moment.
        carried: translations of each line at that moment.
    """

    words: list[tuple[str, str]]
    carried: list[tuple[tuple[str, str], ...]]


@dataclass
class Walk:
    """A gathering whose hosts and people do anything at any time. What is refused when new is not written."""

    seed: int
    state: State = field(default_factory=State)
    seq: int = 0
    sealings: list[Sealing] = field(default_factory=list)
    taken: int = 0

    def __post_init__(self) -> None:
        """Let people come, and say a wish each."""
        self.rng = np.random.default_rng(self.seed)
        self.do(ev.Settings("x", {"en": "What?"}, "ten", [*TONGUES]), actor.HOUSE)  # type: ignore[arg-type]
        self.do(ev.HostSeated("a" * 64), HOST)
        for seat in range(PEOPLE):
            self.do(ev.SeatTaken(f"{seat:064}", TONGUES[seat % 3]), actor.DOOR)
            for code in TONGUES[: 1 + seat % 3]:
                self.do(ev.LanguageUnread(seat, code, on=False), actor.seat(seat))
        for seat in range(PEOPLE):
            self.do(ev.DesireSaid(seat, f"wish {seat}", TONGUES[seat % 3]), actor.seat(seat))
        steps = [ev.ProgrammeStep(stage, 60) for stage in Stage]
        self.do(ev.ProgrammeSet(steps), HOST)

    def do(self, body: ev.AnyBody, by: str) -> Refusal | None:
        """Let one event be written if it may be."""
        refused = self.state.check_new(body, by)
        if refused is None:
            self.seq += 1
            self.state.apply(self.seq, ev.kind_of(body), body, by, 1000 * self.seq)
            self.taken += 1
            if isinstance(body, ev.TextSealed):
                lines = text_lines(self.state, body.draft)
                words = [(line.language, line.text) for line in lines]
                self.sealings.append(Sealing(words, [line.carried for line in lines]))
        return refused

    def some(self, below: int) -> int:
        return int(self.rng.integers(max(1, below)))

    def step(self) -> None:
        """Let a host, a person or the house do something at random."""
        kind = self.some(10)
        if kind < 4:
            self._host()
        elif kind < 8:
            self._person()
        self._house()

    def _host(self) -> None:
        state, version = self.state, self.state.version
        stages = [*Stage]
        ahead = stages[(stages.index(state.stage) + 1) % len(stages)]
        acts: list[ev.AnyBody] = [
            ev.StageMoved(ahead, version),
            ev.StageMoved(ahead, version),
            ev.StageMoved(stages[self.some(len(stages))], version),
            ev.StepTaken(self.some(len(stages)), version),
            ev.SealTakenBack(len(state.prayers.sealed) - 1, version),
            ev.SayingSet(self.some(3)),
            ev.BookSet(self.some(len(state.prayers.sealed)), public=bool(self.some(2))),
        ]
        self.do(acts[self.some(len(acts))], HOST)

    def _person(self) -> None:
        state, seat = self.state, self.some(PEOPLE)
        draft, line = len(state.prayers.drafts) - 1, self.some(3)
        carried = [*state.prayers.carried]
        acts: list[ev.AnyBody] = [
            ev.LineRead(seat, draft, line, "can say"),  # type: ignore[arg-type]
            ev.WholeAffirmed(seat, draft, on=True),
            ev.LineAmended(seat, draft, line, f"amended {self.seq}", TONGUES[self.some(3)]),
            ev.LineCarried(seat, draft, line, TONGUES[self.some(3)], f"carried {self.seq}"),
            ev.CarryConfirmed(seat, carried[self.some(len(carried))] if carried else 0),
            ev.AmenSaid(seat),
            ev.LanguageUnread(seat, TONGUES[self.some(3)], on=bool(self.some(2))),
        ]
        if draft < 0:
            return
        if self.some(25) == 0:
            self._erase(seat)
        else:
            self.do(acts[self.some(len(acts))], actor.seat(seat))

    def _erase(self, seat: int) -> None:
        """Take the words of one person away, as the log does when it is read anew without them."""
        prayers = self.state.prayers
        for number in self.state.seats[seat].desires:
            self.state.desires[number].text = ""
        for entries in (prayers.amended, prayers.carried):
            for place in [place for place, entry in entries.items() if entry.seat == seat]:
                del entries[place]

    def _house(self) -> None:
        wishes = self.rng.permutation(len(self.state.desires))[: self.some(4)].tolist()
        body = house_act(self.state, wishes)
        if body is not None:
            self.do(body, "house")


def hashed(lines: tuple[TextLine, ...]) -> str:
    return Draft(tuple(PrayerLine(line.text, line.language, ()) for line in lines)).digest()


def wrong(walk: Walk) -> list[str]:
    """Return what some screen, page or file shows that it must not."""
    state, out = walk.state, list[str]()
    text = text_now(state)
    if state.stage in {Stage.SEALED, Stage.SAID}:
        newest = state.prayers.sealed_of(state.round)
        if newest is None and text is not None:
            out.append("a text is shown and nothing is sealed")
        if newest is not None and text is not None:
            out += _differs("hall", walk, len(state.prayers.sealed) - 1, text.lines)
            if text.digest and text.digest != hashed(text.lines):
                out.append("hall: a hash stands over other words")
    elif text is not None and (text.digest or text.status or text.share):
        out.append("something of a seal is shown before the sealing")
    if snapshot.take(state).say_at is not None and (text is None or state.stage is not Stage.SEALED):
        out.append("it counts down and there is nothing to say")
    for number in numbers_in_book(state):
        record = record_at(state, number)
        out += _differs("book", walk, number, record.lines)
        if not state.prayers.sealed[number].seal_holds:
            out.append("a text whose seal was taken back is in the book")
        if record.verdict is not None and record.verdict.digest != hashed(record.lines):
            out.append("book: a hash stands over other words")
    for told in hall_record(state).texts:
        lines = tuple(TextLine(line.text, line.language, changed=False, carried=line.carried) for line in told.lines)
        out += _differs("export", walk, told.number - 1, lines)
    amens = [n for n, sealed in enumerate(state.prayers.sealed) if sealed.amen and sealed.said_at is None]
    return out + [f"amen to text {n}, which was not said" for n in amens]


def _differs(where: str, walk: Walk, number: int, lines: tuple[TextLine, ...]) -> list[str]:
    """Return where shown lines are not those that were sealed; erased words may be missing, and nothing else."""
    sealed, out = walk.sealings[number], list[str]()
    if len(lines) != len(sealed.words):
        return [f"{where}: {len(lines)} lines for {len(sealed.words)}"]
    for (language, text), carried, line in zip(sealed.words, sealed.carried, lines, strict=True):
        if line.text and (line.language, line.text) != (language, text):
            out.append(f"{where}: other words: {line.text!r} for {text!r}")
        if not set(line.carried) <= set(carried):
            out.append(f"{where}: another translation: {line.carried} for {carried}")
    return out


def walked(seed: int, steps: int = STEPS) -> tuple[Walk, list[str]]:
    walk, out = Walk(seed), []
    for step in range(steps):
        walk.step()
        out += [f"step {step}, {walk.state.stage}: {what}" for what in wrong(walk)]
    return walk, out


@pytest.fixture(autouse=True)
def _as_in_former_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let words in other languages come after the sealing too: files of former versions hold such words."""
    monkeypatch.setattr("oneheart.live.state.text_rules.not_carried", lambda _stage: None)


@pytest.mark.parametrize("seed", range(40))
def test_from_the_sealing_on_everything_shows_the_sealed_record(seed: int) -> None:
    assert walked(seed)[1] == []


def test_the_walks_reach_what_they_are_about() -> None:
    walks = [walked(seed)[0] for seed in range(40)]
    sealed = [sealed for walk in walks for sealed in walk.state.prayers.sealed]
    assert len(sealed) > 40
    assert sum(not one.seal_holds for one in sealed) > 5
    assert sum(one.said_at is not None for one in sealed) > 10
    assert sum(bool(one.body.carried) for one in sealed) > 0
    fits = {record_at(walk.state, n).fit for walk in walks for n in range(len(walk.state.prayers.sealed))}
    assert {WordsFit.WHOLE, WordsFit.ERASED} <= fits
    assert WordsFit.OTHER not in fits


def newest_draft(_state: State, number: int) -> sealed_record.SealedRecord:
    """Return the record as the former build showed it: the seal of the text with the words of the newest draft."""
    sealed, drafts = _state.prayers.sealed[number], _state.prayers.drafts
    lines = text_lines(_state, len(drafts) - 1)
    return sealed_record.SealedRecord(number, sealed, drafts[-1], lines, (), (), WordsFit.WHOLE)


def broken(patch: pytest.MonkeyPatch, what: str) -> None:
    if what == "the newest draft is shown":
        patch.setattr(sealed_record, "record_at", newest_draft)
        patch.setattr("oneheart.live.state.moves.check_new_stage", lambda *_: None)
    elif what == "a later translation is shown":
        patch.setattr(sealed_record, "carried_of", _confirmed_now)
    else:
        patch.setattr(sealed_record, "_fit", lambda *_: WordsFit.WHOLE)


def _confirmed_now(sealed: Sealed, meetings: Meetings) -> dict[int, dict[str, str]]:
    """Return the translations that are confirmed now, as the former build showed them."""
    return carried_of(replace(sealed, body=msgspec.structs.replace(sealed.body, carried=None)), meetings)


@pytest.mark.parametrize(
    "what", ["the newest draft is shown", "a later translation is shown", "a hash over whatever is left"]
)
def test_a_build_that_shows_anything_else_is_found_out(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    broken(monkeypatch, what)
    assert any(walked(seed)[1] for seed in range(40))
