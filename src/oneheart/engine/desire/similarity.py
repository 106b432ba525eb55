"""How alike two wordings are: suggestions for people, and the one merge that is safe without them.

No measure of likeness can merge by itself: 80 against 100 km/h, abolish against do not abolish are nearly the
same letters. So likeness only suggests and caps; alone it merges only what has the same content words, the same
numbers and no negation, and even that is vetoed by people who answered the two differently.

Source: ours; rules and thresholds measured on labelled pairs of public statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from oneheart.engine.desire import wording
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses

_VETO_LEAST = 15
_VETO_CONCORDANCE = 0.85
_STEM = 5
_STEM_LEAST = 4


def trigrams(text: str) -> frozenset[str]:
    """Return the three-letter pieces of the common form, blanks at both ends included.

    Example:
        >>> sorted(trigrams("ab"))
        [' ab', 'ab ']
    """
    padded = f" {wording.normalise(text)} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def similarity(a: str, b: str) -> float:
    """Return the Jaccard likeness of the trigrams, 0 to 1, symmetric; 0 where both are empty.

    Example:
        >>> similarity("peace now", "Peace, now!"), similarity("abc", "xyz")
        (1.0, 0.0)
    """
    left, right = trigrams(a), trigrams(b)
    both = len(left & right)
    union = len(left) + len(right) - both
    return both / union if union else 0.0


class TrigramIndex:
    """An index of wordings that finds the most alike; grows one wording at a time.

    Example:
        >>> index = TrigramIndex(["peace for all", "more sleep", "peace for everyone"])
        >>> [column for column, _ in index.nearest("Peace for all of us", count=2)]
        [0, 2]
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Index these wordings; each one's number is its place."""
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        """Return the number of wordings."""
        return len(self._sizes)

    def add(self, text: str) -> int:
        """Add a wording and return its number. O(length)."""
        number = len(self._sizes)
        pieces = trigrams(text)
        self._sizes.append(len(pieces))
        for piece in pieces:
            self._holders[piece].append(number)
        return number

    def nearest(self, text: str, count: int = 3, exclude: Iterable[int] = ()) -> tuple[tuple[int, float], ...]:
        """Return up to `count` (number, likeness) with likeness above 0, most alike first, ties by number."""
        pieces = trigrams(text)
        shared: Counter[int] = Counter()
        for piece in pieces:
            shared.update(self._holders.get(piece, ()))
        for number in exclude:
            shared.pop(number, None)
        size = len(pieces)
        scored = ((-both / (size + self._sizes[n] - both), n) for n, both in shared.items())
        return tuple((n, -likeness) for likeness, n in sorted(scored)[:count])


def strict_key(text: str) -> tuple[object, ...]:
    """Return a key that is equal exactly for wordings that may be merged without asking a person.

    Equal content words and numbers and no negation in either; a wording with a negation, or without content
    words, only equals itself letter for letter (in the common form).

    Example:
        >>> strict_key("We want a whole food store!") == strict_key("a whole food store")
        True
        >>> strict_key("Do not close it") == strict_key("Close it")
        False
    """
    content = wording.content_words(text)
    if wording.negations(text) or not content:
        return ("exact", wording.normalise(text))
    return ("content", content, wording.numbers(text))


def vote_veto(first: npt.NDArray[np.int8], second: npt.NDArray[np.int8]) -> bool:
    """Return whether people who answered both (aligned stances) forbid merging: 15 or more, under 85 % alike.

    Example:
        >>> vote_veto(np.ones(20, np.int8), np.zeros(20, np.int8))
        True
    """
    return len(first) >= _VETO_LEAST and float((first == second).mean()) < _VETO_CONCORDANCE


def merge_same(desires: Sequence[Desire], responses: Responses) -> tuple[tuple[int, ...], ...]:
    """Return groups of two or more columns whose wordings are strictly the same and whose answers allow it.

    Groups and columns in ascending order. Desires with different declared languages are never merged; empty
    wordings neither. O(M + responses).
    """
    keys: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for column, desire in enumerate(desires):
        if desire.text.strip():
            keys[(desire.language, *strict_key(desire.text))].append(column)
    groups = []
    for columns in keys.values():
        kept: list[int] = []
        for column in columns:
            if not any(vote_veto(*_both(responses, column, other)) for other in kept):
                kept.append(column)
        if len(kept) > 1:
            groups.append(tuple(kept))
    return tuple(sorted(groups))


def _both(responses: Responses, a: int, b: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """Return the stances of the people who answered both columns, aligned."""
    in_a, in_b = responses.desire == a, responses.desire == b
    people_a, people_b = responses.participant[in_a], responses.participant[in_b]
    _, ia, ib = np.intersect1d(people_a, people_b, assume_unique=True, return_indices=True)
    return responses.stance[in_a][ia], responses.stance[in_b][ib]


def guards(a: str, b: str) -> str | None:
    """Return why two wordings must not be suggested as the same: "number", "negation", "words"; None if they may.

    For suggestions to people only; passing the guards never merges.

    Example:
        >>> guards("80 km/h in town", "100 km/h in town"), guards("Open the park", "Open the parks")
        ('number', None)
    """
    if wording.numbers(a) != wording.numbers(b):
        return "number"
    if wording.negations(a) % 2 != wording.negations(b) % 2:
        return "negation"
    left, right = wording.content_words(a), wording.content_words(b)
    if _unmatched(left, right) and _unmatched(right, left):
        return "words"
    return None


def _unmatched(words: frozenset[str], others: frozenset[str]) -> bool:
    """Return whether some word has no counterpart with the same stem on the other side."""

    def alike(x: str, y: str) -> bool:
        stem = min(len(x), len(y), _STEM)
        return x == y or (stem >= _STEM_LEAST and x[:stem] == y[:stem])

    return any(not any(alike(word, other) for other in others) for word in words)


def alike_matrix(texts: Sequence[str], most: float) -> npt.NDArray[np.bool_]:
    """Return (n, n) which pairs of wordings are more alike than `most`; the diagonal is False. O(n^2) set sizes.

    Example:
        >>> alike_matrix(["peace for all", "peace for all!", "sleep"], 0.5).tolist()
        [[False, True, False], [True, False, False], [False, False, False]]
    """
    index = TrigramIndex(texts)
    out = np.zeros((len(texts), len(texts)), bool)
    for i, text in enumerate(texts):
        for j, likeness in index.nearest(text, count=len(texts), exclude=(i,)):
            if likeness > most:
                out[i, j] = out[j, i] = True
    return out
