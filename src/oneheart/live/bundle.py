"""Bundle: heads, proofs and opened events of a gathering in one file that anybody can check without this program.

`oneheart.verifier.check_bundle` checks it. What a bundle opens is public anyway: settings, moves of the stage, sealed
texts and the end. It opens no event of a person, not even to that person: the number of a seat or a desire in it would
tell how many came before, and so who wrote what. It opens no head event, because that tells the exact number of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from oneheart.engine.told import Count, Moment, Ordinal, Told
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.sealed_record import record_at
from oneheart.live.snapshot import shown_size
from oneheart.live.state import State
from oneheart.model import actor
from oneheart.storage.epochs import EpochTree, Included
from oneheart.storage.log import Log, Opening

FORMAT = "oneheart bundle 1"
OPENED = (
    ev.Settings,
    ev.StageMoved,
    ev.StepTaken,
    ev.TextSealed,
    ev.SealTakenBack,
    ev.StageTakenBack,
    ev.Ended,
    ev.Reopened,
)
"""The kinds of events that a bundle opens."""


class BundleHead(Told, frozen=True):
    """A head: number of leaves and root, hexadecimal."""

    size: Count
    root: str


class OpenedEvent(Told, frozen=True):
    """An event with all that its commitment is computed from.

    Attributes:
        format: format of the file that holds the event, 1 or 2; it decides how the commitment is computed.
        salt: salt, hexadecimal.
        actor: who did it.
        key: digest of the idempotency key, hexadecimal; "" in format 1.
        kind: kind of the event.
        at: server's clock, milliseconds since 1970.
        body: canonical JSON.
        commitment: the commitment, hexadecimal.
        index: index of its leaf; null while it is not under the newest head.
        path: inclusion proof under the newest head, hexadecimal.
    """

    format: Ordinal
    salt: str
    actor: str
    key: str
    kind: str
    at: Moment
    body: str
    commitment: str
    index: Ordinal | None
    path: list[str]


class BundleReceipt(Told, frozen=True):
    """A receipt and its inclusion proof; index null while it is not under the newest head."""

    commitment: str
    index: Ordinal | None
    path: list[str]


class BundleLine(Told, frozen=True):
    """A line of a sealed text: language and words; words that their author erased are ""."""

    language: str
    text: str


class BundleText(Told, frozen=True):
    """A sealed text.

    Attributes:
        number: its number, from 1.
        event: place of its sealing in `opened`, from 0.
        lines: its lines.
    """

    number: Ordinal
    event: Ordinal
    lines: list[BundleLine]


class Bundle(Told, frozen=True):
    """Heads, proofs, opened events, receipts and texts.

    Attributes:
        format: "oneheart bundle 1".
        heads: all published heads, the oldest first.
        consistency: for each two successive heads the proof that the second extends the first.
        leaves: all leaves of the tree, or none.
        opened: opened events, in the order of their commitments.
        receipts: receipts of one person, in the order of the commitments, or none.
        texts: sealed texts.
    """

    format: str
    heads: list[BundleHead]
    consistency: list[list[str]]
    leaves: list[str]
    opened: list[OpenedEvent]
    receipts: list[BundleReceipt]
    texts: list[BundleText]


async def bundle_of(
    gathering: LiveGathering, *, texts: Sequence[int], seat: int | None = None, leaves: bool = False
) -> Bundle:
    """Return a bundle of a gathering that is being served.

    Args:
        gathering: the gathering.
        texts: numbers of the sealed texts that it opens, from 0.
        seat: seat of the person whose receipts it holds; None for none.
        leaves: add all leaves of the tree.
    """
    publisher, state = gathering.publisher, gathering.state
    heads = [*state.heads.published]

    def work() -> Bundle:
        publisher.follow(heads)
        return make_bundle(state, publisher.log, publisher.tree, texts=texts, seat=seat, leaves=leaves)

    return await publisher.in_thread(work)


def make_bundle(
    state: State, log: Log, tree: EpochTree, *, texts: Sequence[int], seat: int | None = None, leaves: bool = False
) -> Bundle:
    """Return a bundle, as `bundle_of`. It runs in the log's thread. O(opened and own events, or leaves)."""
    heads = state.heads.published
    size = heads[-1].size if heads else 0
    opened = sorted(_openings(log, state, texts), key=lambda pair: pair[1].commitment)
    receipts = [] if seat is None else sorted(log.commitments_of(actor.seat(seat)))
    place_of = {seq: place for place, (seq, _) in enumerate(opened)}
    return Bundle(
        format=FORMAT,
        heads=[BundleHead(shown_size(head.size), head.root) for head in heads],
        consistency=[_hex(tree.consistency(one.size, other.size)) for one, other in pairwise(heads)],
        leaves=_hex(tree.leaves(size)) if leaves else [],
        opened=[_opened(opening, tree.find(opening.commitment, size)) for _, opening in opened],
        receipts=[BundleReceipt(leaf.hex(), *_proof(tree.find(leaf, size))) for leaf in receipts],
        texts=[_text(state, number, place_of[state.prayers.sealed[number].seq]) for number in texts],
    )


def _openings(log: Log, state: State, texts: Sequence[int]) -> list[tuple[int, Opening]]:
    """Return the events that a bundle opens, each with its place in the log; of sealed texts only the chosen ones."""
    chosen = {state.prayers.sealed[number].seq for number in texts}
    sealed = ev.TextSealed.__struct_config__.tag
    out = []
    for seq in log.places_of([str(kind.__struct_config__.tag) for kind in OPENED]):
        opening = None if seq in state.refused else log.opening(seq)
        if opening is not None and (opening.kind != sealed or seq in chosen):
            out.append((seq, opening))
    return out


def _opened(opening: Opening, included: Included | None) -> OpenedEvent:
    index, path = _proof(included)
    return OpenedEvent(
        format=opening.format,
        salt=opening.salt.hex(),
        actor=opening.actor,
        key=opening.key.hex(),
        kind=opening.kind,
        at=opening.at,
        body=opening.body,
        commitment=opening.commitment.hex(),
        index=index,
        path=path,
    )


def _text(state: State, number: int, event: int) -> BundleText:
    lines = record_at(state, number).lines
    return BundleText(number + 1, event, [BundleLine(line.language, line.text) for line in lines])


def _proof(included: Included | None) -> tuple[int | None, list[str]]:
    return (None, []) if included is None else (included.index, _hex(included.path))


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [value.hex() for value in hashes]
