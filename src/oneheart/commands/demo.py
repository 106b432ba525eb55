"""Demo: a gathering of simulated people that plays itself on a real server, which real people can join."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from oneheart.commands.loop import run
from oneheart.commands.making import QUESTIONS, add_circles, settings_for
from oneheart.commands.serving import (
    Addresses,
    addresses_for,
    listen,
    qr,
    served,
    spoken,
    stop_on_signals,
    warm,
)
from oneheart.commands.typing_for import TypistForMany
from oneheart.engine.disclosure import in_steps, release_share
from oneheart.engine.prayer.rounds import PartReading
from oneheart.errors import UserError
from oneheart.live import doing, judging
from oneheart.live import inputs as ask
from oneheart.live.aside import Aside
from oneheart.live.codes import new_code
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import House
from oneheart.live.sealed_record import record_now
from oneheart.rehearsal.crowd import Crowd, Summary
from oneheart.rehearsal.friends import LANGUAGES, made_up
from oneheart.rehearsal.host import HostDesk
from oneheart.rehearsal.phone import GaveUpError, Habits
from oneheart.rehearsal.scenes import SCENES, Scene, friends_of
from oneheart.rehearsal.wire import ServerPlace
from oneheart.storage.database import look_into
from oneheart.storage.stores import log_of

PORT = 8000
ARRIVE_SECONDS, STAGE_SECONDS, THINK_SECONDS = 90.0, 300.0, 4.0  # pace of a real hall; divided by the speed
_SETTLE_SECONDS = 2.5  # until every phone has received the new stage
_GRACE_SECONDS = 20.0
_TEN = 10
_ANSWERS = ("response", "challenger")  # kinds of events that answer something
_SHOWN_SECONDS = 3.0
_COUNTDOWN_SECONDS = 60.0
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Play:
    """Options of a demo.

    Attributes:
        people: number of simulated people.
        speed: factor by which it is faster than a real hall.
        port: TCP port; None for the default one, or any free one if that is in use.
        once: end after the round; only this machine can see it.
        stay_seconds: time that it stays open after the round otherwise, in seconds.
        seed: seed of all random choices.
        scene: name of the scene that is played; "" for a gathering of `people` friends without a known end.
    """

    people: int
    speed: float
    port: int | None
    once: bool
    stay_seconds: float
    seed: int
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """Result of a demo.

    Attributes:
        summary: summary of the rehearsal, from what each phone asked the server.
        desires: number of desires on disk.
        stored: number of responses of simulated people that are on disk and were sent.
        doubled: number of responses on disk that were never sent, or that are there twice.
        lost: number of acknowledged responses that are not on disk.
        status: "one desire", "not yet", "not measured" or "stopped".
        lines: lines of the text, or the nearest desires.
        prayer: the text with its sources and the verdict of each part; {} if none was sealed.
        stopped: true if it was interrupted.
        scene: the scene that was played; None for none.
    """

    summary: Summary
    desires: int
    stored: int
    doubled: int
    lost: int
    status: str
    lines: tuple[str, ...]
    prayer: dict[str, Any]
    stopped: bool
    scene: Scene | None = None

    @property
    def as_expected(self) -> bool:
        """Return whether the scene ended as it must; True without a scene, and where it was interrupted."""
        return self.scene is None or self.stopped or self.status == self.scene.expected

    @property
    def well(self) -> bool:
        """Return whether nothing was lost or doubled, no error occurred and the scene ended as it must."""
        kept = not self.doubled and not self.lost and (self.summary.well or self.stopped)
        return kept and self.as_expected

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        values = self.summary.as_json()
        findings = self.summary.findings
        scene = self.scene
        played = {} if scene is None else {"scene": scene.name, "expected": scene.expected, "because": scene.because}
        return {
            **played,
            "as_expected": self.as_expected,
            "people": findings.people,
            "desires": self.desires,
            "responses": {
                "sent": findings.sent,
                "acknowledged": findings.acknowledged,
                "stored": self.stored,
                "doubled": max(self.doubled, findings.doubled),
            },
            "lost": max(self.lost, findings.lost),
            "result": {"status": self.status, "lines": list(self.lines)},
            "prayer": self.prayer,
            "rehearsal": {name: values[name] for name in ("resent", "refused", "errors", "milliseconds", "seconds")},
            "well": self.well,
        }


def play(how: Play, *, tell: Tell) -> Played:
    """Play a gathering and return the result.

    Args:
        how: options.
        tell: receives lines for the terminal.

    Raises:
        UserError: the port is in use, or the temporary folder cannot be written to.
    """
    sock = _listen(how)
    folder = Path(tempfile.mkdtemp(prefix="oneheart-demo-"))
    try:
        return run(_play(how, sock, folder, tell))
    finally:
        sock.close()
        shutil.rmtree(folder, ignore_errors=True)


def _listen(how: Play) -> socket.socket:
    host = _host(how)
    if how.port is not None:
        return listen(host, how.port)
    try:
        return listen(host, PORT)
    except UserError:
        return listen(host, 0)


def _host(how: Play) -> str:
    return "127.0.0.1" if how.once else "0.0.0.0"  # noqa: S104  friends in the room may join


async def _play(how: Play, sock: socket.socket, folder: Path, tell: Tell) -> Played:
    code, path = new_code(), folder / "demo.oneheart"
    scene = SCENES[how.scene] if how.scene else None
    spoken = tuple(QUESTIONS) if scene is None else tuple(scene.languages)
    voice: Literal["ten", "assembly"] = "assembly" if scene is not None and scene.voice == "assembly" else "ten"
    settings = settings_for(name="A gathering of friends", questions=(), voice=voice, languages=spoken)
    create(path, settings, code=code)
    aside = Aside()
    house = House.open(path, aside=aside)
    gathering = house.gatherings[code]
    circles = max(1, how.people // _TEN) if scene is None else scene.circles
    await add_circles(gathering, circles)
    occasions = () if scene is None else await _add_occasions(gathering, scene)
    stop = stop_on_signals()
    port = sock.getsockname()[1]
    addresses = addresses_for(_host(how), port, None)
    friends = (
        made_up(how.people, circles, LANGUAGES, seed=how.seed) if scene is None else friends_of(scene, seed=how.seed)
    )
    typist = TypistForMany(gathering, [] if scene is None else friends[scene.people :])
    friends = friends if scene is None else friends[: scene.people]
    habits = Habits(think_seconds=THINK_SECONDS / how.speed, codes=occasions)
    crowd = Crowd(
        ServerPlace("127.0.0.1", port, https=False),
        code,
        friends,
        habits=habits,
        arrive_seconds=ARRIVE_SECONDS / how.speed,
        seed=how.seed,
        late=0.0 if scene is None else scene.late,
        leaving=0.0 if scene is None else scene.leaving,
    )
    over = asyncio.Event()
    try:
        async with served(house, sock):
            warming = asyncio.create_task(warm(aside))
            _say_where(addresses, house, code, tell, with_picture=not how.once)
            playing = asyncio.create_task(crowd.play(over))
            try:
                desk = HostDesk(ServerPlace("127.0.0.1", port, https=False), code)
                await _stages(desk, house, crowd, typist, how, stop, tell)
            finally:
                over.set()
                await playing
                warming.cancel()
            summary = crowd.summary(await crowd.check())
            prayer = prayer_of(gathering)
            status = str(prayer.get("status", "stopped" if stop.is_set() else _without_text(gathering)))
            lines = tuple(str(line["text"]) for line in prayer.get("lines", ()))
            _say_result(summary, status, lines, tell)
            if scene is not None:
                _say_end(scene, status, prayer, typist, tell)
            if not how.once and not stop.is_set():
                await _stay(how, HostDesk(ServerPlace("127.0.0.1", port, https=False), code), house, stop, tell)
    finally:
        aside.close()
    played = _by_the_record(path, crowd, summary, prayer, status, lines, stopped=stop.is_set())
    return replace(played, scene=scene)


async def _add_occasions(gathering: LiveGathering, scene: Scene) -> tuple[str, ...]:
    """Add the occasions of a scene, and return their codes."""
    for number, (name, form) in enumerate(scene.occasions):
        await doing.add_occasion(gathering, 0, ask.OccasionAsked(f"demo-occasion-{number}", name, form))
    return tuple(occasion.code for occasion in gathering.state.occasions)


def _without_text(gathering: LiveGathering) -> str:
    """Return what came where nothing was sealed: "no text" if the draft has no line, else "not measured"."""
    draft = gathering.state.prayers.of_round(gathering.state.round)
    return "no text" if draft is not None and not draft.body.lines else "not measured"


def _say_end(scene: Scene, status: str, prayer: dict[str, Any], typist: TypistForMany, tell: Tell) -> None:
    """Tell what the scene must come to, why, and what came."""
    tell(f"scene {scene.name}: expected {scene.expected}, because {scene.because}.")
    missing = ", ".join(str(code) for code in prayer.get("missing", ()))
    tell(
        f"  came: {status}{f' ({missing})' if missing else ''}{'' if status == scene.expected else '. THIS IS WRONG.'}"
    )
    if typist.friends:
        tell(f"  typed for {len(typist.friends)} without a phone: {typist.typed} acts kept, {typist.refused} refused")


def _say_where(addresses: Addresses, house: House, code: str, tell: Tell, *, with_picture: bool) -> None:
    tell(f"A gathering of made-up friends plays itself. Join code {spoken(code)}.")
    tell(f"  hall screen  {addresses.hall(code)}")
    tell(f"  your phone   {addresses.phone(code)}")
    tell(f"  host's desk  {addresses.host(house.invite(code))}  (works once)")
    if with_picture and (picture := qr(addresses.phone(code))):
        tell(f"\n{picture}\n")


async def _stages(
    desk: HostDesk, house: House, crowd: Crowd, typist: TypistForMany, how: Play, stop: asyncio.Event, tell: Tell
) -> None:
    """Lead the round from its opening to amen over HTTP, as a host does."""
    code = next(iter(house.gatherings))
    stage_seconds = STAGE_SECONDS / how.speed
    try:
        await desk.enter(house.invite(code))
        for stage, sentence in _TOLD.items():
            if stop.is_set():
                return
            if stage != "open":
                await desk.move(stage)
            tell(sentence)
            if stage == "crossing":
                crowd.let_late_come()
            if stage in {"weaving", "second reading"}:
                await _until(desk, partial(_is_there, stage), stop)
            if stage == "weaving" and not (await desk.text()).get("lines"):
                tell("no desire was found yet; that is an answer too")
                return
            if stage in {"open", "crossing", "reading", "second reading"}:
                await _until_at_rest(crowd, stage_seconds, stop, tell)
                await typist.type(stage)
            elif stage == "weaving":
                await asyncio.sleep(min(_SHOWN_SECONDS, stage_seconds))
        await _until(desk, lambda text: bool(text.get("status")), stop)
        seconds = max(3, round(_COUNTDOWN_SECONDS / how.speed))
        if not stop.is_set() and await desk.say(seconds):
            tell(f"  all say it in {seconds} seconds")
            await _until(desk, lambda text: text.get("stage") == "said", stop)
            tell("said together")
            await _until_at_rest(crowd, stage_seconds, stop, tell)
            await typist.type("said")
    except GaveUpError as error:
        crowd.counts.errors[str(error)] += 1
    finally:
        desk.leave()


_TOLD = {
    "open": "open: what do you want?",
    "crossing": "crossing: desires travel between circles",
    "weaving": "weaving: the one desire of all is looked for",
    "reading": "reading: line by line",
    "second reading": "second reading: what was changed, then the whole",
    "sealed": "sealed: the text stands",
}


def _is_there(stage: str, text: dict[str, Any]) -> bool:
    return text.get("draft") is not None and (stage != "second reading" or bool(text.get("second")))


async def _until(desk: HostDesk, holds: Callable[[dict[str, Any]], bool], stop: asyncio.Event) -> None:
    """Wait until a condition on the text holds, at most a minute."""
    for _ in range(300):
        if stop.is_set() or holds(await desk.text()):
            return
        await asyncio.sleep(0.2)
    message = "the text did not come for a minute"
    raise GaveUpError(message)


async def _until_at_rest(crowd: Crowd, most_seconds: float, stop: asyncio.Event, tell: Tell) -> None:
    """Wait until nobody has anything left to do, or the time of the stage is over."""
    began = time.perf_counter()
    last_line = began
    while not stop.is_set() and (now := time.perf_counter()) - began < most_seconds + _GRACE_SECONDS:
        if now - began > _SETTLE_SECONDS and crowd.at_rest:
            break
        if now - last_line >= 5.0:  # noqa: PLR2004
            last_line = now
            tell(f"  {crowd.progress()}")
        await asyncio.sleep(0.1)
    tell(f"  {crowd.progress()}")


def prayer_of(gathering: LiveGathering) -> dict[str, Any]:
    """Return the sealed text with its sources and the verdict of each part; {} if none was sealed.

    Circles below twelve people are not measured; their number is given. Counts of people are rounded down to a
    multiple of k. "can_say" is a lower limit of the share of a line's readers who can say it.
    """
    state = gathering.state
    record = record_now(state)
    verdict = None if record is None else record.verdict
    if record is None or verdict is None:
        return {}
    draft = record.draft
    judged, heard = judging.judge(state, draft), state.meetings.heard(draft)
    lines = []
    for number, (line, line_judged) in enumerate(zip(draft.body.lines, judged, strict=True)):
        words = record.lines[number]
        sources = [{"desire": cited, "text": state.desires[cited].text} for cited in line.cites]
        parts = [
            {
                "part": _part(part),
                "people": in_steps(len(part.seats)),
                "verdict": reading.verdict,
                "can_say": _share(reading, judging.affirmation(number, heard[number], part).readers),
            }
            for part, reading in line_judged.parts
        ]
        lines.append(
            {
                "text": words.text,
                "language": words.language,
                "amended": line.amendment is not None,
                "sources": sources,
                "verdict": line_judged.verdict,
                "parts": parts,
            }
        )
    left_lines = [line.text for line in record.left]
    circles = [part for part in judging.parts_of(state) if part.kind == "circle"]
    return {
        "status": verdict.status,
        "missing": list(verdict.missing),
        "lines": lines,
        "not_yet_common": left_lines,
        "circles_not_measured": sum(len(part.seats) < judging.FEW for part in circles),
        "share": verdict.share or "not measured",
        "share_index": draft.body.share_index,
        "share_at_most": verdict.share_high,
        "asked_by_lot": verdict.asked,
        "coverage": draft.body.coverage,
        "held_by_authors_only": judging.held_by_authors_only(state, draft),
        "affirmed_whole": in_steps(len(state.meetings.affirming(draft))),
        "amen": in_steps(len(record.sealed.amen)),
        "digest": verdict.digest,
        "root": verdict.root,
    }


def _part(part: judging.Part) -> str:
    if part.kind == "circle":
        return f"circle {(part.circle or 0) + 1}"
    return f"language {part.language}" if part.kind == "language" else "everybody"


def _share(reading: PartReading, readers: int) -> float | None:
    released = None if reading.share is None else release_share(reading.share, readers, down=True)
    return None if released is None else round(released, 3)


def _say_result(summary: Summary, status: str, lines: tuple[str, ...], tell: Tell) -> None:
    words = {
        "one desire": "One desire:",
        "not yet": "Not one yet. As far as it goes:",
        "no text": "No desire is common to all parts yet. That is an answer too.",
        "stopped": "Stopped before its end.",
    }
    tell(words.get(status, "Too few answers to say what is wanted."))
    for line in lines:
        tell(f"  · {line}")
    findings = summary.findings
    tell(
        f"{findings.people} people · responses: {findings.sent} sent, {findings.acknowledged} acknowledged, "
        f"{findings.stored} stored, {findings.doubled} doubled · lost {findings.lost}"
    )
    for sentence, count in summary.errors:
        tell(f"  went wrong {count} times: {sentence}")


async def _stay(how: Play, desk: HostDesk, house: House, stop: asyncio.Event, tell: Tell) -> None:
    """Open a second round to everybody and keep serving."""
    code = next(iter(house.gatherings))
    try:
        await desk.enter(house.invite(code))
        await desk.move("open")
    except GaveUpError as error:
        tell(f"  {error}")
    finally:
        desk.leave()
    tell(f"A second round is open to you for {how.stay_seconds / 60:.0f} minutes. Ctrl-C ends it.")
    try:
        async with asyncio.timeout(how.stay_seconds):
            await stop.wait()
    except TimeoutError:
        pass


def _by_the_record(
    path: Path,
    crowd: Crowd,
    summary: Summary,
    prayer: dict[str, Any],
    status: str,
    lines: tuple[str, ...],
    *,
    stopped: bool,
) -> Played:
    """Compare the result with the log itself, which phones cannot read."""
    taps = {key: tap for phone in crowd.phones for key, tap in phone.ledger.taps.items()}
    database = look_into(path)
    try:
        log = log_of(database)
        events = [event for event in log.replay() if event.kind in {*_ANSWERS, "desire"}]
        taps = {log.key_of(key): tap for key, tap in taps.items()}
    finally:
        database.close()
    friends = {event.actor for event in events if event.key in taps}
    written = Counter((event.kind, event.key) for event in events if event.actor in friends)
    doubled = sum(count - (key in taps) for (_, key), count in written.items())
    keys = {key for _, key in written}
    promised = {key for key, tap in taps.items() if tap.acknowledged and tap.kind in {"response", "desire"}}
    stored = sum(kind in _ANSWERS and key in promised for kind, key in written)
    desires = sum(event.kind == "desire" for event in events)
    return Played(summary, desires, stored, doubled, len(promised - keys), status, lines, prayer, stopped)
