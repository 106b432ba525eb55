"""State: the result of all events of a gathering, in eight parts.

`course` (settings, stage, round), `people` (seats, circles, cards), `desires` (desires and answers), `company`
(occasions), `text` (drafts, seals), `heads` (published heads of the record), `released` (words and numbers that people
read) and `keeping` (terms, consent, erasure at the end). `state` joins them and holds the table of rules, one for each
kind of event.
"""

from __future__ import annotations

from oneheart.live.refusal import Refusal
from oneheart.live.state.desires import OPEN_DESIRES, LiveDesire
from oneheart.live.state.rule import Rule
from oneheart.live.state.state import Applied, State

__all__ = ["OPEN_DESIRES", "Applied", "LiveDesire", "Refusal", "Rule", "State"]
