"""What a host did, in the words of the hosts' log."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.model.gathering import Door
from oneheart.model.round import Stage
from oneheart.web.said import IN_ONE_CIRCLE, STAGES
from oneheart.web.words import Plain, Words


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


DONE: dict[str, str] = {
    "settings": _t("changed the settings"),
    "circle": _t("added a circle"),
    "circle changed": _t("changed the name or the size of a circle"),
    "contacts": _t("brought in a list of who was near whom"),
    "contacts out": _t("took a list of who was near whom out again"),
    "circle moved": _t("put a circle inside another one, or took it out"),
    "phone lost": _t("gave the place of a lost phone a new card"),
    "duty given": _t("gave the duty of a circle, or ended it"),
    "occasion": _t("added an occasion"),
    "occasion changed": _t("changed the name, the time or the code of an occasion"),
    "cards": _t("printed cards"),
    "sheets": _t("printed sheets of paper"),
    "sheet typed": _t("typed a sheet of paper in"),
    "seat": _t("gave a person on paper a place"),
    "seats revoked": _t("set seats aside"),
    "seat closed": _t("closed a place, or opened it again"),
    "seats restored": _t("let seats count again that were set aside"),
    "door": _t("set the door"),
    "output": _t("took a report, an export or the measures"),
    "book": _t("opened a text of the book to everybody, or closed it"),
    "held": _t("said at which occasion a round is held"),
    "seats drawn": _t("drew tables by lot"),
    "stage": _t("moved the stage"),
    "step": _t("went to a step of the programme"),
    "programme": _t("changed the programme"),
    "stage taken back": _t("took the last move of the stage back"),
    "reopened": _t("took the end of the gathering back"),
    "not the same": _t("took back that two desires say the same"),
    "seal taken back": _t("took the seal of the text back"),
    "saying": _t("set the moment at which all say the text"),
    "clock": _t("set the clock"),
    "shown": _t("changed what the hall screen shows"),
    "moderated": _t("decided about a desire"),
    "meta": _t("marked a desire as no wish, or as one"),
    "translated": _t("took two desires in two languages for the same"),
    "host": _t("opened a desk"),
    "host removed": _t("removed a host"),
    "desire": _t("wrote a desire to begin with"),
    "ended": _t("ended the gathering"),
}
"""What a host did, for the hosts' log, by kind of event."""
DOOR_DONE: dict[Door, str] = {
    Door.OPEN: _t("opened the door"),
    Door.CARDS: _t("asked for cards at the door"),
    Door.CLOSED: _t("closed the door"),
}
"""How a host set the door, for the hosts' log."""
OUTPUT_DONE: dict[str, str] = {
    "report": _t("took a report"),
    "export": _t("took an export"),
    "measures": _t("took the measures"),
    "rows": _t("took answers, row by row"),
}
"""What a host took, for the hosts' log."""
STAGE_MOVED = _t("moved the stage to “{stage}”")
"""A move of the stage, for the hosts' log."""
STEP_TAKEN = _t("went to step {number} of the programme")
"""A step of the programme, for the hosts' log."""
_IN_DETAIL = frozenset({"door", "output", "host removed", "stage", "step"})
HOST_REMOVED = _t("removed host {number}")
"""The removal of a host, for the hosts' log."""


def done(kind: str, body: str | None, words: Words, *, apart: bool = True) -> str | None:
    """Return what a host did, for the hosts' log; None for what is no act of a host.

    Args:
        kind: kind of the event.
        body: canonical JSON of the event; None if it is erased.
        words: words of the host's language.
        apart: whether there are circles that can be far apart, see `said.are_apart`.
    """
    match ev.decode(body) if body is not None and kind in _IN_DETAIL else None:
        case ev.DoorSet(door=door):
            said: str | None = DOOR_DONE[door]
        case ev.OutputTaken(output=output, rows=rows):
            said = OUTPUT_DONE["rows" if rows else output]
        case ev.HostRemoved(host=host):
            return words.t(HOST_REMOVED, number=Plain(host + 1))
        case ev.StageMoved(stage=stage):
            named = STAGES[stage] if apart or stage != Stage.CROSSING else IN_ONE_CIRCLE
            return words.t(STAGE_MOVED, stage=words.t(named))
        case ev.StepTaken(step=step):
            return words.t(STEP_TAKEN, number=Plain(step + 1))
        case _:
            said = DONE.get(kind)
    return None if said is None else words.t(said)
