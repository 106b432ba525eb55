"""Words of one's own: a page that lists the sentences that hosts may say in other words, and how they stand now."""

from __future__ import annotations

import gettext
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.engine.desire import entry
from oneheart.web import who
from oneheart.web.pages import words_for
from oneheart.web.words import DOMAIN, LANGUAGES, LOCALE, Words

_MOST = 80
_COMPLETE = "es"  # the catalogue of any complete language names every sentence
_VOICED = "\x04"  # stands between the voice and the message, see `words.Words`


@lru_cache(maxsize=1)
def sentences() -> tuple[str, ...]:
    """Return the sentences of the live pages in English, sorted. Those with a plural are not among them."""
    catalogue = gettext.translation(DOMAIN, str(LOCALE), [_COMPLETE])
    messages: dict[object, str] = getattr(catalogue, "_catalog", {})  # gettext has no public way to list its messages
    return tuple(sorted(m for m in messages if isinstance(m, str) and m and _VOICED not in m))


def found(find: str, words: Words) -> list[tuple[str, str]]:
    """Return pairs (sentence in English, how it stands now) whose English or present words hold what is looked for."""
    looked_for = find.casefold()
    rows = ((sentence, words.as_it_stands(sentence)) for sentence in sentences())
    return [
        (sentence, now) for sentence, now in rows if looked_for in sentence.casefold() or looked_for in now.casefold()
    ]


async def _words(request: Request) -> Response:
    """List sentences in one language of the gathering, those that match a search first of all."""
    host = who.running_host(request)
    codes = host.state.languages
    asked = request.query_params.get("in", "")
    code = asked if asked in codes else codes[0]
    find = entry.clean(request.query_params.get("find", ""))
    rows = found(find, words_for(host.gathering, code))
    return host.page(
        "host_words.html",
        at="settings",
        rows=rows[:_MOST],
        more=len(rows) > _MOST,
        find=find,
        read_in=code,
        choices=[(one, LANGUAGES.get(one, one)) for one in codes],
    )


routes: list[Route] = [Route("/host/{code}/words", _words)]
