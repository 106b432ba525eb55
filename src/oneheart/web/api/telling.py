"""Telling: values of the state as the structs that operations of the API answer with."""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.live import opened
from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import Snapshot
from oneheart.live.standing_out import Group
from oneheart.web.api.types import CarryingTold, DesireTold, GroupTold, ShownDesireTold, SnapshotTold
from oneheart.web.streams import event_id


def group_told(group: Group) -> GroupTold:
    """Return a group of seats that stands out, for hosts."""
    seats = disclosure.show_steps(len(group.seats))
    return GroupTold(group.token, group.kind, seats, group.first, group.last, group.reason)


def desire_told(words: opened.OpenedDesire) -> DesireTold:
    """Return the words of a desire with the alias for what their reader may do."""
    return DesireTold(words.alias, words.text, words.language)


def carrying_told(gathering: LiveGathering, seat: int) -> CarryingTold:
    """Return the next card about carrying of a person; a card of no kind while there is none."""
    card = opened.carrying_in_hand(gathering, seat, finished=True)
    if card is None:
        return CarryingTold("")
    shown = desire_told(card.words)
    return CarryingTold(card.kind, shown, card.language, card.new, card.draft, card.mark, card.drafted)


def snapshot_told(gathering: LiveGathering, snapshot: Snapshot) -> SnapshotTold:
    """Return what everybody sees of a gathering at a tick."""
    return SnapshotTold(
        mark=event_id(gathering, snapshot),
        stage=snapshot.stage.value,
        round=snapshot.round,
        people=snapshot.people,
        desires=snapshot.desires,
        responses=snapshot.responses,
        demand=snapshot.demand,
        circles=snapshot.circles,
        circles_done=snapshot.circles_done,
        shown=[ShownDesireTold(shown.text, shown.language) for shown in snapshot.shown],
        clock_end=snapshot.clock_end,
        ended=snapshot.ended,
    )
