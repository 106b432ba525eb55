"""Mine: where a person's words went, what they answered, where they were, and what they can do with all of it."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering, Refused
from oneheart.live.state import OPEN_DESIRES, Refusal
from oneheart.web.api import operations as api
from oneheart.web.pages import LANGUAGE_COOKIE, form_of, key_in, new_key, number_in, page, set_cookie
from oneheart.web.phone.door import circle_name, forget_seat, languages_of
from oneheart.web.who import Here, as_json, desk_of, frame_of, here_in, let_go, offered, refused, wants_json

K = disclosure.K


def _t(message: str) -> str:
    """Mark a message for the catalogues."""
    return message


async def _withdraw(request: Request) -> Response:
    """Take one's own desire back."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    number = number_in(form, "desire")
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.DesireWithdrawn(here.seat, number))
    if desk_of(here.gathering).asked.get(here.seat) == number:
        let_go(here)
    return RedirectResponse(f"{here.home}/mine", 303)


async def _erase(request: Request) -> Response:
    """Ask once more, then take away everything of a person."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    if form.get("sure") != "yes":
        return page("mine_erase.html", here.words, **frame_of(here, at="mine"), key=new_key())
    await here.gathering.erase(here.seat, key_in(form))
    let_go(here)
    response = page("mine_erased.html", here.words, code=here.gathering.code)
    forget_seat(response, here.gathering)
    return response


async def _language(request: Request) -> Response:
    """Change the language of a person's pages."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    language = form.get("language", "")
    if language not in offered(here.gathering):
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.SeatChanged(here.seat, language=language))
    response = RedirectResponse(f"{here.home}/mine", 303)
    set_cookie(response, LANGUAGE_COOKIE, language, path="/", https=bool(request.app.state.https))
    return response


async def _desire_language(request: Request) -> Response:
    """Say in which language one's own words are."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    number = number_in(form, "desire")
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.DesireLanguage(here.seat, number, form.get("language", "")))
    return RedirectResponse(here.home if form.get("back") == "now" else f"{here.home}/mine", 303)


async def _unread(request: Request) -> Response:
    """Deal no more cards in a language that a person does not read, or deal them again."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form, json = await form_of(request), wants_json(request)
    number, language = number_in(form, "desire"), form.get("language", "")
    if number is not None and 0 <= number < len(here.state.desires):
        language = here.state.desires[here.state.words_for(number, here.seat)].language
    try:
        await here.submit(key_in(form), ev.LanguageUnread(here.seat, language, form.get("on", "1") == "1"))
    except Refused as error:
        return refused(here, error.why, json=json)
    if json:
        return as_json({"kept": True})
    more = "?more=1" if form.get("more") == "1" else ""
    return RedirectResponse(f"{here.home}/mine#languages" if form.get("back") == "mine" else here.home + more, 303)


async def _present(request: Request) -> Response:
    """Keep that a person was there: outward only, and never read together with desires."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    form = await form_of(request)
    number = number_in(form, "occasion")
    typed = form.get("code", "").strip().casefold()
    if typed:
        number = next((n for n, o in enumerate(here.state.occasions) if o.code.casefold() == typed), None)
    if number is None:
        raise Refused(Refusal.UNKNOWN)
    await here.submit(key_in(form), ev.Present(here.seat, number))
    return RedirectResponse(f"{here.home}/mine#occasions", 303)


def table_of(here: Here, occasion: int) -> int | None:
    """Return the number of the table that lot gave to a person, from 1; None without one."""
    drawn = here.state.company.drawn.get(occasion)
    table = None if drawn is None else drawn.table_of.get(here.seat)
    return None if table is None else table + 1


_BECAME = {
    "travels": _t("It travels to others."),
    "waits for the hosts": _t("A host reads it first; then it travels."),
    "for the next round": _t("It is kept for the next round."),
    "joined": _t("You said that it is the same as this one:"),
    "not taken": _t("The hosts did not take it further."),
    "withdrawn": _t("You took it back."),
}
_WANTED: dict[disclosure.Band, str] = {
    "most": _t("Most of those who were asked want it too."),
    "some": _t("Some of those who were asked want it too."),
    "few": _t("Few of those who were asked so far want it too."),
}


def wanted_by(gathering: LiveGathering, number: int) -> disclosure.Band | None:
    """Return a word for how many of those asked want a desire; it changes only when k more have been asked.

    So nobody who watches it can read a single answer from a change of the word.
    """
    tally = gathering.state.tally
    asked = int(tally.seen_by_all[number])
    bands = desk_of(gathering).bands
    before = bands.get(number)
    if before is None or before[0] != asked // K:
        before = bands[number] = (asked // K, disclosure.release_band(int(tally.want[number]), asked))
    return before[1]


def _wanted_words(here: Here, number: int) -> Markup:
    band = wanted_by(here.gathering, number)
    return here.words.t("It is on its way; few have been asked yet.") if band is None else here.words.t(_WANTED[band])


_PARTS: dict[judging.Nearness, str] = {
    "own": _t("This line is from your words:"),
    "joined": _t("You said that yours is the same as this line:"),
    "wanted": _t("Of all lines this one is nearest to you; you said that you want it:"),
    "can say": _t("You can say this line with all:"),
}


def _part(here: Here) -> dict[str, object] | None:
    """Return which line of the text is this person's or nearest to theirs, None before there is a text."""
    state = here.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not draft.body.lines:
        return None
    found = judging.part_of(state, draft, here.seat)
    if found is None:
        said = here.words.t("No line of the text is yours yet. What you want is kept, and may be what is missing.")
        return {"said": said, "text": "", "language": ""}
    text, language = state.prayers.words(draft.body.lines[found[0]], state.desires)
    return {"said": here.words.t(_PARTS[found[1]]), "text": text, "language": language}


async def _mine(request: Request) -> Response:
    """Show where a person's words went, what they answered, where they were, and what they can do with all of it."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    state = here.state
    mine = api.mine(here.gathering, here.seat)
    words, choices = [], languages_of(here.gathering)
    tongues = dict(choices)
    for own in mine.desires:
        desire = state.desires[own.desire]
        words.append(
            {
                "own": own,
                "became": here.words.t(_BECAME[own.became]),
                "same": state.desires[own.same_as] if own.same_as is not None else None,
                "wanted": _wanted_words(here, own.desire) if own.became == "travels" else "",
                "line": desire.line_of is not None or desire.carried_by is not None,
                "key": new_key(),
                "tongue": tongues.get(desire.language, desire.language),
                "tongues": []
                if state.prayers.is_sealed(own.desire)
                else [t for t in choices if t[0] != desire.language],
                "tongue_key": new_key(),
            }
        )
    answers = [
        (given, state.desires[state.words_for(given.desire, here.seat)].language, new_key())
        for given in reversed(mine.responses)
    ]
    been = state.seats[here.seat].presences
    occasions = [(n, o.name, n in been, new_key(), table_of(here, n)) for n, o in enumerate(state.occasions)]
    return page(
        "mine.html",
        here.words,
        **frame_of(here, at="mine"),
        desires=list(reversed(words)),
        answers=answers,
        answers_open=state.stage.takes_responses and not state.ended,
        against=state.voice.may_be_against,
        voice=state.voice.value,
        ended=state.ended,
        occasions=occasions,
        choices=choices,
        unread=[(code, tongues.get(code, code), new_key()) for code in mine.unread],
        circle=None if mine.circle is None else circle_name(state, mine.circle, here.words),
        quota_left=OPEN_DESIRES - state.open_desires(here.seat),
        part=_part(here),
        key=new_key(),
        keys=[new_key(), new_key(), new_key()],
    )


async def _mine_json(request: Request) -> Response:
    """Give a person everything that is held about them."""
    here = here_in(request)
    if isinstance(here, Response):
        return here
    response = as_json(api.mine(here.gathering, here.seat))
    response.headers["content-disposition"] = 'attachment; filename="oneheart-mine.json"'
    return response


routes: list[Route] = [
    Route("/g/{code}/withdraw", _withdraw, methods=["POST"]),
    Route("/g/{code}/erase", _erase, methods=["POST"]),
    Route("/g/{code}/language", _language, methods=["POST"]),
    Route("/g/{code}/desire-language", _desire_language, methods=["POST"]),
    Route("/g/{code}/unread", _unread, methods=["POST"]),
    Route("/g/{code}/present", _present, methods=["POST"]),
    Route("/g/{code}/mine", _mine),
    Route("/g/{code}/mine.json", _mine_json),
]
