"""What is counted of people, one below k people and at k people, in each place that shows it."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from oneheart.engine.disclosure import FOR_A_SHARE, FOR_A_WORD, RESPONSES_STEP, SMALL, K, count_of
from oneheart.engine.prayer.audit import Audit
from oneheart.engine.prayer.rounds import READERS_LEAST
from oneheart.engine.prayer.stopping import FEW
from oneheart.live import circles, export, judging, measuring, sealing
from oneheart.live import events as ev
from oneheart.live.snapshot import alike_now, take
from oneheart.live.state import Refusal, State
from oneheart.live.state.released import Released, people_told
from oneheart.web import held_back
from oneheart.web.host import measures
from oneheart.web.host import text as desk_text
from oneheart.web.memory import Memory
from oneheart.web.phone import mine, together
from oneheart.web.words import Words
from tests.support.heads import HEAD

PAIRS = [(0, 0), (1, 0), (K - 1, 0), (K, K), (2 * K - 1, K), (2 * K, 2 * K)]


class Play:
    """A state that is led by hand: one circle, one desire "0" of nobody, and people who come."""

    def __init__(self, *desires: str) -> None:
        self.state = State()
        self.apply(ev.Settings("x", {"en": "What do you want?"}, "ten", ["en"]))
        self.apply(ev.CircleAdded("A", "key-a"))
        for text in desires or ("Peace",):
            self.apply(ev.DesireSaid(None, text, "en"))

    def apply(self, body: ev.AnyBody) -> Any:
        kind = ev.kind_of(body)
        outcome = self.state.apply(self.state.seq + 1, kind, ev.decode(ev.encode(body)), "h0", 1000)
        assert not isinstance(outcome, Refusal), (kind, outcome)
        return outcome

    def sit(self, count: int, circle: int | None = None) -> list[int]:
        return [self.apply(ev.SeatTaken("", "en", circle)) for _ in range(count)]

    def want(self, seats: list[int], desire: int = 0, stance: int = 1) -> None:
        for seat in seats:
            self.apply(ev.Responded(seat, desire, stance))

    def move(self, stage: str) -> None:
        self.apply(ev.StageMoved(stage, self.state.version))

    def read(self, readers: list[int], lines: int = 1, **draft: Any) -> Any:
        """Weave the first desires, let people read all of it, and return the draft."""
        self.move("weaving")
        woven = [ev.WovenLine([number]) for number in range(lines)]
        self.apply(ev.DraftWoven(self.state.version, woven, **draft))
        self.move("reading")
        for seat in readers:
            for line in range(lines):
                self.apply(ev.LineRead(seat, 0, line, "can say"))
        return self.state.prayers.drafts[0]

    def sealed(self) -> ev.TextSealed:
        self.move("sealed")
        return sealing.seal(self.state, HEAD)


@pytest.mark.parametrize(("count", "shown"), PAIRS)
def test_the_hall_and_the_record_count_people_and_desires_in_steps(count: int, shown: int) -> None:
    play = Play("Peace")
    seats = play.sit(count)
    for seat in seats:
        play.apply(ev.DesireSaid(seat, f"Bread of {seat}", "en"))
    snapshot, record = take(play.state), export.hall_record(play.state)
    assert (count_of(snapshot.people), record.people) == (shown, shown)
    desires = (count // K * K + 1) // K * K  # with the one of the hosts, and those of K people at a time
    assert (count_of(snapshot.desires), record.desires) == (desires, desires)


def test_one_person_who_comes_or_leaves_moves_the_number_of_people_once_in_k() -> None:
    play = Play()
    told = []
    for _ in range(2 * K):
        play.sit(1)
        told.append(people_told(play.state.people))
    for seat in play.state.seats[:K]:
        seat.alive = False
        play.state.people.count -= 1
        told.append(people_told(play.state.people))
    assert told == [0] * (K - 1) + [K] * K + [2 * K] * K + [K]


def test_the_numbers_of_desires_and_answers_wait_for_k_different_people() -> None:
    play = Play(*(f"Seed {number}" for number in range(60)))
    one, *others = play.sit(K)
    for desire in range(60):
        play.want([one], desire)
    assert play.state.released.responses == 0, "sixty answers of one person are not k people"
    play.want(others)
    assert play.state.released.responses == RESPONSES_STEP
    assert play.state.released.desires == 60


def test_an_erasure_lowers_no_number_of_the_hall() -> None:
    play, anew = Play(), Play()
    seats = play.sit(K)
    for seat in seats:
        play.apply(ev.DesireSaid(seat, f"Bread of {seat}", "en"))
    anew.state.released.keep(play.state.released)
    assert anew.state.released.desires == K


@pytest.mark.parametrize(("answers", "shown"), [(RESPONSES_STEP - 1, 0), (RESPONSES_STEP, RESPONSES_STEP)])
def test_the_hall_counts_answers_in_larger_steps(answers: int, shown: int) -> None:
    play = Play()
    play.want(play.sit(answers))
    assert count_of(take(play.state).responses) == shown
    assert export.hall_record(play.state).answers == shown


@pytest.mark.parametrize(("readers", "shown"), PAIRS)
def test_a_seal_counts_its_readers_in_steps(readers: int, shown: int) -> None:
    play = Play()
    play.read(play.sit(6 * K)[:readers])
    assert play.sealed().people == shown


@pytest.mark.parametrize(("readers", "kind"), [(0, ""), (K - 1, ""), (K, "estimated")])
def test_a_seal_says_how_its_share_is_known_only_of_k_readers(readers: int, kind: str) -> None:
    play = Play("Peace", "Bread")
    play.read(play.sit(2 * K)[:readers], share_index=0.9)
    assert play.sealed().share == kind


@pytest.mark.parametrize(("readers", "told"), [(K, False), (READERS_LEAST - 1, False), (READERS_LEAST, True)])
def test_the_bound_of_a_share_is_told_of_twenty_five_readers_and_rounded_up(
    readers: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Audit("certified", 0.7, 0.4, 0.812, None)
    monkeypatch.setattr(sealing, "share_of", lambda _state, _draft: share)
    play = Play()
    play.read(play.sit(readers))
    high = play.sealed().share_high
    assert high == (math.ceil(0.812 * 20) / 20 if told else None)


@pytest.mark.parametrize(("asked", "shown"), PAIRS)
def test_a_seal_counts_those_who_were_asked_in_steps(asked: int, shown: int) -> None:
    play = Play("Peace", "Bread")
    seats = play.sit(2 * K)
    play.read(seats, challengers=[1], among=1, lots=1)
    for seat in seats[:asked]:
        play.apply(ev.ChallengerAnswered(seat, 0, 1, 1))
    assert play.sealed().asked == shown


@pytest.mark.parametrize(("asked", "named"), [(1, None), (K - 1, None), (K, 1)])
def test_what_would_include_a_part_is_named_only_where_k_of_it_were_asked(asked: int, named: int | None) -> None:
    play = Play("Peace", "Bread")
    inside = play.sit(FEW, 0)
    play.want(inside[:asked], 1)
    draft = play.read([], alternates=[1])
    levels = sealing._levels(play.state, inside)
    assert sealing._includes(play.state, draft, inside, levels).get(0) == named


@pytest.mark.parametrize(("people", "word"), [(SMALL, None), (FOR_A_WORD, "most")])
def test_how_many_of_a_circle_have_a_line_is_said_of_more_than_twelve_people(people: int, word: str | None) -> None:
    play = Play()
    play.want(play.sit(people, 0))
    assert judging.share_of_circle(play.state, play.read([]), 0) == word


def test_how_many_of_a_circle_have_a_line_is_moved_by_no_reading() -> None:
    play = Play()
    seats = play.sit(FOR_A_WORD, 0)
    play.want(seats[:1])
    draft = play.read([])
    before = judging.share_of_circle(play.state, draft, 0)
    assert before == "few"
    for seat in seats:
        play.apply(ev.LineRead(seat, 0, 0, "can say"))
        assert judging.share_of_circle(play.state, draft, 0) == before


@pytest.mark.parametrize(("people", "few"), [(K - 1, True), (K, False)])
def test_a_circle_reads_its_desires_from_k_people_on(people: int, few: bool) -> None:
    play = Play()
    seats = play.sit(people, 0)
    own = [play.apply(ev.DesireSaid(seat, f"Bread of {seat}", "en")) for seat in seats]
    assert circles.is_few(play.state, 0, seats[0]) is few
    assert [number for number, _ in circles.own_desires(play.state, 0, seats[0])] == ([] if few else own)


def test_the_list_of_a_circle_grows_by_k_authors_at_a_time() -> None:
    play = Play()
    seats = play.sit(2 * K, 0)
    listed = []
    for seat in seats:
        play.apply(ev.DesireSaid(seat, f"Bread of {seat}", "en"))
        listed.append(len(circles.own_desires(play.state, 0, seats[0])))
    assert listed == [0] * (K - 1) + [K] * K + [2 * K]


def test_those_whom_a_steward_added_hide_nobody() -> None:
    play = Play()
    steward, *_ = play.sit(K - 1, 0)
    play.apply(ev.StewardNamed(steward, on=True))
    play.apply(ev.SeatTaken("", "en", 0, scribe=steward))
    assert circles.is_few(play.state, 0, steward)


@pytest.mark.parametrize(("people", "named"), [(SMALL, 0), (FOR_A_WORD, 1)])
def test_what_is_nearest_to_a_circle_is_named_in_one_of_more_than_twelve_at_the_end_of_a_stage(
    people: int, named: int
) -> None:
    play = Play()
    seats = play.sit(people, 0)
    own = [play.apply(ev.DesireSaid(seat, f"Bread of {seat}", "en")) for seat in seats[:K]]
    play.want(seats[1:], own[0])
    listed = circles.own_desires(play.state, 0, seats[0])
    assert circles.nearest_to_all(play.state, 0, listed) == []
    play.move("crossing")
    assert len(circles.nearest_to_all(play.state, 0, listed)) == named


@pytest.mark.parametrize(("people", "may"), [(FOR_A_SHARE - 1, False), (FOR_A_SHARE, True)])
def test_tables_are_drawn_from_twice_k_people_on(people: int, may: bool) -> None:
    assert circles.enough_for_tables(people) is may


@pytest.mark.parametrize(("people", "told"), [(SMALL, False), (FOR_A_WORD, True)])
def test_how_alike_all_want_is_said_of_more_than_twelve_people(people: int, told: bool) -> None:
    play = Play("Peace", "Bread")
    seats = play.sit(people)
    for desire in (0, 1):
        play.want(seats, desire)
    assert alike_now(play.state) == "", "while answers are taken nothing is said"
    play.move("weaving")
    assert bool(alike_now(play.state)) is told


@pytest.mark.parametrize(("present", "lots"), [(K - 1, 0), (K, 1)])
def test_what_tables_did_is_measured_where_k_people_said_that_they_were_there(present: int, lots: int) -> None:
    play = Play()
    seats = play.sit(2 * K)
    play.want(seats)
    play.apply(ev.OccasionAdded("Songs", "night", "CODE22"))
    tables = [place % 2 for place in range(2 * K)]
    play.apply(ev.SeatsDrawn(0, K, 7, seats, tables, [0, 0]))
    for seat in seats[:present]:
        play.apply(ev.Present(seat, 0))
    gathering = export.as_gathering(play.state, source="x")
    assert len(measuring.order_of(play.state, gathering, seed=0).lots) == lots


@pytest.mark.parametrize(("people", "told"), [(FOR_A_SHARE - 1, False), (FOR_A_SHARE, True)])
def test_how_near_people_feel_is_said_of_twice_k_people(people: int, told: bool) -> None:
    assert (measures.felt_mean(dict.fromkeys(range(people), 4)) is not None) is told


# --- words on a person's own pages ------------------------------------------------------------------------------------


def on_a_page(state: State, seat: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a person, or a host, of a state that has no file."""
    memory = Memory()
    gathering = SimpleNamespace(state=state, alone=True, leads=True, shared={}, share=lambda _part, _body: None)
    monkeypatch.setattr(held_back, "memory_of", lambda _gathering: memory)
    return SimpleNamespace(state=state, seat=seat, words=Words("en"), memory=memory, gathering=gathering)


@pytest.mark.parametrize(("asked", "word"), [(SMALL, None), (FOR_A_WORD, "most")])
def test_how_many_want_a_desire_is_said_at_the_end_of_a_stage_of_more_than_twelve_people(
    asked: int, word: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play()
    play.want(play.sit(asked))
    gathering = on_a_page(play.state, 0, monkeypatch).gathering
    assert mine.wanted_by(gathering, 0) is None
    play.move("crossing")
    assert mine.wanted_by(gathering, 0) == word


def test_a_word_about_a_desire_moves_only_at_the_end_of_a_stage_and_only_by_twice_k_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play = Play()
    seats = play.sit(18 + 2 * K)
    gathering = on_a_page(play.state, 0, monkeypatch).gathering
    play.want(seats[:18])
    play.move("crossing")
    assert mine.wanted_by(gathering, 0) == "most"
    for count, seat in enumerate(seats[18:], start=1):
        play.want([seat], stance=0)
        play.want([seat], stance=0)  # the same person again is no other person
        assert mine.wanted_by(gathering, 0) == "most"
        play.move("open" if play.state.stage == "crossing" else "crossing")
        assert mine.wanted_by(gathering, 0) == ("most" if count < 2 * K else "some"), count


def test_a_desk_that_toggles_the_stage_moves_nothing_but_a_live_tally_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner of the test above: with words that follow every answer, one answer shows."""

    def toggled(play: Play) -> list[Any]:
        gathering = on_a_page(play.state, 0, monkeypatch).gathering
        seats = play.sit(16)
        play.want(seats[:10])
        play.want(seats[10:15], stance=0)
        play.move("crossing")
        before = mine.wanted_by(gathering, 0)
        play.want(seats[15:], stance=0)
        play.move("weaving")
        return [before, mine.wanted_by(gathering, 0)]

    assert toggled(Play()) == ["most", "most"]
    monkeypatch.setattr(Released, "may_move", lambda *_, **__: True)
    assert toggled(Play()) == ["most", "some"]


def test_behind_a_door_of_cards_k_people_move_the_words() -> None:
    play = Play()
    play.apply(ev.CardsPrinted(None, [f"card-{number}" for number in range(FOR_A_WORD + K)]))
    seats = [play.apply(ev.SeatTaken("", "en", card=f"card-{number}")) for number in range(FOR_A_WORD + K)]
    play.want(seats[:FOR_A_WORD])
    play.move("crossing")
    for seat in seats[-K:]:
        assert not play.state.released.may_move()
        play.want([seat])
    assert play.state.released.may_move()
    play.sit(1)
    assert not play.state.released.may_move(), "somebody came without a card, and may hold several seats"


def test_words_of_the_end_of_a_stage_stay_when_a_person_is_erased_later() -> None:
    play = Play()
    seats = play.sit(FOR_A_WORD)
    play.want(seats)
    words = play.state.words_at_the_end()
    assert words.bands == "m"
    without = Play()
    without.sit(FOR_A_WORD)
    without.want(seats[:-1])
    without.apply(ev.StageMoved("crossing", 0, words=words))
    assert without.state.released.band(0) == "most", "a replay without a person keeps them"


@pytest.mark.parametrize(("others", "counted"), [(0, False), (K - 1, False), (K, True)])
def test_with_how_many_others_one_was_there_is_told_from_k_others_on(
    others: int, counted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play()
    me, *rest = play.sit(1 + 2 * K)
    play.apply(ev.OccasionAdded("Songs", "night", "CODE22"))
    for seat in (me, *rest[:others]):
        play.apply(ev.Present(seat, 0))
    (been,) = together._been(on_a_page(play.state, me, monkeypatch))
    assert (str(K) in been["said"]) is counted
    assert any(letter.isdigit() for letter in been["said"]) is counted


@pytest.mark.parametrize(("others", "told"), [(SMALL - 1, False), (SMALL, True)])
def test_ones_part_in_what_all_want_is_told_of_more_than_twelve_people(
    others: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play("Peace", "Bread", "Songs")
    seats = play.sit(1 + others)
    for desire in range(3):
        play.want(seats, desire)
    play.move("crossing")
    assert (together._part(on_a_page(play.state, seats[0], monkeypatch)) is not None) is told


@pytest.mark.parametrize(("readers", "heard"), [(K - 1, False), (K, True)])
def test_how_a_line_stands_is_told_to_hosts_once_k_people_read_it(
    readers: int, heard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play()
    seats = play.sit(2 * K)
    play.read(seats[:readers])
    host = on_a_page(play.state, 0, monkeypatch)
    judged = [judging.LineJudged("stands", (), readers)]
    monkeypatch.setattr(desk_text, "_judged", lambda _gathering, _number: judged)
    (line,) = desk_text._lines(host)
    assert (line["verdict"] == desk_text.VERDICTS["stands"]) is heard
    assert count_of(desk_text.text_context(host)["readers"]) == (K if heard else 0)
