"""Sealing: what stands in the sealed text's record, and whether it is one desire or not yet."""

from __future__ import annotations

from typing import Literal

from oneheart import settings
from oneheart.engine.prayer import rounds
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.reading import LiveDraft
from oneheart.live.state import State

K = int(settings.K_ANONYMITY.value)
OWN_LINE_LEAST = 0.95
SHARE_MOST = 1.0
Missing = Literal["no lines", "few readers", "a line", "the whole", "own line", "share"]


def missing_of(state: State, draft: LiveDraft) -> tuple[Missing, ...]:
    """Return which conditions of "one desire" do not hold, in a fixed order; () where it is one.

    Everybody of fewer than twelve has to be heard; of more people, what a share surely exceeds is asked for.
    """
    if not draft.body.lines:
        return ("no lines",)
    people = state.people()
    judged = judging.judge(state, draft)
    readers = {seat for said in draft.said for seat in said} | draft.whole
    out: list[Missing] = []
    few = people < judging.FEW
    if len(readers) < (people if few else min(people, rounds.READERS_LEAST)):
        out.append("few readers")
    if any(line.verdict != "stands" for line in judged):
        out.append("a line")
    if not _whole_affirmed(len(draft.whole), people if few else len(readers), few=few):
        out.append("the whole")
    if draft.body.coverage is not None and draft.body.coverage < OWN_LINE_LEAST:
        out.append("own line")
    if draft.body.share_index is not None and draft.body.share_index > SHARE_MOST:
        out.append("share")
    return tuple(out)


def _whole_affirmed(count: int, asked: int, *, few: bool) -> bool:
    return count == asked if few else rounds.whole_is_affirmed(count, asked)


def seal(state: State, root: str) -> ev.TextSealed:
    """Return the event that freezes the text of this round.

    Args:
        state: in the stage "sealed", with a draft.
        root: Merkle root of the log so far, hexadecimal.
    """
    draft = state.prayers.of_round(state.round)
    assert draft is not None  # noqa: S101  the leader looks first
    missing = missing_of(state, draft)
    readers = {seat for said in draft.said for seat in said} | draft.whole
    return ev.TextSealed(
        draft=len(state.prayers.drafts) - 1,
        digest=judging.digest_of(state, draft),
        root=root,
        status="not yet" if missing else "one desire",
        missing=list(missing),
        people=len(readers) // K * K,
        share="estimated" if draft.body.share_index is not None else "",
    )
