"""A rehearsed gathering leaves in Polis shape, is read by the analysis of files, and gives the text that it gave live.

The live text is woven cold, from the whole gathering with one voice for each person, and with a seed that its own log
decides. So nothing here needs a tolerance: the analysis of the exported files, heard in the same way with that seed,
finds the same lines and the same figures. (The warm fits of `live.fitting` deal cards only.)
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import oneheart
from oneheart.commands.making import QUESTIONS, add_circles, settings_for
from oneheart.commands.serving import listen, served
from oneheart.engine.analysis import Analysis, analyze
from oneheart.engine.desire import shares
from oneheart.engine.desire.voices import evened
from oneheart.engine.prayer.choosing import text_columns, text_line_count, wants
from oneheart.formats import inspect, write_polis, write_tables
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.model.gathering import Responses
from oneheart.rehearsal.crowd import Crowd
from oneheart.rehearsal.friends import made_up
from oneheart.rehearsal.host import HostDesk
from oneheart.rehearsal.phone import Habits
from oneheart.rehearsal.wire import ServerPlace, Wire, request

pytestmark = pytest.mark.slow

CODE = "ABCD3456"
PEOPLE, CIRCLES = 60, 6
DIGITS = 5e-5  # the log holds figures to four decimals


@dataclass(frozen=True)
class Played:
    """A gathering after its weaving: as it stands in its file, and what its host took away from its pages.

    Attributes:
        live: opened again from the file.
        exported: the zip file of rows of the host's page, where everybody agreed.
        with_authors: the whole gathering in both shapes, with authors, as a former version exported it.
    """

    live: LiveGathering
    exported: bytes
    with_authors: bytes

    @property
    def draft(self) -> ev.DraftWoven:
        """Return the text as it was woven live."""
        return self.live.state.prayers.drafts[-1].body

    def texts(self) -> list[str]:
        """Return the lines of the text."""
        return [self.live.state.desires[line.cites[0]].text for line in self.draft.lines]


async def rehearsed(path: Path) -> bytes:
    """Play a small gathering until its text is woven, and take the export as the host's page gives it."""
    settings = settings_for(name="Rehearsed", questions=(), voice="ten", languages=tuple(QUESTIONS))
    create(path, settings, code=CODE)
    house = House([LiveGathering.open(path)], folder=None)
    gathering = house.gatherings[CODE]
    await add_circles(gathering, CIRCLES)
    sock = listen("127.0.0.1", 0)
    place = ServerPlace("127.0.0.1", sock.getsockname()[1], https=False)
    friends = made_up(PEOPLE, CIRCLES, ("en", "he"), seed=3)
    crowd = Crowd(place, CODE, friends, habits=Habits(think_seconds=0.002), arrive_seconds=0.3, seed=3)
    desk, over = HostDesk(place, CODE), asyncio.Event()
    async with served(house, sock):
        playing = asyncio.create_task(crowd.play(over))
        await desk.enter(house.invite(CODE))
        await rest(crowd)
        await desk.move("crossing")
        await rest(crowd)
        await desk.move("weaving")
        async with asyncio.timeout(60):
            while not gathering.state.prayers.drafts:
                await asyncio.sleep(0.05)
        over.set()
        await playing
        for seat in range(len(gathering.state.seats)):
            await gathering.submit(f"s{seat}", "rows-yes", ev.RowsConsented(seat, on=True))
        taken = await export(place, desk)
    desk.leave()
    sock.close()
    return taken


async def rest(crowd: Crowd) -> None:
    """Wait until every phone was told of the stage and has done what there is to do."""
    await asyncio.sleep(2.5)
    async with asyncio.timeout(30):
        while not crowd.at_rest:
            await asyncio.sleep(0.05)


async def export(place: ServerPlace, desk: HostDesk) -> bytes:
    """Return the export as the host's own page gives it."""
    wire = Wire(place)
    secret = desk._secret  # the cookie of the desk's browser
    form = {"key": "take-the-rows-now", "rows": "1"}
    answer = await wire.ask(request(place, "POST", f"/host/{CODE}/export.zip", fields=form, cookie=f"host={secret}"))
    wire.drop()
    assert answer.status == 200
    return answer.body


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    path = tmp_path_factory.mktemp("rehearsed") / "g.oneheart"
    exported = asyncio.run(rehearsed(path))
    live = LiveGathering.open(path)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, write in (("polis", write_polis), ("tables", write_tables)):
            write(live.as_gathering(), path.parent / name)
            for file in sorted((path.parent / name).iterdir()):
                archive.write(file, f"{name}/{file.name}")
    yield Played(live, exported, whole.getvalue())
    live.shut()


def read(zipped: bytes, folder: Path, shape: str) -> oneheart.Gathering:
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        archive.extractall(folder)
    return oneheart.read(folder / shape)


def heard(gathering: oneheart.Gathering, seed: int) -> oneheart.Gathering:
    """Return the gathering with one voice for each person, as the live text hears it: the eager answer no more."""
    return replace(gathering, responses=evened(gathering.responses, rng=np.random.default_rng(seed)))


def same_as_live(played: Played, analysis: Analysis) -> None:
    """Say that the analysis of files weaves the same text as the house did live, and measures the same of it."""
    gathering, draft = analysis.gathering, played.draft
    assert analysis.measured
    assert draft.measured
    count = text_line_count(len(gathering.participants))
    columns, _ = text_columns(gathering, analysis, count=count, seed=draft.seed)
    found = {gathering.desires[column].text: column for column in columns}
    assert sorted(found) == sorted(played.texts())
    assert len(found) >= 3
    others = [column for column in analysis.ranking if column not in columns]
    held = wants(gathering, [*columns, *others], draft.seed, analysis.calibration)
    lines = range(len(columns))
    assert shares.share_index(held, lines)[0] == pytest.approx(draft.share_index, abs=DIGITS)
    assert shares.coverage(held, lines) == pytest.approx(draft.coverage, abs=DIGITS)
    worst = [analysis.common_ground[found[text]].worst_fifth.value for text in played.texts()]
    assert worst == pytest.approx(draft.worst, abs=DIGITS)


@pytest.mark.slow
def test_the_export_with_authors_gives_exactly_the_live_text_and_its_figures(played: Played, tmp_path: Path) -> None:
    gathering = read(played.with_authors, tmp_path, "polis")
    assert len(gathering.participants) == PEOPLE
    same_as_live(played, analyze(heard(gathering, played.draft.seed), seed=played.draft.seed))


@pytest.mark.slow
def test_the_export_without_authors_tells_the_same_though_nobody_can_be_told_from_it(
    played: Played, tmp_path: Path
) -> None:
    gathering = read(played.exported, tmp_path, "polis")
    assert {desire.author for desire in gathering.desires} == {None}
    analysis, draft = analyze(gathering, seed=played.draft.seed), played.draft
    # That an author wants the own desire is an answer like others here, so other lots are drawn: figures move within
    # what is stated of them.
    column = {desire.text: number for number, desire in enumerate(gathering.desires)}
    for text, worst in zip(played.texts(), draft.worst, strict=True):
        fifth = analysis.common_ground[column[text]].worst_fifth
        assert fifth.low - DIGITS <= worst <= fifth.high + DIGITS
    coverage = analysis.one_desire.coverage
    assert coverage is not None
    assert draft.coverage is not None
    assert coverage.low - DIGITS <= draft.coverage <= coverage.high + DIGITS
    found = {gathering.desires[line.desire].text for line in analysis.one_desire.lines}
    assert len(found & {*played.texts()}) >= len(found) - 1


@pytest.mark.slow
def test_our_own_tables_tell_the_same_as_the_polis_shape(played: Played, tmp_path: Path) -> None:
    gathering = read(played.with_authors, tmp_path, "tables")
    same_as_live(played, analyze(heard(gathering, played.draft.seed), seed=played.draft.seed))


@pytest.mark.slow
def test_the_zip_file_is_read_as_it_comes(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(played.with_authors)
    same_as_live(played, analyze(heard(oneheart.read(path), played.draft.seed), seed=played.draft.seed))
    assert "both-shapes" in {finding.code for finding in inspect(path).findings}


@pytest.mark.slow
def test_nobody_and_no_answer_is_left_out_of_what_leaves(played: Played, tmp_path: Path) -> None:
    write_polis(played.live.as_gathering(), tmp_path / "polis")
    gathering, live = oneheart.read(tmp_path / "polis"), played.live.state
    joined = sum(desire.same_as is not None for desire in live.desires)
    assert gathering.desire_count == len(live.desires) - joined
    assert gathering.participant_count == live.people.count == PEOPLE
    assert sorted(desire.text for desire in gathering.desires) == sorted(
        desire.text for desire in live.desires if desire.same_as is None
    )
    answered = {(n, live.root(d)) for n in range(len(live.seats)) for d in live.tally.answered(n)}
    own = {(desire.author, n) for n, desire in enumerate(live.desires) if desire.same_as is None}
    assert len(gathering.responses) == len(answered - own)


@pytest.mark.slow
def test_answers_that_are_not_the_live_ones_are_found_out(played: Played, tmp_path: Path) -> None:
    gathering = read(played.with_authors, tmp_path, "polis")
    r = gathering.responses
    turned = replace(gathering, responses=Responses.of(r.participant, r.desire, 1 - r.stance))
    with pytest.raises(AssertionError):
        same_as_live(played, analyze(heard(turned, played.draft.seed), seed=played.draft.seed))
