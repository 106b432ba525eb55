"""The same wish in other words: which desires people answered alike, and say with near words.

Letters do not tell meaning: "closer to my parents" and "closer to God" are spelled alike, and four sentences against
advertising to children are not. Answers alone do not tell it either: all good wishes are wanted. So two desires are the
same wish *to this gathering* only where both agree. Nothing is merged: every desire keeps its answers and its place in
the report, and only one of a group becomes a line, which says for which others it stands.

Letters: n desires, N people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from oneheart import settings
from oneheart.engine import compiled
from oneheart.engine.desire.scripts import FUNCTION_WORDS, base_language, likely_language
from oneheart.engine.desire.similarity import similarity_matrix
from oneheart.engine.desire.wording import numbers, words
from oneheart.engine.estimate import Estimate
from oneheart.model.desire import Desire
from oneheart.model.gathering import Responses

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Embedder = Callable[[Sequence[str]], Floats]
"""Returns (n, n) the nearness in meaning of every two texts, 0 to 1: the operator's own model of language."""

_SCORES = np.array([1.0, 0.0, -0.5])  # want, not mine, against: what net support counts
_INDEPENDENT = 4.0  # a prior of so many people who answer one without regard to the other
_DEVIATIONS = 1.645
_BLOCK = 2048
_DENSE = 10  # of fewer pairs than a tenth of all cells each is counted by itself
_USUAL = 4  # one less than so many desires with other words may be answered as alike, by chance or conviction
_BEYOND = 0.05  # least distance from that
_FAR_BEYOND = 0.4  # one rare word in common is enough where answers are alike so far beyond that
_SPELLED = 0.5  # share of trigrams from which the words by themselves say that much
_STEM = 5  # letters that forms of one word share
_WORD = 4  # letters of the shortest word that tells a subject, and of a looser stem
_RARE = 0.1  # a word in more of the desires than this is a subject of the whole talk, and brings no two together
_RARE_LEAST = 3.0  # unless it is in no more than three
_FRAME = 0.5  # share of the words of both that stay where one thing is put in the place of another


@dataclass(frozen=True, slots=True)
class SameWish:
    """Why two desires are the same wish to a gathering.

    Attributes:
        people: people who answered both.
        correlation: of their answers, -1 to 1, with its 90 % interval.
        words: nearness of the words, 0 to 1: shared letter trigrams or subjects, or what the operator's embedder says.
    """

    people: int
    correlation: Estimate
    words: float


@dataclass(frozen=True, slots=True, eq=False)
class SameWishes:
    """Which of n desires are the same wish to a gathering.

    Attributes:
        groups: places of the desires of each group of two or more, ascending.
        together: (n, n) whether two different desires are in one group: one text needs only one of them.
        people: (n, n) people who answered both.
        correlation: (n, n) correlation of their answers; nan where nobody answered both.
        low, high: (n, n) ends of its 90 % interval; nan where nobody answered both.
        words: (n, n) nearness of the words.
    """

    groups: tuple[tuple[int, ...], ...]
    together: Flags
    people: npt.NDArray[np.int64]
    correlation: Floats
    low: Floats
    high: Floats
    words: Floats

    def why(self, one: int, other: int) -> SameWish:
        """Return the evidence on two of the desires."""
        at = (one, other)
        estimate = Estimate(float(self.correlation[at]), float(self.low[at]), float(self.high[at]))
        return SameWish(int(self.people[at]), estimate, float(self.words[at]))


def same_wishes(
    desires: Sequence[Desire], columns: Sequence[int], responses: Responses, *, embedder: Embedder | None = None
) -> SameWishes:
    """Return which of these columns are the same wish to the gathering, by answers and words together.

    Two desires are joined where their words are near (or have one rare word in common, where their answers stand out
    by far), at least `SAME_PEOPLE_LEAST` people answered both, and the
    correlation of these answers is surely (95 %) at least `SAME_CORRELATION_LEAST`, and above what is usual between
    either of them and desires with other words. A sentence in which one thing is put in the place of another ("closer
    to God", "closer to my parents") needs `SAME_CONTRAST_LEAST`. In a group each two are answered alike.

    Args:
        desires: all desires.
        columns: those that may stand in one text; places below are places in this sequence.
        responses: last answers; numbers of desires are columns.
        embedder: tells which words are near instead of letter trigrams and shared rare words.

    Notes:
        Spelling alone joins nothing, and neither do answers alone. Cost O(N n^2) in blocks of people, and nothing
        where no words are near. No random numbers.

    Source: ours. The interval is that of the delta method on the table of answers (Fisher's z), after four more people
    who answer both independently; so a few people who do not want either are not taken for proof.

    Example:
        >>> desires = [Desire("1", "Peace in our town"), Desire("2", "A town in peace"), Desire("3", "More trees")]
        >>> stance = [[1, 1, 1], [-1, -1, 1], [1, 1, 0], [-1, -1, 1]] * 15
        >>> person, column = np.divmod(np.arange(180), 3)
        >>> same_wishes(desires, [0, 1, 2], Responses.of(person, column, np.ravel(stance))).groups
        ((0, 1),)
    """
    chosen = [desires[column] for column in columns]
    near, nearness, spelled = near_words(chosen, embedder)
    n = len(chosen)
    less_near = ~near & (_subjects_shared(chosen, _WORD) > 0) if embedder is None else np.zeros_like(near)
    np.fill_diagonal(less_near, val=False)
    unknown = np.full((n, n), np.nan)
    if not (near | less_near).any():
        none = np.zeros((n, n), np.int64)
        return SameWishes((), np.zeros((n, n), bool), none, unknown, unknown, unknown, nearness)
    people, correlation, low, high = answered_alike(responses, columns, len(desires))
    enough = people >= settings.SAME_PEOPLE_LEAST.value
    usual = _usual(correlation, enough, near)
    beyond = np.where(spelled >= _SPELLED, 0.0, usual + _BEYOND)
    beyond = np.where(less_near, usual + _FAR_BEYOND * (1.0 - usual), beyond)
    least = np.maximum(settings.SAME_CORRELATION_LEAST.value, beyond)
    with np.errstate(invalid="ignore"):
        likely = enough & (correlation >= least)
        contrast = _contrasts(chosen, likely & (near | less_near))
        least = np.where(contrast, np.maximum(settings.SAME_CONTRAST_LEAST.value, usual + _BEYOND), least)
        likely &= correlation >= least
        joined = (near | less_near) & enough & (low >= least)
    groups = _groups(joined, likely, low)
    together = np.zeros((n, n), bool)
    for group in groups:
        together[np.ix_(group, group)] = True
    np.fill_diagonal(together, val=False)
    return SameWishes(groups, together, people, correlation, low, high, nearness)


# --- words ------------------------------------------------------------------------------------------------------


def near_words(desires: Sequence[Desire], embedder: Embedder | None = None) -> tuple[Flags, Floats, Floats]:
    """Return which two different desires have near words, how near they are, and how alike they are spelled, (n, n).

    Near are texts with enough trigrams in common (`NEAR_WORDS_LEAST`), or with enough of the words that tell a subject:
    words of four letters or more, no words of grammar, and in no more than a tenth of the desires (or three). A rare
    word weighs more, and long texts need more words in common. Forms of a word count as one where they share five
    letters. With an embedder only its number counts, and `NEAR_MEANING_LEAST`.

    Example:
        >>> texts = ("No advertising of sweets", "Adverts for junk food must end", "Cheaper vegetables")
        >>> near_words([Desire(text, text, language="en") for text in texts])[0].tolist()
        [[False, True, False], [True, False, False], [False, False, False]]
    """
    texts = [desire.text for desire in desires]
    spelled = similarity_matrix(texts)
    if embedder is not None:
        nearness = np.clip(np.asarray(embedder(texts), np.float64), 0.0, 1.0)
        near: Flags = nearness >= settings.NEAR_MEANING_LEAST.value
    else:
        nearness = np.maximum(spelled, _subjects_shared(desires, _STEM))
        near = nearness >= settings.NEAR_WORDS_LEAST.value
    near = near | near.T
    np.fill_diagonal(near, val=False)
    return near, nearness, spelled


def _subjects_shared(desires: Sequence[Desire], letters: int) -> Floats:
    """Return (n, n) the weight of the rare subjects of two texts in common, of all subjects of the one with less.

    Forms of a word count as one where they share so many letters.
    """
    held = [_subjects(desire, letters) for desire in desires]
    count = Counter(stem for stems in held for stem in stems)
    weight = {stem: np.log((1.0 + len(desires)) / times) for stem, times in count.items()}
    whole = np.array([sum(weight[stem] for stem in stems) for stems in held])
    most = max(_RARE_LEAST, _RARE * len(desires))
    holders: dict[str, list[int]] = {}
    for place, stems in enumerate(held):
        for stem in stems:
            holders.setdefault(stem, []).append(place)
    shared = np.zeros((len(desires), len(desires)))
    for stem, places in holders.items():
        if 1 < len(places) <= most:
            shared[np.ix_(places, places)] += weight[stem]
    less = np.minimum(whole[:, None], whole[None, :])
    return np.asarray(np.divide(shared, less, out=np.zeros_like(shared), where=less > 0))


def _subjects(desire: Desire, letters: int) -> set[str]:
    """Return the beginnings of the words of a desire that tell a subject."""
    language = base_language(desire.language) or likely_language(desire.text)
    grammar = FUNCTION_WORDS.get(language, frozenset())
    return {word[:letters] for word in words(desire.text) if len(word) >= _WORD and word not in grammar}


def _contrasts(desires: Sequence[Desire], near: Flags) -> Flags:
    """Return (n, n) which near texts are one sentence with one thing put in the place of another."""
    out = np.zeros_like(near)
    for one, other in zip(*np.nonzero(np.triu(near)), strict=True):
        out[one, other] = out[other, one] = is_contrast(desires[one].text, desires[other].text)
    return out


def is_contrast(one: str, other: str) -> bool:
    """Return whether two texts are the same sentence about two things: some words are exchanged, most stay.

    True too where their numbers differ; a number at the beginning that only counts the list is passed over.

    Example:
        >>> is_contrast("I want to be closer to God", "I want to be closer to my parents")
        True
        >>> is_contrast("We need a whole food store", "We need a whole food store here")
        False
        >>> is_contrast("80 km/h in towns", "100 km/h in towns")
        True
    """
    first, second = _unlisted(one), _unlisted(other)
    if numbers(" ".join(first)) != numbers(" ".join(second)):
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    stays = sum(block.size for block in matcher.get_matching_blocks())
    exchanged = any(tag == "replace" for tag, *_ in matcher.get_opcodes())
    return exchanged and stays >= _FRAME * max(len(first), len(second), 1)


def _unlisted(text: str) -> tuple[str, ...]:
    """Return the words of a text without a number in front that counts the list ("24. ...")."""
    found = words(text)
    listed = text.lstrip()[:6].partition(".")
    return found[1:] if listed[1] and listed[0].isdigit() and listed[2][:1].isspace() else found


# --- answers ----------------------------------------------------------------------------------------------------


def answered_alike(
    responses: Responses, columns: Sequence[int], desire_count: int
) -> tuple[npt.NDArray[np.int64], Floats, Floats, Floats]:
    """Return how alike each two of these columns were answered by the people who answered both.

    Returns:
        (n, n) people, correlation of their answers and the ends of its 90 % interval; the last three nan where nobody
        answered both. Two desires that everybody wants have a correlation near 0: nobody told them apart or together.

    Example:
        >>> responses = Responses.of([0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, [1, 1, -1, -1, 1, 1, -1, -1])
        >>> people, correlation, low, high = answered_alike(responses, [0, 1], 2)
        >>> int(people[0, 1]), bool(low[0, 1] < 0 < correlation[0, 1])  # four people prove nothing
        (4, True)
    """
    n = len(columns)
    place = np.full(desire_count, -1, np.int32)
    place[list(columns)] = np.arange(n)
    at = place[responses.desire]
    kept = at >= 0
    person, at, stance = responses.participant[kept], at[kept], responses.stance[kept]
    counts = np.bincount(person)
    counts = counts[counts > 0]
    if _DENSE * float((counts.astype(np.float64) ** 2).sum()) < float(len(counts)) * n**2:
        tables = np.zeros((3, 3, n, n), np.int32)
        compiled.loop("tables_of_pairs")(np.concatenate([[0], np.cumsum(counts)]), at, stance, tables)
        both = tables.astype(np.float64)
        both += both.transpose(1, 0, 3, 2)
        itself = np.arange(n)
        both[:, :, itself, itself] = tables[:, :, itself, itself]
        return _correlations(both)
    return _correlations(_products(np.repeat(np.arange(len(counts)), counts), at, stance, n))


def _products(
    row: npt.NDArray[np.intp], column: npt.NDArray[np.int32], stance: npt.NDArray[np.int8], columns: int
) -> Floats:
    """Return tables of answers, (3, 3, columns, columns), by products of matrices: fast where most is answered."""
    tables = np.zeros((3, 3, columns, columns))
    for first in range(0, int(row.max()) + 1 if len(row) else 0, _BLOCK):
        inside = (row >= first) & (row < first + _BLOCK)
        answered = np.zeros((3, _BLOCK, columns), np.float32)
        answered[1 - stance[inside].astype(np.int64), row[inside] - first, column[inside]] = 1.0
        for x in range(3):
            for y in range(3):
                tables[x, y] += answered[x].T @ answered[y]
    return tables


def _correlations(tables: Floats) -> tuple[npt.NDArray[np.int64], Floats, Floats, Floats]:
    """Return people, correlation and its 90 % interval for tables of answers, (3, 3, ...)."""
    people = tables.sum((0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (tables.sum(1) + 1 / 3) / (people + 1.0)
        second = (tables.sum(0) + 1 / 3) / (people + 1.0)
        share = (tables + _INDEPENDENT * first[:, None] * second[None, :]) / (people + _INDEPENDENT)
        first, second = share.sum(1), share.sum(0)
        x, y = (_standard(margin) for margin in (first, second))
        product = x[:, None] * y[None, :]
        correlation = (share * product).sum((0, 1))
        influence = product - correlation * (x[:, None] ** 2 + y[None, :] ** 2) / 2
        error = np.sqrt((share * influence**2).sum((0, 1)) / (people + _INDEPENDENT))
        scale = np.arctanh(np.clip(correlation, -0.999, 0.999))
        width = _DEVIATIONS * error / np.maximum(1.0 - correlation**2, 0.002)
        low, high = np.tanh(scale - width), np.tanh(scale + width)
    nobody = people == 0
    for values in (correlation, low, high):
        values[nobody] = np.nan
    return people.astype(np.int64), correlation, low, high


def _standard(margin: Floats) -> Floats:
    """Return the standardised scores of the three answers for margins (3, ...)."""
    scores = _SCORES.reshape(3, *([1] * (margin.ndim - 1)))
    mean = (margin * scores).sum(0)
    return np.asarray((scores - mean) / np.sqrt((margin * (scores - mean) ** 2).sum(0)))


def _usual(correlation: Floats, enough: Flags, near: Flags) -> Floats:
    """Return (n, n) how alike desires with other words are answered: the fourth most alike to either of two, 0 to 1."""
    other = enough & ~near & ~np.eye(len(near), dtype=bool)
    values = np.sort(np.where(other, np.abs(correlation), 0.0), axis=1)
    usual = values[:, -_USUAL] if len(near) >= _USUAL else np.zeros(len(near))
    return np.maximum(usual[:, None], usual[None, :])


def _groups(joined: Flags, likely: Flags, low: Floats) -> tuple[tuple[int, ...], ...]:
    """Return groups of two or more: joined pairs first where surest, and each two of a group likely answered alike."""
    group_of = {place: [place] for place in range(len(joined))}
    one_of, other_of = np.nonzero(np.triu(joined))
    surest = np.argsort(-low[one_of, other_of], kind="stable")
    for one, other in zip(one_of[surest].tolist(), other_of[surest].tolist(), strict=True):
        first, second = group_of[one], group_of[other]
        if first is second or not likely[np.ix_(first, second)].all():
            continue
        merged = sorted([*first, *second])
        group_of.update(dict.fromkeys(merged, merged))
    found = {tuple(group) for group in group_of.values() if len(group) > 1}
    return tuple(sorted(found))
