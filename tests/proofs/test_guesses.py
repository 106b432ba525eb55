"""A7: codes and secrets cannot be guessed, and nothing tells how near a guess is: no status, no text, no time.

A guess is *near* when it is the true code with one letter changed, and *far* when it is random. Each guess comes from
an address of its own, as from an attacker with many machines, so that no limit hides a difference.
"""

from __future__ import annotations

import gc
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from oneheart.live import events as ev
from oneheart.live.codes import ALPHABET, hash_of
from oneheart.live.gathering import LiveGathering
from oneheart.live.house import House
from oneheart.live.inputs import KeyOnly
from oneheart.live.offered import Purpose, alias_for
from oneheart.live.seat_ways import keep_way
from tests.support.gatherings import CODE
from tests.support.keys import seat_key
from tests.support.proofs import size

Figure = Callable[[str], None]
Open = Callable[..., Any]
pytestmark = pytest.mark.slow

HEX = "0123456789abcdef"
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GUESSES = size(20_000, 600)
TELLS_BELOW = 1e-4
"""Least chance of times that differ as much, if nothing tells: smaller means that time tells how near a guess is."""
_HIDDEN = re.compile(r'name="key" value="[^"]*"|"key": *"[^"]*"')


@dataclass(frozen=True, slots=True)
class Kind:
    """What is guessed, and how.

    Attributes:
        name: in the figure.
        truth: the true code or secret.
        letters: of which it consists.
        ask: sends a guess and returns the answer.
    """

    name: str
    truth: str
    letters: str
    ask: Callable[[str], Any]


@dataclass(slots=True)
class Answers:
    """The answers to guesses of one kind.

    Attributes:
        hits: guesses that opened something.
        said: by (whether near, status, headers and words): how often.
        seconds: by whether near: time of each answer.
    """

    hits: int = 0
    said: Counter[tuple[bool, str]] = field(default_factory=Counter)
    seconds: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})

    @property
    def differ(self) -> set[str]:
        """Return answers that only near or only far guesses got."""
        near, far = ({words for is_near, words in self.said if is_near is which} for which in (True, False))
        return near ^ far

    @property
    def chance(self) -> float:
        """Return the chance of times that differ as much, if nothing tells (Mann-Whitney)."""
        return float(mannwhitneyu(self.seconds[True], self.seconds[False]).pvalue)

    @property
    def apart_us(self) -> float:
        """Return the difference of the medians, in microseconds."""
        near, far = (float(np.median(self.seconds[which])) for which in (True, False))
        return 1e6 * abs(near - far)


class Attacker:
    """Guesses with many addresses."""

    def __init__(self, door: Any) -> None:
        """Stand before the door."""
        self.door = door
        self.browser = door.browser()
        self.dice = random.Random(7)  # noqa: S311  guesses
        self.turn = 0

    def send(self, method: str, path: str, browser: Any = None, **more: Any) -> Any:
        """Send a request from an address that was never seen before."""
        self.turn += 1
        browser = browser or self.browser
        address = f"10.{self.turn >> 16}.{self.turn >> 8 & 255}.{self.turn & 255}"
        browser._transport.client = (address, 50_000)  # noqa: SLF001  the test client has no other way
        headers = {"origin": "http://testserver", **more.pop("headers", {})}
        return browser.request(method, path, headers=headers, **more)

    def key(self) -> str:
        """Return a strong key, another one each time."""
        return f"{self.dice.getrandbits(128):032x}"

    def guess(self, kind: Kind, *, near: bool) -> str:
        """Return a wrong guess."""
        if not near:
            return "".join(self.dice.choice(kind.letters) for _ in kind.truth)
        place = self.dice.randrange(len(kind.truth))
        other = self.dice.choice([letter for letter in kind.letters if letter != kind.truth[place]])
        return kind.truth[:place] + other + kind.truth[place + 1 :]

    def try_all(self, kind: Kind, count: int) -> Answers:
        """Send near and far guesses in random order and return what came."""
        answers = Answers()
        order = [number % 2 == 0 for number in range(count)]
        self.dice.shuffle(order)
        for _ in range(20):  # the first requests load templates
            kind.ask(self.guess(kind, near=False))
        gc.collect()
        gc.disable()
        try:
            for near in order:
                guess = self.guess(kind, near=near)
                began = time.perf_counter()
                answer = kind.ask(guess)
                answers.seconds[near].append(time.perf_counter() - began)
                answers.hits += _opened(answer)
                answers.said[near, _words(answer, guess)] += 1
        finally:
            gc.enable()
        return answers


def _opened(answer: Any) -> bool:
    """Return whether an answer is a yes; being led to the door is a no."""
    return answer.status_code < 400 and not answer.headers.get("location", "").startswith("/j/")


def _words(answer: Any, guess: str) -> str:
    """Return all of an answer, without what was guessed and without random keys of forms."""
    whole = f"{answer.status_code} {sorted(answer.headers.items())} {answer.text}"
    for written in (guess, re.sub(r"(....)(?=.)", r"\1 ", guess)):  # a code is shown in fours
        whole = whole.replace(written, "GUESS")
    return _HIDDEN.sub("KEY", whole)


def kinds(door: Any, attacker: Attacker) -> list[Kind]:
    """Return everything that can be guessed in a gathering, with a true code or secret of each kind."""
    gathering: LiveGathering = door.gathering
    send = attacker.send
    me = f"/api/v1/gatherings/{CODE}/me"
    door.submit("h0", "circle", ev.CircleAdded("Olive", "AbCdEfGhIjKlMnOp"))
    door.submit("h0", "occasion", ev.OccasionAdded("Supper", "meal", "MEAT7788"))
    person = door.call(_seated, gathering, seat_key("the one who is guessed"))
    door.submit(f"s{person.number}", "wish-of-theirs", ev.DesireSaid(person.number, "canary", "en"))
    way = door.call(keep_way, gathering, person.number, KeyOnly("a-way-back-of-theirs"))
    card = door.call(gathering.add_cards, "cards-of-the-door", 3, None, "h0")[0]
    host = "7e" * 16
    door.submit("house", "host-of-the-hall", ev.HostSeated(hash_of(host)))
    curious = door.call(_seated, gathering, seat_key("a curious one"))
    inside = _with_seat(door, curious.secret)
    undealt = alias_for(gathering, Purpose.CARD, curious.number, 0)
    tries: list[Any] = []  # browsers with a seat; each tries eight codes of occasions, which is within its limit

    def occasion(guess: str) -> Any:
        if attacker.turn % 8 == 0 or not tries:
            tries.append(_with_seat(door, door.call(_seated, gathering, attacker.key()).secret))
        return send("POST", f"/g/{CODE}/present", tries[-1], data={"key": attacker.key(), "code": guess})

    def enter(path: str, **fields: str) -> Any:
        return send("POST", path, data={"key": attacker.key(), "language": "en", **fields})

    def answer(guess: str) -> Any:
        return send("POST", f"/g/{CODE}/respond", inside, data={"key": attacker.key(), "desire": guess, "stance": "1"})

    def shown(path: str, **headers: str) -> Any:
        return send("GET", path, headers=headers)

    return [
        Kind("join codes", CODE, ALPHABET, lambda guess: shown(f"/j/{guess}")),
        Kind("seat codes", card, ALPHABET, lambda guess: enter(f"/s/{CODE}", card=guess)),
        Kind("host links", door.house.invite(CODE), URL_SAFE, lambda guess: shown(f"/host/enter/{guess}")),
        Kind("occasion codes", "MEAT7788", ALPHABET, occasion),
        Kind("circle keys", "AbCdEfGhIjKlMnOp", URL_SAFE, lambda guess: enter(f"/j/{CODE}", c=guess)),
        Kind("seat secrets", person.secret, HEX, lambda guess: shown(f"/g/{CODE}", cookie=f"seat={guess}")),
        Kind("programs' secrets", person.secret, HEX, lambda guess: shown(me, authorization=f"Bearer {guess}")),
        Kind("host secrets", host, HEX, lambda guess: shown(f"/host/{CODE}", cookie=f"host={guess}")),
        Kind("aliases", undealt, HEX, answer),
        Kind("ways back", way.code, ALPHABET, lambda guess: enter(f"/w/{CODE}", way=guess)),
    ]


async def _seated(gathering: LiveGathering, key: str) -> Any:
    return await gathering.take_seat(key, language="en", circle=None)


def _with_seat(door: Any, secret: str) -> Any:
    browser = door.browser()
    browser.cookies.set("seat", secret)
    return browser


def all_kinds(door: Any, guesses: int) -> dict[str, Answers]:
    """Return what came of so many guesses, by kind."""
    attacker = Attacker(door)
    known = kinds(door, attacker)
    return {kind.name: attacker.try_all(kind, guesses // len(known)) for kind in known}


@pytest.mark.proof("A7")
def test_no_guess_opens_anything_and_nothing_tells_how_near_it_was(open_door: Open, figure: Figure) -> None:
    found = all_kinds(open_door(), GUESSES)
    total = sum(len(seconds) for answers in found.values() for seconds in answers.seconds.values())
    hits = sum(answers.hits for answers in found.values())
    worst = min(found, key=lambda name: found[name].chance)
    differ = sum(len(answers.differ) for answers in found.values())
    apart = max(answers.apart_us for answers in found.values())
    figure(
        f"{total:,} guesses of {len(found)} kinds ({', '.join(found)}): {hits} hits, {differ} answers that differ; "
        f"medians of near and far guesses at most {apart:.0f} us apart (least p = {found[worst].chance:.3f}, {worst})"
    )
    assert hits == 0
    assert {name: answers.differ for name, answers in found.items() if answers.differ} == {}
    assert {name: answers.chance for name, answers in found.items() if answers.chance < TELLS_BELOW} == {}


def test_every_truth_opens_what_it_should(open_door: Open) -> None:
    """The requests are the right ones: each true code or secret opens something."""
    door = open_door()
    attacker = Attacker(door)
    opened = {kind.name: _opened(kind.ask(kind.truth)) for kind in kinds(door, attacker)}
    assert all(opened.values()), opened


@pytest.mark.sabotage("A7", "a code compared letter by letter (House.find)")
def test_a_build_that_compares_letter_by_letter_tells_by_its_time(
    open_door: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def letter_by_letter(self: House, typed: str) -> LiveGathering | None:
        for letter, true in zip(typed, CODE, strict=False):
            if letter != true:
                return None
            time.sleep(0.0002)
        return self.gatherings.get(typed)

    monkeypatch.setattr(House, "find", letter_by_letter)
    door = open_door()
    attacker = Attacker(door)
    answers = attacker.try_all(kinds(door, attacker)[0], 300)
    assert answers.chance < TELLS_BELOW
