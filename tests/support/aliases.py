"""Aliases of desires for tests, made as the server makes them; a test names desires by their numbers."""

from __future__ import annotations

from typing import Any

from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.offered import Purpose, alias_for

PURPOSES: dict[tuple[type[ask.Input], str], Purpose] = {
    (ask.DesireAsked, "grew_from"): Purpose.CARD,
    (ask.JoinAsked, "desire"): Purpose.OWN,
    (ask.JoinAsked, "same_as"): Purpose.JOIN,
    (ask.DesireNamed, "desire"): Purpose.OWN,
    (ask.DesireLanguageAsked, "desire"): Purpose.OWN,
    (ask.UnreadAsked, "desire"): Purpose.CARD,
    (ask.ResponseAsked, "desire"): Purpose.CARD,
    (ask.ChallengerAsked, "desire"): Purpose.CARD,
    (ask.ConfirmingAsked, "carried"): Purpose.TRANSLATION,
    (ask.CircleLineAsked, "grew_from"): Purpose.CIRCLE,
    (ask.CarriedDesireAsked, "desire"): Purpose.CIRCLE,
    (ask.ModerationAsked, "desire"): Purpose.HOST,
    (ask.MetaAsked, "desire"): Purpose.HOST,
    (ask.ShownAsked, "desire"): Purpose.HOST,
    (ask.SameAsked, "desire"): Purpose.HOST,
    (ask.SameAsked, "same_as"): Purpose.HOST,
}
"""The purpose of each field of an input that names a desire or a translation."""


def named(gathering: LiveGathering, holder: int, kind: type[ask.Input], fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an input with each number of a desire replaced by the alias that its holder would be given.

    A value that is no number stays, so that a test can send another one's alias.
    """
    return {
        name: alias_for(gathering, PURPOSES[kind, name], holder, value)
        if (kind, name) in PURPOSES and isinstance(value, int)
        else value
        for name, value in fields.items()
    }


def host_alias(gathering: LiveGathering, number: int, host: int = 0) -> str:
    """Return the alias of a desire for a host."""
    return alias_for(gathering, Purpose.HOST, host, number)
