"""Make the gathering file of `test_former_file.py` with a checkout of the former build (commit f3c1f36).

It holds every kind of event that the former build could write, over two rounds, and what that build made of it.

    PYTHONPATH=/path/to/former/src python tests/files/make_former_gathering.py tests/files
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import apsw
import numpy as np
from facts import facts
from oneheart.live.company import seats_by_lot

from oneheart.live import events as ev
from oneheart.live.challenging import drawn
from oneheart.live.gathering import LiveGathering, Refused, create  # as the former build had them

TEXTS = (
    "That nobody stays alone",
    "To be together as one heart",
    "A quiet place",
    "Bread for all",
    "Longer evenings",
    "To hear each other",
    "Words that were erased later",
    "Something of the other circle",
)
PEOPLE = 14


class Script:
    """Writes events as the pages of the former build did."""

    def __init__(self, hall: LiveGathering) -> None:
        self.hall = hall
        self.count = 0

    async def do(self, actor: str, body: Any) -> int | None:
        """Write an event under a key of its own; return its number."""
        self.count += 1
        return (await self.hall.submit(actor, f"key-number-{self.count}", body)).number

    async def by(self, seat: int, body: Any) -> int | None:
        """Write an event of a person."""
        return await self.do(f"s{seat}", body)

    async def refused(self, actor: str, body: Any) -> None:
        """Write an event that is refused, whether it gets into the log or not."""
        try:
            await self.do(actor, body)
        except Refused:
            return
        raise AssertionError(body)

    async def move(self, stage: str, **more: Any) -> None:
        await self.do("h0", ev.StageMoved(stage, self.hall.state.version, **more))


async def people(to: Script) -> None:
    await to.do("door", ev.HostSeated("a" * 64))
    await to.do("door", ev.HostSeated("b" * 64))
    await to.do("h0", ev.CircleAdded("", "circle-key-0"))
    await to.do("h0", ev.CircleAdded("Second", "circle-key-1", parent=0, place="remote"))
    await to.do("h1", ev.CircleAdded("Third", "circle-key-2", place="mirror"))
    await to.do("h1", ev.CircleChanged(2, "Mirror"))
    await to.do("h0", ev.OccasionAdded("Evening", "meal", "MEAL3456"))
    await to.do("h0", ev.OccasionAdded("Morning", "lesson", "LESS3456"))
    codes = await to.hall.add_cards("sheet-1", 3, 1, "h0")
    for n in range(PEOPLE):
        card = codes[0] if n == 3 else ""
        language = "he" if n % 3 == 2 else "en"
        await to.hall.take_seat(f"seat-key-{n}", language=language, circle=None if card else n % 2, card=card)
    await to.hall.take_seat("seat-of-a-friend", language="en", circle=0, scribe=0)
    await to.refused("door", ev.SeatTaken("c" * 64, "en", card="d" * 64))
    await to.by(4, ev.SeatChanged(4, language="es", circle=1))
    await to.by(5, ev.SeatChanged(5, secret_hash="e" * 64))
    await to.by(1, ev.LanguageUnread(1, "he"))
    await to.by(3, ev.LanguageUnread(3, "he"))
    await to.by(3, ev.LanguageUnread(3, "he", on=False))
    await to.by(0, ev.StewardNamed(0, on=True))
    await to.by(2, ev.Present(2, 0))
    lot = {seat: (seat % 2, "en") for seat in range(PEOPLE)}
    await to.do("h0", seats_by_lot(lot, 1, 5, same_language=False, times=0, seed=7))
    await to.do("h0", seats_by_lot(lot, 1, 7, same_language=True, times=1, seed=8))
    for seat in range(8):
        await to.by(seat, ev.FeltSaid(seat, 1 + seat % 7, "start"))
    await to.by(0, ev.FeltSaid(0, 0, "start"))


async def first_round(to: Script) -> None:
    hall, state = to.hall, to.hall.state
    await to.do(
        "h0",
        ev.ProgrammeSet(
            [
                ev.ProgrammeStep("open", 600),
                ev.ProgrammeStep("crossing", 300, travelling="lines"),
                ev.ProgrammeStep("open", 60, {"en": "And now?", "he": "ועכשיו?"}),
            ]
        ),
    )
    for n, text in enumerate(TEXTS):
        await to.by(n, ev.DesireSaid(n, text, "en", stem="I want" if n == 4 else ""))
    await to.do("h0", ev.DesireSaid(None, "What hosts begin with", "en"))
    hebrew = await to.by(8, ev.DesireSaid(8, "לחם לכולם", "he"))
    same = await to.by(9, ev.DesireSaid(9, "Bread for everyone", "en", grew_from=3))
    gone = await to.by(10, ev.DesireSaid(10, "Taken back", "en"))
    meta = await to.by(11, ev.DesireSaid(11, "This talk is too long", "en"))
    no = await to.by(12, ev.DesireSaid(12, "Turned down", "en"))
    spanish = await to.by(4, ev.DesireSaid(4, "Paz", "en"))
    for number in (hebrew, same, gone, meta, no, spanish):
        assert number is not None
    await to.by(4, ev.DesireLanguage(4, spanish, "es"))
    await to.by(9, ev.DesireJoined(9, same, 3))
    await to.by(10, ev.DesireWithdrawn(10, gone))
    await to.do("h0", ev.Translated(hebrew, 3))
    await to.do("h1", ev.Translated(hebrew, 3))
    await to.do("h0", ev.Moderated(0, "accepted"))
    await to.do("h0", ev.Moderated(no, "rejected", "It names somebody"))
    await to.do("h1", ev.MarkedMeta(meta, on=True))
    await to.do("h0", ev.DesiresShown([0, 1, 5]))
    await to.do("h0", ev.ClockSet(300))
    line = await to.by(0, ev.DesireSaid(0, "The line of the first ten", "en", line_of=0))
    await to.by(0, ev.DesireSaid(0, "To hear each other", "en", grew_from=5, carried_by=0))
    assert line is not None
    rng = np.random.default_rng(0)
    for seat in range(PEOPLE):
        for n in range(8):
            if n != seat and (seat + n) % 5:
                await hall.respond(seat, n, int(rng.random() < 0.7), f"answer-{seat}-{n}")
    await hall.respond(1, 0, 0, "answer-changed")
    await to.by(0, ev.CircleDone(0, on=True))
    await to.move("crossing")
    await to.by(13, ev.DesireSaid(13, "Too late for this round", "en"))
    for seat in range(6):
        await hall.respond(seat, line, 1, f"answer-{seat}-line")
    await to.move("weaving")
    await hall.leader.step()
    await to.move("reading")
    await to.move("weaving")  # a step back: another draft, made by hand so that it holds everything
    challengers = [4, 2, 0]
    lines = [ev.WovenLine([1]), ev.WovenLine([5]), ev.WovenLine([3, same]), ev.WovenLine([6])]
    await to.do(
        "house",
        ev.DraftWoven(
            state.version,
            lines,
            [4, 2],
            measured=True,
            coverage=0.75,
            share_index=0.9,
            worst=[0.5, 0.25, 0.125, 0.0],
            without=[1],
            seed=3,
            challengers=challengers,
            among=3,
            lots=2,
        ),
    )
    draft = len(state.prayers.drafts) - 1
    await to.do("house", ev.DraftConnected(draft, [[0, 1], [2], [3]], [[", and "], [], []], "m", "mosaic-1", "k"))
    await to.move("reading")
    for seat in range(PEOPLE):
        for n in range(4):
            said = "against me" if (seat, n) == (2, 1) else "would change" if seat % 5 == 1 else "can say"
            critique = "Shorter" if said == "would change" and n == 0 else ""
            await to.by(seat, ev.LineRead(seat, draft, n, said, critique))
    asked = drawn(state.prayers.drafts[draft], 7)
    await to.by(7, ev.ChallengerAnswered(7, draft, asked[0], 1))
    await to.by(7, ev.ChallengerAnswered(7, draft, asked[1], 0))
    await to.by(5, ev.LineAmended(5, draft, 1, "That we hear each other", "en"))
    carried = await to.by(8, ev.LineCarried(8, draft, 0, "he", "להיות יחד כלב אחד"))
    assert carried is not None
    for seat in (2, 11, 5):
        await to.by(seat, ev.CarryConfirmed(seat, carried))
    await to.by(5, ev.CarryConfirmed(5, carried, on=False))
    await to.by(2, ev.LineCarried(2, draft, 2, "he", "לחם"))
    await to.by(1, ev.WholeAffirmed(1, draft, on=True))
    await to.by(1, ev.WholeAffirmed(1, draft, on=False))
    await to.move("second reading")
    await hall.leader.step()
    second = len(state.prayers.drafts) - 1
    for n, one in enumerate(state.prayers.drafts[second].body.lines):
        for seat in range(PEOPLE):
            if one.changed:
                await to.by(seat, ev.LineRead(seat, second, n, "can say"))
    for seat in range(12):
        await to.by(seat, ev.WholeAffirmed(seat, second, on=True))
    await to.refused("s1", ev.LineRead(1, 0, 0, "can say"))
    await to.by(3, ev.FeltSaid(3, 6, "end"))
    await to.move("sealed")
    await hall.leader.step()
    await to.do("h0", ev.SayingSet(60))
    await to.do("h0", ev.SayingSet(0))
    await to.do("h0", ev.RoundHeld(1, 0))
    await to.move("said")
    for seat in range(7):
        await to.by(seat, ev.AmenSaid(seat))
    await to.do("h0", ev.BookSet(0, public=True))


async def erase(to: Script) -> None:
    await to.hall.erase(6, "erase-everything")


async def second_round(to: Script) -> None:
    hall = to.hall
    await to.do("h0", ev.StepTaken(2, hall.state.version))
    await to.by(0, ev.StewardNamed(0, on=True))
    await to.by(0, ev.DesireSaid(0, "Another line of the first ten", "en", line_of=0))
    late = await to.by(11, ev.DesireSaid(11, "What comes after", "en"))
    assert late is not None
    for seat in range(5):
        await hall.respond(seat, late, seat % 2, f"answer-second-{seat}")
    await to.do("h0", ev.StepTaken(1, hall.state.version))
    await to.do(
        "h1",
        ev.Settings(
            "Desert",
            {"en": "What do you want?", "he": "מה אתם רוצים?"},
            "assembly",
            ["en", "he", "es"],
            cards=5,
            hold=True,
            words={"en": {"circle": "ten"}},
            version=1,
        ),
    )
    await hall.respond(7, late, -1, "answer-against")
    await to.refused("h1", ev.StageMoved("open", 0))
    await to.do("h0", ev.RoundHeld(2, 1))
    await to.do("h0", ev.Ended())
    await to.do("h0", ev.RoundHeld(2))


def make(folder: Path) -> None:
    """Write the file and its facts."""
    path, texts = folder / "former.oneheart", folder / "former.json"
    for old in (path, texts):
        old.unlink(missing_ok=True)
    question = {"en": "What do you want?", "he": "מה אתם רוצים?"}
    create(path, ev.Settings("Desert", question, "ten", ["en", "he", "es"]), code="AAAA3333")

    async def whole() -> None:
        hall = LiveGathering.open(path, rng=np.random.default_rng(0))
        to = Script(hall)
        for part in (people, first_round, erase, second_round):
            await part(to)
        await hall.close()

    asyncio.run(whole())
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        written = {str(kind) for (kind,) in connection.execute("SELECT DISTINCT kind FROM events")}
    path.with_name(path.name + ".lock").unlink()
    known = {str(kind.__struct_config__.tag) for kind in get_args(ev.AnyBody)} - {"erased"} | {"gone"}
    assert written == known, written ^ known
    hall = LiveGathering.open(path)
    came_to = facts(hall.state)
    hall.shut()
    path.with_name(path.name + ".lock").unlink()
    texts.write_text(json.dumps(came_to, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
