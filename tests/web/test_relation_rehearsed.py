"""Phones that check in: what being at the same occasions has to do with wanting alike is as it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.commands.rehearsing import Rehearsing, rehearse
from oneheart.errors import UserError
from oneheart.live import events as ev
from oneheart.live.measuring import attendance_of
from oneheart.rehearsal.friends import LANGUAGES, Relation, made_up, wishes

Serve = Callable[..., Any]
CODES = tuple(f"MEAL{number}" for number in range(12))


def test_phones_say_where_they_are_and_nothing_is_lost(serve: Serve) -> None:
    server = serve()
    for number in range(12):
        server.submit("h0", f"occasion-{number}", ev.OccasionAdded(f"Meal {number}", "meal", CODES[number]))
    how = Rehearsing(
        f"{server.url}/j/{server.code}", 24, 0.05, 0.0, 0.1, None, 1, far=False, relation="real", codes=CODES
    )
    summary = rehearse(how, tell=lambda _line: None)
    assert summary.well, summary
    state = server.gathering.state
    assert [len(seat.presences) for seat in state.seats] == [4] * 24
    attendance = attendance_of(state, {})
    assert attendance is not None
    assert len(attendance.person) == 96


def test_without_a_relation_nobody_checks_in(serve: Serve) -> None:
    server = serve()
    server.submit("h0", "occasion", ev.OccasionAdded("Meal", "meal", "MEAL42"))
    rehearse(
        Rehearsing(f"{server.url}/j/{server.code}", 5, 0.05, 0.0, 0.0, None, 1, far=False), tell=lambda _line: None
    )
    assert server.gathering.state.occasions[0].present == 0


def together(near: np.ndarray, like: np.ndarray) -> float:
    """Return how far two measures of pairs of people go together, from rows about people."""
    pairs = np.triu_indices(len(near), 1)
    near, like = near - near.mean(0), like - like.mean(0)
    return float(np.corrcoef((near @ near.T)[pairs], (like @ like.T)[pairs])[0, 1])


def alike(relation: Relation, seed: int) -> tuple[float, float]:
    """Return how far being near goes with wanting alike, among all friends, and among those of one language."""
    friends = made_up(200, 1, LANGUAGES, seed=seed, relation=relation)
    went = np.array([[friend.goes_to(room) for room in range(12)] for friend in friends], float)
    texts = [wish.words["en"] for wish in wishes()]
    wants = np.array([[friend.stance(text, may_be_against=False) for text in texts] for friend in friends], float)
    within = [together(went[n :: len(LANGUAGES)], wants[n :: len(LANGUAGES)]) for n in range(len(LANGUAGES))]
    return together(went, wants), float(np.mean(within))


@pytest.mark.slow
def test_friends_are_as_near_and_as_alike_as_the_relation_says() -> None:
    found = {relation: np.mean([alike(relation, seed) for seed in range(4)], axis=0) for relation in RELATIONS}
    assert abs(found["none"][0]) < 0.02
    assert found["confounded"][0] > 0.03
    assert abs(found["confounded"][1]) < 0.02, "within a language nothing is left of it"
    assert found["real"][1] > 0.05


RELATIONS: tuple[Relation, ...] = ("none", "confounded", "real")


def test_friends_who_go_nowhere_are_the_same_friends_as_ever() -> None:
    friends = made_up(20, 2, LANGUAGES, seed=5)
    assert not any(friend.goes_to(number) for friend in friends for number in range(24))


def test_an_export_says_nothing_of_where_people_were(tmp_path: Path) -> None:
    how = Rehearsing("http://127.0.0.1:1/j/X", 5, 0.1, 0.0, 0.0, tmp_path, 1, far=False, relation="none")
    with pytest.raises(UserError, match="not both"):
        rehearse(how, tell=lambda _line: None)
