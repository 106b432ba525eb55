"""Mine: what is held about a person (words, answers, occasions) and what they can change, export or erase."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.live import doing, judging
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.held import held_about
from oneheart.live.state import OPEN_DESIRES
from oneheart.web import who
from oneheart.web.answers import KeptAnswer, as_json
from oneheart.web.forms import asked, form_of, new_key, number_in, read
from oneheart.web.memory import memory_of
from oneheart.web.pages import LANGUAGE_COOKIE, languages_of, page, set_cookie, wants_json
from oneheart.web.phone.door import forget_seat
from oneheart.web.said import BECAME, NEAREST_LINE, WANTED, circle_name
from oneheart.web.who import Person


async def _withdraw(request: Request) -> Response:
    """Withdraw one's own desire."""
    person, named = who.person(request), await read(request, ask.DesireNamed)
    await doing.withdraw(person.gathering, person.seat, named)
    if person.memory.asked.get(person.seat) == named.desire:
        person.memory.let_go(person.seat)
    return RedirectResponse(f"{person.home}/mine", 303)


async def _erase(request: Request) -> Response:
    """Ask for confirmation, then erase everything of a person."""
    person, form = who.person(request), await form_of(request)
    if form.get("sure") != "yes":
        return person.page("mine_erase.html", at="mine", key=new_key())
    await doing.erase(person.gathering, person.seat, asked(form, ask.KeyOnly))
    person.memory.let_go(person.seat)
    response = page("mine_erased.html", person.words, code=person.gathering.code)
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
    """Change the language of one's own desire."""
    person, form = who.person(request), await form_of(request)
    await doing.name_language(person.gathering, person.seat, asked(form, ask.DesireLanguageAsked))
    return RedirectResponse(person.home if form.get("back") == "now" else f"{person.home}/mine", 303)


async def _unread(request: Request) -> Response:
    """Stop dealing cards in a language that a person does not read, or start again.

    The language is named, or is that of a card.
    """
    person, form = who.person(request), await form_of(request)
    state, number, language = person.state, number_in(form, "desire"), form.get("language", "")
    if number is not None and state.desires.knows(number):
        language = state.desires[state.words_for(number, person.seat)].language
    await doing.set_unread(person.gathering, person.seat, asked(form, ask.UnreadAsked, language=language))
    if wants_json(request):
        return as_json(KeptAnswer())
    more = "?more=1" if form.get("more") == "1" else ""
    return RedirectResponse(f"{person.home}/mine#languages" if form.get("back") == "mine" else person.home + more, 303)


async def _present(request: Request) -> Response:
    """Keep that a person was there: outward only, and never read together with desires."""
    person = who.person(request)
    await doing.be_present(person.gathering, person.seat, await read(request, ask.AttendanceAsked))
    return RedirectResponse(f"{person.home}/mine#occasions", 303)


def table_of(person: Person, occasion: int) -> int | None:
    """Return the number of a person's randomly drawn table, from 1; None without one."""
    drawn = person.state.company.drawn.get(occasion)
    table = None if drawn is None else drawn.table_of.get(person.seat)
    return None if table is None else table + 1


def wanted_by(gathering: LiveGathering, number: int) -> disclosure.Band | None:
    """Return a word for how many of those asked want a desire; it changes only when k more have been asked.

    So nobody who watches it can read a single answer from a change of the word.
    """
    tally = gathering.state.tally
    asked = int(tally.seen_by_all[number])
    bands = memory_of(gathering).bands
    before = bands.get(number)
    if before is None or before[0] != disclosure.step_of(asked):
        before = bands[number] = (disclosure.step_of(asked), disclosure.release_band(int(tally.want[number]), asked))
    return before[1]


def _wanted_words(person: Person, number: int) -> Markup:
    band = wanted_by(person.gathering, number)
    return (
        person.words.t("It is on its way; few have been asked yet.") if band is None else person.words.t(WANTED[band])
    )


def _part(person: Person) -> dict[str, object] | None:
    """Return which line of the text is this person's or nearest to theirs, None before there is a text."""
    state = person.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not draft.body.lines:
        return None
    found = judging.part_of(state, draft, person.seat)
    if found is None:
        said = person.words.t("No line of the text is yours yet. What you want is kept, and may be what is missing.")
        return {"said": said, "text": "", "language": ""}
    text, language = state.prayers.words(draft.body.lines[found[0]], state.desires)
    return {"said": person.words.t(NEAREST_LINE[found[1]]), "text": text, "language": language}


async def _mine(request: Request) -> Response:
    """Show where a person's words went, what they answered, where they were, and what they can do with all of it."""
    person = who.person(request)
    state = person.state
    mine = held_about(person.gathering, person.seat)
    words, choices = [], languages_of(person.gathering)
    tongues = dict(choices)
    for own in mine.desires:
        desire = state.desires[own.desire]
        words.append(
            {
                "own": own,
                "became": person.words.t(BECAME[own.became]),
                "same": state.desires[own.same_as] if own.same_as is not None else None,
                "wanted": _wanted_words(person, own.desire) if own.became == "travels" else "",
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
        (given, state.desires[state.words_for(given.desire, person.seat)].language, new_key())
        for given in reversed(mine.responses)
    ]
    been = state.seats[person.seat].presences
    occasions = [(n, o.name, n in been, new_key(), table_of(person, n)) for n, o in enumerate(state.occasions)]
    return person.page(
        "mine.html",
        at="mine",
        desires=list(reversed(words)),
        answers=answers,
        answers_open=state.stage.takes_responses and not state.ended,
        against=state.voice.may_be_against,
        voice=state.voice.value,
        ended=state.ended,
        occasions=occasions,
        choices=choices,
        unread=[(code, tongues.get(code, code), new_key()) for code in mine.unread],
        circle=None if mine.circle is None else circle_name(state, mine.circle, person.words),
        quota_left=OPEN_DESIRES - state.open_desires(person.seat),
        part=_part(person),
        key=new_key(),
        keys=[new_key(), new_key(), new_key()],
    )


async def _mine_json(request: Request) -> Response:
    """Return everything that is held about a person, as a JSON file."""
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
    Route("/g/{code}/present", _present, methods=["POST"]),
    Route("/g/{code}/mine", _mine),
    Route("/g/{code}/mine.json", _mine_json),
]
