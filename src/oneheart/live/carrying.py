"""Carrying, as people and hosts do it: say a desire in another language, confirm such words, accept or reject them.

The rules stand in `live.state.carried_desires`, and `live.carry_dealing` deals the cards. An alias of a card permits
exactly what the card asks for; it stays valid, so that words typed without network count when it is back.
"""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Alias, Input, Language, Number, Text
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.typed_words import clean_words, named_language, with_beginning
from oneheart.model import actor
from oneheart.model.desire import Decision


class WordsAsked(Input, frozen=True):
    """A person says a desire in another language, or passes that on.

    Attributes:
        desire: alias of the words that they were shown.
        language: language code in which they say it.
        text: the same in this language; it is left out if they pass.
        skip: true to pass it on.
    """

    desire: Alias
    language: Language
    text: Text = ""
    skip: bool = False


class SameWordsAsked(Input, frozen=True):
    """A reader of two languages says whether words in both say the same, or passes.

    Attributes:
        carried: alias of the new words.
        same: "yes", "no" or "skip".
    """

    carried: Alias
    same: str


class WordsModerationAsked(Input, frozen=True):
    """A host accepts or rejects the words of a desire in another language (optimistic lock).

    Attributes:
        carried: alias of the words.
        decision: "accepted" or "rejected".
        version: version of the words.
    """

    carried: Alias
    decision: Decision
    version: Number


_SAME: dict[str, bool | None] = {"yes": True, "no": False, "skip": None}


async def say_in_language(gathering: LiveGathering, seat: int, asked: WordsAsked) -> Kept:
    """Keep the words of a desire in another language, or that a person passed it on.

    Raises:
        Refused: WORDS; LANGUAGE; UNKNOWN: they were not asked for it, or the desire is gone; NOT_YOURS: they do not
            read both languages; QUOTA: they said two in this round; CLOSED: the text is sealed.
    """
    named_language(gathering.state, asked.text, asked.language)
    words = "" if asked.skip else clean_words(asked.text, asked.language)[0]
    desire, via = desire_behind(gathering, Purpose.SAY_IN, seat, asked.desire), None
    if desire is None:
        via = desire_behind(gathering, Purpose.SAY_ON, seat, asked.desire)
        carried = gathering.state.desires.carried.words
        desire = carried[via].desire if via in carried else None
    if desire is None:
        raise Refused(Refusal.UNKNOWN)
    stem = gathering.state.desires[desire].stem if via is None else ""  # carried words are whole sentences
    whole = words and with_beginning(stem, words, asked.language)
    body = ev.DesireCarried(seat, desire, asked.language, whole, via)
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def say_whether_same(gathering: LiveGathering, seat: int, asked: SameWordsAsked) -> Kept:
    """Keep whether the words of a desire in another language say the same, or that a reader passed it on.

    Raises:
        Refused: UNKNOWN: they were not asked, or the words are gone; NOT_YOURS: they said them, or do not read both
            languages; QUOTA: they confirmed two in this round; CLOSED: the text is sealed.
    """
    carried = desire_behind(gathering, Purpose.SAME_WORDS, seat, asked.carried)
    if carried is None or asked.same not in _SAME:
        raise Refused(Refusal.UNKNOWN)
    body = ev.DesireCarryConfirmed(seat, carried, _SAME[asked.same])
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def moderate_words(gathering: LiveGathering, host: int, asked: WordsModerationAsked) -> Kept:
    """Accept or reject the words of a desire in another language.

    Raises:
        Refused: STALE, UNKNOWN.
    """
    carried = desire_behind(gathering, Purpose.HOST_WORDS, host, asked.carried)
    words = None if carried is None else gathering.state.desires.carried.words.get(carried)
    if words is None:
        raise Refused(Refusal.UNKNOWN)
    body = ev.Moderated(words.desire, asked.decision, version=asked.version, carried=carried)
    return await gathering.submit(actor.host(host), asked.key, body)
