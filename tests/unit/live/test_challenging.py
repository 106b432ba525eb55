"""Challengers: who is asked is drawn by lot, what they say stays apart from the round, and the share is known by it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from oneheart import settings
from oneheart.engine.desire import shares
from oneheart.live import challenging, opened, sealing
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.live.state.lots import drawn, put_to
from oneheart.live.state.text import LiveDraft

DESIRES, ANSWERED, LINES = 16, 6, 3
WANTED = np.linspace(0.6, 0.15, DESIRES)


def wanted_by(people: int) -> np.ndarray:
    """Return what people want, (people, DESIRES) of 0 and 1; everybody wants what they said themselves."""
    want = (np.random.default_rng(1).random((people, DESIRES)) < WANTED).astype(int)
    want[range(DESIRES), range(DESIRES)] = 1
    return want


async def read_by(hall: LiveGathering, people: int, *, silent: int = 0) -> tuple[LiveDraft, np.ndarray]:
    """Let people come, answer six desires each, and read a text of three; the last `silent` say nothing to it."""
    want = wanted_by(people)
    seats = [(await hall.take_seat(f"seat-key-{n}", language="en", circle=None)).number for n in range(people)]
    for n in range(DESIRES):
        await hall.submit(f"s{n}", f"desire-{n}", ev.DesireSaid(n, f"A wish of its own kind, number {n * n}", "en"))
    rng = np.random.default_rng(2)
    for seat in seats:
        for n in rng.choice(DESIRES, ANSWERED, replace=False).tolist():
            if n != seat:
                await hall.respond(seat, n, int(want[seat, n]), f"response-{seat}-{n}")
    for stage in ("crossing", "weaving"):
        await hall.submit("h0", f"to-{stage}-0000", ev.StageMoved(stage, hall.state.version))
    lines = [ev.WovenLine([n]) for n in range(LINES)]
    body = ev.DraftWoven(hall.state.version, lines, measured=True, share_index=0.5, seed=7)
    await hall.submit("house", "the-first-draft", challenging.with_challengers(hall.state, body))
    await hall.submit("h0", "to-reading-0000", ev.StageMoved("reading", hall.state.version))
    for seat in seats[: people - silent]:
        for line in range(LINES):
            said = "can say" if want[seat, line] else "would change"
            await hall.submit(f"s{seat}", f"read-{line}-0000", ev.LineRead(seat, 0, line, said))
    return hall.state.prayers.drafts[0], want


async def answer_all(hall: LiveGathering, draft: LiveDraft, want: np.ndarray, seats: range) -> int:
    """Let people answer everything that lot gave them; return how much it was."""
    count = 0
    for seat in seats:
        for n in challenging.to_answer(hall.state, draft, seat):
            stance = int(want[seat, n])
            await hall.submit(f"s{seat}", f"lot-{n:03d}-0000", ev.ChallengerAnswered(seat, 0, n, stance))  # type: ignore[arg-type]
            count += 1
    return count


def run(tmp_path: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> None:
    """Do something in a gathering, then open it again and compare."""
    path = tmp_path / "g.oneheart"
    create(path, ev.Settings("Lots", {"en": "What do you want?"}, "assembly", ["en"]), code="AAAA3333")

    async def whole() -> None:
        hall = LiveGathering.open(path, rng=np.random.default_rng(0))
        await work(hall)
        digest = hall.state.digest()
        await hall.close()
        again = LiveGathering.open(path)
        assert again.state.digest() == digest, "a restart changed something"
        again.shut()

    asyncio.run(whole())


def test_everybody_is_asked_about_a_few_desires_outside_the_text_and_about_nothing_else(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, _ = await read_by(hall, 60)
        assert sorted(draft.body.challengers) == list(range(LINES, DESIRES))
        given = [challenging.to_answer(hall.state, draft, seat) for seat in range(60)]
        asked = [[n for n in one if n >= LINES] for one in given]
        for seat, one in enumerate(given):
            unknown = [n for n in range(LINES) if n not in hall.state.tally.answered(seat) and n != seat]
            assert list(one[len(asked[seat]) :]) == unknown, "after the lot, the lines of which it is not known"
        mean = np.mean([len(one) for one in asked])
        assert settings.CHALLENGERS.value - 1 < mean < settings.CHALLENGERS.value + 1.5
        for seat, one in enumerate(asked):
            assert len(one) <= challenging.LOTS_MOST
            assert not {n for n in one if n in hall.state.tally.answered(seat) or n == seat}
        times = Counter(n for seat in range(60) for n in drawn(draft, seat))
        each = 60 * draft.body.lots / (DESIRES - LINES)
        assert set(times) == set(range(LINES, DESIRES))
        assert all(0.6 * each < count < 1.4 * each for count in times.values()), "lot favours nobody"

    run(tmp_path, work)


def test_nobody_chooses_what_they_are_asked_about(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, _ = await read_by(hall, 40)
        given = drawn(draft, 20)
        other = next(n for n in range(LINES, DESIRES) if n not in given)
        wrong = [
            (ev.ChallengerAnswered(20, 0, other, 1), Refusal.NOT_YOURS),
            (ev.ChallengerAnswered(20, 0, 999, 1), Refusal.NOT_YOURS),
            (ev.ChallengerAnswered(20, 4, given[0], 1), Refusal.CHANGED),
            (ev.ChallengerAnswered(999, 0, given[0], 1), Refusal.UNKNOWN),
        ]
        for number, (body, why) in enumerate(wrong):
            with pytest.raises(Refused) as told:
                await hall.submit("s20", f"wrong-{number}-0000", body)
            assert told.value.why is why
        await hall.submit("h0", "to-sealed-0000", ev.StageMoved("sealed", hall.state.version))
        with pytest.raises(Refused) as told:
            await hall.submit("s20", "too-late-0000", ev.ChallengerAnswered(20, 0, given[0], 1))
        assert told.value.why is Refusal.CLOSED

    run(tmp_path, work)


def test_what_people_answer_proves_that_no_part_is_owed_a_line(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, want = await read_by(hall, 120)
        before = hall.state.tally.response_count
        assert sealing.share_of(hall.state, draft).kind == "estimated"  # type: ignore[union-attr]
        answered = await answer_all(hall, draft, want, range(120))
        assert hall.state.tally.response_count == before, "answers of the round are closed"
        found = challenging.audited(hall.state, draft)
        assert found is not None
        rho = shares.share_index(want.astype(float), range(LINES))[0]
        assert found.low <= rho <= found.high  # type: ignore[operator]
        assert (found.kind == "certified") == (found.high <= 1.0)  # type: ignore[operator]
        assert answered == sum(len(given) for given in draft.challenged.values())
        await hall.submit("h0", "to-sealed-0000", ev.StageMoved("sealed", hall.state.version))
        await Leader(hall).step()
        sealed = hall.state.prayers.sealed[0].body
        assert sealed.share == found.kind
        assert sealed.asked == 120
        assert sealed.share_high == pytest.approx(np.ceil(found.high * 20) / 20)  # type: ignore[operator]

    run(tmp_path, work)


def test_where_people_surely_want_another_line_its_desire_is_named(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, want = await read_by(hall, 120)
        want[:, :LINES] = 0  # nobody wants a line of the text, all want the fourth desire
        want[:, LINES] = 1
        for seat in range(120):
            hall.state.tally.answered(seat).clear()
            for line in range(LINES):
                draft.readings[line][seat] = "would change"
        for seat in range(120):
            draft.challenged[seat] = {n: int(want[seat, n]) for n in put_to(draft, seat)}
        found = sealing.share_of(hall.state, draft)
        assert found is not None
        assert found.low > 1.0  # type: ignore[operator]
        assert (found.rho, found.owed) == (pytest.approx(LINES, abs=0.1), LINES), "not the model's half"
        share = next(one for one in sealing.judged(hall.state, draft, found).conditions if one.code == "share")
        assert (share.met, share.desire) == (False, LINES)
        for seat in range(120):  # the state was bent by hand: it is not to be compared with the record
            draft.challenged.pop(seat)

    path = tmp_path / "g.oneheart"
    create(path, ev.Settings("Lots", {"en": "What do you want?"}, "assembly", ["en"]), code="AAAA3333")

    async def whole() -> None:
        hall = LiveGathering.open(path, rng=np.random.default_rng(0))
        await work(hall)
        await hall.close()

    asyncio.run(whole())


def test_who_has_not_read_the_whole_text_is_not_counted(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, want = await read_by(hall, 50, silent=20)
        assert challenging.readers_of(hall.state, draft) == list(range(30))
        await answer_all(hall, draft, want, range(30))
        alone = challenging.audited(hall.state, draft)
        await answer_all(hall, draft, want, range(30, 50))
        assert challenging.audited(hall.state, draft) == alone

    run(tmp_path, work)


def test_up_to_twelve_people_are_asked_about_all_of_it_and_then_nothing_is_left_to_chance(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        for n in range(8):
            await hall.take_seat(f"seat-key-{n}", language="en", circle=None)
        for n in range(8):
            await hall.submit(f"s{n}", f"desire-{n}", ev.DesireSaid(n, f"A wish of its own kind, number {n * n}", "en"))
        for stage in ("crossing", "weaving"):
            await hall.submit("h0", f"to-{stage}-0000", ev.StageMoved(stage, hall.state.version))
        body = ev.DraftWoven(hall.state.version, [ev.WovenLine([0]), ev.WovenLine([1])], seed=3)
        await hall.submit("house", "the-first-draft", challenging.with_challengers(hall.state, body))
        await hall.submit("h0", "to-reading-0000", ev.StageMoved("reading", hall.state.version))
        draft = hall.state.prayers.drafts[0]
        for seat in range(8):
            for line in range(2):
                await hall.submit(f"s{seat}", f"read-{line}-0000", ev.LineRead(seat, 0, line, "would change"))
        assert challenging.audited(hall.state, draft) is None, "nobody was asked and there is no model"
        want = np.eye(8, dtype=int)
        for seat in range(8):
            assert set(challenging.to_answer(hall.state, draft, seat)) == set(range(8)) - {seat}
        await answer_all(hall, draft, want, range(8))
        found = challenging.audited(hall.state, draft)
        assert found is not None
        assert found.kind == "certified"
        assert found.low == found.high == pytest.approx(2 / 8), (
            "each of the other six wants one more, which nobody else wants"
        )

    run(tmp_path, work)


def test_answers_join_all_others_when_the_next_round_opens_and_go_when_their_author_does(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, want = await read_by(hall, 40)
        await answer_all(hall, draft, want, range(40))
        given = {seat: dict(one) for seat, one in draft.challenged.items()}
        gone = next(iter(given))
        await hall.erase(gone, "erase-one-0000")
        assert gone not in hall.state.prayers.drafts[0].challenged
        for stage in ("crossing", "open"):
            await hall.submit("h0", f"on-to-{stage}-0000", ev.StageMoved(stage, hall.state.version))
        for seat, one in given.items():
            if seat == gone:
                assert not hall.state.tally.answered(seat)
                continue
            left = {n: stance for n, stance in one.items() if n != gone}
            held = hall.state.tally.answered(seat)
            assert {n: held[n] for n in left} == left
            assert not any(hall.state.has_answered_or_said(seat, n) is False for n in left), "they are not dealt again"

    run(tmp_path, work)


def test_a_second_reading_asks_nothing_twice_and_a_line_that_left_is_known_of_its_readers(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, want = await read_by(hall, 60)
        await answer_all(hall, draft, want, range(60))
        before = dict(draft.challenged)
        await hall.submit("h0", "to-second-00000", ev.StageMoved("second reading", hall.state.version))
        lines = [ev.WovenLine([0], None, 0, changed=False), ev.WovenLine([5], None, None, changed=True)]
        second = msgspec.structs.replace(
            draft.body, version=hall.state.version, lines=lines, left=[draft.body.lines[1], draft.body.lines[2]]
        )
        await hall.submit("house", "the-second-draft", second)
        now = hall.state.prayers.drafts[1]
        assert now.challenged == before
        shown = [[lot.stance for lot in opened.lots_of(hall, seat)] for seat in range(60)]
        assert {stance for stances in shown for stance in stances} == {None}, "what was answered is not asked again"
        for seat in range(60):
            await hall.submit(f"s{seat}", "read-again-0000", ev.LineRead(seat, 1, 1, "can say"))
        found = challenging.audited(hall.state, now)
        assert found is not None
        # what left is wanted by most and known of all: with two lines the text owes them one again
        told = np.array([[hall.state.tally.answered(s).get(n, want[s, n]) for n in range(DESIRES)] for s in range(60)])
        has = told[:, 0] + np.array([hall.state.tally.answered(s).get(5, 1) for s in range(60)])
        owed = 2 * np.mean(told[:, 1] / (1 + has))
        assert found.low >= owed - 1e-9  # type: ignore[operator]

    run(tmp_path, work)


def test_a_draft_of_before_readers_were_asked_is_estimated_not_proved(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        draft, _ = await read_by(hall, 30)
        bare = msgspec.structs.replace(draft.body, challengers=[], among=0, lots=0)
        old = LiveDraft(
            draft.seq, draft.at, draft.round, bare, second=False, readings=draft.readings, critiques=draft.critiques
        )
        assert challenging.audited(hall.state, old) is None
        assert sealing.share_of(hall.state, old).kind == "estimated"  # type: ignore[union-attr]

    run(tmp_path, work)
