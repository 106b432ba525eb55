"""Answers to the lines of a draft, as they may be told: they move only after k different people changed one."""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import State
from oneheart.live.state.text import LiveDraft
from oneheart.model.prayer import Reading
from oneheart.web.memory import AnswersSeen, memory_of


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


def would_change(gathering: LiveGathering, number: int, line: int) -> Shown:
    """Return how many would change a line, in steps of k people; 0 for fewer, and of up to twelve people. O(answers).

    It moves after k different people changed an answer to the draft. Authors and stewards read it beside what others
    would change.
    """
    state, memory = gathering.state, memory_of(gathering)
    if disclosure.is_small(state.people.count):
        return disclosure.show_steps(0)
    now, told = answers_seen(state, state.prayers.drafts[number]), memory.answers_told
    if told is None or told[0] != number or enough_people_changed(told[1], now, state.people.count):
        told = memory.answers_told = (number, now)
    return disclosure.show_steps(sum((line, Reading.WOULD_CHANGE) in answers for answers in told[1].values()))
