"""What becomes of other words for a line: they are read, or their author is told why they are not."""

from __future__ import annotations

import pytest

from oneheart.engine.prayer import rounds
from oneheart.live import amending, judging
from oneheart.live import events as ev
from oneheart.live.amending import Became, own_amendments, words_to_come
from tests.support.by_hand import ByHand

OLD, NEW = "That nobody sits alone", "That nobody here sits alone at night"
OTHER = "Bread for everybody"


class Hall(ByHand):
    """A text of two lines in its first reading; seat 0 wrote the first line, seat 1 said the same."""

    def __init__(self, *, joined: bool = False) -> None:
        super().__init__()
        self.seats = self.people(15)
        self.say(self.seats[0], OLD)
        self.say(None, OTHER)
        cites = [0]
        if joined:
            self.say(self.seats[1], "That no one sits alone")
            cites = [0, 2]
        self.weave(cites, [1])

    def amend(self, text: str, seat: int = 0, line: int = 0) -> None:
        """Let a person give other words for a line of the last draft."""
        self.do(ev.LineAmended(self.seats[seat], len(self.state.prayers.drafts) - 1, line, text, "en"))

    def second(self) -> None:
        """Let the second reading begin, with its draft if one is due."""
        self.move("second reading")
        if amending.is_second_due(self.state, self.draft):
            self.do(judging.second_draft(self.state, self.draft))

    def seal(self) -> None:
        """Let the last draft be sealed."""
        self.move("sealed")
        digest = judging.digest_of(self.state, self.draft)
        self.do(ev.TextSealed(len(self.state.prayers.drafts) - 1, digest, "e" * 64, "not yet"), "house")  # type: ignore[arg-type]

    def words(self) -> list[str]:
        """Return the lines of the last draft."""
        return [line.text for line in judging.text_of(self.state, self.draft)]

    def became(self, seat: int = 0) -> list[Became]:
        """Return what became of a person's other words."""
        return [own.became for own in own_amendments(self.state, self.seats[seat])]


def promise_kept(hall: Hall) -> bool:
    """Return whether words that were promised to an author are those of the second reading."""
    hall.amend(NEW)
    promised = words_to_come(hall.state, len(hall.state.prayers.drafts) - 1, 0)
    assert promised is not None
    assert hall.became() == [Became.WAITS]
    hall.second()
    return hall.words() == [promised.text, OTHER] and hall.became() == [Became.TAKEN]


@pytest.mark.parametrize("readers", [0, 4, 15])
def test_words_that_were_promised_are_read_however_many_could_say_the_old_ones(readers: int) -> None:
    hall = Hall()
    hall.can_say(hall.seats[:readers])
    assert promise_kept(hall)


def test_where_only_a_line_that_a_part_cannot_say_takes_other_words_the_promise_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The partner: the rule as it was. A line that stands or was not measured kept its old words."""
    monkeypatch.setattr(rounds, "is_same", lambda *_: True)
    hall = Hall()
    hall.can_say(hall.seats)
    assert not promise_kept(hall)


def test_a_yes_to_the_old_words_is_none_to_the_new_ones() -> None:
    hall = Hall()
    hall.can_say(hall.seats)
    assert len(hall.state.meetings.heard(hall.draft)[0]) == len(hall.state.meetings.affirming(hall.draft)) == 15
    hall.amend(NEW)
    hall.second()
    heard = hall.state.meetings.heard(hall.draft)
    assert (heard[0], len(heard[1])) == ({}, 15), "the other line was not changed"
    assert hall.state.meetings.affirming(hall.draft) == set()


def test_after_a_seal_was_taken_back_other_words_are_taken_too() -> None:
    hall = Hall()
    hall.second()
    hall.seal()
    hall.do(ev.SealTakenBack(0, hall.state.version))
    hall.do(judging.draft_anew(hall.state, hall.draft))
    assert promise_kept(hall)


def test_after_hosts_went_back_to_the_reading_other_words_are_taken_too() -> None:
    hall = Hall()
    hall.second()
    hall.move("reading")
    assert promise_kept(hall)
    assert hall.draft.second
    assert not amending.is_second_due(hall.state, hall.draft), "once"


def test_the_last_of_several_counts_and_whoever_came_before_is_told() -> None:
    hall = Hall(joined=True)
    hall.amend(NEW, seat=0)
    assert hall.became(0) == [Became.WAITS]
    hall.amend("That no one here sits alone", seat=1)
    assert (hall.became(0), hall.became(1)) == ([Became.ANOTHER], [Became.WAITS])
    hall.second()
    assert hall.words()[0] == "That no one here sits alone"
    assert (hall.became(0), hall.became(1)) == ([Became.ANOTHER], [Became.TAKEN])


def test_a_text_that_is_sealed_without_a_second_reading_says_so_to_its_author() -> None:
    hall = Hall()
    hall.amend(NEW)
    hall.seal()
    assert hall.words()[0] == OLD
    assert hall.became() == [Became.SEALED]


def test_nothing_is_promised_where_the_words_are_those_of_the_line() -> None:
    hall = Hall()
    hall.amend(NEW)
    hall.amend(OLD)
    assert words_to_come(hall.state, 0, 0) is None
    assert hall.became() == [Became.SAME]
    hall.second()
    assert hall.became() == [Became.SAME]
    assert not hall.draft.body.lines[0].changed


def test_who_gave_none_is_told_nothing() -> None:
    hall = Hall()
    hall.amend(NEW)
    assert hall.became(2) == []
    hall.second()
    assert hall.became(2) == []
    assert own_amendments(ByHand().state, 0) == []
