"""The phone's pages without script, and what the script is answered: every stage, every refusal, every odd letter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from oneheart.engine.desire import spoken
from oneheart.live import events as ev
from oneheart.live.offered import Purpose, alias_for, desire_behind
from oneheart.live.refusal import Refused
from oneheart.live.state import Refusal
from oneheart.web.memory import memory_of
from oneheart.web.phone.mine import wanted_by
from oneheart.web.words import LANGUAGES
from tests.support.codes import codes, text_at
from tests.support.gatherings import hidden

CODE = "ABCD3456"
HOME = f"/g/{CODE}"
JSON = {"accept": "application/json"}
SETS_LANGUAGE = f'action="{HOME}/desire-language"'
Open = Callable[..., Any]


def card_on(html: str) -> str:
    return re.search(r'name="desire" value="([0-9a-f]{32})"', html)[1]  # type: ignore[index]


def number_of(door: Any, browser: Any, alias: str) -> int:
    number = desire_behind(door.gathering, Purpose.CARD, door.seat(browser), alias)
    assert number is not None
    return number


def keys_on(html: str) -> list[str]:
    return re.findall(r'name="key" value="([0-9a-f]+)"', html)


def became(browser: Any) -> list[str]:
    """Return what became of each of a person's own desires, as their page says it."""
    return re.findall(r'data-became="([^"]*)"', browser.get(f"{HOME}/mine").text)


@pytest.fixture
def hall(open_door: Open) -> Iterator[Any]:
    """Return a gathering in which five people have said something."""
    door = open_door()
    five = [door.join() for _ in range(5)]  # their desires travel as one batch
    texts = ("Peace", "Bread for all", "More silence", "Songs at night", "To hear each other")
    for number, (browser, text) in enumerate(zip(five, texts, strict=True)):
        door.say(browser, text, key=f"first-say-{number}")
    return door


def tap(browser: Any, desire: str, stance: str = "1", *, key: str = "tap-tap-tap", **more: Any) -> Any:
    headers = more.pop("headers", {})
    data = {"desire": desire, "stance": stance, "key": key, **more}
    return browser.post(f"{HOME}/respond", data=data, headers=headers)


# --- the way of one person ---


def test_the_question_comes_before_anybody_elses_words(hall: Any) -> None:
    page = hall.join().get(HOME).text
    assert 'data-view="ask"' in page
    assert hall.gathering.state.question["en"] in page
    assert "I want …" in page
    assert "Bread for all" not in page


def test_what_is_said_is_kept_once_and_asked_whether_it_is_anothers(hall: Any) -> None:
    browser = hall.join()
    for _ in range(3):
        assert hall.say(browser, "Bread for everybody", key="the-same-key").status_code == 303
    assert len(hall.gathering.state.desires) == 6
    page = browser.get(HOME).text
    assert 'name="same_as"' in page
    assert "Bread for all" in page
    own = browser.post(f"{HOME}/own")
    assert own.headers["location"] == HOME
    assert 'name="same_as"' not in browser.get(HOME).text
    assert "1 of 8" in browser.get(HOME).text


def test_what_is_like_nobody_elses_is_said_to_be_kept(open_door: Open) -> None:
    door = open_door()
    browser = door.join()
    door.say(browser, "Peace")
    assert ">Kept.</p>" in browser.get(HOME).text
    assert ">Kept.</p>" not in browser.get(HOME).text


def test_the_same_desire_is_joined_by_the_persons_own_word_and_counts_as_wanted(hall: Any) -> None:
    browser = hall.join()
    hall.say(browser, "Bread for everybody")
    page = browser.get(HOME).text
    offered = page.split("Bread for all")[1].split("</form>")[0]
    pair = {"key": "join-join", "desire": hidden(offered, "desire"), "same_as": hidden(offered, "same_as")}
    joined = browser.post(f"{HOME}/join", data=pair)
    assert joined.status_code == 303
    state = hall.gathering.state
    assert state.root(5) == 1
    assert state.tally.answered(hall.seat(browser)) == {1: 1}
    assert "Bread for everybody" in browser.get(f"{HOME}/mine").text
    assert became(browser) == ["joined"]


@pytest.mark.parametrize(("voice", "words"), [("ten", "Mine too"), ("assembly", "Against")])
def test_the_words_to_answer_with_are_those_of_the_voice(open_door: Open, voice: str, words: str) -> None:
    door = open_door(voice=voice)
    door.say(door.join(), "Peace")
    page = door.join().get(f"{HOME}?cards=1").text
    assert words in page
    assert ("Against" in page) == (voice == "assembly")


def test_eight_cards_then_an_end_then_more(open_door: Open) -> None:
    door = open_door(cards=3)
    for number, author in enumerate([door.join() for _ in range(5)]):
        door.say(author, f"Desire {number}", key=f"say-number-{number}")
    browser = door.join()
    page = browser.get(f"{HOME}?cards=1").text
    for number in range(1, 4):
        assert f"{number} of 3" in page
        answer = tap(browser, card_on(page), key=f"card-number-{number}")
        assert answer.status_code == 200
        page = answer.text
        assert ">Kept.</p>" in page
    assert 'data-view="end"' in page
    assert 'data-view="end"' in browser.get(HOME).text
    more = browser.get(f"{HOME}?more=1").text
    assert "Card 4" in more
    page = tap(browser, card_on(more), key="card-number-4", more="1").text
    assert "Card 5" in page
    assert 'data-view="nothing"' in tap(browser, card_on(page), key="card-number-5", more="1").text
    assert len(door.gathering.state.tally.answered(door.seat(browser))) == 5


def test_adding_to_a_desire_wants_it_and_grows_another_from_it(hall: Any) -> None:
    browser = hall.join()
    card = hall.alias(browser, 1)
    sent = tap(browser, card, "add")
    assert sent.headers["location"] == f"{HOME}?add={card}"
    page = browser.get(sent.headers["location"]).text
    assert "Bread for all" in page
    hall.say(browser, "and salt", grew_from=card)
    assert hall.gathering.state.desires[5].grew_from == 1
    assert hall.gathering.state.tally.answered(hall.seat(browser))[1] == 1


def test_what_one_has_not_answered_cannot_be_read_by_its_number_or_as_another(hall: Any) -> None:
    browser, other = hall.join(), hall.join()
    tap(other, hall.alias(other, 1))
    for name in ("1", hall.alias(browser, 1), hall.alias(other, 1), hall.alias(browser, 1, Purpose.OWN)):
        assert "Bread for all" not in browser.get(f"{HOME}?add={name}").text
    assert "Bread for all" in other.get(f"{HOME}?add={hall.alias(other, 1)}").text


@pytest.mark.parametrize("stage", ["weaving", "reading"])
def test_while_there_is_no_text_yet_the_page_says_what_happens_and_keeps_desires_for_later(
    hall: Any, stage: str
) -> None:
    browser = hall.join()
    hall.move(stage)
    page = browser.get(HOME).text
    assert f'data-stage="{stage}"' in page
    assert f'action="{HOME}/respond"' not in page
    assert 'id="another"' in page
    hall.say(browser, "A wish that comes late")
    assert hall.gathering.state.desires[5].waiting
    assert codes(browser.get(HOME).text, "notice") == ["for the next round"]
    assert became(browser) == ["for the next round"]


def test_in_crossing_there_are_cards_at_once(hall: Any) -> None:
    hall.move("crossing")
    assert "1 of 8" in hall.join().get(HOME).text


def test_when_it_has_ended_the_page_says_so_and_takes_nothing(hall: Any) -> None:
    browser = hall.join()
    hall.submit("h0", "the-end", ev.Ended())
    page = browser.get(HOME).text
    assert 'data-ended="1"' in page
    assert "<form" not in page
    late = hall.say(browser, "Too late but not lost")
    assert late.status_code == 409
    assert "Too late but not lost" in late.text  # the words are still on the page


# --- where words went ---


def test_a_person_sees_what_became_of_each_desire_and_the_hosts_reason(open_door: Open) -> None:
    door = open_door(hold=True)
    browser = door.join()
    door.say(browser, "Peace", key="say-peace")
    assert became(browser) == ["waits for the hosts"]
    door.submit("h0", "no-thanks", ev.Moderated(0, "rejected", "Say it <once> more"))
    page = browser.get(f"{HOME}/mine").text
    assert "Say it &lt;once&gt; more" in page
    door.say(browser, "Bread", key="say-bread")
    assert (
        browser.post(
            f"{HOME}/withdraw", data={"key": "take-back", "desire": door.alias(browser, 1, Purpose.OWN)}
        ).status_code
        == 303
    )
    assert became(browser) == ["withdrawn", "not taken"]


def test_who_writes_in_another_language_is_told_which_and_sets_it_right_with_one_tap(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is taken for is the extra's affair; that nothing is told where it is the page's own is ours."""
    monkeypatch.setattr(spoken, "language_of", lambda text, page, _choices: "es" if text == "Paz" else page)
    door = open_door()
    browser = door.join()
    door.say(browser, "Peace", key="say-peace")
    assert SETS_LANGUAGE not in browser.get(HOME).text
    other = door.join()
    door.say(other, "Paz", key="say-paz")
    assert SETS_LANGUAGE in other.get(HOME).text
    assert "Español" in other.get(HOME).text.split(SETS_LANGUAGE)[1].split("</form>")[0]
    assert '<bdi dir="auto" lang="es">Paz</bdi>' in other.get(HOME).text
    own = door.alias(other, 1, Purpose.OWN)
    tap_once = {"key": "it-is-english", "desire": own, "language": "en", "back": "now"}
    assert other.post(f"{HOME}/desire-language", data=tap_once).headers["location"] == HOME
    assert door.gathering.state.desires[1].language == "en"
    assert SETS_LANGUAGE not in other.get(HOME).text
    mine = other.get(f"{HOME}/mine").text
    assert codes(mine, "written-in") == ["en"]
    assert LANGUAGES["en"] in text_at(mine, "data-written-in", "en")
    assert browser.post(f"{HOME}/desire-language", data={**tap_once, "key": "not-mine-1"}).status_code == 404
    assert (
        other.post(f"{HOME}/desire-language", data={**tap_once, "key": "klingon", "language": "tlh"}).status_code == 400
    )
    assert door.gathering.state.desires[1].language == "en"


def test_who_does_not_read_a_language_is_dealt_no_more_of_it_and_has_answered_nothing(open_door: Open) -> None:
    door = open_door()
    author = door.join(language="he")
    door.say(author, "שלום", key="say-shalom")
    door.say(author, "מים וצל", key="say-water")
    for number, text in enumerate(("Peace", "Bread")):
        door.say(door.join(), text, key=f"say-it-{number}")
    browser = door.join()
    page = browser.get(f"{HOME}?cards=1").text
    while door.gathering.state.desires[number_of(door, browser, card_on(page))].language == "en":
        assert "unread" in page.split('id="foreign"')[0].rsplit("<form", 1)[1]
        assert page.split('id="foreign"')[1].startswith(" hidden")
        page = tap(browser, card_on(page), key=f"tap-{card_on(page)}").text
    answered = dict(door.gathering.state.tally.answered(door.seat(browser)))
    assert page.split('id="foreign"')[1].startswith(">")
    sent = {"key": "no-hebrew-1", "desire": card_on(page)}
    assert browser.post(f"{HOME}/unread", data=sent).headers["location"] == HOME
    again = browser.post(f"{HOME}/unread", data=sent, headers=JSON).json()
    assert (again["kept"], len(again["receipt"]), again["heads"]) == (True, 64, 0)
    assert door.gathering.state.tally.answered(door.seat(browser)) == answered
    told = browser.get(HOME, headers=JSON).json()
    while told["next"] is not None:
        assert (told["next"]["lang"], told["next"]["foreign"]) == ("en", False)
        told = tap(browser, told["next"]["desire"], key=f"on-{told['next']['desire']}", headers=JSON).json()
    assert browser.get(f"{HOME}/mine.json").json()["unread"] == ["he"]
    mine = browser.get(f"{HOME}/mine").text
    assert codes(mine, "unread") == ["he"]
    assert LANGUAGES["he"] in text_at(mine, "data-unread", "he")
    after_all = {"key": "hebrew-after", "language": "he", "on": "0", "back": "mine"}
    assert browser.post(f"{HOME}/unread", data=after_all).headers["location"] == f"{HOME}/mine#languages"
    assert browser.get(HOME, headers=JSON).json()["next"]["foreign"] is False, "they said that they read it"
    own = browser.post(f"{HOME}/unread", data={"key": "no-english", "language": "en"}, headers=JSON)
    assert (own.status_code, own.json()["kept"]) == (404, False)


def test_a_desire_that_hosts_found_in_two_languages_is_met_in_ones_own(open_door: Open) -> None:
    door = open_door()
    door.say(door.join(language="he"), "שלום", key="say-shalom")
    door.say(door.join(), "Peace", key="say-peace")
    for host in ("h0", "h1"):
        door.submit(host, f"same-{host}", ev.Translated(1, 0))
    browser, hebrew = door.join(), door.join(language="he")
    page = browser.get(f"{HOME}?cards=1").text
    card = card_on(page)
    assert (number_of(door, browser, card), '<bdi dir="auto" lang="en">Peace</bdi>' in page) == (0, True)
    assert page.split('id="foreign"')[1].startswith(" hidden")
    assert "שלום" in hebrew.get(f"{HOME}?cards=1").text
    added = tap(browser, card, "add")
    assert added.headers["location"] == f"{HOME}?add={card}"
    assert "Peace" in browser.get(added.headers["location"]).text
    assert door.gathering.state.tally.answered(door.seat(browser)) == {0: 1}
    assert browser.get(f"{HOME}/mine.json").json()["responses"] == [
        {"desire": card, "text": "Peace", "language": "en", "stance": 1, "stem": ""}
    ]


def test_an_answer_can_be_changed_and_the_last_one_counts(hall: Any) -> None:
    browser = hall.join()
    tap(browser, hall.alias(browser, 0), "1", key="answer-one")
    page = browser.get(f"{HOME}/mine").text
    assert 'name="back" value="mine"' in page
    changed = tap(browser, hall.alias(browser, 0), "0", key="answer-two", back="mine")
    assert changed.headers["location"] == f"{HOME}/mine#answers"
    assert hall.gathering.state.tally.answered(hall.seat(browser)) == {0: 0}
    tap(browser, hall.alias(browser, 0), "1", key="answer-one")  # the first one comes once more from a slow network
    assert hall.gathering.state.tally.answered(hall.seat(browser)) == {0: 0}


def test_how_many_want_it_is_told_in_words_that_move_only_at_the_end_of_a_stage(hall: Any) -> None:
    people = [hall.join() for _ in range(14)]
    for number, browser in enumerate(people):
        tap(browser, hall.alias(browser, 0), "1" if number < 7 else "0", key=f"asked-{number:04}")
        assert wanted_by(hall.gathering, 0) is None
    hall.move("crossing")
    assert wanted_by(hall.gathering, 0) == "some"


def test_my_data_hold_everything_and_nothing_of_others(hall: Any) -> None:
    browser = hall.join(language="he")
    hall.say(browser, "Only mine")
    tap(browser, hall.alias(browser, 2), "0")
    told = browser.get(f"{HOME}/mine.json")
    assert "attachment" in told.headers["content-disposition"]
    mine = told.json()
    assert [one["text"] for one in mine["desires"]] == ["Only mine"]
    assert [(one["desire"], one["stance"]) for one in mine["responses"]] == [(hall.alias(browser, 2), 0)]
    assert mine["language"] == "he"


def test_erasing_asks_once_more_then_leaves_nothing(hall: Any) -> None:
    browser = hall.join()
    hall.say(browser, "Words that will be gone")
    asked = browser.post(f"{HOME}/erase")
    assert 'name="sure" value="yes"' in asked.text
    assert hall.gathering.state.desires[5].text
    done = browser.post(f"{HOME}/erase", data={"sure": "yes", "key": "erase-all"})
    assert (done.status_code, "<form" in done.text, f'href="/j/{CODE}"' in done.text) == (200, False, True)
    assert hall.gathering.state.desires[5].text == ""
    assert browser.get(HOME).status_code == 303
    assert b"Words that will be gone" not in hall.gathering.path.read_bytes()


def test_language_and_presence(hall: Any) -> None:
    browser = hall.join()
    hall.submit("h0", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL42"))
    browser.post(f"{HOME}/language", data={"key": "language-1", "language": "he"})
    assert '<html lang="he" dir="rtl">' in browser.get(HOME).text
    assert browser.post(f"{HOME}/language", data={"language": "xx"}).status_code == 400
    assert browser.post(f"{HOME}/present", data={"key": "present-1", "code": " meal42 "}).status_code == 303
    assert browser.post(f"{HOME}/present", data={"code": "WRONG"}).status_code == 404
    assert browser.post(f"{HOME}/present", data={"occasion": "0"}).status_code == 404
    assert hall.gathering.state.occasions[0].present == 1


# --- what the script is told ---


def test_a_tap_of_the_script_is_answered_with_the_next_card(hall: Any) -> None:
    browser = hall.join()
    for kind in ("form", "json"):
        card = browser.get(HOME, headers=JSON).json()["next"]
        body = {"desire": card["desire"], "stance": 1, "key": f"key-of-{kind}"}
        more = {"data": {k: str(v) for k, v in body.items()}} if kind == "form" else {"json": body}
        told = browser.post(f"{HOME}/respond", headers=JSON, **more).json()
        assert told["kept"] is True
        assert set(told["next"]) == {"desire", "text", "lang", "stem", "n", "of", "foreign"}
        assert told["next"]["n"] == card["n"] + 1
        assert told["next"]["desire"] != card["desire"]
        again = browser.post(f"{HOME}/respond", headers=JSON, **more).json()
        assert again == told


def test_the_script_is_told_why_something_was_not_kept(hall: Any) -> None:
    browser = hall.join()
    tap(browser, hall.alias(browser, 0), "1", key="one-key-only", headers=JSON)
    other = tap(browser, hall.alias(browser, 0), "0", key="one-key-only", headers=JSON)
    assert (other.status_code, other.json()["kept"], other.json()["why"]) == (409, False, "conflict")
    against = tap(browser, hall.alias(browser, 1), "-1", headers=JSON)  # a ten disputes nobody
    assert (against.status_code, against.json()["kept"]) == (409, False)
    hall.move("weaving")
    closed = tap(browser, hall.alias(browser, 2), "1", key="too-late", headers=JSON)
    assert (closed.status_code, closed.json()["why"]) == (409, "closed")
    stranger = tap(hall.browser(), hall.alias(browser, 0), headers=JSON)
    assert (stranger.status_code, stranger.json()["kept"]) == (401, False)
    blocked = browser.post(f"{HOME}/desire", data={"text": "x" * 141}, headers=JSON)
    assert (blocked.status_code, blocked.json()["why"]) == (422, "too long")
    assert "140" in blocked.json()["sentence"]


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("respond", ""),
        ("desire", ""),
        ("own", ""),
        ("erase", "/mine"),
        ("present", "/mine"),
        ("circle/line", "/circle"),
    ],
)
def test_a_reloaded_form_leads_back_to_its_page(hall: Any, form: str, page: str) -> None:
    answer = hall.join().get(f"{HOME}/{form}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}{page}")


def test_every_link_leads_to_a_page_wherever_it_stands(hall: Any) -> None:
    hall.submit("h0", "circle", ev.CircleAdded("Olive", "olive"))
    hall.submit("h0", "meal", ev.OccasionAdded("Evening meal", "meal", "MEAL42"))
    browser = hall.join(circle="0")
    hall.submit("h0", "give-duty", ev.DutyGiven(0, hall.seat(browser)))
    pages = [browser.get(path).text for path in (HOME, f"{HOME}/mine", f"{HOME}/circle", f"{HOME}?cards=1")]
    pages += [tap(browser, hall.alias(browser, 0)).text, hall.say(browser, "").text, browser.post(f"{HOME}/erase").text]
    pages.append(browser.post(f"{HOME}/circle/line", data={"text": ""}).text)
    links = {link for page in pages for link in re.findall(r'<a [^>]*href="([^"]*)"', page)}
    assert len(links) > 5
    for link in links - {"#main"}:
        assert link.startswith("/"), link
        assert browser.get(link.replace("&amp;", "&")).status_code == 200, link


# --- bad input ---


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        (" \u200b\u2060 \n", "empty"),
        ("\u202e\u2066", "empty"),
        ("a" * 141, "too long"),
        ("Write to me: me@example.org", "contact"),
        ("Call 052-123-4567 now", "contact"),
        ("See https://example.org today", "link"),
        ("That @somebody comes", "link"),
    ],
)
def test_what_blocks_is_told_beside_the_words(hall: Any, text: str, hint: str) -> None:
    browser = hall.join()
    answer = hall.say(browser, text)
    assert answer.status_code == 422
    assert codes(answer.text, "hint") == [hint]
    assert ("140" in text_at(answer.text, "data-hint", hint)) is (hint == "too long")
    assert text.strip(" \n") in answer.text
    assert len(hall.gathering.state.desires) == 5


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Bread. Peace for all of us.", "two wishes"),
        ("Will we be one?", "question"),
    ],
)
def test_hints_never_block(hall: Any, text: str, hint: str) -> None:
    browser = hall.join()
    assert hall.say(browser, text).status_code == 303
    assert codes(browser.get(HOME).text, "notice") == [hint]
    assert hall.gathering.state.desires[5].text == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"text=one%ED%A0%80+heart", None),
        (b"text=one%E2%80%AE+heart", "one heart"),
        (b"text=o%E2%80%8Bne", "one"),
        (b"text=%F0%9F%95%8A", "🕊"),
        (b"text=shalom%00%07", "shalom"),
        (b"text=one%0D%0Atwo", "one two"),
        (b"text=%D7%A9%D7%81%D7%9C%D7%95%D7%9D", "שׁלום"),
    ],
)
def test_odd_letters_do_no_harm(hall: Any, raw: bytes, kept: str | None) -> None:
    browser = hall.join()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser.post(f"{HOME}/desire", content=raw + b"&key=odd-letters", headers=headers)
    assert answer.status_code == 303
    if kept is not None:
        assert hall.gathering.state.desires[5].text == kept
    assert browser.get(f"{HOME}/mine").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"desire=1", b"desire=99&stance=1", b"desire=-1&stance=1", b"desire=1&stance=2", b"desire=%D9%A3&stance=1",
        b"desire=99999999999999999999&stance=1", b"&&&===", b"\xff\xfe", b"desire=1&stance=%31%32",
    ],
)  # fmt: skip
def test_a_tap_that_is_none_changes_nothing(hall: Any, body: bytes) -> None:
    browser = hall.join()
    for headers in ({}, JSON):
        answer = browser.post(
            f"{HOME}/respond",
            content=body,
            headers={"content-type": "application/x-www-form-urlencoded", **headers},
        )
        assert answer.status_code == 404
    assert hall.gathering.state.tally.answered(hall.seat(browser)) == {}


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b'{"desire":"1","stance":1}', b'{"desire":1,"stance":1}', b'{"desire":1e400,"stance":1}', b"\xff"],
)
def test_a_json_tap_that_is_none_changes_nothing(hall: Any, body: bytes) -> None:
    browser = hall.join()
    answer = browser.post(f"{HOME}/respond", content=body, headers={"content-type": "application/json", **JSON})
    assert (answer.status_code, answer.json()["kept"]) == (404, False)


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(hall: Any) -> None:
    browser = hall.join()
    for path in ("respond", "desire", "erase"):
        assert browser.post(f"{HOME}/{path}", content=b"a" * 10_000_000).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"text=" + b"a" * 1000

    assert browser.post(f"{HOME}/desire", content=endless()).status_code == 413


@pytest.mark.parametrize("path", ["respond", "desire", "join", "own", "withdraw", "erase", "language", "present"])
def test_another_origin_is_refused_and_nobody_without_a_seat_gets_in(hall: Any, path: str) -> None:
    browser = hall.join()
    foreign = browser.post(f"{HOME}/{path}", data={"sure": "yes"}, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    stranger = hall.browser().post(f"{HOME}/{path}", data={"sure": "yes"})
    assert (stranger.status_code, stranger.headers["location"]) == (303, f"/j/{CODE}")
    assert hall.browser().post(f"/g/ZZZZ9999/{path}", data={}).headers["location"] == "/j/ZZZZ9999"


def test_nobody_touches_what_is_anothers(hall: Any) -> None:
    browser = hall.join()
    hall.say(browser, "Mine")
    own, offered = hall.alias(browser, 5, Purpose.OWN), hall.alias(browser, 1, Purpose.JOIN)
    not_theirs = ["0", "nonsense", "", "0" * 32, own.upper(), hall.alias(browser, 5), offered]
    not_theirs += [alias_for(hall.gathering, Purpose.OWN, 0, 0)]
    for name in not_theirs:
        assert browser.post(f"{HOME}/withdraw", data={"desire": name}).status_code == 404
        assert browser.post(f"{HOME}/join", data={"desire": name, "same_as": offered}).status_code == 404
        assert 'data-view="near"' not in browser.get(f"{HOME}?said={name}").text or not name
    for name in ("1", own, hall.alias(browser, 1), alias_for(hall.gathering, Purpose.JOIN, 0, 1)):
        assert browser.post(f"{HOME}/join", data={"desire": own, "same_as": name}).status_code == 404
    assert [desire.withdrawn or desire.joined for desire in hall.gathering.state.desires] == [False] * 6


def test_a_fourth_desire_waits_for_a_place_and_is_not_lost(hall: Any) -> None:
    browser = hall.join()
    for number in range(3):
        hall.say(browser, f"Wish {number}", key=f"wish-number-{number}")
    fourth = hall.say(browser, "Wish the fourth", key="wish-number-3")
    assert fourth.status_code == 409
    assert "Wish the fourth" in fourth.text


@pytest.mark.parametrize("why", list(Refusal))
def test_every_refusal_has_a_page_that_says_what_to_do_and_keeps_the_words(
    hall: Any, why: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = hall.join()

    async def refuse(*_: Any, **__: Any) -> None:
        raise Refused(why)

    monkeypatch.setattr(hall.gathering, "submit", refuse)  # the disk is not really full here
    answer = hall.say(browser, "These words stay")
    assert answer.status_code >= 400
    assert "These words stay" in answer.text
    assert 'role="alert"' in answer.text
    told = tap(browser, hall.alias(browser, 0), headers=JSON)
    assert (told.status_code, told.json()["kept"]) == (answer.status_code, False)
    assert tap(browser, hall.alias(browser, 0)).status_code == answer.status_code


def test_words_are_never_markup(open_door: Open) -> None:
    door = open_door(name="<i>Desert</i>", question={"en": "What <b>do</b> you want?"}, languages=["en"])
    evil = "<script>alert(1)</script>\"'&{{7*7}}"
    door.say(door.join(), evil)
    browser = door.join()
    pages = [browser.get(HOME).text, browser.get(f"{HOME}?cards=1").text]
    pages.append(tap(browser, door.alias(browser, 0), back="mine").text)
    pages.append(browser.get(f"{HOME}/mine").text)
    for page in pages:
        for bad in ("<script>alert", "<i>", "<b>"):
            assert bad not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;{{7*7}}" in pages[1]


def test_a_card_in_a_page_is_as_if_rendered_alone(hall: Any) -> None:
    hall.gathering.state.desires[0].stem = "want"
    browser = hall.join()
    pages = [browser.get(f"{HOME}?cards=1&lang={language}").text for language in ("en", "en", "en-XA")]
    assert all("\ue000" not in page and "\ue001" not in page for page in pages)
    assert len({key for page in pages for key in keys_on(page)}) == 2 * len(pages)  # each page has keys of its own
    assert memory_of(hall.gathering).rendered


def test_nothing_on_the_page_is_inline_or_foreign(hall: Any) -> None:
    browser = hall.join()
    for path in (HOME, f"{HOME}?cards=1", f"{HOME}/mine", f"/j/{CODE}", "/"):
        page = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)
        assert not any(re.findall(r"<script[^>]*>([^<]*)", page))


def test_hosts_read_no_seat_numbers_on_the_page(hall: Any) -> None:
    browser = hall.join()
    told = browser.get(f"{HOME}/mine.json").text + json.dumps(browser.get(HOME, headers=JSON).json())
    assert '"seat"' not in told
    assert '"author"' not in told
