"""What the house does by itself in a round, one act at a time, for tests that walk at random without a leader."""

from __future__ import annotations

from collections.abc import Sequence

from oneheart.live import events as ev
from oneheart.live import headings, sealed_record
from oneheart.live.judging import digest_of, draft_anew
from oneheart.live.sealed_record import carries_sealed
from oneheart.live.snapshot import text_lines
from oneheart.live.state import State
from oneheart.model.round import Stage
from oneheart.model.verdict import Status


def house_act(state: State, chosen: Sequence[int]) -> ev.AnyBody | None:  # noqa: PLR0911  one for each act
    """Return what the house does next: weave, weave anew, seal, or move on at the moment; None for nothing.

    Args:
        state: state of the gathering.
        chosen: numbers of the desires that the next first draft says.
    """
    prayers, draft = state.prayers, state.prayers.of_round(state.round)
    if state.stage is Stage.WEAVING and (draft is None or draft.body.version != state.version):
        return ev.DraftWoven(state.version, [ev.WovenLine([n]) for n in chosen if state.desires[n].text])
    if draft is None:
        return None
    if state.stage is Stage.READING and prayers.was_sealed(len(prayers.drafts) - 1):
        return draft_anew(state, draft)
    if state.stage is Stage.SECOND_READING and not draft.second:
        lines = [
            ev.WovenLine(line.cites, draft.amendments.get(n, line.amendment), n, changed=n in draft.amendments)
            for n, line in enumerate(draft.body.lines)
        ]
        return ev.DraftWoven(state.version, lines)
    if state.stage is Stage.SEALED and prayers.sealed_of(state.round) is None:
        number, digest = len(prayers.drafts) - 1, digest_of(state, draft)
        carried = carries_sealed(digest, text_lines(state, number))
        return ev.TextSealed(number, digest, "e" * 64, Status.ONE_DESIRE, share="certified", carried=carried)
    if headings.heading_of(state) is None and sealed_record.moment(state) is not None:
        return ev.StageMoved(Stage.SAID, state.version)
    return None
