"""Everything that is counted of people leaves through the gate: by type, and moved by no single person."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from oneheart.engine import disclosure
from oneheart.engine.disclosure import RESPONSES_STEP, K, show_steps
from oneheart.engine.told import Told
from oneheart.live import events as ev
from oneheart.live.acts import ACTS, Doer
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.sealing import seal
from oneheart.live.snapshot import Snapshot, Text, take
from oneheart.model import actor
from oneheart.web import answers, streams
from oneheart.web.api import calls
from oneheart.web.api.operations import OPERATIONS
from oneheart.web.api.telling import snapshot_told
from oneheart.web.hall import figure, screen
from oneheart.web.pages import environment, render
from oneheart.web.sealed_texts import page_of
from oneheart.web.words import Words, plain
from tests.support.heads import HEAD

WEB = Path(answers.__file__).parent


# --- by type ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [12, 12.5, 0, -1])
def test_a_page_prints_no_bare_number(count: float) -> None:
    for source in ("{{ people }}", '<p data-people="{{ people }}">', "{{ people if people is defined else '' }}"):
        with pytest.raises(TypeError, match="prints no bare"):
            environment().from_string(source).render(people=count)
    assert environment().from_string("{{ line|plain }} {{ people }}").render(line=count, people=show_steps(12)) == (
        f"{count} 10"
    )


@pytest.mark.parametrize("what", [[12], {"people": 12}, (12,), {12}, object()])
def test_a_page_prints_nothing_that_may_hide_a_number(what: object) -> None:
    with pytest.raises(TypeError, match="prints no bare"):
        environment().from_string("{{ what }}").render(what=what)


def test_a_real_page_with_a_bare_count_is_not_made() -> None:
    about = {"why": "closed", "hint": "", "sentence": "Not now.", "kept_text": "", "back": ""}
    assert "Not now." in render("problem.html", Words("en"), **about)
    with pytest.raises(TypeError, match="prints no bare int"):
        render("problem.html", Words("en"), **{**about, "sentence": 12})


def test_a_sentence_takes_no_bare_count() -> None:
    words = Words("en")
    with pytest.raises(TypeError, match="prints no bare int"):
        words.t("{count} people or more have read it.", count=12)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="prints no bare int"):
        words.n("{count} card", "{count} cards", 2)  # type: ignore[arg-type]
    assert words.t("{count} or so", count=show_steps(12)) == "10 or so"
    assert words.n("{count} card", "{count} cards", plain(1)) == "1 card"
    assert words.n("{count} person", "{count} people", show_steps(12)) == "10 people"


def test_a_count_that_is_not_shown_is_in_no_sentence_with_a_plural() -> None:
    with pytest.raises(TypeError, match="no count that is shown"):
        Words("en").n("{count} person", "{count} people", disclosure.withheld())


@pytest.mark.parametrize("hint", [int, float, list[int], dict[str, int], tuple[float, ...], int | None])
def test_an_answer_with_a_bare_count_cannot_be_defined(hint: Any) -> None:
    with pytest.raises(TypeError, match="is a bare"):
        type("Told_", (Told,), {"__annotations__": {"people": hint}, "__module__": __name__}, frozen=True)


def test_every_answer_of_the_api_is_checked_when_it_is_defined() -> None:
    assert [operation.path for operation in OPERATIONS if not issubclass(operation.gives, Told)] == []


@pytest.mark.parametrize("answer", [{"people": 12}, [12], 12, "twelve"])
def test_nothing_but_a_checked_struct_is_encoded(answer: Any) -> None:
    with pytest.raises(TypeError, match="is no answer"):
        answers.encode(answer)
    with pytest.raises(TypeError, match="is no answer"):
        answers.as_json(answer)


def test_no_other_module_of_the_web_writes_json() -> None:
    """The guard answers in the same words before there is a gathering to speak of."""
    writers = set()
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in {"msgspec.json.encode", "msgspec.json.Encoder", "json.dumps", "JSONResponse"}:
                writers.add(path.relative_to(WEB).as_posix())
    assert writers == {"answers.py"}


def test_what_a_hall_sees_is_counted_as_shown() -> None:
    kinds = [*get_type_hints(Snapshot).items(), *get_type_hints(Text).items()]
    shown = {name for name, hint in kinds if hint is disclosure.Shown}
    assert shown == {"people", "desires", "responses", "demand", "amen", "size", "nearest_share"}


# --- the payload of the hall ------------------------------------------------------------------------------------------


def run(path: Path, work: Callable[[LiveGathering], Awaitable[None]]) -> None:
    question = {"en": "What do you want?", "he": "מה אתם רוצים?"}
    create(path / "g.oneheart", ev.Settings("Desert", question, "ten", ["en", "he"]), code="ABCD3456")

    async def whole() -> None:
        gathering = LiveGathering.open(path / "g.oneheart")
        try:
            await work(gathering)
        finally:
            await gathering.close()

    asyncio.run(whole())


@pytest.mark.parametrize("name", ["people", "desires", "responses"])
def test_the_payload_of_the_hall_takes_no_bare_count(tmp_path: Path, name: str) -> None:
    async def work(gathering: LiveGathering) -> None:
        snapshot = take(gathering.state)
        assert json.loads(screen.encode(gathering, snapshot))["counts"][name] == ""
        with pytest.raises(TypeError):
            screen.encode(gathering, replace(snapshot, **{name: 12}))

    run(tmp_path, work)
    with pytest.raises(TypeError):
        figure.measure(12, 12, 12)  # type: ignore[arg-type]


# --- one person's act -------------------------------------------------------------------------------------------------

PEOPLE = 7
"""At no border: neither this number nor one more or less is a whole number of steps."""

Scene = Callable[[LiveGathering], Awaitable[None]]


async def submit(gathering: LiveGathering, body: ev.AnyBody, who: str = "h0") -> int:
    key = f"key-{gathering.state.seq}-{ev.kind_of(body).replace(' ', '-')}"
    kept = await gathering.submit(who, key, body)
    return kept.number or 0


async def said(gathering: LiveGathering) -> None:
    """Seven people of one circle have said one desire each and answered three; one stewards, one has felt nothing."""
    await submit(gathering, ev.CircleAdded("Fire", "circle-key"))
    await submit(gathering, ev.OccasionAdded("Songs", "night", "CODE22"))
    for seat in range(PEOPLE):
        await gathering.take_seat(f"seat-key-{seat}", language="he" if seat in {4, 5, 6} else "en", circle=0)
    for seat in range(PEOPLE):
        await submit(gathering, ev.DesireSaid(seat, f"To be one heart in way {seat} of many", "en"), actor.seat(seat))
    for seat in range(PEOPLE):
        for desire in range(3):
            if seat not in {desire, 6}:
                await submit(gathering, ev.Responded(seat, desire, 1), actor.seat(seat))
    await submit(gathering, ev.DutyGiven(0, 0), actor.host(0))
    await away_from_a_border(gathering)


async def read(gathering: LiveGathering) -> None:
    """Two lines are read; six have read the first, and the first was said in Hebrew by somebody."""
    await said(gathering)
    state = gathering.state
    await submit(gathering, ev.StageMoved("weaving", state.version))
    lines = [ev.WovenLine([0]), ev.WovenLine([1])]
    draft = ev.DraftWoven(state.version, lines, challengers=[2, 3, 4], among=3, lots=3)
    await submit(gathering, draft, actor.HOUSE)
    await submit(gathering, ev.StageMoved("reading", state.version))
    for seat in range(PEOPLE):
        for language in ("en", "he"):
            await submit(gathering, ev.LanguageUnread(seat, language, on=False), actor.seat(seat))
    for seat in range(PEOPLE - 1):
        await submit(gathering, ev.LineRead(seat, 0, 0, "can say"), actor.seat(seat))
    await submit(gathering, ev.LineCarried(4, 0, 0, "he", "להיות לב אחד"), actor.seat(4))
    await away_from_a_border(gathering)


async def read_twice(gathering: LiveGathering) -> None:
    """The whole is read."""
    await read(gathering)
    state = gathering.state
    await submit(gathering, ev.StageMoved("second reading", state.version))
    lines = [ev.WovenLine([0], follows=0), ev.WovenLine([1], follows=1, changed=True)]
    await submit(gathering, ev.DraftWoven(state.version, lines), actor.HOUSE)
    for seat in range(PEOPLE - 1):
        await submit(gathering, ev.WholeAffirmed(seat, 1, on=True), actor.seat(seat))
    await away_from_a_border(gathering)


async def spoken(gathering: LiveGathering) -> None:
    """The text is sealed and said, six have said amen, and everybody may read it."""
    await read_twice(gathering)
    state = gathering.state
    await submit(gathering, ev.StageMoved("sealed", state.version))
    await submit(gathering, seal(state, HEAD), actor.HOUSE)
    await submit(gathering, ev.BookSet(0, public=True))
    await submit(gathering, ev.StageMoved("said", state.version))
    for seat in range(PEOPLE - 1):
        await submit(gathering, ev.AmenSaid(seat), actor.seat(seat))
    await away_from_a_border(gathering)


async def away_from_a_border(gathering: LiveGathering) -> None:
    while gathering.state.seq % RESPONSES_STEP >= RESPONSES_STEP - 2:
        await submit(gathering, ev.ClockSet(60))


def numbers(gathering: LiveGathering) -> dict[str, Any]:
    """Return every number that anybody may read of a gathering, by where it stands."""
    told = take(gathering.state)
    payload = json.loads(screen.encode(gathering, told))
    del payload["now"]
    phones = json.loads(streams.payload(gathering.state).removeprefix(b"data: "))
    del phones["now"]
    request: Any = type("Request", (), {"path_params": {"code": "x"}})()
    request.app = type("App", (), {"state": type("State", (), {"house": _House(gathering)})()})()
    book = [page_of(gathering, number, Words("en")) for number in range(len(gathering.state.prayers.sealed))]
    return dict(
        [
            *_numbers("hall", payload),
            *_numbers("phones", phones),
            *_numbers("api snapshot", json.loads(answers.encode(snapshot_told(gathering, told)))),
            *_numbers("api text", json.loads(answers.encode(asyncio.run(calls.text(request, None))))),
            *_numbers("book", [[one.readers.value, one.amen.value, one.asked.value, one.share_high] for one in book]),
        ]
    )


class _House:
    def __init__(self, gathering: LiveGathering) -> None:
        self._gathering = gathering

    def find(self, _code: str) -> LiveGathering:
        return self._gathering


def _numbers(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _numbers(f"{where}.{name}", inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _numbers(f"{where}[{place}]", inner)
    elif value is not None and str(value).replace("\u202f", "").replace(".", "").isdigit():
        yield where, value


async def one_takes_a_seat(gathering: LiveGathering) -> None:
    await gathering.take_seat("one-more-seat", language="en")


async def one_is_seated_by_a_scribe(gathering: LiveGathering) -> None:
    await gathering.take_seat("one-more-seat", language="en", circle=0, scribe=0)


async def one_erases(gathering: LiveGathering) -> None:
    await gathering.erase(6, "erase-all-of-it")


def one(seat: int, body: Callable[[LiveGathering], ev.AnyBody] | ev.AnyBody) -> Scene:
    async def acts(gathering: LiveGathering) -> None:
        await submit(gathering, body(gathering) if callable(body) else body, actor.seat(seat))

    return acts


async def joined(gathering: LiveGathering) -> None:
    await said(gathering)
    await submit(gathering, ev.DesireJoined(6, 6, 0), actor.seat(6))


async def agreed_to_lists(gathering: LiveGathering) -> None:
    """People said what they want, and one of them agreed that lists of contacts may name them."""
    await said(gathering)
    await submit(gathering, ev.ContactsConsented(6), actor.seat(6))


async def was_there(gathering: LiveGathering) -> None:
    """People said what they want, and one of them said that they were at an occasion."""
    await said(gathering)
    await submit(gathering, ev.Present(6, 0), actor.seat(6))


async def crossed(gathering: LiveGathering) -> None:
    """People cross, and two of them read both languages; one has said a desire in the other one."""
    await said(gathering)
    for seat in (5, 6):
        for language in ("en", "he"):
            await submit(gathering, ev.LanguageUnread(seat, language, on=False), actor.seat(seat))
    await submit(gathering, ev.StageMoved("crossing", gathering.state.version))
    await submit(gathering, ev.DesireCarried(5, 0, "he", "לב אחד"), actor.seat(5))
    await away_from_a_border(gathering)


async def on_paper(gathering: LiveGathering) -> None:
    """People said what they want, and a sheet of paper is printed for one who has no phone."""
    await said(gathering)
    sheet = ev.SheetsPrinted(0, gathering.state.version, [ev.PrintedSheet("f" * 64, 1)])
    await submit(gathering, sheet, actor.host(0))


PERSONAL: list[tuple[type[ev.Body], Scene, Scene]] = [
    (ev.SeatTaken, said, one_takes_a_seat),
    (ev.SeatTaken, said, one_is_seated_by_a_scribe),
    (ev.SeatTaken, on_paper, one_is_seated_by_a_scribe),
    (ev.SheetTyped, on_paper, one(0, ev.SheetTyped("f" * 64))),
    (ev.SeatChanged, said, one(6, ev.SeatChanged(6, language="en"))),
    (ev.LanguageUnread, said, one(6, ev.LanguageUnread(6, "en"))),
    (ev.ConsentGiven, said, one(6, ev.ConsentGiven(6, 1))),
    (ev.RowsConsented, said, one(6, ev.RowsConsented(6, on=True))),
    (ev.SeatErased, said, one_erases),
    (ev.SeatErased, read, one_erases),
    (ev.SeatErased, spoken, one_erases),
    (ev.DesireSaid, said, one(6, ev.DesireSaid(6, "Warm bread", "en"))),
    (ev.DesireSaid, said, one(0, ev.DesireSaid(0, "One line of ours", "en", line_of=0))),
    (ev.DesireSaid, said, one(0, ev.DesireSaid(0, "One more of ours", "en", carried_by=0))),
    (ev.DesireJoined, said, one(6, ev.DesireJoined(6, 6, 0))),
    (ev.DesireParted, joined, one(6, ev.DesireParted(6, 6))),
    (ev.DesireWithdrawn, said, one(6, ev.DesireWithdrawn(6, 6))),
    (ev.DesireLanguage, said, one(6, ev.DesireLanguage(6, 6, "he"))),
    (ev.DesireCarried, crossed, one(6, ev.DesireCarried(6, 1, "he", "לחם חם"))),
    (
        ev.DesireCarryConfirmed,
        crossed,
        one(6, lambda gathering: ev.DesireCarryConfirmed(6, next(iter(gathering.state.desires.carried.words)))),
    ),
    (ev.Responded, said, one(6, ev.Responded(6, 0, 1))),
    (ev.Present, said, one(6, ev.Present(6, 0))),
    (ev.PresenceTakenBack, was_there, one(6, ev.PresenceTakenBack(6, 0))),
    (ev.ContactsConsented, said, one(6, ev.ContactsConsented(6))),
    (ev.ContactsTakenBack, agreed_to_lists, one(6, ev.ContactsTakenBack(6))),
    (ev.BadgeKept, agreed_to_lists, one(6, ev.BadgeKept(6, "b" * 32))),
    (ev.FeltSaid, said, one(6, ev.FeltSaid(6, 4, "start"))),
    (ev.DemandSaid, said, one(6, ev.DemandSaid(6))),
    (ev.RepresentedSaid, spoken, one(6, ev.RepresentedSaid(6, 0, 5))),
    (ev.WayBackKept, said, one(6, ev.WayBackKept(6, "d" * 64))),
    (ev.DutyRequested, said, one(6, ev.DutyRequested(6))),
    (ev.DutyAnswered, said, one(1, ev.DutyAnswered(1, 0, on=False))),
    (ev.StewardNamed, said, one(0, ev.StewardNamed(0, on=False))),
    (ev.SeatCardsWanted, said, one(0, ev.SeatCardsWanted(0, 4))),
    (ev.LineRead, read, one(6, ev.LineRead(6, 0, 0, "against me"))),
    (ev.LineAmended, read, one(0, ev.LineAmended(0, 0, 0, "To be one heart", "en"))),
    (ev.ChallengerAnswered, read, one(6, ev.ChallengerAnswered(6, 0, 2, 1))),
    (ev.LineCarried, read, one(5, ev.LineCarried(5, 0, 1, "he", "לחם חם"))),
    (
        ev.CarryConfirmed,
        read,
        one(5, lambda gathering: ev.CarryConfirmed(5, next(iter(gathering.state.prayers.carried)))),
    ),
    (ev.WholeAffirmed, read_twice, one(6, ev.WholeAffirmed(6, 1, on=True))),
    (ev.AmenSaid, spoken, one(6, ev.AmenSaid(6))),
]


def test_every_act_of_a_person_is_among_these() -> None:
    """A circle's own act is the one exception, see below."""
    acts = {act.event for act in ACTS if act.doer is Doer.PERSON}
    assert {event for event, _, _ in PERSONAL} == acts - {ev.CircleDone}


@pytest.mark.parametrize(
    ("scene", "act"),
    [(scene, act) for _, scene, act in PERSONAL],
    ids=[f"{event.__name__}-{scene.__name__}-{place}" for place, (event, scene, _) in enumerate(PERSONAL)],
)
def test_no_act_of_one_person_moves_a_public_number(tmp_path: Path, scene: Scene, act: Scene) -> None:
    async def work(gathering: LiveGathering) -> None:
        await scene(gathering)
        before, seq = await asyncio.to_thread(numbers, gathering), gathering.state.seq
        await act(gathering)
        assert gathering.state.seq > seq, "the act was taken"
        assert await asyncio.to_thread(numbers, gathering) == before

    run(tmp_path, work)


@pytest.mark.parametrize("scene", [said, spoken])
def test_these_numbers_are_there_to_be_moved(tmp_path: Path, scene: Scene) -> None:
    """Three more people, one step, do move them: what does not move for one is no constant."""

    async def work(gathering: LiveGathering) -> None:
        await scene(gathering)
        before = await asyncio.to_thread(numbers, gathering)
        for number in range(K - PEOPLE % K):
            await gathering.take_seat(f"one-more-{number}", language="en")
        after = await asyncio.to_thread(numbers, gathering)
        moved = {name for name in after if before.get(name) != after[name]}
        assert {"hall.counts.people", "api snapshot.people"} <= moved

    run(tmp_path, work)


def test_a_circle_that_is_done_is_counted_as_a_circle_and_as_nothing_else(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await said(gathering)
        before = await asyncio.to_thread(numbers, gathering)
        await submit(gathering, ev.CircleDone(0, on=True), actor.seat(0))
        after = await asyncio.to_thread(numbers, gathering)
        assert {name for name in after if before[name] != after[name]} == {"api snapshot.circles_done"}

    run(tmp_path, work)


def test_the_id_of_a_message_to_screens_counts_nothing(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await said(gathering)
        before = streams.event_id(gathering, take(gathering.state))
        await submit(gathering, ev.Responded(6, 0, 1), actor.seat(6))
        assert streams.event_id(gathering, take(gathering.state)) == before
        await submit(gathering, ev.DesiresShown([0]))
        assert streams.event_id(gathering, take(gathering.state)) != before

    run(tmp_path, work)
