"""Connecting: an optional language model puts allowed connectives between lines that stay verbatim.

It chooses, drops and changes nothing: people's answers decide the lines before it is asked. Whatever it answers, the
text holds each line once, verbatim, in its order. The text without a model always exists first; everything here may
fail.

An extra: `pip install 'oneheart[llm]'`. Nothing else in oneheart needs it.
"""

from __future__ import annotations

from oneheart.connecting import client, mosaic, prompt
from oneheart.connecting.address import (
    Address,
    Endpoint,
    Resolver,
    checked,
    endpoint_from_environment,
    system_resolve,
)
from oneheart.connecting.outcome import Connected, ConnectedLine, Failure, FailureKind, Outcome, Rejected
from oneheart.model.prayer import Draft

__all__ = [
    "Address",
    "Connected",
    "ConnectedLine",
    "Endpoint",
    "Failure",
    "FailureKind",
    "Outcome",
    "Rejected",
    "checked",
    "connect",
    "endpoint_from_environment",
]


async def connect(
    draft: Draft, endpoint: Endpoint, *, seconds: float = 20.0, resolve: Resolver = system_resolve
) -> Connected | Failure:
    """Return the draft's lines, some of them connected, or the reason why not. It always ends within the timeout.

    Args:
        draft: chosen and ordered lines; at most 40 are sent to a model.
        endpoint: the model, from `endpoint_from_environment`.
        seconds: timeout for everything together, in seconds.
        resolve: resolves host names.

    Raises:
        asyncio.CancelledError: the caller cancelled; every other error is a `Failure`.

    Example:
        >>> import asyncio
        >>> endpoint = Endpoint(checked("https://models.example.org/v1"), "a-model")
        >>> asyncio.run(connect(Draft(()), endpoint))
        Failure(kind='nothing to connect')
    """
    if not mosaic.can_connect(draft.lines):
        return Failure("nothing to connect")
    if len(draft.lines) > prompt.LINES_MOST:
        return Failure("too many lines")
    question = prompt.payload(draft.lines, mosaic.connectives_for(line.language for line in draft.lines))
    reply = await client.ask(endpoint, question, form=prompt.MOSAIC, seconds=seconds, resolve=resolve)
    if isinstance(reply, Failure):
        return reply
    lines, rejected = mosaic.whole(draft.lines, mosaic.verify(draft.lines, reply.answer))
    key = prompt.cache_key(endpoint.model, endpoint.address.base_url, question)
    return Connected(lines, rejected, endpoint.model, reply.fingerprint, prompt.PROMPT_VERSION, key)
