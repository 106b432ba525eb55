"""A whole round: woven, read, amended, read once more, sealed, said, amen; and what erasing leaves of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneheart import connecting
from oneheart.connecting import Endpoint, checked
from oneheart.engine.disclosure import count_of
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.live.refusal import Refused
from oneheart.live.snapshot import text_now
from oneheart.live.state import Refusal
from oneheart.live.state.text import LiveDraft
from oneheart.model.round import Stage
from oneheart.storage.log import milliseconds_now
from tests.support.loopback import Stub, running

TEXTS = (
    "That nobody stays alone",
    "To be together as one heart",
    "A quiet place",
    "Bread for all",
    "Longer evenings",
    "To hear each other",
)
WANTED = (0.9, 0.95, 0.4, 0.85, 0.2, 0.9)


def made(path: Path) -> Path:
    question = {"en": "What do you want?"}
    create(path / "g.oneheart", ev.Settings("A round", question, "ten", ["en", "he"]), code="AAAA3333")
    return path / "g.oneheart"


async def gathered(hall: LiveGathering, people: int = 36, circles: int = 3, *, last_wants: int = -1) -> list[int]:
    """Let people come, say, and answer everything; return their seats. The round stands in crossing."""
    for circle in range(circles):
        await hall.submit("h0", f"circle-{circle}", ev.CircleAdded("", f"key-{circle}"))
    seats = []
    for n in range(people):
        language = "he" if n % 3 == 2 else "en"
        seats.append((await hall.take_seat(f"seat-key-{n}", language=language, circle=n % circles)).number)
        if language == "he":
            await hall.submit(f"s{seats[n]}", f"reads-{n}", ev.LanguageUnread(seats[n], "en", on=False))
    for n, text in enumerate(TEXTS):
        await hall.submit(f"s{seats[n]}", f"desire-{n}", ev.DesireSaid(seats[n], text, "en"))
    rng = np.random.default_rng(0)
    for seat in seats:
        for n in range(len(TEXTS)):
            if n != seat:
                wants = rng.random() < WANTED[n] or (n == last_wants and seat % circles == circles - 1)
                await hall.respond(seat, n, int(wants), f"response-{seat}-{n}")
    await move(hall, "crossing")
    return seats


async def move(hall: LiveGathering, stage: str) -> None:
    await hall.submit("h0", f"move-{hall.state.version}", ev.StageMoved(stage, hall.state.version))


async def woven(hall: LiveGathering, leader: Leader | None = None) -> LiveDraft:
    await move(hall, "weaving")
    await (leader or Leader(hall)).step()
    await move(hall, "reading")
    return hall.state.prayers.drafts[-1]


async def read(
    hall: LiveGathering, seat: int, line: int, said: Any = "can say", critique: str = "", n: str = ""
) -> None:
    draft = len(hall.state.prayers.drafts) - 1
    await hall.submit(f"s{seat}", f"read-{draft}-{line}{n}", ev.LineRead(seat, draft, line, said, critique))


async def carry_all(hall: LiveGathering) -> None:
    """Let three people who read both languages bring every line of the last draft into Hebrew."""
    number = len(hall.state.prayers.drafts) - 1
    carrier, *others = [n for n, seat in enumerate(hall.state.seats) if seat.language == "he"][:3]
    for line, words in enumerate(hall.state.meetings.versions(hall.state.prayers.drafts[-1])):
        if "he" in words:
            continue
        kept = await hall.submit(
            f"s{carrier}", f"carry-{number}-{line}", ev.LineCarried(carrier, number, line, "he", f"בעברית {line}")
        )
        assert kept.number is not None
        for seat in others:
            await hall.submit(f"s{seat}", f"same-{number}-{line}", ev.CarryConfirmed(seat, kept.number))


async def refused(doing: Awaitable[Any]) -> Refusal:
    with pytest.raises(Refused) as told:
        await doing
    return told.value.why


def run(tmp_path: Path, work: Callable[[LiveGathering], Awaitable[Any]]) -> Any:
    """Do something in a gathering, then open it again and compare."""
    path = made(tmp_path)

    async def whole() -> Any:
        hall = LiveGathering.open(path, rng=np.random.default_rng(0))
        result = await work(hall)
        digest = hall.state.digest()
        await hall.close()
        again = LiveGathering.open(path)
        assert again.state.digest() == digest, "a restart changed something"
        again.shut()
        return result

    return asyncio.run(whole())


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("g.oneheart*"))


def texts(hall: LiveGathering) -> list[str]:
    return [line.text for line in judging.text_of(hall.state, hall.state.prayers.drafts[-1])]


def test_a_round_from_weaving_to_amen(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall)
        draft = await woven(hall)
        assert draft.body.measured
        assert set(texts(hall)) <= set(TEXTS)
        assert {TEXTS[1], TEXTS[5]} == set(texts(hall)[:2]), "what even the worst fifth wants most comes first"
        for line in range(len(draft.body.lines)):
            for seat in seats:
                against = line == 1 and seat % 3 == 0
                await read(hall, seat, line, "against me" if against else "can say")
        assert [one.verdict for one in judging.judge(hall.state, draft)][:3] == ["stands", "to be amended", "stands"]
        author = hall.state.desires[draft.body.lines[1].cites[0]].author
        assert author is not None
        await hall.submit(f"s{author}", "amend-it", ev.LineAmended(author, 0, 1, "In other words", "en"))
        await move(hall, "second reading")
        await Leader(hall).step()
        second = hall.state.prayers.drafts[1]
        assert texts(hall)[1] == "In other words"
        assert [line.changed for line in second.body.lines][:3] == [False, True, False]
        assert len(second.readings[0]) == len(seats), "what was said to a line that stayed goes along"
        assert second.readings[1] == {}
        assert await refused(read(hall, seats[0], 0)) is Refusal.CLOSED, "only what was changed is read again"
        await carry_all(hall)
        for seat in seats:
            await read(hall, seat, 1)
            await hall.submit(f"s{seat}", "whole-text", ev.WholeAffirmed(seat, 1, on=True))
        await move(hall, "sealed")
        await Leader(hall).step()
        sealed = hall.state.prayers.sealed[0]
        assert sealed.body.status == "one desire"
        assert sealed.body.languages == [
            ev.LanguageMet("en", [], measured=True),
            ev.LanguageMet("he"),
        ]
        said = "\n".join(f"en\t{text}" for text in texts(hall))
        assert sealed.body.digest == hashlib.sha256(said.encode()).hexdigest()
        number = draft.body.lines[0].cites[0]
        theirs = hall.state.desires[number].author
        hebrew = ev.DesireLanguage(theirs, number, "he")
        assert await refused(hall.submit(f"s{theirs}", "in-hebrew", hebrew)) is Refusal.CLOSED, "it is sealed as read"
        assert await refused(hall.submit("s0", "amen-early", ev.AmenSaid(0))) is Refusal.CLOSED
        await hall.submit("h0", "say-it-now", ev.SayingSet(1))
        await Leader(hall).step()
        assert hall.state.stage is Stage.SEALED, "nobody says it before the moment"
        hall.now = lambda: milliseconds_now() + 1000
        await Leader(hall).step()
        assert hall.state.stage is Stage.SAID
        for seat in seats[:12]:
            await hall.submit(f"s{seat}", "amen-1", ev.AmenSaid(seat))
            await hall.submit(f"s{seat}", "amen-2", ev.AmenSaid(seat))
        found = text_now(hall.state)
        assert found is not None
        assert count_of(found.amen) == 10, "in whole steps of five, each person once"

    run(tmp_path, work)


def test_the_same_log_always_weaves_the_same(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> list[str]:
        await gathered(hall)
        await woven(hall)
        before = texts(hall)
        await move(hall, "weaving")
        await Leader(hall).step()
        assert len(hall.state.prayers.drafts) == 2, "woven anew after a step back"
        return before

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert run(tmp_path / "a", work) == run(tmp_path / "b", work)


def test_one_ten_alone_weaves_from_its_answers_and_all_of_it_must_be_heard(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall, people=10, circles=1)
        draft = await woven(hall)
        assert not draft.body.measured
        assert 1 <= len(draft.body.lines) <= 3
        for seat in seats:
            for line in range(len(draft.body.lines)):
                await read(hall, seat, line)
        await move(hall, "second reading")
        await Leader(hall).step()
        for seat in seats[:9]:
            await hall.submit(f"s{seat}", "whole-text", ev.WholeAffirmed(seat, 1, on=True))
        await move(hall, "sealed")
        await Leader(hall).step()
        assert hall.state.prayers.sealed[0].body.status == "not yet"
        assert hall.state.prayers.sealed[0].body.missing == ["affirmed"]
        assert hall.state.prayers.sealed[0].body.people == 0, "nothing is counted of so few"

    run(tmp_path, work)


def test_a_circle_that_is_not_yet_in_is_named_to_the_hosts_with_the_desire_that_would_include_it(
    tmp_path: Path,
) -> None:
    evenings = TEXTS.index("Longer evenings")

    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall, people=39, last_wants=evenings)
        draft = await woven(hall)
        for place, line in enumerate(draft.body.lines):
            for seat in seats:
                against = evenings in line.cites and seat % 3 != 2
                await read(hall, seat, place, "against me" if against else "can say")
        await move(hall, "second reading")
        await Leader(hall).step()
        second = hall.state.prayers.drafts[1].body
        assert all(evenings not in line.cites for line in second.lines), "it goes against the others"
        for seat in seats:
            for place, line in enumerate(second.lines):
                if line.changed:
                    await read(hall, seat, place)
            if seat % 3 != 2:
                await hall.submit(f"s{seat}", "whole-text", ev.WholeAffirmed(seat, 1, on=True))
        await move(hall, "sealed")
        await Leader(hall).step()
        sealed = hall.state.prayers.sealed[0].body
        assert sealed.status == "not yet"
        assert "every part" in sealed.missing
        draft = hall.state.prayers.drafts[sealed.draft]
        assert (sealed.circle, sealed.include) == (2, None)
        assert sealed.included is not None
        assert draft.outside[sealed.included] == evenings
        text = text_now(hall.state)
        assert text is not None
        assert text.include is not None
        assert text.include.text == "Longer evenings"
        author = hall.state.desires[evenings].author
        await hall.erase(author, "erase-the-author")
        assert text_now(hall.state).include is None, "erased words are not shown"

    run(tmp_path, work)


def test_a_line_that_a_circle_cannot_say_gives_way_to_what_that_circle_wants_most(tmp_path: Path) -> None:
    quiet, evenings = TEXTS.index("A quiet place"), TEXTS.index("Longer evenings")

    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall, last_wants=quiet)
        await move(hall, "weaving")
        lines = [ev.WovenLine([0]), ev.WovenLine([1])]
        woven_first = ev.DraftWoven(hall.state.version, lines, [evenings, quiet], measured=True, seed=0)
        await hall.submit("house", "woven-first", woven_first)
        await move(hall, "reading")
        draft = hall.state.prayers.drafts[0]
        for seat in seats:
            await read(hall, seat, 0)
            await read(hall, seat, 1, "would change" if seat % 3 == 2 else "can say", n="-second")
        second = judging.second_draft(hall.state, draft)
        assert [line.cites for line in second.lines] == [[0], [quiet]]
        assert second.alternates == [evenings]
        assert [line.cites for line in second.left] == [[1]]

    run(tmp_path, work)


def test_where_nobody_answered_there_is_no_line_and_it_says_so(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await hall.take_seat("seat-key-0", language="en")
        await move(hall, "weaving")
        await Leader(hall).step()
        for stage in ("reading", "second reading", "sealed", "said"):
            move_on = hall.submit("h0", f"move-{stage}", ev.StageMoved(Stage(stage), hall.state.version))
            assert await refused(move_on) is Refusal.NO_TEXT, stage
        await Leader(hall).step()
        assert hall.state.prayers.sealed == []

    run(tmp_path, work)


def test_only_who_is_cited_or_serves_the_circle_amends_and_a_stale_draft_is_told(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall)
        draft = await woven(hall)
        author = hall.state.desires[draft.body.lines[0].cites[0]].author
        stranger = next(seat for seat in seats if seat != author)
        body = ev.LineAmended(stranger, 0, 0, "Mine instead", "en")
        assert await refused(hall.submit(f"s{stranger}", "amend-0", body)) is Refusal.NOT_YOURS
        wrong = ev.LineRead(stranger, 5, 0, "can say")
        assert await refused(hall.submit(f"s{stranger}", "read-5", wrong)) is Refusal.CHANGED
        away = ev.LineRead(stranger, 0, 99, "can say")
        assert await refused(hall.submit(f"s{stranger}", "read-99", away)) is Refusal.CLOSED

    run(tmp_path, work)


def test_a_carried_line_stands_after_two_other_readers_and_goes_along(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall)
        await woven(hall)
        carrier, one, two = [seat for seat in seats if hall.state.seats[seat].language == "he"][:3]
        kept = await hall.submit(f"s{carrier}", "carry-0", ev.LineCarried(carrier, 0, 0, "he", "לב אחד"))
        assert kept.number is not None
        own = ev.CarryConfirmed(carrier, kept.number)
        assert await refused(hall.submit(f"s{carrier}", "confirm-own", own)) is Refusal.NOT_YOURS
        for seat in (one, two):
            before = text_now(hall.state)
            assert before is not None
            assert before.lines[0].carried == ()
            await hall.submit(f"s{seat}", "confirm-it", ev.CarryConfirmed(seat, kept.number))
        now = text_now(hall.state)
        assert now is not None
        assert now.lines[0].carried == (("he", "לב אחד"),)
        await move(hall, "second reading")
        await Leader(hall).step()
        later = text_now(hall.state)
        assert later is not None
        assert later.lines[0].carried == (("he", "לב אחד"),)

    run(tmp_path, work)


def test_what_an_author_erases_is_gone_from_the_sealed_text_and_from_the_file(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await gathered(hall)
        draft = await woven(hall)
        author = hall.state.desires[draft.body.lines[0].cites[0]].author
        assert author is not None
        await move(hall, "sealed")
        await Leader(hall).step()
        digest = hall.state.prayers.sealed[0].body.digest
        gone = texts(hall)[0]
        await hall.erase(author, "erase-all")
        assert texts(hall)[0] == ""
        assert gone not in [line.text for line in text_now(hall.state).lines]  # type: ignore[union-attr]
        assert hall.state.prayers.sealed[0].body.digest == digest, "that there was a text is not undone"
        assert gone.encode() not in bytes_in(tmp_path)

    run(tmp_path, work)


def test_what_others_made_of_erased_words_goes_with_them(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        seats = await gathered(hall)
        draft = await woven(hall)
        cited = hall.state.desires[draft.body.lines[0].cites[0]]
        assert cited.author is not None
        await hall.submit(f"s{cited.author}", "amend-it", ev.LineAmended(cited.author, 0, 0, "Amended canary", "en"))
        carrier = next(seat for seat in seats if hall.state.seats[seat].language == "he")
        await hall.submit(f"s{carrier}", "carry-it", ev.LineCarried(carrier, 0, 0, "he", "Carried canary"))
        await move(hall, "second reading")
        await Leader(hall).step()
        await hall.erase(cited.author, "erase-all")
        assert hall.state.prayers.carried == {}
        assert b"canary" not in bytes_in(tmp_path)
        assert texts(hall)[0] == ""

    run(tmp_path, work)


@pytest.mark.server
def test_a_model_that_obeys_everybody_changes_no_line_and_one_that_is_away_none_either(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        leader = Leader(hall, connect=connect)
        await gathered(hall)
        await woven(hall, leader)
        before = texts(hall)
        assert leader._connecting is not None
        await leader._connecting
        now = text_now(hall.state)
        assert now is not None
        assert [line.text for line in now.lines] == before
        joined = " ".join(line.text for line in now.connected) if now.connected else " ".join(before)
        at = [joined.index(text) for text in before]
        assert at == sorted(at), "each line verbatim and in its order"

    with running(Stub()) as stub:
        for model in ("ok", "hang", "500"):
            folder = tmp_path / model
            folder.mkdir()
            endpoint = Endpoint(checked(stub.url, private=True), model)
            connect = partial(connecting.connect, endpoint=endpoint, seconds=1.0)
            run(folder, work)


def test_a_connected_text_holds_no_words_in_the_log(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await gathered(hall)
        await woven(hall)
        count = len(texts(hall))
        together = [[0, 1], *([n] for n in range(2, count))]
        between = [[", and "], *([] for _ in range(2, count))]
        body = ev.DraftConnected(0, together, between, "a-model", "mosaic-1", "0" * 64)
        await hall.submit("house", "connected-0", body)
        now = text_now(hall.state)
        assert now is not None
        assert now.connected[0].text == f"{texts(hall)[0]}, and {texts(hall)[1]}"
        author = hall.state.desires[hall.state.prayers.drafts[0].body.lines[0].cites[0]].author
        assert author is not None
        await hall.erase(author, "erase-all")
        later = text_now(hall.state)
        assert later is not None
        assert later.connected[0].text == texts(hall)[1]
        for wrong in ([[1, 0]], [[0]], [[0, 0]]):
            body = ev.DraftConnected(0, wrong, [[""] * (len(wrong[0]) - 1)], "a-model", "mosaic-1", "0")
            assert await refused(hall.submit("house", f"wrong-{wrong}", body)) is Refusal.UNKNOWN

    run(tmp_path, work)


def test_a_programme_moves_question_stage_and_clock_together_and_old_desires_rest(tmp_path: Path) -> None:
    async def work(hall: LiveGathering) -> None:
        await gathered(hall)
        steps = [ev.ProgrammeStep("open", 60, {"en": "And tomorrow?"}), ev.ProgrammeStep("crossing", 30)]
        await hall.submit("h0", "programme", ev.ProgrammeSet(steps))
        await hall.submit("h0", "step-0", ev.StepTaken(0, hall.state.version))
        assert hall.state.question == {"en": "And tomorrow?"}
        assert hall.state.stage is Stage.OPEN
        assert hall.state.clock is not None
        assert not hall.state.travels.any(), "what answered the last question does not travel in this one"
        stale = ev.StepTaken(1, hall.state.version - 1)
        assert await refused(hall.submit("h1", "step-1", stale)) is Refusal.STALE
        assert await refused(hall.submit("h1", "step-9", ev.StepTaken(9, hall.state.version))) is Refusal.UNKNOWN
        await hall.submit("h0", "more", ev.ProgrammeSet([*steps, ev.ProgrammeStep("weaving", 5)]))
        assert hall.state.step == 0, "more steps behind the present one leave it where it is"

    run(tmp_path, work)
