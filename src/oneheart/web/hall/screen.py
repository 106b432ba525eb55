"""The hall screen: the question, the QR code of the door, and one growing figure for the whole gathering.

It shows no person, no circle and no map. Counts change in whole steps of k. A desire appears only if a host chose it.
All screens receive the same snapshot, at most one a second.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
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
from oneheart.live.pacing import ends_of
from oneheart.live.sealed_record import SHOWN_IN, TextLine, record_now
from oneheart.live.smoothing import said_together
from oneheart.live.snapshot import ShownDesire, Snapshot
from oneheart.live.state import State
from oneheart.model.round import Stage
from oneheart.model.verdict import missing_told
from oneheart.web import answers
from oneheart.web.clock_words import ClockTold, clock_told
from oneheart.web.hall import figure
from oneheart.web.hall.by_turns import LANGUAGE_SECONDS, SIDE_BY_SIDE, HallColumn, hall_columns, turn_of, turns_of
from oneheart.web.memory import memory_of
from oneheart.web.pages import address_of, gathering_of, house_of, language_of, name_of, page, public_base, words_for
from oneheart.web.qr import picture
from oneheart.web.said import ALIKE, NEAREST_WANTED, STATUS
from oneheart.web.text_words import MISSING, SHARE, heard_told
from oneheart.web.words import direction_of

TURN_SECONDS = 12
HALL_ENDED = "ended"
_LETTERS_A_LINE = 30
_LINES = 7.0
_LINE_BETWEEN = 0.45
_HAS_LETTERS = 45  # letters above which a question is set smaller, and twice as many smaller again


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


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


def _sentence(desire: ShownDesire) -> str:
    """Return a desire as it is read: its words after the beginning that they continue."""
    return entry.before(desire.stem, desire.text, desire.language) + desire.text


def _turns_of(shown: tuple[ShownDesire, ...]) -> list[list[int]]:
    return turns([entry.grapheme_count(_sentence(desire)) for desire in shown])


async def _hall(request: Request) -> Response:
    """Show the screen. Without script the page reloads every few seconds."""
    gathering = gathering_of(request)
    if gathering is None:
        return page("not_here.html", words_for(None, language_of(request, None)), status=404)
    columns = hall_columns(gathering)
    only = _only(request, gathering.state.languages)
    language_turns = [only] if only else turns_of(gathering.state.languages)
    base, snapshot = public_base(request), gathering.snapshot
    measures = figure.measure(snapshot.people, snapshot.desires, snapshot.responses)
    all_turns = _turns_of(snapshot.shown)
    turn = all_turns[int(time.monotonic() / TURN_SECONDS) % len(all_turns)] if all_turns else []
    first = next((column for column in columns if column.words.language in only), columns[0])
    return page(
        "hall.html",
        first.words,
        called=name_of(gathering, first.words) if snapshot.name else "",
        code=gathering.code,
        shown_code=f"{gathering.code[:4]} {gathering.code[4:]}",
        columns=columns,
        side_by_side=len(language_turns[0]),
        turns=len(language_turns),
        turn_now=int(time.time() / LANGUAGE_SECONDS) % len(language_turns),
        turn_seconds=LANGUAGE_SECONDS,
        long=_long(columns),
        snapshot=snapshot,
        stage=_stage(snapshot),
        heading=_heading(snapshot),
        nearest_wanted=NEAREST_WANTED,
        shapes=figure.shapes(gathering.code),
        measures=measures,
        counts=_counts(snapshot),
        turn=[snapshot.shown[place] for place in turn],
        clocks=_clocks(columns, snapshot),
        arrives=_arrives(snapshot),
        only=only,
        ground="none" if request.query_params.get("ground") == "none" else "",
        show=show if (show := request.query_params.get("show", "")) in SHOWS else "",
        address=urlsplit(base).netloc,
        picture=picture(f"{base}/j/{gathering.code}"),
        data=encode(gathering, snapshot).decode(),
        text=_screen_text(gathering, snapshot),
        told=[_messages_of_text(column) for column in columns],
        heard={one.language: one.sentences for one in _heard(gathering, snapshot)},
        alike=_alike(snapshot),
        alike_said={code: [(column, column.words.t(message)) for column in columns] for code, message in ALIKE.items()},
    )


def _messages_of_text(
    column: HallColumn,
) -> tuple[HallColumn, dict[str, Markup], dict[str, Markup], dict[str, Markup]]:
    """Return the messages about a sealed text in one language, by code: verdicts, conditions, kinds of share.

    That the share is not measured stands among the conditions, and only where it is what is missing.
    """
    words = column.words
    return (
        column,
        {code.value: words.t(message) for code, message in STATUS.items()},
        {str(code): words.t(message) for code, message in MISSING.items()},
        {code: words.t(message) for code, message in SHARE.items() if code != "not measured"},
    )


def _long(columns: list[HallColumn]) -> int:
    """Return the size class of the questions: 0 (large), 1 or 2 (small)."""
    return min(2, max(len(column.question) for column in columns) // _HAS_LETTERS)


def _alike(snapshot: Snapshot) -> str:
    """Return the code of how far people want alike; "" once there is a text, which shows it better."""
    return "" if snapshot.text is not None or snapshot.ended else snapshot.alike


def _stage(snapshot: Snapshot) -> str:
    return HALL_ENDED if snapshot.ended else snapshot.stage.value


def _heading(snapshot: Snapshot) -> str:
    """Return the code of the title on the screen: that of the stage, or what is said instead of it."""
    return _stage(snapshot) if snapshot.ended or snapshot.heading is None else snapshot.heading.value


def _counts(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the counts on the screen, in grouped digits."""
    counts = {
        "people": snapshot.people,
        "desires": snapshot.desires,
        "responses": snapshot.responses,
        "demand": snapshot.demand,
    }
    return {name: _grouped(shown) for name, shown in counts.items()}


def _grouped(shown: Shown) -> str:
    """Return a count in digits grouped by thousands; "" below one step."""
    count = count_of(shown)
    return f"{count:,}".replace(",", "\u202f") if count else ""


class _ClockWords(Told, frozen=True):
    """The end of the clock in the words of one column: on its day, on the day before, and earlier."""

    today: str
    tomorrow: str
    later: str


def _clocks(columns: list[HallColumn], snapshot: Snapshot) -> list[ClockTold]:
    """Return the clock in the words of each column; [] without a clock."""
    end = snapshot.clock_end
    now = time.time_ns() // 1_000_000
    return [] if end is None else [clock_told(column.words, end, now) for column in columns]


def _arrives(snapshot: Snapshot) -> bool:
    """Return whether people are coming in, so that the code is what the screen shows: before anything else is shown."""
    return snapshot.stage is Stage.OPEN and snapshot.round == 1 and not snapshot.shown and not snapshot.ended


SHOWS = frozenset({"text", "clock", "code", "line"})
"""What a screen may show alone, by the query parameter `show`, for programs that broadcast it."""


def _only(request: Request, codes: list[str]) -> list[str]:
    """Return the languages that the query parameter `lang` names, up to three of the gathering; [] for all of them."""
    asked = [code.strip() for code in request.query_params.get("lang", "").split(",")]
    return [code for code in codes if code in asked][:SIDE_BY_SIDE]


LACKING = {True: _t("Not yet in English. Who can say this line?"), False: _t("Not yet in English")}
"""What stands in a column for a line without words in its language, by whether people are asked for them now.

A translation names its own language here, because it stands in the column of that language.
"""
_READ_STAGES = frozenset({Stage.READING, Stage.SECOND_READING, Stage.SEALED, Stage.SAID})


class _Line(Told, frozen=True):
    """A line of the text in one column.

    Attributes:
        text: the words; where they are missing in the language of the column, a sentence that says so.
        language: code of the language of `text`.
        changed: whether it is read again in the second reading.
        missing: whether nobody carried the line into this language yet, or too few confirmed it.
    """

    text: str
    language: str
    changed: bool
    missing: bool


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
        turn: number of the turn in which it stands while the text is read, from 0.
    """

    language: str
    dir: str
    lines: list[_Line]
    turn: Ordinal

    @property
    def spoken(self) -> bool:
        """Return whether any line stands in this language; else its room is given to the others when all say it."""
        return any(not line.missing for line in self.lines)


class _Sentence(Told, frozen=True):
    """A sentence with its code, see `web.said`."""

    code: str
    text: str


class _Told(Told, frozen=True):
    """What was sealed about the text, in one language.

    Attributes:
        language: code of the language.
        turn: number of the turn in which it stands, from 0.
        sentences: how many people of how many can say the text, its languages, and how many circles of each level can.
    """

    language: str
    turn: Ordinal
    sentences: list[_Sentence]


class _ScreenText(Told, frozen=True):
    """The text on the screen.

    Attributes:
        draft: number of drafts so far.
        columns: one column, or one for each language.
        left: lines that are not common yet; empty after the readings.
        status: code of the verdict; "" before the text is sealed.
        missing: codes under which the failed conditions are told.
        share: how the share of the parts is known, in the stage "sealed"; else "".
        amen: people who said amen, in digits; "" below one step.
        include: the desire that would include more people; None where none is known.
        digest: SHA-256 hash of the text, hexadecimal, in the stage "sealed"; else "".
        root: root of the head of the record on which the text stands, hexadecimal, in the stage "sealed"; else "".
        size: size of that head, in digits, in the stage "sealed"; else "".
        model: name of the model that connected the lines; "" for none.
        heard: what was sealed about it, in each language, in the stage "sealed"; else empty.
        ends: when all have said each line together, in milliseconds after they began; see `live.pacing`.
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
    heard: list[_Told]
    ends: tuple[Things, ...]


class _ShownDesire(Told, frozen=True):
    """A desire that a host chose to show; `id` is its alias."""

    id: str
    text: str
    language: str


class Screen(Told, frozen=True):
    """The content of a hall screen. Times are Unix milliseconds.

    Attributes:
        stage: stage of the round, or "ended".
        round: number of the round, from 1.
        heading: code of the title: the stage, or what is said instead of it.
        nearest: the desire that came nearest where no line was found; None where it is not known.
        nearest_share: at least so many of a hundred people want it, in digits; "" where it is not known.
        counts: people, desires, responses and those who ask that all become one, in digits; "" below one step.
        figure: measures of the figure.
        shown: desires that the hosts chose.
        turns: for each turn, the indices of the desires that are shown together.
        text: the text; None before a draft is woven.
        alike: code of how far people want alike; "" where it is not shown.
        say_at: when all say the text together; None where no time is set.
        said_at: when all began to say it, in the stage "said"; else None.
        clock_end: when the clock of the stage ends; None without a clock.
        clock_midnight: when the day begins on which it ends; None without a clock.
        clock_words: the end of the clock in words, in the order of the columns; empty without a clock.
        arrives: whether people are coming in, so that the code fills half the screen.
        now: the time by the server's clock.
        settings: version of the settings; a screen reloads its page when it changes.
        asked: the question in each language, in the order of the columns; "" where it stands beside it already.
        long: size class of the questions.
    """

    stage: str
    round: Ordinal
    heading: str
    nearest: _Words | None
    nearest_share: str
    counts: Mapping[str, str]
    figure: figure.Figure
    shown: list[_ShownDesire]
    turns: list[list[Ordinal]]
    text: _ScreenText | None
    alike: str
    say_at: Moment | None
    said_at: Moment | None
    clock_end: Moment | None
    clock_midnight: Moment | None
    clock_words: list[_ClockWords]
    arrives: bool
    now: Moment
    settings: Ordinal
    asked: list[_Words]
    long: Ordinal


def text_columns(gathering: LiveGathering, snapshot: Snapshot) -> list[tuple[str, list[_Line]]]:
    """Return the text for the screen: one column for each language of the gathering, or one column of its own words.

    A line without own or confirmed words in a language says there that it is missing. Languages of lines that the
    gathering does not have any more follow at the end, so that no line is without its words. In a gathering of one
    language, a text that a model connected is shown with the connected lines.

    Returns:
        Pairs of a language code and lines; the code is "" for a single column. Empty where there is no text to read.
    """
    text = snapshot.text
    if text is None or snapshot.stage not in _READ_STAGES:
        return []
    lines = [line for line in text.lines if line.text]
    if not lines:
        return []
    codes = gathering.state.languages
    strange = dict.fromkeys(line.language for line in lines if line.language not in codes)
    if len(codes) == 1 and not strange:
        if text.connected:
            return [("", [_Line(line.text, line.language, line.changed, missing=False) for line in text.connected])]
        column = [_Line(line.text, line.language, line.changed, missing=False) for line in lines]
        return [("", _aloud(snapshot, lines, column))]
    asks = snapshot.stage.takes_translations
    columns = [(code, [_line_in(gathering, line, code, asks=asks) for line in lines]) for code in (*codes, *strange)]
    return [(code, _aloud(snapshot, lines, column)) for code, column in columns]


def _aloud(snapshot: Snapshot, lines: list[TextLine], column: list[_Line]) -> list[_Line]:
    """Return a column as it is read aloud, once the text is sealed; while it is read each line stands for itself."""
    if snapshot.stage not in SHOWN_IN:
        return column
    read = [line.worded(its.language, "" if its.missing else its.text) for line, its in zip(lines, column, strict=True)]
    return [
        its if its.missing else msgspec.structs.replace(its, text=said)
        for its, said in zip(column, said_together(read), strict=True)
    ]


def _line_in(gathering: LiveGathering, line: TextLine, code: str, *, asks: bool) -> _Line:
    """Return a line in the words of one language, or the sentence that it has none there.

    While the text is read, the sentence asks who can say it; afterwards nobody can any more.
    """
    words = line.text if line.language == code else dict(line.carried).get(code, "")
    if words:
        return _Line(words, code, line.changed, missing=False)
    return _Line(str(words_for(gathering, code).t(LACKING[asks])), code, changed=False, missing=True)


def _said_at(state: State) -> int | None:
    """Return when all began to say the text that is shown now; None if nobody says one."""
    record = record_now(state)
    return None if record is None else record.sealed.said_at


def _screen_text(gathering: LiveGathering, snapshot: Snapshot) -> _ScreenText | None:
    text = snapshot.text
    columns = text_columns(gathering, snapshot)
    if text is None or not columns:
        return None
    left = [_Words(line.text, line.language) for line in text.left if line.text]
    turn = turn_of([code for code, _ in columns])
    return _ScreenText(
        draft=text.draft,
        columns=[_Column(code, direction_of(code) if code else "", lines, turn[code]) for code, lines in columns],
        left=left if snapshot.stage.takes_readings else [],
        status=text.status,
        missing=missing_told(text.missing, text.share),
        share=text.share if snapshot.stage is Stage.SEALED else "",
        amen=_grouped(text.amen),
        include=None if text.include is None else _Words(text.include.text, text.include.language),
        digest=text.digest if snapshot.stage is Stage.SEALED else "",
        root=text.root if snapshot.stage is Stage.SEALED else "",
        size=_grouped(text.size) if snapshot.stage is Stage.SEALED else "",
        model=text.model if text.connected and len(columns) == 1 else "",
        heard=_heard(gathering, snapshot),
        ends=() if text.connected and len(columns) == 1 else ends_of(line for line in text.lines if line.text),
    )


def _heard(gathering: LiveGathering, snapshot: Snapshot) -> list[_Told]:
    """Return what was sealed about the text in each language: the sentences that phones, book and API have too."""
    verdict = None if snapshot.text is None else snapshot.text.verdict
    if verdict is None or snapshot.stage is not Stage.SEALED:
        return []
    out = []
    for code, turn in turn_of(gathering.state.languages).items():
        sentences = heard_told(verdict, words_for(gathering, code))
        out.append(_Told(code, turn, [_Sentence(one.code, str(one)) for one in sentences]))
    return out


def encode(gathering: LiveGathering, snapshot: Snapshot) -> bytes:
    """Return the JSON of a snapshot for screens."""
    columns = hall_columns(gathering)
    clocks = _clocks(columns, snapshot)
    screen = Screen(
        stage=_stage(snapshot),
        round=snapshot.round,
        heading=_heading(snapshot),
        nearest=None if snapshot.nearest is None else _Words(snapshot.nearest.text, snapshot.nearest.language),
        nearest_share="" if snapshot.nearest is None else str(snapshot.nearest_share),
        counts=_counts(snapshot),
        figure=figure.measure(snapshot.people, snapshot.desires, snapshot.responses),
        shown=[
            _ShownDesire(alias_for(gathering, Purpose.SCREEN, EVERYBODY, one.number), _sentence(one), one.language)
            for one in snapshot.shown
        ],
        turns=_turns_of(snapshot.shown),
        text=_screen_text(gathering, snapshot),
        alike=_alike(snapshot),
        say_at=snapshot.say_at,
        said_at=_said_at(gathering.state) if snapshot.stage is Stage.SAID else None,
        clock_end=snapshot.clock_end,
        clock_midnight=clocks[0].midnight if clocks else None,
        clock_words=[_ClockWords(str(one.today), str(one.tomorrow), str(one.later)) for one in clocks],
        arrives=_arrives(snapshot),
        now=time.time_ns() // 1_000_000,
        settings=gathering.state.settings_version,
        asked=[_Words(column.question, column.language) for column in columns],
        long=_long(columns),
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
