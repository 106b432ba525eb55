"""Dealing: which card comes next, with which probability, and which desires nobody is dealt."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire.probes import FIRST_PROBES, PROBE_SHARE
from oneheart.engine.desire.tally import Tally
from oneheart.live import events as ev
from oneheart.live.dealing import ENOUGH_ELSEWHERE, Dealer, Dealt
from oneheart.live.decks import Decks
from tests.support.by_hand import ByHand

A, B = 0, 1


class Fixed:
    """Random numbers that a test chooses: always the same one."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self) -> float:
        return self.value


def dealer(hand: ByHand, value: float = 0.0) -> Dealer:
    return Dealer(hand.state, rng=Fixed(value))  # type: ignore[arg-type]


def hall(*, own: int = 2, elsewhere: int = 5) -> ByHand:
    """Return two circles; the first seat is in A. First come desires of A, then those of B."""
    hand = ByHand(None, None)
    hand.people(1, A)
    for circle, count in ((A, own), (B, elsewhere)):
        for number in range(count):
            hand.say(hand.people(1, circle)[0], f"{circle} {number}")
    hand.travel()
    return hand


def dealt(hand: ByHand, seat: int = 0, times: int = 400) -> dict[int, float]:
    """Return which desires may be dealt to a person, and with which probability it is said that they are."""
    out: dict[int, float] = {}
    for value in np.arange(times) / times:
        card = dealer(hand, value).card(seat)
        if card is not None:
            out[card.desire] = card.propensity
    return out


# --- without decks ---


def test_what_has_been_seen_least_is_dealt_each_with_the_same_probability() -> None:
    hand = hall(own=3)
    assert dealt(hand) == {0: 1 / 3, 1: 1 / 3, 2: 1 / 3}
    hand.answer(1, 1, [2])
    assert dealt(hand) == {0: 1 / 2, 2: 1 / 2}
    rng = np.random.default_rng(0)
    counts = Counter(card.desire for _ in range(600) if (card := Dealer(hand.state, rng=rng).card(0)) is not None)
    assert 250 < counts[0] < 350
    assert set(counts) == {0, 2}


def test_of_what_the_circle_has_seen_equally_often_all_others_decide() -> None:
    hand = hall(own=3)
    hand.answer(0, 1, [4, 5])  # seats of B
    hand.answer(1, 1, [4])
    assert dealt(hand) == {2: 1.0}
    hand.answer(2, 1, [2])  # of A: that counts more than any number of others
    assert dealt(hand) == {1: 1.0}
    hand.answer(1, 1, [5, 6])
    assert dealt(hand) == {0: 1.0}
    hand.answer(0, 1, [6, 7, 8])
    assert dealt(hand) == {1: 1.0}, "of three by others alone, less than of one by the circle"


def test_while_open_ones_own_circle_comes_first_and_then_all() -> None:
    hand = hall(own=2, elsewhere=2)
    assert set(dealt(hand)) == {0, 1}
    hand.answer(0, 1, [0])
    assert set(dealt(hand)) == {1}, "one is enough"
    hand.answer(1, 1, [0])
    assert set(dealt(hand)) == {2, 3}


@pytest.mark.parametrize(("elsewhere", "from_own"), [(ENOUGH_ELSEWHERE, False), (ENOUGH_ELSEWHERE - 1, True)])
def test_in_the_crossing_four_from_elsewhere_are_enough(elsewhere: int, *, from_own: bool) -> None:
    hand = hall(own=1, elsewhere=elsewhere)
    hand.move("crossing")
    assert set(dealt(hand)) == set(range(0 if from_own else 1, 1 + elsewhere))


def test_a_person_of_no_circle_is_dealt_everything() -> None:
    hand = hall(own=2, elsewhere=1)
    (seat,) = hand.people(1)
    assert set(dealt(hand, seat)) == {0, 1, 2}
    hand.answer(0, 1, hand.people(1), probe=True)
    assert set(dealt(hand, seat)) == {1, 2}, "people of no circle count together"


def test_nobody_is_dealt_what_they_met_or_what_does_not_travel_or_what_they_do_not_read() -> None:
    hand = hall(own=0, elsewhere=0)
    mine, answered, rejected, hebrew, left = (
        hand.say(0, "Mine"),
        hand.say(None, "Answered"),
        hand.say(None, "Rejected"),
        hand.say(None, "Hebrew", "he"),
        hand.say(None, "Left"),
    )
    hand.answer(answered, 0, [0])
    hand.do(ev.Moderated(rejected, "rejected"))  # type: ignore[arg-type]
    assert set(dealt(hand)) == {hebrew, left}, mine
    hand.do(ev.LanguageUnread(0, "he"))
    assert set(dealt(hand)) == {left}
    hand.answer(left, 1, [0])
    assert dealt(hand) == {}
    assert dealer(hand).card(0) is None


# --- the card in hand ---


def two_languages() -> ByHand:
    """Return a gathering in which a Hebrew reader hears a circle of one Hebrew and four English desires."""
    hand = ByHand(None)
    hand.people(1, A, "he")
    for number in range(5):
        hand.say(hand.people(1, A)[0], f"wish {number}", language="he" if number == 3 else "en")
    hand.travel()
    return hand


def test_the_first_card_is_in_words_that_the_person_reads_and_only_then_in_others() -> None:
    hand = two_languages()
    assert dealt(hand) == {3: 1.0}
    assert dealer(hand).card(0) == Dealt(3, 1.0), "it is no fair sample of all languages, so it has no mark"
    hand.answer(3, 1, [0])
    assert set(dealt(hand)) == {0, 1, 2, 4}, "where none is left in them, the others come"
    hand.move("crossing")
    assert set(dealt(hand)) == {0, 1, 2, 4}


def test_in_the_crossing_a_first_card_is_a_fair_sample_of_all_languages() -> None:
    hand = two_languages()
    hand.move("crossing")
    assert set(dealt(hand)) == {0, 1, 2, 3, 4}


def test_where_nothing_looks_at_languages_the_first_card_may_be_a_foreign_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dealer, "_readable_first", lambda *_: None)
    assert set(dealt(two_languages())) == {0, 1, 2, 3, 4}


def test_the_same_card_is_shown_until_it_is_answered() -> None:
    hand = hall(own=2)
    deal = dealer(hand, 0.9)
    card = deal.card(0)
    assert card == Dealt(1, 1 / 2)
    deal._rng.value = 0.0  # type: ignore[attr-defined]
    assert deal.card(0) is card
    assert [deal.lying_before(*pair).propensity for pair in ((0, 1), (0, 0), (3, 1))] == [1 / 2, 0.0, 0.0]
    hand.answer(1, 1, [0])
    assert deal.card(0) == Dealt(0, 1.0)


@pytest.mark.parametrize(
    "gone",
    [
        lambda hand: hand.do(ev.Moderated(1, "rejected")),
        lambda hand: hand.do(ev.LanguageUnread(0, "he")),
        lambda hand: hand.answer(1, 1, [0]),
    ],
    ids=["rejected", "unread", "answered"],
)
def test_a_card_that_may_not_be_dealt_any_more_leaves_the_hand(gone: Any) -> None:
    hand = ByHand()
    hand.people(1)
    hand.say(None, "English")
    hand.say(None, "Hebrew", "he")
    hand.move("crossing")
    deal = dealer(hand, 0.9)
    assert deal.card(0) == Dealt(1, 1 / 2, probe=True)
    gone(hand)
    assert deal.card(0) == Dealt(0, 1.0, probe=True)
    hand.answer(0, 1, [0])
    assert deal.card(0) is None or gone is None
    assert 0 not in {card.desire for card in deal.hand.values()}


def test_an_empty_hand_holds_nothing() -> None:
    hand = ByHand()
    hand.people(1)
    deal = dealer(hand)
    assert deal.card(0) is None
    hand.say(None, "Peace")
    assert deal.card(0) == Dealt(0, 1.0, probe=True)
    hand.answer(0, 1, [0])
    assert deal.card(0) is None
    assert deal.hand == {}


# --- from a deck ---


def with_deck(*desires: int, answered: int = FIRST_PROBES, value: float = PROBE_SHARE, stage: str = "open") -> Dealer:
    """Return a dealer whose person, seat 0 of A, has a deck and answered so many cards in this stage.

    Desires 0 to 5 are of A, 6 to 11 of B; those answered are 0, 1 (of A) or 6, 7 (of B).
    """
    hand = hall(own=6, elsewhere=6)
    if stage != "open":
        hand.move(stage)
    first = 0 if stage == "open" else 6
    for number in range(answered):
        hand.answer(first + number, 1, [0])
    deck = np.array([desires], np.int32)
    propensity = np.linspace(0.1, 0.9, len(desires))[None, :]
    deal = dealer(hand, value)
    deal.take_decks(Decks(deck, propensity))  # type: ignore[arg-type]
    return deal


def test_after_the_first_two_cards_a_deck_is_dealt_from_with_its_probability() -> None:
    card = with_deck(3, 4).card(0)
    assert card == Dealt(3, pytest.approx(0.1 * (1 - PROBE_SHARE)))
    probe = with_deck(5, answered=FIRST_PROBES - 1, value=0.5).card(0)
    assert probe == Dealt(3, pytest.approx(1 / 5)), "the middle one of five"
    assert (FIRST_PROBES, PROBE_SHARE, ENOUGH_ELSEWHERE) == (2, 0.1, 4), "written down in the docs"


@pytest.mark.parametrize(("value", "from_deck"), [(PROBE_SHARE, True), (PROBE_SHARE - 1e-9, False)])
def test_a_share_of_the_later_cards_is_probes(value: float, *, from_deck: bool) -> None:
    card = with_deck(5, value=value).card(0)
    assert card is not None
    assert (card.propensity == pytest.approx(0.1 * (1 - PROBE_SHARE))) is from_deck


def test_a_deck_is_dealt_in_order_without_what_may_not_be_dealt() -> None:
    deal = with_deck(0, -1, 7, 4, 3)
    card = deal.card(0)
    assert card is not None
    assert (card.desire, card.propensity) == (4, pytest.approx(0.7 * (1 - PROBE_SHARE)))
    deal.state.tally.respond(0, 4, 1, circle=A)
    assert deal.card(0) == Dealt(3, pytest.approx(0.9 * (1 - PROBE_SHARE)))
    deal.state.tally.respond(0, 3, 1, circle=A)
    probe = deal.card(0)
    assert probe is not None
    assert probe.desire in {2, 5}, "after its last card there are probes"


def test_a_deck_goes_on_where_it_stood() -> None:
    deal = with_deck(2, 3, 4)
    for desire, propensity in ((2, 0.1), (3, 0.5), (4, 0.9)):
        assert deal.card(0) == Dealt(desire, pytest.approx(propensity * (1 - PROBE_SHARE)))
        deal.state.tally.respond(0, desire, 1, circle=A)


def test_a_deck_is_dealt_from_ones_own_circle_while_open_and_from_all_others_in_the_crossing() -> None:
    assert with_deck(8, 3).card(0) == Dealt(3, pytest.approx(0.9 * (1 - PROBE_SHARE)))
    assert with_deck(3, 8, stage="crossing").card(0) == Dealt(8, pytest.approx(0.9 * (1 - PROBE_SHARE)))


def test_a_new_deck_begins_anew_and_the_card_in_hand_stays() -> None:
    deal = with_deck(4, 3)
    card = deal.card(0)
    deal.take_decks(Decks(np.array([[3, 4]], np.int32), np.array([[0.5, 0.4]])))  # type: ignore[arg-type]
    assert deal.card(0) is card
    deal.state.tally.respond(0, 4, 1, circle=A)
    assert deal.card(0) == Dealt(3, pytest.approx(0.5 * (1 - PROBE_SHARE)))


def test_who_came_after_the_decks_were_made_is_dealt_probes() -> None:
    deal = with_deck(3)
    hand = deal.state
    late = next(seat for seat in range(1, len(hand.seats)) if hand.seats[seat].circle == A)
    for number in range(4, 4 + FIRST_PROBES):
        hand.tally.respond(late, number, 1, circle=A)
    hand.seats[late].cards = FIRST_PROBES
    card = deal.card(late)
    assert card is not None
    assert card.propensity > 0.1


def test_a_person_of_no_circle_is_dealt_from_a_deck_whatever_circle_it_comes_from() -> None:
    hand = ByHand(None)
    (seat,) = hand.people(1)
    for number in range(4):
        hand.say(hand.people(1, A)[0], f"Wish {number}")
    hand.travel()
    for number in range(FIRST_PROBES):
        hand.answer(number, 1, [seat])
    deal = dealer(hand, 1.0 - 1e-9)
    deal.take_decks(Decks(np.array([[3]], np.int32), np.array([[0.5]])))  # type: ignore[arg-type]
    assert deal.card(seat) == Dealt(3, pytest.approx(0.5 * (1 - PROBE_SHARE)))


# --- several at once, and on paper ---


def test_cards_that_lie_before_a_person_differ_and_stay_until_they_are_answered() -> None:
    hand = hall(own=6)
    deals = Dealer(hand.state, rng=np.random.default_rng(1))
    lying = deals.cards_lying(0, 4)
    assert len({card.desire for card in lying}) == 4
    assert [round(1 / card.propensity) for card in lying[:FIRST_PROBES]] == [6, 5]
    assert deals.cards_lying(0, 4) == lying
    assert [deals.lying_before(0, card.desire) for card in lying] == lying
    answered = lying[1].desire
    hand.do(ev.Responded(0, answered, 1))
    again = deals.cards_lying(0, 4)
    assert again[:3] == [lying[0], *lying[2:]]
    assert again[3].desire not in {card.desire for card in lying}
    assert deals.lying_before(0, answered).propensity == 0


def test_the_sheets_of_one_printing_spread_over_what_the_circle_has_seen_least() -> None:
    hand = hall(own=6)
    sheets = Dealer(hand.state, rng=np.random.default_rng(1)).on_paper(A, [None, None], 3)
    assert sorted(card.desire for sheet in sheets for card in sheet) == [0, 1, 2, 3, 4, 5]
    assert [[round(1 / card.propensity) for card in sheet] for sheet in sheets] == [[6, 5, 4], [3, 2, 1]]


def test_a_sheet_of_somebody_who_sits_has_nothing_that_they_said_or_answered_and_only_what_is_left() -> None:
    hand = hall(own=6)
    hand.do(ev.Responded(0, 2, 1))
    (sheet,) = Dealer(hand.state, rng=np.random.default_rng(1)).on_paper(A, [0], 4)
    assert len(sheet) == 3, "one of four is answered in this stage"
    assert 2 not in {card.desire for card in sheet}
    author = next(number for number, seat in enumerate(hand.state.seats) if 0 in seat.desires)
    (sheet,) = Dealer(hand.state, rng=np.random.default_rng(1)).on_paper(A, [author], 8)
    assert 0 not in {card.desire for card in sheet}


# --- probes ---


def test_a_probe_goes_to_what_was_probed_least_whatever_else_was_answered() -> None:
    hand = hall(own=0, elsewhere=ENOUGH_ELSEWHERE)
    (seat,) = hand.people(1, A)
    hand.move("crossing")
    others = hand.people(6, A)
    hand.answer(0, 1, others)  # routed: much was answered, and no probe asked
    for number in range(1, ENOUGH_ELSEWHERE):
        hand.answer(number, 1, others[:1], probe=True)
    assert set(dealt(hand, seat)) == {0}
    card = dealer(hand).card(seat)
    assert card is not None
    assert card.probe


def test_where_probes_follow_all_answers_the_same_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: a build that counts every answer sends probes where the router did not."""
    monkeypatch.setattr(Tally, "probed_by", Tally.seen_by)
    monkeypatch.setattr(Tally, "probed_by_all", property(lambda tally: tally.seen_by_all))
    with pytest.raises(AssertionError):
        test_a_probe_goes_to_what_was_probed_least_whatever_else_was_answered()


@pytest.mark.parametrize(("stage", "probe"), [("open", False), ("crossing", True)])
def test_while_a_circle_hears_its_own_a_probe_is_no_fair_sample_and_has_no_mark(stage: str, *, probe: bool) -> None:
    hand = hall(own=3, elsewhere=ENOUGH_ELSEWHERE)
    if stage != "open":
        hand.move(stage)
    card = dealer(hand).card(0)
    assert card is not None
    assert card.probe is probe


def test_a_card_from_the_deck_is_no_probe() -> None:
    card = with_deck(8, 3).card(0)
    assert card is not None
    assert (card.desire, card.probe) == (3, False)


def test_the_sheets_remember_which_cards_are_probes() -> None:
    hand = hall(own=0, elsewhere=ENOUGH_ELSEWHERE)
    hand.move("crossing")
    ((*cards,),) = Dealer(hand.state, rng=np.random.default_rng(1)).on_paper(A, [None], 2)
    assert [card.probe for card in cards] == [True, True]
