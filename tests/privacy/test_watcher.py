"""Somebody with an empty hand watches a neighbour tap, looks at their own card, and guesses whose words they read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from oneheart.engine.disclosure import K
from oneheart.live import events as ev
from oneheart.live.dealing import Dealer
from oneheart.live.state import batches
from oneheart.live.state.people import People
from tests.support.by_hand import ByHand
from tests.support.proofs import size


@dataclass(slots=True)
class Watched:
    """How a watcher did.

    Attributes:
        taps: how many people of whom they watched spoke.
        looks: how many of these looks showed a new card at all.
        right: how often the first new card held the words of the one who had just tapped.
    """

    taps: int = 0
    looks: int = 0
    right: int = 0


class Watcher:
    """A person with a seat who answers every card at once, so that their hand is empty before the next tap."""

    def __init__(self, hand: ByHand, circle: int | None, seed: int) -> None:
        """Take a seat."""
        self.hand = hand
        (self.seat,) = hand.people(1, circle)
        self.dealer = Dealer(hand.state, rng=np.random.default_rng(seed))

    def look(self) -> list[int]:
        """Return the desires that are dealt now, in the order in which they come, and answer them."""
        seen: list[int] = []
        while (card := self.dealer.card(self.seat)) is not None:
            seen.append(card.desire)
            self.hand.answer(card.desire, 0, [self.seat])
        return seen


def watched(sizes: list[int | None], own: int | None, watch: set[int | None], seed: int, *, arrive: bool) -> Watched:
    """Let people of some circles speak one after the other, in a random order, and watch those of some circles.

    Args:
        sizes: circle of each person, None for none.
        own: circle of the watcher.
        watch: circles whose people they watch.
        seed: seed of the order.
        arrive: people come one by one and speak at once; else all sit before the first one speaks.
    """
    rnd = random.Random(seed)
    hand = ByHand(None, None, None, None)
    hand.people(K)  # there from the beginning, and silent
    watcher = Watcher(hand, own, seed)
    people = list(sizes)
    rnd.shuffle(people)
    seats = [] if arrive else [hand.people(1, circle)[0] for circle in people]
    out = Watched()
    for place, circle in enumerate(people):
        seat = hand.people(1, circle)[0] if arrive else seats[place]
        said = hand.say(seat, f"the secret of {place}")
        new = watcher.look()
        if circle in watch:
            out.taps += 1
            out.looks += bool(new)
            out.right += bool(new) and new[0] == said
    return out


A, B, C = 0, 1, 2
HALLS: dict[str, tuple[list[int | None], int | None, set[int | None]]] = {
    "a neighbour of ten": ([A] * 10 + [B] * 10, A, {A}),
    "a stranger of another ten": ([A] * 10 + [B] * 10, C, {A, B}),
    "a stranger of no circle": ([A] * 10 + [B] * 10, None, {A, B}),
    "a neighbour of four among many": ([A] * 3 + [B] * 8 + [None] * 9, A, {A}),
    "a hall without circles": ([None] * 20, None, {None}),
}


def guessed(hall: str, rounds: int, *, arrive: bool) -> Watched:
    """Return the sum of many rounds in one hall."""
    rounds_of = [watched(*HALLS[hall], seed, arrive=arrive) for seed in range(rounds)]
    return Watched(*(sum(getattr(one, name) for one in rounds_of) for name in ("taps", "looks", "right")))


@pytest.mark.proof("A14")
@pytest.mark.parametrize("arrive", [False, True], ids=["all sit", "they arrive"])
@pytest.mark.parametrize("hall", HALLS)
def test_who_looks_after_a_tap_does_not_know_whose_words_they_read(
    hall: str, figure: Callable[[str], None], *, arrive: bool
) -> None:
    out = guessed(hall, size(400, 40), arrive=arrive)
    figure(f"{hall}: named after a tap {out.right} of {out.looks} looks that showed a card, of {out.taps} taps")
    spread = 3 * (out.looks * (1 / K) * (1 - 1 / K)) ** 0.5
    assert out.right <= out.looks / K + spread
    assert out.right <= out.taps / K
    assert out.looks, "the batches did come"


@pytest.mark.sabotage("A14", "no desire waits for a batch (batches.hides)")
@pytest.mark.parametrize("hall", ["a neighbour of ten", "a stranger of no circle", "a hall without circles"])
def test_where_every_desire_comes_at_once_each_neighbour_is_named(hall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "hides", lambda _people: False)
    out = guessed(hall, 3, arrive=False)
    assert out.right == out.taps > 0


@pytest.mark.sabotage("A14", "one pool for everybody, and own circles first (batches.pool_of, circles_told)")
def test_where_all_circles_share_one_pool_a_neighbour_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: of a batch of the whole hall, the only desire of one's own circle comes first."""
    monkeypatch.setattr(batches, "pool_of", lambda _desire, _people: batches.COMMON)
    monkeypatch.setattr(batches, "circles_told", lambda desires: {desire.circle for desire in desires})
    out = guessed("a neighbour of four among many", 60, arrive=False)
    spread = 3 * (out.looks * (1 / K) * (1 - 1 / K)) ** 0.5
    assert out.right > out.looks / K + spread


# --- the rule ---


def ten(*, hold: bool = False) -> ByHand:
    """Return two circles, one of K people (seats 0 to K - 1) and one of three; everybody sits and nobody has spoken."""
    hand = ByHand(None, None)
    if hold:
        hand.do(ev.Settings("x", {"en": "What?"}, "ten", ["en"], version=1, hold=True))  # type: ignore[arg-type]
    hand.people(K, A)
    hand.people(3, B)
    return hand


def fresh(hand: ByHand) -> list[int]:
    return [number for number, desire in enumerate(hand.state.desires) if desire.fresh]


def travelling(hand: ByHand) -> list[int]:
    return [int(number) for number in hand.state.travels.nonzero()[0]]


def test_a_desire_waits_until_k_authors_of_its_circle_have_spoken() -> None:
    hand = ten()
    for seat in range(K - 1):
        hand.say(seat, f"wish {seat}")
    hand.say(0, "a second one of the first")
    for seat in range(K, K + 3):
        hand.say(seat, f"of the small circle {seat}")
    assert travelling(hand) == []
    assert hand.state.desires.kept_back(0, hand.state.course)
    assert hand.state.readable_by(0, 0)
    hand.say(K - 1, "the last")
    assert travelling(hand) == [0, 1, 2, 3, 4, 8], "a batch of the circle; the small one waits"
    assert [hand.state.circle_of_desire[n] for n in travelling(hand)] == [A] * 6
    hand.move("crossing")
    assert (fresh(hand), len(travelling(hand))) == ([], 9)
    assert hand.state.circle_of_desire[5:8].tolist() == [-1] * 3, "three authors are too few to tell their circle"


def test_what_is_withdrawn_or_joined_counts_for_no_batch() -> None:
    hand = ten()
    hand.say(None, "Peace")
    for seat in range(K - 1):
        hand.say(seat, f"wish {seat}")
    hand.do(ev.DesireWithdrawn(0, 1), "s0")
    hand.do(ev.DesireJoined(1, 2, 0), "s1")
    hand.say(K - 1, "the last")
    assert travelling(hand) == [0]
    hand.say(0, "instead")
    hand.say(1, "another")
    assert travelling(hand) == [0, 3, 4, 5, 6, 7]
    assert hand.state.desires.batches.pools == {}, "what never travels is let go"


def test_hosts_who_decide_first_see_it_at_once_and_release_a_batch() -> None:
    hand = ten(hold=True)
    for seat in range(K):
        hand.say(seat, f"wish {seat}")
    assert hand.state.desires.at_desk(0, hand.state.course)
    for number in range(K - 1):
        hand.do(ev.Moderated(number, "accepted"))  # type: ignore[arg-type]
        assert travelling(hand) == []
    hand.do(ev.Moderated(K - 1, "accepted"))  # type: ignore[arg-type]
    assert travelling(hand) == list(range(K))


def test_hosts_who_decide_later_meet_it_with_the_batch() -> None:
    hand = ten()
    hand.say(0, "wish")
    assert not hand.state.desires.at_desk(0, hand.state.course)
    hand.do(ev.DesiresShown([0]))
    assert hand.state.shown == ()
    hand.move("crossing")
    assert hand.state.desires.at_desk(0, hand.state.course)
    assert hand.state.shown == (0,)


def test_among_fewer_than_k_people_nothing_waits() -> None:
    hand = ByHand(None)
    hand.people(K - 1, A)
    hand.say(0, "at once")
    assert (travelling(hand), hand.state.circle_of_desire[0]) == ([0], A)
    hand.people(1, A)
    hand.say(1, "waits")
    assert travelling(hand) == [0]
    hand.do(ev.SeatsRevoked([K - 1], "left"))
    assert (travelling(hand), fresh(hand), hand.state.circle_of_desire[1]) == ([0, 1], [], A)


def test_lines_what_circles_carry_and_what_hosts_say_never_wait() -> None:
    hand = ten()
    hand.do(ev.StewardNamed(0, on=True))
    hand.say(None, "of hosts")
    hand.say(0, "line", line_of=A)
    hand.say(0, "carried", carried_by=A)
    assert travelling(hand) == [0, 1, 2]


def test_what_somebody_answered_or_joined_travels_after_the_erasure_of_another_author() -> None:
    """A replay without one author counts k - 1 in the batch; what others met stays where it was."""
    hand = ten()
    for seat in range(K - 1):
        hand.say(seat, f"wish {seat}")
    assert travelling(hand) == []
    hand.answer(1, 1, [K])
    hand.say(K + 1, "of another circle")
    hand.do(ev.DesireJoined(K + 1, K - 1, 2), f"s{K + 1}")
    assert travelling(hand) == [1, 2]


def test_the_end_releases_everything_and_so_does_a_step_of_the_programme() -> None:
    hand = ten()
    hand.say(0, "wish")
    hand.do(ev.ProgrammeSet([ev.ProgrammeStep("open", 0)]))  # type: ignore[arg-type]
    hand.do(ev.StepTaken(0, hand.state.version))
    assert travelling(hand) == [0]
    hand.say(1, "another")
    hand.do(ev.Ended())
    assert fresh(hand) == []


def test_of_what_waited_for_the_next_round_the_circle_is_told_only_of_k_authors() -> None:
    hand = ten()
    hand.move("crossing")
    for seat in (*range(K), K):
        hand.say(seat, f"later {seat}")
    assert (travelling(hand), fresh(hand)) == ([], [])
    hand.move("open")
    assert travelling(hand) == list(range(K + 1))
    assert hand.state.circle_of_desire.tolist() == [A] * K + [-1]


def test_the_number_of_people_is_asked_of_the_gate() -> None:
    people = People()
    people.count = K - 1
    assert not batches.hides(people)
    people.count = K
    assert batches.hides(people)
