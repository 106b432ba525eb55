"""A whole round on disk: wishes, answers, readings, a sealed text, an erasure, and an event that was passed over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from oneheart.commands.moving import move
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader


@dataclass(frozen=True, slots=True)
class Round:
    """A whole round on disk, and the head that somebody kept of it.

    Attributes:
        path: path of the file.
        root: root of the last head.
        size: size of the last head.
        through: place of the last event under it.
        length: number of events.
    """

    path: Path
    root: str
    size: int
    through: int
    length: int


def play_round(path: Path, place: str | None = None) -> Round:
    """Play a round in a new file and return it.

    Args:
        path: path of the new file.
        place: address to which the gathering is moved before the round; None to play it in the file.
    """
    create(path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")  # type: ignore[arg-type]

    if place is not None:
        list(move(str(path), place))
    where = str(path) if place is None else place

    async def play() -> None:
        hall = LiveGathering.open(where)
        leader = Leader(hall)
        do = hall.submit

        async def move(stage: str) -> None:
            await do("h0", f"move-{hall.state.version}", ev.StageMoved(stage, hall.state.version))  # type: ignore[arg-type]
            await leader.step()

        await do("house", "host", ev.HostSeated("a" * 64))
        await do("h0", "circle", ev.CircleAdded("Tent", "key"))
        for number in range(12):
            await hall.take_seat(f"seat-key-{number:024}", language="en", circle=0)
        for number in range(6):
            await do(f"s{number}", f"say-{number}", ev.DesireSaid(number, f"That we share bread {number}", "en"))
        for seat in range(12):
            for number in range(6):
                if seat != number:
                    await do(f"s{seat}", f"tap-{number}", ev.Responded(seat, number, -1 if seat + number == 9 else 1))
        hall._log.pass_over(hall.state.seq)  # noqa: SLF001  as if the program had failed at the last answer
        hall._rebuild_due = True  # noqa: SLF001
        await move("crossing")
        await hall.erase(11, "erase-me")
        await move("weaving")
        await move("reading")
        for seat in range(6):
            for line in range(len(hall.state.prayers.drafts[0].body.lines)):
                await do(f"s{seat}", f"read-{line}", ev.LineRead(seat, 0, line, "can say"))  # type: ignore[arg-type]
            await do(f"s{seat}", "whole", ev.WholeAffirmed(seat, 0, on=True))
        await move("sealed")
        await do("h0", "end", ev.Ended())
        await leader.step()
        await leader.close()
        await hall.close()

    asyncio.run(play())
    hall = LiveGathering.open(where)
    head, text, length = hall.state.heads.newest, hall.state.prayers.sealed, hall._log.length  # noqa: SLF001
    assert hall.spoiled is None
    hall.shut()
    assert head is not None
    assert len(text) == 1
    assert hall.state.prayers.drafts[text[0].body.draft].body.lines
    return Round(path, head.root, head.size, head.through, length)
