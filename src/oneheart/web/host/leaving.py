"""Report and export: the files that a host can download.

Neither is available while answers are open: two exports a minute apart would show what one person answered meanwhile.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live.aside import AsideError
from oneheart.live.export import as_gathering, rows_of
from oneheart.live.gathering import LiveGathering
from oneheart.live.measuring import MeasureOrder, attendance_of, measure, order_of
from oneheart.live.state import State
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering, Responses
from oneheart.web import who
from oneheart.web.said import ROWS_TOLD
from oneheart.web.who import Host

if TYPE_CHECKING:
    from numpy.random import Generator

    from oneheart.model.presence import Attendance

_REPORT_SECONDS = 600.0


def _closed(gathering: LiveGathering) -> bool:
    """Return whether answers are closed, so that no two exports can differ by one person's answer."""
    return gathering.state.ended or not gathering.state.stage.takes_responses


async def _leaving(request: Request) -> Response:
    """Show what a host can export and what it may reveal."""
    host = who.host(request)
    return _show_leaving(host)


def _show_leaving(host: Host, *, failed: bool = False, status: int = 200) -> Response:
    closed = _closed(host.gathering)
    tenths = unique_tenths(host.gathering.as_gathering()) if closed else None
    occasions = any(disclosure.enough(occasion.present) for occasion in host.state.occasions)
    return host.page(
        "host_export.html", at="export", closed=closed, tenths=tenths, occasions=occasions, failed=failed, status=status
    )


def unique_tenths(gathering: Gathering) -> int | None:
    """Return how many of ten people have unique answers, 0 to 10; None for fewer than ten people.

    Example:
        >>> from oneheart.model.desire import Desire
        >>> answers = Responses.of([*range(12)], [0] * 12, [1] * 11 + [0])
        >>> unique_tenths(Gathering("", tuple("abcdefghijkl"), (Desire("0", "Peace"),), answers))
        1
    """
    people = gathering.participant_count
    if people < 10:  # noqa: PLR2004  tenths of fewer people would count single people
        return None
    answers: list[list[tuple[int, int]]] = [[] for _ in range(people)]
    r = gathering.responses
    for person, desire, stance in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True):
        answers[person].append((desire, stance))
    patterns = Counter(tuple(pattern) for pattern in answers)
    return round(10 * sum(count == 1 for count in patterns.values()) / people)


async def _export(request: Request) -> Response:
    """Return the export as a zip file: answers by person in random order, without times; authors only on request."""
    host = who.host(request)
    if not _closed(host.gathering):
        return _show_leaving(host, status=409)
    rng = np.random.default_rng()
    state = host.state
    rows = rows_of(state, rng.permutation)
    exported = as_gathering(state, source=host.gathering.path.name, rows=rows)
    with_occasions = request.query_params.get("occasions") == "1"
    attendance = attendance_of(state, rows, shuffle=rng.permutation, k=disclosure.K) if with_occasions else None
    presences = (
        None
        if attendance is None
        else (attendance, [state.company.days[int(o.label) - 1] for o in attendance.occasions])
    )
    if request.query_params.get("authors") != "1":
        exported = without_authors(exported, rng)
    words = host.words
    notes = "".join(f"{words.t(line)}\n" for line in ROWS_TOLD.values())
    content = await asyncio.to_thread(_zipped, exported, notes, presences)
    return _file(content, f"oneheart-{host.gathering.code}.zip", "application/zip")


def without_authors(gathering: Gathering, rng: Generator) -> Gathering:
    """Return a gathering without authors. O(desires + responses).

    Its desires are in random order, with new numbers. That an author wants their own desire becomes a response.
    """
    order = rng.permutation(gathering.desire_count)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    own_desires = [
        (desire.author, column) for column, desire in enumerate(gathering.desires) if desire.author is not None
    ]
    r = gathering.responses
    responses = Responses.of(
        [*(person for person, _ in own_desires), *r.participant.tolist()],
        [*(int(place[column]) for _, column in own_desires), *place[r.desire].tolist()],
        [*(Stance.WANT.value for _ in own_desires), *r.stance.tolist()],
    )
    desires = [replace(gathering.desires[old], author=None, label=str(new)) for new, old in enumerate(order.tolist())]
    return replace(gathering, desires=tuple(desires), responses=responses)


def _zipped(exported: Gathering, readme: str, presences: tuple[Attendance, list[int]] | None) -> bytes:
    from oneheart.formats import write_polis, write_tables  # noqa: PLC0415  heavy, and rarely needed
    from oneheart.formats.contacts import OCCASIONS, write_attendance  # noqa: PLC0415

    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        for name, write in (("polis", write_polis), ("tables", write_tables)):
            folder = Path(place) / name
            write(exported, folder)
            for path in sorted(folder.iterdir()):
                archive.writestr(f"{name}/{path.name}", path.read_bytes())
            if presences is not None:
                archive.writestr(f"{name}/{OCCASIONS}", write_attendance(*presences))
    return buffer.getvalue()


def _basis(state: State) -> tuple[int, ...]:
    """Return the cache key of a report. A draft that is woven meanwhile does not change it."""
    gone = sum(desire.withdrawn or desire.erased or desire.same_as is not None for desire in state.desires)
    decided = sum(desire.version for desire in state.desires)
    presences = sum(occasion.present for occasion in state.occasions)
    counts = (state.tally.response_count, state.people.count, len(state.desires), gone, decided, presences)
    amens = sum(len(sealed.amen) for sealed in state.prayers.sealed)
    carried = sum(len(translation.confirmed) for translation in state.prayers.carried.values())
    return (state.version, state.settings_version, *counts, len(state.prayers.sealed), amens, carried)


async def _report(request: Request) -> Response:
    """Return the report as a zip file; cached, and made in another process. No count in it is below k."""
    host = who.host(request)
    gathering = host.gathering
    if not _closed(gathering):
        return _show_leaving(host, status=409)
    async with host.memory.reporting:
        name = (_basis(gathering.state), host.words.language)
        report = host.memory.report
        if report is None or report[0] != name:
            try:
                order = order_of(gathering.state, gathering.as_gathering(), seed=0)
                content = await request.app.state.aside.run(
                    "report", order, host.words.language, seconds=_REPORT_SECONDS
                )
            except AsideError:
                return _show_leaving(host, failed=True, status=503)
            report = host.memory.report = (name, content)
    return _file(report[1], f"oneheart-{gathering.code}-report.zip", "application/zip")


def report_files(order: MeasureOrder, language: str) -> bytes:
    """Return the report of a gathering, page and numbers, as a zip file. This is the job "report" of the app.

    The page shows the newest sealed text first. If people said where they were, a second page shows outward and inner
    closeness.
    """
    from oneheart.engine.analysis import analyze  # noqa: PLC0415  loads the whole engine
    from oneheart.errors import UserError  # noqa: PLC0415
    from oneheart.reports.apart import write_apart  # noqa: PLC0415
    from oneheart.reports.report import check_language, write_report  # noqa: PLC0415

    apart = measure(order).apart
    gathering, name = order.gathering, "report-apart"
    try:
        check_language(language)
    except UserError:
        language = "en"
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        beside = "" if apart is None else f"{name}.html"
        paths = [*write_report(analyze(gathering, threads=1), place, language=language, beside=beside)]
        if apart is not None:
            paths += write_apart(apart, place, language=language, name=name)
        for path in paths:
            archive.writestr(path.name, path.read_bytes())
    return buffer.getvalue()


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


routes: list[Route] = [
    Route("/host/{code}/export", _leaving),
    Route("/host/{code}/export.zip", _export),
    Route("/host/{code}/report.zip", _report),
]
