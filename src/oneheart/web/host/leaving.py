"""Report and export: the files that a host can take.

Taking one is an act in the hosts' log, and people read of it on their own page. Two files of a gathering never
differ by fewer than k people; see `live.giving`.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.uniqueness import uniqueness
from oneheart.live import giving
from oneheart.live.aside import AsideError
from oneheart.live.export import (
    aggregates,
    in_random_order,
    of_consenting,
    without_authors,
)
from oneheart.live.giving import is_closed, is_whole, newest
from oneheart.live.holding import Given, gathering_of, given_at
from oneheart.live.measuring import MeasureOrder, attendance_of, measure, order_of
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.state.released import TakenOutput
from oneheart.web import who
from oneheart.web.forms import asked, form_of
from oneheart.web.said import README
from oneheart.web.verifying import proof_files
from oneheart.web.who import Host
from oneheart.web.words import Plain

if TYPE_CHECKING:
    from oneheart.model.gathering import Gathering
    from oneheart.model.presence import Attendance

_REPORT_SECONDS = 600.0
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the same basis gives the same bytes


async def _leaving(request: Request) -> Response:
    """Show what a host can take, what was taken, and what it may reveal."""
    return _show_leaving(who.host(request))


def _show_leaving(host: Host, *, failed: bool = False, status: int = 200) -> Response:
    state = host.state
    occasions = any(disclosure.enough(occasion.present) for occasion in state.occasions)
    return host.page(
        "host_export.html",
        at="export",
        closed=is_closed(state),
        occasions=occasions,
        taken={name: newest(state, name) is not None for name in ("report", "export")},
        taken_rows=newest(state, "export", rows=True) is not None,
        failed=failed,
        status=status,
    )


async def given_for(host: Host, taken: TakenOutput) -> tuple[State, Given]:
    """Return the state at the basis of an output, and what the output is computed from; see `live.holding`.

    Raises:
        Refused: TOO_SOON: somebody of it was erased since, so the output would be the former one less their answers.
    """
    state, given = await given_at(host.gathering, taken)
    if not is_whole(state, taken) or not is_whole(host.gathering.state, taken):
        raise Refused(Refusal.TOO_SOON)
    return state, given


# --- export -----------------------------------------------------------------------------------------------------------


async def _take_export(request: Request) -> Response:
    """Let a host take an export: desires with their counts, and on request the rows of people who consented."""
    host, form = who.host(request), await form_of(request)
    if not is_closed(host.state):
        return _show_leaving(host, status=409)
    output = asked(form, giving.OutputAsked, output="export")
    try:
        await giving.take_output(host.gathering, host.host, output)
    except Refused as refused:
        return host.problem(refused, back=f"{host.home}/export")
    return await _export(host, rows=output.rows, occasions=form.get("occasions") == "1")


async def _export_again(request: Request) -> Response:
    """Return the export that was taken last once more, with the same bytes."""
    host, query = who.host(request), request.query_params
    return await _export(host, rows=query.get("rows") == "1", occasions=query.get("occasions") == "1")


async def _export(host: Host, *, rows: bool, occasions: bool) -> Response:
    gathering = host.gathering
    taken = newest(gathering.state, "export", rows=rows)
    if taken is None or not is_closed(gathering.state):
        return _show_leaving(host, status=409)
    name = ("export", rows, occasions, taken.position, host.words.language)
    before = gathering.state
    content = gathering.files.get(name)
    if content is None:
        state, given = await given_for(host, taken)
        rng = np.random.default_rng(int(gathering.secret_for("export", str(taken.position))[:16], 16))
        whole = gathering_of(state, given, source=gathering.path.name, language=host.words.language)
        files = {"desires.csv": _table(aggregates(whole, rng)), **_sealed(whole), **await proof_files(host)}
        people: dict[str, disclosure.Shown] = {}
        if rows:
            row_of, consented = of_consenting(state, source=gathering.path.name, rng=rng, language=host.words.language)
            consented = without_authors(consented, rng)
            told = uniqueness(consented)
            people = {"people": told.people, "whole": told.whole, **{f"known_{n}": share for n, share in told.known}}
            attendance = attendance_of(state, row_of, k=disclosure.FOR_A_SHARE, only_rows=True) if occasions else None
            presences = None if attendance is None else (attendance, _days(state, attendance))
            files |= await asyncio.to_thread(_rows, consented, presences)
        content = _zipped({"README.txt": _readme(host, people).encode(), **files})
        if gathering.state is before:
            gathering.files[name] = content
    return _file(content, f"oneheart-{gathering.code}.zip", "application/zip")


def _days(state: State, attendance: Attendance) -> list[int]:
    return [state.company.days[int(occasion.label) - 1] for occasion in attendance.occasions]


def _table(lines: list[tuple[str, ...]]) -> bytes:
    from oneheart.formats.cells import safe_cell  # noqa: PLC0415  heavy, and rarely needed
    from oneheart.formats.csv import csv_bytes  # noqa: PLC0415  as above

    return b"".join(csv_bytes([[safe_cell(cell) for cell in line] for line in lines]))


def _sealed(gathering: Gathering) -> dict[str, bytes]:
    from oneheart.formats.sealed_file import SEALED, sealed_bytes  # noqa: PLC0415  heavy, and rarely needed

    return {} if gathering.hall is None else {SEALED: sealed_bytes(gathering.hall)}


def _readme(host: Host, told: Mapping[str, disclosure.Shown]) -> str:
    """Return the content of README.txt. Of rows it says how many of a hundred people they single out."""
    t, lines = host.words.t, [README["counts"], README["sealed"]]
    said = [str(t(line)) for line in lines]
    if told:
        said += [str(t(README["rows"])), str(t(README["unique"]))]
        for code in ("whole", "known_4", "known_8"):
            share = told[code]
            value = share.value
            said.append(
                str(t(README[code], share=Plain(value)) if isinstance(value, int) else t(README["not measured"]))
            )
    return "".join(f"{line}\n" for line in said)


def _rows(consented: Gathering, presences: tuple[Attendance, list[int]] | None) -> dict[str, bytes]:
    from oneheart.formats import write_polis, write_tables  # noqa: PLC0415  heavy, and rarely needed
    from oneheart.formats.contacts import OCCASIONS, write_attendance  # noqa: PLC0415

    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as place:
        for name, write in (("polis", write_polis), ("tables", write_tables)):
            folder = Path(place) / name
            write(consented, folder)
            files |= {f"{name}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
            if presences is not None:
                files[f"{name}/{OCCASIONS}"] = write_attendance(*presences)
    return files


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip file without times; equal files give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# --- report -----------------------------------------------------------------------------------------------------------


async def _take_report(request: Request) -> Response:
    """Let a host take a report."""
    host, form = who.host(request), await form_of(request)
    if not is_closed(host.state):
        return _show_leaving(host, status=409)
    try:
        await giving.take_output(
            host.gathering, host.host, asked(form, giving.OutputAsked, output="report", rows=False)
        )
    except Refused as refused:
        return host.problem(refused, back=f"{host.home}/export")
    return await _report(request, host)


async def _report_again(request: Request) -> Response:
    """Return the report that was taken last once more, with the same bytes."""
    return await _report(request, who.host(request))


async def _report(request: Request, host: Host) -> Response:
    """Return the newest report as a zip file; cached, and made in another process. No count in it is below k."""
    gathering = host.gathering
    taken = newest(gathering.state, "report")
    if taken is None or not is_closed(gathering.state):
        return _show_leaving(host, status=409)
    name = ("report", taken.position, host.words.language)
    async with host.memory.reporting:
        before = gathering.state
        content = gathering.files.get(name)
        if content is None:
            state, given = await given_for(host, taken)
            rng = np.random.default_rng(int(gathering.secret_for("report", str(taken.position))[:16], 16))
            named = gathering_of(state, given, source=gathering.path.name, language=host.words.language)
            whole = in_random_order(named, rng)
            order = order_of(state, whole, seed=0, given=given)
            try:
                content = await request.app.state.aside.run(
                    "report", order, host.words.language, seconds=_REPORT_SECONDS
                )
            except AsideError:
                return _show_leaving(host, failed=True, status=503)
            if gathering.state is before:
                gathering.files[name] = content
    return _file(content, f"oneheart-{gathering.code}-report.zip", "application/zip")


def report_files(order: MeasureOrder, language: str) -> bytes:
    """Return the report of a gathering, page and numbers, as a zip file. This is the job "report" of the app.

    The page shows the newest sealed text first. If people said where they were, a second page shows outward and inner
    closeness.
    """
    from oneheart.engine.analysis import analyze, unmeasured  # noqa: PLC0415  loads the whole engine
    from oneheart.errors import UserError  # noqa: PLC0415
    from oneheart.reports.apart import write_apart  # noqa: PLC0415
    from oneheart.reports.report import check_language, write_report  # noqa: PLC0415

    apart = measure(order).apart
    gathering, name = order.gathering, "report-apart"
    try:
        check_language(language)
    except UserError:
        language = "en"
    with tempfile.TemporaryDirectory() as place:
        small = disclosure.is_small(len(set(gathering.responses.participant.tolist())))
        analysis = unmeasured(gathering) if small else analyze(gathering, threads=1)
        beside = "" if apart is None else f"{name}.html"
        paths = [*write_report(analysis, place, language=language, beside=beside)]
        if apart is not None:
            paths += write_apart(apart, place, language=language, name=name, steps=True)
        return _zipped({path.name: path.read_bytes() for path in paths})


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


routes: list[Route] = [
    Route("/host/{code}/export", _leaving),
    Route("/host/{code}/export.zip", _export_again),
    Route("/host/{code}/export.zip", _take_export, methods=["POST"]),
    Route("/host/{code}/report.zip", _report_again),
    Route("/host/{code}/report.zip", _take_report, methods=["POST"]),
]
