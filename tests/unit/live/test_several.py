"""Several processes serve one gathering of a database: they hold the same state, and one of them leads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.commands.moving import move
from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live import keeper, remembered
from oneheart.live.dealing import Dealer
from oneheart.live.decks import Decks, Fitted
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.hands import ASKED, Hands
from oneheart.live.house import House
from oneheart.live.keeper import Kept
from oneheart.live.neighbours import Sharing
from oneheart.live.rebuild import replay
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.wrong_codes import limited
from oneheart.model.round import Stage
from oneheart.storage import postgres as databases
from oneheart.storage.log import Entry
from oneheart.storage.postgres_log import PostgresLog
from oneheart.storage.stores import log_of, look_at_store, open_store
from oneheart.web import held_back
from tests.support.led import read_one_line
from tests.support.postgres import Cluster

pytestmark = pytest.mark.process
Work = Callable[[LiveGathering, LiveGathering], Awaitable[None]]
CODE = "ABCD3456"


@pytest.fixture
def place(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a new gathering in a database."""
    (tmp_path / "keys").mkdir(mode=0o700)
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(databases, "HOLD_SECONDS", 0.2)
    base, path = postgres.emptied(), tmp_path / f"{CODE}.oneheart"
    create(path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code=CODE)  # type: ignore[arg-type]
    list(move(str(path), base))
    return f"{base}#{CODE}"


def both(place: str, work: Work) -> LiveGathering:
    """Serve a gathering twice, do the work, and check that both and a replay come to the same; return the first."""

    async def whole() -> tuple[LiveGathering, LiveGathering]:
        here, there = (LiveGathering.open(place, retry_seconds=0.01) for _ in range(2))
        here.start()
        there.start()
        try:
            await work(here, there)
            await even(here, there)
            await until(lambda: not here._remembering.doubtful and not there._remembering.doubtful)
            await until(lambda: here._remembering.version == there._remembering.version)
        finally:
            await here.close()
            await there.close()
        return here, there

    here, there = asyncio.run(whole())
    store = look_at_store(place)
    log = log_of(store)
    found, again = log.first_break(), replay(log).state.digest()
    store.close()
    assert found is None
    assert here.state.digest() == there.state.digest() == again
    assert told_by(here.state) == told_by(there.state)
    return here


def told_by(state: State) -> tuple[object, ...]:
    """Return all that a state remembers beside its fingerprint: what was told, and who changed something since."""
    released = {name: getattr(state.released, name) for name in sorted(state.released.NOT_IN_FINGERPRINT)}
    released["looked_at"] = released["looked_at"].tolist()
    apart = state.company.apart
    return released, apart.demand_told, apart.demand_changed, [one.amen_count for one in state.prayers.sealed]


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


async def even(*gatherings: LiveGathering) -> None:
    """Wait until all have come to the same place of the log."""
    await until(lambda: len({one.state.seq for one in gatherings}) == 1)


async def follows_no_more(gathering: LiveGathering) -> None:
    """Let nobody tell a process anything, and let it look by itself no more; a look that began is over."""
    gathering._following.stop()
    await until(lambda: gathering._writing is None)


async def told(doing: Awaitable[object]) -> object:
    try:
        return await doing
    except Refused as refused:
        return refused.why


async def seats_of(gathering: LiveGathering, count: int, first: int = 0) -> list[int]:
    keys = (f"seat-key-{number:024}" for number in range(first, first + count))
    return [(await gathering.take_seat(key, language="en")).number for key in keys]


async def at_stage(gathering: LiveGathering, stage: Stage) -> None:
    await gathering.submit("h0", f"stage-{gathering.state.version}", ev.StageMoved(stage, gathering.state.version))


def test_what_one_process_keeps_the_other_knows_and_both_may_write_at_once(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        ann, bob = await seats_of(here, 2)
        await even(here, there)
        assert there.seat_of(here.secret_for("seat", f"seat-key-{0:024}")) == ann, "a phone goes on at another process"

        async def say(gathering: LiveGathering, seat: int, number: int) -> None:
            await gathering.submit(f"s{seat}", f"say-{number}", ev.DesireSaid(seat, f"Bread {number}", "en"))

        await asyncio.gather(*(say(one, seat, n) for n in range(3) for one, seat in ((here, ann), (there, bob))))
        await even(here, there)
        assert len(here.state.desires) == len(there.state.desires) == 6
        again = await there.submit(f"s{ann}", "say-0", ev.DesireSaid(ann, "Bread 0", "en"))
        assert again.repeated, "what is sent again at another process counts once"

    both(place, work)


def test_one_leads_and_when_it_ends_the_other_does(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        assert await here.try_to_lead()
        assert not await there.try_to_lead()
        assert (here.leads, there.leads) == (True, False)
        await here.close()
        async with asyncio.timeout(20):
            while not await there.try_to_lead():
                await asyncio.sleep(0.01)

    async def whole() -> None:
        here, there = (LiveGathering.open(place) for _ in range(2))
        await work(here, there)
        await there.close()

    asyncio.run(whole())


def test_of_two_moves_at_once_one_counts_and_both_processes_refuse_the_other(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        moved = ev.StageMoved(Stage.CROSSING, 0)
        done = await asyncio.gather(told(here.submit("h0", "a", moved)), told(there.submit("h0", "b", moved)))
        assert [one for one in done if isinstance(one, Refusal)] == [Refusal.STALE]
        await even(here, there)
        assert here.state.refused == there.state.refused == {}, "it was asked again, and not written at all"

    both(place, work)


def test_of_two_ends_at_once_one_counts_and_both_processes_refuse_the_other(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await follows_no_more(there)
        await here.submit("h0", "a", ev.Ended())
        assert await told(there.submit("h0", "b", ev.Ended())) is Refusal.ENDED
        await here.caught_up()
        assert here.state.refused == there.state.refused != {}

    both(place, work)


async def six_circles_deep(here: LiveGathering, there: LiveGathering) -> None:
    """Let five circles stand in one another and one beside them, and then the other process know nothing new."""
    for number in range(6):
        parent = number - 1 if 0 < number < 5 else None
        await here.submit("h0", f"circle-{number}", ev.CircleAdded(f"C{number}", f"circle-key-{number}", parent))
    await even(here, there)
    await follows_no_more(there)
    await here.submit("h0", "move", ev.CircleMoved(5, 4))  # now it is the sixth


async def a_seventh(there: LiveGathering) -> object:
    return await told(there.submit("h1", "seventh", ev.CircleAdded("C6", "circle-key-6", 5)))


def test_what_is_asked_on_submit_only_is_asked_again_if_others_wrote(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await six_circles_deep(here, there)
        assert await a_seventh(there) is Refusal.NESTED
        await here.submit("h0", "back", ev.CircleMoved(5, None))
        await there.caught_up()
        assert not isinstance(await a_seventh(there), Refusal), "it is asked in the state of now, and counts"
        await here.caught_up()
        assert len(here.state.circles) == 7

    both(place, work)


def test_where_it_is_asked_once_the_act_is_let_by(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner."""
    monkeypatch.setattr(keeper, "asks_again", lambda *_: False)

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await six_circles_deep(here, there)
        assert not isinstance(await a_seventh(there), Refusal)
        await here.caught_up()

    both(place, work)


def test_taps_of_others_keep_nobody_from_an_act(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        seats = await crossing(here, 6)
        await even(here, there)
        await follows_no_more(there)
        for seat in seats:
            await here.submit(f"s{seat}", "tap", ev.Responded(seat, 0, 1, 0.5))
        with monkeypatch.context() as patch:
            patch.setattr(PostgresLog, "catch_up", lambda *_: pytest.fail("it had to look again"))
            await there.submit("h0", "circle", ev.CircleAdded("C", "circle-key-0"))
        await here.caught_up()

    both(place, work)


async def beside_somebody_busy(here: LiveGathering, there: LiveGathering, monkeypatch: pytest.MonkeyPatch) -> object:
    """Add a circle while another process writes something that matters before each try, unless it is kept from it."""
    append_next, written = PostgresLog.append_next, [0]
    renamed, store = ev.CircleChanged(0, "B"), open_store(here.where)
    third = log_of(store)

    def busy(log: PostgresLog, *how: Any) -> Any:
        if log is there._log and not log._line.in_transaction:
            written[0] += 1
            third.append([Entry("h0", f"busy-{written[0]}", ev.kind_of(renamed), ev.encode(renamed))])
        return append_next(log, *how)

    await follows_no_more(here)
    await follows_no_more(there)
    await here.submit("h0", "first", ev.CircleAdded("A", "circle-key-0"))
    monkeypatch.setattr(PostgresLog, "append_next", busy)
    outcome = await told(there.submit("h1", "circle", ev.CircleAdded("C", "circle-key-1")))
    monkeypatch.setattr(PostgresLog, "append_next", append_next)
    store.close()
    assert written[0] > 1
    await here.caught_up()
    await there.caught_up()
    return outcome


def test_an_act_counts_though_others_write_all_the_time(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        assert not isinstance(await beside_somebody_busy(here, there, monkeypatch), Refusal)
        again = await told(there.submit("h1", "circle", ev.CircleAdded("C", "circle-key-1")))
        assert isinstance(again, Kept)
        assert again.repeated

    both(place, work)


def test_where_nobody_is_kept_from_writing_it_never_does(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner."""
    monkeypatch.setattr(PostgresLog, "hold", PostgresLog.catch_up)

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        assert await beside_somebody_busy(here, there, monkeypatch) is Refusal.DISK

    both(place, work)


@pytest.mark.parametrize("asked", [True, False])
def test_of_two_acts_at_once_at_one_process_the_second_is_asked_after_the_first(
    place: str, monkeypatch: pytest.MonkeyPatch, *, asked: bool
) -> None:
    """Without asking again both count: the partner."""
    if not asked:
        monkeypatch.setattr(keeper, "asks_again", lambda *_: False)

    async def work(here: LiveGathering, _there: LiveGathering) -> None:
        for number in range(2):
            await here.submit("h0", f"circle-{number}", ev.CircleAdded(f"C{number}", f"circle-key-{number}"))
        (ann,) = await seats_of(here, 1)
        moves = [told(here.submit(f"s{ann}", f"move-{n}", ev.SeatChanged(ann, circle=n))) for n in (0, 1)]
        assert [one for one in await asyncio.gather(*moves) if isinstance(one, Refusal)] == [Refusal.MOVED] * asked

    both(place, work)


def test_who_erases_everything_at_one_process_is_gone_at_the_other(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        seats = await seats_of(here, 12)
        for seat in seats:
            await here.submit(f"s{seat}", "say", ev.DesireSaid(seat, f"Bread {seat}", "en"))
        await at_stage(here, Stage.CROSSING)
        await even(here, there)
        for seat in seats:
            await there.submit(f"s{seat}", "tap", ev.Responded(seat, (seat + 1) % 12, 1, 0.5))
        erasing = [told(one.erase(seat, "erase-me")) for one, seat in ((here, 3), (there, 4), (there, 5))]
        taps = [told(one.submit(f"s{n}", "more", ev.Responded(n, 0, 1, 0.5))) for one in (here, there) for n in (7, 8)]
        assert Refusal.DISK not in await asyncio.gather(*erasing, *taps)
        await even(here, there)
        await until(lambda: not (here.state.erasing or there.state.erasing))
        for one in (here, there):
            assert [one.state.seats[seat].alive for seat in (3, 4, 5, 6)] == [False, False, False, True]
            assert not one.state.erasing
            assert one.state.desires[3].text == ""

    both(place, work)


async def tapped_and_erased(here: LiveGathering, there: LiveGathering) -> None:
    """Let twelve people say and answer something, and two of them erase everything."""
    seats = await seats_of(here, 12)
    for seat in seats:
        await here.submit(f"s{seat}", "say", ev.DesireSaid(seat, f"Bread {seat}", "en"))
    await at_stage(here, Stage.CROSSING)
    await even(here, there)
    for seat in seats[:8]:
        await there.submit(f"s{seat}", "tap", ev.Responded(seat, 9, 1, 0.5))
    for seat in (1, 2):
        await here.erase(seat, "erase-me")
    await even(here, there)


def test_a_server_that_starts_after_an_erasure_tells_the_same_numbers(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await tapped_and_erased(here, there)
        third = LiveGathering.open(place, retry_seconds=0.01)
        third.start()
        try:
            assert told_by(third.state) == told_by(here.state) == told_by(there.state)
            assert {1, 2} <= third.state.released.changed, "they changed something, though nothing of it is left"
            for seat in range(3, 12):
                await third.submit(f"s{seat}", "again", ev.Responded(seat, 0, 1, 0.5))
                await even(here, there, third)
                assert len({one.state.released.responses for one in (here, there, third)}) == 1
            assert told_by(third.state) == told_by(here.state)
        finally:
            await third.close()

    both(place, work)


def test_a_build_that_starts_from_the_log_alone_tells_other_numbers(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: it knows nothing of who answered and is erased, so its numbers move at other moments."""

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await tapped_and_erased(here, there)
        monkeypatch.setattr(remembered, "published", lambda _log: None)
        monkeypatch.setattr(remembered, "WAIT_SECONDS", 0.0)
        third = LiveGathering.open(place)
        assert third.state.digest() == here.state.digest()
        assert told_by(third.state) != told_by(here.state)
        await third.close()

    both(place, work)


def test_a_server_in_doubt_takes_over_what_the_leader_remembers(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await tapped_and_erased(here, there)
        assert here.leads
        there.state.released.gave = {11}
        there._remembering.doubt()
        await until(lambda: not (there._remembering.doubtful or there.trouble))
        assert told_by(there.state) == told_by(here.state)
        here._remembering.doubt()  # now another must lead, who was there
        await until(lambda: not here.leads)
        assert await there.try_to_lead()
        await until(lambda: not (here._remembering.doubtful or here.trouble))
        assert not await here.try_to_lead()

    both(place, work)


def test_where_nobody_else_serves_what_the_leader_remembers_counts(place: str) -> None:
    async def whole() -> None:
        one = LiveGathering.open(place)
        one.start()
        before = one._remembering.version
        one._remembering.doubt()
        await until(lambda: not (one._remembering.version == before or one._remembering.doubtful))
        assert one.leads
        await one.close()

    asyncio.run(whole())


async def erased_while_the_leader_stood_still(here: LiveGathering, there: LiveGathering) -> tuple[object, ...]:
    """Let somebody answer and erase everything while the leader sees nothing of it; return what the other remembers."""
    seats = await crossing(here, 12)
    await even(here, there)
    assert here.leads
    look, here._following._look = here._following._look, lambda: True
    await until(lambda: here._writing is None)
    await there.submit(f"s{seats[0]}", "tap", ev.Responded(seats[0], 5, 1, 0.5))
    await there.erase(seats[0], "erase-me")
    here._following._look = look
    remembers = told_by(there.state)
    await here.caught_up()
    return remembers


def test_a_leader_that_saw_an_event_only_as_erased_lets_another_lead(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        remembers = await erased_while_the_leader_stood_still(here, there)
        assert not here.leads
        assert told_by(here.state) != remembers
        assert not await here.try_to_lead(), "another was there"
        assert await there.try_to_lead()
        await there.caught_up()  # it tells what it remembers
        await here.caught_up()
        await until(lambda: not here._remembering.doubtful)
        assert told_by(here.state) == told_by(there.state) == remembers

    both(place, work)


def test_a_build_whose_leader_is_right_whatever_it_saw_forgets_who_answered(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner."""
    monkeypatch.setattr(remembered.Remembering, "may_lead", property(lambda _: True))

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        remembers = await erased_while_the_leader_stood_still(here, there)
        assert here.leads
        await until(lambda: told_by(there.state) != remembers)

    both(place, work)


def test_what_all_were_told_outlives_the_end_of_all_servers(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await tapped_and_erased(here, there)

    before = told_by(both(place, work).state)

    async def again() -> None:
        later = LiveGathering.open(place)
        assert told_by(later.state) == before
        assert later.leads
        await later.close()

    asyncio.run(again())


def fitted_to(gathering: LiveGathering, desire: int) -> Fitted:
    """Return decks that deal one desire to everybody."""
    people = len(gathering.state.seats)
    decks = Decks(np.full((people, 12), desire, np.int32), np.full((people, 12), 0.25, np.float32))
    return Fitted(gathering.state.seq, decks, 1, np.full(len(gathering.state.desires), 0.5))


async def crossing(here: LiveGathering, people: int) -> list[int]:
    """Let so many people sit, say something and cross; return their seats."""
    seats = await seats_of(here, people)
    for seat in seats:
        await here.submit(f"s{seat}", "say", ev.DesireSaid(seat, f"Bread {seat}", "en"))
    await at_stage(here, Stage.CROSSING)
    return seats


def test_a_phone_keeps_its_card_when_it_goes_to_another_server(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        seats = await crossing(here, 12)
        await even(here, there)
        cards = {seat: here.card(seat) for seat in seats}
        assert cards == {seat: there.card(seat) for seat in seats}, "the same state deals the same cards"
        for seat, card in cards.items():
            assert card is not None
            await here.respond(seat, card.desire, 1, "tap")
        later = {seat: here.card(seat) for seat in seats}  # while the state there may be behind
        await until(lambda: all(there.dealer.hand.get(seat) == later[seat] for seat in seats))
        third = LiveGathering.open(place)
        third.start()
        await until(lambda: all(third.dealer.hand.get(seat) == later[seat] for seat in seats))
        for seat, card in later.items():
            assert card is not None
            assert third.card(seat) == card
            await third.respond(seat, card.desire, 1, "tap-again")
        await even(third, here, there)
        assert all(one.state.tally.probed_by_all.sum() == 24 for one in (here, there)), (
            "each answer is known as a probe"
        )
        await third.close()

    both(place, work)


def test_where_nobody_tells_the_cards_an_answer_loses_that_it_was_a_probe(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: each process deals for itself, by its own chance."""
    monkeypatch.setattr(Hands, "note", lambda *_: None)
    monkeypatch.setattr(Dealer, "_draw_for", lambda *_: None)

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        seats = await crossing(here, 12)
        await even(here, there)
        for seat in seats:
            card = here.card(seat)
            assert card is not None
            await there.respond(seat, card.desire, 1, "tap")
        await even(here, there)
        assert here.state.tally.probed_by_all.sum() < 12

    both(place, work)


def test_decks_of_the_leader_are_dealt_at_every_server(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await crossing(here, 12)
        await even(here, there)
        fitted = fitted_to(here, 3)
        await here.take_decks(here.state, fitted)
        await until(lambda: there.fitted_seq == here.fitted_seq)
        assert there.dealer.decks is not None
        assert (there.dealer.decks.desire == 3).all()
        assert there.dealer.carrying.chance.tolist() == [0.5] * 12
        late = LiveGathering.open(place)
        late.start()
        await until(lambda: late.fitted_seq == here.fitted_seq)
        await late.close()

    both(place, work)


# --- what is held back, and limits ------------------------------------------------------------------------------------


async def read_by_turns(here: LiveGathering, there: LiveGathering) -> tuple[set[int], set[int]]:
    """Let people say one after the other that they would change a line; return what each server tells somebody.

    One of them is looked at after other answers than the other.
    """
    (*_, author) = await seats_of(here, 18)
    await here.submit(f"s{author}", "say", ev.DesireSaid(author, "Peace between the tables", "en"))
    await read_one_line(here, 0)
    await even(here, there)
    told: tuple[set[int], set[int]] = (set(), set())
    for seat in range(17):
        gathering = (here, there)[seat % 2]
        await gathering.submit(f"s{seat}", "read", ev.LineRead(seat, 0, 0, "would change"))  # type: ignore[arg-type]
        await even(here, there)
        if seat % 4 == 0:
            told[0].add(sum(held_back.changing(here, 0) or ()))
        if seat % 5 == 2:
            told[1].add(sum(held_back.changing(there, 0) or ()))
        await asyncio.sleep(0.02)
    return told


def test_what_is_held_back_moves_at_the_leader_and_all_tell_the_same(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure, "in_steps", lambda count, *_: count)

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        leader, other = await read_by_turns(here, there)
        assert len(leader) > 1
        assert other <= {0, *leader}, "no value that the leader did not tell"
        await until(lambda: there.shared == here.shared)

    both(place, work)


def test_where_each_server_lets_it_move_by_itself_other_values_are_told(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: two values of one moment differ by the answers of fewer than k people."""
    monkeypatch.setattr(disclosure, "in_steps", lambda count, *_: count)
    monkeypatch.setattr(Sharing, "leads", property(lambda _: True))

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        leader, other = await read_by_turns(here, there)
        assert not other <= {0, *leader}

    both(place, work)


def test_wrong_codes_count_at_all_servers_together(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        for number in range(10):
            with contextlib.suppress(Refused), limited((here, there)[number % 2], "s7"):
                raise Refused(Refusal.UNKNOWN)
        await until(lambda: here.wrong_codes.over("s7") and there.wrong_codes.over("s7"))
        assert not here.wrong_codes.over("s8")
        for one in (here, there):
            with pytest.raises(Refused) as refused, limited(one, "s7"):
                pytest.fail("it was let by")
            assert refused.value.why is Refusal.SLOWLY

    both(place, work)


def test_where_nobody_tells_of_wrong_codes_there_are_ten_at_each(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner."""
    monkeypatch.setattr(Sharing, "tell_others", lambda *_: None)

    async def work(here: LiveGathering, there: LiveGathering) -> None:
        for number in range(10):
            with contextlib.suppress(Refused), limited((here, there)[number % 2], "s7"):
                raise Refused(Refusal.UNKNOWN)
        await asyncio.sleep(0.1)
        assert not here.wrong_codes.over("s7")

    both(place, work)


def test_a_link_to_a_desk_works_once_at_any_server(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        first, second = House([here], folder=None), House([there], folder=None)
        link = first.invite(CODE)
        await until(lambda: second.invitation(link) is not None)
        third = LiveGathering.open(place)
        late = House([third], folder=None)
        third.start()
        await until(lambda: late.invitation(link) is not None)
        assert second.use(link) is not None
        await until(lambda: first.invitation(link) is None and late.invitation(link) is None)
        await third.close()

    both(place, work)


@pytest.mark.parametrize("greets", [True, False])
def test_a_link_that_was_made_before_its_server_was_heard_works_at_others(
    place: str, monkeypatch: pytest.MonkeyPatch, *, greets: bool
) -> None:
    """A server prints links and begins to listen then; another asked before. One that only asks is the partner."""
    if not greets:
        monkeypatch.setattr(Sharing, "_greet", lambda gathering: gathering._log.tell(ASKED))

    async def whole() -> None:
        first, second = (LiveGathering.open(place) for _ in range(2))
        printing, other = House([first], folder=None), House([second], folder=None)
        link = printing.invite(CODE)
        second.start()
        await asyncio.sleep(0.1)  # its question is lost
        first.start()
        later = printing.invite(CODE)
        await until(lambda: other.invitation(later) is not None)
        assert (other.invitation(link) is not None) is greets
        await first.close()
        await second.close()

    asyncio.run(whole())


@pytest.mark.parametrize("tells", [True, False])
def test_a_gathering_that_one_server_deletes_is_served_by_none(
    place: str, monkeypatch: pytest.MonkeyPatch, *, tells: bool
) -> None:
    """One that tells nobody is the partner: the other goes on serving what is not there, and is in trouble."""
    if not tells:
        monkeypatch.setattr(House, "_hear_gone", lambda *_: None)

    async def whole() -> None:
        one, other = (LiveGathering.open(place, retry_seconds=0.01) for _ in range(2))
        first, second = House([one], folder=None), House([other], folder=None)
        await second.start()
        await first.start()
        await one.submit("h0", "end", ev.Ended())
        await even(one, other)
        await first.forget(one)
        await until(lambda: CODE not in second.gatherings if tells else other.trouble is not None)
        assert (CODE in second.gatherings) is not tells
        await second.close()

    asyncio.run(whole())


def test_whoever_asks_is_answered_only_when_what_others_kept_is_known(place: str) -> None:
    async def work(here: LiveGathering, there: LiveGathering) -> None:
        await follows_no_more(there)  # nobody tells it, and it looks by itself no more
        await seats_of(here, 3)
        assert there.state.seq < here.state.seq
        await there.caught_up()
        assert there.state.seq == here.state.seq

    both(place, work)
