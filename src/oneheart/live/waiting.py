"""Waiting: requests whose events are being written, and an answer for each in time, however long the store takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal, Refused
from oneheart.storage.log import Entry

PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class WaitingEvent:
    """A request that waits until its event is durable.

    Attributes:
        entry: the event as it is written.
        body: its body.
        only_if_repeated: why the event cannot count, if it is not a repeat; None if it may.
        done: gets the outcome.
    """

    entry: Entry
    body: ev.AnyBody
    only_if_repeated: Refusal | None
    done: asyncio.Future[Any]

    def tell(self, outcome: object) -> None:
        """Answer the request. One that was cancelled or answered gets no answer; its event counts all the same."""
        if self.done.done():
            return
        if isinstance(outcome, Refusal):
            self.done.set_exception(Refused(outcome))
        else:
            self.done.set_result(outcome)


class Patience:
    """Answers everybody who waits if the store does not, for example because its machine stands still.

    They are told that nothing is kept. What they sent is still written if the store comes back; sent again, it is a
    repeat.

    Attributes:
        late: true while the store does not answer; nobody should begin to wait then.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        """Begin with a store that answers.

        Args:
            note: told what is wrong, for hosts.
        """
        self._note = note
        self.late = False

    @contextmanager
    def over(self, batch: Iterable[WaitingEvent], queue: Iterable[WaitingEvent]) -> Iterator[None]:
        """Watch the writing of a batch, while others wait in a queue."""
        timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._tell, batch, queue)
        try:
            yield
        finally:
            timer.cancel()
            self.late = False

    def _tell(self, batch: Iterable[WaitingEvent], queue: Iterable[WaitingEvent]) -> None:
        self.late = True
        self._note(f"nothing could be written for {PATIENCE_SECONDS:g} seconds")
        for waiting in (*batch, *queue):
            waiting.tell(Refusal.DISK)
