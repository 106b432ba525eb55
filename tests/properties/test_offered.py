"""Aliases: whoever was not given one has none, whatever they send; whoever was given one can use it after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.live import offered
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.offered import Purpose, alias_for, desire_behind
from tests.support.gatherings import make_settings

PURPOSES = st.sampled_from(Purpose)
NUMBERS = st.integers(0, 2**32 - 1)
HEX = "0123456789abcdef"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveGathering, LiveGathering]]:
    """Return two gatherings, each with a key of its own."""
    folder: Path = tmp_path_factory.mktemp("two")
    for name in ("a", "b"):
        create(folder / f"{name}.oneheart", make_settings())
    both = tuple(LiveGathering.open(folder / f"{name}.oneheart") for name in ("a", "b"))
    yield both[0], both[1]
    for gathering in both:
        gathering.shut()


@given(purpose=PURPOSES, holder=NUMBERS, number=NUMBERS)
def test_an_alias_gives_back_its_number_to_its_holder(
    two: tuple[LiveGathering, LiveGathering], purpose: Purpose, holder: int, number: int
) -> None:
    alias = alias_for(two[0], purpose, holder, number)
    assert (len(alias), set(alias) <= set(HEX)) == (32, True)
    assert desire_behind(two[0], purpose, holder, alias) == number
    assert alias == alias_for(two[0], purpose, holder, number)


@given(st.tuples(PURPOSES, NUMBERS), st.tuples(PURPOSES, NUMBERS), NUMBERS)
def test_an_alias_of_another_seat_purpose_or_gathering_is_unknown(
    two: tuple[LiveGathering, LiveGathering], made: tuple[Purpose, int], used: tuple[Purpose, int], number: int
) -> None:
    alias = alias_for(two[0], *made, number)
    assert desire_behind(two[0], *used, alias) == (number if made == used else None)
    assert desire_behind(two[1], *made, alias) is None


@given(purpose=PURPOSES, holder=NUMBERS, text=st.one_of(st.text(max_size=40), st.text(HEX, min_size=32, max_size=32)))
def test_random_letters_are_no_alias(
    two: tuple[LiveGathering, LiveGathering], purpose: Purpose, holder: int, text: str
) -> None:
    assert desire_behind(two[0], purpose, holder, text) is None


@given(number=NUMBERS, place=st.integers(0, 31), letter=st.sampled_from(HEX + "G ٣"))
def test_one_letter_changed_makes_it_unknown(
    two: tuple[LiveGathering, LiveGathering], number: int, place: int, letter: str
) -> None:
    alias = alias_for(two[0], Purpose.CARD, 3, number)
    changed = alias[:place] + letter + alias[place + 1 :]
    assert desire_behind(two[0], Purpose.CARD, 3, changed) == (number if changed == alias else None)
    assert desire_behind(two[0], Purpose.CARD, 3, alias.upper()) in {None, number if alias.isdigit() else None}


def test_aliases_tell_no_order(two: tuple[LiveGathering, LiveGathering]) -> None:
    aliases = [alias_for(two[0], Purpose.CARD, 0, number) for number in range(4000)]
    assert len(set(aliases)) == len(aliases)
    steps = sum(one < other for one, other in pairwise(aliases))
    assert 1800 < steps < 2200, "half of them rise, as in a random order"


def test_an_alias_is_valid_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "g.oneheart"
    create(path, make_settings())
    made = []
    for _ in range(2):
        gathering = LiveGathering.open(path)
        made.append(alias_for(gathering, Purpose.OWN, 5, 7))
        assert desire_behind(gathering, Purpose.OWN, 5, made[0]) == 7
        gathering.shut()
    assert made[0] == made[1]


def test_without_the_holder_in_it_an_alias_would_serve_everybody(
    two: tuple[LiveGathering, LiveGathering], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above can fail: with one head for all holders and purposes, a neighbour's alias is accepted."""
    alias = alias_for(two[0], Purpose.CARD, 1, 7)
    assert desire_behind(two[0], Purpose.OWN, 2, alias) is None
    monkeypatch.setattr(offered, "_head", lambda _purpose, _holder: bytes(5))
    assert desire_behind(two[0], Purpose.OWN, 2, alias_for(two[0], Purpose.CARD, 1, 7)) == 7
