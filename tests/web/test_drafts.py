"""Drafts of a machine on the pages: in the box of a reader of both, at the desk, in the settings and the terms."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from oneheart.connecting.drafted import LineToDraft
from oneheart.connecting.outcome import Failure
from oneheart.live.drafts import Engines
from oneheart.model.prayer import DraftsBy
from tests.support.codes import codes
from tests.support.desks import Desk
from tests.support.gatherings import CODE, Door, hidden
from tests.support.many_tongues import WORDS
from tests.web.test_carrying import API, HOME, IN_HEBREW, WISH, Crossing, hidden_fields, kind

Open = Callable[..., Any]
NAME = "models.example.org"
PAIRS = frozenset({("en", "he"), ("he", "en")})


def offer(door: Door, *by: DraftsBy, answer: str | Failure = IN_HEBREW) -> list[LineToDraft]:
    """Let the server have machines; return the list of what they are given."""
    sent: list[LineToDraft] = []

    async def machine(line: LineToDraft) -> str | Failure:
        sent.append(line)
        return answer

    here = machine if DraftsBy.HERE in by else None
    address = machine if DraftsBy.ADDRESS in by else None
    door.house.engines = Engines(here, PAIRS, address, NAME if address else "")
    door.gathering.drafts.engines = door.house.engines
    return sent


def until(holds: Callable[[], object]) -> None:
    """Wait until the house has done its part."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def crossing(open_door: Open) -> tuple[Crossing, list[LineToDraft]]:
    """Return people who cross, with a machine here whose draft of the wish is ready, and what it was given."""
    door = open_door(drafts=DraftsBy.HERE, cards=1)
    sent = offer(door, DraftsBy.HERE)
    hall = Crossing(lambda **_: door)
    until(lambda: door.gathering.drafts.made)
    return hall, sent


def bearer(browser: Any) -> dict[str, str]:
    """Return the header by which a program acts for a person."""
    return {"authorization": "Bearer " + next(c.value for c in browser.cookies.jar if c.name == "seat")}


def box(page: str) -> str:
    """Return what stands in the box of the form about carrying."""
    found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page[page.index('id="carry"') :])
    assert found is not None
    return found[1]


def test_a_reader_of_both_finds_the_draft_marked_in_their_box_and_nobody_else_meets_it(open_door: Open) -> None:
    hall, sent = crossing(open_door)
    page = hall.page(hall.first)
    assert kind(page) == "say"
    assert "data-draft" in page
    assert box(page) == IN_HEBREW
    assert {line.text for line in sent} == {WISH}
    told = hall.door.browser().get(f"{API}/carrying", headers=bearer(hall.first)).json()
    assert (told["kind"], told["draft"], told["new"]) == ("say", IN_HEBREW, "")
    desk = Desk(hall.door)
    others = [hall.page(hall.reader), hall.page(hall.author), desk.page(), hall.first.get(f"/hall/{CODE}").text]
    others += [hall.first.get(f"{HOME}/mine.json").text]
    others += [hall.door.browser().get(f"{API}/carrying", headers=bearer(hall.reader)).text]
    assert [page for page in others if IN_HEBREW in page] == []


def test_a_draft_that_somebody_keeps_is_theirs_and_is_marked_until_others_confirm_it(open_door: Open) -> None:
    hall, _ = crossing(open_door)
    page = hall.page(hall.first)
    hall.first.post(f"{HOME}/say-words", data={**hidden_fields(page), "text": box(page)})
    [words] = hall.door.gathering.state.desires.carried.words.values()
    assert (words.text, words.seat, words.drafted) == (IN_HEBREW, hall.door.seat(hall.first), True)
    assert "data-drafted" in Desk(hall.door).page()
    page = hall.page(hall.second)
    assert kind(page) == "same"
    assert "data-drafted" in page
    assert IN_HEBREW not in hall.page(hall.reader), "one person is not enough"
    hall.confirm()
    assert IN_HEBREW in hall.page(hall.reader)


def test_a_draft_that_somebody_changes_is_their_own_words(open_door: Open) -> None:
    hall, _ = crossing(open_door)
    hall.carry(f"{IN_HEBREW} ושלום")
    [words] = hall.door.gathering.state.desires.carried.words.values()
    assert words.drafted is False
    assert "data-drafted" not in hall.page(hall.second)


def test_a_machine_that_fails_is_one_sentence_on_the_desk_and_people_go_on(open_door: Open) -> None:
    door = open_door(drafts=DraftsBy.HERE, cards=1)
    offer(door, DraftsBy.HERE, answer=Failure("engine"))
    hall = Crossing(lambda **_: door)
    until(lambda: hall.door.gathering.drafts.failure)
    desk = Desk(hall.door)
    page = desk.page()
    assert 'id="drafts" data-why="engine"' in page
    assert box(hall.page(hall.first)) == ""
    assert hall.carry().status_code == 303
    hall.confirm()
    assert IN_HEBREW in hall.page(hall.reader)


def test_without_a_machine_the_settings_offer_none(open_door: Open) -> None:
    door = open_door(keep_days=30)
    desk = Desk(door)
    assert 'name="drafts"' not in desk.browser.get(f"/host/{CODE}/settings").text


def settings_form(page: str) -> dict[str, str]:
    """Return the fields of the settings form as they stand on the page."""
    fields = {"key": hidden(page, "key"), "version": hidden(page, "version"), "name": "Desert", "keep": "30"}
    return fields | {f"language-{code}": "1" for code in ("en", "he")} | {"first": "en", "cards": "8", "voice": "ten"}


def test_hosts_choose_a_machine_and_everybody_is_told_and_asked_again(open_door: Open) -> None:
    door = open_door(keep_days=30)
    offer(door, DraftsBy.HERE, DraftsBy.ADDRESS)
    desk = Desk(door)
    before = door.join(consent="1")
    page = desk.browser.get(f"/host/{CODE}/settings").text
    assert re.findall(r'name="drafts" value="(\w+)"( checked)?', page) == [
        ("nobody", " checked"),
        ("here", ""),
        ("address", ""),
    ]
    assert NAME in page
    assert codes(door.browser().get(f"/j/{CODE}").text, "term")[1] == "seen"
    done = desk.browser.post(f"/host/{CODE}/settings", data={**settings_form(page), "drafts": "address"})
    assert done.status_code == 303, done.text
    settings = door.gathering.state.settings
    assert (settings.drafts, settings.drafts_address) == (DraftsBy.ADDRESS, NAME)
    door_page = door.browser().get(f"/j/{CODE}").text
    assert "drafts" in codes(door_page, "term")
    assert NAME in door_page
    assert before.get(HOME).headers["location"] == f"{HOME}/terms", "they are asked again"
    assert "drafts" in codes(before.get(f"{HOME}/terms").text, "term")


def test_a_form_cannot_name_an_address(open_door: Open) -> None:
    door = open_door(keep_days=30)
    offer(door, DraftsBy.HERE)
    desk = Desk(door)
    page = desk.browser.get(f"/host/{CODE}/settings").text
    data = {**settings_form(page), "drafts": "address", "drafts_address": "evil.example.org"}
    assert desk.browser.post(f"/host/{CODE}/settings", data=data).status_code == 404
    assert door.gathering.state.settings.drafts is DraftsBy.NOBODY


def test_a_line_that_is_read_has_its_draft_in_the_box_of_a_reader_of_both(open_door: Open) -> None:
    door = open_door(drafts=DraftsBy.HERE, languages=["en", "he"])
    offer(door, DraftsBy.HERE, answer=WORDS["he"][0])
    both, reader = door.join(), door.join(language="he")
    both.post(f"{HOME}/unread", data={"key": "i-read-hebrew", "language": "he", "on": "0"})
    both.post(f"{HOME}/unread", data={"key": "i-read-english", "language": "en", "on": "0"})
    reader.post(f"{HOME}/unread", data={"key": "no-english", "language": "en", "on": "1"})
    door.say(both, WORDS["en"][0], key="say-the-line")
    door.lead_to("reading")
    until(lambda: door.gathering.drafts.made)
    page = both.get(HOME).text
    assert WORDS["he"][0] in page
    assert "data-draft" in page
    shown = [reader.get(HOME).text, both.get(f"/hall/{CODE}").text, Desk(door).page()]
    assert [page for page in shown if WORDS["he"][0] in page] == []
    form = page[page.index('action="/g/ABCD3456/say-in"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[: form.index("</form>")]))
    assert both.post(f"{HOME}/say-in", data={**fields, "text": WORDS["he"][0]}).status_code == 303
    [carried] = door.gathering.state.prayers.carried.values()
    assert carried.drafted is True
    assert "data-drafted" in Desk(door).page()
