"""Rehearse a gathering on a running server, with simulated phones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from oneheart.commands.loop import run
from oneheart.errors import UserError
from oneheart.rehearsal.crowd import Crowd, Summary
from oneheart.rehearsal.crowd import rehearse as play
from oneheart.rehearsal.friends import LANGUAGES, Relation, made_up, replayed
from oneheart.rehearsal.phone import Habits
from oneheart.rehearsal.wire import GoneError, HttpAnswer, ServerPlace, Wire, is_near, many_files, place_of, request

_TENS = 10
_FAR_MOST, _FAR_LEAST_SECONDS = 500, 0.5  # limits for a server outside this network: few and slow phones
_ARRIVING = 0.35  # share of the time in which people arrive
_HREFLANG = re.compile(r'hreflang="([\w-]+)"')
_STEPS = 20.0  # acts of the slowest person in sequence, in thinking times


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Options of a rehearsal.

    Attributes:
        url: address of the gathering, as on the hall screen.
        people: number of phones.
        minutes: duration in minutes.
        sleepy, flaky: shares of phones, 0 to 1.
        export: export whose people take part; None for simulated ones.
        seed: seed of all random choices.
        far: allow a server outside this network.
        relation: true relation of being at the same occasions and wanting the same; None if nobody checks in.
        codes: codes of the occasions at which phones check in, in their order.
    """

    url: str
    people: int
    minutes: float
    sleepy: float
    flaky: float
    export: Path | None
    seed: int
    far: bool
    relation: Relation | None = None
    codes: tuple[str, ...] = ()


def rehearse(how: Rehearsing, *, tell: Callable[[str], None]) -> Summary:
    """Return the summary of a rehearsal.

    Raises:
        UserError: the address is invalid or outside this network, or no gathering is there.
    """
    if how.relation is not None and how.export is not None:
        message = "Give --relation or --from, not both: an export does not say where its people were."
        raise UserError(message)
    if how.relation is not None and not how.codes:
        message = "Phones check in by the code of each occasion; give the codes: --occasion CODE, once for each."
        raise UserError(message)
    place, path = place_of(how.url)
    code, door = _code_and_door(how.url, path)
    near = is_near(place)
    if not near and not how.far:
        message = f"{place.host} is not on this network; rehearse there only with its owner's leave, and say --i-may."
        raise UserError(message)
    if not near and how.people > _FAR_MOST:
        message = f"Outside this network at most {_FAR_MOST} phones rehearse; give --people {_FAR_MOST} or fewer."
        raise UserError(message)
    recorded = [] if how.export is None else replayed(how.export, how.people)
    seconds = 60 * how.minutes
    think = (1 - _ARRIVING) * seconds / _STEPS / 1.6  # the slowest take 1.6 times the average
    think = think if near else max(think, _FAR_LEAST_SECONDS)
    habits = Habits(how.sleepy, how.flaky, think_seconds=think, codes=how.codes)
    many_files()

    async def go() -> Summary:
        languages = spoken_in((await _knock(place, door)).body.decode("utf-8", "replace"))
        friends = recorded or made_up(
            how.people, max(1, how.people // _TENS), languages, seed=how.seed, relation=how.relation
        )
        crowd = Crowd(place, code, friends, habits=habits, arrive_seconds=_ARRIVING * seconds, seed=how.seed, door=door)
        return await play(crowd, most_seconds=1.5 * seconds + 30, tell=tell)

    return run(go())


def _code_and_door(url: str, path: str) -> tuple[str, str]:
    parts = [part for part in path.split("/") if part]
    if len(parts) < 2 or parts[0] not in {"j", "g", "hall"}:  # noqa: PLR2004
        message = f"{url!r} names no gathering; give the address with its code: {url.rstrip('/')}/j/CODE."
        raise UserError(message)
    query = urlsplit(url).query
    return parts[1], f"/j/{parts[1]}" + (f"?{query}" if query else "")


def spoken_in(door: str) -> tuple[str, ...]:
    """Return the languages of a gathering that simulated people speak, in its order, from the page of its door.

    English if they speak none of them.

    Example:
        >>> spoken_in('<a hreflang="ru">Русский</a> <a hreflang="xx">?</a> <a hreflang="he">עברית</a>')
        ('ru', 'he')
    """
    offered = dict.fromkeys(_HREFLANG.findall(door))
    return tuple(code for code in offered if code in LANGUAGES) or LANGUAGES[:1]


async def _knock(place: ServerPlace, door: str) -> HttpAnswer:
    """Send one request before the crowd starts, to check that the gathering exists."""
    wire = Wire(place)
    try:
        answer = await wire.ask(request(place, "GET", door), seconds=10.0)
    except GoneError:
        message = f"Nobody answers at {place.origin}; start the server first: oneheart serve PATH."
        raise UserError(message) from None
    finally:
        wire.drop()
    if answer.status != 200:  # noqa: PLR2004
        message = f"There is no gathering at {place.origin}{door}; give the code that the server printed."
        raise UserError(message)
    return answer


def sentences(summary: Summary) -> list[str]:
    """Return a summary in a few lines."""
    f = summary.findings
    out = [
        f"people      {f.people} of {summary.asked} came in",
        f"desires     {f.desires_sent} sent · {f.desires_acknowledged} acknowledged · {f.desires_stored} stored",
        f"responses   {f.sent} sent · {f.acknowledged} acknowledged · {f.stored} stored · {f.doubled} doubled",
        f"lost        {f.lost} · {f.erased} answers to desires that were erased",
        f"left apart  {f.apart} desires beside others with the same words",
        f"network     {summary.resent} sent again · {summary.waited} asked to wait · {summary.refused} refused",
    ]
    if summary.median_seconds is not None and summary.slow_seconds is not None:
        out.append(
            f"answers     half within {1000 * summary.median_seconds:.0f} ms, 99 in 100 within "
            f"{1000 * summary.slow_seconds:.0f} ms"
        )
    if summary.well and not f.sent:
        out.append(
            "Nobody was asked anything: this stage takes no responses; move it to open or crossing and try again."
        )
    out += [f"went wrong  {count} times: {sentence}" for sentence, count in summary.errors]
    out.append("All is well." if summary.well else "Not all is well.")
    return out
