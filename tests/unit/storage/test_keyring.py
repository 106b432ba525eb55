"""The keyring: keys are on the disk before an event needs them, are used once, and stay destroyed once they are."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.commands.keeping import back_up, restore
from oneheart.commands.proving import proof
from oneheart.commands.record import read_record
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refusal, Refused
from oneheart.storage import keyring as keyring_module
from oneheart.storage.database import Database, open_database, remove_database
from oneheart.storage.keyring import (
    GONE,
    NUMBERED,
    Keyring,
    KeyringError,
    bring_keys,
    keyring_path,
    keyrings_of,
    make_keyring,
    opened,
    seal,
)
from oneheart.storage.log import Entry, Fate, NotYetGone, StorageError
from oneheart.storage.stores import log_of

CANARY = "CANARY: I want my brother to forgive me"
Figure = Callable[[str], None]


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Keyring]:
    made = make_keyring(tmp_path / "g.oneheart.keys")
    yield made
    made.close()


# --- slots ------------------------------------------------------------------------------------------------------------


def test_every_slot_is_given_out_once_and_its_key_is_on_the_disk(ring: Keyring) -> None:
    taken = [ring.take() for _ in range(300)]
    assert [slot for slot, _ in taken] == list(range(300))
    assert len({key for _, key in taken}) == 300
    kept = ring.keys()
    assert [kept.at(slot) for slot, _ in taken] == [key for _, key in taken] == [ring.key(slot) for slot, _ in taken]
    assert kept.count == 64 + 128 + 256, "blocks double, so that most events cost no fsync"
    assert (kept.at(kept.count), ring.key(kept.count)) == (None, None)
    assert ring.path.stat().st_mode & 0o777 == 0o600


def test_after_a_crash_no_slot_is_given_out_again(ring: Keyring) -> None:
    last, _ = [ring.take() for _ in range(10)][-1]
    with ring.path.open("ab") as file:
        file.write(b"half a slot")
    again = Keyring(ring.path, os.open(ring.path, os.O_RDWR), ring.name)
    slot, key = again.take()
    assert slot == 65 > last, "behind the slots that may have been used, and behind the one that was cut"
    assert again.key(slot) == key
    again.close()


def test_keys_are_on_the_disk_before_the_event_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(tmp_path / "g.oneheart", create=True)
    log = log_of(database)
    done: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(keyring_module.os, "fsync", lambda descriptor: (done.append("fsync"), fsync(descriptor)))

    class Watched:
        def execute(self, statement: str, *args: Any) -> Any:
            done.append(statement.split(maxsplit=1)[0])
            return database.connection.execute(statement, *args)

        def __getattr__(self, name: str) -> Any:
            return getattr(database.connection, name)

    monkeypatch.setattr(log, "_connection", Watched())
    log.append([Entry("s1", "a", "response", "{}", sealed=True), Entry("s1", "b", "response", "{}", sealed=True)])
    assert done == ["BEGIN", "fsync", "INSERT", "INSERT", "COMMIT"]
    done.clear()
    log.append([Entry("s1", "c", "response", "{}", sealed=True)])
    assert done == ["BEGIN", "INSERT", "COMMIT"], "one fsync a block"
    database.close()


def test_a_disk_that_refuses_keys_takes_no_event_and_everything_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(tmp_path / "g.oneheart", create=True)
    log = log_of(database)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keyring_module.os, "pwrite", full)
        with pytest.raises(StorageError, match="No space left"):
            log.append([Entry("s1", "k", "response", CANARY, sealed=True)])
    assert log.length == 0
    assert log.append([Entry("s1", "k", "response", CANARY, sealed=True)])[0].fate is Fate.NEW
    assert [event.body for event in log.replay()] == [CANARY]
    database.close()


@given(st.binary(max_size=200), st.integers(0, 10**6))
def test_what_is_sealed_is_opened_by_its_key_only_and_not_after_a_change(content: bytes, place: int) -> None:
    key, other = os.urandom(32), os.urandom(32)
    sealed = seal(key, content)
    assert opened(key, sealed) == content
    assert opened(other, sealed) is None
    changed = bytearray(sealed)
    changed[place % len(changed)] ^= 1
    assert opened(key, bytes(changed)) is None
    assert opened(key, sealed[:5]) is None


def test_a_destroyed_key_is_in_no_byte_of_the_file(ring: Keyring) -> None:
    keys = [ring.take()[1] for _ in range(5)]
    ring.destroy({1: GONE, 3: NUMBERED})
    assert [ring.key(slot) for slot in range(5)] == [keys[0], GONE, keys[2], NUMBERED, keys[4]]
    content = ring.path.read_bytes()
    assert [key in content for key in keys] == [True, False, True, False, True]


def test_a_gathering_that_is_deleted_takes_its_keys_with_it_even_from_a_second_name(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    asyncio.run(speak(path))
    old = Path(shutil.copy(path, tmp_path / "old.oneheart"))
    linked = tmp_path / "old.oneheart.keys"
    linked.hardlink_to(keyring_path(path))
    remove_database(path)
    assert not keyring_path(path).exists()
    assert set(linked.read_bytes()[64:]) == {0}
    hall = LiveGathering.open(old)
    assert CANARY not in {desire.text for desire in hall.state.desires}
    hall.shut()


# --- two files belong together ----------------------------------------------------------------------------------------


def a_gathering(folder: Path, name: str = "g") -> Path:
    path = folder / f"{name}.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), code="ABCD3456")  # type: ignore[arg-type]
    return path


def test_without_its_keys_a_file_is_a_sentence_and_with_them_all_is_there(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    asyncio.run(speak(path))
    away = tmp_path / "away"
    away.mkdir()
    keyring_path(path).rename(away / "g.oneheart.keys")
    before = path.read_bytes()
    for opening in (LiveGathering.open, read_record, proof):
        with pytest.raises(UserError, match=r"keys of .* are missing: put g.oneheart.keys, or a copy of it, back"):
            opening(path)
    with pytest.raises(UserError, match=r"keys of .* are missing"):
        back_up(path, tmp_path / "kept")
    assert path.read_bytes() == before
    make_keyring(keyring_path(path)).close()
    with pytest.raises(UserError, match="are missing"):
        LiveGathering.open(path)
    (away / "g.oneheart.keys").rename(keyring_path(path))
    hall = LiveGathering.open(path)
    assert hall.state.desires[0].text == CANARY
    hall.shut()


def test_keys_that_are_older_than_the_file_are_named_and_nothing_is_lost(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    old = keyring_path(path).read_bytes()
    asyncio.run(speak(path))
    new = keyring_path(path).read_bytes()
    keyring_path(path).write_bytes(old)
    hall = LiveGathering.open(path)
    assert hall.spoiled is not None
    assert "its key is not in the file of keys, which may be an older copy" in hall.spoiled.sentence
    hall.shut()
    keyring_path(path).write_bytes(new)
    hall = LiveGathering.open(path)
    assert hall.spoiled is None
    assert hall.state.desires[0].text == CANARY
    hall.shut()


def test_a_keyring_that_is_there_already_is_never_written_over_or_deleted(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    kept = keyring_path(path).read_bytes()
    path.unlink()
    with pytest.raises(UserError, match="is there already and may open a backup"):
        a_gathering(tmp_path)
    assert keyring_path(path).read_bytes() == kept


def test_a_copy_beside_it_takes_keys_of_its_own_before_it_writes(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    asyncio.run(speak(path))
    copy = Path(shutil.copy(path, tmp_path / "h.oneheart"))
    hall = LiveGathering.open(copy)
    assert hall.state.desires[0].text == CANARY
    hall.shut()
    assert keyring_path(copy).is_file()
    assert len(keyrings_of(keyring_name(path), tmp_path)) == 2


def keyring_name(path: Path) -> bytes:
    database = open_database(path)
    assert database.keyring is not None
    name = database.keyring.name
    database.close()
    return name


def test_bringing_keys_destroys_what_is_destroyed_anywhere_and_notices_separate_ways(tmp_path: Path) -> None:
    first = make_keyring(tmp_path / "a.keys")
    keys = [first.take()[1] for _ in range(4)]
    bring_keys([first.path], tmp_path / "b.keys", first.name)
    second = Keyring(tmp_path / "b.keys", os.open(tmp_path / "b.keys", os.O_RDWR), first.name)
    first.destroy({0: GONE})
    second.destroy({1: NUMBERED})
    for _ in range(100):
        first.take()
    bring_keys([first.path], second.path, first.name)
    slots = second.keys()
    assert [slots.at(slot) for slot in range(4)] == [GONE, NUMBERED, *keys[2:]]
    assert slots.count == first.keys().count
    bring_keys([second.path], first.path, first.name)
    assert first.path.read_bytes() == second.path.read_bytes()
    second._write(b"another key of another copy, 32 ", 2)  # noqa: SLF001
    with pytest.raises(UserError, match="went separate ways"):
        bring_keys([first.path], second.path, first.name)
    first.close()
    second.close()


def test_a_keyring_in_use_is_copied_with_every_key_of_the_copied_file(tmp_path: Path) -> None:
    path = a_gathering(tmp_path)
    hall = LiveGathering.open(path)

    async def work() -> None:
        for number in range(200):
            await hall.take_seat(f"seat-key-{number:024}", language="en")
            if number % 50 == 49:
                record = read_record(back_up(path, tmp_path / f"kept{number}"))
                assert record.state is not None
                assert record.state.people.count == number + 1

    asyncio.run(work())
    hall.shut()


def test_with_keys_inside_there_is_no_second_file_and_erasing_works_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "g.oneheart"
    create(path, ev.Settings("x", {"en": "?"}, "ten", ["en"]), code="ABCD3456", keys="inside")  # type: ignore[arg-type]
    asyncio.run(speak(path))
    assert not keyring_path(path).exists()
    assert CANARY.encode() in path.read_bytes()
    asyncio.run(erase(path))
    assert CANARY.encode() not in bytes_of(tmp_path)
    assert proof(path)[1]


# --- erasing ----------------------------------------------------------------------------------------------------------


async def speak(path: Path) -> str:
    """Let two people take seats, say something and answer; return the secret of the first."""
    hall = LiveGathering.open(path)
    ann = await hall.take_seat("seat-key-of-ann-00000000", language="en")
    bo = await hall.take_seat("seat-key-of-bo-000000000", language="en")
    await hall.submit("s0", "say", ev.DesireSaid(ann.number, CANARY, "en"))
    await hall.submit("s1", "say", ev.DesireSaid(bo.number, "Bread for all", "en"))
    await hall.submit("s0", "felt", ev.FeltSaid(0, 2, "start"))  # type: ignore[arg-type]
    await hall.close()
    return ann.secret


async def erase(path: Path, seat: int = 0) -> None:
    hall = LiveGathering.open(path)
    await hall.erase(seat, "erase-all")
    await hall.close()


def bytes_of(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def left_of(path: Path, secret: str) -> tuple[bool, str]:
    """Return whether a secret opens a seat in a file, and the words of its first wish."""
    hall = LiveGathering.open(path)
    assert hall.spoiled is None
    found = hall.seat_of(secret) is not None, hall.state.desires[0].text
    hall.shut()
    return found


def copies(folder: Path) -> tuple[Path, Path, str]:
    """Return a gathering, a copy of it by hand from before an erasure, and the secret of the person who erased."""
    path = a_gathering(folder)
    secret = asyncio.run(speak(path))
    old = folder / "old.oneheart"
    shutil.copy(path, old)
    back_up(path, folder / "kept")
    asyncio.run(erase(path))
    return path, old, secret


@pytest.mark.proof("A14")
def test_what_is_erased_cannot_be_read_in_any_older_copy(tmp_path: Path, figure: Figure) -> None:
    path, old, secret = copies(tmp_path)
    assert left_of(path, secret) == (False, "")
    assert CANARY.encode() not in bytes_of(tmp_path), "neither in the file nor in a copy, in plain"
    assert left_of(old, secret) == (False, ""), "the copy by hand"
    again = tmp_path / "again.oneheart"
    (kept,) = (tmp_path / "kept").glob("*.oneheart")
    restore(kept, again)
    assert left_of(again, secret) == (False, ""), "the backup, restored"
    said, well = proof(path)
    assert well, said
    assert any("erased by 1 erasures" in line for line in said)
    assert not proof(again)[1], "nobody vouches that the copy was older than the erasure"
    said, well = proof(again, older_copy=True)
    assert well, said
    assert any("had lost their keys when this file was restored" in line for line in said)
    said, well = proof(old)
    assert not well, "a copy by hand was opened without `restore`"
    assert any("lost their keys without anybody's request" in line for line in said)
    figure("one person's wish, answer and secret in 1 file, 1 copy and 1 restored backup after erasing: 0 readable")


@pytest.mark.sabotage("A14", "keys kept on erasure (Keyring.destroy)")
def test_a_build_that_keeps_keys_leaves_the_words_in_older_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keyring, "destroy", lambda _ring, _ends: None)
    _, old, secret = copies(tmp_path)
    assert left_of(old, secret) == (True, CANARY)


def test_an_older_copy_comes_to_the_same_numbers_as_the_erased_file(tmp_path: Path) -> None:
    path, old, _ = copies(tmp_path)
    first, second = LiveGathering.open(path), LiveGathering.open(old)
    assert [desire.text for desire in second.state.desires] == [desire.text for desire in first.state.desires]
    assert [seat.alive for seat in second.state.seats] == [seat.alive for seat in first.state.seats] == [False, True]
    digest = second.state.digest()
    first.shut()
    second.shut()
    again = LiveGathering.open(old)
    assert again.state.digest() == digest
    assert again._log.unopened == {}, "the record names them now"  # noqa: SLF001
    again.shut()


def test_a_copy_that_is_only_read_says_how_many_events_lost_their_keys(tmp_path: Path) -> None:
    _, old, _ = copies(tmp_path)
    before = old.read_bytes()
    said, well = proof(old)
    assert not well
    assert any("cannot be read, and no erasure in this record names them: either" in line for line in said)
    said, well = proof(old, older_copy=True)
    assert well
    assert any("You say that it is an older copy" in line for line in said)
    assert old.read_bytes() == before


def test_an_erased_person_who_sends_the_door_form_again_gets_another_seat_with_nothing_in_it(tmp_path: Path) -> None:
    _, old, _ = copies(tmp_path)
    hall = LiveGathering.open(old)
    taken = asyncio.run(hall.take_seat("seat-key-of-ann-00000000", language="en"))
    assert taken.number == 2
    assert hall.state.seats[taken.number].desires == []
    hall.shut()


def test_a_crash_between_erasing_and_destroying_keys_is_made_good_when_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_gathering(tmp_path)
    secret = asyncio.run(speak(path))
    old = Path(shutil.copy(path, tmp_path / "old.oneheart"))

    def refuse(_ring: Keyring, _ends: object) -> None:
        message = "the disk failed"
        raise KeyringError(message)

    async def fail() -> None:
        hall = LiveGathering.open(path)
        with pytest.raises(Refused) as refused:
            await hall.erase(0, "erase-all")
        assert refused.value.why is Refusal.DISK, "it is not acknowledged while a key is there"
        assert hall.trouble == "the disk failed"
        assert hall.state.desires[0].text == ""
        await hall.close()

    with monkeypatch.context() as patch:
        patch.setattr(Keyring, "destroy", refuse)
        asyncio.run(fail())
        ring = Keyring(keyring_path(path), os.open(keyring_path(path), os.O_RDONLY), b"")
        assert GONE not in {ring.key(slot) for slot in range(3)}
        ring.close()
    hall = LiveGathering.open(path)
    assert hall.trouble is None
    hall.shut()
    assert left_of(old, secret) == (False, "")


def test_keys_are_destroyed_although_a_reader_holds_up_the_checkpoint(tmp_path: Path) -> None:
    database = open_database(tmp_path / "g.oneheart", create=True)
    log = log_of(database)
    log.append([Entry("s1", "k", "response", CANARY, sealed=True)])
    assert database.keyring is not None
    reader = apsw.Connection(str(database.path))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchall()
    with pytest.raises(NotYetGone):
        log.erase("s1", [], numbered=[])
    assert database.keyring.key(0) == GONE
    reader.close()
    log.checkpoint()
    assert not log.checkpoint_due
    database.close()


def test_an_event_that_is_erased_twice_is_named_once(tmp_path: Path) -> None:
    database: Database = open_database(tmp_path / "g.oneheart", create=True)
    log = log_of(database)
    log.append([Entry("s1", "k", "response", CANARY, sealed=True), Entry("s2", "k", "seat", "{}", sealed=True)])
    assert log.erase("s1", [2], numbered=[2]) == 2
    assert log.erase("s1", [1, 2], numbered=[2]) == 0
    assert log.length == 3
    assert log.erasures() == (1, 2, 0)
    assert log.first_break() is None
    database.close()
