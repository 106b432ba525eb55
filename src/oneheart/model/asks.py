"""What an answer of 1 says. It stands alone, so that `oneheart --help` loads no numpy."""

from __future__ import annotations

from enum import StrEnum


class Asks(StrEnum):
    """What an answer of 1 says: "I want this", or "I agree with this statement". Agreeing is not wanting."""

    WANT = "want"
    AGREE = "agree"
