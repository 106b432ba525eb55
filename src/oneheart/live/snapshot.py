"""Snapshot: what the hall sees at one tick. Computed once for everybody, immutable; counts of people are `Shown`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.live import events as ev
from oneheart.live.headings import Heading, Nearest, heading_of, nearest_now
from oneheart.live.sealed_record import (
    SHOWN_IN,
    SealedRecord,
    TextLine,
    connected_lines,
    includes,
    moment,
    record_now,
)
from oneheart.live.state import State
from oneheart.live.state.released import people_told
from oneheart.model.prayer import WordsKind
from oneheart.model.round import Stage

_NO_SHARE = disclosure.withheld("share")
_NO_SIZE = disclosure.show_steps(0, disclosure.RESPONSES_STEP)


@dataclass(frozen=True, slots=True)
class ShownDesire:
    """A desire on the hall screen, without its author, circle or time; `stem` is the code of its beginning."""

    number: int
    text: str
    language: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of this round at present.

    Attributes:
        draft: number of drafts so far; it grows when the text changes.
        lines: in reading order.
        left: lines that are not yet common.
        status: verdict; "" before the text is sealed.
        missing: codes of the conditions that failed.
        amen: people who said amen, rounded down to a multiple of k.
        model: name of the model that connected the lines; "" for none.
        connected: the lines as the model connected them; () without a model.
        digest: SHA-256 of the sealed text, hexadecimal; "" before it is sealed.
        root: root of the head on which the sealed text stands, hexadecimal; "" before it is sealed.
        include: desire that would include the part that is not yet in; None if none is known.
        share: "certified", "estimated" or "not measured": how the share index is known; "" before the text is sealed.
        verdict: all that was sealed about these words; None before the text is sealed, and where the words do not fit.
        size: size of that head; 0 before the text is sealed, and for a text of an earlier version.
    """

    draft: int
    lines: tuple[TextLine, ...]
    left: tuple[TextLine, ...]
    status: str
    missing: tuple[str, ...]
    amen: Shown
    model: str
    connected: tuple[TextLine, ...] = ()
    digest: str = ""
    root: str = ""
    include: TextLine | None = None
    share: str = ""
    size: Shown = _NO_SIZE
    verdict: ev.TextSealed | None = None


@dataclass(frozen=True, slots=True)
class HeadShown:
    """A published head of the record's tree.

    Attributes:
        number: its number, from 1.
        size: number of leaves; heads are filled up to whole steps, so it is exact.
        root: root of the tree, hexadecimal.
        chain: hash chain at the last event under it, hexadecimal.
    """

    number: int
    size: Shown
    root: str
    chain: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The gathering at one tick.

    Attributes:
        seq: place in the log; a larger one is newer.
        name: name of the gathering.
        question: by language code.
        stage: stage of the round.
        round: number of the round, from 1.
        people: people in the gathering: those who came less those who left, each in steps of k.
        desires: desires said, rounded down to a multiple of k; it moves after k different people said one.
        responses: responses given, rounded down to a multiple of 10 k; it moves after k different people answered.
        demand: people who ask that all become one, in steps of k; it moves after k different people answered.
        circles: number of circles.
        circles_done: number of circles that have finished this stage.
        shown: desires that the hosts chose to show.
        clock_end: end of the stage's clock, milliseconds since 1970 by the server's clock; None without a clock.
        ended: true after the end of the gathering.
        fitted_seq: place in the log of the last event that the cards' model includes; 0 before the first fit.
        text: text of this round; None before it is woven.
        say_at: moment at which everybody says the text, milliseconds since 1970 by the server's clock; None if not
            set.
        head: newest head of the record; None before the first.
        alike: word for the oneness of all answers when the stage ended; "" while they are open, so that it influences
            no answer, and if no desire has more than twelve answers.
        settings: version of the settings; pages show names and words again when it changes.
        version: number of stage moves and programme steps; pages show the question again when it changes.
        heading: what is said instead of the stage; None where the stage is said.
        nearest: desire that came nearest where no line was found; None where it is not known.
        nearest_share: share of people who want it at least, in hundredths.
    """

    seq: int
    name: str
    question: tuple[tuple[str, str], ...]
    stage: Stage
    round: int
    people: Shown
    desires: Shown
    responses: Shown
    demand: Shown
    circles: int
    circles_done: int
    shown: tuple[ShownDesire, ...]
    clock_end: int | None
    ended: bool
    fitted_seq: int
    text: Text | None = None
    say_at: int | None = None
    alike: ev.Alike = ""
    head: HeadShown | None = None
    settings: int = 0
    version: int = 0
    heading: Heading | None = None
    nearest: TextLine | None = None
    nearest_share: Shown = _NO_SHARE


def take(state: State, *, fitted_seq: int = 0) -> Snapshot:
    """Return the snapshot of a state. O(circles + shown)."""
    settings_now, counted, nearest = state.settings, state.keeping.counted, nearest_now(state)
    return Snapshot(
        seq=state.seq,
        name=settings_now.name if settings_now else "",
        question=tuple(state.question.items()),
        stage=state.stage,
        round=state.round,
        people=disclosure.show_steps(counted(people_told(state.people), "people")),
        desires=disclosure.show_steps(counted(state.released.desires, "desires")),
        responses=disclosure.show_steps(counted(state.released.responses, "responses"), disclosure.RESPONSES_STEP),
        demand=state.company.apart.demand,
        circles=len(state.circles),
        circles_done=sum(circle.done for circle in state.circles),
        shown=_shown(state),
        clock_end=None if state.ended else state.clock,
        ended=state.ended,
        fitted_seq=fitted_seq,
        text=text_now(state),
        say_at=moment(state),
        alike=alike_now(state),
        head=newest_head(state),
        settings=state.settings_version,
        version=state.version,
        heading=heading_of(state),
        nearest=None if nearest is None else nearest.line,
        nearest_share=share_shown(nearest),
    )


def _shown(state: State) -> tuple[ShownDesire, ...]:
    desires = ((number, state.desires[number]) for number in state.shown)
    return tuple(ShownDesire(number, desire.text, desire.language, desire.stem) for number, desire in desires)


def share_shown(nearest: Nearest | None) -> Shown:
    """Return the share of people who want the nearest desire at least, in hundredths; withheld without one."""
    if nearest is None:
        return _NO_SHARE
    return disclosure.show_hundredths(nearest.share, nearest.people)


def heads_shown(state: State) -> list[HeadShown]:
    """Return all published heads of the record, in order. O(heads)."""
    return [_head(head, number) for number, head in enumerate(state.heads.published, start=1)]


def newest_head(state: State) -> HeadShown | None:
    """Return the newest head of the record; None before the first."""
    newest = state.heads.newest
    return None if newest is None else _head(newest, len(state.heads.published))


def _head(head: ev.TreeHead, number: int) -> HeadShown:
    return HeadShown(number, shown_size(head.size), head.root, head.chain)


def shown_size(size: int) -> Shown:
    """Return the size of a head, which is a whole number of steps."""
    return disclosure.show_steps(size, disclosure.RESPONSES_STEP)


def alike_now(state: State) -> ev.Alike:
    """Return a word for the oneness of all answers at the end of the last stage; "" while answers are taken. O(1)."""
    alike: ev.Alike = "" if state.stage.takes_responses else state.released.words.alike
    return alike


def text_now(state: State) -> Text | None:
    """Return the text of this round as it is now: the draft while it is read, the sealed record from then on.

    Return None before it is woven, while answers are taken, while it is being sealed, and if it has no words.
    """
    if state.stage in {Stage.OPEN, Stage.CROSSING}:
        return None
    if state.stage in SHOWN_IN:
        record = record_now(state)
        return None if record is None else _sealed_text(state, record)
    draft = state.prayers.of_round(state.round)
    if draft is None or not state.prayers.has_words(draft, state.desires):
        return None
    lines = text_lines(state, len(state.prayers.drafts) - 1)
    return Text(
        draft=len(state.prayers.drafts),
        lines=lines,
        left=tuple(_line(state, line, {}) for line in draft.body.left),
        status="",
        missing=(),
        amen=disclosure.show_steps(0),
        model="" if draft.connected is None else draft.connected.model,
        connected=connected_lines(draft, lines),
    )


def _sealed_text(state: State, record: SealedRecord) -> Text:
    verdict = record.verdict
    return Text(
        draft=record.sealed.body.draft + 1,
        lines=record.lines,
        left=record.left,
        status="" if verdict is None else verdict.status,
        missing=() if verdict is None else tuple(verdict.missing),
        amen=disclosure.show_steps(record.sealed.amen_count),
        model=record.model,
        connected=record.connected,
        digest="" if verdict is None else verdict.digest,
        root="" if verdict is None else verdict.root,
        include=None if verdict is None else includes(state, verdict),
        share="" if verdict is None else verdict.share or "not measured",
        size=_NO_SIZE if verdict is None else shown_size(verdict.size),
        verdict=verdict,
    )


def text_lines(state: State, number: int) -> tuple[TextLine, ...]:
    """Return the lines of a draft with their present words and confirmed translations. O(lines + translations)."""
    lines = state.prayers.drafts[number].body.lines
    confirmed = (
        {language: words.text for language, words in versions.items() if words.kind is WordsKind.CONFIRMED}
        for versions in state.meetings.versions(state.prayers.drafts[number])
    )
    return tuple(_line(state, line, words) for line, words in zip(lines, confirmed, strict=True))


def _line(state: State, line: ev.WovenLine, carried: dict[str, str]) -> TextLine:
    text, language = state.prayers.words(line, state.desires)
    return TextLine(text, language, line.changed, tuple(sorted(carried.items())) if text else ())


def visible(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot without its technical fields, to compare whether a new one shows anything new."""
    return replace(snapshot, seq=0, fitted_seq=0)
