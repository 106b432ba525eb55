"""Snapshot: what the hall sees at one tick. Computed once for everybody, immutable; counts of people are `Shown`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from oneheart.engine import disclosure
from oneheart.engine.closeness.inner import oneness_of
from oneheart.engine.disclosure import Shown
from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.model.round import Stage

Alike = Literal["", "much", "some", "little"]
_MUCH, _SOME = 0.4, 0.1  # of oneness


@dataclass(frozen=True, slots=True)
class ShownDesire:
    """A desire on the hall screen, without its author, circle or time."""

    number: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the text that is read, without who wrote it.

    Attributes:
        text: the words; "" where their author took them away.
        language: of the words.
        changed: it is read again.
        carried: the same line in other languages, (language, words), each confirmed by two readers.
    """

    text: str
    language: str
    changed: bool
    carried: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The text of this round as it stands.

    Attributes:
        draft: how many drafts there have been; it moves when the text does.
        lines: in reading order.
        left: lines that are not yet common.
        status: "" before it is sealed, then the verdict.
        missing: codes of the conditions that failed.
        amen: people who said amen, in whole steps of k.
        model: that connected the lines, "" for none.
        connected: the same lines as the model connected them; () without one.
        digest: SHA-256 of the sealed text, hexadecimal; "" before it is sealed.
        root: Merkle root of all that was kept before it was sealed, hexadecimal; "" before.
        include: the desire that would include those who are not yet in; None where none is known.
        share: "certified", "estimated" or "not measured": what is known of the share of the parts; "" before.
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The gathering at one tick.

    Attributes:
        seq: place in the log; of two snapshots the one with the larger is newer.
        name: of the gathering.
        question: by language.
        stage: where the round stands.
        round: 1, 2, ...
        people: people in the gathering, in whole steps of k; 0 also for fewer than k.
        desires: desires said, in whole steps of k.
        responses: responses given, in whole steps of 10 k.
        circles: circles there are.
        circles_done: circles that said that they are done with this stage.
        shown: desires that the hosts chose to show.
        clock_end: the end of the stage's clock, milliseconds by the server's clock; None without one.
        ended: the gathering is over.
        fitted_seq: place in the log up to which the cards' model has read; 0 before the first fit.
        text: what is read in this round; None before it is woven.
        say_at: the moment at which all say it, milliseconds by the server's clock; None where none is set.
        alike: a word for the oneness of all answers, once they are closed; "" while they are taken, so that nobody
            answers by it, and where fewer than 2 k people answered the same.
    """

    seq: int
    name: str
    question: tuple[tuple[str, str], ...]
    stage: Stage
    round: int
    people: Shown
    desires: Shown
    responses: Shown
    circles: int
    circles_done: int
    shown: tuple[ShownDesire, ...]
    clock_end: int | None
    ended: bool
    fitted_seq: int
    text: Text | None = None
    say_at: int | None = None
    alike: Alike = ""


def take(state: State, *, fitted_seq: int = 0) -> Snapshot:
    """Return the snapshot of a state. O(circles + shown)."""
    settings_now = state.settings
    return Snapshot(
        seq=state.seq,
        name=settings_now.name if settings_now else "",
        question=tuple(state.question.items()),
        stage=state.stage,
        round=state.round,
        people=disclosure.show_steps(state.people.count),
        desires=disclosure.show_steps(len(state.desires)),
        responses=disclosure.show_steps(state.tally.response_count, disclosure.RESPONSES_STEP),
        circles=len(state.circles),
        circles_done=sum(circle.done for circle in state.circles),
        shown=tuple(ShownDesire(n, state.desires[n].text, state.desires[n].language) for n in state.shown),
        clock_end=state.clock,
        ended=state.ended,
        fitted_seq=fitted_seq,
        text=text_now(state),
        say_at=state.prayers.say_at,
        alike=alike_now(state),
    )


def alike_now(state: State) -> Alike:
    """Return a word for the oneness of all answers; "" while answers are taken or below 2 k people. O(desires)."""
    if state.stage.takes_responses:
        return ""
    tally = state.tally
    found = oneness_of(tally.want, tally.against, tally.seen_by_all, least=disclosure.FOR_A_SHARE)
    if found is None:
        return ""
    return "much" if found >= _MUCH else "some" if found >= _SOME else "little"


def text_now(state: State) -> Text | None:
    """Return the text of this round as it is now; None before it is woven and while answers are taken."""
    draft = state.prayers.of_round(state.round)
    if draft is None or state.stage in {Stage.OPEN, Stage.CROSSING}:
        return None
    sealed = state.prayers.sealed_of(state.round)
    return Text(
        draft=len(state.prayers.drafts),
        lines=text_lines(state, len(state.prayers.drafts) - 1),
        left=tuple(_line(state, line, {}) for line in draft.body.left),
        status="" if sealed is None else sealed.body.status,
        missing=() if sealed is None else tuple(sealed.body.missing),
        amen=disclosure.show_steps(0 if sealed is None else len(sealed.amen)),
        model="" if draft.connected is None else draft.connected.model,
        connected=_connected(state, draft),
        digest="" if sealed is None else sealed.body.digest,
        root="" if sealed is None else sealed.body.root,
        include=None if sealed is None else includes(state, sealed.body),
        share="" if sealed is None else sealed.body.share or "not measured",
    )


def includes(state: State, sealed: ev.TextSealed) -> TextLine | None:
    """Return the desire that would include the people who are missing; None without one or where it was erased."""
    desire = None if sealed.include is None else state.desires[sealed.include]
    if desire is None or not desire.text:
        return None
    return TextLine(desire.text, desire.language, changed=False, carried=())


def _connected(state: State, draft: LiveDraft) -> tuple[TextLine, ...]:
    """Return the connected lines with their present words; () where no model connected them.

    Where somebody took words away that stand together with others, the others stand by themselves.
    """
    if draft.connected is None:
        return ()
    out = []
    for together, between in zip(draft.connected.lines, draft.connected.between, strict=True):
        words = [state.prayers.words(draft.body.lines[line], state.desires) for line in together]
        changed = any(draft.body.lines[line].changed for line in together)
        if all(text for text, _ in words):
            parts = [words[0][0], *(f"{joint}{text}" for joint, (text, _) in zip(between, words[1:], strict=True))]
            out.append(TextLine("".join(parts), words[0][1], changed, ()))
        else:
            out += [TextLine(text, language, changed, ()) for text, language in words if text]
    return tuple(out)


def text_lines(state: State, number: int) -> tuple[TextLine, ...]:
    """Return the lines of a draft with their present words and confirmed translations. O(lines + translations)."""
    found: dict[int, dict[str, str]] = {}
    for (line, language), (_, carried) in state.prayers.carries(number).items():
        if carried.is_confirmed:
            found.setdefault(line, {})[language] = carried.text
    lines = state.prayers.drafts[number].body.lines
    return tuple(_line(state, line, found.get(place, {})) for place, line in enumerate(lines))


def _line(state: State, line: ev.WovenLine, carried: dict[str, str]) -> TextLine:
    text, language = state.prayers.words(line, state.desires)
    return TextLine(text, language, line.changed, tuple(sorted(carried.items())) if text else ())


def says(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot without its technical fields, to compare whether a new one shows anything new."""
    return replace(snapshot, seq=0, fitted_seq=0)
