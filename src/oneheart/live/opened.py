"""Opened: the words of desires as one person may read them, each with the alias for what the person may do with it.

This is the only way by which words of a desire reach a person. Pages of people and the API ask here, and look up no
desire by its number; `make structure` checks that. `Desires.readable_by` holds the rule. Hosts read at their desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oneheart.live import challenging, circles, drafting, matching, queues
from oneheart.live.carry_dealing import CarryKind
from oneheart.live.gathering import LiveGathering
from oneheart.live.offered import Purpose, alias_for
from oneheart.model.desire import Moderation
from oneheart.model.round import Stage


@dataclass(frozen=True, slots=True)
class OpenedDesire:
    """A desire whose words a person may read.

    Attributes:
        alias: alias of the desire, made for this person and one purpose.
        text: the words; in the person's language if a joined desire has words in it.
        language: language code of the words.
        stem: code of the stem that the words continue; "" for none.
    """

    alias: str
    text: str
    language: str
    stem: str


@dataclass(frozen=True, slots=True)
class OpenedChallenger:
    """A desire about which a person is asked whether they want it, while they read.

    It is a challenger, a desire outside the text that was drawn at random for them, or what a line says.

    Attributes:
        words: its words.
        stance: the person's answer: 1, 0 or -1; None while unanswered.
    """

    words: OpenedDesire
    stance: int | None


@dataclass(frozen=True, slots=True)
class OpenedCarrying:
    """A card about carrying a desire into another language.

    Attributes:
        kind: "say": say it in another language; "same": do both say the same?
        words: the words that the person is shown, with the alias for what they may do.
        language: language code of the new words.
        new: the new words; "" while there are none.
        draft: of a card "say": a machine's draft of the new words, which nobody has checked; "" for none.
        mark: mark of that draft; "" for none.
        drafted: of a card "same": whether a machine drafted the new words and one person took them unchanged.
    """

    kind: CarryKind
    words: OpenedDesire
    language: str
    new: str
    draft: str = ""
    mark: str = ""
    drafted: bool = False


def _words(gathering: LiveGathering, purpose: Purpose, seat: int, number: int) -> OpenedDesire:
    words = gathering.state.card_table.words(number, seat)
    return OpenedDesire(alias_for(gathering, purpose, seat, number), words.text, words.language, words.stem)


def read(gathering: LiveGathering, seat: int, number: int, purpose: Purpose = Purpose.CARD) -> OpenedDesire | None:
    """Return the words of a desire; None unless this person may read them. O(own desires)."""
    if not gathering.state.readable_by(seat, number):
        return None
    return _words(gathering, purpose, seat, number)


def read_own(gathering: LiveGathering, seat: int, number: int) -> OpenedDesire | None:
    """Return a person's own desire in their own words; None if it is not theirs or erased. O(1)."""
    desires = gathering.state.desires
    if not desires.owns(seat, number) or not gathering.state.readable_by(seat, number):
        return None
    desire = desires[number]
    return OpenedDesire(alias_for(gathering, Purpose.OWN, seat, number), desire.text, desire.language, desire.stem)


def turned_away(gathering: LiveGathering, seat: int) -> frozenset[int]:
    """Return the numbers of a person's own desires that hosts did not take further. O(own desires)."""
    desires = gathering.state.desires
    own = gathering.state.seats[seat].desires
    return frozenset(
        number for number in own if desires[number].moderation is Moderation.REJECTED and desires[number].stands
    )


def card_in_hand(gathering: LiveGathering, seat: int) -> OpenedDesire | None:
    """Return the card that a person is shown; None if there is none. O(M) for a new card, O(1) for the same again."""
    dealt = gathering.card(seat)
    return None if dealt is None else _words(gathering, Purpose.CARD, seat, dealt.desire)


def cards_lying(gathering: LiveGathering, seat: int, count: int) -> list[OpenedDesire]:
    """Return up to `count` cards that lie before a person for whom somebody types; [] while no cards are dealt."""
    state = gathering.state
    if not state.stage.takes_responses or state.ended:
        return []
    dealt = gathering.dealer.cards_lying(seat, count)
    return [_words(gathering, Purpose.CARD, seat, card.desire) for card in dealt]


def carrying_in_hand(gathering: LiveGathering, seat: int, *, finished: bool = False) -> OpenedCarrying | None:
    """Return the card about carrying that a person is shown; None if there is none now. See `live.carry_dealing`."""
    card = gathering.dealer.carrying.card(seat, finished=finished)
    if card is None:
        return None
    desires, words = gathering.state.desires, gathering.state.desires.carried.words
    desire = desires[card.desire]
    text, language = (
        (desire.text, desire.language) if card.via is None else (words[card.via].text, words[card.via].language)
    )
    if card.carried is not None:
        alias = alias_for(gathering, Purpose.SAME_WORDS, seat, card.carried)
    elif card.via is not None:
        alias = alias_for(gathering, Purpose.SAY_ON, seat, card.via)
    else:
        alias = alias_for(gathering, Purpose.SAY_IN, seat, card.desire)
    shown = OpenedDesire(alias, text, language, "" if card.via else desire.stem)
    if card.carried is not None:
        new = words[card.carried]
        return OpenedCarrying(card.kind, shown, card.language, new.text, drafted=new.drafted)
    draft = drafting.draft_for(gathering, seat, drafting.of_card(gathering.state, card), card.language)
    text = "" if draft is None else drafting.in_box(draft, shown.stem)
    mark = drafting.mark_of(gathering, card.language, text) if text else ""
    return OpenedCarrying(card.kind, shown, card.language, "", text, mark)


def on_sheet(
    gathering: LiveGathering, desires: Sequence[int], languages: Sequence[str]
) -> list[list[tuple[str, str, str]]]:
    """Return the words of desires on a sheet of paper, for whoever prints or types it: (text, language, stem).

    Each desire has words in each of some languages in which it can be met, and its own words. A desire that its author
    took back, or that is kept back, has none. O(desires languages).
    """
    state = gathering.state
    out = []
    for number in desires:
        desire = state.desires[number]
        there = desire.stands and not state.desires.kept_back(number, state.course)
        met = [state.card_table.in_language(number, language) for language in languages] if there else []
        words = [(one.text, one.language, one.stem) for one in met if one is not None]
        own = [(desire.text, desire.language, desire.stem)] if there else []
        out.append([*dict.fromkeys([*words, *own])])
    return out


def similar_to(gathering: LiveGathering, seat: int, number: int) -> list[OpenedDesire]:
    """Return what is offered as similar to a person's own desire, the most similar first; only these can be joined.

    [] where the desire is not theirs, or is withdrawn or joined already.
    """
    desires = gathering.state.desires
    if not desires.owns(seat, number) or not desires[number].own:
        return []
    similar = ((other, desires[other]) for other in matching.similar(gathering.state, number))
    return [
        OpenedDesire(alias_for(gathering, Purpose.JOIN, seat, other), desire.text, desire.language, desire.stem)
        for other, desire in similar
    ]


def has_same_words(gathering: LiveGathering, seat: int, number: int) -> bool:
    """Return whether the server joined a person's own desire to another one with the same words."""
    desires = gathering.state.desires
    return desires.owns(seat, number) and desires[number].matched


def lots_of(gathering: LiveGathering, seat: int) -> list[OpenedChallenger]:
    """Return what a person is asked whether they want it while they read; in the second reading only what is new."""
    state = gathering.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not state.stage.takes_readings:
        return []
    stances = draft.challenged.get(seat, {})
    return [
        OpenedChallenger(_words(gathering, Purpose.CARD, seat, number), stances.get(number))
        for number in challenging.to_answer(state, draft, seat)
        if number not in stances or state.stage is Stage.READING
    ]


def queue_of(gathering: LiveGathering, host: int) -> list[tuple[OpenedDesire, int]]:
    """Return the desires that wait for a decision, each with its version, for one host; sorted by text. O(M)."""
    desires = gathering.state.desires
    queued = [
        (
            OpenedDesire(
                alias_for(gathering, Purpose.HOST, host, number),
                desires[number].text,
                desires[number].language,
                desires[number].stem,
            ),
            desires[number].version,
        )
        for number in queues.waiting(gathering.state)
    ]
    return sorted(queued, key=lambda pair: pair[0].text)  # the numbers show the order in which people spoke


def carried_at_desk(gathering: LiveGathering, host: int) -> list[tuple[OpenedCarrying, int, Moderation]]:
    """Return the words of desires in other languages for one host: each with its version and the last decision.

    Sorted by text: their order would show in which order people spoke. O(carried words).
    """
    desires = gathering.state.desires
    out = []
    for seq in desires.carried.at_desk(desires):
        words = desires.carried.words[seq]
        desire = desires[words.desire]
        alias = alias_for(gathering, Purpose.HOST_WORDS, host, seq)
        shown = OpenedDesire(alias, desire.text, desire.language, desire.stem)
        card = OpenedCarrying("same", shown, words.language, words.text, drafted=words.drafted)
        out.append((card, words.version, words.moderation))
    return sorted(out, key=lambda entry: (entry[0].new, entry[0].words.text))


def listed_in_circle(gathering: LiveGathering, seat: int) -> tuple[list[OpenedDesire], list[OpenedDesire]]:
    """Return what the people of a steward's circle want, and the three of these nearest to all; both sorted by text.

    Both are empty for anybody but a steward, and for fewer than k people; see `circles.own_desires`. O(M).
    """
    state = gathering.state
    circle = state.people.serves(seat)
    if circle is None:
        return [], []
    listed = circles.own_desires(state, circle, seat)
    words = [
        OpenedDesire(alias_for(gathering, Purpose.CIRCLE, seat, number), desire.text, desire.language, desire.stem)
        for number, desire in listed
    ]
    nearest = circles.nearest_to_all(state, circle, listed)
    near = [its for its, (_, desire) in zip(words, listed, strict=True) if any(desire is other for other in nearest)]
    return words, near
