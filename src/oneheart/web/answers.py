"""JSON answers: the one encoder for everything that the server sends as JSON to scripts, screens and programs.

It encodes only structs of the base class `Told`. In these a count of people must be a `Shown`; the base class checks
this when a struct is defined and when an instance is made.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from starlette.responses import Response

from oneheart.engine.told import Ordinal, Told, encode_shown

_ENCODER = msgspec.json.Encoder(enc_hook=encode_shown)


def encode(answer: Told) -> bytes:
    """Return an answer as JSON.

    Raises:
        TypeError: for anything but a struct of the base class `Told`, such as a dict with a bare count.

    Example:
        >>> encode(NotKept(kept=False, why="closed", sentence="Not now."))
        b'{"kept":false,"why":"closed","sentence":"Not now."}'
        >>> encode({"people": 12})
        Traceback (most recent call last):
        ...
        TypeError: a dict is no answer: encode a struct of the base class Told
    """
    if not isinstance(answer, Told):
        message = f"a {type(answer).__name__} is no answer: encode a struct of the base class Told"
        raise TypeError(message)
    return _ENCODER.encode(answer)


def as_json(answer: Told, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(encode(answer), status, media_type="application/json")


def as_document(document: dict[str, Any]) -> Response:
    """Return a JSON answer that holds nothing about a gathering, such as the OpenAPI document."""
    return Response(_ENCODER.encode(document), media_type="application/json")


class KeptAnswer(Told, frozen=True):
    """A form was stored.

    Attributes:
        kept: always true.
        receipt: commitment of the event, hexadecimal; "" where there is none.
        heads: number of heads of the record that were published before. The event is under the second head after
            these at the latest.
    """

    kept: Literal[True] = True
    receipt: str = ""
    heads: Ordinal = 0


class NotKept(Told, frozen=True):
    """A form was refused.

    Attributes:
        kept: always false.
        why: error code for programs.
        sentence: error message for the person, in their language.
    """

    kept: Literal[False]
    why: str
    sentence: str
