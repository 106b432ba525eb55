"""Contact lists: hosts bring in who was near whom, look at it first, and can take it out again.

The page shows what stands in the file, how many of its people are known, in steps, and never a pair. A file that was
looked at waits in memory until it is kept.
"""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.live import listed
from oneheart.live.aside import AsideError
from oneheart.live.listed import ContactsFaultError, Look
from oneheart.locale.coded import Coded
from oneheart.model.near_by import NearBy
from oneheart.web import who
from oneheart.web.forms import asked, form_of, key_in, new_key
from oneheart.web.near_words import NEAR_BY
from oneheart.web.uploaded import uploaded_form
from oneheart.web.who import Host
from oneheart.web.words import Plain

_MISTAKE, _LATER, _GONE = 422, 503, 409
_MINUTE, _HOUR = 60, 3600


async def _contacts(request: Request) -> Response:
    """Show the form and the lists that are kept."""
    host = who.host(request)
    if request.query_params.get("leave") == "1":
        host.memory.looked = None  # nothing of the file stays in memory either
    return _show(host, kept=request.query_params.get("kept", ""))


async def _look(request: Request) -> Response:
    """Look at a file: show what stands in it, and keep nothing."""
    host = who.host(request)
    form = await uploaded_form(request)
    near_by = _near_by(form.fields.get("near_by", ""))
    t = host.words.t
    if not form.content:
        return _show(host, Coded(t("Choose a file first."), "no file"), near_by=near_by, status=_MISTAKE)
    try:
        look = await listed.look_at(host.gathering, form.content, form.name or "list", near_by, request.app.state.aside)
    except ContactsFaultError as fault:
        sentence = Coded(t("This file cannot be read as a list of who was near whom. Nothing was kept."), "fault")
        return _show(host, sentence, detail=str(fault), near_by=near_by, status=_MISTAKE)
    except AsideError:
        sentence = Coded(t("It could not be read now. Try again in a minute."), "later")
        return _show(host, sentence, near_by=near_by, status=_LATER)
    token = new_key()
    host.memory.looked = (token, look)
    return _show(host, look=look, token=token, near_by=near_by)


async def _keep(request: Request) -> Response:
    """Keep the file that was looked at."""
    host, form = who.host(request), await form_of(request)
    looked = host.memory.looked
    if looked is None or looked[0] != form.get("look", ""):
        sentence = Coded(host.words.t("This file is not here any more. Choose it again."), "gone")
        return _show(host, sentence, status=_GONE)
    number = await listed.keep_list(host.gathering, host.host, key_in(form), looked[1])
    host.memory.looked = None
    return RedirectResponse(f"{host.home}/contacts?kept={'0' if number is None else '1'}", 303)


async def _out(request: Request) -> Response:
    """Take a list out again."""
    host, form = who.host(request), await form_of(request)
    await listed.take_contacts_out(host.gathering, host.host, asked(form, listed.ContactsOutAsked))
    return RedirectResponse(f"{host.home}/contacts", 303)


def _near_by(typed: str) -> NearBy:
    return NearBy(typed) if typed in set(NearBy) else NearBy.BADGES


def _show(
    host: Host,
    sentence: Coded | None = None,
    *,
    detail: str = "",
    look: Look | None = None,
    token: str = "",
    near_by: NearBy = NearBy.BADGES,
    kept: str = "",
    status: int = 200,
) -> Response:
    kinds = [(kind.value, host.words.t(NEAR_BY[kind])) for kind in NearBy]
    return host.page(
        "host_contacts.html",
        at="measures",
        status=status,
        sentence=sentence or Coded(),
        detail=detail,
        look=None if look is None else _seen(host, look),
        token=token,
        kinds=kinds,
        chosen=near_by.value,
        lists=_kept(host),
        kept=kept,
        key=new_key(),
    )


def _kept(host: Host) -> list[dict[str, Any]]:
    """Return one row for each file that is kept, the newest first; each counts lines of the file, not people."""
    rows: dict[str, dict[str, Any]] = {}
    for number, brought in enumerate(host.state.company.near.brought):
        if not brought.out and brought.digest not in rows:
            rows[brought.digest] = {
                "number": Plain(number),
                "day": time.strftime("%Y-%m-%d", time.localtime(brought.at / 1000)),
                "near_by": host.words.t(NEAR_BY[brought.near_by]),
                "lines": Plain(brought.lines),
                "key": new_key(),
            }
    return list(reversed(rows.values()))


def _seen(host: Host, look: Look) -> dict[str, Any]:
    """Return what stands in a file, as sentences."""
    t, read = host.words.t, look.read
    lines, people = Plain(read.lines), Plain(len(read.people))
    sentences = [Coded(t("It holds {lines} lines about {people} people.", lines=lines, people=people), "lines")]
    if read.groups:
        count = Plain(len(read.groups))
        groups = t("It says who was where, in {count} groups: the people of one group count as near.", count=count)
        sentences.append(Coded(groups, "groups"))
    elif read.unit == "seconds":
        sentences.append(Coded(t("How near is counted in seconds."), "seconds"))
    elif read.unit == "times":
        sentences.append(Coded(t("How near is counted in times."), "times"))
    else:
        sentences.append(Coded(t("How near is counted by the column {column}.", column=read.unit[:40]), "column"))
    if read.slice_seconds is not None:
        step = Plain(round(read.slice_seconds))
        sentences.append(Coded(t("It was noted every {seconds} seconds.", seconds=step), "slices"))
    if read.span_seconds:
        sentences.append(_span(host, read.span_seconds))
    if read.left_out:
        left = Plain(read.left_out)
        sentences.append(
            Coded(t("{lines} lines say nothing new or nothing at all and are left out.", lines=left), "left")
        )
    sentences += _known(host, look)
    if look.there:
        again = t("This file was brought in before. Only people who are new by now are added, five or more at a time.")
        sentences.append(Coded(again, "there"))
    return {"sentences": sentences, "may": bool(look.known.value), "near_by": t(NEAR_BY[look.near_by])}


def _span(host: Host, seconds: float) -> Coded:
    t = host.words.t
    if seconds < 2 * _HOUR:
        count = Plain(max(1, round(seconds / _MINUTE)))
        return Coded(t("From the first line to the last there are {count} minutes.", count=count), "minutes")
    count = Plain(round(seconds / _HOUR))
    return Coded(t("From the first line to the last there are {count} hours.", count=count), "hours")


def _known(host: Host, look: Look) -> list[Coded]:
    """Return how many people of a list are known, and what to do about the others."""
    t = host.words.t
    if not look.known.value:
        few = t("Fewer than ten people in it are known here and agreed, so nothing of it can be kept yet.")
        known = [Coded(few, "too few")]
    else:
        known = [Coded(t("{count} people in it or more are known here and agreed.", count=look.known), "known")]
    if look.share.value is not None:
        hundredths = Plain(round(100 * float(look.share.value)))
        share = t("Of a hundred of its lines, about {count} name such people only.", count=hundredths)
        known.append(Coded(share, "share"))
    others = t(
        "Lines about others are left out, and nothing of them is kept. Ask people to agree under Mine and to type "
        "their badge there, or give the list their code; then bring the same file in again."
    )
    return [*known, Coded(others, "others")]


routes: list[Route] = [
    Route("/host/{code}/contacts", _contacts),
    Route("/host/{code}/contacts", _look, methods=["POST"]),
    Route("/host/{code}/contacts/keep", _keep, methods=["POST"]),
    Route("/host/{code}/contacts/out", _out, methods=["POST"]),
]
