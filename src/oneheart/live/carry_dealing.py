"""Carry dealing: which card about carrying a person who reads two languages is shown while people cross.

There are two kinds: "say this in Spanish", and "do both say the same?". In a round a person has at most two of each,
spread over their cards. The live fit tells the chance of each desire to become a line (`engine.prayer.foreseen`); what
nobody has words for yet is looked up when the person asks for a card, so that only people who are here are asked. A
card that is in somebody's hand is dealt to nobody else, until much has happened since.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart.engine.prayer.carry_work import choose_work, meeting_bonus
from oneheart.live.state import State
from oneheart.live.state.carried import needed
from oneheart.live.state.carried_desires import CARRYINGS_MOST
from oneheart.model.round import Stage

CONSIDERED = 150  # desires with the greatest chance
FORGOTTEN = 300  # events after which a card in somebody's hand is dealt to others too
_AGAIN = 100  # events until it is looked again whether there is a card; fewer among few people
_LEAST = 0.1  # added to the chance of a desire whose words wait for a reader
_STEPS = 2 * CARRYINGS_MOST + 1

CarryKind = Literal["say", "same"]


@dataclass(frozen=True, slots=True)
class CarryCard:
    """A card about carrying in a person's hand.

    Attributes:
        kind: "say": say the desire in another language; "same": do both say the same?
        desire: number of the desire.
        language: language code of the new words.
        via: place in the log of the carried words that the person is shown; None for the desire's own words.
        carried: place in the log of the new words; None while there are none.
    """

    kind: CarryKind
    desire: int
    language: str
    via: int | None = None
    carried: int | None = None


class CarryDealer:
    """Deals cards about carrying from one state, and remembers the card in each person's hand.

    Attributes:
        chance: (M,) chance of each desire to become a line, 0 to 1, by the last fit; later desires have none.
        hand: by seat: the card that the person is shown, and the place in the log when it was dealt.

    Example:
        >>> CarryDealer(State(), rng=np.random.default_rng(0)).hand
        {}
    """

    def __init__(self, state: State, *, rng: np.random.Generator) -> None:
        """Begin without chances; before the first fit nothing is dealt."""
        self.chance: npt.NDArray[np.float64] = np.zeros(0)
        self.hand: dict[int, tuple[CarryCard, int]] = {}
        self._state, self._rng = state, rng
        self._nothing: dict[int, int] = {}  # by seat: place in the log when there was no card

    def card(self, seat: int, *, finished: bool = False) -> CarryCard | None:
        """Return the card in a person's hand; deal one if it is time for it. None if there is none now.

        O(considered desires x languages + carried words) for people who read two languages, else O(languages).

        Args:
            seat: number of the seat.
            finished: true if they have no other cards to answer, so that nothing is spread any more.
        """
        state = self._state
        if state.stage is not Stage.CROSSING or state.ended:
            return None
        reads = [language for language in state.languages if state.people.reads(seat, language)]
        if len(reads) < 2:  # noqa: PLR2004  one carries between two languages
            return None
        in_hand = self.hand.pop(seat, None)
        if in_hand is not None and self._open(seat, in_hand[0]):
            self.hand[seat] = in_hand
            return in_hand[0]
        loads = state.desires.carried.load(seat)
        is_time = finished or self._is_time(seat, sum(loads))
        if min(loads) >= CARRYINGS_MOST or not is_time or self._just_looked(seat):
            return None
        kinds: list[CarryKind] = ["say", "same"] if loads[0] <= loads[1] else ["same", "say"]
        for kind in kinds:
            card = self._say(seat, reads) if kind == "say" else self._same(seat)
            if card is not None:
                self.hand[seat] = card, state.seq
                return card
        self._nothing[seat] = state.seq
        return None

    def _just_looked(self, seat: int) -> bool:
        """Return whether there was no card for a person a few events ago."""
        events = self._state.seq - self._nothing.get(seat, -_AGAIN)
        return events < min(_AGAIN, self._state.people.count // 10)

    def _is_time(self, seat: int, had: int) -> bool:
        """Return whether a card about carrying is due, by how many cards a person has answered."""
        settings = self._state.settings
        return settings is not None and self._state.cards(seat) * _STEPS >= settings.cards * (had + 1)

    def _open(self, seat: int, card: CarryCard) -> bool:
        """Return whether a card may still be answered and is still of use."""
        state, carried = self._state, self._state.desires.carried
        if not state.travels[card.desire] or card.language not in state.languages:
            return False
        if card.carried is not None:
            return self._may_confirm(seat, card.carried)
        if carried.load(seat)[0] >= CARRYINGS_MOST or not state.people.reads(seat, card.language):
            return False
        passed = (card.desire, card.language) in carried.passed.get(seat, ())
        if passed or card.language in carried.open_words(card.desire, state.people):
            return False
        return card.via is None or carried.may_be_read(card.via, state.desires, state.people)

    def _in_hands(self, seat: int) -> list[CarryCard]:
        """Return the cards that others were dealt not long ago."""
        since = self._state.seq - max(FORGOTTEN, 2 * self._state.people.count)
        return [card for other, (card, dealt) in self.hand.items() if other != seat and dealt > since]

    def _chance_of(self, desire: int) -> float:
        return float(self.chance[desire]) if desire < len(self.chance) else 0.0

    # --- say this in another language ---

    def _say(self, seat: int, reads: list[str]) -> CarryCard | None:
        state, carried = self._state, self._state.desires.carried
        if carried.load(seat)[0] >= CARRYINGS_MOST or not len(self.chance):
            return None
        chance = np.where(state.travels[: len(self.chance)], self.chance, 0.0)
        desires = np.argsort(-chance, kind="stable")[:CONSIDERED]
        desires = desires[chance[desires] > 0]
        codes = state.languages
        place = {code: number for number, code in enumerate(codes)}
        desires = np.asarray([n for n in desires.tolist() if state.desires[n].language in place], np.intp)
        own = np.asarray([place[state.desires[n].language] for n in desires.tolist()], np.intp)
        has, taken = np.zeros((2, len(desires), len(codes)), bool)
        has[np.arange(len(desires)), own] = True
        row_of = {number: row for row, number in enumerate(desires.tolist())}
        for number, row in row_of.items():
            for code in carried.open_words(number, state.people) & place.keys():
                taken[row, place[code]] = True
                if carried.best(number, code, state.desires, state.people) is not None:
                    has[row, place[code]] = True
        others = [(card.desire, card.language) for card in self._in_hands(seat) if card.kind == "say"]
        for number, code in (*others, *carried.passed.get(seat, ())):
            if number in row_of and code in place:
                taken[row_of[number], place[code]] = True
        mask = np.asarray([code in reads for code in codes])
        share = np.asarray([state.people.readers_of(code) for code in codes]) / max(1, state.people.count)
        work = choose_work(chance[desires], own, has, taken, mask, share=share, rng=self._rng)
        if work is None:
            return None
        number, source = int(desires[work.desire]), codes[work.source]
        own_words = state.desires[number].language == source
        via = None if own_words else carried.best(number, source, state.desires, state.people)
        return CarryCard("say", number, codes[work.language], via)

    # --- do both say the same? ---

    def _may_confirm(self, seat: int, seq: int) -> bool:
        """Return whether a person may be asked about carried words that still need a reader."""
        state, words = self._state, self._state.desires.carried.words.get(seq)
        if words is None or words.has_had(seat) or not state.travels[words.desire]:
            return False
        reads_both = state.people.reads(seat, words.source) and state.people.reads(seat, words.language)
        full = state.desires.carried.load(seat)[1] >= CARRYINGS_MOST
        readable = state.desires.carried.may_be_read(seq, state.desires, state.people)
        return bool(reads_both) and not full and readable and not words.agreed(state.people)

    def _same(self, seat: int) -> CarryCard | None:
        state, carried = self._state, self._state.desires.carried
        if carried.load(seat)[1] >= CARRYINGS_MOST:
            return None
        asked = [card.carried for card in self._in_hands(seat)]
        held = Counter(words.language for seq, words in carried.words.items() if carried.holds(seq, state.people))
        worth: dict[int, float] = {}
        for seq, words in carried.words.items():
            answers = len(words.confirmed) - len(words.denied) + asked.count(seq)
            if answers < needed(words, words.source, state.people) and self._may_confirm(seat, seq):
                share = state.people.readers_of(words.language) / max(1, state.people.count)
                worth[seq] = (_LEAST + self._chance_of(words.desire)) * float(
                    meeting_bonus(share, held[words.language])
                )
        if not worth:
            return None
        best = [seq for seq, value in worth.items() if value == max(worth.values())]
        seq = best[int(self._rng.random() * len(best))]
        words = carried.words[seq]
        return CarryCard("same", words.desire, words.language, words.via, seq)
