"""Sealing: compute the verdict on the text of a round, and the event that seals the text with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from oneheart import settings
from oneheart.engine import disclosure
from oneheart.engine.prayer import stopping
from oneheart.engine.prayer.audit import Audit, estimated, weighed
from oneheart.engine.prayer.frozen_model import FrozenModel, expected_support
from oneheart.engine.prayer.margin import Margin, joined
from oneheart.engine.prayer.rounds import READERS_LEAST
from oneheart.live import challenging
from oneheart.live import events as ev
from oneheart.live.judging import digest_of
from oneheart.live.levels import LevelPart, counted, parts_by_level
from oneheart.live.origin import named_with
from oneheart.live.reading_margin import by_reading
from oneheart.live.sealed_record import carries_sealed
from oneheart.live.snapshot import text_lines
from oneheart.live.state import State
from oneheart.live.state.nested import upward
from oneheart.live.state.text import LiveDraft
from oneheart.live.tongues import languages_met
from oneheart.model.prayer import Reading
from oneheart.model.verdict import Condition, ConditionCode, Status

_MARKS = {Reading.CAN_SAY: 1, Reading.WOULD_CHANGE: 0, Reading.AGAINST_ME: -1}
_HALF = 0.5
_UNSURE = 0.05
_STEPS = 20
_READERS_TOLD, _SAID_TOLD = 5, 8  # times k people


def judged(state: State, draft: LiveDraft, share: Audit | None) -> stopping.Stopping:
    """Return the verdict on a draft and its conditions, from people's answers to its lines. O(N (lines + levels)).

    Args:
        state: state of the gathering.
        draft: draft that people read.
        share: result of `share_of`.
    """
    seats = [number for number, seat in enumerate(state.seats) if seat.alive]
    row = {seat: place for place, seat in enumerate(seats)}
    levels = _levels(state, seats)
    heard, affirming = state.meetings.heard(draft), state.meetings.affirming(draft)
    answers = stopping.Heard(
        readings=_readings(heard, row),
        whole=_whole(heard, affirming, row),
        own_line=_own_lines(state, draft, seats, heard, affirming),
        expected=_expected(state, draft, seats),
        levels=levels,
        includes=_includes(state, draft, seats, levels),
        owed=draft.body.alternates[0] if draft.body.alternates else None,
    )
    verdict = stopping.stopping(answers, share, reading=reading_of(state, draft))
    return _with_languages(verdict, languages_met(state, draft))


def _with_languages(verdict: stopping.Stopping, languages: Sequence[ev.LanguageMet]) -> stopping.Stopping:
    """Return a verdict with the condition on languages: the whole text stands in each of more than twelve readers.

    In a gathering of up to twelve people everybody is asked, so there is no such condition. It is left out too where no
    language has so many.
    """
    measured = [one for one in languages if one.measured]
    if disclosure.is_small(verdict.people) or not measured:
        return verdict
    met = not any(one.unmet for one in measured)
    place = 1 + max(n for n, one in enumerate(verdict.conditions) if one.code is ConditionCode.EVERY_PART)
    condition = Condition(ConditionCode.LANGUAGES, met=met)
    conditions = (*verdict.conditions[:place], condition, *verdict.conditions[place:])
    return replace(verdict, status=verdict.status if met else Status.NOT_YET, conditions=conditions)


def reading_of(state: State, draft: LiveDraft) -> int:
    """Return how many texts the same people have read in the round of a draft, this one included."""
    return 1 + sum(earlier.round == draft.round for earlier in state.prayers.drafts) // 3


def share_of(state: State, draft: LiveDraft) -> Audit | None:
    """Return the share index of a draft: audited by readers' answers, else estimated by the model, else None.

    Columns of the audit are numbers of desires. O(readers (lines + challengers)).
    """
    model, audit = draft.body.share_index, challenging.audited(state, draft)
    if audit is not None:
        return weighed(model, audit)
    return None if model is None else estimated(model)


def levels_of(state: State, draft: LiveDraft) -> list[LevelPart]:
    """Return whether the circles of each level can say a draft, see `live.levels`. O(N lines + circles)."""
    seats = [number for number, seat in enumerate(state.seats) if seat.alive]
    row = {seat: place for place, seat in enumerate(seats)}
    heard, affirming = state.meetings.heard(draft), state.meetings.affirming(draft)
    net = stopping.net_of(_readings(heard, row), _whole(heard, affirming, row)).tolist()
    return parts_by_level(state, dict(zip(seats, net, strict=True)), stopping.error_of(reading_of(state, draft)))


def _readings(heard: list[dict[int, Reading]], row: dict[int, int]) -> stopping.Marks:
    out = np.full((len(row), len(heard)), stopping.UNHEARD, np.int8)
    for line, readings in enumerate(heard):
        for seat, reading in readings.items():
            if seat in row:
                out[row[seat], line] = _MARKS[reading]
    return out


def _whole(heard: list[dict[int, Reading]], affirming: set[int], row: dict[int, int]) -> stopping.Marks:
    out = np.full(len(row), stopping.UNHEARD, np.int8)
    out[[row[seat] for readings in heard for seat in readings if seat in row]] = 0
    out[[row[seat] for seat in affirming if seat in row]] = 1
    return out


def _own_lines(
    state: State, draft: LiveDraft, seats: list[int], heard: list[dict[int, Reading]], affirming: set[int]
) -> stopping.Marks:
    """Return whether each person has a line of their own, (seats,): 1 yes, 0 no, `UNHEARD` if not known.

    Yes: they wrote, joined or want a desire that a line cites. No: they were asked about every line and want none, or
    read every line and can say none. A person who was asked about no line has one if they affirm the whole.
    """
    out = np.full(len(seats), stopping.UNHEARD, np.int8)
    for place, seat in enumerate(seats):
        answered, desires = state.tally.answered(seat), set(state.seats[seat].desires)
        roots = desires.union(state.desires.roots_of(state.seats[seat]))
        stances = [max((answered.get(n, -2) for n in line.cites), default=-2) for line in draft.body.lines]
        if any(roots.intersection(line.cites) for line in draft.body.lines) or 1 in stances:
            out[place] = 1
        elif all(stance > -2 for stance in stances) or not any(  # noqa: PLR2004  -2: not asked
            readings.get(seat, Reading.CAN_SAY) is Reading.CAN_SAY for readings in heard
        ):
            out[place] = 0
        elif seat in affirming and all(stance == -2 for stance in stances):  # noqa: PLR2004
            out[place] = 1
    return out


def _expected(state: State, draft: LiveDraft, seats: list[int]) -> stopping.Floats:
    """Return each person's expected support of the text, (seats,), from answers given before it was woven.

    What somebody answered to a line is taken as it is. Else it is what the model of the round's first draft expects of
    them, and without a model the mean net support of those who answered.
    """
    tally = state.tally
    stances = [tally.answered(seat) for seat in seats]
    by_model = _by_model(state, draft, [challenging.known_of(state, seat) for seat in seats])
    weight = settings.AGAINST_WEIGHT.value
    total = np.zeros(len(seats))
    for place, line in enumerate(draft.body.lines):
        number = line.cites[0]
        if place in by_model:
            said = [answers.get(number) for answers in stances]
            net = [np.nan if stance is None else (-weight if stance < 0 else stance) for stance in said]
            total += np.where(np.isnan(net), by_model[place], net)
            continue
        count = max(1, int(tally.seen_by_all[number]))
        mean = (float(tally.want[number]) - weight * float(tally.against[number])) / count
        total += [answers.get(number, mean) for answers in stances]
    return total


def _by_model(state: State, draft: LiveDraft, answers: list[dict[int, int]]) -> dict[int, stopping.Floats]:
    """Return what the frozen model expects of each person, by place of the line; {} for lines that it does not know.

    Nothing of a person is frozen: what is expected of somebody follows from the answers that they have left.
    """
    first = next((other for other in state.prayers.drafts if other.round == draft.round and other.body.model), None)
    if first is None or first.body.model is None:
        return {}
    kept = first.body.model
    shape = (kept.touch, kept.direction, kept.always)
    model = FrozenModel(*shape, tuple(kept.prior), tuple(kept.desires), tuple(kept.numbers))
    place_of = {number: place for place, number in enumerate(model.desires)}
    lines = {n: place_of[line.cites[0]] for n, line in enumerate(draft.body.lines) if line.cites[0] in place_of}
    said = np.array(
        [
            (row, place_of[number], stance)
            for row, stances in enumerate(answers)
            for number, stance in stances.items()
            if number in place_of
        ],
        np.int64,
    ).reshape(-1, 3)
    support = expected_support(model, len(answers), (said[:, 0], said[:, 1], said[:, 2]), list(lines.values()))
    return {line: support[:, column] for column, line in enumerate(lines)}


def _levels(state: State, seats: list[int]) -> tuple[stopping.Ints, ...]:
    """Return the part of each person at each level, (N,) each: circles from the outermost inwards, then languages.

    Parts of fewer than k people are one part of their level together, and none if they are still fewer than k. What is
    said of a part would else be said of them.
    """
    chains = [list(upward(state.circles, state.seats[seat].circle))[::-1] for seat in seats]
    depth = max((len(chain) for chain in chains), default=0)
    levels = [np.array([chain[d] if d < len(chain) else -1 for chain in chains], np.int64) for d in range(depth)]
    languages = _languages(state)
    if len(languages) > 1:
        first = len(state.circles)
        levels.append(np.array([first + languages.index(state.seats[seat].language) for seat in seats], np.int64))
    beyond = len(state.circles) + len(languages)
    return tuple(_with_few_joined(level, beyond + number) for number, level in enumerate(levels))


def _with_few_joined(level: stopping.Ints, joined: int) -> stopping.Ints:
    """Return a level in which the parts of fewer than k people are one part, or none where it has fewer than k."""
    numbers, sizes = np.unique(level[level >= 0], return_counts=True)
    few = np.isin(
        level, [n for n, size in zip(numbers.tolist(), sizes.tolist(), strict=True) if disclosure.is_few(size)]
    )
    return np.where(few, joined if disclosure.enough(int(few.sum())) else -1, level)


def _languages(state: State) -> list[str]:
    """Return the language codes of the people who are there, ascending; their parts follow the circles' numbers."""
    return sorted({seat.language for seat in state.seats if seat.alive})


def _includes(state: State, draft: LiveDraft, seats: list[int], levels: tuple[stopping.Ints, ...]) -> dict[int, int]:
    """Return, by part of twelve people or more, the desire outside the text that most people of the part want.

    A desire counts if k people of the part answered it and at least half of them want it. O(levels N candidates).
    """
    cited = {number for line in draft.body.lines for number in line.cites}
    outside = [number for number in draft.outside if number not in cited and not state.desires[number].gone]
    answers = [state.tally.answered(seat) for seat in seats]
    best_of: dict[int, int] = {}
    for level in levels:
        for part in np.unique(level[level >= 0]).tolist():
            inside = np.flatnonzero(level == part).tolist()
            if len(inside) < stopping.FEW:
                continue
            shares: dict[int, float] = {}
            for number in outside:
                stances = [answers[place][number] for place in inside if number in answers[place]]
                if disclosure.enough(len(stances)):
                    shares[number] = stances.count(1) / len(stances)
            best = max(shares, key=lambda number: (shares[number], -number), default=None)
            if best is not None and shares[best] >= _HALF:
                best_of[part] = best
    return best_of


def seal(state: State, head: ev.TreeHead, woven: Margin | None = None) -> ev.TextSealed:
    """Return the event that freezes the text of this round. Counts of people in it are in steps of k.

    Args:
        state: state of a gathering in the stage "sealed" that has a draft.
        head: newest head of the record; the house publishes it just before.
        woven: margin of the choice of lines; None where it is not known.
    """
    draft = state.prayers.of_round(state.round)
    assert draft is not None  # noqa: S101  the leader looks first
    share = share_of(state, draft)
    verdict = judged(state, draft, share)
    missing = _missing(verdict) if draft.body.lines else [ConditionCode.NO_LINES]
    circles, languages = len(state.circles), _languages(state)
    part = next((failed.part for failed in verdict.missing if failed.part is not None), None)
    part = part if part is not None and _may_be_named(state, part) else None
    including = (failed.desire for failed in verdict.missing if failed.desire is not None)
    readers = {seat for readings in state.meetings.heard(draft) for seat in readings} | state.meetings.affirming(draft)
    circles_named, alone = named_with(state, draft)
    margin, digest = _margin(state, draft, woven, len(readers)), digest_of(state, draft)
    lots = set(draft.body.challengers)
    people, said, everybody = _counts(verdict, len(readers))
    large, small = _unheard(state, verdict)
    return ev.TextSealed(
        draft=len(state.prayers.drafts) - 1,
        digest=digest,
        root=head.root,
        status=Status.NOT_YET if missing else Status.ONE_DESIRE,
        missing=missing,
        people=people,
        share="" if share is None or not disclosure.enough(len(readers)) else share.kind,
        circle=part if part is not None and part < circles else None,
        language=languages[part - circles] if part is not None and part >= circles else "",
        asked=disclosure.in_steps(sum(not lots.isdisjoint(answers) for answers in draft.challenged.values())),
        share_high=_told(share, len(readers)),
        circles=list(circles_named),
        alone=alone,
        size=head.size,
        included=next((draft.outside.index(number) for number in including if not state.desires[number].gone), None),
        margin_people=None if margin is None or margin.people is None else disclosure.up_in_steps(margin.people),
        margin_circles=None if margin is None else margin.circles,
        margin_exact=margin is not None and margin.exact,
        said=said,
        everybody=everybody,
        unheard=[number for number in large if number < circles],
        unheard_languages=[languages[number - circles] for number in large if number >= circles],
        unheard_small=small,
        carried=carries_sealed(digest, text_lines(state, len(state.prayers.drafts) - 1)),
        languages=languages_met(state, draft),
        levels=counted(levels_of(state, draft)) if draft.body.lines else [],
    )


def _missing(verdict: stopping.Stopping) -> list[ConditionCode]:
    """Return the codes of the failed conditions. Of few people who were not all heard it is the only one.

    Else of up to 24 people "not all were heard" beside "nearly all say it" would tell that one to four are silent.
    """
    codes = [condition.code for condition in verdict.missing]
    unmeasured = ConditionCode.MEASURED in codes and not disclosure.enough(verdict.people, _READERS_TOLD)
    return [ConditionCode.MEASURED] if unmeasured else codes


def _counts(verdict: stopping.Stopping, readers: int) -> tuple[int, int, int]:
    """Return how many read a text, how many say it, and above how many there are, in steps; 0 where it is not told.

    Whether nearly all say it is told anyhow, and everybody can count the people in the room. Two counts in steps beside
    these would tell of one to four people that they read the text and do not say it, or did not read it. So of up to 24
    people nothing is counted, of up to 39 only those who read it, of more only those who say it. The tests find no few
    people then, at any number of readers (`tests/privacy/test_texts.py`).
    """
    if disclosure.enough(verdict.people, _SAID_TOLD):
        return 0, disclosure.in_steps(verdict.said), disclosure.above_in_steps(verdict.people)
    return disclosure.in_steps(readers) if disclosure.enough(verdict.people, _READERS_TOLD) else 0, 0, 0


def _unheard(state: State, verdict: stopping.Stopping) -> tuple[list[int], int]:
    """Return the parts of more than twelve people that were not heard, ascending, and how many smaller ones were not.

    A smaller part is counted and not named, because its people know one another.
    """
    large = [part for part in verdict.not_measured if _may_be_named(state, part)]
    return large, len(verdict.not_measured) - len(large)


def _may_be_named(state: State, part: int) -> bool:
    """Return whether a part is a circle or language of more than twelve people, so that its name tells of nobody."""
    levels = _levels(state, [number for number, seat in enumerate(state.seats) if seat.alive])
    size = sum(int((level == part).sum()) for level in levels)
    return part < len(state.circles) + len(_languages(state)) and not disclosure.is_small(size)


def with_nearest(state: State, body: ev.DraftWoven) -> ev.DraftWoven:
    """Return a draft without lines together with the desire that came nearest to one; another draft as it is.

    It is the desire with the highest lower bound on the share of people who want it. The bounds of all desires hold
    together with 95 % certainty. Nothing is told of a desire with up to twelve answers, or of fewer than 2 k people.
    O(M log N).
    """
    people, tally = state.people.count, state.tally
    asked = [
        number
        for number in range(len(state.desires))
        if state.travels[number] and not disclosure.is_small(int(tally.seen_by_all[number]))
    ]
    if body.lines or not asked:
        return body
    error = _UNSURE / len(asked)
    bounds = {
        n: stopping.surely_exceeds(int(tally.want[n]), int(tally.seen_by_all[n]), people, error)
        for n in asked
        if tally.seen_by_all[n] <= people
    }
    best = max(bounds, key=lambda number: (bounds[number], -number), default=None)
    share = None if best is None else disclosure.release_share(bounds[best], people, down=True)
    if not share:
        return body
    told = {"nearest": best, "nearest_share": round(share, 4), "nearest_people": disclosure.in_steps(people)}
    return msgspec.structs.replace(body, **told)


def _margin(state: State, draft: LiveDraft, woven: Margin | None, readers: int) -> Margin | None:
    """Return how many could have changed which lines are in the text, by answers or readings; None below k readers."""
    if woven is None or not disclosure.enough(readers) or not draft.body.lines:
        return None
    read = by_reading(state, draft)
    return woven if read is None else joined(woven, read)


def _told(share: Audit | None, readers: int) -> float | None:
    """Return the upper bound of the share index, rounded up to a multiple of 0.05; None for fewer than 25 readers.

    The rounding prevents a reader who knows all other answers from computing the last one.
    """
    if share is None or share.high is None or readers < READERS_LEAST:
        return None
    return math.ceil(share.high * _STEPS) / _STEPS
