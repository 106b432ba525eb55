"""Gatherings to test pages with: real files, the whole app, and a real server on a free port of this machine."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn
from starlette.testclient import TestClient

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.leading import Pace
from oneheart.live.offered import Purpose, alias_for
from oneheart.model.actor import HOUSE
from oneheart.model.round import Stage
from oneheart.web.app import make_app
from oneheart.web.server import configured

CODE = "ABCD3456"
QUESTION = {"en": "What do you want?", "he": "מה אתם רוצים?", "ru": "Чего вы хотите?", "es": "¿Qué queréis?"}
FAST = Pace(tick=0.05)
"""Twenty snapshots a second, so that no test waits a second for what a hall sees."""

T = TypeVar("T")


def make_settings(**more: Any) -> ev.Settings:
    """Return the settings of a gathering in the desert."""
    about = {"name": "Desert", "question": QUESTION, "voice": "ten", "languages": ["en", "he", "ru", "es"]}
    return ev.Settings(**{**about, **more})


class Led:
    """A gathering whose round is led from outside; what has it says how events are written down.

    Attributes:
        gathering: whose round it is.
    """

    gathering: LiveGathering

    def submit(self, actor: str, key: str, body: ev.AnyBody) -> int | None:
        """Write an event down and return its number."""
        raise NotImplementedError

    def move(self, stage: str, **more: Any) -> None:
        """Move the round to a stage."""
        version = self.gathering.state.version
        self.submit("h0", f"move-{version}", ev.StageMoved(stage, version, **more))

    def lead_to(self, stage: str) -> None:
        """Lead the round to a stage through all before it, with a text of one line, which is sealed."""
        stages = [name.value for name in Stage]
        for name in stages[stages.index(self.gathering.state.stage) + 1 : stages.index(stage) + 1]:
            self.move(name)
            self.play_the_house()

    def play_the_house(self) -> None:
        """Wait for what the house does in this stage. A text that nobody answered has no line; weave it with one."""
        state, prayers = self.gathering.state, self.gathering.state.prayers
        if state.stage is Stage.WEAVING:
            self._until(lambda: bool(prayers.drafts) and prayers.drafts[-1].body.version == state.version)
            if not prayers.has_words(prayers.drafts[-1], state.desires):
                if not len(state.desires):
                    self.submit("h0", "a-first-seed", ev.DesireSaid(None, "Peace in every house", "en"))
                self.submit(HOUSE, f"weave-{state.version}", ev.DraftWoven(state.version, [ev.WovenLine([0])]))
        if state.stage is Stage.SECOND_READING:
            self._until(lambda: prayers.drafts[-1].second)
        if state.stage is Stage.SEALED:
            self._until(lambda: prayers.sealed_of(state.round) is not None)

    def _until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, self.gathering.state.stage
            time.sleep(0.02)


class Running(Led):
    """A real server in a thread of its own, with its one gathering.

    Attributes:
        url: where it is.
        gathering: what it serves; change it by `call` only.
        code: by which its door is found.
    """

    def __init__(self, house: House, *, port: int = 0) -> None:
        """Start on a port (0: any that is free), and return when it answers."""
        self.house = house
        self.gathering = next(iter(house.gatherings.values()))
        self.code = self.gathering.code
        config = configured(make_app(house), host="127.0.0.1", port=port)
        config.timeout_graceful_shutdown = 0  # open streams would be waited for
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        if not self._ready.wait(20):
            message = "the server did not start"
            raise RuntimeError(message)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _serve(self) -> None:
        asyncio.run(self._until_the_end())

    async def _until_the_end(self) -> None:
        self._loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():  # noqa: ASYNC110  uvicorn says it in no other way
            await asyncio.sleep(0.01)
        self._ready.set()
        await serving

    def call(self, doing: Coroutine[Any, Any, T], *, within: float = 20) -> T:
        """Do something in the server's own loop, within so many seconds, and return what came of it."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(within)

    def submit(self, actor: str, key: str, body: ev.AnyBody) -> int | None:
        """Write an event down and return its number."""
        return self.call(self.gathering.submit(actor, key, body)).number

    def say(self, text: str, *, circle: int | None = None, language: str = "en", **more: Any) -> int:
        """Let a new person say something; return the number of the desire."""
        taken = self.call(self.gathering.take_seat(f"key-{text}", language=language, circle=circle))
        return self.say_as(taken.number, text, language=language, **more)

    def say_as(self, seat: int, text: str, *, language: str = "en", **more: Any) -> int:
        """Let somebody who sits already say something; return the number of the desire."""
        number = self.submit(f"s{seat}", f"say-{text}", ev.DesireSaid(seat, text, language, **more))
        assert number is not None
        return number

    def again(self) -> Running:
        """Stop, and start anew from the file, at the same address."""
        path, port = self.gathering.path, int(self.url.rsplit(":", 1)[1])
        self.stop()
        return Running(House([LiveGathering.open(path)], folder=None, pace=FAST), port=port)

    def stop(self) -> None:
        """End at once, open streams or not."""
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def make_gathering(tmp_path: Path) -> Callable[..., House]:
    """Return what makes a house with one gathering, from settings."""

    def made(*, pace: Pace = FAST, **more: Any) -> House:
        path = tmp_path / "desert.oneheart"
        create(path, make_settings(**more), code=CODE)
        return House([LiveGathering.open(path)], folder=None, pace=pace)

    return made


@pytest.fixture
def serve(make_gathering: Callable[..., House]) -> Iterator[Callable[..., Running]]:
    """Return what starts a real server with one gathering, from settings."""
    running: list[Running] = []

    def started(**more: Any) -> Running:
        running.append(Running(make_gathering(**more)))
        return running[-1]

    yield started
    for server in running:
        server.stop()


class Browser(TestClient):
    """A browser without script: follows no redirect by itself, keeps cookies, says where it comes from."""

    def post(self, url: str, **more: Any) -> Any:  # type: ignore[override]
        """Send a form as our own page would."""
        headers = {"origin": "http://testserver", **(more.pop("headers", None) or {})}
        return super().post(url, headers=headers, **more)


class Door(Led):
    """A house behind the whole app, without a network.

    Attributes:
        house: its gatherings.
        gathering: the first of them.
    """

    def __init__(self, house: House, client: Browser) -> None:
        """Keep both."""
        self.house = house
        self.gathering = next(iter(house.gatherings.values()))
        self._app = client.app
        self._first = client

    def browser(self) -> Browser:
        """Return another browser, without any cookie."""
        other = Browser(self._app, follow_redirects=False)
        other.portal = self._first.portal  # the same event loop for all
        return other

    def join(self, browser: Browser | None = None, **fields: str) -> Browser:
        """Go in by the door and return the browser with its seat."""
        browser = browser or self.browser()
        page = browser.get(f"/j/{CODE}")
        sent = browser.post(f"/j/{CODE}", data={"key": hidden(page.text, "key"), "language": "en", **fields})
        assert sent.status_code == 303, sent.text
        return browser

    def seat(self, browser: Browser) -> int:
        """Return the number of a browser's seat."""
        secret = next(cookie.value for cookie in browser.cookies.jar if cookie.name == "seat")
        number = self.gathering.seat_of(str(secret))
        assert number is not None
        return number

    def alias(self, browser: Browser, number: int, purpose: Purpose = Purpose.CARD) -> str:
        """Return the alias of a desire that a person is given for a purpose, whether it was given or not."""
        return alias_for(self.gathering, purpose, self.seat(browser), number)

    def submit(self, actor: str, key: str, body: ev.AnyBody) -> int | None:
        """Write an event down and return its number."""
        portal = self._first.portal
        assert portal is not None
        return portal.call(self.gathering.submit, actor, key, body).number

    def call(self, function: Callable[..., Coroutine[Any, Any, T]], *values: Any) -> T:
        """Call a coroutine function in the loop of the app and return its result."""
        portal = self._first.portal
        assert portal is not None
        return portal.call(function, *values)

    def say(self, browser: Browser, text: str, **fields: str) -> Any:
        """Say a desire as the form does."""
        return browser.post(
            f"/g/{CODE}/desire",
            data={"key": fields.pop("key", f"say-{len(text)}-{hash(text) % 10**9}"), "text": text, **fields},
        )


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, html
    return found[1]


@pytest.fixture
def open_door(make_gathering: Callable[..., House]) -> Iterator[Callable[..., Door]]:
    """Return what opens the door of one gathering, from settings."""
    clients: list[Browser] = []

    def opened(**more: Any) -> Door:
        house = make_gathering(**more)
        client = Browser(make_app(house, hosts=["testserver"]), follow_redirects=False)
        client.__enter__()
        clients.append(client)
        return Door(house, client)

    yield opened
    for client in clients:
        client.__exit__(None, None, None)
