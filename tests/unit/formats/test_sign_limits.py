"""The sign of votes at each limit of its evidence: enough, and one short."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import read
from oneheart.formats.files import input_files
from oneheart.formats.polis.loading import load
from oneheart.formats.polis.raw_export import Export
from oneheart.formats.polis.sign import Evidence, StatedCounts, chance, decide, declared_agree
from oneheart.formats.roles import files_by_role

Folder = Callable[..., Path]


def own(plus: int, minus: int, authors: int | None = None, **more: Any) -> Evidence:
    return Evidence(
        own_plus=plus,
        own_minus=minus,
        own_plus_authors=plus if authors is None else authors,
        own_minus_authors=minus if authors is None else authors,
        **more,
    )


def counts(sign: int) -> StatedCounts:
    up, down = np.array([5, 3, 9]), np.array([1, 0, 2])
    return StatedCounts(up, down, up, down) if sign == 1 else StatedCounts(up, down, down, up)


def decided(evidence: Evidence) -> int:
    """Return the sign, 0 where it is refused."""
    try:
        return decide(evidence, "x").agree
    except UserError:
        return 0


@pytest.mark.parametrize(
    ("evidence", "sign"),
    [
        (own(8, 0), 1),  # by chance once in 128
        (own(0, 8), -1),
        (own(7, 0), 0),  # once in 64
        (own(0, 7), 0),
        (own(8, 0, 3), 1),
        (own(8, 0, 2), 0),
        (own(0, 8, 3), -1),
        (own(0, 8, 2), 0),
        (own(20, 5), 1),  # four in five
        (own(19, 5), 0),
        (own(5, 20), -1),
        (own(5, 19), 0),
        (Evidence(own_plus=8, own_plus_authors=2, own_minus_authors=9), 0),
        (Evidence(own_minus=8, own_minus_authors=2, own_plus_authors=9), 0),
    ],
)
def test_authors_decide_from_these_limits_on(evidence: Evidence, sign: int) -> None:
    assert decided(evidence) == sign


@pytest.mark.parametrize(
    ("evidence", "sign"),
    [
        (own(0, 5, person_counts=counts(1)), 0),  # clear enough to contradict
        (own(0, 4, person_counts=counts(1)), 1),  # too few to
        (own(1, 4, person_counts=counts(1)), 0),
        (own(2, 4, person_counts=counts(1)), 1),  # split
        (own(5, 0, person_counts=counts(-1)), 0),
        (own(4, 0, person_counts=counts(-1)), -1),
        (own(5, 0, person_counts=counts(1)), 1),
        (own(0, 5, declared="agree=-1"), -1),
        (own(5, 0, declared="agree=-1"), 0),
    ],
)
def test_a_few_authors_can_contradict_but_not_decide(evidence: Evidence, sign: int) -> None:
    assert decided(evidence) == sign


def direction(straight: int, turned: int, neither: int = 0, even: int = 0) -> int:
    rows = [(3, 1, 3, 1)] * straight + [(3, 1, 1, 3)] * turned + [(7, 7, 1, 3)] * neither + [(2, 2, 2, 2)] * even
    return StatedCounts(*np.array(rows, np.int64).reshape(-1, 4).T).direction()


@pytest.mark.parametrize(
    ("rows", "sign"),
    [
        ((1, 0), 1),
        ((0, 1), -1),
        ((1, 0, 1), 1),  # half of those that tell
        ((1, 0, 2), 0),
        ((0, 1, 1), -1),
        ((0, 1, 2), 0),
        ((20, 1), 1),  # one in twenty may be the other way
        ((19, 1), 0),
        ((1, 20), -1),
        ((1, 19), 0),
        ((1, 1), 0),
        ((0, 0), 0),
        ((0, 0, 0, 5), 0),
        ((1, 0, 0, 9), 1),  # rows that tell nothing do not count
    ],
)
def test_stated_counts_tell_a_direction_from_these_limits_on(rows: tuple[int, ...], sign: int) -> None:
    assert direction(*rows) == sign


def test_both_numbers_of_a_row_must_fit() -> None:
    five = np.array([5])
    assert StatedCounts(five, five - 4, five, five - 5).direction() == 0
    assert StatedCounts(five, five - 4, five - 5, five).direction() == 0
    assert StatedCounts(five - 4, five, five - 5, five).direction() == 0
    assert StatedCounts(five - 4, five, five, five - 5).direction() == 0


@pytest.mark.parametrize(("plus", "minus"), [(3, 0), (6, 2), (2, 6), (5, 5), (0, 0), (520, 480), (700, 300)])
def test_chance_is_two_sided_and_exact_up_to_a_thousand(plus: int, minus: int) -> None:
    total = plus + minus
    exact = Fraction(2 * sum(comb(total, k) for k in range(min(plus, minus) + 1)), 2**total)
    assert chance(plus, minus) == pytest.approx(min(1.0, float(exact)), rel=1e-9)


@pytest.mark.parametrize(("plus", "minus"), [(540, 461), (461, 540), (501, 500), (1100, 1000)])
def test_chance_of_many_is_near_the_exact_one(plus: int, minus: int) -> None:
    total = plus + minus
    exact = Fraction(2 * sum(comb(total, k) for k in range(min(plus, minus) + 1)), 2**total)
    assert chance(plus, minus) == pytest.approx(min(1.0, float(exact)), rel=0.02)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("agree=+1", 1),
        ("AGREE = 1", 1),
        ("agree: -1", -1),
        ("disagree=+1;agree=-1", -1),
        ("disagree=-1", None),
        ("agree=+10", None),
        ("agree=2", None),
        ("", None),
    ],
)
def test_a_declaration_is_read(text: str, sign: int | None) -> None:
    assert declared_agree(text) == sign


def codes(evidence: Evidence, given: int | None = None) -> list[str]:
    return [finding.code for finding in decide(evidence, "x", given).findings]


def test_what_speaks_against_a_decision_is_told() -> None:
    assert codes(own(9, 0, person_counts=counts(1))) == []
    assert codes(own(9, 0, person_counts=counts(-1), comment_last=counts(-1))) == ["sign-counts-swapped"] * 2
    assert codes(own(9, 0, declared="agree=-1")) == ["sign-counts-swapped"]
    assert codes(own(9, 0), 1) == []
    assert codes(own(9, 0, person_counts=counts(-1)), -1) == ["sign-given-against-evidence"]
    assert codes(own(0, 9, person_counts=counts(1)), 1) == ["sign-given-against-evidence"]
    assert codes(own(4, 0), -1) == []
    assert codes(Evidence(person_counts=counts(-1), comment_last=counts(-1)), 1) == ["sign-given-against-evidence"]
    assert codes(Evidence(person_counts=counts(1)), 1) == []


def test_a_given_sign_is_told_against_the_strongest_evidence() -> None:
    [finding] = decide(own(0, 9, person_counts=counts(-1), comment_last=counts(-1)), "x", 1).findings
    assert "authors" in finding.sentence


def test_counts_of_all_events_come_before_those_of_last_votes() -> None:
    assert decided(Evidence(comment_events=counts(-1), comment_last=counts(1))) == -1
    nothing = StatedCounts(*[np.array([1])] * 4)
    assert decided(Evidence(comment_events=nothing, comment_last=counts(1))) == 1


def test_a_declared_sign_holds_in_files_that_may_be_swapped_unless_they_contradict() -> None:
    assert decided(Evidence(declared="agree=+1", person_counts=counts(1), swapped_perhaps=True)) == 1
    assert decided(Evidence(declared="agree=+1", person_counts=counts(-1), swapped_perhaps=True)) == 0
    assert decided(Evidence(person_counts=counts(1), swapped_perhaps=True)) == 0
    assert decided(Evidence(declared="agree=3", person_counts=counts(1), swapped_perhaps=True)) == 0


def test_without_any_vote_nothing_is_asked_for() -> None:
    assert decide(Evidence(any_vote=False), "x").public == ""
    assert decided(Evidence(any_vote=False, declared="agree=-1")) == 1


def test_the_public_sentence_has_no_counts() -> None:
    assert not any(letter.isdigit() and letter != "1" for letter in decide(own(40, 9), "x").public)
    assert "40" in decide(own(40, 9), "x").why
    assert "9" in decide(own(9, 40), "x").why
    assert decide(own(1, 0), "x", 1).public.startswith("+1 ")
    assert decide(own(9, 40), "x").public.startswith("-1 ")


# ---------------------------------------------------------------------------------------------------- from the files


def export(place: Path) -> Export:
    return load(files_by_role(input_files(place), place), place)


def authored(size: int, *, seeds: int = 0, vote: int = 1, others: int = 0) -> dict[str, str]:
    """Return files of people who each voted on what they wrote; of some comments of an organiser, and of others."""
    comments = "comment-id,author-id,is-seed,comment-body\n"
    comments += "".join(f"{k},{k},{'true' if k < seeds else 'false'},Text {k}\n" for k in range(size))
    votes = "comment-id,voter-id,vote\n" + "".join(f"{k},{k},{vote}\n" for k in range(size))
    votes += "".join(f"{k},{k + 1},{-vote}\n" for k in range(others))
    return {"comments.csv": comments, "votes.csv": votes}


@pytest.mark.parametrize("vote", [1, -1])
def test_votes_of_authors_on_their_own_comments_are_counted(vote: int, folder: Folder) -> None:
    evidence = export(folder(authored(8, vote=vote, others=5))).evidence
    found = (evidence.own_plus, evidence.own_plus_authors, evidence.own_minus, evidence.own_minus_authors)
    assert found == ((8, 8, 0, 0) if vote == 1 else (0, 0, 8, 8))


def test_votes_on_seed_comments_are_not_votes_on_ones_own(folder: Folder) -> None:
    evidence = export(folder(authored(9, seeds=2))).evidence
    assert (evidence.own_plus, evidence.own_plus_authors) == (7, 7)
    with pytest.raises(UserError):
        read(folder(authored(9, seeds=2)))
    assert len(read(folder(authored(9, seeds=1), "enough")).responses) == 9


def test_one_author_of_many_comments_is_one_author(folder: Folder) -> None:
    comments = "comment-id,author-id,comment-body\n" + "".join(f"{k},{min(k, 2)},Text {k}\n" for k in range(9))
    votes = "comment-id,voter-id,vote\n" + "".join(f"{k},{min(k, 2)},1\n" for k in range(9))
    evidence = export(folder({"comments.csv": comments, "votes.csv": votes})).evidence
    assert (evidence.own_plus, evidence.own_plus_authors) == (9, 3)


def test_passes_alone_are_no_votes_that_have_a_sign(folder: Folder) -> None:
    assert not export(folder(authored(3, vote=0))).evidence.any_vote
    assert export(folder(authored(3, vote=-1), "other")).evidence.any_vote


SECONDS = "timestamp,comment-id,voter-id,vote\n1700000000,1,1,1\n"
MILLISECONDS = SECONDS.replace("1700000000", "1700000000000")
NO_TIMES = "comment-id,voter-id,vote\n1,1,1\n"
PLAIN = "comment-id,author-id,comment-body\n1,1,Peace\n"
QUOTED = 'comment-id,author-id,comment-body\n1,1,"Peace"\n'
COMMA = 'comment-id,author-id,comment-body\n1,1,"Peace, and bread"\n'
UNQUOTED = "comment-id,author-id,comment-body\n1,1,Peace, and bread\n"
MATRIX = "participant,1\n1,1\n"


@pytest.mark.parametrize(
    ("files", "perhaps"),
    [
        ({"votes.csv": SECONDS}, True),
        ({"votes.csv": MILLISECONDS}, False),
        ({"votes.csv": NO_TIMES}, False),
        ({"votes.csv": SECONDS, "summary.csv": "views,3\n"}, False),
        ({"votes.csv": SECONDS, "summary.csv": "voters,3\n"}, True),
        ({"votes.csv": SECONDS, "comments.csv": PLAIN}, True),
        ({"votes.csv": SECONDS, "comments.csv": QUOTED}, False),
        ({"votes.csv": SECONDS, "comments.csv": COMMA}, False),
        ({"votes.csv": NO_TIMES, "comments.csv": UNQUOTED}, True),
        ({"votes.csv": MILLISECONDS, "comments.csv": UNQUOTED}, False),
        ({"votes.csv": NO_TIMES, "participant-votes.csv": MATRIX}, True),
        ({"votes.csv": NO_TIMES, "X_Participant_Votes.csv": MATRIX}, True),
        ({"votes.csv": NO_TIMES, "participants-votes.csv": MATRIX}, False),
        ({"participant-votes.csv": MATRIX, "comments.csv": COMMA}, False),
    ],
)
def test_files_that_may_be_of_the_exporter_that_swapped_counts(
    files: dict[str, str], *, perhaps: bool, folder: Folder
) -> None:
    assert export(folder(files)).evidence.swapped_perhaps == perhaps


def overlapping(opposite: int, same: int, passes: int = 0) -> dict[str, str]:
    """Return votes and a matrix of one person, some cells of which say the opposite."""
    size = opposite + same + passes
    votes = [1] * (opposite + same) + [0] * passes
    cells = [-1] * opposite + [1] * same + [0] * passes
    rows = "".join(f"{k},7,{vote}\n" for k, vote in enumerate(votes))
    header = ",".join(["participant", "n-agree", "n-disagree", *map(str, range(size))])
    stated = [cells.count(-1), cells.count(1)]
    return {
        "votes.csv": "comment-id,voter-id,vote\n" + rows,
        "participants-votes.csv": f"{header}\n7,{','.join(map(str, [*stated, *cells]))}\n",
    }


@pytest.mark.parametrize(
    ("opposite", "same", "passes", "turned"),
    [
        (5, 0, 0, True),
        (4, 0, 0, False),
        (9, 1, 0, True),
        (8, 1, 0, False),
        (18, 2, 0, True),
        (17, 2, 0, False),
        (5, 0, 9, True),
        (4, 0, 9, False),
        (0, 9, 0, False),
    ],
)
def test_a_matrix_is_turned_from_these_limits_on(
    opposite: int, same: int, passes: int, *, turned: bool, folder: Folder
) -> None:
    found = export(folder(overlapping(opposite, same, passes)))
    assert ("matrix-turned" in {finding.code for finding in found.findings}) == turned
    assert (found.matrix.value == 1).sum() == (opposite if turned else same)
    differing = next((f.sentence for f in found.findings if f.code == "matrix-differs"), "0 ")
    assert differing.startswith(f"{same if turned else opposite} ")
    assert (found.final.value >= 0).all()


def test_counts_beside_a_turned_matrix_turn_with_it(folder: Folder) -> None:
    turned = export(folder(overlapping(9, 1))).evidence.person_counts
    kept = export(folder(overlapping(4, 0), "kept")).evidence.person_counts
    assert turned is not None
    assert kept is not None
    assert (turned.direction(), kept.direction()) == (1, -1)
    assert (turned.found_plus.tolist(), turned.found_minus.tolist()) == ([9], [1])


def test_comments_that_state_no_counts_are_not_evidence(folder: Folder) -> None:
    comments = "comment-id,agrees,disagrees,comment-body\n1,1,0,A\n2,,0,B\n3,1,,C\n4,2,0,D\n"
    votes = "comment-id,voter-id,vote\n1,1,1\n2,1,1\n3,1,1\n4,1,-1\n4,2,1\n4,1,1\n9,1,-1\n"
    evidence = export(folder({"votes.csv": votes, "comments.csv": comments})).evidence
    assert evidence.comment_last is not None
    assert evidence.comment_events is not None
    assert evidence.comment_last.stated_agree.tolist() == [1, 2]
    assert evidence.comment_last.stated_disagree.tolist() == [0, 0]
    assert evidence.comment_last.found_plus.tolist() == [1, 2]
    assert evidence.comment_events.found_plus.tolist() == [1, 2]
    assert evidence.comment_events.found_minus.tolist() == [0, 1]
    none = export(folder({"votes.csv": votes, "comments.csv": "comment-id,comment-body\n1,A\n"}, "none")).evidence
    assert (none.comment_last, none.comment_events) == (None, None)
    only = export(folder({"comments.csv": comments, "participants-votes.csv": MATRIX}, "only")).evidence
    assert only.comment_events is None
    assert only.comment_last is not None
