"""The hall screen: the question, the QR code of the door, and one growing figure for the whole gathering.

It shows no person, no circle and no map. Counts change in whole steps of k. A desire appears only if a host chose it.
All screens receive the same snapshot, at most one a second.
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
from oneheart.live.offered import EVERYBODY, Purpose, alias_for
from oneheart.live.snapshot import ShownDesire, Snapshot
from oneheart.model.round import Stage
from oneheart.web import answers
from oneheart.web.hall import figure
from oneheart.web.memory import memory_of
from oneheart.web.pages import address_of, gathering_of, house_of, language_of, page, public_base, words_for
from oneheart.web.qr import picture
from oneheart.web.said import ALIKE, MISSING, SHARE, STATUS, stage_words
from oneheart.web.words import Words, direction_of

SIDE_BY_SIDE = 3
TURN_SECONDS = 12
HALL_ENDED = "ended"
_LETTERS_A_LINE = 30
_LINES = 7.0
_LINE_BETWEEN = 0.45
_HAS_LETTERS = 45  # letters above which a question is set smaller, and twice as many smaller again


def turns(lengths: list[int]) -> list[list[int]]:
    """Return the indices of the texts that the screen shows together, for each turn, so that they fit.

    Args:
        lengths: number of letters of each text.

    Example:
        >>> turns([20, 25, 30, 20, 20]), turns([140, 140]), turns([])
        ([[0, 1, 2, 3], [4]], [[0], [1]], [])
    """
    grouped: list[list[int]] = []
    room = 0.0
    for place, length in enumerate(lengths):
        needs = -(-max(length, 1) // _LETTERS_A_LINE) + _LINE_BETWEEN
        if not grouped or needs > room:
            grouped.append([])
            room = _LINES
        grouped[-1].append(place)
        room -= needs
    return grouped


def _turns_of(shown: tuple[ShownDesire, ...]) -> list[list[int]]:
    return turns([entry.grapheme_count(desire.text) for desire in shown])


async def _hall(request: Request) -> Response:
    """Show the screen. Without script the page reloads every few seconds."""
    gathering = gathering_of(request)
    if gathering is None:
        return page("not_here.html", words_for(None, language_of(request, None)), status=404)
    settings = gathering.state.settings
    languages = settings.languages[:SIDE_BY_SIDE] if settings else ["en"]
    columns = []
    for code in languages:
        words = words_for(gathering, code)
        question = gathering.state.question.get(code) or str(words.t("What do you want?"))
        columns.append((words, question, stage_words(words)))
    base, snapshot = public_base(request), gathering.snapshot
    measures = figure.measure(snapshot.people, snapshot.desires, snapshot.responses)
    all_turns = _turns_of(snapshot.shown)
    turn = all_turns[int(time.monotonic() / TURN_SECONDS) % len(all_turns)] if all_turns else []
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
        text=_screen_text(gathering, snapshot),
        say_at=snapshot.say_at,
        told=[_messages_of_text(words) for words, _, _ in columns],
        alike=_alike(snapshot),
        alike_said={code: [(words, words.t(message)) for words, _, _ in columns] for code, message in ALIKE.items()},
    )


def _messages_of_text(words: Words) -> tuple[Words, dict[str, Markup], dict[str, Markup], dict[str, Markup]]:
    """Return the messages about a sealed text in one language, by code: verdicts, conditions, kinds of share."""
    return (
        words,
        {code.value: words.t(message) for code, message in STATUS.items()},
        {code.value: words.t(message) for code, message in MISSING.items()},
        {code: words.t(message) for code, message in SHARE.items()},
    )


def _long(questions: list[str]) -> int:
    """Return the size class of the questions: 0 (large), 1 or 2 (small)."""
    return min(2, max(len(question) for question in questions) // _HAS_LETTERS)


def _alike(snapshot: Snapshot) -> str:
    """Return the code of how far people want alike; "" once there is a text, which shows it better."""
    return "" if snapshot.text is not None or snapshot.ended else snapshot.alike


def _stage(snapshot: Snapshot) -> str:
    return HALL_ENDED if snapshot.ended else snapshot.stage.value


def _counts(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the counts on the screen, in grouped digits."""
    counts = {"people": snapshot.people, "desires": snapshot.desires, "responses": snapshot.responses}
    return {name: _grouped(shown) for name, shown in counts.items()}


def _grouped(shown: Shown) -> str:
    """Return a count in digits grouped by thousands; "" below one step."""
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
    """Words with the code of their language."""

    text: str
    language: str


class _Column(Told, frozen=True):
    """A column of the text.

    Attributes:
        language: code of its language; "" where each line is in its own language.
        dir: text direction of that language, "ltr" or "rtl"; "" without a language.
        lines: its lines, in reading order.
    """

    language: str
    dir: str
    lines: list[_Line]


class _ScreenText(Told, frozen=True):
    """The text on the screen.

    Attributes:
        draft: number of drafts so far.
        columns: one column, or one for each language.
        left: lines that are not common yet; empty after the readings.
        status: code of the verdict; "" before the text is sealed.
        missing: codes of the conditions that failed.
        share: how the share of the parts is known, in the stage "sealed"; else "".
        amen: people who said amen, in digits; "" below one step.
        include: the desire that would include more people; None where none is known.
        digest: SHA-256 hash of the text, hexadecimal, in the stage "sealed"; else "".
        root: root of the head of the record on which the text stands, hexadecimal, in the stage "sealed"; else "".
        size: size of that head, in digits, in the stage "sealed"; else "".
        model: name of the model that connected the lines; "" for none.
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
    size: str
    model: str


class _ShownDesire(Told, frozen=True):
    """A desire that a host chose to show; `id` is its alias."""

    id: str
    text: str
    language: str


class Screen(Told, frozen=True):
    """The content of a hall screen. Times are Unix milliseconds.

    Attributes:
        stage: stage of the round, or "ended".
        counts: people, desires and responses, in digits; "" below one step.
        figure: measures of the figure.
        shown: desires that the hosts chose.
        turns: for each turn, the indices of the desires that are shown together.
        text: the text; None before a draft is woven.
        alike: code of how far people want alike; "" where it is not shown.
        say_at: when all say the text together; None where no time is set.
        clock_end: when the clock of the stage ends; None without a clock.
        now: the time by the server's clock.
        settings: version of the settings; a screen reloads its page when it changes.
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
    """Return the text for the screen: one column, or one for each language that has a translated line.

    A line without a translation appears in its own language. A text that a model connected, and of which no line is
    translated, is one column with the connected lines.

    Returns:
        Pairs of a language code and lines; the code is "" for a single column. Empty where there is no text to read.
    """
    text = snapshot.text
    if text is None or snapshot.stage not in _READ_STAGES:
        return []
    settings = gathering.state.settings
    codes = settings.languages[:SIDE_BY_SIDE] if settings else ["en"]
    text_lines = [line for line in text.lines if line.text]
    if text.connected and not any(line.carried for line in text_lines):
        text_lines = list(text.connected)
    translated = {language for line in text_lines for language, _ in line.carried}
    column_codes = [code for code in codes if code in translated or any(line.language == code for line in text_lines)]
    if not translated:
        column_codes = [""]
    columns = []
    for code in column_codes:
        lines = []
        for line in text_lines:
            translation = dict(line.carried).get(code)
            words, language = (line.text, line.language) if translation is None else (translation, code)
            lines.append(_Line(words, language, line.changed))
        columns.append((code, lines))
    return columns


def _screen_text(gathering: LiveGathering, snapshot: Snapshot) -> _ScreenText | None:
    text = snapshot.text
    columns = text_columns(gathering, snapshot)
    if text is None or not columns:
        return None
    left = [_Words(line.text, line.language) for line in text.left if line.text]
    return _ScreenText(
        draft=text.draft,
        columns=[_Column(code, direction_of(code) if code else "", lines) for code, lines in columns],
        left=left if snapshot.stage.takes_readings else [],
        status=text.status,
        missing=text.missing,
        share=text.share if snapshot.stage is Stage.SEALED else "",
        amen=_grouped(text.amen),
        include=None if text.include is None else _Words(text.include.text, text.include.language),
        digest=text.digest if snapshot.stage is Stage.SEALED else "",
        root=text.root if snapshot.stage is Stage.SEALED else "",
        size=_grouped(text.size) if snapshot.stage is Stage.SEALED else "",
        model=text.model if text.connected and len(columns) == 1 else "",
    )


def encode(gathering: LiveGathering, snapshot: Snapshot) -> bytes:
    """Return the JSON of a snapshot for screens."""
    screen = Screen(
        stage=_stage(snapshot),
        counts=_counts(snapshot),
        figure=figure.measure(snapshot.people, snapshot.desires, snapshot.responses),
        shown=[
            _ShownDesire(alias_for(gathering, Purpose.SCREEN, EVERYBODY, shown.number), shown.text, shown.language)
            for shown in snapshot.shown
        ],
        turns=_turns_of(snapshot.shown),
        text=_screen_text(gathering, snapshot),
        alike=_alike(snapshot),
        say_at=snapshot.say_at,
        clock_end=snapshot.clock_end,
        now=time.time_ns() // 1_000_000,
        settings=gathering.state.settings_version,
    )
    return answers.encode(screen)


class _ScreenStream:
    """The SSE stream of a screen. It is plain ASGI, because it ends only when the screen disconnects."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the stream open; answer 404 for an unknown code."""
        request = Request(scope, receive)
        gathering, house = gathering_of(request), house_of(request)
        if gathering is None:
            await Response(status_code=404)(scope, receive, send)
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
