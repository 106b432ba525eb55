"""A live gathering: what counts, what is refused and why, and that a restart changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from oneheart.engine.disclosure import count_of, in_steps
from oneheart.live import events as ev
from oneheart.live import matching
from oneheart.live.aside import AsideError, Inside
from oneheart.live.codes import clean_code, hash_of
from oneheart.live.dealing import Dealer
from oneheart.live.decks import fit_order_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.keeper import MOST_WAITING
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refused
from oneheart.live.snapshot import take
from oneheart.live.state import Refusal
from oneheart.storage.log import Entry


def made(path: Path, voice: Literal["ten", "assembly"] = "ten", **more: Any) -> Path:
    create(path / "g.oneheart", ev.Settings("x", {"en": "What do you want?"}, voice, ["en", "he"], **more))
    return path / "g.oneheart"


def run(path: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> Any:
    """Open a gathering, do something in it, close it, open it again and compare."""

    async def whole() -> Any:
        gathering = LiveGathering.open(path, rng=np.random.default_rng(0))
        result = await work(gathering)
        digest = gathering.state.digest()
        await gathering.close()
        again = LiveGathering.open(path)
        assert again.state.digest() == digest, "a restart changed something"
        again.shut()
        return result

    return asyncio.run(whole())


async def seats(gathering: LiveGathering, count: int, circles: int = 0) -> list[int]:
    for number in range(circles):
        await gathering.submit("h0", f"circle-{number}", ev.CircleAdded("", f"key-{number}"))
    taken = [
        await gathering.take_seat(f"seat-key-{n}", language="en", circle=n % circles if circles else None)
        for n in range(count)
    ]
    return [seat.number for seat in taken]


async def say(gathering: LiveGathering, seat: int, text: str, key: str = "d") -> int:
    kept = await gathering.submit(f"s{seat}", key, ev.DesireSaid(seat, text, "en"))
    assert kept.number is not None
    return kept.number


async def refused(doing: Awaitable[Any]) -> Refusal:
    with pytest.raises(Refused) as told:
        await doing
    return told.value.why


def test_the_same_key_takes_the_same_seat_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        one = await gathering.take_seat("same-key-1", language="en")
        two = await gathering.take_seat("same-key-1", language="en")
        assert one == two
        assert gathering.seat_of(one.secret) == one.number
        assert gathering.seat_of("something else") is None
        assert one.secret not in repr(gathering.state.seats)
        assert gathering.state.people.count == 1

    path = made(tmp_path)
    run(path, work)
    assert hash_of("x") != "x"


def test_a_desire_said_too_late_is_kept_for_the_next_round(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        (ann,) = await seats(gathering, 1)
        await gathering.submit("h0", "m1", ev.StageMoved("weaving", 0))
        number = await say(gathering, ann, "Too late")
        assert gathering.state.desires[number].waiting
        assert not gathering.state.travels[number]
        assert await refused(gathering.respond(ann, number, 1, "r")) is Refusal.CLOSED
        await gathering.submit("h0", "m2", ev.StageMoved("open", 1))
        assert gathering.state.travels[number]
        assert (gathering.state.round, gathering.state.desires[number].round) == (2, 2)

    run(made(tmp_path), work)


def test_of_fifty_hosts_who_move_at_once_exactly_one_is_first(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        moves = [gathering.submit(f"h{n}", "m", ev.StageMoved("crossing", 0)) for n in range(50)]
        told = await asyncio.gather(*moves, return_exceptions=True)
        assert sum(not isinstance(one, Refused) for one in told) == 1
        assert {one.why for one in told if isinstance(one, Refused)} == {Refusal.STALE}
        assert gathering.state.version == 1

    run(made(tmp_path), work)


def test_nobody_gets_more_than_three_desires_on_their_way_however_they_race(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        (ann,) = await seats(gathering, 1)
        saying = [gathering.submit(f"s{ann}", f"d{n}", ev.DesireSaid(ann, f"wish {n}", "en")) for n in range(12)]
        told = await asyncio.gather(*saying, return_exceptions=True)
        assert sum(not isinstance(one, Refused) for one in told) == 3
        first = next(number for number, desire in enumerate(gathering.state.desires) if desire.author == ann)
        again = await gathering.submit(f"s{ann}", "d0", ev.DesireSaid(ann, "wish 0", "en"))
        assert (again.number, again.repeated) == (first, True)
        await gathering.submit(f"s{ann}", "w", ev.DesireWithdrawn(ann, first))
        await say(gathering, ann, "one more", "d-more")

    run(made(tmp_path), work)


def test_the_last_answer_counts_a_repeat_changes_nothing_and_others_words_are_not_mine_to_change(
    tmp_path: Path,
) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seats(gathering, 2)
        number = await say(gathering, ann, "Peace")
        for stance, key in ((1, "r1"), (0, "r2"), (1, "r1")):
            await gathering.respond(bo, number, stance, key)
        assert gathering.state.tally.answered(bo) == {number: 0}
        assert await refused(gathering.respond(bo, number, 0, "r1")) is Refusal.CONFLICT
        assert await refused(gathering.respond(bo, number, -1, "r3")) is Refusal.ONE_SIDED
        assert await refused(gathering.respond(bo, 99, 1, "r4")) is Refusal.UNKNOWN
        assert await refused(gathering.submit(f"s{bo}", "w", ev.DesireWithdrawn(bo, number))) is Refusal.NOT_YOURS
        assert await refused(gathering.submit(f"s{bo}", "j", ev.DesireJoined(bo, number, number))) is Refusal.NOT_YOURS
        lone = ev.DesireSaid(bo, "\ud800", "en")
        assert await refused(gathering.submit(f"s{bo}", "x", lone)) is Refusal.UNREADABLE

    run(made(tmp_path), work)


def test_joining_keeps_both_wordings_and_counts_as_wanting(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seats(gathering, 2)
        one, two = await say(gathering, ann, "Peace for all"), await say(gathering, bo, "peace for everyone here")
        assert matching.similar(gathering.state, two) == (one,)
        await gathering.submit(f"s{bo}", "j", ev.DesireJoined(bo, two, one))
        assert gathering.state.root(two) == one
        assert gathering.state.desires[two].text == "peace for everyone here"
        assert gathering.state.tally.answered(bo) == {one: 1}
        assert not gathering.state.travels[two]
        back = gathering.submit(f"s{ann}", "j", ev.DesireJoined(ann, one, two))
        assert await refused(back) is Refusal.NOT_YOURS
        exported = gathering.as_gathering()
        assert [desire.text for desire in exported.desires] == ["Peace for all"]
        assert exported.responses.stance.tolist() == [1]

    run(made(tmp_path), work)


def test_two_hosts_who_read_both_languages_make_two_desires_one(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seats(gathering, 2)
        one, two = await say(gathering, ann, "Peace"), await say(gathering, bo, "שלום")
        await gathering.submit("h0", "t1", ev.Translated(two, one))
        assert gathering.state.desires[two].same_as is None
        assert await refused(gathering.submit("h0", "t2", ev.Translated(two, one))) is Refusal.NOT_YOURS
        await gathering.submit("h1", "t3", ev.Translated(two, one))
        assert gathering.state.root(two) == one

    run(made(tmp_path), work)


def test_of_what_is_the_same_in_two_languages_everybody_meets_the_words_in_their_own(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo, cy, dee, eve = await seats(gathering, 5)
        await gathering.submit(f"s{ann}", "l", ev.SeatChanged(ann, language="he"))
        await gathering.submit(f"s{dee}", "l", ev.SeatChanged(dee, language="he"))
        state = gathering.state
        root = (await gathering.submit(f"s{ann}", "d", ev.DesireSaid(ann, "שלום", "he"))).number
        assert root is not None
        other = await say(gathering, bo, "Peace")
        await gathering.submit("h0", "m", ev.StageMoved("crossing", 0))
        await gathering.respond(eve, other, 1, "early")
        await gathering.submit(f"s{cy}", "u", ev.LanguageUnread(cy, "he"))
        while (card := gathering.card(cy)) is not None:
            assert card.desire == other
            await gathering.respond(cy, card.desire, 0, "only-peace")
        await gathering.submit("h0", "t1", ev.Translated(other, root))
        assert state.words_for(root, cy) == root, "one reader alone says nothing"
        await gathering.submit("h1", "t2", ev.Translated(other, root))
        assert [state.words_for(root, seat) for seat in (ann, bo, cy, dee, eve)] == [root, root, other, root, other]
        assert not state.card_table.hidden_from(cy, [])[root]
        await gathering.submit(f"s{bo}", "es", ev.SeatChanged(bo, language="es"))
        await gathering.submit(f"s{bo}", "u", ev.LanguageUnread(bo, "he"))
        assert state.card_table.hidden_from(bo, [])[root]
        for seat in (bo, cy, eve):
            assert gathering.card(seat) is None, "nobody is asked again what they said or answered in other words"
        (new,) = [(await gathering.take_seat("late-key", language="en")).number]
        await gathering.submit(f"s{new}", "u", ev.LanguageUnread(new, "he"))
        card = gathering.card(new)
        assert card is not None
        assert (card.desire, state.words_for(card.desire, new)) == (root, other)
        order = fit_order_of(gathering.state, gathering.seed)
        assert not order.hidden[order.hidden_of[new]][root]
        await gathering.submit("h0", "no", ev.Moderated(other, "rejected", "why", version=0))
        assert state.words_for(root, new) == root
        assert gathering.card(new) is None
        await gathering.submit("h0", "yes", ev.Moderated(other, "accepted", version=1))
        await gathering.submit(f"s{bo}", "w", ev.DesireWithdrawn(bo, other))
        assert state.words_for(root, new) == root

    run(made(tmp_path), work)


def test_held_desires_travel_when_taken_and_stop_when_not(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        (ann,) = await seats(gathering, 1)
        number = await say(gathering, ann, "Peace")
        assert not gathering.state.travels[number]
        await gathering.submit("h0", "a", ev.Moderated(number, "accepted", version=0))
        assert gathering.state.travels[number]
        late = gathering.submit("h1", "b", ev.Moderated(number, "rejected", "why", version=0))
        assert await refused(late) is Refusal.STALE
        await gathering.submit("h1", "c", ev.Moderated(number, "rejected", "why", version=1))
        assert (gathering.state.travels[number], gathering.state.desires[number].reason) == (False, "why")

    run(made(tmp_path, hold=True), work)


def test_erasing_takes_everything_of_a_person_and_shifts_no_number(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo, cy = await seats(gathering, 3, circles=1)
        one, two = await say(gathering, ann, "Words of Ann alone"), await say(gathering, bo, "Bread")
        await gathering.respond(ann, two, 1, "r")
        await gathering.respond(cy, one, 1, "r")
        secret = gathering.secret_for("seat", "seat-key-0")
        await gathering.erase(ann, "e")
        state = gathering.state
        assert gathering.seat_of(secret) is None
        assert (state.people.count, state.circles[0].seats) == (2, 2)
        assert (state.desires[one].erased, state.desires[one].text, state.desires[two].text) == (True, "", "Bread")
        assert state.tally.seen_by_all.tolist() == [0, 0]
        assert await say(gathering, cy, "Salt") == 2
        assert await refused(gathering.respond(ann, two, 1, "late")) is Refusal.UNKNOWN

    path = made(tmp_path)
    run(path, work)
    beside = [path, path.with_name(path.name + "-wal")]
    assert b"Words of Ann alone" not in b"".join(one.read_bytes() for one in beside if one.exists())


def test_a_crash_between_asking_to_erase_and_erasing_is_mended_at_the_next_start(tmp_path: Path) -> None:
    path = made(tmp_path)

    async def crash() -> None:
        gathering = LiveGathering.open(path)
        (ann,) = await seats(gathering, 1)
        await say(gathering, ann, "Words of Ann alone")
        body = ev.SeatErased(ann)
        gathering._log.append([Entry(f"s{ann}", "e", ev.kind_of(body), ev.encode(body))])
        gathering.shut()

    asyncio.run(crash())
    again = LiveGathering.open(path)
    assert again.state.people.count == 0
    assert again.state.desires[0].erased
    again.shut()


def test_a_seat_card_opens_one_seat_once(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await seats(gathering, 0, circles=2)
        codes = await gathering.add_cards("sheet-1", 2, 1, "h0")
        assert await gathering.add_cards("sheet-1", 2, 1, "h0") == codes
        seat = await gathering.take_seat("phone-key-1", language="en", card=codes[0].lower())
        assert gathering.state.seats[seat.number].circle == 1
        assert await refused(gathering.take_seat("phone-key-2", language="en", card=codes[0])) is Refusal.USED
        assert await refused(gathering.take_seat("phone-key-3", language="en", card="AAAA3333")) is Refusal.UNKNOWN
        assert not any(code in repr(gathering.state.people.card_codes) for code in codes)

    run(made(tmp_path), work)


def test_too_many_at_once_are_asked_to_come_again_and_a_phone_that_went_away_counts(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seats(gathering, 2)
        number = await say(gathering, ann, "Peace")
        going = asyncio.create_task(gathering.respond(bo, number, 1, "r"))
        await asyncio.sleep(0)
        going.cancel()
        while gathering.state.tally.answered(bo) != {number: 1}:
            await asyncio.sleep(0.01)
        flood = [asyncio.create_task(gathering.respond(bo, number, 1, f"f{n}")) for n in range(MOST_WAITING + 50)]
        told = await asyncio.gather(*flood, return_exceptions=True)
        assert Refusal.TOO_MANY in {one.why for one in told if isinstance(one, Refused)}
        assert await gathering.respond(bo, number, 0, "after")

    run(made(tmp_path), work)


def test_an_ended_gathering_takes_nothing_but_still_erases(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        (ann,) = await seats(gathering, 1)
        await gathering.submit("h0", "end", ev.Ended())
        assert await refused(gathering.submit(f"s{ann}", "d", ev.DesireSaid(ann, "x", "en"))) is Refusal.ENDED
        await gathering.erase(ann, "e")
        assert gathering.state.people.count == 0

    run(made(tmp_path), work)


def test_cards_are_never_ones_own_nor_answered_first_of_ones_own_circle_then_of_others(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        people = await seats(gathering, 15, circles=3)  # a batch in each circle
        numbers = {person: await say(gathering, person, f"wish of {person}") for person in people}
        state = gathering.state
        for stage in ("open", "crossing"):
            if stage == "crossing":
                await gathering.submit("h0", "m", ev.StageMoved("crossing", 0))
            for person in people:
                card = gathering.card(person)
                assert card is not None
                assert gathering.card(person) == card, "the same card until it is answered"
                assert card.desire != numbers[person]
                same = state.desires[card.desire].circle == state.seats[person].circle
                assert same == (stage == "open")
                await gathering.respond(person, card.desire, 1, f"{stage}-{person}")
        counted = state.tally.seen_by_all
        assert counted.sum() == 30
        assert counted.max() - counted.min() <= 2, "probes are spread evenly"

    run(made(tmp_path), work)


def test_what_a_person_cannot_read_is_not_dealt_and_not_being_asked_is_no_answer(tmp_path: Path) -> None:
    async def unread(gathering: LiveGathering, seat: int, language: str, key: str, *, on: bool = True) -> None:
        await gathering.submit(f"s{seat}", key, ev.LanguageUnread(seat, language, on))

    async def work(gathering: LiveGathering) -> None:
        people = await seats(gathering, 30)
        for person in people[20:]:
            language = "he" if person % 2 else "en"
            await gathering.submit(f"s{person}", "say", ev.DesireSaid(person, f"wish of {person}", language))
        for person in people[2:]:
            for turn in range(3):
                card = gathering.card(person)
                assert card is not None
                await gathering.respond(person, card.desire, turn % 2, f"r{turn}")
        one, other = people[:2]
        hebrew = {n for n, desire in enumerate(gathering.state.desires) if desire.language == "he"}
        card = gathering.card(one)
        while card is not None and card.desire not in hebrew:
            await gathering.respond(one, card.desire, 1, f"r{card.desire}")
            card = gathering.card(one)
        assert card is not None
        before = dict(gathering.state.tally.answered(one))
        await unread(gathering, one, "he", "no-hebrew")
        await unread(gathering, one, "he", "no-hebrew-again")
        assert gathering.state.tally.answered(one) == before
        assert await Leader(gathering, Inside()).fit_once()
        assert gathering.dealer.decks is not None
        dealt = gathering.dealer.decks.desire
        assert not set(dealt[one].tolist()) & hebrew
        assert hebrew <= set(dealt[other].tolist()), "nobody else is dealt other cards"
        assert gathering.dealer.decks.propensity[one].sum() == pytest.approx(1.0, abs=1e-5)
        while (card := gathering.card(one)) is not None:
            assert card.desire not in hebrew
            await gathering.respond(one, card.desire, 0, f"r{card.desire}")
        assert set(gathering.state.tally.answered(one)) == set(range(10)) - hebrew
        assert await refused(unread(gathering, one, "en", "not-even-mine")) is Refusal.UNKNOWN
        assert await refused(unread(gathering, one, "tlh", "no-klingon")) is Refusal.UNKNOWN
        await unread(gathering, one, "he", "after-all", on=False)
        card = gathering.card(one)
        assert card is not None
        assert card.desire in hebrew
        await unread(gathering, one, "he", "not-again")
        await gathering.submit(f"s{one}", "turns", ev.SeatChanged(one, language="he"))
        assert gathering.state.seats[one].unread == [], "who reads the pages in a language reads cards in it"

    run(made(tmp_path), work)


def test_a_fit_deals_decks(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        people = await seats(gathering, 30)
        for person in people:
            await say(gathering, person, f"wish of {person}")
        for person in people:
            for turn in range(3):
                card = gathering.card(person)
                assert card is not None
                await gathering.respond(person, card.desire, turn % 2, f"r{turn}")
        assert await Leader(gathering, Inside()).fit_once()
        assert gathering.dealer.decks is not None
        dealt = gathering.dealer.decks.desire
        answered = [set(gathering.state.tally.answered(person)) for person in people]
        assert all(not set(dealt[n].tolist()) & (answered[n] | {n}) for n in range(30))

    run(made(tmp_path), work)


def test_a_failing_fit_is_told_and_stops_nothing(tmp_path: Path) -> None:
    class Broken:
        async def run(self, job: str, *args: Any, seconds: float | None = None) -> Any:
            message = f"no {job} of {len(args)} within {seconds}"
            raise AsideError(message)

    async def work(gathering: LiveGathering) -> None:
        ann, bo = await seats(gathering, 2)
        await gathering.respond(bo, await say(gathering, ann, "Peace"), 1, "r")
        assert not await Leader(gathering, Broken()).fit_once()
        assert gathering.trouble is not None
        assert isinstance(gathering.dealer, Dealer)
        await gathering.respond(bo, 0, 0, "r2")

    run(made(tmp_path), work)


def test_numbers_on_the_screen_move_only_in_whole_steps(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        seen = []
        for number in range(12):
            await gathering.take_seat(f"seat-key-{number}", language="en")
            seen.append(count_of(take(gathering.state).people))
        assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]
        for number in range(5):
            assert count_of(take(gathering.state).people) == 10
            await gathering.erase(number, "e")
        assert count_of(take(gathering.state).people) == 5

    run(made(tmp_path), work)
    assert [in_steps(count) for count in (4, 5, 9, 10)] == [0, 5, 5, 10]


def test_codes_are_read_as_people_type_them() -> None:
    assert clean_code(" abcd-3456 ") == "ABCD3456"
    assert clean_code("аbcd") == "BCD", "letters of other scripts are no letters of a code"


def test_an_empty_secret_opens_neither_a_seat_nor_a_desk(tmp_path: Path) -> None:
    async def whole() -> None:
        gathering = LiveGathering.open(made(tmp_path))
        await gathering.submit("door", "seat-of-nobody", ev.SeatTaken(hash_of(""), "en"))
        await gathering.submit("house", "host-of-nobody", ev.HostSeated(hash_of("")))
        assert hash_of("") in gathering.state.hosts
        assert gathering.state.seat_by_secret(hash_of("")) == 0
        assert (gathering.seat_of(""), gathering.host_of("")) == (None, None)
        await gathering.close()

    asyncio.run(whole())
