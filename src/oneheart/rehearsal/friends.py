"""Simulated people: what each says, and how they answer anything that another one says.

Their true wants are hidden from the server: thirty wishes, each worded in four languages, with known popularity and a
theme that some circles prefer. So the true result of a rehearsal is known and can be compared.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
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
_OF_CIRCLE, _OF_PERSON = 0.5, 0.8  # standard deviations of preferences between circles, and within them
_OWN_SAYINGS = 1000.0
_ROOMS, _WENT = 12, 4  # number of kinds of occasions, and of those that a person visits
_OF_LANGUAGE, _OF_ROOM = 0.8, 1.2  # effects of languages and of occasions on preferences
_CAN_SAY, _WOULD_CHANGE = 0.86, 0.08  # shares for other people's lines; the rest is "against me"
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
_CAMP_ODDS = 3.0  # log-odds of what a camp wants; what it refuses has their negative
_HALF = 0.5
_AGAINST = 0.3  # share of "against" among stances other than "want", if the voice allows it


class Friend(Protocol):
    """Interface of a simulated person."""

    language: str

    def says(self) -> str:
        """Return what they want; "" if they say nothing."""
        ...

    def means_the_same(self, text: str) -> bool:
        """Return whether a text of another person means the same as theirs."""
        ...

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return their stance to a text: 1 want, 0 not mine, -1 against. Deterministic."""
        ...

    def goes_to(self, occasion: int) -> bool:
        """Return whether they go to an occasion and check in."""
        ...

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return their answer to a line of the text, and their critique; "" for none."""
        ...

    def amends(self, text: str) -> str:
        """Return other words for their line; "" if they leave it unchanged."""
        ...

    def reads_language(self, language: str) -> bool:
        """Return whether they read a language."""
        ...

    def carries(self, text: str, language: str) -> str:
        """Return a translation of a line into a language; "" if they cannot translate it."""
        ...

    def confirms(self, text: str) -> bool:
        """Return whether they read both languages and confirm a translation."""
        ...

    def affirms(self) -> bool:
        """Return whether they say that they can say the whole text."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish that some people have, in all languages.

    Attributes:
        words: by language.
        held: log-odds that a person without preferences wants it.
        theme: number of its theme.
        pull: effect of a preference for the theme on these log-odds.
    """

    words: Mapping[str, str]
    held: float
    theme: int
    pull: float


@lru_cache(maxsize=1)
def wishes() -> tuple[Wish, ...]:
    """Return all wishes.

    Example:
        >>> len(wishes()), wishes()[1].words["en"]
        (30, 'That nobody in this gathering stays alone')
    """
    raw = json.loads(_FILE.read_text(encoding="utf-8"))["wishes"]
    themes = sorted({row["theme"] for row in raw})
    return tuple(
        Wish({code: row[code] for code in LANGUAGES}, row["held"], themes.index(row["theme"]), row["pull"])
        for row in raw
    )


@lru_cache(maxsize=1)
def _wish_of_text() -> dict[str, int]:
    return {text: number for number, wish in enumerate(wishes()) for text in wish.words.values()}


def _same_always(text: str, salt: int) -> float:
    """Return a number from 0 to 1 that is a hash of a text and a person."""
    return float(np.random.default_rng([salt, *text.encode("utf-8", "replace")]).random())


class MadeUp:
    """A simulated person with random wants.

    Attributes:
        language: language in which they write.
    """

    def __init__(
        self,
        *,
        language: str,
        tastes: npt.NDArray[np.float64],
        rng: np.random.Generator,
        rooms: frozenset[int] = frozenset(),
        languages: frozenset[str] = frozenset(LANGUAGES),
        refuses: bool = False,
        camp: int | None = None,
    ) -> None:
        """Make a person with preferences for themes.

        Args:
            language: language code of what they say.
            tastes: (themes,) preference for each theme.
            rng: random choice of what they say.
            rooms: kinds of occasions to which they go.
            languages: codes of the languages that they read, beside their own.
            refuses: whether half of all lines go against them, so that they do not affirm the whole.
            camp: 0 or 1 for one of two camps, which wants half of the wishes of each language and refuses the others;
                None for no camp.
        """
        self._rooms, self._languages, self._refuses, self._camp = rooms, languages, refuses, camp
        self.language = language if language in LANGUAGES else "en"
        odds = np.asarray([wish.held + wish.pull * tastes[wish.theme] for wish in wishes()])
        if camp is not None:
            odds = np.where(np.arange(len(odds)) // len(LANGUAGES) % 2 == camp, _CAMP_ODDS, -_CAMP_ODDS)
        self._wants = 1.0 / (1.0 + np.exp(-odds))
        self._salt = int(rng.integers(2**31))
        loved = np.exp(0.8 * odds)
        # People of one language choose from their own part of the wishes, so few wishes are said in several languages.
        loved[LANGUAGES.index(self.language) :: len(LANGUAGES)] *= _OWN_SAYINGS
        self._own = int(rng.choice(len(odds), p=loved / loved.sum()))

    def says(self) -> str:
        """Return what they want."""
        return wishes()[self._own].words[self.language]

    def means_the_same(self, text: str) -> bool:
        """Return whether a text means the same as what they said."""
        return _wish_of_text().get(text) == self._own

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return their stance to a text. To unknown words it is random, but always the same for the same text."""
        wish = _wish_of_text().get(text)
        if wish == self._own:
            return 1
        # A wish has the same stance in every language.
        lot = _same_always(text if wish is None else str(wish), self._salt)
        wants = 0.5 if wish is None else float(self._wants[wish])
        if lot < wants:
            return 1
        if self._camp is not None and may_be_against:
            return -1
        return -1 if may_be_against and lot > 1.0 - _AGAINST * (1.0 - wants) else 0

    def goes_to(self, occasion: int) -> bool:
        """Return whether they go to an occasion."""
        return occasion % _ROOMS in self._rooms

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return their answer to a line. Most people can say what others want, more so after an amendment."""
        if self._refuses and _same_always(f"refuse {text}", self._salt) < _HALF:
            return "against me", ""
        if self.stance(text, may_be_against=False) > 0:
            return "can say", ""
        if self._camp is not None:
            return "against me", ""
        amended = any(text.endswith(ending) for ending in _AS_ONE_CAN.values())
        lot = _same_always(f"read {text}", self._salt)
        can_say = _CAN_SAY_AMENDED if amended else _CAN_SAY
        if lot < can_say:
            return "can say", ""
        return ("would change", _CHANGES[self.language]) if lot < can_say + _WOULD_CHANGE else ("against me", "")

    def amends(self, text: str) -> str:
        """Return their line in more inclusive words."""
        gives = _wish_of_text().get(text) == self._own and _same_always(f"amend {text}", self._salt) < _AMENDS
        return f"{text}{_AS_ONE_CAN[self.language]}" if gives else ""

    def reads_language(self, language: str) -> bool:
        """Return whether they read a language."""
        return language == self.language or language in self._languages

    def carries(self, text: str, language: str) -> str:
        """Return a translation of a line; "" for unknown words, and where they leave it to others."""
        wish = _wish_of_text().get(text)
        if wish is None or _same_always(f"carry {text}", self._salt) > _CARRIES:
            return ""
        return wishes()[wish].words.get(language, "")

    def confirms(self, text: str) -> bool:
        """Return whether they speak both languages; all translations here are right."""
        return text in _wish_of_text() and _same_always(f"confirm {text}", self._salt) < _CONFIRMS

    def affirms(self) -> bool:
        """Return whether they can say the whole; who refuses lines cannot."""
        return not self._refuses


def made_up(
    people: int, circles: int, languages: tuple[str, ...], *, seed: int, relation: Relation | None = None
) -> list[Friend]:
    """Return simulated people; person n belongs to circle n modulo `circles`. Deterministic for one seed.

    Args:
        people: number of people.
        circles: number of circles, assigned in turn.
        languages: language codes, assigned in turn.
        seed: seed of all random choices.
        relation: true relation of being at the same occasions and wanting the same: "none", "confounded" (both come
            from a shared language) or "real" (occasions change what people want). None: nobody goes anywhere.

    Example:
        >>> [friend.language for friend in made_up(3, 2, ("he", "en"), seed=1)]
        ['he', 'en', 'he']
    """
    rng = np.random.default_rng(seed)
    themes = theme_count()
    of_circle = rng.normal(0.0, _OF_CIRCLE, (max(circles, 1), themes))
    went, moved = occasions_of(people, languages, themes, relation, seed)
    out: list[Friend] = []
    for number in range(people):
        tastes = of_circle[number % max(circles, 1)] + rng.normal(0.0, _OF_PERSON, themes) + moved[number]
        out.append(MadeUp(language=languages[number % len(languages)], tastes=tastes, rng=rng, rooms=went[number]))
    return out


def theme_count() -> int:
    """Return the number of themes of the wishes.

    Example:
        >>> theme_count()
        6
    """
    return 1 + max(wish.theme for wish in wishes())


def occasions_of(
    people: int, languages: Collection[str], themes: int, relation: Relation | None, seed: int
) -> tuple[list[frozenset[int]], npt.NDArray[np.float64]]:
    """Return the kinds of occasions of each person, and the effect of these and of their language on preferences."""
    moved = np.zeros((people, themes))
    if relation is None:
        return [frozenset()] * people, moved
    rng = np.random.default_rng([seed, 7])
    language = np.arange(people) % len(languages)
    shared = relation != "none"
    liking, loving = rng.normal(size=(len(languages), _ROOMS)), rng.normal(size=(len(languages), themes))
    taste = shared * liking[language] + rng.gumbel(size=(people, _ROOMS))
    visited = np.argsort(-taste, axis=1)[:, :_WENT]
    moved += shared * _OF_LANGUAGE * loving[language]
    if relation == "real":
        moved += _OF_ROOM * rng.normal(size=(_ROOMS, themes))[visited].sum(1) / np.sqrt(_WENT)
    return [frozenset(row) for row in visited.tolist()], moved


class Replayed:
    """A participant of an earlier gathering, who answers as recorded.

    Attributes:
        language: language of the texts, as far as known.
    """

    def __init__(
        self, number: int, known: Mapping[str, int], wants: Mapping[str, float], said: str, language: str
    ) -> None:
        """Replay one participant.

        Args:
            number: row of the participant.
            known: recorded stance by text.
            wants: by text, the share of all who wanted it.
            said: what they said there; "" for nothing.
            language: language code of the pages.
        """
        self.language = language
        self._known, self._wants, self._said, self._salt = known, wants, said, number

    def says(self) -> str:
        """Return what they said there."""
        return self._said

    def means_the_same(self, text: str) -> bool:
        """Return whether a text is identical to theirs."""
        return text == self._said

    def stance(self, text: str, *, may_be_against: bool) -> int:
        """Return the recorded stance; a random one, with the odds of all others, if they were not asked."""
        if text in self._known:
            stance = self._known[text]
        else:
            stance = 1 if _same_always(text, self._salt) < self._wants.get(text, 0.5) else 0
        return stance if may_be_against else max(stance, 0)

    def goes_to(self, occasion: int) -> bool:  # noqa: ARG002  an export says nothing of where people were
        """Return False: an export does not tell."""
        return False

    def reads(self, text: str) -> tuple[Reading, str]:
        """Return the answer that follows from their stance."""
        stance = self.stance(text, may_be_against=True)
        return ("against me" if stance < 0 else "can say"), ""

    def amends(self, text: str) -> str:  # noqa: ARG002  an export holds no other words
        """Return "": an export holds no other words."""
        return ""

    def reads_language(self, language: str) -> bool:  # noqa: ARG002  an export does not tell
        """Return True: whoever answered was shown the words as they are."""
        return True

    def carries(self, text: str, language: str) -> str:  # noqa: ARG002  an export holds no other language
        """Return "": an export holds no translations."""
        return ""

    def confirms(self, text: str) -> bool:  # noqa: ARG002
        """Return False: an export holds no translations."""
        return False

    def affirms(self) -> bool:
        """Return True: an export does not tell of a whole text."""
        return True


def _want_share(gathering: Gathering) -> dict[str, float]:
    r = gathering.responses
    answers = np.bincount(r.desire, minlength=len(gathering.desires))
    wants = np.bincount(r.desire[r.stance > 0], minlength=len(gathering.desires))
    return {_plain(desire.text): float((wants[n] + 1) / (answers[n] + 2)) for n, desire in enumerate(gathering.desires)}


def _plain(text: str) -> str:
    return " ".join(text.split())


def replayed(path: Path, people: int) -> list[Friend]:
    """Return up to `people` participants of an earlier gathering, those with the most answers first.

    Desires that no phone would accept (too long, or with a telephone number) are not said.

    Raises:
        UserError: the export cannot be read, or it holds no answers.
    """
    gathering = read(path)
    r = gathering.responses
    answers = np.bincount(r.participant, minlength=len(gathering.participants))
    participants = [int(n) for n in np.argsort(-answers, kind="stable")[:people] if answers[n]]
    if not participants:
        message = f"Nobody answered anything in {path}; give an export with responses."
        raise UserError(message)
    texts = [_plain(desire.text) for desire in gathering.desires]
    row_of = {number: row for row, number in enumerate(participants)}
    stances: list[dict[str, int]] = [{} for _ in participants]
    for participant, desire, stance in zip(r.participant.tolist(), r.desire.tolist(), r.stance.tolist(), strict=True):
        row = row_of.get(participant)
        if row is not None:
            stances[row][texts[desire]] = int(stance)
    words = _said(gathering, texts, row_of)
    language = next((desire.language for desire in gathering.desires if desire.language in LANGUAGES), "en")
    wants = _want_share(gathering)
    return [
        Replayed(number, stances[row], wants, words[row], language or "en") for row, number in enumerate(participants)
    ]


def _said(gathering: Gathering, texts: list[str], row_of: Mapping[int, int]) -> list[str]:
    """Return what each chosen participant says. Desires of absent authors are given to others."""
    out = [""] * len(row_of)
    homeless = []
    for desire, text in zip(gathering.desires, texts, strict=True):
        row = row_of.get(-1 if desire.author is None else desire.author)
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
