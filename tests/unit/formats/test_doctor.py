"""The doctor says what is odd in whole sentences, in known codes, with an exit status for scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import oneheart.formats
from oneheart.formats import Diagnosis, Finding, inspect, read_and_diagnose

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = Path(oneheart.formats.__file__).parent
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"


def sentences(place: Path) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in inspect(place).findings}


@pytest.mark.parametrize(
    ("severities", "status"), [((), 0), (("note",), 0), (("note", "warning"), 1), (("warning", "error"), 2)]
)
def test_the_exit_status_is_that_of_the_worst_finding(severities: Any, status: int) -> None:
    assert Diagnosis("x", findings=tuple(Finding("a", s, "A.") for s in severities)).exit_status == status


def test_events_and_last_votes_are_reconciled(conversation: Callable[..., Any], folder: Callable[..., Path]) -> None:
    talk = conversation()
    at, comment, person, vote = talk.votes[0]
    talk.votes += [[at + 10**9, comment, person, vote], [at + 10**9 + 5, comment, person, 0]]
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv()})
    found = sentences(place)
    assert found["revotes"].startswith("2 vote events were replaced")
    assert "(1 within the same second" in found["revotes"]
    assert "; the answer changed 1 time; the last vote counts" in found["revotes"]
    assert found["unclear-order"].endswith("milliseconds tell which came last.")
    assert found["counts-are-events"] == (
        "comments.csv counts all 42 vote events; 2 of them were replaced by a later vote of the same person; "
        "we use the last."
    )


def test_people_whom_others_leave_out_are_counted(
    conversation: Callable[..., Any], folder: Callable[..., Path]
) -> None:
    talk = conversation()
    found = sentences(folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv()}))
    assert found["fewer-than-seven"].startswith("10 people of 10 gave fewer than 7 answers")
    assert ", 10 of them had written something themselves;" in found["fewer-than-seven"]


def test_a_summary_that_disagrees_is_noticed(conversation: Callable[..., Any], folder: Callable[..., Path]) -> None:
    talk = conversation()
    place = folder(
        {"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv(), "summary.csv": "voters,12\ncomments,9\n"}
    )
    found = {f.code: f.severity for f in inspect(place).findings}
    assert (found["summary-voters"], found["summary-comments"]) == ("warning", "note")


def test_times_before_polis_are_noticed(conversation: Callable[..., Any], folder: Callable[..., Path]) -> None:
    talk = conversation()
    talk.votes[3][0] = 5
    assert sentences(folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv()}))[
        "times-odd"
    ].startswith("1 vote is")


def test_counts_that_fit_no_votes_are_noticed(conversation: Callable[..., Any], folder: Callable[..., Path]) -> None:
    talk = conversation()
    comments = talk.comments_csv().replace(",2,1,1,", ",7,1,1,", 3)
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": comments})
    assert sentences(place)["counts-differ"].startswith("Agrees and disagrees of 3 comments")


def test_one_reading_gives_the_gathering_and_the_diagnosis(
    conversation: Callable[..., Any], folder: Callable[..., Path]
) -> None:
    talk = conversation()
    place = folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv()})
    gathering, found = read_and_diagnose(place)
    assert found == inspect(place)
    assert found.counts["responses"] == len(gathering.responses) == 40


def test_every_code_is_in_the_reference() -> None:
    source = "".join(file.read_text() for file in HOME.rglob("*.py"))
    codes = set(re.findall(r'(?:Finding|\.warn|\.note)\(\s*"([a-z]+-[a-z-]+|revotes|unreadable)"', source))
    assert len(codes) > 25
    assert not {code for code in codes if f"`{code}`" not in REFERENCE.read_text()}


@pytest.mark.process
def test_importing_the_formats_loads_no_data_frame_library() -> None:
    heavy = "import sys, oneheart.formats; print({'narwhals', 'pandas', 'polars', 'scipy', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_what_was_read_and_the_sign_that_was_found_are_told(
    conversation: Callable[..., Any], folder: Callable[..., Path]
) -> None:
    talk = conversation(-1)
    said = inspect(folder({"votes.csv": talk.votes_csv(), "comments.csv": talk.comments_csv()})).read_as()
    assert said == (
        "Read from comments.csv, votes.csv.",
        "Times are in milliseconds.",
        "-1 means agree: authors voted -1 on 10 of their own comments and +1 on 0.",
        "10 people answered, 10 desires, 40 last answers: 20 want, 10 not mine, 10 against.",
    )
    assert inspect("/nowhere-at-all").read_as() == ()


def test_totals_without_votes_are_told_and_are_not_nobody(
    conversation: Callable[..., Any], folder: Callable[..., Path]
) -> None:
    place = folder({"comments.csv": conversation().comments_csv()})
    found = sentences(place)
    assert found["only-totals"].startswith("comments.csv counts 20 agrees and 10 disagrees, but no file says")
    assert "no-responses" not in found
    assert inspect(place).exit_status == 1
    whole = folder({"votes.csv": conversation().votes_csv(), "comments.csv": conversation().comments_csv()}, "whole")
    assert "only-totals" not in sentences(whole)
