"""Trees: the roots of the standard, proofs that hold for what is so, and forged ones that never do."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.storage import merkle
from oneheart.storage.merkle import Tree, extends, includes, merkle_root, merkle_roots
from tests.support import proofs

FORGERIES = proofs.size(40_000, 2_000)

LEAVES = [bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ROOTS = {  # the known roots of these leaves, as published with Certificate Transparency
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}


def leaves_of(count: int) -> list[bytes]:
    return [hashlib.sha256(f"leaf {number}".encode()).digest() for number in range(count)]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """Return the root as section 2.1.1 of RFC 9162 defines it: split at the largest power of two below the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    middle = 1
    while 2 * middle < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\1" + root_by_definition(leaves[:middle]) + root_by_definition(leaves[middle:])).digest()


@pytest.mark.parametrize("count", ROOTS)
def test_roots_are_those_of_the_standard(count: int) -> None:
    assert merkle_root(LEAVES[:count]).hex() == ROOTS[count]
    assert Tree(LEAVES[:count]).root().hex() == ROOTS[count]
    assert [root.hex() for root in merkle_roots(LEAVES[:count])] == [ROOTS[n] for n in range(1, count + 1)]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_all_ways_to_a_root_agree_with_its_definition(leaves: list[bytes]) -> None:
    tree = Tree()
    for number, leaf in enumerate(leaves):
        assert (tree.size, tree.append(leaf)) == (number, number)
    expected = [root_by_definition(leaves[:n]) for n in range(len(leaves) + 1)]
    assert [tree.root(n) for n in range(len(leaves) + 1)] == expected
    assert list(merkle_roots(leaves)) == expected[1:]
    assert merkle_root(iter(leaves)) == tree.root() == expected[-1]


def test_every_leaf_of_every_tree_is_proved_and_no_other_place_is() -> None:
    leaves = leaves_of(40)
    tree = Tree(leaves)
    for size in range(1, 41):
        root = tree.root(size)
        for index in range(size):
            path = tree.inclusion(index, size)
            assert len(path) <= (size - 1).bit_length()
            assert includes(leaf=leaves[index], index=index, size=size, path=path, root=root)
            others = {index - 1, index + 1, size - 1 - index} - {index}
            assert not any(includes(leaf=leaves[index], index=n, size=size, path=path, root=root) for n in others)
            assert not includes(leaf=leaves[index - 1] + b"x", index=index, size=size, path=path, root=root)


def test_every_tree_is_proved_to_begin_with_every_smaller_one() -> None:
    tree = Tree(leaves_of(40))
    for second in range(41):
        for first in range(second + 1):
            path = tree.consistency(first, second)
            old, new = (first, tree.root(first)), (second, tree.root(second))
            assert extends(first=old, second=new, path=path)
            if first != second:
                assert not extends(first=new, second=old, path=path)
                assert not extends(first=(first, new[1]), second=new, path=path)
            if 0 < first < second:
                assert not extends(first=(first, tree.root(first - 1)), second=new, path=path)
                assert not extends(first=old, second=new, path=[])


def test_proofs_of_the_standards_example_have_the_hashes_that_it_draws() -> None:
    leaves = leaves_of(7)  # the tree of seven leaves in section 2.1.5: d0 to d6, and its nodes a to k
    a, b, c, d, e, f, j = (merkle.leaf_hash(leaf) for leaf in leaves)
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, level = merkle.node_hash(g, h), merkle.node_hash(i, j)
    tree = Tree(leaves)
    assert tree.root() == merkle.node_hash(k, level)
    assert tree.inclusion(0) == [b, h, level]
    assert tree.inclusion(3) == [c, g, level]
    assert tree.inclusion(4) == [f, j, k]
    assert tree.inclusion(6) == [i, k]
    assert tree.consistency(3) == [c, d, g, level]
    assert tree.consistency(4) == [level]
    assert tree.consistency(6) == [i, j, k]


@pytest.mark.parametrize("asked", [(-1, 4), (4, 4), (0, 0), (0, 6), (2, -1)])
def test_what_a_tree_does_not_hold_has_no_proof(asked: tuple[int, int]) -> None:
    tree = Tree(leaves_of(5))
    with pytest.raises(ValueError, match=r"leaf|leaves"):
        tree.inclusion(*asked)
    assert not includes(leaf=leaves_of(5)[0], index=asked[0], size=asked[1], path=[], root=tree.root())
    with pytest.raises(ValueError, match="leaves"):
        tree.consistency(4, 3)
    with pytest.raises(ValueError, match="leaves"):
        tree.root(6)
    assert not extends(first=(4, tree.root(4)), second=(3, tree.root(3)), path=[])
    assert not extends(first=(-1, tree.root(4)), second=(3, tree.root(3)), path=[])


def forged(path: list[bytes], chance: random.Random) -> list[bytes]:
    """Return another path: a bit changed, a part left out, doubled, exchanged, cut, or its border moved."""
    out = list(path)
    how = chance.randrange(6)
    place = chance.randrange(len(out)) if out else 0
    if not out or how == 0:
        out.insert(place, chance.randbytes(32))
    elif how == 1:
        changed = bytearray(out[place])
        changed[chance.randrange(32)] ^= 1 << chance.randrange(8)
        out[place] = bytes(changed)
    elif how == 2:
        del out[place]
    elif how == 3:
        out.insert(place, out[place])
    elif how == 4:
        out[place] = out[place][: chance.randrange(32)]
    else:
        chance.shuffle(out)
    return out


def accepted(count: int, *, seed: int) -> int:
    """Return how many of so many forged proofs, half of either kind, are taken for true."""
    chance = random.Random(seed)  # noqa: S311
    leaves = leaves_of(300)
    tree, taken = Tree(leaves), 0
    for number in range(count):
        size = chance.randrange(1, 301)
        if number % 2:
            index = chance.randrange(size)
            path = tree.inclusion(index, size)
            other = forged(path, chance)
            kind = chance.randrange(4)
            leaf = chance.randbytes(32) if kind == 1 or other == path else leaves[index]
            place = chance.randrange(size) if kind == 2 else index
            root = chance.randbytes(32) if kind == 3 else tree.root(size)
            taken += merkle.includes(leaf=leaf, index=place, size=size, path=other, root=root)
        else:
            first = chance.randrange(size)
            path = tree.consistency(first, size)
            other = forged(path, chance)
            old = chance.randbytes(32) if chance.randrange(3) == 0 or other == path else tree.root(first)
            taken += merkle.extends(first=(first, old), second=(size, tree.root(size)), path=other)
    return taken


@pytest.mark.slow
@pytest.mark.proof("A15")
def test_forged_proofs_are_refused(figure: Callable[[str], None]) -> None:
    taken = accepted(FORGERIES, seed=1)
    figure(f"{FORGERIES:,} forged proofs of inclusion and consistency: {taken} taken for true")
    assert taken == 0


@pytest.mark.sabotage("A15", "every proof believed (merkle.includes, merkle.extends)")
@pytest.mark.parametrize("broken", ["includes", "extends"])
def test_a_check_that_believes_every_proof_takes_the_forged_ones(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def believe(**_: object) -> bool:
        return True

    monkeypatch.setattr(merkle, broken, believe)
    assert accepted(100, seed=1) == 50


def test_a_check_that_hashes_leaves_as_nodes_takes_a_node_for_a_leaf(monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = leaves_of(4)
    tree = Tree(leaves)
    node = tree.inclusion(0)[0]
    passed_off = merkle.leaf_hash(leaves[0]) + node  # an inner node, given out as a leaf of a tree of two
    path = [merkle.node_hash(*(merkle.leaf_hash(leaf) for leaf in leaves[2:]))]
    assert not includes(leaf=passed_off, index=0, size=2, path=path, root=tree.root())
    monkeypatch.setattr(merkle, "leaf_hash", lambda leaf: hashlib.sha256(b"\1" + leaf).digest())
    assert includes(leaf=passed_off, index=0, size=2, path=path, root=tree.root())
