"""What the server holds about one person: words and their status, answers, readings, occasions and tables."""

from __future__ import annotations

from typing import Literal

import msgspec

from oneheart.engine import disclosure
from oneheart.engine.told import Count, Moment, Ordinal, Stance, Told
from oneheart.live import opened
from oneheart.live.gathering import LiveGathering
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.state import State
from oneheart.live.state.carried import InAnotherLanguage
from oneheart.live.wordings import occasion_in
from oneheart.model.near_by import NearBy
from oneheart.model.prayer import Reading

Became = Literal[
    "travels",
    "on its way",
    "waits for the hosts",
    "for the next round",
    "joined",
    "same words",
    "not taken",
    "withdrawn",
]
"""The status of a person's own desire.

"on its way": it waits for a batch, see `live.state.batches`. "joined": they said that it is the same as another, or two
hosts did. "same words": the server joined it, see `live.state.joining`.
"""


class OwnDesire(Told, frozen=True):
    """A desire of the person, and its status.

    Attributes:
        desire: alias of the desire, by which the person withdraws it.
        text: the words.
        language: language code of the words.
        became: its status.
        same_as: alias of the desire that it is joined to, as among the responses; None for none, and where that desire
            does not go round any more.
        reason: reason of the hosts; "" for none.
        stem: code of the beginning that the words continue; "" for none.
    """

    desire: str
    text: str
    language: str
    became: Became
    same_as: str | None = None
    reason: str = ""
    stem: str = ""


class OwnResponse(Told, frozen=True):
    """A response of the person.

    Attributes:
        desire: alias of the desire, by which the person changes the response.
        text: its words, as the person read them; "" where they do not go round any more.
        language: language code of the words; "" without words.
        stance: 1 want, 0 not mine, -1 against.
        stem: code of the beginning that the words continue; "" for none.
    """

    desire: str
    text: str
    language: str
    stance: Stance
    stem: str = ""


class OwnReading(Told, frozen=True):
    """The person's answer to a line of a draft.

    Attributes:
        draft: number of the draft.
        line: number of the line, from 0.
        text: words of the line now; "" once erased.
        reading: "can say", "would change" or "against me".
        critique: what the person would change; "" for none.
    """

    draft: Ordinal
    line: Ordinal
    text: str
    reading: Reading
    critique: str


class OwnContacts(Told, frozen=True):
    """What the server holds about a person of one list of contacts.

    Attributes:
        at: when the list was brought in, milliseconds since 1970.
        near_by: what counts as near in it.
        contacts: how many contacts of the person, in steps: the exact number would tell who else agreed.
    """

    at: Moment
    near_by: NearBy
    contacts: Count


class Mine(Told, frozen=True):
    """Everything that the server holds about one person.

    Attributes:
        language: language code of the pages.
        circle: number of the circle; None for none.
        desires: the person's desires, in the order in which they were said.
        responses: last response to each desire, in the order in which the person first answered them.
        occasions: names of the occasions at which the person was.
        tables: number of the drawn table, from 1, by name of the occasion.
        felt: 1 (apart) to 7 (one), by "start" and "end"; missing if not answered.
        readings: answers to lines of drafts.
        demand: whether the person asks that all become one; None if they did not say.
        represented: 1 (not at all) to 7 (wholly), by number of the sealed text, from 1.
        listed: true if the person agreed that lists of contacts may name them.
        badge: true if their badge is kept, without its number.
        contacts: what is held of lists of contacts.
        whole: numbers of the drafts that the person affirms.
        amended: words of the person's amendments.
        carried: the person's words of desires and lines in another language.
        confirmed: words in another language that the person confirmed.
        amen: numbers of the rounds, from 1, whose text the person said amen to.
        unread: language codes that the person does not read.
        also_reads: language codes that the person reads beside that of the pages.
        rows: true if the person agreed that their answers may leave as a row of an export.
        duty: "holds" or "asks": what the person has to do with the duty of their circle; "" for nothing.
        way_back: true if a code opens their seat on another phone.
        opened_by: how their seat was last opened on another phone: "kept" or "host"; "" for never.
    """

    language: str
    circle: Ordinal | None
    desires: list[OwnDesire]
    responses: list[OwnResponse]
    occasions: list[str]
    tables: dict[str, Ordinal] = msgspec.field(default_factory=dict)
    felt: dict[str, Stance] = msgspec.field(default_factory=dict)
    readings: list[OwnReading] = msgspec.field(default_factory=list)
    whole: list[Ordinal] = msgspec.field(default_factory=list)
    amended: list[str] = msgspec.field(default_factory=list)
    carried: list[str] = msgspec.field(default_factory=list)
    confirmed: list[str] = msgspec.field(default_factory=list)
    amen: list[Ordinal] = msgspec.field(default_factory=list)
    unread: list[str] = msgspec.field(default_factory=list)
    also_reads: list[str] = msgspec.field(default_factory=list)
    rows: bool = False
    duty: Literal["", "holds", "asks"] = ""
    way_back: bool = False
    opened_by: str = ""
    demand: bool | None = None
    represented: dict[str, Stance] = msgspec.field(default_factory=dict)
    listed: bool = False
    badge: bool = False
    contacts: list[OwnContacts] = msgspec.field(default_factory=list)


def held_about(gathering: LiveGathering, seat: int) -> Mine:
    """Return everything that the server holds about one person, for that person only. O(own events + drafts)."""
    state = gathering.state
    person = state.seats[seat]
    desires = [
        OwnDesire(
            alias_for(gathering, Purpose.OWN, seat, number),
            state.desires[number].text,
            state.desires[number].language,
            _became(gathering, number),
            None if (same := joined_words(gathering, seat, number)) is None else same.alias,
            state.desires[number].reason,
            state.desires[number].stem,
        )
        for number in person.desires
    ]
    responses = []
    answered = state.tally.answered(seat)
    for number, stance in {**answered, **_challenged(state, seat), **answered}.items():  # answers to cards come first
        words = opened.read(gathering, seat, number)
        alias = alias_for(gathering, Purpose.CARD, seat, number)
        shown = ("", "", "") if words is None else (words.text, words.language, words.stem)
        responses.append(OwnResponse(alias, *shown[:2], stance, shown[2]))
    occasions = [occasion_in(state, number, person.language) for number in person.presences]
    table_of = {n: draw.table_of[seat] + 1 for n, draw in sorted(state.company.drawn.items()) if seat in draw.table_of}
    tables = {occasion_in(state, number, person.language): table for number, table in table_of.items()}
    felt: dict[str, int] = {when: answers[seat] for when, answers in state.company.felt.items() if seat in answers}
    prayers = state.prayers
    translated: list[InAnotherLanguage] = [*state.desires.carried.words.values(), *prayers.carried.values()]
    return Mine(
        person.language,
        person.circle,
        desires,
        responses,
        occasions,
        tables,
        felt,
        readings=_readings(gathering, seat),
        whole=[number for number, draft in enumerate(prayers.drafts) if seat in draft.whole],
        amended=[amendment.text for amendment in prayers.amended.values() if amendment.seat == seat],
        carried=[words.text for words in translated if words.seat == seat],
        confirmed=[words.text for words in translated if seat in words.confirmed],
        amen=[sealed.round for sealed in prayers.sealed if seat in sealed.amen],
        demand=None if (demand := state.company.apart.demands.get(seat)) is None else demand.on,
        represented={
            str(n + 1): values[seat] for n, values in state.company.apart.represented.items() if seat in values
        },
        listed=seat in state.company.near.agreed,
        badge=seat in state.company.near.badge_of,
        contacts=contacts_held(state, seat),
        unread=list(person.unread),
        also_reads=list(person.also_reads),
        rows=person.rows,
        duty="holds" if person.steward else "asks" if seat in state.people.duties.asked else "",
        way_back=bool(person.ways),
        opened_by=person.opened_by,
    )


def contacts_held(state: State, seat: int) -> list[OwnContacts]:
    """Return what is held about a person of each list of contacts. O(lists)."""
    contacts = []
    for brought in state.company.near.brought:
        pieces = brought.held.get(seat, [])
        if pieces:
            count = sum(len(piece.first) // 4 + len(piece.second) // 4 + len(piece.groups) for piece in pieces)
            contacts.append(OwnContacts(brought.at, brought.near_by, disclosure.show_steps(count)))
    return contacts


def joined_words(gathering: LiveGathering, seat: int, number: int) -> opened.OpenedDesire | None:
    """Return the words of the desire that a person's own is joined to; None for none, and where it is kept back."""
    state = gathering.state
    joined = state.desires.owns(seat, number) and state.desires[number].same_as is not None
    return opened.read(gathering, seat, state.root(number)) if joined else None


def _challenged(state: State, seat: int) -> dict[int, int]:
    """Return a person's answers to the challengers that were drawn for them, by number of the desire."""
    return {n: stance for draft in state.prayers.drafts for n, stance in draft.challenged.get(seat, {}).items()}


def _readings(gathering: LiveGathering, seat: int) -> list[OwnReading]:
    state = gathering.state
    return [
        OwnReading(number, place, state.prayers.words(line, state.desires)[0], readings[seat], critiques.get(seat, ""))
        for number, draft in enumerate(state.prayers.drafts)
        for place, (line, readings, critiques) in enumerate(
            zip(draft.body.lines, draft.readings, draft.critiques, strict=True)
        )
        if seat in readings
    ]


def _became(gathering: LiveGathering, number: int) -> Became:
    desire = gathering.state.desires[number]
    if desire.withdrawn:
        return "withdrawn"
    if desire.same_as is not None:
        return "same words" if desire.matched else "joined"
    if desire.moderation.value == "rejected" or desire.is_meta:
        return "not taken"
    if desire.waiting:
        return "for the next round"
    hold = gathering.state.settings is not None and gathering.state.settings.hold
    if hold and desire.moderation.value == "undecided":
        return "waits for the hosts"
    return "on its way" if desire.fresh else "travels"
