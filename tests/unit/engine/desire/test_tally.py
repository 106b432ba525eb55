"""The tally counts the last response of everybody, by circle and in all, however it grew."""

from __future__ import annotations

import numpy as np

from oneheart.engine.desire.tally import Tally
from oneheart.model.desire import Stance


def grown(desires: int = 3, circles: int = 2) -> Tally:
    """Return an empty tally with room."""
    tally = Tally()
    tally.grow(desires=desires, circles=circles)
    return tally


def counts(tally: Tally) -> tuple[list[int], list[int], list[int]]:
    """Return how many saw, want and are against each desire."""
    return tally.seen_by_all.tolist(), tally.want.tolist(), tally.against.tolist()


def test_an_empty_tally_has_counted_nothing() -> None:
    tally = grown()
    assert counts(tally) == ([0, 0, 0], [0, 0, 0], [0, 0, 0])
    assert (tally.response_count, tally.answered(4), len(tally.table())) == (0, {}, 0)
    assert Tally().seen_by_all.tolist() == []


def test_each_stance_is_counted_under_its_own_name() -> None:
    tally = grown()
    for person, stance in enumerate([Stance.WANT, Stance.WANT, Stance.AGAINST, Stance.NOT_MINE]):
        tally.respond(person, 1, stance, circle=0)
    assert counts(tally) == ([0, 4, 0], [0, 2, 0], [0, 1, 0])
    assert tally.response_count == 4
    assert tally.responses == [{1: 1}, {1: 1}, {1: -1}, {1: 0}]


def test_a_second_response_replaces_the_first_and_saying_it_again_changes_nothing() -> None:
    tally = grown()
    for stance in (Stance.WANT, Stance.AGAINST, Stance.AGAINST):
        tally.respond(0, 2, stance, circle=1)
    assert counts(tally) == ([0, 0, 1], [0, 0, 0], [0, 0, 1])
    assert (tally.response_count, tally.answered(0)) == (1, {2: -1})
    assert tally.seen_by(1).tolist() == [0, 0, 1]
    tally.respond(0, 2, Stance.NOT_MINE, circle=1)
    assert counts(tally) == ([0, 0, 1], [0, 0, 0], [0, 0, 0])


def test_circles_are_counted_apart_and_people_without_one_too() -> None:
    tally = grown()
    tally.respond(0, 0, Stance.WANT, circle=0)
    tally.respond(1, 0, Stance.WANT, circle=1)
    tally.respond(2, 0, Stance.WANT, circle=None)
    tally.respond(2, 1, Stance.AGAINST, circle=None)
    assert [tally.seen_by(circle).tolist() for circle in (0, 1, None)] == [[1, 0, 0], [1, 0, 0], [1, 1, 0]]


def test_who_moves_takes_their_responses_along() -> None:
    tally = grown()
    tally.respond(0, 0, Stance.WANT, circle=0)
    tally.respond(0, 2, Stance.AGAINST, circle=0)
    tally.respond(1, 0, Stance.WANT, circle=0)
    tally.move(0, before=0, after=1)
    assert [tally.seen_by(circle).tolist() for circle in (0, 1, None)] == [[1, 0, 0], [1, 0, 1], [0, 0, 0]]
    tally.move(0, before=1, after=None)
    assert [tally.seen_by(circle).tolist() for circle in (0, 1, None)] == [[1, 0, 0], [0, 0, 0], [1, 0, 1]]
    tally.move(0, before=None, after=0)
    assert [tally.seen_by(circle).tolist() for circle in (0, 1, None)] == [[2, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert counts(tally) == ([2, 0, 1], [2, 0, 0], [0, 0, 1])
    tally.move(7, before=0, after=1)  # who has answered nothing


def test_growing_keeps_every_count_and_smaller_numbers_change_nothing() -> None:
    tally = grown(1, 1)
    tally.respond(0, 0, Stance.WANT, circle=0)
    tally.respond(1, 0, Stance.AGAINST, circle=None)
    room = (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300)
    for size in room:
        tally.grow(desires=size)
        tally.grow(circles=size)
        tally.grow(desires=1, circles=1)
        assert len(tally.seen_by_all) == len(tally.want) == len(tally.against) == size
        tally.respond(2, size - 1, Stance.WANT, circle=size - 1)
        assert len(tally.seen_by(size - 1)) == size
    assert tally.seen_by_all[0] == 3
    assert tally.want[0] == 2
    assert tally.against[0] == 1
    assert (tally.seen_by(0)[0], tally.seen_by(None)[0]) == (2, 1)
    assert tally.seen_by_all.sum() == tally.response_count == 2 + len(room)
    assert int(np.sum([tally.seen_by(circle).sum() for circle in (None, *range(300))])) == tally.response_count


def test_a_person_far_behind_leaves_room_for_those_between() -> None:
    tally = grown()
    tally.respond(4, 1, Stance.WANT, circle=0)
    assert tally.responses == [{}, {}, {}, {}, {1: 1}]
    assert (tally.answered(3), tally.answered(4), tally.answered(5)) == ({}, {1: 1}, {})


def test_the_table_is_sorted_by_person_and_desire() -> None:
    tally = grown()
    for person, desire, stance in ((1, 2, 1), (1, 0, -1), (0, 1, 0)):
        tally.respond(person, desire, Stance(stance), circle=None)
    table = tally.table()
    assert (table.participant.tolist(), table.desire.tolist(), table.stance.tolist()) == (
        [0, 1, 1],
        [1, 0, 2],
        [0, -1, 1],
    )


def probes_of(tally: Tally, circles: int = 2) -> tuple[list[int], list[list[int]]]:
    by_circle = [tally.probed_by(circle).tolist() for circle in (None, *range(circles))]
    return tally.probed_by_all.tolist(), by_circle


def test_answers_to_probes_are_counted_apart_and_go_where_their_person_goes() -> None:
    tally = Tally()
    tally.grow(desires=3, circles=2)
    tally.respond(0, 0, 1, circle=0, probe=True)
    tally.respond(0, 1, -1, circle=0)
    tally.respond(1, 0, 0, circle=1, probe=True)
    assert probes_of(tally) == ([2, 0, 0], [[0, 0, 0], [1, 0, 0], [1, 0, 0]])
    tally.respond(0, 0, -1, circle=0)  # a changed mind
    tally.respond(0, 1, 1, circle=0, probe=True)  # it was answered before the probe
    assert probes_of(tally)[0] == [2, 0, 0]
    assert tally.table(probes=True).stance.tolist() == [-1, 0]
    tally.move(0, before=0, after=1)
    assert probes_of(tally) == ([2, 0, 0], [[0, 0, 0], [0, 0, 0], [2, 0, 0]])
    tally.set_aside(0, circle=1)
    assert probes_of(tally) == ([1, 0, 0], [[0, 0, 0], [0, 0, 0], [1, 0, 0]])
    assert tally.table(probes=True).participant.tolist() == [1]
    tally.move(0, before=1, after=0)
    tally.respond(0, 2, 1, circle=0, probe=True)
    tally.bring_back(0, circle=0)
    assert probes_of(tally) == ([2, 0, 1], [[0, 0, 0], [1, 0, 1], [1, 0, 0]])
    assert len(tally.table()) == 4


def test_counts_of_probes_grow_with_desires_and_circles() -> None:
    tally = Tally()
    tally.grow(desires=1, circles=1)
    tally.respond(0, 0, 1, circle=0, probe=True)
    tally.grow(desires=200, circles=90)
    tally.respond(1, 199, 1, circle=89, probe=True)
    assert (tally.probed_by(0)[0], tally.probed_by(89)[199], tally.probed_by_all.sum()) == (1, 1, 2)
