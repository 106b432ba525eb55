"""A round: the stages of a gathering, what travels in the crossing, and the voice in which people answer."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stage at which a round stands. Only hosts move it.

    Desires are taken in OPEN, responses in OPEN and CROSSING, affirmations in READING and SECOND_READING.

    Example:
        >>> Stage("crossing").takes_responses, Stage.SEALED.takes_responses
        (True, False)
    """

    OPEN = "open"
    CROSSING = "crossing"
    WEAVING = "weaving"
    READING = "reading"
    SECOND_READING = "second reading"
    SEALED = "sealed"
    SAID = "said"

    @property
    def takes_desires(self) -> bool:
        """Return whether a new desire counts in this stage; one that comes later is kept for the next round."""
        return self is Stage.OPEN

    @property
    def takes_responses(self) -> bool:
        """Return whether a response counts in this stage."""
        return self in {Stage.OPEN, Stage.CROSSING}

    @property
    def takes_readings(self) -> bool:
        """Return whether in this stage people say what a draft is for them."""
        return self in {Stage.READING, Stage.SECOND_READING}


class Travelling(StrEnum):
    """Which desires are dealt in the crossing: all of them, or only circles' lines and what circles carry."""

    ALL = "all"
    LINES = "lines"


class Voice(StrEnum):
    """The answers that people may give: a ten disputes nobody, an assembly may also say "against".

    Example:
        >>> Voice.TEN.may_be_against, Voice.ASSEMBLY.may_be_against
        (False, True)
    """

    TEN = "ten"
    ASSEMBLY = "assembly"

    @property
    def may_be_against(self) -> bool:
        """Return whether AGAINST is offered before the reading."""
        return self is Voice.ASSEMBLY
