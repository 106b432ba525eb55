"""Drafts of a machine: who is shown one, what is never given to a machine, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from oneheart.connecting.drafted import LineToDraft
from oneheart.connecting.outcome import Failure
from oneheart.live import carrying, drafting, drafts, opened
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.drafting import draft_due, draft_for, may_be_drafted, of_line
from oneheart.live.drafts import Engines
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.settings_typed import settings_of
from oneheart.model.prayer import DraftsBy, WordsKind
from tests.support.gatherings import CODE, make_settings
from tests.support.loopback import translated

NAME = "models.example.org"
PAIRS = frozenset({("en", "he"), ("he", "en")})
WISH = "Bread for all"


def said(text: str, language: str = "he") -> str:
    """Return what the made-up machine answers."""
    return translated({"from": "en", "to": language, "text": text})


class Crossing:
    """A real gathering over a file: an author, two who read both languages, one who reads Hebrew only.

    Attributes:
        sent: every line that a machine was given.
        answers: answers in place of the usual ones, by text.
        meanwhile: what happens while the machine works.
    """

    def __init__(self, gathering: LiveGathering, by: DraftsBy) -> None:
        self.gathering, self.sent, self.clock, self._keys = gathering, list[LineToDraft](), 0.0, 0
        self.answers: dict[str, str | Failure] = {}
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None
        gathering.drafts.engines = Engines(
            self.machine if by is DraftsBy.HERE else None,
            PAIRS if by is DraftsBy.HERE else frozenset(),
            self.machine if by is DraftsBy.ADDRESS else None,
            NAME if by is DraftsBy.ADDRESS else "",
        )

    async def machine(self, line: LineToDraft) -> str | Failure:
        self.sent.append(line)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.answers.get(line.text, said(line.text, line.target))

    async def do(self, by: str, body: ev.AnyBody) -> Any:
        self._keys += 1
        return (await self.gathering.submit(by, f"key-number-{self._keys}", body)).number

    async def sit(self, language: str, *reads: str) -> int:
        self._keys += 1
        version = self.gathering.state.keeping.version
        taken = await self.gathering.take_seat(f"seat-number-{self._keys}", language=language, consent=version)
        for code in ("en", "he"):
            await self.do(f"s{taken.number}", ev.LanguageUnread(taken.number, code, on=code not in reads))
        return taken.number

    async def say(self, seat: int, text: str = WISH, **more: Any) -> int:
        number: int = await self.do(f"s{seat}", ev.DesireSaid(seat, text, "en", **more))
        return number

    async def move(self, stage: str) -> None:
        await self.do("h0", ev.StageMoved(stage, self.gathering.state.version))  # type: ignore[arg-type]

    async def set(self, **more: Any) -> None:
        state = self.gathering.state
        assert state.settings is not None
        await self.do("h0", msgspec.structs.replace(state.settings, version=state.settings_version, **more))

    async def due(self) -> int:
        """Let every desire have a chance, and draft what is due."""
        self.gathering.dealer.carrying.chance = np.ones(len(self.gathering.state.desires))
        return await draft_due(self.gathering, lambda: self.clock)

    async def begin(self) -> None:
        await self.do("h0", ev.HostSeated("a" * 64))
        self.author, self.both = await self.sit("en", "en"), await self.sit("en", "en", "he")
        self.other, self.hebrew = await self.sit("en", "en", "he"), await self.sit("he", "he")


Work = Callable[[Crossing], Awaitable[None]]


def run(tmp_path: Path, work: Work, by: DraftsBy = DraftsBy.HERE, **more: Any) -> None:
    """Do something in a gathering whose hosts chose a machine at the beginning."""
    path = tmp_path / "g.oneheart"
    address = NAME if by is DraftsBy.ADDRESS else ""
    about = {"languages": ["en", "he"], "keep_days": 30, "cards": 1, "drafts": by, "drafts_address": address, **more}
    create(path, make_settings(**about), code=CODE)

    async def whole() -> None:
        gathering = LiveGathering.open(path, rng=np.random.default_rng(0))
        hall = Crossing(gathering, by)
        try:
            await hall.begin()
            await work(hall)
        finally:
            await gathering.close()

    asyncio.run(whole())


async def crossing(hall: Crossing, text: str = WISH, **more: Any) -> int:
    """Say one desire and go on to the cards."""
    number = await hall.say(hall.author, text, **more)
    await hall.move("crossing")
    return number


# --- who is shown a draft, and what becomes of it ---


def test_a_draft_stands_in_the_box_of_somebody_who_reads_both_and_nowhere_else(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        wish = await crossing(hall, stem="want")
        assert await hall.due() == 1
        assert hall.sent == [LineToDraft("I want Bread for all", "en", "he")], "a whole sentence, one at a time"
        source = drafting.of_card(hall.gathering.state, drafting.CarryCard("say", wish, "he"))
        shown = {seat: draft_for(hall.gathering, seat, source, "he") for seat in range(4)}
        assert {seat for seat, draft in shown.items() if draft is not None} == {hall.both, hall.other}
        draft = shown[hall.both]
        assert draft is not None
        assert (draft.kind, draft.holds, draft.text) == (WordsKind.DRAFT, False, said("I want Bread for all"))
        card = opened.carrying_in_hand(hall.gathering, hall.both, finished=True)
        assert card is not None
        assert (card.draft, card.new, card.drafted) == (draft.text, "", False)
        assert not hall.gathering.state.desires.carried.words, "it is in no event and in no state"

    run(tmp_path, work)


@pytest.mark.parametrize("change", ["nothing", "words", "mark", "no mark"])
def test_words_are_drafted_only_if_the_person_kept_the_draft_letter_for_letter(tmp_path: Path, change: str) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        await hall.due()
        card = opened.carrying_in_hand(hall.gathering, hall.both, finished=True)
        assert card is not None
        text = f"{card.draft} שלנו" if change == "words" else card.draft
        mark = {"mark": "a" * 24, "no mark": ""}.get(change, card.mark)
        asked = carrying.WordsAsked("key-of-words-1", card.words.alias, "he", text, mark=mark)
        first = await carrying.say_in_language(hall.gathering, hall.both, asked)
        again = await carrying.say_in_language(hall.gathering, hall.both, asked)
        assert (again.seq, again.repeated) == (first.seq, True)
        [words] = hall.gathering.state.desires.carried.words.values()
        assert (words.text, words.drafted, words.seat) == (text, change == "nothing", hall.both)
        shown = opened.carrying_in_hand(hall.gathering, hall.other, finished=True)
        assert shown is not None
        assert (shown.kind, shown.new, shown.drafted, shown.draft) == ("same", text, change == "nothing", "")
        assert not hall.gathering.state.desires.carried.holds(first.seq, hall.gathering.state.people), "one is not two"

    run(tmp_path, work)


def test_lines_that_are_read_are_drafted_as_whole_sentences(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        hall.answers = {"I want bread for all": "אני רוצה לחם לכולם"}
        wish = await hall.say(hall.author, "bread for all", stem="want")
        await hall.move("weaving")
        state = hall.gathering.state
        await hall.do("house", ev.DraftWoven(state.version, [ev.WovenLine([wish])]))
        await hall.move("reading")
        assert await hall.due() == 1
        assert hall.sent == [LineToDraft("I want bread for all", "en", "he")]
        woven = state.prayers.drafts[0].body.lines[0]
        draft = draft_for(hall.gathering, hall.both, of_line(state, woven), "he")
        assert draft is not None
        assert await hall.due() == 0, "nothing is asked twice"
        box = drafting.in_box(draft, "want")
        assert box == "לחם לכולם", "its beginning stands before the box"
        mark = drafting.mark_of(hall.gathering, "he", box)
        await carrying.carry_line(hall.gathering, hall.both, ask.CarryingAsked("key-of-line-1", 0, 0, box, "he", mark))
        [carried] = state.prayers.carried.values()
        assert (carried.text, carried.drafted) == (draft.text, True)
        versions = state.meetings.versions(state.prayers.drafts[0])[0]
        assert {code: version.kind for code, version in versions.items()} == {
            "en": WordsKind.OWN,
            "he": WordsKind.CARRIED,
        }
        assert await hall.due() == 0, "what a person said needs no draft"

    run(tmp_path, work)


# --- what is never given to a machine ---


async def withdrawn(hall: Crossing, wish: int) -> None:
    await hall.do(f"s{hall.author}", ev.DesireWithdrawn(hall.author, wish))


async def rejected(hall: Crossing, wish: int) -> None:
    await hall.do("h0", ev.Moderated(wish, "rejected"))  # type: ignore[arg-type]


async def about_the_talk(hall: Crossing, wish: int) -> None:
    await hall.do("h0", ev.MarkedMeta(wish, on=True))


async def erased(hall: Crossing, _wish: int) -> None:
    await hall.gathering.erase(hall.author, "erase-all-of-it")


async def ended(hall: Crossing, _wish: int) -> None:
    await hall.do("h0", ev.Ended())


async def turned_off(hall: Crossing, _wish: int) -> None:
    await hall.set(drafts=DraftsBy.NOBODY, drafts_address="")


async def nothing(_hall: Crossing, _wish: int) -> None:
    """Let it stand."""


HOW = [withdrawn, rejected, about_the_talk, erased, ended, turned_off]
MACHINES = [DraftsBy.HERE, DraftsBy.ADDRESS]


@pytest.mark.parametrize("by", MACHINES)
@pytest.mark.parametrize("how", [nothing, *HOW])
def test_words_that_others_may_not_read_now_are_given_to_no_machine(
    tmp_path: Path, by: DraftsBy, how: Callable[[Crossing, int], Awaitable[None]]
) -> None:
    async def work(hall: Crossing) -> None:
        wish = await crossing(hall)
        await how(hall, wish)
        await hall.due()
        assert [line.text for line in hall.sent] == ([WISH] if how is nothing else [])

    run(tmp_path, work, by)


@pytest.mark.parametrize("by", MACHINES)
@pytest.mark.parametrize("how", HOW)
def test_a_draft_is_neither_kept_nor_shown_once_its_words_may_not_be_read(
    tmp_path: Path, by: DraftsBy, how: Callable[[Crossing, int], Awaitable[None]]
) -> None:
    async def work(hall: Crossing) -> None:
        wish = await crossing(hall)
        source = drafting.of_card(hall.gathering.state, drafting.CarryCard("say", wish, "he"))

        async def meanwhile() -> None:
            hall.meanwhile = None
            await how(hall, wish)

        hall.meanwhile = meanwhile
        assert await hall.due() == 1
        assert hall.gathering.drafts.made == {}
        assert draft_for(hall.gathering, hall.both, source, "he") is None

    run(tmp_path, work, by)


def test_every_erasure_drops_all_drafts(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        await hall.due()
        assert hall.gathering.drafts.made
        await hall.gathering.erase(hall.hebrew, "erase-another")
        assert hall.gathering.drafts.made == {}

    run(tmp_path, work)


def test_words_that_wait_for_a_host_are_given_to_no_machine(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        wish = await crossing(hall)
        assert await hall.due() == 0
        await hall.do("h0", ev.Moderated(wish, "accepted"))  # type: ignore[arg-type]
        assert await hall.due() == 1

    run(tmp_path, work, hold=True)


def test_an_address_is_given_only_what_was_said_after_people_had_agreed_to_it(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        hall.gathering.drafts.engines = Engines(address=hall.machine, address_name=NAME)
        await hall.say(hall.author, "Said before")
        await hall.set(drafts=DraftsBy.ADDRESS, drafts_address=NAME)
        with pytest.raises(Refused) as refused:
            await hall.say(hall.author, "Said without consent")
        assert refused.value.why is Refusal.CONSENT
        for seat in range(4):
            await hall.do(f"s{seat}", ev.ConsentGiven(seat, hall.gathering.state.keeping.version))
        await hall.say(hall.author, "Said after")
        await hall.move("crossing")
        assert await hall.due() == 1
        assert [line.text for line in hall.sent] == ["Said after"]
        await hall.set(drafts=DraftsBy.NOBODY, drafts_address="")
        assert hall.gathering.state.keeping.has_agreed(hall.author), "less needs no new consent"
        await hall.set(drafts=DraftsBy.ADDRESS, drafts_address=NAME)
        assert not hall.gathering.state.keeping.has_agreed(hall.author)
        assert await hall.due() == 0, "what was said until now was said before this"

    run(tmp_path, work, DraftsBy.NOBODY)


def test_an_address_under_another_name_than_people_were_told_is_asked_nothing(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        hall.gathering.drafts.engines = Engines(address=hall.machine, address_name="elsewhere.example.org")
        await crossing(hall)
        assert await hall.due() == 0
        assert (hall.sent, hall.gathering.drafts.failure) == ([], "not configured")

    run(tmp_path, work, DraftsBy.ADDRESS)


def test_words_carried_on_and_amended_are_sent_only_if_all_they_come_from_was_said_after(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        state, since = hall.gathering.state, hall.gathering.state.keeping.sent_since
        assert since is not None
        told = drafting.Source((since + 1, since + 2), 0, WISH, "en")
        assert may_be_drafted(state, told)
        assert not may_be_drafted(state, replace(told, said=(since + 2, since)))
        assert not may_be_drafted(state, replace(told, text=""))

    run(tmp_path, work, DraftsBy.ADDRESS)


def test_a_build_without_the_rule_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "may_be_drafted", lambda *_: True)

    async def work(hall: Crossing) -> None:
        wish = await crossing(hall)
        await hall.do("h0", ev.MarkedMeta(wish, on=True))
        hall.gathering.dealer.carrying.hand[hall.both] = drafting.CarryCard("say", wish, "he"), 1
        await hall.due()
        assert [line.text for line in hall.sent] == [WISH], "a desire about the talk left"

    run(tmp_path, work, DraftsBy.ADDRESS)


# --- a machine that fails ---


def test_a_machine_that_fails_is_asked_again_later_and_leaves_the_line_to_people(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        hall.answers = {WISH: Failure("timeout")}
        assert await hall.due() == 1
        assert hall.gathering.drafts.failure == "timeout"
        hall.clock = 4.9
        assert await hall.due() == 0
        hall.clock = 5.0
        assert await hall.due() == 1
        hall.clock = 14.9
        assert await hall.due() == 0, "it waits twice as long"
        hall.clock = 15.0
        assert await hall.due() == 0, "after two failures the line is left to people"
        assert hall.gathering.drafts.made == {LineToDraft(WISH, "en", "he"): ""}
        card = opened.carrying_in_hand(hall.gathering, hall.both, finished=True)
        assert card is not None
        assert (card.kind, card.draft, card.mark) == ("say", "", "")

    run(tmp_path, work)


@pytest.mark.parametrize("answer", ["", "<b>לחם</b>", "Bread for all", Failure("refused"), Failure("not json")])
def test_a_line_without_a_draft_is_no_trouble_and_is_asked_once(tmp_path: Path, answer: str | Failure) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        hall.answers = {WISH: answer}
        assert [await hall.due(), await hall.due()] == [1, 0]
        assert (hall.gathering.drafts.made, hall.gathering.drafts.failure) == ({LineToDraft(WISH, "en", "he"): ""}, "")

    run(tmp_path, work)


def test_a_few_lines_are_drafted_a_turn_and_no_more_than_the_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "MOST", 5)

    async def work(hall: Crossing) -> None:
        seats: Sequence[int] = [await hall.sit("en", "en") for _ in range(7)]
        for seat in seats:
            await hall.say(seat, f"Bread for house {seat}")
        await hall.move("crossing")
        assert [await hall.due(), await hall.due(), await hall.due()] == [drafting.A_TURN, 3, 0]
        assert len(hall.gathering.drafts.made) == 7

    run(tmp_path, work)


def test_pairs_without_a_model_and_languages_that_nobody_reads_are_not_asked_for(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        hall.gathering.drafts.engines = replace(hall.gathering.drafts.engines, pairs=frozenset({("he", "en")}))
        assert await hall.due() == 0
        hall.gathering.drafts.engines = replace(hall.gathering.drafts.engines, pairs=PAIRS | {("en", "es")})
        assert await hall.due() == 1
        assert {line.target for line in hall.sent} == {"he"}

    run(tmp_path, work, languages=["en", "he", "es"])


def test_a_new_round_begins_without_drafts(tmp_path: Path) -> None:
    async def work(hall: Crossing) -> None:
        await crossing(hall)
        await hall.due()
        await hall.move("open")
        await hall.due()
        assert hall.gathering.drafts.made == {}

    run(tmp_path, work)


# --- settings ---


def test_hosts_choose_only_what_the_server_offers_or_keep_what_they_have() -> None:
    async def machine(_line: LineToDraft) -> str:
        return ""

    def typed(by: DraftsBy) -> ask.SettingsAsked:
        return ask.SettingsAsked("key-of-settings", "x", {"en": "?"}, "ten", ["en"], drafts=by)  # type: ignore[arg-type]

    both = Engines(machine, PAIRS, machine, NAME)
    assert both.offered == tuple(DraftsBy)
    kept = {by: settings_of(typed(by), both) for by in DraftsBy}
    assert [kept[by].drafts_address for by in DraftsBy] == ["", "", NAME]
    for by in MACHINES:
        with pytest.raises(Refused) as refused:
            settings_of(typed(by))
        assert refused.value.why is Refusal.UNKNOWN
        assert settings_of(typed(by), drafts.Engines(), kept[by]) == kept[by]
    assert both.chosen(None) is None
    assert both.chosen(kept[DraftsBy.NOBODY]) is None
