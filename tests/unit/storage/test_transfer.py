"""Moving a gathering: into PostgreSQL and back it is the same, whatever breaks off, and it is in one place only."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.commands import moving as command
from oneheart.commands.moving import RecordShown, move, shown_of, upgrade_database
from oneheart.commands.proving import proof
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.publishing import Receipt
from oneheart.storage import postgres, transfer
from oneheart.storage.database import look_into
from oneheart.storage.forwarding import MovedTo
from oneheart.storage.keyring import keyring_path
from oneheart.storage.log import Entry, StorageError
from oneheart.storage.postgres import address_of
from oneheart.storage.rows import Stored
from oneheart.storage.sqlite_log import SqliteLog
from oneheart.storage.stores import log_of, look_at_store
from tests.support.postgres import Cluster
from tests.support.whole_round import Round, play_round

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Return a round with wishes, answers, readings, a sealed text, an erasure, and an event that was passed over."""
    return play_round(tmp_path_factory.mktemp("round") / "g.oneheart")


@pytest.fixture
def copy(whole: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the round with its keys; the keys of the database have a folder of their own."""
    (tmp_path / "keys").mkdir()
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "keys"))
    path = tmp_path / "g.oneheart"
    shutil.copy(whole.path, path)
    shutil.copy(keyring_path(whole.path), keyring_path(path))
    return path


@pytest.fixture
def base(postgres: Cluster) -> str:
    """Return the address of a database without a gathering."""
    return postgres.emptied()


def of(place: str | Path) -> tuple[RecordShown, list[Stored], list[bytes]]:
    """Return what a gathering shows, its rows, and the commitments of each seat."""
    store = look_at_store(place)
    try:
        log = log_of(store)
        seats = [one for seat in range(12) for one in log.commitments_of(f"s{seat}")]
        return shown_of(store), list(log.rows()), seats
    finally:
        store.close()


def receipts_of(path: Path) -> list[list[Receipt]]:
    """Return the receipts of all seats, with their proofs."""
    hall = LiveGathering.open(path)

    async def asked() -> list[list[Receipt]]:
        return [await hall.publisher.receipts(hall.state, seat) for seat in range(12)]

    out = asyncio.run(asked())
    hall.shut()
    return out


def bodies_of(place: str | Path) -> list[str | None]:
    store = look_at_store(place)
    try:
        return [event.body for event in log_of(store).replay()]
    finally:
        store.close()


def keys_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.keys"))


# --- there and back ---------------------------------------------------------------------------------------------------


def test_there_and_back_it_has_the_same_rows_root_seal_texts_and_receipts(
    copy: Path, base: str, tmp_path: Path
) -> None:
    before, bodies, receipts = of(copy), bodies_of(copy), receipts_of(copy)
    assert any(line.startswith("sealed text 1: stands on this record") for line in before[0].proof)
    there = f"{base}#ABCD3456"

    list(move(str(copy), base))
    assert (of(there), bodies_of(there)) == (before, bodies)
    assert keys_in(tmp_path) == ["ABCD3456.keys"], "there is one set of keys"
    with pytest.raises(UserError, match=r"was moved: the gathering is now at postgresql:.*#ABCD3456"):
        LiveGathering.open(copy)

    back = tmp_path / "back.oneheart"
    list(move(there, str(back)))
    assert (of(back), bodies_of(back), receipts_of(back)) == (before, bodies, receipts)
    assert keys_in(tmp_path) == ["back.oneheart.keys"]
    with pytest.raises(UserError, match=r"was moved: the gathering is now at .*back\.oneheart"):
        look_at_store(there)

    list(move(str(back), base))  # and its place there is free again
    assert of(there) == before


def test_the_source_ends_with_where_it_went_and_its_root(copy: Path, base: str) -> None:
    proved = proof(copy)[0]
    list(move(str(copy), base))
    connection = apsw.Connection(str(copy))
    seq, actor, kind, body = connection.execute(
        "SELECT seq, actor, kind, body FROM events ORDER BY seq DESC LIMIT 1"
    ).get
    connection.close()
    root = proved[2].rpartition(" ")[2]
    shown = address_of(base).at("ABCD3456")
    assert (actor, kind, body) == ("house", "moved", MovedTo(shown, root).encoded())
    assert proved[2].startswith(f"events {seq - 1},")
    for use in (proof, look_into):
        with pytest.raises(UserError, match="was moved"):
            use(copy)


def test_what_is_erased_there_cannot_be_read_in_what_was_left_behind(copy: Path, base: str, tmp_path: Path) -> None:
    left, words = tmp_path / "left.oneheart", "That we share bread 3"
    assert any(words in (body or "") for body in bodies_of(copy))
    shutil.copy(copy, left)
    list(move(str(copy), base))
    back = tmp_path / "back.oneheart"
    list(move(f"{base}#ABCD3456", str(back)))
    assert keys_in(tmp_path) == ["back.oneheart.keys"]
    shutil.copy(keyring_path(back), keyring_path(left))
    assert any(words in (body or "") for body in bodies_of(left)), "with the keys of now it can be read"
    hall = LiveGathering.open(back)
    asyncio.run(hall.erase(3, "erase-me"))
    hall.shut()
    shutil.copy(keyring_path(back), keyring_path(left))
    for place in (back, left):
        assert not any(words in (body or "") for body in bodies_of(place))


# --- what is refused --------------------------------------------------------------------------------------------------


def test_what_cannot_be_moved_stays_as_it_was(copy: Path, base: str, tmp_path: Path) -> None:
    before = of(copy)
    served = LiveGathering.open(copy)
    with pytest.raises(UserError, match="already served"):
        list(move(str(copy), base))
    served.shut()
    for source, target, says in (
        (str(copy), str(tmp_path / "x.oneheart"), "the other way"),
        (base, base, "the other way"),
        (str(tmp_path / "none.oneheart"), base, "There is no gathering"),
        (str(copy), f"{base}#OTHER", "join code"),
        (str(copy), "postgresql:///x?host=/nowhere", "Cannot connect"),
    ):
        with pytest.raises(UserError, match=says):
            list(move(source, target))
    assert of(copy) == before
    list(move(str(copy), base))
    other = tmp_path / "other.oneheart"
    create(other, ev.Settings("x", {"en": "What?"}, "assembly", ["en"]), code="ABCD3456")  # type: ignore[arg-type]
    with pytest.raises(UserError, match="is another gathering with the same join code"):
        list(move(str(other), base))
    assert keys_in(tmp_path) == ["ABCD3456.keys", "other.oneheart.keys"]
    with pytest.raises(UserError, match="There is no folder"):
        list(move(f"{base}#ABCD3456", str(tmp_path / "nowhere" / "x.oneheart")))
    with pytest.raises(UserError, match="another gathering, or another state"):
        list(move(f"{base}#ABCD3456", str(other)))
    assert of(f"{base}#ABCD3456") == before


def test_a_gathering_without_keys_and_an_altered_one_stay_where_they_are(copy: Path, base: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside.oneheart"
    create(inside, ev.Settings("x", {"en": "What?"}, "assembly", ["en"]), keys="inside")  # type: ignore[arg-type]
    with pytest.raises(UserError, match="made without keys"):
        list(move(str(inside), base))
    connection = apsw.Connection(str(copy))
    connection.execute("DROP TRIGGER events_keep")
    connection.execute("UPDATE events SET at = at + 1 WHERE seq = 20")
    connection.close()
    with pytest.raises(UserError, match="does not hold: The record breaks at event 20"):
        list(move(str(copy), base))
    assert keys_in(tmp_path / "keys") == []


# --- what breaks off --------------------------------------------------------------------------------------------------


def stop(*_: object, **__: object) -> None:
    """Stand for a power failure."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "at",
    [
        *(pytest.param(at, marks=pytest.mark.long) for at in ("_bring_keys", "forget_keys")),
        "open_keyring",
        "the last event",
    ],
)
@pytest.mark.parametrize("back", [False, True], ids=["into the database", "into a file"])
def test_a_move_that_breaks_off_is_finished_by_the_same_command(
    copy: Path, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, *, back: bool
) -> None:
    before = of(copy)
    source, target = str(copy), base
    if back:
        list(move(source, target))
        source, target = f"{base}#ABCD3456", str(tmp_path / "back.oneheart")
    end = f"{base}#ABCD3456" if not back else target
    with monkeypatch.context() as patch:
        if at == "the last event":  # everything is in the target, and the source does not know
            patch.setattr(transfer, "MovedTo", stop)
        elif at == "forget_keys":
            patch.setattr(command, "forget_keys", stop)
        else:
            patch.setattr(transfer, "look_into" if at == "open_keyring" and back else at, stop)
        with pytest.raises(KeyboardInterrupt):
            list(move(source, target))
    list(move(source, target))
    assert of(end) == before
    assert len(keys_in(tmp_path)) == 1
    with pytest.raises(UserError, match="was moved"):
        look_at_store(source)
    assert not list(tmp_path.glob("*.part*"))


def test_a_last_event_that_the_disk_refuses_is_said_and_can_be_written_again(
    copy: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of(copy)
    append = SqliteLog.append

    def refuse(self: SqliteLog, entries: list[Entry]) -> object:
        if entries[0].kind == "moved":
            message = "full"
            raise StorageError(message)
        return append(self, entries)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteLog, "append", refuse)
        with pytest.raises(UserError, match="run the same command again"):
            list(move(str(copy), base))
    assert of(copy) == before
    list(move(str(copy), base))
    assert of(f"{base}#ABCD3456") == before


def flipped(rows: Iterator[Stored]) -> Iterator[Stored]:
    """Turn one row into another, as a fault on the way does."""
    for seq, actor, key, kind, body, salt, commitment, chain, at in rows:
        yield seq, actor, key, kind, body, salt, commitment, chain, at + (seq == 20)


def test_a_copy_that_differs_is_not_kept(copy: Path, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = of(copy)
    copy_rows = postgres.copy_rows
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "copy_rows", lambda line, number, rows: copy_rows(line, number, flipped(rows)))
        with pytest.raises(UserError, match="does not hold"):
            list(move(str(copy), base))
    assert of(copy) == before
    assert postgres.codes_in(address_of(base)) == []


def test_without_the_comparison_a_copy_that_differs_is_kept(
    copy: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: a build that believes its copies moves a gathering whose record does not hold any more."""
    copy_rows = postgres.copy_rows
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "copy_rows", lambda line, number, rows: copy_rows(line, number, flipped(rows)))
        patch.setattr(command, "shown_of", lambda _store: RecordShown(("events ?",), b"", "", {}))
        list(move(str(copy), base))
    assert not proof(f"{base}#ABCD3456")[1]


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_commands_say_what_they_did(copy: Path, postgres: Cluster, tmp_path: Path) -> None:
    base = postgres.made("commands")
    runner = CliRunner()
    shown = address_of(base).shown

    def said(*words: str) -> list[str]:
        result = runner.invoke(app, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    assert said("db", "upgrade", base) == [f"{shown}: the tables are now of version 3."]
    assert said("db", "upgrade", base) == [f"{shown}: the tables are of version 3 already."]
    with pytest.raises(UserError, match="no address of PostgreSQL"):
        upgrade_database(str(copy))
    there = f"{shown}#ABCD3456"
    with pytest.raises(UserError, match="no address of a server"):
        list(move(str(copy), base, "heart"))
    told = said("move", str(copy), base, "--public-url", "https://heart.example/")
    assert told[-1] == f"Serve {copy} on: it sends phones to https://heart.example."
    house = House.open(copy)
    assert ([*house.gatherings], house.moved["ABCD3456"].url) == ([], "https://heart.example")
    assert told[0].startswith(f"{copy} holds: events ")
    assert told[1:4] == [
        f"{there} holds the same events, root, texts and receipts.",
        f"Check it with: oneheart verify '{there}'",
        f"Serve it with: oneheart serve '{there}'",
    ]
    assert said("move", str(copy), base) == [f"{copy} was moved before: the gathering is at {there}."]
    assert said("verify", f"{base}#ABCD3456")[0] == "The record holds: every event is as it was written."
    assert said("verify", base)[0] == "The record holds: every event is as it was written.", "there is only one"
    assert "digest" in said("replay", base, "--digest")[-1]
    bundle = tmp_path / "b.json"
    assert "Heads of the record" in said("bundle", base, "--out", str(bundle))[0]
    assert bundle.stat().st_size > 1000
