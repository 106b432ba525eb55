"""A gathering that the test leads by itself: the house weaves and seals nothing."""

from __future__ import annotations

from typing import Any

from oneheart.live import events as ev
from oneheart.live.leading import Leader


async def led_by_the_test(_leader: Leader) -> None:
    """Let the house weave and seal nothing by itself."""


async def read_one_line(gathering: Any, wish: int) -> None:
    """Begin the reading of one line."""
    version = gathering.state.version
    await gathering.submit("h0", "to-weaving", ev.StageMoved("weaving", version))
    await gathering.submit("house", "draft", ev.DraftWoven(version + 1, [ev.WovenLine([wish])]))
    await gathering.submit("h0", "to-reading", ev.StageMoved("reading", version + 1))
