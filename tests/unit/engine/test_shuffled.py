"""Temporal null models: who was there when stays, with whom they met is left to chance."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from oneheart.engine.dyads import ones, ties
from oneheart.engine.shuffled import Shuffled, Shuffler, beside_shuffles
from oneheart.engine.side_by_side import Compared, side_by_side
from oneheart.model.presence import Contacts, DeclaredTies, TimedContacts

PEOPLE, DAYS, SLICES = 60, 4, 12


def hall(seed: int, *, friends_meet: bool, same_hours: bool) -> tuple[Contacts, TimedContacts, DeclaredTies]:
    """Return contacts of five days, and friendships.

    Args:
        seed: of everything random.
        friends_meet: of the people of one moment, friends stand together.
        same_hours: friends come at the same hours; with whom they stand there is left to chance.
    """
    rng = np.random.default_rng(seed)
    trio = np.arange(PEOPLE) // 3
    hours = (trio % 3 if same_hours else rng.integers(0, 3, PEOPLE)).astype(int)
    lines: list[tuple[int, int, int, int]] = []
    for day in range(DAYS):
        for moment in range(SLICES):
            there = np.flatnonzero((hours == moment % 3) & (rng.random(PEOPLE) < 0.8))
            order = rng.permutation(there)
            if friends_meet:
                order = order[np.argsort(trio[order] + 0.1 * 20 * rng.random(len(order)), kind="stable")]
            for a, b in zip(order[::2].tolist(), order[1::2].tolist(), strict=False):
                lines.append((day, day * SLICES + moment, min(a, b), max(a, b)))
    table = np.array(lines)
    people = tuple(str(n) for n in range(PEOPLE))
    timed = TimedContacts(
        people,
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.int32),
        np.full(len(table), 20.0),
        table[:, 1].astype(np.int64),
        table[:, 0].astype(np.int64),
    )
    first, second = np.triu_indices(PEOPLE, 1)
    tied = trio[first] == trio[second]
    i, j = first[tied].astype(np.int32), second[tied].astype(np.int32)
    declared = Contacts(people, i, j, np.ones(len(i)), "times", len(i))
    return summed(timed), timed, DeclaredTies(declared, frozenset(people), "list")


def summed(timed: TimedContacts) -> Contacts:
    amounts: Counter[tuple[int, int]] = Counter()
    for a, b, much in zip(timed.first.tolist(), timed.second.tolist(), timed.amount.tolist(), strict=True):
        amounts[a, b] += much  # type: ignore[assignment]
    pairs = sorted(amounts)
    return Contacts(
        timed.people,
        np.array([a for a, _ in pairs], np.int32),
        np.array([b for _, b in pairs], np.int32),
        np.array([amounts[pair] for pair in pairs], np.float64),
        "seconds",
        len(timed.first),
    )


def compared(seed: int, **kind: bool) -> Compared:
    met, timed, declared = hall(seed, **kind)
    found = side_by_side(met, declared=declared, timed=timed, shuffles=("times", "days"), permutations=39, seed=seed)
    return found.compared[0]


@pytest.mark.parametrize("among", ["times", "days"])
def test_who_was_there_when_and_how_many_met_stays_and_who_met_whom_changes(among: str) -> None:
    met, timed, _ = hall(1, friends_meet=True, same_hours=False)
    drawn = Shuffler(timed, among).contacts(np.random.default_rng(0))  # type: ignore[arg-type]
    assert drawn.amount.sum() == met.amount.sum()
    assert [*zip(drawn.first, drawn.second, strict=True)] != [*zip(met.first, met.second, strict=True)]

    def hours(contacts: Contacts) -> np.ndarray:
        both = np.concatenate([contacts.first, contacts.second])
        return np.bincount(both, np.tile(contacts.amount, 2), minlength=PEOPLE)

    if among == "times":  # everybody is in one pair of a slice, so everybody's hours stay as they were
        assert hours(drawn).tolist() == hours(met).tolist()
    assert hours(drawn).sum() == hours(met).sum()


def test_people_of_different_days_never_meet() -> None:
    rows = np.array([0, 2], np.int32), np.array([1, 3], np.int32)
    timed = TimedContacts(tuple("abcd"), *rows, np.ones(2), np.array([0, 1]), np.array([0, 1]))
    for among in ("times", "days"):
        for seed in range(5):
            drawn = Shuffler(timed, among).contacts(np.random.default_rng(seed))  # type: ignore[arg-type]
            assert [*zip(drawn.first.tolist(), drawn.second.tolist(), strict=True)] == [(0, 1), (2, 3)]


def test_friends_who_stand_together_are_seen_beside_every_shuffle() -> None:
    one = compared(1, friends_meet=True, same_hours=False)
    assert [shuffled.among for shuffled in one.shuffled] == ["times", "days"]
    assert all(shuffled.p <= 0.05 and shuffled.beyond > 0 for shuffled in one.shuffled)
    assert one.seen == "with"


def test_friends_who_only_come_at_the_same_hours_are_not_said_to_be_nearer() -> None:
    """Exchanging people over the whole time takes the same hours for closeness; shuffled times do not."""
    halls = [compared(seed, friends_meet=False, same_hours=True) for seed in range(4)]
    by_people = [one.relation is not None and one.relation.seen == "with" for one in halls]
    assert sum(by_people) >= 3, "the halls have what they should: friends were near one another more"
    assert sum(one.seen == "with" for one in halls) <= 1
    assert np.mean([one.shuffled[0].owed for one in halls]) > 0.08
    assert np.mean([one.shuffled[0].beyond for one in halls]) == pytest.approx(0.0, abs=0.03)


def test_words_that_pass_over_the_shuffles_claim_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above."""
    monkeypatch.setattr(Shuffled, "agrees", lambda *_: True)
    halls = [compared(seed, friends_meet=False, same_hours=True) for seed in range(4)]
    assert sum(one.seen == "with" for one in halls) >= 3


def test_where_friends_meet_at_random_a_shuffle_is_rare_about_as_often_as_it_says() -> None:
    ps = []
    for seed in range(16):
        met, timed, declared = hall(seed, friends_meet=False, same_hours=False)
        friends = ties(PEOPLE, declared.contacts.first, declared.contacts.second, declared.contacts.amount)
        near, given = ties(PEOPLE, met.first, met.second, np.log1p(met.amount)), [ones(PEOPLE)]
        found = beside_shuffles(
            timed,
            "times",
            near,
            friends,
            given,
            lambda drawn: ties(PEOPLE, drawn.first, drawn.second, np.log1p(drawn.amount)),
            draws=39,
            rng=np.random.default_rng(seed),
        )
        assert found is not None
        ps.append(found.p)
    assert np.mean(np.array(ps) <= 0.05) <= 0.25
    assert 0.28 < np.mean(ps) < 0.72


def test_shuffles_need_one_list_with_its_times() -> None:
    met, timed, declared = hall(1, friends_meet=True, same_hours=False)
    with pytest.raises(ValueError, match="time of each"):
        side_by_side(met, declared=declared, shuffles=("times",))
    with pytest.raises(ValueError, match="time of each"):
        side_by_side((met, met), declared=declared, timed=timed, shuffles=("times",))
