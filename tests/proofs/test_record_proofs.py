"""A15: forged proofs and changed bundles are refused, and everybody's receipts are found in a whole gathering."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from oneheart.commands.bundling import write_bundle
from oneheart.live import events as ev
from oneheart.live.bundle import bundle_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.model.desire import Stance
from oneheart.storage import merkle
from oneheart.storage.epochs import EpochTree
from oneheart.verifier import check_bundle
from oneheart.web.answers import encode
from tests.support.bundles import blanked, hold, sealed_anew, survivors
from tests.support.proofs import size

Figure = Callable[[str], None]
Forged = tuple[str, bool]
PEOPLE = 1000


# --- forged proofs ----------------------------------------------------------------------------------------------------


def forgeries(count: int, *, seed: int = 3) -> dict[str, list[int]]:
    """Try forged proofs on both checkers; return by checker how many were tried and how many were believed.

    Inclusion: a leaf that is not there, with the proof of one that is; the proof of another index; a proof with one
    changed, missing, added or doubled hash; the head of another tree. Consistency: the head of a tree in which one
    earlier leaf differs, with the true proof, a changed one, or the proof from its own tree.
    """
    rng = random.Random(seed)  # noqa: S311  no secret
    out = {"inclusion": [0, 0], "consistency": [0, 0], "inclusion, alone": [0, 0], "consistency, alone": [0, 0]}
    trees = [_trees(rng) for _ in range(12)]
    for number in range(count):
        true, other = trees[number % len(trees)]
        if number % 2:
            _forge_inclusion(true, other, rng, out)
        else:
            _forge_consistency(true, other, rng, out)
    return out


def _trees(rng: random.Random) -> tuple[EpochTree, EpochTree]:
    """Return a tree, and one in which one event of the first epoch differs."""
    true, other = EpochTree(step=50), EpochTree(step=50)
    for epoch in range(rng.randrange(2, 5)):
        events = [rng.randbytes(32) for _ in range(rng.randrange(1, 140))]
        true.add(events, bytes([epoch]))
        if epoch == 0:
            events[rng.randrange(len(events))] = rng.randbytes(32)
        other.add(events, bytes([epoch]))
    return true, other


def _changed(path: list[bytes], rng: random.Random) -> list[bytes]:
    """Return a proof with one bit changed, or one hash missing, added or doubled."""
    out = list(path)
    at, kind = rng.randrange(len(out)), rng.randrange(4)
    if kind == 0:
        bits = bytearray(out[at])
        bits[rng.randrange(32)] ^= 1 << rng.randrange(8)
        out[at] = bytes(bits)
    elif kind == 1:
        del out[at]
    elif kind == 2:
        out.insert(at, rng.randbytes(32))
    else:
        out.insert(at, out[at])
    return out


def _forge_inclusion(true: EpochTree, other: EpochTree, rng: random.Random, out: dict[str, list[int]]) -> None:
    leaves, index = true.leaves(true.size), rng.randrange(true.size)
    included = true.find(leaves[index], true.size)
    assert included is not None
    leaf, at, path, root = leaves[index], index, included.path, true.root()
    kind = rng.randrange(4)
    if kind == 0:
        leaf = rng.randbytes(32)
    elif kind == 1:
        at = (index + rng.randrange(1, true.size)) % true.size
    elif kind == 2:
        path = _changed(path, rng)
    else:
        root = other.root()
    believed = merkle.includes(leaf=leaf, index=at, size=true.size, path=path, root=root)
    _count(out["inclusion"], believed)
    _count(out["inclusion, alone"], check_bundle.includes(leaf, at, true.size, path, root))


def _forge_consistency(true: EpochTree, other: EpochTree, rng: random.Random, out: dict[str, list[int]]) -> None:
    first, second = sorted(rng.sample(true._ends[1:], 2))  # noqa: SLF001  sizes of heads
    old, new, path = true.root(first), true.root(second), true.consistency(first, second)
    kind = rng.randrange(3)
    if kind == 0:
        new = other.root(second)
    elif kind == 1:
        path = _changed(path, rng)
    else:
        new, path = other.root(second), other.consistency(first, second)
    believed = merkle.extends(first=(first, old), second=(second, new), path=path)
    _count(out["consistency"], believed)
    _count(out["consistency, alone"], check_bundle.extends((first, old), (second, new), path))


def _count(pair: list[int], believed: bool) -> None:
    pair[0] += 1
    pair[1] += believed


@pytest.mark.proof("A15")
def test_no_forged_proof_is_believed(figure: Figure) -> None:
    tried = forgeries(size(40_000, 2000))
    total = sum(count for count, _ in tried.values())
    figure(f"{total:,} forged proofs, {sum(believed for _, believed in tried.values())} believed")
    assert {name: believed for name, (_, believed) in tried.items()} == dict.fromkeys(tried, 0)


@pytest.mark.sabotage("A15", "a node of the tree does not bind its right part (merkle.node_hash)")
def test_a_tree_whose_nodes_forget_a_part_believes_forgeries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merkle, "node_hash", lambda left, _right: hashlib.sha256(b"\1" + left).digest())
    tried = forgeries(400)
    assert tried["inclusion"][1] > 0


@pytest.mark.sabotage("A15", "the leaf of a proof is not checked (check_bundle.includes)")
def test_a_checker_that_does_not_look_at_the_leaf_believes_forgeries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_bundle, "includes", lambda *_: True)
    assert forgeries(400)["inclusion, alone"][1] > 0


@pytest.mark.sabotage("A15", "the root is computed again, but not compared (merkle.extends)")
def test_a_checker_that_does_not_look_at_consistency_believes_forgeries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merkle, "extends", lambda **_: True)
    assert forgeries(400)["consistency"][1] > 0


# --- changed bundles --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the bundle of a whole gathering, as JSON."""
    folder = tmp_path_factory.mktemp("whole")
    hold(folder / "g.oneheart", 8)
    write_bundle(folder / "g.oneheart", folder / "b.json")
    return json.loads((folder / "b.json").read_bytes())


@pytest.mark.slow
@pytest.mark.proof("A15")
def test_no_changed_bundle_is_believed(bundle: Any, figure: Figure) -> None:
    count = size(10_000, 300)
    believed = survivors(bundle, count)
    figure(f"{count:,} changed bundles, {len(believed)} believed")
    assert believed == []


@pytest.mark.slow
@pytest.mark.sabotage("A15", "opened events are not hashed again (check_bundle.commitment_of)")
def test_a_checker_that_believes_commitments_believes_changed_bundles(
    bundle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_bundle, "commitment_of", lambda event: bytes.fromhex(event["commitment"]))
    assert survivors(bundle, 300) != []


def believed_words(bundle: Any, folder: Path) -> list[str]:
    """Return the names of the forgeries of a sealed text's words that the checker says to hold."""
    out = []
    for forge in (blanked, sealed_anew):
        path = folder / f"{forge.__name__}.json"
        path.write_text(json.dumps(forge(bundle)), encoding="utf-8")
        said, status = check_bundle.verify(str(path), root=bundle["heads"][-1]["root"])
        if status == 0 or "It holds" in said[-1]:
            out.append(forge.__name__)
    return out


@pytest.mark.slow
@pytest.mark.proof("A15")
def test_other_words_are_not_believed_for_a_blank_line_or_a_seal_that_waits(
    bundle: Any, tmp_path: Path, figure: Figure
) -> None:
    assert check_bundle.check(bundle)[1], "the genuine text is proved"
    believed = believed_words(bundle, tmp_path)
    figure(f"2 ways to give a sealed text other words, {len(believed)} believed")
    assert believed == []


@pytest.mark.slow
@pytest.mark.sabotage("A15", "a text counts as proved whatever its seal says (check_bundle._text)")
def test_a_checker_that_does_not_ask_whether_a_text_is_proved_believes_other_words(
    bundle: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = check_bundle._text  # noqa: SLF001
    monkeypatch.setattr(check_bundle, "_text", lambda *given: (real(*given)[0], True))
    assert believed_words(bundle, tmp_path) == ["blanked", "sealed_anew"]


# --- receipts of everybody --------------------------------------------------------------------------------------------


async def everybody(path: Path) -> tuple[int, int, int]:
    """Let a thousand people say and answer something in three stages; look for all their receipts as their phones do.

    Returns:
        Receipts that people were given, those that the newest head proves, and those that every later head still
        proved, counted once for each head.
    """
    create(path, ev.Settings("Hall", {"en": "?"}, "assembly", ["en"]))
    gathering = LiveGathering.open(path)
    leader = Leader(gathering)
    try:
        await asyncio.gather(*(gathering.take_seat(f"{n:032x}", language="en") for n in range(PEOPLE)))
        given: dict[int, list[bytes]] = {seat: [] for seat in range(PEOPLE)}
        heads, again = [], 0

        async def sends(seat: int, key: str, body: ev.AnyBody) -> None:
            given[seat].append((await gathering.submit(f"s{seat}", key, body)).commitment)

        for turn, stage in enumerate(("crossing", "open", "crossing")):
            await asyncio.gather(
                *(sends(n, f"say-{turn}", ev.DesireSaid(n, f"Wish {n % 97}", "en")) for n in range(turn, PEOPLE, 3))
            )
            taps = ((n, ev.Responded(n, (n + 7) % (PEOPLE // 4), Stance(n % 3 - 1))) for n in range(PEOPLE))
            await asyncio.gather(*(sends(n, f"tap-{turn}", body) for n, body in taps))
            version = gathering.state.version
            await gathering.submit("h0", f"to-{turn}", ev.StageMoved(stage, version))  # type: ignore[arg-type]
            await leader.step()
            newest = gathering.state.heads.newest
            assert newest is not None
            heads.append((newest.size, bytes.fromhex(newest.root)))
            again += await _found(gathering, given)
        for first, second in pairwise(heads):
            path_between = await gathering.publisher.consistency(gathering.state, first[0], second[0])
            assert merkle.extends(first=first, second=second, path=path_between)
        sent = sum(map(len, given.values()))
        return sent, await _found(gathering, given), again
    finally:
        await leader.close()
        await gathering.close()


async def _found(gathering: LiveGathering, given: dict[int, list[bytes]]) -> int:
    """Return how many receipts are proved by the bundles that people download."""
    found = 0
    for seat, commitments in given.items():
        told = json.loads(encode(await bundle_of(gathering, texts=[], seat=seat)))
        check_bundle.check(told)
        proved = {receipt["commitment"] for receipt in told["receipts"] if receipt["index"] is not None}
        found += len(proved & {commitment.hex() for commitment in commitments})
        assert len(told["receipts"]) == len(commitments)
    return found


@pytest.mark.slow
@pytest.mark.proof("A15")
def test_everybodys_receipts_are_found_under_every_later_head(tmp_path: Path, figure: Figure) -> None:
    sent, found, again = asyncio.run(everybody(tmp_path / "g.oneheart"))
    figure(f"{PEOPLE:,} people, {sent:,} receipts, {found:,} found, {again:,} proofs under three heads")
    assert (found, sent) == (sent, PEOPLE * 4)


@pytest.mark.slow
@pytest.mark.sabotage("A15", "an epoch leaves out its last event (storage.epochs.leaves_of)")
def test_a_house_that_leaves_an_event_out_is_found_out_by_its_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneheart.storage import epochs

    real = epochs.leaves_of
    monkeypatch.setattr(epochs, "leaves_of", lambda events, *more: real(list(events)[:-9], *more))
    sent, found, _ = asyncio.run(everybody(tmp_path / "g.oneheart"))
    assert found < sent
