"""Bundles: what one opens, that changed ones are refused, and that two checkers in two languages agree."""

from __future__ import annotations

import asyncio
import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.commands.bundling import is_bundle, proof_of_bundle, write_bundle
from oneheart.errors import UserError
from oneheart.live import bundle as bundles
from oneheart.live.bundle import bundle_of
from oneheart.live.gathering import LiveGathering
from oneheart.verifier import check_bundle
from oneheart.web.answers import encode
from tests.support.bundles import blanked, hold, mutations, refused, sealed_anew, survivors

SCRIPT = Path(check_bundle.__file__)
MUTATIONS = 600
PEOPLE = 12


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a gathering that sealed a text and ended."""
    path = tmp_path_factory.mktemp("bundle") / "g.oneheart"
    hold(path, PEOPLE)
    return path


@pytest.fixture(scope="module")
def bundle(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    out = tmp_path_factory.mktemp("out") / "b.json"
    assert write_bundle(made, out) >= 3
    return json.loads(out.read_bytes())


def of_person(made: Path, seat: int) -> Any:
    """Return the bundle that a person downloads, as JSON."""

    async def work() -> bytes:
        gathering = LiveGathering.open(made)
        try:
            return encode(await bundle_of(gathering, texts=[0], seat=seat))
        finally:
            await gathering.close()

    return json.loads(asyncio.run(work()))


def test_a_bundle_opens_settings_stages_texts_and_the_end_and_nothing_of_a_person(bundle: Any) -> None:
    said, proved = check_bundle.check(bundle)
    assert proved
    assert re.match(r"\d heads, each extends the one before", said[0])
    assert "every head is computed again" in said[1]
    assert [line for line in said if line.startswith("Text")] == [
        "Text 1: its words are those that were sealed, and its sealing is under the newest head."
    ]
    assert {event["kind"] for event in bundle["opened"]} == {"settings", "stage", "sealed", "ended"}
    assert all(event["index"] is not None for event in bundle["opened"])
    assert all(event["actor"] in {"house", "h0"} for event in bundle["opened"])
    lines = {line["text"] for text in bundle["texts"] for line in text["lines"]}
    words = json.dumps(bundle)
    assert [seat for seat in range(PEOPLE) if re.search(rf"wish number {seat}\b", words)] == sorted(
        int(line.rsplit(" ", 1)[1]) for line in lines
    ), "only words that the hall said stand in it"
    assert all(head["size"] % 50 == 0 for head in bundle["heads"])
    assert "through" not in words
    assert "filling" not in words


def test_nothing_that_is_opened_names_a_desire_by_its_number(bundle: Any) -> None:
    for event in bundle["opened"]:
        assert not set(json.loads(event["body"])) & {"desire", "desires", "seat", "seats", "cites", "lines", "include"}


def test_a_persons_bundle_holds_their_receipts_and_opens_none_of_their_events(made: Path) -> None:
    mine = of_person(made, 3)
    assert len(mine["receipts"]) == 1 + PEOPLE
    assert all(receipt["index"] is not None for receipt in mine["receipts"])
    assert mine["leaves"] == []
    said, _ = check_bundle.check(mine, receipt=mine["receipts"][2]["commitment"], root=mine["heads"][0]["root"])
    assert any("Proved" in line or "proved" in line for line in said)
    others = {receipt["commitment"] for receipt in of_person(made, 4)["receipts"]}
    assert not others & {receipt["commitment"] for receipt in mine["receipts"]}
    with pytest.raises(check_bundle.Wrong, match="receipt that you gave"):
        check_bundle.check(mine, receipt=others.pop())
    with pytest.raises(check_bundle.Wrong, match="root that you gave"):
        check_bundle.check(mine, root="0" * 64)


# --- changed bundles --------------------------------------------------------------------------------------------------


def test_a_changed_bundle_is_refused_whatever_was_changed(bundle: Any) -> None:
    assert not refused(bundle)
    assert survivors(bundle, MUTATIONS) == []
    text = copy.deepcopy(bundle)
    for line in text["texts"][0]["lines"]:
        line["text"] += "!"
    assert refused(text)


@pytest.mark.parametrize("function", ["includes", "extends", "commitment_of"])
def test_a_checker_without_one_of_its_checks_is_deceived(
    bundle: Any, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    real: Callable[..., Any] = getattr(check_bundle, function)
    if function == "commitment_of":
        monkeypatch.setattr(check_bundle, function, lambda event: bytes.fromhex(event["commitment"]))
    else:
        monkeypatch.setattr(check_bundle, function, lambda *_: True)
    short = {**copy.deepcopy(bundle), "leaves": []}
    assert survivors(short, 200) != []
    monkeypatch.setattr(check_bundle, function, real)
    assert survivors(short, 200) == []


@pytest.mark.parametrize("forge", [blanked, sealed_anew])
def test_other_words_are_not_proved_by_a_blank_line_or_a_seal_that_waits(
    bundle: Any, tmp_path: Path, forge: Callable[[Any], Any]
) -> None:
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forge(bundle)), encoding="utf-8")
    said, status = check_bundle.verify(str(path), root=bundle["heads"][-1]["root"])
    assert status == 3
    assert "is not proved" in "\n".join(said)
    assert not re.search(r"It holds|its words are those", "\n".join(said))


def test_a_bundle_of_a_former_version_whose_seal_had_no_head_yet_is_read_and_not_proved(bundle: Any) -> None:
    former = copy.deepcopy(bundle)
    former["opened"][former["texts"][0]["event"]].update(index=None, path=[])
    said, proved = check_bundle.check(former)
    assert said[-1] == "Text 1 is not proved yet: its seal is under no head."
    assert not proved


def test_words_that_do_not_match_their_seal_are_refused_whether_or_not_it_is_under_a_head(bundle: Any) -> None:
    for case in (copy.deepcopy(bundle), sealed_anew(bundle)):
        case["texts"][0]["lines"][0]["text"] += "!"
        with pytest.raises(check_bundle.Wrong, match="do not match the seal"):
            check_bundle.check(case)
        del case["texts"][0]["lines"][0]
        with pytest.raises(check_bundle.Wrong, match="do not match the seal"):
            check_bundle.check(case)


# --- ways to check ----------------------------------------------------------------------------------------------------


def run(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=60)


@pytest.mark.process
def test_the_script_runs_alone_without_this_package(bundle: Any, tmp_path: Path) -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 200
    good, bad, none = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "none.json"
    good.write_text(json.dumps(bundle), encoding="utf-8")
    changed_head = copy.deepcopy(bundle)
    changed_head["heads"][0]["root"] = "0" * 64
    bad.write_text(json.dumps(changed_head), encoding="utf-8")
    none.write_text("[" * 100_000, encoding="utf-8")
    assert (run(good).returncode, run(bad).returncode, run(none).returncode) == (0, 1, 2)
    assert run(good).stdout.endswith("It holds. Compare the newest root with a hall screen, a phone or a sheet.\n")
    assert run(bad).stdout.startswith("It does not hold: ")
    assert run(good, "--root", bundle["heads"][-1]["root"]).returncode == 0
    assert run(good, "--root", "1" * 64).returncode == 1
    assert run(tmp_path / "missing.json").returncode == 2
    shutil.copy(SCRIPT, tmp_path / "copied.py")
    imported = re.findall(r"^(?:import|from) (\w+)", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(imported) <= {"__future__", *sys.stdlib_module_names}


def test_the_command_line_checks_bundles_and_writes_over_nothing(made: Path, bundle: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert is_bundle(path)
    assert not is_bundle(made)
    said, status = proof_of_bundle(path, bundle["heads"][0]["root"].upper())
    assert status == 0
    assert said[:-1] == check_bundle.check(bundle)[0]
    assert proof_of_bundle(path, "1" * 64)[1] == 1
    with pytest.raises(UserError, match="choose another name"):
        write_bundle(made, path)
    path.write_text("{", encoding="utf-8")
    assert proof_of_bundle(path)[1] == 2
    path.write_text(json.dumps(sealed_anew(bundle)), encoding="utf-8")
    assert CliRunner().invoke(app, ["verify", str(path)]).exit_code == 3


NODE = shutil.which("node")


@pytest.mark.process
@pytest.mark.skipif(NODE is None, reason="node is not installed here: the page is checked in the browser tests")
def test_the_script_of_the_page_agrees_with_the_checker(bundle: Any, made: Path, tmp_path: Path) -> None:
    from oneheart.web.verifying import _checks

    forged = [blanked(bundle), sealed_anew(bundle)]
    cases = [bundle, of_person(made, 2), *forged, *(other for _, other in mutations(bundle, 150))]
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    script = _checks() + (
        "\nimport {readFileSync} from 'fs';"
        "console.log(JSON.stringify(JSON.parse(readFileSync(process.argv[2])).map((one) => checkBundle(one))));"
    )
    (tmp_path / "check.mjs").write_text(script, encoding="utf-8")
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(tmp_path / "check.mjs"), str(tmp_path / "cases.json")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    by_page = [one["wrong"] != "" for one in json.loads(done.stdout)]
    assert by_page == [refused(case) for case in cases]
    proved = [one["proved"] for one in json.loads(done.stdout)]
    assert proved == [not refused(case) and check_bundle.check(case)[1] for case in cases]
    assert proved[:4] == [True, True, False, False]


def test_what_a_bundle_opens_is_named_in_one_place() -> None:
    assert {str(kind.__struct_config__.tag) for kind in bundles.OPENED} == {
        "settings",
        "stage",
        "step",
        "sealed",
        "seal taken back",
        "stage taken back",
        "ended",
        "reopened",
    }
