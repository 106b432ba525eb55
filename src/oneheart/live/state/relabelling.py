"""Relabelling: when an author may correct the language of their own desire. This is the one rule for that.

The language decides who reads a desire and who is asked to carry it. Somebody who could change it at any moment could
make a line unreadable for those who want it, or readable again, as it suits them.

So one correction is free, in the stage in which the desire was said. After that a language is taken only if the words
themselves show it. The rule looks at no answer of others, so it tells nobody whether somebody has answered.
"""

from __future__ import annotations

from oneheart.engine.desire.scripts import shown_language
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.desires import Desires
from oneheart.live.state.text import Prayers


def check_new_language(body: ev.DesireLanguage, prayers: Prayers, desires: Desires, course: Course) -> Refusal | None:
    """Refuse a language for a line of this round's draft, and a second or late correction that the words do not show.

    Readers of a line would otherwise be others than were asked. Asked before the event is written. O(lines + length).
    """
    draft = prayers.of_round(course.round)
    if draft is not None and any(body.desire in line.cites for line in draft.body.lines):
        return Refusal.CLOSED
    desire = desires[body.desire]
    if body.language == desire.language or (not desire.relabelled and desire.said_in == course.version):
        return None
    shown = shown_language(desire.text, course.languages)
    return None if shown == body.language else Refusal.LABELLED
