"""A gathering made in a database: it is as one that was made as a file and moved, and nothing half-made stays."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from oneheart.cli import app
from oneheart.commands import making
from oneheart.commands.making import make_in_database, settings_for
from oneheart.commands.proving import proof
from oneheart.errors import UserError
from oneheart.live import founding
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.storage.postgres import address_of, codes_in
from oneheart.storage.postgres_log import PostgresLog
from tests.support.postgres import Cluster

pytestmark = pytest.mark.process
SETTINGS = settings_for(name="Hall", questions=(), voice="assembly", languages=("en",))


@pytest.fixture
def base(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a database without a gathering; its keys are in a folder of their own."""
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    return postgres.emptied()


def said(*words: str) -> list[str]:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_new_makes_a_gathering_in_a_database_without_tables(postgres: Cluster, tmp_path: Path, base: str) -> None:
    bare = postgres.made("founded")
    told = said("new", bare, "--circles", "2", "--language", "en")
    command = shlex.split(told[1].partition(": ")[2])
    assert command[:2] == ["oneheart", "serve"]
    code = address_of(command[2]).code
    assert told[0].replace(" ", "") == f"joincode{code}"
    assert [path.name for path in tmp_path.glob("*.keys")] == [f"{code}.keys"]
    assert proof(f"{bare}#{code}")[1]
    gathering = LiveGathering.open(f"{bare}#{code}")
    shown = gathering.code, len(gathering.state.circles)
    gathering.shut()
    assert shown == (code, 2)
    assert base != bare


def test_what_cannot_be_made_leaves_nothing(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="leave #ABCD3456 out"):
        make_in_database(f"{base}#ABCD3456", SETTINGS, 0)
    with pytest.raises(UserError, match="Cannot connect"):
        make_in_database("postgresql:///x?host=/nowhere", SETTINGS, 0)
    result = CliRunner().invoke(app, ["new", base, "--keys", "inside"])
    assert isinstance(result.exception, UserError)

    def broken(self: PostgresLog, entries: object) -> object:
        self._line.run("SELECT 1/0")
        return entries

    with monkeypatch.context() as patch:
        patch.setattr(founding.PostgresLog, "append", broken)
        with pytest.raises(UserError, match=r"division by zero. Nothing was made"):
            make_in_database(base, SETTINGS, 0)
    assert codes_in(address_of(base)) == []
    assert list(tmp_path.glob("*.keys")) == []

    async def full(_gathering: LiveGathering, _count: int) -> None:
        raise Refused(Refusal.DISK)

    with monkeypatch.context() as patch:
        patch.setattr(making, "add_circles", full)
        with pytest.raises(UserError, match="took only a part"):
            make_in_database(base, SETTINGS, 3)
    assert codes_in(address_of(base)) == []
    assert list(tmp_path.glob("*.keys")) == []
