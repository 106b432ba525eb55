"""Bring lists of circles, occasions and first desires into a gathering: a closed file, or one that is served."""

from __future__ import annotations

from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from urllib.parse import urlsplit

from oneheart.commands.loop import run
from oneheart.errors import UserError
from oneheart.formats.files import InputFile, text_lines
from oneheart.formats.hosts_lists import RowFaultError
from oneheart.live.gathering import LiveGathering
from oneheart.live.importing import Imported, ListAsked, What, bring_in
from oneheart.live.refusal import Refused
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
        message = "Name at least one list: --circles FILE, --occasions FILE or --desires FILE."
        raise UserError(message)
    work = _to_server(target, texts) if target.startswith(("http://", "https://")) else _to_file(Path(target), texts)
    return run(work)


def _text_of(path: Path) -> str:
    """Return the text of a CSV file, whatever its encoding."""
    if not path.is_file():
        message = f"There is no file {path}; give the path of a CSV file."
        raise UserError(message)
    return "".join(text_lines(InputFile(path.name, path.stat().st_size, lambda: FileIO(path))))


def _named(what: What, fault: RowFaultError | str) -> UserError:
    return UserError(f"{what}: {fault} Nothing of this list was brought in.")


async def _to_file(path: Path, texts: Mapping[What, str]) -> list[tuple[What, Imported]]:
    gathering = LiveGathering.open(path)
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


async def _to_server(link: str, texts: Mapping[What, str]) -> list[tuple[What, Imported]]:
    place, path = place_of(link)
    parts = [part for part in urlsplit(path).path.split("/") if part]
    if len(parts) != 3 or parts[:2] != ["host", "enter"]:  # noqa: PLR2004  /host/enter/TOKEN
        message = f"{link} is no link of a host; make one at the desk: A link for one more host."
        raise UserError(message)
    desk = HostDesk(place, "")
    done: list[tuple[What, Imported]] = []
    try:
        await desk.enter(parts[2])
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
