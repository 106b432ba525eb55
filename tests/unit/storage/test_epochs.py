"""The published tree: sizes in steps, leaves in random order, proofs of every leaf, and epochs that can be dropped."""

from __future__ import annotations

import hashlib

import pytest

from oneheart.storage.epochs import EpochTree, leaves_of
from oneheart.storage.merkle import extends, includes, merkle_root

STEP = 50


def commitments(count: int, name: str = "c") -> list[bytes]:
    return [hashlib.sha256(f"{name}{number}".encode()).digest() for number in range(count)]


@pytest.mark.parametrize(("events", "leaves"), [(0, 50), (1, 50), (49, 50), (50, 50), (51, 100), (100, 100)])
def test_an_epoch_is_filled_up_to_whole_steps(events: int, leaves: int) -> None:
    epoch = leaves_of(commitments(events), b"seed", STEP)
    assert len(epoch) == len(set(epoch)) == leaves
    assert epoch == sorted(epoch)
    assert set(commitments(events)) <= set(epoch)


def test_the_order_of_an_epoch_says_nothing_of_the_order_of_its_events() -> None:
    events = commitments(120)
    assert (
        leaves_of(events, b"seed", STEP)
        == leaves_of(events[::-1], b"seed", STEP)
        == leaves_of(set(events), b"seed", STEP)
    )
    assert leaves_of(events, b"seed", STEP) != leaves_of(events, b"other", STEP)


def test_every_event_is_proved_under_every_later_head_and_each_head_extends_the_former() -> None:
    tree, all_leaves, heads = EpochTree(step=STEP), list[bytes](), [(0, tree_root := merkle_root([]))]
    assert EpochTree(step=STEP).root() == tree_root
    for epoch, count in enumerate((3, 50, 0, 117)):
        events = commitments(count, f"e{epoch}-")
        tree.add(events, bytes([epoch]))
        all_leaves += leaves_of(events, bytes([epoch]), STEP)
        heads.append((tree.size, tree.root()))
        assert tree.root() == merkle_root(all_leaves)
        assert tree.leaves(tree.size) == all_leaves
    for size, root in heads[1:]:
        for index, leaf in enumerate(all_leaves):
            included = tree.find(leaf, size)
            assert (included is not None) == (index < size)
            if included is not None:
                assert included.index == index
                assert includes(leaf=leaf, index=index, size=size, path=included.path, root=root)
    for first in heads[1:]:
        for second in heads[1:]:
            if first[0] <= second[0]:
                assert extends(first=first, second=second, path=tree.consistency(first[0], second[0]))
    assert tree.find(bytes(32), tree.size) is None


def test_an_epoch_that_was_not_published_is_dropped_and_leaves_nothing() -> None:
    tree, other = EpochTree(step=STEP), EpochTree(step=STEP)
    tree.add(commitments(60), b"a")
    other.add(commitments(60), b"a")
    tree.add(commitments(3, "lost"), b"b")
    tree.shrink(100)
    tree.add(commitments(7, "kept"), b"c")
    other.add(commitments(7, "kept"), b"c")
    assert (tree.size, tree.root()) == (other.size, other.root())
    assert tree.find(commitments(1, "lost")[0], tree.size) is None
    with pytest.raises(ValueError, match="no epoch ends after 99"):
        tree.shrink(99)
