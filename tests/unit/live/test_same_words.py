"""The same words count as one desire at any size, whoever goes away, and nobody learns from it what does not travel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire.entry import wording_key
from oneheart.engine.disclosure import K
from oneheart.live import doing, matching
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.held import held_about
from oneheart.live.leading import Leader
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.opened import similar_to
from oneheart.live.rebuild import replay
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import joining
from oneheart.model.desire import Stance
from tests.support.by_hand import ByHand
from tests.support.keys import seat_key

PEOPLE = 1000
RUSSIAN = "Чтобы мы спели вместе у огня"
ENGLISH = "That we sing together at the fire"
WAYS = ("{}", "{}.", "  {} ", "«{}»", "{}!")
"""The ways in which people write one sentence."""

Work = Callable[[LiveGathering], Awaitable[None]]


def run(folder: Path, work: Work, **more: Any) -> None:
    """Do something with a gathering over a real file."""
    path = folder / "hall.oneheart"
    create(path, ev.Settings("x", {"en": "?", "ru": "?"}, "ten", ["en", "ru"], **more))

    async def whole() -> None:
        gathering = LiveGathering.open(path, rng=np.random.default_rng(0))
        try:
            await work(gathering)
        finally:
            await gathering.close()

    asyncio.run(whole())


async def sit(gathering: LiveGathering, number: int, language: str = "en") -> int:
    return (await doing.take_seat(gathering, ask.SeatAsked(seat_key(number), language))).number


async def say(gathering: LiveGathering, seat: int, text: str) -> int:
    asked = ask.DesireAsked(f"say-{seat:06}-{gathering.state.seq}", text)
    return (await doing.say(gathering, seat, asked)).number


def copies(gathering: LiveGathering) -> list[tuple[str, str]]:
    """Return each wording that travels more than once, with its language."""
    desires = gathering.state.desires
    travelling = [desires[int(number)] for number in gathering.state.travels.nonzero()[0]]
    keys = sorted((desire.language, wording_key(desire.text, desire.language, desire.stem)) for desire in travelling)
    return [one for one, other in pairwise(keys) if one == other]


async def hall_of_a_thousand(gathering: LiveGathering) -> None:
    """Let a thousand people speak: 77 say one Russian sentence, 72 an English one, each in one of five ways."""
    words = [(ENGLISH if n < 72 else RUSSIAN, "en" if n < 72 else "ru") for n in range(149)]
    texts = [(WAYS[n % len(WAYS)].format(text), language) for n, (text, language) in enumerate(words)]
    texts += [(f"wish number {n} of {n * 7919 % 1009}", "en") for n in range(PEOPLE - len(texts))]
    order = np.random.default_rng(1).permutation(PEOPLE).tolist()
    people = await asyncio.gather(*(sit(gathering, n, texts[n][1]) for n in order))
    await asyncio.gather(*(say(gathering, seat, texts[n][0]) for n, seat in zip(order, people, strict=True)))
    await doing.move_stage(gathering, 0, ask.StageAsked("move-to-cards", "crossing", 0))


def root_of(gathering: LiveGathering, language: str) -> int:
    [number] = [
        int(n)
        for n in gathering.state.travels.nonzero()[0]
        if wording_key(gathering.state.desires[int(n)].text, language)
        == wording_key(RUSSIAN if language == "ru" else ENGLISH, language)
    ]
    return number


def test_in_a_hall_of_a_thousand_equal_sentences_are_one_desire(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        await hall_of_a_thousand(gathering)
        await Leader(gathering).step()
        assert copies(gathering) == []
        assert int(gathering.state.travels.sum()) == PEOPLE - 149 + 2
        for language, count in (("ru", 77), ("en", 72)):
            root = root_of(gathering, language)
            wants = int(gathering.state.tally.want[root])
            assert wants + 1 == count, "each who said it wants it; its own author wants it without an answer"
        again = replay(gathering._log).state
        assert again.digest() == gathering.state.digest(), "the joining is in the log"

    run(tmp_path, work)


def test_where_the_server_does_not_join_the_copies_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner: the same hall, where no desire has another one with its words."""
    monkeypatch.setattr(joining, "matches_of", lambda *_: None)
    monkeypatch.setattr(matching, "matches_of", lambda *_: None)

    async def work(gathering: LiveGathering) -> None:
        await hall_of_a_thousand(gathering)
        await Leader(gathering).step()
        assert len(copies(gathering)) == 147

    run(tmp_path, work)


@pytest.mark.parametrize("leaves", ["erases", "takes back", "is revoked"])
def test_when_the_one_whom_all_are_joined_to_leaves_the_others_stay_one(tmp_path: Path, leaves: str) -> None:
    async def work(gathering: LiveGathering) -> None:
        seats = [await sit(gathering, number) for number in range(3 * K)]
        for seat in seats[: 2 * K]:
            await say(gathering, seat, "Bread for all")
        await doing.move_stage(gathering, 0, ask.StageAsked("move-to-cards", "crossing", 0))
        await Leader(gathering).step()
        [root] = gathering.state.travels.nonzero()[0].tolist()
        for seat in seats[2 * K :]:
            await gathering.respond(seat, root, Stance.WANT, f"answer-{seat:04}")
        author = gathering.state.desires[root].author
        assert author is not None
        if leaves == "erases":
            await gathering.erase(author, "erase-me")
        elif leaves == "takes back":
            await gathering.submit(f"s{author}", "take-back", ev.DesireWithdrawn(author, root))
        else:
            await gathering.submit("h0", "revoke", ev.SeatsRevoked([author], "one hand"))
        await Leader(gathering).step()
        state = gathering.state
        [heir] = state.travels.nonzero()[0].tolist()
        assert heir != root
        assert state.desires[heir].text == "Bread for all"
        assert state.root(root) == heir, "what was answered before counts on"
        plain = gathering.as_gathering()
        assert len(plain.desires) == 1
        wants = {plain.desires[0].author, *plain.responses.participant[plain.responses.stance == 1].tolist()}
        assert len(wants) == 3 * K - 1, "the author of the heir, the others who said it, and those who answered it"
        card = alias_for(gathering, Purpose.CARD, seats[-1], root)
        await doing.respond(gathering, seats[-1], ask.ResponseAsked("answer-late", card, 0))
        assert (state.tally.answered(seats[-1])[root], state.root(root)) == (0, heir)

    run(tmp_path, work)


# --- taking apart -----------------------------------------------------------------------------------------------------


def test_one_tap_takes_it_apart_and_the_server_does_not_join_it_again(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        one, other = await sit(gathering, 1), await sit(gathering, 2)
        await say(gathering, one, "Peace")
        mine = await say(gathering, other, "peace!")
        [told] = held_about(gathering, other).desires
        assert (told.became, gathering.state.desires[mine].same_as) == ("same words", 0)
        await doing.part(gathering, other, ask.DesireNamed("part-it-1", told.desire))
        assert held_about(gathering, other).desires[0].became == "travels"
        await Leader(gathering).step()
        assert gathering.state.travels.tolist() == [True, True]
        assert [its.text for its in similar_to(gathering, other, mine)] == ["Peace"], "it may still be joined by hand"
        with pytest.raises(Refused) as refused:
            await doing.part(gathering, other, ask.DesireNamed("part-it-2", told.desire))
        assert refused.value.why is Refusal.UNKNOWN
        again = await say(gathering, other, "Peace")
        assert gathering.state.desires[again].matched

    run(tmp_path, work)


# --- what joins and what does not -------------------------------------------------------------------------------------


def hall(count: int = 3 * K, **settings: Any) -> ByHand:
    hand = ByHand()
    if settings:
        hand.do(ev.Settings("x", {"en": "?"}, "ten", ["en", "he"], version=1, **settings))  # type: ignore[arg-type]
    hand.people(count)
    return hand


def joins(hand: ByHand) -> list[tuple[list[int], int]]:
    """Let the server join all that is due and return what it joined."""
    bodies = joining.due(hand.state.desires, hand.state.course)
    for body in bodies:
        assert hand.state.check_new(body, "house") is None
        hand.do(body, "house")
    assert joining.due(hand.state.desires, hand.state.course) == []
    return [(body.desires, body.same_as) for body in bodies]


def test_other_words_another_language_and_a_question_stay_apart() -> None:
    hand = hall()
    for seat, text in enumerate(("Peace", "Peace now", "שלום", "Peace?", "Not peace", "PEACE …")):
        hand.say(seat, text)
    hand.say(6, "Peace", "he")
    hand.move("crossing")
    assert joins(hand) == [([5], 0)]


def test_a_stem_is_read_as_its_words() -> None:
    hand = hall()
    hand.say(0, "peace", stem="want")
    hand.say(1, "I want peace")
    hand.say(2, "peace")
    hand.say(3, "I want us to sing")
    hand.say(4, "sing", stem="that")
    hand.say(5, "sing", stem="want")
    hand.move("crossing")
    assert joins(hand) == [([1, 2], 0), ([4], 3)]


def test_nothing_is_joined_to_what_waits_for_a_batch_for_hosts_or_for_the_next_round() -> None:
    hand = hall()
    hand.say(0, "Peace")
    hand.say(1, "Peace")
    assert joins(hand) == [], "both are fresh"
    hand.move("crossing")
    hand.say(2, "Peace")
    assert hand.state.desires[2].waiting
    assert joins(hand) == [([1], 0)], "what waits for the next round is not joined before it"
    hand.move("open")
    assert joins(hand) == [([2], 0)]
    held = hall(hold=True)
    held.say(0, "Peace")
    held.say(1, "Peace")
    held.move("crossing")
    assert joins(held) == [], "hosts have read neither"
    held.do(ev.Moderated(0, "accepted"))  # type: ignore[arg-type]
    assert joins(held) == [([1], 0)]


def test_what_hosts_rejected_and_what_is_about_the_talk_is_not_joined_and_nothing_to_it() -> None:
    hand = hall()
    for seat in range(4):
        hand.say(seat, "Peace")
    hand.move("crossing")
    hand.do(ev.Moderated(0, "rejected"))  # type: ignore[arg-type]
    hand.do(ev.MarkedMeta(1, on=True))
    assert joins(hand) == [([3], 2)]


def test_a_circle_speaks_for_itself() -> None:
    hand = ByHand(None)
    hand.people(K, 0)
    hand.do(ev.StewardNamed(0, on=True))
    hand.say(0, "Peace", line_of=0)
    hand.say(0, "Peace", carried_by=0)
    for seat in range(1, 3):
        hand.say(seat, "Peace")
    hand.move("crossing")
    assert joins(hand) == [([3], 2)]
    assert hand.state.travels.tolist() == [True, True, True, False]


def test_words_of_a_former_question_are_not_joined_to_those_of_the_present_one() -> None:
    hand = hall()
    hand.say(0, "Peace")
    hand.move("crossing")
    hand.do(ev.ProgrammeSet([ev.ProgrammeStep("open", 0, {"en": "And now?"})]))  # type: ignore[arg-type]
    hand.do(ev.StepTaken(0, hand.state.version))
    hand.say(1, "Peace")
    hand.move("crossing")
    assert joins(hand) == []


def test_an_answer_that_was_given_stays_as_it_was_given() -> None:
    hand = hall()
    hand.say(0, "Peace")
    hand.move("crossing")
    hand.answer(0, 0, [1])
    hand.move("open")
    hand.say(1, "Peace")
    hand.move("crossing")
    assert joins(hand) == [([1], 0)]
    assert hand.state.tally.answered(1) == {0: 0}


# --- the list ---------------------------------------------------------------------------------------------------------


def test_similar_ones_are_found_behind_seventy_that_do_not_travel_and_no_sentence_comes_twice() -> None:
    """The list was cut to sixteen before it was asked what travels; then seventy joined copies hid everything."""
    hand = hall(100)
    root = hand.say(None, "We sing together in the evening")
    for seat in range(70):
        number = hand.say(seat, "That we sing together every evening at the fire")
        hand.do(ev.DesireJoined(seat, number, root))
    others = [hand.say(None, text) for text in ("Sing together at the fire", "sing together at the fire!")]
    mine = hand.say(99, "That we sing together every evening at the fire")
    hand.move("crossing")
    assert matching.similar(hand.state, mine) == (root, others[0])


def test_a_wording_that_does_not_travel_yet_brings_nothing_into_the_list() -> None:
    hand = hall(100)
    root = hand.say(None, "Bread for the poor")
    joined = hand.say(0, "That we sing together every evening at the fire")
    hand.do(ev.DesireJoined(0, joined, root))
    mine = hand.say(1, "That we sing together every evening")
    assert matching.similar(hand.state, mine) == ()
    hand.move("crossing")
    assert matching.similar(hand.state, mine) == (root,)


# --- what nobody learns -----------------------------------------------------------------------------------------------


async def probe(gathering: LiveGathering, secret: str) -> tuple[object, ...]:
    """Let one person say a secret and another one probe for it; return everything that the second one is told."""
    victim, probing, *_ = [await sit(gathering, number) for number in range(2 * K)]
    await say(gathering, victim, secret)
    kept = await doing.say(gathering, probing, ask.DesireAsked("probe-for-it", "Peace"))
    await Leader(gathering).step()
    told = held_about(gathering, probing)
    return (
        kept.waiting,
        kept.hints,
        [(its.text, its.became, its.same_as) for its in told.desires],
        told.responses,
        [its.text for its in similar_to(gathering, probing, kept.number)],
        gathering.state.travels.any(),
        gathering.state.open_desires(probing),
    )


def told_of(folder: Path, secret: str) -> tuple[object, ...]:
    told: list[tuple[object, ...]] = []
    folder.mkdir()

    async def work(gathering: LiveGathering) -> None:
        told.append(await probe(gathering, secret))

    run(folder, work)
    return told[0]


def test_who_says_the_same_as_a_neighbour_learns_nothing_before_the_batch(tmp_path: Path) -> None:
    assert told_of(tmp_path / "same", "Peace") == told_of(tmp_path / "other", "Something else")


def test_where_the_server_joins_what_waits_the_neighbour_is_given_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: it joins to what does not travel yet."""

    def joined_at_once(desires: Any, number: int, _course: Any) -> tuple[int, list[int]] | None:
        same = [n for n in desires.wordings.like(desires[number]) if n < number]
        return (same[0], [number]) if same and desires[number].own else None

    monkeypatch.setattr(matching, "matches_of", joined_at_once)
    monkeypatch.setattr(joining, "check_new_matched", lambda *_: None)
    assert told_of(tmp_path / "same", "Peace") != told_of(tmp_path / "other", "Something else")


def test_an_author_is_told_nothing_when_somebody_says_the_same(tmp_path: Path) -> None:
    """Somebody who watches a neighbour tap would read on their own page what the neighbour said."""

    async def work(gathering: LiveGathering) -> None:
        first, second = await sit(gathering, 0), await sit(gathering, 1)
        await say(gathering, first, "Peace")
        before = held_about(gathering, first)
        await say(gathering, second, "Peace")
        assert gathering.state.desires[1].matched
        assert held_about(gathering, first) == before

    run(tmp_path, work)


def test_a_batch_has_k_authors_when_one_of_them_said_what_travels_already() -> None:
    """It comes with the words of the others; whose they are is one of k, as in every batch."""
    hand = hall()
    hand.say(None, "Peace")
    for seat in range(K - 1):
        hand.say(seat, f"wish {seat}")
    assert hand.state.travels.tolist() == [True, *[False] * (K - 1)]
    hand.say(K - 1, "Peace")
    assert joins(hand) == [([K], 0)]
    assert hand.state.travels.tolist() == [*[True] * K, False]
    hand.say(K, "Peace")
    assert joins(hand) == [([K + 1], 0)], "later it counts for no batch"
    for seat in range(K + 1, 2 * K):
        hand.say(seat, f"wish {seat}")
    assert not hand.state.travels[K + 1 :].any()


def test_where_nothing_passes_on_all_wishes_go_with_the_first_author(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the one whom all are joined to: without `pass_on` their wish is dealt to nobody any more."""
    monkeypatch.setattr("oneheart.live.state.desires.Desires.pass_on", lambda *_: None)
    hand = hall()
    for seat in range(K):
        hand.say(seat, "Peace")
    hand.move("crossing")
    assert joins(hand) == [([1, 2, 3, 4], 0)]
    hand.do(ev.DesireWithdrawn(0, 0))
    assert not hand.state.travels.any()
