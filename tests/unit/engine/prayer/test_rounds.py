"""What becomes of a line after a reading: a pair at each limit, of parts, of few people, and of the whole draft."""

from __future__ import annotations

from math import comb

import pytest

from oneheart.engine.prayer.rounds import (
    AGAINST_MOST,
    MEASURED_LEAST,
    READERS_LEAST,
    REPLACED_MOST,
    LineVerdict,
    PartReading,
    PartVerdict,
    judge_few,
    judge_line,
    judge_part,
    revise,
    wilson_low,
)
from oneheart.model.prayer import Affirmation, Draft, PrayerLine


def line(words: str, *cites: int, amended: bool = False) -> PrayerLine:
    return PrayerLine(words, "en", cites, amended)


def test_the_numbers_that_people_are_promised() -> None:
    assert (READERS_LEAST, MEASURED_LEAST, AGAINST_MOST, REPLACED_MOST) == (25, 12, 0.15, 2)


@pytest.mark.parametrize(("good", "count"), [(0, 10), (10, 10), (20, 25), (5, 10), (300, 400)])
def test_what_a_share_surely_exceeds(good: int, count: int) -> None:
    """The least share p at which a count so high lies within 1.645 standard deviations of what p gives."""
    low = wilson_low(good, count)
    assert good / count - low == pytest.approx(1.6448536 * (low * (1 - low) / count) ** 0.5, abs=1e-6)
    assert wilson_low(0, 0) == 0.0


@pytest.mark.parametrize("count", [12, 25, 60, 200])
@pytest.mark.parametrize("share", [0.4, 0.5, 2 / 3, 0.8])
def test_what_a_share_surely_exceeds_is_too_high_about_as_seldom_as_it_says(share: float, count: int) -> None:
    """Counted exactly over all counts of yes; where counts are whole numbers, one in twenty is met about."""
    chance = sum(
        comb(count, good) * share**good * (1 - share) ** (count - good)
        for good in range(count + 1)
        if wilson_low(good, count) > share
    )
    assert 0.01 < chance < 0.085


@pytest.mark.parametrize(
    ("people", "readers", "can_say", "against", "verdict"),
    [
        (200, 25, 17, 0, "agreed"),
        (200, 25, 16, 0, "not agreed"),  # .64
        (200, 24, 24, 0, "not measured"),
        (24, 24, 24, 0, "agreed"),
        (24, 23, 23, 0, "not measured"),
        (25, 25, 25, 0, "agreed"),
        (12, 12, 12, 0, "agreed"),
        (11, 11, 11, 0, "not measured"),
        (12, 12, 9, 0, "agreed"),  # three quarters, surely .516
        (12, 12, 8, 0, "not agreed"),  # two thirds, surely .43
        (300, 300, 200, 0, "agreed"),  # two thirds, surely .62
        (300, 300, 199, 0, "not agreed"),
        (200, 40, 34, 6, "goes against"),  # .15
        (200, 40, 35, 5, "agreed"),
        (200, 12, 10, 2, "goes against"),
        (200, 11, 0, 11, "not measured"),
        (13, 13, 12, 1, "agreed"),
    ],
)
def test_a_part_agrees_where_two_thirds_can_say_it_and_surely_half(
    people: int, readers: int, can_say: int, against: int, verdict: PartVerdict
) -> None:
    share = can_say / readers
    found = judge_part(3, people, Affirmation(0, readers, can_say, against))
    assert found == PartReading(3, verdict, share, wilson_low(can_say, readers))


@pytest.mark.parametrize(
    ("can_say", "against", "everybody", "verdict"),
    [
        (10, 5, 105, "stands"),  # five who crowd into a circle of ten
        (10, 10, 105, "stands"),
        (10, 11, 105, "to be amended"),  # more than a tenth of all
        (10, 11, 110, "stands"),
        (10, 2, 12, "to be amended"),  # the whole gathering
    ],
)
def test_a_part_throws_a_line_out_only_with_more_than_a_tenth_of_all_against_it(
    can_say: int, against: int, everybody: int, verdict: LineVerdict
) -> None:
    people = can_say + against
    found = judge_part(1, people, Affirmation(0, people, can_say, against), everybody)
    assert found.verdict == "goes against"
    assert judge_line([found]) == verdict


@pytest.mark.parametrize(("can_say", "verdict"), [(20, "stands"), (19, "gives way")])
def test_a_part_that_cannot_say_a_line_throws_it_out_only_with_more_than_a_fifth_of_all(
    can_say: int, verdict: LineVerdict
) -> None:
    found = judge_part(1, 40, Affirmation(0, 40, can_say, 0), 100)
    assert (found.verdict, judge_line([found])) == ("not agreed", verdict)


def test_a_part_of_which_nobody_answered_has_no_share() -> None:
    assert judge_part(3, 40, Affirmation(0, 0, 0, 0)) == PartReading(3, "not measured", None, None)


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        (["agreed", "agreed"], "stands"),
        (["agreed", "not measured"], "stands"),
        (["not measured"], "not measured"),
        ([], "not measured"),
        (["agreed", "not agreed"], "gives way"),
        (["not measured", "not agreed"], "gives way"),
        (["agreed", "goes against"], "to be amended"),
        (["not agreed", "goes against", "not measured"], "to be amended"),
    ],
)
def test_the_part_to_which_a_line_does_worst_decides(parts: list[PartVerdict], verdict: LineVerdict) -> None:
    assert judge_line([PartReading(n, part, None, None) for n, part in enumerate(parts)]) == verdict


@pytest.mark.parametrize(
    ("people", "needed"),
    [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (8, 6), (9, 7), (10, 7), (11, 8)],
)
def test_of_few_people_seven_in_ten_of_all_of_them_can_say_it(people: int, needed: int) -> None:
    assert judge_few(people, Affirmation(0, people, needed, 0)) == "stands"
    assert judge_few(people, Affirmation(0, people, needed - 1, 0)) == "gives way"
    assert judge_few(people, Affirmation(0, needed, needed, 0)) == "stands", "silence is no yes, and not needed"
    if people > 1:
        assert judge_few(people, Affirmation(0, people - 1, needed - 1, 0)) == "not measured", "one may still say yes"
    assert judge_few(people, Affirmation(0, people, people, 1)) == "to be amended"
    assert judge_few(people, Affirmation(0, 0, 0, 0)) == "not measured"


def test_of_nobody_nothing_stands() -> None:
    assert judge_few(0, Affirmation(0, 0, 0, 0)) == "not measured"


def test_lines_keep_know_or_lose_their_number() -> None:
    a, b, c, d, e = (line(words, n) for n, words in enumerate("abcde"))
    better = line("c, said better", 2, amended=True)
    found = revise(
        Draft((a, b, c, d), (7, 8)),
        ["stands", "gives way", "to be amended", "not measured"],
        amended={2: better},
        candidates=[e],
    )
    assert found.draft == Draft((a, e, better, d), (7, 8))
    assert found.changed == (1, 2)
    assert found.stayed == (0, None, 2, 3)
    assert (found.left, found.not_yet_common) == ((1,), (b,))


@pytest.mark.parametrize("verdict", ["stands", "not measured", "to be amended", "gives way"])
def test_every_line_takes_its_amendment_whatever_its_verdict(verdict: LineVerdict) -> None:
    a, b, new = line("a", 0), line("b", 1), line("new", 2)
    better = line("a, said better", 0, amended=True)
    found = revise(Draft((a, b)), [verdict, "stands"], amended={0: better}, candidates=[new])
    assert (found.draft.lines, found.changed, found.stayed, found.left) == ((better, b), (0,), (0, 1), ())


@pytest.mark.parametrize(("verdict", "changed"), [("stands", ()), ("not measured", ()), ("to be amended", (0,))])
def test_an_amendment_in_the_words_of_the_line_changes_nothing_of_a_line_that_stays(
    verdict: LineVerdict, changed: tuple[int, ...]
) -> None:
    a, same = line("a", 0), line("a", 0, amended=True)
    found = revise(Draft((a,)), [verdict], amended={0: same}, candidates=[])
    assert (found.draft.lines[0].text, found.changed) == ("a", changed)


def test_what_finds_neither_an_amendment_nor_a_candidate_leaves_and_the_next_move_up() -> None:
    a, b, c = (line(words, n) for n, words in enumerate("abc"))
    found = revise(Draft((a, b, c)), ["to be amended", "stands", "gives way"], amended={}, candidates=[])
    assert (found.draft.lines, found.changed, found.stayed, found.left) == ((b,), (), (1,), (0, 2))
    assert found.not_yet_common == (a, c)


def test_a_line_that_gives_way_takes_its_amendment_too_and_its_place_is_not_lost() -> None:
    a, b, new = line("a", 0), line("b", 1), line("new", 2)
    found = revise(Draft((a, b)), ["gives way", "gives way"], amended={0: line("a!", 0)}, candidates=[new])
    assert ([one.text for one in found.draft.lines], found.left) == (["a!", "new"], (1,))


def test_two_lines_are_replaced_and_no_third() -> None:
    lines, new = [line(f"old {n}", n) for n in range(3)], [line(f"new {n}", 9 + n) for n in range(3)]
    found = revise(Draft(tuple(lines)), ["gives way"] * 3, amended={}, candidates=new)
    assert (found.draft.lines, found.left) == ((new[0], new[1]), (0, 1, 2))


def test_words_that_stand_in_the_draft_already_do_not_come_in_again() -> None:
    a, b, twin, new = line("a", 0), line("b", 1), line("b", 5), line("new", 6)
    found = revise(Draft((a, b)), ["gives way", "stands"], amended={}, candidates=[twin, new])
    assert found.draft.lines == (new, b)


def test_a_part_s_own_candidate_comes_in_unless_it_is_used_or_no_candidate() -> None:
    a, b, one, two, other = (line(words, n) for n, words in enumerate(("a", "b", "one", "two", "other")))
    ways = {0: [other, two], 1: [two]}
    found = revise(Draft((a, b)), ["gives way"] * 2, amended={}, candidates=[one, two], of_part=ways)
    assert found.draft.lines == (two, one)


@pytest.mark.parametrize("verdicts", [["stands"], ["stands"] * 3])
def test_there_is_one_verdict_for_each_line(verdicts: list[LineVerdict]) -> None:
    with pytest.raises(ValueError, match="one verdict"):
        revise(Draft((line("a", 0), line("b", 1))), verdicts, amended={}, candidates=[])
