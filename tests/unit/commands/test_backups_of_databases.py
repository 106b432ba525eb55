"""Backups of a gathering in a database are files that can be served, and none of them gives erased words back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from oneheart.commands import backups as backups_module
from oneheart.commands.backups import BackupPlan, Backups, copies_of
from oneheart.commands.keeping import back_up, restore
from oneheart.commands.making import make_in_database, settings_for
from oneheart.commands.proving import proof
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.storage.keyring import keyring_path
from oneheart.storage.postgres import DatabaseSession, PostgresGathering, address_of
from tests.support.postgres import Cluster
from tests.support.readable import readings_of

pytestmark = pytest.mark.process
CANARY = "CANARYWORD"


@pytest.fixture
def place(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a gathering in a database; its keys are in a folder of their own."""
    (tmp_path / "keys").mkdir(mode=0o700)
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "keys"))
    base = postgres.emptied()
    settings = settings_for(name="Hall", questions=(), voice="assembly", languages=("en",))
    return f"{base}#{make_in_database(base, settings, 0)[1]}"


async def person(hall: LiveGathering, number: int) -> None:
    await hall.take_seat(f"key-of-the-seat-{number:04}", language="en", consent=1)
    await hall.submit(f"s{number}", "wish", ev.DesireSaid(number, f"{CANARY} {number}", "en"))


def test_a_backup_while_it_is_served_can_be_restored_and_forgets_what_is_erased(place: str, tmp_path: Path) -> None:
    folder, code = tmp_path / "copies", address_of(place).code

    async def work() -> str:
        hall = LiveGathering.open(place)
        backups = Backups(BackupPlan(folder, 1, keep=3), {hall.code: hall}, place)
        try:
            await person(hall, 0)
            await person(hall, 1)
            await backups.turn()
            assert hall.trouble is None
            assert readings_of(CANARY, folder) > 0
            await hall.erase(0, "erase-me")
            await backups.turn()  # it does not wait for its time, because somebody was erased
            await hall.erase(1, "erase-me")
            await backups.turn()
            assert hall.trouble is None
            return hall.state.digest()
        finally:
            await hall.close()

    digest = asyncio.run(work())
    assert readings_of(CANARY, folder) == 0
    copy = copies_of(folder, code)[-1]
    back = tmp_path / "back.oneheart"
    restore(copy, back)
    assert proof(back)[1]
    hall = LiveGathering.open(back)
    found = hall.state.digest()
    hall.shut()
    assert found == digest


def test_one_backup_by_hand_needs_no_join_code_where_there_is_one_gathering(place: str, tmp_path: Path) -> None:
    copy = back_up(place.partition("#")[0], tmp_path / "copies")
    assert copy.name.startswith(address_of(place).code)
    assert proof(copy)[1]
    keyring_path(tmp_path / "keys" / address_of(place).code).rename(tmp_path / "away")
    with pytest.raises(UserError, match=r"keys of .* are missing"):
        back_up(place, tmp_path / "others")
    assert list((tmp_path / "others").iterdir()) == []


def test_what_breaks_off_is_shown_to_hosts_and_leaves_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        hall = LiveGathering.open(place)
        backups = Backups(BackupPlan(tmp_path / "copies"), {hall.code: hall}, place)
        meta = PostgresGathering.meta

        def breaks(self: PostgresGathering) -> dict[str, str]:
            other = DatabaseSession(self.line.address)
            ((own,),) = self.line.run("SELECT pg_backend_pid()")
            other.run("SELECT pg_terminate_backend(%s, 5000)", (own,))
            other.close()
            return meta(self)

        with monkeypatch.context() as patch:
            patch.setattr(PostgresGathering, "meta", breaks)
            await backups.turn()
        assert "no backup could be written" in (hall.trouble or "")
        assert list((tmp_path / "copies").iterdir()) == []
        await backups.turn()
        assert hall.trouble is None
        assert backups_module.newest_copy(tmp_path / "copies").is_file()
        await hall.close()

    asyncio.run(work())
