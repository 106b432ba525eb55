"""Everything that the server holds about one person, told to that person, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.held import Mine, OwnDesire, OwnReading, OwnResponse, held_about
from oneheart.live.offered import Purpose, desire_behind
from oneheart.storage.database import open_database
from oneheart.storage.log import Entry
from oneheart.storage.stores import log_of
from tests.support.rules.scene import By, Erased, Event, hall, reading, sealed, stages


def held(path: Path, events: Sequence[Event], *seats: int) -> list[Mine]:
    """Return what is held about some people in the gathering whose file holds these events."""
    first, *rest = events
    assert isinstance(first, ev.Settings)
    file = path / "g.oneheart"
    create(file, first, code="ABCD3456")
    database = open_database(file)
    log = log_of(database)
    for number, event in enumerate(rest):
        assert not isinstance(event, Erased)
        actor, body = (event.actor, event.body) if isinstance(event, By) else ("h0", event)
        log.append([Entry(actor, f"key-{number}-00000000", ev.kind_of(body), ev.encode(body))])
    database.close()
    gathering = LiveGathering.open(file)
    try:
        assert gathering.state.refused == {}
        return [_numbered(gathering, seat, held_about(gathering, seat)) for seat in seats]
    finally:
        gathering.shut()


def _numbered(gathering: LiveGathering, seat: int, mine: Mine) -> Mine:
    """Return what is held, with each alias replaced by the number behind it, as text; another alias fails."""

    def number(purpose: Purpose, alias: str) -> str:
        behind = desire_behind(gathering, purpose, seat, alias)
        assert behind is not None
        return str(behind)

    replace = msgspec.structs.replace
    desires = [
        replace(
            one,
            desire=number(Purpose.OWN, one.desire),
            same_as=None if one.same_as is None else number(Purpose.CARD, one.same_as),
        )
        for one in mine.desires
    ]
    responses = [replace(one, desire=number(Purpose.CARD, one.desire)) for one in mine.responses]
    return replace(mine, desires=desires, responses=responses)


STEMS = {"Peace": "that"}  # as the scene says them


def answer(number: int, text: str, stance: int, language: str = "en") -> OwnResponse:
    return OwnResponse(str(number), text, language, stance, STEMS.get(text, ""))


def people() -> list[Event]:
    """Return the usual hall with a living seat 4, and a hosts' desire 3, where others have erased ones."""
    return [
        event
        if not isinstance(event, Erased)
        else ev.SeatTaken("", "en")
        if event.kind == "seat"
        else ev.DesireSaid(None, "Hosts' own", "en")
        for event in hall()
    ]


def after_people(events: Sequence[Event]) -> list[Event]:
    """Return a scene without its hall, and the usual people before it."""
    return [*people(), *events[len(hall()) :]]


def own(number: int, text: str, became: str, *, same_as: int | None = None, reason: str = "") -> OwnDesire:
    joined = None if same_as is None else str(same_as)
    return OwnDesire(str(number), text, "en", became, joined, reason, STEMS.get(text, ""))  # type: ignore[arg-type]


def test_a_person_of_whom_nothing_is_known_is_told_so(tmp_path: Path) -> None:
    (mine,) = held(tmp_path, people(), 3)
    assert mine == Mine("en", None, [], [], [])


def test_what_becomes_of_ones_desires(tmp_path: Path) -> None:
    events: list[Event] = [
        *people(),
        *(ev.DesireSaid(1, text, "en") for text in ("Travels", "Joined", "Withdrawn")),
        ev.DesireJoined(1, 5, 0),
        ev.DesireWithdrawn(1, 6),
        ev.DesireSaid(1, "Rejected", "en"),
        ev.Moderated(7, "rejected", "Another time"),  # type: ignore[arg-type]
        ev.DesireSaid(1, "About the talk", "en"),
        ev.MarkedMeta(8, on=True),
        *stages("weaving"),
        ev.StewardNamed(1, on=True),
        ev.DesireSaid(1, "For later", "en", line_of=0),
    ]
    (mine,) = held(tmp_path, events, 1)
    assert mine.desires == [
        own(4, "Travels", "travels"),
        own(5, "Joined", "joined", same_as=0),
        own(6, "Withdrawn", "withdrawn"),
        own(7, "Rejected", "not taken", reason="Another time"),
        own(8, "About the talk", "not taken"),
        own(9, "For later", "for the next round"),
    ]
    assert mine.responses == [answer(0, "Peace", 1)], "joining counts as wanting"


@pytest.mark.parametrize(
    ("hold", "decision", "became"),
    [
        (True, None, "waits for the hosts"),
        (True, "accepted", "on its way"),
        (True, "rejected", "not taken"),
        (False, None, "on its way"),
    ],
)
def test_a_desire_waits_for_hosts_only_where_they_decide_first(
    tmp_path: Path, decision: str | None, became: str, *, hold: bool
) -> None:
    settings = ev.Settings("x", {"en": "What do you want?"}, "ten", ["en", "he"], hold=hold)  # type: ignore[arg-type]
    events: list[Event] = [settings, *people()[1:]]
    if decision is not None:
        events.append(ev.Moderated(0, decision))  # type: ignore[arg-type]
    (mine,) = held(tmp_path, events, 0)
    assert mine.desires == [own(0, "Peace", became)]


def test_ones_own_presences_tables_feelings_and_languages(tmp_path: Path) -> None:
    events: list[Event] = [
        *people(),
        ev.OccasionAdded("Songs", "night", "CODE33"),  # type: ignore[arg-type]
        ev.SeatsDrawn(0, 5, 9, [0, 1], [0, 1], [0, 0]),
        ev.SeatsDrawn(1, 5, 9, [1], [0], [0]),
        ev.Present(0, 1),
        ev.Present(1, 0),
        ev.FeltSaid(0, 3, "start"),  # type: ignore[arg-type]
        ev.FeltSaid(1, 6, "start"),  # type: ignore[arg-type]
        ev.LanguageUnread(0, "he"),
        *stages("weaving"),
        ev.FeltSaid(0, 5, "end"),  # type: ignore[arg-type]
    ]
    first, second = held(tmp_path, events, 0, 1)
    assert first == Mine(
        "en",
        0,
        [own(0, "Peace", "travels")],
        [],
        ["Songs"],
        {"Meal": 1},
        {"start": 3, "end": 5},
        unread=["he"],
        duty="holds",
    )
    assert second == Mine("en", 0, [], [], ["Meal"], {"Meal": 2, "Songs": 1}, {"start": 6})


def test_ones_own_answers_readings_and_words_for_a_text(tmp_path: Path) -> None:
    scene: list[Event] = [
        *reading(),
        ev.LineRead(0, 0, 0, "would change", "Shorter"),  # type: ignore[arg-type]
        ev.LineRead(0, 0, 1, "can say"),  # type: ignore[arg-type]
        ev.LineRead(1, 0, 1, "against me"),  # type: ignore[arg-type]
        ev.WholeAffirmed(0, 0, on=True),
        ev.ChallengerAnswered(0, 0, 2, 0),  # type: ignore[arg-type]
        ev.ChallengerAnswered(1, 0, 2, 1),  # type: ignore[arg-type]
        ev.LineAmended(0, 0, 0, "Other words", "en"),
        ev.LineCarried(1, 0, 0, "he", "Carried"),
    ]
    place = len(scene)
    scene += [ev.CarryConfirmed(0, place), *stages("sealed", version=3), sealed()[-1], *stages("said", version=4)]
    events = after_people([*scene, ev.AmenSaid(0)])
    first, second = held(tmp_path, events, 0, 1)
    assert first == Mine(
        "en",
        0,
        [own(0, "Peace", "travels")],
        [answer(2, "Joy", 0)],
        [],
        readings=[OwnReading(0, 0, "Peace", "would change", "Shorter"), OwnReading(0, 1, "Bread", "can say", "")],  # type: ignore[arg-type]
        whole=[0],
        amended=["Other words"],
        confirmed=["Carried"],
        also_reads=["he"],
        amen=[1],
        duty="holds",
    )
    assert second == Mine(
        "en",
        0,
        [],
        [answer(2, "Joy", 1)],
        [],
        readings=[OwnReading(0, 1, "Bread", "against me", "")],  # type: ignore[arg-type]
        carried=["Carried"],
        also_reads=["he"],
    )


def test_an_answer_counts_before_what_was_said_to_the_same_desire_as_a_challenger(tmp_path: Path) -> None:
    scene: list[Event] = [
        *reading(),
        ev.ChallengerAnswered(0, 0, 2, 0),  # type: ignore[arg-type]
        *stages("open", version=3),
        ev.Responded(0, 2, 1),  # type: ignore[arg-type]
        ev.Responded(0, 1, 0),  # type: ignore[arg-type]
    ]
    (mine,) = held(tmp_path, after_people(scene), 0)
    assert mine.responses == [answer(2, "Joy", 1), answer(1, "Bread", 0, "he")], "in the order in which they answered"


def test_an_answer_is_told_in_the_words_in_which_the_desire_is_shown(tmp_path: Path) -> None:
    events: list[Event] = [
        *people(),
        ev.SeatTaken("", "he"),
        *stages("crossing"),
        ev.Translated(1, 0),
        By("h1", ev.Translated(1, 0)),
        ev.Responded(5, 0, 1),  # type: ignore[arg-type]
        ev.Responded(3, 0, 1),  # type: ignore[arg-type]
    ]
    hebrew, english = held(tmp_path, events, 5, 3)
    assert (hebrew.responses, english.responses) == ([answer(0, "Bread", 1, "he")], [answer(0, "Peace", 1)])
