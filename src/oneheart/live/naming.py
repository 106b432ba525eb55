"""Naming: hosts give an occasion other names, also in a language that the gathering took up later."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Names, Number, Text
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.typed_words import clean_name
from oneheart.live.wordings import kept_names
from oneheart.model import actor


class OccasionNameAsked(Input, frozen=True):
    """A host gives an occasion other names.

    Attributes:
        occasion: number of the occasion.
        name: the new name.
        names: the new names by language code, all of them; None to keep the present ones.
    """

    occasion: Number
    name: Text
    names: Names | None = None


async def rename_occasion(gathering: LiveGathering, host: int, asked: OccasionNameAsked) -> Kept:
    """Give an occasion other names.

    Raises:
        Refused: UNKNOWN; WORDS: the name is empty; LANGUAGE: a name is in a language that the gathering does not have.
    """
    state, name = gathering.state, clean_name(asked.name)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    present = state.occasions[asked.occasion].names if state.company.knows(asked.occasion) else {}
    body = ev.OccasionChanged(asked.occasion, name, kept_names(state, asked.names, present))
    return await gathering.submit(actor.host(host), asked.key, body)
