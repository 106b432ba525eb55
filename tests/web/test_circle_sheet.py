"""The sheet of a circle: its steward types the whole round for everybody there who has no phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live import doing
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refusal, Refused
from oneheart.model.prayer import Reading
from oneheart.web import sheet_form
from tests.support.codes import codes
from tests.support.sheets import SheetRead, read_sheet
from tests.support.waiting import until

CODE = "ABCD3456"
AT = f"/g/{CODE}/circle"
SHEET = f"{AT}/sheet"
Open = Callable[..., Any]


@pytest.fixture
def door(open_door: Open) -> Any:
    """Return a gathering with two circles."""
    opened = open_door()
    opened.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    opened.submit("h0", "circle-1", ev.CircleAdded("", "second"))
    return opened


def steward(door: Any, circle: int = 0) -> Any:
    browser = door.join(circle=str(circle))
    seat = door.seat(browser)
    door.submit("h0", f"duty-{seat:04}", ev.DutyGiven(circle, seat))
    return browser


def add(browser: Any, count: int, language: str = "en") -> None:
    for number in range(count):
        key = f"one-more-person-{number}-{language}"
        made = browser.post(f"{AT}/scribe", data={"key": key, "doing": "new", "language": language})
        assert made.status_code == 303


def sheet(browser: Any) -> SheetRead:
    return read_sheet(browser.get(SHEET).text)


def send(browser: Any, page: SheetRead, fields: dict[str, str], status: int = 303) -> Any:
    sent = browser.post(SHEET, data={**page.hidden, **fields})
    assert sent.status_code == status, sent.text
    return sent


def test_three_people_without_a_phone_go_the_whole_round(door: Any) -> None:
    browser = steward(door)
    others = [door.join(circle="1") for _ in range(4)]
    for place, other in enumerate(others):
        door.say(other, f"Bread for everybody, number {place}", key=f"they-say-{place}")
    add(browser, 3)
    state = door.gathering.state
    scribed = [number for number, seat in enumerate(state.seats) if seat.scribe == door.seat(browser)]
    page = sheet(browser)
    says = page.named("say")
    assert len(says) == 3
    send(browser, page, {name: f"A wish of person {place}" for place, name in enumerate(says)})
    assert [[state.desires[n].text for n in state.seats[seat].desires] for seat in scribed] == [
        [f"A wish of person {place}"] for place in range(3)
    ]

    door.move("crossing")
    cards = 0
    for _ in range(4):
        page = sheet(browser)
        if not page.named("card"):
            break
        cards += len(page.named("card"))
        send(browser, page, dict.fromkeys(page.named("card"), "1"))
    assert all(len(state.tally.answered(seat)) >= 4 for seat in scribed), cards
    for seat in map(door.seat, others):
        for number, desire in enumerate(state.desires):
            if desire.author != seat:
                door.submit(f"s{seat}", f"want-{seat:04}-{number:04}", ev.Responded(seat, number, 1))

    door.move("weaving")
    until(lambda: state.prayers.drafts)
    door.move("reading")
    draft = state.prayers.drafts[0]
    assert draft.body.lines
    page = sheet(browser)
    lines = page.named("line")
    assert len(lines) == 3 * len(draft.body.lines)
    first = page.named("line", "1")
    answers = dict.fromkeys(lines, "can say")
    answers[first[0]] = "would change"
    answers[first[0].replace("line.", "words.")] = "with more salt"
    lots = dict.fromkeys(page.named("lot"), "0")
    send(browser, page, {**answers, **lots})
    assert all(set(readings) >= set(scribed) for readings in draft.readings)
    assert draft.critiques[0][scribed[0]] == "with more salt"
    assert draft.readings[0][scribed[0]] is Reading.WOULD_CHANGE
    for seat in scribed:
        assert set(draft.challenged.get(seat, {}).values()) <= {0}
    own = sheet(browser).named("amend")
    for name in own:
        send(browser, sheet(browser), {name: "A wish in other words"})
    assert len(state.prayers.amended) == len(own)

    door.move("second reading")
    until(lambda: state.prayers.drafts[-1].second)
    draft = state.prayers.drafts[-1]
    page = sheet(browser)
    assert len(page.named("whole")) == 3
    changed = dict.fromkeys(page.named("line"), "can say")
    send(browser, page, {**changed, **dict.fromkeys(page.named("whole"), "1")})
    assert set(scribed) <= draft.whole

    door.move("sealed")
    until(lambda: state.prayers.sealed)
    door.move("said")
    page = sheet(browser)
    send(browser, page, dict.fromkeys(page.named("amen"), "1"))
    assert state.prayers.sealed[-1].amen == set(scribed)
    assert not sheet(browser).named("amen")


def test_a_form_that_is_sent_again_counts_once(door: Any) -> None:
    browser = steward(door)
    add(browser, 2)
    state = door.gathering.state
    page = sheet(browser)
    fields = dict.fromkeys(page.named("say"), "The same words")
    for _ in range(3):
        send(browser, page, fields)
    assert [desire.text for desire in state.desires] == ["The same words"] * 2
    before = state.seq
    send(browser, page, fields)
    assert state.seq == before


def test_without_keys_of_their_own_a_form_that_is_sent_again_would_double(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sheet_form.key_in
    monkeypatch.setattr(sheet_form, "key_in", lambda form: real({**form, "key": ""}))
    browser = steward(door)
    add(browser, 1)
    page = sheet(browser)
    for _ in range(2):
        send(browser, page, dict.fromkeys(page.named("say"), "The same words"))
    assert len(door.gathering.state.desires) == 2, "the broken build doubles it"


def test_what_is_refused_is_named_and_kept_in_its_field_and_the_rest_is_kept(door: Any) -> None:
    browser = steward(door)
    add(browser, 2)
    state = door.gathering.state
    page = sheet(browser)
    first, second = page.named("say")
    sent = send(browser, page, {first: "a" * 141, second: "A good wish"}, 422)
    assert [desire.text for desire in state.desires] == ["A good wish"]
    assert codes(sent.text, "refused") == [first]
    assert codes(sent.text, "some") == ["too long"]
    assert "a" * 141 in sent.text
    assert ">A good wish</textarea>" not in sent.text
    again = read_sheet(sent.text)
    send(browser, again, {first: "Shorter"})
    assert [desire.text for desire in state.desires] == ["A good wish", "Shorter"]


def test_a_script_is_told_what_is_left(door: Any) -> None:
    browser = steward(door)
    add(browser, 2)
    page = sheet(browser)
    first, second = page.named("say")
    data = {**page.hidden, first: "a" * 141, second: "A good wish"}
    answer = browser.post(SHEET, data=data, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["kept"], list(answer.json()["left"])) == (409, False, [first])
    answer = browser.post(SHEET, data={**data, first: "Shorter"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"kept": True})
    assert len(door.gathering.state.desires) == 2


def test_the_sheet_does_not_show_what_was_said_and_answered(door: Any) -> None:
    browser = steward(door)
    other = door.join(circle="1")
    door.say(other, "Bread for everybody", key="they-say-it")
    add(browser, 1)
    page = sheet(browser)
    send(browser, page, {page.named("say")[0]: "A secret of one evening"})
    door.move("crossing")
    page = sheet(browser)
    send(browser, page, {page.named("card", "1")[0]: "1"})
    html = browser.get(SHEET).text
    assert "A secret of one evening" not in html
    assert "Bread for everybody" not in html, "an answered card does not come back"
    assert "checked" not in html


def test_a_steward_types_for_nobody_in_another_circle(door: Any) -> None:
    ours, theirs = steward(door), steward(door, 1)
    add(theirs, 1)
    state = door.gathering.state
    stranger = len(state.seats) - 1
    page = sheet(theirs)
    stolen = page.named("say")[0]
    forged = f"say.{alias_for(door.gathering, Purpose.TYPED, door.seat(ours), stranger)}"
    guesses = {stolen: "Not ours to say", forged: "Not ours either", f"say.{stranger}": "By its number"}
    refused = ours.post(SHEET, data={**page.hidden, **guesses})
    assert refused.status_code == 422
    assert codes(refused.text, "refused") == []  # the fields of strangers are on no sheet of ours
    assert codes(refused.text, "some") == ["unknown"]
    assert not state.desires
    erase = {"person": forged.removeprefix("say.")}
    assert ours.post(f"{SHEET}/erase", data=erase).status_code == 404
    assert state.seats[stranger].alive


def test_without_the_check_of_the_scribe_another_circle_would_be_typed_for(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doing, "check_scribe", lambda *_: None)
    ours, theirs = steward(door), steward(door, 1)
    add(theirs, 1)
    stranger = len(door.gathering.state.seats) - 1
    forged = f"say.{alias_for(door.gathering, Purpose.TYPED, door.seat(ours), stranger)}"
    assert ours.post(SHEET, data={"sheet_key": "k" * 16, forged: "Not ours to say"}).status_code == 303
    assert door.gathering.state.desires[0].author == stranger, "the broken build takes it"


def test_who_left_the_duty_types_no_longer(door: Any) -> None:
    browser = steward(door)
    add(browser, 1)
    page = sheet(browser)
    browser.post(f"{AT}/steward", data={"key": "leave-the-duty", "on": "0"})
    assert browser.get(SHEET).status_code == 403
    send(browser, page, dict.fromkeys(page.named("say"), "Too late"), 403)
    assert not door.gathering.state.desires


def test_a_person_without_a_phone_comes_to_another_circle_and_its_steward_types(door: Any) -> None:
    ours, theirs = steward(door), steward(door, 1)
    add(ours, 1)
    state = door.gathering.state
    page = sheet(ours)
    code = theirs.get(AT).text.split('id="circle-code"')[1].split("</p>")[0].split(": ")[-1]
    says, moves = page.named("say")[0], page.named("move")[0]
    send(ours, page, {moves: code})
    person = state.seats[-1]
    assert (person.circle, person.scribe) == (1, door.seat(theirs))
    assert ours.post(SHEET, data={**page.hidden, says: "Ours no more"}).status_code == 422
    page = sheet(theirs)
    send(theirs, page, dict.fromkeys(page.named("say"), "Here I am"))
    assert [desire.circle for desire in state.desires] == [1]


def test_nobody_is_moved_into_a_circle_without_room(door: Any) -> None:
    ours = steward(door)
    door.submit("h0", "small-circle", ev.CircleChanged(1, "", size=1))
    steward(door, 1)
    add(ours, 1)
    seat = len(door.gathering.state.seats) - 1
    with pytest.raises(Refused) as refused:
        door.submit(f"s{seat}", "to-the-full-one", ev.SeatChanged(seat, circle=1))
    assert refused.value.why is Refusal.NO_ROOM


def test_their_language_is_changed_and_a_language_that_they_do_not_understand_is_kept(door: Any) -> None:
    browser = steward(door)
    add(browser, 1)
    page = sheet(browser)
    send(browser, page, {page.named("language")[0]: "he", page.named("reads", about="ru")[0]: "0"})
    person = door.gathering.state.seats[-1]
    assert (person.language, person.unread) == ("he", ["ru"])


def test_a_card_that_they_cannot_read_brings_no_more_of_that_language(door: Any) -> None:
    browser = steward(door)
    for place, text in enumerate(("Чтобы все были вместе", "Чтобы был хлеб", "Чтобы был мир")):
        other = door.join(circle="1", language="ru")
        door.say(other, text, key=f"russian-{place}")
    add(browser, 1)
    door.move("crossing")
    page = sheet(browser)
    cards = page.named("card")
    assert len(cards) == 3
    assert all("unread" in page.offered[name] for name in cards)
    send(browser, page, {cards[0]: "unread"})
    assert door.gathering.state.seats[-1].unread == ["ru"]
    assert not door.gathering.state.tally.answered(len(door.gathering.state.seats) - 1)
    assert not sheet(browser).named("card")


def test_cards_that_lie_before_a_person_have_the_chance_with_which_they_were_dealt(door: Any) -> None:
    browser = steward(door)
    for place in range(6):
        door.say(door.join(circle="1"), f"Wish number {place}", key=f"wish-{place}-here")
    add(browser, 1)
    door.move("crossing")
    page = sheet(browser)
    lying = door.gathering.dealer.lying[len(door.gathering.state.seats) - 1]
    assert len(page.named("card")) == len(lying) == 4
    assert len({dealt.desire for dealt in lying}) == 4
    assert all(0 < dealt.propensity <= 1 for dealt in lying)
    chances = {dealt.desire: round(dealt.propensity, 6) for dealt in lying}
    send(browser, page, dict.fromkeys(page.named("card"), "0"))
    events = [ev.decode(event.body) for event in door.call(_log_of(door)) if event.kind == "response"]
    assert {event.desire: event.propensity for event in events} == chances


def _log_of(door: Any) -> Any:
    async def read() -> list[Any]:
        gathering = door.gathering
        return await gathering._in_thread(lambda: list(gathering._log.replay()))  # noqa: SLF001

    return read


def test_more_people_than_a_page_holds_stand_on_the_next(door: Any) -> None:
    browser = steward(door)
    door.submit("h0", "large-circle", ev.CircleChanged(0, "", size=20))
    add(browser, 14)
    assert len(sheet(browser).named("say")) == 12
    second = read_sheet(browser.get(f"{SHEET}?page=2").text)
    assert len(second.named("say")) == 2
    sent = send(browser, second, dict.fromkeys(second.named("say"), "From the second page"))
    assert "page=2" in sent.headers["location"]


def test_nothing_of_theirs_is_kept_before_they_agree(open_door: Open) -> None:
    door = open_door(keep_days=30, run_by="us")
    door.submit("h0", "circle-0", ev.CircleAdded("Olive", "olive"))
    browser = door.join(circle="0", consent="1")
    door.submit("h0", "duty-of-one", ev.DutyGiven(0, door.seat(browser)))
    door.call(doing.seat_scribed, door.gathering, door.seat(browser), ask.ScribedSeatAsked("without-any-consent"))
    page = sheet(browser)
    says, agrees = page.named("say")[0], page.named("agree")[0]
    refused = send(browser, page, {says: "Too early"}, 422)
    assert codes(refused.text, "some") == ["consent"]
    assert not door.gathering.state.desires
    again = read_sheet(refused.text)
    send(browser, again, {says: "In time", agrees: "1"})
    assert [desire.text for desire in door.gathering.state.desires] == ["In time"]
    assert not sheet(browser).named("agree")


# --- languages ---


def in_english(door: Any, scribed: str) -> tuple[Any, int]:
    """Return the steward of a circle with one person without a phone, and that person, while English lines are read."""
    browser = steward(door)
    others = [door.join(circle="1") for _ in range(5)]
    for place, other in enumerate(others):
        door.say(other, f"Bread for everybody, number {place}", key=f"they-say-{place}")
    add(browser, 1, scribed)
    state = door.gathering.state
    door.move("crossing")
    for seat in map(door.seat, others):
        for number, desire in enumerate(state.desires):
            if desire.author != seat:
                door.submit(f"s{seat}", f"want-{seat:04}-{number:04}", ev.Responded(seat, number, 1))
    door.move("weaving")
    until(lambda: state.prayers.drafts)
    door.move("reading")
    assert state.prayers.drafts[0].body.lines
    return browser, next(number for number, seat in enumerate(state.seats) if seat.scribe is not None)


def test_who_has_not_said_that_they_understand_a_language_is_asked_first(door: Any) -> None:
    browser, seat = in_english(door, "ru")
    state = door.gathering.state
    page = sheet(browser)
    lines, reads = page.named("line"), page.named("reads", about="en")
    assert lines
    assert len(reads) == 1
    refused = send(browser, page, dict.fromkeys(lines, "can say"), 422)
    assert codes(refused.text, "some") == ["cannot read"]
    assert sorted(codes(refused.text, "refused")) == sorted(lines)
    assert all(seat not in heard for heard in state.meetings.heard(state.prayers.drafts[0]))
    page = sheet(browser)
    send(browser, page, {page.named("reads", about="en")[0]: "1", **dict.fromkeys(page.named("line"), "can say")})
    assert all(seat in heard for heard in state.meetings.heard(state.prayers.drafts[0]))


def test_who_does_not_understand_a_line_has_no_boxes_there_and_is_not_heard(door: Any) -> None:
    browser, seat = in_english(door, "ru")
    state = door.gathering.state
    page = sheet(browser)
    send(browser, page, {page.named("line")[0]: "unread"})
    assert state.people.reads(seat, "en") is False
    html = browser.get(SHEET).text
    assert not read_sheet(html).named("line")
    assert html.count("data-waits") == len(state.prayers.drafts[0].body.lines)
    assert all(seat not in heard for heard in state.meetings.heard(state.prayers.drafts[0]))
    forged = {"draft": "0", "sheet_key": "a-forged-sheet-key", page.named("line")[0]: "can say"}
    assert codes(browser.post(SHEET, data=forged).text, "some") == ["cannot read"]
