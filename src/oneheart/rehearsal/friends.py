"""Made-up friends: what each of them says, and how they would stand to anything that another one says.

Their truth is hidden from the server: thirty wishes, each told in four languages, each held by so many, each of a
theme that one circle loves more than another. So a rehearsal has a result, and one may look whether it was found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import entry
from oneheart.errors import UserError
from oneheart.formats import read
from oneheart.model.gathering import Gathering

Relation = Literal["none", "confounded", "real"]
Reading = Literal["can say", "would change", "against me"]
LANGUAGES = ("en", "he", "ru", "es")
_FILE = Path(__file__).with_name("friends.json")
_OF_CIRCLE, _OF_PERSON = 0.5, 0.8  # how far circles, and people within them, differ in what they love
_OWN_SAYINGS = 1000.0
_ROOMS, _WENT = 12, 4  # kinds of occasions, and to how many of them a friend goes
_OF_LANGUAGE, _OF_ROOM = 0.8, 1.2  # how far languages, and what happened at occasions, move what people love
_CAN_SAY, _WOULD_CHANGE = 0.86, 0.08  # of lines that are not theirs; the rest goes against them
_CAN_SAY_AMENDED = 0.97
_CARRIES, _CONFIRMS, _AMENDS = 0.25, 0.5, 0.4
_CHANGES: Mapping[str, str] = {
    "en": "Say it so that it fits each of us",
    "he": "שזה יתאים לכל אחד מאיתנו",
    "ru": "Скажите так, чтобы подошло каждому",
    "es": "Que le sirva a cada uno",
}
_AS_ONE_CAN: Mapping[str, str] = {
    "en": ", as far as each of us can",
    "he": ", כל אחד כפי יכולתו",
    "ru": ", каждый — насколько может",
    "es": ", cada uno hasta donde pueda",
}
_AGAINST = 0.3  # share of those who do not want something who are against it, where one may be


class Friend(Protocol):
    """Somebody who takes part."""

    language: str

    def says(self) -> str:
        """Return what they want, "" where they say nothing."""
        ...

    def means_the_same(self, text: str) -> bool:
        """Return whether a text of another says what they said."""
        ...

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return how they stand to a text: 1 want, 0 not mine, -1 against; always the same for the same text."""
        ...

    def goes_to(self, occasion: int) -> bool:
        """Return whether they go to an occasion and say so."""
        ...

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return what they say to a line of the text, and what they would change, "" for nothing."""
        ...

    def amends(self, text: str) -> str:
        """Return a line of theirs in other words, "" where they leave it."""
        ...

    def carries(self, text: str) -> str:
        """Return a line in their own language, "" where they cannot."""
        ...

    def confirms(self, text: str) -> bool:
        """Return whether they read both languages and take a line that was carried over for the same."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What some want, in all languages.

    Attributes:
        words: by language.
        held: log-odds that somebody without any leaning wants it.
        theme: number of its theme.
        pull: how strongly a liking for the theme moves people.
    """

    words: Mapping[str, str]
    held: float
    theme: int
    pull: float


@lru_cache(maxsize=1)
def wishes() -> tuple[Wish, ...]:
    """Return the made-up wishes.

    Example:
        >>> len(wishes()), wishes()[1].words["en"]
        (30, 'That nobody in this gathering stays alone')
    """
    raw = json.loads(_FILE.read_text(encoding="utf-8"))["wishes"]
    themes = sorted({one["theme"] for one in raw})
    return tuple(
        Wish({code: one[code] for code in LANGUAGES}, one["held"], themes.index(one["theme"]), one["pull"])
        for one in raw
    )


@lru_cache(maxsize=1)
def _wish_of_text() -> dict[str, int]:
    return {text: number for number, wish in enumerate(wishes()) for text in wish.words.values()}


def _same_always(text: str, salt: int) -> float:
    """Return a number from 0 to 1 that hangs on a text and a person only."""
    return float(np.random.default_rng([salt, *text.encode("utf-8", "replace")]).random())


class MadeUp:
    """A made-up friend.

    Attributes:
        language: in which they write.
    """

    def __init__(
        self,
        *,
        language: str,
        tastes: npt.NDArray[np.float64],
        rng: np.random.Generator,
        rooms: frozenset[int] = frozenset(),
    ) -> None:
        """Make a friend who loves some themes.

        Args:
            language: of what they say.
            tastes: (themes,) how much they love each.
            rng: for what they happen to say.
            rooms: kinds of occasions to which they go.
        """
        self._rooms = rooms
        self.language = language if language in LANGUAGES else "en"
        odds = np.asarray([wish.held + wish.pull * tastes[wish.theme] for wish in wishes()])
        self._wants = 1.0 / (1.0 + np.exp(-odds))
        self._salt = int(rng.integers(2**31))
        loved = np.exp(0.8 * odds)
        # Each language has sayings of its own, so that few wishes are told in several; all understand all of them.
        loved[LANGUAGES.index(self.language) :: len(LANGUAGES)] *= _OWN_SAYINGS
        self._own = int(rng.choice(len(odds), p=loved / loved.sum()))

    def says(self) -> str:
        """Return what they want."""
        return wishes()[self._own].words[self.language]

    def means_the_same(self, text: str) -> bool:
        """Return whether a text says what they said."""
        return _wish_of_text().get(text) == self._own

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return how they stand to a text; to a stranger's words by lot, the same each time."""
        wish = _wish_of_text().get(text)
        if wish == self._own:
            return 1
        # The same wish in another language is the same to them.
        lot = _same_always(text if wish is None else str(wish), self._salt)
        wants = 0.5 if wish is None else float(self._wants[wish])
        if lot < wants:
            return 1
        return -1 if may_be_against and lot > 1.0 - _AGAINST * (1.0 - wants) else 0

    def goes_to(self, occasion: int) -> bool:
        """Return whether they go to an occasion."""
        return occasion % _ROOMS in self._rooms

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return what they say to a line: most can say what others want, the more so once it was amended."""
        if self.stance(text, may_be_against=False) > 0:
            return "can say", ""
        amended = any(text.endswith(ending) for ending in _AS_ONE_CAN.values())
        lot = _same_always(f"read {text}", self._salt)
        can_say = _CAN_SAY_AMENDED if amended else _CAN_SAY
        if lot < can_say:
            return "can say", ""
        return ("would change", _CHANGES[self.language]) if lot < can_say + _WOULD_CHANGE else ("against me", "")

    def amends(self, text: str) -> str:
        """Return their line with room for others in it."""
        gives = _wish_of_text().get(text) == self._own and _same_always(f"amend {text}", self._salt) < _AMENDS
        return f"{text}{_AS_ONE_CAN[self.language]}" if gives else ""

    def carries(self, text: str) -> str:
        """Return a line in their own language, where they happen to speak both."""
        wish = _wish_of_text().get(text)
        if wish is None or _same_always(f"carry {text}", self._salt) > _CARRIES:
            return ""
        return wishes()[wish].words[self.language]

    def confirms(self, text: str) -> bool:
        """Return whether they happen to speak both languages; all wishes here are told rightly in all."""
        return text in _wish_of_text() and _same_always(f"confirm {text}", self._salt) < _CONFIRMS


def made_up(
    people: int, circles: int, languages: tuple[str, ...], *, seed: int, relation: Relation | None = None
) -> list[Friend]:
    """Return made-up friends; friend n belongs to circle n modulo circles. The same seed gives the same friends.

    Args:
        people: how many.
        circles: how many circles they belong to, in turn.
        languages: that they speak, in turn.
        seed: of everything drawn by lot.
        relation: what being at the same occasions truly has to do with wanting alike: "none", "confounded" (both
            come from a shared language) or "real" (what happens there moves people). None: nobody goes anywhere.

    Example:
        >>> [friend.language for friend in made_up(3, 2, ("he", "en"), seed=1)]
        ['he', 'en', 'he']
    """
    rng = np.random.default_rng(seed)
    themes = 1 + max(wish.theme for wish in wishes())
    of_circle = rng.normal(0.0, _OF_CIRCLE, (max(circles, 1), themes))
    went, moved = _occasions(people, languages, themes, relation, seed)
    out: list[Friend] = []
    for number in range(people):
        tastes = of_circle[number % max(circles, 1)] + rng.normal(0.0, _OF_PERSON, themes) + moved[number]
        out.append(MadeUp(language=languages[number % len(languages)], tastes=tastes, rng=rng, rooms=went[number]))
    return out


def _occasions(
    people: int, languages: tuple[str, ...], themes: int, relation: Relation | None, seed: int
) -> tuple[list[frozenset[int]], npt.NDArray[np.float64]]:
    """Return to which kinds of occasions each goes, and how that and their language move what they love."""
    moved = np.zeros((people, themes))
    if relation is None:
        return [frozenset()] * people, moved
    rng = np.random.default_rng([seed, 7])
    language = np.arange(people) % len(languages)
    shared = relation != "none"
    liking, loving = rng.normal(size=(len(languages), _ROOMS)), rng.normal(size=(len(languages), themes))
    taste = shared * liking[language] + rng.gumbel(size=(people, _ROOMS))
    chosen = np.argsort(-taste, axis=1)[:, :_WENT]
    moved += shared * _OF_LANGUAGE * loving[language]
    if relation == "real":
        moved += _OF_ROOM * rng.normal(size=(_ROOMS, themes))[chosen].sum(1) / np.sqrt(_WENT)
    return [frozenset(row) for row in chosen.tolist()], moved


class Replayed:
    """A participant of an earlier gathering, who answers as they answered there.

    Attributes:
        language: of the texts, as far as it is known.
    """

    def __init__(
        self, number: int, known: Mapping[str, int], wants: Mapping[str, float], said: str, language: str
    ) -> None:
        """Replay one participant.

        Args:
            number: the participant's row.
            known: by text: how they stood to it.
            wants: by text: the share of all who wanted it.
            said: what they said there, or "".
            language: of the pages.
        """
        self.language = language
        self._known, self._wants, self._said, self._salt = known, wants, said, number

    def says(self) -> str:
        """Return what they said there."""
        return self._said

    def means_the_same(self, text: str) -> bool:
        """Return whether a text is the very same."""
        return text == self._said

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return how they stood to a text; where they were not asked, by lot with the odds of all others."""
        if text in self._known:
            stance = self._known[text]
        else:
            stance = 1 if _same_always(text, self._salt) < self._wants.get(text, 0.5) else 0
        return stance if may_be_against else max(stance, 0)

    def goes_to(self, occasion: int) -> bool:  # noqa: ARG002  an export says nothing of where people were
        """Return that they go nowhere."""
        return False

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return what follows from how they stood to it."""
        stance = self.stance(text, may_be_against=True)
        return ("against me" if stance < 0 else "can say"), ""

    def amends(self, text: str) -> str:  # noqa: ARG002  an export holds no other words
        """Return that they leave it."""
        return ""

    def carries(self, text: str) -> str:  # noqa: ARG002  an export holds no other language
        """Return that they cannot."""
        return ""

    def confirms(self, text: str) -> bool:  # noqa: ARG002
        """Return that they do not."""
        return False


def _want_share(gathering: Gathering) -> dict[str, float]:
    r = gathering.responses
    shown = np.bincount(r.desire, minlength=len(gathering.desires))
    wanted = np.bincount(r.desire[r.stance > 0], minlength=len(gathering.desires))
    return {_plain(desire.text): float((wanted[n] + 1) / (shown[n] + 2)) for n, desire in enumerate(gathering.desires)}


def _plain(text: str) -> str:
    return " ".join(text.split())


def replayed(path: Path, people: int) -> list[Friend]:
    """Return participants of an earlier gathering, those who answered most first, as many as asked for or there are.

    Desires that no phone would take (too long, with a telephone number) are left unsaid.

    Raises:
        UserError: the export cannot be read, or nobody answered anything in it.
    """
    gathering = read(path)
    r = gathering.responses
    answers = np.bincount(r.participant, minlength=len(gathering.participants))
    chosen = [int(n) for n in np.argsort(-answers, kind="stable")[:people] if answers[n]]
    if not chosen:
        message = f"Nobody answered anything in {path}; give an export with responses."
        raise UserError(message)
    texts = [_plain(desire.text) for desire in gathering.desires]
    wanted = {number: row for row, number in enumerate(chosen)}
    known: list[dict[str, int]] = [{} for _ in chosen]
    for participant, desire, stance in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True):
        row = wanted.get(participant)
        if row is not None:
            known[row][texts[desire]] = int(stance)
    said = _said(gathering, texts, wanted)
    language = next((desire.language for desire in gathering.desires if desire.language in LANGUAGES), "en")
    wants = _want_share(gathering)
    return [Replayed(number, known[row], wants, said[row], language or "en") for row, number in enumerate(chosen)]


def _said(gathering: Gathering, texts: list[str], wanted: Mapping[int, int]) -> list[str]:
    """Return what each chosen participant says; desires whose authors do not come are said by others."""
    out = [""] * len(wanted)
    homeless = []
    for desire, text in zip(gathering.desires, texts, strict=True):
        row = wanted.get(-1 if desire.author is None else desire.author)
        entered = entry.entered(text, desire.language or "en")
        if entered.blocking is not None:
            continue
        if row is not None and not out[row]:
            out[row] = entered.text
        else:
            homeless.append(entered.text)
    silent = (row for row, text in enumerate(out) if not text)
    for row, text in zip(silent, homeless, strict=False):
        out[row] = text
    return out
