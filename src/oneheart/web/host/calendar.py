"""The calendar file of a gathering (iCalendar, RFC 5545): occasions with times, and the end of the present stage."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.wordings import occasion_in
from oneheart.web import who
from oneheart.web.pages import name_of, public_base
from oneheart.web.said import stage_name
from oneheart.web.who import Host

_OCTETS = 75  # of a line, without its end; longer ones are folded
_HOUR_MS = 3_600_000
_QUARTER_MS = 900_000


def _text(words: str) -> str:
    """Return a text as a value of a calendar file: signs that divide values are escaped."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets; no letter is cut."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _OCTETS:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


def _at(moment: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(moment / 1000))


def calendar_of(name: str, address: str, events: list[tuple[str, str, int, int]], now: int) -> str:
    """Return a calendar file.

    Args:
        name: name of the gathering.
        address: address that each event links to.
        events: for each event a name that stays, its words, and when it begins and ends, milliseconds since 1970.
        now: the time, milliseconds since 1970.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//oneheart//EN", f"X-WR-CALNAME:{_text(name)}"]
    for uid, words, begins, ends in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTAMP:{_at(now)}",
            f"DTSTART:{_at(begins)}",
            f"DTEND:{_at(ends)}",
            f"SUMMARY:{_text(words)}",
            f"URL:{address}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(words)}",
            "TRIGGER:-PT15M",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def events_of(host: Host) -> list[tuple[str, str, int, int]]:
    """Return the occasions that have a time, and the end of the clock of the present stage, as events."""
    state, code, words = host.state, host.gathering.code, host.words
    out = []
    for number, occasion in enumerate(state.occasions):
        if occasion.begins is not None:
            ends = occasion.begins + _HOUR_MS if occasion.ends is None else occasion.ends
            called = occasion_in(state, number, words.language)
            out.append((f"{code}-occasion-{number}@oneheart", called, occasion.begins, ends))
    if state.clock is not None:
        said = f"{name_of(host.gathering, words)}: {stage_name(state, state.stage, words)}"
        out.append((f"{code}-stage-{state.version}@oneheart", said, state.clock - _QUARTER_MS, state.clock))
    return out


async def _calendar(request: Request) -> Response:
    """Return the calendar file, in the language of the host who takes it."""
    host = who.running_host(request)
    code = host.gathering.code
    address, now = f"{public_base(request)}/j/{code}", host.gathering.now()
    body = calendar_of(name_of(host.gathering, host.words), address, events_of(host), now)
    headers = {"content-disposition": f'attachment; filename="{code}.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


routes: list[Route] = [Route("/host/{code}/calendar.ics", _calendar)]
