"""The contract of the log, on both stores: what is committed stays, what is broken fails alone, what is erased is gone.

`test_sqlite_log.py` and `test_postgres_log.py` show what only one of them can do or suffer.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from oneheart.model.erasure import ErasureReason
from oneheart.storage.keyring import GONE, keyring_path
from oneheart.storage.log import Entry, Event, Fate, NotYetGone, Opening, StorageError, Written
from oneheart.storage.merkle import merkle_root
from oneheart.storage.rows import Altered
from tests.support.stores import Kept, entry

WORDS = "words that nobody else would ever say"


# --- adding -----------------------------------------------------------------------------------------------------------


def test_a_batch_is_written_in_order_and_read_back_in_order(kept: Kept) -> None:
    log = kept.log()
    written = log.append([entry(f"k{n}", f'{{"n":{n}}}', sealed=n % 2 == 0) for n in range(5)])
    assert [one.fate for one in written] == [Fate.NEW] * 5
    assert [(event.seq, event.body) for event in log.replay()] == [(n + 1, f'{{"n":{n}}}') for n in range(5)]
    assert [one.event for one in written] == list(log.replay())
    again = kept.reopened()
    assert [event.seq for event in again.replay(after=3)] == [4, 5]
    assert (again.length, again.chain) == (log.length, log.chain) == (5, again.chain_at(5))


def test_a_repeat_is_harmless_and_other_words_under_the_same_key_are_a_conflict(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("k", "one", sealed=True)])
    again, other, kind = log.append([entry("k", "one"), entry("k", "two"), entry("k", "one", kind="other")])
    assert (again.fate, other.fate, kind.fate) == (Fate.REPEATED, Fate.CONFLICT, Fate.CONFLICT)
    assert again.event is not None
    assert (again.event.seq, again.event.body, again.commitment) == (1, "one", next(log.commitments()))
    twice = log.append([entry("n", "same"), entry("n", "same"), entry("n", "not the same"), entry("m")])
    assert [one.fate for one in twice] == [Fate.NEW, Fate.REPEATED, Fate.CONFLICT, Fate.NEW]
    assert log.length == 3
    assert log.append([entry("k", "one", actor="s2")])[0].fate is Fate.NEW
    assert log.append([]) == []
    assert log.first_break() is None


@pytest.mark.parametrize(
    "poison",
    [entry("k", "\ud800"), entry("\udfff"), entry("k", actor="\ud800"), Entry("s1", "k", None, "{}")],  # type: ignore[arg-type]
)
def test_poison_fails_alone(kept: Kept, poison: Entry) -> None:
    log = kept.log()
    before, broken, after = log.append([entry("a"), poison, entry("b")])
    assert (before.fate, broken, after.fate) == (Fate.NEW, Written(Fate.REFUSED, None), Fate.NEW)
    assert [event.key for event in log.replay()] == [log.key_of("a"), log.key_of("b")]
    assert log.append([poison]) == [Written(Fate.REFUSED, None)]
    assert log.first_break() is None


def test_an_event_is_dated_salted_and_chained(kept: Kept) -> None:
    log = kept.log(now=lambda: 77)
    first, second = log.append([entry("a", "same"), entry("b", "same")])
    assert (first.fate, first.event) == (Fate.NEW, Event(1, "s1", log.key_of("a"), "response", "same", 77))
    assert second.event == Event(2, "s1", log.key_of("b"), "response", "same", 77)
    (*_, salt, commitment, chain, _), (*_, other, commitment2, chain2, _) = kept.rows()
    assert salt is not None
    assert len(salt) == len(other or b"") == 32
    assert salt != other
    key = hashlib.sha256(b"oneheart key\0a").digest()[:16]
    columns = b"\0\0\0\2s1" + b"\0\0\0\x10" + key + b"\0\0\0\x08response" + (77).to_bytes(8, "big") + b"same"
    assert commitment == hashlib.sha256(salt + b"oneheart event 2\0" + columns).digest() != commitment2
    assert [first.commitment, second.commitment] == [commitment, commitment2]
    assert chain == hashlib.sha256(bytes(32) + commitment).digest()
    assert chain2 == hashlib.sha256(chain + commitment2).digest() == log.chain
    assert log.opening(1) == Opening(2, salt, "s1", key, "response", 77, "same", commitment)
    assert log.root() == merkle_root([commitment, commitment2])


def test_sealed_words_stand_nowhere_in_the_rows_and_open_with_their_keys(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("a", WORDS, sealed=True), entry("b", WORDS)])
    sealed, opened = kept.rows()
    assert isinstance(sealed[4], bytes)
    assert WORDS.encode() not in sealed[4]
    assert sealed[5] is None
    assert opened[4] == WORDS
    opening = log.opening(1)
    assert opening is not None
    assert opening.body == WORDS


# --- reading ----------------------------------------------------------------------------------------------------------


def test_find_tells_a_repeat_from_other_words_another_kind_and_nothing(kept: Kept) -> None:
    log = kept.log(now=lambda: 77)
    log.append([entry("k", "one")])
    event = Event(1, "s1", log.key_of("k"), "response", "one", 77)
    assert log.find(entry("k", "one")) == Written(Fate.REPEATED, event)
    assert log.find(entry("k", "two")) == Written(Fate.CONFLICT, event)
    assert log.find(entry("k", "one", kind="other")) == Written(Fate.CONFLICT, event)
    assert log.find(entry("other", "one")) is None
    assert log.find(entry("k", "one", actor="s2")) is None


def test_only_hosts_are_among_the_last_of_hosts(kept: Kept) -> None:
    log = kept.log()
    log.append([entry(f"k{n}", actor=actor) for n, actor in enumerate(("h0", "house", "s1", "h12", "door", "h1"))])
    assert [event.actor for event in log.last_of_hosts(9)] == ["h1", "h12", "h0"]
    assert [event.seq for event in log.last_of_hosts(2)] == [6, 4]


def test_places_are_found_by_kind_and_commitments_by_actor(kept: Kept) -> None:
    log = kept.log()
    log.append([entry(f"k{n}", kind=kind, actor=f"s{n}") for n, kind in enumerate(("seat", "desire", "seat", "same"))])
    assert log.places_of(["seat"]) == [1, 3]
    assert log.places_of(["same", "desire"]) == [2, 4]
    assert log.places_of(["nothing"]) == []
    every = list(log.commitments())
    assert log.commitments_of("s2") == every[2:3]
    assert list(log.commitments(1, 3)) == every[1:3]
    assert list(log.commitments(4)) == []


def test_what_the_log_does_not_have_is_said(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("k")])
    for ask in (log.opening, log.chain_at):
        with pytest.raises(ValueError, match="no event 2"):
            ask(2)
    assert log.chain_at(0) == bytes(32)


def test_what_is_passed_over_is_remembered_once(kept: Kept) -> None:
    log = kept.log()
    assert log.passed_over() == frozenset()
    for seq in (7, 12, 7):
        log.pass_over(seq)
    assert log.passed_over() == kept.reopened().passed_over() == {7, 12}
    assert log.length == 2


def test_a_log_of_many_pages_is_read_to_its_end(kept: Kept) -> None:
    log = kept.log()
    for batch in range(9):
        log.append([entry(f"{batch}-{n}", actor="s2") for n in range(500)])
    assert [event.seq for event in log.replay()] == [*range(1, 4501)]
    assert len(list(log.commitments())) == len(log.commitments_of("s2")) == 4500
    assert [event.seq for event in log.replay(after=1999)] == [*range(2000, 4501)]


# --- changes behind its back ------------------------------------------------------------------------------------------


def test_nothing_can_be_deleted_or_changed(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("k", "words")])
    for change in ("body = 'other'", "at = 0, body = NULL", "chain = commitment", "actor = ''"):
        with pytest.raises(Exception, match="never changed"):
            kept.alter(change, "seq = 1", unguarded=False)
    with pytest.raises(Exception, match="never deleted"):
        kept.delete("seq = 1", unguarded=False)
    assert [event.body for event in log.replay()] == ["words"]


@pytest.mark.parametrize(
    ("change", "where", "values", "place"),
    [
        ("body = 'other'", "seq = 4", (), 4),
        ("salt = ?", "seq = 2", (bytes(32),), 2),
        ("chain = ?", "seq = 2", (bytes(32),), 2),
        ("commitment = ?", "seq = 3", (bytes(32),), 3),
        ("seq = -seq", "seq > 0", (), 1),
        ("seq = seq + 9", "seq = 4", (), 4),
        ("actor = 'h0'", "seq = 1", (), 1),
        ("kind = 'presence'", "seq = 2", (), 2),
        ("key = ?", "seq = 3", (b"\1" * 16,), 3),
        ("at = at + 1", "seq = 4", (), 4),
        ("body = NULL, salt = NULL", "seq = 4", (), 4),
    ],
)
def test_every_kind_of_change_is_found_at_its_place(
    kept: Kept, change: str, where: str, values: tuple[object, ...], place: int
) -> None:
    log = kept.log()
    log.append([entry(f"k{n}", f"body {n}") for n in range(4)])
    assert log.first_break() is None
    kept.alter(change, where, *values)
    assert log.first_break() == place


def test_a_row_that_is_missing_is_found(kept: Kept) -> None:
    log = kept.log()
    log.append([entry(f"k{n}") for n in range(4)])
    kept.delete("seq = 2")
    fault = log.first_fault()
    assert fault is not None
    assert (fault.seq, fault.why) == (2, "it is missing")


def test_a_body_that_borrows_another_key_is_found(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("a", "one", sealed=True), entry("b", "two", sealed=True)])
    first, second = kept.rows()
    assert isinstance(first[4], bytes)
    assert isinstance(second[4], bytes)
    kept.alter("body = ?" if kept.is_file else "sealed = ?", "seq = 2", first[4][:4] + second[4][4:])
    with pytest.raises(Altered, match="its key is that of another event"):
        list(kept.reopened().replay())


# --- erasing ----------------------------------------------------------------------------------------------------------


def test_erasing_takes_the_events_of_one_and_those_that_are_named(kept: Kept) -> None:
    log = kept.log()
    log.append(
        [
            *(entry("seat", WORDS, actor="door", kind="seat"), entry("say", WORDS, kind="desire"), entry("tap", WORDS)),
            *(entry("made", WORDS, actor="s2", kind="amended"), entry("other", "stays", actor="s2")),
        ]
    )
    before, root = kept.rows(), log.root()
    assert log.erase("s1", [4], numbered=[1, 2]) == 4
    *rows, told = kept.rows()
    assert [row[3] for row in rows] == ["seat", "desire", "gone", "gone", "response"]
    assert [row[4] for row in rows] == [None, None, None, None, "stays"]
    assert [row[5] is None for row in rows] == [True, True, True, True, False]
    assert [(row[1], row[2]) for row in rows[:4]] == [("", seq.to_bytes(16, "big")) for seq in (1, 2, 3, 4)]
    assert [row[8] for row in rows[:4]] == [0, 0, 0, 0], "nothing tells when it was"
    assert (rows[4][1], rows[4][2]) == ("s2", bytes.fromhex(log.key_of("other")))
    assert [row[6:8] for row in rows] == [row[6:8] for row in before]
    assert merkle_root(log.commitments(through=5)) == root
    assert (told[1], told[3]) == ("house", "blanked")
    assert told[4] == '{"kind":"blanked","why":"asked","gone":[3,4],"seats":[1],"desires":[2]}'
    assert not log.checkpoint_due
    assert (log.first_break(), log.opening(1)) == (None, None)
    assert (log.erase("nobody", [], numbered=[]), log.erasures()[:2]) == (0, (1, 4))
    assert kept.reopened().first_break() is None


def test_the_keys_of_erased_events_are_destroyed_and_only_theirs(kept: Kept, tmp_path: Path) -> None:
    log = kept.log()
    log.append([entry("a", WORDS, sealed=True), entry("b", "stays", actor="s2", sealed=True)])
    old = kept.rows()[0]
    log.erase("s1", [], numbered=[])
    ring = kept.store.keyring
    assert ring is not None
    assert (ring.key(0), ring.key(1) == GONE) == (GONE, False)
    assert WORDS not in str(kept.rows())
    assert [event.body for event in log.replay()][:2] == [None, "stays"]
    # whoever kept the row of that time cannot read it either
    kept.alter("body = ?" if kept.is_file else "sealed = ?", "seq = 1", old[4])
    assert kept.reopened().first_break() == 1
    assert keyring_path(kept.store.path).parent == tmp_path


def test_what_lost_its_keys_is_named_by_an_event(kept: Kept) -> None:
    log = kept.log()
    log.append([entry("a", WORDS, kind="seat", sealed=True), entry("b", "stays", sealed=True)])
    ring = kept.store.keyring
    assert ring is not None
    ring.destroy({0: GONE})
    again = kept.reopened()
    assert [event.body for event in again.replay()] == [None, "stays"]
    assert again.unopened == {1: False}
    assert again.erase_unopened(ErasureReason.RESTORED) == 1
    assert [event.kind for event in again.replay()] == ["gone", "response", "blanked"]
    assert again.unopened == {}


def test_an_erasure_whose_keys_the_disk_keeps_is_not_told_as_done(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    log = kept.log()
    log.append([entry("a", WORDS, sealed=True)])
    ring = kept.store.keyring
    assert ring is not None

    def refuse(*_: object) -> None:
        message = "full"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(ring, "_write", refuse)
        with pytest.raises(NotYetGone, match="full"):
            log.erase("s1", [], numbered=[])
        assert log.checkpoint_due
        assert next(log.replay()).body is None, "the erasure is committed"
        assert kept.log().checkpoint_due, "it is known after a restart"
    log.checkpoint()
    assert not log.checkpoint_due
    assert ring.key(0) == GONE


def test_a_key_that_the_disk_refuses_takes_nothing_and_everything_again(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = kept.log()
    ring = kept.store.keyring

    def refuse(*_: object) -> None:
        message = "full"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(ring, "_write", refuse)
        with pytest.raises(StorageError, match="full"):
            log.append([entry("a"), entry("b", sealed=True)])
    assert (log.length, kept.rows()) == (0, [])
    assert [one.fate for one in log.append([entry("a"), entry("b", sealed=True)])] == [Fate.NEW] * 2
