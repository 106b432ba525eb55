"""Dealing: choose the next card of a person, in microseconds, while their request is answered.

The fitted model draws a deck for everybody ahead of time, outside the request (`live.fitting`). Here a card is taken
from the person's deck. A person's first two cards, a tenth of the later ones, and every card beyond the deck are
probes: a random one of the desires about which their circle was probed least. Answers to probes are a fair sample, from
which oneness is measured. While people hear their own circle only, a probe is no fair sample of the gathering; it goes
to what the circle has seen least, and is not marked. While the round is open, a person's first card is in words that
they read, if there are any; it is no probe where others are in other languages. In crossing some cards are desires of
other languages in carried words (`state.card_words`), so that languages meet. A person is shown the same card until
they answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire.probes import FAR_LANGUAGE_FIRST, FAR_LANGUAGE_SHARE, FIRST_PROBES, PROBE_SHARE
from oneheart.live.carry_dealing import CarryDealer
from oneheart.live.decks import Decks, Fitted
from oneheart.live.state import State
from oneheart.model.round import Stage

_FRESH = 40  # events for which a list of desires in carried words is used again
ENOUGH_ELSEWHERE = 4  # with fewer desires of other circles, those of the own circle are dealt too


@dataclass(frozen=True, slots=True)
class Dealt:
    """A card in a person's hand.

    Attributes:
        desire: number of the desire.
        propensity: probability with which it was dealt, above 0 to 1.
        probe: chosen without regard to what anybody answered, among the desires of all others.
    """

    desire: int
    propensity: float
    probe: bool = False


def _uniform(digest: bytes) -> Callable[[], float]:
    """Return a function that gives eight numbers in [0, 1), one after the other, from a digest of 64 bytes."""
    numbers = iter(range(0, 64, 8))

    def draw() -> float:
        at = next(numbers)
        return (int.from_bytes(digest[at : at + 8], "big") >> 11) / 2**53

    return draw


class Dealer:
    """Deals cards from one state, and remembers the card in each person's hand.

    Attributes:
        state: of the gathering.
        hand: by seat: the card that the person is shown.
        lying: by seat: the cards that lie before a person at once, for whom somebody types.
        decks: drawn ahead by the model; None before the first fit.
        carrying: deals cards about carrying to people who read two languages.
        told: called with each card that comes into somebody's hand; None if nobody asks.

    Example:
        >>> Dealer(State(), rng=np.random.default_rng(0)).hand
        {}
    """

    def __init__(self, state: State, *, rng: np.random.Generator, key: str = "") -> None:
        """Begin without decks.

        Args:
            state: state of the gathering.
            rng: source of random choices for paper and cards about carrying, and without a key for all.
            key: secret from which all choices of a person's card follow, with their seat and how many cards they
                answered: every process that holds the same state and decks deals the same card.
        """
        self.state = state
        self.told: Callable[[int, Dealt], None] | None = None
        self._key = key.encode()
        self._draws: Callable[[], float] = rng.random
        self.hand: dict[int, Dealt] = {}
        self.lying: dict[int, list[Dealt]] = {}
        self.decks: Decks | None = None
        self.carrying = CarryDealer(state, rng=rng)
        self._next: dict[int, int] = {}
        self._met: dict[object, tuple[int, list[int]]] = {}
        self._rng = rng

    def go_on_from(self, before: Dealer) -> None:
        """Keep the cards in people's hands and the decks of a state that was computed again with the same numbers."""
        self.hand, self.lying, self.decks, self._next = before.hand, before.lying, before.decks, before._next
        self.carrying.hand, self.carrying.chance = before.carrying.hand, before.carrying.chance

    def take_hands(self, cards: Mapping[int, Dealt]) -> None:
        """Take cards into people's hands that other processes dealt, without those that are answered by now."""
        seats, desires = len(self.state.seats), len(self.state.desires)
        for seat, card in cards.items():
            if seat < seats and card.desire < desires and self._open(seat, card.desire):
                self.hand[seat] = card

    def take_fitted(self, fitted: Fitted) -> None:
        """Use new decks, and new chances of desires to become lines, from now on."""
        self.take_decks(fitted.decks)
        if fitted.chance is not None:
            self.carrying.chance = fitted.chance

    def take_decks(self, decks: Decks) -> None:
        """Use new decks from now on; cards already in people's hands stay."""
        self.decks = decks
        self._next = {}

    def card(self, seat: int) -> Dealt | None:
        """Return the card in a person's hand; deal one if there is none. None when no desire is left. O(M)."""
        in_hand = self.hand.get(seat)
        if in_hand is not None and self._open(seat, in_hand.desire):
            return in_hand
        self._draw_for(seat, 0)
        dealt = self._deal(seat)
        if dealt is None:
            self.hand.pop(seat, None)
        else:
            self.hand[seat] = dealt
            if self.told is not None:
                self.told(seat, dealt)
        return dealt

    def _draw_for(self, seat: int, lying: int) -> None:
        """Let the choices of the next card follow from the key, the seat and the cards that were answered."""
        if self._key:
            about = b"%d %d %d %d" % (seat, self.state.version, self.state.cards(seat), lying)
            self._draws = _uniform(hashlib.blake2b(about, key=self._key[:64]).digest())

    def cards_lying(self, seat: int, count: int) -> list[Dealt]:
        """Return up to `count` cards that lie before a person at once; an answered one is replaced. O(count M).

        Each card is drawn as if those before it had been answered.
        """
        lying = [dealt for dealt in self.lying.get(seat, []) if self._open(seat, dealt.desire)][:count]
        while len(lying) < count:
            self._draw_for(seat, len(lying))
            dealt = self._deal(seat, [other.desire for other in lying])
            if dealt is None:
                break
            lying.append(dealt)
        self.lying[seat] = lying
        return lying

    def lying_before(self, seat: int, desire: int) -> Dealt:
        """Return the card of a desire that lies before a person, on a phone or on paper; propensity 0 if none does."""
        in_hand = self.hand.get(seat)
        if in_hand is not None and in_hand.desire == desire:
            return in_hand
        for card in self.lying.get(seat, ()):
            if card.desire == desire:
                return card
        papers = self.state.papers
        if seat not in papers.place_of:
            return Dealt(desire, 0.0)
        return Dealt(desire, papers.chance(seat, desire), papers.is_probe(seat, desire))

    def on_paper(self, circle: int, seats: Sequence[int | None], count: int) -> list[list[Dealt]]:
        """Return up to `count` cards for each of several sheets of a circle; None is a person without a seat so far.

        A card is drawn as if those before it on the sheet had been answered, and the probes on the sheets before too,
        so that the sheets of a circle differ. O(sheets count M).

        Args:
            circle: number of the circle.
            seats: seat of the person of each sheet.
            count: number of cards that a person answers in a stage.
        """
        printed = np.zeros(len(self.state.desires), np.int64)
        sheets = []
        self._draws = self._rng.random  # each print is another one
        for seat in seats:
            dealt: list[Dealt] = []
            while len(dealt) < count - (0 if seat is None else self.state.cards(seat)):
                lying = [card.desire for card in dealt]
                card = self._blank(circle, lying, printed) if seat is None else self._deal(seat, lying, printed)
                if card is None:
                    break
                dealt.append(card)
            for card in dealt:
                printed[card.desire] += card.probe or self.state.stage is Stage.OPEN
            sheets.append(dealt)
        return sheets

    def _blank(self, circle: int, lying: Sequence[int], printed: npt.NDArray[np.int64]) -> Dealt | None:
        """Deal to somebody of a circle of whom nothing is known yet: a probe."""
        open_desires = self.state.travels.copy()
        open_desires[list(lying)] = False
        return self._least_seen(open_desires, circle, printed)

    def _open(self, seat: int, desire: int) -> bool:
        state = self.state
        return (
            bool(state.travels[desire])
            and not state.has_answered_or_said(seat, desire)
            and state.reads_words_of(seat, desire) is not False
        )

    def _deal(self, seat: int, lying: Sequence[int] = (), printed: npt.NDArray[np.int64] | None = None) -> Dealt | None:
        if self.state.cards(seat) + len(lying) < FIRST_PROBES:
            return self._probe(seat, lying, printed)
        far, share = self._in_other_languages(seat, lying)
        if far and self._draws() < share:
            return Dealt(far[int(self._draws() * len(far))], share / len(far))
        if self._draws() >= PROBE_SHARE:
            dealt = self._from_deck(seat, lying)
            if dealt is not None:
                return replace(dealt, propensity=dealt.propensity * (1.0 - share))
        return self._probe(seat, lying, printed)

    def _in_other_languages(self, seat: int, lying: Sequence[int]) -> tuple[list[int], float]:
        """Return the desires of other languages that a person may be dealt in carried words, and the share of such.

        They are dealt in crossing only. Without such desires the share is 0.
        """
        if self.state.stage is not Stage.CROSSING:
            return [], 0.0
        met = self._met_in_carried_words(seat)
        left = (number for number in met if number not in lying and self._open(seat, number))
        far = [number for number in left if self._right_way(seat, number)]
        answered = self.state.tally.answered(seat)
        share = FAR_LANGUAGE_SHARE if any(number in answered for number in met) else FAR_LANGUAGE_FIRST
        return far, share if far else 0.0

    def _met_in_carried_words(self, seat: int) -> list[int]:
        """Return which desires people with a person's languages meet in carried words; at most `_FRESH` events old.

        Among few people it is new.
        """
        person = self.state.seats[seat]
        languages = (person.language, *person.also_reads, None, *person.unread)
        seq, met = self._met.get(languages, (-_FRESH, []))
        if self.state.seq - seq >= min(_FRESH, self.state.people.count // 10):
            met = self.state.card_table.met_in_carried_words(seat)
            self._met[languages] = self.state.seq, met
        return met

    def _from_deck(self, seat: int, lying: Sequence[int]) -> Dealt | None:
        decks = self.decks
        if decks is None or seat >= len(decks.desire):
            return None
        for place in range(self._next.get(seat, 0), decks.desire.shape[1]):
            desire = int(decks.desire[seat, place])
            self._next[seat] = place + 1
            if desire in lying:
                continue
            if desire >= 0 and self._open(seat, desire) and self._right_way(seat, desire):
                return Dealt(desire, float(decks.propensity[seat, place]) * (1.0 - PROBE_SHARE))
        return None

    def _right_way(self, seat: int, desire: int) -> bool:
        """Return whether this stage deals a desire to a person: own circle while open, all others later."""
        circle = self.state.seats[seat].circle
        is_own = circle is not None and int(self.state.circle_of_desire[desire]) == circle
        return is_own == (self.state.stage is Stage.OPEN) if circle is not None else True

    def _probe(self, seat: int, lying: Sequence[int], printed: npt.NDArray[np.int64] | None) -> Dealt | None:
        """Deal a probe: that about which the circle was probed least, then everybody; ties at random.

        While a circle hears its own desires, it is what the circle has seen least, then everybody.
        """
        state = self.state
        person = state.seats[seat]
        open_desires = state.travels.copy()
        open_desires[[*state.met(seat), *lying]] = False
        if person.unread:
            met = self._met_in_carried_words(seat)
            open_desires &= ~state.card_table.hidden_from(seat, [n for n in met if state.reads_words_of(seat, n)])
        if state.stage is Stage.OPEN and printed is None and not lying and not state.cards(seat):
            readable = self._readable_first(open_desires, seat)
            if readable is not None:
                first = self._least_seen(readable, person.circle, printed)
                return None if first is None else replace(first, probe=False)  # it is no fair sample of all languages
        return self._least_seen(open_desires, person.circle, printed)

    def _readable_first(self, open_desires: npt.NDArray[np.bool_], seat: int) -> npt.NDArray[np.bool_] | None:
        """Return the desires in words that a person reads; None if all of them or none of them are. O(M)."""
        state = self.state
        if len(state.languages) < 2:  # noqa: PLR2004  all read the one language
            return None
        candidates = self._from_where_the_stage_deals(open_desires, state.seats[seat].circle)
        numbers = np.flatnonzero(candidates).tolist()
        read = [number for number in numbers if state.reads_words_of(seat, number) is True]
        if not read or len(read) == len(numbers):
            return None
        readable = np.zeros_like(candidates)
        readable[read] = True
        return readable

    def _least_seen(
        self, open_desires: npt.NDArray[np.bool_], circle: int | None, printed: npt.NDArray[np.int64] | None
    ) -> Dealt | None:
        state = self.state
        candidates = self._from_where_the_stage_deals(open_desires, circle)
        if not candidates.any():
            return None
        tally, fair = state.tally, circle is None or state.stage is not Stage.OPEN
        seen = (tally.probed_by(circle) if fair else tally.seen_by(circle)).astype(np.int64)
        if printed is not None:
            seen = seen + printed
        counts = seen * (len(state.seats) + 1) + (tally.probed_by_all if fair else tally.seen_by_all)
        counts[~candidates] = np.iinfo(np.int64).max
        least = np.flatnonzero(counts == counts.min())
        return Dealt(int(least[int(self._draws() * len(least))]), 1.0 / len(least), probe=fair)

    def _from_where_the_stage_deals(
        self, open_desires: npt.NDArray[np.bool_], circle: int | None
    ) -> npt.NDArray[np.bool_]:
        """Return which desires to deal: while open the circle's own first, in crossing those of all others first."""
        if circle is None:
            return open_desires
        is_own = self.state.circle_of_desire == circle
        preferred = open_desires & (is_own if self.state.stage is Stage.OPEN else ~is_own)
        enough = 1 if self.state.stage is Stage.OPEN else ENOUGH_ELSEWHERE
        return preferred if int(preferred.sum()) >= enough else open_desires
