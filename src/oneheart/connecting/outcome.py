"""What comes back when a language model was asked to connect the lines of a draft.

Everything that can go wrong is one of a closed list of words, never a text: what a server answers instead of an answer
is shown to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "nothing to connect",  # fewer than two neighbouring lines of one language that has connectives
    "too many lines",  # more than a model is ever given
    "address",  # the address leads, or came to lead, where nothing may be asked
    "away",  # nobody is there: connection refused, unknown name, broken off, certificate not trusted
    "timeout",  # the time was over
    "cancelled",  # something within stopped by itself
    "rate limited",  # 429, and waiting would take too long
    "server error",  # 5xx, again and again
    "not allowed",  # 401 or 403: the key
    "not found",  # 404: the address or the model
    "bad request",  # any other answer that is not 200
    "redirected",  # 3xx; never followed
    "too large",  # more than is ever read
    "refused",  # the model does not want to
    "cut short",  # the answer ends before its end
    "not json",
    "wrong shape",
]

RejectedReason = Literal[
    "lost",  # no line of the answer says it
    "nothing cited",
    "unknown id",
    "said twice",
    "out of order",
    "invented quote",
    "languages",  # lines of several languages, or of one that has no connectives
    "link",
    "markup",
    "changed number",
    "changed negation",
    "added words",
    "lost words",
    "too long",
]


@dataclass(frozen=True, slots=True)
class ConnectedLine:
    """One line as it may be shown: one or more lines of the draft, word for word, in their order.

    Attributes:
        text: the lines' own texts, with connectives from the allowed list between them.
        language: of all of them.
        lines: their numbers in the draft, one after another.

    Example:
        >>> ConnectedLine("Peace and bread", "en", (0, 1)).connected, ConnectedLine("Peace", "en", (0,)).connected
        (True, False)
    """

    text: str
    language: str
    lines: tuple[int, ...]

    @property
    def connected(self) -> bool:
        """Return whether a model put several lines together here; only then is the line written with a model."""
        return len(self.lines) > 1


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of the answer that is not shown, or lines of the draft that the answer left out.

    Attributes:
        reason: why.
        lines: numbers of the draft's lines that it cites, or that were lost; () where it cites none that there are.

    Example:
        >>> Rejected("lost", (2,)).reason
        'lost'
    """

    reason: RejectedReason
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """The lines of a draft after a model has connected some of them: each of them once, verbatim, in the draft's order.

    Attributes:
        lines: as they may be shown.
        rejected: what of the answer was not taken, with reasons.
        model: the name that the operator gave.
        fingerprint: what the server calls the version that answered; "" where it says nothing fit to be kept.
        prompt_version: of what was asked.
        key: SHA-256, in hexadecimal, of model, address, version, shape and lines: equal for equal questions.

    Example:
        >>> Connected((ConnectedLine("Peace", "en", (0,)),), (), "m", "", "mosaic-1", "").written_with_model
        False
    """

    lines: tuple[ConnectedLine, ...]
    rejected: tuple[Rejected, ...]
    model: str
    fingerprint: str
    prompt_version: str
    key: str

    @property
    def written_with_model(self) -> bool:
        """Return whether anything in the text is the model's: whether it has to be shown as written with one."""
        return any(line.connected for line in self.lines)


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer that could be used: the text stays as it was.

    Attributes:
        kind: what happened.

    Example:
        >>> Failure("timeout").kind
        'timeout'
    """

    kind: FailureKind


Outcome = Connected | Failure
