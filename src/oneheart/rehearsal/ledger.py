"""What a phone knows to be kept, and whether the server has just that: nothing lost, nothing twice.

Judged per phone from two things only: what the server acknowledged to it, and what the server says it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tap:
    """One thing that a person did, however often it was sent.

    Attributes:
        kind: "desire", "join", "response" or "reading".
        desire: number of the desire that it is about; None for a new one.
        stance: of a response.
        text: of a desire; what was said to a line.
        line: of a reading, numbers of the draft and of the line.
        acknowledged: the server said that it is kept.
        refused: the server said that it is not.
    """

    kind: str
    desire: int | None = None
    stance: int = 0
    text: str = ""
    line: tuple[int, int] | None = None
    acknowledged: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What a server says that it holds of one person.

    Attributes:
        desires: their texts, in order.
        responses: (desire, stance) pairs, in order.
        joined: how many of the person's own desires were joined to another.
        readings: what was said to each line of each draft.
    """

    desires: tuple[str, ...]
    responses: tuple[tuple[int, int], ...]
    joined: int = 0
    readings: tuple[tuple[tuple[int, int], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of one or many phones.

    Attributes:
        people: who got a seat.
        desires_sent, desires_acknowledged, desires_stored: counts of desires said.
        sent: responses that people gave, each once however often it was sent.
        acknowledged: of these, those that the server said are kept.
        stored: of the acknowledged, those that count in what the server holds.
        doubled: desires or responses that the server holds more often than they were given.
        lost: what was acknowledged and is not held, or is held otherwise; desires too.
    """

    people: int = 0
    desires_sent: int = 0
    desires_acknowledged: int = 0
    desires_stored: int = 0
    sent: int = 0
    acknowledged: int = 0
    stored: int = 0
    doubled: int = 0
    lost: int = 0

    def __add__(self, other: Findings) -> Findings:
        """Return both together."""
        return Findings(*(getattr(self, name) + getattr(other, name) for name in Findings.__slots__))


@dataclass(slots=True)
class Ledger:
    """Everything that one phone sent, in the order in which it was first sent.

    Example:
        >>> ledger = Ledger()
        >>> ledger.note("k1", Tap("response", desire=4, stance=1)).acknowledged = True
        >>> found = ledger.compare(Held((), ()))
        >>> found.acknowledged, found.stored, found.lost
        (1, 0, 1)
    """

    taps: dict[str, Tap] = field(default_factory=dict)

    def note(self, key: str, tap: Tap) -> Tap:
        """Write down what is about to be sent; the same key is the same tap."""
        return self.taps.setdefault(key, tap)

    def compare(self, held: Held) -> Findings:
        """Return what became of it all."""
        said = [tap for tap in self.taps.values() if tap.kind == "desire"]
        kept_texts = Counter(held.desires)
        promised_texts = Counter(tap.text for tap in said if tap.acknowledged)
        given_texts = Counter(tap.text for tap in said if not tap.refused)
        desires_stored = (promised_texts & kept_texts).total()
        extra_desires = (kept_texts - given_texts).total()

        taps = [tap for tap in self.taps.values() if tap.kind == "response"]
        last = _last_stances(taps)
        possible = _possible_stances(taps)
        times = Counter(desire for desire, _ in held.responses)
        held_stance = dict(held.responses)
        acknowledged = [tap for tap in taps if tap.acknowledged]
        right = {desire for desire, stance in last.items() if held_stance.get(desire) in stance}
        stored = sum(tap.desire in right for tap in acknowledged)
        joins = max(held.joined, sum(tap.kind == "join" and not tap.refused for tap in self.taps.values()))
        strange = sum(desire not in possible for desire in times)
        twice = sum(count - 1 for count in times.values())
        return Findings(
            people=1,
            desires_sent=len(said),
            desires_acknowledged=promised_texts.total(),
            desires_stored=desires_stored,
            sent=len(taps),
            acknowledged=len(acknowledged),
            stored=stored,
            doubled=extra_desires + twice + max(0, strange - joins),
            lost=promised_texts.total() - desires_stored + len(acknowledged) - stored + self._readings_lost(held),
        )

    def _readings_lost(self, held: Held) -> int:
        """Return how many acknowledged readings of a line are not held, or held otherwise."""
        there = dict(held.readings)
        last = {tap.line: tap.text for tap in self.taps.values() if tap.kind == "reading" and tap.acknowledged}
        return sum(line is not None and there.get(line) != said for line, said in last.items())


def _last_stances(taps: list[Tap]) -> dict[int, set[int]]:
    """Return by desire which stances may be held: the last acknowledged one, and any sent after it without answer."""
    out: dict[int, set[int]] = {}
    for tap in taps:
        if tap.desire is None or tap.refused:
            continue
        if tap.acknowledged:
            out[tap.desire] = {tap.stance}
        elif tap.desire in out:
            out[tap.desire].add(tap.stance)
    return out


def _possible_stances(taps: list[Tap]) -> set[int]:
    return {tap.desire for tap in taps if tap.desire is not None and not tap.refused}


def held_in(mine: Mapping[str, Any]) -> Held:
    """Return what a server says that it holds, from the "my data" of one person.

    Raises:
        ValueError: it is not in the shape that phones know.

    Example:
        >>> held_in({"desires": [{"desire": 1, "text": "Be one"}], "responses": [{"desire": 2, "stance": -1}]})
        Held(desires=('Be one',), responses=((2, -1),), joined=0, readings=())
    """
    try:
        desires = [entry for entry in mine["desires"] if isinstance(entry["text"], str)]
        responses = tuple((int(entry["desire"]), int(entry["stance"])) for entry in mine["responses"])
    except (KeyError, TypeError, ValueError) as error:
        message = f"the person's own data are not in the shape that phones know: {error!r}"
        raise ValueError(message) from error
    joined = sum(entry.get("same_as") is not None for entry in desires)
    readings = tuple(((int(r["draft"]), int(r["line"])), str(r["reading"])) for r in mine.get("readings", ()))
    return Held(tuple(" ".join(entry["text"].split()) for entry in desires), responses, joined, readings)
