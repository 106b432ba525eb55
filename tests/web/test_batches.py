"""New desires come to other people's pages with those of others, and the pages say so, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.engine.disclosure import K
from oneheart.live.state import batches
from oneheart.web.said import BECAME

Open = Callable[..., Any]
HOME = "/g/ABCD3456"
WHY = "What people write comes to others a few at a time, so that nobody can tell whose it is."


def became(browser: Any) -> list[str]:
    return re.findall(r'data-became="([^"]*)"', browser.get(f"{HOME}/mine").text)


def next_card(browser: Any) -> dict[str, Any] | None:
    """Return a person's next card, as their page gives it to a program; None where there is none."""
    card = browser.get(f"{HOME}?cards=1&more=1", headers={"accept": "application/json"}).json()["next"]
    return None if card is None else dict(card)


def let_go_of_all(browser: Any) -> str | None:
    """Answer every card that a person is shown; return the words of the first one."""
    first: str | None = None
    while (card := next_card(browser)) is not None:
        first = first or card["text"]
        form = {"desire": card["desire"], "stance": "0", "key": f"let-go-{card['desire']}", "more": "1"}
        assert browser.post(f"{HOME}/respond", data=form).status_code in {200, 303}
    return first


def named(door: Any) -> tuple[int, int]:
    """Let ten people speak while somebody looks after each; return how often they read that one's words, and the ten.

    The one who looks answers all cards, so that their hand is empty at every tap.
    """
    people = [door.join() for _ in range(10)]
    watcher = door.join()
    right = 0
    for number, person in enumerate(people):
        text = f"secret {number} of the one who just tapped"
        assert door.say(person, text, key=f"say-number-{number}").status_code == 303
        right += let_go_of_all(watcher) == text
    return right, len(people)


def test_who_looks_after_a_tap_reads_a_batch_and_not_the_one_who_tapped(open_door: Open) -> None:
    right, people = named(open_door(cards=50))
    assert (right <= 2, people) == (True, 10), "two batches of five, and one guess in each"


@pytest.mark.sabotage("A14", "no desire waits for a batch, on the real pages (batches.hides)")
def test_where_nothing_waits_all_ten_are_named(open_door: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "hides", lambda _people: False)
    assert named(open_door(cards=50)) == (10, 10)


def test_the_pages_say_that_it_is_on_its_way_and_why(open_door: Open) -> None:
    door = open_door()
    people = [door.join() for _ in range(K)]
    door.say(people[0], "Bread for all", key="say-bread-for-all")
    assert became(people[0]) == ["on its way"]
    assert str(BECAME["on its way"]) in people[0].get(f"{HOME}/mine").text
    assert people[0].get(f"{HOME}/mine.json").json()["desires"][0]["became"] == "on its way"
    page = people[1].get(f"{HOME}?cards=1").text
    assert 'id="nothing"' in page
    assert WHY in page
    for number, person in enumerate(people[1:]):
        door.say(person, f"Something else {number}", key=f"say-else-{number}")
    assert became(people[0]) == ["travels"]
    door.move("crossing")
    late = door.join()
    let_go_of_all(late)
    page = late.get(f"{HOME}?cards=1&more=1").text
    assert 'id="nothing"' in page
    assert WHY not in page, "in the crossing nothing waits"


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("he", "מה שכותבים מגיע לאחרים כמה רצונות יחד"),
        ("ru", "Написанное приходит к другим по нескольку желаний"),
        ("es", "Lo que la gente escribe llega a otras personas"),
    ],
)
def test_it_is_said_in_every_language(open_door: Open, language: str, why: str) -> None:
    door = open_door()
    (speaker, *_) = [door.join() for _ in range(K)]
    reader = door.join(language=language)
    door.say(speaker, "Bread", key="say-bread-key")
    assert why in reader.get(f"{HOME}?cards=1").text
    assert became(speaker) == ["on its way"]
