"""The made-up gathering is what its script writes, and is what the docs say it is."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import oneheart
from oneheart.model.desire import Moderation, Stance
from oneheart.model.gathering import Gathering
from tests.support.pages import ROOT

FOLDER = ROOT / "examples" / "six-tens"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=False, encoding="utf-8")


@pytest.mark.process
def test_the_files_are_what_the_script_writes() -> None:
    done = run(str(FOLDER / "make.py"), "--check")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.process
def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    for file in FOLDER.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "circles.csv").write_text("circle,name\n")
    done = run(str(tmp_path / "make.py"), "--check")
    assert done.returncode == 1
    assert "circles.csv" in done.stderr
    assert "responses.csv" not in done.stderr


def test_sixty_friends_in_six_tens_and_four_languages(six_tens: Gathering) -> None:
    assert six_tens.participant_count == 60
    assert Counter(six_tens.circle_of.tolist()) == dict.fromkeys(range(6), 10)
    assert {desire.language for desire in six_tens.desires} == {"he", "ru", "es", "en"}
    with (FOLDER / "participants.csv").open(encoding="utf-8") as file:
        assert {row["language"] for row in csv.DictReader(file)} == {"he", "ru", "es", "en"}


def test_desires_are_short_and_one_is_rejected_and_one_is_meta(six_tens: Gathering) -> None:
    assert 55 <= six_tens.desire_count <= 65
    assert all(0 < len(desire.text) <= 140 for desire in six_tens.desires)
    assert sum(desire.moderation is Moderation.REJECTED for desire in six_tens.desires) == 1
    assert sum(desire.is_meta for desire in six_tens.desires) == 1
    assert sum(desire.is_seed for desire in six_tens.desires) == 2


def test_friends_answer_a_handful_and_are_seldom_against(six_tens: Gathering) -> None:
    per_friend = np.bincount(six_tens.responses.participant)
    assert per_friend.min() >= 12
    assert per_friend.max() <= 22
    stances = Counter(six_tens.responses.stance.tolist())
    assert stances[Stance.WANT] > stances[Stance.NOT_MINE] > stances[Stance.AGAINST] > 20
    assert stances[Stance.AGAINST] < 0.1 * len(six_tens.responses)


def test_there_is_a_common_core_in_several_languages(six_tens: Gathering) -> None:
    analysis = oneheart.analyze(six_tens)
    lines = [six_tens.desires[line.desire] for line in analysis.one_desire.lines]
    assert len(lines) == 5
    assert len({line.language for line in lines}) >= 3
    one = analysis.one_desire
    assert one.share_index is not None
    assert one.share_index < 1
    assert one.coverage is not None
    assert one.coverage.value > 0.95
    refused = {six_tens.desires[column].text for column in analysis.one_desire.nearest}
    assert "Lights out at ten." in refused
