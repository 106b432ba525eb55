"""Bring lists of circles, occasions, desires and contacts into a gathering: a closed file, or one that is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from urllib.parse import urlsplit

from oneheart.commands.loop import run
from oneheart.errors import UserError
from oneheart.formats.files import InputFile, text_lines
from oneheart.formats.hosts_lists import RowFaultError
from oneheart.live import listed
from oneheart.live.aside import Inside
from oneheart.live.gathering import LiveGathering
from oneheart.live.importing import Imported, ListAsked, What, bring_in
from oneheart.live.refusal import Refused
from oneheart.model.near_by import NearBy
from oneheart.rehearsal.host import HostDesk
from oneheart.rehearsal.phone import GaveUpError
from oneheart.rehearsal.wire import place_of

_ORDER: tuple[What, ...] = ("circles", "occasions", "desires")


def bring(target: str, files: Mapping[What, Path]) -> list[tuple[What, Imported]]:
    """Bring lists into a gathering, each wholly or not at all; return what each brought.

    Args:
        target: path of a gathering file that nobody serves, or the one-time link of a host of a served gathering.
        files: CSV file by what it holds.

    Raises:
        UserError: there is no such gathering or file, or a list has a mistake; the sentence names the line.
    """
    texts = {what: _text_of(files[what]) for what in _ORDER if what in files}
    if not texts:
        message = "Name at least one list: --circles, --occasions, --desires or --contacts FILE."
        raise UserError(message)
    work = _to_server(target, texts) if target.startswith(("http://", "https://")) else _to_file(target, texts)
    return run(work)


def _text_of(path: Path) -> str:
    """Return the text of a CSV file, whatever its encoding."""
    if not path.is_file():
        message = f"There is no file {path}; give the path of a CSV file."
        raise UserError(message)
    return "".join(text_lines(InputFile(path.name, path.stat().st_size, lambda: FileIO(path))))


def _named(what: What, fault: RowFaultError | str) -> UserError:
    return UserError(f"{what}: {fault} Nothing of this list was brought in.")


async def _to_file(place: str, texts: Mapping[What, str]) -> list[tuple[What, Imported]]:
    gathering = LiveGathering.open(place)
    done = []
    try:
        for what, text in texts.items():
            try:
                asked = ListAsked(f"import-{gathering.state.seq:08}", what, text)
                done.append((what, await bring_in(gathering, None, asked)))
            except RowFaultError as fault:
                raise _named(what, fault) from fault
            except Refused as refused:
                message = f"{what}: the gathering takes nothing now ({refused.why.value}); look at it at its desk."
                raise UserError(message) from refused
    finally:
        await gathering.close()
    return done


@dataclass(frozen=True, slots=True)
class ContactsLine:
    """What a list of contacts holds, and whether something of it was kept.

    Attributes:
        lines: lines that say who was near whom.
        listed: labels of people in the file.
        unit: unit of the amounts; "" for a list of who was where.
        known: people who are known and agreed, in steps; 0 if they are too few.
        kept: true if something was added.
    """

    lines: int
    listed: int
    unit: str
    known: int
    kept: bool


def bring_contacts(target: str, path: Path, near_by: NearBy, *, keep: bool = True) -> ContactsLine:
    """Bring a list of contacts into a gathering, or only look at it.

    Args:
        target: see `bring`.
        path: file of the list, packed by gzip or not.
        near_by: what counts as near in it.
        keep: false only to look at it.

    Raises:
        UserError: there is no such gathering or file, the list cannot be read, or too few of its people are known.
    """
    if not path.is_file():
        message = f"There is no file {path}; give the path of a list of contacts."
        raise UserError(message)
    if target.startswith(("http://", "https://")):
        return run(_contacts_to_server(target, _text_of(path), near_by, keep=keep))
    return run(_contacts_to_file(target, path.read_bytes(), path.name, near_by, keep=keep))


async def _contacts_to_file(target: str, data: bytes, name: str, near_by: NearBy, *, keep: bool) -> ContactsLine:
    gathering = LiveGathering.open(target)
    try:
        look = await listed.look_at(gathering, data, name, near_by, Inside())
        key = f"contacts-{gathering.state.seq:08}"
        number = await listed.keep_list(gathering, None, key, look) if keep else None
    except listed.ContactsFaultError as fault:
        message = f"contacts: {fault} Nothing of this list was brought in."
        raise UserError(message) from fault
    except Refused as refused:
        message = f"contacts: nothing was brought in ({refused.why.value}); look at the gathering at its desk."
        raise UserError(message) from refused
    finally:
        await gathering.close()
    known = look.known.value if isinstance(look.known.value, int) else 0
    return ContactsLine(look.read.lines, len(look.read.people), look.read.unit, known, number is not None)


async def _contacts_to_server(link: str, text: str, near_by: NearBy, *, keep: bool) -> ContactsLine:
    desk, token = _desk_of(link)
    try:
        await desk.enter(token)
        told = await desk.bring_contacts(near_by.value, text, keep=keep)
    except (TimeoutError, GaveUpError) as error:
        message = f"The server did not take it: {error}; nothing of this list was brought in."
        raise UserError(message) from error
    finally:
        desk.leave()
    if isinstance(told, str):
        message = f"contacts: {told} Nothing of this list was brought in."
        raise UserError(message)
    return ContactsLine(told["lines"], told["listed"], told["unit"], told["known"] or 0, told["number"] is not None)


def _desk_of(link: str) -> tuple[HostDesk, str]:
    """Return the desk to which the one-time link of a host leads, and the token in the link."""
    place, path = place_of(link)
    parts = [part for part in urlsplit(path).path.split("/") if part]
    if len(parts) != 3 or parts[:2] != ["host", "enter"]:  # noqa: PLR2004  /host/enter/TOKEN
        message = f"{link} is no link of a host; make one at the desk: A link for one more host."
        raise UserError(message)
    return HostDesk(place, ""), parts[2]


async def _to_server(link: str, texts: Mapping[What, str]) -> list[tuple[What, Imported]]:
    desk, token = _desk_of(link)
    done: list[tuple[What, Imported]] = []
    try:
        await desk.enter(token)
        for what, text in texts.items():
            answer = await desk.bring_in(what, text)
            if isinstance(answer, str):
                raise _named(what, answer)
            done.append((what, Imported(*answer)))
    except (TimeoutError, GaveUpError) as error:
        message = f"The server did not take it: {error}; use a new link of a host."
        raise UserError(message) from error
    finally:
        desk.leave()
    return done
