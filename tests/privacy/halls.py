"""Halls: made-up gatherings of many shapes, led by hand: nested circles, languages, occasions, silence, taking back."""

from __future__ import annotations

import random
from dataclasses import dataclass

from oneheart.live import events as ev
from tests.support.by_hand import ByHand

WORDS = (
    "Bread for all",
    "Rain in time",
    "Old books",
    "Songs at night",
    "Quiet rest",
    "Bright paint",
    "A wide road",
    "Clean wells",
)
SHAPES: dict[str, tuple[int | None, ...]] = {
    "one hall": (),
    "circles": (None, None, None),
    "nested circles": (None, 0, 0, None, 3, 1),
}


@dataclass(slots=True)
class Hall:
    """A made-up hall.

    Attributes:
        hand: the gathering.
        seats: all seats.
        desires: numbers of the desires that were said.
    """

    hand: ByHand
    seats: list[int]
    desires: list[int]


def made_up(rnd: random.Random, *, people: tuple[int, int] = (14, 60), shape: str = "") -> Hall:
    """Return a hall in which answers are still taken: people of some circles and languages, who answered something."""
    parents = SHAPES[shape or rnd.choice(sorted(SHAPES))]
    hand = ByHand(*parents, voice=rnd.choice(("ten", "assembly")))
    places: list[int | None] = [None, *range(len(parents))]
    weight = [rnd.uniform(0.2, 1) for _ in places]
    seats: list[int] = []
    for _ in range(rnd.randint(*people)):
        (circle,) = rnd.choices(places, weight)
        seats += hand.people(1, circle, rnd.choice(("en", "en", "he")))
    texts = rnd.sample(WORDS, rnd.randint(1, len(WORDS)))
    desires = [hand.say(author, text) for author, text in zip(rnd.sample(seats, len(texts)), texts, strict=True)]
    hand.travel()
    hand.do(ev.OccasionAdded("Supper", "meal", "HJKM3456"))
    liked = {desire: rnd.choice((rnd.random(), 0.02, 0.98)) for desire in desires}
    against = {desire: rnd.choice((0.0, 0.0, 0.1, 0.5)) for desire in desires}
    asked = rnd.choice((1.0, 0.9, 0.5))
    for seat in seats:
        for desire in desires:
            if hand.state.desires[desire].author != seat and rnd.random() < asked:
                hand.answer(desire, stance_of(hand, rnd, liked[desire], against[desire]), [seat])
        if rnd.random() < 0.5:
            hand.do(ev.Present(seat, 0), f"s{seat}")
        if rnd.random() < 0.7:
            hand.do(ev.DemandSaid(seat, on=rnd.random() < 0.8), f"s{seat}")
    return Hall(hand, seats, desires)


def stance_of(hand: ByHand, rnd: random.Random, liked: float, against: float) -> int:
    """Return an answer at random; nobody is against anything where the voice has no such answer."""
    if rnd.random() < liked:
        return 1
    settings = hand.state.settings
    return -1 if settings is not None and settings.voice == "assembly" and rnd.random() < against else 0
