"""Consent before anything is kept, the term after the end, and what is erased and what remains when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from oneheart.commands.proving import proof
from oneheart.engine.disclosure import count_of
from oneheart.live import events as ev
from oneheart.live import keeper as keeper_module
from oneheart.live.erasing import Erased
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.sealed_record import record_at
from oneheart.live.state.retention import CONFIDES, DAY_MS, IDLE_DAYS, Keeping
from oneheart.model.desire import Decision, Stance
from oneheart.model.presence import FeltAt, Form
from tests.support.readable import readings_of

CANARY = "CANARY"
PEOPLE = 12
WORDS_OF_THE_TEXT = 2 * 3  # two lines and a translation, open in the one event that keeps them: raw, and as a body
START = 1_800_000_000_000
QUESTION = {"en": "What do you want?"}


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def made(folder: Path, keep_days: int | None = 30) -> Path:
    path = folder / "g.oneheart"
    settings = ev.Settings("x", QUESTION, "ten", ["en", "he"], keep_days=keep_days, run_by="We")  # type: ignore[arg-type]
    create(path, settings, code="AAAA3333", keys="inside")  # its words stand open, so that they can be looked for
    return path


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        return await work()

    return asyncio.run(whole())


async def why(doing: Awaitable[Any]) -> Refusal | None:
    try:
        await doing
    except Refused as refused:
        return refused.why
    return None


async def seats(hall: LiveGathering, count: int = PEOPLE, consent: int | None = 1) -> list[int]:
    return [
        (await hall.take_seat(f"key-of-seat-{n}-{consent}", language="en", consent=consent)).number
        for n in range(count)
    ]


async def whole_round(hall: LiveGathering) -> None:
    """Let people say, answer, be present, read, amend and say amen; every word of theirs holds the canary."""
    do = hall.submit
    await do("h0", "occasion", ev.OccasionAdded("Meal", Form.MEAL, "CODE22"))
    people = await seats(hall)
    for seat in people[:3]:
        await do(f"s{seat}", f"say-{seat}", ev.DesireSaid(seat, f"{CANARY} wish {seat}", "en"))
    for seat in people:
        await do(f"s{seat}", f"present-{seat}", ev.Present(seat, 0))
        await do(f"s{seat}", f"felt-{seat}", ev.FeltSaid(seat, 5, FeltAt.START))
        await hall.respond(seat, (seat + 1) % 3, Stance.WANT, f"answer-{seat}")
    await do("h0", "reject", ev.Moderated(2, Decision.REJECTED, f"because {CANARY}"))
    for number, stage in enumerate(("crossing", "weaving")):
        await do("h0", f"move-{number}", ev.StageMoved(stage, number))  # type: ignore[arg-type]
    await do("house", "draft", ev.DraftWoven(2, [ev.WovenLine([0]), ev.WovenLine([1])]))
    await do("h0", "move-2", ev.StageMoved("reading", 2))  # type: ignore[arg-type]
    await do("s5", "amend", ev.LineRead(5, 0, 0, "would change", f"{CANARY} other words"))  # type: ignore[arg-type]
    await do("s7", "carry", ev.LineCarried(7, 0, 0, "he", f"{CANARY} שלום"))
    carried = hall.state.seq
    for seat in (8, 9):
        await do(f"s{seat}", "confirm", ev.CarryConfirmed(seat, carried))
    await do("h0", "move-3", ev.StageMoved("sealed", 3))  # type: ignore[arg-type]
    for _ in range(3):
        await Leader(hall).step()  # publishes a head of the record and seals
    await do("h0", "move-4", ev.StageMoved("said", 4))  # type: ignore[arg-type]
    for seat in people:
        await do(f"s{seat}", f"amen-{seat}", ev.AmenSaid(seat))
    await do("h0", "book", ev.BookSet(0, public=True))


def canaries(folder: Path) -> int:
    return readings_of(CANARY, folder)


def words_of_text(hall: LiveGathering) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(line.text, line.carried) for line in record_at(hall.state, 0).lines]


# --- consent ----------------------------------------------------------------------------------------------------------


def test_nothing_confided_is_kept_before_a_person_agrees(tmp_path: Path) -> None:
    async def work() -> None:
        hall = LiveGathering.open(made(tmp_path))
        await hall.submit("h0", "occasion", ev.OccasionAdded("Meal", Form.MEAL, "CODE22"))
        (agreed,) = await seats(hall, 1)
        (silent,) = await seats(hall, 1, consent=None)
        (outdated,) = await seats(hall, 1, consent=7)
        await hall.submit("s0", "said", ev.DesireSaid(agreed, "Peace", "en"))
        for seat in (silent, outdated):
            for number, body in enumerate(
                (
                    ev.DesireSaid(seat, f"{CANARY} words", "en"),
                    ev.Responded(seat, 0, Stance.WANT),
                    ev.Present(seat, 0),
                    ev.FeltSaid(seat, 3, FeltAt.START),
                )
            ):
                assert await why(hall.submit(f"s{seat}", f"no-{number}", body)) is Refusal.CONSENT
        assert await why(hall.submit(f"s{silent}", "old terms", ev.ConsentGiven(silent, 0))) is Refusal.STALE
        await hall.submit(f"s{silent}", "agree", ev.ConsentGiven(silent, 1))
        await hall.submit(f"s{silent}", "now", ev.DesireSaid(silent, "Bread", "en"))
        assert [desire.text for desire in hall.state.desires] == ["Peace", "Bread"]
        await hall.close()

    run(work)
    assert canaries(tmp_path) == 0


def test_without_the_check_of_consent_the_words_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keeping, "lacks_consent", lambda _self, _body: None)

    async def work() -> None:
        hall = LiveGathering.open(made(tmp_path))
        (silent,) = await seats(hall, 1, consent=None)
        assert await why(hall.submit("s0", "no", ev.DesireSaid(silent, f"{CANARY} words", "en"))) is None
        await hall.close()

    run(work)
    assert canaries(tmp_path) > 0


def test_every_act_that_holds_words_answers_or_presence_needs_consent() -> None:
    confided = {kind for kind in ev.AnyBody.__args__ if "seat" in kind.__struct_fields__}
    without = {
        ev.SeatChanged,
        ev.StewardNamed,
        ev.SeatCardsWanted,
        ev.WayBackKept,
        ev.PresenceTakenBack,
        ev.RowsConsented,
        ev.ContactsConsented,
        ev.ContactsTakenBack,
        ev.PhoneLost,
        ev.SeatClosed,
        ev.DutyRequested,
        ev.DutyAnswered,
        ev.DutyGiven,
        ev.DutySettled,
        ev.DesireWithdrawn,
        ev.DesireParted,
        ev.DesireLanguage,
        ev.LanguageUnread,
        ev.ConsentGiven,
        ev.PlacedOnPaper,
        ev.SeatErased,
    }
    assert confided - without == set(CONFIDES)


def test_other_terms_are_agreed_to_anew_and_a_term_is_never_taken_away(tmp_path: Path) -> None:
    async def work() -> None:
        hall = LiveGathering.open(made(tmp_path))
        (seat,) = await seats(hall, 1)

        def settings(version: int, keep_days: int | None, run_by: str = "We", **more: Any) -> ev.Settings:
            about = {"version": version, "keep_days": keep_days, "run_by": run_by, **more}
            return ev.Settings("x", QUESTION, "ten", ["en"], **about)

        await hall.submit("h0", "cards", settings(1, 30, cards=5))
        assert hall.state.keeping.has_agreed(seat), "other settings change no terms"
        assert await why(hall.submit("h0", "none", settings(2, None))) is Refusal.UNKNOWN
        for version, (days, by) in enumerate([(10, "We"), (10, "Others")], start=2):
            await hall.submit("h0", f"terms-{version}", settings(version, days, by))
            assert not hall.state.keeping.has_agreed(seat)
            assert await why(hall.submit("s0", f"a{version}", ev.DesireSaid(seat, "Peace", "en"))) is Refusal.CONSENT
            await hall.submit("s0", f"agree-{version}", ev.ConsentGiven(seat, hall.state.keeping.version))
            assert hall.state.keeping.has_agreed(seat)
        await hall.close()

    run(work)


def test_a_file_without_a_term_asks_for_no_consent_and_is_never_purged(tmp_path: Path) -> None:
    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(made(tmp_path, None), now=clock)
        (seat,) = await seats(hall, 1, consent=None)
        await hall.submit("s0", "said", ev.DesireSaid(seat, "Peace", "en"))
        await hall.submit("h0", "end", ev.Ended())
        clock.now += 4000 * DAY_MS
        await Leader(hall).step()
        assert hall.state.desires[0].text == "Peace"
        assert await why(hall.submit("house", "purge", ev.Purged([]))) is Refusal.CLOSED
        await hall.close()

    run(work)


# --- the end of the term ----------------------------------------------------------------------------------------------


def test_when_the_term_is_over_everything_personal_is_gone_and_the_text_stays(tmp_path: Path) -> None:
    path = made(tmp_path)

    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(path, now=clock)
        await whole_round(hall)
        text, leader = words_of_text(hall), Leader(hall)
        assert text[0] == (f"{CANARY} wish 0", (("he", f"{CANARY} שלום"),))
        clock.now += DAY_MS
        await hall.submit("h0", "end", ev.Ended())
        due = hall.state.keeping.due_at
        assert due == clock.now + 30 * DAY_MS
        clock.now = due - 1
        await leader.step()
        assert hall.state.keeping.purged_at is None
        assert hall.state.people.count == PEOPLE
        clock.now = due
        await leader.step()
        await leader.step()  # a head of the record is published
        assert hall.state.keeping.purged_at == due
        assert hall.state.people.count == 0
        assert words_of_text(hall) == text
        assert [desire.text for desire in hall.state.desires] == ["", "", ""]
        assert all(not seat.alive and not seat.secret_hash for seat in hall.state.seats)
        snapshot = hall.snapshot
        assert [count_of(n) for n in (snapshot.people, snapshot.desires, snapshot.responses)] == [10, 0, 0]
        assert snapshot.text is not None
        assert count_of(snapshot.text.amen) == 10
        assert hall.as_gathering().hall is not None
        assert await why(hall.take_seat("a late seat key", language="en", consent=1)) is Refusal.ENDED
        seq = hall.state.seq
        await leader.step()
        assert hall.state.seq == seq, "once is enough"
        digest = hall.state.digest()
        await hall.close()
        again = LiveGathering.open(path, now=clock)
        assert again.state.digest() == digest
        await again.close()

    run(work)
    assert canaries(tmp_path) == WORDS_OF_THE_TEXT
    lines, well = proof(path)
    assert well, lines


def test_a_server_that_erases_nothing_leaves_the_words_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "erase_due", lambda _log, _state: Erased(changed=False, trouble=None))

    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(made(tmp_path), now=clock)
        await whole_round(hall)
        await hall.submit("h0", "end", ev.Ended())
        clock.now += 30 * DAY_MS
        await Leader(hall).step()
        await hall.close()

    run(work)
    assert canaries(tmp_path) > WORDS_OF_THE_TEXT


def test_what_was_missed_while_the_server_was_down_is_done_when_it_is_up_again(tmp_path: Path) -> None:
    path = made(tmp_path, 3)

    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(path, now=clock)
        await whole_round(hall)
        await hall.submit("h0", "end", ev.Ended())
        await hall.close()
        clock.now += 400 * DAY_MS
        hall = LiveGathering.open(path, now=clock)
        await Leader(hall).step()
        assert hall.state.keeping.purged_at == clock.now
        await hall.close()

    run(work)
    assert canaries(tmp_path) == WORDS_OF_THE_TEXT


def test_a_term_of_no_days_erases_at_the_end(tmp_path: Path) -> None:
    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(made(tmp_path, 0), now=clock)
        await seats(hall)
        await hall.submit("s0", "said", ev.DesireSaid(0, f"{CANARY} wish", "en"))
        await hall.submit("h0", "end", ev.Ended())
        await Leader(hall).step()
        assert hall.state.people.count == 0
        await hall.close()

    run(work)
    assert canaries(tmp_path) == 0


def test_a_gathering_that_nobody_ends_counts_as_ended_some_time_after_its_last_event(tmp_path: Path) -> None:
    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(made(tmp_path, 10), now=clock)
        await seats(hall)
        await hall.submit("s0", "said", ev.DesireSaid(0, "Peace", "en"))
        leader = Leader(hall)
        clock.now += (IDLE_DAYS + 10) * DAY_MS - 1
        await leader.step()
        assert hall.state.people.count == PEOPLE
        clock.now += 1
        await leader.step()
        assert hall.state.people.count == 0
        assert hall.state.ended
        await hall.close()

    run(work)


def test_nobody_is_kept_longer_than_they_agreed_to(tmp_path: Path) -> None:
    async def work() -> None:
        clock = Clock()
        hall = LiveGathering.open(made(tmp_path, 5), now=clock)
        people = await seats(hall, 3)
        for seat in people:
            await hall.submit(f"s{seat}", "said", ev.DesireSaid(seat, f"wish {seat}", "en"))
        longer = ev.Settings("x", QUESTION, "ten", ["en"], version=1, keep_days=50, run_by="We")  # type: ignore[arg-type]
        await hall.submit("h0", "longer", longer)
        await hall.submit("s2", "agree", ev.ConsentGiven(2, 2))
        await hall.submit("h0", "end", ev.Ended())
        leader = Leader(hall)
        clock.now += 5 * DAY_MS - 1
        await leader.step()
        assert [desire.text for desire in hall.state.desires] == ["wish 0", "wish 1", "wish 2"]
        clock.now += 1
        await leader.step()
        assert [desire.text for desire in hall.state.desires] == ["", "", "wish 2"]
        clock.now += 45 * DAY_MS
        await leader.step()
        assert [desire.text for desire in hall.state.desires] == ["", "", ""]
        await hall.close()

    run(work)
