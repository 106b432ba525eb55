"""The ledger of a phone: compares acknowledged taps with what the server holds, to find lost and doubled ones.

It uses two things only: what the server acknowledged to the phone, and what the server says it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oneheart.engine.desire.entry import wording_key

_JOINED = frozenset({"joined", "same words"})


@dataclass(slots=True)
class Tap:
    """One act of a person, however often it was sent.

    Attributes:
        kind: "desire", "join", "response" or "reading".
        desire: alias of its desire; None for a new one.
        stance: stance of a response.
        text: text of a desire, or answer to a line.
        line: of a reading: numbers of the draft and of the line.
        acknowledged: true if the server said that it is kept.
        refused: true if the server said that it is not kept.
    """

    kind: str
    desire: str | None = None
    stance: int = 0
    text: str = ""
    line: tuple[int, int] | None = None
    acknowledged: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What a server says that it holds of one person.

    Attributes:
        desires: texts of their desires, in order.
        responses: pairs of the alias of a desire and the stance, in order.
        joined: number of the person's desires that were joined to another.
        travelling: language and words of their desires that travel by themselves.
        readings: answers to each line of each draft.
    """

    desires: tuple[str, ...]
    responses: tuple[tuple[str, int], ...]
    joined: int = 0
    readings: tuple[tuple[tuple[int, int], str], ...] = ()
    travelling: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Comparison of one or many ledgers with the server.

    Attributes:
        people: number of people with a seat.
        desires_sent, desires_acknowledged, desires_stored: numbers of desires.
        sent: responses of people, each counted once however often it was sent.
        acknowledged: sent responses that the server acknowledged.
        stored: acknowledged responses that the server holds.
        doubled: desires or responses that the server holds more often than they were sent.
        lost: acknowledged desires or responses that the server does not hold, or holds differently.
        erased: acknowledged responses to desires whose authors have erased them; they are not lost.
        apart: desires that travel although others with the same words in the same language do.
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
    erased: int = 0
    apart: int = 0

    def __add__(self, other: Findings) -> Findings:
        """Return the sum of both."""
        return Findings(*(getattr(self, name) + getattr(other, name) for name in Findings.__slots__))


@dataclass(slots=True)
class Ledger:
    """All taps of one phone, in the order in which they were first sent.

    Example:
        >>> ledger = Ledger()
        >>> ledger.note("k1", Tap("response", desire="4f", stance=1)).acknowledged = True
        >>> found = ledger.compare(Held((), ()))
        >>> found.acknowledged, found.stored, found.lost
        (1, 0, 1)
    """

    taps: dict[str, Tap] = field(default_factory=dict)

    def note(self, key: str, tap: Tap) -> Tap:
        """Record a tap before it is sent. An equal key is the same tap."""
        return self.taps.setdefault(key, tap)

    def missing(self, held: Held) -> list[str]:
        """Return the keys of acknowledged responses to desires of which the server holds no response of this person."""
        answered = {desire for desire, _ in held.responses}
        return [
            key
            for key, tap in self.taps.items()
            if tap.kind == "response" and tap.acknowledged and tap.desire not in answered
        ]

    def compare(self, held: Held, erased: Collection[str] = ()) -> Findings:
        """Return the findings for this phone.

        Args:
            held: what the server holds of this person.
            erased: keys of responses of which the server says that their desire is not there any more.
        """
        desires = [tap for tap in self.taps.values() if tap.kind == "desire"]
        kept_texts = Counter(held.desires)
        promised_texts = Counter(tap.text for tap in desires if tap.acknowledged)
        given_texts = Counter(tap.text for tap in desires if not tap.refused)
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
        gone = sum(key in erased for key in self.taps)
        unkept = len(acknowledged) - stored - gone
        joins = max(held.joined, sum(tap.kind == "join" and not tap.refused for tap in self.taps.values()))
        strange = sum(desire not in possible for desire in times)
        twice = sum(count - 1 for count in times.values())
        return Findings(
            people=1,
            desires_sent=len(desires),
            desires_acknowledged=promised_texts.total(),
            desires_stored=desires_stored,
            sent=len(taps),
            acknowledged=len(acknowledged),
            stored=stored,
            doubled=extra_desires + twice + max(0, strange - joins),
            lost=promised_texts.total() - desires_stored + unkept + self._readings_lost(held),
            erased=gone,
        )

    def _readings_lost(self, held: Held) -> int:
        """Return the number of acknowledged readings that are not held, or held differently."""
        readings = dict(held.readings)
        last = {tap.line: tap.text for tap in self.taps.values() if tap.kind == "reading" and tap.acknowledged}
        return sum(line is not None and readings.get(line) != reading for line, reading in last.items())


def _last_stances(taps: list[Tap]) -> dict[str, set[int]]:
    """Return, by desire, the stances that may be held: the last acknowledged one, and unanswered ones sent later."""
    out: dict[str, set[int]] = {}
    for tap in taps:
        if tap.desire is None or tap.refused:
            continue
        if tap.acknowledged:
            out[tap.desire] = {tap.stance}
        elif tap.desire in out:
            out[tap.desire].add(tap.stance)
    return out


def _possible_stances(taps: list[Tap]) -> set[str]:
    return {tap.desire for tap in taps if tap.desire is not None and not tap.refused}


def copies_apart(held: Iterable[Held]) -> int:
    """Return how many desires travel beside another one with the same words in the same language, over all people.

    Example:
        >>> said = (("en", "Peace"), ("es", "Peace"), ("en", "PEACE."))
        >>> copies_apart([Held((), (), travelling=(words,)) for words in said])
        1
    """
    times = Counter((language, wording_key(text, language)) for one in held for language, text in one.travelling)
    return sum(count - 1 for count in times.values())


def held_in(data: Mapping[str, Any]) -> Held:
    """Return what a server holds of one person, from their "my data" page in JSON.

    Raises:
        ValueError: the JSON has another shape.

    Example:
        >>> held_in({"desires": [{"desire": "1a", "text": "Be one"}], "responses": [{"desire": "2b", "stance": -1}]})
        Held(desires=('Be one',), responses=(('2b', -1),), joined=0, readings=(), travelling=())
    """
    try:
        desires = [entry for entry in data["desires"] if isinstance(entry["text"], str)]
        responses = tuple((str(entry["desire"]), int(entry["stance"])) for entry in data["responses"])
    except (KeyError, TypeError, ValueError) as error:
        message = f"the person's own data are not in the shape that phones know: {error!r}"
        raise ValueError(message) from error
    joined = sum(entry.get("same_as") is not None or entry.get("became") in _JOINED for entry in desires)
    travelling = tuple(
        (str(entry.get("language", "")), " ".join(entry["text"].split()))
        for entry in desires
        if entry.get("became") == "travels"
    )
    readings = tuple(((int(r["draft"]), int(r["line"])), str(r["reading"])) for r in data.get("readings", ()))
    texts = tuple(" ".join(entry["text"].split()) for entry in desires)
    return Held(texts, responses, joined, readings, travelling)
