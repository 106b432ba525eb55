"""House: all gatherings that one process serves, found by their codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, clean_code, create, new_code
from oneheart.live.leading import Connect
from oneheart.live.worker import Fits
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
    """The gatherings of one folder, or those named one by one.

    Attributes:
        gatherings: by code.
        folder: where new ones are made; None where none can be made.
    """

    def __init__(
        self,
        gatherings: Sequence[LiveGathering],
        *,
        folder: Path | None,
        fits: Fits | None = None,
        connect: Connect | None = None,
    ) -> None:
        """Hold gatherings that are open already."""
        self.gatherings = {gathering.code: gathering for gathering in gatherings}
        self.folder = folder
        self._fits, self._connect = fits, connect
        self._invitations: dict[str, Invitation] = {}
        self._running = False

    @classmethod
    def open(cls, path: Path, *, fits: Fits | None = None, connect: Connect | None = None) -> House:
        """Return the house of a folder (all gatherings in it) or of one gathering file.

        Raises:
            UserError: no such place, or a gathering in it cannot be opened.
        """
        if path.is_dir():
            opened: list[LiveGathering] = []
            try:
                opened.extend(
                    LiveGathering.open(file, fits=fits, connect=connect) for file in sorted(path.glob(f"*{SUFFIX}"))
                )
            except UserError:
                for gathering in opened:
                    gathering.shut()
                raise
            return cls(opened, folder=path, fits=fits, connect=connect)
        return cls([LiveGathering.open(path, fits=fits, connect=connect)], folder=None, fits=fits, connect=connect)

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
        gathering = LiveGathering.open(path, fits=self._fits, connect=self._connect)
        self.gatherings[code] = gathering
        if self._running:
            gathering.start()
        return gathering

    async def forget(self, gathering: LiveGathering) -> None:
        """Close a gathering and delete its file, its write-ahead file and its lock."""
        self.gatherings.pop(gathering.code, None)
        await gathering.close()
        remove_database(gathering.path)

    async def start(self) -> None:
        """Let every gathering tick."""
        self._running = True
        for gathering in self.gatherings.values():
            gathering.start()

    async def close(self) -> None:
        """Write what waits and close every file."""
        self._running = False
        for gathering in self.gatherings.values():
            await gathering.close()
