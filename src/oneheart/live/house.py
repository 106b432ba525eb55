"""House: all gatherings that one process serves, found by their codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.aside import RunsJobs
from oneheart.live.codes import clean_code, new_code
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import PACE, Connect, Leader, Pace
from oneheart.storage.database import remove_database

SUFFIX = ".oneheart"
MOST_GATHERINGS = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link to a host's desk, kept in memory only.

    Attributes:
        code: of the gathering; None for a new one.
    """

    code: str | None


class House:
    """The gatherings of one folder, or those named one by one, each with its leader.

    Attributes:
        gatherings: by code.
        leaders: by code.
        folder: where new ones are made; None where none can be made.
        aside: runs heavy jobs in a process of its own; None where this process runs them.
    """

    def __init__(
        self,
        gatherings: Sequence[LiveGathering],
        *,
        folder: Path | None,
        aside: RunsJobs | None = None,
        connect: Connect | None = None,
        pace: Pace = PACE,
    ) -> None:
        """Hold gatherings that are open already.

        Args:
            gatherings: that are served.
            folder: where new ones are made; None for nowhere.
            aside: runs heavy jobs; None to weave in this process and fit nothing.
            connect: asks a language model to connect lines; None where the operator set none.
            pace: how often leaders work.
        """
        self.folder = folder
        self.aside = aside
        self._connect, self._pace = connect, pace
        self._invitations: dict[str, Invitation] = {}
        self._running = False
        self.gatherings: dict[str, LiveGathering] = {}
        self.leaders: dict[str, Leader] = {}
        for gathering in gatherings:
            self._hold(gathering)

    def _hold(self, gathering: LiveGathering) -> None:
        self.gatherings[gathering.code] = gathering
        self.leaders[gathering.code] = Leader(gathering, self.aside, self._connect, pace=self._pace)
        if self._running:
            self._start(gathering.code)

    def _start(self, code: str) -> None:
        self.gatherings[code].start()
        self.leaders[code].start()

    @classmethod
    def open(cls, path: Path, *, aside: RunsJobs | None = None, connect: Connect | None = None) -> House:
        """Return the house of a folder (all gatherings in it) or of one gathering file.

        Args:
            path: of the folder or file.
            aside: see `House`.
            connect: see `House`.

        Raises:
            UserError: no such place, or a gathering in it cannot be opened.
        """
        if not path.is_dir():
            return cls([LiveGathering.open(path)], folder=None, aside=aside, connect=connect)
        opened: list[LiveGathering] = []
        try:
            opened.extend(LiveGathering.open(file) for file in sorted(path.glob(f"*{SUFFIX}")))
        except UserError:
            for gathering in opened:
                gathering.shut()
            raise
        return cls(opened, folder=path, aside=aside, connect=connect)

    def find(self, typed: str) -> LiveGathering | None:
        """Return the gathering of a code as a person typed it, None for none."""
        return self.gatherings.get(clean_code(typed))

    def invite(self, code: str | None) -> str:
        """Return the secret of a new one-time link to a host's desk; None for the desk of a gathering to be made."""
        token = secrets.token_urlsafe(16)
        self._invitations[token] = Invitation(code)
        return token

    def invitation(self, token: str) -> Invitation | None:
        """Return what a link is for while it has not been used."""
        return self._invitations.get(token)

    def use(self, token: str) -> Invitation | None:
        """Return what a link is for and let it end."""
        return self._invitations.pop(token, None)

    def add(self, settings: ev.Settings) -> LiveGathering:
        """Make a new gathering in the folder and serve it.

        Raises:
            UserError: this house makes none, or the folder cannot be written to.
        """
        if self.folder is None or len(self.gatherings) >= MOST_GATHERINGS:
            message = "No gathering can be added here; make one with `oneheart new` and serve its folder."
            raise UserError(message)
        code = new_code()
        path = self.folder / f"{code}{SUFFIX}"
        create(path, settings, code=code)
        gathering = LiveGathering.open(path)
        self._hold(gathering)
        return gathering

    async def forget(self, gathering: LiveGathering) -> None:
        """Close a gathering and delete its file, its write-ahead file and its lock."""
        self.gatherings.pop(gathering.code, None)
        await self.leaders.pop(gathering.code).close()
        await gathering.close()
        remove_database(gathering.path)

    async def start(self) -> None:
        """Let every leader work."""
        self._running = True
        for code in self.gatherings:
            self._start(code)

    async def close(self) -> None:
        """Write what waits and close every file."""
        self._running = False
        for gathering in self.gatherings.values():
            await self.leaders[gathering.code].close()
            await gathering.close()
