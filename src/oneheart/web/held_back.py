"""Held back: what is told of answers to a draft, which moves only after k different people changed one.

Where several processes serve a gathering, the leader alone lets it move, and shares it: two processes that moved it at
different moments would tell two values, and their difference could be the answer of one person. The others show what
the leader shared last, and ask it to look again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from oneheart.engine import disclosure
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.model.prayer import Reading
from oneheart.web.memory import AnswersSeen, HeldBack, memory_of

T = TypeVar("T")

LOOK = "look"
"""What a process tells the leader that shows something held back."""


def answers_seen(state: State, draft: LiveDraft) -> AnswersSeen:
    """Return what each person answered to the lines of a draft and to the whole, where it counts."""
    answers: AnswersSeen = {seat: {(-1, "whole")} for seat in state.meetings.affirming(draft)}
    for line, readings in enumerate(state.meetings.heard(draft)):
        for seat, reading in readings.items():
            answers.setdefault(seat, set()).add((line, reading))
    return answers


def enough_people_changed(before: AnswersSeen, now: AnswersSeen, people: int) -> bool:
    """Return whether k different people changed an answer, so that two verdicts do not tell the answer of one of them.

    Of fewer than k people, all must have.
    """
    changed = sum(before.get(seat) != now.get(seat) for seat in before.keys() | now.keys())
    return disclosure.enough_of(changed, people)


def held_back(gathering: LiveGathering, part: str, number: int, compute: Callable[[], T], kind: type[T]) -> T | None:
    """Return what is told of the answers to a draft; None where the leader has told nothing of it yet. O(answers).

    Args:
        gathering: the gathering.
        part: name of what is told.
        number: number of the draft.
        compute: computes it from the answers as they are now.
        kind: its type, which msgspec can encode.
    """
    shared = _shared(gathering, part, number, kind)
    if not (gathering.alone or gathering.leads):
        gathering.ask_leader(LOOK)
        return shared
    state, memory = gathering.state, memory_of(gathering)
    now, held = answers_seen(state, state.prayers.drafts[number]), memory.held.get(part)
    if shared is not None and (held is None or held.shared != gathering.shared.get(part)):
        held = memory.held[part] = HeldBack(number, now, shared, gathering.shared[part])  # another led until now
    elif held is None or held.number != number or enough_people_changed(held.answers, now, state.people.count):
        value = compute()
        body = b"" if gathering.alone else msgspec.msgpack.encode((number, value))
        held = memory.held[part] = HeldBack(number, now, value, body)
        gathering.share(part, body)
    value_now: T = held.value
    return value_now


def _shared(gathering: LiveGathering, part: str, number: int, kind: type[T]) -> T | None:
    """Return what the leader shared of a draft; None if nothing."""
    body = gathering.shared.get(part)
    if not body:
        return None
    try:
        draft, value = msgspec.msgpack.decode(body, type=tuple[int, kind])  # type: ignore[valid-type]
    except msgspec.MsgspecError:
        return None  # another version shared it
    found: T = value
    return found if draft == number else None


def would_change(gathering: LiveGathering, number: int, line: int) -> disclosure.Shown:
    """Return how many would change a line, in steps of k people; 0 for fewer, and of up to twelve people. O(answers).

    It moves after k different people changed an answer to the draft. Authors and stewards read it beside what others
    would change.
    """
    state = gathering.state
    if disclosure.is_small(state.people.count):
        return disclosure.show_steps(0)
    counts = changing(gathering, number)
    return disclosure.show_steps(0 if counts is None or line >= len(counts) else counts[line])


def changing(gathering: LiveGathering, number: int) -> list[int] | None:
    """Return how many would change each line of a draft, in steps of k people; None where it is not told yet."""
    draft = gathering.state.prayers.drafts[number]

    def compute() -> list[int]:
        answers = answers_seen(gathering.state, draft).values()
        wanting = (sum((line, Reading.WOULD_CHANGE) in one for one in answers) for line in range(len(draft.readings)))
        return [disclosure.in_steps(count) for count in wanting]

    return held_back(gathering, "would change", number, compute, list[int])
