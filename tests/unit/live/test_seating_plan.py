"""Tables drawn at random, as an event and as the engine reads it."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.seating_plan import draw_seats, seating_of
from oneheart.live.state.company import Drawn

SEATS = {seat: (seat % 2 if seat < 8 else -1, "he" if seat >= 6 else "en") for seat in (9, *range(9), 11, 10)}


def draw(*, same_language: bool = False, seed: int = 3, times: int = 0) -> ev.SeatsDrawn:
    return draw_seats(SEATS, 2, 5, same_language=same_language, times=times, seed=seed)


def test_everybody_has_one_table_of_at_most_so_many() -> None:
    body = draw(times=4)
    assert (body.occasion, body.size, body.seed, body.version) == (2, 5, 3, 4)
    assert body.seats == sorted(SEATS)
    assert len(body.tables) == len(body.seats)
    assert sorted(set(body.tables)) == list(range(len(body.blocks)))
    assert max(map(body.tables.count, body.tables)) <= 5
    assert len(set(body.blocks)) == 1


def test_people_sit_with_others_of_their_language_where_that_is_asked() -> None:
    body = draw(same_language=True)
    languages = [
        {SEATS[seat][1] for seat, at in zip(body.seats, body.tables, strict=True) if at == table}
        for table in range(len(body.blocks))
    ]
    assert all(len(one) == 1 for one in languages)
    assert len(set(body.blocks)) == 2


def test_the_seed_decides_the_draw() -> None:
    assert draw() == draw()
    assert len({tuple(draw(seed=seed).tables) for seed in range(8)}) > 1


def test_the_engine_reads_a_draw_in_the_order_that_is_asked_for() -> None:
    drawn = Drawn(1, 5, {3: 0, 7: 1, 2: 1}, {3: 4, 7: -1, 2: 0}, [0, 1])
    seating = seating_of(drawn, [7, 3])
    assert seating.table.tolist() == [1, 0]
    assert seating.circle.tolist() == [-1, 4]
    assert seating.block_of_table.tolist() == [0, 1]
