"""Mine: what the server holds about a person (words, answers, occasions), to change, export or erase."""

from __future__ import annotations

import time
from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import asking, doing, giving, judging
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.held import held_about, joined_words
from oneheart.live.offered import Purpose, desire_behind
from oneheart.live.sealed_record import draft_shown
from oneheart.live.snapshot import newest_head, text_now
from oneheart.live.state import OPEN_DESIRES
from oneheart.live.wordings import occasion_in
from oneheart.locale.coded import Coded
from oneheart.web import who
from oneheart.web.answers import as_json
from oneheart.web.forms import asked, form_of, new_key, number_in, read
from oneheart.web.kept import NOT_REACHED
from oneheart.web.pages import LANGUAGE_COOKIE, languages_of, page, set_cookie, wants_json
from oneheart.web.phone.ahead import read_reasons
from oneheart.web.phone.contacts import contacts_context
from oneheart.web.phone.door import forget_seat
from oneheart.web.phone.way_back import ways_context
from oneheart.web.said import BECAME, NEAREST_LINE, TAKEN, WANTED, circle_name
from oneheart.web.terms import deadline, until
from oneheart.web.who import Person, place_of


async def _withdraw(request: Request) -> Response:
    """Withdraw the person's own desire."""
    person, withdrawal = who.person(request), await read(request, ask.DesireNamed)
    await doing.withdraw(person.gathering, person.seat, withdrawal)
    number = desire_behind(person.gathering, Purpose.OWN, person.seat, withdrawal.desire)
    if person.memory.asked.get(person.seat) == number:
        person.memory.let_go(person.seat)
    return RedirectResponse(f"{person.home}/mine", 303)


async def _erase(request: Request) -> Response:
    """Ask for confirmation, then erase everything about a person, also where their seat is revoked."""
    form = await form_of(request)
    person = who.person_or_revoked(request) if form.get("sure") == "yes" else who.person(request)
    if form.get("sure") != "yes":
        return person.page("mine_erase.html", at="mine", key=new_key(), beyond=person.words.t(NOT_REACHED))
    await doing.erase(person.gathering, person.seat, asked(form, ask.KeyOnly))
    person.memory.let_go(person.seat)
    place = place_of(person.gathering, person.seat)
    response = page("mine_erased.html", person.words, code=person.gathering.code, place=place)
    forget_seat(response, person.gathering)
    return response


async def _language(request: Request) -> Response:
    """Change the language of a person's pages."""
    person, chosen = who.person(request), await read(request, ask.SeatLanguageAsked)
    await doing.change_language(person.gathering, person.seat, chosen)
    response = RedirectResponse(f"{person.home}/mine", 303)
    set_cookie(response, LANGUAGE_COOKIE, chosen.language, path="/", https=bool(request.app.state.https))
    return response


async def _desire_language(request: Request) -> Response:
    """Correct the language of the person's own desire."""
    person, form = who.person(request), await form_of(request)
    await doing.name_language(person.gathering, person.seat, asked(form, ask.DesireLanguageAsked))
    return RedirectResponse(person.home if form.get("back") == "now" else f"{person.home}/mine", 303)


async def _unread(request: Request) -> Response:
    """Keep whether a person reads a language. The form names the language, or a card in it."""
    person, form = who.person(request), await form_of(request)
    kept = await doing.set_unread(person.gathering, person.seat, asked(form, ask.UnreadAsked))
    if wants_json(request):
        return as_json(person.kept(kept))
    more, line = "?more=1" if form.get("more") == "1" else "", number_in(form, "line")
    back = "/mine#languages" if form.get("back") == "mine" else more if line is None else f"?at=line-{line}"
    return RedirectResponse(person.home + back, 303)


async def _demand(request: Request) -> Response:
    """Store whether a person asks that all become one."""
    person = who.person(request)
    await asking.say_demand(person.gathering, person.seat, await read(request, asking.DemandAsked))
    return RedirectResponse(f"{person.home}/mine#demand", 303)


async def _rows(request: Request) -> Response:
    """Consent that the person's answers may leave as a row of an export, or take it back."""
    person = who.person(request)
    await giving.set_rows_consent(person.gathering, person.seat, await read(request, giving.RowsConsentAsked))
    return RedirectResponse(f"{person.home}/mine#rows", 303)


def _taken(person: Person) -> list[Coded]:
    """Return a sentence for each output that hosts took, the newest first; each sentence once."""
    sentences = []
    for output in reversed(person.state.released.outputs):
        code = "rows" if output.rows else output.output
        day = time.strftime("%Y-%m-%d", time.localtime(output.at / 1000))
        sentences.append(Coded(person.words.t(TAKEN[code], day=day), code))
    return list(dict.fromkeys(sentences))


def table_of(person: Person, occasion: int) -> int | None:
    """Return the number of a person's random table at an occasion, from 1; None without a table."""
    drawn = person.state.company.drawn.get(occasion)
    table = None if drawn is None else drawn.table_of.get(person.seat)
    return None if table is None else table + 1


def wanted_by(gathering: LiveGathering, number: int) -> disclosure.Band | None:
    """Return how many of the people who were asked want a desire, as a band; None for too few people.

    The band is that of the end of the last stage, see `live.state.released`.
    """
    return gathering.state.released.band(number)


def _wanted_words(person: Person, number: int) -> Markup:
    band = wanted_by(person.gathering, number)
    return (
        person.words.t("It is on its way; few have been asked yet.") if band is None else person.words.t(WANTED[band])
    )


def _part(person: Person) -> dict[str, object] | None:
    """Return the line of the text that is this person's own or nearest to them; None before there is a text."""
    state = person.state
    shown, text = draft_shown(state), text_now(state)
    if shown is None or text is None:
        return None
    draft = shown[1]
    nearest = judging.part_of(state, draft, person.seat)
    if nearest is None:
        sentence = person.words.t(
            "No line of the text is yours yet. What you want is kept, and may be what is missing."
        )
        return {"said": sentence, "text": "", "language": ""}
    line = text.lines[nearest[0]]
    return {"said": person.words.t(NEAREST_LINE[nearest[1]]), "text": line.text, "language": line.language}


def _tongues(person: Person, number: int, others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return to which of the other languages a person may correct their own desire, as code and name."""
    return [one for one in others if doing.may_name_language(person.gathering, person.seat, number, one[0])]


async def _mine(request: Request) -> Response:
    """Show a person's desires, answers and occasions, with the forms to change them."""
    person = who.person(request)
    state = person.state
    read_reasons(person.gathering, person.seat)
    held = held_about(person.gathering, person.seat)
    desires, choices = [], languages_of(person.gathering)
    language_names = dict(choices)
    for number, own_desire in zip(state.seats[person.seat].desires, held.desires, strict=True):
        desires.append(
            {
                "own": own_desire,
                "became": person.words.t(BECAME[own_desire.became]),
                "same": joined_words(person.gathering, person.seat, number),
                "wanted": _wanted_words(person, number) if own_desire.became == "travels" else "",
                "line": state.desires.is_of_circle(number),
                "key": new_key(),
                "tongue": language_names.get(own_desire.language, own_desire.language),
                "tongues": _tongues(person, number, [one for one in choices if one[0] != own_desire.language]),
                "tongue_key": new_key(),
            }
        )
    answers = [(response, new_key()) for response in reversed(held.responses)]
    presences = state.seats[person.seat].presences
    occasions = [
        (occasion_in(state, n, person.words.language), n in presences, table_of(person, n), n)
        for n in range(len(state.occasions))
    ]
    apart = state.company.apart
    return person.page(
        "mine.html",
        at="mine",
        follows=person.follows("mine"),
        desires=list(reversed(desires)),
        answers=answers,
        answers_open=state.stage.takes_responses and not state.ended,
        against=state.voice.may_be_against,
        voice=state.voice.value,
        ended=state.ended,
        occasions=occasions,
        demand_due=apart.is_due(person.seat, time.time_ns() // 1_000_000),
        demand=person.seat in apart.demands and apart.demands[person.seat].on,
        demand_key=new_key(),
        choices=choices,
        reading=[
            (code, name, state.people.reads(person.seat, code), new_key())
            for code, name in choices
            if code != state.seats[person.seat].language
        ],
        circle=None if held.circle is None else circle_name(state, held.circle, person.words),
        quota_left=OPEN_DESIRES - state.open_desires(person.seat),
        part=_part(person),
        kept=until(state.keeping, person.words),
        deadline=deadline(state.keeping, person.words) if state.keeping.ended_at is not None else None,
        agreed=state.keeping.days is not None and state.keeping.has_agreed(person.seat),
        place=place_of(person.gathering, person.seat),
        head=newest_head(state),
        **ways_context(person),
        **contacts_context(person),
        badge_missing=request.query_params.get("badge") == "none",
        key=new_key(),
        keys=[new_key(), new_key(), new_key(), new_key()],
        rows=state.seats[person.seat].rows,
        taken=_taken(person),
    )


async def _mine_json(request: Request) -> Response:
    """Return everything that the server holds about a person, as a JSON file."""
    person = who.person(request)
    response = as_json(held_about(person.gathering, person.seat))
    response.headers["content-disposition"] = 'attachment; filename="oneheart-mine.json"'
    return response


routes: list[Route] = [
    Route("/g/{code}/withdraw", _withdraw, methods=["POST"]),
    Route("/g/{code}/erase", _erase, methods=["POST"]),
    Route("/g/{code}/language", _language, methods=["POST"]),
    Route("/g/{code}/desire-language", _desire_language, methods=["POST"]),
    Route("/g/{code}/unread", _unread, methods=["POST"]),
    Route("/g/{code}/rows", _rows, methods=["POST"]),
    Route("/g/{code}/demand", _demand, methods=["POST"]),
    Route("/g/{code}/mine", _mine),
    Route("/g/{code}/mine.json", _mine_json),
]
