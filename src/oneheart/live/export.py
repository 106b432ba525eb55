"""Export: a live gathering as the plain values that the engine analyses and files hold.

The answers become a `Gathering`. Sealed texts and the hall's counts become its `HallRecord`, so that report and
export show the text that people affirmed. The values never say who wrote, read or affirmed anything.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.disclosure import in_steps
from oneheart.live import events as ev
from oneheart.live.represented import mean_of
from oneheart.live.sealed_record import TextLine, includes, numbers_in_book, record_at
from oneheart.live.state import LiveDesire, State
from oneheart.live.state.released import people_told
from oneheart.live.wordings import circle_in, name_in, question_in
from oneheart.model.desire import Desire, Moderation, Stance
from oneheart.model.gathering import Circle, Gathering, Responses
from oneheart.model.sealed import HallRecord, SealedFelt, SealedLanguage, SealedLevel, SealedLine, SealRecord

NOT_MEASURED = "not measured"
Reason = Literal["taken back", "joined", "waiting", "on its way"]


def as_gathering(
    state: State,
    *,
    source: str,
    shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None,
    rows: dict[int, int] | None = None,
    language: str = "",
) -> Gathering:
    """Return the gathering as a plain value. O(responses + N + M).

    Desires that were joined, withdrawn or erased, or that wait for the next round, are left out. An answer to a
    joined desire counts for the desire that it was joined to. Circles of fewer than k people are left out.

    Args:
        state: state of the gathering.
        source: where the data came from.
        shuffle: returns a random permutation of so many people; by default the order of seats.
        rows: row of each seat, as returned by `rows_of`; nothing is shuffled then.
        language: language code of whoever reads the names and the question; "" for the first of the gathering.
    """
    columns = exported(state)
    column_of = {number: column for column, number in enumerate(columns)}
    rows = rows_of(state, shuffle) if rows is None else rows
    reader = language or state.languages[0]
    circles, circle_of = _circles(state, rows, reader)
    return Gathering(
        question=question_in(state, reader).text,
        participants=tuple(str(row + 1) for row in range(len(rows))),
        desires=tuple(_plain(state.desires[number], number, rows) for number in columns),
        responses=_responses(state, rows, column_of),
        probes=_probes(state, rows, column_of),
        circles=circles,
        circle_of=circle_of,
        source=source,
        hall=hall_record(state, reader),
    )


def exported(state: State) -> list[int]:
    """Return the numbers of the desires that an export holds, in its order. O(M)."""
    return [number for number, desire in enumerate(state.desires) if _left_out(desire) is None]


def rows_of(state: State, shuffle: Callable[[int], npt.NDArray[np.intp]] | None = None) -> dict[int, int]:
    """Return the row of everybody who said a desire or answered one, by seat. O(N).

    Args:
        state: state of the gathering.
        shuffle: returns a random permutation of so many people; by default the order of seats.
    """
    took_part = [n for n, seat in enumerate(state.seats) if seat.alive and (state.tally.answered(n) or seat.desires)]
    order = range(len(took_part)) if shuffle is None else shuffle(len(took_part)).tolist()
    return {took_part[old]: row for row, old in enumerate(order)}


def hall_record(state: State, reader: str = "") -> HallRecord:
    """Return the sealed texts and the hall's counts, each rounded down as the hall shows it. O(M + texts).

    The name is the one in the language of the reader.
    """
    counted = state.keeping.counted
    left_out = Counter(_left_out(desire) for desire in state.desires)
    texts = [_sealed_text(state, number) for number in numbers_in_book(state)]
    return HallRecord(
        name=name_in(state, reader),
        texts=tuple(reversed(texts)),
        people=counted(people_told(state.people), "people"),
        desires=counted(state.released.desires, "desires"),
        answers=counted(state.released.responses, "responses"),
        joined=in_steps(left_out["joined"]),
        taken_back=in_steps(left_out["taken back"]),
        waiting=in_steps(left_out["waiting"]),
        demand=state.company.apart.demand_told,
    )


def _sealed_text(state: State, number: int) -> SealRecord:
    """Return a sealed text; words that their author erased are ""."""
    record = record_at(state, number)
    sealed, body = record.sealed, record.sealed.body
    include = includes(state, body)
    return SealRecord(
        number=number + 1,
        round=sealed.round,
        day=time.strftime("%Y-%m-%d", time.localtime(sealed.at / 1000)),
        question=tuple(sealed.question.items()),
        lines=tuple(_sealed_line(line) for line in record.lines),
        verdict=body.status,
        missing=tuple(body.missing),
        digest=body.digest,
        root=body.root,
        readers=body.people,
        amen=in_steps(sealed.amen_count),
        asked=body.asked,
        share=body.share or NOT_MEASURED,
        share_high=body.share_high,
        include=None if include is None else _sealed_line(include),
        margin_people=body.margin_people,
        margin_circles=body.margin_circles,
        margin_exact=body.margin_exact,
        size=body.size,
        said=body.said,
        everybody=body.everybody,
        unheard=body.unheard_count,
        levels=tuple(SealedLevel(level.circles, level.can_say, level.unheard) for level in body.levels),
        languages=tuple(_sealed_language(body, one) for one in body.languages),
        represented=felt_of(state.company.apart.represented.get(number, {}).values()),
    )


def felt_of(answers: Collection[int]) -> SealedFelt | None:
    """Return how far people find themselves in a sealed text, from their answers; None below 30 people."""
    mean = mean_of(answers)
    return None if mean is None else SealedFelt(*mean, in_steps(len(answers)))


def _sealed_language(body: ev.TextSealed, met: ev.LanguageMet) -> SealedLanguage:
    heard = met.measured and met.language not in body.unheard_languages
    unmet, alone = (tuple(line + 1 for line in lines) for lines in (met.unmet, met.alone))
    return SealedLanguage(met.language, unmet, met.measured, heard, alone)


def _sealed_line(line: TextLine) -> SealedLine:
    return SealedLine(line.text, line.language, line.carried)


def _responses(state: State, rows: dict[int, int], column_of: dict[int, int]) -> Responses:
    """Return everybody's last answer to each exported desire, without authors' answers to their own desires.

    Answers to joined desires come first, so that a direct answer to the desire overrides them.
    """
    people, columns, stances = [], [], []
    for number, row in rows.items():
        own_roots = {state.root(n) for n in state.seats[number].desires}
        answered = state.tally.answered(number).items()
        for desire, stance in sorted(answered, key=lambda pair: state.root(pair[0]) == pair[0]):
            root = state.root(desire)
            if root in column_of and not (root in own_roots and state.desires[root].author == number):
                people.append(row)
                columns.append(column_of[root])
                stances.append(stance)
    return Responses.of(people, columns, stances)


def _probes(state: State, rows: dict[int, int], column_of: dict[int, int]) -> Responses | None:
    """Return the responses to probes, each to the desire that it was joined to; None where there are no marks."""
    table = state.tally.table(probes=True)
    cells = [
        (rows[person], column_of[state.root(desire)], stance)
        for person, desire, stance in zip(
            table.participant.tolist(), table.desire.tolist(), table.stance.tolist(), strict=True
        )
        if person in rows and state.root(desire) in column_of
    ]
    return Responses.of(*zip(*cells, strict=True)) if cells else None


def _circles(state: State, rows: dict[int, int], reader: str) -> tuple[tuple[Circle, ...], npt.NDArray[np.int32]]:
    """Return the circles of at least k people, and the circle of each row, (rows,) int32, -1 for none."""
    numbers = [n for n, circle in enumerate(state.circles) if disclosure.enough(circle.seats)]
    place = {number: index for index, number in enumerate(numbers)}
    circle_of = np.full(len(rows), -1, np.int32)
    for number, row in rows.items():
        circle = state.seats[number].circle
        circle_of[row] = -1 if circle is None else place.get(circle, -1)
    return tuple(Circle(f"circle-{n + 1}", circle_in(state, n, reader) or str(n + 1)) for n in numbers), circle_of


def _left_out(desire: LiveDesire) -> Reason | None:
    """Return the reason why a desire is not exported as a desire of its own; None if it is."""
    if not desire.stands:
        return "taken back"
    if desire.follows:
        return "joined"
    if desire.fresh:
        return "on its way"
    return "waiting" if desire.waiting else None


def _plain(desire: LiveDesire, number: int, rows: dict[int, int]) -> Desire:
    return Desire(
        label=str(number),
        text=desire.text,
        author=None if desire.author is None else rows.get(desire.author),
        language=desire.language,
        moderation=desire.moderation,
        is_meta=desire.is_meta,
        is_seed=desire.author is None,
    )


def with_wants_of_authors(gathering: Gathering) -> Gathering:
    """Return a gathering without authors in which everybody wants their own desires. O(desires + responses).

    So a desire is answered by its author as by others, and no number tells who did not need to answer it.
    """
    r = gathering.responses
    answered = set(zip(r.participant.tolist(), r.desire.tolist(), strict=True))
    own = [
        (desire.author, column)
        for column, desire in enumerate(gathering.desires)
        if desire.author is not None and (desire.author, column) not in answered
    ]
    responses = Responses.of(
        [*(person for person, _ in own), *r.participant.tolist()],
        [*(column for _, column in own), *r.desire.tolist()],
        [*(Stance.WANT.value for _ in own), *r.stance.tolist()],
    )
    desires = tuple(replace(desire, author=None) for desire in gathering.desires)
    return replace(gathering, desires=desires, responses=responses)


def without_authors(gathering: Gathering, rng: np.random.Generator) -> Gathering:
    """Return a gathering without authors, its desires in random order with new numbers. O(desires + responses).

    That an author wants their own desire becomes a response.
    """
    return in_random_order(with_wants_of_authors(gathering), rng)


def in_random_order(gathering: Gathering, rng: np.random.Generator) -> Gathering:
    """Return a gathering with its desires in random order and with new numbers. O(desires + responses).

    The live numbers would tell in which order people spoke.
    """
    order = rng.permutation(gathering.desire_count)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    r = gathering.responses
    desires = [replace(gathering.desires[old], label=str(new)) for new, old in enumerate(order.tolist())]
    responses = Responses.of(r.participant, place[r.desire], r.stance)
    p = gathering.probes
    probes = None if p is None else Responses.of(p.participant, place[p.desire], p.stance)
    return replace(gathering, desires=tuple(desires), responses=responses, probes=probes)


def of_consenting(
    state: State, *, source: str, rng: np.random.Generator, language: str = ""
) -> tuple[dict[int, int], Gathering]:
    """Return the answers of those who consented to rows, in random order: row by seat, and the gathering. O(responses).

    Circles of up to twelve people are left out.
    """
    consenting = state.people.consenting()
    took_part = sorted(seat for seat in rows_of(state) if seat in consenting)
    rows = {took_part[old]: row for row, old in enumerate(rng.permutation(len(took_part)).tolist())}
    gathering = as_gathering(state, source=source, rows=rows, language=language)
    sizes = {f"circle-{number + 1}": circle.seats for number, circle in enumerate(state.circles)}
    small = [disclosure.is_small(sizes[circle.label]) for circle in gathering.circles]
    return rows, _without_circles(gathering, small)


def _without_circles(gathering: Gathering, left_out: list[bool]) -> Gathering:
    kept = [number for number, out in enumerate(left_out) if not out]
    place = np.full(len(left_out) + 1, -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    circles = tuple(gathering.circles[number] for number in kept)
    return replace(gathering, circles=circles, circle_of=place[gathering.circle_of])


def aggregates(gathering: Gathering, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """Return a table of all desires in random order: how many answered each, want it and are against it, in steps of k.

    Nothing is counted of a desire with up to twelve answers; its cells are empty. Steps hide one person from somebody
    who knows all others, except at the edge of a step.
    """
    stances: list[Counter[int]] = [Counter() for _ in gathering.desires]
    for column, stance in zip(gathering.responses.desire.tolist(), gathering.responses.stance.tolist(), strict=True):
        stances[column][stance] += 1
    lines: list[tuple[str, ...]] = [("desire", "text", "language", "answers", "want", "against")]
    for number, column in enumerate(rng.permutation(gathering.desire_count).tolist()):
        desire, counted = gathering.desires[column], stances[column]
        parts = (counted[Stance.WANT.value], counted[Stance.AGAINST.value])
        answers, (want, against) = disclosure.show_parts(counted.total(), parts)
        text = "" if desire.moderation is Moderation.REJECTED else desire.text
        lines.append((str(number), text, desire.language, str(answers), str(want), str(against)))
    return lines
