"""The sign of votes is found from evidence, or refused; never assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from oneheart.errors import UserError
from oneheart.formats import inspect, read
from oneheart.formats.polis.sign import Evidence, StatedCounts, chance, decide

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Folder = Callable[..., Path]
    Maker = Callable[..., Any]


def counts(sign: int) -> StatedCounts:
    up, down = np.array([5, 3, 9]), np.array([1, 0, 2])
    return StatedCounts(up, down, up, down) if sign == 1 else StatedCounts(up, down, down, up)


def test_authors_own_votes_outrank_counts_that_say_the_opposite() -> None:
    found = decide(Evidence(own_minus=20, own_minus_authors=9, comment_events=counts(1), person_counts=counts(1)), "x")
    assert found.agree == -1
    assert {f.code for f in found.findings} == {"sign-counts-swapped"}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("where", ["comment_events", "comment_last", "person_counts"])
def test_counts_alone_decide_where_they_can_be_trusted(where: str, sign: int) -> None:
    assert decide(Evidence(**{where: counts(sign)}), "x").agree == sign  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(),
        Evidence(comment_events=counts(1), person_counts=counts(-1)),
        Evidence(declared="agree=+1", comment_events=counts(-1)),
        Evidence(comment_events=counts(1), swapped_perhaps=True),
        Evidence(person_counts=counts(-1), swapped_perhaps=True),
        Evidence(comment_events=counts(1), own_minus=6, own_minus_authors=6),
        Evidence(own_plus=4, own_plus_authors=4),
        Evidence(own_plus=40, own_plus_authors=1),
        Evidence(own_plus=20, own_minus=18, own_plus_authors=20, own_minus_authors=18),
    ],
)
def test_missing_weak_or_contradicting_evidence_is_refused(evidence: Evidence) -> None:
    with pytest.raises(UserError, match=r"--agree \+1 or --agree -1"):
        decide(evidence, "x")
    assert decide(evidence, "x", given=-1).agree == -1


def test_a_declaration_decides_even_in_files_of_the_faulty_exporter() -> None:
    assert decide(Evidence(declared="agree=-1;disagree=+1", swapped_perhaps=True), "x").agree == -1


def test_saying_the_sign_against_strong_evidence_is_obeyed_and_noted() -> None:
    found = decide(Evidence(own_plus=40, own_plus_authors=12), "x", given=-1)
    assert found.agree == -1
    assert [f.severity for f in found.findings] == ["warning"]


def test_the_sign_of_passes_alone_does_not_matter() -> None:
    assert decide(Evidence(any_vote=False), "x").agree == 1


def test_a_sign_that_is_no_sign_is_refused() -> None:
    with pytest.raises(UserError, match=r"must be \+1 or -1"):
        decide(Evidence(), "x", given=2)


def test_chance_is_the_binomial_one_and_its_tail_goes_on_for_many() -> None:
    assert chance(5, 0) == pytest.approx(2 / 32)
    assert chance(7, 3) == pytest.approx(2 * (1 + 10 + 45 + 120) / 1024)
    assert chance(530, 471) == pytest.approx(chance(530, 470), abs=0.01)


def one_sided(talk: Any) -> Any:
    talk.votes = [v for v in talk.votes if v[3] != -talk.agree]
    return talk


@pytest.mark.parametrize("agree", [1, -1])
def test_one_sided_data_come_out_as_wants_by_authors_votes(agree: int, conversation: Maker, folder: Folder) -> None:
    talk = one_sided(conversation(agree))
    bare = "comment-id,author-id,comment-body\n" + "".join(f"{c},{c},Text\n" for c in range(10))
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": bare})
    assert set(read(place).responses.stance.tolist()) == {0, 1}
    assert "nobody-against" in {f.code for f in inspect(place).findings}


@pytest.mark.parametrize("agree", [1, -1])
def test_one_sided_data_come_out_as_wants_by_counts(agree: int, conversation: Maker, folder: Folder) -> None:
    talk = one_sided(conversation(agree))
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv(authors=False)})
    assert set(read(place).responses.stance.tolist()) == {0, 1}


def faulty(talk: Any, *, authors: bool) -> dict[str, str]:
    """Return files as the exporter of autumn 2024 wrote them: raw sign, swapped counts, seconds, no quotes."""
    for vote in talk.votes:
        vote[0] //= 1000
    up, down = talk.counts(1), talk.counts(-1)
    comments = "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    comments += "".join(
        f"1700000000,{c},{c if authors else ''},{up[c]},{down[c]},1,Well, more of {c}\n" for c in range(10)
    )
    summary = "topic,What do you want?\nurl,https://pol.is/x\nvoters,10\n"
    return {"votes.csv": talk.votes_csv(), "comments.csv": comments, "summary.csv": summary}


def test_the_faulty_exporter_is_seen_through_by_authors_votes(conversation: Maker, folder: Folder) -> None:
    talk = conversation(-1)
    place = folder(faulty(talk, authors=True))
    assert read(place).responses.stance.tolist() == [-v[3] for v in sorted(talk.votes, key=lambda v: (v[2], v[1]))]
    assert "sign-counts-swapped" in {f.code for f in inspect(place).findings}


def test_the_faulty_exporter_without_authors_is_refused(conversation: Maker, folder: Folder) -> None:
    place = folder(faulty(conversation(-1), authors=False))
    with pytest.raises(UserError, match="swapped together"):
        read(place)
    assert inspect(place).exit_status == 2
    assert len(read(place, sign=-1).responses) == 40


def test_a_matrix_in_the_other_sign_than_the_votes_is_turned(conversation: Maker, folder: Folder) -> None:
    talk, other = conversation(1), conversation(-1)
    place = folder(
        {
            "votes.csv": talk.votes_csv(),
            "comments.csv": talk.comments_csv(),
            "participants-votes.csv": other.matrix_csv(),
        }
    )
    found = inspect(place)
    assert {"matrix-turned"} <= {f.code for f in found.findings}
    assert "matrix-differs" not in {f.code for f in found.findings}


def test_two_opposite_declarations_are_refused(conversation: Maker, folder: Folder) -> None:
    place = folder(
        {
            "votes.csv": conversation().votes_csv(),
            "summary.csv": "topic,x\nvote-convention,agree=+1;disagree=-1\n",
            "format.json": '{"vote-convention": "agree=-1;disagree=+1"}',
        }
    )
    with pytest.raises(UserError, match="two opposite vote conventions"):
        read(place)
