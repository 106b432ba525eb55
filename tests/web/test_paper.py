"""Sheets of paper: a gathering with one laptop, one printer and no phones."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import doing, sheets
from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.papers import Papers
from oneheart.model.prayer import Reading
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.sheets import SheetRead, read_sheet
from tests.support.waiting import until

CODE = "ABCD3456"
DESK = f"/host/{CODE}/sheets"
OURS = f"/g/{CODE}/circle/paper"
Open = Callable[..., Any]


def ready(door: Any, circles: int = 2) -> Any:
    """Return the browser of a host of a gathering with circles."""
    for number in range(circles):
        door.submit("house", f"circle-{number}", ev.CircleAdded(f"Ten {number}", f"key-{number}"))
    return Desk(door).browser


@pytest.fixture
def door(open_door: Open) -> Any:
    return open_door()


def steward(door: Any, circle: int = 0) -> Any:
    browser = door.join(circle=str(circle))
    seat = door.seat(browser)
    door.submit("h0", f"duty-{seat:04}", ev.DutyGiven(circle, seat))
    return browser


_keys = iter(range(10**6))


def make(host: Any, *, circle: int = 0, blank: int = 0, key: str = "") -> dict[int, str]:
    """Print sheets and return their codes by the number of the person."""
    data = {"key": key or f"print-sheets-{next(_keys)}", "circle": str(circle), "blank": str(blank)}
    page = host.post(DESK, data=data)
    assert page.status_code == 200, page.text
    return printed(page.text)


def printed(html: str) -> dict[int, str]:
    places = [int(place) for place in re.findall(r'<article class="paper"[^>]* data-place="(\d+)"', html)]
    return dict(zip(places, codes(html, "sheet"), strict=True))


def opened(browser: Any, code: str, at: str = DESK) -> SheetRead:
    page = browser.get(f"{at}/{code}")
    assert page.status_code == 200, page.text
    return read_sheet(page.text)


def type_in(browser: Any, code: str, fields: dict[str, str], status: int = 303, at: str = DESK) -> Any:
    page = opened(browser, code, at)
    sent = browser.post(f"{at}/{code}", data={**page.hidden, **fields})
    assert sent.status_code == status, sent.text
    return sent


def say(door: Any, count: int, circle: int = 1) -> list[int]:
    """Let people with phones in another circle say something; return the numbers of the desires."""
    first = len(door.gathering.state.desires)
    for place in range(count):
        door.say(door.join(circle=str(circle)), f"Wish {place} of far away", key=f"far-{circle}-{place}")
    return list(range(first, first + count))


def test_two_people_on_paper_go_the_whole_round_without_any_phone_in_their_circle(door: Any) -> None:
    host = ready(door)
    say(door, 6)
    state = door.gathering.state
    sheets_now = make(host, blank=2)
    assert sorted(sheets_now) == [1, 2]
    for place, code in sheets_now.items():
        sent = type_in(host, code, {"say.sheet": f"A wish from paper {place}", "language.sheet": "en"})
        assert sent.headers["location"].endswith(f"?kept={place}")
    seats = [state.papers.seat_at[0, place] for place in (1, 2)]
    assert [state.seats[seat].scribe for seat in seats] == [-1, -1]
    assert [state.desires[state.seats[seat].desires[0]].text for seat in seats] == [
        "A wish from paper 1",
        "A wish from paper 2",
    ]

    door.move("crossing")
    cards = make(host)
    assert sorted(cards) == [1, 2], "each keeps their number"
    for code in cards.values():
        page = opened(host, code)
        assert len(page.named("card")) >= 6
        type_in(host, code, dict.fromkeys(page.named("card"), "1"))
    assert all(len(state.tally.answered(seat)) >= 6 for seat in seats)
    for reader in range(6):
        for number, desire in enumerate(state.desires):
            if desire.author != reader:
                door.submit(f"s{reader}", f"want-{reader:04}-{number:04}", ev.Responded(reader, number, 1))

    door.move("weaving")
    until(lambda: state.prayers.drafts)
    door.move("reading")
    draft = state.prayers.drafts[0]
    for place, code in make(host).items():
        page = opened(host, code)
        lines = page.named("line")
        assert len(lines) == len(draft.body.lines) > 0
        answers = {**dict.fromkeys(lines, "can say"), **dict.fromkeys(page.named("lot"), "0")}
        if place == 1:
            answers["words.sheet.0"] = "with more salt"
            answers["line.sheet.0"] = "would change"
        type_in(host, code, answers)
    assert all(set(seats) <= set(readings) for readings in draft.readings)
    assert draft.readings[0][seats[0]] is Reading.WOULD_CHANGE
    assert draft.critiques[0][seats[0]] == "with more salt"

    door.move("second reading")
    until(lambda: state.prayers.drafts[-1].second)
    for code in make(host).values():
        page = opened(host, code)
        assert page.named("whole") == ["whole.sheet"]
        type_in(host, code, {**dict.fromkeys(page.named("line"), "can say"), "whole.sheet": "1"})
    assert set(seats) <= state.prayers.drafts[-1].whole
    assert "output" not in {event.kind for event in door.call(door.gathering.done_by_hosts)}
    kinds = {event.kind for event in door.call(door.gathering.done_by_hosts)}
    assert {"sheets", "sheet typed", "seat"} <= kinds, "what hosts did stands in their log"


def test_a_person_on_paper_and_one_of_the_steward_are_on_one_sheet_of_the_circle(door: Any) -> None:
    host = ready(door)
    browser = steward(door)
    browser.post(f"/g/{CODE}/circle/scribe", data={"key": "a-person-of-the-steward", "doing": "new"})
    by_place = make(host, blank=1)
    assert sorted(by_place) == [1, 2]
    type_in(browser, by_place[2], {"say.sheet": "From paper, by the steward"}, at=OURS)
    state = door.gathering.state
    assert [seat.scribe for seat in state.seats[1:]] == [0, 0], "who comes on paper comes to the steward"
    assert len(read_sheet(browser.get(f"/g/{CODE}/circle/sheet").text).named("say")) == 2


def test_printing_again_by_the_same_form_gives_the_same_sheets_and_deals_nothing_anew(door: Any) -> None:
    host = ready(door)
    say(door, 12)
    door.move("crossing")
    first = make(host, blank=3, key="the-same-form")
    seq = door.gathering.state.seq
    assert make(host, blank=3, key="the-same-form") == first
    assert door.gathering.state.seq == seq
    again = make(host, blank=3)
    assert sorted(again) == sorted(first)
    assert set(again.values()).isdisjoint(first.values())


def test_what_was_dealt_on_paper_is_in_the_log_with_its_chance_and_counts_after_a_restart(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ready(door)
    far = say(door, 12)
    door.move("crossing")
    by_place = make(host, blank=2)
    dealt = {place: door.gathering.state.papers.sheets[hash_of(code)].desires for place, code in by_place.items()}
    assert all(len(set(desires)) == 8 and set(desires) <= set(far) for desires in dealt.values())
    assert dealt[1] != dealt[2] or len(far) == 8, "the circle sees as many as it can"
    chances = door.gathering.state.papers.chances
    door.gathering.dealer.hand.clear()  # as after a restart: nothing lies in anybody's hand
    door.gathering.dealer.lying.clear()
    type_in(host, by_place[1], {f"card.sheet.{n}": "1" for n in range(8)})
    answers = _responses(door)
    assert {answer.desire: answer.propensity for answer in answers} == {
        desire: pytest.approx(chance, abs=1e-6) for desire, chance in chances[0, 1].items()
    }
    assert all(0 < answer.propensity <= 1 for answer in answers)
    monkeypatch.setattr(Papers, "chance", lambda *_: 0.0)
    type_in(host, by_place[2], {"card.sheet.0": "1"})
    assert _responses(door)[-1].propensity == 0, "the broken build forgets how it was dealt"


def _responses(door: Any) -> list[Any]:
    async def read() -> list[Any]:
        gathering = door.gathering
        return await gathering._in_thread(lambda: list(gathering._log.replay()))  # noqa: SLF001

    bodies = [ev.decode(event.body) for event in door.call(read) if event.kind == "response"]
    papers = door.gathering.state.papers
    return [body for body in bodies if body.seat in papers.place_of]


def test_no_number_of_a_desire_and_no_chance_stands_on_paper(door: Any) -> None:
    host = ready(door)
    say(door, 12)
    door.move("crossing")
    page = host.post(DESK, data={"key": "print-them-all", "circle": "0", "blank": "2"}).text
    papers = door.gathering.state.papers
    assert len(papers.chances[0, 1]) == 8
    for chance in set(papers.chances[0, 1].values()):
        assert f"{chance:.6f}".rstrip("0") not in page
    for code in printed(page).values():
        html = host.get(f"{DESK}/{code}").text
        assert sorted(name for name in read_sheet(html).offered if name.startswith("card.")) == [
            f"card.sheet.{n}" for n in range(8)
        ]


def test_a_form_that_is_sent_again_counts_once(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    page = opened(host, code)
    data = {**page.hidden, "say.sheet": "Only once"}
    for _ in range(3):
        assert host.post(f"{DESK}/{code}", data=data).status_code == 303
    state = door.gathering.state
    assert [desire.text for desire in state.desires] == ["Only once"]
    assert len(state.seats) == 1
    seq = state.seq
    host.post(f"{DESK}/{code}", data=data)
    assert state.seq == seq


def test_both_sheets_of_one_place_lead_to_one_person(door: Any) -> None:
    host = ready(door)
    say(door, 8)
    question = make(host, blank=1)[1]
    door.move("crossing")
    cards = make(host, blank=1)[1]
    type_in(host, cards, {"card.sheet.0": "1"})
    type_in(host, question, {"say.sheet": "Said on the first sheet, typed later"})
    state = door.gathering.state
    assert sum(seat.scribe is not None for seat in state.seats) == 1
    assert state.desires[-1].waiting, "this round gathers no more desires"


def test_an_old_sheet_is_refused(door: Any) -> None:
    host = ready(door)
    far = say(door, 8)
    state = door.gathering.state
    door.move("crossing")
    cards = make(host, blank=1)[1]
    page = opened(host, cards)
    door.move("weaving")
    data = {**page.hidden, "card.sheet.0": "1"}
    assert codes(host.get(f"{DESK}/{cards}").text, "old") == ["closed"]
    assert host.post(f"{DESK}/{cards}", data=data).status_code == 409
    door.move("open")
    assert state.round == 2
    assert codes(host.get(f"{DESK}/{cards}").text, "old") == ["stale"]
    assert host.post(f"{DESK}/{cards}", data=data).status_code == 409
    assert not any(seat.scribe is not None for seat in state.seats)
    assert far


def test_without_that_rule_an_old_sheet_would_be_taken(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "why_not_now", lambda *_: None)
    host = ready(door)
    say(door, 8)
    door.move("crossing")
    cards = make(host, blank=1)[1]
    door.move("weaving")
    door.move("open")
    type_in(host, cards, {"card.sheet.0": "1"})
    assert any(door.gathering.state.tally.answered(seat) for seat in door.gathering.state.papers.place_of)


def test_a_steward_types_no_sheet_of_another_circle(door: Any) -> None:
    host = ready(door)
    ours = steward(door, 1)
    code = make(host, circle=0, blank=1)[1]
    page = ours.get(f"{OURS}/{code}")
    assert (page.status_code, codes(page.text, "why")) == (404, ["no sheet"])
    data = {"sheet_key": "a-key-of-a-sheet", "say.sheet": "Not ours to say"}
    assert ours.post(f"{OURS}/{code}", data=data).status_code == 404
    for kind, asked in (
        (sheets.seat_by_steward, sheets.SheetSeatAsked("a-seat-of-a-sheet", code, "en")),
        (sheets.typed_by_steward, sheets.SheetTypedAsked("a-sheet-is-typed", code)),
    ):
        with pytest.raises(Refused) as refused:
            door.call(kind, door.gathering, 0, asked)
        assert refused.value.why is Refusal.UNKNOWN
    state = door.gathering.state
    assert (len(state.seats), len(state.desires)) == (1, 0)
    for body in (ev.SheetTyped(hash_of(code)), ev.SeatTaken("", "en", 0, hash_of(code), scribe=0, bounded=True)):
        with pytest.raises(Refused):
            door.submit("s0", f"forged-{ev.kind_of(body)}", body)


def test_without_the_check_of_the_circle_another_circles_sheet_would_be_taken(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = ready(door)
    ours = steward(door, 1)
    code = make(host, circle=0, blank=1)[1]
    type_in(host, code, {"say.sheet": "By the host"})
    monkeypatch.setattr(sheets, "check_steward", lambda gathering, _seat, code: sheets.paper_with(gathering, code))
    monkeypatch.setattr(Papers, "check_new_typed", lambda *_: None)
    monkeypatch.setattr(doing, "check_scribe", lambda *_: None)
    type_in(ours, code, {"say.sheet": "Not ours to say"}, at=OURS)
    assert [desire.text for desire in door.gathering.state.desires] == ["By the host", "Not ours to say"]


def test_nobody_without_the_duty_and_no_phone_takes_a_seat_by_a_sheet(door: Any) -> None:
    host = ready(door)
    member = door.join(circle="0")
    code = make(host, blank=1)[1]
    assert member.get(f"{OURS}/{code}").status_code == 403
    assert member.post(f"{OURS}/{code}", data={"say.sheet": "No"}).status_code == 403
    stranger = door.browser()
    assert stranger.get(f"{OURS}/{code}").headers["location"] == f"/j/{CODE}"
    assert stranger.post(f"/s/{CODE}", data={"key": "0123456789abcdef" * 2, "card": code}).status_code in {403, 404}
    with pytest.raises(Refused) as refused:
        door.submit("door", "by-nobody-at-all", ev.SeatTaken("", "en", 0, hash_of(code), scribe=-1, bounded=True))
    assert refused.value.why is Refusal.NOT_YOURS
    with pytest.raises(Refused) as refused:
        door.submit("h0", "without-a-sheet", ev.SeatTaken("", "en", 0, scribe=-1, bounded=True))
    assert refused.value.why is Refusal.NOT_YOURS
    assert len(door.gathering.state.seats) == 1


def test_a_desire_that_its_author_took_back_is_refused_by_itself_and_the_rest_is_kept(door: Any) -> None:
    host = ready(door)
    far = say(door, 8)
    door.move("crossing")
    code = make(host, blank=1)[1]
    state = door.gathering.state
    on_sheet = state.papers.sheets[hash_of(code)].desires
    page = opened(host, code)
    gone, erased = on_sheet[0], on_sheet[1]
    door.submit(f"s{state.desires[gone].author}", "took-it-back", ev.DesireWithdrawn(state.desires[gone].author, gone))
    door.call(door.gathering.erase, state.desires[erased].author, "erase-it-all")
    state = door.gathering.state
    answers = {f"card.sheet.{n}": "1" for n in range(8)}
    sent = host.post(f"{DESK}/{code}", data={**page.hidden, **answers})
    assert sent.status_code == 422
    assert sorted(codes(sent.text, "refused")) == ["card.sheet.0", "card.sheet.1"]
    assert codes(sent.text, "some") == ["taken back"]
    assert "Wish" not in re.sub(r"Wish \d of far away", "", sent.text)
    seat = state.papers.seat_at[0, 1]
    assert set(state.tally.answered(seat)) == set(on_sheet) - {gone, erased}
    html = host.get(f"{DESK}/{code}").text
    assert html.count("data-gone") == 2
    assert far


def test_who_erased_everything_does_not_come_back_by_their_sheet(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    type_in(host, code, {"say.sheet": "I was here"})
    door.call(door.gathering.erase, door.gathering.state.papers.seat_at[0, 1], "erase-me-wholly")
    state = door.gathering.state
    assert not state.papers.seat_at
    assert codes(host.get(f"{DESK}/{code}").text, "old") == ["unknown"]
    assert host.post(f"{DESK}/{code}", data={"sheet_key": "once-more-now", "say.sheet": "Again"}).status_code == 404
    assert not any(seat.alive for seat in state.seats)
    assert sorted(make(host, blank=1)) == [2], "nobody else gets their number"


def test_a_circle_takes_on_paper_as_many_as_its_size(door: Any) -> None:
    host = ready(door)
    door.submit("h0", "a-circle-of-two", ev.CircleChanged(0, "Two", size=2))
    assert sorted(make(host, blank=50)) == [1, 2]
    by_place = make(host, blank=50)
    door.join(circle="0")
    type_in(host, by_place[1], {"say.sheet": "One"})
    page = opened(host, by_place[2])
    late = host.post(f"{DESK}/{by_place[2]}", data={**page.hidden, "say.sheet": "One too many"})
    assert (late.status_code, codes(late.text, "why")) == (409, ["no room"])
    assert len(door.gathering.state.desires) == 1


def test_nothing_is_kept_before_they_agree_on_paper(open_door: Open) -> None:
    door = open_door(keep_days=30)
    host = ready(door)
    code = make(host, blank=1)[1]
    assert 'class="paper-terms"' in host.get(f"{DESK}/{code}").text
    sent = type_in(host, code, {"say.sheet": "Too early"}, 422)
    assert codes(sent.text, "some") == ["consent"]
    assert "data-none-kept" in sent.text, "and it does not say that the rest is kept"
    assert not door.gathering.state.seats
    type_in(host, code, {"say.sheet": "In time", "agree.sheet": "1"})
    assert [desire.text for desire in door.gathering.state.desires] == ["In time"]
    assert door.gathering.state.keeping.has_agreed(0)


def test_a_blank_sheet_is_in_the_languages_of_its_circle_and_a_known_one_in_that_of_its_person(door: Any) -> None:
    host = ready(door)
    door.join(circle="0", language="he")
    door.join(circle="0", language="ru")
    page = host.post(DESK, data={"key": "print-for-a-circle", "circle": "0", "blank": "1"}).text
    question = page.split('class="paper-question"')[1].split("</div>")[0]
    assert re.findall(r'lang="(\w+)"', question) == ["he", "ru"]
    code = printed(page)[1]
    type_in(host, code, {"say.sheet": "שנשב יחד", "language.sheet": "he", "reads.sheet.ru": "1"})
    assert door.gathering.state.seats[-1].language == "he"
    page = host.post(DESK, data={"key": "print-once-more", "circle": "0"}).text
    question = page.split('class="paper-question"')[1].split("</div>")[0]
    assert re.findall(r'lang="(\w+)"', question) == ["he"]
    assert "language.sheet" not in page
    type_in(host, printed(page)[1], {"language.sheet": "es"})
    assert door.gathering.state.seats[-1].language == "es"


def test_the_sheet_that_is_typed_looks_like_the_one_that_was_printed(door: Any) -> None:
    host = ready(door)
    say(door, 8)
    door.move("crossing")
    page = host.post(DESK, data={"key": "print-for-a-circle", "circle": "0", "blank": "1"}).text
    typing = host.get(f"{DESK}/{printed(page)[1]}").text

    def words(html: str) -> list[str]:
        return re.findall(r'class="paper-words">.*?<bdi[^>]*>(.*?)</bdi>', html)

    assert len(words(page)) == 8
    assert words(page) == words(typing)


def test_nothing_is_printed_where_nothing_can_be_typed(door: Any) -> None:
    host = ready(door)
    door.move("weaving")
    page = host.post(DESK, data={"key": "print-for-a-circle", "circle": "0", "blank": "1"})
    assert (page.status_code, codes(page.text, "why")) == (409, ["closed"])
    assert 'name="blank"' not in host.get(DESK).text
    assert host.get(f"{DESK}/ABCD3333").status_code == 404
    assert host.get(f"{DESK}?sheet=abcd-3333").headers["location"] == f"{DESK}/ABCD3333"


def test_the_desk_shows_which_sheets_are_typed_in(door: Any) -> None:
    host = ready(door)
    by_place = make(host, blank=3)
    type_in(host, by_place[2], {"say.sheet": "From number two"})
    assert codes(host.get(DESK).text, "typed") == ["0", "1", "0"]
    assert "data-was-typed" in host.get(f"{DESK}/{by_place[2]}").text


def test_a_host_erases_everything_of_a_person_on_paper_who_asks_for_it(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    assert host.post(f"{DESK}/{code}/erase", data={"key": "nobody-is-there"}).status_code == 404
    type_in(host, code, {"say.sheet": "I was here"})
    assert host.post(f"{DESK}/{code}/erase", data={"key": "erase-me-now"}).status_code == 303
    state = door.gathering.state
    assert not any(seat.alive for seat in state.seats)
    assert [desire.text for desire in state.desires] == [""]


def test_an_empty_sheet_gives_nobody_a_place(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    type_in(host, code, {"language.sheet": "he"})
    assert not door.gathering.state.seats


def test_an_answer_on_paper_in_a_language_that_was_not_ticked_is_refused_by_itself(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    type_in(host, code, {"say.sheet": "Чтобы все были вместе", "language.sheet": "ru"})
    seat = door.gathering.state.papers.seat_at[0, 1]
    say(door, 5)
    state = door.gathering.state
    door.move("crossing")
    for reader in range(len(state.seats)):
        for number, desire in enumerate(state.desires):
            if reader not in {desire.author, seat} and desire.language == "en":
                door.submit(f"s{reader}", f"want-{reader:04}-{number:04}", ev.Responded(reader, number, 1))
    door.move("weaving")
    until(lambda: state.prayers.drafts)
    door.move("reading")
    draft = state.prayers.drafts[0]
    english = [n for n, line in enumerate(draft.body.lines) if state.desires[line.cites[0]].language == "en"]
    assert english
    page = host.post(DESK, data={"key": "print-the-lines", "circle": "0"}).text
    (code,) = printed(page).values()
    ticked = {f"line.sheet.{n}": "can say" for n in english}
    sent = type_in(host, code, ticked, 422)
    assert codes(sent.text, "some") == ["cannot read"]
    heard = state.meetings.heard(draft)
    assert all(seat not in heard[n] for n in english)
    type_in(host, code, {**ticked, "reads.sheet.en": "1"})
    heard = state.meetings.heard(draft)
    assert all(seat in heard[n] for n in english)


def test_when_one_on_paper_erases_everything_the_sheets_of_the_others_still_count(door: Any) -> None:
    host = ready(door)
    say(door, 8)
    first = make(host, blank=2)
    for place, code in first.items():
        type_in(host, code, {"say.sheet": f"A wish from paper {place}"})
    door.move("crossing")
    cards = make(host)
    papers = door.gathering.state.papers
    dealt = dict(papers.chances[0, 2])
    leaving = papers.seat_at[0, 1]
    door.call(door.gathering.erase, leaving, "erase-me-wholly")
    papers = door.gathering.state.papers
    assert leaving not in papers.place_of, "nothing ties a sheet to who left"
    assert papers.chances[0, 2] == dealt
    left = opened(host, cards[2]).named("card")
    assert len(left) >= 7, "at most the wish of who left is gone"
    type_in(host, cards[2], dict.fromkeys(left, "1"))
    assert codes(host.get(f"{DESK}/{cards[1]}").text, "old") == ["unknown"]
    assert sorted(make(host)) == [2]


def test_no_event_about_sheets_names_the_seat_of_a_person(door: Any) -> None:
    assert {*ev.PrintedSheet.__struct_fields__, *ev.SheetsPrinted.__struct_fields__}.isdisjoint({"seat", "seats"})
    host = ready(door)
    browser = steward(door)
    browser.post(f"/g/{CODE}/circle/scribe", data={"key": "a-person-of-the-steward", "doing": "new"})
    assert sorted(make(host, blank=1)) == [1, 2]
    state = door.gathering.state
    assert state.papers.place_of == {1: (0, 1)}
    door.call(door.gathering.erase, 1, "erase-them-wholly")
    assert door.gathering.state.papers.place_of == {}
    assert sorted(make(host, blank=1)) == [2], "their number is not given to another"


def test_where_there_is_no_room_for_so_many_blank_sheets_it_is_said(door: Any) -> None:
    host = ready(door)
    door.submit("h0", "size-of-3", ev.CircleChanged(0, "Ten 0", 3))
    fields = {"key": "print-five", "circle": "0", "blank": "5"}
    assert codes(host.post(DESK, data=fields).text, "fewer") == ["3"]
    fields = {"key": "print-two", "circle": "0", "blank": "2"}
    assert codes(host.post(DESK, data=fields).text, "fewer") == []


def test_a_sheet_for_a_wish_says_that_the_wish_waits_once_desires_are_gathered(door: Any) -> None:
    host = ready(door)
    code = make(host, blank=1)[1]
    assert "data-for-the-next-round" not in host.get(f"{DESK}/{code}").text
    door.move("crossing")
    assert "data-for-the-next-round" in host.get(f"{DESK}/{code}").text
