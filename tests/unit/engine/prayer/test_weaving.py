from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.prayer.rounds import judge_line, judge_part, revise
from oneheart.engine.prayer.weaving import concatenation, reading_order, weave
from oneheart.model.desire import Desire
from oneheart.model.prayer import Affirmation, Draft, PrayerLine

TEXTS = st.lists(st.text("abc שלום", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=8)


@given(TEXTS, st.data())
def test_every_line_is_verbatim_and_cites_its_desire(texts: list[str], data: st.DataObject) -> None:
    desires = [Desire(str(n), text) for n, text in enumerate(texts)]
    columns = data.draw(st.lists(st.integers(0, len(texts) - 1), unique=True))
    draft = weave(columns, desires, alternates=range(len(texts)))
    assert [line.cites[0] for line in draft.lines] == columns
    assert [line.text for line in draft.lines] == [" ".join(texts[column].split()) for column in columns]
    assert set(draft.alternates) == set(range(len(texts))) - set(columns)
    assert weave(columns, desires).digest() == draft.digest()


def test_a_line_gives_way_to_the_next_desire_of_the_part_that_could_not_say_it() -> None:
    one, two, three, four, five = (PrayerLine(text, "en", (n,)) for n, text in enumerate("abcde"))
    draft = Draft((one, two, three))
    found = revise(
        draft,
        ["gives way", "stands", "gives way"],
        amended={},
        candidates=[four, five],
        of_part={0: [five, four], 2: [five, four]},
    )
    assert found.draft.lines == (five, two, four), "each is used once"
    assert revise(draft, ["gives way", "stands", "stands"], amended={}, candidates=[four, five]).draft.lines[0] == four


@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_lines_that_are_wanted_alike_stand_in_the_order_of_their_labels(labels: list[str]) -> None:
    order = reading_order(np.ones((6, len(labels))), [0.5] * len(labels), labels)
    assert [labels[place] for place in order] == sorted(labels)


@given(st.integers(0, 500), st.integers(2, 7), st.integers(5, 30))
def test_the_order_does_not_depend_on_who_or_what_is_numbered_how(seed: int, lines: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    want, worst = rng.random((n, lines)), rng.random(lines).tolist()
    labels = [f"d{number}" for number in rng.permutation(lines)]
    order = [labels[place] for place in reading_order(want, worst, labels)]
    shuffled = rng.permutation(lines)
    again = reading_order(
        want[rng.permutation(n)][:, shuffled], [worst[j] for j in shuffled], [labels[j] for j in shuffled]
    )
    assert [labels[shuffled[place]] for place in again] == order
    assert sorted(order) == sorted(labels)


def test_each_parts_first_line_comes_before_any_parts_second() -> None:
    parts = [20, 12, 8]
    want = np.zeros((sum(parts), 8))
    want[:, :2] = 1.0
    first = 0
    for part, size in enumerate(parts):
        want[first : first + size, 2 + part] = want[first : first + size, 5 + part] = 1.0
        first += size
    labels = [f"d{place}" for place in range(8)]
    order = reading_order(want, [0.9, 0.8, 0, 0, 0, 0, 0, 0], labels)
    assert order[:2] == (0, 1)
    assert set(order[2:5]) == {2, 3, 4}


def test_a_row_of_sentences_one_from_each_is_called_so() -> None:
    draft = weave([0, 1, 2], [Desire(str(n), f"line {n}") for n in range(3)])
    assert concatenation(draft, [1, 1, 1], [1, 1, 1]) == 1.0
    assert concatenation(draft, [9, 8, 7], [1, 1, 1]) == 0.0


def test_a_desire_twice_or_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="only once"):
        weave([0, 0], [Desire("0", "a")])
    with pytest.raises(ValueError, match="no words"):
        weave([0], [Desire("0", "  ")])


@pytest.mark.parametrize(
    ("people", "readers", "can_say", "against", "verdict"),
    [
        (200, 40, 34, 1, "agreed"),
        (200, 25, 17, 0, "agreed"),
        (200, 25, 16, 0, "not agreed"),
        (200, 24, 24, 0, "not measured"),
        (20, 20, 18, 0, "agreed"),
        (20, 19, 19, 0, "not measured"),
        (200, 11, 11, 0, "not measured"),
        (200, 11, 0, 11, "not measured"),
        (200, 0, 0, 0, "not measured"),
        (200, 40, 34, 6, "goes against"),
        (200, 12, 8, 2, "goes against"),
    ],
)
def test_a_part_is_judged_from_its_readers(people: int, readers: int, can_say: int, against: int, verdict: str) -> None:
    assert judge_part(0, people, Affirmation(0, readers, can_say, against)).verdict == verdict


def test_one_part_that_it_goes_against_is_enough_and_one_unheard_decides_nothing() -> None:
    agreed = judge_part(0, 200, Affirmation(0, 40, 38, 0))
    unheard = judge_part(1, 200, Affirmation(0, 3, 3, 0))
    against = judge_part(2, 200, Affirmation(0, 40, 20, 20))
    refused = judge_part(3, 200, Affirmation(0, 40, 20, 0))
    assert judge_line([agreed, agreed]) == "stands"
    assert judge_line([agreed, unheard]) == "stands"
    assert judge_line([unheard, unheard]) == "not measured"
    assert judge_line([agreed, refused]) == "gives way"
    assert judge_line([agreed, refused, against, unheard]) == "to be amended"


def test_at_most_two_lines_are_replaced_and_what_leaves_is_listed() -> None:
    lines = tuple(PrayerLine(f"line {n}", "en", (n,)) for n in range(5))
    new = [PrayerLine(f"new {n}", "en", (10 + n,)) for n in range(4)]
    better = PrayerLine("line 1, said better", "en", (1,), amended=True)
    verdicts = ["stands", "to be amended", "gives way", "gives way", "gives way"]
    revised = revise(Draft(lines), verdicts, amended={1: better}, candidates=new)  # type: ignore[arg-type]
    assert [line.text for line in revised.draft.lines] == ["line 0", "line 1, said better", "new 0", "new 1"]
    assert revised.changed == (1, 2, 3)
    assert [line.text for line in revised.not_yet_common] == ["line 2", "line 3", "line 4"]


def test_an_amendment_must_say_the_same_desires() -> None:
    line = PrayerLine("a", "en", (0,))
    other = PrayerLine("b", "en", (1,), amended=True)
    with pytest.raises(ValueError, match="other desires"):
        revise(Draft((line,)), ["to be amended"], amended={0: other}, candidates=[])


@pytest.mark.parametrize(("large", "order"), [(19, (0, 1, 3, 2)), (20, (0, 1, 2, 3)), (21, (0, 1, 2, 3))])
def test_a_parts_first_line_comes_before_a_twentyfold_parts_second(large: int, order: tuple[int, ...]) -> None:
    """The large part has a line in the core and wants the third line; one person has none and wants the fourth."""
    want = np.zeros((large + 1, 4))
    want[:large, [0, 2]], want[large, 3] = 1.0, 1.0
    assert reading_order(want, [0.9, 0.8, 0.0, 0.0], list("abcd")) == order


def test_two_lines_that_the_worst_fifth_wants_most_open_the_text_and_the_third_is_for_those_without() -> None:
    want = np.array([[1.0, 1.0, 1.0, 0.0]] * 9 + [[0.0, 0.0, 0.0, 1.0]])
    assert reading_order(want, [0.1, 0.3, 0.2, 0.0], list("abcd")) == (1, 2, 3, 0)
    assert reading_order(want[:, :1], [0.5], ["a"]) == (0,)


def test_a_line_cites_all_that_say_the_same_once_and_its_own_words_first() -> None:
    desires = [
        Desire("a", "Bread"),
        Desire("b", "bread for all of the children"),
        Desire("c", "Peace", None, "fr"),
        Desire("d", "BREAD"),
    ]
    draft = weave([1, 2], desires, merged=[(0, 1, 3)], alternates=[3, 1, 0])
    assert [line.cites for line in draft.lines] == [(1, 0, 3), (2,)]
    assert [line.language for line in draft.lines] == ["en", "fr"]
    assert draft.alternates == (3, 0)


def test_only_lines_that_nobody_beside_their_authors_wants_are_a_row_of_sentences() -> None:
    draft = weave([0, 1, 2, 3], [Desire(str(n), f"line {n}") for n in range(4)])
    assert concatenation(draft, [2, 2, 1, 0], [2, 1, 1, 1]) == 0.75
    assert concatenation(Draft(()), [], []) == 0.0
    cites_two = weave([1], [Desire("0", "Bread"), Desire("1", "bread")], merged=[(0, 1)])
    assert concatenation(cites_two, [9, 1], [1, 1]) == 1.0, "the desire whose words these are is counted"
    assert concatenation(cites_two, [1, 9], [1, 1]) == 0.0
    assert concatenation(cites_two, [2, 2], [1, 2]) == 1.0
