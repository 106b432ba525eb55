"""The text on the hosts' desk: the verdict on each line of the draft, the sealed text, the time to say it, the book.

Verdicts are shown in words only: a part of the gathering can say a line, or cannot say it yet.
"""

from __future__ import annotations

from typing import Any

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering
from oneheart.live.snapshot import includes
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.locale.coded import Coded
from oneheart.model.round import Stage
from oneheart.web.memory import memory_of
from oneheart.web.said import MISSING, STATUS, VERDICTS, circle_name, heard_on_desk, margin_told, occasion_said
from oneheart.web.who import Host
from oneheart.web.words import LANGUAGES

SAYING_MOST = 3600


def _part_name(host: Host, part: judging.Part) -> str:
    if part.kind == "circle" and part.circle is not None:
        return str(circle_name(host.state, part.circle, host.words))
    if part.kind == "language":
        return LANGUAGES.get(part.language, part.language)
    return str(host.words.t("everybody"))


def _judged(gathering: LiveGathering, number: int) -> tuple[judging.LineJudged, ...]:
    """Return the verdicts on the lines of a draft. Cached until k more people have read a line, so no answer shows."""
    draft = gathering.state.prayers.drafts[number]
    steps = (number, *(disclosure.step_of(len(answers)) for answers in gathering.state.meetings.heard(draft)))
    memory = memory_of(gathering)
    cached = memory.judged
    if cached is None or cached[0] != steps:
        cached = memory.judged = (steps, judging.judge(gathering.state, draft))
    return cached[1]


def _lines(host: Host) -> list[dict[str, Any]]:
    """Return the lines of the draft with their verdicts in words; [] before a draft is woven."""
    state = host.state
    draft = state.prayers.of_round(state.round)
    if draft is None:
        return []
    judged = _judged(host.gathering, len(state.prayers.drafts) - 1)
    rows = []
    for line, line_judged in zip(draft.body.lines, judged, strict=True):
        text, language = state.prayers.words(line, state.desires)
        apart = [(part, reading.verdict) for part, reading in line_judged.parts if part.kind != "all"]
        heard = disclosure.enough_of(line_judged.readers, state.people.count)
        verdict = line_judged.verdict if heard else "not measured"
        behind = [_part_name(host, part) for part, verdict in apart if verdict in {"not agreed", "goes against"}]
        unheard = [_part_name(host, part) for part, verdict in apart if verdict == "not measured"]
        rows.append(
            {
                "text": text,
                "language": language,
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


def text_context(host: Host) -> dict[str, Any]:
    """Return the template context of the text on the desk."""
    state, t = host.state, host.words.t
    draft, sealed = state.prayers.of_round(state.round), state.prayers.sealed_of(state.round)
    readers = set() if draft is None else _readers(state, draft)
    return {
        "text_lines": _lines(host),
        "weaving": draft is None and state.stage in {Stage.WEAVING, Stage.READING},
        "woven": draft is not None,
        "without": [] if draft is None else [str(circle_name(state, n, host.words)) for n in draft.body.without],
        "readers": disclosure.show_steps(len(readers)),
        "sealed": sealed,
        "sealed_number": len(state.prayers.sealed) - 1,
        "sealed_said": Coded() if sealed is None else Coded(t(STATUS[sealed.body.status]), sealed.body.status),
        "sealed_missing": [] if sealed is None else [Coded(t(MISSING[code]), code) for code in sealed.body.missing],
        "sealed_part": "" if sealed is None else _not_yet_in(host, sealed.body),
        "sealed_heard": () if sealed is None else heard_on_desk(state, sealed.body, host.words),
        "sealed_margin": () if sealed is None else margin_told(sealed.body, host.words),
        "include": None if sealed is None else includes(state, sealed.body),
        "held_at": [(n, occasion_said(state, n, host.words)) for n in range(len(state.occasions))],
        "say_at": state.prayers.say_at,
    }


def _not_yet_in(host: Host, sealed: ev.TextSealed) -> str:
    """Return the name of the part that cannot say the text yet. Only the desk shows it, so no screen blames anybody."""
    if sealed.circle is not None:
        return str(circle_name(host.state, sealed.circle, host.words))
    return LANGUAGES.get(sealed.language, sealed.language)
