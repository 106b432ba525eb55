"""What people and hosts may do, at the limit of each rule that stands in `live.doing`, without any page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from oneheart.engine.disclosure import FOR_A_SHARE
from oneheart.live import carrying, check_in, circle_duty, doing, settings_typed
from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state.company import TABLE_LEAST, TABLE_MOST
from oneheart.live.typed_words import clean_name, stem_of
from oneheart.model.programme import QUESTIONS_MOST, READY
from oneheart.model.round import Stage
from tests.support.aliases import named
from tests.support.keys import seat_key

Work = Callable[["Hall"], Awaitable[None]]
WORDS, UNKNOWN, NOT_YOURS, LANGUAGE = Refusal.WORDS, Refusal.UNKNOWN, Refusal.NOT_YOURS, Refusal.LANGUAGE


class Hall:
    """A real gathering over a file; every act has a key of its own."""

    def __init__(self, gathering: LiveGathering) -> None:
        self.gathering = gathering
        self.state = gathering.state
        self._keys = 0

    def key(self) -> str:
        self._keys += 1
        return seat_key(self._keys)

    async def do(self, function: Callable[..., Awaitable[Any]], actor: int, kind: type[ask.Input], **more: Any) -> Any:
        """Do something as a door does; return what came of it, or why it was refused and how words must change."""
        asked = msgspec.convert({"key": self.key(), **named(self.gathering, actor, kind, more)}, kind)
        try:
            result = await function(self.gathering, actor, asked)
        except Refused as refused:
            result = refused.why if refused.hint is None else (refused.why, refused.hint)
        self.state = self.gathering.state
        return result

    async def sit(self, language: str = "en", **more: Any) -> int:
        asked = ask.SeatAsked(self.key(), language, **more)
        return (await doing.take_seat(self.gathering, asked)).number

    async def say(self, seat: int, text: str, **more: Any) -> Any:
        return await self.do(doing.say, seat, ask.DesireAsked, text=text, **more)

    async def move(self, *stages: str) -> None:
        for stage in stages:
            await self.do(doing.move_stage, 0, ask.StageAsked, stage=stage, version=self.state.version)

    async def weave(self, *cites: int) -> None:
        """Let a text of these desires be read."""
        await self.move("weaving")
        body = ev.DraftWoven(self.state.version, [ev.WovenLine([number]) for number in cites])
        await self.gathering.submit("house", self.key(), body)
        await self.move("reading")


def run(tmp_path: Path, work: Work, *, circles: int = 2, people: int = 3) -> None:
    """Do something in a gathering of English and Hebrew; its people come without a circle."""
    path = tmp_path / "g.oneheart"
    settings = ev.Settings("x", {"en": "What do you want?"}, "ten", ["en", "he"])  # type: ignore[arg-type]
    create(path, settings, code="ABCD3456")

    async def whole() -> None:
        gathering = LiveGathering.open(path, rng=np.random.default_rng(0))
        hall = Hall(gathering)
        try:
            for number in range(circles):
                await hall.do(doing.add_circle, 0, ask.CircleAsked, name=f"C{number}")
            for _ in range(people):
                await hall.sit()
            await work(hall)
        finally:
            await gathering.close()

    asyncio.run(whole())


# --- words ---


def test_a_desire_has_140_letters_at_most_and_one_at_least(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        assert await hall.say(0, "x" * 141) == (WORDS, "too long")
        assert await hall.say(0, "  ") == (WORDS, "empty")
        longest = ("Bread and songs for all of us, " * 5)[:140].strip()
        longest += "s" * (140 - len(longest))
        said = await hall.say(0, f"  {longest} ", stem="")
        assert (said.number, said.waiting, hall.state.desires[0].text) == (0, False, longest)
        await hall.move("crossing")
        assert (await hall.say(0, "Later")).waiting

    run(tmp_path, work)


def test_a_critique_has_a_hundred_letters_at_most_and_goes_with_would_change_alone(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.say(0, "Peace")
        await hall.weave(0)

        async def read(reading: str, critique: str) -> Any:
            asked = {"draft": 0, "line": 0, "reading": reading, "critique": critique}
            return await hall.do(doing.read_line, 1, ask.ReadingAsked, **asked)

        assert await read("would change", "y" * 101) == (WORDS, "too long")
        assert await read("would change", "write to me@example.org") == (WORDS, "contact")
        await read("would change", " " + "y" * 100)
        draft = hall.state.prayers.drafts[0]
        assert (draft.readings[0], draft.critiques[0]) == ({1: "would change"}, {1: "y" * 100})
        await read("can say", "y" * 101)
        assert (draft.readings[0], draft.critiques[0]) == ({1: "can say"}, {})

    run(tmp_path, work)


def test_words_for_a_line_are_checked_as_a_desire_is(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        hebrew = await hall.sit("he")
        await hall.say(0, "Peace")
        await hall.weave(0)
        line = {"draft": 0, "line": 0}
        assert await hall.do(doing.amend, 0, ask.AmendmentAsked, **line, text="x" * 141) == (WORDS, "too long")
        assert await hall.do(carrying.carry_line, hebrew, ask.CarryingAsked, **line, text="") == (WORDS, "empty")
        await hall.do(doing.amend, 0, ask.AmendmentAsked, **line, text=" Peace for all ")
        await hall.do(carrying.carry_line, hebrew, ask.CarryingAsked, **line, text=" Shalom ")
        (amended,) = hall.state.prayers.amended.values()
        (carried,) = hall.state.prayers.carried.values()
        assert (amended.seat, amended.text, amended.language) == (0, "Peace for all", "en")
        assert (carried.seat, carried.text, carried.language) == (hebrew, "Shalom", "he")
        assert await hall.do(carrying.carry_line, 1, ask.CarryingAsked, **line, text="Words") is Refusal.CLOSED

    run(tmp_path, work)


def test_a_language_must_be_one_of_the_gatherings_at_every_door(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        assert await hall.say(0, "Peace", language="fr") is LANGUAGE
        assert await hall.do(doing.change_language, 0, ask.SeatLanguageAsked, language="fr") is LANGUAGE
        assert await hall.do(doing.seed, 0, ask.SeedAsked, text="Joy", language="fr") is LANGUAGE
        with pytest.raises(Refused) as told:
            await hall.sit("fr")
        assert told.value.why is LANGUAGE
        await hall.do(doing.change_language, 0, ask.SeatLanguageAsked, language="he")
        assert hall.state.seats[0].language == "he"
        await hall.do(doing.seed, 0, ask.SeedAsked, text=" Joy ")
        await hall.do(doing.seed, 0, ask.SeedAsked, text="Simcha", language="he")
        assert [(one.author, one.text, one.language) for one in hall.state.desires] == [
            (None, "Joy", "en"),
            (None, "Simcha", "he"),
        ]
        assert await hall.do(doing.seed, 0, ask.SeedAsked, text="") == (WORDS, "empty")

    run(tmp_path, work)


# --- seats, circles ---


def test_the_key_of_a_circles_card_comes_before_a_chosen_circle(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        keys = {number: key for key, number in hall.state.circle_of_key.items()}
        asked = ask.SeatAsked(hall.key(), "en", circle_key=keys[1])
        taken = await doing.take_seat(hall.gathering, asked, circle=0)
        assert hall.state.seats[taken.number].circle == 1
        assert (await doing.take_seat(hall.gathering, asked, circle=0)).number == taken.number
        with pytest.raises(Refused) as told:
            await hall.sit(circle_key="no such key")
        assert told.value.why is UNKNOWN
        taken = await doing.take_seat(hall.gathering, ask.SeatAsked(hall.key(), "en"), circle=0)
        assert hall.state.seats[taken.number].circle == 0

    run(tmp_path, work)


async def with_steward(hall: Hall, people: int = 5) -> int:
    """Let people come into circle 0; the first of them holds its duty. Return their seat."""
    keys = {number: key for key, number in hall.state.circle_of_key.items()}
    seats = [await hall.sit(circle_key=keys[0]) for _ in range(people)]
    await hall.do(circle_duty.request_duty, seats[0], ask.DutyAsked, on=True)
    sign = circle_duty.sign_of(hall.gathering, seats[0])
    await hall.do(circle_duty.give_duty, 0, ask.DutyGivenAsked, circle=0, sign=sign, on=True)
    return seats[0]


def test_only_who_holds_the_duty_of_a_circle_acts_for_it(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        steward = await with_steward(hall)
        acts: list[tuple[Any, Any, dict[str, Any]]] = [
            (doing.set_circle_done, ask.CircleDoneAsked, {"on": True}),
            (doing.say_circle_line, ask.CircleLineAsked, {"text": "Our line"}),
            (doing.carry_desire, ask.CarriedDesireAsked, {"text": "Beside it"}),
            (doing.seat_scribed, ask.ScribedSeatAsked, {"language": "he"}),
        ]
        for function, kind, more in acts:
            assert await hall.do(function, steward + 1, kind, **more) is NOT_YOURS
            await hall.do(function, steward, kind, **more)
        circle = hall.state.circles[0]
        assert circle.done
        assert [(one.line_of, one.carried_by, one.text) for one in hall.state.desires] == [
            (0, None, "Our line"),
            (None, 0, "Beside it"),
        ]
        scribed = hall.state.seats[-1]
        assert (scribed.scribe, scribed.circle, scribed.language) == (steward, 0, "he")
        last = len(hall.state.seats) - 1
        doing.check_scribe(hall.gathering, steward, last)
        for scribe, seat, why in ((steward, 0, UNKNOWN), (steward, last + 1, UNKNOWN), (steward + 1, last, NOT_YOURS)):
            with pytest.raises(Refused) as told:
                doing.check_scribe(hall.gathering, scribe, seat)
            assert told.value.why is why
        await hall.do(doing.seat_scribed, steward, ask.ScribedSeatAsked)
        assert hall.state.seats[-1].language == "en", "without a language that of the scribe"

    run(tmp_path, work)


@pytest.mark.parametrize(("people", "carried"), [(4, False), (5, True)])
def test_a_steward_carries_a_desire_of_the_circle_as_it_stands_where_k_people_are_in_it(
    tmp_path: Path, people: int, *, carried: bool
) -> None:
    async def work(hall: Hall) -> None:
        steward = await with_steward(hall, people)
        await hall.say(steward + 1, "peace", stem="want")
        await hall.say(0, "Elsewhere")
        for seat in range(steward, steward + people):
            if seat != steward + 1:
                await hall.say(seat, f"Bread of {seat}")
        result = await hall.do(doing.carry_desire, steward, ask.CarriedDesireAsked, desire=0)
        if not carried:
            assert result is UNKNOWN
            return
        one = hall.state.desires[-1]
        assert (one.text, one.language, one.stem, one.grew_from, one.carried_by) == ("peace", "en", "want", 0, 0)
        assert await hall.do(doing.carry_desire, steward, ask.CarriedDesireAsked, desire=1) is UNKNOWN

    run(tmp_path, work)


# --- being together ---


def test_an_occasion_is_named_by_its_code_however_it_is_typed_and_by_nothing_else(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        occasion = {"name": " Meal ", "form": "meal"}
        assert await hall.do(doing.add_occasion, 0, ask.OccasionAsked, name=" ", form="meal") == (WORDS, "empty")
        await hall.do(doing.add_occasion, 0, ask.OccasionAsked, **occasion)
        await hall.do(doing.add_occasion, 0, ask.OccasionAsked, **occasion)
        first, second = hall.state.occasions
        assert (first.name, len(first.code), first.code != second.code) == ("Meal", check_in.OCCASION_LETTERS, True)

        async def come(seat: int, **more: Any) -> Any:
            return await hall.do(check_in.be_present, seat, ask.AttendanceAsked, **more)

        await come(0, code=f" {second.code.lower()} ")
        await come(1, code=f"{first.code[:4]}-{first.code[4:]}")
        assert [seat.presences for seat in hall.state.seats] == [[1], [0], []]
        assert [await come(2, code=code) for code in ("NOCODE", "", "0", "1", first.code[:7])] == [UNKNOWN] * 5

    run(tmp_path, work)


@pytest.mark.parametrize(
    ("people", "size", "occasion", "drawn"),
    [
        (FOR_A_SHARE, TABLE_LEAST, 0, True),
        (FOR_A_SHARE, TABLE_MOST, 0, True),
        (FOR_A_SHARE, TABLE_LEAST - 1, 0, False),
        (FOR_A_SHARE, TABLE_MOST + 1, 0, False),
        (FOR_A_SHARE - 1, TABLE_LEAST, 0, False),
        (FOR_A_SHARE, TABLE_LEAST, 1, False),
    ],
)
def test_tables_of_five_to_fifty_are_drawn_for_twice_k_people(
    tmp_path: Path, people: int, size: int, occasion: int, *, drawn: bool
) -> None:
    async def work(hall: Hall) -> None:
        await hall.do(doing.add_occasion, 0, ask.OccasionAsked, name="Meal", form="meal")
        result = await hall.do(doing.draw_tables, 0, ask.TablesAsked, occasion=occasion, size=size)
        assert (result is UNKNOWN) is not drawn
        assert len(hall.state.company.drawn) == drawn

    assert (TABLE_LEAST, TABLE_MOST) == (5, 50)
    run(tmp_path, work, people=people)


# --- hosts ---


def test_a_programme_asks_each_question_once_and_at_most_ten(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        typed = "\n".join([" First? ", "", *(f"Question {number}?" for number in range(20))])
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="ten", questions=typed)
        steps = len(READY["ten"])
        asked = [step.question for step in hall.state.programme]
        assert len(asked) == QUESTIONS_MOST * steps == 10 * steps
        assert [question for question in asked if question][:2] == [{"en": "First?"}, {"en": "Question 0?"}]
        assert all(not question for place, question in enumerate(asked) if place % steps)
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="ten", append=True)
        assert [step.question for step in hall.state.programme] == [*asked, *[{}] * steps]
        assert [step.stage for step in hall.state.programme[-steps:]] == [step.stage for step in READY["ten"]]
        long = f"{'q' * (settings_typed.QUESTION_MOST + 1)}"
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="ten", questions=long)
        assert hall.state.programme[0].question == {"en": "q" * settings_typed.QUESTION_MOST}
        with pytest.raises(msgspec.ValidationError):
            await hall.do(doing.set_programme, 0, ask.ProgrammeAsked)
        assert hall.state.programme, "a form without the name of a programme takes none away"
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="")
        assert hall.state.programme == []

    run(tmp_path, work)


def test_a_desire_goes_on_the_hall_screen_once_and_comes_off(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        for text in ("One", "Two", "Three"):
            await hall.say(0, text)
        for number in (0, 2, 0):
            await hall.do(doing.show, 0, ask.ShownAsked, desire=number, on=True)
        assert hall.state.shown == (2, 0)
        await hall.do(doing.show, 0, ask.ShownAsked, desire=2, on=False)
        assert hall.state.shown == (0,)
        await hall.do(doing.moderate, 0, ask.ModerationAsked, desire=0, decision="rejected", version=0, reason=" No ")
        assert hall.state.desires[0].reason == "No"

    run(tmp_path, work)


def settings(**more: Any) -> ask.SettingsAsked:
    fields = {"name": "Name", "question": {"en": "Q?", "he": "S?"}, "voice": "ten", "languages": ["en", "he"], **more}
    return msgspec.convert({"key": "key-number-0", **fields}, ask.SettingsAsked)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"name": " "}, WORDS),
        ({"languages": []}, LANGUAGE),
        ({"question": {"he": "S?"}}, LANGUAGE),
        ({"question": {"en": " ", "he": "S?"}}, LANGUAGE),
    ],
    ids=str,
)
def test_settings_need_a_name_and_a_question_in_the_first_language(more: dict[str, Any], why: Refusal) -> None:
    with pytest.raises(Refused) as told:
        settings_typed.settings_of(settings(**more))
    assert told.value.why is why


def test_settings_are_kept_clean_and_with_words_of_their_languages_alone() -> None:
    words = {"en": {"Desire": "Wish"}, "he": {}, "fr": {"Desire": "Souhait"}}
    questions = {"en": f" {'q' * 141}", "he": "S?", "fr": "Q?"}
    found = settings_typed.settings_of(
        settings(name=f" {'n' * 121}", question=questions, words=words, cards=50, hold=True, version=3)
    )
    assert found == ev.Settings(
        "n" * 120,
        {"en": "q" * 140, "he": "S?"},
        "ten",  # type: ignore[arg-type]
        ["en", "he"],
        50,
        True,  # noqa: FBT003
        {"en": {"Desire": "Wish"}},
        3,
    )


@pytest.mark.parametrize(
    ("kind", "more", "name", "least", "most"),
    [
        (ask.ClockAsked, {}, "seconds", 0, 30 * 24 * 3600),
        (ask.SayingAsked, {}, "seconds", 0, 3600),
        (ask.CardsAsked, {}, "count", 1, 2000),
        (ask.FeltAsked, {"when": "start"}, "value", 0, 7),
        (ask.ResponseAsked, {"desire": "0"}, "stance", -1, 1),
    ],
)
def test_an_input_holds_its_range(
    kind: type[ask.Input], more: dict[str, Any], name: str, least: int, most: int
) -> None:
    for value, fits in ((least - 1, False), (least, True), (most, True), (most + 1, False)):
        fields = {"key": "key-number-0", **more, name: value}
        if fits:
            assert getattr(msgspec.convert(fields, kind), name) == value
        else:
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(fields, kind)


KEYS = [("a" * 7, False), ("a" * 8, True), ("a" * 64, True), ("a" * 65, False), ("a b c d e", False)]


@pytest.mark.parametrize(("key", "fits"), KEYS)
def test_a_key_has_8_to_64_letters(key: str, *, fits: bool) -> None:
    if fits:
        assert msgspec.convert({"key": key}, ask.KeyOnly).key == key
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"key": key}, ask.KeyOnly)


def test_a_link_that_is_pressed_twice_at_once_seats_one_host_and_the_house_is_furnished(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        twice = (doing.seat_host(hall.gathering, "token-of-a-link", "secret") for _ in range(2))
        await asyncio.gather(*twice)
        assert len(hall.state.hosts) == 1
        places = [ask.CircleAsked(hall.key(), f" {name} ") for name in ("North", "South")]
        await doing.furnish(hall.gathering, places, [ask.OccasionAsked(hall.key(), "Songs", "night")])  # type: ignore[arg-type]
        assert [circle.name for circle in hall.state.circles] == ["North", "South"]
        assert [occasion.name for occasion in hall.state.occasions] == ["Songs"]
        assert hall.state.stage is Stage.OPEN

    run(tmp_path, work, circles=0, people=0)


# --- typed words, and what an input means where a door leaves a field out ---


@pytest.mark.parametrize(
    ("code", "text", "page", "language", "stem"),
    [
        ("want", "peace", "en", "en", "want"),
        ("want", "I want peace", "en", "en", ""),
        ("want", "i WANT peace", "en", "en", ""),
        ("want", "peace", "en", "he", ""),
        ("", "peace", "en", "en", ""),
    ],
)
def test_a_stem_is_kept_where_the_words_continue_it_in_the_language_of_the_page(
    code: str, text: str, page: str, language: str, stem: str
) -> None:
    assert stem_of(code, text, page, language) == stem


def test_names_are_cut_to_eighty_code_points_and_questions_that_are_empty_are_none(tmp_path: Path) -> None:
    assert clean_name(f" {'n' * 81}\n") == "n" * 80

    async def work(hall: Hall) -> None:
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="ten", questions="First?\n \nSecond?")
        assert len(hall.state.programme) == 2 * len(READY["ten"])
        await hall.do(doing.rename_circle, 0, ask.CircleNameAsked, circle=1, name=f" {'n' * 81}")
        assert hall.state.circles[1].name == "n" * 80
        said = await hall.say(0, "Shalom", language="he")
        assert hall.state.desires[said.number].language == "he"

    run(tmp_path, work)


def test_what_is_left_out_of_an_input_has_its_plain_meaning() -> None:
    key = {"key": "key-number-0"}

    def of(kind: type[ask.Input], **more: Any) -> dict[str, Any]:
        whole = msgspec.structs.asdict(msgspec.convert({**key, **more}, kind))
        return {name: value for name, value in whole.items() if name not in {"key", *more}}

    assert of(ask.UnreadAsked, language="he") == {"on": True, "desire": ""}
    assert of(ask.WholeAsked, draft=0) == {"on": True}
    assert of(ask.ConfirmingAsked, carried="0") == {"on": True}
    assert of(ask.DutyAsked) == of(ask.CircleDoneAsked) == {"on": False}
    assert of(ask.BookAsked, sealed=0) == {"public": False}
    assert of(ask.TablesAsked, occasion=0, size=5) == {"same_language": False, "version": 0}
    assert of(ask.ProgrammeAsked, ready="") == {
        "questions": "",
        "questions_in": {},
        "append": False,
        "by_itself": False,
    }
    assert of(ask.StageAsked, stage="open", version=0) == {"travelling": "all"}
    assert of(ask.SettingsAsked, name="x", question={}, voice="ten", languages=[]) == {
        "cards": 8,
        "hold": False,
        "words": {},
        "version": 0,
        "keep_days": None,
        "run_by": "",
        "names": {},
        "drafts": "nobody",
    }


@pytest.mark.parametrize(
    ("kind", "more", "name", "most"),
    [
        (ask.DesireAsked, {}, "text", 2000),
        (ask.SeatLanguageAsked, {}, "language", 40),
    ],
)
def test_what_is_typed_has_a_length_that_no_door_lets_pass(
    kind: type[ask.Input], more: dict[str, Any], name: str, most: int
) -> None:
    fields = {"key": "key-number-0", **more}
    assert getattr(msgspec.convert({**fields, name: "x" * most}, kind), name) == "x" * most
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**fields, name: "x" * (most + 1)}, kind)


@pytest.mark.parametrize(("cards", "fits"), [(0, False), (1, True), (50, True), (51, False)])
def test_a_person_sees_one_to_fifty_cards_before_the_end(cards: int, *, fits: bool) -> None:
    if fits:
        assert settings(cards=cards).cards == cards
    else:
        with pytest.raises(msgspec.ValidationError):
            settings(cards=cards)


# --- every act arrives ---


def test_what_a_person_does_with_desires_arrives(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        for text in ("Peace", "Peace too", "Bread"):
            await hall.say(0 if text != "Peace too" else 1, text)
        await hall.do(doing.join, 1, ask.JoinAsked, desire=1, same_as=0)
        await hall.do(doing.withdraw, 0, ask.DesireNamed, desire=2)
        await hall.do(doing.name_language, 0, ask.DesireLanguageAsked, desire=0, language="he")
        await hall.do(doing.set_unread, 1, ask.UnreadAsked, language="he")
        await hall.do(doing.respond, 2, ask.ResponseAsked, desire=0, stance=0)
        await hall.do(doing.feel, 2, ask.FeltAsked, value=6, when="start")
        first, second, third = hall.state.desires
        assert (first.language, second.same_as, third.withdrawn) == ("he", 0, True)
        assert (hall.state.seats[1].unread, hall.state.company.felt["start"]) == (["he"], {2: 6})  # type: ignore[index]
        assert hall.state.tally.responses == [{}, {0: 1}, {0: 0}]
        assert await hall.do(doing.join, 2, ask.JoinAsked, desire=0, same_as=1) is NOT_YOURS
        assert await hall.do(doing.withdraw, 2, ask.DesireNamed, desire=0) is NOT_YOURS
        for of_another in (0, 1):  # an alias of somebody else, or for another purpose, is unknown
            alias = alias_for(hall.gathering, Purpose.OWN, of_another, 0)
            assert await hall.do(doing.withdraw, 2, ask.DesireNamed, desire=alias) is UNKNOWN
            assert await hall.do(doing.respond, of_another, ask.ResponseAsked, desire=alias, stance=1) is UNKNOWN
        await hall.do(doing.erase, 0, ask.KeyOnly)
        assert (hall.state.seats[0].alive, [one.erased for one in hall.state.desires]) == (False, [True, False, True])

    run(tmp_path, work)


def test_what_people_and_hosts_do_with_a_text_arrives(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        for seat, text in enumerate(("Peace", "Bread", "Joy")):
            await hall.say(seat, text)
        await hall.move("weaving")
        lines = [ev.WovenLine([0])]
        body = ev.DraftWoven(hall.state.version, lines, challengers=[1, 2], among=2, lots=2)
        await hall.gathering.submit("house", hall.key(), body)
        await hall.move("reading")
        await hall.do(doing.affirm, 1, ask.WholeAsked, draft=0)
        await hall.do(doing.affirm, 2, ask.WholeAsked, draft=0)
        await hall.do(doing.affirm, 2, ask.WholeAsked, draft=0, on=False)
        await hall.do(doing.answer_challenger, 1, ask.ChallengerAsked, draft=0, desire=2, stance=1)
        await hall.do(doing.change_language, 0, ask.SeatLanguageAsked, language="he")
        await hall.do(carrying.carry_line, 0, ask.CarryingAsked, draft=0, line=0, text="Shalom")
        ((place, carried),) = hall.state.prayers.carried.items()
        for seat in (1, 2):
            await hall.do(carrying.confirm_carried, seat, ask.ConfirmingAsked, carried=place)
        await hall.do(carrying.confirm_carried, 2, ask.ConfirmingAsked, carried=place, on=False)
        draft = hall.state.prayers.drafts[0]
        assert (draft.whole, draft.challenged, carried.confirmed) == ({1}, {1: {2: 1}}, {1})
        assert await hall.do(doing.say_amen, 0, ask.KeyOnly) is Refusal.CLOSED
        assert await hall.do(doing.set_saying, 0, ask.SayingAsked, seconds=30) is Refusal.UNSEALED
        await hall.move("sealed")
        seal = ev.TextSealed(0, "digest", "root", "not yet")  # type: ignore[arg-type]
        await hall.gathering.submit("house", hall.key(), seal)
        await hall.do(doing.set_saying, 0, ask.SayingAsked, seconds=30)
        assert hall.state.prayers.say_at is not None
        await hall.move("said")
        await hall.do(doing.say_amen, 0, ask.KeyOnly)
        await hall.do(doing.set_book, 0, ask.BookAsked, sealed=0, public=True)
        (sealed,) = hall.state.prayers.sealed
        assert (sealed.amen, sealed.public) == ({0}, True)

    run(tmp_path, work)


def test_what_hosts_do_arrives(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.say(0, "Peace")
        await hall.say(1, "Shalom", language="he")
        await hall.do(doing.mark_meta, 0, ask.MetaAsked, desire=0, on=True, version=0)
        for host in (0, 1):
            await hall.do(doing.call_same, host, ask.SameAsked, desire=1, same_as=0)
        assert (hall.state.desires[0].is_meta, hall.state.desires[1].same_as) == (True, 0)
        await hall.do(doing.add_occasion, 0, ask.OccasionAsked, name="Meal", form="meal")
        await hall.do(doing.set_held, 0, ask.HeldAsked, round=1, occasion=0)
        await hall.do(doing.set_clock, 0, ask.ClockAsked, seconds=60)
        assert (hall.state.held, hall.state.clock is not None) == ({1: 0}, True)
        await hall.do(doing.set_programme, 0, ask.ProgrammeAsked, ready="ten")
        await hall.do(doing.take_step, 0, ask.StepAsked, step=1, version=hall.state.version)
        assert (hall.state.step, hall.state.stage) == (1, READY["ten"][1].stage)
        codes = await hall.do(doing.print_cards, 0, ask.CardsAsked, count=3, circle=1)
        assert (len(set(codes)), set(hall.state.people.card_codes.values())) == (3, {1})
        asked = {"name": "New", "question": {"en": "Q?"}, "voice": "ten", "languages": ["en"]}
        assert await hall.do(doing.set_settings, 0, ask.SettingsAsked, **asked, version=0) is Refusal.STALE
        await hall.do(doing.set_settings, 0, ask.SettingsAsked, **asked, version=1)
        assert (hall.state.settings_version, hall.state.languages) == (2, ["en"])
        await hall.do(doing.end, 0, ask.KeyOnly)
        assert await hall.say(2, "Too late") is Refusal.ENDED

    run(tmp_path, work)
