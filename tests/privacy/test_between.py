"""Two looks with one act of one other person between them: every page, answer and file of everybody else is the same.

Numbers stand in the middle of their steps, so that an honest step does not come just then. Somebody in the same circle,
somebody in another one, a host and a screen of the hall look at every address that they may read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from oneheart.live import events as ev
from oneheart.live import snapshot
from oneheart.live.state.released import Released
from tests.support.desks import Desk

CODE = "ABCD3456"
Open = Callable[..., Any]
Act = Callable[["Looked"], None]

PERSON = (
    "",
    "/mine",
    "/mine.json",
    "/near",
    "/circle",
    "/terms",
    "/heads.json",
    "/receipts.json",
)
HOST = (
    "",
    "/now",
    "/circles",
    "/export",
    "/measures",
    "/log",
    "/oddities",
    "/programme",
    "/tables",
    "/sheets",
    "/lost",
    "/contacts",
    "/bundle.json",
    "/here/0",
)
PUBLIC = (
    f"/hall/{CODE}",
    f"/j/{CODE}",
    "/book",
    "/health",
    f"/api/v1/gatherings/{CODE}",
    f"/api/v1/gatherings/{CODE}/snapshot",
    f"/api/v1/gatherings/{CODE}/book",
)
CHANGES_BY_ITSELF = re.compile(
    r' data-turn="\d"( data-away)?'
    r'|(name="key" value=|nonce[-=]|"now":|data-now=|"key":)"?[\w+/=-]+"?'
    r"|[0-9a-f]{16,}|<svg.*?</svg>",
    re.DOTALL,
)


@dataclass(slots=True)
class Looked:
    """A gathering of 43 people, and those who look.

    Attributes:
        door: of the gathering.
        desk: of a host.
        near: browser of a person of circle 0.
        far: browser of a person of no circle.
        desires: numbers of the desires.
        actor: seat of the person who acts between two looks; it is in circle 0.
    """

    door: Any
    desk: Desk
    near: Any
    far: Any
    desires: list[int]
    actor: int

    @property
    def state(self) -> Any:
        """Return the state of the gathering."""
        return self.door.gathering.state

    def do(self, body: ev.AnyBody, by: str = "") -> Any:
        """Let the person who acts do something."""
        return self.door.submit(by or f"s{self.actor}", f"between-{self.state.seq:08}", body)

    def look(self) -> dict[str, str]:
        """Return all that others read."""
        self.door.gathering.tick()
        out = {f"near {path}": self.near.get(f"/g/{CODE}{path}") for path in PERSON}
        out |= {f"far {path}": self.far.get(f"/g/{CODE}{path}") for path in PERSON}
        out |= {f"host {path}": self.desk.browser.get(f"{self.desk.home}{path}") for path in HOST}
        out |= {f"hall {path}": self.far.get(path) for path in PUBLIC}
        told = {
            place: f"{answer.status_code} {CHANGES_BY_ITSELF.sub('~', answer.text)}" for place, answer in out.items()
        }
        told["stream of screens"] = repr(snapshot.visible(self.door.gathering.snapshot))
        return told


def gathered(open_door: Open) -> Looked:
    """Return a gathering in which everybody but a few has answered everything; its answers are still taken."""
    door = open_door()
    for number, parent in enumerate((None, 0, None)):
        door.submit("h0", f"circle-{number}", ev.CircleAdded(f"C{number}", f"circle-key-{number}", parent))
    door.submit("h0", "supper", ev.OccasionAdded("Supper", "meal", "HJKM3456"))
    near = door.join(circle="0")
    far = door.join()
    places = [0] * 15 + [1] * 12 + [2] * 8 + [None] * 6
    for number, circle in enumerate(places):
        door.submit("door", f"seat-{number:026}", ev.SeatTaken(f"{number:064x}", "he" if number % 3 else "en", circle))
    actor = 2
    texts = (
        "Bread for all",
        "Rain in time",
        "Old books",
        "Songs at night",
        "Quiet rest",
        "Bright paint",
        "Clean wells",
    )
    desires = [
        door.submit(f"s{seat}", f"say-{seat}-desire", ev.DesireSaid(seat, text, "en"))
        for seat, text in zip((3, 4, 5, 6, 7, 8, 20), texts, strict=True)
    ]
    door.move("crossing")
    for seat in range(3, 43):
        for desire in desires:
            if door.gathering.state.desires[desire].author != seat and (seat + desire) % 9:
                stance = int((seat * 7 + desire * 3) % 5 > 1)
                door.submit(f"s{seat}", f"tap-{seat}-{desire:04}", ev.Responded(seat, desire, stance))
        if seat % 2:
            door.submit(f"s{seat}", f"demand-{seat:04}", ev.DemandSaid(seat, on=seat % 3 > 0))
            door.submit(f"s{seat}", f"there-{seat:04}", ev.Present(seat, 0))
    return Looked(door, Desk(door), near, far, desires, actor)


def answers(looked: Looked) -> None:
    for desire in looked.desires:
        looked.do(ev.Responded(looked.actor, desire, 1))


def answers_otherwise(looked: Looked) -> None:
    looked.actor = 9
    for desire, stance in looked.state.tally.answered(9).items():
        looked.do(ev.Responded(9, desire, 1 - stance))


def says(looked: Looked) -> None:
    looked.do(ev.DesireSaid(looked.actor, "A secret of the one who acts", "en"))


def leaves(looked: Looked) -> None:
    looked.door.call(looked.door.gathering.erase, 9, "erase-number-9")


ACTS: dict[str, Act] = {
    "answers": answers,
    "answers otherwise": answers_otherwise,
    "says a desire": says,
    "comes": lambda looked: looked.do(ev.SeatTaken("f" * 64, "en", 2), "door"),
    "leaves": leaves,
    "changes circle": lambda looked: looked.do(ev.SeatChanged(looked.actor, circle=2)),
    "changes language": lambda looked: looked.do(ev.SeatChanged(looked.actor, language="he")),
    "says where they are": lambda looked: looked.do(ev.Present(looked.actor, 0)),
    "asks that all become one": lambda looked: looked.do(ev.DemandSaid(looked.actor, on=True)),
    "says how near they feel": lambda looked: looked.do(ev.FeltSaid(looked.actor, 4, "start")),  # type: ignore[arg-type]
    "agrees to rows": lambda looked: looked.do(ev.RowsConsented(looked.actor, on=True)),
}
LATER: dict[str, tuple[str, Act]] = {
    "reads a line": ("reading", lambda looked: looked.do(ev.LineRead(looked.actor, 0, 0, "against me"))),  # type: ignore[arg-type]
    "affirms the whole": ("reading", lambda looked: looked.do(ev.WholeAffirmed(looked.actor, 0, on=True))),
    "comes while it is read": ("reading", lambda looked: looked.do(ev.SeatTaken("f" * 64, "en", 2), "door")),
    "leaves while it is read": ("reading", leaves),
    "says amen": ("said", lambda looked: looked.do(ev.AmenSaid(looked.actor))),
    "finds themselves in it": ("said", lambda looked: looked.do(ev.RepresentedSaid(looked.actor, 0, 5))),  # type: ignore[arg-type]
}


def differences(looked: Looked, act: Act) -> dict[str, tuple[list[str], list[str]]]:
    """Return what another person's act changed, by place: the lines before and after.

    After an erasure cards are dealt anew, as after a restart, so the card in a hand may be another one: it is any of
    those that the person has not answered yet, and says nothing of who left.
    """
    by_chance = {"near ", "far "} if act is leaves else set()
    first, before = looked.look(), looked.look()
    act(looked)
    after = looked.look()
    out = {}
    for place, told in before.items():
        if told == after[place] or place in by_chance:
            continue
        by_itself = {line for line in told.splitlines() if line not in first[place].splitlines()}
        gone = [line for line in told.splitlines() if line not in after[place].splitlines() and line not in by_itself]
        new = [line for line in after[place].splitlines() if line not in told.splitlines()]
        if gone or (new and not by_itself):
            out[place] = (gone, new)
    return out


def test_those_who_look_do_read_pages(open_door: Open) -> None:
    told = gathered(open_door).look()
    assert {place for place, text in told.items() if not text.startswith("200")} == {"far /circle", "stream of screens"}


@pytest.mark.slow
@pytest.mark.proof("A14")
@pytest.mark.parametrize("name", ACTS)
def test_one_act_between_two_looks_changes_nothing_that_others_read(name: str, open_door: Open) -> None:
    assert differences(gathered(open_door), ACTS[name]) == {}


@pytest.mark.slow
@pytest.mark.proof("A14")
@pytest.mark.parametrize("name", LATER)
def test_one_act_on_a_text_changes_nothing_that_others_read(name: str, open_door: Open) -> None:
    looked = gathered(open_door)
    stage, act = LATER[name]
    looked.door.lead_to(stage)
    assert differences(looked, act) == {}


@pytest.mark.slow
@pytest.mark.sabotage("A14", "words and counts that follow every tap (Released.note)")
def test_where_numbers_of_the_hall_follow_every_tap_they_are_seen(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = gathered(open_door)

    def live(released: Released, _body: object, _number: object, desires: Any) -> None:
        released.responses = 50 * desires.tally.response_count

    monkeypatch.setattr(Released, "note", live)
    assert "stream of screens" in differences(looked, answers)
