"""Texts: what the numbers of a sealed text tell together of those who read it, wherever they are told.

Each person gave one of four answers to the whole: they say it, they do not, a line goes against them, or they were not
heard. Report, book, API, hall and desk tell counts in steps, which conditions failed, and how many circles can say the
text. Who knows the rules reads each of these as a claim about how many gave which answer. The worst is assumed: they
know how many people are in each circle and language.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from oneheart import settings
from oneheart.engine.closeness.outward import BUCKETS
from oneheart.engine.disclosure import K, is_few
from oneheart.engine.prayer import rounds, stopping
from oneheart.live import sealing
from oneheart.live.levels import LevelPart, told_of
from oneheart.live.state import State
from oneheart.live.state.nested import depths, upward
from tests.privacy.joint import Joint
from tests.privacy.readings import ESTIMATE, THING, Parents, Reading, UnreadError, leaves

MARKS = {"yes": 1, "no": 0, "against": -1, "silent": stopping.UNHEARD}
HEARD = ("yes", "no", "against")
Group = tuple[int | None, str]
"""Circle and language of people."""


@dataclass(frozen=True, slots=True)
class Part:
    """People of whom something may be said.

    Attributes:
        name: "everybody", "circle 3" or "part 3".
        groups: of which they consist.
        size: how many they are.
    """

    name: str
    groups: tuple[Group, ...]
    size: int


@dataclass(slots=True)
class Readers:
    """What is known of the people who read a text.

    Attributes:
        state: of the gathering, whose newest draft was read.
        known: seats whose answers are known.
        joint: everything that follows.
        parts: everybody, every circle with the circles in it, and the parts of which a verdict speaks.
    """

    state: State
    known: frozenset[int] = frozenset()
    joint: Joint = field(default_factory=lambda: Joint(whole=False))
    parts: dict[str, Part] = field(default_factory=dict)
    _marks: dict[int, str] = field(default_factory=dict)
    _groups: dict[Group, list[int]] = field(default_factory=dict)
    _can: dict[str, list[Any]] = field(default_factory=dict)
    _unheard: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set up the unknown numbers: of each circle and language, how many gave which answer."""
        state = self.state
        seats = [number for number, seat in enumerate(state.seats) if seat.alive]
        row = {seat: place for place, seat in enumerate(seats)}
        draft = state.prayers.drafts[-1]
        heard, affirming = state.meetings.heard(draft), state.meetings.affirming(draft)
        net = stopping.net_of(sealing._readings(heard, row), sealing._whole(heard, affirming, row))  # noqa: SLF001
        names = {mark: name for name, mark in MARKS.items()}
        self._marks = {seat: names[mark] for seat, mark in zip(seats, net.tolist(), strict=True)}
        for seat in seats:
            self._groups.setdefault((state.seats[seat].circle, state.seats[seat].language), []).append(seat)
        for group, members in self._groups.items():
            hidden = [seat for seat in members if seat not in self.known]
            for mark in MARKS:
                self.joint.unknown((group, mark), 0, len(hidden))
            self.joint.says({(group, mark): 1 for mark in MARKS}, len(hidden), len(hidden), f"people of {group}")
        self._add("everybody", self._groups)
        for circle in range(len(state.circles)):
            self._add(f"circle {circle}", [g for g in self._groups if circle in upward(state.circles, g[0])])
        for level in sealing._levels(state, seats):  # noqa: SLF001
            for number in np.unique(level[level >= 0]).tolist():
                inside = {seats[place] for place in np.flatnonzero(level == number).tolist()}
                self._add(f"part {number}", [g for g, members in self._groups.items() if members[0] in inside])

    def _add(self, name: str, groups: Iterable[Group]) -> None:
        inside = tuple(groups)
        if inside:
            self.parts[name] = Part(name, inside, sum(len(self._groups[group]) for group in inside))

    @property
    def everybody(self) -> Part:
        return self.parts["everybody"]

    @property
    def judged(self) -> list[Part]:
        """Return the parts of which a verdict speaks."""
        return [part for name, part in self.parts.items() if name.startswith("part ")]

    def known_in(self, part: Part, marks: Iterable[str]) -> int:
        """Return how many people of a part are known to have given one of these answers."""
        chosen = {*marks}
        return sum(self._marks[seat] in chosen for g in part.groups for seat in self._groups[g] if seat in self.known)

    def terms(self, part: Part, marks: Iterable[str]) -> dict[Any, float]:
        return {(group, mark): 1 for group in part.groups for mark in marks}

    def says(self, part: Part, marks: Iterable[str], low: float, high: float, where: str) -> None:
        """Take that so many people of a part gave one of some answers."""
        chosen = tuple(marks)
        known = self.known_in(part, chosen)
        self.joint.says(self.terms(part, chosen), low - known, high - known, where)

    def one_of(self, part: Part, options: Sequence[Mapping[tuple[str, ...], tuple[int, int]]], where: str) -> list[Any]:
        """Take that one of some cases holds, each with limits for counts of a part; return the unknown case of each."""
        names = [("case", where, place) for place in range(len(options))]
        for name in names:
            self.joint.unknown(name, 0, 1)
        for marks in {marks for option in options for marks in option}:
            known, terms = self.known_in(part, marks), self.terms(part, marks)
            limits = [option.get(marks, (0, part.size)) for option in options]
            lows = {name: known - low for name, (low, _) in zip(names, limits, strict=True)}
            highs = {name: known - high for name, (_, high) in zip(names, limits, strict=True)}
            self.joint.says({**terms, **lows}, 0, np.inf, where)
            self.joint.says({**terms, **highs}, -np.inf, 0, where)
        self.joint.says(dict.fromkeys(names, 1), 1, 1, where)
        return names

    # --- what the words of a part mean ---

    def word_of(self, part: Part, word: str) -> dict[Any, float]:
        """Return the terms of 1 where a word is said of a part, else 0: "can say" or "not heard"."""
        if part.name not in self._unheard:
            name, least = ("not heard", part.name), heard_least(part.size)
            self.joint.unknown(name, 0, 1)
            self._unheard[part.name] = [name]
            known, terms = self.known_in(part, HEARD), self.terms(part, HEARD)
            self.joint.says({**terms, name: least}, least - known, np.inf, f"{part.name} was heard")
            most = {**terms, name: part.size - least + 1}
            self.joint.says(most, -np.inf, part.size - known, f"{part.name} was not heard")
        if word == "can say" and part.name not in self._can:
            can, cannot, unheard = cases(part.size)
            names = self.one_of(part, [*can, *cannot, *unheard], f"word of {part.name}")
            self._can[part.name] = names[: len(can)]
            silent = dict.fromkeys(names[len(can) + len(cannot) :], 1)
            self.joint.says({**silent, self._unheard[part.name][0]: -1}, 0, 0, f"word of {part.name}")
        return dict.fromkeys((self._can if word == "can say" else self._unheard)[part.name], 1)

    def says_word(self, part: Part, word: str, where: str) -> None:
        """Take a word that is said of a part: "can say", "not yet" or "not heard"."""
        can, cannot, unheard = cases(part.size)
        self.one_of(part, {"can say": can, "not yet": cannot, "not heard": unheard}[word], f"{where} {part.name}")

    def says_how_many(self, parts: Sequence[Part], word: str, count: int, where: str) -> None:
        """Take of how many of some parts a word is said: "can say" or "not heard"."""
        if not parts:
            return
        if word == "not heard" and count in {0, len(parts)}:
            for part in parts:
                least = heard_least(part.size)
                self.says(part, HEARD, 0 if count else least, least - 1 if count else part.size, where)
        elif count == len(parts):
            for part in parts:
                self.says_word(part, word, where)
        else:
            terms: dict[Any, float] = {}
            for part in parts:
                terms |= self.word_of(part, word)
            self.joint.says(terms, count, count, where)

    # --- what is looked for ---

    def count(self, part: Part, marks: Iterable[str]) -> int:
        """Return how many people of a part really gave one of some answers."""
        chosen = {*marks}
        return sum(self._marks[seat] in chosen for group in part.groups for seat in self._groups[group])

    def bounds(self, part: Part, marks: Iterable[str]) -> tuple[int, int]:
        """Return how many people of a part gave one of some answers, at least and at most."""
        chosen = tuple(marks)
        low, high = self.joint.bounds(self.terms(part, chosen))
        assert high is not None, "a part is of so many people"
        known = self.known_in(part, chosen)
        return low + known, high + known

    def exposed(self) -> list[str]:
        """Return what is told of one to four people of a part: which answers, and how many gave them."""
        out = []
        for part, marks in product(self.parts.values(), LOOKED_AT):
            if not is_few(self.count(part, marks)):
                continue
            low, high = self.bounds(part, marks)
            if low > 0 and is_few(high) and not self._is_of_a_part(part, marks, low):
                out.append(f"{part.name} of {part.size}, {' or '.join(marks)}: {low} to {high}")
        return out

    def _is_of_a_part(self, few: Part, marks: Iterable[str], low: int) -> bool:
        """Return whether it follows of a few people from what is told of a part of k people or more in which they are.

        Where at most two of six people were heard, at least two of any four are silent.
        """
        return any(
            not is_few(part.size) and self.bounds(part, marks)[0] - (part.size - few.size) >= low
            for part in self.parts.values()
            if part is not few and {*few.groups} < {*part.groups}
        )


LOOKED_AT = (*((mark,) for mark in MARKS), ("no", "against"), ("no", "against", "silent"), ("yes", "no", "against"))
"""Answers that nobody may learn of one to four people: single ones, not to say it, and to have been heard."""


@cache
def heard_least(size: int) -> int:
    """Return of how many people of a part something must be heard, so that it counts as heard."""
    return next(heard for heard in range(size + 2) if heard > size or _met(size, heard, 0, 0) is not None)


@cache
def cases(size: int) -> tuple[list[dict[tuple[str, ...], tuple[int, int]]], ...]:
    """Return in which cases a part of so many people can say a text, in which not, and in which it was not heard."""
    can, cannot, unheard = [], [], []
    for heard in range(size + 1):
        about = {HEARD: (heard, heard)}
        if _met(size, heard, 0, 0) is None:
            unheard.append(about)
            continue
        met = {(yes, no): bool(_met(size, heard, yes, no)) for yes in range(heard + 1) for no in range(heard - yes + 1)}
        least = min((yes for (yes, _), one in met.items() if one), default=heard + 1)
        most = max((no for (_, no), one in met.items() if one), default=-1)
        assert all(one is (yes >= least and no <= most) for (yes, no), one in met.items()), "two limits decide"
        can.append({**about, ("yes",): (least, heard), ("against",): (0, most)})
        cannot.append({**about, ("yes",): (0, least - 1)})
        cannot.append({**about, ("against",): (most + 1, heard)})
    return can, cannot, unheard


def _met(size: int, heard: int, yes: int, against: int) -> bool | None:
    net = [1] * yes + [-1] * against + [0] * (heard - yes - against) + [stopping.UNHEARD] * (size - heard)
    return stopping.part_said(np.array(net, np.int8), stopping.error_of(1)).met


# --- how numbers are read ---------------------------------------------------------------------------------------------

OutOfText = Callable[[Readers, Any, Parents, str], None]
FEW_STEPS = "of one count in steps, which no other number limits"
SHOWN = "computed from shown numbers alone"


def in_steps(marks: tuple[str, ...], told_of: range) -> OutOfText:
    """Return the reading of a count in steps; it is told in gatherings of so many people, and else is 0 or withheld."""

    def read(readers: Readers, value: Any, _parents: Parents, where: str) -> None:
        if value is not None and readers.everybody.size in told_of:
            readers.says(readers.everybody, marks, value, value + K - 1, where)

    return read


def exactly(marks: tuple[str, ...]) -> OutOfText:
    """Return the reading of an exact count of everybody; for tests of builds that tell one."""
    return lambda readers, value, _parents, where: readers.says(readers.everybody, marks, value, value, where)


def everybody(_readers: Readers, _value: Any, _parents: Parents, _where: str) -> None:
    """Take the first step above the number of people: it is known."""


def unheard(readers: Readers, value: Any, _parents: Parents, where: str) -> None:
    """Take in how many parts too few were heard. A gathering of up to twelve has no parts."""
    if readers.everybody.size <= rounds.MEASURED_LEAST:
        return
    readers.says_how_many(readers.judged, "not heard", value, where)


def levels(word: str) -> OutOfText:
    """Return the reading of how many circles of a level can say a text, or were not heard."""

    def read(readers: Readers, value: Any, parents: Parents, where: str) -> None:
        row = next(inner for name, inner in reversed(parents.items()) if name.endswith("levels[]"))
        depth = next(n for n, one in enumerate(_level_rows(parents)) if one is row)
        readers.says_how_many(circles_at(readers, depth), word, value, f"{where} {depth}")

    return read


def _level_rows(parents: Parents) -> Sequence[Any]:
    rows: Sequence[Any] = next(inner["levels"] for inner in parents.values() if "levels" in inner)
    return rows


def circles_at(readers: Readers, depth: int) -> list[Part]:
    """Return the circles of a level of which anything is said; who knows the sizes knows which they are."""
    state = readers.state
    sizes = {n: readers.parts[f"circle {n}"].size for n in range(len(state.circles)) if f"circle {n}" in readers.parts}
    told, deep = told_of(state, sizes), depths(state.circles)
    return [readers.parts[f"circle {n}"] for n in sorted(told) if deep[n] == depth]


_TEXT_NUMBERS: dict[str, OutOfText | str] = {
    **dict.fromkeys(("number", "round", "size", "margin_circles", "languages[].unmet[]", "languages[].alone[]"), THING),
    **dict.fromkeys(("occasion.occasion", "circles[].circle", "levels[].circles"), THING),
    **dict.fromkeys(("share_high", "margin_people"), ESTIMATE),
    **dict.fromkeys(("amen", "asked", *(f"represented.{n}" for n in ("people", "value", "low", "high"))), FEW_STEPS),
    "readers": in_steps(HEARD, range(5 * K, 8 * K)),
    "said": in_steps(("yes",), range(8 * K, sys.maxsize)),
    "everybody": everybody,
    "unheard": unheard,
    "levels[].can_say": levels("can say"),
    "levels[].unheard": levels("not heard"),
}
REPORT_TEXT = {f"sealed[].{name}": reading for name, reading in _TEXT_NUMBERS.items()}
"""How the numbers of sealed texts in report.json are read."""
BOOK_TEXT = {f"texts[].{name}": reading for name, reading in _TEXT_NUMBERS.items()}
"""How the numbers of texts of the book are read, on its pages and in the API."""
HALL: dict[str, Reading | OutOfText | str] = {
    **dict.fromkeys(("people", "desires", "responses", "demand", "amen", "nearest_share"), FEW_STEPS),
    **dict.fromkeys(("round", "circles", "circles_done", "draft", "clock_end", "say_at", "now", "size"), THING),
    **dict.fromkeys(("clock_midnight", "said_at", "text.ends[]"), THING),
    **dict.fromkeys(("settings", "long", "turns[][]", "text.draft", "text.columns[].turn", "text.heard[].turn"), THING),
    **dict.fromkeys(("figure.rings[]", "figure.heart", "figure.shine", "figure.glow"), SHOWN),
    **{f"counts.{name}": FEW_STEPS for name in ("people", "desires", "responses", "demand")},
    **{f"text.{name}": FEW_STEPS for name in ("amen",)},
    "text.size": THING,
}
"""How the numbers of the hall are read: of its screen, its snapshot and its text. A text is read as in the book."""


PARTITION = "parts of one partition, which tests.privacy.test_joint enumerates"
WITHHELD = "never told of a live gathering"
_RELATION = (
    *("effect", "low", "high", "rho", "auc", "p"),
    "power.least_visible_effect",
)
_RELATED = ("relation", *(f"relations.{what}.relation" for what in ("desires", "same", "ties")))
MEASURES: dict[str, str] = {
    **dict.fromkeys(("inner.desires", "method.k_anonymity"), THING),
    **{f"{relation}.permutations": THING for relation in _RELATED},
    **{f"{relation}.{name}": ESTIMATE for relation in _RELATED for name in _RELATION},
    **{f"relations.{what}.people": FEW_STEPS for what in ("desires", "same", "ties")},
    **{f"relations.{what}.shuffled[].draws": THING for what in ("desires", "same", "ties")},
    **{
        f"relations.{what}.shuffled[].{name}": ESTIMATE
        for what in ("desires", "same", "ties")
        for name in ("owed", "beyond", "p")
    },
    **dict.fromkeys(("inner.oneness", "inner.low", "inner.high", "outward.share_of_pairs"), ESTIMATE),
    **dict.fromkeys(("inner.answered", "outward.people"), FEW_STEPS),
    **dict.fromkeys(("outward.seen", "outward.pairs"), WITHHELD),
    **{f"outward.met.{bucket}": PARTITION for bucket in BUCKETS},
    "explained.people": WITHHELD,
    "explained.terms[].relation.permutations": WITHHELD,
    **{f"explained.terms[].relation.{name}": WITHHELD for name in _RELATION},
}
"""How the numbers of the measures are read, in the JSON beside a report and on the hosts' page."""
MEASURES_PAGE: dict[str, str] = {
    "basis": "a place in the log, which no page tells",
    "content": "as in the JSON beside a report",
    "inner": "as in the JSON beside a report",
    "together": ESTIMATE,
    "past": ESTIMATE,
    "felt": FEW_STEPS,
    "represented": FEW_STEPS,
    "drawn": "no number",
}
"""How what the hosts' page of measures is made of is read."""


def take_in_text(readers: Readers, output: Any, rows: Mapping[str, Any]) -> None:
    """Take all numbers of an output that tells of sealed texts.

    Raises:
        UnreadError: for a number without a row.
    """
    for pattern, value, parents in leaves(output):
        row = rows.get(pattern)
        if row is None:
            if value is None:
                continue
            message = f"{pattern} = {value}: no row says how it is read"
            raise UnreadError(message)
        if not isinstance(row, str):
            row(readers, value, parents, pattern)


def take_in_conditions(readers: Readers, missing: Sequence[str]) -> None:
    """Take which conditions on counts of everybody failed: enough were heard, and nearly all say the text."""
    whole = readers.everybody
    if whole.size <= rounds.MEASURED_LEAST:
        return
    least = min(rounds.READERS_LEAST, whole.size)
    failed = "measured" in missing
    readers.says(whole, HEARD, 0 if failed else least, least - 1 if failed else whole.size, "measured")
    if [*missing] == ["measured"] and whole.size < rounds.READERS_LEAST:
        return  # nothing else is said then
    needed, error = settings.AFFIRMED_LEAST.value, stopping.error_of(1)
    options: list[Mapping[tuple[str, ...], tuple[int, int]]] = []
    for heard in range(whole.size + 1):
        met = [stopping.surely_said(yes, heard, whole.size, error) >= needed for yes in range(heard + 1)]
        fits = [yes for yes, one in enumerate(met) if one is not ("affirmed" in missing)]
        if fits:
            options.append({HEARD: (heard, heard), ("yes",): (fits[0], fits[-1])})
    readers.one_of(whole, options, "affirmed")
    if "every part" not in missing:
        for part in readers.judged:
            readers.says_word(part, "can say", "every part")


def take_in_desk(readers: Readers, parts: Sequence[LevelPart]) -> None:
    """Take what the desk says of single circles: a word, and a share in steps."""
    for told in parts:
        part = readers.parts[f"circle {told.circle}"]
        readers.says_word(part, told.word, "word on the desk")
        if isinstance(told.share.value, int):
            options: list[Mapping[tuple[str, ...], tuple[int, int]]] = []
            for heard in range(2 * K, part.size + 1):
                steps = heard // K
                fits = [
                    y for y in range(heard + 1) if round(100 * (round(y / heard * steps) / steps)) == told.share.value
                ]
                if fits:
                    options.append({HEARD: (heard, heard), ("yes",): (fits[0], fits[-1])})
            readers.one_of(part, options, f"share of {part.name}")
