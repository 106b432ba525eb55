"""Oneness of a live gathering comes from answers to probes, and is compared between rounds by one yardstick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oneheart.engine.analysis import analyze
from oneheart.engine.closeness.inner import oneness
from oneheart.engine.synthetic import draw
from oneheart.live import events as ev
from oneheart.live import measuring
from oneheart.live.export import as_gathering, in_random_order
from oneheart.live.measuring import Past, measure, one_yardstick, order_of
from oneheart.model.gathering import Gathering, Responses
from tests.support.by_hand import ByHand

NONE = Responses.of([], [], [])


def asked(seed: int = 0) -> ByHand:
    """Return a hall in crossing: all want the first desire, to which the router sent cards; probes ask of others."""
    hand = ByHand()
    people, desires = hand.people(30), hand.wishes(4)
    hand.move("crossing")
    rng = np.random.default_rng(seed)
    for number in desires:
        for seat in people:
            probe = number > 0 and seat % 3 == number - 1
            if number == 0 or probe:
                stance = 1 if number == 0 else int(rng.integers(0, 2))
                hand.do(ev.Responded(seat, number, stance, probe=probe))  # type: ignore[arg-type]
    return hand


def gathered(hand: ByHand) -> Gathering:
    return as_gathering(hand.state, source="made up")


def test_the_gathering_that_leaves_the_house_says_which_answers_are_to_probes() -> None:
    gathering = gathered(asked())
    probes = gathering.probes
    assert probes is not None
    assert len(probes) == 30 < len(gathering.responses) == 60
    assert 0 not in probes.desire
    moved = in_random_order(gathering, np.random.default_rng(1))
    texts = [[g.desires[column].text for column in g.sample.desire.tolist()] for g in (gathering, moved)]
    assert sorted(texts[0]) == sorted(texts[1])


def test_without_marks_all_answers_are_the_sample() -> None:
    hand = ByHand()
    hand.answer(hand.wishes(1)[0], 1, hand.people(6))
    gathering = gathered(hand)
    assert gathering.probes is None
    assert gathering.sample is gathering.responses


def test_oneness_of_the_page_is_that_of_probes() -> None:
    hand = asked()
    gathering = gathered(hand)
    found = measure(order_of(hand.state, gathering, seed=0)).inner
    assert found is not None
    assert gathering.probes is not None
    shape = gathering.participant_count, gathering.desire_count
    assert found == oneness(gathering.probes, *shape, gathering.circle_of, level=0.95)
    everything = oneness(gathering.responses, *shape, gathering.circle_of, level=0.95)
    assert everything is not None
    assert found.value < everything.value - 0.1


def test_a_house_that_forgets_the_marks_shows_the_answers_of_the_router(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: on a build without marks, the same test fails."""
    monkeypatch.setattr(Gathering, "sample", property(lambda gathering: gathering.responses))
    with pytest.raises(AssertionError):
        test_oneness_of_the_page_is_that_of_probes()


def test_oneness_of_a_report_is_that_of_probes_whatever_order_people_come_in() -> None:
    made = draw(60, 12, answers=10, rng=np.random.default_rng(0)).gathering
    r = made.responses
    kept = np.random.default_rng(1).random(len(r)) < 0.4
    probes = Responses(r.participant[kept], r.desire[kept], r.stance[kept])
    found = analyze(replace(made, probes=probes), seed=0).oneness
    assert found is not None
    assert found.value == pytest.approx(oneness(probes, 60, 12).value)  # type: ignore[union-attr]
    assert found.value != pytest.approx(analyze(made, seed=0).oneness.value)  # type: ignore[union-attr]


def past(number: int, answers: Responses, probes: Responses = NONE, desires: int = 4) -> Past:
    return Past(number, answers, probes, 6, desires, np.full(6, -1, np.int32))


def everybody(*desires: int, stance: int = 1) -> Responses:
    people = np.tile(np.arange(6), len(desires))
    return Responses.of(people, np.repeat(desires, 6), np.full(len(people), stance))


def test_rounds_are_compared_by_what_was_probed_in_all_of_them() -> None:
    first, later = past(1, everybody(0, 1, 2), everybody(0, 1)), past(2, everybody(0, 1, 2, 3), everybody(0, 1, 3))
    tables = one_yardstick([first, later])
    assert [sorted({*table.desire.tolist()}) for table in tables] == [[0, 1], [0, 1]]
    assert one_yardstick([]) == []


def test_where_a_former_round_has_no_marks_all_are_compared_by_all_answers() -> None:
    tables = one_yardstick([past(1, everybody(0, 2)), past(2, everybody(0, 1, 2), everybody(1))])
    assert [sorted({*table.desire.tolist()}) for table in tables] == [[0, 2], [0, 2]]


def test_a_new_desire_on_which_all_differ_does_not_look_like_people_who_grew_apart() -> None:
    """The mistake of comparing each round by its own desires would tell that oneness fell."""
    hand = asked()
    split = Responses.of(np.arange(6), np.full(6, 3), [1, 1, 1, -1, -1, -1])
    both = Responses.of(
        *(np.concatenate(parts) for parts in zip(*map(_columns, (everybody(0, 1), split)), strict=True))
    )
    order = order_of(hand.state, gathered(hand), seed=0)
    moments = (past(1, NONE, everybody(0, 1)), past(2, NONE, both))
    told = measure(replace(order, past=moments)).past
    assert [(number, found.value) for number, found in told] == [(1, 1.0), (2, 1.0)]


def test_on_a_build_without_the_yardstick_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above."""
    monkeypatch.setattr(measuring, "one_yardstick", lambda moments: [moment.probes for moment in moments])
    with pytest.raises(AssertionError):
        test_a_new_desire_on_which_all_differ_does_not_look_like_people_who_grew_apart()


def _columns(r: Responses) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return r.participant, r.desire, r.stance
