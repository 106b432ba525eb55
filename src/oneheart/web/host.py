"""The host's desk: open a gathering, look after its words, move its stages, and nothing about any single person.

A desk is opened by a link that works once. Several hosts may work at once: every change says which version it was made
from, and the slower one is told. Hosts see desires without author, circle or time, and no number below five.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, Refused, hash_of, new_code
from oneheart.live.snapshot import in_steps
from oneheart.live.state import LiveDesire, Refusal
from oneheart.model.desire import Moderation
from oneheart.model.round import Stage
from oneheart.web.door import circle_name
from oneheart.web.pages import (
    HOST_COOKIE,
    form_of,
    gathering_of,
    house_of,
    key_in,
    language_of,
    new_key,
    number_in,
    page,
    problem,
    set_cookie,
    words_for,
)
from oneheart.web.qr import picture
from oneheart.web.screen import public_base
from oneheart.web.words import LANGUAGES, Words

CARDS_MOST = 400
CIRCLES_MOST = 2000
_FORMS = ("lesson", "meal", "night", "workshop")
_DAY = 24 * 3600


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


QUESTION = _t("What do you want?")
STAGES: dict[Stage, str] = {
    Stage.OPEN: _t("Open: people say what they want"),
    Stage.CROSSING: _t("Crossing: desires travel to far circles"),
    Stage.WEAVING: _t("Weaving: the text is made"),
    Stage.READING: _t("Reading: line by line"),
    Stage.SECOND_READING: _t("Second reading: changed lines"),
    Stage.SEALED: _t("Sealed: the text stands"),
    Stage.SAID: _t("Said together"),
}
REASONS: dict[str, str] = {
    "person": _t("It names a person."),
    "course": _t("It is about the course of the gathering, and was passed on to the hosts."),
    "hurt": _t("It may hurt somebody. Please say it once more in another way."),
    "contact": _t("It holds a link or contact data."),
}
FORM_WORDS: dict[str, str] = {
    "lesson": _t("Lesson"),
    "meal": _t("Meal"),
    "night": _t("Night"),
    "workshop": _t("Workshop"),
}
DONE: dict[str, str] = {
    "settings": _t("changed the settings"),
    "circle": _t("added a circle"),
    "circle changed": _t("renamed a circle"),
    "occasion": _t("added an occasion"),
    "cards": _t("printed cards"),
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


# --- coming in --------------------------------------------------------------------------------------------------------


async def _enter(request: Request) -> Response:
    """Show the button of a one-time link; looking at it does not use it up."""
    token = str(request.path_params["token"])
    invitation = house_of(request).invitation(token)
    words = words_for(None, language_of(request, None))
    if invitation is None:
        return page("host_used.html", words, status=404)
    if request.method == "GET":
        return page("host_enter.html", words, token=token, new=invitation.code is None)
    if invitation.code is None:
        return RedirectResponse(f"/host/new/{token}", 303)
    gathering = house_of(request).find(invitation.code)
    if gathering is None:
        return page("host_used.html", words, status=404)
    house_of(request).use(token)
    return await _seated(request, gathering, token)


async def _seated(request: Request, gathering: LiveGathering, token: str) -> Response:
    """Seat a host and lead them to their desk."""
    secret = gathering.secret_for("host", token)
    await gathering.submit(f"h{len(gathering.state.hosts)}", f"host-{token}", ev.HostSeated(hash_of(secret)))
    response = RedirectResponse(f"/host/{gathering.code}", 303)
    set_cookie(
        response, HOST_COOKIE, secret, path=f"/host/{gathering.code}", https=request.app.state.https, age=30 * _DAY
    )
    return response


async def _new(request: Request) -> Response:
    """Make a gathering from a form, in under a minute; what was typed stays when something is missing."""
    token = str(request.path_params["token"])
    house = house_of(request)
    words = words_for(None, language_of(request, None))
    invitation = house.invitation(token)
    if invitation is None or invitation.code is not None or house.folder is None:
        return page("host_used.html", words, status=404)
    form = await form_of(request) if request.method == "POST" else {}
    if form:
        settings, missing = _settings_from(form)
        if settings is not None:
            house.use(token)
            gathering = house.add(settings)
            await _furnish(gathering, form)
            return await _seated(request, gathering, token)
    else:
        missing = ""
    defaults = {code: str(words_for(None, code).t(QUESTION)) for code in LANGUAGES}
    return page("host_new.html", words, token=token, form=form, missing=missing, defaults=defaults, forms=FORM_WORDS)


def _settings_from(form: Mapping[str, str], version: int = 0) -> tuple[ev.Settings | None, str]:
    """Return settings from a form, or None and which field is missing."""
    name = entry.clean(form.get("name", ""))[:120]
    languages = [code for code in LANGUAGES if form.get(f"language-{code}")]
    if not name or not languages:
        return None, "name" if not name else "languages"
    question = {
        code: entry.clean(form.get(f"question-{code}", "")) or str(Words(code).t(QUESTION)) for code in languages
    }
    cards = number_in(form, "cards")
    return (
        ev.Settings(
            name=name,
            question=question,
            voice="assembly" if form.get("voice") == "assembly" else "ten",
            languages=languages,
            cards=min(50, max(1, cards)) if cards is not None else 8,
            hold=bool(form.get("hold")),
            words=_instead(form, languages),
            version=version,
        ),
        "",
    )


def _instead(form: Mapping[str, str], languages: list[str]) -> dict[str, dict[str, str]]:
    """Return the words that the hosts put in the place of ours: lines of `message = other words` for each language."""
    out: dict[str, dict[str, str]] = {}
    for code in languages:
        lines = (line.partition("=") for line in form.get(f"words-{code}", "").splitlines())
        pairs = {ours.strip(): entry.clean(theirs) for ours, sign, theirs in lines if sign and theirs.strip()}
        if pairs:
            out[code] = pairs
    return out


async def _furnish(gathering: LiveGathering, form: Mapping[str, str]) -> None:
    """Add circles and occasions as the form says."""
    names = [entry.clean(name)[:80] for name in form.get("circle-names", "").splitlines() if name.strip()]
    count = min(CIRCLES_MOST, max(len(names), number_in(form, "circles") or 0))
    bodies: list[ev.AnyBody] = [
        ev.CircleAdded(names[place] if place < len(names) else "", new_key()) for place in range(count)
    ]
    for line in form.get("occasions", "").splitlines():
        name = entry.clean(line)[:80]
        if name:
            bodies.append(ev.OccasionAdded(name, "lesson", new_code()[:6]))
    await asyncio.gather(*(gathering.submit("house", f"begin-{n}", body) for n, body in enumerate(bodies)))


# --- the desk ---------------------------------------------------------------------------------------------------------


def host_of(request: Request) -> tuple[LiveGathering, int] | None:
    """Return the gathering of the address and the host whose cookie this is, None for anybody else."""
    gathering = gathering_of(request)
    secret = request.cookies.get(HOST_COOKIE, "")
    host = gathering.host_of(secret) if gathering is not None and secret else None
    return None if gathering is None or host is None else (gathering, host)


def _outside(request: Request) -> Response:
    return page("host_outside.html", words_for(None, language_of(request, None)), status=403)


async def _desk(request: Request) -> Response:
    """Show the desk."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, _ = found
    words = words_for(gathering, language_of(request, gathering))
    state, settings = gathering.state, gathering.state.settings
    base = public_base(request)
    circles = [
        (number, circle_name(state, number, words), circle.done, circle.place)
        for number, circle in enumerate(state.circles)
    ]
    following = list(Stage)[(list(Stage).index(state.stage) + 1) % len(Stage)]
    return page(
        "host.html",
        words,
        code=gathering.code,
        shown_code=f"{gathering.code[:4]} {gathering.code[4:]}",
        settings=settings,
        state=state,
        stages=[(stage.value, words.t(said)) for stage, said in STAGES.items()],
        stage_said=words.t(STAGES[state.stage]),
        following=(following.value, words.t(STAGES[following])),
        people=in_steps(state.people()),
        circles=circles,
        done=sum(circle.done for circle in state.circles),
        queue=_queue(gathering, words),
        taken=_taken(gathering),
        proposals=_proposals(gathering),
        reasons=[(name, words.t(said)) for name, said in REASONS.items()],
        occasions=[(words.t(FORM_WORDS[one.form]), one.name, one.code) for one in state.occasions],
        forms=[(name, words.t(said)) for name, said in FORM_WORDS.items()],
        hall=f"{base}/hall/{gathering.code}",
        door=f"{base}/j/{gathering.code}",
        trouble=gathering.trouble,
        minutes=_minutes_left(state.clock),
        base=base,
    )


def _minutes_left(clock: int | None) -> int:
    return 0 if clock is None else max(0, round((clock - time.time_ns() // 1_000_000) / 60_000))


def _told(number: int, desire: LiveDesire) -> dict[str, Any]:
    return {
        "number": number,
        "text": desire.text,
        "language": desire.language,
        "version": desire.version,
        "is_meta": desire.is_meta,
        "taken": desire.moderation is Moderation.ACCEPTED,
    }


def _stands(desire: LiveDesire) -> bool:
    return not (desire.erased or desire.withdrawn or desire.same_as is not None)


def _queue(gathering: LiveGathering, words: Words) -> list[dict[str, Any]]:
    """Return desires that wait for a decision, in an order that tells nothing of when or by whom they were said."""
    waiting = [
        {**_told(number, desire), "hints": [words.t(said) for said in _hints(desire)]}
        for number, desire in enumerate(gathering.state.desires)
        if _stands(desire) and desire.moderation is Moderation.UNDECIDED and not desire.is_meta
    ]
    return sorted(waiting, key=lambda told: hashlib.sha256(str(told["text"]).encode()).digest())


def _hints(desire: LiveDesire) -> list[str]:
    said = {"link": _t("holds a link"), "question": _t("is a question"), "two wishes": _t("may be two wishes")}
    return [said[hint.code] for hint in entry.hints(desire.text, desire.language) if hint.code in said]


def _taken(gathering: LiveGathering) -> list[dict[str, Any]]:
    """Return desires that were taken, by their words, with whether the hall screen shows them."""
    shown = set(gathering.state.shown)
    taken = [
        {**_told(number, desire), "shown": number in shown}
        for number, desire in enumerate(gathering.state.desires)
        if _stands(desire) and (desire.moderation is Moderation.ACCEPTED or desire.is_meta or number in shown)
    ]
    return sorted(taken, key=lambda told: (not told["shown"], str(told["text"])))


def _proposals(gathering: LiveGathering) -> list[dict[str, Any]]:
    """Return pairs of desires in two languages that one host took for the same and a second one may confirm."""
    out = []
    for number, desire in enumerate(gathering.state.desires):
        if desire.proposed_same_as is None or not _stands(desire):
            continue
        root, by = desire.proposed_same_as
        other = gathering.state.desires[root]
        out.append({"one": _told(number, desire), "other": _told(root, other), "by": by})
    return out


async def _act(request: Request) -> Response:
    """Do one thing at the desk; a page says so where another host was faster."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, host = found
    form = await form_of(request)
    what = str(request.path_params["what"])
    back = f"/host/{gathering.code}"
    words = words_for(gathering, language_of(request, gathering))
    body = _body(gathering, what, form)
    if body is None:
        return problem(words, Refusal.UNKNOWN, kept_text=form.get("reason", ""), back=back)
    try:
        await gathering.submit(f"h{host}", key_in(form), body)
    except Refused as refused:
        return problem(words, refused.why, kept_text=form.get("reason", ""), back=back)
    gathering.tick()
    anchor = {"moderate": "#queue", "meta": "#queue", "show": "#taken", "same": "#taken"}.get(what, "")
    return RedirectResponse(back + anchor, 303)


def _body(gathering: LiveGathering, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    """Return the event that a form asks for, None where the form is not sound."""
    version, desire = number_in(form, "version"), number_in(form, "desire")
    known = desire is not None and desire < len(gathering.state.desires)
    if what == "stage" and version is not None and form.get("stage") in {stage.value for stage in Stage}:
        return ev.StageMoved(form["stage"], version, "lines" if form.get("travelling") == "lines" else "all")
    if what == "clock":
        return ev.ClockSet(60 * min(number_in(form, "minutes") or 0, 24 * 60))
    if desire is not None and known:
        return _about_desire(gathering, what, desire, form)
    return _furniture(gathering, what, form)


def _about_desire(gathering: LiveGathering, what: str, desire: int, form: Mapping[str, str]) -> ev.AnyBody | None:
    version, same_as, on = number_in(form, "version"), number_in(form, "same_as"), form.get("on") == "1"
    if what == "moderate" and version is not None:
        return _decision(gathering, desire, version, form)
    if what == "meta" and version is not None:
        return ev.MarkedMeta(desire, on=on, version=version)
    if what == "show":
        others = [number for number in gathering.state.shown if number != desire]
        return ev.Shown([*others, desire] if on else others)
    return ev.Translated(desire, same_as) if what == "same" and same_as is not None else None


def _furniture(gathering: LiveGathering, what: str, form: Mapping[str, str]) -> ev.AnyBody | None:
    name = entry.clean(form.get("name", ""))[:80]
    circle = number_in(form, "circle")
    if what == "circle":
        place = form.get("place")
        return ev.CircleAdded(name, new_key(), place=place if place in {"remote", "mirror"} else "hall")  # type: ignore[arg-type]
    if what == "rename" and circle is not None:
        return ev.CircleChanged(circle, name)
    if what == "occasion" and name and form.get("form") in _FORMS:
        return ev.OccasionAdded(name, form["form"], new_code()[:6])  # type: ignore[arg-type]
    if what == "settings":
        return _settings_from(form, number_in(form, "version") or 0)[0]
    if what == "seed" and entry.clean(form.get("text", "")):
        languages = gathering.state.settings.languages if gathering.state.settings else ["en"]
        language = form.get("language", "")
        return ev.DesireSaid(None, entry.clean(form["text"]), language if language in languages else languages[0])
    return None


def _decision(gathering: LiveGathering, desire: int, version: int, form: Mapping[str, str]) -> ev.Moderated:
    """Return a decision with its reason in the language of the desire's author."""
    if form.get("decision") != "rejected":
        return ev.Moderated(desire, "accepted", version=version)
    own = entry.clean(form.get("reason", ""))
    ready = REASONS.get(form.get("ready", ""))
    author = gathering.state.desires[desire].author
    language = gathering.state.desires[desire].language if author is None else gathering.state.seats[author].language
    said = str(words_for(gathering, language).t(ready)) if ready else ""
    return ev.Moderated(desire, "rejected", " ".join(part for part in (said, own) if part), version)


# --- papers -----------------------------------------------------------------------------------------------------------


async def _cards(request: Request) -> Response:
    """Show a form for table cards, or, after it was sent, a sheet of them to print."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, host = found
    words = words_for(gathering, language_of(request, gathering))
    state = gathering.state
    names = [(number, circle_name(state, number, words)) for number in range(len(state.circles))]
    base = public_base(request)
    cards: list[dict[str, Any]] = []
    if request.method == "POST":
        form = await form_of(request)
        circle = number_in(form, "circle")
        chosen = [circle] if circle is not None and circle < len(state.circles) else [*range(len(state.circles))]
        count = min(CARDS_MOST, number_in(form, "count") or 0)
        cards = await _sheet(gathering, host, chosen, count, key_in(form), base)
        for card in cards:
            number = card["circle"]
            card["name"] = names[number][1] if number is not None else ""
    return page("host_cards.html", words, code=gathering.code, circles=names, cards=cards, settings=state.settings)


async def _sheet(
    gathering: LiveGathering, host: int, circles: list[int], count: int, key: str, base: str
) -> list[dict[str, Any]]:
    """Return one card for each circle, or so many seat cards for each."""
    out: list[dict[str, Any]] = []
    places: list[int | None] = [*circles] or [None]
    for circle in places:
        if count == 0:
            own = "" if circle is None else f"?c={gathering.state.circles[circle].key}"
            address = f"{base}/j/{gathering.code}{own}"
            out.append({"circle": circle, "seat": "", "picture": picture(address), "base": base})
            continue
        codes = await gathering.add_cards(f"{key}-{circle}", count, circle, f"h{host}")
        for code in codes:
            address = f"{base}/s/{gathering.code}/{code}"
            out.append({"circle": circle, "seat": f"{code[:4]} {code[4:]}", "picture": picture(address), "base": base})
        if len(out) >= CARDS_MOST:
            break
    return out


async def _log(request: Request) -> Response:
    """Show what hosts did, by their numbers; nothing about anybody else."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, mine = found
    words = words_for(gathering, language_of(request, gathering))
    rows = [
        (int(event.actor[1:]) + 1, words.t(DONE[event.kind]), time.strftime("%H:%M", time.localtime(event.at / 1000)))
        for event in await gathering.done_by_hosts()
        if event.kind in DONE
    ]
    return page("host_log.html", words, code=gathering.code, rows=rows, mine=mine + 1)


async def _invite(request: Request) -> Response:
    """Show a link for one more host; it works once."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, _ = found
    words = words_for(gathering, language_of(request, gathering))
    link = f"{public_base(request)}/host/enter/{house_of(request).invite(gathering.code)}"
    return page("host_invite.html", words, code=gathering.code, link=link, picture=picture(link))


async def _export(request: Request) -> Response:
    """Give everything that may leave, in the shape of a Polis export: people in random order, no times, no circles."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, _ = found
    exported = gathering.as_gathering(shuffle=np.random.default_rng().permutation)
    content = await asyncio.to_thread(_zipped, exported)
    name = f"oneheart-{gathering.code}.zip"
    return Response(
        content, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _zipped(exported: Any) -> bytes:
    from oneheart.formats import write_polis, write_tables  # noqa: PLC0415  heavy, and asked for once

    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, write in (("polis", write_polis), ("tables", write_tables)):
            folder = Path(place) / name
            write(exported, folder)
            for path in sorted(folder.iterdir()):
                archive.writestr(f"{name}/{path.name}", path.read_bytes())
    return out.getvalue()


async def _end(request: Request) -> Response:
    """Ask once more, then end the gathering; after that, its file may be erased by typing its code."""
    found = host_of(request)
    if found is None:
        return _outside(request)
    gathering, host = found
    words = words_for(gathering, language_of(request, gathering))
    if request.method == "POST":
        form = await form_of(request)
        if form.get("what") == "end":
            await gathering.submit(f"h{host}", key_in(form), ev.Ended())
            gathering.tick()
        elif form.get("what") == "forget" and gathering.state.ended and form.get("code", "").strip():
            if house_of(request).find(form["code"]) is gathering:
                await house_of(request).forget(gathering)
                return page("host_forgotten.html", words_for(None, words.language))
            return page("host_end.html", words, status=400, code=gathering.code, ended=True, wrong=True)
        return RedirectResponse(f"/host/{gathering.code}/end", 303)
    return page("host_end.html", words, code=gathering.code, ended=gathering.state.ended, wrong=False)


routes: list[Route] = [
    Route("/host/enter/{token}", _enter, methods=["GET", "POST"]),
    Route("/host/new/{token}", _new, methods=["GET", "POST"]),
    Route("/host/{code}", _desk),
    Route("/host/{code}/cards", _cards, methods=["GET", "POST"]),
    Route("/host/{code}/log", _log),
    Route("/host/{code}/invite", _invite, methods=["POST"]),
    Route("/host/{code}/export.zip", _export),
    Route("/host/{code}/end", _end, methods=["GET", "POST"]),
    Route("/host/{code}/do/{what}", _act, methods=["POST"]),
]
