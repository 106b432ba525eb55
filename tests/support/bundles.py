"""Bundles for tests: a gathering to make one of, and changed bundles that a checker must refuse."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.leading import Leader
from oneheart.model.desire import Stance
from oneheart.verifier import check_bundle

STAGES = ("crossing", "weaving", "reading", "sealed", "said")


def hold(path: Path, people: int) -> None:
    """Hold a gathering in which everybody says and answers something, a text is sealed, and the end comes."""
    create(path, ev.Settings("Desert", {"en": "What?"}, "ten", ["en"]), code="ABCD3456")

    async def whole() -> None:
        gathering = LiveGathering.open(path)
        leader = Leader(gathering)
        for seat in range(people):
            await gathering.take_seat(f"{seat:032x}", language="en")
            body = ev.DesireSaid(seat, f"Secret wish number {seat}", "en")
            await gathering.submit(f"s{seat}", f"say-{seat}", body)
        for stage in STAGES:
            version = gathering.state.version
            await gathering.submit("h0", f"to-{stage}", ev.StageMoved(stage, version))  # type: ignore[arg-type]
            for seat in range(people if stage == "crossing" else 0):
                for desire in range(people):
                    answer = ev.Responded(seat, desire, Stance.WANT)
                    await gathering.submit(f"s{seat}", f"tap-{seat}-{desire}", answer)
            await leader.step()
            await leader.step()
        await gathering.submit("h0", "the-end", ev.Ended())
        await leader.step()
        assert gathering.state.prayers.sealed
        await leader.close()
        await gathering.close()

    asyncio.run(whole())


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in parsed JSON that is no container."""
    items = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else None
    if items is None:
        yield path
        return
    for key, value in items:
        yield from places(value, (*path, key))


def changed(value: Any, rng: random.Random) -> Any:
    """Return another value of the same type: one letter or one bit differs."""
    if isinstance(value, int):
        return value ^ (1 << rng.randrange(6))
    if value is None:
        return 0
    at = rng.randrange(len(value) + 1)
    if at == len(value):
        return value + "0"
    return value[:at] + rng.choice([letter for letter in "0123456789abcdefXY" if letter != value[at]]) + value[at + 1 :]


def mutations(bundle: Any, count: int) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield changed bundles: one value in each, or one part taken out or doubled."""
    rng = random.Random(11)  # noqa: S311  no secret
    paths = list(places(bundle))
    by_part = {part: [path for path in paths if path[0] == part] for part in bundle}
    for number in range(count):
        other = copy.deepcopy(bundle)
        part = list(by_part)[number % len(by_part)]
        if not by_part[part]:
            continue
        if number % 10 == 9 and isinstance(other[part], list):
            place = rng.randrange(len(other[part]))
            if part == "opened":
                continue  # the choice of what is opened is the writer's, and each that is opened is proved
            path: tuple[Any, ...] = (part, place, "taken out")
            del other[part][place]
        else:
            path = rng.choice(by_part[part])
            holder = other
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = changed(holder[path[-1]], rng)
        yield path, other


def refused(bundle: Any) -> bool:
    """Return whether the checker refuses a bundle. It must never fail in another way than its command line handles."""
    try:
        check_bundle.check(bundle)
    except (check_bundle.Wrong, ValueError, KeyError, TypeError, OverflowError, check_bundle.struct.error):
        return True
    return False


def blanked(bundle: Any) -> Any:
    """Return a bundle whose text has other words, and one line without words as if its author had erased them."""
    other = copy.deepcopy(bundle)
    for line in other["texts"][0]["lines"]:
        line["text"] = "We all surrender"
    other["texts"][0]["lines"][-1]["text"] = ""
    return other


def sealed_anew(bundle: Any) -> Any:
    """Return a bundle whose text has other words with a seal made for them, which is said to wait for the next head."""
    other = copy.deepcopy(bundle)
    text = other["texts"][0]
    for line in text["lines"]:
        line["text"] = "We all surrender"
    words = "\n".join(f"{line['language']}\t{line['text']}" for line in text["lines"])
    event = other["opened"][text["event"]]
    body = {**json.loads(event["body"]), "digest": hashlib.sha256(words.encode()).hexdigest()}
    event.update(body=json.dumps(body), index=None, path=[])
    event["commitment"] = check_bundle.commitment_of(event).hex()
    return other


UNPROVED = {"number"}
"""The number of a text in its book is told beside the proof; nothing depends on it."""


def survivors(bundle: Any, count: int) -> list[tuple[Any, ...]]:
    """Return the paths of changes that the checker did not notice."""
    return [
        path
        for path, other in mutations(bundle, count)
        if path[-1] not in UNPROVED and path[:1] != ("texts",) and not refused(other)
    ]
