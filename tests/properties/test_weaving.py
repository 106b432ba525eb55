"""True of every text: its words are people's own, no part is passed over in silence, nothing hangs on order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.engine.analysis import analyze
from oneheart.engine.desire import shares
from oneheart.engine.desire.wants import draw_count
from oneheart.engine.prayer.choosing import support_of_the_least, text_columns, wants
from oneheart.engine.prayer.covering import cover
from oneheart.engine.prayer.rounds import LineVerdict, revise
from oneheart.engine.prayer.stopping import parts_without_line
from oneheart.engine.prayer.weaving import concatenation, reading_order, weave
from oneheart.engine.synthetic import draw, made_up_words
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses
from oneheart.model.prayer import Draft, PrayerLine

LINES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A woven text, P(want) of everybody for its lines in reading order, and what was found on the way."""

    draft: Draft
    want: np.ndarray
    columns: tuple[int, ...]
    gathering: Gathering

    @property
    def words(self) -> list[str]:
        return [line.text for line in self.draft.lines]


def gathering_of(seed: int, people: int = 60, desires: int = 24) -> Gathering:
    """Return a made-up gathering in three circles, every desire written by somebody, two of them in the same words."""
    rng = np.random.default_rng(seed)
    made = draw(people, desires, answers=10, rng=rng).gathering
    authors = rng.integers(0, people, desires)
    written = [replace(d, author=int(a)) for d, a in zip(made.desires, authors, strict=True)]
    written[1] = replace(written[1], text=written[0].text.upper() + "!")
    return replace(
        made,
        desires=tuple(written),
        circles=tuple(Circle(f"c{n}", f"circle {n}") for n in range(3)),
        circle_of=rng.integers(-1, 3, people).astype(np.int32),
    )


def woven(gathering: Gathering, seed: int = 0) -> Text:
    """Return the text that a gathering gives, by the way that a live one goes."""
    analysis = analyze(gathering, seed=seed)
    columns, want = text_columns(gathering, analysis, count=LINES, seed=seed)
    worst = [analysis.common_ground[column].worst_fifth.value for column in columns]
    order = reading_order(want, worst, [gathering.desires[column].label for column in columns])
    read = tuple(columns[place] for place in order)
    merged = [(entry.desire, *entry.same_as) for entry in analysis.common_ground if entry.same_as]
    return Text(weave(read, gathering.desires, merged=merged), want[:, list(order)], read, gathering)


def permuted(gathering: Gathering, seed: int) -> Gathering:
    """Return the same gathering with people, desires and circles counted in another order."""
    rng = np.random.default_rng(seed)
    people, columns = rng.permutation(gathering.participant_count), rng.permutation(gathering.desire_count)
    circles = rng.permutation(len(gathering.circles))
    row, column, circle = np.argsort(people), np.argsort(columns), np.append(np.argsort(circles), -1)
    r = gathering.responses
    return replace(
        gathering,
        participants=tuple(gathering.participants[n] for n in people),
        desires=tuple(
            replace(d, author=None if d.author is None else int(row[d.author]))
            for d in (gathering.desires[n] for n in columns)
        ),
        responses=Responses.of(row[r.participant], column[r.desire], r.stance),
        circles=tuple(gathering.circles[n] for n in circles),
        circle_of=circle[gathering.circle_of[people]].astype(np.int32),
    )


@pytest.fixture(scope="module", params=range(4))
def text(request: pytest.FixtureRequest) -> Text:
    """Return the texts of four gatherings, one after another."""
    return woven(gathering_of(request.param))


def test_every_line_is_verbatim_from_the_desire_that_it_cites(text: Text) -> None:
    assert text.draft.lines
    for line in text.draft.lines:
        assert line.text == " ".join(text.gathering.desires[line.cites[0]].text.split())
        assert not line.amended


def test_no_desire_is_said_twice(text: Text) -> None:
    cited = [column for line in text.draft.lines for column in line.cites]
    assert len(set(cited)) == len(cited)


def test_every_declared_part_has_a_line_or_is_named(text: Text) -> None:
    circle = text.gathering.circle_of.astype(np.int64)
    named = parts_without_line(text.want, circle)
    for number in range(3):
        rows = np.repeat(circle == number, len(text.want) // len(circle))
        has = 1 - np.prod(1 - text.want[rows], axis=1)
        assert (has.mean() >= 0.5) != (number in named)


def test_a_part_whose_desire_is_left_out_is_named() -> None:
    want = np.zeros((30, 4))
    want[:20, :3], want[20:, 3] = 1.0, 1.0
    part = np.repeat([0, 1], [20, 10])
    assert parts_without_line(want[:, [0, 1]], part) == (1,)
    assert parts_without_line(want[:, list(cover(want, (0, 1, 2)))], part) == ()


@pytest.mark.parametrize("lot", [1, 2])
def test_who_and_what_is_counted_first_changes_nothing(text: Text, lot: int) -> None:
    assert woven(permuted(text.gathering, lot)).words == text.words


def test_the_same_seed_gives_the_same_text(text: Text) -> None:
    again = woven(text.gathering)
    assert again.draft == text.draft
    assert again.draft.digest() == text.draft.digest()


def test_weaving_what_was_woven_changes_nothing(text: Text) -> None:
    lines = [Desire(str(n), line.text, line.language) for n, line in enumerate(text.draft.lines)]
    again = weave(range(len(lines)), lines)
    assert again.digest() == text.draft.digest()
    assert weave(range(len(lines)), lines).digest() == again.digest()


def test_hardly_a_line_is_wanted_by_its_author_only(text: Text) -> None:
    r = text.gathering.responses
    wanted_by = [
        len(
            set(r.participant[(r.desire == column) & (r.stance == 1)].tolist())
            | {text.gathering.desires[column].author}
        )
        for column in range(text.gathering.desire_count)
    ]
    score = concatenation(text.draft, wanted_by, [1] * len(wanted_by))
    assert score == 0.0
    row_of_sentences = weave(range(3), text.gathering.desires)
    assert concatenation(row_of_sentences, [1] * len(wanted_by), [1] * len(wanted_by)) == 1.0


VERDICTS: list[LineVerdict] = ["stands", "to be amended", "gives way", "not measured"]


@given(st.data())
def test_after_reading_every_line_is_a_desire_or_an_amendment_of_what_it_cites(data: st.DataObject) -> None:
    desires = [Desire(str(n), f"desire number {n}", "en") for n in range(10)]
    first = data.draw(st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=6))
    draft = weave(first, desires)
    verdicts = data.draw(st.lists(st.sampled_from(VERDICTS), min_size=len(first), max_size=len(first)))
    amended = {
        n: replace(line, text=f"{line.text}, said better", amended=True)
        for n, line in enumerate(draft.lines)
        if data.draw(st.booleans())
    }
    candidates = list(weave([column for column in range(10) if column not in first], desires).lines)
    revised = revise(draft, verdicts, amended=amended, candidates=candidates)
    for line in revised.draft.lines:
        verbatim = desires[line.cites[0]].text
        assert line.text == (f"{verbatim}, said better" if line.amended else verbatim)
    before, now = set(draft.lines), set(revised.draft.lines)
    gone = [line for n, line in enumerate(draft.lines) if line not in now and n not in amended]
    assert set(gone) <= set(revised.not_yet_common) <= before
    stands = all(verdict in {"stands", "not measured"} for verdict in verdicts)
    assert not stands or revised.draft.lines == tuple(amended.get(n, line) for n, line in enumerate(draft.lines))
    assert set(amended) <= set(revised.stayed), "no line leaves whose author said it in other words"
    assert revise(draft, verdicts, amended=amended, candidates=candidates) == revised


@given(st.integers(0, 1000), st.integers(1, 5))
@settings(max_examples=40)
def test_covering_more_people_never_takes_what_a_part_is_owed(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    want = (rng.random((40, 9)) < rng.random(9) * 0.6).astype(float)
    lines = shares.expected_pav(want, count)
    covered = cover(want, lines)
    assert len(set(covered)) == len(lines)
    assert shares.coverage(want, covered) >= shares.coverage(want, lines) - 1e-12
    assert shares.share_index(want, covered)[0] <= max(1.0, shares.share_index(want, lines)[0]) + 1e-12
    assert cover(want, covered) == covered
    kept = cover(want, lines, keep=1)
    assert kept[:1] == lines[:1]


def test_lines_that_are_alike_are_not_brought_together_by_covering() -> None:
    want = np.array([[1, 1, 1, 0, 0]] * 6 + [[0, 0, 0, 1, 1]] * 2, float)
    alike = np.zeros((5, 5), bool)
    alike[0, 3] = alike[3, 0] = True
    assert cover(want, (0, 1, 2), alike=alike) == (0, 1, 4)


def test_wants_of_everybody_are_their_answers_where_they_gave_one() -> None:
    gathering = gathering_of(9)
    want = wants(gathering, range(gathering.desire_count), 0, analyze(gathering).calibration)
    people, r = gathering.participant_count, gathering.responses
    drawn = want.reshape(people, draw_count(people), -1)
    given = np.broadcast_to((r.stance == 1)[:, None], (len(r), draw_count(people)))
    np.testing.assert_array_equal(drawn[r.participant, :, r.desire], given)


def test_wants_that_are_there_already_give_the_same_text() -> None:
    gathering = gathering_of(9)
    analysis = analyze(gathering, seed=3)
    ranked = wants(gathering, analysis.ranking, 3, analysis.calibration)
    once = text_columns(gathering, analysis, count=LINES, seed=3)
    again = text_columns(gathering, analysis, count=LINES, seed=3, ranked=ranked)
    assert again[0] == once[0] != ()
    np.testing.assert_allclose(again[1], once[1], atol=1e-6)  # of single precision
    assert wants(gathering, [], 3, analysis.calibration).shape == (len(ranked), 0)


def split_gathering(seed: int) -> Gathering:
    """Return seventy people of one camp and thirty of another, eight answers of ten given.

    All want desires 0 to 2; the large camp wants 3, 5 and 6 and the small one is against them; the small camp wants 4,
    and so does every third of the others, whom it does not go against; hardly anybody wants the rest.
    """
    rng = np.random.default_rng(seed)
    small = np.arange(100) >= 70
    want = np.zeros((100, 10))
    want[:, :3], want[:, 4], want[small, 4], want[:, 7:] = 0.9, 0.35, 0.95, 0.02
    want[np.ix_(~small, [3, 5, 6])] = 0.97
    said = np.where(rng.random(want.shape) < want, 1, 0)
    said[np.ix_(small, [3, 5, 6])] = -1
    i, j = np.nonzero(rng.random(want.shape) < 0.8)
    return Gathering(
        "What do you want?",
        tuple(f"p{n}" for n in range(100)),
        tuple(Desire(f"d{n}", made_up_words(rng)) for n in range(10)),
        Responses.of(i, j, said[i, j]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_goes_against_a_part_is_no_line_and_what_is_a_parts_own_comes_in(seed: int) -> None:
    gathering = split_gathering(seed)
    lines, _ = text_columns(gathering, analyze(gathering, seed=seed), count=4, seed=seed)
    most_wanted = np.bincount(gathering.responses.desire, gathering.responses.stance == 1, minlength=10).argsort()[-4:]
    assert {3, 5, 6} & set(most_wanted.tolist())
    assert set(lines) == {0, 1, 2, 4}


def test_the_weakest_part_is_found_by_the_model_and_not_by_who_is_numbered_how() -> None:
    gathering = split_gathering(0)
    moved = permuted(replace(gathering, circle_of=np.full(100, -1, np.int32)), 5)
    by_text = [
        {entry.weakest_part: one.desires[entry.desire].text for entry in analyze(one, seed=2).common_ground}
        for one in (gathering, moved)
    ]
    assert by_text[0] == by_text[1]
    weakest = [entry.weakest_part for entry in analyze(gathering, seed=2).common_ground]
    assert all(value is not None for value in weakest)
    assert max(weakest, key=lambda value: value or 0.0) in weakest[:3]
    assert max(weakest[3], weakest[5], weakest[6]) < min(weakest[:3])


def test_common_is_what_both_the_worst_fifth_and_the_weakest_part_want() -> None:
    entry = analyze(split_gathering(0), seed=0).common_ground[0]
    assert entry.weakest_part is not None
    apart = sorted((entry.rank_value, entry.weakest_part))
    between, lower = support_of_the_least(entry)
    assert lower == apart[0] < between < apart[1]
    worst = entry.rank_value
    assert support_of_the_least(replace(entry, weakest_part=None)) == (worst, worst)


def test_a_line_is_somebodys() -> None:
    with pytest.raises(ValueError, match="no words"):
        weave([0], [Desire("0", " ")])
    assert PrayerLine("a", "en", (0,)).cites == (0,)
