"""Desires in other languages: who may say and confirm them, when their words are met, and when they are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart.engine.desire.probes import FAR_LANGUAGE_FIRST
from oneheart.engine.disclosure import K
from oneheart.live import carrying, opened
from oneheart.live import events as ev
from oneheart.live.carry_dealing import _AGAIN, FORGOTTEN, CarryCard, CarryDealer
from oneheart.live.dealing import Dealer
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.inputs import ConfirmingAsked
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State, carried_desires
from oneheart.live.state.card_words import CardWords
from oneheart.live.state.carried_desires import CARRYINGS_MOST
from oneheart.model.prayer import WordsKind
from oneheart.storage.database import open_database
from oneheart.storage.stores import log_of
from tests.support.by_hand import ByHand
from tests.support.gatherings import CODE, make_settings

HE, RU = "he", "ru"


class Hall(ByHand):
    """People who read one or two of three languages, while people cross.

    Attributes:
        both: seats of people with English pages who read Hebrew too.
        hebrew: seats of people who read only Hebrew.
        wish: number of a desire in English of somebody who reads only English.
    """

    def __init__(self, both: int = 3, hebrew: int = 2, *, hold: bool = False) -> None:
        super().__init__()
        self.do(make_settings(languages=["en", "he", "ru"], hold=hold, version=1))
        self.author = self.people(1)[0]
        self.both = self.people(both)
        self.hebrew = self.people(hebrew, language=HE)
        self.wish = self.say(self.author, "Bread for all")
        for seat in self.both:
            self.do(ev.LanguageUnread(seat, HE, on=False))
        for seat in self.hebrew:
            self.do(ev.LanguageUnread(seat, "en"))
        if hold:
            self.do(ev.Moderated(self.wish, "accepted"))  # type: ignore[arg-type]
        self.move("crossing")

    def carry(self, seat: int, text: str = "לחם לכולם", language: str = HE, via: int | None = None) -> int:
        """Let a person say the desire in another language and return the place of the words."""
        place: int = self.do(ev.DesireCarried(seat, self.wish, language, text, via))
        return place

    def same(self, place: int, *seats: int, on: bool = True) -> None:
        """Let people say whether both say the same."""
        for seat in seats:
            self.do(ev.DesireCarryConfirmed(seat, place, on))

    def met(self, seat: int) -> CardWords | None:
        """Return the words in which a person is dealt the desire; None if it is not dealt to them."""
        hidden = self.state.card_table.hidden_from(seat, self.state.card_table.met_in_carried_words(seat))
        return None if hidden[self.wish] else self.state.card_table.words(self.wish, seat)

    def dealer(self, **chances: float) -> CarryDealer:
        """Return a dealer to whom every desire has a chance to be a line."""
        dealer = CarryDealer(self.state, rng=np.random.default_rng(0))
        dealer.chance = np.full(len(self.state.desires), 0.5)
        for number, chance in chances.items():
            dealer.chance[int(number[1:])] = chance
        return dealer


WORDS = CardWords("לחם לכולם", HE, "", carried=True)


# --- in which words it is met ---


def test_a_desire_in_no_language_of_a_reader_is_not_dealt_until_two_others_confirmed_its_words() -> None:
    hall = Hall()
    reader = hall.hebrew[0]
    assert hall.met(reader) is None
    place = hall.carry(hall.both[0])
    assert hall.met(reader) is None
    hall.same(place, hall.both[1])
    assert hall.met(reader) is None
    hall.same(place, hall.both[2])
    assert hall.met(reader) == WORDS
    assert hall.met(hall.both[0]) == CardWords("Bread for all", "en", ""), "on their own pages its own words come first"


def test_where_one_person_reads_both_languages_their_words_stand_alone() -> None:
    hall = Hall(both=1)
    hall.carry(hall.both[0])
    assert hall.met(hall.hebrew[0]) == WORDS


def test_where_two_read_both_languages_the_other_one_is_enough() -> None:
    hall = Hall(both=2)
    place = hall.carry(hall.both[0])
    assert hall.met(hall.hebrew[0]) is None
    hall.same(place, hall.both[1])
    assert hall.met(hall.hebrew[0]) == WORDS


def test_an_answer_to_carried_words_counts_for_the_one_desire() -> None:
    hall = Hall(both=1)
    hall.carry(hall.both[0])
    hall.answer(hall.wish, 1, [*hall.hebrew, hall.both[0]])
    assert hall.state.tally.want[hall.wish] == 3
    assert len(hall.state.desires) == 1


def test_words_that_others_deny_are_met_by_nobody_and_somebody_else_may_try() -> None:
    hall = Hall(both=4)
    place = hall.carry(hall.both[0], "משהו אחר")
    hall.same(place, hall.both[1], hall.both[2], on=False)
    assert hall.met(hall.hebrew[0]) is None
    assert hall.dealer().card(hall.both[3], finished=True) == CarryCard("say", hall.wish, HE)
    again = hall.carry(hall.both[3])
    hall.same(again, hall.both[1], hall.both[2])
    assert hall.met(hall.hebrew[0]) == WORDS


def test_one_no_outweighs_one_yes() -> None:
    hall = Hall(both=2)
    place = hall.carry(hall.both[0])
    hall.same(place, hall.both[1], on=False)
    assert hall.met(hall.hebrew[0]) is None
    hall.same(place, hall.both[1])
    assert hall.met(hall.hebrew[0]) == WORDS, "a person may change their mind"


def test_words_are_met_no_more_once_the_desire_is_said_to_be_in_another_language() -> None:
    hall = Hall(both=1)
    hall.carry(hall.both[0])
    hall.do(ev.DesireLanguage(hall.author, hall.wish, RU))
    assert hall.met(hall.hebrew[0]) != WORDS


def test_words_may_be_carried_on_into_a_third_language_and_fall_with_those_they_come_from() -> None:
    hall = Hall(both=2, hebrew=1)
    bridge, reader = hall.people(1, language=RU)[0], hall.people(1, language=RU)[0]
    hall.do(ev.LanguageUnread(bridge, HE, on=False))
    for code in ("en", HE):
        hall.do(ev.LanguageUnread(reader, code))
    place = hall.carry(hall.both[0])
    hall.same(place, hall.both[1])
    hall.carry(bridge, "Хлеб для всех", RU, via=place)
    assert hall.met(reader) == CardWords("Хлеб для всех", RU, "", carried=True)
    hall.do(ev.Moderated(hall.wish, "rejected", carried=place))  # type: ignore[arg-type]
    assert hall.met(reader) is None


# --- the line that says it ---


def test_words_of_a_desire_are_the_words_of_the_line_that_says_it_unless_the_line_was_amended() -> None:
    hall = Hall()
    place = hall.carry(hall.both[0])
    hall.same(place, hall.both[1])
    draft = hall.weave([hall.wish])
    versions = hall.state.meetings.versions(draft)[0]
    assert (versions[HE].text, versions[HE].kind, versions[HE].place) == ("לחם לכולם", WordsKind.CARRIED, place)
    assert hall.state.check_new(ev.LineRead(hall.hebrew[0], 0, 0, "can say"), "s4") is Refusal.CANNOT_READ  # type: ignore[arg-type]
    hall.same(place, hall.both[2])
    assert hall.state.meetings.versions(draft)[0][HE].kind is WordsKind.CONFIRMED
    hall.read(0, "can say", [hall.hebrew[0]])
    assert hall.state.meetings.heard(draft) == [{hall.hebrew[0]: "can say"}]
    amended = hall.do(ev.LineAmended(hall.author, 0, 0, "Bread and salt for all", "en"))
    hall.move("second reading")
    hall.do(
        ev.DraftWoven(
            hall.state.version, [ev.WovenLine([hall.wish], follows=0, changed=True, amendment=hall.state.seq - 1)]
        )
    )
    assert amended == 0
    assert HE not in hall.state.meetings.versions(hall.draft)[0]


def test_a_translation_of_the_line_comes_before_words_of_the_desire() -> None:
    hall = Hall(both=4)
    place = hall.carry(hall.both[0])
    draft = hall.weave([hall.wish])
    hall.do(ev.LineCarried(hall.both[1], 0, 0, HE, "לחם לכל אדם"))
    assert hall.state.meetings.versions(draft)[0][HE].text == "לחם לכל אדם"
    hall.same(place, hall.both[2], hall.both[3])
    assert hall.state.meetings.versions(draft)[0][HE].text == "לחם לכולם", "words that others confirmed come first"


# --- hosts, and who is set aside ---


def test_where_hosts_accept_first_nobody_meets_words_before_they_did() -> None:
    hall = Hall(both=2, hold=True)
    place = hall.carry(hall.both[0])
    check = ev.DesireCarryConfirmed(hall.both[1], place)
    assert hall.state.check_new(check, f"s{hall.both[1]}") is Refusal.UNKNOWN
    assert hall.dealer().card(hall.both[1], finished=True) is None
    assert hall.state.desires.carried.at_desk(hall.state.desires) == [place]
    hall.do(ev.Moderated(hall.wish, "accepted", carried=place))  # type: ignore[arg-type]
    assert hall.state.check_new(check, f"s{hall.both[1]}") is None
    hall.same(place, hall.both[1])
    assert hall.met(hall.hebrew[0]) == WORDS
    hall.do(ev.Moderated(hall.wish, "rejected", version=1, carried=place))  # type: ignore[arg-type]
    assert hall.met(hall.hebrew[0]) is None


def test_words_of_a_person_who_is_set_aside_stand_only_by_somebody_else() -> None:
    hall = Hall(both=2)
    place = hall.carry(hall.both[0])
    hall.do(ev.SeatsRevoked([hall.both[0]], "one hand"))
    assert hall.met(hall.hebrew[0]) is None
    hall.do(ev.SeatsRestored([hall.both[0]]))
    hall.same(place, hall.both[1])
    hall.do(ev.SeatsRevoked([hall.both[0]], "one hand"))
    assert hall.met(hall.hebrew[0]) == WORDS
    hall.do(ev.SeatsRevoked([hall.both[1]], "one hand"))
    assert hall.met(hall.hebrew[0]) is None


def test_a_desire_that_is_taken_back_is_dealt_to_nobody_in_any_words() -> None:
    hall = Hall(both=1)
    hall.carry(hall.both[0])
    hall.do(ev.DesireWithdrawn(hall.author, hall.wish))
    assert not hall.state.travels[hall.wish]
    assert hall.dealer().card(hall.both[0], finished=True) is None


# --- batches: the time of a tap tells nobody whose the words are ---


def neighbour_reads(hall: Hall) -> bool:
    """Let one of many who read both say the desire; return whether a neighbour may read the words at once."""
    place = hall.carry(hall.both[0])
    return hall.state.desires.carried.may_be_read(place, hall.state.desires, hall.state.people)


def test_new_words_wait_until_as_many_people_said_some_as_hide_one_of_them() -> None:
    hall = Hall(both=K + 2)
    carried = hall.state.desires.carried
    wishes = hall.wishes(K)
    places = [
        hall.do(ev.DesireCarried(seat, wish, HE, f"words {wish}"))
        for seat, wish in zip(hall.both, wishes, strict=False)
    ]
    readable = [carried.may_be_read(place, hall.state.desires, hall.state.people) for place in places]
    assert readable == [True] * K
    assert carried.pools == {}
    late = hall.do(ev.DesireCarried(hall.both[K], wishes[0], HE, "late"))
    assert not carried.may_be_read(late, hall.state.desires, hall.state.people)
    assert hall.state.check_new(ev.DesireCarryConfirmed(hall.both[0], late), f"s{hall.both[0]}") is Refusal.UNKNOWN
    hall.move("weaving")
    assert carried.may_be_read(late, hall.state.desires, hall.state.people)


def test_the_neighbour_of_one_who_carries_reads_nothing_at_once() -> None:
    assert not neighbour_reads(Hall(both=K))
    assert neighbour_reads(Hall(both=K - 1)), "among so few there is nobody to hide among, and the card says so"


def test_without_batches_the_neighbour_reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried_desires, "_hides", lambda _pair, _people: False)
    assert neighbour_reads(Hall(both=K))


def test_what_waits_is_released_when_too_few_are_left_to_hide_among() -> None:
    hall = Hall(both=K)
    place = hall.carry(hall.both[0])
    hall.do(ev.SeatsRevoked([hall.both[1]], "one hand"))
    assert hall.state.desires.carried.may_be_read(place, hall.state.desires, hall.state.people)


# --- dealing ---


def test_a_person_who_reads_two_languages_is_asked_to_carry_and_others_to_confirm() -> None:
    hall = Hall()
    dealer = hall.dealer()
    first, second = hall.both[:2]
    assert dealer.card(first, finished=True) == CarryCard("say", hall.wish, HE)
    assert dealer.card(second, finished=True) is None, "it is in somebody's hand"
    assert dealer.card(hall.hebrew[0], finished=True) is None
    place = hall.carry(first)
    assert dealer.card(first, finished=True) is None
    assert dealer.card(second, finished=True) == CarryCard("same", hall.wish, HE, carried=place)


def test_a_card_that_nobody_answers_is_dealt_to_another_after_a_while() -> None:
    hall = Hall()
    dealer = hall.dealer()
    dealer.card(hall.both[0], finished=True)
    for _ in range(FORGOTTEN + 1):
        hall.do(ev.Responded(hall.author, hall.wish, 1))  # type: ignore[arg-type]
    assert dealer.card(hall.both[1], finished=True) == CarryCard("say", hall.wish, HE)


def test_nobody_is_asked_more_often_than_the_rule_says() -> None:
    hall = Hall(both=1)
    wishes = hall.wishes(5)
    dealer = hall.dealer()
    for _ in range(CARRYINGS_MOST):
        card = dealer.card(hall.both[0], finished=True)
        assert card is not None
        hall.do(ev.DesireCarried(hall.both[0], card.desire, HE, "words"))
    assert dealer.card(hall.both[0], finished=True) is None
    carried = {words.desire for words in hall.state.desires.carried.words.values()}
    third = next(wish for wish in wishes if wish not in carried)
    body = ev.DesireCarried(hall.both[0], third, HE, "words")
    assert hall.state.check(body, f"s{hall.both[0]}") is Refusal.QUOTA


def test_the_likeliest_line_is_asked_for_first_and_what_was_passed_is_not_asked_again() -> None:
    hall = Hall(both=1)
    one, two = hall.wishes(2)
    dealer = hall.dealer(**{f"d{two}": 0.9, f"d{one}": 0.8})
    assert dealer.card(hall.both[0], finished=True) == CarryCard("say", two, HE)
    hall.do(ev.DesireCarried(hall.both[0], two, HE, ""))
    assert dealer.card(hall.both[0], finished=True) == CarryCard("say", one, HE)


def test_cards_about_carrying_come_between_the_others() -> None:
    hall = Hall()
    assert hall.dealer().card(hall.both[0]) is None
    for wish in hall.wishes(3):
        hall.do(ev.Responded(hall.both[0], wish, 1))  # type: ignore[arg-type]
    assert hall.dealer().card(hall.both[0]) is not None


def test_nobody_is_asked_while_the_round_is_open() -> None:
    hall = Hall()
    hall.move("open")
    assert hall.dealer().card(hall.both[0], finished=True) is None


def test_languages_meet_first_by_desires_in_carried_words() -> None:
    hall = Hall(both=1, hebrew=1)
    hall.carry(hall.both[0])
    (reader,) = hall.hebrew
    for number in range(12):
        other = hall.say(None, f"{number} משאלה", HE)
        if number < 2:
            hall.do(ev.Responded(reader, other, 1))  # type: ignore[arg-type]
    dealt = [Dealer(hall.state, rng=np.random.default_rng(seed)).card(reader) for seed in range(200)]
    far = [card.propensity for card in dealt if card is not None and card.desire == hall.wish]
    assert 70 < len(far) < 130, "half of the cards, until the first is answered"
    assert max(far) == FAR_LANGUAGE_FIRST


# --- the doors, and what is erased ---


def run(folder: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> None:
    """Open a new gathering whose first two people read English and Hebrew, the third only Hebrew; people cross."""
    path = folder / "g.oneheart"
    create(path, make_settings(voice="assembly"), code=CODE)

    async def main() -> None:
        gathering = LiveGathering.open(path)
        for number, language in enumerate(("en", "en", HE)):
            await gathering.take_seat(f"{number:032x}", language=language)
            if number < 2:
                await gathering.submit(f"s{number}", "reads", ev.LanguageUnread(number, HE, on=False))
        await gathering.submit("s0", "wish", ev.DesireSaid(0, "Bread for all", "en"))
        await gathering.submit("s1", "wish", ev.DesireSaid(1, "Peace on the hills", "en"))
        await gathering.submit("h0", "move", ev.StageMoved("crossing", 0))  # type: ignore[arg-type]
        gathering.dealer.carrying.chance = np.array([0.0, 0.9])
        try:
            await work(gathering)
        finally:
            await gathering.close()

    asyncio.run(main())


def key(number: int) -> str:
    return f"{number:016x}"


def test_a_card_is_answered_by_its_alias_only(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        card = opened.carrying_in_hand(gathering, 0, finished=True)
        assert card is not None
        assert (card.kind, card.words.text, card.language) == ("say", "Peace on the hills", HE)
        wrong = [
            (0, alias_for(gathering, Purpose.CARD, 0, 1)),
            (0, alias_for(gathering, Purpose.SAY_IN, 1, 1)),
            (1, card.words.alias),
            (0, "1"),
        ]
        for number, (seat, alias) in enumerate(wrong):
            with pytest.raises(Refused, match="unknown"):
                await carrying.say_in_language(gathering, seat, carrying.WordsAsked(key(number), alias, HE, "שלום"))
        with pytest.raises(Refused, match="empty"):
            await carrying.say_in_language(gathering, 0, carrying.WordsAsked(key(10), card.words.alias, HE, "  "))
        with pytest.raises(Refused, match="too long"):
            await carrying.say_in_language(gathering, 0, carrying.WordsAsked(key(11), card.words.alias, HE, "ש" * 141))
        asked = carrying.WordsAsked(key(12), card.words.alias, HE, " שלום ")
        kept = await carrying.say_in_language(gathering, 0, asked)
        assert (await carrying.say_in_language(gathering, 0, asked)).repeated
        assert gathering.state.desires.carried.words[kept.seq].text == "שלום"
        again = opened.carrying_in_hand(gathering, 1, finished=True)
        assert again is not None
        assert (again.kind, again.words.text, again.new) == ("same", "Peace on the hills", "שלום")
        await carrying.say_whether_same(gathering, 1, carrying.SameWordsAsked(key(13), again.words.alias, "yes"))
        assert gathering.state.card_table.words(1, 2) == CardWords("שלום", HE, "", carried=True)

    run(tmp_path, work)


def in_the_log(folder: Path) -> str:
    """Return all words that the log still holds."""
    database = open_database(folder / "g.oneheart")
    words = " ".join(event.body for event in log_of(database).replay() if event.body is not None)
    database.close()
    return words


async def _carried(gathering: LiveGathering) -> tuple[int, int]:
    """Let the first person carry the second one's wish, and somebody carry that on; return both places."""
    first = (await gathering.submit("s0", "carry", ev.DesireCarried(0, 1, HE, "שלום על ההרים"))).seq
    await gathering.submit("s1", "same", ev.DesireCarryConfirmed(1, first))
    await gathering.submit("s2", "ru", ev.LanguageUnread(2, "ru", on=False))
    on = (await gathering.submit("s2", "carry", ev.DesireCarried(2, 1, "ru", "Мир на холмах", first))).seq
    return first, on


@pytest.mark.parametrize(("seat", "left"), [(0, set()), (1, set()), (2, {"first"})])
def test_words_are_erased_with_the_desire_with_whoever_said_them_and_with_what_they_come_from(
    tmp_path: Path, seat: int, left: set[str]
) -> None:
    async def work(gathering: LiveGathering) -> None:
        first, on = await _carried(gathering)
        assert set(gathering.state.desires.carried.words) == {first, on}
        await gathering.erase(seat, "erase")
        names = {first: "first", on: "on"}
        assert {names[place] for place in gathering.state.desires.carried.words} == left

    run(tmp_path, work)
    assert "Мир на холмах" not in in_the_log(tmp_path)
    assert ("שלום על ההרים" in in_the_log(tmp_path)) == bool(left)


def test_erasing_that_forgets_what_was_carried_leaves_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried_desires.CarriedDesires, "derived_from", lambda *_: [])

    async def work(gathering: LiveGathering) -> None:
        await _carried(gathering)
        await gathering.erase(1, "erase")

    run(tmp_path, work)
    assert "שלום על ההרים" in in_the_log(tmp_path)


def test_a_replay_comes_to_the_same_words(tmp_path: Path) -> None:
    digests = []

    async def work(gathering: LiveGathering) -> None:
        await _carried(gathering)
        digests.append(gathering.state.digest())

    run(tmp_path, work)
    again = LiveGathering.open(tmp_path / "g.oneheart")
    digests.append(again.state.digest())
    again.shut()
    assert digests[0] == digests[1]


def test_an_empty_state_has_no_words() -> None:
    assert State().desires.carried.at_desk([]) == []


def test_a_list_that_is_not_new_deals_nobody_words_that_they_cannot_read() -> None:
    hall = Hall(both=1, hebrew=1)
    place = hall.carry(hall.both[0])
    hall.people(1000)
    (reader,) = hall.hebrew
    dealer = Dealer(hall.state, rng=np.random.default_rng(0))
    card = dealer.card(reader)
    assert card is not None
    assert card.desire == hall.wish
    hall.do(ev.Moderated(hall.wish, "rejected", carried=place))  # type: ignore[arg-type]
    assert dealer.card(reader) is None


def test_words_of_a_desire_are_confirmed_on_the_page_of_the_text_too(tmp_path: Path) -> None:
    async def work(gathering: LiveGathering) -> None:
        place = (await gathering.submit("s0", "carry", ev.DesireCarried(0, 1, HE, "שלום"))).seq
        await gathering.submit("h0", "weave", ev.StageMoved("weaving", 1))  # type: ignore[arg-type]
        await gathering.submit("house", "draft", ev.DraftWoven(2, [ev.WovenLine([1])]))
        await gathering.submit("h0", "read", ev.StageMoved("reading", 2))  # type: ignore[arg-type]
        draft = gathering.state.prayers.drafts[-1]
        assert gathering.state.meetings.versions(draft)[0][HE].kind is WordsKind.CARRIED
        alias = alias_for(gathering, Purpose.TRANSLATION, 1, place)
        await carrying.confirm_carried(gathering, 1, ConfirmingAsked(key(1), alias))
        assert gathering.state.meetings.versions(draft)[0][HE].kind is WordsKind.CONFIRMED
        await carrying.confirm_carried(gathering, 1, ConfirmingAsked(key(2), alias, on=False))
        assert gathering.state.meetings.versions(draft)[0][HE].kind is WordsKind.CARRIED

    run(tmp_path, work)


def test_among_many_it_is_not_looked_at_every_tap_whether_there_is_a_card() -> None:
    hall = Hall(both=1)
    dealer = hall.dealer()
    hall.people(1000)
    dealer.chance[:] = 0.0
    assert dealer.card(hall.both[0], finished=True) is None
    dealer.chance[:] = 1.0
    assert dealer.card(hall.both[0], finished=True) is None
    for _ in range(_AGAIN):
        hall.do(ev.Responded(hall.author, hall.wish, 1))  # type: ignore[arg-type]
    assert dealer.card(hall.both[0], finished=True) == CarryCard("say", hall.wish, HE)
