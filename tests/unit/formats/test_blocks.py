"""A folder of blocks gives back the gathering that was written, and says so where it is not whole."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from oneheart.engine.synthetic import draw
from oneheart.errors import UserError
from oneheart.formats import blocks, inspect, read, write_tables
from oneheart.formats.blocks import MANIFEST, BlocksFolder, block_names, open_blocks, source_of, write_blocks
from oneheart.formats.diagnosis import Finding
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses, Totals
from oneheart.model.sealed import HallRecord


def same(one: object, other: object) -> bool:
    """Return whether two values of the model are equal, arrays in them compared by type and content."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, Gathering | Responses | Totals) and type(one) is type(other):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other


@pytest.fixture
def gathering() -> Gathering:
    made = draw(40, 12, answers=5, rng=np.random.default_rng(3)).gathering
    desires = (
        Desire("a\n1", "Peace, \u05e9\u05dc\u05d5\u05dd", 3, "he", Moderation.ACCEPTED, is_meta=True, is_seed=True),
        *made.desires[1:],
    )
    circles = (Circle("t1", "The first ten"), Circle("t2", "t2"))
    circle_of = np.array([-1, 0, 1, 0] * 10, np.int32)
    people = ('\u05d0\u05e0\u05d9, "I"', *made.participants[1:])
    return replace(
        made, desires=desires, participants=people, circles=circles, circle_of=circle_of, hall=HallRecord("An evening")
    )


def test_what_was_written_is_read_again(gathering: Gathering, tmp_path: Path) -> None:
    write_blocks(gathering, tmp_path / "x.blocks")
    assert same(read(tmp_path / "x.blocks"), gathering)


def test_counts_of_a_source_without_answers_are_kept(tmp_path: Path) -> None:
    totals = Totals(np.array([3, -1]), np.array([0, 2]))
    desires = (Desire("1", "Peace"), Desire("2", "Bread"))
    given = Gathering("", (), desires, Responses.of([], [], []), totals=totals)
    assert same(read(write_blocks(given, tmp_path / "x.blocks")), given)


def test_equal_gatherings_give_equal_bytes(gathering: Gathering, tmp_path: Path) -> None:
    one, other = (write_blocks(gathering, tmp_path / name) for name in ("one", "other"))
    assert {f.name: f.read_bytes() for f in one.iterdir()} == {f.name: f.read_bytes() for f in other.iterdir()}


def test_blocks_are_mapped_one_at_a_time_and_go_to_other_processes(gathering: Gathering, tmp_path: Path) -> None:
    opened = open_blocks(write_blocks(gathering, tmp_path / "x.blocks"))
    block = pickle.loads(pickle.dumps(opened.answers)).blocks[0]  # noqa: S301  our own
    assert isinstance(block.desire, np.memmap)
    assert block.desire.dtype == np.int16
    assert opened.labels(1, 3) == gathering.participants[1:3]
    assert same(opened.answers.responses(), gathering.responses)


def test_the_doctor_names_the_form_and_what_was_odd_when_it_was_made(gathering: Gathering, tmp_path: Path) -> None:
    odd = Finding("revotes", "note", "2 responses were replaced.")
    source = source_of(gathering, sign="+1 means agree.", public_sign="so", read_from=("votes.csv",), findings=(odd,))
    diagnosis = inspect(write_blocks(gathering, tmp_path / "x.blocks", source))
    assert (diagnosis.form, diagnosis.sign, diagnosis.public_sign) == ("blocks", "+1 means agree.", "so")
    assert odd in diagnosis.findings
    assert diagnosis.counts["responses"] == len(gathering.responses)
    assert "votes.csv" in diagnosis.dialect[0]


def test_the_doctor_counts_block_by_block_what_it_counts_in_memory(
    gathering: Gathering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = inspect(write_tables(gathering, tmp_path / "tables"))
    monkeypatch.setattr(BlocksFolder, "gathering", lambda _: pytest.fail("everything was read into memory"))
    by_blocks = inspect(write_blocks(gathering, tmp_path / "x.blocks"))
    assert by_blocks.counts == in_memory.counts
    assert by_blocks.findings == in_memory.findings


def test_a_folder_that_was_changed_is_refused(gathering: Gathering, tmp_path: Path) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    stances = folder / block_names(0)[2]
    whole = stances.read_bytes()
    for broken in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        stances.write_bytes(broken)
        with pytest.raises(UserError, match="block-000000000000"):
            read(folder)
    stances.unlink()
    with pytest.raises(UserError, match="block-000000000000"):
        read(folder)
    assert inspect(folder).exit_status == 2


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"version": 2}, "later"),
        ({"people": 41}, "blocks.json"),
        ({"blocks": 3}, "blocks.json"),
        ({"format": "x"}, "blocks.json"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    gathering: Gathering, tmp_path: Path, change: dict[str, object], match: str
) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | change))
    with pytest.raises(UserError, match=match):
        read(folder)
    (folder / MANIFEST).write_text("{")
    with pytest.raises(UserError, match=MANIFEST):
        read(folder)


def forge(folder: Path, what: str) -> None:
    """Change the answers of a folder and let its digests fit."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    entry = manifest["blocks"][0]
    names = block_names(entry["first"])
    indptr, desire, stance = (np.load(folder / name) for name in names)
    if what == "desire beyond the last":
        desire[-1] = 12
    elif what == "desire below the first":
        desire[0] = -1
    elif what == "one person often":
        desire[:] = 0
    elif what == "unsorted":
        desire[:] = desire[::-1].copy()
    elif what == "unknown stance":
        stance[0] = 77
    elif what == "starts beyond the end":
        indptr[1:-1] = 10**9
    elif what == "starts below 0":
        indptr[0] = -1000
    for name, array in zip(names, (indptr, desire, stance), strict=True):
        np.save(folder / name, array)
    entry["sha256"] = hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


FORGED = (
    "desire beyond the last",
    "desire below the first",
    "one person often",
    "unsorted",
    "unknown stance",
    "starts beyond the end",
    "starts below 0",
)


@pytest.mark.parametrize("what", ["nothing", *FORGED])
def test_answers_that_no_block_has_are_refused_though_their_digests_fit(
    what: str, gathering: Gathering, tmp_path: Path
) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    forge(folder, what)
    if what == "nothing":
        open_blocks(folder).check()
        return
    with pytest.raises(UserError, match="was changed"):
        open_blocks(folder).check()


def test_without_the_look_at_answers_one_person_would_count_often(
    gathering: Gathering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    forge(folder, "one person often")
    monkeypatch.setattr(blocks, "is_well_formed", lambda *_: True)
    opened = open_blocks(folder)
    opened.check()
    desire = np.concatenate([block.desire for block in opened.answers.blocks])
    assert (desire == 0).sum() > len(gathering.participants)


def test_a_manifest_that_names_files_elsewhere_is_refused(gathering: Gathering, tmp_path: Path) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["files"]["../secret"] = "0"
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UserError, match="was changed"):
        open_blocks(folder)


def test_a_full_folder_is_not_written_over(gathering: Gathering, tmp_path: Path) -> None:
    write_blocks(gathering, tmp_path / "x.blocks")
    with pytest.raises(UserError, match="not empty"):
        write_blocks(gathering, tmp_path / "x.blocks")


def test_the_sign_of_blocks_is_decided(gathering: Gathering, tmp_path: Path) -> None:
    folder = write_blocks(gathering, tmp_path / "x.blocks")
    with pytest.raises(UserError, match="--agree"):
        read(folder, sign=1)


def test_what_is_no_such_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="oneheart convert"):
        open_blocks(tmp_path)
