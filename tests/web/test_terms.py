"""The terms on the pages: at the door, on the phone, for people without a phone, on the desk, and after the term."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import get_args

import pytest

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.state.retention import DAY_MS, IDLE_DAYS
from oneheart.web.api.types import DesireTold
from oneheart.web.kept import KEPT
from oneheart.web.terms import day_of, terms_of
from oneheart.web.words import LANGUAGES, Words
from tests.support.gatherings import CODE, Door, hidden, make_settings
from tests.support.keys import seat_key
from tests.support.sheets import read_sheet

Open = Callable[..., Door]


def codes(html: str, name: str) -> list[str]:
    """Return the values of a data attribute, in order."""
    return re.findall(rf'data-{name}="([^"]*)"', html)


def test_every_kind_of_event_about_a_person_stands_in_one_row_of_the_table_of_data() -> None:
    about_people = {kind for kind in get_args(ev.AnyBody) if "seat" in kind.__struct_fields__} | {ev.SeatTaken}
    listed = [kind for datum in KEPT for kind in datum.events]
    assert set(listed) == about_people
    assert len(listed) == len(set(listed))


def test_the_door_shows_the_terms_and_the_seat_comes_with_the_consent(open_door: Open) -> None:
    door = open_door(keep_days=30, run_by="The house on the hill")
    browser = door.browser()
    page = browser.get(f"/j/{CODE}").text
    assert codes(page, "term") == ["until", "seen", "rows", "operator", "wifi", "rights", "by"]
    assert codes(page, "datum") == [datum.code for datum in KEPT]
    assert "The house on the hill" in page
    assert "30 days" in page
    assert f'href="/hall/{CODE}"' in page, "one may only look"
    door.join(browser, consent=hidden(page, "consent"))
    assert door.gathering.state.keeping.has_agreed(door.seat(browser))
    assert door.say(browser, "Peace").status_code == 303


def test_a_program_reads_the_terms_and_sends_their_version_as_the_consent(open_door: Open) -> None:
    door = open_door(keep_days=30, run_by="The house on the hill")
    browser = door.browser()
    root = f"/api/v1/gatherings/{CODE}"
    terms = browser.get(f"{root}/terms", params={"lang": "he"}).json()
    assert (terms["language"], terms["days"], terms["run_by"]) == ("he", 30, "The house on the hill")
    shown = terms_of(door.gathering, Words("he"), encrypted=False)
    assert [(one["code"], one["text"]) for one in terms["sentences"]] == [(code, str(t)) for code, t in shown.sentences]
    assert [one["code"] for one in terms["rows"]] == [datum.code for datum in KEPT]
    assert browser.get(f"{root}/terms", params={"lang": "xx"}).json()["language"] == "en"
    asked = {"key": seat_key("program"), "language": "en"}
    without = browser.post(f"{root}/seats", json={**asked, "key": seat_key("without")}).json()["secret"]
    secret = browser.post(f"{root}/seats", json={**asked, "consent": terms["version"]}).json()["secret"]
    said = {"key": "desire-of-program", "text": "Bread for all", "language": "en"}
    answers = [
        browser.post(f"{root}/desires", json=said, headers={"authorization": f"Bearer {bearer}"}).status_code
        for bearer in (without, secret)
    ]
    assert answers == [403, 200]


def test_a_seat_without_consent_sees_the_terms_and_nothing_of_it_is_kept(open_door: Open) -> None:
    door = open_door(keep_days=30)
    browser = door.join()
    assert browser.get(f"/g/{CODE}").headers["location"] == f"/g/{CODE}/terms"
    refused = door.say(browser, "Peace")
    assert refused.status_code == 403
    assert codes(refused.text, "why") == ["consent"]
    assert not door.gathering.state.desires.entries
    page = browser.get(f"/g/{CODE}/terms").text
    sent = browser.post(f"/g/{CODE}/agree", data={"key": hidden(page, "key"), "version": hidden(page, "version")})
    assert sent.headers["location"] == f"/g/{CODE}"
    assert browser.get(f"/g/{CODE}").status_code == 200
    assert door.say(browser, "Peace").status_code == 303
    assert codes(browser.get(f"/g/{CODE}/terms").text, "agreed") == ["1"]
    assert browser.get(f"/g/{CODE}/agree").headers["location"] == f"/g/{CODE}/terms"


def test_when_hosts_change_the_term_the_page_comes_again(open_door: Open) -> None:
    door = open_door(keep_days=30)
    browser = door.join(consent="1")
    assert browser.get(f"/g/{CODE}").status_code == 200
    door.submit("h0", "longer", make_settings(keep_days=90, version=1))
    assert browser.get(f"/g/{CODE}").headers["location"] == f"/g/{CODE}/terms"
    page = browser.get(f"/g/{CODE}/terms").text
    assert "changed terms" in codes(page, "why")
    outdated = browser.post(f"/g/{CODE}/agree", data={"key": "outdated-key", "version": "1"})
    assert outdated.status_code == 409
    assert browser.post(f"/g/{CODE}/agree", data={"key": "newest-key", "version": "2"}).status_code == 303
    assert codes(browser.get(f"/g/{CODE}/mine").text, "agreed") == ["1"]


def test_a_person_without_a_phone_is_asked_aloud(open_door: Open) -> None:
    door = open_door(keep_days=30)
    door.submit("h0", "circle", ev.CircleAdded("", "circle-key"))
    browser = door.join(consent="1", circle="0")
    door.submit("h0", "duty", ev.DutyGiven(0, 0))
    page = browser.get(f"/g/{CODE}/circle/sheet").text
    assert hidden(page, "consent") == "1"
    add = {"doing": "new", "language": "en"}
    browser.post(f"/g/{CODE}/circle/scribe", data={**add, "key": "without-consent"})
    browser.post(f"/g/{CODE}/circle/scribe", data={**add, "key": "with-consent", "consent": "1"})
    keeping = door.gathering.state.keeping
    assert [keeping.has_agreed(seat) for seat in (1, 2)] == [False, True]
    sheet = read_sheet(browser.get(f"/g/{CODE}/circle/sheet").text)
    (agree,) = sheet.named("agree")
    says = sheet.named("say", "1")[0]
    assert browser.post(f"/g/{CODE}/circle/sheet", data={**sheet.hidden, says: "Bread"}).status_code == 422
    assert not door.gathering.state.desires
    both = {**sheet.hidden, "sheet_key": "they-agree-now", agree: "1", says: "Bread"}
    assert browser.post(f"/g/{CODE}/circle/sheet", data=both).status_code == 303
    assert len(door.gathering.state.desires) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("days", "hold", "encrypted"), [(30, False, False), (1, True, True), (0, False, True)])
def test_the_sentences_follow_the_settings(
    open_door: Open, language: str, days: int, hold: bool, encrypted: bool
) -> None:
    door = open_door(keep_days=days, hold=hold)
    terms = terms_of(door.gathering, Words(language), encrypted=encrypted)
    said = dict(terms.sentences)
    assert ("hold" in said) is hold
    assert ("wifi" in said) is not encrypted
    assert str(disclosure.K) in said["seen"]
    assert days <= 1 or str(days) in said["until"]
    assert all(str(disclosure.K) in row.seen for row in terms.rows if row.code in {"answers", "presence", "felt"})


def test_hosts_see_no_author_where_the_terms_say_so(open_door: Open) -> None:
    door = open_door(keep_days=30)
    browser = door.join(consent="1")
    door.say(browser, "Peace")

    assert not {"author", "seat", "circle", "at", "seq"} & set(DesireTold.__struct_fields__)


def test_the_day_is_told_to_people_and_on_the_desk_and_afterwards_the_door_says_that_it_was(open_door: Open) -> None:
    door = open_door(keep_days=30)
    browser, gathering = door.join(consent="1"), door.gathering
    door.say(browser, "Peace on the hills")
    door.submit("h0", "host", ev.HostSeated(hash_of("host-secret")))
    desk = door.browser()
    desk.cookies.set("host", "host-secret", path=f"/host/{CODE}")
    started = gathering.now()
    assert f"{IDLE_DAYS} days" in desk.get(f"/host/{CODE}/settings").text
    door.submit("h0", "end", ev.Ended())
    for page in (browser.get(f"/g/{CODE}/mine"), desk.get(f"/host/{CODE}/end")):
        assert page.status_code == 200
        assert day_of(started + 30 * DAY_MS) in page.text
    gathering.now = lambda: started + 31 * DAY_MS
    until = time.monotonic() + 10
    while gathering.state.keeping.purged_at is None or gathering.state.people.count:
        assert time.monotonic() < until
        time.sleep(0.05)  # the leader works in the app's own loop
    page = door.browser().get(f"/j/{CODE}")
    assert codes(page.text, "purged") == ["1"]
    assert browser.get(f"/g/{CODE}/mine").status_code != 200, "the secret opens nothing any more"
    for path in ("", "/settings", "/end", "/export", "/log", "/measures", "/circles", "/programme"):
        answer = desk.get(f"/host/{CODE}{path}")
        assert answer.status_code in {200, 303, 404}, path
        assert "Peace on the hills" not in answer.text
    for path in (f"/hall/{CODE}", f"/host/{CODE}/export.zip"):
        assert desk.get(path).status_code < 500
