"""Several explaining variables by a formula: each beside the others, of people of whom everything is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oneheart.engine.dyads import alike
from oneheart.engine.explained import Explained, explain, read_formula
from oneheart.errors import UserError
from oneheart.model.presence import Contacts, DeclaredTies

PEOPLE = 80
LABELS = tuple(str(n) for n in range(PEOPLE))


def pairs(chosen: np.ndarray, amount: np.ndarray | None = None) -> Contacts:
    first, second = (half[chosen].astype(np.int32) for half in np.triu_indices(PEOPLE, 1))
    much = np.ones(len(first)) if amount is None else amount[chosen]
    return Contacts(LABELS, first, second, much, "times", len(first))


def school(seed: int = 0) -> dict[str, Any]:
    """Return a school in which a class brings both nearness and friendship, and years of age bring friendship alone."""
    rng = np.random.default_rng(seed)
    room, age = np.arange(PEOPLE) // 10, rng.integers(8, 19, PEOPLE)
    first, second = np.triu_indices(PEOPLE, 1)
    one_room = room[first] == room[second]
    near = one_room & (rng.random(len(first)) < 0.6) | (rng.random(len(first)) < 0.04)
    old = np.abs(age[first] - age[second])
    friends = rng.random(len(first)) < 0.02 + 0.4 * one_room + 0.2 * (old <= 1)
    return {
        "contacts": pairs(near),
        "declared": DeclaredTies(pairs(friends), frozenset(LABELS), "list"),
        "people": {
            "class": {label: str(room[n]) for n, label in enumerate(LABELS)},
            "age": {label: str(age[n]) for n, label in enumerate(LABELS)},
        },
    }


def found(formula: str, **more: Any) -> Explained:
    return explain(formula, **{**school(), "permutations": 99, **more})


def said(explained: Explained) -> dict[str, str | None]:
    return {
        str(term): None if relation is None else relation.seen
        for term, relation in zip(explained.formula.terms, explained.relations, strict=True)
    }


def test_what_goes_with_a_class_is_no_longer_taken_for_nearness() -> None:
    assert said(found("ties ~ near")) == {"near": "with"}
    assert said(found("ties ~ near + same(class) + alike(age)")) == {
        "near": "unseen",
        "same(class)": "with",
        "alike(age)": "with",
    }


def test_terms_that_are_not_held_equal_find_nearness_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: with the other terms passed over, nearness is seen where a class alone is."""
    from oneheart.engine import explained

    def alone(near: Any, other: Any, **more: Any) -> Any:
        return relate(near, other, **{**more, "covariates": ()})

    relate = explained.relate
    monkeypatch.setattr(explained, "relate", alone)
    assert said(found("ties ~ near + same(class)"))["near"] == "with"


def test_each_term_is_that_of_least_squares_over_listed_pairs() -> None:
    given = school()
    explained = found("ties ~ near + same(class) + alike(age)")
    first, second = np.triu_indices(PEOPLE, 1)

    def table(contacts: Contacts) -> np.ndarray:
        listed = np.zeros((PEOPLE, PEOPLE))
        listed[contacts.first, contacts.second] = 1.0
        return listed[first, second]

    room = np.array([*given["people"]["class"].values()])
    age = np.array([*given["people"]["age"].values()], float)
    x = np.stack(
        [
            np.log1p(table(given["contacts"])),
            room[first] == room[second],
            np.ptp(age) - np.abs(age[first] - age[second]),
            np.ones(len(first)),
        ],
        1,
    ).astype(float)
    listed = np.linalg.lstsq(x, table(given["declared"].contacts), rcond=None)[0][:3]
    assert [one.coefficient for one in explained.relations if one] == pytest.approx(listed.tolist(), rel=1e-8)


def test_people_of_whom_something_is_not_known_are_left_out() -> None:
    given = school()
    ages = {
        label: ("NA" if n < 5 else "" if n < 8 else age)
        for n, (label, age) in enumerate(given["people"]["age"].items())
    }
    asked = DeclaredTies(given["declared"].contacts, frozenset(LABELS[:70]), "list")
    one = found("ties ~ near + alike(age)", people={"age": ages}, declared=asked)
    assert one.people == 62
    few = found("ties ~ near", declared=DeclaredTies(asked.contacts, frozenset(LABELS[:11]), "list"))
    assert (few.people, few.relations, few.why_not) == (11, (None,), "few people")


def test_a_term_that_says_what_another_says_is_not_measured() -> None:
    people = school()["people"]
    assert said(found("ties ~ same(class) + same(room)", people={**people, "room": people["class"]})) == {
        "same(class)": None,
        "same(room)": None,
    }


@pytest.mark.parametrize(
    "formula",
    [
        "ties near",
        "ties ~",
        "ties ~ near ~ near",
        "ties ~ near + near",
        "ties ~ ties",
        "near ~ near(meal)",
        "same(class) ~ near",
        "ties ~ same",
        "ties ~ desires(3)",
        "ties ~ age",
        "ties ~ near * same(class)",
    ],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(UserError):
        read_formula(formula)


@pytest.mark.parametrize(
    "formula", ["ties ~ desires", "ties ~ same(town)", "ties ~ alike(class_name)", "ties ~ near(meal)"]
)
def test_what_was_not_given_is_asked_for(formula: str) -> None:
    with pytest.raises(UserError):
        found(formula, people={"class_name": dict.fromkeys(LABELS, "5B")})
    with pytest.raises(UserError):
        explain("ties ~ near", declared=school()["declared"])


def test_numbers_of_people_are_near_as_their_difference_is_small() -> None:
    values = np.random.default_rng(1).normal(size=40)
    rows = np.asarray(alike(values).rows)
    expected = np.ptp(values) - np.abs(values[:, None] - values)
    assert rows @ rows.T == pytest.approx(expected)
    many = np.random.default_rng(2).normal(size=400)
    rows = np.asarray(alike(many).rows)
    assert rows.shape[1] <= 2 * 255
    apart = rows @ rows.T - (np.ptp(many) - np.abs(many[:, None] - many))
    assert np.abs(apart).max() <= np.ptp(many) / 255 + 1e-9
    assert np.asarray(alike([3.0, 3.0]).rows).tolist() == [[0.0], [0.0]]
