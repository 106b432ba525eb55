"""A gathering under anything that people and hosts may do, in any order: the log alone tells what it has come to.

What was acknowledged is in the file, once, whatever is erased or restarted afterwards; a replay of the file gives the
live state; nothing is counted twice; erased words are in no byte of the file.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import Kept, LiveGathering, TakenSeat, create
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal, State
from oneheart.live.state.quotes import as_read

T = TypeVar("T")
PICK = st.integers(0, 10**6)
STANCES = st.sampled_from([1, 0, -1])
STAGES = ("open", "crossing", "weaving", "reading")
CIRCLES = 2


@dataclass(slots=True)
class Promised:
    """Something that was acknowledged."""

    actor: str
    key: str
    body: ev.AnyBody
    kept: Kept


class Gathering(RuleBasedStateMachine):
    """People, two hosts, and a server that restarts, over one real file."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="oneheart-log-"))
        self.path = self.folder / "g.oneheart"
        create(self.path, ev.Settings("x", {"en": "What do you want?"}, "assembly", ["en"]), code="ABCD3456")
        self.live = LiveGathering.open(self.path)
        self.promised: list[Promised] = []
        self.secrets: dict[int, str] = {}  # by seat
        self.words: dict[int, str] = {}  # by desire
        self.authors: dict[int, int] = {}
        self.copies: dict[int, int] = {}  # by desire: the one whose words it repeats
        self.answers: dict[tuple[int, int], int] = {}
        self.loose: set[tuple[int, int]] = set()  # answers that joining gave
        self.erased: set[int] = set()
        self.gone_words: list[bytes] = []
        self.cards: list[str] = []
        self.fresh = 0
        self.digest = ""

    # --- ways ---

    def do(self, doing: Coroutine[Any, Any, T]) -> T | Refusal:
        """Do something in the loop; return what came of it, or why nothing did."""
        try:
            return self.loop.run_until_complete(doing)
        except Refused as refused:
            return refused.why

    def key(self) -> str:
        self.fresh += 1
        return f"key-number-{self.fresh}"

    def submit(self, actor: str, body: ev.AnyBody, key: str = "") -> Kept | Refusal:
        key = key or self.key()
        kept = self.do(self.live.submit(actor, key, body))
        if isinstance(kept, Kept) and not kept.repeated:
            self.promised.append(Promised(actor, key, body, kept))
        return kept

    def a_seat(self, pick: int) -> int:
        return sorted(self.secrets)[pick % len(self.secrets)]

    def a_desire(self, pick: int) -> int:
        return sorted(self.words)[pick % len(self.words)]

    def has_people(self) -> bool:
        return bool(self.secrets)

    def has_desires(self) -> bool:
        return bool(self.words) and bool(self.secrets)

    # --- what people do ---

    @initialize()
    def begin(self) -> None:
        for number in range(CIRCLES):
            self.submit("h0", ev.CircleAdded(f"Circle {number}", f"circle-key-{number}"))
        self.submit("house", ev.HostSeated("a" * 64))
        self.submit("house", ev.HostSeated("b" * 64))

    @rule(circle=st.none() | st.integers(0, CIRCLES), twice=st.booleans())
    def sit(self, circle: int | None, *, twice: bool) -> None:
        key = self.key()
        taken = self.do(self.live.take_seat(key, language="en", circle=circle))
        if circle == CIRCLES:
            assert taken is Refusal.UNKNOWN
            return
        assert isinstance(taken, TakenSeat)
        assert taken.number not in self.secrets
        self.secrets[taken.number] = taken.secret
        if twice:
            assert self.do(self.live.take_seat(key, language="en", circle=circle)) == taken

    @rule()
    def print_cards(self) -> None:
        key = self.key()
        codes = self.do(self.live.add_cards(key, 2, 0, "h0"))
        assert isinstance(codes, tuple)
        assert self.do(self.live.add_cards(key, 2, 0, "h0")) == codes
        self.cards.extend(codes)

    @precondition(lambda self: self.cards)
    @rule(pick=PICK)
    def sit_by_card(self, pick: int) -> None:
        taken = self.do(self.live.take_seat(self.key(), language="en", card=self.cards[pick % len(self.cards)]))
        if isinstance(taken, TakenSeat):
            assert taken.number not in self.secrets
            assert taken.number not in self.erased
            self.secrets[taken.number] = taken.secret
        else:
            assert taken is Refusal.USED

    @precondition(has_people)
    @rule(pick=PICK, again=st.sampled_from(["", "same", "other words"]), grew=PICK)
    def say(self, pick: int, again: str, grew: int) -> None:
        seat, key = self.a_seat(pick), self.key()
        text = f"wish <{self.fresh:05}> of somebody"
        grew_from = self.a_desire(grew) if self.words and grew % 3 == 0 else None
        said = ev.DesireSaid(seat, text, "en", grew_from=grew_from)
        kept = self.submit(f"s{seat}", said, key)
        if isinstance(kept, Refusal):
            assert kept is Refusal.QUOTA
            return
        assert kept.number is not None
        self.words[kept.number], self.authors[kept.number] = text, seat
        if again == "same":
            assert self.submit(f"s{seat}", said, key) == replace(kept, repeated=True)
        elif again:
            assert self.submit(f"s{seat}", ev.DesireSaid(seat, "other words", "en"), key) is not kept

    @precondition(has_people)
    @rule(pick=PICK, count=st.integers(2, 5))
    def say_many_at_once(self, pick: int, count: int) -> None:
        """Several desires of one person in one batch: the check before writing cannot see how many will count."""
        seat = self.a_seat(pick)
        texts = [f"wish <{self.fresh + n + 1:05}> at once" for n in range(count)]
        keys = [self.key() for _ in texts]
        bodies = [ev.DesireSaid(seat, text, "en") for text in texts]

        async def all_at_once() -> list[Kept | BaseException]:
            doing = (self.live.submit(f"s{seat}", key, body) for key, body in zip(keys, bodies, strict=True))
            return await asyncio.gather(*doing, return_exceptions=True)

        for key, body, text, outcome in zip(
            keys, bodies, texts, self.loop.run_until_complete(all_at_once()), strict=True
        ):
            if isinstance(outcome, Kept):
                assert outcome.number is not None
                self.promised.append(Promised(f"s{seat}", key, body, outcome))
                self.words[outcome.number], self.authors[outcome.number] = text, seat
            else:
                assert isinstance(outcome, Refused)
                assert outcome.why is Refusal.QUOTA

    @precondition(has_desires)
    @rule(own=PICK, other=PICK)
    def join(self, own: int, other: int) -> None:
        desire, same_as = self.a_desire(own), self.a_desire(other)
        seat = self.authors[desire]
        root = self.live.state.root(same_as)
        kept = self.submit(f"s{seat}", ev.DesireJoined(seat, desire, same_as))
        if isinstance(kept, Kept):
            self.loose |= {(seat, root), (seat, same_as)} | {(seat, number) for number in self.words}

    @precondition(has_desires)
    @rule(own=PICK)
    def withdraw(self, own: int) -> None:
        desire = self.a_desire(own)
        seat = self.authors[desire]
        assert isinstance(self.submit(f"s{seat}", ev.DesireWithdrawn(seat, desire)), Kept)

    @precondition(has_desires)
    @rule(who=PICK, what=PICK, stance=STANCES, again=st.sampled_from(["", "same", "at once", "other"]))
    def respond(self, who: int, what: int, stance: int, again: str) -> None:
        seat, desire, key = self.a_seat(who), self.a_desire(what), self.key()

        async def tap() -> Kept:
            if again == "at once":
                both = await asyncio.gather(*(self.live.respond(seat, desire, stance, key) for _ in range(2)))
                assert sorted(kept.repeated for kept in both) == [False, True]
                return min(both, key=lambda kept: kept.repeated)
            return await self.live.respond(seat, desire, stance, key)

        kept = self.do(tap())
        if isinstance(kept, Refusal):
            state = self.live.state
            assert kept is Refusal.CLOSED or (kept is Refusal.UNKNOWN and state.desires[desire].waiting)
            assert kept is not Refusal.CLOSED or not state.stage.takes_responses
            return
        self.answers[seat, desire] = stance
        self.loose.discard((seat, desire))
        self.promised.append(Promised(f"s{seat}", key, ev.Responded(seat, desire, stance), kept))  # type: ignore[arg-type]
        if again == "same":
            repeated = self.do(self.live.respond(seat, desire, stance, key))
            assert isinstance(repeated, Kept)
            assert repeated.repeated
        elif again == "other":
            assert self.do(self.live.respond(seat, desire, -stance or 1, key)) is Refusal.CONFLICT

    @precondition(has_people)
    @rule(pick=PICK, circle=st.integers(0, CIRCLES - 1))
    def change_circle(self, pick: int, circle: int) -> None:
        seat = self.a_seat(pick)
        person, state = self.live.state.seats[seat], self.live.state
        once_already = person.changed_circle_in == state.round and person.circle != circle
        kept = self.submit(f"s{seat}", ev.SeatChanged(seat, circle=circle))
        assert kept is Refusal.MOVED if once_already else isinstance(kept, Kept)

    @precondition(has_desires)
    @rule(pick=PICK, source=PICK, carries=st.booleans())
    def compose(self, pick: int, source: int, *, carries: bool) -> None:
        """A steward says the circle's line, or carries a desire of the circle as it stands."""
        seat = self.a_seat(pick)
        circle = self.live.state.seats[seat].circle
        if circle is None:
            return
        self.submit("h0", ev.DutyGiven(circle, seat))
        number = self.a_desire(source)
        text = self.words[number]
        place: dict[str, Any] = {"carried_by": circle} if carries else {"line_of": circle}
        kept = self.submit(f"s{seat}", ev.DesireSaid(seat, text, "en", grew_from=number, **place))
        assert isinstance(kept, Kept)
        assert kept.number is not None
        self.words[kept.number], self.authors[kept.number] = text, seat
        self.copies[kept.number] = number

    # --- what hosts do ---

    @rule(pick=PICK)
    def two_hosts_move_at_once(self, pick: int) -> None:
        stage, version = STAGES[pick % len(STAGES)], self.live.state.version
        bodies = [ev.StageMoved(stage, version), ev.StageMoved(STAGES[(pick + 1) % len(STAGES)], version)]
        keys = [self.key(), self.key()]

        async def both() -> list[Kept | BaseException]:
            moves = (self.live.submit(f"h{n}", keys[n], bodies[n]) for n in range(2))
            return await asyncio.gather(*moves, return_exceptions=True)

        outcomes = self.loop.run_until_complete(both())
        first = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Kept)]
        late = [outcome.why for outcome in outcomes if isinstance(outcome, Refused)]
        assert (len(first), late) == (1, [Refusal.STALE])
        kept = outcomes[first[0]]
        assert isinstance(kept, Kept)
        self.promised.append(Promised(f"h{first[0]}", keys[first[0]], bodies[first[0]], kept))
        assert self.live.state.version == version + 1
        assert self.submit("h1", ev.StageMoved(stage, version)) is Refusal.STALE

    @precondition(has_desires)
    @rule(what=PICK, take=st.booleans())
    def moderate(self, what: int, *, take: bool) -> None:
        desire = self.a_desire(what)
        version = self.live.state.desires[desire].version
        decided = ev.Moderated(desire, "accepted" if take else "rejected", "", version)
        assert isinstance(self.submit("h0", decided), Kept)
        assert self.submit("h1", decided) is Refusal.STALE

    @precondition(has_desires)
    @rule(one=PICK, other=PICK)
    def hosts_take_two_for_the_same(self, one: int, other: int) -> None:
        body = ev.Translated(self.a_desire(one), self.a_desire(other))
        if isinstance(self.submit("h0", body), Kept):
            self.submit("h1", body)

    # --- what nobody wishes for ---

    @precondition(has_people)
    @rule(pick=PICK)
    def erase(self, pick: int) -> None:
        seat = self.a_seat(pick)
        assert self.do(self.live.erase(seat, self.key())) is None
        self.gone_words.append(hash_of(self.secrets.pop(seat)).encode())
        self.erased.add(seat)
        gone = {number for number, author in self.authors.items() if author == seat}
        for number, source in sorted(self.copies.items()):  # they hold the same words, and go with them
            gone |= {number} if source in gone else set()
        still = {text for number, text in self.words.items() if number not in gone}
        self.gone_words += [
            self.words[number].encode() for number in gone & {*self.words} if self.words[number] not in still
        ]
        for number in gone & {*self.words}:
            del self.words[number], self.authors[number]
        self.answers = {(s, d): stance for (s, d), stance in self.answers.items() if s != seat and d not in gone}
        self.loose = {(s, d) for s, d in self.loose if s != seat}
        self.promised = [
            one
            for one in self.promised
            if one.actor != f"s{seat}" and not (isinstance(one.body, ev.DesireSaid) and one.kept.number in gone)
        ]

    @rule()
    def restart(self) -> None:
        before = self.live.state.digest()
        self.loop.run_until_complete(self.live.close())
        self.live = LiveGathering.open(self.path)
        assert self.live.state.digest() == before

    # --- what always holds ---

    @invariant()
    def a_replay_of_the_file_is_the_live_state(self) -> None:
        replayed = State()
        for event in self.live._log.replay():  # noqa: SLF001  the file itself is the witness
            body = None if event.body is None else ev.decode(event.body)
            replayed.apply(event.seq, event.kind, body, event.actor, event.at)
        assert replayed.digest() == self.live.state.digest()

    @invariant()
    def what_was_acknowledged_is_there_once_and_counts(self) -> None:
        written: dict[tuple[str, str], list[tuple[int, str | None]]] = {}
        for event in self.live._log.replay():  # noqa: SLF001
            written.setdefault((event.actor, event.key), []).append((event.seq, event.body))
        for one in self.promised:
            key = self.live._log.key_of(one.key)  # noqa: SLF001
            if isinstance(one.body, ev.DesireJoined | ev.Translated) and (one.actor, key) not in written:
                assert {one.body.desire, one.body.same_as} - {*self.words}  # it tied something to words that are gone
                continue
            if isinstance(one.body, ev.Moderated) and (one.actor, key) not in written:
                assert one.body.desire not in self.words  # a reason goes with the words that it may quote
                continue
            ((seq, body),) = written[one.actor, key]
            assert seq == one.kept.seq
            if not isinstance(one.body, ev.Responded):  # the server adds the propensity
                assert body is not None
                assert as_read(ev.decode(body), self.live.state.desires) == one.body  # repeated words are a quote
            assert seq not in self.live.state.refused or self.rests_on_what_is_gone(one.body)

    def rests_on_what_is_gone(self, body: ev.AnyBody) -> bool:
        """Return whether an event can count no more, because the desire that it is about was erased."""
        about: tuple[int | None, ...] = ()
        if isinstance(body, ev.Responded | ev.DesireWithdrawn | ev.Moderated):
            about = (body.desire,)
        elif isinstance(body, ev.DesireJoined | ev.Translated):
            return True  # others in the chain of what is the same may be gone
        return any(number is not None and number not in self.words for number in about)

    @invariant()
    def numbers_and_words_stay_with_what_they_were_given_to(self) -> None:
        state = self.live.state
        for seat, secret in self.secrets.items():
            assert self.live.seat_of(secret) == seat
            assert state.seats[seat].alive
        assert state.people.count == len(self.secrets) == sum(seat.alive for seat in state.seats)
        for number, text in self.words.items():
            assert (state.desires[number].text, state.desires[number].author) == (text, self.authors[number])

    @invariant()
    def answers_are_those_that_people_gave_and_counted_once(self) -> None:
        state = self.live.state
        there = {(seat, d): s for seat in range(len(state.seats)) for d, s in state.tally.answered(seat).items()}
        certain = {pair: stance for pair, stance in there.items() if pair not in self.loose}
        assert certain == {pair: stance for pair, stance in self.answers.items() if pair not in self.loose}
        for desire in range(len(state.desires)):
            stances = [stance for (_, number), stance in there.items() if number == desire]
            counted = (state.tally.seen_by_all[desire], state.tally.want[desire], state.tally.against[desire])
            assert counted == (len(stances), stances.count(1), stances.count(-1))
        assert state.tally.response_count == len(there)
        for number, circle in enumerate(state.circles):
            assert circle.seats == sum(seat.alive and seat.circle == number for seat in state.seats)

    @invariant()
    def erased_words_are_in_no_byte_of_the_file(self) -> None:
        if not self.gone_words:
            return
        beside = (self.path.with_name(self.path.name + ending) for ending in ("", "-wal", "-shm", "-journal"))
        kept = b"\0".join(one.read_bytes() for one in beside if one.exists())
        assert [words for words in self.gone_words if words in kept] == []

    def teardown(self) -> None:
        assert self.live._log.first_break() is None  # noqa: SLF001
        self.loop.run_until_complete(self.live.close())
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def after(path: Path, doing: Callable[[LiveGathering], Coroutine[Any, Any, None]]) -> State:
    """Return the state that a new gathering comes to, as a restart reads it."""
    create(path, ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]), code="ABCD3456")

    async def whole() -> str:
        gathering = LiveGathering.open(path)
        await doing(gathering)
        digest = gathering.state.digest()
        await gathering.close()
        return digest

    digest = asyncio.run(whole())
    again = LiveGathering.open(path)
    again.shut()
    assert again.state.digest() == digest
    return again.state


async def say(gathering: LiveGathering, seat: int, text: str, **more: Any) -> int:
    kept = await gathering.submit(f"s{seat}", f"say-{text}-{len(more)}", ev.DesireSaid(seat, text, "en", **more))
    assert kept.number is not None
    return kept.number


def test_a_seat_refused_for_a_used_card_is_not_taken_later_when_the_first_one_is_erased(tmp_path: Path) -> None:
    async def doing(gathering: LiveGathering) -> None:
        (card,) = await gathering.add_cards("cards-key", 1, None, "h0")
        first = await gathering.take_seat("first-phone", language="en", card=card)
        with pytest.raises(Refused):
            await gathering.take_seat("second-phone", language="en", card=card)
        third = await gathering.take_seat("third-phone", language="en")
        await say(gathering, third.number, "Bread")
        await gathering.erase(first.number, "erase-all")
        assert gathering.seat_of(third.secret) == third.number

    state = after(tmp_path / "g.oneheart", doing)
    assert [(seat.alive, seat.desires) for seat in state.seats] == [(False, []), (True, [0])]


def test_what_was_said_after_joining_stays_when_the_other_words_are_erased(tmp_path: Path) -> None:
    async def doing(gathering: LiveGathering) -> None:
        ann, bo = [(await gathering.take_seat(f"phone-{n}", language="en")).number for n in range(2)]
        theirs = await say(gathering, ann, "Peace")
        first = await say(gathering, bo, "Peace too")
        await gathering.submit(f"s{bo}", "join-key", ev.DesireJoined(bo, first, theirs))
        for text in ("Bread", "Salt", "Songs"):
            await say(gathering, bo, text)
        await gathering.erase(ann, "erase-all")

    state = after(tmp_path / "g.oneheart", doing)
    assert [desire.text for desire in state.desires] == ["", "Peace too", "Bread", "Salt", "Songs"]
    assert state.travels.tolist() == [False, True, True, True, True]


def test_the_copy_that_a_circle_carries_goes_with_the_words_that_it_repeats(tmp_path: Path) -> None:
    async def doing(gathering: LiveGathering) -> None:
        await gathering.submit("h0", "circle-key", ev.CircleAdded("", "key"))
        ann, bo = [(await gathering.take_seat(f"phone-{n}", language="en", circle=0)).number for n in range(2)]
        await gathering.submit("h0", "duty-key", ev.DutyGiven(0, bo))
        theirs = await say(gathering, ann, "Words of Ann alone")
        await say(gathering, bo, "Words of Ann alone", grew_from=theirs, carried_by=0)
        await say(gathering, bo, "Ann's words, in Bo's way", grew_from=theirs, line_of=0)
        await gathering.erase(ann, "erase-all")

    path = tmp_path / "g.oneheart"
    state = after(path, doing)
    assert [desire.text for desire in state.desires] == ["", "", "Ann's words, in Bo's way"]
    assert (state.circles[0].carried, state.circles[0].line) == (None, 2)
    beside = [path, path.with_name(path.name + "-wal")]
    assert b"Words of Ann alone" not in b"".join(one.read_bytes() for one in beside if one.exists())


_PROVES = os.environ.get("ONEHEART_PROVE")
TestGathering = pytest.mark.slow(Gathering.TestCase)
TestGathering.settings = hypothesis.settings(
    deadline=None,
    stateful_step_count=30,
    max_examples=1000 if _PROVES else 20,
    suppress_health_check=list(hypothesis.HealthCheck),
)
