"""Random tables: a host draws seats for an occasion, so that people of distant circles sit together, and prints signs.

People have no names here, so a host sees no list of who sits where. Each person sees the number of their own table on
their phone, and the tables carry signs.
"""

from __future__ import annotations

import math
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine import disclosure
from oneheart.engine.closeness.seen import in_hundred_of_difference
from oneheart.live.circles import enough_for_tables, may_sit
from oneheart.live.seating_plan import seating_of
from oneheart.live.state.company import TABLE_LEAST, TABLE_MOST, Drawn
from oneheart.live.wordings import occasion_in
from oneheart.web import who
from oneheart.web.forms import number_in
from oneheart.web.pages import public_base, words_for
from oneheart.web.phone.way_back import in_fours
from oneheart.web.qr import picture
from oneheart.web.said import FORMS
from oneheart.web.who import Host

TABLE_USUAL = 10
SIGNS_A_PAGE = 4  # what they say in six languages needs half a page in height


async def _tables(request: Request) -> Response:
    """Show the occasions with their draws, and the signs of one occasion if the query names it."""
    host = who.running_host(request)
    state, t = host.state, host.words.t
    queried = number_in(request.query_params, "occasion")
    drawn = None if queried is None else state.company.drawn.get(queried)
    rows = [
        {
            "number": number,
            "form": t(FORMS[occasion.form]),
            "name": occasion_in(state, number, host.words.language),
            "drawn": number in state.company.drawn,
            "version": state.company.drawn[number].times if number in state.company.drawn else 0,
            "begun": occasion.present > 0,
            "tables": len(state.company.drawn[number].blocks) if number in state.company.drawn else 0,
        }
        for number, occasion in enumerate(state.occasions)
    ]
    return host.page(
        "host_tables.html",
        at="tables",
        rows=rows,
        enough=enough_for_tables(len(may_sit(state))),
        languages_many=len({language for _, language in may_sit(state).values()}) > 1,
        ended=state.ended,
        least=TABLE_LEAST,
        most=TABLE_MOST,
        usual=TABLE_USUAL,
        signs=None if queried is None or drawn is None else signs(host, queried, drawn, public_base(request)),
        spread=None if drawn is None else spread_said(drawn),
        power=power_said(len(may_sit(state))) if drawn is None else power_said(len(drawn.table_of), drawn.size),
    )


def signs(host: Host, occasion: int, drawn: Drawn, base: str) -> dict[str, Any]:
    """Return the template context of the table signs: table numbers, occasion, and the code that records presence.

    What the sign says stands in each language of the gathering, and its QR code opens the check-in.
    """
    held = host.state.occasions[occasion]
    tables = [*range(1, len(drawn.blocks) + 1)]
    sheets = [tables[first : first + SIGNS_A_PAGE] for first in range(0, len(tables), SIGNS_A_PAGE)]
    names = dict.fromkeys(occasion_in(host.state, occasion, code) for code in host.state.languages)
    said = [
        (code, words.t("Table {number}"), words.t("I am here: scan this with your camera."))
        for code in host.state.languages
        for words in [words_for(host.gathering, code)]
    ]
    address = f"{base}/g/{host.gathering.code}/here/{held.code}"
    return {"names": [*names], "code": in_fours(held.code), "sheets": sheets, "said": said, "picture": picture(address)}


def spread_said(drawn: Drawn) -> dict[str, disclosure.Shown] | None:
    """Return how far circles are mixed, in hundredths of tablemates and steps of k people; None below 2 k people."""
    from oneheart.engine.closeness.seating import spread  # noqa: PLC0415  loads the engine

    people = sorted(drawn.table_of)
    mixing = spread(seating_of(drawn, people))
    if not math.isfinite(mixing.share):
        return None
    shares = {"share": mixing.share, "plain": mixing.by_plain_lot, "most": mixing.most}
    shown = {name: disclosure.show_hundredths(value, len(people)) for name, value in shares.items()}
    return None if shown["share"].is_withheld else shown


def power_said(people: int, size: int = TABLE_USUAL) -> dict[str, Any] | None:
    """Return the smallest effect of sitting together that this draw can show; None for too few people.

    It is in hundredths, as on the page of measures: of a pair from one table and a pair from two, how often the pair
    from one table must want more alike. 50 is chance. It follows from the number of people in steps alone.

    Args:
        people: how many may sit, or were drawn; rounded down to a step of k people.
        size: the most people at a table.

    Returns:
        "all" and "half": if everybody, or half of them, sit at their table and answer afterwards; and "people".
    """
    from oneheart.engine.closeness.seating import LEAST_PEOPLE, least_visible  # noqa: PLC0415  loads the engine

    counted = disclosure.in_steps(people)
    tables = -(-counted // size)
    if tables < 2 or counted // 2 < LEAST_PEOPLE:  # noqa: PLR2004  one table is no other draw
        return None
    sizes = [counted // tables + (number < counted % tables) for number in range(tables)]
    needed = [in_hundred_of_difference(least_visible(sizes, came)) for came in (1.0, 0.5)]
    most, half = (math.ceil(100 * share) for share in needed)
    return {"people": disclosure.show_steps(people), "all": most, "half": half}


routes: list[Route] = [Route("/host/{code}/tables", _tables)]
