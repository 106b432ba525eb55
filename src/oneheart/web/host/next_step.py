"""The next step on the hosts' desk: what to wait for, the one button that leads on, and what it changes, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from oneheart.engine import disclosure
from oneheart.live.headings import Heading, heading_of
from oneheart.live.sealed_record import draft_shown, moment, record_now
from oneheart.live.state import State
from oneheart.live.state.moves import check_new_stage
from oneheart.model.round import Stage
from oneheart.web.clock_words import ClockTold, clock_told
from oneheart.web.said import are_apart, stage_name
from oneheart.web.who import Host
from oneheart.web.words import Plain

SAYING_SECONDS = 20
"""Time from the button to the moment of saying, unless hosts choose another: enough for everybody to look up."""
SAYING_CHOICES = (10, SAYING_SECONDS, 60, 300, 900)


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


WAIT: dict[Stage, str] = {
    Stage.OPEN: _t("Wait until nobody is writing any more."),
    Stage.CROSSING: _t("Wait until most have answered their cards."),
    Stage.WEAVING: _t("The text is there. Let all look up before it is read."),
    Stage.READING: _t("Wait until most have read every line."),
    Stage.SECOND_READING: _t("Wait until most have read the changed lines."),
    Stage.SEALED: _t("Wait until all are quiet and look up."),
    Stage.SAID: _t("Let it stand for a while."),
}
"""What a host waits for in each stage, before the next step."""
WEAVING_NOW = _t("The text is being woven; it takes a few seconds. This page shows it by itself.")
SEALING_NOW = _t("The text is being sealed; it takes a few seconds.")
COUNTING_DOWN = _t("The moment is set; every screen counts down to it.")
NO_LINE = _t("Nothing is to be read, sealed or said in this round.")
LEADS: dict[Stage, tuple[str, str]] = {
    Stage.OPEN: (
        _t("Begin a new round …"),
        _t(
            "Everybody is asked anew. What people want travels on, but a text that is not sealed is given up; nobody "
            "can read or say the text of this round any more. There is no way back."
        ),
    ),
    Stage.CROSSING: (
        _t("Let the desires travel"),
        _t("Phones show desires from far away. What somebody writes from now on waits for the next round."),
    ),
    Stage.WEAVING: (
        _t("Weave the text"),
        _t("Cards close. What was said is put into one text, in a few seconds; hall and phones say so."),
    ),
    Stage.READING: (
        _t("Begin the reading"),
        _t("The lines stand on hall and phones. Everybody says what they can say with all."),
    ),
    Stage.SECOND_READING: (
        _t("Read the changed lines"),
        _t("Lines that go against some come back in other words, and only these are read once more."),
    ),
    Stage.SEALED: (
        _t("Seal the text"),
        _t("No word of it changes any more. You can take the seal back until it is said."),
    ),
    Stage.SAID: (_t("Say it together"), _t("Hall and phones count down, and all say it at one moment.")),
}
"""For each stage, the button that leads there and what it changes."""
CROSSES_IN_ONE = _t("Phones show what others want. What somebody writes from now on waits for the next round.")
"""What the crossing changes where there are no two circles that could be far apart."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of a round, as a host reads it.

    Attributes:
        code: stage to which it leads, as a value of `Stage`.
        wait: what to wait for before it.
        lead: words of the button.
        change: what the button changes.
        busy: true while the house weaves or seals, so that there is nothing to do.
        asks: true if it cannot be undone, so that the desk asks once more.
    """

    code: str
    wait: Markup
    lead: Markup
    change: Markup
    busy: bool = False
    asks: bool = False


def following_of(state: State) -> Stage:
    """Return the stage that comes next; a new round where there is no text to go on with."""
    following = list(Stage)[(list(Stage).index(state.stage) + 1) % len(Stage)]
    refused = check_new_stage(following, state.prayers, state.desires, state.course)
    return Stage.OPEN if refused is not None else following


def next_step(host: Host) -> NextStep:
    """Return the next step of the round. A step of the programme that is due replaces the following stage."""
    state, t = host.state, host.words.t
    following, heading = following_of(state), heading_of(state)
    due = _step_due(state)
    following = following if due is None else due
    lead, change = LEADS[following]
    if following is Stage.CROSSING and not are_apart(state):
        change = CROSSES_IN_ONE
    wait, busy = WAIT[state.stage], False
    if heading is Heading.NO_TEXT:
        wait = NO_LINE
    elif heading is Heading.SEALING:
        wait, busy = SEALING_NOW, True
    elif state.stage in {Stage.WEAVING, Stage.READING} and draft_shown(state) is None:
        wait, busy = WEAVING_NOW, True
    elif moment(state) is not None:
        wait = COUNTING_DOWN
    asks = following is Stage.OPEN and state.stage is not Stage.OPEN
    return NextStep(following.value, t(wait), t(lead), t(change), busy, asks)


def _step_due(state: State) -> Stage | None:
    """Return the stage of the next step of the programme; None without one, and where the round does not allow it."""
    number = 0 if state.step is None else state.step + 1
    if number >= len(state.programme):
        return None
    stage = state.programme[number].stage
    refused = check_new_stage(stage, state.prayers, state.desires, state.course)
    return None if refused is not None or stage is state.stage else stage


def next_context(host: Host) -> dict[str, Any]:
    """Return the template context of the zone *now*."""
    state, words = host.state, host.words
    step = next_step(host)
    record = record_now(state)
    sealed = record is not None and state.stage is Stage.SEALED
    say_at = moment(state)
    return {
        "next": step,
        "by_programme": _step_due(state) is not None and not sealed,
        "next_said": stage_name(state, Stage(step.code), words),
        "say_now": sealed,
        "saying": None if say_at is None else clock_told(words, say_at, host.gathering.now()),
        "saying_seconds": SAYING_SECONDS,
        "saying_choices": [(seconds, _in_words(host, seconds)) for seconds in SAYING_CHOICES],
        "clock": _clock(host),
        "heard": disclosure.show_steps(min(state.released.heard, disclosure.in_steps(state.people.count))),
        "asks_heard": state.stage.takes_responses or state.stage.takes_readings,
    }


def _clock(host: Host) -> ClockTold | None:
    state = host.state
    return None if state.clock is None or state.ended else clock_told(host.words, state.clock, host.gathering.now())


def _in_words(host: Host, seconds: int) -> Markup:
    if seconds < 60:  # noqa: PLR2004  seconds of a minute
        return host.words.t("in {seconds} seconds", seconds=str(seconds))
    return host.words.n("in {count} minute", "in {count} minutes", Plain(seconds // 60))
