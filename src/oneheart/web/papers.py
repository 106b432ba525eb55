"""Papers: what a host prints and takes away. Table cards, the log of hosts, one more host's link, report, export, end.

Nothing is exported while answers are taken: two exports a minute apart would tell what one person answered between.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import events as ev
from oneheart.live.export import as_gathering, rows_of
from oneheart.live.gathering import LiveGathering
from oneheart.live.measuring import Order, attendance_of, measure, order_of
from oneheart.live.snapshot import K
from oneheart.live.state import State
from oneheart.model.desire import Stance
from oneheart.model.gathering import Gathering, Responses
from oneheart.web.door import circle_name
from oneheart.web.hosting import HostHere, host_here, outside
from oneheart.web.pages import form_of, house_of, key_in, number_in, page, words_for
from oneheart.web.qr import picture
from oneheart.web.screen import public_base

if TYPE_CHECKING:
    from numpy.random import Generator

    from oneheart.model.presence import Attendance

CARDS_MOST = 400
CARDS_A_PAGE = 8
CARD_LANGUAGES = 4
_REPORT_SECONDS = 600.0


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


DONE: dict[str, str] = {
    "settings": _t("changed the settings"),
    "circle": _t("added a circle"),
    "circle changed": _t("renamed a circle"),
    "occasion": _t("added an occasion"),
    "cards": _t("printed cards"),
    "book": _t("opened a text of the book to everybody, or closed it"),
    "held": _t("said at which occasion a round is held"),
    "seats drawn": _t("drew tables by lot"),
    "stage": _t("moved the stage"),
    "clock": _t("set the clock"),
    "shown": _t("changed what the hall screen shows"),
    "moderated": _t("decided about a desire"),
    "meta": _t("marked a desire as no wish, or as one"),
    "translated": _t("took two desires in two languages for the same"),
    "host": _t("opened a desk"),
    "desire": _t("wrote a desire to begin with"),
    "ended": _t("ended the gathering"),
}


# --- table cards ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableCard:
    """A card to print.

    Attributes:
        name: of the circle, "" for none.
        picture: the code to scan.
        address: to type where it cannot be scanned.
        code: to type there.
        seat: the seat code, "" on a card for a whole circle.
    """

    name: str
    picture: Markup
    address: str
    code: str
    seat: str


async def _cards(request: Request) -> Response:
    """Show a sheet of circle cards, or, where seat cards are asked for by the form, a sheet of those."""
    here = host_here(request)
    if here is None:
        return outside(request)
    state = here.state
    form = await form_of(request) if request.method == "POST" else request.query_params
    circle = number_in(form, "circle")
    count = number_in(form, "count") or 0
    chosen = [circle] if circle is not None and circle < len(state.circles) else [*range(len(state.circles))]
    base = public_base(request)
    cards = (
        await _seat_cards(here, chosen, min(CARDS_MOST, count), key_in(form), base)
        if request.method == "POST" and count
        else _circle_cards(here, chosen, base)
    )
    settings = state.settings
    return here.page(
        "host_cards.html",
        at="cards",
        circles=[(number, circle_name(state, number, here.words)) for number in range(len(state.circles))],
        circle=circle,
        count=count,
        sheets=[cards[first : first + CARDS_A_PAGE] for first in range(0, len(cards), CARDS_A_PAGE)],
        seats=bool(cards) and bool(cards[0].seat),
        questions=[(one, here.state.question.get(one, "")) for one in settings.languages[:CARD_LANGUAGES]]
        if settings
        else [],
    )


def _said_code(code: str) -> str:
    return f"{code[:4]} {code[4:]}"


def _bare(address: str) -> str:
    return address.split("://", 1)[-1]


def _circle_cards(here: HostHere, circles: list[int], base: str) -> list[TableCard]:
    """Return one card for each circle, or one for all where there are none."""
    code = here.gathering.code
    places: list[int | None] = [*circles] or [None]
    out = []
    for circle in places[:CARDS_MOST]:
        own = "" if circle is None else f"?c={here.state.circles[circle].key}"
        name = "" if circle is None else circle_name(here.state, circle, here.words)
        out.append(TableCard(name, picture(f"{base}/j/{code}{own}"), _bare(base), _said_code(code), ""))
    return out


async def _seat_cards(here: HostHere, circles: list[int], count: int, key: str, base: str) -> list[TableCard]:
    """Return so many seat cards for each circle; the same form gives the same cards again."""
    gathering = here.gathering
    out: list[TableCard] = []
    places: list[int | None] = [*circles] or [None]
    for circle in places:
        room = min(count, CARDS_MOST - len(out))
        if room <= 0:
            break
        name = "" if circle is None else circle_name(here.state, circle, here.words)
        for seat in await gathering.add_cards(f"{key}-{circle}", room, circle, here.actor):
            address = f"{base}/s/{gathering.code}"
            out.append(
                TableCard(name, picture(f"{address}/{seat}"), _bare(address), _said_code(seat), _said_code(seat))
            )
    return out


# --- the log, and one more host ---------------------------------------------------------------------------------------


async def _log(request: Request) -> Response:
    """Show what hosts did, by their numbers; nothing about anybody else."""
    here = host_here(request)
    if here is None:
        return outside(request)
    rows = [
        (int(event.actor[1:]) + 1, here.words.t(DONE[event.kind]), _time_of_day(event.at))
        for event in await here.gathering.done_by_hosts()
        if event.kind in DONE
    ]
    return here.page("host_log.html", at="log", rows=rows)


def _time_of_day(at: int) -> str:
    return time.strftime("%H:%M", time.localtime(at / 1000))


async def _invite(request: Request) -> Response:
    """Show a link for one more host; it works once."""
    here = host_here(request)
    if here is None:
        return outside(request)
    link = f"{public_base(request)}/host/enter/{house_of(request).invite(here.gathering.code)}"
    return here.page("host_invite.html", at="", link=link, picture=picture(link))


# --- report and export ------------------------------------------------------------------------------------------------


def _closed(gathering: LiveGathering) -> bool:
    """Return whether answers are closed, so that no two exports can differ by one person's answer."""
    return gathering.state.ended or not gathering.state.stage.takes_responses


async def _leaving(request: Request) -> Response:
    """Show what may leave and what it can reveal."""
    here = host_here(request)
    if here is None:
        return outside(request)
    return _show_leaving(here)


def _show_leaving(here: HostHere, *, failed: bool = False, status: int = 200) -> Response:
    closed = _closed(here.gathering)
    tenths = unique_tenths(here.gathering.as_gathering()) if closed else None
    occasions = any(occasion.present >= K for occasion in here.state.occasions)
    return here.page(
        "host_export.html", at="export", closed=closed, tenths=tenths, occasions=occasions, failed=failed, status=status
    )


def unique_tenths(gathering: Gathering) -> int | None:
    """Return of how many in ten people the answers are like nobody else's, 0 to 10; None for fewer than ten people.

    Example:
        >>> from oneheart.model.desire import Desire
        >>> answers = Responses.of([*range(12)], [0] * 12, [1] * 11 + [0])
        >>> unique_tenths(Gathering("", tuple("abcdefghijkl"), (Desire("0", "Peace"),), answers))
        1
    """
    people = gathering.participant_count
    if people < 10:  # noqa: PLR2004  tenths of fewer would count single people
        return None
    answers: list[list[tuple[int, int]]] = [[] for _ in range(people)]
    r = gathering.responses
    for person, desire, stance in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True):
        answers[person].append((desire, stance))
    patterns = Counter(tuple(pattern) for pattern in answers)
    return round(10 * sum(count == 1 for count in patterns.values()) / people)


async def _export(request: Request) -> Response:
    """Give answers person by person, in random order, without times; who wrote what only where it is asked for."""
    here = host_here(request)
    if here is None:
        return outside(request)
    if not _closed(here.gathering):
        return _show_leaving(here, status=409)
    rng = np.random.default_rng()
    state = here.state
    rows = rows_of(state, rng.permutation)
    exported = as_gathering(state, source=here.gathering.path.name, rows=rows)
    asked = request.query_params.get("occasions") == "1"
    attendance = attendance_of(state, rows, shuffle=rng.permutation, least=K) if asked else None
    been = (
        None
        if attendance is None
        else (attendance, [state.company.days[int(o.label) - 1] for o in attendance.occasions])
    )
    if request.query_params.get("authors") != "1":
        exported = without_authors(exported, rng)
    words = here.words
    told = [
        words.t("Answers of one person can be unique even without a name: keep these rows among yourselves."),
        words.t("Publish the report instead: it shows no number of fewer than five people."),
    ]
    content = await asyncio.to_thread(_zipped, exported, "\n".join(str(line) for line in told) + "\n", been)
    return _file(content, f"oneheart-{here.gathering.code}.zip", "application/zip")


def without_authors(gathering: Gathering, rng: Generator) -> Gathering:
    """Return a gathering in which nobody can be told from what they wrote.

    Desires stand in random order under new numbers, and that an author wants the own desire is an answer like others.
    """
    order = rng.permutation(gathering.desire_count)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    own = [(desire.author, column) for column, desire in enumerate(gathering.desires) if desire.author is not None]
    r = gathering.responses
    responses = Responses.of(
        [*(person for person, _ in own), *r.participant.tolist()],
        [*(int(place[column]) for _, column in own), *place[r.desire].tolist()],
        [*(Stance.WANT.value for _ in own), *r.stance.tolist()],
    )
    desires = [replace(gathering.desires[old], author=None, label=str(new)) for new, old in enumerate(order.tolist())]
    return replace(gathering, desires=tuple(desires), responses=responses)


def _zipped(exported: Gathering, told: str, been: tuple[Attendance, list[int]] | None) -> bytes:
    from oneheart.formats import write_polis, write_tables  # noqa: PLC0415  heavy, and asked for once
    from oneheart.formats.contacts import OCCASIONS, write_attendance  # noqa: PLC0415

    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", told)
        for name, write in (("polis", write_polis), ("tables", write_tables)):
            folder = Path(place) / name
            write(exported, folder)
            for path in sorted(folder.iterdir()):
                archive.writestr(f"{name}/{path.name}", path.read_bytes())
            if been is not None:
                archive.writestr(f"{name}/{OCCASIONS}", write_attendance(*been))
    return out.getvalue()


_REPORTS: WeakKeyDictionary[LiveGathering, tuple[tuple[tuple[int, ...], str], bytes]] = WeakKeyDictionary()
_LOCKS: WeakKeyDictionary[LiveGathering, asyncio.Lock] = WeakKeyDictionary()


def _basis(state: State) -> tuple[int, ...]:
    """Return numbers that change whenever the report would; a draft that is woven meanwhile is not among them."""
    gone = sum(desire.withdrawn or desire.erased or desire.same_as is not None for desire in state.desires)
    decided = sum(desire.version for desire in state.desires)
    presences = sum(occasion.present for occasion in state.occasions)
    counts = (state.tally.response_count, state.people(), len(state.desires), gone, decided, presences)
    amens = sum(len(sealed.amen) for sealed in state.prayers.sealed)
    carried = sum(len(one.confirmed) for one in state.prayers.carried.values())
    return (state.version, state.settings_version, *counts, len(state.prayers.sealed), amens, carried)


async def _report(request: Request) -> Response:
    """Give the report of the gathering, which shows no number of fewer than five people; made in its own process."""
    here = host_here(request)
    if here is None:
        return outside(request)
    gathering = here.gathering
    if not _closed(gathering):
        return _show_leaving(here, status=409)
    async with _LOCKS.setdefault(gathering, asyncio.Lock()):
        name = (_basis(gathering.state), here.words.language)
        made = _REPORTS.get(gathering)
        if made is None or made[0] != name:
            try:
                order = order_of(gathering.state, gathering.as_gathering(), seed=0)
                content = await _in_its_own_process(order, here.words.language)
            except (BrokenProcessPool, TimeoutError, OSError):
                return _show_leaving(here, failed=True, status=503)
            made = _REPORTS[gathering] = (name, content)
    return _file(made[1], f"oneheart-{gathering.code}-report.zip", "application/zip")


async def _in_its_own_process(order: Order, language: str) -> bytes:
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        making = asyncio.get_running_loop().run_in_executor(pool, report_files, order, language)
        return await asyncio.wait_for(making, _REPORT_SECONDS)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def report_files(order: Order, language: str) -> bytes:
    """Return the report of a gathering, page and numbers, as a zip file. Runs in a process of its own.

    The page shows the newest sealed text first. Where people said where they were, a second page shows outward and
    inner closeness.
    """
    from oneheart.engine.analysis import analyze  # noqa: PLC0415  loads the whole engine
    from oneheart.errors import UserError  # noqa: PLC0415
    from oneheart.reports.apart import write_apart  # noqa: PLC0415
    from oneheart.reports.report import check_language, write_report  # noqa: PLC0415

    os.nice(10)  # taps come first
    apart = measure(order).apart
    gathering, name = order.gathering, "report-apart"
    try:
        check_language(language)
    except UserError:
        language = "en"
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        beside = "" if apart is None else f"{name}.html"
        paths = [*write_report(analyze(gathering, threads=1), place, language=language, beside=beside)]
        if apart is not None:
            paths += write_apart(apart, place, language=language, name=name)
        for path in paths:
            archive.writestr(path.name, path.read_bytes())
    return out.getvalue()


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


# --- the end ----------------------------------------------------------------------------------------------------------


async def _end(request: Request) -> Response:
    """Ask once more, then end the gathering; after that, its file may be erased by typing its code."""
    here = host_here(request)
    if here is None:
        return outside(request)
    if request.method != "POST":
        return _show_end(here)
    form: Mapping[str, str] = await form_of(request)
    gathering = here.gathering
    if form.get("what") == "end":
        await here.submit(key_in(form), ev.Ended())
        gathering.tick()
    elif form.get("what") == "forget" and gathering.state.ended:
        if not form.get("code", "").strip() or house_of(request).find(form["code"]) is not gathering:
            return _show_end(here, wrong=True, status=400)
        await house_of(request).forget(gathering)
        return page("host_forgotten.html", words_for(None, here.words.language))
    return RedirectResponse(f"{here.home}/end", 303)


def _show_end(here: HostHere, *, wrong: bool = False, status: int = 200) -> Response:
    return here.page("host_end.html", at="end", ended=here.state.ended, wrong=wrong, status=status)


routes: list[Route] = [
    Route("/host/{code}/cards", _cards, methods=["GET", "POST"]),
    Route("/host/{code}/log", _log),
    Route("/host/{code}/invite", _invite, methods=["POST"]),
    Route("/host/{code}/export", _leaving),
    Route("/host/{code}/export.zip", _export),
    Route("/host/{code}/report.zip", _report),
    Route("/host/{code}/end", _end, methods=["GET", "POST"]),
]
