"""Results of asking a language model to connect the lines of a draft.

Every failure is one of a closed list of words; what a server sends instead of an answer is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "nothing to connect",  # fewer than two neighbouring lines of one language that has connectives
    "too many lines",  # more than `prompt.LINES_MOST`
    "address",  # the address is, or resolves to, a forbidden one
    "away",  # nobody is there: connection refused, unknown name, broken off, certificate not trusted
    "timeout",  # the timeout was exceeded
    "cancelled",  # an inner task was cancelled
    "rate limited",  # 429, and the pause would exceed the timeout
    "server error",  # 5xx, repeatedly
    "not allowed",  # 401 or 403: the key
    "not found",  # 404: the address or the model
    "bad request",  # any other status than 200
    "redirected",  # 3xx; never followed
    "too large",  # larger than the size limit
    "refused",  # the model refused
    "cut short",  # the answer is truncated
    "not json",
    "wrong shape",
    "no model",  # no model on this machine for these two languages
    "engine",  # the model on this machine failed, or took too long
    "no draft",  # an answer that cannot be the words of this line in that language
]

RejectedReason = Literal[
    "lost",  # no line of the answer holds it
    "nothing cited",
    "unknown id",
    "said twice",
    "out of order",
    "invented quote",
    "languages",  # several languages, or one without connectives
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
    """One line as it may be shown: one or more lines of the draft, verbatim, in order.

    Attributes:
        text: texts of the lines, with allowed connectives between them.
        language: language code of all of them.
        lines: their numbers in the draft, consecutive.

    Example:
        >>> ConnectedLine("Peace and bread", "en", (0, 1)).connected, ConnectedLine("Peace", "en", (0,)).connected
        (True, False)
    """

    text: str
    language: str
    lines: tuple[int, ...]

    @property
    def connected(self) -> bool:
        """Return whether the line joins several lines; only then is it marked as written with a model."""
        return len(self.lines) > 1


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line of the answer that is not shown, or lines of the draft that the answer left out.

    Attributes:
        reason: the reason.
        lines: numbers of the draft's lines that it cites or lost; () if it cites no existing line.

    Example:
        >>> Rejected("lost", (2,)).reason
        'lost'
    """

    reason: RejectedReason
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """The lines of a draft after a model has connected some of them: each once, verbatim, in order.

    Attributes:
        lines: lines to show.
        rejected: rejected parts of the answer, with reasons.
        model: name of the model, from the operator.
        fingerprint: version that the server reports; "" if it reports none or an invalid one.
        prompt_version: version of the prompt.
        key: SHA-256 of model, address, version, shape and lines, hexadecimal; the cache key.

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
        """Return whether any line was connected, so that the text must be marked as written with a model."""
        return any(line.connected for line in self.lines)


@dataclass(frozen=True, slots=True)
class Failure:
    """No usable answer; the text stays as it was.

    Attributes:
        kind: the reason.

    Example:
        >>> Failure("timeout").kind
        'timeout'
    """

    kind: FailureKind


Outcome = Connected | Failure
