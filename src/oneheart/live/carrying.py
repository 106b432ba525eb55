"""Carrying, as people and hosts do it: say a desire or a line in another language, confirm, accept or reject words.

Words in another language are kept as a whole sentence, with the beginning that the own words continue. Whoever reads
no own words of a line carries it from the confirmed words that they read; others then confirm it against these.

The rules stand in `live.state.carried_desires` and `live.state.meeting`, and `live.carry_dealing` deals the cards. An
alias of a card permits exactly what the card asks for; it stays valid, so that words typed without network count when
it is back.
"""

from __future__ import annotations

from oneheart.live import drafting
from oneheart.live import events as ev
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Alias, CarryingAsked, ConfirmingAsked, Input, Language, Mark, Number, Text
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.smoothing import worded
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
        mark: mark of the machine's draft that stood in the box; "" for none.
    """

    desire: Alias
    language: Language
    text: Text = ""
    skip: bool = False
    mark: Mark = ""


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
    drafted = bool(words) and drafting.is_untouched(gathering, asked.language, words, asked.mark)
    body = ev.DesireCarried(seat, desire, asked.language, whole, via, drafted)
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


# --- lines of a draft -------------------------------------------------------------------------------------------------


async def carry_line(gathering: LiveGathering, seat: int, asked: CarryingAsked) -> Kept:
    """Keep a translation of a line. Others who read both languages must confirm it.

    Raises:
        Refused: WORDS, LANGUAGE, CLOSED, UNKNOWN; CANNOT_READ: they said that they do not read one of the languages.
    """
    state, (draft, line) = gathering.state, (asked.draft, asked.line)
    words, _ = clean_words(asked.text)
    language = named_language(state, words, asked.language or state.seats[seat].language)
    via, stem = None, ""
    if state.prayers.language_of(draft, line, state.desires):
        via = state.meetings.carried_from(seat, draft, line)
        stem = "" if via is not None else worded(state, state.prayers.drafts[draft].body.lines[line]).stem
    drafted = drafting.is_untouched(gathering, language, words, asked.mark)
    body = ev.LineCarried(seat, draft, line, language, with_beginning(stem, words, language), via, drafted)
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def confirm_carried(gathering: LiveGathering, seat: int, asked: ConfirmingAsked) -> Kept:
    """Keep that a reader of both languages confirms a translated line, or remove it.

    The words may be those of the desire that the line says; then these are confirmed.

    Raises:
        Refused: NOT_YOURS: they translated it themselves; UNKNOWN.
    """
    carried = desire_behind(gathering, Purpose.TRANSLATION, seat, asked.carried)
    if carried is None:
        raise Refused(Refusal.UNKNOWN)
    if carried in gathering.state.desires.carried.words:
        body: ev.AnyBody = ev.DesireCarryConfirmed(seat, carried, True if asked.on else None)
    else:
        body = ev.CarryConfirmed(seat, carried, asked.on)
    return await gathering.submit(actor.seat(seat), asked.key, body)


# --- hosts ------------------------------------------------------------------------------------------------------------


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
