"""Random halls of people, languages and translations: nothing counts that its person could not read.

The rule is written a second time here, slowly and from the list of events alone, and compared after every event.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oneheart.live import events as ev
from oneheart.live import judging, sealing
from oneheart.live.refusal import Refusal
from oneheart.live.state import State
from oneheart.live.state.meeting import Meetings
from oneheart.live.tongues import line_for, line_in
from oneheart.model import actor
from oneheart.model.prayer import Reading, WordsKind
from oneheart.model.round import Stage, Voice

LANGUAGES = ["en", "he", "es", "ru"]
PEOPLE = 60


class Babel:
    """A hall of four languages that reads a text of four lines, led by random events."""

    def __init__(self, seed: int) -> None:
        """Let people come, wish and weave."""
        self.rng = np.random.default_rng(seed)
        self.state = State()
        self.log: list[tuple[int, ev.AnyBody]] = []
        self.do(ev.Settings("x", {"en": "What?"}, Voice.TEN, LANGUAGES))
        self.do(ev.HostSeated("a" * 64))
        for circle in range(3):
            self.do(ev.CircleAdded("", f"key-{circle}"))
        for seat in range(PEOPLE):
            language = LANGUAGES[int(self.rng.choice(4, p=(0.4, 0.25, 0.2, 0.15)))]
            self.do(ev.SeatTaken(f"{seat:064}", language, circle=seat % 3))
        for number in range(4):
            self.do(ev.DesireSaid(None, f"{number}{number} wish {chr(97 + number) * 7}", LANGUAGES[number]))
        self.move("weaving")
        self.do(ev.DraftWoven(self.state.version, [ev.WovenLine([number]) for number in range(4)]))
        self.move("reading")

    def do(self, body: ev.AnyBody, by: str = actor.HOUSE) -> Any:
        """Submit an event as the gathering does: refused if it may not be written."""
        why = self.state.check_new(body, by)
        if why is not None:
            return why
        seq = len(self.log) + 1
        self.log.append((seq, body))
        result = self.state.apply(seq, ev.kind_of(body), body, by, 1000 * seq)
        assert not isinstance(result, Refusal)
        return result

    def move(self, stage: str) -> None:
        self.do(ev.StageMoved(Stage(stage), self.state.version))

    def some(self, count: int) -> int:
        return int(self.rng.integers(count))

    def step(self) -> None:
        """Let one random thing happen."""
        seat, line, language, kind = self.some(PEOPLE), self.some(4), LANGUAGES[self.some(4)], self.some(20)
        carries = [seq for seq, body in self.log if isinstance(body, ev.LineCarried)]
        if kind < 3:
            self.do(ev.LanguageUnread(seat, language, on=bool(self.some(2))))
        elif kind == 3:
            self.do(ev.SeatChanged(seat, language=language), actor.seat(seat))
        elif kind < 5:
            self.do(ev.LineCarried(seat, 0, line, language, f"words {len(self.log)}"))
        elif kind < 8 and carries:
            self.do(ev.CarryConfirmed(seat, carries[self.some(len(carries))], on=self.some(4) > 0))
        elif kind == 8 and self.some(4) == 0:
            revoked = [number for number, one in enumerate(self.state.seats) if one.revoked is not None]
            self.do(ev.SeatsRestored(revoked) if revoked else ev.SeatsRevoked([seat], "x"))
        elif kind == 9:
            self.do(ev.WholeAffirmed(seat, 0, on=True))
        else:
            self.do(ev.LineRead(seat, 0, line, list(Reading)[self.some(3)]))


def reads_of(babel: Babel, seat: int, until: int | None = None) -> set[str]:
    """Return the languages that a person reads, from the list of events."""
    page, reads = "", set[str]()
    taken = -1
    for seq, body in babel.log:
        if until is not None and seq > until:
            break
        if isinstance(body, ev.SeatTaken):
            taken += 1
            page = body.language if taken == seat else page
        elif isinstance(body, ev.SeatChanged) and body.seat == seat and body.language:
            page, reads = body.language, reads - {body.language}
        elif isinstance(body, ev.LanguageUnread) and body.seat == seat:
            reads = reads - {body.language} if body.on else reads | {body.language}
        elif isinstance(body, ev.LineCarried) and body.seat == seat:
            reads |= {LANGUAGES[body.line], body.language}
        elif isinstance(body, ev.CarryConfirmed) and body.seat == seat and body.on:
            carried = dict(babel.log)[body.carried]
            assert isinstance(carried, ev.LineCarried)
            reads |= {LANGUAGES[carried.line], carried.language}
        reads -= {page}
    return reads | {page}


def said_no(babel: Babel, seat: int) -> set[str]:
    return set(babel.state.seats[seat].unread)


def standing(babel: Babel, line: int) -> dict[str, str]:
    """Return the words of a line that stand now, by language."""
    state, own = babel.state, LANGUAGES[line]
    alive = [number for number, seat in enumerate(state.seats) if seat.alive]
    known = {seat: reads_of(babel, seat) for seat in alive}
    confirmed: dict[int, set[int]] = {}
    for _, body in babel.log:
        if isinstance(body, ev.CarryConfirmed):
            who = confirmed.setdefault(body.carried, set())
            (who.add if body.on else who.discard)(body.seat)
    out = {own: f"{line}{line} wish {chr(97 + line) * 7}"}
    for seq, body in babel.log:
        if not isinstance(body, ev.LineCarried) or body.line != line or body.language == own:
            continue
        both = [seat for seat in alive if {own, body.language} <= known[seat]]
        readers = [seat for seat in alive if body.language in known[seat]]
        asked = [seat for seat in readers if own in known[seat] or own in said_no(babel, seat)]
        others = [seat for seat in both if seat != body.seat]
        least = min(2, len(others)) if 2 * len(asked) >= len(readers) else 2
        least = max(least, 1) if body.seat not in alive else least
        if len([seat for seat in confirmed.get(seq, ()) if seat in both]) >= least:
            out[body.language] = body.text
    return out


def able(babel: Babel, line: int) -> set[int]:
    """Return the people who read some words of a line that stand now."""
    words = set(standing(babel, line))
    return {seat for seat in range(PEOPLE) if reads_of(babel, seat) & words}


@pytest.mark.parametrize("seed", range(6))
def test_no_answer_of_a_person_who_cannot_read_the_line_is_taken_or_counts(seed: int) -> None:
    babel = Babel(seed)
    for _ in range(160):
        babel.step()
    state, draft = babel.state, babel.state.prayers.drafts[0]
    refusals = 0
    for line in range(4):
        words, readers = standing(babel, line), able(babel, line)
        shown = {code: line_in(state, 0, line, code) for code in LANGUAGES}
        assert {code: one.text for code, one in shown.items() if one is not None and one.holds} == words
        assert {code for code, one in shown.items() if one is not None and one.kind is WordsKind.OWN} == {
            LANGUAGES[line]
        }
        heard = state.meetings.heard(draft)[line]
        for seat in range(PEOPLE):
            if not state.people.sits(seat):
                assert seat not in heard
                continue
            meeting = line_for(state, 0, line, seat)
            assert (meeting.words is not None) == (seat in readers)
            if seat in heard:
                assert seat in readers, "an answer counts that could not be given"
            body = ev.LineRead(seat, 0, line, Reading.CAN_SAY)
            assert (state.check_new(body, actor.seat(seat)) is Refusal.CANNOT_READ) == (seat not in readers)
            refusals += seat not in readers
        for part in judging.parts_of(state):
            counted = judging.affirmation(line, heard, part).readers
            assert counted <= len(readers & part.seats)
    assert refusals, "a hall in which everybody reads everything tells nothing"
    assert all(state.meetings.affirming(draft) <= able(babel, line) for line in range(4))


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_of_languages_are_those_of_the_people_who_are_here(seed: int) -> None:
    babel = Babel(seed)
    for _ in range(250):
        babel.step()
    people = babel.state.people
    for one in LANGUAGES:
        readers = [n for n, seat in enumerate(people.seats) if seat.alive and people.reads(n, one)]
        assert people.readers_of(one) == len(readers)
        for other in LANGUAGES:
            both = [n for n in readers if people.reads(n, other)]
            not_both = [n for n in readers if people.reads(n, other) is False]
            assert people.readers_of(one, other) == len(both)
            assert people.readers_of(one, other, reads=False) == len(not_both)


def test_in_a_build_that_asks_nobody_what_they_read_unread_lines_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "check_new_reading", lambda *_: None)
    monkeypatch.setattr(Meetings, "_counts", lambda *_: True)
    babel = Babel(0)
    for _ in range(160):
        babel.step()
    heard = babel.state.meetings.heard(babel.state.prayers.drafts[0])
    assert any(not set(answers) <= able(babel, line) for line, answers in enumerate(heard))
    assert sealing.judged(babel.state, babel.state.prayers.drafts[0], None)
