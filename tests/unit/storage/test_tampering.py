"""Altered records: whoever holds the file can change it, and `verify` finds what was changed, or says what it cannot.

Every kind of change is tried as SQLite alone allows it, then with commitments and chain made to fit, then with heads
and sealed texts made to fit as well. The last needs a head that somebody kept outside of the file.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
import typer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oneheart.commands import live, proving
from oneheart.commands.keeping import back_up, restore
from oneheart.commands.proving import proof, proof_of
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.refusal import Refusal, Refused
from oneheart.model import actor
from oneheart.storage import rows
from oneheart.storage.database import Database, open_database
from oneheart.storage.keyring import keyring_path
from oneheart.storage.log import Log
from oneheart.storage.meta import meta_digest
from oneheart.storage.rows import Altered
from oneheart.storage.stores import log_of
from tests.support.forging import Change, Row, append, forge, held, rewrite, with_body
from tests.support.proofs import size
from tests.support.whole_round import Round, play_round

Figure = Callable[[str], None]
MUTATIONS = size(10_000, 300)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Return a round with wishes, answers, readings, a sealed text, an erasure, and an event that was passed over."""
    return play_round(tmp_path_factory.mktemp("round") / "g.oneheart")


@pytest.fixture
def copy(whole: Round, tmp_path: Path) -> Path:
    """Return a copy of the round and its keys."""
    path = tmp_path / "g.oneheart"
    shutil.copy(whole.path, path)
    shutil.copy(keyring_path(whole.path), keyring_path(path))
    return path


def sql(*statements: str) -> Callable[[Database], object]:
    return lambda database: [database.connection.execute(statement) for statement in statements]


def rechained(*statements: str) -> Callable[[Database], object]:
    """Return a change by SQL after which the chain is made to fit."""

    def change(database: Database) -> None:
        sql(*statements)(database)
        forge(database, lambda row: row)

    return change


def made_to_fit(change: Change) -> Callable[[Database], object]:
    """Return a change of opened events after which commitments and chain fit, but not what was published."""
    return lambda database: forge(database, change)


def flipped(row: Row) -> Row:
    return replace(row, body=row.body.replace('"stance":1', '"stance":-1')) if row.kind == "response" else row


def other_words(row: Row) -> Row:
    return replace(row, body=row.body.replace("bread 0", "stones 0")) if row.kind == "desire" else row


ALTERED: dict[str, Callable[[Database], object]] = {
    # as `tamper` of the first review did it: what SQLite alone can do
    "a body changed": sql("UPDATE events SET body = substr(body, 1, 4) || randomblob(90) WHERE kind = 'response'"),
    "a body without a key": sql("UPDATE events SET body = '{}', salt = zeroblob(32) WHERE kind = 'response'"),
    "half of the answers blank": sql(
        "UPDATE events SET body = NULL, salt = NULL, actor = '', at = 0, kind = 'gone', "
        "key = CAST(printf('%016d', seq) AS BLOB) WHERE kind = 'response' AND seq % 2 = 0"
    ),
    "one wish blank": sql("UPDATE events SET body = NULL, salt = NULL WHERE kind = 'desire' AND body IS NOT NULL"),
    "readings and stages blank": sql("UPDATE events SET body = NULL, salt = NULL WHERE kind IN ('stage', 'reading')"),
    "actors rewritten": sql("UPDATE events SET actor = 'h0', key = randomblob(16) WHERE kind = 'response'"),
    "an actor that is nobody": sql("UPDATE events SET actor = 'zz' WHERE seq = (SELECT max(seq) FROM events)"),
    "times moved": sql("UPDATE events SET at = at - 86400000 * 30"),
    "one time moved by a millisecond": sql("UPDATE events SET at = at + 1 WHERE seq = 20"),
    "a kind that differs from the body": sql("UPDATE events SET kind = 'presence' WHERE kind = 'response'"),
    "a key that differs": sql("UPDATE events SET key = randomblob(16) WHERE seq = 30"),
    "an answer that borrows a destroyed key": lambda database: database.connection.execute(
        "UPDATE events SET body = CAST(? || substr(body, 5) AS BLOB) WHERE kind = 'response' AND seq % 5 = 0",
        (b"\0\0\0\x0b",),  # the slot of the seat that erased everything
    ),
    "a salt that differs": sql("UPDATE events SET salt = randomblob(32) WHERE salt IS NOT NULL AND seq > 2"),
    "two rows exchanged": sql(
        "UPDATE events SET seq = -1 WHERE seq = 8",
        "UPDATE events SET seq = 8 WHERE seq = 9",
        "UPDATE events SET seq = 9 WHERE seq = -1",
    ),
    "a row in the middle deleted": sql("DELETE FROM events WHERE seq = 40"),
    "the first row deleted": sql("DELETE FROM events WHERE seq = 1"),
    "a row before the first": sql(
        "INSERT INTO events SELECT 0, 'h0', randomblob(16), kind, body, salt, commitment, chain, at FROM events "
        "WHERE seq = 3"
    ),
    "the blank row of an erased person is named otherwise": sql("UPDATE events SET actor = 's3' WHERE actor = ''"),
    "the blank row of an erased person has a time": sql("UPDATE events SET at = 7 WHERE actor = ''"),
    "the blank row of an erased person is a wish": sql("UPDATE events SET kind = 'desire' WHERE kind = 'gone'"),
    "the erasure deleted": rechained("DELETE FROM events WHERE kind = 'blanked'"),
    "what was passed over counts again": sql("DELETE FROM events WHERE kind = 'passed over'"),
    "500 forged answers appended": lambda database: append(
        database, "s0", "response", ev.encode(ev.Responded(0, 1, 1)), count=500  # type: ignore[arg-type]
    ),
    "another code in the file": sql("UPDATE meta SET value = 'WXYZ9999' WHERE name = 'code'"),
    "another secret, so that other lots are drawn": sql(
        "UPDATE meta SET value = hex(randomblob(32)) WHERE name = 'secret'"
    ),
    "a row more in the table meta": sql("INSERT INTO meta (name, value) VALUES ('passed over 20', '')"),
    # commitments and chain made to fit: found by what the events say of one another
    "blank rows with a chain that fits": rechained(
        "UPDATE events SET body = NULL, salt = NULL WHERE kind = 'response' AND seq % 2 = 0"
    ),
    "every want turned into against": made_to_fit(flipped),
    "words forged": made_to_fit(other_words),
    "the erasure names more": made_to_fit(
        with_body("blanked", lambda body: body.replace('"gone":[', '"gone":[21,'))
    ),
    "the erasure names less": made_to_fit(
        with_body("blanked", lambda body: body.replace('"gone":[', '"nobody":[').replace('"nobody"', '"asked"'))
    ),
    "a digest of other words": made_to_fit(with_body("sealed", lambda body: body.replace('"digest":"', '"digest":"0'))),
    "a root of another record": made_to_fit(with_body("sealed", lambda body: body.replace('"root":"', '"root":"f'))),
    "a size that does not belong to the root": made_to_fit(
        with_body("sealed", lambda body: body.replace('"size":', '"size":5'))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_a_changed_record_is_found_without_a_kept_root(name: str, copy: Path) -> None:
    assert proof(copy)[1]
    with held(copy) as database, database.connection:
        ALTERED[name](database)
    assert refused(copy), name


def test_where_the_first_event_says_nothing_of_the_table_meta_another_secret_is_not_found(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: with the digest of whatever is there, `verify` approves any code and secret."""
    with held(copy) as database, database.connection:
        ALTERED["another secret, so that other lots are drawn"](database)
        digest = meta_digest(database.meta())
    assert refused(copy)
    with held(copy) as database:
        first = ev.decode(next(log_of(database).replay()).body or "")
    monkeypatch.setattr(proving, "meta_digest", lambda _meta: getattr(first, "meta", ""))
    assert not refused(copy)
    assert digest != getattr(first, "meta", "")


def test_a_file_of_an_earlier_version_is_said_to_hold_no_digest_of_its_code(copy: Path) -> None:
    with held(copy) as database:
        forge(database, with_body("settings", lambda body: re.sub(r',"meta":"[0-9a-f]{64}"', "", body)))
    assert any(
        line.startswith("The code and the secret of this file are not under its record") for line in proof(copy)[0]
    )


def refused(path: Path) -> bool:
    """Return whether a record is refused or something in it is named."""
    try:
        return not proof(path)[1]
    except UserError:
        return True


def whole_log_rewritten(path: Path) -> None:
    assert rewrite(path, flipped, heads=True) > 10


def words_and_digest_rewritten(path: Path) -> None:
    """Forge words, heads, and the digest of the sealed text: a record that is whole in itself."""
    rewrite(path, other_words, heads=True)
    hall = LiveGathering.open(path)
    (sealed,) = hall.state.prayers.sealed
    digest = judging.digest_of(hall.state, hall.state.prayers.drafts[sealed.body.draft])
    hall.shut()
    rewrite(path, with_body("sealed", lambda body: body.replace(sealed.body.digest, digest)), heads=True)


def cut(after: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with held(path) as database:
            database.connection.execute(f"DELETE FROM events WHERE seq > ({after})")  # noqa: S608

    return change


def appended(path: Path) -> None:
    """Append what the program takes after the end too."""
    with held(path) as database:
        append(database, "s0", "seat changed", ev.encode(ev.SeatChanged(0, language="en")), count=500)


def erased_by_somebody_else(path: Path) -> None:
    """Erase all that one person said as the program does, after a request that somebody else wrote in their name."""
    with held(path) as database:
        append(database, actor.seat(5), "erased", ev.encode(ev.SeatErased(5)), count=1)
    LiveGathering.open(path).shut()


REWRITTEN: dict[str, Callable[[Path], None]] = {
    "changes of a seat appended": appended,
    "the whole log rewritten": whole_log_rewritten,
    "words and digest rewritten": words_and_digest_rewritten,
    "the tail cut before the sealed text": cut("SELECT max(seq) FROM events WHERE kind = 'reading'"),
    "cut to 10 events": cut("SELECT 10"),
    "a person erased by a request that somebody else wrote": erased_by_somebody_else,
}

ONLY_ADDED = {"changes of a seat appended", "a person erased by a request that somebody else wrote"}
"""What leaves everything under the kept root as it was. Only somebody who knows that it was the last root sees it."""


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_record_that_is_whole_in_itself_is_found_by_a_kept_root_and_says_that_it_needs_one(
    name: str, copy: Path, whole: Round
) -> None:
    REWRITTEN[name](copy)
    said, well = proof(copy)
    assert well, said
    assert "compare a size and root above" in said[-1]
    assert not proof(copy, whole.root, whole.size, last=True)[1]
    assert proof(copy, whole.root, whole.size)[1] == (name in ONLY_ADDED)


def test_what_came_after_a_kept_root_is_counted(copy: Path, whole: Round) -> None:
    said, well = proof(copy, whole.root, whole.size)
    assert well
    assert said[-1] == "The root that you gave is of this record."
    appended(copy)
    assert proof(copy, whole.root.upper(), whole.size)[0][-1] == "500 events came after it; it says nothing about them."
    assert not proof(copy, whole.root, whole.size + 50)[1], "the size does not belong to that root"
    assert not proof(copy, "0" * 64)[1]


# --- destroyed keys ---


def keys_destroyed(path: Path) -> int:
    """Overwrite the keys of half of all answers, as somebody with the files can; return the number of answers lost."""
    with held(path) as database:
        bodies = [
            body
            for (body,) in database.connection.execute("SELECT body FROM events WHERE kind IN ('response', 'reading')")
        ]
    slots = [slot for slot in map(rows.slot_of, bodies) if slot is not None][::2]
    with keyring_path(path).open("r+b") as keys:
        for slot in slots:
            keys.seek(64 + 32 * slot)
            keys.write(bytes(32))
    return len(slots)


def test_destroyed_keys_are_found_also_with_the_kept_root_and_for_ever(copy: Path, whole: Round) -> None:
    lost = keys_destroyed(copy)
    assert lost > 20
    for said, well in (proof(copy), proof(copy, whole.root, whole.size)):
        assert not well
        assert said[0].startswith("Events are lost")
        assert any(line.startswith(f"{lost} events cannot be read, and no erasure in this record") for line in said)
    assert proof(copy, whole.root, whole.size, older_copy=True)[1], "somebody vouches for it"
    for _ in range(2):
        LiveGathering.open(copy).shut()
        said, well = proof(copy, whole.root, whole.size, older_copy=True)
        assert not well
        noticed = f"{lost} events lost their keys without anybody's request (noticed at event {whole.length + 1})"
        assert any(line.startswith(noticed) for line in said)
    with pytest.raises(typer.Exit) as left:
        live.verify(copy)
    assert left.value.exit_code == 1


def test_an_erasure_that_somebody_asked_for_still_holds(copy: Path) -> None:
    async def erase() -> None:
        hall = LiveGathering.open(copy)
        await hall.erase(10, "erase-me-too")
        await hall.close()

    asyncio.run(erase())
    said, well = proof(copy)
    assert well
    assert said[0].startswith("The record holds")
    assert any("by 2 erasures" in line for line in said)


def test_a_restored_older_copy_holds_and_says_what_lost_its_keys(copy: Path, tmp_path: Path) -> None:
    kept = back_up(copy, tmp_path / "kept")

    async def erase() -> None:
        hall = LiveGathering.open(copy)
        await hall.erase(10, "erase-me-too")
        await hall.close()

    asyncio.run(erase())
    back_up(copy, tmp_path / "kept2")
    again = tmp_path / "again.oneheart"
    restore(kept, again)
    for _ in range(2):
        assert not proof(again)[1], "whoever destroys keys and then restores proves nothing"
        said, well = proof(again, older_copy=True)
        assert well, said
        assert any("had lost their keys when this file was restored from a copy" in line for line in said)
        LiveGathering.open(again).shut()
    assert not list(tmp_path.glob("*.part*"))


# --- erasures that nobody asked for ---


def erased_by_an_operator(path: Path, *, borrowed: bool) -> int:
    """Erase what seat 5 said, as somebody with the files can; return the place of the event that says so.

    Args:
        path: path of the file.
        borrowed: name the request of another person as the reason.
    """
    database = open_database(path)
    try:
        log = log_of(database)
        own = [event.seq for event in log.replay() if event.actor == actor.seat(5)]
        requests = [event.seq for event in log.replay() if event.kind == "erased"]
        assert len(own) > 5
        assert requests, "somebody else asked for an erasure in this record"
        if borrowed:
            patch = pytest.MonkeyPatch()
            real = Log._blanked  # noqa: SLF001
            patch.setattr(
                Log, "_blanked", lambda self, places, numbered, _asked, why: real(self, places, numbered, requests, why)
            )
            try:
                log.erase(actor.seat(5), [], numbered=own[:1])
            finally:
                patch.undo()
        else:
            log.erase(actor.seat(5), [], numbered=own[:1])
        return log.length
    finally:
        database.close()


@pytest.mark.parametrize("borrowed", [False, True])
def test_an_erasure_that_nobody_asked_for_is_found(copy: Path, *, borrowed: bool) -> None:
    assert proof(copy)[1]
    place = erased_by_an_operator(copy, borrowed=borrowed)
    for older_copy in (False, True):
        said, well = proof(copy, older_copy=older_copy)
        assert not well
        assert any(line.startswith(f"The erasure at event {place} names no request") for line in said)


@pytest.mark.sabotage("A15", "erasures without a request pass (proving._baseless)")
def test_a_build_that_asks_no_erasure_for_its_request_passes_it(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    erased_by_an_operator(copy, borrowed=False)
    monkeypatch.setattr(proving, "_baseless", lambda *_: [])
    assert proof(copy)[1]


@pytest.mark.sabotage("A15", "lost keys believed to be those of an older copy (_erasures)")
def test_a_build_that_believes_lost_keys_misses_silenced_answers(
    copy: Path, whole: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_destroyed(copy)
    monkeypatch.setattr(proving, "_erasures", lambda *_, **__: ([], True))
    assert proof(copy, whole.root, whole.size)[1]


# --- random changes ---------------------------------------------------------------------------------------------------

COLUMNS = ("actor", "key", "kind", "body", "salt", "commitment", "chain", "at", "seq")


def mutate(database: Database, seq: int, column: str, chance: random.Random) -> bool:
    """Change one column of one row at random; return whether it changed."""
    run = database.connection.execute
    (before,) = run(f"SELECT {column} FROM events WHERE seq = ?", (seq,)).fetchone()  # noqa: S608
    after = mutated(before, chance)
    if column == "seq" or isinstance(before, int):
        after = (before or 0) + chance.choice([-1000, -1, 1, 1000])
    try:
        run(f"UPDATE events SET {column} = ? WHERE seq = ?", (after, seq))  # noqa: S608
    except apsw.ConstraintError:  # the table itself refuses it
        return False
    return after != before


def mutated(value: Any, chance: random.Random) -> Any:
    """Return another value of the same type, or NULL."""
    if chance.random() < 0.1:
        return None
    if isinstance(value, bytes):
        changed = bytearray(value or b"x")
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    text = str(value or "")
    place = chance.randrange(len(text) + 1)
    how = chance.randrange(3)
    if how == 0:
        return text[:place] + chance.choice("0189azé") + text[place:]
    return text[:place] + text[place + 1 :] if how == 1 else text[::-1]


def rejected(database: Database, root: str = "", size: int = 0) -> bool:
    """Return the same of an open file."""
    try:
        return not proof_of(database, root, size)[1]
    except UserError:
        return True


def not_found(path: Path, count: int, *, seed: int) -> tuple[int, int]:
    """Change a random column of a random row, this many times; return how many were changed, and not found."""
    chance = random.Random(seed)  # noqa: S311
    tried = missed = 0
    with held(path) as database:
        (last,) = database.connection.execute("SELECT max(seq) FROM events").fetchone()
        while tried < count:
            database.connection.execute("BEGIN")
            if mutate(database, chance.randrange(1, last + 1), chance.choice(COLUMNS), chance):
                tried += 1
                missed += log_of(database).first_fault() is None
            database.connection.execute("ROLLBACK")
    return tried, missed


@pytest.mark.slow
@pytest.mark.proof("A15")
def test_every_random_change_of_a_column_is_found(copy: Path, figure: Figure) -> None:
    tried, missed = not_found(copy, MUTATIONS, seed=1)
    figure(f"{tried:,} records with one changed column: {missed} not found")
    assert missed == 0


@pytest.mark.sabotage("A15", "a commitment to the body only (rows.commitment_of)")
def test_a_build_that_commits_to_the_body_only_misses_moved_times_and_other_actors(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def body_only(salt: bytes, _actor: str, _key: bytes, _kind: str, _at: int, body: str) -> bytes:
        return hashlib.sha256(salt + body.encode()).digest()

    with monkeypatch.context() as patch:
        patch.setattr(rows, "commitment_of", body_only)
        patch.setattr("tests.support.forging.commitment_of", body_only)
        with held(copy) as database, database.connection:
            forge(database, lambda row: replace(row, at=row.at + 1), heads=True)
            forge(database, lambda row: replace(row, at=row.at - 1), heads=True)
        assert proof(copy)[1]
        for name in ("one time moved by a millisecond", "an actor that is nobody", "a key that differs"):
            with held(copy) as database:
                database.connection.execute("BEGIN")
                ALTERED[name](database)
                assert not rejected(database), name
                database.connection.execute("ROLLBACK")


@pytest.mark.sabotage("A15", "blank rows believed without an erasure that names them (Log._check_blank)")
def test_a_build_that_believes_blanks_misses_dropped_answers(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Log, "_check_blank", lambda _log, _row: None)
    with held(copy) as database, database.connection:
        ALTERED["half of the answers blank"](database)
    assert proof(copy)[1]


@pytest.mark.slow
@settings(
    max_examples=size(400, 25),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_change_with_commitments_chain_and_heads_made_to_fit_is_found_by_a_kept_root(
    data: st.DataObject, whole: Round, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forged")
    path = folder / "g.oneheart"
    shutil.copy(whole.path, path)
    shutil.copy(keyring_path(whole.path), keyring_path(path))
    seq = data.draw(st.integers(1, whole.through))
    column = data.draw(st.sampled_from(["actor", "key", "kind", "body", "at"]))
    moved = data.draw(st.integers(1, 10**9))

    def change(row: Row) -> Row:
        if row.seq != seq:
            return row
        values: dict[str, Any] = {
            "actor": f"s{moved % 12}" if row.actor != f"s{moved % 12}" else "h9",
            "key": moved.to_bytes(16, "big"),
            "kind": "presence",
            "body": row.body.replace('"seat":', '"seat":1').replace("bread", "stone"),
            "at": row.at + moved,
        }
        return replace(row, **{column: values[column]})

    with held(path) as database:
        database.connection.execute("BEGIN")
        try:
            changed = forge(database, change, heads=True)
        except apsw.ConstraintError:  # that actor has this key already
            changed = 0
        if changed:
            assert rejected(database, whole.root, whole.size)
        database.connection.execute("ROLLBACK")
    shutil.rmtree(folder)


# --- serving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [("a row in the middle deleted", 40), ("one time moved by a millisecond", 20), ("a key that differs", 30)],
)
def test_a_server_that_opens_a_changed_file_says_so_and_only_reads(name: str, place: int, copy: Path) -> None:
    with held(copy) as database, database.connection:
        ALTERED[name](database)
    (hall,) = House.open(copy).gatherings.values()
    assert hall.spoiled is not None
    assert (hall.spoiled.seq, hall.spoiled.altered, hall.state.seq) == (place, True, place - 1)
    assert f"Event {place} is not as it was written" in (hall.trouble or "")
    with pytest.raises(Refused) as refused:
        asyncio.run(hall.submit("h0", "more", ev.DesiresShown([])))
    assert refused.value.why is Refusal.READ_ONLY
    hall.shut()
    with pytest.raises(UserError, match=r"No copy of .* was kept"):
        back_up(copy, copy.parent / "kept")


def test_a_file_is_verified_while_it_is_served(whole: Round, copy: Path) -> None:
    hall = LiveGathering.open(copy)
    said, well = proof(copy, whole.root, whole.size)
    assert well, said
    hall.shut()


# --- the file as a whole ----------------------------------------------------------------------------------------------


def test_a_file_without_its_table_of_events_is_a_sentence(copy: Path) -> None:
    with held(copy) as database:
        database.connection.execute("DROP TABLE events")
    for opening in (LiveGathering.open, proof):
        with pytest.raises(UserError, match="has lost its record"):
            opening(copy)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_a_sentence(share: float, copy: Path) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: int(share * len(content))])
    with pytest.raises(UserError, match="restore it from a backup"):
        proof(copy)


def test_bits_that_flip_anywhere_are_found_or_change_nothing(copy: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    content = copy.read_bytes()
    with held(copy) as database:
        events = list(database.connection.execute("SELECT seq, commitment FROM events"))
    for _ in range(size(400, 40)):
        flipped_bytes = bytearray(content)
        flipped_bytes[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        copy.write_bytes(flipped_bytes)
        try:
            _, well = proof(copy)
        except UserError:
            continue
        if well:
            with held(copy) as database:
                assert list(database.connection.execute("SELECT seq, commitment FROM events")) == events


def test_a_file_of_a_newer_format_is_left_alone(copy: Path) -> None:
    with held(copy) as database:
        database.connection.execute("PRAGMA user_version = 9")
    before = copy.read_bytes()
    for opening in (LiveGathering.open, proof):
        with pytest.raises(UserError, match="format 9"):
            opening(copy)
    assert copy.read_bytes() == before


def test_the_format_of_a_file_cannot_be_turned_back(copy: Path) -> None:
    with held(copy) as database:
        database.connection.execute("PRAGMA user_version = 0")
    said, well = proof(copy)
    assert not well, said


def test_a_fault_names_its_event(copy: Path) -> None:
    with held(copy) as database, database.connection:
        ALTERED["one time moved by a millisecond"](database)
        fault = log_of(database).first_fault()
    assert isinstance(fault, Altered)
    assert (fault.seq, fault.why) == (20, "one of its columns does not fit its commitment")
