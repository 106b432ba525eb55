"""Judging: the verdict of every part of a live gathering on each line that it reads, and the next draft.

A part is a circle at any level, the people who read in one language, or everybody. Counts of fewer than k people in
these results must not leave the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from oneheart.engine import disclosure
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.frozen_model import FrozenModel
from oneheart.engine.prayer.weaving import concatenation
from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.live.state.nested import upward
from oneheart.live.state.text import LiveDraft
from oneheart.live.weaving_order import Woven
from oneheart.model.prayer import Affirmation, Draft, PrayerLine, Reading

Kind = Literal["all", "circle", "language"]
FEW = rounds.MEASURED_LEAST  # below this many people everybody is asked, and shares are not used


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the gathering.

    Attributes:
        kind: "all", "circle" or "language".
        circle: number of the circle; None for other kinds.
        language: language code; "" for other kinds.
        seats: numbers of all seats in it.
    """

    kind: Kind
    circle: int | None
    language: str
    seats: frozenset[int]


@dataclass(frozen=True, slots=True)
class LineJudged:
    """The verdict on a line.

    Attributes:
        verdict: what happens to the line.
        parts: the verdict of each part of twelve people or more.
        readers: how many people answered the line; never shown below k.
    """

    verdict: rounds.LineVerdict
    parts: tuple[tuple[Part, rounds.PartReading], ...]
    readers: int


def parts_of(state: State) -> tuple[Part, ...]:
    """Return everybody, every circle with the circles in it, and the readers of every language. O(N depth).

    People who erased themselves are in no part. With one language there is no part by language.
    """
    everybody: set[int] = set()
    circles: dict[int, set[int]] = {}
    languages: dict[str, set[int]] = {}
    for number, seat in enumerate(state.seats):
        if not seat.alive:
            continue
        everybody.add(number)
        languages.setdefault(seat.language, set()).add(number)
        for circle in upward(state.circles, seat.circle):
            circles.setdefault(circle, set()).add(number)
    parts = [Part("all", None, "", frozenset(everybody))]
    parts += [Part("circle", circle, "", frozenset(circles[circle])) for circle in sorted(circles)]
    if len(languages) > 1:
        parts += [Part("language", None, code, frozenset(languages[code])) for code in sorted(languages)]
    return tuple(parts)


def affirmation(line: int, answers: Mapping[int, Reading], part: Part) -> Affirmation:
    """Return how many people of a part answered a line, can say it, and are against it.

    Args:
        line: number of the line.
        answers: answers to the line that count, by seat, from `Meetings.heard`.
        part: the part.
    """
    readings = [reading for seat, reading in answers.items() if seat in part.seats]
    return Affirmation(line, len(readings), readings.count(Reading.CAN_SAY), readings.count(Reading.AGAINST_ME))


def judge(state: State, draft: LiveDraft) -> tuple[LineJudged, ...]:
    """Return the verdict on every line of a draft, from answers of people who read it. O(lines parts readers)."""
    parts = parts_of(state)
    everybody = parts[0]
    out = []
    for line, answers in enumerate(state.meetings.heard(draft)):
        whole = affirmation(line, answers, everybody)
        if len(everybody.seats) < FEW:
            out.append(LineJudged(rounds.judge_few(len(everybody.seats), whole), (), whole.readers))
            continue
        judged = tuple(
            (part, rounds.judge_part(number, len(part.seats), affirmation(line, answers, part), len(everybody.seats)))
            for number, part in enumerate(parts)
            if len(part.seats) >= FEW
        )
        verdict = rounds.judge_line([reading for _, reading in judged])
        out.append(LineJudged(verdict, judged, whole.readers))
    return tuple(out)


def as_prayer_line(state: State, line: ev.WovenLine) -> PrayerLine:
    """Return a line with its present words; "" where its author erased them."""
    text, language = state.prayers.words(line, state.desires)
    return PrayerLine(text, language, tuple(line.cites), line.amendment is not None)


def text_of(state: State, draft: LiveDraft) -> tuple[PrayerLine, ...]:
    """Return the lines of a draft with the words that readers see."""
    return tuple(as_prayer_line(state, line) for line in draft.body.lines)


def digest_of(state: State, draft: LiveDraft) -> str:
    """Return the SHA-256 of the text that readers see, hexadecimal."""
    return Draft(text_of(state, draft)).digest()


def first_draft(woven: Woven) -> ev.DraftWoven:
    """Return the event of a draft that was woven; shares are rounded to four places."""
    return ev.DraftWoven(
        version=woven.version,
        lines=[ev.WovenLine(list(cites)) for cites in woven.lines],
        alternates=list(woven.alternates),
        measured=woven.measured,
        coverage=_rounded(woven.coverage),
        share_index=_rounded(woven.share_index),
        worst=[round(value, 4) for value in woven.worst],
        without=[int(label.rpartition("-")[2]) - 1 for label in woven.without],
        seed=woven.seed,
        model=None if woven.model is None else model_kept(woven.model),
        same=[list(group) for group in woven.same],
    )


def model_kept(model: FrozenModel) -> ev.WovenModel:
    """Return a frozen model as the event of a draft keeps it."""
    prior, desires, numbers = list(model.prior), list(model.desires), list(model.numbers)
    return ev.WovenModel(model.touch, model.direction, model.always, prior, desires, numbers)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def second_draft(state: State, draft: LiveDraft) -> ev.DraftWoven:
    """Return the draft for the second reading: amended lines, and alternates for lines that some part cannot say.

    The last amendment of each line is taken, also of a line that stands or was not measured (`live.amending`).

    Notes:
        O(lines parts readers + alternates parts).
    """
    lines = text_of(state, draft)
    amended = {
        line: replace(lines[line], text=words.text, language=words.language, amended=True)
        for line, seq in draft.amendments.items()
        if (words := state.prayers.amended.get(seq)) is not None
    }
    judged = judge(state, draft)
    alternates = (as_prayer_line(state, ev.WovenLine([number])) for number in draft.body.alternates)
    candidates = _unlike(lines, [line for line in alternates if line.text], draft.body.same)
    of_part = {
        number: sorted(candidates, key=lambda line, part=part: -want_share(state, part, line.cites[0]))  # type: ignore[misc]
        for number, line_judged in enumerate(judged)
        if (part := _hindered(line_judged)) is not None
    }
    verdicts = [line_judged.verdict for line_judged in judged]
    revised = rounds.revise(Draft(lines), verdicts, amended=amended, candidates=candidates, of_part=of_part)
    next_lines = []
    for number, (line, former) in enumerate(zip(revised.draft.lines, revised.stayed, strict=True)):
        changed = number in revised.changed
        if former is None:
            amendment = None
        else:
            amendment = draft.amendments[former] if changed else draft.body.lines[former].amendment
        next_lines.append(ev.WovenLine(list(line.cites), amendment, former, changed))
    used = {number for line in next_lines for number in line.cites}
    return ev.DraftWoven(
        version=state.version,
        lines=next_lines,
        alternates=[number for number in draft.body.alternates if number not in used],
        left=[*draft.body.left, *(draft.body.lines[number] for number in revised.left)],
        measured=draft.body.measured,
        without=draft.body.without,
        seed=draft.body.seed,
        challengers=draft.body.challengers,
        among=draft.body.among,
        lots=draft.body.lots,
        same=draft.body.same,
    )


def draft_anew(state: State, draft: LiveDraft) -> ev.DraftWoven:
    """Return a draft with the lines of one whose seal was taken back. Everybody reads every line of it anew."""
    body = draft.body
    lines = [ev.WovenLine(line.cites, line.amendment, place) for place, line in enumerate(body.lines)]
    left = [ev.WovenLine(line.cites, line.amendment) for line in body.left]
    return msgspec.structs.replace(body, version=state.version, lines=lines, left=left)


def _unlike(
    lines: Sequence[PrayerLine], candidates: list[PrayerLine], same: Sequence[Sequence[int]]
) -> list[PrayerLine]:
    """Return the candidates that are not the same wish in other words as any line of the text."""
    said = {number for line in lines for number in line.cites}
    stood_for = {number for group in same if not said.isdisjoint(group) for number in group}
    return [line for line in candidates if stood_for.isdisjoint(line.cites)]


def _hindered(judged: LineJudged) -> Part | None:
    """Return the part with the smallest share that can say a line, among parts that throw it out; None without any."""
    cannot = [
        (part, standing)
        for part, standing in judged.parts
        if standing.weighs and standing.verdict in {"not agreed", "goes against"}
    ]
    return min(cannot, key=lambda pair: pair[1].share or 0.0)[0] if cannot else None


def want_share(state: State, part: Part, number: int) -> float:
    """Return the share of a part that wants a desire, 0 to 1, smoothed towards a half where few answered. O(part)."""
    stances = [state.tally.answered(seat).get(number) for seat in part.seats]
    answers = sum(stance is not None for stance in stances)
    return (stances.count(1) + 1) / (answers + 2)


def held_by_authors_only(state: State, draft: LiveDraft) -> float:
    """Return the share of a draft's lines that only their own authors want, 0 to 1. O(N lines)."""
    wanted_by, wrote = [0] * len(state.desires), [0] * len(state.desires)
    for line in draft.body.lines:
        joined = {
            *line.cites,
            *(
                n
                for n, desire in enumerate(state.desires)
                if not desire.aside and n not in line.cites and state.root(n) in line.cites
            ),
        }
        authors = {author for n in joined if (author := state.desires[n].author) is not None}
        wants = {
            seat
            for seat, person in enumerate(state.seats)
            if person.alive and any(state.tally.answered(seat).get(n, 0) > 0 for n in line.cites)
        }
        wanted_by[line.cites[0]], wrote[line.cites[0]] = len(wants | authors), len(authors)
    return concatenation(Draft(text_of(state, draft)), wanted_by, wrote)


Nearness = Literal["own", "joined", "wanted", "can say"]


def part_of(state: State, draft: LiveDraft, seat: int) -> tuple[int, Nearness] | None:
    """Return a person's own line of a draft, or else the nearest one, and why; None where there is none.

    "own": it says their desire. "joined": their desire is joined to it. "wanted": they answered that they want it.
    "can say": they answered so in the reading. The first kind that some line fits is used, and its first line.
    """
    numbers = set(state.seats[seat].desires)
    roots = set(state.desires.roots_of(state.seats[seat]))
    answered = state.tally.answered(seat)

    def wanted(number: int) -> bool:
        return answered.get(number, 0) > 0

    tests: tuple[tuple[Nearness, Callable[[int, ev.WovenLine], bool]], ...] = (
        ("own", lambda _place, line: any(number in numbers for number in line.cites)),
        ("joined", lambda _place, line: any(number in roots for number in line.cites)),
        ("wanted", lambda _place, line: any(wanted(number) for number in line.cites)),
        ("can say", lambda place, _line: state.meetings.answer(draft, place, seat) is Reading.CAN_SAY),
    )
    for nearness, holds in tests:
        for place, line in enumerate(draft.body.lines):
            if holds(place, line) and state.prayers.words(line, state.desires)[0]:
                return place, nearness
    return None


def share_of_circle(state: State, draft: LiveDraft, circle: int) -> disclosure.Band | None:
    """Return a word for the share of a circle that has a line of its own in a draft; None for up to twelve people.

    It uses what they wrote, joined and answered before the draft was woven. So the reading of one person cannot change
    the word.
    """
    members = [number for number, seat in enumerate(state.seats) if seat.alive and seat.circle == circle]
    nearest = [part_of(state, draft, seat) for seat in members]
    return disclosure.release_word(sum(line is not None and line[1] != "can say" for line in nearest), len(members))
