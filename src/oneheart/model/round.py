"""A round: the stages of a gathering, the desires dealt in the crossing, and the answers that people may give."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stage of a round. Only hosts move it.

    Desires are accepted in OPEN, responses in OPEN and CROSSING, readings in READING and SECOND_READING.

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
        """Return whether a new desire counts in this stage; a later one waits for the next round."""
        return self is Stage.OPEN

    @property
    def takes_responses(self) -> bool:
        """Return whether a response counts in this stage."""
        return self in {Stage.OPEN, Stage.CROSSING}

    @property
    def takes_readings(self) -> bool:
        """Return whether people answer the lines of a draft in this stage."""
        return self in {Stage.READING, Stage.SECOND_READING}

    @property
    def takes_translations(self) -> bool:
        """Return whether readers of two languages are asked on their phones to carry lines of a draft, or confirm them.

        Whatever says that they are asked, offers the form for it or keeps its answer follows this.
        """
        return self.takes_readings


class Travelling(StrEnum):
    """The desires that are dealt in the crossing: all, or only those that circles sent or hosts said."""

    ALL = "all"
    LINES = "lines"


class Voice(StrEnum):
    """The answers that people may give: a "ten" has no "against", an "assembly" has it.

    Example:
        >>> Voice.TEN.may_be_against, Voice.ASSEMBLY.may_be_against
        (False, True)
    """

    TEN = "ten"
    ASSEMBLY = "assembly"

    @property
    def may_be_against(self) -> bool:
        """Return whether people may answer AGAINST before the reading."""
        return self is Voice.ASSEMBLY
