"""A real browser and a real server for the pages; the server is the one of the tests of the web."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.gatherings import make_gathering, serve

__all__ = ["chromium", "make_gathering", "serve", "watched"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a real Chromium, started with what the module names in `CHROMIUM_ARGS`, or skip with the reason.

    One for each module: while it runs, its own event loop runs in this thread, and tests that stand between two modules
    of the browser could not run theirs.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed here")
    more = getattr(request.module, "CHROMIUM_ARGS", ())
    with playwright.sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *more])
        yield started
        started.close()


_IN_ORDER = (
    "Failed to load resource",
    "Cross-Origin-Opener-Policy header has been ignored",  # over plain http, where nothing is opened for others either
)


class Watched:
    """A context of the browser that writes down everything that must not happen.

    Attributes:
        context: of playwright.
        foreign: addresses of requests that left the origin.
        complaints: what the console and the policy complained of.
    """

    def __init__(self, chromium: Any, origin: str, **options: Any) -> None:
        """Open a context and begin to watch."""
        self.context = chromium.new_context(**options)
        self.context.set_default_timeout(10_000)
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._origin = origin
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self._origin, "data:")):
            self.foreign.append(request.url)

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not any(said in message.text for said in _IN_ORDER):
            self.complaints.append(message.text)

    def page(self) -> Any:
        """Open a page."""
        return self.context.new_page()


@pytest.fixture
def watched(chromium: Any) -> Iterator[Callable[..., Watched]]:
    """Return what opens a watched context; at the end nothing foreign may have been asked and nothing complained of."""
    opened: list[Watched] = []

    def made(origin: str, **options: Any) -> Watched:
        opened.append(Watched(chromium, origin, **options))
        return opened[-1]

    yield made
    for one in opened:
        one.context.close()
    assert [url for one in opened for url in one.foreign] == []
    assert [text for one in opened for text in one.complaints] == []
