"""Prove that a record is whole, and say what that proves and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oneheart.commands.record import Record, altered, record_of, unreadable
from oneheart.live import events as ev
from oneheart.live.publishing import first_wrong_head
from oneheart.live.refusal import Refusal
from oneheart.live.sealed_record import WordsFit, record_at
from oneheart.live.state import State
from oneheart.model.erasure import ErasureReason
from oneheart.storage.log import Log
from oneheart.storage.merkle import merkle_roots
from oneheart.storage.meta import meta_digest
from oneheart.storage.stores import Store, log_of, look_at_store


def _kinds(*bodies: type[ev.Body]) -> frozenset[str]:
    return frozenset(str(body.__struct_config__.tag) for body in bodies)


_MOVES = _kinds(  # after these another answer is taken
    ev.Settings,
    ev.StageMoved,
    ev.StepTaken,
    ev.SealTakenBack,
    ev.StageTakenBack,
    ev.Ended,
    ev.Reopened,
    ev.Purged,
)
_ANSWERS = _kinds(ev.Responded, ev.LineRead, ev.WholeAffirmed, ev.ChallengerAnswered)
(_HEAD,), (_SEALED,), (_ERASURE,) = _kinds(ev.TreeHead), _kinds(ev.TextSealed), _kinds(ev.Blanked)
(_ASKS,), (_PURGES,) = _kinds(ev.SeatErased), _kinds(ev.Purged)
_CONTACTS = _kinds(ev.ContactsTakenBack, ev.ContactsTakenOut)  # they ask to erase what lists of contacts hold
_FITS = {
    WordsFit.WHOLE: "and its words are those that were sealed",
    WordsFit.ERASED: "and its words cannot be compared any more, because some were erased",
    WordsFit.OTHER: "but its words are not those that were sealed",
}
_HOLDS = "The record holds: every event is as it was written."
_LOST = (
    "Events are lost: all that can be read is as it was written, but some cannot be read. No request for that is here."
)
_UNBOUND = (
    "The code and the secret of this file are not under its record: an earlier version made it. Another secret would "
    "deal other cards and draw other lots; nothing here would show that."
)
_OTHER_META = (
    "The code, the secret or the name of keys in this file is not the one that it was made with: somebody altered the "
    "table meta. Codes on paper may open nothing, and cards and lots may be other ones since then."
)
_NOT_COUNTED = (
    "{count} events do not count, because the program is said to have failed at them. An earlier version wrote that "
    "outside of the record, so it is not proved."
)
_RULES = {
    1: "Its rule is that of an earlier version: words and order are checked, but not who did or erased what, nor when.",
    2: "Its rule is the present one: every column of every event, the order, and every erasure are checked.",
}


def proof(
    place: str | Path, asked: str = "", size: int = 0, *, last: bool = False, older_copy: bool = False
) -> tuple[list[str], bool]:
    """Return what a record proves, in sentences, and whether all checks passed. O(events log events).

    Every event must be as it was written, and every one that cannot be read must be named by an erasure. Every
    published head must be of this record: size, root and hash chain. Every sealed text must stand on a head (or, in a
    text of an earlier version, on the Merkle root of all events before it) and have the words of its digest. A root
    that somebody kept from a screen or from print must be one of these.

    Args:
        place: path of the gathering, or its address in PostgreSQL; another process may serve it.
        asked: root to look for, hexadecimal; "" for none.
        size: size that was kept with that root; 0 for none.
        last: the root is that of the last head: nothing may have come after it.
        older_copy: the file is a copy that may be older than an erasure: events may have lost their keys since.

    Raises:
        UserError: there is no gathering, the file is damaged, or its keys are missing.
    """
    out: tuple[list[str], bool] = [], False
    for _ in range(2):  # an erasure may come between rows and keys while the file is served; then look once more
        database = look_at_store(place)
        try:
            out = proof_of(database, asked.strip().lower(), size, last=last, older_copy=older_copy)
        finally:
            database.close()
        if out[1]:
            break
    return out


def proof_of(
    database: Store, asked: str = "", size: int = 0, *, last: bool = False, older_copy: bool = False
) -> tuple[list[str], bool]:
    """Return what the record of an open file proves; see `proof`.

    Raises:
        UserError: the file is damaged.
    """
    record = record_of(database)
    if record.fault is not None:
        return [altered(record.fault)], False
    if record.spoiled is not None:
        return [unreadable(record.spoiled)], False
    said, is_own = _about_file(database)
    out, well = _proof(record, log_of(database), asked, size, last=last, older_copy=older_copy)
    return [*out[:2], *said, *out[2:]], well and is_own


def _proof(record: Record, log: Log, asked: str, size: int, *, last: bool, older_copy: bool) -> tuple[list[str], bool]:
    state = record.state
    assert state is not None  # noqa: S101  it is neither broken nor spoiled
    size_of = {root.hex(): count for count, root in enumerate(merkle_roots(log.commitments()), start=1)}
    sealed_texts, forged, erasures = _walked(state, log)
    said, named = _erasures(erasures, len(log.unopened), older_copy=older_copy)
    baseless = _baseless(state, log, erasures)
    said += [
        f"The erasure at event {seq} names no request that could have caused it: somebody else erased those events."
        for seq in baseless
    ]
    named &= not baseless
    heads = state.heads.published
    wrong = first_wrong_head(log, heads)
    out, well = [_HOLDS if named else _LOST, _RULES[log.format]], named and wrong is None
    out.append(f"events {log.length}, root {log.root().hex()}")
    out += said
    if heads:
        newest = f"head {len(heads)}: size {heads[-1].size}, root {heads[-1].root}"
        out.append(newest if wrong is None else f"head {wrong} is not of this record")
    sizes = {(head.size, head.root): head.through for head in heads}
    counted = {sealed.seq: place for place, sealed in enumerate(state.prayers.sealed)}
    for number, (seq, body) in enumerate(sealed_texts, start=1):
        known = sizes.get((body.size, body.root)) if body.size else size_of.get(body.root)
        holds = known is not None and known < seq
        words, fit = _words_of(state, counted.get(seq))
        well &= holds and fit
        out.append(
            f"sealed text {number}: {'stands on this record' if holds else 'its root is not of this record'}, {words}"
        )
    if forged:
        well = False
        out.append(
            f"{forged} events were added by somebody else: they came in a stage that did not take them, after its "
            "head. They change nothing."
        )
    if not asked:
        out.append(
            "It is whole in itself. Whoever rewrites all of it leaves no trace in it, so compare a size and root above "
            "with those on paper, on a screen or on a phone: --root ROOT --size SIZE."
        )
        return out, well
    kept = [head for head in heads if head.root == asked and size in {0, head.size}]
    is_root = bool(kept) or (size_of.get(asked, 0) > 0 and size in {0, size_of[asked]})
    through = kept[-1].through if kept else size_of.get(asked, 0)
    out.append("The root that you gave " + ("is of this record." if is_root else "is not of this record."))
    later = log.length - through - (1 if kept else 0)  # the event of the head itself comes after what it is over
    if is_root and later:
        out.append(f"{later} events came after it; it says nothing about them.")
    return out, well and is_root and not (last and later)


def _about_file(database: Store) -> tuple[list[str], bool]:
    """Return what is to say of the code, the secret and the name of keys in a file, and whether nothing is wrong.

    The first event of the log holds their digest. A file of an earlier version has none. In format 1 the same table
    also says which events do not count, and nothing proves that.
    """
    log = log_of(database)
    first = next(log.replay(), None)
    body = None if first is None or not first.body else ev.decode(first.body)
    bound = body.meta if isinstance(body, ev.Settings) else ""
    out = [_NOT_COUNTED.format(count=len(log.passed_over()))] if log.format == 1 and log.passed_over() else []
    if not bound:
        return [*out, _UNBOUND], True
    if bound == meta_digest(database.meta()):
        return out, True
    return [*out, _OTHER_META], False


def _erasures(erasures: Sequence[tuple[int, ev.Blanked]], unopened: int, *, older_copy: bool) -> tuple[list[str], bool]:
    """Return what is to say of erasures and lost keys, and whether no event lost its key unasked.

    Args:
        erasures: all erasures with their places.
        unopened: number of events whose keys are destroyed though no erasure names them.
        older_copy: somebody vouches that the file is a copy from before an erasure.
    """
    out, lost = [], [(seq, body) for seq, body in erasures if body.why in {ErasureReason.KEYS, ErasureReason.RESTORED}]
    asked = [body for _, body in erasures if body.why not in {ErasureReason.KEYS, ErasureReason.RESTORED}]
    if asked:
        count = sum(map(_size, asked))
        out.append(f"{count} events were erased by {len(asked)} erasures. It is not proved who asked for them.")
    for seq, body in lost:
        out.append(
            f"{_size(body)} events had lost their keys when this file was restored from a copy (noticed at event "
            f"{seq}). It is not proved that anybody asked for it. If the copy was older than an erasure, say so: "
            "--older-copy."
            if body.why == ErasureReason.RESTORED
            else f"{_size(body)} events lost their keys without anybody's request (noticed at event {seq}): either an "
            "older copy was opened with newer keys, or somebody destroyed keys."
        )
    if unopened and older_copy:
        out.append(
            f"{unopened} events cannot be read, and no erasure in this record names them. You say that it is an older "
            "copy; that is not proved."
        )
    elif unopened:
        out.append(
            f"{unopened} events cannot be read, and no erasure in this record names them: either this is an older copy "
            "opened with newer keys, or somebody destroyed keys. If it is an older copy, say so: --older-copy."
        )
    unasked = any(body.why == ErasureReason.KEYS or not older_copy for _, body in lost)
    return out, not unasked and (older_copy or not unopened)


def _baseless(state: State, log: Log, erasures: Sequence[tuple[int, ev.Blanked]]) -> list[int]:
    """Return the places of erasures that no earlier event in the record can have caused. O(events).

    An erasure on request names the requests of exactly the seats that it erases, or, where it erases nothing that is
    numbered, requests to erase contacts. An erasure at the end of the term follows the event of that end.
    """
    asked: dict[int, int] = {}
    purged: list[int] = []
    contacts: set[int] = set()
    for event in log.replay():
        if event.kind in _CONTACTS and event.body:
            contacts.add(event.seq)
        if event.kind in (_ASKS, _PURGES) and event.body:
            body = ev.decode(event.body)
            if isinstance(body, ev.SeatErased):
                asked[event.seq] = body.seat
            elif isinstance(body, ev.Purged):
                purged.append(event.seq)

    def has_cause(seq: int, body: ev.Blanked) -> bool:
        if body.why == ErasureReason.ASKED:
            if not (body.seats or body.desires or body.numbered):
                return any(place < seq and place in contacts for place in body.asked)
            seats = {asked[place] for place in body.asked if place < seq and place in asked}
            own = {state.seats[seat].seq for seat in seats if 0 <= seat < len(state.seats)}
            return bool(own) and own == {*body.seats}
        return body.why != ErasureReason.TIME or any(place < seq for place in purged)

    return [seq for seq, body in erasures if not has_cause(seq, body)]


def _size(body: ev.Blanked) -> int:
    """Return how many events an erasure erased."""
    return len(body.gone) + len(body.seats) + len(body.desires)


def _walked(state: State, log: Log) -> tuple[list[tuple[int, ev.TextSealed]], int, list[tuple[int, ev.Blanked]]]:
    """Return every event that seals a text, how many events the program cannot have written, and every erasure.

    Sealed texts and erasures come with their places.

    The program refuses what a stage does not take before it writes it. Only what waits at the very moment of a move is
    written and refused after it, and then it stands before the next head, because both wait in one queue.
    """
    sealed: list[tuple[int, ev.TextSealed]] = []
    erasures: list[tuple[int, ev.Blanked]] = []
    forged, under_a_head = 0, False
    for event in log.replay():
        if event.kind in _MOVES:
            under_a_head = False
        elif event.kind == _HEAD:
            under_a_head = True
        elif event.kind == _ERASURE and event.body:
            erased = ev.decode(event.body)
            if isinstance(erased, ev.Blanked):
                erasures.append((event.seq, erased))
        elif event.kind == _SEALED and event.body:
            body = ev.decode(event.body)
            if isinstance(body, ev.TextSealed):
                sealed.append((event.seq, body))
        elif under_a_head and event.kind in _ANSWERS:
            forged += state.refused.get(event.seq) in {Refusal.CLOSED, Refusal.ENDED}
    return sealed, forged, erasures


def _words_of(state: State, number: int | None) -> tuple[str, bool]:
    """Return what is to say of the words of a sealed text, and whether nothing is wrong with them.

    Args:
        state: state of the gathering.
        number: number of the sealed text, from 0; None if its event was refused, so that it is in no book.
    """
    if number is None:
        return "but it does not count", True
    record = record_at(state, number)
    back = "" if record.sealed.seal_holds else "; its seal was taken back"
    if not record.lines:
        return f"but it has no line, so it is in no book{back}", True
    return f"{_FITS[record.fit]}{back}", record.fit is not WordsFit.OTHER
