"""Who cannot read a line is not asked whether they can say it, on no page and by no program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from oneheart.engine.desire import spoken
from oneheart.live import events as ev
from oneheart.live.codes import hash_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.judging import digest_of
from oneheart.live.state.carried_desires import CarriedWords
from oneheart.live.state.meeting import Meetings
from oneheart.web.app import make_app
from oneheart.web.hall.screen import LACKING, text_columns
from oneheart.web.pages import words_for
from tests.support.keys import seat_key

CODE = "ABCD3456"
OWN = {"origin": "http://testserver"}
LINE = "להיות לב אחד"


class Hall:
    """A gathering of three languages that reads one Hebrew line and one English line."""

    def __init__(self, client: TestClient, gathering: LiveGathering) -> None:
        """Let people come, wish and weave."""
        self.client, self.gathering = client, gathering
        self.seats: dict[str, int] = {}
        self.who: dict[str, dict[str, str]] = {}
        for name, language in (("ann", "en"), ("bo", "he"), ("eva", "es"), ("dan", "he")):
            given = client.post(self.url("/seats"), json={"key": seat_key(f"{name}-{name}"), "language": language})
            self.who[name] = {"authorization": f"Bearer {given.json()['secret']}"}
            number = gathering.seat_of(given.json()["secret"])
            assert number is not None
            self.seats[name] = number
        bo, ann = self.seats["bo"], self.seats["ann"]
        self.do(f"s{bo}", ev.DesireSaid(bo, LINE, "he"))
        self.do(f"s{ann}", ev.DesireSaid(ann, "That nobody stays alone", "en"))
        self.weave("weaving", [ev.WovenLine([0]), ev.WovenLine([1])])
        self.stage("reading")

    @staticmethod
    def url(rest: str) -> str:
        return f"/api/v1/gatherings/{CODE}{rest}"

    def do(self, by: str, body: ev.AnyBody) -> Any:
        assert self.client.portal is not None
        return self.client.portal.call(self.gathering.submit, by, f"key-{self.gathering.state.seq}-key", body)

    def weave(self, stage: Any, lines: list[ev.WovenLine]) -> None:
        """Move to a stage and weave; the house itself rests here."""
        self.stage(stage)
        self.do("house", ev.DraftWoven(self.gathering.state.version, lines))

    def stage(self, stage: Any) -> None:
        self.do("h0", ev.StageMoved(stage, self.gathering.state.version))

    def read(self, name: str, line: int, reading: str = "can say", key: str = "") -> Any:
        asked = {"key": key or f"read-{name}-{line}", "draft": 0, "line": line, "reading": reading}
        return self.client.post(self.url("/readings"), json=asked, headers=self.who[name])

    def heard(self, line: int) -> set[int]:
        return set(self.gathering.state.meetings.heard(self.gathering.state.prayers.drafts[0])[line])

    def page(self, name: str, place: str = "") -> str:
        secret = self.who[name]["authorization"].removeprefix("Bearer ")
        self.client.cookies.set("seat", secret, path=f"/g/{CODE}")
        try:
            return self.client.get(f"/g/{CODE}{place}").text
        finally:
            self.client.cookies.clear()

    def post(self, name: str, path: str, **fields: str) -> Any:
        secret = self.who[name]["authorization"].removeprefix("Bearer ")
        self.client.cookies.set("seat", secret, path=f"/g/{CODE}")
        try:
            return self.client.post(f"/g/{CODE}/{path}", data=fields, headers=OWN, follow_redirects=False)
        finally:
            self.client.cookies.clear()


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    async def rest() -> None:
        """Weave nothing: the tests say what is woven."""

    question = {"en": "What do you want?", "he": "מה אתם רוצים?", "es": "¿Qué queréis?"}
    create(tmp_path / "desert.oneheart", ev.Settings("Desert", question, "ten", ["en", "he", "es"]), code=CODE)  # type: ignore[arg-type]
    house = House([LiveGathering.open(tmp_path / "desert.oneheart")], folder=None)
    monkeypatch.setattr(house.leaders[CODE], "step", rest)
    with TestClient(make_app(house, hosts=["testserver"])) as client:
        assert client.portal is not None
        gathering = house.gatherings[CODE]
        client.portal.call(gathering.submit, "house", "host-0", ev.HostSeated(hash_of("h" * 32)))
        yield Hall(client, gathering)


def line_on(page: str, line: int) -> str:
    """Return the list item of a line on the page of the text."""
    found = re.search(rf'<li class="card stack" id="line-{line}"[^>]*>.*?</li>', page, re.DOTALL)
    assert found is not None
    return found[0]


def reading_refused(hall: Hall) -> bool:
    """Let an English reader say by API "I can say this with all" over a Hebrew line; return whether it counts nowhere.

    This is the attack: nobody asked them whether they read Hebrew, and they never said so.
    """
    answer = hall.read("ann", 0)
    ann = hall.seats["ann"]
    refused = answer.status_code == 403 and answer.json()["why"] == "cannot read"
    return refused and ann not in hall.heard(0)


def test_an_english_reader_cannot_say_a_hebrew_line_by_api(hall: Hall) -> None:
    assert reading_refused(hall)
    assert hall.read("ann", 1).status_code == 200
    whole = {"key": "whole-ann", "draft": 0, "on": True}
    assert hall.client.post(hall.url("/whole"), json=whole, headers=hall.who["ann"]).status_code == 403


def test_in_a_build_that_does_not_ask_what_people_read_it_is_taken(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "check_new_reading", lambda *_: None)
    monkeypatch.setattr(Meetings, "_counts", lambda *_: True)
    assert not reading_refused(hall)


def test_the_page_asks_once_whether_they_read_it_and_offers_no_answer_before(hall: Hall) -> None:
    page = hall.page("ann")
    assert 'name="reading"' not in line_on(page, 0)
    assert 'name="reading"' in line_on(page, 1)
    lines, _, outside = page.partition('id="outside"')
    assert lines.count('data-ask="he"') == 1
    assert outside.count("data-ask") + outside.count('data-send="challenger"') == outside.count('class="card stack"')
    yes = hall.post("ann", "unread", key="reads-he-1", language="he", on="0", line="0", back="text")
    assert (yes.status_code, yes.headers["location"]) == (303, f"/g/{CODE}?at=line-0")
    page = hall.page("ann")
    assert 'name="reading"' in line_on(page, 0)
    assert "data-ask" not in page
    assert hall.read("ann", 0).status_code == 200
    assert hall.seats["ann"] in hall.heard(0)


def test_who_says_no_cannot_read_it_yet_until_it_stands_in_their_words(hall: Hall) -> None:
    for line, language in ((0, "he"), (1, "en")):
        hall.post("eva", "unread", key=f"reads-{language}", language=language, on="1", line=str(line))
    page = hall.page("eva")
    assert page.count("data-cannot-read") == 2
    assert 'name="reading"' not in page
    assert hall.read("eva", 0).status_code == 403
    # one person reads Hebrew and Spanish and says the line; nobody else here reads both
    dan, eva = hall.seats["dan"], hall.seats["eva"]
    hall.post("dan", "unread", key="reads-es-1", language="es", on="0")
    assert 'data-say-in="es"' in line_on(hall.page("dan"), 0)
    hall.post("dan", "say-in", key="say-in-es", draft="0", line="0", language="es", text="Ser un solo corazón")
    page = hall.page("eva")
    assert "Ser un solo corazón" in line_on(page, 0)
    assert 'name="reading"' in line_on(page, 0)
    assert hall.read("eva", 0).status_code == 200
    assert eva in hall.heard(0)
    # other words come in their place: what was said to the former ones does not count for them
    hall.do(f"s{dan}", ev.LineCarried(dan, 0, 0, "es", "Ser un corazón"))
    assert eva not in hall.heard(0)
    assert hall.read("eva", 0, key="read-again").status_code == 200
    assert eva in hall.heard(0)
    # a second reader of both says nothing yet: the words wait for them
    bo = hall.seats["bo"]
    hall.do(f"s{bo}", ev.LanguageUnread(bo, "es", on=False))
    assert eva not in hall.heard(0)
    carried = max(hall.gathering.state.prayers.carried)
    hall.do(f"s{bo}", ev.CarryConfirmed(bo, carried))
    assert eva in hall.heard(0)


def test_the_answer_of_who_says_later_that_they_do_not_read_it_counts_no_more(hall: Hall) -> None:
    ann = hall.seats["ann"]
    hall.do(f"s{ann}", ev.LanguageUnread(ann, "he", on=False))
    assert hall.read("ann", 0).status_code == 200
    hall.do(f"s{ann}", ev.LanguageUnread(ann, "he"))
    assert ann not in hall.heard(0)


def test_the_whole_waits_for_the_line_that_is_not_read(hall: Hall) -> None:
    hall.post("ann", "unread", key="reads-he-1", language="he", on="1")
    hall.weave("second reading", [ev.WovenLine([0], follows=0), ev.WovenLine([1], follows=1)])
    page = hall.page("ann")
    assert 'data-waits="1"' in page
    assert 'data-send="whole"' not in page
    assert 'data-send="whole"' in hall.page("bo") or "data-ask" in hall.page("bo")
    whole = {"key": "whole-ann", "draft": 1, "on": True}
    answer = hall.client.post(hall.url("/whole"), json=whole, headers=hall.who["ann"])
    assert (answer.status_code, answer.json()["why"]) == (403, "cannot read")
    assert hall.client.post(hall.url("/whole"), json={**whole, "on": False, "key": "whole-no"}, headers=hall.who["ann"])


def test_an_answer_to_a_card_in_a_language_that_they_do_not_read_is_refused(hall: Hall) -> None:
    hall.stage("crossing")
    state, ann = hall.gathering.state, hall.seats["ann"]
    hall.do(f"s{ann}", ev.LanguageUnread(ann, "he"))
    assert state.check_new(ev.Responded(ann, 0, 1), f"s{ann}") == "cannot read"  # type: ignore[arg-type]


def cells(page: str) -> list[tuple[str, str]]:
    """Return how each line stands in each language, from the table on the hosts' desk."""
    return re.findall(r'<td data-cell="([a-z]+)" data-language="([a-z]+)">', page)


def test_the_desk_shows_lines_and_languages_and_what_is_missing(hall: Hall) -> None:
    hall.client.cookies.set("host", "h" * 32)
    missing = [("missing", "en"), ("own", "he"), ("missing", "es"), ("own", "en"), ("missing", "he"), ("missing", "es")]
    assert cells(hall.client.get(f"/host/{CODE}").text) == missing
    dan, bo = hall.seats["dan"], hall.seats["bo"]
    for seat in (dan, bo):
        hall.do(f"s{seat}", ev.LanguageUnread(seat, "en", on=False))
    hall.do(f"s{dan}", ev.LineCarried(dan, 0, 0, "en", "To be one heart"))
    page = hall.client.get(f"/host/{CODE}").text
    assert cells(page)[0] == ("carried", "en")
    assert "To be one heart" in page
    hall.do(f"s{bo}", ev.CarryConfirmed(bo, max(hall.gathering.state.prayers.carried)))
    assert cells(hall.client.get(f"/host/{CODE}").text)[0] == ("confirmed", "en")


def test_people_change_on_their_own_page_which_languages_they_read(hall: Hall) -> None:
    hall.client.cookies.set("seat", hall.who["ann"]["authorization"].removeprefix("Bearer "), path=f"/g/{CODE}")
    mine = hall.client.get(f"/g/{CODE}/mine").text
    assert re.findall(r'data-reads="([a-z]+)"', mine) == ["he", "es"]
    assert 'aria-pressed="true"' not in mine.split('id="languages"')[1].split('id="record"')[0]
    hall.client.cookies.clear()
    for on, reads in (("0", True), ("1", False), ("0", True)):
        key = f"reads-{on}-{hall.gathering.state.seq}"
        sent = hall.post("ann", "unread", key=key, language="he", on=on, back="mine")
        assert sent.headers["location"] == f"/g/{CODE}/mine#languages"
        assert hall.gathering.state.people.reads(hall.seats["ann"], "he") is reads
    about = hall.client.get(hall.url("/me"), headers=hall.who["ann"]).json()
    assert (about["also_reads"], about["unread"]) == (["he"], [])


def test_an_amen_is_counted_of_who_reads_every_line(hall: Hall) -> None:
    hall.stage("sealed")
    body = ev.TextSealed(0, "d", "r", "not yet")  # type: ignore[arg-type]
    hall.do("house", body)
    hall.stage("said")
    amen = {"key": "amen-of-ann"}
    answer = hall.client.post(hall.url("/amen"), json=amen, headers=hall.who["ann"])
    assert (answer.status_code, answer.json()["why"]) == (403, "cannot read")
    hall.do(f"s{hall.seats['ann']}", ev.LanguageUnread(hall.seats["ann"], "he", on=False))
    assert hall.client.post(hall.url("/amen"), json=amen, headers=hall.who["ann"]).status_code == 200
    assert hall.gathering.state.prayers.sealed[0].amen == {hall.seats["ann"]}


def label_refused(hall: Hall) -> bool:
    """Let the author of a Hebrew line call it English while it is read; return whether no English reader is asked.

    This is the attack: an English reader would then be asked whether they can say a line that they cannot read.
    """
    desire = hall.client.get(hall.url("/me"), headers=hall.who["bo"]).json()["desires"][0]["desire"]
    named = {"key": "call-it-english", "language": "en"}
    hall.client.post(hall.url(f"/desires/{desire}/language"), json=named, headers=hall.who["bo"])
    return hall.read("ann", 0).status_code == 403 and hall.seats["ann"] not in hall.heard(0)


def test_hebrew_words_are_not_called_english(hall: Hall) -> None:
    assert label_refused(hall)
    said = {"key": "hebrew-as-english", "text": "שלום לכולם", "language": "en"}
    answer = hall.client.post(hall.url("/desires"), json=said, headers=hall.who["bo"])
    assert (answer.status_code, answer.json()["why"]) == (400, "language")
    carried = hall.post("dan", "say-in", key="hebrew-as-spanish", draft="0", line="1", language="es", text="שלום לכולם")
    assert carried.status_code == 400
    assert not hall.gathering.state.prayers.carried


def test_in_a_build_that_does_not_look_at_letters_they_are(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "is_other_script", lambda *_: False)
    assert label_refused(hall), "a line of the draft keeps its language"
    monkeypatch.setattr("oneheart.live.state.desire_rules.check_new_language", lambda *_: None)
    assert not label_refused(hall)


def carried_on(hall: Hall) -> bool:
    """Let somebody who reads no Hebrew carry a Hebrew line from its English words into Spanish; return if it stands."""
    dan, eva = hall.seats["dan"], hall.seats["eva"]
    for name, language, on in (("dan", "en", "0"), ("eva", "en", "0"), ("eva", "he", "1"), ("ann", "he", "1")):
        hall.post(name, "unread", key=f"{name}-reads-{language}", language=language, on=on)
    assert 'data-say-in="es"' not in line_on(hall.page("eva"), 0), "there are no words that she reads"
    hall.post("dan", "say-in", key="into-english", draft="0", line="0", language="en", text="To be one heart")
    page = line_on(hall.page("eva"), 0)
    assert "To be one heart" in page
    assert LINE in page, "the own words stand beside it"
    offered = 'data-say-in="es"' in page
    hall.post("eva", "say-in", key="into-spanish", draft="0", line="0", language="es", text="Ser un solo corazón")
    first = next(place for place, words in hall.gathering.state.prayers.carried.items() if words.seat == dan)
    vias = [words.via for words in hall.gathering.state.prayers.carried.values() if words.seat == eva]
    assert vias in ([], [first])
    return offered and stands_in(hall, "es")


def stands_in(hall: Hall, language: str) -> bool:
    words = hall.gathering.state.meetings.versions(hall.gathering.state.prayers.drafts[0])[0].get(language)
    return words is not None and words.holds


def test_a_line_is_carried_on_from_confirmed_words_by_who_reads_no_own_words(hall: Hall) -> None:
    assert carried_on(hall)
    assert not hall.gathering.state.people.reads(hall.seats["eva"], "he"), "to carry it on says nothing of Hebrew"
    # the Spanish words come from the English ones: they stand no longer than these
    bo = hall.seats["bo"]
    hall.do(f"s{bo}", ev.LanguageUnread(bo, "en", on=False))
    assert (stands_in(hall, "en"), stands_in(hall, "es")) == (False, False)
    hall.do(f"s{bo}", ev.CarryConfirmed(bo, min(hall.gathering.state.prayers.carried)))
    assert (stands_in(hall, "en"), stands_in(hall, "es")) == (True, True)
    # who reads no English cannot confirm it; who reads both is asked
    spanish, ann = max(hall.gathering.state.prayers.carried), hall.seats["ann"]
    hall.do(f"s{ann}", ev.LanguageUnread(ann, "es", on=False))
    assert not stands_in(hall, "es")
    assert ">Ser un solo corazón<" in line_on(hall.page("ann"), 0)
    hall.do(f"s{ann}", ev.CarryConfirmed(ann, spanish))
    assert stands_in(hall, "es")


def test_it_is_erased_with_the_words_that_it_comes_from(hall: Hall) -> None:
    assert carried_on(hall)
    dan = hall.seats["dan"]
    assert hall.client.portal is not None
    hall.client.portal.call(hall.gathering.erase, dan, "erase-dan")
    assert hall.gathering.state.prayers.carried == {}
    assert not stands_in(hall, "es")


def test_in_a_build_that_carries_from_own_words_only_it_is_not(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meetings, "carried_from", lambda *_: None)
    assert not carried_on(hall)


def test_carried_words_are_a_whole_sentence_and_no_beginning_stands_before_them(hall: Hall) -> None:
    ann = hall.seats["ann"]
    hall.do(f"s{ann}", ev.DesireSaid(ann, "bread for all", "en", stem="want"))
    hall.weave("weaving", [ev.WovenLine([2])])
    hall.stage("reading")
    hall.post("eva", "unread", key="eva-reads-en", language="en", on="0")
    assert 'lang="es" dir="auto">Quiero …</p>' in line_on(hall.page("eva"), 0)
    hall.post("eva", "say-in", key="into-spanish", draft="1", line="0", language="es", text="pan para todos")
    state = hall.gathering.state
    (carried,) = state.prayers.carried.values()
    assert carried.text == "Quiero pan para todos"
    # a desire in carried words, as a printed sheet has it: the words are whole, and the own words keep their beginning
    state.desires.carried.words[1] = CarriedWords(hall.seats["eva"], 2, "es", "Quiero pan para todos", "en", None)
    state.desires.carried.of_desire[2] = [1]
    met = [state.card_table.in_language(2, language) for language in ("es", "en")]
    assert [(words.text, words.stem) for words in met if words is not None] == [
        ("Quiero pan para todos", ""),
        ("bread for all", "want"),
    ]


def asked_and_told(hall: Hall) -> list[bool]:
    """Return whether people are told that readers of both are asked, and whether one has the form and is heard.

    The hall asks over a line who can say it, the desk says that they are asked on their phone, the phone of one has the
    form, and the server keeps what they send.
    """
    gathering, draft = hall.gathering, str(len(hall.gathering.state.prayers.drafts) - 1)
    gathering.tick()
    assert gathering.snapshot is not None
    columns = dict(text_columns(gathering, gathering.snapshot))
    [of_line] = [line.text for line in columns["en"] if line.missing]
    asks = {str(words_for(gathering, "en").t(LACKING[asked])): asked for asked in LACKING}[of_line]
    hall.client.cookies.set("host", "h" * 32)
    desk = hall.client.get(f"/host/{CODE}").text
    hall.client.cookies.clear()
    given = {"key": f"now-{gathering.state.seq}", "draft": draft, "line": "0", "language": "en", "text": "One heart"}
    kept = hall.post("dan", "say-in", **given).status_code
    assert kept in {303, 409}
    return [asks, "data-readers-asked" in desk, 'data-say-in="en"' in hall.page("dan"), kept == 303]


def told_through_a_round(hall: Hall) -> list[list[bool]]:
    """Return the same in the first reading, in the second one over a line that nobody changed, and once sealed."""
    for name, language in (("dan", "en"), ("bo", "en")):
        hall.post(name, "unread", key=f"{name}-reads-{language}", language=language, on="0")
    told = [asked_and_told(hall)]
    hall.weave("second reading", [ev.WovenLine([0], follows=0), ev.WovenLine([1], follows=1)])
    told.append(asked_and_told(hall))
    hall.stage("sealed")
    state = hall.gathering.state
    seal = ev.TextSealed(1, digest_of(state, state.prayers.drafts[1]), "e" * 64, "not yet")  # type: ignore[arg-type]
    hall.do("house", seal)
    return [*told, asked_and_told(hall)]


def test_readers_of_both_are_asked_on_their_phone_whenever_others_are_told_so(hall: Hall) -> None:
    assert told_through_a_round(hall) == [[True] * 4, [True] * 4, [False] * 4]
    bo = hall.seats["bo"]
    state, place = hall.gathering.state, max(hall.gathering.state.prayers.carried)
    assert state.check_new(ev.CarryConfirmed(bo, place), f"s{bo}") == "closed", "nothing is kept that changes nothing"


def test_in_a_build_without_the_form_for_unchanged_lines_they_are_told_what_is_not_so(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner: the page as it was, with forms under the lines that are read anew and under no others."""
    monkeypatch.setattr("oneheart.web.phone.text.lacking_words", lambda _lines: [])
    assert told_through_a_round(hall) == [[True] * 4, [True, True, False, True], [False] * 4]


def test_a_line_that_was_carried_in_the_second_reading_is_confirmed_there_and_its_readers_affirm(hall: Hall) -> None:
    for name, language in (("dan", "en"), ("bo", "en")):
        hall.post(name, "unread", key=f"{name}-reads-{language}", language=language, on="0")
    hall.post("ann", "unread", key="ann-no-hebrew", language="he", on="1")
    hall.weave("second reading", [ev.WovenLine([0], follows=0), ev.WovenLine([1], follows=1)])
    assert "data-waits" in hall.page("ann")
    hall.post("dan", "say-in", key="carry-second", draft="1", line="0", language="en", text="To be one heart")
    form = re.search(r'action="[^"]*/confirm".*?name="carried" value="([^"]+)"', hall.page("bo"), re.DOTALL)
    assert form is not None
    hall.post("bo", "confirm", key="confirm-second", carried=form[1])
    assert "data-waits" not in hall.page("ann")
    assert hall.post("ann", "whole", key="whole-second", draft="1", on="1").status_code == 303
    state = hall.gathering.state
    assert hall.seats["ann"] in state.meetings.affirming(state.prayers.drafts[1])


def offered_for_hebrew(hall: Hall) -> set[str]:
    """Return the languages to which the author of Hebrew words may correct them, on all their pages."""
    bo = hall.seats["bo"]
    hall.stage("open")
    hall.do(f"s{bo}", ev.DesireSaid(bo, "שלום לכל הבתים", "he"))
    forms = re.findall(
        r'action="[^"]*/desire-language".*?</form>', hall.page("bo", "/mine") + hall.page("bo"), re.DOTALL
    )
    return {code for form in forms for code in re.findall(r'name="language" value="(\w+)"', form)}


def test_no_language_is_offered_that_the_letters_of_the_words_refuse(hall: Hall) -> None:
    assert not [code for code in offered_for_hebrew(hall) if label_refuses(hall, code)]


def test_in_a_build_that_offers_every_language_some_are_refused(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner."""
    monkeypatch.setattr("oneheart.live.doing.can_be_in", lambda *_: True)
    assert [code for code in offered_for_hebrew(hall) if label_refuses(hall, code)]


def label_refuses(hall: Hall, code: str) -> bool:
    """Return whether the newest desire of an author is refused in a language."""
    told = hall.client.get(hall.url("/me"), headers=hall.who["bo"]).json()["desires"][-1]["desire"]
    named = {"key": f"call-it-{code}", "language": code}
    answer = hall.client.post(hall.url(f"/desires/{told}/language"), json=named, headers=hall.who["bo"])
    return bool(answer.status_code >= 400)


def before_sealing(hall: Hall) -> list[str]:
    hall.client.cookies.set("host", "h" * 32)
    try:
        return re.findall(r'data-before-sealing="([a-z ]+)"', hall.client.get(f"/host/{CODE}").text)
    finally:
        hall.client.cookies.clear()


def test_hosts_are_told_before_they_seal_what_few_have_read(hall: Hall) -> None:
    assert before_sealing(hall) == ["unread", "other words"]
    hall.weave("second reading", [ev.WovenLine([0], follows=0), ev.WovenLine([1], follows=1)])
    assert before_sealing(hall) == ["unread"]
    hall.stage("sealed")
    assert before_sealing(hall) == []
