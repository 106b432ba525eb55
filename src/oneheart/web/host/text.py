"""The text on the hosts' desk: the verdict on each line of the draft, the sealed text, the time to say it, the book.

Verdicts are shown in words only: a part of the gathering can say a line, or cannot say it yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering
from oneheart.live.levels import LevelWord
from oneheart.live.sealed_record import SHOWN_IN, SealedRecord, draft_shown, includes, moment, record_now
from oneheart.live.snapshot import text_now
from oneheart.live.state import State
from oneheart.live.state.moves import check_new_stage
from oneheart.live.state.text import LiveDraft
from oneheart.live.wordings import circle_in
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web.held_back import changing, held_back
from oneheart.web.host.text_languages import languages_context
from oneheart.web.said import FIT, LEVEL_WORDS, STATUS, VERDICTS, circle_name, occasion_said
from oneheart.web.text_words import heard_on_desk, margin_told, missing_said
from oneheart.web.who import Host
from oneheart.web.words import LANGUAGES

SAYING_MOST = 3600
_NO_SHARE = disclosure.withheld("share")
_MANY = 10**6  # people; the share passed the gate already, and a finer step changes nothing of it


@dataclass(frozen=True, slots=True)
class _Level:
    """A `LevelPart` with its share after the gate, in hundredths; None where it is withheld."""

    circle: int
    depth: int
    word: LevelWord
    share: int | None


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


def _part_name(host: Host, part: judging.Part) -> str:
    if part.kind == "circle" and part.circle is not None:
        return str(circle_name(host.state, part.circle, host.words))
    if part.kind == "language":
        return LANGUAGES.get(part.language, part.language)
    return str(host.words.t("everybody"))


def _judged(gathering: LiveGathering, number: int) -> tuple[judging.LineJudged, ...] | None:
    """Return the verdicts on the lines of a draft, which move after k people changed an answer; None where untold."""
    state = gathering.state

    def compute() -> tuple[judging.LineJudged, ...]:
        judged = judging.judge(state, state.prayers.drafts[number])
        nobody: frozenset[int] = frozenset()
        return tuple(
            replace(line, parts=tuple((replace(part, seats=nobody), reading) for part, reading in line.parts))
            for line in judged
        )

    return held_back(gathering, "verdicts", number, compute, tuple[judging.LineJudged, ...])


def look_again(gathering: LiveGathering) -> None:
    """Let what is told of the present draft move if enough people changed an answer; other processes ask for it."""
    shown = draft_shown(gathering.state)
    if shown is not None:
        _judged(gathering, shown[0])
        _levels_of(gathering)
        changing(gathering, shown[0])


def _lines(host: Host) -> list[dict[str, Any]]:
    """Return the lines of the draft with their verdicts in words; [] before a draft is woven."""
    state = host.state
    shown, text_shown = draft_shown(state), text_now(state)
    if shown is None or text_shown is None:
        return []
    judged = _judged(host.gathering, shown[0]) or [judging.LineJudged("not measured", (), 0)] * len(text_shown.lines)
    rows = []
    for line, line_judged in zip(text_shown.lines, judged, strict=True):
        apart = [(part, reading.verdict) for part, reading in line_judged.parts if part.kind != "all"]
        heard = disclosure.enough_of(line_judged.readers, state.people.count)
        verdict = line_judged.verdict if heard else "not measured"
        behind = [_part_name(host, part) for part, verdict in apart if verdict in {"not agreed", "goes against"}]
        unheard = [_part_name(host, part) for part, verdict in apart if verdict == "not measured"]
        rows.append(
            {
                "text": line.text,
                "language": line.language,
                "verdict": Coded(host.words.t(VERDICTS[verdict]), verdict),
                "behind": behind if heard else [],
                "unheard": unheard if heard else [],
            }
        )
    return rows


def _readers(state: State, draft: LiveDraft) -> set[int]:
    """Return who answered a line that they read, or affirms the whole text."""
    heard = state.meetings.heard(draft)
    return {seat for answers in heard for seat in answers} | state.meetings.affirming(draft)


def _levels_of(gathering: LiveGathering) -> list[_Level]:
    """Return whether each circle can say the draft, which moves after k people changed an answer.

    [] where no circles stand inside others, because then the lines above name the circles.
    """
    state = gathering.state
    draft = state.prayers.of_round(state.round)
    if draft is None or not draft.body.lines or all(circle.parent is None for circle in state.circles):
        return []

    def compute() -> list[_Level]:
        from oneheart.live import sealing  # noqa: PLC0415  its statistics need 30 MB; a hall without a text needs none

        parts = sealing.levels_of(state, draft)

        def share(shown: disclosure.Shown) -> int | None:
            return shown.value if isinstance(shown.value, int) else None

        return [_Level(part.circle, part.depth, part.word, share(part.share)) for part in parts]

    return held_back(gathering, "levels", len(state.prayers.drafts) - 1, compute, list[_Level]) or []


def _levels(host: Host) -> list[dict[str, Any]]:
    """Return the circles of each level with whether they can say the draft, in words and in hundredths."""
    state, language = host.state, host.words.language
    return [
        {
            "name": circle_in(state, part.circle, language) or str(circle_name(state, part.circle, host.words)),
            "depth": part.depth,
            "said": Coded(host.words.t(LEVEL_WORDS[part.word]), part.word),
            "share": _NO_SHARE if part.share is None else disclosure.show_hundredths(part.share / 100, _MANY),
        }
        for part in _levels_of(host.gathering)
    ]


def text_context(host: Host) -> dict[str, Any]:
    """Return the template context of the text on the desk."""
    state, t = host.state, host.words.t
    shown, record = draft_shown(state), record_now(state)
    draft, verdict = None if shown is None else shown[1], None if record is None else record.verdict
    readers = set() if draft is None else _readers(state, draft)
    return {
        "text_lines": _lines(host),
        "levels": _levels(host),
        "weaving": draft is None and state.stage in {Stage.WEAVING, Stage.READING},
        "may_take_back": may_take_back(state),
        "woven": draft is not None,
        **languages_context(host, draft),
        "without": [] if draft is None else [str(circle_name(state, n, host.words)) for n in draft.body.without],
        "readers": disclosure.show_steps(len(readers)),
        "before_sealing": before_sealing(state, draft, len(readers), t),
        "sealed": None if record is None else record.sealed,
        "sealed_number": None if record is None else record.number,
        "sealed_said": Coded() if record is None else _verdict_said(host, record),
        "sealed_missing": [] if verdict is None else missing_said(verdict, host.words),
        "sealed_part": "" if verdict is None else _not_yet_in(host, verdict),
        "sealed_heard": () if verdict is None else heard_on_desk(state, verdict, host.words),
        "sealed_margin": () if verdict is None else margin_told(verdict, host.words),
        "include": None if verdict is None else includes(state, verdict),
        "held_at": [(n, occasion_said(state, n, host.words)) for n in range(len(state.occasions))],
        "say_at": moment(state),
    }


_UNREAD = _t("Fewer than five people have read the text. If it is sealed now, all others are not heard.")
_OTHER_WORDS = _t(
    "Other words that authors give for their lines come in with the second reading. Sealed without it, the text has "
    "the former words."
)


def before_sealing(state: State, draft: LiveDraft | None, readers: int, t: Callable[[str], Markup]) -> list[Coded]:
    """Return what hosts are told before they seal a draft: that too few have read it, and what the sealing leaves out.

    The second sentence stands in the first reading whether or not anybody gave other words, so it tells of nobody.
    """
    sealing = draft is not None and check_new_stage(Stage.SEALED, state.prayers, state.desires, state.course) is None
    if not sealing or state.ended or state.stage in SHOWN_IN:
        return []
    said = [("unread", _UNREAD)] if not disclosure.enough(readers) else []
    said += [("other words", _OTHER_WORDS)] if state.stage is Stage.READING else []
    return [Coded(t(message), code) for code, message in said]


def _verdict_said(host: Host, record: SealedRecord) -> Coded:
    """Return the verdict on the sealed text, or why none stands over its words."""
    verdict = record.verdict
    if verdict is None:
        return Coded(host.words.t(FIT[record.fit]), record.fit)
    return Coded(host.words.t(STATUS[verdict.status]), verdict.status)


def may_take_back(state: State) -> bool:
    """Return whether a seal stands that a host may take back: that of this round, before its text is said."""
    sealed = state.prayers.sealed_of(state.round)
    return sealed is not None and sealed.said_at is None and not state.ended


def _not_yet_in(host: Host, sealed: ev.TextSealed) -> str:
    """Return the name of the part that cannot say the text yet. Only the desk shows it, so no screen blames anybody."""
    if sealed.circle is not None:
        return str(circle_name(host.state, sealed.circle, host.words))
    return LANGUAGES.get(sealed.language, sealed.language)
