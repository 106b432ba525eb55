"""Verifying: bundles to download, and the two programs that check them without this server: one page and one script."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from oneheart.live.bundle import Bundle, bundle_of
from oneheart.live.sealed_record import numbers_in_book
from oneheart.web import who
from oneheart.web.answers import as_json, encode
from oneheart.web.book import numbers_readable, readable_book
from oneheart.web.pages import STATIC, language_of, page, render, words_for
from oneheart.web.words import Words

SCRIPT = "check_bundle.py"
PAGE = "verify.html"
_IMPORT = re.compile(r"^import .*$\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_PHONE_PART = "// --- what this phone keeps"


def script_file() -> bytes:
    """Return the script that checks a bundle by Python's standard library alone."""
    return (files("oneheart.verifier") / SCRIPT).read_bytes()


def page_file(words: Words) -> str:
    """Return the page that checks a bundle without a network, in a language: one file with everything in it."""
    return render(PAGE, words, style=Markup(_text("oneheart.css")), script=Markup(_checks()))  # noqa: S704  our own


@lru_cache(maxsize=1)
def _checks() -> str:
    """Return the modules that check a bundle as one script."""
    proof = _text("proof.js").split(_PHONE_PART, maxsplit=1)[0]
    return _EXPORT.sub("", proof + _IMPORT.sub("", _text("bundle.js")))


def _text(name: str) -> str:
    return (Path(STATIC) / name).read_text(encoding="utf-8")


async def _script(_request: Request) -> Response:
    """Return the script."""
    return _download(script_file(), SCRIPT, "text/x-python")


async def _page(request: Request) -> Response:
    """Return the page in the language of the request."""
    words = words_for(None, language_of(request, None))
    return _download(page_file(words).encode(), f"oneheart-{PAGE}", "text/html; charset=utf-8")


async def _of_person(request: Request) -> Response:
    """Return the bundle of a person: their receipts and all sealed texts."""
    person = who.person(request)
    texts = numbers_in_book(person.state)
    return _bundle(await bundle_of(person.gathering, texts=texts, seat=person.seat))


async def _of_hosts(request: Request) -> Response:
    """Return the bundle of a gathering, with all leaves of the tree and all sealed texts."""
    host = who.host(request)
    return _bundle(await bundle_of(host.gathering, texts=numbers_in_book(host.state), leaves=True))


async def _of_text(request: Request) -> Response:
    """Return the bundle of one sealed text to whoever may read it."""
    book, number = readable_book(request), int(request.path_params["number"]) - 1
    if book is None or number not in numbers_readable(*book):
        return page("not_here.html", words_for(None, language_of(request, None)), status=404)
    return _bundle(await bundle_of(book[0], texts=[number]))


async def proof_files(host: who.Host) -> dict[str, bytes]:
    """Return the files of the folder "proof" of an export: the bundle, and the two programs that check it."""
    bundle = await bundle_of(host.gathering, texts=numbers_in_book(host.state), leaves=True)
    return {
        "proof/bundle.json": encode(bundle),
        f"proof/{SCRIPT}": script_file(),
        f"proof/{PAGE}": page_file(host.words).encode(),
    }


def _bundle(bundle: Bundle) -> Response:
    response = as_json(bundle)
    response.headers["content-disposition"] = 'attachment; filename="oneheart-bundle.json"'
    return response


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


routes: list[Route] = [
    Route(f"/{PAGE}", _page),
    Route(f"/{SCRIPT}", _script),
    Route("/g/{code}/bundle.json", _of_person),
    Route("/host/{code}/bundle.json", _of_hosts),
    *(
        Route(f"{root}/{{number:int}}/bundle.json", _of_text)
        for root in ("/book/{code}", "/g/{code}/book", "/host/{code}/book")
    ),
]
