"""A replay of a log: what it returns of each event, and how it passes over those at which the program fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oneheart.live import events as ev
from oneheart.live.rebuild import Rebuilt, Spoiled, replay, replay_to
from oneheart.live.state import Applied, Refusal, State
from oneheart.storage.database import open_database
from oneheart.storage.log import Entry, Log
from oneheart.storage.stores import log_of

BODIES: tuple[ev.AnyBody, ...] = (
    ev.Settings("x", {"en": "?"}, "ten", ["en"]),  # type: ignore[arg-type]
    ev.CircleAdded("A", "key-a"),
    ev.SeatTaken("", "en", 7),  # refused
    ev.SeatTaken("", "en", 0),
    ev.DesireSaid(0, "A secret wish", "en"),
    ev.Responded(0, 0, 1),  # type: ignore[arg-type]
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Return the log of a file that holds the events."""
    database = open_database(tmp_path / "g.oneheart", create=True)
    out = log_of(database)
    for number, body in enumerate(BODIES):
        out.append([Entry("h0", f"key-{number}-00000000", ev.kind_of(body), ev.encode(body))])
    yield out
    database.close()


def test_results_are_returned_of_the_events_after_a_place(log: Log) -> None:
    whole = replay(log, since=0)
    assert whole.results == {1: 1, 2: 0, 3: Refusal.UNKNOWN, 4: 0, 5: 0, 6: 0}
    assert replay(log, since=4).results == {5: 0, 6: 0}
    assert replay(log, since=6).results == {}
    assert replay(log).results == {}
    assert (whole.spoiled, whole.failed, whole.state.refused) == (None, frozenset(), {3: Refusal.UNKNOWN})
    assert whole.state.digest() == replay(log).state.digest()
    assert (whole.state.seq, whole.state.people.count, len(whole.state.desires)) == (6, 1, 1)


def test_an_event_whose_body_was_erased_keeps_its_number(log: Log) -> None:
    log.erase("h0", [5, 6], numbered=[5])
    found = replay(log, since=0)
    assert (found.results[5], found.results[6]) == (0, None)
    assert (found.state.desires[0].erased, found.state.tally.response_count) == (True, 0)


def failing(monkeypatch: pytest.MonkeyPatch, *places: int, times: int = 9) -> list[int]:
    """Let the program fail at some events, after it has changed half of the state; return the list of its failures."""
    apply, failures = State.apply, list[int]()

    def fails(state: State, seq: int, kind: str, body: ev.AnyBody | None, by: str, at: int) -> Applied:
        result = apply(state, seq, kind, body, by, at)
        if seq in places and failures.count(seq) < times:
            failures.append(seq)
            message = "of A secret wish"
            raise ValueError(message)
        return result

    monkeypatch.setattr(State, "apply", fails)
    return failures


def test_the_program_that_wrote_them_passes_over_events_at_which_it_fails_and_takes_the_others(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = failing(monkeypatch, 4, 2)
    with caplog.at_level(logging.ERROR, logger="oneheart"):
        found: Rebuilt = replay(log, since=0, pass_over_failing=True)
    assert failures == [2, 2, 4, 4], "each once more, and then it counts for nothing"
    assert (found.failed, found.spoiled) == (frozenset({2, 4}), None)
    unreadable, unknown = Refusal.UNREADABLE, Refusal.UNKNOWN
    assert found.state.refused == {2: unreadable, 3: unknown, 4: unreadable, 5: unknown, 6: unknown}
    assert found.results == {1: 1, 3: unknown, 5: unknown, 6: unknown}
    assert (found.state.seq, len(found.state.circles), found.state.people.count) == (6, 0, 0)
    lines = [record.getMessage().splitlines()[0] for record in caplog.records]
    assert lines == ['ValueError at event 2 ("circle")'] * 2 + ['ValueError at event 4 ("seat")'] * 2
    assert "secret" not in caplog.text, "nobody's words are logged"


def test_another_program_shows_the_gathering_as_it_was_before_the_event_at_which_it_fails(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = failing(monkeypatch, 5)
    found = replay(log, since=3)
    assert failures == [5, 5]
    assert found.spoiled == Spoiled(5, "desire", 'ValueError at event 5 ("desire")', decoded=True)
    assert (found.failed, found.results) == (frozenset(), {4: 0})
    assert (found.state.seq, found.state.people.count, len(found.state.desires)) == (4, 1, 0)


def test_the_state_before_a_spoiled_event_has_nothing_of_events_passed_over_earlier(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.pass_over(4)
    failing(monkeypatch, 6)
    rebuilt = replay(log, since=0)
    assert rebuilt.spoiled is not None
    assert (rebuilt.spoiled.seq, rebuilt.state.seq, rebuilt.state.people.count) == (6, 5, 0)
    assert rebuilt.state.refused[4] is Refusal.UNREADABLE


def test_an_event_that_fails_once_and_then_does_not_counts(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    before = replay(log).state.digest()
    failures = failing(monkeypatch, 5, times=1)
    found = replay(log, since=0)
    assert (failures, found.spoiled, found.failed) == ([5], None, frozenset())
    assert found.state.digest() == before
    assert len(found.results) == 6


def test_where_memory_ends_nothing_is_said_of_the_event(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Applied:
        raise MemoryError

    monkeypatch.setattr(State, "apply", fails)
    with pytest.raises(MemoryError):
        replay(log, pass_over_failing=True)


def test_an_event_that_the_log_names_as_passed_over_is_not_applied_at_all(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.pass_over(5)
    failures = failing(monkeypatch, 5)
    found = replay(log, since=0)
    assert (failures, found.failed) == ([], frozenset())
    assert found.state.refused[5] is Refusal.UNREADABLE
    assert 5 not in found.results
    assert len(found.state.desires) == 0


def test_the_last_event_may_be_passed_over_and_still_is_the_last_place(log: Log) -> None:
    log.pass_over(6)
    state = replay(log).state
    assert state.seq == log.length == 7, "what the log says of itself is an event too"
    assert state.refused == {3: Refusal.UNKNOWN, 6: Refusal.UNREADABLE}


def test_a_spoiled_event_ends_the_replay_before_it(log: Log) -> None:
    log.append([Entry("s0", "spoiled-00000000", "felt", '{"kind":"felt","seat":0,"value":9,"when":"start"}')])
    log.append([Entry("h0", "after-0000000000", "circle", ev.encode(ev.CircleAdded("B", "key-b")))])
    found = replay(log, since=5)
    assert found.results == {6: 0}
    assert isinstance(found.spoiled, Spoiled)
    assert (found.spoiled.seq, found.spoiled.kind, found.spoiled.decoded) == (7, "felt", False)
    assert "9" not in found.spoiled.sentence.replace("Event 7", ""), "the sentence tells nothing of the body"
    assert (found.state.seq, len(found.state.circles)) == (6, 1)


def test_a_look_on_the_way_sees_the_state_after_its_place(log: Log) -> None:
    seen: list[tuple[int, int]] = []

    def look_at(place: int) -> Callable[[State], None]:
        return lambda state: seen.append((place, state.seq))

    state = replay_to(log, 4, {place: look_at(place) for place in (1, 3, 4, 5)})
    assert seen == [(1, 1), (3, 3), (4, 4)]
    assert state.seq == 4
