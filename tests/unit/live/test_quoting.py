"""Quotes by number: what hosts and others repeat of a person's words is not in the record, and goes when they erase."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live import keeper as keeper_module
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.quoting import _folded, _Source, quoted
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import LiveDesire
from oneheart.live.state.quotes import ERASED, mark, read
from oneheart.model.desire import Decision
from oneheart.model.prayer import Reading
from tests.support.readable import readings_of

WISH = "CANARYWORD I want my brother to forgive me"
CANARY = "CANARYWORD"


def run(folder: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> None:
    async def whole() -> None:
        path = folder / "g.oneheart"
        settings = ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"])  # type: ignore[arg-type]
        create(path, settings, code="AAAA3333", keys="inside")  # its words stand open, so that they can be looked for
        hall = LiveGathering.open(path)
        await hall.submit("h0", "circle", ev.CircleAdded("", "key"))
        for number in range(4):
            await hall.take_seat(f"seat-key-{number}", language="en", circle=0)
        await hall.submit("s0", "wish", ev.DesireSaid(0, WISH, "en"))
        await hall.submit("s1", "other", ev.DesireSaid(1, "Bread for all of us", "en"))
        await work(hall)
        await hall.close()

    asyncio.run(whole())


def left(folder: Path) -> int:
    return readings_of(CANARY, folder)


async def repeat_it_everywhere(hall: LiveGathering) -> None:
    """Let hosts and a steward repeat a person's words, wherever one can type."""
    do = hall.submit
    await do("h0", "duty", ev.DutyGiven(0, 2))
    await do("s2", "line", ev.DesireSaid(2, WISH, "en", line_of=0))
    await do("s2", "carry", ev.DesireSaid(2, f"Yes: {WISH}!", "en", carried_by=0))
    await do("s3", "adds", ev.DesireSaid(3, f"{WISH}, and mine too", "en", grew_from=0))
    await do("h0", "seed", ev.DesireSaid(None, WISH, "en"))
    await do("h0", "reason", ev.Moderated(1, Decision.REJECTED, "same as canaryword"))
    await do("h0", "programme", ev.ProgrammeSet([ev.ProgrammeStep("open", 0, {"en": WISH})]))  # type: ignore[arg-type]
    settings = ev.Settings("x", {"en": f"Who else: {WISH}?"}, "ten", ["en"], version=1)  # type: ignore[arg-type]
    await do("h0", "settings", settings)


def said(hall: LiveGathering) -> list[str]:
    state = hall.state
    return [
        *(desire.text for desire in state.desires),
        state.desires[1].reason,
        state.programme[0].question.get("en", ""),
        state.question.get("en", ""),
    ]


def test_what_is_repeated_is_read_as_it_was_typed_and_goes_with_its_author(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await repeat_it_everywhere(hall)
        assert said(hall) == [
            WISH,
            "Bread for all of us",
            WISH,
            f"Yes: {WISH}!",
            f"{WISH}, and mine too",
            WISH,
            "same as CANARYWORD",
            WISH,
            f"Who else: {WISH}?",
        ]
        assert hall.state.desires[2].grew_from == 0
        await hall.erase(0, "erase-all-of-it")
        assert said(hall) == [
            "",
            "Bread for all of us",
            "",
            f"Yes: {ERASED}!",
            f"{ERASED}, and mine too",
            "",
            f"same as {ERASED}",
            "",
            f"Who else: {ERASED}?",
        ]
        assert [desire.erased for desire in hall.state.desires] == [True, False, True, False, False, True]
        digest = hall.state.digest()
        path = hall.path
        await hall.close()
        again = LiveGathering.open(path)
        assert again.state.digest() == digest
        hall._thread, hall._database = again._thread, again._database

    run(tmp_path, work)
    assert left(tmp_path) == 0


async def repeat_it_in_critiques(hall: LiveGathering) -> None:
    """Let readers repeat a person's words, and a part of them, in critiques of a line that does not say them."""
    await hall.submit("h0", "to-weaving", ev.StageMoved("weaving", 0))
    await hall.submit("house", "draft", ev.DraftWoven(1, [ev.WovenLine([1])]))
    await hall.submit("h0", "to-reading", ev.StageMoved("reading", 1))
    for seat, text in ((2, f"Rather: {WISH}"), (3, "not CANARYWORD I want my brother here")):
        await hall.submit(f"s{seat}", "critique", ev.LineRead(seat, 0, 0, Reading.WOULD_CHANGE, text))


def test_a_critique_that_repeats_a_part_of_other_words_goes_with_them(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await repeat_it_in_critiques(hall)
        assert critiques(hall) == [f"Rather: {WISH}", "not CANARYWORD I want my brother here"]
        await hall.erase(0, "erase-all-of-it")
        assert critiques(hall) == [f"Rather: {ERASED}", f"not {ERASED} here"]

    run(tmp_path, work)
    assert left(tmp_path) == 0


def test_a_build_that_copies_critiques_keeps_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "by_number", lambda body, _state: body)

    async def work(hall: LiveGathering) -> None:
        await repeat_it_in_critiques(hall)
        await hall.erase(0, "erase-all-of-it")

    run(tmp_path, work)
    assert left(tmp_path) > 0


def critiques(hall: LiveGathering) -> list[str]:
    """Return what readers would change, by seat."""
    return [said for _, said in sorted(hall.state.prayers.drafts[0].critiques[0].items())]


def test_a_build_that_copies_the_words_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "by_number", lambda body, _state: body)

    async def work(hall: LiveGathering) -> None:
        await repeat_it_everywhere(hall)
        await hall.erase(0, "erase-all-of-it")

    run(tmp_path, work)
    assert left(tmp_path) > 0


def test_a_reason_about_erased_words_goes_with_them(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await hall.submit("h0", "reason", ev.Moderated(0, Decision.REJECTED, "because of CANARYWORDS in it"))
        await hall.erase(0, "erase-all-of-it")

    run(tmp_path, work)
    assert left(tmp_path) == 0


def test_what_others_say_by_themselves_stays_theirs(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await hall.submit("s1", "same words", ev.DesireSaid(1, WISH, "en"))
        await hall.erase(0, "erase-all-of-it")
        assert [desire.text for desire in hall.state.desires] == ["", "Bread for all of us", WISH]

    run(tmp_path, work)
    assert left(tmp_path) > 0


def test_a_repeat_that_quotes_by_another_number_is_no_conflict(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await hall.submit("h0", "duty", ev.DutyGiven(0, 2))
        first = await hall.submit("s2", "line", ev.DesireSaid(2, "Songs at night", "en", line_of=0))
        again = await hall.submit("s2", "line", ev.DesireSaid(2, "Songs at night", "en", line_of=0))
        assert (again.repeated, again.number) == (True, first.number)
        await hall.submit("h0", "ask", ev.Moderated(1, Decision.REJECTED, "like lanterns"))
        await hall.submit("s3", "later", ev.DesireSaid(3, "Many lanterns", "en"))
        repeated = await hall.submit("h0", "ask", ev.Moderated(1, Decision.REJECTED, "like lanterns"))
        assert repeated.repeated
        with pytest.raises(Refused) as refused:
            await hall.submit("h0", "ask", ev.Moderated(1, Decision.REJECTED, "like candles"))
        assert refused.value.why is Refusal.CONFLICT

    run(tmp_path, work)


def wish(text: str) -> LiveDesire:
    return LiveDesire(1, 0, text, "en", "", None, None, None, None)


@pytest.mark.parametrize(
    ("text", "rows", "rare", "expected"),
    [
        ("Bread for all", False, False, mark(0, (0, 3))),
        ("bread, for all!", False, False, f"{mark(0, (0, 3))}!"),
        ("We want: Bread for all", False, False, f"We want: {mark(0, (0, 3))}"),
        ("Peace", False, False, mark(1, (0, 1))),
        ("Peace at home", False, False, "Peace at home"),
        ("quiet water under old trees is what I want", True, False, f"{mark(2, (1, 6))} is what I want"),
        ("quiet water under the bridge", True, False, "quiet water under the bridge"),
        ("quiet water under old trees", False, False, "quiet water under old trees"),
        ("old lanterns", False, True, f"old {mark(3, (1, 2))}"),
        ("lanterns", False, False, "lanterns"),
        ("Nothing of it", True, True, "Nothing of it"),
    ],
)
def test_what_is_a_quote(text: str, rows: bool, rare: bool, expected: str) -> None:
    texts = ["Bread for all", "Peace", "Always quiet water under old trees", "Many lanterns here", "old peace"]
    sources = [_Source(number, number, _folded(words)) for number, words in enumerate(texts)]
    assert quoted(text, sources, rows=rows, rare=rare) == expected


@given(st.lists(st.text(max_size=30).map(entry.clean), min_size=1, max_size=5), st.data())
def test_quoting_and_reading_gives_the_same_words(texts: list[str], data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(texts)) + data.draw(st.sampled_from(["", " and more", "!"]))
    sources = [_Source(number, number, _folded(words)) for number, words in enumerate(texts)]
    marked = quoted(typed, sources, rows=True, rare=True)
    assert read(marked, [wish(words) for words in texts]).casefold().split() == typed.casefold().split() or not typed
