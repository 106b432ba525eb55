"""A gathering without file, server or clock, led by hand through a round. Nothing of what it does may be refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from tests.support.rules.scene import By, lead


class ByHand:
    """Leads a state; `state` is what it has come to."""

    def __init__(self, *circles: int | None, voice: str = "ten") -> None:
        """Begin with circles, each in the one that is named for it, None for none."""
        self.state = State()
        self.do(ev.Settings("x", {"en": "What do you want?"}, voice, ["en", "he"]))  # type: ignore[arg-type]
        for number, parent in enumerate(circles):
            self.do(ev.CircleAdded(f"C{number}", f"key-{number}", parent))

    def do(self, body: ev.AnyBody, by: str = "h0") -> Any:
        """Let one event happen and return its result."""
        return lead(self.state, By(by, body))

    def people(self, count: int, circle: int | None = None, language: str = "en") -> list[int]:
        """Let people come and return their seats."""
        return [self.do(ev.SeatTaken("", language, circle)) for _ in range(count)]

    def erase(self, seat: int) -> None:
        """Let a seat be as it is after its owner erased it and the log was read anew."""
        self.state.seats[seat].alive = False

    def say(self, seat: int | None, text: str, language: str = "en", **more: Any) -> int:
        """Let a person say a desire, hosts where there is none, and return its number."""
        number: int = self.do(ev.DesireSaid(seat, text, language, **more))
        return number

    def travel(self) -> None:
        """Release all desires that wait for a batch, with their circles, as a batch of each circle would."""
        desires = self.state.desires
        numbers = desires.batches.numbers
        desires.begin_stage(self.state.course, new_round=False)
        for number in numbers:
            desires.tell_circle(number)

    def wishes(self, count: int) -> list[int]:
        """Let hosts say some desires that are not alike and return their numbers."""
        words = ("Peace on the hills", "Bread", "Joy tonight", "Quiet water", "Long songs", "Fires", "Old friends")
        return [self.say(None, words[n] if n < len(words) else f"{n}{n}{n} {chr(97 + n) * 9}") for n in range(count)]

    def answer(self, desire: int, stance: int, seats: Iterable[int], *, probe: bool = False) -> None:
        """Let people answer a desire."""
        for seat in seats:
            self.do(ev.Responded(seat, desire, stance, probe=probe))  # type: ignore[arg-type]

    def move(self, *stages: str) -> None:
        """Move the round through stages."""
        for stage in stages:
            self.do(ev.StageMoved(stage, self.state.version))  # type: ignore[arg-type]

    def weave(self, *cites: Sequence[int], **more: Any) -> LiveDraft:
        """Let a text be woven and read; return it."""
        if self.state.stage != "weaving":
            self.move("weaving")
        lines = [ev.WovenLine(list(one)) for one in cites]
        self.do(ev.DraftWoven(self.state.version, lines, **more))
        self.move("reading")
        return self.draft

    @property
    def draft(self) -> LiveDraft:
        """Return the last draft."""
        return self.state.prayers.drafts[-1]

    def read(self, line: int, reading: str, seats: Iterable[int], critique: str = "") -> None:
        """Let people read a line of the last draft."""
        for seat in seats:
            body = ev.LineRead(seat, len(self.state.prayers.drafts) - 1, line, reading, critique)  # type: ignore[arg-type]
            self.do(body)

    def can_say(self, seats: Iterable[int]) -> None:
        """Let people say that they can say every line, and the whole with all."""
        for seat in seats:
            for line in range(len(self.draft.body.lines)):
                self.read(line, "can say", [seat])
            self.do(ev.WholeAffirmed(seat, len(self.state.prayers.drafts) - 1, on=True))
