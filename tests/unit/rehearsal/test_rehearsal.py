"""A rehearsal passes with a server that keeps its word, and finds out every one that does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from oneheart.rehearsal.crowd import Crowd, Summary, rehearse
from oneheart.rehearsal.friends import made_up
from oneheart.rehearsal.phone import Habits

pytestmark = pytest.mark.server

HABITS = Habits(sleepy=0.2, flaky=0.15, double=0.2, second_thoughts=0.3, think_seconds=0.002)


def play(serve_app: Any, server: Any, *, people: int = 25, habits: Habits = HABITS) -> Summary:
    async def run() -> Summary:
        async with serve_app(server.app()) as place:
            friends = made_up(people, 3, ("en", "he"), seed=4)
            crowd = Crowd(place, "TESTCODE", friends, habits=habits, arrive_seconds=0.3, seed=4)
            return await rehearse(crowd, most_seconds=20.0, tell=lambda _: None)

    return asyncio.run(run())


def test_a_server_that_keeps_its_word_passes(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server())
    found = summary.findings
    assert summary.errors == ()
    assert (found.people, found.lost, found.doubled, summary.refused) == (25, 0, 0, 0)
    assert found.desires_sent == found.desires_acknowledged == found.desires_stored == 25
    assert found.sent == found.acknowledged == found.stored >= 8 * 20
    assert summary.resent > 10, "phones lost the network and tapped twice"
    assert summary.well


def test_a_server_that_asks_phones_to_wait_passes(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(waits=True), people=8)
    assert summary.waited > 0
    assert summary.well


@pytest.mark.parametrize("fault", [{"loses": 9}, {"loses_desires": 9}, {"believes_old_taps": True}])
def test_a_server_that_loses_what_it_acknowledged_is_found_out(serve_app: Any, false_server: Any, fault: Any) -> None:
    summary = play(serve_app, false_server(**fault))
    assert summary.findings.lost > 0
    assert not summary.well


def test_a_server_that_keeps_a_tap_twice_is_found_out(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(forgets_keys=True))
    assert summary.findings.doubled > 0
    assert not summary.well


def test_a_server_that_refuses_a_repeat_is_found_out(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(refuses_repeats=True))
    assert not summary.well


def test_a_server_that_breaks_is_found_out(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(breaks=7))
    assert dict(summary.errors)["/g/{code}/respond answered 500"] > 0
    assert not summary.well


def test_an_answer_to_what_was_erased_is_not_lost(serve_app: Any, false_server: Any) -> None:
    """One person erased themselves, and the summary cried that four answers were lost."""
    summary = play(serve_app, false_server(erases=1))
    assert summary.findings.erased > 0
    assert summary.findings.lost == 0
    assert summary.findings.stored == summary.findings.acknowledged - summary.findings.erased
    assert summary.well


def test_a_server_that_loses_answers_cannot_hide_it_behind_an_erasure(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(erases=1, loses=9))
    assert summary.findings.lost > 0
    assert not summary.well


def test_a_server_that_leaves_equal_sentences_apart_is_found_out(serve_app: Any, false_server: Any) -> None:
    summary = play(serve_app, false_server(leaves_apart=True))
    assert summary.findings.apart > 0
    assert summary.findings.lost == 0
    assert not summary.well


def test_a_server_that_is_not_there_is_found_out() -> None:
    from oneheart.rehearsal import phone
    from oneheart.rehearsal.wire import ServerPlace

    async def run() -> Summary:
        friends = made_up(2, 1, ("en",), seed=0)
        place = ServerPlace("127.0.0.1", 1, https=False)
        crowd = Crowd(place, "TESTCODE", friends, habits=HABITS, arrive_seconds=0.0, seed=0)
        return await rehearse(crowd, most_seconds=1.0, tell=lambda _: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone, "TRIES", 2)
        summary = asyncio.run(run())
    assert summary.findings.people == 0
    assert not summary.well
