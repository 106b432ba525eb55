"""House: all gatherings that one process serves, by join code."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.aside import RunsJobs
from oneheart.live.codes import clean_code, hash_of, new_code
from oneheart.live.drafts import Engines
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.hands import ASKED
from oneheart.live.leading import PACE, Connect, Leader, Pace
from oneheart.storage.database import file_moved_to, moved_code
from oneheart.storage.forwarding import MovedTo
from oneheart.storage.postgres import address_of, codes_in, is_address, moved_in

SUFFIX = ".oneheart"
_LINK, _USED, _GONE = "link", "used", "gone"
MOST_GATHERINGS = 200
LINK_HOURS = 24  # how long the link that a host made works


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link to a host's desk. It is held in memory only, so a restart ends it.

    Attributes:
        code: join code of the gathering; None for a gathering that is still to be made.
        inviter: number of the host who made the link; None if the operator did.
        made_at: monotonic time at which the link was made, in seconds.
    """

    code: str | None
    inviter: int | None = None
    made_at: float = 0.0


class House:
    """The gatherings of a folder, or single gatherings, each with its leader.

    Attributes:
        gatherings: by join code.
        leaders: by join code.
        folder: folder of new gatherings; None if none can be made.
        aside: helper process for heavy jobs; None to run them in this process.
        engines: machines that draft lines in other languages.
        moved: where gatherings went that were here before, by join code.
    """

    def __init__(
        self,
        gatherings: Sequence[LiveGathering],
        *,
        folder: Path | None,
        aside: RunsJobs | None = None,
        connect: Connect | None = None,
        engines: Engines | None = None,
        pace: Pace = PACE,
        moved: Mapping[str, MovedTo] | None = None,
    ) -> None:
        """Serve gatherings that are open already.

        Args:
            gatherings: the gatherings.
            folder: folder of new gatherings; None if none can be made.
            aside: helper process for heavy jobs; None to weave in this process and fit nothing.
            connect: asks a language model to connect lines; None if the operator configured none.
            engines: machines that draft lines in other languages; None if the operator configured none.
            pace: intervals of the leaders' work.
            moved: where gatherings went that were here before, by join code.
        """
        self.folder = folder
        self.moved = dict(moved or {})
        self.aside = aside
        self._connect, self._pace = connect, pace
        self.engines = engines or Engines()
        self._invitations: dict[str, Invitation] = {}
        self._heard: dict[str, Invitation] = {}  # of other servers, by the hash of the link
        self._closing: set[asyncio.Task[None]] = set()
        self._running = False
        self.gatherings: dict[str, LiveGathering] = {}
        self.leaders: dict[str, Leader] = {}
        for gathering in gatherings:
            self._hold(gathering)

    def _hold(self, gathering: LiveGathering) -> None:
        self.gatherings[gathering.code] = gathering
        self._listen(gathering)
        gathering.drafts.engines = self.engines
        self.leaders[gathering.code] = Leader(gathering, self.aside, self._connect, pace=self._pace)
        if self._running:
            self._start(gathering.code)

    def _start(self, code: str) -> None:
        self.gatherings[code].start()
        self.leaders[code].start()

    @classmethod
    def open(
        cls,
        place: str | Path,
        *,
        aside: RunsJobs | None = None,
        connect: Connect | None = None,
        engines: Engines | None = None,
    ) -> House:
        """Return the house of a folder or database with all its gatherings, or of one gathering.

        Gatherings that were moved elsewhere are not served; see `moved`. A single one that was moved is refused, unless
        it says at which address people find it now.

        Args:
            place: path of a folder or file; address of a database, or of one gathering in it.
            aside: see `House`.
            connect: see `House`.
            engines: see `House`.

        Raises:
            UserError: the place does not exist, or one of its gatherings cannot be opened.
        """
        places, folder, moved = _places_in(place)
        opened: list[LiveGathering] = []
        try:
            opened.extend(LiveGathering.open(one) for one in places)
        except UserError:
            for gathering in opened:
                gathering.shut()
            raise
        return cls(opened, folder=folder, aside=aside, connect=connect, engines=engines, moved=moved)

    def find(self, typed: str) -> LiveGathering | None:
        """Return the gathering with a typed join code; None if there is none."""
        return self.gatherings.get(clean_code(typed))

    def invite(self, code: str | None, inviter: int | None = None) -> str:
        """Return the secret of a new one-time link to a host's desk. Links that are void are dropped.

        Args:
            code: join code of the gathering; None for a gathering still to be made.
            inviter: number of the host who makes the link; None for the operator.
        """
        self._invitations = {token: kept for token, kept in self._invitations.items() if not self.is_void(kept)}
        token = secrets.token_urlsafe(16)
        self._invitations[token] = Invitation(code, inviter, time.monotonic())
        self._tell_link(token)
        return token

    # --- other servers of the same gathering ---

    def _tell_link(self, token: str) -> None:
        """Tell the other servers of a gathering of a link to its desk: its hash, who made it, how old it is."""
        one = self._invitations[token]
        gathering = self.gatherings.get(one.code or "")
        if gathering is not None:
            inviter = "" if one.inviter is None else one.inviter
            gathering.tell_others(f"{_LINK} {hash_of(token)} {inviter} {time.monotonic() - one.made_at:.0f}")

    def _tell_links(self, gathering: LiveGathering, _rest: str) -> None:
        for token, one in list(self._invitations.items()):
            if one.code == gathering.code:
                self._tell_link(token)

    def _hear_link(self, gathering: LiveGathering, told: str) -> None:
        """Take a link that another server made."""
        hashed, inviter, age = told.split(" ")
        made_at = time.monotonic() - float(age)
        self._heard[hashed] = Invitation(gathering.code, int(inviter) if inviter else None, made_at)

    def _hear_used(self, _gathering: LiveGathering, hashed: str) -> None:
        self._heard.pop(hashed, None)
        self._invitations = {token: one for token, one in self._invitations.items() if hash_of(token) != hashed}

    def _hear_gone(self, gathering: LiveGathering, _rest: str) -> None:
        """Serve a gathering no more that another server deletes, else this one would be in trouble over it."""
        if self.gatherings.pop(gathering.code, None) is not None:
            closing = asyncio.get_running_loop().create_task(self._close(gathering))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _close(self, gathering: LiveGathering) -> None:
        await self.leaders.pop(gathering.code).close()
        await gathering.close()

    def _listen(self, gathering: LiveGathering) -> None:
        told = {_LINK: self._hear_link, _USED: self._hear_used, _GONE: self._hear_gone, ASKED: self._tell_links}
        gathering.on_told.update({word: partial(take, gathering) for word, take in told.items()})

    def is_void(self, invitation: Invitation) -> bool:
        """Return whether a link opens nothing: the host who made it was removed, or made it over 24 hours ago.

        The operator's links stay until the server stops.
        """
        if invitation.inviter is None:
            return False
        gathering = self.gatherings.get(invitation.code or "")
        gone = gathering is None or invitation.inviter not in gathering.state.course.hosts_standing
        return gone or time.monotonic() - invitation.made_at > LINK_HOURS * 3600

    def invitation(self, token: str) -> Invitation | None:
        """Return the invitation of a link; None if it is void, was used or never existed."""
        invitation = self._invitations.get(token) or self._heard.get(hash_of(token))
        return None if invitation is None or self.is_void(invitation) else invitation

    def use(self, token: str) -> Invitation | None:
        """Return the invitation of a link and end the link; None if it is void, was used or never existed."""
        invitation = self.invitation(token)
        self._invitations.pop(token, None)
        self._heard.pop(hash_of(token), None)
        gathering = None if invitation is None else self.gatherings.get(invitation.code or "")
        if gathering is not None:
            gathering.tell_others(f"{_USED} {hash_of(token)}")
        return invitation

    def give_back(self, token: str, invitation: Invitation) -> None:
        """Let a link that was used work again, because its host was not seated."""
        self._invitations[token] = invitation
        self._tell_link(token)

    def add(self, settings: ev.Settings) -> LiveGathering:
        """Make a new gathering in the folder and serve it.

        Raises:
            UserError: no folder is configured, or it cannot be written to.
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
        """Close a gathering and delete it: its file with all that belongs to it, or its rows and keys."""
        self.gatherings.pop(gathering.code, None)
        await self.leaders.pop(gathering.code).close()
        gathering.tell_others(_GONE)
        await gathering.forget()

    async def start(self) -> None:
        """Start every leader."""
        self._running = True
        for code in self.gatherings:
            self._start(code)

    async def close(self) -> None:
        """Write queued events and close every file."""
        self._running = False
        await asyncio.gather(*self._closing)
        for gathering in self.gatherings.values():
            await self.leaders[gathering.code].close()
            await gathering.close()


_Places = tuple[list[str | Path], Path | None, dict[str, MovedTo]]


def _places_in(place: str | Path) -> _Places:
    """Return the places of all gatherings that stand at a place, the folder of new ones, and where others went.

    The folder is None if no gathering can be made there.

    Raises:
        UserError: it is a database that has no gathering, or more than one house may have.
    """
    if not is_address(str(place)):
        path = Path(place)
        files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path] if path.is_file() else []
        there = {file: file_moved_to(file) for file in files}
        moved = {moved_code(file): went for file, went in there.items() if went is not None}
        if path.is_dir():
            return [file for file, went in there.items() if went is None], path, moved
        return ([], None, moved) if _all_with_url(moved) else ([path], None, {})
    address = address_of(str(place))
    moved = moved_in(address)
    if address.code:
        return ([], None, moved) if _all_with_url(moved) else ([str(place)], None, {})
    codes = codes_in(address)
    if not codes and _all_with_url(moved):
        return [], None, moved
    if not 0 < len(codes) <= MOST_GATHERINGS:
        message = (
            f"{address.shown} has {len(codes)} gatherings, and one process serves 1 to {MOST_GATHERINGS}; make one "
            "with `oneheart new`, bring one with `oneheart move`, or name one behind a #."
        )
        raise UserError(message)
    return [f"{address.url}#{code}" for code in codes], None, moved


def _all_with_url(moved: Mapping[str, MovedTo]) -> bool:
    """Return whether gatherings were moved and all of them say at which address people find them now."""
    return bool(moved) and all(went.url for went in moved.values())
