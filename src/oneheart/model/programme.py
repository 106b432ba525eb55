"""Programmes: steps with durations that lead a round, or a series of questions."""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.model.round import Stage, Travelling

QUESTIONS_MOST = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a programme.

    Attributes:
        stage: stage of the round.
        seconds: duration of the stage in seconds.
        travelling: desires that are dealt in the crossing.
    """

    stage: Stage
    seconds: int
    travelling: Travelling = Travelling.ALL


def _steps(*minutes: float, travelling: Travelling = Travelling.ALL) -> tuple[Step, ...]:
    return tuple(
        Step(stage, round(60 * length), travelling if stage is Stage.CROSSING else Travelling.ALL)
        for stage, length in zip(Stage, minutes, strict=True)
    )


_DAY = 24 * 60.0
READY: dict[str, tuple[Step, ...]] = {
    "hall": _steps(8, 2.5, 0.5, 3, 3, 1, 2, travelling=Travelling.LINES),
    "ten": _steps(3, 2, 0.5, 2, 1, 0.5, 1),
    "workshop": _steps(4, 3, 0.5, 2.5, 1.5, 0.5, 0.5),
    "days": _steps(_DAY, _DAY, 60, _DAY, _DAY, 60, 60),
}
"""A hall of many tens in twenty minutes; one ten alone in ten; one question of a workshop in some twelve and a half;
a gathering over several days."""


def minutes_of(name: str) -> float:
    """Return the duration of a ready programme for one question, in minutes.

    Raises:
        KeyError: no programme has this name.

    Example:
        >>> minutes_of("hall"), minutes_of("ten"), minutes_of("workshop")
        (20.0, 10.0, 12.5)
    """
    return sum(step.seconds for step in READY[name]) / 60
