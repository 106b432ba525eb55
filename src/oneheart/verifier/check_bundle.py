"""Check a bundle of a oneheart gathering with Python 3.11 or newer and nothing else.

Usage: python3 -I -S check_bundle.py BUNDLE [--root ROOT] [--receipt RECEIPT].
Exit status: 0 it holds, 1 it does not hold, 2 this is no bundle, 3 a text in it is not proved.

A bundle has published heads of the record's tree (RFC 9162, SHA-256) and commitments with their proofs. Some events are
opened: with salt and content their commitment is computed again. It does not prove that every tap was recorded (each
phone checks its own), that seats are people, or that answers are secret from the operator.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from typing import Any

FORMAT = "oneheart bundle 1"
_BUNDLE = {"format": str, **dict.fromkeys(("heads", "consistency", "leaves", "opened", "receipts", "texts"), list)}
_HEAD = {"size": int, "root": str}
_EVENT = {"format": int, "salt": str, "actor": str, "key": str, "kind": str, "at": int, "body": str}
_RECEIPT = {"commitment": str, "index": (int, type(None)), "path": list}
_TEXT = {"number": int, "event": int, "lines": list}
_LINE = {"language": str, "text": str}


class Wrong(Exception):  # noqa: N818  a finding
    """Something in the bundle does not hold."""


def sha256(*parts: bytes) -> bytes:
    """Return the SHA-256 of some bytes. A leaf is hashed after a 0, two nodes after a 1."""
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root of the tree over some leaves, one or more. A node without a sibling rises as it is."""
    level = [sha256(b"\0", leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha256(b"\1", *pair) if len(pair) > 1 else pair[0] for pair in pairs]
    return level[0]


def includes(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Return whether a leaf is the `index`-th under a head (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    left, last, node = index, size - 1, sha256(b"\0", leaf)
    for sibling in path:
        if last == 0:
            return False
        if left % 2 or left == last:
            node = sha256(b"\1", sibling, node)
            while left and not left % 2:
                left, last = left // 2, last // 2
        else:
            node = sha256(b"\1", node, sibling)
        left, last = left // 2, last // 2
    return last == 0 and node == root


def extends(first: tuple[int, bytes], second: tuple[int, bytes], path: list[bytes]) -> bool:
    """Return whether the second head extends the first one, which has a leaf or more (RFC 9162, section 2.1.4.2)."""
    if not 0 < first[0] < second[0] or not path:
        return False
    nodes = [first[1], *path] if first[0] & (first[0] - 1) == 0 else path
    left, last = first[0] - 1, second[0] - 1
    while left % 2:
        left, last = left // 2, last // 2
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if left % 2 or left == last:
            old, new = sha256(b"\1", node, old), sha256(b"\1", node, new)
            while left and not left % 2:
                left, last = left // 2, last // 2
        else:
            new = sha256(b"\1", new, node)
        left, last = left // 2, last // 2
    return last == 0 and (old, new) == (first[1], second[1])


def commitment_of(event: dict[str, Any]) -> bytes:
    """Return the commitment to an opened event: format 1 commits to salt and body, format 2 to every column."""
    salt, body = bytes.fromhex(event["salt"]), event["body"].encode()
    if event["format"] == 1:
        return sha256(salt, body)
    if event["format"] != 2 or len(salt) != 32:
        raise Wrong("an opened event is of a format that this program does not know")
    row = b"oneheart event 2\0"
    for part in (event["actor"].encode(), bytes.fromhex(event["key"]), event["kind"].encode()):
        row += struct.pack(">I", len(part)) + part
    return sha256(salt, row, struct.pack(">q", event["at"]), body)


def read(thing: Any, fields: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a JSON object that has exactly these fields of these types."""
    if not isinstance(thing, dict) or set(thing) != set(fields):
        raise Wrong(f"{name} has other fields than a bundle has")
    for field, kind in fields.items():
        if not isinstance(thing[field], kind) or isinstance(thing[field], bool):
            raise Wrong(f"{field} of {name} is of another type")
    return thing


def hashes(texts: list[Any], name: str) -> list[bytes]:
    """Return hashes of 32 bytes, which are written in 64 lower-case hexadecimal digits each."""
    if not all(isinstance(text, str) and len(text) == 64 and not set(text) - set("0123456789abcdef") for text in texts):
        raise Wrong(f"{name} is no hash")
    return [bytes.fromhex(text) for text in texts]


def check(bundle: Any, *, root: str = "", receipt: str = "") -> tuple[list[str], bool]:
    """Return sentences, and whether all texts are proved, or raise `Wrong`. A root is a head's, a receipt under one."""
    read(bundle, _BUNDLE, "the bundle")
    heads = [read(head, _HEAD, "a head") for head in bundle["heads"]]
    tree = [(head["size"], hashes([head["root"]], "a root")[0]) for head in heads]
    if bundle["format"] != FORMAT or not tree or any(size % 50 for size, _ in tree):  # epochs are filled up to 50
        raise Wrong("this is no bundle with heads of a record")
    proofs = [hashes(path, "a proof") for path in bundle["consistency"] if isinstance(path, list)]
    if len(proofs) != len(tree) - 1 or len(proofs) != len(bundle["consistency"]):
        raise Wrong("there is not one proof of consistency for each two heads")
    for number, (first, second, path) in enumerate(zip(tree, tree[1:], proofs, strict=False), start=2):
        if not extends(first, second, path):
            raise Wrong(f"head {number} does not extend head {number - 1}")
    size, newest = tree[-1]
    said = [f"{len(tree)} heads, each extends the one before. Newest: size {size}, root {newest.hex()}."]
    leaves = hashes(bundle["leaves"], "a leaf")
    if leaves and (len(leaves) != size or any(root_of(leaves[:count]) != top for count, top in tree)):
        raise Wrong("the leaves are not those of the heads")
    if leaves:
        said.append("All leaves are given, and every head is computed again from them.")
    events = [read(opened, {**_EVENT, **_RECEIPT}, "an opened event") for opened in bundle["opened"]]
    if any(commitment_of(event).hex() != event["commitment"] for event in events):
        raise Wrong("an opened event does not fit its commitment")
    under: dict[bytes, bool] = {}
    for one in [*events, *(read(receipt, _RECEIPT, "a receipt") for receipt in bundle["receipts"])]:
        leaf, path = hashes([one["commitment"]], "a commitment")[0], hashes(one["path"], "a proof")
        if one["index"] is not None and not includes(leaf, one["index"], size, path, newest):
            raise Wrong(f"the proof for {one['commitment'][:8]} does not hold")
        under[leaf] = one["index"] is not None
    said.append(f"Under the newest head, proved: {sum(under.values())} of {len(under)} events of this bundle.")
    if not all(under.values()):
        said.append("The others were written after the newest head. Nothing is proved of them yet.")
    texts = [_text(read(text, _TEXT, "a text"), events, heads) for text in bundle["texts"]]
    if root and root.strip().lower() not in [head["root"] for head in heads]:
        raise Wrong("the root that you gave is of no head of this bundle")
    if receipt and not under.get(hashes([receipt.strip().lower()], "the receipt")[0]):
        raise Wrong("the receipt that you gave is not proved by this bundle")
    return said + [sentence for sentence, _ in texts], all(proved for _, proved in texts)


def _text(text: dict[str, Any], events: list[dict[str, Any]], heads: list[dict[str, Any]]) -> tuple[str, bool]:
    """Return a sentence on a sealed text, and whether its words are proved: they fit a seal that is under a head."""
    number, lines = text["number"], [read(line, _LINE, "a line") for line in text["lines"]]
    if not 0 <= text["event"] < len(events) or events[text["event"]]["kind"] != "sealed":
        raise Wrong(f"text {number} names no sealed event")
    sealed, covered = json.loads(events[text["event"]]["body"]), events[text["event"]]["index"] is not None
    if not any((head["size"], head["root"]) == (sealed.get("size"), sealed.get("root")) for head in heads):
        raise Wrong(f"text {number} stands on no head of this bundle")
    if erased := sum(not line["text"] for line in lines):
        said = f"words of {erased} lines were erased since; the others cannot be checked against the seal"
        return f"Text {number} is not proved: {said}.", False
    if sha256("\n".join(f"{line['language']}\t{line['text']}" for line in lines).encode()).hex() != sealed["digest"]:
        raise Wrong(f"the words of text {number} do not match the seal")
    if not covered:
        return f"Text {number} is not proved yet: its seal is under no head.", False
    return f"Text {number}: its words are those that were sealed, and its sealing is under the newest head.", True


def verify(path: str, *, root: str = "", receipt: str = "") -> tuple[list[str], int]:
    """Return what the bundle in a file proves, in sentences of which the last is the verdict, and the exit status."""
    try:
        with open(path, "rb") as file:
            said, proved = check(json.loads(file.read()), root=root, receipt=receipt)
    except Wrong as wrong:
        return [f"It does not hold: {wrong}."], 1
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError, struct.error) as error:
        return [f"This is no bundle: {error}"], 2
    if not proved:
        return [*said, "Not proved: do not rely on the words of a text that is named above as not proved."], 3
    return [*said, "It holds. Compare the newest root with a hall screen, a phone or a sheet."], 0


def main(arguments: list[str]) -> int:
    """Check the bundle that the command line names; print what is proved; return the exit status."""
    options = dict(zip(arguments[1::2], arguments[2::2], strict=False))
    if len(arguments) % 2 == 0 or set(options) - {"--root", "--receipt"}:
        sys.exit(__doc__)
    said, status = verify(arguments[0], **{name[2:]: value for name, value in options.items()})
    print("\n".join(said))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
