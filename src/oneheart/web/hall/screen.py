"""The hall screen: the question, the QR code to scan, and the whole gathering as one growing figure.

It shows no person, no circle and no map. Counts change in whole steps of k, and words appear only when a host chose
them. All screens get the same snapshot, at most one a second.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from oneheart.engine.desire import entry
from oneheart.engine.disclosure import Shown, count_of
from oneheart.engine.told import Moment, Ordinal, Things, Told
from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import ShownDesire, Snapshot
from oneheart.model.round import Stage
from oneheart.web import answers
from oneheart.web.aliases import alias_of
from oneheart.web.hall import figure
from oneheart.web.memory import memory_of
from oneheart.web.pages import address_of, gathering_of, house_of, language_of, page, public_base, words_for
from oneheart.web.qr import picture
from oneheart.web.said import ALIKE, MISSING, SHARE, STATUS, stage_words
from oneheart.web.words import Words

SIDE_BY_SIDE = 3
TURN_SECONDS = 12
HALL_ENDED = "ended"
_LETTERS_A_LINE = 30
_LINES = 7.0
_LINE_BETWEEN = 0.45
_HAS_LETTERS = 45  # a question longer than this is set smaller, and twice as long smaller still


def turns(lengths: list[int]) -> list[list[int]]:
    """Return which texts stand on the screen together, turn by turn, so that they have room; each in its place.

    Args:
        lengths: letters of each text.

    Example:
        >>> turns([20, 25, 30, 20, 20]), turns([140, 140]), turns([])
        ([[0, 1, 2, 3], [4]], [[0], [1]], [])
    """
    out: list[list[int]] = []
    room = 0.0
    for place, length in enumerate(lengths):
        needs = -(-max(length, 1) // _LETTERS_A_LINE) + _LINE_BETWEEN
        if not out or needs > room:
            out.append([])
            room = _LINES
        out[-1].append(place)
        room -= needs
    return out


def _turns_of(shown: tuple[ShownDesire, ...]) -> list[list[int]]:
    return turns([entry.grapheme_count(one.text) for one in shown])


async def _hall(request: Request) -> Response:
    """Show the screen; without script it reloads every few seconds."""
    gathering = gathering_of(request)
    if gathering is None:
        status = 404 if request.app.state.misses.note(address_of(request)) else 429
        return page("not_here.html", words_for(None, language_of(request, None)), status=status)
    settings = gathering.state.settings
    languages = settings.languages[:SIDE_BY_SIDE] if settings else ["en"]
    columns = []
    for code in languages:
        words = words_for(gathering, code)
        question = gathering.state.question.get(code) or str(words.t("What do you want?"))
        columns.append((words, question, stage_words(words)))
    base, snapshot = public_base(request), gathering.snapshot
    measures = figure.measure(snapshot.people, snapshot.desires, snapshot.responses)
    now_shown = _turns_of(snapshot.shown)
    turn = now_shown[int(time.monotonic() / TURN_SECONDS) % len(now_shown)] if now_shown else []
    return page(
        "hall.html",
        words_for(gathering, languages[0]),
        code=gathering.code,
        shown_code=f"{gathering.code[:4]} {gathering.code[4:]}",
        columns=columns,
        long=_long([question for _, question, _ in columns]),
        snapshot=snapshot,
        stage=_stage(snapshot),
        shapes=figure.shapes(gathering.code),
        measures=measures,
        counts=_counts(snapshot),
        turn=[snapshot.shown[place] for place in turn],
        clock=_left(snapshot),
        address=urlsplit(base).netloc,
        picture=picture(f"{base}/j/{gathering.code}"),
        data=encode(gathering, snapshot).decode(),
        text=_text_told(gathering, snapshot),
        say_at=snapshot.say_at,
        told=[_told_of_text(words) for words, _, _ in columns],
        alike=_alike(snapshot),
        alike_said={code: [(words, words.t(said)) for words, _, _ in columns] for code, said in ALIKE.items()},
    )


def _told_of_text(words: Words) -> tuple[Words, dict[str, Markup], dict[str, Markup], dict[str, Markup]]:
    """Return the words about a sealed text in one language: status, missing points, how its share is known."""
    return (
        words,
        {code.value: words.t(said) for code, said in STATUS.items()},
        {code.value: words.t(said) for code, said in MISSING.items()},
        {code: words.t(said) for code, said in SHARE.items()},
    )


def _long(questions: list[str]) -> int:
    """Return the size class of the questions: 0 (large), 1 or 2 (small)."""
    return min(2, max(len(question) for question in questions) // _HAS_LETTERS)


def _alike(snapshot: Snapshot) -> str:
    """Return a word for how far all want alike, "" once there is a text: then that says it."""
    return "" if snapshot.text is not None or snapshot.ended else snapshot.alike


def _stage(snapshot: Snapshot) -> str:
    return HALL_ENDED if snapshot.ended else snapshot.stage.value


def _counts(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the numbers that are shown, in grouped digits."""
    counted = {"people": snapshot.people, "desires": snapshot.desires, "responses": snapshot.responses}
    return {name: _grouped(shown) for name, shown in counted.items()}


def _grouped(shown: Shown) -> str:
    """Return a count in digits grouped by thousands, "" for fewer than one step."""
    count = count_of(shown)
    return f"{count:,}".replace(",", "\u202f") if count else ""


def _left(snapshot: Snapshot) -> str:
    if snapshot.clock_end is None:
        return ""
    seconds = max(0, round((snapshot.clock_end - time.time_ns() // 1_000_000) / 1000))
    return f"{seconds // 60}:{seconds % 60:02d}"


_READ_STAGES = frozenset({Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})


class _Line(Told, frozen=True):
    """A line of the text in one column."""

    text: str
    language: str
    changed: bool


class _Words(Told, frozen=True):
    """Words in a language."""

    text: str
    language: str


class _Column(Told, frozen=True):
    """The text in one language; "" where each line is in its own."""

    language: str
    lines: list[_Line]


class _ScreenText(Told, frozen=True):
    """The text as the screen shows it.

    Attributes:
        draft: how many drafts there have been.
        columns: one, or one for each language.
        left: lines that are not yet common, while it is read.
        status: code of the verdict; "" before it is sealed.
        missing: codes of what is missing.
        share: how the share is known, while it is sealed; else "".
        amen: people who said amen, as digits; "" for fewer than one step.
        include: the desire that would include more; None where none is known.
        digest: SHA-256 of the text, hexadecimal, while it is sealed; else "".
        root: Merkle root of the log, hexadecimal, while it is sealed; else "".
        model: that connected the lines; "" for none.
    """

    draft: Things
    columns: list[_Column]
    left: list[_Words]
    status: str
    missing: tuple[str, ...]
    share: str
    amen: str
    include: _Words | None
    digest: str
    root: str
    model: str


class _ShownDesire(Told, frozen=True):
    """A desire that the hosts chose to show, under its alias."""

    id: str
    text: str
    language: str


class Screen(Told, frozen=True):
    """What a hall screen shows now.

    Attributes:
        stage: of the round, or "ended".
        counts: people, desires and responses, as digits; "" for fewer than one step.
        figure: the picture of the whole gathering.
        shown: desires that the hosts chose.
        turns: places of the desires that stand on the screen together, turn by turn.
        text: what is read; None before it is woven.
        alike: a word for how far all want alike; "" while it is not told.
        say_at: the moment at which all say the text; None where none is set.
        clock_end: the end of the stage's clock; None without one.
        now: the server's clock.
        settings: version of the settings; a screen loads its page anew when it moves.
    """

    stage: str
    counts: Mapping[str, str]
    figure: figure.Figure
    shown: list[_ShownDesire]
    turns: list[list[Ordinal]]
    text: _ScreenText | None
    alike: str
    say_at: Moment | None
    clock_end: Moment | None
    now: Moment
    settings: Ordinal


def text_columns(gathering: LiveGathering, snapshot: Snapshot) -> list[tuple[str, list[_Line]]]:
    """Return the text as the screen shows it: one column, or one for each language into which lines were carried.

    A line that was not carried into a column's language stands there in its own. While a text is connected by a model
    and still read, the connected form stands in one column.
    """
    text = snapshot.text
    if text is None or snapshot.stage not in _READ_STAGES:
        return []
    settings = gathering.state.settings
    offered = settings.languages[:SIDE_BY_SIDE] if settings else ["en"]
    there = [line for line in text.lines if line.text]
    if text.connected and not any(line.carried for line in there):
        there = list(text.connected)
    carried_into = {language for line in there for language, _ in line.carried}
    spoken = [code for code in offered if code in carried_into or any(line.language == code for line in there)]
    if not carried_into:
        spoken = [""]
    columns = []
    for code in spoken:
        lines = []
        for line in there:
            carried = dict(line.carried).get(code)
            said, language = (line.text, line.language) if carried is None else (carried, code)
            lines.append(_Line(said, language, line.changed))
        columns.append((code, lines))
    return columns


def _text_told(gathering: LiveGathering, snapshot: Snapshot) -> _ScreenText | None:
    text = snapshot.text
    columns = text_columns(gathering, snapshot)
    if text is None or not columns:
        return None
    left = [_Words(line.text, line.language) for line in text.left if line.text]
    return _ScreenText(
        draft=text.draft,
        columns=[_Column(code, lines) for code, lines in columns],
        left=left if snapshot.stage.takes_readings else [],
        status=text.status,
        missing=text.missing,
        share=text.share if snapshot.stage is Stage.SEALED else "",
        amen=_grouped(text.amen),
        include=None if text.include is None else _Words(text.include.text, text.include.language),
        digest=text.digest if snapshot.stage is Stage.SEALED else "",
        root=text.root if snapshot.stage is Stage.SEALED else "",
        model=text.model if text.connected and len(columns) == 1 else "",
    )


def encode(gathering: LiveGathering, snapshot: Snapshot) -> bytes:
    """Return the JSON of a snapshot for screens."""
    screen = Screen(
        stage=_stage(snapshot),
        counts=_counts(snapshot),
        figure=figure.measure(snapshot.people, snapshot.desires, snapshot.responses),
        shown=[_ShownDesire(alias_of(gathering, one.number), one.text, one.language) for one in snapshot.shown],
        turns=_turns_of(snapshot.shown),
        text=_text_told(gathering, snapshot),
        alike=_alike(snapshot),
        say_at=snapshot.say_at,
        clock_end=snapshot.clock_end,
        now=time.time_ns() // 1_000_000,
        settings=gathering.state.settings_version,
    )
    return answers.encode(screen)


class _ScreenStream:
    """The SSE stream of a screen; plain ASGI, because it ends only when the screen disconnects."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one stream."""
        request = Request(scope, receive)
        gathering, house = gathering_of(request), house_of(request)
        if gathering is None:
            status = 404 if request.app.state.misses.note(address_of(request)) else 429
            await Response(status_code=status)(scope, receive, send)
            return
        await memory_of(gathering).screens.hold(
            gathering,
            address=address_of(request),
            last=request.headers.get("last-event-id", ""),
            encode=encode,
            served=lambda: house.gatherings.get(gathering.code) is gathering,
            receive=receive,
            send=send,
        )


routes: list[Route] = [
    Route("/hall/{code}", _hall),
    Route("/hall/{code}/events", _ScreenStream(), methods=["GET"]),
]
